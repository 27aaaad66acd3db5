"""The one list of what is owed: rhythm duties, follow-ups, steps and reviews of plans, birthdays."""

from datetime import date

import pytest

from db import care, changes, child_sheet, children, duties, helpers, owed, pairing, plan_items, site
from db.duties import Wanted
from db.models import CarePlan, CareRecord, CareStep, Child, Exit, Focus, Helper, Owed, Term, database

TODAY = date(2026, 9, 10)
AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}


@pytest.fixture
def child(enter):
    return enter("张浩宇", birth_date="2015-03-08", village_group="一组", **AWAY)


@pytest.fixture
def teacher(user):
    return changes.insert(Helper, user, name="刘老师", kind="teacher", capacity=2)


def talk(user, child, on, **values):
    return care.record(user, child_id=child, on_date=on, **values)


def listed(on, **more):
    """(child, label, days past its day) of the list, birthdays apart."""
    found = duties.page(on, **more)
    return [(duty.child, duty.label, duty.days_over) for duty in found if duty.source != "birthday"]


def due(on=TODAY, ahead=7):
    return [
        (duty.child, duty.due_by, duty.days_over)
        for duty in duties.page(on, days=ahead)
        if duty.source != "birthday"
    ]


def test_the_first_talk_is_due_a_month_after_the_term_began(child):
    assert due() == []
    assert due(date(2026, 9, 23)) == []
    assert due(date(2026, 9, 24)) == [("张浩宇", date(2026, 10, 1), -7)]
    assert due(date(2026, 10, 1)) == [("张浩宇", date(2026, 10, 1), 0)]
    assert due(date(2026, 10, 4), 0) == [("张浩宇", date(2026, 10, 1), 3)]


def test_a_talk_moves_the_next_one_on(child, user):
    talk(user, child, TODAY)
    assert due(date(2026, 10, 2)) == []
    assert due(date(2026, 10, 10)) == [("张浩宇", date(2026, 10, 10), 0)]


def test_a_child_that_helps_to_learn_owes_no_talk_the_next_helper_does(child, user, teacher, enter):
    elder = enter("李雨涵", birth_date="2012-03-08", **AWAY)
    peer = changes.insert(Helper, user, name="李雨涵", kind="peer", child=elder)
    pairing.pair(child, peer.id, "peer", date(2026, 9, 2), user)
    (duty,) = [
        each for each in duties.page(date(2026, 10, 1)) if each.child_id == child and each.source == "rhythm"
    ]
    assert duty.helper is None
    pairing.pair(child, teacher.id, "teacher", date(2026, 9, 5), user)
    (duty,) = [
        each for each in duties.page(date(2026, 10, 1)) if each.child_id == child and each.source == "rhythm"
    ]
    assert duty.helper == "刘老师"


def test_a_talk_before_the_term_counts_from_the_terms_start(child, user):
    talk(user, child, date(2026, 6, 1))
    assert due(date(2026, 10, 1)) == [("张浩宇", date(2026, 10, 1), 0)]


def test_only_talks_count_and_struck_out_ones_do_not(child, user):
    talk(user, child, TODAY, kind="visit")
    struck = talk(user, child, TODAY)
    care.remove_record(struck, user)
    assert due(date(2026, 10, 1)) == [("张浩宇", date(2026, 10, 1), 0)]


def test_a_rhythm_of_two_months(child, user):
    site.put(
        "rhythms",
        [{"code": "talk", "name": "谈心", "kind": "talk", "span": 2, "count": "interval", "holidays": True}],
        user,
    )
    assert due(date(2026, 10, 24)) == []
    assert due(date(2026, 11, 1)) == [("张浩宇", date(2026, 11, 1), 0)]


def test_nothing_is_owed_to_who_does_not_count(enter, user):
    enter(
        "王一鸣",
        birth_date="2015-03-08",
        father_whereabouts="home",
        father_able=True,
        mother_whereabouts="away",
    )
    enter("赵佳慧", birth_date="2010-09-10", **AWAY)  # sixteen today
    enter("陈思琪", birth_date="2015-03-08")
    gone = enter("李雨涵", birth_date="2015-03-08", **AWAY)
    children.remove(gone, user)
    assert due(date(2026, 12, 1)) == []


