"""What is owed and when: one list of rhythm duties, follow-ups, steps and reviews of care plans, birthdays, and what the
site itself owes: items of its plans, decisions of its meetings.

Overdue, due within the week, open (may be done by now, due later); in each risk first, then days: children nobody looks
after, then other focus children, then the rest; within each by the last day.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import owed
from db.models import CarePlan, CareRecord, CareStep, Child, Decision, Helper, Owed, PlanItem, Row
from db.models.owed import ORDER
from db.text import squeeze
from db.values import group_rank
from db.vocab import CARE_PLAN_KIND, RECORD_KIND

WEEK = 7
RISKS = 3
FOCUS = 2  # risks below it are focus children
CUT = 24  # characters of what was promised that a list shows


class Duty(NamedTuple):
    """Something owed to a child, or by the site (child_id None), from `opens` to `due_by`. days_over: days past it (0 today, below 0 still to come).

    source: rhythm, follow_up, step, review or birthday, of the site item or decision; kind: the code of the record that settles it, None for a step,
    a review or a birthday; label: in words; ref: the record, step, plan, item or decision it comes from; helper: who owes it, None the site.
    """

    child_id: UUID | None
    child: str | None
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
    """Which duties: of one helper, of one village group, only what the site itself owes."""

    helper: UUID | None = None
    group: str | None = None
    site: bool = False


ALL = Wanted()


class Tally(NamedTuple):
    """How many duties (birthdays apart): overdue, due today, within seven days from today on; how many stand in the list:
    pressing (overdue or due within some days, birthdays too) and open (may be done by now, due later)."""

    overdue: int
    today: int
    week: int
    pressing: int
    open: int

    @property
    def listed(self) -> int:
        """How long the list is."""
        return self.pressing + self.open


def page(on: date, offset: int = 0, limit: int | None = None, wanted: Wanted = ALL, days: int = WEEK) -> list[Duty]:  # fmt: skip
    """A window of the list: what is overdue, what is due within some days, what may be done by now.

    Each risk is a range of the index, so that a window costs the same however long the list is.
    """
    owed.settle()
    rows: list[Owed] = []
    for part in _parts(on, days):
        query = _named_rows(on, wanted).where(part).order_by(*ORDER)
        found = list(query.offset(offset).limit(None if limit is None else limit - len(rows)))
        if offset:
            offset = 0 if found else offset - _standing(on, wanted, Owed.id).where(part).count()
        rows += found
        if limit is not None and len(rows) == limit:
            break
    return _named(rows, on)


def _parts(on: date, days: int) -> Iterator[peewee.Expression]:
    """The list in the order it is read: overdue, due, open; in each the greatest risk first."""
    near = on + timedelta(days=days)
    states = (Owed.due_by < on, Owed.due_by.between(on, near), (Owed.due_by > near) & (Owed.opens <= on))
    for state in states:
        for risk in range(RISKS):
            yield (Owed.risk == risk) & state


def tally(on: date, wanted: Wanted = ALL, days: int = WEEK) -> Tally:
    """How many are overdue, due today, due within the week, and listed."""
    duty, near = Owed.source != "birthday", on + timedelta(days=days)
    sums = [peewee.fn.SUM(peewee.Case(None, [(when, 1)], 0)) for when in (
        duty & (Owed.due_by < on), duty & (Owed.due_by == on), duty & Owed.due_by.between(on, on + timedelta(days=WEEK)),
        Owed.due_by <= near, (Owed.due_by > near) & (Owed.opens <= on),
    )]  # fmt: skip
    owed.settle()
    return Tally(*(int(number or 0) for number in _standing(on, wanted, *sums).tuples().get()))


def of_child(child_id: UUID, on: date) -> list[Duty]:
    """Everything one child is owed by now or within the week, in the order of the list."""
    owed.settle()
    near = on + timedelta(days=WEEK)
    query = _named_rows(on, ALL).where(Owed.child == child_id, (Owed.due_by <= near) | (Owed.opens <= on))
    return _named(sorted(query, key=lambda row: row.due_by), on)


def overdue(on: date) -> list[Duty]:
    """Everything whose last day has passed, risk first."""
    owed.settle()
    return _named(list(_named_rows(on, ALL).where(Owed.due_by < on).order_by(*ORDER)), on)


def as_json(duty: Duty) -> dict[str, Any]:
    """A duty as `due --json` prints it."""
    told = duty._asdict() | {"kind_label": duty.label}
    return {name: told[name] for name in (
        "child_id", "child", "source", "kind", "kind_label", "opens", "due_by", "days_over", "helper", "village_group", "focus",
    )}  # fmt: skip


def _named_rows(on: date, wanted: Wanted) -> peewee.ModelSelect:
    return (
        _standing(on, wanted, Owed, Child.id, Child.name, Child.village_group, Helper.id, Helper.name)
        .join(Child, peewee.JOIN.LEFT_OUTER)
        .switch(Owed)
        .join(Helper, peewee.JOIN.LEFT_OUTER)
    )


def _standing(on: date, wanted: Wanted, *fields: peewee.Node) -> peewee.ModelSelect:
    query = Owed.select(*fields).where(Owed.since <= on, Owed.until > on)
    if wanted.helper is not None:
        query = query.where(Owed.helper == wanted.helper)
    if wanted.site:
        query = query.where(Owed.child.is_null())
    if wanted.group is not None:
        inside = Child.live(Child.id).where(Child.village_group == wanted.group)
        query = query.where(Owed.group_rank == group_rank(wanted.group), Owed.child.in_(inside))
    return query


def _named(rows: list[Owed], on: date) -> list[Duty]:
    rhythms = {rhythm.code: rhythm for rhythm in owed.in_force()}
    records, steps, plans, items, decisions = (
        _meant(model, rows, source)
        for model, source in (
            (CareRecord, "follow_up"),
            (CareStep, "step"),
            (CarePlan, "review"),
            (PlanItem, "item"),
            (Decision, "decision"),
        )
    )
    found = []
    for row in rows:
        kind, by = None, row.helper.name if row.helper_id else None
        match row.source:
            case "item":
                label, by = items[row.ref].title or "", items[row.ref].by_name or by
            case "decision":
                label, by = decisions[row.ref].title or "", decisions[row.ref].by_name or by
            case "rhythm":
                if row.what not in rhythms:  # somebody has just dropped it
                    continue
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
            row.child_id, row.child_id and (row.child.name or ""), row.child_id and row.child.village_group, row.source, kind,
            label, row.opens, row.due_by, (on - row.due_by).days, row.helper_id, by, row.risk < FOCUS, row.ref,
        ))  # fmt: skip
    return found


def _meant(model: type[Row], rows: list[Owed], source: str) -> dict[UUID, Row]:
    """The records, steps or plans that duties of a source come from."""
    refs = {row.ref for row in rows if row.source == source}
    return {
        row.id: row
        for batch in peewee.chunked(refs, owed.BATCH)
        for row in model.select().where(model.id.in_(batch))
    }
