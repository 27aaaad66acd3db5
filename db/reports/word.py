"""A report as a Word file: on the shipped look, on a docx that lends its own, or in a docx whose text holds placeholders."""

import io
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.reports import words
from db.reports.content import Blank, Block, Grid, Heading, Report, Text
from db.reports.making import Made
from db.reports.templates import Section, Template
from db.reports.words import BODY, MARK, PLANS, RULES, TABLE
from db.text import clean
from db.values import Refused

if TYPE_CHECKING:
    from docx.document import Document

MISSING = "这台电脑没有装写 Word 文件的 python-docx：请照 README“试用”里的命令再装一次，或改存成 .md"
MOST_BYTES = 10_000_000
BODY_FONT, HEAD_FONT = "仿宋", "黑体"
NARROW, BROAD = 4, 24  # characters a column is reckoned with
SIZES = {"标题": 22, "标题1": 16, "标题2": 14, "正文": 14, "表格": 10.5, "说明": 10.5}  # points


def _docx() -> Any:
    try:
        import docx
    except ImportError:
        raise Refused(MISSING) from None
    return docx


# ---- writing --------------------------------------------------------------------------------------


def write(made: Made, template: Template) -> bytes:
    """The report as a docx. Raises Refused without python-docx, and for a docx of the user's that cannot be read."""
    if template.word:
        document = open_docx(template.path)
        _fill(document, made)
    elif template.look:
        document = open_docx(template.look)
        _lay(document, made.report, _place(document))
    else:
        document = blank()
        _lay(document, made.report, None)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_docx(template: Template) -> bytes:
    """A TOML template as a docx template: its placeholders stand in the text, to be edited in Word."""
    blocks: list[Block] = []
    for each in template.sections:
        blocks += [Heading(each.heading)] if each.heading else []
        blocks += [Text(tuple(filter(str.strip, each.text.split("\n"))))] if each.text else []
        blocks += [Text((f"{{{TABLE[:-1]}：{each.table}}}",))] if each.table else []
        blocks += [Text((f"{{{PLANS}}}",))] if each.plans else []
        blocks += [Blank(each.lines)] if each.lines else []
    blocks += [Heading(RULES), Text((f"{{{RULES}}}",))]
    document = blank()
    _lay(document, Report(template.title, "{单位}　{起}至{止}", tuple(blocks)), None)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def blank() -> "Document":
    """An empty A4 document in the shipped look: 仿宋 text, 黑体 headings."""
    docx = _docx()
    from docx.shared import Cm, Pt

    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.6)
    page.top_margin = page.bottom_margin = Cm(2.8)
    normal = document.styles["Normal"]
    _font(normal, BODY_FONT, SIZES["正文"])
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.5
    for style, size in (("Title", "标题"), ("Heading 1", "标题1"), ("Heading 2", "标题2")):
        _font(document.styles[style], HEAD_FONT, SIZES[size])
    for line in document.styles["Title"].element.xpath(
        "./w:pPr/w:pBdr"
    ):  # the library's own title is underlined
        line.getparent().remove(line)
    return document


def _font(styled: Any, name: str, size: float) -> None:
    """Set a font by its Chinese name: for Chinese too, which Word keeps apart, and no theme's font before it."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    styled.font.name, styled.font.size = name, Pt(size)
    styled.font.color.rgb = RGBColor(0, 0, 0)
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()
    for at in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(at), None)
    fonts.set(qn("w:eastAsia"), name)


def _lay(document: "Document", report: Report, before: Any) -> None:
    """Put a report into a document: before a paragraph that is then taken away, or at its end (None)."""
    for element in _elements(document, report):
        if before is not None:
            before.addprevious(element)
    if before is not None:
        before.getparent().remove(before)


def _elements(document: "Document", report: Report) -> Iterator[Any]:
    """The report's paragraphs and tables, each made at the document's end."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    title = _paragraph(document, report.title, "Title", "标题")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    yield title._p
    about = _paragraph(document, report.about, "Normal", "说明")
    about.alignment = WD_ALIGN_PARAGRAPH.CENTER
    yield about._p
    for block in report.blocks:
        yield from _block(document, block)


