"""Take a file's bytes apart into sheets: `python -m db.exchange.unpack KIND MEMORY SECONDS`, the child of reader.py.

The bytes come on standard input. Out go lines of JSON: {"macros"}, then for each sheet its description and
lines of 500 rows (of a hand-over file or a calendar: see handed.py, ics_events.py); or {"refused"}, a sentence in which {name} stands for the file. A date is {"on": ISO text}.
Nothing here knows the ledger, and little is imported: this starts once for each file.
"""

import csv
import io
import json
import math
import re
import resource
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from posixpath import join, normpath
from typing import Any

from db.exchange import handed, ics_events

MAX_ROWS, MAX_CELLS, MAX_SHEETS = 100_000, 2_000_000, 255
MAX_TEXT, MAX_NAME = 32_767, 31  # what a spreadsheet cell can hold, and a sheet's name
MAX_UNPACKED = 300 * 2**20  # of a workbook's zip; 100,000 rows of 43 columns are half of it
MAX_OUTPUT = 128 * 2**20

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAVE_AS = "请用表格软件打开后另存为 xlsx 再导入"
LOCKED = "{name}加了密码，请用表格软件打开、取消密码后另存再导入"
NO_TABLE = f"{{name}}不是表格（可能是文档或压缩包），{SAVE_AS}"
DAMAGED = "{name}不完整或已损坏，请重新复制；若还不行，用表格软件打开后另存为 xlsx"
TOO_BIG = "{name}太大或远处有零散的单元格，请把登记表复制到新的工作簿，另存后再导入"
BLANK = "{name}里没有填任何内容，请核对是不是拿错了文件，再重新导出或复制"

# The first record of a BIFF stream; a stream that is encrypted says so in one of the next few.
BIFF_START = re.compile(rb"\x09\x08[\x08\x10]\x00\x00[\x05\x06]\x05\x00")
FILEPASS = 0x2F

# In a sheet's XML: a row, or a cell with its formula if it has one, and whether a value begins after that.
TAG = re.compile(
    rb"<(?:\w+:)?(?P<what>row|c)(?=[\s/>])(?P<attributes>[^<>]*)>"
    rb"(?:\s*<(?:\w+:)?(?P<formula>f)(?=[\s/>])[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)"
    rb"(?P<value>\s*<(?:\w+:)?v(?=[\s>])[^<>]*>\s*[^<\s])?)?"
)
WORTH_A_LOOK = (b" hidden=", b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b'"e"', b"'e'")
HIDDEN = re.compile(rb"""\shidden=["'](?:1|true|on)["']""")
ROW_NUMBER = re.compile(rb"""\sr=["'](\d{1,7})["']""")
PLACE = re.compile(rb"""\sr=["']([A-Z]{1,3})(\d{1,7})["']""")
RESULT_KIND = re.compile(rb"""\st=["'](\w+)["']""")


class Unfit(Exception):
    """A file that is no register; str() is a sentence with {name} and the cure."""


def _moment(cell: Any) -> Any:
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        cell = cell.date() if midnight else cell.replace(microsecond=0)
    return {"on": cell.isoformat()} if isinstance(cell, date) else str(cell)[:MAX_TEXT]


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_moment).encode


