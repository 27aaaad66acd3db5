"""The targets: what each rate says, how far it is met, who is missing, and the same by village group, class, school, helper.

Rates are about the live children who are 留守 this term and under 16 on the day (db.dossier.counted), where an indicator
does not say otherwise (db.indicators).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import reduce
from math import ceil, floor
from operator import and_
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import days, dossier, settings, site
from db.indicators import INDICATORS, NEVER, Case, Count
from db.models import Child, Figure, Helper, OwnTarget, Pairing, Survey, Term
from db.spec import UNKNOWN, mask_name
from db.values import Refused
from db.vocab import CRITERION, GRADE

OUTSIDE = ("retained", "vaccinated", "parenting", "legal_aid")  # those somebody else may have the figures of
DIMENSIONS = {"group": "村民组", "class": "班级", "school": "学校", "helper": "帮扶人"}
WAITING = "待学校提供：请填学校报来的毕业人数和入学人数"
WHOLE = "待分开提供：外来的数只有全部的，这一所学校的请另填，别的分法没有"
OWN = "own-"  # what the codes of the users' own targets begin with


class Missing(NamedTuple):
    """A child that keeps a rate from being full; field: which field of the child's sheet to open, if one is."""

    id: UUID
    name: str
    masked: str
    field: str | None
    why: str


class People(Sequence[Missing]):
    """Who is missing: how many is known, who they are is read when first asked."""

    def __init__(self, many: int = 0, read: Callable[[], list[Missing]] = list):
        self._many, self._read = many, read
        self._found: list[Missing] | None = None if many else []

    def _all(self) -> list[Missing]:
        if self._found is None:
            self._found = self._read()
        return self._found

    def __len__(self) -> int:
        return self._many if self._found is None else len(self._found)

    def __getitem__(self, at: Any) -> Any:
        return self._all()[at]

    def __iter__(self) -> Iterator[Missing]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return self._all() == (other._all() if isinstance(other, People) else other)

    __hash__ = None


class Target(NamedTuple):
    """One rate. rate: percent with one decimal, None for an empty denominator; met is None then too.

    direction: 'down' for one to be kept low: the numerator then counts the very children there should be none of, and
    `missing` lists them. period: what stretch it is about, in words. waiting: a sentence to be shown in place of the rate
    while it cannot be said. outside: whose figure it is, or stands beside it. in_force: somebody pursues it.
    sort: 'rate', or of an item of one's own 'all', 'some' (goal: how many children) or 'by_hand' (1/1 is yes).
    """

    code: str
    name: str
    definition: str
    numerator: int
    denominator: int
    rate: float | None
    goal: float | None
    met: bool | None
    missing: Sequence[Missing]
    direction: str = "up"
    period: str = ""
    waiting: str | None = None
    outside: str | None = None
    in_force: bool = True
    sort: str = "rate"

    @property
    def asks(self) -> str:
        """The goal in words, '' without one: 100%, 不高于0%, 至少3名, 做到."""
        if self.sort in ("all", "by_hand"):
            return "做到" if self.sort == "by_hand" else "每个都做到"
        if self.goal is None:
            return ""
        if self.sort == "some":
            return f"{'至少' if self.direction == 'up' else '至多'}{self.goal:g}名"
        return f"{self.goal:g}%" if self.direction == "up" else f"不高于{self.goal:g}%"

    @property
    def short_of(self) -> int:
        """By how many children it misses its goal; 0 where it is met or nothing is asked."""
        if self.goal is None or self.met is None:
            return 0
        asked = self.goal if self.sort == "some" else round(self.goal * self.denominator / 100, 9)
        return max(
            0, ceil(asked) - self.numerator if self.direction == "up" else self.numerator - floor(asked)
        )

    @property
    def verdict(self) -> str:
        """How it stands against its goal, in words: 达标, 差19人, 多2人 (of those there should be none of), 没做到."""
        if self.met is None:
            return ""
        if self.met:
            return "达标"
        if self.sort == "by_hand":
            return "没做到"
        return f"{'差' if self.direction == 'up' else '多'}{self.short_of}人"

    @property
    def short_waiting(self) -> str:
        """What it waits for, without what to do about it: 待学校提供."""
        return (self.waiting or "").partition("：")[0].partition("，")[0]

    @property
    def said(self) -> str:
        """What it comes to, as papers say it: 97.5%, 3名, 做到, 待学校提供, —."""
        if self.waiting or self.rate is None:
            return self.short_waiting or "—"
        if self.sort == "by_hand":
            return "做到" if self.numerator else "没做到"
        return f"{self.numerator}名" if self.sort == "some" else f"{self.rate:g}%"

    @property
    def people(self) -> str:
        """46/65; — where there is nobody it is about, or what it comes to is not known."""
        return "—" if self.waiting or not self.denominator else f"{self.numerator}/{self.denominator}"


