"""Read a blank form: where its headings stand, how many blank lines follow, what its own lines ask (填报单位：____).

blanks_of(sheet) is a list of Blank. Numbered lines (序号 1, 2, 3 …) and lines marked 例 are blank
lines; a table that holds anything else is a filled register, and where that begins is said (`holds`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from db.exchange import grid
from db.exchange.aliases import without_remark, words
from db.exchange.asking import SIGNED, known, only_asked
from db.exchange.grid import NUMBERING, Grid, Heading, heading_words
from db.exchange.reader import Sheet
from db.text import squeeze

EXAMPLE = re.compile(r"^(?:示例|样例|填写示例|举例|例)(?:\d|[:：)）]|$)")
LABEL = re.compile(r"([\u4e00-\u9fff]{1,8}(?:[（(][^（()）]{1,6}[)）])?)\s*[:：]")
NOTHING = re.compile(r"^[\s_＿—\-/\\.·]*$|^[\s_＿]*(?:20)?[\s_＿]*年[\s_＿]*月[\s_＿]*(?:日[\s_＿]*)?$")
LINES = ("form.site", "form.village", "form.township", "form.by", "form.date", "form.term", "form.site_kind")


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of the form itself with words to complete: 填报单位：____　填报日期：____.

    row from 1, column from 0; parts: plain words, and for each gap its target; kept: gaps that hold something already.
    """

    row: int
    column: int
    parts: tuple[tuple[str, str], ...]  # (words, target that follows them or '')
    kept: tuple[str, ...] = ()


@dataclass(slots=True)
class Blank:
    """A table of a form. first: its first line, from 1; lines: how many there are, None if nothing follows them.

    holds: the row (from 1) of the first line that holds data already, 0 if none. examples: column → what a line
    marked 例 holds there. spots: the form's own lines. choices: column → what its blank cells let one choose from.
    """

    sheet: str
    title: str
    headings: list[Heading]
    head: int
    first: int
    lines: int | None
    holds: int = 0
    examples: dict[int, Any] = field(default_factory=dict)
    spots: list[Spot] = field(default_factory=list)
    choices: dict[int, list[str]] = field(default_factory=dict)


def blanks_of(sheet: Sheet) -> list[Blank]:
    """The tables of a sheet that may be filled, from top to bottom; a sheet with few known headings is looked at too."""
    rows = [[None if _is_line(cell) else cell for cell in row] for row in sheet.rows]
    found = grid.find_all(rows, known, sheet.merged)
    if not found:
        found = [
            each for each in grid.find_all(rows, known, sheet.merged, lenient=True) if len(each.headings) > 2
        ]
    tables = []
    for at, table in enumerate(found):
        until = found[at + 1].head - 1 if at + 1 < len(found) else len(sheet.rows)
        tables.append(_blank(sheet, table, until))
    if tables:
        taken = {row for each in tables for row in range(_top(each), each.first + (each.lines or 0))}
        spots = [spot for spot in _spots(sheet.rows) if spot.row not in taken]
        tables[0].spots = spots
    return tables


def _is_line(cell: Any) -> bool:
    """Whether a cell is a line of the form itself, which is no heading of a column: 填报单位：____."""
    return isinstance(cell, str) and bool(match := LABEL.match(cell)) and line_target(match[1]) is not None


def _top(blank: Blank) -> int:
    return blank.head - any(each.group for each in blank.headings)


def _blank(sheet: Sheet, table: Grid, until: int) -> Blank:
    top = table.head - (2 if any(each.group for each in table.headings) else 1)
    headings = sorted(
        [*table.headings, *_numbering(sheet.rows[top : table.head])], key=lambda each: each.column
    )
    blank = Blank(sheet.name, table.title, headings, table.head, table.head + 1, None)
    columns = {each.column for each in table.headings}
    unworked = set(sheet.unworked)
    said = [_texts(row) for row in sheet.rows[: table.head]]
    lines = 0
    for at in range(table.head, until):
        row = sheet.rows[at]
        filled = [column for column in columns if column < len(row) and row[column] is not None]
        texts = _texts(row)
        if any(EXAMPLE.match(text) for text in texts[:2]):
            blank.examples = blank.examples or {column: row[column] for column in filled}
        elif filled and (grid._is_footer(row, len(filled), len(columns)) or _is_note(texts)):
            blank.lines = lines
            return blank
        elif filled and texts and texts in said:
            pass  # the head printed again
        elif filled and not all((at, column) in unworked for column in filled):
            blank.holds = blank.holds or at + 1
        elif not filled and any(
            SIGNED.search(each) or LABEL.match(each) or grid.SUM.match(each) for each in texts
        ):
            blank.lines = lines
            return blank
        lines += 1
    if lines and any(cell is not None for cell in sheet.rows[until - 1]):
        blank.lines = lines if until < len(sheet.rows) or _numbered(sheet.rows[until - 1]) else None
    return blank


def _is_note(texts: list[str]) -> bool:
    """A lone sentence below the lines: 注：…, 说明…"""
    return len(texts) == 1 and (len(texts[0]) > 12 or bool(LABEL.match(texts[0])))


def _numbered(row: list[Any]) -> bool:
    told = [cell for cell in row if cell is not None]
    return len(told) == 1 and isinstance(told[0], int | float)


def _numbering(head: list[list[Any]]) -> Iterator[Heading]:
    for row in head:
        for column, cell in enumerate(row):
            if isinstance(cell, str) and heading_words(cell).lower() in NUMBERING:
                yield Heading(column, squeeze(cell))


def _texts(row: list[Any]) -> list[str]:
    return [squeeze(cell) for cell in row if isinstance(cell, str)]


# ── the form's own lines ─────────────────────────────────────────────────────────────────────────────────


def _spots(rows: list[list[Any]]) -> Iterator[Spot]:
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and (spot := _spot(at + 1, column, cell)):
                yield spot


def _spot(row: int, column: int, text: str) -> Spot | None:
    """The gaps in a line of words; None if it has none that the ledger could fill or that is filled already."""
    labels = list(LABEL.finditer(text))
    parts: list[tuple[str, str]] = []
    kept, begun = [], 0
    for at, label in enumerate(labels):
        target = line_target(label[1])
        end = labels[at + 1].start() if at + 1 < len(labels) else len(text)
        if target is None:
            continue
        said = text[label.end() : end]
        if not NOTHING.match(said):
            kept.append(text[label.start() : end].strip())
            continue
        parts.append((text[begun : label.end()], target))
        begun = end if end == len(text) else end - min(len(said), 4)
    if not parts and not kept:
        return None
    return Spot(row, column, (*parts, (text[begun:], "")), tuple(kept))


def line_target(label: str) -> str | None:
    """What a label in a line of the form itself asks for; None for what is not the ledger's or is signed by hand."""
    if SIGNED.search(label):
        return None
    target = only_asked().get(words(label)) or only_asked().get(without_remark(words(label)))
    return target if target in LINES else None
