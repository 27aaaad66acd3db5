"""信息变更表: who came, who left, who moved, and what else is no longer what it was a term ago.

Surveys keep each term's answers and are compared; what belongs to the child or the family has its changes on record.
Rules: docs/rules.md, 信息变更表.
"""

import io
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import days, dossier, promotion, settings, site
from db.child_fields import ROLE_OF, SURVEY
from db.children import BATCH
from db.export import write_private
from db.fields import specs
from db.models import Adult, Change, Child, Exit, Kinship, Survey, Term, User
from db.register import ORDER
from db.spec import UNKNOWN, Spec, mask, show
from db.values import Refused, group_rank, typed_path
from db.vocab import CRITERION, EXIT, RELATION

KINDS = {"added": "新增", "left": "离开", "moved": "迁移", "changed": "变更"}
MOVED = {"village_group", "address", "school"}
NOT_COMPARED = {"surveyed_on", "declared"}  # the day is new each term; what a register declared is no answer
HEAD = ("类别", "姓名", "村民组", "变更项", "原来", "现在", "日期")
WIDTHS = (8, 10, 12, 18, 28, 28, 12)
ZONE = timedelta(hours=8)


class ChangeLine(NamedTuple):
    """One line of the table. what: the field's label, or what happened; day: None where it is not known."""

    child_id: UUID
    name: str
    village_group: str | None
    what: str
    old: str
    new: str
    day: date | None


class TermChanges(NamedTuple):
    """What changed from one term (None: there is no earlier one) to another, each kind in the register's order."""

    term: str
    before: str | None
    added: list[ChangeLine]
    left: list[ChangeLine]
    moved: list[ChangeLine]
    changed: list[ChangeLine]

    def by_kind(self) -> list[tuple[str, list[ChangeLine]]]:
        """The four kinds in words, each with its lines."""
        return [(label, getattr(self, kind)) for kind, label in KINDS.items()]


class Span(NamedTuple):
    """Two terms to compare, and the days in China between their ends, both included."""

    term: Term
    before: Term | None
    first: date
    last: date

    def has(self, stamp: peewee.Field) -> peewee.Expression:
        """Stamps (naive UTC) that fall on these days."""
        return (stamp >= _stamp(self.first)) & (stamp < _stamp(self.last + timedelta(days=1)))


def between(term: str | None = None, before: str | None = None, reveal: bool = False) -> TermChanges:
    """The changes of a term (this one) since another (the latest surveyed before it), by their codes.

    ID numbers and phones are masked unless reveal. Raises Refused for a term not on file.
    """
    span = _span(term, before)
    added, left = _added(span), _left(span)
    edits = [*_compared(span, reveal), *_noted(span, reveal)]
    away = Child.live(Child.id).where(~dossier.on_register(span.first - timedelta(days=1)))
    new = {line.child_id for line in added} | {child.id for child in away}
    fresh = [(field, line) for field, line in edits if line.child_id not in new]
    return TermChanges(
        span.term.code, span.before and span.before.code, added, left,
        _in_order(line for field, line in fresh if field in MOVED),
        _in_order(line for field, line in fresh if field not in MOVED),
    )  # fmt: skip


def _span(code: str | None, before_code: str | None) -> Span:
    current = site.term()
    term = current if code in (None, current.code) else _term(code)
    before = _term(before_code) if before_code else _surveyed_before(term)
    first = before.ends + timedelta(days=1) if before else term.starts
    today = days.today()
    last = today if term.code == current.code else min(term.ends, today)
    return Span(term, before, min(first, last), last)


def _term(code: str) -> Term:
    found = Term.get_or_none(Term.code == code)
    if found is None:
        raise Refused(f"台账里没有“{code}”这个学期，请核对学期写法，如 2026秋")
    return found


def _surveyed_before(term: Term) -> Term | None:
    surveyed = Survey.select(Survey.term).where(Survey.surveyed_on.is_null(False))
    query = Term.select().where(Term.starts < term.starts, Term.id.in_(surveyed))
    return query.order_by(Term.starts.desc()).first()


def _stamp(day: date) -> datetime:
    """The moment (naive UTC) at which a day in China begins."""
    return datetime.combine(day, time()) - ZONE


def _in_order(lines: Iterator[ChangeLine]) -> list[ChangeLine]:
    return sorted(
        lines,
        key=lambda line: (group_rank(line.village_group), line.village_group or "", line.name, line.child_id),
    )


# ---- who came and who left ----------------------------------------------------------------------------


