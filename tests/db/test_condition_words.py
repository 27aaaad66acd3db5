"""Conditions in words read back into the same conditions: every field, every test."""

import pytest

from db import condition_words, conditions
from db.conditions import FIELDS
from db.values import Refused

SAMPLE = {
    "text": "第二",
    "notes": "第二",
    "number": "5",
    "day": "2026-09-10",
    "partial": "2015-03-08",
    "flag": "是",
}


def sample(field, test):
    spec = conditions.value_spec(field, test)
    if spec is None:
        return None
    if spec.kind in ("code", "codes"):
        return next(iter(spec.codes)).label
    return SAMPLE[spec.kind]


def every():
    return [[field, test, sample(field, test)] for field in FIELDS for test, _ in conditions.tests_of(field)]


def test_what_is_said_reads_back():
    for condition in every():
        (kept,) = conditions.checked([condition])
        said = condition_words.said([kept])
        assert condition_words.read_back(said) == [kept], said


def test_several_hold_together_and_a_typed_comma_counts_as_ours():
    both = conditions.checked([["vaccinated", "is", "done"], ["years", "at_least", 6]])
    said = condition_words.said(both)
    assert said == "免疫接种是已按时接种，且周岁不少于6"
    assert condition_words.read_back(said) == condition_words.read_back(said.replace("，", ",")) == both
    assert condition_words.said([]) == "" and condition_words.read_back(None) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("胡写的", "“胡写的”看不懂"),
        ("免疫接种大于3", "看不懂"),
        ("免疫接种是红的", "不在免疫接种的选项里"),
        ("周岁不少于", "还没写"),
        ("周岁不少于99", "最多写25"),
        ('["shoe_size", "is", "38"]', "不是台账里的项目"),
        ("[坏的", "看不懂"),
    ],
)
def test_what_is_not_understood_is_said(text, why):
    with pytest.raises(Refused, match=why):
        condition_words.read_back(text)


def test_what_a_newer_program_wrote_stands_as_it_is_and_is_not_lost():
    strange = ["shoe_size", "is", "38"]
    said = condition_words.said([["vaccinated", "empty", None], strange])
    assert said == '免疫接种没填，且["shoe_size", "is", "38"]'
    found, why = condition_words.as_far_as_read(f"{said}，且胡写")
    assert found == [["vaccinated", "empty", None], strange] and "胡写" in why
