"""A helper hands over: the pairings change hands with what is still open, in one action, or nothing happens."""

from datetime import date
from uuid import uuid4

import pytest

from db import care, changes, duties, handing_over, helpers, pairing
from db.models import CarePlan, CareRecord, CareStep, Change, Child, Helper, Pairing
from db.pair_rules import Full
from db.sheet import NotFound
from db.values import Refused

TODAY = date(2026, 9, 10)
BEFORE = date(2026, 9, 1)
AWAY = {"birth_date": "2015-03-08", "father_whereabouts": "away", "mother_whereabouts": "away"}


@pytest.fixture
def helper(user):
    def make(name, **values):
        return changes.insert(Helper, user, name=name, **({"kind": "teacher", "capacity": 9} | values)).id

    return make


@pytest.fixture
def village(enter, helper, user):
    """刘老师 looks after 张浩宇 and 李雨涵, each with a plan, an open step, a step done and a promise."""
    liu, who = helper("刘老师"), {}
    for name in ("张浩宇", "李雨涵"):
        child = who[name] = enter(name, **AWAY)
        pairing.pair(child, liu, "teacher", BEFORE, user)
        plan = changes.insert(
            CarePlan, user, child=child, helper=liu, kind="care", problem="想家", starts=BEFORE
        )
        for title, done in (("补数学", None), ("家访", TODAY)):
            changes.insert(CareStep, user, plan=plan, child=child, helper=liu, title=title, done_on=done)
        changes.insert(
            CareRecord, user, child=child, helper=liu, kind="talk", on_date=BEFORE, follow_up="再谈",
            follow_up_on=date(2026, 9, 20),
        )  # fmt: skip
    return who | {"刘老师": liu, "孙桂兰": helper("孙桂兰"), "吴老师": helper("吴老师")}


def live():
    return {(line.child, line.helper, line.kind, line.since) for line in pairing.pairings()}


def owners(model):
    return {row.helper.name for row in model.live()}


def test_what_goes_is_listed_before(village):
    found = handing_over.going(village["刘老师"])
    assert [(each.child, each.kinds, each.since, each.plans, each.steps, each.follow_ups) for each in found] == [
        ("张浩宇", "帮扶教师", BEFORE, 1, 1, 1), ("李雨涵", "帮扶教师", BEFORE, 1, 1, 1),
    ]  # fmt: skip
    assert found[0].what == "帮扶教师，1份方案，1个步骤，1项跟进"
    assert handing_over.going(village["孙桂兰"]) == []


def test_everything_to_one_receiver_in_one_action(village, user):
    done = handing_over.hand_over(village["刘老师"], village["孙桂兰"], TODAY, user, "调离")
    assert done == (2, 2, 2)
    assert live() == {("张浩宇", "孙桂兰", "帮扶教师", TODAY), ("李雨涵", "孙桂兰", "帮扶教师", TODAY)}
    for past in Pairing.live().where(Pairing.helper == village["刘老师"]):
        assert (past.until, past.ended_because, past.end_note) == (TODAY, "handed_over", "调离")
        assert Pairing.get(Pairing.after == past).child_id == past.child_id
    assert owners(CarePlan) == {"孙桂兰"}
    assert {(row.title, row.helper.name) for row in CareStep.live()} == {
        ("补数学", "孙桂兰"),
        ("家访", "刘老师"),
    }
    assert handing_over.going(village["刘老师"]) == []


def test_one_undo_takes_all_of_it_back(village, user):
    before = live()
    handing_over.hand_over(village["刘老师"], village["孙桂兰"], TODAY, user)
    changes.undo(changes.last_action(user).action, user)
    assert live() == before and owners(CarePlan) == owners(CareStep) == {"刘老师"}


def test_the_record_still_says_who_talked_with_the_child(village, user):
    handing_over.hand_over(village["刘老师"], village["孙桂兰"], TODAY, user)
    assert {line.helper for line in care.records()} == {"刘老师"}


def test_what_was_promised_is_owed_by_whoever_took_over(village, user, helper):
    """Not by the love mother, though she has been there for longer."""
    child = village["张浩宇"]
    pairing.pair(child, helper("周芳", kind="love_mother"), "love_mother", date(2026, 8, 1), user)

    def owed():
        return {
            (duty.source, duty.helper) for duty in duties.of_child(child, TODAY) if duty.source != "rhythm"
        }

    changes.write(CareStep.get(CareStep.child == child, CareStep.done_on.is_null()), user, due_on=TODAY)
    changes.write(CareRecord.get(CareRecord.child == child), user, follow_up_on=TODAY)
    assert owed() == {("follow_up", "刘老师"), ("step", "刘老师")}
    handing_over.hand_over(village["刘老师"], village["孙桂兰"], TODAY, user)
    assert owed() == {("follow_up", "孙桂兰"), ("step", "孙桂兰")}
    changes.undo(changes.last_action(user).action, user)
    assert owed() == {("follow_up", "刘老师"), ("step", "刘老师")}


def test_each_child_may_go_to_another_and_some_may_stay(village, user):
    handing_over.hand_over(village["刘老师"], {village["张浩宇"]: village["吴老师"]}, TODAY, user)
    assert live() == {("张浩宇", "吴老师", "帮扶教师", TODAY), ("李雨涵", "刘老师", "帮扶教师", BEFORE)}
    assert owners(CarePlan) == {"吴老师", "刘老师"}


