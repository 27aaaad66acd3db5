"""Registers of visits, calls and stays: the fields of their forms are filled, compared and never doubled."""

from datetime import date

import pytest

from db import care, changes
from db.models import CareRecord, Child

VISIT = ["家访时间", "家访教师", "孩子姓名", "家庭成员情况", "孩子表现", "教育需求", "家长反馈", "后续计划"]
ROW = ["2026.9.3", "刘老师", "张三", "爷爷奶奶", "开朗", "课外书", "放心", "再访"]


def counts(outcome) -> tuple:
    return outcome.created, outcome.updated, outcome.unchanged, outcome.skipped


@pytest.fixture(autouse=True)
def child(take):
    take(["姓名", "出生日期"], ["张三", "2017-05-23"])
    return Child.get()


def test_a_visit_fills_the_fields_of_its_form(take):
    assert counts(take(VISIT, ROW)) == (1, 0, 0, 0)
    row = CareRecord.get()
    assert (row.kind, row.home, row.conduct, row.needs, row.feedback, row.follow_up, row.content) == (
        "visit", "爷爷奶奶", "开朗", "课外书", "放心", "再访", None
    )  # fmt: skip
    assert counts(take(VISIT, ROW)) == (0, 0, 1, 0)


def test_a_later_register_fills_what_is_blank_and_what_it_says_otherwise_is_told(take):
    take(VISIT[:5], ROW[:5])
    outcome = take(VISIT, ROW)
    assert counts(outcome) == (0, 1, 0, 0)
    assert {(edit.field, edit.new) for edit in outcome.changes} >= {
        ("教育需求", "课外书"),
        ("家长反馈", "放心"),
    }
    again = take(VISIT, [*ROW[:6], "不放心", "再访"])
    assert counts(again) == (0, 0, 1, 0) and CareRecord.get().feedback == "放心"
    assert any("家长反馈是放心，本行写不放心" in problem.message for problem in again.problems)


def test_a_visit_taken_in_by_an_older_program_is_not_taken_twice(take, child, user):
    """It kept 孩子表现 as the content."""
    care.record(
        user, child_id=child.id, kind="visit", on_date=date(2026, 9, 3), by_name="刘老师", content="开朗"
    )
    assert counts(take(VISIT, ROW)) == (0, 1, 0, 0)
    row = CareRecord.get()
    assert (row.content, row.conduct, row.home, row.needs) == ("开朗", None, "爷爷奶奶", "课外书")
    assert counts(take(VISIT, ROW)) == (0, 0, 1, 0)


def test_the_same_row_twice_is_one_record_and_another_word_for_it_is_said(take):
    outcome = take(VISIT, ROW, ROW, [*ROW[:4], "调皮", *ROW[5:]])
    assert CareRecord.get().conduct == "开朗" and outcome.created == 1
    assert any("与第2行完全相同" in problem.message for problem in outcome.problems)
    assert any("调皮" in problem.message and "孩子表现" in problem.message for problem in outcome.problems)


def test_two_calls_of_a_day_are_two_where_they_were_with_two_people(take):
    head = ["日期", "儿童姓名", "类别", "通话对象", "通话时长", "谁打的", "没有做成"]
    father = ["2026-9-6", "张三", "亲情电话", "父亲", "15分钟", "孩子", None]
    mother = ["2026-9-6", "张三", "亲情电话", "母亲", 8, "母亲", None]
    missed = ["2026-9-7", "张三", "亲情电话", "父亲", None, None, "没人接"]
    assert counts(take(head, father, mother, missed, kind="records")) == (3, 0, 0, 0)
    rows = [(r.with_whom, r.minutes, r.caller, r.missed) for r in CareRecord.select().order_by(CareRecord.id)]
    assert rows == [
        ("父亲", 15, "child", None),
        ("母亲", 8, "parent", None),
        ("父亲", None, None, "no_answer"),
    ]
    assert counts(take(head, father, mother, missed, kind="records")) == (0, 0, 3, 0)


def test_a_cell_that_cannot_be_is_left_out_and_said(take):
    head = ["日期", "儿童姓名", "类别", "通话时长", "内容", "跟进日期"]
    outcome = take(head, ["2026-9-6", "张三", "亲情电话", 0, "没说几句", "2026-9-1"], kind="records")
    row = CareRecord.get()
    assert (row.minutes, row.follow_up_on, row.content) == (None, None, "没说几句")
    assert {problem.column for problem in outcome.problems} == {"通话时长", "跟进日期"}
    assert all("这一格未导入" in problem.message for problem in outcome.problems)


@pytest.mark.parametrize(("consent", "taken"), [("是", 1), ("否", 0), (None, 0)])
def test_a_stay_needs_the_guardians_consent(take, consent, taken):
    head = ["日期", "儿童姓名", "类别", "帮扶人", "监护人同意", "送回日期"]
    outcome = take(head, ["2026-9-5", "张三", "到爱心妈妈家做客", "王兰", consent, "2026-9-6"])
    assert outcome.created == taken == CareRecord.select().count()
    assert taken or "监护人同意" in outcome.problems[-1].message


def test_a_row_after_the_child_left_is_not_taken(take, child, user):
    changes.write(child, user, left_on=date(2026, 9, 2))
    outcome = take(VISIT, ROW, ["2026.9.2", *ROW[1:]])
    assert counts(outcome) == (1, 0, 0, 1)
    assert any("已在2026-09-02退出登记" in problem.message for problem in outcome.problems)
