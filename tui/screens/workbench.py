"""工作台 (F6): what is due and overdue, risk first; the targets at a glance; what today brings."""

from datetime import date, timedelta
from itertools import zip_longest

from db import days, status
from db.calendar import ActivityLine
from db.care import Duty
from db.errors import LedgerError
from db.status import Workbench as View
from db.targets import Target
from tui.context import Context
from tui.ink import Line, cells, clip, columns, fill, fit, line_cells
from tui.page import Key, Page, Picture
from tui.widgets.rates import rate_bar, rate_text
from tui.widgets.record_form import open_record
from tui.widgets.roster import Roster

NARROW = 76
WHEN, NAME, KIND, HELPER = 9, 8, 4, 8
TARGET, RATE, PEOPLE = 10, 6, 7
LEFT = 38  # cells of the left column where there are two, at the least
MOST_ACTIVITIES = 3


def days_in_words(duty: Duty, today: date) -> tuple[str, str]:
    """When a duty is owed, as people say it, and the style to say it in."""
    if duty.days_over > 0:
        return f"逾期{duty.days_over}天", "alarm"
    if duty.days_over == 0:
        return "今天", "warn"
    if duty.days_over == -1:
        return "明天前", "plain"
    monday = today - timedelta(days=today.weekday())
    if duty.due_by < monday + timedelta(days=7):
        return f"{days.weekday(duty.due_by)}前", "plain"
    if duty.due_by < monday + timedelta(days=14):
        return f"下{days.weekday(duty.due_by)}前", "plain"
    return f"{days.short(duty.due_by)}前", "plain"


