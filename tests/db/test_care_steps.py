"""The steps of a care plan and its stage results."""

from datetime import date

import pytest

from db import care_plan_lists, care_plans, care_steps, changes, duties
from db.models import CareStage, CareStep, Helper
from db.sheet import Conflict, NotFound
from db.values import Refused

TODAY = date(2026, 9, 10)


@pytest.fixture
def plan(user, enter):
    child = enter("张浩宇", birth_date="2015-03-08")
    return care_plans.new_plan(
        child, care_plans.proposed(child, "study") | {"problem": "数学跟不上"}, user, "study"
    )


@pytest.fixture
def add(user, plan):
    """Add a step to the plan."""

    def adding(**values):
        base = care_steps.load_step(None)
        return care_steps.save_step(None, plan, base | {"title": "配眼镜"} | values, base, user).id

    return adding


def steps(plan):
    return {step.title: step for step in care_plan_lists.view(plan).steps}


def test_a_step_is_added_and_edited(add, plan, user):
    teacher = changes.insert(Helper, user, name="刘老师", kind="teacher")
    key = add(due_on=date(2026, 9, 20), by_name="刘老师")
    assert CareStep.get_by_id(key).helper_id == teacher.id
    assert (steps(plan)["配眼镜"].who, steps(plan)["配眼镜"].days_over) == ("刘老师", -10)
    base = care_steps.load_step(key)
    care_steps.save_step(key, plan, base | {"title": "查视力", "by_name": None}, base, user)
    assert steps(plan)["查视力"].who is None
    assert CareStep.get_by_id(key).helper_id is None
    assert CareStep.get_by_id(key).child_id == care_plan_lists.view(plan).line.child_id


def test_a_step_nobody_is_named_for_is_the_owners(add, plan, user):
    base = care_plans.load(plan)
    care_plans.save(plan, base | {"by_name": "王主任"}, base, user)
    add()
    assert {step.who for step in steps(plan).values()} == {"王主任"}


@pytest.mark.parametrize(("values", "says"), [
    ({"title": None}, "请写这一步要做什么"), ({"title": "长" * 101}, "最多100字"), ({"due_on": date(2026, 9, 9)}, "早于方案的开始日期2026-09-10"),
    ({"due_on": date(2027, 1, 15)}, "晚于方案的结束日期2027-01-14"), ({"done_on": date(2026, 9, 11)}, "还没到"),
    ({"done_on": date(2015, 3, 7)}, "早于张浩宇的出生日期"), ({"result": "长" * 501}, "最多500字"),
])  # fmt: skip
def test_steps_that_cannot_be(add, plan, values, says):
    before = CareStep.live().count()
    with pytest.raises(Refused, match=says):
        add(**values)
    assert CareStep.live().count() == before


def test_an_absurd_day_is_refused_where_the_plan_has_no_end(add, plan, user):
    base = care_plans.load(plan)
    care_plans.save(plan, base | {"ends": None}, base, user)
    add(due_on=date(2029, 9, 10))
    with pytest.raises(Refused, match="离今天三年以上，请核对年份"):
        add(due_on=date(2206, 9, 10))


def test_a_step_is_done_today_with_what_came_of_it(plan, user):
    step = care_plan_lists.view(plan).steps[0]
    care_steps.finish_step(step.id, "分数不会算", None, user)
    done = steps(plan)[step.title]
    assert (done.done_on, done.result, done.days_over) == (TODAY, "分数不会算", None)
    assert care_plan_lists.view(plan).line.done == 1
    assert changes.last_action(user).label.startswith(f"完成步骤 {step.title}")
    with pytest.raises(Refused, match="已在2026-09-10完成"):
        care_steps.finish_step(step.id, "又一次", None, user)
    assert steps(plan)[step.title].result == "分数不会算"
    changes.undo(changes.last_action(user).action, user)
    assert steps(plan)[step.title].done_on is None


@pytest.mark.parametrize(
    ("on", "says"),
    [(date(2026, 9, 11), "还没到"), (date(2015, 1, 1), "出生日期"), (date(1990, 1, 1), "2000年")],
)
def test_a_step_is_not_done_on_a_day_that_cannot_be(plan, user, on, says):
    step = care_plan_lists.view(plan).steps[0]
    with pytest.raises(Refused, match=says):
        care_steps.finish_step(step.id, None, on, user)
    assert steps(plan)[step.title].done_on is None


def test_what_was_noted_before_stays_if_nothing_is_said_at_the_end(add, plan, user):
    key = add(result="约了医生")
    care_steps.finish_step(key, None, None, user)
    assert steps(plan)["配眼镜"].result == "约了医生"


def test_a_step_is_opened_again_by_emptying_its_day(plan, user):
    step = care_plan_lists.view(plan).steps[0]
    care_steps.finish_step(step.id, None, None, user)
    base = care_steps.load_step(step.id)
    care_steps.save_step(step.id, plan, base | {"done_on": None}, base, user)
    assert care_plan_lists.view(plan).line.next_step.id == step.id


def test_two_editors_of_a_step(plan, user):
    step = care_plan_lists.view(plan).steps[0]
    base = care_steps.load_step(step.id)
    care_steps.save_step(step.id, plan, base | {"result": "甲"}, base, user)
    with pytest.raises(Conflict):
        care_steps.save_step(step.id, plan, base | {"result": "乙"}, base, user)
    saved = care_steps.save_step(step.id, plan, base | {"due_on": date(2026, 9, 30)}, base, user)
    assert saved.merged == ["结果"]


