"""过生日: whose birthday falls into a month, by the sun or the moon; whether it was kept; wishes; the month's party."""

from collections import Counter
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

import peewee

from db import changes, children, days, dossier, festivals, plan_items, site
from db.activities import CAME, ActivityLine, agenda
from db.fields import specs
from db.models import Activity, Attendance, BirthdayWish, CareRecord, Child, Focus, Survey, User
from db.owing import EARLY
from db.rhythm import BIRTHDAY
from db.sheet import settled
from db.spec import read
from db.values import Refused
from db.vocab import ACTIVITY_KIND
from db.when import EARLIEST

KIND = BIRTHDAY  # of a record and of an activity alike
WISH = specs(BirthdayWish)["wish"]


class Birthday(NamedTuple):
    """One child's birthday in a month. lunar: kept by the lunar calendar; lunar_text: that day in it (八月十五).

    celebrated: the day a record of 过生日 or a mark at a 生日会 says it was kept on; recorded: by a record.
    """

    day: date
    child_id: UUID
    name: str
    age: int
    lunar: bool
    lunar_text: str
    village_group: str | None
    celebrated: date | None
    recorded: bool
    wish: str | None


def bounds(month: str) -> tuple[date, date]:
    """First and last day of a month 'YYYY-MM'. Raises Refused for anything else."""
    if not plan_items.MONTH.fullmatch(month):
        raise Refused(f"“{month}”不是月份，请写成2026-10")
    return plan_items.first_of(month), plan_items.last_of(month)


def of_month(month: str) -> list[Birthday]:
    """The birthdays of a month ('2026-10') in order: of children that count on its first day, and of 潜能生.

    Whoever has left the register by today is left out; so is a child of which only the month of birth is known.
    """
    first, last = bounds(month)
    kept = _kept(first, last)
    ids = [child.id for _, child, _, _ in kept]
    records, parties, wishes = _records(ids, first.year), _parties(ids, first, last), _wishes(ids, first.year)
    found = []
    for day, child, age, lunar in kept:
        recorded = min((on for on in records.get(child.id, ()) if on >= day - EARLY), default=None)
        found.append(Birthday(
            day, child.id, child.name or "", age, lunar, festivals.lunar_text(day), child.village_group,
            recorded or parties.get(child.id), recorded is not None, wishes.get(child.id),
        ))  # fmt: skip
    return sorted(found, key=lambda each: (each.day, each.name, each.child_id))


def days_with(first: date, last: date) -> dict[date, int]:
    """How many of those children have their birthday on each day of a span; days without any are left out."""
    return Counter(day for day, *_ in _kept(first, last))


def _kept(first: date, last: date) -> list[tuple[date, Child, int, bool]]:
    """The birthdays of a span: day, child, age reached, by the lunar calendar or not."""
    months = {f"{first + timedelta(days=n):%m}" for n in range((last - first).days + 1)}
    people = _people(first).where(
        peewee.fn.SUBSTR(Child.birth_date, 6, 2).in_(sorted(months)) | Child.lunar_birthday
    )
    found = []
    for child in people:
        born, lunar = date.fromisoformat(child.birth_date), bool(child.lunar_birthday)
        found += [(day, child, age, lunar) for day, age in festivals.birthdays(born, lunar, first, last)]
    return found


def _people(first: date) -> peewee.ModelSelect:
    """Children with a full birth date who count, and 潜能生, on a day."""
    counted = Survey.select(Survey.child).join(Child).where(dossier.counted(site.term(), first))
    gifted = Focus.select(Focus.child).where(dossier.focus_on(first), Focus.tag == "potential")
    return Child.live().where(
        peewee.fn.LENGTH(Child.birth_date) == 10, dossier.on_register(max(first, days.today())), dossier.young_enough(first),
        Child.id.in_(counted) | Child.id.in_(gifted),
    )  # fmt: skip


