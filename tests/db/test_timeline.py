"""经过 and 成长: everything that happened to a child, newest first, and nothing that must not be shown."""

import time
from datetime import date
from itertools import pairwise

import pytest

from db import care, changes, child_view, children, progress, timeline
from db.models import (
    Activity,
    Attendance,
    CarePlan,
    CareRecord,
    CareStage,
    CareStep,
    Exit,
    Focus,
    Helper,
    Incident,
    Pairing,
    Printed,
    Score,
    Survey,
    Term,
    Tick,
)
from db.sheet import NotFound

SECRET = "身上有伤"


@pytest.fixture
def child(enter, number):
    return enter(
        "张浩宇", id_number=number(), birth_date="2015-03-08", village_group="一组", study_level="poor", health="healthy",
        guardianship="fair", grade="p5", schooling="primary", focus="study", father_name="张强", father_phone="19900001234",
    )  # fmt: skip


@pytest.fixture
def full(child, user, edit):
    """The child with one of everything, and a report to the police."""
    with changes.action("准备", None) as act:
        one = act.insert(Helper, name="刘老师", kind="teacher")
        two = act.insert(Helper, name="周支书", kind="party")
        first = act.insert(
            Pairing, child=child, helper=one, kind="teacher", since=date(2026, 3, 1), until=date(2026, 8, 31),
            ended_because="handed_over", end_note="刘老师调走",
        )  # fmt: skip
        act.insert(Pairing, child=child, helper=two, kind="helper", since=date(2026, 9, 1), after=first)
        act.insert(
            Focus, child=child, tag="mind", reason="想妈妈", since=date(2026, 4, 1), until=date(2026, 6, 1)
        )
        act.insert(Exit, child=child, reason="parent_back", on_date=date(2026, 6, 20), destination="回老家",
                   returned_on=date(2026, 8, 20), return_note="父亲又外出")  # fmt: skip
        film = act.insert(Activity, title="励志专题片", kind="film", on_date=date(2026, 9, 5))
        act.insert(Attendance, activity=film, child=child, state="late")
        plan = act.insert(
            CarePlan, child=child, kind="study", tag="study", problem="数学跟不上", goal="及格", starts=date(2026, 9, 2),
            closed_on=date(2026, 9, 9), outcome="partly", summary="进步明显", signed_by="李校长", signed_on=date(2026, 9, 3),
        )  # fmt: skip
        act.insert(CareStep, plan=plan, child=child, title="补数学", done_on=date(2026, 9, 4), result="做完")
        act.insert(CareStage, plan=plan, child=child, on_date=date(2026, 9, 6), result="会背口诀")
        act.insert(Tick, child=child, checklist="priority", item="学习优先", on_date=date(2026, 9, 7))
        act.insert(Printed, child=child, what="card", on_date=date(2026, 9, 8), digest="{}")
        act.insert(Incident, author=user, child=child, kind="injured", on_date=date(2026, 9, 9), seen=SECRET)
        old = act.insert(Term, code="2026春", starts=date(2026, 2, 15), ends=date(2026, 7, 10))
        for subject, mark in (("语文", "92"), ("数学", "优")):
            act.insert(
                Score,
                child=child,
                term=old,
                exam="期末",
                subject=subject,
                mark=mark,
                on_date=date(2026, 7, 1),
            )
        act.insert(
            Survey, child=child, term=old, surveyed_on=date(2026, 3, 5), study_level="fair", grade="p4"
        )
        act.insert(
            CareRecord,
            child=child,
            kind="phone_call",
            on_date=date(2026, 9, 1),
            missed="no_answer",
            helper=two,
        )
    care.record(
        user,
        child_id=child,
        on_date=date(2026, 9, 8),
        by_name="周支书",
        place="学校",
        reason="例行",
        content="想家",
    )
    edit(child, father_phone="19900004321")
    return child


def told(child, reveal=False):
    return timeline.told(child, timeline.events(child), reveal)


