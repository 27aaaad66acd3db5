"""谈心记录卡 and the card of any other record: one record a card."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import peewee

from db.children import BATCH
from db.models import CareRecord, Child, Helper
from db.printing import cards
from db.printing.content import Field, Leaf, Part
from db.record_fields import SPECS, asks, entries
from db.spec import show
from db.vocab import RECORD_KIND

LEFT_OUT = ("missed", "follow_up_on")  # said only where there is something to say


def leaves(ids: Iterable[UUID], foot: str) -> Iterator[Leaf]:
    """One card for each of these records (their keys) that is on file, in this order."""
    for batch in peewee.chunked(ids, BATCH):
        query = CareRecord.live(CareRecord, Child, Helper).join(Child).switch(CareRecord)
        query = query.join(Helper, peewee.JOIN.LEFT_OUTER)
        rows = {row.id: row for row in query.where(CareRecord.id.in_(batch), Child.deleted_at.is_null())}
        told = cards.sources({row.child_id for row in rows.values()})
        for row in (rows[each] for each in batch if each in rows):
            title = f"{RECORD_KIND.label(row.kind)}记录卡"
            yield Leaf(row.child_id, title, [Part("", _fields(row, told[row.child_id]), [])], foot, "")


def of_child(child_id: UUID, kind: str | None = None) -> list[UUID]:
    """A child's records, all or of one kind (its code), newest first."""
    query = CareRecord.live(CareRecord.id).where(CareRecord.child == child_id)
    if kind is not None:
        query = query.where(CareRecord.kind == kind)
    return [row.id for row in query.order_by(CareRecord.on_date.desc(nulls="last"), CareRecord.id.desc())]


def kinds_of(child_id: UUID) -> list[tuple[str, str, int]]:
    """Which kinds of record a child has: code, label, how many; in the code list's order."""
    query = CareRecord.live(CareRecord.kind, peewee.fn.COUNT(CareRecord.id)).where(
        CareRecord.child == child_id
    )
    many = dict(query.group_by(CareRecord.kind).tuples())
    return [(code.code, code.label, many[code.code]) for code in RECORD_KIND if code.code in many]


def _fields(row: CareRecord, child: cards.Values) -> list[Field]:
    """The kind's own questions in its order, filled or left to be written by hand; below them what else was noted."""
    values: dict[str, Any] = {name: getattr(row, name) for name in SPECS}
    values["by_name"] = row.helper.name if row.helper_id else row.by_name
    kept = [name for name, value in values.items() if value is not None]
    asked = {ask.name for ask in asks(row.kind)}
    told = {
        entry.name: (
            entry.spec.label,
            show(entry.spec, values[entry.name]) if values[entry.name] is not None else "",
        )
        for entry in entries(row.kind, kept)
        if entry.name != "kind"
        and (entry.name in kept or (entry.name in asked and entry.name not in LEFT_OUT))
    }
    grade = [show(cards.SPECS[name], child[name]) for name in ("school", "grade", "class_no") if child[name]]
    day = told.pop("on_date")
    return [day, ("儿童", child["name"] or ""), ("班级", " ".join(grade)), *told.values()]
