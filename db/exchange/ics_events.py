"""Take a calendar file (.ics, RFC 5545) apart, in the child process of reader.py: its events, days and hours in UTC+8.

What cannot be read of one event is said of that event; the others go on. Nothing here knows the ledger.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from db.days import CHINA
from db.recurrence import MOST, days_of, parsed, shifted, written
from db.text import clean
from db.values import Refused

MAX_BYTES, MAX_EVENTS, MAX_TIMES = 5 * 2**20, 5000, 10_000  # times: of all that repeat together
LONGEST = 5000
ROWS = 500  # in a line
NEEDED = {
    "DTSTART": "开始的时间", "DTEND": "结束的时间", "DURATION": "时长", "RRULE": "重复规则", "EXDATE": "不办的日期", "RDATE": "另加的日期",
    "RECURRENCE-ID": "改的是哪一次",
}  # fmt: skip
AGAIN = "请在原来的日历程序里重新导出"
DAMAGED = f"{{name}}不完整或已损坏，读不出日历，{AGAIN}"
TOO_BIG = f"{{name}}超过{MAX_BYTES // 2**20}MB，日历文件太大，{AGAIN}一段时间的"
TOO_MANY = f"{{name}}里的日程超过{MAX_EVENTS}项，{AGAIN}一段时间的"
TOO_OFTEN = f"{{name}}里重复的日程一共超过{MAX_TIMES}次，{AGAIN}一段时间的"
TOO_SLOW = f"{{name}}太大或太乱，读不完，{AGAIN}一段时间的"
EMPTY = f"{{name}}里没有日程，{AGAIN}，要含日程（VEVENT）"


class Unfit(Exception):
    """A file that is no calendar; str() is a sentence with {name} and the cure."""


def looks_like(data: bytes) -> bool:
    """Whether these bytes begin a calendar file."""
    return data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()[:15].upper() == b"BEGIN:VCALENDAR"


def read_events(data: bytes) -> Iterator[Any]:
    """Lines for reader.py: the table of events. Raises Unfit.

    An event: n (its number, from 1), uid, title, place, text, categories, status, day, starts and ends ('HH:MM' or None),
    last (of several days), rule and times (how many), without and besides (days of EXDATE and RDATE), instead (the day it stands for), or
    wrong: why it cannot be read.
    """
    if len(data) > MAX_BYTES:
        raise Unfit(TOO_BIG)
    if data.upper().count(b"BEGIN:VEVENT") > MAX_EVENTS:
        raise Unfit(TOO_MANY)
    found = [_event(number, each) for number, each in enumerate(_components(data), 1)]
    if not found:
        raise Unfit(EMPTY)
    if sum(each.get("times", 0) for each in found) > MAX_TIMES:
        raise Unfit(TOO_OFTEN)
    yield {"table": "events"}
    for start in range(0, len(found), ROWS):
        yield found[start : start + ROWS]


def _components(data: bytes) -> Iterator[Any]:
    from icalendar import Calendar

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise Unfit(DAMAGED) from None
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OSError):
        raise Unfit(DAMAGED) from None
    for calendar in calendars:
        yield from calendar.walk("VEVENT")


def _event(number: int, component: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"n": number, "uid": _text(component, "UID"), "title": _text(component, "SUMMARY")}
    try:
        return told | _read(component)
    except Refused as refused:
        return told | {"wrong": str(refused)}
    except (ValueError, TypeError, AttributeError, LookupError, OverflowError, OSError):
        return told | {"wrong": "写法不对，读不出来；请在原来的日历里改好再导出"}


def _read(component: Any) -> dict[str, Any]:
    for name in NEEDED.keys() & {name for name, _ in component.errors}:
        raise Refused(f"{NEEDED[name]}（{name}）读不懂，请在原来的日历里改好再导出")
    begins = _moment(component, "DTSTART")
    if begins is None:
        raise Refused("没有写哪天开始，请在原来的日历里补上")
    day, at = _local(begins)
    ends, last = _end(component, begins)
    told = {
        "place": _text(component, "LOCATION"), "text": _text(component, "DESCRIPTION"), "status": _text(component, "STATUS").upper(),
        "categories": _categories(component), "day": day.isoformat(), "starts": at and f"{at:%H:%M}", "ends": ends,
        "last": last and last.isoformat(), "rule": None, "without": _days(component, "EXDATE"), "besides": _days(component, "RDATE"),
    }  # fmt: skip
    instead = _moment(component, "RECURRENCE-ID")
    told["instead"] = instead and _local(instead)[0].isoformat()
    if rule := component.get("RRULE"):
        if isinstance(rule, list):
            raise Refused("有几条重复规则，认不了，请在原来的日历里分成几项")
        own = begins.date() if isinstance(begins, datetime) else begins
        parts = shifted(parsed(rule.to_ical().decode(), own, at), (day - own).days)
        told["rule"] = written(parts)
        told["times"] = len(days_of(told["rule"], day))
        if told["times"] > MOST:
            raise Refused(f"这样重复有{told['times']}次，最多{MOST}次，请在原来的日历里写早一些的结束日期")
    return told


def _moment(component: Any, name: str) -> date | datetime | None:
    found = component.get(name)
    return found.dt if found is not None else None


def _local(moment: date | datetime) -> tuple[date, Any]:
    """The day and the hour (None: all day) in UTC+8; what names no time zone counts as local."""
    if not isinstance(moment, datetime):
        return moment, None
    here = moment.astimezone(CHINA) if moment.tzinfo else moment
    return here.date(), here.time().replace(second=0, microsecond=0, tzinfo=None)


def _end(component: Any, begins: date | datetime) -> tuple[str | None, date | None]:
    """The hour it ends ('' if it is not said) and, where that is another day, its last day."""
    end = _moment(component, "DTEND")
    if end is None:
        length = component.get("DURATION")
        if length is None:
            return "", None
        end = begins + length.dt
    day, at = _local(end)
    first, began = _local(begins)
    if at is None or began is None:
        last = day - timedelta(days=at is None)
        return None, last if last > first else None
    if day == first:
        return f"{at:%H:%M}" if at > began else "", None
    if day == first + timedelta(days=1) and not (at.hour or at.minute):
        return "23:59", None
    return "", day


def _days(component: Any, name: str) -> list[str]:
    found = component.get(name, [])
    days = [each.dt for many in (found if isinstance(found, list) else [found]) for each in many.dts]
    return sorted({_local(each[0] if isinstance(each, tuple) else each)[0].isoformat() for each in days})


def _text(component: Any, name: str) -> str:
    found = component.get(name, "")
    return clean(str(found[0] if isinstance(found, list) and found else found or ""), lines=True)[:LONGEST]


def _categories(component: Any) -> list[str]:
    found = component.get("CATEGORIES", [])
    many = found if isinstance(found, list) else [found]
    return [clean(str(each))[:100] for one in many for each in one.cats][:20]
