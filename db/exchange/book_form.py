"""A sheet of a workbook that is a form of one child: its cells as they stand, its copies filled."""

from collections.abc import Mapping, Sequence

from db.exchange import xlsx_fill
from db.exchange.areas import Place
from db.exchange.reader import Sheet, Source
from db.exchange.sheet_xml import SheetXml
from db.exchange.workbook_xml import Workbook
from db.exchange.xls_looks import to_xlsx
from db.exchange.xlsx_fill import Value

AROUND = 40  # rows and columns beyond the last words in which drawn cells are looked for
Cells = Mapping[Place, Value]


class BookForm:
    """A sheet of a blank workbook. rows, merged: its words, the empty cells drawn around them included."""

    ending = ".xlsx"

    def __init__(self, source: Source, sheet: Sheet):
        """Raises Refused for a workbook that cannot be filled."""
        self._data = to_xlsx(source.data) if source.kind == "xls" else source.data
        self._sheet = sheet.name
        book = Workbook(self._data)
        drawn = SheetXml(book.package.text(book.sheet(sheet.name).part))
        height, width = len(sheet.rows), max(map(len, sheet.rows), default=0)
        places = [
            (number - 1, column)
            for number, line in drawn.lines.items()
            if number <= height + AROUND
            for column in line.cells()
            if column < width + AROUND
        ]
        merged = [
            (top - 1, left, min(bottom - 1, height + AROUND), min(right, width + AROUND))
            for top, left, bottom, right in drawn.merged
            if top <= height and left < width + AROUND
        ]
        area = sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in merged)
        self.merged = (
            merged if area <= (height + AROUND + 1) * (width + AROUND + 1) else []
        )  # else they overlap
        height = max([height, *(row + 1 for row, _ in places)])
        width = max([width, *(column + 1 for _, column in places)])
        if all(_holds(sheet, place) for place in places):  # nothing is drawn: what is free can be written in
            width += 1
        self.rows = [[*row, *[None] * (width - len(row))] for row in sheet.rows]
        self.rows += [[None] * width for _ in range(height - len(self.rows))]

    def filled(self, cells: Cells) -> bytes:
        """The workbook with these cells filled."""
        return xlsx_fill.fill_cells(self._data, {self._sheet: _counted(cells)})

    def booklet(self, pages: Sequence[tuple[str, Cells]]) -> bytes:
        """The workbook with the sheet once a page, named by its title. Raises Refused for too many."""
        return xlsx_fill.booklet(
            self._data, self._sheet, [(title, _counted(cells)) for title, cells in pages]
        )


def _counted(cells: Cells) -> dict[Place, Value]:
    """With rows counted from 1, as the workbook's writer does."""
    return {(row + 1, column): value for (row, column), value in cells.items()}


def _holds(sheet: Sheet, place: Place) -> bool:
    row, column = place
    return row < len(sheet.rows) and column < len(sheet.rows[row]) and sheet.rows[row][column] is not None
