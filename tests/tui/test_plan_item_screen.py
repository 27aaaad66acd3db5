"""An item of a plan, driven through the desk: done with what shows it, postponed, left out, arranged."""

from datetime import date

import pytest

from db import activities, adopting, care, changes, child_sheet, plan_items, plan_templates
from db.models import Activity, CareRecord, WorkPlan
from tui.page import Page, Picture
from tui.screens import plan_item

TODAY = date(2026, 11, 23)


class Bare(Page):
    """A page that counts how often it was read afresh."""

    title = "底页"
    read = 0

    def shown(self) -> None:
        self.read += 1

    def draw(self, width, height):
        return Picture([])


@pytest.fixture
def page(context):
    page = Bare()
    context.desk.push(page)
    return page


@pytest.fixture
def item(ledger, page):
    plan = changes.insert(
        WorkPlan, ledger, code="village", title="村级关爱计划", starts=date(2026, 8, 1), ends=date(2026, 12, 31), template='title = "村级关爱计划"',
    )  # fmt: skip
    return plan_items.add("2026-11", "家长会", ledger, plan.id)


def line(item):
    return plan_items.line(item)


def hold(ledger, title, on, **values):
    base = activities.load(None)
    return activities.save(None, base | {"title": title, "on_date": on} | values, base, ledger).id


def test_enter_twice_is_done_today_with_an_empty_note(context, item, any_eyes, page):
    heard = []
    plan_item.finish_item(context, item, lambda: heard.append(True))
    assert "2026-11-23" in any_eyes.text
    any_eyes.press("enter", "enter")
    assert (line(item).done_on, line(item).done_by, line(item).evidence) == (TODAY, "王晓", None)
    assert heard == [True] and page.read > 1 and "Ctrl+Z" in any_eyes.text
    any_eyes.context.undo()
    any_eyes.press("enter")
    assert line(item).open


def test_a_note_is_typed_where_it_is_asked_and_another_name_keeps_it(context, item, eyes):
    plan_item.finish_item(context, item)
    eyes.press("ctrl+u").type("2026-11-20\n").press("text:照片12张", "f10", "ctrl+u").type("刘老师\n")
    assert "刘老师" in eyes.text and "照片12张" in eyes.text
    eyes.press("enter")
    done = line(item)
    assert (done.done_on, done.done_by, done.evidence_kind, done.evidence) == (
        date(2026, 11, 20), "刘老师", "note", "照片12张",
    )  # fmt: skip


def test_a_day_to_come_or_none_at_all_is_asked_again_with_what_was_typed(context, item, eyes):
    plan_item.finish_item(context, item)
    for typed in ("2026-11-24", "2026-13-1"):
        eyes.press("ctrl+u").type(typed + "\n")
        assert eyes.desk.message[1] == "error" and typed in eyes.text
    eyes.press("escape")
    assert line(item).open


def test_an_activity_shows_it_and_one_called_off_does_not(context, item, eyes, ledger):
    held, off = (
        hold(ledger, title, date(2026, 11, 18), place="村部") for title in ("秋季家长会", "改期的家长会")
    )
    activities.cancel(off, "下雨", ledger)
    hold(ledger, "以前的家长会", date(2026, 10, 18))
    hold(ledger, "以后的家长会", date(2026, 11, 30))
    plan_item.finish_item(context, item)
    eyes.press("enter", "f8", "1", "enter")
    assert "秋季家长会" in eyes.text and not any(
        f"{when}的家长会" in eyes.text for when in ("改期", "以前", "以后")
    )
    eyes.press("enter")
    done = line(item)
    assert (done.evidence_kind, done.evidence, done.evidence_ref) == ("activity", "11月18日秋季家长会 村部", held)  # fmt: skip


def test_a_care_record_shows_it_with_the_childs_name_masked(context, item, eyes, ledger):
    base = child_sheet.load(None)
    child = child_sheet.save(None, base | {"name": "张浩宇"}, base, ledger).id
    care.record(
        ledger, child_id=child, kind="talk", on_date=date(2026, 11, 9), by_name="刘老师", content="期中考试"
    )
    plan_item.finish_item(context, item)
    eyes.press("enter", "f8", "2", "enter", "enter")
    done = line(item)
    assert (done.evidence_kind, done.evidence) == ("record", "11月9日谈心张* 刘老师")
    assert done.evidence_ref == CareRecord.get().id


@pytest.mark.parametrize(("number", "kind"), [("3", "publicity"), ("4", "paper")])
def test_a_report_or_a_paper_shows_it_and_needs_its_title(context, item, eyes, number, kind):
    plan_item.finish_item(context, item)
    eyes.press("enter", "f8", number, "enter", "enter")
    assert "请写题目" in eyes.text and line(item).open
    eyes.press(number, "enter").type("镇简报第3期\n")
    assert (line(item).evidence_kind, line(item).evidence) == (kind, "镇简报第3期")


def test_nothing_to_choose_from_leads_back_to_the_note(context, item, eyes):
    plan_item.finish_item(context, item)
    eyes.press("enter", "text:照片", "f8", "1", "enter")
    assert "还没有活动可选" in eyes.text and "照片" in eyes.text
    eyes.press("f8", "escape", "escape")
    assert line(item).open


def test_evidence_given_before_stays_what_it_was_unless_changed(context, item, eyes, ledger):
    held = hold(ledger, "秋季家长会", date(2026, 11, 18))
    plan_items.finish(item, TODAY, "11月18日秋季家长会", ledger, "activity", held)
    plan_items.reopen(item, ledger)
    plan_item.finish_item(context, item)
    eyes.press("enter", "enter")
    assert (line(item).evidence_kind, line(item).evidence_ref) == ("activity", held)
    plan_item.finish_item(context, item)
    assert "已在2026-11-23完成" in eyes.text


