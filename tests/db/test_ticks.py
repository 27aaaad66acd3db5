"""The checklists: ticked with history, or shown by what is on file."""

from datetime import date

import pytest

from db import activities, care_plans, changes, children, roll, site, ticks
from db.models import CareRecord, Child, Survey, Tick
from db.sheet import NotFound
from db.values import Refused
from db.vocab import RECORD_KIND, TICK_LIST

TODAY = date(2026, 9, 10)


@pytest.fixture
def child(enter):
    return enter(
        "张浩宇",
        birth_date="2015-03-08",
        village_group="一组",
        guardian_relation="62",
        guardian_name="王桂英",
    )


def note(by, child, on, kind="talk", **values):
    """A record on file, whatever its kind asks for."""
    return changes.insert(CareRecord, by, child=child, kind=kind, on_date=on, **values)


def item(child, checklist, code):
    (found,) = [each for each in ticks.of_child(child) if each.code == checklist]
    return next(each for each in found.items if each.code == code)


def stands(child, checklist, code):
    here = item(child, checklist, code)
    return here.last_on, here.by, here.note, here.derived


def test_the_lists_are_those_of_the_code_list_and_their_kinds_are_kinds_of_record():
    assert list(ticks.LISTS) == [code.code for code in TICK_LIST]
    kinds = {kind for point in ticks.POINTS.values() for kind in point.kinds}
    assert all(kind in RECORD_KIND for kind in kinds)
    assert [len(points) for points in ticks.LISTS.values()] == [9, 3, 14]


def test_nothing_is_seen_to_at_first(child):
    assert {each.last_on for checklist in ticks.of_child(child) for each in checklist.items} == {None}
    assert [each.title for each in ticks.of_child(child)] == ["三知三多三沟通", "三个优先", "爱心档案袋"]


def test_a_tick_says_when_by_whom_and_what(child, user):
    ticks.tick(child, "priority", "study_first", user, "周三补数学")
    assert stands(child, "priority", "study_first") == (TODAY, "王晓", "周三补数学", False)
    assert changes.last_action(user).label == "勾选 学习优先辅导 张浩宇"
    ticks.tick(child, "priority", "life_first", user, on=date(2026, 9, 1), by_name="刘老师")
    assert stands(child, "priority", "life_first") == (date(2026, 9, 1), "刘老师", None, False)


def test_history_is_kept_and_unticking_takes_the_latest(child, user):
    ticks.tick(child, "bag", "awards", user, "三好学生", date(2026, 6, 1))
    ticks.tick(child, "bag", "awards", user, "作文二等奖")
    assert [(each.on_date, each.note) for each in ticks.history(child, "bag", "awards")] == [
        (TODAY, "作文二等奖"), (date(2026, 6, 1), "三好学生"),
    ]  # fmt: skip
    ticks.untick(child, "bag", "awards", user)
    assert stands(child, "bag", "awards")[:3] == (date(2026, 6, 1), "王晓", "三好学生")
    changes.undo(changes.last_action(user).action, user)
    assert stands(child, "bag", "awards")[0] == TODAY
    ticks.untick(child, "bag", "awards", user)
    ticks.untick(child, "bag", "awards", user)
    with pytest.raises(NotFound, match="“奖状和证书”还没有勾过"):
        ticks.untick(child, "bag", "awards", user)


def test_a_second_tick_of_one_day_only_brings_its_note(child, user):
    first = ticks.tick(child, "bag", "card", user)
    assert ticks.tick(child, "bag", "card", user, "补写了电话") == first
    assert ticks.tick(child, "bag", "card", user) == first
    assert [each.note for each in ticks.history(child, "bag", "card")] == ["补写了电话"]


@pytest.mark.parametrize(("what", "says"), [
    ({"on": date(2026, 9, 11)}, "还没到"), ({"on": date(2015, 3, 7)}, "早于张浩宇的出生日期"), ({"note": "长" * 201}, "最多200字"),
    ({"item": "else"}, "清单里没有“else”"), ({"checklist": "else"}, "清单里没有"), ({"by_name": "长" * 31}, "最多30字"),
])  # fmt: skip
def test_ticks_that_cannot_be(child, user, what, says):
    with pytest.raises(Refused, match=says):
        ticks.tick(**{"child_id": child, "checklist": "priority", "item": "study_first", "by": user} | what)
    assert Tick.select().count() == 0


def test_none_for_who_has_left_or_is_gone(child, user):
    changes.write(Child.get_by_id(child), user, left_on=date(2026, 9, 9))
    with pytest.raises(Refused, match="退出登记"):
        ticks.tick(child, "priority", "study_first", user)
    ticks.tick(child, "priority", "study_first", user, on=date(2026, 9, 9))
    children.remove(child, user)
    with pytest.raises(NotFound):
        ticks.of_child(child)


# ---- what records show


@pytest.mark.parametrize(("kind", "points"), [
    ("talk", [("three_know", "more_talks"), ("bag", "talk_notes")]), ("visit", [("three_know", "more_visits")]),
    ("parent_contact", [("three_know", "with_parents")]), ("video_call", [("three_know", "with_parents")]),
    ("letter", [("bag", "letters")]), ("diary", [("bag", "diary")]), ("counselling", [("bag", "health")]),
    ("good_deed", [("bag", "conduct")]), ("home_stay", [("bag", "agent_parent")]), ("film", [("three_know", "more_activities")]),
])  # fmt: skip
def test_a_record_shows_its_points(child, user, kind, points):
    note(user, child, date(2026, 9, 1), kind, by_name="刘老师")
    note(user, child, date(2026, 9, 3), kind, by_name="王老师")
    for checklist, code in points:
        assert stands(child, checklist, code) == (
            date(2026, 9, 3),
            "王老师",
            f"据{RECORD_KIND.label(kind)}记录",
            True,
        )
    seen = [
        (each.code, point.code) for each in ticks.of_child(child) for point in each.items if point.last_on
    ]
    assert seen == points


