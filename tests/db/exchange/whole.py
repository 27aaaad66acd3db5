"""The whole ledger in plain values: two that say the same are equal, whatever their keys and stamps."""

from collections import defaultdict
from typing import Any

from db import as_of, changes
from db.models import Adult, CareRecord, Child, Focus, Helper, Kinship, Pairing, Survey, Term

UNSAID = {"id", "version", "created_at", "deleted_at", "site", "as_of"}
DERIVED = {"name", "child", "term"} | changes.DERIVED  # these are from no day
Told = tuple[tuple[str, str], ...]


def ledger() -> dict[str, list[Any]]:
    """What stands in the ledger, table by table, each value with the day it is from; adults with their ties, so that it
    shows who shares whom."""
    terms = {row.id: row.code for row in Term.select()}
    rows = {model: {row["id"]: row for row in model.live().dicts()} for model in (Child, Adult, Helper)}
    known = terms | {key: _called(row) for model in (Child, Helper) for key, row in rows[model].items()}
    ties = defaultdict(list)
    for tie in Kinship.live().dicts():
        ties[tie.pop("adult")].append(_said(tie, known))
    return {
        "Child": sorted(_said(row, known) for row in rows[Child].values()),
        "Adult": sorted((_said(row, known), sorted(ties[key])) for key, row in rows[Adult].items()),
        "Helper": sorted(_said(row, known) for row in rows[Helper].values()),
        **{
            model.__name__: sorted(_said(row, known) for row in model.live().dicts())
            for model in (Survey, Focus, CareRecord, Pairing)
        },
    }


def _said(row: dict[str, Any], known: dict) -> Told:
    """A row's fields in words; what it refers to by its name."""
    days = row.get("as_of")
    return tuple(
        (name, f"{known.get(value, value)}{_day(days, name)}")
        for name, value in sorted(row.items())
        if name not in UNSAID
        and value not in (None, "")
        and not (value is False and name in ("guardian", "entrusted"))
    )


def _day(days: str | None, name: str) -> str:
    return "" if days is None or name in DERIVED else f" ({as_of.day_of(days, name)})"


def _called(row: dict[str, Any]) -> str:
    return " ".join(row[name] for name in ("name", "birth_date", "id_number", "phone") if row.get(name))


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
