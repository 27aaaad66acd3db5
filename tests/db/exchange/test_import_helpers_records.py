"""Registers of helpers, talks and pairings."""

from datetime import date

import pytest
from made import FORM, HELPERS, TALKS

from db import changes
from db.exchange import importing, register
from db.exchange.reader import BadFile, Sheet
from db.models import CareRecord, Change, Child, Helper, Pairing

TALK = ["时间", "谈心对象", "班级", "谈话人", "谈话缘由", "谈话内容", "后续措施"]


def counts(outcome) -> tuple:
    return outcome.created, outcome.updated, outcome.unchanged, outcome.skipped


def test_helpers(user):
    outcome = importing.load(HELPERS, by=user)
    assert (outcome.kind, outcome.rows, *counts(outcome), outcome.problems) == (
        "helpers",
        34,
        34,
        0,
        0,
        0,
        [],
    )
    assert counts(importing.load(HELPERS, by=user)) == (0, 0, 34, 0)
    two = sorted(
        (each.unit, each.kind, each.phone, each.capacity)
        for each in Helper.live().where(Helper.name == "郑小")
    )
    assert two == [("关工委", "retired_teacher", "19900002753", 1), ("柳溪村", "party", "19900005974", 2)]


def test_a_helper_moves_only_when_it_is_surely_the_same(take):
    head = ["姓名", "身份", "单位及职务", "联系电话", "可帮扶人数"]
    take(head, ["刘老师", "教师", "柳溪小学", "19900000001", 1])
    assert counts(take(head, ["刘老师", "教师", "青石中心校", "19900000001", 2])) == (0, 1, 0, 0)
    assert counts(take(head, ["刘老师", "教师", "青石中心校", None, 3])) == (0, 1, 0, 0)
    assert counts(take(head, ["刘老师", "教师", "村委会", "19900000002", 1])) == (1, 0, 0, 0)
    undecided = take(head, ["刘老师", "教师", None, None, 9], ["刘老师", "教师", "村委会", "19900000009", 1])
    assert counts(undecided) == (0, 0, 0, 2)
    assert all("看不出是不是同一人" in p.message for p in undecided.problems)
    assert sorted(each.capacity for each in Helper.live()) == [1, 3]


def test_talks_after_children_and_helpers(user):
    importing.load(FORM, by=user)
    importing.load(HELPERS, by=user)
    outcome = importing.load(TALKS, by=user)
    assert (outcome.kind, outcome.rows, *counts(outcome)) == ("records", 60, 60, 0, 0, 0)
    # two helpers are called 郑小: the talks go in, unlinked, and each says so
    assert [(p.row, p.column, p.level) for p in outcome.problems] == [
        (row, "谈话人", "warning") for row in (17, 47, 49)
    ]
    assert "关工委" in outcome.problems[0].message
    unlinked = CareRecord.live().where(CareRecord.helper.is_null())
    assert {record.by_name for record in unlinked} == {"郑小"}
    assert unlinked.count() == 3
    changed = Change.select().count()
    assert counts(importing.load(TALKS, by=user)) == (0, 0, 60, 0)
    assert Change.select().count() == changed


def test_the_class_tells_children_of_one_name_apart(user):
    importing.load(FORM, by=user)
    importing.load(TALKS, by=user)
    talked = {record.child_id for record in CareRecord.live()}
    for name, born in (("梁文博", "2018-06-07"), ("唐志强", "2018-09-01")):
        older, younger = Child.live().where(Child.name == name).order_by(Child.birth_date)
        assert (older.birth_date, older.id in talked, younger.id in talked) == (born, True, False)


def test_talks_before_helpers_are_linked_by_the_same_file_later(user):
    importing.load(FORM, by=user)
    first = importing.load(TALKS, by=user)
    assert counts(first) == (60, 0, 0, 0)
    assert len(first.problems) == len({p.value for p in first.problems}) == 26  # one a name, not one a row
    importing.load(HELPERS, by=user)
    assert counts(importing.load(TALKS, by=user)) == (0, 57, 3, 0)
    assert counts(importing.load(TALKS, by=user)) == (0, 0, 60, 0)
    assert (
        CareRecord.live().where(CareRecord.helper.is_null(False) & CareRecord.by_name.is_null(False)).count()
        == 0
    )
    changes.undo(changes.last_action(user).action, user)  # takes the linking back, not the talks
    assert CareRecord.live().where(CareRecord.helper.is_null()).count() == 60


def test_talks_of_nobody_on_file(user):
    outcome = importing.load(TALKS, by=user)
    assert counts(outcome) == (0, 0, 0, 60)
    assert all(p.level == "error" for p in outcome.problems if p.row)
    assert CareRecord.select().count() == 0


