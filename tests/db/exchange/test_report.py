"""The sheet handed back: as it was, with our marks on it and nothing else changed."""

import io
import stat
import subprocess
import sys
import tempfile
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from made import FORM, HELPERS, REGISTERS, TALKS
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

from db.exchange import reader, report
from db.exchange.outcome import Problem
from db.exchange.reader import Sheet, Source
from db.exchange.report import REASONS, Written, write_report
from db.values import Refused

SCHOOL, ROLL, CARDS = (
    str(REGISTERS / name) for name in ("02-学籍导出.xlsx", "03-花名册.xls", "04-联系卡.csv")
)
RED, YELLOW = "FFFFC9C7", "FFFFF3B5"
# A day typed without its dashes into a cell of dates: what openpyxl makes of it is the point of a test below.
pytestmark = pytest.mark.filterwarnings("ignore:Cell E4 is marked as a date")
WRONG = "校验位不对，请照户口簿核对"


def wrong(row: int, at: int | None, sheet: str, column: str = "身份证号") -> Problem:
    return Problem(row, column, "3405**", "error", WRONG, sheet, at)


def doubtful(row: int, at: int | None, sheet: str, column: str = "电话") -> Problem:
    return Problem(row, column, "199", "warning", "与上一行相同", sheet, at)


def the_whole(sheet: str) -> Problem:
    return Problem(0, "", "", "warning", "工作表“旧表”没有导入", sheet, None)


def look(cell) -> tuple:
    """All that can be seen of a cell and done with it."""
    note = cell.comment and (cell.comment.text, cell.comment.author)
    style = cell.font, cell.fill, cell.border, cell.alignment, cell.protection
    link = cell.hyperlink and cell.hyperlink.target
    return cell.value, cell.data_type, cell.number_format, *map(repr, style), link, note


def looks(sheet, but: set[str] = frozenset()) -> dict[str, tuple]:
    """The looks of the cells that hold anything or look like anything, but for some."""
    cells = (cell for row in sheet.iter_rows() for cell in row if cell.coordinate not in but)
    return {cell.coordinate: look(cell) for cell in cells if cell.value is not None or cell.has_style}


def frame(sheet, but: str = "") -> dict:
    """What a sheet is beside its cells; but: a column left out."""
    return {
        "merged": {str(each) for each in sheet.merged_cells.ranges},
        "widths": {at: (each.width, each.hidden, each.min, each.max)
                   for at, each in sheet.column_dimensions.items() if at != but},
        "heights": {at: (each.height, each.hidden) for at, each in sheet.row_dimensions.items()},
        "frozen": sheet.freeze_panes, "filter": sheet.auto_filter.ref, "printed": sheet.print_area,
        "repeated": sheet.print_title_rows, "landscape": sheet.page_setup.orientation, "state": sheet.sheet_state,
        "choices": sorted((str(each.sqref), each.type, each.formula1) for each in sheet.data_validations.dataValidation),
        "rules": [(str(area.sqref), rule.operator, rule.formula, rule.dxf.fill)
                  for area in sheet.conditional_formatting for rule in area.rules],
    }  # fmt: skip


def opened(file) -> Workbook:
    return load_workbook(file, rich_text=True)


def column_of(sheet, row: int) -> str:
    """The letter of the column whose heading in that row is ours."""
    (cell,) = (cell for cell in sheet[row] if cell.value == REASONS)
    return cell.column_letter


@pytest.fixture
def target(tmp_path) -> Path:
    """Where a report goes."""
    return tmp_path / "核对.xlsx"


@pytest.fixture
def given(tmp_path):
    """Read a workbook or bytes made in a test as the import does: given(book), given(data, "名册.xlsm")."""

    def giving(made: Workbook | bytes, name: str = "名册.xlsx") -> Source:
        path = tmp_path / name
        made.save(path) if isinstance(made, Workbook) else path.write_bytes(made)
        return reader.read(str(path))

    return giving


