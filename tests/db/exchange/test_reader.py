"""Files as people have them: what is read, and what is told about it."""

import io
import os
import sys
import time
from datetime import date, datetime
from types import SimpleNamespace

import pytest
from made import REGISTERS, book_xml, made_book, one_cell_book, read_as, refusal, sheet_xml
from openpyxl import Workbook

from db.exchange import reader
from db.exchange.reader import BadFile, Reading

ROWS = [["姓名", "性别"], ["张三", "男"]]
CSV = "姓名,性别\n张三,男"


def book(*rows: list) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


# ── text ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "data",
    [
        "姓名,性别\r\n张三,男\r\n".encode(), CSV.encode("utf-8-sig"), CSV.encode("gb18030"),
        "姓名\t性别\n张三\t男".encode("utf-16"), "姓名;性别\n张三;男".encode(), "姓名\t性别\n张三\t男".encode("gbk"),
        b"\xfe\xff" + CSV.encode("utf-16-be"), "姓名,性别\r张三,男\r".encode(), (CSV + "\n,\n,\n").encode(),
    ],
    ids=["utf-8", "bom", "gb18030", "utf-16", "semicolon", "tab", "utf-16 be", "old line ends", "empty rows"],
)  # fmt: skip
def test_text_registers(tmp_path, data):
    source = read_as(tmp_path, "名册.csv", data)
    assert source.sheets[0].rows == ROWS
    assert (source.name, source.data, source.kind, source.macros) == ("名册.csv", data, "text", False)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("某村名册,表一,2026年\n姓名\t性别\n张三\t男", [["某村名册,表一,2026年"], *ROWS]),
        ("姓名\t备注\n张三\t甲,乙,丙\n李四\t丁,戊", [["姓名", "备注"], ["张三", "甲,乙,丙"], ["李四", "丁,戊"]]),
        ("姓名，性别\t备注\n张三\t无", [["姓名，性别", "备注"], ["张三", "无"]]),
        ('姓名,备注\n张三,"一,二\n三"\n李四,', [["姓名", "备注"], ["张三", "一,二\n三"], ["李四"]]),
        ('姓名,编号\n张三,="0123"', [["姓名", "编号"], ["张三", "0123"]]),
        ('姓名,编号\n张三,"=""0123"""\n李四,=""', [["姓名", "编号"], ["张三", "0123"], ["李四"]]),
        ("姓名, \n\n张三,男", [["姓名"], [], ["张三", "男"]]),
        ("身高\t5\"\n张三\t6\"", [["身高", '5"'], ["张三", '6"']]),
    ],
    ids=["comma title", "commas inside", "wide comma", "line break", "text formula", "quoted formula", "gap", "inches"],
)  # fmt: skip
def test_how_text_is_cut(tmp_path, text, rows):
    assert read_as(tmp_path, "表.txt", text).sheets[0].rows == rows


FIVE = "姓名,性别,年级,村组,备注"


@pytest.mark.parametrize(
    ("lines", "second"),
    [
        (['"张三,男,一,二组,无'], ["张三", "男", "一", "二组", "无"]),
        (['张三,"男,一,"二组,东头",无'], ["张三", "男", "一", "二组,东头", "无"]),
        (['"张三,男,一,二组,无', '"李四",女,二,一组,无'], ["张三", "男", "一", "二组", "无"]),
        (['"张三,男,一,二组,无', '李四",女,二,一组,无'], ["张三", "男", "一", "二组", "无"]),
    ],
    ids=["never closed", "beside a proper one", "before a proper one", "closed by another"],
)
@pytest.mark.parametrize("after", [3, 200])
def test_a_lone_quote_swallows_no_rows(tmp_path, lines, second, after):
    rest = ["王五,男,三,一组,无"] * after
    rows = read_as(tmp_path, "表.csv", "\r\n".join([FIVE, *lines, *rest])).sheets[0].rows
    assert rows[0] == FIVE.split(",")
    assert rows[1] == second
    assert rows[1 + len(lines) :] == [each.split(",") for each in rest]


