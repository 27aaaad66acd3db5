"""Conditions on described fields: what each test finds, how it is said, what is refused."""

from datetime import date

import pytest

from db import care, changes, conditions, pairing, site
from db.child_fields import ENTRIES
from db.indicators import Case
from db.models import Activity, Attendance, Child, Focus, Helper
from db.values import Refused

TODAY = date(2026, 9, 10)


@pytest.fixture
def case(user):
    return Case(site.term(), TODAY, "")


@pytest.fixture
def found(case):
    """The names of the children that meet conditions."""

    def finding(*given):
        asked = conditions.expression(list(given), case)
        names = case.everyone().select(Child.name).where(asked)
        others = case.everyone().where(~asked).count()
        names = sorted(name for (name,) in names.tuples())
        assert len(names) + others == Child.select().count(), (
            "whoever does not meet them is found by their negation"
        )
        return names

    return finding


@pytest.fixture
def three(enter):
    """张浩宇 of whom much is known, 李雨涵 of whom other things are, 王一鸣 of whom nothing is."""
    return (
        enter(
            "张浩宇", birth_date="2015-03-08", sex="male", health="healthy", aid="dibao medical", boarding=True, hobbies="画画、篮球",
            address="柳溪村一组5号", guardian_relation="62", guardian_name="王桂英", guardian_phone="19900000003",
            guardian_address="柳溪村", father_name="张建国", father_phone="19900000001", guardian_age=66, consent_on=date(2026, 9, 1),
        ),
        enter(
            "李雨涵", birth_date="2014-05", sex="female", health="disabled", aid="none", boarding=False, mother_name="李秀兰",
            guardian_relation="52", guardian_phone="19900000002", father_workplace="深圳某厂", guardian_age=40,
        ),
        enter("王一鸣"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (("health", "is", "healthy"), "张浩宇"), (("health", "is_not", "healthy"), "李雨涵"),
        (("health", "one_of", "healthy disabled"), "张浩宇 李雨涵"), (("health", "filled", None), "张浩宇 李雨涵"),
        (("health", "empty", None), "王一鸣"), (("aid", "contains", "medical"), "张浩宇"), (("aid", "contains", "none"), "李雨涵"),
        (("aid", "lacks", "dibao"), "李雨涵"), (("boarding", "is", True), "张浩宇"), (("boarding", "is", "否"), "李雨涵"),
        (("hobbies", "contains", "篮球"), "张浩宇"), (("address", "is", "柳溪村一组5号"), "张浩宇"), (("address", "is_not", "别处"), "张浩宇"),
        (("birth_date", "before", "2015-03-08"), "李雨涵"), (("birth_date", "before", "2015-03-09"), "张浩宇 李雨涵"),
        (("birth_date", "before", "2014-05-20"), ""), (("birth_date", "before", "2014-06"), "李雨涵"),
        (("birth_date", "after", "2015-03-08"), ""), (("birth_date", "after", "2015-03-07"), "张浩宇"),
        (("birth_date", "after", "2015-03"), ""), (("birth_date", "after", "2014-04"), "张浩宇 李雨涵"),
        (("birth_date", "after", "2014-05-10"), "张浩宇"), (("consent_on", "before", "2026-9-2"), "张浩宇"),
        (("consent_on", "after", TODAY), ""), (("years", "at_least", 11), "张浩宇 李雨涵"), (("years", "at_least", 12), "李雨涵"),
        (("years", "at_most", 11), "张浩宇"), (("years", "is", 12), "李雨涵"), (("guardian_phone", "filled", None), "张浩宇 李雨涵"),
        (("father_phone", "empty", None), "李雨涵 王一鸣"), (("guardian_relation", "is", "52"), "李雨涵"),
        (("guardian_relation", "is_not", "52"), "张浩宇"), (("guardian_address", "contains", "柳溪"), "张浩宇"),
        (("father_workplace", "contains", "深圳"), "李雨涵"), (("guardian_age", "at_least", 60), "张浩宇"),
        (("guardian_age", "at_most", 60), "李雨涵"), (("mother_name", "filled", None), "李雨涵"),
    ],
)  # fmt: skip
def test_each_test_finds_whom_it_says(three, found, given, names):
    assert found(given) == sorted(names.split())


def test_several_hold_together_and_none_holds_for_all(three, found):
    assert found(("sex", "is", "male"), ("years", "at_least", 12)) == []
    assert found(("sex", "is", "female"), ("years", "at_least", 12)) == ["李雨涵"]
    assert found() == ["张浩宇", "李雨涵", "王一鸣"]


