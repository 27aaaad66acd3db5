"""导入预览: what a register would do to the ledger, what needs a person, what each column holds; F8 writes it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

from db.errors import LedgerError
from db.exchange.aliases import label_of, targets
from db.exchange.outcome import KINDS, Edit, Problem, Question
from db.exchange.plan import Progress
from db.initials import initials
from db.spec import UNKNOWN
from db.values import Refused
from tui.context import Context
from tui.ink import Line, fill, gauge, wrap
from tui.page import Key, Page, Picture
from tui.task import Task
from tui.widgets.dialogs import Choose, Confirm, Prompt, Tell
from tui.widgets.import_rows import column_row, counts, edit_row, problem_row, question_row, weight, where
from tui.widgets.import_session import Column, ImportSession
from tui.widgets.roster import Roster

PARTS = {"problems": "问题", "changes": "改动", "questions": "要问", "columns": "栏目"}
ENTER = {"problems": "全文", "changes": "全文", "questions": "选定", "columns": "改对应"}
EMPTY = {
    "problems": "每一行都读懂了，没有问题", "changes": "台账里已有的内容一处也不改", "questions": "没有拿不准是谁的行",
    "columns": "这张表没有栏目",
}  # fmt: skip
BETWEEN = 0.3  # seconds between two drawings of progress: a slow line is not to be filled with it
BAR = 40


class Importing(Page):
    """Read, worked out, shown, written; Esc stops at any time, and then nothing has been written."""

    PARTS = (*PARTS, "failed", "writing")

    def __init__(self, context: Context, source: str = "", pasted: str = ""):
        self.context = context
        self.session = ImportSession(source, pasted)
        self.title = f"导入预览：{Path(source).name if source else '粘贴的内容'}"
        self.part = "problems"
        self.lists: dict[str, Roster] = {}
        self.failed = ""
        self.task: Task | None = None
        self.doing = Progress("读取", 0, 0)
        self.seen_at = 0.0
        self.said = ""

    # ---- work

    def shown(self) -> None:
        if self.session.register is None and self.task is None and not self.failed:
            self._begin(self.session.read(), self._worked_out, first=True)

    def _begin(self, steps: Iterator[Any], ended: Callable[[], None], first: bool = False) -> None:
        self.doing = Progress("读取" if first else "核对", 0, 0)

        def failed(why: str) -> None:
            self.task = None
            if self.session.plan is None:
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
        outcome = self.session.outcome
        first = (("questions", outcome.questions), ("problems", outcome.problems), ("columns", True))
        self.part = "columns" if self.session.lacking() else next(part for part, there in first if there)
        if outcome.seen:
            self.desk.say(f"这份表{outcome.seen}导入过：已录入的行不再改动，只补上次没能录入的行", "info")
        elif not self.session.register.told and any(
            "没有写日期" in each.message for each in outcome.problems
        ):
            self._ask_date()

    def _list(self) -> None:
        outcome = self.session.outcome
        self.lists = {
            "problems": Roster.of(outcome.problems, problem_row, EMPTY["problems"]),
            "changes": Roster.of(sorted(outcome.changes, key=weight), edit_row, EMPTY["changes"]),
            "questions": Roster.of(self.session.questions(), question_row, EMPTY["questions"]),
            "columns": Roster.of(self.session.columns(), self._column_row, EMPTY["columns"]),
        }

    def _again(self) -> None:
        """Work it out anew after somebody settled something; the cursors stay where they were."""
        places = {part: roster.at for part, roster in self.lists.items()}

        def ended() -> None:
            self._list()
            for part, at in places.items():
                self.lists[part].go(at)

        self._begin(self.session.work_out(), ended)

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
            return None if self.session.file is not None else self.failed
        if self.session.plan is None:
            return self.failed
        if key.run == "report" and not self.session.outcome.problems:
            return "没有问题，不用存"
        if key.run == "apply":
            return self.session.why_not_write()
        if key.run == "open" and not len(self.lists[self.part]):
            return EMPTY[self.part]
        return None

    def press(self, key: str, char: str | None) -> bool:
        if self.task is None and self.lists and self.lists[self.part].press(key):
            return True
        if self.session.answered and key in self.desk.routes:
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
        elif self.session.answered:
            question = "改过、答过的还没有写入，离开就没有了。离开吗？"
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
        def chosen(answer: int | None) -> None:
            if answer is not None:
                self.session.answer(question, answer)
                self._again()

        title = f"第{question.row}行 {question.name}（{question.said or '别的没写'}）是谁？"
        self.desk.push(Choose(title, self.session.options(question), asked=True), chosen)

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
            if displaced := self.session.assign(column, target):
                self.desk.say(f"“{displaced.text}”一栏原来填{label_of(target)}，现在改为不导入", "warn")
            self._again()

        options, short = ["不导入这一栏", *labels], ["bdr", *map(initials, labels)]
        title = f"“{heading.group}{heading.text}”这一栏是什么？打首字母查找"
        self.desk.push(Choose(title, options, short, at=at, inside=True), chosen)

    def kind(self) -> None:
        """Say what kind of register it is; of several tables first which one."""
        found = self.session.register.tables if self.session.register else []
        if len(found) < 2:
            self._ask_kind(0)
            return
        options = [f"“{each.sheet.name}”第{each.grid.head}行起：{KINDS[each.kind]}的表" for each in found]

        def chosen(answer: int | None) -> None:
            if answer is not None:
                self._ask_kind(answer)

        self.desk.push(Choose("改哪张表的类别？", options, asked=True), chosen)

    def _ask_kind(self, at: int) -> None:
        kinds = list(KINDS)

        def chosen(answer: int | None) -> None:
            if answer is not None:
                self.failed = ""
                self._begin(self.session.read_as(kinds[answer], at), self._worked_out)

        self.desk.push(Choose("这是哪种表？", [f"{name}的表" for name in KINDS.values()], asked=True), chosen)

    def date(self) -> None:
        self._prompt_date(self.session.register.dated)

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
            self.session.date(text)
        except Refused as refused:
            self._prompt_date(text)
            self.desk.say(str(refused), "error")
            return
        self._again()

    def report(self) -> None:
        name = Path(self.session.register.name).stem + "-待核对.xlsx"
        folder = Path(self.session.source).parent if self.session.source else Path.cwd()
        self.desk.push(Prompt("问题表存到", str(folder / name)), self._report)

    def _report(self, text: str | None) -> None:
        if not text or not text.strip():
            return
        try:
            path = self.session.report_path(text.strip())
        except Refused as refused:
            self.desk.say(str(refused), "error")
            return
        if os.path.exists(path):
            question = f"{path.name} 已经有了（可能是正在改的那份），要覆盖吗？"
            self.desk.push(
                Confirm(question, "覆盖", "不覆盖"), lambda yes: self._begin_report(path) if yes else None
            )
        else:
            self._begin_report(path)

    def _begin_report(self, path: Path) -> None:
        def steps() -> Iterator[Progress]:
            yield self.doing  # shown first: a long register takes some seconds
            self.said = self.session.report(path)

        self._begin(steps(), lambda: self.desk.say(self.said, "good"))
        self.doing = Progress("存问题表", 0, 0)

    # ---- writing

    def apply(self) -> None:
        try:
            self.session.remember()
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self._begin(self.session.plan.write(self.context.by), self._written)
        self.doing = Progress("写入", 0, 0)

    def _written(self) -> None:
        done = self.session.outcome
        wrong = f"，问题{len(done.problems)}处" if done.problems else ""
        self.desk.close()
        self.desk.say(
            f"已导入：新增{done.created}，更新{done.updated}，未变{done.unchanged}，"
            f"没写入{done.skipped}{wrong}。按 Ctrl+Z 可整批撤销",
            "warn" if wrong else "good",
        )

    # ---- the picture

    def draw(self, width: int, height: int) -> Picture:
        if self.failed:
            return Picture([[], *([(" " + text, "error")] for text in wrap(self.failed, width - 2))])
        if not self.lists or (self.task is not None and self.doing.what == "写入"):
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
        outcome = self.session.outcome
        lines = [counts(part) for part in outcome.sheets[:3]]
        if len(outcome.sheets) > 3:
            lines.append([(f" 另有{len(outcome.sheets) - 3}张工作表", "dim")])
        dated = self.session.register.dated or "没有写，不改有日期的内容"
        hint = "   类别不对按 K" if self.task is None else ""
        busy = f"   正在{self.doing.what} {self.doing.done}/{self.doing.of}" if self.task is not None else ""
        return [
            *lines,
            fill([(" 填表日期 ", "label"), (dated, "plain"), (busy, "info"), (hint, "dim")], width),
        ]

    def _tabs(self, width: int) -> Line:
        line: Line = [(" ", "plain")]
        for at, (part, name) in enumerate(PARTS.items(), 1):
            count = {
                "columns": self.session.mapped(),
                "questions": str(len(self.session.outcome.questions)),
            }.get(part, str(len(self.lists[part])))
            here = part == self.part
            line += [(f"{at}", "key"), (f" {name} {count} ", "chosen" if here else "plain"), ("  ", "plain")]
        return fill(line, width)

    def _column_row(self, column: Column, width: int, here: bool) -> Line:
        return column_row(column, width, here, self.session.register.several)