def main(kind: str, memory: int, seconds: int) -> None:
    """Read standard input as kind (xlsx, xls, text, handed or calendar) and write what is in it to standard output."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds)
    limits = {"AS": memory, "CPU": seconds, "FSIZE": MAX_OUTPUT, "CORE": 0, "NOFILE": 16, "NPROC": 0}
    for what, most in limits.items():
        which = getattr(resource, f"RLIMIT_{what}")
        hard = resource.getrlimit(which)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, most))
    with open(0, "rb", closefd=False) as file:
        data = file.read()
    with open(1, "w", encoding="utf-8", closefd=False) as out:
        try:
            for line in _read(data, kind):
                print(_encode(line), file=out)
        except (Unfit, handed.Unfit, ics_events.Unfit) as unfit:
            print(_encode({"refused": str(unfit)}), file=out)


def _read(data: bytes, kind: str) -> Iterator[Any]:
    match kind:
        case "handed":
            return handed.read_handed(data)
        case "calendar":
            return ics_events.read_events(data)
        case "text":
            return read_text(data)
    return read_book(data, kind)


def _sheet(name: str, rows: list[list[Any]], **more: Any) -> Iterator[Any]:
    yield {"name": name, **more}
    for start in range(0, len(rows), 500):
        yield rows[start : start + 500]


def _plain(cell: Any) -> Any:
    kind = type(cell)
    if kind is str:
        return cell[:MAX_TEXT] if cell and not cell.isspace() else None
    if kind is bool:
        return "是" if cell else "否"
    if kind is float and not math.isfinite(cell):
        return str(cell)
    return cell


def _trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    """Without the empty cells at the end of rows and the empty rows at the end."""
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


# ── workbooks ────────────────────────────────────────────────────────────────────────────────────────────


def read_book(data: bytes, kind: str) -> Iterator[Any]:
    """The lines for a workbook: xlsx (also xlsm, xlsb and ods, which are zips too) or xls."""
    import python_calamine as calamine

    macros, marks = _look_into_zip(data) if kind == "xlsx" else _look_into_compound(data)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        macro_sheets = (calamine.SheetTypeEnum.MacroSheet, calamine.SheetTypeEnum.Vba)
        macros = macros or any(each.typ in macro_sheets for each in book.sheets_metadata)
        described = [each for each in book.sheets_metadata if each.typ == calamine.SheetTypeEnum.WorkSheet]
        if not described:
            raise Unfit(f"{{name}}里没有工作表，{SAVE_AS}")
        if len(described) > MAX_SHEETS:
            raise Unfit(f"{{name}}有{len(described)}张工作表，太多，请只留登记表，另存后再导入")
        yield {"macros": macros}
        blank, room = True, MAX_CELLS
        for each in described:
            sheet, name = book.get_sheet_by_name(each.name), each.name[:MAX_NAME]
            height, width = sheet.total_height + 1, sheet.total_width + 1
            room -= height * width
            if height > MAX_ROWS or room < 0:
                raise Unfit(
                    f"{{name}}的工作表“{name}”太大（{height}行{width}列），请把登记表复制到新的工作簿再导入"
                )
            rows = _trimmed([list(map(_plain, row)) for row in sheet.to_python(skip_empty_area=False)])
            hidden_rows, unworked = marks.get(each.name, ((), ()))
            blank = blank and not rows and not unworked
            yield from _sheet(
                name, rows, hidden=each.visible != calamine.SheetVisibleEnum.Visible,
                merged=_merged(sheet.merged_cell_ranges or (), rows),
                hidden_rows=sorted(number for number in hidden_rows if number <= len(rows)),
                unworked=sorted(unworked),
            )  # fmt: skip
    except calamine.PasswordError:
        raise Unfit(LOCKED) from None
    except (calamine.CalamineError, OSError) as error:
        raise Unfit(LOCKED if "password" in str(error).lower() else DAMAGED) from None
    if blank:
        raise Unfit(BLANK)


def _merged(ranges: Any, rows: list[list[Any]]) -> list[tuple[int, int, int, int]]:
    """The ranges as far as there are cells. None at all if they overlap: then filling them would never end."""
    bottom, right = len(rows) - 1, max(map(len, rows), default=0) - 1
    found = []
    for (top, left), (last, end) in ranges:
        if top <= min(last, bottom) and left <= min(end, right):
            found.append((top, left, min(last, bottom), min(end, right)))
    area = sum((last - top + 1) * (end - left + 1) for top, left, last, end in found)
    return sorted(found) if area <= (bottom + 1) * (right + 1) else []


def _look_into_compound(data: bytes) -> tuple[bool, dict]:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise Unfit(LOCKED)
    for start in BIFF_START.finditer(data):
        at = start.start()
        for _ in range(8):
            if int.from_bytes(data[at : at + 2], "little") == FILEPASS:
                raise Unfit(LOCKED)
            at += 4 + int.from_bytes(data[at + 2 : at + 4], "little")
    if not (holds("Workbook") or holds("Book")) and (holds("WordDocument") or holds("PowerPoint Document")):
        raise Unfit(NO_TABLE)
    return holds("_VBA_PROJECT"), {}


def _look_into_zip(data: bytes) -> tuple[bool, dict[str, tuple[set[int], set[tuple[int, int]]]]]:
    """Whether there are macros, and by sheet its hidden rows (from 1) and its cells without a result (from 0)."""
    import zipfile
    import zlib
    from xml.parsers import expat

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            members = {each.filename.replace("\\", "/").lower(): each for each in book.infolist()}
            _check_members(book, members)
            sheets = _sheet_names(book, members)
            marks = {}
            for path in members:
                if path.endswith((".xml", ".rels")):
                    xml = _xml(book, members[path])
                    if path in sheets and any(words in xml for words in WORTH_A_LOOK):
                        marks[sheets[path]] = _marks(xml)
            return any(path.endswith("vbaproject.bin") for path in members), marks
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, expat.ExpatError):
        raise Unfit(DAMAGED) from None


def _check_members(book: Any, members: dict[str, Any]) -> None:
    if sum(each.file_size for each in members.values()) > MAX_UNPACKED:
        raise Unfit(TOO_BIG)
    if any(each.flag_bits & 1 for each in members.values()):
        raise Unfit(LOCKED)
    open_document = "mimetype" in members and b"spreadsheet" in book.read(members["mimetype"])
    if not open_document and not any(path.startswith("xl/workbook") for path in members):
        raise Unfit(NO_TABLE)
    manifest = members.get("meta-inf/manifest.xml")
    if open_document and manifest and b"encryption-data" in book.read(manifest):
        raise Unfit(LOCKED)


def _xml(book: Any, member: Any) -> bytes:
    xml = book.read(member)
    if b"<!DOCTYPE" in xml:
        raise Unfit(f"{{name}}里夹带了表格不该有的代码（DOCTYPE），若来源可靠，{SAVE_AS}")
    return xml


def _sheet_names(book: Any, members: dict[str, Any]) -> dict[str, str]:
    """The names of an xlsx's sheets by their members of the zip."""
    main = next((path for path in members if re.fullmatch(r"xl/workbook\w*\.xml", path)), "")
    links = members.get(f"xl/_rels/{main[3:]}.rels")
    if not links:
        return {}
    targets = {each.get("Id"): each.get("Target", "").replace("\\", "/").lower()
               for each in _elements(_xml(book, links), "Relationship")}  # fmt: skip
    names = {}
    for sheet in _elements(_xml(book, members[main]), "sheet"):
        target = targets.get(next((value for key, value in sheet.items() if key.endswith(":id")), None), "")
        names[normpath(join("xl", target)).lstrip("/")] = sheet.get("name", "")
    return names


