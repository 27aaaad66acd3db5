"""What may not be paired, each rule beside a near miss; many pairs at once; and what an undo may not bring back."""

from datetime import date

import pytest

from db import changes, helpers, pair_rules, pairing, site
from db.models import Change, Child, Helper, Pairing
from db.pair_rules import Full
from db.pairing import Match
from db.values import Refused

TODAY = date(2026, 9, 10)
AWAY = {"birth_date": "2015-03-08", "father_whereabouts": "away", "mother_whereabouts": "away"}


@pytest.fixture
def child(enter):
    return enter("张浩宇", **AWAY)


@pytest.fixture
def other(enter):
    return enter("李雨涵", **AWAY)


@pytest.fixture
def helper(user):
    def make(name="刘老师", **values):
        return changes.insert(Helper, user, name=name, **({"kind": "teacher"} | values)).id

    return make


def pairs():
    return {(line.child, line.helper) for line in pairing.pairings()}


def leave(child_id, on, user):
    changes.write(Child.get_by_id(child_id), user, left_on=on)


# ---- one pair


def test_who_stated_no_capacity_has_the_usual_places(child, other, enter, helper, user):
    who, more = helper(), enter("王一鸣", **AWAY)
    for each in (child, other):
        pairing.pair(each, who, "helper", TODAY, user)
    with pytest.raises(Full, match="刘老师最多帮2名，现已帮2名"):
        pairing.pair(more, who, "helper", TODAY, user)
    site.put("pairing.capacity", 3, user)
    pairing.pair(more, who, "helper", TODAY, user)
    assert pairing.board_helpers()[0].capacity == 3


def test_a_capacity_that_was_stated_goes_before_the_usual_one(child, other, helper, user):
    who = helper(capacity=1)
    pairing.pair(child, who, "helper", TODAY, user)
    with pytest.raises(Full, match="最多帮1名"):
        pairing.pair(other, who, "helper", TODAY, user)


@pytest.mark.parametrize("kind", ["teacher", "peer"])
def test_a_child_has_one_teacher_and_one_peer(child, helper, user, kind):
    pairing.pair(child, helper("刘老师"), kind, TODAY, user)
    with pytest.raises(
        Refused, match=f"张浩宇已有{'帮扶教师' if kind == 'teacher' else '学习帮手'}刘老师.*结束或交接"
    ):
        pairing.pair(child, helper("吴老师"), kind, TODAY, user)
    assert len(pairs()) == 1


def test_one_of_each_kind_and_two_of_a_kind_not_listed_are_fine(child, helper, user):
    for name, kind in (
        ("刘老师", "teacher"),
        ("赵佳慧", "peer"),
        ("孙桂兰", "love_mother"),
        ("周芳", "love_mother"),
    ):
        pairing.pair(child, helper(name), kind, TODAY, user)
    assert len(pairs()) == 4


def test_which_kinds_stand_once_is_a_setting(child, helper, user):
    site.put("pairing.one_of", ["love_mother"], user)
    for name in ("刘老师", "吴老师"):
        pairing.pair(child, helper(name), "teacher", TODAY, user)
    pairing.pair(child, helper("孙桂兰"), "love_mother", TODAY, user)
    with pytest.raises(Refused, match="已有爱心妈妈孙桂兰"):
        pairing.pair(child, helper("周芳"), "love_mother", TODAY, user)


def test_a_teacher_whose_pairing_has_ended_makes_room_for_the_next(child, helper, user):
    key = pairing.pair(child, helper("刘老师"), "teacher", date(2026, 9, 1), user)
    pairing.close_pairing(key, TODAY, "changed", None, user)
    pairing.pair(child, helper("吴老师"), "teacher", TODAY, user)
    assert pairs() == {("张浩宇", "吴老师")}


def test_a_barred_helper_is_refused_with_the_reason_even_when_over_is_meant(child, helper, user):
    who = helper(barred="准入查询未通过")
    with pytest.raises(Refused, match="刘老师不得结对：准入查询未通过"):
        pairing.pair(child, who, "helper", TODAY, user, over=True)
    (load,) = pairing.board_helpers()
    assert (load.room, load.barred) == (False, "准入查询未通过")


def test_barring_asks_to_end_or_hand_over_first(child, helper, user):
    who = helper()
    key = pairing.pair(child, who, "helper", TODAY, user)
    base = helpers.load(who)
    with pytest.raises(Refused, match="还在帮扶1名儿童，请先结束结对或交接"):
        helpers.save(who, base | {"barred": "举报查实"}, base, user)
    assert helpers.load(who)["barred"] is None
    helpers.save(who, base | {"unit": "柳溪小学"}, base, user)  # anything else may be changed
    pairing.close_pairing(key, TODAY, "changed", None, user)
    base = helpers.load(who)
    helpers.save(who, base | {"barred": "举报查实"}, base, user)
    assert helpers.load(who)["barred"] == "举报查实"


