"""接送: who brought and who picks up each child, closing that lets nobody be overlooked, the parents' meeting."""

from datetime import date, datetime

import pytest
from village_people import put_child

from db import activities, changes, days, pick_up, roll
from tui.screens import activity
from tui.screens.closing import Closing
from tui.screens.roll_call import RollCall

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def at_five(monkeypatch):
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 11, 23, 9, 0))


@pytest.fixture
def children(ledger):
    return {
        name: put_child(
            ledger, name, village_group=group, guardian_name=guardian, guardian_relation="62",
            guardian_phone=f"1990000000{n}", birth_date="2015-03-08",
        )
        for n, (name, group, guardian) in enumerate(
            (("张浩宇", "一组", "李秀英"), ("李雨涵", "二组", "王桂兰"), ("王一鸣", "三组", "赵秀珍")), 1
        )
    }  # fmt: skip


def make(ledger, kind="open_day", on=TODAY):
    about = {"title": "周六开放日", "kind": kind, "on_date": on, "starts": "8:30", "place": "农家书屋"}
    return activities.save(None, about, {}, ledger).id


@pytest.fixture
def opened(ledger, children, context):
    """The roll of today's open day, on the desk."""
    make(ledger)
    return lay(context, TODAY)


def lay(context, on):
    (line,) = activities.agenda(on, on)
    page = RollCall(context, line)
    context.desk.push(page)
    return page


def lines(page):
    return {line.name: line for line in roll.of(page.activity.id)}


def test_who_comes_is_noted_with_the_time_and_who_brought_it(opened, any_eyes):
    any_eyes.press("1", "up", "enter")
    assert "李秀英  祖母（监护人）  199****0001" in any_eyes.text
    any_eyes.press("enter")
    assert "请先按数字" in any_eyes.text
    any_eyes.press("1", "enter")
    line = lines(opened)["张浩宇"]
    assert (line.arrived, line.brought_by, line.brought_relation) == ("17:00", "李秀英", "62")
    assert "17:00" in any_eyes.text and "李秀英" in any_eyes.text


def test_the_time_of_arrival_can_be_mended_and_a_wrong_one_is_asked_again(opened, eyes):
    eyes.press("1", "up", "enter", "3", "enter")
    eyes.press("text:25点", "enter")
    assert "看不出几点" in eyes.text
    eyes.press("ctrl+u", *["backspace"] * 5, "text:8.40", "enter")
    assert lines(opened)["张浩宇"].arrived == "08:40" and lines(opened)["张浩宇"].brought_by is None


def test_those_still_there_come_first_and_a_digit_says_who_picks_up(opened, any_eyes):
    any_eyes.press("f8", "tab")
    assert "接送：" in any_eyes.text and "来了3  已接0  未接3" in any_eyes.text
    any_eyes.press("enter", "1", "enter")
    assert (line := lines(opened)["张浩宇"]).picked_by == "李秀英" and line.left_at == "17:00"
    assert opened.roster.current().name == "李雨涵"
    assert [line.name for line in opened.roster.items()] == ["李雨涵", "王一鸣", "张浩宇"]
    assert "未接2" in any_eyes.text


def test_only_the_time_of_a_pick_up_is_mended(opened, eyes):
    eyes.press("1", "tab", "enter", "2", "enter", "enter", "4", "enter", "text:16点", "enter")
    assert "早于张浩宇到的时间17:00" in eyes.text
    eyes.press("text:17:20", "enter")
    line = lines(opened)["张浩宇"]
    assert (line.picked_by, line.left_at, line.escorted) == ("自己", "17:20", True)


def test_who_did_not_come_is_not_in_the_list(opened, eyes):
    eyes.press("1", "2", "tab")
    assert [line.name for line in opened.roster.items()] == ["张浩宇"]
    assert "来了1  已接0  未接1  未点1" in eyes.text


