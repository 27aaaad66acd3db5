"""Parents and guardians: shared by siblings, corrected, handed on, never mixed up."""

import pytest
from relations import FATHER, father_of, guardians

from db import child_sheet, children
from db.models import Adult, Change, Kinship
from db.values import Refused


def test_siblings_share_their_father(enter, number):
    one = enter("张浩宇", **FATHER)
    other = enter("张浩轩", **FATHER)
    assert father_of(one).id == father_of(other).id
    by_id = enter("张浩然", father_name="张三", father_id=number("19850102"))
    assert father_of(by_id).id != father_of(one).id, "neither phone nor ID number says so"


def test_an_id_number_finds_the_father_whatever_the_phone(enter, number):
    one = enter("张浩宇", **FATHER, father_id=number("19850102"))
    other = enter("张浩轩", father_name="张三", father_id=number("19850102"))
    assert father_of(one).id == father_of(other).id
    assert father_of(one).phone == "19900000001", "what one sheet leaves empty erases nothing on the other"


def test_same_name_and_phone_but_another_id_number_is_another_person(enter, number):
    one = enter("张浩宇", **FATHER, father_id=number("19850102"))
    other = enter("张浩轩", **FATHER, father_id=number("19860102"))
    assert father_of(one).id != father_of(other).id


def test_an_id_number_with_another_name_is_refused(enter, edit, number):
    enter("张浩宇", **FATHER, father_id=number("19850102"))
    before = Change.select().count()
    with pytest.raises(Refused, match="张三") as refused:
        enter("王一鸣", father_name="王五", father_id=number("19850102"))
    assert number("19850102") not in str(refused.value)
    assert Change.select().count() == before
    assert children.count() == 1


def test_one_difference_corrects_the_father_of_both(enter, edit):
    one, other = enter("张浩宇", **FATHER), enter("张浩轩", **FATHER)
    edit(one, father_phone="19900000009")
    assert child_sheet.load(other)["father_phone"] == "19900000009"
    edit(one, father_name="张山")
    assert child_sheet.load(other)["father_name"] == "张山"
    assert Adult.live().count() == 1


def test_another_name_and_phone_is_another_person(enter, edit):
    """The sibling's father is not written over by the name of somebody else."""
    one, other = enter("张浩宇", **FATHER), enter("张浩轩", **FATHER)
    edit(one, father_name="王五", father_phone="19900000009")
    assert (father_of(one).name, father_of(one).phone) == ("王五", "19900000009")
    assert (father_of(other).name, father_of(other).phone) == ("张三", "19900000001")
    assert father_of(one).id != father_of(other).id


def test_another_name_and_id_number_is_another_person(enter, edit, number):
    who = {"father_name": "张三", "father_id": number("19850102")}
    one, other = enter("张浩宇", **who), enter("张浩轩", **who)
    edit(one, father_name="王五", father_id=number("19860102"))
    assert (father_of(one).name, father_of(other).name) == ("王五", "张三")


def test_another_name_with_the_same_id_number_is_a_correction(enter, edit, number):
    who = FATHER | {"father_id": number("19850102")}
    one, other = enter("张浩宇", **who), enter("张浩轩", **who)
    edit(one, father_name="张山", father_phone="19900000009")
    assert father_of(one).id == father_of(other).id
    assert father_of(other).name == "张山"


def test_a_father_nobody_has_any_more_is_struck_out(enter, edit):
    child = enter("张浩宇", **FATHER)
    edit(child, father_name="王五", father_phone="19900000009")
    assert [adult.name for adult in Adult.live()] == ["王五"]
    edit(child, father_name=None, father_phone=None)
    assert Adult.live().count() == Kinship.live().count() == 0


def test_a_parent_as_guardian_is_one_person(enter, edit):
    child = enter("张浩宇", guardian_relation="51", **FATHER)
    assert guardians(child) == [("51", "张三")]
    assert Adult.live().count() == 1
    loaded = child_sheet.load(child)
    assert (loaded["guardian_name"], loaded["guardian_phone"]) == ("张三", "19900000001")
    edit(child, father_phone="19900000009")
    assert child_sheet.load(child)["guardian_phone"] == "19900000009"
    edit(child, father_name="王五", father_phone="19900000008")
    assert guardians(child) == [("51", "王五")]


