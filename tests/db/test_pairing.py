"""Who is without a helper, who has room, and what may not be paired."""

from datetime import date
from uuid import uuid4

import pytest

from db import changes, children, dossier, pairing
from db.models import Child, Focus, Helper, Pairing
from db.sheet import NotFound
from db.values import Refused

TODAY = date(2026, 9, 10)
AWAY = {"birth_date": "2015-03-08", "father_whereabouts": "away", "mother_whereabouts": "away"}


@pytest.fixture
def child(enter):
    return enter("张浩宇", village_group="一组", schooling="primary", school="柳溪小学", grade="p5", **AWAY)


@pytest.fixture
def helper(user):
    def make(name="刘老师", **values):
        return changes.insert(Helper, user, name=name, **({"kind": "teacher"} | values)).id

    return make


def test_unpaired_children_focus_first_then_by_group_and_name(enter, user):
    enter("王一鸣", village_group="十组", **AWAY)
    enter("赵佳慧", **AWAY)
    focused = enter("陈思琪", village_group="二组", **AWAY)
    enter("李雨涵", village_group="二组", **AWAY)
    for tag in ("study", "ill"):
        changes.insert(Focus, user, child=focused, tag=tag, since=TODAY)
    found = pairing.unpaired()
    assert [each.name for each in found] == ["陈思琪", "李雨涵", "王一鸣", "赵佳慧"]
    assert (found[0].focus, found[0].focus_labels, found[0].age) == (True, "患病、学习困难", 11)
    assert found[1].why == "还没有结过对"


def test_whom_nobody_looks_after_waits_first_with_or_without_a_tag(enter, user):
    ill = enter("李雨涵", **AWAY)
    changes.insert(Focus, user, child=ill, tag="ill", since=TODAY)
    enter("张浩宇", **AWAY)
    enter("王一鸣", guardianship="none", **AWAY)
    found = pairing.unpaired()
    assert [each.name for each in found] == ["王一鸣", "李雨涵", "张浩宇"]
    assert [(each.focus, each.focus_labels) for each in found] == [
        (True, "无人监护"),
        (True, "患病"),
        (False, ""),
    ]


def test_who_does_not_count_is_not_waiting(enter):
    enter(
        "王一鸣",
        birth_date="2015-03-08",
        father_whereabouts="home",
        father_able=True,
        mother_whereabouts="away",
    )
    assert pairing.unpaired() == []


def test_pairing_takes_a_child_off_the_list(child, helper, user):
    key = pairing.pair(child, helper(), "帮扶教师", date(2026, 9, 3), user)
    assert pairing.unpaired() == []
    (line,) = pairing.pairings(child_id=child)
    assert line.id == key
    assert (line.child, line.helper, line.kind, line.until) == ("张浩宇", "刘老师", "帮扶教师", None)
    assert changes.last_action(user).label == "结对 张浩宇－刘老师"


def test_without_a_day_it_is_today(child, helper, user):
    pairing.pair(child, helper(), None, None, user)
    (line,) = pairing.pairings()
    assert (line.since, line.kind) == (TODAY, "一对一帮扶")


@pytest.mark.parametrize(
    ("since", "says"),
    [(date(2026, 9, 11), "还没到"), (date(2015, 3, 7), "出生日期"), (date(1999, 1, 1), "2000年")],
)
def test_days_on_which_nobody_was_paired(child, helper, user, since, says):
    with pytest.raises(Refused, match=says):
        pairing.pair(child, helper(), "helper", since, user)
    assert pairing.pairings() == []


def test_the_same_two_are_not_paired_twice(child, helper, user):
    who = helper()
    key = pairing.pair(child, who, "helper", TODAY, user)
    with pytest.raises(Refused, match="已经结对"):
        pairing.pair(child, who, "teacher", TODAY, user)
    pairing.close_pairing(key, TODAY, "changed", None, user)
    pairing.pair(child, who, "teacher", TODAY, user)
    assert len(pairing.pairings()) == 1
    assert len(pairing.pairings(live=False)) == 2


def test_a_full_helper_is_refused_unless_it_is_meant(child, enter, helper, user):
    who = helper(capacity=1)
    pairing.pair(child, who, "helper", TODAY, user)
    other = enter("李雨涵", **AWAY)
    with pytest.raises(Refused, match="最多帮1名，现已帮1名"):
        pairing.pair(other, who, "helper", TODAY, user)
    pairing.pair(other, who, "helper", TODAY, user, over=True)
    (load,) = pairing.board_helpers()
    assert (load.load, load.capacity, load.room, load.children) == (2, 1, False, "张浩宇、李雨涵")


def test_a_helper_who_said_none_takes_none(child, helper, user):
    with pytest.raises(Refused, match="最多帮0名"):
        pairing.pair(child, helper(capacity=0), "helper", TODAY, user)


def test_a_child_does_not_help_itself(child, helper, user):
    with pytest.raises(Refused, match="自己"):
        pairing.pair(child, helper("张浩宇", kind="peer", child=child), "peer", TODAY, user)


