"""Who looks after whom: children without a pairing, helpers and their load, pairing and closing."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import changes, children, days, dossier, pair_rules, settings, site
from db.fit import tier, usual_kind
from db.models import CareRecord, Child, Focus, Helper, Pairing, Survey, User
from db.sheet import NotFound
from db.spec import read
from db.text import squeeze
from db.values import Refused, group_rank
from db.vocab import FOCUS, HELPER_KIND, PAIRING_END, PAIRING_KIND
from db.when import check_day

INSPECTION = "inspection"  # the record kind of a pairing's inspection (结对检查)


class Unpaired(NamedTuple):
    """A child that counts and has no live pairing; why says how that came about."""

    id: UUID
    name: str
    age: int | None
    village_group: str | None
    focus: bool
    focus_labels: str
    why: str


class HelperLoad(NamedTuple):
    """A helper with the children in his or her care; capacity: as stated, else as many as is usual.

    usual: the kind of pairing (a code) that follows from who it is. barred: why no child may be given; None for
    nearly all.
    """

    id: UUID
    name: str
    kind: str
    unit: str | None
    village_group: str | None
    load: int
    capacity: int
    children: str
    usual: str = "helper"
    barred: str | None = None

    @property
    def room(self) -> bool:
        """Whether another child may be given."""
        return not self.barred and self.load < self.capacity


class PairLine(NamedTuple):
    """A pairing as lists show it; kind and because (why it ended) are labels.

    before and onward: whom it was handed over from and to. inspected_on, verdict: the last 结对检查, if any.
    """

    id: UUID
    child: str
    child_id: UUID
    helper: str
    helper_id: UUID
    kind: str
    since: date | None
    until: date | None
    because: str | None = None
    note: str | None = None
    before: str | None = None
    onward: str | None = None
    inspected_on: date | None = None
    verdict: str | None = None


class Match(NamedTuple):
    """A pair to be made; kind is a code. over: more children than the helper's places are meant."""

    child_id: UUID
    helper_id: UUID
    kind: str
    over: bool = False


class Fallen(NamedTuple):
    """A pair that may not be made, and why."""

    child_id: UUID
    helper_id: UUID
    why: str


class Accepted(NamedTuple):
    """What came of many pairs at once: those made (none if some fell and were not to be left out), those fallen."""

    made: list[UUID]
    fallen: list[Fallen]


# ---- the board ----------------------------------------------------------------------------------


def unpaired() -> list[Unpaired]:
    """Children that count and have no live pairing: as in a proposal the most urgent first, then by group and name.

    Whom this term's survey found looked after by nobody is urgent without a tag, too.
    """
    today = days.today()
    query = (
        Child.select(
            Child.id,
            Child.name,
            Child.birth_date,
            Child.village_group,
            Survey.no_guardian,
            Survey.guardianship,
        )
        .join(Survey, on=(Survey.child == Child.id))
        .where(dossier.counted(site.term(), today), Child.id.not_in(dossier.paired_children(today)))
    )
    waiting = list(query.namedtuples())
    ids = [child.id for child in waiting]
    tags, ended = _tags(ids, today), _ended(ids)
    for child in waiting:
        if child.no_guardian or child.guardianship == "none":
            tags[child.id].add("no_guardian")
    waiting.sort(
        key=lambda c: (tier(tags[c.id]), group_rank(c.village_group), c.village_group or "", c.name or "")
    )
    return [
        Unpaired(
            child.id, child.name or "", days.age_on(child.birth_date, today), child.village_group,
            bool(tags[child.id]), "、".join(each.label for each in FOCUS if each.code in tags[child.id]),
            ended.get(child.id, "还没有结过对"),
        )
        for child in waiting
    ]  # fmt: skip


def _tags(ids: list[UUID], on: date) -> defaultdict[UUID, set[str]]:
    held = defaultdict(set)
    for batch in peewee.chunked(ids, children.BATCH):
        for row in Focus.select(Focus.child, Focus.tag).where(dossier.focus_on(on), Focus.child.in_(batch)):
            held[row.child_id].add(row.tag)
    return held


def _ended(ids: list[UUID]) -> dict[UUID, str]:
    """How each child's latest pairing ended, in words."""
    found = {}
    for batch in peewee.chunked(ids, children.BATCH):
        past = Pairing.live().where(Pairing.child.in_(batch), Pairing.until.is_null(False))
        for row in past.order_by(Pairing.until, Pairing.id):
            why = f"：{PAIRING_END.label(row.ended_because)}" if row.ended_because else ""
            found[row.child_id] = f"{days.short(row.until)}结束{why}"
    return found