def test_everything_is_there_newest_first(full):
    events = told(full)
    days = [each.day for each in events]
    assert all(later >= earlier for later, earlier in pairwise(days))
    lines = [f"{each.day} {each.text}" for each in events if each.kind != "change"]
    for wanted in (
        "2026-03-01 结对：帮扶教师 刘老师", "2026-08-31 结对结束：帮扶教师 刘老师（交接给别人，刘老师调走）",
        "2026-09-01 结对：一对一帮扶 周支书（从刘老师手里接过）",
        "2026-04-01 列为重点：心理困难（想妈妈）", "2026-06-01 不再列为重点：心理困难",
        "2026-06-20 退出登记：父母返乡，回老家", "2026-08-20 重新登记：父亲又外出", "2026-09-05 励志专题片 迟",
        "2026-09-02 学习帮扶计划（学习困难）开始：数学跟不上", "2026-09-03 学习帮扶计划由领导小组签字：李校长",
        "2026-09-04 方案步骤完成：补数学", "2026-09-06 阶段效果：会背口诀", "2026-09-09 学习帮扶计划结案（部分达成）",
        "2026-09-07 三个优先 学习优先", "2026-07-01 2026春期末：语文 92，数学 优", "2026-09-08 打印联系卡", "2026-09-08 谈心 周支书 学校 例行",
        "2026-09-01 亲情电话 周支书 没有做成（无人接听）",
    ):  # fmt: skip
        assert wanted in lines, (wanted, lines)
    assert "2026-03-05 2026春摸底：留守未定，四年级，学习一般" in lines
    assert {each.kind for each in events} == set(timeline.KINDS)
    assert sum(each.kind == "score" for each in events) == 1
    talk = next(each for each in events if each.text.startswith("谈心"))
    assert "谈话内容：想家" in talk.more and "谈心缘由：例行" in talk.more


def test_a_report_to_the_police_is_never_among_it(full, user):
    assert Incident.live().where(Incident.child == full).count() == 1
    said = (
        str(told(full, reveal=True)) + str(child_view.dossier(full, reveal=True)) + str(progress.terms(full))
    )
    assert SECRET not in said and "强制报告" not in said and "报警" not in said


def test_changes_are_told_old_to_new_and_masked(full):
    (change,) = [each.text for each in told(full) if "修改 张浩宇" in each.text]
    assert "父亲电话 199****1234→199****4321" in change
    (open_change,) = [each.text for each in told(full, reveal=True) if "修改 张浩宇" in each.text]
    assert "父亲电话 19900001234→19900004321" in open_change


def test_a_record_made_is_one_event_and_its_correction_another(child, user):
    record = care.record(user, child_id=child, on_date=date(2026, 9, 8), content="想家")
    before = len(timeline.events(child))
    base = care.load_record(record)
    care.save_record(record, child, base | {"content": "想妈妈"}, base, user)
    events = told(child)
    assert len(events) == before + 1
    assert any("谈心 内容 想家→想妈妈" in each.text for each in events)
    care.remove_record(record, user)
    assert any("删除谈心记录 张浩宇" in each.text for each in told(child))
    assert not any(each.kind == "record" for each in told(child))


def test_what_has_no_day_stands_where_it_was_entered(child, user):
    with changes.action("准备", None) as act:
        helper = act.insert(Helper, name="刘老师", kind="teacher")
        act.insert(Pairing, child=child, helper=helper, kind="teacher")
    (begun,) = [each for each in told(child) if each.kind == "pairing"]
    assert begun.day is not None and begun.text == "结对：帮扶教师 刘老师，起始日期未采集"


def test_another_childs_events_are_not_mine(full, enter, user):
    other = enter("李雨涵", father_name="李刚")
    care.record(user, child_id=other, on_date=date(2026, 9, 9), content="别人的话")
    assert "别人的话" not in str(told(full)) and "李雨涵" not in str(told(full))
    assert {each.kind for each in told(other)} == {"change", "survey", "record"}


def test_five_hundred_events_open_fast_and_by_the_window(child, user):
    with changes.action("准备", None) as act:
        for n in range(500):
            act.insert(
                CareRecord,
                child=child,
                kind="talk",
                on_date=date(2020 + n % 6, n % 12 + 1, n % 28 + 1),
                content="话" * 500,
            )
    started = time.perf_counter()
    keys = timeline.events(child)
    window = timeline.told(child, keys[:20])
    spent = time.perf_counter() - started
    assert len(keys) == 503 and len(window) == 20
    assert spent < 0.5, spent


def test_an_event_struck_out_meanwhile_keeps_its_line(child, user):
    record = care.record(user, child_id=child, on_date=date(2026, 9, 8), content="想家")
    keys = timeline.events(child)
    care.remove_record(record, user)
    assert [each.text for each in timeline.told(child, keys) if each.kind == "record"] == [
        "刚被删除，请退出再进"
    ]


# ---- how things stand -----------------------------------------------------------------------------


def test_levels_per_term(full):
    old, new = progress.terms(full)
    assert (old.term, old.grade, old.surveyed) == ("2026春", "四年级", True)
    assert old.levels["学习"] == ("一般", 2 / 3) and new.levels["学习"] == ("困难", 1 / 3)
    assert old.levels["健康"] == ("未采集", None) and new.levels["监护"] == ("一般", 0.8)
    assert progress.risks(full) == []


def test_grades_of_risk_reviews_are_progress_too(child, user):
    with changes.action("准备", None) as act:
        for month, grade in ((9, "黄"), (3, "红")):
            act.insert(
                CareRecord,
                child=child,
                kind="risk_review",
                on_date=date(2026, month, 1),
                scale="红黄蓝绿",
                grade=grade,
            )
    assert [(each.scale, each.grade) for each in progress.risks(child)] == [
        ("红黄蓝绿", "红"),
        ("红黄蓝绿", "黄"),
    ]


