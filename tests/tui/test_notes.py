"""The editor of long notes: a text of many lines fed keys one by one; its page; the field it belongs to."""

import random

import pytest

from db import care, children, record_fields
from tests.tui.people import put, sheet_of
from tui.ink import cells
from tui.page import Picture
from tui.paint import Painter
from tui.screens.child_entry import child_sheet
from tui.widgets.line_edit import LineEdit
from tui.widgets.notes import Notes, NotesEdit
from tui.widgets.record_form import open_record


def edit(text="", caret=0, width=10, longest=4000):
    return NotesEdit(text, longest, caret, width)


def feed(state, *keys):
    for key in keys:
        if key.startswith("text:"):
            for char in key.removeprefix("text:"):
                state.press("enter" if char == "\n" else char, None if char == "\n" else char)
        else:
            state.press(key)
    return state


def shown(state):
    return [state.text[start:end] for start, end in state.rows()]


def at(state):
    return state.place(state.rows())


# ---- the text


def test_lines_wrap_by_cells_and_lose_nothing():
    state = edit("想爸爸妈妈了，作业能写完。\n\nabc def ghi jkl")
    assert shown(state) == ["想爸爸妈妈", "了，作业能", "写完。", "", "abc def ", "ghi jkl"]
    assert all(cells(row) <= 10 for row in shown(state))
    assert "".join(shown(state)) == state.text.replace("\n", "")


def test_typing_and_enter():
    state = feed(edit(), "text:想妈妈\n吃得好", "left", "text:很")
    assert state.text == "想妈妈\n吃得很好" and state.caret == 7


def test_arrows_keep_to_their_cell_over_short_lines():
    state = feed(edit("一二三四\n五\n六七八九"), "right", "right", "right")
    assert at(feed(state, "down")) == (1, 2)
    assert at(feed(state, "down")) == (2, 6)
    assert at(feed(state, "up", "up")) == (0, 6)
    assert at(feed(state, "up")) == (0, 6)  # there is no row above
    assert at(feed(state, "left", "down", "down", "down")) == (2, 4)


def test_home_and_end_go_by_what_is_seen():
    state = feed(edit("一二三四五六七八九十"), "down", "end")
    assert at(state) == (1, 10)
    state = feed(edit("一二三四五六七八九十"), "end")
    assert at(state) == (0, 10) and state.caret == 5
    assert feed(state, "text:零").text == "一二三四五零六七八九十"
    state = feed(edit("一二三四五六七八九十"), "down", "right", "home")
    assert (at(state), state.caret) == ((1, 0), 5)
    assert feed(state, "ctrl+end").caret == 10 and feed(state, "ctrl+home").caret == 0


def test_pages_up_and_down_stop_at_the_ends():
    state = edit("\n".join("abcdefghijklm"))
    state.press("pagedown", None, 5)
    assert at(state) == (5, 0)
    for _ in range(3):
        state.press("pagedown", None, 5)
    assert at(state) == (12, 0)
    for _ in range(4):
        state.press("pageup", None, 5)
    assert at(state) == (0, 0)


def test_backspace_and_delete_join_lines():
    assert feed(edit("甲\n乙", 2), "backspace").text == "甲乙"
    assert feed(edit("甲\n乙", 1), "delete").text == "甲乙"
    assert feed(edit("甲", 0), "backspace").text == "甲" == feed(edit("甲", 1), "delete").text


def test_undo_goes_back_line_by_line():
    state = feed(edit("原话", 2), "text:甲乙\n丙丁")
    assert state.text == "原话甲乙\n丙丁"
    assert feed(state, "ctrl+z").text == "原话甲乙"
    assert feed(state, "ctrl+z").text == "原话"
    assert not state.press("ctrl+z") and state.text == "原话"


def test_a_paste_keeps_its_line_ends_and_loses_controls():
    state = edit("甲乙", 1)
    state.insert("一\r\n二\r三\x1b[2J\u202e\t四")
    assert state.text == "甲一\n二\n三[2J 四乙" and state.caret == 11


def test_what_is_too_long_is_cut_and_said():
    state = edit("一二三", 3, longest=5)
    state.insert("四五六七")
    assert (state.text, state.full) == ("一二三四五", True)
    state.press("六", "六")
    assert (state.text, state.full) == ("一二三四五", True)
    state.press("left")
    assert not state.full


