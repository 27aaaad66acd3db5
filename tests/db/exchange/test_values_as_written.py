"""Cells as people write them, through the importer: what is stored of each, and the sentence for what cannot be read."""

from datetime import date, datetime

import pytest

from db.models import Adult, Child, Kinship, Survey
from db.values import Refused, check_digit, person_name

FIRST = "34050520210714389"
ID = FIRST + check_digit(FIRST)  # ends in X
WIDE = "".join(chr(ord(char) + 0xFEE0) for char in ID)
NUMERALS = "甲乙丙丁戊己庚辛壬癸"
TEXT = "请把该列设为文本格式"
NOTHING = [
    None,
    "",
    "  ",
    "　",
    "—",
    "——",
    "-",
    "/",
    "\\",
    "、",
    "无",
    "暂无",
    "未填",
    "未采集",
    "N/A",
    "不清楚",
]
YES = ["是", "有", "√", "✓", "✔", "1", 1, 1.0, "１", "Y", "y", "对", " 是 ", "是\n", True]
NO = ["否", "无", "没有", "不是", "×", "x", "0", 0, 0.0, "N", "n", False]
DAY = [
    "2015-03-08", "2015-3-8", "2015.3.8", "2015.03.08", "2015/3/8", "2015年3月8日", "2015年3月8号", "2015年03月08日", "2015 年 3 月 8 日",
    "20150308", 20150308, 20150308.0, "２０１５．３．８", "2015。3。8", "二〇一五年三月八日", "2015-03-08 00:00:00", "2015-03-08T00:00:00",
    "2015、3、8", "2015 3 8", " 2015-3-8 ", "2015年3月8日生", "'2015-3-8", 42071, 42071.0, 42071.5, "42071", date(2015, 3, 8),
    datetime(2015, 3, 8, 0, 0),
]  # fmt: skip
MONTH = [
    "2015.3",
    "2015.03",
    "2015-3",
    "2015/3",
    "2015年3月",
    "201503",
    201503,
    201503.0,
    2015.3,
    "2015.3月",
    "二〇一五年三月",
    "20150300",
]
PHONE = [
    "19900000001", 19900000001, 19900000001.0, "19900000001.0", "199-0000-0001", "199 0000 0001", "199—0000—0001", "+8619900000001",
    "+86 199 0000 0001", "86-19900000001", "008619900000001", "(+86)19900000001", "（+86）19900000001", "１９９０００００００１", "'19900000001",
    " 19900000001 ",
]  # fmt: skip

# heading, field, stored value, the cells that come to it
STORED = [
    ("出生日期", "birth_date", "2015-03-08", DAY),
    ("出生年月", "birth_date", "2015-03", MONTH),
    ("出生年月", "birth_date", "2015-10", ["2015.10", "2015-10", "201510", "2015年10月"]),
    ("出生年月", "birth_date", "2015-12", [2015.12, "2015.12"]),
    ("身份证号", "id_number", ID, [ID, ID.lower(), WIDE, WIDE.lower(), f"{ID[:6]} {ID[6:14]} {ID[14:]}", f" {ID} ", f"'{ID}",
                               f"{ID[:6]}-{ID[6:]}", ID[:17] + "×", ID + "\n"]),
    ("性别", "sex", "male", ["男", "男性", "1", 1, 1.0, "M", "男 "]),
    ("性别", "sex", "female", ["女", "女性", "2", 2, 2.0, "F", "　女"]),
    ("民族", "ethnicity", "01", ["汉", "汉族", "汉 族", "01", "1", 1, 1.0, "０１"]),
    ("民族", "ethnicity", "15", ["土家", "土家族", "15", 15.0]),
    ("家庭电话", "phone", "19900000001", PHONE),
    ("家庭电话", "phone", "05551234567", ["0555-1234567", "0555 1234567", "（0555）1234567", "0555—1234567", "05551234567"]),
    ("是否登记户口", "registered", True, YES),
    ("是否登记户口", "registered", False, NO),
    ("是否寄宿", "boarding", True, [*YES, "住校", "寄宿", "住宿"]),
    ("就读方式", "boarding", False, [*NO, "走读", "非寄宿生"]),
    ("是否留守儿童", "declared", "some", [*YES, "留守儿童"]),
    ("是否留守儿童", "declared", "none", [*NO, "非留守"]),
    ("是否留守儿童", "declared", "both", ["双亲留守", "双亲", "父母双方外出", 2, 2.0]),
    ("是否留守儿童", "declared", "one", ["单亲留守", "单亲"]),
    ("年龄", "age", 9, [9, 9.0, "9", "9岁", "9周岁", "9 岁", "九", "九岁"]),
    ("村民组", "village_group", "3", [3, 3.0, "3", "３"]),
    ("村民组", "village_group", "三组", ["三组", " 三组", "三组\n"]),
    ("家庭经济来源", "income", "work farm", ["打工收入,种养殖业", "打工收入，种养殖业", "打工、种养殖", "种养殖业;打工收入", "务工 务农", "打工/务农",
                                     "打工收入和种养殖业", "打工\n务农", "打工|务农"]),
    ("救助帮扶情况", "aid", "dibao temporary", ["享受低保,临时救助", "低保、临时救助", "低保+临时", "临时救助，农村低保"]),
    ("救助帮扶情况", "aid", "none", ["无", "没有", "未享受"]),
    ("健康状况", "health", "chronic", ["慢性病", "有慢性病"]),
    ("健康状况", "health", "healthy", ["健康", "良好", "健康或良好", "正常"]),
    ("户口性质", "hukou_kind", "rural", ["农村居民户口", "农业户口", "农业", "农村"]),
    ("监护类型", "guardianship", "good", ["监护情况较好", "较好", "好"]),
    *[(heading, field, None, NOTHING) for heading, field in (("出生日期", "birth_date"), ("身份证号", "id_number"), ("性别", "sex"),
                                                            ("家庭电话", "phone"), ("民族", "ethnicity"), ("现住址", "address"), ("年龄", "age"))],
]  # fmt: skip