def rich_book() -> Workbook:
    """A workbook with everything a village office puts into one."""
    book = Workbook()
    sheet = book.active
    sheet.title = "登记表"
    sheet.append(["柳溪村登记表"])
    sheet.append(["序号", "姓名", "身份证号", "电话", "出生日期", "年龄", "备注"])
    sheet.append(
        [1, "张三", "340505201503080012", "19900000001", date(2015, 3, 8), '=DATEDIF(E3,TODAY(),"Y")', None]
    )
    sheet.append([2, "李四", 340505201503080000, None, 20150308, "=A4+1", "同上"])
    sheet.append([3, "王五", "340505201503080013", "19900000003", datetime(2016, 1, 2, 8, 30), "=F4", None])
    sheet.append([])
    sheet.append(["填表人：王晓"])
    sheet.merge_cells("A1:G1")
    sheet.merge_cells("A7:G7")
    sheet.merge_cells("D4:D5")
    sheet["A1"].font, sheet["A1"].alignment = Font("黑体", 18, bold=True), Alignment("center", "center")
    for cell in sheet[2]:
        cell.border, cell.fill = Border(bottom=Side("thin")), PatternFill("solid", fgColor="FFDDEBF7")
    sheet["C3"].number_format = "@"
    sheet["E3"].number_format = 'yyyy"年"m"月"'
    sheet["E4"].number_format = "yyyy-mm-dd"  # a day typed in without its dashes: 20150308 days after 1899
    sheet["G3"].value = CellRichText("见", TextBlock(InlineFont(b=True), "低保证"))
    sheet["B5"].hyperlink = "https://example.org/"
    sheet["C5"].comment = Comment("户口簿已看", "王晓")
    sheet.column_dimensions["C"].width, sheet.row_dimensions[1].height = 24.5, 40
    sheet.column_dimensions["F"].hidden, sheet.row_dimensions[5].hidden = True, True
    sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_area = "C3", "A2:G5", "A1:G7"
    sheet.print_title_rows, sheet.page_setup.orientation = "2:2", "landscape"
    choices = DataValidation("list", "=字典!$A$1:$A$2", allow_blank=True)
    choices.add("G3:G100")
    sheet.add_data_validation(choices)
    sheet.conditional_formatting.add(
        "F3:F5", CellIsRule("greaterThan", ["16"], fill=PatternFill(bgColor="FFFF0000"))
    )
    words = book.create_sheet("字典")
    words.append(["低保"])
    words.append(["特困"])
    words.sheet_state = "hidden"
    return book


# ── a workbook stays as it was ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path, head", [(FORM, 3), (SCHOOL, 1), (HELPERS, 2), (TALKS, 2)])
def test_a_register_comes_back_as_it_was(path, head, target):
    source = reader.read(path)
    problems = [wrong(head + 1, 1, "Sheet1"), doubtful(head + 3, 2, "Sheet1"), the_whole("Sheet1")]
    assert write_report(source, problems, {"Sheet1": head}, target) == Written(2, True)
    before, after = opened(path).active, opened(target).active
    ours = column_of(after, head)
    assert after[f"{ours}{head}"].column == len(source.sheets[0].rows[head - 1]) + 1
    marked = {f"{ours}{row}" for row in (head, head + 1, head + 3)} | {f"B{head + 1}", f"C{head + 3}"}
    assert looks(after, marked) == looks(before, marked)
    assert frame(after, ours) == frame(before)
    for place in (f"B{head + 1}", f"C{head + 3}"):
        assert after[place].value == before[place].value
    # and so says another reader
    width = after[f"{ours}{head}"].column - 1
    rows = reader.read(str(target)).sheets[0].rows
    assert [[*row, *[None] * width][:width] for row in rows] == [
        [*row, *[None] * width][:width] for row in source.sheets[0].rows
    ]


