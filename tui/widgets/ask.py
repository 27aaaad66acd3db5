"""Questions that several screens ask in the same words."""

import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from db.errors import reason
from db.values import Refused, full_day, typed_path, with_year
from tui.page import TROUBLE, Desk, Page
from tui.widgets.dialogs import Choose, Confirm, Prompt
from tui.widgets.line_edit import MANY

SHORT = 30  # a longer path would push the cure out of sight


def ask_action(desk: Desk, title: str, actions: Sequence[tuple[str, str, Callable[[], None]]]) -> None:
    """Offer what can be done: its words, their pinyin initials, what does it."""
    desk.push(
        Choose(title, [words for words, *_ in actions], [initials for _, initials, _ in actions]),
        lambda at: actions[at][2]() if at is not None else None,
    )


def ask_day(desk: Desk, label: str, text: str, then: Callable[[date, str], None]) -> None:
    """Ask for a day, `text` given as the answer, until it reads as one that then() takes, or is left with Esc.

    then(day, text) gets the day and what was typed.
    """

    ask_text(
        desk, label, text, lambda typed: then(full_day(with_year(typed)), typed), "如 9-10、2026年9月10日、今天；回车确定，Esc 不做了"
    )  # fmt: skip


def ask_text(
    desk: Desk, label: str, text: str, then: Callable[[str], None], hint: str = "", longest: int = MANY
) -> None:
    """Ask for a line of text until then(text) takes it, or it is left with Esc: what is refused is asked again as typed."""

    def answered(typed: str | None) -> None:
        if typed is None:
            return
        try:
            then(typed)
        except TROUBLE as trouble:
            ask_text(desk, label, typed, then, hint, longest)
            desk.say(str(trouble), "error")

    desk.push(Prompt(label, text, hint, longest), answered)


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


def ask_file(desk: Desk, label: str, path: Path, write: Callable[[Path], str]) -> None:
    """Ask where a file is to go, `path` given as the answer; write(path) writes it and gives the sentence to show."""
    ask_place(desk, label, path, lambda chosen: desk.say(write(chosen), "good"))


def ask_place(
    desk: Desk,
    label: str,
    path: Path,
    then: Callable[[Path], None],
    typed: str | None = None,
    check: Callable[[Path], None] = lambda chosen: None,
) -> None:
    """Ask where a file is to go, `path` given as the answer, and before one there is written over; then(its path).

    check(its path) refuses a place before anything is asked about it.

    A bare name goes beside `path` and gets its ending, a folder gets the name of `path`: the file is found again and opens.
    A place that cannot be written to is asked again as typed.
    """

    def answered(text: str | None) -> None:
        if not text or not text.strip():
            return

        def put(chosen: Path) -> None:
            try:
                then(chosen)
            except TROUBLE as trouble:
                again(str(trouble))
            except OSError as error:
                again(f"写不了 {chosen}：{reason(error)}。请换个文件夹再试")

        def again(why: str) -> None:
            ask_place(desk, label, path, then, text, check)
            desk.say(why, "error")

        try:
            chosen = path.parent / typed_path(text.strip())
            if os.path.isdir(chosen):
                chosen /= path.name
            elif not chosen.suffix and not os.path.exists(chosen):
                chosen = chosen.with_suffix(path.suffix)
            if os.path.exists(chosen.parent) and not os.path.isdir(chosen.parent):
                raise Refused(f"上级不是文件夹，请换一个位置：“{chosen.parent.name}”是文件")
            if not os.path.isdir(chosen.parent):
                shown = str(chosen.parent) if len(str(chosen.parent)) <= SHORT else chosen.parent.name
                raise Refused(f"没有“{shown}”这个文件夹，请先建好，或换一个位置")
            check(chosen)
        except Refused as refused:
            again(str(refused))
            return
        if os.path.exists(chosen):
            desk.push(
                Confirm(f"{chosen.name} 已经有了，要覆盖吗？", "覆盖", "不覆盖"),
                lambda yes: put(chosen) if yes else None,
            )
        else:
            put(chosen)

    desk.push(Prompt(label, str(path) if typed is None else typed), answered)
