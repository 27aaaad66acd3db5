"""A month as a grid of days: which day a key leads to, and how the grid is drawn. Pure: no storage, no keys of its own.

Seven lines, whatever the month, so that going to another month moves nothing else on the screen.
"""

from calendar import Calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

from db.days import add_months
from tui.ink import Line, cells, clip, fit, line_cells, safe

Sign = tuple[str, str]  # one wide character, and the style it and the number are drawn in
NONE: Mapping[date, Sign] = MappingProxyType({})

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
STEPS = {"left": -1, "right": 1, "up": -7, "down": 7}
CELL, NARROW_CELL = 5, 4  # marker, two digits, and what is on that day
WEEKS = 6
LINES = WEEKS + 1


def step(day: date, key: str) -> date | None:
    """The day an arrow leads to, held inside the years we keep; None for other keys."""
    if key not in STEPS:
        return None
    return _held(day + timedelta(days=STEPS[key]))


def turn(day: date, months: int) -> date:
    """The same day some months on, held inside the years we keep."""
    return _held(add_months(day, months))


def _held(day: date) -> date:
    return max(FIRST, min(day, LAST))


def bounds(day: date) -> tuple[date, date]:
    """First and last day of the month a day lies in."""
    first = day.replace(day=1)
    return first, add_months(first, 1) - timedelta(days=1)


def grid_width(cell: int) -> int:
    """Cells the grid takes."""
    return 7 * cell + 1


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week a day lies in."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def month_lines(
    chosen: date, today: date, counts: Mapping[date, int], active: bool = True, cell: int = CELL,
    signs: Mapping[date, Sign] = NONE,
) -> list[Line]:  # fmt: skip
    """Weekday heads and six weeks, Monday first, all of the same width.

    counts: how many activities a day has. The chosen day bears a marker, and its number alone is in reverse while
    the grid is active; today is underlined. signs: what else a day is, in one wide character and its style. A wide cell
    counts activities or, beside a sign, stars them before the number; a narrow one stars them, the sign is its colour.
    """
    heads = "".join(f" {name}".ljust(cell - 1) for name in "一二三四五六日")
    lines: list[Line] = [[(heads + " ", "dim")]]
    weeks = Calendar().monthdatescalendar(chosen.year, chosen.month)
    for week in weeks:
        line: Line = []
        for day in week:
            if day.month == chosen.month:
                style = "cursor" if active and day == chosen else "field" if day == today else ""
                line += _cell(
                    day, ">" if day == chosen else " ", style, counts.get(day, 0), signs.get(day), cell
                )
            else:
                line.append((" " * cell, "plain"))
        lines.append([*line, (" ", "plain")])
    blank = " " * grid_width(cell)
    return lines + [[(blank, "plain")] for _ in range(LINES - len(lines))]


def _cell(day: date, marker: str, style: str, count: int, sign: Sign | None, cell: int) -> Line:
    number = str(day.day)
    tail = "" if not count else "*" if count == 1 or cell == NARROW_CELL else f"*{min(count, 9)}"
    if sign and cell != NARROW_CELL:
        marker, tail = ("*" if count and marker == " " else marker), sign[0]
    return [
        (marker, "key"),
        (" " * (2 - cells(number)), "plain"),
        (number, style or (sign[1] if sign else "strong" if count else "plain")),
        (fit(tail, cell - 3), sign[1] if sign else "info"),
    ]


class Band(NamedTuple):
    """Something that goes on for days: its name, its first and last day."""

    name: str
    first: date
    last: date


def bands_of(days: Mapping[date, Sequence[str]]) -> list[Band]:
    """What goes on for days on end, from what each day names; the first to begin comes first."""
    found: list[Band] = []
    going: dict[str, int] = {}
    for day, names in sorted(days.items()):
        for name in names:
            at = going.get(name)
            if at is not None and found[at].last == day - timedelta(days=1):
                found[at] = found[at]._replace(last=day)
            else:
                going[name] = len(found)
                found.append(Band(name, day, day))
    return found


def band_lines(bands: Sequence[Band], first: date, last: date, width: int) -> list[Line]:
    """Bands as lines of = from their first to their last day, the name at the beginning; those that follow on share one."""
    length = (last - first).days + 1
    rows: list[list[Band]] = []
    for band in bands:
        free = next((row for row in rows if row[-1].last < band.first), None)
        if free is None:
            rows.append([band])
        else:
            free.append(band)
    lines = []
    for row in rows:
        line: Line = []
        for band in row:
            begin, end = (
                (band.first - first).days * width // length,
                ((band.last - first).days + 1) * width // length,
            )
            name = clip(safe(band.name), end - begin - 1)
            line += [(" " * (begin - line_cells(line)), "plain"), (name, "info"),
                     ("=" * (end - begin - cells(name) - 1) + " ", "info")]  # fmt: skip
        lines.append(line)
    return lines
