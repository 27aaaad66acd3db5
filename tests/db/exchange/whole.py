"""The whole ledger in plain values: two that say the same are equal, whatever their keys and stamps."""

from collections import defaultdict
from typing import Any

from db.models import Adult, CareRecord, Child, Focus, Helper, Kinship, Pairing, Survey, Term

UNSAID = {"id", "version", "created_at", "deleted_at", "site", "as_of"}
Told = tuple[tuple[str, str], ...]


def ledger() -> dict[str, list[Any]]:
    """What stands in the ledger, table by table; adults with their ties, so that it shows who shares whom."""
    terms = {row.id: row.code for row in Term.select()}
    rows = {
        model: {row["id"]: _said(row, {}) for row in model.live().dicts()} for model in (Child, Adult, Helper)
    }
    known = terms | {key: _called(told) for model in (Child, Helper) for key, told in rows[model].items()}
    ties = defaultdict(list)
    for tie in Kinship.live().dicts():
        ties[tie.pop("adult")].append(_said(tie, known))
    return {
        "Child": sorted(rows[Child].values()),
        "Adult": sorted((told, sorted(ties[key])) for key, told in rows[Adult].items()),
        "Helper": sorted(rows[Helper].values()),
        **{
            model.__name__: sorted(_said(row, known) for row in model.live().dicts())
            for model in (Survey, Focus, CareRecord, Pairing)
        },
    }


def _said(row: dict[str, Any], known: dict) -> Told:
    """A row's fields in words; what it refers to by its name."""
    return tuple(
        (name, str(known.get(value, value)))
        for name, value in sorted(row.items())
        if name not in UNSAID and value is not None and value != ""
    )


def _called(told: Told) -> str:
    return " ".join(value for name, value in told if name in ("name", "birth_date", "id_number", "phone"))


def differences(one: dict[str, list], other: dict[str, list]) -> list[str]:
    """What only one of two ledgers says, for people to read; [] if they say the same."""
    found = [
        f"{table} {sign} {each}"
        for table in one
        for sign, has, lacks in (("-", one[table], other[table]), ("+", other[table], one[table]))
        for each in has
        if each not in lacks
    ]
    return found or [f"{table}: not as often" for table in one if one[table] != other[table]]
