"""Two children on file made one, and taken apart again by one undo."""

from datetime import date

import pytest

from db import (
    activities,
    care,
    changes,
    child_sheet,
    children,
    demo,
    helpers,
    lookalikes,
    merging,
    pairing,
    pick_up,
    roll,
    site,
    store,
)
from db.models import (
    TABLES,
    Adult,
    Apart,
    Attendance,
    CareRecord,
    Change,
    Child,
    Doubt,
    Effort,
    Focus,
    Helper,
    Kinship,
    Pairing,
    Presence,
    Row,
    Survey,
    Term,
)
from db.sheet import NotFound
from db.values import Refused
from tests.db.relations import FATHER, father_of, guardians

DAY = date(2026, 9, 10)


def ledger_now() -> dict:
    """Every live row of every table, without the versions that undoing raises."""
    found = {}
    for model in TABLES:
        if not issubclass(model, Row) or model is Presence:
            continue
        rows = model.live().order_by(model.id).dicts()
        found[model.__name__] = [
            {name: value for name, value in row.items() if name != "version"} for row in rows
        ]
    return found


def asked(keep, other) -> dict:
    return {each.name: (each.kept, each.theirs) for each in merging.differences(keep, other) if each.asked}


def fills(keep, other) -> dict:
    return {each.name: each.theirs for each in merging.differences(keep, other) if not each.asked}


# ---- what differs --------------------------------------------------------------------------------


def test_what_both_say_is_asked_and_what_one_says_is_not(enter):
    keep = enter("张浩宇", birth_date="2015-03-08", village_group="一组")
    other = enter("张皓宇", birth_date="2015-03-08", sex="male", **FATHER)
    assert asked(keep, other) == {"name": ("张浩宇", "张皓宇")}
    assert fills(keep, other) == {"sex": "male"} | FATHER
    (first, *_) = merging.differences(keep, other)
    assert (first.label, first.section) == ("姓名", "基本情况")


def test_the_same_for_a_sheet_being_typed(enter):
    other = enter("张皓宇", sex="male", **FATHER)
    found = merging.differences_typed({"name": "张浩宇", "birth_date": "2015-03-08"}, other)
    assert {each.name: each.asked for each in found} == {
        "name": True, "birth_date": False,
    }  # fmt: skip
    assert (found[0].kept, found[0].theirs) == ("张皓宇", "张浩宇")


def test_what_only_one_of_two_fathers_has_is_not_given_to_the_other(enter):
    other = enter("张浩宇", father_name="张强")
    found = merging.differences_typed(
        {"name": "张浩宇", "father_name": "张刚", "father_phone": "19900001234"}, other
    )
    assert {each.name: each.goes_with for each in found} == {"father_name": "", "father_phone": "father_name"}


def test_what_hangs_on_an_answer_is_chosen_with_it(enter):
    keep = enter("张浩宇", schooling="primary", school="柳溪小学", grade="p5")
    other = enter("张浩宇", schooling="junior", school="青石中学")
    found = {each.name: each for each in merging.differences(keep, other)}
    assert {name: each.goes_with for name, each in found.items()} == {
        "schooling": "", "school": "schooling", "grade": "schooling",
    }  # fmt: skip
    assert found["grade"].theirs is None


def test_guardians_that_differ_are_chosen_whole(enter, user):
    values = {"guardian_relation": "62", "guardian_name": "王桂英", "guardian_phone": "19900000003"}
    keep = enter("张浩宇", **values)
    other = enter("张浩宇", guardian_relation="61", guardian_name="张德福", guardian_health="healthy")
    assert {each.name for each in merging.differences(keep, other) if each.goes_with == "guardian_relation"} == {
        "guardian_name", "guardian_phone", "guardian_health",
    }  # fmt: skip
    merging.merge(keep, other, {"guardian_relation": True}, user)
    after = child_sheet.load(keep)
    assert (after["guardian_name"], after["guardian_phone"], after["guardian_health"]) == (
        "张德福",
        None,
        "healthy",
    )
    kin = {each.adult.name: each.guardian for each in children.family_of([keep])[keep]}
    assert kin == {"王桂英": False, "张德福": True}, "a grandmother is family whoever looks after the child"


def test_a_guardian_not_chosen_stays_family_only_if_a_grandparent(enter, user):
    keep = enter("张浩宇", guardian_relation="62", guardian_name="王桂英")
    neighbour = enter("张浩宇", guardian_relation="99", guardian_name="孙大海")
    merging.merge(keep, neighbour, {}, user)
    grandfather = enter("张浩宇", guardian_relation="61", guardian_name="张德福")
    merging.merge(keep, grandfather, {}, user)
    assert [each.adult.name for each in children.family_of([keep])[keep]] == ["王桂英", "张德福"]
    assert guardians(keep) == [("62", "王桂英")]
    assert Adult.live().where(Adult.name == "孙大海").count() == 0


