"""自定的目标: made by the keyboard without code, seen beforehand, answered by hand, struck out; what is not known says so."""

import pytest
from test_targets_screen import go_to, row_of
from test_workbench import put

from db import changes, child_sheet, own_targets, targets
from db.models import OwnTarget
from tui.screens.own_targets import OwnTargets
from tui.screens.targets import Targets


@pytest.fixture
def page(context):
    page = OwnTargets(context)
    context.desk.push(page)
    return page


@pytest.fixture
def three(ledger):
    """Two of whom it is known that they were vaccinated, one who was not."""
    for name, told in (("李雨涵", "done"), ("王一鸣", "done"), ("张浩宇", "owing")):
        put(ledger, name, vaccinated=told, schooling="primary")


def own(ledger, **values):
    base = own_targets.load()
    return own_targets.save(None, base | {"name": "接种齐全"} | values, base, ledger).id


def choose(eyes, *words):
    for word in words:
        eyes.type(word)
        eyes.press("enter")
    return eyes


def test_a_target_is_made_by_choosing_and_seen_before_it_is_saved(three, page, any_eyes):
    assert "还没有自定的：按 Ins 新增一项" in any_eyes.text
    any_eyes.press("insert").type("接种齐全\n\n\n\n")
    assert ">做到的条件" in any_eyes.text and "F8选条件" in any_eyes.text
    any_eyes.press("f8", "insert")
    choose(any_eyes, "myjz", "s", "1")
    assert "免疫接种 是 已按时接种" in any_eyes.text and "现在 2/3（66.7%）" in any_eyes.text
    assert own_targets.listing() == []
    any_eyes.press("f8")
    assert "免疫接种是已按时接种" in any_eyes.text and "现在 2/3" in any_eyes.text
    any_eyes.press("enter").type("90\n").press("ctrl+s")
    (line,) = own_targets.listing()
    assert line.said == "免疫接种是已按时接种" and "已存：接种齐全，现在 2/3" in any_eyes.text
    target = targets.one(line.code)
    assert (target.numerator, target.denominator, target.goal, target.met) == (2, 3, 90, False)


def test_it_stands_in_the_list_of_targets_and_leads_to_the_field(three, ledger, context, any_eyes):
    key = own(ledger, goal=100, met=[["vaccinated", "is", "done"]])
    context.desk.push(Targets(context))
    go_to(any_eyes, f"own-{key.hex}")
    assert row_of(any_eyes, "接种齐全")[-1] == "差1人"
    any_eyes.press("enter")
    assert "接种齐全：缺1人" in any_eyes.text and "张浩宇" in any_eyes.text
    any_eyes.press("enter")
    assert ">免疫接种" in any_eyes.text
    any_eyes.type("1").press("ctrl+s", "escape")
    assert row_of(any_eyes, "接种齐全")[-1] == "达标"


def test_conditions_are_changed_added_and_dropped(three, ledger, page, eyes):
    key = own(ledger, met=[["vaccinated", "is", "done"]])
    page.shown()
    eyes.press("enter", "enter", "enter", "enter", "enter")
    assert ">做到的条件" in eyes.text
    eyes.press("f8", "insert")
    choose(eyes, "zs", "bsy", "5")
    assert "周岁 不少于 5" in eyes.text and "下面各条都成立才算" in eyes.text
    eyes.press("home", "enter")
    choose(eyes, "jxqk", "是其中", "小学", "初中", "jzx")
    assert "就学情况 是其中之一" in eyes.text and "现在 3/3" in eyes.text
    eyes.press("end", "delete", "escape")
    eyes.press("ctrl+s")
    assert own_targets.load(key)["met"] == [["schooling", "one_of", "primary junior"]]
    eyes.press("ctrl+z", "enter")
    assert own_targets.load(key)["met"] == [["vaccinated", "is", "done"]]


