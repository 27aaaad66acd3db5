"""Questions that several screens ask in the same words."""

from collections.abc import Callable
from datetime import date

from db.changes import Stale
from db.errors import LedgerError
from db.values import Refused, full_day
from tui.page import Desk, Page
from tui.widgets.dialogs import Confirm, Prompt

TROUBLE = (Refused, LedgerError, Stale)  # what a verb may say no with; str() is the sentence to show


def ask_day(desk: Desk, label: str, text: str, then: Callable[[date, str], None]) -> None:
    """Ask for a day, `text` given as the answer, until it reads as one or is left with Esc.

    then(day, text) gets the day and what was typed.
    """

    def answered(typed: str | None) -> None:
        if typed is None:
            return
        try:
            day = full_day(typed)
        except Refused as refusal:
            ask_day(desk, label, typed, then)
            desk.say(str(refusal), "error")
        else:
            then(day, typed)

    desk.push(Prompt(label, text, "如 2026-9-10、2026年9月10日；回车确定，Esc 不做了"), answered)


def ask_removal(page: Page, question: str, remove: Callable[[], None], what: str = "") -> None:
    """Ask before something is struck out; then the page is read afresh and says how to take it back."""

    def confirmed(yes: bool) -> None:
        if not yes:
            return
        try:
            remove()
        except TROUBLE as trouble:
            page.desk.say(str(trouble), "error")
        else:
            page.shown()
            page.desk.say(f"已删除{what and ' ' + what}，按 Ctrl+Z 可撤销", "good")

    page.desk.push(Confirm(question, "删除", "不删"), confirmed)
