"""What was done for whom: talks, visits, calls and their records."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import peewee

from db import changes, children, dossier
from db.days import today
from db.ids import uuid7
from db.models import CareRecord, Child, Helper, Pairing, User
from db.record_fields import ALL_OF_THEM, SETTLES, SPECS, Promise, entries, impossible, lacks
from db.record_list import RecordLine, record_listing, records
from db.sheet import NotFound, Saved, Values, merge, settled
from db.spec import read
from db.values import Refused
from db.vocab import RECORD_KIND
from db.when import check_day, check_not_left, set_back

__all__ = [
    "RecordLine", "child_of", "follow_up_done", "helper_named", "load_record", "promises", "record", "record_listing",
    "record_many", "records", "remove_record", "save_record", "tally",
]  # fmt: skip
TALK = "talk"
NAMED = 3  # children named where several cannot have a record


# ---- records -------------------------------------------------------------------------------------


def tally(first: date, last: date) -> dict[str, int]:
    """How many deeds of each kind (its code) came about from one day to another, both included."""
    query = (
        CareRecord.live(CareRecord.kind, peewee.fn.COUNT(CareRecord.id))
        .join(Child)
        .where(
            Child.deleted_at.is_null(), CareRecord.missed.is_null(), CareRecord.on_date.between(first, last)
        )
        .group_by(CareRecord.kind)
    )
    return dict(query.tuples())


def record(
    by: User | None,
    *,
    child_id: UUID,
    helper_id: UUID | None = None,
    settles: Iterable[UUID] = (),
    **values: Any,
) -> UUID:
    """Note something done for a child; a name that is surely a helper on file is linked to that helper.

    values: columns of CareRecord, on_date among them; kind is a talk unless told. helper_id: who did it, in place of
    by_name. settles: records of the child whose promised next step this one keeps.

    Raises Refused: a day to come, one before 2000 or the child's birth, one on which the child had left the register,
    a child or helper not on file, what the kind needs and was not told, what cannot be (record_fields.impossible).
    """
    child = children.live(child_id)
    stored = _checked(child, values, _helper_id(helper_id))
    with changes.action(f"{RECORD_KIND.label(stored['kind'])} {child.name}", by) as act:
        row = act.insert(CareRecord, child=child, **stored)
        for promise in settles:
            _keep_promise(act, _record(promise), row)
        return row.id


def record_many(by: User | None, child_ids: Iterable[UUID], values: Mapping[str, Any]) -> list[UUID]:
    """Note the same deed (a class talk, a film) for several children, as one action; the records share `together`.

    values: as in `record`. Raises Refused, naming the children it cannot be noted for; nothing is written then.
    """
    ids = list(dict.fromkeys(child_ids))
    if not ids:
        raise Refused("没有选儿童：请先用空格标记")
    found = {
        child.id: child for keys in peewee.chunked(ids, children.BATCH) for child in Child.live().where(Child.id.in_(keys))
    }  # fmt: skip
    if gone := len(ids) - len(found):
        raise NotFound(f"标记的儿童里有{gone}名的档案已被删除：请回到名单，取消标记后重新选；什么也没有写入")
    given = dict(values)
    helper_id = _helper_id(given.pop("helper_id", None))
    rows, refused = [], []
    for key in ids:
        try:
            rows.append((found[key], _checked(found[key], given, helper_id)))
        except Refused as refusal:
            refused.append((found[key].name, str(refusal)))
    if refused:
        raise Refused(_unable(refused, len(ids)))
    kind, together = rows[0][1]["kind"], uuid7()
    label = f"{RECORD_KIND.label(kind)} {rows[0][0].name}{f'等{len(rows)}名' if len(rows) > 1 else ''}"
    with changes.action(label, by) as act:
        return [act.insert(CareRecord, child=child, together=together, **stored).id for child, stored in rows]


def _unable(refused: list[tuple[str, str]], of: int) -> str:
    """Why a record for many children is not kept: a reason that holds for all once, else child by child."""
    if len(refused) == of and len({why for _, why in refused}) == 1:
        return refused[0][1]
    said = "；".join(f"{name}：{why}" for name, why in refused[:NAMED])
    more = f"；另有{len(refused) - NAMED}名" if len(refused) > NAMED else ""
    return f"{said}{more}。什么也没有写入：请改好，或取消对他们的标记再记"


def remove_record(record_id: UUID, by: User | None) -> None:
    """Strike a record out."""
    row = _record(record_id)
    changes.remove(row, by, f"删除{RECORD_KIND.label(row.kind)}记录 {row.child.name}")


# ---- promised next steps ------------------------------------------------------------------------


def promises(child_id: UUID) -> list[Promise]:
    """Next steps promised in the child's records and not seen to yet, the one due first in front."""
    query = (
        CareRecord.live()
        .where(CareRecord.child == child_id, CareRecord.follow_up_on.is_null(False), CareRecord.follow_up_done.is_null())
        .order_by(CareRecord.follow_up_on, CareRecord.id)
    )  # fmt: skip
    return [
        Promise(row.id, RECORD_KIND.label(row.kind), row.on_date, row.follow_up or "", row.follow_up_on) for row in query
    ]  # fmt: skip


def done_on(child_id: UUID, kind: str, on: date) -> int:
    """How often something of a kind was done for a child on a day, what came to nothing apart."""
    same_day = (CareRecord.child == child_id) & (CareRecord.kind == kind) & (CareRecord.on_date == on)
    return CareRecord.live().where(same_day, CareRecord.missed.is_null()).count()


