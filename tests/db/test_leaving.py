"""Leaving the register and coming back: what ends with it, what is refused, who is in which list afterwards."""

from datetime import date

import pytest
from terms import of_spring

from db import (
    activities,
    care,
    changes,
    child_sheet,
    children,
    duties,
    helpers,
    leaving,
    lookalikes,
    merging,
    pairing,
    promotion,
    renewal,
    roll,
    site,
    status,
    term_changes,
)
from db.children import Wanted
from db.leaving import Leaving
from db.models import CarePlan, CareRecord, Child, Exit, Focus, Helper, Pairing
from db.sheet import NotFound
from db.values import Refused
from db.vocab import EXIT

TODAY = date(2026, 9, 10)
AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away", "schooling": "primary", "grade": "p5"}
HOME = {"father_whereabouts": "home", "father_able": None, "mother_whereabouts": "home"}


@pytest.fixture
def child(enter):
    return enter("张浩宇", birth_date="2015-03-08", village_group="一组", focus="ill", **AWAY)


@pytest.fixture
def helper(user):
    def entering(name="刘老师", **values):
        return helpers.save(None, {"name": name, "kind": "teacher"} | values, helpers.load(None), user).id

    return entering


@pytest.fixture
def cared_for(child, helper, user):
    """A child with a helper, a focus tag and an open plan."""
    pairing.pair(child, helper(), "teacher", date(2026, 9, 2), user)
    changes.write(Focus.get(Focus.child == child), user, since=date(2026, 9, 1))
    changes.insert(CarePlan, user, child=child, kind="care", problem="身体弱", starts=date(2026, 9, 3))
    return child


def row(child) -> Child:
    return Child.get_by_id(child)


def test_what_stood_ends_on_that_day_and_the_file_stays(cared_for, user):
    said = leaving.leave(cared_for, "moved", date(2026, 9, 8), "青石镇", "随母亲去", user)
    assert said == leaving.Ending(pairings=1, focus=1, plans=1, helps=())
    pair, tag, plan = Pairing.get(), Focus.get(), CarePlan.get()
    assert (pair.until, pair.ended_because) == (date(2026, 9, 8), "left")
    assert tag.until == date(2026, 9, 8)
    assert (plan.closed_on, plan.outcome) == (date(2026, 9, 8), "stopped")
    left = Exit.get()
    assert (left.reason, left.on_date, left.destination, left.note) == (
        "moved",
        date(2026, 9, 8),
        "青石镇",
        "随母亲去",
    )
    assert row(cared_for).left_on == date(2026, 9, 8)
    assert children.show("张浩宇")["left_on"] == "2026-09-08"
    assert leaving.standing(cared_for) == "已退出登记：2026-09-08 迁出，去向 青石镇"


def test_one_undo_brings_all_of_it_back(cared_for, user):
    leaving.leave(cared_for, "moved", TODAY, None, None, user)
    changes.undo(changes.last_action(user).action, user)
    assert row(cared_for).left_on is None and not Exit.live().exists()
    assert Pairing.get().until is Focus.get().until is CarePlan.get().closed_on is None
    assert leaving.standing(cared_for) is None and children.count() == 1


def test_plans_may_stay_open(cared_for, user):
    leaving.leave(cared_for, "parent_back", TODAY, None, None, user, keep_plans=True)
    assert CarePlan.get().closed_on is None and Pairing.get().until == TODAY


def test_nothing_ends_before_it_began(child, user):
    changes.write(Focus.get(), user, since=TODAY)
    changes.insert(CarePlan, user, child=child, kind="care", problem="身体弱", starts=TODAY)
    leaving.leave(child, "moved", date(2026, 9, 5), None, None, user)
    assert Focus.get().until == CarePlan.get().closed_on == TODAY


