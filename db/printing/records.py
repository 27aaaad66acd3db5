"""谈心记录卡 and the card of any other record: one record a card."""

from collections.abc import Iterable, Iterator
from uuid import UUID

import peewee

from db.children import BATCH
from db.fields import specs
from db.models import CareRecord, Child, Helper
from db.printing import cards
from db.printing.content import Field, Leaf, Part
from db.spec import show
from db.vocab import RECORD_KIND

# What a talk's card always has, filled or left to be written by hand.
HEAD = {"on_date": "时间", "place": "地点"}
ALWAYS = ("reason", "content", "follow_up")
ELSEWHERE = ("kind", "on_date", "place", "by_name")


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
    described = specs(CareRecord)
    who = row.helper.name if row.helper_id else row.by_name
    grade = [show(cards.SPECS[name], child[name]) for name in ("school", "grade", "class_no") if child[name]]
    head = [
        (label, show(described[name], getattr(row, name)) if getattr(row, name) else "")
        for name, label in HEAD.items()
    ]
    fields = [
        *head,
        ("儿童", child["name"] or ""),
        ("班级", " ".join(grade)),
        ("谈话人" if row.kind == "talk" else "记录人", who or ""),
    ]
    for name, spec in described.items():
        value = getattr(row, name)
        if name not in ELSEWHERE and (value is not None or name in ALWAYS):
            fields.append((spec.label, show(spec, value) if value is not None else ""))
    return fields