def board_helpers() -> list[HelperLoad]:
    """Every helper with load and children: those with room first, the least loaded first."""
    cared, places = defaultdict(list), settings.get("pairing.capacity")
    query = (
        Pairing.select(Pairing.helper, Child.id, Child.name)
        .join(Child)
        .where(dossier.live_on(days.today()), Child.deleted_at.is_null())
        .order_by(Child.name, Child.id)
        .distinct()
    )
    for helper, _child, name in query.tuples():
        cared[helper].append(name)
    found = [
        HelperLoad(
            row.id, row.name or "", HELPER_KIND.label(row.kind), row.unit, row.village_group,
            len(cared[row.id]), places if row.capacity is None else row.capacity, "、".join(cared[row.id]),
            usual_kind(row.kind), row.barred,
        )
        for row in Helper.live()
    ]  # fmt: skip
    return sorted(
        found, key=lambda h: (not h.room, h.load, group_rank(h.village_group), h.village_group or "", h.name)
    )


# ---- pairing and closing ------------------------------------------------------------------------


def pair(
    child_id: UUID, helper_id: UUID, kind: str | None, since: date | None, by: User | None, over: bool = False
) -> UUID:
    """Pair a child with a helper from a day (today if none is given).

    Raises Refused for what `pair_rules.Rules.check` refuses, Full where the helper has no room (unless over).
    """
    since = since or days.today()
    kind = PAIRING_KIND.find(kind or "helper")
    child, helper = children.live(child_id), _helper(helper_id)
    with changes.action(f"结对 {child.name}－{helper.name}", by) as act:
        # Two keepers pairing the same people at once: the second waits here, then counts the first's.
        pair_rules.hold([child_id], [helper_id])
        pair_rules.Rules([child_id], [helper_id]).check(child_id, helper_id, kind, since, over)
        return act.insert(Pairing, child=child, helper=helper, kind=kind, since=since).id


def accept(
    pairs: Iterable[Match], since: date | None, by: User | None, without: bool = False, alone: bool = True
) -> Accepted:
    """Pair many at once, as one action, from a day (today if none is given).

    alone: the children were chosen because nobody looked after them; one who has been given a helper meanwhile falls.
    Otherwise only one who has been given a helper of that kind does. A pair that may not be (any more) is named in
    `fallen`; then nothing at all is written, unless the rest is to be written `without` it. Raises Refused when there
    is nothing to write, and for a day to come.
    """
    since = since or days.today()
    pairs = sorted((Match(*pair) for pair in pairs), key=lambda pair: pair.over)  # those over come last
    if not pairs:
        raise Refused("没有要结的对，请先给儿童选好帮扶人")
    check_day(since)
    taken = [pair.child_id for pair in pairs], [pair.helper_id for pair in pairs]
    with changes.action("接受结对方案", by) as act:
        pair_rules.hold(*taken)
        rules = pair_rules.Rules(*taken)
        sound, fallen = [], []
        for pair in pairs:
            child_id, helper_id, kind, over = pair
            try:
                for other, what in rules.helpers_of[child_id]:
                    if alone or what == kind:
                        name = rules.children[child_id].name
                        raise Refused(f"{name}刚与{other.name}结了对（{PAIRING_KIND.label(what)}）")
                rules.check(child_id, helper_id, PAIRING_KIND.find(kind), since, over)
            except Refused as refusal:
                fallen.append(Fallen(child_id, helper_id, str(refusal)))
            else:
                rules.take(child_id, helper_id, kind)
                sound.append(pair)
        if fallen and not without:
            return Accepted([], fallen)
        if not sound:
            raise Refused("这些对都已不成立，没有写入；请重新建议")
        made = [
            act.insert(Pairing, child=each.child_id, helper=each.helper_id, kind=each.kind, since=since).id
            for each in sound
        ]
        return Accepted(made, fallen)


def close_pairing(
    pairing_id: UUID, on: date | None, reason_code: str | None, note: str | None, by: User | None
) -> None:
    """End a live pairing on a day (today if none is given); its care records stay.

    Raises Refused if it has ended already, or for a day before it began or still to come.
    """
    on = on or days.today()
    because = PAIRING_END.find(reason_code) if reason_code else None
    row = _pairing(pairing_id)
    with changes.action(f"结束结对 {row.child.name}－{row.helper.name}", by) as act:
        row = _pairing(pairing_id)
        if row.until is not None:
            raise Refused(f"这一对已在{row.until}结束，不用再结束")
        if row.since and on < row.since:
            raise Refused(f"结束日期{on}早于结对日期{row.since}，请核对")
        if on > days.today():
            raise Refused(f"{on}还没到，请到那天再结束，或填已过的日期")
        note = read(Pairing.end_note.spec, note)
        act.update(row, until=on, ended_because=because, end_note=note)