@pytest.mark.parametrize(
    ("reason", "on", "said"),
    [
        ("moved", date(2026, 9, 11), "还没到"),
        ("moved", date(2015, 3, 7), "早于张浩宇的出生日期"),
        ("moved", date(1999, 3, 7), "早于2000年"),
        ("moved", None, "请填日期"),
        ("bored", TODAY, "不在退出原因的选项里"),
        ("", TODAY, "不在退出原因的选项里"),
        ("moved", date(2026, 9, 1), "和刘老师在2026-09-02才结对"),
    ],
)
def test_a_refused_leaving_writes_nothing(cared_for, user, reason, on, said):
    with pytest.raises(Refused, match=said):
        leaving.leave(cared_for, reason, on, None, None, user)
    assert row(cared_for).left_on is None and Pairing.get().until is None and not Exit.select().exists()


def test_a_record_after_the_day_is_refused_and_one_on_the_day_is_not(child, user):
    changes.insert(CareRecord, user, child=child, kind="visit", on_date=date(2026, 9, 9))
    with pytest.raises(Refused, match="在2026-09-09还有走访记录"):
        leaving.leave(child, "moved", date(2026, 9, 8), None, None, user)
    told = {"title": "拔河", "kind": "sports", "on_date": TODAY}
    act = activities.save(None, activities.load(None) | told, {}, user).id
    roll.mark(act, child, "late", user)
    with pytest.raises(Refused, match="在2026-09-10还到过“拔河”"):
        leaving.leave(child, "moved", date(2026, 9, 9), None, None, user)
    roll.mark(act, child, "absent", user)
    leaving.leave(child, "moved", date(2026, 9, 9), None, None, user)


def test_nobody_leaves_twice_or_comes_back_without_having_left(child, user):
    with pytest.raises(Refused, match="没有退出登记"):
        leaving.come_back(child, TODAY, None, user)
    leaving.leave(child, "moved", TODAY, None, None, user)
    with pytest.raises(Refused, match="已在2026-09-10退出登记"):
        leaving.leave(child, "moved", TODAY, None, None, user)
    children.remove(child, user)
    with pytest.raises(NotFound):
        leaving.come_back(child, TODAY, None, user)


def test_coming_back_and_leaving_again(child, user):
    leaving.leave(child, "with_parents", date(2026, 9, 1), None, None, user)
    for day, said in (
        (date(2026, 8, 31), "在2026-09-01才退出登记"),
        (date(2026, 9, 11), "还没到"),
        (None, "请填"),
    ):
        with pytest.raises(Refused, match=said):
            leaving.come_back(child, day, None, user)
    leaving.come_back(child, date(2026, 9, 5), "回来上学", user)
    assert row(child).left_on is None and children.count() == 1
    with pytest.raises(Refused, match="在2026-09-05重新登记过"):
        leaving.leave(child, "moved", date(2026, 9, 4), None, None, user)
    leaving.leave(child, "moved", date(2026, 9, 6), None, None, user)
    (last, first) = leaving.exits(child)
    assert (last.reason, last.returned_on) == ("迁出", None)
    assert (first.reason, first.returned_on, first.return_note) == (
        "随父母外出",
        date(2026, 9, 5),
        "回来上学",
    )


def test_coming_back_is_undone_in_one(child, user):
    leaving.leave(child, "moved", date(2026, 9, 1), None, None, user)
    leaving.come_back(child, TODAY, None, user)
    changes.undo(changes.last_action(user).action, user)
    assert row(child).left_on == date(2026, 9, 1) and Exit.get().returned_on is None