def follow_up_done(record_id: UUID, on: date, by: User | None) -> None:
    """Note the day on which the next step promised in a record was seen to.

    Raises Refused: nothing was promised, it is seen to already, a day to come or before the record.
    """
    row = _record(record_id)
    if row.follow_up_on is None:
        raise Refused("这条记录没有约定跟进日期：先在记录里写上后续措施和跟进日期")
    if row.follow_up_done is not None:
        raise Refused(f"{row.follow_up_done}已经跟进过了；要改日期请打开这条记录")
    check_day(on)
    if on < row.on_date:
        raise Refused(f"{on}早于记录的日期{row.on_date}，请核对日期")
    changes.write(row, by, f"跟进 {row.child.name}", follow_up_done=on)


def _keep_promise(act: changes.Action, promise: CareRecord, kept_by: CareRecord) -> None:
    if promise.child_id != kept_by.child_id:
        raise Refused("了结的约定是别的儿童的，请重新选")
    if kept_by.missed:
        raise Refused("没有做成，约定还在：请清空“了结约定”")
    if kept_by.on_date < promise.on_date:
        raise Refused(f"约定是{promise.on_date}定下的，{kept_by.on_date}还没有，请核对日期或清空“了结约定”")
    if (
        promise.follow_up_done is None
    ):  # somebody may have settled it meanwhile: the deed is noted all the same
        act.update(promise, follow_up_done=kept_by.on_date)


# ---- the sheet for one record -------------------------------------------------------------------


def child_of(record_id: UUID) -> UUID:
    """The child a record is about. Raises NotFound."""
    return _record(record_id).child_id


def load_record(record_id: UUID | None, kind: str = TALK) -> Values:
    """A record's values, every column of SPECS; for a new one its kind and today, and the scale risks were last put on.

    With a clock that was set back nobody knows what day it is: it is asked.
    """
    if record_id is not None:
        return _values(_record(record_id))
    scale = _last_scale() if kind == "risk_review" else None
    return dict.fromkeys(SPECS) | {"kind": kind, "on_date": None if set_back() else today(), "scale": scale}


def _last_scale() -> str | None:
    reviews = CareRecord.live(CareRecord.scale).where(
        CareRecord.kind == "risk_review", CareRecord.scale.is_null(False)
    )
    return reviews.order_by(CareRecord.on_date.desc(), CareRecord.id.desc()).scalar()


def save_record(
    record_id: UUID | None, child_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Write a sheet: a new record, or the fields of an old one that differ from `base`.

    Raises Refused as `record` does, Conflict when somebody else changed the same field meanwhile.
    """
    if record_id is None:
        told = {name: value for name, value in values.items() if name != SETTLES}
        return Saved(
            record(by, child_id=child_id, settles=_settled(child_id, values.get(SETTLES)), **told), []
        )
    return settled(lambda: _mend(record_id, values, base, by, force))


def _settled(child_id: UUID, chosen: str | None) -> list[UUID]:
    if chosen == ALL_OF_THEM:
        return [promise.id for promise in promises(child_id)]
    return [UUID(chosen)] if chosen else []


def _mend(
    record_id: UUID,
    values: Mapping[str, Any],
    base: Mapping[str, Any],
    by: User | None,
    force: frozenset[str],
) -> Saved:
    row = _record(record_id)
    with changes.action(f"修改{RECORD_KIND.label(row.kind)}记录 {row.child.name}", by) as act:
        row = _record(record_id)
        mine, merged = merge(entries(row.kind, SPECS), values, base, theirs := _values(row), force)
        if mine:
            after = theirs | mine
            stored = _checked(row.child, after)
            who = {"by_name", "helper"} if "by_name" in mine else set()
            act.update(row, **{name: stored[name] for name in mine.keys() | who})
    return Saved(row.id, merged)


def _record(record_id: UUID) -> CareRecord:
    row = CareRecord.live().where(CareRecord.id == record_id).first()
    if row is None:
        raise NotFound("这条记录已被删除，请回到列表重新选")
    return row


def _values(row: CareRecord) -> Values:
    values = {name: getattr(row, name) for name in SPECS}
    return values | {"by_name": row.helper.name if row.helper_id else row.by_name}


def _checked(child: Child, values: Mapping[str, Any], helper_id: UUID | None = None) -> Values:
    """The values as stored, with the helper who did it: the one given, or the one the name means. Raises Refused."""
    read_in = {name: read(SPECS[name], value) for name, value in values.items()}
    read_in["kind"] = read_in.get("kind") or TALK
    check_day(read_in.get("on_date"), child)
    check_not_left(read_in["on_date"], child)
    for why in impossible(read_in).values():
        raise Refused(why)
    if read_in.get("follow_up_done"):
        check_day(read_in["follow_up_done"])
    helper = helper_id or helper_named(read_in.get("by_name"), child.id)
    stored = read_in | {"helper": helper} | ({"by_name": None} if helper else {})
    if why := lacks(stored):
        raise Refused(why)
    return stored


def _helper_id(helper_id: UUID | None) -> UUID | None:
    if helper_id is not None and not Helper.live().where(Helper.id == helper_id).exists():
        raise NotFound("这位帮扶人的记录已被删除，请重新选")
    return helper_id


def helper_named(name: str | None, child_id: UUID) -> UUID | None:
    """The helper on file a written name surely means: the only one so called, or the one paired with the child."""
    if not name:
        return None
    called = [helper.id for helper in Helper.live(Helper.id).where(Helper.name == name)]
    if len(called) > 1:
        paired = Pairing.select(Pairing.helper).where(dossier.live_on(today()), Pairing.child == child_id)
        called = list({each.helper_id for each in paired} & set(called))
    return called[0] if len(called) == 1 else None