def _added(span: Span) -> list[ChangeLine]:
    """Live children without a survey of an earlier term who were registered in the span, or first surveyed in the term;
    and those who had left before the span and came back in it."""
    known = Survey.live(Survey.child).join(Term).where(Term.starts < span.term.starts)
    mine = (Survey.child == Child.id) & (Survey.term == span.term) & Survey.deleted_at.is_null()
    query = (
        Child.live(Child, Survey.surveyed_on)
        .join(Survey, peewee.JOIN.LEFT_OUTER, on=mine)
        .where(Child.id.not_in(known), span.has(Child.created_at) | Survey.id.is_null(False))
        .order_by(*ORDER)
    )
    lines = []
    for child in query:
        survey = getattr(child, "survey", None)
        day = (survey and survey.surveyed_on) or days.in_china(child.created_at)
        lines.append(_line(child, "登记", "", "", day))
    back = (
        Exit.live(Exit, Child)
        .join(Child)
        .where(
            Child.deleted_at.is_null(),
            Exit.on_date < span.first,
            Exit.returned_on.between(span.first, span.last),
        )
    )
    lines += [_line(row.child, "重新登记", EXIT.label(row.reason), "", row.returned_on) for row in back]
    return _in_order(lines)


def _left(span: Span) -> list[ChangeLine]:
    """Who left the register in the span and is not back, who was struck out in it (unless registered in it: a slip), and
    who turned 16 in it while still on the register."""
    eve = span.first - timedelta(days=1)
    back = Exit.returned_on.is_null(False) & (Exit.returned_on <= span.last)
    exits = Exit.live(Exit, Child).join(Child).where(Child.deleted_at.is_null(), ~back)
    out = list(exits.where(Exit.on_date.between(span.first, span.last)))
    gone = Child.select().where(
        span.has(Child.deleted_at), Child.created_at < _stamp(span.first), dossier.on_register(eve)
    )
    grown = Child.live().where(
        Child.birth_date.is_null(False), dossier.young_enough(eve), ~dossier.young_enough(span.last),
        Child.created_at < _stamp(span.last + timedelta(days=1)), dossier.on_register(span.last),
        Child.id.not_in([row.child_id for row in out]),
    )  # fmt: skip
    lines = [_line(row.child, EXIT.label(row.reason), "", row.destination or "", row.on_date) for row in out]
    lines += [_line(child, "删除档案", "", "", days.in_china(child.deleted_at)) for child in gone]
    lines += [
        _line(child, "满16周岁", child.birth_date, "", days.turns(child.birth_date, dossier.UNDER))
        for child in grown
    ]
    return _in_order(lines)


def _line(child: Child, what: str, old: str, new: str, day: date | None) -> ChangeLine:
    return ChangeLine(child.id, child.name or "", child.village_group, what, old, new, day)


# ---- what the surveys say ------------------------------------------------------------------------------


def _compared(span: Span, reveal: bool) -> Iterator[tuple[str, ChangeLine]]:
    """Answers that differ between the surveys of the two terms; a grade that went up as grades do is no change."""
    if span.before is None:
        return
    earlier = Survey.alias()
    made = earlier.deleted_at.is_null() & earlier.surveyed_on.is_null(False)
    same = (earlier.child == Survey.child) & (earlier.term == span.before) & made
    query = (
        Survey.live(Survey, Child, earlier)
        .join(Child)
        .switch(Survey)
        .join(earlier, on=same, attr="earlier")
        .where(Survey.term == span.term, Survey.surveyed_on.is_null(False), Child.deleted_at.is_null())
    )
    autumns = promotion.autumns_between(span.before, span.term)
    for survey in query.iterator():
        follows = promotion.after(survey.earlier, autumns)
        for name, spec in SURVEY.items():
            old, new = getattr(survey.earlier, name), getattr(survey, name)
            stayed = name == "grade" and old == new
            if name in NOT_COMPARED or new == follows.get(name, old) or (old == new and not stayed):
                continue
            said = _text(spec, new, reveal) + ("（没有升级）" if stayed else "")
            yield name, _line(survey.child, spec.label, _text(spec, old, reveal), said, survey.surveyed_on)


def _text(spec: Spec, value: Any, reveal: bool) -> str:
    return show(spec, value) if reveal else mask(spec, show(spec, value))


# ---- what was edited about the child and the family ------------------------------------------------------


def _noted(span: Span, reveal: bool) -> Iterator[tuple[str, ChangeLine]]:
    """Fields of the child, its relatives and its ties to them, from what stood before the span to what stood after it."""
    for model in (Child, Adult, Kinship):
        told, edits = specs(model), _edits(span, model)
        for keys in peewee.chunked(edits, BATCH):
            for key, child, who in _owners(model, keys):
                for name, (old, new, day) in edits[key].items():
                    if old != new and name in told:
                        spec = told[name]
                        yield name if model is Child else "", _line(
                            child, f"{who}{spec.label}", _text(spec, old, reveal), _text(spec, new, reveal), day
                        )  # fmt: skip
    yield from (("", line) for line in _ties(span))


