"""Activities that repeat: a series has each of its occurrences on the calendar as an activity of its own.

They are made when the rule is saved. One that is changed, held or called off by itself stays as it is when the others are
changed; one that is struck out is an exception: a day that the rule gives and no activity has.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from db import activities, changes, days, plan_items
from db.days import short
from db.ids import uuid7
from db.models import Activity, Attendance, Attendee, Decision, PlanItem, Series, Term, User
from db.recurrence import DAYS, MOST, days_of, in_words, parsed, until, written
from db.sheet import Values
from db.spec import read
from db.values import Refused

# What all occurrences have in common; the rest says how one of them went.
COMMON = ("title", "kind", "starts", "ends", "place", "lead", "duty", "teachers", "talent", "budget", "materials",
          "note", "agenda")  # fmt: skip


class Repeat(NamedTuple):
    """The series an activity belongs to: its rule in words, how many times it is on the calendar, how many are to come."""

    id: UUID
    words: str
    count: int
    onward: int


def preview(rule: str, starts: date, in_term: bool) -> list[date]:
    """The days a rule gives from a day on; in_term: only those of a school term.

    Raises Refused for a rule without an end, without a day, with more than 400, or one that cannot be read.
    """
    found = days_of(rule, starts)
    if in_term:
        found = list(_in_term(found))
        if not found:
            raise Refused("只在学期内，照这样重复一次也没有；请改日期，或不限学期")
    if len(found) > MOST:
        raise Refused(f"这样重复有{len(found)}次，最多{MOST}次，请写早一些的结束日期")
    return found


def _in_term(found: Iterable[date]) -> Iterable[date]:
    """Those on a day of a term: as on file, else of a term's usual dates."""
    on_file = list(Term.live())
    known = {term.code for term in on_file}
    for day in found:
        code = days.term_code(day)
        starts, ends = days.term_dates(code)
        if any(term.starts <= day <= term.ends for term in on_file if term.starts and term.ends) or (
            code not in known and starts <= day <= ends
        ):
            yield day


def days_given(series: Series) -> list[date]:
    """The days a series has by its rule, those struck out too."""
    found = days_of(series.rule, series.starts)
    return list(_in_term(found)) if series.in_term else found


def of(activity_id: UUID) -> Repeat | None:
    """The series an activity belongs to; None for one that does not repeat."""
    row = activities.find(activity_id)
    series = row.series
    if series is None:
        return None
    rows = _rows(series)
    onward = sum(each.series_day >= row.series_day for each in rows)
    return Repeat(series.id, in_words(series.rule, series.starts, series.in_term), len(rows), onward)


# ---- made ----------------------------------------------------------------------------------------


def repeat(activity_id: UUID, rule: str, in_term: bool, by: User | None) -> int:
    """Make an activity the first of a series and put the others on the calendar with the same values; how many there are.

    Raises Refused for a rule `preview` refuses, and for one that does not give the activity's own day.
    """
    row = activities.find(activity_id)
    if row.series_id is not None:
        raise Refused(f"“{row.title}”已经在重复，请改它的重复规则")
    found = preview(rule, row.on_date, in_term)
    if found[0] != row.on_date:
        raise Refused(
            f"这项活动在{_told(row.on_date)}，照这样重复第一次却是{_told(found[0])}：请改规则，或先改活动的日期"
        )
    with changes.action(f"重复 {row.title}（{len(found)}次）", by) as act:
        _begin(act, row, rule, in_term, found)
    return len(found)


def _begin(act: changes.Action, row: Activity, rule: str, in_term: bool, found: list[date]) -> Series:
    series = act.insert(Series, rule=written(parsed(rule, found[0])), starts=found[0], in_term=in_term)
    act.update(row, series=series, series_day=found[0])
    put(act, series, row, found[1:])
    return series


def put(act: changes.Action, series: Series, like: Activity, found: Iterable[date]) -> None:
    """Within an action: put occurrences on the calendar with the values of another one."""
    common = {name: getattr(like, name) for name in COMMON}
    new = [{"id": uuid7(), **common, "on_date": day, "series": series.id, "series_day": day} for day in found]
    if new:
        act.insert_many(Activity, new)


def weekly(
    title: str, kind: str | None, weekday: int, first: date, last: date, in_term: bool, by: User | None, **values: Any
) -> tuple[UUID, int]:  # fmt: skip
    """Put a weekly activity on the calendar: the series and how many times. weekday: 0 Monday … 6 Sunday.

    values: starts, ends, place, lead … Raises Refused.
    """
    rule = f"FREQ=WEEKLY;BYDAY={DAYS[weekday]};UNTIL={last:%Y%m%d}"
    return _schedule({"title": title, "kind": kind} | values, rule, first, in_term, by)


