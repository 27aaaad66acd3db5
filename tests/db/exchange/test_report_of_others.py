"""Reports of registers that cannot come back as they were: old workbooks, text, what nothing can open; and the file itself."""

import io
import stat
import subprocess
import sys
import tempfile
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from books import (
    CARDS,
    RED,
    ROLL,
    WRONG,
    YELLOW,
    doubtful,
    opened,
    rich_book,
    wrong,
)
from made import FORM

from db.exchange import reader, report
from db.exchange.reader import Sheet, Source
from db.exchange.report import REASONS, Written, write_report
from db.values import Refused

# A day typed without its dashes into a cell of dates: what openpyxl makes of it is the point of a test below.
pytestmark = pytest.mark.filterwarnings("ignore:Cell E4 is marked as a date")


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
    assert set(written.lost) == {"宏", "图形", "条件格式", "迷你图"}
    with zipfile.ZipFile(target) as zipped:
        assert "xl/vbaProject.bin" not in zipped.namelist()
        assert "xl/charts/chart1.xml" in zipped.namelist()
        assert "xl/media/image1.png" in zipped.namelist(), "a picture comes along"
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
