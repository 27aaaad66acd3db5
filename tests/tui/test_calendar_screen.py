"""活动日历: days, activities, plan items and the roll, driven through the desk."""

from datetime import date

import pytest

from db import activities, child_sheet, plan_items, repeats, roll
from tui.paint import Painter
from tui.screens import calendar_rows
from tui.screens.calendar import Calendar


@pytest.fixture
def children(ledger):
    found = []
    for name in ("张浩宇", "李雨涵", "王一鸣"):
        base = child_sheet.load(None)
        away = {"father_whereabouts": "away", "mother_whereabouts": "away"}
        found.append(
            child_sheet.save(None, base | away | {"name": name, "village_group": "一组"}, base, by=ledger).id
        )
    return found


@pytest.fixture
def film(ledger):
    values = activities.load(None) | {
        "title": "励志专题片",
        "on_date": date(2026, 11, 20),
        "starts": "15:30",
        "place": "农家书屋",
    }
    return activities.save(None, values, activities.load(None), ledger).id


@pytest.fixture
def page(context):
    page = Calendar(context)
    context.desk.push(page)
    return page


def test_the_month_shows_days_activities_and_plan_at_both_sizes(film, ledger, any_eyes, context):
    plan_items.add("2026-11", "家长会", ledger)
    context.desk.push(Calendar(context))
    assert "2026年11月" in any_eyes.text and "家长会" in any_eyes.text
    assert ">23" in any_eyes.text
    any_eyes.press("left", "left", "left")
    assert "励志专题片" in any_eyes.text and "15:30" in any_eyes.text


def test_arrows_move_by_days_and_weeks_and_pages_by_months(page, eyes):
    for key, day in (("right", date(2026, 11, 24)), ("up", date(2026, 11, 17)), ("pagedown", date(2026, 12, 17)),
                     ("pageup", date(2026, 11, 17)), ("home", date(2026, 11, 23))):  # fmt: skip
        eyes.press(key)
        assert page.day == day


def test_an_activity_is_added_on_the_chosen_day_and_edited(page, eyes, context):
    eyes.press("right", "insert").type("国庆绘画\n")
    eyes.press("ctrl+s")
    (line,) = activities.agenda(date(2026, 11, 24), date(2026, 11, 24))
    assert line.title == "国庆绘画" and "国庆绘画" in eyes.text
    eyes.press("enter", "enter").type("书画比赛\n").press("ctrl+s")
    assert activities.agenda(date(2026, 11, 24), date(2026, 11, 24))[0].title == "书画比赛"


def test_the_roll_takes_one_key_a_child(page, eyes, film, children):
    page.go_to(date(2026, 11, 20))
    eyes.press("enter", "f8", "1", "2", "3")
    assert "到1  缺1  假1" in eyes.text and "未点0" in eyes.text
    states = [line.state for line in roll.of(film)]
    assert states == ["present", "absent", "leave"]
    eyes.press("0")
    assert "未点1" in eyes.text


def test_the_rest_present_is_one_action_taken_back_as_one(page, eyes, film, children):
    page.go_to(date(2026, 11, 20))
    eyes.press("enter", "f8", "2", "f8")
    assert [line.state for line in roll.of(film)] == ["absent", "present", "present"]
    eyes.press("ctrl+z", "enter")
    assert [line.state for line in roll.of(film)] == ["absent", None, None]


def test_a_child_is_found_in_the_roll_and_marked(page, eyes, film, children):
    page.go_to(date(2026, 11, 20))
    eyes.press("enter", "f8", "/").type("一鸣\n").press("1", "escape")
    assert {line.name: line.state for line in roll.of(film)} == {
        "张浩宇": None,
        "李雨涵": None,
        "王一鸣": "present",
    }


def test_a_roll_before_its_day_is_refused_with_the_reason(page, eyes, children, ledger):
    activities.save(
        None,
        activities.load(None) | {"title": "演讲", "on_date": date(2026, 11, 25)},
        activities.load(None),
        ledger,
    )
    page.go_to(date(2026, 11, 25))
    eyes.press("enter", "f8", "1")
    assert "到那天再点名" in eyes.text


