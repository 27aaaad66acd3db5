"""The plan's targets: what each rate says, how far it is met, and who is missing.

Rates are about the live children who are 留守 this term and under 16 on the day (db.dossier.counted).
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import days, dossier, owed, rhythm, settings, site
from db.models import Child, Owed, Survey, Term
from db.pairing import paired_children
from db.spec import mask_name
from db.values import Refused
from db.vocab import CRITERION, SCHOOLING

SCHOOL_AGE = 6
TALK = "talk"
KNOWN = ("filed", "enrolled", "paired", "talk_on_time")  # the rates this ledger works out by itself


class Missing(NamedTuple):
    """A child that keeps a rate from being full; field: which field of the child's sheet to open, if one is."""

    id: UUID
    name: str
    masked: str
    field: str | None
    why: str


class Target(NamedTuple):
    """One rate. rate: percent with one decimal, None for an empty denominator; met is None then too."""

    code: str
    name: str
    definition: str
    numerator: int
    denominator: int
    rate: float | None
    goal: float | None
    met: bool | None
    missing: list[Missing]


class Case(NamedTuple):
    """What a target is worked out from: the term, the day, the criterion in words; names: whether who is missing is asked."""

    term: Term
    on: date
    criterion: str
    names: bool = True

    def children(self, *fields: peewee.Node) -> peewee.ModelSelect:
        """The children that count, Survey joined with Child."""
        return Survey.select(*fields).join(Child).where(dossier.counted(self.term, self.on))

    def says(self, name: str, share: str) -> str:
        """A definition: what the rate is, of which term and day, by which criterion."""
        return (
            f"{name}指截至{self.on.year}年{days.short(self.on)}，{self.term.code}学期{share}；"
            f"留守儿童按“{self.criterion}”认定，已删除、已退出的档案不计。"
        )


def targets(term_code: str | None = None, on: date | None = None) -> list[Target]:
    """建档率, 入学率, 结对率 and 谈心及时率 of a term (this one if none is given), with who is missing.

    on: the day they are for; today, or the last day of another term that is over. Raises Refused for a bad code.
    """
    term, on = _span(term_code, on)
    return list(_each(Case(term, on, CRITERION.label(settings.get("criterion")))))


def rates(on: date) -> Iterator[Target]:
    """The targets of this term one by one as they are worked out, without who is missing."""
    return _each(Case(site.term(), on, CRITERION.label(settings.get("criterion")), names=False))


def _each(case: Case) -> Iterator[Target]:
    return (work(case) for work in (_filed, _enrolled, _paired, _talk_on_time))


def _span(code: str | None, on: date | None) -> tuple[Term, date]:
    current, today = site.term(), days.today()
    if code is None or code == current.code:
        return current, on or today
    term = Term.get_or_none(Term.code == code)
    if term is None:  # nothing was surveyed then: said with empty rates, not by writing a term
        try:
            starts, ends = days.term_dates(code)
        except ValueError as error:
            raise Refused(str(error)) from error
        term = Term(code=code, starts=starts, ends=ends)
    return term, on or min(today, term.ends)


def _filed(case: Case) -> Target:
    lacking = Survey.gaps != ""

    def why(survey: Survey) -> tuple[str, str]:
        lacks = survey.gaps.split()
        return lacks[0], "缺" + "、".join(dossier.GAP_LABELS.get(name, name) for name in lacks)

    return _target(
        "filed", "建档率", case, case.says("建档率", "档案各项齐全的留守儿童占全部留守儿童的百分比"),
        case.children(), lacking, why,
    )  # fmt: skip


def _enrolled(case: Case) -> Target:
    year = days.school_year(case.term.code, case.term.starts)
    latest_birth = days.years_before(date(year, 8, 31), SCHOOL_AGE).isoformat()
    school_age = case.children().where(
        Child.birth_date <= latest_birth, Survey.schooling.is_null() | (Survey.schooling != "suspended")
    )
    outside = Survey.schooling.is_null() | Survey.schooling.not_in(sorted(dossier.AT_SCHOOL))
    share = (
        f"在小学、初中、高中或中职就读的学龄留守儿童占全部学龄留守儿童的百分比，学龄指{year}年8月31日满6周岁且不满16周岁，"
        "休学的分子分母都不计，就学情况未采集的算未入学，出生日期未采集的不计"
    )
    return _target(
        "enrolled", "入学率", case, case.says("入学率", share), school_age, outside,
        lambda survey: ("schooling", SCHOOLING.label(survey.schooling)),
    )  # fmt: skip


