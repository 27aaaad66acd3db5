"""Who a row speaks of: the ID number decides; else the name with birth, family or class; else nobody.

A child of the same name stays another child as long as anything contradicts. When several fit, or one fits
with nothing but the name in a register that could have said more, the row is undecided: it is reported, never
guessed.
"""

from dataclasses import dataclass
from datetime import date

from db.days import age_on
from db.exchange.staging import Book, Staged
from db.values import Refused, grade
from db.vocab import GRADE

STAGES = ("kindergarten", "primary", "junior", "senior")
STAGE_WORDS = (
    ("kindergarten", ("幼儿园", "学前班", "小班", "中班", "大班", "幼教")),
    ("junior", ("初级中学", "初中", "七年级", "八年级", "九年级", "初一", "初二", "初三")),
    ("senior", ("高级中学", "高中", "高一", "高二", "高三")),
    (
        "primary",
        (
            "小学",
            "一年级",
            "二年级",
            "三年级",
            "四年级",
            "五年级",
            "六年级",
            "小一",
            "小二",
            "小三",
            "小四",
            "小五",
            "小六",
        ),
    ),
)
AGES = {"kindergarten": (2, 8), "primary": (5, 14), "junior": (10, 18), "senior": (13, 21)}


class Undecided(Exception):
    """The row's person cannot be told; str() is the sentence for the report."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What a row says that can tell children of one name apart."""

    name: str
    id_number: str | None = None
    birth: str | None = None
    father: str | None = None
    mother: str | None = None
    guardian: str | None = None
    school_class: str | None = None  # as written: 柳溪小学三年级
    on: date | None = None  # the day the class is true for


def stage_of(text: str | None) -> str | None:
    """The stage of schooling a class or school name shows."""
    return next((stage for stage, words in STAGE_WORDS if text and any(word in text for word in words)), None)


def who(book: Book, marks: Marks, name_suffices: bool = False) -> Staged | None:
    """The child on file a row speaks of; None if it can only be a new one.

    name_suffices: accept the only child of that name when nothing contradicts (records, pairings).
    Raises Undecided.
    """
    if marks.id_number and (known := book.child_ids.get(marks.id_number)):
        if known.get("name") != marks.name:
            raise Undecided(
                f"这个身份证号在台账里是{known.get('name')}，表中是{marks.name}，请核对姓名和号码"
            )
        return known
    fitting = [each for each in book.child_names.get(marks.name, ()) if not _contradicts(book, each, marks)]
    if not fitting:
        return None
    scores = [(_agreement(book, each, marks), each) for each in fitting]
    best = max(score for score, _ in scores)
    leading = [each for score, each in scores if score == best]
    if len(leading) > 1:
        raise Undecided(f"台账里有{len(leading)}名{marks.name}都可能是，请在表中补上身份证号或出生日期")
    if best == 0 and not name_suffices:
        raise Undecided(
            f"台账里已有{marks.name}，看不出是不是同一人，请在表中补上身份证号、出生日期或父母姓名"
        )
    return leading[0]


def _contradicts(book: Book, child: Staged, marks: Marks) -> bool:
    have = child.get("id_number")
    if marks.id_number and have and have != marks.id_number:
        return True
    return (
        _births(child, marks) is False
        or _stages(book, child, marks) is False
        or _other_parents(book, child, marks)
    )


def _other_parents(book: Book, child: Staged, marks: Marks) -> bool:
    """Whether both parents are known and both have other names."""
    father, mother = book.parent(child, "51"), book.parent(child, "52")
    if not (father and mother and marks.father and marks.mother):
        return False
    return father.get("name") != marks.father and mother.get("name") != marks.mother


def _agreement(book: Book, child: Staged, marks: Marks) -> int:
    """How much speaks for this child: a birth date most, then family, then class."""
    score = 0
    if _births(child, marks):
        score += 8 if len(marks.birth) == len(child.get("birth_date")) == 10 else 4
    family = {book.adults[kinship.get("adult")].get("name") for kinship in book.kin[child.id]}
    score += 2 * sum(bool(name) and name in family for name in (marks.father, marks.mother, marks.guardian))
    survey = book.surveys.get(child.id)
    if survey and marks.school_class:
        stage = stage_of(marks.school_class)
        score += bool(stage) and survey.get("schooling") == stage
        school, year = grade(marks.school_class)
        score += bool(school) and survey.get("school") == school
        score += bool(year) and _grade_code(year) is not None and survey.get("grade") == _grade_code(year)
    return score


def _births(child: Staged, marks: Marks) -> bool | None:
    """Whether the birth dates agree; None if one of them is not known."""
    have = child.get("birth_date")
    if not marks.birth or not have:
        return None
    return have.startswith(marks.birth) or marks.birth.startswith(have)


def _stages(book: Book, child: Staged, marks: Marks) -> bool | None:
    """False if the class cannot be this child's: the stage on file is not even next to it, or the age is not.

    Registers lag a year behind, so the next stage is still possible.
    """
    stage = stage_of(marks.school_class)
    if stage is None:
        return None
    survey = book.surveys.get(child.id)
    have = survey.get("schooling") if survey else None
    if have in STAGES and abs(STAGES.index(have) - STAGES.index(stage)) > 1:
        return False
    if marks.on and (age := age_on(child.get("birth_date"), marks.on)) is not None:
        youngest, oldest = AGES[stage]
        if not youngest <= age <= oldest:
            return False
    return True if have == stage else None


def _grade_code(year: str) -> str | None:
    try:
        return GRADE.find(year)
    except Refused:  # a grade the list does not have speaks for nobody
        return None
