"""Records refuse what cannot have happened."""

from datetime import date

import pytest

from db import care, changes, child_sheet, children, pairing, record_fields
from db.models import CareRecord, Helper
from db.sheet import Conflict, NotFound
from db.values import Refused

TODAY = date(2026, 9, 10)
AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}


@pytest.fixture
def child(enter):
    return enter("张浩宇", birth_date="2015-03-08", village_group="一组", **AWAY)


@pytest.fixture
def teacher(user):
    return changes.insert(Helper, user, name="刘老师", kind="teacher", capacity=2)


def talk(user, child, on, **values):
    return care.record(user, child_id=child, on_date=on, **values)


# ---- records


def test_a_record_keeps_what_was_said(child, teacher, user):
    key = talk(
        user,
        child,
        TODAY,
        by_name="刘老师",
        place=" 学校 ",
        reason="例行谈心",
        content="想爸妈。\n作业能写完",
        follow_up="约视频",
    )
    (line,) = care.records(child_id=child)
    assert line[:10] == (
        key,
        "谈心",
        TODAY,
        "张浩宇",
        child,
        "刘老师",
        "学校",
        "例行谈心",
        "想爸妈。\n作业能写完",
        "约视频",
    )
    assert CareRecord.get_by_id(key).helper_id == teacher.id
    assert changes.last_action(user).label == "谈心 张浩宇"


def test_a_name_that_may_be_two_people_stays_as_written(child, teacher, user):
    changes.insert(Helper, user, name="刘老师", kind="volunteer")
    key = talk(user, child, TODAY, by_name="刘老师")
    assert (CareRecord.get_by_id(key).helper_id, CareRecord.get_by_id(key).by_name) == (None, "刘老师")
    pairing.pair(child, teacher.id, "teacher", TODAY, user)
    assert CareRecord.get_by_id(talk(user, child, TODAY, by_name="刘老师")).helper_id == teacher.id


@pytest.mark.parametrize(
    ("on", "says"),
    [
        (date(2026, 9, 11), "还没到"), (date(1999, 12, 31), "早于2000年"), (date(2015, 3, 7), "早于张浩宇的出生日期"),
        (None, "请填日期"),
    ],
)  # fmt: skip
def test_days_on_which_nothing_was_done(child, user, on, says):
    with pytest.raises(Refused, match=says):
        talk(user, child, on)
    assert care.records() == []


def test_the_birth_day_itself_and_the_birth_month_are_taken(child, enter, user):
    talk(user, child, date(2015, 3, 8))
    other = enter("陈思琪", birth_date="2017-05")
    talk(user, other, date(2017, 5, 1))
    with pytest.raises(Refused, match="2017-05"):
        talk(user, other, date(2017, 4, 30))


def test_refuses_what_is_not_on_file(child, teacher, user):
    changes.remove(teacher, user)
    with pytest.raises(NotFound, match="帮扶人"):
        talk(user, child, TODAY, helper_id=teacher.id)
    children.remove(child, user)
    with pytest.raises(NotFound, match="儿童"):
        talk(user, child, TODAY)


def test_refuses_an_unknown_kind_and_text_too_long(child, user):
    with pytest.raises(Refused, match="谈心"):
        talk(user, child, TODAY, kind="闲聊")
    with pytest.raises(Refused, match="最多100字"):
        talk(user, child, TODAY, reason="长" * 101)


def test_records_are_found_by_child_helper_and_initials(enter, teacher, user):
    one, two = enter("张浩宇", **AWAY), enter("李雨涵", **AWAY)
    talk(user, one, date(2026, 9, 8), helper_id=teacher.id)
    talk(user, two, date(2026, 9, 9), by_name="王晓")
    assert [line.child for line in care.records()] == ["李雨涵", "张浩宇"]
    assert [line.child for line in care.records("浩")] == ["张浩宇"]
    assert [line.child for line in care.records("刘老师")] == ["张浩宇"]
    assert [line.child for line in care.records("王晓")] == ["李雨涵"]
    assert [line.child for line in care.records("ＬＹ")] == ["李雨涵"]
    assert [line.child for line in care.records(limit=1)] == ["李雨涵"]
    assert care.records("%") == []


