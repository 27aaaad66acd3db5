"""What each rate counts, whom it leaves out, and how it is said."""

from datetime import date

import pytest

from db import care, changes, child_sheet, children, duties, pairing, site, targets
from db.child_sheet import ENTRIES
from db.models import Child, Helper, Survey, Term
from db.values import Refused

TODAY = date(2026, 9, 10)
AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}
WHOLE = AWAY | {
    "sex": "male", "birth_date": "2015-03-08", "registered": False, "village_group": "一组", "address": "柳溪村一组55号",
    "schooling": "primary", "school": "柳溪小学", "grade": "p5", "health": "healthy", "father_name": "张建国",
    "mother_name": "李秀兰", "guardian_name": "王桂英", "guardian_relation": "62", "guardian_phone": "19900000001",
}  # fmt: skip


def target(code, *args, **options):
    return next(each for each in targets.targets(*args, **options) if each.code == code)


FOUR = ("filed", "enrolled", "paired", "talk_on_time")  # those pursued until somebody sets other goals


def counts(code, *args, **options):
    found = target(code, *args, **options)
    return found.numerator, found.denominator


def missing(code):
    return [(each.name, each.field, each.why) for each in target(code).missing]


def test_an_empty_ledger_has_no_rates(user):
    for each in targets.targets():
        assert (each.numerator, each.denominator, each.rate, each.met, each.missing) == (0, 0, None, None, [])
        assert each.goal == (100 if each.code in FOUR else None)


def test_those_pursued_come_first_then_the_rest_in_the_order_of_the_field(user):
    found = targets.targets()
    assert [(each.code, each.name) for each in found[:4]] == [
        ("filed", "建档率"), ("enrolled", "入学率"), ("paired", "结对率"), ("talk_on_time", "谈心及时率"),
    ]  # fmt: skip
    assert [each.in_force for each in found] == [True] * 4 + [False] * 15
    assert [each.code for each in found[4:]] == [code for code in targets.INDICATORS if code not in FOUR]
    site.put("goal.filed", None, user)
    site.put("goal.retained", 100, user)
    assert [each.code for each in targets.targets() if each.in_force] == [
        "enrolled", "retained", "paired", "talk_on_time",
    ]  # fmt: skip
    pursued = ["enrolled", "retained", "paired", "talk_on_time"]
    assert [each.code for each in targets.rates(TODAY)] == pursued
    assert [each.code for each in targets.rates(TODAY, besides=["filed"])] == ["filed", *pursued]


# ---- who counts


def test_who_is_in_no_rate(enter, user):
    enter("张浩宇", **WHOLE)
    enter(
        "王一鸣",
        birth_date="2015-03-08",
        father_whereabouts="home",
        father_able=True,
        mother_whereabouts="away",
    )
    enter("赵佳慧", **WHOLE | {"birth_date": "2010-09-10"})  # sixteen today
    enter("陈思琪", birth_date="2015-03-08")  # nothing known of the parents
    gone = enter("李雨涵", **WHOLE)
    children.remove(gone, user)
    changes.insert(Child, user, name="周子墨", birth_date="2015-03-08")  # not surveyed this term
    assert [each.denominator for each in targets.rates(TODAY)] == [1, 1, 1, 1]


def test_the_day_before_the_sixteenth_birthday_counts(enter):
    enter("赵佳慧", **WHOLE | {"birth_date": "2010-09-11"})
    assert counts("filed") == (1, 1)
    assert counts("filed", on=date(2026, 9, 11)) == (0, 0)


def test_a_birth_month_counts_until_the_month_is_over(enter):
    enter("赵佳慧", **WHOLE | {"birth_date": "2010-09"})
    assert counts("filed", on=date(2026, 9, 30)) == (1, 1)
    assert counts("filed", on=date(2026, 10, 1)) == (0, 0)


def test_another_criterion_counts_others(enter, user):
    enter("王一鸣", **WHOLE | {"father_whereabouts": "home", "father_able": True})
    assert counts("paired") == (0, 0)
    site.put("criterion", "one_parent", user)
    assert counts("paired") == (0, 1)
    assert "学籍口径" in target("paired").definition


# ---- 建档率


def test_a_whole_dossier_is_filed(enter):
    enter("张浩宇", **WHOLE)
    assert (counts("filed"), target("filed").rate, target("filed").met) == ((1, 1), 100.0, True)


