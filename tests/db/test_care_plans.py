"""Care plans: begun, edited, signed, closed; what cannot be is refused and leaves nothing behind."""

from datetime import date, timedelta

import pytest

from db import care_plan_lists, care_plans, care_steps, care_templates, changes, children, days, pairing, site
from db.models import CarePlan, CareStage, CareStep, Change, Child, Focus, Helper
from db.sheet import Conflict, NotFound
from db.values import Refused

TODAY = date(2026, 9, 10)


@pytest.fixture
def child(enter):
    return enter("张浩宇", birth_date="2015-03-08", village_group="一组")


@pytest.fixture
def teacher(user):
    return changes.insert(Helper, user, name="刘老师", kind="teacher", capacity=2)


@pytest.fixture
def begin(user, child):
    """Begin a plan for the child: begin("study", problem="…")."""

    def beginning(template=None, child_id=None, another=False, **values):
        proposed = care_plans.proposed(child_id or child, template)
        return care_plans.new_plan(
            child_id or child, proposed | {"problem": "数学跟不上"} | values, user, template, another
        )

    return beginning


@pytest.fixture
def change(user):
    """Change fields of a plan, as read a moment ago."""

    def changing(plan, **values):
        base = care_plans.load(plan)
        return care_plans.save(plan, base | values, base, user)

    return changing


def end(user, plan, **values):
    base = care_plans.load(plan)
    told = {"closed_on": TODAY, "outcome": "achieved", "summary": "有进步"} | values
    return care_plans.close(
        plan, base | told, base, user, despite={step.id for step in care_plan_lists.view(plan).open_steps}
    )


def counts():
    return [model.live().count() for model in (CarePlan, CareStep, CareStage)]


# ---- beginning


def test_a_plan_from_a_template_has_its_steps_by_their_days(begin, child):
    view = care_plan_lists.view(begin("study"))
    template = care_templates.template("study")
    assert (view.line.kind, view.line.tag, view.goal) == ("学习帮扶计划", "学习困难", template.goal)
    assert [(step.title, step.due_on) for step in view.steps] == [
        (step.title, TODAY + timedelta(days=step.after))
        for step in sorted(template.steps, key=lambda s: s.after)
    ]
    assert (view.line.starts, view.line.ends) == (TODAY, TODAY + timedelta(weeks=18))
    assert view.line.review_on == TODAY + timedelta(weeks=6)
    assert {step.child_id for step in CareStep.live()} == {child}
    assert CarePlan.get().term_id == site.term().id


def test_steps_follow_another_first_day_and_stay_within_the_end(begin):
    first = date(2026, 9, 1)
    view = care_plan_lists.view(begin("study", starts=first, ends=date(2026, 10, 1)))
    assert view.steps[0].due_on == date(2026, 9, 8)
    assert view.steps[-1].due_on == date(2026, 10, 1)


def test_a_blank_plan_has_no_steps(begin):
    view = care_plan_lists.view(begin())
    assert (view.line.kind, view.steps, view.line.ends, view.line.next_step) == ("帮扶方案", [], None, None)


def test_the_sheet_begins_with_the_childs_own_reason_and_helper(child, teacher, user):
    pairing.pair(child, teacher.id, "teacher", TODAY, user)
    changes.insert(Focus, user, child=child, tag="study", reason="数学不及格", since=TODAY)
    proposed = care_plans.proposed(child, "study")
    assert (proposed["problem"], proposed["by_name"]) == ("数学不及格", "刘老师")
    plan = care_plans.new_plan(child, proposed, user, "study")
    assert (CarePlan.get_by_id(plan).helper_id, CarePlan.get_by_id(plan).by_name) == (teacher.id, None)
    assert care_plan_lists.plans(child)[0].owner == "刘老师"
    assert care_plans.proposed(child, "ill")["problem"] is None, "never made up"


