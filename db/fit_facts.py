"""What the ledger knows of children and helpers that decides who fits whom (db.fit); few queries, whatever their number."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

import peewee

from db import children, days, dossier, fit, settings, site
from db.fit import ChildFacts, HelperFacts, Needs, Offer
from db.models import Adult, Child, Focus, Helper, Kinship, Pairing, Survey
from db.values import group_name

PARENT = ("50", "51", "52", "57", "58")
PARTING = ("mistake", "changed", "lapsed")
SMALL = {"none_yet", "kindergarten"}
SCHOOL_AGE = 6


class Waiting(NamedTuple):
    """A child to be helped. order: need, then the register's order."""

    facts: ChildFacts
    name: str
    tier: int
    order: tuple


class Helping(NamedTuple):
    """A helper with the children in care and how many they may be."""

    facts: HelperFacts
    load: int
    capacity: int

    @property
    def room(self) -> int:
        """How many more children may be given."""
        return max(0, self.capacity - self.load)


def waiting(*which: peewee.Expression) -> list[Waiting]:
    """These children with what decides who fits them, the most urgent first, then in the register's order."""
    today = days.today()
    query = (
        Child.select(
            Child.id, Child.name, Child.sex, Child.birth_date, Child.group_rank, Child.village_group, Survey.school,
            Survey.grade, Survey.schooling, Survey.study_level, Survey.no_guardian, Survey.guardianship,
        )
        .join(
            Survey, peewee.JOIN.LEFT_OUTER,
            on=(Survey.child == Child.id) & (Survey.term == site.term()) & Survey.deleted_at.is_null(),
        )
        .where(*which)
    )  # fmt: skip
    rows = list(query.namedtuples())
    ids = [row.id for row in rows]
    focus, kin, pairings = _focus(ids), _kin(ids), _pairings(ids)
    found = []
    for row in rows:
        tags = focus[row.id] | fit.urgent_as_surveyed(row.no_guardian, row.guardianship, row.schooling)
        family, relatives = kin[row.id]
        small = row.schooling in SMALL or (
            row.schooling is None and (days.age_on(row.birth_date, today) or SCHOOL_AGE) < SCHOOL_AGE
        )
        group = row.village_group and group_name(row.village_group)
        poor = {"study"} if row.study_level == "poor" else set()
        needs = Needs(group, row.school, row.grade, row.sex == "female", small, frozenset(tags | poor))
        facts = ChildFacts(
            row.id, needs, frozenset(family), frozenset(relatives), *map(frozenset, pairings[row.id])
        )
        urgency = fit.tier(tags)
        order = (urgency, row.group_rank, row.village_group or "", row.name or "", row.id)
        found.append(Waiting(facts, row.name or "", urgency, order))
    return sorted(found, key=lambda each: each.order)


def _focus(ids: list[UUID]) -> dict[UUID, set[str]]:
    found = defaultdict(set)
    for batch in peewee.chunked(ids, children.BATCH):
        query = Focus.select(Focus.child, Focus.tag).where(
            dossier.focus_on(days.today()), Focus.child.in_(batch)
        )
        for child, tag in query.tuples():
            found[child].add(tag)
    return found


def _kin(ids: list[UUID]) -> dict[UUID, tuple[set, set]]:
    """Of each child the keys of parents and guardians, and the names and phones of all relatives."""
    found = defaultdict(lambda: (set(), set()))
    for batch in peewee.chunked(ids, children.BATCH):
        query = (
            Kinship.live(Kinship.child, Kinship.relation, Kinship.guardian, Adult.id, Adult.name, Adult.phone)
            .join(Adult)
            .where(Kinship.child.in_(batch))
        )
        for child, relation, guardian, adult, name, phone in query.tuples():
            family, relatives = found[child]
            if guardian or relation in PARENT:
                family.add(adult)
            if name and phone:
                relatives.add((name, phone))
    return found


def _pairings(ids: list[UUID]) -> dict[UUID, tuple[set, set]]:
    """Of each child the helpers it has, and those it had in vain."""
    found, today = defaultdict(lambda: (set(), set())), days.today()
    for batch in peewee.chunked(ids, children.BATCH):
        its = Pairing.select(Pairing.child, Pairing.helper).where(Pairing.child.in_(batch))
        for child, helper in its.where(dossier.live_on(today)).tuples():
            found[child][0].add(helper)
        ended = its.where(
            Pairing.deleted_at.is_null(), Pairing.until <= today, Pairing.ended_because.in_(PARTING)
        )
        for child, helper in ended.tuples():
            found[child][1].add(helper)
    return found


def helpers(given: Mapping[UUID, int]) -> list[Helping]:
    """Every helper on file, in the order of their list."""
    usual, loads, families, pupils = settings.get("pairing.capacity"), _loads(), _families(), _pupils()
    order = (Helper.group_rank, Helper.village_group, Helper.name, Helper.id)
    found = []
    for row in Helper.live().order_by(*order):
        school, grade, gone = pupils.get(row.child_id, (None, None, False))
        woman = row.sex == "female" or row.kind == "love_mother"
        group = row.village_group and group_name(row.village_group)
        offer = Offer(row.kind, woman, row.unit or "", group, school, grade)
        facts = HelperFacts(
            row.id,
            row.name,
            row.phone,
            offer,
            bool(row.barred) or gone,
            row.child_id,
            frozenset(families[row.id]),
        )
        capacity = usual if row.capacity is None else row.capacity
        found.append(Helping(facts, loads.get(row.id, 0) + given.get(row.id, 0), capacity))
    return found


def _in_care() -> peewee.ModelSelect:
    """Live pairings joined with their children."""
    return Pairing.select().join(Child).where(dossier.live_on(days.today()), Child.deleted_at.is_null())


def _loads() -> dict[UUID, int]:
    query = (
        _in_care().select(Pairing.helper, peewee.fn.COUNT(Pairing.child.distinct())).group_by(Pairing.helper)
    )
    return dict(query.tuples())


def _families() -> dict[UUID, set[UUID]]:
    """The parents and guardians of the children in each helper's care."""
    found = defaultdict(set)
    query = (
        _in_care().select(Pairing.helper, Kinship.adult)
        .join(Kinship, on=(Kinship.child == Child.id))
        .where(Kinship.deleted_at.is_null(), Kinship.guardian | Kinship.relation.in_(PARENT))
    )  # fmt: skip
    for helper, adult in query.tuples():
        found[helper].add(adult)
    return found


def _pupils() -> dict[UUID, tuple[str | None, str | None, bool]]:
    """School and grade of the children who are helpers themselves, and whether they have left the register."""
    today = days.today()
    query = (
        Child.select(Child.id, Survey.school, Survey.grade, Child.left_on, Child.deleted_at)
        .join(
            Survey, peewee.JOIN.LEFT_OUTER,
            on=(Survey.child == Child.id) & (Survey.term == site.term()) & Survey.deleted_at.is_null(),
        )
        .where(Child.id.in_(Helper.live(Helper.child).where(Helper.child.is_null(False))))
    )  # fmt: skip
    return {
        child: (school, grade, deleted is not None or (left is not None and left <= today))
        for child, school, grade, left, deleted in query.tuples()
    }
