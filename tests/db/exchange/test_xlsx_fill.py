"""Blank workbooks filled: the values are there, and all else is as it was."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter
from made import FORM, made_book, sheet_xml
from openpyxl import Workbook, load_workbook
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from python_calamine import CalamineWorkbook

from db.exchange.package import Unfit
from db.exchange.xlsx_fill import RowsIn, booklet, fill_cells, fill_rows
from db.values import Refused
from tests.sound import complaints

THIN = Side(style="thin")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
PEOPLE = [[f"张{nth}", f"34050520150101{nth:04d}", 8 + nth, date(2015, 1, 1 + nth)] for nth in range(5)]
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def opened(data: bytes) -> Workbook:
    assert complaints(data) == []
    return load_workbook(io.BytesIO(data))


def form(lines: int = 3, footer: bool = False) -> Workbook:
    """A title, headings in row 3, so many bordered lines of 序号, 姓名, 身份证号, 年龄, 出生日期; perhaps a footer."""
    book = Workbook()
    sheet = book.active
    sheet.title = "花名册"
    sheet["A1"] = "留守儿童花名册"
    sheet.merge_cells("A1:E1")
    for column, words in enumerate(("序号", "姓名", "身份证号", "年龄", "出生日期"), 1):
        sheet.cell(3, column, words)
    for row in range(4, 4 + lines):
        sheet.row_dimensions[row].height = 24.5
        for column in range(1, 6):
            cell = sheet.cell(row, column)
            cell.border, cell.font = BOX, Font(name="仿宋", size=11)
            cell.fill = PatternFill("solid", fgColor="FFEEEE" if row % 2 else "EEEEFF")
        sheet.cell(row, 1, row - 3)
        sheet.cell(row, 3).number_format = "@"
        sheet.cell(row, 5).number_format = 'yyyy"年"m"月"d"日"'
    if footer:
        sheet.cell(4 + lines, 1, "填表人（签名）：")
    sheet.column_dimensions["C"].width = 25.7
    sheet.print_area = f"A1:E{4 + lines}"
    sheet.print_title_rows = "1:3"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.oddFooter.center.text = "第&P页"
    return book


def filled(book: Workbook, *, lines: int | None, rows=PEOPLE, columns=(1, 2, 3, 4), first: int = 4, **more):
    out = fill_rows(saved(book), [RowsIn("花名册", first, lines, columns, rows, **more)])
    return opened(out.data), out.notes


def look(cell) -> str:
    return repr((cell.font, cell.border, cell.fill, cell.alignment, cell.number_format, cell.protection))


def test_values_go_into_the_forms_own_cells():
    kept, (book, notes) = form(8), filled(form(8), lines=8)
    blank, sheet = kept.active, book.active
    assert notes == []
    assert [[sheet.cell(row, column).value for column in range(1, 5)] for row in (4, 8)] == [
        [1, "张0", "340505201501010000", 8], [5, "张4", "340505201501010004", 12]]  # fmt: skip
    assert sheet["E4"].value.date() == date(2015, 1, 1)
    assert sheet["C4"].data_type == "s"
    for row in range(1, 13):
        assert sheet.row_dimensions[row].height == blank.row_dimensions[row].height
        for column in range(1, 6):
            assert look(sheet.cell(row, column)) == look(blank.cell(row, column)), (row, column)
    assert sheet.column_dimensions["C"].width == 25.7
    assert sheet.merged_cells.ranges == blank.merged_cells.ranges
    assert (sheet.print_area, sheet.print_title_rows) == (blank.print_area, "$1:$3")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert [sheet.cell(row, 1).value for row in range(4, 12)] == list(range(1, 9))


def test_more_rows_than_lines_go_on_below_in_the_same_look():
    made = form(2)
    sheet = made.active
    sheet.merge_cells("B4:C4")
    sheet.conditional_formatting.add("D4:D5", CellIsRule("greaterThan", ["10"], font=Font(bold=True)))
    choice = DataValidation("list", formula1='"是,否"')
    choice.add("E4:E5")
    sheet.add_data_validation(choice)
    sheet.print_area = "A1:E5"
    book, _ = filled(made, lines=None)
    page, kept = book.active, form(2)
    blank = kept.active
    assert [page.cell(row, 2).value for row in range(4, 9)] == [f"张{nth}" for nth in range(5)]
    assert [page.cell(row, 1).value for row in range(4, 9)] == [1, 2, 3, 4, 5]
    for row in (6, 7, 8):
        assert page.row_dimensions[row].height == 24.5
        assert look(page.cell(row, 5)) == look(blank.cell(4, 5))
    assert {str(each) for each in page.merged_cells.ranges} == {"A1:E1", "B4:C4", "B6:C6", "B7:C7", "B8:C8"}
    assert page.print_area == "'花名册'!$A$1:$E$8"
    assert [str(each.sqref) for each in page.conditional_formatting] == ["D4:D8"]
    assert str(page.data_validations.dataValidation[0].sqref) == "E4:E8"
    assert page.dimensions == "A1:E8"


def test_a_form_with_a_footer_goes_on_on_copied_pages():
    made = form(2, footer=True)
    made.create_sheet("说明")["A1"] = "=花名册!B4"
    made.active = 1
    book, notes = filled(made, lines=2, cells={(2, 0): "填报单位：柳溪村"})
    assert book.sheetnames == ["花名册", "花名册(2)", "花名册(3)", "说明"]
    assert notes == []
    for at, sheet in enumerate(book.worksheets[:3]):
        assert sheet["A1"].value == "留守儿童花名册" and sheet["B3"].value == "姓名"
        assert sheet["A2"].value == "填报单位：柳溪村"
        assert sheet["A6"].value == "填表人（签名）："
        assert [sheet["A4"].value, sheet["A5"].value] == [2 * at + 1, 2 * at + 2]
        assert sheet["B4"].value == f"张{2 * at}"
        assert sheet.column_dimensions["C"].width == 25.7 and sheet.row_dimensions[4].height == 24.5
        assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$3")
        assert sheet.print_area == f"'{sheet.title}'!$A$1:$E$6"
        assert sheet.oddFooter.center.text == "第&P页"
        assert look(sheet["B4"]) == look(made["花名册"]["B4"])
    assert book["花名册(3)"]["B5"].value is None
    assert book.active.title == "说明"
    assert book["说明"]["A1"].value == "=花名册!B4"


def test_pictures_stay_and_go_along():
    made = form(2, footer=True)
    made.active.add_image(Image(io.BytesIO(PIXEL)), "E1")
    data = saved(made)
    out = fill_rows(data, [RowsIn("花名册", 4, 2, [1], [["张三"], ["李四"], ["王五"]])])
    assert out.notes == []
    assert [len(sheet._images) for sheet in opened(out.data)] == [1, 1]
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(io.BytesIO(out.data)) as after:
        for name in before.namelist():
            same = before.read(name) == after.read(name)
            changed = (
                "xl/worksheets/sheet1.xml",
                "xl/workbook.xml",
                "xl/_rels/workbook.xml.rels",
                "[Content_Types].xml",
            )
            assert same or name in changed


def test_only_the_filled_sheet_changes():
    made = form(8)
    made.create_sheet("别的")["A1"] = 5
    data = saved(made)
    out = fill_rows(data, [RowsIn("花名册", 4, 8, [1], [["张三"]])]).data
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(io.BytesIO(out)) as after:
        assert before.namelist() == after.namelist()
        changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
    assert set(changed) <= {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}


@pytest.mark.parametrize(
    "said", ["=1+1", "+86", "-5", "@甲", "34050520150101001X", "007", "<b>&\"'", " 前后 ", "一\n二", "_x000D_", "_x005F_", "😀", "]]>"]
)  # fmt: skip
def test_text_is_text_whatever_it_looks_like(said):
    data = fill_rows(saved(form()), [RowsIn("花名册", 4, 3, [1], [[said]])]).data
    assert opened(data).active["B4"].data_type == "s"
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))  # which knows _x000D_ for what it is
    assert book.get_sheet_by_index(0).to_python()[3][1] == said


def test_what_xml_cannot_hold_is_left_out():
    book, _ = filled(form(), lines=3, rows=[["张\x00三\x1b\ufffe\ud800", "a\r\nb", None, None]])
    assert [book.active["B4"].value, book.active["C4"].value] == ["张三", "a\nb"]


def test_a_text_longer_than_a_cell_is_cut_and_said():
    book, notes = filled(form(), lines=3, rows=[["字" * 40_000, None, None, None]])
    assert len(book.active["B4"].value) == 32_767
    assert notes == ["有1格的文字超过一格能放下的长度，后面的没有填上"]


def test_a_day_is_a_day_only_where_the_form_shows_days():
    day = date(2015, 3, 8)
    book, _ = filled(form(), lines=3, rows=[[day, day, day, day], [None, None, 2.5, date(1899, 1, 2)]])
    sheet = book.active
    assert [sheet.cell(4, column).value for column in (2, 3, 4)] == ["2015-03-08"] * 3
    assert sheet["E4"].value.date() == day
    assert (sheet["D5"].value, sheet["E5"].value) == (2.5, "1899-01-02")


def test_days_are_counted_as_the_workbook_counts():
    made = form()
    made.epoch = __import__("datetime").datetime(1904, 1, 1)
    book, _ = filled(made, lines=3)
    assert book.active["E4"].value.date() == date(2015, 1, 1)


@pytest.mark.parametrize("bad", [True, [1], object(), b"x"])
def test_other_values_are_a_fault_of_the_caller(bad):
    with pytest.raises(TypeError):
        filled(form(), lines=3, rows=[[bad, None, None, None]])


def test_numbers_that_are_none_are_left_blank():
    book, _ = filled(form(), lines=3, rows=[["张三", None, float("nan"), None]])
    assert book.active["D4"].value is None


# ── formulas ─────────────────────────────────────────────────────────────────────────────────────────────


def test_formulas_stay_and_go_along():
    made = form(2)
    for row in (4, 5):
        made.active.cell(row, 4, f"=2026-VALUE(MID(C{row},7,4))+$D$1")
    book, _ = filled(made, lines=None)
    assert [book.active.cell(row, 4).value for row in (4, 5, 6, 8)] == [
        f"=2026-VALUE(MID(C{row},7,4))+$D$1" for row in (4, 5, 6, 8)]  # fmt: skip
    assert book.calculation.fullCalcOnLoad


def test_a_copied_pages_formulas_speak_of_itself():
    made = form(2, footer=True)
    made.active["E2"] = '=COUNTA(花名册!B4:B5)&"花名册!"'
    book, _ = filled(made, lines=2)
    assert book["花名册"]["E2"].value == '=COUNTA(花名册!B4:B5)&"花名册!"'
    assert book["花名册(2)"]["E2"].value == "=COUNTA('花名册(2)'!B4:B5)&\"花名册!\""


def test_numbers_by_row_go_on_on_copied_pages():
    made = form(2, footer=True)
    for row in (4, 5):
        made.active.cell(row, 1, "=ROW()-3")
    book, _ = filled(made, lines=2)
    assert [sheet["A5"].value for sheet in book] == ["=ROW()-3", "=ROW()-3+2", "=ROW()-3+4"]


LINES = (
    '<row r="4" spans="1:3"><c r="A4"/><c r="B4" t="str"><f t="shared" ref="B4:B5" si="0">A4&amp;"&lt;A4"</f><v>x</v></c>'
    '<c r="C4"><f t="array" ref="C4">SUM(A4:A5)</f><v>1</v></c></row>'
    '<row r="5"><c r="A5"/><c r="B5" t="str"><f t="shared" si="0"/><v>x</v></c></row>'
)


def test_shared_formulas_and_arrays():
    data = made_book(sheet_xml(LINES), more={
        "xl/calcChain.xml": '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="B4"/></calcChain>'})  # fmt: skip
    out = fill_rows(data, [RowsIn("S1", 4, None, [0, 1], [["甲", "不填"], ["乙", "不填"], ["丙", "不填"]])])
    xml = zipfile.ZipFile(io.BytesIO(out.data)).read("xl/worksheets/sheet1.xml").decode()
    assert '<c r="B4"><f t="shared" ref="B4:B5" si="0">A4&amp;"&lt;A4"</f></c>' in xml
    assert '<c r="B5"><f t="shared" si="0"/></c>' in xml
    assert '<c r="B6"><f>A6&amp;"&lt;A4"</f></c>' in xml
    assert "<v>" not in xml and "不填" not in xml
    assert out.notes == [
        "B栏在表里是公式，照原样留着，没有填",
        "C栏是数组公式，表下面续出的行里没有它，请在表格软件里补上",
    ]


# ── odd workbooks ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "body", ["<sheetData/>", "<sheetData></sheetData>", '<sheetData><row r="9"/></sheetData>']
)
def test_a_sheet_without_rows(body):
    data = made_book(sheet_xml("").replace("<sheetData></sheetData>", body))
    out = fill_rows(data, [RowsIn("S1", 2, 3, [1, 0], [["甲", "乙"]], {(1, 0): "题"})]).data
    rows = load_workbook(io.BytesIO(out)).active.iter_rows(values_only=True)
    assert list(rows)[:2] == [("题", None), ("乙", "甲")]


def test_cells_that_do_not_name_their_place():
    rows = '<row><c t="inlineStr"><is><t>姓名</t></is></c></row><row><c s="0"/><c/></row><row><c><v>7</v></c></row>'
    out = fill_rows(made_book(sheet_xml(rows)), [RowsIn("S1", 2, 1, [1], [["甲"]])]).data
    assert list(load_workbook(io.BytesIO(out)).active.iter_rows(values_only=True)) == [
        ("姓名", None), (None, "甲"), (7, None)]  # fmt: skip


def test_a_prefix_and_foreign_words_survive():
    main = 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    foreign = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac" xmlns:x14ac="urn:a"'
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?><!-- <row> --><x:worksheet {main} {foreign}><x:sheetData>'
        '<x:row r="2" x14ac:dyDescent="0.2"><x:c r="A2" /><x:c r="B2"><x:f>A2</x:f><x:v>1</x:v></x:c></x:row>'
        "</x:sheetData><x:pageMargins left=\"1\" right=\"1\" top=\"1\" bottom=\"1\" header=\"1\" footer=\"1\"/></x:worksheet>"
    )  # fmt: skip
    out = fill_rows(made_book(xml), [RowsIn("S1", 2, 1, [0], [["甲"], ["乙"]])]).data
    sheets = zipfile.ZipFile(io.BytesIO(out))
    for name, said in (("sheet1", "甲"), ("sheet2", "乙")):
        written = sheets.read(f"xl/worksheets/{name}.xml").decode()
        assert (
            f'<x:row r="2" x14ac:dyDescent="0.2"><x:c r="A2" t="inlineStr"><x:is><x:t>{said}</x:t></x:is></x:c>'
            in written
        )
        assert (
            '<x:c r="B2"><x:f>A2</x:f></x:c>' in written and foreign in written and "pageMargins" in written
        )
    assert [sheet["A2"].value for sheet in load_workbook(io.BytesIO(out))] == ["甲", "乙"]


def test_strict_workbooks():
    def strict(xml: str) -> str:
        return xml.replace("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships")  # fmt: skip

    plain = zipfile.ZipFile(io.BytesIO(made_book(sheet_xml('<row r="2"><c r="A2"/></row>'))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in plain.namelist():
            made.writestr(name, strict(plain.read(name).decode()))
    done = fill_rows(out.getvalue(), [RowsIn("S1", 2, 1, [0], [["甲"], ["乙"]])]).data
    assert [name for name in zipfile.ZipFile(io.BytesIO(done)).namelist() if "worksheets" in name] == [
        "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"]  # fmt: skip
    assert (
        "purl.oclc.org"
        in zipfile.ZipFile(io.BytesIO(done))
        .read("xl/_rels/workbook.xml.rels")
        .decode()
        .rpartition("sheet2")[0]
    )


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030", "utf-8-sig"])
def test_other_encodings(encoding):
    named = encoding.removesuffix("-sig")
    xml = sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>')
    xml = xml.replace('<?xml version="1.0"?>', f'<?xml version="1.0" encoding="{named}"?>').encode(encoding)
    out = fill_rows(made_book(xml), [RowsIn("S1", 2, 1, [0], [["甲"]])]).data
    assert [row[0] for row in load_workbook(io.BytesIO(out)).active.iter_rows(values_only=True)] == [
        "姓名",
        "甲",
    ]


def test_merged_cells_are_written_into_the_first_of_them():
    made = form(4)
    sheet = made.active
    for row in (4, 5):
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=3)
    out = fill_rows(
        saved(made), [RowsIn("花名册", 4, 4, [2, 3], [["张三", 8], ["李四", 9]], {(1, 3): "新标题"})]
    )
    page = opened(out.data).active
    assert (page["B4"].value, page["B5"].value, page["A1"].value) == ("张三", "李四", "新标题")


def test_lines_two_rows_high():
    made = Workbook()
    sheet = made.active
    sheet.title = "花名册"
    for row in (4, 6):
        for column in (1, 2):
            sheet.merge_cells(start_row=row, end_row=row + 1, start_column=column, end_column=column)
            sheet.cell(row, column).border = BOX
        sheet.cell(row, 3, "上学期")
        sheet.cell(row + 1, 3, "下学期")
    book, _ = filled(made, lines=None, rows=[["甲", 1], ["乙", 2], ["丙", 3]], columns=(0, 1))
    assert [book.active.cell(row, 1).value for row in (4, 6, 8)] == ["甲", "乙", "丙"]
    assert {str(each) for each in book.active.merged_cells.ranges} >= {"A8:A9", "B8:B9"}
    book, _ = filled(made, lines=4, rows=[["甲", 1], ["乙", 2], ["丙", 3]], columns=(0, 1))
    assert [sheet["A4"].value for sheet in book] == ["甲", "丙"]


def test_a_protected_sheet_is_filled_and_stays_so():
    made = form()
    made.active.protection.sheet = True
    book, notes = filled(made, lines=3)
    assert book.active["B4"].value == "张0" and all(sheet.protection.sheet for sheet in book)
    assert notes == ["工作表“花名册”设有保护，已照样填好，保护仍在"]


def test_macros_are_left_out():
    data = saved(form())
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as made:
        for name in before.namelist():
            part = before.read(name)
            if name == "[Content_Types].xml":
                part = part.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                ).replace(
                    b"</Types>",
                    b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
                )
            if name == "xl/_rels/workbook.xml.rels":
                kind = b"http://schemas.microsoft.com/office/2006/relationships/vbaProject"
                part = part.replace(
                    b"</Rel", b'<Relationship Id="rId99" Type="' + kind + b'" Target="vbaProject.bin"/></Rel'
                )
            made.writestr(name, part)
        made.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    done = fill_rows(out.getvalue(), [RowsIn("花名册", 4, 3, [1], [["张三"]])])
    assert opened(done.data).active["B4"].value == "张三"
    assert not any("vba" in name for name in zipfile.ZipFile(io.BytesIO(done.data)).namelist())
    assert done.notes == ["原表带有宏，填好的表里没有；要用宏请在原表里用"]


def test_a_template_becomes_a_workbook():
    made = form()
    made.template = True
    book, _ = filled(made, lines=3)
    assert not book.template


def test_a_hidden_line_that_is_filled_is_shown():
    made = form()
    made.active.row_dimensions[5].hidden = True
    book, _ = filled(made, lines=3)
    assert not book.active.row_dimensions[5].hidden


def test_cells_that_are_not_there_look_as_their_column_does():
    made = form(1)
    made.active.column_dimensions["F"].font = Font(bold=True)
    book, _ = filled(made, lines=1, rows=[["张三", "甲"]], columns=(1, 5), cells={(2, 5): "乙"})
    assert book.active["F4"].font.b and book.active["F2"].font.b


@pytest.mark.parametrize(
    ("data", "asked", "why"),
    [
        (b"", {}, "不是 xlsx"), (b"PK\x03\x04", {}, "不是 xlsx"), (None, {"sheet": "没有"}, "没有工作表“没有”"),
        (None, {"lines": 0}, "没有空行"), (None, {"lines": 1, "rows": [["甲"]] * 251}, "要续251页"),
        (None, {"cells": {(0, 0): "甲"}}, "没有第0行"),
    ],
)  # fmt: skip
def test_what_cannot_be_filled(data, asked, why):
    asked = {"sheet": "花名册", "first": 4, "lines": 3, "columns": [1], "rows": [["甲"]]} | asked
    with pytest.raises(Refused, match=why):
        fill_rows(saved(form()) if data is None else data, [RowsIn(**asked)])


@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("instead", [b"", b"<x/>"])
def test_a_part_that_has_lost_its_words_is_refused_with_the_cure(part, instead):
    held, out = io.BytesIO(), io.BytesIO()
    form().save(held)
    with zipfile.ZipFile(held) as source, zipfile.ZipFile(out, "w") as made:
        for name in source.namelist():
            made.writestr(name, instead if name == part else source.read(name))
    with pytest.raises(Unfit, match=r"请用表格软件打开后另存为 xlsx|没有工作表"):
        fill_rows(out.getvalue(), [RowsIn("花名册", 4, 3, [1], [["张三"]] * 9)])


def test_a_workbook_of_other_kinds_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(Unfit, match="另存为 xlsx"):
        fill_rows(out.getvalue(), [RowsIn("S1", 1, 1, [0], [["甲"]])])


# ── single cells and booklets ────────────────────────────────────────────────────────────────────────────


def test_single_cells():
    made = form()
    made.active["D2"] = "=A1"
    made.create_sheet("二")["A1"].alignment = Alignment(wrap_text=True)
    book = opened(
        fill_cells(
            saved(made),
            {"花名册": {(2, 0): "单位", (2, 3): "不填", (30, 2): 5}, "二": {(1, 0): date(2026, 1, 2)}},
        )
    )
    sheet = book["花名册"]
    assert (sheet["A2"].value, sheet["D2"].value, sheet["C30"].value) == ("单位", "=A1", 5)
    assert book["二"]["A1"].value == "2026-01-02" and book["二"]["A1"].alignment.wrap_text


def test_a_booklet_has_a_page_for_each():
    made = form(2)
    made.active.add_image(Image(io.BytesIO(PIXEL)), "E1")
    made.active["E2"] = "=花名册!A4"
    made.create_sheet("汇总")["A1"] = "=花名册!B4"
    titles = ["张三", "张三", "李/四:", "很长的名字" * 10, ""]
    book = opened(
        booklet(saved(made), "花名册", [(title, {(4, 1): f"第{at}"}) for at, title in enumerate(titles)])
    )
    assert book.sheetnames == ["张三", "张三(2)", "李 四", ("很长的名字" * 10)[:31], "花名册(5)", "汇总"]
    assert [sheet["B4"].value for sheet in book.worksheets[:5]] == [f"第{at}" for at in range(5)]
    assert [len(sheet._images) for sheet in book.worksheets] == [1, 1, 1, 1, 1, 0]
    assert [sheet["E2"].value for sheet in book.worksheets[:2]] == ["='张三'!A4", "='张三(2)'!A4"]
    assert book["汇总"]["A1"].value == "='张三'!B4"
    assert book["张三(2)"].print_area == "'张三(2)'!$A$1:$E$6"


def test_the_real_form():
    made = load_workbook(FORM)
    for row in made.active.iter_rows(4, 68):
        for cell in row:
            cell.value = None
    rows = [[f"{nth}-{column}" for column in range(43)] for nth in range(150)]
    out = fill_rows(
        saved(made), [RowsIn("Sheet1", 4, 65, range(43), iter(rows), {(2, 0): "填报单位"}, count=150)]
    )
    book = opened(out.data)
    assert book.sheetnames == ["Sheet1", "Sheet1(2)", "Sheet1(3)"]
    assert [sheet["AQ4"].value for sheet in book] == ["0-42", "65-42", "130-42"]
    assert all(sheet["A69"].value == "单位负责人（签名）：" for sheet in book)
    blank = opened(saved(made))
    for column in range(1, 44):
        assert look(book["Sheet1(2)"].cell(30, column)) == look(blank.active.cell(30, column))


def test_a_table_grows_with_its_lines():
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    page = book.add_worksheet("S")
    page.add_table(0, 0, 3, 1, {"columns": [{"header": "姓名"}, {"header": "性别"}]})
    page.add_table(0, 4, 3, 5, {"columns": [{"header": "甲"}, {"header": "乙"}], "total_row": True})
    book.close()
    out = fill_rows(made.getvalue(), [RowsIn("S", 2, None, [0, 1], [["张浩宇", "男"]] * 9)])
    page = opened(out.data).active
    assert (page.tables["Table1"].ref, page.tables["Table1"].autoFilter.ref) == ("A1:B10", "A1:B10")
    assert page.tables["Table2"].ref == "E1:F4"
    assert complaints(out.data) == []
