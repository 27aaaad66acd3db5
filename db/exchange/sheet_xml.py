"""One sheet's XML cut into head, rows and tail, so that rows can be written anew and all else stays."""

import re
from dataclasses import dataclass
from html import unescape

from db.exchange.formulas import column_of, moved
from db.exchange.xml_text import attributes, without_attribute

Area = tuple[
    int, int, int, int
]  # first row, first column, last row, last column: rows from 1, columns from 0
PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
FORMULA = re.compile(r"<(?:\w+:)?f(?=[\s/>])([^<>]*?)(?:/>|>([^<]*)</(?:\w+:)?f\s*>)")
VALUE = re.compile(r"<(?:\w+:)?v(?=[\s/>])[^<>]*?(?:/>|>([^<]*)</(?:\w+:)?v\s*>)")
WORDS = re.compile(r"<(?:\w+:)?t(?=[\s/>])[^<>]*?>[^<]")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it stands: its column (from 0), attributes but for its place, what is in it, and the whole."""

    column: int
    said: str
    inner: str
    raw: str

    @property
    def style(self) -> int:
        """The number of its look."""
        return int(attributes(self.said).get("s", 0))

    @property
    def formula(self) -> re.Match | None:
        """Its formula: attributes and text."""
        return FORMULA.search(self.inner)

    @property
    def number(self) -> int | None:
        """The whole number that is written in it and not worked out, if any."""
        value = VALUE.search(self.inner)
        if not value or self.formula or attributes(self.said).get("t", "n") != "n":
            return None
        try:
            number = float(value[1] or "")
        except ValueError:
            return None
        return int(number) if number.is_integer() else None

    def holds_something(self) -> bool:
        """Whether it shows or works out anything."""
        return bool(FORMULA.search(self.inner) or VALUE.search(self.inner) or WORDS.search(self.inner))


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it stands: its number, attributes but for number and span, what is in it, and the whole."""

    number: int
    said: str
    inner: str
    raw: str
    prefix: str

    def cells(self) -> dict[int, Cell]:
        """Its cells by column."""
        found: dict[int, Cell] = {}
        column = -1
        for each in _tags("c", self.prefix).finditer(self.inner):
            said, inner = each.groups()
            place = PLACE.fullmatch(attributes(said).get("r", ""))
            column = column_of(place[1]) if place else column + 1
            found.setdefault(
                column, Cell(column, without_attribute(said, "r").rstrip(), inner or "", each[0])
            )
        return found

    @property
    def style(self) -> int | None:
        """The look of cells that are not there, if the row has one of its own."""
        said = attributes(self.said)
        return int(said.get("s", 0)) if said.get("customFormat") in ("1", "true") else None


class SheetXml:
    """A sheet: head (up to its rows), rows by number, tail (from their end), and what is known of its columns and merges."""

    def __init__(self, xml: str):
        opened = re.search(r"<((?:\w+:)?)sheetData(?=[\s/>])[^<>]*?(/?)>", xml)
        if not opened:
            raise ValueError("no sheetData")
        self.prefix = opened[1]
        self.head = xml[: opened.start()]
        body = ""
        if opened[2]:
            self.tail = xml[opened.end() :]
        else:
            closed = re.search(rf"</{self.prefix}sheetData\s*>", xml)
            if not closed:
                raise ValueError("no end of sheetData")
            body, self.tail = xml[opened.end() : closed.start()], xml[closed.end() :]
        self.lines: dict[int, Line] = {}
        number = 0
        for each in _tags("row", self.prefix).finditer(body):
            said, inner = each.groups()
            number = int(attributes(said).get("r", number + 1))
            rest = without_attribute(without_attribute(said, "r"), "spans").rstrip()
            self.lines.setdefault(number, Line(number, rest, inner or "", each[0], self.prefix))
        self.merged = [area for ref in re.findall(rf"<{self.prefix}mergeCell\s[^<>]*?ref=[\"']([^\"']+)", self.tail)
                       if (area := area_of(ref))]  # fmt: skip
        self._columns = [
            (int(said["min"]) - 1, int(said["max"]) - 1, int(said["style"]))
            for tag in re.findall(rf"<{self.prefix}col\s[^<>]*>", self.head)
            if "style" in (said := attributes(tag))
        ]

    def column_style(self, column: int) -> int:
        """The look of a column's cells that are not there."""
        return next((style for first, last, style in self._columns if first <= column <= last), 0)

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """The cell that holds what stands at a place: itself, or the first of those it is merged with."""
        for top, left, bottom, right in self.merged:
            if top <= row <= bottom and left <= column <= right:
                return top, left
        return row, column

    def formula_of(self, line: int, cell: Cell) -> str | None:
        """A cell's formula in full; a shared one as it reads there. None for an array's or a table's."""
        found = cell.formula
        said = attributes(found[1])
        if said.get("t", "normal") not in ("normal", "shared"):
            return None
        if found[2]:
            return unescape(found[2])
        for number, other in self.lines.items():
            if "<" in other.inner and "shared" in other.inner:
                for each in other.cells().values():
                    master = each.formula
                    if master and master[2] and attributes(master[1]).get("si") == said.get("si"):
                        return moved(unescape(master[2]), line - number, cell.column - each.column)
        return None


def _tags(name: str, prefix: str) -> re.Pattern:
    return re.compile(rf"<{prefix}{name}(?=[\s/>])([^<>]*?)(?:/>|>(.*?)</{prefix}{name}\s*>)", re.DOTALL)


def area_of(ref: str) -> Area | None:
    """The area of A1:B2 or A1; None for anything else."""
    places = [PLACE.fullmatch(part) for part in ref.split(":")]
    if not all(places) or len(places) > 2:
        return None
    (top, left), (bottom, right) = ((int(at[2]), column_of(at[1])) for at in (places[0], places[-1]))
    return top, left, bottom, right


def overlaps(one: Area, other: Area) -> bool:
    """Whether two areas share a cell."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def without_results(xml: str) -> str:
    """Rows or a sheet with the stored results of formulas taken out: they are worked out when it is opened."""
    return CALCULATED.sub(_without_result, xml) if re.search(r"<(?:\w+:)?f[\s/>]", xml) else xml


CALCULATED = re.compile(
    r"<(?P<c>(?:\w+:)?c)(?=[\s>])(?P<said>[^<>]*)>\s*(?P<f><(?P<name>(?:\w+:)?f)(?=[\s/>])[^<>]*?(?:/>|>[^<]*</(?P=name)\s*>))"
    r"\s*(?:<(?P<v>(?:\w+:)?v)(?=[\s/>])[^<>]*?(?:/>|>[^<]*</(?P=v)\s*>))?"
)


def _without_result(found: re.Match) -> str:
    return f"<{found['c']}{without_attribute(found['said'], 't')}>{found['f']}"
