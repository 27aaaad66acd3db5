"""Sheets as villages lay them out: several tables, members over several rows, cards, ditto marks, classes as sheets."""

from datetime import date

import pytest

from db import changes
from db.exchange import importing, register, tables
from db.exchange.reader import BadFile, Sheet
from db.models import CareRecord, Child, Focus, Helper, Kinship, Pairing, Survey


def sheets(user, *given: tuple[str, list], **options):
    opened = register.understand(
        "册", [Sheet(name, [list(row) for row in rows]) for name, rows in given], **options
    )
    return importing.take(opened, by=user)


def counts(outcome) -> tuple:
    return outcome.created, outcome.updated, outcome.unchanged, outcome.skipped


def families() -> dict:
    found: dict = {}
    for tie in Kinship.live():
        found.setdefault(tie.child.name, set()).add((tie.relation, tie.adult.name, tie.adult.phone))
    return found


def test_a_second_table_below_the_first_has_headings_of_its_own(user):
    outcome = sheets(user, ("S", [
        ["一组留守儿童"], ["姓名", "性别", "父亲姓名", "父亲电话"], ["谷一", "男", "谷父", "19900000001"], [],
        ["二组留守儿童"], ["姓名", "性别", "母亲姓名", "母亲电话"], ["谷三", "女", "谷三妈", "19900000002"],
        ["帮扶人"], ["姓名", "身份", "单位", "电话"], ["谷老师", "教师", "柳溪小学", "19900000003"],
    ]))  # fmt: skip
    assert counts(outcome) == (3, 0, 0, 0)
    assert families() == {"谷一": {("51", "谷父", "19900000001")}, "谷三": {("52", "谷三妈", "19900000002")}}
    assert [helper.name for helper in Helper.live()] == ["谷老师"]


def test_the_same_head_on_every_page_is_one_table(user):
    head = ["姓名", "性别", "出生日期"]
    opened = register.understand(
        "册", [Sheet("S", [head, ["张三", "男", "2015-3-8"], head, ["李四", "女", "2016-3-8"]])]
    )
    assert [len(each.grid.rows) for each in opened.tables] == [2]


def test_members_of_a_family_one_a_row(user):
    merged = ((0, 2, 0, 4),)
    rows = [
        ["姓名", "出生日期", "家庭成员情况", None, None], [None, None, "姓名", "关系", "电话"],
        ["阮一", "2015-5-6", "阮父", "父亲", "19900000001"], [None, None, "阮母", "母亲", "19900000002"],
        [None, None, "阮爷", "爷爷", "19900000003"], ["阮二", "2015-5-7", "阮父二", "父亲", "19900000004"],
    ]  # fmt: skip
    opened = register.understand("册", [Sheet("S", rows, merged=merged)])
    assert importing.take(opened, by=user).problems == []
    assert families() == {
        "阮一": {("51", "阮父", "19900000001"), ("52", "阮母", "19900000002"), ("61", "阮爷", "19900000003")},
        "阮二": {("51", "阮父二", "19900000004")},
    }


def test_a_card_of_one_child_is_no_register(user):
    card = [
        ["学生姓名", "单国庆", "班级", "幼儿园"],
        ["家访时间", "2026-9-1", "家访教师", "刘老师"],
        ["家庭住址", "一组", "父亲姓名", "单父"],
    ]
    with pytest.raises(BadFile, match="一人一张的卡片"):
        sheets(user, ("S", card))
    assert Child.live().count() == 0


def test_pairings_under_two_groups(user, take):
    take(["姓名", "出生日期"], ["张三", "2015-3-8"])
    take(["姓名", "身份", "单位", "电话"], ["刘老师", "教师", "柳溪小学", "19900000009"])
    head = (
        ["留守儿童", None, "帮扶责任人", None, None, "结对时间"],
        ["姓名", "年龄", "姓名", "单位", "电话", None],
    )
    rows = [
        *head,
        ["张三", 11, "刘老师", "柳溪小学", "19900000009", "2026-9-1"],
        ["张三", 11, "刘老师", None, None, "2026.9"],
    ]
    outcome = sheets(user, ("S", rows))
    assert (outcome.kind, counts(outcome)) == ("pairings", (1, 0, 0, 1))
    assert (Pairing.get().since, Helper.live().count()) == (date(2026, 9, 1), 1)
    assert "只有年月" in outcome.problems[0].message, "a day is not made up"


def test_helpers_of_one_sheet_are_known_to_the_next(user):
    outcome = sheets(
        user,
        ("结对", [["帮扶人姓名", "儿童姓名", "结对日期"], ["刘老师", "张三", "2026-9-1"]]),
        ("儿童", [["姓名", "出生日期"], ["张三", "2015-3-8"]]),
        ("帮扶人", [["姓名", "身份", "单位"], ["刘老师", "教师", "柳溪小学"]]),
    )
    assert (counts(outcome), Pairing.live().count()) == ((3, 0, 0, 0), 1)
    changes.undo(changes.last_action(user).action, user)
    assert [model.live().count() for model in (Child, Helper, Pairing)] == [0, 0, 0]


