"""What every indicator counts, whom it leaves out, what is not known in it, and its parts."""

from datetime import date

import pytest

from db import activities, care, changes, pairing, settings, site, targets
from db.child_sheet import ENTRIES
from db.indicators import INDICATORS
from db.models import Attendance, Child, Focus, Helper, Survey, Term
from db.targets import Within
from db.values import Refused

TODAY = date(2026, 9, 10)
AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away", "birth_date": "2015-03-08"}
FIELDS = {entry.name for entry in ENTRIES}


def counts(code, **options):
    found = targets.one(code, **options)
    return found.numerator, found.denominator


def missing(code):
    return [(each.name, each.field, each.why) for each in targets.one(code).missing]


def tag(user, child, code, **span):
    return changes.insert(Focus, user, child=child, tag=code, **{"since": TODAY} | span)


def test_each_is_defined_once_with_its_goal_direction_and_period():
    names = [each.name for each in INDICATORS.values()]
    assert len(names) == len(set(names)) == 19
    assert {code for code, each in INDICATORS.items() if each.direction == "down"} == {
        "no_guardian", "dropped_out", "no_hukou",
    }  # fmt: skip
    assert {code: each.usual for code, each in INDICATORS.items() if each.usual not in (0, 100)} == {
        "vaccinated": 95, "parenting": 95,
    }  # fmt: skip
    assert all(each.period for each in INDICATORS.values())


def test_every_field_a_missing_child_opens_is_one_of_the_sheet(enter, user):
    for name, more in {
        "张浩宇": {}, "李雨涵": {"schooling": "dropped_out", "legal_aid": "wanted", "registered": False, "no_guardian": True},
        "王一鸣": {"birth_date": None, "schooling": "none_yet"},
    }.items():  # fmt: skip
        enter(name, **AWAY | more)
    told = {each.field for found in targets.targets() for each in found.missing}
    assert told <= FIELDS | {None}
    assert {"vaccinated", "parenting_on", "legal_aid", "entrust_on", "consent_on", "registered"} <= told
    assert all(each.why for found in targets.targets() for each in found.missing)


def test_who_is_missing_is_as_many_as_the_figures_say(enter, user):
    for n, name in enumerate(("张浩宇", "李雨涵", "王一鸣", "陈思琪")):
        child = enter(name, **AWAY | ({"schooling": "primary", "vaccinated": "done"} if n % 2 else {}))
        if n:
            tag(user, child, "hardship")
    for each in targets.targets():
        before = len(each.missing)
        if each.direction == "up":
            assert each.denominator - each.numerator == before
        assert len(list(each.missing)) == before, each.code


# ---- schooling


@pytest.mark.parametrize(
    ("schooling", "born", "in_school", "dropped_out"),
    [
        ("primary", "2015-03-08", (1, 1), (0, 1)), ("suspended", "2015-03-08", (1, 1), (0, 1)),
        ("dropped_out", "2015-03-08", (0, 1), (1, 1)), ("not_in_school", "2015-03-08", (0, 1), (1, 1)),
        ("none_yet", "2015-03-08", (0, 1), (1, 1)), ("none_yet", "2021-03-08", (0, 0), (0, 0)),
        ("dropped_out", None, (0, 0), (1, 1)), ("primary", None, (0, 0), (0, 1)), (None, "2015-03-08", (0, 1), (0, 1)),
        ("none_yet", None, (0, 0), (0, 1)),
    ],
)  # fmt: skip
def test_out_of_school(enter, schooling, born, in_school, dropped_out):
    enter("张浩宇", **AWAY | {"schooling": schooling, "birth_date": born})
    assert (counts("in_school"), counts("dropped_out")) == (in_school, dropped_out)


def test_a_child_tagged_as_out_of_school_is(enter, user):
    child = enter("张浩宇", **AWAY | {"schooling": "primary"})
    assert counts("dropped_out") == (0, 1)
    mark = tag(user, child, "out_of_school")
    assert (counts("in_school"), counts("dropped_out")) == ((0, 1), (1, 1))
    assert missing("dropped_out") == [("张浩宇", "focus", "重点对象：失学辍学")]
    changes.write(mark, user, until=TODAY)
    assert counts("dropped_out") == (0, 1)


