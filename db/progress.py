"""成长: how a child fared from term to term."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from db.models import CareRecord, Survey, Term
from db.vocab import GRADE

UNKNOWN = "未采集"
# The words are short, for a chart; a level counts from 1 (worst) to as many as there are.
LEVELS = {
    "学习": ("study_level", {"good": ("较好", 3), "fair": ("一般", 2), "poor": ("困难", 1)}, 3),
    "健康": (
        "health",
        {"healthy": ("健康", 3), "weak": ("较弱", 2), "ill": ("患病", 1), "chronic": ("慢性病", 1), "serious": ("重病", 1),
         "disabled": ("残疾", 1), "other": ("其他", 1)},
        3,
    ),
    "监护": (
        "guardianship",
        {"good": ("较好", 5), "fair": ("一般", 4), "weak": ("不足", 3), "unable": ("无能力", 2), "none": ("无人", 1)},
        5,
    ),
}  # fmt: skip
BEHIND = {True: "留守", False: "非留守", None: "未定"}


class Level(NamedTuple):
    """How one thing stood: in a word, and its share of the best (0 to 1; None: not known)."""

    word: str
    share: float | None


class TermRow(NamedTuple):
    """One term: its code, grade, whether 留守, whether it was surveyed, and a level under each name of `LEVELS`."""

    term: str
    grade: str
    behind: str
    surveyed: bool
    levels: dict[str, Level]


class Risk(NamedTuple):
    """A risk review's grade, on the scale it was given on."""

    on_date: date
    scale: str
    grade: str


def terms(child_id: UUID) -> list[TermRow]:
    """Every term there is a survey of, the oldest first."""
    query = (
        Survey.live(Survey, Term).join(Term).where(Survey.child == child_id).order_by(Term.starts, Term.code)
    )
    return [
        TermRow(
            row.term.code, GRADE.label(row.grade) if row.grade else "", BEHIND[row.left_behind],
            row.surveyed_on is not None, {name: _level(row, name) for name in LEVELS},
        )
        for row in query
    ]  # fmt: skip


def _level(row: Survey, name: str) -> Level:
    column, words, best = LEVELS[name]
    word, level = words.get(getattr(row, column), (UNKNOWN, None))
    return Level(word, level and level / best)


def risks(child_id: UUID) -> list[Risk]:
    """The grades given by risk reviews, the oldest first."""
    query = CareRecord.live().where(
        CareRecord.child == child_id, CareRecord.kind == "risk_review", CareRecord.grade.is_null(False),
        CareRecord.on_date.is_null(False),
    )  # fmt: skip
    return [
        Risk(row.on_date, row.scale or "", row.grade)
        for row in query.order_by(CareRecord.on_date, CareRecord.id)
    ]
