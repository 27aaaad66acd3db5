"""What a field of a sheet may become: its choices by number or pinyin initials, and when nothing more can follow."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from db.spec import Spec, read
from db.text import squeeze
from db.values import Refused

FULL = {
    "id": re.compile(r"\d{17}[\dXx]"),
    "phone": re.compile(r"1\d{10}"),
}  # complete: nothing more can follow
LETTERS = re.compile(r"[a-z]+")
ENDING = re.compile(r"[a-z]*$")  # of several choices written out: letters that look for one more
FULL_WIDTH_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


class Option(NamedTuple):
    """What a field may become: as shown, the text it stands for, its pinyin initials."""

    label: str
    text: str
    initials: str = ""


def choices(spec: Spec, values: Mapping[str, Any], typed: str) -> list[Option]:
    """Choices of a coded field that can apply beside the other values and fit what is typed."""
    among = spec.among and spec.among(values)
    return [
        Option(code.label, code.label, code.initials)
        for code in spec.choices
        if (among is None or code.code in among)
        and (not typed or code.initials.startswith(typed) or typed in code.label.lower() or code.code == typed
             or any(alias.lower().startswith(typed) for alias in code.aliases))
    ]  # fmt: skip


def chosen(spec: Spec, values: Mapping[str, Any], text: str) -> str:
    """A choice written out, or half typed: its label; the text as it is if nothing fits."""
    try:
        return spec.choices.label(spec.choices.find(text))
    except Refused:
        fits = choices(spec, values, text.lower())
        return fits[0].text if fits else text


def toggled(spec: Spec, text: str, label: str) -> str | None:
    """The codes to store once a choice is taken, or taken back, beside those written out; None for none left."""
    code = spec.codes.find(label)
    try:
        now = (read(spec, ENDING.sub("", text)) or "").split()
    except Refused:
        now = []
    now = [each for each in now if each != code] if code in now else [*now, code]
    return " ".join(each.code for each in spec.codes if each.code in now) or None


def whole(spec: Spec, values: Mapping[str, Any], text: str) -> bool:
    """Whether nothing more can follow: 18 characters of an ID number, 11 of a mobile number, the initials of one choice."""
    typed = squeeze(text)
    if pattern := FULL.get(spec.kind):
        return bool(pattern.fullmatch(typed))
    if spec.choices is None or spec.kind == "codes":
        return False
    fits = choices(spec, values, typed.lower())
    return len(fits) == 1 and fits[0].initials == typed.lower()