def test_a_plan_is_one_action_taken_back_as_one(begin, child, user):
    begin("study")
    assert changes.last_action(user).label == "新方案 学习帮扶计划 张浩宇"
    changes.undo(changes.last_action(user).action, user)
    assert counts() == [0, 0, 0] and care_plan_lists.plans(child) == []


def test_a_second_open_plan_of_a_kind_is_asked_about(begin, user, child):
    first = begin("study")
    with pytest.raises(care_plans.AlreadyOpen, match="张浩宇已有一份没结案的学习帮扶计划") as refused:
        begin("potential")
    assert refused.value.plan_id == first == care_plans.standing(child, "study")
    begin("ill")
    second = begin("potential", another=True)
    assert len(care_plan_lists.plans(child)) == 3
    end(user, first)
    end(user, second)
    assert care_plans.standing(child, "study") is None
    begin("study")


def test_another_kind_may_not_slip_in_by_an_edit(begin, change):
    begin("study")
    care = begin("ill")
    with pytest.raises(care_plans.AlreadyOpen):
        change(care, kind="study")
    assert care_plans.load(care)["kind"] == "care"


@pytest.mark.parametrize(("values", "says"), [
    ({"problem": None}, "请写孩子眼下的问题"), ({"problem": "  "}, "请写孩子眼下的问题"), ({"kind": None}, "请选方案类别"),
    ({"kind": "别的"}, "不在方案类别的选项里"), ({"starts": None}, "请填开始日期"),
    ({"starts": date(2014, 1, 1)}, "早于张浩宇的出生日期"),
    ({"starts": date(2027, 9, 11), "ends": None, "review_on": None}, "离今天一年以上"), ({"ends": date(2026, 9, 9)}, "结束日期2026-09-09早于开始日期"),
    ({"ends": date(2029, 9, 11)}, "三年以上"), ({"review_on": date(2026, 9, 9)}, "已经过了"),
    ({"starts": date(2026, 10, 1), "review_on": date(2026, 9, 20)}, "早于开始日期"), ({"review_on": date(2030, 1, 1)}, "三年以上"),
    ({"goal": "长" * 1001}, "最多1000字"),
])  # fmt: skip
def test_what_cannot_be_is_refused_in_one_sentence_and_nothing_is_written(begin, values, says):
    before = Change.select().count()
    with pytest.raises(Refused, match=says) as refused:
        begin("study", **values)
    assert "\n" not in str(refused.value)
    assert counts() == [0, 0, 0] and Change.select().count() == before


def test_a_year_that_is_a_slip_where_the_birth_date_is_not_known(begin, enter):
    with pytest.raises(Refused, match="早于2000年，请核对年份"):
        begin("study", enter("李雨涵"), starts=date(1026, 9, 10))


def test_the_edges_of_what_can_be(begin):
    begin("study", starts=TODAY, ends=TODAY, review_on=TODAY)
    assert {step.due_on for step in CareStep.live()} == {TODAY}
    begin("ill", starts=date(2015, 3, 8), ends=days.add_months(date(2015, 3, 8), 36), review_on=None)
    begin("problem", starts=date(2027, 9, 10), ends=None, review_on=None)


def test_no_new_plan_for_who_has_left_and_none_for_who_is_gone(begin, user, child):
    plan = begin("study")
    changes.write(Child.get_by_id(child), user, left_on=TODAY)
    with pytest.raises(Refused, match="已在2026-09-10退出登记"):
        care_plans.proposed(child, "ill")
    with pytest.raises(Refused, match="退出登记"):
        care_plans.new_plan(child, care_plans.load(plan) | {"kind": "care"}, user)
    assert [line.urgency for line in care_plan_lists.open_plans()] == [(1, TODAY)], "it is to be closed"
    end(user, plan)
    assert care_plan_lists.plans(child)[0].outcome == "目标达成"
    with pytest.raises(Refused, match="退出登记"):
        care_plans.reopen(plan, user)
    children.remove(child, user)
    with pytest.raises(NotFound):
        care_plans.proposed(child)


