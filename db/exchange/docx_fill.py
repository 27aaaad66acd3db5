"""Fill a Word form (docx): cells and lines of words, blank lines of a list, one copy a child in one booklet.

What is written takes the look of what stood there; all else stays as it was. A document's tables and lines are read as
one sheet (`WordForm.rows`, `merged`), its rows and columns counted from 0.
"""

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from xml.dom.minidom import Document, Element, Node
from xml.parsers.expat import ExpatError

from db.exchange.areas import Place
from db.exchange.unpack import COMPOUND, MAX_UNPACKED, ZIP
from db.exchange.word_write import end_section, on_new_page, own_ids, put
from db.exchange.word_xml import Body, elements, parse
from db.exchange.xlsx_fill import RowsIn, Value
from db.values import Refused

MAIN, TYPES = "word/document.xml", "[Content_Types].xml"
SAVE_AS = "请用 Word 或 WPS 打开后另存为 docx 再试"
MOST_XML = 20 * 2**20  # of one document's words: its tree takes ten times that
MOST_COPIES, DEEPEST = 500, 150
MARK = "guanai: here the pages go"
Cells = Mapping[Place, Value]


class Unfit(Refused):
    """A document that cannot be filled; str() is a sentence with the cure."""


class WordForm:
    """A blank Word form. rows, merged: its words as a sheet, for `db.exchange.cards.find_slots`."""

    ending = ".docx"

    def __init__(self, data: bytes, name: str):
        """name: the file's, for sentences. Raises Unfit for what is no docx, or locked, damaged, too large."""
        self._name, self._zip = name, _opened(data, name)
        try:
            self._xml = self._zip.read(MAIN)
            if len(self._xml) > MOST_XML:
                raise Unfit(f"“{name}”太大，请只留要填的表，另存后再试")
            if b"<!DOCTYPE" in self._xml or _is_deep(
                document := parse(self._xml)
            ):  # no Word writes such a thing
                raise Unfit(f"“{name}”不完整或已损坏，{SAVE_AS}")
            body = Body(_blocks(document))
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, ExpatError, StopIteration, RuntimeError):
            raise Unfit(f"“{name}”不完整或已损坏，{SAVE_AS}") from None
        self.rows, self.merged = body.rows, body.merged

    def filled(self, cells: Cells) -> bytes:
        """The document with these cells filled."""
        return self.booklet([("", cells)])

    def booklet(self, pages: Sequence[tuple[str, Cells]]) -> bytes:
        """One document with the form once a page (title, not printed, and cells), each on a new one. Raises Unfit for too many."""
        if len(pages) > MOST_COPIES:
            raise Unfit(f"一本最多{MOST_COPIES}份，现有{len(pages)}份，请分几次填，或一人一个文件")
        document = parse(self._xml)
        body, ending = _body(document), None
        blocks = _blocks(document)
        for each in blocks:
            body.removeChild(each)
        ending = next(elements(body.childNodes, "w:sectPr"), None)
        body.insertBefore(document.createComment(MARK), ending)
        first_break = next(
            (found[0] for each in blocks if (found := each.getElementsByTagName("w:sectPr"))), ending
        )
        if first_break is not None and len(pages) > 1:
            on_new_page(first_break)
        return self._packed(
            document,
            (self._page(blocks, cells, at, len(pages), ending) for at, (_, cells) in enumerate(pages)),
        )

    def with_rows(self, asked: RowsIn) -> bytes:
        """The document with rows in the blank lines of a list; more rows than lines go on in copies of the last one."""
        rows, first = list(asked.rows), asked.first - 1
        document = parse(self._xml)
        body = Body(_blocks(document))
        there = body.lines_from(first, asked.lines)
        if rows and not there:
            raise Unfit(f"“{self._name}”的表头下面没有空行，请加一行空行，另存后再填")
        more = max(0, len(rows) - len(there))
        for _ in range(more):
            copied = there[-1].cloneNode(True)
            own_ids([copied], 0)
            there[-1].parentNode.insertBefore(copied, there[-1].nextSibling)
        body = Body(_blocks(document))
        for (row, column), value in asked.cells.items():
            at = row - 1
            _write(body, (at + more if at >= first + len(there) else at, column), value)
        for at, values in enumerate(rows, first):
            for column, value in zip(asked.columns, values, strict=True):
                _write(body, (at, column), value)
        return self._packed(document, ())

    def _page(self, blocks: list[Node], cells: Cells, at: int, pages: int, ending: Element | None) -> str:
        copies = [each.cloneNode(True) for each in blocks]
        if at:
            own_ids(copies, at)
        body = Body(copies)
        for place, value in cells.items():
            _write(body, place, value)
        if at + 1 < pages:
            copies = end_section(copies, ending)
        return "".join(each.toxml() for each in copies)

    def _packed(self, document: Document, pages: Iterable[str]) -> bytes:
        head, _, tail = document.toxml(encoding="UTF-8", standalone=True).decode().partition(f"<!--{MARK}-->")
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for each in self._zip.infolist():
                if each.filename != MAIN:
                    packed.writestr(each.filename, self._read(each.filename))
            with packed.open(MAIN, "w") as part:
                for text in (head, *pages, tail) if tail else (head,):
                    part.write(text.encode())
        return out.getvalue()

    def _read(self, part: str) -> bytes:
        try:
            return self._zip.read(part)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            raise Unfit(f"“{self._name}”不完整或已损坏，{SAVE_AS}") from None


