"""Activities, their roll, the month's plan, birthdays."""

from datetime import date
from uuid import uuid4

import pytest

from db import calendar, changes, children
from db.models import Attendance, PlanItem
from db.sheet import Conflict, NotFound
from db.values import Refused

TODAY = date(2026, 9, 10)
AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}


@pytest.fixture
def activity(user):
    def make(on=TODAY, **values):
        return calendar.save(None, {"title": "励志专题片", "on_date": on} | values, {}, user).id

    return make


def test_an_activity_and_its_line(activity, user):
    key = activity(kind="film", starts="下午3点半", place="农家书屋", lead="刘老师", note="自带小板凳")
    assert calendar.agenda(TODAY, TODAY) == [
        (key, "励志专题片", "专题片", TODAY, "15:30", "农家书屋", "刘老师", 0, 0)
    ]
    assert calendar.load(key)["note"] == "自带小板凳"
    assert set(calendar.load(None)) == {entry.name for entry in calendar.ENTRIES}
    assert changes.last_action(user).label == "新活动 励志专题片"
    assert calendar.listing("书屋")[0]["starts"] == "15:30"
    assert calendar.listing("操场") == []


def test_the_agenda_goes_by_day_and_hour(activity):
    for on, starts, title in (
        (date(2026, 9, 11), None, "丁"),
        (TODAY, "15:30", "丙"),
        (TODAY, "8:05", "乙"),
        (TODAY, None, "甲"),
    ):
        activity(on, starts=starts, title=title)
    assert [line.title for line in calendar.agenda(TODAY, date(2026, 9, 12))] == ["甲", "乙", "丙", "丁"]
    assert calendar.days_with(2026, 9) == {TODAY: 3, date(2026, 9, 11): 1}
    assert calendar.days_with(2026, 10) == {}


@pytest.mark.parametrize(
    ("written", "kept"),
    [("15:30", "15:30"), ("１５：３０", "15:30"), ("15.30", "15:30"), ("1530", "15:30"), ("8:05", "08:05"), ("830", "08:30"),
     ("下午3点半", "15:30"), ("上午9点", "09:00"), ("中午12点", "12:00"), ("晚上7点15分", "19:15"), ("15点30", "15:30"),
     ("", None), (None, None)],
)  # fmt: skip
def test_times_as_people_write_them(written, kept):
    assert calendar.clock(written) == kept


@pytest.mark.parametrize("written", ["25:00", "12:60", "放学后", "7", "15:30-16:30"])
def test_what_is_no_time(written):
    with pytest.raises(Refused, match="15:30"):
        calendar.clock(written)


@pytest.mark.parametrize(
    ("values", "says"),
    [({"title": None}, "请填活动名称"), ({"on_date": None}, "请填活动日期"), ({"on_date": date(1999, 1, 1)}, "2000年"),
     ({"starts": "放学后"}, "15:30"), ({"kind": "郊游野炊"}, "游览"), ({"title": "长" * 61}, "最多60字")],
)  # fmt: skip
def test_what_an_activity_refuses(activity, values, says):
    with pytest.raises(Refused, match=says):
        activity(**values)
    assert calendar.listing() == []


def test_mending_an_activity(activity, user):
    key = activity(place="农家书屋")
    base = calendar.load(key)
    calendar.save(key, base | {"starts": "9点"}, base, user)
    assert calendar.save(key, base | {"lead": "刘老师"}, base, user).merged == ["开始"]
    assert (calendar.load(key)["starts"], calendar.load(key)["lead"]) == ("09:00", "刘老师")
    with pytest.raises(Conflict, match="开始"):
        calendar.save(key, base | {"starts": "10:00"}, base, user)
    with pytest.raises(NotFound):
        calendar.load(uuid4())


def test_removing_takes_the_roll_along_and_undo_brings_it_back(activity, enter, user):
    key, child = activity(), enter("张浩宇", **AWAY)
    calendar.mark(key, child, "present", user)
    calendar.remove(key, user)
    assert calendar.agenda(TODAY, TODAY) == []
    assert Attendance.live().count() == 0
    changes.undo(changes.last_action(user).action, user)
    assert [line.present for line in calendar.agenda(TODAY, TODAY)] == [1]


# ---- the roll


def test_the_roll_calls_who_counts_and_whoever_is_marked(activity, enter, user):
    key = activity()
    away = enter("张浩宇", village_group="十组", **AWAY)
    enter("李雨涵", village_group="二组", **AWAY)
    guest = enter("王一鸣", village_group="一组", birth_date="2015-03-08")
    assert [(line.name, line.state) for line in calendar.roll(key)] == [("李雨涵", None), ("张浩宇", None)]
    calendar.mark(key, guest, "到", user)
    calendar.mark(key, away, "late", user)
    assert [(line.name, line.state) for line in calendar.roll(key)] == [
        ("王一鸣", "present"), ("李雨涵", None), ("张浩宇", "late"),
    ]  # fmt: skip
    children.remove(guest, user)
    assert [line.name for line in calendar.roll(key)] == ["李雨涵", "张浩宇"]


