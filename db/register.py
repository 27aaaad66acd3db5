"""The register's order and who is wanted in it: what is typed at 查找, and the filters of the panel."""

import re
from collections.abc import Callable
from datetime import date
from functools import reduce
from operator import and_
from typing import NamedTuple
from uuid import UUID

import peewee

from db import days, dossier, site
from db.models import Adult, Child, Doubt, Focus, Kinship, Pairing, Survey
from db.text import normal
from db.values import Refused
from db.vocab import FOCUS, GRADE

ORDER = (Child.group_rank, Child.village_group, Child.name, Child.id)
TAIL = re.compile(r"\d+[xX]?")
LETTERS = re.compile(r"[a-z]+")
ANY = "any"
FAR = 1_000  # rows down from which it pays to know whether the end is nearer
FEW = 300  # so many found by initials are fetched and sorted; more are met soon enough on the way down

CHOICES: dict[str, tuple[str, dict[str, str]]] = {
    "behind": ("留守", {"yes": "留守", "no": "非留守", "open": "未定"}),
    "focus": ("重点", {ANY: "重点对象"} | {code.code: code.label for code in FOCUS}),
    "gap": ("缺项", {ANY: "档案不全"} | {name: f"缺{label}" for name, label in dossier.GAP_LABELS.items()}),
    "paired": ("结对", {"no": "未结对", "yes": "已结对"}),
    "surveyed": ("摸底", {"no": "本学期未摸底", "yes": "本学期已摸底"}),
    "doubt": ("待核", {"yes": "有待核"}),
    "group": ("村民组", {}),  # those on file: see `choices`
    "grade": ("年级", {code.code: code.label for code in GRADE}),
    "left": (
        "已退出",
        {"only": "只看已退出", ANY: "连同已退出"},
    ),  # who left is not in the register otherwise
}


class Wanted(NamedTuple):
    """Who is wanted: a text, and for each filter of CHOICES the value chosen, '' for all. All of it must hold.

    left: '' leaves out who left the register.

    The words of the text must all hold: Chinese is part of a name, a village group or this term's school, or a grade;
    digits are the end of an ID number or a phone; letters begin a name's initials, the surname's left out or not.
    """

    text: str = ""
    behind: str = ""
    focus: str = ""
    gap: str = ""
    paired: str = ""
    surveyed: str = ""
    doubt: str = ""
    group: str = ""
    grade: str = ""
    left: str = ""

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set."""
        return {name: getattr(self, name) for name in CHOICES if getattr(self, name)}

    @property
    def said(self) -> str:
        """The filters in words: 留守、未结对."""
        return "、".join(CHOICES[name][1].get(value, value) for name, value in self.filters.items())


def choices(name: str) -> dict[str, str]:
    """What a filter may be set to, and how that is called."""
    if name != "group":
        return CHOICES[name][1]
    groups = Child.live(Child.group_rank, Child.village_group).where(Child.village_group.is_null(False))
    rows = groups.distinct().order_by(Child.group_rank, Child.village_group).tuples()
    return {group: group for _, group in rows}


def count(find: str | Wanted = "") -> int:
    """How many children are wanted."""
    wanted = _wanted(find)
    if wanted == Wanted():  # counted without looking at each: 100,000 in a millisecond
        left = Child.deleted_at.is_null() & (
            Child.left_on > date.min
        )  # read from its index, as `is not null` is not
        gone = (Child.deleted_at.is_null(False), left)
        return _tally(Child.select()) - sum(_tally(Child.select().where(each)) for each in gone)
    if letters := _only_letters(wanted):
        first, later = _indexed(letters)
        here = query(Wanted())
        return _tally(here.where(first)) + _tally(here.where(later, ~first))
    return _tally(query(wanted))


def keys(find: str | Wanted = "") -> list[UUID]:
    """The keys of all children wanted, in the register's order."""
    return _keys(query(_wanted(find), Child.id).order_by(*ORDER))


def window(offset: int, limit: int, find: str | Wanted = "") -> list[UUID]:
    """The keys of a window of the register: by village group (unknown last), name and key."""
    wanted = _wanted(find)
    letters = _only_letters(wanted)
    rows = query(wanted, Child.id)
    if letters or (wanted == Wanted() and offset > FAR):
        total = count(wanted)
        if letters and total <= FEW:
            first, later = (query(Wanted(), Child.id).where(begins) for begins in _indexed(letters))
            rows = Child.live(Child.id).where(Child.id.in_(first | later))
        elif offset > total // 2:  # nearer from the end
            limit = max(0, min(limit, total - offset))
            back = rows.order_by(*(field.desc() for field in ORDER))
            return _keys(back.offset(total - offset - limit).limit(limit))[::-1]
    return _keys(rows.order_by(*ORDER).offset(offset).limit(limit))


def place(child_id: UUID, find: str | Wanted = "") -> int | None:
    """The row number of a child in that order, or None if it is not among those wanted."""
    rows = query(_wanted(find), *ORDER)
    child = rows.where(Child.id == child_id).first()
    if child is None:
        return None
    before, alike = 0, []
    for field in ORDER:  # four ranges of one index
        value = getattr(child, field.name)
        if value is None:  # children without a group have a rank of their own
            alike.append(field.is_null())
        else:
            before += _tally(rows.where(*alike, field < value))
            alike.append(field == value)
    return before