def fill_rows(data: bytes, name: str, pages: list[RowsIn]) -> bytes:
    """A document's lists filled. Raises Unfit."""
    for each in sorted(pages, key=lambda each: -each.first):  # from the last: those above keep their places
        data = WordForm(data, name).with_rows(each)
    return data


def _write(body: Body, place: Place, value: Value) -> None:
    cell = body.cells.get(place)
    if cell is not None and value is not None:
        put(cell, value.isoformat() if isinstance(value, date) else str(value))


def _is_deep(document: Document) -> bool:
    """Whether elements stand in one another deeper than they are worth following."""
    level: list[Node] = [document]
    for _ in range(DEEPEST):
        level = [child for each in level for child in each.childNodes]
        if not level:
            return False
    return True


def _body(document: Document) -> Element:
    return next(elements(document.documentElement.childNodes, "w:body"))


def _blocks(document: Document) -> list[Node]:
    """What the body holds, its last section's description left out."""
    return [each for each in _body(document).childNodes if getattr(each, "tagName", "") != "w:sectPr"]


def _opened(data: bytes, name: str) -> zipfile.ZipFile:
    if data[: len(COMPOUND)] == COMPOUND:
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unfit(f"“{name}”加了密码，请用 Word 打开、取消密码后另存再填")
        raise Unfit(f"“{name}”是旧版 Word 文档（doc），{SAVE_AS}")
    if data[: len(ZIP)] != ZIP:
        raise Unfit(f"“{name}”不是 Word 文档（docx），或已损坏，{SAVE_AS}")
    try:
        found = zipfile.ZipFile(io.BytesIO(data))
        types = found.read(TYPES)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError):
        raise Unfit(f"“{name}”不完整或已损坏，{SAVE_AS}") from None
    if sum(each.file_size for each in found.infolist()) > MAX_UNPACKED:
        raise Unfit(f"“{name}”太大，请去掉图片，另存后再试")
    if b"macroEnabled" in types:
        raise Unfit(f"“{name}”带有宏（docm），请用 Word 打开后另存为不带宏的 docx 再试")
    return found


def is_word(data: bytes, name: str) -> bool:
    """Whether a file is, or was meant as, a Word document of whatever kind."""
    if name.lower().endswith((".docx", ".docm", ".doc", ".wps", ".rtf")):
        return True
    return data[: len(ZIP)] == ZIP and b"word/document.xml" in data and b"xl/workbook.xml" not in data
