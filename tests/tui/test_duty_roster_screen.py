"""值班表: the days to come, one put on duty, turns dealt with a preview, the roster as a file."""

from datetime import date

import openpyxl
import pytest
from village_people import put_helper

from db import activities, duty_roster
from tui.screens.duty_roster import Dealing, DutyRoster


@pytest.fixture
def page(context, ledger):
    for on in (28, 29, 30):
        about = {"title": "周六开放日", "kind": "open_day", "on_date": date(2026, 11, on), "starts": "8:30"}
        activities.save(None, about | {"place": "农家书屋", "lead": "赵书记"}, {}, ledger)
    activities.save(None, {"title": "励志专题片", "kind": "film", "on_date": date(2026, 12, 1)}, {}, ledger)
    put_helper(ledger, "刘老师", kind="teacher", unit="柳溪小学")
    put_helper(ledger, "王晓", kind="graduate")
    made = DutyRoster(context)
    context.desk.push(made)
    return made


def who(page):
    return [each.duty for each in duty_roster.lines(page.first, page.last)]


def test_the_days_and_who_is_missing_are_shown(page, any_eyes):
    assert "11月28日" in any_eyes.text and "周六" in any_eyes.text and "励志专题片" not in any_eyes.text
    assert "3天  3天还没有人值班" in any_eyes.text
    any_eyes.press("tab")
    assert "励志专题片" in any_eyes.text
    any_eyes.press("right", "right")
    assert "这三个月没有" in any_eyes.text
    any_eyes.press("left", "left", "tab")
    assert "周六开放日" in any_eyes.text


def test_one_is_put_on_duty_by_number_or_by_name_and_taken_off(page, eyes):
    eyes.press("enter")
    assert "刘老师  柳溪小学" in eyes.text
    eyes.press("1", "enter", "enter", "text:打名字", "enter", "text:孙主任", "enter")
    assert who(page) == ["刘老师", "孙主任", None]
    eyes.press("home", "delete", "escape")
    assert who(page)[0] == "刘老师"
    eyes.press("delete", "enter")
    assert who(page) == [None, "孙主任", None]
    eyes.press("delete")
    assert "这天还没有人值班" in eyes.text


def test_turns_are_dealt_after_a_preview_and_taken_back_as_one(page, any_eyes):
    any_eyes.press("f8", "f8")
    assert "请先按空格选" in any_eyes.text
    any_eyes.press("end", "space", "home", "space")
    assert "轮流：王晓、刘老师" in any_eyes.text
    any_eyes.press("f8")
    assert "王晓2天  刘老师1天" in any_eyes.text and who(page) == [None] * 3
    any_eyes.press("enter")
    assert who(page) == ["王晓", "刘老师", "王晓"]
    assert "已排3天" in any_eyes.text and any_eyes.desk.top is page
    any_eyes.press("f8", "space", "f8")
    assert "每天都有人值班" in any_eyes.text
    any_eyes.press("escape", "ctrl+z", "enter")
    assert who(page) == [None] * 3


def test_an_enter_typed_ahead_of_the_preview_writes_nothing(page, eyes):
    eyes.press("f8", "insert", "text:孙主任", "enter")
    eyes.desk.press("f8")
    eyes.desk.press("enter")
    assert isinstance(eyes.desk.top, Dealing) and who(page) == [None] * 3
    eyes.press("escape", "escape")
    assert eyes.desk.top is page and who(page) == [None] * 3


def test_the_roster_is_saved_as_a_workbook(page, eyes, tmp_path):
    duty_roster.put(page.lines[0].id, "=王晓", None)
    page.shown()
    eyes.press("f10", f"text:{tmp_path}/值班.xlsx", "enter")
    assert "3天，已存到" in eyes.text.replace("\n", "")
    rows = list(openpyxl.load_workbook(tmp_path / "值班.xlsx").active.iter_rows(values_only=True))
    assert rows[0][0] == "柳溪村值班表"
    assert rows[2] == ("2026-11-28", "周六", "08:30", "周六开放日", "农家书屋", "=王晓", "赵书记")
    assert (tmp_path / "值班.xlsx").stat().st_mode & 0o777 == 0o600


def test_an_empty_roster_says_where_days_come_from(context, any_eyes):
    context.desk.push(DutyRoster(context))
    any_eyes.press("f8")
    assert "活动日历（F4）里添加开放日" in any_eyes.text
