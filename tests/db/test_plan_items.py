"""The items of the plans: done, postponed, carried over, left out, settled by an activity."""

from datetime import date

import pytest

from db import activities, changes, duties, members, owed, plan_items, work_plans
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


def kind_of(item, kind, user):
    base = plan_items.load(item)
    plan_items.save(item, base | {"kind": kind}, base, user)


def held(user, on_date=TODAY):
    base = activities.load(None)
    told = base | {"title": "家长会", "kind": "parents", "on_date": on_date}
    key = activities.save(None, told, base, user).id
    activities.hold(key, None, user)
    return key


def test_an_item_is_added_only_inside_a_plan_that_is_open(user, plan):
    for month in ("2026-07", "2027-01"):
        with pytest.raises(Refused, match="从2026-08-01到2026-12-31"):
            plan_items.add(month, "总结", user, plan)
    row = WorkPlan.get_by_id(plan)
    changes.write(row, user, closed_on=TODAY)
    with pytest.raises(Refused, match="请先重开这份计划"):
        plan_items.add("2026-10", "总结", user, plan)
    changes.write(row, user, closed_on=None, ends=date(2026, 12, 20))
    assert plan_items.line(plan_items.add("2026-12", "总结", user, plan)).due_on == date(2026, 12, 20)
    changes.remove(row, user)
    with pytest.raises(NotFound):
        plan_items.add("2026-10", "总结", user, plan)


def test_what_was_left_out_and_then_done_counts_once(user):
    item = plan_items.add("2026-09", "印宣传单", user)
    plan_items.drop(item, "上级统一办了", user)
    with pytest.raises(Refused, match="要延期请先改回未完成"):
        plan_items.put_off(item, date(2026, 10, 9), "下雨", user)
    base = plan_items.load(item)
    plan_items.save(item, base | {"done_on": TODAY}, base, user)
    assert (plan_items.line(item).done_on, plan_items.line(item).dropped) == (TODAY, None)


def test_nothing_is_carried_over_past_the_end_of_its_plan(user, plan, monkeypatch):
    november, december = (plan_items.add(month, "总结", user, plan) for month in ("2026-11", "2026-12"))
    monkeypatch.setenv("GUANAI_TODAY", "2027-01-10")
    assert plan_items.carry_over([november, december], user) == 1
    assert [plan_items.line(each).due_on for each in (november, december)] == [date(2026, 12, 31)] * 2
    done = changes.last_action(user)
    assert plan_items.carry_over([november, december], user) == 0
    assert changes.last_action(user) == done  # nothing was written


def test_an_activity_held_twice_settles_one_item(user, plan):
    items = [plan_items.add("2026-09", title, user, plan) for title in ("家长会", "再开家长会")]
    for item in items:
        kind_of(item, "parents", user)
    activity = held(user)
    assert activities.hold(activity, "又记一次", user) == []
    assert [plan_items.line(each).done_on for each in items] == [TODAY, None]


def test_a_held_activity_that_moves_takes_what_it_settled_along(user):
    september = plan_items.add("2026-09", "家长会", user)
    kind_of(september, "parents", user)
    activity = held(user)
    base = activities.load(activity)
    with pytest.raises(Refused, match="请先改回未办"):
        activities.save(activity, base | {"on_date": date(2026, 9, 11)}, base, user)
    with pytest.raises(Refused, match="早于"):  # no plan and no term had begun
        activities.save(activity, base | {"on_date": date(2026, 8, 20)}, base, user)
    activities.save(activity, base | {"on_date": date(2026, 9, 3)}, base, user)
    line = plan_items.line(september)
    assert (line.done_on, line.evidence) == (date(2026, 9, 3), "9月3日家长会")
    base = activities.load(activity)
    activities.save(activity, base | {"kind": "lecture"}, base, user)
    assert plan_items.line(september).done_on is None
    for _ in range(2):
        changes.undo(changes.last_action(user).action, user)
    assert plan_items.line(september).done_on == TODAY and not owed.site_drifted()


def test_a_closed_plan_that_owes_again_is_open_again(user, plan):
    item = plan_items.add("2026-09", "家长会", user, plan)
    kind_of(item, "parents", user)
    activity = held(user)

    def closed():
        return WorkPlan.get_by_id(plan).closed_on

    work_plans.close(plan, user)
    base = activities.load(activity)
    activities.save(activity, base | {"on_date": date(2026, 9, 3)}, base, user)
    assert (plan_items.line(item).done_on, closed()) == (date(2026, 9, 3), TODAY)  # done all the while
    load = plan_items.load(item)
    for again in (
        lambda: activities.cancel(activity, "没有办", user),
        lambda: plan_items.reopen(item, user),
        lambda: plan_items.save(item, load | {"done_on": None}, load, user),
    ):
        again()
        assert closed() is None and not plan_items.line(item).done_on
        changes.undo(changes.last_action(user).action, user)
        assert closed() == TODAY and not owed.site_drifted()
    other = changes.insert(
        WorkPlan, user, code="village", title="新的一份", starts=TODAY, ends=date(2026, 12, 31), template='title = "x"'
    )  # fmt: skip
    plan_items.reopen(item, user)
    assert closed() == TODAY and other.closed_on is None
