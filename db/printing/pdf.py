"""Paper as PDF for the printer, with the glyphs of a Chinese font of this machine embedded."""

import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from db.printing.content import Leaf, Paper, Part, rows
from db.text import clean
from db.values import Refused

if TYPE_CHECKING:
    from fpdf import FPDF

MARGIN, WIDTH, BOTTOM = 12, 186, 285  # mm of A4
LABEL = 28
LINE, PAD = 5, 1
SIZE, TITLE, GREETING = 10, 14, 22  # points
REGULAR = 80  # the weight fontconfig calls regular
AHEAD = 20  # seconds until fontconfig is given up
NO_FONT = "这台电脑没有中文字体，打印机印不出汉字：请改选“存成文件”，用浏览器或 WPS 打开再打印；或安装中文字体（如 fonts-noto-cjk）"


class Font(NamedTuple):
    """A font file, and which of the fonts in it."""

    path: str
    number: int


def chinese_font() -> Font | None:
    """A font of this machine that has simplified Chinese, as fontconfig knows them; None if there is none.

    The most regular one; of a collection that draws each country's characters (Noto, 思源) the one for the mainland, SC.
    """
    asked = [
        "fc-list",
        "--format",
        "%{weight}\t%{index}\t%{family}\t%{file}\n",
        ":lang=zh-cn:outline=true:variable=false",
    ]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, timeout=AHEAD, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = []
    for line in said.splitlines():
        weight, index, family, path = line.split("\t", 3)
        if path.lower().endswith((".ttf", ".ttc", ".otf", ".otc")):
            found.append((abs(float(weight) - REGULAR), "SC" not in family, path, int(index)))
    return Font(*min(found)[2:]) if found else None


def render(paper: Paper, font: Font) -> Iterator[int | bytes]:
    """How many leaves are laid out, leaf by leaf; at the end the whole PDF as bytes. Raises Refused for a font that can't be used."""
    from fpdf import FPDF  # 0.2 s and 40 MB: only where something is printed

    book = FPDF(format="A4")
    book.set_margins(MARGIN, MARGIN)
    book.set_auto_page_break(False)
    book.set_title(clean(paper.title))
    number = {"collection_font_number": font.number} if font.path.lower().endswith(("ttc", "otc")) else {}
    try:
        book.add_font("zh", "", font.path, **number)
    except Exception as error:  # whatever a damaged or odd font makes fontTools raise
        raise Refused(f"这台电脑的中文字体 {font.path} 用不了：请改选“存成文件”，或换一种中文字体") from error
    page = _Page(book)
    for done, leaf in enumerate(paper.leaves, 1):
        if paper.share:
            page.card(leaf, paper.share)
        else:
            page.leaf(leaf, paper.crowded)
        yield done
    yield bytes(book.output())


