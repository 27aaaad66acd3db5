"""The summary of a plan, drafted from what is on file; plan versus done by months."""

from datetime import date

import pytest

from db import (
    activities,
    adopting,
    care,
    changes,
    plan_items,
    plan_months,
    plan_summary,
    plan_templates,
    roll,
    work_plans,
)
from db.models import Activity, Decision
from db.sheet import Conflict, NotFound
from db.values import Refused

DAY = date(2026, 12, 31)


@pytest.fixture
def plan(user):
    template = plan_templates.by_code("village")
    (made,) = adopting.adopt([(template, adopting.runs(template)[0])], user)
    return made


@pytest.fixture
def on(monkeypatch):
    """Move to a day."""
    return lambda day: monkeypatch.setenv("GUANAI_TODAY", day)


def item(plan, title):
    return next(each.id for each in plan_items.of_plan(plan) if title in each.title)


def section(text, heading):
    """The lines below a heading of a summary."""
    lines = text.split("\n")
    start = next(n for n, line in enumerate(lines) if line.endswith(f"、{heading}"))
    end = next((n for n in range(start, len(lines)) if not lines[n]), len(lines))
    return "\n".join(lines[start + 1 : end])


def test_months_say_what_was_done_when_by_whom_and_with_what(plan, user, on):
    on("2026-12-20")
    plan_items.finish(item(plan, "全村摸底"), date(2026, 8, 20), "登记册一本", user, done_by="刘老师")
    plan_items.finish(item(plan, "交流经验"), date(2026, 12, 18), "《村里的爱心妈妈》", user, kind="paper")
    plan_items.put_off(item(plan, "与学校组成"), date(2026, 10, 12), "等新校长到任", user)
    plan_items.drop(item(plan, "年度总结"), "上级统一写", user)
    text = plan_summary.draft(plan)
    assert text.startswith("村级关爱计划总结\n柳溪村，2026年8月1日至2026年12月31日，截至2026年12月20日。")
    months = section(text, "每月做了什么")
    assert "2026年8月：计划4，完成1。" in months and "2026年9月：计划2，完成0，转出1。" in months
    assert "2026年10月：计划3，完成0，结转来1。" in months and "2026年12月：计划3，完成1，不办1。" in months
    assert "8月20日 全村摸底，三个月内走到每一户（刘老师）：登记册一本" in months
    assert "12月18日 交流经验，写一篇体会或论文（王晓）：经验材料、论文 《村里的爱心妈妈》" in months
    moved = section(text, "延期和不办")
    assert "从9月改到10月12日前（等新校长到任），还没办" in moved and "年度总结（上级统一写）" in moved
    assert "更新儿童信息" in section(text, "还欠的")


def test_what_is_not_known_is_a_dash_and_nothing_is_made_up(plan, on):
    text = plan_summary.draft(plan)
    assert "在册儿童0名，其中留守儿童0名" in text and "期间没有关爱记录。" in text
    goals = section(text, "目标")
    assert "建档率：目标100%，现—。" in goals
    assert "巩固率：目标100%，现—，待学校提供：" in goals
    assert "8月—" in section(text, "节奏") and "、活动" not in text and "、会议与决定" not in text


def test_a_plan_adopted_before_tells_a_rate_by_the_evidence_of_its_item(plan, user, on):
    with changes.action("旧计划", user) as act:  # as programs before this one put it on a plan
        begun, ends = date(2026, 8, 1), date(2026, 12, 31)
        plan_items.insert(act, "setup", "核实巩固率达到100%", begun, ends, work_plan=plan, system="target")
    said = section(plan_summary.draft(plan), "目标")
    assert "巩固率：目标100%，现—，本台账不算，以佐证为准：还没有核实。" in said
    plan_items.finish(item(plan, "核实巩固率"), date(2026, 9, 9), "学校证明：六年级毕业18人，入学18人", user)
    assert "以佐证为准：9月9日 核实巩固率达到100%（王晓）：学校证明" in section(plan_summary.draft(plan), "目标")  # fmt: skip


def test_activities_count_who_came_and_not_what_was_called_off(plan, user, enter, on):
    on("2026-12-20")
    children = [enter(name) for name in ("张浩宇", "李雨涵")]
    base = activities.load(None)
    for title, day in (("国庆绘画", 1), ("国庆合唱", 2), ("取消的", 3), ("没记的", 4)):
        values = base | {"title": title, "kind": "arts", "on_date": date(2026, 10, day), "place": "村部"}
        made = activities.save(None, values, base, user).id
        if title == "取消的":
            activities.cancel(made, "下雨", user)
        elif title != "没记的":
            activities.hold(made, None, user)
        if title == "国庆绘画":
            for child in children:
                roll.mark(made, child, "present", user)
    told = section(plan_summary.draft(plan), "活动")
    assert "书画2次，点了名的1次到2人次。" in told and "10月1日 国庆绘画，村部，到2人" in told
    assert "国庆合唱，村部，到—人" in told and "取消的" not in told
    assert "另有1次没有记是否办了：10月4日没记的" in told