# ---- goals of none


def test_what_is_not_known_is_not_shown_as_none(enter, edit, user):
    site.put("goal.dropped_out", 0, user)
    child = enter("张浩宇", **AWAY)
    found = targets.one("dropped_out")
    assert (found.rate, found.met, found.waiting) == (None, None, "还有1名没采集清楚，补齐才能说")
    assert missing("dropped_out") == [("张浩宇", "schooling", "未采集")]
    edit(child, schooling="primary")
    found = targets.one("dropped_out")
    assert (found.rate, found.met, found.waiting, list(found.missing)) == (0.0, True, None, [])
    edit(child, schooling="dropped_out")
    found = targets.one("dropped_out")
    assert (found.numerator, found.rate, found.met, found.short_of) == (1, 100.0, False, 1)


def test_one_that_is_known_makes_the_goal_missed_whatever_else_is_not_known(enter, user):
    site.put("goal.no_hukou", 0, user)
    enter("张浩宇", **AWAY | {"registered": False})
    enter("李雨涵", **AWAY)
    found = targets.one("no_hukou")
    assert (found.numerator, found.denominator, found.rate, found.met, found.waiting) == (
        1,
        2,
        50.0,
        False,
        None,
    )
    assert missing("no_hukou") == [
        ("张浩宇", "registered", "没有登记户口"),
        ("李雨涵", "registered", "有无户口未采集"),
    ]
    site.put("goal.no_hukou", 60, user)
    assert targets.one("no_hukou").waiting == "还有1名没采集清楚，补齐才能说"


@pytest.mark.parametrize(
    "told", [{"registered": True}, {"id_number": "340505201503081"}, {"hukou_address": "柳溪村"}]
)
def test_a_household_is_told_by_any_of_its_facts(enter, number, told):
    told = {"id_number": number()} if "id_number" in told else told
    enter("张浩宇", **AWAY | told)
    assert counts("no_hukou") == (0, 1) and targets.one("no_hukou").waiting is None


@pytest.mark.parametrize(
    ("told", "numerator", "waiting"),
    [
        ({"no_guardian": True}, 1, False), ({"guardianship": "none"}, 1, False), ({"guardianship": "weak"}, 0, False),
        ({"guardian_name": "王桂英", "guardian_relation": "62"}, 0, False), ({}, 0, True), ({"no_guardian": False}, 0, False),
    ],
)  # fmt: skip
def test_looked_after_by_nobody(enter, told, numerator, waiting):
    enter("张浩宇", **AWAY | told)
    found = targets.one("no_guardian")
    assert (found.numerator, found.denominator, bool(found.waiting)) == (numerator, 1, waiting)


# ---- protection


@pytest.mark.parametrize(
    ("told", "expected"), [("done", (1, 1)), ("owing", (0, 1)), ("none_due", (0, 0)), (None, (0, 1))]
)
def test_vaccinated(enter, told, expected):
    enter("张浩宇", **AWAY | {"vaccinated": told})
    assert counts("vaccinated") == expected


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [("2026-09-01", 12, (1, 1)), ("2025-09-10", 12, (0, 1)), ("2025-09-11", 12, (1, 1)), ("2026-05-01", 3, (0, 1)), (None, 12, (0, 1))],
)  # fmt: skip
def test_a_guardians_training_counts_for_as_long_as_the_user_says(enter, user, on, months, expected):
    site.put("parenting.months", months, user)
    enter("张浩宇", **AWAY | {"parenting_on": on and date.fromisoformat(on)})
    enter("李雨涵", **AWAY | {"no_guardian": True})
    assert counts("parenting") == expected
    assert f"{months}个月内" in targets.one("parenting").definition


