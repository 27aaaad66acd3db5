"""Pairings: who looks after whom since when, what an inspection found, how one ended; ending and handing over."""

from typing import Any

from db import pairing
from db.errors import LedgerError
from db.pairing import INSPECTION, PairLine
from tui.context import Context
from tui.ink import Line, clip, columns, wrap
from tui.page import Key, Page, Picture
from tui.screens.ending import Ending
from tui.widgets.ask import ask_action
from tui.widgets.record_form import open_record
from tui.widgets.roster import Roster

NAME, KIND, DAY = 10, 10, 10
FOOT = 2


class Pairs(Page):
    """Pairings that stand today, newest first, or of one helper or child; with Tab those that have ended too."""

    title = "已结对"
    keys = (
        Key(("f8", "delete"), "结束结对", "end"),
        Key(("enter",), "档案", "open_child"),
        Key(("insert", "i"), "结对检查", "inspect"),
        Key(("tab", "v"), "连同已结束", "show_ended"),
        Key(("/", "ctrl+f"), "查找", "find"),
        Key(("f10", "h"), "更多", "more"),
        Key(("space",), "回到结对", "leave", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(
        self, context: Context, helper_id: Any = None, helper: str = "", child_id: Any = None, child: str = "",
        live: bool = True,
    ):  # fmt: skip
        self.context, self.helper_id, self.child_id = context, helper_id, child_id
        if helper_id:
            self.title = f"{helper}的帮扶对象"
        elif child_id:
            self.title = f"{child}的结对"
        self.live = live
        self.lines: list[PairLine] = []
        self.roster: Roster[PairLine] = Roster(
            lambda: len(self.lines),
            lambda at, n: self.lines[at : at + n],
            pair_row,
            "没有结对：按 Esc 回到结对帮扶",
        )

    def shown(self) -> None:
        try:
            self.lines = pairing.pairings(self.child_id, self.helper_id, live=self.live)
        except LedgerError as error:
            self.desk.say(str(error), "error")
        self.roster.refresh()

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        here = self.roster.current()
        if key.run in ("end", "open_child", "inspect", "more") and here is None:
            return "名单是空的：按 Esc 回到结对帮扶"
        if key.run in ("end", "inspect") and here.until is not None:
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

    # ---- what is done with a pairing

    def end(self) -> None:
        line = self.roster.current()
        Ending(
            self.context, line.id, f"{line.child}与{line.helper}（{line.kind}）",
            lambda: line.id in {each.id for each in self.lines if each.until is None},
        ).ask()  # fmt: skip

    def inspect(self) -> None:
        """Note what an inspection of this pairing found."""
        line = self.roster.current()
        open_record(self.context, line.child_id, INSPECTION, by_name=line.helper)

    def more(self) -> None:
        """Further actions with the pairing under the cursor."""
        line = self.roster.current()
        actions = [
            (
                f"{line.child}结过的全部对",
                "zs",
                lambda: self._history(child_id=line.child_id, child=line.child),
            ),
            (f"{line.helper}帮过的全部儿童", "bg", lambda: self._history(line.helper_id, line.helper)),
            (f"给{line.child}再结一对（另一类型）", "zj", lambda: self._choose(line)),
        ]
        if line.until is None:
            actions[:0] = [
                (f"把{line.child}交接给别的帮扶人", "jj", lambda: self._hand_over(line, line.child_id)),
                (f"把{line.helper}的帮扶对象都交接", "qb", lambda: self._hand_over(line)),
            ]
        ask_action(self.desk, f"{line.child}与{line.helper}", actions)

    def _history(
        self, helper_id: Any = None, helper: str = "", child_id: Any = None, child: str = ""
    ) -> None:
        self.desk.push(Pairs(self.context, helper_id, helper, child_id, child, live=False))

    def _choose(self, line: PairLine) -> None:
        from tui.screens.choosing import choose_for

        choose_for(self.context, line.child_id)

    def _hand_over(self, line: PairLine, only: Any = None) -> None:
        from tui.screens.handing_over import HandingOver

        self.desk.push(HandingOver(self.context, line.helper_id, only))

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        rest = width - 2 * NAME - KIND - DAY - 6
        head = columns([(" ", 1, "dim"), ("儿童", NAME, "dim"), ("帮扶人", NAME, "dim"), ("类型", KIND, "dim"),
                        ("结对日期", DAY, "dim"), ("检查" if self.live else "检查或结束", rest, "dim")], gap=1)  # fmt: skip
        place = f" 第{self.roster.at + 1 if self.lines else 0}/{len(self.lines)}对"
        what = "" if self.live else "，连同已结束的"
        here = self.roster.current()
        foot = [[(" " + row, "plain")] for row in wrap(told(here), width - 2)[:FOOT]] if here else []
        rows = self.roster.draw(width, height - 2 - FOOT)
        return Picture([head, *rows, *foot, *[[]] * (FOOT - len(foot)), [(place + what, "dim")]])


def pair_row(line: PairLine, width: int, here: bool) -> Line:
    """One pairing with its last inspection; one that has ended is dimmed and says when and why."""
    tone = "plain" if line.until is None else "dim"
    if line.until is not None:
        last = f"{line.until} {line.because or ''}"
    else:
        last = f"{line.inspected_on} {line.verdict or ''}" if line.inspected_on else "没有检查过"
    return columns([
        (">" if here else " ", 1, "key"),
        (line.child, NAME, "cursor" if here else tone),
        (line.helper, NAME, tone),
        (line.kind, KIND, tone),
        (str(line.since or "日期不详"), DAY, tone),
        (clip(last, width - 2 * NAME - KIND - DAY - 6), width - 2 * NAME - KIND - DAY - 6, tone if line.inspected_on else "dim"),
    ], gap=1)  # fmt: skip


def told(line: PairLine) -> str:
    """A pairing's story in a sentence: whom it came from, how it ended, what the inspection found."""
    parts = [f"{line.helper}帮扶{line.child}"]
    if line.before:
        parts.append(f"由{line.before}交接来")
    if line.until:
        onward = f"，交给{line.onward}" if line.onward else ""
        parts.append(f"{line.until}结束：{line.because or '原因没写'}{onward}")
    if line.note:
        parts.append(line.note)
    if line.inspected_on:
        parts.append(f"{line.inspected_on}检查：{line.verdict or '没有写效果'}")
    return "；".join(parts)
