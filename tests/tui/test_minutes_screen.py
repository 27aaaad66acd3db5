"""One meeting's page: agenda, the grown-ups present, minutes, decisions; held, printed, struck out."""

from datetime import date

import pytest

from db import activities, child_sheet, decisions, meetings, members, roll
from tui.screens.activity import hold
from tui.screens.meetings import new_meeting
from tui.screens.minutes import MeetingPage, finish_decision, open_meeting_of
from tui.screens.roll_call import RollCall

DAY = date(2026, 11, 20)
NAMES = ("张建国", "李主任", "王校长")


@pytest.fixture
def meeting(ledger):
    for name, post in zip(NAMES, ("leader", "liaison", "member"), strict=True):
        members.save(None, {"name": name, "post": post}, {}, ledger)
    return meetings.new(
        "meeting", "四季度专题会", DAY, ledger, starts="9:00", place="村部", agenda="一、摸底"
    )


@pytest.fixture
def page(meeting, context):
    page = MeetingPage(context, meeting)
    context.desk.push(page)
    return page


def states(meeting):
    return [line.state for line in meetings.attendees(meeting)]


def test_every_part_is_shown_at_both_sizes(meeting, any_eyes, context, ledger):
    meetings.save(
        meeting,
        {"minutes": "张建国讲话" * 200, "outcome": "很好"},
        {"minutes": None, "outcome": None},
        ledger,
    )
    head = meetings.load(meeting)
    meetings.save(meeting, head | {"place": "村部二楼会议室", "lead": "张建国书记"}, head, ledger)
    values = {"title": "给农家书屋添两个书架" * 5, "by_name": "欧阳老师傅", "due_on": "2026-11-22"}
    key = decisions.decide(meeting, values, ledger)
    decisions.finish(key, DAY, "装好了" * 60, ledger)
    decisions.reopen(key, ledger)
    context.desk.push(MeetingPage(context, meeting))
    assert "四季度专题会" in any_eyes.lines()[0] and "村部" in any_eyes.text and "一、摸底" in any_eyes.text
    any_eyes.press("tab")
    assert "组长" in any_eyes.text and "未点3" in any_eyes.text
    any_eyes.press("tab")
    assert "下面还有" in any_eyes.text and "小结" not in any_eyes.text
    any_eyes.press("end")
    assert "小结：很好" in any_eyes.text and "下面还有" not in any_eyes.text
    any_eyes.press("right")
    assert "添两个书架" in any_eyes.text and "结果：装好了" in any_eyes.text
    assert any_eyes.styled("alarm") == ["逾期1天"]
    any_eyes.press("tab", "left", "shift+tab")
    assert any_eyes.desk.top.part == "minutes"


def test_the_roll_of_grown_ups_takes_one_key_each(meeting, page, eyes):
    eyes.press("tab", "1", "3")
    assert states(meeting) == ["present", "leave", None]
    eyes.press("f8")
    assert "其余1人都记为到" in eyes.text and states(meeting)[2] == "present"
    eyes.press("f8")
    assert "都已点过" in eyes.text
    eyes.press("home", "4", "2", "0")
    assert states(meeting) == ["late", "absent", None]


def test_others_are_added_mended_and_taken_off(meeting, page, eyes):
    eyes.press("tab", "insert").type("王桂英\n张浩宇的奶奶\n")
    eyes.press("ctrl+s").type("李秀英")
    eyes.press("ctrl+s", "escape")
    assert [line.name for line in meetings.attendees(meeting)][3:] == ["王桂英", "李秀英"]
    eyes.press("end", "enter", "enter").type("外婆")
    eyes.press("ctrl+s")
    assert meetings.attendees(meeting)[-1].post == "外婆"
    eyes.press("delete", "enter")
    assert "已删除 李秀英" in eyes.text and len(meetings.attendees(meeting)) == 4