def test_everything_an_office_puts_into_a_workbook_stays(given, target):
    book = rich_book()
    source = given(book)
    problems = [wrong(4, 2, "登记表"), doubtful(5, 3, "登记表"), wrong(5, 2, "登记表")]
    assert write_report(source, problems, {"登记表": 2}, target) == Written(2, True)
    after = opened(target)
    assert after.sheetnames == book.sheetnames
    sheet, was = after["登记表"], opened(io.BytesIO(source.data))["登记表"]
    marked = {"H2", "H4", "H5", "C4", "C5", "D4", "E4"}
    assert looks(sheet, marked) == looks(was, marked)
    assert frame(sheet, "H") == frame(was)
    assert (looks(after["字典"]), frame(after["字典"])) == (looks(book["字典"]), frame(book["字典"]))
    assert sheet["F3"].value == '=DATEDIF(E3,TODAY(),"Y")'
    assert isinstance(sheet["G3"].value, CellRichText)
    assert sheet["C5"].comment == Comment("户口簿已看", "王晓")  # not replaced by ours
    assert sheet["C5"].fill.fgColor.rgb == RED
    with zipfile.ZipFile(target) as zipped:
        cells = zipped.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>20150308</v>" in cells  # openpyxl by itself makes #VALUE! of it
    assert "#VALUE!" not in cells


def test_a_choice_list_on_another_sheet_is_kept_where_newer_programs_write_it(given, target):
    plain = io.BytesIO()
    rich_book().save(plain)
    data = io.BytesIO()
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                start, end = text.index(b"<dataValidations"), text.index(b"</dataValidations>") + 18
                extension = (
                    '<extLst><ext uri="{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}" '
                    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:dataValidations '
                    'count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation '
                    'type="list" allowBlank="1" showErrorMessage="1" xr:uid="{00000000-0002-0000-0000-000000000000}" '
                    'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision">'
                    "<x14:formula1><xm:f>字典!$A$1:$A$2</xm:f></x14:formula1><xm:sqref>G3:G9 G20</xm:sqref>"
                    "</x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"
                ).encode()
                text = (text[:start] + text[end:]).replace(b"</worksheet>", extension)
            new.writestr(name, text)
    written = write_report(given(data.getvalue()), [wrong(3, 2, "登记表")], {"登记表": 2}, target)
    assert written == Written(1, True)
    (kept,) = opened(target)["登记表"].data_validations.dataValidation
    assert (kept.type, str(kept.sqref), kept.formula1) == ("list", "G3:G9 G20", "字典!$A$1:$A$2")
    assert (kept.allowBlank, kept.showErrorMessage) == (True, True)


# ── the marks ────────────────────────────────────────────────────────────────────────────────────────────


def test_marks_stand_where_the_fault_is(given, target):
    problems = [
        wrong(4, 2, "登记表"),
        doubtful(4, 1, "登记表", "姓名"),
        doubtful(5, 3, "登记表"),  # in merged cells
        Problem(3, "", "", "error", "没有监护人", "登记表", None),
        the_whole("旧表"),
    ]
    assert write_report(given(rich_book()), problems, {"登记表": 2}, target).rows == 3
    sheet = opened(target)["登记表"]
    fills = {cell.coordinate: cell.fill.fgColor.rgb for row in sheet for cell in row if cell.fill.fill_type}
    heading = dict.fromkeys(("A2", "B2", "C2", "D2", "E2", "F2", "G2"), "FFDDEBF7")
    assert fills == heading | {
        "H2": YELLOW, "A3": RED, "H3": RED, "B4": YELLOW, "C4": RED, "D4": YELLOW, "H4": RED, "H5": YELLOW,
    }  # fmt: skip
    notes = {cell.coordinate: cell.comment for row in sheet for cell in row if cell.comment}
    assert {place: note.text for place, note in notes.items() if note.author == "guanai"} == {
        "H2": "全表：工作表“旧表”没有导入（请核对）",
        "A3": "没有监护人（未录入）",
        "B4": "姓名：与上一行相同（请核对）",
        "C4": f"身份证号：{WRONG}（未录入）",
        "D4": "电话：与上一行相同（请核对）",
    }
    assert sheet["H2"].value == REASONS
    assert sheet["H3"].value == "全表：工作表“旧表”没有导入（请核对）\n没有监护人（未录入）"
    assert sheet["H4"].value == f"身份证号：{WRONG}（未录入）\n姓名：与上一行相同（请核对）"
    assert (sheet["H4"].alignment.wrap_text, sheet["H4"].alignment.vertical) == (True, "top")
    assert (sheet["H2"].font.bold, sheet["H3"].font.bold) == (True, False)
    assert (sheet["H3"].font.name, sheet["H3"].font.size) == (sheet["C3"].font.name, sheet["C3"].font.size)
    assert sheet.column_dimensions["H"].width == 60


