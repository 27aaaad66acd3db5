"""What the calendar says of its days: festivals, days off and worked weekends, phases of plans, birthdays."""

from datetime import date, timedelta
from typing import NamedTuple

from db import birthdays, days_off, festivals, work_plans


class DayMarks(NamedTuple):
    """One day. festival: its names in one text; off: 'off', 'work' (a weekend day that is worked) or None, why: of what.

    phases: those of plans, each as 阶段（计划）. birthdays: how many children have theirs.
    """

    festival: str | None = None
    off: str | None = None
    why: str | None = None
    phases: tuple[str, ...] = ()
    birthdays: int = 0


NOTHING = DayMarks()


def marks(first: date, last: date) -> dict[date, DayMarks]:
    """The days of a span that bear a mark, both ends included."""
    names: dict[date, list[str]] = {}
    for day, name in festivals.between(first, last):
        names.setdefault(day, []).append(name)
    official = days_off.of(first, last)
    phases: dict[date, list[str]] = {}
    for begins, ends, plan, phase in work_plans.phases(first, last):
        for day in _days(max(begins, first), min(ends, last)):
            phases.setdefault(day, []).append(f"{phase}（{plan}）")
    born = birthdays.days_with(first, last)
    return {
        day: DayMarks(
            "、".join(names[day]) if day in names else None, *official.get(day, (None, None)),
            tuple(phases.get(day, ())), born.get(day, 0),
        )
        for day in _days(first, last) if day in names or day in official or day in phases or day in born
    }  # fmt: skip


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
