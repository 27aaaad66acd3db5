"""会议 (F9): how things stand, large enough for the back row, names masked, nothing to type."""

from collections import defaultdict
from datetime import date
from typing import Any, NamedTuple

from db import activities, care, days, duties, plan_items, status, when
from db.errors import LedgerError
from db.spec import mask_name
from tui.context import Context
from tui.ink import Line, columns, fill, fit, gauge, line_cells
from tui.page import Key, Page, Picture
from tui.widgets.figures import ROWS, figure, scale_of
from tui.widgets.rates import rate_text

HELPER, COUNT = 8, 5


class Tile(NamedTuple):
    """One large figure: what it counts, the figure and its unit, a remark beside the label, its style."""

    label: str
    text: str
    unit: str = ""
    remark: str = ""
    style: str = "panel"


class Month(NamedTuple):
    """What was done this month so far."""

    first: date
    talks: int
    other_records: int
    activities: int
    came: int
    plan_done: int
    plan_total: int


class Meeting(Page):
    """Four pages, turned with the arrow keys."""

    title = "会议"
    digits_switch = True
    keys = (
        Key(("pagedown", "right", "space", "enter"), "下一页", "next_page"),
        Key(("pageup", "left", "backspace"), "上一页", "page_before"),
        Key(("escape",), "回工作台", "leave", show=False),
        Key(("f9",), "重新统计", "shown", show=False),
    )
    names = ("概况", "目标", "逾期", "本月")

    def __init__(self, context: Context):
        self.context = context
        self.at = 0
        self.status: dict[str, Any] | None = None
        self.overdue: list[duties.Duty] = []
        self.month: Month | None = None

    def shown(self) -> None:
        today = days.today()
        try:
            self.status = status.status()
            self.overdue = duties.overdue(today)
            self.month = _month(today)
            wrong_day = when.set_back()
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        if wrong_day:
            self.desk.say(wrong_day, "error")

    def next_page(self) -> None:
        self.at = (self.at + 1) % len(self.names)

    def page_before(self) -> None:
        self.at = (self.at - 1) % len(self.names)

    def leave(self) -> None:
        self.desk.go("f6")

    def draw(self, width: int, height: int) -> Picture:
        lines = [self._tabs(width), []]
        if self.month is not None:
            body = (self._overview, self._targets, self._overdue, self._this_month)[self.at]
            lines += body(width, height - len(lines))
        return Picture(lines)

    def _tabs(self, width: int) -> Line:
        """The pages' names, and by which criterion children are counted."""
        line: Line = []
        for at, name in enumerate(self.names):
            line += [("  ", "plain"), (f" {name} ", "chosen" if at == self.at else "plain")]
        if self.status is None:
            return line
        criterion = self.status["criterion"].partition("：")[0]
        return [*line, (fit(f"认定口径 {criterion}", width - line_cells(line) - 1, right=True), "dim")]

    def _overview(self, width: int, height: int) -> list[Line]:
        children = self.status["children"]
        paired = next(each for each in self.status["targets"] if each["code"] == "paired")
        return _four([
            Tile("登记儿童", str(children["registered"])), Tile("留守儿童", str(children["left_behind"])),
            Tile("重点儿童", str(children["focus"])), _rate(paired),
        ], width, height)  # fmt: skip

    def _targets(self, width: int, height: int) -> list[Line]:
        return _four([_rate(target) for target in self.status["targets"]], width, height)

    def _overdue(self, width: int, height: int) -> list[Line]:
        due = self.status["due"]
        third = (width - 2) // 3
        tiles = [Tile("逾期待办", str(due["overdue"]), style="bar_warn" if due["overdue"] else "bar"),
                 Tile("今天到期", str(due["today"])), Tile("七天内", str(due["week"]))]  # fmt: skip
        lines = _row(tiles, third, max(ROWS + 2, height // 3))
        return [*lines, [], *_by_helper(self.overdue, width, height - len(lines) - 1)]

    def _this_month(self, width: int, height: int) -> list[Line]:
        month = self.month
        plan = f"{month.plan_done}/{month.plan_total}" if month.plan_total else rate_text(None)
        style = "bar" if month.plan_total and month.plan_done == month.plan_total else "bar_warn"
        return _four([
            Tile(f"{month.first.month}月谈心（次）", str(month.talks)),
            Tile("走访等其他记录（次）", str(month.other_records)),
            Tile("活动（场）", str(month.activities), "", f"到场 {month.came} 人次" if month.came else ""),
            Tile("计划完成（项）", plan, style=style if month.plan_total else "panel"),
        ], width, height)  # fmt: skip


def _month(today: date) -> Month:
    first = today.replace(day=1)
    done = care.tally(first, today)
    held = [each for each in activities.agenda(first, today) if each.state != "cancelled"]
    plan = plan_items.month(f"{today:%Y-%m}")
    return Month(
        first, done.get(care.TALK, 0), sum(done.values()) - done.get(care.TALK, 0), len(held),
        sum(each.present for each in held), sum(item.done_on is not None for item in plan), len(plan),
    )  # fmt: skip


def _rate(target: dict[str, Any]) -> Tile:
    style = {True: "bar", False: "bar_warn", None: "panel"}[target["met"]]
    if target["rate"] is None:
        return Tile(target["name"], rate_text(None), style=style)
    people = f"{target['numerator']}/{target['denominator']}"
    return Tile(target["name"], f"{target['rate']:g}", "%", people, style)


def _four(tiles: list[Tile], width: int, height: int) -> list[Line]:
    """Tiles two by two over the whole room."""
    half, each = (width - 2) // 2, (height - 1) // 2
    scale, units = _scale(tiles, half, each)
    lines: list[Line] = []
    for at in range(0, len(tiles), 2):
        lines += [*_row(tiles[at : at + 2], half, each, scale, units), []]
    return lines[:-1]


def _scale(tiles: list[Tile], width: int, height: int) -> tuple[int, bool]:
    """The size all figures of a page share, and whether their units are drawn large: only if it costs no size."""

    def smallest(texts: list[str]) -> int:
        return min(scale_of(text, width - 3, height - 2) for text in texts)

    full, bare = smallest([tile.text + tile.unit for tile in tiles]), smallest([tile.text for tile in tiles])
    return max(full, bare), full >= bare


def _row(
    tiles: list[Tile], width: int, height: int, scale: int | None = None, units: bool = True
) -> list[Line]:
    """Tiles side by side."""
    if scale is None:
        scale, units = _scale(tiles, width, height)
    blocks = [_tile(tile, height, scale, units) for tile in tiles]
    return [
        [("  ", "plain"), *(run for line in row for run in fill(line, width))]
        for row in zip(*blocks, strict=True)
    ]


def _tile(tile: Tile, height: int, scale: int, units: bool) -> list[Line]:
    """The label, a blank, the figure; exactly `height` lines."""
    label = tile.label + ("" if units or not tile.unit else f" {tile.unit}")
    head: Line = [(label, "strong"), ("   " + tile.remark, "plain")]
    lines = [head, [], *figure(tile.text + (tile.unit if units else ""), scale, height - 2, tile.style)]
    return (lines + [[]] * height)[:height]


def _by_helper(late: list[duties.Duty], width: int, room: int) -> list[Line]:
    """Overdue children by who looks after them, most first; nobody is named in full."""
    if not late:
        return [[("  没有逾期的事", "good")]]
    groups: dict[str | None, list[duties.Duty]] = defaultdict(list)
    for duty in late:
        groups[duty.helper].append(duty)
    ranked = sorted(
        groups.items(), key=lambda group: (-len(group[1]), -max(each.days_over for each in group[1]))
    )
    most, bar = len(ranked[0][1]), width // 6
    lines: list[Line] = [columns([("  帮扶人", HELPER + 2, "dim"), ("逾期", COUNT, "dim")])]
    for helper, owed in ranked[: room - 2 if len(ranked) > room - 1 else room - 1]:
        owed.sort(key=lambda each: -each.days_over)
        said = "  ".join(f"{mask_name(each.child) or each.label}{each.days_over}天" for each in owed)
        who = mask_name(helper) or "还没结对"
        line: Line = [("  ", "plain"), *columns([(who, HELPER, "strong"), (f"{len(owed)}人", COUNT, "alarm")]),
                      ("  ", "plain"), *gauge(len(owed) / most, bar, "bar_warn"), ("  ", "plain")]  # fmt: skip
        lines.append([*line, *fill([(said, "plain")], width - line_cells(line) - 1)])
    if len(ranked) > len(lines) - 1:
        rest = ranked[len(lines) - 1 :]
        lines.append([(f"  另有 {len(rest)} 位帮扶人，{sum(len(owed) for _, owed in rest)} 人逾期", "dim")])
    return lines
