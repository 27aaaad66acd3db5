"""Put marks on a workbook's cells and leave all else as it was: the child process of `db.exchange.report`.

A stranger's workbook is opened whole here, so it happens under a limit of memory and time. Started as
`python -m db.exchange.marking FOLDER MEMORY SECONDS`; FOLDER holds `source` (the workbook) and `marks.json`;
`marked` is put beside them, and what could not be kept is printed as JSON. Imports nothing of the ledger.
"""

import json
import re
import sys
import warnings
import zipfile
from collections.abc import Collection
from copy import copy
from pathlib import Path
from typing import Any

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet import _reader
from openpyxl.worksheet.datavalidation import DataValidation, DataValidationList
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

DIGITS = 10**15  # a spreadsheet keeps fifteen: a longer number must be typed again, as text
X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
XM = "{http://schemas.microsoft.com/office/excel/2006/main}"
SHAPE = re.compile(rb"<(?:\w+:)?(?:sp|cxnSp|grpSp)[ >]")
# Parts of the package and words of openpyxl's warnings by which a loss is known → what it is called.
PARTS = {"xl/media/": "图片", "xl/charts/chart": "图表", "xl/vbaProject": "宏", "xl/ctrlProps/": "控件",
         "xl/activeX/": "控件", "xl/embeddings/": "嵌入的文件", "xl/threadedComments/": "批注的回复"}  # fmt: skip
WARNINGS = {"Conditional Formatting": "条件格式", "conditional formatting": "条件格式", "Sparkline": "迷你图",
            "Slicer": "切片器", "read chart": "图表", "has a comment which": "合并格里的批注",
            "header or footer": "页眉页脚"}  # fmt: skip


class Reader(ExcelReader):
    """openpyxl's reader, keeping two things it would lose: odd dates and choices listed on another sheet."""

    def read_worksheets(self) -> None:
        """Read the sheets; a number shown as a date stays that number (20150308 would become #VALUE!)."""
        self.wb._date_formats = self.wb._timedelta_formats = set()
        _reader.WorkSheetParser.parse_extensions = _parse_extensions
        super().read_worksheets()


def mark(source: Path, asked: dict[str, Any]) -> tuple[Workbook, list[str]]:
    """The workbook with earlier marks taken off and new ones put on, and the names of what it has lost.

    asked: author and colours (by which our own marks are known), width of the reasons' column, pages. A page:
    name, head (row), column, fresh (nobody's column yet), marks. A mark: row (from 1), column (from 0),
    colour, text, note; '' leaves that as it is.
    """
    with source.open("rb") as file, warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        reader = Reader(file, rich_text=True)
        reader.read()
    book = reader.wb
    book.template = False
    for sheet in book.worksheets:
        _wipe(sheet, asked["author"], asked["colours"])
    for page in asked["pages"]:
        sheet = book[page["name"]]
        column = _column(sheet, page)
        for (row, at), cell in sheet._cells.items():
            if at == column and row >= page["head"] and isinstance(cell, Cell):
                cell.value = None
        _widen(sheet, column, asked["width"])
        for each in page["marks"]:
            at = column if each["column"] == page["column"] else each["column"] + 1
            _put(_cell(sheet, each["row"], at), each, asked["author"], each["row"] == page["head"])
    return book, [
        name for words, name in WARNINGS.items() if any(words in str(each.message) for each in said)
    ]


def _parse_extensions(parser: _reader.WorkSheetParser, element: Any) -> None:
    """A choice list that points at another sheet stands in an extension; it may as well stand with the others."""
    choices = vars(parser).setdefault("data_validations", DataValidationList())
    for each in element.iter(f"{X14}dataValidation"):
        told = {name: value for name, value in each.attrib.items() if name in DataValidation.__attrs__}
        told |= {f"formula{n}": each.findtext(f"{X14}formula{n}/{XM}f") for n in (1, 2)}
        choices.append(DataValidation(sqref=each.findtext(f"{XM}sqref"), **told))
    for each in element:
        kind = _reader.EXT_TYPES.get(each.get("uri", "").upper(), "Unknown")
        warnings.warn(kind, stacklevel=1)


