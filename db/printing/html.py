"""Paper as one self-contained HTML page: A4, several cards a page; opens in any browser and in WPS."""

from collections.abc import Iterator
from html import escape

from db.printing.content import Leaf, Paper, Part, rows
from db.text import clean

# mso-number-format: a spreadsheet that opens the page takes every cell as text, "=1+1" and ID numbers too.
STYLE = """
@page { size: A4; margin: 12mm }
body { font: 10.5pt/1.45 "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Zen Hei", "Microsoft YaHei", SimSun, sans-serif;
       max-width: 190mm; margin: 0 auto; color: #000; background: #fff }
section { margin: 0 0 9mm }
.crowded { break-inside: avoid; page-break-inside: avoid }
.alone + .alone { break-before: page; page-break-before: always }
.cut { height: 125mm; box-sizing: border-box; overflow: hidden; border: 0.5mm solid #555; padding: 12mm;
       font-size: 15pt; line-height: 1.7; break-inside: avoid; page-break-inside: avoid }
h1 { font-size: 14pt; text-align: center; margin: 0 0 2mm }
h2 { font-size: 10.5pt; margin: 2mm 0 0.5mm; break-after: avoid; page-break-after: avoid }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
th, td { border: 0.3mm solid #555; padding: 0.6mm 1.5mm; text-align: left; font-weight: normal; vertical-align: top;
         overflow-wrap: anywhere; mso-number-format: "\\@" }
th { width: 28mm; background: #eee }
tr { break-inside: avoid; page-break-inside: avoid }
p { margin: 0.5mm 0; overflow-wrap: anywhere }
footer { font-size: 9pt; text-align: right; margin-top: 1mm }
.cut h1 { font-size: 24pt; margin-bottom: 6mm }
.cut footer { font-size: 13pt; margin-top: 6mm }
"""


def write(paper: Paper) -> Iterator[str]:
    """The page piece by piece, a leaf at a time; whatever was typed stands there as text."""
    yield (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_text(paper.title)}</title><style>{STYLE}</style></head><body>\n"
    )
    for leaf in paper.leaves:
        yield _leaf(leaf, "cut" if paper.share else "crowded" if paper.crowded else "alone")
    yield "</body></html>\n"


def _leaf(leaf: Leaf, kind: str) -> str:
    parts = "".join(_part(part) for part in leaf.parts)
    foot = f"<footer>{_text(leaf.foot)}</footer>"
    return f'<section class="{kind}"><h1>{_text(leaf.title)}</h1>{parts}{foot}</section>\n'


def _part(part: Part) -> str:
    head = f"<h2>{_text(part.heading)}</h2>" if part.heading else ""
    cells = "".join(f"<tr>{_row(row)}</tr>" for row in rows(part.fields))
    table = f"<table>{cells}</table>" if cells else ""
    return head + table + "".join(f"<p>{_text(line)}</p>" for line in part.lines)


def _row(row: list[tuple[str, str]]) -> str:
    span = ' colspan="3"' if len(row) == 1 else ""
    return "".join(f"<th>{_text(label)}</th><td{span}>{_text(value)}</td>" for label, value in row)


def _text(text: str) -> str:
    return escape(clean(text, lines=True)).replace("\n", "<br>")
