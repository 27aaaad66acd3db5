"""升级名单: every child that goes a grade up this autumn, those who stay marked, all written as one action."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from db import promotion
from db.errors import LedgerError
from db.promotion import Step
from db.vocab import GRADE
from tui.context import Context
from tui.ink import Line, columns
from tui.page import TROUBLE, Key, Page, Picture
from tui.task import Task
from tui.widgets.dialogs import Confirm
from tui.widgets.roster import Roster

KINDS = {"up": "升级", "new_stage": "升学", "leaves": "毕业", "stays": "留级"}
STYLES = {"up": "plain", "new_stage": "info", "leaves": "good", "stays": "warn"}
NAME, GROUP, STEP, KIND = 10, 10, 16, 4
NOBODY = "没有要升级的：本学期都已升过，或离上次摸底没有过秋季"


class Promotion(Page):
    """The list to look through: old grade and new one; whoever stays is marked, then all is confirmed."""

    title = "升级名单"
    keys = (
        Key(("f8",), "确认升级", "confirm"),
        Key(("space",), "留级", "mark"),
        Key(("ctrl+o", "o"), "档案", "open"),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context):
        self.context = context
        self.steps: list[Step] = []
        self.stays: set[UUID] = set()
        self.roster: Roster[Step] = Roster(
            lambda: len(self.steps),
            lambda offset, limit: self.steps[offset : offset + limit],
            self.row,
            NOBODY,
        )

    def shown(self) -> None:
        try:
            self.steps = promotion.proposed()
        except LedgerError as error:
            self.desk.say(str(error), "error")
        self.stays &= {step.child_id for step in self.steps}
        self.roster.refresh()

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        return NOBODY if key.run in ("confirm", "mark", "open") and not self.steps else None

    def mark(self) -> None:
        self.stays ^= {self.roster.current().child_id}
        self.roster.go(self.roster.at + 1)

    def open(self) -> None:
        try:
            self.context.open_child(self.roster.current().child_id)
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")

    def undo(self) -> None:
        self.context.undo()

    def confirm(self) -> None:
        question = f"{self._counts()}。写入后仍算未摸底，升学的学校、毕业的去向在摸底时填。"
        self.desk.push(Confirm(question, "写入", "再看看"), self._confirmed)

    def _confirmed(self, yes: bool) -> None:
        if yes:
            self.desk.say("正在写入……", "info")
            self.desk.begin(Task(self._work(), lambda _: None, self._written, self.desk.complain))

    def _work(self) -> Iterator[str]:
        yield "drawn first: a township's children take some seconds"
        promotion.promote(self.steps, self.stays, self.context.by)

    def _written(self) -> None:
        said = self._counts()
        if self.desk.top is self:
            self.desk.close()
        self.desk.say(f"已写入：{said}；按 Ctrl+Z 可撤销", "good")

    def _kind(self, step: Step) -> str:
        return "stays" if step.child_id in self.stays else step.kind

    def _counts(self) -> str:
        found = Counter(self._kind(step) for step in self.steps)
        return "，".join(f"{label}{found[kind]}名" for kind, label in KINDS.items() if found[kind])

    def draw(self, width: int, height: int) -> Picture:
        lines: list[Line] = [
            [(f" {self._counts()}", "head")] if self.steps else [],
            columns([("  姓名", NAME + 2, "dim"), ("村民组", GROUP, "dim"), ("年级", STEP, "dim"), ("", KIND, "dim"),
                     ("学校", _school_cells(width), "dim")], gap=1),
        ]  # fmt: skip
        return Picture([*lines, *self.roster.draw(width, height - len(lines))])

    def row(self, step: Step, width: int, here: bool) -> Line:
        """One child as a line."""
        kind = self._kind(step)
        new = step.old if kind == "stays" else step.new
        grades = f"{GRADE.label(step.old)} -> {GRADE.label(new) if new else '-'}"
        return columns([
            (">" if here else " ", 1, "key"), (step.name, NAME, "cursor" if here else "plain"),
            (step.village_group or "", GROUP, "plain"), (grades, STEP, STYLES[kind]), (KINDS[kind], KIND, STYLES[kind]),
            (step.school or "", _school_cells(width), "dim"),
        ], gap=1)  # fmt: skip


def _school_cells(width: int) -> int:
    return width - NAME - GROUP - STEP - KIND - 7
