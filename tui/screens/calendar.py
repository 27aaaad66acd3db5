"""活动日历 (F4): the month as a grid, the chosen day's activities, the month's plan items."""

from datetime import date
from typing import Any

from db import activities, days, plan_items
from db.activities import ActivityLine
from db.errors import LedgerError
from db.plan_items import PlanLine
from tui.context import Context
from tui.ink import Line, columns, fill, fit
from tui.page import TROUBLE, Key, Page, Picture
from tui.widgets import month
from tui.widgets.ask import ask_day, ask_removal
from tui.widgets.dialogs import Prompt
from tui.widgets.roster import Roster
from tui.widgets.sheet import Form, Kept, Sheet

NARROW = 76


class Calendar(Page):
    """Three parts, Tab goes round: the days, the activities of the chosen day on, the month's plan."""

    title = "活动日历"
    PARTS = ("days", "agenda", "plan")

    def __init__(self, context: Context):
        self.context = context
        self.day = days.today()
        self.part = "days"
        self.counts: dict[date, int] = {}
        self.agenda: Roster[ActivityLine] = Roster.of([], self._activity_row)
        self.plan: Roster[PlanLine] = Roster.of([], self._plan_row)

    # ---- keys

    @property
    def keys(self) -> tuple[Key, ...]:
        return self.keys_in(self.part)

    @staticmethod
    def keys_in(part: str) -> tuple[Key, ...]:
        """The keys of one of the three parts."""
        own = {
            "days": (Key(("enter",), "看活动", "to_agenda"), Key(("pagedown",), "下月", "next_month"),
                     Key(("pageup",), "上月", "previous_month", show=False), Key(("home",), "今天", "to_today")),
            "agenda": (Key(("enter", "e"), "修改", "edit"), Key(("f8",), "点名", "call_roll"),
                       Key(("delete",), "删除", "remove", show=False)),
            "plan": (Key(("space", "f8"), "完成/未完成", "tick"), Key(("enter", "e"), "修改", "edit"),
                     Key(("delete",), "删除", "remove", show=False)),
        }[part]  # fmt: skip
        return (
            *own,
            Key(("insert", "a"), "加计划" if part == "plan" else "加活动", "add"),
            Key(("tab",), "换栏", "next_part"),
            Key(("shift+tab",), "上一栏", "previous_part", show=False),
            Key(("ctrl+z",), "撤销", "undo", show=False),
        )

    def press(self, key: str, char: str | None) -> bool:
        if self.part == "days" and (day := month.step(self.day, key)):
            self.go_to(day)
            return True
        if self.part != "days" and self.here.press(key):
            return True
        return self.shortcut(key, char)

    @property
    def here(self) -> Roster:
        """The list the cursor is in."""
        return self.plan if self.part == "plan" else self.agenda

    def why_off(self, key: Key) -> str | None:
        if key.run in ("edit", "remove", "call_roll", "tick") and not len(self.here):
            return "这个月还没有计划事项：按 Ins 添加" if self.part == "plan" else "没有活动：按 Ins 添加"
        if key.run == "to_agenda" and not len(self.agenda):
            return "这天起本月没有活动：按 Ins 添加"
        return None

    def go_to(self, day: date) -> None:
        """Stand on a day; another month is read when it is come to."""
        turned = (day.year, day.month) != (self.day.year, self.day.month)
        self.day = day
        self._read(turned)

    def to_today(self) -> None:
        self.go_to(days.today())

    def next_month(self) -> None:
        self.go_to(month.turn(self.day, 1))

    def previous_month(self) -> None:
        self.go_to(month.turn(self.day, -1))

    def to_agenda(self) -> None:
        self.part = "agenda"

    def next_part(self) -> None:
        self.part = self.PARTS[(self.PARTS.index(self.part) + 1) % len(self.PARTS)]

    def previous_part(self) -> None:
        self.part = self.PARTS[self.PARTS.index(self.part) - 1]

    def leave(self) -> None:
        if self.part == "days":
            super().leave()
        else:
            self.part = "days"

    def shown(self) -> None:
        self._read(True)

    def _read(self, whole: bool) -> None:
        """The activities from the chosen day to the month's end; whole: the month's counts and plan too."""
        try:
            if whole:
                self.counts = activities.days_with(self.day.year, self.day.month)
                self.plan = self._kept(
                    self.plan,
                    plan_items.month(f"{self.day:%Y-%m}"),
                    self._plan_row,
                    "没有计划事项，按 Tab 到这里再按 Ins",
                )
            found = activities.agenda(self.day, month.bounds(self.day)[1])
            self.agenda = self._kept(self.agenda, found, self._activity_row, "这天起本月没有活动")
        except LedgerError as error:
            self.desk.say(str(error), "error")

    @staticmethod
    def _kept(before: Roster, items: list, row, empty: str) -> Roster:
        """A list read afresh, the cursor on the item it was on."""
        old = before.current()
        roster = Roster.of(items, row, empty)
        at = next((i for i, item in enumerate(items) if old is not None and item.id == old.id), before.at)
        roster.go(at)
        return roster

    # ---- activities and plan items

    def add(self) -> None:
        if self.part == "plan":
            self.desk.push(Prompt(f"{self.day.month}月的计划事项", hint="如 召开家长会"), self._add_item)
        else:
            self.desk.push(self._activity_sheet(None))

    def _add_item(self, title: str | None) -> None:
        if title is not None:
            self._do(
                lambda: plan_items.add(f"{self.day:%Y-%m}", title, self.context.by),
                f"已添加：{title}",
            )

    def edit(self) -> None:
        here = self.here.current()
        self.desk.push(self._plan_sheet(here.id) if self.part == "plan" else self._activity_sheet(here.id))

    def _activity_sheet(self, activity_id: Any) -> Sheet:
        def load(record: Any) -> dict:
            return activities.load(record) | ({} if record else {"on_date": self.day})

        form = Form("activity", activities.ENTRIES, load, _saver(activities.save, self.context, "title"))
        return Sheet(form, "修改活动" if activity_id else "新增活动", self.context.drafts, activity_id)

    def _plan_sheet(self, item_id: Any) -> Sheet:
        form = Form("plan_item", plan_items.ENTRIES, plan_items.load,
                    _saver(plan_items.save, self.context, "title"))  # fmt: skip
        return Sheet(form, "修改计划事项", self.context.drafts, item_id)

    def remove(self) -> None:
        here = self.here.current()
        verb = plan_items.remove if self.part == "plan" else activities.remove
        ask_removal(self, f"删除“{here.title}”？", lambda: verb(here.id, self.context.by), here.title)

    def call_roll(self) -> None:
        from tui.screens.roll_call import RollCall

        self.desk.push(RollCall(self.context, self.agenda.current()))

    def tick(self) -> None:
        """Done on a day that is asked for, or not done after all."""
        item = self.plan.current()
        if item.done_on:
            self._do(lambda: plan_items.reopen(item.id, self.context.by), f"{item.title}：已改回未完成")
            return

        def done(day: date, _typed: str) -> None:
            def shown_by(evidence: str | None) -> None:
                if evidence is not None:  # Esc: not ticked after all
                    self._do(
                        lambda: plan_items.finish(item.id, day, evidence, self.context.by),
                        f"{item.title}：{days.short(day)}完成",
                    )

            self.desk.push(
                Prompt("佐证（可不填）", item.evidence or "", "如 照片12张、会议记录；直接回车就是不填"),
                shown_by,
            )

        ask_day(self.desk, f"“{item.title}”哪天完成的", days.today().isoformat(), done)

    def _do(self, work, said: str) -> None:
        try:
            work()
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
        else:
            self._read(True)
            self.desk.say(said, "good")

    def undo(self) -> None:
        self.context.undo()

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        wide = width >= NARROW
        cell = month.CELL if wide else month.NARROW_CELL
        left = month.grid_width(cell) + 2
        right = width - left
        grid = month.month_lines(self.day, days.today(), self.counts, self.part == "days", cell)
        top: list[Line] = [[(f"{self.day.year}年{self.day.month}月", "head")], *grid]
        done = sum(item.done_on is not None for item in self.plan.items())
        agenda_height = len(top) - 1
        agenda = [
            self._head(f"{days.short(self.day)}起的活动", self.part == "agenda"),
            *self.agenda.draw(right, agenda_height),
        ]
        lines = [fill([("  ", "plain"), *a], left) + b for a, b in zip(top, agenda, strict=True)]
        plan_head = self._head(
            f"{self.day.month}月计划  {len(self.plan)}项，完成{done}项", self.part == "plan"
        )
        lines += [[], [(" ", "plain"), *plan_head]]
        return Picture([*lines, *self.plan.draw(width, height - len(lines))])

    @staticmethod
    def _head(text: str, active: bool) -> Line:
        return [(">" if active else " ", "key"), (text, "head" if active else "strong")]

    def _activity_row(self, activity: ActivityLine, width: int, here: bool) -> Line:
        here = here and self.part == "agenda"
        came = f"{activity.present}/{activity.listed}" if activity.listed else ""
        title = f"{activity.title}（{activity.place}）" if activity.place else activity.title
        row = [(f"{activity.on_date.day}日", -4, "info"), (activity.starts or "", 5, "plain"),
               (title, width - 12, "cursor" if here else "plain")]  # fmt: skip
        if width > NARROW // 2:
            row[2:] = [(title, width - 19, row[2][2]), (came, 6, "good")]
        return [(">" if here else " ", "key"), *columns(row, 1)]

    def _plan_row(self, item: PlanLine, width: int, here: bool) -> Line:
        here = here and self.part == "plan"
        done = f"{days.short(item.done_on)}完成" if item.done_on else "未完成"
        return [(" >" if here else "  ", "key"), (fit(done, 12), "good" if item.done_on else "warn"), (" ", "plain"),
                *columns([(item.title, width - 40, "cursor" if here else "plain"), (item.evidence or item.plan or "", 22, "dim")])]  # fmt: skip


def _saver(verb, context: Context, named: str):
    """A form's save from a verb that takes (record, values, base, by, force)."""

    def save(record: Any, values: dict, base: dict, force: frozenset[str]) -> Kept:
        saved = verb(record, values, base, context.by, force)
        return Kept(saved.id, f"已存：{values[named]}")

    return save
