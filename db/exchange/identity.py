"""Who a row speaks of: the ID number decides; else the name with birth, class, family or phone, weighed.

Three answers: this child, surely; a new one; or undecided, and then a person is asked. Nothing is merged on a name
alone, and a child of the same name stays another child as long as something contradicts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from db.days import age_on
from db.exchange.namesakes import MANY
from db.exchange.staging import Book, Staged, says_less
from db.spec import mask_id
from db.values import Refused, grade, id_birth
from db.vocab import GRADE

SURE = 3  # what must speak for a child before a row is taken for it
STAGES = ("kindergarten", "primary", "junior", "senior")
STAGE_OF_GRADE = dict(zip("kpjs", STAGES, strict=True))  # by the first letter of a grade's code
STAGE_WORDS = (
    ("kindergarten", ("幼儿园", "学前班", "小班", "中班", "大班", "幼教")),
    ("junior", ("初级中学", "初中", "七年级", "八年级", "九年级", "初一", "初二", "初三")),
    ("senior", ("高级中学", "高中", "高一", "高二", "高三")),
    (
        "primary",
        ("小学", "一年级", "二年级", "三年级", "四年级", "五年级", "六年级", "小一", "小二", "小三", "小四", "小五", "小六"),
    ),
)  # fmt: skip
AGES = {"kindergarten": (2, 8), "primary": (5, 14), "junior": (10, 18), "senior": (13, 21)}


class Undecided(Exception):
    """The row's child cannot be told; str() is the sentence for the report, candidates who it may be."""

    def __init__(self, why: str, candidates: list[Staged]):
        self.candidates = candidates
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Marks:
    """What a row says that can tell children of one name apart.

    parents: names by role, 'father', 'mother' or 'parent' (which of them is not said). school_class: as written,
    柳溪小学三年级. on: the day the class is true for.
    """

    name: str
    id_number: str | None = None
    birth: str | None = None
    sex: str | None = None
    parents: dict[str, str] = field(default_factory=dict)
    guardian: str | None = None
    phones: frozenset[str] = frozenset()
    address: str | None = None
    school_class: str | None = None
    on: date | None = None


def stage_of(text: str | None) -> str | None:
    """The stage of schooling a class or school name shows."""
    said = next((stage for stage, words in STAGE_WORDS if text and any(word in text for word in words)), None)
    if said is None and text and re.search("年级|班", text) and (code := _grade_code(grade(text)[1])):
        return STAGE_OF_GRADE[code[0]]  # 3年级, 三(1)班
    return said


def who(
    book: Book, marks: Marks, here: dict[UUID, int], decided: object = None, name_suffices: bool = False
) -> Staged | None:
    """The child a row speaks of; None if it can only be a new one.

    here: children that earlier rows of this register spoke of: such a child is taken again only if nothing
    contradicts. decided: what a person said, a child's key or 'new'. name_suffices: accept the only child of that
    name when nothing contradicts (records, pairings). Raises Undecided.
    """
    if decided == "new":
        return None
    if decided is not None and (told := book.child_keys.get(decided)):
        return told
    if marks.id_number and (known := book.child_ids.get(marks.id_number)):
        if known.get("name") != marks.name:
            where = "台账里" if known.kept else f"第{known.at}行"
            raise Undecided(
                f"这个身份证号在{where}是{known.get('name')}，表中是{marks.name}，请核对姓名和号码", [known]
            )
        return known
    if not marks.birth and len(book.child_names.all(marks.name)) > MANY:
        raise Undecided(f"台账里有很多名{marks.name}，请在表中补上身份证号或出生日期", [])
    weighed = [
        (_weigh(book, each, marks), each)
        for each in book.child_names.like(marks.name, (marks.birth or "")[:7])
    ]
    doubtful = [each for weight, each in weighed if weight is None and each.id not in here]
    fitting = [(weight, each) for weight, each in weighed if weight is not None and weight >= 0]
    if doubtful and not any(weight >= SURE for weight, _ in fitting):
        raise Undecided(_why_doubtful(doubtful[0], marks), doubtful)
    if not fitting:
        return None
    best = max(weight for weight, _ in fitting)
    leading = [each for weight, each in fitting if weight == best]
    if len(leading) > 1:
        raise Undecided(
            f"台账里有{len(leading)}名{marks.name}都可能是，请在表中补上身份证号或出生日期", leading
        )
    if best < SURE and not name_suffices:
        raise Undecided(
            f"台账里已有{marks.name}，看不出是不是同一人，请在表中补上身份证号、出生日期或父母姓名", leading
        )
    return leading[0]


