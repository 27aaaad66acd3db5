"""An import's problems handed back as work: the sheet as it was, its faulty cells coloured, the reasons beside.

written = write_report(source, outcome.problems, {"花名册": 3}, "核对.xlsx")

The user mends it in a spreadsheet program and imports it again: the column headed REASONS is no data.
"""

import io
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from db.exchange.grid import REASONS
from db.exchange.outcome import LEVELS, Problem
from db.exchange.reader import Sheet, Source
from db.export import write_private
from db.text import clean, squeeze
from db.values import Refused, typed_path

COLOURS = {"error": "FFC9C7", "warning": "FFF3B5"}  # no palette offers these: a cell of this colour is ours
AUTHOR = "guanai"
WIDTH = 60  # of our column, in digits
COLUMNS, MAX_TEXT = 16_384, 32_000  # what a sheet and a cell can hold
LONG, DIGITS = 10**9, 10**15  # as long as a phone; a spreadsheet keeps no more than fifteen digits
TEXT = ("num_format", "@")
MEMORY, SECONDS = 2**30, 60


class Written(NamedTuple):
    """What a report came to: rows marked; whether it looks as the file did; what it had to leave out (宏、图片)."""

    rows: int
    as_it_was: bool
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """What is put on a cell (row from 1, column from 0): a colour, a text of ours, a comment; '' for none."""

    row: int
    column: int
    colour: str = ""
    text: str = ""
    note: str = ""


@dataclass(slots=True)
class Page:
    """What is put on a sheet. head: the headings' row; column: where the reasons stand; fresh: not ours till now."""

    name: str
    head: int
    column: int
    fresh: bool
    marks: list[Mark] = field(default_factory=list)


def write_report(
    source: Source,
    problems: list[Problem],
    heads: dict[str, int],
    target: str | Path,
    keys: Mapping[tuple[str, int], UUID] = MappingProxyType({}),
) -> Written:
    """Write the register back as an xlsx with its problems marked, readable by its owner alone.

    A faulty cell is coloured (red: not taken, yellow: to look at) and carries the reason as a comment; all
    reasons of a row stand in a last column, those of the whole sheet in that column's first cell. A problem of
    a row colours the row's first filled cell. Marks of an earlier report are taken off. An xlsx or xlsm keeps
    its looks and its formulas (not their last results: a spreadsheet program works them out again); what else
    it had to lose is named. An xls, or a workbook that cannot be opened whole within the limits, comes with its
    values and merged cells only.

    heads: sheet name → row (from 1) of its lowest headings. keys: whose rows they are, by (sheet, row): noted beside
    the reasons, so that the mended row finds its child whatever was mended. Raises Refused if the target is no .xlsx or cannot
    be written; that it is not the source itself, the caller has seen to.
    """
    path = report_path(target)
    pages = _pages(source, problems, heads)
    for page in pages:
        page.marks = [_with_key(mark, page, keys) for mark in page.marks]
    rows = len({(each.sheet, each.row) for each in problems if each.row})
    if source.kind == "xlsx" and (marked := _marked(source.data, pages)):
        data, lost = marked
        write_private(path, data)
        return Written(rows, True, lost)
    write_private(path, _rebuilt(source, pages))
    return Written(rows, source.kind == "text")


def report_path(target: str, source: str = "") -> Path:
    """Where a report is to go. Raises Refused for what is no .xlsx, and for the source itself."""
    path = typed_path(target)
    with suppress(OSError):  # one of them is not there: not the same
        if source and path.samefile(typed_path(source)):
            raise Refused("问题表不能写回原表，请另起一个文件名")
    if path.suffix.lower() != ".xlsx":
        raise Refused(f"“{path.name}”要以 .xlsx 结尾，请改文件名")
    return path


# ── what is put where ────────────────────────────────────────────────────────────────────────────────────


def _pages(source: Source, problems: list[Problem], heads: dict[str, int]) -> list[Page]:
    """The marks, sheet by sheet; what is said of a sheet that is no register goes to the first that is."""
    sheets = {each.name: each for each in source.sheets}
    found: dict[str, list[Problem]] = {name: [] for name in heads if name in sheets}
    first = next(iter(found), source.sheets[0].name)
    for each in problems:
        stands = each.sheet in found or (each.row and each.sheet in sheets)
        found.setdefault(each.sheet if stands else first, []).append(each)
    pages = (_page(sheets[name], heads.get(name, 1), its) for name, its in found.items())
    return [page for page in pages if page.marks]


