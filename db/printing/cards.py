"""联系卡: how to reach a child's family and who helps, on a card; and whether a printed one still holds."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import peewee

from db import days, family, site
from db.child_fields import CHILD, ROLE_OF, SPECS, SURVEY
from db.children import BATCH, family_of
from db.dossier import live_on
from db.models import Child, Helper, Pairing, Survey, Term
from db.printing.content import Field, Leaf, Part
from db.spec import mask_id, show
from db.values import id_birth
from db.vocab import PAIRING_KIND

HELPERS = "helpers"
# What stands on a card, by the names of the entry sheet.
FIELDS = (
    "name", "sex", "birth_date", "id_number", "school", "grade", "class_no", "phone", "address",
    "father_name", "father_phone", "father_place", "father_workplace", "father_work_phone",
    "mother_name", "mother_phone", "mother_place", "mother_workplace", "mother_work_phone",
    "guardian_relation", "guardian_name", "guardian_age", "guardian_id", "guardian_phone", "guardian_occupation",
    "guardian_health", "guardian_address", HELPERS,
)  # fmt: skip
LABELS = {name: SPECS[name].label for name in FIELDS if name != HELPERS} | {HELPERS: "帮扶人"}
Values = dict[str, Any]


def leaves(ids: Iterable[UUID], reveal: bool, foot: str) -> Iterator[Leaf]:
    """One card for each of these children that is on file, in this order. The child's ID number is masked unless reveal."""
    here = site.site()
    title = f"{here.name if here else ''}留守儿童联系卡"
    for batch in peewee.chunked(ids, BATCH):
        for child_id, values in sources(batch).items():
            yield Leaf(child_id, title, _parts(values, reveal), foot, digest(values))


def sources(ids: Iterable[UUID]) -> dict[UUID, Values]:
    """What the cards of these children are made of: the sheet by its names, and who helps in words.

    Until a child is surveyed this term, what the latest survey found stands.
    """
    ids = list(ids)
    people = {child.id: child for child in Child.live().where(Child.id.in_(ids))}
    surveys, kin, helpers = _latest_surveys(ids), family_of(ids), _helpers(ids)
    found = {}
    for each in ids:
        if each in people:
            survey = surveys.get(each) or Survey()
            values = {name: getattr(people[each], name) for name in CHILD}
            values |= {name: getattr(survey, name) for name in SURVEY}
            values |= family.read(kin.get(each, [])) | {HELPERS: "\n".join(helpers.get(each, []))}
            found[each] = values
    return found


def _latest_surveys(ids: list[UUID]) -> dict[UUID, Survey]:
    query = Survey.live(Survey).join(Term).where(Survey.child.in_(ids), Term.starts <= site.term().starts)
    return {survey.child_id: survey for survey in query.order_by(Term.starts)}


def _helpers(ids: list[UUID]) -> dict[UUID, list[str]]:
    found = defaultdict(list)
    query = Pairing.select(Pairing, Helper).join(Helper).where(live_on(days.today()), Pairing.child.in_(ids))
    for row in query.order_by(Pairing.since.asc(nulls="last"), Pairing.id):
        parts = (PAIRING_KIND.label(row.kind), row.helper.name, row.helper.unit, row.helper.phone)
        found[row.child_id].append(" ".join(part for part in parts if part))
    return found


# ---- the card -------------------------------------------------------------------------------------


def _parts(values: Values, reveal: bool) -> list[Part]:
    def said(name: str) -> str:
        return show(SPECS[name], values[name]) if values[name] is not None else ""

    def fields(*names: str) -> list[Field]:
        return [(SPECS[name].label.removeprefix("父亲").removeprefix("母亲"), said(name)) for name in names]

    number = said("id_number")
    child: list[Field] = [
        ("姓名", said("name")), ("性别", said("sex")), ("出生日期", said("birth_date")),
        ("班级", " ".join(filter(None, (said("school"), said("grade"), said("class_no"))))),
        ("身份证号", number if reveal else mask_id(number) or ""), ("家庭电话", said("phone")), ("家庭住址", said("address")),
    ]  # fmt: skip
    of_parent = ("name", "phone", "place", "workplace", "work_phone")
    relation = ROLE_OF.get(values["guardian_relation"])
    guardian: list[Field] = [
        ("姓名", said("guardian_name")), ("关系", said("guardian_relation")), ("电话", said("guardian_phone")),
        ("年龄", _age(values)), ("职业", said("guardian_occupation")), ("身体状况", said("guardian_health")),
        ("住址", said("guardian_address") or (said("address") if relation else "")),
    ]  # fmt: skip
    if values["no_guardian"]:
        guardian = [("监护人", "无人监护")]
    return [
        Part("", child, []),
        Part("父亲", fields(*(f"father_{each}" for each in of_parent)), []),
        Part("母亲", fields(*(f"mother_{each}" for each in of_parent)), []),
        Part("监护人", guardian, []),
        Part("帮扶人", [], values[HELPERS].split("\n") if values[HELPERS] else ["还没有结对"]),
    ]


def _age(values: Values) -> str:
    number = values["guardian_id"]
    if number and len(number) == 18:
        return f"{days.age_on(id_birth(number), days.today())}岁"
    return f"{values['guardian_age']}岁" if values["guardian_age"] is not None else ""


# ---- whether it still holds -----------------------------------------------------------------------


def digest(values: Values) -> str:
    """What the source of a card says, field by field, so that what changed can be named and nothing can be read."""
    return json.dumps({name: _hash(values[name]) for name in FIELDS})


def _hash(value: Any) -> str:
    return hashlib.sha256(str(value or "").encode()).hexdigest()[:10]


def changed(printed: str, values: Values) -> list[str]:
    """Labels of what now differs from what a digest says."""
    then = json.loads(printed)
    return [LABELS[name] for name in FIELDS if name in then and then[name] != _hash(values[name])]
