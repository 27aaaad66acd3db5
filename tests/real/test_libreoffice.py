"""Filled forms opened by a real spreadsheet program: no error, the values there, an xls form as it looked."""

import csv
import io
import subprocess
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from db import site, store
from db.exchange import importing, register
from db.exchange.filling import open_form
from db.exchange.xls_looks import NOTE, to_xlsx
from db.exchange.xlsx_fill import RowsIn, booklet, fill_rows
from db.models import Child
from tests.sound import complaints

REGISTERS = Path(__file__).parents[1] / "registers"
ALL_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
PEOPLE = [[f"张{nth}", f"34050520150308{nth:03d}X", date(2015, 3, 8)] for nth in range(5)]


def convert(folder: Path, kind: str, *files: Path) -> Path:
    """Let LibreOffice convert files; returns the folder of what it made."""
    made = folder / kind.partition(":")[0]
    done = subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind,
         "--outdir", made, *files], capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert "error" not in (done.stdout + done.stderr).lower()
    return made


def cells(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8"))))


@pytest.fixture(scope="module")
def form() -> bytes:
    """A form with a formula, two lines and a footer."""
    book = Workbook()
    sheet = book.active
    sheet.title = "花名册"
    sheet.append(["留守儿童花名册"])
    sheet.merge_cells("A1:E1")
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet["A1"].font = Font(name="SimSun", size=18, bold=True, color="FF0000")
    sheet.row_dimensions[1].height = 36
    sheet.append(["序号", "姓名", "身份证号", "出生日期", "年份"])
    side = Side(style="medium")
    for row in (3, 4):
        sheet.cell(row, 1, row - 2)
        for column in range(1, 6):
            sheet.cell(row, column).border = Border(left=side, right=side, top=side, bottom=side)
            sheet.cell(row, column).fill = PatternFill("solid", fgColor="FFFF00")
        sheet.cell(row, 3).number_format = "@"
        sheet.cell(row, 4).number_format = "yyyy-mm-dd"
        sheet.cell(row, 5, f'=IF(B{row}="","",YEAR(D{row}))')
    sheet["A5"] = "填表人："
    sheet.column_dimensions["C"].width = 24
    sheet.page_setup.orientation = "landscape"
    sheet.print_area = "A1:E5"
    sheet.print_title_rows = "1:2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_filled_forms_open_and_hold_the_values(tmp_path, form):
    roll = to_xlsx((REGISTERS / "03-花名册.xls").read_bytes())
    name = load_workbook(io.BytesIO(roll)).sheetnames[0]
    made = {
        "list": fill_rows(form, [RowsIn("花名册", 3, 2, [1, 2, 3], PEOPLE)]).data,
        "roll": fill_rows(roll, [RowsIn(name, 41, None, [2, 3], [["=1+1", "007"], ["李四", "男"]])]).data,
        "book": booklet(form, "花名册", [("张三", {(3, 1): "张三"}), ("李四", {(3, 1): "李四"})]),
    }
    files = []
    for stem, data in made.items():
        assert complaints(data) == [], stem
        files.append(tmp_path / f"{stem}.xlsx")
        files[-1].write_bytes(data)
    text = convert(tmp_path, ALL_SHEETS, *files)
    last = cells(text / "list-花名册(3).csv")
    assert last[0][0] == "留守儿童花名册" and last[4][0] == "填表人："
    assert last[2] == ["5", "张4", "34050520150308004X", "2015-03-08", "2015"]
    assert last[3][:4] == ["6", "", "", ""]
    assert [row[2:4] for row in cells(text / f"roll-{name}.csv")[40:42]] == [["=1+1", "007"], ["李四", "男"]]
    assert [cells(text / f"book-{each}.csv")[2][1] for each in ("张三", "李四")] == ["张三", "李四"]
    pages = convert(tmp_path, "pdf", *files)
    assert all((pages / f"{stem}.pdf").read_bytes().startswith(b"%PDF") for stem in made)


def test_an_old_form_looks_as_it_did(tmp_path, form):
    (tmp_path / "form.xlsx").write_bytes(form)
    data = to_xlsx((convert(tmp_path, "xls", tmp_path / "form.xlsx") / "form.xls").read_bytes())
    assert complaints(data) == []
    before, after = load_workbook(io.BytesIO(form)), load_workbook(io.BytesIO(data))
    old, new = before.active, after.active
    for row in range(1, 6):
        for column in range(1, 6):
            one, other = old.cell(row, column), new.cell(row, column)
            assert one.border.left.style == other.border.left.style
            assert (one.font.b, one.font.sz) == (other.font.b, other.font.sz)
            assert one.fill.fgColor.rgb[2:] == other.fill.fgColor.rgb[2:] or one.fill.fill_type is None
    assert (new["A1"].font.color.rgb, new["A1"].alignment.horizontal) == ("FFFF0000", "center")
    assert (new["C3"].number_format, new["D3"].number_format.lower()) == ("@", "yyyy\\-mm\\-dd")
    assert new.row_dimensions[1].height == pytest.approx(36, abs=0.5)
    assert new.column_dimensions["C"].width == pytest.approx(24, abs=0.5)
    assert [str(each) for each in new.merged_cells.ranges] == ["A1:E1"]
    assert new.page_setup.orientation == "landscape"
    assert (new.print_area, new.print_title_rows) == ("'花名册'!$A$1:$E$5", "$1:$2")


def test_an_old_register_emptied_is_filled_again(tmp_path, monkeypatch):
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-10")
    roll = REGISTERS / "03-花名册.xls"
    store.open_ledger(tmp_path / "ledger")
    by = site.user("wangxiao", "王晓")
    site.set_up(site_name="柳溪村", township="青石镇", by=by)
    importing.take(register.open_register(str(roll)), by=by)
    names = {child.name for child in Child.select()}
    book = load_workbook(io.BytesIO(to_xlsx(roll.read_bytes())))
    for row in book.active.iter_rows(min_row=4):
        for cell in row:
            if type(cell).__name__ != "MergedCell":
                cell.value = None
    book.save(tmp_path / "空表.xlsx")
    blank = convert(tmp_path, "xls", tmp_path / "空表.xlsx") / "空表.xls"
    form = open_form(str(blank))
    form.choose(who="all")
    list(form.write(tmp_path / "填好.xlsx", by))
    store.close()
    data = (tmp_path / "填好.xlsx").read_bytes()
    assert complaints(data) == [] and NOTE in form.result.notes
    assert form.result.rows == len(names) > 30
    told = {cell.value for row in load_workbook(io.BytesIO(data)).active for cell in row}
    assert names <= told
