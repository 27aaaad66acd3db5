"""结对帮扶: the board, the live pairings, the helpers' list and sheet, driven through the desk."""

from datetime import date

import pytest

from db import helpers, pairing
from tests.tui.village_people import put_child, put_helper
from tui.screens.helpers import Helpers
from tui.screens.pairing import Pairing
from tui.screens.pairs import Pairs


@pytest.fixture
def village(ledger):
    """Three children, 王一鸣 the one to look at first; a teacher with room for one and a full love mother."""
    return {
        "zhang": put_child(ledger, "张浩宇", village_group="一组", school="柳溪小学"),
        "li": put_child(ledger, "李雨涵", village_group="二组"),
        "wang": put_child(ledger, "王一鸣", village_group="三组", focus="ill"),
        "liu": put_helper(
            ledger, "刘老师", kind="teacher", unit="柳溪小学", village_group="一组", capacity=1
        ),
        "sun": put_helper(ledger, "孙桂兰", kind="love_mother", village_group="二组", capacity=2),
    }


@pytest.fixture
def board(village, context):
    page = Pairing(context)
    context.desk.push(page)
    return page


def pairs():
    return {(line.child, line.helper, line.kind) for line in pairing.pairings()}


def test_focus_children_come_first_and_both_sizes_show_the_board(village, context, any_eyes):
    context.desk.push(Pairing(context))
    lines = any_eyes.lines()
    names = [
        line[2:8].strip()
        for line in lines
        if any(name in line[:12] for name in ("王一鸣", "张浩宇", "李雨涵"))
    ]
    assert names[0].startswith("王一鸣")
    assert "未结对 3名" in any_eyes.text and "还没有结过对；重点：患病" in any_eyes.text
    wide = any_eyes.size[0] >= 76
    assert ("孙桂兰" in any_eyes.text.split("王一鸣：")[0]) is wide
    any_eyes.press("tab")
    assert "刘老师" in any_eyes.text.split("刘老师：")[0]


def test_three_enters_pair_the_child_with_the_proposed_helper(board, village, any_eyes):
    any_eyes.press("down", "enter")
    assert "为 张浩宇 选帮扶人" in any_eyes.text and "同在一组" in any_eyes.text
    any_eyes.press("enter")
    assert any_eyes.styled("cursor")[-1].strip() == "帮扶教师"
    any_eyes.press("enter")
    assert pairs() == {("张浩宇", "刘老师", "帮扶教师")}
    (line,) = pairing.pairings()
    assert line.since == date(2026, 11, 23)
    assert "已结对：张浩宇与刘老师" in any_eyes.text and "未结对 2名" in any_eyes.text
    assert board.side == "children"


def test_the_same_keys_in_one_burst_do_the_same(board, village, eyes):
    for key in ("down", "enter", "enter", "enter"):
        eyes.desk.press(key, None)
    assert pairs() == {("张浩宇", "刘老师", "帮扶教师")}


def test_another_kind_is_picked_by_number(board, eyes):
    eyes.press("down", "enter", "f8", "6", "enter")
    assert {kind for *_, kind in pairs()} == {"学习帮手"}


def test_esc_at_each_step_pairs_nobody(board, eyes):
    eyes.press("enter", "escape")
    eyes.press("enter", "enter", "escape", "escape")
    assert pairs() == set() and eyes.desk.top is board


def test_a_full_helper_takes_another_child_only_when_confirmed(board, village, eyes, ledger):
    pairing.pair(village["li"], village["liu"], "teacher", date(2026, 11, 1), ledger)
    board.shown()
    eyes.press("enter", "end")
    assert eyes.styled("cursor") == ["刘老师"] and "没有空位" in eyes.text
    eyes.press("enter", "enter")
    assert "刘老师最多帮1名，现已帮1名" in eyes.text
    eyes.press("escape")
    assert len(pairs()) == 1
    eyes.press("enter", "enter", "enter")
    assert ("王一鸣", "刘老师", "帮扶教师") in pairs()


def test_a_helper_filled_meanwhile_is_asked_about(board, village, eyes, ledger):
    eyes.press("down", "enter", "enter")
    pairing.pair(village["li"], village["liu"], "teacher", date(2026, 11, 1), ledger)
    eyes.press("enter")
    assert "刘老师最多帮1名" in eyes.text and len(pairs()) == 1
    eyes.press("escape")
    assert len(pairs()) == 1 and "为 张浩宇 选帮扶人" in eyes.text


def test_a_child_paired_meanwhile_is_looked_at_again(board, village, eyes, ledger):
    eyes.press("enter", "enter")
    pairing.pair(village["wang"], village["sun"], "love_mother", date(2026, 11, 1), ledger)
    eyes.press("enter")
    assert "王一鸣的结对刚变过，现有爱心妈妈孙桂兰" in eyes.text and len(pairs()) == 1
    eyes.press("escape")
    assert "未结对 2名" in eyes.text


