"""What a meeting asks: who is behind with what, what was done this month, how the pairings stand."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

import peewee

from db import dossier, owed, settings
from db.models import (
    Activity,
    Attendance,
    Attendee,
    CareRecord,
    Child,
    Focus,
    Helper,
    Owed,
    Pairing,
    PlanItem,
    Survey,
    Term,
)
from db.spec import mask_name
from db.vocab import CAME

TALK = "talk"
NOBODY, SITE = "还没结对", "本单位"


class Late(NamedTuple):
    """What one helper owes past its day: how many duties, to how many children, the longest by how many days.

    helper: None where nobody looks after the children, or where the site itself owes it (of_site).
    """

    helper_id: UUID | None
    helper: str | None
    of_site: bool
    duties: int
    children: int
    days_over: int

    def who(self, names: bool) -> str:
        """The helper, masked unless names; or who stands in for one."""
        if self.of_site:
            return SITE
        return (self.helper if names else mask_name(self.helper)) or NOBODY


class Month(NamedTuple):
    """What was done this month so far; came: children at its activities, each time counted.

    An activity counts once it is known to have taken place: said so, or somebody came.
    """

    first: date
    talks: int
    other_records: int
    activities: int
    came: int
    plan_done: int
    plan_total: int


class Load(NamedTuple):
    """A helper with more children than places."""

    helper: str
    load: int
    capacity: int


class Paired(NamedTuple):
    """How the pairings stand: children that count with and without one, focus children among the latter by name, helpers on
    file, those with a child, the children all of them look after, those with too many."""

    children: int
    unpaired: int
    focus_unpaired: list[str]
    helpers: int
    helping: int
    looked_after: int
    overloaded: list[Load]


def late(on: date) -> list[Late]:
    """What is overdue by who owes it, most first."""
    owed.settle()
    of_site = Owed.child.is_null()
    first, first_of_site = (
        peewee.fn.MIN(peewee.Case(None, [(when, Owed.due_by)])) for when in (~of_site, of_site)
    )
    count = peewee.fn.COUNT
    rows = (
        Owed.select(Owed.helper, Helper.name, count(Owed.id), count(Owed.child), count(Owed.child.distinct()), first, first_of_site)
        .join(Helper, peewee.JOIN.LEFT_OUTER)
        .where(Owed.due_by < on, Owed.since <= on, Owed.until > on, Owed.source != "birthday")
        .group_by(Owed.helper, Helper.name)
    )  # fmt: skip
    found = []
    for helper, name, duties, of_children, children, *firsts in rows.tuples():
        days_over = [(on - owed.as_day(each)).days if each else 0 for each in firsts]
        if helper is not None:
            found.append(Late(helper, name or "", False, duties, children, max(days_over)))
            continue
        if of_children:
            found.append(Late(None, None, False, of_children, children, days_over[0]))
        if duties > of_children:
            found.append(Late(None, None, True, duties - of_children, 0, days_over[1]))
    return sorted(found, key=lambda each: (-each.duties, -each.days_over, each.helper or ""))


def month(on: date) -> Month:
    """What was done from the first of the month to the day; items of plans that were dropped do not count."""
    first = on.replace(day=1)

    def how_many(when: peewee.Expression) -> peewee.Node:
        return peewee.fn.SUM(peewee.Case(None, [(when, 1)], 0))

    span = (first, on)
    talks, records = (
        CareRecord.live(how_many(CareRecord.kind == TALK), peewee.fn.COUNT(CareRecord.id))
        .join(Child)
        .where(Child.deleted_at.is_null(), CareRecord.missed.is_null(), CareRecord.on_date.between(*span))
        .tuples()
        .get()
    )
    was_there = (
        (Attendance.activity == Activity.id) & Attendance.deleted_at.is_null() & Attendance.state.in_(CAME)
    )
    met = Attendee.select(Attendee.activity).where(Attendee.deleted_at.is_null(), Attendee.state.in_(CAME))
    held, came = (
        Activity.live(peewee.fn.COUNT(Activity.id.distinct()), peewee.fn.COUNT(Attendance.id))
        .join(Attendance, peewee.JOIN.LEFT_OUTER, on=was_there)
        .where(Activity.on_date.between(*span), Activity.state.is_null() | (Activity.state != "cancelled"))
        .where((Activity.state == "held") | Attendance.id.is_null(False) | Activity.id.in_(met))
        .tuples()
        .get()
    )
    done, items = (
        PlanItem.live(how_many(PlanItem.done_on.is_null(False)), peewee.fn.COUNT(PlanItem.id))
        .where(PlanItem.month == f"{on:%Y-%m}", PlanItem.dropped.is_null())
        .tuples()
        .get()
    )
    talks, done = int(talks or 0), int(done or 0)
    return Month(first, talks, records - talks, held, came, done, items)


def paired(on: date, term: Term, children: int, without: int) -> Paired:
    """How the pairings stand on a day of a term; children: how many count, without: how many of them have no pairing."""
    alone = Survey.no_guardian | (Survey.guardianship == "none")
    tagged = Focus.select(Focus.child).where(dossier.focus_on(on))
    waiting = (
        Survey.select(Child.name)
        .join(Child)
        .where(
            dossier.counted(term, on), Child.id.not_in(dossier.paired_children(on)), Child.id.in_(tagged) | alone
        )
        .order_by(Child.group_rank, Child.village_group, Child.name)
    )  # fmt: skip
    live = (Pairing.helper == Helper.id) & dossier.live_on(on)
    helpers = list(
        Helper.live(Helper.name, Helper.capacity, peewee.fn.COUNT(Child.id.distinct()))
        .join(Pairing, peewee.JOIN.LEFT_OUTER, on=live)
        .join(Child, peewee.JOIN.LEFT_OUTER, on=(Pairing.child == Child.id) & Child.deleted_at.is_null())
        .group_by(Helper.id)
        .order_by(Helper.name, Helper.id)
        .tuples()
    )
    usual = settings.get("pairing.capacity")
    return Paired(
        children - without, without, [name or "" for (name,) in waiting.tuples()] if without else [],
        len(helpers), sum(load > 0 for _, _, load in helpers), sum(load for _, _, load in helpers),
        [
            Load(name or "", load, usual if places is None else places)
            for name, places, load in helpers
            if load > (usual if places is None else places)
        ],
    )  # fmt: skip
