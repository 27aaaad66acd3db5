"""Days, terms and ages."""

from datetime import UTC, date, datetime

import pytest

from db import days


def test_the_day_can_be_told(monkeypatch):
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-10")
    assert days.today() == date(2026, 9, 10)


def test_the_day_changes_at_midnight_in_china(monkeypatch):
    monkeypatch.delenv("GUANAI_TODAY", raising=False)

    class Clock(datetime):
        moment = datetime(2026, 9, 10, 15, 59, tzinfo=UTC)

        @classmethod
        def now(cls, tz=None):
            return cls.moment.astimezone(tz)

    monkeypatch.setattr(days, "datetime", Clock)
    assert days.today() == date(2026, 9, 10)
    Clock.moment = datetime(2026, 9, 10, 16, 0, tzinfo=UTC)
    assert days.today() == date(2026, 9, 11)


def test_stamps_are_naive_utc():
    assert days.now().tzinfo is None
    assert abs((days.now() - datetime.now(UTC).replace(tzinfo=None)).total_seconds()) < 5


@pytest.mark.parametrize(("day", "months", "then"), [
    ("2026-01-31", 1, "2026-02-28"), ("2028-01-31", 1, "2028-02-29"), ("2026-12-15", 1, "2027-01-15"),
    ("2026-03-31", -1, "2026-02-28"), ("2026-01-10", -1, "2025-12-10"), ("2028-02-29", -192, "2012-02-29"),
    ("2026-05-20", 0, "2026-05-20"),
])  # fmt: skip
def test_months_on(day, months, then):
    assert days.add_months(date.fromisoformat(day), months) == date.fromisoformat(then)


@pytest.mark.parametrize(("born", "day", "age"), [
    ("2015-03-08", "2026-03-07", 10), ("2015-03-08", "2026-03-08", 11), ("2015-03", "2026-03-30", 10),
    ("2015-03", "2026-03-31", 11), ("2015-03", "2026-04-01", 11), ("2012-02", "2028-02-29", 16), ("2012-02", "2028-03-01", 16), ("2012-02-29", "2026-02-28", 13), ("2012-02-29", "2026-03-01", 14),
    (None, "2026-03-01", None), ("2026-09-01", "2026-09-10", 0),
])  # fmt: skip
def test_age(born, day, age):
    assert days.age_on(born, date.fromisoformat(day)) == age


@pytest.mark.parametrize(("day", "code"), [
    ("2026-08-01", "2026秋"), ("2026-12-31", "2026秋"), ("2027-01-31", "2026秋"), ("2027-02-01", "2027春"),
    ("2027-07-31", "2027春"),
])  # fmt: skip
def test_terms(day, code):
    assert days.term_code(date.fromisoformat(day)) == code


def test_term_dates():
    assert days.term_dates("2026秋") == (date(2026, 9, 1), date(2027, 1, 31))
    assert days.term_dates("2027春") == (date(2027, 2, 15), date(2027, 7, 10))
    for wrong in ("2026", "秋", "26秋", "2026夏", "2026秋季"):
        with pytest.raises(ValueError, match="学期写作"):
            days.term_dates(wrong)


def test_words():
    assert days.weekday(date(2026, 9, 10)) == "周四"
    assert days.short(date(2026, 9, 10)) == "9月10日"


@pytest.mark.parametrize(("born", "day"), [
    ("2012-03-08", "2028-03-08"), ("2012-03", "2028-04-01"), ("2012-12", "2029-01-01"), ("2012-02-29", "2028-02-29"),
])  # fmt: skip
def test_the_sixteenth_birthday(born, day):
    assert days.turns(born, 16) == date.fromisoformat(day)


def test_who_was_born_on_29_february_is_fourteen_on_1_march():
    assert days.turns("2012-02-29", 14) == date(2026, 3, 1)
