"""Months, quarters, terms and years a report may be about."""

from datetime import date

import pytest

from db.reports import periods
from db.values import Refused


@pytest.mark.parametrize(
    "code, first, last, called",
    [
        ("2026-09", date(2026, 9, 1), date(2026, 9, 30), "2026年9月"),
        ("2026-2", date(2026, 2, 1), date(2026, 2, 28), "2026年2月"),
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30), "2026年第三季度"),
        ("2026秋", date(2026, 9, 1), date(2027, 1, 31), "2026秋学期"),
        ("2025秋", date(2025, 9, 1), date(2026, 1, 31), "2025秋学期"),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2026年"),
    ],
)
def test_a_code_names_its_days(user, code, first, last, called):
    period = periods.read(code)
    assert (period.first, period.last, period.called) == (first, last, called)


@pytest.mark.parametrize("code", ["", "2026-13", "2026Q5", "9月", "2026-09-10", "1850", "2026冬"])
def test_what_names_no_period_is_refused_with_the_ways_to_write_one(user, code):
    with pytest.raises(Refused, match="2026Q3"):
        periods.read(code)


def test_a_period_yet_to_begin_is_refused(user):
    with pytest.raises(Refused, match=r"2026年10月还没开始，.*2026-09"):
        periods.read("2026-10")


@pytest.mark.parametrize(
    "code, earlier, later",
    [
        ("2026-01", "2025-12", "2026-02"),
        ("2026Q1", "2025Q4", "2026Q2"),
        ("2026春", "2025秋", "2026秋"),
        ("2025", "2024", "2026"),
    ],
)
def test_what_goes_before_and_after(user, code, earlier, later):
    period = periods.read(code)
    assert (periods.before(period).code, periods.after(period).code) == (earlier, later)
    assert periods.after(periods.before(period)) == period


def test_a_running_period_is_told_up_to_today_and_one_that_is_over_up_to_its_end(user):
    assert periods.read("2026-09").until == date(2026, 9, 10)
    assert periods.read("2026-08").until == date(2026, 8, 31)


def test_in_the_summer_holidays_the_term_is_the_one_just_over(user):
    assert periods.current("term", date(2026, 8, 20)).code == "2026春"
    assert periods.current("term", date(2026, 2, 3)).code == "2025秋"
