"""The targets as a workbook with a chart: each rate beside its goal, what it means, of which day, by which criterion."""

import io
from math import ceil
from pathlib import Path

from db import export, status
from db.models import User
from db.status import Standing
from db.targets import Target
from db.text import clean

SHEET = "目标"
HEADS = (
    "目标",
    "比率（%）",
    "要求（%）",
    "分子",
    "分母",
    "要求",
    "结果",
    "口径",
    "期间",
    "日期",
    "认定口径",
    "来源",
)
WIDTHS = (16, 10, 10, 8, 8, 14, 14, 60, 16, 12, 24, 24)
FIRST = 3  # the row of the first target, from 0
LINE = 15  # points
GREEN, AMBER, GREY = "#548235", "#C55A11", "#A6A6A6"


def to_file(path: str | Path, by: User | None) -> int:
    """Write the targets pursued to an xlsx file only its owner can read, or to standard output if path is '-'; how many.

    The chart shows those that have a rate; a rate that cannot be said yet says why. Raises Refused if the file can't be written.
    """
    seen = status.standing()
    export.put(path, _workbook(seen, by))
    return len(seen.targets)


def _workbook(seen: Standing, by: User | None) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    })  # fmt: skip
    page = book.add_worksheet(SHEET)
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    plain = book.add_format({"valign": "top"})
    made = f"　制表：{by.name}" if by and by.name else ""
    page.write_string(0, 0, f"{seen.site or ''}目标完成情况", bold)
    page.write_string(1, 0, f"截至{seen.on}　学期：{seen.term}　认定口径：{seen.criterion}{made}")
    for at, (head, width) in enumerate(zip(HEADS, WIDTHS, strict=True)):
        page.set_column(at, at, width)
        page.write_string(FIRST - 1, at, head, bold)
    for row, target in enumerate(seen.targets, FIRST):
        told = _cells(target, seen)
        page.set_row(row, LINE * max(_lines(value, width) for value, width in zip(told, WIDTHS, strict=True)))
        for at, value in enumerate(told):
            if isinstance(value, str):
                page.write_string(row, at, clean(value), wrapped)
            elif value is not None:
                page.write_number(row, at, value, plain)
    page.freeze_panes(FIRST, 1)
    drawn = [each for each in seen.targets if each.rate is not None]
    if drawn:
        page.insert_chart(FIRST + len(seen.targets) + 1, 0, _chart(book, drawn, seen),
                          {"description": "各项目标的比率与要求"})  # fmt: skip
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def _cells(target: Target, seen: Standing) -> tuple[str | float | None, ...]:
    known = target.rate is not None
    return (
        target.name, target.rate if known else target.waiting or "—", _goal(target), target.numerator if known else None,
        target.denominator if known else None, target.asks, target.verdict, target.definition, target.period,
        seen.on.isoformat(), seen.criterion, target.outside or "",
    )  # fmt: skip


def _lines(value: str | float | None, width: int) -> int:
    """How many lines a text takes in its column: some programs do not work it out by themselves."""
    return ceil(len(value) * 2.2 / width) if value and isinstance(value, str) else 1


def _goal(target: Target) -> float | None:
    """The goal as a rate; None where it is a number of children or a yes."""
    return float(target.goal) if target.goal is not None and target.sort == "rate" else None


def _chart(book, drawn: list[Target], seen: Standing):
    """Bars from the top down in the table's order: green where the goal is met, the goal in grey beside each."""
    last = FIRST + len(drawn) - 1
    names = [SHEET, FIRST, 0, last, 0]
    chart = book.add_chart({"type": "bar"})
    chart.add_series({
        "name": "比率", "categories": names, "values": [SHEET, FIRST, 1, last, 1], "fill": {"color": GREEN}, "gap": 60,
        "points": [{"fill": {"color": AMBER if each.met is False else GREEN}} for each in drawn],
        "data_labels": {"value": True, "num_format": '0.#"%"'},
    })  # fmt: skip
    chart.add_series(
        {"name": "要求", "categories": names, "values": [SHEET, FIRST, 2, last, 2], "fill": {"color": GREY}}
    )
    chart.set_title({"name": f"{seen.site or ''}目标完成情况（截至{seen.on}）", "name_font": {"size": 12}})
    chart.set_x_axis({"min": 0, "max": 100, "num_format": '0"%"'})
    chart.set_y_axis({"reverse": True})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 760, "height": 120 + 44 * len(drawn)})
    return chart