def test_the_later_of_tick_and_record_stands(child, user):
    record = note(user, child, date(2026, 9, 3))
    ticks.tick(child, "three_know", "more_talks", user, "聊作业", date(2026, 9, 1))
    assert stands(child, "three_know", "more_talks") == (date(2026, 9, 3), None, "据谈心记录", True)
    ticks.tick(child, "three_know", "more_talks", user, "聊爸妈", date(2026, 9, 3))
    assert stands(child, "three_know", "more_talks")[2:] == ("聊爸妈", False), (
        "of one day the word of a person"
    )
    changes.remove(record, user)
    assert stands(child, "three_know", "more_talks")[0] == date(2026, 9, 3)


def test_what_only_a_record_shows_is_not_unticked(child, user):
    note(user, child, TODAY)
    with pytest.raises(Refused, match="“多谈心”是据谈心记录算的，不能取消"):
        ticks.untick(child, "three_know", "more_talks", user)


def test_a_call_that_did_not_come_about_shows_nothing(child, user):
    note(user, child, TODAY, "phone_call", missed="no_answer")
    assert stands(child, "three_know", "with_parents")[0] is None


@pytest.mark.parametrize(("with_whom", "code"), [
    ("奶奶", "with_guardian"), ("监护人", "with_guardian"), ("王桂英", "with_guardian"), ("班主任刘老师", "with_teacher"), ("邻居", None),
])  # fmt: skip
def test_whom_one_spoke_with_shows_the_guardian_and_the_teacher(child, user, with_whom, code):
    note(user, child, TODAY, "visit", with_whom=with_whom)
    seen = [each for each in ("with_guardian", "with_teacher") if stands(child, "three_know", each)[0]]
    assert seen == ([code] if code else [])


def test_an_activity_the_child_came_to(child, user):
    base = activities.load(None)
    film = activities.save(None, base | {"title": "励志专题片", "on_date": date(2026, 9, 5)}, base, user).id
    roll.mark(film, child, "absent", user)
    assert stands(child, "three_know", "more_activities")[0] is None
    roll.mark(film, child, "late", user)
    assert stands(child, "three_know", "more_activities") == (
        date(2026, 9, 5),
        None,
        "据点名：励志专题片",
        True,
    )
    activities.remove(film, user)
    assert stands(child, "three_know", "more_activities")[0] is None


def test_a_survey_shows_what_it_holds(child, user):
    term = site.term()
    row = Survey.get_or_none(Survey.child == child, Survey.term == term)
    values = {"surveyed_on": date(2026, 9, 2), "study_level": "poor", "father_whereabouts": "away"}
    if row is None:
        row = changes.insert(Survey, user, child=child, term=term, **values)
    else:
        changes.write(row, user, **values)
    assert stands(child, "three_know", "know_study") == (date(2026, 9, 2), None, "据2026秋摸底表", True)
    assert stands(child, "three_know", "know_family")[0] is None, (
        "one parent's whereabouts are not the family's"
    )
    changes.write(Survey.get_by_id(row.id), user, mother_whereabouts="away", health="healthy")
    assert (
        stands(child, "three_know", "know_family")[0]
        == stands(child, "three_know", "know_child")[0]
        == date(2026, 9, 2)
    )


def test_a_study_plan_and_its_end(child, user):
    plan = care_plans.new_plan(child, care_plans.proposed(child, "study") | {"problem": "跟不上"}, user)
    assert stands(child, "bag", "study_plan") == (TODAY, None, "据学习帮扶计划", True)
    assert stands(child, "bag", "study_review")[0] is None
    base = care_plans.load(plan)
    care_plans.close(plan, base | {"closed_on": TODAY, "outcome": "achieved", "summary": "好"}, base, user)
    assert stands(child, "bag", "study_review")[2] == "据学习帮扶计划的总结"
    care_plans.remove(plan, user)
    assert stands(child, "bag", "study_plan")[0] is None


# ---- who lacks what


def test_who_lacks_a_point_this_term(child, enter, user):
    other, third = enter("李雨涵", village_group="一组"), enter("王一鸣", village_group="二组")
    note(user, child, TODAY)
    note(user, other, date(2026, 6, 1))
    everybody = children.keys()
    lacking = ticks.lacking("three_know", "more_talks", everybody)
    assert [(each.name, each.last_on) for each in lacking] == [("李雨涵", date(2026, 6, 1)), ("王一鸣", None)]
    assert [each.name for each in ticks.lacking("three_know", "more_talks", [third])] == ["王一鸣"]
    assert [each.name for each in ticks.lacking("bag", "talk_notes", everybody)] == ["王一鸣"], (
        "what is in the bag stays"
    )
    with pytest.raises(Refused, match="清单里没有"):
        ticks.lacking("bag", "else", everybody)


def test_several_are_ticked_at_once_and_taken_back_at_once(child, enter, user):
    ids = [child, enter("李雨涵"), enter("王一鸣")]
    assert ticks.tick_many(ids, "bag", "card", user, "统一发的") == 3
    assert ticks.lacking("bag", "card", ids) == []
    changes.undo(changes.last_action(user).action, user)
    assert len(ticks.lacking("bag", "card", ids)) == 3


def test_one_who_may_not_be_ticked_stops_all(child, enter, user):
    left = enter("李雨涵")
    changes.write(Child.get_by_id(left), user, left_on=date(2026, 9, 9))
    with pytest.raises(Refused, match="李雨涵已于"):
        ticks.tick_many([child, left], "bag", "card", user)
    assert Tick.live().count() == 0
