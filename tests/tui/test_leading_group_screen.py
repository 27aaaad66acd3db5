"""领导小组: the list, its sheet, leaving and order, the list on paper, a meeting of all."""

import pytest

from db import changes, helpers, meetings, members
from tui.screens.leading_group import LeadingGroup
from tui.screens.minutes import MeetingPage


@pytest.fixture
def group(ledger):
    found = {}
    for name, post in (("张建国", "leader"), ("李主任", "member"), ("王校长", "member")):
        values = {"name": name, "post": post, "phone": "19900000001", "area": f"{name}管的事"}
        found[name] = members.save(None, values, {}, ledger).id
    return found


@pytest.fixture
def page(context):
    page = LeadingGroup(context)
    context.desk.push(page)
    return page


def names(left=False):
    return [line.name for line in members.listing(left)]


def test_the_group_is_shown_at_both_sizes_with_masked_phones(group, any_eyes, context):
    context.desk.push(LeadingGroup(context))
    text = any_eyes.text
    assert "组长" in text and "张建国" in text and "王校长" in text
    assert "199****0001" in text and "19900000001" not in text
    assert "分工：张建国管的事" in text
    assert any_eyes.styled("cursor") == ["张建国"]


def test_an_empty_group_says_how_to_begin(page, eyes):
    assert "还没有成员：按 Ins 添加" in eyes.text
    eyes.press("enter")
    assert "按 Ins 添加" in eyes.lines()[-2]


def test_members_are_entered_one_after_the_other_and_the_helper_is_offered(page, eyes, ledger):
    base = helpers.load(None)
    helpers.save(None, base | {"name": "刘老师", "kind": "teacher"}, base, ledger)
    eyes.press("insert").type("刘老师\n")
    assert "刘老师" in next(line for line in eyes.lines() if "帮扶人册里是" in line)
    eyes.press("ctrl+s").type("张建国\n")
    eyes.press("ctrl+s", "escape")
    assert names() == ["刘老师", "张建国"]
    assert [line.helper for line in members.listing()] == ["刘老师", None]
    eyes.press("enter").type("刘梅\n")
    eyes.press("ctrl+s")
    assert "刘梅" in eyes.text and eyes.desk.top is page


def test_a_second_leader_is_refused_in_the_sheet(group, page, eyes):
    eyes.press("down", "enter", "enter").type("zz")
    eyes.press("ctrl+s")
    assert "组长已经是张建国" in eyes.text
    eyes.press("escape")
    assert members.listing()[1].post == "成员"


def test_what_somebody_else_wrote_meanwhile_is_asked_about(group, page, eyes, ledger):
    eyes.press("enter")
    base = members.load(group["张建国"])
    members.save(group["张建国"], base | {"area": "家访"}, base, ledger)
    eyes.press("down", "down", "down", "down").type("结对")
    eyes.press("ctrl+s")
    assert "用对方的：家访" in eyes.text
    eyes.press("2", "enter")
    assert members.load(group["张建国"])["area"] == "结对"


def test_who_leaves_is_asked_for_the_day_and_shown_only_on_asking(group, page, eyes):
    eyes.press("down", "f10").type("jt")
    eyes.press("enter", "text:2026-11-24", "enter")
    assert "还没到" in eyes.text
    eyes.press("escape", "f10").type("jt")
    eyes.press("enter", "enter")
    assert "李主任已记退出，按 Ctrl+Z 可撤销" in eyes.text
    assert names() == ["张建国", "王校长"]
    eyes.press("f10").type("tc")
    eyes.press("enter", "end")
    assert "2026-11-23退出" in eyes.text
    eyes.press("ctrl+z", "enter")
    assert names() == ["张建国", "李主任", "王校长"]


def test_members_move_and_are_struck_out(group, page, eyes):
    eyes.press("end", "f10").type("sy")
    eyes.press("enter")
    assert names() == ["张建国", "王校长", "李主任"] and page.roster.current().name == "王校长"
    eyes.press("f10").type("sy")
    eyes.press("enter")
    assert "已是同职务里最前的一位" in eyes.text
    eyes.press("delete", "enter")
    assert names() == ["张建国", "李主任"] and "已删除 王校长" in eyes.text


def test_the_list_goes_to_a_file_with_phones_masked_or_in_full(group, page, eyes, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    eyes.press("f10").type("dy")
    eyes.press("enter")
    assert "没有找到打印机" in eyes.text
    eyes.press("enter", "enter")
    (path,) = tmp_path.glob("领导小组名单-*.html")
    assert "199****0001" in path.read_text("utf-8") and "已存到" in eyes.text


def test_a_meeting_of_all_is_opened(group, page, eyes, ledger):
    eyes.press("f8").press("ctrl+s")
    assert isinstance(eyes.desk.top, MeetingPage)
    (line,) = meetings.listing()
    assert (line.title, line.kind, line.listed) == ("领导小组专题会", "专题会", 3)
    assert changes.last_action(ledger).label == "新会议 领导小组专题会"
    eyes.press("escape")
    assert eyes.desk.top is page


def test_a_draft_of_a_member_is_taken_up(group, page, eyes, context):
    eyes.press("down", "enter").type("李二")
    eyes.press("escape", "escape")
    (draft,) = context.drafts.left()
    context.resume(draft)
    assert "李二" in eyes.text
    eyes.press("ctrl+s")
    assert names() == ["张建国", "李二", "王校长"]
