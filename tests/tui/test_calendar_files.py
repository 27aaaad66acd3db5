"""The calendar saved as a file and read from one, at both sizes."""

from datetime import date

import pytest

from db import activities
from tui.page import Page, Picture
from tui.screens.calendar_files import read_ics, save_ics

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//\r\n"
EVENTS = """BEGIN:VEVENT
UID:a
SUMMARY:家长会
DTSTART:20261128T010000Z
END:VEVENT
BEGIN:VEVENT
UID:b
SUMMARY:书屋开放
DTSTART;VALUE=DATE:20261128
RRULE:FREQ=WEEKLY;COUNT=3
END:VEVENT
BEGIN:VEVENT
UID:c
SUMMARY:没有结束的
DTSTART;VALUE=DATE:20261128
RRULE:FREQ=WEEKLY
END:VEVENT
""".replace("\n", "\r\n")


class Blank(Page):
    """What the questions lie on."""

    title = "日历"

    def draw(self, width, height):
        return Picture([])


@pytest.fixture(autouse=True)
def here(context, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    context.desk.push(Blank())
    return tmp_path


@pytest.fixture
def film(context):
    values = activities.load(None) | {"title": "励志专题片", "on_date": date(2026, 11, 28), "starts": "15:30"}
    return activities.save(None, values, {}, context.by).id


def titles():
    return [line.title for line in activities.agenda(date(2026, 9, 1), date(2027, 9, 1))]


def test_the_calendar_is_saved_by_enter_alone(film, context, any_eyes, here):
    save_ics(context)
    assert "本学年的（2026-09-01起）" in any_eyes.text
    any_eyes.press("enter", "enter")
    assert "已存 1 项活动到" in any_eyes.text and "SUMMARY:励志专题片" in (here / "活动日历.ics").read_text()


def test_a_span_of_ones_own(film, context, eyes, here):
    save_ics(context)
    eyes.press("down", "enter").type("2026-11-1\n").type("2026-11-27\n").press("enter")
    assert "没有活动" in eyes.text and not (here / "活动日历.ics").exists()
    save_ics(context)
    eyes.press("down", "enter").type("2026-11-1\n").type("2026-11-28\n").press("enter")
    assert "已存 1 项活动到" in eyes.text


def test_a_file_is_looked_at_then_taken_and_taken_back(context, any_eyes, here):
    (here / "手机.ics").write_text(HEAD + EVENTS + "END:VCALENDAR\r\n")
    read_ics(context)
    any_eyes.press("enter")
    for said in ("读入日历：手机.ics", "共3项", "新增 2", "不读 1", "2026年11月28日", "每周六，共3次"):
        assert said in any_eyes.text, said
    assert titles() == []
    any_eyes.press("end")
    assert "重复要有个结束" in any_eyes.text
    any_eyes.press("tab")
    assert "书屋开放" not in any_eyes.text
    any_eyes.press("space")
    assert "第3项 没有结束的" in any_eyes.text
    any_eyes.press("escape", "enter")
    assert "2 项新增或更新，1 项没有读" in any_eyes.text
    assert titles() == ["书屋开放", "家长会", "书屋开放", "书屋开放"]
    context.undo()
    any_eyes.press("enter")
    assert titles() == []


def test_our_own_file_changes_nothing_and_a_changed_one_says_what(film, context, eyes, here):
    save_ics(context)
    eyes.press("enter", "enter")
    read_ics(context, here / "活动日历.ics")
    assert "未变 1" in eyes.text
    eyes.press("enter")
    assert "不用读入" in eyes.text
    eyes.press("escape")
    path = here / "活动日历.ics"
    path.write_text(path.read_text().replace("T153000", "T160000"))
    read_ics(context, path)
    assert "更新 1" in eyes.text and "开始 15:30 → 16:00" in eyes.text
    eyes.press("space", "escape", "enter")
    assert activities.load(film)["starts"] == "16:00"


def test_a_file_that_is_no_calendar_is_said_so(context, eyes, here):
    (here / "坏.ics").write_text("姓名,性别\n张三,男\n")
    read_ics(context)
    eyes.press("enter")
    assert "不是日历文件" in eyes.text and titles() == []


def test_the_hour_of_an_event_is_seen_in_full(context, any_eyes, here):
    event = EVENTS.split("BEGIN:VEVENT")[1].replace("20261128", "20261017")
    (here / "一项.ics").write_bytes((HEAD + "BEGIN:VEVENT" + event + "END:VCALENDAR\r\n").encode())
    read_ics(context, here / "一项.ics")
    assert any("家长会" in line and "2026年10月17日 周六 09:00" in line for line in any_eyes.text.split("\n"))
