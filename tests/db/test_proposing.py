"""The helpers proposed for one child, and the proposal for all who wait."""

from datetime import date
from uuid import uuid4

import pytest

from db import changes, child_sheet, pairing, proposing, site
from db.models import Child, Focus, Helper, Pairing, database
from db.sheet import NotFound
from db.values import Refused

TODAY = date(2026, 9, 10)
PUPIL = {
    "sex": "male", "birth_date": "2015-03-08", "father_whereabouts": "away", "mother_whereabouts": "away",
    "village_group": "一组", "schooling": "primary", "school": "柳溪小学", "grade": "p3",
}  # fmt: skip


@pytest.fixture
def pupil(enter):
    """A child that counts: pupil("张浩宇", …)."""
    return lambda name, **values: enter(name, **(PUPIL | values))


@pytest.fixture
def helper(user):
    def make(name="刘老师", **values):
        return changes.insert(Helper, user, name=name, **({"kind": "volunteer"} | values)).id

    return make


def tag(child, code, user):
    changes.insert(Focus, user, child=child, tag=code, since=TODAY)


def proposed(kind=None):
    return {each.child: each.helper for each in proposing.propose(kind)}


# ---- one child


def test_helpers_are_ranked_with_reasons(pupil, helper, user):
    child = pupil("李雨涵", sex="female", study_level="poor")
    helper("周干部", kind="cadre", village_group="一组")
    helper("吴老师", kind="teacher", sex="female", unit="柳溪小学 教师")
    helper("郑阿姨", sex="female", capacity=1)
    helper("满阿姨", capacity=0, village_group="一组")
    found = proposing.ranked(child)
    assert [(each.helper, each.score, each.why) for each in found] == [
        ("吴老师", 42, "在柳溪小学，教师对学困，女童女性帮扶人，空2位"),
        ("周干部", 20, "同在一组，空2位"),
        ("郑阿姨", 10, "女童女性帮扶人，空1位"),
    ]  # fmt: skip


def test_the_less_loaded_of_two_alike_comes_first(pupil, helper, user):
    child, other = pupil("张浩宇"), pupil("李雨涵")
    busy, free = helper("周老师", capacity=3), helper("吴老师", capacity=3)
    pairing.pair(other, busy, None, None, user)
    found = proposing.ranked(child)
    assert [(each.helper_id, each.load, each.capacity) for each in found] == [(free, 0, 3), (busy, 1, 3)]
    assert [each.helper_id for each in proposing.ranked(child, given={free: 2})] == [busy, free]
    assert [each.helper_id for each in proposing.ranked(child, given={free: 3})] == [busy]


def test_where_nobody_said_the_setting_says_how_many(pupil, helper, user):
    who = helper()
    site.put("pairing.capacity", 1, user)
    pairing.pair(pupil("李雨涵"), who, None, None, user)
    assert proposing.ranked(pupil("张浩宇")) == []
    site.put("pairing.capacity", 3, user)
    assert [each.why for each in proposing.ranked(pupil("王一鸣"))] == ["空2位"]


def test_a_group_written_otherwise_is_the_same_group(pupil, helper):
    helper("周老师", village_group="第1组")
    assert proposing.ranked(pupil("张浩宇"))[0].why == "同在一组，空2位"


def test_the_helper_of_a_sister_comes_first(pupil, helper, user):
    father = {"father_name": "张三", "father_phone": "19900000001"}
    sister, child = pupil("张若兰", **father), pupil("张浩宇", **father)
    knows, near = helper("周老师"), helper("吴老师", village_group="一组")
    pairing.pair(sister, knows, None, None, user)
    assert [(each.helper_id, each.why) for each in proposing.ranked(child)] == [
        (knows, "已帮扶其兄弟姐妹，空1位"), (near, "同在一组，空2位"),
    ]  # fmt: skip


