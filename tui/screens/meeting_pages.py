"""What stands on each page of 会议: one thought a page, as many pages of it as its figures or rows need."""

from collections.abc import Iterator
from typing import NamedTuple

from db import duties
from db.overview import Late
from db.spec import mask_name
from db.status import Standing
from db.targets import Target
from tui.ink import Line, cells, columns, fill, gauge, line_cells, wrap
from tui.widgets.rates import rate_text, verdict
from tui.widgets.tiles import Tile, across, grid, least, row

COUNT = 5
NAMES = ("概况", "目标", "逾期", "本月", "结对")
NAMED = {"逾期", "结对"}  # pages on which people stand


class Seen(NamedTuple):
    """What the pages show. owed: what is overdue, one by one; hide: names of people in what somebody typed."""

    standing: Standing
    owed: list[duties.Duty]
    titles: dict[int, str]  # masked titles of what the site owes, by the duty's place in owed


class Shown(NamedTuple):
    """One page: the thought it belongs to, its lines."""

    name: str
    lines: list[Line]


def pages(seen: Seen, names: bool, width: int, height: int) -> list[Shown]:
    """All pages in their order, drawn for a room; names: in full."""
    bodies = (
        [_overview(seen.standing, width, height)],
        _targets(seen.standing.targets, width, height),
        _overdue(seen, names, width, height),
        [_month(seen.standing, width, height)],
        _pairing(seen.standing, names, width, height),
    )
    return [Shown(name, lines) for name, body in zip(NAMES, bodies, strict=True) for lines in body]


def _who(name: str | None, names: bool) -> str:
    return (name if names else mask_name(name)) or ""


def _overview(seen: Standing, width: int, height: int) -> list[Line]:
    return grid([
        Tile("登记儿童", str(seen.registered)), Tile("留守儿童", str(seen.left_behind)),
        Tile("重点儿童", str(seen.focus)), _rate(seen.rate),
    ], width, height)  # fmt: skip


# ---- targets --------------------------------------------------------------------------------------


def _targets(targets: list[Target], width: int, height: int) -> Iterator[list[Line]]:
    tiles = [_rate(each) for each in targets if not each.waiting]
    waiting = [each for each in targets if each.waiting]
    wide = across(tiles, width, height)
    for at in range(0, len(tiles), 2 * wide):
        yield grid(tiles[at : at + 2 * wide], width, height, wide)
    if waiting:
        told: list[Line] = [[("  还说不出的目标", "strong")], []]
        for each in waiting:
            said = wrap(f"{each.name}：{each.waiting}", width - 4)
            told += [[("  " + text, "plain")] for text in said]
        yield from _sheets(told, [], height)
    elif not tiles:
        yield [[("  还没有定要求的目标：按 F5 到目标清单", "dim")]]


def _rate(target: Target) -> Tile:
    style = {True: "bar", False: "bar_warn", None: "panel"}[target.met]
    if target.rate is None:
        return Tile(target.name, rate_text(None), style=style)
    about = [f"{target.numerator}/{target.denominator}"]
    if target.asks:
        about.append(f"要求{target.asks}")
    said, tone = verdict(target)
    return Tile(target.name, f"{target.rate:g}", "%", "  ".join(filter(None, (*about, said))), style, tone)


# ---- what is overdue ------------------------------------------------------------------------------


def _overdue(seen: Seen, names: bool, width: int, height: int) -> Iterator[list[Line]]:
    due, late = seen.standing.due, seen.standing.late
    third = (width - 2) // 3
    top = row([Tile("逾期待办", str(due.overdue), style="bar_warn" if due.overdue else "bar"),
               Tile("今天到期", str(due.today)), Tile("七天内", str(due.week))], third, least(height))  # fmt: skip
    if not late:
        return _sheets([*top, []], [[("  没有逾期的事", "good")]], height)
    helper = max(8, *(cells(each.who(names)) for each in late))
    head = columns([("  帮扶人", helper + 2, "dim"), ("儿童", COUNT, "dim"), ("待办", COUNT, "dim")])
    rows = [_late(each, seen, names, helper, late[0].duties, width) for each in late]
    return _sheets([*top, [], head], rows, height, [head])


