"""The 汇总表 written down: xlsx and csv as a table, json for programs, html to print."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from db import cross_sums, export
from db.cross_groups import GROUPS, Group
from db.cross_sums import Region, Stray, Sums
from db.models import User
from db.spec import mask_name
from db.values import Refused

ENDINGS = (".xlsx", ".csv", ".json", ".html")
TITLE = "农村留守儿童基本情况排查汇总表"
CHECK = "核对"
STRAYS = ("儿童", "哪一组", "为什么")


def to_file(path: str | Path, who: str, by: str, user: User | None, ending: str = "") -> int:
    """Write the table of today to a file only its owner can read (or standard output, '-'); how many children it counts.

    ending: what to write, if the path does not say. Names of the children that keep a group from adding up are masked.
    Raises Refused for another ending and for a file that can't be written.
    """
    ending = ending or Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise Refused(f"汇总表存不成“{ending}”，请写成{'、'.join(ENDINGS)}中的一种")
    table = cross_sums.sums(who, by)
    odd = cross_sums.strays(who, by)
    match ending:
        case ".json":
            told = cross_sums.as_json(who, by)
            data = json.dumps(told, ensure_ascii=False, indent=1).encode()
        case ".csv":
            data = _csv(table, odd)
        case ".html":
            data = _html(table, odd, user)
        case _:
            data = _xlsx(table, odd, user)
    export.put(path, data)
    return table.regions[0].total


def headings() -> Iterator[tuple[str, list[str]]]:
    """The groups of the table in order, each with its columns; the last of them says whether it adds up."""
    for group in GROUPS:
        yield group.name, [*_columns(group).values(), CHECK]


def _columns(group: Group) -> dict[tuple[str, str], str]:
    """The cells of a group in the table → heading: 小计 before what divides a band, the bands themselves not again."""
    if group.code == "age":
        return {("age", "unknown"): group.columns["unknown"]}
    own = {(group.code, column): label for column, label in (group.columns | group.beside).items()}
    return {group.part_of: "小计"} | own if group.part_of else own


def _line(table: Sums, region: Region) -> list[Any]:
    """A row of the table: its name, its total, its share, then each group's figures and check."""
    line: list[Any] = [region.label, region.total, table.share(region)]
    for group in GROUPS:
        line += [table.cells[(*cell, region.value)] for cell in _columns(group)]
        line.append(table.check(group, region).said)
    return line


def _heads() -> tuple[list[str], list[str]]:
    upper, lower = ["区域", "数量", "占总量%"], ["", "", ""]
    for name, columns in headings():
        upper += [name, *[""] * (len(columns) - 1)]
        lower += columns
    return upper, lower


def _strays(odd: list[Stray]) -> list[tuple[str, str, str]]:
    names = {group.code: group.name for group in GROUPS}
    return [(mask_name(each.name) or "", names[each.group], each.why) for each in odd]


def _csv(table: Sums, odd: list[Stray]) -> bytes:
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow([f"{table.site}{TITLE}"])
    sheet.writerow([table.about])
    sheet.writerows(_heads())
    sheet.writerows([_plain(each) for each in _line(table, region)] for region in table.regions)
    if odd:
        sheet.writerows([[], ["对不上的儿童"], STRAYS, *_strays(odd)])
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Any) -> Any:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@" and value else value


def _xlsx(table: Sums, odd: list[Stray], user: User | None) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True})
    head = book.add_format(
        {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
    )
    cell = book.add_format({"border": 1})
    wrong = book.add_format({"border": 1, "font_color": "red", "bold": True})
    page = book.add_worksheet("汇总表")
    page.write_string(0, 0, f"{table.site}{TITLE}", bold)
    page.write_string(1, 0, f"{table.about}{_made(user)}")
    at = 0
    for name in ("区域", "数量", "占总量%"):
        page.merge_range(2, at, 3, at, name, head)
        at += 1
    for name, columns in headings():
        page.merge_range(2, at, 2, at + len(columns) - 1, name, head)
        for label in columns:
            page.write_string(3, at, label, head)
            at += 1
    page.set_column(0, 0, 16)
    page.set_row(3, 60)
    page.freeze_panes(4, 1)
    for row, region in enumerate(table.regions, 4):
        for at, value in enumerate(_line(table, region)):
            if isinstance(value, str):
                page.write_string(row, at, value, cell if at == 0 or value == "相符" else wrong)
            elif value is None:
                page.write_blank(row, at, None, cell)
            else:
                page.write_number(row, at, value, cell)
    rules = book.add_worksheet("口径")
    rules.set_column(1, 1, 90)
    for row, group in enumerate(GROUPS):
        rules.write_string(row, 0, group.name, bold)
        rules.write_string(row, 1, group.rule)
    if odd:
        names = book.add_worksheet("对不上的儿童")
        names.set_column(2, 2, 60)
        for row, line in enumerate((STRAYS, *_strays(odd))):
            for at, text in enumerate(line):
                names.write_string(row, at, text, None if row else bold)
    book.close()
    return out.getvalue()


def _made(user: User | None) -> str:
    return f"　制表：{user.name}" if user and user.name else ""


def _html(table: Sums, odd: list[Stray], user: User | None) -> bytes:
    from db.printing import html
    from db.printing.content import Leaf, Paper, Part

    def leaf(region: Region) -> Leaf:
        share = table.share(region)
        parts = [
            Part("", [("数量", str(region.total)), ("占总量", "" if share is None else f"{share}%")], [])
        ]
        for group in GROUPS:
            figures = [
                (label, str(table.cells[(*cell, region.value)])) for cell, label in _columns(group).items()
            ]
            parts.append(Part(f"{group.name}（{table.check(group, region).said}）", figures, []))
        if region.value is cross_sums.ALL:
            parts += [
                Part("口径", [], [f"{group.name}：{group.rule}" for group in GROUPS]),
                *([Part("对不上的儿童", [], ["，".join(each) for each in _strays(odd)])] if odd else []),
            ]
        return Leaf(None, f"{region.label}{TITLE}", parts, f"{table.about}{_made(user)}", "")

    paper = Paper(f"{table.site}{TITLE}", map(leaf, table.regions), crowded=False)
    return "".join(html.write(paper)).encode()
