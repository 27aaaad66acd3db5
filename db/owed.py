"""The table of what is owed (Owed): worked out again for every child an action touched, for all when the rules moved."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

import peewee

from db import bulk, days, rhythm, settings, store, values
from db.fit import urgent_as_surveyed
from db.ids import uuid7
from db.models import (
    CarePlan,
    CareRecord,
    CareStep,
    Child,
    Decision,
    Exit,
    Focus,
    Helper,
    Owed,
    Pairing,
    PlanItem,
    Setting,
    Survey,
    Term,
    database,
)
from db.owing import FIRST, LAST, Deed, Facts, Paired, Piece, Promise, Tagged, owed, owed_on
from db.rhythm import Calendar, Rhythm

BATCH = 400
MARK = "owed"  # the setting that says for which rules the table stands
RULES = 7  # raised when db.owing gives something else for the same facts
NOWHERE = values.group_rank(None)
ORDINARY = 2  # the risk of what is no child's
COLUMNS = ("id", "child", "group_rank", *Piece._fields)


class Rules(NamedTuple):
    """What the table follows from besides the children: the term (its key, if it is on file), the rhythms, the terms' dates."""

    term: UUID | None
    starts: date
    rhythms: tuple[Rhythm, ...]
    calendar: Calendar


def in_force() -> tuple[Rhythm, ...]:
    """The rhythms the ledger follows; a monthly talk where nobody chose any."""
    return _read(settings.text("rhythms"))


@lru_cache(maxsize=4)
def _read(text: str | None) -> tuple[Rhythm, ...]:
    given = json.loads(text) if text else None
    return (rhythm.DEFAULT,) if given is None else tuple(rhythm.read(each) for each in given)


def rules(term: Term | None = None) -> Rules:
    """What the duties of a term, this one unless told, follow from."""
    terms = {row.code: row for row in Term.live()}
    if term is None:
        code = settings.term_code()
        term = terms.get(code) or Term(code=code, starts=days.term_dates(code)[0], id=None)
    calendar = Calendar(tuple((code, row.starts, row.ends) for code, row in sorted(terms.items())))
    return Rules(term.id, term.starts, in_force(), calendar)


def _mark() -> str:
    """Everything but the children that the table follows from, as one text."""
    terms = [
        [row.code, row.starts.isoformat(), row.ends.isoformat()] for row in Term.live().order_by(Term.code)
    ]
    return json.dumps([RULES, settings.term_code(), terms, settings.text("rhythms")], ensure_ascii=False)


def settle() -> None:
    """See that the table stands for this term and these rules; after an upgrade, a new term, another rhythm it does not."""
    if settings.are_held():  # inside settled()
        return
    with settings.held():
        if settings.text(MARK) == _mark():
            return
    with store.translated(), database.atomic():
        if (
            not database.obj.keys_in_bytes
        ):  # whoever is writing to the table is let through first, with his rows
            database.execute_sql(f'LOCK TABLE "{Owed._meta.table_name}" IN EXCLUSIVE MODE')
        mark = _mark()
        if settings.text(MARK) == mark:  # another program has just done it
            return
        Owed.delete().execute()
        _fill([child.id for child in Child.live(Child.id)], rules())
        bulk.insert(Owed, COLUMNS, list(_of_site()))
        Setting.insert(key=MARK, value=mark).on_conflict(
            conflict_target=[Setting.key], update={Setting.value: mark}
        ).execute()


@contextmanager
def settled() -> Iterator[None]:
    """Inside, the table stands and the settings are held: for one answer made of many that each see to both."""
    settle()
    with settings.held():
        yield


def refresh(children: Iterable[UUID]) -> None:
    """Work out again what these children are owed."""
    settle()
    batches = [list(batch) for batch in peewee.chunked(sorted(children), BATCH)]
    if not database.obj.keys_in_bytes:  # two at once would each add what the other has added
        for batch in batches:
            held = Child.select(Child.id).where(Child.id.in_(batch)).order_by(Child.id)
            list(held.for_update("FOR NO KEY UPDATE"))
    for batch in batches:
        Owed.delete().where(Owed.child.in_(batch)).execute()
    given = rules()  # only now: the table may have been made anew for others while this waited
    for batch in batches:
        _fill(batch, given)


def refresh_site() -> None:
    """Work out again what the site owes: open items of plans, decisions of meetings."""
    settle()
    if not database.obj.keys_in_bytes:
        # Behind one who makes the table anew: he writes the mark at the end, it must not be held while waiting for him.
        database.execute_sql(f'LOCK TABLE "{Owed._meta.table_name}" IN ROW EXCLUSIVE MODE')
        # Two at once would each add what the other has added.
        list(Setting.select(Setting.id).where(Setting.key == MARK).for_update())
    Owed.delete().where(Owed.child.is_null()).execute()
    bulk.insert(Owed, COLUMNS, list(_of_site()))


