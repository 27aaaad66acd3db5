"""Text as a terminal shows it: widths in cells, and styles named by meaning. Pure: no terminal, no Textual.

A `Run` is a text with the name of its style; a `Line` is a list of runs; the palette below gives each name its look
in the terminal's own 16 colours. Data goes into runs as it is: `safe` is applied to every run on its way out.
"""

import os
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from db.text import clean

Run = tuple[str, str]
Line = list[Run]

PALETTE = {
    "plain": "",
    "dim": "dim",
    "strong": "bold",
    "title": "bold",
    "head": "bold cyan",
    "key": "cyan",
    "label": "dim",
    "cursor": "reverse",
    "field": "underline",
    "chosen": "reverse",
    "panel": "reverse",
    "alarm": "bold red",
    "error": "bold red",
    "warn": "yellow",
    "good": "green",
    "info": "cyan",
    "bar": "black on green",
    "bar_warn": "black on yellow",
    "bar_rest": "",
}
CODES = {"bold": 1, "dim": 2, "underline": 4, "reverse": 7}
COLOURS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
WIDE = {"W", "F"}
# The other kinds of letters people type here; whatever lies outside them a Chinese console may draw in two cells.
SURE = (
    (0x20, 0x7E),
    (0x3000, 0x303E),
    (0x3041, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xFF01, 0xFF60),
)


def coloured(env: Mapping[str, str] = os.environ) -> bool:
    """Whether colours may be used: NO_COLOR is not set and the terminal is no monochrome one."""
    return not env.get("NO_COLOR") and not env.get("TERM", "").startswith(("vt1", "vt2", "vt3"))


@lru_cache(maxsize=4096)
def safe(text: str) -> str:
    """One line of text that no terminal can take for a command."""
    return clean(text)


@lru_cache(maxsize=8192)
def width_of(char: str) -> int:
    """Cells that one character takes: 2 for Chinese, 0 for a mark on the one before, else 1."""
    if char < "\x7f":
        return 1
    if unicodedata.category(char) in ("Mn", "Me") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in WIDE else 1


@lru_cache(maxsize=8192)
def width_is_sure(char: str) -> bool:
    """Whether every terminal agrees on the character's width."""
    return any(low <= ord(char[0]) <= high for low, high in SURE) and len(char) == 1


def cells(text: str) -> int:
    """Cells that a text takes on the screen."""
    return len(text) if text.isascii() else sum(map(width_of, text))


def clip(text: str, n: int) -> str:
    """As much of the text as fits into n cells; a wide character is never cut in two."""
    if text.isascii():
        return text[: max(n, 0)]
    taken = 0
    for at, char in enumerate(text):
        taken += width_of(char)
        if taken > n:
            return text[:at]
    return text


def fit(text: str, n: int, right: bool = False) -> str:
    """The text in exactly n cells, cut or padded; right: pushed to the right."""
    text = clip(safe(text), n)
    blank = " " * (n - cells(text))
    return blank + text if right else text + blank


CLOSING = "、，。：；！？）》”’"


def wrap(text: str, n: int) -> list[str]:
    """The text in lines of at most n cells. A Latin word moves down whole when it can, and no line begins with a closing
    mark; \\n ends a line."""
    lines = []
    for part in text.split("\n"):
        part = safe(part)
        while (cut := line_end(part, n)) < len(part):
            lines.append(part[:cut].rstrip())
            part = part[cut:].lstrip(" ")
        lines.append(part)
    return lines


def line_end(text: str, n: int) -> int:
    """Where a line of at most n cells that begins with this text ends: all of it if it fits."""
    cut = len(clip(text, max(n, 2)))
    if cut == len(text):
        return cut
    back = cut
    while back > 1 and _torn(text, back):
        back -= 1
    return cut if _torn(text, back) else back


def _torn(text: str, at: int) -> bool:
    """Whether a line must not end before this character: within a Latin word, or before a closing mark."""
    one, other = text[at - 1], text[at]
    return other in CLOSING or (one.isascii() and other.isascii() and " " not in (one, other))


def line_cells(line: Line) -> int:
    """Cells that a line of runs takes."""
    return sum(cells(safe(text)) for text, _ in line)


def fill(line: Line, n: int, style: str = "plain") -> Line:
    """The line cut or padded to exactly n cells, the blank in the given style."""
    out, left = [], n
    for text, name in line:
        text = clip(safe(text), left)
        left -= cells(text)
        out.append((text, name))
    return [*out, (" " * left, style)] if left > 0 else out


def columns(values: list[tuple[str, int, str]], gap: int = 2) -> Line:
    """A row of a table: (text, cells, style) each; a negative width pushes the text to the right.

    What pads a text is plain: reversing or underlining blanks costs bytes at every move of the cursor.
    """
    line: Line = []
    for text, n, style in values:
        text = clip(safe(text), abs(n))
        pad = " " * (abs(n) - cells(text))
        line += [(pad, "plain"), (text, style)] if n < 0 else [(text, style), (pad, "plain")]
        line.append((" " * gap, "plain"))
    return line[:-1]


def gauge(share: float, n: int, style: str = "bar") -> Line:
    """A bar of n cells of which `share` (0-1) is full: a coloured blank, or # without colours."""
    full = max(0, min(n, round(share * n)))
    if share > 0 and not full:
        full = 1
    if share < 1 and full == n:
        full = n - 1
    return [((" " if coloured() else "#") * full, style), (" " * (n - full), "bar_rest")]


def codes(words: str, colour: bool = True) -> str:
    """The numbers of the terminal's colour command for words like 'bold red' or 'black on green'."""
    out, ground = [], 30
    for word in words.split():
        if word == "on":
            ground = 40
        elif word in CODES:
            out.append(CODES[word])
        elif colour:
            out.append(ground + COLOURS.index(word))
    return ";".join(map(str, out))
