"""What a child is owed, cut into pieces that stand on some days: for every day the same as if worked out for that day alone."""

import random
from collections import Counter
from datetime import date, timedelta
from functools import cache
from uuid import UUID

import pytest

from db.days import age_on
from db.festivals import lunar_text
from db.fit import URGENT, USUAL, usual_kind
from db.owing import FIRST, LAST, Deed, Facts, Paired, Promise, Tagged, owed
from db.rhythm import Calendar, Rhythm, window

STARTS = date(2026, 9, 1)
NEW_YEAR = date(2027, 2, 6)  # 春节
CALENDAR = Calendar((("2026秋", STARTS, date(2027, 1, 20)),))
RHYTHMS = (
    Rhythm("talk", "谈心", "talk", count="interval", holidays=True),
    Rhythm("call", "电话", "phone_call", "week", who=("focus", "under14"), settled_by=("video_call",)),
    Rhythm("visit", "走访", "visit", "month", times=2, by="teacher", who=("paired",)),
    Rhythm("love", "做客", "home_stay", "quarter", by="love_mother", per="pairing"),
    Rhythm("home", "家访", "visit", "term", who=("unpaired", "boarding"), first_days=5, holidays=True),
    Rhythm("promise", "辅导", "counselling", "month", who=("potential", "study"), months=(9, 10, 12)),
)
KINDS = ("talk", "phone_call", "video_call", "visit", "home_stay", "counselling")
HELPERS = [UUID(int=number) for number in range(1, 5)]


def facts(chance: random.Random) -> Facts:
    """A child of chance: tags, pairings and deeds that begin and end on any day of some months, before and after today."""

    def day() -> date:
        return date(2026, 7, 1) + timedelta(days=chance.randrange(200))

    def span() -> tuple[date, date]:
        since, until = sorted((day(), day()))
        return chance.choice((FIRST, since)), chance.choice((LAST, until))

    as_of = date(2026, 8, 20) + timedelta(days=chance.randrange(60))
    born = chance.choice(
        (
            None,
            "2016-02-29",
            "2012-10",
            "2010-11",
            "2012-02-29",
            *(f"{2010 + 2 * n}-10-0{1 + n}" for n in range(3)),
        )
    )
    return Facts(
        UUID(int=99), as_of, 1, born, chance.choice((None, None, as_of + timedelta(days=30))), chance.random() < 0.8,
        chance.choice((True, False, None)), chance.random() < 0.1, chance.choice((FIRST, day())),
        [Tagged(chance.choice(("study", "potential", "no_guardian")), *span()) for _ in range(chance.randrange(3))],
        [Paired(UUID(int=50 + nth), chance.choice(HELPERS), chance.choice(("teacher", "love_mother", "helper", "peer")), *span())
         for nth in range(chance.randrange(4))],
        [Deed(chance.choice(KINDS), chance.choice((None, *HELPERS)), chance.choice((None, *USUAL)), day())
         for _ in range(chance.randrange(8))],
        [Promise(source, UUID(int=70 + nth), day(), chance.choice((None, *HELPERS)))
         for nth, source in enumerate(("follow_up", "step", "review")) if chance.random() < 0.5],
        set(chance.sample(HELPERS, 1)), chance.random() < 0.3,
    )  # fmt: skip


def plainly(child: Facts, on: date) -> Counter:
    """What a child is owed on a day, worked out for that day alone: the rules as docs/rules.md tells them."""
    if child.left_on and on >= child.left_on:
        return Counter()
    tags = {tag for tag, since, until in child.tags if since <= on < until}
    live = [paired for paired in child.pairings if paired.since <= on < paired.until]
    young = under(16, child.born, on)
    answers = next((paired.helper for paired in live if paired.kind != "peer"), None)
    risk = 0 if child.urgent or tags & URGENT else 1 if tags else 2
    found = []
    for rhythm in RHYTHMS if young else ():
        if not in_groups(child, rhythm, tags, live, on):
            continue
        start = max(STARTS, child.came)
        deeds = [deed for deed in child.deeds if deed.kind in rhythm.kinds and deed.on <= on]
        mine = [paired for paired in live if rhythm.by in ("", paired.kind)]
        if rhythm.per == "pairing":
            for paired in mine:
                days = [deed.on for deed in deeds if deed.helper in (None, paired.helper)]
                due = window(rhythm, max(days, default=None), max(start, paired.since), CALENDAR, child.came)
                found.append(("rhythm", rhythm.code, paired.id, paired.helper, risk, *due))
            continue
        if rhythm.by and mine:
            kin = [paired.helper for paired in child.pairings if paired.kind == rhythm.by]
            deeds = [
                deed for deed in deeds if deed.helper in kin or (deed.helper_kind and usual_kind(deed.helper_kind) == rhythm.by)
            ]  # fmt: skip
        due = window(rhythm, max((deed.on for deed in deeds), default=None), start, CALENDAR, child.came)
        found.append(
            ("rhythm", rhythm.code, None, mine[0].helper if rhythm.by and mine else answers, risk, *due)
        )
    week = timedelta(days=7)
    for source, ref, day, helper in child.promises:
        if source == "follow_up" and live and helper not in [paired.helper for paired in live]:
            kinds = {paired.kind for paired in child.pairings if paired.helper == helper}
            helper = next((paired.helper for paired in live if paired.kind in kinds), answers or helper)
        found.append((source, "", ref, None if helper in child.gone else helper, risk, day - week, day))
    if child.left_behind and young and child.born and len(child.born) == 10:
        for age, day in birthdays(child.born, child.lunar):
            if day >= on:
                found.append(("birthday", str(age), None, answers, risk, day - week, day))
    return Counter(found)


