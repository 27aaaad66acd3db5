"""新学期更新: what last term's answers are still worth, how far the new term's survey has come, who is next.

Rules: docs/rules.md, 新学期更新、升级.
"""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import as_of, changes, child_sheet, days, dossier, doubts, family, promotion, site
from db.child_fields import ENTRIES, SPECS, SURVEY
from db.child_sheet import UNTOLD, Work
from db.children import family_of, surveys_of
from db.dossier import GAP_LABELS
from db.impossible import impossible
from db.improbable import doubtful
from db.models import Child, Survey, Term, User
from db.models.people import NO_SCHOOL
from db.register import ORDER
from db.sheet import Saved

Values = dict[str, Any]
LAST, THIS, RAISED, TODAY, BLANK = "上学期", "本学期", "升级", "今天", "上学期未填"
OF_THE_SCHOOL = ("school", "class_no", "boarding")  # not known any more once the kind of school changes
PHONES = {"father_phone": "father", "mother_phone": "mother", "guardian_phone": "guardian"}


class Carried(NamedTuple):
    """The sheet a term's survey of a child begins with; marks: why a field need not be walked, by its name."""

    values: Values
    marks: dict[str, str]


class GroupProgress(NamedTuple):
    """How many children of a village group (None: not known) have been surveyed this term."""

    group: str | None
    surveyed: int
    total: int


class Progress(NamedTuple):
    """The term's survey so far. before: the latest earlier term in which anybody was surveyed, None if there is none."""

    term: str
    before: str | None
    groups: list[GroupProgress]
    surveyed: int
    total: int


# ---- what must be asked anew ------------------------------------------------------------------------


class Asked(NamedTuple):
    """Answers that do not hold for another term. due: whether one does not, from the sheet, its name, and the autumns
    begun since it was given; why: the reason in words."""

    fields: tuple[str, ...]
    due: Callable[[Values, str, int], bool]
    why: str


def _always(values: Values, name: str, autumns: int) -> bool:
    return True


ASKED = (
    Asked(("father_whereabouts", "mother_whereabouts"), lambda values, name, autumns: values[name] != "dead",
          "父母去向说变就变，认定留守以它为准；已故的不再问"),
    Asked(("father_place", "mother_place"), _always, "在外务工的，每学期问一次在哪里"),
    Asked(("father_able", "mother_able"), _always, "一方外出、一方在家时，认定要看在家一方眼下能不能监护"),
    Asked(("no_guardian", "guardianship"), lambda values, name, autumns: values[name] in (True, "weak", "unable", "none"),
          "上学期无人监护或监护能力不足的，要重新看过"),
    Asked(("schooling",), lambda values, name, autumns: values[name] in NO_SCHOOL or (autumns > 0 and not values["grade"]),
          "上学期不在校的每学期再问；过了秋季、没有年级推不出来的也再问"),
    Asked(("health", "illness"), lambda values, name, autumns: values["health"] in ("ill", "serious"),
          "上学期患病或重病的，问好了没有"),
    Asked(("aid",), lambda values, name, autumns: autumns > 0 and values[name] != "none", "救助按年核定，过了秋季再问"),
    Asked(("study_level", "needs"), _always, "学习情况和需求每学期不同"),
)  # fmt: skip
DUE = {name: rule.due for rule in ASKED for name in rule.fields}


def carried(child_id: UUID) -> Carried:
    """This term's sheet of a child, what it does not yet say filled from the latest earlier survey.

    Save it with `save`. A survey already made this term is taken as it is. Raises NotFound.
    """
    values = child_sheet.load(child_id)
    row = surveys_of([child_id]).get(child_id) or Survey()
    past = [] if row.surveyed_on else _until_surveyed(promotion.earlier([child_id]).get(child_id, []))
    said = {name for name in SURVEY if values[name] is not None}
    before = _before(past)
    values |= {name: before[name] for name in SURVEY if values[name] is None}
    told = promotion.schooling_told(past)
    term = site.term()
    raised = promotion.after(told, promotion.autumns_between(told.term, term)) if told else {}
    if told is not None:
        _bring_schooling(values, row, before, raised)
    values["surveyed_on"] = values["surveyed_on"] or days.today()
    _drop_inapplicable(values, {name for name in SURVEY if name not in said})
    marks = _marks(values, said, before, promotion.autumns_between(past[-1].term, term) if past else 0)
    marks |= {name: RAISED for name in ("schooling", "grade")
              if values[name] is not None and values[name] == raised.get(name) != before[name]}  # fmt: skip
    sure = doubts.settled(child_id)
    wrong = (
        *impossible(values),
        *(each.field for each in doubtful(values) if (each.rule, each.about) not in sure),
    )
    for name in (*_old_phones(child_id), *wrong):
        marks.pop(name, None)
    if past:
        marks |= {
            name: BLANK
            for name in values
            if values[name] is None
            and before.get(name) is None
            and name not in DUE
            and name not in GAP_LABELS
        }
    return Carried(values, marks)


def _until_surveyed(surveys: list[Survey]) -> list[Survey]:
    """Down to the latest survey that was made: rows above it (a grade raised, nobody asked) say only part."""
    made = next((at for at, each in enumerate(surveys, 1) if each.surveyed_on), len(surveys))
    return surveys[:made]


def _before(past: list[Survey]) -> Values:
    before = {
        name: next((told for each in past if (told := getattr(each, name)) is not None), None)
        for name in SURVEY
    }
    return before | {"surveyed_on": None}


