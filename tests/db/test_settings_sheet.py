"""The facts of the ledger as its users set them, and who a user is among the helpers."""

from datetime import date

import pytest

from db import changes, child_sheet, duties, helpers, incidents, settings, settings_sheet, site
from db.indicators import INDICATORS
from db.models import Survey
from db.sheet import Conflict, NotFound
from db.values import Refused


def put(user, key, **values):
    base = settings_sheet.load(key)
    settings_sheet.save(key, base | (values or {}), base, user)


def one(user, key, value):
    base = settings_sheet.load(key)
    settings_sheet.save(key, {key: value}, base, user)


def test_every_setting_says_its_value_in_words(user):
    said = {label: settings_sheet.in_words(key) for key, label in settings_sheet.LABELS.items()}
    goals = {
        f"目标：{each.name}": "不设目标" for code, each in INDICATORS.items() if code not in settings.goals()
    }
    assert len(goals) == 15
    assert said == goals | {
        "家教培训": "12个月",
        "节奏": "1个：谈心", "认定口径": "国发〔2016〕13号：父母双方外出，或一方外出另一方无监护能力，不满16周岁",
        "帮扶人上限": "2名儿童", "只结一位": "帮扶教师、学习帮手", "失联提醒": "45天", "档案保存": "3年", "目标：建档率": "100%",
        "目标：入学率": "100%", "目标：结对率": "100%", "目标：谈心及时率": "100%",
        "求助电话": "报警 110、儿童保护热线 12345、青少年服务 12355、急救 120",
    }  # fmt: skip


def test_every_goal_of_the_ledger_can_be_set():
    goals = {key for key in settings.DEFAULTS if key.startswith("goal.")}
    assert goals == {f"goal.{code}" for code in INDICATORS} and goals <= set(settings_sheet.LABELS)
    pursued = {key: value for key, value in settings.DEFAULTS.items() if key in goals and value is not None}
    assert pursued == dict.fromkeys(("goal.filed", "goal.enrolled", "goal.paired", "goal.talk_on_time"), 100)


@pytest.mark.parametrize(
    ("key", "value", "stored", "words"),
    [
        ("pairing.capacity", 3, 3, "3名儿童"), ("pairing.lapse_days", "30", 30, "30天"),
        ("pairing.one_of", "teacher", ["teacher"], "帮扶教师"), ("pairing.one_of", None, [], "都不限"),
        ("goal.filed", 95, 95, "95%"), ("goal.filed", None, None, "不设目标"), ("goal.retained", 98, 98, "98%"),
        ("goal.no_hukou", 0, 0, "不高于0%"), ("parenting.months", 6, 6, "6个月"),
    ],
)  # fmt: skip
def test_a_setting_is_set_and_taken_back(user, key, value, stored, words):
    before = settings.get(key)
    one(user, key, value)
    assert settings.get(key) == stored and settings_sheet.in_words(key) == words
    assert changes.last_action(user).label == f"设置{settings_sheet.LABELS[key]}"
    changes.undo(changes.last_action(user).action, user)
    assert settings.get(key) == before


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("pairing.capacity", 0), ("pairing.capacity", None), ("pairing.capacity", "很多"), ("pairing.capacity", 51),
        ("pairing.lapse_days", 0), ("goal.filed", 101), ("goal.no_hukou", -1), ("parenting.months", 0), ("criterion", None), ("criterion", "别的"), ("pairing.one_of", "朋友"),
    ],
)  # fmt: skip
def test_what_a_setting_cannot_be_is_refused(user, key, value):
    before = settings.get(key)
    with pytest.raises(Refused):
        one(user, key, value)
    assert settings.get(key) == before


def test_what_was_set_and_taken_back_is_set_again(user):
    for value in (3, 4):
        one(user, "pairing.capacity", value)
        assert settings.get("pairing.capacity") == value
        changes.undo(changes.last_action(user).action, user)
        assert settings.get("pairing.capacity") == 2


def test_two_who_set_one_thing_are_told(user):
    base = settings_sheet.load("pairing.capacity")
    settings_sheet.save("pairing.capacity", {"pairing.capacity": 3}, base, user)
    with pytest.raises(Conflict):
        settings_sheet.save("pairing.capacity", {"pairing.capacity": 4}, base, user)
    assert settings.get("pairing.capacity") == 3


def test_the_criterion_reaches_every_child_and_undo_takes_that_back_too(user, enter):
    child = enter("张浩宇", father_whereabouts="away", mother_whereabouts="home", mother_able=True)

    def counts():
        return Survey.get(Survey.child == child).left_behind

    assert counts() is False

    def owed_to():
        return duties.of_child(child, date(2026, 10, 20))

    assert not owed_to()
    one(user, "criterion", "one_parent")
    assert counts() is True and len(owed_to()) == 1
    changes.undo(changes.last_action(user).action, user)
    assert settings.get("criterion") == "state2016" and counts() is False and not owed_to()
    assert child_sheet.load(child)["name"] == "张浩宇"


def test_the_numbers_to_call_are_set_line_by_line(user):
    put(user, "report.numbers", name2="镇派出所", phone2="0555-1234567", name3=None, phone3=None)
    assert settings.get("report.numbers") == [["报警", "110"], ["镇派出所", "0555-1234567"], ["急救", "120"]]
    assert incidents.numbers()[1] == ("镇派出所", "0555-1234567")
    for bad in ({"phone1": None}, {"name1": None}, {"phone1": "打一一零"}, {"phone1": "1"},
                dict.fromkeys(("name1", "phone1", "name2", "phone2", "name3", "phone3"))):  # fmt: skip
        with pytest.raises(Refused):
            put(user, "report.numbers", **bad)
    put(user, "report.numbers", name1=None, phone1=None)
    assert incidents.numbers()[0] == ("报警", "110"), "the police are called whatever is set"


# ---- who I am -----------------------------------------------------------------------------------


def helper(user, name="王晓", phone=None):
    return helpers.save(
        None, helpers.load(None) | {"name": name, "kind": "graduate", "phone": phone}, {}, user
    ).id


def test_a_user_is_the_only_helper_of_their_name(user):
    assert site.me(user) is None and site.me(None) is None
    key = helper(user)
    assert site.me(user) == key
    helper(user, phone="19900000009")
    assert site.me(user) is None, "of two it is not guessed"


def test_a_user_says_who_they_are_or_that_they_are_nobody(user):
    key, other = helper(user), helper(user, "刘老师")
    site.set_me(user, other)
    assert site.me(user) == other
    site.set_me(user, None)
    assert site.me(user) is None, "though there is a helper of the name"
    changes.undo(changes.last_action(user).action, user)
    assert site.me(user) == other
    helpers.remove(other, user)
    assert site.me(user) is None
    with pytest.raises(NotFound):
        site.set_me(user, other)
    site.set_me(user, key)
    assert site.me(user) == key
