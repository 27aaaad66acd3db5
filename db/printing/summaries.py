"""The 总结 of a plan on paper: HTML, PDF, plain text, Markdown."""

import re
from pathlib import Path
from uuid import UUID

from db import days, export, plan_summary, site, work_plans
from db.models import User
from db.printing import html, pdf
from db.printing.content import Leaf, Paper, Part
from db.text import clean
from db.values import Refused

HEADING = re.compile("[一二三四五六七八九十]+、.{1,30}")
KINDS = (".html", ".pdf", ".txt", ".md")


def to_file(plan_id: UUID, path: Path, by: User | None) -> None:
    """Write a plan's summary into a file only its owner can read; its ending says as what.

    Raises Refused with the cure: no summary, another ending, no Chinese font for a PDF, a file that can't be written.
    """
    match path.suffix.lower():
        case ".html":
            data = "".join(html.write(paper(plan_id, by))).encode()
        case ".pdf":
            data = _pdf(plan_id, by)
        case ".txt":
            data = f"{_text(plan_id)}\n\n{_foot(by)}\n".replace("\n", "\r\n").encode("utf-8-sig")
        case ".md":
            data = _markdown(plan_id, by).encode()
        case other:
            raise Refused(f"总结存不成“{other}”，请写成{'、'.join(KINDS)}中的一种")
    export.put(path, data)


def _text(plan_id: UUID) -> str:
    text = plan_summary.load(plan_id)["summary"]
    if not text:
        raise Refused("还没有总结：先按 F8 起草一份，存好再打印")
    return clean(text, lines=True)


def _foot(by: User | None) -> str:
    made = f"　制表：{by.name}" if by and by.name else ""
    place = site.site()
    return f"{place.name if place else ''}　{days.today()}{made}"


def _parts(plan_id: UUID) -> list[Part]:
    """The text cut at its headings."""
    parts = [Part("", [], [])]
    for line in _text(plan_id).split("\n"):
        if HEADING.fullmatch(line.strip()):
            parts.append(Part(line.strip(), [], []))
        elif line.strip():
            parts[-1].lines.append(line)
    return [part for part in parts if part.heading or part.lines]


def _titled(plan_id: UUID) -> tuple[str, list[Part]]:
    """The title, the summary's own first line where it is one, and the parts below it."""
    parts, usual = _parts(plan_id), f"{work_plans.find(plan_id).title}总结"
    if parts and not parts[0].heading and parts[0].lines[0].strip() == usual:
        del parts[0].lines[0]
    return usual, parts


def paper(plan_id: UUID, by: User | None) -> Paper:
    """A plan's summary as a paper to print. Raises Refused while there is none."""
    title, parts = _titled(plan_id)
    return Paper(title, [Leaf(None, title, parts, _foot(by), "")], crowded=False)


def _pdf(plan_id: UUID, by: User | None) -> bytes:
    font = pdf.chinese_font()
    if font is None:
        raise Refused(pdf.NO_FONT)
    *_, made = pdf.render(paper(plan_id, by), font)
    return made


def _markdown(plan_id: UUID, by: User | None) -> str:
    title, parts = _titled(plan_id)
    lines = [f"# {title}"]
    for part in parts:
        lines += [f"\n## {part.heading}"] if part.heading else []
        lines += [
            "",
            *(f"- {_plain(line)}" if line.startswith(" ") else f"{_plain(line)}\n" for line in part.lines),
        ]
    return "\n".join([*lines, "", _foot(by), ""])


def _plain(line: str) -> str:
    """A line whose own signs stay what they are in Markdown."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", line.strip())