def _of_site() -> Iterator[tuple]:
    """The site's duties as rows of the table."""
    items = PlanItem.live(
        peewee.Value("item"), PlanItem.id, PlanItem.helper, PlanItem.opens, PlanItem.due_on
    ).where(PlanItem.done_on.is_null(), PlanItem.dropped.is_null(), PlanItem.due_on.is_null(False))
    decisions = Decision.live(
        peewee.Value("decision"), Decision.id, Decision.helper, Decision.due_on, Decision.due_on
    ).where(Decision.done_on.is_null(), Decision.due_on.is_null(False))
    here = {helper.id for helper in Helper.live(Helper.id)}
    for source, ref, helper, opens, due_by in [*items.tuples(), *decisions.tuples()]:
        helper = helper if helper in here else None
        opens = FIRST if source == "decision" else opens or due_by
        yield (uuid7(), None, NOWHERE, source, "", ref, helper, ORDINARY, opens, due_by, FIRST, LAST)


def _fill(children: list[UUID], given: Rules) -> None:
    for batch in peewee.chunked(children, BATCH):
        rows = [  # all read before the first is written: PostgreSQL's connection does one thing at a time
            (uuid7(), facts.child, facts.group_rank, *piece)
            for facts in read_facts(batch, given.term)
            for piece in owed(facts, given.rhythms, given.starts, given.calendar)
        ]
        bulk.insert(Owed, COLUMNS, rows)


def once(
    children: list[UUID], term: Term | None, on: date, codes: Collection[str] | None = None
) -> Iterator[tuple[UUID, Piece]]:
    """What children are owed on a day of a term (None: this one), worked out for this once: (child, duty).

    codes: only what these rhythms ask; everything unless told. From when until when a duty stands is not told.
    """
    given = rules(term)
    rhythms = [each for each in given.rhythms if codes is None or each.code in codes]
    for batch in peewee.chunked(children, BATCH):
        for facts in read_facts(batch, given.term, on):
            for piece in owed_on(facts, rhythms, given.starts, given.calendar, on):
                if codes is None or piece.source == "rhythm":
                    yield facts.child, piece


def site_drifted() -> bool:
    """Whether the table says something else of the site than the rules give."""
    fields = [getattr(Owed, name) for name in COLUMNS[1:]]
    stored = set(Owed.select(*fields).where(Owed.child.is_null()).tuples())
    return stored != {row[1:] for row in _of_site()}


def drifted(children: list[UUID], on: date) -> set[UUID]:
    """Those of some children for whom the table says something else than the rules give, as of a day."""
    stored, right = defaultdict(set), defaultdict(set)
    fields = [getattr(Owed, name) for name in Piece._fields[:7]]
    standing = Owed.select(Owed.child, *fields).where(
        Owed.child.in_(children), Owed.since <= on, Owed.until > on
    )
    for row in standing.tuples():
        stored[row[0]].add(tuple(row[1:]))
    for child, piece in once(children, None, on):
        right[child].add(tuple(piece[:7]))
    return {child for child in children if stored[child] != right[child]}


# ---- what is on file about the children -----------------------------------------------------------


def read_facts(children: list[UUID], term: UUID | None, on: date | None = None) -> Iterator[Facts]:
    """What is on file about some live children, as far as duties go; records up to a day, today unless told."""
    surveys = {row[0]: row[1:] for row in Survey.live(
        Survey.child, Survey.left_behind, Survey.boarding, Survey.no_guardian, Survey.guardianship, Survey.schooling
    ).where(Survey.term == term, Survey.child.in_(children)).tuples()}  # fmt: skip
    came, tags, pairings = _came(children), _tags(children), _pairings(children)
    on = on or days.today()
    deeds, promises = _deeds(children, on), _promises(children)
    named = {promise.helper for each in promises.values() for promise in each if promise.helper}
    gone = {
        row.id
        for row in Helper.select(Helper.id).where(Helper.id.in_(named), Helper.deleted_at.is_null(False))
    }
    people = Child.live(
        Child.id, Child.group_rank, Child.birth_date, Child.left_on, Child.lunar_birthday
    ).where(Child.id.in_(children))
    for child, rank, born, left_on, lunar in people.tuples():
        behind, boarding, *told = surveys.get(child, (None, None, None, None, None))
        yield Facts(
            child, on, rank, born, left_on, bool(behind), boarding, bool(urgent_as_surveyed(*told)),
            came.get(child, FIRST), tags[child], pairings[child], deeds[child], promises[child], gone, bool(lunar),
        )  # fmt: skip


