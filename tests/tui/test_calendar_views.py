"""活动日历 in its other views: a week, what is to come; what the days bear; clashes, held, called off, the menu."""

import sys
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from db import activities, adopting, changes, days_off, plan_items, plan_templates, repeats
from tui.page import Page, Picture
from tui.screens import activity as activity_screen
from tui.screens.calendar import Calendar

TODAY = date(2026, 11, 23)  # a Monday


@pytest.fixture
def add(ledger):
    def adding(title, on=TODAY, **values):
        base = activities.load(None)
        return activities.save(None, base | {"title": title, "on_date": on} | values, base, ledger).id

    return adding


@pytest.fixture
def page(context):
    page = Calendar(context)
    context.desk.push(page)
    return page


def row(eyes, words):
    return next(line for line in eyes.lines() if words in line)


# ---- the views ----------------------------------------------------------------------------------


def test_f8_goes_round_the_views_and_the_view_stays(add, context, any_eyes):
    add(
        "励志专题片", TODAY + timedelta(days=2), starts="15:30", ends="17:00", place="农家书屋", lead="刘老师"
    )
    context.desk.push(page := Calendar(context))
    any_eyes.press("f8")
    assert "11月23日到11月29日的一周  1项" in any_eyes.text and "周日 11月29日" in any_eyes.text
    line = row(any_eyes, "励志专题片")
    assert "15:30-17:00" in line and "农家书屋" in line and "刘老师" in line
    any_eyes.press("v")
    assert "11月23日 周一起的活动  1项" in any_eyes.text
    assert "周三 11月25日" in any_eyes.text and "周四 11月26日" not in any_eyes.text
    any_eyes.press("f1", "escape")
    assert page.view == "agenda" and "周一起的活动" in any_eyes.text
    any_eyes.press("f8")
    assert "2026年11月" in any_eyes.text


def test_in_a_week_the_days_stand_one_below_the_other(page, eyes, add):
    add("跨年", date(2026, 12, 2))
    page.shown()
    eyes.press("f8")
    for key, day in (("down", date(2026, 11, 24)), ("right", date(2026, 11, 25)), ("up", date(2026, 11, 24)),
                     ("pagedown", date(2026, 12, 1)), ("left", date(2026, 11, 30)), ("pageup", TODAY)):  # fmt: skip
        eyes.press(key)
        assert page.day == day
    eyes.press("pagedown")
    assert "跨年" in eyes.text and ">周一 11月30日" in eyes.text and "12月计划" not in eyes.text
    eyes.press("down")
    assert "12月计划" in eyes.text


def test_the_cursor_of_a_week_passes_over_days_and_takes_the_day_along(page, eyes, add):
    for title, day in (("甲", 24), ("乙", 24), ("丙", 27)):
        add(title, date(2026, 11, day), place="操场")
    eyes.press("f8", "enter")
    assert "甲" in row(eyes, " >全天") and page.day == TODAY + timedelta(days=1)
    eyes.press("down", "down")
    assert "丙" in row(eyes, " >全天") and page.day == date(2026, 11, 27)
    eyes.press("down", "up", "up", "up")
    assert "甲" in row(eyes, " >全天")
    eyes.press("end", "escape")
    assert ">周五 11月27日" in eyes.text