class Within(NamedTuple):
    """Only some of the children: one value of one of DIMENSIONS, as Part gives it; None: those who have none."""

    dimension: str
    value: Any


class Part(NamedTuple):
    """A rate among the children of one group, class, school or helper; value: what Within takes."""

    label: str
    value: Any
    numerator: int
    denominator: int
    rate: float | None
    met: bool | None


class Sums(NamedTuple):
    """What one pass over the children of a count comes to; recorded: of how many the ledger says anything."""

    among: int
    short: int
    unsure: int
    recorded: int


# ---- what there is --------------------------------------------------------------------------------


def targets(
    term_code: str | None = None, on: date | None = None, within: Within | None = None,
    codes: Collection[str] | None = None,
) -> list[Target]:  # fmt: skip
    """Every target of a term (this one if none is given), those pursued first, each with who is missing.

    on: the day they are for; today, or the last day of another term that is over. codes: only these. Raises Refused for a
    bad term or an unknown dimension.
    """
    case = case_of(term_code, on, within)
    found = list(_each(case, within, codes))
    return sorted(found, key=lambda target: not target.in_force)


def rates(on: date, besides: Collection[str] = ()) -> Iterator[Target]:
    """The targets that are pursued, and those of some codes besides, one by one as they are worked out."""
    goals = settings.goals()
    found = _each(case_of(on=on), None, [*goals, *_own_codes(), *besides], goals)
    return (target for target in found if target.in_force or target.code in besides)


def one(
    code: str, term_code: str | None = None, on: date | None = None, within: Within | None = None
) -> Target:
    """One target by its code. Raises Refused if there is none (any more)."""
    return _known(targets(term_code, on, within, [code]))


def by(code: str, dimension: str, term_code: str | None = None, on: date | None = None) -> list[Part]:
    """A target's rate in each village group, class, school or helper's care, in order, those without any last.

    A child with two helpers counts with each. Raises Refused for an unknown code or dimension.
    """
    case = case_of(term_code, on, None)
    _columns(dimension)
    if code.startswith(OWN):
        from db import own_targets

        return own_targets.parts(code, case, dimension)
    indicator = INDICATORS.get(code)
    if indicator is None:
        raise Refused(f"没有“{code}”这项指标，可选：{'、'.join(INDICATORS)}")
    goal = settings.goals().get(code)
    count = indicator.count(case)
    if code in OUTSIDE and code in _figures(case) and not _sums(count).recorded:
        from db import outside

        return outside.by_school(code, case.term, goal) if dimension == "school" else []
    return parts_of(case, count, dimension, goal, indicator.direction)


def _known(found: list[Target]) -> Target:
    if not found:
        raise Refused("这项目标已被删除，请回到目标清单重新选")
    return found[0]


def _own_codes() -> list[str]:
    query = OwnTarget.live(OwnTarget.id).order_by(OwnTarget.place, OwnTarget.id)
    return [f"{OWN}{key.hex}" for (key,) in query.tuples()]


def case_of(term_code: str | None = None, on: date | None = None, within: Within | None = None) -> Case:
    """What targets are worked out from: this term, today and all children unless told otherwise. Raises Refused."""
    term, on = _span(term_code, on)
    case = Case(term, on, CRITERION.label(settings.get("criterion")))
    return case if within is None else case._replace(inside=_inside(within, case))


def _each(
    case: Case, within: Within | None, codes: Collection[str] | None, goals: dict[str, float] | None = None
) -> Iterator[Target]:  # fmt: skip
    figures = None
    goals = settings.goals() if goals is None else goals
    for code, each in INDICATORS.items():
        if codes is not None and code not in codes:
            continue
        count = each.count(case)
        sums = _sums(count)
        made = made_of(code, each.name, case, count, goals.get(code), each.direction, sums)
        made = made._replace(period=each.period, in_force=code in goals)
        if code in OUTSIDE:
            figures = _figures(case) if figures is None else figures
            whole = sums if within is None else _sums(each.count(case._replace(inside=None)))
            made = _beside(made, case, within, whole.recorded, code in figures)
        yield made
    if _own_codes() if codes is None else any(code.startswith(OWN) for code in codes):
        from db import own_targets

        yield from own_targets.worked_out(case, codes)


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