def _elements(xml: bytes, wanted: str) -> list[dict[str, str]]:
    from xml.parsers import expat

    found = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: (
        found.append(attributes) if tag.rpartition(":")[2] == wanted else None
    )
    parser.Parse(xml, True)
    return found


def _marks(xml: bytes) -> tuple[set[int], set[tuple[int, int]]]:
    hidden, unworked = set(), set()
    row = column = 0  # of the tag at hand, from 1; a tag that does not name its place follows the one before
    for tag in TAG.finditer(xml):
        attributes = tag["attributes"]
        if tag["what"] == b"row":
            number = ROW_NUMBER.search(attributes)
            row, column = int(number[1]) if number else row + 1, 0
            if HIDDEN.search(attributes):
                hidden.add(row)
            continue
        place = PLACE.search(attributes)
        row, column = (int(place[2]), _column(place[1])) if place else (row, column + 1)
        kind = RESULT_KIND.search(attributes)
        kind = kind[1] if kind else b""
        if kind == b"e" or (tag["formula"] and not tag["value"] and kind != b"str"):
            unworked.add((row - 1, column - 1))
    return hidden, unworked


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


# ── text ─────────────────────────────────────────────────────────────────────────────────────────────────

OTHER_KINDS = (b"%PDF", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"II*\0",
               b"PK\x05\x06", b"PK\x07\x08", b"{\\rtf")  # fmt: skip
WEB_PAGE = re.compile(
    r"<(?:!doctype|html|head|meta|style|body|div|table|\?xml|!--)|MIME-Version:", re.IGNORECASE
)
OLD_XML = re.compile(r"schemas-microsoft-com:office:spreadsheet|Excel\.Sheet")
NOTE_LINES = 50  # more line breaks than this nobody writes into one cell