def test_nobody_guards_against_a_guardian(enter, user):
    keep, other = (
        enter("张浩宇", no_guardian=True),
        enter("张浩宇", guardian_relation="62", guardian_name="王桂英"),
    )
    assert asked(keep, other)["no_guardian"] == (True, None)
    merging.merge(keep, other, {"guardian_relation": True}, user)
    assert guardians(keep) == [("62", "王桂英")] and child_sheet.load(keep)["no_guardian"] is None


# ---- merging -------------------------------------------------------------------------------------


def test_gaps_are_filled_and_choices_taken(enter, user, number):
    keep = enter("张浩宇", birth_date="2015-03-08", address="柳溪村一组55号", **FATHER)
    other = enter("张皓宇", birth_date="2015-03-09", id_number=number(), sex="male", mother_name="李秀兰",
                  address="柳溪村一组56号", health="healthy")  # fmt: skip
    done = merging.merge(keep, other, {"name": True, "birth_date": False}, user)
    assert done == (keep, "张皓宇", 1, 4, {"待核": 1}), "the day of birth was not the ID number's"
    after = child_sheet.load(keep)
    assert (
        after["name"] == "张皓宇" and after["birth_date"] == "2015-03-08" and after["id_number"] == number()
    )
    assert (after["father_name"], after["mother_name"], after["health"]) == ("张三", "李秀兰", "healthy")
    assert after["address"] == "柳溪村一组55号", "what was not chosen stays"
    assert [line.id for line in children.page(0, 9)] == [keep]
    with pytest.raises(NotFound):
        merging.merge(keep, other, {}, user)


def test_a_parent_shared_with_a_sibling_comes_over_as_the_same_person(enter, user):
    sibling, other, keep = enter("张雨涵", **FATHER), enter("张浩宇", **FATHER), enter("张浩宇")
    assert father_of(sibling) == father_of(other)
    merging.merge(keep, other, {}, user)
    assert father_of(keep) == father_of(sibling)


def test_a_father_on_file_twice_becomes_the_one_a_sibling_shares(enter, user, number):
    sibling, other = enter("张雨涵", **FATHER), enter("张浩宇", **FATHER)
    keep = enter("张浩宇", father_name="张三", father_id=number("19800101"))
    before = ledger_now()
    merging.merge(keep, other, {}, user)
    assert father_of(keep) == father_of(sibling) and Adult.live().count() == 1
    assert father_of(sibling).id_number == number("19800101")
    changes.undo(changes.last_action(user).action, user)
    assert ledger_now() == before


def test_a_father_on_file_twice_with_two_phones_is_asked_about(enter, user):
    sibling, other = enter("张雨涵", **FATHER), enter("张浩宇", **FATHER)
    keep = enter("张浩宇", father_name="张三", father_phone="19900000002")
    assert asked(keep, other) == {"father_phone": ("19900000002", "19900000001")}
    merging.merge(keep, other, {}, user)
    assert father_of(keep).phone == "19900000002" and father_of(sibling).phone == "19900000001"


def test_a_father_who_guards_is_the_kept_childs_own_father(enter, user):
    keep = enter("张浩宇", **FATHER)
    other = enter("张浩宇", father_name="张山", guardian_relation="51")
    merging.merge(keep, other, {}, user)
    assert guardians(keep) == [("51", "张三")]
    assert Adult.live().count() == 1


def test_a_number_of_another_name_comes_only_with_that_name(enter, user, number):
    theirs = {"father_name": "张山", "father_id": number("19800101")}
    sibling = enter("张雨涵", **theirs)
    keep, other = enter("张浩宇", **FATHER), enter("张浩宇", **theirs)
    merging.merge(keep, other, {}, user)
    assert child_sheet.load(keep)["father_id"] is None
    changes.undo(changes.last_action(user).action, user)
    merging.merge(keep, other, {"father_name": True}, user)
    assert father_of(keep) == father_of(sibling)


def test_what_cannot_apply_beside_the_rest_does_not_come_over(enter, user):
    keep = enter("张浩宇", health="healthy")
    other = enter("张浩宇", disability="肢体三级", health="healthy")
    merging.merge(keep, other, {}, user)
    assert child_sheet.load(keep)["disability"] is None


