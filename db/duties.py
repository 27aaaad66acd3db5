"""What is owed and when: one list of rhythm duties, follow-ups, steps and reviews of plans, and birthdays.

Risk first, then days: children nobody looks after, then other focus children, then the rest; within each by the last day.
"""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

import peewee

from db import owed
from db.models import CarePlan, CareRecord, CareStep, Child, Helper, Owed
from db.models.owed import ORDER
from db.text import squeeze
from db.values import group_rank
from db.vocab import CARE_PLAN_KIND, RECORD_KIND

WEEK = 7
FOCUS = 2  # risks below it are focus children
CUT = 24  # characters of what was promised that a list shows


class Duty(NamedTuple):
    """Something owed to a child from `opens` to `due_by`. days_over: days past it (0 today, below 0 still to come).

    source: rhythm, follow_up, step, review or birthday; kind: the code of the record that settles it, None for a step,
    a review or a birthday; label: in words; ref: the record, step or plan it comes from; helper: who owes it, None the site.
    """

    child_id: UUID
    child: str
    village_group: str | None
    source: str
    kind: str | None
    label: str
    opens: date
    due_by: date
    days_over: int
    helper_id: UUID | None
    helper: str | None
    focus: bool
    ref: UUID | None


class Wanted(NamedTuple):
    """Which duties: of one helper, of one village group, of one child."""

    helper: UUID | None = None
    group: str | None = None
    child: UUID | None = None


ALL = Wanted()


class Tally(NamedTuple):
    """How many duties (birthdays apart): overdue, due today, within seven days from today on, listed in all."""

    overdue: int
    today: int
    week: int
    listed: int


def page(on: date, offset: int = 0, limit: int | None = None, wanted: Wanted = ALL, days: int = WEEK) -> list[Duty]:  # fmt: skip
    """A window of the list: what may be done by now or is due within some days, in its order."""
    query = (
        _listed(on, wanted, days, Owed, Child.id, Child.name, Child.village_group, Helper.id, Helper.name)
        .join(Child)
        .switch(Owed)
        .join(Helper, peewee.JOIN.LEFT_OUTER)
        .order_by(*ORDER)
    )
    rows = list(query.offset(offset).limit(limit))
    return _named(rows, on)


def count(on: date, wanted: Wanted = ALL, days: int = WEEK) -> int:
    """How long the list is."""
    return _listed(on, wanted, days, Owed.id).count()


def tally(on: date, wanted: Wanted = ALL, days: int = WEEK) -> Tally:
    """How many are overdue, due today, due within the week, and listed."""
    duty = Owed.source != "birthday"
    sums = [peewee.fn.SUM(peewee.Case(None, [(duty & when, 1)], 0)) for when in (
        Owed.due_by < on, Owed.due_by == on, Owed.due_by.between(on, on + timedelta(days=WEEK)),
    )]  # fmt: skip
    found = _listed(on, wanted, days, *sums, peewee.fn.COUNT(Owed.id)).tuples().get()
    return Tally(*(int(number or 0) for number in found))


def of_child(child_id: UUID, on: date) -> list[Duty]:
    """Everything one child is owed by now or within the week."""
    return page(on, wanted=Wanted(child=child_id))


def overdue(on: date) -> list[Duty]:
    """Everything whose last day has passed."""
    return [duty for duty in page(on, days=0) if duty.days_over > 0]


def _standing(on: date, *fields: peewee.Node) -> peewee.ModelSelect:
    owed.settle()
    return Owed.select(*fields).where(Owed.since <= on, Owed.until > on)


def _listed(on: date, wanted: Wanted, days: int, *fields: peewee.Node) -> peewee.ModelSelect:
    query = _standing(on, *fields).where((Owed.opens <= on) | (Owed.due_by <= on + timedelta(days=days)))
    if wanted.helper is not None:
        query = query.where(Owed.helper == wanted.helper)
    if wanted.child is not None:
        query = query.where(Owed.child == wanted.child)
    if wanted.group is not None:
        inside = Child.live(Child.id).where(Child.village_group == wanted.group)
        query = query.where(Owed.group_rank == group_rank(wanted.group), Owed.child.in_(inside))
    return query


def _named(rows: list[Owed], on: date) -> list[Duty]:
    rhythms = {rhythm.code: rhythm for rhythm in owed.in_force()}
    kept = {row.ref for row in rows}
    records = {row.id: row for row in CareRecord.select().where(CareRecord.id.in_(kept))}
    steps = {row.id: row for row in CareStep.select().where(CareStep.id.in_(kept))}
    plans = {row.id: row for row in CarePlan.select().where(CarePlan.id.in_(kept))}
    found = []
    for row in rows:
        kind = None
        match row.source:
            case "rhythm":
                kind, label = rhythms[row.what].kind, rhythms[row.what].name
            case "follow_up":
                kind, said = records[row.ref].kind, records[row.ref].follow_up
                label = f"跟进{squeeze(said)[:CUT]}" if said else f"跟进{RECORD_KIND.label(kind)}"
            case "step":
                label = steps[row.ref].title or "方案步骤"
            case "review":
                plan = plans[row.ref]
                label = f"{CARE_PLAN_KIND.label(plan.kind)}{'看效果' if plan.review_on else '到期'}"
            case _:
                label = f"{row.what}岁生日"
        found.append(Duty(
            row.child_id, row.child.name or "", row.child.village_group, row.source, kind, label, row.opens, row.due_by,
            (on - row.due_by).days, row.helper_id, row.helper.name if row.helper_id else None, row.risk < FOCUS, row.ref,
        ))  # fmt: skip
    return found
