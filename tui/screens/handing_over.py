"""交接: what a leaving helper hands over, child by child, and who takes it; written as one action."""

from collections import Counter
from datetime import date
from typing import Any

from db import days, handing_over, helpers, pairing
from db.errors import LedgerError
from db.handing_over import Going
from db.pair_rules import Full
from db.pairing import HelperLoad
from tui.context import Context
from tui.ink import Line, clip, columns
from tui.page import TROUBLE, Key, Page, Picture
from tui.screens.choosing import Choosing
from tui.widgets.ask import ask_day
from tui.widgets.dialogs import Confirm, Prompt
from tui.widgets.roster import Roster

NAME, TO = 10, 16


class HandingOver(Page):
    """The children of one helper with what goes along, and the receiver chosen for each; none: the child stays.

    only: the child whose hand-over is meant, where it is not all of them.
    """

    title = "交接"
    keys = (
        Key(("f8",), "交接", "hand_over"),
        Key(("enter",), "选接手的人", "choose"),
        Key(("insert", "a"), "都交给一人", "choose_for_all"),
        Key(("space",), "不交接", "drop"),
        Key(("ctrl+o", "o"), "档案", "open_child"),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context, helper_id: Any, only: Any = None):
        self.context, self.helper_id, self.only = context, helper_id, only
        self.name = helpers.load(helper_id)["name"]
        self.title = f"交接：{self.name}"
        self.lines: list[Going] = []
        self.to: dict[Any, Any] = {}  # the receiver of each child
        self.loads: dict[Any, HelperLoad] = {}
        self.roster: Roster[Going] = Roster(
            lambda: len(self.lines), lambda at, n: self.lines[at : at + n], self.row,
            "没有可交接的：按 Esc 返回",
        )  # fmt: skip

    def shown(self) -> None:
        try:
            found = handing_over.going(self.helper_id)
            self.loads = {each.id: each for each in pairing.board_helpers()}
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self.lines = [each for each in found if self.only in (None, each.child_id)]
        here = {each.child_id for each in self.lines}
        self.to = {child: taker for child, taker in self.to.items() if child in here and taker in self.loads}
        self.roster.refresh()

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        here = self.roster.current()
        if here is None and key.run != "undo":
            return f"{self.name}没有可交接的：按 Esc 返回"
        if key.run == "hand_over" and not self.to:
            return "还没有选接手的人：按回车给这名儿童选，或按 Ins 都交给一人"
        if key.run == "drop" and here.child_id not in self.to:
            return f"{here.child}还没有选接手的人，本来就不交接"
        return None

    # ---- who takes them

    def given(self, besides: Any = None) -> Counter:
        """Places by receiver that the other children of this page will take."""
        return Counter(taker for child, taker in self.to.items() if child != besides)

    def choose(self) -> None:
        line = self.roster.current()

        def take(helper: HelperLoad, kind: str | None, over: bool) -> str:
            self.to[line.child_id] = helper.id
            self.roster.go(self.roster.at + 1)
            return f"{line.child}将交给{helper.name}；按 F8 才写入"

        self.desk.push(
            Choosing(
                self.context, line.child_id, take, self.given(line.child_id), False, besides=self.helper_id
            )
        )

    def choose_for_all(self) -> None:
        """One receiver for every child of the page."""
        from tui.screens.helpers import FindHelper

        def found(line: Any) -> None:
            if line is None:
                return
            if line.id == self.helper_id:
                self.desk.say(f"不能交接给{self.name}自己，请另选帮扶人", "warn")
                return
            self.to = {each.child_id: line.id for each in self.lines}
            self.desk.say(f"都交给{line.name}；按 F8 才写入", "good")

        self.desk.push(FindHelper(), found)

    def drop(self) -> None:
        """The child stays with its helper after all."""
        del self.to[self.roster.current().child_id]

    # ---- handing over

    def hand_over(self) -> None:
        """Ask the day and a note, show once more how much goes, then write it."""
        ask_day(
            self.desk,
            f"{self.name}哪天交接",
            days.today().isoformat(),
            lambda day, typed: self._ask_note(day),
        )

    def _ask_note(self, day: date) -> None:
        self.desk.push(
            Prompt("说明", "", "可不填，直接回车"),
            lambda note: self._confirm(day, note) if note is not None else None,
        )

    def _confirm(self, day: date, note: str) -> None:
        going = [each for each in self.lines if each.child_id in self.to]
        told = "；".join(
            f"{each.child}（{each.what}）给{self.loads[self.to[each.child_id]].name}" for each in going
        )
        self.desk.push(
            Confirm(f"{day}起交接{len(going)}名：{told}", "交接", "再看看"),
            lambda yes: self._write(day, note) if yes else None,
        )

    def _write(self, day: date, note: str, over: bool = False) -> None:
        try:
            done = handing_over.hand_over(self.helper_id, self.to, day, self.context.by, note or None, over)
        except Full as full:
            self.desk.push(
                Confirm(f"{full}。仍照这样交接吗？", "超额交接", "另选"),
                lambda yes: self._write(day, note, over=True) if yes else None,
            )
        except TROUBLE as trouble:
            self.shown()
            self.desk.say(str(trouble), "error")
        else:
            plans = f"，方案{done.plans}份、步骤{done.steps}个一并交接" if done.plans or done.steps else ""
            self.to = {}
            self.desk.close()
            self.desk.say(f"已交接 {done.pairings}对{plans}；Ctrl+Z 可整批撤销", "good")

    # ---- other pages

    def open_child(self) -> None:
        self.context.open_child(self.roster.current().child_id)

    def undo(self) -> None:
        self.context.undo()

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        top = f" 交接 {len(self.to)}/{len(self.lines)}名。跟着走的：没完成的方案、步骤和答应过的跟进"
        rest = width - NAME - TO - 4
        head = columns([(" ", 1, "dim"), ("儿童", NAME, "dim"), ("交给", TO, "dim"), ("交接什么", rest, "dim")], gap=1)  # fmt: skip
        return Picture([[(clip(top, width), "strong")], head, *self.roster.draw(width, height - 2)])

    def row(self, line: Going, width: int, here: bool) -> Line:
        """One child: who takes it, with the load that will be, and what goes along."""
        taker = self.loads.get(self.to.get(line.child_id))
        load = taker.load + self.given()[taker.id] if taker else 0
        to = f"{clip(taker.name, 9)} {load}/{taker.capacity}" if taker else "不交接"
        tone = "dim" if taker is None else "warn" if load > taker.capacity else "plain"
        return columns([
            (">" if here else " ", 1, "key"),
            (line.child, NAME, "cursor" if here else "plain"),
            (to, TO, tone),
            (line.what, width - NAME - TO - 4, "plain"),
        ], gap=1)  # fmt: skip