# ---- figures from outside -------------------------------------------------------------------------


def _figures(case: Case) -> set[str]:
    """The codes of the targets that somebody outside gave figures of for the term."""
    query = Figure.live(Figure.code).where(Figure.term == case.term.id, Figure.code.in_(OUTSIDE)).distinct()
    return {code for (code,) in query.tuples()}


def _beside(made: Target, case: Case, within: Within | None, recorded: int, given: bool) -> Target:
    """A target beside what somebody outside says of it: that stands in where the ledger says nothing of any child."""
    if not given:
        return made if made.code != "retained" else made._replace(waiting=WAITING)
    from db import outside

    told = outside.told(made.code, case.term, within)
    if recorded:
        if told is None:
            return made
        said = f"台账已有登记，用台账的数；{told.words}报的{told.numerator}/{told.denominator}没有用"
        return made._replace(outside=said)
    if told is None:
        return made._replace(rate=None, met=None, missing=People(), waiting=WHOLE)
    return made._replace(
        numerator=told.numerator, denominator=told.denominator, rate=rate(told.numerator, told.denominator),
        met=met(told.numerator, told.denominator, made.goal), missing=People(), outside=f"外部数据：{told.words}",
    )  # fmt: skip


# ---- counting -------------------------------------------------------------------------------------


def made_of(
    code: str, name: str, case: Case, count: Count, goal: float | None, direction: str, sums: Sums | None = None,
    sort: str = "rate",
) -> Target:  # fmt: skip
    """A target from how it is counted. sums: what the pass over its children came to, if it has been made."""
    among, short, unsure, _ = sums or _sums(count)
    down = direction == "down"
    numerator = short if down else among - short
    reached, waiting = met(numerator, among, goal, direction, sort), None
    # As far as is known it is met, and it may not be.
    if down and unsure and (reached or (reached is None and not numerator)):
        waiting, reached = f"还有{unsure}名没采集清楚，补齐才能说", None
    missing = People(short + (unsure if down else 0), lambda: _missing(count, down))
    return Target(
        code, name, case.says(name, count.share, count.whom), numerator, among,
        None if waiting else rate(numerator, among), goal, reached, missing, direction, waiting=waiting, sort=sort,
    )  # fmt: skip


def parts_of(case: Case, count: Count, dimension: str, goal: float | None, direction: str) -> list[Part]:
    """A count in one pass, by the parts of a dimension. Raises Refused for an unknown one."""
    columns = _columns(dimension)
    among = count.among
    if dimension == "helper":
        live = Pairing.select(Pairing.child, Pairing.helper).where(dossier.live_on(case.on)).distinct()
        live = live.alias("live")
        among = among.join_from(Child, live, peewee.JOIN.LEFT_OUTER, on=(live.c.child_id == Child.id))
        among = among.join_from(Child, Helper, peewee.JOIN.LEFT_OUTER, on=(live.c.helper_id == Helper.id))
    query = among.select(*columns, *_summed(count)).group_by(*columns)
    found = []
    for row in query.tuples():
        label, value, place = _part(dimension, row[: len(columns)])
        many, short, unsure, _ = (int(number or 0) for number in row[len(columns) :])
        numerator = short if direction == "down" else many - short
        reached = met(numerator, many, goal, direction)
        if direction == "down" and unsure and reached:
            reached = None
        found.append((place, Part(label, value, numerator, many, rate(numerator, many), reached)))
    return [part for _, part in sorted(found, key=lambda each: (each[1].value is None, *each[0]))]


def _summed(count: Count) -> list[peewee.Node]:
    """The columns of Sums; what a count does not tell apart is asked for nothing: it costs."""
    told = [[(count.short, 1)], count.unsure is not NEVER and [(count.short, 0), (count.unsure, 1)],
            count.recorded is not None and [(count.recorded, 1)]]  # fmt: skip
    sums = [peewee.fn.SUM(peewee.Case(None, when, 0)) if when else peewee.SQL("0") for when in told]
    if count.recorded is None:
        sums[-1] = peewee.fn.COUNT(Child.id)
    return [peewee.fn.COUNT(Child.id), *sums]


def _sums(count: Count) -> Sums:
    return Sums(*(int(number or 0) for number in count.among.select(*_summed(count)).tuples().get()))


