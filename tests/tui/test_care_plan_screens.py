"""Care plans on the screen: from a template to the end, and the lists of them, driven through the desk."""

from datetime import date

import pytest
from people import put

from db import care, care_plan_lists, care_plans, care_steps, changes
from db.errors import Locked
from db.models import CarePlan, Child, Focus
from tui.screens import care_plan, care_sheets
from tui.screens import care_plans as screens
from tui.screens.care_plan import Plan
from tui.screens.care_plans import AllPlans, Plans

TODAY = date(2026, 11, 23)


@pytest.fixture
def child(ledger):
    return put(ledger, name="张浩宇", village_group="一组")


@pytest.fixture
def begin(ledger, child):
    def beginning(template="study", child_id=None, **values):
        base = care_plans.proposed(child_id or child, template)
        return care_plans.new_plan(
            child_id or child, base | {"problem": "数学跟不上"} | values, ledger, template
        )

    return beginning


@pytest.fixture(autouse=True)
def below(context):
    """The page everything is opened from."""
    context.desk.push(AllPlans(context))
    return context.desk.top


def view(plan):
    return care_plan_lists.view(plan)


def test_a_plan_from_a_template_in_a_few_keys(any_eyes, context, child, ledger):
    changes.insert(Focus, ledger, child=child, tag="study", since=TODAY)
    screens.open_plans(context, child)
    assert "还没有方案，按 Ins 从模板开一份" in any_eyes.text
    any_eyes.press("insert")
    assert "1 学习困难（学习帮扶计划）" in any_eyes.text, "the template for the child stands first"
    any_eyes.press("enter").type("数学不会算分数")
    any_eyes.press("ctrl+s")
    assert isinstance(context.desk.top, Plan)
    assert "方案已存" in any_eyes.text and "数学不会算分数" in any_eyes.text and "0/6步" in any_eyes.text
    any_eyes.press("escape")
    assert "学习帮扶计划" in any_eyes.text and "接下来：" in any_eyes.text
    any_eyes.press("ctrl+z", "enter")
    assert "还没有方案" in any_eyes.text


def test_a_sheet_left_is_taken_up_again(eyes, context, child):
    screens.new_plan(context, child)
    eyes.press("enter").type("写到一半").press("escape", "escape")
    (draft,) = context.drafts.left()
    assert draft.sheet == f"care_new:{child}:plain:" and draft.texts["problem"] == "写到一半"
    context.resume(draft)
    eyes.press("ctrl+s")
    assert care_plan_lists.plans(child)[0].problem == "写到一半"


def test_another_first_day_moves_the_end_and_the_review(eyes, context, child):
    context.desk.push(care_sheets.new_sheet(context, child, "study"))
    eyes.type("跟不上\n").press("down", "down", "down", "ctrl+u").type("2026-12-1\n").press("ctrl+s")
    line = care_plan_lists.plans(child)[0]
    assert (line.starts, line.ends, line.review_on) == (
        date(2026, 12, 1),
        date(2027, 4, 6),
        date(2027, 1, 12),
    )
    assert line.next_step.due_on == date(2026, 12, 8)


@pytest.mark.parametrize(("open_sheet", "name"), [
    (lambda context, plan: care_sheets.plan_sheet(context, plan, at="goal"), "care_plan"),
    (lambda context, plan: care_sheets.step_sheet(context, plan, None), "care_step:"),
    (lambda context, plan: care_sheets.step_sheet(context, plan, view(plan).steps[0].id), "care_step"),
    (lambda context, plan: care_sheets.review_sheet(context, plan), "care_stage:"),
    (lambda context, plan: care_sheets.stage_sheet(context, plan, view(plan).stages[0].id), "care_stage"),
    (lambda context, plan: care_sheets.summary_sheet(context, plan), "care_summary"),
    (lambda context, plan: care_sheets.closing_sheet(context, plan, ()), "care_close"),
])  # fmt: skip
def test_every_sheet_is_taken_up_from_its_draft(eyes, context, begin, ledger, open_sheet, name):
    plan = begin()
    care_steps.review(plan, {"on_date": date(2026, 11, 23), "result": "开始"}, ledger)
    context.desk.push(open_sheet(context, plan))
    eyes.type("写到一半").press("ctrl+end", "escape")
    while context.desk.top.title != "帮扶方案":
        eyes.press("escape")
    (draft,) = context.drafts.left()
    assert draft.sheet.startswith(name)
    context.resume(draft)
    assert any("写到一半" in text for text in context.desk.top.session.answers.texts.values())
    assert context.desk.top.title == draft.title


def test_a_child_that_left_is_in_the_list_until_its_plan_is_closed(eyes, context, begin, child, ledger):
    begin(starts=date(2026, 11, 1))
    changes.write(Child.get_by_id(child), ledger, left_on=date(2026, 11, 20))
    context.desk.top.shown()
    assert "11月20日" in eyes.lines()[2] and "已退出登记，该结案" in eyes.lines()[2]