def test_who_helps_and_helped(full):
    now, before = child_view.dossier(full).helps
    assert (now.helper, now.kind, now.since, now.ended) == ("周支书", "一对一帮扶", date(2026, 9, 1), None)
    assert before.helper == "刘老师" and before.ended == "2026-08-31结束（交接给别人）"


def test_plans_say_what_comes_next(child, user):
    with changes.action("准备", None) as act:
        plan = act.insert(
            CarePlan,
            child=child,
            kind="care",
            problem="想家",
            starts=date(2026, 9, 1),
            review_on=date(2026, 10, 8),
        )
        act.insert(CareStep, plan=plan, child=child, title="打电话", due_on=date(2026, 9, 20))
        act.insert(
            CareStep, plan=plan, child=child, title="谈心", due_on=date(2026, 9, 5), done_on=date(2026, 9, 5)
        )
        act.insert(
            CarePlan,
            child=child,
            kind="study",
            problem="旧的",
            starts=date(2026, 3, 1),
            closed_on=date(2026, 6, 1),
            outcome="achieved",
        )
    open_plan, closed = child_view.dossier(child).plans
    assert (open_plan.kind, open_plan.next_step.title, open_plan.next_step.due_on) == (
        "帮扶方案",
        "打电话",
        date(2026, 9, 20),
    )
    assert (open_plan.done, open_plan.steps, open_plan.review_on) == (1, 2, date(2026, 10, 8))
    assert (closed.closed_on, closed.outcome) == (date(2026, 6, 1), "目标达成")


def test_checklists_in_short_count_this_term(child, user):
    know, first, bag = child_view.dossier(child).lists
    assert (know.title, know.done, know.points) == ("三知三多三沟通", 2, 9), (
        "the survey tells health and study level"
    )
    assert (first.done, first.points, bag.points) == (0, 3, 14)
    with changes.action("准备", None) as act:
        act.insert(
            Tick,
            child=child,
            checklist="priority",
            item="study_first",
            on_date=date(2026, 9, 2),
            note="周三补数学",
        )
        act.insert(Tick, child=child, checklist="priority", item="life_first", on_date=date(2026, 8, 30))
        act.insert(Tick, child=child, checklist="bag", item="self", on_date=date(2026, 3, 1))
    _, first, bag = child_view.dossier(child).lists
    assert (first.done, first.lacking) == (1, ["生活优先照顾", "活动优先安排"]), "last term's does not count"
    assert bag.done == 1 and "自我介绍" not in bag.lacking, "what lies in the bag stays there"
    assert any(each.text == "三个优先 学习优先辅导 周三补数学" for each in told(child))


def test_a_child_off_the_register_says_why(child, user):
    assert child_view.dossier(child).left == ""
    with changes.action("准备", None) as act:
        act.insert(Exit, child=child, reason="moved", on_date=date(2026, 9, 1), destination="外县")
        act.update(children.live(child), left_on=date(2026, 9, 1))
    assert child_view.dossier(child).left == "已退出登记：2026-09-01 迁出，去向 外县"


def test_the_family_in_lines(child, edit):
    family = dict(child_view.dossier(child).family)
    assert family["父亲"] == "张强  去向未采集  199****1234" and family["监护人"] == "未采集"
    edit(child, guardian_relation="51", father_whereabouts="away", father_place="广东省深圳市")
    family = dict(child_view.dossier(child, reveal=True).family)
    assert family["父亲"] == "张强  外出，广东省深圳市  19900001234" and family["监护人"] == "父亲"


def test_nobodys_file(child, user):
    children.remove(child, user)
    with pytest.raises(NotFound):
        child_view.dossier(child)


def test_show_tells_the_household(enter):
    child = enter(
        "张浩宇",
        hukou_address="青石镇1号",
        guardianship="weak",
        income="work farm",
        aid="dibao",
        focus="ill",
        hukou_kind="rural",
    )
    shown = children.show("张浩宇")
    assert (
        shown["id"] == str(child)
        and shown["hukou_address"] == "青石镇1号"
        and shown["hukou_kind"] == "农村居民户口"
    )
    assert shown["guardianship"] == "受委托监护人监护能力不足" and shown["focus"] == ["患病"]
    assert shown["income"] == ["打工收入", "种养殖业"] and shown["aid"] == ["享受低保"]
    enter("李雨涵")
    unknown = children.show("李雨涵")
    assert (unknown["income"], unknown["aid"], unknown["guardianship"], unknown["needs"]) == (
        None,
        None,
        None,
        None,
    )
