"""Rows of a form that are not children: a helper, a record, a pairing each."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

import peewee

from db import days, dossier
from db.exchange.facts import BATCH, Answers, Values, children_among
from db.fields import specs
from db.models import CareRecord, Child, Helper, Pairing


def of_helpers(form: Values, ids: Sequence[UUID] | None = None) -> Iterator[Answers]:
    """The helpers on file (or these), by village group and name, each with whom they help today."""
    helping: dict[UUID, list[str]] = defaultdict(list)
    pairs = Pairing.select(Pairing.helper, Child.name).join(Child).where(dossier.live_on(days.today()))
    for helper, child in pairs.order_by(Pairing.id).tuples():
        helping[helper].append(child)
    rows = Helper.live(Helper.id, *_described(Helper))
    if ids is not None:
        rows = rows.where(Helper.id.in_(ids))
    for values in rows.order_by(Helper.group_rank, Helper.village_group, Helper.name, Helper.id).dicts():
        row = Answers(values["id"], form, days.today())
        names = helping.get(row.key, [])
        row.helper = values | {"children": "、".join(names) or None, "helping": len(names)}
        yield row


def of_records(
    children: Sequence[UUID], form: Values, kinds: Sequence[str] = (),
    since: date | None = None, until: date | None = None,
) -> Iterator[Answers]:  # fmt: skip
    """The records of these children in the order of their days; kinds: only of these kinds, () for all."""
    by = peewee.fn.COALESCE(Helper.name, CareRecord.by_name).alias("by")
    columns = [each for each in _described(CareRecord) if each.name != "by_name"]
    rows = CareRecord.live(CareRecord.id, CareRecord.child, by, *columns)
    rows = rows.join(Helper, peewee.JOIN.LEFT_OUTER)
    if kinds:
        rows = rows.where(CareRecord.kind.in_(kinds))
    if since:
        rows = rows.where(CareRecord.on_date >= since)
    if until:
        rows = rows.where(CareRecord.on_date <= until)
    found: list[Values] = []
    for batch in peewee.chunked(children, BATCH):
        found += rows.where(CareRecord.child.in_(batch)).dicts()
    found.sort(key=lambda each: (each["on_date"], each["id"]))
    for batch in peewee.chunked(found, BATCH):
        about = children_among(list({each["child"] for each in batch}), form)
        for values in batch:
            row = Answers(values["id"], form, values["on_date"])
            row.about(about[values["child"]])
            row.record = values | {"by_name": values["by"]}
            yield row


def of_pairings(children: Sequence[UUID], form: Values) -> Iterator[Answers]:
    """The pairings of these children that stand today, in the children's order."""
    columns = [*_described(Pairing), *(each.alias(f"helper_{each.name}") for each in _described(Helper))]
    rows = (
        Pairing.select(Pairing.id, Pairing.child, *columns).join(Helper).where(dossier.live_on(days.today()))
    )
    for batch in peewee.chunked(children, BATCH):
        about = children_among(batch, form)
        found: dict[UUID, list[Values]] = defaultdict(list)
        for values in rows.where(Pairing.child.in_(batch)).order_by(Pairing.id).dicts():
            found[values["child"]].append(values)
        for key, child in about.items():
            for values in found.get(key, ()):
                row = Answers(values["id"], form, days.today())
                row.about(child)
                row.pairing = values
                row.helper = {name: values[f"helper_{name}"] for name in specs(Helper)}
                yield row


def _described(model: type[peewee.Model]) -> list[peewee.Field]:
    return [getattr(model, name) for name in specs(model)]