def test_refuses_what_is_not_on_file(child, helper, user):
    with pytest.raises(NotFound):
        pairing.pair(child, uuid4(), "helper", TODAY, user)
    who = helper()
    children.remove(child, user)
    with pytest.raises(NotFound):
        pairing.pair(child, who, "helper", TODAY, user)
    with pytest.raises(NotFound):
        pairing.close_pairing(uuid4(), TODAY, None, None, user)


def test_helpers_with_room_come_first_the_least_loaded_first(child, enter, helper, user):
    full, some, free = helper("周老师", capacity=1), helper("吴老师", capacity=3), helper("郑老师")
    pairing.pair(child, full, "helper", TODAY, user)
    pairing.pair(enter("李雨涵", **AWAY), some, "helper", TODAY, user)
    assert [(each.name, each.load, each.room) for each in pairing.board_helpers()] == [
        ("郑老师", 0, True), ("吴老师", 1, True), ("周老师", 1, False),
    ]  # fmt: skip
    assert free == pairing.board_helpers()[0].id
    assert pairing.board_helpers()[0].kind == "教师"


def test_closing_keeps_the_pairing_with_its_reason(child, helper, user):
    key = pairing.pair(child, helper(), "helper", date(2026, 9, 2), user)
    pairing.close_pairing(key, date(2026, 9, 9), "parent_back", "母亲回乡", user)
    assert pairing.pairings() == []
    (past,) = pairing.listing()
    assert past == {
        "id": str(key), "child": "张浩宇", "helper": "刘老师", "kind": "一对一帮扶", "since": "2026-09-02",
        "until": "2026-09-09", "ended_because": "父母返乡", "note": "母亲回乡",
    }  # fmt: skip
    assert pairing.unpaired()[0].why == "9月9日结束：父母返乡"
    with pytest.raises(Refused, match="已在2026-09-09结束"):
        pairing.close_pairing(key, TODAY, "done", None, user)


def test_closing_refuses_days_that_cannot_be(child, helper, user):
    key = pairing.pair(child, helper(), "helper", date(2026, 9, 2), user)
    with pytest.raises(Refused, match="早于结对日期"):
        pairing.close_pairing(key, date(2026, 9, 1), "done", None, user)
    with pytest.raises(Refused, match="还没到"):
        pairing.close_pairing(key, date(2026, 9, 11), "done", None, user)
    with pytest.raises(Refused, match="期满"):
        pairing.close_pairing(key, TODAY, "厌倦", None, user)
    assert len(pairing.pairings()) == 1


def test_undo_opens_it_again(child, helper, user):
    key = pairing.pair(child, helper(), "helper", TODAY, user)
    pairing.close_pairing(key, TODAY, "done", None, user)
    changes.undo(changes.last_action(user).action, user)
    assert [line.id for line in pairing.pairings()] == [key]


def test_what_stands_on_a_day(child, helper, user):
    """Begun, not ended, undated ones too; the helper must still be on file."""
    who = helper()
    for since, until in (
        (date(2026, 3, 1), date(2026, 9, 5)),
        (date(2026, 9, 5), date(2026, 9, 20)),
        (None, None),
    ):
        changes.insert(Pairing, user, child=child, helper=who, kind="helper", since=since, until=until)

    def standing(on):
        return Pairing.select().where(dossier.live_on(on)).count()

    days = (date(2026, 2, 1), date(2026, 3, 1), date(2026, 9, 4), date(2026, 9, 5), date(2026, 9, 20))
    assert [standing(on) for on in days] == [1, 2, 2, 2, 1]
    changes.remove(Helper.get_by_id(who), user)
    assert standing(TODAY) == 0
    assert [each.name for each in pairing.unpaired()] == ["张浩宇"]


def test_a_child_with_two_helpers_is_listed_under_both(child, helper, user):
    for name in ("周老师", "吴老师"):
        pairing.pair(child, helper(name), "helper", TODAY, user)
    assert [each.children for each in pairing.board_helpers()] == ["张浩宇", "张浩宇"]
    assert len(pairing.pairings(child_id=child)) == 2


def test_two_kinds_with_one_helper_load_once(child, helper, user):
    who = helper(capacity=2)
    for kind in ("helper", "peer"):
        changes.insert(Pairing, user, child=child, helper=who, kind=kind, since=TODAY)
    assert pairing.board_helpers()[0].load == 1


def test_pairings_are_found_by_either_name(child, helper, user):
    pairing.pair(child, helper("刘秀兰"), "helper", TODAY, user)
    for find in ("浩宇", "秀兰", "zhy", "LXL", ""):
        assert [each["child"] for each in pairing.listing(find)] == ["张浩宇"], find
    assert pairing.listing("李") == []
    assert pairing.listing("%") == []


def test_a_struck_out_child_is_in_no_list(child, helper, user):
    who = helper()
    changes.insert(Pairing, user, child=child, helper=who, kind="helper", since=TODAY)
    changes.remove(Child.get_by_id(child), user)
    assert pairing.pairings() == []
    assert pairing.board_helpers()[0].load == 0
