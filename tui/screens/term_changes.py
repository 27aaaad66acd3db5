"""信息变更表: who came, left, moved and changed since last term, in one scrolling list; F10 writes it as a file."""

from pathlib import Path
from typing import NamedTuple

from db import term_changes
from db.term_changes import ChangeLine, TermChanges
from tui.context import Context
from tui.ink import Line, cells, clip, columns, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.widgets.ask import ask_file
from tui.widgets.roster import Roster

NAME, GROUP, DAY = 10, 10, 10
FOOT = 2  # lines below the list: the change under the cursor


class Row(NamedTuple):
    """A line of the list: the head of a kind, or one change (line)."""

    kind: str
    count: int
    line: ChangeLine | None


class Changes(Page):
    """The four kinds one after the other, each with its count."""

    title = "信息变更表"
    keys = (
        Key(("f10", "x"), "存为表格", "save"),
        Key(("enter",), "档案", "open"),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context):
        self.context = context
        self.folder = Path.cwd()
        self.found: TermChanges | None = None
        self.rows: list[Row] = []
        self.roster: Roster[Row] = Roster(
            lambda: len(self.rows), lambda offset, limit: self.rows[offset : offset + limit], change_row
        )

    def shown(self) -> None:
        try:
            self.found = term_changes.between()
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
            return
        self.rows = [
            row
            for kind, lines in self.found.by_kind()
            for row in (Row(kind, len(lines), None), *(Row(kind, 1, line) for line in lines))
        ]
        self.roster.refresh()

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        here = self.roster.current()
        if key.run == "open" and (here is None or here.line is None):
            return "请把光标移到一名儿童上"
        return None

    def open(self) -> None:
        try:
            self.context.open_child(self.roster.current().line.child_id)
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")

    def save(self) -> None:
        def write(path: Path) -> str:
            self.folder = path.parent
            return f"已存 {term_changes.export(str(path), self.context.by)} 条变更到 {path}"

        term = self.found.term if self.found else ""
        ask_file(self.desk, "信息变更表存到", self.folder / f"信息变更表{term}.xlsx", write)

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        if self.found is None:
            return Picture([])
        since = f"与{self.found.before}比较" if self.found.before else "以前的学期没有摸底记录，全部算新增"
        counts = "  ".join(f"{kind}{len(lines)}" for kind, lines in self.found.by_kind())
        head = f" {self.found.term}  {counts}  "
        lines: list[Line] = [[(head, "head"), (clip(since, width - cells(head)), "dim")], []]
        rows = self.roster.draw(width, height - len(lines) - FOOT - 1)
        return Picture([*lines, *rows, [], *self._whole(width)])

    def _whole(self, width: int) -> list[Line]:
        """The change under the cursor in full, where the list had to cut it."""
        here = self.roster.current()
        if here is None or here.line is None:
            return []
        text = " ".join(filter(None, (here.line.name, *_said(here.line))))
        return [[(" " + row, "plain")] for row in wrap(text, width - 2)[:FOOT]]


def change_row(row: Row, width: int, here: bool) -> Line:
    """The head of a kind, or one change as a line."""
    mark = (">" if here else " ", 1, "key")
    if row.line is None:
        return columns([mark, (f"{row.kind} {row.count} 条", width - 3, "head")], gap=1)
    line, room = row.line, width - NAME - GROUP - DAY - 6
    return columns([
        mark, (line.name, NAME, "cursor" if here else "plain"), (line.village_group or "", GROUP, "plain"),
        (" ".join(_said(line)), room, "plain"), (line.day.isoformat() if line.day else "", DAY, "dim"),
    ], gap=1)  # fmt: skip


def _said(line: ChangeLine) -> tuple[str, ...]:
    return (line.what, line.old, f"-> {line.new}") if line.new else (line.what, line.old)
