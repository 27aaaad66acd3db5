"""联系中断: pairings that stand on paper while the helper has not been in touch with the child."""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

import peewee

from db import days, dossier, settings
from db.models import CareRecord, Child, Helper, Pairing
from db.pairing import INSPECTION
from db.values import group_rank
from db.vocab import PAIRING_KIND


class Lapse(NamedTuple):
    """A live pairing without contact; kind is a label. days: since the last contact, or else since the pairing began."""

    pairing_id: UUID
    child_id: UUID
    child: str
    village_group: str | None
    helper_id: UUID
    helper: str
    kind: str
    since: date | None
    last_on: date | None
    days: int | None


def lapsed(on: date | None = None) -> list[Lapse]:
    """Live pairings whose helper did nothing for the child for pairing.lapse_days days, the longest silence first.

    A record of any kind counts but an inspection and one that did not come about (missed). A pairing whose first day
    nobody knows, without any record, comes first (days None). Children who have left the register are in no list.
    """
    on = on or days.today()
    first = on - timedelta(days=settings.get("pairing.lapse_days"))
    since_then = _contacts(on).where(CareRecord.on_date > first)
    query = (
        Pairing.select(
            Pairing.id, Child.id, Child.name, Child.village_group, Helper.id, Helper.name, Pairing.kind, Pairing.since,
            _last(on),
        )
        .join(Child)
        .switch(Pairing)
        .join(Helper)
        .where(dossier.live_on(on), Child.deleted_at.is_null(), dossier.on_register(on))
        .where(Pairing.since.is_null() | (Pairing.since <= first), ~peewee.fn.EXISTS(since_then))
    )  # fmt: skip
    found = [_lapse(row, on) for row in query.tuples()]
    return sorted(
        found,
        key=lambda each: (
            each.days is not None, -(each.days or 0), group_rank(each.village_group), each.village_group or "",
            each.child, each.pairing_id,
        ),
    )  # fmt: skip


def _contacts(on: date) -> peewee.ModelSelect:
    return CareRecord.select(peewee.SQL("1")).where(
        CareRecord.child == Pairing.child, CareRecord.helper == Pairing.helper, CareRecord.on_date <= on,
        CareRecord.missed.is_null(), CareRecord.kind != INSPECTION, CareRecord.deleted_at.is_null(),
    )  # fmt: skip


def _last(on: date) -> peewee.ModelSelect:
    return _contacts(on).select(peewee.fn.MAX(CareRecord.on_date))


def _lapse(row: tuple, on: date) -> Lapse:
    key, child, child_name, group, helper, name, kind, since, last = row
    last = date.fromisoformat(last) if isinstance(last, str) else last
    # Contact before the pairing began is no contact within it, but a last word all the same.
    silent_since = max(filter(None, (last, since)), default=None)
    return Lapse(
        key, child, child_name or "", group, helper, name or "", PAIRING_KIND.label(kind), since, last,
        silent_since and (on - silent_since).days,
    )  # fmt: skip