def test_many_children_get_the_same_plan_in_one_action(begin, enter, user, child, teacher):
    other, left = enter("李雨涵"), enter("王一鸣")
    pairing.pair(other, teacher.id, "teacher", TODAY, user)
    changes.insert(Focus, user, child=other, tag="study", reason="识字少", since=TODAY)
    changes.write(Child.get_by_id(left), user, left_on=TODAY)
    begin("study")
    third = enter("陈思琪")
    started = care_plans.start_many([child, other, left, third, third], "study", user)
    assert len(started.made) == 2
    assert [name for name, _ in started.passed_over] == ["张浩宇", "王一鸣"]
    assert "没结案" in started.passed_over[0][1] and "退出登记" in started.passed_over[1][1]
    one, two = (care_plan_lists.view(key).line for key in started.made)
    assert (one.child, one.problem, one.owner) == ("李雨涵", "识字少", "刘老师")
    assert (two.child, two.problem, two.owner) == ("陈思琪", "学习困难，具体情况待补", None)
    assert changes.last_action(user).label == "给多名儿童开方案 学习困难"
    changes.undo(changes.last_action(user).action, user)
    assert CarePlan.live().count() == 1


# ---- editing


def test_two_editors_of_different_fields_are_both_kept(begin, user):
    plan = begin("study")
    base = care_plans.load(plan)
    care_plans.save(plan, base | {"goal": "我的"}, base, user)
    saved = care_plans.save(plan, base | {"measures": "他的"}, base, user)
    assert saved.merged == ["目标"]
    assert (care_plans.load(plan)["goal"], care_plans.load(plan)["measures"]) == ("我的", "他的")


def test_two_editors_of_one_field_are_told(begin, user):
    plan = begin("study")
    base = care_plans.load(plan)
    care_plans.save(plan, base | {"goal": "我的"}, base, user)
    with pytest.raises(Conflict) as conflict:
        care_plans.save(plan, base | {"goal": "他的"}, base, user)
    assert conflict.value.fields["goal"][1:] == ("我的", "他的")
    care_plans.save(plan, base | {"goal": "他的"}, base, user, frozenset({"goal"}))
    assert care_plans.load(plan)["goal"] == "他的"


def test_a_review_day_that_has_passed_does_not_stop_other_edits(begin, change, monkeypatch):
    plan = begin("study")
    monkeypatch.setenv("GUANAI_TODAY", "2026-12-01")
    change(plan, goal="改了")
    with pytest.raises(Refused, match="已经过了"):
        change(plan, review_on=date(2026, 11, 30))


def test_the_span_may_not_leave_an_open_step_outside(begin, change, user):
    plan = begin("study")
    with pytest.raises(Refused, match="不在方案的起止日期里"):
        change(plan, ends=date(2026, 10, 1))
    with pytest.raises(Refused, match="结束日期2026-09-09早于开始日期2026-09-10"):
        change(plan, ends=date(2026, 9, 9))
    for step in care_plan_lists.view(plan).steps:
        care_steps.finish_step(step.id, None, None, user)
    change(plan, ends=date(2026, 10, 1))


def test_a_child_that_helps_to_learn_is_not_proposed_as_the_owner(child, teacher, user):
    peer = changes.insert(Helper, user, name="李雨涵", kind="peer")
    pairing.pair(child, peer.id, "peer", date(2026, 9, 2), user)
    assert care_plans.proposed(child, "study")["by_name"] is None
    pairing.pair(child, teacher.id, "teacher", date(2026, 9, 5), user)
    assert care_plans.proposed(child, "study")["by_name"] == "刘老师"


def test_the_owner_may_be_somebody_not_on_file(begin, change, teacher):
    plan = begin("study", by_name="王主任")
    assert care_plan_lists.view(plan).line.owner == "王主任"
    change(plan, by_name="刘老师")
    assert CarePlan.get_by_id(plan).helper_id == teacher.id
    assert [line.owner_id for line in care_plan_lists.open_plans()] == [teacher.id]
    change(plan, by_name=None)
    assert (CarePlan.get_by_id(plan).helper_id, CarePlan.get_by_id(plan).by_name) == (None, None)


