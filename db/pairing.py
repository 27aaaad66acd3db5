"""Who looks after whom: children without a pairing, helpers and their load, pairing and closing."""

from collections import defaultdict
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import changes, children, days, dossier, site
from db.models import Child, Focus, Helper, Pairing, Survey, User
from db.sheet import NotFound
from db.spec import read
from db.text import squeeze
from db.values import Refused, group_rank
from db.vocab import FOCUS, HELPER_KIND, PAIRING_END, PAIRING_KIND
from db.when import check_day


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
    """A helper with the children in his or her care; capacity None where nobody said."""

    id: UUID
    name: str
    kind: str
    unit: str | None
    village_group: str | None
    load: int
    capacity: int | None
    children: str

    @property
    def room(self) -> bool:
        """Whether another child may be given."""
        return self.capacity is None or self.load < self.capacity


class PairLine(NamedTuple):
    """A pairing as lists show it; kind is a label."""

    id: UUID
    child: str
    child_id: UUID
    helper: str
    helper_id: UUID
    kind: str
    since: date | None
    until: date | None


class Proposal(NamedTuple):
    """A helper who could take a child, and what speaks for it."""

    helper_id: UUID
    helper: str
    why: str


def paired_children(on: date) -> peewee.ModelSelect:
    """The keys of children with a live pairing on a day."""
    return Pairing.select(Pairing.child).where(dossier.live_on(on))


# ---- the board ----------------------------------------------------------------------------------


def unpaired() -> list[Unpaired]:
    """Children that count and have no live pairing: focus children first, then by group and name."""
    today = days.today()
    query = (
        Child.select(Child.id, Child.name, Child.birth_date, Child.village_group)
        .join(Survey, on=(Survey.child == Child.id))
        .where(dossier.counted(site.term(), today), Child.id.not_in(paired_children(today)))
    )
    waiting = list(query)
    ids = [child.id for child in waiting]
    tags, ended = _tags(ids, today), _ended(ids)
    waiting.sort(
        key=lambda c: (c.id not in tags, group_rank(c.village_group), c.village_group or "", c.name or "")
    )
    return [
        Unpaired(
            child.id, child.name or "", days.age_on(child.birth_date, today), child.village_group,
            child.id in tags, tags.get(child.id, ""), ended.get(child.id, "还没有结过对"),
        )
        for child in waiting
    ]  # fmt: skip


def _tags(ids: list[UUID], on: date) -> dict[UUID, str]:
    held = defaultdict(set)
    for batch in peewee.chunked(ids, children.BATCH):
        for row in Focus.select(Focus.child, Focus.tag).where(dossier.focus_on(on), Focus.child.in_(batch)):
            held[row.child_id].add(row.tag)
    return {
        child: "、".join(code.label for code in FOCUS if code.code in tags) for child, tags in held.items()
    }


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
    cared = defaultdict(list)
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
            len(cared[row.id]), row.capacity, "、".join(cared[row.id]),
        )
        for row in Helper.live()
    ]  # fmt: skip
    return sorted(
        found, key=lambda h: (not h.room, h.load, group_rank(h.village_group), h.village_group or "", h.name)
    )


def proposals(child_id: UUID, most: int = 5) -> list[Proposal]:
    """Helpers with room who might take a child, the best first, with the reasons."""
    child = children.live(child_id)
    survey = Survey.live().where(Survey.child == child, Survey.term == site.term()).first()
    ranked = []
    for helper in board_helpers():
        if not helper.room:
            continue
        why = []
        if child.village_group and helper.village_group == child.village_group:
            why.append(f"同在{child.village_group}")
        if survey and survey.school and survey.school in (helper.unit or ""):
            why.append(f"在{survey.school}")
        closeness = len(why)
        why.append(f"现帮{helper.load}名" if helper.load else "还没有帮扶对象")
        ranked.append((-closeness, helper.load, Proposal(helper.id, helper.name, "，".join(why))))
    ranked.sort(key=lambda each: each[:2])
    return [proposal for *_, proposal in ranked[:most]]


# ---- pairing and closing ------------------------------------------------------------------------


def pair(
    child_id: UUID, helper_id: UUID, kind: str | None, since: date | None, by: User | None, over: bool = False
) -> UUID:
    """Pair a child with a helper from a day (today if none is given).

    Raises Refused: already paired with this helper, the helper has no room (unless over), a day to come,
    before 2000 or before the birth, a child or helper not on file, the child itself.
    """
    since = since or days.today()
    kind = PAIRING_KIND.find(kind or "helper")
    child, helper = children.live(child_id), _helper(helper_id)
    with changes.action(f"结对 {child.name}－{helper.name}", by) as act:
        # Two keepers pairing with one helper at once: the second waits here, then counts the first's.
        Helper.update(version=Helper.version).where(Helper.id == helper_id).execute()
        child, helper = children.live(child_id), _helper(helper_id)
        check_day(since, child)
        if helper.child_id == child.id:
            raise Refused(f"{child.name}不能与自己结对，请另选帮扶人")
        standing = Pairing.select().where(dossier.live_on(days.today()), Pairing.helper == helper)
        if standing.where(Pairing.child == child).exists():
            raise Refused(f"{child.name}与{helper.name}已经结对，不用再结；要改类型或日期，请先结束原来的")
        load = standing.select(Pairing.child).distinct().count()
        if not over and helper.capacity is not None and load >= helper.capacity:
            raise Refused(f"{helper.name}最多帮{helper.capacity}名，现已帮{load}名；请另选，或确认超额结对")
        return act.insert(Pairing, child=child, helper=helper, kind=kind, since=since).id


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
    return [_line(row) for row in query]


def _joined() -> peewee.ModelSelect:
    return (
        Pairing.live(Pairing, Child, Helper)
        .join(Child)
        .switch(Pairing)
        .join(Helper)
        .where(Child.deleted_at.is_null())
        .order_by(Pairing.since.desc(nulls="last"), Pairing.id.desc())
    )


def _line(row: Pairing) -> PairLine:
    return PairLine(
        row.id, row.child.name or "", row.child_id, row.helper.name or "", row.helper_id,
        PAIRING_KIND.label(row.kind), row.since, row.until,
    )  # fmt: skip


def listing(find: str = "") -> list[dict[str, Any]]:
    """Every pairing, ended ones too, as `list pairings --json` prints it.

    find: part of a child's or helper's name, or pinyin initials of either.
    """
    query, text = _joined(), squeeze(find)
    if text and text.isascii():
        start = text.lower()
        query = query.where(Child.initials.startswith(start) | Helper.initials.startswith(start))
    elif text:
        query = query.where(Child.name.contains(text) | Helper.name.contains(text))
    return [
        {
            "id": str(row.id), "child": row.child.name, "helper": row.helper.name, "kind": PAIRING_KIND.label(row.kind),
            "since": row.since and row.since.isoformat(), "until": row.until and row.until.isoformat(),
            "ended_because": row.ended_because and PAIRING_END.label(row.ended_because), "note": row.end_note,
        }
        for row in query
    ]  # fmt: skip