def _pairing(pairing_id: UUID) -> Pairing:
    row = Pairing.live().where(Pairing.id == pairing_id).first()
    if row is None:
        raise NotFound("这条结对已被删除，请回到列表重新选")
    return row


def _helper(helper_id: UUID) -> Helper:
    row = Helper.live().where(Helper.id == helper_id).first()
    if row is None:
        raise NotFound("这位帮扶人的记录已被删除，请重新选")
    return row


# ---- lists --------------------------------------------------------------------------------------


def pairings(
    child_id: UUID | None = None, helper_id: UUID | None = None, live: bool = True
) -> list[PairLine]:
    """Pairings of a child, of a helper or all; live: only those that stand today. Newest first."""
    query = _joined()
    if child_id is not None:
        query = query.where(Pairing.child == child_id)
    if helper_id is not None:
        query = query.where(Pairing.helper == helper_id)
    if live:
        query = query.where(dossier.live_on(days.today()))
    before, onward = _handed(child_id)
    inspected = _inspected(child_id, helper_id)
    return [
        line._replace(
            before=before.get(line.id), onward=onward.get(line.id),
            **inspected.get((line.child_id, line.helper_id), {}),
        )
        for line in map(_line, query.tuples())
    ]  # fmt: skip


def _handed(child_id: UUID | None) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """For each pairing that was handed over: from whom it came, to whom it went."""
    old, giver = Pairing.alias(), Helper.alias()
    query = (
        Pairing.live(Pairing.id, Pairing.after, Helper.name, giver.name)
        .join(Helper)
        .switch(Pairing)
        .join(old, on=(Pairing.after == old.id))
        .join(giver, on=(old.helper == giver.id))
    )
    if child_id is not None:
        query = query.where(Pairing.child == child_id)
    rows = list(query.tuples())
    return {new: came for new, _, _, came in rows}, {old_id: went for _, old_id, went, _ in rows}


def _inspected(child_id: UUID | None, helper_id: UUID | None) -> dict[tuple[UUID, UUID], dict[str, Any]]:
    """The last inspection of each child with each helper."""
    query = CareRecord.live(
        CareRecord.child, CareRecord.helper, CareRecord.on_date, CareRecord.grade, CareRecord.result
    ).where(
        CareRecord.kind == INSPECTION, CareRecord.helper.is_null(False), CareRecord.on_date.is_null(False)
    )
    if child_id is not None:
        query = query.where(CareRecord.child == child_id)
    if helper_id is not None:
        query = query.where(CareRecord.helper == helper_id)
    return {
        (child, helper): {"inspected_on": on, "verdict": grade or result}
        for child, helper, on, grade, result in query.order_by(CareRecord.on_date, CareRecord.id).tuples()
    }


def _joined() -> peewee.ModelSelect:
    return (
        Pairing.live(
            Pairing.id, Child.name, Child.id, Helper.name, Helper.id, Pairing.kind, Pairing.since, Pairing.until,
            Pairing.ended_because, Pairing.end_note,
        )
        .join(Child)
        .switch(Pairing)
        .join(Helper)
        .where(Child.deleted_at.is_null())
        .order_by(Pairing.since.desc(nulls="last"), Pairing.id.desc())
    )  # fmt: skip


def _line(row: tuple) -> PairLine:
    key, child, child_id, helper, helper_id, kind, since, until, because, note = row
    return PairLine(
        key, child or "", child_id, helper or "", helper_id, PAIRING_KIND.label(kind), since, until,
        because and PAIRING_END.label(because), note,
    )  # fmt: skip


def found(find: str = "") -> list[PairLine]:
    """Every pairing, ended ones too, newest first. find: part of a child's or helper's name, or pinyin initials of either."""
    query, text = _joined(), squeeze(find)
    if text and text.isascii():
        start = text.lower()
        query = query.where(Child.initials.startswith(start) | Helper.initials.startswith(start))
    elif text:
        query = query.where(Child.name.contains(text) | Helper.name.contains(text))
    return [_line(row) for row in query.tuples()]


def listing(find: str = "") -> list[dict[str, Any]]:
    """The same as `list pairings --json` prints it."""
    return [
        {
            "id": str(line.id), "child": line.child, "helper": line.helper, "kind": line.kind,
            "since": line.since and line.since.isoformat(), "until": line.until and line.until.isoformat(),
            "ended_because": line.because, "note": line.note,
        }
        for line in found(find)
    ]  # fmt: skip
