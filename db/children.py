"""The children on file: one line each for lists, all that is known for the command line, striking out."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import changes, days, dossier, site, spec
from db.models import (
    Adult,
    Attendance,
    BirthdayWish,
    CarePlan,
    CareRecord,
    CareStage,
    CareStep,
    Child,
    Doubt,
    Exit,
    Focus,
    Kinship,
    Pairing,
    Printed,
    Row,
    Score,
    Survey,
    Tick,
    User,
)
from db.register import Wanted, count, keys, place, window
from db.sheet import NotFound
from db.text import squeeze
from db.values import Refused
from db.vocab import (
    AID,
    ETHNICITY,
    FOCUS,
    GRADE,
    GUARDIANSHIP,
    HEALTH,
    HUKOU,
    INCOME,
    RELATION,
    SCHOOLING,
    SEX,
    STUDY,
    Codes,
)

__all__ = [
    "Ambiguous", "ChildLine", "Wanted", "called", "count", "counts", "drop_if_alone", "family_of", "focus_of", "gaps", "keys",
    "lacks", "lines", "listing", "live", "page", "place", "remove", "show", "surveys_of", "whereabouts",
]  # fmt: skip
BATCH = 500


class Ambiguous(Refused):
    """Several children answer to what was asked for; the sentence tells them apart."""


class ChildLine(NamedTuple):
    """One child as lists show it; sex and grade are labels, '' where unknown.

    left_behind follows the ledger's criterion and the age limit. gaps counts what the dossier lacks, None
    while the child has not been surveyed this term. left_on: when it left the register, None while it is on it.
    """

    id: UUID
    name: str
    sex: str
    age: int | None
    birth_date: str | None
    village_group: str | None
    school: str | None
    grade: str
    left_behind: bool | None
    gaps: int | None
    focus: bool
    paired: bool
    left_on: date | None = None


def page(offset: int, limit: int, find: str | Wanted = "") -> list[ChildLine]:
    """A window of the register, in its order."""
    return lines(window(offset, limit, find))


def lines(ids: list[UUID]) -> list[ChildLine]:
    """The lines of these children, in the order given."""
    today = days.today()
    found = {}
    for batch in peewee.chunked(ids, BATCH):
        surveys = surveys_of(batch)
        focus, paired = set(focus_of(batch)), _paired(batch)
        for child in Child.select().where(Child.id.in_(batch)):
            found[child.id] = _line(
                child, surveys.get(child.id), child.id in focus, child.id in paired, today
            )
    return [found[each] for each in ids if each in found]


def _line(child: Child, survey: Survey | None, focus: bool, paired: bool, today: date) -> ChildLine:
    return ChildLine(
        child.id, child.name or "", _label(SEX, child.sex) or "", days.age_on(child.birth_date, today),
        child.birth_date, child.village_group, survey and survey.school,
        (survey and _label(GRADE, survey.grade)) or "", counts(child, survey, today),
        len(survey.gaps.split()) if survey and survey.surveyed_on else None, focus, paired,
        child.left_on,
    )  # fmt: skip


def counts(child: Child, survey: Survey | None, on: date) -> bool | None:
    """Whether a child is 留守 on a day: the family's situation and the age limit; None if it can't be told.

    Who left the register is not counted any more.
    """
    if child.left_on is not None and child.left_on <= on:
        return False
    if child.birth_date and on >= days.turns(child.birth_date, dossier.UNDER):
        return False
    return survey.left_behind if survey else None


def called(child_id: UUID) -> str:
    """A child's name, with the village group where another one is called the same. Raises NotFound."""
    child = live(child_id)
    namesake = Child.live().where(Child.name == child.name, Child.id != child.id)
    return (
        f"{child.name}（{child.village_group}）"
        if child.village_group and namesake.exists()
        else child.name or ""
    )


def surveys_of(ids: Iterable[UUID]) -> dict[UUID, Survey]:
    """This term's survey of each of these children that has one."""
    query = Survey.live().where(Survey.term == site.term(), Survey.child.in_(list(ids)))
    return {survey.child_id: survey for survey in query}