def monthly(
    title: str, kind: str | None, by_day: str, first: date, last: date, in_term: bool, by: User | None, **values: Any
) -> tuple[UUID, int]:  # fmt: skip
    """The same once a month. by_day: a day of the month ('15', '-1' the last), or which weekday ('2SA', '-1FR')."""
    part = "BYMONTHDAY" if by_day.lstrip("+-").isdecimal() else "BYDAY"
    rule = f"FREQ=MONTHLY;{part}={by_day};UNTIL={last:%Y%m%d}"
    return _schedule({"title": title, "kind": kind} | values, rule, first, in_term, by)


def _schedule(values: Values, rule: str, first: date, in_term: bool, by: User | None) -> tuple[UUID, int]:
    found = preview(rule, first, in_term)
    with changes.action(f"重复 {values['title']}（{len(found)}次）", by) as act:
        row = add(act, values | {"on_date": found[0]}, by)
        return _begin(act, row, rule, in_term, found).id, len(found)


def add(act: changes.Action, values: Values, by: User | None) -> Activity:
    """Within an action: a new activity with any of its fields, checked as its sheet is. Raises Refused."""
    mine = {entry.name: values.get(entry.name) for entry in activities.ENTRIES}
    row = activities.find(activities.save(None, activities.load(None) | mine, {}, by).id)
    return act.update(row, **_rest(values))


def _rest(values: Mapping[str, Any]) -> Values:
    """The fields that an activity's sheet does not ask for, as they are stored."""
    asked = {entry.name for entry in activities.ENTRIES}
    rest = {name: value for name, value in values.items() if name not in asked}
    return {name: read(activities.SPECS[name], value) for name, value in rest.items()}


# ---- changed -------------------------------------------------------------------------------------


def changed(activity_id: UUID) -> Values:
    """In what an occurrence differs from what most others of its series have in common."""
    row = activities.find(activity_id)
    usual = _usual(row)
    return {name: getattr(row, name) for name in COMMON if getattr(row, name) != usual[name]}


def _usual(row: Activity) -> Values:
    """What most of the other occurrences have, the later ones first of all."""
    others = [each for each in _rows(row.series) if each.id != row.id]
    later = [each for each in others if each.series_day > row.series_day] or others or [row]
    return {name: Counter(getattr(each, name) for each in later).most_common(1)[0][0] for name in COMMON}


def change_following(activity_id: UUID, values: Mapping[str, Any] | None, by: User | None) -> int:
    """Write fields to an occurrence and all later ones; on how many days that was done.

    values: None for what this one was changed in already. Left alone are those held or called off, and of the others
    each field in which one was changed by itself. Raises Refused for what its sheet refuses.
    """
    row = _occurrence(activity_id)
    usual = _usual(row)
    values = changed(activity_id) if values is None else dict(values)
    if unfit := values.keys() - set(COMMON):
        raise Refused(f"{'、'.join(activities.SPECS[name].label for name in unfit)}只能一次一次改")
    with changes.action(f"改 {row.title} 以后各次", by) as act:
        base = activities.load(row.id)
        activities.save(row.id, base | {name: values[name] for name in values if name in base}, base, by)
        row = activities.find(row.id)
        act.update(row, **_rest(values))
        told = {name: getattr(row, name) for name in values}
        later = [
            each for each in _rows(row.series) if each.series_day > row.series_day and each.state is None
        ]
        theirs = [
            (
                _stored(each),
                {name: value for name, value in told.items() if getattr(each, name) == usual[name]},
            )
            for each in later
        ]
        act.update_many(Activity, theirs)
        return 1 + sum(bool(new) for _, new in theirs)