def test_a_burst_of_random_keys_keeps_text_rows_and_caret_together():
    chance = random.Random(5)
    keys = ["up", "down", "left", "right", "home", "end", "enter", "backspace", "delete", "ctrl+z", "pageup", "pagedown",
            "ctrl+home", "ctrl+end", *"想妈x yé，。", "e\u0301"]  # fmt: skip
    for width in (2, 3, 7, 10):
        state = edit(width=width, longest=120)
        for _ in range(1500):
            key = chance.choice(keys)
            state.press(key, key if len(key) <= 2 and key not in ("up",) else None)
            rows = state.rows()
            row, x = state.place(rows)
            start, end = rows[row]
            assert start <= state.caret <= end and 0 <= x <= max(width, 2)
            assert "".join(state.text[a:b] for a, b in rows) == state.text.replace("\n", "")


# ---- the page


@pytest.fixture
def page(context):
    """An editor on the desk; what was put into the draft so far."""
    heard = []

    def opening(text="", caret=None):
        spec = record_fields.SPECS["follow_up"]
        notes = Notes(
            "谈心：张浩宇",
            spec,
            text,
            len(text) if caret is None else caret,
            lambda *told: heard.append(told),
        )
        context.desk.push(notes)
        return notes

    opening.heard = heard
    return opening


def test_the_page_counts_and_hears_every_change(page, any_eyes):
    page("想妈妈")
    any_eyes.type("了\n周末打视频")
    assert page.heard[-1] == ("想妈妈了\n周末打视频", 10) and len(page.heard) == 7
    assert "谈心：张浩宇  后续措施" in any_eyes.text and "已写10字，还可写490字" in any_eyes.text
    assert [line for line in any_eyes.lines() if line.strip()][1:3] == ["  想妈妈了", "  周末打视频"]
    any_eyes.press("left", "right")
    assert len(page.heard) == 7


def test_what_goes_over_the_limit_is_said(page, eyes):
    page("长" * 460)
    assert "还可写40字" in eyes.styled("warn")[-1]
    eyes.desk.paste("短" * 45)
    assert "后续措施最多500字，多出的5字没有录入" in eyes.text
    eyes.press("好")
    assert "多出的1字没有录入" in eyes.text and page.heard[-1][0].endswith("短")


@pytest.mark.parametrize("key", ["ctrl+s", "escape"])
def test_both_keys_close_it(page, eyes, key):
    notes = page("甲")
    eyes.press(key)
    assert notes not in eyes.desk.pages


def test_a_long_text_scrolls_by_half_a_page_and_keeps_the_caret_in_sight(page, any_eyes):
    page("\n".join(f"第{n}行" for n in range(100)), 0)
    for _ in range(120):
        any_eyes.press("down")
        _, y = any_eyes.desk.draw(*any_eyes.size).caret
        assert 1 <= y <= any_eyes.size[1] - 3
    assert "第99行" in any_eyes.text
    any_eyes.press("ctrl+home")
    assert "第0行" in any_eyes.text


def test_a_typed_character_costs_few_bytes(page, context):
    """Only the row typed in is sent, in the midst of a page of text too."""
    page("谈心记录" * 9 + "\n" + "第二段。" * 200, 36)
    painter = Painter()
    painter.paint(context.desk.draw(80, 24), 80, 24)
    costs = []
    for char in "今天想妈妈":
        context.desk.press(char, char)
        costs.append(len(painter.paint(context.desk.draw(80, 24), 80, 24).encode()))
    assert max(costs[1:]) < 80


def test_a_smaller_window_wraps_anew(page, context):
    page("谈" * 100)
    for size in ((80, 24), (60, 20), (80, 24)):
        picture = context.desk.draw(*size)
        assert isinstance(picture, Picture)
        assert all(sum(cells(text) for text, _ in line) <= size[0] for line in picture.lines)
        assert picture.caret[0] < size[0]


# ---- the field it belongs to


@pytest.fixture
def talk(ledger, context):
    """A new talk on the desk, the caret in the place."""
    child = put(ledger, name="张浩宇", birth_date="2016-05-01")
    open_record(context, child)
    return child