def test_the_first_gap_is_the_field_to_open(enter):
    enter("张浩宇", **WHOLE)
    enter("李雨涵", **WHOLE | {"health": None, "guardian_phone": None})
    assert counts("filed") == (1, 2)
    assert missing("filed") == [("李雨涵", "health", "缺健康状况、监护人电话")]
    assert target("filed").missing[0].masked == "李*"
    assert target("filed").rate == 50.0
    assert target("filed").met is False


def test_every_field_named_is_one_of_the_sheet(enter):
    enter("李雨涵", **AWAY)
    enter("张浩宇", schooling="dropped_out", **AWAY)
    names = {entry.name for entry in ENTRIES}
    fields = {each.field for found in targets.targets() for each in found.missing} - {None}
    assert fields and fields <= names


# ---- 入学率


@pytest.mark.parametrize(
    ("born", "schooling", "expected"),
    [
        ("2020-08-31", "primary", (1, 1)),  # six on the last day that counts
        ("2020-09-01", "primary", (0, 0)),
        ("2020-08", "primary", (1, 1)),
        ("2020-09", "primary", (0, 0)),
        ("2012-01-01", "junior", (1, 1)),
        ("2011-01-01", "senior", (1, 1)),  # a higher level counts
        ("2011-01-01", "vocational", (1, 1)),
        ("2015-03-08", "suspended", (0, 0)),  # in neither
        ("2015-03-08", "dropped_out", (0, 1)),
        ("2015-03-08", "not_in_school", (0, 1)),
        ("2015-03-08", "kindergarten", (0, 1)),
        ("2015-03-08", "none_yet", (0, 1)),
        ("2015-03-08", None, (0, 1)),
        (None, "primary", (0, 0)),  # nobody knows whether of school age
    ],
)
def test_enrolled(enter, born, schooling, expected):
    enter("张浩宇", birth_date=born, schooling=schooling, **AWAY)
    assert counts("enrolled") == expected


def test_who_is_not_in_school_and_why(enter):
    enter("张浩宇", birth_date="2015-03-08", village_group="一组", **AWAY)
    enter("李雨涵", birth_date="2013-03-08", village_group="二组", schooling="dropped_out", **AWAY)
    assert missing("enrolled") == [("张浩宇", "schooling", "未采集"), ("李雨涵", "schooling", "辍学")]


def test_in_spring_the_school_year_began_the_autumn_before(enter, user, monkeypatch):
    monkeypatch.setenv("GUANAI_TODAY", "2027-03-01")
    site.set_up(site_name="柳溪村", term_code="2027春", by=user)
    enter("张浩宇", birth_date="2020-08-31", schooling="primary", **AWAY)
    enter("李雨涵", birth_date="2020-09-01", schooling="primary", **AWAY)
    assert counts("enrolled") == (1, 1)
    assert "2026年8月31日满6周岁" in target("enrolled").definition


# ---- 结对率


def test_a_child_with_two_live_pairings_counts_once(enter, user):
    child, _other = enter("张浩宇", **AWAY), enter("李雨涵", **AWAY)
    for name, kind in (("刘老师", "teacher"), ("王妈妈", "love_mother")):
        helper = changes.insert(Helper, user, name=name, kind=kind)
        pairing.pair(child, helper.id, kind, date(2026, 9, 1), user)
    assert counts("paired") == (1, 2)
    assert missing("paired") == [("李雨涵", None, "没有结对")]
    for line in pairing.pairings():
        pairing.close_pairing(line.id, TODAY, "done", None, user)
    assert counts("paired") == (0, 2)
    assert counts("paired", on=date(2026, 9, 9)) == (1, 2)


# ---- 谈心及时率


def test_talks_on_time(enter, user):
    late, talked = enter("张浩宇", **AWAY), enter("李雨涵", **AWAY)
    assert counts("talk_on_time", on=date(2026, 10, 1)) == (2, 2)
    assert counts("talk_on_time", on=date(2026, 10, 2)) == (0, 2)
    care.record(user, child_id=talked, on_date=TODAY)
    care.record(user, child_id=talked, on_date=date(2026, 9, 8))
    found = target("talk_on_time", on=date(2026, 10, 10))
    assert (found.numerator, found.denominator) == (1, 2)
    assert [(each.id, each.field, each.why) for each in found.missing] == [(late, None, "谈心已逾期")]
    assert counts("talk_on_time", on=date(2026, 10, 11)) == (0, 2)


