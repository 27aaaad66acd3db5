"""What may be paired: who stands with whom is read once for many, then each pair is checked against it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

import peewee

from db import days, settings
from db.models import Change, Child, Helper, Pairing
from db.values import Refused
from db.vocab import PAIRING_KIND
from db.when import check_day

BATCH = 400


class Full(Refused):
    """Helpers would have more children than places; it may be meant all the same. told: each of them in words."""

    def __init__(self, *told: str):
        self.told = told
        super().__init__(f"{'；'.join(told)}。请另选，或确认超额")


def hold(child_ids: Iterable[UUID], helper_ids: Iterable[UUID]) -> None:
    """Let whoever else pairs, ends or bars these people wait until the action under way has ended.

    A file lets one write at a time anyhow; PostgreSQL locks the rows. All take them in one order: helpers first, as one
    who changes a helper does before what the children are owed is worked out.
    """
    for model, ids in ((Helper, helper_ids), (Child, child_ids)):
        for key in sorted(set(ids)):
            model.update(version=model.version).where(model.id == key).execute()


def unended(on: date) -> peewee.Expression:
    """Pairings without an end by a day; one that begins later counts too (the clock may have been set back)."""
    return Pairing.deleted_at.is_null() & (Pairing.until.is_null() | (Pairing.until > on))


class Rules:
    """The children and helpers in question with all who stand with them today.

    besides: pairings to be taken as gone, because the same action ends them.
    """

    def __init__(
        self, child_ids: Iterable[UUID], helper_ids: Iterable[UUID], besides: Collection[UUID] = ()
    ) -> None:
        self.today = days.today()
        self.usual, self.one_of = settings.get("pairing.capacity"), settings.get("pairing.one_of")
        self.children = _by_key(Child, child_ids)
        self.helpers = _by_key(Helper, helper_ids)
        self.helpers_of: dict[UUID, list[tuple[Helper, str]]] = defaultdict(list)
        self.children_of: dict[UUID, set[UUID]] = defaultdict(set)
        for row in self._standing():
            if row.id not in besides:
                self.helpers_of[row.child_id].append((row.helper, row.kind))
                self.children_of[row.helper_id].add(row.child_id)

    def _standing(self) -> Iterable[Pairing]:
        found: dict[UUID, Pairing] = {}
        for field, ids in ((Pairing.child, self.children), (Pairing.helper, self.helpers)):
            for batch in peewee.chunked(ids, BATCH):
                query = (
                    Pairing.select(Pairing, Helper)
                    .join(Helper)
                    .switch(Pairing)
                    .join(Child)
                    .where(unended(self.today), field.in_(batch), Child.deleted_at.is_null())
                    .where(Helper.deleted_at.is_null())
                )
                found |= {row.id: row for row in query}
        return found.values()

    def places(self, helper: Helper) -> int:
        """How many children a helper may have: as stated, else as many as is usual (pairing.capacity)."""
        return self.usual if helper.capacity is None else helper.capacity

    def check(self, child_id: UUID, helper_id: UUID, kind: str, since: date, over: bool = False) -> None:
        """Refuse a pair that may not be; over: more children than places are meant.

        Raises Full or Refused, each with the reason and the cure.
        """
        child = self.children.get(child_id)
        if child is None:
            raise Refused("这名儿童的档案已被删除，请回到名单重新选")
        helper = self.helpers.get(helper_id)
        if helper is None:
            raise Refused("这位帮扶人的记录已被删除，请重新选")
        check_day(since, child)
        if child.left_on and child.left_on <= self.today:
            raise Refused(f"{child.name}已在{child.left_on}退出登记，不能结对；孩子回来了请先重新登记")
        self._check_helper(helper, child)
        for other, what in self.helpers_of[child_id]:
            if other.id == helper_id:
                raise Refused(
                    f"{child.name}与{helper.name}已经结对，不用再结；要改类型或日期，请先结束原来的"
                )
            if what == kind and kind in self.one_of:
                raise Refused(
                    f"{child.name}已有{PAIRING_KIND.label(kind)}{other.name}，这一类同时只能有一位；"
                    "请先结束或交接原来的，或换一个类型"
                )
        load, most = len(self.children_of[helper_id]), self.places(helper)
        if not over and load >= most:
            raise Full(f"{helper.name}最多帮{most}名，现已帮{load}名")

    def _check_helper(self, helper: Helper, child: Child) -> None:
        if helper.barred:
            raise Refused(f"{helper.name}不得结对：{helper.barred}；请另选帮扶人")
        if helper.child_id == child.id:
            raise Refused(f"{child.name}不能与自己结对，请另选帮扶人")
        if helper.child_id:
            left = Child.get_by_id(helper.child_id).left_on
            if left and left <= self.today:
                raise Refused(f"{helper.name}自己已在{left}退出登记，不能再当帮手；请另选帮扶人")

    def take(self, child_id: UUID, helper_id: UUID, kind: str) -> None:
        """Count a pair in that is going to be written."""
        self.helpers_of[child_id].append((self.helpers[helper_id], kind))
        self.children_of[helper_id].add(child_id)


def _by_key(model: Any, ids: Iterable[UUID]) -> dict[UUID, Any]:
    return {
        row.id: row
        for batch in peewee.chunked(dict.fromkeys(ids), BATCH)
        for row in model.live().where(model.id.in_(batch))
    }


def broken(action: UUID) -> str | None:
    """Why pairings that an action opens again or moves, or whose helper it bars, may not stand; None if all may.

    For what writes rows as they were or are elsewhere: an undo, one record made of two.
    """
    touched = Change.select(Change.row).where(Change.action == action)
    helpers = Helper.live(Helper.id).where(
        Helper.id.in_(touched.where(Change.table == "helper")),
        Helper.barred.is_null(False) | Helper.child.is_null(False),
    )
    mine = Pairing.id.in_(touched.where(Change.table == "pairing")) | Pairing.helper.in_(helpers)
    rows = list(Pairing.select().where(mine, unended(days.today())))
    children, helpers = [row.child_id for row in rows], [row.helper_id for row in rows]
    hold(children, helpers)
    rules = Rules(children, helpers, besides={row.id for row in rows})
    for row in rows:
        try:
            rules.check(row.child_id, row.helper_id, row.kind, days.today(), over=True)
        except Refused as refusal:
            return str(refusal)
        rules.take(row.child_id, row.helper_id, row.kind)
    return None
