"""目标清单 (F5): each rate with its goal and rule, each plan with what it owes; Enter lists what is missing, Enter again
mends it there."""

from db import children, days, targets, work_plans
from db.errors import LedgerError
from db.targets import Missing, Target
from db.work_plans import PlanState
from tui.context import Context
from tui.ink import Line, cells, clip, columns, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.screens.work_plan_rows import late_said
from tui.widgets.rates import rate_bar, rate_text, verdict
from tui.widgets.record_form import open_record
from tui.widgets.roster import Roster

NAME, RATE, PEOPLE, GOAL, SAID = 10, 6, 9, 6, 8
NARROW = 76
BESIDES = NAME + RATE + PEOPLE + GOAL + SAID + 13  # cells of a row without its bar
CHILD, GROUP = 12, 10


def target_row(target: Target, width: int, here: bool) -> Line:
    """One target as a line."""
    bar = _bar_cells(width)
    line = columns(
        [(">" if here else " ", 1, "key"), (target.name, NAME, "cursor" if here else "plain")], gap=1
    )
    if target.rate is None:
        return [*line, (" " * (bar + RATE + 3), "plain"), (rate_text(None), "dim")]
    goal = "" if target.goal is None else f"{target.goal:g}%"
    said, style = verdict(target)
    return [
        *line, ("  ", "plain"), *rate_bar(target, bar), ("  ", "plain"),
        *columns([(rate_text(target.rate), -RATE, "strong"), (f"{target.numerator}/{target.denominator}", -PEOPLE, "plain"),
                  (goal, -GOAL, "dim"), (said, SAID, style)]),
    ]  # fmt: skip


def targets_head(width: int) -> Line:
    """The heading line over the rows of `target_row`."""
    return columns([("  目标", NAME + 2, "dim"), ("", _bar_cells(width), "dim"), ("完成", -RATE, "dim"),
                    ("人数", -PEOPLE, "dim"), ("要求", -GOAL, "dim")])  # fmt: skip


def _bar_cells(width: int) -> int:
    return max(6, min(40, width - BESIDES))


def plan_row(plan: PlanState, width: int, here: bool) -> Line:
    """One plan as a line: how far it is, and what it owes this month and in all."""
    tone, late = "warn" if plan.owed_month else "good", late_said(plan)
    owed: list[tuple[str, int, str]] = [
        (f"本月欠{plan.owed_month}", 11, tone),
        (f"共欠{plan.owed_all}", 10, "plain"),
    ]
    if width < NARROW:  # the title comes first: two plans are told apart by it
        owed = [(f"欠{plan.owed_month} / {plan.owed_all}", 10, tone)]
    title = width - 13 - cells(late) - sum(room + 1 for _, room, _ in owed)
    return columns([
        (">" if here else " ", 1, "key"), (plan.title, title, "cursor" if here else "plain"),
        (f"{plan.done}/{plan.total}项", 9, "plain"), *owed, (late, cells(late), "alarm"),
    ], gap=1)  # fmt: skip


