"""What was done for whom: talks, visits, calls and their records."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import changes, children, dossier
from db.days import today
from db.fields import specs
from db.models import CareRecord, Child, Helper, Pairing, User
from db.sheet import Entry, NotFound, Saved, Values, merge, settled
from db.spec import read
from db.text import squeeze
from db.vocab import RECORD_KIND
from db.when import check_day

TALK = "talk"
KEPT = ("kind", "on_date", "by_name", "place", "reason", "content", "follow_up")


class RecordLine(NamedTuple):
    """One record as lists show it; kind is a label, helper whoever did it, on file or as written."""

    id: UUID
    kind: str
    on_date: date | None
    child: str
    child_id: UUID
    helper: str | None
    place: str | None
    reason: str | None
    content: str | None
    follow_up: str | None


# ---- records -------------------------------------------------------------------------------------


def tally(first: date, last: date) -> dict[str, int]:
    """How many records of each kind (its code) were made from one day to another, both included."""
    query = (
        CareRecord.live(CareRecord.kind, peewee.fn.COUNT(CareRecord.id))
        .join(Child)
        .where(Child.deleted_at.is_null(), CareRecord.on_date.between(first, last))
        .group_by(CareRecord.kind)
    )
    return dict(query.tuples())


def records(find: str = "", child_id: UUID | None = None, limit: int | None = None) -> list[RecordLine]:
    """Records, newest first. find: part of a child's or helper's name, or the child's pinyin initials."""
    query = (
        CareRecord.live(CareRecord, Child, Helper)
        .join(Child)
        .switch(CareRecord)
        .join(Helper, peewee.JOIN.LEFT_OUTER)
        .where(Child.deleted_at.is_null())
        .order_by(CareRecord.on_date.desc(nulls="last"), CareRecord.id.desc())
    )
    if child_id is not None:
        query = query.where(CareRecord.child == child_id)
    text = squeeze(find)
    if text.isascii() and text:
        query = query.where(Child.initials.startswith(text.lower()))
    elif text:
        query = query.where(
            Child.name.contains(text) | Helper.name.contains(text) | CareRecord.by_name.contains(text)
        )
    return [_line(record) for record in query.limit(limit)]


def _line(record: CareRecord) -> RecordLine:
    return RecordLine(
        record.id, RECORD_KIND.label(record.kind), record.on_date, record.child.name or "", record.child_id,
        record.helper.name if record.helper_id else record.by_name,
        record.place, record.reason, record.content, record.follow_up,
    )  # fmt: skip


def record_listing(find: str = "") -> list[dict[str, Any]]:
    """Every record found, as `list records --json` prints it."""
    return [
        {"id": str(line.id), "kind": line.kind, "on_date": line.on_date and line.on_date.isoformat(),
         "child": line.child, "helper": line.helper, "place": line.place, "reason": line.reason,
         "content": line.content, "follow_up": line.follow_up}
        for line in records(find)
    ]  # fmt: skip


def record(
    by: User | None, *, child_id: UUID, kind: str = TALK, on_date: date, helper_id: UUID | None = None,
    by_name: str | None = None, place: str | None = None, reason: str | None = None, content: str | None = None,
    follow_up: str | None = None,
) -> UUID:  # fmt: skip
    """Note something done for a child; a name that is surely a helper on file is linked to that helper.

    Raises Refused: a day to come, one before 2000 or before the child's birth, a child or helper not on file.
    """
    values = {"kind": kind, "on_date": on_date, "by_name": by_name, "place": place, "reason": reason,
              "content": content, "follow_up": follow_up}  # fmt: skip
    child = children.live(child_id)
    stored = _checked(child, values)
    if helper_id is not None:
        if Helper.live().where(Helper.id == helper_id).first() is None:
            raise NotFound("这位帮扶人的记录已被删除，请重新选")
        stored |= {"helper": helper_id, "by_name": None}
    with changes.action(f"{RECORD_KIND.label(stored['kind'])} {child.name}", by) as act:
        return act.insert(CareRecord, child=child, **stored).id


def remove_record(record_id: UUID, by: User | None) -> None:
    """Strike a record out."""
    row = _record(record_id)
    changes.remove(row, by, f"删除{RECORD_KIND.label(row.kind)}记录 {row.child.name}")


# ---- the sheet for one record -------------------------------------------------------------------

SPECS = specs(CareRecord)
RECORD_ENTRIES = tuple(Entry(name, spec, "记录") for name, spec in {
    "kind": SPECS["kind"]._replace(required=True, prompt="默认谈心"),
    "on_date": SPECS["on_date"]._replace(required=True, prompt="如 2026-9-10，或 今天、昨天"),
    "by_name": SPECS["by_name"]._replace(prompt="谁谈的、谁去的，如 刘老师"),
    **{name: SPECS[name] for name in ("place", "reason", "content", "follow_up")},
}.items())  # fmt: skip


def child_of(record_id: UUID) -> UUID:
    """The child a record is about. Raises NotFound."""
    return _record(record_id).child_id


def load_record(record_id: UUID | None) -> Values:
    """A record's values under the names of RECORD_ENTRIES; for a new one, a talk today."""
    if record_id is None:
        return dict.fromkeys(KEPT) | {"kind": TALK, "on_date": today()}
    return _values(_record(record_id))


def save_record(
    record_id: UUID | None, child_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Write a sheet: a new record, or the fields of an old one that differ from `base`.

    Raises Refused as `record` does, Conflict when somebody else changed the same field meanwhile.
    """
    if record_id is None:
        return Saved(record(by, child_id=child_id, **{name: values.get(name) for name in KEPT}), [])
    return settled(lambda: _mend(record_id, values, base, by, force))


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
        mine, merged = merge(RECORD_ENTRIES, values, base, theirs := _values(row), force)
        if mine:
            stored = _checked(row.child, theirs | mine)
            who = {"by_name", "helper"} if "by_name" in mine else set()
            act.update(row, **{name: stored[name] for name in mine.keys() | who})
    return Saved(row.id, merged)


def _record(record_id: UUID) -> CareRecord:
    row = CareRecord.live().where(CareRecord.id == record_id).first()
    if row is None:
        raise NotFound("这条记录已被删除，请回到列表重新选")
    return row


def _values(row: CareRecord) -> Values:
    values = {name: getattr(row, name) for name in KEPT}
    return values | {"by_name": row.helper.name if row.helper_id else row.by_name}


def _checked(child: Child, values: Values) -> Values:
    """The values as stored, the name of who did it resolved. Raises Refused."""
    values = {name: read(SPECS[name], value) for name, value in values.items()}
    kind, on_date = values["kind"] or TALK, values["on_date"]
    check_day(on_date, child)
    helper = helper_named(values["by_name"], child.id)
    return values | {"kind": kind, "helper": helper, "by_name": None if helper else values["by_name"]}


def helper_named(name: str | None, child_id: UUID) -> UUID | None:
    """The helper on file a written name surely means: the only one so called, or the one paired with the child."""
    if not name:
        return None
    called = [helper.id for helper in Helper.live(Helper.id).where(Helper.name == name)]
    if len(called) > 1:
        paired = Pairing.select(Pairing.helper).where(dossier.live_on(today()), Pairing.child == child_id)
        called = list({each.helper_id for each in paired} & set(called))
    return called[0] if len(called) == 1 else None
