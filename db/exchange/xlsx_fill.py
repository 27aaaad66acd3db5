"""A copy of a blank workbook with values in it; all else stays as it was, byte for byte.

Works on the parts of the zip and on their text. Only sheets that are filled change, and what follows from that:
stored results of formulas go (they are worked out on opening), macros go (an xlsx has none).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from itertools import islice
from xml.sax.saxutils import escape

from db.exchange.blank_lines import Lines, Values
from db.exchange.formulas import LAST_COLUMN, LAST_ROW, letters, renamed
from db.exchange.package import SAVE_AS, Unfit
from db.exchange.sheet_xml import Area, Line, SheetXml, area_of, without_results
from db.exchange.workbook_xml import SheetEntry, Workbook, kind_of, plain_copy
from db.exchange.xml_text import attributes, with_attribute

Value = str | int | float | date | None
Cells = Mapping[tuple[int, int], Value]  # (row from 1, column from 0) → value
MOST_PAGES = 250  # of one form: our own import reads 255 sheets, and nobody prints more
CHUNK = 200  # rows written at once
NO_MACROS = "原表带有宏，填好的表里没有；要用宏请在原表里用"
LINK = re.compile(r"""\s\w+:(?:id|embed|link|pict|relid)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
ANY_TAG = re.compile(r"<(/?)([\w:.-]+)[^<>]*?(/?)>")


@dataclass(slots=True)
class RowsIn:
    """Rows for the blank lines of a sheet.

    first: the first blank line, from 1. lines: how many there are before something else stands; None: free to the end.
    columns: from 0, where each value of a row goes; two people side by side are one row. count: how many rows there
    are, if rows is no list and should not be made one. cells: single values on each page, e.g. the unit.
    """

    sheet: str
    first: int
    lines: int | None
    columns: Sequence[int]
    rows: Iterable[Sequence[Value]]
    cells: Cells = field(default_factory=dict)
    count: int | None = None


@dataclass(slots=True)
class Filled:
    """A filled workbook (xlsx), and sentences on what the user should know of it."""

    data: bytes
    notes: list[str]


def fill_rows(data: bytes, pages: list[RowsIn]) -> Filled:
    """Fill the blank lines of a workbook's sheets.

    More rows than lines go on below in the same look, or, where something stands below, on copies of the sheet
    named 表名(2) and so on. Raises Unfit (a Refused) with the cure.
    """
    work = _Work(data)
    for entry, mine in _by_sheet(work.book, pages):
        sheet = work.sheet(entry)
        values = work.values(sheet)
        feeds = [_Feed(Lines(sheet, each.first, each.lines, each.columns, values), each) for each in mine]
        cells = {place: value for each in mine for place, value in each.cells.items()}
        work.fill(entry, sheet, [_Page(cells, feeds, at) for at in range(max(each.pages for each in feeds))])
        work.said += [note for each in feeds for note in each.lines.notes]
    return work.result()


def fill_cells(data: bytes, sheets: Mapping[str, Cells]) -> bytes:
    """The workbook with single cells filled; a cell with a formula keeps it. Raises Unfit."""
    work = _Work(data)
    for name, cells in sheets.items():
        entry = work.book.sheet(name)
        work.fill(entry, work.sheet(entry), [_Page(cells)])
    return work.result().data


def formula_cells(data: bytes, sheet: str) -> list[tuple[int, int]]:
    """The cells of a sheet that are worked out: row and column, from 0. None of a file that is no xlsx (ods, xlsb)."""
    try:
        book = Workbook(data)
        drawn = SheetXml(book.package.text(book.sheet(sheet).part))
    except (Unfit, ValueError):
        return []
    lines = (line for line in drawn.lines.values() if "f" in line.inner)
    return [(line.number - 1, at) for line in lines for at, cell in line.cells().items() if cell.formula]


def booklet(data: bytes, sheet: str, pages: Sequence[tuple[str, Cells]]) -> bytes:
    """The workbook with a sheet once for each page, named by its title and filled. Raises Unfit."""
    if len(pages) > MOST_PAGES:
        raise Unfit(f"一本最多{MOST_PAGES}页，现有{len(pages)}页，请筛选后分几本，或每人一个文件")
    work = _Work(data)
    entry = work.book.sheet(sheet)
    work.fill(entry, work.sheet(entry), [_Page(cells, title=title) for title, cells in pages])
    return work.result().data


