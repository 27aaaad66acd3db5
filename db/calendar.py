"""What takes place when: activities and their roll, the month's plan items, birthdays."""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import changes, children, dossier, site
from db.days import add_months, short, today
from db.fields import specs
from db.models import Activity, Attendance, Child, PlanItem, Survey, User
from db.sheet import Entry, NotFound, Saved, Values, merge, settled
from db.spec import read
from db.text import normal
from db.values import Refused
from db.vocab import ACTIVITY_KIND, ATTENDANCE
from db.when import EARLIEST, check_day

CAME = ("present", "late")
CLOCK = re.compile(r"(上午|早上|中午|下午|晚上)?(\d{1,2})(?:[:.点时](?:(\d{1,2})分?|(半))?)")
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


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


class RollLine(NamedTuple):
    """One child on an activity's roll; state is a code of ATTENDANCE, None while not called."""

    child_id: UUID
    name: str
    village_group: str | None
    state: str | None


class PlanLine(NamedTuple):
    """One item of a month's plan."""

    id: UUID
    month: str
    title: str
    plan: str | None
    done_on: date | None
    evidence: str | None


# ---- activities ---------------------------------------------------------------------------------


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
    return _values(_activity(activity_id))


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
    with changes.action(f"修改活动 {_activity(activity_id).title}", by) as act:
        row = _activity(activity_id)
        mine, merged = merge(ENTRIES, values, base, theirs := _values(row), force)
        stored = _checked(theirs | mine)
        act.update(row, **{name: stored[name] for name in mine})
        return Saved(row.id, merged)


def remove(activity_id: UUID, by: User | None) -> None:
    """Strike an activity out with its roll; one undo brings both back."""
    activity = _activity(activity_id)
    with changes.action(f"删除活动 {activity.title}", by) as act:
        for mark_row in Attendance.live().where(Attendance.activity == activity):
            act.remove(mark_row)
        act.remove(activity)


def _activity(activity_id: UUID) -> Activity:
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


def clock(text: str | None) -> str | None:
    """A time of day as 'HH:MM': 15:30, 15.30, 1530, 15点半, 下午3点. None for blank."""
    written = normal(text or "").replace(" ", "")
    if not written:
        return None
    match = CLOCK.fullmatch(re.sub(r"^(\d{1,2})(\d{2})$", r"\1:\2", written))
    if match:
        hour, minute = int(match[2]), 30 if match[4] else int(match[3] or 0)
        if match[1] in ("下午", "晚上") and hour < 12:
            hour += 12
        if hour < 24 and minute < 60:
            return f"{hour:02d}:{minute:02d}"
    raise Refused(f"“{written}”看不出几点，请写成15:30")


# ---- the roll -----------------------------------------------------------------------------------


def roll(activity_id: UUID) -> list[RollLine]:
    """The children to call at an activity: all that count, and whoever bears a mark already."""
    activity = _activity(activity_id)
    marks = dict(
        Attendance.live(Attendance.child, Attendance.state)
        .where(Attendance.activity == activity, Attendance.state.is_null(False))
        .tuples()
    )
    marked = Attendance.live(Attendance.child).where(
        Attendance.activity == activity, Attendance.state.is_null(False)
    )
    expected = Survey.select(Survey.child).join(Child).where(dossier.counted(site.term(), activity.on_date))
    query = Child.live(Child.id, Child.name, Child.village_group).where(
        Child.id.in_(expected) | Child.id.in_(marked)
    )
    return [
        RollLine(child.id, child.name or "", child.village_group, marks.get(child.id))
        for child in query.order_by(Child.group_rank, Child.village_group, Child.name, Child.id)
    ]


def mark(activity_id: UUID, child_id: UUID, state: str | None, by: User | None) -> None:
    """Call one child: a state (code or label), or None to take the mark away.

    Raises Refused for a state we do not have, and before the day of the activity for any but 假.
    """
    state = state and ATTENDANCE.find(state)
    settled(lambda: _mark(activity_id, child_id, state, by), "attendance_activity_child")


def _mark(activity_id: UUID, child_id: UUID, state: str | None, by: User | None) -> None:
    activity, child = _activity(activity_id), children.live(child_id)
    with changes.action(f"点名 {child.name}：{ATTENDANCE.label(state) if state else '取消'}", by) as act:
        if state and state != "leave" and activity.on_date > today():
            raise Refused(f"活动在{short(activity.on_date)}，到那天再点名，现在只能先记请假")
        row = Attendance.live().where(Attendance.activity == activity, Attendance.child == child).first()
        if state is None:
            if row is not None:
                act.remove(row)
        elif row is None:
            act.insert(Attendance, activity=activity, child=child, state=state)
        else:
            act.update(row, state=state)


def mark_all(activity_id: UUID, child_ids: Sequence[UUID], state: str | None, by: User | None) -> None:
    """Call several children alike, as one action. Raises Refused as `mark` does."""
    with changes.action("点名", by) as act:
        for child_id in child_ids:
            mark(activity_id, child_id, state, by)
        if len(child_ids) != 1:
            act.label = f"点名 {_activity(activity_id).title}：{len(child_ids)}人"


