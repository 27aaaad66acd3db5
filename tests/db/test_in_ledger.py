"""What is hard to believe beside other families' records; and that asking stays quick in a large ledger."""

import time

import pytest

from db import changes, children
from db.ids import uuid7
from db.in_ledger import in_ledger
from db.models import Adult, Child, Kinship

PHONE = "19900000001"


def rules(sheet, besides=None):
    return [(doubt.rule, doubt.field, doubt.about) for doubt in in_ledger(sheet, besides)]


@pytest.fixture
def families(enter):
    """Families with the same telephone number, as many as asked for."""

    def made(count):
        return [enter(f"孩子{n}", father_name=f"父亲{n}", father_phone=PHONE) for n in range(count)]

    return made


def test_a_phone_already_at_three_families(families):
    families(3)
    assert rules({"mother_phone": PHONE}) == [("shared_phone", "mother_phone", PHONE)]
    assert "3户" in in_ledger({"guardian_phone": PHONE}, None)[0].sentence
    assert rules({"phone": PHONE})[0][1] == "phone"


def test_a_phone_at_two_families_is_no_doubt(families):
    families(2)
    assert rules({"father_phone": PHONE}) == []


def test_siblings_are_one_family_whoever_of_them_has_the_number(families, enter):
    families(2)
    enter("弟弟", father_name="父亲0", father_phone=PHONE)
    enter("妹妹", father_name="父亲0", father_phone=PHONE, mother_name="母亲0", mother_phone=PHONE)
    enter("表妹", mother_name="母亲0", mother_phone=PHONE)
    assert rules({"father_phone": PHONE}) == []


def test_the_childs_own_family_is_not_counted(families, enter):
    first, *_ = families(3)
    sibling = enter("弟弟", father_name="父亲0", father_phone=PHONE)
    assert rules({"father_phone": PHONE}, first) == [] == rules({"father_phone": PHONE}, sibling)
    assert rules({"father_phone": PHONE, "father_name": "父亲1"}) == [], "a new sibling"
    assert rules({"father_phone": PHONE, "father_name": "父亲9"}) != []


def test_a_number_told_twice_on_one_sheet_is_one_doubt(families):
    families(3)
    found = rules({"father_phone": PHONE, "guardian_phone": PHONE, "mother_phone": "19900000002"})
    assert found == [("shared_phone", "father_phone", PHONE)]


def test_families_struck_out_do_not_count(families, user):
    first, *_ = families(3)
    children.remove(first, user)
    assert rules({"father_phone": PHONE}) == []


def test_an_adults_number_that_is_a_childs_on_file(enter, number):
    enter("张浩宇", id_number=number("20080308"))
    typed = number("20080308")
    assert rules({"father_id": typed}) == [("adult_is_child", "father_id", typed)]
    assert rules({"guardian_id": typed, "guardian_relation": "83"}) == [
        ("adult_is_child", "guardian_id", typed)
    ]
    assert rules({"guardian_id": typed, "guardian_relation": "71"}) == [], "a brother may be on file himself"
    assert rules({"father_id": number("20080309")}) == []


def test_a_childs_number_that_is_an_adults_on_file(enter, number):
    enter("张浩宇", father_name="张三", father_id=number("19850102"))
    assert rules({"id_number": number("19850102")}) == [("child_is_adult", "id_number", number("19850102"))]
    assert rules({"id_number": number("19850103")}) == []
    enter("张浩然", guardian_relation="71", guardian_name="张大", guardian_id=number("20070102"))
    assert rules({"id_number": number("20070102")}) == []


def test_asking_takes_no_longer_in_a_large_ledger(user, number):
    """20,000 children; a number that all of them share is read no further than need be."""
    count = 20_000
    keys = [(uuid7(), uuid7(), uuid7()) for _ in range(count)]
    with changes.action("登记", user) as act:
        act.insert_many(Child, [{"id": child, "name": "甲"} for child, _, _ in keys])
        act.insert_many(Adult, [{"id": adult, "name": f"乙{adult}", "phone": PHONE} for _, adult, _ in keys])
        act.insert_many(Kinship, [{"id": key, "child": child, "adult": adult, "relation": "51"}
                                  for child, adult, key in keys])  # fmt: skip
    sheet = {"father_phone": PHONE, "mother_phone": "19900000002", "father_id": number("19850102"),
             "id_number": number()}  # fmt: skip
    assert rules(sheet) == [("shared_phone", "father_phone", PHONE)]
    took = []
    for _ in range(20):
        start = time.perf_counter()
        in_ledger(sheet, keys[0][0])
        took.append(time.perf_counter() - start)
    assert min(took) < 0.02
