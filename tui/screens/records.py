"""关爱记录: one child's talks, visits and the like, newest first."""

from typing import Any

from db import care
from db.care import RecordLine
from db.errors import LedgerError
from tui.context import Context
from tui.ink import Line, columns, wrap
from tui.page import Key, Page, Picture
from tui.widgets.ask import ask_removal
from tui.widgets.record_form import open_record
from tui.widgets.roster import Roster

TEXT_LINES = 5


class Records(Page):
    """The list, with the record under the cursor in full below."""

    keys = (
        Key(("enter", "e"), "修改", "edit"),
        Key(("insert", "a"), "记一次谈心", "add"),
        Key(("delete",), "删除", "remove"),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context, child_id: Any, name: str):
        self.context, self.child_id = context, child_id
        self.title = f"关爱记录：{name}"
        self.roster: Roster[RecordLine] = Roster.of([], _row)

    def shown(self) -> None:
        at = self.roster.at
        try:
            found = care.records(child_id=self.child_id)
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self.roster = Roster.of(found, _row, "还没有记录，按 Ins 记一次谈心")
        self.roster.go(at)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        return "还没有记录" if key.run in ("edit", "remove") and not len(self.roster) else None

    def edit(self) -> None:
        here = self.roster.current()
        open_record(self.context, self.child_id, record_id=here.id)

    def add(self) -> None:
        open_record(self.context, self.child_id)

    def remove(self) -> None:
        here = self.roster.current()
        question = f"删除{here.on_date}的{here.kind}记录？"
        ask_removal(self, question, lambda: care.remove_record(here.id, self.context.by))

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        lines = self.roster.draw(width, height - TEXT_LINES - 1)
        text: list[str] = []
        if here := self.roster.current():
            for label, said in (("缘由", here.reason), ("内容", here.content), ("后续", here.follow_up)):
                text += wrap(f"{label}：{said}", width - 2) if said else []
        below: list[Line] = [[(" " + row, "plain")] for row in text[:TEXT_LINES]]
        return Picture([*lines, [], *below, *[[]] * (TEXT_LINES - len(below))])


def _row(record: RecordLine, width: int, here: bool) -> Line:
    return [(">" if here else " ", "key"), (" ", "plain"),
            *columns([(str(record.on_date), 10, "cursor" if here else "plain"), (record.kind, 8, "plain"),
                      (record.helper or "", 10, "plain"), (record.place or "", 12, "plain"),
                      (record.reason or "", width - 52, "dim")])]  # fmt: skip
