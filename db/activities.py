"""What takes place on which day."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import changes, children, plan_items
from db.days import short, today
from db.fields import specs
from db.models import Activity, Attendance, Attendee, Decision, User
from db.sheet import Entry, NotFound, Saved, Values, merge, settled
from db.spec import read
from db.text import normal
from db.values import Refused
from db.vocab import ACTIVITY_KIND
from db.when import EARLIEST, clock

CAME = ("present", "late")


class ActivityLine(NamedTuple):
    """One activity; kind is a label. listed: children with a mark on the roll, present: who came (late too)."""

    id: UUID
    title: str
    kind: str
    on_date: date
    starts: str | None
    place: str | None
    lead: str | None
    present: int
    listed: int


def days_with(year: int, month: int) -> dict[date, int]:
    """How many activities each day of a month has; days without any are left out."""
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    query = (
        Activity.live(Activity.on_date, peewee.fn.COUNT(Activity.id))
        .where(Activity.on_date.between(first, last))
        .group_by(Activity.on_date)
    )
    return dict(query.tuples())


def agenda(start: date, end: date) -> list[ActivityLine]:
    """Activities from one day to another, both included, in the order they take place."""
    return _lines(Activity.live().where(Activity.on_date.between(start, end)))


def listing(find: str = "") -> list[dict[str, Any]]:
    """Every activity, as `list activities --json` prints it. find: part of its title, place or lead."""
    query, text = Activity.live(), normal(find)
    if text:
        query = query.where(
            Activity.title.contains(text) | Activity.place.contains(text) | Activity.lead.contains(text)
        )
    return [
        {"id": str(line.id), "title": line.title, "kind": line.kind, "on_date": line.on_date.isoformat(),
         "starts": line.starts, "place": line.place, "lead": line.lead, "present": line.present,
         "listed": line.listed}
        for line in _lines(query)
    ]  # fmt: skip


def _lines(query: peewee.ModelSelect) -> list[ActivityLine]:
    found = list(query.order_by(Activity.on_date, Activity.starts.asc(nulls="first"), Activity.id))
    marks: dict[UUID, list[str]] = {activity.id: [] for activity in found}
    for batch in peewee.chunked(marks, children.BATCH):
        rows = Attendance.live(Attendance.activity, Attendance.state).where(
            Attendance.activity.in_(batch), Attendance.state.is_null(False)
        )
        for activity, state in rows.tuples():
            marks[activity].append(state)
    return [
        ActivityLine(
            each.id, each.title or "", ACTIVITY_KIND.label(each.kind) if each.kind else "", each.on_date, each.starts,
            each.place, each.lead, sum(state in CAME for state in marks[each.id]), len(marks[each.id]),
        )
        for each in found
    ]  # fmt: skip


SPECS = specs(Activity)
ENTRIES = tuple(
    Entry(name, SPECS[name], "活动")
    for name in ("title", "kind", "on_date", "starts", "place", "lead", "note")
)


def load(activity_id: UUID | None) -> Values:
    """An activity's values under the names of ENTRIES; for a new one, today."""
    if activity_id is None:
        return {entry.name: None for entry in ENTRIES} | {"on_date": today()}
    return _values(find(activity_id))


def save(
    activity_id: UUID | None, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Write a sheet: a new activity, or the fields of an old one that differ from `base`.

    Raises Refused (no title, no day, a time that is none), Conflict when somebody else changed the same field.
    """
    if activity_id is None:
        stored = _checked({entry.name: values.get(entry.name) for entry in ENTRIES})
        return Saved(changes.insert(Activity, by, f"新活动 {stored['title']}", **stored).id, [])
    return settled(lambda: _mend(activity_id, values, base, by, force))


def _mend(
    activity_id: UUID,
    values: Mapping[str, Any],
    base: Mapping[str, Any],
    by: User | None,
    force: frozenset[str],
) -> Saved:
    with changes.action(f"修改活动 {find(activity_id).title}", by) as act:
        row = find(activity_id)
        mine, merged = merge(ENTRIES, values, base, theirs := _values(row), force)
        stored = _checked(theirs | mine)
        act.update(row, **{name: stored[name] for name in mine})
        return Saved(row.id, merged)


def remove(activity_id: UUID, by: User | None) -> None:
    """Strike an activity out with its roll and, of a meeting, who was there and what it decided; one undo brings all back."""
    activity = find(activity_id)
    with changes.action(f"删除活动 {activity.title}", by) as act:
        for model in (Attendance, Attendee, Decision):
            for row in model.live().where(model.activity == activity):
                act.remove(row)
        plan_items.unsettle(act, activity)
        act.remove(activity)


# ---- held or not --------------------------------------------------------------------------------


def hold(activity_id: UUID, outcome: str | None, by: User | None) -> list[str]:
    """Say an activity took place; the titles of the plan items it settled. outcome None keeps what is written.

    Raises Refused for a day to come and for one that was called off.
    """
    row = find(activity_id)
    if row.on_date > today():
        raise Refused(f"{short(row.on_date)}还没到，办完那天再记“已办”")
    if row.state == "cancelled":
        raise Refused(f"“{row.title}”已经取消，请先恢复再记“已办”")
    with changes.action(f"已办 {row.title}", by) as act:
        told = {} if outcome is None else {"outcome": read(SPECS["outcome"], outcome)}
        act.update(row, state="held", **told)
        return [item.title for item in plan_items.settle(act, row, by)]


def cancel(activity_id: UUID, reason: str, by: User | None) -> None:
    """Call an activity off, with the reason; it stays on the calendar, struck through, and settles nothing."""
    row = find(activity_id)
    if not (why := read(SPECS["state_note"], reason)):
        raise Refused("请写取消的原因，如 下雨")
    with changes.action(f"取消 {row.title}", by) as act:
        act.update(row, state="cancelled", state_note=why)
        plan_items.unsettle(act, row)


def reopen(activity_id: UUID, by: User | None) -> None:
    """Say an activity is neither held nor called off after all; what it settled is owed again."""
    row = find(activity_id)
    with changes.action(f"改回未办 {row.title}", by) as act:
        act.update(row, state=None, state_note=None)
        plan_items.unsettle(act, row)


# ---- shared -------------------------------------------------------------------------------------


def find(activity_id: UUID) -> Activity:
    """An activity on the calendar. Raises NotFound."""
    row = Activity.live().where(Activity.id == activity_id).first()
    if row is None:
        raise NotFound("这项活动已被删除，请回到日历重新选")
    return row


def _values(activity: Activity) -> Values:
    return {entry.name: getattr(activity, entry.name) for entry in ENTRIES}


def _checked(values: Values) -> Values:
    values = {name: read(SPECS[name], value) for name, value in (values | {"starts": None}).items()} | {
        "starts": clock(values["starts"])
    }
    if not values["title"]:
        raise Refused("请填活动名称，如 励志专题片")
    if values["on_date"] is None:
        raise Refused("请填活动日期，如 2026-10-1")
    if values["on_date"] < EARLIEST:
        raise Refused(f"{values['on_date']}早于2000年，请核对年份")
    return values
