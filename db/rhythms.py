"""Which rhythms are in force in this ledger, and the profiles they are chosen from (docs/rules.md, 节奏)."""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from pathlib import Path
from typing import NamedTuple

import peewee

from db import changes, days, dossier, owed, site
from db.days import today
from db.models import Child, Focus, Owed, Pairing, Survey, User
from db.owing import BESIDES
from db.rhythm import Rhythm, as_dict, in_words, taken_up
from db.rhythm_files import MOST_RHYTHMS, Profile, by_code, tidy, written
from db.sheet import NotFound
from db.values import Refused

DAYS = {"week": 7, "month": 30, "quarter": 91, "term": 182, "year": 365}


class Proposal(NamedTuple):
    """What adopting some profiles would make of the rhythms in force.

    replaced: (the looser one left out, the stricter one kept); added, kept and dropped: as against what is in force now.
    """

    rhythms: list[Rhythm]
    replaced: list[tuple[Rhythm, Rhythm]]
    added: list[Rhythm]
    kept: list[Rhythm]
    dropped: list[Rhythm]


# ---- what there is ------------------------------------------------------------------------------


def in_force() -> list[Rhythm]:
    """The rhythms of this ledger: those chosen, [] if all were turned off; a monthly talk until somebody chose.

    Raises Refused if a newer program has written what this one cannot read.
    """
    return list(owed.in_force())


# ---- choosing -----------------------------------------------------------------------------------


def proposal(chosen: Iterable[str | Profile], since: date | None = None) -> Proposal:
    """What adopting these profiles (or codes of profiles) together would do.

    Of two rhythms of one kind for the same children the stricter stays: the one owed more often, then the one that counts
    from the last deed, then the one that holds in holidays; it takes over a first one that is owed sooner. What was owed
    before goes on being owed from its own day, what is new from `since` (its present period's first day) on. Raises NotFound for an unknown code.
    """
    picked = [by_code(each) if isinstance(each, str) else each for each in chosen]
    kept: list[Rhythm] = []
    gone: list[Rhythm] = []
    for rhythm in (rhythm for profile in picked for rhythm in profile.rhythms):
        stricter = next((each for each in kept if covers(each, rhythm)), None)
        if stricter is not None:
            gone += [] if same(stricter, rhythm) else [rhythm]
            kept[kept.index(stricter)] = _with_first_days(stricter, rhythm)
            continue
        looser = [each for each in kept if covers(rhythm, each)]
        gone += looser
        kept = [
            *(each for each in kept if each not in looser),
            reduce(_with_first_days, looser, rhythm),
        ]
    now, found = in_force(), []
    for rhythm in kept:
        code = free_among(rhythm.code, [each.code for each in found])
        found.append(rhythm._replace(code=code, since=_owed_from(rhythm, now, since)))
    return compared(found, [(one, next(each for each in found if covers(each, one))) for one in gone])


def compared(found: list[Rhythm], replaced: list[tuple[Rhythm, Rhythm]]) -> Proposal:
    """These rhythms as against those in force."""
    now = in_force()
    return Proposal(
        found,
        replaced,
        [each for each in found if not any(same(each, old) for old in now)],
        [each for each in found if any(same(each, old) for old in now)],
        [old for old in now if not any(same(each, old) for each in found)],
    )  # fmt: skip


def adopt(chosen: Iterable[str | Profile], by: User | None, since: date | None = None) -> Proposal:
    """Put the rhythms of these profiles in place of those in force, as one action. None chosen: nothing is owed.

    Raises NotFound for an unknown code.
    """
    picked = [by_code(each) if isinstance(each, str) else each for each in chosen]
    titles = "、".join(each.title for each in picked) or "（全部停用）"
    with changes.action(f"采用节奏 {titles}", by):
        made = proposal(picked, since)
        put(made.rhythms, by)
    return made


def save(rhythm: Rhythm, by: User | None) -> None:
    """Put a rhythm in force, in place of the one of its code if there is one; if it then asks more, it does so from its present period on.

    Raises Refused with the one thing to mend.
    """
    checked = tidy(as_dict(rhythm))
    with changes.action(f"设置节奏 {checked.name}", by):
        now = in_force()
        others = [each for each in now if each.code != checked.code]
        if any(each.name == checked.name for each in others):
            raise Refused(f"已有名为“{checked.name}”的节奏，请换个名称，免得待办里分不清")
        if len(others) >= MOST_RHYTHMS:
            raise Refused(f"节奏最多{MOST_RHYTHMS}个，请先删去用不着的")
        before = [each for each in now if each.code == checked.code]
        checked = checked._replace(since=_owed_from(checked, before))
        after = [checked if each in before else each for each in now]
        put(after if before else [*now, checked], by)


def drop(code: str, by: User | None) -> None:
    """Take a rhythm out of force. Raises NotFound."""
    with changes.action(f"停用节奏 {find(code).name}", by):
        put([each for each in in_force() if each.code != code], by)


def find(code: str) -> Rhythm:
    """The rhythm in force of a code. Raises NotFound."""
    found = next((each for each in in_force() if each.code == code), None)
    if found is None:
        raise NotFound("这个节奏已被别人停用，请回到列表重新选")
    return found


