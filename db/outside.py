"""Figures from outside: what the school, the clinic or the office says of a target in a term, with source and date.

They stand in for the ledger's own rate only where the ledger says nothing itself (docs/rules.md, 指标).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from db import changes, days, site
from db.fields import specs
from db.indicators import INDICATORS
from db.models import Figure, Term, User
from db.sheet import Entry, NotFound, Saved, Values, merge, settled
from db.spec import read
from db.targets import OUTSIDE, Part, Within, met, rate
from db.values import Refused
from db.when import check_day

ENTRIES = tuple(Entry(name, spec, "") for name, spec in specs(Figure).items())


class FigureLine(NamedTuple):
    """A figure as lists show it; school: '' for the whole site."""

    id: UUID
    term: str
    school: str
    numerator: int
    denominator: int
    rate: float | None
    on_date: Any
    source: str


class Told(NamedTuple):
    """What is said of a target from outside; words: by whom, of which day."""

    numerator: int
    denominator: int
    words: str


def listing(code: str) -> list[FigureLine]:
    """The figures of a target, the latest term first, the whole site before its schools."""
    _check(code)
    query = Figure.live(Figure, Term).join(Term).where(Figure.code == code)
    return [
        FigureLine(
            row.id, row.term.code, row.school, row.numerator, row.denominator, rate(row.numerator, row.denominator),
            row.on_date, row.source,
        )
        for row in query.order_by(Term.starts.desc(), Figure.school)
    ]  # fmt: skip


def load(code: str, school: str = "", term: str | None = None) -> Values:
    """The sheet of a figure; of one not given yet, empty. Raises Refused for a target nobody else has figures of."""
    _check(code)
    row = _row(code, school, _term(term))
    return {entry.name: row and getattr(row, entry.name) for entry in ENTRIES}


def save(
    code: str, school: str, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(), term: str | None = None,
) -> Saved:  # fmt: skip
    """Write what somebody outside says, as one action. Raises Refused with the one thing to mend, Conflict."""
    _check(code)
    at = _term(term)

    def write() -> Saved:
        with changes.action(f"外部数据 {INDICATORS[code].name}", by) as act:
            row = _row(code, school, at)
            theirs = {entry.name: row and getattr(row, entry.name) for entry in ENTRIES}
            mine, merged = merge(ENTRIES, values, base, theirs, force)
            told = {entry.name: read(entry.spec, (theirs | mine)[entry.name]) for entry in ENTRIES}
            _sound(code, told)
            if row is None:
                row = act.insert(Figure, code=code, term=at, school=school, **told)
            else:
                act.update(row, **told)
            return Saved(row.id, merged)

    return settled(write, unique="figure_of")


def remove(code: str, school: str, by: User | None, term: str | None = None) -> None:
    """Strike a figure out. Raises NotFound."""
    _check(code)
    row = _row(code, school, _term(term))
    if row is None:
        raise NotFound("这条外部数据已被删除")
    changes.remove(row, by, f"删除外部数据 {INDICATORS[code].name}")


def told(code: str, term: Term, within: Within | None = None) -> Told | None:
    """What is said of a target from outside: of the whole site, else its schools together; of one school within it."""
    if within is not None and within.dimension != "school":
        return None
    rows = list(_of(code, term))
    if within is not None:
        rows = [row for row in rows if row.school and row.school == within.value]
    else:
        rows = [row for row in rows if not row.school] or rows
    if not rows:
        return None
    words = "、".join(f"{row.source}{row.on_date.year}年{days.short(row.on_date)}" for row in rows)
    return Told(sum(row.numerator for row in rows), sum(row.denominator for row in rows), words)


def by_school(code: str, term: Term, goal: float | None) -> list[Part]:
    """What each school says of a target."""
    return [
        Part(
            row.school, row.school, row.numerator, row.denominator, rate(row.numerator, row.denominator),
            met(row.numerator, row.denominator, goal),
        )
        for row in _of(code, term) if row.school
    ]  # fmt: skip


def _of(code: str, term: Term) -> Any:
    return Figure.live().where(Figure.code == code, Figure.term == term.id).order_by(Figure.school)


def _row(code: str, school: str, term: Term) -> Figure | None:
    return _of(code, term).where(Figure.school == school).first()


def _term(code: str | None) -> Term:
    return site.term_by_code(code) if code else site.term()


def _check(code: str) -> None:
    if code not in OUTSIDE:
        names = "、".join(INDICATORS[each].name for each in OUTSIDE)
        raise Refused(f"这项目标由台账自己算，不填外部数据；可以填的有：{names}")


def _sound(code: str, told: Values) -> None:
    for entry in ENTRIES:
        if entry.spec.required and told[entry.name] is None:
            raise Refused(f"请填写{entry.spec.label}：{entry.spec.prompt}")
    if not told["denominator"]:
        raise Refused("分母是0，没有比率可说；一个也没有就不用填")
    if told["numerator"] > told["denominator"] and code != "retained":
        raise Refused(f"分子{told['numerator']}大于分母{told['denominator']}，请核对两个数")
    check_day(told["on_date"])
