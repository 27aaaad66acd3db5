"""Writing: versions, change rows, undo, and nothing confirmed that is not kept."""

import json
import os
import signal
import time

import pytest

from db import changes, children, days, store
from db.errors import LedgerError
from db.models import Adult, Change, Child, Helper, Kinship, Survey, Term, database


@pytest.fixture
def child(user) -> Child:
    return changes.insert(Child, user, "登记 张浩宇", name="张浩宇", village_group="一组")


def again(row: Child) -> Child:
    """The row as another session reads it."""
    return Child.get_by_id(row.id)


def test_an_insert_leaves_one_change_row(child, user):
    (change,) = changes.history(child.id)
    assert (change.kind, change.label, change.who, change.version) == ("insert", "登记 张浩宇", user, 1)
    assert json.loads(change.what) == {}, "what was entered is in the row itself"


def test_an_update_writes_only_what_differs(child, user):
    changes.write(child, user, name="张浩宇", village_group="二组")
    change = changes.history(child.id)[0]
    assert json.loads(change.what) == {"village_group": ["一组", "二组"]}
    assert again(child).version == child.version == 2


def test_an_update_that_changes_nothing_writes_nothing(child, user):
    before = Change.select().count()
    changes.write(child, user, name="张浩宇")
    assert again(child).version == 1
    assert Change.select().count() == before


def test_a_second_editor_does_not_undo_the_first(child, user):
    mine, theirs = again(child), again(child)
    changes.write(theirs, user, village_group="二组")
    with pytest.raises(changes.Stale) as stale:
        changes.write(mine, user, village_group="三组")
    assert stale.value.theirs.village_group == "二组"
    assert again(child).village_group == "二组"


def test_stale_on_removal_and_on_what_was_removed(child, user):
    mine = again(child)
    changes.remove(child, user)
    with pytest.raises(changes.Stale):
        changes.write(mine, user, name="张山")
    with pytest.raises(changes.Stale):
        changes.remove(mine, user)
    assert again(child).deleted_at is not None


def test_an_action_stands_or_falls_as_one(user):
    before = Change.select().count()
    with pytest.raises(ZeroDivisionError), changes.action("登记", user) as act:
        act.insert(Child, name="张浩宇")
        1 / 0  # noqa: B018
    assert children.count() == 0
    assert Change.select().count() == before


def test_a_row_the_store_refuses_takes_its_change_row_along(child, user, number):
    changes.write(child, user, id_number=number())
    before = Change.select().count()
    with pytest.raises(LedgerError), changes.action("登记", user) as act:
        act.insert(Child, name="李雨涵")
        act.insert(Child, name="陈思琪", id_number=number())
    assert children.count() == 1
    assert Change.select().count() == before


def test_a_joined_action_that_fails_leaves_the_outer_one_whole(user):
    with changes.action("导入", user) as outer:
        outer.insert(Child, name="张浩宇")
        with pytest.raises(ValueError), changes.action("一行", user) as inner:
            inner.insert(Child, name="李雨涵")
            raise ValueError
        with changes.action("又一行", user) as inner:
            inner.insert(Child, name="陈思琪")
    assert sorted(line.name for line in children.page(0, 9)) == ["张浩宇", "陈思琪"]
    done = changes.last_action(user)
    assert (done.label, done.rows) == ("导入", 2)
    assert {change.row for change in Change.select().where(Change.action == done.action)} == {
        child.id for child in Child.live()
    }


def test_a_long_action_writes_all_its_change_rows(user):
    with changes.action("导入", user) as act:
        for n in range(changes.CHANGE_BATCH * 2 + 3):
            act.insert(Child, name=f"儿童{n}")
    assert changes.last_action(user).rows == changes.CHANGE_BATCH * 2 + 3
    changes.undo(changes.last_action(user).action, user)
    assert children.count() == 0


# ---- undo ---------------------------------------------------------------------------------------


def test_undo_walks_back_one_action_after_another(child, user):
    changes.write(child, user, "甲", village_group="二组")
    changes.write(child, user, "乙", village_group="三组")
    seen = []
    while (done := changes.last_action(user)) and done.label in ("甲", "乙", "登记 张浩宇"):
        changes.undo(done.action, user)
        seen.append((done.label, again(child).village_group, again(child).deleted_at is None))
    assert seen == [("乙", "二组", True), ("甲", "一组", True), ("登记 张浩宇", "一组", False)]


