"""值班表: who is on duty, set one by one or dealt out evenly."""

from datetime import date

import pytest

from db import activities, changes, duty_roster, helpers
from db.models import Member
from db.values import Refused

FIRST, LAST = date(2026, 9, 10), date(2026, 12, 31)


@pytest.fixture
def day(user):
    def make(on, kind="open_day", duty=None, **values):
        key = activities.save(
            None, {"title": "周六开放日", "kind": kind, "on_date": on} | values, {}, user
        ).id
        if duty:
            duty_roster.put(key, duty, user)
        return key

    return make


def roster(every=False):
    return duty_roster.lines(FIRST, LAST, every)


def who():
    return [each.duty for each in roster()]


def test_the_open_days_of_a_span_are_listed_others_on_demand(day, user):
    day(date(2026, 9, 12), starts="8:30")
    day(date(2026, 9, 9))
    day(date(2026, 9, 14), kind="reading")
    day(date(2026, 9, 13), kind="film")
    activities.cancel(day(date(2026, 9, 15)), "下雨", user)
    assert [(each.on_date.day, each.starts, each.kind) for each in roster()] == [
        (12, "08:30", "开放日"), (14, None, "书屋开放"),
    ]  # fmt: skip
    assert [each.on_date.day for each in roster(every=True)] == [12, 13, 14]


def test_somebody_is_put_on_duty_and_taken_away(day, user):
    key = day(date(2026, 9, 12), duty=" 王晓 ")
    assert who() == ["王晓"]
    duty_roster.put(key, "", user)
    assert who() == [None]
    changes.undo(changes.last_action(user).action, user)
    assert who() == ["王晓"]
    with pytest.raises(Refused):
        duty_roster.put(key, "长" * 31, user)


def test_grown_up_helpers_the_group_and_those_on_the_roster_are_offered(day, enter, user):
    base = helpers.load(None)
    helpers.save(None, base | {"name": "刘老师", "kind": "teacher"}, base, user)
    helpers.save(None, base | {"name": "钱某", "kind": "party", "barred": "未通过"}, base, user)
    helpers.peer(enter("张浩宇"), user)
    changes.insert(Member, user, name="赵书记", post="leader", unit="柳溪村 书记")
    changes.insert(Member, user, name="孙主任", post="member", until=date(2026, 9, 1))
    day(date(2026, 9, 12), duty="王晓")
    assert duty_roster.people(roster()) == [
        ("赵书记", "柳溪村 书记", 0), ("刘老师", "教师", 0), ("王晓", "", 1),
    ]  # fmt: skip


def test_days_are_dealt_in_turn_as_one_action(day, user):
    for on in (12, 19, 26):
        day(date(2026, 9, on))
    dealt = duty_roster.deal(roster(), ["王晓", "刘老师"])
    assert [each.who for each in dealt] == ["王晓", "刘老师", "王晓"]
    assert who() == [None] * 3
    assert duty_roster.assign(dealt, user) == 3
    assert who() == ["王晓", "刘老师", "王晓"]
    changes.undo(changes.last_action(user).action, user)
    assert who() == [None] * 3


def test_the_load_is_even_and_nobody_has_two_on_one_day(day):
    day(date(2026, 9, 12), duty="王晓")
    day(date(2026, 9, 12))
    for on in (19, 26):
        day(date(2026, 9, on))
    assert [each.who for each in duty_roster.deal(roster(), ["王晓", "刘老师"])] == [
        "刘老师", "王晓", "刘老师",
    ]  # fmt: skip
    assert [each.who for each in duty_roster.deal(roster(), ["王晓"])] == [None, "王晓", "王晓"]


def test_a_duty_at_another_kind_of_activity_that_day_is_a_clash_too(day):
    day(date(2026, 9, 12), kind="film", duty="王晓")
    day(date(2026, 9, 12))
    assert [each.who for each in duty_roster.deal(roster(), ["王晓", "刘老师"])] == ["刘老师"]


def test_dealing_needs_people_and_days(day):
    with pytest.raises(Refused, match="每天都有人"):
        duty_roster.deal(roster(), ["王晓"])
    day(date(2026, 9, 12))
    with pytest.raises(Refused, match="请先按空格选"):
        duty_roster.deal(roster(), [])


def test_what_somebody_filled_or_struck_out_meanwhile_stops_all(day, user):
    first, second = day(date(2026, 9, 12)), day(date(2026, 9, 19))
    dealt = duty_roster.deal(roster(), ["王晓"])
    duty_roster.put(second, "刘老师", user)
    with pytest.raises(Refused, match="9月19日刚由别人排了刘老师"):
        duty_roster.assign(dealt, user)
    assert who() == [None, "刘老师"]
    activities.remove(first, user)
    with pytest.raises(Refused, match="刚被删除"):
        duty_roster.assign(dealt, user)
