"""One plan: its five parts, its items done and moved, its summary written, printed, the plan closed."""

import os
from datetime import date

import pytest

from db import (
    activities,
    adopting,
    changes,
    child_sheet,
    plan_items,
    plan_summary,
    plan_templates,
    rhythms,
    work_plans,
)
from db.printing import pdf, printer, summaries
from db.values import Refused
from tui.screens.plan_hints import HINTS, NO_TABLE
from tui.screens.work_plan import WorkPlanPage

TODAY = date(2026, 11, 23)


def adopt(ledger, code="village"):
    template = plan_templates.by_code(code)
    (made,) = adopting.adopt([(template, adopting.runs(template)[0])], ledger)
    return made


@pytest.fixture
def plan(ledger):
    return adopt(ledger)


@pytest.fixture
def page(plan, context):
    page = WorkPlanPage(context, plan)
    context.desk.push(page)
    return page


def item(plan, title):
    return next(each for each in plan_items.of_plan(plan) if title in each.title)


def stand(page, title):
    """Put the cursor on an item."""
    page.go_to(next(each.id for each in page.here.items() if title in getattr(each, "title", "")))


def test_it_opens_on_what_is_to_be_done_now_at_both_sizes(plan, context, any_eyes):
    page = WorkPlanPage(context, plan)
    context.desk.push(page)
    assert page.item().month == "2026-11" and page.item().open
    assert "2026年11月" in any_eyes.text and "完成0" in any_eyes.text and ">各月" in any_eyes.text
    for name in ("建立", "目标", "节奏", "总结", "各月"):
        any_eyes.press("tab")
        assert f">{name}" in any_eyes.text
    any_eyes.press("shift+tab")
    assert "还没有总结" in any_eyes.text


def test_an_item_is_done_in_three_keys_and_open_again_once_asked(page, eyes, plan):
    stand(page, "家长会")
    eyes.press("f8", "enter", "enter")
    assert item(plan, "家长会").done_on == TODAY and "11月23日完成" in eyes.text and "完成1" in eyes.text
    assert "F8改回未完成" in eyes.text
    eyes.press("space", "enter")
    assert item(plan, "家长会").open and "F8完成" in eyes.text


def test_what_is_overdue_is_carried_over_but_for_what_recurs(page, eyes, plan, ledger):
    late = [each for each in plan_items.of_plan(plan) if each.due_on < TODAY]
    recurring = [each for each in late if each.sort == "occasion"]
    carried = [each for each in late if each.month < "2026-11" and each.sort != "occasion"]
    assert recurring and carried and "逾期" in eyes.text
    stand(page, "家长会")
    eyes.press("f10").type("jz").press("enter")
    assert f"结转 {len(carried)} 项" in eyes.text
    eyes.press("enter")
    assert {plan_items.line(each.id).month for each in carried} == {"2026-11"}
    assert all(plan_items.line(each.id).month == each.month for each in recurring)
    page.go_to(carried[0].id)
    assert "上月没办完" in eyes.text
    page.go_to("2026-11")
    assert "结转来" in eyes.text
    changes.undo(changes.last_action(ledger).action, ledger)
    assert plan_items.line(carried[0].id).month != "2026-11"


def test_items_are_postponed_and_left_out_with_their_reasons_shown(page, eyes, plan):
    stand(page, "家长会")
    eyes.press("f10").type("yq").press("enter", "ctrl+u").type("2026-12-5\n雨雪改期\n")
    assert item(plan, "家长会").month == "2026-12"
    assert "延期：雨雪改期" in eyes.text and "转出1" in eyes.text
    stand(page, "回访结对")
    eyes.press("f10").type("bb").press("enter").type("并到家访里\n")
    assert "不办" in eyes.text and "并到家访里" in eyes.text


def test_an_item_is_added_to_the_month_of_the_cursor_and_struck_out(page, eyes, plan):
    stand(page, "年度总结")
    eyes.press("insert", "enter")
    assert "请填事项" in eyes.text
    eyes.type("给老师送锦旗\n")
    assert item(plan, "锦旗").month == "2026-12" and page.item().title == "给老师送锦旗"
    eyes.press("delete", "enter")
    assert not any("锦旗" in each.title for each in plan_items.of_plan(plan))


def test_headings_say_what_the_keys_need(page, eyes):
    eyes.press("home", "f8")
    assert "光标移到事项上" in eyes.text
    assert "计划" in eyes.text and "还没办" in eyes.text


def test_arrangements_say_where_they_are_made_or_that_they_have_no_table(page, eyes):
    page.part = "setups"
    stand(page, "结对帮扶")
    assert "按 F3" in eyes.text
    stand(page, "用品")
    assert NO_TABLE in eyes.text


@pytest.fixture
def checked(plan, ledger):
    """An item of a plan adopted when this ledger did not keep 巩固率 yet."""
    with changes.action("旧计划", ledger) as act:
        plan_items.insert(
            act,
            "setup",
            "核实巩固率达到100%",
            date(2026, 8, 1),
            date(2026, 12, 31),
            work_plan=plan,
            system="target",
        )