def test_a_file_of_one_sheet_need_not_say_which(given, target):
    assert write_report(given(rich_book()), [wrong(3, 2, "")], {"登记表": 2}, target) == Written(1, True)
    assert opened(target)["登记表"]["C3"].fill.fgColor.rgb == RED


def test_two_registers_in_one_file_and_a_sheet_without_problems(given, target):
    book = Workbook()
    for name in ("甲", "乙", "丙"):
        sheet = book.create_sheet(name)
        sheet.append(["姓名", "身份证号"])
        sheet.append(["张三", "1"])
    problems = [wrong(2, 1, "甲"), wrong(2, 1, "乙"), doubtful(2, 0, "乙")]
    written = write_report(given(book), problems, dict.fromkeys(("甲", "乙", "丙"), 1), target)
    assert written == Written(2, True)
    after = opened(target)
    assert [after[name]["C1"].value for name in "甲乙"] == [REASONS, REASONS]
    assert (looks(after["丙"]), frame(after["丙"])) == (looks(book["丙"]), frame(book["丙"]))


def test_columns_hidden_up_to_the_last_show_ours(given, target):
    book = rich_book()
    rest = book.active.column_dimensions["H"]
    rest.min, rest.max, rest.width, rest.hidden = 7, 16384, 11, True
    write_report(given(book), [wrong(3, 2, "登记表")], {"登记表": 2}, target)
    holders = opened(target)["登记表"].column_dimensions
    runs = [(each.min, each.max, each.width, each.hidden) for each in holders.values() if each.min > 6]
    assert sorted(runs) == [(7, 7, 11, True), (8, 8, 60, False), (9, 16384, 11, True)]


def test_the_reasons_take_nobody_elses_place(given, target):
    book = rich_book()
    sheet = book.active
    sheet["H4"] = '=IF(A4="","","")'  # shows nothing: the import sees an empty cell
    sheet.merge_cells("I5:I6")  # beyond all values: the import does not see it
    for column, noted in (("J", None), ("K", "另记")):
        sheet["J3"] = noted
        source = given(book)
        assert source.sheets[0].rows[3][7:8] in ([], [None])
        write_report(source, [wrong(5, 2, "登记表")], {"登记表": 2}, target)
        after = opened(target)["登记表"]
        assert column_of(after, 2) == column
        assert (after["H4"].value, after["J3"].value) == ('=IF(A4="","","")', noted)
        assert "I5:I6" in {str(each) for each in after.merged_cells.ranges}


def test_a_title_wider_than_the_table_does_not_push_ours_away(given, target):
    book = rich_book()
    sheet = book.active
    sheet.unmerge_cells("A1:G1")
    sheet.merge_cells("A1:Z1")
    sheet["J3"] = "另记"
    write_report(given(book), [wrong(3, 2, "登记表")], {"登记表": 2}, target)
    assert column_of(opened(target)["登记表"], 2) == "H"


def test_a_row_without_its_number_is_marked_in_its_first_filled_cell(given, target):
    book = rich_book()
    book.active["A4"] = None
    write_report(given(book), [wrong(4, None, "登记表", "")], {"登记表": 2}, target)
    sheet = opened(target)["登记表"]
    assert (sheet["A4"].fill.fill_type, sheet["B4"].fill.fgColor.rgb) == (None, RED)
    assert sheet["B4"].comment.text == f"{WRONG}（未录入）"


def test_a_row_of_a_sheet_that_is_no_register_is_marked_there(given, target):
    write_report(given(rich_book()), [wrong(2, 0, "字典")], {"登记表": 2}, target)
    book = opened(target)
    assert book["字典"]["A2"].fill.fgColor.rgb == RED
    assert book["字典"]["B2"].value == f"身份证号：{WRONG}（未录入）"
    assert book["登记表"]["H2"].value is None