def test_focus_children_come_first_then_the_longest_overdue(enter, user):
    names = ("张浩宇", "李雨涵", "王一鸣")
    ids = [enter(name, birth_date="2015-03-08", **AWAY) for name in names]
    for child, on in zip(ids, (date(2026, 9, 5), date(2026, 9, 3), date(2026, 9, 9)), strict=True):
        talk(user, child, on)
    changes.insert(Focus, user, child=ids[2], tag="hardship", since=date(2026, 9, 1))
    changes.insert(Focus, user, child=ids[0], tag="study", since=date(2026, 9, 1), until=date(2026, 9, 9))
    found = duties.page(date(2026, 10, 12))
    assert [(duty.child, duty.focus, duty.days_over) for duty in found] == [
        ("王一鸣", True, 3), ("李雨涵", False, 9), ("张浩宇", False, 7),
    ]  # fmt: skip


def test_a_duty_names_the_helper(child, teacher, user):
    assert duties.page(date(2026, 10, 1))[0].helper is None
    pairing.pair(child, teacher.id, "teacher", TODAY, user)
    duty = duties.page(date(2026, 10, 1))[0]
    assert (duty.helper, duty.kind, duty.label, duty.village_group) == ("刘老师", "talk", "谈心", "一组")


# ---- other rhythms

WEEKLY = {
    "code": "call",
    "name": "亲情电话",
    "kind": "phone_call",
    "every": "week",
    "settled_by": ["video_call"],
}
TEACHER = {"code": "teacher_talk", "name": "教师谈心", "kind": "talk", "by": "teacher"}


def test_a_record_settles_every_duty_of_its_kind(child, user):
    site.put(
        "rhythms",
        [WEEKLY, WEEKLY | {"code": "video", "name": "视频", "kind": "video_call", "settled_by": []}],
        user,
    )
    talk(user, child, TODAY, kind="phone_call")
    assert [(each[1], each[2]) for each in listed(date(2026, 9, 14))] == [("视频", 8), ("亲情电话", -6)]
    talk(user, child, date(2026, 9, 10), kind="video_call")
    assert [(each[1], each[2]) for each in listed(date(2026, 9, 14))] == [("亲情电话", -6), ("视频", -6)]


def test_a_birthday_is_owed_in_its_month_of_every_year(child, user):
    yearly = {"code": "birthday", "name": "过生日", "kind": "birthday", "every": "year", "holidays": True}
    site.put("rhythms", [yearly], user)
    born = Child.get_by_id(child).birth_date
    assert born == "2015-03-08"

    def due(on):
        return [each.due_by for each in duties.page(on) if each.label == "过生日"]

    assert due(TODAY) == [] and due(date(2027, 3, 1)) == [date(2027, 3, 31)]
    talk(user, child, TODAY, kind="birthday")
    assert due(date(2027, 3, 1)) == [date(2027, 3, 31)], "half a year before is another birthday's"


def test_a_missed_call_settles_nothing(child, user):
    site.put("rhythms", [WEEKLY], user)
    missed = changes.insert(
        CareRecord, user, child=child, kind="phone_call", on_date=TODAY, missed="no_answer"
    )
    assert listed(TODAY) == [("张浩宇", "亲情电话", 4)]
    changes.write(missed, user, missed=None)
    assert listed(TODAY) == []


def test_a_helpers_own_rhythm_is_settled_by_that_helper(child, teacher, user):
    site.put("rhythms", [TEACHER], user)
    mother = changes.insert(Helper, user, name="周妈妈", kind="love_mother")
    talk(user, child, TODAY, helper_id=mother.id)
    assert listed(date(2026, 9, 20)) == []  # nobody's in particular: any talk will do
    pairing.pair(child, teacher.id, "teacher", TODAY, user)
    assert [duty.helper for duty in duties.page(date(2026, 9, 20))] == ["刘老师"]
    talk(user, child, TODAY, helper_id=teacher.id)
    assert listed(date(2026, 9, 20)) == []