@pytest.mark.parametrize(
    ("row", "apart", "notes", "last"),
    [("男", 100, 2, "吴九"), ("男,一年级", 5, 2, "吴九"), ("男,一年级,二组,无", 1, 4, "吴九"), ("男,一年级,二组,无", 1, 1, '"吴九')],
)  # fmt: skip
def test_two_lone_quotes_that_look_like_a_pair(tmp_path, row, apart, notes, last):
    """Far apart, or with whole rows between, or in the same column one below the other: rows all the same."""
    names = ['"张三', *["王五"] * (apart - 1), '李四"', *["赵六"] * 20]
    note = "第一,家访\n" * 30
    lines = [*(f"{name},{row}" for name in names), *[f'孙七,"{note}"'] * notes, f"{last},{row}"]
    rows = read_as(tmp_path, "表.csv", "\n".join(lines)).sheets[0].rows
    assert [each[0] for each in rows] == ["张三", *names[1:], *["孙七"] * notes, "吴九"]
    assert [each[1] for each in rows if each[0] == "孙七"] == [note] * notes


def test_notes_of_many_lines_stay_whole_beside_a_lone_quote(tmp_path):
    note = "第一,家访\n第二,电话\n第三,无"
    text = f'{FIVE}\n张三,男,一,二组,"{note}"\n"李四,女,二,一组,无\n王五,男,三,一组,"{note}"'
    rows = read_as(tmp_path, "表.csv", text).sheets[0].rows
    assert [row[0] for row in rows] == ["姓名", "张三", "李四", "王五"]
    assert [row[4] for row in rows] == ["备注", note, "无", note]


@pytest.mark.parametrize(
    ("headings", "note"),
    [
        ("姓名,备注", "一,二,三\n四,五\n六,七,八"),
        ("姓名,性别,备注", "父,母,祖父,祖母\n外祖父,外祖母"),
        (FIVE, "第一,家访\n" * 20),
        (",".join(f"栏{at}" for at in range(40)), "父,母,祖父,祖母,外祖父\n外祖母,姑,舅\n" * 5),
    ],
    ids=["two columns", "three columns", "five columns", "forty columns"],
)
def test_notes_of_many_lines_stay_whole(tmp_path, headings, note):
    gap = "," * headings.count(",")
    text = "\n".join([headings, *(f'张{at}{gap}"{note}"' for at in range(30))])
    rows = read_as(tmp_path, "表.csv", text).sheets[0].rows
    assert [row[-1] for row in rows] == [headings.split(",")[-1], *[note] * 30]


def test_more_lines_than_rows_may_be(tmp_path):
    text = "\n".join(f'张三,"{at}\n\n\n\n"' for at in range(60_000))
    assert len(read_as(tmp_path, "表.csv", text).sheets[0].rows) == 60_000


@pytest.mark.parametrize("name", ["导出.xls", "导出.xlsx", "导出.csv", "导出"])
def test_a_text_table_whatever_its_name(tmp_path, name):
    assert read_as(tmp_path, name, "姓名\t性别\n张三\t男").sheets[0].rows == ROWS


def test_text_without_a_table_is_no_spreadsheet(tmp_path):
    assert "不分栏" in refusal(tmp_path, "导出.xls", "登录已过期\n请重新登录")
    assert read_as(tmp_path, "名单.txt", "姓名\n张三").sheets[0].rows == [["姓名"], ["张三"]]


def test_pasted_text():
    source = reader.Reading.from_text("姓名\t性别\r\n张三\t男\udce9").result()
    assert (source.name, source.kind, source.sheets[0].rows) == ("粘贴的内容", "text", ROWS)
    with pytest.raises(BadFile, match="粘贴的内容是空的"):
        reader.Reading.from_text(" \n").result()


# ── workbooks ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["名册.xlsx", "名册.csv", "名册"])
def test_a_book_keeps_its_kinds_of_cell_whatever_its_name(tmp_path, name):
    data = book(["甲", 3, 2.5, date(2015, 3, 8), datetime(2015, 3, 8, 9, 30), None, True])
    source = read_as(tmp_path, name, data)
    assert (source.kind, source.data) == ("xlsx", data)
    assert source.sheets[0].rows == [
        ["甲", 3, 2.5, date(2015, 3, 8), datetime(2015, 3, 8, 9, 30), None, "是"]
    ]
    assert [type(cell) for cell in source.sheets[0].rows[0][3:5]] == [date, datetime]


def test_a_number_that_is_none(tmp_path):
    data = made_book(sheet_xml('<row r="1"><c r="A1"><v>NaN</v></c><c r="B1"><v>1e999</v></c></row>'))
    assert read_as(tmp_path, "甲.xlsx", data).sheets[0].rows == [["nan", "inf"]]


