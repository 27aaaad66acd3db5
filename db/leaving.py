"""Leaving the register and coming back to it: who is to leave, what ends with it, how long the file is kept.

Rules: docs/rules.md, 退出登记.
"""

import json
from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

import peewee

from db import changes, days, dossier, pairing, settings, site
from db.activities import CAME
from db.children import BATCH, live
from db.models import (
    Activity,
    Attendance,
    CarePlan,
    CareRecord,
    Change,
    Child,
    Exit,
    Focus,
    Helper,
    Pairing,
    Survey,
    Term,
    User,
)
from db.spec import read
from db.values import Refused
from db.vocab import EXIT, PAIRING_KIND, RECORD_KIND
from db.when import check_day

MOVES = ("moved", "school_moved")  # reasons after which another place takes the child over
DEAD = "dead"


class Leaving(NamedTuple):
    """A child that is to leave; reason: a code of EXIT."""

    child_id: UUID
    reason: str
    on: date
    destination: str | None = None
    note: str | None = None


class Ending(NamedTuple):
    """What ends when a child leaves: live pairings, open focus tags, open care plans; helps: children it looks after."""

    pairings: int
    focus: int
    plans: int
    helps: tuple[str, ...]


class ExitLine(NamedTuple):
    """One leaving as lists show it; reason is a label, returned_on None while it stands."""

    on: date
    reason: str
    destination: str | None
    note: str | None
    returned_on: date | None
    return_note: str | None


class Former(NamedTuple):
    """A pairing that ended when the child left; why_not: why it cannot be taken up again, None if it can."""

    id: UUID
    helper: str
    kind: str
    why_not: str | None


class Due(NamedTuple):
    """A child still on the register that is to leave: reason is a code, why says it in words."""

    child_id: UUID
    name: str
    village_group: str | None
    reason: str
    why: str


class Kept(NamedTuple):
    """The file of a child that left, or turned 16: what happened, when, and until when the file is kept."""

    child_id: UUID
    name: str
    why: str
    since: date
    until: date


# ---- leaving -------------------------------------------------------------------------------------


def ending(child_id: UUID) -> Ending:
    """What would end if the child left. Raises NotFound."""
    child = live(child_id)
    helps = (
        Pairing.live(Child.name)
        .join(Helper)
        .switch(Pairing)
        .join(Child, on=Pairing.child)
        .where(Helper.child == child, Pairing.until.is_null(), Child.deleted_at.is_null())
        .order_by(Child.name)
    )
    return Ending(
        _open(Pairing, child).count(), _open(Focus, child).count(), _open(CarePlan, child).count(),
        tuple(name for (name,) in helps.tuples()),
    )  # fmt: skip


def leave(
    child_id: UUID, reason: str, on: date | None, destination: str | None = None, note: str | None = None,
    by: User | None = None, keep_plans: bool = False,
) -> Ending:  # fmt: skip
    """Let a child leave the register on a day; its file stays. What ended with it is told.

    Pairings, focus tags and care plans end (keep_plans: but not the plans). Raises Refused: a reason we do not have, no
    day, a day to come, before the birth, before the last return, before a record or a pairing; a child that left already.
    """
    return many([Leaving(child_id, reason, on, destination, note)], by, keep_plans)[0]


def many(leavings: Collection[Leaving], by: User | None, keep_plans: bool = False) -> list[Ending]:
    """Let several children leave as one action; refused for one of them, none leaves."""
    names = [live(each.child_id).name for each in leavings]
    label = f"退出登记 {names[0]}" if len(names) == 1 else f"退出登记 {len(names)}名"
    with changes.action(label, by) as act:
        return [_leave(act, each, keep_plans) for each in leavings]


def _leave(act: changes.Action, told: Leaving, keep_plans: bool) -> Ending:
    child, reason = live(told.child_id), EXIT.find(told.reason)
    if child.left_on is not None:
        raise Refused(f"{child.name}已在{child.left_on}退出登记，不用再退出")
    _check(child, told.on)
    end = ending(child.id)
    for row in _open(Pairing, child):
        act.update(row, until=told.on, ended_because="left")
    for row in _open(Focus, child):
        act.update(row, until=max(told.on, row.since or told.on))
    for row in () if keep_plans else _open(CarePlan, child):
        act.update(row, closed_on=max(told.on, row.starts or told.on), outcome="stopped")
    act.insert(
        Exit, child=child, reason=reason, on_date=told.on, destination=read(Exit.destination.spec, told.destination),
        note=read(Exit.note.spec, told.note),
    )  # fmt: skip
    act.update(child, left_on=told.on)
    return end


