"""Answers on a child's sheet that are hard to believe beside what other families have on file."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from db.impossible import Elder, elders
from db.models import Adult, Child, Kinship
from db.sheet import Doubtful

RULES = ("shared_phone", "adult_is_child", "child_is_adult")
PHONES = ("father_phone", "mother_phone", "guardian_phone", "phone")
FAMILIES = 3  # that have a number already, when it is asked about
ENOUGH = 60  # ties read of one number: a shared office telephone may have thousands
SIBLINGS = {"71", "75"}  # a guardian who is a brother or sister may be on file as a child
Sheet = Mapping[str, Any]


def in_ledger(sheet: Sheet, besides: UUID | None) -> list[Doubtful]:
    """What is hard to believe in these answers beside what is on file.

    besides: the child whose sheet it is, None for a new one. Read by indexes alone (phones, ID numbers, kinships).
    """
    return [*_phones(sheet, besides), *_adults_on_file_as_children(sheet), *_child_on_file_as_adult(sheet)]


def _phones(sheet: Sheet, besides: UUID | None) -> Iterator[Doubtful]:
    fields: dict[str, str] = {}
    for field in PHONES:
        if sheet.get(field):
            fields.setdefault(sheet[field], field)
    for phone, field in fields.items():
        families = _families(phone, sheet, besides)
        if families >= FAMILIES:
            said = f"已有{families}户人家留的也是这个号码，请核对"
            yield Doubtful("shared_phone", field, said, phone)


def _families(phone: str, sheet: Sheet, besides: UUID | None) -> int:
    """How many other families have this number: children who share an adult are one family."""
    ties = Kinship.live(Kinship.child).join(Adult).where(Adult.phone == phone, Adult.deleted_at.is_null())
    children = {tie.child_id for tie in ties.limit(ENOUGH)} | ({besides} if besides else set())
    if len(children) < FAMILIES:
        return 0
    family: dict[UUID, UUID] = {}  # adult → one of the family's children
    whose = {child: child for child in children}

    def head(child: UUID) -> UUID:
        while whose[child] != child:
            child = whose[child]
        return child

    own = {head(besides)} if besides else set()
    numbers = {elder.number for elder in elders(sheet)}
    named = {(sheet.get(field.replace("phone", "name")), sheet.get(field)) for field in PHONES[:3]}
    adults = Kinship.live(Kinship.child, Kinship.adult, Adult).join(Adult)
    for tie in adults.where(Kinship.child.in_(list(children))):
        first = family.setdefault(tie.adult_id, tie.child_id)
        whose[head(tie.child_id)] = head(first)
        if tie.adult.id_number in numbers or (tie.adult.name, tie.adult.phone) in named:
            own.add(tie.child_id)  # the same person is meant: this sheet's family
    return len({head(child) for child in children} - {head(child) for child in own})


def _adults_on_file_as_children(sheet: Sheet) -> Iterator[Doubtful]:
    typed: dict[str, Elder] = {}
    for elder in elders(sheet):
        if elder.parent or sheet.get("guardian_relation") not in SIBLINGS:
            typed.setdefault(elder.number, elder)
    for child in _children_with(list(typed)):
        elder = typed[child.id_number]
        said = f"这个身份证号登记在儿童“{child.name}”名下，请核对{elder.who}的号码"
        yield Doubtful("adult_is_child", elder.field, said, elder.number)


def _children_with(numbers: list[str]) -> list[Child]:
    if not numbers:
        return []
    return list(Child.live(Child.name, Child.id_number).where(Child.id_number.in_(numbers)))


def _child_on_file_as_adult(sheet: Sheet) -> Iterator[Doubtful]:
    number = sheet.get("id_number")
    kin = Kinship.live(Kinship.relation, Adult.name).join(Adult)
    found = number and kin.where(Adult.id_number == number, Adult.deleted_at.is_null()).order_by(Adult.id)
    tie = found and found.first()
    if tie and tie.relation not in SIBLINGS:
        said = f"这个身份证号登记在别家大人“{tie.adult.name}”名下，请核对孩子的号码"
        yield Doubtful("child_is_adult", "id_number", said, number)