def test_undo_brings_dates_flags_and_references_back_as_they_were(user, child):
    term = Term.get()
    adult, other = (changes.insert(Adult, user, name=name) for name in ("张三", "李四"))
    kinship = changes.insert(Kinship, user, child=child, adult=adult, relation="51", guardian=True)
    survey = changes.insert(Survey, user, child=child, term=term, surveyed_on=days.today(), boarding=True)
    with changes.action("改", user) as act:
        act.update(kinship, adult=other, guardian=False)
        act.update(survey, surveyed_on=None, boarding=False)
    changes.undo(changes.last_action(user).action, user)
    kinship, survey = Kinship.get_by_id(kinship.id), Survey.get_by_id(survey.id)
    assert (kinship.adult_id, kinship.guardian) == (adult.id, True)
    assert (survey.surveyed_on, survey.boarding) == (days.today(), True)


def test_undo_of_a_removal(child, user):
    changes.remove(child, user, "删除 张浩宇")
    changes.undo(changes.last_action(user).action, user)
    assert [line.name for line in children.page(0, 9)] == ["张浩宇"]


def test_an_undo_may_be_taken_back(child, user):
    changes.write(child, user, "甲", village_group="二组")
    undone = changes.undo(changes.last_action(user).action, user)
    changes.undo(undone.action, user)
    assert again(child).village_group == "二组"


def test_undo_refuses_when_somebody_changed_it_since(child, user):
    with changes.action("两处", user) as act:
        act.update(child, village_group="二组")
        act.insert(Child, name="李雨涵")
    done = changes.last_action(user)
    changes.write(again(child), None, "别人改", village_group="三组")
    before = Change.select().count()
    with pytest.raises(changes.CannotUndo, match="两处"):
        changes.undo(done.action, user)
    assert children.count() == 2, "all or nothing"
    assert Change.select().count() == before


def test_undo_of_something_unknown(user, child):
    with pytest.raises(changes.CannotUndo):
        changes.undo(child.id, user)


def test_the_last_action_is_the_users_own(child, user):
    changes.write(child, None, "别人改", village_group="三组")
    assert changes.last_action(user).label == "登记 张浩宇"


# ---- kill -9 ------------------------------------------------------------------------------------

SAVER = """
import sys
from pathlib import Path
from db import child_sheet, store
store.open_ledger(Path(sys.argv[1]))
base = child_sheet.load(None)
for n in range(200):
    child_sheet.save(None, base | {"name": f"儿童{n}", "father_name": f"父亲{n}"}, base, None)
    print(n, flush=True)
"""


@pytest.mark.parametrize("after", [0, 7, 60])
def test_a_killed_process_loses_nothing_it_confirmed(ledger, user, program, after):
    saver = program(SAVER, ledger)
    confirmed = -1
    while confirmed < after:
        confirmed = int(saver.stdout.readline())
    os.kill(saver.pid, signal.SIGKILL)
    rest = saver.communicate()[0].split()
    confirmed = int(rest[-1]) if rest else confirmed
    assert confirmed < 199, "killed in the middle"
    store.close()
    store.open_ledger(ledger)
    names = {line.name for line in children.page(0, 500)}
    assert {f"儿童{n}" for n in range(confirmed + 1)} <= names
    assert len(names) <= confirmed + 2, "at most the one under way besides"
    told = {change.row for change in Change.select().where(Change.kind == "insert")}
    for model in (Child, Adult, Kinship, Survey):
        assert {row.id for row in model.select(model.id)} <= told, model
    assert Kinship.select().count() == len(names)
    assert database.execute_sql("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert database.execute_sql("PRAGMA foreign_key_check").fetchall() == []


def test_with_a_clock_set_back_what_came_later_is_still_later(user, monkeypatch):
    """Another program, whose clock is an hour behind, changes the row: no undo may write over that."""
    row = changes.insert(Helper, user, name="刘老师", kind="teacher")
    changes.write(row, user, unit="柳溪小学")
    before = changes.last_action(user).action
    hour_ago = time.time_ns() - 3600 * 10**9
    monkeypatch.setattr("db.ids._last", 0)
    monkeypatch.setattr("db.ids.time.time_ns", lambda: hour_ago)
    changes.write(Helper.get_by_id(row.id), user, unit="镇中心小学")
    assert changes.last_action(user).action != before
    with pytest.raises(changes.CannotUndo, match="又被改过"):
        changes.undo(before, user)
    assert Helper.get_by_id(row.id).unit == "镇中心小学"