def test_an_open_plan_of_the_kind_is_asked_about(eyes, context, child, begin):
    first = begin("study")
    screens.new_plan(context, child)
    eyes.type("学习困难\n")
    assert "已有一份没结案的学习帮扶计划" in eyes.text
    eyes.press("enter")
    assert "请先按数字" in eyes.text, "an Enter typed ahead answers nothing"
    eyes.press("1", "enter")
    assert context.desk.top.plan_id == first
    eyes.press("escape")
    screens.new_plan(context, child)
    eyes.type("学习困难\n").press("2", "enter").type("又一份\n").press("ctrl+s")
    assert CarePlan.live().count() == 2


def test_no_new_plan_for_who_has_left(eyes, context, child, ledger):
    screens.open_plans(context, child)
    changes.write(Child.get_by_id(child), ledger, left_on=TODAY)
    eyes.press("insert")
    assert "退出登记" in eyes.text and isinstance(context.desk.top, Plans)


def test_the_page_shows_the_whole_plan_at_both_sizes(any_eyes, context, begin):
    care_plan.open_plan(context, begin())
    text = any_eyes.text
    for shown in (
        "学习帮扶计划：张浩宇",
        "一组",
        "学习困难",
        "问题",
        "目标",
        "措施",
        "数学跟不上",
        "0/6步",
        "11月30日",
    ):
        assert shown in text
    any_eyes.press("down", "down")
    assert "下面还有" in any_eyes.text
    any_eyes.press("space")
    assert "每次有一点进步" in any_eyes.text
    any_eyes.press("escape", "end")
    assert "结案" in any_eyes.text and "还没有，按回车写" in any_eyes.text


def test_a_field_is_edited_where_the_cursor_stands(eyes, context, begin):
    plan = begin()
    care_plan.open_plan(context, plan)
    eyes.press("down", "enter", "ctrl+u").type("期末及格").press("ctrl+s")
    assert view(plan).goal == "期末及格" and "期末及格" in eyes.text


def test_a_step_is_finished_added_edited_and_dropped(any_eyes, context, begin):
    plan = begin()
    care_plan.open_plan(context, plan)
    first = view(plan).steps[0]
    any_eyes.press("f8")
    assert "记为今天完成" in any_eyes.text
    any_eyes.type("不会通分\n")
    done = next(step for step in view(plan).steps if step.id == first.id)
    assert (done.done_on, done.result) == (TODAY, "不会通分")
    assert "1/6步" in any_eyes.text and "已完成" in any_eyes.text and "11月23日做" in any_eyes.text
    any_eyes.press("insert").type("配眼镜\n2026-12-1\n").press("ctrl+s", "escape")
    assert "12月1日" in any_eyes.text and len(view(plan).steps) == 7
    here = context.desk.top
    here.roster.go(next(n for n, part in enumerate(here.roster.items()) if part.text == "配眼镜"))
    any_eyes.press("enter").type("查视力").press("ctrl+s")
    assert "查视力" in any_eyes.text and "配眼镜" not in any_eyes.text
    any_eyes.press("f8", "enter")
    assert next(step for step in view(plan).steps if step.title == "查视力").done_on == TODAY, (
        "the one under the cursor"
    )
    any_eyes.press("delete", "enter")
    assert len(view(plan).steps) == 6
    any_eyes.press("ctrl+z", "enter")
    assert len(view(plan).steps) == 7


def test_a_step_someone_else_finished_meanwhile_is_told(eyes, context, begin, ledger):
    plan = begin()
    step = view(plan).steps[0]
    care_plan.finish_step(context, step.id)
    care_steps.finish_step(step.id, "对方做的", None, ledger)
    eyes.type("我做的\n")
    assert "已在2026-11-23完成" in eyes.text and view(plan).steps[0].result == "对方做的"
    care_plan.finish_step(context, step.id)
    assert "已在2026-11-23完成" in eyes.text
    care_steps.remove_step(step.id, ledger)
    care_plan.finish_step(context, step.id)
    assert "这一步已被删除" in eyes.text


def test_a_result_is_as_long_as_the_field(eyes, context, begin):
    step = view(begin()).steps[0]
    care_plan.finish_step(context, step.id)
    eyes.desk.paste("长" * 501)
    eyes.press("enter")
    assert care_steps.step(step.id).done_on == TODAY and len(care_steps.step(step.id).result) == 500


