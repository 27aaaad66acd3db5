"""Each autumn: grade +1, 六年级 → 初中, graduates; one list to confirm, written as one action.

What is written is a survey row of the new term that says schooling, grade, school and class, and has no survey day: the
child is still to be surveyed. Rules: docs/rules.md, 新学期更新、升级.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import changes, days, dossier, site
from db.child_checks import STAGE
from db.child_fields import SURVEY
from db.children import BATCH
from db.ids import uuid7
from db.models import Child, Survey, Term, User
from db.models.people import NO_SCHOOL
from db.register import ORDER

FIELDS = ("schooling", "grade", "school", "class_no")
LADDERS = (
    ("k1", "k2", "k3", "p1", "p2", "p3", "p4", "p5", "p6", "j1", "j2", "j3"),
    ("s1", "s2", "s3"),  # who leaves 九年级 may go on to 高中, 中职 or neither: that is asked, not reckoned
)
UNDATED = ""  # a computed grade gives way to whatever any register says: see db.as_of


class Step(NamedTuple):
    """One child's way into the new school year; old and new are grade codes, new None for one who leaves.

    kind: up, new_stage (another kind of school, which one is not known), leaves (毕业), or stays (marked by the user).
    """

    child_id: UUID
    name: str
    village_group: str | None
    school: str | None
    old: str
    new: str | None
    kind: str


def proposed() -> list[Step]:
    """Everybody on the register not yet taken into this term who went up in between, in the register's order."""
    term = site.term()
    here = Survey.live(Survey.child).where(Survey.term == term)
    known = Child.live(Child).where(Child.id.not_in(here), dossier.on_register(days.today())).order_by(*ORDER)
    steps = []
    for batch in peewee.chunked(known, BATCH):
        surveys = earlier(child.id for child in batch)
        for child in batch:
            told = schooling_told(surveys.get(child.id, []))
            if told is None:
                continue
            new = after(told, autumns_between(told.term, term))
            if (new["schooling"], new["grade"]) != (told.schooling, told.grade):
                steps.append(Step(child.id, child.name or "", child.village_group, told.school,
                                  told.grade, new["grade"], _kind(told.grade, new["grade"])))  # fmt: skip
    return steps


def _kind(old: str, new: str | None) -> str:
    if new is None:
        return "leaves"
    return "up" if new[0] == old[0] else "new_stage"


def promote(steps: Iterable[Step], stays: Collection[UUID], by: User | None) -> int:
    """Write these steps as one action, those in `stays` with their old grade; returns how many children.

    Whoever has been taken into the term, struck out, has left or lost the grade meanwhile is left alone.
    """
    term = site.term()
    with changes.action(f"升级到{term.code}", by) as act:
        rows = []
        for batch in peewee.chunked([step.child_id for step in steps], BATCH):
            here = Survey.live(Survey.child).where(Survey.term == term, Survey.child.in_(batch))
            taken = {row.child_id for row in here}
            known = Child.live(Child.id).where(Child.id.in_(batch), dossier.on_register(days.today()))
            live = {child.id for child in known} - taken
            for child, surveys in earlier(live).items():
                told = schooling_told(surveys)
                if told and told.grade:
                    kept = {name: getattr(told, name) for name in FIELDS}
                    said = kept if child in stays else after(told, autumns_between(told.term, term))
                    rows.append({"id": uuid7(), "child": child, "term": term.id, "as_of": UNDATED} | said)
        act.insert_many(Survey, rows)
        act.look_again(row["child"] for row in rows)
    return len(rows)


def earlier(ids: Iterable[UUID]) -> dict[UUID, list[Survey]]:
    """The surveys of earlier terms of each of these children that has any, newest first, each with its term."""
    found = defaultdict(list)
    query = (
        Survey.live(Survey, Term)
        .join(Term)
        .where(Term.starts < site.term().starts, Survey.child.in_(list(ids)))
        .order_by(Term.starts.desc())
    )
    for survey in query:
        found[survey.child_id].append(survey)
    return found


def schooling_told(surveys: list[Survey]) -> Survey | None:
    """The latest of these (newest first) that says how a child goes to school, or that it has left it.

    The row of one who left says nothing at all (see `promote`).
    """
    return next((each for each in surveys if each.schooling or each.grade or _empty(each)), None)


def _empty(survey: Survey) -> bool:
    return all(getattr(survey, name) is None for name in SURVEY)


def autumns_between(earlier: Term, later: Term) -> int:
    """How many school years began between two terms."""
    return days.school_year(later.code, later.starts) - days.school_year(earlier.code, earlier.starts)


def after(survey: Survey, autumns: int) -> dict[str, Any]:
    """What a survey said of schooling, grade, school and class, as it is to be read so many autumns later.

    Another kind of school is one not yet known by name; of who has left the last grade nothing is known. Out of
    school, or without a grade, a child does not go up.
    """
    kept = {name: getattr(survey, name) for name in FIELDS}
    if not survey.grade or survey.schooling in NO_SCHOOL or autumns < 1:
        return kept
    new = _up(survey.grade, autumns)
    if new is None:
        return dict.fromkeys(FIELDS)
    if new[0] != survey.grade[0]:
        return dict.fromkeys(FIELDS) | {"schooling": STAGE[new[0]][0], "grade": new}
    return kept | {"grade": new}


def _up(grade: str, years: int) -> str | None:
    ladder = next(each for each in LADDERS if grade in each)
    at = ladder.index(grade) + years
    return ladder[at] if at < len(ladder) else None
