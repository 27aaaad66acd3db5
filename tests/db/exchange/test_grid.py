"""Finding the table: titles, one or two rows of headings, footers."""

import pytest
from made import REGISTERS

from db.exchange import aliases, grid, headings, reader

HEAD = ["姓名", "性别", "出生日期"]


def find(*rows):
    return grid.find([list(row) for row in rows], aliases.known)


def test_title_lines_give_the_day_and_are_passed_over():
    table = find(
        ["某村登记表"], ["填报单位：某村  填报日期：2026年9月10日"], HEAD, ["张三", "男", "2015-03-08"]
    )
    assert table.dated == "2026-09-10"
    assert [number for number, _ in table.rows] == [4]
    assert table.title.startswith("某村登记表")


def test_a_day_at_the_foot_counts_only_if_it_is_called_so():
    assert find(HEAD, ["张三", "男", "2015-03-08"], ["填表人：王晓  填表日期：2026.9.10"]).dated == (
        "2026-09-10"
    )
    assert find(HEAD, ["张三", "男", "2015-03-08"]).dated == ""
    assert find(["2026年13月40日的表"], HEAD, ["张三", "男", "2015-03-08"]).dated == ""


@pytest.mark.parametrize(
    "footer",
    [["合计", None, "35人"], ["填表人：   联系电话："], ["单位负责人（签名）：", None, "复核人（签名）："], ["注：本表一式两份"], ["审核人", "王晓"],
     [None, "合计"]],
)  # fmt: skip
def test_footers_are_passed_over(footer):
    assert len(find(HEAD, ["张三", "男", "2015-03-08"], footer).rows) == 1


def test_a_person_is_never_a_footer():
    table = find(HEAD, ["合小计", "男", None], ["备注", "男", "2015-03-08"], ["注力", "女", None])
    assert [row[0] for _, row in table.rows] == ["合小计", "注力"]


def test_empty_rows_numbering_alone_and_a_repeated_head_are_passed_over():
    table = find(["序号", *HEAD], [1, "张三", "男", None], [], [2], ["序号", *HEAD], [3, "李四", "女", None])
    assert [number for number, _ in table.rows] == [2, 6]
    assert [each.text for each in table.headings] == HEAD


def test_two_rows_of_headings_put_each_under_its_group():
    table = find(
        ["姓名", "父亲", None, "监护人"],
        [None, "姓名", "电话", "姓名"],
        ["张三", "张大", "19900000001", "王奶奶"],
    )
    assert [(each.text, each.group) for each in table.headings] == [
        ("姓名", ""), ("姓名", "父亲"), ("电话", "父亲"), ("姓名", "监护人")]  # fmt: skip
    at = headings.match(table.headings, "children").at
    assert {target: heading.column for target, heading in at.items()} == {
        "child.name": 0, "father.name": 1, "father.phone": 2, "guardian.name": 3}  # fmt: skip


def test_nothing_that_is_no_register():
    assert find(["购物清单"], ["苹果", 3], ["梨", 4]) is None


@pytest.mark.parametrize(
    ("name", "rows", "first", "last", "kind"),
    [("01-基本情况登记表.xlsx", 65, 4, 68, "children"), ("03-花名册.xls", 35, 4, 38, "children"),
     ("05-帮扶人员名册.xlsx", 34, 3, 36, "helpers"), ("06-谈心记录.xlsx", 60, 3, 62, "records")],
)  # fmt: skip
def test_the_villages_registers(name, rows, first, last, kind):
    table = grid.find(reader.read(str(REGISTERS / name)).sheets[0].rows, aliases.known)
    assert (len(table.rows), table.rows[0][0], table.rows[-1][0]) == (rows, first, last)
    assert headings.guess(table.headings) == kind


def test_the_second_id_heading_of_the_form_is_the_guardians():
    table = grid.find(reader.read(str(REGISTERS / "01-基本情况登记表.xlsx")).sheets[0].rows, aliases.known)
    columns = headings.match(table.headings, "children")
    assert columns.at["child.id_number"].column == 4
    assert columns.at["guardian.id_number"].column == 37
    assert columns.unmapped == []
    assert len(columns.at) == 43 == len(columns.names())


def test_an_owner_in_brackets_and_a_list_of_choices():
    head = [
        "姓名",
        "公民身份证号码(受委托监护人)",
        "监护人姓名",
        "身体情况{健康|残疾|患病}",
        "家庭经济来源*",
        "公民身份证号码",
    ]
    at = headings.match(find(head, ["张三"]).headings, "children").at
    assert [(target, heading.column) for target, heading in at.items()] == [
        ("child.name", 0), ("guardian.id_number", 1), ("guardian.name", 2), ("survey.health", 3), ("survey.income", 4),
        ("child.id_number", 5)]  # fmt: skip


def test_every_alias_of_a_field_is_found():
    for kind in aliases.KINDS:
        for words, targets in aliases.table(kind).items():
            assert aliases.known(words), words
            assert targets