def test_a_reason_longer_than_a_cell_is_cut(given, target):
    endless = [Problem(3, "备注", "", "error", "长" * 40_000, "登记表", 6)]
    for source in (given(rich_book()), Source("x", b"", "text", given(rich_book()).sheets)):
        write_report(source, endless, {"登记表": 2}, target)
        sheet = opened(target)["登记表"]
        assert sheet["H3"].value == sheet["G3"].comment.text == "备注：" + "长" * 31_997


def test_what_is_typed_into_a_marked_cell_keeps_all_its_digits(given, target):
    book = rich_book()
    book.active.column_dimensions["I"].number_format = "@"
    book.active["I2"] = "监护人身份证号"
    write_report(given(book), [wrong(4, 2, "登记表"), wrong(3, 8, "登记表")], {"登记表": 2}, target)
    sheet = opened(target)["登记表"]
    assert (sheet["C4"].value, sheet["C4"].number_format) == (340505201503080000, "@")  # was a number
    assert (sheet["I3"].value, sheet["I3"].number_format) == (None, "@")  # had no cell, but a text column


def test_nothing_of_ours_is_a_formula_or_breaks_the_file(given, target):
    problems = [Problem(3, "=身份证号", "", "error", "\x1b[31m读不出\u202e_x001B_\ud800\n再看", "登记表", 2)]
    for source in (
        given(rich_book()),
        Source("a.csv", b"", "text", [Sheet("登记表", [[], ["姓名"], ["张三"]])]),
    ):
        write_report(source, problems, {"登记表": 2}, target)
        sheet = opened(target)["登记表"]
        cell = sheet[f"{column_of(sheet, 2)}3"]
        assert (cell.value, cell.data_type) == ("=身份证号：[31m读不出\n再看（未录入）", "s")
        assert sheet["C3"].comment.text == "=身份证号：[31m读不出\n再看（未录入）"


# ── a report of a report ─────────────────────────────────────────────────────────────────────────────────


def test_the_marks_of_an_earlier_report_give_way(given, target):
    first = [wrong(3, 2, "登记表"), wrong(4, 2, "登记表"), doubtful(5, 3, "登记表"), the_whole("登记表")]
    write_report(given(rich_book()), first, {"登记表": 2}, target)
    mended = load_workbook(target, rich_text=True)
    mended.active["C3"] = "340505201503080039"
    mended.active["G5"].fill = PatternFill("solid", fgColor="FFFFC7CE")  # the palette's own light red
    mended.active["G5"].comment = Comment("待查", "王晓")
    again = [doubtful(4, 2, "登记表")]
    assert write_report(given(mended, "again.xlsx"), again, {"登记表": 2}, target) == Written(1, True)
    sheet = opened(target)["登记表"]
    assert column_of(sheet, 2) == "H"
    assert [sheet[f"H{row}"].value for row in range(2, 8)] == [
        REASONS, None, "电话：与上一行相同（请核对）", None, None, None]  # fmt: skip
    fills = {cell.coordinate: cell.fill.fgColor.rgb for row in sheet for cell in row if cell.fill.fill_type}
    assert {place: fill for place, fill in fills.items() if not place.endswith("2")} == {
        "C4": YELLOW, "H4": YELLOW, "G5": "FFFFC7CE"}  # fmt: skip
    notes = {cell.coordinate: cell.comment.text for row in sheet for cell in row if cell.comment}
    assert notes == {"C4": "电话：与上一行相同（请核对）", "C5": "户口簿已看", "G5": "待查"}
    assert (sheet["C3"].value, sheet["H2"].fill.fill_type) == ("340505201503080039", None)


def test_a_file_quite_mended_comes_back_clean(given, target):
    write_report(given(rich_book()), [wrong(3, 2, "登记表"), the_whole("登记表")], {"登记表": 2}, target)
    mended = load_workbook(target)
    mended.active.merge_cells("H3:H5")  # whatever they did in our column
    assert write_report(given(mended, "again.xlsx"), [], {"登记表": 2}, target) == Written(0, True)
    sheet = opened(target)["登记表"]
    assert [sheet[f"H{row}"].value for row in range(2, 6)] == [REASONS, None, None, None]
    ours = [cell.coordinate for row in sheet for cell in row if cell.fill.fgColor.rgb in (RED, YELLOW)]
    notes = [cell.comment.author for row in sheet for cell in row if cell.comment]
    assert (ours, notes) == ([], ["王晓"])


