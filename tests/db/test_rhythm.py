"""When the next one is due: by the period, by the interval, through holidays; and what a rhythm may be."""

from datetime import date

import pytest

from db import days, rhythm
from db.rhythm import Calendar, Rhythm, in_words, read, window
from db.values import Refused

TERM = date(2026, 9, 1)
CALENDAR = Calendar((("2026秋", TERM, date(2027, 1, 31)),))


def each(**about) -> Rhythm:
    return Rhythm("x", "谈心", "talk", **about)


def due(last, start=TERM, came=None, **about):
    """First and last day of the next one, as month and day."""
    found = window(each(**about), last and date.fromisoformat(last), start, CALENDAR, came)
    return tuple(f"{day:%m-%d}" for day in found)


@pytest.mark.parametrize(
    ("last", "about", "expected"),
    [
        (None, {"every": "week"}, ("08-31", "09-06")),  # 1 September is a Tuesday: most of its week is left
        ("2026-08-31", {"every": "week"}, ("09-07", "09-13")),
        ("2026-11-20", {"every": "week"}, ("11-23", "11-29")),
        ("2026-11-22", {"every": "week"}, ("11-23", "11-29")),
        ("2026-11-23", {"every": "week"}, ("11-30", "12-06")),
        ("2027-01-28", {"every": "week"}, ("02-15", "02-21")),  # no week of the holidays counts
        ("2027-01-28", {"every": "week", "holidays": True}, ("02-01", "02-07")),
        ("2026-11-20", {"every": "week", "span": 2}, ("11-30", "12-13")),
        ("2026-11-30", {}, ("12-01", "12-31")),
        ("2027-01-10", {}, ("02-01", "02-28")),  # the second half of February is school time
        ("2027-06-10", {}, ("09-01", "09-30")),  # ten days of July are not enough
        ("2027-06-10", {"holidays": True}, ("07-01", "07-31")),
        ("2026-11-20", {"times": 3}, ("11-21", "11-30")),
        ("2026-11-21", {"times": 3}, ("12-01", "12-10")),
        ("2026-10-31", {"times": 2}, ("11-01", "11-15")),
        ("2026-09-20", {"every": "quarter"}, ("10-01", "12-31")),
        ("2026-10-20", {"every": "term"}, ("02-15", "07-10")),
        (None, {"every": "term"}, ("09-01", "01-31")),
        ("2026-10-20", {"every": "year"}, ("01-01", "12-31")),
        ("2026-09-20", {"months": (3, 9)}, ("03-01", "03-31")),
        (None, {"months": (3, 9)}, ("09-01", "09-30")),
        ("2026-09-10", {"count": "interval"}, ("10-03", "10-10")),
        ("2026-01-31", {"count": "interval"}, ("09-24", "10-01")),  # before the term: from its first day
        ("2026-11-10", {"count": "interval", "every": "week", "span": 2}, ("11-22", "11-24")),
        (
            "2027-01-10",
            {"count": "interval"},
            ("02-15", "02-22"),
        ),  # 10 February is a holiday: a week into the term
        ("2027-01-10", {"count": "interval", "holidays": True}, ("02-03", "02-10")),
        ("2026-10-10", {"count": "interval", "every": "year"}, ("09-10", "10-10")),
    ],
)
def test_when_the_next_one_is_due(last, about, expected):
    assert due(last, **about) == expected


@pytest.mark.parametrize(
    ("start", "about", "expected"),
    [
        (date(2026, 11, 15), {}, ("11-01", "11-30")),
        (date(2026, 11, 17), {}, ("12-01", "12-31")),  # less than half a month is left
        (date(2026, 11, 26), {"every": "week"}, ("11-23", "11-29")),
        (date(2026, 11, 27), {"every": "week"}, ("11-30", "12-06")),
        (date(2027, 1, 4), {"every": "term"}, ("09-01", "01-31")),
        (date(2027, 1, 5), {"every": "term"}, ("02-15", "07-10")),  # less than four weeks are left
    ],
)
def test_somebody_new_late_in_a_period_is_owed_the_next(start, about, expected):
    assert due(None, start, **about) == expected


