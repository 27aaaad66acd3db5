"""Take a hand-over file apart, in the child process of reader.py: what is no such file is refused in a sentence.

Only its shape is looked at here: one object, tables of rows, plain values, no key twice. What the values mean, the ledger
says (db/exchange/handover.py). Little is imported: this starts once for each file.
"""

import json
from collections.abc import Iterator
from typing import Any

FORMAT, VERSION = "guanai-handover", 1
ABOUT = ("format", "version", "made_on", "from")
LONGEST, LARGEST = 5000, 2**31  # of a text, and of a number
ROWS = 500  # in a line
AGAIN = "请向转出的单位再要一份"
DAMAGED = f"{{name}}不完整或已损坏，读不出转出的档案，{AGAIN}"
UNKNOWN = f"{{name}}里有转出文件不该有的内容，没有导入，{AGAIN}"
NEWER = "{name}是更新版本的程序写的，请先升级本机的程序再导入"
TOO_BIG = "{name}太大，请转出的单位分成几次、每次少转几名儿童"


class Unfit(Exception):
    """A file that cannot be taken over; str() is a sentence with {name} and the cure."""


def looks_like(data: bytes) -> bool:
    """Whether these bytes begin a hand-over file."""
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"{") and f'"{FORMAT}"'.encode() in head


def read_handed(data: bytes) -> Iterator[Any]:
    """Lines for reader.py: what it says of itself, then each table's name and its rows. Raises Unfit."""
    try:
        told = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_once, parse_float=_no, parse_constant=_no
        )
    except MemoryError:
        raise Unfit(TOO_BIG) from None
    except (ValueError, RecursionError):
        raise Unfit(DAMAGED) from None
    if not isinstance(told, dict) or told.get("format") != FORMAT or type(told.get("version")) is not int:
        raise Unfit(DAMAGED)
    if told["version"] > VERSION:
        raise Unfit(NEWER)
    about = {name: told.pop(name, None) for name in ABOUT}
    if told == {} or any(type(about[name]) is not str for name in ("made_on", "from")):
        raise Unfit(DAMAGED)
    yield {"handed": about}
    for name, rows in told.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Unfit(UNKNOWN)
        if not all(_plain(value) for row in rows for value in row.values()):
            raise Unfit(UNKNOWN)
        yield {"table": name[:LONGEST]}
        for start in range(0, len(rows), ROWS):
            yield rows[start : start + ROWS]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice")
    return found


def _no(text: str) -> None:
    raise ValueError(f"{text} stands in no field")


def _plain(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST
    return value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < LARGEST)
