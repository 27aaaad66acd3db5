"""Whom to pair with whom: the helpers who fit one child, and the best proposal for all who wait (db.fit, db.assignment).

Nothing here writes: a proposal is shown, edited and then accepted by the verbs of db.pairing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from db import children, days, dossier, fit, fit_facts, site
from db.assignment import assign
from db.fit import ChildFacts, Fit, Needs, Offer
from db.fit_facts import Helping, Waiting
from db.models import Child, Pairing
from db.vocab import PAIRING_KIND

NOBODY, NO_ROOM = "还没有帮扶人，请先登记", "没有空位的帮扶人，请增加帮扶人，或调高可帮扶人数"
NOT_ALLOWED = "有空位的帮扶人都不能帮这名儿童，请另找帮扶人"
GIVEN_AWAY = "有空位的帮扶人都给了更急需或更合适的儿童，请增加帮扶人"


class Proposal(NamedTuple):
    """A helper who could take a child, and what speaks for it. load: children in care and given in a proposal."""

    helper_id: UUID
    helper: str
    score: int
    why: str
    load: int
    capacity: int


class Proposed(NamedTuple):
    """What is proposed for one child: a helper and the kind of pairing (code), or neither and the reason."""

    child_id: UUID
    child: str
    tier_label: str
    helper_id: UUID | None
    helper: str | None
    kind: str | None
    why: str


def ranked(child_id: UUID, given: Mapping[UUID, int] | None = None) -> list[Proposal]:
    """Helpers with room who may take a child, the best first.

    given: how many places of each helper a proposal not yet accepted hands out. Raises NotFound.
    """
    children.live(child_id)
    (child,) = fit_facts.waiting(Child.id == child_id)
    fitting = [
        (found, helper)
        for helper in fit_facts.helpers(given or {})
        if helper.room and (found := fit.fit(child.facts, helper.facts))
    ]
    proposals = [
        Proposal(
            helper.facts.id, helper.facts.name or "", found.score - fit.LOAD * helper.load,
            _reasons(found, helper), helper.load, helper.capacity,
        )
        for found, helper in fitting
    ]  # fmt: skip
    return sorted(proposals, key=lambda each: -each.score)


def propose(kind: str | None = None) -> list[Proposed]:
    """The best proposal for all children that count and have no live pairing, the most urgent first.

    As many as can be get a helper, in order of need; among the ways to do that, the one of the best total fit. kind:
    a kind of pairing; then it is about children without one of that kind, and helpers of that kind. Raises Refused.
    """
    kind = PAIRING_KIND.find(kind) if kind else None
    helpers = [
        each for each in fit_facts.helpers({}) if kind is None or fit.serves(each.facts.offer.kind, kind)
    ]
    today = days.today()
    paired = Pairing.select(Pairing.child).where(
        dossier.live_on(today), *([Pairing.kind == kind] if kind else [])
    )
    waiting = fit_facts.waiting(dossier.counted(site.term(), today), Child.id.not_in(paired))
    fits = _fits([each.facts for each in waiting], helpers)
    found = assign(
        [each.tier for each in waiting],
        fits,
        [[fit.LOAD * (each.load + nth) for nth in range(each.room)] for each in helpers],
    )
    return [
        _proposed(child, None if at is None else helpers[at], kind, _lacking(row, helpers))
        for child, row, at in zip(waiting, fits, found.helper, strict=True)
    ]


def _proposed(child: Waiting, helper: Helping | None, kind: str | None, lacking: str) -> Proposed:
    label = fit.TIERS[child.tier]
    if helper is None:
        return Proposed(child.facts.id, child.name, label, None, None, None, lacking)
    who, between = helper.facts, fit.fit(child.facts, helper.facts)
    return Proposed(
        child.facts.id, child.name, label, who.id, who.name, kind or fit.usual_kind(who.offer.kind), _reasons(between, helper)
    )  # fmt: skip


def _reasons(found: Fit, helper: Helping) -> str:
    return "，".join((*found.why, f"空{helper.room}位"))


def _lacking(row: Mapping[int, int], helpers: list[Helping]) -> str:
    """Why nobody is left for a child whom these helpers fit."""
    if not helpers:
        return NOBODY
    if not any(helper.room for helper in helpers):
        return NO_ROOM
    return GIVEN_AWAY if row else NOT_ALLOWED


def _fits(waiting: list[ChildFacts], helpers: list[Helping]) -> list[dict[int, int]]:
    """For each child the points of every helper with room whom it may have.

    Children alike in their needs, and helpers alike in what they offer, are compared once; only where the two have
    something to do with each other is that pair looked at by itself.
    """
    offers: dict[Offer, list[int]] = defaultdict(list)
    met = _acquaintances(helpers)
    for at, helper in enumerate(helpers):
        if helper.room and not helper.facts.barred:
            offers[helper.facts.offer].append(at)
    of_needs: dict[Needs, dict[int, int]] = {}
    rows = []
    for child in waiting:
        if child.needs not in of_needs:
            of_needs[child.needs] = {
                at: general.score
                for offer, alike in offers.items()
                if (general := fit.suits(child.needs, offer))
                for at in alike
            }
        row = of_needs[child.needs].copy()
        for at in sorted({at for key in _keys(child) for at in met[key]} & row.keys()):
            between = fit.fit(child, helpers[at].facts)
            if between:
                row[at] = between.score
            else:
                del row[at]
        rows.append(row)
    return rows


def _acquaintances(helpers: list[Helping]) -> dict[object, list[int]]:
    """Helpers by what may connect them with a child: who they are, and the families they know."""
    met = defaultdict(list)
    for at, (who, *_) in enumerate(helpers):
        for key in (who.id, who.child, (who.name, who.phone), *who.family):
            met[key].append(at)
    return met


def _keys(child: ChildFacts) -> Iterable[object]:
    return (child.id, *child.paired, *child.parted, *child.relatives, *child.family)