def test_a_pairing_may_have_begun_earlier(board, eyes):
    eyes.press("down", "enter", "tab").type("2026-11-3\n")
    assert "从 2026-11-03 起结对" in eyes.text
    eyes.press("enter", "enter")
    (line,) = pairing.pairings()
    assert line.since == date(2026, 11, 3) and "从2026-11-03起" in eyes.text


def test_a_day_to_come_is_refused_and_the_page_stays(board, eyes):
    eyes.press("enter", "tab").type("2026-12-1\n").press("enter", "enter")
    assert "还没到" in eyes.text and pairs() == set() and "为 王一鸣 选帮扶人" in eyes.text


def test_a_barred_helper_stands_last_and_is_refused_with_the_reason(board, village, eyes, ledger):
    put_helper(ledger, "周建国", barred="准入查询未通过", village_group="三组")
    eyes.press("enter", "end")
    assert eyes.styled("cursor") == ["周建国"]
    eyes.press("enter")
    assert "周建国不得结对：准入查询未通过" in eyes.desk.message[0]


def test_a_refusal_stays_on_the_page_of_choice(board, village, eyes, ledger):
    """A second teacher is refused with the first one's name; as a love mother the same child is paired."""
    pairing.pair(village["zhang"], village["liu"], "teacher", date(2026, 11, 1), ledger)
    put_helper(ledger, "吴老师", kind="teacher", village_group="一组")
    board.shown()
    eyes.press("/").type("张浩宇\n").press("enter")
    assert "张浩宇已结对" in eyes.text
    eyes.press("enter")
    assert "现有：帮扶教师刘老师" in eyes.text and eyes.styled("cursor") == ["吴老师"]
    eyes.press("enter", "enter")
    assert "张浩宇已有帮扶教师刘老师" in eyes.text and len(pairs()) == 1
    eyes.press("/").type("孙桂兰\n").press("enter", "enter", "enter")
    assert pairs() == {("张浩宇", "刘老师", "帮扶教师"), ("张浩宇", "孙桂兰", "爱心妈妈")}


def test_ctrl_z_takes_a_pairing_back(board, eyes):
    eyes.press("enter", "enter", "enter")
    assert len(pairs()) == 1
    eyes.press("ctrl+z", "enter")
    assert pairs() == set() and "未结对 3名" in eyes.text and "已撤销" in eyes.text


def test_find_goes_to_a_child_that_waits_and_says_who_is_paired(board, village, eyes, ledger):
    eyes.press("/").type("李雨涵\n").press("enter")
    assert board.left.current().name == "李雨涵"
    pairing.pair(village["zhang"], village["sun"], "love_mother", date(2026, 11, 1), ledger)
    board.shown()
    eyes.press("/").type("张浩宇\n").press("enter")
    assert "张浩宇已结对" in eyes.text


def test_the_footer_says_what_enter_and_esc_do_while_somebody_types(board, any_eyes):
    any_eyes.press("/").type("孙")
    assert (
        "回车到名单" in any_eyes.text and "Esc清空查找" in any_eyes.text and "回车选定" not in any_eyes.text
    )
    any_eyes.press("enter")
    assert "回车选定" in any_eyes.text
    any_eyes.press("escape")  # what is looked for goes first
    assert "选择帮扶人" in any_eyes.text or "选择儿童" in any_eyes.text
    any_eyes.press("escape")
    assert "未结对" in any_eyes.text


def test_the_two_under_the_cursors_are_paired_from_the_menu(board, eyes):
    eyes.press("down", "tab", "end")
    helper = board.right.current().name
    eyes.press("f10").type("jd").press("enter")
    assert eyes.styled("cursor") == [helper] and "为 张浩宇 选帮扶人" in eyes.text
    eyes.press("enter", "enter")
    assert {(child, who) for child, who, _ in pairs()} == {("张浩宇", helper)}


def test_find_on_the_right_goes_to_a_helper_by_initials(board, eyes):
    eyes.press("tab", "/").type("sgl\n").press("enter")
    assert board.right.current().name == "孙桂兰" and board.side == "helpers"


def test_a_new_helper_is_entered_from_the_board(board, eyes):
    eyes.press("insert").type("赵志强\n1\n").press("ctrl+s", "escape")
    assert helpers.count("赵志强") == 1
    assert board.right.current().name == "赵志强"


def test_an_empty_board_says_what_to_do(context, ledger, eyes):
    context.desk.push(Pairing(context))
    eyes.press("enter")
    assert eyes.desk.message[1] == "warn"
    eyes.press("tab", "enter")
    assert "按 Ins 新增" in eyes.desk.message[0]


def test_names_with_markup_and_escapes_draw_as_text(ledger, context, eyes):
    put_child(ledger, "[red]张三[/red]")
    put_helper(ledger, "[/]李四")
    context.desk.push(Pairing(context))
    assert "[red]张三" in eyes.text and "[/]李四" in eyes.text


# ---- live pairings ------------------------------------------------------------------------------


@pytest.fixture
def paired(village, ledger):
    return pairing.pair(village["zhang"], village["liu"], "teacher", date(2026, 11, 1), ledger)