def test_f8_writes_many_lines_into_a_field_and_ctrl_s_comes_back(talk, any_eyes):
    any_eyes.press("enter", "enter")
    assert "F8写长文" in any_eyes.lines()[-1]
    any_eyes.press("text:想", "f8").type("爸妈\n作业能写完")
    any_eyes.press("ctrl+s")
    assert "想爸妈|作业能写完" in any_eyes.text
    any_eyes.press("ctrl+s")
    (line,) = care.records(child_id=talk)
    assert line.content == "想爸妈\n作业能写完"


def test_f8_is_off_in_a_field_of_one_line_and_not_in_the_footer(talk, eyes):
    assert "写长文" not in eyes.lines()[-1]
    eyes.press("f8")
    assert "地点只有一行" in eyes.text and not isinstance(eyes.desk.top, Notes)


def test_in_the_childs_sheet_ctrl_t_opens_it(ledger, context, any_eyes):
    context.desk.push(child_sheet(context, put(ledger, name="李雨涵", note="怕黑"), "note"))
    assert "Ctrl+T写长文" in any_eyes.lines()[-1]
    any_eyes.press("ctrl+t").type("\n爱画画")
    any_eyes.press("ctrl+s", "ctrl+s")
    assert sheet_of("李雨涵")["note"] == "怕黑\n爱画画"


def test_passing_through_notes_of_many_lines_changes_nothing(talk, ledger, context, eyes):
    key = care.record(
        ledger, child_id=talk, on_date=children.days.today(), content="一\n二\n三", follow_up="四\n五"
    )
    open_record(context, talk, record_id=key)
    eyes.press(*["enter"] * 20)
    kept = care.load_record(key)
    assert (kept["content"], kept["follow_up"]) == ("一\n二\n三", "四\n五")
    assert context.drafts.left() == []


def test_what_is_typed_into_notes_is_added_at_the_caret(talk, ledger, context, eyes):
    key = care.record(ledger, child_id=talk, on_date=children.days.today(), content="一\n二")
    open_record(context, talk, record_id=key)
    eyes.press("ctrl+home", *["enter"] * 5, "三", "ctrl+s")
    assert care.load_record(key)["content"] == "一\n二三"


def test_a_paste_of_lines_into_the_field_keeps_them(talk, context, eyes):
    eyes.press("enter", "enter")
    context.desk.paste("第一句。\r\n第二句。")
    eyes.press("ctrl+s")
    assert care.records(child_id=talk)[0].content == "第一句。\n第二句。"


def test_a_kill_in_the_editor_loses_nothing(talk, ledger, context, eyes):
    """Nothing is said to the program: the draft on the disk is all there is."""
    eyes.press("enter", "enter", "f8").type("想爸妈\n作业")
    (path,) = context.drafts.folder.glob("*.jsonl")
    context.desk.pages[-2].draft.keep()  # the file's lock goes with the process
    (left,) = context.drafts.left()
    assert left.texts["content"] == "想爸妈\n作业" and left.path == path
    context.desk.pages.clear()
    context.resume(left)
    assert "想爸妈|作业" in eyes.text
    eyes.press("f8").type("能写完")
    eyes.press("escape", "ctrl+s")
    assert care.records(child_id=talk)[0].content == "想爸妈\n作业能写完"


def test_another_screen_from_within_the_editor_keeps_the_draft(talk, context, eyes):
    from tui.screens.register import Register

    context.desk.route("f2", "登记", lambda: Register(context))
    eyes.press("enter", "enter", "f8").type("想\n爸")
    eyes.press("f2")
    assert context.drafts.left()[0].texts["content"] == "想\n爸"


def test_keys_typed_ahead_through_editor_and_sheet_all_land(talk, eyes):
    """Field, editor, back, next field, save: in one burst, drawn once at the end."""
    keys = "学 校 enter enter f8 想 enter 妈 ctrl+s enter 约 ctrl+s"
    for key in keys.split():
        eyes.desk.press(key, key if len(key) == 1 else None)
    (line,) = care.records(child_id=talk)
    assert (line.place, line.content, line.follow_up) == ("学校", "想\n妈", "约")


def test_one_line_of_notes_shows_where_its_lines_end():
    line = LineEdit("一\n二", lines=True)
    assert line.view(20) == ("一|二", 5)
    assert LineEdit("一\n二").text == "一 二"
