"""Notes longer than a line: a text of many lines being edited, and the page it is edited on.

The editor is a state machine fed keys; its page shows it and keeps nothing: whoever opens it hears every change.
"""

from collections.abc import Callable
from functools import lru_cache

from db.spec import Spec
from tui.ink import Line, cells, line_end, width_of
from tui.page import Key, Page, Picture
from tui.widgets.line_edit import LineEdit

MARGIN = 2
NEARLY = 50  # characters left from which they are counted in another colour


@lru_cache(maxsize=512)  # only the paragraph that is typed in is broken anew
def _breaks(part: str, width: int) -> tuple[int, ...]:
    """How long each line of a paragraph is, in characters; none is lost at a line's end."""
    found = []
    while True:
        cut = line_end(part, width)
        found.append(cut)
        if cut == len(part):
            return tuple(found)
        part = part[cut:]


class NotesEdit(LineEdit):
    """A text of many lines with a caret, wrapped to `width` cells. Undo goes back line by line."""

    def __init__(self, text: str, longest: int, caret: int, width: int = 76) -> None:
        super().__init__(text, longest, lines=True)
        self.caret = min(caret, len(self.text))
        self.width = width
        self._hangs = False  # the caret stands behind the end of its row, not before the row below
        self._goal: int | None = None  # the cell that ↑ and ↓ keep to

    def rows(self) -> list[tuple[int, int]]:
        """Where each row begins and ends in the text; a line end belongs to no row."""
        found, start = [], 0
        for part in self.text.split("\n"):
            at = start
            for length in _breaks(part, self.width):
                found.append((at, at + length))
                at += length
            start += len(part) + 1
        return found

    def place(self, rows: list[tuple[int, int]]) -> tuple[int, int]:
        """The row the caret is in, and the cell."""
        row = max(at for at, (start, _) in enumerate(rows) if start <= self.caret)
        if self._hangs and row and rows[row - 1][1] == self.caret:
            row -= 1
        return row, cells(self.text[rows[row][0] : self.caret])

    def press(self, key: str, char: str | None = None, page: int = 10) -> bool:
        """Take one key; False if it means nothing in a text. page: rows that PgUp and PgDn go."""
        self.full = False
        steps = {"up": -1, "down": 1, "pageup": -page, "pagedown": page}
        if key in steps:
            self._vertical(steps[key])
            return True
        goal, hung = self._goal, self._hangs
        self._goal, self._hangs = None, False
        match key:
            case "home" | "end":
                self._hangs = hung
                rows = self.rows()
                start, end = rows[self.place(rows)[0]]
                self.caret, self._hangs = (start, False) if key == "home" else (end, True)
            case "ctrl+home":
                self.caret = 0
            case "ctrl+end":
                self.caret = len(self.text)
            case "enter":
                self._typing = False
                self.insert("\n")
                return True
            case "ctrl+z":
                return self.undo()
            case "ctrl+u":
                return False  # emptying pages of text takes more than one key
            case _:
                if not super().press(key, char):
                    self._goal, self._hangs = goal, hung
                    return False
                return True
        self._typing = False
        return True

    def _vertical(self, by: int) -> None:
        rows = self.rows()
        row, x = self.place(rows)
        self._goal = x if self._goal is None else self._goal
        self._typing = False
        start, end = rows[max(0, min(row + by, len(rows) - 1))]
        at, used = start, 0
        while at < end and used + width_of(self.text[at]) <= self._goal:
            used += width_of(self.text[at])
            at += 1
        self.caret, self._hangs = at, at == end


class Notes(Page):
    """One field of notes on the whole page; closed with the caret, its text being where `changed` put it."""

    keys = (
        Key(("ctrl+s", "escape"), "写好了，回到表上", "leave"),
        Key(("enter",), "换行", "nothing"),
        Key(("ctrl+z",), "撤销", "nothing"),
        Key(("home",), "行首", "nothing", show=False),
        Key(("end",), "行尾", "nothing", show=False),
        Key(("ctrl+home",), "开头", "nothing", show=False),
        Key(("ctrl+end",), "末尾", "nothing", show=False),
        Key(("pagedown",), "下翻", "nothing"),
        Key(("pageup",), "上翻", "nothing", show=False),
    )

    def __init__(
        self, title: str, spec: Spec, text: str, caret: int, changed: Callable[[str, int], None]
    ) -> None:
        self.title, self.spec, self.changed = f"{title}  {spec.label}", spec, changed
        self.edit = NotesEdit(text, spec.longest, caret)
        self.top, self.room = 0, 19

    def nothing(self) -> None:
        """Keys of the editor stand in the table only for the footer and the help."""

    def leave(self) -> None:
        self.desk.close(self.edit.caret)

    def press(self, key: str, char: str | None) -> bool:
        before = self.edit.text
        taken = self.edit.press(key, char, self.room)
        self._told(before)
        return taken or (char is None and self.shortcut(key, None))

    def paste(self, text: str) -> None:
        before, length = self.edit.text, len(text)
        self.edit.full = False
        self.edit.insert(text)
        self._told(before, length)

    def _told(self, before: str, came: int = 1) -> None:
        if self.edit.text != before:
            self.changed(self.edit.text, self.edit.caret)
        if self.edit.full:
            lost = came - (len(self.edit.text) - len(before))
            self.desk.say(f"{self.spec.label}最多{self.spec.longest}字，多出的{lost}字没有录入", "error")
        self._scroll()

    def _scroll(self) -> None:
        """At the edge half a page moves, so that typing at the foot does not scroll at every line."""
        row, room = self.edit.place(self.edit.rows())[0], self.room
        if row < self.top:
            self.top = max(0, row - (room // 2 if self.top - row == 1 else 0))
        elif row >= self.top + room:
            self.top = row - room + 1 + (room // 2 if row == self.top + room else 0)

    def draw(self, width: int, height: int) -> Picture:
        if (self.edit.width, self.room) != (width - 2 * MARGIN - 1, height - 2):
            self.edit.width, self.room = width - 2 * MARGIN - 1, height - 2
            self._scroll()
        rows = self.edit.rows()
        row, x = self.edit.place(rows)
        lines: list[Line] = [
            [(" " * MARGIN + self.edit.text[start:end], "plain")]
            for start, end in rows[self.top : self.top + self.room]
        ]
        lines += [[] for _ in range(self.room - len(lines))]
        left = self.spec.longest - len(self.edit.text)
        count = f"已写{len(self.edit.text)}字，还可写{left}字"
        foot: Line = [(" " * MARGIN + count, "warn" if left < NEARLY else "dim")]
        return Picture([*lines, [], foot], (MARGIN + x, row - self.top))


class NotesAlone(Notes):
    """Notes opened for themselves, not from their sheet; closed with (whether they are to be saved, the caret)."""

    keys = (
        Key(("ctrl+s",), "存盘", "save"),
        Key(("escape",), "离开，草稿留着", "leave"),
        *Notes.keys[1:],
    )

    def save(self) -> None:
        self.desk.close((True, self.edit.caret))

    def leave(self) -> None:
        self.desk.close((False, self.edit.caret))