def test_a_rate_that_was_checked_by_an_item_still_is(checked, page, eyes):
    page.part = "setups"
    stand(page, "核实巩固率")
    assert "本台账不算" in eyes.text
    eyes.press("space", "enter").type("学校证明\n")
    assert page.item().done_on == TODAY and "学校证明" in eyes.text


def test_every_hint_is_about_an_arrangement_some_plan_asks_for():
    asked = {each.system for template in plan_templates.templates() for each in template.setups}
    assert set(HINTS) - {work_plans.TARGET} <= asked


def test_goals_stand_beside_the_rates_and_unknown_ones_are_said_to_be(checked, page, eyes, plan, ledger):
    base = child_sheet.load(None)
    away = {"father_whereabouts": "away", "mother_whereabouts": "away"}
    child_sheet.save(None, base | away | {"name": "张浩宇"}, base, ledger)
    page.go_to_part("goals")
    assert "0/1" in eyes.text and "待学校提供" in eyes.text
    eyes.press("enter")
    assert "张浩宇" in eyes.text and "缺1人" in eyes.text
    eyes.press("escape")
    at = next(n for n, goal in enumerate(page.here.items()) if goal.code == "retained")
    page.here.go(at)
    eyes.press("enter")
    assert "核实巩固率" in eyes.text
    eyes.press("escape")
    plan_items.remove(item(plan, "核实巩固率").id, ledger)
    page.shown()
    eyes.press("enter")
    assert "待学校提供" in eyes.text


def test_rhythms_stand_in_words_and_are_edited_from_here(page, eyes):
    page.part = "rhythms"
    assert "亲情视频" in eyes.text and "每周一次" in eyes.text and "没有逾期的" in eyes.text
    eyes.press("enter")
    assert "修改节奏" in eyes.text


def test_an_item_is_arranged_from_its_menu_and_shown_as_arranged(page, eyes, plan, ledger):
    stand(page, "家长会")
    eyes.press("f10").type("ap").press("enter", "ctrl+s")
    assert "已安排：11月23日家长会" in eyes.text
    (held,) = activities.agenda(TODAY, TODAY)
    activities.hold(held.id, None, ledger)
    page.shown()
    assert item(plan, "家长会").done_on == TODAY


def test_a_summary_is_drafted_edited_kept_and_shown(page, eyes, plan, context):
    page.part = "summary"
    eyes.press("f8")
    assert "Ctrl+S存盘" in eyes.text and "正在" not in eyes.text and "村级关爱计划总结" in eyes.text
    eyes.type("定稿：").press("ctrl+s")
    kept = plan_summary.load(plan)["summary"]
    assert kept.startswith("定稿：村级关爱计划总结") and "定稿：" in eyes.text
    assert "总结已存，按 Ctrl+Z" in eyes.text and context.desk.top is page
    eyes.press("f8")
    assert "定稿：" in eyes.text
    eyes.press("text:又改", "escape")
    assert "草稿已留下" in eyes.text and context.desk.top is page
    (draft,) = context.drafts.left("work_plan_summary", str(plan))
    context.resume(draft)
    assert "又改" in eyes.text
    assert plan_summary.load(plan)["summary"] == kept


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a.html", "<h2>一、基本情况</h2>"),
        ("a.txt", "一、基本情况\r\n"),
        ("a.md", "\n## 一、基本情况\n"),
    ],
)
def test_a_summary_is_saved_in_each_form_and_read_by_its_owner_alone(plan, ledger, tmp_path, name, says):
    with pytest.raises(Refused, match="还没有总结"):
        summaries.to_file(plan, tmp_path / name, ledger)
    text = plan_summary.draft(plan) + "\n<b>不是标记</b> *也不是*"
    plan_summary.save(plan, {"summary": text}, {"summary": None}, ledger)
    summaries.to_file(plan, tmp_path / name, ledger)
    written = (tmp_path / name).read_bytes().decode("utf-8-sig")
    assert says in written and "制表：王晓" in written and written.count("村级关爱计划总结") <= 2
    assert "<b>不是标记" not in written or name == "a.txt"
    assert os.stat(tmp_path / name).st_mode & 0o777 == 0o600


def test_a_summary_goes_to_a_pdf_only_with_a_font_and_to_no_other_ending(plan, ledger, tmp_path, monkeypatch):
    plan_summary.save(plan, {"summary": "办完了"}, {"summary": None}, ledger)
    monkeypatch.setattr(pdf, "chinese_font", lambda: None)
    with pytest.raises(Refused, match="中文字体"):
        summaries.to_file(plan, tmp_path / "a.pdf", ledger)
    with pytest.raises(Refused, match="存不成"):
        summaries.to_file(plan, tmp_path / "a.doc", ledger)
    assert list(tmp_path.glob("a.*")) == []


def test_the_summary_is_saved_from_the_menu_where_one_says(page, eyes, plan, ledger, tmp_path, monkeypatch):
    monkeypatch.setattr(printer, "printer", lambda: None)
    monkeypatch.chdir(tmp_path)
    eyes.press("f10").type("dy").press("enter")
    assert "还没有总结" in eyes.text
    plan_summary.save(plan, {"summary": "办完了"}, {"summary": None}, ledger)
    eyes.press("f10").type("dy").press("enter", "3", "enter", "enter")
    assert "总结已存到" in eyes.text
    (file,) = tmp_path.glob("*.txt")
    assert "办完了" in file.read_text("utf-8-sig")


