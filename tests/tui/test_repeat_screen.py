"""重复: a series made with a few keys, its days shown before, and what is done with all of it, at both sizes."""

from datetime import date

import pytest

from db import activities, repeats
from tui.page import Page, Picture
from tui.screens.activity import activity_sheet
from tui.screens.repeat import open_repeat


class Blank(Page):
    """What the questions lie on."""

    title = "日历"

    def draw(self, width, height):
        return Picture([])


@pytest.fixture
def saturday(context):
    context.desk.push(Blank())
    values = {"title": "周六开放日", "on_date": date(2026, 11, 28), "starts": "8:30", "place": "活动室"}
    return activities.save(None, activities.load(None) | values, {}, context.by).id


@pytest.fixture
def series(saturday, context):
    repeats.repeat(saturday, "FREQ=WEEKLY;COUNT=5", False, context.by)
    return saturday


def on_calendar():
    return [
        (line.on_date.month, line.on_date.day)
        for line in activities.agenda(date(2026, 11, 1), date(2027, 12, 1))
    ]


def nth(n):
    return activities.agenda(date(2026, 11, 1), date(2027, 12, 1))[n].id


def test_every_week_until_the_term_ends_by_enter_alone(saturday, context, any_eyes):
    open_repeat(context, saturday)
    assert "重复：周六开放日" in any_eyes.text
    assert (
        "共10次：11月28日周六、12月5日周六、12月12日周六、12月19日周六…2027年1月30日"
        in any_eyes.text.replace("\n", "").replace(" ", "")
    )
    any_eyes.press("enter", "enter", "enter", "enter")
    assert "每周六，到2027年1月31日，只在学期内，共10次" in any_eyes.text.replace("\n", "").replace(" ", "")
    assert len(on_calendar()) == 10
    context.undo()
    any_eyes.press("enter")
    assert on_calendar() == [(11, 28)]


def test_the_days_follow_what_is_typed(saturday, context, any_eyes):
    open_repeat(context, saturday)
    any_eyes.press("text:3", "enter")  # 每天
    any_eyes.press("text:2026-11-30", "enter")
    assert "共3次：11月28日周六、11月29日周日、11月30日周一" in any_eyes.text
    any_eyes.press("ctrl+s")
    assert on_calendar() == [(11, 28), (11, 29), (11, 30)]


def test_a_rule_without_end_stays_in_the_sheet(saturday, context, any_eyes):
    open_repeat(context, saturday)
    sheet = context.desk.top
    sheet.session.go_to("until")
    any_eyes.press("backspace", "enter")
    assert "重复要有个结束" in any_eyes.text
    any_eyes.press("ctrl+s")
    assert context.desk.top is sheet and "重复要有个结束" in any_eyes.text and on_calendar() == [(11, 28)]
    sheet.session.go_to("times")
    any_eyes.press("text:2", "ctrl+s")
    assert on_calendar() == [(11, 28), (12, 5)]


def test_what_is_offered_for_a_series_and_its_rule_changed(series, context, any_eyes):
    open_repeat(context, nth(2))
    for said in ("每周六，共5次", "改规则", "把改动用到以后各次", "删除以后各次", "删除整个系列"):
        assert said in any_eyes.text
    any_eyes.press("enter")
    context.desk.top.session.go_to("weekdays")
    any_eyes.press("text:6", "text:7", "ctrl+s")  # not on Saturdays, but on Sundays
    assert on_calendar() == [(11, 28), (12, 5), (12, 13), (12, 20)]


def test_a_change_goes_to_the_later_ones(series, context, any_eyes):
    open_repeat(context, nth(2))
    any_eyes.press("text:2", "enter")
    assert "这一次和别的各次一样" in any_eyes.text
    base = activities.load(nth(2))
    activities.save(nth(2), base | {"place": "操场"}, base, context.by)
    open_repeat(context, nth(2))
    any_eyes.press("text:2", "enter")
    assert "把这一次的地点用到以后各次" in any_eyes.text
    any_eyes.press("enter")
    assert "连这一次共改了 3 次" in any_eyes.text
    found = [line.place for line in activities.agenda(date(2026, 11, 1), date(2027, 12, 1))]
    assert found == ["活动室", "活动室", "操场", "操场", "操场"]


def test_later_ones_and_all_are_struck_out_when_asked(series, context, any_eyes):
    open_repeat(context, nth(3))
    any_eyes.press("text:3", "enter")
    assert "删除这一次和以后各次（共2次）" in any_eyes.text
    any_eyes.press("escape")
    assert len(on_calendar()) == 5
    open_repeat(context, nth(3))
    any_eyes.press("text:3", "enter", "enter")
    assert "已删除 2 次" in any_eyes.text and len(on_calendar()) == 3
    open_repeat(context, series)
    any_eyes.press("text:4", "enter", "enter")
    assert on_calendar() == []


def test_who_changes_one_time_is_told_that_the_later_ones_stay_as_they_are(series, context, any_eyes):
    context.desk.push(activity_sheet(context, series))
    any_eyes.press("ctrl+s")
    assert "已存：周六开放日" in any_eyes.text and "只改了这一次" not in any_eyes.text, "nothing was changed"
    for occurrence, more in ((nth(4), False), (series, True)):
        context.desk.push(activity_sheet(context, occurrence))
        context.desk.top.session.retype("place", "操场")
        any_eyes.press("ctrl+s")
        assert ("只改了这一次，以后各次也要改" in any_eyes.text.replace("\n ", "")) == more
