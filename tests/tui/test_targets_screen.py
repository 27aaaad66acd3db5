"""目标清单: rates with their rule; from a rate to who is missing, to the field that mends it, and back."""

import re

import pytest
from test_workbench import put

from db import care, child_sheet, demo, targets, work_plans
from tui.screens.targets import Targets


@pytest.fixture
def page(context):
    def open_it():
        context.desk.route("f5", "目标", lambda: Targets(context))
        context.desk.go("f5")

    return open_it


def row_of(eyes, name):
    return next(line for line in eyes.lines() if name in line).split()


def test_each_target_shows_rate_people_goal_and_how_far_it_is(ledger, page, any_eyes):
    demo.fill(ledger)
    page()
    for target in targets.targets():
        row = row_of(any_eyes, f" {target.name} ")
        assert (
            f"{target.rate:g}%" in row and f"{target.numerator}/{target.denominator}" in row and "100%" in row
        )
        assert row[-1] == f"差{target.denominator - target.numerator}人"


def test_the_rule_of_the_target_under_the_cursor_stands_in_full(ledger, page, any_eyes):
    demo.fill(ledger)
    page()
    for target in targets.targets():
        drawn = any_eyes.text.replace("\n  ", "").replace("\n", "")
        assert target.definition in drawn
        any_eyes.press("down")


def test_names_of_the_missing_are_never_broken_over_two_lines(ledger, page, any_eyes):
    demo.fill(ledger)
    page()
    any_eyes.press("down", "down")
    missing = targets.targets()[2].missing
    assert len(missing) > 14
    assert all(any(each.name in line for line in any_eyes.lines()) for each in missing)


def test_without_children_the_rate_is_a_dash_and_enter_says_why(ledger, page, any_eyes):
    page()
    assert row_of(any_eyes, " 建档率 ")[-1] == "—"
    assert "分母是 0" in any_eyes.text
    any_eyes.press("enter")
    assert "按 F2 登记" in any_eyes.text


def test_from_the_rate_to_the_missing_field_and_back_with_fresh_figures(ledger, page, eyes):
    put(ledger, "李雨涵", village_group="二组", schooling="primary")
    child = put(ledger, "张浩宇", village_group="一组")
    page()
    assert "1/2" in row_of(eyes, " 入学率 ")
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
    assert "2/2" in row_of(eyes, " 入学率 ") and row_of(eyes, " 入学率 ")[-1] == "达标"
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
    eyes.press("end", "enter", "enter")
    assert "谈心：张浩宇" in eyes.text
    eyes.press("ctrl+s")
    assert "这项待办已完成" in eyes.text and "谈心及时率：缺0人" in eyes.text
    assert len(care.records(child_id=child)) == 1


def test_an_unpaired_child_opens_its_dossier_and_says_where_to_pair(ledger, page, eyes):
    put(ledger, "张浩宇")
    page()
    eyes.press("down", "down", "enter", "enter")
    assert "档案：张浩宇" in eyes.text and "按 F3 去结对" in eyes.text
    eyes.press("escape", "escape")
    assert "结对率怎么算" in eyes.text


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
