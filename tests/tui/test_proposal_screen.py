"""结对方案: a proposal for everyone is looked through, changed and accepted as one action; nothing is written before."""

from datetime import date

import pytest

from db import helpers, pairing
from tests.tui.village_people import put_child, put_helper
from tui.screens.pairing import Pairing
from tui.screens.proposal import Proposal
from tui.task import work_off


@pytest.fixture
def village(ledger):
    """Four children, three places: one with a teacher, two with a love mother."""
    return {
        "zhang": put_child(ledger, "张浩宇", village_group="一组"),
        "li": put_child(ledger, "李雨涵", village_group="二组"),
        "wang": put_child(ledger, "王一鸣", village_group="三组", focus="ill"),
        "chen": put_child(ledger, "陈思琪", village_group="四组"),
        "liu": put_helper(ledger, "刘老师", kind="teacher", village_group="一组", capacity=1),
        "sun": put_helper(ledger, "孙桂兰", kind="love_mother", village_group="二组"),
    }


@pytest.fixture
def page(village, context):
    context.desk.push(Pairing(context))
    context.desk.press("f8")
    assert isinstance(context.desk.top, Proposal)
    return context.desk.top


def pairs():
    return {(line.child, line.helper) for line in pairing.pairings()}


def proposed(page):
    return {(row.child, row.helper) for row in page.rows if row.taken}


def test_f8_proposes_for_everyone_and_writes_nothing(village, context, any_eyes):
    context.desk.push(Pairing(context))
    any_eyes.press("f8")
    page = context.desk.top
    assert len(proposed(page)) == 3 and pairs() == set()
    assert "可结 3对，拿掉 0对，没有人选 1名" in any_eyes.text
    (without,) = [row for row in page.rows if row.helper_id is None]
    any_eyes.press("end")
    assert f"{without.child}（" in any_eyes.text and "没有人选" in any_eyes.text
    any_eyes.press("escape")
    assert pairs() == set()


def test_f8_and_enter_accept_all_in_one_undoable_action(page, eyes):
    wanted = proposed(page)
    eyes.press("f8", "enter")
    assert pairs() == wanted and "已结对 3对" in eyes.text and "未结对 1名" in eyes.text
    eyes.press("ctrl+z", "enter")
    assert pairs() == set() and "未结对 4名" in eyes.text


def test_a_proposal_may_begin_on_an_earlier_day_but_not_a_later_one(page, eyes):
    eyes.press("f8").type("2026-12-1\n")
    assert "还没到" in eyes.text and pairs() == set() and eyes.desk.top is page
    eyes.press("f8").type("2026-11-2\n")
    assert {line.since for line in pairing.pairings()} == {date(2026, 11, 2)}


def test_a_second_f8_typed_ahead_accepts_nothing(page, eyes):
    eyes.press("f8", "f8", "escape")
    assert pairs() == set()


def test_a_line_taken_out_gives_its_place_back(page, eyes):
    page.roster.go(0)
    child = page.roster.current().child
    eyes.press("space")
    assert "可结 2对，拿掉 1对" in eyes.text and "不结：" in eyes.text
    eyes.press("end", "enter")
    assert eyes.desk.top.helpers[0].room  # the place is free for the one who had none
    eyes.press("enter", "enter")
    assert len(proposed(page)) == 3 and child not in {name for name, _ in proposed(page)}
    eyes.press("f8", "enter")
    assert pairs() == proposed(page)


def test_the_load_shown_counts_the_proposal(page, village, eyes):
    rows = {row.child: row for row in page.rows}
    sun = [row for row in rows.values() if row.helper == "孙桂兰"]
    assert len(sun) == 2 and eyes.text.count("2/2") == 2
    eyes.press("space")
    first = page.rows[0]
    assert eyes.text.count("2/2") == (0 if first.helper == "孙桂兰" else 2)


def test_a_helper_filled_by_the_proposal_is_asked_about_and_then_over(page, village, eyes):
    eyes.press("end", "enter", "/").type("刘老师\n").press("enter", "enter", "enter")
    assert "刘老师最多帮1名，连同本方案已有1名" in eyes.text
    eyes.press("escape")
    assert len(proposed(page)) == 3
    eyes.press("enter", "enter", "enter")
    assert eyes.desk.top is page and len(proposed(page)) == 4
    assert eyes.text.count("2/1") == 2
    eyes.press("f8", "enter")
    assert pairs() == proposed(page) and len(pairs()) == 4


