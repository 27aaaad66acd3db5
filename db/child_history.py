"""What was changed on a child's sheet and in its records: one event an action, with old → new."""

import json
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

import peewee

from db.children import family_of
from db.fields import specs
from db.models import Adult, CareRecord, Change, Child, Focus, Kinship, Row, Survey
from db.spec import Spec, mask, show
from db.vocab import RECORD_KIND, RELATION

MODELS: dict[str, type[Row]] = {
    model._meta.table_name: model for model in (Child, Survey, Focus, Kinship, Adult, CareRecord)
}
RECORDS = CareRecord._meta.table_name
Owners = dict[UUID, tuple[str, str]]  # a row's key → its table, and how its fields are called: '' or '父亲' …


def actions(child_id: UUID) -> list[tuple[UUID, datetime]]:
    """Actions that touched a child's sheet or changed one of its records, and when (naive UTC), in no order.

    Making a record is no change: the record itself says it.
    """
    query = (
        Change.select(Change.action, peewee.fn.MIN(Change.at).alias("at"))
        .where(_of(_owners(child_id)), (Change.table != RECORDS) | (Change.kind != "insert"))
        .group_by(Change.action)
    )
    return [(row.action, row.at) for row in query]


def told(child_id: UUID, wanted: Collection[UUID], reveal: bool = False) -> dict[UUID, str]:
    """Each of these actions in a line: when, who, what it was called, which fields from what to what."""
    owners, keys = _owners(child_id), set(wanted)
    # Of an import's hundred thousand changes only the child's own are looked at.
    ids = [
        key
        for key, action in Change.select(Change.id, Change.action).where(_of(owners)).tuples()
        if action in keys
    ]
    done: dict[UUID, list[Change]] = defaultdict(list)
    for change in Change.select().where(Change.id.in_(ids)).order_by(Change.id):
        done[change.action].append(change)
    return {action: _action(parts, owners, reveal) for action, parts in done.items()}


def _owners(child_id: UUID) -> Owners:
    owners: Owners = {child_id: (Child._meta.table_name, "")}
    for model in (Survey, Focus):
        rows = model.select(model.id).where(model.child == child_id)
        owners |= {row.id: (model._meta.table_name, "") for row in rows}
    for kinship in Kinship.select().where(Kinship.child == child_id):
        who = RELATION.label(kinship.relation) if kinship.relation else "监护人"
        owners[kinship.id] = (Kinship._meta.table_name, who)
    for kinship in family_of([child_id]).get(child_id, []):
        owners[kinship.adult_id] = (Adult._meta.table_name, owners[kinship.id][1])
    for row in CareRecord.select(CareRecord.id, CareRecord.kind).where(CareRecord.child == child_id):
        owners[row.id] = (RECORDS, f"{RECORD_KIND.label(row.kind)} ")
    return owners


def _of(owners: Owners) -> peewee.Expression:
    """Changes of these rows, found by the index over table and row."""
    by_table = defaultdict(list)
    for row, (table, _) in owners.items():
        by_table[table].append(row)
    return reduce(or_, ((Change.table == table) & Change.row.in_(rows) for table, rows in by_table.items()))


def _action(done: list[Change], owners: Owners, reveal: bool) -> str:
    new = {change.row for change in done if change.kind == "insert"}
    edits = [change for change in done if change.kind == "update" and change.row not in new]
    said = [each for change in edits for each in _fields(change, owners, reveal)]
    first = done[0]
    moment = (first.at + timedelta(hours=8)).strftime("%H:%M")  # stamps are UTC, China is 8 hours on
    who = first.who.name if first.who_id else "系统"
    return f"{moment} {who} {first.label}" + (f"：{'；'.join(said)}" if said else "")


def _fields(change: Change, owners: Owners, reveal: bool) -> list[str]:
    described, who = specs(MODELS[change.table]), owners[change.row][1]
    said = []
    for name, (old, new) in json.loads(change.what).items():
        if name == "adult":
            said.append(f"{who}改为另一人")
        elif name == "guardian":
            said.append(f"{who}{'任' if new else '不再任'}监护人")
        elif name in described:
            spec = described[name]
            said.append(f"{who}{spec.label} {in_words(spec, old, reveal)}→{in_words(spec, new, reveal)}")
    return said


def in_words(spec: Spec, value: object, reveal: bool) -> str:
    """A stored value in words, masked unless reveal."""
    return show(spec, value) if reveal else mask(spec, show(spec, value))
