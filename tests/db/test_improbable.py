"""What is hard to believe on a child's sheet: each rule raised, and a near miss that is not."""

from datetime import date

import pytest
from test_child_sheet import FULL
from test_impossible import ids

from db.impossible import impossible
from db.improbable import doubtful

CHILD = {"birth_date": "2015-03-08"}
GRANNY = CHILD | {"guardian_relation": "62"}


def rules(sheet) -> list[tuple[str, str]]:
    return [(doubt.rule, doubt.field) for doubt in doubtful(sheet)]


@pytest.mark.parametrize(("rule", "field", "sheet", "near_miss"), [
    ("birth_of_id", "birth_date", {"id_number": ("20150308",), "birth_date": "2015-03-09"}, {"birth_date": "2015-03-08"}),
    ("birth_of_id", "birth_date", {"id_number": ("20150308",), "birth_date": "2015-04"}, {"birth_date": "2015-03"}),
    ("sex_of_id", "sex", {"id_number": ("20150308", "male"), "sex": "female"}, {"sex": "male"}),
    ("id_unregistered", "registered", {"id_number": ("20150308",), "registered": False}, {"registered": None}),
    ("too_old", "birth_date", {"birth_date": "2006-09-10"}, {"birth_date": "2006-09-11"}),
    ("too_old", "birth_date", {"birth_date": "2006-08"}, {"birth_date": "2006-09"}),
    ("too_old", "id_number", {"id_number": ("20060910",)}, {"id_number": ("20060911",)}),
    ("parent_sex", "father_id", {"father_id": ("19850102", "female")}, {"father_id": ("19850102", "male")}),
    ("parent_sex", "mother_id", {"mother_id": ("19850102", "male")}, {"mother_id": ("19850102", "female")}),
    ("young_parent", "father_id", CHILD | {"father_id": ("20010309",)}, {"father_id": ("20010308",)}),
    ("young_parent", "mother_id", {"birth_date": "2015-03", "mother_id": ("20010401", "female")},
     {"mother_id": ("20010331", "female")}),
    ("young_parent", "guardian_age", CHILD | {"guardian_relation": "51", "guardian_age": 24}, {"guardian_age": 25}),
    ("old_mother", "mother_id", CHILD | {"mother_id": ("19550308", "female")}, {"mother_id": ("19550309", "female")}),
    ("guardian_name", "guardian_name", {"guardian_relation": "52", "guardian_name": "王芳", "mother_name": "李梅"},
     {"guardian_name": "李梅"}),
    ("school_of_kind", "school", {"school": "青石镇幼儿园", "schooling": "junior"}, {"schooling": "kindergarten"}),
    ("number_in_text", "father_place", {"father_place": "99000064823405"}, {"father_place": "上海市1088弄"}),
    ("mixed_name", "name", {"name": "X单国庆"}, {"name": "单国庆"}),
    ("guardian_and_none", "no_guardian", {"guardian_name": "张大", "no_guardian": True}, {"guardian_name": None}),
    ("guardianship_none", "guardianship", {"guardian_name": "张大", "guardianship": "none"}, {"guardianship": "weak"}),
    ("guardian_sex", "guardian_id", GRANNY | {"guardian_id": ("19550102", "male")}, {"guardian_id": ("19550102", "female")}),
    ("guardian_sex", "guardian_id", GRANNY | {"guardian_id": ("19550102", "male")}, {"guardian_relation": "89"}),
    ("guardian_younger", "guardian_id", CHILD | {"guardian_relation": "71", "guardian_id": ("20150308",)},
     {"guardian_id": ("19980102",)}),
    ("guardian_younger", "guardian_age", CHILD | {"guardian_relation": "75", "guardian_age": 11}, {"guardian_age": 18}),
    ("guardian_younger", "guardian_age", {"age": 11, "guardian_age": 10}, {"guardian_age": 19}),
    ("guardian_minor", "guardian_id", CHILD | {"guardian_relation": "71", "guardian_id": ("20080911",)},
     {"guardian_id": ("20080910",)}),
    ("guardian_minor", "guardian_age", {"guardian_age": 17}, {"guardian_age": 18}),
    ("young_grandparent", "guardian_id", GRANNY | {"guardian_id": ("19870309", "female")},
     {"guardian_id": ("19870308", "female")}),
    ("young_grandparent", "guardian_age", GRANNY | {"guardian_age": 38}, {"guardian_age": 39}),
    ("young_grandparent", "guardian_age", GRANNY | {"guardian_age": 38}, {"guardian_relation": "89"}),
    ("grade_of_school", "grade", {"grade": "j1", "schooling": "primary"}, {"schooling": "suspended"}),
    ("grade_of_school", "grade", {"grade": "k3", "schooling": "primary"}, {"schooling": "none_yet"}),
    ("grade_age", "grade", {"grade": "p5", "birth_date": "2023-03-08"}, {"birth_date": "2015-03-08"}),
    ("grade_age", "grade", {"grade": "p1", "birth_date": "2021-09-01"}, {"birth_date": "2021-08-31"}),
    ("grade_age", "grade", {"grade": "p1", "birth_date": "2017-08-31"}, {"birth_date": "2017-09-01"}),
    ("grade_age", "grade", {"grade": "j1", "birth_date": "2011-08-31"}, {"birth_date": "2011-09-01"}),
    ("grade_age", "grade", {"grade": "k1", "birth_date": "2020-08"}, {"birth_date": "2020-09"}),
    ("grade_age", "grade", {"grade": "s1", "birth_date": "2013-09-01"}, {"birth_date": "2012-08-31"}),
    ("school_age", "schooling", {"schooling": "junior", "birth_date": "2023-03-08"}, {"birth_date": "2015-03-08"}),
    ("school_age", "schooling", {"schooling": "kindergarten", "birth_date": "2011-03-08"}, {"birth_date": "2020-03-08"}),
    ("school_age", "schooling", {"schooling": "none_yet", "birth_date": "2018-08-31"}, {"birth_date": "2018-09-01"}),
    ("school_age", "schooling", {"schooling": "dropped_out", "birth_date": "2022-03-08"}, {"birth_date": "2012-03-08"}),
    ("early_school", "schooling", {"schooling": "primary", "birth_date": "2020-09-11"}, {"birth_date": "2020-09-10"}),
    ("early_school", "schooling", {"schooling": "primary", "grade": "p1", "birth_date": "2020-09-11"},
     {"surveyed_on": date(2026, 9, 11)}),
    ("aid_and_none", "aid", {"aid": "dibao none"}, {"aid": "none"}),
])  # fmt: skip
def test_each_rule_and_its_near_miss(ledger, number, rule, field, sheet, near_miss):
    assert rules(ids(number, sheet)) == [(rule, field)]
    assert rules(ids(number, sheet | near_miss)) == []


