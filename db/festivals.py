"""The days everybody keeps and the lunar calendar: festivals between two days, lunar days, lunar birthdays.

By the tables of the borax library; told for 2000 to 2099 only, where they were compared with published dates.
"""

from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from db.days import add_months

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
LUNAR = ((1, 1, "春节"), (1, 15, "元宵节"), (5, 5, "端午节"), (7, 7, "七夕"), (8, 15, "中秋节"), (9, 9, "重阳节"),
         (12, 8, "腊八节"))  # fmt: skip
SOLAR = ((1, 1, "元旦"), (3, 8, "妇女节"), (3, 12, "植树节"), (5, 1, "劳动节"), (5, 4, "青年节"), (6, 1, "儿童节"),
         (7, 1, "建党节"), (8, 1, "建军节"), (9, 10, "教师节"), (10, 1, "国庆节"))  # fmt: skip
SUNDAYS = ((5, 2, "母亲节"), (6, 3, "父亲节"))  # the nth Sunday of a month
MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
DIGITS = "一二三四五六七八九十"


class LunarDay(NamedTuple):
    """A day of the lunar calendar: the year by the number of the year it begins in; leap: in a leap month."""

    year: int
    month: int
    day: int
    leap: bool


def between(first: date, last: date) -> list[tuple[date, str]]:
    """Festivals from one day to another, both included, in order; the traditional one first where two meet."""
    return [(day, name) for day, name, _ in _from_to(first, last)]


def traditional(first: date, last: date) -> list[tuple[date, str]]:
    """Only the traditional ones, which a plan's 传统节日活动 is about."""
    return [(day, name) for day, name, old in _from_to(first, last) if old]


def lunar_text(day: date) -> str:
    """八月十五, 闰六月初一, 腊月三十; '' outside the years that are known."""
    if not FIRST <= day <= LAST:
        return ""
    lunar = _lunar(day)
    return f"{'闰' if lunar.leap else ''}{MONTHS[lunar.month - 1]}月{_day_text(lunar.day)}"


def lunar_birthday(born: date, year: int) -> date | None:
    """The day of lunar year `year` (from its 春节 to the next) on which somebody born on a day keeps the birthday.

    Born in a leap month: kept in the plain month of that number; born on the 30th: on the 29th where the month has no
    more. None outside the years that are known.
    """
    if born < FIRST or not FIRST.year <= year <= LAST.year:
        return None
    from borax.calendars.lunardate import LCalendars, LunarDate

    lunar = _lunar(born)
    kept = min(lunar.day, LCalendars.ndays(year, lunar.month))
    day = LunarDate(year, lunar.month, kept).to_solar_date()
    return day if day <= LAST else None


def lunar_birthdays(born: date, first: date, last: date) -> list[tuple[date, int]]:
    """The lunar birthdays from one day to another, both included, with the age reached (the birth itself is none).

    A calendar year can hold none or two of somebody born in the eleventh or twelfth lunar month.
    """
    if not FIRST <= born <= LAST:
        return []
    found = []
    for year in range(max(first.year - 1, _lunar(born).year + 1), last.year + 1):
        day = lunar_birthday(born, year)
        if day is not None and first <= day <= last:
            found.append((day, year - _lunar(born).year))
    return found


def birthdays(born: date, lunar: bool, first: date, last: date) -> list[tuple[date, int]]:
    """The days on which a birthday is kept from one day to another, both included, with the age reached.

    By the sun, somebody born on 29 February keeps it on the 28th in other years; by the moon, see `lunar_birthday`.
    """
    if lunar:
        return lunar_birthdays(born, first, last)
    kept = (
        (add_months(born, 12 * (year - born.year)), year - born.year)
        for year in range(first.year, last.year + 1)
    )
    return [(day, age) for day, age in kept if age > 0 and first <= day <= last]


def _from_to(first: date, last: date) -> list[tuple[date, str, bool]]:
    years = range(max(first.year, FIRST.year), min(last.year, LAST.year) + 1)
    return [each for year in years for each in _of_year(year) if first <= each[0] <= last]


@cache
def _of_year(year: int) -> tuple[tuple[date, str, bool], ...]:
    """(day, name, traditional) of a calendar year; 腊八 and 除夕 as a rule belong to the lunar year before."""
    from borax.calendars.lunardate import LunarDate, TermUtils

    old = [(TermUtils.nth_term_day(year, term_name="清明"), "清明节")]
    for lunar_year in (year - 1, year):
        for month, day, name in LUNAR:
            old.append((LunarDate(lunar_year, month, day).to_solar_date(), name))
    old += [(day - timedelta(days=1), "除夕") for day, name in old if name == "春节"]
    new = [(date(year, month, day), name) for month, day, name in SOLAR]
    for month, nth, name in SUNDAYS:
        start = date(year, month, 1)
        new.append((start + timedelta(days=(6 - start.weekday()) + 7 * (nth - 1)), name))
    found = [(day, name, True) for day, name in old if day.year == year]
    return tuple(
        sorted([*found, *((day, name, False) for day, name in new)], key=lambda each: (each[0], not each[2]))
    )


@cache
def _lunar(day: date) -> LunarDay:
    from borax.calendars.lunardate import LunarDate

    lunar = LunarDate.from_solar(day)
    return LunarDay(lunar.year, lunar.month, lunar.day, bool(lunar.leap))


def _day_text(day: int) -> str:
    """初一 … 初十, 十一 … 二十, 廿一 … 三十."""
    if day <= 10:
        return "初" + DIGITS[day - 1]
    if day in (20, 30):
        return "二三"[day // 10 - 2] + "十"
    return ("十" if day < 20 else "廿") + DIGITS[day % 10 - 1]
