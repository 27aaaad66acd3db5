"""When a plan's occasions fall: each week, month, quarter, term, holiday or festival of its span. Pure but for the lunar days."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, pairwise
from typing import NamedTuple

from db.days import add_months, short
from db.plan_templates import Occasion
from db.rhythm import Calendar, term_index

BEFORE, AFTER = (
    timedelta(days=14),
    timedelta(days=3),
)  # a festival is kept from two weeks before to three days after
ENOUGH = 14  # days of a holiday that make it one


class Time(NamedTuple):
    """One time of an occasion: what it is called, from when on and until when it may be held."""

    title: str
    opens: date
    due_by: date


def times(occasion: Occasion, starts: date, ends: date, calendar: Calendar) -> list[Time]:
    """Every time of an occasion from one day to another, both included.

    A week whose own day lies outside the span is left out; so is a first or last period of which less than half lies in
    it, but for one that is the only one.
    """
    if occasion.every == "festival":
        from db.festivals import traditional

        return [
            Time(f"{name}：{occasion.name}", max(day - BEFORE, starts), min(day + AFTER, ends))
            for day, name in traditional(starts, ends)
        ]
    parts = list(_periods(occasion, starts, ends, calendar))
    weekly = occasion.every == "week"
    whole = [part for part in parts if weekly or _half_inside(part, starts, ends)] or parts
    return [Time(_called(occasion, name), max(first, starts), min(last, ends)) for name, first, last in whole]


def _called(occasion: Occasion, name: str) -> str:
    return f"{occasion.name}（{name}）"


def _half_inside(part: tuple[str, date, date], starts: date, ends: date) -> bool:
    _, first, last = part
    inside = (min(last, ends) - max(first, starts)).days + 1
    return 2 * inside >= (last - first).days + 1


def _periods(
    occasion: Occasion, starts: date, ends: date, calendar: Calendar
) -> Iterator[tuple[str, date, date]]:
    match occasion.every:
        case "week":
            monday = starts - timedelta(days=starts.weekday())
            while monday <= ends:
                the_day = monday + timedelta(days=occasion.weekday - 1)
                if starts <= the_day <= ends:
                    yield short(the_day), monday, monday + timedelta(days=6)
                monday += timedelta(weeks=1)
        case "day" | "month" | "quarter" | "year":  # a daily one is confirmed month by month
            months = {"quarter": 3, "year": 12}.get(occasion.every, 1)
            first = date(starts.year, (starts.month - 1) // months * months + 1, 1)
            while first <= ends:
                after = add_months(first, months)
                yield _month_name(first, months), first, after - timedelta(days=1)
                first = after
        case "term":
            for index in range(term_index(starts), term_index(ends) + 1):
                first, last = calendar.term_at(index)
                if first <= ends and last >= starts:
                    yield f"{index // 2}{'春' if index % 2 == 0 else '秋'}", first, last
        case _:
            yield from _holidays(starts, ends, calendar)


def _month_name(first: date, months: int) -> str:
    return {1: f"{first.month}月", 3: f"第{first.month // 3 + 1}季度", 12: f"{first.year}年"}[months]


def _holidays(starts: date, ends: date, calendar: Calendar) -> Iterator[tuple[str, date, date]]:
    """The summer and winter holidays between terms, as far as they lie in the span."""
    indexes = count(term_index(starts) - 1)
    for index, after in pairwise(indexes):
        first = calendar.term_at(index)[1] + timedelta(days=1)
        last = calendar.term_at(after)[0] - timedelta(days=1)
        if first > ends:
            return
        inside = (min(last, ends) - max(first, starts)).days + 1
        if inside >= min(ENOUGH, (last - first).days + 1):
            yield "暑假" if index % 2 == 0 else "寒假", max(first, starts), min(last, ends)