def _block(document: "Document", block: Block) -> Iterator[Any]:
    from docx.shared import Pt

    match block:
        case Heading(text, level):
            yield _paragraph(document, text, f"Heading {level}", f"标题{level}")._p
        case Text(lines, small):
            for line in lines:
                made = _paragraph(document, line, "Normal", "说明" if small else "正文")
                if not small:
                    made.paragraph_format.first_line_indent = Pt(2 * SIZES["正文"])
                yield made._p
        case Grid():
            yield _table(document, block)
            after = document.add_paragraph()  # two tables that touch are one
            after.paragraph_format.line_spacing = Pt(8)
            yield after._p
        case Blank(many):
            for _ in range(many):
                yield document.add_paragraph()._p


def _paragraph(document: "Document", text: str, style: str, size: str) -> Any:
    """A paragraph in a style of the document's; where it has none of that name, in the shipped look."""
    made = document.add_paragraph()
    run = made.add_run(clean(text, lines=True))
    found = _style(document, style)
    if found is not None and style != "Normal":  # which it has already
        made.style = found
    if found is None or size == "说明":
        _font(run, HEAD_FONT if size.startswith("标题") else BODY_FONT, SIZES[size])
    return made


def _style(document: "Document", name: str) -> Any:
    """A style of the document's, None where it has none of that name."""
    try:
        return document.styles[name]
    except KeyError:
        return None


