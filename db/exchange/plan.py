"""What a register would do to the ledger, worked out without writing, then written as one action.

Both parts go step by step, so that whoever drives them can show how far they are, take keys meanwhile, and stop: a
plan that is dropped has written nothing, a writing that is dropped is rolled back.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from db import changes, days, settings, site, store
from db.exchange import children, helpers
from db.exchange.attendance import Attendances
from db.exchange.cells import REMARK, Cells, Reader
from db.exchange.identity import Undecided, strength
from db.exchange.outcome import Outcome, Question, whole
from db.exchange.records import Pairings, Records
from db.exchange.scores import Scores, exam_in
from db.exchange.staging import Book, Staged
from db.models import Adult, Change, Child, Incident, Intake, Layout, Term, User
from db.text import normal, squeeze
from db.values import Refused, grade, id_number, person_name

if TYPE_CHECKING:
    from db.exchange.register import Register, Table

TELLING = (
    "child.birth_date",
    "child.village_group",
    "said.school_grade",
    "survey.school",
    "survey.grade",
    "survey.class_no",
    "said.class",
    "father.name",
    "mother.name",
    "parent.name",
    "guardian.name",
    "child.address",
)  # what of a row helps to say who it is
STEP = 100  # rows between two reports of progress
ZERO = UUID(int=0)
NOT_READ = [
    each._meta.table_name for each in (Term, Layout, Incident)
]  # what an import does not go by once its columns are settled
NOTHING = {"left": (), "double": (), "keys": {}, "problems": ()}
Decisions = dict[tuple[str, int], object]


class Progress(NamedTuple):
    """How far: what is being done, how many rows of how many."""

    what: str
    done: int
    of: int


class Plan:
    """One pass over a register's tables, everything staged and nothing written.

    decisions: who undecided rows speak of, as a person said: (sheet, row) → a child's key or 'new'.
    """

    def __init__(self, register: Register, decisions: Decisions | None = None):
        self.register = register
        self.decisions = decisions or {}
        self.outcome = Outcome(register.tables[0].kind)
        self.book = Book()
        self.seen: Intake | None = None
        self.helpers: helpers.Helpers | None = None
        self.records: Records | None = None
        self.left: dict[
            str, tuple[list[int], list[int]]
        ] = {}  # sheet → rows that could not be taken; that came twice
        self.stamp = ZERO

    # ── working it out ───────────────────────────────────────────────────────────────────────────────────

    def make(self) -> Iterator[Progress]:
        """Work out what becomes of each row; `outcome` is complete at the end."""
        self.stamp = _latest()
        self.helpers, self.left = None, {}
        self.seen = _intake(self.register)
        day = self.register.dated
        self.book = Book(Term.get_or_none(Term.code == term_code_for(day)))
        self.book.day = day
        taken = json.loads(self.seen.skipped) if self.seen else {}
        total = sum(len(each.grid.rows) for each in self.register.tables)
        parts, done = [], 0
        for table in self.register.tables:
            part = self._begin(table)
            parts.append(part)
            self.book.outcome = part
            self.book.day = self.register.day_of(table)
            told = taken.get(table.sheet.name, NOTHING) if self.seen else None
            if told:
                part.keys = {(table.sheet.name, int(row)): UUID(key) for row, key in told["keys"].items()}
            for count in self._take(table, part, told):
                yield Progress("核对", done + count, total)
            done += len(table.grid.rows)
            part.problems.sort(key=lambda each: each.row)
        self.outcome = whole(parts)

    def _begin(self, table: Table) -> Outcome:
        columns = table.columns
        sheet = table.sheet.name if self.register.several else ""
        part = Outcome(table.kind, columns=columns.names(), dated=self.register.dated, sheet=sheet)
        part.unmapped = [each.text for each in columns.unmapped]
        part.empty = [each.text for each in columns.unmapped if not table.samples(each)]
        if self.seen:
            part.seen = days.short(days.in_china(self.seen.created_at))
        if table is self.register.tables[0]:
            for name, said in self.register.notes:
                part.warn(0, "", name, said)
            self._say_term(part)
        formulas = {(row + 1, column) for row, column in table.sheet.unworked}
        rows = {number for number, _ in table.grid.rows} if formulas else set()
        for heading in columns.at.values():
            for number, column in sorted(formulas):
                if column == heading.column and number in rows:
                    part.error(
                        number,
                        heading.text,
                        "",
                        "这一格是公式或错误值，没有算出的结果，未录入，请在表格软件里打开、保存后再导",
                        column,
                    )
        return part

    def _say_term(self, part: Outcome) -> None:
        term, current = term_code_for(self.register.dated), settings.term_code()
        if part.kind == "children" and term != current:
            day = self.register.dated
            part.warn(0, "", day, f"填报日期是{day}，摸底情况记入{term}学期，不是本学期{current}")

    def _take(self, table: Table, part: Outcome, before: dict[str, Any] | None) -> Iterator[int]:
        """Take a table's rows; before: of a file that came in before, what was noted of its sheet then."""
        reader = Reader(table.columns, part)
        rows = table.grid.rows
        if table.kind == "children" and (said := _class_told(table)):
            reader.always("survey.class_no", said)
            part.warn(0, "", said, f"表里没有年级和班级的栏目，按工作表名或标题记为“{said}”，请核对")
        left, double = self.left.setdefault(table.sheet.name, ([], []))
        if before is not None and table.kind == "children":  # what went in then is not gone through again
            self._count_again(table, part, before)
            rows = [row for row in rows if row[0] in before["left"]]
        fetch(self.book, table, rows)
        seen: dict = {}
        take = self._taker(table, seen)
        for count, (number, cells) in enumerate(self._in_order(table, rows, reader), 1):
            self.book.muted = before is not None and number not in before["left"]
            key = (table.sheet.name, number)
            try:
                became = take(cells, self.decisions.get(key) or table.keys.get(number))
            except Undecided as undecided:
                became = "unchanged" if self.book.muted else "skipped"
                if not self.book.muted:
                    self._ask(cells, part, key, undecided)
            if became in ("skipped", "double") and not self.book.muted:
                (left if became == "skipped" else double).append(number)
            part.count("skipped" if became == "double" else became)
            if count % STEP == 0:
                yield count
        self.book.muted = False
        part.changes.sort(key=lambda each: each.row)
        if table.kind == "children":
            troubled = {each.row for each in part.problems}
            part.keys |= {(table.sheet.name, row): key for key, row in seen.items() if row in troubled}
        if table.kind == "records":
            self.records.report(part, table.columns.at.get("record.by_name"))
        yield len(table.grid.rows)

    def _count_again(self, table: Table, part: Outcome, before: dict[str, Any]) -> None:
        """Rows of children that came in before: as they are, unless the child was struck out since; what was wrong with
        them is said again."""
        on_file = {
            told for child in Child.live(Child.name, Child.id_number).tuples() for told in child if told
        }
        name, ids = table.columns.at["child.name"], table.columns.at.get("child.id_number")
        wrong = {row for row, *_ in before["problems"]}
        for number, row in table.grid.rows:
            if number in before["left"]:
                continue
            told = _squeezed(row, name.column)
            if not told or told in on_file or (ids and _number(row, ids.column) in on_file):
                part.count("skipped" if number in before["double"] else "unchanged")
                continue
            part.count("skipped")
            if number not in wrong:
                why = "这名儿童上次导入后已从台账删去或改了姓名，没有再录入"
                part.warn(number, name.text, told, why, name.column)
        for row, column, value, message, at in before["problems"]:
            part.error(row, column, value, message, at)

    def _ask(self, cells: Cells, part: Outcome, key: tuple[str, int], undecided: Undecided) -> None:
        cells.error("child.name", f"{undecided}；本行未导入")
        told = [(each.id, self._described(each)) for each in undecided.candidates if each.kept]
        if told:
            said = "，".join(filter(None, (cells.raw(each) for each in TELLING)))
            part.questions.append(Question(*key, cells["child.name"], str(undecided), said, told))

    def _described(self, child: Staged) -> str:
        parents = [self.book.parent(child, relation) for relation in ("51", "52")]
        survey = self.book.surveys.get(child.id)
        parts = (
            child.get("name"), child.get("birth_date"), child.get("village_group"), survey and survey.get("school"),
            "、".join(each.get("name") for each in parents if each and each.get("name")),
        )  # fmt: skip
        return " ".join(part for part in parts if part)

    def _in_order(
        self, table: Table, rows: list[tuple[int, list[Any]]], reader: Reader
    ) -> Iterator[tuple[int, Cells]]:
        """The rows; where several of one name stand beside a child on file of that name, the surest comes first."""
        heading = table.columns.at.get("child.name")
        twice: set[str] = set()
        if table.kind == "children" and heading and self.book.child_names:
            names = [_squeezed(row, heading.column) for _, row in rows]
            twice = {
                name for name, times in Counter(names).items() if times > 1 and name in self.book.child_names
            }
        first = {}
        if twice:
            for (number, row), name in zip(rows, names, strict=True):
                if name in twice:
                    cells = reader.read(number, row)
                    children.prepare(cells)
                    first[number] = (-strength(self.book, children.marks(cells, self.book.day)), cells)
            for number, (_, cells) in sorted(first.items(), key=lambda item: (item[1][0], item[0])):
                yield number, cells
        for number, row in rows:
            if number not in first:
                cells = reader.read(number, row)
                if table.kind == "children":
                    children.prepare(cells)
                yield number, cells

    def _taker(self, table: Table, seen: dict) -> Callable[[Cells, object], str]:
        if table.kind == "children":
            key = settings.get("site")
            here = UUID(key) if key else None
            return lambda cells, decided: children.take(self.book, cells, seen, here, decided)
        known = self.helpers = self.helpers or helpers.Helpers(
            self.book
        )  # those of an earlier sheet included
        if table.kind == "helpers":
            return lambda cells, decided: helpers.take(known, cells, seen)
        if table.kind == "records":
            self.records = Records(self.book, known, table.grid.title)
            return lambda cells, decided: self.records.take(cells, seen, decided)
        if table.kind == "scores":
            scores = Scores(self.book, exam_in(table.grid.title, table.sheet.name))
            return lambda cells, decided: scores.take(cells, seen, decided)
        if table.kind == "attendance":
            rolls = Attendances(self.book, [each for each in table.columns.at if each.startswith("day.")])
            return lambda cells, decided: rolls.take(cells, seen, decided)
        pairings = Pairings(self.book, known)
        return lambda cells, decided: pairings.take(cells, seen, decided)

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────

    def write(self, by: User | None) -> Iterator[Progress]:
        """Put it into the ledger as one action. If somebody wrote since it was worked out, that is done again first.

        Raises LedgerError and Stale; nothing is written then.
        """
        if not self.book.staged and not self.book.touched:
            return
        term = site.term_by_code(term_code_for(self.register.dated))  # kept when the import is undone
        with changes.action(f"导入 {self.register.name}", by) as act:
            store.wait_for_turn()
            if Change.select().where(Change.id > self.stamp, Change.table.not_in(NOT_READ)).exists():
                yield from self.make()
            book = self.book
            total = len(book.staged) + len(book.touched)
            for done in book.write(act, term, settings.get("criterion")):
                yield Progress("写入", done, total)
            self._note(act)

    def _note(self, act: changes.Action) -> None:
        """Note that the file came in, and which of its rows did not."""
        told = {
            sheet: {"left": left, "double": double, "keys": {}, "problems": []}
            for sheet, (left, double) in self.left.items()
        }
        for (sheet, row), key in self.outcome.keys.items():
            told[sheet]["keys"][row] = key.hex
        for part, table in zip(self.outcome.sheets, self.register.tables, strict=True):
            here = told[table.sheet.name]
            here["problems"] += [
                (each.row, each.column, each.value, each.message, each.at)
                for each in part.problems
                if each.level == "error"
                and each.row
                and each.row not in here["left"]
                and table.kind == "children"
            ]
        text = json.dumps(told, ensure_ascii=False)
        if self.seen is not None:
            act.update(self.seen, skipped=text)
        else:
            register = self.register
            act.insert(
                Intake,
                action=act.id,
                name=register.name,
                digest=register.digest,
                dated=register.dated,
                skipped=text,
            )