def test_one_for_each_pairing(child, teacher, user):
    inspection = {"code": "inspect", "name": "结对检查", "kind": "inspection", "per": "pairing"}
    site.put("rhythms", [inspection], user)
    assert listed(date(2026, 9, 20)) == []
    mother = changes.insert(Helper, user, name="周妈妈", kind="love_mother")
    pairing.pair(child, teacher.id, "teacher", TODAY, user)
    pairing.pair(child, mother.id, "love_mother", TODAY, user)
    assert {duty.helper for duty in duties.page(date(2026, 9, 20))} == {"刘老师", "周妈妈"}
    talk(user, child, TODAY, kind="inspection", helper_id=teacher.id, result="有进步")
    assert [duty.helper for duty in duties.page(date(2026, 9, 20))] == ["周妈妈"]


def test_categories(enter, user):
    focus = enter("张浩宇", birth_date="2015-03-08", **AWAY)
    enter("李雨涵", birth_date="2015-03-08", schooling="primary", school="柳溪小学", boarding=True, **AWAY)
    enter("王一鸣", birth_date="2012-09-20", **AWAY)
    changes.insert(Focus, user, child=focus, tag="study", since=TODAY, until=date(2026, 10, 20))
    for who, on, names in (
        ("focus", date(2026, 9, 30), {"张浩宇"}),
        ("study", date(2026, 9, 30), {"张浩宇"}),
        ("focus", date(2026, 10, 20), set()),
        ("ordinary", date(2026, 9, 30), {"李雨涵", "王一鸣"}),
        ("ordinary", date(2026, 10, 20), {"张浩宇", "李雨涵", "王一鸣"}),
        ("boarding", date(2026, 9, 30), {"李雨涵"}),
        ("day", date(2026, 9, 30), {"张浩宇", "王一鸣"}),
        ("under14", date(2026, 9, 19), {"张浩宇", "李雨涵", "王一鸣"}),
        ("under14", date(2026, 9, 20), {"张浩宇", "李雨涵"}),
        ("unpaired", date(2026, 9, 30), {"张浩宇", "李雨涵", "王一鸣"}),
        ("paired", date(2026, 9, 30), set()),
    ):
        site.put("rhythms", [{"code": "x", "name": "走访", "kind": "visit", "who": [who]}], user)
        assert {each[0] for each in listed(on)} == names, (who, on)


def test_a_child_of_promise_is_owed_what_the_plan_names_it_for(enter, user):
    pupil = enter(
        "王一鸣",
        birth_date="2015-03-08",
        father_whereabouts="home",
        father_able=True,
        mother_whereabouts="home",
        mother_able=True,
    )
    changes.insert(Focus, user, child=pupil, tag="potential", since=TODAY)
    changes.insert(Focus, user, child=pupil, tag="study", since=TODAY)
    for who, names in ((["all"], []), (["study"], []), (["all", "potential"], ["王一鸣"])):
        site.put("rhythms", [{"code": "x", "name": "走访", "kind": "visit", "who": who}], user)
        assert [each[0] for each in listed(date(2026, 9, 30))] == names, who


def test_no_rhythm_owes_nothing(child, user):
    site.put("rhythms", [], user)
    assert listed(date(2027, 1, 20)) == []


def test_a_rhythm_is_owed_from_the_day_it_was_taken_up(child, user):
    site.put("rhythms", [WEEKLY | {"since": "2026-11-02"}], user)
    assert listed(date(2026, 11, 3)) == [("张浩宇", "亲情电话", -5)]


def test_a_child_that_came_late_is_not_overdue_since_the_terms_start(enter, user):
    enter("张浩宇", birth_date="2015-03-08", surveyed_on=TODAY, **AWAY)
    assert listed(date(2026, 10, 5)) == [("张浩宇", "谈心", -5)]


# ---- promises