def test_another_kind_for_a_line(page, eyes):
    eyes.press("tab", "5", "enter", "f8", "enter")
    assert {line.kind for line in pairing.pairings(page.rows[0].child_id)} == {"临时爸爸"}


def test_leaving_an_edited_proposal_is_asked(page, eyes):
    eyes.press("space", "escape")
    assert "还没有结对" in eyes.text
    eyes.press("escape")
    assert eyes.desk.top is page
    eyes.press("escape", "enter")
    assert eyes.desk.top is not page and pairs() == set()


def test_an_edited_proposal_left_for_another_screen_is_gone_on_with(page, context, eyes):
    board = context.desk.pages[0]
    context.desk.route("f3", "结对", lambda: board)
    eyes.press("space", "f3", "f8")
    assert "上次的结对方案改过" in eyes.text
    eyes.press("enter")
    assert eyes.desk.top is page and "拿掉 1对" in eyes.text
    eyes.press("f8", "enter", "f8")
    assert len(pairs()) == 2 and eyes.desk.top is not page and "可结 1对" in eyes.text


def test_a_new_proposal_may_be_had_instead(page, context, eyes):
    board = context.desk.pages[0]
    context.desk.route("f3", "结对", lambda: board)
    eyes.press("space", "f3", "f8", "escape")
    assert board.proposal is page and eyes.desk.top is board  # Esc throws nothing away
    eyes.press("f8", "2", "enter")
    assert eyes.desk.top is not page and "拿掉 0对" in eyes.text


def test_what_a_colleague_took_meanwhile_is_named_and_nothing_is_written(page, village, eyes, ledger):
    """The teacher's only place went to somebody else, and one child has been paired."""
    other = put_child(ledger, "赵佳慧", birth_date="2016-1-1")
    pairing.pair(other, village["liu"], "teacher", date(2026, 11, 1), ledger)
    taken = next(row for row in page.rows if row.helper == "刘老师")
    eyes.press("f8", "enter")
    assert pairs() == {("赵佳慧", "刘老师")}
    assert "有1对已不成立" in eyes.text and f"{taken.child}：刘老师最多帮1名" in eyes.text
    eyes.press("escape")
    assert eyes.desk.top is page and taken.alarm
    eyes.press("f8", "enter", "enter")
    assert len(pairs()) == 3 and (taken.child, "刘老师") not in pairs()
    assert "已结对 2对，1对没有结" in eyes.text


def test_a_child_paired_by_a_colleague_meanwhile_falls_whatever_the_kind(page, village, eyes, ledger):
    wu = put_helper(ledger, "吴志强", kind="party")
    pairing.pair(village["wang"], wu, "helper", None, ledger)
    eyes.press("f8", "enter")
    assert "王一鸣刚与吴志强结了对" in eyes.text and len(pairs()) == 1


def test_when_everything_fell_there_is_nothing_to_go_on_with(page, village, eyes, ledger):
    for key in ("liu", "sun"):
        base = helpers.load(village[key])
        helpers.save(village[key], base | {"barred": "准入查询未通过"}, base, ledger)
    eyes.press("f8", "enter")
    assert "这些对已不成立，没有写入" in eyes.text and pairs() == set() and eyes.desk.top is page


def test_proposing_one_kind_from_the_menu(village, context, eyes):
    context.desk.push(Pairing(context))
    eyes.press("f10").type("zy").press("enter", "2", "enter")
    assert isinstance(context.desk.top, Proposal) and not context.desk.top.alone


def test_a_thousand_keys_nobody_meant(page, eyes):
    for key in ("x", "0", "pageup", "f8", "escape", "space", "space", "delete", "backspace", "home"):
        eyes.press(key)
    assert pairs() == set()


def test_keys_typed_ahead_of_the_proposal_pair_nobody(village, context, eyes):
    board, tasks = Pairing(context), []
    context.desk.push(board)
    context.desk.begin = tasks.append
    eyes.press("f8").type("\n\n\n")
    eyes.press("f8", "enter")
    assert eyes.desk.top is board and "方案出来了再按" in eyes.text and not pairs()
    (task,) = tasks
    work_off(task)
    assert isinstance(eyes.desk.top, Proposal)
    eyes.press("escape", "enter")
    assert "选帮扶人" in eyes.text
