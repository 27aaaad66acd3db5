"""What a rule of repetition (RRULE, RFC 5545) says: the days it gives, itself in words. Pure: knows no ledger."""

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from db.days import CHINA, add_months, short, weekday
from db.values import Refused

MOST, YEARS = 400, 10  # occurrences of a series, and how long it may go on
MOST_GIVEN = 366 * YEARS  # days looked at before those outside the terms are left out
LONGEST = 300
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SUB_DAILY = ("SECONDLY", "MINUTELY", "HOURLY")
# What may stand in a rule besides its frequency. More would let a rule without a single day be looked at for ages.
EVERY = {"FREQ", "INTERVAL", "UNTIL", "COUNT", "WKST", "BYDAY", "BYMONTH"}
PARTS = {
    "DAILY": EVERY,
    "WEEKLY": EVERY,
    "MONTHLY": EVERY | {"BYMONTHDAY", "BYSETPOS"},
    "YEARLY": EVERY | {"BYMONTHDAY", "BYSETPOS", "BYYEARDAY", "BYWEEKNO"},
}
MONTH, NUMBER = r"(0?[1-9]|1[0-2])", r"[+-]?\d{1,3}"
VALUES = {
    "FREQ": "[A-Z]+", "BYMONTH": rf"{MONTH}(,{MONTH})*", "INTERVAL": r"[1-9]\d{0,3}", "COUNT": r"[1-9]\d{0,5}", "UNTIL": r"\d{8}(T\d{6}Z?)?", "WKST": "|".join(DAYS),
    "BYDAY": rf"([+-]?\d{{1,2}})?({'|'.join(DAYS)})(,([+-]?\d{{1,2}})?({'|'.join(DAYS)}))*",
}  # fmt: skip
NUMBERS = rf"{NUMBER}(,{NUMBER})*"
ORDINAL_DAY = re.compile(r"([+-]?\d+)?([A-Z]{2})")
UNREADABLE = "看不懂这样的重复规则，请改成每天、每周、每月或每年重复"
ENDLESS = "重复要有个结束，请写到哪天为止，或一共几次"

Rule = dict[str, str]


def parsed(rule: str, starts: date, at: time | None = None) -> Rule:
    """The parts of a rule, complete: which weekdays, which day of the month, its last day as YYYYMMDD in UTC+8.

    at: the hour of an occurrence; an UNTIL with an hour may end before that day's. Raises Refused for a rule that is
    unreadable, without an end, more often than daily.
    """
    text = rule.strip().upper().removeprefix("RRULE:")
    parts = dict(part.split("=", 1) for part in text.split(";") if part.count("=") == 1)
    if len(text) > LONGEST or len(parts) != len(text.rstrip(";").split(";")):
        raise Refused(UNREADABLE)
    every = parts.get("FREQ")
    if every in SUB_DAILY:
        raise Refused("重复最密是一天一次，不能按小时、分钟重复；请改成每天重复")
    if every not in PARTS or not parts.keys() <= PARTS[every]:
        raise Refused(UNREADABLE)
    if not all(re.fullmatch(VALUES.get(name, NUMBERS), text) for name, text in parts.items()):
        raise Refused(UNREADABLE)
    if every in ("DAILY", "WEEKLY") and re.search(r"\d", parts.get("BYDAY", "")):
        raise Refused(UNREADABLE)
    if "UNTIL" not in parts and "COUNT" not in parts:
        raise Refused(ENDLESS)
    if "UNTIL" in parts and "COUNT" in parts:
        raise Refused("“到哪天”和“一共几次”只能写一个，请去掉一个")
    if "UNTIL" in parts:
        parts["UNTIL"] = f"{_last(parts['UNTIL'], at):%Y%m%d}"
    return _completed(parts, starts)


def _last(until: str, at: time | None) -> date:
    try:
        last = datetime.strptime(until[:8], "%Y%m%d")
        if len(until) == 8:
            return last.date()
        last = datetime.strptime(until[:15], "%Y%m%dT%H%M%S")
        if until.endswith("Z"):
            last = last.replace(tzinfo=UTC).astimezone(CHINA).replace(tzinfo=None)
        return last.date() - timedelta(days=at is not None and last.time() < at)
    except (ValueError, OverflowError):
        raise Refused(UNREADABLE) from None


def _completed(parts: Rule, starts: date) -> Rule:
    by = {name for name in parts if name.startswith("BY")}
    day, month = {"BYMONTHDAY": str(starts.day)}, {"BYMONTH": str(starts.month)}
    match parts["FREQ"]:
        case "WEEKLY" if "BYDAY" not in by:
            return parts | {"BYDAY": DAYS[starts.weekday()]}
        case "MONTHLY" if not by - {"BYMONTH"}:
            return parts | day
        case "YEARLY" if not by:
            return parts | month | day
        case "YEARLY" if by == {"BYMONTH"}:
            return parts | day
    return parts


def written(parts: Rule) -> str:
    """A rule as it is stored: its parts in one order, without those that say nothing."""
    order = (
        "FREQ",
        "INTERVAL",
        *sorted(name for name in parts if name.startswith("BY")),
        "WKST",
        "COUNT",
        "UNTIL",
    )
    said = {name: parts[name] for name in order if name in parts}
    said = {
        name: text for name, text in said.items() if (name, text) not in (("INTERVAL", "1"), ("WKST", "MO"))
    }
    return ";".join(f"{name}={text}" for name, text in said.items())