def test_a_plan_is_struck_out_with_its_steps_and_comes_back_with_them(begin, user):
    plan = begin("study")
    care_steps.review(plan, {"on_date": TODAY, "result": "好"}, user)
    before = counts()
    care_plans.remove(plan, user)
    assert counts() == [0, 0, 0]
    with pytest.raises(NotFound, match="方案已被删除"):
        care_plan_lists.view(plan)
    changes.undo(changes.last_action(user).action, user)
    assert counts() == before


# ---- signing


def signed(plan):
    return care_plan_lists.view(plan).line.signed


def test_a_plan_changed_after_signing_says_so(begin, change, user):
    plan = begin("study")
    assert signed(plan) == ""
    change(plan, goal="签字前改的")
    care_plans.sign(plan, "李校长", TODAY, user)
    assert signed(plan) == "已签字"
    change(plan, by_name="王主任", review_on=date(2026, 11, 1))
    assert signed(plan) == "已签字", "only goal and measures are signed for"
    change(plan, measures="签字后改的")
    assert signed(plan) == "签字后改过" == care_plan_lists.open_plans()[0].signed
    care_plans.sign(plan, "李校长", TODAY, user)
    assert signed(plan) == "已签字"


def test_a_change_taken_back_is_none(begin, change, user):
    plan = begin("study")
    care_plans.sign(plan, "李校长", TODAY, user)
    goal = care_plans.load(plan)["goal"]
    change(plan, goal="改了")
    changes.undo(changes.last_action(user).action, user)
    assert signed(plan) == "已签字"
    change(plan, goal="改了")
    change(plan, goal=goal)
    assert signed(plan) == "已签字", "what stands is what was signed"


def test_taking_back_a_second_signature_brings_back_what_the_first_was_for(begin, change, user):
    plan = begin("study")
    care_plans.sign(plan, "李校长", TODAY, user)
    change(plan, goal="改了")
    care_plans.sign(plan, "王校长", TODAY, user)
    assert signed(plan) == "已签字"
    changes.undo(changes.last_action(user).action, user)
    assert care_plan_lists.view(plan).signed_by == "李校长" and signed(plan) == "签字后改过"


@pytest.mark.parametrize(("who", "on", "says"), [
    ("", TODAY, "请写是谁签的字"), ("李校长", None, "请填日期"), ("李校长", date(2026, 9, 11), "还没到"),
    ("长" * 31, TODAY, "最多30字"),
])  # fmt: skip
def test_signatures_that_cannot_be(begin, user, who, on, says):
    plan = begin("study")
    with pytest.raises(Refused, match=says):
        care_plans.sign(plan, who, on, user)
    assert signed(plan) == ""


# ---- closing


def test_steps_still_open_are_named(begin, user):
    plan = begin("study")
    steps = care_plan_lists.view(plan).steps
    for step in steps[:-2]:
        care_steps.finish_step(step.id, None, None, user)
    base = care_plans.load(plan)
    values = base | {"closed_on": TODAY, "outcome": "partly", "summary": "还差一点"}
    with pytest.raises(care_plans.StepsOpen) as refused:
        care_plans.close(plan, values, base, user)
    assert refused.value.titles == [step.title for step in steps[-2:]]
    assert "还有2步没做" in str(refused.value) and steps[-1].title in str(refused.value)
    with pytest.raises(care_plans.StepsOpen, match="还有1步没做"):
        care_plans.close(plan, values, base, user, despite={steps[-1].id})
    care_plans.close(plan, values, base, user, despite={step.id for step in steps})
    line = care_plan_lists.view(plan).line
    assert (line.closed_on, line.outcome) == (TODAY, "部分达成")
    assert care_plan_lists.open_plans() == []