def test_who_is_never_proposed(pupil, helper, enter, user):
    child = pupil("张浩宇", guardian_relation="62", guardian_name="王桂英", guardian_phone="19900000005")
    helper("王桂英", phone="19900000005")
    helper("赵某", barred="准入查询未通过")
    helper("张浩宇", kind="peer", child=child)
    had = helper("周老师")
    pairing.pair(child, had, None, None, user)
    gone = pupil("陈思琪", grade="p6")
    helper("陈思琪", kind="peer", child=gone)
    changes.write(Child.get_by_id(gone), user, left_on=TODAY)
    right = helper("王桂英", phone="19900000006")
    assert [each.helper_id for each in proposing.ranked(child)] == [right]


def test_no_peer_for_a_child_not_yet_at_school(enter, helper):
    small = PUPIL | {"birth_date": "2022-03-08", "grade": None, "school": None}
    for schooling in ("none_yet", "kindergarten", None):
        helper("陈思琪", kind="peer")
        assert proposing.ranked(enter(f"小宝{schooling or ''}", **(small | {"schooling": schooling}))) == []


def test_a_peer_of_the_register_teaches_a_lower_grade(pupil, helper):
    child = pupil("张浩宇", study_level="poor")
    helper("陈思琪", kind="peer", child=pupil("陈思琪", grade="p6"), capacity=1)
    helper("李雨涵", kind="peer", child=pupil("李雨涵", grade="p2"), capacity=1)
    assert [each.why for each in proposing.ranked(child)] == [
        "在柳溪小学，同校高年级对学困，空1位", "在柳溪小学，空1位",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "score"), [("changed", -20), ("mistake", -20), ("lapsed", -20), ("done", 20)]
)
def test_a_helper_had_before(pupil, helper, user, reason, score):
    child, who = pupil("张浩宇"), helper(village_group="一组")
    pairing.close_pairing(pairing.pair(child, who, None, None, user), None, reason, None, user)
    (found,) = proposing.ranked(child)
    assert found.score == score
    assert ("以前结过对又换了" in found.why) == (score < 0)


def test_a_child_not_on_file_is_refused(ledger, user):
    with pytest.raises(NotFound):
        proposing.ranked(uuid4())


# ---- all who wait


def test_the_neediest_first_then_the_best_together(pupil, helper, user):
    tag(pupil("陈思琪", village_group="二组"), "no_guardian", user)
    tag(pupil("王一鸣", village_group="二组"), "study", user)
    pupil("张浩宇")
    pupil("李雨涵", village_group="二组")
    helper("周老师", village_group="一组", capacity=1)
    helper("吴老师", village_group="二组", capacity=1)
    found = proposing.propose()
    assert [(each.child, each.tier_label, each.helper, each.why) for each in found] == [
        ("陈思琪", "急需", "吴老师", "同在二组，空1位"),
        ("王一鸣", "重点", "周老师", "空1位"),
        ("张浩宇", "一般", None, proposing.GIVEN_AWAY),
        ("李雨涵", "一般", None, proposing.GIVEN_AWAY),
    ]  # fmt: skip


def test_what_a_survey_says_by_itself_is_urgent_too(pupil, helper):
    pupil("张浩宇")
    pupil("李雨涵", no_guardian=True)
    pupil("王一鸣", schooling="dropped_out", school=None, grade=None)
    assert [(each.child, each.tier_label) for each in proposing.propose()] == [
        ("李雨涵", "急需"), ("王一鸣", "急需"), ("张浩宇", "一般"),
    ]  # fmt: skip


def test_a_chain_of_moves_covers_everybody(enter, helper, pupil):
    """The helper whom both fit goes to the one who may have nobody else."""
    pupil("张浩宇", guardian_relation="62", guardian_name="王桂英", guardian_phone="19900000005")
    pupil("李雨涵")
    helper("王桂英", phone="19900000005", capacity=1)
    helper("周老师", village_group="一组", capacity=1)
    assert proposed() == {"张浩宇": "周老师", "李雨涵": "王桂英"}


def test_the_load_spreads_over_helpers_alike(pupil, helper):
    for name in ("张浩宇", "李雨涵", "王一鸣"):
        pupil(name)
    for name in ("周老师", "吴老师", "郑老师"):
        helper(name)
    assert sorted(proposed().values()) == ["吴老师", "周老师", "郑老师"]


