"""A report as Markdown, and as the lines the program shows of it."""

import re

from db.reports.content import Blank, Grid, Heading, Report, Text
from db.text import clean


def write(report: Report) -> str:
    """The report as Markdown; signs that mean something there stay what they are."""
    lines = [f"# {_plain(report.title)}", "", _plain(report.about), ""]
    for block in report.blocks:
        match block:
            case Heading(text, level):
                lines += ["#" * (level + 1) + f" {_plain(text)}", ""]
            case Text(paragraphs, small):
                mark = "- " if small else ""
                for each in paragraphs:
                    lines += [mark + _plain(each), *([] if small else [""])]
                lines += [""] if small else []
            case Grid(head, rows):
                lines += [_row(head), _row(["---"] * len(head)), *map(_row, rows), ""]
            case Blank(many):
                lines += ["&nbsp;", ""] * many
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(each if each == "---" else _plain(each) for each in cells) + " |"


def _plain(text: str) -> str:
    """A text in one line whose own signs stay what they are."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", " ".join(clean(text, lines=True).split("\n")).strip())