def test_what_is_to_come_is_one_list_read_in_windows(page, eyes, add, monkeypatch):
    for nth in range(60):
        add(f"活动{nth}", TODAY + timedelta(days=nth // 2))
    read = []
    whole = activities.agenda
    monkeypatch.setattr(activities, "agenda", lambda *asked: read.append(asked[2:]) or whole(*asked))
    eyes.press("f8", "f8")
    assert "60项" in eyes.text and "活动0" in eyes.text and "活动30" not in eyes.text
    eyes.press("enter", "end")
    assert "活动59" in row(eyes, " >全天")
    assert read and all(limit is not None and limit <= 20 for _, limit in read)
    eyes.press("home")
    assert "活动0" in row(eyes, " >全天") and "周一 11月23日" in eyes.text
    for _ in range(59):
        eyes.press("down")
    assert "活动59" in row(eyes, " >全天")
    for _ in range(59):
        eyes.press("up")
    assert "活动0" in row(eyes, " >全天") and "周一 11月23日" in eyes.text


def test_a_new_activity_goes_on_the_day_of_the_one_under_the_cursor(page, eyes, add):
    add("甲", TODAY + timedelta(days=3))
    eyes.press("f8", "f8", "enter", "insert").type("乙\n").press("ctrl+s")
    assert [line.title for line in activities.agenda(date(2026, 11, 26), date(2026, 11, 26))] == ["甲", "乙"]
    assert "乙" in row(eyes, " >全天")


def test_one_moved_to_another_month_is_gone_to(page, eyes, add):
    key = add("甲")
    page.shown()
    eyes.press("enter", "enter", "enter", "enter", "ctrl+u").type("2027-1-5\n").press("ctrl+s")
    assert activities.line(key).on_date == date(2027, 1, 5)
    assert "2027年1月" in eyes.text and "甲" in row(eyes, "> 5日")


def test_others_may_strike_out_what_a_list_counted(page, eyes, add, ledger):
    keys = [add(f"活动{nth}", TODAY + timedelta(days=nth)) for nth in range(30)]
    eyes.press("f8", "f8", "enter")
    for key in keys[10:]:
        activities.remove(key, ledger)
    eyes.press("end")
    assert "活动" in eyes.text
    eyes.press("escape", "home")
    assert "10项" in eyes.text


# ---- what the days bear -------------------------------------------------------------------------


def test_days_off_worked_weekends_and_festivals_are_signed(context, any_eyes, ledger):
    days_off.load_year(2026, ledger)
    context.desk.push(page := Calendar(context))
    page.go_to(date(2026, 10, 10))
    assert "18日重阳节" in any_eyes.text
    if any_eyes.size[0] == 80:
        assert ">10班" in any_eyes.text and " 7休" in any_eyes.text and "18节" in any_eyes.text
    else:
        assert "1-7日休" in any_eyes.text and "10日班" in any_eyes.text
    assert "10月10日 周六：调休上班（国庆节）" in any_eyes.text
    page.turn_to("week")
    assert "国庆节" in row(any_eyes, "周三 10月7日") and "调休上班" in row(any_eyes, "周六 10月10日")


def test_a_solar_term_moves_with_the_year(page, eyes):
    for day in (date(2027, 4, 5), date(2028, 4, 4)):
        page.go_to(day)
        assert f"{day.day}日清明节" in eyes.text


def test_birthdays_are_counted(page, eyes, ledger):
    from db import child_sheet

    for name in ("张浩宇", "李雨涵"):
        base = child_sheet.load(None)
        born = {
            "name": name,
            "birth_date": "2016-11-25",
            "father_whereabouts": "away",
            "mother_whereabouts": "away",
        }
        child_sheet.save(None, base | born, base, ledger)
    page.go_to(date(2026, 11, 25))
    page.shown()
    assert "生日2人" in eyes.text


def test_the_phases_of_a_plan_are_bands_over_the_month(context, any_eyes, ledger, monkeypatch):
    monkeypatch.setenv("GUANAI_TODAY", "2027-03-10")
    template = next(each for each in plan_templates.templates() if each.code == "ten-ones")
    adopting.adopt([(template, adopting.runs(template)[0])], ledger)
    context.desk.push(page := Calendar(context))
    assert "全面启动" in row(any_eyes, "====")
    page.turn_to("week")
    assert "全面启动" in any_eyes.lines()[1]
    page.turn_to("agenda")
    assert "全面启动" in any_eyes.lines()[1]


# ---- clashes --------------------------------------------------------------------------------------


def test_a_clash_is_marked_and_told(page, eyes, add):
    add("励志专题片", starts="15:30", ends="17:00", place="农家书屋", lead="刘老师")
    add("家长会", starts="16:30", place="农家书屋", lead="刘老师")
    for view in ("month", "week", "agenda"):
        page.turn_to(view)
        page.part = "days"
        eyes.press("enter")
        assert "冲突" in row(eyes, "励志专题片") and "冲突" in row(eyes, "家长会")
        assert "与16:30的“家长会”冲突（农家书屋、刘老" in eyes.text


def test_saving_what_clashes_asks_once_and_saves_when_told(page, eyes, add):
    add("家长会", starts="16:30", ends="17:30", place="教室")
    eyes.press("insert").type("阳光舞台\n\n\n16:00\n17:00\n教室\n")
    assert "与16:30-17:30的“家长会”冲突（教室）" in eyes.text
    eyes.press("ctrl+s")
    assert "照样存吗" in eyes.text and len(activities.listing()) == 1
    eyes.press("escape")
    assert "没有存" in eyes.text and len(activities.listing()) == 1
    eyes.press("ctrl+s", "enter")
    assert [each["title"] for each in activities.listing()] == ["阳光舞台", "家长会"]
    eyes.press("enter", "enter", "end")


def test_a_note_on_what_clashes_already_is_not_asked_about(page, eyes, add):
    key = add("家长会", starts="16:30", place="教室")
    add("阳光舞台", starts="16:30", place="教室")
    page.shown()
    eyes.press("enter", "enter").type("家长开放日\n").press("ctrl+s")
    assert activities.line(key).title == "家长开放日" and "已存" in eyes.text


def test_an_end_before_the_start_is_refused_in_the_sheet(page, eyes):
    eyes.press("insert").type("阳光舞台\n\n\n16:00\n15:00\n").press("ctrl+s")
    assert "结束15:00早于开始16:00" in eyes.text and activities.listing() == []


def test_the_sheet_proposes_what_the_kind_counts_as(page, eyes):
    eyes.press("insert").type("运动会\n文体\n").press("ctrl+s")
    assert activities.listing()[0]["talent"] == "体育"


# ---- held, called off, the menu -------------------------------------------------------------------


def choose(eyes, words):
    """Pick an entry of the menu by what it says."""
    return eyes.type(words).press("enter")


def test_held_says_what_it_settled_and_is_taken_back(page, eyes, add, ledger):
    item = plan_items.add("2026-11", "放一场专题片", ledger)
    changes.write(plan_items.find(item), ledger, kind="film")
    key = add("励志专题片", kind="film")
    page.shown()
    eyes.press("enter", "f10")
    choose(eyes, "已办").type("来了三十人\n")
    assert "“放一场专题片”也办好了" in eyes.text and "已办" in row(eyes, ">23日 ")
    assert activities.line(key).outcome == "来了三十人" and "已办：来了三十人" in eyes.text
    eyes.press("f10")
    choose(eyes, "改回未办")
    assert activities.line(key).state is None and plan_items.line(item).open


def test_a_summary_of_several_lines_left_alone_keeps_its_lines(page, eyes, add, ledger):
    key = add("励志专题片")
    activities.hold(key, "来了三十人\n都说好", ledger)
    page.shown()
    eyes.press("enter", "f10")
    choose(eyes, "改小结").press("enter")
    assert activities.line(key).outcome == "来了三十人\n都说好"
    eyes.press("f10")
    choose(eyes, "改小结").type("照片12张\n")
    assert activities.line(key).outcome == "来了三十人\n都说好\n照片12张"


def test_called_off_asks_for_the_reason_until_there_is_one(page, eyes, add):
    key = add("游览")
    page.shown()
    eyes.press("enter", "m")
    choose(eyes, "取消").press("enter")
    assert "请写取消的原因" in eyes.text
    eyes.type("下雨\n")
    assert (
        activities.line(key).state == "cancelled"
        and "取消" in row(eyes, ">23日 ")
        and "已取消：下雨" in eyes.text
    )
    eyes.press("escape")
    assert any("游览" in text for text in eyes.styled("dim"))
    eyes.press("enter", "space")
    assert "已取消：下雨" in eyes.text and "返回" in eyes.text


def test_one_to_come_cannot_be_held_yet(page, eyes, add):
    add("游览", TODAY + timedelta(days=1))
    eyes.press("right", "enter", "f10")
    choose(eyes, "已办").press("enter")
    assert "还没到" in eyes.text


def test_a_series_is_told(page, eyes, add, ledger):
    repeats.repeat(add("看书"), "FREQ=WEEKLY;COUNT=3", False, ledger)
    page.turn_to("week")
    eyes.press("enter")
    assert "重复" in row(eyes, "看书") and "重复的活动之一" in eyes.text


class Shown(Page):
    """Stands for a screen of another module."""

    title = "别的屏"

    def __init__(self, *given):
        self.given = given

    def draw(self, width, height):
        return Picture([[("别的屏", "plain")]])


@pytest.mark.parametrize(
    ("words", "module", "name"),
    [("各项计划", "work_plans", "WorkPlans"), ("领导小组", "leading_group", "LeadingGroup"), ("会议与决定", "meetings", "Meetings"),
     ("生日", "birthdays", "Birthdays"), ("值班表", "duty_roster", "DutyRoster"), ("两体两艺", "participation", "Participation"),
     ("节假日", "days_off", "DaysOff")],
)  # fmt: skip
def test_the_menu_leads_to_the_screens_that_belong_here(
    page, eyes, context, monkeypatch, words, module, name
):
    monkeypatch.setitem(sys.modules, f"tui.screens.{module}", SimpleNamespace(**{name: Shown}))
    eyes.press("f10")
    choose(eyes, words)
    assert isinstance(context.desk.top, Shown) and context.desk.top.given == (context,)


def test_a_meeting_has_its_page_and_any_activity_may_repeat(page, eyes, context, add, monkeypatch):
    key = add("家长会", kind="parents")
    asked = []
    monkeypatch.setitem(sys.modules, "tui.screens.minutes", SimpleNamespace(MeetingPage=Shown))
    monkeypatch.setitem(
        sys.modules, "tui.screens.repeat", SimpleNamespace(open_repeat=lambda *given: asked.append(given))
    )
    page.shown()
    eyes.press("enter", "f10")
    choose(eyes, "重复")
    assert asked == [(context, key)]
    eyes.press("f10")
    choose(eyes, "会议：")
    assert context.desk.top.given == (context, key)
    words = [
        words for words, *_ in activity_screen.moves(context, activities.line(add("游览", kind="outing")))
    ]
    assert not any("会议" in each for each in words)


def test_calendar_files_are_begun_from_the_menu(page, eyes, context, monkeypatch):
    asked = []
    files = SimpleNamespace(
        save_ics=lambda given: asked.append(("save", given)),
        read_ics=lambda given: asked.append(("read", given)),
    )
    monkeypatch.setitem(sys.modules, "tui.screens.calendar_files", files)
    for words in ("存成日历", "读入日历"):
        eyes.press("f10")
        choose(eyes, words)
    assert asked == [("save", context), ("read", context)]


def test_the_view_changes_from_the_menu_too(page, eyes):
    eyes.press("tab", "f10")
    choose(eyes, "换成周历")
    assert "的一周" in eyes.text and page.part == "agenda"


# ---- the plan of the month --------------------------------------------------------------------------


def test_items_say_how_they_stand(page, eyes, ledger, monkeypatch):
    for title in ("甲", "乙", "丙", "丁", "戊"):
        plan_items.add("2026-11", title, ledger)
    done, late, put_off, dropped, _ = (item.id for item in plan_items.month("2026-11"))
    plan_items.finish(done, date(2026, 11, 20), "照片", ledger)
    for item, day in ((late, 20), (put_off, 24)):
        changes.write(plan_items.find(item), ledger, due_on=date(2026, 11, day))
    plan_items.put_off(put_off, date(2026, 11, 28), "下雨", ledger)
    plan_items.drop(dropped, "上级统一办了", ledger)
    page.shown()
    for words, title in (
        ("11月20日完成", "甲"),
        ("逾期3天", "乙"),
        ("延到11月28日", "丙"),
        ("不办", "丁"),
        ("11月30日前", "戊"),
    ):
        assert title in row(eyes, words)
    assert "5项，完成2项" in eyes.text
    page.part = "plan"
    eyes.press("home", "down")
    assert "延期：下雨" in eyes.text


def test_an_items_menu_is_reached_from_the_calendars(page, eyes, ledger):
    item = plan_items.add("2026-11", "摸底", ledger)
    page.shown()
    eyes.press("tab", "tab", "f10")
    choose(eyes, "“摸底”")
    choose(eyes, "不办").type("上级统一办了\n")
    assert plan_items.line(item).dropped == "上级统一办了"


def test_a_guess_nobody_touched_follows_the_kind(page, eyes, ledger):
    eyes.press("insert").type("书法班\n文体\n")
    assert "体育" in eyes.text
    eyes.press("up").type("书画\n")
    assert "艺术" in eyes.text and "体育" not in eyes.text.replace("文体", "")
    eyes.press("up").type("讲座\n").press("ctrl+s")
    assert activities.listing()[0]["talent"] is None


def test_hours_are_looked_at_where_they_are_typed(page, eyes, ledger):
    eyes.press("insert").type("讲座\n讲座\n\n15:70\n")
    assert "看不出几点" in eyes.text and activities.listing() == []
    eyes.press("up", "ctrl+u").type("15点半\n")
    assert "看不出几点" not in eyes.text


def test_days_off_that_come_with_the_program_are_told_of_until_they_are_loaded(page, any_eyes, ledger):
    assert "2026年放假安排还没装入" in any_eyes.text
    days_off.load_year(2026, ledger)
    page.shown()
    assert "还没装入" not in any_eyes.text
    page.go_to(date(2027, 3, 1))
    assert "还没装入" not in any_eyes.text, "nobody has announced that year"