def read_text(data: bytes) -> Iterator[Any]:
    """The lines for a text table: comma, tab or semicolon, whichever cuts it best."""
    if data.startswith(OTHER_KINDS):
        raise Unfit("{name}是图片、文档或压缩包，请换成表格文件（xlsx、xls 或 csv）")
    text = _decoded(data)
    head = text[:4000].lstrip()
    if WEB_PAGE.match(head):
        what = "旧式的 XML 表格" if OLD_XML.search(head) else "网页"
        raise Unfit(f"{{name}}其实是{what}，{SAVE_AS}")
    rows = [
        [cell[:MAX_TEXT] if cell and not cell.isspace() else None for cell in row]
        for row in _table(text.rstrip(",;\t\r\n "))
    ]
    if len(rows) > MAX_ROWS or sum(map(len, rows)) > MAX_CELLS:
        raise Unfit(f"{{name}}太大，最多{MAX_ROWS}行、{MAX_CELLS}格，请分成几个文件再导入")
    for row in rows if '="' in text else ():
        for column, cell in enumerate(row):
            if cell and cell[0] == "=" and (as_text := re.fullmatch(r'="(.*)"', cell)):
                row[column] = as_text[1] or None
    if not any(_trimmed(rows)):
        raise Unfit(BLANK)
    yield {"macros": False}
    yield from _sheet("", rows)


def _decoded(data: bytes) -> str:
    """BOM, else strict UTF-8, else strict GB18030; guessers take GB18030 for Korean."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        tries = ("utf-16",)
    elif data.startswith(b"\xef\xbb\xbf"):
        tries = ("utf-8",)
    else:
        tries = ("utf-8", "gb18030")
    for encoding in tries:
        try:
            text = data.decode(encoding)
            if "\0" not in text:
                return text.lstrip("\ufeff")
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data" and not data[: error.start].isascii():
                raise Unfit(DAMAGED) from None
    raise Unfit(f"{{name}}里的内容认不出来，可能没有传完或改过后缀；请重新复制，或{SAVE_AS[1:]}")


def _table(text: str) -> list[list[str]]:
    """Rows of cells. A quote that would swallow rows, for nothing closes it, is a plain character instead."""
    lines = list(io.StringIO(text, newline=""))
    mark = max(",\t;", key=lambda each: _fitness(lines[:60], each))
    csv.field_size_limit(len(text) + 1)
    if '"' not in text:
        return _records(lines, mark) or []
    rows = _records(lines, mark)
    counts = Counter(map(len, rows or (_literally(line, mark) for line in lines[:1000])))
    usual = max(counts, key=lambda each: each * counts[each]) - 1  # marks in a row; in a note's line are few
    if rows is not None and (len(rows) == len(lines) or not _swallowed(rows, mark, usual)):
        return rows
    rows, at = [], 0
    while at < len(lines) and len(rows) <= MAX_ROWS:
        taken, more = _one_record(lines, at, mark, usual)
        rows += more
        at += taken
    return rows


def _one_record(lines: list[str], at: int, mark: str, usual: int) -> tuple[int, list[list[str]]]:
    """How many lines the record at `at` takes, and its row (rows, if others had to be read along)."""
    quotes = 0
    for end in range(at, min(at + NOTE_LINES, len(lines))):
        quotes += lines[end].count('"')
        if end == at or quotes % 2 == 0:
            rows = _records(lines[at : end + 1], mark)
            if rows is not None and not _swallowed(rows, mark, usual):
                return end + 1 - at, rows
            if end > at:
                break
    return 1, [_literally(lines[at], mark)]


def _records(lines: list[str], mark: str) -> list[list[str]] | None:
    try:
        return list(islice(csv.reader(lines, delimiter=mark, strict=True), MAX_ROWS + 1))
    except csv.Error:
        return None


def _swallowed(rows: list[list[str]], mark: str, usual: int) -> bool:
    """Whether a cell of several lines is rather the end of one row, more rows, and the start of another."""
    for cell in (cell for row in rows for cell in row if "\n" in cell or "\r" in cell):
        lines = cell.splitlines()
        inner = lines[1:-1]
        full = sum(line.count(mark) == usual for line in inner)
        if len(lines) > NOTE_LINES or (usual > 1 and full * 2 > len(inner)):
            return True
        if not inner and usual > 3 and cell.count(mark) >= usual:
            return True
    return False


def _literally(line: str, mark: str) -> list[str]:
    """The cells of one line; what is properly quoted is one cell, and no quote reaches into the next line."""
    cell = rf'(?:^|{mark})("[^"]*(?:""[^"]*)*"(?={mark}|$)|[^{mark}]*)'
    cells = re.findall(cell, line.rstrip("\r\n"))
    return [each[1:].removesuffix('"').replace('""', '"') if each[:1] == '"' else each for each in cells]


def _fitness(lines: list[str], mark: str) -> tuple[int, int]:
    rows = [_literally(line, mark) for line in lines]
    return sum(len(row) > 1 for row in rows), sum(map(len, rows))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
