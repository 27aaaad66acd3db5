"""Children of parents away, helpers and records put into a ledger as their sheets would."""

from datetime import date
from uuid import UUID

from db import care, child_sheet, helpers

AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}


def put_child(by, name: str, **values) -> UUID:
    """A child whose parents are both away."""
    base = child_sheet.load(None)
    return child_sheet.save(None, base | AWAY | {"name": name} | values, base, by=by).child_id


def put_helper(by, name: str, **values) -> UUID:
    """A helper."""
    base = helpers.load(None)
    return helpers.save(None, base | {"name": name} | values, base, by=by).id


def put_record(by, child_id: UUID, helper_id: UUID, on: date, kind: str = "talk") -> UUID:
    """Something a helper did for a child."""
    return care.record(by, child_id=child_id, helper_id=helper_id, on_date=on, kind=kind)