CLASS_COLUMNS = {"survey.class_no", "survey.grade", "survey.school", "said.school_grade"}
CLASS_IN_TITLE = re.compile(
    r"[一二三四五六七八九初高]年?级?.{0,6}?班|[一二三四五六七八九]年级|初[一二三]|高[一二三]"
)


def _class_told(table: Table) -> str:
    """The class that the sheet's name, or its title, gives to every child of it; '' where a column does, or neither."""
    if CLASS_COLUMNS & table.columns.at.keys():
        return ""
    for text in (table.sheet.name, table.grid.title):
        found = CLASS_IN_TITLE.findall(normal(text))
        if len(found) == 1 and grade(found[0])[1]:
            return found[0]
    return ""


def fetch(book: Book, table: Table, rows: list[tuple[int, list[Any]]]) -> None:
    """Read from the ledger what these rows of a table may speak of."""
    if not (Child.live(Child.id).exists() or Adult.live(Adult.id).exists()):
        return
    at = table.columns.at
    names = {
        heading.column
        for target, heading in at.items()
        if target.endswith(".name") and target[:6] != "helper"
    }
    numbers = {heading.column for target, heading in at.items() if target.endswith(".id_number")}
    found: dict[str, None] = {}
    for _, row in rows:
        for column in names:
            if name := _squeezed(row, column):
                found[name] = None
    ids = (_number(row, column) for _, row in rows for column in numbers)
    book.fetch(found, filter(None, ids), table.keys.values())


