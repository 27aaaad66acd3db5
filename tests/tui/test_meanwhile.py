"""What others do meanwhile, and keys typed ahead of it: each key lands on what was meant, nothing typed is lost."""

import re
import shutil
from datetime import date, datetime, timedelta

import pytest
from village_people import put_child

from db import (
    activities,
    adopting,
    birthdays,
    changes,
    days,
    duty_roster,
    pick_up,
    plan_items,
    plan_templates,
    roll,
    work_plans,
)
from db.values import Refused
from tui.drafts import Drafts
from tui.screens.birthdays import Birthdays
from tui.screens.calendar import Calendar
from tui.screens.closing import Closing
from tui.screens.days_off import day_sheet
from tui.screens.duty_roster import DutyRoster
from tui.screens.repeat import repeat_form
from tui.screens.roll_call import RollCall
from tui.screens.targets import Targets
from tui.screens.work_plan import WorkPlanPage
from tui.screens.work_plans import Adopting, AdoptPlans, WorkPlans
from tui.screens.workbench import Workbench

TODAY = date(2026, 11, 23)
NAMES = ("甲一", "乙二", "丙三")


@pytest.fixture(autouse=True)
def at_five(monkeypatch):
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 11, 23, 9, 0))


@pytest.fixture
def children(ledger):
    return {name: put_child(ledger, name, village_group=f"{n}组") for n, name in enumerate(NAMES, 2)}


def put(ledger, title, on=TODAY, **more):
    return activities.save(None, {"title": title, "on_date": on, **more}, {}, ledger).id


def called(context, activity_id):
    page = RollCall(context, activities.line(activity_id))
    context.desk.push(page)
    return page


@pytest.fixture
def opened(ledger, children, context):
    return called(context, put(ledger, "周六开放日", kind="open_day", starts="8:30"))


def marks(page):
    return {line.name: line.state for line in roll.of(page.activity.id)}


# ---- the roll -------------------------------------------------------------------------------------


def test_digits_typed_ahead_reach_their_children_though_another_one_comes_onto_the_roll(opened, eyes, ledger):
    eyes.press("1")
    put_child(ledger, "新来", village_group="1组")  # stands before all the others
    for key in "23":
        eyes.desk.press(key, key)
    assert marks(opened) == {"新来": None, "甲一": "present", "乙二": "absent", "丙三": "leave"}


def test_the_cursor_of_a_long_roll_stays_in_its_line(context, ledger, eyes):
    for n in range(30):
        put_child(ledger, f"孩{chr(0x4E00 + n)}", village_group="一组")
    page = called(context, put(ledger, "专题片"))
    eyes.press("end", "up", "up", "up")
    top = page.roster.top
    eyes.press("1")
    assert (page.roster.at, page.roster.top) == (27, top) and page.roster.height == 18


def test_the_rest_of_nobody_is_not_said_to_be_marked(opened, eyes, ledger):
    eyes.press("1", "2", "3")
    before = changes.last_action(ledger).action
    eyes.press("f8")
    assert "都已点过" in eyes.text and changes.last_action(ledger).action == before


def test_the_footer_of_the_find_line_has_no_keys_that_would_be_typed_into_it(opened, any_eyes):
    any_eyes.press("/")
    assert "1到" not in any_eyes.lines()[-1] and "Esc清空查找" in any_eyes.lines()[-1]
    any_eyes.press("1", "escape")
    assert set(marks(opened).values()) == {None}


def test_who_is_picked_up_elsewhere_leaves_the_cursor_with_its_child(opened, eyes, children):
    eyes.press("f8", "tab", "down")
    assert opened.roster.current().name == "乙二"
    pick_up.pick_up(opened.activity.id, children["甲一"], "自己", None, None, True, None)
    opened.shown()
    assert opened.roster.current().name == "乙二"
    pick_up.pick_up(opened.activity.id, children["乙二"], "自己", None, None, True, None)
    opened.shown()
    assert opened.roster.current().name == "丙三"


def test_not_closing_after_all_keeps_why_a_child_is_still_there(opened, any_eyes):
    any_eyes.press("f8", "tab", "f8", "enter").type("仍在")
    any_eyes.press("enter", "text:奶奶在路上", "enter", "escape")
    assert any_eyes.desk.top is opened
    any_eyes.press("f8")
    assert isinstance(any_eyes.desk.top, Closing) and any_eyes.desk.top.open == 2
    assert "奶奶在路上" in any_eyes.text


def test_a_roll_whose_activity_is_deleted_says_so_and_goes_back(opened, eyes, ledger):
    activities.remove(opened.activity.id, ledger)
    eyes.press("1")
    assert eyes.desk.message[1] == "error" and "删除" in eyes.desk.message[0]
    eyes.press("tab", "f8", "f10", "escape", "escape")
    assert eyes.desk.pages == [opened] or eyes.desk.done


