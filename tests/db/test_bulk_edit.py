"""One field set for many: told first, then written as one action that can be taken back."""

from datetime import date

import pytest

from db import bulk_edit, changes, child_sheet, children, register
from db.bulk_edit import ADD, DROP, Group
from db.models import Change, Child, Focus, Survey
from db.values import Refused


@pytest.fixture
def four(enter):
    """Their keys: in two groups, one out of school, one without this term's survey."""
    return [
        enter(
            "张浩宇", village_group="一组", schooling="primary", school="柳溪小学", grade="p4", class_no="1班"
        ),
        enter("李雨涵", village_group="一组", schooling="primary", school="柳溪小学", grade="p5"),
        enter("王一鸣", village_group="二组", schooling="dropped_out"),
        enter("赵佳慧", surveyed_on=None),
    ]


def look(ids, name, value):
    *_, last = bulk_edit.preview(ids, name, value)
    return last


def write(ids, name, value, by):
    return list(bulk_edit.apply(ids, name, value, by))


def test_the_preview_tells_who_changes_from_what_and_who_not(four):
    seen = look(four, "grade", "p5")
    assert (seen.done, seen.total, seen.same, seen.gone) == (4, 4, 1, 0)
    assert seen.ids == [four[0], four[3]]
    assert seen.old == [Group("四年级", 1, ("张浩宇",)), Group("未采集", 1, ("赵佳慧",))]
    assert seen.left_out == [Group("不在校，不用填年级", 1, ("王一鸣",))]
    assert seen.cleared == seen.doubtful == []
    assert Survey.select().count() == 3, "looked at, not written"


def test_what_was_told_is_written_as_one_action_and_taken_back_as_one(four, user):
    before = children.listing(reveal=True)
    write(look(four, "grade", "p5").ids, "grade", "p5", user)
    assert [each["grade"] for each in children.listing()] == ["五年级", "五年级", None, "五年级"]
    assert child_sheet.load(four[3])["schooling"] == "primary", "a grade brings its kind of school along"
    done = changes.last_action(user)
    assert done.label == "批量设置年级 2名" and done.rows == 2
    changes.undo(done.action, user)
    assert children.listing(reveal=True) == before


def test_what_hangs_on_an_answer_goes_with_it_and_is_told(four, user):
    seen = look(four[:2], "schooling", "dropped_out")
    assert {group.said: group.count for group in seen.cleared} == {"学校": 2, "年级": 2, "班级": 1}
    write(seen.ids, "schooling", "dropped_out", user)
    sheet = child_sheet.load(four[0])
    assert (sheet["school"], sheet["grade"], sheet["class_no"]) == (None, None, None)
    assert "school" not in children.lacks(four[0]), "what is derived is worked out again"


def test_what_would_not_fit_together_is_told(four):
    assert look(four[:2], "grade", "j1").doubtful == [
        Group("年级与就学情况不符，请改一处", 2, ("张浩宇", "李雨涵"))
    ]


def test_what_the_sheet_refuses_is_left_out_and_what_it_doubts_is_kept_as_a_doubt(four, user):
    seen = look(four, "surveyed_on", date(2027, 1, 1))
    assert seen.ids == [] and sum(group.count for group in seen.left_out) == 4
    write(four, "surveyed_on", date(2027, 1, 1), user)
    assert children.keys(register.Wanted(surveyed="no")) == [four[3]]
    write(four[:2], "grade", "j1", user)
    assert set(children.keys(register.Wanted(doubt="yes"))) == set(four[:2])
    changes.undo(changes.last_action(user).action, user)
    assert children.count(register.Wanted(doubt="yes")) == 0


def test_a_group_moves_in_the_registers_order(four, user):
    write(four, "village_group", "三组", user)
    assert {line.village_group for line in children.page(0, 9)} == {"三组"}
    write(four[:1], "village_group", None, user)
    assert children.place(four[0]) == 3


def test_a_survey_day_makes_them_surveyed(four, user):
    write(four, "surveyed_on", date(2026, 9, 9), user)
    assert children.count(register.Wanted(surveyed="yes")) == 4
    assert Survey.live().count() == 4


def test_tags_are_added_and_taken_away_the_others_stay(four, user, edit):
    edit(four[0], focus="study")
    edit(four[1], focus="ill study")
    Focus.update(since=date(2026, 9, 1)).where(Focus.child == four[1], Focus.tag == "ill").execute()
    seen = look(four[:3], ADD, "ill")
    assert (seen.same, seen.old) == (
        1,
        [Group("学习困难", 1, ("张浩宇",)), Group("没有重点标记", 1, ("王一鸣",))],
    )
    write(four, ADD, "ill", user)
    assert set(children.focus_of(four)[four[0]]) == {"ill", "study"}
    assert look(four, DROP, "ill").same == 0
    assert look(four, DROP, "ill").cleared == []
    write(four, DROP, "ill", user)
    assert children.focus_of(four) == {four[0]: ["study"], four[1]: ["study"]}
    (ended,) = Focus.live().where(Focus.tag == "ill")
    assert ended.child_id == four[1] and ended.until == date(2026, 9, 10), "one set today was a slip"


def test_one_struck_out_meanwhile_is_left_out(four, user):
    children.remove(four[1], user)
    seen = look(four, "health", "healthy")
    assert (seen.gone, len(seen.ids)) == (1, 3)
    write(four, "health", "healthy", user)
    assert {each["health"] for each in children.listing()} == {"健康"} and children.count() == 3


def test_dropped_half_way_nothing_is_written(enter, user, monkeypatch):
    monkeypatch.setattr(bulk_edit, "BATCH", 2)
    ids = [enter(f"儿童{letter}") for letter in "甲乙丙丁戊"]
    before = Change.select().count()
    writing = bulk_edit.apply(ids, "village_group", "一组", user)
    assert [next(writing), next(writing)] == [0, 2]
    writing.close()
    assert Change.select().count() == before
    assert {child.village_group for child in Child.live()} == {None}
    assert [seen.done for seen in bulk_edit.preview(ids, "village_group", "一组")] == [2, 4, 5]
    assert list(bulk_edit.apply(ids, "village_group", "一组", user))[-1] == 5


def test_each_field_reads_as_on_the_sheet(four):
    assert bulk_edit.read("school", " 柳溪小学 ") == "柳溪小学"
    assert bulk_edit.read("surveyed_on", "2026年9月9日") == date(2026, 9, 9)
    assert bulk_edit.read("boarding", "住校") is True
    for name, text in (("village_group", "组" * 31), ("surveyed_on", "2026-02-30")):
        with pytest.raises(Refused):
            bulk_edit.read(name, text)


def test_a_thousand_at_once(user):
    with changes.action("登记", user) as act:
        ids = [act.insert(Child, name=f"儿童{nth}").id for nth in range(1000)]
    assert len(look(ids, "school", "柳溪小学").ids) == 1000
    write(ids, "school", "柳溪小学", user)
    assert children.count("柳溪小学") == 1000
    changes.undo(changes.last_action(user).action, user)
    assert children.count("柳溪小学") == 0