def test_rows_keep_their_numbers_above_and_between(tmp_path):
    made = Workbook()
    made.active["B3"] = "姓名"
    made.active["B6"] = "张三"
    file = io.BytesIO()
    made.save(file)
    rows = read_as(tmp_path, "甲.xlsx", file.getvalue()).sheets[0].rows
    assert rows == [[], [], [None, "姓名"], [], [], [None, "张三"]]


def test_hidden_sheets_and_rows_and_merged_ranges(tmp_path):
    made = Workbook()
    first, second = made.active, made.create_sheet("字典")
    for number in range(1, 6):
        first.append(["一组", f"张{number}"])
    first.merge_cells("A2:A4")
    first.row_dimensions[3].hidden = True
    first.row_dimensions[9].hidden = True  # there is nothing in it
    second.append(["男"])
    second.sheet_state = "hidden"
    made.create_sheet("底").sheet_state = "veryHidden"
    file = io.BytesIO()
    made.save(file)
    sheets = read_as(tmp_path, "甲.xlsx", file.getvalue()).sheets
    assert [(each.name, each.hidden) for each in sheets] == [("Sheet", False), ("字典", True), ("底", True)]
    assert [each.merged for each in sheets] == [((1, 0, 3, 0),), (), ()]
    assert [each.hidden_rows for each in sheets] == [(3,), (), ()]


def test_merged_ranges_end_where_the_cells_end(tmp_path):
    def merged(*ranges: str) -> tuple:
        cells = "".join(f'<mergeCell ref="{each}"/>' for each in ranges)
        return read_as(tmp_path, "甲.xlsx", made_book(sheet_xml(
            '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c></row><row r="3"><c r="A3"><v>1</v></c></row>',
            after=f"<mergeCells>{cells}</mergeCells>"))).sheets[0].merged  # fmt: skip

    assert merged("A2:XFD1048576", "C1:D9", "A5:B6") == ((1, 0, 2, 1),)
    assert merged("A2:B3", "A2:B2") == ((1, 0, 1, 1), (1, 0, 2, 1))
    assert merged("A2:B3", "A1:B3") == (), "overlapping ones could be filled for ever"


def test_formulas_without_a_result_and_errors(tmp_path):
    made = Workbook()
    made.active.append(["年龄", "=1+1", "文字"])
    file = io.BytesIO()
    made.save(file)
    sheet = read_as(tmp_path, "甲.xlsx", file.getvalue()).sheets[0]
    assert (sheet.rows, sheet.unworked) == ([["年龄", None, "文字"]], ((0, 1),))


CELLS = {
    '<c r="{}"><f>1+1</f><v>2</v></c>': False,
    '<c r="{}"><f>1+1</f></c>': True,
    '<c r="{}" s="1"><f t="shared" si="0"/><v></v></c>': True,
    '<c r="{}"><f t="shared" si="0"/><v>2</v></c>': False,
    '<c r="{}" t="str"><f>""</f><v></v></c>': False,
    '<c r="{}" t="e"><v>#REF!</v></c>': True,
    "<c r='{}' t='e'><f>X</f><v>#N/A</v></c>": True,
    '<x:c r="{}" xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:f>1</x:f></x:c>': True,
}


@pytest.mark.parametrize("placed", [True, False], ids=["cells say where", "cells in order"])
def test_which_cells_have_no_result(tmp_path, placed):
    cells = "".join(each.format(f"{'ABCDEFGH'[at]}3") for at, each in enumerate(CELLS))
    if not placed:
        cells = cells.replace(' r="', ' o="').replace(" r='", " o='")
    where = ' r="3"' if placed else ""
    rows = f'<row r="1"/><row hidden="1"{" r=" + chr(34) + "2" + chr(34) if placed else ""}/>'
    data = made_book(sheet_xml(f'{rows}<row{where}>{cells}<c t="str"><v>末</v></c></row>'))
    sheet = read_as(tmp_path, "甲.xlsx", data).sheets[0]
    assert sheet.rows == [[], [], [None if at != 0 and at != 3 else 2 for at in range(8)] + ["末"]]
    assert sheet.unworked == tuple((2, at) for at, missing in enumerate(CELLS.values()) if missing)
    assert sheet.hidden_rows == (2,)


