"""How alike two children are by their sheets, and why: no ledger."""

import pytest

from db import initials
from db.likeness import birth_likeness, name_likeness, near_births, one_off, patterns, slip, swapped, weigh

FAMILY = {
    "father_name": "张建国", "father_phone": "19900000001", "mother_name": "李秀兰",
    "village_group": "一组", "address": "柳溪村一组55号",
}  # fmt: skip
HAOYU = {"name": "张浩宇", "birth_date": "2015-03-08", "sex": "male"}


def told(*sheets) -> tuple[str, ...] | None:
    """The reasons two sheets are told as one child, the same either way round; None if they are not."""
    there, back = weigh(*sheets), weigh(*reversed(sheets))
    assert (there and there.score) == (back and back.score)
    return there and there.reasons


# ---- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "points", "words"),
    [
        ("张浩宇", 4, "姓名相同"),
        ("张 浩宇", 4, "姓名相同"),
        ("章皓宇", 3, "姓名读音相同"),
        ("臧浩宇", 3, "姓名读音相近"),
        ("张宇浩", 2, "姓名两字颠倒"),
        ("张浩然", 2, "姓名只差一字"),
        ("张浩", 2, "姓名只差一字"),
        ("张浩宇航", 2, "姓名只差一字"),
        ("王浩宇", 2, "姓名只差一字"),
        ("张子轩", 0, ""),
        ("", 0, ""),
    ],
)
def test_names_that_are_close(other, points, words):
    assert name_likeness("张浩宇", other) == (points, words)
    assert name_likeness(other, "张浩宇") == (points, words)


def test_of_two_characters_one_replaced_is_hardly_close():
    assert name_likeness("张伟", "张敏") == (1, "姓名只差一字")
    assert name_likeness("张伟", "张伟明")[0] == 2


@pytest.mark.parametrize(
    ("one", "other"), [("女乃", "吕奶"), ("曾倩", "增欠"), ("林英", "宁音"), ("陈思琪", "成诗琦")]
)
def test_names_taken_for_one_another_sound_alike(one, other):
    assert initials.sound(one) == initials.sound(other)


def test_sounds_that_differ_stay_apart():
    assert initials.sound("张浩宇") == "zan hao yu"
    assert initials.sound("胡斐") != initials.sound("符斐")
    assert initials.sound("Anna") == "anna" and initials.sound(None) == ""


def test_every_close_name_fits_a_pattern_and_the_query_misses_none():
    def fits(pattern: str, name: str) -> bool:
        return len(pattern) == len(name) and all(p in ("_", c) for p, c in zip(pattern, name, strict=True))

    for other in ("张浩宇", "张宇浩", "张浩然", "张浩", "浩宇", "张浩宇航", "小张浩宇", "王浩宇"):
        assert any(fits(each, other) for each in patterns("张浩宇")), other
    assert not any(fits(each, "张敏") for each in patterns("张伟", broad=False))
    assert any(fits(each, "张敏") for each in patterns("张伟"))
    assert patterns("\\") == ["_"]


def test_one_off_and_swapped_are_exact():
    assert one_off("ab", "abc") and one_off("bc", "abc") and one_off("ac", "abc") and one_off("abd", "abc")
    assert not one_off("abc", "abc") and not one_off("a", "ab") and not one_off("abcd", "acbd")
    assert swapped("abcd", "acbd") and not swapped("abcd", "dbca") and not swapped("abc", "abc")
    assert slip("340505201503080011", "340505201503080010") and not slip("12", "123")


# ---- birth dates ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "points", "words"),
    [
        ("2015-03-08", 4, "出生日期相同"),
        ("2015-03", 2, "出生年月相同"),
        ("2015-08-03", 3, "出生月日颠倒"),
        ("2015-03-18", 3, "出生日期只错一处"),
        ("2013-03-08", 2, "出生日期只错一处"),
        ("2015-03-30", 2, "出生日期只差22天"),
        ("2015-02", 2, "出生月份相邻"),
        ("2015-07-21", -1, ""),
        ("2011-09-21", -3, ""),
        (None, 0, ""),
    ],
)
def test_birth_dates_that_are_near(other, points, words):
    assert birth_likeness("2015-03-08", other)[:2] == (points, words)
    assert birth_likeness(other, "2015-03-08")[:2] == (points, words)


def test_every_near_birth_date_is_asked_for():
    low, high, slips = near_births("2015-03-08")
    for other in ("2015-03-08", "2015-08-03", "2015-03-18", "2013-03-08", "2015-03-30", "2015-02", "2015-03"):
        assert low <= other <= high or other in slips, other
    assert "2015-03-38" not in slips
    assert near_births("2015-03") == ("2015-01-29", "2015-05-01", ["2015-01"])


# ---- who is told ---------------------------------------------------------------------------------