def test_talks_that_cannot_be_placed(take):
    take(["姓名", "出生日期", "就学情况"], ["张三", "2017-05-23", "小学"], ["张三", "2020-02-17", "小学"],
         ["李四", "2021-02-17", "幼儿园"])  # fmt: skip
    outcome = take(
        TALK,
        ["2026-09-01", "张三", "柳溪小学", "刘老师", "例行谈心", "近况", None],
        ["2026-09-01", "李四", "青石镇初级中学九年级", "刘老师", "例行谈心", "近况", None],
        ["2026.9", "李四", "柳溪村幼儿园", "刘老师", "例行谈心", "近况", None],
        [None, "李四", "柳溪村幼儿园", "刘老师", "例行谈心", "近况", None],
        ["2026-09-01", None, "柳溪村幼儿园", "刘老师", "例行谈心", "近况", None],
        ["2026-09-01", "李四", "柳溪村幼儿园", None, None, None, None],
        ["2026-09-01", "李四", "柳溪村幼儿园", None, None, None, None],
    )
    assert counts(outcome) == (1, 0, 0, 6)
    assert [(p.row, p.level) for p in outcome.problems] == [
        (2, "error"), (3, "error"), (4, "error"), (5, "error"), (6, "error"), (8, "warning")]  # fmt: skip
    assert "2名张三" in outcome.problems[0].message
    assert "对不上" in outcome.problems[1].message


def test_a_changed_follow_up_is_an_update_and_another_talk_is_another(take):
    take(["姓名", "出生日期"], ["张三", "2017-05-23"])
    row = ["2026-09-01", "张三", None, "刘老师", "例行谈心", "近况", None]
    take(TALK, row)
    assert counts(take(TALK, [*row[:6], "联系家长"])) == (0, 1, 0, 0)
    assert counts(take(TALK, [*row[:5], "另一次", None])) == (1, 0, 0, 0)
    assert CareRecord.live().count() == 2


def test_visits_go_by_their_title(take):
    take(["姓名", "出生日期"], ["张三", "2017-05-23"])
    take(["留守儿童家访记录"], TALK, ["2026-09-01", "张三", None, "刘老师", "家访", "近况", None])
    assert CareRecord.get().kind == "visit"


def test_pairings(take):
    take(["姓名", "出生日期"], ["张三", "2017-05-23"])
    take(
        ["姓名", "身份", "单位及职务", "联系电话"],
        ["郑小", "教师", "小学", "19900000001"],
        ["郑小", "党员", "村委会", "19900000002"],
    )
    head = ["帮扶人", "联系电话", "儿童姓名", "起始日期", "结束日期"]
    outcome = take(head, ["郑小", "19900000001", "张三", "2026.9.1", None], ["郑小", None, "张三", "2026.9.1", None],
                   ["刘老师", None, "张三", "2026.9.1", None], ["郑小", "19900000002", "张三", "2026.9.2", "2026.9.1"])  # fmt: skip
    assert (outcome.kind, *counts(outcome)) == ("pairings", 1, 0, 0, 3)
    pairing = Pairing.get()
    assert (pairing.helper.phone, pairing.kind, pairing.since) == ("19900000001", "teacher", date(2026, 9, 1))
    assert counts(take(head, ["郑小", "19900000001", "张三", "2026.9.1", None])) == (0, 0, 1, 0)
    assert counts(take(head, ["郑小", "19900000001", "张三", "2026.9.1", "2026.9.9"])) == (0, 1, 0, 0)


def test_a_pairing_without_its_first_day_has_the_registers_and_never_one_after_its_end(user):
    children = [["姓名", "出生日期"], ["张三", "2017-05-23"], ["李四", "2017-06-23"]]
    helpers = [["姓名", "身份", "单位及职务"], ["郑小", "教师", "小学"]]
    head = ["帮扶人", "儿童姓名", "起始日期", "结束日期"]
    rows = [["填表日期：2025-9-10"], head, ["郑小", "张三", None, "2025-6-30"], ["郑小", "李四", None, None]]
    for given in (children, helpers, rows):
        told = importing.take(register.understand("册", [Sheet("S", given)]), by=user)
    assert {each.child.name: (each.since, each.until) for each in Pairing.live()} == {
        "张三": (date(2025, 6, 30), date(2025, 6, 30)),
        "李四": (date(2025, 9, 10), None),
    }
    assert [each.message for each in told.problems] == [
        "没有写结对日期，按2025-06-30记，请核对",
        "没有写结对日期，按2025-09-10记，请核对",
    ]
    rows[0] = ["填表日期：2025-9-11"]
    told = importing.take(register.understand("册", [Sheet("S", rows)]), by=user)
    assert counts(told) == (0, 0, 2, 0) and Pairing.live().count() == 2


def test_files_that_are_no_register(user, tmp_path):
    path = tmp_path / "购物.csv"
    path.write_text("苹果,3\n梨,4\n")
    with pytest.raises(BadFile, match="表头"):
        importing.load(str(path), by=user)
    path.write_text("姓名,性别,出生日期\n")
    with pytest.raises(BadFile, match="没有内容"):
        importing.load(str(path), by=user)
    with pytest.raises(BadFile, match="缺少必需"):
        importing.load(HELPERS, kind="records", by=user)
    with pytest.raises(BadFile, match="没有“toys”这种表"):
        importing.load(HELPERS, kind="toys", by=user)
