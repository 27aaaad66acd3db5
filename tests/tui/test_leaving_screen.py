"""退出登记 on the desk: a child leaves and comes back, the list to settle, files kept, the register with and without them."""

import stat
from datetime import date

import pytest

from db import changes, children, helpers, leaving, pairing
from db.models import CarePlan, Child, Exit, Pairing
from tests.tui.people import PARENTS, put
from tui.screens.leaving import DueToLeave, KeptFiles, hand_over, leave_child, return_child
from tui.screens.register import Register

TODAY = date(2026, 11, 23)


@pytest.fixture
def child(ledger):
    return put(ledger, name="张浩宇", birth_date="2015-03-08", **PARENTS)


@pytest.fixture
def register(context):
    context.desk.push(Register(context))
    return context.desk.top


def menu(eyes, word):
    """Choose from the register's F10 menu by a word of the option."""
    eyes.press("f10").type(word).press("enter")


def row(key) -> Child:
    return Child.get_by_id(key)


def test_a_child_leaves_in_a_few_keys_and_the_register_has_one_less(child, ledger, register, any_eyes):
    put(ledger, name="李雨涵", village_group="一组")
    register.shown()
    assert "2名" in any_eyes.text
    menu(any_eyes, "退出登记")
    assert "张浩宇 为什么退出登记" in any_eyes.text
    any_eyes.type("随父母\n\n深圳市\n\n")
    assert "2026-11-23退出登记（随父母外出）" in any_eyes.text.replace("\n", "")
    assert "第47条" in any_eyes.text.replace("\n", "").replace(" ", "")
    any_eyes.press("enter")
    assert "已退出登记：张浩宇" in any_eyes.text and "1/1名" in any_eyes.text
    assert (row(child).left_on, Exit.get().reason, Exit.get().destination) == (
        TODAY,
        "with_parents",
        "深圳市",
    )
    any_eyes.press("ctrl+z", "enter")
    assert "/2名" in any_eyes.text and row(child).left_on is None


@pytest.mark.parametrize("steps", range(1, 5))
def test_esc_at_any_question_leaves_all_as_it_was(child, context, eyes, register, steps):
    leave_child(context, child)
    eyes.press(*["enter"] * steps, "escape")
    assert context.desk.top is register and row(child).left_on is None


def test_a_bad_day_is_asked_again_and_an_impossible_one_refused(child, context, eyes, register):
    leave_child(context, child)
    eyes.press("enter", "ctrl+u").type("哪天\n")
    assert eyes.desk.message[1] == "error"
    eyes.press("ctrl+u").type("2014-1-1\n")
    assert "早于张浩宇的出生日期" in eyes.text and "哪天退出登记" in eyes.text  # before more is asked
    eyes.press("ctrl+u").type("2027-1-1\n")
    assert "2027-01-01还没到" in eyes.text and "哪天退出登记" in eyes.text
    eyes.press("escape")
    assert context.desk.top is register and row(child).left_on is None


def test_a_day_before_the_leaving_is_refused_before_more_is_asked(child, ledger, context, eyes, register):
    leaving.leave(child, "moved", date(2026, 11, 1), by=ledger)
    return_child(context, child)
    eyes.press("enter", "ctrl+u").type("2026-10-1\n")
    assert "早于那天" in eyes.text and "哪天重新登记" in eyes.text
    eyes.press("ctrl+u").type("2026-11-2\n")
    assert "为什么重新登记" in eyes.text


def test_open_plans_are_asked_about(child, ledger, context, eyes, register):
    changes.insert(CarePlan, ledger, child=child, kind="care", problem="身体弱")
    leave_child(context, child)
    eyes.type("\n\n\n\n")
    assert "还有1个方案没有结案" in eyes.text
    eyes.type("2\n").press("enter")
    assert row(child).left_on == TODAY and CarePlan.get().closed_on is None


