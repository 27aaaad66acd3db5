"""点名: one key a child, each mark saved at once."""

from typing import Any

from db import days, roll
from db.activities import ActivityLine
from db.errors import LedgerError
from db.roll import RollLine
from db.vocab import ATTENDANCE
from tui.context import Context
from tui.ink import Line, columns
from tui.page import TROUBLE, Key, Page, Picture
from tui.widgets.line_edit import LineEdit
from tui.widgets.roster import Roster

TONES = {"present": "good", "absent": "error", "leave": "warn", "late": "warn", None: "dim"}


class RollCall(Page):
    """The children of an activity; 1-4 mark the one under the cursor and go to the next not yet called."""

    keys = (
        Key(("1",), "到", "present"),
        Key(("2",), "缺", "absent"),
        Key(("3",), "假", "excused"),
        Key(("4",), "迟", "late"),
        Key(("space",), "到/清除", "toggle", show=False),
        Key(("f8",), "其余都到", "rest_present"),
        Key(("/",), "查找", "start_finding"),
        Key(("0", "backspace"), "清除", "clear", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context, activity: ActivityLine):
        self.context, self.activity = context, activity
        self.title = f"点名：{activity.title}"
        self.everyone: list[RollLine] = []
        self.find = LineEdit()
        self.finding = False
        self.roster: Roster[RollLine] = Roster.of([], _row)

    def shown(self) -> None:
        try:
            self.everyone = roll.of(self.activity.id)
        except (*TROUBLE, LedgerError) as trouble:
            self.desk.say(str(trouble), "error")
            return
        self._show()

    def _show(self) -> None:
        at, wanted = self.roster.at, self.find.text.strip()
        found = [line for line in self.everyone if answers(line, wanted)]
        self.roster = Roster.of(found, _row, "没有找到，按 Esc 看全部" if wanted else "还没有留守儿童")
        self.roster.go(at)

    # ---- keys

    def press(self, key: str, char: str | None) -> bool:
        if self.finding:
            return self._find_key(key, char)
        return self.roster.press(key) or self.shortcut(key, char)

    def _find_key(self, key: str, char: str | None) -> bool:
        if key in ("enter", "down", "tab"):
            self.finding = False
        elif key == "escape":
            self.stop_finding()
        elif self.find.press(key, char):
            self.roster.at = 0
            self._show()
        else:
            return False
        return True

    def paste(self, text: str) -> None:
        self.finding = True
        self.find.insert(text)
        self._show()

    def start_finding(self) -> None:
        self.finding, self.find = True, LineEdit()

    def stop_finding(self) -> None:
        here = self.roster.current()
        self.finding, self.find = False, LineEdit()
        self._show()
        if here:
            self.roster.go([line.child_id for line in self.everyone].index(here.child_id))

    def leave(self) -> None:
        if self.find.text:
            self.stop_finding()
        else:
            self.desk.close()

    def why_off(self, key: Key) -> str | None:
        return None if len(self.roster) or key.run in ("start_finding", "undo") else "这里没有儿童"

    def present(self) -> None:
        self.mark("present")

    def absent(self) -> None:
        self.mark("absent")

    def excused(self) -> None:
        self.mark("leave")

    def late(self) -> None:
        self.mark("late")

    def clear(self) -> None:
        self.mark(None, go_on=False)

    def toggle(self) -> None:
        self.mark(None if self.roster.current().state == "present" else "present", go_on=False)

    def mark(self, state: str | None, go_on: bool = True) -> None:
        """Mark the child under the cursor, saved at once."""
        if self._mark([self.roster.current().child_id], state) and go_on:
            self.roster.go(self.roster.at + 1)

    def rest_present(self) -> None:
        """Everybody not yet called has come: one action, taken back as one."""
        rest = [line.child_id for line in self.everyone if line.state is None]
        if self._mark(rest, "present"):
            self.desk.say(f"其余{len(rest)}人都记为到，按 Ctrl+Z 可撤销", "good")

    def _mark(self, children: list[Any], state: str | None) -> bool:
        try:
            roll.mark_all(self.activity.id, children, state, self.context.by)
            self.everyone = roll.of(self.activity.id)
        except (*TROUBLE, LedgerError) as trouble:
            self.desk.say(str(trouble), "error")
            return False
        self._show()
        return True

    def undo(self) -> None:
        self.context.undo()

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        states = [line.state for line in self.everyone]
        counts = "  ".join(f"{code.label}{states.count(code.code)}" for code in ATTENDANCE)
        about = (
            f" {days.short(self.activity.on_date)} {self.activity.starts or ''} {self.activity.place or ''}"
        )
        caret = None
        head: Line = [(about, "dim")]
        if self.finding or self.find.text:
            text, x = self.find.view(width - 10)
            head = [(" 查找 ", "key"), (text, "plain")]
            caret = (6 + x, 0) if self.finding else None
        foot: Line = [(f" {counts}  未点{states.count(None)}  共{len(states)}人", "strong")]
        return Picture([head, *self.roster.draw(width, height - 2), foot], caret)


def answers(line: RollLine, wanted: str) -> bool:
    """Whether a child is meant by part of its name or group, or by the pinyin initials of its name."""
    if wanted in line.name or wanted in (line.village_group or ""):
        return True
    if not wanted.isascii():
        return False
    from db.initials import initials

    return initials(line.name).startswith(wanted.lower())


def _row(line: RollLine, width: int, here: bool) -> Line:
    state = ATTENDANCE.label(line.state) if line.state else "-"
    return [(">" if here else " ", "key"),
            *columns([(line.name, 14, "cursor" if here else "plain"), (line.village_group or "", 10, "dim"),
                      (state, 4, TONES[line.state])])]  # fmt: skip