def test_a_stranger_is_asked_for_the_relation_and_warned_of(opened, eyes):
    eyes.press("f8", "tab", "enter", "4", "enter", "text:王大山", "enter")
    assert "王大山不在档案里，是张浩宇的什么人" in eyes.text
    eyes.press("escape")
    assert lines(opened)["张浩宇"].picked_by is None
    eyes.press("enter", "4", "enter", "text:王大山", "enter", "text:fqs", "enter")
    assert "不在张浩宇的档案里：王大山（非亲属）" in eyes.text and eyes.desk.message[1] == "warn"
    assert lines(opened)["张浩宇"].picked_relation == "99"


def test_somebody_on_file_typed_by_name_is_known(opened, eyes):
    eyes.press("f8", "tab", "enter", "4", "enter", "text:李秀英", "enter")
    assert lines(opened)["张浩宇"].picked_relation == "62"


def test_alone_across_the_road_ends_the_duty_in_words(opened, eyes):
    eyes.press("f8", "tab", "enter")
    assert "护送过马路后，本单位责任到此为止" in eyes.text
    eyes.press("2", "enter")
    line = lines(opened)["张浩宇"]
    assert line.escorted and line.note == "护送过马路后，本单位责任到此为止"


def test_a_pick_up_is_taken_back(opened, eyes):
    eyes.press("1", "tab", "enter", "1", "enter", "delete", "enter")
    assert lines(opened)["张浩宇"].picked_by is None and "未接1" in eyes.text
    eyes.press("delete")
    assert "没有记过接走" in eyes.text
    eyes.press("enter", "1", "enter", "ctrl+z", "enter")
    assert lines(opened)["张浩宇"].picked_by is None


def test_closing_shows_who_is_still_there_with_the_phone_and_does_not_let_go(opened, any_eyes):
    any_eyes.context.desk.route("f6", "工作台", lambda: None)
    any_eyes.press("f8", "tab", "enter", "1", "enter", "f8")
    assert isinstance(any_eyes.desk.top, Closing)
    text = any_eyes.text
    assert "还有2名孩子没有接走" in text and "张浩宇" not in text
    assert "19900000002" in text and "19900000003" in text
    assert {"19900000002", "19900000003"} <= {run.strip() for run in any_eyes.styled("error")}
    any_eyes.press("f8")
    assert "逐个按回车" in any_eyes.text and roll.about(opened.activity.id).closed_at is None
    any_eyes.press("f6")
    assert isinstance(any_eyes.desk.top, Closing) and "先不关门" in any_eyes.desk.message[0]
    any_eyes.press("escape")
    assert any_eyes.desk.top is opened and "没有关门" in any_eyes.text


def test_each_is_settled_then_the_day_is_closed_and_held_and_one_undo_opens_it(opened, any_eyes):
    any_eyes.press("f8", "tab", "enter", "1", "enter", "f8")
    any_eyes.press("enter", "1", "enter")
    assert "还有1名" in any_eyes.text
    any_eyes.press("enter", "4", "enter", "enter")
    assert "请写明为什么仍在" in any_eyes.text
    any_eyes.press("enter", "4", "enter", "text:奶奶在路上", "enter")
    assert "每个孩子都有了去向" in any_eyes.text and "奶奶在路上" in any_eyes.text
    any_eyes.press("f8")
    assert "几点关门" in any_eyes.text
    any_eyes.press("enter")
    about = roll.about(opened.activity.id)
    assert (about.closed_at, about.state) == ("17:00", "held")
    assert any_eyes.desk.top is opened and "已关门" in any_eyes.text
    assert [each.note for each in pick_up.not_picked_up(opened.activity.id)] == ["关门时仍在：奶奶在路上"]
    any_eyes.press("ctrl+z", "enter")
    assert roll.about(opened.activity.id).state is None


def test_with_nobody_there_the_time_is_all_that_is_asked(opened, eyes):
    eyes.press("1", "tab", "enter", "1", "enter", "f8")
    assert "几点关门（还有2名没有点名）" in eyes.text
    eyes.press("text:16:00", "enter")
    assert "关门16:00" not in eyes.text and "张浩宇17:00才到" in eyes.text
    eyes.press("escape", "f8", "enter")
    assert roll.about(opened.activity.id).closed_at == "17:00"