def test_the_same_name_and_birth_date():
    assert told(HAOYU, HAOYU) == ("姓名相同", "出生日期相同")
    assert told(HAOYU | FAMILY, HAOYU | FAMILY) == (
        "姓名相同", "出生日期相同", "父亲同名", "母亲同名", "父亲电话相同", "同组同地址",
    )  # fmt: skip


def test_the_same_id_number_is_certain_whatever_the_name(number):
    weight = weigh({"name": "张浩宇", "id_number": number()}, {"name": "王一鸣", "id_number": number()})
    assert weight.sure and weight.reasons == ("身份证号相同", "出生日期相同", "但姓名不同")


def test_the_birth_date_in_the_id_number_counts(number):
    assert told({"name": "张浩宇", "id_number": number("20150308")}, HAOYU) == ("姓名相同", "出生日期相同")


def test_the_same_name_is_told_where_a_birth_date_is_not_known():
    assert told(HAOYU, {"name": "张浩宇"}) == ("姓名相同",)
    assert told(HAOYU, {"name": "张浩宇", "sex": "female"}) is None


def test_a_namesake_born_in_another_year_is_another_child():
    other = HAOYU | {"birth_date": "2012-11-21"}
    assert told(HAOYU, other) is None
    assert told(HAOYU | {"village_group": "一组"}, other | {"village_group": "一组"}) is None
    assert told(HAOYU | {"father_name": "张建国"}, other | {"father_name": "张建国"}) == (
        "姓名相同",
        "父亲同名",
    )


def test_a_namesake_of_the_same_group_and_nearly_the_same_age():
    here, there = (
        HAOYU | {"village_group": "一组"},
        HAOYU | {"birth_date": "2015-09-21", "village_group": "一组"},
    )
    assert told(here, there) == ("姓名相同", "同组")
    assert told(here, there | {"village_group": "二组"}) is None


def test_a_close_name_needs_a_near_birth_date_or_a_relative():
    other = {"name": "张浩然"}
    assert told(HAOYU, other) is None
    assert told(HAOYU, other | {"birth_date": "2015-03-30"}) == ("姓名只差一字", "出生日期只差22天")
    phone = {"phone": "19900000001"}
    assert told(HAOYU | FAMILY, other | phone) == ("姓名只差一字", "父亲电话相同")
    assert told(HAOYU | {"guardian_name": "王桂英"}, other | {"guardian_name": "王桂英"}) == (
        "姓名只差一字", "监护人同名",
    )  # fmt: skip


def test_neighbours_with_close_names_and_parents_of_their_own_are_not_told():
    other = HAOYU | {"name": "张浩然", "father_name": "张志强", "mother_name": "赵梅"}
    assert told(HAOYU | FAMILY, other) is None
    assert told(HAOYU | FAMILY, other | {"father_name": "张建国"}) is not None


def test_siblings_are_not_told():
    for sister in (
        {"name": "张雨涵", "birth_date": "2015-03-08"},
        {"name": "张雨涵", "birth_date": "2017-06-01"},
        {"name": "张浩然", "birth_date": "2017-06-01"},
        {"name": "张浩宁", "birth_date": "2013-03-08"},
        {"name": "张皓雨", "birth_date": "2013-06-08"},
    ):
        assert told(HAOYU | FAMILY, sister | FAMILY) is None, sister


def test_a_wrong_month_in_one_family_is_told():
    other = HAOYU | FAMILY | {"name": "张浩雨", "birth_date": "2015-07-21"}
    assert told(HAOYU | FAMILY, other)[:2] == ("姓名读音相同", "父亲同名")


def test_twins_are_told_until_both_have_numbers(number):
    other = HAOYU | FAMILY | {"name": "张浩然"}
    assert told(HAOYU | FAMILY, other)[:2] == ("姓名只差一字", "出生日期相同")
    one = HAOYU | FAMILY | {"id_number": number(order=1)}
    assert told(one, other) is not None
    assert told(one, other | {"id_number": number(order=3)}) is None
    girl = told(HAOYU | FAMILY, other | {"sex": "female"})
    assert girl[-1] == "但性别不同"


def test_a_number_with_a_slip_is_no_second_child(number):
    right = number(order=12)
    wrong = right[:14] + right[15] + right[14] + right[16:]
    assert told(HAOYU | {"id_number": right}, HAOYU | {"id_number": wrong})[0] == "身份证号只差一处"


def test_a_parent_who_guards_is_counted_once():
    guarding = FAMILY | {
        "guardian_relation": "51",
        "guardian_name": "张建国",
        "guardian_phone": "19900000001",
    }
    assert weigh(HAOYU | FAMILY, HAOYU | FAMILY).score == weigh(HAOYU | guarding, HAOYU | guarding).score