def test_a_training_of_an_earlier_term_still_counts(enter, user):
    child = enter("张浩宇", **AWAY)
    spring = changes.insert(Term, user, code="2026春", starts=date(2026, 2, 15), ends=date(2026, 7, 10))
    changes.insert(Survey, user, child=child, term=spring, parenting_on=date(2026, 3, 1))
    assert counts("parenting") == (1, 1)


@pytest.mark.parametrize(
    ("told", "expected"), [("wanted", (0, 1)), ("given", (1, 1)), ("none", (0, 0)), (None, (0, 0))]
)
def test_legal_aid_counts_cases(enter, told, expected):
    enter("张浩宇", **AWAY | {"legal_aid": told})
    assert counts("legal_aid") == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, (0, 1)), ({"entrust_on": TODAY}, (1, 1)), ({"mother_whereabouts": "dead"}, (0, 0)),
        ({"father_whereabouts": None, "mother_whereabouts": None, "declared": "both"}, (0, 1)),
        ({"father_whereabouts": None, "mother_whereabouts": None, "declared": "some"}, (0, 0)),
        ({"mother_whereabouts": None, "declared": "both", "entrust_on": TODAY}, (1, 1)),
    ],
)  # fmt: skip
def test_entrusted(enter, told, expected):
    enter("张浩宇", **AWAY | told)
    assert counts("entrusted") == expected


@pytest.mark.parametrize(
    ("born", "signed", "expected"),
    [
        ("2012-09-11", None, (0, 1)), ("2012-09-10", None, (0, 0)), ("2012-09", TODAY, (1, 1)), ("2012-08", TODAY, (0, 0)),
        (None, None, (0, 1)), ("2015-03-08", date(2026, 9, 1), (1, 1)),
    ],
)  # fmt: skip
def test_consent_is_asked_for_under_fourteen(enter, born, signed, expected):
    enter("张浩宇", **AWAY | {"birth_date": born, "consent_on": signed})
    assert counts("consented") == expected


def test_what_is_signed_later_does_not_count_yet(enter):
    enter("张浩宇", **AWAY | {"entrust_on": TODAY, "consent_on": TODAY, "parenting_on": TODAY})
    for code in ("entrusted", "consented", "parenting"):
        assert (counts(code), counts(code, on=date(2026, 9, 9))) == ((1, 1), (0, 1)), code


# ---- pairing, time kept, activities


def test_pairing_of_focus_and_of_needy_children(enter, user):
    poor, sad, _fed, gifted, plain = (
        enter(name, **AWAY | more)
        for name, more in (("张浩宇", {}), ("李雨涵", {}), ("王一鸣", {"aid": "medical dibao"}), ("陈思琪", {}), ("赵佳慧", {"aid": "none"}))
    )  # fmt: skip
    for child, code in ((poor, "hardship"), (sad, "mind"), (gifted, "potential")):
        tag(user, child, code)
    assert (counts("paired_focus"), counts("paired_hardship")) == ((0, 3), (0, 3))
    helper = changes.insert(Helper, user, name="刘老师", kind="teacher", capacity=5)
    for child in (poor, plain):
        pairing.pair(child, helper.id, "teacher", TODAY, user)
    assert (counts("paired"), counts("paired_focus"), counts("paired_hardship")) == ((2, 5), (1, 3), (1, 3))
    assert {name for name, *_ in missing("paired_hardship")} == {"李雨涵", "王一鸣"}