def _ties(span: Span) -> Iterator[ChangeLine]:
    """Who became or ceased to be kin or guardian of a child, and where another person took a relative's place."""
    edits, begins = _edits(span, Kinship), _stamp(span.first)
    concerned = (
        Kinship.id.in_(_updates(span, Kinship, Change.row))
        | span.has(Kinship.created_at)
        | span.has(Kinship.deleted_at)
    )
    query = Kinship.select(Kinship, Child, Adult).join(Child).switch(Kinship).join(Adult)
    guardians: dict[Child, tuple[list[str], list[str], date]] = {}
    for kin in query.where(concerned, Child.deleted_at.is_null()).order_by(Kinship.id):
        edited, new, gone = edits.get(kin.id, {}), kin.created_at >= begins, kin.deleted_at is not None
        if new and gone:
            continue
        day = days.in_china(kin.deleted_at or kin.created_at)
        was, _, told = edited.get("guardian", (kin.guardian and not new, None, day))
        person = f"{_who(kin)} {kin.adult.name or ''}".strip()
        if was != (kin.guardian and not gone):
            lost, gained, _ = guardians.get(kin.child, ([], [], told))
            (lost if was else gained).append(person)
            guardians[kin.child] = (lost, gained, told)
        if (new or gone) and (kin.relation in ROLE_OF or not (was or kin.guardian)):
            yield _line(kin.child, f"{_who(kin)}姓名", *_turned(kin.adult.name or UNKNOWN, gone), day)
        if "adult" in edited and not new:
            former, _, day = edited["adult"]
            names = Adult.get_by_id(UUID(former)).name or UNKNOWN, kin.adult.name or UNKNOWN
            yield _line(kin.child, f"{_who(kin)}改为另一人", *names, day)
    for child, (lost, gained, day) in guardians.items():
        yield _line(child, "监护人", "、".join(lost) or UNKNOWN, "、".join(gained) or UNKNOWN, day)


def _turned(name: str, gone: bool) -> tuple[str, str]:
    return (name, UNKNOWN) if gone else (UNKNOWN, name)


def _who(kin: Kinship) -> str:
    return RELATION.label(kin.relation) if kin.relation else "监护人"


def _edits(span: Span, model: type) -> dict[UUID, dict[str, tuple[Any, Any, date]]]:
    """Row → field → (what it held before the span, what after it, the day of its last edit)."""
    edits: dict[UUID, dict[str, tuple[Any, Any, date]]] = defaultdict(dict)
    query = _updates(span, model, Change.row, Change.at, Change.what)
    for change in query.order_by(Change.id):
        for name, (old, new) in json.loads(change.what).items():
            first = edits[change.row].get(name, (old,))[0]
            edits[change.row][name] = (first, new, days.in_china(change.at))
    return edits


def _updates(span: Span, model: type, *fields: peewee.Field) -> peewee.ModelSelect:
    return Change.select(*fields).where(
        Change.table == model._meta.table_name, Change.kind == "update", span.has(Change.at)
    )


def _owners(model: type, keys: list[UUID]) -> Iterator[tuple[UUID, Child, str]]:
    """The live children that rows are about: (row, child, who it is to the child)."""
    if model is Child:
        yield from ((child.id, child, "") for child in Child.live().where(Child.id.in_(keys)))
        return
    of = Kinship.adult if model is Adult else Kinship.id
    query = Kinship.live(Kinship, Child, Adult).join(Child).switch(Kinship).join(Adult)
    for kinship in query.where(of.in_(keys), Child.deleted_at.is_null()):
        yield (kinship.adult_id if model is Adult else kinship.id), kinship.child, _who(kinship)


# ---- as a file -----------------------------------------------------------------------------------------


def export(
    path: str,
    by: User | None = None,
    term: str | None = None,
    before: str | None = None,
    reveal: bool = False,
) -> int:
    """Write the table to an xlsx file (0600); returns how many lines. Raises Refused if it can't be written."""
    import xlsxwriter

    found = between(term, before, reveal)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    })  # fmt: skip
    page = book.add_worksheet("信息变更表")
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    here = site.site()
    page.write_string(0, 0, f"{here.name if here else ''}留守儿童信息变更表", bold)
    page.write_string(1, 0, _about(found, by))
    for at, (label, width) in enumerate(zip(HEAD, WIDTHS, strict=True)):
        page.set_column(at, at, width, text)
        page.write_string(2, at, label, bold)
    page.freeze_panes(3, 2)
    rows = [(kind, line) for kind, lines in found.by_kind() for line in lines]
    for row, (kind, line) in enumerate(rows, 3):
        day = line.day.isoformat() if line.day else ""
        cells = (kind, line.name, line.village_group or UNKNOWN, line.what, line.old, line.new, day)
        for at, cell in enumerate(cells):
            page.write_string(row, at, cell, text)
    book.close()
    write_private(typed_path(path), out.getvalue())
    return len(rows)


def _about(found: TermChanges, by: User | None) -> str:
    since = f"（与{found.before}比较）" if found.before else ""
    criterion = CRITERION.label(settings.get("criterion"))
    made = f"　制表：{by.name}" if by and by.name else ""
    return f"学期：{found.term}{since}　填报日期：{days.today().isoformat()}　认定口径：{criterion}{made}"