@cache
def birthdays(born: str, lunar: bool) -> list[tuple[int, date]]:
    """Those from the term's first day on, for a good year: an age and the day it is kept on.

    By the moon: every day of that name. None of the children was born before the new year or in a leap month.
    """
    ahead = [STARTS + timedelta(days=n) for n in range(401)]
    if lunar:
        name = lunar_text(date.fromisoformat(born))
        return [(2026 + (day >= NEW_YEAR) - int(born[:4]), day) for day in ahead if lunar_text(day) == name]
    kept = []
    for year in range(STARTS.year, STARTS.year + 3):
        leap = born.endswith("02-29") and year % 4
        day = date(year, int(born[5:7]), 28 if leap else int(born[8:]))
        if 0 <= (day - STARTS).days <= 400:
            kept.append((year - int(born[:4]), day))
    return kept


def under(age: int, born: str | None, on: date) -> bool:
    """Whether somebody is younger, who knows no birth date among them."""
    if born is None or len(born) == 10:
        return born is None or age_on(born, on) < age
    return on.isoformat()[:7] <= f"{int(born[:4]) + age}{born[4:]}"


def in_groups(child: Facts, rhythm: Rhythm, tags: set[str], live: list[Paired], on: date) -> bool:
    if not child.left_behind:
        return "potential" in tags and "potential" in rhythm.who
    return any((
        "all" in rhythm.who, "focus" in rhythm.who and tags, "under14" in rhythm.who and under(14, child.born, on),
        "paired" in rhythm.who and live, "unpaired" in rhythm.who and not live, "boarding" in rhythm.who and child.boarding,
        tags & set(rhythm.who),
    ))  # fmt: skip


def standing(pieces, on: date) -> Counter:
    return Counter(piece[:7] for piece in pieces if piece.since <= on < piece.until)


@pytest.mark.parametrize("seed", range(12))
def test_on_every_day_the_pieces_are_what_that_day_alone_would_give(seed):
    chance = random.Random(seed)
    for _ in range(25):
        child = facts(chance)
        pieces = owed(child, RHYTHMS, STARTS, CALENDAR)
        for ahead in range(0, 150, chance.choice((1, 3, 7))):
            on = max(STARTS, child.as_of) + timedelta(days=ahead)
            assert standing(pieces, on) == plainly(child, on), (child, on)


@pytest.mark.parametrize("seed", range(4))
def test_worked_out_later_with_nothing_new_on_file_it_is_the_same(seed):
    chance = random.Random(seed)
    for _ in range(25):
        child = facts(chance)
        later = child._replace(as_of=child.as_of + timedelta(days=chance.randrange(90)))
        before, after = (owed(each, RHYTHMS, STARTS, CALENDAR) for each in (child, later))
        for ahead in range(0, 60, 5):
            on = max(STARTS, later.as_of) + timedelta(days=ahead)
            assert standing(before, on) == standing(after, on), (child, on)


PARTY = Rhythm("birthday", "过生日", "birthday", "year", holidays=True)


def party_windows(
    born: str | None, *kept: date, lunar: bool = False, came: date = FIRST
) -> set[tuple[date, date]]:
    """From when on and until when a birthday is owed, each time it is."""
    child = Facts(
        UUID(int=99), date(2026, 10, 20), 1, born, None, True, None, False, came, [], [],
        [Deed("birthday", None, None, day) for day in kept], [], set(), lunar,
    )  # fmt: skip
    pieces = owed(child, (PARTY,), STARTS, CALENDAR)
    return {(piece.opens, piece.due_by) for piece in pieces if piece.source == "rhythm"}


@pytest.mark.parametrize(
    ("born", "kept", "month"),
    [
        ("2016-09-05", (), (2026, 9)),  # the term's first month counts, whatever the day
        ("2016-10-31", (), (2026, 10)),
        ("2016-10-31", (date(2026, 10, 10),), (2027, 10)),  # the party of the month, before the day
        ("2016-10-31", (date(2026, 8, 31),), (2026, 10)),  # that was too early for it
        ("2016-02-29", (), (2027, 2)),
        ("2016-11", (), (2026, 11)),  # only the month is known
        ("2016-09-05", (date(2026, 10, 3), date(2026, 9, 30)), (2027, 9)),  # kept late
    ],
)
def test_a_birthday_is_owed_in_its_month_until_it_is_kept(born, kept, month):
    first = date(*month, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    assert party_windows(born, *kept) == {(first, last)}


def test_a_lunar_birthday_is_owed_in_the_month_it_falls_into():
    assert party_windows("2016-09-15", lunar=True) == {
        (date(2026, 9, 1), date(2026, 9, 30))
    }  # 中秋, 25 September 2026
    assert party_windows(None) == {(date(2026, 1, 1), date(2026, 12, 31))}, "no day is known: once a year"


def test_a_child_that_came_after_its_birthday_month_is_owed_the_next():
    assert party_windows("2016-09-05", came=date(2026, 10, 3)) == {(date(2027, 9, 1), date(2027, 9, 30))}