def test_visits_and_calls_go_by_the_rhythms_in_force(enter, user):
    one, other = enter("张浩宇", **AWAY), enter("李雨涵", **AWAY)
    assert (
        counts("visit_on_time") == (0, 0) and "现在没有走访的节奏" in targets.one("visit_on_time").definition
    )
    rhythm = {"every": "month", "span": 1, "count": "interval", "holidays": True}
    site.put(
        "rhythms",
        [rhythm | {"code": "v", "name": "走访", "kind": "visit"}, rhythm | {"code": "c", "name": "视频", "kind": "video_call", "settled_by": ["phone_call"]}],
        user,
    )  # fmt: skip
    late = date(2026, 10, 12)
    assert (counts("visit_on_time", on=late), counts("call_on_time", on=late)) == ((0, 2), (0, 2))
    care.record(user, child_id=one, kind="phone_call", on_date=TODAY)
    care.record(user, child_id=other, kind="visit", on_date=TODAY)
    on = date(2026, 10, 10)
    assert (counts("visit_on_time", on=on), counts("call_on_time", on=on)) == ((1, 2), (1, 2))
    assert counts("talk_on_time", on=on) == (0, 0)


def test_of_a_day_past_the_same_is_said_as_was_said_on_that_day(enter, user, monkeypatch):
    """A promise kept late, a birthday: neither is a talk that was owed."""
    for n, name in enumerate(("张浩宇", "李雨涵")):
        child = enter(name, **AWAY | {"birth_date": f"2015-09-1{n}"})
        changes.insert(Focus, user, child=child, tag="hardship", since=TODAY)
        care.record(
            user,
            child_id=child,
            kind="visit",
            on_date=TODAY,
            follow_up="复查",
            follow_up_on=date(2026, 9, 11),
        )
    rhythm = {"every": "month", "span": 1, "count": "interval", "holidays": True}
    site.put(
        "rhythms",
        [rhythm | {"code": "c", "name": "视频", "kind": "video_call", "who": ["paired"]}, rhythm | {"code": "t", "name": "谈心", "kind": "talk"}],
        user,
    )  # fmt: skip
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-12")
    codes = ("talk_on_time", "visit_on_time", "call_on_time")
    then = [counts(code) for code in codes]
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-20")
    assert [counts(code, on=date(2026, 9, 12)) for code in codes] == then == [(2, 2), (0, 0), (0, 0)]


def test_arts_and_sports_count_gifted_children_too_and_only_who_came(enter, user):
    one, other = enter("张浩宇", **AWAY), enter("李雨涵", **AWAY)
    gifted = enter(
        "王一鸣",
        birth_date="2012-01-01",
        father_whereabouts="home",
        father_able=True,
        mother_whereabouts="away",
    )
    tag(user, gifted, "potential")
    unknown = changes.insert(Child, user, name="周子墨")  # on file, neither surveyed nor gifted
    games = activities.save(None, {"title": "运动会", "on_date": TODAY, "kind": "sports"}, {}, user).id
    talk = activities.save(None, {"title": "讲座", "on_date": TODAY, "kind": "lecture"}, {}, user).id
    for activity, child, state in (
        (games, one, "late"),
        (games, other, "absent"),
        (talk, gifted, "present"),
        (games, unknown, "present"),
    ):
        changes.insert(Attendance, user, activity=activity, child=child, state=state)
    assert counts("arts_sports") == (1, 3)
    assert {name for name, *_ in missing("arts_sports")} == {"李雨涵", "王一鸣"}
    activities.cancel(games, "下雨", user)
    assert counts("arts_sports") == (0, 3)


def test_the_two_ways_of_counting_arts_and_sports_agree(enter, user):
    from db import participation

    child = enter("张浩宇", **AWAY)
    enter("李雨涵", **AWAY)
    games = activities.save(
        None, {"title": "合唱", "on_date": TODAY, "kind": "other", "talent": "art"}, {}, user
    ).id
    changes.insert(Attendance, user, activity=games, child=child, state="present")
    seen = participation.summary(site.term().starts, TODAY)
    assert (seen.took_part, seen.counted) == counts("arts_sports") == (1, 2)


# ---- goals


def test_a_goal_is_set_like_any_other_fact_and_brings_the_target_into_force(enter, user):
    enter("张浩宇", **AWAY | {"vaccinated": "done"})
    assert targets.one("vaccinated").met is None and not targets.one("vaccinated").in_force
    site.put("goal.vaccinated", INDICATORS["vaccinated"].usual, user)
    found = targets.one("vaccinated")
    assert (found.met, found.in_force, found.asks) == (True, True, "95%")
    assert settings.goals()["vaccinated"] == 95