def _open(model: type[Pairing] | type[Focus] | type[CarePlan], child: Child) -> peewee.ModelSelect:
    end = model.closed_on if model is CarePlan else model.until
    return model.live().where(model.child == child, end.is_null())


def check_leaving(child_id: UUID, on: date) -> None:
    """Refuse a day on which the child cannot leave, as `leave` does, before more is asked of the user."""
    _check(live(child_id), on)


def _check(child: Child, on: date | None) -> None:
    """Refuse a day that is none, or before something that was done while the child was on the register."""
    check_day(on, child)
    back = Exit.live(peewee.fn.MAX(Exit.returned_on)).where(Exit.child == child).scalar()
    if back and on < back:
        raise Refused(f"{child.name}在{back}重新登记过，退出日期{on}早于那天，请核对日期")
    paired = _open(Pairing, child).where(Pairing.since > on).order_by(Pairing.since.desc()).first()
    if paired:
        raise Refused(
            f"{child.name}和{paired.helper.name}在{paired.since}才结对，晚于退出日期{on}，请改日期，或先删改这一对"
        )
    done = CareRecord.live().where(CareRecord.child == child, CareRecord.on_date > on)
    if last := done.order_by(CareRecord.on_date.desc()).first():
        raise Refused(
            f"{child.name}在{last.on_date}还有{RECORD_KIND.label(last.kind)}记录，晚于退出日期{on}，请核对日期"
        )
    came = Activity.live().join(Attendance).where(
        Attendance.child == child, Attendance.deleted_at.is_null(), Attendance.state.in_(CAME), Activity.on_date > on
    )  # fmt: skip
    if last := came.order_by(Activity.on_date.desc()).first():
        raise Refused(
            f"{child.name}在{last.on_date}还到过“{last.title}”，晚于退出日期{on}，请核对日期，或改那次的点名"
        )


# ---- coming back ---------------------------------------------------------------------------------


def former(child_id: UUID) -> list[Former]:
    """The pairings that ended when the child left, to be taken up again. Raises NotFound, Refused if it has not left."""
    child = live(child_id)
    left = _standing(child)
    found = []
    ended = Pairing.live().where(
        Pairing.child == child, Pairing.until == left.on_date, Pairing.ended_because == "left"
    )
    for row in ended.order_by(Pairing.id):
        helper = row.helper
        gone = helper.deleted_at is not None
        why = "帮扶人已不在册" if gone else f"不得结对：{helper.barred}" if helper.barred else None
        found.append(Former(row.id, helper.name or "", PAIRING_KIND.label(row.kind), why))
    return found


def come_back(
    child_id: UUID, on: date | None, note: str | None, by: User | None, again: Collection[UUID] = ()
) -> None:
    """Put a child that left back on the register from a day; again: which of its former pairings to take up anew.

    Raises Refused: a child that has not left, a day to come or before it left; and what `pairing.pair` refuses.
    """
    child = live(child_id)
    with changes.action(f"重新登记 {child.name}", by) as act:
        child = live(child_id)
        _check_return(child, on)
        bring_back(act, child, on, read(Exit.return_note.spec, note))
        for row in Pairing.live().where(Pairing.child == child, Pairing.id.in_(list(again))) if again else ():
            pairing.pair(child.id, row.helper_id, row.kind, on, by)


def check_return(child_id: UUID, on: date) -> None:
    """Refuse a day on which the child cannot come back, as `come_back` does, before more is asked of the user."""
    _check_return(live(child_id), on)


def _check_return(child: Child, on: date | None) -> None:
    left = _standing(child)
    check_day(on, child)
    if on < left.on_date:
        raise Refused(f"{child.name}在{left.on_date}才退出登记，重新登记日期{on}早于那天，请核对日期")


def bring_back(act: changes.Action, child: Child, on: date, note: str | None) -> None:
    """Put a child on the register, as part of an action: whatever leaving stands is over (on a day, or when it began)."""
    for left in _not_over(child):
        act.update(left, returned_on=max(on, left.on_date), return_note=note)
    act.update(child, left_on=None)


def _not_over(child: Child) -> peewee.ModelSelect:
    return Exit.live().where(Exit.child == child, Exit.returned_on.is_null())