def test_who_counts_and_has_nobody_is_asked_about(pupil, helper, enter, user):
    paired, left, home = pupil("张浩宇"), pupil("李雨涵"), {"father_whereabouts": "home", "father_able": True}
    who = helper(capacity=5)
    pairing.pair(paired, who, None, None, user)
    changes.write(Child.get_by_id(left), user, left_on=TODAY)
    pupil("王一鸣", **home)
    pupil("赵佳慧", birth_date="2009-03-08")
    pupil("陈思琪")
    assert proposed() == {"陈思琪": "刘老师"}


def test_the_kind_of_pairing_comes_along(pupil, helper):
    pupil("张浩宇")
    helper("陈老师", kind="retired_teacher")
    assert proposing.propose()[0].kind == "teacher"


def test_a_kind_asked_for_is_about_children_without_one_of_that_kind(pupil, helper, user):
    child = pupil("张浩宇", study_level="poor")
    pupil("李雨涵")
    teacher = helper("周老师", kind="teacher")
    helper("陈思琪", kind="peer", capacity=1, unit="柳溪小学")
    pairing.pair(child, teacher, "teacher", None, user)
    assert proposed("teacher") == {"李雨涵": "周老师"}
    assert proposed("学习帮手") == {"张浩宇": "陈思琪", "李雨涵": None}
    assert [each.kind for each in proposing.propose("peer")] == ["peer", None]
    assert proposed("temporary_father") == {"张浩宇": None, "李雨涵": None}
    with pytest.raises(Refused):
        proposing.propose("师傅")


@pytest.mark.parametrize(
    ("people", "why"),
    [
        ([], proposing.NOBODY),
        ([{"capacity": 0}], proposing.NO_ROOM),
        ([{"barred": "准入查询未通过"}], proposing.NOT_ALLOWED),
    ],
)
def test_why_nobody_is_left(pupil, helper, people, why):
    pupil("张浩宇")
    for each in people:
        helper(**each)
    (found,) = proposing.propose()
    assert (found.helper_id, found.helper, found.kind, found.why) == (None, None, None, why)


def test_nobody_waits(ledger, user, helper):
    helper()
    assert proposing.propose() == []


def test_a_proposal_writes_nothing_and_is_always_the_same(pupil, helper, user):
    for name in ("张浩宇", "李雨涵", "王一鸣"):
        pupil(name)
    helper("周老师", capacity=1)
    helper("吴老师", capacity=1)
    before = changes.last_action(user)
    assert proposing.propose() == proposing.propose()
    assert changes.last_action(user) == before
    assert Pairing.select().count() == 0


def test_each_proposed_pair_can_be_made(pupil, helper, user):
    for nth, name in enumerate(("张浩宇", "李雨涵", "王一鸣", "赵佳慧", "陈思琪")):
        pupil(name, village_group=f"{'一二三'[nth % 3]}组")
    for nth, name in enumerate(("周老师", "吴老师")):
        helper(name, capacity=2, village_group=f"{'一二'[nth]}组")
    found = proposing.propose()
    assert sum(each.helper is not None for each in found) == 4
    for each in found:
        if each.helper:
            pairing.pair(each.child_id, each.helper_id, each.kind, None, user)
    assert [each.why for each in proposing.propose()] == [proposing.NO_ROOM]


def test_the_number_of_queries_does_not_grow_with_the_children(pupil, helper, monkeypatch):
    asked = []
    execute = database.obj.execute_sql
    monkeypatch.setattr(
        database.obj, "execute_sql", lambda *told, **more: asked.append(told) or execute(*told, **more)
    )
    counts = []
    for row in ("子丑", "寅卯辰巳午未申酉戌亥"):
        for each in row:
            pupil(f"张{each}")
            helper(f"周{each}")
        asked.clear()
        assert len(proposing.propose()) >= len(row)
        counts.append(len(asked))
    assert counts[0] == counts[1] < 20


def test_the_sheet_may_be_open_meanwhile(pupil, helper, user, edit):
    """What is proposed follows what is saved."""
    child = pupil("张浩宇")
    helper("周老师", village_group="二组")
    assert proposing.propose()[0].why == "空2位"
    edit(child, village_group="二组")
    assert child_sheet.load(child)["village_group"] == "二组"
    assert proposing.propose()[0].why == "同在二组，空2位"
