"""A register of pairings keeps to the rules that hold when a pair is made by hand."""

from datetime import date

import pytest

from db import changes, helpers
from db.models import Child, Helper, Pairing

HEAD = ["帮扶人", "儿童姓名", "结对类型", "起始日期", "结束日期"]
SINCE = "2026-9-1"


@pytest.fixture
def village(take):
    take(["姓名", "出生日期"], ["张三", "2017-05-23"], ["李四", "2017-06-23"], ["王五", "2017-07-23"])
    take(
        ["姓名", "身份", "可帮扶人数"],
        ["刘老师", "教师", 1],
        ["吴老师", "教师", None],
        ["孙桂兰", "爱心妈妈", None],
    )


def pairs():
    return {(row.child.name, row.helper.name) for row in Pairing.live()}


def said(outcome):
    return [(each.row, each.level, each.message) for each in outcome.problems]


def test_a_second_teacher_is_left_out_and_a_love_mother_is_not(village, take):
    told = take(HEAD, ["刘老师", "张三", "帮扶教师", SINCE, None], ["吴老师", "张三", "帮扶教师", SINCE, None],
                ["孙桂兰", "张三", "爱心妈妈", SINCE, None])  # fmt: skip
    assert pairs() == {("张三", "刘老师"), ("张三", "孙桂兰")}
    ((row, level, message),) = said(told)
    assert (row, level) == (3, "error") and "张三已有帮扶教师刘老师" in message and "本行未导入" in message


def test_a_second_teacher_whose_kind_of_pairing_is_not_said_helps_in_general(village, take):
    head = ["帮扶人", "儿童姓名", "起始日期"]
    told = take(head, ["刘老师", "张三", SINCE], ["吴老师", "张三", SINCE], ["孙桂兰", "张三", SINCE])
    assert {(row.helper.name, row.kind) for row in Pairing.live()} == {
        ("刘老师", "teacher"), ("吴老师", "helper"), ("孙桂兰", "love_mother"),
    }  # fmt: skip
    assert said(told) == []


def test_a_teacher_after_the_one_whose_pairing_has_ended_is_taken(village, take):
    told = take(HEAD, ["刘老师", "张三", "帮扶教师", "2026-3-1", SINCE], ["吴老师", "张三", "帮扶教师", SINCE, None],
                ["刘老师", "李四", "帮扶教师", SINCE, "2026-9-9"])  # fmt: skip
    assert len(pairs()) == 3 and said(told) == []


def test_a_barred_helper_and_a_child_that_has_left_are_left_out(village, take, user):
    base = helpers.load(key := Helper.get(Helper.name == "孙桂兰").id)
    helpers.save(key, base | {"barred": "举报查实"}, base, user)
    changes.write(Child.get(Child.name == "李四"), user, left_on=date(2026, 9, 2))
    told = take(HEAD, ["孙桂兰", "张三", "爱心妈妈", SINCE, None], ["吴老师", "李四", "帮扶教师", SINCE, None],
                ["吴老师", "李四", "帮扶教师", "2026-3-1", SINCE])  # fmt: skip
    assert [level for _, level, _ in said(told)] == ["error", "error"]
    assert "孙桂兰不得结对：举报查实" in said(told)[0][2] and "李四已在2026-09-02退出登记" in said(told)[1][2]
    assert [row.until for row in Pairing.live()] == [
        date(2026, 9, 1)
    ]  # what is over is history, and may be told


def test_more_children_than_places_are_taken_and_said(village, take):
    told = take(HEAD, ["刘老师", "张三", "帮扶教师", SINCE, None], ["刘老师", "李四", "帮扶教师", SINCE, None],
                *(["吴老师", name, "学习帮手", SINCE, None] for name in ("张三", "李四")))  # fmt: skip
    assert len(pairs()) == 4
    ((row, level, message),) = said(told)
    assert (row, level) == (3, "warning") and "刘老师最多帮1名，连同本行是2名" in message


def test_the_same_register_again_changes_nothing(village, take):
    rows = HEAD, ["刘老师", "张三", "帮扶教师", SINCE, None], ["刘老师", "李四", "帮扶教师", SINCE, None]
    take(*rows)
    again = take(*rows)
    assert (again.unchanged, said(again)) == (2, [])


def test_a_register_bars_nobody_who_has_children(village, take, user):
    take(HEAD, ["孙桂兰", "张三", "爱心妈妈", SINCE, None])
    for row in Helper.live():
        changes.write(row, user, unit="柳溪村")
    told = take(["姓名", "单位及职务", "可帮扶人数", "不得结对"], ["孙桂兰", "柳溪村", 2, "举报查实"],
                ["吴老师", "柳溪村", 2, "准入查询未通过"])  # fmt: skip
    assert {row.name: row.barred for row in Helper.live() if row.barred} == {"吴老师": "准入查询未通过"}
    ((row, level, message),) = said(told)
    assert (row, level) == (2, "error") and "孙桂兰还在帮扶1名儿童" in message
