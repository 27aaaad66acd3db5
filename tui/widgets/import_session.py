"""An import as it is settled, without a screen: the file, its tables, what it would do, what a person has said so far."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from db.exchange import layouts, reader, register, tables
from db.exchange.aliases import label_of
from db.exchange.grid import Heading
from db.exchange.headings import NEEDED, Columns
from db.exchange.outcome import Outcome, Question
from db.exchange.plan import Plan, Progress

Column = tuple[register.Table, Heading]
NEW, LATER = "另一名儿童，新登记", "先不导入这一行"


class ImportSession:
    """Steps that read and work out are iterators, for a task; what they come to is in `register` and `plan`.

    answered: somebody settled or said something that would be lost without being written.
    """

    def __init__(self, source: str = "", pasted: str = ""):
        self.source, self.pasted = source, pasted
        self.file: reader.Source | None = None
        self.register: register.Register | None = None
        self.plan: Plan | None = None
        self.answered = False
        self._decisions: dict[tuple[str, int], object] = {}
        self._given: dict[
            tuple[str, int], Question
        ] = {}  # answered questions, that may be answered otherwise
        self._settled: list[Columns] = []  # which somebody settled

    @property
    def outcome(self) -> Outcome:
        """What writing it would do."""
        return self.plan.outcome

    # ---- reading

    def read(self) -> Iterator[Any]:
        """Read the file and work out what it would do; a step of None has to wait. Raises BadFile."""
        make = reader.Reading
        reading = make(self.source) if self.source else make.from_text(self.pasted)
        try:
            while not reading.done():
                yield None
            self.file = reading.result()
        finally:
            reading.cancel()
        self.register = register.of_source(self.file)
        yield from self.work_out()

    def read_as(self, kind: str, at: int) -> Iterator[Any]:
        """Take a table for another kind of register; whatever is not recognised waits to be settled. Raises BadFile."""
        if self.register is None:
            self.register = register.of_source(self.file, kind, lenient=True)
        else:
            self.register.tables[at] = tables.retold(self.register.tables[at], kind)
        self.answered = True
        self._decisions, self._given = {}, {}
        yield from self.work_out()

    def work_out(self) -> Iterator[Progress]:
        """Work out anew what it would do."""
        plan = Plan(self.register, self._decisions)
        yield from plan.make()
        self.plan = plan

    # ---- what a person says

    def questions(self) -> list[Question]:
        """What is still to be answered, then what was, with the answer."""
        given = [question for key, question in self._given.items() if key in self._decisions]
        return [*self.outcome.questions, *given]

    def options(self, question: Question) -> list[str]:
        """What may be answered."""
        return [*(f"就是 {told}" for _, told in question.candidates), NEW, LATER]

    def answer(self, question: Question, choice: int) -> None:
        """Say who a row speaks of, by the number of the option."""
        key, said = (question.sheet, question.row), self.options(question)[choice]
        self._given[key] = question._replace(why=f"已答：{said}")
        self._decisions.pop(key, None)
        if said != LATER:
            self._decisions[key] = "new" if said == NEW else question.candidates[choice][0]
        self.answered = True

    def assign(self, column: Column, target: str | None) -> Heading | None:
        """Say what a column holds; the heading that held it before and now holds nothing, if there is one."""
        table, heading = column
        displaced = table.columns.at.get(target) if target else None
        table.columns.assign(heading, target)
        self._settled.append(table.columns)
        self.answered = True
        return displaced

    def date(self, day: str) -> None:
        """Say what day it is of. Raises Refused."""
        self.register.date(day)
        self.answered = True

    # ---- how it stands

    def columns(self) -> list[Column]:
        """The columns nothing is taken from though they hold something, the others, the empty ones."""
        found: list[tuple[int, Column]] = []
        for table in self.register.tables:
            for heading in table.columns.headings():
                used = table.columns.target_of(heading) is not None
                rank = 1 if used else 0 if table.samples(heading) else 2
                found.append((rank, (table, heading)))
        return [column for _, column in sorted(found, key=lambda each: each[0])]

    def mapped(self) -> str:
        """How many columns are taken, of how many: 30/71."""
        used = sum(len(table.columns.at) for table in self.register.tables)
        return f"{used}/{used + sum(len(table.columns.unmapped) for table in self.register.tables)}"

    def lacking(self) -> list[str]:
        """Needed columns that nobody has named yet."""
        return [
            label_of(each)
            for table in self.register.tables
            for each in NEEDED[table.kind]
            if each not in table.columns.at
        ]

    def why_not_write(self) -> str | None:
        """Why there is nothing to write, with what to do; None if there is."""
        if lacking := self.lacking():
            return f"还没有说哪一栏是{'、'.join(lacking)}：按 4 到栏目里改对应"
        if self.plan.book.staged or self.plan.book.touched:
            return None
        if self.outcome.skipped:
            return f"没有要写入的内容：{self.outcome.skipped}行没能录入，原因在“问题”里"
        return "没有要写入的内容：文件里的数据台账里都有了"

    # ---- what comes of it

    def remember(self) -> None:
        """Keep how the columns that somebody settled are to be read. Raises LedgerError."""
        for table in self.register.tables:
            if any(each is table.columns for each in self._settled):
                layouts.remember(table.columns, table.kind)

    def report_path(self, typed: str) -> Path:
        """Where the marked register is to go. Raises Refused."""
        from db.exchange.report import report_path

        return report_path(typed, self.source)

    def report(self, path: Path) -> str:
        """Write the register back with its problems marked; what was done, in a sentence. Raises Refused."""
        from db.exchange.report import write_report

        outcome = self.outcome
        written = write_report(
            self.register.source, outcome.problems, self.register.heads, path, outcome.keys
        )
        lost = f"；没能带上：{'、'.join(written.lost)}" if written.lost else ""
        lost += "" if written.as_it_was else "；原表的格式没能保留"
        return f"已存到 {path}，标出{written.rows}行，改好后再导入这份即可{lost}"
