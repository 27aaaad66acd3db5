"""值班表: who is on duty on the open days, set one by one or dealt out in turn."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import peewee

from db import activities, changes, days, export, site
from db.days import short
from db.models import Activity, Helper, Member, User
from db.roll import OPEN_KINDS
from db.spec import read
from db.text import normal
from db.values import Refused, typed_path
from db.vocab import ACTIVITY_KIND, HELPER_KIND

DUTY = activities.SPECS["duty"]
HEAD = (("日期", 12), ("星期", 6), ("时间", 13), ("活动", 24), ("地点", 14), ("值班", 12), ("负责人", 12))


class DutyDay(NamedTuple):
    """An activity on the roster; kind is a label."""

    id: UUID
    on_date: date
    starts: str | None
    ends: str | None
    title: str
    kind: str
    place: str | None
    lead: str | None
    duty: str | None


class Person(NamedTuple):
    """Somebody who can be on duty: what they are, and how many of the days shown they have."""

    name: str
    about: str
    days: int


class Dealt(NamedTuple):
    """A day dealt to somebody; who None: everybody chosen is on duty that day already."""

    day: DutyDay
    who: str | None


def lines(first: date, last: date, every: bool = False) -> list[DutyDay]:
    """The open days between two days, both included, as they take place; every: other activities too."""
    query = Activity.live().where(
        Activity.on_date.between(first, last), Activity.state.is_null() | (Activity.state != "cancelled")
    )
    if not every:
        query = query.where(Activity.kind.in_(OPEN_KINDS))
    return [
        DutyDay(row.id, row.on_date, row.starts, row.ends, row.title or "",
                ACTIVITY_KIND.label(row.kind) if row.kind else "", row.place, row.lead, row.duty)
        for row in query.order_by(Activity.on_date, Activity.starts.asc(nulls="first"), Activity.id)
    ]  # fmt: skip


def people(shown: Sequence[DutyDay]) -> list[Person]:
    """Who can be put on duty: the leading group, grown-up helpers, and whoever is on the roster already."""
    load, today = Counter(each.duty for each in shown if each.duty), days.today()
    about: dict[str, str] = {}
    standing = (Member.since.is_null() | (Member.since <= today)) & (
        Member.until.is_null() | (Member.until > today)
    )
    for member in Member.live().where(standing).order_by(Member.place, Member.id):
        about.setdefault(member.name, member.unit or "领导小组")
    grown_up = Helper.live().where(Helper.child.is_null(), Helper.barred.is_null())
    for helper in grown_up.order_by(Helper.initials, Helper.name, Helper.id):
        about.setdefault(
            helper.name, helper.unit or (HELPER_KIND.label(helper.kind) if helper.kind else "帮扶人")
        )
    for name in load:
        about.setdefault(name, "")
    return [Person(name, what, load[name]) for name, what in about.items() if name]


def put(activity_id: UUID, who: str | None, by: User | None) -> None:
    """Put somebody on duty at an activity, by name; blank takes whoever was on it away."""
    row, name = activities.find(activity_id), read(DUTY, who)
    changes.write(row, by, f"值班 {short(row.on_date)} {name or '取消'}", duty=name)


def deal(shown: Sequence[DutyDay], names: Sequence[str]) -> list[Dealt]:
    """Deal the days without anybody on duty out to these people: who has fewest comes first, else in the order given.

    Nobody gets two duties on one day, whatever the activity; `shown` tells how many they have already. Writes nothing.
    Raises Refused without people, and where no day lacks anybody.
    """
    names = list(dict.fromkeys(filter(None, (normal(name) for name in names))))
    if not names:
        raise Refused("请先按空格选轮流值班的人，至少一名")
    lacking = [each for each in shown if not each.duty]
    if not lacking:
        raise Refused("这段时间每天都有人值班了，要改就在那天按回车")
    load = Counter(each.duty for each in shown if each.duty in names)
    those_days = lines(lacking[0].on_date, lacking[-1].on_date, every=True)
    busy = {(each.on_date, each.duty) for each in those_days if each.duty}
    dealt = []
    for each in lacking:
        free = [name for name in names if (each.on_date, name) not in busy]
        who = min(free, key=lambda name: load[name], default=None)
        if who:
            load[who] += 1
            busy.add((each.on_date, who))
        dealt.append(Dealt(each, who))
    return dealt


def assign(dealt: Sequence[Dealt], by: User | None) -> int:
    """Write what was dealt, as one action; how many days got somebody.

    Raises Refused where somebody else has filled or struck out one of the days meanwhile; nothing is written then.
    """
    given = {each.day.id: each for each in dealt if each.who}
    with changes.action(f"轮流排班 {len(given)}天", by) as act:
        rows = [
            row for ids in peewee.chunked(given, 400) for row in Activity.live().where(Activity.id.in_(ids))
        ]
        if len(rows) < len(given):
            raise Refused("有的活动刚被删除，请回到值班表重新排")
        for row in rows:
            if row.duty:
                raise Refused(f"{short(row.on_date)}刚由别人排了{row.duty}，请回到值班表重新排")
            act.update(row, duty=read(DUTY, given[row.id].who))
    return len(given)


def save(path: str | Path, shown: Sequence[DutyDay]) -> int:
    """Write the roster as a workbook to hang up or hand round; how many days it holds. Raises Refused with the cure."""
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet, here = book.add_worksheet("值班表"), site.site()
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@", "border": 1})
    sheet.write_string(0, 0, f"{here.name if here else ''}值班表", bold)
    for at, (label, width) in enumerate(HEAD):
        sheet.set_column(at, at, width, text)
        sheet.write_string(1, at, label, bold)
    for row, day in enumerate(shown, 2):
        hours = "-".join(filter(None, (day.starts, day.ends)))
        cells = (
            day.on_date.isoformat(),
            days.weekday(day.on_date),
            hours,
            day.title,
            day.place,
            day.duty,
            day.lead,
        )
        for at, cell in enumerate(cells):
            sheet.write_string(row, at, cell or "", text)
    book.close()
    export.write_private(typed_path(path), out.getvalue())
    return len(shown)
