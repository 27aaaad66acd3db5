"""A form as the eye sees it: areas (merged cells are one), which of them are blank, what stands beside and below.

Pure, and the same for a worksheet and for a table of a Word file.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Place = tuple[int, int]  # row and column, from 0
LINE = r"[\s_＿\u200b\ufeff]"  # \s takes the wide blank too
UNIT = r"(?:周?岁|人|口|元|名|分钟|[%％])"
DIVISION = r"(?:省|自治区|市|县|区|乡|镇|街道|村|社区|组|号)(?:[(（][^()（）]*[)）])?"
# What is printed where a value goes: a line, 年 月 日, a unit, the parts of an address.
BLANK = re.compile(
    rf"{LINE}*(?:(?:20{LINE}*)?年{LINE}*月(?:{LINE}*日)?|{LINE}+{UNIT}|(?:{LINE}+{DIVISION}){{2,}})?{LINE}*"
)


@dataclass(frozen=True, slots=True)
class Area:
    """A cell, or cells merged into one: first and last row and column (from 0, inclusive) and its text, '' if none."""

    top: int
    left: int
    bottom: int
    right: int
    text: str

    @property
    def place(self) -> Place:
        """Where its value is kept: the first cell."""
        return self.top, self.left

    @property
    def blank(self) -> bool:
        """Whether it waits for a value: empty, or with no more than a line, 年 月 日 or a unit printed in it."""
        return bool(BLANK.fullmatch(self.text))

    def under(self, other: "Area") -> bool:
        """Whether it is exactly as wide as the other, in the same columns."""
        return (self.left, self.right) == (other.left, other.right)


class Board:
    """The areas of a form, found by their place."""

    def __init__(self, rows: list[list[Any]], merged: Sequence[tuple[int, int, int, int]] = ()):
        """merged: first row, first column, last row, last column of each merged range, from 0, inclusive.

        Beyond the end of its row there is no cell.
        """
        self.height = max([len(rows), *(bottom + 1 for _, _, bottom, _ in merged)])
        self.width = max([0, *map(len, rows), *(right + 1 for *_, right in merged)])
        self._at: dict[Place, Area] = {}
        for top, left, bottom, right in merged:
            self._put(Area(top, left, bottom, right, _text(rows, top, left)))
        for row in range(self.height):
            for column in range(len(rows[row]) if row < len(rows) else 0):
                if (row, column) not in self._at:
                    self._put(Area(row, column, row, column, _text(rows, row, column)))

    def _put(self, area: Area) -> None:
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                self._at[row, column] = area

    def at(self, row: int, column: int) -> Area | None:
        """The area that covers a cell; None beyond the form."""
        return self._at.get((row, column))

    def texts(self) -> Iterator[Area]:
        """The areas with words in them, line by line."""
        return (each for place, each in sorted(self._at.items()) if each.place == place and not each.blank)

    def right_of(self, area: Area) -> Area | None:
        """What begins beside an area, in its first row."""
        return self.at(area.top, area.right + 1)

    def left_of(self, area: Area) -> Area | None:
        """What ends before an area, in its first row."""
        return self.at(area.top, area.left - 1)

    def below(self, area: Area) -> Area | None:
        """What begins under an area, in its first column."""
        return self.at(area.bottom + 1, area.left)

    def above(self, area: Area) -> Area | None:
        """What ends over an area, in its first column."""
        return self.at(area.top - 1, area.left)


def _text(rows: list[list[Any]], row: int, column: int) -> str:
    cell = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell)