def as_day(value: date | str | None) -> date | None:
    """A day that an aggregate gives as text (SQLite) or as a day."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _came(children: list[UUID]) -> dict[UUID, date]:
    """The day of a child's first survey (of its term's first day, where it has none), or the day it came back since."""
    first = (
        Survey.live(Survey.child, peewee.fn.MIN(peewee.fn.COALESCE(Survey.surveyed_on, Term.starts)))
        .join(Term)
        .where(Survey.child.in_(children))
        .group_by(Survey.child)
    )
    found = {child: as_day(day) for child, day in first.tuples()}
    back = (
        Exit.live(Exit.child, peewee.fn.MAX(Exit.returned_on))
        .where(Exit.child.in_(children), Exit.returned_on.is_null(False))
        .group_by(Exit.child)
    )
    for child, day in back.tuples():
        found[child] = max(found.get(child, FIRST), as_day(day))
    return found


def _tags(children: list[UUID]) -> dict[UUID, list[Tagged]]:
    found = defaultdict(list)
    query = Focus.live(Focus.child, Focus.tag, Focus.since, Focus.until).where(Focus.child.in_(children))
    for child, tag, since, until in query.tuples():
        found[child].append(Tagged(tag, since or FIRST, until or LAST))
    return found


def _pairings(children: list[UUID]) -> dict[UUID, list[Paired]]:
    """With a helper who was struck out a pairing stands on no day, but what it was counts still."""
    found = defaultdict(list)
    query = (
        Pairing.live(
            Pairing.child, Pairing.id, Pairing.helper, Pairing.kind, Pairing.since, Pairing.until, Helper.deleted_at
        )
        .join(Helper)
        .where(Pairing.child.in_(children))
        .order_by(Pairing.since.asc(nulls="last"), Pairing.id)
    )  # fmt: skip
    for child, key, helper, kind, since, until, gone in query.tuples():
        until = (until or LAST) if gone is None else FIRST
        found[child].append(Paired(key, helper, kind or "helper", since or FIRST, until))
    return found


def _deeds(children: list[UUID], on: date) -> dict[UUID, list[Deed]]:
    """The last of each kind by each helper up to a day, and every one that is dated later."""
    found = defaultdict(list)
    done = (
        CareRecord.live(
            CareRecord.child,
            CareRecord.kind,
            CareRecord.helper,
            Helper.kind,
            peewee.fn.MAX(CareRecord.on_date),
        )
        .join(Helper, peewee.JOIN.LEFT_OUTER)
        .where(CareRecord.child.in_(children), CareRecord.missed.is_null(), CareRecord.on_date.is_null(False))
        .group_by(CareRecord.child, CareRecord.kind, CareRecord.helper, Helper.kind)
    )
    later = done.where(CareRecord.on_date > on).group_by_extend(CareRecord.on_date)
    for query in (done.where(CareRecord.on_date <= on), later):
        for child, kind, helper, helper_kind, day in query.tuples():
            found[child].append(Deed(kind, helper, helper_kind, as_day(day)))
    return found


def _promises(children: list[UUID]) -> dict[UUID, list[Promise]]:
    found = defaultdict(list)
    follow_ups = CareRecord.live(
        CareRecord.child, CareRecord.id, CareRecord.follow_up_on, CareRecord.helper
    ).where(
        CareRecord.child.in_(children),
        CareRecord.follow_up_on.is_null(False),
        CareRecord.follow_up_done.is_null(),
    )
    open_plan = CarePlan.deleted_at.is_null() & CarePlan.closed_on.is_null()
    steps = (
        CareStep.live(
            CareStep.child, CareStep.id, CareStep.due_on, peewee.fn.COALESCE(CareStep.helper, CarePlan.helper)
        )
        .join(CarePlan)
        .where(
            CareStep.child.in_(children),
            open_plan,
            CareStep.due_on.is_null(False),
            CareStep.done_on.is_null(),
        )
    )
    look_on = peewee.fn.COALESCE(CarePlan.review_on, CarePlan.ends)
    reviews = CarePlan.live(CarePlan.child, CarePlan.id, look_on, CarePlan.helper).where(
        CarePlan.child.in_(children), open_plan, look_on.is_null(False)
    )
    for source, query in (("follow_up", follow_ups), ("step", steps), ("review", reviews)):
        for child, ref, day, helper in query.tuples():
            found[child].append(Promise(source, ref, as_day(day), helper))
    return found
