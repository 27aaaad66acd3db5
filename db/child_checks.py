"""What one answer on the child's sheet says about another: values that follow, and values that disagree."""

from datetime import date
from typing import Any

from db import days, values
from db.child_fields import PARENTS, ROLE_OF, WRITTEN

OLDEST = 20  # a "child" of this age is a slip of the pen
STAGE = {
    "p": ("primary",),
    "j": ("junior",),
    "k": ("kindergarten", "none_yet"),
    "s": ("senior", "vocational"),
}
Sheet = dict[str, Any]


def derive(sheet: Sheet, changed: str) -> Sheet:
    """What else is known once `changed` has been filled: names and stored values to set.

    An ID number gives sex and birth date where they are empty; a grade its kind of school; a parent who is
    the guardian gives the guardian's name, phone and ID number.
    """
    if changed == "id_number" and sheet.get("id_number"):
        return _from_id(sheet)
    if changed == "grade" and sheet.get("grade") and not sheet.get("schooling"):
        stages = STAGE[sheet["grade"][0]]
        return {"schooling": stages[0]} if stages[0] in ("primary", "junior", "kindergarten") else {}
    if changed == "school" and sheet.get("school") and not sheet.get("grade"):
        return _from_school(sheet["school"])
    if changed == "guardian_relation":
        return _guardian_is_parent(sheet) or _guardian_is_not_parent(sheet)
    if changed.startswith(tuple(PARENTS)):
        return _guardian_is_parent(sheet)
    return {}


def _from_id(sheet: Sheet) -> Sheet:
    born, sex = values.id_birth(sheet["id_number"]), values.id_sex(sheet["id_number"])
    found = {}
    if not sheet.get("sex"):
        found["sex"] = sex
    if not sheet.get("birth_date") or sheet["birth_date"] == born[:7]:
        found["birth_date"] = born
    return found


def _from_school(text: str) -> Sheet:
    """柳溪小学三年级 in one breath; a class after the grade is left as typed."""
    school, grade = values.grade(text)
    if not school or not grade or not text.endswith("年级"):
        return {}
    from db.vocab import GRADE

    return {"school": school, "grade": GRADE.find(grade)}


def _guardian_is_parent(sheet: Sheet) -> Sheet:
    role = ROLE_OF.get(sheet.get("guardian_relation"))
    if role is None:
        return {}
    pairs = ((f"guardian_{field}", sheet.get(f"{role}_{field}")) for field in ("name", "phone", "id"))
    return {name: value for name, value in pairs if value and value != sheet.get(name)}


def _guardian_is_not_parent(sheet: Sheet) -> Sheet:
    """Another relation was chosen after a parent: the parent's name does not stay behind in the fields."""
    for role in PARENTS:
        name = sheet.get("guardian_name")
        if name and name == sheet.get(f"{role}_name") and sheet.get("guardian_relation"):
            fields = (f"guardian_{field}" for field in ("name", "phone", "id"))
            return {field: None for field in fields if sheet.get(field) is not None}
    return {}


def problems(sheet: Sheet) -> dict[str, str]:
    """Fields that disagree with each other: name → one sentence. They do not keep a record from being saved."""
    found: dict[str, str] = {}
    for check in (_with_id, _dates, _parents, _guardian, _schooling, _lists):
        for name, sentence in check(sheet):
            found.setdefault(name, sentence)
    return found


def _with_id(sheet: Sheet):
    number = sheet.get("id_number")
    if not number:
        return
    born, sex = values.id_birth(number), values.id_sex(number)
    if sheet.get("birth_date") and not born.startswith(sheet["birth_date"]):
        yield "birth_date", f"与身份证号不一致，身份证上是{born}，请核对"
    if sheet.get("sex") and sheet["sex"] != sex:
        yield "sex", f"与身份证号不一致，身份证上是{'男' if sex == 'male' else '女'}，请核对"
    if sheet.get("registered") is False:
        yield "registered", "已填身份证号，却注明没有登记户口，请改一处"


def _dates(sheet: Sheet):
    today = days.today()
    born = sheet.get("birth_date")
    if born and born > today.isoformat()[: len(born)]:
        yield "birth_date", "出生日期在今天之后，请核对"
    elif born and (days.age_on(born, today) or 0) >= OLDEST:
        yield "birth_date", f"按出生日期已满{OLDEST}岁，请核对"
    surveyed = sheet.get("surveyed_on")
    if surveyed and date.fromisoformat(str(surveyed)) > today:
        yield "surveyed_on", "摸底日期在今天之后，请核对"


def _parents(sheet: Sheet):
    for role, sex in (("father", "male"), ("mother", "female")):
        number, who = sheet.get(f"{role}_id"), WRITTEN[role][0]
        if not number:
            continue
        if number == sheet.get("id_number"):
            yield f"{role}_id", f"{who}身份证号与孩子的相同，请核对"
        elif values.id_sex(number) != sex:
            yield f"{role}_id", f"按身份证号，{who}性别不符，请核对"
        elif (born := _born(sheet)) and values.id_birth(number) >= born:
            yield f"{role}_id", f"按身份证号，{who}比孩子还小，请核对"
    if sheet.get("father_id") and sheet.get("father_id") == sheet.get("mother_id"):
        yield "mother_id", "与父亲身份证号相同，请核对"


def _guardian(sheet: Sheet):
    relation, number = sheet.get("guardian_relation"), sheet.get("guardian_id")
    role = ROLE_OF.get(relation)
    if role and sheet.get(f"{role}_whereabouts") == "dead":
        yield "guardian_relation", f"{WRITTEN[role][0]}已故，不能是监护人，请改一处"
    if role and _differ(sheet.get("guardian_name"), sheet.get(f"{role}_name")):
        yield "guardian_name", f"监护人写的是{WRITTEN[role][0]}，姓名却与{WRITTEN[role][0]}不同，请改一处"
    if number and number == sheet.get("id_number"):
        yield "guardian_id", "监护人身份证号与孩子的相同，请核对"
    elif number and (born := _born(sheet)) and values.id_birth(number) >= born:
        yield "guardian_id", "按身份证号，监护人比孩子还小，请核对"
    if sheet.get("guardian_name") and sheet.get("no_guardian"):
        yield "no_guardian", "已填监护人，又注明无人监护，请改一处"
    if sheet.get("guardian_name") and sheet.get("guardianship") == "none":
        yield "guardianship", "已填监护人，监护情况却是无人监护，请改一处"


def _schooling(sheet: Sheet):
    grade, schooling = sheet.get("grade"), sheet.get("schooling")
    if grade and schooling and schooling not in (*STAGE[grade[0]], "suspended"):
        yield "grade", "年级与就学情况不符，请改一处"


def _lists(sheet: Sheet):
    aid = (sheet.get("aid") or "").split()
    if "none" in aid and len(aid) > 1:
        yield "aid", "选了“无”，又选了别的救助，请改一处"


def _born(sheet: Sheet) -> str | None:
    return sheet.get("birth_date") or (sheet.get("id_number") and values.id_birth(sheet["id_number"]))


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and one != other)
