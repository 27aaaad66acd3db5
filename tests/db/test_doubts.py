"""待核: kept in line with what is found at each save, confirmed, undone."""

from datetime import timedelta

import pytest

from db import changes, child_sheet, children, days, doubts
from db.improbable import Doubtful
from db.models import Doubt
from db.sheet import NotFound
from db.values import Refused


def found(*abouts: str) -> list[Doubtful]:
    return [Doubtful(about[:-1], "birth_date", f"{about}，请核对", about) for about in abouts]


def key(about: str) -> tuple[str, str]:
    return about[:-1], about


@pytest.fixture
def keep(user):
    def keeping(child, *abouts, confirmed=()):
        with changes.action("修改", user) as act:
            doubts.keep(act, child, found(*abouts), {key(each) for each in confirmed})
        return act.rows

    return keeping


def test_doubts_come_and_go_with_what_is_found(enter, keep):
    child = enter("张浩宇", village_group="一组")
    keep(child, "a1", "b1")
    (first, second) = doubts.open_ones(child)
    assert first[1:] == (child, "张浩宇", "一组", "birth_date", "出生日期", "a1，请核对")
    assert second.said == "b1，请核对"
    keep(child, "b1")
    assert [each.id for each in doubts.open_ones(child)] == [second.id]
    keep(child, "b2")
    assert [each.said for each in doubts.open_ones(child)] == ["b2，请核对"]
    keep(child)
    assert doubts.open_ones() == [] and doubts.open_count() == 0


def test_finding_the_same_again_writes_nothing(enter, keep):
    child = enter("张浩宇")
    assert keep(child, "a1") == 1
    assert keep(child, "a1") == 0
    assert keep(child, "a1", confirmed=["a1"]) == 1
    assert keep(child, "a1") == 0


def test_what_was_confirmed_is_not_asked_again_until_it_changes(enter, keep):
    child = enter("张浩宇")
    keep(child, "a1", "b1", confirmed=["a1"])
    assert doubts.settled(child) == {key("a1")}
    keep(child, "a1", "b1")
    assert doubts.settled(child) == {key("a1")} and doubts.open_count(child) == 1
    keep(child, "a2", "b1")
    assert doubts.settled(child) == set() and doubts.open_count(child) == 2


def test_a_confirmation_from_the_list_is_one_undoable_action(enter, keep, user):
    child = enter("张浩宇")
    keep(child, "a1")
    (line,) = doubts.open_ones()
    doubts.confirm(line.id, user)
    assert doubts.open_count() == 0 and doubts.settled(child) == {key("a1")}
    done = changes.last_action(user)
    assert done.label == "确认无误：张浩宇 出生日期"
    changes.undo(done.action, user)
    assert doubts.open_ones() == [line] and doubts.settled(child) == set()


def test_what_cannot_be_is_never_right(enter, user):
    child = enter("张浩宇")
    with changes.action("修改", user) as act:
        doubts.keep(act, child, [Doubtful(rule, "sex", "不对", rule) for rule in doubts.NEVER_RIGHT])
    for line in doubts.open_ones():
        with pytest.raises(Refused, match="按回车去改"):
            doubts.confirm(line.id, user)
    assert doubts.open_count() == len(doubts.NEVER_RIGHT) == 2


def test_what_was_refused_on_a_sheet_waits_for_a_sheet_that_takes_it(enter, edit, user):
    """A save that knows nothing of what was typed, an import's say, leaves it as it is."""
    child = enter("张浩宇")

    def on_the_sheet(**held):
        base = child_sheet.load(child)
        child_sheet.save(child, base, base, user, work=child_sheet.Work(held=held))

    on_the_sheet(birth_date=("2030-01-01", "在今天之后"))
    assert doubts.refused(child) == {"birth_date": "2030-01-01"}
    edit(child, address="河东")
    assert doubts.refused(child) == {"birth_date": "2030-01-01"} and doubts.open_count(child) == 1
    on_the_sheet()
    assert doubts.refused(child) == {} and doubts.open_count(child) == 0


def test_no_number_stands_in_full_in_a_list_that_others_see(enter, user):
    child = enter("张浩宇")
    base = child_sheet.load(child)
    held = {"father_phone": ("199000012345", "199000012345比11位多1位")}
    child_sheet.save(child, base, base, user, work=child_sheet.Work(held=held))
    assert [("0000" in each.said, "比11位多1位" in each.said) for each in doubts.open_ones()] == [
        (False, True)
    ]
    assert doubts.refused(child) == {"father_phone": "199000012345"}


def test_what_was_refused_over_a_value_that_stands_is_not_put_on_the_list(enter, user):
    child = enter("张浩宇", birth_date="2015-03-08")
    base = child_sheet.load(child)
    held = {"birth_date": ("2030-01-01", "在今天之后")}
    child_sheet.save(child, base, base, user, work=child_sheet.Work(held=held))
    assert doubts.open_count(child) == 0 and child_sheet.load(child)["birth_date"] == "2015-03-08"


def test_a_doubt_that_is_gone_cannot_be_confirmed(enter, keep, user):
    child = enter("张浩宇")
    keep(child, "a1")
    (line,) = doubts.open_ones()
    keep(child)
    with pytest.raises(NotFound, match="不用核对"):
        doubts.confirm(line.id, user)


def test_all_open_doubts_in_the_registers_order_in_windows(enter, keep):
    for name, group in (("王一鸣", None), ("张浩宇", "二组"), ("李雨涵", "一组")):
        keep(enter(name, village_group=group), "a1", "b1")
    names = [each.child for each in doubts.open_ones()]
    assert names == ["李雨涵", "李雨涵", "张浩宇", "张浩宇", "王一鸣", "王一鸣"]
    assert [each.child for each in doubts.open_ones(offset=1, limit=2)] == ["李雨涵", "张浩宇"]
    assert doubts.open_count() == 6


def test_undoing_the_save_takes_its_doubts_along(enter, keep, user):
    child = enter("张浩宇")
    keep(child, "a1")
    keep(child, "b1")
    changes.undo(changes.last_action(user).action, user)
    assert [each.said for each in doubts.open_ones()] == ["a1，请核对"]


def test_a_child_struck_out_has_no_doubts_and_back_again_has_them(enter, keep, user):
    child = enter("张浩宇")
    keep(child, "a1")
    children.remove(child, user)
    assert doubts.open_ones() == [] and Doubt.live().count() == 0
    changes.undo(changes.last_action(user).action, user)
    assert doubts.open_count() == 1
    assert Doubt.get().created_at > days.now() - timedelta(minutes=5)
