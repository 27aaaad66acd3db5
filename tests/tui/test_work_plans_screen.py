"""计划: adopted with a few keys, listed with how far each is, driven through the desk."""

import pytest

from db import adopting, changes, plan_items, plan_templates, rhythms, work_plans
from tui.screens.work_plans import Adopting, AdoptPlans, WorkPlans


@pytest.fixture
def page(context):
    page = WorkPlans(context)
    context.desk.push(page)
    return page


@pytest.fixture
def plan(ledger):
    template = plan_templates.by_code("village")
    (made,) = adopting.adopt([(template, adopting.runs(template)[0])], ledger)
    return made


def test_a_plan_is_adopted_in_three_keys_and_taken_back_with_two(page, any_eyes, context, ledger):
    keys = ["f8", "enter", "enter"]
    any_eyes.press(*keys)
    (state,) = work_plans.listing()
    assert len(keys) == 3 and context.desk.top is page
    assert state.title == "村级关爱计划" and state.month_total and "村级关爱计划" in any_eyes.text
    assert f"本月 0/{state.month_total}" in any_eyes.text and "Ctrl+Z" in any_eyes.text
    assert [each.kind for each in rhythms.in_force()] == ["video_call"]
    any_eyes.press("ctrl+z", "enter")
    assert work_plans.listing() == [] and "还没有计划" in any_eyes.text


def test_months_past_are_left_out_unless_wanted(page, eyes, context):
    eyes.press("f8", "enter")
    assert isinstance(context.desk.top, Adopting) and "只从本月起" in eyes.text and "补记" not in eyes.text
    eyes.press("space")
    assert "也列出以前各月" in eyes.text and "已过的月份：8月" in eyes.text
    eyes.press("enter")
    (state,) = work_plans.listing()
    assert state.overdue and f"逾期{state.overdue}项" in eyes.text
    months = {item.month for item in plan_items.of_plan(state.id)}
    assert min(months) == "2026-08"


def test_the_preview_says_what_it_would_do_and_esc_does_nothing(page, any_eyes):
    any_eyes.press("f8", "enter")
    for said in ("2026-08-01 至 2026-12-31", "各月5项", "新增", "亲情视频"):
        assert said in any_eyes.text
    any_eyes.press("escape", "escape")
    assert work_plans.listing() == []


def test_several_plans_are_adopted_as_one_action(page, eyes, ledger):
    eyes.press("f8", "space", "down", "space", "down", "down", "space", "enter")
    eyes.press("enter")
    assert len(work_plans.listing()) == 3
    changes.undo(changes.last_action(ledger).action, ledger)
    assert work_plans.listing() == []


def test_another_run_is_an_arrow_away(page, eyes):
    eyes.press("f8", "enter", "right")
    assert "2027-08-01 至 2027-12-31" in eyes.text
    eyes.press("left")
    assert "2026-08-01 至 2026-12-31" in eyes.text
    eyes.press("right", "enter")
    assert work_plans.listing()[0].starts.year == 2027


def test_a_plan_that_runs_already_is_refused_until_another_run_is_chosen(plan, page, eyes):
    eyes.press("f8")
    assert "已在用" in eyes.text and "已经在用" in eyes.text
    eyes.press("enter")
    assert "已经在用" in eyes.text
    eyes.press("enter")
    assert len(work_plans.listing()) == 1
    eyes.press("right", "enter")
    assert "还要再选用一份吗" in eyes.text and len(work_plans.listing()) == 1
    eyes.press("enter")
    assert [each.starts.year for each in work_plans.listing()] == [2026, 2027]


def test_what_a_template_brings_stands_below_and_turns_by_pages(context, any_eyes):
    context.desk.push(AdoptPlans(context))
    any_eyes.press("end", "space")
    assert "[x]" in any_eyes.text and "目标：" in any_eyes.text
    seen = any_eyes.text
    for _ in range(12):
        any_eyes.press("tab")
        seen += any_eyes.text
    for said in ("阶段：全面启动（2、3月）", "要建立的", "经常开展", "节奏："):
        assert said in seen.replace("\n", "")
    any_eyes.press("space")
    assert "[x]" not in any_eyes.text


def test_a_template_is_read_from_a_file_and_a_bad_one_is_refused_in_place(
    page, eyes, context, tmp_path, plan
):
    good, bad = tmp_path / "我们的计划.toml", tmp_path / "不对.toml"
    work_plans.save_template(plan, good, "我们的计划")
    bad.write_text('title = "坏的"\nmonthly = 3\n', "utf-8")
    page.folder = tmp_path
    eyes.press("f10", "1", "enter")
    names = [found.path.name for found in context.desk.top.roster.items()]
    eyes.press("home", *["down"] * names.index("不对.toml"), "enter")
    assert "monthly" in eyes.text and eyes.desk.message[1] == "error" and len(work_plans.listing()) == 1
    eyes.press("f10", "1", "enter", "home", *["down"] * names.index("我们的计划.toml"), "enter")
    assert isinstance(context.desk.top, AdoptPlans) and "[x] 我们的计划" in eyes.text
    eyes.press("enter", "right", "enter")
    assert "我们的计划" in {each.title for each in work_plans.listing()}


def test_deleting_asks_and_renaming_asks_again_what_is_refused(plan, page, eyes):
    eyes.press("f10").type("gm").press("enter", "ctrl+u", "enter")
    assert "请填计划名称" in eyes.text
    eyes.type("柳溪村2026年计划\n")
    assert work_plans.listing()[0].title == "柳溪村2026年计划" and "柳溪村2026年计划" in eyes.text
    eyes.press("delete", "escape")
    assert len(work_plans.listing()) == 1
    eyes.press("delete", "enter")
    assert work_plans.listing() == [] and plan_items.month("2026-11") == []


def test_closed_plans_are_shown_when_asked_for(plan, page, eyes, ledger):
    for item in plan_items.of_plan(plan):
        plan_items.drop(item.id, "不用了", ledger)
    work_plans.close(plan, ledger)
    page.shown()
    assert "村级关爱计划" not in eyes.text
    eyes.press("f10", "2", "enter")
    assert "2026-11-23结束" in eyes.text


def test_keys_without_a_plan_say_what_to_do(page, eyes):
    eyes.press("enter")
    assert "按 Ins 选用" in eyes.text


def test_what_is_overdue_is_told_in_a_narrow_window_too(plan, page, monkeypatch, any_eyes):
    monkeypatch.setenv("GUANAI_TODAY", "2027-01-10")
    page.shown()
    state = work_plans.state(plan)
    assert state.overdue
    (row,) = [line for line in any_eyes.lines() if line.startswith(">")]
    assert f"全部 {state.done}/{state.total}" in row and f"逾期{state.overdue}项" in row


def test_every_month_of_every_plan_is_told_plan_versus_done(plan, page, any_eyes, ledger):
    item = next(each for each in plan_items.of_plan(plan) if each.month == "2026-11")
    plan_items.finish(item.id, None, None, ledger)
    any_eyes.press("f10").type("gy").press("enter")
    assert "2026年11月" in any_eyes.text and "完成1，还没办" in any_eyes.text
