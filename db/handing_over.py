"""A helper hands the children over to others: pairings, plans and steps still open, in one action."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from db import changes, days, helpers, pair_rules
from db.models import CarePlan, CareRecord, CareStep, Child, Pairing, User
from db.pair_rules import Full, Rules, unended
from db.spec import read
from db.values import Refused
from db.vocab import PAIRING_KIND

REASON = "handed_over"


class Going(NamedTuple):
    """A child a helper looks after or owes something to, and what goes along; kinds: the pairings' in words."""

    child_id: UUID
    child: str
    kinds: str
    since: date | None
    plans: int
    steps: int
    follow_ups: int

    @property
    def what(self) -> str:
        """All of it in words."""
        counted = (("份方案", self.plans), ("个步骤", self.steps), ("项跟进", self.follow_ups))
        return "，".join([self.kinds or "没有结对", *(f"{n}{unit}" for unit, n in counted if n)])


class HandedOver(NamedTuple):
    """How much went: pairings ended, plans, steps."""

    pairings: int
    plans: int
    steps: int


def going(helper_id: UUID) -> list[Going]:
    """What a helper would hand over, child by child, by name."""
    paired: dict[UUID, list[Pairing]] = {}
    for row in _pairings(helper_id):
        paired.setdefault(row.child_id, []).append(row)
    plans, steps, follow_ups = (
        Counter(row.child_id for row in find(helper_id)) for find in (_plans, _steps, _follow_ups)
    )
    children = Child.live(Child.id, Child.name).where(Child.id.in_({*paired, *plans, *steps}))
    return [
        Going(
            key, name or "", "、".join(PAIRING_KIND.label(row.kind) for row in paired.get(key, [])),
            next((row.since for row in paired.get(key, [])), None), plans[key], steps[key], follow_ups[key],
        )
        for key, name in children.order_by(Child.name, Child.id).tuples()
    ]  # fmt: skip


def _pairings(helper_id: UUID) -> list[Pairing]:
    query = Pairing.select().where(unended(days.today()), Pairing.helper == helper_id)
    return list(query.order_by(Pairing.since.asc(nulls="first"), Pairing.id))


def _plans(helper_id: UUID) -> list[CarePlan]:
    return list(CarePlan.live().where(CarePlan.helper == helper_id, CarePlan.closed_on.is_null()))


def _steps(helper_id: UUID) -> list[CareStep]:
    return list(
        CareStep.live()
        .join(CarePlan)
        .where(
            CareStep.helper == helper_id, CareStep.done_on.is_null(),
            CarePlan.closed_on.is_null(), CarePlan.deleted_at.is_null(),
        )
    )  # fmt: skip


def _follow_ups(helper_id: UUID) -> list[CareRecord]:
    return list(
        CareRecord.live().where(
            CareRecord.helper == helper_id,
            CareRecord.follow_up_on.is_null(False),
            CareRecord.follow_up_done.is_null(),
        )
    )


def hand_over(
    helper_id: UUID, to: UUID | Mapping[UUID, UUID], on: date | None, by: User | None, note: str | None = None,
    over: bool = False,
) -> HandedOver:  # fmt: skip
    """End a helper's pairings on a day (today if none is given) and begin them with others, who take the open plans too.

    to: the one who takes every child, or for each child that goes its receiver; other children stay. A receiver who
    looks after the child already gets the plans only. A promised follow-up stays in its record, which says who talked
    with the child; it is owed by whoever looks after the child now (db.owed).
    Raises Refused, and writes nothing, for a day to come or before a pairing began, a pair that may not be, nothing to
    hand over; Full naming every receiver without room (unless over).
    """
    on = on or days.today()
    note = read(Pairing.end_note.spec, note)
    name = helpers.load(helper_id)["name"]
    with changes.action(f"交接 {name}的帮扶对象", by) as act:
        here = {each.child_id for each in going(helper_id)}
        if not isinstance(to, Mapping):
            to = dict.fromkeys(here, to)
        if not to or not to.keys() <= here:
            raise Refused(f"要交接的儿童已不由{name}帮扶，或没有选儿童；请回到名单重新选")
        if helper_id in to.values():
            raise Refused(f"不能交接给{name}自己，请另选帮扶人")
        pair_rules.hold(to, {helper_id, *to.values()})
        ending = [row for row in _pairings(helper_id) if row.child_id in to]
        _begin(act, ending, to, on, over)
        for row in ending:
            act.update(row, until=on, ended_because=REASON, end_note=note)
        plans = [row for row in _plans(helper_id) if row.child_id in to]
        steps = [row for row in _steps(helper_id) if row.child_id in to]
        for row in (*plans, *steps):
            act.update(row, helper=to[row.child_id])
        return HandedOver(len(ending), len(plans), len(steps))


def _begin(act: changes.Action, ending: list[Pairing], to: Mapping[UUID, UUID], on: date, over: bool) -> None:
    """The new pairings, one a child; all are checked before the first is written."""
    rules = Rules(to, set(to.values()), besides={row.id for row in ending})
    begun: list[Pairing] = []
    crowded: dict[UUID, str] = {}  # receivers without room for all that comes to them
    for row in ending:
        if row.since and on < row.since:
            raise Refused(f"交接日期{on}早于结对日期{row.since}，请核对")
        if (child := row.child_id) not in {each.child_id for each in begun}:
            with_already = to[child] in {helper.id for helper, _ in rules.helpers_of[child]}
            if not with_already:
                try:
                    rules.check(child, to[child], row.kind, on, over)
                except Full as full:
                    crowded.setdefault(to[child], *full.told)
                rules.take(child, to[child], row.kind)
                begun.append(row)
    if crowded:
        raise Full(*crowded.values())
    for row in begun:
        act.insert(Pairing, child=row.child_id, helper=to[row.child_id], kind=row.kind, since=on, after=row)
