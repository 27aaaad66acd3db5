"""A long list with a find line: / opens it, what is typed narrows the list at once."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from db.errors import LedgerError
from tui.ink import Line, clip, line_cells
from tui.page import Key, Page, Picture
from tui.widgets.line_edit import LineEdit
from tui.widgets.roster import Roster

TYPED_INTO = {"enter", "escape", "tab", "space", "/"}  # keys of the list that the find line takes for itself


class Verbs(Protocol):
    """What a topic's module offers for its list."""

    def count(self, find: Any = "") -> int: ...

    def page(self, offset: int, limit: int, find: Any = "") -> Sequence[Any]: ...

    def place(self, key: Any, find: Any = "", /) -> int | None: ...


class FindLine(Page):
    """A find line over a list that is at hand: whoever bears it shows what is wanted of it in `_show`."""

    def __init__(self) -> None:
        self.find = LineEdit()
        self.finding = False

    def _show(self, from_top: bool = False) -> None:
        """Show what is wanted of the list; the cursor at its top, or where it was."""
        raise NotImplementedError

    def find_key(self, key: str, char: str | None) -> bool:
        """Take a key while something is looked for."""
        if key in ("enter", "down", "tab"):
            self.finding = False
        elif key == "escape":
            self.stop_finding()
        elif self.find.press(key, char):
            self._show(from_top=True)
        else:
            return False
        return True

    def paste(self, text: str) -> None:
        self.finding = True
        self.find.insert(text)
        self._show(from_top=True)

    def start_finding(self) -> None:
        self.finding, self.find = True, LineEdit()

    def stop_finding(self) -> None:
        """Close the find line and show everybody again."""
        self.finding, self.find = False, LineEdit()
        self._show()


class Finding(Page):
    """The list of one topic. Each topic says its verbs, how a row and the heading look, and what can be found."""

    hint = "/ 查找"
    finding_keys = (Key(("enter",), "到名单", "shown"), Key(("escape",), "清空查找", "stop_finding"))
    unit = "条"
    empty = "没有找到。按 Esc 清空查找"

    def __init__(self, verbs: Verbs, row: Callable[[Any, int, bool], Line], head: Callable[[int], Line]):
        self.verbs, self.head = verbs, head
        self.find = LineEdit()
        self.finding = False
        self.roster: Roster[Any] = Roster(
            lambda: verbs.count(self.wanted),
            lambda offset, limit: verbs.page(offset, limit, self.wanted),
            row,
            self.empty,
        )

    @property
    def wanted(self) -> Any:
        """What is being looked for, as the topic's verbs take it."""
        return self.find.text.strip()

    def narrowed(self) -> bool:
        """Whether some may be hidden by what is looked for."""
        return bool(self.find.text.strip())

    def forget(self) -> None:
        """Look for nothing any more."""
        self.find = LineEdit()

    def shown(self) -> None:
        try:
            self.roster.refresh()
        except LedgerError as error:
            self.desk.say(str(error), "error")

    def in_reach(self) -> tuple[Key, ...]:
        if not self.finding:
            return self.keys
        return (*self.finding_keys, *(key for key in self.keys if TYPED_INTO.isdisjoint(key.names)))

    def press(self, key: str, char: str | None) -> bool:
        if self.finding and self._find_key(key, char):
            return True
        return self.roster.press(key) or self.shortcut(key, char)

    def _find_key(self, key: str, char: str | None) -> bool:
        if key in ("enter", "down", "tab"):
            self.finding = False
            return key != "down"
        if key == "escape":
            self.stop_finding()
            return True
        before = self.find.text
        taken = self.find.press(key, char)
        if self.find.text != before:
            self._narrowed()
        return taken

    def paste(self, text: str) -> None:
        self.finding = True
        self.find.insert(text)
        self._narrowed()

    def _narrowed(self) -> None:
        self.roster.at = self.roster.top = 0
        self.shown()

    def start_finding(self) -> None:
        self.finding = True
        self.find.selected = bool(self.find.text)

    def stop_finding(self) -> None:
        """Close the find line and show everybody again, the cursor on the same one."""
        here = self.roster.current()
        self.finding, self.find = False, LineEdit()
        self.shown()
        if here is not None:
            self.go_to(here.id)

    def go_to(self, key: Any) -> None:
        """Put the cursor on a record; the find line is emptied if what it says hides the record."""
        if key is None:
            return
        at = self.verbs.place(key, self.wanted)
        if at is None and self.narrowed():
            self.forget()
            self.shown()
            at = self.verbs.place(key, self.wanted)
        if at is not None:
            self.roster.go(at)

    def leave(self) -> None:
        if self.find.text:
            self.stop_finding()
        else:
            super().leave()

    def besides(self, width: int) -> Line:
        """What the head line says besides what is typed, in at most so many cells."""
        return []

    def foot(self) -> str:
        """What the foot line says besides the place in the list."""
        return ""

    def draw(self, width: int, height: int) -> Picture:
        caret, besides = None, self.besides(width // 2 if self.finding or self.find.text else width)
        if self.finding:
            text, x = self.find.view(width - 10 - line_cells(besides))
            top: Line = [("  查找 ", "key"), (text, "cursor" if self.find.selected else "plain"), *besides]
            caret = (7 + x, 0)
        elif self.find.text:
            top = [
                ("  查找 ", "label"),
                (clip(self.find.text, width - 8 - line_cells(besides)), "plain"),
                *besides,
            ]
        else:
            top = besides or [("  " + self.hint, "dim")]
        place = (
            f" 第{self.roster.at + 1 if len(self.roster) else 0}/{len(self.roster)}{self.unit}{self.foot()}"
        )
        return Picture([top, self.head(width), *self.roster.draw(width, height - 3), [(place, "dim")]], caret)


class Picking(Finding):
    """The list of one topic to pick from; closed with the line picked, or None."""

    keys = (
        Key(("enter",), "选定", "choose"),
        Key(("/",), "查找", "start_finding"),
        Key(("escape",), "取消", "cancel"),
    )

    def __init__(self, verbs: Verbs, row: Callable[[Any, int, bool], Line], head: Callable[[int], Line]):
        super().__init__(verbs, row, head)
        self.finding = True

    def choose(self) -> None:
        self.desk.close(self.roster.current())

    def cancel(self) -> None:
        """What is looked for goes first, then the list."""
        if self.find.text:
            self.stop_finding()
        else:
            self.desk.close(None)

    def why_off(self, key: Key) -> str | None:
        return "没有找到：按 Esc 清空查找" if key.run == "choose" and not len(self.roster) else None