def test_the_chain_is_seen_in_the_history(village, user):
    one = {village["张浩宇"]: village["孙桂兰"]}
    handing_over.hand_over(village["刘老师"], one, date(2026, 9, 5), user, "调离")
    handing_over.hand_over(village["孙桂兰"], {village["张浩宇"]: village["吴老师"]}, TODAY, user)
    told = [
        (line.helper, line.before, line.onward, line.because, line.note)
        for line in pairing.pairings(village["张浩宇"], live=False)
    ]
    assert told == [
        ("吴老师", "孙桂兰", None, None, None), ("孙桂兰", "刘老师", "吴老师", "交接给别人", None),
        ("刘老师", None, "孙桂兰", "交接给别人", "调离"),
    ]  # fmt: skip


def test_a_receiver_without_room_is_asked_about(village, helper, user):
    small = helper("周芳", capacity=1)
    before = Change.select().count()
    with pytest.raises(Full, match="周芳最多帮1名"):
        handing_over.hand_over(village["刘老师"], small, TODAY, user)
    assert Change.select().count() == before
    handing_over.hand_over(village["刘老师"], small, TODAY, user, over=True)
    assert {who for _, who, *_ in live()} == {"周芳"}


def test_every_receiver_without_room_is_named(village, helper, user):
    small = [helper(name, capacity=0) for name in ("周芳", "吴敏")]
    with pytest.raises(Full, match=r"周芳最多帮0名.*吴敏最多帮0名"):
        handing_over.hand_over(
            village["刘老师"], {village["张浩宇"]: small[0], village["李雨涵"]: small[1]}, TODAY, user
        )
    assert {who for _, who, *_ in live()} == {"刘老师"}


def test_just_as_many_as_there_is_room_for_is_fine(village, helper, user):
    handing_over.hand_over(village["刘老师"], helper("周芳", capacity=2), TODAY, user)
    assert {who for _, who, *_ in live()} == {"周芳"}


def test_who_looks_after_the_child_already_takes_the_plans_alone(village, user):
    pairing.pair(village["张浩宇"], village["孙桂兰"], "love_mother", BEFORE, user)
    handing_over.hand_over(village["刘老师"], village["孙桂兰"], TODAY, user)
    assert ("张浩宇", "孙桂兰", "爱心妈妈", BEFORE) in live() and len(live()) == 2
    assert owners(CarePlan) == {"孙桂兰"}


def test_a_child_that_has_a_teacher_besides_gets_no_second_one(village, user, helper):
    """The leaving helper is the love mother; her successor may not be paired as a second teacher."""
    mother = helper("周芳", kind="love_mother")
    pairing.pair(village["张浩宇"], mother, "love_mother", BEFORE, user)
    handing_over.hand_over(mother, village["吴老师"], TODAY, user)
    assert ("张浩宇", "吴老师", "爱心妈妈", TODAY) in live()


@pytest.mark.parametrize(("on", "says"), [(date(2026, 9, 11), "还没到"), (date(2026, 8, 31), "早于结对日期")])
def test_days_on_which_nothing_was_handed_over(village, user, on, says):
    before = live(), Change.select().count()
    with pytest.raises(Refused, match=says):
        handing_over.hand_over(village["刘老师"], village["孙桂兰"], on, user)
    assert (live(), Change.select().count()) == before


def test_receivers_who_may_not_take_a_child(village, helper, user):
    liu, before = village["刘老师"], live()
    for to, says in ((liu, "不能交接给刘老师自己"), (helper("周强", barred="举报查实"), "周强不得结对：举报查实"),
                     (uuid4(), "已被删除"), ({}, "没有选儿童"), ({uuid4(): village["孙桂兰"]}, "已不由刘老师帮扶")):  # fmt: skip
        with pytest.raises(Refused, match=says):
            handing_over.hand_over(liu, to, TODAY, user)
    with pytest.raises(NotFound):
        handing_over.hand_over(uuid4(), village["孙桂兰"], TODAY, user)
    with pytest.raises(Refused, match="已不由孙桂兰帮扶"):
        handing_over.hand_over(village["孙桂兰"], liu, TODAY, user)
    assert live() == before


def test_a_note_too_long_writes_nothing(village, user):
    before = live()
    with pytest.raises(Refused, match="最多200字"):
        handing_over.hand_over(village["刘老师"], village["孙桂兰"], TODAY, user, "调" * 201)
    assert live() == before


def test_a_plan_without_a_pairing_goes_along_too(village, user, helper, enter):
    wang, zhou = enter("王一鸣", **AWAY), helper("周芳")
    changes.insert(CarePlan, user, child=wang, helper=zhou, kind="care", problem="想家")
    closed = changes.insert(
        CarePlan, user, child=wang, helper=zhou, kind="care", problem="旧", closed_on=BEFORE
    )
    assert [each.what for each in handing_over.going(zhou)] == ["没有结对，1份方案"]
    assert handing_over.hand_over(zhou, village["孙桂兰"], TODAY, user) == (0, 1, 0)
    assert CarePlan.get_by_id(closed.id).helper_id == zhou
    assert len(live()) == 2  # no new pairing


def test_a_helper_free_again_can_be_barred(village, user):
    handing_over.hand_over(village["刘老师"], village["孙桂兰"], TODAY, user)
    base = helpers.load(village["刘老师"])
    helpers.save(village["刘老师"], base | {"barred": "举报查实"}, base, user)
    assert helpers.load(village["刘老师"])["barred"] == "举报查实"


def test_a_child_that_has_left_holds_the_hand_over_up_and_says_so(village, user):
    changes.write(Child.get_by_id(village["张浩宇"]), user, left_on=BEFORE)
    with pytest.raises(Refused, match="张浩宇已在2026-09-01退出登记"):
        handing_over.hand_over(village["刘老师"], village["孙桂兰"], TODAY, user)
