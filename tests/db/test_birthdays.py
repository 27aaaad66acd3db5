"""Whose birthday it is."""

from datetime import date

from db import birthdays

TODAY = date(2026, 9, 10)
AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}


def test_birthdays_soonest_first(enter):
    soon, today = (
        enter("张浩宇", birth_date="2015-09-24", **AWAY),
        enter("李雨涵", birth_date="2017-09-10", **AWAY),
    )
    enter("王一鸣", birth_date="2015-09-25", **AWAY)
    enter("陈思琪", birth_date="2015-09-09", **AWAY)
    enter("赵佳慧", birth_date="2015-09", **AWAY)
    enter("周子墨", birth_date="2015-09-12")  # does not count
    assert birthdays.birthdays(TODAY) == [
        (TODAY, "李雨涵", 9, today), (date(2026, 9, 24), "张浩宇", 11, soon),
    ]  # fmt: skip


def test_birthdays_across_the_new_year_and_in_february(enter):
    new_year, leap = (
        enter("张浩宇", birth_date="2015-01-03", **AWAY),
        enter("李雨涵", birth_date="2016-02-29", **AWAY),
    )
    assert birthdays.birthdays(date(2026, 12, 28)) == [(date(2027, 1, 3), "张浩宇", 12, new_year)]
    assert birthdays.birthdays(date(2027, 2, 20)) == [(date(2027, 2, 28), "李雨涵", 11, leap)]
    assert birthdays.birthdays(date(2028, 2, 20)) == [(date(2028, 2, 29), "李雨涵", 12, leap)]
    assert birthdays.birthdays(date(2027, 3, 1), 3) == []