def test_a_plan_is_saved_as_a_template_and_can_be_read_again(page, eyes, tmp_path):
    page.folder = tmp_path
    eyes.press("f10").type("lc").press("enter", "ctrl+u").type("柳溪计划\n\n")
    assert plan_templates.read_file(tmp_path / "柳溪计划.toml").title == "柳溪计划"


def test_a_plan_closes_only_when_nothing_is_owed_and_may_take_its_rhythms_along(page, eyes, plan, ledger):
    eyes.press("f10").type("js").press("enter", "enter")
    assert "还欠" in eyes.text and work_plans.state(plan).closed_on is None
    for each in plan_items.of_plan(plan):
        plan_items.drop(each.id, "不用了", ledger)
    page.shown()
    eyes.press("f10").type("js").press("enter", "enter")
    assert "请先按数字" in eyes.text
    eyes.press("2", "enter")
    assert work_plans.state(plan).closed_on == TODAY and rhythms.in_force() == [] and "结束" in eyes.text
    eyes.press("f10").type("cx").press("enter")
    assert work_plans.state(plan).closed_on is None


def test_a_plan_struck_out_meanwhile_is_said_to_be_gone(page, eyes, plan, ledger):
    work_plans.remove(plan, ledger)
    stand(page, "家长会")
    eyes.press("f8")
    assert "已被删除" in eyes.text
    page.shown()
    assert "看不到了" in eyes.text
    eyes.press("f8", "tab")
    assert "看不到了" in eyes.text
    changes.undo(changes.last_action(ledger).action, ledger)
    page.shown()
    assert page.item().title == "家长会"


def test_the_printer_takes_the_summary(page, eyes, plan, ledger, monkeypatch):
    sent = []
    monkeypatch.setattr(printer, "printer", lambda: "HP")
    monkeypatch.setattr(printer, "send", lambda name, title, made: sent.append((name, title, made[:4])))
    monkeypatch.setattr(pdf, "render", lambda paper, font: iter([1, b"%PDF" + paper.title.encode()]))
    monkeypatch.setattr(pdf, "chinese_font", lambda: pdf.Font("x.ttf", 0))
    plan_summary.save(plan, {"summary": "办完了"}, {"summary": None}, ledger)
    eyes.press("f10").type("dy").press("enter", "1", "enter")
    assert sent == [("HP", "村级关爱计划总结", b"%PDF")] and "已交给打印机 HP" in eyes.text


def test_every_month_of_the_plan_is_there_with_its_phase(ledger, context, any_eyes):
    plan = adopt(ledger, "ten-ones")
    page = WorkPlanPage(context, plan)
    context.desk.push(page)
    any_eyes.press("home")
    assert "2027年2月  全面启动" in any_eyes.text
    headings = [each for each in page.here.items() if hasattr(each, "phase")]
    assert [(each.id[5:], each.phase) for each in headings][:5] == [
        ("02", "全面启动"), ("03", "全面启动"), ("04", "整体推进"), ("05", "整体推进"), ("06", "总结评比"),
    ]  # fmt: skip


def test_a_plan_without_months_takes_items_in_any_of_its_own(ledger, context, eyes):
    plan = adopt(ledger, "class")
    context.desk.push(WorkPlanPage(context, plan))
    assert ">建立" in eyes.text
    context.desk.top.go_to_part("months")
    context.desk.top.go_to("2026-11")
    eyes.press("insert").type("主题班会\n")
    assert [each.month for each in plan_items.of_plan(plan) if each.title == "主题班会"] == ["2026-11"]


def test_the_cursor_stays_at_its_place_when_an_item_goes_to_another_month(page, eyes, plan):
    stand(page, "家长会")
    below = page.here.items()[page.here.at + 1]
    eyes.press("f10").type("yq").press("enter", "ctrl+u").type("2026-12-5\n雨雪改期\n")
    assert item(plan, "家长会").month == "2026-12" and page.here.current().id == below.id


def test_an_item_of_a_month_past_is_carried_over_from_its_own_menu(page, eyes, plan):
    late = next(each for each in plan_items.of_plan(plan) if each.month < "2026-11" and each.sort == "month")
    page.go_to(late.id)
    eyes.press("f10").type("jz").press("enter", "enter")
    assert plan_items.line(late.id).month == "2026-11" and "结转到11月" in eyes.text


def test_months_before_the_first_item_are_one_line(ledger, context, eyes):
    template = plan_templates.by_code("village")
    (plan,) = adopting.adopt([(template, adopting.runs(template)[0])], ledger, "2026-11")
    for each in plan_items.of_plan(plan):
        if each.month < "2026-11":
            plan_items.remove(each.id, ledger)
    context.desk.push(WorkPlanPage(context, plan))
    eyes.press("home")
    assert "2026年8月至10月  没有事项" in eyes.text
