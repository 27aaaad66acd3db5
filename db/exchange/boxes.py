"""Choices printed with boxes to tick: □男 □女, (  )是 (  )否. The ticked sign is as wide as the form's own."""

import re
from typing import Any, NamedTuple

from db.spec import Spec
from db.text import squeeze
from db.values import Refused

TICKED = {"□": "■", "☐": "☑", "○": "●", "◯": "●", "◇": "◆", "◻": "■", "▢": "■"}
SIGN = re.compile(r"[□☐○◯◇◻▢]|(?P<open>[(（\[［])[ \u3000]*(?P<close>[)）\]］])")
END = re.compile(r"\s{2,}|[\n、，,；;/]|_{2,}")
# A choice that takes in another where the form has no finer one.
WIDER = {"serious": "ill", "chronic": "ill", "tekun": "other", "housing": "other"}


class Box(NamedTuple):
    """A box in a text: from where to where its sign reaches, and what it stands for."""

    start: int
    end: int
    choice: str


def boxes(text: str) -> list[Box]:
    """The boxes of a text from left to right; the words of a choice stand all after their boxes, or all before."""
    signs = list(SIGN.finditer(text))
    if not signs:
        return []
    before = bool(text[: signs[0].start()].strip())
    found = []
    for at, sign in enumerate(signs):
        if before:
            begins = signs[at - 1].end() if at else 0
            words = [part for part in END.split(text[begins : sign.start()]) if part.strip()]
            choice = words[-1] if words else ""
        else:
            ends = signs[at + 1].start() if at + 1 < len(signs) else len(text)
            choice = END.split(text[sign.end() : ends].lstrip())[0]
        found.append(Box(sign.start(), sign.end(), squeeze(choice)))
    return [each for each in found if each.choice] if len(found) > 1 or not before else []


def ticked(text: str, spec: Spec | None, value: Any) -> str:
    """The text with the boxes ticked that a stored value stands for; as it was if none of them does.

    spec: the description of the field, None for words that are compared as they are.
    """
    there = boxes(text)
    for box in reversed([each for each in there if each.choice in _right(there, spec, value)]):
        sign = text[box.start : box.end]
        text = text[: box.start] + (TICKED.get(sign) or f"{sign[0]}√{sign[-1]}") + text[box.end :]
    return text


def _right(there: list[Box], spec: Spec | None, value: Any) -> set[str]:
    """The choices that are right."""
    if spec is None or spec.choices is None:
        said = squeeze(str(value))
        if isinstance(value, bool):
            return {each.choice for each in there if _is(each.choice) is value}
        return {each.choice for each in there if each.choice == said}
    if spec.kind == "flag":
        if len(there) == 1:  # □寄宿
            return {there[0].choice} if value else set()
        codes = {"yes" if value else "no"}
    else:
        codes = set(str(value).split())
    means = {each.choice: _code(spec, each.choice) for each in there}
    codes = {code if code in means.values() else WIDER.get(code, code) for code in codes}
    return {choice for choice, code in means.items() if code in codes}


def _code(spec: Spec, choice: str) -> str | None:
    for codes in filter(None, (spec.codes, spec.choices)):
        try:
            return codes.find(choice)
        except Refused:
            continue
    return None


def _is(choice: str) -> bool | None:
    return True if choice in ("是", "有", "已") else False if choice in ("否", "无", "没有", "未") else None