def test_a_child_that_has_left_is_not_paired_until_it_is_back(child, helper, user):
    leave(child, date(2026, 9, 1), user)
    with pytest.raises(Refused, match="张浩宇已在2026-09-01退出登记"):
        pairing.pair(child, helper(), "helper", TODAY, user)
    leave(child, None, user)
    pairing.pair(child, helper(), "helper", TODAY, user)


def test_a_peer_who_has_left_helps_nobody(child, other, user):
    peer = helpers.peer(other, user)
    leave(other, TODAY, user)
    with pytest.raises(Refused, match="李雨涵自己已在2026-09-10退出登记"):
        pairing.pair(child, peer, "peer", TODAY, user)


def test_a_clock_set_back_makes_no_second_teacher(child, helper, user, monkeypatch):
    pairing.pair(child, helper("刘老师"), "teacher", TODAY, user)
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-01")
    with pytest.raises(Refused, match="已有帮扶教师刘老师"):
        pairing.pair(child, helper("吴老师"), "teacher", None, user)


def test_a_kind_nobody_knows_is_refused(child, helper, user):
    with pytest.raises(Refused, match="不在结对类型的选项里"):
        pairing.pair(child, helper(), "朋友", TODAY, user)
    assert pairs() == set()


# ---- a child as a helper


def test_a_child_of_the_register_becomes_a_peer_helper(enter, user, child):
    peer = helpers.peer(
        enter(
            "赵佳慧", sex="female", village_group="二组", schooling="primary", school="柳溪小学", grade="p6"
        ),
        user,
    )
    row = Helper.get_by_id(peer)
    assert (row.name, row.sex, row.kind, row.village_group, row.unit) == (
        "赵佳慧", "female", "peer", "二组", "柳溪小学六年级",
    )  # fmt: skip
    pairing.pair(child, peer, "peer", TODAY, user)
    with pytest.raises(Refused, match="不能与自己结对"):
        pairing.pair(row.child_id, peer, "peer", TODAY, user)


def test_a_child_is_a_peer_helper_once_and_only_while_on_the_register(child, other, user):
    helpers.peer(child, user)
    with pytest.raises(Refused, match="已经在帮扶人册里"):
        helpers.peer(child, user)
    leave(other, TODAY, user)
    with pytest.raises(Refused, match="退出登记"):
        helpers.peer(other, user)
    assert helpers.count() == 1


def test_a_peer_helper_is_called_as_the_child_is(child, edit, user):
    peer = helpers.peer(child, user)
    edit(child, name="张浩然", village_group="五组")
    assert (Helper.get_by_id(peer).name, Helper.get_by_id(peer).village_group) == ("张浩然", "五组")
    changes.undo(changes.last_action(user).action, user)
    assert Helper.get_by_id(peer).name == "张浩宇"


def test_fewer_places_than_children_is_said(child, other, helper, user):
    who = helper(capacity=2)
    for each in (child, other):
        pairing.pair(each, who, "helper", TODAY, user)
    assert helpers.overloaded({"capacity": 2}, who) == helpers.overloaded({"capacity": 1}, None) == ""
    assert "现已帮2名，超过这里写的1名" in helpers.overloaded({"capacity": 1}, who)


# ---- many at once


def test_many_pairs_are_one_action_and_one_undo(child, other, helper, user):
    one, two = helper("刘老师"), helper("孙桂兰")
    done = pairing.accept([(child, one, "teacher"), (other, two, "love_mother")], None, user)
    assert len(done.made) == 2 and done.fallen == []
    assert {(line.kind, line.since) for line in pairing.pairings()} == {
        ("帮扶教师", TODAY),
        ("爱心妈妈", TODAY),
    }
    assert changes.undo(changes.last_action(user).action, user).rows == 2
    assert pairs() == set()


def test_one_that_fell_is_named_and_nothing_is_written_unless_the_rest_is_wanted(child, other, helper, user):
    full, free = helper("刘老师", capacity=0), helper("孙桂兰")
    wanted = [(child, full, "teacher"), (other, free, "love_mother")]
    before = Change.select().count()
    done = pairing.accept(wanted, TODAY, user)
    assert done.made == [] and [(each.child_id, each.why[:8]) for each in done.fallen] == [
        (child, "刘老师最多帮0名")
    ]
    assert Change.select().count() == before and pairs() == set()
    done = pairing.accept(wanted, TODAY, user, without=True)
    assert len(done.made) == 1 and pairs() == {("李雨涵", "孙桂兰")}


def test_places_are_counted_within_the_action_too(child, other, helper, user):
    who = helper(capacity=1)
    done = pairing.accept([(child, who, "teacher"), (other, who, "teacher")], TODAY, user)
    assert [each.child_id for each in done.fallen] == [other]
    meant = [Match(child, who, "teacher", over=True), Match(other, who, "teacher")]
    assert pairing.accept(meant, TODAY, user).fallen == []