def test_how_far_a_goal_is_missed(enter, user):
    for name in ("张浩宇", "李雨涵", "王一鸣"):
        enter(name, **AWAY)
    assert targets.one("paired").short_of == 3
    site.put("goal.paired", 50, user)
    assert targets.one("paired").short_of == 2
    site.put("goal.paired", 0, user)
    assert (targets.one("paired").short_of, targets.one("paired").met) == (0, True)
    assert (targets.one("consented").short_of, targets.one("consented").asks) == (0, "")


def test_an_unknown_code_is_refused(user):
    with pytest.raises(Refused, match="已被删除"):
        targets.one("nothing")
    with pytest.raises(Refused, match="没有“nothing”"):
        targets.by("nothing", "group")


# ---- parts


@pytest.fixture
def village(enter, user):
    """Three children of two groups and two classes, one of them with two helpers."""
    pupil = {"schooling": "primary", "school": "柳溪小学", "grade": "p5", "class_no": "2班"}
    one = enter("张浩宇", **AWAY | pupil | {"village_group": "二组", "vaccinated": "done"})
    two = enter("李雨涵", **AWAY | pupil | {"village_group": "十组", "grade": "p6"})
    enter("王一鸣", **AWAY)
    for name in ("刘老师", "吴老师"):
        helper = changes.insert(Helper, user, name=name, kind="volunteer", capacity=5).id
        pairing.pair(one, helper, "helper", TODAY, user)
    pairing.pair(two, helper, "helper", TODAY, user)
    site.put("goal.vaccinated", 95, user)


def told(code, dimension):
    return [(part.label, part.numerator, part.denominator, part.met) for part in targets.by(code, dimension)]


def test_by_group_class_school_and_helper(village):
    assert told("vaccinated", "group") == [
        ("二组", 1, 1, True),
        ("十组", 0, 1, False),
        ("未采集", 0, 1, False),
    ]
    assert told("vaccinated", "school") == [("柳溪小学", 1, 2, False), ("未采集", 0, 1, False)]
    assert told("vaccinated", "class") == [
        ("柳溪小学 五年级 2班", 1, 1, True), ("柳溪小学 六年级 2班", 0, 1, False), ("未采集", 0, 1, False),
    ]  # fmt: skip
    assert told("vaccinated", "helper") == [
        ("刘老师", 1, 1, True),
        ("吴老师", 1, 2, False),
        ("没有帮扶人", 0, 1, False),
    ]


@pytest.mark.parametrize("dimension", targets.DIMENSIONS)
def test_a_part_is_what_the_target_says_within_it(village, dimension):
    for code in targets.INDICATORS:
        for part in targets.by(code, dimension):
            found = targets.one(code, within=Within(dimension, part.value))
            assert (found.numerator, found.denominator) == (part.numerator, part.denominator), (code, part)


def test_parts_are_of_the_day_and_the_term_asked_for(village):
    assert told("paired", "group")[0] == ("二组", 1, 1, True)
    assert targets.by("paired", "group", on=date(2026, 9, 9))[0].numerator == 0
    assert targets.by("paired", "group", "2031秋") == []


def test_an_unknown_part_is_refused(village):
    for ask in (lambda: targets.by("filed", "road"), lambda: targets.targets(within=Within("road", "一"))):
        with pytest.raises(Refused, match="村民组、班级、学校、帮扶人"):
            ask()


def test_a_part_nobody_stands_in_is_empty(village):
    assert {each.rate for each in targets.targets(within=Within("group", "九组"))} == {None}


def test_a_low_goal_is_not_said_to_be_met_in_a_part_of_which_something_is_not_known(village, user):
    site.put("goal.dropped_out", 0, user)
    assert told("dropped_out", "group") == [
        ("二组", 0, 1, True),
        ("十组", 0, 1, True),
        ("未采集", 0, 1, None),
    ]