@pytest.mark.parametrize("months", [1, 3])
def test_the_rate_and_the_list_of_duties_agree(enter, user, months):
    site.put(
        "rhythms",
        [
            {
                "code": "talk",
                "name": "谈心",
                "kind": "talk",
                "span": months,
                "count": "interval",
                "holidays": True,
            }
        ],
        user,
    )
    for index, day in enumerate((1, 4, 9, 10)):
        child = enter("张王李赵"[index] + "小明", **AWAY)
        care.record(user, child_id=child, on_date=date(2026, 9, day))
    enter("周小明", **AWAY)
    for on in (
        date(2026, 9, 30),
        *(date(2026, month, day) for month in (10, 12) for day in (1, 2, 5, 10, 11)),
    ):
        overdue = {duty.child_id for duty in duties.page(on, days=0) if duty.days_over > 0}
        assert {each.id for each in target("talk_on_time", on=on).missing} == overdue, on


# ---- terms and days


def test_another_term_is_counted_by_its_own_survey_and_last_day(enter, user):
    enter("张浩宇", **WHOLE)
    spring = changes.insert(Term, user, code="2026春", starts=date(2026, 2, 15), ends=date(2026, 7, 10))
    old = changes.insert(Child, user, name="李雨涵", birth_date="2010-08-01")  # sixteen since, not then
    changes.insert(Survey, user, child=old, term=spring, schooling="junior", **AWAY)
    found = target("enrolled", "2026春")
    assert (found.numerator, found.denominator) == (1, 1)
    assert "截至2026年7月10日，2026春学期" in found.definition
    assert counts("enrolled", "2026秋") == (1, 1)


def test_a_term_nobody_surveyed_is_empty_and_not_written(user):
    assert {each.rate for each in targets.targets("2031秋")} == {None}
    assert Term.select().count() == 1
    with pytest.raises(Refused, match="2026秋"):
        targets.targets("去年")


# ---- how it is said


def test_definitions_are_sentences_with_criterion_and_date(user):
    for each in targets.targets():
        assert each.definition.startswith(f"{each.name}指截至2026年9月10日，2026秋学期")
        assert ("国发〔2016〕13号：父母双方外出" in each.definition) == (each.code != "retained")
        assert each.definition.endswith("。")
    assert "距上次不超过1个月" in target("talk_on_time").definition
    site.put(
        "rhythms",
        [{"code": "talk", "name": "谈心", "kind": "talk", "span": 3, "count": "interval", "holidays": True}],
        user,
    )
    assert "距上次不超过3个月" in target("talk_on_time").definition


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (0, 0, None),
        (0, 7, 0.0),
        (7, 7, 100.0),
        (1, 3, 33.3),
        (2, 3, 66.7),
        (1999, 2000, 99.9),
        (1, 5000, 0.1),
    ],
)
def test_rates_round_but_never_to_all_or_none(numerator, denominator, expected):
    assert targets.rate(numerator, denominator) == expected


def test_the_goal_is_compared_unrounded(enter, user):
    for name in ("张浩宇", "李雨涵", "王一鸣"):
        enter(name, **WHOLE)
    enter("陈思琪", **AWAY)
    site.put("goal.filed", 75, user)
    assert target("filed").met is True
    site.put("goal.filed", 75.1, user)
    assert target("filed").met is False


def test_the_json_masks_names_unless_asked(enter):
    child = enter("张浩宇", **AWAY)
    found = target("paired")
    assert targets.as_json(found) == {
        "code": "paired", "name": "结对率", "definition": found.definition, "numerator": 0, "denominator": 1,
        "rate": 0.0, "goal": 100.0, "met": False,
        "missing": [{"id": str(child), "name": "张*", "field": None, "why": "没有结对"}],
        "direction": "up", "period": "当天", "sort": "rate", "in_force": True, "asks": "100%", "waiting": None, "outside": None,
    }  # fmt: skip
    assert targets.as_json(found, names=True)["missing"][0]["name"] == "张浩宇"


def test_mending_the_gap_files_the_child(enter, user):
    child = enter("张浩宇", **WHOLE | {"health": None})
    base = child_sheet.load(child)
    child_sheet.save(child, base | {target("filed").missing[0].field: "healthy"}, base, user)
    assert counts("filed") == (1, 1)


def test_a_day_of_this_term_that_is_over_is_told_as_it_was(enter, user, monkeypatch):
    child = enter("张浩宇", **AWAY)
    monkeypatch.setenv("GUANAI_TODAY", "2026-10-08")
    care.record(user, child_id=child, on_date=date(2026, 10, 8))
    assert counts("talk_on_time", on=date(2026, 10, 5)) == (0, 1)
    assert counts("talk_on_time", on=date(2026, 10, 8)) == (1, 1)