def test_cells_merged_in_our_column_are_taken_apart(given, target):
    write_report(given(rich_book()), [wrong(3, 2, "登记表")], {"登记表": 2}, target)
    mended = load_workbook(target)
    mended.active.merge_cells("H3:H5")
    for source in (given(mended, "again.xlsx"), Source("x", b"", "xlsx", given(mended, "again.xlsx").sheets)):
        written = write_report(source, [wrong(4, 2, "登记表")], {"登记表": 2}, target)
        assert written == Written(1, bool(source.data))
        sheet = opened(target)["登记表"]
        assert [sheet[f"H{row}"].value for row in (3, 4, 5)] == [None, f"身份证号：{WRONG}（未录入）", None]
        assert "D4:D5" in {str(each) for each in sheet.merged_cells.ranges}


# ── what cannot be as it was, and says so ────────────────────────────────────────────────────────────────


def test_an_old_workbook_comes_with_its_values_and_merged_cells(target):
    source = reader.read(ROLL)
    problems = [wrong(5, 8, "花名册"), doubtful(6, 2, "花名册", "姓名"), wrong(6, 1, "花名册", "村民组")]
    assert write_report(source, problems, {"花名册": 3}, target) == Written(2, False)
    sheet = opened(target)["花名册"]
    for row, cells in enumerate(source.sheets[0].rows, 1):
        for at, value in enumerate(cells, 1):
            told = sheet.cell(row, at).value
            assert (str(int(value)) if value and type(value) is float and value > 10**9 else value) == told
    assert sheet["I4"].value == "19900008935" and source.sheets[0].rows[3][8] == 19900008935.0
    assert {str(each) for each in sheet.merged_cells.ranges} >= {"A1:P1", "A2:A3", "G2:I2", "B4:B10"}
    assert sheet["Q3"].value == REASONS
    assert sheet["Q6"].value == "姓名：与上一行相同（请核对）\n村民组：" + WRONG + "（未录入）"
    fills = {cell.coordinate: cell.fill.fgColor.rgb for row in sheet for cell in row if cell.fill.fill_type}
    assert fills == {"I5": RED, "C6": YELLOW, "B4": RED, "Q5": RED, "Q6": RED}
    assert {cell.number_format for cell in (sheet["I5"], sheet["C6"])} == {"@"}


def test_a_text_table_becomes_a_workbook_of_text(target, tmp_path):
    path = tmp_path / "表.csv"
    path.write_text(
        '姓名,身份证号,备注\n张三,340505201503080012,"=HYPERLINK(""http://x"")"\n李四,,http://x\n王五,1\x1b2,{=1+1}\n',
        encoding="gb18030",
    )
    source = reader.read(str(path))
    assert write_report(source, [wrong(3, 1, ""), doubtful(2, 1, "")], {"": 1}, target) == Written(2, True)
    sheet = opened(target).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_col=3)] == [
        ["姓名", "身份证号", "备注"],
        ["张三", "340505201503080012", '=HYPERLINK("http://x")'],
        ["李四", None, "http://x"],
        ["王五", "12", "{=1+1}"],
    ]
    written = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {(cell.data_type, cell.number_format, cell.hyperlink) for cell in written} == {("s", "@", None)}
    assert sheet["B3"].fill.fgColor.rgb == RED
    assert sheet["B3"].number_format == "@"  # the ID is yet to be typed in
    assert (sheet["D1"].value, sheet["B2"].fill.fgColor.rgb) == (REASONS, YELLOW)
    assert sheet["B3"].comment.author == "guanai"
    assert sheet.column_dimensions["B"].number_format == "@"  # nor are those below
    assert sheet.column_dimensions["D"].width > 59
    # and a report of it is a report of a report
    again = reader.read(str(target))
    assert write_report(again, [], {again.sheets[0].name: 1}, target) == Written(0, True)
    assert not any(cell.comment or cell.fill.fill_type for row in opened(target).active for cell in row)


