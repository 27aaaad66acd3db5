"""A workbook that spreads one register over several tabs (儿童福利信息系统): a tab may say by number alone whom its rows are
about, and by its own name whom its bare headings are about."""

from dataclasses import replace
from typing import Any

from db.exchange import grid
from db.exchange.aliases import ROLES, known, table, words
from db.exchange.grid import Grid, Heading
from db.exchange.headings import owner_of
from db.exchange.reader import Sheet
from db.text import squeeze

NUMBERS = ("儿童编号", "学籍号", "学号")
NAME = "child.name"
ADDED = {
    NAME: "儿童姓名",
    "child.id_number": "儿童身份证号",
    "child.birth_date": "儿童出生日期",
}  # to a tab that lacks them
GROUP = "儿童基本信息"
People = dict[tuple[str, str], dict[str, Any]]  # number's heading and number → what tells who that is


def joined(sheets: list[Sheet]) -> list[Sheet]:
    """The sheets; tabs without a child's name are given name and ID number from the tab that has them."""
    if len(sheets) < 2:
        return sheets
    heads = [grid.find(sheet.rows, known, sheet.merged) for sheet in sheets]
    people: People = {}
    for sheet, head in zip(sheets, heads, strict=True):
        at = _about_child(sheet, head)
        told = {target: at[target] for target in ADDED if target in at}
        for label in at.keys() - {NAME, "child.birth_date"} if NAME in at else ():
            for _, row in head.rows:
                if number := _said(row, at[label]):
                    people.setdefault(
                        (label, number), {target: _cell(row, column) for target, column in told.items()}
                    )
    return [_with_people(sheet, head, people) for sheet, head in zip(sheets, heads, strict=True)]


def _about_child(sheet: Sheet, head: Grid | None) -> dict[str, int]:
    """Where a tab says whom its rows are about: name, ID number, birth date, numbers → column."""
    found: dict[str, int] = {}
    for each in head.headings[: _first_of_role(head.headings, sheet.name)] if head else ():
        text = words(each.text)
        if owner_of(each.group) not in ("", "child"):
            continue
        told = table("children").get(text, ())
        target = text if text in NUMBERS else next((one for one in ADDED if one in told), None)
        if target:
            found.setdefault(target, each.column)
    return found


def _first_of_role(headings: list[Heading], name: str) -> int | None:
    """In a tab named after somebody (委托照料人信息), the first heading that names that person; None in any other tab."""
    role = owner_of(name)
    if role not in ROLES or any(each.group for each in headings):
        return None
    for at, each in enumerate(headings):
        if any(target.startswith(f"{role}.") for target in table("children").get(words(each.text), ())):
            return at
    return next((at for at, each in enumerate(headings) if words(each.text) not in NUMBERS), None)


def under_its_name(headings: list[Heading], name: str) -> list[Heading]:
    """The headings of a tab named after somebody: those that come behind the first of that person's are about that person."""
    first = _first_of_role(headings, name)
    if first is None:
        return headings
    return [
        replace(each, group=name) if at >= first and words(each.text) not in ADDED.values() else each
        for at, each in enumerate(headings)
    ]


def _with_people(sheet: Sheet, head: Grid | None, people: People) -> Sheet:
    at = _about_child(sheet, head)
    labels = [label for label in at if any(label == known_by for known_by, _ in people)]
    if head is None or NAME in at or not labels:
        return sheet
    label, lacking = labels[0], [target for target in ADDED if target not in at]
    found = {number: people.get((label, _said(row, at[label])), {}) for number, row in head.rows}
    width, grouped = max(map(len, sheet.rows)), any(each.group for each in head.headings)
    rows = []
    for number, row in enumerate(sheet.rows, 1):
        told = found.get(number, {})
        if number == head.head:
            told = ADDED
        elif number == head.head - 1 and grouped:
            told = dict.fromkeys(ADDED, GROUP)
        rows.append([*row, *[None] * (width - len(row)), *(told.get(target) for target in lacking)])
    return replace(sheet, rows=rows)


def _cell(row: list[Any], column: int | None) -> Any:
    return row[column] if column is not None and column < len(row) else None


def _said(row: list[Any], column: int) -> str:
    cell = _cell(row, column)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else squeeze(str(cell))
