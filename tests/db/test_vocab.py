"""The code lists and the fields that use them."""

import pytest

from db import vocab
from db.fields import specs
from db.models import TABLES, Child
from db.spec import UNKNOWN, Spec, mask, mask_name, read, show
from db.values import Refused
from db.vocab import AID, ETHNICITY, FOCUS, GRADE, HEALTH, RELATION, SEX, YES_NO, Codes

LISTS = [value for value in vars(vocab).values() if isinstance(value, Codes)]


@pytest.mark.parametrize("codes", LISTS, ids=lambda codes: codes.name)
def test_every_list_is_sound(codes):
    assert len(codes) >= 2
    labels = [code.label for code in codes]
    assert len(set(labels)) == len(labels)
    for code in codes:
        assert code.code.isascii() and " " not in code.code
        assert code.initials.isascii() and code.initials
        assert codes.find(code.label) == code.code, "no alias of another choice hides a label"
        assert codes.find(code.code) == code.code
        for alias in code.aliases:
            assert codes.find(alias) == code.code, f"{alias} means two things"


@pytest.mark.parametrize(("codes", "written", "code"), [
    (SEX, "男", "male"), (SEX, " 女 ", "female"), (ETHNICITY, "汉", "01"), (ETHNICITY, "汉族", "01"),
    (ETHNICITY, "０１", "01"), (ETHNICITY, "高山族", "23"), (ETHNICITY, "基诺", "56"), (RELATION, "爷爷", "61"),
    (RELATION, "外婆", "64"), (RELATION, "姑母（姑父）", "89"), (GRADE, "初一", "j1"), (GRADE, "三年级", "p3"),
    (HEALTH, "健康或良好", "healthy"), (YES_NO, "√", "yes"),
])  # fmt: skip
def test_as_people_write(codes, written, code):
    assert codes.find(written) == code


def test_there_are_56_peoples():
    assert len(ETHNICITY) == 56
    assert {label[-1] for label in (each.label for each in ETHNICITY)} == {"族"}


def test_refusal_lists_the_choices():
    with pytest.raises(Refused, match="男、女"):
        SEX.find("不知")


def test_labels():
    assert SEX.label("male") == "男"
    assert SEX.label(None) == UNKNOWN
    assert SEX.label("from_a_newer_program") == "from_a_newer_program"


def test_several_codes_are_kept_in_the_lists_order():
    spec = Spec("救助", "codes", codes=AID)
    assert read(spec, "医疗救助、低保 ; 低保") == "dibao medical"
    assert show(spec, "dibao medical") == "享受低保、医疗救助"
    assert read(spec, "  ") is None


def test_every_described_field_reads_back_what_it_shows():
    for model in TABLES:
        for name, spec in specs(model).items():
            for code in spec.codes or () if spec.kind != "flag" else ():
                assert read(spec, show(spec, code.code)) == code.code, (model, name)
            if spec.kind == "flag":
                assert read(spec, show(spec, True)) is True
                assert read(spec, show(spec, False)) is False


def test_blank_is_unknown_and_unknown_is_said():
    for spec in specs(Child).values():
        assert read(spec, "   ") is None
        assert show(spec, None) == UNKNOWN
    assert show(Spec("寄宿", "flag"), False) == "否", "false is known"


def test_too_long_is_refused_not_cut():
    with pytest.raises(Refused, match="最多30字"):
        read(specs(Child)["name"], "张" * 31)


def test_masks(number):
    told = specs(Child)["id_number"]
    assert mask(told, number()) == "340505********" + number()[-4:]
    assert mask(told, UNKNOWN) == UNKNOWN
    assert mask(Spec("电话", "phone", privacy="phone"), "19900001234") == "199****1234"
    assert mask(Spec("电话", "phone", privacy="phone"), "5551234") == "*******"
    assert mask_name("张浩宇") == mask_name("张三") == "张*"


def test_focus_tags_stand_in_order():
    assert [code.code for code in FOCUS][:2] == ["no_guardian", "one_unable"]
