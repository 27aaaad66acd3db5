"""The roll of an activity."""

from datetime import date, datetime

import pytest

from db import activities, changes, children, days, leaving, pick_up, roll
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


def test_who_had_left_or_was_away_from_the_register_is_refused(activity, enter, user):
    key, child = activity(), enter("张浩宇", birth_date="2015-03-08", **AWAY)
    leaving.leave(child, "moved", date(2026, 9, 8), None, None, user)
    for verb in (lambda: roll.mark(key, child, "present", user), lambda: roll.add(key, child, user),
                 lambda: roll.mark(key, child, "leave", user)):  # fmt: skip
        with pytest.raises(Refused, match="2026-09-08退出登记"):
            verb()
    assert Attendance.live().count() == 0
    earlier = activity(date(2026, 9, 8))
    roll.mark(earlier, child, "present", user)
    leaving.come_back(child, date(2026, 9, 9), "又外出了", user)
    roll.mark(key, child, "present", user)
    gone = activity(date(2026, 9, 9))
    roll.mark(gone, child, "present", user)


def test_nobody_is_called_where_it_was_called_off(activity, enter, user):
    key, child = activity(), enter("张浩宇", **AWAY)
    activities.cancel(key, "下雨", user)
    with pytest.raises(Refused, match="已经取消"):
        roll.mark(key, child, "present", user)
    assert roll.of(key)[0].state is None


def test_an_activity_before_the_birth_is_refused(activity, enter, user):
    key, child = activity(date(2026, 9, 1)), enter("张小宝", birth_date="2026-09-05", **AWAY)
    with pytest.raises(Refused, match="早于张小宝的出生日期"):
        roll.mark(key, child, "present", user)
    assert Attendance.live().count() == 0


def test_a_child_besides_is_put_on_the_roll_once(activity, enter, user):
    key, guest = activity(), enter("王一鸣", birth_date="2015-03-08")
    assert roll.of(key) == []
    assert roll.add(key, guest, user) and not roll.add(key, guest, user)
    assert [(line.name, line.state) for line in roll.of(key)] == [("王一鸣", None)]
    assert activities.agenda(TODAY, TODAY)[0].listed == 0
    roll.mark(key, guest, "late", user)
    assert [(line.name, line.state) for line in roll.of(key)] == [("王一鸣", "late")]


@pytest.mark.parametrize(
    ("kind", "on", "arrived"),
    [("open_day", TODAY, "16:05"), ("reading", TODAY, "16:05"), ("film", TODAY, None), ("open_day", date(2026, 9, 9), None)],
)  # fmt: skip
def test_the_time_is_noted_on_an_open_day_itself(activity, enter, user, monkeypatch, kind, on, arrived):
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 9, 10, 8, 5))
    key, child = activity(on, kind=kind), enter("张浩宇", **AWAY)
    roll.mark(key, child, "present", user)
    assert roll.of(key)[0].arrived == arrived
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 9, 10, 9, 5))
    roll.mark(key, child, "late", user)
    assert roll.of(key)[0].arrived == arrived
    roll.mark(key, child, "absent", user)
    assert roll.of(key)[0].arrived is None


def test_outside_the_hours_planned_or_kept_no_time_is_noted(activity, enter, user, monkeypatch):
    monkeypatch.setattr(days, "time_now", lambda: "17:05")
    child = enter("张浩宇", **AWAY)
    for noted in ({"ends": "17:00"}, {"closed_at": "16:30"}, {"opened_at": "17:30"}):
        key = activity(kind="open_day")
        changes.write(activities.find(key), user, **noted)
        roll.mark(key, child, "present", user)
        assert roll.of(key)[0].arrived is None


def test_who_was_picked_up_is_not_marked_away(activity, enter, user):
    key, child = activity(kind="open_day"), enter("张浩宇", **AWAY)
    roll.mark(key, child, "present", user)
    pick_up.pick_up(key, child, "自己", None, None, True, user)
    for state in ("absent", "leave", None):
        with pytest.raises(Refused, match="请先取消接走"):
            roll.mark(key, child, state, user)
    roll.mark(key, child, "late", user)
    assert roll.of(key)[0].picked_by == "自己" and not roll.of(key)[0].waiting


def test_several_with_one_that_had_left_are_all_refused(activity, enter, user):
    key = activity()
    one, other = enter("张浩宇", **AWAY), enter("李雨涵", birth_date="2015-03-08", **AWAY)
    leaving.leave(other, "moved", date(2026, 9, 8), None, None, user)
    with pytest.raises(Refused, match="李雨涵已于"):
        roll.mark_all(key, [one, other], "present", user)
    assert Attendance.live().count() == 0
