"""One line of text being edited: the pure core of every input field. It draws nothing and stores nothing."""

from db.text import clean
from tui.ink import cells, clip, width_of

MANY = 200
LINE_END = "|"  # how a line end shows where a text of several lines stands in one
WIDE_BLANK = "\u3000"  # what an input method gives for the space bar; Python does not call it printable


def one_line(text: str) -> str:
    """A text of several lines as it shows in one."""
    return text.replace("\n", LINE_END)


class LineEdit:
    """Text with a caret. `selected` means the whole text is marked: the next thing typed replaces it.

    lines: line ends are kept, though all is shown as one line.
    """

    def __init__(
        self, text: str = "", longest: int = MANY, selected: bool = False, lines: bool = False
    ) -> None:
        self.lines = lines
        self.text = clean(text, lines)
        self.caret = len(self.text)
        self.longest = longest
        self.selected = selected and bool(self.text)
        self.full = False
        self._past: list[tuple[str, int]] = []
        self._typing = False

    def press(self, key: str, char: str | None = None) -> bool:
        """Take one key; False if it means nothing in a line of text. After it `full` says whether text was cut."""
        self.full = False
        action = self.ACTIONS.get(key)
        if action:
            action(self)
            self._typing = False
        elif char and (char.isprintable() or char == WIDE_BLANK):
            self.insert(" " if char == WIDE_BLANK else char)
        else:
            return False
        return True

    def insert(self, text: str) -> None:
        """Put text at the caret (typed, pasted, or several characters at once from an input method)."""
        text = clean(text, self.lines)
        if not text:
            return
        if not self._typing or len(text) > 1 or self.selected:
            self._keep()
        self._typing = True
        if self.selected:
            self.text, self.caret, self.selected = "", 0, False
        room = self.longest - len(self.text)
        self.full = len(text) > room
        text = text[:room]
        self.text = self.text[: self.caret] + text + self.text[self.caret :]
        self.caret += len(text)

    def set(self, text: str) -> None:
        """Put another text in place of the whole; undo brings the old one back."""
        self._keep()
        self.text = clean(text, self.lines)[: self.longest]
        self.caret, self.selected, self._typing = len(self.text), False, False

    def undo(self) -> bool:
        """Go back before the last edit; False when there is none."""
        if not self._past:
            return False
        self.text, self.caret = self._past.pop()
        self.selected = self._typing = False
        return True

    def view(self, width: int) -> tuple[str, int]:
        """The part of the text to show in `width` cells, and the cell the caret is in (always inside)."""
        start, before = 0, cells(self.text[: self.caret])
        while before > width - 1:
            before -= width_of(self.text[start])
            start += 1
        while start < len(self.text) and not width_of(self.text[start]):
            start += 1
        return clip(one_line(self.text[start:]), width), before

    def _keep(self) -> None:
        self._past = [*self._past[-99:], (self.text, self.caret)]

    def _backspace(self) -> None:
        if self.selected:
            self.clear()
        elif self.caret:
            self._keep()
            start = self._before(self.caret)
            self.text, self.caret = self.text[:start] + self.text[self.caret :], start

    def _delete(self) -> None:
        if self.selected:
            self.clear()
        elif self.caret < len(self.text):
            self._keep()
            self.text = self.text[: self.caret] + self.text[self._after(self.caret) :]

    def clear(self) -> None:
        """Empty the line."""
        if self.text:
            self._keep()
        self.text, self.caret, self.selected = "", 0, False

    def _left(self) -> None:
        self.caret = 0 if self.selected else self._before(self.caret)
        self.selected = False

    def _right(self) -> None:
        self.caret = len(self.text) if self.selected else self._after(self.caret)
        self.selected = False

    def _home(self) -> None:
        self.caret, self.selected = 0, False

    def _end(self) -> None:
        self.caret, self.selected = len(self.text), False

    def _before(self, at: int) -> int:
        """Where the character before `at` begins, its marks included."""
        at = max(at - 1, 0)
        while at and not width_of(self.text[at]):
            at -= 1
        return at

    def _after(self, at: int) -> int:
        at = min(at + 1, len(self.text))
        while at < len(self.text) and not width_of(self.text[at]):
            at += 1
        return at

    ACTIONS = {
        "backspace": _backspace,
        "delete": _delete,
        "ctrl+u": clear,
        "left": _left,
        "right": _right,
        "home": _home,
        "end": _end,
    }