def test_what_was_typed_is_kept_when_it_cannot_be_written(eyes, context, begin, monkeypatch):
    def locked(*_):
        raise Locked

    step = view(begin()).steps[0]
    care_plan.finish_step(context, step.id)
    with monkeypatch.context() as broken:
        broken.setattr(care_steps, "finish_step", locked)
        eyes.type("不会通分\n")
    assert "正被别人写入" in eyes.text and "不会通分" in eyes.text
    eyes.press("enter")
    assert care_steps.step(step.id).result == "不会通分"


def test_the_menu_reviews_signs_sums_up_and_closes(any_eyes, context, begin, child, ledger):
    care.record(ledger, child_id=child, on_date=TODAY, content="说分数听懂了")
    plan = begin()
    care_plan.open_plan(context, plan)
    any_eyes.press("f10", "1", "enter").type("作业按时交了").press("ctrl+s")
    assert view(plan).stages[0].result == "作业按时交了" and view(plan).line.review_on == date(2027, 1, 4)
    assert "阶段效果" in any_eyes.text
    any_eyes.press("f10", "2", "enter").type("李校长\n\n")
    assert view(plan).signed_by == "李校长" and "已签字" in any_eyes.text
    any_eyes.press("home", "down", "enter", "ctrl+u").type("改了目标").press("ctrl+s")
    assert "签字后改过" in any_eyes.text
    any_eyes.press("f10", "3", "enter")
    assert "2026年11月23日评估：作业按时交了。" in any_eyes.text, "the draft stands in the field"
    any_eyes.press("ctrl+s")
    assert "期间谈心1次" in view(plan).summary and "说分数听懂了" in view(plan).summary
    any_eyes.press("f10", "4", "enter")
    assert "还有6步没做" in any_eyes.text and "仍要结案" in any_eyes.text
    any_eyes.press("enter", "enter").type("部分达成\n").press("ctrl+s")
    assert (view(plan).line.closed_on, view(plan).line.outcome) == (TODAY, "部分达成")
    assert "2026-11-23结案：部分达成" in any_eyes.text
    for key in ("f8", "insert", "delete", "enter"):
        any_eyes.press(key)
        assert "方案已结案：要接着做请按 F10 重新打开" in any_eyes.text
    any_eyes.press("f10", "1", "enter")
    assert view(plan).line.closed_on is None and "已重新打开" in any_eyes.text


def test_closing_without_a_summary_drafts_one(eyes, context, begin, ledger):
    plan = begin()
    for step in view(plan).steps:
        care_steps.finish_step(step.id, None, None, ledger)
    care_plan.open_plan(context, plan)
    eyes.press("f8")
    assert "没有要做的步骤" in eyes.text
    eyes.press("end", "enter", "enter").type("mbdc")
    eyes.press("escape", "escape")
    assert view(plan).line.closed_on is None, "left without saving"
    eyes.press("enter", "ctrl+home", "enter").type("1").press("ctrl+s")
    assert view(plan).line.outcome == "目标达成" and "步骤共6项，做了6项。" in view(plan).summary


def test_a_goal_two_people_changed_is_asked_about(eyes, context, begin, ledger):
    plan = begin()
    care_plan.open_plan(context, plan)
    eyes.press("down", "enter", "ctrl+u").type("我的目标")
    base = care_plans.load(plan)
    care_plans.save(plan, base | {"goal": "对方的目标", "measures": "对方的措施"}, base, ledger)
    eyes.press("ctrl+s")
    assert "用对方的：对方的目标" in eyes.text
    eyes.press("2", "enter")
    assert (view(plan).goal, view(plan).measures) == ("我的目标", "对方的措施")
    assert "别人同时改的措施已一并保留" in eyes.text


def test_impossible_days_are_said_in_the_sheet(eyes, context, begin):
    plan = begin()
    context.desk.push(care_sheets.plan_sheet(context, plan, at="ends"))
    eyes.type("2026-1-1\n").press("ctrl+s")
    assert "早于开始日期" in eyes.text and view(plan).line.ends == date(2027, 3, 29)


def test_a_plan_struck_out_elsewhere(eyes, context, begin, ledger):
    plan = begin()
    care_plan.open_plan(context, plan)
    care_plans.remove(plan, ledger)
    eyes.press("enter")
    assert "方案已被删除" in eyes.text
    context.desk.top.shown()
    assert "这份方案看不到了" in eyes.text
    eyes.press("f8")
    assert "这份方案看不到了" in eyes.text


def test_a_whole_plan_is_struck_out_from_its_page(eyes, context, begin, child):
    plan = begin()
    screens.open_plans(context, child)
    eyes.press("enter", "f10").type("删除\n").press("enter")
    assert isinstance(context.desk.top, Plans) and "还没有方案" in eyes.text
    eyes.press("ctrl+z", "enter")
    assert view(plan).line.steps == 6


# ---- all plans


