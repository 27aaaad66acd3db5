"""活动日历 (F4): a month, a week or all that is to come; the chosen day's activities, the month's plan items."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from importlib import import_module
from uuid import UUID

from db import activities, calendar_days, clashes, days, days_off, plan_items
from db.activities import ActivityLine
from db.calendar_days import NOTHING, DayMarks
from db.clashes import Clash
from db.errors import LedgerError
from db.plan_items import PlanLine
from tui.context import Context
from tui.ink import Line, clip, fill, wrap
from tui.page import Key, Page, Picture
from tui.screens import activity, calendar_rows, plan_item
from tui.task import Task
from tui.widgets import month
from tui.widgets.ask import ask_action, ask_removal, ask_text
from tui.widgets.day_list import DayList
from tui.widgets.dialogs import Tell
from tui.widgets.roster import Roster

NARROW = 76
VIEWS = {"month": ("月历", "hcyl"), "week": ("周历", "hczl"), "agenda": ("日程", "hcrc")}
PAGES = {"month": "月", "week": "周", "agenda": "月"}
TOLD = 2  # lines for all that is known of what the cursor is on
PLAN = 5  # lines of the plan in a week and in what is to come, while the cursor is in it


class Calendar(Page):
    """Three parts, Tab goes round: the days, the activities, the month's plan. The view stays as it was chosen."""

    title = "活动日历"
    PARTS = ("days", "agenda", "plan")

    def __init__(self, context: Context):
        self.context = context
        self.day = days.today()
        self.view = "month"
        self.part = "days"
        self.counts: dict[date, int] = {}
        self.marks: dict[date, DayMarks] = {}
        self.clashes: dict[UUID, list[Clash]] = {}
        self.looking: Task | None = None
        self.hint = ""
        self.agenda: Roster = Roster.of([], self._activity_row)
        self.plan: Roster[PlanLine] = Roster.of([], self._plan_row)

    # ---- keys

    @property
    def keys(self) -> tuple[Key, ...]:
        item = self.plan.current() if self.part == "plan" and len(self.plan) else None
        told = {run: f"{label}{PAGES[self.view]}" for run, label in (("forwards", "下"), ("back", "上"))}
        if item and not item.open:
            told["tick"] = "改回未完成"
        return tuple(key._replace(label=told.get(key.run, key.label)) for key in self.keys_in(self.part))

    @staticmethod
    def keys_in(part: str) -> tuple[Key, ...]:
        """The keys of one of the three parts."""
        own = {
            "days": (Key(("enter",), "看活动", "to_agenda"), Key(("pagedown",), "下月（周历：下周）", "forwards"),
                     Key(("pageup",), "上月（周历：上周）", "back", show=False), Key(("home",), "今天", "to_today", show=False),
                     Key(("f8", "v"), "月周日程", "next_view")),
            "agenda": (Key(("enter", "e"), "修改", "edit"), Key(("f8",), "点名", "call_roll"),
                       Key(("space",), "看全文", "read", show=False),
                       Key(("delete",), "删除", "remove", show=False)),
            "plan": (Key(("space", "f8"), "完成", "tick"), Key(("enter", "e"), "修改", "edit"),
                     Key(("delete",), "删除", "remove", show=False)),
        }[part]  # fmt: skip
        return (
            *own,
            Key(("insert", "a"), "加计划" if part == "plan" else "加活动", "add"),
            Key(("f10", "m"), "更多", "more"),
            Key(("tab",), "换栏", "next_part"),
            Key(("shift+tab",), "上一栏", "previous_part", show=False),
            Key(("ctrl+z",), "撤销", "undo", show=False),
        )

    def press(self, key: str, char: str | None) -> bool:
        if self.part == "days" and (day := self._stepped(key)):
            self.go_to(day)
            return True
        top = self.here.top
        if self.part != "days" and self.here.press(key):
            if isinstance(self.here, DayList) and self.here.top != top:
                self._check_counts()
            self._take_day_along()
            return True
        return self.shortcut(key, char)

    def _stepped(self, key: str) -> date | None:
        """The day an arrow leads to: in a week the days stand one below the other."""
        return month.step(
            self.day, {"up": "left", "down": "right"}.get(key, key) if self.view == "week" else key
        )

    @property
    def here(self) -> Roster:
        """The list the cursor is in."""
        return self.plan if self.part == "plan" else self.agenda

    def chosen(self) -> ActivityLine | None:
        """The activity under the cursor of the list of activities; None on a day's heading."""
        found = self.agenda.current()
        return found if isinstance(found, ActivityLine) else None

    def why_off(self, key: Key) -> str | None:
        if key.run in ("edit", "remove", "call_roll", "read", "tick"):
            if self.part == "plan":
                return None if len(self.plan) else "这个月还没有计划事项：按 Ins 添加"
            return None if self.chosen() else "没有活动：按 Ins 添加"
        if key.run == "to_agenda" and not self._listed():
            return f"{self._span_said()}没有活动：按 Ins 添加"
        return None

    def _listed(self) -> int:
        """How many activities the list has."""
        return self.agenda.total if isinstance(self.agenda, DayList) else len(self.agenda)

    def _span_said(self) -> str:
        return {"month": "这天起本月", "week": "这一周", "agenda": "这天起"}[self.view]

    def go_to(self, day: date) -> None:
        """Stand on a day; what the view has of it is read when it is come to."""
        before, self.day = self._span(), day
        self._read(before != self._span(), moved=True)

    def to_today(self) -> None:
        self.go_to(days.today())

    def forwards(self) -> None:
        self._turn(1)

    def back(self) -> None:
        self._turn(-1)

    def _turn(self, by: int) -> None:
        if self.view == "week":
            self.go_to(max(month.FIRST, min(self.day + timedelta(days=7 * by), month.LAST)))
        else:
            self.go_to(month.turn(self.day, by))

    def next_view(self) -> None:
        views = list(VIEWS)
        self.turn_to(views[(views.index(self.view) + 1) % len(views)])

    def turn_to(self, view: str) -> None:
        """Show the chosen day in another view."""
        self.view = view
        self._read(True, moved=True)

    def to_agenda(self) -> None:
        self._enter("agenda")

    def next_part(self) -> None:
        self._enter(self.PARTS[(self.PARTS.index(self.part) + 1) % len(self.PARTS)])

    def previous_part(self) -> None:
        self._enter(self.PARTS[self.PARTS.index(self.part) - 1])

    def _enter(self, part: str) -> None:
        self.part = part
        if isinstance(self.agenda, DayList) and part != "plan":
            self._to_day()

    def _to_day(self) -> None:
        """The cursor of a list under day headings to the chosen day: on it, or on its first activity."""
        self.agenda.go(self.agenda.place_of(self.day))
        if self.part == "agenda" or self.view == "agenda":
            self.agenda.to_item()
            self._take_day_along()

    def _check_counts(self) -> None:
        """What is read further down stands under its own day only while nobody has added or struck out any."""
        if activities.days_with(*self._span()) != self.counts:
            self._read(True)

    def _take_day_along(self) -> None:
        """In a week the chosen day is that of the activity under the cursor."""
        if self.view == "week" and self.part == "agenda" and (here := self.chosen()):
            self.day = here.on_date

    def leave(self) -> None:
        if self.part == "days":
            super().leave()
        else:
            self._enter("days")

    # ---- reading

    def shown(self) -> None:
        self._read(True)

    def _span(self) -> tuple[date, date]:
        """First and last day of what the view counts."""
        match self.view:
            case "month":
                return month.bounds(self.day)
            case "week":
                return month.week_of(self.day)
        return self.day, month.LAST

    def _read(self, whole: bool, moved: bool = False) -> None:
        """The activities; whole: the marks of the view's days and the month's plan too. moved: to another day."""
        try:
            self.counts = activities.days_with(*self._span())
            if whole:
                alone = self.view == "agenda"  # the other days' marks come with the activities
                self.marks = calendar_days.marks(*((self.day, self.day) if alone else self._span()))
                self._read_plan()
                loads = days_off.could_load(self.day.year)
                self.hint = f"{self.day.year}年放假安排还没装入：F10 节假日与调休，再按 F8" if loads else ""
            self._read_agenda(moved)
            if whole and self.view != "agenda":
                self._look_for_clashes()
            elif whole:
                self.clashes = {}
        except LedgerError as error:
            self.desk.say(str(error), "error")

    def _look_for_clashes(self) -> None:
        """What clashes in the month or week, found after the screen is drawn."""
        if self.looking:
            self.looking.cancel()
        found = {day for day, count in self.counts.items() if count > 1}

        def look() -> Iterator[bool]:
            self.clashes = clashes.on(found)
            yield True

        self.looking = Task(look(), lambda _: None, lambda: None, lambda said: self.desk.say(said, "error"))
        self.desk.begin(self.looking)

    def _read_plan(self) -> None:
        before, items = self.plan, plan_items.month(f"{self.day:%Y-%m}")
        self.plan = Roster.of(items, self._plan_row, "没有计划事项，按 Tab 到这里再按 Ins")
        self.plan.follow(before, plan_item.place_of)

    def _read_agenda(self, moved: bool) -> None:
        """The list afresh, the cursor where it was unless another day was gone to."""
        at, top, height, old = self.agenda.at, self.agenda.top, self.agenda.height, self.chosen()
        first, last = (self.day if self.view == "month" else self._span()[0]), self._span()[1]

        def page(offset: int, limit: int) -> list[ActivityLine]:
            found = activities.agenda(first, last, offset, limit)
            if found and self.view == "agenda":
                self.clashes |= clashes.on({each.on_date for each in found})
                self.marks |= calendar_days.marks(found[0].on_date, found[-1].on_date)
            return found

        if self.view == "month":
            count = sum(count for day, count in self.counts.items() if day >= first)
            self.agenda = Roster(lambda: count, page, self._activity_row, "这天起本月没有活动")
        else:
            counts = self.counts
            if self.view == "week":
                counts = {day: counts.get(day, 0) for day in (first + timedelta(days=n) for n in range(7))}
            self.agenda = DayList(
                counts, page, self._heading, self._activity_row, "这天起没有活动，按 Ins 添加"
            )
        self.agenda.height = height
        if not moved:
            self.agenda.top = max(0, min(top, len(self.agenda) - height))
            place = old and self._place(old.id, old.on_date)
            self.agenda.go(at if place is None else place)
        elif self.view == "month":
            self.agenda.go(0)
        if self.view != "month" and (moved or self.chosen() is None):
            self._to_day()

    # ---- activities and plan items

    def add(self) -> None:
        if self.part == "plan":
            ask_text(self.desk, f"{self.day.month}月的计划事项", "", self._add_item, "如 召开家长会")
        else:
            here = self.chosen() if self.part == "agenda" else None
            sheet = activity.activity_sheet(self.context, None, here.on_date if here else self.day)
            self.desk.push(sheet, self._stand_on)

    def _add_item(self, title: str) -> None:
        made = plan_items.add(f"{self.day:%Y-%m}", title, self.context.by)
        self._read(True)
        self.plan.go(next((n for n, item in enumerate(self.plan.items()) if item.id == made), self.plan.at))
        self.desk.say(f"已添加：{title.strip()}，按 Ctrl+Z 可撤销", "good")

    def edit(self) -> None:
        if self.part == "plan":
            plan_item.open_item(self.context, self.plan.current().id)
        else:
            self.desk.push(activity.activity_sheet(self.context, self.chosen().id), self._stand_on)

    def _stand_on(self, activity_id: UUID | None) -> None:
        """The cursor on an activity that was saved, on whatever day it is now."""
        if activity_id is None:
            return
        there = activities.line(activity_id).on_date
        first, last = self._span()
        if not max(first, self.day if self.view == "month" else first) <= there <= last:
            self.go_to(there)
        if self.view == "month" or self.part == "agenda":
            self.agenda.go(self._place(activity_id, there))

    def _place(self, activity_id: UUID, day: date) -> int | None:
        """Where an activity of a day stands in the list; None if it is not on that day any more."""
        ids = [each.id for each in activities.agenda(day, day)]
        if activity_id not in ids:
            return None
        if isinstance(self.agenda, DayList):
            return self.agenda.place_of(day) + 1 + ids.index(activity_id)
        return ids.index(activity_id) + sum(
            count for each, count in self.counts.items() if self.day <= each < day
        )

    def remove(self) -> None:
        if self.part == "plan":
            plan_item.remove_item(self.context, self.plan.current())
        else:
            here = self.chosen()
            question = f"删除“{here.title}”？"
            if here.repeats:
                question = f"删除{days.short(here.on_date)}这一次“{here.title}”？只删这一次；以后各次也要删，请按 F10 选“重复”。"
            ask_removal(self, question, lambda: activities.remove(here.id, self.context.by), here.title)

    def read(self) -> None:
        """All that is known of the activity under the cursor, with its notes as they were written."""
        here = self.chosen()
        self.desk.push(Tell(here.title, calendar_rows.activity_told(here, self.clashes.get(here.id, ()))))

    def call_roll(self) -> None:
        from tui.screens.roll_call import RollCall

        self.desk.push(RollCall(self.context, self.chosen()))

    def tick(self) -> None:
        """Done on a day that is asked for, or not done after all."""
        item = self.plan.current()
        if item.done_on or item.dropped:
            plan_item.reopen_item(self.context, item.id)
        else:
            plan_item.finish_item(self.context, item.id)

    def more(self) -> None:
        """F10: what else can be done with what the cursor is on, and what else begins here."""
        own: list[activity.Move] = []
        if self.part == "agenda" and (here := self.chosen()):
            own = activity.moves(self.context, here)
        elif self.part == "plan" and (item := self.plan.current()):
            own = [
                (
                    f"“{clip(item.title, 24)}”：安排、延期、不办……",
                    "zx",
                    lambda: plan_item.item_menu(self.context, item.id),
                )
            ]
        views = [
            (f"换成{name}", initials, lambda view=view: self.turn_to(view))
            for view, (name, initials) in VIEWS.items()
            if view != self.view
        ]
        ask_action(self.desk, "活动日历：更多", [
            *own,
            *(views if self.part != "days" else ()),
            ("各项计划：选用、进度、总结", "gxjh", self._open("work_plans", "WorkPlans")),
            ("领导小组", "ldxz", self._open("leading_group", "LeadingGroup")),
            ("会议与决定", "hyyjd", self._open("meetings", "Meetings")),
            ("生日：名单、贺卡", "sr", self._open("birthdays", "Birthdays")),
            ("值班表", "zbb", self._open("duty_roster", "DutyRoster")),
            ("两体两艺参与", "ltly", self._open("participation", "Participation")),
            ("放假安排：节假日与调休", "fjap", self._open("days_off", "DaysOff")),
            ("存成日历文件（.ics）", "cc", self._run("calendar_files", "save_ics")),
            ("读入日历文件（.ics）", "dr", self._run("calendar_files", "read_ics")),
        ])  # fmt: skip

    def _open(self, module: str, name: str) -> Callable[[], None]:
        """What lays a screen on the desk that is imported only when it is gone to."""
        return lambda: self.desk.push(getattr(import_module(f"tui.screens.{module}"), name)(self.context))

    def _run(self, module: str, name: str) -> Callable[[], None]:
        """What begins something that is imported only then."""
        return lambda: getattr(import_module(f"tui.screens.{module}"), name)(self.context)

    def undo(self) -> None:
        self.context.undo()

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        body = height - TOLD
        lines = self._month(width, body) if self.view == "month" else self._days(width, body)
        lines = lines[:body] + [[]] * (body - len(lines))
        return Picture([*lines, *([(" " + text, "plain")] for text in wrap(self._told(), width - 2)[:TOLD])])

    def _month(self, width: int, height: int) -> list[Line]:
        """Phases above, the grid to the left, activities beside it, the plan below."""
        cell = month.CELL if width >= NARROW else month.NARROW_CELL
        left = month.grid_width(cell) + 2
        grid = month.month_lines(self.day, days.today(), self.counts, self.part == "days", cell, calendar_rows.signs(self.marks))  # fmt: skip
        top: list[Line] = [[(f"{self.day.year}年{self.day.month}月", "head")], *grid]
        agenda = [
            self._head(f"{days.short(self.day)}起的活动", self.part == "agenda"),
            *self.agenda.draw(width - left, len(top) - 1),
        ]
        lines = [fill([("  ", "plain"), *a], left) + b for a, b in zip(top, agenda, strict=True)]
        bands = month.band_lines(month.bands_of({day: mark.phases for day, mark in self.marks.items()}),
                                 *month.bounds(self.day), width - 4)  # fmt: skip
        lines = [*([("  ", "plain"), *band] for band in bands[:TOLD]), *lines]
        told = calendar_rows.month_words(self.marks, official=cell == month.NARROW_CELL)
        said: Line = [("  " + clip(told, width - 2), "info")] if told else []
        if self.hint and not told:
            said = [("  " + clip(self.hint, width - 2), "dim")]
        lines.append(said)
        return [*lines, *self._plan_lines(width, height - len(lines))]

    def _days(self, width: int, height: int) -> list[Line]:
        """A week or what is to come, day by day; the plan below, in full while the cursor is in it."""
        first, last = self._span()
        here = self.part == "days"
        if self.view == "week":
            head = self._head(f"{days.short(first)}到{days.short(last)}的一周", self.part != "plan")
        else:
            name = f"{days.short(self.day)} {days.weekday(self.day)}"
            head = [(">" if here else " ", "key"), (name, "cursor" if here else "head"), ("起的活动", "head")]
        phases = "、".join(self.marks.get(self.day, NOTHING).phases)
        told = fill([*head, (f"  {self._listed()}项", "strong"), (f"  {phases}", "info")], width)
        plan = min(PLAN, 2 + len(self.plan)) if self.part == "plan" else 1
        return [told, *self.agenda.draw(width, height - 1 - plan), *self._plan_lines(width, plan)]

    def _plan_lines(self, width: int, height: int) -> list[Line]:
        done = sum(not item.open for item in self.plan.items())
        head = self._head(f"{self.day.month}月计划  {len(self.plan)}项，完成{done}项", self.part == "plan")
        return [[(" ", "plain"), *head], *(self.plan.draw(width, height - 1) if height > 1 else [])]

    @staticmethod
    def _head(text: str, active: bool) -> Line:
        return [(">" if active else " ", "key"), (text, "head" if active else "strong")]

    def _told(self) -> str:
        """What the cursor is on, in full."""
        if self.part == "plan":
            item = self.plan.current()
            return calendar_rows.item_words(item) if item else ""
        if self.part == "agenda" and (here := self.chosen()):
            return calendar_rows.activity_words(here, self.clashes.get(here.id, ()))
        return calendar_rows.day_words(self.day, self.marks.get(self.day, NOTHING))

    def _heading(self, day: date, width: int, here: bool) -> Line:
        here = here and self.part == "days" and self.view == "week"
        return fill(calendar_rows.day_heading(day, self.marks.get(day, NOTHING), days.today(), here), width)

    def _activity_row(self, line: ActivityLine, width: int, here: bool) -> Line:
        here = here and self.part == "agenda"
        return calendar_rows.activity_row(
            line, width, here, self.clashes.get(line.id, ()), self.view == "month"
        )

    def _plan_row(self, item: PlanLine, width: int, here: bool) -> Line:
        return calendar_rows.item_row(item, width, here and self.part == "plan", days.today())