class _Page:
    """Lays leaves out from the top to the bottom of pages."""

    def __init__(self, book: "FPDF"):
        self.book, self.y = book, 0.0
        self.cards = 0
        self.widths: dict[tuple[str, int], float] = {}

    def leaf(self, leaf: Leaf, crowded: bool) -> None:
        """One leaf; a crowded one stays whole if it fits on a page at all."""
        if not self.book.page or not crowded or self.y + self.height(leaf) > BOTTOM:
            self.new_page()
        self.text(clean(leaf.title), MARGIN, WIDTH, TITLE, "C")
        for part in leaf.parts:
            self.part(part)
        self.text(clean(leaf.foot), MARGIN, WIDTH, SIZE, "R")
        self.y += 2 * LINE

    def card(self, leaf: Leaf, share: int) -> None:
        """One of so many cards of a size to a page, framed to be cut out."""
        tall, place = (BOTTOM - MARGIN) / share, self.cards % share
        if place == 0:
            self.new_page()
        self.cards += 1
        top = MARGIN + place * tall
        self.book.rect(MARGIN, top, WIDTH, tall - LINE)
        self.y = top + 2 * LINE
        left, wide = MARGIN + 2 * LINE, WIDTH - 4 * LINE
        self.text(clean(leaf.title), left, wide, GREETING, "C")
        for line in (line for part in leaf.parts for line in part.lines):
            self.y += LINE
            self.text(clean(line, lines=True), left, wide, TITLE)
        self.y += 2 * LINE
        self.text(clean(leaf.foot), left, wide, TITLE, "R")

    def height(self, leaf: Leaf) -> float:
        """mm a leaf takes."""
        tall = 3 * LINE
        for part in leaf.parts:
            tall += LINE + PAD if part.heading else 0
            tall += sum(self.row_height(row) for row in rows(part.fields))
            tall += sum(LINE * len(self.wrap(line, WIDTH, SIZE)) for line in part.lines)
        return tall

    def new_page(self) -> None:
        """Go on at the top of a new page."""
        self.book.add_page()
        self.y = MARGIN

    def room(self, tall: float) -> None:
        """See to it that there is room for so many mm."""
        if self.y + tall > BOTTOM:
            self.new_page()

    def part(self, part: Part) -> None:
        """A block: heading, table, lines."""
        if part.heading:
            self.room(3 * LINE)
            self.y += PAD
            self.text(clean(part.heading), MARGIN, WIDTH, SIZE + 1)
        for row in rows(part.fields):
            self.row(row)
        for line in part.lines:
            self.text(clean(line, lines=True), MARGIN, WIDTH, SIZE)

    def row_height(self, row: list[tuple[str, str]]) -> float:
        """mm a row of a table takes, as its longest value is wrapped."""
        wide = WIDTH / len(row) - LABEL - 2 * PAD
        lines = max(
            len(self.wrap(text, room, SIZE))
            for each in row
            for text, room in zip(each, (LABEL - 2 * PAD, wide), strict=True)
        )
        return lines * LINE + PAD

    def row(self, row: list[tuple[str, str]]) -> None:
        """A row of labelled values; one taller than a page is cut where the page ends."""
        half = WIDTH / len(row)
        tall = self.row_height(row)
        if tall > BOTTOM - MARGIN:
            ((label, value),) = row
            self.text(f"{clean(label)}：{value}", MARGIN, WIDTH, SIZE)
            return
        self.room(tall)
        top = self.y
        for at, (label, value) in enumerate(row):
            x = MARGIN + at * half
            self.book.rect(x, top, LABEL, tall)
            self.book.rect(x + LABEL, top, half - LABEL, tall)
            for text, left, wide in ((label, x, LABEL), (value, x + LABEL, half - LABEL)):
                self.y = top + PAD / 2
                self.text(text, left + PAD, wide - 2 * PAD, SIZE)
        self.y = top + tall

    def text(self, text: str, x: float, wide: float, size: int, align: str = "L") -> None:
        """Text wrapped into a column, line by line from where the page stands."""
        tall = LINE if size <= SIZE + 1 else LINE + 3
        self.book.set_font("zh", size=size)
        for line in self.wrap(text, wide, size):
            self.room(tall)
            self.book.set_xy(x, self.y)
            self.book.cell(wide, tall, line, align=align)
            self.y += tall

    def wrap(self, text: str, wide: float, size: int) -> list[str]:
        """The text in lines of at most so many mm."""
        wide -= 2.1 * self.book.c_margin
        lines = []
        for part in clean(text, lines=True).split("\n"):
            line, used = "", 0.0
            for char in part:
                width = self.width(char, size)
                if used + width > wide and line:
                    lines.append(line)
                    line, used = "", 0.0
                line, used = line + char, used + width
            lines.append(line)
        return lines

    def width(self, char: str, size: int) -> float:
        """mm a character takes."""
        if (char, size) not in self.widths:
            self.book.set_font("zh", size=size)
            self.widths[char, size] = self.book.get_string_width(char)
        return self.widths[char, size]