def test_a_follow_up_stands_until_it_is_done(child, teacher, user):
    made = talk(user, child, TODAY, helper_id=teacher.id, follow_up="看作业本")
    record = CareRecord.get_by_id(made)
    changes.write(record, user, follow_up_on=date(2026, 9, 17))
    assert listed(TODAY) == [("张浩宇", "跟进看作业本", -7)]
    assert [duty.helper for duty in duties.page(TODAY)] == ["刘老师"]
    assert listed(date(2026, 9, 20))[0][2] == 3
    changes.write(record, user, follow_up_done=date(2026, 9, 20))
    assert listed(date(2026, 9, 20)) == []


def test_a_follow_up_goes_to_the_helper_who_is_there(child, teacher, user):
    made = talk(user, child, TODAY, helper_id=teacher.id)
    changes.write(CareRecord.get_by_id(made), user, follow_up_on=date(2026, 9, 17))
    mother = changes.insert(Helper, user, name="周妈妈", kind="love_mother")
    pairing.pair(child, mother.id, "love_mother", TODAY, user)
    assert [duty.helper for duty in duties.page(TODAY)] == ["周妈妈"]


def test_steps_and_reviews_of_an_open_plan(child, teacher, user):
    plan = changes.insert(
        CarePlan, user, child=child, kind="study", problem="数学跟不上", starts=TODAY, review_on=date(2026, 9, 15), helper=teacher
    )  # fmt: skip
    step = changes.insert(
        CareStep, user, plan=plan, child=child, title="补乘法口诀", due_on=date(2026, 9, 12)
    )
    assert listed(TODAY) == [("张浩宇", "补乘法口诀", -2), ("张浩宇", "学习帮扶计划看效果", -5)]
    assert {(duty.source, duty.ref, duty.helper) for duty in duties.page(TODAY)} == {
        ("step", step.id, "刘老师"), ("review", plan.id, "刘老师"),
    }  # fmt: skip
    changes.write(step, user, done_on=TODAY)
    assert [each[1] for each in listed(TODAY)] == ["学习帮扶计划看效果"]
    changes.write(plan, user, closed_on=TODAY)
    assert listed(TODAY) == []


def test_a_plan_without_a_review_is_due_at_its_end(child, user):
    changes.insert(
        CarePlan, user, child=child, kind="care", problem="想家", starts=TODAY, ends=date(2026, 9, 15)
    )
    assert listed(TODAY) == [("张浩宇", "帮扶方案到期", -5)]


def test_birthdays_come_and_go(enter, user):
    enter("张浩宇", birth_date="2015-09-14", **AWAY)
    enter("李雨涵", birth_date="2016-02-29", **AWAY)
    enter("王一鸣", birth_date="2015-09", **AWAY)

    def seen(on):
        return [
            (each.child, each.label, each.days_over) for each in duties.page(on) if each.source == "birthday"
        ]

    assert seen(date(2026, 9, 6)) == []
    assert seen(date(2026, 9, 7)) == [("张浩宇", "11岁生日", -7)]
    assert seen(date(2026, 9, 14)) == [("张浩宇", "11岁生日", 0)]
    assert seen(date(2026, 9, 15)) == []
    assert seen(date(2027, 2, 28)) == [("李雨涵", "11岁生日", 0)]
    assert duties.tally(date(2026, 9, 14)).today == 0


# ---- what the table follows


def test_who_left_is_owed_nothing_and_who_came_back_starts_afresh(child, user):
    row = Child.get_by_id(child)
    changes.write(row, user, left_on=date(2026, 9, 9))
    assert listed(date(2026, 10, 5)) == []
    changes.write(row, user, left_on=None)
    changes.insert(Exit, user, child=child, reason="parent_back", on_date=date(2026, 9, 9), returned_on=TODAY)
    assert listed(date(2026, 10, 5)) == [("张浩宇", "谈心", -5)]


def test_a_new_term_begins_anew(child, user):
    assert listed(date(2026, 10, 5))[0][2] == 4
    changes.insert(Term, user, code="2027春", starts=date(2027, 2, 15), ends=date(2027, 7, 10))
    site.put("term", "2027春", user)
    assert listed(date(2027, 3, 15)) == []  # nobody is surveyed yet


