"""两体两艺: which children took part in sport and in art, and what each was at."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

import peewee

from db import dossier, site
from db.activities import CAME, TALENTS
from db.days import today
from db.models import Activity, Attendance, Child, Focus, Survey
from db.vocab import ACTIVITY_KIND, ATTENDANCE, TALENT

POTENTIAL = "potential"


class Took(NamedTuple):
    """How often a child was at activities of sport and of art."""

    child_id: UUID
    name: str
    village_group: str | None
    sport: int
    art: int

    @property
    def took_part(self) -> bool:
        """Whether it was at one at least."""
        return bool(self.sport or self.art)


class Participated(NamedTuple):
    """How many children count, how many of them took part, in sport, in art; none: those that did not."""

    counted: int
    took_part: int
    sport: int
    art: int
    none: list[Took]


class Attended(NamedTuple):
    """An activity a child was called at; kind, talent ('' for neither) and state are labels."""

    activity_id: UUID
    on_date: date
    title: str
    kind: str
    talent: str
    state: str


def lines(first: date, last: date) -> list[Took]:
    """Every child that counts and every 潜能生, those that took part in nothing first, else in the register's order.

    Between two days, both included; who counts is seen on the last of them, or today if that is to come.
    """
    on = min(last, today())
    done: dict[UUID, dict[str, int]] = {}
    query = came(first, last).select(Attendance.child, Activity.kind, Activity.talent)
    for child, kind, talent in query.tuples():
        if which := _talent(kind, talent):
            times = done.setdefault(child, {"sport": 0, "art": 0})
            times[which] += 1
    counted = Survey.select(Survey.child).join(Child).where(dossier.counted(site.term(), on))
    gifted = Focus.select(Focus.child).where(dossier.focus_on(on), Focus.tag == POTENTIAL)
    rows = (
        Child.live(Child.id, Child.name, Child.village_group)
        .where(Child.id.in_(counted) | (Child.id.in_(gifted) & dossier.on_register(on)))
        .order_by(Child.group_rank, Child.village_group, Child.name, Child.id)
    )
    found = [
        Took(row.id, row.name or "", row.village_group, **done.get(row.id, {"sport": 0, "art": 0}))
        for row in rows
    ]
    return sorted(found, key=lambda line: line.took_part)


def took_part(first: date, last: date) -> peewee.ModelSelect:
    """The keys of children that were at an activity of sport or art between two days, both included."""
    gifted = Activity.talent.is_null(False) | Activity.kind.in_(list(TALENTS))
    return came(first, last).select(Attendance.child).where(gifted)


def came(first: date, last: date) -> peewee.ModelSelect:
    """Who came to an activity that was not cancelled."""
    return (
        Attendance.live()
        .join(Activity)
        .where(
            Activity.deleted_at.is_null(), Activity.state.is_null() | (Activity.state != "cancelled"),
            Activity.on_date.between(first, last), Attendance.state.in_(CAME),
        )
    )  # fmt: skip


def summary(first: date, last: date) -> Participated:
    """How many children took part between two days, both included, and who did not."""
    found = lines(first, last)
    return Participated(
        len(found), sum(line.took_part for line in found), sum(line.sport > 0 for line in found),
        sum(line.art > 0 for line in found), [line for line in found if not line.took_part],
    )  # fmt: skip


def of_child(child_id: UUID) -> list[Attended]:
    """What a child was called at, the latest first."""
    query = (
        Activity.live(Activity, Attendance.state.alias("came"))
        .join(Attendance)
        .where(Attendance.child == child_id, Attendance.deleted_at.is_null(), Attendance.state.is_null(False))
        .order_by(Activity.on_date.desc(), Activity.starts.desc(nulls="last"), Activity.id.desc())
    )
    return [
        Attended(
            row.id, row.on_date, row.title or "", ACTIVITY_KIND.label(row.kind) if row.kind else "",
            TALENT.label(which) if (which := _talent(row.kind, row.talent)) else "", ATTENDANCE.label(row.came),
        )
        for row in query.objects()
    ]  # fmt: skip


def _talent(kind: str | None, talent: str | None) -> str | None:
    return talent or TALENTS.get(kind or "")
