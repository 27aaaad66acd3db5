"""What each target came to in each term: kept as it is worked out, for the trend over terms."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from db import days, site, store, targets
from db.errors import LedgerError
from db.models import Snapshot, Term, database
from db.targets import Target, rate


class Point(NamedTuple):
    """A target in a term (its code), as it was last worked out in it; on: the day those figures were first seen."""

    term: str
    on: date
    numerator: int
    denominator: int
    rate: float | None
    goal: float | None


def note(found: Iterable[Target]) -> bool:
    """Keep what targets of this term, as of today, have come to, where it differs from what was kept.

    A day outside the term (it is over and no other has begun, or the clock is wrong) changes nothing of it. Whether
    everything is kept now: a ledger that may not be written to goes without (a trend is worth no trouble).
    """
    term, today = site.term(), days.today()
    if not term.starts <= today <= term.ends:
        return True
    try:
        keep(found, term, today)
    except LedgerError:
        return False
    return True


def keep(found: Iterable[Target], term: Term, on: date) -> None:
    """Keep what targets have come to in a term; what cannot be said of it any more is not kept. Raises LedgerError."""
    kept = {row.code: row for row in Snapshot.select().where(Snapshot.term == term.id)}
    fresh, unsaid = [], []
    for each in found:
        before = kept.get(each.code)
        now = (each.numerator, each.denominator, each.goal)
        known = before is not None and now == (before.numerator, before.denominator, before.goal)
        if each.waiting is not None or not each.denominator:
            unsaid += [before.id] if before else []
        elif not known:
            fresh.append(each)
    if not fresh and not unsaid:
        return
    with store.translated(), database.atomic():
        store.check_not_newer()
        if unsaid:
            Snapshot.delete().where(Snapshot.id.in_(unsaid)).execute()
        for each in fresh:
            told = {
                Snapshot.on_date: on, Snapshot.numerator: each.numerator, Snapshot.denominator: each.denominator,
                Snapshot.goal: each.goal, Snapshot.made_at: days.now(),
            }  # fmt: skip
            row = {Snapshot.term: term.id, Snapshot.code: each.code} | told
            Snapshot.insert(row).on_conflict(
                conflict_target=[Snapshot.term, Snapshot.code], update=told
            ).execute()


def keep_term() -> None:
    """Keep what every target has come to in the term that is about to end; one that another has followed stays as it was."""
    term = site.term()
    on = min(days.today(), term.ends)
    followed = Snapshot.select().join(Term).where(Term.starts > term.ends).exists()
    if on >= term.starts and not followed:
        keep(targets.targets(on=on), term, on)


def trend(code: str) -> list[Point]:
    """A target over the terms, the earliest first."""
    query = Snapshot.select(Snapshot, Term).join(Term).where(Snapshot.code == code, Term.deleted_at.is_null())
    return [
        Point(
            row.term.code, row.on_date, row.numerator, row.denominator, rate(row.numerator, row.denominator), row.goal
        )
        for row in query.order_by(Term.starts)
    ]  # fmt: skip
