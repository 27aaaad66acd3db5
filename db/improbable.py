"""Answers on a child's sheet that are hard to believe: they are asked about (确认 or 待核) and never refused.

The rules and where they come from stand in docs/rules.md (核对规则).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from db import days, values
from db.child_fields import ROLE_OF, WRITTEN
from db.family import SEX
from db.impossible import born, born_in, elders
from db.sheet import Doubtful
from db.vocab import GRADE, RELATION, SCHOOLING

OLDEST = 20  # a "child" of this age is a slip of the pen
YOUNGEST_PARENT, OLDEST_MOTHER = 14, 60  # full years at the child's birth
GRANDPARENT = 28  # years at least between grandparent and child: twice a parent of 14
FULL_AGE = 18  # 民法典第17、18条: who is younger lacks full capacity, so cannot be a guardian
SCHOOL_AGE = 6  # 义务教育法第11条
GRANDPARENTS = {"61", "62", "63", "64"}
FIRST = {"k": 3, "p": 6, "j": 12, "s": 15}  # age in the first grade of each stage, on 31 August
EARLY, LATE = 1, 2  # years before and after that which still pass: early entry, late entry or a year repeated
PLACES = ("village_group", "address", "father_place", "mother_place", "school", "guardian_address")
NAMES = ("name", "father_name", "mother_name", "guardian_name")
LONG_NUMBER = re.compile(r"\d{5}")
MIXED = re.compile(r"[A-Za-z][\u4e00-\u9fff]|[\u4e00-\u9fff][A-Za-z]")
STAGE = {
    "p": ("primary",),
    "j": ("junior",),
    "k": ("kindergarten", "none_yet"),
    "s": ("senior", "vocational"),
}
AGES = {  # of each kind of school, on 31 August: its first grade's youngest to its last grade's oldest
    "none_yet": (0, 7), "kindergarten": (2, 7), "primary": (5, 13), "junior": (11, 16), "senior": (14, 19),
    "vocational": (14, 19), "dropped_out": (5, OLDEST),
}  # fmt: skip
Sheet = Mapping[str, Any]


Doubts = Iterator[Doubtful]


def doubtful(sheet: Sheet) -> list[Doubtful]:
    """What is hard to believe in these answers taken together; needs no ledger."""
    checks = (_with_id, _age, _parents, _guardian_said_twice, _guardian_person, _schooling, _aid, _slipped)
    return [doubt for check in checks for doubt in check(sheet)]


def _doubt(sheet: Sheet, rule: str, field: str, sentence: str, *looked_at: str) -> Doubtful:
    told = (sheet.get(name) for name in (looked_at or (field,)))
    return Doubtful(rule, field, sentence, "|".join("" if value is None else str(value) for value in told))


def _with_id(sheet: Sheet) -> Doubts:
    number = sheet.get("id_number")
    if not number:
        return
    day, sex = values.id_birth(number), values.id_sex(number)
    if sheet.get("birth_date") and not day.startswith(sheet["birth_date"]):
        said = f"与身份证号不一致，身份证上是{day}，请核对"
        yield _doubt(sheet, "birth_of_id", "birth_date", said, "birth_date", "id_number")
    if sheet.get("sex") and sheet["sex"] != sex:
        said = f"与身份证号不一致，身份证上是{'男' if sex == 'male' else '女'}，请核对"
        yield _doubt(sheet, "sex_of_id", "sex", said, "sex", "id_number")
    if sheet.get("registered") is False:
        said = "已填身份证号，却注明没有登记户口，请改一处"
        yield _doubt(sheet, "id_unregistered", "registered", said, "registered", "id_number")


def _age(sheet: Sheet) -> Doubts:
    day = born(sheet)
    if day and (days.age_on(day, days.today()) or 0) >= OLDEST:
        field = born_in(sheet)
        yield _doubt(sheet, "too_old", field, f"按出生日期已满{OLDEST}岁，请核对")


def _parents(sheet: Sheet) -> Doubts:
    """Sex by the number's 17th digit; age at the birth, of a guardian who is a parent also by the age written down."""
    child = born(sheet)
    for elder in elders(sheet):
        if not elder.parent:
            continue
        mother = elder.who == WRITTEN["mother"][0]
        if values.id_sex(elder.number) != ("female" if mother else "male"):
            yield _doubt(sheet, "parent_sex", elder.field, f"按身份证号，{elder.who}性别不符，请核对")
        if child and values.id_birth(elder.number) < child:
            years = _years_older(elder.number, child)
            yield from _age_at_birth(sheet, elder.who, mother, years, elder.field, born_in(sheet))
    role = ROLE_OF.get(sheet.get("guardian_relation"))
    if role and not sheet.get(f"{role}_id") and not sheet.get("guardian_id"):
        years, looked_at = _years_by_age(sheet)
        if years is not None:
            who = WRITTEN[role][0]
            yield from _age_at_birth(sheet, who, role == "mother", years, "guardian_age", *looked_at)


