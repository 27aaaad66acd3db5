"""联系中断: who has not been in touch with the child for how long."""

from datetime import date, timedelta

import pytest

from db import care, changes, lapses, pairing, site
from db.models import CareRecord, Child, Helper, Pairing

TODAY = date(2026, 9, 10)
LONG_AGO = date(2026, 6, 1)
AWAY = {"birth_date": "2015-03-08", "father_whereabouts": "away", "mother_whereabouts": "away"}


def back(days):
    return TODAY - timedelta(days=days)


@pytest.fixture
def child(enter):
    return enter("张浩宇", village_group="二组", **AWAY)


@pytest.fixture
def liu(user):
    return changes.insert(Helper, user, name="刘老师", kind="teacher").id


@pytest.fixture
def paired(child, liu, user):
    return pairing.pair(child, liu, "teacher", LONG_AGO, user)


def found():
    return [(each.child, each.days, each.last_on) for each in lapses.lapsed()]


def note(child, helper, on, /, **values):
    return changes.insert(
        CareRecord, None, **({"child": child, "helper": helper, "kind": "talk", "on_date": on} | values)
    )


def test_a_pairing_without_any_record_counts_from_its_first_day(paired):
    (lapse,) = lapses.lapsed(TODAY)
    assert (lapse.child, lapse.helper, lapse.kind, lapse.since, lapse.last_on, lapse.days) == (
        "张浩宇", "刘老师", "帮扶教师", LONG_AGO, None, 101,
    )  # fmt: skip
    assert lapse.pairing_id == paired


@pytest.mark.parametrize(("days", "silent"), [(44, False), (45, True), (46, True)])
def test_45_days_after_the_last_contact(child, liu, paired, days, silent):
    note(child, liu, back(days))
    assert found() == ([("张浩宇", days, back(days))] if silent else [])


@pytest.mark.parametrize(("days", "silent"), [(44, False), (45, True)])
def test_a_new_pairing_has_45_days_to_begin(child, liu, user, days, silent):
    pairing.pair(child, liu, "teacher", back(days), user)
    assert bool(found()) is silent


def test_any_kind_of_record_is_contact_but_not_a_missed_one_nor_an_inspection(child, liu, paired):
    for values in ({"missed": "no_answer"}, {"kind": "inspection"}, {"helper": None, "by_name": "刘老师"}):
        note(child, liu, TODAY, **values)
    gone = note(child, liu, TODAY)
    care.remove_record(gone.id, None)
    assert len(found()) == 1
    note(child, liu, TODAY, kind="letter")
    assert found() == []


def test_somebody_elses_talk_is_no_contact_of_this_helper(child, liu, paired, user):
    other = changes.insert(Helper, user, name="吴老师", kind="teacher")
    note(child, other.id, TODAY)
    assert len(found()) == 1


def test_how_long_is_a_setting(child, liu, paired, user):
    note(child, liu, back(50))
    site.put("pairing.lapse_days", 60, user)
    assert found() == []
    site.put("pairing.lapse_days", 50, user)
    assert len(found()) == 1


def test_who_is_not_asked_about(child, liu, paired, user):
    """An ended pairing, a child that has left, one struck out."""
    changes.write(Child.get_by_id(child), user, left_on=TODAY)
    assert found() == []
    changes.write(Child.get_by_id(child), user, left_on=None)
    assert len(found()) == 1
    pairing.close_pairing(paired, TODAY, "lapsed", None, user)
    assert found() == []


def test_the_longest_silence_first_then_by_group_and_name(enter, liu, user):
    for name, group, since in (
        ("王一鸣", "十组", back(60)),
        ("李雨涵", "二组", back(60)),
        ("陈思琪", "一组", back(90)),
        ("赵佳慧", None, None),
    ):
        changes.insert(
            Pairing,
            user,
            child=enter(name, village_group=group, **AWAY),
            helper=liu,
            kind="helper",
            since=since,
        )
    assert [each[0] for each in found()] == ["赵佳慧", "陈思琪", "李雨涵", "王一鸣"]
    assert lapses.lapsed()[0].days is None


def test_contact_before_the_pairing_is_named_but_counts_from_the_first_day(child, liu, user):
    note(child, liu, back(80))
    pairing.pair(child, liu, "teacher", back(50), user)
    assert found() == [("张浩宇", 50, back(80))]


def test_the_last_inspection_stands_beside_its_pairing_alone(child, liu, paired, user):
    other = changes.insert(Helper, user, name="孙桂兰", kind="love_mother")
    pairing.pair(child, other.id, "love_mother", LONG_AGO, user)
    note(child, liu, back(30), kind="inspection", grade="一般")
    note(child, liu, back(3), kind="inspection", grade="好", result="孩子爱说话了")
    note(child, liu, back(1), grade="不是检查")
    told = {line.helper: (line.inspected_on, line.verdict) for line in pairing.pairings()}
    assert told == {"刘老师": (back(3), "好"), "孙桂兰": (None, None)}
    assert pairing.pairings(child_id=child, helper_id=liu)[0].verdict == "好"
