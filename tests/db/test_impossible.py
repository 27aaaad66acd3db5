"""What cannot be on a child's sheet: each rule raised, and a near miss that is not."""

from datetime import date

import pytest

from db.impossible import impossible, refused_by_ledger

CHILD = {"birth_date": "2015-03-08"}


def ids(number, sheet):
    """The sheet with (birth day, sex) in place of ID numbers made out."""
    return {name: number(*value) if isinstance(value, tuple) else value for name, value in sheet.items()}


@pytest.mark.parametrize(("sheet", "field", "said"), [
    ({"birth_date": "2026-09-11"}, "birth_date", "今天之后"),
    ({"birth_date": "2026-10"}, "birth_date", "今天之后"),
    ({"id_number": ("20260911",)}, "id_number", "今天之后"),
    ({"surveyed_on": date(2026, 9, 11)}, "surveyed_on", "今天之后"),
    ({"surveyed_on": date(2026, 9, 1), "birth_date": "2026-09-02"}, "surveyed_on", "出生（2026-09-02）之前"),
    ({"id_number": ("20150308",), "father_id": ("20150308",)}, "father_id", "与孩子的相同"),
    ({"id_number": ("20150308", "female"), "mother_id": ("20150308", "female")}, "mother_id", "与孩子的相同"),
    ({"id_number": ("20150308",), "guardian_id": ("20150308",)}, "guardian_id", "与孩子的相同"),
    ({"father_id": ("20260911",)}, "father_id", "今天之后"),
    ({"father_id": ("19850102",), "mother_id": ("19850102",)}, "mother_id", "与父亲的相同"),
    ({"father_id": ("19850102",), "guardian_id": ("19850102",), "guardian_relation": "61"}, "guardian_id", "改为父亲"),
    (CHILD | {"father_id": ("20150308",)}, "father_id", "还小"),
    (CHILD | {"mother_id": ("20160102", "female")}, "mother_id", "还小"),
    ({"birth_date": "2015-03", "father_id": ("20150301",)}, "father_id", "还小"),
    (CHILD | {"guardian_relation": "51", "guardian_id": ("20160102",)}, "guardian_id", "父亲比孩子还小"),
    ({"guardian_relation": "51", "father_whereabouts": "dead"}, "guardian_relation", "已故"),
    ({"guardian_age": 690}, "guardian_age", "120"),
])  # fmt: skip
def test_what_cannot_be_is_refused_with_the_cure(ledger, number, sheet, field, said):
    found = impossible(ids(number, sheet))
    assert found.keys() == {field}
    assert said in found[field]


@pytest.mark.parametrize("sheet", [
    {},
    {"birth_date": "2026-09-10", "surveyed_on": date(2026, 9, 10)},
    {"birth_date": "2026-09", "surveyed_on": "2026-09-01"},
    {"id_number": ("20150308",), "father_id": ("19850102",), "mother_id": ("19850102", "female")},
    {"father_id": ("19850102",), "guardian_id": ("19850102",), "guardian_relation": "51"},
    {"father_id": ("19850102",), "guardian_id": ("19850102",), "guardian_relation": "57"},
    CHILD | {"father_id": ("20150307",)},
    {"birth_date": "2015-03", "father_id": ("20150228",)},
    {"guardian_relation": "61", "father_whereabouts": "dead"},
    {"guardian_relation": "51", "mother_whereabouts": "dead"},
    {"guardian_age": 120},
])  # fmt: skip
def test_a_near_miss_is_not_refused(ledger, number, sheet):
    assert impossible(ids(number, sheet)) == {}


def test_a_guardian_younger_than_the_child_is_only_hard_to_believe(ledger, number):
    sheet = CHILD | {"guardian_relation": "71", "guardian_id": number("20160102")}
    assert impossible(sheet) == {}


def test_a_number_on_file_under_another_name_is_refused_early(enter, number):
    child = enter("张浩宇", father_name="张三", father_id=number("19850102"))
    typed = {"father_name": "张山", "father_id": number("19850102")}
    found = refused_by_ledger(typed, None)
    assert found.keys() == {"father_id"}
    assert "“张三”" in found["father_id"] and number("19850102") not in found["father_id"]
    assert refused_by_ledger(typed, child) == {}, "the child's own father is renamed"
    assert refused_by_ledger(typed | {"father_name": "张三"}, None) == {}
    assert refused_by_ledger(typed | {"father_name": None}, None) == {}
    assert refused_by_ledger({}, None) == {}