# heading, field, part of the sentence, the cells that get it
REFUSED = [
    ("身份证号", "id_number", f"后三位已丢失，{TEXT}", [340505202107143000, 340505202107143000.0, 3.40505202107143e17]),
    ("身份证号", "id_number", f"号码已丢失，{TEXT}", ["3.40505E+17", "3.40505202107143E+17", "3.4E17"]),
    ("身份证号", "id_number", f"多半被表格软件截断，{TEXT}", ["340505202107143000"]),
    ("身份证号", "id_number", "15位的旧身份证号，请照户口簿", ["340505210714389", 340505210714389, 340505210714389.0]),
    ("身份证号", "id_number", "现有17位，请照户口簿补全", [FIRST]),
    ("身份证号", "id_number", "校验位不对", [FIRST + "1"]),
    ("身份证号", "id_number", "不存在，请照户口簿核对第7到14位", ["34050520150230389X"]),
    ("身份证号", "id_number", "不是身份证号", ["遗失", "补办中", "3405052021O714389X"]),
    ("出生日期", "birth_date", "看不出是哪一天，请照2015-03-08的样子写", ["2015", 2015, "3月8日", "15.3.8", "八岁", "08/03/2015", "农历2015年3月8日"]),
    ("出生日期", "birth_date", "里没有13月", ["2015.13.1", "201513"]),
    ("出生日期", "birth_date", "这一天不存在", ["2015-02-30", "20150230"]),
    ("出生日期", "birth_date", "分不出1月还是10月", [2015.1]),
    ("出生日期", "birth_date", "年份不合理", ["1015-03-08", "2915.3.8"]),
    ("出生日期", "birth_date", "晚于今天", ["2027-03-08"]),
    ("家庭电话", "phone", "手机号应为11位", ["1990000000", "199000000012", 199000000012.0]),
    ("家庭电话", "phone", "第二位应为3到9", ["12345678901"]),
    ("家庭电话", "phone", "不是电话号码", ["没有电话", "1.99E+10", "55-12"]),
    ("性别", "sex", "不在性别的选项里，请写：男、女", ["不男不女", 3, "3"]),
    ("民族", "ethnicity", "不在民族的选项里", ["外星族", 99.0]),
    ("是否登记户口", "registered", "请写“是”或“否”", ["不知道", "2", 2.0]),
    ("是否寄宿", "boarding", "不在是否寄宿的选项里", ["半托", 2.0]),
    ("年龄", "age", "不是整数", ["9.5", 9.5, "九岁半", "小"]),
    ("家庭经济来源", "income", "不在家庭经济来源的选项里", ["打工,炒股"]),
    ("健康状况", "health", "不在健康状况的选项里", ["先天性心脏病"]),
]  # fmt: skip


