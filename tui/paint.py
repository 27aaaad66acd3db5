"""From one picture to the next with as few bytes as can be. Pure: gives the text to send to the terminal.

Only cells that changed are sent, the cursor goes by the shortest way, and after a character whose width terminals
disagree about the place is set anew, so that one odd character never shifts the rest of its line.
"""

from tui.ink import PALETTE, Line, codes, coloured, safe, width_is_sure, width_of
from tui.page import Picture

Cell = tuple[str, str]  # what is in it with its marks ("" in the right half of a wide one), and its style
BLANK: Cell = (" ", "plain")
UNSEEN_ON_BLANK = {
    name for name, look in PALETTE.items() if not {"reverse", "underline", "on"} & set(look.split())
}
MARKS = 3  # more marks than this on one character are a prank


def row_of(line: Line, width: int) -> list[Cell]:
    """The line as exactly `width` cells."""
    row: list[Cell] = []
    for text, style in line:
        blank = BLANK if style in UNSEEN_ON_BLANK else (" ", style)
        for char in safe(text):
            if char == " ":
                row.append(blank)
                continue
            wide = width_of(char)
            if wide:
                if len(row) + wide > width:
                    break
                row.append((char, style))
                if wide == 2:
                    row.append(("", style))
            elif row:
                at = -1 if row[-1][0] else -2
                if len(row[at][0]) <= MARKS:
                    row[at] = (row[at][0] + char, row[at][1])
    del row[width:]
    return row + [BLANK] * (width - len(row))


def step(n: int, ahead: str, back: str) -> str:
    """The command that moves the cursor n cells, or -n the other way."""
    count = abs(n) if abs(n) > 1 else ""
    return f"\x1b[{count}{ahead if n > 0 else back}" if n else ""


class Painter:
    """Knows what the terminal shows, and brings it to the next picture."""

    def __init__(self) -> None:
        colour = coloured()
        self.pens = {name: codes(look, colour) for name, look in PALETTE.items()}
        self.unseen = {self.pens[name] for name in UNSEEN_ON_BLANK}  # a blank looks alike in all of them
        self.size = (0, 0)
        self.lines: list[Line] = []
        self.rows: list[list[Cell]] = []
        self.at: tuple[int, int] | None = None  # where the terminal's cursor is, if that is sure
        self.pen = ""
        self.caret = False
        self.out: list[str] = []

    def forget(self) -> None:
        """The terminal may show anything: the next picture is drawn whole."""
        self.size = (0, 0)

    def paint(self, picture: Picture, width: int, height: int) -> str:
        """What to send so that the terminal shows the picture."""
        self.out = []
        if self.size != (width, height):
            self.out.append("\x1b[m\x1b[H\x1b[2J")
            self.size, self.at, self.pen = (width, height), (0, 0), ""
            self.lines = [[] for _ in range(height)]
            self.rows = [[BLANK] * width for _ in range(height)]
        for y in range(height):
            line = picture.lines[y] if y < len(picture.lines) else []
            if line != self.lines[y]:
                row = row_of(line, width)
                if row != self.rows[y]:
                    self._row(y, self.rows[y], row)
                self.lines[y], self.rows[y] = line, row
        self._style("")
        self._caret(picture.caret)
        return "".join(self.out)

    def _row(self, y: int, old: list[Cell], new: list[Cell]) -> None:
        """Send what differs in one row; a blank end is erased, not written."""
        width = len(new)
        end = width
        while end and new[end - 1] == BLANK:
            end -= 1
        last = max(x for x in range(width) if old[x] != new[x])
        erase = last - end >= 3
        stop = end if erase else last + 1
        x = 0
        while x < stop:
            if old[x] == new[x]:
                x += 1
                continue
            after = self._span_end(old, new, x, stop)
            self._span(y, x, new[x:after])
            x = after
        if erase:
            self._go(end, y)
            self._style("")
            self.out.append("\x1b[K")

    def _span_end(self, old: list[Cell], new: list[Cell], x: int, stop: int) -> int:
        """Where to stop writing: an unchanged gap is written over when that is shorter than a jump."""
        after = x + 1
        gap, style = 0, new[x][1]
        for at in range(x + 1, stop):
            if old[at] != new[at]:
                after, gap, style = at + 1, 0, new[at][1]
                continue
            alike = new[at][1] == style or (new[at] == BLANK and style in UNSEEN_ON_BLANK)
            gap += len(new[at][0].encode()) if alike else 9
            if gap > 4:
                break
        return after

    def _span(self, y: int, x: int, row: list[Cell]) -> None:
        """Write these cells from (x, y) on."""
        width = self.size[0]
        for char, style in row:
            if char:
                self._go(x, y)
                if (char, style) != BLANK or self.pen not in self.unseen:
                    self._style(self.pens[style])
                self.out.append(char)
                x += width_of(char[0])
                sure = x < width and width_is_sure(char)
                self.at = (x, y) if sure else None

    def _style(self, pen: str) -> None:
        if pen != self.pen:
            self.out.append(f"\x1b[{';' if self.pen and pen else ''}{pen}m")
            self.pen = pen

    def _go(self, x: int, y: int) -> None:
        """Bring the cursor to a cell by the shortest way."""
        if self.at == (x, y):
            return
        self.out.append(min(self._ways(x, y), key=len))
        self.at = (x, y)

    def _ways(self, x: int, y: int) -> list[str]:
        ways = [f"\x1b[{y + 1 or ''};{x + 1}H" if x else f"\x1b[{y + 1}H" if y else "\x1b[H"]
        if self.at is None:
            return ways
        right, down = x - self.at[0], y - self.at[1]
        fall = "\n" * down if 0 <= down <= 3 else step(down, "B", "A")
        ways += [fall + step(right, "C", "D"), fall + "\r" + step(x, "C", "D")]
        return [*ways, fall + "\b" * -right] if right < 0 else ways

    def _caret(self, caret: tuple[int, int] | None) -> None:
        if caret and self.size[0] and self.size[1]:
            self._go(min(max(caret[0], 0), self.size[0] - 1), min(max(caret[1], 0), self.size[1] - 1))
        if bool(caret) != self.caret:
            self.caret = bool(caret)
            self.out.append("\x1b[?25h" if caret else "\x1b[?25l")