def test_all_plans_with_the_most_urgent_first(any_eyes, context, begin, ledger):
    other = put(ledger, name="李雨涵")
    begin("study", by_name="刘老师")
    begin("ill", other, starts=date(2026, 11, 1), by_name="王主任")
    context.desk.top.shown()
    lines = any_eyes.lines()
    assert "未结案 2份" in lines[1] and "有步骤逾期 1份" in lines[1]
    assert "逾期15天" in lines[2] and "李雨涵" in lines[2] and "王主任" in lines[2]
    assert "11月30日" in lines[3] and "张浩宇" in lines[3]
    any_eyes.press("tab")
    assert "按责任人" in any_eyes.lines()[1] and "张浩宇" in any_eyes.lines()[2], "刘老师 before 王主任"
    any_eyes.press("tab", "home", "f8").type("问清了\n")
    assert "已完成" in any_eyes.text and "逾期8天" in any_eyes.text
    any_eyes.press("f10")
    assert "评估：李雨涵" in any_eyes.text
    any_eyes.press("escape", "enter")
    assert isinstance(context.desk.top, Plan)


def test_the_lists_say_when_there_is_nothing(any_eyes, context):
    assert "没有未结案的方案" in any_eyes.text
    any_eyes.press("enter")
    assert "没有未结案的方案" in any_eyes.text


def test_a_child_is_found_in_the_list(eyes, context, begin, ledger):
    other = put(ledger, name="李雨涵")
    put(ledger, name="王一鸣")
    begin("study")
    begin("study", other, starts=date(2026, 11, 1))
    context.desk.top.shown()
    eyes.press("/").type("浩宇\n").press("enter")
    assert context.desk.top.roster.current().child == "张浩宇"
    eyes.press("/").type("一鸣\n").press("enter")
    assert "王一鸣没有未结案的方案" in eyes.text


def test_what_is_due_is_said_in_words(eyes, context, begin, monkeypatch):
    plan = begin("study", review_on=date(2026, 11, 24))
    monkeypatch.setenv("GUANAI_TODAY", "2026-11-26")
    context.desk.top.shown()
    assert "该评估了" in eyes.text
    care_plan.open_plan(context, plan)
    eyes.press("end", "up", "up", "up")
    assert "2026-11-24，该评估了" in eyes.text
    monkeypatch.setenv("GUANAI_TODAY", "2027-04-01")
    context.desk.top.shown()
    assert "已到期，请总结结案" in eyes.text


def test_a_review_of_a_plan_whose_days_are_over_asks_whether_it_ends(any_eyes, context, begin, monkeypatch):
    plan = begin("study")
    monkeypatch.setenv("GUANAI_TODAY", "2027-03-29")
    context.desk.top.shown()
    any_eyes.press("f10")
    assert "张浩宇的学习帮扶计划已在2027-03-29到期" in any_eyes.text
    any_eyes.press("2", "enter")
    assert "评估：张浩宇" in any_eyes.text
    any_eyes.press("escape", "f10", "3", "enter")
    assert isinstance(context.desk.top, Plan)
    any_eyes.press("escape", "f10", "enter")
    assert "还有6步没做" in any_eyes.text
    any_eyes.press("enter", "enter").type("1").press("ctrl+s")
    assert view(plan).line.outcome == "目标达成"
    for work in (
        lambda: care_plan.review(context, plan),
        lambda: care_plan.finish_step(context, view(plan).steps[0].id),
    ):
        work()
        assert "已在2027-03-29结案，要改请先重新打开" in any_eyes.text and isinstance(
            context.desk.top, AllPlans
        )


def test_the_same_template_for_many(any_eyes, context, begin, child, ledger):
    ids = [child, put(ledger, name="李雨涵"), put(ledger, name="王一鸣")]
    begin("study")
    screens.plan_many(context, ids)
    any_eyes.type("学习困难\n")
    assert "给3名儿童各开一份" in any_eyes.text
    any_eyes.press("enter")
    assert "1名没有开" in any_eyes.text and "张浩宇" in any_eyes.text and "已开2份" in any_eyes.text
    any_eyes.press("escape")
    assert "未结案 3份" in any_eyes.text
    any_eyes.press("ctrl+z", "enter")
    assert "未结案 1份" in any_eyes.text


def test_nothing_begun_for_many_is_nothing_to_take_back(eyes, context, begin, child):
    begin()
    screens.plan_many(context, [child])
    eyes.press("text:学习", "enter", "enter")
    assert "1名没有开" in eyes.text and "Ctrl+Z" not in eyes.text


def test_the_menu_of_a_plan_struck_out_meanwhile(eyes, context, begin, ledger):
    plan = begin()
    care_plan.open_plan(context, plan)
    eyes.press("f10")
    care_plans.remove(plan, ledger)
    eyes.press("2", "enter", "text:李校长", "enter", "enter")
    assert "已被删除" in eyes.text
