"""The screen of what an outer system has to be told: list, details, marking, another system, the workbook."""

import pytest
from village_people import put_child

from db import child_sheet, children
from tui.screens.reported import Difference


def change(by, child, **values) -> None:
    base = child_sheet.load(child)
    child_sheet.save(child, base | values, base, by)


@pytest.fixture
def village(ledger):
    """Two children nobody has been told of."""
    return [
        put_child(ledger, name, village_group=group, phone=phone)
        for name, group, phone in (("张甲", "一组", "19900000001"), ("李乙", "二组", "19900000002"))
    ]


def test_the_first_time_all_are_new_and_enter_shows_what_to_key_in(context, any_eyes, village):
    context.desk.push(Difference(context))
    text = any_eyes.text
    assert "报给：全国儿童福利信息系统" in text and "新增2" in text and "变更0" in text
    assert any_eyes.styled("cursor") == ["张甲"]
    any_eyes.press("enter")
    assert context.desk.top.title == "张甲 新增" and "199****0001" in any_eyes.text
    assert "19900000001" not in any_eyes.text and "按 F10 存表" in any_eyes.text
    any_eyes.press("enter")
    assert "张甲" in any_eyes.text and context.desk.top.title != "张甲 新增"


def test_all_are_marked_after_a_question_and_taken_back_by_one_undo(context, any_eyes, village):
    context.desk.push(Difference(context))
    any_eyes.press("f8")
    assert "全部2名都已录入“全国儿童福利信息系统”" in any_eyes.text
    any_eyes.press("escape")
    assert "新增2" in any_eyes.text
    any_eyes.press("f8", "enter")
    assert "已把2名标为已上报" in any_eyes.text and "新增0" in any_eyes.text
    assert "没有要上报的" in any_eyes.text
    any_eyes.press("f8")
    assert "没有要上报的：和上次报的一样" in any_eyes.text
    any_eyes.press("ctrl+z", "enter")
    assert "新增2" in any_eyes.text


def test_only_the_chosen_are_marked(context, any_eyes, village):
    context.desk.push(Difference(context))
    any_eyes.press("space")
    assert "选中1" in any_eyes.text and any_eyes.styled("cursor") == ["李乙"]
    any_eyes.press("f8")
    assert "选中的1名" in any_eyes.text
    any_eyes.press("enter")
    assert "新增1" in any_eyes.text and "选中" not in any_eyes.text and "张甲" not in any_eyes.text


def test_a_change_shows_old_and_new_and_one_who_left_why(context, any_eyes, village, ledger):
    context.desk.push(Difference(context))
    any_eyes.press("f8", "enter")
    change(ledger, village[0], address="新址")
    children.remove(village[1], ledger)
    any_eyes.press("f5")
    assert "变更1" in any_eyes.text and "退出1" in any_eyes.text and "档案已删除" in any_eyes.text
    any_eyes.press("enter")
    line = next(each for each in any_eyes.lines() if each.startswith(">"))
    assert line.split() == [">", "现住址", "没有", "新址"]
    any_eyes.press("escape", "down", "enter")
    assert "请在系统里把这名儿童退出" in any_eyes.text
    any_eyes.press("enter")
    assert "没有档案可看" in any_eyes.text


def test_another_system_is_named_and_told_by_itself(context, any_eyes, village):
    context.desk.push(Difference(context))
    any_eyes.press("f8", "enter", "tab")
    any_eyes.press("text:2", "enter")
    any_eyes.press("enter")
    assert "请写系统的名称" in any_eyes.text
    any_eyes.press("text:县平台", "enter")
    assert "报给：县平台" in any_eyes.text and "新增2" in any_eyes.text
    any_eyes.press("tab", "text:1", "enter")
    assert "报给：全国儿童福利信息系统" in any_eyes.text and "新增0" in any_eyes.text


def test_all_registered_may_be_told_and_a_workbook_saved(context, any_eyes, village, ledger, tmp_path):
    put_child(ledger, "王丙", village_group="三组", father_whereabouts="home", father_able=True)
    context.desk.push(Difference(context))
    any_eyes.press("f10", "text:2", "enter")
    assert "新增3" in any_eyes.text and "全部登记儿童" in any_eyes.text
    any_eyes.press("f10", "text:1", "enter")
    out = tmp_path / "差异.xlsx"
    any_eyes.press(f"text:{out}", "enter")
    assert "3名儿童的差异已存好" in any_eyes.text and "请妥善保管" in any_eyes.text
    assert out.stat().st_mode & 0o777 == 0o600


def test_while_it_compares_it_says_how_far_and_esc_leaves(context, eyes, village):
    begun = []
    context.desk.begin = begun.append
    page = Difference(context)
    context.desk.push(page)
    assert "正在比较" in eyes.text
    eyes.press("f8")
    assert "正在比较，请稍候；按 Esc 停下" in eyes.text
    page.desk.pages.insert(0, page)
    eyes.press("escape")
    assert begun[0].over


def test_an_empty_ledger_has_nothing_to_tell(context, any_eyes):
    context.desk.push(Difference(context))
    assert "没有要上报的" in any_eyes.text
    any_eyes.press("enter", "space", "f8")
    assert "没有要上报的" in any_eyes.text
