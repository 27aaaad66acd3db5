"""How well a helper fits a child: points with the reasons in words, and who may not help whom.

What the points are for, and why they are what they are, is told in docs/rules.md (结对建议).
"""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from db.vocab import FOCUS, HELPER_KIND

GROUP, SCHOOL, SUITS, GIRL, SIBLING = 20, 12, 20, 10, 30
PEER_ONLY, PARTED = -15, -40
LOAD = 2  # what each child already in a helper's care takes off, so that the load spreads

TIERS = ("急需", "重点", "一般")
URGENT = {"no_guardian", "one_unable", "out_of_school"}
SUITED = {
    "no_guardian": ("agent_parent", "love_mother", "love_father", "cadre"),
    "one_unable": ("agent_parent", "love_mother", "love_father"),
    "out_of_school": ("teacher", "cadre", "graduate"),
    "no_hukou": ("cadre", "graduate"),
    "ill": ("love_mother", "love_father", "agent_parent"),
    "disabled": ("love_mother", "love_father", "agent_parent"),
    "problem": ("teacher", "retired_teacher"),
    "hardship": ("party", "cadre", "graduate"),
    "study": ("teacher", "retired_teacher"),
    "mind": ("love_mother", "love_father", "retired_teacher"),
    "potential": ("teacher", "retired_teacher"),
}
IN_SHORT = {"study": "学困", "one_unable": "监护能力不足", "out_of_school": "失学"}
USUAL = {
    "teacher": "teacher", "retired_teacher": "teacher", "agent_parent": "agent_parent", "love_mother": "love_mother",
    "love_father": "love_mother", "peer": "peer",
}  # fmt: skip
STAGES = "kpjs"  # the first letters of grades, from kindergarten up


class Needs(NamedTuple):
    """What of a child decides who fits. tags: focus tags, and `study` where the survey found 学习困难."""

    group: str | None
    school: str | None
    grade: str | None
    girl: bool
    small: bool  # not yet at school
    tags: frozenset[str]


class Offer(NamedTuple):
    """What of a helper decides whom he or she fits; school and grade of one who is a child of the register."""

    kind: str | None
    woman: bool
    unit: str
    group: str | None
    school: str | None
    grade: str | None


class ChildFacts(NamedTuple):
    """A child to be helped. family: keys of parents and guardians, relatives: their names and phones."""

    id: UUID
    needs: Needs
    family: frozenset[UUID] = frozenset()
    relatives: frozenset[tuple[str, str]] = frozenset()
    paired: frozenset[UUID] = frozenset()  # helpers it has
    parted: frozenset[UUID] = (
        frozenset()
    )  # helpers it had, ended by a mistake, a change or for want of contact


class HelperFacts(NamedTuple):
    """A helper. child: the child of the register he or she is; family: parents and guardians of the children in care."""

    id: UUID
    name: str | None
    phone: str | None
    offer: Offer
    barred: bool = False
    child: UUID | None = None
    family: frozenset[UUID] = frozenset()


class Fit(NamedTuple):
    """How well two fit: points, and why in words."""

    score: int
    why: tuple[str, ...]


def tier(focus: Collection[str]) -> int:
    """How urgent the need of a child with these focus tags is, as a place in TIERS."""
    if URGENT.intersection(focus):
        return 0
    return 1 if focus else 2


def urgent_as_surveyed(no_guardian: bool | None, guardianship: str | None, schooling: str | None) -> set[str]:
    """The urgent focus tags that a survey says by itself."""
    found = set()
    if no_guardian or guardianship == "none":
        found.add("no_guardian")
    if schooling == "dropped_out":
        found.add("out_of_school")
    return found


def usual_kind(helper_kind: str | None) -> str:
    """The kind of pairing that follows from the helper's kind."""
    return USUAL.get(helper_kind, "helper")


def serves(helper_kind: str | None, pairing_kind: str) -> bool:
    """Whether somebody of that kind is asked for pairings of this kind."""
    if pairing_kind == "temporary_father":
        return helper_kind == "love_father"
    return usual_kind(helper_kind) == pairing_kind


def fit(child: ChildFacts, helper: HelperFacts) -> Fit | None:
    """How well a helper fits a child; None if they may not be paired."""
    if helper.barred or helper.child == child.id or helper.id in child.paired:
        return None
    if (helper.name, helper.phone) in child.relatives:
        return None
    general = suits(child.needs, helper.offer)
    if general is None:
        return None
    score, why = general
    if child.family & helper.family:
        score, why = score + SIBLING, (*why, "已帮扶其兄弟姐妹")
    if helper.id in child.parted:
        score, why = score + PARTED, (*why, "以前结过对又换了")
    return Fit(score, why)


def suits(needs: Needs, offer: Offer) -> Fit | None:
    """How well anybody with this to offer fits any child with these needs; None if it can't be."""
    if offer.kind == "peer" and needs.small:
        return None
    points, why = 0, []
    if needs.group and needs.group == offer.group:
        points += GROUP
        why.append(f"同在{needs.group}")
    if needs.school and (needs.school == offer.school or needs.school in offer.unit):
        points += SCHOOL
        why.append(f"在{needs.school}")
    if met := [tag for tag in SUITED if tag in needs.tags and offer.kind in SUITED[tag]]:
        points += SUITS * len(met)
        why.append(f"{HELPER_KIND.label(offer.kind)}对{'、'.join(map(in_short, met))}")
    if offer.kind == "peer":
        if _ahead(needs, offer):
            points += SUITS
            why.append("同校高年级对学困")
        else:
            points += PEER_ONLY
    if needs.girl and offer.woman:
        points += GIRL
        why.append("女童女性帮扶人")
    return Fit(points, tuple(why))


def in_short(tag: str) -> str:
    """A focus tag as reasons name it."""
    return IN_SHORT.get(tag) or FOCUS.label(tag)


def _ahead(needs: Needs, offer: Offer) -> bool:
    """Whether a peer helper could teach: at the same school, in a higher grade, a child with 学困."""
    if "study" not in needs.tags or not needs.school or needs.school != offer.school:
        return False
    return bool(needs.grade and offer.grade and _year(offer.grade) > _year(needs.grade))


def _year(grade: str) -> tuple[int, str]:
    return STAGES.index(grade[0]), grade[1:]