def test_conditions_may_be_typed_and_what_is_not_understood_is_said(three, page, eyes):
    eyes.press("insert").type("接种齐全\n\n\n\n胡写的\n")
    assert "“胡写的”看不懂" in eyes.text
    eyes.press("ctrl+s")
    assert own_targets.listing() == []
    eyes.press("up").type("免疫接种是已按时接种\n").press("ctrl+s")
    assert own_targets.listing()[0].said == "免疫接种是已按时接种"


def test_a_value_that_cannot_be_is_asked_again(three, page, eyes):
    eyes.press("insert").type("岁数\n\n\n\n").press("f8", "insert")
    choose(eyes, "zs", "bsy", "很大")
    assert "周岁" in eyes.text and eyes.desk.top.title.startswith("周岁")
    eyes.press("escape", "escape")
    assert ">做到的条件" in eyes.text


def test_a_target_without_a_condition_is_refused(three, page, eyes):
    eyes.press("insert").type("空的\n").press("ctrl+s")
    assert "请至少选一个条件" in eyes.text and own_targets.listing() == []
    eyes.press("escape")
    assert "草稿已留下" in eyes.text


def test_a_yes_no_item_is_answered_with_day_and_evidence(ledger, page, context, any_eyes):
    any_eyes.press("insert").type("制度上墙\n4").press("ctrl+s")
    (line,) = own_targets.listing()
    assert line.sort == "by_hand"
    any_eyes.press("f8").type("1").type("11-20\n照片两张\n").press("ctrl+s")
    target = targets.one(line.code)
    assert target.met is True and "照片两张" in target.outside and "2026-11-20" in target.outside
    context.desk.push(Targets(context))
    go_to(any_eyes, line.code)
    assert row_of(any_eyes, "制度上墙")[-1] == "做到了"
    any_eyes.press("enter")
    assert "填写：制度上墙" in any_eyes.text
    any_eyes.type("2").press("ctrl+s")
    assert row_of(any_eyes, "制度上墙")[-1] == "没做到"
    any_eyes.press("ctrl+z", "enter")
    assert targets.one(line.code).met is True


def test_an_answer_of_a_day_to_come_is_refused(ledger, page, eyes):
    key = own(ledger, name="制度上墙", sort="by_hand")
    page.shown()
    eyes.press("f8").type("1").type("2026-12-1\n").press("ctrl+s")
    assert "还没到" in eyes.text and own_targets.find(key).answered is None


def test_only_what_is_answered_by_hand_is_answered(three, ledger, page, eyes):
    own(ledger, met=[["vaccinated", "is", "done"]])
    page.shown()
    eyes.press("f8")
    assert "接种齐全由台账按条件算，不用填" in eyes.text


def test_they_change_places_and_are_struck_out(ledger, page, eyes):
    for name in ("甲", "乙"):
        own(ledger, name=name, sort="by_hand")
    page.shown()
    eyes.press("end", "f10").type("sy")
    eyes.press("enter")
    assert [line.name for line in own_targets.listing()] == ["乙", "甲"]
    eyes.press("home", "delete", "enter")
    assert [line.name for line in own_targets.listing()] == ["甲"]
    eyes.press("ctrl+z", "enter")
    assert len(own_targets.listing()) == 2


def test_a_condition_of_a_newer_program_is_said_and_breaks_nothing(three, ledger, page, context, any_eyes):
    key = own(ledger, met=[["vaccinated", "is", "done"]], goal=90)
    strange = '[["shoe_size", "is", "38"]]'
    changes.write(OwnTarget.get_by_id(key), ledger, met=strange)
    page.shown()
    assert "shoe_size" in any_eyes.text and "升级程序" in any_eyes.text.replace("\n ", "")
    any_eyes.press("enter").type("\n\n\n\n").press("ctrl+s")
    assert "shoe_size" in any_eyes.text and OwnTarget.get_by_id(key).met == strange
    any_eyes.press("f8", "escape")
    assert "shoe_size" in any_eyes.text
    any_eyes.press("escape", "escape")
    context.desk.push(Targets(context))
    go_to(any_eyes, f"own-{key.hex}")
    assert "升级程序" in any_eyes.text.replace("\n  ", "")
    assert row_of(any_eyes, "入学率")[-1] == "达标"
    any_eyes.press("enter")
    assert "修改：接种齐全" in any_eyes.text
    any_eyes.type("\n\n\n\n").press("f8", "delete", "insert")
    choose(any_eyes, "myjz", "s", "1")
    any_eyes.press("escape").press("ctrl+s")
    assert own_targets.load(key)["met"] == [["vaccinated", "is", "done"]]


