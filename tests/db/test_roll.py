"""The roll of an activity."""

from datetime import date

import pytest

from db import activities, changes, children, roll
from db.models import Attendance
from db.values import Refused

TODAY = date(2026, 9, 10)
AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}


@pytest.fixture
def activity(user):
    def make(on=TODAY, **values):
        return activities.save(None, {"title": "励志专题片", "on_date": on} | values, {}, user).id

    return make


def test_the_roll_calls_who_counts_and_whoever_is_marked(activity, enter, user):
    key = activity()
    away = enter("张浩宇", village_group="十组", **AWAY)
    enter("李雨涵", village_group="二组", **AWAY)
    guest = enter("王一鸣", village_group="一组", birth_date="2015-03-08")
    assert [(line.name, line.state) for line in roll.of(key)] == [("李雨涵", None), ("张浩宇", None)]
    roll.mark(key, guest, "到", user)
    roll.mark(key, away, "late", user)
    assert [(line.name, line.state) for line in roll.of(key)] == [
        ("王一鸣", "present"), ("李雨涵", None), ("张浩宇", "late"),
    ]  # fmt: skip
    children.remove(guest, user)
    assert [line.name for line in roll.of(key)] == ["李雨涵", "张浩宇"]


def test_marks_count_late_as_there(activity, enter, user):
    key = activity()
    for name, state in (("张浩宇", "present"), ("李雨涵", "late"), ("王一鸣", "leave"), ("陈思琪", "absent")):
        roll.mark(key, enter(name, **AWAY), state, user)
    (line,) = activities.agenda(TODAY, TODAY)
    assert (line.present, line.listed) == (2, 4)


def test_a_mark_changes_goes_and_comes_again(activity, enter, user):
    key, child = activity(), enter("张浩宇", **AWAY)
    for state in ("present", "absent", None, None, "leave"):
        roll.mark(key, child, state, user)
        assert [line.state for line in roll.of(key)] == [state]
    assert Attendance.live().count() == 1
    assert changes.last_action(user).label == "点名 张浩宇：假"
    with pytest.raises(Refused, match="到"):
        roll.mark(key, child, "睡着了", user)


def test_before_the_day_only_leave_is_known(activity, enter, user):
    key, child = activity(date(2026, 9, 12)), enter("张浩宇", **AWAY)
    with pytest.raises(Refused, match="9月12日"):
        roll.mark(key, child, "present", user)
    roll.mark(key, child, "leave", user)
    assert [line.state for line in roll.of(key)] == ["leave"]
