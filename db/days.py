"""Days as the village counts them: UTC+8, terms, ages. GUANAI_TODAY moves the day for rehearsals."""

import os
import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

CHINA = timezone(timedelta(hours=8))
TERM_CODE = re.compile(r"((?:19|20)\d\d)(春|秋)")


def today() -> date:
    """Today in China, or the day GUANAI_TODAY names (ISO)."""
    told = os.environ.get("GUANAI_TODAY")
    return date.fromisoformat(told) if told else datetime.now(CHINA).date()


def now() -> datetime:
    """This moment as naive UTC, the way stamps are stored."""
    return datetime.now(UTC).replace(tzinfo=None)


def time_now() -> str:
    """The time of day in China, 'HH:MM'."""
    return f"{now().replace(tzinfo=UTC).astimezone(CHINA):%H:%M}"


def in_china(stamp: datetime) -> date:
    """The day in China of a stored stamp (naive UTC)."""
    return stamp.replace(tzinfo=UTC).astimezone(CHINA).date()


def add_months(day: date, months: int) -> date:
    """The same day some months on, held to the month's last day (31 Jan + 1 = 28/29 Feb)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_before(day: date, years: int) -> date:
    """The birthday on which somebody is exactly `years` old on `day`."""
    return add_months(day, -12 * years)


def last_day(partial: str) -> date:
    """The day 'YYYY-MM-DD' names, or the last day of a month 'YYYY-MM'."""
    year, month, *rest = (int(part) for part in partial.split("-"))
    return date(year, month, rest[0] if rest else monthrange(year, month)[1])


@lru_cache(maxsize=8_000)  # as often as children are looked at
def turns(born: str, age: int) -> date:
    """The day on which somebody born on 'YYYY-MM-DD' reaches an age: 1 March for 29 February, where there is none.

    A 'YYYY-MM' has to be over first: nothing ends a day too early.
    """
    year, month, *day = (int(part) for part in born.split("-"))
    first = add_months(date(year, month, 1), 12 * age + (not day))
    return first + timedelta(days=day[0] - 1 if day else 0)


def age_on(born: str | None, day: date) -> int | None:
    """Full years of somebody born on 'YYYY-MM-DD'; a 'YYYY-MM' counts from that month's last day."""
    if not born:
        return None
    first = last_day(born)
    return day.year - first.year - ((day.month, day.day) < (first.month, first.day))


def term_code(day: date) -> str:
    """The school term a day belongs to: 春 from February, 秋 from August to January ('2026秋')."""
    if day.month == 1:
        return f"{day.year - 1}秋"
    return f"{day.year}{'春' if day.month < 8 else '秋'}"


def term_dates(code: str) -> tuple[date, date]:
    """First and last day of a term by its code: 秋 is 1 Sep to 31 Jan, 春 is 15 Feb to 10 Jul.

    Raises ValueError if the code is not of the form 2026秋.
    """
    match = TERM_CODE.fullmatch(code)
    if not match:
        raise ValueError(f"学期写作“2026秋”或“2027春”，收到的是“{code}”")
    year = int(match[1])
    if match[2] == "秋":
        return date(year, 9, 1), date(year + 1, 1, 31)
    return date(year, 2, 15), date(year, 7, 10)


def school_year(code: str, starts: date) -> int:
    """The year in whose autumn the school year of a term began; a code of one's own goes by its first day."""
    match = TERM_CODE.fullmatch(code) or TERM_CODE.fullmatch(term_code(starts))
    return int(match[1]) - (match[2] == "春")


def weekday(day: date) -> str:
    """周一 … 周日."""
    return "周" + "一二三四五六日"[day.weekday()]


def short(day: date) -> str:
    """9月10日."""
    return f"{day.month}月{day.day}日"