def focus_of(ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The focus tags each of these children bears today, in the code list's order."""
    tags = defaultdict(set)
    query = Focus.select(Focus.child, Focus.tag).where(
        dossier.focus_on(days.today()), Focus.child.in_(list(ids))
    )
    for each in query:
        tags[each.child_id].add(each.tag)
    return {child: [code.code for code in FOCUS if code.code in held] for child, held in tags.items()}


def _paired(ids: list[UUID]) -> set[UUID]:
    query = (
        Pairing.select(Pairing.child).where(dossier.live_on(days.today()), Pairing.child.in_(ids)).distinct()
    )
    return {each.child_id for each in query}


def family_of(ids: Iterable[UUID]) -> dict[UUID, list[Kinship]]:
    """The live kinships of these children, oldest first, each with its adult at hand."""
    kin = defaultdict(list)
    query = Kinship.live(Kinship, Adult).join(Adult).where(Kinship.child.in_(list(ids)))
    for kinship in query.order_by(Kinship.id):
        kin[kinship.child_id].append(kinship)
    return kin


def _label(codes: Codes, code: str | None) -> str | None:
    return None if code is None else codes.label(code)


def _labels(codes: Codes, several: str | None) -> list[str] | None:
    """The labels of several codes; None: not known."""
    return None if several is None else [codes.label(code) for code in several.split()]


# ---- as dicts, for the command line -------------------------------------------------------------


def listing(find: str | Wanted = "", reveal: bool = False) -> list[dict[str, Any]]:
    """Every child found on the register, as `list children --json` prints it; null for what is not known.

    ID numbers and phones are masked unless reveal.
    """
    return [each for batch in peewee.chunked(keys(find), BATCH) for each in _dicts(batch, reveal)]


def show(name_or_id: str, reveal: bool = False) -> dict[str, Any]:
    """One child by name, ID number or key, with what the dossier still lacks. Raises NotFound or Ambiguous."""
    key = named(name_or_id)
    return _dicts([key], reveal)[0] | {"gaps": gaps(key)}


def named(name_or_id: str) -> UUID:
    """The child on file that goes by a name, an ID number or a key. Raises NotFound or Ambiguous."""
    ids = _named(name_or_id)
    if not ids:
        raise NotFound(f"没有叫“{squeeze(name_or_id)}”的儿童，可用 guanai list children --find 查找")
    if len(ids) > 1:
        which = "；".join(
            f"{each['village_group'] or '村民组未采集'} {each['birth_date'] or '出生日期未采集'} {each['id']}"
            for each in _dicts(ids, False)
        )
        raise Ambiguous(f"有{len(ids)}名儿童都叫“{squeeze(name_or_id)}”，请改用身份证号或编号：{which}")
    return ids[0]


def gaps(child_id: UUID) -> list[str]:
    """What a child's dossier still lacks, in words."""
    return [dossier.GAP_LABELS[name] for name in lacks(child_id)]


def lacks(child_id: UUID) -> list[str]:
    """Names of what a child's dossier still lacks; without a survey this term, all that a survey would tell."""
    survey = surveys_of([child_id]).get(child_id)
    if survey is not None:
        return survey.gaps.split()
    kin = [(kinship, kinship.adult) for kinship in family_of([child_id]).get(child_id, [])]
    return dossier.gaps(live(child_id), Survey(), kin)


def _named(text: str) -> list[UUID]:
    text = squeeze(text)
    matches = [Child.name == text, Child.id_number == text.upper()]
    if re.fullmatch(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", text.lower()):
        matches.append(Child.id == UUID(text.lower()))
    return [child.id for child in Child.live(Child.id).where(reduce(or_, matches)).order_by(Child.id)]


def _dicts(ids: list[UUID], reveal: bool) -> list[dict[str, Any]]:
    surveys, kin, focus = surveys_of(ids), family_of(ids), focus_of(ids)
    people = {child.id: child for child in Child.select().where(Child.id.in_(ids))}
    return [
        _dict(people[each], surveys.get(each) or Survey(), kin.get(each, []), focus.get(each, []), reveal)
        for each in ids
    ]


def _dict(child: Child, survey: Survey, kin: list[Kinship], focus: list[str], reveal: bool) -> dict[str, Any]:
    surveyed = survey.child_id is not None
    return {
        "id": str(child.id), "name": child.name, "sex": _label(SEX, child.sex), "birth_date": child.birth_date,
        "id_number": child.id_number if reveal else spec.mask_id(child.id_number),
        "ethnicity": _label(ETHNICITY, child.ethnicity), "registered": child.registered,
        "hukou_kind": _label(HUKOU, child.hukou_kind), "hukou_address": child.hukou_address,
        "village_group": child.village_group, "address": child.address,
        "school": survey.school, "grade": _label(GRADE, survey.grade), "class_no": survey.class_no,
        "boarding": survey.boarding, "health": _label(HEALTH, survey.health),
        "schooling": _label(SCHOOLING, survey.schooling), "study_level": _label(STUDY, survey.study_level),
        "guardianship": _label(GUARDIANSHIP, survey.guardianship), "no_guardian": survey.no_guardian,
        "income": _labels(INCOME, survey.income), "aid": _labels(AID, survey.aid), "needs": survey.needs,
        "left_behind": counts(child, survey if surveyed else None, days.today()),
        "whereabouts": whereabouts(survey), "focus": [FOCUS.label(tag) for tag in focus],
        "father": _relative(kin, "51", survey.father_place, reveal),
        "mother": _relative(kin, "52", survey.mother_place, reveal),
        "guardian": _guardian(kin, survey, reveal),
        "relatives": [
            _person(each.adult, each.relation, None, reveal)
            for each in kin if each.relation not in ("51", "52") and not each.guardian
        ],
        "surveyed_on": survey.surveyed_on and survey.surveyed_on.isoformat(),
        "dossier_complete": surveyed and survey.gaps == "",
        "left_on": child.left_on and child.left_on.isoformat(),
    }  # fmt: skip


def whereabouts(survey: Survey) -> str | None:
    """Who is away: both, father, mother or none; None unless both parents' whereabouts are stated."""
    father, mother = survey.father_whereabouts, survey.mother_whereabouts
    if father is None or mother is None:
        return None
    return {(True, True): "both", (True, False): "father", (False, True): "mother"}.get(
        (father == "away", mother == "away"), "none"
    )


def _relative(kin: list[Kinship], relation: str, workplace: str | None, reveal: bool) -> dict | None:
    found = next((kinship for kinship in kin if kinship.relation == relation), None)
    if found is None and workplace is None:
        return None
    return _person(found.adult if found else Adult(), relation, workplace, reveal)


def _guardian(kin: list[Kinship], survey: Survey, reveal: bool) -> dict | None:
    found = next((kinship for kinship in kin if kinship.guardian), None)
    if found is None:
        return None
    place = {"51": survey.father_place, "52": survey.mother_place}.get(found.relation)
    return _person(found.adult, found.relation, place, reveal)


def _person(adult: Adult, relation: str | None, workplace: str | None, reveal: bool) -> dict[str, Any]:
    return {
        "name": adult.name, "relation": _label(RELATION, relation),
        "phone": adult.phone if reveal else spec.mask_phone(adult.phone),
        "workplace": workplace or adult.workplace,
        "id_number": adult.id_number if reveal else spec.mask_id(adult.id_number),
    }  # fmt: skip


# ---- striking out -------------------------------------------------------------------------------


def live(child_id: UUID) -> Child:
    """A child on file. Raises NotFound if it is not, or no longer."""
    child = Child.live().where(Child.id == child_id).first()
    if child is None:
        raise NotFound("这名儿童的档案已被删除，请回到名单重新选")
    return child


# What goes along when a child is struck out; a report to the police (Incident) stays with its author, and what an outer
# system was told (Reported) stays true: that the child left has still to be said there.
OWN = (
    CareStage,
    CareStep,
    CarePlan,
    Kinship,
    Survey,
    Focus,
    Pairing,
    CareRecord,
    Attendance,
    BirthdayWish,
    Doubt,
    Tick,
    Exit,
    Printed,
    Score,
)


def remove(child_id: UUID, by: User | None) -> None:
    """Strike a child out with everything kept about it; one undo brings all of it back.

    Relatives that no other child has go along.
    """
    child = live(child_id)
    with changes.action(f"删除 {child.name}", by) as act:
        adults = {kinship.adult_id for kinship in Kinship.live().where(Kinship.child == child)}
        for model in OWN:
            for row in model.live().where(model.child == child):
                act.remove(row)
        for adult in adults:
            drop_if_alone(act, adult)
        act.remove(child)


def drop_if_alone(act: changes.Action, adult_id: UUID) -> None:
    """Strike out an adult to whom no child is kin any more."""
    if not Kinship.live(Kinship.id).where(Kinship.adult == adult_id).exists():
        row: Row | None = Adult.live().where(Adult.id == adult_id).first()
        if row is not None:
            act.remove(row)
