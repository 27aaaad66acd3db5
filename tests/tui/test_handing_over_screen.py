"""交接 and 联系中断: what goes is seen before it goes; a silent pairing is talked about, ended or handed over."""

from datetime import date

import pytest

from db import changes, pairing
from db.models import CarePlan
from tests.tui.village_people import put_child, put_helper, put_record
from tui.screens.choosing import choose_for
from tui.screens.handing_over import HandingOver
from tui.screens.helpers import Helpers
from tui.screens.lapses import Lapses
from tui.screens.pairing import Pairing
from tui.screens.pairs import Pairs

BEFORE = date(2026, 9, 1)


@pytest.fixture
def village(ledger):
    """刘老师 leaves two children behind; 孙桂兰 has room for both, 周芳 for one."""
    who = {
        "zhang": put_child(ledger, "张浩宇", village_group="一组"),
        "li": put_child(ledger, "李雨涵", village_group="二组"),
        "liu": put_helper(ledger, "刘老师", kind="teacher", village_group="一组"),
        "sun": put_helper(ledger, "孙桂兰", kind="love_mother", village_group="二组"),
        "zhou": put_helper(ledger, "周芳", kind="volunteer", capacity=1),
    }
    for child in ("zhang", "li"):
        pairing.pair(who[child], who["liu"], "teacher", BEFORE, ledger)
    changes.insert(CarePlan, ledger, child=who["zhang"], helper=who["liu"], kind="care", problem="想家")
    return who


def pairs():
    return {(line.child, line.helper, line.kind) for line in pairing.pairings()}


# ---- handing over


def test_all_to_one_receiver_seen_before_and_undone_after(village, context, any_eyes):
    context.desk.push(Helpers(context))
    any_eyes.press("/").type("刘老师\n").press("f10").type("jj").press("enter")
    assert isinstance(context.desk.top, HandingOver)
    assert "帮扶教师，1份方案" in any_eyes.text and "交接 0/2名" in any_eyes.text
    any_eyes.press("f8")
    assert "还没有选接手的人" in any_eyes.text
    any_eyes.press("insert").type("孙桂兰\n").press("enter")
    assert "交接 2/2名" in any_eyes.text and "孙桂兰 2/2" in any_eyes.text
    assert {who for _, who, _ in pairs()} == {"刘老师"}
    any_eyes.press("f8", "enter").type("调离\n")
    assert "2026-11-23起交接2名" in any_eyes.text and "1份方案）给孙桂" in any_eyes.text
    any_eyes.press("enter")
    assert pairs() == {("张浩宇", "孙桂兰", "帮扶教师"), ("李雨涵", "孙桂兰", "帮扶教师")}
    assert "已交接 2对，方案1份" in any_eyes.text
    any_eyes.press("ctrl+z", "enter")
    assert {who for _, who, _ in pairs()} == {"刘老师"}


def test_each_child_to_its_own_receiver_ranked_for_it(village, context, eyes):
    context.desk.push(HandingOver(context, village["liu"]))
    eyes.press("enter")
    assert "选帮扶人" in eyes.text and "刘老师  " not in eyes.text.split("理由")[1]
    eyes.press("/").type("周芳\n").press("enter", "enter")
    assert "周芳 1/1" in eyes.text
    eyes.press("f8", "enter", "enter", "enter")
    assert len(pairs()) == 2 and {who for _, who, _ in pairs()} == {"周芳", "刘老师"}


def test_a_receiver_without_room_takes_them_only_when_confirmed(village, context, eyes):
    context.desk.push(HandingOver(context, village["liu"]))
    eyes.press("insert").type("周芳\n").press("enter", "f8", "enter", "enter", "enter")
    assert "周芳最多帮1名" in eyes.text and {who for _, who, _ in pairs()} == {"刘老师"}
    eyes.press("escape")
    assert {who for _, who, _ in pairs()} == {"刘老师"}
    eyes.press("f8", "enter", "enter", "enter", "enter")
    assert {who for _, who, _ in pairs()} == {"周芳"}


def test_space_keeps_a_child_and_the_giver_is_no_receiver(village, context, eyes):
    context.desk.push(HandingOver(context, village["liu"]))
    eyes.press("insert").type("刘老师\n").press("enter")
    assert "不能交接给刘老师自己" in eyes.text
    eyes.press("insert").type("孙桂兰\n").press("enter", "space")
    assert "交接 1/2名" in eyes.text
    eyes.press("space")
    assert "本来就不交接" in eyes.text


@pytest.mark.parametrize("day", ["2026-8-1", "2026-12-1"])
def test_a_day_that_cannot_be_writes_nothing(village, context, eyes, day):
    context.desk.push(HandingOver(context, village["liu"]))
    eyes.press("insert").type("孙桂兰\n").press("enter", "f8").type(f"{day}\n\n").press("enter")
    assert eyes.desk.message[1] == "error" and {who for _, who, _ in pairs()} == {"刘老师"}


def test_a_child_handed_over_meanwhile_is_gone_from_the_page(village, context, eyes, ledger):
    context.desk.push(Pairing(context))
    context.desk.push(HandingOver(context, village["liu"]))
    eyes.press("insert").type("孙桂兰\n").press("enter")
    (line,) = pairing.pairings(child_id=village["zhang"])
    pairing.close_pairing(line.id, None, "done", None, ledger)
    changes.remove(CarePlan.get(), ledger)
    eyes.press("f8", "enter", "enter", "enter")
    assert "已交接 1对" in eyes.text
    assert pairs() == {("李雨涵", "孙桂兰", "帮扶教师")}


def test_nothing_to_hand_over(village, context, eyes):
    context.desk.push(HandingOver(context, village["sun"]))
    eyes.press("enter")
    assert "孙桂兰没有可交接的" in eyes.text


