"""The register on the screen: finding, the filter panel, marks, and one field set for all the marked."""

import pytest

from db import bulk_edit, changes, child_sheet, children
from db.errors import Locked
from db.models import Child
from tui.screens import register
from tui.screens.register import Register
from tui.task import Task

NAMES = ("张小明", "李雨涵", "王一鸣", "赵雪梅")


def put(by, **values):
    base = child_sheet.load(None)
    return child_sheet.save(None, base | values, base, by=by).child_id


@pytest.fixture
def four(ledger, context):
    """Four children on file; the register is open."""
    keys = [
        put(ledger, name="张小明", village_group="一组", schooling="primary", grade="p4", school="柳溪小学",
            father_whereabouts="away", mother_whereabouts="away"),
        put(ledger, name="李雨涵", village_group="一组", schooling="primary", grade="p5", focus="ill"),
        put(ledger, name="王一鸣", village_group="二组", schooling="dropped_out"),
        put(ledger, name="赵雪梅", village_group="二组", surveyed_on=None),
    ]  # fmt: skip
    context.desk.push(Register(context))
    return keys


def seen(eyes):
    text = eyes.text
    return [name for name in NAMES if name in text]


def grades():
    return [each["grade"] for each in children.listing()]


@pytest.mark.parametrize(("typed", "found"), [
    ("zxm", ["张小明", "赵雪梅"]), ("xm", ["张小明", "赵雪梅"]), ("ｘｍ", ["张小明", "赵雪梅"]), ("二组", ["王一鸣", "赵雪梅"]),
    ("柳溪小学", ["张小明"]), ("五年级", ["李雨涵"]),
])  # fmt: skip
def test_find(four, any_eyes, typed, found):
    any_eyes.press("/").type(typed)
    assert seen(any_eyes) == found


def test_filters_are_set_by_digits_and_said_in_the_head_line(four, any_eyes):
    any_eyes.press("tab", "1")
    assert "找到 1 名" in any_eyes.text and "1 留守" in any_eyes.text
    any_eyes.press("enter")
    assert seen(any_eyes) == ["张小明"] and "筛选 留守  1名" in any_eyes.text
    any_eyes.press("f", "0", "5", "enter")
    assert seen(any_eyes) == ["赵雪梅"] and "筛选 本学期未摸底  1名" in any_eyes.text
    any_eyes.press("escape")
    assert len(seen(any_eyes)) == 4 and "筛选 " not in any_eyes.lines()[1]


def test_a_filter_of_many_choices_opens_a_list(four, eyes):
    eyes.press("tab", "2").type("hb\n").press("enter")
    assert seen(eyes) == ["李雨涵"] and "筛选 患病" in eyes.text
    eyes.press("tab", "0", "7", "text:二", "enter", "4", "enter")
    assert seen(eyes) == ["王一鸣", "赵雪梅"] and "筛选 未结对、二组" in eyes.text
    eyes.press("tab", "7", "home", "up", "up", "up", "enter", "3", "escape", "escape")
    assert seen(eyes) == ["王一鸣", "赵雪梅"], "Esc leaves the filters as they were"


def test_full_width_digits_count(four, context, eyes):
    eyes.press("tab")
    context.desk.press("５", "５")
    assert "本学期未摸底" in eyes.text


def test_find_and_filter_hold_together_and_esc_undoes_one_after_the_other(four, eyes):
    eyes.press("/").type("xm\n").press("tab", "5", "enter")
    assert seen(eyes) == ["赵雪梅"] and "查找 xm" in eyes.text and "筛选 本学期未摸底  1名" in eyes.text
    eyes.press("/").type("x")
    assert seen(eyes) == ["赵雪梅"]
    eyes.press("escape")
    assert seen(eyes) == ["赵雪梅"]
    eyes.press("escape")
    assert len(seen(eyes)) == 4


def test_a_child_hidden_by_the_filter_is_shown_after_it_was_entered(four, eyes):
    eyes.press("tab", "1", "enter", "insert").type("\n孙小雨\n").press("ctrl+s", "escape")
    assert "孙小雨" in eyes.text and eyes.styled("cursor") == ["孙小雨"] and len(seen(eyes)) == 4


def test_many_long_filters_leave_room_for_the_count_and_for_what_is_typed(four, any_eyes):
    any_eyes.press("tab", "1", "2", "text:3", "enter", "3", "text:5", "enter", "4", "5", "6")
    any_eyes.press("7", "text:2", "enter", "8", "text:3", "enter", "enter")
    assert "  0名" in any_eyes.lines()[1]
    any_eyes.press("/").type("柳溪小学三年级一班张小明家住村东头第三排")
    assert "  0名" in any_eyes.lines()[1]
    any_eyes.press("enter")
    assert "  0名" in any_eyes.lines()[1] and "查找 柳溪小学" in any_eyes.lines()[1]


def test_nobody_found_says_how_to_see_them_all_again(four, eyes):
    eyes.press("tab", "6", "enter")
    assert seen(eyes) == [] and "按 Esc 清空查找和筛选" in eyes.text


def test_marks_survive_finding_and_turn_f8_into_setting_many(four, any_eyes):
    assert "F8修改" in any_eyes.text
    any_eyes.press("space", "space")
    assert "已标记2名" in any_eyes.text and "F8批量设置" in any_eyes.text
    assert any_eyes.text.count(" +") == 2 and any_eyes.styled("cursor") == ["王一鸣"]
    any_eyes.press("/").type("xm\n").press("end", "space")
    assert "已标记3名" in any_eyes.text
    any_eyes.press("space", "escape", "-")
    assert "已标记" not in any_eyes.text and "F8修改" in any_eyes.text