def _wipe(sheet: Worksheet, author: str, colours: Collection[str]) -> None:
    # The cells that are there: walking the area would make every cell up to a stray one in the last corner.
    for cell in sheet._cells.values():
        if cell.comment and cell.comment.author == author:
            cell.comment = None
        elif cell.comment:  # openpyxl forgot the size of its box
            cell.comment.width, cell.comment.height = _box(cell.comment.text)
        if cell.has_style and cell.fill.fill_type == "solid" and str(cell.fill.fgColor.rgb)[2:] in colours:
            cell.fill = PatternFill()


def _column(sheet: Worksheet, page: dict[str, Any]) -> int:
    """The reasons' column, from 1: past merged cells and formulas that show nothing, which the import cannot see."""
    column = page["column"] + 1
    if page["fresh"]:
        cells = sheet._cells.items()
        taken = {at for (row, at), cell in cells if row >= page["head"] and cell.value is not None}
        rows = {each["row"] for each in page["marks"] if each["text"]}
        for area in sheet.merged_cells.ranges:
            if any(area.min_row <= row <= area.max_row for row in rows):
                taken.update(range(area.min_col, area.max_col + 1))
        while column in taken:
            column += 1
    return column


def _widen(sheet: Worksheet, column: int, width: float) -> None:
    """Show a column; a run of columns stored as one (hidden up to the last, perhaps) is cut around it."""
    holders = sheet.column_dimensions
    shown = ColumnDimension(sheet, index=get_column_letter(column), min=column, max=column)
    for holder in list(holders.values()):
        holder.reindex()
        if holder.min <= column <= holder.max:
            del holders[holder.index]
            shown._style = copy(holder._style)
            for first, last in ((holder.min, column - 1), (column + 1, holder.max)):
                if first <= last:
                    rest = ColumnDimension(
                        sheet, get_column_letter(first), holder.width, holder.bestFit, holder.hidden,
                        holder.outlineLevel, collapsed=holder.collapsed, style=holder._style, min=first, max=last,
                    )  # fmt: skip
                    holders[rest.index] = rest
    shown.width = width
    holders[shown.index] = shown


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    """A cell; one not there yet looks as its row or column does, so that an ID typed into it stays text."""
    known = (row, column) in sheet._cells
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):  # only in our own column: a fault stands in the first of merged cells
        sheet.unmerge_cells(next(each.coord for each in sheet.merged_cells.ranges if cell.coordinate in each))
        return sheet.cell(row, column)
    if known:
        return cell
    line = sheet.row_dimensions.get(row)
    holders = (
        each for each in sheet.column_dimensions.values() if each.min and each.min <= column <= each.max
    )
    if look := line if line is not None and line.has_style else next(holders, None):
        cell._style = copy(look._style)
    return cell


def _put(cell: Cell, each: dict[str, Any], author: str, heads: bool) -> None:
    if each["colour"]:
        cell.fill = PatternFill("solid", fgColor=f"FF{each['colour']}")
        if isinstance(cell.value, int | float) and abs(cell.value) >= DIGITS:
            cell.number_format = "@"
    if each["text"]:
        cell.value = each["text"]
        cell.data_type = "s"  # whatever it begins with
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        font = copy(cell.font)
        font.bold = heads
        cell.font = font
    if each["note"] and cell.comment is None:  # the user's own stays
        cell.comment = Comment(each["note"], author)
        cell.comment.width, cell.comment.height = _box(each["note"])


def _box(text: str) -> tuple[int, int]:
    """Pixels a comment needs at about twenty characters a line."""
    return 300, 10 + 20 * sum(1 + len(line) // 20 for line in text.split("\n"))


def _lost(source: Path, marked: Path) -> list[str]:
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(marked) as after:
        lost = [
            name
            for part, name in PARTS.items()
            if _count(before.namelist(), part) > _count(after.namelist(), part)
        ]
        drawings = (each for each in before.namelist() if each.startswith("xl/drawings/drawing"))
        if any(SHAPE.search(before.read(each)) for each in drawings):
            lost.append("图形")
    return lost


def _count(names: list[str], part: str) -> int:
    return sum(name.startswith(part) for name in names)


def _main(folder: Path, memory: int, seconds: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source, marked = folder / "source", folder / "marked"
    book, lost = mark(source, json.loads((folder / "marks.json").read_text("utf-8")))
    book.save(marked)
    json.dump(list(dict.fromkeys(lost + _lost(source, marked))), sys.stdout)


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