def test_surveys_of_other_terms_come_over(enter, user):
    keep, other = enter("张浩宇"), enter("张浩宇")
    spring = changes.insert(Term, user, code="2026春", starts=date(2026, 2, 15), ends=date(2026, 7, 10))
    autumn = changes.insert(Term, user, code="2025秋", starts=date(2025, 9, 1), ends=date(2026, 1, 31))
    changes.insert(Survey, user, child=other, term=spring, school="柳溪小学")
    changes.insert(Survey, user, child=keep, term=autumn, school="青石小学")
    changes.insert(Survey, user, child=other, term=autumn, school="柳溪小学", health="healthy")
    merging.merge(keep, other, {}, user)
    found = {each.term.code: each for each in Survey.live().where(Survey.child == keep)}
    assert found["2026春"].school == "柳溪小学"
    assert (found["2025秋"].school, found["2025秋"].health) == ("青石小学", "healthy")
    assert Survey.live().where(Survey.child == other).count() == 0


def test_records_double_only_where_every_field_agrees(enter, user):
    keep, other = enter("张浩宇"), enter("张浩宇")
    call = {"kind": "phone_call", "on_date": DAY, "by_name": "刘老师"}
    for child in (keep, other):
        care.record(user, child_id=child, **call, with_whom="父亲", minutes=15)
    care.record(user, child_id=other, **call, with_whom="母亲", minutes=5)
    care.record(user, child_id=other, **call, missed="no_answer")
    assert merging.merge(keep, other, {}, user).moved == {"关爱记录": 2}
    kept = sorted((line.with_whom or "", line.minutes or 0) for line in care.records(child_id=keep))
    assert kept == [("", 0), ("母亲", 5), ("父亲", 15)]


def test_a_promise_seen_to_in_the_double_is_seen_to(enter, user):
    keep, other = enter("张浩宇"), enter("张浩宇")
    promised = {"on_date": DAY, "follow_up": "约视频", "follow_up_on": DAY}
    care.record(user, child_id=keep, **promised)
    care.follow_up_done(care.record(user, child_id=other, **promised), DAY, user)
    merging.merge(keep, other, {}, user)
    assert care.promises(keep) == [] and len(care.records(child_id=keep)) == 1


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_marks_at_one_open_day_the_child_came_and_was_picked_up(enter, user, turned):
    pair = enter("张浩宇"), enter("张浩宇")
    keep, other = reversed(pair) if turned else pair
    act = activities.save(None, {"title": "开放日", "kind": "open_day", "on_date": DAY}, {}, user).id
    roll.mark(act, pair[0], "absent", user)
    roll.mark(act, pair[1], "late", user)
    pick_up.pick_up(act, pair[1], "自己", None, "23:59", True, user)
    merging.merge(keep, other, {}, user)
    (line,) = [each for each in roll.of(act) if each.child_id == keep]
    assert (line.state, line.left_at, line.picked_by, line.note) == (
        "late",
        "23:59",
        "自己",
        pick_up.ESCORTED,
    )
    changes.undo(changes.last_action(user).action, user)
    assert {each.state for each in roll.of(act)} >= {"absent", "late"}


def test_what_hangs_on_the_other_moves_unless_it_doubles(enter, user):
    keep, other = enter("张浩宇", focus="ill"), enter("张浩宇", focus="ill hardship")
    staff = helpers.save(None, helpers.load(None) | {"name": "刘老师", "kind": "teacher"}, {}, user).id
    for child in (keep, other):
        pairing.pair(child, staff, "teacher", DAY, user)
        care.record(user, child_id=child, on_date=DAY, by_name="刘老师", content="聊了聊近况")
    care.record(user, child_id=other, on_date=DAY, by_name="刘老师", content="又聊了一次")
    for title in ("励志专题片", "拔河"):
        act = activities.save(None, {"title": title, "kind": "film", "on_date": DAY}, {}, user).id
        roll.mark(act, other, "present", user)
        if title == "拔河":
            roll.mark(act, keep, "absent", user)
    peer = changes.insert(Helper, user, name="张浩宇", kind="peer", child=other)
    changes.insert(Doubt, user, child=other, rule="age", about="3 p5", field="grade", said="3岁读五年级")
    changes.insert(
        Effort, user, child=other, term=site.term(), fresh=True, keys=90, seconds=60, corrections=2
    )
    third = enter("张浩然")
    for pair in ((keep, other), (other, third), (keep, third)):
        lookalikes.set_apart(*pair, user)
    assert merging.belongings(other) == {
        "摸底": 1, "重点标签": 2, "结对": 1, "关爱记录": 2, "活动出席": 2, "待核": 1, "帮扶人身份": 1,
    }  # fmt: skip
    before = ledger_now()

    done = merging.merge(keep, other, {}, user)
    assert done.moved == {"重点标签": 1, "关爱记录": 1, "活动出席": 1, "待核": 1, "帮扶人身份": 1}
    assert set(child_sheet.load(keep)["focus"].split()) == {"ill", "hardship"}
    for model in (Survey, Focus, Pairing, CareRecord, Attendance, Doubt, Effort, Kinship):
        assert model.live().where(model.child == other).count() == 0, model
    assert Pairing.live().where(Pairing.child == keep).count() == 1
    assert [each.state for each in Attendance.live()] == [
        "present",
        "present",
    ]  # who was there at once was not away
    assert Helper.get_by_id(peer.id).child_id == keep
    assert [{each.one_id, each.other_id} for each in Apart.live()] == [{keep, third}]

    changes.undo(changes.last_action(user).action, user)
    assert ledger_now() == before


