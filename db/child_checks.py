"""What one answer on the child's sheet tells about another: values that follow.

What cannot be is in db.impossible, what is hard to believe in db.improbable and db.in_ledger.
"""

from typing import Any

from db import values
from db.child_fields import PARENTS, ROLE_OF
from db.improbable import STAGE

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
        of_parent = ROLE_OF.get(sheet["guardian_relation"]) is not None
        return _guardian_is_parent(sheet) if of_parent else _guardian_is_not_parent(sheet)
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
