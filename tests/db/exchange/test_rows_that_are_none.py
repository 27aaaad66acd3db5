"""Rows of a table that speak of nobody: sums, notes, what is printed again; and rows that look so and do not."""

import pytest

from db.exchange import aliases, grid

HEAD = ["姓名", "性别", "出生日期", "现住址", "父亲姓名", "备注"]
ONE, TWO = (
    ["张三", "男", "2015-03-08", "一组9号", "张大", None],
    ["李四", "女", "2016-03-08", "二组1号", "李大", None],
)


def names(*rows: list, head: list = HEAD) -> list:
    table = grid.find([["柳溪村花名册"], head, ONE, *rows, TWO], aliases.known)
    column = next(each.column for each in table.headings if each.text == "姓名")
    return [row[column] for _, row in table.rows]


@pytest.mark.parametrize(
    "row",
    [
        [], [None] * 6, ["小计"], ["小计", None, "7人"], ["一组小计", "7"], ["合计", "35人"], [None, "合计 35人"], [None, None, None, None, None, "小计"],
        ["一组", "小计", None, "7人"], ["柳溪村", "合计", 35.0], ["三年级合计：7"], ["本页合计", 7, 7, 7, 7, 7], ["合计", "男20", "女15", 35, 35, "35"],
        ["共35人"], ["合　计", "35"], [None, None, "总计（人）", 35], ["注：本表一式两份"], ["说明：红色为重点对象。"], ["1.以上数据截至九月"],
        ["续表，接上页"], ["一组"], ["第2组"], ["三年级"], ["三（1）班"], ["填表人：王晓", None, "审核人：李明"], ["校长签名：", None, None, "年  月  日"],
        HEAD, ["姓 名", "性 别", "出生\n日期", "现住址", "父亲姓名", "备注"], ["柳溪村花名册"],
    ],
    ids=str,
)  # fmt: skip
def test_nobody(row):
    assert names(row) == ["张三", "李四"]


@pytest.mark.parametrize(
    "row",
    [
        ["合小计", "男"], ["注力"], ["王园"], ["赵村", "女"], ["孙三", "男", None, None, None, "合计2000元"], ["周小计", "女", "2016.5", "合计"],
        ["吴签名", "男", "2015-03-08"],
    ],
    ids=str,
)  # fmt: skip
def test_somebody(row):
    assert names(row) == ["张三", row[0], "李四"]


def test_cells_without_a_heading_make_no_row():
    assert names([None, None, None, None, None, None, "2页"], [*[None] * 6, "√"]) == ["张三", "李四"]


def test_a_head_of_two_rows_printed_again():
    head = [["姓名", "父亲", None, "母亲", None], [None, "姓名", "电话", "姓名", "电话"]]
    rows = [["张三", "张大", "1", "李梅", "2"], *head, ["李四", "李大", "3", "王兰", "4"]]
    merged = ((0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 4))
    for given in (merged, ()):
        (table,) = grid.find_all([*head, *rows], aliases.known, given)
        assert [row[0] for _, row in table.rows] == ["张三", "李四"]
        assert [(each.group, each.text) for each in table.headings] == [
            ("", "姓名"), ("父亲", "姓名"), ("父亲", "电话"), ("母亲", "姓名"), ("母亲", "电话")]  # fmt: skip


@pytest.mark.parametrize("numbering", ["序号", "No.", "#", "编 号"])
def test_a_numbered_head_printed_again_with_its_titles_begins_no_other_table(numbering):
    page = [["柳溪村花名册"], ["单位：柳溪村"], [numbering, *HEAD]]
    (table,) = grid.find_all([*page, [1, *ONE], *page, [2, *TWO]], aliases.known)
    assert [row[1] for _, row in table.rows] == ["张三", "李四"]


@pytest.mark.parametrize("mark", ["（必填）", "(按户口簿)", "*", "：", "【选填】"])
def test_a_head_of_which_every_heading_carries_a_remark(mark):
    assert names(ONE, head=[each if each == "姓名" else each + mark for each in HEAD]) == [
        "张三",
        "张三",
        "李四",
    ]
    table = grid.find([[each + mark for each in HEAD], ONE], aliases.known)
    assert [row[0] for _, row in table.rows] == ["张三"]