def _records(ids: list[UUID], year: int) -> dict[UUID, list[date]]:
    """The days on which these children's birthdays of a year are noted to have been kept, those before it included."""
    found: dict[UUID, list[date]] = {}
    query = CareRecord.live(CareRecord.child, CareRecord.on_date).where(
        CareRecord.child.in_(ids), CareRecord.kind == KIND, CareRecord.missed.is_null(),
        CareRecord.on_date.between(date(year, 1, 1) - EARLY, date(year, 12, 31)),
    )  # fmt: skip
    for child, on in query.tuples():
        found.setdefault(child, []).append(on)
    return found


def _parties(ids: list[UUID], first: date, last: date) -> dict[UUID, date]:
    """The day of the party of a month at which each of these children was."""
    query = (
        Attendance.live(Attendance.child, Activity.on_date)
        .join(Activity)
        .where(
            Attendance.child.in_(ids), Attendance.state.in_(CAME), Activity.deleted_at.is_null(), Activity.kind == KIND,
            Activity.on_date.between(first, last), Activity.state.is_null() | (Activity.state != "cancelled"),
        )
        .order_by(Activity.on_date.desc())
    )  # fmt: skip
    return dict(query.tuples())


def _wishes(ids: list[UUID], year: int) -> dict[UUID, str]:
    query = BirthdayWish.live(BirthdayWish.child, BirthdayWish.wish)
    return dict(query.where(BirthdayWish.year == year, BirthdayWish.child.in_(ids)).tuples())


# ---- the lunar calendar, wishes -----------------------------------------------------------------


def set_lunar(child_id: UUID, lunar: bool, by: User | None) -> None:
    """Say that a child keeps its birthday by the lunar calendar, or no longer.

    Raises Refused where the lunar day cannot be told: no full birth date, or one before 2000.
    """
    child = children.live(child_id)
    born = child.birth_date or ""
    if lunar and (len(born) < 10 or born < EARLIEST.isoformat()):
        raise Refused(f"{child.name}的出生日期不全或早于2000年，算不出农历生日：请先补全出生日期")
    with changes.action(f"{child.name}过{'农历' if lunar else '公历'}生日", by) as act:
        act.update(child, lunar_birthday=lunar)


def set_wish(child_id: UUID, year: int, text: str | None, by: User | None) -> None:
    """Keep what a child is wished on its birthday of a year; blank takes it away."""
    wish = read(WISH, text)
    settled(lambda: _set_wish(child_id, year, wish, by), "birthday_wish_child_year")


def _set_wish(child_id: UUID, year: int, wish: str | None, by: User | None) -> None:
    child = children.live(child_id)
    with changes.action(f"祝福语 {child.name}", by) as act:
        row = BirthdayWish.live().where(BirthdayWish.child == child, BirthdayWish.year == year).first()
        if row is None and wish:
            act.insert(BirthdayWish, child=child, year=year, wish=wish)
        elif row is not None and wish:
            act.update(row, wish=wish)
        elif row is not None:
            act.remove(row)


# ---- the party ----------------------------------------------------------------------------------


def party(month: str) -> ActivityLine | None:
    """The 生日会 on the calendar in a month, the first of several; None if there is none but called off."""
    first, last = bounds(month)
    called_off = {row.id for row in Activity.live(Activity.id).where(Activity.state == "cancelled")}
    return next(
        (
            line
            for line in agenda(first, last)
            if line.kind == ACTIVITY_KIND.label(KIND) and line.id not in called_off
        ),
        None,
    )


def arrange_party(month: str, on: date, by: User | None) -> UUID:
    """Put a 生日会 on the calendar, the children of the month on its roll; its key.

    Raises Refused for a day of another month, nobody to keep it for, or where the month has one already.
    """
    first, last = bounds(month)
    if not first <= on <= last:
        raise Refused(f"{on}不在{first.year}年{first.month}月，请填这个月的日期")
    if not (ids := dict.fromkeys(each.child_id for each in of_month(month))):
        raise Refused(f"{first.month}月没有儿童过生日，不用办生日会")
    title = f"{first.month}月生日会"
    with changes.action(f"新活动 {title}", by) as act:
        if party(month) is not None:
            raise Refused(f"{first.month}月已经排了生日会，请在日历里改它的日期")
        activity = act.insert(Activity, title=title, kind=KIND, on_date=on)
        for child in ids:
            act.insert(Attendance, activity=activity, child=child)
        return activity.id