def test_tags_pairings_records_and_activities(three, found, user):
    one, two, _ = three
    changes.insert(Focus, user, child=one, tag="hardship", since=TODAY)
    changes.insert(Focus, user, child=two, tag="ill", since=date(2026, 9, 1), until=TODAY)
    helper = changes.insert(Helper, user, name="刘老师", kind="teacher")
    pairing.pair(two, helper.id, "teacher", TODAY, user)
    care.record(user, child_id=one, on_date=TODAY)
    care.record(user, child_id=two, on_date=TODAY, missed="no_answer")
    care.record(user, child_id=two, on_date=date(2026, 8, 31))  # before the term
    games = changes.insert(Activity, user, title="运动会", kind="sports", on_date=TODAY)
    for child, state in ((one, "present"), (two, "absent")):
        changes.insert(Attendance, user, activity=games, child=child, state=state)
    assert found(("focus", "contains", "hardship")) == found(("focus", "filled", None)) == ["张浩宇"]
    assert found(("focus", "lacks", "hardship")) == found(("focus", "empty", None)) == ["李雨涵", "王一鸣"]
    assert (found(("paired", "is", True)), found(("paired", "is", False))) == (
        ["李雨涵"],
        ["张浩宇", "王一鸣"],
    )
    assert (
        found(("record", "contains", "talk")) == ["张浩宇"] and found(("record", "contains", "visit")) == []
    )
    assert found(("record", "lacks", "talk")) == found(("record", "empty", None)) == ["李雨涵", "王一鸣"]
    assert found(("activity", "contains", "sports")) == found(("activity", "filled", None)) == ["张浩宇"]
    assert found(("activity", "lacks", "sports")) == ["李雨涵", "王一鸣"]


def test_every_field_takes_every_test_offered(three, case):
    samples = {
        "flag": "是",
        "day": "2026-9-1",
        "partial": "2015-3",
        "number": 3,
        "text": "柳溪",
        "notes": "柳溪",
    }
    assert {entry.name for entry in ENTRIES} < set(conditions.FIELDS)
    for field in conditions.FIELDS:
        for test, label in conditions.tests_of(field):
            spec = conditions.value_spec(field, test)
            value = (spec and samples.get(spec.kind)) or (spec and next(iter(spec.codes)).code)
            asked = [[field, test, value]]
            assert label in conditions.in_words(asked)
            case.everyone().where(
                conditions.expression(asked, case), ~conditions.not_known(asked, case)
            ).count()


def test_what_is_personal_is_only_asked_whether_it_is_there():
    for field in ("id_number", "phone", "name", "father_id", "guardian_phone", "mother_name"):
        assert [code for code, _ in conditions.tests_of(field)] == ["filled", "empty"], field


def test_in_words():
    assert (
        conditions.in_words([["health", "is", "healthy"], ["address", "filled", None]])
        == "健康状况是健康，且现住址已填"
    )
    assert conditions.in_words([["aid", "contains", "dibao"]]) == "救助帮扶含有享受低保"
    assert conditions.in_words([["health", "one_of", "ill weak"]]) == "健康状况是其中之一：一般或较弱、患病"
    assert (
        conditions.in_words([["boarding", "is", False], ["years", "at_least", 14]])
        == "是否寄宿：否，且周岁不少于14"
    )
    assert conditions.in_words([]) == ""


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (["moon", "is", "full"], "“moon”不是台账里的项目"), ([None, "is", "full"], "不是台账里的项目"), (["health", "before", "2015"], "健康状况”不能用“before”"),
        (["health", "is", "很好"], "很好"), (["health", "is", None], "还没写"), (["address", "contains", " "], "还没写"),
        (["years", "at_least", 60], "周岁最多"), (["years", "filled", None], "不能用"), (["consent_on", "before", "昨天吧"], "昨天吧"),
        (["health"], "请重新选"), ("health", "请重新选"), (["birth_date", "after", "2015-13"], "2015-13"),
        (["address", "is", "长" * 101], "最多100字"), (["id_number", "is", "3405"], "不能用"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_cure(given, why):
    with pytest.raises(Refused, match=why):
        conditions.checked([given])


@pytest.mark.parametrize("text", ["路东，且路西", "路东,且路西"])
def test_what_stands_between_conditions_cannot_stand_in_one(text):
    with pytest.raises(Refused, match="请换一种写法"):
        conditions.checked([["address", "contains", text]])


def test_too_many_are_refused():
    with pytest.raises(Refused, match="最多12条"):
        conditions.checked([["health", "filled", None]] * 13)


@pytest.mark.parametrize("text", ["", "nonsense", "{}", "3", '[["health"]]', '[["moon","is","full"]]'])
def test_stored_ones_that_cannot_be_read_are_refused(text):
    with pytest.raises(Refused, match="请"):
        conditions.parsed(text)


def test_values_are_stored_as_their_field_reads_them():
    given = [
        ["consent_on", "before", "2026年9月2日"],
        ["health", "is", "残障"],
        ["boarding", "is", "住校"],
        ["guardian_age", "at_least", "60岁"],
    ]
    assert conditions.checked(given) == [
        ["consent_on", "before", "2026-09-02"], ["health", "is", "disabled"], ["boarding", "is", True], ["guardian_age", "at_least", 60],
    ]  # fmt: skip
    assert conditions.checked(conditions.checked(given)) == conditions.checked(given)