def _age_at_birth(sheet: Sheet, who: str, mother: bool, years: int, field: str, *looked_at: str) -> Doubts:
    if years < YOUNGEST_PARENT:
        said = f"孩子出生时{who}不满{YOUNGEST_PARENT}岁，请核对{who}和孩子的出生日期"
        yield _doubt(sheet, "young_parent", field, said, field, *looked_at)
    elif mother and years >= OLDEST_MOTHER:
        said = f"孩子出生时母亲已满{OLDEST_MOTHER}岁，请核对母亲和孩子的出生日期"
        yield _doubt(sheet, "old_mother", field, said, field, *looked_at)


def _guardian_said_twice(sheet: Sheet) -> Doubts:
    """The guardian's answers against each other and against the parents'."""
    name, role = sheet.get("guardian_name"), ROLE_OF.get(sheet.get("guardian_relation"))
    parents = role and sheet.get(f"{role}_name")
    if name and parents and name != parents:
        who = WRITTEN[role][0]
        said = f"监护人写的是{who}，姓名却与{who}不同，请改一处"
        looked_at = ("guardian_name", "guardian_relation", f"{role}_name")
        yield _doubt(sheet, "guardian_name", "guardian_name", said, *looked_at)
    if name and sheet.get("no_guardian"):
        said = "已填监护人，又注明无人监护，请改一处"
        yield _doubt(sheet, "guardian_and_none", "no_guardian", said, "guardian_name", "no_guardian")
    if name and sheet.get("guardianship") == "none":
        said = "已填监护人，监护情况却是无人监护，请改一处"
        yield _doubt(sheet, "guardianship_none", "guardianship", said, "guardian_name", "guardianship")


def _guardian_person(sheet: Sheet) -> Doubts:
    """Sex and age of a guardian who is not a parent; an ID number tells more than the age written down."""
    relation, number, child = sheet.get("guardian_relation"), sheet.get("guardian_id"), born(sheet)
    if relation in ROLE_OF:
        return
    if number:
        sex = SEX.get(relation)
        if sex and values.id_sex(number) != sex:
            said = f"监护人关系是{RELATION.label(relation)}，身份证号却是{'女' if sex == 'male' else '男'}的，请核对"
            yield _doubt(sheet, "guardian_sex", "guardian_id", said, "guardian_id", "guardian_relation")
        day, field = values.id_birth(number), "guardian_id"
        age, looked_at = days.age_on(day, days.today()), ("guardian_id", born_in(sheet))
        years = _years_older(number, child) if child else None
        younger = bool(child) and day >= child
    else:
        age, field = sheet.get("guardian_age"), "guardian_age"
        years, looked_at = _years_by_age(sheet)
        younger = years is not None and years <= 0
    if younger:
        said = "监护人不比孩子年长，请核对监护人和孩子的出生日期或年龄"
        yield _doubt(sheet, "guardian_younger", field, said, *looked_at)
    elif age is not None and age < FULL_AGE:
        said = f"监护人不满{FULL_AGE}岁，依法不能当监护人，请核对"
        yield _doubt(sheet, "guardian_minor", field, said)
    elif relation in GRANDPARENTS and years is not None and years < GRANDPARENT:
        said = f"{RELATION.label(relation)}比孩子大不到{GRANDPARENT}岁，请核对关系和出生日期或年龄"
        yield _doubt(sheet, "young_grandparent", field, said, *looked_at, "guardian_relation")