class Workbench(Page):
    """The first screen of the day."""

    title = "工作台"
    digits_switch = True
    keys = (
        Key(("enter", "f8"), "记谈心", "record"),
        Key(("space",), "档案", "dossier", show=False),
        Key(("/", "ctrl+f"), "查找", "find", show=False),
        Key(("insert", "a"), "给别的儿童记谈心", "record_other", show=False),
        Key(("f6",), "重新看一遍", "shown", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context):
        self.context = context
        self.view: View | None = None
        self.roster: Roster[Duty] = Roster(
            lambda: len(self.view.duties) if self.view else 0,
            lambda offset, limit: self.view.duties[offset : offset + limit],
            self.duty_row,
        )

    def shown(self) -> None:
        try:
            self.view = status.workbench(days.today())
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        counted = any(target.denominator for target in self.view.targets)
        self.roster.empty = "这几天没有待办" if counted else "没有留守儿童：按 F2 登记或 F7 导入"
        self.roster.refresh()

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run in ("record", "dossier") and self.roster.current() is None:
            return "没有待办：按 / 查找儿童，按 Ins 给任一名儿童记谈心"
        return None

    def record(self) -> None:
        duty = self.roster.current()
        open_record(self.context, duty.child_id, duty.kind)

    def record_other(self) -> None:
        self.context.find_child(lambda child: open_record(self.context, child.id))

    def dossier(self) -> None:
        self.context.open_child(self.roster.current().child_id)

    def find(self) -> None:
        self.context.find_child(lambda child: self.context.open_child(child.id))

    def undo(self) -> None:
        self.context.undo()

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        if self.view is None:
            return Picture()
        return Picture(self._wide(width, height) if width >= NARROW else self._narrow(width, height))

    def _wide(self, width: int, height: int) -> list[Line]:
        """Duties to the left, targets to the right, today below."""
        left = LEFT + (width - NARROW) // 2
        right = width - left - 1
        foot = self._today(left, width)
        foot[0] = [*fill(foot[0], left), *self._plan()]
        lines = [self._counts(), *self.roster.draw(left, height - 2 - len(foot))]
        beside: list[Line] = [[("目标", "head")], *(glance(target, right) for target in self.view.targets)]
        beside += [[]] * (len(lines) - len(beside))
        return [[*fill(one, left), *two] for one, two in zip(lines, beside, strict=True)] + [[], *foot]

    def _narrow(self, width: int, height: int) -> list[Line]:
        """Duties above, targets in pairs below them, then today."""
        half = width // 2 - 2
        shown = [glance(target, half) for target in self.view.targets]
        below = [[(" ", "plain"), *fill(one, half), ("  ", "plain"), *two]
                 for one, two in zip_longest(shown[::2], shown[1::2], fillvalue=[])]  # fmt: skip
        below += [[], *self._today(width, width), [(" ", "plain"), *self._plan()]]
        return [self._counts(), *self.roster.draw(width, height - 2 - len(below)), [], *below]

    def _counts(self) -> Line:
        view = self.view
        return [(f" 待办 {len(view.duties)}", "head"), ("   ", "plain"),
                (f"逾期 {view.overdue}", "alarm" if view.overdue else "head")]  # fmt: skip

    def _plan(self) -> Line:
        total, done = self.view.plan_total, self.view.plan_done
        return [("本月计划", "head"), (f"  {total} 项，完成 {done}" if total else "  没有计划项", "plain")]

    def _today(self, first: int, width: int) -> list[Line]:
        """Today's activities, the first one in `first` cells, and the birthdays to come."""
        activities = [_activity(each) for each in self.view.today_activities]
        if len(activities) > MOST_ACTIVITIES:
            more = len(activities) - MOST_ACTIVITIES + 1
            activities = [*activities[: MOST_ACTIVITIES - 1], f"另有 {more} 项，按 F4 看日历"]
        lines = _under("今日", activities or ["没有活动"], [first] + [width] * MOST_ACTIVITIES)
        born = [f"{name} {days.short(day)}" for day, name, _age, _id in self.view.birthdays]
        return lines + _under("生日", [_as_many("、", born, width - 8) or "两周内没有"], [width])

    def duty_row(self, duty: Duty, width: int, here: bool) -> Line:
        """One duty as a line: a red star stands for a child at risk."""
        when, style = days_in_words(duty, self.view.as_of)
        name = NAME if width < 50 else NAME + 4
        line = columns([
            (">" if here else " ", 1, "key"), (when, WHEN, style), ("*" if duty.focus else " ", 1, "alarm"),
            (duty.child, name, "cursor" if here else "plain"), (duty.kind_label, KIND, "plain"), (duty.helper or "", HELPER, "plain"),
        ], gap=1)  # fmt: skip
        room = width - line_cells(line) - 2
        return [*line, ("  " + fit(duty.village_group or "", room), "dim")] if room >= 6 else line


def glance(target: Target, width: int) -> Line:
    """A target in one line: name, bar, rate, and the numbers behind it where there is room."""
    roomy = width >= 34
    bar = width - TARGET - RATE - 2 - (PEOPLE + 1 if roomy else 0)
    line: Line = [(fit(target.name, TARGET) + " ", "plain")]
    if target.rate is None:
        return [*line, (" " * (bar + RATE) + rate_text(None), "dim")]
    line += [*rate_bar(target, bar), (" " + fit(rate_text(target.rate), RATE, right=True), "strong")]
    return (
        [*line, (fit(f" {target.numerator}/{target.denominator}", PEOPLE + 1, right=True), "plain")]
        if roomy
        else line
    )


def _activity(activity: ActivityLine) -> str:
    return f"{activity.starts or '全天 '} {activity.title}" + (
        f"（{activity.place}）" if activity.place else ""
    )


def _under(head: str, texts: list[str], room: list[int]) -> list[Line]:
    """Texts one below the other, the head before the first."""
    return [[(f" {head}  " if not at else " " * 7, "head"), (clip(text, room[at] - 8), "plain")]
            for at, text in enumerate(texts)]  # fmt: skip


def _as_many(between: str, texts: list[str], width: int) -> str:
    """As many of the texts as fit, and how many there are if not all do."""
    for n in range(len(texts), 0, -1):
        said = between.join(texts[:n]) + (f" 等{len(texts)}人" if n < len(texts) else "")
        if cells(said) <= width:
            return said
    return clip("".join(texts[:1]), width)