def test_a_guardian_said_to_be_the_father_becomes_the_father(enter):
    child = enter("张浩宇", guardian_relation="51", guardian_name="张三", guardian_phone="19900000001")
    assert child_sheet.load(child)["father_name"] == "张三"
    assert guardians(child) == [("51", "张三")]
    assert Adult.live().count() == 1


def test_a_guardian_said_to_be_the_father_but_called_otherwise_is_refused(enter):
    with pytest.raises(Refused, match="姓名却与父亲"):
        enter("张浩宇", guardian_relation="51", guardian_name="王五", **FATHER)
    assert children.count() == 0


def test_a_parent_who_is_guardian_before_anything_is_known(enter, edit):
    child = enter("张浩宇", guardian_relation="52")
    assert child_sheet.load(child)["guardian_relation"] == "52"
    edit(child, mother_name="李梅", mother_phone="19900000002")
    assert guardians(child) == [("52", "李梅")]
    assert Adult.live().count() == 1


def test_the_guardianship_passes_on(enter, edit):
    child = enter("张浩宇", guardian_relation="51", **FATHER)
    edit(child, guardian_relation="62", guardian_name="王芳", guardian_phone="19900000004")
    assert guardians(child) == [("62", "王芳")]
    assert child_sheet.load(child)["father_name"] == "张三"
    edit(child, guardian_relation="89", guardian_name="张敏", guardian_phone="19900000005")
    assert guardians(child) == [("89", "张敏")]
    assert "王芳" in [row.adult.name for row in Kinship.live().where(Kinship.child == child)], (
        "still the grandmother"
    )
    edit(child, guardian_relation="62", guardian_name="王芳", guardian_phone="19900000004")
    assert guardians(child) == [("62", "王芳")]
    rows = sorted((row.relation, row.adult.name) for row in Kinship.live().where(Kinship.child == child))
    assert rows == [("51", "张三"), ("62", "王芳")], "the aunt has gone, the grandmother is there once"


def test_only_the_relation_changed_away_from_a_parent(enter, edit):
    child = enter("张浩宇", guardian_relation="51", **FATHER)
    edit(child, guardian_relation="61")
    loaded = child_sheet.load(child)
    assert (loaded["guardian_relation"], loaded["guardian_name"], loaded["father_name"]) == (
        "61",
        None,
        "张三",
    )


def test_no_guardian_any_more(enter, edit):
    child = enter("张浩宇", guardian_relation="61", guardian_name="张大", guardian_phone="19900000003")
    edit(child, guardian_relation=None, guardian_name=None, guardian_phone=None, no_guardian=True)
    assert guardians(child) == []
    child = enter("李雨涵", guardian_relation="51", **FATHER)
    edit(child, guardian_relation=None, father_name=None, father_phone=None)
    assert guardians(child) == []
    assert Kinship.live().where(Kinship.child == child).count() == 0


def test_a_guardians_name_and_relation_corrected(enter, edit):
    child = enter("张浩宇", guardian_relation="61", guardian_name="张大", guardian_phone="19900000003")
    edit(child, guardian_relation="63")
    assert guardians(child) == [("63", "张大")]
    edit(child, guardian_name="张达")
    assert guardians(child) == [("63", "张达")]
    assert Adult.live().count() == 1


def test_an_adults_sex_and_birth_date_come_from_role_and_id_number(enter, number):
    child = enter(
        "张浩宇",
        **FATHER,
        guardian_relation="89",
        guardian_name="张敏",
        guardian_id=number("19700501", "female"),
    )
    assert (father_of(child).sex, father_of(child).birth_date) == ("male", None)
    aunt = Adult.get(Adult.name == "张敏")
    assert (aunt.sex, aunt.birth_date, aunt.initials) == ("female", "1970-05-01", "zm")