@pytest.mark.parametrize(("values", "says"), [
    ({"closed_on": None}, "请填日期"), ({"closed_on": date(2026, 9, 11)}, "还没到"), ({"closed_on": date(2026, 9, 9)}, "早于开始日期"),
    ({"outcome": None}, "请选结案结果"), ({"summary": "长" * 4001}, "最多4000字"),
])  # fmt: skip
def test_ends_that_cannot_be(begin, user, values, says):
    plan = begin("study")
    with pytest.raises(Refused, match=says):
        end(user, plan, **values)
    assert care_plan_lists.view(plan).line.closed_on is None


def test_a_closed_plan_is_left_alone_until_it_is_opened_again(begin, change, user):
    plan = begin("study")
    step = care_plan_lists.view(plan).steps[0]
    end(user, plan)
    for work in (
        lambda: change(plan, goal="改"), lambda: care_plans.sign(plan, "李校长", TODAY, user), lambda: end(user, plan),
        lambda: care_steps.finish_step(step.id, None, None, user), lambda: care_steps.remove_step(step.id, user),
        lambda: care_steps.review(plan, {"on_date": TODAY, "result": "好"}, user),
        lambda: care_steps.save_step(None, plan, {"title": "再加"}, {}, user),
    ):  # fmt: skip
        with pytest.raises(Refused, match="已在2026-09-10结案，要改请先重新打开"):
            work()
    care_plans.reopen(plan, user)
    view = care_plan_lists.view(plan)
    assert (view.line.closed_on, view.line.outcome, view.summary) == (None, "", "有进步")
    with pytest.raises(Refused, match="没有结案"):
        care_plans.reopen(plan, user)


def test_a_plan_is_not_opened_again_beside_another(begin, user):
    first = begin("study")
    end(user, first)
    begin("study")
    with pytest.raises(care_plans.AlreadyOpen):
        care_plans.reopen(first, user)


def test_two_who_close_at_once(begin, user):
    plan = begin("study")
    base = care_plans.load(plan)
    end(user, plan)
    values = base | {"closed_on": TODAY, "outcome": "stopped"}
    with pytest.raises(Refused, match="已在2026-09-10结案"):
        care_plans.close(plan, values, base, user)
    assert care_plan_lists.view(plan).line.outcome == "目标达成"


def test_a_summary_somebody_wrote_meanwhile_is_not_lost(begin, change, user):
    plan = begin("study")
    base = care_plans.load(plan)
    change(plan, summary="对方写的")
    with pytest.raises(Conflict):
        care_plans.close(
            plan, base | {"closed_on": TODAY, "outcome": "achieved", "summary": "我写的"}, base, user
        )
    assert care_plans.load(plan)["summary"] == "对方写的"


# ---- lists


def test_the_most_urgent_comes_first(begin, enter, user, monkeypatch):
    names = ("安然", "白云", "陈晨", "丁宁", "方圆")
    late, later, due, ahead, nothing = (enter(name) for name in names)
    begin("study", late)
    begin("study", later, starts=date(2026, 9, 15))
    begin("plain", due, ends=None, review_on=date(2026, 9, 30))
    begin("plain", ahead, starts=date(2026, 10, 1), review_on=None)
    begin(None, nothing)
    for step in (
        care_plan_lists.plans(due)[0].id and care_plan_lists.view(care_plan_lists.plans(due)[0].id).steps
    ):
        care_steps.finish_step(step.id, None, None, user)
    monkeypatch.setenv("GUANAI_TODAY", "2026-10-01")
    lines = care_plan_lists.open_plans()
    assert [line.child for line in lines] == list(names)
    assert [line.urgency[0] for line in lines] == [0, 0, 1, 2, 2]
    assert lines[0].next_step.days_over == 14
    assert (lines[2].steps, lines[2].done, lines[2].next_step) == (5, 5, None)


def test_a_childs_open_plans_come_before_closed_ones(begin, user, child):
    old = begin("study", starts=date(2026, 9, 1))
    end(user, old)
    new = begin("ill", starts=date(2026, 8, 1))
    assert [line.id for line in care_plan_lists.plans(child)] == [new, old]