def _missing(count: Count, down: bool) -> list[Missing]:
    short, shown, order = (
        count.short,
        count.shows,
        (Child.group_rank, Child.village_group, Child.name, Child.id),
    )
    if down:
        unsure = peewee.Case(None, [(short, 0)], 1)
        short, shown, order = short | count.unsure, (*shown, unsure.alias("unsure")), (unsure, *order)
    rows = count.among.where(short).select(Child.id.alias("child"), Child.name, *shown).order_by(*order)
    return [
        Missing(row.child, row.name or "", mask_name(row.name) or "", *count.why(row))
        for row in rows.namedtuples()
    ]


def rate(numerator: int, denominator: int) -> float | None:
    """Percent with one decimal; 100.0 only for all of them (or more) and 0.0 only for none. None of nothing."""
    if not denominator:
        return None
    if numerator <= 0 or numerator >= denominator:
        return 100.0 if numerator > 0 else 0.0
    return min(max(round(numerator * 100 / denominator, 1), 0.1), 99.9)


def met(
    numerator: int, denominator: int, goal: float | None, direction: str = "up", sort: str = "rate"
) -> bool | None:
    """Whether a rate (a number of children, of the sort 'some') meets its goal, unrounded; None of nothing and without one."""
    if not denominator or goal is None:
        return None
    if sort == "some":
        return numerator >= goal if direction == "up" else numerator <= goal
    share, asked = numerator * 100, goal * denominator
    return share >= asked if direction == "up" else share <= asked


# ---- parts of the children ------------------------------------------------------------------------


def _columns(dimension: str) -> tuple[peewee.Field, ...]:
    columns = {
        "group": (Child.group_rank, Child.village_group), "class": (Survey.school, Survey.grade, Survey.class_no),
        "school": (Survey.school,), "helper": (Helper.id, Helper.name),
    }.get(dimension)  # fmt: skip
    if columns is None:
        raise Refused(f"不能按“{dimension}”分，可选：{'、'.join(DIMENSIONS.values())}")
    return columns


def _part(dimension: str, row: tuple) -> tuple[str, Any, tuple]:
    """The label of a part, the value that stands for it, its place in the order."""
    match dimension:
        case "group":
            rank, group = row
            return group or UNKNOWN, group, (rank, group or "")
        case "class":
            school, grade, class_no = row
            label = " ".join(filter(None, (school, grade and GRADE.label(grade), class_no)))
            grades = [code.code for code in GRADE]
            place = (
                school is None,
                school or "",
                grades.index(grade) if grade in grades else len(grades),
                class_no or "",
            )
            return label or UNKNOWN, row if any(row) else None, place
        case "school":
            return row[0] or UNKNOWN, row[0], (row[0] or "",)
    key, name = row
    return name or "没有帮扶人", key, (name or "", str(key))


def _inside(within: Within, case: Case) -> peewee.Node:
    dimension, value = within
    columns = _columns(dimension)
    if dimension == "helper":
        live = dossier.paired_children(case.on)
        return Child.id.not_in(live) if value is None else Child.id.in_(live.where(Pairing.helper == value))
    if dimension == "class":
        pairs = zip(columns, value or (None, None, None), strict=True)
        return reduce(and_, (column.is_null() if each is None else column == each for column, each in pairs))
    column = columns[-1]
    return column.is_null() if value is None else column == value


def hidden(found: Iterable[Target]) -> list[Target]:
    """Targets for a room or for paper: names of people in what somebody wrote of a target of one's own are masked."""
    found = list(found)
    if not any(each.code.startswith(OWN) for each in found):
        return found
    from db.masking import masked, masked_names

    names, written = masked_names(helpers=True), ("name", "definition", "waiting", "outside")
    return [
        each._replace(**{part: said and masked(said, names) for part in written if (said := getattr(each, part)) is not None})
        if each.code.startswith(OWN) else each
        for each in found
    ]  # fmt: skip


def as_json(target: Target, names: bool = False) -> dict[str, Any]:
    """A target as `targets --json` prints it; names of the missing masked unless asked for."""
    return {
        "code": target.code, "name": target.name, "definition": target.definition,
        "numerator": target.numerator, "denominator": target.denominator, "rate": target.rate,
        "goal": None if target.goal is None else float(target.goal), "met": target.met,
        "missing": [
            {"id": str(each.id), "name": each.name if names else each.masked, "field": each.field, "why": each.why}
            for each in target.missing
        ],
        "direction": target.direction, "period": target.period, "sort": target.sort, "in_force": target.in_force,
        "asks": target.asks, "waiting": target.waiting, "outside": target.outside,
    }  # fmt: skip