# ---- the month's plan ---------------------------------------------------------------------------

PLAN_SPECS = specs(PlanItem)
PLAN_ENTRIES = tuple(
    Entry(name, PLAN_SPECS[name], "计划") for name in ("title", "plan", "done_on", "evidence")
)


def plan(month: str) -> list[PlanLine]:
    """The items of a month 'YYYY-MM', in the order they were put there."""
    items = PlanItem.live().where(PlanItem.month == month).order_by(PlanItem.id)
    return [
        PlanLine(each.id, each.month, each.title or "", each.plan, each.done_on, each.evidence)
        for each in items
    ]


def add_plan_item(month: str, title: str, by: User | None, plan: str | None = None) -> UUID:
    """Put an item on a month 'YYYY-MM'. Raises Refused for a bad month or no title."""
    if not MONTH.fullmatch(month):
        raise Refused(f"月份写作2026-10，收到的是“{month}”")
    values = _plan_checked({"title": title, "plan": plan, "done_on": None, "evidence": None})
    with changes.action(f"新增计划事项 {values['title']}", by) as act:
        return act.insert(PlanItem, term=site.term(), month=month, **values).id


def load_plan_item(item_id: UUID | None) -> Values:
    """An item's values under the names of PLAN_ENTRIES."""
    if item_id is None:
        return {entry.name: None for entry in PLAN_ENTRIES}
    row = _item(item_id)
    return {entry.name: getattr(row, entry.name) for entry in PLAN_ENTRIES}


def save_plan_item(
    item_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Write the fields of an item that differ from `base`. Raises Refused and Conflict."""
    return settled(lambda: _mend_item(item_id, values, base, by, force))


def _mend_item(
    item_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None, force: frozenset[str]
) -> Saved:
    with changes.action(f"修改计划事项 {_item(item_id).title}", by) as act:
        row = _item(item_id)
        theirs = {entry.name: getattr(row, entry.name) for entry in PLAN_ENTRIES}
        mine, merged = merge(PLAN_ENTRIES, values, base, theirs, force)
        stored = _plan_checked(theirs | mine)
        act.update(row, **{name: stored[name] for name in mine})
        return Saved(row.id, merged)


def remove_plan_item(item_id: UUID, by: User | None) -> None:
    """Strike an item out."""
    row = _item(item_id)
    changes.remove(row, by, f"删除计划事项 {row.title}")


def tick(item_id: UUID, done_on: date | None, evidence: str | None, by: User | None) -> None:
    """Say an item was done on a day (today if none is given), with what shows it; evidence None keeps what is there.

    Raises Refused for a day to come or before 2000.
    """
    done_on = done_on or today()
    check_day(done_on)
    row = _item(item_id)
    evidence = read(PLAN_SPECS["evidence"], evidence) if evidence is not None else row.evidence
    changes.write(row, by, f"完成 {row.title}", done_on=done_on, evidence=evidence)


def untick(item_id: UUID, by: User | None) -> None:
    """Say an item is not done after all; its evidence stays."""
    row = _item(item_id)
    changes.write(row, by, f"取消完成 {row.title}", done_on=None)


def _item(item_id: UUID) -> PlanItem:
    row = PlanItem.live().where(PlanItem.id == item_id).first()
    if row is None:
        raise NotFound("这项计划已被删除，请回到日历重新选")
    return row


def _plan_checked(values: Values) -> Values:
    values = {name: read(PLAN_SPECS[name], value) for name, value in values.items()}
    if not values["title"]:
        raise Refused("请填事项，如 全村摸底调查")
    if values["done_on"] is not None:
        check_day(values["done_on"])
    return values


# ---- birthdays ----------------------------------------------------------------------------------


def birthdays(on: date, days: int = 14) -> list[tuple[date, str, int, UUID]]:
    """Birthdays of the children that count from a day on, soonest first: (day, name, age reached, key).

    Somebody born on 29 February has it on the 28th in other years; a month alone is no birthday.
    """
    last = on + timedelta(days=days)
    window = {f"{on + timedelta(days=n):%m-%d}" for n in range(days + 1)}
    if "02-28" in window:
        window.add("02-29")
    query = (
        Child.select(Child.id, Child.name, Child.birth_date)
        .join(Survey, on=(Survey.child == Child.id))
        .where(
            dossier.counted(site.term(), on),
            peewee.fn.LENGTH(Child.birth_date) == 10,
            peewee.fn.SUBSTR(Child.birth_date, 6, 5).in_(sorted(window)),
        )
    )
    found = []
    for child in query:
        born = date.fromisoformat(child.birth_date)
        for year in {on.year, last.year}:
            age = year - born.year
            day = add_months(born, 12 * age)
            if age > 0 and on <= day <= last:
                found.append((day, child.name or "", age, child.id))
    return sorted(found)
