"""The helpers (帮扶人): teachers, party members, love mothers and others who look after children."""

from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import changes, children, days, dossier, pair_rules, settings, sheet, spec
from db.children import BATCH
from db.fields import specs
from db.models import Child, Helper, Pairing, User
from db.register import TAIL
from db.sheet import Conflict, Entry, NotFound, Saved, Values
from db.text import squeeze
from db.values import Refused
from db.vocab import GRADE, HELPER_KIND

__all__ = ["ENTRIES", "Conflict", "HelperLine", "Saved", "count", "listing", "load", "lookalikes", "overloaded",
           "page", "peer", "place", "remove", "save"]  # fmt: skip

SPECS = specs(Helper)
FIRST = ("name", "kind", "unit", "phone", "village_group", "capacity")
ENTRIES: tuple[Entry, ...] = tuple(
    Entry(name, SPECS[name], "帮扶人") for name in (*FIRST, *(each for each in SPECS if each not in FIRST))
)
ORDER = (Helper.group_rank, Helper.village_group, Helper.name, Helper.id)


class HelperLine(NamedTuple):
    """One helper as lists show it: kind is a label, load the number of children cared for today, barred why there may be none.

    capacity: how many at the most, as a setting says where the helper's sheet does not.
    """

    id: UUID
    name: str
    kind: str
    unit: str | None
    phone_masked: str | None
    village_group: str | None
    capacity: int
    load: int
    barred: str | None = None


def count(find: str = "") -> int:
    """How many helpers answer to `find`: part of a name or unit, pinyin initials, the end of a phone number."""
    return _found(find, Helper.id).count()


def page(offset: int, limit: int, find: str = "") -> list[HelperLine]:
    """A window of the helpers, by village group (unknown last), name and key."""
    rows = list(_found(find).order_by(*ORDER).offset(offset).limit(limit))
    loads, places = _loads([row.id for row in rows]), settings.get("pairing.capacity")
    return [
        HelperLine(row.id, row.name or "", _kind(row) or "", row.unit, spec.mask_phone(row.phone), row.village_group,
                   places if row.capacity is None else row.capacity, loads.get(row.id, 0), row.barred)
        for row in rows
    ]  # fmt: skip


def place(helper_id: UUID, find: str = "") -> int | None:
    """The row number of a helper in that order, or None if it is not among those found."""
    ids = [row.id for row in _found(find, Helper.id).order_by(*ORDER)]
    return ids.index(helper_id) if helper_id in ids else None


def listing(find: str = "", reveal: bool = False) -> list[dict[str, Any]]:
    """Every helper found, as `list helpers --json` prints it; phones are masked unless reveal."""
    rows = list(_found(find).order_by(*ORDER))
    loads = _loads([row.id for row in rows])
    return [
        {"id": str(row.id), "name": row.name, "kind": _kind(row), "unit": row.unit,
         "phone": row.phone if reveal else spec.mask_phone(row.phone), "village_group": row.village_group,
         "capacity": row.capacity, "load": loads.get(row.id, 0)}
        for row in rows
    ]  # fmt: skip


def _found(find: str, *fields: peewee.Field) -> peewee.ModelSelect:
    query, text = Helper.live(*fields), squeeze(find)
    if not text:
        return query
    if TAIL.fullmatch(text):
        return query.where(Helper.phone.endswith(text))
    if text.isascii():
        return query.where(Helper.initials.startswith(text.lower()))
    return query.where(Helper.name.contains(text) | Helper.unit.contains(text))


def _kind(row: Helper) -> str | None:
    return HELPER_KIND.label(row.kind) if row.kind else None


def _loads(ids: list[UUID]) -> dict[UUID, int]:
    """How many children each helper looks after today, a child counted once whatever the pairings."""
    loads: dict[UUID, int] = {}
    for batch in peewee.chunked(ids, BATCH):
        query = (
            Pairing.select(Pairing.helper, peewee.fn.COUNT(Pairing.child.distinct()))
            .join(Child)
            .where(dossier.live_on(days.today()), Child.deleted_at.is_null(), Pairing.helper.in_(batch))
            .group_by(Pairing.helper)
        )
        loads |= dict(query.tuples())
    return loads


# ---- the sheet ----------------------------------------------------------------------------------


def load(helper_id: UUID | None) -> Values:
    """Stored values by entry name, None for what is not known. Raises NotFound."""
    row = _live(helper_id) if helper_id else Helper()
    return {entry.name: getattr(row, entry.name) for entry in ENTRIES}


