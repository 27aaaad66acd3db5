"""The rows of a register that need a person, with the reason beside them: `guanai import --report OUT.xlsx`."""

import os
from collections import defaultdict
from datetime import date
from pathlib import Path

from db.errors import reason
from db.exchange.outcome import Outcome, Problem
from db.exchange.register import Register
from db.text import clean
from db.values import Refused

LEVELS = {"error": "未录入", "warning": "请核对"}


def write_report(register: Register, outcome: Outcome, target: str | Path) -> int:
    """Write the rows with problems as an xlsx, the reasons in the first columns; returns how many rows.

    The register's own cells stand there in full, so the file is readable by its owner only. Every cell is
    written as text: nothing becomes a formula. Raises Refused if the file cannot be written.
    """
    reasons: dict[int, list[Problem]] = defaultdict(list)
    for problem in outcome.problems:
        reasons[problem.row].append(problem)
    cells = dict(register.table.rows)
    path = Path(target).expanduser()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "wb") as file:
            _write(file, register, sorted(reasons.items()), cells)
    except OSError as error:
        raise Refused(f"写不了问题清单“{path.name}”（{reason(error)}），请换一个文件夹或文件名") from None
    return len(reasons)


def _write(
    file, register: Register, reasons: list[tuple[int, list[Problem]]], cells: dict[int, list]
) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("需要核对的行")
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        headings = register.table.headings
        for column, text in enumerate(["行号", "处理", "原因", *(each.text for each in headings)]):
            sheet.write_string(0, column, clean(text), bold)
        sheet.set_column(2, 2, 60)
        sheet.freeze_panes(1, 0)
        for line, (number, problems) in enumerate(reasons, 1):
            sheet.write_string(line, 0, str(number) if number else "全表")
            sheet.write_string(
                line, 1, LEVELS["error" if any(p.level == "error" for p in problems) else "warning"]
            )
            why = "\n".join(f"{p.column}：{p.message}" if p.column else p.message for p in problems)
            sheet.write_string(line, 2, clean(why, lines=True), wrapped)
            row = cells.get(number, [])
            for column, heading in enumerate(headings, 3):
                sheet.write_string(
                    line, column, _shown(row[heading.column] if heading.column < len(row) else None)
                )


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else clean(str(cell), lines=True)
