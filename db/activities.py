"""What takes place on which day."""

from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import changes, children, clashes, plan_items
from db.days import short, today
from db.fields import specs
from db.models import Activity, Attendance, Attendee, Decision, PlanItem, Term, User, WorkPlan
from db.sheet import Entry, NotFound, Rules, Saved, Values, merge, settled
from db.spec import read
from db.text import normal
from db.values import Refused
from db.vocab import ACTIVITY_KIND, ACTIVITY_STATE, CAME, TALENT
from db.when import EARLIEST, clock

MEETINGS = ("meeting", "forum", "parents", "class_meeting")  # kinds with an agenda, minutes and decisions
TALENTS = {"sports": "sport", "arts": "art", "stage": "art", "speech": "art"}  # where nothing else is said


class ActivityLine(NamedTuple):
    """One activity; kind is a label. listed: children with a mark on the roll, present: who came (late too).

    code: the kind's. state: 'held', 'cancelled' or None, state_note: why. repeats: whether it is one of a series. item:
    the title of the plan's item it was arranged for. talent is a label.
    """

    id: UUID
    title: str
    kind: str
    on_date: date
    starts: str | None
    place: str | None
    lead: str | None
    present: int
    listed: int
    ends: str | None = None
    duty: str | None = None
    teachers: str | None = None
    state: str | None = None
    state_note: str | None = None
    repeats: bool = False
    item: str | None = None
    code: str | None = None
    talent: str | None = None
    budget: int | None = None
    materials: str | None = None
    note: str | None = None
    outcome: str | None = None


def days_with(first: date, last: date) -> dict[date, int]:
    """How many activities each day of a span has, in order; days without any are left out."""
    query = (
        Activity.live(Activity.on_date, peewee.fn.COUNT(Activity.id))
        .where(Activity.on_date.between(first, last))
        .group_by(Activity.on_date)
        .order_by(Activity.on_date)
    )
    return dict(query.tuples())


def agenda(start: date, end: date, offset: int = 0, limit: int | None = None) -> list[ActivityLine]:
    """Activities from one day to another, both included, in the order they take place; offset, limit: a part of them."""
    query = _query().where(Activity.on_date.between(start, end)).offset(offset)
    return _lines(query if limit is None else query.limit(limit))


def line(activity_id: UUID) -> ActivityLine:
    """One activity. Raises NotFound."""
    find(activity_id)
    return _lines(_query().where(Activity.id == activity_id))[0]


def listing(find: str = "") -> list[dict[str, Any]]:
    """Every activity, as `list activities --json` prints it. find: part of its title, place, lead or who else helps."""
    query, text = _query(), normal(find)
    if text:
        looked_in = (Activity.title, Activity.place, Activity.lead, Activity.duty, Activity.teachers)
        query = query.where(reduce(or_, (column.contains(text) for column in looked_in)))
    return [
        {"id": str(line.id), "title": line.title, "kind": line.kind, "on_date": line.on_date.isoformat(),
         "starts": line.starts, "ends": line.ends, "place": line.place, "lead": line.lead, "duty": line.duty,
         "teachers": line.teachers, "talent": line.talent, "budget": line.budget, "materials": line.materials,
         "note": line.note, "state": line.state and ACTIVITY_STATE.label(line.state), "state_note": line.state_note,
         "repeats": line.repeats, "plan_item": line.item, "present": line.present, "listed": line.listed}
        for line in _lines(query)
    ]  # fmt: skip


COLUMNS = tuple(
    getattr(Activity, name)
    for name in ("id", "title", "kind", "on_date", "starts", "ends", "place", "lead", "duty", "teachers", "talent", "budget",
                 "materials", "note", "state", "state_note", "outcome", "series")
)  # fmt: skip


def _query() -> peewee.ModelSelect:
    """Activities with what is shown of them, in the order they take place."""
    return (
        Activity.live(*COLUMNS, PlanItem.title.alias("item"))
        .join(PlanItem, peewee.JOIN.LEFT_OUTER)
        .order_by(Activity.on_date, Activity.starts.asc(nulls="first"), Activity.id)
    )


def _lines(query: peewee.ModelSelect) -> list[ActivityLine]:
    found = list(query.dicts())
    came, marked = _rolls([each["id"] for each in found])
    lines = []
    for each in found:
        kind, talent, series = each.pop("kind"), each.pop("talent"), each.pop("series")
        lines.append(ActivityLine(
            **each, kind=ACTIVITY_KIND.label(kind) if kind else "", code=kind, talent=TALENT.label(talent) if talent else None,
            repeats=series is not None, present=came.get(each["id"], 0), listed=marked.get(each["id"], 0),
        ))  # fmt: skip
    return lines