# ---- lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["month", "week", "agenda"])
def test_the_calendar_s_cursor_stays_with_its_activity(context, eyes, ledger, view):
    one, two = put(ledger, "先", starts="9:00"), put(ledger, "后", starts="10:00")
    page = Calendar(context)
    context.desk.push(page)
    page.turn_to(view)
    eyes.press("enter", "down")
    assert page.chosen().title == "后"
    put(ledger, "更早", starts="8:00")
    page.shown()
    assert page.chosen().id == two
    activities.remove(one, ledger)
    page.shown()
    assert page.chosen().id == two


def test_activities_put_in_meanwhile_do_not_push_the_others_under_another_day(context, any_eyes, ledger):
    for n in range(20):
        put(ledger, f"活动{n + 1}日", date(2026, 12, n + 1), starts="9:00")
    page = Calendar(context)
    context.desk.push(page)
    page.turn_to("agenda")
    any_eyes.press("tab")
    put(ledger, "别人加的", date(2026, 12, 2), starts="8:00")
    any_eyes.press("pagedown")
    found, day = [], None
    for line in any_eyes.lines()[2:-4]:
        if heading := re.match(r" 周. 12月(\d+)日", line):
            day = heading[1]
        elif row := re.search(r"活动(\d+)日", line):
            found.append((row[1], day or row[1]))
    assert len(found) >= 5 and all(told == day for told, day in found)


def test_the_rosters_cursor_stays_with_its_day_and_goes_on_from_there(context, eyes, ledger):
    for n in (5, 12, 19):
        put(ledger, "开放日", TODAY + timedelta(days=n), kind="open_day")
    page = DutyRoster(context)
    context.desk.push(page)
    eyes.press("down")
    put(ledger, "开放日", TODAY + timedelta(days=1), kind="open_day")
    eyes.press("enter", "1", "enter", "text:王晓", "enter")
    told = {line.on_date: line.duty for line in duty_roster.lines(page.first, page.last)}
    assert told[TODAY + timedelta(days=12)] == "王晓"
    assert page.roster.current().on_date == TODAY + timedelta(days=19)


def test_the_roster_ends_where_the_calendar_ends(context, eyes):
    page = DutyRoster(context)
    page.first = date(2099, 11, 1)
    context.desk.push(page)
    eyes.press("right", "right")
    assert "只看得到2000到2099年" in eyes.text and page.first.year == 2099
    page.first = date(2000, 1, 1)
    eyes.press("left")
    assert "只看得到2000到2099年" in eyes.text and page.first == date(2000, 1, 1)


# ---- typed and refused ----------------------------------------------------------------------------


def refuse(*_given, **_named):
    raise Refused("写不进去，请再试一次")


def test_the_summary_typed_is_asked_again_when_it_is_refused(context, eyes, ledger, monkeypatch):
    put(ledger, "专题片")
    context.desk.push(Calendar(context))
    monkeypatch.setattr(activities, "hold", refuse)
    eyes.press("enter", "f10", "1", "enter", "text:孩子们很高兴", "enter")
    assert "孩子们很高兴" in eyes.text and "写不进去" in eyes.text


def test_a_plan_item_that_is_refused_is_asked_again_and_a_new_one_has_the_cursor(
    context, eyes, ledger, monkeypatch
):
    plan_items.add("2026-11", "先前的", ledger)
    page = Calendar(context)
    context.desk.push(page)
    add = plan_items.add
    monkeypatch.setattr(plan_items, "add", refuse)
    eyes.press("tab", "tab", "insert", "text:召开家长会", "enter")
    assert "召开家长会" in eyes.text and "写不进去" in eyes.text
    monkeypatch.setattr(plan_items, "add", add)
    eyes.press("enter")
    assert page.plan.current().title == "召开家长会" and "按 Ctrl+Z 可撤销" in eyes.text


def test_a_wish_a_name_and_a_day_that_are_refused_are_asked_again(context, eyes, ledger, monkeypatch):
    put_child(ledger, "甲一", birth_date="2015-11-25")
    put(ledger, "开放日", TODAY + timedelta(days=5), kind="open_day")
    context.desk.push(Birthdays(context))
    monkeypatch.setattr(birthdays, "set_wish", refuse)
    eyes.press("f10", "1", "enter", "text:天天开心", "enter")
    assert "天天开心" in eyes.text and "写不进去" in eyes.text
    monkeypatch.setattr(birthdays, "arrange_party", refuse)
    eyes.press("escape", "f8", "text:2026-11-28", "enter")
    assert "2026-11-28" in eyes.text and "写不进去" in eyes.text
    eyes.press("escape")
    context.desk.push(DutyRoster(context))
    monkeypatch.setattr(duty_roster, "put", refuse)
    eyes.press("enter", "1", "enter", "text:孙主任", "enter")
    assert "孙主任" in eyes.text and "写不进去" in eyes.text


# ---- not seen yet ---------------------------------------------------------------------------------