def test_former_pairings_are_offered_and_not_revived_by_themselves(cared_for, helper, user):
    barred = helper("王老师")
    pairing.pair(cared_for, barred, "helper", date(2026, 9, 3), user)
    leaving.leave(cared_for, "moved", TODAY, None, None, user)
    changes.write(Helper.get_by_id(barred), user, barred="准入查询未通过")
    offered = leaving.former(cared_for)
    assert [(each.helper, each.kind) for each in offered] == [
        ("刘老师", "帮扶教师"),
        ("王老师", "一对一帮扶"),
    ]
    assert offered[0].why_not is None and "准入查询未通过" in offered[1].why_not
    leaving.come_back(cared_for, TODAY, None, user)
    assert pairing.pairings(child_id=cared_for) == []
    changes.undo(changes.last_action(user).action, user)
    leaving.come_back(cared_for, TODAY, None, user, again=[offered[0].id])
    (now,) = pairing.pairings(child_id=cared_for)
    assert (now.helper, now.since, now.until) == ("刘老师", TODAY, None)


def test_a_former_helper_without_room_refuses_the_whole(child, helper, enter, user):
    full = helper(capacity=1)
    pairing.pair(child, full, "teacher", date(2026, 9, 2), user)
    leaving.leave(child, "moved", TODAY, None, None, user)
    pairing.pair(enter("李雨涵", **AWAY), full, "teacher", TODAY, user)
    with pytest.raises(Refused, match="刘老师"):
        leaving.come_back(child, TODAY, None, user, again=[leaving.former(child)[0].id])
    assert row(child).left_on == TODAY


def test_whom_a_leaving_child_helps_is_told(child, enter, user):
    peer = changes.insert(Helper, user, name="张浩宇", kind="peer", child=child)
    changes.insert(Pairing, user, child=enter("李雨涵", **AWAY), helper=peer, kind="peer", since=TODAY)
    assert leaving.ending(child).helps == ("李雨涵",)


def test_several_leave_at_once_or_none(enter, user):
    ids = [enter(name, birth_date="2010-03-08") for name in ("陈一", "陈二", "陈三")]
    told = [Leaving(each, "turned_16", TODAY) for each in ids]
    leaving.leave(ids[2], "moved", TODAY, None, None, user)
    with pytest.raises(Refused, match="陈三"):
        leaving.many(told, user)
    assert row(ids[0]).left_on is None
    leaving.many(told[:2], user)
    assert [row(each).left_on for each in ids] == [TODAY] * 3
    assert changes.last_action(user).label == "退出登记 2名"
    changes.undo(changes.last_action(user).action, user)
    assert [row(each).left_on for each in ids] == [None, None, TODAY]


def test_every_reason_can_be_written_and_read(enter, user):
    for at, code in enumerate(EXIT):
        child = enter(f"孩子{'甲乙丙丁戊己庚'[at]}")
        leaving.leave(child, code.label, TODAY, None, None, user)
        assert leaving.exits(child)[0].reason == code.label


# ---- who is in which list ------------------------------------------------------------------------


def test_who_left_is_in_no_list_unless_asked_for(cared_for, enter, user):
    other = enter("李雨涵", **AWAY)
    leaving.leave(cared_for, "moved", TODAY, None, None, user)
    assert [line.name for line in children.page(0, 9)] == ["李雨涵"]
    assert [each["name"] for each in children.listing()] == ["李雨涵"]
    for text, left, found in (
        ("zhy", "", 0), ("张", "", 0), ("zhy", "only", 1), ("张浩宇", "any", 1), ("", "only", 1), ("", "any", 2),
    ):  # fmt: skip
        wanted = Wanted(text, left=left)
        assert (
            len(children.page(0, 9, wanted)) == children.count(wanted) == len(children.keys(wanted)) == found
        )
    assert children.place(cared_for) is None and children.place(other) == 0
    assert children.lines([cared_for])[0].left_behind is False
    told = status.status()["children"]
    assert told == {"registered": 1, "left_behind": 1, "focus": 0}
    assert Wanted(left="only").said == "只看已退出"


