"""Errors handed back as work: the register itself, with its faults marked."""

import io
import zipfile

import pytest
from books import (
    RED,
    SCHOOL,
    WRONG,
    YELLOW,
    column_of,
    doubtful,
    frame,
    looks,
    opened,
    rich_book,
    the_whole,
    wrong,
)
from made import FORM, HELPERS, TALKS
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from db.exchange import reader
from db.exchange.outcome import Problem
from db.exchange.reader import Sheet, Source
from db.exchange.report import REASONS, Written, write_report

# A day typed without its dashes into a cell of dates: what openpyxl makes of it is the point of a test below.
pytestmark = pytest.mark.filterwarnings("ignore:Cell E4 is marked as a date")


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


def test_the_reasons_stand_right_of_all_headings_not_in_a_gap(given, target):
    book = Workbook()
    for row in (["姓名", None, "身份证号"], ["张三", None, "1"]):
        book.active.append(row)
    write_report(given(book), [wrong(2, 2, "Sheet")], {"Sheet": 1}, target)
    assert column_of(opened(target).active, 1) == "D"
