"""The items of the plans: done, postponed, carried over, left out, settled by an activity."""

from datetime import date

import pytest

from db import activities, changes, duties, members, plan_items
from db.duties import Wanted
from db.models import Activity, Helper, PlanItem, WorkPlan
from db.sheet import Conflict, NotFound
from db.values import Refused

TODAY = date(2026, 9, 10)


@pytest.fixture
def plan(user):
    return changes.insert(
        WorkPlan, user, code="village", title="村级关爱计划", starts=date(2026, 8, 1), ends=date(2026, 12, 31),
        template='title = "村级关爱计划"',
    ).id  # fmt: skip


def test_items_are_done_with_evidence_and_opened_again(user, plan):
    first = plan_items.add("2026-09", "核对信息", user, plan)
    plan_items.add("2026-09", "与学校分工", user)
    plan_items.add("2026-10", "节日活动", user)
    plan_items.finish(first, date(2026, 9, 8), "会议记录", user, done_by="刘老师")
    one, two = plan_items.month("2026-09")
    assert (one.title, one.plan, one.done_on, one.done_by, one.evidence_kind, one.evidence) == (
        "核对信息", "村级关爱计划", date(2026, 9, 8), "刘老师", "note", "会议记录",
    )  # fmt: skip
    assert (two.title, two.plan, two.done_on, two.due_on, two.open) == (
        "与学校分工",
        None,
        None,
        date(2026, 9, 30),
        True,
    )
    assert [each.title for each in plan_items.of_plan(plan)] == ["核对信息"]
    plan_items.finish(first, None, None, user)
    assert (plan_items.line(first).done_on, plan_items.line(first).evidence) == (TODAY, "会议记录")
    plan_items.reopen(first, user)
    assert (plan_items.line(first).done_on, plan_items.line(first).evidence) == (None, "会议记录")
    assert PlanItem.get_by_id(first).term.code == "2026秋"


