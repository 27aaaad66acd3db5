"""Activities that cannot both take place as planned: at one time they want the same place or the same person."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from db.models import Activity
from db.text import normal, squeeze
from db.values import Refused
from db.when import clock

ASKED = ("title", "on_date", "starts", "ends", "place", "lead", "duty", "teachers")
HOUR = 60  # minutes an activity takes of which no end is told
SPACED = re.compile(r"(?<![^\s、,;])(\w)\s+(\w)(?![^\s、,;])")  # 王 晓: one name set wide, not two
BETWEEN = re.compile(r"[、,;\s]+")


class Slot(NamedTuple):
    """What an activity takes up. starts and ends: 'HH:MM' or None; place and people: cleaned, as they are compared."""

    id: UUID | None
    title: str
    on_date: date
    starts: str | None
    ends: str | None
    place: str
    people: tuple[str, ...]


class Clash(NamedTuple):
    """Another activity that is in the way, and what both want: the place first, then people."""

    id: UUID
    title: str
    starts: str
    ends: str | None
    shared: tuple[str, ...]


@lru_cache(maxsize=1000)  # the same few people all year
def names_in(text: str | None) -> tuple[str, ...]:
    """The people a field names, each once; they may be separated by 、 commas or blanks."""
    joined = SPACED.sub(r"\1\2", normal(text or ""))
    return tuple(dict.fromkeys(name for name in BETWEEN.split(joined) if name))


def shared(one: Slot, other: Slot) -> tuple[str, ...]:
    """What two activities both want at one time: the place, then people; nothing if they do not meet."""
    if one.on_date != other.on_date or one.starts is None or other.starts is None:
        return ()
    if _minute(one.starts) >= _end(other) or _minute(other.starts) >= _end(one):
        return ()
    return _both_want(one, other)


def among(slots: Iterable[Slot]) -> dict[UUID, list[Clash]]:
    """What clashes with what, by key; activities that are in nobody's way are left out."""
    days: dict[date, list[Slot]] = defaultdict(list)
    for slot in slots:
        if slot.starts is not None:
            days[slot.on_date].append(slot)
    found: dict[UUID, list[Clash]] = defaultdict(list)
    for day in days.values():
        day.sort(key=lambda slot: slot.starts)
        begins = [_minute(slot.starts) for slot in day]
        for at, one in enumerate(day):
            for other in day[at + 1 : bisect_left(begins, _end(one))]:
                if both := _both_want(one, other):
                    found[one.id].append(Clash(other.id, other.title, other.starts, other.ends, both))
                    found[other.id].append(Clash(one.id, one.title, one.starts, one.ends, both))
    return dict(found)


def on(days: Collection[date]) -> dict[UUID, list[Clash]]:
    """What clashes on some days, by the activity's key."""
    return among(_standing(days)) if days else {}


def with_values(activity_id: UUID | None, values: Mapping[str, Any]) -> list[Clash]:
    """What an activity would clash with if it were saved like this; none as long as its day or times cannot be.

    What `values` leaves out is as it is stored; what was called off is in nobody's way.
    """
    row = Activity.live().where(Activity.id == activity_id).first()
    if row is not None:
        if row.state == "cancelled":
            return []
        values = {name: getattr(row, name) for name in ASKED} | dict(values)
    try:
        starts, ends = clock(values.get("starts")), clock(values.get("ends"))
    except Refused:
        return []
    if values.get("on_date") is None or starts is None or (ends and ends < starts):
        return []
    place, people = values.get("place"), [values.get(name) for name in ("lead", "duty", "teachers")]
    mine = _slot(activity_id, values.get("title"), values["on_date"], starts, ends, place, *people)
    return [
        Clash(other.id, other.title, other.starts, other.ends, both)
        for other in _standing([mine.on_date])
        if other.id != activity_id and (both := shared(mine, other))
    ]


def in_words(clashes: Iterable[Clash]) -> str:
    """与15:30-16:30的“家长会”冲突（农家书屋、刘老师）; several one after another."""
    return "；".join(
        f"与{span(clash.starts, clash.ends)}的“{clash.title}”冲突（{'、'.join(clash.shared)}）"
        for clash in clashes
    )


def span(starts: str | None, ends: str | None) -> str:
    """15:30-17:00, or 15:30 as long as no end is told; '' for neither."""
    return f"{starts}-{ends}" if starts and ends else starts or ""


def _standing(days: Collection[date]) -> list[Slot]:
    """What takes place at a time of some days, in that order; what was called off is in nobody's way."""
    columns = (Activity.id, Activity.title, Activity.on_date, Activity.starts, Activity.ends, Activity.place, Activity.lead,
               Activity.duty, Activity.teachers)  # fmt: skip
    query = (
        Activity.live(*columns)
        .where(Activity.on_date.in_(sorted(set(days))), Activity.starts.is_null(False))
        .where(Activity.state.is_null() | (Activity.state != "cancelled"))
        .order_by(Activity.on_date, Activity.starts, Activity.id)
    )
    return [_slot(*row) for row in query.tuples()]


def _slot(
    id: UUID | None, title: str | None, on_date: date, starts: str, ends: str | None, place: str | None, *people: str | None
) -> Slot:  # fmt: skip
    names = names_in("、".join(filter(None, people)))
    return Slot(id, title or "", on_date, starts, ends, squeeze(place) if place else "", names)


def _both_want(one: Slot, other: Slot) -> tuple[str, ...]:
    place = (one.place,) if one.place and one.place == other.place else ()
    return place + tuple(name for name in one.people if name in other.people)


def _minute(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])


def _end(slot: Slot) -> int:
    """The minute after its last; one that ends as it begins still takes a moment."""
    starts = _minute(slot.starts)
    return max(_minute(slot.ends), starts + 1) if slot.ends else starts + HOUR
