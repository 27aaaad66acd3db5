"""打印: what is asked before something is printed, and the list of prints that no longer hold."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from db import days
from db.errors import LedgerError
from db.printing import papers, printed, printer, records
from db.printing.content import Paper
from db.printing.printed import CARD, FILE, NO_NUMBERS, RECORD, Job, Stale
from db.vocab import PRINTED
from tui.context import Context
from tui.ink import Line, columns, wrap
from tui.page import Desk, Key, Page, Picture
from tui.task import Task
from tui.widgets.ask import ask_place
from tui.widgets.dialogs import Choose
from tui.widgets.roster import Roster

MASKED, IN_FULL = "身份证号打码", "身份证号写全"
MANY = 20  # leaves from which on it is told how far the work is


def ask_print(
    context: Context,
    what: str,
    ids: list[UUID],
    who: str,
    then: Callable[[], None] = lambda: None,
    month: str = "",
) -> None:
    """Ask whether to print or to write a file, and whether ID numbers are to be read; then do it.

    what: a code of PRINTED; ids: children, of record cards the records; who: the name a file is given. then: when done.
    month: whose birthdays it is about.
    """
    desk, name = context.desk, printer.printer()
    numbers = (MASKED,) if what in NO_NUMBERS else (MASKED, IN_FULL)
    choices = [(where, shown) for where in ([name] if name else []) + [None] for shown in numbers]
    says = [
        (f"打印到 {where}" if where else "存成文件") + ("" if what in NO_NUMBERS else f"，{shown}")
        for where, shown in choices
    ]
    lacks = "" if name else "（没有找到打印机）"
    label = f"{PRINTED.label(what)} {len(ids)}份{lacks}"

    def chosen(at: int | None) -> None:
        if at is None:
            return
        where, shown = choices[at]
        job = Job(what, ids, reveal=shown == IN_FULL, month=month)
        if where is None:
            path = Path.cwd() / f"{PRINTED.label(what)}-{who.replace('/', '_')}-{days.today():%Y%m%d}.html"
            ask_place(desk, "存到文件", path, partial(_write, context, job, then))
        else:
            _work(desk, job, printed.to_printer(job, where, context.by), f"已交给打印机 {where}", then)

    desk.push(Choose(label, says), chosen)


def _write(context: Context, job: Job, then: Callable[[], None], path: Path) -> None:
    full = "，内有完整身份证号，请妥善保管" if job.reveal else ""
    said = f"已存到 {path}，用浏览器或 WPS 打开就能打印{full}"
    _work(context.desk, job, printed.to_file(job, path, context.by), said, then)


def _work(desk: Desk, job: Job, steps: Any, said: str, then: Callable[[], None]) -> None:
    """Print between keys, then say how it went."""

    def told(done: int) -> None:
        if len(job.ids) > MANY:
            desk.say(f"正在准备 {done}/{len(job.ids)}", "info")

    def ended() -> None:
        desk.top.shown()
        then()
        desk.say(f"{PRINTED.label(job.what)}{said}", "good")

    desk.begin(Task(steps, told, ended, desk.complain))


def ask_paper(context: Context, name: str, make: Callable[[bool], Paper], phones: bool = False) -> None:
    """Ask whether a paper of the site's own is printed or written to a file, then do it.

    name: what it is called, the file too. make(reveal) gives the paper. phones: it has some; they may be masked.
    """
    desk, there = context.desk, printer.printer()
    shown = ("，电话打码", "，电话写全") if phones else ("",)
    choices = [(where, at == 1) for where in ([there] if there else []) + [None] for at in range(len(shown))]
    says = [(f"打印到 {where}" if where else "存成文件") + shown[reveal] for where, reveal in choices]

    def begin(steps: Any, said: str) -> None:
        desk.begin(Task(steps, lambda _: None, lambda: desk.say(f"{name}{said}", "good"), desk.complain))

    def chosen(at: int | None) -> None:
        if at is None:
            return
        where, reveal = choices[at]
        if where is not None:
            begin(papers.to_printer(make(reveal), where), f"已交给打印机 {where}")
            return
        path = Path.cwd() / f"{name.replace('/', '_')}-{days.today():%Y%m%d}.html"
        ask_place(
            desk, "存到文件", path,
            lambda to: begin(papers.to_file(make(reveal), to), f"已存到 {to}，用浏览器或 WPS 打开就能打印"),
        )  # fmt: skip

    desk.push(Choose(name if there else f"{name}（没有找到打印机）", says), chosen)


def ask_records(context: Context, child_id: UUID, name: str) -> None:
    """Ask which of a child's records are to be printed, all or those of one kind."""
    kinds = records.kinds_of(child_id)
    if not kinds:
        context.desk.say("还没有记录可打印：按 Ins 记一次", "warn")
        return
    choices = [(None, "全部", sum(many for _, _, many in kinds)), *kinds]

    def chosen(at: int | None) -> None:
        if at is not None:
            ask_print(context, RECORD, records.of_child(child_id, choices[at][0]), name)

    context.desk.push(Choose("打印哪类记录", [f"{label} {many}份" for _, label, many in choices]), chosen)


class StalePrints(Page):
    """Cards and files whose source was changed after they were printed: all of one sort printed anew in one go."""

    title = "过时的打印件"
    keys = (
        Key(("enter",), "档案", "open"),
        Key(("f8",), "重印联系卡", "cards"),
        Key(("f10", "p"), "重印档案", "files"),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context):
        self.context = context
        self.roster: Roster[Stale] = Roster.of([], _row)

    def shown(self) -> None:
        at = self.roster.at
        try:
            found = printed.stale()
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self.roster = Roster.of(found, _row, "打印过的联系卡和档案都和台账一致")
        self.roster.go(at)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def _of(self, what: str) -> list[UUID]:
        return [each.id for each in self.roster.items() if each.what == what]

    def why_off(self, key: Key) -> str | None:
        needed = {"cards": CARD, "files": FILE}.get(key.run)
        if needed and not self._of(needed):
            return f"没有要重印的{PRINTED.label(needed)}"
        return "没有要重印的" if key.run == "open" and not len(self.roster) else None

    def open(self) -> None:
        self.context.open_child(self.roster.current().id)

    def cards(self) -> None:
        self._print(CARD)

    def files(self) -> None:
        self._print(FILE)

    def _print(self, what: str) -> None:
        ids = self._of(what)
        ask_print(self.context, what, ids, f"重印{len(ids)}名", self.shown)

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        here = self.roster.current()
        said = wrap(here.said, width - 2)[:2] if here else []
        lines = self.roster.draw(width, height - 3)
        return Picture([*lines, [], *([(" " + row, "plain")] for row in said)])


def _row(each: Stale, width: int, here: bool) -> Line:
    return [(">" if here else " ", "key"), (" ", "plain"), *columns([
        (each.name, 10, "cursor" if here else "plain"), (each.village_group or "", 8, "plain"),
        (each.what_label, 6, "plain"), (days.short(each.on_date), 8, "dim"), ("、".join(each.changed), width - 43, "warn"),
    ])]  # fmt: skip