def days_of(rule: str, starts: date) -> list[date]:
    """The days a rule gives from its first day on, in order; at most MOST_GIVEN.

    Raises Refused for a rule that cannot be used: see `parsed`; one without any day, one that goes on for too long.
    """
    from dateutil.rrule import rrulestr

    parts = parsed(rule, starts)
    if until := parts.pop("UNTIL", ""):
        parts["UNTIL"] = f"{until}T000000"
    try:
        made = rrulestr(written(parts), dtstart=datetime.combine(starts, time()))
        found = [each.date() for each in islice(made, MOST_GIVEN + 1)]
    except (ValueError, OverflowError, TypeError, IndexError):
        raise Refused(UNREADABLE) from None
    if not found:
        raise Refused(f"照这样重复一次也没有，请核对从{starts}起到哪天结束")
    if len(found) > MOST_GIVEN or found[-1] >= add_months(starts, 12 * YEARS):
        raise Refused(f"重复最长{YEARS}年，请写早一些的结束日期，或少写几次")
    return found


def until(rule: str, last: date, starts: date) -> str:
    """The same rule, ending on a day."""
    parts = parsed(rule, starts)
    parts.pop("COUNT", None)
    return written(parts | {"UNTIL": f"{last:%Y%m%d}"})


def shifted(rule: Rule, by: int) -> Rule:
    """A rule whose days fall so many days later once its hours are told in another time zone. Raises Refused."""
    weekly = rule["FREQ"] in ("WEEKLY", "DAILY") and "BYMONTH" not in rule
    days = rule.get("BYDAY", "").split(",")
    if not by or (weekly and "BYDAY" not in rule):
        return rule
    if not weekly or not all(day in DAYS for day in days):
        raise Refused("换算成北京时间就不在同一天，这样的重复认不了，请在原来的日历里改用北京时间")
    return rule | {"BYDAY": ",".join(DAYS[(DAYS.index(day) + by) % 7] for day in days)}


# ---- in words -----------------------------------------------------------------------------------


def in_words(rule: str, starts: date, in_term: bool = False) -> str:
    """A rule as people say it: 每周六，到2026年12月31日，只在学期内."""
    parts = parsed(rule, starts)
    if "COUNT" in parts:
        end = f"，共{parts['COUNT']}次"
    else:
        last = _last(parts["UNTIL"], None)
        end = f"，到{last.year}年{short(last)}"
    return f"{_often(parts)}{end}{'，只在学期内' if in_term else ''}"


def _often(parts: Rule) -> str:
    number, by = int(parts.get("INTERVAL", 1)), {name for name in parts if name.startswith("BY")}
    each = {"DAILY": "每天", "WEEKLY": "每周", "MONTHLY": "每月", "YEARLY": "每年"}[parts["FREQ"]]
    unit = {"DAILY": "天", "WEEKLY": "周", "MONTHLY": "个月", "YEARLY": "年"}[parts["FREQ"]]
    spaced = each if number == 1 else f"每{'两' if number == 2 else number}{unit}"
    weekdays = _weekdays(parts.get("BYDAY", ""))
    match parts["FREQ"]:
        case "WEEKLY" if by == {"BYDAY"}:
            return f"每{weekdays}" if number == 1 else f"{spaced}的{weekdays}"
        case "DAILY" if by <= {"BYDAY"}:
            return f"{spaced}{f'（只在{weekdays}）' if by else ''}"
        case "MONTHLY" if by == {"BYMONTHDAY"}:
            return f"{spaced}{'的' if number > 1 else ''}{_month_days(parts['BYMONTHDAY'])}"
        case "MONTHLY" if by == {"BYDAY"} or (by == {"BYDAY", "BYSETPOS"} and len(parts["BYDAY"]) == 2):
            which = parts["BYDAY"] if "BYSETPOS" not in by else parts["BYSETPOS"] + parts["BYDAY"]
            return f"{spaced}{'的' if number > 1 else ''}{_weekdays(which)}"
        case "YEARLY" if by == {"BYMONTH", "BYMONTHDAY"} and "," not in parts["BYMONTH"]:
            return (
                f"{spaced}{'的' if number > 1 else ''}{parts['BYMONTH']}月{_month_days(parts['BYMONTHDAY'])}"
            )
    return f"{spaced}（按 {';'.join(f'{name}={parts[name]}' for name in sorted(by))}）"


def _weekdays(text: str) -> str:
    found = []
    for number, day in ORDINAL_DAY.findall(text):
        name = weekday(date(2024, 1, 1) + timedelta(days=DAYS.index(day)))  # a Monday
        order = int(number or 0)
        found.append(f"最后一个{name}" if order == -1 else f"倒数第{-order}个{name}" if order < 0 else
                     f"第{order}个{name}" if order else name)  # fmt: skip
    return "、".join(found)


def _month_days(text: str) -> str:
    found = [int(day) for day in text.split(",")]
    return "、".join(
        "最后一天" if day == -1 else f"倒数第{-day}天" if day < 0 else f"{day}日" for day in found
    )
