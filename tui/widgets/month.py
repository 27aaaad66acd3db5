"""A month as a grid of days: which day a key leads to, and how the grid is drawn. Pure: no storage, no keys of its own.

Seven lines, whatever the month, so that going to another month moves nothing else on the screen.
"""

from calendar import Calendar
from collections.abc import Mapping
from datetime import date, timedelta

from db.days import add_months
from tui.ink import Line, cells, fit

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


def month_lines(
    chosen: date, today: date, counts: Mapping[date, int], active: bool = True, cell: int = CELL
) -> list[Line]:
    """Weekday heads and six weeks, Monday first, all of the same width.

    counts: how many activities a day has. The chosen day bears a marker, and its number alone is in reverse while
    the grid is active; today is underlined. A narrow cell marks a day with activities, a wide one counts them.
    """
    heads = "".join(f" {name}".ljust(cell - 1) for name in "一二三四五六日")
    lines: list[Line] = [[(heads + " ", "dim")]]
    weeks = Calendar().monthdatescalendar(chosen.year, chosen.month)
    for week in weeks:
        line: Line = []
        for day in week:
            if day.month == chosen.month:
                line += _cell(day, day == chosen, day == today, counts.get(day, 0), active, cell)
            else:
                line.append((" " * cell, "plain"))
        lines.append([*line, (" ", "plain")])
    blank = " " * grid_width(cell)
    return lines + [[(blank, "plain")] for _ in range(LINES - len(lines))]


def _cell(day: date, chosen: bool, today: bool, count: int, active: bool, cell: int) -> Line:
    if chosen and active:
        style = "cursor"
    elif today:
        style = "field"
    else:
        style = "strong" if count else "plain"
    mark = "" if not count else "*" if count == 1 or cell == NARROW_CELL else f"*{min(count, 9)}"
    number = str(day.day)
    return [
        (">" if chosen else " ", "key"),
        (" " * (2 - cells(number)), "plain"),
        (number, style),
        (fit(mark, cell - 3), "info"),
    ]
