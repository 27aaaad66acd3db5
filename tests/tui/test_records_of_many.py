"""One record for many children: a class talk, a film; saved whole, taken back whole."""

from datetime import date

import pytest

from db import care, changes
from db.models import CareRecord, Child
from tests.tui.people import put
from tui.screens.register import Register
from tui.widgets.record_form import MANY, open_records_for

TODAY = date(2026, 11, 23)
BORN = {"birth_date": "2016-05-01"}


@pytest.fixture
def three(ledger, context):
    """Three children on file; the register lies beneath."""
    ids = [put(ledger, name=name, **BORN) for name in ("张浩宇", "李雨涵", "王一鸣")]
    context.desk.push(Register(context))
    return ids


def test_one_sheet_for_the_marked_children(three, any_eyes):
    any_eyes.press("ctrl+a", "ctrl+r")
    assert "给标记的3名记什么？" in any_eyes.text
    any_eyes.type("jt\n")
    assert "集体谈话：张浩宇、李雨涵、王一鸣" in any_eyes.text
    any_eyes.type("教室\n安全教育\n防溺水\n\n")
    assert "已给3名记：11月23日 集体谈话，按 Ctrl+Z 可一并撤销" in any_eyes.text
    lines = care.records()
    assert sorted(line.child_id for line in lines) == sorted(three)
    assert {line.reason for line in lines} == {"安全教育"} and len({line.together for line in lines}) == 1


def test_with_nobody_marked_the_register_records_for_the_child_under_the_cursor(three, eyes):
    eyes.press("ctrl+r")
    assert "记什么？" in eyes.text
    eyes.type("zf\n")
    assert "走访：" in eyes.text


def test_an_empty_register_has_nobody_to_record_for(ledger, context, eyes):
    context.desk.push(Register(context))
    eyes.press("ctrl+r")
    assert "还没有儿童" in eyes.text


def test_more_than_three_are_counted_in_the_title(ledger, context, any_eyes):
    ids = [put(ledger, name=f"张{name}", **BORN) for name in "甲乙丙丁戊"]
    open_records_for(context, ids, "film")
    assert "看专题片：张甲、张乙、张丙等5名" in any_eyes.text


def test_one_refused_child_is_named_and_nothing_is_written(three, ledger, context, any_eyes):
    changes.write(Child.get_by_id(three[1]), ledger, left_on=date(2026, 11, 1))
    open_records_for(context, three, "film")
    any_eyes.type("书屋\n励志少年")
    any_eyes.press("ctrl+s")
    assert "李雨涵" in any_eyes.text and "什么也没有写入" in any_eyes.text.replace("\n ", "")
    assert CareRecord.select().count() == 0


def test_a_field_that_cannot_be_keeps_the_records_of_many_from_being_saved_twice(three, context, eyes):
    open_records_for(context, three, "phone_call")
    eyes.type("1父亲\n0")
    eyes.press("ctrl+s")
    assert "时长0分钟不对" in eyes.text and care.records() == []
    eyes.type("10")
    eyes.press("ctrl+s")
    assert [line.minutes for line in care.records()] == [10, 10, 10]


def test_a_draft_for_many_is_taken_up_for_the_same_children(three, context, eyes):
    open_records_for(context, three, "film")
    eyes.type("书屋\n励志少年")
    eyes.press("escape", "escape")
    open_records_for(context, three[:2], "film")
    assert "励志少年" not in eyes.text
    eyes.press("escape")
    (left,) = context.drafts.left()
    assert left.sheet.startswith(MANY)
    context.resume(left)
    eyes.press("ctrl+s")
    assert len(care.records("专题片")) == 3 and context.drafts.left() == []


def test_another_kind_for_many_keeps_what_was_typed(three, context, eyes):
    open_records_for(context, three, "film")
    eyes.type("书屋\n安全教育")
    eyes.press("f10").type("jt")
    eyes.press("ctrl+s")
    assert {(line.kind, line.reason, line.place) for line in care.records()} == {
        ("集体谈话", "安全教育", "书屋")
    }


def test_undo_takes_the_records_of_all_back(three, context, eyes):
    open_records_for(context, three, "film")
    eyes.type("书屋\n励志少年\n\n")
    eyes.press("ctrl+z")
    assert "看专题片" in eyes.text and "等3名" in eyes.text
    eyes.press("enter")
    assert care.records() == []
