"""Live pairings: who looks after whom since when, and ending a pairing with its reason and day."""

from datetime import date
from typing import Any

from db import days, pairing
from db.errors import LedgerError
from db.pairing import PairLine
from db.vocab import PAIRING_END
from tui.context import Context
from tui.ink import Line, columns
from tui.page import TROUBLE, Key, Page, Picture
from tui.widgets.ask import ask_day
from tui.widgets.dialogs import Choose, Prompt
from tui.widgets.roster import Roster

NAME, KIND, DAY = 12, 12, 10


class Pairs(Page):
    """Pairings that stand today, newest first, or of one helper; with F10 those that have ended too."""

    title = "已结对"
    keys = (
        Key(("f8", "delete"), "结束结对", "end"),
        Key(("enter",), "档案", "open_child"),
        Key(("/", "ctrl+f"), "查找", "find"),
        Key(("f10", "v"), "连同已结束", "show_ended"),
        Key(("space",), "回到结对", "leave", show=False),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context, helper_id: Any = None, helper: str = ""):
        self.context, self.helper_id = context, helper_id
        self.title = f"{helper}的帮扶对象" if helper_id else "已结对"
        self.live = True
        self.lines: list[PairLine] = []
        self.roster: Roster[PairLine] = Roster(
            lambda: len(self.lines),
            lambda at, n: self.lines[at : at + n],
            pair_row,
            "没有结对：按 Esc 回到结对帮扶",
        )

    def shown(self) -> None:
        try:
            self.lines = pairing.pairings(helper_id=self.helper_id, live=self.live)
        except LedgerError as error:
            self.desk.say(str(error), "error")
        self.roster.refresh()

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        here = self.roster.current()
        if key.run in ("end", "open_child") and here is None:
            return "名单是空的：按 Esc 回到结对帮扶"
        if key.run == "end" and here.until is not None:
            return f"{here.child}与{here.helper}已在{here.until}结束"
        return None

    def open_child(self) -> None:
        self.context.open_child(self.roster.current().child_id)

    def find(self) -> None:
        self.context.find_child(self._go_to)

    def _go_to(self, child: Any) -> None:
        at = next((n for n, line in enumerate(self.lines) if line.child_id == child.id), None)
        if at is None:
            self.desk.say(f"{child.name}不在这份名单里", "warn")
        else:
            self.roster.go(at)

    def show_ended(self) -> None:
        self.live = not self.live
        self.roster.at = self.roster.top = 0
        self.shown()

    def undo(self) -> None:
        self.context.undo()

    # ---- ending: why, when, a word about it

    def end(self) -> None:
        """Ask why, then when (today unless said otherwise), then for a note; then end the pairing."""
        line, reasons = self.roster.current(), list(PAIRING_END)
        self.desk.push(
            Choose(f"{line.child}与{line.helper}（{line.kind}）为什么结束",
                   [each.label for each in reasons], [each.initials for each in reasons]),
            lambda at: None if at is None else self._ask_when(line, reasons[at].code, days.today().isoformat(), ""),
        )  # fmt: skip

    def _ask_when(self, line: PairLine, reason: str, text: str, note: str) -> None:
        ask_day(self.desk, f"{line.child}与{line.helper}：哪天结束", text,
                lambda day, typed: self._ask_note(line, reason, day, typed, note))  # fmt: skip

    def _ask_note(self, line: PairLine, reason: str, day: date, typed: str, note: str) -> None:
        def answered(said: str | None) -> None:
            if said is not None:
                self._end(line, reason, day, typed, said)

        self.desk.push(Prompt("说明", note, "可不填，直接回车"), answered)

    def _end(self, line: PairLine, reason: str, day: date, typed: str, note: str) -> None:
        try:
            pairing.close_pairing(line.id, day, reason, note or None, self.context.by)
        except LedgerError as error:
            self.desk.say(str(error), "error")
        except TROUBLE as refusal:
            self.shown()
            if line.id in {each.id for each in self.lines if each.until is None}:
                self._ask_when(line, reason, typed, note)
            self.desk.say(str(refusal), "error")
        else:
            self.shown()
            self.desk.say(
                f"已结束：{line.child}与{line.helper}（{PAIRING_END.label(reason)}），Ctrl+Z 可撤销", "good"
            )

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        head = columns([(" ", 1, "dim"), ("儿童", NAME, "dim"), ("帮扶人", NAME, "dim"), ("类型", KIND, "dim"),
                        ("结对日期", DAY, "dim")], gap=1)  # fmt: skip
        if not self.live:
            head.append((" 结束", "dim"))
        place = f" 第{self.roster.at + 1 if self.lines else 0}/{len(self.lines)}对"
        what = "" if self.live else "，连同已结束的"
        return Picture([head, *self.roster.draw(width, height - 2), [(place + what, "dim")]])


def pair_row(line: PairLine, width: int, here: bool) -> Line:
    """One pairing; one that has ended is dimmed and says when."""
    tone = "plain" if line.until is None else "dim"
    return columns([
        (">" if here else " ", 1, "key"),
        (line.child, NAME, "cursor" if here else tone),
        (line.helper, NAME, tone),
        (line.kind, KIND, tone),
        (str(line.since or "日期不详"), DAY, tone),
        (str(line.until or ""), DAY, tone),
    ], gap=1)  # fmt: skip