class Targets(Page):
    """All targets of the term and the plans adopted; below them what the one under the cursor is made of."""

    title = "目标清单"
    keys = (
        Key(("enter", "f8"), "缺什么", "open"),
        Key(("f5",), "重算", "shown", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context):
        self.context = context
        self.lines: list[Target | PlanState] = []
        self.roster: Roster[Target | PlanState] = Roster.of([], _row)

    def shown(self) -> None:
        try:
            self.lines = [*targets.targets(), *work_plans.listing()]
        except LedgerError as error:
            self.desk.say(str(error), "error")
        before, self.roster = self.roster, Roster.of(self.lines, _row, "还没有目标")
        self.roster.follow(before, lambda each: each.id if isinstance(each, PlanState) else each.code)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        here = self.roster.current()
        if key.run != "open" or isinstance(here, PlanState):
            return None
        if here is None or here.rate is None:
            return "还没有应计入的儿童：按 F2 登记，或按 F7 导入现有表格"
        return None if here.missing else f"{here.name}没有缺漏"

    def open(self) -> None:
        here = self.roster.current()
        if isinstance(here, PlanState):
            from tui.screens.work_plan import WorkPlanPage

            self.desk.push(WorkPlanPage(self.context, here.id))
        else:
            self.desk.push(MissingList(self.context, here))

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        rows = min(max(len(self.lines), 1), height - 8)
        lines = [targets_head(width), *self.roster.draw(width, rows), []]
        here = self.roster.current()
        if isinstance(here, PlanState):
            lines += _of_plan(here, width)[: height - len(lines)]
        elif here is not None:
            lines += _about(here, width, height - len(lines))
        return Picture(lines)


def _row(line: Target | PlanState, width: int, here: bool) -> Line:
    return (plan_row if isinstance(line, PlanState) else target_row)(line, width, here)


def _of_plan(plan: PlanState, width: int) -> list[Line]:
    """What a plan owes, in words."""
    items, month = plan.total - plan.done, plan.owed_month - plan.children_month
    said = [
        f"{plan.starts}到{plan.ends}，共{plan.total}项，办完{plan.done}项" + (f"，不办{plan.dropped}项" if plan.dropped else ""),
        f"到{days.short(min(work_plans.month_end(), plan.ends))}要办：计划事项{month}项，儿童待办{plan.children_month}件",
        f"到结束还欠：计划事项{items}项，儿童待办{plan.owed_all - items}件" if plan.owed_all else "没有欠的了，可以写总结、结束计划",
    ]  # fmt: skip
    if plan.overdue or plan.children_overdue:
        said.append(f"已逾期：计划事项{plan.overdue}项，儿童待办{plan.children_overdue}件")
    head: list[Line] = [[(f" {plan.title}欠什么", "head"), ("  回车看各月、逐项办", "dim")]]
    return head + [[("  " + row, "plain")] for text in said for row in wrap(text, width - 4)]


def _about(target: Target, width: int, room: int) -> list[Line]:
    """The rule of a target in full, then as many of the missing as fit."""
    lines: list[Line] = [[(f" {target.name}怎么算", "head")]]
    lines += [[("  " + text, "plain")] for text in wrap(target.definition, width - 4)]
    if target.rate is None:
        return [*lines, [], [("  分母是 0：现在没有应计入的儿童", "dim")]][:room]
    if not target.missing:
        return lines[:room]
    lines += [[], [(f" 缺 {len(target.missing)} 人", "head"), ("  回车看名单，逐个补上", "dim")]]
    names = _packed([each.name for each in target.missing], width - 4)
    left = room - len(lines)
    if len(names) > left > 0:
        names = [*names[: left - 1], "等，回车看全部"]
    return (lines + [[("  " + text, "plain")] for text in names])[:room]


def _packed(names: list[str], n: int) -> list[str]:
    """Names joined by 、 in lines of n cells; no name is broken."""
    lines = [""]
    for at, name in enumerate(names):
        name += "、" if at < len(names) - 1 else ""
        if lines[-1] and cells(lines[-1] + name) > n:
            lines.append("")
        lines[-1] += name
    return lines


class MissingList(Page):
    """Who a target still lacks, and why; Enter goes to where it is mended."""

    keys = (
        Key(("enter", "f8"), "去补", "open"),
        Key(("space",), "档案", "dossier"),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context, target: Target):
        self.context, self.target = context, target
        self.roster: Roster[tuple[Missing, str]] = Roster(
            lambda: len(self.target.missing), self._window, missing_row, "都补齐了，按 Esc 返回"
        )

    @property
    def title(self) -> str:
        """The target and how many it lacks: one fewer with each that is mended."""
        return f"{self.target.name}：缺{len(self.target.missing)}人"

    def _window(self, offset: int, limit: int) -> list[tuple[Missing, str]]:
        missing = self.target.missing[offset : offset + limit]
        groups = {line.id: line.village_group or "" for line in children.lines([each.id for each in missing])}
        return [(each, groups.get(each.id, "")) for each in missing]

    def shown(self) -> None:
        here = self.roster.current() if self.target.missing else None
        try:
            self.target = next(each for each in targets.targets() if each.code == self.target.code)
            self.roster.refresh()
        except LedgerError as error:
            self.desk.say(str(error), "error")
        if here is not None:  # the others close ranks: the cursor stays with its child, or takes the next one
            ids = [each.id for each in self.target.missing]
            self.roster.go(ids.index(here[0].id) if here[0].id in ids else self.roster.at)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        return "已经没有缺的了" if key.run in ("open", "dossier") and not len(self.roster) else None

    def open(self) -> None:
        child, _group = self.roster.current()
        if self.target.code == "talk_on_time":
            open_record(self.context, child.id)
            return
        self._child(child, child.field)
        if self.target.code == "paired":
            self.desk.say(f"{child.name}还没有结对：按 F3 去结对", "info")

    def dossier(self) -> None:
        self._child(self.roster.current()[0], None)

    def _child(self, child: Missing, field: str | None) -> None:
        try:
            self.context.open_child(child.id, at=field)
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        target = self.target
        lines: list[Line] = [
            [(f" {target.numerator}/{target.denominator}  ", "strong"), *rate_bar(target, width // 3), ("  ", "plain"),
             (rate_text(target.rate), "strong")],
            [],
            columns([("  姓名", CHILD + 2, "dim"), ("村民组", GROUP, "dim"), ("缺什么", 20, "dim")], gap=1),
        ]  # fmt: skip
        return Picture([*lines, *self.roster.draw(width, height - len(lines))])


def missing_row(missing: tuple[Missing, str], width: int, here: bool) -> Line:
    """One child that a target lacks, as a line."""
    child, group = missing
    room = width - CHILD - GROUP - 5
    return columns([(">" if here else " ", 1, "key"), (child.name, CHILD, "cursor" if here else "plain"),
                    (group, GROUP, "plain"), (_whole_words(child.why, room), room, "plain")], gap=1)  # fmt: skip


def _whole_words(text: str, n: int) -> str:
    """A list of things in n cells: what does not fit is dropped from a 、 on, and said so."""
    if cells(text) <= n:
        return text
    parts = text.split("、")
    while len(parts) > 1 and cells("、".join(parts) + "等") > n:
        parts.pop()
    return clip("、".join(parts) + "等", n)