def test_what_ends_is_told_before(child, ledger, context, eyes, register):
    helper = helpers.save(None, {"name": "刘老师", "kind": "teacher"}, helpers.load(None), ledger).id
    pairing.pair(child, helper, "teacher", date(2026, 11, 2), ledger)
    leave_child(context, child)
    eyes.type("\n\n\n\n")
    assert "同时结束1个结对" in eyes.text
    eyes.press("enter")
    assert Pairing.get().until == TODAY


def test_a_death_is_asked_twice_and_without_a_destination(child, context, eyes, register):
    leave_child(context, child)
    eyes.type("死亡\n\n\n").press("enter")
    assert "再确认一次" in eyes.text and row(child).left_on is None
    eyes.press("escape")
    assert row(child).left_on is None and context.desk.top is register
    leave_child(context, child)
    eyes.type("死亡\n\n\n").press("enter", "enter")
    assert row(child).left_on == TODAY and Exit.get().reason == "dead" and context.desk.top is register


def test_moved_away_offers_the_hand_over_file(child, context, eyes, register, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    leave_child(context, child)
    eyes.type("转学\n\n青石中心小学\n\n").press("enter")
    assert "写一份转出文件" in eyes.text and row(child).left_on == TODAY
    eyes.press("enter", "enter")
    path = tmp_path / "张浩宇-转出.json"
    assert path.exists() and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "请妥善交给接收单位" in eyes.desk.message[0]


def test_the_file_can_be_declined_and_a_bad_place_is_told(
    child, context, eyes, register, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    leave_child(context, child)
    eyes.type("转学\n\n\n\n\n").press("escape")
    assert context.desk.top is register and not list(tmp_path.glob("*.json"))
    hand_over(context, child)
    eyes.press("ctrl+u").type("/nowhere/a.json\n")
    assert "没有“/nowhere”这个文件夹" in eyes.text


def test_coming_back_takes_up_a_pairing_that_is_chosen(child, ledger, context, any_eyes, register):
    for name in ("刘老师", "王老师"):
        helper = helpers.save(None, {"name": name, "kind": "volunteer"}, helpers.load(None), ledger).id
        pairing.pair(child, helper, "helper", date(2026, 11, 2), ledger)
    leaving.leave(child, "moved", TODAY, None, None, ledger)
    register.shown()
    return_child(context, child)
    assert "已退出登记：2026-11-23 迁出" in any_eyes.text
    any_eyes.type("\n\n爷爷来接\n")
    assert "都接着：刘老师" in any_eyes.text and "只接着：王老师" in any_eyes.text
    any_eyes.type("4\n")
    assert "已重新登记：张浩宇" in any_eyes.text
    assert [each.helper for each in pairing.pairings(child_id=child)] == ["王老师"]
    assert Exit.get().return_note == "爷爷来接"
    any_eyes.press("ctrl+z", "enter")
    assert row(child).left_on == TODAY and pairing.pairings(child_id=child) == []


def test_who_left_is_found_when_asked_for_and_comes_back_from_the_menu(child, ledger, register, any_eyes):
    put(ledger, name="李雨涵", village_group="一组")
    leaving.leave(child, "moved", TODAY, None, None, ledger)
    register.shown()
    any_eyes.press("/").type("浩宇")
    assert "已退出的有1名：按 Tab 再按 9" in any_eyes.text
    any_eyes.press("enter", "tab")
    assert "已退出" in any_eyes.text
    any_eyes.press("9")
    assert "只看已退出" in any_eyes.text
    any_eyes.press("9", "enter")
    assert "连同已退出" in any_eyes.text
    (line,) = [line.split() for line in any_eyes.lines() if line.startswith("> 张浩宇")]
    assert "退出" in line and "留守" not in line
    menu(any_eyes, "重新登记")
    any_eyes.type("\n\n\n")
    assert row(child).left_on is None
    any_eyes.press("escape", "escape")
    assert "2名" in any_eyes.text


def test_the_menu_of_an_empty_register_offers_what_needs_no_child(ledger, register, any_eyes):
    any_eyes.press("f10")
    assert "新学期更新" in any_eyes.text and "待退出名单" in any_eyes.text and "转出文件" not in any_eyes.text


# ---- lists ---------------------------------------------------------------------------------------


@pytest.fixture
def grown(ledger):
    return [
        put(ledger, name=name, birth_date="2010-03-08", village_group="一组")
        for name in ("陈一", "陈二", "陈三")
    ]


def test_those_due_to_leave_are_settled_by_marks_or_one_by_one(grown, ledger, context, any_eyes):
    context.desk.push(DueToLeave(context))
    assert "2026-03-08满16周岁" in any_eyes.text and "共3名" in any_eyes.text
    any_eyes.press("f8")
    assert "先按空格标记" in any_eyes.text
    names = [each.name for each in leaving.due_to_leave(TODAY)]
    any_eyes.press("space", "space")
    assert "已标记2名" in any_eyes.text
    any_eyes.press("f8")
    assert "标记的2名从2026-11-23起退出登记" in any_eyes.text.replace("\n", "")
    any_eyes.press("enter")
    assert "已退出登记2名" in any_eyes.text and "共1名" in any_eyes.text
    any_eyes.press("enter")
    assert any_eyes.desk.top.at == 1, "the reason is filled in"
    any_eyes.type("\n\n\n\n").press("enter")
    assert "没有要退出的" in any_eyes.text
    assert {each.reason for each in Exit.live()} == {"turned_16"}
    any_eyes.press("f8", "enter")
    assert "没有要退出的" in any_eyes.desk.message[0]
    any_eyes.press("ctrl+z", "enter")
    assert "共1名" in any_eyes.text and names


def test_one_that_cannot_leave_keeps_all_back_and_says_who(grown, ledger, context, eyes, monkeypatch):
    context.desk.push(DueToLeave(context))
    leaving.leave(grown[1], "other", TODAY, None, None, ledger)
    eyes.press("ctrl+a", "f8", "enter")
    assert "一名也没有退出：陈二已在" in eyes.text
    assert row(grown[0]).left_on is None


def test_mark_all_twice_marks_none(grown, context, eyes):
    context.desk.push(DueToLeave(context))
    eyes.press("ctrl+a")
    assert "已标记3名" in eyes.text
    eyes.press("*")
    assert "已标记0名" in eyes.text


def test_files_kept_say_until_when_and_go_only_when_told(child, ledger, context, any_eyes, monkeypatch):
    leaving.leave(child, "moved", TODAY, None, None, ledger)
    context.desk.push(KeptFiles(context))
    assert "张浩宇" in any_eyes.text and "保存到2029-11-23" in any_eyes.text and "到期0份" in any_eyes.text
    monkeypatch.setenv("GUANAI_TODAY", "2029-11-23")
    context.desk.top.shown()
    assert "已到期" in any_eyes.text and "到期1份" in any_eyes.text
    any_eyes.press("delete")
    assert "删除 张浩宇 的档案" in any_eyes.text
    any_eyes.press("escape")
    assert children.live(child)
    any_eyes.press("delete", "enter")
    assert "没有退出登记的" in any_eyes.text
    any_eyes.press("ctrl+z", "enter")
    assert "张浩宇" in any_eyes.text


def test_a_new_child_that_left_before_is_said_so_and_offered_to_come_back(child, ledger, sheet, eyes):
    leaving.leave(child, "moved", TODAY, None, None, ledger)
    eyes.type("\n张浩宇\n")
    sheet().session.go_to("birth_date")
    eyes.type("2015-3-8\n")
    assert "已在2026-11-23退出登记" in eyes.text.replace("\n", "")
    eyes.press("ctrl+o", "f8")
    assert "重新登记？" in eyes.text
    eyes.type("\n\n\n")
    assert "已重新登记：张浩宇" in eyes.text and row(child).left_on is None
    eyes.press("ctrl+s")
    assert children.count() == 1
