"""What one child is owed, from what is on file about it. Pure: facts in, duties out, whatever day it is looked at.

Where something begins or ends on a day (a focus tag, a pairing, an age), the duty is cut there: each piece says on which
days it stands. docs/rules.md says the rules in full.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from db.days import add_months, turns
from db.festivals import birthdays
from db.fit import tier, usual_kind
from db.rhythm import BIRTHDAY, Calendar, Rhythm, Window, window

FIRST, LAST = date.min, date.max
WEEK = timedelta(days=7)
BESIDES = {"potential"}  # owed to a child that is not 留守 too, where a plan names it
PEER = "peer"
PRIVATE, GROWN = 14, 16
BIRTHDAYS = 400  # days from the term's first for which birthdays are worked out
EARLY = timedelta(days=45)  # so long before its day a birthday may be kept


class Tagged(NamedTuple):
    """A focus tag and the days it stands (until: no longer)."""

    tag: str
    since: date
    until: date


class Paired(NamedTuple):
    """A pairing and the days it stands."""

    id: UUID
    helper: UUID
    kind: str
    since: date
    until: date


class Deed(NamedTuple):
    """The last record of a kind by somebody, or one dated later than the day the facts were read."""

    kind: str
    helper: UUID | None
    helper_kind: str | None
    on: date


class Promise(NamedTuple):
    """Something promised for a day: a record's follow-up, a plan's step or review (source)."""

    source: str
    ref: UUID
    on: date
    helper: UUID | None


class Facts(NamedTuple):
    """What is on file about one child on a day (as_of). came: the day it came on file, or came back; pairings in the
    order they began; urgent: by this term's survey, whatever the tags; gone: helpers struck out, who owe nothing any more; lunar: the birthday goes by the lunar calendar.
    Deeds dated later than as_of are a slip of the pen or a clock that went back: they count from their day.
    """

    child: UUID
    as_of: date
    group_rank: int
    born: str | None
    left_on: date | None
    left_behind: bool
    boarding: bool | None
    urgent: bool
    came: date
    tags: list[Tagged]
    pairings: list[Paired]
    deeds: list[Deed]
    promises: list[Promise]
    gone: set[UUID]
    lunar: bool = False


class Piece(NamedTuple):
    """One duty on the days since <= day < until (of the days past, what they said is not kept)."""

    source: str
    what: str
    ref: UUID | None
    helper: UUID | None
    risk: int
    opens: date
    due_by: date
    since: date = FIRST
    until: date = LAST


class Span(NamedTuple):
    """Days on which nothing about the child begins or ends, and how it then stands; groups: those of rhythms it is in."""

    since: date
    until: date
    counted: bool
    risk: int
    groups: set[str]
    live: list[Paired]


def owed(facts: Facts, rhythms: Sequence[Rhythm], starts: date, calendar: Calendar) -> list[Piece]:
    """Everything a child is owed in a term that began on `starts`, duties that go on unchanged as one piece."""
    pieces: dict[tuple, Piece] = {}
    found: list[Piece] = []
    for span in _spans(facts, starts):
        still: dict[tuple, Piece] = {}
        for duty in _duties(facts, span, rhythms, starts, calendar):
            until = min(duty.until, span.until)
            if span.since >= until:
                continue
            before = pieces.get(duty[:7])
            piece = duty._replace(since=before.since if before else span.since, until=until)
            still[duty[:7]] = piece
        found += [piece for key, piece in pieces.items() if key not in still]
        pieces = still
    return found + list(pieces.values())


def owed_on(
    facts: Facts, rhythms: Sequence[Rhythm], starts: date, calendar: Calendar, on: date
) -> Iterator[Piece]:
    """The same as it stands on one day only."""
    for span in _spans(facts, starts):
        if span.since <= on < span.until:
            for duty in _duties(facts, span, rhythms, starts, calendar):
                if on < duty.until:
                    yield duty


def _duties(
    facts: Facts, span: Span, rhythms: Sequence[Rhythm], starts: date, calendar: Calendar
) -> Iterator[Piece]:
    yield from _rhythms(facts, span, rhythms, starts, calendar)
    yield from _promised(facts, span)
    yield from _birthdays(facts, span, starts)


def _spans(facts: Facts, starts: date) -> Iterator[Span]:
    young, small = (turns(facts.born, age) if facts.born else LAST for age in (GROWN, PRIVATE))
    begins, end = max(starts, facts.as_of), facts.left_on or LAST
    cuts = {young, small, *(deed.on for deed in facts.deeds)}
    for begun in (*facts.tags, *facts.pairings):
        cuts |= {begun.since, begun.until}
    if end <= begins:
        return
    for since, until in pairwise([FIRST, *sorted(day for day in cuts if begins < day < end), end]):
        at = max(since, begins)
        tags = {tagged.tag for tagged in facts.tags if tagged.since <= at < tagged.until}
        live = [paired for paired in facts.pairings if paired.since <= at < paired.until]
        risk = 0 if facts.urgent else tier(tags)
        groups = {"all", "focus" if tags else "ordinary", "paired" if live else "unpaired", *tags}
        groups.add(
            "boarding" if facts.boarding else "day"
        )  # who is not known to board is looked in on at home
        if at < small:
            groups.add("under14")
        if not facts.left_behind:
            groups &= BESIDES
        yield Span(
            since, until, facts.left_behind and at < young, risk, groups if at < young else set(), live
        )


def _rhythms(
    facts: Facts, span: Span, rhythms: Sequence[Rhythm], starts: date, calendar: Calendar
) -> Iterator[Piece]:
    for rhythm in rhythms:
        if not span.groups.intersection(rhythm.who):
            continue
        start = max(starts, facts.came, rhythm.since or FIRST)
        done = [
            deed
            for deed in facts.deeds
            if deed.kind in rhythm.kinds and deed.on <= max(span.since, starts, facts.as_of)
        ]
        mine = [paired for paired in span.live if rhythm.by in ("", paired.kind)]
        if rhythm.per == "pairing":
            for paired in mine:
                by = {paired.helper, None}
                last = max((deed.on for deed in done if deed.helper in by), default=None)
                due = window(rhythm, last, max(start, paired.since), calendar, facts.came)
                yield _piece(rhythm, due, span, paired.helper, paired.id)
            continue
        if rhythm.by and mine:
            kin = {paired.helper for paired in facts.pairings if paired.kind == rhythm.by}
            done = [
                deed
                for deed in done
                if deed.helper in kin or (deed.helper_kind and usual_kind(deed.helper_kind) == rhythm.by)
            ]
        last = max((deed.on for deed in done), default=None)
        if rhythm.kind == BIRTHDAY and rhythm.every == "year" and facts.born:
            due = _birthday_month(facts, last, start)
        else:
            due = window(rhythm, last, start, calendar, facts.came)
        yield _piece(rhythm, due, span, mine[0].helper if rhythm.by and mine else _answers(span))


def _birthday_month(facts: Facts, last: date | None, start: date) -> Window:
    """The month of the next birthday that has not been kept, from the month of the first day on."""
    born = date.fromisoformat(facts.born if len(facts.born) == 10 else f"{facts.born}-01")
    first = start.replace(day=1)
    days = (day for day, _ in birthdays(born, facts.lunar, first, add_months(max(first, last or first), 36)))
    day = next(day for day in days if last is None or last < day - EARLY)
    opens = day.replace(day=1)
    return Window(opens, add_months(opens, 1) - timedelta(days=1))


def _piece(rhythm: Rhythm, due: Window, span: Span, helper: UUID | None, ref: UUID | None = None) -> Piece:
    return Piece("rhythm", rhythm.code, ref, helper, span.risk, due.opens, due.due_by)


def _answers(span: Span) -> UUID | None:
    """Who owes what no kind of helper is named for: the first that is no child, for a peer (小老师) only helps to learn."""
    return next((paired.helper for paired in span.live if paired.kind != PEER), None)


def _promised(facts: Facts, span: Span) -> Iterator[Piece]:
    """A follow-up is owed by whoever promised it while paired with the child, else by the child's helper now: by the one
    of the same kind, to whom it was handed over, before the first."""
    helpers = [paired.helper for paired in span.live]
    for promise in facts.promises:
        owes = promise.helper
        if promise.source == "follow_up" and owes not in helpers and helpers:
            kinds = {paired.kind for paired in facts.pairings if paired.helper == owes}
            owes = next(
                (paired.helper for paired in span.live if paired.kind in kinds), _answers(span) or owes
            )
        owes = None if owes in facts.gone else owes
        yield Piece(promise.source, "", promise.ref, owes, span.risk, promise.on - WEEK, promise.on)


def _birthdays(facts: Facts, span: Span, starts: date) -> Iterator[Piece]:
    if not span.counted or not facts.born or len(facts.born) < 10:
        return
    last = starts + timedelta(days=BIRTHDAYS)
    for day, age in birthdays(date.fromisoformat(facts.born), facts.lunar, starts, last):
        until = day + timedelta(days=1)
        yield Piece("birthday", str(age), None, _answers(span), span.risk, day - WEEK, day, until=until)