def test_a_child_paired_meanwhile_falls_of_any_kind_or_of_that_kind(child, helper, user):
    mother, teacher, next_teacher = helper("孙桂兰", kind="love_mother"), helper("刘老师"), helper("吴老师")
    pairing.pair(child, mother, "love_mother", TODAY, user)
    done = pairing.accept([(child, teacher, "teacher")], TODAY, user)
    assert done.fallen[0].why == "张浩宇刚与孙桂兰结了对（爱心妈妈）"
    assert pairing.accept([(child, teacher, "teacher")], TODAY, user, alone=False).made
    done = pairing.accept([(child, next_teacher, "teacher")], TODAY, user, alone=False)
    assert done.fallen[0].why == "张浩宇刚与刘老师结了对（帮扶教师）"


def test_nothing_to_write_is_said(child, helper, user):
    with pytest.raises(Refused, match="没有要结的对"):
        pairing.accept([], TODAY, user)
    with pytest.raises(Refused, match="不成立"):
        pairing.accept([(child, helper(capacity=0), "teacher")], TODAY, user, without=True)


def test_many_pairs_on_a_day_that_cannot_be(child, other, helper, user):
    """A day to come is refused as a whole, one before a birth for that child alone."""
    changes.write(Child.get_by_id(other), user, birth_date="2014-01-01")
    wanted = [(child, helper(), "teacher"), (other, helper("吴老师"), "teacher")]
    with pytest.raises(Refused, match="还没到"):
        pairing.accept(wanted, date(2026, 9, 11), user)
    done = pairing.accept(wanted, date(2015, 3, 7), user)
    assert [each.child_id for each in done.fallen] == [child] and "出生日期" in done.fallen[0].why
    assert pairs() == set()


def test_a_child_or_helper_struck_out_meanwhile_falls(child, other, helper, user):
    gone = helper("周芳")
    helpers.remove(gone, user)
    changes.remove(Child.get_by_id(other), user)
    done = pairing.accept([(child, gone, "teacher"), (other, helper(), "teacher")], TODAY, user)
    assert [each.why[:5] for each in sorted(done.fallen, key=lambda each: each.why)] == [
        "这位帮扶人",
        "这名儿童的",
    ]


def test_a_thousand_pairs_at_once(user, helper):
    with changes.action("登记", user) as act:
        ids = [act.insert(Child, name=f"张{n}").id for n in range(1000)]
    who = [helper(f"刘{n}", capacity=3) for n in range(400)]
    done = pairing.accept([(child, who[n // 3], "helper") for n, child in enumerate(ids)], TODAY, user)
    assert len(done.made) == 1000


# ---- two at once

PAIRER = """
import sys
from uuid import UUID
from db import pairing, store
from db.values import Refused
store.open_ledger(sys.argv[1])
sys.stdin.readline()
for child in sys.argv[3:]:
    try:
        pairing.pair(UUID(child), UUID(sys.argv[2]), "teacher", None, None)
    except Refused:
        pass
print("done", flush=True)
"""


def test_two_programs_pairing_the_same_children_give_each_one_teacher(ledger, enter, helper, program):
    ids = [enter(f"张{name}", **AWAY) for name in "一二三四五六七八"]
    running = [program(PAIRER, ledger, helper(name, capacity=9), *ids) for name in ("刘老师", "吴老师")]
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.stdout.readline().strip() for process in running] == ["done", "done"]
    assert sorted(row.child_id for row in Pairing.live()) == sorted(ids)


# ---- undo


def test_undo_opens_no_second_teacher(child, helper, user):
    """An ended pairing is not opened again when another keeper has given the child a new teacher since."""
    key = pairing.pair(child, helper("刘老师"), "teacher", date(2026, 9, 1), user)
    pairing.close_pairing(key, TODAY, "changed", None, user)
    ended = changes.last_action(user).action
    colleague = site.user("liming", "李明")
    new = pairing.pair(child, helper("吴老师"), "teacher", TODAY, colleague)
    with pytest.raises(changes.CannotUndo, match="张浩宇已有帮扶教师吴老师"):
        changes.undo(ended, user)
    assert pairs() == {("张浩宇", "吴老师")}
    pairing.close_pairing(new, TODAY, "mistake", None, colleague)
    changes.undo(ended, user)
    assert pairs() == {("张浩宇", "刘老师")}


def test_undo_bars_no_helper_who_has_children_again(child, helper, user):
    who = helper(barred="准入查询未通过")
    base = helpers.load(who)
    helpers.save(who, base | {"barred": None}, base, user)
    cleared = changes.last_action(user).action
    pairing.pair(child, who, "teacher", TODAY, site.user("liming", "李明"))
    with pytest.raises(changes.CannotUndo, match="不得结对"):
        changes.undo(cleared, user)
    assert helpers.load(who)["barred"] is None


def test_undo_of_a_child_struck_out_brings_its_pairings_back(child, helper, user):
    from db import children

    pairing.pair(child, helper(), "teacher", TODAY, user)
    children.remove(child, user)
    changes.undo(changes.last_action(user).action, user)
    assert pairs() == {("张浩宇", "刘老师")}


def test_nothing_is_broken_by_an_action_without_pairings(child, user):
    assert pair_rules.broken(changes.last_action(user).action) is None
    assert Pairing.select().count() == 0