def test_marks_count_late_as_there(activity, enter, user):
    key = activity()
    for name, state in (("张浩宇", "present"), ("李雨涵", "late"), ("王一鸣", "leave"), ("陈思琪", "absent")):
        calendar.mark(key, enter(name, **AWAY), state, user)
    (line,) = calendar.agenda(TODAY, TODAY)
    assert (line.present, line.listed) == (2, 4)


def test_a_mark_changes_goes_and_comes_again(activity, enter, user):
    key, child = activity(), enter("张浩宇", **AWAY)
    for state in ("present", "absent", None, None, "leave"):
        calendar.mark(key, child, state, user)
        assert [line.state for line in calendar.roll(key)] == [state]
    assert Attendance.live().count() == 1
    assert changes.last_action(user).label == "点名 张浩宇：假"
    with pytest.raises(Refused, match="到"):
        calendar.mark(key, child, "睡着了", user)


def test_before_the_day_only_leave_is_known(activity, enter, user):
    key, child = activity(date(2026, 9, 12)), enter("张浩宇", **AWAY)
    with pytest.raises(Refused, match="9月12日"):
        calendar.mark(key, child, "present", user)
    calendar.mark(key, child, "leave", user)
    assert [line.state for line in calendar.roll(key)] == ["leave"]


# ---- the plan


def test_plan_items_are_ticked_and_unticked(user):
    first = calendar.add_plan_item("2026-09", "核对信息", user, "村级关爱计划")
    calendar.add_plan_item("2026-09", "与学校分工", user)
    calendar.add_plan_item("2026-10", "节日活动", user)
    calendar.tick(first, date(2026, 9, 8), "会议记录", user)
    assert [line[1:] for line in calendar.plan("2026-09")] == [
        ("2026-09", "核对信息", "村级关爱计划", date(2026, 9, 8), "会议记录"), ("2026-09", "与学校分工", None, None, None),
    ]  # fmt: skip
    calendar.tick(first, None, None, user)
    assert (calendar.plan("2026-09")[0].done_on, calendar.plan("2026-09")[0].evidence) == (TODAY, "会议记录")
    calendar.untick(first, user)
    assert (calendar.plan("2026-09")[0].done_on, calendar.plan("2026-09")[0].evidence) == (None, "会议记录")
    assert PlanItem.get_by_id(first).term.code == "2026秋"


def test_what_a_plan_refuses(user):
    for month in ("2026-13", "2026-9", "九月"):
        with pytest.raises(Refused, match="2026-10"):
            calendar.add_plan_item(month, "核对信息", user)
    with pytest.raises(Refused, match="请填事项"):
        calendar.add_plan_item("2026-09", "  ", user)
    item = calendar.add_plan_item("2026-09", "核对信息", user)
    for on in (date(2026, 9, 11), date(1999, 1, 1)):
        with pytest.raises(Refused):
            calendar.tick(item, on, None, user)
    assert calendar.plan("2026-09")[0].done_on is None


def test_mending_and_removing_an_item(user):
    item = calendar.add_plan_item("2026-09", "核对信息", user)
    base = calendar.load_plan_item(item)
    calendar.save_plan_item(item, base | {"title": "核对新学期信息"}, base, user)
    assert calendar.load_plan_item(item)["title"] == "核对新学期信息"
    with pytest.raises(Conflict):
        calendar.save_plan_item(item, base | {"title": "别的"}, base, user)
    calendar.remove_plan_item(item, user)
    assert calendar.plan("2026-09") == []
    with pytest.raises(NotFound):
        calendar.tick(item, None, None, user)


# ---- birthdays


def test_birthdays_soonest_first(enter):
    soon, today = (
        enter("张浩宇", birth_date="2015-09-24", **AWAY),
        enter("李雨涵", birth_date="2017-09-10", **AWAY),
    )
    enter("王一鸣", birth_date="2015-09-25", **AWAY)
    enter("陈思琪", birth_date="2015-09-09", **AWAY)
    enter("赵佳慧", birth_date="2015-09", **AWAY)
    enter("周子墨", birth_date="2015-09-12")  # does not count
    assert calendar.birthdays(TODAY) == [
        (TODAY, "李雨涵", 9, today), (date(2026, 9, 24), "张浩宇", 11, soon),
    ]  # fmt: skip


def test_birthdays_across_the_new_year_and_in_february(enter):
    new_year, leap = (
        enter("张浩宇", birth_date="2015-01-03", **AWAY),
        enter("李雨涵", birth_date="2016-02-29", **AWAY),
    )
    assert calendar.birthdays(date(2026, 12, 28)) == [(date(2027, 1, 3), "张浩宇", 12, new_year)]
    assert calendar.birthdays(date(2027, 2, 20)) == [(date(2027, 2, 28), "李雨涵", 11, leap)]
    assert calendar.birthdays(date(2028, 2, 20)) == [(date(2028, 2, 29), "李雨涵", 12, leap)]
    assert calendar.birthdays(date(2027, 3, 1), 3) == []