class _Feed:
    """The rows of one RowsIn on their way into its lines, over all pages."""

    def __init__(self, lines: Lines, asked: RowsIn):
        self.lines = lines
        rows = asked.rows
        if asked.count is None and not hasattr(rows, "__len__"):
            rows = list(rows)
        self.count = asked.count if asked.count is not None else len(rows)
        self._rows = iter(rows)
        self.pages = 1 if lines.room is None else max(1, -(-self.count // lines.room))
        if self.pages > MOST_PAGES:
            raise Unfit(
                f"“{asked.sheet}”一页只有{lines.room}行，{self.count}人要续{self.pages}页，太多；"
                "请筛选后分几次填，或先在表格软件里多插入些空行"
            )

    def on_page(self, at: int) -> Iterator[tuple[int, str]]:
        """The rows of a page, from 0."""
        room = self.lines.room
        rows = self._rows if room is None else islice(self._rows, room)
        return self.lines.rows(rows, at * (room or 0))


@dataclass(slots=True)
class _Page:
    """What goes onto one page of a sheet."""

    cells: Cells
    feeds: Sequence[_Feed] = ()
    at: int = 0
    title: str = ""


def _by_sheet(book: Workbook, pages: list[RowsIn]) -> list[tuple[SheetEntry, list[RowsIn]]]:
    found: dict[str, tuple[SheetEntry, list[RowsIn]]] = {}
    for each in pages:
        entry = book.sheet(each.sheet)
        found.setdefault(entry.part, (entry, []))[1].append(each)
    for _, mine in found.values():
        mine.sort(key=lambda each: each.first)
    return list(found.values())


class _Work:
    """A workbook being filled."""

    def __init__(self, data: bytes):
        self.book = Workbook(data)
        self.said: list[str] = []
        self._dates = self.book.date_looks()
        self._copies: dict[int, list[SheetEntry]] = {}
        self._values: list[Values] = []
        self._filled: set[str] = set()

    def sheet(self, entry: SheetEntry) -> SheetXml:
        try:
            return SheetXml(self.book.package.text(entry.part))
        except (ValueError, KeyError):
            raise Unfit(f"工作表“{entry.name}”不完整或已损坏；{SAVE_AS}") from None

    def values(self, sheet: SheetXml) -> Values:
        self._values.append(Values(self._dates, self.book.from_1904, sheet.prefix))
        return self._values[-1]

    def fill(self, entry: SheetEntry, sheet: SheetXml, pages: list[_Page]) -> None:
        """Put a sheet and its copies in order to be written."""
        book, old, before = self.book, entry.name, entry
        values = self.values(sheet)
        self._filled.add(entry.part)
        if re.search(rf"<{sheet.prefix}sheetProtection[\s/>]", sheet.tail):
            self.said.append(f"工作表“{old}”设有保护，已照样填好，保护仍在")
        if pages[0].title:
            book.rename(entry, book.free_name(pages[0].title))
        head, tail = self._grown(entry, sheet, pages[0])
        self._put(entry, old, self._chunks(sheet, pages[0], values, head, tail))
        for at, page in enumerate(pages[1:], 2):
            name = book.free_name(page.title) if page.title else book.free_name(old, f"({at})")
            before = book.copy_after(before, entry, name)
            self._copies.setdefault(entry.was, []).append(before)
            relations = self._relations_again(entry.part)
            book.package.put_relations(before.part, relations)
            tail, lost = _unlinked(sheet.tail, {each["Id"] for each in relations})
            if lost:
                self.said.append(f"“{old}”的续页没有带上图表、批注或控件，其余都在")
            self._put(before, old, self._chunks(sheet, page, values, plain_copy(sheet.head), tail))

    def _put(self, entry: SheetEntry, old: str, chunks: Iterator[str]) -> None:
        turned = chunks if entry.name == old else map(_renaming(old, entry.name), chunks)
        self.book.package.put(entry.part, turned)

    def _relations_again(self, part: str) -> list[dict[str, str]]:
        """The relations a copy of a sheet can have too: links to elsewhere, and a drawing of nothing but pictures."""
        package, found = self.book.package, []
        for each in package.relations(part):
            if kind_of(each) == "hyperlink" and "TargetMode" in each:
                found.append(each)
            elif kind_of(each) == "drawing":
                pictures = package.relations(each["part"])
                if all(kind_of(one) == "image" for one in pictures):
                    again = package.free_name(each["part"])
                    package.copy(each["part"], again)
                    package.put_type(again, package.content_type(each["part"]))
                    package.put_relations(again, pictures)
                    found.append({**each, "Target": f"/{again}"})
        return found

    def _grown(self, entry: SheetEntry, sheet: SheetXml, page: _Page) -> tuple[str, str]:
        """Head and tail of a sheet that grows by lines below those of the form: what covers these covers all."""
        head, tail = sheet.head, sheet.tail
        bottom = max(sheet.lines, default=0)
        for feed in page.feeds:
            lines = feed.lines
            if lines.room is not None:
                continue
            end = lines.first + feed.count * lines.height - 1
            if end <= lines.last_own:
                continue
            bottom = max(bottom, end)
            if added := lines.merges(feed.count):
                tail = _more_merges(tail, sheet.prefix, added)
            tail = _reaching(tail, lines.first, lines.last_own, end)
            self.book.grow_print_area(entry, lines.first, end)
            self._grow_tables(entry, lines.first, lines.last_own, end)
        return _dimension(head, bottom), tail

    def _grow_tables(self, entry: SheetEntry, first: int, last: int, end: int) -> None:
        """Let a table of the sheet (what Excel calls 表格) that holds the blank lines hold those below as well."""
        package = self.book.package
        for each in package.relations(entry.part):
            if kind_of(each) == "table" and each.get("part") in package:
                text = package.text(each["part"])
                if not re.search(r"""<(?:\w+:)?table\s[^<>]*totalsRowCount=["'][1-9]""", text):
                    package.put(each["part"], _reaching(text, first, last, end))

    def _chunks(self, sheet: SheetXml, page: _Page, values: Values, head: str, tail: str) -> Iterator[str]:
        p = sheet.prefix
        yield f"{head}<{p}sheetData>"
        rows = _rows(sheet, page, values)
        while chunk := "".join(islice(rows, CHUNK)):
            yield chunk
        yield f"</{p}sheetData>{tail}"

    def result(self) -> Filled:
        book = self.book
        book.become_xlsx()
        if book.macros:
            self.said.append(NO_MACROS)
        formulas = False
        for each in book.sheets:
            if each.was is not None and each.part in book.package:
                if each.part in self._filled:
                    formulas = True
                else:
                    formulas |= self._forget_results(each)
        book.settle(self._copies, formulas)
        data = book.package.written()
        if cut := sum(each.cut for each in self._values):
            self.said.append(f"有{cut}格的文字超过一格能放下的长度，后面的没有填上")
        return Filled(data, list(dict.fromkeys(self.said)))

    def _forget_results(self, entry: SheetEntry) -> bool:
        """Take the stored results out of a sheet that is not filled: they may follow from one that is."""
        if not re.search(rb"<(?:\w+:)?f[\s/>]", self.book.package.read(entry.part)):
            return False
        text = without_results(self.book.package.text(entry.part))
        for old, new in self.book.renamed.items():
            text = _renaming(old, new)(text)
        self.book.package.put(entry.part, text)
        return True


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────


def _rows(sheet: SheetXml, page: _Page, values: Values) -> Iterator[str]:
    """All rows of a page in order: the form's own, the filled ones, those with single cells."""
    single: dict[int, dict[int, Value]] = {}
    for (row, column), value in page.cells.items():
        if not (0 < row <= LAST_ROW and 0 <= column < LAST_COLUMN):
            raise Unfit(f"没有第{row}行第{column + 1}列这一格，请核对后再试")
        at, first = sheet.anchor(row, column)
        single.setdefault(at, {})[first] = value
    numbers = iter(sorted({*sheet.lines, *single}))
    waiting = next(numbers, None)
    for feed in page.feeds:
        for number, text in feed.on_page(page.at):
            while waiting is not None and waiting < number:
                yield _own_row(sheet, waiting, single, values)
                waiting = next(numbers, None)
            if waiting == number:
                waiting = next(numbers, None)
            yield text
    while waiting is not None:
        yield _own_row(sheet, waiting, single, values)
        waiting = next(numbers, None)


def _own_row(sheet: SheetXml, number: int, single: dict[int, dict[int, Value]], values: Values) -> str:
    line = sheet.lines.get(number) or Line(number, "", "", "", sheet.prefix)
    new = single.get(number)
    if not new:
        return without_results(line.raw)
    p, cells = sheet.prefix, line.cells()
    out = [f'<{p}row r="{number}"{line.said}>']
    for column in sorted({*cells, *new}):
        cell = cells.get(column)
        place = f"{letters(column)}{number}"
        if column not in new or (cell and cell.formula):
            out.append(without_results(f'<{p}c r="{place}"{cell.said}>{cell.inner}</{p}c>'))
        else:
            style = (
                cell.style if cell else line.style if line.style is not None else sheet.column_style(column)
            )
            out.append(values.cell(place, style, new[column]))
    return f"{''.join(out)}</{p}row>"


# ── what stands before and after the rows ────────────────────────────────────────────────────────────────


def _renaming(old: str, new: str) -> Callable[[str], str]:
    """What makes formulas that name a sheet name its copy."""
    texts = re.compile(r"(<(?:\w+:)?(?:f|formula|formula1|formula2)(?=[\s>])[^<>]*>)([^<]*)(?=</)")

    def turn(xml: str) -> str:
        if f"{escape(old)}!" not in xml and f"{escape(old)}'!" not in xml:
            return xml
        return texts.sub(lambda found: found[1] + escape(renamed(unescape(found[2]), old, new)), xml)

    return turn


def _dimension(head: str, bottom: int) -> str:
    def further(found: re.Match) -> str:
        area = area_of(attributes(found[0]).get("ref", ""))
        if not area or area[2] >= bottom:
            return found[0]
        return with_attribute(found[0], "ref", f"{letters(area[1])}{area[0]}:{letters(area[3])}{bottom}")

    return re.sub(r"<(?:\w+:)?dimension(?=\s)[^<>]*>", further, head, count=1)


def _more_merges(tail: str, prefix: str, added: list[Area]) -> str:
    said = "".join(
        f'<{prefix}mergeCell ref="{letters(left)}{top}:{letters(right)}{bottom}"/>'
        for top, left, bottom, right in added
    )
    tail = tail.replace(f"</{prefix}mergeCells>", f"{said}</{prefix}mergeCells>", 1)

    def counted(found: re.Match) -> str:
        count = attributes(found[0]).get("count")
        return with_attribute(found[0], "count", str(int(count) + len(added))) if count else found[0]

    return re.sub(rf"<{prefix}mergeCells(?=[\s>])[^<>]*>", counted, tail, count=1)


def _reaching(tail: str, first: int, last: int, end: int) -> str:
    """Choices, conditional looks, filters and tables that cover the blank lines cover those below as well."""

    def areas(refs: str) -> str:
        found = []
        for ref in refs.split():
            area = area_of(ref)
            if area and area[0] <= first and last <= area[2] < end and (area[2] > area[0] or first == last):
                ref = f"{letters(area[1])}{area[0]}:{letters(area[3])}{end}"
            found.append(ref)
        return " ".join(found)

    def tag(found: re.Match) -> str:
        name = "ref" if found[1] in ("autoFilter", "table") else "sqref"
        refs = attributes(found[0]).get(name)
        return with_attribute(found[0], name, areas(refs)) if refs else found[0]

    tail = re.sub(
        r"<(?:\w+:)?(conditionalFormatting|dataValidation|autoFilter|table)(?=\s)[^<>]*>", tag, tail
    )
    return re.sub(r"(<xm:sqref>)([^<]*)", lambda found: found[1] + areas(found[2]), tail)


def _unlinked(tail: str, relations: set[str]) -> tuple[str, bool]:
    """The tail as a copy of the sheet has it, with these relations alone, and whether anything was lost by that."""
    kept, lost = [], False
    for element in _elements(tail):
        name = ANY_TAG.match(element)[2].rpartition(":")[2] if element.startswith("<") else ""
        if name == "pageSetup":
            element = LINK.sub("", element)
        if name == "customSheetViews":
            continue
        if {one or other for one, other in LINK.findall(element)} <= relations:
            kept.append(element)
        else:
            lost = True
    return "".join(kept), lost


def _elements(tail: str) -> Iterator[str]:
    """The elements after the rows, one by one, and what stands between them."""
    depth = start = at = 0
    for tag in ANY_TAG.finditer(tail):
        closing, _, alone = tag.groups()
        if closing:
            depth -= 1
        elif not alone:
            if depth == 0:
                start = tag.start()
            depth += 1
        if depth == 0 and not (closing and start < at):
            begin = start if closing else tag.start()
            if begin > at:
                yield tail[at:begin]
            yield tail[begin : tag.end()]
            at = tag.end()
        if depth < 0:
            break
    yield tail[at:]
