"""What meetings decided: who does it by which day. A duty of the site until it is done (db.owed)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import changes, meetings, members
from db.care_plans import too_far
from db.days import today
from db.fields import specs
from db.models import Activity, Decision, Helper, User
from db.sheet import Entry, NotFound, Rules, Saved, Values, merge, settled
from db.spec import read
from db.values import Refused
from db.when import check_day

SPECS = specs(Decision)
NAMES = ("title", "by_name", "due_on")
ENTRIES = tuple(Entry(name, SPECS[name], "决定") for name in NAMES)
DONE_ENTRIES = (*ENTRIES, *(Entry(name, SPECS[name], "办得怎样") for name in ("done_on", "result")))

RULES = Rules(suggest=lambda name, typed, values: members.people(typed) if name == "by_name" else [])


class DecisionLine(NamedTuple):
    """One decision of a meeting. owner: who is to do it; days_over: days past its day (0 today, below 0 still to come)."""

    id: UUID
    activity_id: UUID
    meeting: str
    met_on: date
    title: str
    owner: str | None
    due_on: date
    done_on: date | None
    result: str | None
    days_over: int


def listing(open_only: bool = True) -> list[DecisionLine]:
    """Decisions of all meetings, the open ones by their last day; then, unless open_only, those done, the latest first."""
    undone = _lines(Decision.done_on.is_null())
    return undone if open_only else undone + sorted(
        _lines(Decision.done_on.is_null(False)), key=lambda line: line.done_on, reverse=True
    )  # fmt: skip


def of_meeting(activity_id: UUID) -> list[DecisionLine]:
    """What one meeting decided, by last day."""
    return _lines(Decision.activity == activity_id)


def line(decision_id: UUID) -> DecisionLine:
    """One decision. Raises NotFound."""
    find(decision_id)
    return _lines(Decision.id == decision_id)[0]


def _lines(which: peewee.Expression) -> list[DecisionLine]:
    query = (
        Decision.live(Decision, Activity.id, Activity.title, Activity.on_date, Helper.id, Helper.name)
        .join(Activity)
        .switch(Decision)
        .join(Helper, peewee.JOIN.LEFT_OUTER)
        .where(which)
        .order_by(Decision.due_on, Decision.id)
    )
    return [
        DecisionLine(
            row.id, row.activity_id, row.activity.title or "", row.activity.on_date, row.title or "", _owner(row), row.due_on,
            row.done_on, row.result, (today() - row.due_on).days,
        )
        for row in query
    ]  # fmt: skip


def _owner(row: Decision) -> str | None:
    return row.by_name or (row.helper.name if row.helper_id else None)


def find(decision_id: UUID) -> Decision:
    """A decision on file. Raises NotFound."""
    row = Decision.live().where(Decision.id == decision_id).first()
    if row is None:
        raise NotFound("这项决定已被删除，请回到会议重新选")
    return row


# ---- decided, changed -----------------------------------------------------------------------------


def decide(activity_id: UUID, values: Mapping[str, Any], by: User | None) -> UUID:
    """Note what a meeting decided (values under the names of ENTRIES): a duty of its owner from now on.

    The owner is a member of the group, a helper on file, or just a name. Raises Refused: before the meeting's day, no
    title, no day, a day before the meeting or absurdly far ahead.
    """
    meeting = meetings.find(activity_id)
    meetings.begun(meeting, "写决定")
    stored = _checked(meeting, {name: values.get(name) for name in NAMES})
    with changes.action(f"会议决定 {stored['title']}", by) as act:
        return act.insert(Decision, activity=meeting, **stored).id


def load(decision_id: UUID | None) -> Values:
    """A decision's values under the names of DONE_ENTRIES."""
    if decision_id is None:
        return dict.fromkeys(entry.name for entry in DONE_ENTRIES)
    return _values(find(decision_id))


def _values(row: Decision) -> Values:
    return {entry.name: getattr(row, entry.name) for entry in DONE_ENTRIES} | {"by_name": _owner(row)}


def save(
    decision_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Write the fields that differ from `base`. Raises Refused as `decide` and `finish` do, and Conflict."""
    return settled(lambda: _mend(decision_id, values, base, by, force))


def _mend(
    decision_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None, force: frozenset[str]
) -> Saved:  # fmt: skip
    row = find(decision_id)
    with changes.action(f"修改决定 {row.title}", by) as act:
        row = find(decision_id)
        theirs = _values(row)
        mine, merged = merge(DONE_ENTRIES, values, base, theirs, force)
        stored = _checked(row.activity, theirs | mine)
        if "done_on" in mine and stored["done_on"]:
            _check_done(row, stored["done_on"])
        who = {"by_name", "helper"} if "by_name" in mine else set()
        act.update(row, **{name: stored[name] for name in mine.keys() | who})
        return Saved(row.id, merged)


def _checked(meeting: Activity, values: Values) -> Values:
    """The values as stored, the owner's name resolved. Raises Refused."""
    stored = {name: read(SPECS[name], value) for name, value in values.items()}
    due = stored["due_on"]
    if not stored["title"]:
        raise Refused("请填决定事项，如 给书屋添两个书架")
    if due is None:
        raise Refused("请填期限：到哪天办好，如 2026-10-8")
    if due < meeting.on_date:
        raise Refused(f"期限{due}早于开会的日期{meeting.on_date}，请写会后的日期")
    if too_far(due):
        raise Refused(f"期限{due}离今天三年以上，请核对年份")
    return stored | members.meant(stored["by_name"])


def remove(decision_id: UUID, by: User | None) -> None:
    """Strike a decision out; it is owed no more."""
    row = find(decision_id)
    changes.remove(row, by, f"删除决定 {row.title}")


# ---- done -------------------------------------------------------------------------------------------


def finish(decision_id: UUID, done_on: date | None, result: str | None, by: User | None) -> None:
    """Say a decision was carried out on a day (today if none is given), and what came of it; None keeps what is there.

    Raises Refused for a day to come or before the meeting, and for one that is done.
    """
    done_on = done_on or today()

    def work() -> Saved:
        row = find(decision_id)
        with changes.action(f"办完 {row.title}", by) as act:
            row = find(decision_id)
            if row.done_on is not None:
                raise Refused(f"“{row.title}”已在{row.done_on}办完，要改请打开这项决定")
            _check_done(row, done_on)
            told = row.result if result is None else read(SPECS["result"], result)
            act.update(row, done_on=done_on, result=told)
            return Saved(row.id, [])

    settled(work)


def _check_done(row: Decision, done_on: date) -> None:
    check_day(done_on)
    if done_on < row.activity.on_date:
        raise Refused(f"完成日期{done_on}早于开会的日期{row.activity.on_date}，请核对")


def reopen(decision_id: UUID, by: User | None) -> None:
    """Say a decision is not carried out after all; its result stays."""
    row = find(decision_id)
    changes.write(row, by, f"改回没办完 {row.title}", done_on=None)