def test_minutes_are_written_in_the_editor_and_kept_as_a_draft_until_saved(meeting, page, eyes):
    eyes.press("tab", "tab", "enter").type("第一行\n第二行")
    assert "已写7字" in eyes.text
    eyes.press("escape")
    assert meetings.view(meeting).minutes is None and "草稿已留下" in eyes.text
    eyes.press("enter")
    assert "第二行" in eyes.text
    eyes.press("ctrl+s")
    assert meetings.view(meeting).minutes == "第一行\n第二行" and "第二行" in eyes.text


def test_what_somebody_else_wrote_in_the_minutes_is_asked_about(meeting, page, eyes, ledger):
    eyes.press("tab", "tab", "enter").type("我写的")
    meetings.save(meeting, {"minutes": "他写的"}, {"minutes": None}, ledger)
    eyes.press("ctrl+s")
    assert "用对方的：他写的" in eyes.text
    eyes.press("1", "enter")
    assert meetings.view(meeting).minutes == "他写的"


def test_a_meeting_to_come_takes_no_minutes(context, eyes, ledger):
    key = meetings.new("forum", "座谈会", date(2026, 11, 30), ledger)
    context.desk.push(MeetingPage(context, key, "minutes"))
    eyes.press("enter").type("说了")
    eyes.press("ctrl+s")
    assert "会在11月30日开，到那天再写记录" in eyes.text and meetings.view(key).minutes is None
    eyes.press("escape", "tab", "insert").type("添书架\n\n2026-12-1\n")
    eyes.press("ctrl+s")
    assert "到那天再写决定" in eyes.text and decisions.listing() == []


def test_decisions_are_noted_done_and_opened_again(meeting, page, eyes):
    eyes.press("shift+tab", "insert").type("添书架\n刘老师\n2026-12-1")
    eyes.press("ctrl+s", "escape")
    (line,) = decisions.of_meeting(meeting)
    assert (line.title, line.owner, line.due_on) == ("添书架", "刘老师", date(2026, 12, 1))
    eyes.press("f8", "enter", "text:装好了", "enter")
    assert "已办完：添书架" in eyes.text and "结果：装好了" in eyes.text
    eyes.press("f8")
    assert "按 F10 可改回没办完" in eyes.text
    eyes.press("f10").type("mb")
    eyes.press("enter")
    assert decisions.of_meeting(meeting)[0].done_on is None
    eyes.press("enter").type("添三个书架\n")
    eyes.press("ctrl+s", "delete", "enter")
    assert decisions.of_meeting(meeting) == [] and "已删除 添三个书架" in eyes.text


def test_a_meeting_is_held_once_somebody_has_come(meeting, page, eyes):
    eyes.press("f8")
    assert "还没有人到会" in eyes.text and eyes.desk.top is page  # said before a summary is typed in vain
    eyes.press("tab", "f8", "shift+tab", "f8", "text:都到了", "enter")
    assert "四季度专题会：已开，按 Ctrl+Z 可撤销" in eyes.text and meetings.view(meeting).outcome == "都到了"
    eyes.press("f8")
    assert "这次会已记为已开" in eyes.text
    eyes.press("f10").type("gh")
    eyes.press("enter", "f8", "enter")
    assert meetings.view(meeting).line.state == "已开" and meetings.view(meeting).outcome == "都到了"


def test_the_children_are_on_the_ordinary_roll(context, eyes, ledger):
    base = child_sheet.load(None)
    about = {"name": "陈思琪", "father_whereabouts": "away", "mother_whereabouts": "away"}
    child = child_sheet.save(None, base | about, base, by=ledger).child_id
    forum = meetings.new("forum", "座谈会", DAY, ledger)
    context.desk.push(MeetingPage(context, forum, "present"))
    assert "按 F10 把领导小组都列上" in eyes.text
    eyes.press("ctrl+r")
    assert isinstance(eyes.desk.top, RollCall)
    eyes.press("1", "escape")
    assert [line.state for line in roll.of(forum) if line.child_id == child] == ["present"]
    assert "儿童到1名" in eyes.text


