"""导入预览: what a register would do to the ledger, what needs a person, what each column holds; F8 writes it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

from db.errors import LedgerError
from db.exchange import layouts, reader, register, tables
from db.exchange.aliases import label_of, targets
from db.exchange.headings import NEEDED
from db.exchange.outcome import KINDS, Edit, Problem, Question
from db.exchange.plan import Plan, Progress
from db.initials import initials
from db.spec import UNKNOWN
from db.values import Refused
from tui.context import Context
from tui.ink import Line, fill, gauge, wrap
from tui.page import Key, Page, Picture
from tui.task import Task
from tui.widgets.dialogs import Choose, Confirm, Prompt, Tell
from tui.widgets.import_rows import column_row, counts, edit_row, problem_row, question_row, weight, where
from tui.widgets.roster import Roster

PARTS = {"problems": "问题", "changes": "改动", "questions": "要问", "columns": "栏目"}
ENTER = {"problems": "全文", "changes": "全文", "questions": "选定", "columns": "改对应"}
EMPTY = {
    "problems": "每一行都读懂了，没有问题", "changes": "台账里已有的内容一处也不改", "questions": "没有拿不准是谁的行",
    "columns": "这张表没有栏目",
}  # fmt: skip
ANSWERED = "已答："
BETWEEN = 0.3  # seconds between two drawings of progress: a slow line is not to be filled with it
BAR = 40
Column = tuple[register.Table, Any]


class Importing(Page):
    """Read, worked out, shown, written; Esc stops at any time, and then nothing has been written."""

    PARTS = (*PARTS, "failed", "writing")

    def __init__(self, context: Context, source: str = "", pasted: str = ""):
        self.context, self.source, self.pasted = context, source, pasted
        self.title = f"导入预览：{Path(source).name if source else '粘贴的内容'}"
        self.file: reader.Source | None = None
        self.register: register.Register | None = None
        self.plan: Plan | None = None
        self.decisions: dict[tuple[str, int], object] = {}
        self.asked: dict[tuple[str, int], Question] = {}  # answered ones, that may be answered otherwise
        self.settled: set[int] = set()  # tables whose columns somebody settled
        self.answered = False  # somebody settled or said something that leaving would lose
        self.part = "problems"
        self.lists: dict[str, Roster] = {}
        self.failed = ""
        self.task: Task | None = None
        self.doing = Progress("读取", 0, 0)
        self.seen_at = 0.0
        self.said = ""

    # ---- work

    def shown(self) -> None:
        if self.register is None and self.task is None and not self.failed:
            self._begin(self._read(), self._worked_out, first=True)

    def _read(self) -> Iterator[Any]:
        make = reader.Reading
        reading = make(self.source) if self.source else make.from_text(self.pasted)
        try:
            while not reading.done():
                yield None
            self.file = reading.result()
        finally:
            reading.cancel()
        self.register = register.of_source(self.file)
        yield from self._work_out()

    def _read_as(self, kind: str, at: int) -> Iterator[Any]:
        """A table as another kind of register; whatever is not recognised can be settled by hand."""
        if self.register is None:
            self.register = register.of_source(self.file, kind, lenient=True)
        else:
            self.register.tables[at] = tables.retold(self.register.tables[at], kind)
        self.decisions, self.asked, self.settled = {}, {}, set()
        yield from self._work_out()

    def _work_out(self) -> Iterator[Progress]:
        plan = Plan(self.register, self.decisions)
        yield from plan.make()
        self.plan = plan

    def _begin(self, steps: Iterator[Any], ended: Callable[[], None], first: bool = False) -> None:
        self.doing = Progress("读取" if first else "核对", 0, 0)

        def failed(why: str) -> None:
            self.task = None
            if self.plan is None:
                self.failed = why
            else:
                self.desk.say(why, "error")

        def over() -> None:
            self.task = None
            ended()

        self.task = Task(steps, self._told, over, failed)
        self.desk.begin(self.task)

    def _told(self, step: Progress) -> None:
        if monotonic() - self.seen_at > BETWEEN or step.what != self.doing.what:
            self.seen_at, self.doing = monotonic(), step

    def _worked_out(self) -> None:
        """Show what came of it; where nothing asks for a person, the columns are what there is to see."""
        self._list()
        outcome = self.plan.outcome
        first = (("questions", outcome.questions), ("problems", outcome.problems), ("columns", True))
        self.part = "columns" if self._lacking() else next(part for part, there in first if there)
        if outcome.seen:
            self.desk.say(f"这份表{outcome.seen}导入过：已录入的行不再改动，只补上次没能录入的行", "info")
        elif not self.register.told and any("没有写日期" in each.message for each in outcome.problems):
            self._ask_date()

    def _list(self) -> None:
        outcome = self.plan.outcome
        self.lists = {
            "problems": Roster.of(outcome.problems, problem_row, EMPTY["problems"]),
            "changes": Roster.of(sorted(outcome.changes, key=weight), edit_row, EMPTY["changes"]),
            "questions": Roster.of(self._questions(), question_row, EMPTY["questions"]),
            "columns": Roster.of(self._columns(), self._column_row, EMPTY["columns"]),
        }

    def _questions(self) -> list[Question]:
        """What is still to be answered, then what was."""
        given = [question for key, question in self.asked.items() if key in self.decisions]
        return [*self.plan.outcome.questions, *given]

    def _again(self) -> None:
        """Work it out anew after somebody settled something; the cursors stay where they were."""
        places = {part: roster.at for part, roster in self.lists.items()}
        self.answered = True

        def ended() -> None:
            self._list()
            for part, at in places.items():
                self.lists[part].go(at)

        self._begin(self._work_out(), ended)

    # ---- keys

    @property
    def keys(self) -> tuple[Key, ...]:
        if self.task is not None and self.doing.what == "写入":
            return self.keys_in("writing")
        return self.keys_in("failed" if self.failed else self.part)

    @staticmethod
    def keys_in(part: str) -> tuple[Key, ...]:
        """The keys while one of the four lists is shown, while it is written, and when there is nothing to show."""
        kind = Key(("ctrl+k", "k"), "改类别", "kind", show=part == "failed")
        if part == "writing":
            return (Key(("escape",), "停下", "stop"),)
        if part == "failed":
            return (kind, Key(("escape",), "返回", "stop"))
        numbers = (
            Key((str(at),), name, each, show=False) for at, (each, name) in enumerate(PARTS.items(), 1)
        )
        return (
            Key(("f8",), "写入台账", "apply"),
            Key(("enter", "space"), ENTER[part], "open"),
            Key(("tab", "right"), "换栏", "next_part"),
            Key(("shift+tab", "left"), "上一栏", "previous_part", show=False),
            Key(("escape",), "不导入", "stop"),
            Key(("f10",), "存问题表", "report"),
            Key(("ctrl+d", "d"), "填表日期", "date"),
            kind,
            *numbers,
        )

    def why_off(self, key: Key) -> str | None:
        if key.run == "stop":
            return None
        if self.task is not None:
            return f"正在{self.doing.what}，请稍候；按 Esc 停下"
        if key.run == "kind":
            return None if self.file is not None else self.failed
        if self.plan is None:
            return self.failed
        if key.run == "report" and not self.plan.outcome.problems:
            return "没有问题，不用存"
        if key.run == "apply":
            return self._why_not_write()
        if key.run == "open" and not len(self.lists[self.part]):
            return EMPTY[self.part]
        return None

    def _why_not_write(self) -> str | None:
        if lacking := self._lacking():
            return f"还没有说哪一栏是{'、'.join(lacking)}：按 4 到栏目里改对应"
        if self.plan.book.staged or self.plan.book.touched:
            return None
        if skipped := self.plan.outcome.skipped:
            return f"没有要写入的内容：{skipped}行没能录入，原因在“问题”里"
        return "没有要写入的内容：文件里的数据台账里都有了"

    def _lacking(self) -> list[str]:
        """Needed columns that nobody has named yet."""
        return [
            label_of(each)
            for table in self.register.tables
            for each in NEEDED[table.kind]
            if each not in table.columns.at
        ]

    def press(self, key: str, char: str | None) -> bool:
        if self.task is None and self.plan is not None and self.lists[self.part].press(key):
            return True
        if self.answered and key in self.desk.routes:
            self.desk.say("改过、答过的还没写入：按 F8 写入，或按 Esc 离开", "warn")
            return True
        return self.shortcut(key, char) or (
            self.task is not None and self.doing.what == "写入" and self._busy()
        )

    def _busy(self) -> bool:
        self.desk.say("正在写入，请稍候；按 Esc 停下", "warn")
        return True

    def next_part(self) -> None:
        self._turn(1)

    def previous_part(self) -> None:
        self._turn(-1)

    def _turn(self, by: int) -> None:
        parts = list(PARTS)
        self.part = parts[(parts.index(self.part) + by) % len(parts)]

    def problems(self) -> None:
        self.part = "problems"

    def changes(self) -> None:
        self.part = "changes"

    def questions(self) -> None:
        self.part = "questions"

    def columns(self) -> None:
        self.part = "columns"

    def open(self) -> None:
        here = self.lists[self.part].current()
        {"problems": self._tell, "changes": self._tell_edit, "questions": self._ask, "columns": self._map}[
            self.part
        ](here)

    def stop(self) -> None:
        if self.task is not None and self.doing.what == "写入":
            self._drop()
            self.desk.say("已停下，什么也没有写入", "warn")
        elif self.answered:
            question = "改过的对应、答过的问题、填的日期还没有写入，离开就没有了。离开吗？"
            self.desk.push(Confirm(question, "离开", "不离开"), lambda yes: self._leave() if yes else None)
        else:
            self._leave()

    def _leave(self) -> None:
        self.flush()
        self.desk.close()

    def flush(self) -> None:
        self._drop()

    def _drop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            self.task = None

    # ---- what needs a person

    def _tell(self, problem: Problem) -> None:
        lines = [problem.message, "", f"原文：{problem.value}" if problem.value else ""]
        self.desk.push(Tell(f"{where(problem.sheet, problem.row)} {problem.column}", lines))

    def _tell_edit(self, edit: Edit) -> None:
        lines = [edit.field, f"台账现在：{edit.old or UNKNOWN}", f"导入以后：{edit.new or UNKNOWN}"]
        self.desk.push(Tell(f"{where(edit.sheet, edit.row)} {edit.name}", lines))

    def _ask(self, question: Question) -> None:
        options = [f"就是 {told}" for _, told in question.candidates]
        options += ["另一名儿童，新登记", "先不导入这一行"]

        def chosen(answer: int | None) -> None:
            if answer is None:
                return
            key = (question.sheet, question.row)
            keys = [child for child, _ in question.candidates]
            self.decisions.pop(key, None)
            self.asked[key] = question._replace(why=f"{ANSWERED}{options[answer]}")
            if answer < len(keys):
                self.decisions[key] = keys[answer]
            elif answer == len(keys):
                self.decisions[key] = "new"
            self._again()

        self.desk.push(
            Choose(
                f"第{question.row}行 {question.name}（{question.said or '别的没写'}）是谁？",
                options,
                asked=True,
            ),
            chosen,
        )

    def _map(self, column: Column) -> None:
        table, heading = column
        may = targets(table.kind)
        labels = [label_of(each) for each in may]
        now = table.columns.target_of(heading)
        at = may.index(now) + 1 if now in may else 0

        def chosen(answer: int | None) -> None:
            if answer is None or answer == at:
                return
            target = may[answer - 1] if answer else None
            if other := table.columns.at.get(target):
                self.desk.say(f"“{other.text}”一栏原来填{label_of(target)}，现在改为不导入", "warn")
            table.columns.assign(heading, target)
            self.settled.add(id(table))
            self._again()

        options, short = ["不导入这一栏", *labels], ["bdr", *map(initials, labels)]
        title = f"“{heading.group}{heading.text}”这一栏是什么？打首字母查找"
        self.desk.push(Choose(title, options, short, at=at, inside=True), chosen)

    def kind(self) -> None:
        """Say what kind of register it is; of several tables first which one."""
        found = self.register.tables if self.register else []
        if len(found) < 2:
            self._ask_kind(0)
            return
        options = [f"“{each.sheet.name}”第{each.grid.head}行起：{KINDS[each.kind]}的表" for each in found]
        which = lambda answer: self._ask_kind(answer) if answer is not None else None  # noqa: E731
        self.desk.push(Choose("改哪张表的类别？", options, asked=True), which)

    def _ask_kind(self, at: int) -> None:
        kinds = list(KINDS)

        def chosen(answer: int | None) -> None:
            if answer is not None:
                self.failed, self.answered = "", True
                self._begin(self._read_as(kinds[answer], at), self._worked_out)

        self.desk.push(Choose("这是哪种表？", [f"{name}的表" for name in KINDS.values()], asked=True), chosen)

    def date(self) -> None:
        self._prompt_date(self.register.dated)

    def _prompt_date(self, text: str) -> None:
        self.desk.push(Prompt("哪天填的（如 2026-9-10、今天；空着为不知道）", text), self._date)

    def _ask_date(self) -> None:
        options = ["不知道：只补空缺，台账里已有的不改", "今天填的：以这份表为准", "另填日期"]

        def chosen(answer: int | None) -> None:
            if answer == 1:
                self._date("今天")
            elif answer == 2:
                self.date()

        self.desk.push(Choose("这份表没有写填表日期，有的内容与台账不同", options, asked=True), chosen)

    def _date(self, text: str | None) -> None:
        if text is None:
            return
        try:
            self.register.date(text)
        except Refused as refused:
            self._prompt_date(text)
            self.desk.say(str(refused), "error")
            return
        self._again()

    def report(self) -> None:
        name = Path(self.register.name).stem + "-待核对.xlsx"
        folder = Path(self.source).parent if self.source else Path.cwd()
        self.desk.push(Prompt("问题表存到", str(folder / name)), self._report)

    def _report(self, text: str | None) -> None:
        if not text or not text.strip():
            return
        path = Path(text.strip()).expanduser()
        if self.source and path.exists() and path.samefile(self.source):
            self.desk.say("不能写回原表，请另起一个文件名", "error")
            return
        if path.exists():
            question = f"{path.name} 已经有了（可能是正在改的那份），要覆盖吗？"
            self.desk.push(
                Confirm(question, "覆盖", "不覆盖"), lambda yes: self._begin_report(path) if yes else None
            )
        else:
            self._begin_report(path)

    def _begin_report(self, path: Path) -> None:
        self._begin(self._write_report(path), lambda: self.desk.say(self.said, "good"))
        self.doing = Progress("存问题表", 0, 0)

    def _write_report(self, path: Path) -> Iterator[Progress]:
        from db.exchange.report import write_report

        yield self.doing
        written = write_report(self.register.source, self.plan.outcome.problems, self.register.heads, path,
                                self.plan.outcome.keys)  # fmt: skip
        lost = f"；没能带上：{'、'.join(written.lost)}" if written.lost else ""
        lost += "" if written.as_it_was else "；原表的格式没能保留"
        self.said = f"已存到 {path}，标出{written.rows}行，改好后再导入这份即可{lost}"

    # ---- writing

    def apply(self) -> None:
        try:
            for table in self.register.tables:
                if id(table) in self.settled:
                    layouts.remember(table.columns, table.kind)
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self._begin(self.plan.write(self.context.by), self._written)
        self.doing = Progress("写入", 0, 0)

    def _written(self) -> None:
        done = self.plan.outcome
        self.desk.close()
        self.desk.say(
            f"已导入：新增{done.created}，更新{done.updated}，未变{done.unchanged}，没写入{done.skipped}。按 Ctrl+Z 可整批撤销",
            "good",
        )

    # ---- the picture

    def draw(self, width: int, height: int) -> Picture:
        if self.failed:
            return Picture([[], *([(" " + text, "error")] for text in wrap(self.failed, width - 2))])
        if self.plan is None or (self.task is not None and self.doing.what == "写入"):
            return Picture([[], *self._progress(width)])
        lines = [*self._head(width), self._tabs(width), []]
        return Picture([*lines, *self.lists[self.part].draw(width, height - len(lines))])

    def _progress(self, width: int) -> list[Line]:
        what, done, of = self.doing
        if not of:
            return [[(f" 正在{what}……", "info")]]
        bar = gauge(done / of, min(BAR, width - 4))
        return [[(f" 正在{what} {done}/{of}", "info")], [(" ", "plain"), *bar]]

    def _head(self, width: int) -> list[Line]:
        outcome = self.plan.outcome
        lines = [counts(part) for part in outcome.sheets[:3]]
        if len(outcome.sheets) > 3:
            lines.append([(f" 另有{len(outcome.sheets) - 3}张工作表", "dim")])
        dated = self.register.dated or "没有写，不改有日期的内容"
        hint = "   类别不对按 K" if self.task is None else ""
        busy = f"   正在{self.doing.what} {self.doing.done}/{self.doing.of}" if self.task is not None else ""
        return [
            *lines,
            fill([(" 填表日期 ", "label"), (dated, "plain"), (busy, "info"), (hint, "dim")], width),
        ]

    def _tabs(self, width: int) -> Line:
        line: Line = [(" ", "plain")]
        for at, (part, name) in enumerate(PARTS.items(), 1):
            count = {"columns": self._mapped(), "questions": str(len(self.plan.outcome.questions))}.get(
                part, str(len(self.lists[part]))
            )
            here = part == self.part
            line += [(f"{at}", "key"), (f" {name} {count} ", "chosen" if here else "plain"), ("  ", "plain")]
        return fill(line, width)

    def _mapped(self) -> str:
        used = sum(len(table.columns.at) for table in self.register.tables)
        return f"{used}/{used + sum(len(table.columns.unmapped) for table in self.register.tables)}"

    def _column_row(self, column: Column, width: int, here: bool) -> Line:
        return column_row(column, width, here, self.register.several)

    def _columns(self) -> list[Column]:
        """The columns nothing is taken from though they hold something, the others, the empty ones."""
        found: list[tuple[int, Column]] = []
        for table in self.register.tables:
            for heading in table.columns.headings():
                used = table.columns.target_of(heading) is not None
                rank = 1 if used else 0 if table.samples(heading) else 2
                found.append((rank, (table, heading)))
        return [column for _, column in sorted(found, key=lambda each: each[0])]