def test_the_json_of_records(child, user):
    key = talk(user, child, TODAY, by_name="王晓", content="想爸妈")
    (listed,) = care.record_listing()
    assert {name: value for name, value in listed.items() if value is not None} == {
        "id": str(key), "kind": "谈心", "on_date": "2026-09-10", "child": "张浩宇", "helper": "王晓", "content": "想爸妈"
    }  # fmt: skip
    assert {"place", "reason", "follow_up", "missed", "minutes", "follow_up_on", "together"} <= listed.keys()


# ---- the sheet


def test_a_new_record_through_the_sheet(child, user):
    base = care.load_record(None)
    assert (base["kind"], base["on_date"]) == ("talk", TODAY)
    assert set(base) == set(record_fields.SPECS)
    key = care.save_record(None, child, base | {"content": "聊了聊"}, base, user).id
    assert care.load_record(key) == base | {"content": "聊了聊"}
    assert care.child_of(key) == child


def test_mending_a_record_writes_only_what_differs(child, teacher, user):
    key = talk(user, child, TODAY, helper_id=teacher.id, content="原话")
    base = care.load_record(key)
    mine = care.save_record(key, child, base | {"place": "学校"}, base, user)
    theirs = care.save_record(key, child, base | {"content": "改过"}, base, user)
    assert (mine.merged, theirs.merged) == ([], ["地点"])
    after = care.load_record(key)
    assert (after["place"], after["content"], after["by_name"]) == ("学校", "改过", "刘老师")
    assert CareRecord.get_by_id(key).helper_id == teacher.id
    assert changes.last_action(user).label == "修改谈心记录 张浩宇"


def test_two_who_mend_the_same_field_are_told(child, user):
    key = talk(user, child, TODAY, content="原话")
    base = care.load_record(key)
    care.save_record(key, child, base | {"content": "甲"}, base, user)
    with pytest.raises(Conflict) as met:
        care.save_record(key, child, base | {"content": "乙"}, base, user)
    assert met.value.fields == {"content": ("原话", "甲", "乙")}
    care.save_record(key, child, base | {"content": "乙"}, base, user, frozenset({"content"}))
    assert care.load_record(key)["content"] == "乙"


def test_mending_refuses_what_recording_refuses(child, user):
    key = talk(user, child, TODAY)
    base = care.load_record(key)
    for values, says in (({"on_date": date(2026, 9, 11)}, "还没到"), ({"on_date": None}, "请填日期"),
                         ({"place": "长" * 41}, "最多40字")):  # fmt: skip
        with pytest.raises(Refused, match=says):
            care.save_record(key, child, base | values, base, user)
    assert care.load_record(key) == base


def test_another_name_is_another_helper(child, teacher, user):
    key = talk(user, child, TODAY, by_name="王晓")
    base = care.load_record(key)
    care.save_record(key, child, base | {"by_name": "刘老师"}, base, user)
    row = CareRecord.get_by_id(key)
    assert (row.helper_id, row.by_name) == (teacher.id, None)
    base = care.load_record(key)
    care.save_record(key, child, base | {"by_name": None}, base, user)
    assert care.load_record(key)["by_name"] is None
    assert CareRecord.get_by_id(key).helper_id is None


def test_undo_takes_a_record_back(child, user):
    talk(user, child, TODAY)
    changes.undo(changes.last_action(user).action, user)
    assert care.records() == []


def test_a_record_keeps_out_of_an_enclosing_actions_name(child, user):
    with changes.action("导入 谈心记录.xlsx", user):
        talk(user, child, TODAY)
    assert changes.last_action(user).label == "导入 谈心记录.xlsx"


def test_the_sheets_of_a_child_and_its_records_agree(child, user):
    """A birth date moved after a record is not silently wrong: a later mending of that record says so."""
    key = talk(user, child, date(2016, 1, 1))
    base = child_sheet.load(child)
    child_sheet.save(child, base | {"birth_date": "2017-01-01"}, base, user)
    old = care.load_record(key)
    with pytest.raises(Refused, match="2017-01-01"):
        care.save_record(key, child, old | {"place": "家中"}, old, user)