def _years_older(number: str, child: str) -> int:
    """Full years the holder of an ID number had lived at the child's birth (a month alone: at its end)."""
    return days.age_on(values.id_birth(number), days.last_day(child))


def _years_by_age(sheet: Sheet) -> tuple[int | None, tuple[str, ...]]:
    """Years the guardian is older by the ages of both, and the fields that told it."""
    day = born(sheet)
    child = days.age_on(day, days.today()) if day else sheet.get("age")
    guardian = sheet.get("guardian_age")
    years = None if child is None or guardian is None else guardian - child
    return years, ("guardian_age", born_in(sheet) if day else "age")


def _schooling(sheet: Sheet) -> Doubts:
    """Grade against kind of school, then the child's age against the closest of the two that is known."""
    grade, schooling, day = sheet.get("grade"), sheet.get("schooling"), born(sheet)
    if "幼儿园" in (sheet.get("school") or "") and schooling in ("primary", "junior", "senior", "vocational"):
        yield _doubt(
            sheet, "school_of_kind", "school", "学校是幼儿园，就学情况却不是，请改一处", "school", "schooling"
        )
    if grade and schooling and schooling not in (*STAGE[grade[0]], "suspended"):
        yield _doubt(sheet, "grade_of_school", "grade", "年级与就学情况不符，请改一处", "grade", "schooling")
        return
    if not day:
        return
    on = sheet.get("surveyed_on")
    on = date.fromisoformat(str(on)) if on else days.today()
    cutoff = date(int(days.term_code(on)[:4]) - days.term_code(on).endswith("春"), 8, 31)
    age = days.age_on(day, cutoff)
    of_grade = _ages_of_grade(grade) if grade else None
    of_school = AGES.get(schooling)
    if of_grade and not of_grade[0] <= age <= of_grade[1]:
        said = f"{GRADE.label(grade)}一般{_span(of_grade)}，按出生日期{_aged(age, cutoff)}，请核对"
        yield _doubt(sheet, "grade_age", "grade", said, "grade", born_in(sheet))
    elif not of_grade and of_school and not of_school[0] <= age <= of_school[1]:
        said = f"{SCHOOLING.label(schooling)}一般{_span(of_school)}，按出生日期{_aged(age, cutoff)}，请核对"
        yield _doubt(sheet, "school_age", "schooling", said, "schooling", born_in(sheet))
    elif schooling == "primary" and days.age_on(day, on) < SCHOOL_AGE:
        said = f"还不满{SCHOOL_AGE}岁，就学情况却是小学，请核对"
        yield _doubt(sheet, "early_school", "schooling", said, "schooling", born_in(sheet))


def _ages_of_grade(grade: str) -> tuple[int, int]:
    usual = FIRST[grade[0]] + int(grade[1:]) - 1
    return usual - EARLY, usual + LATE


def _span(ages: tuple[int, int]) -> str:
    return f"{ages[0]}到{ages[1]}岁"


def _aged(age: int, cutoff: date) -> str:
    return f"到{cutoff.year}年8月31日{f'是{age}岁' if age >= 0 else '还没出生'}"


def _aid(sheet: Sheet) -> Doubts:
    aid = (sheet.get("aid") or "").split()
    if "none" in aid and len(aid) > 1:
        yield _doubt(sheet, "aid_and_none", "aid", "选了“无”，又选了别的救助，请改一处")


def _slipped(sheet: Sheet) -> Doubts:
    """What was meant for another field: a long number in a place, a letter before a Chinese name."""
    for name in PLACES:
        if LONG_NUMBER.search(sheet.get(name) or ""):
            yield _doubt(sheet, "number_in_text", name, "里面有一长串数字，多半是别的项打错了格，请核对")
    for name in NAMES:
        if MIXED.search(sheet.get(name) or ""):
            yield _doubt(sheet, "mixed_name", name, "姓名里又有汉字又有字母，请核对")