def test_an_item_is_put_off_with_a_reason_and_not_past_its_plan(user, plan):
    item = plan_items.add("2026-09", "家长会", user, plan)
    for due, reason, says in (
        (date(2026, 9, 20), "下雨", "更晚"), (date(2027, 1, 5), "下雨", "12-31"), (date(2026, 10, 12), " ", "请写延期的原因"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=says):
            plan_items.put_off(item, due, reason, user)
    assert (
        plan_items.line(item).month == "2026-09" and changes.last_action(user).label == "新增计划事项 家长会"
    )
    plan_items.put_off(item, date(2026, 10, 12), "下雨改期", user)
    line = plan_items.line(item)
    assert (line.month, line.planned_month, line.due_on, line.put_off, line.carried) == (
        "2026-10", "2026-09", date(2026, 10, 12), "下雨改期", 1,
    )  # fmt: skip
    plan_items.finish(item, TODAY, None, user)
    with pytest.raises(Refused, match="已经完成"):
        plan_items.put_off(item, date(2026, 11, 1), "再等等", user)


def test_what_past_months_left_undone_is_carried_over_once(user, plan, monkeypatch):
    undone, done, gone = (
        plan_items.add("2026-08", title, user, plan) for title in ("摸底", "成立小组", "印宣传单")
    )
    here = plan_items.add("2026-09", "更新信息", user, plan)
    plan_items.finish(done, date(2026, 8, 20), None, user)
    plan_items.drop(gone, "上级统一印", user)
    assert plan_items.carry_over([undone, done, gone, here], user) == 1
    assert [line.title for line in plan_items.month("2026-09")] == ["摸底", "更新信息"]
    assert plan_items.line(undone).put_off == "上月没办完"
    changes.undo(changes.last_action(user).action, user)
    assert plan_items.line(undone).month == "2026-08" and plan_items.line(undone).carried == 0


def test_an_item_that_is_dropped_is_owed_no_more(user, plan):
    item = plan_items.add("2026-09", "印宣传单", user, plan)
    with pytest.raises(Refused, match="请写不办的原因"):
        plan_items.drop(item, "", user)
    plan_items.drop(item, "上级统一印", user)
    assert not plan_items.line(item).open and plan_items.line(item).dropped == "上级统一印"
    plan_items.reopen(item, user)
    assert plan_items.line(item).open
    plan_items.finish(item, None, None, user)
    with pytest.raises(Refused, match="先改回未完成"):
        plan_items.drop(item, "算了", user)


def test_whoever_is_named_for_an_item_owes_it(user, plan):
    liu = changes.insert(Helper, user, name="刘老师", kind="teacher")
    item = plan_items.add("2026-09", "家长会", user, plan)
    base = plan_items.load(item)
    plan_items.save(item, base | {"by_name": "刘老师"}, base, user)
    mine = [(duty.ref, duty.helper) for duty in duties.page(TODAY, wanted=Wanted(helper=liu.id), days=30)]
    assert mine == [(item, "刘老师")]
    base = plan_items.load(item)
    plan_items.save(item, base | {"by_name": "周书记"}, base, user)
    assert duties.page(TODAY, wanted=Wanted(helper=liu.id), days=30) == []
    members.save(
        None,
        members.load(None) | {"name": "周书记", "post": "leader", "helper": "刘老师"},
        members.load(None),
        user,
    )
    assert [duty.helper for duty in duties.page(TODAY, wanted=Wanted(helper=liu.id), days=30)] == ["周书记"]


def test_another_month_in_the_sheet_is_a_postponement(user, plan):
    item = plan_items.add("2026-09", "家长会", user, plan)
    base = plan_items.load(item)
    plan_items.save(item, base | {"due_on": date(2026, 9, 20), "by_name": "刘老师"}, base, user)
    assert (plan_items.line(item).due_on, plan_items.line(item).owner) == (date(2026, 9, 20), "刘老师")
    with pytest.raises(Refused, match="延期"):
        plan_items.save(
            item, base | {"due_on": date(2026, 10, 2)}, base | {"due_on": date(2026, 9, 20)}, user
        )


def test_an_activity_settles_the_item_it_was_arranged_for_or_one_of_its_kind(user, plan):
    with changes.action("计划", user) as act:
        for number in (1, 2):
            plan_items.insert(
                act, "occasion", f"第{number}场", date(2026, 9, 1), date(2026, 9, 10 * number + 1), work_plan=plan, kind="film",
                occasion="film",
            )  # fmt: skip
        meeting = plan_items.insert(
            act, "month", "家长会", date(2026, 9, 1), date(2026, 9, 30), work_plan=plan
        )
    film = activities.save(
        None, {"title": "励志专题片", "kind": "film", "on_date": TODAY, "lead": "刘老师"}, {}, user
    ).id
    talk = activities.save(None, {"title": "座谈", "kind": "other", "on_date": TODAY}, {}, user).id
    changes.write(Activity.get_by_id(talk), user, plan_item=meeting)
    with changes.action("已办", user) as act:
        assert [row.title for row in plan_items.settle(act, Activity.get_by_id(film), user)] == ["第1场"]
        assert [row.title for row in plan_items.settle(act, Activity.get_by_id(talk), user)] == ["家长会"]
    first, second, third = plan_items.of_plan(plan)
    assert (first.done_by, first.evidence_kind, first.evidence, first.evidence_ref) == (
        "刘老师", "activity", "9月10日励志专题片", film,
    )  # fmt: skip
    assert second.open and third.done_by == user.name
    with changes.action("没办成", user) as act:
        plan_items.unsettle(act, Activity.get_by_id(film))
    assert plan_items.line(first.id).open and plan_items.line(first.id).evidence is None


def test_what_a_plan_refuses(user):
    for month in ("2026-13", "2026-9", "九月"):
        with pytest.raises(Refused, match="2026-10"):
            plan_items.add(month, "核对信息", user)
    with pytest.raises(Refused, match="请填事项"):
        plan_items.add("2026-09", "  ", user)
    item = plan_items.add("2026-09", "核对信息", user)
    for on in (date(2026, 9, 11), date(1999, 1, 1)):
        with pytest.raises(Refused):
            plan_items.finish(item, on, None, user)
    assert plan_items.month("2026-09")[0].done_on is None


def test_mending_and_removing_an_item(user):
    item = plan_items.add("2026-09", "核对信息", user)
    base = plan_items.load(item)
    plan_items.save(item, base | {"title": "核对新学期信息"}, base, user)
    assert plan_items.load(item)["title"] == "核对新学期信息"
    with pytest.raises(Conflict):
        plan_items.save(item, base | {"title": "别的"}, base, user)
    plan_items.remove(item, user)
    assert plan_items.month("2026-09") == []
    with pytest.raises(NotFound):
        plan_items.finish(item, None, None, user)