def _rolls(ids: list[UUID]) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """How many children came to each of some activities, and how many bear a mark."""
    came: dict[UUID, int] = {}
    marked: dict[UUID, int] = {}
    for batch in peewee.chunked(ids, children.BATCH):
        rows = (
            Attendance.live(Attendance.activity, Attendance.state, peewee.fn.COUNT(Attendance.id))
            .where(Attendance.activity.in_(batch), Attendance.state.is_null(False))
            .group_by(Attendance.activity, Attendance.state)
        )
        for activity, state, count in rows.tuples():
            marked[activity] = marked.get(activity, 0) + count
            if state in CAME:
                came[activity] = came.get(activity, 0) + count
    return came, marked


SPECS = specs(Activity)
ENTRIES = tuple(
    Entry(name, SPECS[name], section)
    for section, names in {
        "活动": ("title", "kind", "on_date", "starts", "ends", "place", "lead"),
        "安排": ("duty", "teachers", "talent", "budget", "materials", "note"),
    }.items()
    for name in names
)


def _derive(values: Values, changed: str) -> Values:
    """体育, 艺术 or neither as the kind says it, where nobody has said."""
    return {"talent": TALENTS.get(values["kind"])} if changed == "kind" and values["talent"] is None else {}


def _impossible(values: Values) -> dict[str, str]:
    """Hours that are none."""
    found = {}
    for name in ("starts", "ends"):
        try:
            clock(values[name])
        except Refused as refusal:
            found[name] = str(refusal)
    return found


RULES = Rules(derive=_derive, impossible=_impossible)


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

    One that was held settles the plans' items anew when its day or kind changes. Raises Refused (no title, no day, a time
    that is none, an end before the start, a day before the first term; a day to come for what was held or has a roll,
    minutes or decisions, and for the last two another kind than a meeting's), Conflict when somebody else changed the same
    field. What it clashes with is no reason not to: see db.clashes.
    """
    if activity_id is None:
        stored = _checked({entry.name: values.get(entry.name) for entry in ENTRIES})
        _check_begun(stored["on_date"])
        return Saved(changes.insert(Activity, by, f"新活动 {stored['title']}", **stored).id, [])
    return settled(lambda: _mend(activity_id, values, base, by, force))


def _check_day_may_move(row: Activity, on: date) -> None:
    """Refuse a day to come for an activity that has taken place as far as the ledger knows."""
    if on <= today():
        return
    if row.state == "held":
        raise Refused(f"“{row.title}”已记“已办”，日期不能改到{short(on)}：请先改回未办，或另加一项")
    if _minuted(row):
        raise Refused(f"这次会已有记录或决定，日期不能改到{short(on)}：另开一次会请按 Ins 新增")
    if somebody_came(row):
        raise Refused(f"“{row.title}”已经点过名，日期不能改到{short(on)}：以后再办的请另加一项")


def _minuted(row: Activity) -> bool:
    return bool(row.minutes) or Decision.live(Decision.id).where(Decision.activity == row).exists()


def somebody_came(row: Activity) -> bool:
    """Whether the site was opened for an activity, or somebody's mark says 到 or 迟."""
    came = (
        model.live(model.id).where(model.activity == row, model.state.in_(CAME)).exists()
        for model in (Attendance, Attendee)
    )
    return bool(row.opened_at or row.closed_at or any(came))


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
        if stored["on_date"] != row.on_date:
            _check_begun(stored["on_date"])
            _check_day_may_move(row, stored["on_date"])
        if row.kind in MEETINGS and stored["kind"] not in MEETINGS and _minuted(row):
            raise Refused("这次会已有记录或决定，类别要是会议的一种：专题会、座谈会、家长会或主题班会")
        other = any(stored[name] != getattr(row, name) for name in ("on_date", "kind"))
        act.update(row, **{name: stored[name] for name in mine})
        if other and row.state == "held":
            plan_items.settle_anew(act, row, by)
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
    times = {name: clock(values[name]) for name in ("starts", "ends")}
    values = {
        name: read(SPECS[name], value) for name, value in (values | dict.fromkeys(times)).items()
    } | times
    if not values["title"]:
        raise Refused("请填活动名称，如 励志专题片")
    if values["on_date"] is None:
        raise Refused("请填活动日期，如 2026-10-1")
    if values["on_date"] < EARLIEST:
        raise Refused(f"{values['on_date']}早于2000年，请核对年份")
    if values["ends"] and not values["starts"]:
        raise Refused(f"写了{values['ends']}结束，请也填几点开始")
    if values["ends"] and values["ends"] < values["starts"]:
        raise Refused(f"结束{values['ends']}早于开始{values['starts']}，请核对时间")
    values["teachers"] = "、".join(clashes.names_in(values["teachers"])) or None
    return values


def _check_begun(on: date) -> None:
    """Refuse a day on which neither a term nor a plan had begun."""
    term = Term.live(Term.code, Term.starts).where(Term.starts.is_null(False)).order_by(Term.starts).first()
    if term is None or on >= term.starts:
        return
    plan = WorkPlan.live(peewee.fn.MIN(WorkPlan.starts)).scalar()
    if plan is None or on < plan:
        raise Refused(
            f"活动早于{term.code}学期开始（{term.starts}）：请核对日期，填那天或以后的；以前的活动先选用那一年的计划再补记"
        )