def _table(document: "Document", grid: Grid) -> Any:
    """A table with borders of its own, whatever styles the document has; its heading row comes again on each page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    table = document.add_table(rows=2, cols=len(grid.head))
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    widths = _widths(document, grid)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row, font in zip(table.rows, (HEAD_FONT, BODY_FONT), strict=True):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
            cell.paragraphs[0].paragraph_format.line_spacing = 1
            _font(cell.paragraphs[0].add_run(" "), font, SIZES["表格"])
    head, body = (row._tr for row in table.rows)
    table._tbl.remove(body)
    _write(head, grid.head)
    for texts in grid.rows:  # every row is a copy of one: making each afresh takes ten times as long
        row = deepcopy(body)
        _write(row, texts)
        table._tbl.append(row)
    return table._tbl


def _write(row: Any, texts: tuple[str, ...]) -> None:
    """Put texts into the cells of a row, each of which has a run."""
    from docx.text.run import Run

    for cell, text in zip(row.tc_lst, texts, strict=True):
        Run(cell.p_lst[0].r_lst[0], None).text = clean(text, lines=True)


def _widths(document: "Document", grid: Grid) -> list[int]:
    """How wide each column is: the page's width shared by what stands in them, none too narrow for a word."""
    page = document.sections[-1]
    room = page.page_width - page.left_margin - page.right_margin
    asked = [min(max(NARROW, *map(len, column)), BROAD) for column in zip(grid.head, *grid.rows, strict=True)]
    return [room * each // sum(asked) for each in asked]


# ---- a docx of the user's -----------------------------------------------------------------------------


def open_docx(path: Path) -> "Document":
    """A Word file. Raises Refused: too large, damaged, with a password, not a docx at all."""
    docx = _docx()
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refused(f"模板 {path.name} 超过{MOST_BYTES // 1_000_000}MB，请删去里面的图片再用")
        with zipfile.ZipFile(path) as packed:
            if sum(each.file_size for each in packed.infolist()) > 20 * MOST_BYTES:
                raise Refused(f"模板 {path.name} 解开后太大，请在 Word 里另存一份小的")
        return docx.Document(str(path))
    except Refused:
        raise
    except OSError as error:
        raise Refused(f"打不开模板 {path.name}，请核对文件和权限") from error
    except (
        Exception
    ) as error:  # zipfile, lxml and python-docx each have errors of their own for a damaged file
        raise Refused(
            f"模板 {path.name} 不是能读的 docx（坏了、加了密码，或是旧的 doc），请在 Word 里另存为 docx"
        ) from error


def read_word(template: Template) -> Template:
    """A docx template with its sections, read from its own text. Raises Refused for a placeholder that is not ours."""
    document = open_docx(template.path)
    lines: list[str] = []
    for at, paragraph in enumerate(_paragraphs(document), 1):
        text = _text(paragraph)
        for written in words.placeholders(text):
            why = words.wrong_in_word(written)
            if why is None and words.is_block(written) and MARK.sub("", text, count=1).strip():
                why = f"{{{written}}} 要独占一段，请把它放到单独一行"
            if why:
                raise Refused(f"模板 {template.path.name} 第{at}段：{why}；改好以前可用自带的")
        if text.strip():
            lines.append(text)
    if not lines:
        raise Refused(f"模板 {template.path.name} 是空的，请写上文字和占位符，或用自带的")
    whole = "\n".join(lines)
    title = template.name if any(map(words.is_block, words.placeholders(lines[0]))) else lines.pop(0)
    section = Section("", "\n".join(lines), None, (), "", False, 0)
    return template._replace(title=title, sections=(section,), text=whole)


def _paragraphs(document: "Document") -> Iterator[Any]:
    """Every paragraph of a document, those in tables, headers and footers too, as elements in their order."""
    from docx.oxml.ns import qn

    yield from document.element.body.iter(qn("w:p"))
    for section in document.sections:
        for part in (section.header, section.footer):
            if not part.is_linked_to_previous:
                yield from part._element.iter(qn("w:p"))


def _text(paragraph: Any) -> str:
    return "".join(each.text or "" for each in _pieces(paragraph))


def _pieces(paragraph: Any) -> list[Any]:
    """The texts a paragraph is cut into: Word cuts where it likes."""
    from docx.oxml.ns import qn

    return list(paragraph.iter(qn("w:t")))


def _fill(document: "Document", made: Made) -> None:
    """Put text in place of the placeholders of a document, blocks in place of paragraphs that are nothing but one."""
    ruled = False
    for paragraph in list(_paragraphs(document)):
        text = _text(paragraph).strip()
        whole = MARK.fullmatch(text)
        name = words.split(whole[1])[0] if whole else ""
        if name in made.blocks:
            ruled = ruled or name == RULES
            _stand_in(document, paragraph, made.blocks[name])
        elif MARK.search(text):
            _replace(paragraph, made)
    if not ruled:  # figures go nowhere without their rules
        for block in (Heading(RULES), *made.blocks[RULES]):
            list(_block(document, block))


def _stand_in(document: "Document", paragraph: Any, blocks: tuple[Block, ...]) -> None:
    for block in blocks:
        for element in _block(document, block):
            paragraph.addprevious(element)
    from docx.oxml.ns import qn

    if paragraph.getparent().tag == qn(
        "w:tc"
    ):  # a cell ends with a paragraph, or Word calls the file damaged
        for each in _pieces(paragraph):
            each.text = ""
    else:
        paragraph.getparent().remove(paragraph)


def _replace(paragraph: Any, made: Made) -> None:
    """Fill a paragraph's placeholders, each in the look of the piece it begins in."""
    from docx.oxml.ns import qn

    pieces = _pieces(paragraph)
    texts = [each.text or "" for each in pieces]
    for found in reversed(list(MARK.finditer("".join(texts)))):
        filled, start = made.said.get(found[1], ""), 0
        for at, text in enumerate(list(texts)):
            end = start + len(text)
            low, high = max(found.start(), start), min(found.end(), end)
            if low < high:
                texts[at] = text[: low - start] + filled + text[high - start :]
                filled = ""
            start = end
    for each, text in zip(pieces, texts, strict=True):
        each.text = text
        each.set(qn("xml:space"), "preserve")


def _place(document: "Document") -> Any:
    """The paragraph of a docx that lends its look where the report is to stand ({正文}), or None: at its end."""
    for paragraph in _paragraphs(document):
        if MARK.fullmatch(_text(paragraph).strip()) and BODY in _text(paragraph):
            return paragraph
    return None
