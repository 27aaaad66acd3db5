"""What the plain commands print: JSON, lines, tables aligned by cells; messages go to stderr."""

import os
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

from db.text import clean
from db.values import Refused

RED, BOLD, GREEN, PLAIN = "\x1b[31m", "\x1b[1m", "\x1b[32m", "\x1b[0m"
BETWEEN = 0.3  # seconds between two signs of progress
WIDEST = 40  # cells in a column; the whole text is in --json
_colours = {"allowed": True}


def prepare(colour: bool) -> None:
    """Settle the streams before anything is printed: a locale without Chinese gets UTF-8."""
    _colours["allowed"] = (
        colour and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"
    )
    for stream in (sys.stdout, sys.stderr):
        if not hasattr(stream, "reconfigure"):
            continue
        try:
            "关爱台账".encode(stream.encoding)
        except UnicodeEncodeError:
            stream.reconfigure(encoding="utf-8")
        stream.reconfigure(errors="replace")


def document(data: Any) -> None:
    """One JSON document on stdout; outside UTF-8 every Chinese character is written as an escape."""
    import json

    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    print(json.dumps(_harmless(data), ensure_ascii=plain, indent=1, default=_written))


def _harmless(data: Any) -> Any:
    if isinstance(data, str):
        return clean(data, lines=True)
    if isinstance(data, dict):
        return {key: _harmless(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_harmless(value) for value in data]
    return data


def _written(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def binary() -> BinaryIO:
    """Standard output for a file's bytes. Raises Refused if it is a terminal."""
    if sys.stdout.isatty():
        raise Refused(
            "-o - 会把文件内容直接打到屏幕上；请写文件名，或接到别的命令，如 | ssh 主机 'cat > 文件'"
        )
    return sys.stdout.buffer


def line(text: str = "", colour: str = "") -> None:
    """One line on stdout."""
    print(paint(clean(text), colour))


def note(text: str) -> None:
    """One message on stderr."""
    print(clean(text), file=sys.stderr)


@contextmanager
def progress() -> Iterator[Callable[..., None]]:
    """A line on stderr that says how far a long piece of work is, where somebody looks; gone when it is done."""
    shown = {"at": 0.0}
    watched = sys.stderr.isatty()

    def say(step: Any) -> None:
        if watched and time.monotonic() - shown["at"] > BETWEEN:
            shown["at"] = time.monotonic()
            print(f"\r正在{step.what} {step.done}/{step.of} ", end="", file=sys.stderr, flush=True)

    try:
        yield say
    finally:
        if shown["at"]:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def paint(text: str, colour: str) -> str:
    """Text in a colour where stdout is a terminal that takes it."""
    if not colour or not _colours["allowed"] or not sys.stdout.isatty():
        return text
    return f"{colour}{text}{PLAIN}"


def cells(text: str) -> int:
    """How many terminal cells a text takes."""
    return sum(_cell(char) for char in text)


def _cell(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def fit(text: str, width: int) -> str:
    """The text cut to a width, '..' at the end where something is missing."""
    if cells(text) <= width:
        return text
    kept, used = "", 0
    for char in text:
        if used + _cell(char) > width - 2:
            break
        kept, used = kept + char, used + _cell(char)
    return kept + ".."


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]], red: Iterable[int] = ()) -> None:
    """Columns aligned by cells, numbers to the right; red: the numbers of rows to draw in red."""
    rows = [list(row) for row in rows]
    texts = [[fit(said(value), WIDEST) for value in row] for row in rows]
    widths = [max(map(cells, column)) for column in zip(headings, *texts, strict=True)]
    right = [bool(rows) and all(_is_number(row[at]) for row in rows) for at in range(len(headings))]
    red = set(red)
    print(paint(_row(headings, widths, right), BOLD))
    for number, row in enumerate(texts):
        print(paint(_row(row, widths, right), RED if number in red else ""))


def _row(texts: Sequence[str], widths: list[int], right: list[bool]) -> str:
    padded = [" " * (width - cells(text)) + text if to_right else text + " " * (width - cells(text))
              for text, width, to_right in zip(texts, widths, right, strict=True)]  # fmt: skip
    return "  ".join(padded).rstrip()


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def said(value: Any) -> str:
    """A value as a person reads it: 是/否, lists joined, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(said(each) for each in value)
    return clean(str(value))
