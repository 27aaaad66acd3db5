"""两体两艺: who took part in what, and who in nothing."""

from datetime import date

import pytest

from db import activities, changes, leaving, participation, roll
from db.participation import Participated

AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}
TODAY = date(2026, 9, 10)
FIRST, LAST = date(2026, 9, 1), date(2027, 1, 31)


@pytest.fixture
def activity(user):
    def make(kind, on=TODAY, talent=None, *came):
        key = activities.save(None, {"title": "活动", "kind": kind, "on_date": on}, {}, user).id
        if talent:
            changes.write(activities.find(key), user, talent=talent)
        for child in came:
            roll.mark(key, child, "present", user)
        return key

    return make


@pytest.fixture
def people(enter):
    return [enter(name, village_group=group, **AWAY) for name, group in
            (("张浩宇", "一组"), ("李雨涵", "二组"), ("王一鸣", "三组"))]  # fmt: skip


def told():
    return [(line.name, line.sport, line.art) for line in participation.lines(FIRST, LAST)]


def test_kind_says_it_where_the_activity_does_not(activity, people):
    zhang, li, wang = people
    activity("sports", TODAY, None, zhang, li)
    activity("stage", TODAY, None, zhang)
    activity("sports", TODAY, "art", wang)
    activity("film", TODAY, None, li)
    activity("film", TODAY, "art", li)
    activity("open_day", TODAY, None, wang)
    assert told() == [("张浩宇", 1, 1), ("李雨涵", 1, 1), ("王一鸣", 0, 1)]


def test_who_took_part_in_nothing_comes_first(activity, people, user):
    zhang, li, wang = people
    key = activity("arts", TODAY, None, zhang)
    roll.mark(key, li, "late", user)
    roll.mark(key, wang, "absent", user)
    assert told() == [("王一鸣", 0, 0), ("张浩宇", 0, 1), ("李雨涵", 0, 1)]
    summary = participation.summary(FIRST, LAST)
    assert summary[:4] == (3, 2, 0, 2) and [line.name for line in summary.none] == ["王一鸣"]


def test_other_days_what_was_called_off_and_struck_out_do_not_count(activity, people, user):
    zhang, li, _ = people
    activity("sports", date(2026, 9, 3), None, zhang)
    activities.cancel(activity("sports", TODAY, None, zhang), "下雨", user)
    activities.remove(activity("sports", TODAY, None, li), user)
    assert participation.summary(date(2026, 9, 4), LAST)[:4] == (3, 0, 0, 0)
    assert participation.summary(date(2026, 9, 3), date(2026, 9, 3))[:4] == (3, 1, 1, 0)


def test_the_gifted_count_besides_and_who_left_does_not(activity, enter, people, user):
    zhang, *_ = people
    enter("陈思琪", village_group="四组", focus="potential")
    enter("赵佳慧", village_group="四组")
    leaving.leave(zhang, "moved", date(2026, 9, 8), None, None, user)
    assert [name for name, *_ in told()] == ["李雨涵", "王一鸣", "陈思琪"]


def test_nobody_is_counted_in_an_empty_ledger(user):
    assert participation.summary(FIRST, LAST) == Participated(0, 0, 0, 0, [])


def test_a_childs_own_activities_are_told_latest_first(activity, people, user):
    zhang, *_ = people
    activity("sports", date(2026, 9, 3), None, zhang)
    key = activity("film", TODAY)
    roll.add(key, zhang, user)
    assert [each.title for each in participation.of_child(zhang)] == ["活动"]
    roll.mark(key, zhang, "leave", user)
    assert [each[1:] for each in participation.of_child(zhang)] == [
        (TODAY, "活动", "专题片", "", "假"), (date(2026, 9, 3), "活动", "文体活动", "体育", "到"),
    ]  # fmt: skip