def test_each_sheet_speaks_for_its_own_day(user):
    sheets(user, ("新", [["填表日期：2026-9-8"], ["姓名", "出生日期", "民族"], ["张三", "2015-3-8", "回族"]]),
           ("旧", [["填表日期：2026-9-1"], ["姓名", "出生日期", "民族", "现住址"], ["张三", "2015-3-8", "汉族", "一组1号"]]))  # fmt: skip
    child = Child.get()
    assert (child.ethnicity, child.address) == ("03", "一组1号")


def test_the_class_by_the_sheets_name(user):
    outcome = sheets(user, ("二年级(1)班", [["姓名", "出生日期"], ["张三", "2018-3-8"]]),
                     ("名单", [["姓名", "出生日期", "年级"], ["李四", "2018-3-8", "三"]]))  # fmt: skip
    found = {each.child.name: (each.grade, each.class_no) for each in Survey.live()}
    assert found == {"张三": ("p2", "1班"), "李四": ("p3", None)}
    assert ["二年级" in problem.message for problem in outcome.problems if not problem.row] == [True]


def test_ditto_marks_say_what_the_cell_above_says(take):
    take(
        ["姓名", "出生日期", "现住址", "父亲务工地点"],
        ["张三", "2015-3-8", "一组1号", "深圳市"],
        ["李四", "2016-3-8", "同上", "〃"],
    )
    assert {child.address for child in Child.live()} == {"一组1号"}
    assert {survey.father_place for survey in Survey.live()} == {"深圳市"}


@pytest.mark.parametrize("written", ["1组", "第一组", "一村民小组", "第1村民组", "一组"])
def test_one_village_group_however_written(take, written):
    take(["姓名", "出生日期", "村民组"], ["张三", "2015-3-8", "一组"])
    outcome = take(["姓名", "出生日期", "村民组"], ["张三", "2015-3-8", written])
    assert (counts(outcome), outcome.problems, Child.get().village_group) == ((0, 0, 1, 0), [], "一组")


@pytest.mark.parametrize(
    "name", ["待定", "同上", "1张三", "张三,爷爷", "张三19900000001", "母:张三", "#本行作废"]
)
def test_what_is_no_name_makes_no_child(take, name):
    outcome = take(["姓名", "出生日期"], [name, "2015-3-8"])
    assert (counts(outcome), Child.live().count()) == ((0, 0, 0, 1), 0)
    assert outcome.problems[0].column == "姓名"


def test_a_remark_beside_a_name_is_told(take):
    outcome = take(["姓名", "出生日期", "父亲姓名"], ["王晓（转出）", "2015-3-8", "王父(已离异)"])
    assert [child.name for child in Child.live()] == ["王晓"]
    assert ["转出" in outcome.problems[0].message, "已离异" in outcome.problems[1].message] == [True, True]


@pytest.mark.parametrize("text", ["服刑", "住院", "本县", "改嫁", "离异，去向不明"])
def test_what_is_no_place_of_work_says_nothing_of_whereabouts(take, text):
    outcome = take(["姓名", "出生日期", "父亲姓名", "父亲务工地点"], ["张三", "2015-3-8", "张大", text])
    survey = Survey.get()
    assert (survey.father_whereabouts, survey.father_place) == (None, None)
    assert [(problem.column, problem.level) for problem in outcome.problems] == [("父亲务工地点", "error")]


def test_whereabouts_in_place_of_a_name(take):
    take(["姓名", "出生日期", "父亲姓名", "母亲姓名"], ["张三", "2015-3-8", "外出", "已故"])
    survey = Survey.get()
    assert (survey.father_whereabouts, survey.mother_whereabouts, Kinship.live().count()) == (
        "away",
        "dead",
        0,
    )


def test_what_hangs_on_an_answer_that_stands_is_not_filled_by_an_older_register(user):
    def bring(day, *row):
        head = ["姓名", "出生日期", "健康状况", "残疾类别及等级", "就学情况", "学校"]
        return sheets(user, ("S", [[f"填表日期：{day}"], head, ["张三", "2015-3-8", *row]]))

    bring("2026-9-8", "健康", None, "辍学", None)
    outcome = bring("2026-9-1", "残疾", "肢体三级", "小学", "柳溪小学")
    survey = Survey.get()
    assert (survey.health, survey.disability, survey.schooling, survey.school) == (
        "healthy",
        None,
        "dropped_out",
        None,
    )
    assert len(outcome.problems) == 4


