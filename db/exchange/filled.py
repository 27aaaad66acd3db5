"""The rows of a form on their way into its copy: what each column writes, and what stays blank."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from db.exchange import docx_fill, xls_looks
from db.exchange.blanks import Blank, Spot
from db.exchange.facts import Answers, Values
from db.exchange.grid import Heading
from db.exchange.lacking import lacks
from db.exchange.looks import Cell, NoChoice
from db.exchange.reader import Sheet, Source
from db.exchange.xlsx_fill import RowsIn, fill_rows

MOST_NAMED = 8
FORMULA = ("=", "+", "-", "@")  # what begins so in a text table, a spreadsheet program would work out
PLAIN = "表"  # the sheet of a text table
LIMIT = re.compile(r"[≤<](\d+)字?|(?:不超过|最多|限)(\d+)字|(\d+)字(?:以内|以下|内)")
CUSTOMARY = {
    "回访情况": 200,
    "详细地址": 100,
}  # what the national system takes, though its forms do not say so


class Written(NamedTuple):
    """What became of a form: rows written, pages they took, headings left blank, headings with blank cells, sentences.

    problems: sentences about cells that need a person (no printed choice means the value, a text too long).
    """

    rows: int
    pages: int
    blank: list[str]
    lacking: dict[str, int]
    notes: list[str]
    problems: list[str]


@dataclass(slots=True)
class Column:
    """One column that is filled: what it is answered from, how a row answers it and how the form writes the answer."""

    heading: Heading
    target: str
    ask: Callable[[Answers], Any]
    write: Callable[[Any], Cell]
    unknown: str = ""
    limit: int = 0
    lacking: int = 0
    unfit: dict[str, list[int]] = field(default_factory=dict)  # value the form has no choice for → rows
    long: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        if found := LIMIT.search(self.heading.text):
            self.limit = int(next(filter(None, found.groups())))
        else:
            self.limit = next((most for words, most in CUSTOMARY.items() if words in self.heading.text), 0)

    def cell(self, row: Answers, number: int = 0) -> Cell:
        """What a row writes here. number: its place among the rows, from 1, to be named where something is odd."""
        answer = self.ask(row)
        try:
            value = self.write(answer)
        except NoChoice as unfit:
            self.unfit.setdefault(str(unfit), []).append(number)
            return None
        if value is None or value == "":
            if answer not in (None, "") or not lacks(self.target, row):
                return None
            self.lacking += 1
            return self.unknown or None
        if self.limit and isinstance(value, str) and len(value) > self.limit:
            self.long.append(number)
        return value

    def problems(self) -> list[str]:
        """What needs a person, in sentences."""
        name = self.heading.text
        said = [
            f"“{name}”里没有“{value}”这一项，{_rows(rows)}留空了，请在表里选"
            for value, rows in self.unfit.items()
        ]
        if self.long:
            said.append(f"“{name}”{_rows(self.long)}超过{self.limit}字，已照写全，请在表里改短")
        return said


class Page:
    """A table of the form with the rows that go into it."""

    def __init__(self, blank: Blank, columns: list[Column], form: Values):
        self.blank, self.columns, self.form = blank, columns, form
        self.rows: list[list[Cell]] = []

    def take(self, row: Answers) -> None:
        """Answer a row."""
        number = len(self.rows) + 1
        row.form = {**row.form, "no": number}
        self.rows.append([column.cell(row, number) for column in self.columns])

    def into(self) -> RowsIn:
        """The rows as the workbook's writer takes them; what a line marked 例 holds elsewhere is taken out."""
        places = [column.heading.column for column in self.columns]
        more = [column for column in self.blank.examples if column not in places]
        rows = [row + [None] * len(more) for row in self.rows] if more else self.rows
        cells = {
            (spot.row, spot.column): spot_text(spot, self.form)
            for spot in self.blank.spots
            if len(spot.parts) > 1
        }
        return RowsIn(self.blank.sheet, self.blank.first, self.blank.lines, places + more, rows, cells)


def spot_text(spot: Spot, form: Values) -> str:
    """A line of the form itself with what the ledger knows put in; what it does not know stays a gap."""
    said = []
    for words, target in spot.parts:
        value = form.get(target.removeprefix("form.")) if target else None
        text = f"{value.year}年{value.month}月{value.day}日" if isinstance(value, date) else value or ""
        said.append(words + text)
    return "".join(said)


def books(source: Source, out: Path, pages: list[Page]) -> tuple[bytes, list[str]]:
    """The bytes of the filled copy and what its writer has to say."""
    if out.suffix.lower() == ".csv":
        return _as_text(source, pages), []
    rows = [page.into() for page in pages]
    if source.kind == "word":
        return docx_fill.fill_rows(source.data, source.name, rows), []
    if source.kind == "xls":
        filled = fill_rows(xls_looks.to_xlsx(source.data), rows)
        return filled.data, [xls_looks.NOTE, *filled.notes]
    if source.kind == "text":
        rows = [replace(each, sheet=PLAIN) for each in rows]
    filled = fill_rows(_plain_book(source.sheets[0]) if source.kind == "text" else source.data, rows)
    return filled.data, filled.notes


def _as_text(source: Source, pages: list[Page]) -> bytes:
    """A text table in its own encoding: lines are put in where there are not enough, for nothing holds the others in place."""
    rows = [list(row) for row in source.sheets[0].rows]
    for page in reversed(pages):
        blank, into = page.blank, page.into()
        for (number, column), text in into.cells.items():
            rows[number - 1][column] = text
        lines = []
        width = max([*into.columns, *(each.column for each in blank.headings)]) + 1
        for row in into.rows:
            line: list[Cell] = [None] * width
            for column, value in zip(into.columns, row, strict=True):
                formula = isinstance(value, str) and value.startswith(FORMULA)
                line[column] = f"\t{value}" if formula else value
            lines.append(line)
        below = max(blank.lines or 0, len(rows) + 1 - blank.first if blank.lines is None else 0)
        rows[blank.first - 1 : blank.first - 1 + below] = lines
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    try:
        source.data.decode("utf-8")
    except UnicodeDecodeError:
        return text.getvalue().encode("gb18030")
    return text.getvalue().encode("utf-8-sig")


def _plain_book(sheet: Sheet) -> bytes:
    """A text table as a workbook: every cell text."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page, text = book.add_worksheet(PLAIN), book.add_format({"num_format": "@"})
    page.set_column(0, max(map(len, sheet.rows)), 12, text)
    for at, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            if cell is not None:
                page.write_string(at, column, str(cell), text)
    book.close()
    return out.getvalue()


def mapped(pages: list[Page], notes: list[str]) -> Written:
    """What became of the form."""
    blank, lacking, problems, sheets = [], {}, [], 0
    for page in pages:
        filled = {column.heading.column: column for column in page.columns}
        for heading in page.blank.headings:
            column = filled.get(heading.column)
            if column is None or (page.rows and column.lacking == len(page.rows)):
                blank.append(heading.text)
            elif column.lacking:
                lacking[heading.text] = column.lacking
        problems += [said for column in page.columns for said in column.problems()]
        lines = page.blank.lines
        sheets += 1 if not lines else max(1, -(-len(page.rows) // lines))
        notes += [f"表上已写着“{said}”，没有改" for spot in page.blank.spots for said in spot.kept]
    return Written(sum(len(page.rows) for page in pages), sheets, blank, lacking, notes, problems)


def _rows(numbers: list[int]) -> str:
    shown = "、".join(map(str, numbers[:MOST_NAMED]))
    return f"第{shown}{'等' if len(numbers) > MOST_NAMED else ''}条（共{len(numbers)}条）"