def test_the_contact_cards_come_back_row_by_row(target):
    source = reader.read(CARDS)
    write_report(source, [wrong(2, 4, "", "联系电话")], {"": 1}, target)
    again = reader.read(str(target)).sheets[0].rows
    width = len(source.sheets[0].rows[0])
    assert [row[:width] for row in again] == source.sheets[0].rows
    assert [row[width:] for row in again[:3]] == [[REASONS], [f"联系电话：{WRONG}（未录入）"], []]


@pytest.mark.filterwarnings("error")
def test_numbers_and_days_stay_what_they_are(target):
    rows = [
        ["姓名", "出生", "到校", "人数", "电话", "号码", "更早"],
        [
            "张三",
            date(2015, 3, 8),
            datetime(2016, 1, 2, 8, 30),
            2.5,
            19900000001,
            3.4050520150308e17,
            date(1890, 1, 1),
        ],
    ]
    merged = ((0, 0, 0, 0), (0, 1, 0, 3), (0, 2, 0, 4))  # one alone, and two that overlap
    more = [Sheet("", [["甲"]], hidden=True), Sheet("", []), Sheet("表一", []), Sheet("长" * 40, [])]
    source = Source("旧.xls", b"", "xls", [Sheet("[表]/*一?", rows, merged=merged), *more])
    write_report(source, [wrong(2, 5, "[表]/*一?"), doubtful(2, 1, "[表]/*一?")], {"[表]/*一?": 1}, target)
    book = opened(target)
    sheet = book.worksheets[0]
    assert [(cell.value, cell.number_format) for cell in sheet[2]][1:7] == [
        (datetime(2015, 3, 8), "yyyy-mm-dd"),
        (datetime(2016, 1, 2, 8, 30), "yyyy-mm-dd hh:mm:ss"),
        (2.5, "General"),
        ("19900000001", "@"),
        (3.4050520150308e17, "@"),  # as text it would pass for a whole number
        ("1890-01-01", "@"),
    ]
    assert sheet["B2"].fill.fgColor.rgb == YELLOW
    assert book.sheetnames == ["表一", "Sheet2", "Sheet3", "表一(4)", "长" * 31]
    assert [each.sheet_state for each in book] == ["visible", "hidden", *["visible"] * 3]
    assert [str(each) for each in sheet.merged_cells.ranges] == ["B1:D1"]


def test_a_hidden_first_sheet_and_hidden_rows_stay_hidden(target):
    sheets = [
        Sheet("甲", [["姓名"]], hidden=True),
        Sheet("乙", [["姓名"], ["张三"], ["李四"]], hidden_rows=(3,)),
    ]
    write_report(Source("x", b"", "xls", sheets), [wrong(2, 0, "乙")], {"乙": 1}, target)
    book = opened(target)
    assert (book["甲"].sheet_state, book.active.title) == ("hidden", "乙")
    assert [row for row, each in book["乙"].row_dimensions.items() if each.hidden] == [3]


