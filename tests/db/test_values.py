"""What people write in cells, and what of it must be refused with a cure."""

from datetime import date, datetime

import pytest

from db import values
from db.values import Refused


def number(first17: str) -> str:
    return first17 + values.check_digit(first17)


def test_check_digit_by_the_standards_own_example():
    assert values.check_digit("11010519491231002") == "X"  # GB 11643's example


@pytest.mark.parametrize("written", ["34050520160425430X", "34050520160425430x", "３４０５０５２０１６０４２５４３０Ｘ",
                                     " 340505 20160425 430X ", "'34050520160425430X", "340505-20160425-430×"])  # fmt: skip
def test_id_number_as_people_write_it(written):
    assert values.id_number(written) == "34050520160425430X"


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        ("340505201604254301", "校验位"),
        ("34050520160425430", "18位，现有17位"),
        (number("34050520150230123"), "不存在"),
        ("340505150308123", "15位的旧"),
        (3.4050520160425e17, "文本格式"),
        (340505201604254300, "文本格式"),
        ("3.40505E+17", "文本格式"),
        ("340505201604251000", "000"),
        ("没有", "17位数字"),
        (number("34050517990308123"), "年份"),
    ],
)
def test_id_number_refused_with_a_cure(written, cure):
    with pytest.raises(Refused, match=cure) as caught:
        values.id_number(written)
    assert "请" in str(caught.value)


def test_area_does_not_decide():
    retired = number("11022120150308123")  # 昌平县, retired in 1999
    assert values.id_number(retired) == retired


def test_birth_and_sex_of_an_id():
    assert values.id_birth("34050520160425430X") == "2016-04-25"
    assert values.id_sex("34050520160425430X") == "female"
    assert values.id_sex("340505201805301210") == "male"


@pytest.mark.parametrize(
    "written",
    ["2015-03-08", "2015.3.8", "2015年3月8日", "2015年3月8号", "20150308", "2015/3/8", 20150308, 20150308.0, 42071, "42071",
     42071.5, date(2015, 3, 8), datetime(2015, 3, 8, 9, 30), "2015-03-08 00:00:00", "２０１５．３．８", "2015-03-08T00:00:00"],
)  # fmt: skip
def test_a_day_in_its_many_dresses(written):
    assert values.partial_date(written) == "2015-03-08"
    assert values.full_day(written) == date(2015, 3, 8)


@pytest.mark.parametrize("written", ["2015.3", "2015年3月", "2015-03", "201503", 2015.3, "2015/3", 201503])
def test_a_month_stays_a_month(written):
    assert values.partial_date(written) == "2015-03"
    with pytest.raises(Refused, match="只有年月"):
        values.full_day(written)


@pytest.mark.parametrize(
    "written",
    ["2015-02-30", "2015-13-01", "15.3.8", "2015", 2015, "昨天", 2015.1, "1815-03-08", "", "3月8日"],
)
def test_no_date_is_guessed(written):
    with pytest.raises(Refused):
        values.partial_date(written)


def test_october_that_lost_its_zero_is_not_january():
    with pytest.raises(Refused, match="1月还是10月"):
        values.partial_date(2015.1)
    assert values.partial_date("2015.1") == "2015-01"
    assert values.partial_date(2015.12) == "2015-12"


@pytest.mark.parametrize(
    ("written", "digits"),
    [(19900008935.0, "19900008935"), ("199 0000-8935", "19900008935"), ("+86 19900008935", "19900008935"),
     ("（0555）1234567", "05551234567"), ("2345678", "2345678")],
)  # fmt: skip
def test_phone(written, digits):
    assert values.phone(written) == digits


@pytest.mark.parametrize(("written", "cure"), [("1990000893", "10位"), ("199000089355", "12位"), ("12900008935", "第二位"),
                                               ("19900008935/19900008936", "只留一个"), ("老王家", "不是电话")])  # fmt: skip
def test_phone_refused(written, cure):
    with pytest.raises(Refused, match=cure):
        values.phone(written)


def test_yes_no():
    assert [values.yes_no(each) for each in ("是", "√", "有", 1, "Y")] == [True] * 5
    assert [values.yes_no(each) for each in ("否", "×", "无", 0.0, "没有")] == [False] * 5
    with pytest.raises(Refused):
        values.yes_no("也许")


def test_count():
    assert [values.count(each) for each in (3, 3.0, "3人", "三", "十", "0")] == [3, 3, 3, 3, 10, 0]
    for bad in (3.5, -1, "几个", "3-4"):
        with pytest.raises(Refused):
            values.count(bad)


@pytest.mark.parametrize(
    ("written", "parts"),
    [("柳溪小学三年级", ("柳溪小学", "三年级")), ("青石镇初级中学九年级", ("青石镇初级中学", "九年级")), ("柳溪村幼儿园", ("柳溪村幼儿园", None)),
     ("九年级1班", (None, "九年级")), ("柳溪小学3年级", ("柳溪小学", "三年级")), ("三(2)班", (None, "三年级")), ("初一3班", (None, "初一")),
     ("青石镇初级中学一年级", ("青石镇初级中学", "初一")), ("柳溪幼儿园大班", ("柳溪幼儿园", "大班")), ("", (None, None))],
)  # fmt: skip
def test_school_and_grade(written, parts):
    assert values.grade(written) == parts


def test_names():
    assert values.person_name(" 张 浩　宇 ") == "张浩宇"
    assert values.person_name("阿依古丽•买买提") == "阿依古丽·买买提"
    assert values.person_name("Bob  Lee") == "Bob Lee"
    for dash in ("—", "/", "…", "12"):
        with pytest.raises(Refused):
            values.person_name(dash)


@pytest.mark.parametrize(
    ("word", "day"), [("今天", "2026-11-23"), ("昨 天", "2026-11-22"), ("明天", "2026-11-24")]
)
def test_days_are_read_from_words(monkeypatch, word, day):
    monkeypatch.setenv("GUANAI_TODAY", "2026-11-23")
    assert values.full_day(word).isoformat() == day


@pytest.mark.parametrize(("group", "rank"), [("一组", 1), ("二组", 2), ("十组", 10), ("十二组", 12), ("二十组", 20), ("第三组", 3),
                                             ("4组", 4), ("１２组", 12), ("村东头", 999), (None, 9999), ("", 9999)])  # fmt: skip
def test_village_groups_are_listed_by_their_number(group, rank):
    assert values.group_rank(group) == rank


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("11月20日", "2026-11-20"), ("11-20", "2026-11-20"), ("9.1", "2026-09-01"), ("１-８", "2027-01-08"), ("12/31", "2026-12-31"),
        ("2-29", "2-29"), ("13-1", "13-1"), ("2026-9-1", "2026-9-1"), ("今天", "今天"), ("", ""),
    ],
)  # fmt: skip
def test_a_day_typed_without_its_year_is_the_nearest(monkeypatch, typed, meant):
    monkeypatch.setenv("GUANAI_TODAY", "2026-11-24")
    assert values.with_year(typed) == meant
