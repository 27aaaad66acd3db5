"""Conditions as a line of words that reads back into the same conditions: how a sheet holds them, and a draft keeps them."""

import json
from collections.abc import Sequence
from typing import Any

from db import conditions
from db.conditions import AND, FIELDS, Condition
from db.values import Refused

LIKE = "如 免疫接种是有漏种"


def said(found: Sequence[Condition]) -> str:
    """Conditions in words, '' for none; one that this program does not know stands as it is stored."""
    return AND.join(_said(each) for each in found)


def _said(condition: Condition) -> str:
    try:
        return conditions.in_words([condition])
    except Refused:
        return json.dumps(condition, ensure_ascii=False)


def read_back(text: str | None) -> list[list[Any]]:
    """The conditions that a line of words says. Raises Refused with the part that is not understood."""
    return conditions.checked([_read(piece) for piece in _pieces(text)])


def as_far_as_read(text: str | None) -> tuple[list[list[Any]], str]:
    """The conditions of those parts of a line that are understood, and what is wrong with the first that is not ('' if none)."""
    found: list[Any] = []
    why = ""
    for piece in _pieces(text):
        try:
            found.append(_read(piece))
        except Refused as refused:
            why = why or str(refused)
    return found, why


def _pieces(text: str | None) -> list[str]:
    pieces = (text or "").replace(",且", AND).split(AND)
    return [piece.strip() for piece in pieces if piece.strip()]


def _read(piece: str) -> list[Any]:
    if piece.startswith("["):
        try:
            return json.loads(piece)
        except ValueError as error:
            raise Refused(f"“{piece}”看不懂，请按 F8 重新选，{LIKE}") from error
    why = ""
    for field in (name for name, spec in FIELDS.items() if piece.startswith(spec.label)):
        rest = piece.removeprefix(FIELDS[field].label).strip()
        tests = sorted(conditions.tests_of(field), key=lambda each: -len(each[1]))
        if FIELDS[field].kind == "flag":  # 登记户口：是
            tests = [*tests, ("is", "："), ("is", ":")]
        for test, label in tests:
            if rest.startswith(label):
                value = rest.removeprefix(label).strip(" :：") or None
                try:
                    return conditions.checked([[field, test, value]])[0]
                except Refused as refused:
                    why = why or str(refused)
    raise Refused(why or f"“{piece}”看不懂，请按 F8 选，{LIKE}")