# ---- live pairings


def test_one_child_is_handed_over_from_the_pairs(village, context, eyes):
    context.desk.push(Pairs(context))
    name = context.desk.top.roster.current().child
    eyes.press("f10", "enter")
    assert "交接 0/1名" in eyes.text
    eyes.press("enter", "enter", "f8", "enter", "enter", "enter")
    assert (name, "孙桂兰", "帮扶教师") in pairs() and len(pairs()) == 2
    eyes.press("f10").type("zs").press("enter")
    assert f"{name}的结对" in eyes.text and "由刘老师交接来" in eyes.text
    eyes.press("down")
    assert "结束：交接给别人，交给孙桂兰" in eyes.text


def test_an_inspection_is_recorded_for_the_pair_and_shown(village, context, eyes, ledger):
    """The child has two helpers: the one under the cursor is inspected."""
    pairing.pair(village["zhang"], village["sun"], "love_mother", BEFORE, ledger)
    context.desk.push(Pairs(context, village["liu"], "刘老师"))
    assert eyes.text.count("没有检查过") == 2
    child = context.desk.top.roster.current().child
    eyes.press("insert")
    assert "结对检查" in eyes.text and "刘老师" in eyes.text
    eyes.type("王校长\n爱说话了\n好\n").press("ctrl+s")
    assert isinstance(context.desk.top, Pairs)
    assert "2026-11-23 好" in eyes.text and eyes.text.count("没有检查过") == 1
    told = {(line.child, line.helper, line.verdict) for line in pairing.pairings() if line.verdict}
    assert told == {(child, "刘老师", "好")}


def test_a_second_kind_for_a_child_from_the_pairs(village, context, eyes):
    context.desk.push(Pairs(context, child_id=village["zhang"], child="张浩宇"))
    eyes.press("f10").type("zj").press("enter")
    assert "为 张浩宇 选帮扶人" in eyes.text and "现有：帮扶教师刘老师" in eyes.text
    eyes.press("/").type("孙桂兰\n").press("enter", "enter", "enter")
    assert ("张浩宇", "孙桂兰", "爱心妈妈") in pairs()


def test_choose_for_any_child(village, context, any_eyes, ledger):
    child = put_child(ledger, "赵佳慧", father_whereabouts="home", father_able=True)
    context.desk.push(Pairing(context))
    choose_for(context, child)
    any_eyes.press("enter", "enter")
    assert len(pairing.pairings(child)) == 1 and "已结对：赵佳慧与" in any_eyes.text


# ---- 联系中断


def test_silent_pairings_are_marked_counted_and_listed(village, context, any_eyes):
    context.desk.push(Pairing(context))
    assert "联系中断 2对" in any_eyes.text
    any_eyes.press("tab")
    assert "!" in "".join(any_eyes.styled("alarm"))
    any_eyes.press("f10", "enter")
    assert isinstance(context.desk.top, Lapses)
    assert "帮扶人45天没有联系孩子" in any_eyes.text and "无；2026-09-01结对" in any_eyes.text


def test_a_talk_recorded_takes_the_pairing_off_the_list(village, context, eyes, ledger):
    context.desk.push(Lapses(context))
    first = context.desk.top.roster.current().child
    pairing.pair(
        village["zhang" if first == "张浩宇" else "li"],
        village["sun"],
        "love_mother",
        date(2026, 11, 20),
        ledger,
    )
    eyes.press("enter")
    assert f"谈心：{first}" in eyes.text
    eyes.press("ctrl+s", "escape")
    assert isinstance(context.desk.top, Lapses)
    assert [line.child for line in context.desk.top.lines] == [
        {"张浩宇": "李雨涵", "李雨涵": "张浩宇"}[first]
    ]


def test_a_silent_pairing_is_ended_with_its_reason(village, context, eyes):
    context.desk.push(Lapses(context))
    eyes.press("f8", "enter")
    assert len(pairs()) == 2  # an Enter typed ahead answers nothing
    eyes.press("down", "enter")
    assert eyes.styled("cursor")[-1].strip() == "长期没有联系"
    eyes.press("enter", "enter", "enter")
    assert len(pairs()) == 1 and "已结束" in eyes.text and len(context.desk.top.lines) == 1
    eyes.press("ctrl+z", "enter")
    assert len(pairs()) == 2


def test_a_silent_pairing_is_handed_over(village, context, eyes):
    context.desk.push(Lapses(context))
    child = context.desk.top.roster.current().child
    eyes.press("f8", "down", "down", "enter")
    assert isinstance(context.desk.top, HandingOver) and "交接 0/1名" in eyes.text
    eyes.press("enter", "enter", "f8", "enter", "enter", "enter")
    assert (child, "孙桂兰", "帮扶教师") in pairs()


def test_no_silence_no_line(village, context, eyes, ledger):
    for child in ("zhang", "li"):
        put_record(ledger, village[child], village["liu"], date(2026, 11, 20))
    context.desk.push(Pairing(context))
    assert "联系中断" not in eyes.text
    eyes.press("f10", "enter", "enter")
    assert "没有联系中断的结对" in eyes.text


# ---- a child as a helper


def test_a_child_becomes_a_peer_helper_from_the_helpers_list(village, context, eyes):
    context.desk.push(Helpers(context))
    eyes.press("f10", "enter").type("李雨涵\n").press("enter")
    assert "已请李雨涵当学习帮手" in eyes.text and eyes.styled("cursor") == ["李雨涵"]
    eyes.press("f10", "enter").type("李雨涵\n").press("enter")
    assert "李雨涵已经在帮扶人册里" in eyes.text