def test_a_plan_item_is_added_ticked_with_evidence_and_unticked(page, eyes):
    eyes.press("tab", "tab", "insert").type("家长会\n")
    assert "1项，完成0项" in eyes.text
    eyes.press("space", "enter").type("照片3张\n")
    (item,) = plan_items.month("2026-11")
    assert (item.done_on, item.evidence) == (date(2026, 11, 23), "照片3张") and "完成1项" in eyes.text
    assert "F8改回未完成" in eyes.text or "空格改回未完成" in eyes.text
    eyes.press("space", "escape")
    assert plan_items.month("2026-11")[0].done_on == date(2026, 11, 23), "asked first"
    eyes.press("space", "enter")
    assert plan_items.month("2026-11")[0].done_on is None


def test_a_bad_day_is_asked_again_with_what_was_typed(page, eyes, ledger):
    plan_items.add("2026-11", "家长会", ledger)
    page.shown()
    eyes.press("tab", "tab", "space", "ctrl+u").type("2026-13-1\n")
    assert eyes.desk.message[1] == "error" and "2026-13-1" in eyes.text


def test_deleting_asks_and_is_undone(page, eyes, film):
    page.go_to(date(2026, 11, 20))
    eyes.press("enter", "delete", "enter")
    assert activities.agenda(date(2026, 11, 20), date(2026, 11, 20)) == []
    eyes.press("ctrl+z", "enter")
    assert len(activities.agenda(date(2026, 11, 20), date(2026, 11, 20))) == 1


def test_keys_that_have_nothing_to_work_on_say_so(page, eyes):
    eyes.press("tab", "f8")
    assert "没有活动" in eyes.text


def test_esc_at_the_evidence_leaves_the_item_undone(page, eyes, ledger):
    plan_items.add("2026-11", "家长会", ledger)
    page.shown()
    eyes.press("tab", "tab", "space", "enter", "escape")
    assert plan_items.month("2026-11")[0].done_on is None and "完成0项" in eyes.text


def test_evidence_given_before_may_be_taken_out(page, eyes, ledger):
    item = plan_items.add("2026-11", "家长会", ledger)
    plan_items.finish(item, date(2026, 11, 20), "照片3张", ledger)
    plan_items.reopen(item, ledger)
    page.shown()
    eyes.press("tab", "tab", "space", "enter", "ctrl+u", "enter")
    (line,) = plan_items.month("2026-11")
    assert (line.done_on, line.evidence) == (date(2026, 11, 23), None)


def sent(eyes, key):
    """Bytes that one key makes the terminal program send."""
    painter = Painter()
    painter.paint(eyes.desk.draw(80, 24), 80, 24)
    eyes.desk.press(key, None)
    return len(painter.paint(eyes.desk.draw(80, 24), 80, 24).encode())


@pytest.mark.parametrize(("key", "most"), [("right", 150), ("up", 150), ("pagedown", 800)])
def test_a_move_in_a_quiet_month_redraws_only_what_changes(page, eyes, key, most):
    assert 0 < sent(eyes, key) <= most


@pytest.mark.parametrize("key", ["right", "up", "pagedown"])
def test_a_move_in_a_full_month_redraws_no_more_than_the_list_of_activities(page, eyes, ledger, key):
    for month, last in ((11, 30), (12, 31)):
        for day in range(1, last + 1):
            base = activities.load(None)
            activities.save(
                None, base | {"title": f"活动{day}", "on_date": date(2026, month, day)}, base, ledger
            )
    page.shown()
    assert 0 < sent(eyes, key) <= 1500


def test_striking_out_one_of_a_series_names_the_day_and_says_the_others_stay(page, eyes, film, context):
    repeats.repeat(film, "FREQ=WEEKLY;COUNT=3", False, context.by)
    page.go_to(date(2026, 11, 27))
    eyes.press("enter", "delete")
    asked = eyes.text.replace("\n", "").replace(" ", "")
    assert "删除11月27日这一次“励志专题片”？只删这一次" in asked and "F10选“重复”" in asked
    eyes.press("enter")
    assert [line.on_date.day for line in activities.agenda(date(2026, 11, 1), date(2026, 12, 31))] == [20, 4]


def test_an_edited_activity_says_how_to_take_it_back_and_the_menu_names_its_screen(page, eyes, film):
    page.go_to(date(2026, 11, 20))
    eyes.press("enter", "enter").type("专题片\n").press("ctrl+s")
    assert "已存：专题片，按 Ctrl+Z 可撤销" in eyes.text
    eyes.press("f10")
    assert "活动日历：更多" in eyes.text


def test_a_line_of_the_month_keeps_no_room_for_what_it_does_not_say(page, film):
    row = calendar_rows.activity_row(activities.line(film), 36, False, (), True)
    assert "励志专题片（农家书屋）" in "".join(text for text, _ in row)
