"""A long list drawn from windowed queries: only the rows on the screen are ever read."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Generic, TypeVar

from tui.ink import Line, wrap

Item = TypeVar("Item")


class Roster(Generic[Item]):
    """A cursor and a window over a list that is read in pages.

    count() says how many items there are, page(offset, limit) reads some, row(item, width, here) draws one:
    the cursor is a marker and the name in reverse, never the whole row, so that a move costs few bytes.
    """

    def __init__(
        self,
        count: Callable[[], int],
        page: Callable[[int, int], Sequence[Item]],
        row: Callable[[Item, int, bool], Line],
        empty: str = "没有记录",
    ):
        self._count, self._page, self._row, self.empty = count, page, row, empty
        self.at = self.top = 0
        self.height = 20
        self._rows: dict[int, Item] = {}
        self._size: int | None = None

    @classmethod
    def of(
        cls, items: Sequence[Item], row: Callable[[Item, int, bool], Line], empty: str = "没有记录"
    ) -> "Roster[Item]":
        """A roster of a short list that is already at hand."""
        return cls(lambda: len(items), lambda offset, limit: items[offset : offset + limit], row, empty)

    def __len__(self) -> int:
        if self._size is None:
            self._size = self._count()
        return self._size

    def items(self) -> Sequence[Item]:
        """All of it: for a short list that is already at hand."""
        return self._page(0, len(self))

    def follow(self, before: "Roster[Item]", key: Callable[[Item], Any] = attrgetter("id")) -> None:
        """Stand on the item the cursor was on in the list as it was before, in the same line of the window.

        If it is gone: on the next one of those below it that is still there, else in the same place. key: what an item is
        known by. For short lists that are at hand.
        """
        places = {key(item): at for at, item in enumerate(self.items())}
        below = (places.get(key(item)) for item in before.items()[before.at :])
        at = next((at for at in below if at is not None), before.at)
        self.height = before.height
        self.top = max(0, min(before.top + at - before.at, len(self) - self.height))
        self.go(at)

    def refresh(self) -> None:
        """What is shown may have changed: read it again, the cursor held inside. If that fails, it stays as it was."""
        size = self._count()
        self._rows.clear()
        self._size = size
        self.at = max(0, min(self.at, len(self) - 1))

    def current(self) -> Item | None:
        """The item under the cursor; None in an empty list."""
        while len(self):
            item = self._item(self.at)
            if item is not None:
                return item
        return None

    def go(self, at: int) -> None:
        """Put the cursor on an item by its number, held inside the list; at the edge half a page moves."""
        self.at = max(0, min(at, len(self) - 1))
        if self.at < self.top:
            self.top = max(0, self.at - (self.height // 2 if self.top - self.at == 1 else 0))
        elif self.at >= self.top + self.height:
            by_one = self.at == self.top + self.height
            self.top = self.at - self.height + 1 + (self.height // 2 if by_one else 0)
            self.top = max(0, min(self.top, len(self) - self.height))

    def press(self, key: str) -> bool:
        """Move by one key; False if it is none of the list's."""
        match key:
            case "up":
                self.go(self.at - 1)
            case "down":
                self.go(self.at + 1)
            case "pageup":
                self.top = max(0, self.top - self.height)
                self.go(self.at - self.height)
            case "pagedown":
                self.top = max(0, min(self.top + self.height, len(self) - self.height))
                self.go(self.at + self.height)
            case "home":
                self.go(0)
            case "end":
                self.go(len(self) - 1)
            case _:
                return False
        return True

    def draw(self, width: int, height: int) -> list[Line]:
        """The rows in the window, as many lines as asked for."""
        if height != self.height:
            self.height = max(1, height)
            self.top = max(0, min(self.top, len(self) - self.height))
            self.go(self.at)
        self.current()  # a list that others have shortened is drawn at its new end
        shown = ((i, self._item(i)) for i in range(self.top, min(self.top + height, len(self))))
        lines = [self._row(item, width, i == self.at) for i, item in shown if item is not None]
        if not lines:
            lines = [[("  " + row, "dim")] for row in wrap(self.empty, width - 3)[:height]]
        return lines + [[]] * (height - len(lines))

    def _item(self, at: int) -> Item | None:
        """One item; None if others have struck rows out since they were counted: then the list ends before it."""
        if at not in self._rows:
            start = max(0, min(at, self.top if self.top <= at < self.top + self.height else at))
            if len(self._rows) > 8 * self.height:
                self._rows.clear()
            found = self._page(start, self.height)
            self._rows.update(enumerate(found, start))
            if at not in self._rows:
                self._rows.clear()
                self._size = min(self._count(), start + len(found))
                self.top = max(0, min(self.top, len(self) - self.height))
                self.go(self.at)
        return self._rows.get(at)