def test_records_and_tags_that_were_settled_by_hand_stand(user, take):
    take(["姓名", "出生日期", "重点对象"], ["张三", "2015-3-8", "学困"])
    talk = ["时间", "谈心对象", "谈话人", "谈话内容", "后续措施"]
    take(talk, ["2026-9-1", "张三", "刘老师", "近况", "再谈"])
    with changes.action("改", user) as act:
        act.update(CareRecord.get(), follow_up="已转介")
        act.update(Focus.get(), until=date(2026, 9, 9))
    rows = ["2026-9-1", "张三", "刘老师", "近况", "再谈"], ["2026-9-2", "张三", "刘老师", "又谈", None]
    assert "与台账不同" in "".join(problem.message for problem in take(talk, *rows).problems)
    assert (
        CareRecord.live().where(CareRecord.reason.is_null(), CareRecord.content == "近况").get().follow_up
        == "已转介"
    )
    outcome = take(["姓名", "出生日期", "重点对象", "民族"], ["张三", "2015-3-8", "学困", "回族"])
    assert "结束" in outcome.problems[0].message and Focus.live().count() == 1


def test_forty_and_more_of_one_name(take):
    rows = [["张三", f"{2008 + n // 12}-{n % 12 + 1}-1", f"父{n}"] for n in range(60)]
    head = ["姓名", "出生日期", "父亲姓名"]
    assert counts(take(head, *rows)) == (60, 0, 0, 0)
    assert counts(take([*head, "民族"], *[[*row, "回族"] for row in rows])) == (0, 60, 0, 0)
    outcome = take(["姓名", "父亲姓名", "民族"], ["张三", "父7", "回族"])
    assert (counts(outcome), "很多名张三" in outcome.problems[0].message) == ((0, 0, 0, 1), True)


def test_a_heading_that_only_begins_like_a_member(user):
    for heading in ("家庭成员", "成员", "成员9"):
        table = tables.tables_of(Sheet("S", [["姓名", "出生日期", heading], ["张三", "2015-3-8", "张大"]]))[0]
        assert [each.text for each in table.columns.unmapped] == [heading]


def test_hidden_rows_are_taken_and_named_hidden_sheets_are_named_and_left(user):
    head = ["姓名", "出生日期"]
    shown = Sheet("明", [head, ["张三", "2015-3-8"], ["李四", "2016-3-8"]], hidden_rows=(1, 3))
    away = Sheet("暗", [head, ["王五", "2016-3-8"]], hidden=True)
    told = importing.take(register.understand("册", [shown, away]), by=user)
    assert {each.name for each in Child.live()} == {"张三", "李四"}
    said = "".join(each.message for each in told.problems)
    assert "第3行在表里是隐藏的" in said and "“暗”是隐藏的" in said
    with pytest.raises(BadFile, match="隐藏的工作表“暗”"):
        register.understand("册", [away])


def test_a_formula_without_a_result_is_told_in_a_row_and_nowhere_else(user):
    rows = [["姓名", "出生日期", "现住址"], ["张三", "2015-3-8", None], [], ["填表人：王晓"]]
    opened = register.understand("册", [Sheet("S", rows, unworked=((1, 2), (3, 2)))])
    told = importing.take(opened, dry_run=True)
    assert [each.row for each in told.problems if "公式" in each.message] == [2]


def test_two_dated_sheets_keep_their_days_when_the_file_comes_again(user):
    head = ["姓名", "出生日期"]
    book = [Sheet("新", [["填表日期：2026-9-1"], head, ["张三", "2015-3-8"]]),
            Sheet("旧", [["填表日期：2025-3-1"], head, ["李四", "2016-3-8"]])]  # fmt: skip
    for _ in range(2):
        opened = register.understand("册", book)
        importing.take(opened, by=user)
        assert {opened.day_of(each) for each in opened.tables} == {"2026-09-01", "2025-03-01"}


def test_a_day_said_for_a_file_is_remembered_with_it(user):
    book = [Sheet("S", [["填表日期：2026-9-1"], ["姓名", "出生日期"], ["张三", "2015-3-8"]])]
    opened = register.understand("册", book)
    opened.date("2026-8-1")
    importing.take(opened, by=user)
    again = register.understand("册", book)
    importing.take(again, by=user)
    assert again.day_of(again.tables[0]) == "2026-08-01"


@pytest.mark.parametrize("age", ["201603", "2027", "999999"])
def test_what_is_no_age_is_told_and_the_rest_goes_in(take, age):
    told = take(["姓名", "性别", "出生日期", "年龄"], ["赵三", "男", None, age])
    assert counts(told)[0] == 1 and any(each.column == "年龄" for each in told.problems)


@pytest.mark.parametrize("title", ["9999年秋 登记表", "0000-0001学年第一学期", "9998-9999学年第二学期"])
def test_a_title_with_an_impossible_term_gives_no_day(user, title):
    opened = register.understand("册", [Sheet("S", [[title], ["姓名", "出生日期"], ["张三", "2015-3-8"]])])
    assert opened.dated == "" and counts(importing.take(opened, by=user))[0] == 1