@pytest.mark.parametrize("sheet", [
    {},
    {"father_phone": "19900000001", "mother_phone": "19900000001"},
    {"declared": "none", "father_whereabouts": "away", "mother_whereabouts": "away"},
    {"guardian_relation": "51", "guardian_age": 45, "guardian_id": ("19810102",)} | CHILD,
])  # fmt: skip
def test_what_is_no_doubt(ledger, number, sheet):
    assert rules(ids(number, sheet)) == []


def test_a_full_sheet_raises_nothing(ledger, number):
    sheet = FULL | {
        "id_number": number(), "father_id": number("19850102"), "mother_id": number("19860102", "female"),
        "guardian_id": number("19550102"),
    }  # fmt: skip
    assert (doubtful(sheet), impossible(sheet)) == ([], {})


def test_the_school_year_is_that_of_the_survey(ledger):
    """In spring the cut-off is 31 August of the year before; without a survey day it is today's."""
    sheet = {"grade": "p1", "birth_date": "2021-08-31"}
    assert rules(sheet) == []
    assert rules(sheet | {"surveyed_on": date(2026, 3, 1)}) == [("grade_age", "grade")]


def test_who_is_confirmed_is_asked_about_again_only_after_a_change(ledger, number):
    sheet = {"father_id": number("19850102", "female"), "village_group": "一组"}
    (first,) = doubtful(sheet)
    (then,) = doubtful(sheet | {"village_group": "二组", "father_name": "张三"})
    assert first == then
    (other,) = doubtful(sheet | {"father_id": number("19860102", "female")})
    assert (other.rule, other.about == first.about) == (first.rule, False)


def test_several_doubts_on_one_field_are_all_told(ledger, number):
    sheet = CHILD | {"father_id": number("20050102", "female")}
    assert rules(sheet) == [("parent_sex", "father_id"), ("young_parent", "father_id")]
