"""The checklists on the screen: ticking in one key, and who still lacks a point."""

from datetime import date

import pytest
from people import put

from db import care, changes, children, ticks
from db.models import Child
from tui.screens.ticks import Lacking, open_ticks

TODAY = date(2026, 11, 23)


@pytest.fixture
def child(ledger):
    return put(
        ledger, name="张浩宇", village_group="一组", schooling="primary", school="柳溪小学", grade="p4"
    )


def stands(child, code):
    return next(
        (each.last_on, each.note)
        for checklist in ticks.of_child(child)
        for each in checklist.items
        if each.code == code
    )


def test_the_three_lists_on_one_page(any_eyes, context, child, ledger):
    care.record(ledger, child_id=child, on_date=date(2026, 11, 3), by_name="刘老师")
    open_ticks(context, child)
    text = any_eyes.text
    assert "关爱清单：张浩宇" in text and "三知三多三沟通" in text
    row = next(line for line in any_eyes.lines() if "多谈心" in line)
    assert "11月3日" in row and "刘老师" in row
    assert any("学习优先辅导" in line and "还没有" in line for line in any_eyes.lines())
    any_eyes.press("tab", "tab")
    assert "爱心档案袋" in any_eyes.lines()[1] and ">" in next(
        line for line in any_eyes.lines() if "自我介绍" in line
    )
    any_eyes.press("end")
    assert "爱心卡" in any_eyes.text
    any_eyes.press("tab")
    assert context.desk.top.roster.at == 0


def test_space_ticks_today_and_goes_on(any_eyes, context, child):
    open_ticks(context, child)
    any_eyes.press("space", "space")
    assert stands(child, "know_child") == stands(child, "know_family") == (TODAY, None)
    assert "已勾：知家庭情况" in any_eyes.text and context.desk.top.roster.at == 2
    any_eyes.press("ctrl+z", "enter")
    assert stands(child, "know_family")[0] is None


def test_enter_asks_for_a_note_and_esc_ticks_nothing(eyes, context, child):
    open_ticks(context, child)
    eyes.press("enter")
    assert "知道了什么，如 性格内向" in eyes.text
    eyes.press("escape")
    assert stands(child, "know_child")[0] is None
    eyes.press("enter").type("爱画画\n")
    assert stands(child, "know_child") == (TODAY, "爱画画") and "爱画画" in eyes.text


def test_another_day_the_times_before_and_taking_back(eyes, context, child):
    open_ticks(context, child)
    eyes.press("insert", "ctrl+u").type("2026-10-8\n爱唱歌\n")
    eyes.press("insert", "ctrl+u").type("2026-12-8\n\n")
    assert "还没到" in eyes.text
    eyes.press("space", "home", "f10")
    assert "2026-11-23 王晓" in eyes.text and "2026-10-08 王晓 爱唱歌" in eyes.text
    eyes.press("escape", "delete")
    assert stands(child, "know_child") == (date(2026, 10, 8), "爱唱歌")
    eyes.press("delete", "delete")
    assert "还没有勾过" in eyes.text


def test_what_a_record_shows_is_not_taken_back_here(eyes, context, child, ledger):
    care.record(ledger, child_id=child, on_date=TODAY)
    open_ticks(context, child)
    eyes.press("down", "down", "down", "delete")
    assert "是据谈心记录算的" in eyes.text


def test_one_who_left_is_not_ticked(eyes, context, child, ledger):
    open_ticks(context, child)
    changes.write(Child.get_by_id(child), ledger, left_on=date(2026, 11, 22))
    eyes.press("space")
    assert "退出登记" in eyes.text
    children.remove(child, ledger)
    open_ticks(context, child)
    assert "档案已被删除" in eyes.text


def test_who_lacks_a_point_and_ticking_them_together(any_eyes, context, child, ledger):
    mate = put(
        ledger, name="李雨涵", village_group="一组", schooling="primary", school="柳溪小学", grade="p4"
    )
    put(ledger, name="王一鸣", village_group="二组")
    ticks.tick(child, "three_know", "know_child", ledger)
    open_ticks(context, child)
    any_eyes.press("f8")
    assert "一组" in any_eyes.text and "柳溪小学四年级" in any_eyes.text and "全部在册儿童" in any_eyes.text
    any_eyes.press("enter")
    assert isinstance(context.desk.top, Lacking)
    assert (
        "一组：本学期还没有的1名" in any_eyes.text
        and "李雨涵" in any_eyes.text
        and "王一鸣" not in any_eyes.text
    )
    any_eyes.press("escape", "f8", "2", "enter")
    assert "柳溪小学四年级：本学期还没有的1名" in any_eyes.text
    any_eyes.press("escape", "f8", "3", "enter", "ctrl+a")
    assert "已标记2名" in any_eyes.text
    any_eyes.press("f8").type("开学谈过\n")
    assert "已勾2名" in any_eyes.text and "全部在册儿童都有了" in any_eyes.text
    assert stands(mate, "know_child") == (TODAY, "开学谈过")
    any_eyes.press("ctrl+z", "enter")
    assert "本学期还没有的2名" in any_eyes.text
    any_eyes.press("down", "space", "enter")
    assert "关爱清单：王一鸣" in any_eyes.text
