"""A clock that was set back: said with the reason, and no day is taken for today."""

from datetime import date, timedelta

import pytest

from db import care, changes, days, pairing, when
from db.models import Change, Helper
from db.values import Refused

AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}


@pytest.fixture
def child(enter):
    return enter("张浩宇", birth_date="2015-03-08", **AWAY)


def test_a_clock_that_goes_right_says_nothing(child, user):
    care.record(user, child_id=child, on_date=days.today())
    assert when.set_back() is None
    assert care.load_record(None)["on_date"] == days.today()


def test_a_day_before_the_last_record(child, user, monkeypatch):
    care.record(user, child_id=child, on_date=days.today())
    monkeypatch.setenv("GUANAI_TODAY", "2026-08-10")
    assert when.set_back().startswith("电脑日期不对？台账已有2026-09-10的记录，请先校正")
    assert care.load_record(None)["on_date"] is None  # asked: nobody knows what day it is
    with pytest.raises(Refused, match="校正电脑的日期"):
        care.record(user, child_id=child, on_date=date(2026, 9, 10))
    helper = changes.insert(Helper, user, name="刘老师", kind="teacher")
    with pytest.raises(Refused, match="校正电脑的日期"):
        pairing.pair(child, helper.id, "teacher", date(2026, 9, 10), user)


def test_a_record_struck_out_tells_no_day(child, user, monkeypatch):
    care.remove_record(care.record(user, child_id=child, on_date=days.today()), user)
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-09")
    assert when.set_back() is None


def test_a_moment_before_the_last_change(child, user):
    Change.update(at=days.now() + timedelta(days=40)).execute()
    assert (days.in_china(days.now()) + timedelta(days=40)).isoformat() in when.set_back()
