"""The drafted summary of a care plan says what is on file and nothing else."""

from datetime import date

import pytest

from db import care_plan_lists, care_plans, care_steps, care_summary, changes, site
from db.models import CareRecord, Survey

TODAY = date(2026, 9, 10)


@pytest.fixture
def child(enter):
    return enter("张浩宇", birth_date="2015-03-08")


@pytest.fixture
def plan(user, child):
    base = care_plans.proposed(child) | {
        "kind": "study",
        "problem": "数学跟不上",
        "starts": date(2026, 9, 1),
        "ends": date(2027, 1, 15),
    }
    return care_plans.new_plan(child, base, user)


@pytest.fixture
def note(user, child):
    """A record on file, of this child unless another is named, whatever its kind asks for."""

    def noting(on, kind="talk", **values):
        return changes.insert(CareRecord, user, **({"child": child, "kind": kind, "on_date": on} | values))

    return noting


def add_step(plan, user, **values):
    base = care_steps.load_step(None)
    return care_steps.save_step(None, plan, base | values, base, user).id


def test_a_plan_without_anything_says_so(plan):
    assert care_summary.draft_summary(plan) == (
        "张浩宇的学习帮扶计划从2026年9月1日开始，到2027年1月15日为止。\n问题：数学跟不上。\n期间没有关爱记录。"
    )


def test_records_within_the_plans_days_are_counted_and_the_last_ones_told(plan, note, user, enter):
    note(date(2026, 8, 31), content="计划开始以前")
    note(date(2026, 9, 1), by_name="刘老师", content="想爸妈。\n作业能写完")
    note(date(2026, 9, 5))
    note(date(2026, 9, 6), kind="visit", content="奶奶" + "说" * 100)
    note(date(2026, 9, 7), kind="counselling", content="不外传的话")
    note(TODAY, child=enter("李雨涵"), content="别的孩子")
    note(TODAY, kind="phone_call", missed="no_answer")
    struck = note(TODAY, content="删掉的")
    changes.remove(struck, user)
    said = care_summary.draft_summary(plan).split("\n")
    assert said[2] == "期间谈心2次、走访1次、心理辅导1次。另有1次没有做成。"
    assert said[3] == "9月1日谈心（刘老师）：想爸妈。 作业能写完。"
    assert said[4] == "9月6日走访：奶奶" + "说" * 78 + "……"
    assert len(said) == 5, "no words of a record without any, none of a counselling"


def test_only_the_latest_records_are_told_in_words(plan, note):
    for day in range(1, 10):
        note(date(2026, 9, day), content=f"第{day}次")
    said = care_summary.draft_summary(plan)
    assert "期间谈心9次。" in said and "第4次" not in said and said.endswith("第9次。")
    assert said.index("第5次") < said.index("第9次")


def test_only_missed_ones(plan, note):
    note(TODAY, "phone_call", missed="no_answer")
    assert "期间没有做成的关爱记录。另有1次没有做成。" in care_summary.draft_summary(plan)


def test_steps_and_stage_results(plan, user):
    one = add_step(plan, user, title="查视力", due_on=date(2026, 9, 8))
    add_step(plan, user, title="补课")
    care_steps.finish_step(one, "左眼0.6", date(2026, 9, 9), user)
    care_steps.review(plan, {"on_date": TODAY, "result": "坐到前排后好些", "adjustment": "再查一次"}, user)
    said = care_summary.draft_summary(plan)
    assert "步骤共2项，做了1项。\n9月9日做了“查视力”：左眼0.6。\n还没做：补课。" in said
    assert "2026年9月10日评估：坐到前排后好些。 调整：再查一次。" in said


def level(child, user, term, value):
    row = Survey.get_or_none(Survey.child == child, Survey.term == site.term_by_code(term))
    if row is None:
        changes.insert(Survey, user, child=child, term=site.term_by_code(term), study_level=value)
    else:
        changes.write(row, user, study_level=value)


def test_the_study_level_from_before_the_plan_to_now(plan, child, user):
    assert "学习情况" not in care_summary.draft_summary(plan)
    level(child, user, "2026秋", "fair")
    assert care_summary.draft_summary(plan).endswith("学习情况：2026秋一般。")
    level(child, user, "2025秋", "good")
    level(child, user, "2026春", "poor")
    assert care_summary.draft_summary(plan).endswith("学习情况：2026春困难，2026秋一般。")
    level(child, user, "2026春", "fair")
    assert care_summary.draft_summary(plan).endswith("学习情况：2026春一般，2026秋一般，没有变化。")


def test_the_draft_fits_the_summary_and_is_not_kept_by_itself(plan, user):
    for n in range(60):
        add_step(plan, user, title=f"{n}" + "步" * 90)
    draft = care_summary.draft_summary(plan)
    assert len(draft) == 4000
    assert care_plan_lists.view(plan).summary is None


def test_a_closed_plan_is_summed_up_to_its_end(plan, note, user, monkeypatch):
    base = care_plans.load(plan)
    care_plans.close(plan, base | {"closed_on": TODAY, "outcome": "achieved"}, base, user)
    monkeypatch.setenv("GUANAI_TODAY", "2026-12-01")
    note(date(2026, 11, 1), content="结案以后")
    assert "期间没有关爱记录。" in care_summary.draft_summary(plan)
