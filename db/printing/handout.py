"""A meeting's one page: the figures with their 口径, who is behind, this month, the pairings, what is next; names masked."""

import io
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import NamedTuple

from db import activities, days, export, plan_items, status
from db.masking import masked, masked_names
from db.models import User
from db.printing.html import STYLE
from db.spec import mask_name
from db.status import Standing
from db.text import clean
from db.values import Refused

ENDINGS = (".docx", ".html")
NO_DOCX = "这台电脑没有装写 Word 文件的 python-docx：请照 README“试用”里的命令再装一次，或改存成 .html"
HEADS = ("目标", "比率", "人数", "要求", "结果")
WIDTHS = (28, 15, 15, 19, 16)  # of the columns, beside each other
ROOM = 186  # millimetres between the margins
SIDE_BY_SIDE = 8  # more figures than these stand in two columns
MOST_TARGETS, MOST_HELPERS, MOST_ITEMS, MOST_PEOPLE = 20, 10, 4, 12  # what one page has room for
LONGEST = 130  # characters of a 口径, without the day and the term said above
AHEAD = 14  # days of activities to come
OF_EACH = "；留守儿童按"  # what follows in a 口径 is said once at the top
SMALL = """
h1 { margin-bottom: 1mm } .about { text-align: center; margin-bottom: 2mm } .about { font-size: 8.5pt }
.says { font-size: 7.5pt; line-height: 1.3; margin: 0.2mm 0 }
table.figures th, table.figures td { width: auto; padding: 0.3mm 1.5mm; font-size: 9.5pt; line-height: 1.2 }
"""


class Handout(NamedTuple):
    """What stands on the page: rows of figures under HEADS, what each means, then headings with lines."""

    title: str
    about: list[str]
    figures: list[tuple[str, ...]]
    says: str
    parts: list[tuple[str, list[str]]]


def to_file(path: str | Path, by: User | None, ending: str = "") -> None:
    """Write the page into a file only its owner can read; its ending (or the one given) says as what.

    Raises Refused with the cure: another ending, python-docx not there, a file that can't be written.
    """
    match ending or Path(path).suffix.lower():
        case ".html":
            data = _html(content(by)).encode()
        case ".docx":
            data = _docx(content(by))
        case other:
            raise Refused(f"讲稿存不成“{other}”，请写成 {' 或 '.join(ENDINGS)}")
    export.put(path, data)


def content(by: User | None) -> Handout:
    """The page as of today."""
    seen = status.standing()
    made = f"　制表：{by.name}" if by and by.name else ""
    place = "".join(filter(None, (seen.township, seen.site)))
    about = [
        f"截至{seen.on.year}年{days.short(seen.on)}　{seen.term}学期{made}",
        f"认定口径：{seen.criterion}；已删除、已退出的档案不计",
    ]
    shown = seen.targets[:MOST_TARGETS]
    figures = [
        (each.name, each.said, each.people, each.asks, each.verdict) for each in shown
    ]  # fmt: skip
    said_above = f"指截至{seen.on.year}年{days.short(seen.on)}，{seen.term}学期"
    says = [_shortened(each.definition.partition(OF_EACH)[0].replace(said_above, "：", 1)) for each in shown]
    if rest := len(seen.targets) - len(shown):
        says.append(f"另有{rest}项目标，见目标清单")
    meant = f"口径　{'。'.join(says)}。" if says else ""
    return Handout(f"{place or '本单位'}关爱工作情况", about, figures, meant, list(_parts(seen)))


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _parts(seen: Standing):
    paired, month, due = seen.paired, seen.month, seen.due
    yield (
        "概况",
        [f"登记儿童{seen.registered}名，留守儿童{seen.left_behind}名，重点儿童{seen.focus}名"],
    )
    late = [
        f"{each.who(False)}{each.duties}件"
        + (
            f"（{each.children}名儿童，最久{each.days_over}天）"
            if each.children
            else f"（最久{each.days_over}天）"
        )
        for each in seen.late[:MOST_HELPERS]
    ]
    rest = seen.late[MOST_HELPERS:]
    more = f"；另有{len(rest)}位共{sum(each.duties for each in rest)}件" if rest else ""
    yield f"逾期{due.overdue}件", ["；".join(late) + more] if late else ["没有逾期的事"]
    plan = f"；计划{month.plan_total}项，完成{month.plan_done}项" if month.plan_total else ""
    yield (
        f"{month.first.month}月",
        [
            f"谈心{month.talks}次，走访等其他记录{month.other_records}次，活动{month.activities}场（到场{month.came}人次）{plan}"
        ],
    )
    lines = [
        f"已结对{paired.children}名，没结对{paired.unpaired}名；帮扶人{paired.helpers}位，其中{paired.helping}位在帮"
    ]
    if paired.focus_unpaired:
        lines.append(
            f"重点、无人监护没结对{len(paired.focus_unpaired)}名：{_some([mask_name(each) for each in paired.focus_unpaired])}"
        )
    if paired.overloaded:
        over = [
            f"{mask_name(each.helper)}{each.load}名（最多{each.capacity}名）" for each in paired.overloaded
        ]
        lines.append(f"帮扶人超过名额{len(over)}位：{_some(over)}")
    yield "结对", lines
    yield "下一步", list(_next(seen))


