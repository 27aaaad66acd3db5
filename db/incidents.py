"""强制报告: what somebody reported to the police, kept for that person alone.

It stands in no list, count, rate, page of a child or export, and a child's file may be merged or struck out without
touching it. Every verb asks who is asking. Source: 未成年人保护法第11条; 关于建立侵害未成年人案件强制报告制度的意见.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from db import changes, children, settings
from db.days import today
from db.fields import specs
from db.models import Child, Incident, User
from db.sheet import Entry, NotFound, Saved, Values, merge, settled
from db.spec import read
from db.values import Refused
from db.vocab import INCIDENT
from db.when import check_day

LABEL = "一条保密记录"  # all that the list of changes and an undo may say
SPECS = specs(Incident)
ENTRIES = tuple(Entry(name, spec, "") for name, spec in SPECS.items())


class Report(NamedTuple):
    """One report as its author's list shows it; kind is a label, child the name on file when it was picked."""

    id: UUID
    on_date: date
    kind: str
    child: str | None
    receipt: str | None


def numbers() -> list[tuple[str, str]]:
    """Whom to call: (name, telephone) as set for this ledger, the police always among them."""
    found = [(name, phone) for name, phone in settings.get("report.numbers")]
    return found if any(phone == "110" for _, phone in found) else [("报警", "110"), *found]


def mine(by: User | None) -> list[Report]:
    """The reports of the one who asks, newest first; nobody else's."""
    query = Incident.live().where(Incident.author == by).order_by(Incident.on_date.desc(), Incident.id.desc())
    rows = list(query)
    names = dict(
        Child.select(Child.id, Child.name).where(Child.id.in_([row.child_id for row in rows])).tuples()
    )
    return [
        Report(row.id, row.on_date, INCIDENT.label(row.kind), names.get(row.child_id), row.receipt)
        for row in rows
    ]


def load(incident_id: UUID | None, by: User | None) -> Values:
    """A report's values under the names of ENTRIES; a new one is of today, called in by whoever writes it.

    Raises NotFound for one that is not the asker's own.
    """
    if incident_id is None:
        return dict.fromkeys(SPECS) | {"on_date": today(), "called_by": by.name if by else None}
    return _values(_own(incident_id, by))


def save(
    incident_id: UUID | None, child_id: UUID | None, values: Mapping[str, Any], base: Mapping[str, Any],
    by: User | None, force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Write a new report (about a child on file, or none), or the fields of an old one that differ from `base`.

    Raises Refused: nobody to keep it for, no kind, a day to come or before the birth; NotFound; Conflict when its author
    changed the same field from another place meanwhile.
    """
    if by is None:
        raise Refused("保密记录只归记录人自己，请用自己的登录名打开程序再记")
    if incident_id is None:
        child = children.live(child_id) if child_id else None
        stored = _checked(child, values)
        with changes.action(LABEL, by) as act:
            return Saved(act.insert(Incident, author=by, child=child, **stored).id, [])

    def work() -> Saved:
        with changes.action(LABEL, by) as act:
            row = _own(incident_id, by)
            mine_, merged = merge(ENTRIES, values, base, theirs := _values(row), force)
            act.update(row, **_checked(_child(row), theirs | mine_))
        return Saved(row.id, merged)

    return settled(work)


def concern(incident_id: UUID, child_id: UUID | None, by: User | None) -> None:
    """Say which child on file a report is about, or none. Raises NotFound, Refused for a day before the birth."""
    child = children.live(child_id) if child_id else None
    with changes.action(LABEL, by) as act:
        row = _own(incident_id, by)
        check_day(row.on_date, child)
        act.update(row, child=child_id)


def remove(incident_id: UUID, by: User | None) -> None:
    """Strike one's own report out. Raises NotFound."""
    changes.remove(_own(incident_id, by), by, LABEL)


def _own(incident_id: UUID, by: User | None) -> Incident:
    """A report of the asker's; that there is one of somebody else's is not said."""
    row = Incident.live().where(Incident.id == incident_id, Incident.author == by).first()
    if row is None:
        raise NotFound("没有这条记录，请回到列表重新选")
    return row


def _child(row: Incident) -> Child | None:
    return Child.get_or_none(Child.id == row.child_id)


def _values(row: Incident) -> Values:
    return {name: getattr(row, name) for name in SPECS}


def _checked(child: Child | None, values: Mapping[str, Any]) -> Values:
    stored = {name: read(spec, values.get(name)) for name, spec in SPECS.items()}
    if not stored["kind"]:
        raise Refused("请选是哪一种情形，拿不准就选“其他疑似侵害”")
    check_day(stored["on_date"], child)
    return stored