def stored(name: str, field: str):
    child = Child.live().where(Child.name == name).get()
    return getattr(child if field in Child._meta.fields else Survey.get(Survey.child == child), field)


def written(cells: list) -> list[tuple[str, object]]:
    """Each cell with the name of a child for it."""
    return [(f"张{NUMERALS[at // 10]}{NUMERALS[at % 10]}", cell) for at, cell in enumerate(cells)]


@pytest.mark.parametrize(("heading", "field", "value", "cells"), STORED)
def test_what_is_stored(take, heading, field, value, cells):
    if field == "id_number" and value:
        for cell in cells:  # one number is one child
            outcome = take(["姓名", heading], ["张三", cell], kind="children")
            assert (outcome.problems, stored("张三", field)) == ([], value), cell
        return
    rows = [[name, cell, "有"] for name, cell in written(cells)]
    outcome = take(["姓名", heading, "备注"], *rows, kind="children")
    assert outcome.problems == []
    for name, cell in written(cells):
        assert stored(name, field) == value, repr(cell)


@pytest.mark.parametrize(("heading", "field", "sentence", "cells"), REFUSED)
def test_what_is_refused(take, heading, field, sentence, cells):
    for name, cell in written(cells):
        outcome = take(["姓名", heading, "备注"], [name, cell, "有"], kind="children")
        (problem,) = outcome.problems
        assert (problem.row, problem.column, problem.level) == (2, heading, "error")
        assert sentence in problem.message
        assert "请" in problem.message
        assert (stored(name, field), outcome.created) == (None, 1)  # the rest of the row goes in


@pytest.mark.parametrize(
    ("heading", "cell", "school", "schooling", "grade", "class_no"),
    [
        ("就读学校及年级", "柳溪小学三年级", "柳溪小学", "primary", "p3", None), ("就读学校及年级", "柳溪小学 3年级1班", "柳溪小学", "primary", "p3", "1班"),
        ("就读学校及年级", "柳溪小学三（1）班", "柳溪小学", "primary", "p3", "1班"), ("就读学校及年级", "柳溪小学/三年级", "柳溪小学", "primary", "p3", None),
        ("就读学校及年级", "柳溪小学（三年级）", "柳溪小学", "primary", "p3", None), ("就读学校及年级", "柳溪小学", "柳溪小学", "primary", None, None),
        ("就读学校及年级", "青石镇初级中学七年级", "青石镇初级中学", "junior", "j1", None), ("就读学校及年级", "青石镇初级中学一年级", "青石镇初级中学", "junior", "j1", None),
        ("就读学校及年级", "柳溪村幼儿园大班", "柳溪村幼儿园", "kindergarten", "k3", None), ("就读学校及年级", "未入学", None, "none_yet", None, None),
        ("就读学校及年级", "小学三年级", None, "primary", "p3", None), ("就读学校及年级", "辍学", None, "dropped_out", None, None),
        ("年级", "小学三年级", None, "primary", "p3", None), ("年级", "3年级", None, "primary", "p3", None), ("年级", 3.0, None, "primary", "p3", None),
        ("年级", "三", None, "primary", "p3", None), ("年级", "三年级1班", None, "primary", "p3", "1班"), ("年级", "初一", None, "junior", "j1", None),
        ("年级", "初中一年级", None, "junior", "j1", None), ("年级", "柳溪小学三年级", "柳溪小学", "primary", "p3", None),
        ("就学情况", "小学三年级", None, "primary", "p3", None), ("就学情况", "小学", None, "primary", None, None),
        ("就学情况", "幼儿园大班", None, "kindergarten", "k3", None), ("就学情况", "学龄前", None, "none_yet", None, None),
        ("班级", "三年级", None, "primary", "p3", None), ("班级", "三年级1班", None, "primary", "p3", "1班"), ("班级", "三(1)班", None, "primary", "p3", "1班"),
        ("班级", "柳溪小学三年级2班", "柳溪小学", "primary", "p3", "2班"), ("班级", "1班", None, None, None, "1班"), ("班级", 1.0, None, None, None, "1"),
        ("班级", "301班", None, None, None, "301班"), ("学校", "未入园", None, "none_yet", None, None), ("学校", "柳溪小学", "柳溪小学", "primary", None, None),
    ],
)  # fmt: skip
def test_school_grade_and_class_in_one_cell(take, heading, cell, school, schooling, grade, class_no):
    outcome = take(["姓名", heading], ["张三", cell], kind="children")
    survey = Survey.get()
    assert (survey.school, survey.schooling, survey.grade, survey.class_no) == (
        school,
        schooling,
        grade,
        class_no,
    )
    assert outcome.problems == []