def change_rule(activity_id: UUID, rule: str, in_term: bool, by: User | None) -> int:
    """Give this and all later occurrences another rule; on how many days they now are. Earlier ones stay as they are.

    The occurrence itself goes to the first day the new rule gives. Of the later ones those on a day of the new rule stay,
    and so do those held, called off, moved or with a roll or minutes; the rest go. Raises Refused.
    """
    row = _occurrence(activity_id)
    if row.state is not None:
        raise Refused("这一次已经办过或取消了，请从还没办的那一次改起")
    found = preview(rule, row.series_day, in_term)
    if row.on_date == row.series_day != found[0] and activities.somebody_came(row):
        raise Refused("这一次已经点过名，日期不能变：请从还没点名的那一次改起")
    series, others = row.series, [each for each in _rows(row.series) if each.id != row.id]
    later = [each for each in others if each.series_day > row.series_day]
    missing = set(days_given(series)) - {each.series_day for each in others}  # struck out: they stay so
    with changes.action(f"改 {row.title} 的重复规则", by) as act:
        new = {"rule": written(parsed(rule, found[0])), "starts": found[0], "in_term": in_term}
        if len(later) == len(others):
            act.update(series, **new)
        else:
            act.update(series, rule=until(series.rule, row.series_day - timedelta(days=1), series.starts))
            series = act.insert(Series, **new)
        moved = row.on_date == row.series_day
        act.update(row, series=series, series_day=found[0], **({"on_date": found[0]} if moved else {}))
        gone = strike_untouched(act, [each for each in later if each.series_day not in found[1:]])
        kept = [each for each in later if each not in gone]
        act.update_many(Activity, [(_stored(each), {"series": series.id}) for each in kept])
        taken = {each.series_day for each in kept} | missing
        put(act, series, row, [day for day in found[1:] if day not in taken])
    return len(found)


def strike_untouched(act: changes.Action, rows: list[Activity]) -> list[Activity]:
    """Within an action: strike out those that are neither held, called off, moved nor with a roll or minutes; which."""
    going = [row for row in rows if row.state is None and row.on_date == row.series_day]
    used = _in_use(going)
    going = [row for row in going if row.id not in used]
    _strike(act, going)
    return going


# ---- removed -------------------------------------------------------------------------------------


def remove_following(activity_id: UUID, by: User | None) -> int:
    """Strike out this and all later occurrences, but for those held or with a roll or minutes; how many."""
    row = _occurrence(activity_id)
    rows = [each for each in _rows(row.series) if each.series_day >= row.series_day]
    return _remove(row, rows, f"删除 {row.title} 以后各次", by)


def remove_all(activity_id: UUID, by: User | None) -> int:
    """The same for all of the series, earlier ones too."""
    row = _occurrence(activity_id)
    return _remove(row, _rows(row.series), f"删除整个系列 {row.title}", by)


def _remove(row: Activity, rows: list[Activity], label: str, by: User | None) -> int:
    series, everyone = row.series, _rows(row.series)
    open_ = [each for each in rows if each.state != "held"]
    used = _in_use(open_)
    going = [each for each in open_ if each.id not in used]
    if not going:
        raise Refused("都已经办过、点过名，没有可删的；确实要删，请一次一次删")
    gone = {each.id for each in going}
    staying = [each for each in everyone if each.id not in gone]
    with changes.action(f"{label}（{len(going)}次）", by) as act:
        _strike(act, going)
        earlier = [each for each in staying if each.series_day < row.series_day]
        if not staying:
            act.remove(series)
        elif earlier and len(earlier) == len(staying):
            act.update(series, rule=until(series.rule, row.series_day - timedelta(days=1), series.starts))
    return len(going)


def _strike(act: changes.Action, rows: list[Activity]) -> None:
    if not rows:
        return
    shown = PlanItem.live(PlanItem.evidence_ref).where(
        PlanItem.evidence_ref.in_([row.id for row in rows]), PlanItem.done_on.is_null(False)
    )
    settling = {each.evidence_ref for each in shown}
    for row in rows:
        if row.id in settling:
            plan_items.unsettle(act, row)
    act.strike_many(Activity, days.now(), rows, "remove")


# ---- shared --------------------------------------------------------------------------------------


def _occurrence(activity_id: UUID) -> Activity:
    row = activities.find(activity_id)
    if row.series_id is None:
        raise Refused(f"“{row.title}”没有重复，请先设重复")
    return row


def _rows(series: Series) -> list[Activity]:
    return list(Activity.live().where(Activity.series == series).order_by(Activity.series_day, Activity.id))


def _in_use(rows: list[Activity]) -> set[UUID]:
    """Those with something of their own on file: children on the roll, people at the meeting, decisions."""
    keys = [row.id for row in rows]
    return {
        mark.activity_id
        for model in (Attendance, Attendee, Decision)
        for mark in model.live(model.activity).where(model.activity.in_(keys))
    }


def _stored(row: Activity) -> Values:
    return {name: row.__data__.get(name) for name in row._meta.fields}


def _told(day: date) -> str:
    return f"{short(day)}（{days.weekday(day)}）"
