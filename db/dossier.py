"""Who counts, and what a complete dossier (建档) still lacks.

Rules: 国发〔2016〕13号 for 留守; the complete dossier as agreed with the villages (docs/rules.md).
The two derived columns of Survey are kept here, for every row an action touched.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

import peewee

from db import days, settings
from db.models import Adult, Child, Focus, Helper, Kinship, Pairing, Survey, Term

GAP_LABELS = {
    "name": "姓名", "sex": "性别", "birth_date": "出生日期", "id_number": "身份证号", "village_group": "村民组",
    "address": "现住址", "schooling": "就学情况", "school": "学校", "grade": "年级", "health": "健康状况",
    "father_name": "父亲姓名", "father_whereabouts": "父亲去向", "mother_name": "母亲姓名",
    "mother_whereabouts": "母亲去向", "guardian_name": "监护人", "guardian_relation": "监护人关系",
    "guardian_phone": "监护人电话", "surveyed_on": "本学期摸底",
}  # fmt: skip
AT_SCHOOL = {"primary", "junior", "senior", "vocational"}
SPOKEN_FOR = {"dead", "unknown"}  # 已故 and 不详 are statements: no name is asked for
BATCH = 400
UNDER = 16


def left_behind(survey: Survey, criterion: str) -> bool | None:
    """Whether the family's situation makes the child 留守; None while it can't be told.

    state2016: both parents away, or one away and the other unable (dead or lost counts as unable).
    one_parent: at least one parent away. The age limit (under 16) is applied when counting.
    Where a parent's whereabouts are not known, what a register declares stands in for them: 双亲留守 says that
    both are away, 非留守 that none is, 留守 that the criterion is met.
    """
    father, mother = survey.father_whereabouts, survey.mother_whereabouts
    declared = survey.declared if father is None or mother is None else None
    if declared == "both":
        father, mother = father or "away", mother or "away"
    if criterion == "one_parent":
        if "away" in (father, mother) or declared in ("one", "some"):
            return True
        return None if None in (father, mother) and declared != "none" else False
    if _at_home_and_able(father, survey.father_able) or _at_home_and_able(mother, survey.mother_able):
        return False
    if None in (father, mother):
        return {"some": True, "none": None if "away" in (father, mother) else False}.get(declared)
    if "away" not in (father, mother):
        return False
    for whereabouts, able in ((father, survey.father_able), (mother, survey.mother_able)):
        if whereabouts == "home" and able is None:
            return None
    return True


def _at_home_and_able(whereabouts: str | None, able: bool | None) -> bool:
    return whereabouts == "home" and able is True


def gaps(child: Child, survey: Survey, kin: list[tuple[Kinship, Adult]]) -> list[str]:
    """Names of what the dossier still lacks, in the order the entry sheet asks.

    A kindergarten child needs a school but no grade (mixed-age classes have none); a child out of school
    needs neither. 无户籍 stands in for the ID number, 已故/不详 for a parent's name, 无人监护 for a guardian.
    """
    parents = {kinship.relation: adult for kinship, adult in kin if kinship.relation in ("51", "52")}
    guardian = next(((kinship, adult) for kinship, adult in kin if kinship.guardian), None)
    alone = survey.no_guardian or survey.guardianship == "none"
    have = {
        "name": child.name, "sex": child.sex, "birth_date": child.birth_date,
        "id_number": child.id_number or child.registered is False,
        "village_group": child.village_group, "address": child.address, "schooling": survey.schooling,
        "school": survey.school or survey.schooling not in AT_SCHOOL | {"kindergarten"},
        "grade": survey.grade or survey.schooling not in AT_SCHOOL,
        "health": survey.health,
        "father_name": survey.father_whereabouts in SPOKEN_FOR or ("51" in parents and parents["51"].name),
        "father_whereabouts": survey.father_whereabouts,
        "mother_name": survey.mother_whereabouts in SPOKEN_FOR or ("52" in parents and parents["52"].name),
        "mother_whereabouts": survey.mother_whereabouts,
        "guardian_name": alone or (guardian and guardian[1].name),
        "guardian_relation": alone or not guardian or guardian[0].relation,
        "guardian_phone": alone or not guardian or guardian[1].phone,
        "surveyed_on": survey.surveyed_on,
    }  # fmt: skip
    return [name for name in GAP_LABELS if not have[name]]


def derived(
    child: Child, survey: Survey, kin: list[tuple[Kinship, Adult]], criterion: str
) -> tuple[bool | None, str]:
    """A survey's left_behind and gaps, as they are stored."""
    return left_behind(survey, criterion), " ".join(gaps(child, survey, kin))


def refresh(children: Iterable[UUID]) -> None:
    """Work out left_behind and gaps again for every survey of these children."""
    criterion = settings.get("criterion")
    for batch in peewee.chunked(children, BATCH):
        _refresh_batch(batch, criterion)


def _refresh_batch(children: list[UUID], criterion: str) -> None:
    for survey, behind, lacks in drifted(children, criterion):
        Survey.update(left_behind=behind, gaps=lacks).where(Survey.id == survey.id).execute()


def drifted(children: list[UUID], criterion: str) -> Iterator[tuple[Survey, bool | None, str]]:
    """Surveys of these children whose derived columns are not what the rules give, with what they give."""
    people = {child.id: child for child in Child.select().where(Child.id.in_(children))}
    kin = defaultdict(list)
    for kinship in Kinship.live(Kinship, Adult).join(Adult).where(Kinship.child.in_(children)):
        kin[kinship.child_id].append((kinship, kinship.adult))
    for survey in Survey.live().where(Survey.child.in_(children)):
        behind, lacks = derived(people[survey.child_id], survey, kin[survey.child_id], criterion)
        if (behind, lacks) != (survey.left_behind, survey.gaps):
            yield survey, behind, lacks


def young_enough(on: date, under: int = UNDER) -> peewee.Expression:
    """Children not yet 16, or another age, on a day; one whose birth date is not known is counted, not dropped.

    A birth date known to the month only reaches the age when that month has ended.
    """
    limit = days.years_before(on, under).isoformat()
    born = Child.birth_date
    return born.is_null() | (born > limit) | (born == limit[:7])


def on_register(on: date) -> peewee.Expression:
    """Children who have not left the register by a day."""
    return Child.left_on.is_null() | (Child.left_on > on)


def counted(term: Term, on: date) -> peewee.Expression:
    """The children that rates are about, over Survey joined with Child: live, on the register, 留守 this term, under 16."""
    return (
        (Survey.term == term.id)
        & Survey.left_behind
        & Survey.deleted_at.is_null()
        & Child.deleted_at.is_null()
        & on_register(on)
        & young_enough(on)
    )


def focus_on(on: date) -> peewee.Expression:
    """Focus tags that stand on a day."""
    begun = Focus.since.is_null() | (Focus.since <= on)
    return Focus.deleted_at.is_null() & begun & (Focus.until.is_null() | (Focus.until > on))


def live_on(on: date) -> peewee.Expression:
    """Pairings that stand on a day: begun (or undated), not ended, the helper still on file."""
    begun = Pairing.since.is_null() | (Pairing.since <= on)
    on_file = Helper.select(Helper.id).where(Helper.deleted_at.is_null())
    return (
        Pairing.deleted_at.is_null()
        & begun
        & (Pairing.until.is_null() | (Pairing.until > on))
        & Pairing.helper.in_(on_file)
    )


def paired_children(on: date) -> peewee.ModelSelect:
    """The keys of children with a live pairing on a day."""
    return Pairing.select(Pairing.child).where(live_on(on))
