"""Attendance sheets: a column a day, each in the one activity of its day, made where there is none."""

from datetime import date, datetime

import pytest

from db import changes
from db.models import Activity, Attendance, Child

TITLE = ["柳溪村留守儿童之家九月点名表"]


@pytest.fixture(autouse=True)
def children(take):
    take(["姓名", "出生日期"], ["张三", "2015-05-23"], ["李四", "2015-06-01"])


def rolls() -> dict:
    query = Attendance.live().join(Activity).switch(Attendance).join(Child)
    return {(row.activity.on_date.isoformat(), row.child.name): row.state for row in query}


def test_marks_of_the_days_make_the_rolls(take):
    outcome = take(
        TITLE,
        ["姓名", "9月5日", "9.6（周日）", datetime(2026, 9, 9)],
        ["张三", "√", "假", "迟"],
        ["李四", "×", None, 1],
    )
    assert (outcome.kind, outcome.created, outcome.skipped) == ("attendance", 2, 0)
    assert rolls() == {
        ("2026-09-05", "张三"): "present", ("2026-09-06", "张三"): "leave", ("2026-09-09", "张三"): "late", ("2026-09-05", "李四"): "absent",
        ("2026-09-09", "李四"): "present",
    }  # fmt: skip
    assert {(row.title, row.kind, row.state) for row in Activity.select()} == {("开放日", "open_day", "held")}
    assert sum("新建一场“开放日”" in each.message for each in outcome.problems) == 3


@pytest.mark.parametrize(
    "head",
    [
        [["姓名", "3月", None], [None, "5", "12"]],
        [["柳溪小学3月份考勤表"], ["序号", "姓名", 5, 12]],
        [["姓名", "3.5", "3月12日"]],
        [["柳溪小学2026年3月考勤"], ["姓名", 5.0, "12日"]],
    ],
)
def test_the_days_may_stand_under_their_month_or_under_a_title_that_names_it(take, head):
    row = ["张三", "√", "×"] if head[-1][0] != "序号" else [1, "张三", "√", "×"]
    take(*head, row)
    assert rolls() == {("2026-03-05", "张三"): "present", ("2026-03-12", "张三"): "absent"}


def test_a_day_without_its_year_is_the_last_one_and_one_soon_to_come_is_refused(take):
    outcome = take(["姓名", "12月5日", "3月12日", "10月1日"], ["张三", "√", "√", "√"])
    assert {day for day, _ in rolls()} == {"2026-03-12", "2025-12-05"}
    assert sum("2026-10-01还没到" in each.message for each in outcome.problems) == 1


def test_the_activity_of_the_day_is_taken_and_two_are_asked_about(take):
    film = Activity.create(title="专题片", kind="film", on_date=date(2026, 9, 5))
    take(TITLE, ["姓名", "9月5日"], ["张三", "到"])
    assert Attendance.get().activity_id == film.id and Activity.select().count() == 1
    Activity.create(title="游戏", kind="sports", on_date=date(2026, 9, 5))
    outcome = take(TITLE, ["姓名", "9月5日"], ["李四", "到"])
    assert "有2场活动（专题片、游戏）" in outcome.problems[0].message and len(rolls()) == 1


def test_what_cannot_be_read_is_told_in_its_place_and_the_rest_goes_in(take):
    outcome = take(TITLE, ["姓名", "9月5日", "9月6日", "9月30日"], ["张三", "√", "来了一半", "√"], ["王五", "√", "√", None], ["李四", "/", "√", None])  # fmt: skip
    said = {(each.row, each.column): each.message for each in outcome.problems}
    assert rolls() == {("2026-09-05", "张三"): "present", ("2026-09-06", "李四"): "present"}
    assert "看不出是到、缺、假还是迟" in said[3, "9月6日"] and "看不出是到" in said[5, "9月5日"]
    assert "台账里没有王五" in said[4, "姓名"] and "9月30日" in {column for _, column in said}


def test_twice_is_once_a_mark_on_file_stands_and_all_of_it_can_be_taken_back(take, user):
    rows = TITLE, ["姓名", "9月5日"], ["张三", "√"]
    take(*rows)
    assert (take(*rows).unchanged, len(rolls())) == (1, 1)
    outcome = take(*rows[:2], ["张三", "缺"])
    assert (
        rolls() == {("2026-09-05", "张三"): "present"} and "与台账不同，未改" in outcome.problems[0].message
    )
    changes.undo(changes.last_action(user).action, user)
    assert rolls() == {} and not Activity.live().exists()
