"""Score sheets: one mark a subject, of the examination the title names; nothing is doubled, nothing written over."""

import pytest

from db import changes
from db.exchange import importing, register
from db.exchange.reader import Sheet
from db.models import Child, Score

TITLE = ["柳溪小学2026秋期中考试成绩表"]
HEAD = ["学号", "姓名", "班级", "语文", "数学成绩", "外语", "总分", "名次"]


@pytest.fixture(autouse=True)
def children(take):
    take(["姓名", "出生日期", "学校", "年级", "班级"], ["张三", "2015-05-23", "柳溪小学", "三年级", "1班"], ["李四", "2015-06-01", "柳溪小学", "三年级", "1班"])  # fmt: skip


def counts(outcome) -> tuple:
    return outcome.kind, outcome.created, outcome.updated, outcome.unchanged, outcome.skipped


def marks() -> dict:
    return {(row.child.name, row.exam, row.subject): row.mark for row in Score.live().join(Child)}


def test_each_mark_goes_in_as_written(take):
    outcome = take(
        TITLE,
        HEAD,
        [1, "张三", "三年级1班", 92, 95.5, "优", 187.5, 1],
        [2, "李四", "三年级1班", "缺考", 60, None, 60, 2],
    )
    assert counts(outcome) == ("scores", 2, 0, 0, 0)
    assert outcome.unmapped == ["学号"]
    assert marks() == {
        ("张三", "期中", "语文"): "92", ("张三", "期中", "数学"): "95.5", ("张三", "期中", "英语"): "优", ("张三", "期中", "总分"): "187.5",
        ("张三", "期中", "班级名次"): "1", ("李四", "期中", "语文"): "缺考", ("李四", "期中", "数学"): "60", ("李四", "期中", "总分"): "60",
        ("李四", "期中", "班级名次"): "2",
    }  # fmt: skip
    assert {row.term.code for row in Score.select()} == {"2026秋"}


def test_a_second_time_nothing_is_doubled_and_a_gap_is_filled(take):
    take(TITLE, HEAD[1:4], ["张三", "三年级1班", 92])
    assert counts(take(TITLE, HEAD[1:5], ["张三", "三年级1班", 92, 80])) == ("scores", 1, 0, 0, 0)
    outcome = take(TITLE, HEAD[1:5], ["张三", "三年级1班", 93, 80])
    assert counts(outcome) == ("scores", 0, 0, 1, 0)
    assert any(each.column == "语文" and "成绩是92，本行写93" in each.message for each in outcome.problems)
    assert marks()["张三", "期中", "语文"] == "92"


def test_another_examination_stands_beside_and_a_column_may_name_it(take):
    take(TITLE, HEAD[1:4], ["张三", "三年级1班", 92])
    take(["成绩单"], ["姓名", "考试名称", "语文"], ["张三", "期末", 90])
    take(["姓名", "语文", "数学"], ["张三", 70, 71])
    assert {key[1:]: mark for key, mark in marks().items()} == {
        ("期中", "语文"): "92", ("期末", "语文"): "90", ("成绩", "语文"): "70", ("成绩", "数学"): "71",
    }  # fmt: skip


def test_who_is_not_on_file_or_stands_twice_is_told(take):
    outcome = take(
        TITLE,
        ["姓名", "语文", "数学"],
        ["王五", 1, 2],
        ["张三", 3, 4],
        ["张三", 5, 6],
        ["李四", "很长很长很长很长的成绩", 7],
    )
    assert (outcome.created, outcome.skipped) == (2, 2)
    said = [each.message for each in outcome.problems]
    assert any("台账里没有王五" in each for each in said) and any(
        "第4行是同一名儿童的期中" in each for each in said
    )
    assert any("语文最多10字" in each for each in said) and marks()["李四", "期中", "数学"] == "7"


def test_the_sheet_is_one_action_that_can_be_taken_back(take, user):
    take(TITLE, ["姓名", "语文", "数学"], ["张三", 3, 4])
    changes.undo(changes.last_action(user).action, user)
    assert marks() == {}


def test_the_sheets_name_says_which_examination():
    table = register.understand("成绩.xlsx", [Sheet("期末", [["姓名", "语文", "数学"], ["张三", 90, 91]])])
    assert table.tables[0].kind == "scores"
    importing.take(table, by=None)
    assert {row.exam for row in Score.select()} == {"期末"}


def test_what_does_not_look_like_a_mark_goes_in_and_is_told(take):
    outcome = take(
        TITLE,
        ["姓名", "语文", "数学", "英语", "总分"],
        ["张三", -5, 101, "良", 480],
        ["李四", 950, 88.5, "缺考", 60],
    )
    assert [(each.row, each.column) for each in outcome.problems] == [(3, "语文"), (4, "语文")]
    assert marks()["张三", "期中", "语文"] == "-5"