def test_a_dropped_step_is_gone_until_it_is_brought_back(plan, user):
    step = care_plan_lists.view(plan).steps[0]
    care_steps.remove_step(step.id, user)
    assert step.title not in steps(plan)
    for work in (lambda: care_steps.step(step.id), lambda: care_steps.finish_step(step.id, None, None, user)):
        with pytest.raises(NotFound, match="这一步已被删除"):
            work()
    changes.undo(changes.last_action(user).action, user)
    assert step.title in steps(plan)


# ---- stage results


def look(plan, user, **values):
    return care_steps.review(
        plan, care_steps.load_stage(None, plan) | {"result": "作业按时交了"} | values, user
    ).id


def test_a_review_writes_what_was_found_and_moves_the_next_one_on(plan, user, monkeypatch):
    monkeypatch.setenv("GUANAI_TODAY", "2026-10-22")
    assert care_steps.load_stage(None, plan)["review_on"] == date(2026, 12, 3)
    look(plan, user, adjustment="每周加一次")
    view = care_plan_lists.view(plan)
    assert [(each.on_date, each.result, each.adjustment) for each in view.stages] == [
        (date(2026, 10, 22), "作业按时交了", "每周加一次")
    ]
    assert view.line.review_on == date(2026, 12, 3)
    monkeypatch.setenv("GUANAI_TODAY", "2026-12-20")
    assert care_steps.load_stage(None, plan)["review_on"] == date(2027, 1, 14), "never after the plan's end"
    look(plan, user, review_on=None)
    assert care_plan_lists.view(plan).line.review_on is None
    monkeypatch.setenv("GUANAI_TODAY", "2027-01-14")
    assert care_steps.load_stage(None, plan)["review_on"] is None


def test_a_review_is_one_action(plan, user):
    look(plan, user)
    assert changes.last_action(user).rows == 2 or care_plan_lists.view(plan).line.review_on == date(
        2026, 10, 22
    )
    changes.undo(changes.last_action(user).action, user)
    assert (CareStage.live().count(), care_plan_lists.view(plan).line.review_on) == (0, date(2026, 10, 22))


@pytest.mark.parametrize(("values", "says"), [
    ({"result": None}, "请写看到的效果"), ({"on_date": None}, "请填日期"), ({"on_date": date(2026, 9, 11)}, "还没到"),
    ({"on_date": date(2026, 9, 9)}, "早于方案的开始日期"), ({"review_on": TODAY}, "要在今天以后"),
    ({"review_on": date(2026, 9, 1)}, "要在今天以后"), ({"review_on": date(2126, 9, 1)}, "三年以上"), ({"adjustment": "长" * 501}, "最多500字"),
])  # fmt: skip
def test_reviews_that_cannot_be(plan, user, values, says):
    with pytest.raises(Refused, match=says):
        look(plan, user, **values)
    assert CareStage.live().count() == 0 and care_plan_lists.view(plan).line.review_on == date(2026, 10, 22)


def test_a_plan_is_looked_at_once_a_day(plan, user):
    look(plan, user)
    with pytest.raises(Refused, match="2026-09-10已有一条阶段效果"):
        look(plan, user)


def test_a_stage_result_is_mended_and_struck_out(plan, user):
    stage = look(plan, user)
    assert care_steps.plan_of(stage) == plan
    base = care_steps.load_stage(stage, plan)
    care_steps.save_stage(stage, base | {"result": "更正"}, base, user)
    with pytest.raises(Conflict):
        care_steps.save_stage(stage, base | {"result": "别的"}, base, user)
    with pytest.raises(Refused, match="还没到"):
        care_steps.save_stage(stage, base | {"on_date": date(2026, 9, 11)}, base, user)
    assert care_plan_lists.view(plan).stages[0].result == "更正"
    care_steps.remove_stage(stage, user)
    assert care_plan_lists.view(plan).stages == []
    with pytest.raises(NotFound, match="阶段效果已被删除"):
        care_steps.load_stage(stage, plan)


# ---- what is owed


def test_steps_and_reviews_are_duties_until_they_are_done_or_the_plan_ends(plan, user):
    child = care_plan_lists.view(plan).line.child_id

    def owed(on):
        return [
            (duty.source, duty.ref)
            for duty in duties.of_child(child, on)
            if duty.source in ("step", "review")
        ]

    first = care_plan_lists.view(plan).steps[0].id
    week, review_day = date(2026, 9, 17), date(2026, 10, 22)
    assert ("step", first) in owed(week)
    care_steps.finish_step(first, None, None, user)
    assert ("step", first) not in owed(week)
    assert ("review", plan) in owed(review_day)
    look(plan, user, review_on=date(2026, 12, 3))
    assert ("review", plan) not in owed(review_day) and ("review", plan) in owed(date(2026, 12, 3))
    base = care_plans.load(plan)
    despite = {step.id for step in care_plan_lists.view(plan).open_steps}
    care_plans.close(plan, base | {"closed_on": TODAY, "outcome": "stopped"}, base, user, despite=despite)
    assert owed(date(2026, 12, 3)) == []
    care_plans.reopen(plan, user)
    assert ("review", plan) in owed(date(2026, 12, 3)), "opened again, it is owed again"
