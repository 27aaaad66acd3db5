"""Words put into a Word file's cells in the look that stood there; copies of a form made ready to follow one another."""

from difflib import SequenceMatcher
from xml.dom.minidom import Element, Node

from db.exchange.word_xml import Cell, chars_of, elements, text_of

BEFORE_TYPE = ("w:headerReference", "w:footerReference", "w:footnotePr", "w:endnotePr")
OF_ONE = ("w14:paraId", "w14:textId")  # attributes that no two may share
MARKS = ("w:bookmarkStart", "w:bookmarkEnd", "w:commentRangeStart", "w:commentRangeEnd")


# ── words ──


def put(cell: Cell, text: str) -> None:
    """Make a cell say this. Words that stay keep their looks; new ones take that of what they replace or follow."""
    chars = [each for paragraph in cell.paragraphs for each in (*chars_of(paragraph), ("\n", None, 0))][:-1]
    if any(node is not None for _, node, _ in chars):
        _change(chars, text)
    elif cell.paragraphs:
        _begin(cell.paragraphs[0], text)


def _change(chars: list[tuple[str, Element | None, int]], text: str) -> None:
    pieces: dict[Element, list[str]] = {}
    for _, node, _ in chars:
        if node is not None and node not in pieces:
            pieces[node] = list(text_of(node)) if node.tagName == "w:t" else [WRITTEN[node.tagName]]
    drawn = any("_" in piece for piece in pieces.values())  # else a line is underlined blanks
    before = {node: list(piece) for node, piece in pieces.items()}
    read = "".join(char for char, _, _ in chars)
    for what, begin, end, start, until in SequenceMatcher(None, read, text, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        new = text[start:until] if drawn else text[start:until].replace("_", " ")
        for at in range(begin, end):
            _, node, place = chars[at]
            if node is not None:
                pieces[node][place] = ""
        at = next(
            (
                at
                for at in (*range(begin, end), *range(begin - 1, -1, -1), *range(end, len(chars)))
                if chars[at][1]
            ),
            0,
        )
        _, node, place = chars[at]
        pieces[node][place] = new + pieces[node][place] if at >= end else pieces[node][place] + new
    for node, piece in pieces.items():
        if piece != before[node]:
            _rewrite(node, "".join(piece))


WRITTEN = {"w:tab": "\t", "w:br": "\n"}


def _rewrite(node: Element, text: str) -> None:
    """Put text in the place of a w:t, w:tab or w:br; a line break becomes a w:br."""
    run = node.parentNode
    for at, line in enumerate(text.split("\n")):
        if at:
            run.insertBefore(run.ownerDocument.createElement("w:br"), node)
        if line:
            run.insertBefore(_words(run, line), node)
    run.removeChild(node)


def _begin(paragraph: Element, text: str) -> None:
    """Write into an empty paragraph: in its first run, else in one that looks as its mark does."""
    document = paragraph.ownerDocument
    run = next(elements(paragraph.childNodes, "w:r"), None)
    if run is None:
        run = paragraph.appendChild(document.createElement("w:r"))
        for properties in elements(paragraph.childNodes, "w:pPr"):
            for mark in elements(properties.childNodes, "w:rPr"):
                run.appendChild(mark.cloneNode(True))
    end = run.appendChild(document.createElement("w:t"))
    _rewrite(end, text)


def _words(run: Element, text: str) -> Element:
    element = run.ownerDocument.createElement("w:t")
    element.setAttribute("xml:space", "preserve")
    element.appendChild(run.ownerDocument.createTextNode(text))
    return element


# ── copies ──


def own_ids(blocks: list[Node], number: int) -> None:
    """Give a copy's drawings ids of their own, and take out the marks of which a document may have one only."""
    for each in (found for block in blocks for found in _all(block)):
        if each.tagName == "wp:docPr":
            each.setAttribute("id", str(number * 10_000 + int(each.getAttribute("id") or 0)))
        elif each.tagName in MARKS or (each.tagName == "w:id" and each.parentNode.tagName == "w:sdtPr"):
            each.parentNode.removeChild(each)
        for name in OF_ONE:
            if each.hasAttribute(name):
                each.removeAttribute(name)


def _all(node: Node) -> list[Element]:
    if node.nodeType != Node.ELEMENT_NODE:
        return []
    return [node, *node.getElementsByTagName("*")]


def end_section(blocks: list[Node], section: Element | None) -> list[Node]:
    """The blocks of a form with its section ended behind them: the next one begins on a new page, with its own head."""
    last = next((each for each in reversed(blocks) if each.nodeType == Node.ELEMENT_NODE), None)
    if last is None:
        return blocks
    document = last.ownerDocument
    if last.tagName != "w:p" or last.getElementsByTagName("w:sectPr"):
        last = _least_line(document)
        blocks = [*blocks, last]
    properties = next(elements(last.childNodes, "w:pPr"), None)
    if properties is None:
        properties = last.insertBefore(document.createElement("w:pPr"), last.firstChild)
    ended = section.cloneNode(True) if section is not None else document.createElement("w:sectPr")
    properties.insertBefore(ended, next(elements(properties.childNodes, "w:pPrChange"), None))
    return blocks


def _least_line(document: Node) -> Element:
    """A paragraph so low that it starts no page."""
    line, properties = document.createElement("w:p"), document.createElement("w:pPr")
    spacing = document.createElement("w:spacing")
    for name, value in (("before", "0"), ("after", "0"), ("line", "20"), ("lineRule", "exact")):
        spacing.setAttribute(f"w:{name}", value)
    properties.appendChild(spacing)
    line.appendChild(properties)
    return line


def on_new_page(section: Element) -> None:
    """Say that a section begins on a new page."""
    kind = next(elements(section.childNodes, "w:type"), None)
    if kind is None:
        kind = section.ownerDocument.createElement("w:type")
        after = next(
            (
                each
                for each in elements(section.childNodes, *_names(section))
                if each.tagName not in BEFORE_TYPE
            ),
            None,
        )
        section.insertBefore(kind, after)
    kind.setAttribute("w:val", "nextPage")


def _names(element: Element) -> set[str]:
    return {each.tagName for each in element.childNodes if each.nodeType == Node.ELEMENT_NODE}
