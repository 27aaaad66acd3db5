"""A report as lines to be read on the screen."""

from db.reports.content import Blank, Grid, Heading, Report, Text
from tui.ink import Line, cells, columns, wrap

GAP, LEAST = 2, 6  # cells between two columns; cells a column keeps however narrow the window is
WRITE_HERE = "（手写）"


def lines_of(report: Report, width: int) -> list[Line]:
    """The report in lines of at most `width` cells."""
    found: list[Line] = [[(" " + row, "title")] for row in wrap(report.title, width - 2)]
    found += [[(" " + row, "dim")] for row in wrap(report.about, width - 2)]
    for block in report.blocks:
        match block:
            case Heading(text, level):
                found += [
                    [],
                    *([(" " + row, "head" if level == 1 else "label")] for row in wrap(text, width - 2)),
                ]
            case Text(paragraphs, small):
                style = "dim" if small else "plain"
                found += [[("  " + row, style)] for each in paragraphs for row in wrap(each, width - 4)]
            case Grid():
                found += _grid(block, width - 3)
            case Blank(many):
                found += [[("  " + WRITE_HERE, "dim")], *([] for _ in range(many - 1))]
    return found


def _grid(grid: Grid, width: int) -> list[Line]:
    """A table; a cell longer than its column goes on below."""
    rows = [[_sure(cell) for cell in row] for row in (grid.head, *grid.rows)]
    wide = [max(2, *map(cells, column)) for column in zip(*rows, strict=True)]
    room = max(width - GAP * (len(wide) - 1), LEAST * len(wide))
    while sum(wide) > room and max(wide) > LEAST:  # the widest give way first
        wide[wide.index(max(wide))] -= 1
    found: list[Line] = []
    for at, row in enumerate(rows):
        style = "dim" if at == 0 else "plain"
        broken = [wrap(cell, n) for cell, n in zip(row, wide, strict=True)]
        for line in range(max(map(len, broken))):
            parts = [
                (part[line] if line < len(part) else "", n, style)
                for part, n in zip(broken, wide, strict=True)
            ]
            found.append([("  ", "plain"), *columns(parts, GAP)])
    return found


def _sure(text: str) -> str:
    """A cell without the dash whose width terminals do not agree on."""
    return text.replace("—", "-").replace("\n", " ")
