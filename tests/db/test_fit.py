"""Who fits whom and why, and who may not help whom."""

from uuid import uuid4

import pytest

from db import fit
from db.fit import ChildFacts, HelperFacts, Needs, Offer
from db.vocab import FOCUS, HELPER_KIND, PAIRING_KIND

PLAIN = Needs("一组", "柳溪小学", "p3", girl=False, small=False, tags=frozenset())
ANYBODY = Offer("volunteer", woman=False, unit="", group=None, school=None, grade=None)


def child(**values):
    own = {name: values.pop(name) for name in set(values) & set(Needs._fields)}
    return ChildFacts(uuid4(), PLAIN._replace(**own), **values)


def helper(**values):
    own = {name: values.pop(name) for name in set(values) & set(Offer._fields)}
    return HelperFacts(uuid4(), "刘老师", "19900000001", ANYBODY._replace(**own), **values)


@pytest.mark.parametrize(
    ("needs", "offer", "score", "why"),
    [
        ({}, {}, 0, ()),
        ({}, {"group": "一组"}, 20, ("同在一组",)),
        ({"group": None}, {"group": None}, 0, ()),
        ({}, {"unit": "柳溪小学 教师"}, 12, ("在柳溪小学",)),
        ({"school": None}, {"unit": "柳溪小学 教师"}, 0, ()),
        ({"tags": {"study"}}, {"kind": "teacher"}, 20, ("教师对学困",)),
        ({"tags": {"study"}}, {"kind": "party"}, 0, ()),
        ({"tags": {"mind", "study"}}, {"kind": "retired_teacher"}, 40, ("退休教师对学困、心理困难",)),
        ({"tags": {"hardship"}}, {"kind": "cadre"}, 20, ("村干部对家庭困难",)),
        ({"tags": {"problem"}}, {"kind": "teacher"}, 20, ("教师对行为问题",)),
        ({"tags": {"mind"}}, {"kind": "love_mother", "woman": True}, 20, ("爱心妈妈对心理困难",)),
        ({"tags": {"no_guardian"}}, {"kind": "agent_parent"}, 20, ("代理家长对无人监护",)),
        ({"girl": True}, {"woman": True}, 10, ("女童女性帮扶人",)),
        ({"girl": True}, {}, 0, ()),
        ({}, {"woman": True}, 0, ()),
        ({"girl": True}, {"group": "一组", "woman": True}, 30, ("同在一组", "女童女性帮扶人")),
    ],
)
def test_points_and_their_reasons(needs, offer, score, why):
    assert fit.fit(child(**needs), helper(**offer)) == (score, why)


@pytest.mark.parametrize(
    ("needs", "offer", "score"),
    [
        ({"tags": {"study"}}, {"school": "柳溪小学", "grade": "p5"}, 32),
        ({"tags": {"study"}}, {"school": "柳溪小学", "grade": "p3"}, -3),
        ({"tags": {"study"}}, {"school": "柳溪小学", "grade": None}, -3),
        ({"tags": {"study"}, "grade": None}, {"school": "柳溪小学", "grade": "p5"}, -3),
        ({"tags": {"study"}}, {"school": "青石小学", "grade": "p5"}, -15),
        ({}, {"school": "柳溪小学", "grade": "p5"}, -3),
        ({"tags": {"study"}, "grade": "p6"}, {"school": "柳溪小学", "grade": "j1"}, 32),
        ({"tags": {"study"}, "grade": "j1"}, {"school": "柳溪小学", "grade": "p6"}, -3),
    ],
)
def test_a_peer_teaches_a_lower_grade_of_the_same_school(needs, offer, score):
    found = fit.fit(child(**needs), helper(kind="peer", **offer))
    assert found.score == score
    assert ("同校高年级对学困" in found.why) == (score == 32)


def test_a_helper_of_the_family_comes_before_the_group():
    kin = frozenset({uuid4()})
    known = fit.fit(child(family=kin), helper(family=kin | {uuid4()}))
    assert known == (30, ("已帮扶其兄弟姐妹",))
    assert known.score > fit.fit(child(), helper(group="一组")).score


def test_a_helper_had_before_in_vain_comes_last_but_may_be_had():
    before = helper(group="一组")
    assert fit.fit(child(parted=frozenset({before.id})), before) == (-20, ("同在一组", "以前结过对又换了"))


def test_who_may_not_help_whom():
    one = child()
    assert fit.fit(one, helper(barred=True)) is None
    assert fit.fit(one, helper(child=one.id, kind="peer")) is None
    assert fit.fit(child(relatives=frozenset({("刘老师", "19900000001")})), helper()) is None
    assert fit.fit(child(relatives=frozenset({("刘老师", "19900000002")})), helper()) is not None
    assert fit.fit(child(small=True), helper(kind="peer")) is None
    assert fit.fit(child(small=True), helper(kind="teacher")) is not None
    had = helper()
    assert fit.fit(child(paired=frozenset({had.id})), had) is None


@pytest.mark.parametrize(
    ("focus", "label"),
    [
        ({"no_guardian"}, "急需"), ({"one_unable", "study"}, "急需"), ({"out_of_school"}, "急需"), ({"study"}, "重点"),
        ({"potential"}, "重点"), (set(), "一般"),
    ],
)  # fmt: skip
def test_tiers_of_need(focus, label):
    assert fit.TIERS[fit.tier(focus)] == label


def test_the_tables_know_every_code():
    assert fit.SUITED.keys() == {code.code for code in FOCUS}
    kinds = {code.code for code in HELPER_KIND}
    assert all(set(suited) <= kinds for suited in fit.SUITED.values())
    assert {fit.usual_kind(kind) for kind in kinds} <= {code.code for code in PAIRING_KIND}
    for code in PAIRING_KIND:
        assert any(fit.serves(kind, code.code) for kind in kinds), code.label


def test_the_kind_of_pairing_follows_the_helper():
    assert [fit.usual_kind(kind) for kind in ("retired_teacher", "love_father", "cadre", "peer", None)] == [
        "teacher", "love_mother", "helper", "peer", "helper",
    ]  # fmt: skip
    assert fit.serves("love_father", "temporary_father")
    assert not fit.serves("love_mother", "temporary_father")