def _bring_schooling(values: Values, row: Survey, before: Values, raised: Values) -> None:
    """Schooling, grade, school and class as they follow from an earlier term, unless this term's row says them."""
    if row.schooling and row.schooling != raised["schooling"]:
        raised = {}
    values |= {name: getattr(row, name) or raised.get(name) for name in promotion.FIELDS}
    if values["schooling"] != before["schooling"]:
        values |= {name: getattr(row, name) for name in OF_THE_SCHOOL}


def _drop_inapplicable(values: Values, names: set[str]) -> None:
    for name in names:
        skip = SPECS[name].skip
        if values[name] is not None and skip and skip(values):
            values[name] = None


def _marks(values: Values, said: set[str], before: Values, autumns: int) -> dict[str, str]:
    marks = {}
    for name in (entry.name for entry in ENTRIES if values[entry.name] is not None):
        if name not in SURVEY:
            marks[name] = LAST
        elif name in said and not (name in promotion.FIELDS and values[name] == before[name]):
            marks[name] = THIS
        elif name == "surveyed_on":
            marks[name] = TODAY
        elif name in said or name not in DUE or not DUE[name](values, name, autumns):
            marks[name] = LAST
    return marks


def _old_phones(child_id: UUID) -> list[str]:
    """Phones on the sheet that nobody has given or confirmed for a year."""
    limit = days.years_before(days.today(), 1).isoformat()
    people = family.by_role(family_of([child_id]).get(child_id, []))
    return [name for name, role in PHONES.items()
            if role in people and as_of.day_of(people[role].adult.as_of, "phone")[:10] <= limit]  # fmt: skip


# ---- saving -----------------------------------------------------------------------------------------


def save(
    child_id: UUID, values: Values, base: Values, by: User | None, force: frozenset[str] = frozenset(),
    work: Work = UNTOLD,
) -> Saved:  # fmt: skip
    """`child_sheet.save` of a sheet that began as `carried`; base: what child_sheet.load gave when it was opened.

    A carried answer that no longer applies goes (the place of work of a parent come home), and a phone asked anew and
    left as it was counts as given today. Raises what child_sheet.save raises.
    """
    opened = carried(child_id)
    after = opened.values | values
    untouched = {name for name in SURVEY if after[name] == opened.values[name] != base[name]}
    _drop_inapplicable(after, untouched)
    asked = [name for name in PHONES if opened.values[name] is not None and name not in opened.marks]
    with changes.action(f"更新 {after['name']}", by) as act:
        saved = child_sheet.save(child_id, after, base, by, force, work)
        people = family.by_role(family_of([child_id]).get(child_id, []))
        for name in asked:
            adult = people[PHONES[name]].adult if PHONES[name] in people else None
            if adult and adult.phone == opened.values[name]:
                act.update(adult, as_of=as_of.noted(adult.as_of, ["phone"], as_of.typed(days.today())))
    return saved


# ---- the term itself --------------------------------------------------------------------------------


def term_due() -> str | None:
    """The term that today belongs to, if the one the ledger stands in is over; None while it is not."""
    now, code = site.term(), days.term_code(days.today())
    later = days.term_dates(code)[0] > now.starts
    return code if later and days.today() > now.ends else None


def begin_term(code: str, by: User | None) -> None:
    """Let the ledger stand in a term from now on: surveys, rates and rhythms are its. Raises Refused for a bad code."""
    with changes.action(f"开始新学期 {code}", by):
        site.put("term", site.term_by_code(code).code, by)


# ---- how far it has come ----------------------------------------------------------------------------


def _surveyed() -> peewee.Expression:
    """Children (joined or not) whose survey of this term has been made."""
    made = Survey.live(peewee.SQL("1")).where(
        Survey.child == Child.id, Survey.term == site.term(), Survey.surveyed_on.is_null(False)
    )
    return peewee.fn.EXISTS(made)


def progress() -> Progress:
    """Surveyed and all children on the register, by village group in the register's order."""
    term = site.term()
    made = (Survey.child == Child.id) & (Survey.term == term) & Survey.surveyed_on.is_null(False)
    query = (
        Child.live(Child.village_group, peewee.fn.COUNT(Survey.id), peewee.fn.COUNT(Child.id))
        .join(Survey, peewee.JOIN.LEFT_OUTER, on=made & Survey.deleted_at.is_null())
        .where(dossier.on_register(days.today()))
        .group_by(Child.group_rank, Child.village_group)
        .order_by(Child.group_rank, Child.village_group)
    )
    groups = [GroupProgress(*row) for row in query.tuples()]
    return Progress(
        term.code,
        _term_before(term),
        groups,
        sum(each.surveyed for each in groups),
        sum(each.total for each in groups),
    )


def _term_before(term: Term) -> str | None:
    surveyed = Survey.live(Survey.term).where(Survey.surveyed_on.is_null(False))
    found = Term.select(Term.code).where(Term.starts < term.starts, Term.id.in_(surveyed))
    latest = found.order_by(Term.starts.desc()).first()
    return latest and latest.code


def next_child(after: UUID | None = None, group: str | None = None) -> UUID | None:
    """The next child not yet surveyed this term, in the register's order and from its top again; None if all are.

    group: only of this village group, '' for children of whom none is known.
    """
    here = dossier.on_register(days.today())
    query = Child.live(Child.id).where(~_surveyed(), here).order_by(*ORDER)
    if group is not None:
        query = query.where(Child.village_group == group if group else Child.village_group.is_null())
    last = after and Child.get_or_none(Child.id == after)
    found = (last and query.where(_behind(last)).first()) or query.first()
    return found and found.id


def _behind(here: Child) -> peewee.Expression:
    """Children that come after one in the register's order."""
    later = Child.id > here.id
    for field in (Child.name, Child.village_group, Child.group_rank):
        value = getattr(here, field.name)
        if value is not None:  # children without a group have a rank of their own
            later = (field > value) | ((field == value) & later)
    return later
