"""目标清单: rates with their rule; from a rate to who is missing, to the field that mends it, and back."""

import re

import pytest
from test_workbench import put

from db import care, child_sheet, demo, helpers, pairing, settings, snapshots, targets, work_plans
from tui.screens.targets import Targets


@pytest.fixture
def page(context):
    def open_it():
        context.desk.route("f5", "目标", lambda: Targets(context))
        context.desk.go("f5")

    return open_it


def row_of(eyes, name):
    return next(line for line in eyes.lines() if f" {name} " in line).split()


def go_to(eyes, code):
    """By the keyboard to a target's row."""
    lines = eyes.desk.top.lines
    at = next(at for at, each in enumerate(lines) if getattr(each, "code", None) == code)
    return eyes.press("home", *["down"] * at)


def test_each_target_pursued_shows_rate_people_goal_and_how_far_it_is(ledger, page, any_eyes):
    demo.fill(ledger)
    page()
    pursued = [each for each in targets.targets() if each.in_force]
    assert [each.code for each in pursued] == ["filed", "enrolled", "paired", "talk_on_time"]
    for target in pursued:
        row = row_of(any_eyes, target.name)
        assert (
            f"{target.rate:g}%" in row and f"{target.numerator}/{target.denominator}" in row and "100%" in row
        )
        assert row[-1] == f"差{target.short_of}人"


def test_plans_follow_and_then_the_rates_nobody_set_a_goal_for(ledger, page, any_eyes):
    demo.fill(ledger)
    page()
    lines = any_eyes.desk.top.lines
    (plan,) = work_plans.listing()
    at = lines.index(plan)
    assert all(each.in_force for each in lines[:at]) and not any(each.in_force for each in lines[at + 1 :])
    assert {each.code for each in targets.targets()} == {
        each.code for each in (*lines[:at], *lines[at + 1 :])
    }
    any_eyes.press("tab")
    assert any_eyes.styled("cursor") == [any_eyes.desk.top.lines[at].title]
    any_eyes.press("tab")
    assert "巩固率怎么算" in any_eyes.text and row_of(any_eyes, "巩固率")[-1] == "待学校提供"
    any_eyes.press("tab")
    assert "建档率怎么算" in any_eyes.text
    any_eyes.press("shift+tab")
    assert "巩固率怎么算" in any_eyes.text


def test_the_rule_of_the_target_under_the_cursor_stands_in_full(ledger, page, any_eyes):
    demo.fill(ledger)
    page()
    for target in targets.targets():
        go_to(any_eyes, target.code)
        drawn = any_eyes.text.replace("\n  ", "").replace("\n", "")
        assert target.definition in drawn
        assert (target.waiting or "") in drawn


def test_names_of_the_missing_are_never_broken_over_two_lines(ledger, page, any_eyes):
    demo.fill(ledger)
    page()
    go_to(any_eyes, "paired")
    missing = targets.one("paired").missing
    assert len(missing) > 14
    assert all(any(each.name in line for line in any_eyes.lines()) for each in missing)


def test_opening_it_keeps_what_the_targets_came_to(ledger, page, eyes):
    put(ledger, "张浩宇", schooling="primary")
    page()
    (point,) = snapshots.trend("enrolled")
    assert (point.term, point.numerator, point.denominator, point.goal) == ("2026秋", 1, 1, 100)


def test_without_children_the_rate_is_a_dash_and_enter_says_why(ledger, page, any_eyes):
    page()
    assert row_of(any_eyes, "建档率")[-1] == "—"
    assert "分母是 0" in any_eyes.text
    any_eyes.press("enter")
    assert "按 F2 登记" in any_eyes.text


