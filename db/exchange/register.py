"""A register (登记表、名册、记录表) that was read and understood: its tables, their columns, its day.

opened = open_register("名册.xlsx")      # nothing is written
seen = take(opened, dry_run=True)        # an Outcome: what loading it would do
done = take(opened, by=user)             # the same, written; undo takes all of it back
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from db.exchange import grid, headings, layouts, reader, settling
from db.exchange.aliases import KINDS, known
from db.exchange.grid import Grid
from db.exchange.headings import NEEDED, Columns
from db.exchange.outcome import KINDS as CALLED
from db.exchange.outcome import Outcome
from db.exchange.plan import Plan
from db.exchange.reader import BadFile, Sheet, Source
from db.models import User
from db.values import full_day

__all__ = [
    "BadFile",
    "Outcome",
    "Register",
    "Table",
    "load",
    "open_register",
    "preview",
    "take",
    "understand",
]

GROUPS = ("child.village_group", "helper.village_group")
SAMPLES = 3


@dataclass(slots=True)
class Table:
    """A table of one sheet: what kind of register it is, where it stands, what its columns hold."""

    sheet: Sheet
    kind: str
    grid: Grid
    columns: Columns

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


@dataclass(slots=True)
class Register:
    """A file's registers, in the order they are taken in. Holds no ledger data.

    dated: the day (ISO) the register speaks for, '' if not known. notes: sentences about the file as a whole, each
    with the sheet it is about. source: the file itself, None for tables that never were one.
    """

    name: str
    tables: list[Table]
    dated: str = ""
    told: bool = False  # somebody said the day
    notes: list[tuple[str, str]] = field(default_factory=list)
    source: Source | None = None

    def date(self, day: str) -> None:
        """Say what day the register is of; '' for not known. Raises Refused for what is no day."""
        self.dated = full_day(day).isoformat() if day.strip() else ""
        self.told = True

    @property
    def digest(self) -> str:
        """The file and how it is read in one word: the same again is recognised by it."""
        read = [(each.sheet.name, each.kind, sorted(each.columns.names().items())) for each in self.tables]
        cells = [each.sheet.rows for each in self.tables]
        told = hashlib.sha256(self.source.data if self.source else repr(cells).encode())
        told.update(repr(read).encode())
        return told.hexdigest()

    @property
    def several(self) -> bool:
        """Whether more than one sheet is taken in."""
        return len(self.tables) > 1


def open_register(source: str, kind: str | None = None, dated: str | None = None) -> Register:
    """Read a file ('-': standard input) and find its tables; kind says which register it is, else its headings do.

    dated: the day it is of, where the file does not say so or says it wrong. Raises BadFile (a Refused) with a
    sentence and its cure.
    """
    if kind is not None and kind not in KINDS:
        raise BadFile(f"没有“{kind}”这种表，请写 {'、'.join(KINDS)} 之一")
    return of_source(reader.read(source), kind, dated)


def of_source(source: Source, kind: str | None = None, dated: str | None = None) -> Register:
    """The registers of a file that was read. Raises BadFile."""
    found = understand(source.name, source.sheets, kind)
    found.source = source
    if source.macros:
        found.notes.append(("", "文件里带有宏；宏没有运行，只读了单元格"))
    if source.kind == "text":  # which knows no merged cells
        for table in found.tables:
            for heading in filter(None, map(table.columns.at.get, GROUPS)):
                if _fill_down(table.grid.rows, heading.column):
                    said = f"“{heading.text}”一列空着的格子按上面最近的一格读（原表应是合并的单元格）"
                    found.notes.append(("", said))
    if dated is not None:
        found.date(dated)
    return found


def understand(name: str, sheets: list[Sheet], kind: str | None = None) -> Register:
    """Find the registers in a file's sheets. Raises BadFile if there is none."""
    tables, hidden, others, empty, lacking = [], [], [], False, ""
    for sheet in sheets:
        found = _table(sheet, kind)
        if found is None or not found.columns.at.keys() >= set(NEEDED[found.kind]):
            lacking = lacking or (found.kind if found else "")
            others += [sheet.name] if len(sheet.rows) > 1 and not sheet.hidden else []
        elif not found.grid.rows:
            empty = True
        else:
            (hidden if sheet.hidden else tables).append(found)
    if not tables:
        if hidden:
            raise BadFile(f"“{name}”的表在隐藏的工作表“{hidden[0].sheet.name}”里，请取消隐藏、保存后再导入")
        if empty:
            raise BadFile(f"“{name}”只有表头没有内容，请核对是不是空表")
        if lacking:
            raise BadFile(
                f"“{name}”不像{CALLED[lacking]}的表：缺少必需的栏目，请核对表头或用 --kind 指明是哪种表"
            )
        raise BadFile(f"“{name}”里找不到认得的表头，请看表头是否有“姓名”等栏目，或用 --kind 指明是哪种表")
    tables.sort(key=lambda each: list(CALLED).index(each.kind))
    days = [each.grid.dated for each in tables if each.grid.dated]
    notes = [
        (each.sheet.name, f"工作表“{each.sheet.name}”是隐藏的，没有导入；需要的话请取消隐藏后再导")
        for each in hidden
    ]
    notes += [(each, f"工作表“{each}”没有导入：认不出是哪种表；需要的话请整理表头后再导") for each in others]
    for each in tables:
        notes += [(each.sheet.name if len(tables) > 1 else "", said) for said in _remarks(each)]
    return Register(name, tables, days[0] if days else "", notes=notes)


def _table(sheet: Sheet, kind: str | None) -> Table | None:
    table = grid.find(sheet.rows, known, sheet.merged)
    found = table and (kind or layouts.kind_of(table.headings) or headings.guess(table.headings))
    if table is None or not found:
        return None
    columns = layouts.recall(table.headings, found)
    if columns is None:
        columns = headings.match(table.headings, found)
        settling.settle_empty(table.rows, columns, found)
    if found == "children":
        settling.settle_ids(table.rows, columns)
    return Table(sheet, found, table, columns)


def _remarks(table: Table) -> list[str]:
    """What is odd about a sheet and was dealt with."""
    said = []
    rows = {number for number, _ in table.grid.rows}
    if hidden := [number for number in table.sheet.hidden_rows if number in rows]:
        which = "、".join(map(str, hidden[:8])) + ("等" if len(hidden) > 8 else "")
        said.append(f"第{which}行在表里是隐藏的，也一起导入了；不要的请在表里删去")
    return said


def _fill_down(rows: list[tuple[int, list[Any]]], column: int) -> bool:
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


def preview(source: str, kind: str | None = None) -> Outcome:
    """What loading the register would do. Writes nothing at all."""
    return load(source, kind, dry_run=True)


def load(source: str, kind: str | None = None, dry_run: bool = False, by: User | None = None) -> Outcome:
    """Load a register file into the ledger as one action, and say what became of each row.

    Raises BadFile for a file that cannot be read as a register, LedgerError for a ledger that cannot be written.
    """
    return take(open_register(source, kind), dry_run=dry_run, by=by)


def take(
    register: Register,
    dry_run: bool = False,
    by: User | None = None,
    progress: Callable[..., Any] | None = None,
) -> Outcome:
    """Take an opened register into the ledger; dry_run only says what would become of each row.

    progress: called now and then with what is done, how much of how much.
    """
    plan = Plan(register)
    for step in plan.make():
        if progress:
            progress(step)
    if not dry_run:
        for step in plan.write(by):
            if progress:
                progress(step)
    return plan.outcome
