"""Care records found and listed: of one child or of all, newest first, a window at a time."""

from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import record_fields
from db.models import CareRecord, Child, Helper
from db.record_fields import SPECS
from db.spec import show
from db.text import normal, squeeze
from db.vocab import RECORD_KIND

TOLD_APART = ("kind", "by_name")  # listed under names of their own


class RecordLine(NamedTuple):
    """One record as lists show it; kind is a label, helper whoever did it, on file or as written.

    The columns of its kind follow as stored; code is the kind's own code.
    """

    id: UUID
    kind: str
    on_date: date | None
    child: str
    child_id: UUID
    helper: str | None
    place: str | None = None
    reason: str | None = None
    content: str | None = None
    follow_up: str | None = None
    code: str = "talk"
    with_whom: str | None = None
    minutes: int | None = None
    caller: str | None = None
    missed: str | None = None
    home: str | None = None
    conduct: str | None = None
    needs: str | None = None
    feedback: str | None = None
    result: str | None = None
    scale: str | None = None
    grade: str | None = None
    consent: bool | None = None
    back_on: date | None = None
    follow_up_on: date | None = None
    follow_up_done: date | None = None
    together: UUID | None = None

    def told(self) -> list[tuple[str, str]]:
        """What it holds besides kind, day and who did it, under its kind's labels and in its order."""
        return record_fields.told(self._asdict() | {"kind": self.code})


class Sought(NamedTuple):
    """Which records are wanted. text: words, each a child's or helper's name (or part), pinyin initials or a kind."""

    text: str = ""
    child_id: UUID | None = None


def count(sought: Sought) -> int:
    """How many records are found."""
    return _found(sought).count()


def page(offset: int, limit: int | None, sought: Sought) -> list[RecordLine]:
    """Some of the records found, newest first."""
    query = (
        _found(sought, CareRecord, Child, Helper)
        .join(Child)
        .switch(CareRecord)
        .join(Helper, peewee.JOIN.LEFT_OUTER)
        .order_by(CareRecord.on_date.desc(), CareRecord.id.desc())
    )
    return [_line(record) for record in query.offset(offset).limit(limit)]


def place(key: UUID, sought: Sought) -> int | None:
    """Which of the records found a record is, from 0; None if it is not among them."""
    row = _found(sought).where(CareRecord.id == key).first()
    if row is None:
        return None
    same_day = (CareRecord.on_date == row.on_date) & (CareRecord.id > row.id)
    return _found(sought).where((CareRecord.on_date > row.on_date) | same_day).count()


def records(find: str = "", child_id: UUID | None = None, limit: int | None = None) -> list[RecordLine]:
    """Records, newest first; see Sought."""
    return page(0, limit, Sought(find, child_id))


def record_listing(find: str = "") -> list[dict[str, Any]]:
    """Every record found, as `list records --json` prints it: codes as labels, days as ISO."""
    return [
        {"id": str(line.id), "kind": line.kind, "on_date": line.on_date and line.on_date.isoformat(),
         "child": line.child, "helper": line.helper}
        | {name: _plain(name, getattr(line, name)) for name in SPECS if name not in (*TOLD_APART, "on_date")}
        | {"together": line.together and str(line.together)}
        for line in records(find)
    ]  # fmt: skip


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return show(SPECS[name], value) if value is not None and SPECS[name].kind == "code" else value


def _line(record: CareRecord) -> RecordLine:
    helper = record.helper.name if record.helper_id else record.by_name
    kept = {name: getattr(record, name) for name in SPECS if name not in (*TOLD_APART, "on_date")}
    return RecordLine(
        record.id, RECORD_KIND.label(record.kind), record.on_date, record.child.name or "", record.child_id,
        helper, code=record.kind, together=record.together, **kept,
    )  # fmt: skip


def _found(sought: Sought, *fields: peewee.Node) -> peewee.ModelSelect:
    """Without a join, so that counting and skipping look at records alone."""
    gone = Child.select(Child.id).where(Child.deleted_at.is_null(False))
    query = CareRecord.live(*fields).where(CareRecord.child.not_in(gone))
    if sought.child_id is not None:
        query = query.where(CareRecord.child == sought.child_id)
    words = [squeeze(word) for word in normal(sought.text).split()]
    return query.where(reduce(and_, map(_matches, words))) if words else query


def _matches(word: str) -> peewee.Expression:
    low = word.lower()
    kinds = [
        code.code
        for code in RECORD_KIND
        if (code.initials == low if word.isascii() else any(word in each for each in (code.label, *code.aliases)))
    ]  # fmt: skip
    named = Child.initials.startswith(low) if word.isascii() else Child.name.contains(word)
    either = [CareRecord.child.in_(Child.select(Child.id).where(named))]
    if kinds:
        either.append(CareRecord.kind.in_(kinds))
    if not word.isascii():
        helpers = Helper.select(Helper.id).where(Helper.name.contains(word))
        either += [CareRecord.helper.in_(helpers), CareRecord.by_name.contains(word)]
    return reduce(or_, either)
