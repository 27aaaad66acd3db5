"""One plan of the year: its months, arrangements, goals, rhythms and summary, and what can be done with each."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from db import days, plan_items, plan_months, plan_summary, targets, work_plans
from db.plan_items import PlanLine
from db.rhythm import Rhythm
from db.work_plans import Goal, PlanState
from tui.context import Context
from tui.ink import Line, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.screens.missing import MissingList
from tui.screens.plan_item import (
    LATE,
    finish_item,
    item_moves,
    open_item,
    place_of,
    remove_item,
    reopen_item,
)
from tui.screens.plan_summary import ask_summary, write_summary
from tui.screens.rhythms import rhythm_form
from tui.screens.work_plan_rows import ROWS, Heading, Shown, in_full, late_said
from tui.screens.work_plans import rename
from tui.widgets.ask import ask_action, ask_file, ask_text
from tui.widgets.dialogs import Choose, Confirm, Prompt
from tui.widgets.roster import Roster

FOOT = 4
GONE = "这份计划看不到了：按 Esc 返回"


class WorkPlanPage(Page):
    """Five parts, Tab goes round: months, arrangements, goals, rhythms, summary."""

    title = "计划"
    PARTS = ("months", "setups", "goals", "rhythms", "summary")
    NAMES = ("各月", "建立", "目标", "节奏", "总结")

    def __init__(self, context: Context, plan_id: UUID):
        self.context, self.plan_id = context, plan_id
        self.folder = Path.cwd()
        self.part = "months"
        self.state: PlanState | None = None
        self.summary = ""
        self.lists: dict[str, Roster[Any]] = {part: Roster.of([], ROWS[part], GONE) for part in self.PARTS}

    # ---- keys

    @property
    def keys(self) -> tuple[Key, ...]:
        item = self.item() if self.part in ("months", "setups") else None
        done = item is not None and not item.open
        return tuple(
            key._replace(label="改回未完成") if done and key.run == "finish" else key
            for key in self.keys_in(self.part)
        )

    @staticmethod
    def keys_in(part: str) -> tuple[Key, ...]:
        """The keys of one of the five parts."""
        items = (
            Key(("f8", "space"), "完成", "finish"),
            Key(("enter", "e"), "修改", "open"),
            Key(("insert", "a"), "加事项", "add"),
        )
        own = {
            "months": items,
            "setups": items,
            "goals": (Key(("enter", "f8"), "缺谁、核实", "open"),),
            "rhythms": (Key(("enter", "e"), "改节奏", "open"),),
            "summary": (Key(("f8", "enter"), "写总结", "write_summary"),),
        }[part]  # fmt: skip
        return (
            *own,
            Key(("f10", "m"), "更多", "menu"),
            Key(("tab",), "换栏", "next_part"),
            Key(("shift+tab",), "上一栏", "previous_part", show=False),
            *((Key(("delete",), "删除", "remove", show=False),) if part in ("months", "setups") else ()),
            Key(("ctrl+z",), "撤销", "undo", show=False),
        )

    def press(self, key: str, char: str | None) -> bool:
        return self.here.press(key) or self.shortcut(key, char)

    @property
    def here(self) -> Roster[Any]:
        """The list the cursor is in."""
        return self.lists[self.part]

    def item(self) -> PlanLine | None:
        """The item under the cursor, if it is one."""
        here = self.here.current()
        return here if isinstance(here, PlanLine) else None

    def why_off(self, key: Key) -> str | None:
        if self.state is None:
            return None if key.run == "undo" else GONE
        on_item = key.run in ("finish", "remove") or (key.run == "open" and self.part in ("months", "setups"))
        if on_item and self.item() is None:
            return "光标移到事项上再按；这个月没有事项就按 Ins 加一项"
        if key.run == "open" and not len(self.here):
            return "这份计划没有定目标" if self.part == "goals" else "这份计划没有节奏"
        return None

    def next_part(self) -> None:
        self.go_to_part(self.PARTS[(self.PARTS.index(self.part) + 1) % len(self.PARTS)])

    def previous_part(self) -> None:
        self.go_to_part(self.PARTS[self.PARTS.index(self.part) - 1])

    def go_to_part(self, part: str) -> None:
        """Show another part; the goals' rates, which are dear, are worked out only then."""
        self.part = part
        if part == "goals":
            self.shown()

    # ---- reading

    def shown(self) -> None:
        """Read the plan afresh, each list's cursor where it was; at first on what is to be done now."""
        first = self.state is None
        try:
            self._read()
        except TROUBLE as trouble:
            self.state = None
            self.lists = {part: Roster.of([], ROWS[part], GONE) for part in self.PARTS}
            self.desk.say(str(trouble), "error")
        else:
            months = self.lists["months"]
            if first and not any(isinstance(each, PlanLine) for each in months.items()):
                self.part = "setups" if len(self.lists["setups"]) else "months"
            elif first:
                at = _now(months.items())
                months.top = max(0, at - 1)  # what comes next is seen below it, not the months gone by above
                months.go(at)

    def _read(self) -> None:
        self.state = work_plans.state(self.plan_id)
        self.title = self.state.title
        items = plan_items.of_plan(self.plan_id)
        told: dict[str, list[Shown]] = {
            "months": self._by_month(items),
            "setups": [item for item in items if item.sort == "setup"],
            "goals": work_plans.goals(self.plan_id) if self.part == "goals" else [],
            "rhythms": work_plans.rhythms_in_words(self.plan_id),
        }
        self.summary = plan_summary.load(self.plan_id)["summary"] or ""
        empty = {"months": "没有事项：按 Ins 加一项", "setups": "没有要建立的", "goals": "没有定目标", "rhythms": "没有节奏"}  # fmt: skip
        before, self.lists = self.lists, {"summary": self._summary_at(self.desk.size[0])}
        for part, found in told.items():
            self.lists[part] = roster = Roster.of(found, ROWS[part], empty.get(part, ""))
            roster.follow(before[part], _name)

    def _by_month(self, items: list[PlanLine]) -> list[Shown]:
        """Every month of the plan with its phase, below it the items; arrangements stand in a part of their own.

        Months gone by before the first item are one line.
        """
        listed = [item for item in items if item.sort != "setup"]
        months = {f"{first:%Y-%m}" for first, _ in work_plans.months_of(self.state.starts, self.state.ends)}
        months |= {month for item in listed for month in (item.month, item.planned_month)}
        phases = work_plans.template_of(self.plan_id).phases
        begin = min([item.month for item in listed] + [f"{days.today():%Y-%m}"]) if listed else ""
        before = [month for month in sorted(months) if month < begin]
        found: list[Shown] = []
        if len(before) > 1:
            found.append(Heading(before[-1], plan_months.report(before[-1], []), "", since=before[0]))
            months -= set(before)
        for month in sorted(months):
            phase = "、".join(each.name for each in phases if int(month[5:]) in each.months)
            found.append(Heading(month, plan_months.report(month, listed), phase))
            found += [item for item in listed if item.month == month]
        return found

    # ---- items

    def finish(self) -> None:
        item = self.item()
        if item.open:
            finish_item(self.context, item.id)
        else:
            reopen_item(self.context, item.id)

    def open(self) -> None:
        match self.here.current():
            case PlanLine(id=item):
                open_item(self.context, item)
            case Goal() as goal:
                self._check(goal)
            case (Rhythm() as rhythm, _):
                self.desk.push(rhythm_form(self.context, rhythm.code))

    def _check(self, goal: Goal) -> None:
        """Who a rate this ledger works out still lacks; another one is checked by its item."""
        target = next(iter(targets.targets(codes=[goal.code])), None)
        title = f"核实{goal.name}达到{goal.goal:g}%"
        item = next((each for each in self.lists["setups"].items() if each.title == title), None)
        if target and target.missing:
            self.desk.push(MissingList(self.context, target))
        elif item and (target is None or target.rate is None):
            finish_item(self.context, item.id)
        elif target is None:
            self.desk.say(f"{goal.name}没有核实的事项：按 Tab 到各月里按 Ins 加一项", "warn")
        elif target.waiting:
            self.desk.say(f"{goal.name}{target.waiting}（F5）", "warn")
        else:
            self.desk.say(f"{goal.name}没有缺漏", "good")

    def add(self) -> None:
        """An item in the month the cursor is in, this month where it is in none."""
        here = self.here.current()
        month = here.id if isinstance(here, Heading) else here.month if isinstance(here, PlanLine) else f"{days.today():%Y-%m}"  # fmt: skip

        def typed(title: str) -> None:
            made = plan_items.add(month, title, self.context.by, self.plan_id)
            self.part = "months"
            self.shown()
            self.go_to(made)
            self.desk.say(f"已加到{int(month[5:])}月：{title.strip()}，按 Ctrl+Z 可撤销", "good")

        ask_text(self.desk, f"{month[:4]}年{int(month[5:])}月加一项", "", typed, "如 召开家长会", 80)

    def go_to(self, item_id: UUID) -> None:
        """Stand on an item."""
        found = self.here.items()
        self.here.go(next((n for n, each in enumerate(found) if getattr(each, "id", None) == item_id), 0))

    def stand_on(self, item: PlanLine) -> None:
        """Go to the part an item is in, and stand on it."""
        self.go_to_part("setups" if item.sort == "setup" else "months")
        self.go_to(item.id)

    def remove(self) -> None:
        remove_item(self.context, self.item())

    def undo(self) -> None:
        self.context.undo()

    # ---- the menu

    def menu(self) -> None:
        """What can be done with the item under the cursor, then with the plan."""
        item = self.item()
        moves = item_moves(self.context, item.id) if item else []
        if left := self._left():
            moves.append((f"结转以前没办完的 {len(left)} 项到本月", "jz", self.carry_over))
        moves += [
            ("写总结", "xzj", self.write_summary),
            ("总结：打印或存成文件", "dy", self.print_summary),
            ("另存为模板", "lc", self.save_template),
            ("计划改名", "gm", self.rename),
            ("重新打开计划", "cx", self.reopen)
            if self.state.closed_on
            else ("结束计划", "js", self.close_plan),
        ]
        ask_action(self.desk, item.title if item else self.state.title, moves)

    def _left(self) -> list[PlanLine]:
        """Open items of months past, but for one time of what is done again and again: that is done or left out."""
        here = f"{min(days.today(), self.state.ends):%Y-%m}"
        lines = [*self.lists["months"].items(), *self.lists["setups"].items()]
        return [each for each in lines if isinstance(each, PlanLine) and each.open and each.month < here and each.sort != "occasion"]  # fmt: skip

    def carry_over(self) -> None:
        left = self._left()

        def told(why: str) -> None:
            plan_items.carry_over([each.id for each in left], self.context.by, why)
            self.shown()
            self.desk.say(f"已结转 {len(left)} 项到本月，按 Ctrl+Z 可撤销", "good")

        ask_text(self.desk, f"结转 {len(left)} 项到本月，原因", LATE, told, "每项都记上这个原因")

    def rename(self) -> None:
        rename(self.context, self.plan_id)

    def save_template(self) -> None:
        def titled(title: str | None) -> None:
            if not title or not title.strip():
                return
            path = self.folder / f"{title.strip().replace('/', '_')}.toml"

            def write(to: Path) -> str:
                work_plans.save_template(self.plan_id, to, title)
                return f"已存成模板 {to}，下次选用计划时按 F10 读入"

            ask_file(self.desk, "存成模板文件", path, write)

        self.desk.push(Prompt("模板名称", self.state.title, "如 柳溪村年度计划", 40), titled)

    def close_plan(self) -> None:
        """Refused while anything is owed; its rhythms may end with it."""

        def close(stop: bool) -> None:
            self._do(lambda: work_plans.close(self.plan_id, self.context.by, stop), "计划已结束")

        def chosen(at: int | None) -> None:
            if at is not None:
                close(at == 1)

        if self.state.owed_all or not len(self.lists["rhythms"]):
            self.desk.push(
                Confirm("结束这份计划？", "结束", "不结束"), lambda yes: close(False) if yes else None
            )
            return
        ways = ["结束，节奏照旧", "结束，别的计划不要的节奏也停"]
        self.desk.push(Choose("结束这份计划", ways, asked=True), chosen)

    def reopen(self) -> None:
        self._do(lambda: work_plans.reopen(self.plan_id, self.context.by), "计划已重新打开")

    def _do(self, work: Callable[[], object], said: str) -> None:
        try:
            work()
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
        else:
            self.shown()
            self.desk.say(f"{said}，按 Ctrl+Z 可撤销", "good")

    # ---- the summary

    def write_summary(self) -> None:
        self.part = "summary"
        write_summary(self.context, self.plan_id)

    def print_summary(self) -> None:
        ask_summary(self.context, self.plan_id)

    def _summary_at(self, width: int) -> Roster[str]:
        """The summary's lines as they are broken in a window so wide."""
        self.width = width
        rows = [row for text in self.summary.split("\n") for row in wrap(text, width - 4) or [""]]
        return Roster.of(rows if self.summary else [], ROWS["summary"], "")

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        if self.state is None:
            return Picture([[(" " + GONE, "warn")]])
        heads: Line = []
        for part, name in zip(self.PARTS, self.NAMES, strict=True):
            heads.append(
                (f"{'>' if part == self.part else ' '}{name}", "head" if part == self.part else "dim")
            )
        rows = [row for text in self._told() for row in wrap(text, width - 2)][:FOOT]
        told: list[Line] = [[(" " + row, "plain")] for row in rows]
        if self.part == "summary" and self.width != width:
            self.lists["summary"] = self._summary_at(width)
        lines = self.here.draw(width, height - FOOT - 3)
        return Picture([self._head(), heads, *lines, [], *told, *[[]] * (FOOT - len(told))])

    def _head(self) -> Line:
        state = self.state
        head: Line = [(f" {state.starts} 至 {state.ends}", "plain")]
        if state.closed_on:
            return [*head, (f"  {state.closed_on}结束", "good")]
        head += [(f"  本月 {state.month_done}/{state.month_total}", "plain"), (f"  全部 {state.done}/{state.total}", "plain")]  # fmt: skip
        return [*head, (f"  {late_said(state)}", "alarm")]

    def _told(self) -> list[str]:
        """What the line under the cursor says in full."""
        if self.part == "summary":
            return [] if self.summary else ["还没有总结：按 F8 按台账起草一份，再修改"]
        here = self.here.current()
        return [] if here is None else in_full(here)


def _now(lines: Sequence[Shown]) -> int:
    """Which line is to be done first: the first open item of this month, else the month's heading, else the top."""
    here = f"{days.today():%Y-%m}"
    of_month = [n for n, each in enumerate(lines) if (each.id if isinstance(each, Heading) else each.month) == here]  # fmt: skip
    open_ones = [n for n in of_month if isinstance(lines[n], PlanLine) and lines[n].open]
    return next(iter(open_ones or of_month), 0)


def _name(each: Shown) -> Any:
    """What a line is known by when the list is read afresh."""
    match each:
        case (Rhythm() as rhythm, _):
            return rhythm.code
        case Goal(code=code):
            return code
        case PlanLine():
            return place_of(each)
    return getattr(each, "id", each)