def _page(sheet: Sheet, head: int, problems: list[Problem]) -> Page:
    titles = _row(sheet, head)
    ours = [at for at, cell in enumerate(titles) if isinstance(cell, str) and squeeze(cell) == REASONS]
    page = Page(sheet.name, head, ours[0] if ours else _free_column(sheet, head, len(titles)), not ours)
    rows: dict[int, list[Problem]] = defaultdict(list)
    cells: dict[tuple[int, int], list[Problem]] = defaultdict(list)
    for each in sorted(problems, key=lambda each: each.row):
        rows[each.row or head + 1].append(each)
        if each.row:
            filled = (at for at, cell in enumerate(_row(sheet, each.row)) if cell is not None)
            at = next(filled, 0) if each.at is None else each.at
            cells[_corner(sheet, each.row, at)].append(each)
    if problems or ours:
        whole = [each for each in problems if not each.row]
        page.marks.append(Mark(head, page.column, _colour(whole), REASONS, _said(whole)))
    page.marks += (Mark(row, page.column, _colour(its), _said(its)) for row, its in rows.items())
    page.marks += (Mark(*place, _colour(its), note=_said(its)) for place, its in cells.items())
    return page


def _with_key(mark: Mark, page: Page, keys: Mapping[tuple[str, int], UUID]) -> Mark:
    key = keys.get((page.name, mark.row))
    if key is None or mark.column != page.column or mark.row == page.head:
        return mark
    return replace(mark, text=f"{mark.text}\n登记号 {key.hex}（认这一行用，请不要改）")


def _row(sheet: Sheet, number: int) -> list[Any]:
    return sheet.rows[number - 1] if number <= len(sheet.rows) else []


def _free_column(sheet: Sheet, head: int, start: int) -> int:
    """The first column right of the headings that is empty, and under no merged cells from the headings down."""
    taken = {at for row in sheet.rows for at, cell in enumerate(row) if cell is not None}
    for _, left, bottom, right in sheet.merged:
        if bottom >= head - 1:
            taken.update(range(left, right + 1))
    free = next((at for at in range(start, COLUMNS) if at not in taken), None)
    if free is None:
        raise Refused(f"工作表“{sheet.name}”右边没有空列可写“{REASONS}”，请删去右边不用的列，另存后再导入")
    return free


def _corner(sheet: Sheet, row: int, at: int) -> tuple[int, int]:
    """Where a cell's look is kept: itself, or the first of the merged cells it lies in."""
    for top, left, bottom, right in sheet.merged:
        if top < row <= bottom + 1 and left <= at <= right:
            return top + 1, left
    return row, at


def _colour(problems: list[Problem]) -> str:
    levels = {each.level for each in problems}
    return COLOURS["error" if "error" in levels else "warning"] if levels else ""


def _said(problems: list[Problem]) -> str:
    lines = []
    for each in problems:
        about = each.column if each.row else "全表"
        lines.append(f"{about}{'：' if about else ''}{each.message}（{LEVELS[each.level]}）")
    return clean("\n".join(lines), lines=True)[:MAX_TEXT]


# ── the workbook itself, marked in a child process ───────────────────────────────────────────────────────


def _marked(data: bytes, pages: list[Page]) -> tuple[bytes, tuple[str, ...]] | None:
    """The workbook with the marks on it, and what was lost; None if it cannot be opened within the limits."""
    home = str(Path(__file__).resolve().parents[2])
    python_path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    asked = {"author": AUTHOR, "colours": list(COLOURS.values()), "width": WIDTH}
    asked["pages"] = [asdict(page) for page in pages]
    try:
        # openpyxl makes files of its own on the way: with TMPDIR here, a killed child leaves none behind.
        with tempfile.TemporaryDirectory(prefix="guanai-") as folder:
            Path(folder, "source").write_bytes(data)
            Path(folder, "marks.json").write_text(json.dumps(asked), "utf-8")
            done = subprocess.run(
                [sys.executable, "-P", "-m", "db.exchange.marking", folder, str(MEMORY), str(SECONDS)],
                stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS + 5, check=True,
                env={**os.environ, "PYTHONPATH": python_path, "TMPDIR": folder},
            )  # fmt: skip
            return Path(folder, "marked").read_bytes(), tuple(json.loads(done.stdout))
    except (OSError, subprocess.SubprocessError):
        return None


