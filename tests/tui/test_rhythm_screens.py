"""节奏: read in words, edited, chosen with a preview, in and out of files, at both sizes."""

import pytest

from db import child_sheet, rhythms
from tui.screens.rhythms import Rhythms

AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}


@pytest.fixture
def page(context):
    base = child_sheet.load(None)
    child_sheet.save(None, base | {"name": "张浩宇"} | AWAY, base, by=context.by)
    made = Rhythms(context)
    context.desk.push(made)
    return made


def names():
    return [each.name for each in rhythms.in_force()]


def test_the_rhythms_in_force_are_read_in_words(page, any_eyes):
    assert "每名留守儿童，距上次不超过1个月" in any_eyes.text and "今天涉及 1 名" in any_eyes.text
    rhythms.adopt(["village", "school-full"], page.context.by)
    page.shown()
    any_eyes.press("end", "up")
    assert "今天涉及 0 对" in any_eyes.text


def test_whole_profiles_are_marked_previewed_and_adopted(page, any_eyes):
    any_eyes.press("f8")
    assert "十个一" in any_eyes.text and "[ ]" in any_eyes.text
    any_eyes.press("down", "down", "space", "end", "space")
    assert any_eyes.text.count("[x]") == 2 and "儿童主任走访" in any_eyes.text
    any_eyes.press("f8")
    for said in ("学校一对一帮扶计划、儿童主任走访评估", "新增", "停用", "谈心：每名留守儿童，距上次"):
        assert said in any_eyes.text
    assert names() == ["谈心"]
    any_eyes.press("enter")
    assert names() == ["班主任谈心", "亲情电话", "儿童主任走访", "风险评估"]
    assert "已采用，共 4 个节奏" in any_eyes.text
    any_eyes.press("ctrl+z", "enter")
    assert names() == ["谈心"]


def test_the_looser_one_is_said_to_be_left_out(page, eyes):
    eyes.press("f8")
    chosen = page.desk.top
    for code in ("activity-home", "ten-ones"):
        chosen.marked.append(code)
    eyes.press("f8", "end")
    eyes.press(*["up"] * 2)
    assert "并入" in eyes.text and "已有更严的：爱心妈妈谈心" in eyes.text.replace("\n", "").replace(" ", "")
    eyes.press("escape", "escape")
    assert names() == ["谈心"]


def test_a_rhythm_is_edited_and_added_in_a_sheet(page, any_eyes):
    any_eyes.press("enter")
    page.desk.top.session.go_to("span")
    any_eyes.type("2").press("ctrl+s")
    assert "距上次不超过2个月" in any_eyes.text and rhythms.find("talk").span == 2
    any_eyes.press("insert").type("2").press("ctrl+s")
    assert names() == ["谈心", "走访"] and page.roster.current().name == "走访"
    any_eyes.press("enter")
    page.desk.top.session.go_to("span")
    any_eyes.type("0").press("ctrl+s")
    assert "现在是0" in any_eyes.text.replace("\n", "") and rhythms.find("visit").span == 1


def test_a_sheet_left_is_taken_up_again_from_its_draft(page, eyes):
    eyes.press("enter")
    page.desk.top.session.go_to("name")
    eyes.type("常谈心\n").press("escape")
    (draft,) = page.context.drafts.left()
    page.context.resume(draft)
    eyes.press("ctrl+s")
    assert names() == ["常谈心"]


def test_the_last_one_is_turned_off_only_when_asked(page, eyes):
    eyes.press("delete")
    assert "不再提醒任何人" in eyes.text
    eyes.press("escape")
    assert names() == ["谈心"]
    eyes.press("delete", "enter")
    assert names() == [] and "全部停用了" in eyes.text
    eyes.press("enter")
    assert "没有节奏" in eyes.text
    eyes.press("ctrl+z", "enter")
    eyes.press("f10", "text:3").press("enter", "enter")
    assert names() == []


def test_a_profile_goes_out_and_comes_in_by_files(page, eyes, tmp_path):
    path = tmp_path / "我们的节奏.toml"
    rhythms.adopt(["class"], page.context.by)
    page.folder = tmp_path
    eyes.press("f10", "text:1").press("enter", "enter")
    assert "已把 1 个节奏存到" in eyes.text and path.exists()
    rhythms.adopt([], page.context.by)
    eyes.press("f10", "text:2").press("enter", "enter")
    assert "采用 我们的节奏" in eyes.text
    eyes.press("enter")
    assert names() == ["班主任谈心"]
    path.write_bytes(b"\xff\xfe")
    eyes.press("f10", "text:2").press("enter", "enter")
    assert "不是 UTF-8 编码" in eyes.text and names() == ["班主任谈心"]