def _next(seen: Standing):
    """What falls short, what is due within the week, what the month's plan still asks, the activities to come."""
    names = masked_names(helpers=True)
    short = [f"{each.name}{each.verdict}" for each in seen.targets if each.met is False]
    if short:
        yield f"没达标：{_some(short)}"
    yield f"七天内到期{seen.due.week}件，其中今天{seen.due.today}件"
    items = [each for each in plan_items.month(f"{seen.on:%Y-%m}") if each.open]
    if items:
        told = [f"{masked(each.title, names)}（{days.short(each.due_on)}前）" for each in items]
        yield f"本月计划还要办：{_some(told, MOST_ITEMS)}"
    coming = [
        f"{days.short(each.on_date)}{masked(each.title, names)}"
        for each in activities.agenda(seen.on, seen.on + timedelta(days=AHEAD))
        if each.state is None
    ]
    if coming:
        yield f"接下来的活动：{_some(coming, MOST_ITEMS)}"


def _some(what: list[str], most: int = MOST_PEOPLE) -> str:
    return "、".join(what[:most]) + (f" 等{len(what)}个" if len(what) > most else "")


def _table(page: Handout) -> list[tuple[str, ...]]:
    """The figures under their headings; many of them side by side."""
    rows = [*page.figures]
    if len(rows) <= SIDE_BY_SIDE:
        return [HEADS, *rows]
    half = (len(rows) + 1) // 2
    rows += [("",) * len(HEADS)] * (2 * half - len(rows))
    return [HEADS * 2, *(left + right for left, right in zip(rows[:half], rows[half:], strict=True))]


# ---- as a file ------------------------------------------------------------------------------------


def _html(page: Handout) -> str:
    def cells(tag: str, texts: tuple[str, ...]) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(clean(text))}</{tag}>" for text in texts) + "</tr>"

    def lines(texts: list[str], kind: str = "") -> str:
        return "".join(f'<p class="{kind}">{escape(clean(text))}</p>' for text in texts)

    heads, *rows = _table(page)
    widths = WIDTHS * (len(heads) // len(HEADS))
    columns = "".join(f'<col width="{100 * width // sum(widths)}%">' for width in widths)
    table = cells("th", heads) + "".join(cells("td", row) for row in rows)
    parts = "".join(
        f"<p><b>{escape(clean(heading))}</b>　{escape(clean(told[0]))}</p>{lines(told[1:])}"
        for heading, told in page.parts
    )
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(clean(page.title))}</title><style>{STYLE}{SMALL}</style></head><body>\n"
        f"<h1>{escape(clean(page.title))}</h1>{lines(page.about, 'about')}"
        f'<table class="figures" width="100%" border="1" cellspacing="0" cellpadding="1"><colgroup>{columns}</colgroup>{table}</table>\n{lines([page.says], "says")}{parts}</body></html>\n'
    )


def _docx(page: Handout) -> bytes:
    try:
        from docx import Document
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt
    except ImportError:
        raise Refused(NO_DOCX) from None

    book = Document()
    sheet = book.sections[0]
    sheet.page_width, sheet.page_height = Mm(210), Mm(297)
    sheet.left_margin = sheet.right_margin = sheet.top_margin = sheet.bottom_margin = Mm(12)
    usual = book.styles["Normal"]
    usual.font.name, usual.font.size = "Times New Roman", Pt(10)
    usual.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    usual.paragraph_format.space_after = Pt(1)

    def say(text: str, size: float = 10, bold: bool = False, centred: bool = False, where=book) -> None:
        line = where.add_paragraph()
        run = line.add_run(clean(text))
        run.font.size, run.bold = Pt(size), bold
        if centred:
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER

    say(page.title, 15, bold=True, centred=True)
    for text in page.about:
        say(text, 8.5, centred=True)
    rows = _table(page)
    widths = WIDTHS * (len(rows[0]) // len(HEADS))
    table = book.add_table(rows=0, cols=len(widths), style="Table Grid")
    for row in rows:
        for cell, text, width in zip(table.add_row().cells, row, widths, strict=True):
            cell.width = Mm(width * ROOM / sum(widths))
            cell.paragraphs[0].add_run(clean(text)).bold = row is rows[0]
    say(page.says, 7.5)
    for heading, lines in page.parts:
        say(heading, 10.5, bold=True)
        for text in lines:
            say(text)
    out = io.BytesIO()
    book.core_properties.title, book.core_properties.author = clean(page.title), ""
    book.save(out)
    return out.getvalue()
