"""会议: the meetings and the open decisions of all, a new meeting of each kind."""

from datetime import date

import pytest

from db import activities, decisions, meetings, members
from tui.screens.leading_group import LeadingGroup
from tui.screens.meetings import Meetings
from tui.screens.minutes import MeetingPage


@pytest.fixture
def held(ledger):
    """A meeting of last month, with two decisions, one of them late."""
    members.save(None, {"name": "张建国", "post": "leader"}, {}, ledger)
    key = meetings.new("meeting", "三季度专题会", date(2026, 10, 20), ledger, place="村部")
    for title, who, due in (("添书架", "刘老师", "2026-11-20"), ("贴标语", None, "2026-12-1")):
        decisions.decide(key, {"title": title, "by_name": who, "due_on": due}, ledger)
    return key


@pytest.fixture
def page(context):
    page = Meetings(context)
    context.desk.push(page)
    return page


def test_both_parts_are_shown_at_both_sizes_and_what_is_late_in_red(held, any_eyes, context, ledger):
    meetings.new("parents", "家长会", date(2026, 11, 30), ledger)
    context.desk.push(Meetings(context))
    text = any_eyes.text
    assert text.index("家长会") < text.index("三季度专题会") < text.index("添书架") < text.index("贴标语")
    assert "没办完的决定 2项，逾期1项" in text and "刘老师" in text and "没定人" in text
    assert any_eyes.styled("alarm") == ["逾期3天"]
    assert "待开" in text and "未记开" in text


def test_empty_lists_say_how_to_begin(page, eyes):
    assert "还没有会议：按 Ins 新开一次" in eyes.text and "没有没办完的决定" in eyes.text
    eyes.press("tab", "f8")
    assert "决定在会议里按 Ins 添加" in eyes.text


def test_a_meeting_opens_and_a_decision_opens_its_meeting(held, page, eyes):
    eyes.press("enter")
    assert isinstance(eyes.desk.top, MeetingPage) and eyes.desk.top.part == "agenda"
    eyes.press("escape", "tab", "enter")
    assert eyes.desk.top.part == "decisions" and "添书架" in eyes.text


def test_a_new_meeting_of_a_chosen_kind(page, eyes):
    eyes.press("insert", "3", "enter")
    assert "新会议：家长会" in eyes.lines()[0]
    eyes.type("秋季家长会\n2026-12-5\n下午2点\n")
    eyes.press("ctrl+s")
    assert isinstance(eyes.desk.top, MeetingPage)
    (line,) = meetings.listing()
    assert (line.title, line.kind, line.on_date, line.starts) == (
        "秋季家长会", "家长会", date(2026, 12, 5), "14:00",
    )  # fmt: skip


def test_what_cannot_be_kept_of_a_new_meeting_stays_open_and_is_mended(page, eyes):
    eyes.press("insert", "1", "enter", "enter").type("2026-2-30\n")
    eyes.press("ctrl+s")
    assert "其余已存" in eyes.text and [line.on_date for line in meetings.listing()] == [date(2026, 11, 23)]
    eyes.press("backspace").type("2026-12-30\n")
    eyes.press("ctrl+s")
    assert isinstance(eyes.desk.top, MeetingPage)
    assert [line.on_date for line in meetings.listing()] == [date(2026, 12, 30)]


def test_a_decision_is_carried_out(held, page, eyes):
    eyes.press("tab", "f8")
    assert "“添书架”哪天办完的" in eyes.text
    eyes.press("text:2026-10-1", "enter", "text:装好了", "enter")
    assert "早于开会的日期" in eyes.text
    eyes.press("text:2026-11-22", "enter", "enter")
    assert "已办完：添书架" in eyes.text
    assert [line.title for line in decisions.listing()] == ["贴标语"]
    assert decisions.listing(open_only=False)[1].result == "装好了"
    eyes.press("f10").type("jd")
    eyes.press("enter", "down")
    assert "11月22日办" in eyes.text
    eyes.press("f8")
    assert "这项决定2026-11-22已办完" in eyes.text


def test_leaving_a_question_changes_nothing(held, page, eyes):
    eyes.press("tab", "f8", "escape")
    eyes.press("f8", "enter", "escape")
    assert len(decisions.listing()) == 2


def test_a_meeting_is_struck_out_with_what_it_decided_and_comes_back(held, page, eyes):
    eyes.press("delete", "enter")
    assert meetings.listing() == [] and decisions.listing() == []
    eyes.press("ctrl+z", "enter")
    assert len(decisions.listing()) == 2 and "三季度专题会" in eyes.text


def test_the_group_is_reached_from_here(page, eyes):
    eyes.press("f10").type("ld")
    eyes.press("enter")
    assert isinstance(eyes.desk.top, LeadingGroup)


def test_a_meeting_where_another_activity_is_asks_first(page, eyes, ledger):
    values = {"title": "励志专题片", "on_date": date(2026, 12, 5), "starts": "14:30", "place": "会议室"}
    activities.save(None, values, {}, ledger)
    eyes.press("insert", "3", "enter").type("秋季家长会\n2026-12-5\n下午2点\n会议室\n")
    assert "与14:30的“励志专题片”冲突（会议室）" in eyes.text
    eyes.press("ctrl+s")
    assert "照样存吗" in eyes.text and meetings.listing() == []
    eyes.press("enter")
    assert isinstance(eyes.desk.top, MeetingPage) and [line.title for line in meetings.listing()] == [
        "秋季家长会"
    ]
