"""What each plan owes, on the 工作台 and in 目标清单: seen, entered, done there."""

from datetime import date

import pytest
from test_workbench import put

from db import activities, adopting, decisions, meetings, members, plan_items, plan_templates, work_plans
from tui.screens.targets import Targets
from tui.screens.workbench import Workbench

TODAY = date(2026, 11, 23)


@pytest.fixture
def plan(ledger, monkeypatch):
    """村级关爱计划 from November on, 班级关爱计划 beside it; one child on file."""
    monkeypatch.setenv("GUANAI_TODAY", TODAY.isoformat())
    put(ledger, "张浩宇", village_group="一组")
    found = []
    for code in ("village", "class"):
        template = plan_templates.by_code(code)
        chosen = [(template, adopting.runs(template)[0])]
        found += adopting.adopt(chosen, ledger, from_month="2026-11")
    return found[0]


@pytest.fixture
def bench(context):
    context.desk.route("f6", "工作台", lambda: Workbench(context))
    context.desk.route("f5", "目标", lambda: Targets(context))
    context.desk.go("f6")
    return context.desk.top


def test_each_plan_says_what_it_owes_this_month_and_in_all(plan, bench, any_eyes):
    for state in work_plans.listing():
        row = next(line for line in any_eyes.lines() if state.title in line)
        assert row.split()[-3:] == [str(state.owed_month), "/", str(state.owed_all)]
    item = next(line for line in plan_items.of_plan(plan) if line.open)
    before = work_plans.state(plan)
    plan_items.finish(item.id, TODAY, "照片", any_eyes.context.by)
    any_eyes.press("f6")
    row = next(line for line in any_eyes.lines() if before.title in line)
    assert row.split()[-3:] == [str(before.owed_month - 1), "/", str(before.owed_all - 1)]


def test_an_item_is_done_where_it_is_listed_and_its_plan_is_one_key_away(plan, bench, any_eyes):
    at = next(n for n, duty in enumerate(bench.head) if duty.source == "item")
    any_eyes.press(*["down"] * at)
    duty = bench.roster.current()
    assert f"本单位：{duty.due_by.month}月{duty.due_by.day}日前，{duty.label}"[:20] in any_eyes.text
    any_eyes.press("ctrl+o")
    assert "村级关爱计划" in any_eyes.lines()[0] or "班级关爱计划" in any_eyes.lines()[0]
    any_eyes.press("escape", "enter", "enter", "enter")
    line = plan_items.line(duty.ref)
    assert (line.done_on, line.done_by) == (TODAY, any_eyes.context.by.name)
    assert duty.ref not in {each.ref for each in bench.head}


def test_a_decision_is_finished_where_it_is_listed(plan, bench, ledger, eyes):
    members.save(None, members.load(None) | {"name": "周书记", "post": "leader"}, members.load(None), ledger)
    meeting = meetings.new("meeting", "第四季度专题会", TODAY, ledger)
    meetings.mark(meetings.attendees(meeting)[0].id, "present", ledger)
    key = decisions.decide(
        meeting, {"title": "给书屋添两个书架", "by_name": "周书记", "due_on": TODAY}, ledger
    )
    meetings.hold(meeting, None, ledger)
    eyes.press("f6")
    at = next(n for n, duty in enumerate(bench.head) if duty.source == "decision")
    eyes.press(*["down"] * at)
    assert "本单位：11月23日前，给书屋添两个书架，周书记负责" in eyes.text
    eyes.press("ctrl+o")
    assert "第四季度专题会" in eyes.lines()[0]
    eyes.press("escape", "enter", "enter").type("买好了")
    eyes.press("enter")
    assert (decisions.find(key).done_on, decisions.find(key).result) == (TODAY, "买好了")


def test_marks_of_items_and_talks_do_not_go_together(plan, bench, eyes):
    at = next(n for n, duty in enumerate(bench.head) if duty.source == "item")
    eyes.press(*["down"] * at, "space", "enter")
    assert "不是同一种记录" in eyes.text


def test_the_targets_list_the_plans_below_and_enter_opens_one(plan, bench, any_eyes):
    any_eyes.press("f5", "tab", *["down"] * (len(work_plans.listing()) - 1))
    state = work_plans.listing()[-1]
    row = next(line for line in any_eyes.lines() if line.startswith(">"))
    assert f"{state.done}/{state.total}项" in row
    wide = f"本月欠{state.owed_month}" in row and f"共欠{state.owed_all}" in row
    assert wide or f"欠{state.owed_month} / {state.owed_all}" in row
    said = any_eyes.text.replace("\n  ", "").replace("\n", "")
    assert f"儿童待办{state.children_month}件" in said
    any_eyes.press("enter")
    assert state.title in any_eyes.lines()[0]


def test_a_plan_with_nothing_owed_says_so(plan, bench, ledger, any_eyes):
    second = next(state.id for state in work_plans.listing() if state.code == "class")
    for line in plan_items.of_plan(second):
        plan_items.drop(line.id, "试", ledger)
    any_eyes.press("f5", "tab", *["down"] * (len(work_plans.listing()) - 1))
    row = next(line for line in any_eyes.lines() if line.startswith(">"))
    assert "共欠1" in row or "欠1 / 1" in row, "the talk of the child"
    assert activities.agenda(TODAY, TODAY) == []
