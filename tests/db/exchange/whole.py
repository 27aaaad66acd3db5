"""The whole ledger in plain values: two that say the same are equal, whatever their keys and stamps."""

from collections import defaultdict
from typing import Any

from db import as_of
from db.models import Adult, CareRecord, Child, Focus, Helper, Kinship, Pairing, Row, Survey, Term

UNSAID = {"id", "version", "created_at", "deleted_at", "site", "as_of"}
Told = tuple[tuple[str, str], ...]


def ledger(dated: bool = False) -> dict[str, list[Any]]:
    """What stands in the ledger, table by table; adults with their ties, so that it shows who shares whom.

    dated: with each value the day it is from.
    """
    terms = {row.id: row.code for row in Term.select()}
    rows = {
        model: {row["id"]: _said(row, terms, dated) for row in model.live().dicts()}
        for model in (Child, Adult, Helper)
    }
    named = {key: _named(told) for key, told in rows[Child].items()}
    known = {**named, **{key: dict(told)["name"] for key, told in rows[Helper].items()}}
    ties = defaultdict(list)
    for tie in Kinship.live().dicts():
        adult = tie.pop("adult")
        ties[adult].append(_said(tie, known, dated))
    return {
        "children": sorted(rows[Child].values()),
        "adults": sorted((told, sorted(ties[key])) for key, told in rows[Adult].items()),
        "helpers": sorted(rows[Helper].values()),
        **{
            model.__name__: sorted(_said(row, known | terms, dated) for row in model.live().dicts())
            for model in (Survey, Focus, CareRecord, Pairing)
        },
    }


def _said(row: dict[str, Any], known: dict, dated: bool) -> Told:
    """A row's fields in words; what it refers to by its name."""
    days = row.get("as_of")
    return tuple(
        (name, f"{known.get(value, value)}{'@' + as_of.day_of(days, name) if dated and days is not None else ''}")
        for name, value in sorted(row.items())
        if name not in UNSAID and value is not None and value != ""
    )  # fmt: skip


def _named(told: Told) -> str:
    return " ".join(value for name, value in told if name in ("name", "birth_date", "id_number"))


def differences(one: dict[str, list], other: dict[str, list]) -> list[str]:
    """What only one of two ledgers says, for people to read; [] if they say the same."""
    return [
        f"{table} {sign} {each}"
        for table in one
        for sign, has, lacks in (("-", one[table], other[table]), ("+", other[table], one[table]))
        for each in has
        if each not in lacks
    ]


__all__ = ["Row", "differences", "ledger"]