def lookalikes(values: Values, besides: UUID | None = None) -> list[str]:
    """Helpers on file of the same name, other than `besides`, in words that tell them apart."""
    if not values.get("name"):
        return []
    same = Helper.live().where(Helper.name == squeeze(values["name"])).order_by(Helper.id)
    return [f"{row.name}（{row.unit or '单位未采集'}）" for row in same if row.id != besides]


def overloaded(values: Values, helper_id: UUID | None) -> str:
    """What is to be said when a helper looks after more children than the sheet says can be; else ''."""
    capacity, load_ = values.get("capacity"), _loads([helper_id]).get(helper_id, 0) if helper_id else 0
    if capacity is None or load_ <= capacity:
        return ""
    return f"现已帮{load_}名，超过这里写的{capacity}名：存盘后请交接或结束{load_ - capacity}对"


def save(
    helper_id: UUID | None, values: Values, base: Values, by: User | None, force: frozenset[str] = frozenset()
) -> Saved:
    """Write the fields that differ from `base`, or a new helper, as one action.

    As with children: what others changed meanwhile is kept and named in `merged`; Conflict where both changed
    the same field. Raises Refused without a name, or for a second helper of the same name and phone.
    """
    label = f"{'修改' if helper_id else '登记'}帮扶人 {values.get('name') or ''}".strip()

    def work() -> Saved:
        with changes.action(label, by) as act:
            return _save(act, helper_id, values, base, force)

    return sheet.settled(work)


def _save(
    act: changes.Action, helper_id: UUID | None, values: Values, base: Values, force: frozenset[str]
) -> Saved:
    row = _live(helper_id) if helper_id else None
    blank: Values = {entry.name: None for entry in ENTRIES}
    theirs = load(helper_id) if row else blank
    mine, merged = sheet.merge(ENTRIES, values, base if row else blank, theirs, force)
    after = theirs | mine
    if not after["name"]:
        raise Refused("请填写姓名，才能存盘")
    _not_twice(after, helper_id)
    if row and after["barred"] and not theirs["barred"]:
        _free(row, "填“不得结对”")
    if row is None:
        return Saved(act.insert(Helper, **after).id, merged)
    act.update(row, **after)
    return Saved(row.id, merged)


def _not_twice(after: Values, helper_id: UUID | None) -> None:
    if not after["phone"]:
        return
    same = Helper.live().where(Helper.name == after["name"], Helper.phone == after["phone"]).first()
    if same and same.id != helper_id:
        raise Refused(f"帮扶人里已有同名同电话的“{same.name}”，请打开那一条修改")


def peer(child_id: UUID, by: User | None) -> UUID:
    """Make a child of the register a helper (学习帮手) under its own name, with its group and school.

    Raises Refused if it is one already or has left the register, NotFound.
    """
    child = children.live(child_id)
    with changes.action(f"学习帮手 {child.name}", by) as act:
        pair_rules.hold([child_id], [])
        if Helper.live().where(Helper.child == child_id).exists():
            raise Refused(f"{child.name}已经在帮扶人册里，不用再加；按 / 查找")
        if child.left_on and child.left_on <= days.today():
            raise Refused(f"{child.name}已在{child.left_on}退出登记，不能当学习帮手，请另选")
        survey = children.surveys_of([child_id]).get(child_id)
        unit = f"{survey.school or ''}{GRADE.label(survey.grade) if survey.grade else ''}" if survey else ""
        return act.insert(
            Helper, name=child.name, sex=child.sex, kind="peer", child=child, village_group=child.village_group,
            unit=unit or None,
        ).id  # fmt: skip


def remove(helper_id: UUID, by: User | None) -> None:
    """Strike a helper out. Raises Refused while children are paired with them."""
    with changes.action(f"删除帮扶人 {_live(helper_id).name}", by) as act:
        row = _live(helper_id)
        _free(row, "删除")
        act.remove(row)


def _free(row: Helper, then: str) -> None:
    """Refuse what is to be done while children are paired with a helper."""
    pair_rules.hold([], [row.id])
    if load_ := _loads([row.id]).get(row.id):
        raise Refused(
            f"{row.name}还在帮扶{load_}名儿童，请先结束结对或交接给别人（帮扶人册按 F10），再{then}"
        )


def _live(helper_id: UUID) -> Helper:
    row = Helper.live().where(Helper.id == helper_id).first()
    if row is None:
        raise NotFound("这位帮扶人的记录已被删除，请重新选")
    return row