def test_what_another_marks_meanwhile_is_not_closed_over(opened, eyes, children):
    eyes.press("1", "tab", "enter", "1", "enter", "f8")
    roll.mark(opened.activity.id, children["王一鸣"], "present", None)
    eyes.press("enter")
    assert "王一鸣" in eyes.desk.message[0] and roll.about(opened.activity.id).closed_at is None


def test_opening_and_adding_come_from_the_menu(opened, eyes, ledger):
    put_child(ledger, "陈思琪", father_whereabouts="home", mother_whereabouts="home")
    eyes.press("f10", "text:km", "enter")
    assert "几点开门" in eyes.text
    eyes.press("text:8:00", "enter")
    assert roll.about(opened.activity.id).opened_at == "08:00" and "08:00开门" in eyes.text
    eyes.press("insert", "text:csq", "enter", "enter")
    assert "陈思琪已在名单上" in eyes.text and opened.roster.current().name == "陈思琪"
    eyes.press("1")
    assert lines(opened)["陈思琪"].state == "present"


def test_a_child_that_had_left_is_not_added(opened, eyes, ledger, children):
    from db import leaving

    leaving.leave(children["王一鸣"], "moved", date(2026, 11, 20), None, None, ledger)
    with pytest.raises(leaving.Refused, match="退出登记"):
        roll.add(opened.activity.id, children["王一鸣"], ledger)
    opened.shown()
    assert "王一鸣" not in eyes.text


def test_a_day_gone_by_is_asked_for_its_times(context, ledger, children, eyes):
    make(ledger, on=date(2026, 11, 21))
    page = lay(context, date(2026, 11, 21))
    eyes.press("1", "tab", "enter", "1", "enter")
    assert "张浩宇几点走的" in eyes.text
    eyes.press("text:7点", "enter")
    assert lines(page)["张浩宇"].left_at == "07:00"


def test_other_kinds_have_no_pick_up(context, ledger, children, eyes):
    make(ledger, kind="film")
    page = lay(context, TODAY)
    eyes.press("1", "tab")
    assert page.part == "roll" and "只有开放日" in eyes.text
    assert lines(page)["张浩宇"].arrived is None


def test_at_a_parents_meeting_it_is_said_who_came(context, ledger, children, any_eyes):
    make(ledger, kind="parents")
    page = lay(context, TODAY)
    assert "来人" in any_eyes.text and "家里来人0  没来0" in any_eyes.text
    any_eyes.press("enter")
    assert "张浩宇家里谁来了" in any_eyes.text
    any_eyes.press("1", "enter", "2")
    assert lines(page)["张浩宇"].brought_by == "李秀英" and lines(page)["张浩宇"].state == "present"
    assert lines(page)["李雨涵"].state == "absent" and "家里来人1  没来1" in any_eyes.text


def test_an_undo_of_a_mark_takes_the_time_with_it(opened, eyes, context):
    eyes.press("1", "ctrl+z", "enter")
    assert lines(opened)["张浩宇"].state is None
    assert changes.last_action(context.by).label != "点名"


def test_the_rest_walk_home_together_across_the_road(opened, any_eyes):
    any_eyes.press("f8", "tab", "enter", "1", "enter", "f8", "f10")
    assert "李雨涵、王一鸣自己走" in any_eyes.text
    any_eyes.press("enter")
    assert "请先按数字" in any_eyes.text
    any_eyes.press("1", "enter", "enter")
    assert [line.escorted for line in lines(opened).values()] == [None, True, True]
    any_eyes.press("f10")
    assert "都有了去向" in any_eyes.desk.message[0]
    any_eyes.press("f8", "enter")
    assert roll.about(opened.activity.id).closed_at == "17:00"


def test_saying_from_the_calendar_that_it_took_place_leads_to_the_closing_too(opened, eyes, context):
    eyes.press("1")
    (line,) = activities.agenda(TODAY, TODAY)
    activity.hold(context, line)
    assert isinstance(eyes.desk.top, Closing) and "张浩宇" in eyes.text
    eyes.press("enter", "1", "enter", "f8", "enter")
    assert roll.about(opened.activity.id).state == "held" and eyes.desk.top is opened
    activity.hold(context, line)
    assert "小结" in eyes.text