def query(wanted: Wanted, *fields: peewee.Field) -> peewee.ModelSelect:
    """The children wanted, in no order; the text as `db.text.normal` leaves it."""
    found = [_word(word) for word in wanted.text.split()]
    found += [CONDITIONS[name](value) for name, value in wanted.filters.items() if name in CONDITIONS]
    if wanted.left != ANY:
        found.append(Child.left_on.is_null(wanted.left != "only"))
    rows = Child.live(*fields)
    return rows.where(reduce(and_, found)) if found else rows


def _wanted(find: str | Wanted) -> Wanted:
    wanted = find if isinstance(find, Wanted) else Wanted(find)
    return wanted._replace(text=normal(wanted.text))


def _keys(rows: peewee.ModelSelect) -> list[UUID]:
    return [key for (key,) in rows.tuples()]


def _tally(rows: peewee.ModelSelect) -> int:
    return rows.select(peewee.fn.COUNT(peewee.SQL("*"))).scalar()


# ---- what is typed ------------------------------------------------------------------------------


def _only_letters(wanted: Wanted) -> str:
    """The initials looked for, if nothing else is."""
    text = wanted.text.lower()
    return text if LETTERS.fullmatch(text) and not wanted.filters else ""


def _indexed(letters: str) -> tuple[peewee.Expression, peewee.Expression]:
    """Whose initials, and whose given name's, begin so: as ranges, each read from its index."""
    return _range(Child.initials, letters), _range(Child.given_initials, letters)


def _range(field: peewee.Field, letters: str) -> peewee.Expression:
    stem = letters.rstrip("z")
    begins = field >= letters
    return begins & (field < stem[:-1] + chr(ord(stem[-1]) + 1)) if stem else begins


def _word(word: str) -> peewee.Expression:
    if TAIL.fullmatch(word):
        ends = Child.id_number.endswith(word.upper()) | Child.phone.endswith(word)
        return ends | Child.id.in_(Kinship.live(Kinship.child).join(Adult).where(Adult.phone.endswith(word)))
    if word.isascii():
        begins = [peewee.fn.SUBSTR(field, 1, len(word)) == word.lower()
                  for field in (Child.initials, Child.given_initials)]  # fmt: skip
        return begins[0] | begins[1]
    at_school = Survey.school.contains(word)
    try:
        at_school |= Survey.grade == GRADE.find(word)
    except Refused:
        pass  # no grade's name: a person's, a group's or a school's
    return Child.name.contains(word) | Child.village_group.contains(word) | _survey(at_school)


# ---- the filters --------------------------------------------------------------------------------


def _survey(*conditions: peewee.Expression) -> peewee.Expression:
    """This term's survey says so: all surveys are read once, which is faster than looking at each child's."""
    return Child.id.in_(Survey.live(Survey.child).where(Survey.term == site.term(), *conditions))


def _some(rows: peewee.ModelSelect) -> peewee.Expression:
    return peewee.fn.EXISTS(rows.select(peewee.SQL("1")))


def _behind(value: str) -> peewee.Expression:
    """As `children.counts` says of one child."""
    young = dossier.young_enough(days.today()) & Child.left_on.is_null()
    if value == "yes":
        return young & _survey(Survey.left_behind)
    if value == "no":
        return ~young | _survey(~Survey.left_behind)
    return young & ~_survey(Survey.left_behind.is_null(False))


def _focus(value: str) -> peewee.Expression:
    tagged = Focus.select().where(Focus.child == Child.id, dossier.focus_on(days.today()))
    return _some(tagged if value == ANY else tagged.where(Focus.tag == value))


def _gap(value: str) -> peewee.Expression:
    """A child without this term's survey lacks that, and what else it lacks is not counted."""
    if value == ANY:
        return ~_survey(Survey.gaps == "")
    lacks = peewee.Value(" ").concat(Survey.gaps).concat(" ").contains(f" {value} ")
    return ~_survey(~lacks) if value == "surveyed_on" else _survey(lacks)


def _paired(value: str) -> peewee.Expression:
    paired = _some(Pairing.select().where(Pairing.child == Child.id, dossier.live_on(days.today())))
    return paired if value == "yes" else ~paired


def _surveyed(value: str) -> peewee.Expression:
    surveyed = _survey(Survey.surveyed_on.is_null(False))
    return surveyed if value == "yes" else ~surveyed


def _doubt(_: str) -> peewee.Expression:
    return _some(Doubt.live().where(Doubt.child == Child.id, ~Doubt.settled))


CONDITIONS: dict[str, Callable[[str], peewee.Expression]] = {
    "behind": _behind, "focus": _focus, "gap": _gap, "paired": _paired, "surveyed": _surveyed, "doubt": _doubt,
    "group": lambda value: Child.village_group == value, "grade": lambda value: _survey(Survey.grade == value),
}  # fmt: skip
