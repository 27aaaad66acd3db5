"""The tables of a sheet: which there are, of what kind, what their columns hold."""

import re
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from db.exchange import grid, headings, layouts, settling
from db.exchange.aliases import known
from db.exchange.grid import Grid
from db.exchange.headings import NEEDED, Columns
from db.exchange.mark_words import with_days
from db.exchange.reader import Sheet
from db.exchange.tabs import under_its_name

GROUPS = ("child.village_group", "helper.village_group")
SAMPLES = 3
KEY = re.compile(r"登记号 ([0-9a-f]{32})")


@dataclass(slots=True)
class Table:
    """A table of one sheet: what kind of register it is, where it stands, what its columns hold.

    keys: sheet row → the child's key, as an earlier report of ours noted it beside the row's problems.
    """

    sheet: Sheet
    kind: str
    grid: Grid
    columns: Columns
    keys: dict[int, UUID] = field(default_factory=dict)

    def samples(self, heading: grid.Heading) -> list[str]:
        """The first few different values under a heading, as written."""
        found: dict[str, None] = {}
        for _, row in self.grid.rows[:200]:
            cell = row[heading.column] if heading.column < len(row) else None
            if cell is not None:
                found.setdefault(str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell))
            if len(found) == SAMPLES:
                break
        return list(found)


def tables_of(sheet: Sheet, kind: str | None = None, lenient: bool = False) -> list[Table]:
    """The registers in a sheet, from top to bottom; kind: what they are said to be, else their headings say.

    lenient: a table is one even if a needed column is not recognised, or no heading at all: somebody will say.
    """
    sheet = replace(sheet, rows=with_days(sheet.rows))
    grids = grid.find_all(sheet.rows, known, sheet.merged, lenient)
    if not grids:  # headings nobody knows, but somebody settled
        grids = [
            each
            for each in grid.find_all(sheet.rows, known, sheet.merged, lenient=True)
            if layouts.kind_of(each.headings)
        ]
    found = (_table(sheet, each, kind) for each in grids)
    return [each for each in found if each and (lenient or not _is_card(each))]


def _table(sheet: Sheet, table: Grid, kind: str | None) -> Table | None:
    table.headings = under_its_name(table.headings, sheet.name)
    kind = kind or layouts.kind_of(table.headings) or headings.guess(table.headings, table.title)
    if kind is None:
        return None
    columns = layouts.recall(table.headings, kind)
    if columns is None:
        columns = headings.match(table.headings, kind)
        settling.settle_empty(table.rows, columns, kind)
        if kind == "children":
            settling.settle_ids(table.rows, columns)
            settling.settle_grown_up(table.rows, columns)
    return Table(sheet, kind, table, columns, _keys(sheet, table))


def _keys(sheet: Sheet, table: Grid) -> dict[int, UUID]:
    ours = grid.reasons(sheet.rows)
    found = {}
    for number, _ in table.rows if ours else ():
        row = sheet.rows[number - 1]
        for at in ours:
            cell = row[at] if at < len(row) else None
            if isinstance(cell, str) and (match := KEY.search(cell)):
                found[number] = UUID(match[1])
    return found


def retold(table: Table, kind: str) -> Table:
    """The same table as another kind of register; columns that are not recognised wait for somebody to say."""
    return _table(table.sheet, table.grid, kind)


def _is_card(table: Table) -> bool:
    """Whether it is a form of one child, label beside value: then labels stand where names should."""
    heading = table.columns.at.get(NEEDED[table.kind][0])
    if heading is None:
        return False
    cells = [row[heading.column] for _, row in table.grid.rows if heading.column < len(row)]
    labels = sum(isinstance(cell, str) and known(grid.heading_words(cell)) for cell in cells)
    return labels > 1 and labels * 4 > len(cells)


def remarks(table: Table) -> list[str]:
    """What is odd about a sheet and was dealt with."""
    said = []
    rows = {number for number, _ in table.grid.rows}
    if hidden := [number for number in table.sheet.hidden_rows if number in rows]:
        which = "、".join(map(str, hidden[:8])) + ("等" if len(hidden) > 8 else "")
        said.append(f"第{which}行在表里是隐藏的，也一起导入了；不要的请在表里删去")
    return said


def fill_down(rows: list[tuple[int, list[Any]]], column: int) -> bool:
    """Fill a column that lost its merged cells on the way to text: each group is written once, above its children."""
    told = [row[column] if column < len(row) else None for _, row in rows]
    written = [cell for cell in told if cell is not None]
    sparse = 1 < len(written) <= len(told) // 2
    if told[0] is None or not sparse or len(set(written)) < len(written):
        return False
    last = None
    for (_, row), cell in zip(rows, told, strict=True):
        last = cell if cell is not None else last
        row += [None] * (column + 1 - len(row))
        row[column] = last
    return True