def test_a_new_child_is_seen_within_working_days():
    friday = date(2026, 11, 20)
    about = {"every": "term", "first_days": 5}
    assert due(None, friday, came=friday, **about) == ("09-01", "11-27")
    assert due("2026-11-25", friday, came=friday, **about) == ("02-15", "07-10")
    assert due(None, TERM, came=date(2026, 3, 1), **about) == ("09-01", "01-31")  # an old one is not new


def test_an_interval_is_held_to_the_months_last_day():
    rule = each(count="interval", holidays=True)
    for day in (28, 29, 30, 31):
        last = date(2027, 1, day)
        assert window(rule, last, TERM, CALENDAR).due_by == days.add_months(last, 1)


def test_a_rhythm_is_read_as_it_was_written():
    for rule in (
        rhythm.DEFAULT,
        each(every="week", span=2, who=("focus", "mind"), by="teacher", per="pairing", settled_by=("visit",)),
        each(months=(3, 9), first_days=5, since=TERM, times=2),
    ):
        assert read(rhythm.as_dict(rule)) == rule


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"span": 0}, "1到12"), ({"span": -1}, "1到12"), ({"times": 0}, "1到7次"), ({"every": "day"}, "不认识"),
        ({"kind": "dance"}, "不认识"), ({"who": []}, "没有写对象"), ({"who": ["nobody"]}, "不认识"), ({"who": "all"}, "写成列表"),
        ({"months": [13]}, "1到12"), ({"months": [3], "every": "week"}, "每月一次"), ({"count": "interval", "times": 2}, "每个周期一次"),
        ({"count": "interval", "every": "term"}, "不能按学期"), ({"by": "nobody"}, "不认识"), ({"first_days": 0}, "工作日"),
        ({"often": 3}, "不认识“often”"), ({"span": "2"}, "整数"), ({"span": True}, "整数"), ({"holidays": "是"}, "写得不对"),
        ({"since": "去年"}, "日期"), ({"name": ""}, "缺 name"), ({"per": "village"}, "每名儿童"), ({"count": "sometimes"}, "period"),
        ({"settled_by": ["dance"]}, "不认识"),
    ],
)  # fmt: skip
def test_what_a_rhythm_cannot_be_is_said_in_one_sentence(wrong, said):
    with pytest.raises(Refused, match=said):
        read({"code": "x", "name": "谈心", "kind": "talk"} | wrong)


def test_rhythms_in_words():
    assert in_words(rhythm.DEFAULT) == "每名留守儿童，距上次不超过1个月"
    assert in_words(each(times=3, by="teacher")) == "每名留守儿童，每月3次，由帮扶教师负责，假期不计"
    assert in_words(each(every="week", span=2, who=("focus",), holidays=True)) == "每名重点对象，每2周一次"
    assert "3、9月" in in_words(each(months=(3, 9)))


def test_a_month_that_is_named_counts_though_it_lies_in_the_holidays():
    summer = each(months=(8,))
    assert window(summer, None, date(2026, 9, 1), CALENDAR) == (date(2027, 8, 1), date(2027, 8, 31))
    assert "假期" not in in_words(summer)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"every": "week"}, date(2026, 11, 23)),
        ({}, date(2026, 11, 1)),
        ({"times": 3}, date(2026, 11, 21)),
        ({"every": "quarter"}, date(2026, 10, 1)),
        ({"every": "term"}, TERM),
        ({"every": "year"}, date(2026, 1, 1)),
        ({"count": "interval"}, date(2026, 10, 25)),
        ({"count": "interval", "every": "week", "span": 2}, date(2026, 11, 11)),
    ],
)
def test_what_is_left_of_the_present_period_is_owed_when_a_rhythm_is_taken_up(about, expected):
    on = date(2026, 11, 25)
    rule = each(holidays=True, **about)
    since = rhythm.taken_up(rule, on, CALENDAR)
    assert since == expected
    for last in (None, date(2026, 5, 1), date(2026, 11, 24)):
        assert window(rule, last, since, CALENDAR).due_by >= on, "nobody is overdue at once"
    assert window(rule, None, since, CALENDAR).opens <= on, "and nobody drops out of sight"
