"""From which day each value of a row is: the later word stands, the earlier one only fills gaps.

A row's `as_of` column holds the day most of its values are from, then the fields that are from another day:
"2026-09-10", "2026-09-10 phone:2026-10-01 address:". A day left empty is not known (a register without a date): it
is earlier than any day. A value typed in the program is from the day it was typed, marked "2026-09-10+": it is later
than a register of that day.
"""

from collections.abc import Collection, Iterable
from datetime import date


def typed(day: date) -> str:
    """The mark of what is typed on a day."""
    return f"{day.isoformat()}+"


def day_of(as_of: str | None, field: str) -> str:
    """The day (ISO) a field's value is from, '' if not known."""
    base, *others = (as_of or "").split(" ")
    for each in others:
        name, _, day = each.partition(":")
        if name == field:
            return day
    return base


def has_own(as_of: str | None, field: str) -> bool:
    """Whether a field has a day of its own; one that was emptied always has."""
    return any(each.startswith(f"{field}:") for each in (as_of or "").split(" ")[1:])


def noted(as_of: str | None, fields: Iterable[str], day: str, emptied: Collection[str] = ()) -> str:
    """The column's text once these fields are from `day`; emptied: those of them that now hold nothing."""
    base, *others = (as_of or "").split(" ")
    days = dict(each.split(":", 1) for each in others)
    for field in fields:
        if day == base and field not in emptied:
            days.pop(field, None)
        else:
            days[field] = day
    return " ".join([base, *(f"{name}:{days[name]}" for name in sorted(days))])
