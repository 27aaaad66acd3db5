"""复录核对: figures typed once more, unseen, and compared; where the two differ they stand one above the other."""

from typing import NamedTuple

from db.spec import Spec, read
from db.values import Refused
from tui.ink import Line
from tui.page import Key, Picture
from tui.widgets.answers import as_text
from tui.widgets.dialogs import Panel
from tui.widgets.line_edit import LineEdit
from tui.widgets.options import FULL, FULL_WIDTH_DIGITS


class Figure(NamedTuple):
    """One field to be typed again: its name, its description, its text as first typed."""

    name: str
    spec: Spec
    text: str


class Rekey(Panel):
    """Asks for each figure again; closed with the texts to correct by field ({} if all agree), None if left."""

    keys = (
        Key(("enter",), "核对", "nothing"),
        Key(("up",), "用第一遍", "first"),
        Key(("down",), "用第二遍", "second"),
        Key(("delete", "backspace"), "再录一遍", "again"),
        Key(("escape",), "回去改", "decline"),
    )

    def __init__(self, figures: list[Figure]) -> None:
        super().__init__("复录核对")
        self.figures = figures
        self.at = 0
        self.corrected: dict[str, str] = {}
        self.second_text = self.wrong = ""
        self._earlier: list | None = None  # keys that waited before the two figures were found to differ
        self._whole = False  # the figure before was complete by itself: an Enter out of habit means nothing
        self.edit = LineEdit()

    @property
    def figure(self) -> Figure:
        """What is being typed again."""
        return self.figures[self.at]

    def why_off(self, key: Key) -> str | None:
        if key.run in ("first", "second", "again") and not self.second_text:
            return "两遍不一致时才用得着"
        return None

    def nothing(self) -> None:
        """Enter while the two figures are compared answers nothing."""

    def decline(self) -> None:
        self.desk.close(None)

    def press(self, key: str, char: str | None) -> bool:
        whole, self._whole = self._whole, False
        if self.second_text:
            return self.shortcut(key, char) or char is not None  # figures typed ahead answer nothing
        if key == "enter":
            if not whole:
                self._compare()
            return True
        if key == "escape":
            return self.shortcut(key, char)
        if self.edit.press(key, char):
            self.wrong = ""
            pattern = FULL.get(self.figure.spec.kind)
            if pattern and pattern.fullmatch(self.edit.text.translate(FULL_WIDTH_DIGITS)):
                self._compare()
                self._whole = not self.second_text
            return True
        return False

    def paste(self, text: str) -> None:
        for char in text:
            if self.desk.top is not self or self.second_text:
                break
            self.press(char, char)

    def _compare(self) -> None:
        spec = self.figure.spec
        try:
            again = as_text(spec, read(spec, self.edit.text))
        except Refused as refusal:
            self.wrong = str(refusal)
            return
        if again == self.figure.text:
            self._next()
        elif again:
            self.second_text = again
            if self._earlier is None:
                self._earlier, self.desk.waiting = self.desk.waiting, []
            self.desk.stop()
        else:
            self.wrong = f"请把{spec.label}再录一遍；不想核对按 Esc 回去"

    def first(self) -> None:
        self._next()

    def second(self) -> None:
        self.corrected[self.figure.name] = self.second_text
        self._next()

    def again(self) -> None:
        self.desk.stopped = False  # typed from here on; what was typed ahead waits for the answer
        self.second_text, self.edit = "", LineEdit()

    def _next(self) -> None:
        if (
            self._earlier is not None
        ):  # what was typed ahead of this question comes now, what waited before goes on waiting
            self.desk.resume()
            if self._earlier:
                self.desk.waiting = self._earlier
                self.desk.stop(self.desk.pages[-2])
                self.desk.stopped = False
            self._earlier = None
        self.second_text, self.edit = "", LineEdit()
        self.at += 1
        if self.at == len(self.figures):
            self.at -= 1
            self.desk.close(self.corrected)

    def draw(self, width: int, height: int) -> Picture:
        text, before = self.edit.view(width - 4)
        head: Line = [
            (f" 请再录一遍 {self.figure.spec.label}（{self.at + 1}/{len(self.figures)}）", "strong")
        ]
        if not self.second_text:
            return self.panel(
                [head, [("  ", "plain"), (text, "plain")], [(" " + self.wrong, "error")]],
                width,
                (2 + before, 1),
            )
        one, two = self.figure.text, self.second_text
        return self.panel(
            [
                [(f" 两遍不一致：{self.figure.spec.label}", "warn")],
                [("  ↑ 第一遍 ", "key"), *_differing(one, two)],
                [("  ↓ 第二遍 ", "key"), *_differing(two, one)],
            ],
            width,
        )


def _differing(text: str, other: str) -> Line:
    """A text, the characters that are not the other's set off."""
    other = other.ljust(len(text))
    return [
        (char, "plain" if char == beside else "cursor") for char, beside in zip(text, other, strict=False)
    ]
