"""The blank lines of a form as patterns: each keeps its look, its formulas go along, its numbering goes on."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from db.exchange.formulas import letters, moved
from db.exchange.package import Unfit
from db.exchange.sheet_xml import Area, Cell, Line, SheetXml, overlaps, without_results
from db.exchange.xml_text import attributes, legal, without_attribute

MAX_TEXT = 32_767  # what a cell can hold
LAST_ROW = 1_048_576
OWN_ROW = re.compile(r"\s*ROW\(\s*\)\s*(?:[-+]\s*\d+\s*)?")
FIRST_SAFE = date(1900, 3, 1)  # before it spreadsheets count a day that never was
Made = Callable[
    [int, int, int], str
]  # row number, how many lines before it, how many of them on earlier pages


class Values:
    """How values stand in cells, in one workbook."""

    def __init__(self, dates: set[int], from_1904: bool, prefix: str):
        self.dates, self.prefix = dates, prefix
        self.zero = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
        self.cut = 0  # texts too long for a cell

    def cell(self, place: str, style: int, value: Any) -> str:
        """One cell. Text is always text, whatever it begins with or looks like."""
        return self.filled(
            f'<{self.prefix}c r="{place}"' + (f' s="{style}"' if style else ""), value, style in self.dates
        )

    def filled(self, opened: str, value: Any, dated: bool) -> str:
        """A cell whose start tag is opened; dated: it shows a number as a day."""
        kind = type(value)
        if kind is str and value:
            return f'{opened} t="inlineStr">{self._text(value)}'
        if kind is int or (kind is float and math.isfinite(value)):
            return f"{opened}><{self.prefix}v>{value}</{self.prefix}v></{self.prefix}c>"
        if kind is date:
            if not dated or value < max(FIRST_SAFE, self.zero):
                return f'{opened} t="inlineStr">{self._text(value.isoformat())}'
            return f"{opened}><{self.prefix}v>{(value - self.zero).days}</{self.prefix}v></{self.prefix}c>"
        if value is None or value == "" or kind is float:
            return f"{opened}/>"
        raise TypeError(f"a cell cannot hold {value!r}")

    def _text(self, value: str) -> str:
        if len(value) > MAX_TEXT:
            self.cut += 1
            value = value[:MAX_TEXT]
        p, said = self.prefix, legal(value)
        kept = ' xml:space="preserve"' if said[0].isspace() or said[-1].isspace() or "\n" in said else ""
        return f"<{p}is><{p}t{kept}>{said}</{p}t></{p}is></{p}c>"


class Pattern:
    """One row of the sheet as rows of data go into it: (letters, start of tag, place in the data row, dated) or what makes the cell."""

    __slots__ = ("said", "slots")

    def __init__(self, said: str):
        self.said = said
        self.slots: list[tuple[str, str, int, bool, Made | None]] = []


class Lines:
    """The blank lines at one place of a sheet."""

    def __init__(
        self, sheet: SheetXml, first: int, count: int | None, columns: Sequence[int], values: Values
    ):
        """first: row, from 1; count: rows there (None: as many as there is need). Raises Unfit if there are none."""
        self.sheet, self.first, self.values = sheet, first, values
        self.notes: list[str] = []
        self.height = self._height(columns)
        self.room = None if count is None else count // self.height
        if self.room == 0:
            raise Unfit("表里标题下面没有空行可填，请在表格软件里留出空行后再试")
        self._at = self._places(columns)
        top = sheet.lines.get(first) or Line(first, "", "", "", sheet.prefix)
        last = LAST_ROW if count is None else first + count - 1
        self._own = {
            number: line
            for number, line in sheet.lines.items()
            if first <= number <= last and self._is_own(number, line)
        }
        self._own[first] = top
        self._patterns: dict[int, list[Pattern]] = {}
        self.last_own = max(self._own)
        self._numbering = self._numbered()
        self._counting = any(
            OWN_ROW.fullmatch(cell.formula[2] or "") for cell in top.cells().values() if cell.formula
        )
        self._tops = [
            sheet.lines.get(first + at) or Line(first + at, "", "", "", sheet.prefix)
            for at in range(self.height)
        ]
        self._further = [self._pattern(line, line, further=True) for line in self._tops]

    def _height(self, columns: Sequence[int]) -> int:
        """How many rows one line takes: those that all its cells are merged over."""
        heights = set()
        for column in columns:
            area = next((each for each in self.sheet.merged
                         if each[0] <= self.first <= each[2] and each[1] <= column <= each[3]), None)  # fmt: skip
            heights.add(area[2] - self.first + 1 if area and area[0] == self.first else 1)
        return heights.pop() if len(heights) == 1 else 1

    def _places(self, columns: Sequence[int]) -> dict[int, int]:
        """Column → place in the data row; what lies within merged cells goes into the first of them."""
        found: dict[int, int] = {}
        for at, column in enumerate(columns):
            row, anchor = self.sheet.anchor(self.first, column)
            if anchor in found:
                self.notes.append(f"{letters(column)}栏与{letters(anchor)}栏合并成一格，只填了前一栏")
            elif row == self.first:
                found[anchor] = at
        return found

    def _is_own(self, number: int, line: Line) -> bool:
        if (number - self.first) % self.height:
            return False
        cells = line.cells()
        return any(
            column in cells and (cells[column].style or cells[column].holds_something())
            for column in self._at
        )

    def _numbered(self) -> dict[int, int]:
        """Columns that the form numbers itself and nobody fills → their first number."""
        found = {}
        cells = self._own[self.first].cells()
        for column, cell in cells.items():
            if column in self._at or cell.number is None:
                continue
            begins = cell.number
            going_on = [
                (number - self.first) // self.height + begins == each.number
                for number, line in self._own.items()
                if (each := line.cells().get(column)) and each.number is not None
            ]
            if all(going_on) and (len(going_on) > 1 or begins == 1):
                found[column] = begins
        return found

    # ── patterns ─────────────────────────────────────────────────────────────────────────────────────────

    def _pattern(self, line: Line, like: Line, further: bool = False) -> Pattern:
        """A row as a pattern; further: for rows below those of the form, which are like it but hold only what is theirs."""
        said = line.said
        if further or attributes(said).get("hidden"):
            said = without_attribute(without_attribute(said, "hidden"), "collapsed")
        pattern = Pattern(said)
        cells, first = line.cells(), line.number % self.height == self.first % self.height
        wanted = self._at if first else {}
        for column in sorted({*cells, *wanted}):
            cell = cells.get(column) or self._missing(like, column)
            style = f' s="{cell.style}"' if cell.style else ""
            if cell.formula:
                made: Made | None = self._worked_out(line, cell, further)
                if column in wanted:
                    self.notes.append(f"{letters(column)}栏在表里是公式，照原样留着，没有填")
            elif column in wanted:
                made = None
            elif column in self._numbering and (further or cell.number is not None):
                made = self._number(column, cell.style)
            elif further:
                made = self._empty(column, cell.style)
            else:
                made = self._as_it_is(cell)
            pattern.slots.append(
                (letters(column), style, wanted.get(column, -1), cell.style in self.values.dates, made)
            )
        return pattern

    def _missing(self, line: Line, column: int) -> Cell:
        style = line.style if line.style is not None else self.sheet.column_style(column)
        return Cell(column, f' s="{style}"' if style else "", "", "")

    def _worked_out(self, line: Line, cell: Cell, further: bool) -> Made:
        p, said = self.sheet.prefix, without_results(f"<{self.sheet.prefix}c{cell.said}>{cell.inner}")
        inner = said.split(">", 1)[1]
        formula = self.sheet.formula_of(line.number, cell)
        style = f' s="{cell.style}"' if cell.style else ""
        name = letters(cell.column)
        if formula is None and further:
            self.notes.append(f"{name}栏是数组公式，表下面续出的行里没有它，请在表格软件里补上")
            return self._empty(cell.column, cell.style)
        counts = formula is not None and OWN_ROW.fullmatch(formula)

        def made(number: int, nth: int, before: int) -> str:
            if further or (counts and before):
                moved_on = moved(formula, number - line.number) + (f"+{before}" if counts and before else "")
                return f'<{p}c r="{name}{number}"{style}><{p}f>{escape(moved_on)}</{p}f></{p}c>'
            return f'<{p}c r="{name}{number}"{style}>{inner}</{p}c>'

        return made

    def _number(self, column: int, style: int) -> Made:
        begins = self._numbering[column]
        return lambda number, nth, before: self.values.cell(f"{letters(column)}{number}", style, begins + nth)

    def _empty(self, column: int, style: int) -> Made:
        return lambda number, nth, before: self.values.cell(f"{letters(column)}{number}", style, None)

    def _as_it_is(self, cell: Cell) -> Made:
        p, name = self.sheet.prefix, letters(cell.column)
        if not cell.inner:
            return lambda number, nth, before: f'<{p}c r="{name}{number}"{cell.said}/>'
        return lambda number, nth, before: f'<{p}c r="{name}{number}"{cell.said}>{cell.inner}</{p}c>'

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────────────

    def rows(self, data: Iterator[Sequence[Any]], before: int = 0) -> Iterator[tuple[int, str]]:
        """The rows with data in them by number, until it or the room ends; before: lines filled on earlier pages.

        On a later page all its lines are given, for the numbering goes on.
        """
        goes_on = bool(before and (self._numbering or self._counting) and self.room)
        at = 0
        while self.room is None or at < self.room:
            row = next(data, None)
            if row is None and not goes_on:
                return
            start = self.first + at * self.height
            if start + self.height - 1 > LAST_ROW:
                raise Unfit(f"人数太多，一张工作表最多{LAST_ROW}行，请筛选后分几次填")
            own = start in self._own
            if own or row is not None:
                patterns = self._of_own(start) if own else self._further
                for below, pattern in enumerate(patterns):
                    number = start + below
                    yield number, self._row(pattern, number, None if below else row, before + at, before)
            at += 1

    def _of_own(self, start: int) -> list[Pattern]:
        if start not in self._patterns:
            lines = [self._own[start]]
            lines += [self.sheet.lines.get(start + at) or self._tops[at] for at in range(1, self.height)]
            self._patterns[start] = [self._pattern(line, line) for line in lines]
        return self._patterns[start]

    def _row(self, pattern: Pattern, number: int, row: Sequence[Any] | None, nth: int, before: int) -> str:
        p, filled = self.sheet.prefix, self.values.filled
        out = [f'<{p}row r="{number}"{pattern.said}>']
        for name, style, at, dated, made in pattern.slots:
            if made:
                out.append(made(number, nth, before))
            else:
                out.append(filled(f'<{p}c r="{name}{number}"{style}', row[at] if row else None, dated))
        out.append(f"</{p}row>")
        return "".join(out)

    def merges(self, lines: int) -> list[Area]:
        """Areas to merge in so many lines: those of the first, in each that is not one of the form's own."""
        mine = [
            each for each in self.sheet.merged if self.first <= each[0] and each[2] < self.first + self.height
        ]
        below = range(self.first + self.height, self.first + lines * self.height, self.height)
        taken = [each for each in self.sheet.merged if each[2] >= self.first + self.height]
        found = []
        for start in below:
            if start in self._own:
                continue
            for top, left, bottom, right in mine:
                area = (top + start - self.first, left, bottom + start - self.first, right)
                if not any(overlaps(area, each) for each in taken):
                    found.append(area)
        return found