def test_the_old_format_tells_merged_ranges_and_hidden_sheets(tmp_path):
    data = (REGISTERS / "03-花名册.xls").read_bytes()
    source = read_as(tmp_path, "花名册.xls", data)
    sheet = source.sheets[0]
    assert (source.kind, sheet.name, sheet.hidden, source.macros) == ("xls", "花名册", False, False)
    assert sheet.rows[3][:3] == [1, "一组", "单国庆"]
    assert {(3, 1, 9, 1), (1, 1, 2, 1), (1, 6, 1, 8), (0, 0, 0, 15)} <= set(sheet.merged)
    at = data.index(b"\x85\x00") + 8  # BOUNDSHEET: its state follows the place of the stream
    hidden = data[:at] + b"\x01" + data[at + 1 :]
    assert [each.hidden for each in read_as(tmp_path, "花名册.xls", hidden).sheets] == [True]


def test_macros_are_told_of_and_left_alone(tmp_path):
    data = made_book(
        sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>'), more={"xl/vbaProject.bin": b"\0VBA"}
    )
    source = read_as(tmp_path, "甲.xlsm", data)
    assert (source.macros, source.sheets[0].rows) == (True, [[1]])
    assert not read_as(tmp_path, "乙.xlsx", one_cell_book("B2")).macros
    old = bytearray((REGISTERS / "03-花名册.xls").read_bytes())
    free = old.index("Workbook".encode("utf-16-le")) + 128  # the next entry of the file's directory
    name = "_VBA_PROJECT_CUR".encode("utf-16-le")
    assert not any(old[free : free + 66])
    old[free : free + 67] = name.ljust(64, b"\0") + (len(name) + 2).to_bytes(2, "little") + b"\1"
    source = read_as(tmp_path, "丙.xls", bytes(old))
    assert (source.macros, source.sheets[0].name) == (True, "花名册")


def test_names_of_sheets_are_clean(tmp_path):
    data = made_book(
        sheet_xml("<row r='1'><c r='A1'><v>1</v></c></row>"), book=book_xml('name="甲&#x202E;_x001B_乙"')
    )
    assert read_as(tmp_path, "甲.xlsx", data).sheets[0].name == "甲乙"


# ── while it goes on ─────────────────────────────────────────────────────────────────────────────────────


def test_reading_can_be_polled(tmp_path):
    (tmp_path / "甲.csv").write_text(CSV)
    reading = Reading(str(tmp_path / "甲.csv"))
    deadline = time.monotonic() + 30
    while not reading.done() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert reading.done()
    assert reading.result().sheets[0].rows == ROWS
    assert reading.result() is reading.result()


def test_a_cancelled_reading_leaves_no_process(tmp_path):
    reading = Reading.from_text(CSV)
    assert os.getsid(reading._child.pid) != os.getsid(0), "Ctrl+C in the terminal is ours alone"
    reading.cancel()
    with pytest.raises(ProcessLookupError):
        os.kill(reading._child.pid, 0)
    with pytest.raises(BadFile, match="取消"):
        reading.result()
    finished = Reading.from_text(CSV)
    assert finished.result().sheets[0].rows == ROWS
    finished.cancel()
    assert finished.result().sheets[0].rows == ROWS


def test_a_module_beside_the_file_is_not_run(tmp_path, monkeypatch):
    """The child process must not import what lies in the folder somebody works in."""
    (tmp_path / "json.py").write_text("raise SystemExit('run')")
    (tmp_path / "甲.csv").write_text(CSV)
    monkeypatch.chdir(tmp_path)
    assert reader.read("甲.csv").sheets[0].rows == ROWS


def test_standard_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(CSV.encode()), isatty=lambda: False))
    source = reader.read("-")
    assert (source.name, source.sheets[0].rows) == ("标准输入", ROWS)
    assert capsys.readouterr().err == ""


def test_a_terminal_is_asked_for_a_paste(monkeypatch, capsys):
    ours, theirs = os.openpty()
    with os.fdopen(theirs) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        os.write(ours, (CSV + "\n\x04").encode())
        assert reader.read("-").sheets[0].rows == ROWS
    os.close(ours)
    assert capsys.readouterr().err == "请粘贴表格内容，再按 Ctrl+D\n"
