"""Old xls forms become xlsx of the same looks."""

import io

import pytest
import xlrd
from made import REGISTERS
from openpyxl import load_workbook

from db.exchange.xls_looks import _look, _rotation, to_xlsx
from db.exchange.xlsx_fill import RowsIn, fill_rows
from db.values import Refused
from tests.sound import complaints

ROLL = (REGISTERS / "03-花名册.xls").read_bytes()


def test_values_merges_and_looks_come_over():
    data = to_xlsx(ROLL)
    assert complaints(data) == []
    old = xlrd.open_workbook(file_contents=ROLL, formatting_info=True).sheet_by_index(0)
    new = load_workbook(io.BytesIO(data)).worksheets[0]
    for row in range(old.nrows):
        for column in range(old.ncols):
            assert (new.cell(row + 1, column + 1).value or "") == old.cell_value(row, column)
    merged = {
        (each.min_row - 1, each.max_row, each.min_col - 1, each.max_col) for each in new.merged_cells.ranges
    }
    assert merged == set(old.merged_cells)
    assert (new["A1"].font.name, new["A1"].font.sz) == ("Arial", 10)
    assert (new.page_margins.left, new.page_setup.orientation) == (0.3, "portrait")


def test_the_form_can_be_filled():
    data = to_xlsx(ROLL)
    name = load_workbook(io.BytesIO(data)).sheetnames[0]
    out = fill_rows(data, [RowsIn(name, 41, None, [2, 3], [["张三", "女"], ["李四", "男"]])]).data
    assert complaints(out) == []
    assert [load_workbook(io.BytesIO(out))[name].cell(row, 3).value for row in (41, 42)] == ["张三", "李四"]


@pytest.mark.parametrize("degrees, said", [(0, 0), (45, 45), (90, 90), (135, -45), (180, -90), (255, 270)])
def test_rotations(degrees, said):
    assert _rotation(degrees) == said


def test_every_look_has_its_number_format_and_lock():
    book = xlrd.open_workbook(file_contents=ROLL, formatting_info=True)
    looks = [_look(book, xf) for xf in book.xf_list]
    assert all(each["num_format"] and "locked" in each and each["font_name"] for each in looks)


@pytest.mark.parametrize(
    "data", [b"", b"no workbook", ROLL[:2000], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)], ids=len
)
def test_what_cannot_be_read(data):
    with pytest.raises(Refused, match="另存为 xlsx"):
        to_xlsx(data)
