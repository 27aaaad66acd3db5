"""Festivals and lunar days against published dates."""

from datetime import date

import pytest

from db import festivals

# 春节 as published, 2000 to 2030
NEW_YEARS = (
    "2000-02-05", "2001-01-24", "2002-02-12", "2003-02-01", "2004-01-22", "2005-02-09", "2006-01-29", "2007-02-18",
    "2008-02-07", "2009-01-26", "2010-02-14", "2011-02-03", "2012-01-23", "2013-02-10", "2014-01-31", "2015-02-19",
    "2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05", "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22",
    "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03",
)  # fmt: skip


def day(text: str) -> date:
    return date.fromisoformat(text)


def named(year: int) -> dict[str, str]:
    return {name: f"{on:%m-%d}" for on, name in festivals.between(date(year, 1, 1), date(year, 12, 31))}


def test_the_traditional_ones_of_2027():
    assert festivals.traditional(date(2027, 1, 1), date(2027, 12, 31)) == [
        (day("2027-01-15"), "腊八节"),
        (day("2027-02-05"), "除夕"),
        (day("2027-02-06"), "春节"),
        (day("2027-02-20"), "元宵节"),
        (day("2027-04-05"), "清明节"),
        (day("2027-06-09"), "端午节"),
        (day("2027-08-08"), "七夕"),
        (day("2027-09-15"), "中秋节"),
        (day("2027-10-08"), "重阳节"),
    ]


def test_new_years_as_published():
    found = [on for on, name in festivals.between(date(2000, 1, 1), date(2030, 12, 31)) if name == "春节"]
    assert found == [day(text) for text in NEW_YEARS]


@pytest.mark.parametrize(
    ("year", "name", "on"),
    [
        (2025, "清明节", "04-04"), (2026, "清明节", "04-05"), (2025, "端午节", "05-31"), (2026, "端午节", "06-19"),
        (2025, "中秋节", "10-06"), (2026, "中秋节", "09-25"), (2025, "七夕", "08-29"), (2026, "重阳节", "10-18"),
        (2026, "除夕", "02-16"), (2026, "元宵节", "03-03"), (2026, "母亲节", "05-10"), (2026, "父亲节", "06-21"),
        (2026, "教师节", "09-10"), (2026, "儿童节", "06-01"),
    ],
)  # fmt: skip
def test_single_festivals(year, name, on):
    assert named(year)[name] == on


@pytest.mark.parametrize("on", ["2031-01-23", "2033-01-31", "2034-02-19", "2040-02-12", "2050-01-23"])
def test_new_years_to_come(on):
    assert (day(on), "春节") in festivals.between(day(on), day(on))


def test_order_ends_and_what_meets():
    assert festivals.between(day("2026-09-25"), day("2026-10-01")) == [
        (day("2026-09-25"), "中秋节"),
        (day("2026-10-01"), "国庆节"),
    ]
    assert festivals.between(day("2020-10-01"), day("2020-10-01")) == [
        (day("2020-10-01"), "中秋节"),
        (day("2020-10-01"), "国庆节"),
    ]
    assert festivals.between(day("2026-10-02"), day("2026-10-01")) == []
    assert len(festivals.traditional(date(2026, 1, 1), date(2026, 12, 31))) == 9


def test_outside_the_known_years_nothing_is_told():
    assert festivals.between(date(1999, 1, 1), date(1999, 12, 31)) == []
    assert festivals.between(date(2099, 12, 25), date(2100, 2, 28)) == []
    assert festivals.lunar_text(date(1999, 12, 31)) == festivals.lunar_text(date(2100, 1, 1)) == ""
    assert festivals.lunar_birthday(date(1999, 12, 31), 2026) is None
    assert festivals.lunar_birthday(date(2015, 3, 8), 2100) is None
    assert festivals.lunar_birthdays(date(1999, 3, 8), date(2026, 1, 1), date(2026, 12, 31)) == []


@pytest.mark.parametrize(
    ("on", "text"),
    [
        ("2026-09-25", "八月十五"), ("2025-07-25", "闰六月初一"), ("2025-06-25", "六月初一"), ("2026-02-17", "正月初一"),
        ("2026-02-16", "腊月廿九"), ("2025-01-28", "腊月廿九"), ("2024-02-09", "腊月三十"), ("2026-01-08", "冬月二十"),
        ("2026-01-09", "冬月廿一"), ("2026-02-26", "正月初十"), ("2026-02-27", "正月十一"),
        # by GB/T 33661-2017, where older tables put the new moon a day early
        ("2033-12-22", "闰冬月初一"), ("2057-09-29", "九月初一"), ("2089-09-04", "七月三十"), ("2097-08-07", "六月三十"),
    ],
)  # fmt: skip
def test_lunar_days_in_words(on, text):
    assert festivals.lunar_text(day(on)) == text


def test_a_lunar_birthday_moves_with_the_lunar_year():
    born = day("2015-09-27")  # 八月十五
    assert festivals.lunar_birthday(born, 2026) == day("2026-09-25")
    assert festivals.lunar_birthday(born, 2027) == day("2027-09-15")
    assert festivals.lunar_birthdays(born, day("2026-09-25"), day("2027-09-15")) == [
        (day("2026-09-25"), 11),
        (day("2027-09-15"), 12),
    ]
    assert festivals.lunar_birthdays(born, day("2026-09-26"), day("2027-09-14")) == []
    assert festivals.lunar_birthdays(born, born, day("2015-12-31")) == []


def test_the_30th_is_kept_on_the_29th_where_there_is_none():
    born = day("2024-02-09")  # 腊月三十 of lunar 2023
    assert festivals.lunar_birthday(born, 2024) == day("2025-01-28")  # 腊月廿九, New Year's Eve
    assert festivals.lunar_birthdays(born, day("2025-01-01"), day("2025-12-31")) == [(day("2025-01-28"), 1)]


def test_born_in_a_leap_month_it_is_kept_in_the_plain_one():
    born = day("2025-07-25")  # 闰六月初一
    assert festivals.lunar_text(festivals.lunar_birthday(born, 2026)) == "六月初一"
    assert festivals.lunar_birthday(born, 2025) == day("2025-06-25")


def test_a_calendar_year_may_hold_two_or_none():
    born = day("2011-12-19")  # 冬月廿五
    held = {
        year: [on for on, _ in festivals.lunar_birthdays(born, date(year, 1, 1), date(year, 12, 31))]
        for year in range(2012, 2034)
    }
    assert {len(days) for days in held.values()} == {0, 1, 2}
    assert all(festivals.lunar_text(on) == "冬月廿五" for days in held.values() for on in days)
