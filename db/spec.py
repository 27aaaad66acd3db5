"""What a field is, said once: entry, import, export, display, masking and history all read it."""

import re
from collections.abc import Callable, Collection
from typing import Any, Literal, NamedTuple

from db import days
from db.text import clean, normal
from db.values import Refused
from db.vocab import YES_NO, Codes

UNKNOWN = "未采集"
SEVERAL = re.compile(r"[,，、;/|+和\s]+")  # what stands between the choices of one cell
Kind = Literal[
    "text", "name", "code", "codes", "flag", "day", "partial", "number", "id", "phone", "notes", "term"
]
Privacy = Literal["open", "id", "phone", "personal"]


class Spec(NamedTuple):
    """One field's description.

    label: as shown. prompt: how to fill it, with an example. codes: its choices. aliases: other headings it
    goes by in registers. privacy: how it is masked ('personal' is shown only on the child's own page).
    skip: says, from the values so far, why the field cannot apply (a sentence) or None. among: the codes that can
    apply, from the values so far (None: all). pool: which values used before complete what is typed; fields of one
    pool share them. picks: no value begins with a digit, so that a digit takes a completion. source: the rule or standard the field comes from.
    """

    label: str
    kind: Kind = "text"
    prompt: str = ""
    codes: Codes | None = None
    aliases: tuple[str, ...] = ()
    privacy: Privacy = "open"
    longest: int = 60
    required: bool = False
    skip: Callable[[dict[str, Any]], str | None] | None = None
    among: Callable[[dict[str, Any]], Collection[str] | None] | None = None
    pool: str = ""
    picks: bool = False
    source: str = ""

    @property
    def choices(self) -> Codes | None:
        """The code list, yes/no included (a flag's own list only says how registers write it)."""
        return YES_NO if self.kind == "flag" else self.codes


def read(spec: Spec, raw: Any) -> Any:
    """The value to store for what somebody typed or a cell holds; None for blank.

    Raises Refused with a sentence that names the cure.
    """
    from db import values

    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    match spec.kind:
        case "code":
            return spec.codes.find(str(raw))
        case "codes":
            return _read_codes(spec, str(raw))
        case "flag":
            return spec.codes.find(str(raw)) == "yes" if spec.codes else values.yes_no(raw)
        case "day":
            return values.full_day(raw)
        case "partial":
            return values.partial_date(raw)
        case "number":
            return values.count(raw)
        case "id":
            return values.id_number(raw)
        case "phone":
            return values.phone(raw)
        case "term":
            return _read_term(str(raw))
    text = clean(str(raw), lines=True).strip() if spec.kind == "notes" else normal(str(raw))
    if spec.kind == "name":
        text = values.person_name(text)
    if len(text) > spec.longest:
        raise Refused(f"{spec.label}最多{spec.longest}字，现有{len(text)}字，请缩短")
    return text or None


def _read_codes(spec: Spec, raw: str) -> str | None:
    found = {spec.codes.find(part) for part in SEVERAL.split(normal(raw)) if part}
    return " ".join(code.code for code in spec.codes if code.code in found) or None


def _read_term(raw: str) -> str:
    code = normal(raw).replace("季", "").replace("年", "").replace("学期", "")
    try:
        days.term_dates(code)
    except ValueError as error:
        raise Refused(str(error)) from error
    return code


def show(spec: Spec, value: Any) -> str:
    """A stored value in words; 未采集 for None."""
    if value is None or value == "":
        return UNKNOWN
    if spec.kind == "code":
        return spec.codes.label(value)
    if spec.kind == "codes":
        return "、".join(spec.codes.label(code) for code in value.split())
    if spec.kind == "flag":
        return "是" if value else "否"
    return str(value)


def mask(spec: Spec, shown: str) -> str:
    """An ID number keeps its first six and last four, a phone its first three and last four."""
    if shown == UNKNOWN:
        return shown
    if spec.privacy == "id":
        return mask_id(shown)
    if spec.privacy == "phone":
        return mask_phone(shown)
    return shown


def mask_id(number: str | None) -> str | None:
    """340505********1234."""
    return number and (
        number[:6] + "*" * max(len(number) - 10, 0) + number[-4:] if len(number) > 10 else "*" * len(number)
    )


def mask_phone(number: str | None) -> str | None:
    """199****1234."""
    return number and (number[:3] + "****" + number[-4:] if len(number) > 7 else "*" * len(number))


def mask_name(name: str | None) -> str | None:
    """张*: a surname and one star, whatever the length; a compound surname is not told apart."""
    return name and name[:1] + "*"