def test_a_pairing_is_ended_with_reason_day_and_note(board, paired, eyes):
    board.shown()
    eyes.press("space")
    assert "张浩宇" in eyes.text and "2026-11-01" in eyes.text
    eyes.press("f8", "2", "enter").type("2026-11-20\n父亲已回村\n")
    assert pairing.pairings() == []
    (line,) = pairing.listing()
    assert (line["until"], line["ended_because"], line["note"]) == ("2026-11-20", "父母返乡", "父亲已回村")
    eyes.press("escape", "down")
    assert "未结对 3名" in eyes.text and "11月20日结束：父母返乡" in eyes.text


def test_the_day_offered_is_today_and_the_note_may_be_left_out(paired, context, eyes):
    context.desk.push(Pairs(context))
    eyes.press("f8", "enter", "enter", "enter")
    (line,) = pairing.listing()
    assert (line["until"], line["note"]) == ("2026-11-23", None)
    eyes.press("ctrl+z", "enter")
    assert len(pairing.pairings()) == 1


@pytest.mark.parametrize("day", ["2026-10-1", "2026-12-1"])
def test_a_day_before_the_pairing_or_to_come_is_asked_again_with_what_was_typed(paired, context, eyes, day):
    context.desk.push(Pairs(context))
    eyes.press("f8", "enter").type(f"{day}\n写了说明\n")
    assert eyes.desk.message[1] == "error" and day in eyes.text
    assert len(pairing.pairings()) == 1
    eyes.press("ctrl+u").type("2026-11-22\n")
    assert "写了说明" in eyes.text
    eyes.press("enter")
    assert pairing.listing()[0]["until"] == "2026-11-22"


def test_esc_while_ending_ends_nothing(paired, context, eyes):
    context.desk.push(Pairs(context))
    for steps in (("f8", "escape"), ("f8", "enter", "escape"), ("f8", "enter", "enter", "escape")):
        eyes.press(*steps)
    assert len(pairing.pairings()) == 1


def test_ended_pairings_are_shown_when_asked_and_cannot_end_twice(paired, context, eyes, ledger):
    pairing.close_pairing(paired, date(2026, 11, 20), "done", None, ledger)
    context.desk.push(Pairs(context))
    assert "张浩宇" not in eyes.text
    eyes.press("tab")
    assert "张浩宇" in eyes.text and "2026-11-20" in eyes.text
    eyes.press("f8")
    assert "已在2026-11-20结束" in eyes.text


# ---- helpers ------------------------------------------------------------------------------------


def test_the_helpers_list_masks_phones_and_finds_by_initials(village, ledger, context, eyes):
    put_helper(ledger, "周建国", kind="party", phone="19900005678")
    context.desk.push(Helpers(context))
    assert "199****5678" in eyes.text and "19900005678" not in eyes.text
    eyes.press("/").type("zjg")
    assert "周建国" in eyes.text and "刘老师" not in eyes.text
    eyes.press("escape")
    assert "刘老师" in eyes.text


def test_a_helper_is_changed_and_a_busy_one_is_not_removed(village, paired, context, eyes):
    context.desk.push(Helpers(context))
    eyes.press("/").type("刘老师\n").press("delete", "enter")
    assert eyes.desk.message[1] == "error" and helpers.count("刘老师") == 1
    eyes.press("enter").type("刘文华\n").press("ctrl+s")
    assert helpers.load(village["liu"])["name"] == "刘文华"
    eyes.press("f8")
    assert "张浩宇" in eyes.text


def test_a_removed_helper_comes_back_with_ctrl_z(village, context, eyes):
    context.desk.push(Helpers(context))
    eyes.press("/").type("孙桂兰\n").press("delete", "enter")
    assert helpers.count("孙桂兰") == 0
    eyes.press("ctrl+z", "enter")
    assert helpers.count("孙桂兰") == 1


def test_with_nobody_on_file_the_board_says_where_to_begin(ledger, context, eyes):
    context.desk.push(Pairing(context))
    eyes.press("enter")
    assert "登记册里还没有儿童" in eyes.text


def test_the_menu_of_a_helper_is_about_that_helper_though_the_list_moves(village, ledger, context, eyes):
    put_helper(ledger, "安一", village_group="一组")
    context.desk.push(Helpers(context))
    eyes.press("down", "f10")
    named = next(name for name in ("刘老师", "孙桂兰", "安一") if f"删除{name}" in eyes.text)
    first = helpers.page(0, 1)[0]
    helpers.remove(first.id, ledger)
    eyes.press("4", "enter")
    assert first.name != named and f"把 {named} 从帮扶人册删除？" in eyes.text


def test_a_name_of_thirty_characters_leaves_room_for_what_is_said_of_it(ledger, context, any_eyes):
    put_child(ledger, "长" * 30)
    put_helper(ledger, "宽" * 30)
    context.desk.push(Pairing(context))
    assert "还没有结过对" in any_eyes.text and "还没有帮扶对象" in any_eyes.text