def _paired(case: Case) -> Target:
    return _target(
        "paired", "结对率", case, case.says("结对率", "至少有一名帮扶人结对未结束的留守儿童占全部留守儿童的百分比"),
        case.children(), Child.id.not_in(paired_children(case.on)), lambda survey: (None, "没有结对"),
    )  # fmt: skip


def _talk_on_time(case: Case) -> Target:
    talks = [each for each in owed.in_force() if TALK in each.kinds]
    owing, late = _owed_talks(case, {each.code for each in talks})
    how = "；".join(rhythm.in_words(each) for each in talks) or "现在没有谈心的节奏"
    share = f"谈心没有逾期的留守儿童占该谈心的留守儿童的百分比（{how}），开学后才登记的从登记那天算起"
    return _target(
        "talk_on_time", "谈心及时率", case, case.says("谈心及时率", share), case.children().where(owing), late,
        lambda survey: (None, "谈心已逾期"),
    )  # fmt: skip


def _owed_talks(case: Case, codes: set[str]) -> tuple[peewee.Node, peewee.Node]:
    """The children a talk is owed to on the day, and those with one overdue."""
    if case.term.code == site.term().code and case.on >= days.today():  # of days past the table says nothing
        owed.settle()
        standing = Owed.select(Owed.child).where(
            Owed.what.in_(codes), Owed.source == "rhythm", Owed.since <= case.on, Owed.until > case.on
        )
        return Child.id.in_(standing), Child.id.in_(standing.where(Owed.due_by < case.on))
    keys = [key for (key,) in case.children(Child.id).tuples()]
    pieces = [(child, piece) for child, piece in owed.once(keys, case.term, case.on) if piece.what in codes]
    owing = {child for child, _ in pieces}
    late = {child for child, piece in pieces if piece.due_by < case.on}
    return _among(owing), _among(late)


def _among(keys: set[UUID]) -> peewee.Node:
    """Children of a set of keys however large."""
    batches = [Child.id.in_(list(batch)) for batch in peewee.chunked(sorted(keys), dossier.BATCH)]
    return reduce(or_, batches, peewee.SQL("1 = 0"))


def _target(
    code: str, name: str, case: Case, definition: str, owing: peewee.ModelSelect, lacking: peewee.Node,
    why: Callable[[Survey], tuple[str | None, str]],
) -> Target:  # fmt: skip
    denominator, short = owing.count(), owing.where(lacking)
    missing: list[Missing] = []
    if case.names:
        rows = (
            short.select(Survey.gaps, Survey.schooling, Child.id.alias("child"), Child.name)
            .order_by(Child.group_rank, Child.village_group, Child.name, Child.id)
            .namedtuples()
        )
        missing = [Missing(row.child, row.name or "", mask_name(row.name) or "", *why(row)) for row in rows]
    numerator = denominator - (len(missing) if case.names else short.count())
    goal = settings.get(f"goal.{code}")
    met = None if not denominator or goal is None else numerator * 100 >= goal * denominator
    return Target(
        code, name, definition, numerator, denominator, rate(numerator, denominator), goal, met, missing
    )


def rate(numerator: int, denominator: int) -> float | None:
    """Percent with one decimal; 100.0 only for all of them and 0.0 only for none. None of nothing."""
    if not denominator:
        return None
    if numerator in (0, denominator):
        return 100.0 if numerator else 0.0
    return min(max(round(numerator * 100 / denominator, 1), 0.1), 99.9)


def as_json(target: Target, names: bool = False) -> dict[str, Any]:
    """A target as `targets --json` prints it; names masked unless asked for."""
    return {
        "code": target.code, "name": target.name, "definition": target.definition,
        "numerator": target.numerator, "denominator": target.denominator, "rate": target.rate,
        "goal": None if target.goal is None else float(target.goal), "met": target.met,
        "missing": [
            {"id": str(each.id), "name": each.name if names else each.masked, "field": each.field, "why": each.why}
            for each in target.missing
        ],
    }  # fmt: skip