def test_undo_takes_the_duty_back_too(child, user):
    talk(user, child, TODAY)
    assert listed(date(2026, 10, 2)) == []
    changes.undo(changes.last_action(user).action, user)
    assert listed(date(2026, 10, 2)) == [("张浩宇", "谈心", 1)]


def test_a_record_dated_later_counts_from_its_day(child, user):
    changes.insert(CareRecord, user, child=child, kind="talk", on_date=date(2026, 12, 1))
    assert listed(date(2026, 10, 5))[0][2] == 4
    assert listed(date(2026, 12, 2)) == []


def test_narrowed_to_a_helper_a_group_a_child(enter, teacher, user):
    one = enter("张浩宇", birth_date="2015-03-08", village_group="一组", **AWAY)
    enter("李雨涵", birth_date="2015-03-08", village_group="十组", **AWAY)
    pairing.pair(one, teacher.id, "teacher", TODAY, user)
    on = date(2026, 10, 5)
    assert [each[0] for each in listed(on)] == ["张浩宇", "李雨涵"]
    assert [each[0] for each in listed(on, wanted=Wanted(helper=teacher.id))] == ["张浩宇"]
    assert [each[0] for each in listed(on, wanted=Wanted(group="十组"))] == ["李雨涵"]
    assert [duty.child for duty in duties.of_child(one, on)] == ["张浩宇"]
    assert duties.tally(on) == (2, 0, 0, 2, 0)
    assert duties.tally(on, Wanted(group="十组")) == (1, 0, 0, 1, 0)


def test_windows_of_the_list_meet(enter, user):
    for name in ("张浩宇", "李雨涵", "王一鸣", "陈思琪", "赵佳慧"):
        enter(name, birth_date="2015-03-08", **AWAY)
    on = date(2026, 10, 5)
    whole = [duty.child_id for duty in duties.page(on)]
    parts = [duty.child_id for at in range(0, 6, 2) for duty in duties.page(on, at, 2)]
    assert parts == whole and len(set(whole)) == 5 == duties.tally(on).listed


def test_what_may_merely_be_done_stands_after_what_is_due(enter, user):
    visit = {"code": "visit", "name": "走访", "kind": "visit", "every": "term"}
    site.put(
        "rhythms",
        [visit, {"code": "talk", "name": "谈心", "kind": "talk", "count": "interval", "holidays": True}],
        user,
    )
    for name, tag in (("张浩宇", None), ("李雨涵", "study"), ("王一鸣", "no_guardian")):
        key = enter(name, birth_date="2015-03-08", **AWAY)
        if tag:
            changes.insert(Focus, user, child=key, tag=tag, since=TODAY)
    on = date(2026, 10, 5)
    order = ["王一鸣", "李雨涵", "张浩宇"]
    assert listed(on) == [(name, "谈心", 4) for name in order] + [(name, "走访", -118) for name in order]
    assert duties.tally(on)[3:] == (3, 3)
    assert [each.child for at in range(6) for each in duties.page(on, at, 1)] == order * 2
    assert duties.page(on, 6, 3) == []


def test_a_table_that_says_something_else_is_found_and_mended(child, user):
    assert owed.drifted([child], TODAY) == set()
    Owed.delete().execute()
    assert owed.drifted([child], TODAY) == {child}
    with changes.action("再算", user) as act:
        act.look_again([child])
    assert owed.drifted([child], TODAY) == set()


def test_a_helpers_other_kind_is_seen_at_children_it_is_not_paired_with(child, teacher, user):
    site.put("rhythms", [WEEKLY | {"code": "talk", "kind": "talk", "by": "teacher"}], user)
    other = changes.insert(Helper, user, name="吴老师", kind="teacher")
    pairing.pair(child, teacher.id, "teacher", date(2026, 9, 1), user)
    talk(user, child, TODAY, helper_id=other.id)
    duties.page(TODAY)
    changes.write(Helper.get_by_id(other.id), user, kind="volunteer")
    assert owed.drifted([child], TODAY) == set()