def test_macros_and_pictures_are_left_out_and_named(given, target):
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet("登记表")
        sheet.write_row(0, 0, ["姓名", "身份证号"])
        sheet.write_row(1, 0, ["张三", "1"])
        dot = (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xff"
               b"\xff?\0\5\xfe\2\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82")  # fmt: skip
        sheet.insert_image("D5", "dot.png", {"image_data": io.BytesIO(dot)})
        sheet.insert_textbox("D9", "说明")
        sheet.conditional_format("A2:A9", {"type": "data_bar", "data_bar_2010": True})
        sheet.add_sparkline("C2", {"range": "A2:B2"})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=登记表!$B$2:$B$3"})
        sheet.insert_chart("H9", chart)
    with zipfile.ZipFile(data, "a") as zipped:
        zipped.writestr("xl/vbaProject.bin", b"macros")
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macro = io.BytesIO()
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(macro, "w") as new:
        for name in old.namelist():
            new.writestr(
                name, old.read(name).replace(kind, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
            )
    source = given(macro.getvalue(), "名册.xlsm")
    assert source.macros
    written = write_report(source, [wrong(2, 1, "登记表")], {"登记表": 1}, target)
    assert written[:2] == (1, True)
    assert set(written.lost) == {"宏", "图片", "图形", "条件格式", "迷你图"}
    with zipfile.ZipFile(target) as zipped:
        assert "xl/vbaProject.bin" not in zipped.namelist()
        assert "xl/charts/chart1.xml" in zipped.namelist()
        assert kind in zipped.read("[Content_Types].xml")
    assert opened(target)["登记表"]["B2"].fill.fgColor.rgb == RED


@pytest.mark.parametrize("limit", ["memory", "time", "broken", "killed"])
def test_a_workbook_that_cannot_be_opened_comes_with_its_values(limit, given, target, monkeypatch):
    source = given(rich_book())
    if limit == "memory":
        monkeypatch.setattr(report, "MEMORY", 2**20)
    elif limit == "time":
        monkeypatch.setattr(report, "SECONDS", -5)
    elif limit == "broken":
        source = Source(source.name, b"PK\x03\x04 and no more", "xlsx", source.sheets)
    else:
        child = target.parent / "child"
        child.write_text('#!/bin/sh\necho secret > "$TMPDIR/half a sheet"\nkill -9 $$\n')
        child.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(child))
    aside = target.parent / "aside"
    aside.mkdir()
    monkeypatch.setenv("TMPDIR", str(aside))
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    assert write_report(source, [wrong(5, 2, "登记表")], {"登记表": 2}, target) == Written(1, False)
    sheet = opened(target)["登记表"]
    assert [cell.value for cell in sheet[3]][:4] == [1, "张三", "340505201503080012", "19900000001"]
    assert {str(each) for each in sheet.merged_cells.ranges} == {"A1:G1", "A7:G7", "D4:D5"}
    assert (sheet["C5"].fill.fgColor.rgb, sheet["H5"].value) == (RED, f"身份证号：{WRONG}（未录入）")
    assert opened(target)["字典"].sheet_state == "hidden"
    assert list(aside.iterdir()) == []


def test_a_lone_cell_in_the_last_corner_costs_nothing(given, target):
    book = rich_book()
    source = given(book)
    book.active["XFD1048576"] = "远"
    far = io.BytesIO()
    book.save(far)
    source = Source("x", far.getvalue(), "xlsx", source.sheets)
    assert write_report(source, [wrong(3, 2, "登记表")], {"登记表": 2}, target) == Written(1, True)
    with zipfile.ZipFile(target) as zipped:
        assert len(zipped.read("xl/worksheets/sheet1.xml")) < 20_000


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────


def test_only_its_owner_can_read_it(given, target):
    target.write_text("old")
    target.chmod(0o644)
    for source in (given(rich_book()), reader.read(CARDS)):
        write_report(source, [], {}, target)
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert opened(target).worksheets


def test_the_home_folder_may_be_written_short(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    write_report(reader.read(CARDS), [], {}, "~/核对.xlsx")
    assert opened(tmp_path / "核对.xlsx").worksheets


@pytest.mark.parametrize("name, said", [
    ("没有/核对.xlsx", "没有.*这个文件夹.*请先建好"), ("核对.csv", "要以 .xlsx 结尾，请"), ("夹.xlsx", "写不了.*请换"),
])  # fmt: skip
def test_a_place_that_cannot_be_written_is_said(name, said, tmp_path):
    (tmp_path / "夹.xlsx").mkdir()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Refused, match=said):
        write_report(reader.read(CARDS), [wrong(2, 4, "")], {"": 1}, tmp_path / name)
    assert sorted(tmp_path.iterdir()) == before


def test_a_sheet_full_to_its_last_column_is_said(target):
    source = Source("x.csv", b"", "text", [Sheet("", [["姓名"] * 16_384])])
    with pytest.raises(Refused, match="没有空列"):
        write_report(source, [wrong(2, 0, "")], {"": 1}, target)
    assert not target.exists()


def test_the_program_itself_never_loads_the_library_that_opens_workbooks(target):
    text = """if True:
        import sys
        from db.exchange import reader, report
        print(report.write_report(reader.read(sys.argv[1]), [], {}, sys.argv[2]).as_it_was)
        print("openpyxl" in sys.modules)"""
    told = subprocess.run(
        [sys.executable, "-c", text, FORM, target], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["True", "False"]