def test_an_enter_typed_ahead_adopts_no_plan_unseen(context, eyes):
    context.desk.push(AdoptPlans(context))
    eyes.lines()
    for _ in range(3):
        context.desk.press("enter")
    assert isinstance(context.desk.top, Adopting) and "看清" in eyes.text and work_plans.listing() == []
    eyes.press("enter")
    assert len(work_plans.listing()) == 1


def test_a_plan_deleted_under_the_cursor_leaves_it_on_the_next(context, eyes, ledger):
    for code in ("village", "ten-ones"):
        template = plan_templates.by_code(code)
        adopting.adopt([(template, adopting.runs(template)[0])], ledger, "2026-11")
    page = WorkPlans(context)
    context.desk.push(page)
    first, second = (each.id for each in work_plans.listing())
    work_plans.remove(first, ledger)
    eyes.press("enter")
    assert "删除" in eyes.text or "看不到" in eyes.text
    eyes.press("escape")
    assert page.roster.current().id == second


def test_a_plan_deleted_above_the_cursor_of_the_targets_leaves_it_on_its_own(context, eyes, ledger):
    for code in ("village", "ten-ones"):
        template = plan_templates.by_code(code)
        adopting.adopt([(template, adopting.runs(template)[0])], ledger, "2026-11")
    page = Targets(context)
    context.desk.push(page)
    eyes.press("tab")
    first, second = work_plans.listing()
    assert page.roster.current().id == first.id
    eyes.press("down")
    work_plans.remove(first.id, ledger)
    eyes.press("f5")
    assert page.roster.current().id == second.id


# ---- what is seen ---------------------------------------------------------------------------------


def test_the_months_of_a_plan_begin_at_this_one(context, any_eyes, ledger):
    template = plan_templates.by_code("activity-home")
    (plan,) = adopting.adopt([(template, adopting.runs(template)[0])], ledger, "2026-11")
    context.desk.push(WorkPlanPage(context, plan))
    body = any_eyes.lines()[3:]
    at = next(n for n, text in enumerate(body) if "2026年11月" in text)
    assert at <= 1 and body[at + 1].startswith(">")


def test_a_long_item_is_read_on_the_workbench_where_nobody_is_named(context, any_eyes, ledger):
    plan_items.add("2026-11", "召开全村留守儿童家长会", ledger)
    context.desk.push(Workbench(context))
    (row,) = [line for line in any_eyes.lines() if line.startswith(">")]
    assert "召开全村留守儿童家长会" in row


def test_a_long_name_is_read_on_a_roll_without_comings_and_goings(context, any_eyes, ledger):
    put_child(ledger, "阿卜杜热依木·麦麦提")
    called(context, put(ledger, "专题片"))
    assert "阿卜杜热依木·麦麦提" in any_eyes.text


def test_a_long_place_leaves_room_for_who_is_on_duty(context, any_eyes, ledger):
    about = {"kind": "open_day", "starts": "8:30", "place": "很长的地方名字" * 5, "duty": "欧阳慕容诗涵"}
    called(context, put(ledger, "周六开放日", **about))
    assert "8:30 很长的地方" in any_eyes.text and "值班欧阳慕容诗涵" in any_eyes.text


def test_thirty_that_walk_home_fit_into_the_question_and_the_sentence(context, any_eyes, ledger):
    for n in range(30):
        put_child(ledger, f"孩子{chr(0x4E00 + n)}", village_group="一组")
    called(context, put(ledger, "周六开放日", kind="open_day", starts="8:30"))
    any_eyes.press("f8", "tab", "f8", "f10")
    assert "等30名自己走" in any_eyes.text
    any_eyes.press("1", "enter", "enter")
    assert "等30名：自己走，护送过马路，按 Ctrl+Z 可撤销" in any_eyes.desk.message[0]


def test_a_long_search_in_a_choice_stays_inside_the_window(context, any_eyes):
    context.desk.push(Calendar(context))
    any_eyes.press("f10", "text:" + "查找很长的字" * 15)
    assert "没有相符的" in any_eyes.text
    any_eyes.press("home")
    assert "没有相符的" in any_eyes.text


# ---- drafts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sheet", [lambda context, _: day_sheet(context, None), repeat_form], ids=["day off", "repeat"]
)
def test_a_sheet_left_by_a_killed_program_is_gone_on_with_at_the_next_start(
    context, eyes, ledger, sheet, tmp_path
):
    made = sheet(context, put(ledger, "专题片", TODAY + timedelta(days=1)))
    context.desk.push(made)
    eyes.press("text:三")
    shutil.copytree(
        tmp_path / "drafts", tmp_path / "left"
    )  # as the killed program leaves them: nobody holds them
    (draft,) = Drafts(tmp_path / "left").left()
    context.resume(draft)
    again = context.desk.top
    assert again is not made and type(again) is type(made) and "三" in again.session.edit.text