def test_windows_far_down_and_by_initials_leave_out_who_left(enter, user, monkeypatch):
    monkeypatch.setattr("db.register.FAR", 2)
    monkeypatch.setattr("db.register.FEW", 2)
    ids = [enter(f"陈{name}", village_group="一组") for name in "一二三四五六七八"]
    order = children.keys()
    leaving.leave(order[3], "moved", TODAY, None, None, user)
    left = [key for key in order if key != order[3]]
    for text in ("", "c"):
        assert children.count(text) == 7
        assert [line.id for at in range(7) for line in children.page(at, 1, text)] == left
    assert len(ids) == 8


def test_the_renewal_and_the_rising_grades_pass_over_who_left(user, monkeypatch):
    years = of_spring(user, monkeypatch)
    gone, stays = (years.enter(name, birth_date="2012-03-08", **AWAY) for name in ("张一", "张二"))
    leaving.leave(gone, "moved", date(2021, 3, 10), None, None, user)
    years.go("2021-09-05")
    assert [step.child_id for step in promotion.proposed()] == [stays]
    assert renewal.progress().total == 1 and renewal.next_child() == stays
    years.renew(stays)
    assert renewal.next_child() is None


def test_a_new_child_that_looks_like_one_that_left_is_told_so(child, number, enter, user):
    leaving.leave(child, "moved", TODAY, None, None, user)
    (like,) = lookalikes.similar({"name": "张浩宇", "birth_date": "2015-03-08", "village_group": "一组"})
    assert like.id == child and "已在2026-09-10退出登记" in like.told
    numbered = enter("李雨涵", id_number=number("20150308", "female"))
    leaving.leave(numbered, "moved", TODAY, None, None, user)
    with pytest.raises(child_sheet.Taken, match="已在2026-09-10退出登记：孩子回来了请把它重新登记"):
        enter("李雨函", id_number=number("20150308", "female"))


# ---- who is to leave, how long files are kept ----------------------------------------------------


def test_who_turned_16_is_due_to_leave(enter, user):
    old = enter("陈一", birth_date="2010-09-10", village_group="二组")
    enter("陈二", birth_date="2010-09-11")
    month = enter("陈三", birth_date="2010-08", village_group="一组")
    found = leaving.due_to_leave(TODAY)
    assert [(each.child_id, each.reason, each.why) for each in found] == [
        (month, "turned_16", "2026-09-01满16周岁"), (old, "turned_16", "2026-09-10满16周岁"),
    ]  # fmt: skip
    leaving.leave(old, "turned_16", TODAY, None, None, user)
    assert [each.child_id for each in leaving.due_to_leave(TODAY)] == [month]


def test_parents_that_came_home_and_not_those_who_never_left(enter, edit, user):
    back, never = enter("陈一", **AWAY), enter("陈二", **HOME)
    assert leaving.due_to_leave(TODAY) == []
    edit(back, **HOME)
    assert [(each.child_id, each.reason) for each in leaving.due_to_leave(TODAY)] == [(back, "parent_back")]
    assert row(never).left_on is None


def test_parents_that_came_home_since_last_term(user, monkeypatch):
    years = of_spring(user, monkeypatch)
    back = years.enter("张一", birth_date="2012-03-08", **AWAY)
    years.enter("张二", birth_date="2012-03-08", **HOME)
    years.go("2021-09-05")
    years.renew(back, **HOME)
    assert [each.child_id for each in leaving.due_to_leave(date(2021, 9, 5))] == [back]


def test_how_long_files_are_kept(child, enter, user):
    grown = enter("陈一", birth_date="2010-03-08")
    leaving.leave(child, "moved", date(2026, 9, 1), None, None, user)
    told = [(each.child_id, each.why, each.since, each.until) for each in leaving.kept(TODAY)]
    assert told == [
        (grown, "满16周岁", date(2026, 3, 8), date(2029, 3, 8)), (child, "已退出", date(2026, 9, 1), date(2029, 9, 1)),
    ]  # fmt: skip
    site.put("retention.years", 1, user)
    assert leaving.keep_until(date(2026, 9, 1)) == date(2027, 9, 1)
    assert "个人信息保护法第47条" in leaving.retention(date(2027, 9, 1))


