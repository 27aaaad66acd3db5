"""待核: the list of doubtful answers; to the field and back, confirmed, taken back."""

import pytest
from test_workbench import put

from db import changes, children, doubts
from db.improbable import Doubtful
from tui.screens.doubts import Doubts

LONG = "二年级一般6到9岁，按出生日期到2026年8月31日是3岁，请核对"


@pytest.fixture
def listed(ledger, context):
    """Two children with a doubt each, and the page open."""
    found = {}
    for name, group, said in (("张浩宇", "一组", LONG), ("李雨涵", "二组", "与身份证号不一致，请核对")):
        found[name] = put(ledger, name, village_group=group)
        with changes.action("修改", ledger) as act:
            doubts.keep(act, found[name], [Doubtful("grade_age", "grade", said, "p2|2023-03-08")])
    context.desk.route("f6", "待核", lambda: Doubts(context))
    context.desk.go("f6")
    return found


def test_who_which_field_and_why(listed, any_eyes):
    lines = any_eyes.lines()
    assert [line.split()[:4] for line in lines[2:4]] == [
        [">", "张浩宇", "一组", "年级"], ["李雨涵", "二组", "年级", lines[3].split()[3]],
    ]  # fmt: skip
    below = any_eyes.text.replace("\n ", "")
    assert f"年级：{LONG}" in below, "in full, however narrow the window"
    assert "第1/2处" in any_eyes.text
    assert any_eyes.press("down").text.replace("\n ", "").count("年级：与身份证号不一致") == 1


@pytest.mark.parametrize("key", ["f8", "space"])
def test_confirmed_and_taken_back(listed, eyes, key):
    eyes.press(key)
    assert "已确认无误：张浩宇 年级，Ctrl+Z 可撤销" in eyes.text
    assert doubts.open_count() == 1 and eyes.styled("cursor")[0].strip() == "李雨涵"
    assert doubts.settled(listed["张浩宇"]) == {("grade_age", "p2|2023-03-08")}
    eyes.press("ctrl+z")
    assert "确认无误：张浩宇 年级" in eyes.text
    eyes.press("enter")
    assert doubts.open_count() == 2 and "张浩宇" in eyes.text


def test_enter_opens_the_sheet_at_the_field(listed, eyes):
    eyes.press("down", "enter")
    assert "修改：李雨涵" in eyes.text and ">年级" in eyes.text
    eyes.press("escape")
    assert "第2/2处" in eyes.text


def test_a_child_struck_out_meanwhile_is_said_and_leaves_the_list(listed, ledger, eyes):
    eyes.lines()
    children.remove(listed["张浩宇"], ledger)
    eyes.press("enter")
    assert "已被删除" in eyes.text
    eyes.press("f8")
    assert "不用核对了" in eyes.text and "第1/1处" in eyes.text


def test_nothing_to_look_into(ledger, context, eyes):
    context.desk.push(Doubts(context))
    assert "没有待核的" in eyes.text and "第0/0处" in eyes.text
    eyes.press("f8")
    assert "没有待核的：按 Esc 返回" in eyes.text
