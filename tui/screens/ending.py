"""Ending a pairing: why, when, a word about it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from db import days, pairing
from db.errors import LedgerError
from db.vocab import PAIRING_END
from tui.context import Context
from tui.page import TROUBLE
from tui.widgets.ask import ask_day
from tui.widgets.dialogs import Choose, Prompt

REASONS = [each for each in PAIRING_END if each.code != "handed_over"]  # handing over has a page of its own


class Ending:
    """Asks why a pairing ends, then when (today unless said otherwise), then for a note; then ends it.

    who: the pair in words. stands() says whether the pairing is still there to be ended, asked when a day was refused.
    """

    def __init__(self, context: Context, pairing_id: Any, who: str, stands: Callable[[], bool]):
        self.context, self.desk, self.pairing_id, self.who, self.stands = (
            context,
            context.desk,
            pairing_id,
            who,
            stands,
        )

    def ask(self, reason: str | None = None) -> None:
        """Begin; a reason given is the one under the cursor."""
        codes = [each.code for each in REASONS]
        self.desk.push(
            Choose(f"{self.who}为什么结束", [each.label for each in REASONS], [each.initials for each in REASONS],
                   at=codes.index(reason) if reason else 0),
            lambda at: None if at is None else self._ask_when(codes[at], days.today().isoformat(), ""),
        )  # fmt: skip

    def _ask_when(self, reason: str, text: str, note: str) -> None:
        ask_day(
            self.desk,
            f"{self.who}：哪天结束",
            text,
            lambda day, typed: self._ask_note(reason, day, typed, note),
        )

    def _ask_note(self, reason: str, day: date, typed: str, note: str) -> None:
        def answered(said: str | None) -> None:
            if said is not None:
                self._end(reason, day, typed, said)

        self.desk.push(Prompt("说明", note, "可不填，直接回车"), answered)

    def _end(self, reason: str, day: date, typed: str, note: str) -> None:
        try:
            pairing.close_pairing(self.pairing_id, day, reason, note or None, self.context.by)
        except LedgerError as error:
            self.desk.say(str(error), "error")
        except TROUBLE as refusal:
            self.desk.top.shown()
            if self.stands():
                self._ask_when(reason, typed, note)
            self.desk.say(str(refusal), "error")
        else:
            self.desk.top.shown()
            self.desk.say(f"已结束：{self.who}（{PAIRING_END.label(reason)}），Ctrl+Z 可撤销", "good")