# ---- 信息变更表 -----------------------------------------------------------------------------------


def test_the_table_of_changes_tells_who_left_why_and_who_came_back(user, monkeypatch):
    years = of_spring(user, monkeypatch)
    said = {"birth_date": "2012-03-08", "village_group": "一组", **AWAY}
    gone, back, away = (years.enter(name, **said) for name in ("张一", "张二", "张三"))
    grown = years.enter("张四", birth_date="2005-08-01", village_group="一组")
    leaving.leave(back, "with_parents", date(2021, 3, 10), None, None, user)
    leaving.leave(away, "moved", date(2021, 3, 10), None, None, user)
    years.go("2021-09-05")
    leaving.leave(gone, "school_moved", date(2021, 9, 3), "青石中心小学", None, user)
    leaving.leave(grown, "turned_16", date(2021, 9, 4), None, None, user)
    leaving.come_back(back, date(2021, 9, 2), None, user)
    base = child_sheet.load(away)
    child_sheet.save(away, base | {"address": "外地"}, base, user)
    years.date_back()
    found = term_changes.between()
    assert [(line.child_id, line.what, line.new, line.day) for line in found.left] == [
        (gone, "转学", "青石中心小学", date(2021, 9, 3)), (grown, "年满16周岁", "", date(2021, 9, 4)),
    ]  # fmt: skip
    assert [(line.child_id, line.what, line.old, line.day) for line in found.added] == [
        (back, "重新登记", "随父母外出", date(2021, 9, 2))
    ]
    assert away not in {line.child_id for line in [*found.moved, *found.changed]}
    children.remove(away, user)
    years.date_back()
    assert {line.child_id for line in term_changes.between().left} == {gone, grown}


# ---- two files of one child ----------------------------------------------------------------------


@pytest.mark.parametrize("which", ["kept", "other"])
def test_a_merge_of_one_that_left_with_one_on_the_register_is_on_the_register(child, enter, user, which):
    other = enter("张浩雨", birth_date="2015-03-08", **AWAY)
    leaving.leave(child if which == "kept" else other, "moved", date(2026, 9, 1), None, None, user)
    merging.merge(child, other, {}, user)
    assert row(child).left_on is None and leaving.standing(child) is None
    (only,) = leaving.exits(child)
    assert (only.returned_on, only.return_note) == (TODAY, "合并档案")


def test_a_merge_of_two_that_left_has_left_and_comes_back_once(child, enter, user):
    other = enter("张浩雨", birth_date="2015-03-08", **AWAY)
    for each, day in ((child, 1), (other, 2)):
        leaving.leave(each, "moved", date(2026, 9, day), None, None, user)
    merging.merge(child, other, {}, user)
    assert row(child).left_on == date(2026, 9, 1)
    leaving.come_back(child, TODAY, None, user)
    assert [each.returned_on for each in leaving.exits(child)] == [TODAY, TODAY]


def test_nothing_is_owed_to_who_left_until_it_is_back(cared_for, user):
    assert duties.of_child(cared_for, date(2026, 10, 31))
    leaving.leave(cared_for, "moved", TODAY, None, None, user)
    assert duties.of_child(cared_for, date(2026, 10, 31)) == []
    leaving.come_back(cared_for, TODAY, None, user)
    assert duties.of_child(cared_for, date(2026, 10, 31))


def test_nothing_was_done_while_a_child_was_away(enter, user, monkeypatch):
    child = enter("张浩宇", **AWAY)
    leaving.leave(child, "moved", date(2026, 9, 3), by=user)
    leaving.come_back(child, date(2026, 9, 8), None, user)
    with pytest.raises(Refused, match="张浩宇从2026-09-03到2026-09-08不在册"):
        care.record(user, child_id=child, on_date=date(2026, 9, 5))
    for day in (2, 3, 8, 9):
        care.record(user, child_id=child, on_date=date(2026, 9, day))
