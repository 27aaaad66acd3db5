"""Load a register (登记表、名册、记录表) into the ledger: preview it, then take it in as one action.

seen = preview("名册.xlsx")          # an Outcome; nothing is written
done = load("名册.xlsx", by=user)    # the same, written; undo takes all of it back
"""

from datetime import date
from typing import Any
from uuid import UUID

from db import changes, days, settings, site
from db.exchange import children, grid, headings, helpers, reader
from db.exchange.cells import Cells
from db.exchange.grid import Grid
from db.exchange.headings import Columns
from db.exchange.outcome import KINDS, Outcome
from db.exchange.reader import BadFile, Sheet
from db.exchange.records import Pairings, Records
from db.exchange.staging import Book
from db.models import Term, User
from db.values import Refused

__all__ = ["BadFile", "Outcome", "Register", "load", "open_register", "preview", "take"]


class Register:
    """A register that was read and understood: its kind, its columns, its rows. Holds no ledger data."""

    def __init__(self, name: str, kind: str, table: Grid, columns: Columns, other_sheets: list[str]):
        self.name, self.kind, self.table, self.columns = name, kind, table, columns
        self.other_sheets = other_sheets


def open_register(source: str, kind: str | None = None) -> Register:
    """Read a file ('-': standard input) and find its table; kind says which register it is, else its headings do.

    Raises BadFile (a Refused) with a sentence and its cure.
    """
    if kind is not None and kind not in KINDS:
        raise BadFile(f"没有“{kind}”这种表，请写 {'、'.join(KINDS)} 之一")
    name = "标准输入" if source == "-" else source.rsplit("/", 1)[-1]
    return understand(name, reader.read(source), kind)


def understand(name: str, sheets: list[Sheet], kind: str | None = None) -> Register:
    """Find the one table of a file's sheets that is a register. Raises BadFile."""
    best, score = None, 0
    for sheet in sheets:
        table = grid.find(sheet.rows, headings.known)
        found = kind or (table and headings.guess(table.headings))
        if table is None or not found:
            continue
        columns = headings.match(table.headings, found)
        if len(columns.at) > score:
            best, score = (sheet, found, table, columns), len(columns.at)
    if best is None:
        raise BadFile(f"“{name}”里找不到认得的表头，请看表头是否有“姓名”等栏目，或用 --kind 指明是哪种表")
    sheet, found, table, columns = best
    wanted = {"children": ("child.name",), "helpers": ("helper.name",), "records": ("child.name", "record.on_date"),
              "pairings": ("child.name", "helper.name")}[found]  # fmt: skip
    if any(target not in columns.at for target in wanted):
        raise BadFile(f"“{name}”不像{KINDS[found]}的表：缺少必需的栏目，请核对表头或用 --kind 指明是哪种表")
    if not table.rows:
        raise BadFile(f"“{name}”只有表头没有内容，请核对是不是空表")
    if found == "children":
        children.settle_ids(table.rows, columns)
    others = [each.name for each in sheets if each is not sheet and len(each.rows) > 1]
    return Register(name, found, table, columns, others)


def preview(source: str, kind: str | None = None) -> Outcome:
    """What loading the register would do. Writes nothing at all."""
    return load(source, kind, dry_run=True)


def load(source: str, kind: str | None = None, dry_run: bool = False, by: User | None = None) -> Outcome:
    """Load a register file into the ledger as one action, and say what became of each row.

    Raises BadFile for a file that cannot be read as a register, LedgerError for a ledger that cannot be written.
    """
    return take(open_register(source, kind), dry_run=dry_run, by=by)


def take(register: Register, dry_run: bool = False, by: User | None = None) -> Outcome:
    """Take an opened register into the ledger; dry_run only says what would become of each row."""
    if dry_run:
        return _Loading(register).outcome
    term = _term_to_write(register)
    with changes.action(f"导入 {register.name}", by) as act:
        loading = _Loading(register)
        loading.book.write(act, term)
        return loading.outcome


def _term_to_write(register: Register) -> Term | None:
    """The term of the surveys, made before the import and not as a part of it: undoing the import keeps it."""
    if register.kind != "children":
        return None
    code = term_code_for(register)
    known = Term.get_or_none(Term.code == code)
    return known or (site.term_by_code(code) if _Loading(register).book.staged else None)


class _Loading:
    """One pass over a register's rows, everything staged and nothing written."""

    def __init__(self, register: Register):
        self.register = register
        table, columns = register.table, register.columns
        self.outcome = Outcome(register.kind, len(table.rows), columns=columns.names())
        self.outcome.unmapped = [each.text for each in columns.unmapped]
        term = term_code_for(register)
        if register.kind == "children" and term != (
            current := settings.get("term") or days.term_code(days.today())
        ):
            day = table.dated.isoformat()
            self.outcome.warn(0, "", day, f"填报日期是{day}，摸底情况记入{term}学期，不是本学期{current}")
        self.book = Book(self.outcome, Term.get_or_none(Term.code == term))
        row_taker = self._taker(table)
        for number, row in table.rows:
            became = row_taker(Cells(number, row, columns, self.outcome))
            setattr(self.outcome, became, getattr(self.outcome, became) + 1)
        self._after()

    def _taker(self, table: Grid) -> Any:
        seen: dict = {}
        if self.register.kind == "children":
            key = settings.get("site")
            here = UUID(key) if key else None
            return lambda cells: children.take(self.book, cells, table.dated, seen, here)
        known = helpers.Helpers(self.book)
        if self.register.kind == "helpers":
            return lambda cells: helpers.take(known, cells, seen)
        if self.register.kind == "records":
            self.records = Records(self.book, known, table.title)
            return lambda cells: self.records.take(cells, seen)
        pairings = Pairings(self.book, known)
        return lambda cells: pairings.take(cells, seen)

    def _after(self) -> None:
        if self.register.kind == "records":
            heading = self.register.columns.at.get("record.by_name")
            self.records.report(self.outcome, heading.text if heading else "")
        for name in self.register.other_sheets:
            self.outcome.warn(0, "", name, f"工作表“{name}”没有导入；需要的话请另存为单独的文件再导")


def term_code_for(register: Register) -> str:
    """The term a register's surveys belong to: the ledger's, unless it was filled in during another."""
    current = settings.get("term") or days.term_code(days.today())
    dated = register.table.dated
    if register.kind != "children" or dated is None or _within(current, dated):
        return current
    return days.term_code(dated)


def _within(code: str, day: date) -> bool:
    term = Term.get_or_none(Term.code == code)
    try:
        starts, ends = (
            (term.starts, term.ends) if term and term.starts and term.ends else days.term_dates(code)
        )
    except ValueError as error:
        raise Refused(str(error)) from error
    return starts <= day <= ends