def test_the_menu_changes_the_day_adds_the_group_and_strikes_out(meeting, page, eyes, ledger):
    for line in meetings.attendees(meeting)[1:]:
        meetings.remove_attendee(line.id, ledger)
    eyes.press("f10").type("ld")
    eyes.press("enter")
    assert "已列上2人" in eyes.text
    eyes.press("f10").type("gm")
    eyes.press("enter").type("年终专题会\n2026-11-21\n")
    eyes.press("ctrl+s")
    assert "年终专题会" in eyes.lines()[0] and meetings.view(meeting).line.on_date == date(2026, 11, 21)
    eyes.press("f10").type("sc")
    eyes.press("enter", "enter")
    assert meetings.listing() == [] and page not in eyes.desk.pages


def test_minutes_go_to_a_file(meeting, page, eyes, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    eyes.press("f10").type("dy")
    eyes.press("enter", "enter", "enter")
    (path,) = tmp_path.glob("四季度专题会会议纪要-*.html")
    assert "一、摸底" in path.read_text("utf-8") and "已存到" in eyes.text


def test_a_meeting_gone_meanwhile_is_told(meeting, page, eyes, ledger):
    activities.remove(meeting, ledger)
    page.shown()
    assert "这次会议看不到了" in eyes.text
    eyes.press("f8", "tab", "f10")
    assert "按 Esc 返回" in eyes.text


def test_a_decision_is_finished_from_anywhere(meeting, page, context, eyes, ledger):
    key = decisions.decide(meeting, {"title": "添书架", "due_on": "2026-12-1"}, ledger)
    finish_decision(context, key)
    eyes.press("enter", "enter")
    assert decisions.line(key).done_on == date(2026, 11, 23)
    finish_decision(context, key)
    assert "已在2026-11-23办完" in eyes.text
    open_meeting_of(context, key)
    assert eyes.desk.top is not page and eyes.desk.top.part == "decisions" and "添书架" in eyes.text
    decisions.remove(key, ledger)
    for opener in (finish_decision, open_meeting_of):
        opener(context, key)
        assert "这项决定已被删除" in eyes.text


def test_the_calendar_holds_a_meeting_by_the_same_rule(meeting, context, eyes, ledger):
    context.desk.push(MeetingPage(context, meeting))
    hold(context, activities.line(meeting))
    assert "还没有人到会" in eyes.text
    meetings.mark(meetings.attendees(meeting)[0].id, "present", ledger)
    hold(context, activities.line(meeting))
    eyes.press("text:很好", "enter")
    assert "已开" in eyes.text and meetings.view(meeting).outcome == "很好"


def test_a_meeting_is_called_off_with_a_reason_and_taken_up_again(meeting, page, eyes):
    eyes.press("f10").type("qx")
    eyes.press("enter", "text:下雨", "enter")
    assert meetings.view(meeting).line.state == "取消" and "取消" in eyes.text
    eyes.press("tab", "1")
    assert "已取消，请先改回未开" in eyes.text and states(meeting) == [None] * 3
    eyes.press("f10").type("gh")
    eyes.press("enter", "1")
    assert states(meeting) == ["present", None, None]


def test_drafts_are_taken_up_where_they_were_left(meeting, page, eyes, context):
    eyes.press("enter").type("二、结对")
    eyes.press("escape", "escape", "tab", "insert").type("王桂英")
    eyes.press("escape", "escape", "tab", "tab", "insert").type("添书架")
    eyes.press("escape", "escape", "f10").type("gm")
    eyes.press("enter").type("年终会")
    eyes.press("escape", "escape")
    left = context.drafts.left()
    assert len(left) == 4
    seen = set()
    for draft in left:
        context.resume(draft)
        seen |= {said for said in ("二、结对", "王桂英", "添书架", "年终会") if said in eyes.text}
        eyes.press("escape")
    assert seen == {"二、结对", "王桂英", "添书架", "年终会"}
    new_meeting(context, "forum")
    eyes.type("师生座谈会\n")
    eyes.press("escape")
    context.resume(context.drafts.left()[-1])
    eyes.press("ctrl+s")
    assert meetings.listing()[0].title == "师生座谈会"