def test_what_somebody_else_changed_is_shown_in_words(three, ledger, page, eyes):
    key = own(ledger, met=[["vaccinated", "is", "done"]])
    page.shown()
    eyes.press("enter").type("\n\n\n\n免疫接种是有漏种\n")
    base = own_targets.load(key)
    own_targets.save(key, base | {"met": [["schooling", "is", "primary"]]}, base, ledger)
    eyes.press("ctrl+s")
    assert "用对方的：就学情况是小学" in eyes.text
    eyes.press("2", "enter")
    assert own_targets.load(key)["met"] == [["vaccinated", "is", "owing"]]


def test_a_draft_is_taken_up_with_its_conditions(three, page, eyes, context):
    eyes.press("insert").type("接种齐全\n\n\n\n免疫接种是已按时接种\n").press("escape", "escape")
    (draft,) = context.drafts.left()
    context.resume(draft)
    eyes.press("ctrl+s")
    assert own_targets.listing()[0].said == "免疫接种是已按时接种"
    assert child_sheet.SPECS["vaccinated"].label == "免疫接种"


def test_a_key_that_leads_elsewhere_loses_no_condition(three, page, eyes, context):
    context.desk.route("f5", "目标", lambda: Targets(context))
    eyes.press("insert").type("接种齐全\n\n\n\n").press("f8", "insert")
    choose(eyes, "myjz", "s", "1")
    eyes.press("f5")
    assert own_targets.listing() == []
    (draft,) = context.drafts.left()
    context.resume(draft)
    eyes.press("ctrl+s")
    assert own_targets.listing()[0].said == "免疫接种是已按时接种"


def test_a_new_one_is_made_from_the_list_of_targets(three, context, any_eyes):
    context.desk.push(Targets(context))
    any_eyes.press("insert").type("接种齐全\n\n\n\n免疫接种是已按时接种\n").press("ctrl+s")
    assert "接种齐全怎么算" in any_eyes.text and row_of(any_eyes, "接种齐全")[-1] == "2/3"
    any_eyes.press("f10").type("xg")
    any_eyes.press("enter")
    assert "修改：接种齐全" in any_eyes.text


def test_an_answer_left_as_a_draft_is_taken_up(ledger, page, eyes, context):
    key = own(ledger, name="制度上墙", sort="by_hand")
    page.shown()
    eyes.press("f8").type("1").press("escape", "escape")
    (draft,) = context.drafts.left()
    context.resume(draft)
    eyes.press("ctrl+s")
    assert own_targets.find(key).answered is True


def test_the_longest_name_fits_every_page_it_stands_on(three, ledger, page, context, any_eyes):
    name = "每名留守儿童都有" * 3 + "人接送照看陪伴"[:6]
    key = own(ledger, name=name, goal=100, met=[["vaccinated", "is", "done"]])
    page.shown()
    assert len(name) == 30 and name in any_eyes.text.replace("\n ", "")
    context.desk.push(Targets(context))
    go_to(any_eyes, f"own-{key.hex}")
    assert "差1人" in any_eyes.text and "缺 1 人" in any_eyes.text
    any_eyes.press("space", "tab", "escape", "enter", "enter", "escape", "escape", "f10")
    assert f"{name[:20]}" in any_eyes.text
