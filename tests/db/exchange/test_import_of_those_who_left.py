"""A register brings nobody back: rows of a child that left are reported with the cure, and taken once it is back."""

from datetime import date

import pytest

from db import changes, children, leaving
from db.exchange import importing
from db.models import CareRecord, Change, Child, Helper, Pairing

DAY = date(2026, 9, 5)
ROWS = (["姓名", "出生日期", "村民组", "家庭住址"], ["张浩宇", "2015-03-08", "一组", "柳溪村一组1号"])
MORE = (["姓名", "出生日期", "村民组", "家庭住址"], ["张浩宇", "2015-03-08", "二组", "柳溪村二组9号"],
        ["李雨涵", "2016-03-08", "二组", None])  # fmt: skip
TALKS = (["谈话时间", "姓名", "谈话人", "谈话内容"], ["2026-09-04", "张浩宇", "刘老师", "近况"],
         ["2026-09-06", "张浩宇", "刘老师", "近况"])  # fmt: skip


@pytest.fixture
def left(take, user):
    """A child that left on 5 September."""
    take(*ROWS)
    child = Child.get()
    leaving.leave(child.id, "moved", DAY, None, None, user)
    return child


def test_a_row_of_a_child_that_left_changes_nothing_and_says_what_to_do(take, left):
    outcome = take(*MORE)
    assert (outcome.created, outcome.updated, outcome.skipped) == (1, 0, 1)
    (problem,) = outcome.problems
    assert problem.level == "warning" and problem.row == 2
    assert "张浩宇已在2026-09-05退出登记" in problem.message and "重新登记，再导入一次" in problem.message
    now = Child.get_by_id(left.id)
    assert (now.left_on, now.village_group) == (DAY, "一组")
    assert [line.name for line in children.page(0, 9)] == ["李雨涵"]


def test_looking_alone_writes_nothing(take, left):
    before = Change.select().count()
    assert take(*MORE, dry_run=True).skipped == 1
    assert Change.select().count() == before


def test_once_it_is_back_the_same_file_takes_it_in(user, tmp_path):
    path = tmp_path / "册.csv"
    path.write_text("姓名,出生日期,村民组\n张浩宇,2015-03-08,一组\n李雨涵,2016-03-08,一组\n", "utf-8")
    importing.load(str(path), by=user)
    child = Child.get(Child.name == "张浩宇")
    leaving.leave(child.id, "moved", DAY, None, None, user)
    path.write_text("姓名,出生日期,村民组\n张浩宇,2015-03-08,三组\n李雨涵,2016-03-08,三组\n", "utf-8")
    assert importing.load(str(path), by=user).skipped == 1
    assert importing.load(str(path), by=user).skipped == 1, "again it is said again"
    leaving.come_back(child.id, DAY, None, user)
    outcome = importing.load(str(path), by=user)
    assert (outcome.skipped, outcome.problems) == (0, [])


def test_records_and_pairings_after_the_leaving_are_left_out(take, left, user):
    changes.insert(Helper, user, name="刘老师", kind="teacher")
    outcome = take(*TALKS)
    assert (outcome.created, outcome.skipped) == (1, 1)
    assert [row.on_date for row in CareRecord.live()] == [date(2026, 9, 4)]
    assert "张浩宇已在2026-09-05退出登记，请核对日期" in outcome.problems[0].message
    outcome = take(["儿童姓名", "帮扶人", "结对日期", "结束日期"], ["张浩宇", "刘老师", "2026-09-01", None],
                   ["张浩宇", "刘老师", "2026-08-01", "2026-09-05"])  # fmt: skip
    assert (outcome.created, outcome.skipped) == (1, 1)
    assert [row.until for row in Pairing.live()] == [DAY]
    assert "没有再结对" in outcome.problems[0].message