def test_pairings_with_one_helper_at_different_times_are_two(enter, user):
    keep, other = enter("张浩宇"), enter("张浩宇")
    staff = helpers.save(None, helpers.load(None) | {"name": "刘老师", "kind": "teacher"}, {}, user).id
    changes.insert(
        Pairing,
        user,
        child=other,
        helper=staff,
        kind="teacher",
        since=date(2025, 9, 1),
        until=date(2026, 7, 1),
    )
    changes.insert(Pairing, user, child=keep, helper=staff, kind="teacher", since=DAY)
    assert merging.merge(keep, other, {}, user).moved == {"结对": 1}
    assert Pairing.live().where(Pairing.child == keep).count() == 2


def test_a_child_is_not_merged_with_itself(enter, user):
    keep = enter("张浩宇")
    with pytest.raises(Refused, match="同一份"):
        merging.merge(keep, keep, {}, user)


def test_a_merge_that_is_refused_changes_nothing(enter, user, number):
    enter("李四海", father_name="王建", father_id=number("19800101"))
    keep = enter("张浩宇", father_name="张三", father_id=number("19810101"))
    other = enter("张浩宇", father_name="王建", father_id=number("19800101"))
    before, changed = ledger_now(), Change.select().count()
    with pytest.raises(Refused, match="已登记为"):
        merging.merge(keep, other, {"father_id": True}, user)
    assert (ledger_now(), Change.select().count()) == (before, changed)


@pytest.mark.parametrize("taking", [True, False])
def test_one_undo_brings_a_whole_village_back(tmp_path, monkeypatch, taking):
    """Ten pairs of children of the made-up village are merged one into the next, then taken apart again."""
    monkeypatch.setenv("GUANAI_TODAY", "2026-11-24")
    store.open_ledger(tmp_path / "village")
    try:
        keeper = demo.fill(None)
        ids = [child.id for child in Child.live(Child.id).order_by(Child.id)][:20]
        for keep, other in zip(ids[::2], ids[1::2], strict=True):
            before = ledger_now()
            chosen = {each.name: taking for each in merging.differences(keep, other)}
            done = merging.merge(keep, other, chosen, keeper)
            assert done.chosen > 0 if taking else done.chosen == 0
            assert ledger_now() != before
            want = child_sheet.load(keep)
            assert want["name"] == done.name
            changes.undo(changes.last_action(keeper).action, keeper)
            assert ledger_now() == before
    finally:
        store.close()


@pytest.mark.parametrize("kinds", [("teacher", "teacher"), ("teacher", "love_mother")])
def test_two_who_have_a_teacher_each_are_merged_once_one_has_ended(enter, user, kinds):
    """A child has one teacher; whatever else its two records' helpers are, they may stay."""
    keep, other = enter("张浩宇"), enter("张浩宇")
    found = []
    for child, name, kind in zip((keep, other), ("刘老师", "吴老师"), kinds, strict=True):
        staff = helpers.save(None, helpers.load(None) | {"name": name, "kind": "teacher"}, {}, user).id
        found.append(pairing.pair(child, staff, kind, DAY, user))
    if kinds[0] == kinds[1]:
        before = ledger_now()
        with pytest.raises(Refused, match="还不能合并：张浩宇已有帮扶教师刘老师"):
            merging.merge(keep, other, {}, user)
        assert ledger_now() == before
        pairing.close_pairing(found[1], DAY, "mistake", None, user)
    merging.merge(keep, other, {}, user)
    assert len(pairing.pairings(keep, live=False)) == 2


def test_a_child_does_not_come_to_help_itself_by_a_merge(enter, user):
    keep, other = enter("张浩宇"), enter("张浩宇")
    pairing.pair(keep, helpers.peer(other, user), "peer", DAY, user)
    with pytest.raises(Refused, match="不能与自己结对"):
        merging.merge(keep, other, {}, user)
