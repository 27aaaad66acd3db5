"""The calendar out: activities as an .ics file (RFC 5545) for phones and other calendar programs.

Hours are told in Asia/Shanghai; an activity without an hour takes the whole day. A series is one event with its rule: EXDATE
for the days struck out, RECURRENCE-ID for occurrences that differ. Names of children are masked wherever they stand.
"""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import peewee

from db import days, site
from db.export import put
from db.masking import masked, masked_names
from db.models import Activity, Series, Term, User
from db.recurrence import days_of, parsed, written
from db.text import clean
from db.values import Refused
from db.vocab import ACTIVITY_KIND

ZONE = "Asia/Shanghai"
OURS = "@guanai"  # a key of this ledger as other calendars see it
LABELS = {
    "lead": "负责人",
    "duty": "值班",
    "materials": "物资",
    "note": "备注",
}  # lines of the description, in order
TOLD = ("title", "kind", "starts", "ends", "place", *LABELS)
LAST = date(2100, 12, 31)


def write(path: str, first: date | None, last: date | None, by: User | None) -> int:
    """Write the activities of a span to an .ics file (0600), or to standard output if path is '-'; how many there are.

    first: None for the first day of the school year; last: None for all to come. A series with an occurrence in the span is
    written whole, so that what is read back is the same. Raises Refused if there are none or the file can't be written.
    """
    first, last = first or year_begins(), last or LAST
    if first > last:
        raise Refused(f"开始的{first}晚于结束的{last}，请改日期")
    singles = list(_rows(Activity.on_date.between(first, last), Activity.series.is_null()))
    series = Activity.live(Activity.series).where(
        Activity.on_date.between(first, last), Activity.series.is_null(False)
    )
    repeated = list(_rows(Activity.series.in_(series)))
    if not singles and not repeated:
        raise Refused(f"{first}到{last}没有活动，请换日期")
    put(path, _calendar(singles, repeated, by))
    return len(singles) + len(repeated)


def year_begins() -> date:
    """The first day of the school year that today belongs to."""
    today = days.today()
    year = days.school_year(days.term_code(today), today)
    term = Term.live().where(Term.code == f"{year}秋").first()
    return term.starts if term else days.term_dates(f"{year}秋")[0]


def _rows(*where: Any) -> peewee.ModelSelect:
    return Activity.live().where(*where).order_by(Activity.on_date, Activity.starts, Activity.id)


def _calendar(singles: list[Activity], repeated: list[Activity], by: User | None) -> bytes:
    from icalendar import Calendar

    here, names = site.site(), masked_names()
    calendar = Calendar()
    calendar.add("prodid", "-//guanai//关爱台账//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", clean(f"{here.name if here else ''}活动日历"))
    calendar.add("x-wr-timezone", ZONE)
    calendar.add_component(_zone())
    for row in singles:
        event = _event(uid_of(row), told(row, names), row.on_date)
        event.add("status", "CANCELLED" if row.state == "cancelled" else "CONFIRMED")
        calendar.add_component(event)
    groups: dict[UUID, list[Activity]] = {}
    for row in repeated:
        groups.setdefault(row.series_id, []).append(row)
    for rows in groups.values():
        for event in _series(rows[0].series, sorted(rows, key=lambda row: row.series_day), names):
            calendar.add_component(event)
    return calendar.to_ical()


def _zone() -> Any:
    from icalendar import Timezone, TimezoneStandard

    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE)
    standard.add("dtstart", datetime(1991, 9, 15))  # the last summer time ended
    standard.add("tzname", "CST")
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    zone.add_component(standard)
    return zone


def _series(series: Series, rows: list[Activity], names: Collection[str]) -> list[Any]:
    each = {row.id: told(row, names) for row in rows}
    usual = {name: Counter(values[name] for values in each.values()).most_common(1)[0][0] for name in TOLD}
    given = {series.starts, *days_of(series.rule, series.starts)}
    live = {row.series_day for row in rows}
    uid = series.uid or f"{series.id}{OURS}"
    whole = _event(uid, usual, series.starts)
    whole.add("status", "CONFIRMED")
    whole.add("rrule", _rule(series, usual["starts"]))
    for name, which in (("exdate", given - live), ("rdate", live - given)):
        if which:
            _moments(whole, name, sorted(which), usual["starts"])
    events = [whole]
    for row in rows:
        moved = row.on_date != row.series_day or row.state == "cancelled"
        if moved or each[row.id] != usual:
            event = _event(uid, each[row.id], row.on_date)
            event.add("status", "CANCELLED" if row.state == "cancelled" else "CONFIRMED")
            _moments(event, "recurrence-id", [row.series_day], usual["starts"])
            events.append(event)
    return events


def _rule(series: Series, starts: str | None) -> Any:
    """The rule; of an event with an hour its last day has to be a moment in UTC."""
    from icalendar import vRecur

    parts = parsed(series.rule, series.starts)
    if "UNTIL" in parts and starts:
        last = datetime.combine(datetime.strptime(parts["UNTIL"], "%Y%m%d"), time(23, 59, 59))
        parts["UNTIL"] = f"{last - timedelta(hours=8):%Y%m%dT%H%M%SZ}"
    return vRecur.from_ical(written(parts))


def _event(uid: str, values: dict[str, Any], day: date) -> Any:
    from icalendar import Event

    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", days.now().replace(tzinfo=days.UTC))
    event.add("summary", values["title"])
    _moments(event, "dtstart", [day], values["starts"])
    if values["ends"]:
        _moments(event, "dtend", [day], values["ends"])
    elif not values["starts"]:
        _moments(event, "dtend", [day + timedelta(days=1)], None)
    if values["place"]:
        event.add("location", values["place"])
    lines = [f"{label}：{values[name]}" for name, label in LABELS.items() if values[name]]
    if lines:
        event.add("description", "\n".join(lines))
    if values["kind"]:
        event.add("categories", [ACTIVITY_KIND.label(values["kind"])])
    return event


def _moments(event: Any, name: str, which: list[date], at: str | None) -> None:
    """Add a property of days, or of moments in our time zone, to an event."""
    if at is None:
        value, about = which, {"VALUE": "DATE"}
    else:
        hour, minute = map(int, at.split(":"))
        value, about = [datetime.combine(day, time(hour, minute)) for day in which], {"TZID": ZONE}
    many = name in ("exdate", "rdate")
    event.add(name, value if many else value[0], parameters=about)


# ---- shared with reading --------------------------------------------------------------------------


def uid_of(row: Activity) -> str:
    """The key other calendars know an activity by."""
    return row.uid or f"{row.id}{OURS}"


def told(row: Activity, names: Collection[str]) -> dict[str, Any]:
    """What other calendars are told of an activity, under its fields' names; names: children whose names are masked."""
    values = {name: getattr(row, name) for name in TOLD}
    for name in ("title", "place", "materials", "note"):
        values[name] = values[name] and masked(clean(values[name], lines=name == "note"), names)
    if not values["starts"] or (values["ends"] or "") <= values["starts"]:
        values["ends"] = None
    return values
