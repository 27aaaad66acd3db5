"""Answers on a child's sheet that cannot be: the sheet refuses them on the field's own line."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from db import days, values
from db.child_fields import PARENTS, ROLE_OF, WRITTEN
from db.models import Adult, Kinship
from db.sheet import Doubtful
from db.spec import mask_id

OLDEST_EVER = 120
Sheet = Mapping[str, Any]
Refusals = Iterator[tuple[str, str]]


class Elder(NamedTuple):
    """An adult of the sheet with an ID number: who (in words), the field it stands in, whether a parent."""

    who: str
    field: str
    number: str
    parent: bool


def impossible(sheet: Sheet) -> dict[str, str]:
    """What cannot be, whatever the ledger holds: field → one sentence with the cure."""
    found: dict[str, str] = {}
    for check in (_days, _numbers, _parents_before_children, _guardian):
        for field, sentence in check(sheet):
            found.setdefault(field, sentence)
    return found


def standing(sheet: Sheet) -> list[Doubtful]:
    """What cannot be and yet stands on file (an import, an answer that another one now belies): to be looked into."""
    return [Doubtful("impossible", name, why, str(sheet[name])) for name, why in impossible(sheet).items()]


def refused_by_ledger(sheet: Sheet, besides: UUID | None) -> dict[str, str]:
    """Adults' ID numbers on file under another name, which a save refuses (db.family): field → sentence.

    besides: the child whose sheet it is; its own relatives may be renamed.
    """
    typed = {elder.number: elder for elder in reversed(elders(sheet))}
    held: dict[str, Adult] = {}
    if typed:
        for adult in Adult.live().where(Adult.id_number.in_(list(typed))).order_by(Adult.id):
            held.setdefault(adult.id_number, adult)
    found = {}
    for number, elder in typed.items():
        name, adult = sheet.get(elder.field.removesuffix("_id") + "_name"), held.get(number)
        if adult is None or not name or adult.name in (None, name):
            continue
        own = Kinship.live().where(Kinship.adult == adult, Kinship.child == besides)
        if not (besides and own.exists()):
            found[elder.field] = (
                f"身份证号{mask_id(number)}已登记为“{adult.name}”，与所填“{name}”不符，请核对号码或姓名"
            )
    return found


def born(sheet: Sheet) -> str | None:
    """The child's birth date as typed, else as the ID number tells it."""
    return sheet.get("birth_date") or (sheet.get("id_number") and values.id_birth(sheet["id_number"])) or None


def born_in(sheet: Sheet) -> str:
    """The field that tells `born`."""
    return "birth_date" if sheet.get("birth_date") else "id_number"


def elders(sheet: Sheet) -> list[Elder]:
    """Father, mother and guardian, as far as their ID numbers are typed; a guardian who is a parent only once."""
    found = [Elder(WRITTEN[role][0], f"{role}_id", sheet[f"{role}_id"], True)
             for role in PARENTS if sheet.get(f"{role}_id")]  # fmt: skip
    role, number = ROLE_OF.get(sheet.get("guardian_relation")), sheet.get("guardian_id")
    if number and not (role and sheet.get(f"{role}_id")):
        found.append(Elder(WRITTEN[role or "guardian"][0], "guardian_id", number, bool(role)))
    return found


def _days(sheet: Sheet) -> Refusals:
    today, child = days.today(), born(sheet)
    surveyed = sheet.get("surveyed_on") and date.fromisoformat(str(sheet["surveyed_on"]))
    if child and _after(child, today):
        yield born_in(sheet), "出生日期在今天之后，请照户口簿改正"
    if surveyed and surveyed > today:
        yield "surveyed_on", "摸底日期在今天之后，请填实际摸底的那天"
    elif surveyed and child and _after(child, surveyed):
        yield "surveyed_on", f"摸底日期在孩子出生（{child}）之前，请核对这两个日期"


def _numbers(sheet: Sheet) -> Refusals:
    for elder in elders(sheet):
        if elder.number == sheet.get("id_number"):
            yield elder.field, f"{elder.who}身份证号与孩子的相同，请改正其中一个"
        elif _after(values.id_birth(elder.number), days.today()):
            yield elder.field, f"{elder.who}身份证号里的出生日期在今天之后，请照身份证改正"
    father, mother = sheet.get("father_id"), sheet.get("mother_id")
    if father and father == mother:
        yield "mother_id", "母亲身份证号与父亲的相同，请改正其中一个"
    number = sheet.get("guardian_id")
    if number and sheet.get("guardian_relation") in OTHER_THAN_PARENTS:
        for role in PARENTS:
            if number == sheet.get(f"{role}_id"):
                who = WRITTEN[role][0]
                yield "guardian_id", f"监护人身份证号与{who}的相同，请改正号码，或把监护人关系改为{who}"


OTHER_THAN_PARENTS = {"61", "62", "63", "64", "71", "75", "81", "83", "85", "87", "89", "97", "99"}


def _parents_before_children(sheet: Sheet) -> Refusals:
    child = born(sheet)
    for elder in elders(sheet):
        if elder.parent and child and values.id_birth(elder.number) >= child:
            yield elder.field, f"按身份证号，{elder.who}比孩子还小，请核对号码和孩子的出生日期"


def _guardian(sheet: Sheet) -> Refusals:
    role = ROLE_OF.get(sheet.get("guardian_relation"))
    if role and sheet.get(f"{role}_whereabouts") == "dead":
        yield "guardian_relation", f"{WRITTEN[role][0]}已故，不能是监护人，请改监护人关系或去向"
    if (sheet.get("guardian_age") or 0) > OLDEST_EVER:
        yield "guardian_age", f"监护人年龄超过{OLDEST_EVER}岁，请改正"


def _after(born_on: str, day: date) -> bool:
    """Whether somebody was born after a day; of a month alone, whether all of it is after."""
    return born_on > day.isoformat()[: len(born_on)]