def test_what_a_struck_out_helper_owed_falls_to_who_is_there(child, teacher, user):
    plan = changes.insert(
        CarePlan,
        user,
        child=child,
        kind="help",
        problem="成绩",
        helper=teacher.id,
        review_on=date(2026, 9, 12),
    )
    changes.insert(
        CareStep, user, plan=plan, child=child, title="补课", due_on=date(2026, 9, 12), helper=teacher.id
    )
    talk(user, child, TODAY, helper_id=teacher.id, follow_up="再看", follow_up_on=date(2026, 9, 12))
    assert {each.helper for each in duties.page(TODAY)} == {"刘老师"}
    helpers.remove(teacher.id, user)
    assert [each.helper for each in duties.page(TODAY)] == [None] * 3
    assert duties.page(TODAY, wanted=Wanted(helper=teacher.id)) == []
    other = changes.insert(Helper, user, name="吴老师", kind="teacher")
    pairing.pair(child, other.id, "teacher", TODAY, user)
    assert {(each.source, each.helper) for each in duties.page(TODAY)} == {
        ("follow_up", "吴老师"), ("step", None), ("review", None)
    }  # fmt: skip


def test_however_many_are_listed_one_question_names_a_few_hundred(child, user, monkeypatch):
    for nth in range(9):
        talk(user, child, TODAY, follow_up=f"看{nth}", follow_up_on=date(2026, 9, 12))
    asked = []
    monkeypatch.setattr(owed, "BATCH", 4)
    monkeypatch.setattr(type(database.obj), "execute_sql", _counting(type(database.obj).execute_sql, asked))
    assert len(duties.page(date(2026, 9, 14))) == 9 == len(duties.overdue(date(2026, 9, 14)))
    assert max(asked) < 9


def _counting(execute, asked):
    def counted(self, sql, params=None, **options):
        asked.append(len(params or ()))
        return execute(self, sql, params, **options)

    return counted


def test_what_is_overdue_is_read_alone(enter, user):
    late, soon = enter("张浩宇", **AWAY), enter("李雨涵", **AWAY)
    talk(user, soon, date(2026, 9, 9))
    found = duties.overdue(date(2026, 10, 9))
    assert [each.child_id for each in found] == [late] and found[0].days_over == 8


def test_a_rhythm_dropped_while_the_list_is_read_falls_out(child, user, monkeypatch):
    assert duties.page(date(2026, 10, 5)) != []
    monkeypatch.setattr(owed, "settle", lambda: site.put("rhythms", [], user))
    assert duties.page(date(2026, 10, 5)) == []


def test_before_the_set_up_the_term_rolls_over_by_the_date(ledger, monkeypatch):
    def surveyed(on):
        monkeypatch.setenv("GUANAI_TODAY", on.isoformat())
        base = child_sheet.load(key) if key else child_sheet.load(None)
        told = base | {"name": "张浩宇", "birth_date": "2015-03-08", "surveyed_on": on} | AWAY
        return child_sheet.save(key, told, base, None).id

    key = None
    key = surveyed(date(2026, 9, 10))
    assert due(date(2026, 10, 12), 0) == [("张浩宇", date(2026, 10, 10), 2)]
    monkeypatch.setenv("GUANAI_TODAY", "2027-02-20")
    assert due(date(2027, 3, 30)) == []  # not surveyed in the new term, nothing owed and nothing left over
    key = surveyed(date(2027, 2, 20))
    assert due(date(2027, 3, 30), 0) == [("张浩宇", date(2027, 3, 15), 15)]
    assert owed.drifted([key], date(2027, 3, 30)) == set()


def test_who_is_surveyed_as_out_of_school_is_at_the_greatest_risk_as_when_paired(enter, user):
    enter("张浩宇", schooling="primary", grade="p5", **AWAY)
    enter("李雨涵", schooling="dropped_out", **AWAY)
    found = duties.page(date(2026, 10, 5))
    assert [(each.child, each.focus) for each in found] == [("李雨涵", True), ("张浩宇", False)]


def test_only_what_the_site_owes_is_asked_for(child, user):
    item = plan_items.add("2026-09", "核对信息", user)
    assert [duty.ref for duty in duties.page(TODAY, wanted=Wanted(site=True), days=30)] == [item]
    assert duties.tally(TODAY, Wanted(site=True), days=30).pressing == 1