# ── a workbook made anew: the values only ────────────────────────────────────────────────────────────────


def _rebuilt(source: Source, pages: list[Page]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    by_name = {page.name: page for page in pages}
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        look = cache(lambda *traits: book.add_format(dict(traits)))
        shown = []
        for name, sheet in zip(_names(source.sheets), source.sheets, strict=True):
            into = book.add_worksheet(name)
            _fill(into, sheet, by_name.get(sheet.name) or Page(sheet.name, 1, COLUMNS, True), look)
            if sheet.hidden:
                into.hide()
            else:
                shown.append(into)
        if shown:
            shown[0].activate()
    return out.getvalue()


def _names(sheets: list[Sheet]) -> list[str]:
    """The sheets' names as a workbook allows them: without some signs, short, none empty, no two alike."""
    names: dict[str, str] = {}
    for number, sheet in enumerate(sheets, 1):
        name = re.sub(r"[\[\]:*?/\\]", "", clean(sheet.name))[:31].strip("' ") or f"Sheet{number}"
        if name.casefold() in names:
            name = f"{name[:24]}({number})"
        names[name.casefold()] = name
    return list(names.values())


def _fill(into: Any, sheet: Sheet, page: Page, look: Callable[..., Any]) -> None:
    from xlsxwriter.exceptions import OverlappingRange

    for at, width in enumerate(_widths(sheet.rows[page.head - 1 : page.head + 99])):
        into.set_column(at, at, width, look(TEXT))  # text, so that an ID typed into it keeps its end
    for number in sheet.hidden_rows:
        into.set_row(number - 1, None, None, {"hidden": True})
    texts = [(mark.row - 1, mark.column) for mark in page.marks if mark.text]
    for top, left, bottom, right in sheet.merged:
        ours = any(top <= row <= bottom and left <= at <= right for row, at in texts)
        if not ours and (top, left) != (bottom, right):
            with suppress(OverlappingRange):
                into.merge_range(top, left, bottom, right, "", look(TEXT))
    tints = {(mark.row - 1, mark.column): _tint(mark) for mark in page.marks}
    for row, cells in enumerate(sheet.rows):
        for at, cell in enumerate(cells):
            if cell is not None and (at != page.column or row < page.head - 1):
                _write(into, row, at, cell, look, tints.pop((row, at), ()))
    for mark in page.marks:
        place = mark.row - 1, mark.column
        if mark.text:
            bold = ("bold", mark.row == page.head)
            style = look(TEXT, bold, ("text_wrap", True), ("valign", "top"), *tints[place])
            into.write_string(*place, mark.text, style)
        elif place in tints:
            into.write_blank(*place, None, look(TEXT, *tints[place]))
        if mark.note:
            box = {"author": AUTHOR, "x_scale": 2, "y_scale": 1 + len(mark.note) / 60}
            into.write_comment(*place, mark.note, box)
        into.set_column(page.column, page.column, WIDTH)


def _widths(rows: list[list[Any]]) -> list[int]:
    widths = [8] * max(map(len, rows), default=0)
    for row in rows:
        for at, cell in enumerate(row):
            if cell is not None:
                widths[at] = min(40, max(widths[at], 2 + len(str(cell).encode("gb18030", "replace"))))
    return widths


def _tint(mark: Mark) -> tuple[tuple[str, str], ...]:
    return (("bg_color", f"#{mark.colour}"),) if mark.colour else ()


def _write(into: Any, row: int, at: int, cell: Any, look: Callable[..., Any], tint: tuple) -> None:
    """Write a cell as what it is; a phone read as a number as text, one too long for a number as it came."""
    number = isinstance(cell, int | float) and math.isfinite(cell)
    if number and LONG <= abs(cell) < DIGITS and cell == int(cell):
        into.write_string(row, at, str(int(cell)), look(TEXT, *tint))
    elif number:
        form = TEXT if abs(cell) >= DIGITS else ("num_format", "General")
        into.write_number(row, at, cell, look(form, *tint))
    elif isinstance(cell, date) and cell.year >= 1900:  # a datetime is one too
        form = "yyyy-mm-dd hh:mm:ss" if isinstance(cell, datetime) else "yyyy-mm-dd"
        into.write_datetime(row, at, cell, look(("num_format", form), *tint))
    else:
        into.write_string(row, at, clean(str(cell), lines=True), look(TEXT, *tint))