def test_from_the_rate_to_the_missing_field_and_back_with_fresh_figures(ledger, page, eyes):
    put(ledger, "李雨涵", village_group="二组", schooling="primary")
    child = put(ledger, "张浩宇", village_group="一组")
    page()
    assert "1/2" in row_of(eyes, "入学率")
    eyes.press("down", "enter")
    assert "入学率：缺1人" in eyes.text
    assert row_of(eyes, "张浩宇") == [">", "张浩宇", "一组", "未采集"]
    eyes.press("enter")
    assert ">就学情况" in eyes.text
    eyes.type("小学\n")
    eyes.press("ctrl+s")
    assert "都补齐了，按 Esc 返回" in eyes.text and "已存：张浩宇" in eyes.text
    assert child_sheet.load(child)["schooling"] == "primary"
    eyes.press("escape")
    assert "2/2" in row_of(eyes, "入学率") and row_of(eyes, "入学率")[-1] == "达标"
    eyes.press("enter")
    assert "入学率没有缺漏" in eyes.text


def test_the_cursor_takes_the_next_child_when_one_is_mended(ledger, page, eyes):
    for name in ("李雨涵", "王一鸣", "张浩宇"):
        put(ledger, name, village_group="一组")
    page()
    eyes.press("down", "enter", "down")
    (first,) = eyes.styled("cursor")
    eyes.press("enter").type("小学\n")
    eyes.press("ctrl+s")
    assert "缺2人" in eyes.text
    (then,) = eyes.styled("cursor")
    assert then.strip() and then != first


def test_a_late_talk_is_recorded_from_the_list(ledger, page, eyes):
    child = put(ledger, "张浩宇")
    page()
    go_to(eyes, "talk_on_time").press("enter", "enter")
    assert "谈心：张浩宇" in eyes.text
    eyes.press("ctrl+s")
    assert "这项待办已完成" in eyes.text and "谈心及时率：缺0人" in eyes.text
    assert len(care.records(child_id=child)) == 1


def test_an_unpaired_child_is_paired_from_the_list(ledger, page, eyes):
    child = put(ledger, "张浩宇")
    base = helpers.load(None)
    helpers.save(None, base | {"name": "刘老师", "kind": "teacher"}, base, by=ledger)
    page()
    go_to(eyes, "paired").press("enter", "enter")
    assert "为 张浩宇 选帮扶人" in eyes.text
    eyes.press("enter", "enter")
    assert "结对率：缺0人" in eyes.text and len(pairing.pairings(child_id=child)) == 1
    eyes.press("escape")
    assert "1/1" in row_of(eyes, "结对率") and row_of(eyes, "结对率")[-1] == "达标"


def test_the_dossier_of_a_missing_child_is_one_key_away(ledger, page, eyes):
    put(ledger, "张浩宇")
    page()
    go_to(eyes, "paired").press("enter", "space")
    assert "档案：张浩宇" in eyes.text
    eyes.press("escape", "escape")
    assert "结对率怎么算" in eyes.text


def test_a_goal_is_set_and_taken_back_from_the_menu(ledger, page, any_eyes):
    put(ledger, "张浩宇")
    page()
    go_to(any_eyes, "vaccinated").press("f10").type("dyq")
    any_eyes.press("enter").type("95").press("ctrl+s")
    assert settings.get("goal.vaccinated") == 95
    assert "免疫接种率怎么算" in any_eyes.text and row_of(any_eyes, "免疫接种率")[-2:] == ["95%", "差1人"]
    any_eyes.press("ctrl+z", "enter")
    assert settings.get("goal.vaccinated") is None


def test_a_goal_that_cannot_be_is_refused_on_its_sheet(ledger, page, eyes):
    put(ledger, "张浩宇")
    page()
    go_to(eyes, "vaccinated").press("f10").type("dyq")
    eyes.press("enter").type("101").press("ctrl+s")
    assert "要写0到100" in eyes.text and settings.get("goal.vaccinated") is None


def test_digits_do_not_leave_this_screen(ledger, page, context, eyes):
    page()
    eyes.press("5", "9")
    assert isinstance(context.desk.top, Targets)


def test_a_plans_title_and_what_it_owes_stand_whole_in_any_window(ledger, page, any_eyes):
    demo.fill(ledger)
    page()
    (plan,) = work_plans.listing()
    row = next(line for line in any_eyes.lines() if plan.title in line)
    late = [str(many) for many in (plan.overdue, plan.children_overdue) if many]
    owed = [str(plan.owed_month), str(plan.owed_all), *late]
    assert re.findall("[0-9]+", row) == [str(plan.done), str(plan.total), *owed]
