"""The text of a Word file as a sheet: its lines and its tables one below the other, each cell with what it is made of.

By the XML alone (xml.dom keeps every prefix as it was), so that whatever a form holds besides stays untouched.
"""

from collections.abc import Iterable, Iterator
from xml.dom.minidom import Document, Element, Node, parseString

from db.exchange.areas import Place

HIDDEN = ("w:tbl", "w:txbxContent", "w:del", "mc:Fallback", "w:instrText")  # not of the line they stand in
WRAPPERS = ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:smartTag")
MOST_COLUMNS = 63  # Word's own limit
Merged = list[tuple[int, int, int, int]]


class Cell:
    """A cell, or a line outside of tables: its paragraphs, and its words as they are read.

    Blanks that are underlined read as _: they are a line to write on.
    """

    def __init__(self, paragraphs: list[Element]):
        self.paragraphs = paragraphs

    @property
    def text(self) -> str:
        return "\n".join("".join(char for char, _, _ in chars_of(each)) for each in self.paragraphs)


class Body:
    """The body of a document as rows of cells; a line outside of tables is one cell over the whole width.

    lines: for each row, its w:tr (None for a line outside of tables).
    """

    def __init__(self, blocks: Iterable[Node]):
        self.cells: dict[Place, Cell] = {}
        self.merged: Merged = []
        self.lines: list[Element | None] = []
        self.widths: list[int] = []
        wide: list[int] = []
        for block in elements(blocks, "w:p", "w:tbl"):
            if block.tagName == "w:tbl":
                self._table(block)
            elif (line := Cell([block])).text.strip():
                self.cells[len(self.lines), 0] = line
                wide.append(len(self.lines))
                self._line(None, 1)
        width = max(self.widths, default=1)
        for row in wide:
            self.widths[row] = width
            if width > 1:
                self.merged.append((row, 0, row, width - 1))

    @property
    def rows(self) -> list[list[str | None]]:
        """The words of each cell; what is merged into another is None."""
        found: list[list[str | None]] = [[None] * width for width in self.widths]
        for (row, column), cell in self.cells.items():
            found[row][column] = cell.text or None
        return found

    def lines_from(self, first: int, count: int | None) -> list[Element]:
        """The lines of a table from one on: so many, or all to the table's end."""
        table = self.lines[first].parentNode
        found = self.lines[first : None if count is None else first + count]
        return [each for each in found if each is not None and each.parentNode is table]

    def _line(self, element: Element | None, width: int) -> None:
        self.lines.append(element)
        self.widths.append(width)

    def _table(self, table: Element) -> None:
        reaching: dict[
            int, list[int]
        ] = {}  # column → [top, left, bottom, right] of a cell that goes on downwards
        for line in elements(table.childNodes, "w:tr"):
            row, column = len(self.lines), _number(line, "w:trPr", "w:gridBefore")
            for cell in elements(line.childNodes, "w:tc"):
                span = max(1, _number(cell, "w:tcPr", "w:gridSpan"))
                down = _property(cell, "w:tcPr", "w:vMerge")
                if down is not None and down.getAttribute("w:val") != "restart" and column in reaching:
                    reaching[column][2] = row
                else:
                    self._keep(reaching.pop(column, None))
                    self.cells[row, column] = Cell(list(elements(cell.childNodes, "w:p")))
                    area = [row, column, row, column + span - 1]
                    if down is not None:
                        reaching[column] = area
                    else:
                        self._keep(area)
                column += span
            self._line(line, column)
        for area in reaching.values():
            self._keep(area)

    def _keep(self, area: list[int] | None) -> None:
        if area and (area[0], area[1]) != (area[2], area[3]):
            self.merged.append(tuple(area))


def parse(data: bytes) -> Document:
    """The tree of an XML part. Raises xml.parsers.expat.ExpatError."""
    return parseString(data)


def elements(nodes: Iterable[Node], *names: str) -> Iterator[Element]:
    """Those of these names, also inside content controls and the like."""
    for each in list(nodes):
        if each.nodeType != Node.ELEMENT_NODE:
            continue
        if each.tagName in names:
            yield each
        elif each.tagName in WRAPPERS:
            yield from elements(each.childNodes, *names)


def chars_of(paragraph: Element) -> Iterator[tuple[str, Element, int]]:
    """The characters of a paragraph: as read, the w:t (or w:tab, w:br) it stands in, and its place there."""
    for node in _runs_text(paragraph):
        if node.tagName == "w:t":
            lined = _is_underlined(node.parentNode)
            for at, char in enumerate(text_of(node)):
                yield "_" if lined and char.isspace() else char, node, at
        else:
            yield (
                ("\n" if node.tagName == "w:br" else "_" if _is_underlined(node.parentNode) else "\t"),
                node,
                0,
            )


def text_of(node: Element) -> str:
    """The text a w:t holds."""
    return "".join(each.data for each in node.childNodes if each.nodeType == Node.TEXT_NODE)


def _runs_text(element: Element) -> Iterator[Element]:
    for child in element.childNodes:
        if child.nodeType != Node.ELEMENT_NODE or child.tagName in HIDDEN or child.tagName == "w:pPr":
            continue
        if child.tagName in ("w:t", "w:tab", "w:br") and element.tagName == "w:r":
            yield child
        else:
            yield from _runs_text(child)


def _is_underlined(run: Element) -> bool:
    line = _property(run, "w:rPr", "w:u")
    return line is not None and line.getAttribute("w:val") != "none"


def _property(element: Element, group: str, name: str) -> Element | None:
    for properties in elements(element.childNodes, group):
        return next(elements(properties.childNodes, name), None)
    return None


def _number(element: Element, group: str, name: str) -> int:
    found = _property(element, group, name)
    said = found.getAttribute("w:val") if found is not None else ""
    return min(int(said), MOST_COLUMNS) if said.isdecimal() else 0