def _squeezed(row: list[Any], column: int) -> str:
    cell = row[column] if column < len(row) else None
    if not isinstance(cell, str):
        return ""
    try:
        return person_name(REMARK.sub(r"\1", normal(cell)))
    except Refused:  # 无, —: nobody
        return squeeze(cell)


def _number(row: list[Any], column: int) -> str:
    try:
        return id_number(row[column] if column < len(row) else None)
    except Refused:  # none, or one that the reader will report
        return ""


def _latest() -> UUID:
    newest = Change.select(Change.id).order_by(Change.id.desc()).first()
    return newest.id if newest else ZERO


def _intake(register: Register) -> Intake | None:
    """The note of this very file having come in, unless somebody now says another day for it."""
    same = Intake.live().where(Intake.digest == register.digest)
    if register.told:
        same = same.where(Intake.dated == register.dated)
    found = same.order_by(Intake.id.desc()).first()
    if found is None:
        return None
    if found.dated != register.dated:  # somebody said it then
        register.dated, register.seen = found.dated, True
    return found


def term_code_for(day: str) -> str:
    """The term that surveys of a day belong to: the ledger's, unless the day lies in another."""
    current = settings.term_code()
    if not day or _within(current, day):
        return current
    return days.term_code(days.date.fromisoformat(day))


def _within(code: str, day: str) -> bool:
    term = Term.get_or_none(Term.code == code)
    try:
        starts, ends = (
            (term.starts, term.ends) if term and term.starts and term.ends else days.term_dates(code)
        )
    except ValueError as error:
        raise Refused(str(error)) from error
    return starts.isoformat() <= day <= ends.isoformat()