def strength(book: Book, marks: Marks) -> int:
    """How surely a row speaks of a child on file: rows that do so most surely are taken first."""
    if marks.id_number and marks.id_number in book.child_ids:
        return 99
    weights = (
        _weigh(book, each, marks) for each in book.child_names.like(marks.name, (marks.birth or "")[:7])
    )
    return max((weight for weight in weights if weight is not None), default=-1)


def _weigh(book: Book, child: Staged, marks: Marks) -> int | None:
    """How much speaks for this child: -1 if it is another one, None if all but a contradiction speaks for it."""
    family, born_alike = _family(book, child, marks), _born_alike(child, marks)
    if _contradicts(book, child, marks):
        return None if family >= 2 * SURE or born_alike else -1
    have = child.get("id_number")
    if marks.id_number and have and have != marks.id_number:
        same_day = id_birth(have) == id_birth(marks.id_number)
        return None if same_day or family >= 2 * SURE else -1
    if family == 0 and _other_parents(book, child, marks):
        return None if born_alike else -1
    return family + sum(_small_signs(book, child, marks))


def _born_alike(child: Staged, marks: Marks) -> bool:
    """Whether both are known to be born on the same day."""
    return bool(marks.birth) and len(marks.birth) == 10 and marks.birth == child.get("birth_date")


def _why_doubtful(child: Staged, marks: Marks) -> str:
    have = child.get("id_number")
    if marks.id_number and have and have != marks.id_number:
        return f"台账里{marks.name}的身份证号是{mask_id(have)}，与本行不同，其余相合，看不出是不是同一人，请核对号码"
    if _born_alike(child, marks):
        return f"台账里的{marks.name}同日出生，性别、班级或父母却不同，看不出是不是同一人，请核对"
    return f"台账里的{marks.name}家人与本行相同，出生日期、性别或班级却不同，看不出是不是同一人，请核对"


def _family(book: Book, child: Staged, marks: Marks) -> int:
    """What the names and phones of parents and guardian say for this child."""
    kin = [adult for _, adult in book.family(child)]
    names = {adult.get("name") for adult in kin}
    score = SURE * sum(name in names for name in {*marks.parents.values(), marks.guardian} - {None})
    phones = {adult.get("phone") for adult in kin} | {child.get("phone")}
    return score + (SURE if marks.phones & (phones - {None}) else 0)


def _contradicts(book: Book, child: Staged, marks: Marks) -> bool:
    have = child.get("birth_date")
    if marks.birth and have and not (have.startswith(marks.birth) or marks.birth.startswith(have)):
        return True
    if marks.sex and child.get("sex") and marks.sex != child.get("sex"):
        return True
    return _stage(book, child, marks) is False


def _other_parents(book: Book, child: Staged, marks: Marks) -> bool:
    """Whether the parents on file can only be other people than the row's."""
    have = {
        role: book.parent(child, relation)
        for role, relation in (("father", "51"), ("mother", "52"), ("parent", "50"))
    }
    have = {role: adult.get("name") for role, adult in have.items() if adult}
    told = marks.parents
    if (
        "parent" in have or "parent" in told
    ):  # who is only called 家长 may be anybody: the birth date says more
        born_alike = marks.birth and child.get("birth_date")
        return bool(have and told) and (len(have) > 1 or len(told) > 1) and not born_alike
    return {"father", "mother"} <= have.keys() & told.keys()


def _small_signs(book: Book, child: Staged, marks: Marks) -> Iterator[int]:
    """Birth, class, address: the birth date alone is sure, the others only together."""
    have = child.get("birth_date")
    if marks.birth and have:
        yield SURE + (len(marks.birth) == len(have) == 10)
    address = child.get("address")
    if marks.address and address:
        alike = marks.address == address or says_less("address", marks.address, address)
        yield 2 * (alike or says_less("address", address, marks.address))
    survey = book.surveys.get(child.id)
    if survey and marks.school_class:
        school, year = grade(marks.school_class)
        code = _grade_code(year)
        yield bool(school) and survey.get("school") == school
        yield 2 * (code is not None and survey.get("grade") == code)
        yield _stage(book, child, marks) is True


def _stage(book: Book, child: Staged, marks: Marks) -> bool | None:
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
    if (
        marks.on
        and not _born_alike(child, marks)
        and (age := age_on(child.get("birth_date"), marks.on)) is not None
    ):
        youngest, oldest = AGES[stage]
        if not youngest <= age <= oldest:
            return False
    return True if have == stage else None


def _grade_code(year: str | None) -> str | None:
    try:
        return GRADE.find(year) if year else None
    except Refused:  # a grade the list does not have speaks for nobody
        return None