def _late(late: Late, seen: Seen, names: bool, helper: int, most: int, width: int) -> Line:
    """One who is behind, as a bar, and with whom or what by how many days."""
    said = "  ".join(
        f"{_who(each.child, names) or (each.label if names else seen.titles[at])}{each.days_over}天"
        for at, each in sorted(enumerate(seen.owed), key=lambda pair: -pair[1].days_over)
        if each.source != "birthday" and _owes(late, each)
    )
    people = f"{late.children}人" if late.children else ""
    line: Line = [("  ", "plain"), *columns([(late.who(names), helper, "strong"), (people, COUNT, "alarm"),
                                             (f"{late.duties}件", COUNT, "plain")]),
                  ("  ", "plain"), *gauge(late.duties / most, width // 8, "bar_warn"), ("  ", "plain")]  # fmt: skip
    return [*line, *fill([(said, "plain")], width - line_cells(line) - 1)]


def _owes(late: Late, duty: duties.Duty) -> bool:
    if late.helper_id is not None or duty.helper_id is not None:
        return late.helper_id == duty.helper_id
    return late.of_site == (duty.child_id is None)


# ---- this month, the pairings ---------------------------------------------------------------------


def _month(seen: Standing, width: int, height: int) -> list[Line]:
    month = seen.month
    plan = f"{month.plan_done}/{month.plan_total}" if month.plan_total else rate_text(None)
    style = "bar" if month.plan_total and month.plan_done == month.plan_total else "bar_warn"
    return grid([
        Tile(f"{month.first.month}月谈心（次）", str(month.talks)),
        Tile("走访等其他记录（次）", str(month.other_records)),
        Tile("活动（场）", str(month.activities), "", f"到场 {month.came} 人次" if month.came else ""),
        Tile("计划完成（项）", plan, style=style if month.plan_total else "panel"),
    ], width, height)  # fmt: skip


def _pairing(seen: Standing, names: bool, width: int, height: int) -> Iterator[list[Line]]:
    paired = seen.paired
    share = (
        f"{paired.helping}位在帮，人均{paired.looked_after / paired.helping:.1f}名" if paired.helping else ""
    )
    top = row([
        Tile("已结对", str(paired.children), style="bar"),
        Tile("没结对", str(paired.unpaired), "", f"重点、无人监护{len(paired.focus_unpaired)}名" if paired.focus_unpaired else "",
             "bar_warn" if paired.unpaired else "bar", "alarm"),
        Tile("帮扶人", str(paired.helpers), "", share),
    ], (width - 2) // 3, least(height))  # fmt: skip
    rows: list[Line] = []
    if paired.focus_unpaired:
        rows += _listed(
            "重点、无人监护没结对", [_who(each, names) for each in paired.focus_unpaired], "alarm", width
        )
    if paired.overloaded:
        over = [
            f"{_who(each.helper, names)}{each.load}名（最多{each.capacity}名）" for each in paired.overloaded
        ]
        rows += _listed("帮扶人超过名额", over, "warn", width)
    if not rows:
        said = (
            "重点、无人监护的都结了对，没有帮扶人超过名额"
            if paired.children
            else "还没有结对：按 F3 到结对帮扶"
        )
        rows = [[("  " + said, "good" if paired.children else "dim")]]
    return _sheets([*top, []], rows, height)


def _listed(what: str, people: list[str], style: str, width: int) -> list[Line]:
    """A heading with how many, then the people over as many lines as they take."""
    lines: list[Line] = [[(f"  {what} {len(people)}", style)]]
    return [*lines, *([("    " + text, "strong")] for text in wrap("  ".join(people), width - 6))]


def _sheets(
    top: list[Line], rows: list[Line], height: int, head: list[Line] | None = None
) -> Iterator[list[Line]]:
    """Rows below the top of the first sheet; what has no room there goes on, below a heading, on further ones."""
    lines, room = top, max(1, height - len(top))
    while True:
        yield [*lines, *rows[:room]]
        rows = rows[room:]
        if not rows:
            return
        lines = head or []
        room = height - len(lines)