def free_code(kind: str) -> str:
    """A code for a new rhythm of a kind of record."""
    return free_among(kind, [each.code for each in in_force()])


def put(rhythms: list[Rhythm], by: User | None) -> None:
    """Put these rhythms in force in place of all others."""
    site.put("rhythms", [as_dict(each) for each in rhythms], by)


def free_among(code: str, taken: Iterable[str]) -> str:
    """A code that is not among those taken: itself, else with a number."""
    taken = set(taken)
    return next(
        each for each in [code, *(f"{code}-{n}" for n in range(2, MOST_RHYTHMS + 2))] if each not in taken
    )


def same(one: Rhythm, other: Rhythm) -> bool:
    """Whether two rhythms ask the same, whatever their codes and since when."""
    return one._replace(code="", since=None) == other._replace(code="", since=None)


def _owed_from(rhythm: Rhythm, now: list[Rhythm], since: date | None = None) -> date | None:
    """From which day a rhythm is owed: the day of one now in force that asks as much, else the day given or its present period's first."""
    old = [each for each in now if covers(each, rhythm)]
    if old and since is None:
        return old[0].since
    return since or taken_up(rhythm, today(), owed.rules().calendar)


def covers(one: Rhythm, other: Rhythm) -> bool:
    """Whether whoever keeps the one keeps the other too, a child's first time aside; what one person owes, another does not."""
    who = set(other.who) <= set(one.who) or ("all" in one.who and "potential" not in other.who)
    months = not one.months or set(other.months or range(1, 13)) <= set(one.months)
    alike = (one.kind, one.per) == (other.kind, other.per) and other.by in ("", one.by)
    return alike and who and months and _rank(one) <= _rank(other)


def _rank(rhythm: Rhythm) -> tuple[float, bool, bool]:
    """The smaller, the stricter."""
    return DAYS[rhythm.every] * rhythm.span / rhythm.times, rhythm.count == "period", not rhythm.holidays


def _with_first_days(kept: Rhythm, gone: Rhythm) -> Rhythm:
    soonest = min((each for each in (kept.first_days, gone.first_days) if each), default=None)
    return kept._replace(first_days=soonest)


def in_full(rhythm: Rhythm) -> str:
    """A rhythm in one line, its name first."""
    return f"{rhythm.name}：{in_words(rhythm)}"


def export(path: Path, title: str = "我们的节奏") -> int:
    """Write the rhythms in force to a TOML file; how many there are. Raises Refused if there are none, OSError."""
    now = in_force()
    if not now:
        raise Refused("现在没有一个节奏，没有可存的：请先添加或采用节奏")
    path.write_text(written(title, now), "utf-8")
    return len(now)


# ---- whom it is about ---------------------------------------------------------------------------


def concerned(rhythm: Rhythm, on: date) -> int:
    """How many children a rhythm is about on a day; for one per pairing, how many live pairings."""
    young = dossier.on_register(on) & dossier.young_enough(on)
    children = Child.live(Child.id).where(young, reduce(or_, _categories(rhythm, on)))
    if rhythm.per == "pairing":
        live = Pairing.select(Pairing.id).where(dossier.live_on(on), Pairing.child.in_(children))
        return (live.where(Pairing.kind == rhythm.by) if rhythm.by else live).count()
    return children.count()


def overdue(rhythm: Rhythm, on: date) -> int:
    """How many duties by a rhythm in force are overdue on a day: what is lost sight of when it is stopped."""
    owed.settle()
    standing = (Owed.source == "rhythm") & (Owed.what == rhythm.code) & (Owed.since <= on) & (Owed.until > on)
    return Owed.select().where(standing, Owed.due_by < on).count()


def _categories(rhythm: Rhythm, on: date) -> list[peewee.Expression]:
    term, born, under = site.term(), Child.birth_date, days.years_before(on, 14).isoformat()
    counted = Child.id.in_(Survey.select(Survey.child).join(Child).where(dossier.counted(term, on)))
    boards = Child.id.in_(Survey.live(Survey.child).where(Survey.term == term.id, Survey.boarding))
    paired = peewee.fn.EXISTS(
        Pairing.select(peewee.SQL("1")).where(Pairing.child == Child.id, dossier.live_on(on))
    )
    known = {
        "all": counted, "focus": _tagged(on), "ordinary": ~_tagged(on),
        "under14": born.is_null() | (born > under) | (born == under[:7]),
        "boarding": boards, "day": ~boards, "paired": paired, "unpaired": ~paired,
    }  # fmt: skip
    return [
        _tagged(on, Focus.tag == who)
        if who in BESIDES
        else counted & (known[who] if who in known else _tagged(on, Focus.tag == who))
        for who in rhythm.who
    ]


def _tagged(on: date, *which: peewee.Expression) -> peewee.Expression:
    return peewee.fn.EXISTS(
        Focus.select(peewee.SQL("1")).where(Focus.child == Child.id, dossier.focus_on(on), *which)
    )
