"""放假安排: a year put in, days added, mended and struck out, files."""

from datetime import date

import pytest

from db import days_off
from tui.screens.days_off import DaysOff


@pytest.fixture
def page(context):
    page = DaysOff(context)
    context.desk.push(page)
    return page


def kept():
    return days_off.of(date(2000, 1, 1), date(2099, 12, 31))


def test_the_announced_year_is_put_in_with_one_key(any_eyes, context):
    context.desk.push(DaysOff(context))
    assert "还没有2026年的安排：按 F8 装入" in any_eyes.text
    any_eyes.press("f8")
    assert "放假 33 天  调休上班 6 天" in any_eyes.text and "已装入 39 天" in any_eyes.text
    assert "1月1日" in any_eyes.text and "元旦" in any_eyes.text
    any_eyes.press("f8")
    assert "已装入 0 天，已有的 39 天没有动" in any_eyes.text
    any_eyes.press("ctrl+z", "enter")
    assert kept() == {} and "还没有2026年的安排" in any_eyes.text


def test_a_year_not_announced_is_not_guessed(page, eyes):
    eyes.press("right")
    assert "还没有2027年的安排：国务院公布后在这里按 Ins 添加" in eyes.text
    eyes.press("f8")
    assert "程序里没有2027年的安排" in eyes.text and kept() == {}
    eyes.press("left", "left")
    assert "2025年" in eyes.text
    page.year = 2099
    eyes.press("right")
    assert "只记2000到2099年" in eyes.text


def test_several_days_are_added_on_one_sheet_and_the_year_is_turned_to(page, eyes):
    eyes.press("insert").type("2027-2-5\n2027-2-7\n\n春节\n").press("ctrl+s")
    assert list(kept()) == [date(2027, 2, 5), date(2027, 2, 6), date(2027, 2, 7)]
    assert "2027年" in eyes.text and "放假 3 天" in eyes.text and "2月5日" in eyes.text


def test_what_cannot_be_is_said_on_the_sheet(page, eyes):
    eyes.press("f8", "insert").type("2026-10-1\n").press("ctrl+s")
    assert "2026-10-01已经记了放假（国庆节）" in eyes.text
    assert len(kept()) == 39


def test_a_day_is_mended_and_struck_out(page, eyes):
    eyes.press("f8", "enter").type("\n\n元旦节\n").press("ctrl+s")
    assert kept()[date(2026, 1, 1)].name == "元旦节"
    eyes.press("delete", "enter")
    assert date(2026, 1, 1) not in kept() and "已删除" in eyes.text
    eyes.press("f10", "3", "enter", "enter")
    assert kept() == {}


def test_a_year_goes_to_a_file_and_back(page, eyes, tmp_path):
    page.folder = tmp_path
    eyes.press("f8", "f10", "2", "enter", "enter")
    assert "已把 39 天存到" in eyes.text
    eyes.press("f10", "3", "enter", "enter", "f10", "1", "enter", "enter")
    assert "已装入 39 天" in eyes.text and len(kept()) == 39
    (tmp_path / "放假安排2026.csv").write_text("2026-13-1,放假\n", "utf-8")
    eyes.press("f10", "1", "enter", "enter")
    assert "第1行" in eyes.text and len(kept()) == 39


def test_keys_without_anything_to_work_on_say_so(page, eyes):
    eyes.press("delete")
    assert "这一年还没有记" in eyes.text