def test_school_grade_and_class_in_several_cells(take):
    take(["姓名", "学校", "学段", "年级", "班级"], ["张三", "柳溪学校", "初中", "一年级", 2.0])
    survey = Survey.get()
    assert (survey.school, survey.schooling, survey.grade, survey.class_no) == (
        "柳溪学校",
        "junior",
        "j1",
        "2",
    )


def test_names(take):
    written = ["张 三", "李  四", "王　五", " 赵六 ", "阿依古丽•买买提", "迪丽 · 热巴", "Li  Ming"]
    take(["姓名", "出生日期"], *([name, "2015-03-08"] for name in written))
    assert [child.name for child in Child.live().order_by(Child.id)] == [
        "张三", "李四", "王五", "赵六", "阿依古丽·买买提", "迪丽·热巴", "Li Ming"]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "says"), [(None, "没有姓名"), ("—", "没有姓名"), ("无", "没有姓名"), (123.0, "不是姓名")]
)
def test_a_row_without_a_name(take, cell, says):
    outcome = take(["姓名", "出生日期"], [cell, "2015-03-08"])
    assert (outcome.skipped, Child.live().count()) == (1, 0)
    assert says in outcome.problems[0].message


def test_two_numbers_in_one_cell(take):
    written = [
        "19900000001/19900000002",
        "19900000001、19900000002",
        "19900000001 19900000002",
        "19900000001；19900000002",
    ]
    for at, cell in enumerate(written):
        (problem,) = take(["姓名", "家庭电话"], [f"张{'甲乙丙丁'[at]}", cell], kind="children").problems
        assert (problem.level, problem.value[:7]) == ("warning", "199****")
        assert "2个号码，只录入第一个" in problem.message
    assert {child.phone for child in Child.live()} == {"19900000001"}


@pytest.mark.parametrize(("yes", "no"), list(zip(YES, (NO * 2)[: len(YES)], strict=True)))
def test_where_the_parents_are_in_any_yes_and_no(take, yes, no):
    head = [
        "姓名",
        "父母双方同时外出",
        "父母一方外出、另一方无监护能力",
        "父亲务工地点",
        "父亲姓名",
        "母亲姓名",
    ]
    outcome = take(head, ["张三", yes, no, None, "张大", "李梅"], ["李四", no, no, "上海市", "李大", "王兰"])
    both, one = Survey.select().order_by(Survey.id)
    assert (both.father_whereabouts, both.mother_whereabouts) == ("away", "away")
    assert (one.father_whereabouts, one.mother_whereabouts, one.mother_able) == ("away", "home", True)
    assert outcome.problems == []


@pytest.mark.parametrize(
    ("cell", "entrusted"), [*((each, True) for each in YES), *((each, False) for each in NO), (None, True)]
)
def test_whether_the_child_is_entrusted(take, cell, entrusted):
    take(["姓名", "有无委托监护人", "委托监护人姓名", "与儿童关系"], ["张三", cell, "王兰", "祖母"])
    assert Kinship.get().entrusted is entrusted  # where nobody says, the heading's word does


def test_an_age_alone_is_kept_until_the_birth_date_comes(take):
    take(["姓名", "年龄", "监护人姓名", "监护人年龄"], ["张三", "9岁", "王兰", 65.0])
    assert (Child.get().age, Adult.get().age) == (9, 65)
    head = ["姓名", "出生日期", "监护人姓名", "监护人出生日期"]
    take(head, ["张三", "2017.3", "王兰", "1961年4月23日"])
    assert (Child.get().age, Child.get().birth_date) == (None, "2017-03")
    assert (Adult.get().age, Adult.get().birth_date) == (None, "1961-04-23")


@pytest.mark.parametrize("name", ["1.王晓", "3．陈小", "2、李小二", "4·周小"])
def test_a_number_before_a_name_is_no_part_of_it(name):
    with pytest.raises(Refused, match="不只是姓名"):
        person_name(name)
