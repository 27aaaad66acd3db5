"""A value as a form wants it: one of the choices it prints, a tick, a day in its own format, an ID as text."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from db.exchange.asking import code_of, spec_for
from db.exchange.grid import Heading
from db.spec import Spec, mask_id, mask_phone
from db.text import squeeze
from db.vocab import RELATION

TICK = "√"
Cell = str | int | float | date | None
IN_BRACES = re.compile(r"\{([^}]+)\}|[(（\[【]([^)）\]】]+[|/／、][^)）\]】]+)[)）\]】]")
BOXES = re.compile(r"[□☐○]\s*([^□☐○\s,，、;；]+)")
APART = re.compile(r"[|/／、,，]")
# Where a list of choices has no word of its own for a code: the wider choice that is true of it too.
WIDER: dict[str, dict[str, tuple[str, ...]]] = {
    "健康状况": {"chronic": ("ill",), "serious": ("ill",)},
    "留守标识": {"both": ("some",), "one": ("some",)},
    "关系": {"51": ("50",), "52": ("50",), "57": ("97",), "58": ("97",), "71": ("97",), "75": ("97",), "81": ("97",), "83": ("97",),
             "85": ("97",), "87": ("97",), "89": ("97",)},
}  # fmt: skip
GRANDPARENTS = {"61": "祖父母", "62": "祖父母", "63": "外祖父母", "64": "外祖父母"}
BOARDER = {"yes": "住校", "no": "走读"}
DIGITS, PHONE = re.compile(r"\d{7,}[Xx]?"), 13  # so many digits a phone has at most
NUMBER = re.compile(r"^[A-Za-z]?\d{1,3}[.、:：\-\s]*(?=\D)")  # 1.男, 01-汉族
DAY_WORDS = (  # words of a heading, or an example, that say how a day is written
    (re.compile(r"YYYYMMDD|[（(](?:8位|八位)|(?<!\d)(?:19|20)\d{6}(?!\d)", re.IGNORECASE), "%Y%m%d"),
    (re.compile(r"YYYY-MM-DD|(?:19|20)\d\d-\d{2}-\d{2}", re.IGNORECASE), "%Y-%m-%d"),
    (re.compile(r"YYYY/MM/DD|(?:19|20)\d\d/\d{1,2}/\d{1,2}", re.IGNORECASE), "%Y/%-m/%-d"),
    (re.compile(r"YYYY\.MM\.DD|(?:19|20)\d\d\.\d{1,2}\.\d{1,2}", re.IGNORECASE), "%Y.%-m.%-d"),
    (re.compile(r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日|X+年X+月X+日|年月日格式", re.IGNORECASE), "%Y年%-m月%-d日"),
    (re.compile(r"YYYYMM(?!D)|(?<!\d)(?:19|20)\d{4}(?!\d)", re.IGNORECASE), "%Y%m"),
    (re.compile(r"YYYY-MM(?!-)|(?:19|20)\d\d-\d{2}(?![-\d])", re.IGNORECASE), "%Y-%m"),
    (re.compile(r"YYYY\.MM(?!\.)|(?:19|20)\d\d\.\d{1,2}(?![.\d])", re.IGNORECASE), "%Y.%-m"),
    (re.compile(r"(?:19|20)\d\d年\d{1,2}月(?!\d)", re.IGNORECASE), "%Y年%-m月"),
)  # fmt: skip
MONTH = re.compile(r"年月(?![日(（])")
OF_MONTH = {"%Y%m%d": "%Y%m", "%Y/%-m/%-d": "%Y/%-m", "%Y.%-m.%-d": "%Y.%-m", "%Y年%-m月%-d日": "%Y年%-m月"}


class Manner(NamedTuple):
    """How a form wants its values besides what its headings say.

    days: strftime words for days ('' for the form's own way, else 2015-03-08). unknown: what stands for what is not
    known, '' for nothing. reveal: ID numbers and phones in full.
    """

    days: str = ""
    unknown: str = ""
    reveal: bool = True


def choices_of(heading: Heading) -> list[str]:
    """The choices a heading prints: 身体情况{健康|残疾|患病}, 是否寄宿（是/否）, □是 □否; [] if it prints none."""
    if found := BOXES.findall(heading.text):
        return found
    if match := IN_BRACES.search(heading.text):
        parts = [each for each in APART.split(match[1] or match[2]) if each]
        return parts if len(parts) > 1 else []
    return []


def day_format(heading: Heading, example: Any = None) -> str:
    """How days are written under a heading (strftime), as its words or an example below it say; '' if they do not."""
    for text in (heading.text, str(example) if isinstance(example, str | int | float) else ""):
        text = text.removesuffix(".0")
        for pattern, written in DAY_WORDS:
            if pattern.search(text):
                return written
    return "%Y-%m" if MONTH.search(heading.text) else ""


def look(
    target: str, heading: Heading, manner: Manner, example: Any = None, listed: Sequence[str] = ()
) -> Callable[[Any], Cell]:
    """How a column writes what its target answers; a value that has none of the printed choices raises NoChoice.

    listed: what its cells let one choose from, in a list of their own: nothing else may stand in them.
    """
    target, _, code = target.partition("=")
    spec = spec_for(target)
    if code:
        return lambda value: TICK if _held(spec, value, code) else None
    if spec is None:
        write = _words(listed or choices_of(heading))
        return write if manner.reveal else lambda value: _hidden(write(value))
    if spec.kind in ("day", "partial"):
        return _days(manner.days or day_format(heading, example))
    if spec.kind == "number":
        return lambda value: value
    if spec.privacy in ("id", "phone") and not manner.reveal:
        hide = mask_id if spec.privacy == "id" else mask_phone
        return lambda value: hide(value)
    if spec.choices is None or spec.kind not in ("code", "codes", "flag"):
        if listed:
            return _words(listed)
        return lambda value: value if value is None or isinstance(value, int) else str(value)
    return _chosen(spec, listed or choices_of(heading), heading, bool(listed))


def _hidden(value: Cell) -> Cell:
    """Words with the ID numbers and phones in them masked."""
    if not isinstance(value, str):
        return value
    return DIGITS.sub(lambda found: (mask_id if len(found[0]) > PHONE else mask_phone)(found[0]), value)


class NoChoice(Exception):
    """A value for which the form prints no choice; str() is the value in words."""


def _held(spec: Spec, value: Any, code: str) -> bool:
    if value is None:
        return False
    if spec.kind == "flag":
        return code == ("yes" if value else "no")
    held = value.split()
    return code in held or any(code in WIDER.get(spec.codes.name, {}).get(each, ()) for each in held)


def _words(printed: Sequence[str]) -> Callable[[Any], Cell]:
    """Plain words; where choices are printed, the one that says so."""

    def write(value: Any) -> Cell:
        if not printed or not isinstance(value, str) or value in printed:
            return value
        for each in printed:
            if squeeze(each) == squeeze(value) or (len(each) > 1 and (each in value or value in each)):
                return each
        raise NoChoice(value)

    return write


def _chosen(spec: Spec, printed: Sequence[str], heading: Heading, strict: bool) -> Callable[[Any], Cell]:
    """The label of a code, or the printed choice that means it; strict: nothing else. What was written once is remembered."""
    by_code = {
        code: each
        for each in reversed(printed)
        if (code := code_of(spec, each) or code_of(spec, NUMBER.sub("", each)))
    }
    kept: dict[Any, str] = {}
    boards = "就读方式" in heading.text or "住宿方式" in heading.text

    def one(code: str) -> str:
        if not by_code and not strict:
            if spec.kind == "flag":
                return BOARDER[code] if boards else _yes_no(code, heading)
            return spec.codes.label(code)
        if code in by_code:
            return by_code[code]
        for wider in WIDER.get(spec.codes.name if spec.codes else "", {}).get(code, ()):
            if wider in by_code:
                return by_code[wider]
        if spec.codes is RELATION and GRANDPARENTS.get(code) in printed:
            return GRANDPARENTS[code]
        raise NoChoice(spec.choices.label(code))

    def write(value: Any) -> Cell:
        if value is None or value == "":
            return None
        if value not in kept:
            codes = ["yes" if value else "no"] if spec.kind == "flag" else value.split()
            kept[value] = "、".join(dict.fromkeys(map(one, codes)))
        return kept[value]

    return write


def _yes_no(code: str, heading: Heading) -> str:
    """是, 否; 有, 无 where the heading asks 有无."""
    asks = heading.text.startswith("有无")
    return {"yes": "有" if asks else "是", "no": "无" if asks else "否"}[code]


def _days(written: str) -> Callable[[Any], Cell]:
    """A day as the form writes it; without a format a full day stays a date: the cell's own format shows it."""

    def write(value: Any) -> Cell:
        if value is None:
            return None
        text = value.isoformat() if isinstance(value, date) else str(value)
        if len(text) < 10:  # only its month is known
            if len(text) < 7 or not written:
                return text
            return _say(
                date.fromisoformat(f"{text}-01"),
                OF_MONTH.get(written, "%Y-%m" if "d" in written else written),
            )
        day = date.fromisoformat(text)
        return _say(day, written) if written else day

    return write


def _say(day: date, written: str) -> str:
    parts = {
        "%Y": f"{day.year:04}",
        "%m": f"{day.month:02}",
        "%d": f"{day.day:02}",
        "%-m": str(day.month),
        "%-d": str(day.day),
    }
    return re.sub(r"%-?[Ymd]", lambda match: parts[match[0]], written)