def test_postponing_asks_the_day_then_why_and_asks_again_what_is_refused(context, item, eyes):
    plan_item.put_off_item(context, item)
    eyes.press("ctrl+u").type("2027-1-5\n")
    assert "村级关爱计划" in eyes.text and eyes.desk.message[1] == "error" and line(item).due_on.month == 11
    eyes.press("ctrl+u").type("2026-12-5\n").press("enter")
    assert "延期的原因" in eyes.text and "请写延期的原因" in eyes.text
    eyes.type("下雨改期\n")
    assert (line(item).month, line(item).planned_month, line(item).put_off) == ("2026-12", "2026-11", "下雨改期")  # fmt: skip


def test_leaving_an_item_out_needs_a_reason_and_is_taken_back(context, item, eyes):
    plan_item.drop_item(context, item)
    eyes.press("enter")
    assert "请写不办的原因" in eyes.text
    eyes.type("上级统一办了\n")
    assert not line(item).open and line(item).dropped == "上级统一办了"
    plan_item.reopen_item(context, item)
    assert "记了不办，改回未完成吗？" in eyes.text and not line(item).open
    eyes.press("enter")
    assert line(item).open


def test_an_item_is_arranged_as_an_activity_that_settles_it_when_held(context, item, eyes, ledger):
    plan_item.arrange_item(context, item)
    eyes.press("ctrl+s")
    (activity,) = Activity.live()
    assert (activity.title, activity.on_date, activity.plan_item_id) == ("家长会", TODAY, item)
    assert changes.last_action(ledger).label == "安排活动 家长会"
    activities.hold(activity.id, None, ledger)
    assert (line(item).done_on, line(item).evidence_ref) == (TODAY, activity.id)


def test_the_sheet_of_an_item_is_edited_and_its_draft_taken_up(context, item, eyes):
    plan_item.open_item(context, item)
    eyes.press("ctrl+u").type("秋季家长会\n").press("ctrl+s")
    assert line(item).title == "秋季家长会"
    plan_item.open_item(context, item)
    eyes.press("ctrl+u").type("冬季").press("escape", "escape")
    (draft,) = context.drafts.left("plan_item", str(item))
    context.resume(draft)
    assert "冬季" in eyes.text and "修改计划事项" in eyes.text


def test_the_menu_offers_what_can_be_done_with_it(context, item, eyes, ledger):
    plan_item.item_menu(context, item)
    assert all(words in eyes.text for words in ("完成", "安排成活动", "延期", "不办", "修改", "删除"))
    eyes.press("escape")
    plan_items.finish(item, TODAY, None, ledger)
    plan_item.item_menu(context, item)
    assert "改回未完成" in eyes.text and "延期" not in eyes.text
    eyes.press("1", "enter", "enter")
    assert line(item).open
    plan_item.item_menu(context, item)
    eyes.press("6", "enter")
    assert "不打算办的" in eyes.text
    eyes.press("enter")
    assert plan_items.month("2026-11") == []


def test_an_item_struck_out_meanwhile_is_said_to_be_gone(context, item, eyes, ledger):
    plan_item.item_menu(context, item)
    plan_items.remove(item, ledger)
    eyes.press("1", "enter")
    assert "已被删除" in eyes.text and eyes.desk.message[1] == "error"


def test_the_plan_of_an_item_opens_standing_on_it(context, item, eyes, ledger):
    plan_item.open_plan_of(context, item)
    assert "村级关爱计划" in eyes.text and context.desk.top.item().id == item
    own = plan_items.add("2026-11", "擦窗户", ledger)
    plan_item.open_plan_of(context, own)
    assert "修改计划事项" in eyes.text and "擦窗户" in eyes.text


def test_what_is_done_every_month_is_arranged_till_the_plans_end(context, page, eyes, ledger):
    template = plan_templates.by_code("village")
    (plan,) = adopting.adopt([(template, adopting.runs(template)[0])], ledger)
    film = next(each for each in plan_items.of_plan(plan) if each.title == "励志专题片（11月）")
    plan_item.arrange_item(context, film.id)
    assert "每月同一个周几" in eyes.text
    eyes.press("2", "enter", "ctrl+s")
    held = list(Activity.live().order_by(Activity.on_date))
    assert [row.on_date for row in held] == [TODAY, date(2026, 12, 28)] and "以后各次也排上了" in eyes.text
    changes.undo(changes.last_action(ledger).action, ledger)
    assert Activity.live().count() == 0
    plan_item.arrange_item(context, film.id)
    eyes.press("1", "enter", "ctrl+s")
    assert Activity.live().count() == 1


def test_an_activity_begun_for_an_item_is_taken_up_again(context, item, eyes):
    plan_item.arrange_item(context, item)
    eyes.press("text:秋季", "escape", "escape")
    (draft,) = context.drafts.left()
    context.resume(draft)
    assert "安排活动：家长会" in eyes.text and "秋季" in eyes.text
    eyes.press("ctrl+s")
    assert Activity.get().plan_item_id == item


def test_a_clash_is_named_before_an_item_is_arranged(context, item, eyes, ledger):
    hold(ledger, "书画比赛", TODAY, place="村部", starts="9:00")
    plan_item.arrange_item(context, item)
    sheet = context.desk.top
    for name, text in (("starts", "9:00"), ("place", "村部")):
        sheet.session.go_to(name)
        eyes.type(text + "\n")
    eyes.press("ctrl+s")
    assert "照样存吗" in eyes.text and "书画比赛" in eyes.text
    eyes.press("enter")
    assert Activity.live().count() == 2