def _standing(child: Child) -> Exit:
    found = _not_over(child).order_by(Exit.on_date.desc(), Exit.id.desc()).first()
    if child.left_on is None or found is None:
        raise Refused(f"{child.name}没有退出登记，不用重新登记")
    return found


# ---- how it stands -------------------------------------------------------------------------------


def standing(child_id: UUID) -> str | None:
    """That a child has left, when and why, in one line; None while it is on the register. Raises NotFound."""
    child = live(child_id)
    if child.left_on is None:
        return None
    left = _standing(child)
    where = f"，去向 {left.destination}" if left.destination else ""
    return f"已退出登记：{left.on_date} {EXIT.label(left.reason)}{where}"


def exits(child_id: UUID) -> list[ExitLine]:
    """Every leaving of a child, the latest first."""
    rows = Exit.live().where(Exit.child == child_id).order_by(Exit.on_date.desc(), Exit.id.desc())
    return [
        ExitLine(row.on_date, EXIT.label(row.reason), row.destination, row.note, row.returned_on, row.return_note)
        for row in rows
    ]  # fmt: skip


def retention(until: date) -> str:
    """How long a file is kept and that it may be struck out on request, in one line."""
    return f"档案保存到{until}；监护人要求删除的，核实后可提前删除（个人信息保护法第47条）"


def keep_until(since: date) -> date:
    """The day until which the file of somebody who left, or turned 16, on a day is kept (setting retention.years)."""
    return days.add_months(since, 12 * settings.get("retention.years"))


def kept(on: date) -> list[Kept]:
    """The files kept of children who left or turned 16 by a day, those to be looked at first on top."""
    found = []
    for child in Child.live().where(~dossier.on_register(on) | ~dossier.young_enough(on)):
        if child.left_on is not None and child.left_on <= on:
            why, since = "已退出", child.left_on
        else:
            why, since = "满16周岁", days.turns(child.birth_date, dossier.UNDER)
        found.append(Kept(child.id, child.name or "", why, since, keep_until(since)))
    return sorted(found, key=lambda each: (each.until, each.name, each.child_id))


# ---- who is to leave -----------------------------------------------------------------------------


def due_to_leave(on: date) -> list[Due]:
    """Children on the register who turned 16, or whose parents both came home, in the register's order.

    Parents came home if this term's survey says so and the child was 留守 in an earlier term, or one of them was away
    earlier in this one: a pupil whose parents never left is on the register for another reason.
    """
    here = Child.live().where(dossier.on_register(on))
    grown = list(here.where(~dossier.young_enough(on)))
    home = {child.id: child for child in _home(here)}
    told = [(each, "turned_16", f"{days.turns(each.birth_date, dossier.UNDER)}满16周岁") for each in grown]
    for each in grown:
        home.pop(each.id, None)
    told += [(each, "parent_back", "父母都已返乡在家") for each in home.values()]
    told.sort(
        key=lambda each: (each[0].group_rank, each[0].village_group or "", each[0].name or "", each[0].id)
    )
    return [Due(each.id, each.name or "", each.village_group, reason, why) for each, reason, why in told]


def _home(here: peewee.ModelSelect) -> list[Child]:
    term = site.term()
    both = (Survey.father_whereabouts == "home") & (Survey.mother_whereabouts == "home")
    surveyed = Survey.live(Survey.id, Survey.child).where(Survey.term == term, both)
    surveys = {row.child_id: row.id for row in surveyed}
    came = _were_away(surveys.values()) if surveys else set()
    was = Survey.live(Survey.child).join(Term).where(Term.starts < term.starts, Survey.left_behind)
    before = {row.child_id for row in was}
    ids = [child for child, survey in surveys.items() if child in before or survey in came]
    return [child for some in peewee.chunked(ids, BATCH) for child in here.where(Child.id.in_(some))]


def _were_away(surveys: Iterable[UUID]) -> set[UUID]:
    """Those of these surveys that once said that a parent was away."""
    found = set()
    for some in peewee.chunked(surveys, BATCH):
        query = Change.select(Change.row, Change.what).where(
            Change.table == Survey._meta.table_name, Change.kind == "update", Change.row.in_(some)
        )
        for row in query:
            told = json.loads(row.what)
            if any(told.get(f"{who}_whereabouts", [None])[0] == "away" for who in ("father", "mother")):
                found.add(row.row)
    return found