def test_all_found_are_marked_and_unmarked(four, eyes, monkeypatch):
    eyes.press("/").type("一组\n").press("*")
    assert "已标记2名" in eyes.text
    eyes.press("escape", "ctrl+a")
    assert "已标记4名" in eyes.text
    eyes.press("ctrl+a")
    assert "已标记" not in eyes.text
    monkeypatch.setattr(register, "MANY", 3)
    eyes.press("*")
    assert "标记找到的全部 4 名？" in eyes.text and "已标记" not in eyes.text
    eyes.press("enter")
    assert "已标记4名" in eyes.text


def test_one_field_is_set_for_all_marked_after_a_preview(four, any_eyes):
    any_eyes.press("*", "f8").type("nj\n").type("5\n")
    text = any_eyes.text
    assert "标记的 4 名：要改 2 名，已经是这样 1 名，不能改 1 名" in text
    assert "原来是 四年级  1名  张小明" in text and "不改 不在校，不用填年级  1名  王一鸣" in text
    assert grades() == ["四年级", "五年级", None, None], "nothing is written yet"
    any_eyes.press("enter")
    assert "已设置 2 名" in any_eyes.text and "已标记4名" in any_eyes.text
    assert grades() == ["五年级", "五年级", None, "五年级"]
    any_eyes.press("ctrl+z", "enter")
    assert "已撤销：批量设置年级 2名" in any_eyes.text and grades() == ["四年级", "五年级", None, None]


def test_text_is_read_as_on_the_sheet_and_refused_with_the_cure(four, eyes):
    eyes.press("*", "f8").type("摸底日期\n").type("2026-02-30\n")
    assert eyes.desk.message[1] == "error" and "2026-02-30" in eyes.text
    eyes.press("ctrl+u").type("2026-11-20\n").press("enter")
    assert children.count(children.Wanted(surveyed="yes")) == 4


def test_what_goes_along_and_what_does_not_fit_is_said(four, eyes):
    eyes.press("*", "f8").type("jxqk\n").type("辍学\n")
    assert "连带清空 学校  1名" in eyes.text and "连带清空 年级  2名" in eyes.text
    eyes.press("escape", "f8").type("nj\n").type("q\n")
    assert "请核对 年级与就学情况不符，请改一处  2名" in eyes.text


def test_a_tag_is_added_and_a_field_emptied(four, eyes):
    eyes.press("*", "f8").type("重点对象，加上\n").type("xl\n").press("enter")
    assert (
        all("mind" in tags for tags in children.focus_of(four).values()) and len(children.focus_of(four)) == 4
    )
    eyes.press("f8").type("nj\n").type("qk\n").press("enter")
    assert set(grades()) == {None}


def test_esc_at_any_question_changes_nothing(four, eyes):
    before = children.listing(reveal=True)
    for steps in (("f8",), ("f8", "enter"), ("f8", "enter", "text:三组", "enter")):
        eyes.press("*" if not eyes.desk.top.marked else "home", *steps, "escape")
        assert eyes.desk.top.title == "摸底登记"
    assert children.listing(reveal=True) == before


def test_nothing_to_change_is_said(four, eyes):
    eyes.press("space", "f8").type("cmz\n").type("一组\n").press("enter")
    assert "已经是这样 1 名" in eyes.text and "没有要改的，按 Esc 返回" in eyes.text


class Slowly:
    """Work begun, driven by hand one look at the keyboard at a time."""

    def __init__(self, desk):
        desk.begin = self.begin

    def begin(self, task: Task) -> None:
        self.task = task

    def to_the_end(self) -> None:
        while self.task.go_on() is not None:
            pass


def test_keys_are_answered_while_it_is_written_and_esc_leaves_nothing(four, context, eyes, monkeypatch):
    slow = Slowly(context.desk)
    eyes.press("*", "f8").type("cmz\n").type("三组\n").press("enter")
    assert "正在核对，请稍候" in eyes.text
    slow.to_the_end()
    assert "要改 4 名" in eyes.text
    eyes.press("enter", "f2")
    assert "正在写入，请稍候" in eyes.text
    monkeypatch.setattr(bulk_edit, "BATCH", 1)
    monkeypatch.setattr("tui.task.monotonic", iter(range(100)).__next__)
    monkeypatch.setattr("tui.task.SLICE", 3.5)  # by that clock, three steps
    assert slow.task.go_on() == 0.0 and eyes.desk.top.written == 2
    eyes.press("escape")
    assert "已停下，什么也没有写入" in eyes.text
    assert {child.village_group for child in Child.live()} == {"一组", "二组"}
    assert changes.last_action(context.by).label.startswith("登记")


def test_a_ledger_that_is_busy_says_so_and_keeps_the_preview(four, eyes, monkeypatch):
    eyes.press("*", "f8").type("cmz\n").type("三组\n")

    def busy(*_):
        raise Locked()
        yield

    monkeypatch.setattr(bulk_edit, "apply", busy)
    eyes.press("enter")
    assert "台账正被别人写入" in eyes.text and "要改 4 名" in eyes.text


def test_the_mark_of_a_child_struck_out_goes(four, eyes):
    eyes.press("*", "delete", "enter")
    assert "已标记3名" in eyes.text
    eyes.press("f8", "enter", "text:三组", "enter")
    assert "标记的 3 名" in eyes.text