def test_decisions_of_meetings_are_told_and_owed_until_done(plan, user):
    base = activities.load(None)
    meeting = activities.save(None, base | {"title": "专题会", "kind": "meeting", "on_date": date(2026, 9, 3)}, base, user).id  # fmt: skip
    told = {"activity": Activity.get_by_id(meeting), "due_on": date(2026, 9, 30), "by_name": "刘老师"}
    first = changes.insert(Decision, user, title="添两个书架", **told)
    changes.insert(Decision, user, title="装一部电话", done_on=date(2026, 9, 8), result="已装好", **told)
    text = plan_summary.draft(plan)
    meetings = section(text, "会议与决定")
    assert (
        "决定2项，办好1项。" in meetings
        and "9月3日专题会：装一部电话（刘老师），9月8日办好：已装好" in meetings
    )
    assert "会议决定1项：添两个书架（刘老师，期限9月30日）。" in section(text, "还欠的")
    changes.write(first, user, done_on=date(2026, 9, 9))
    assert "会议决定" not in section(plan_summary.draft(plan), "还欠的")


def test_records_and_rhythms_are_told_month_by_month(plan, user, enter, on):
    away = {"father_whereabouts": "away", "mother_whereabouts": "away"}
    one, _ = (enter(name, **away) for name in ("张浩宇", "李雨涵"))
    on("2026-10-20")
    for day in (date(2026, 9, 28), date(2026, 10, 6), date(2026, 10, 13), date(2026, 10, 19)):
        care.record(user, child_id=one, kind="video_call", on_date=day, minutes=20)
    care.record(user, child_id=one, kind="visit", on_date=date(2026, 10, 2), missed="not_home")
    text = plan_summary.draft(plan)
    assert "期间亲情视频4次。另有1次没有做成。" in section(text, "关爱记录")
    told = section(text, "节奏")
    assert "8月—，9月1/2（50%），10月1/2（50%）" in told
    assert "经常开展的11次：励志专题片5次" in section(text, "还欠的")


def test_a_month_before_a_rhythm_was_owed_has_no_rate(user, enter, on):
    away = {"father_whereabouts": "away", "mother_whereabouts": "away"}
    enter("张浩宇", **away)
    on("2026-11-23")
    template = plan_templates.by_code("village")
    (late,) = adopting.adopt([(template, adopting.runs(template)[0])], user)
    assert "8月—，9月—，10月—，11月1/1（100%）" in section(plan_summary.draft(late), "节奏")


def test_a_plan_that_has_not_begun_has_nothing_to_tell_yet(user):
    template = plan_templates.by_code("ten-ones")
    (coming,) = adopting.adopt([(template, adopting.runs(template)[0])], user)
    text = plan_summary.draft(coming)
    assert "月底按时的儿童：—。" in section(text, "节奏") and "期间没有关爱记录。" in text


def test_at_the_end_nothing_is_owed_and_the_summary_says_so(plan, user, on):
    on("2026-12-31")
    for each in plan_items.of_plan(plan):
        plan_items.finish(each.id, min(each.due_on, DAY), None, user)
    text = plan_summary.draft(plan)
    assert section(text, "还欠的") == plan_summary.NOTHING_OWED
    assert "励志专题片：计划5次，办了5次。" in section(text, "经常开展的")
    work_plans.close(plan, user)
    on("2027-03-01")
    assert "截至2026年12月31日" in plan_summary.draft(plan)


def test_a_long_plan_is_cut_to_what_the_field_holds(plan, user):
    for number in range(200):
        plan_items.add("2026-09", f"第{number}件事" + "很长的事项名称" * 8, user, plan)
    text = plan_summary.draft(plan)
    assert len(text) == plan_summary.LONGEST and text.count(plan_summary.CUT) == 2
    for line in plan_items.of_plan(plan):
        if "很长" in line.title:
            plan_items.finish(line.id, None, None, user)
    text = plan_summary.draft(plan)
    assert len(text) <= plan_summary.LONGEST and text.count(plan_summary.CUT) == 1
    assert "成立村级" in section(text, "还欠的")  # the end is there: what is owed is not cut off unsaid


def test_a_summary_is_kept_and_two_who_write_it_are_told(plan, user):
    base = plan_summary.load(plan)
    assert base == {"summary": None}
    plan_summary.save(plan, {"summary": "第一稿"}, base, user)
    with pytest.raises(Conflict):
        plan_summary.save(plan, {"summary": "第二稿"}, base, user)
    plan_summary.save(plan, {"summary": "第二稿"}, base, user, frozenset({"summary"}))
    assert plan_summary.load(plan) == {"summary": "第二稿"}
    with pytest.raises(Refused):
        plan_summary.save(plan, {"summary": "长" * 8001}, plan_summary.load(plan), user)
    work_plans.remove(plan, user)
    with pytest.raises(NotFound):
        plan_summary.draft(plan)


def test_a_month_of_all_plans_is_plan_versus_done(plan, user):
    own = plan_items.add("2026-09", "擦窗户", user)
    plan_items.finish(own, None, None, user)
    plan_items.carry_over([item(plan, "成立村级"), item(plan, "动员爱心妈妈")], user)
    mine, (title, theirs) = plan_months.month_report("2026-09")
    assert mine == ("", plan_months.MonthReport("2026-09", 1, 1, 0, 0, 0, 0))
    assert (title, theirs.carried_in, theirs.carried_out) == ("村级关爱计划", 2, 0)
    august = next(each for each in plan_months.of_plan(plan) if each.month == "2026-08")
    assert (august.planned - august.open, august.carried_out) == (2, 2) and "转出2" in august.said
    assert plan_months.month_report("2031-01") == []
