"""The choices a blank workbook gives for its cells: 下拉列表, data validation of the kind list (ECMA-376 18.3.1.32)."""

import re
from collections.abc import Mapping
from html import unescape

from db.exchange.package import Unfit
from db.exchange.reader import Sheet
from db.exchange.sheet_xml import Area, area_of
from db.exchange.workbook_xml import NAMED, Workbook
from db.exchange.xml_text import attributes

RULE = re.compile(
    r"<((?:\w+:)?)dataValidation(?=\s)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)(?<!/)>(.*?)</\1dataValidation\s*>",
    re.DOTALL,
)
FORMULA = re.compile(r"<(?:\w+:)?formula1(?=[\s>])[^<>]*>(?:\s*<xm:f>)?([^<]*)<")
PLACES = re.compile(r"<xm:sqref>([^<]*)<")
RANGE = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([^'!\"\s(),]+))!)?(\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d+)?)"
)
MOST = 500  # choices; a longer list is no list of words to choose from


def dropdowns(data: bytes, name: str, sheets: Mapping[str, Sheet]) -> list[tuple[Area, list[str]]]:
    """Where a sheet's cells have a list to choose from (rows from 1, columns from 0), and the list.

    sheets: the workbook's, by name, for lists that stand in cells. [] for a file that is no xlsx, or a list that is
    worked out.
    """
    try:
        book = Workbook(data)
        text = book.package.text(book.sheet(name).part)
        names = _names(book)
    except Unfit:
        return []
    found = []
    for _, said, inner in RULE.findall(text):
        told, formula = attributes(said), FORMULA.search(inner)
        if told.get("type") != "list" or not formula:
            continue
        further = PLACES.search(inner)
        choices = _choices(unescape(formula[1]).strip(), name, sheets, names)
        refs = told.get("sqref") or (further[1] if further else "")
        found += [(area, choices) for ref in refs.split() if choices and (area := area_of(ref))]
    return found


def _names(book: Workbook) -> dict[str, str]:
    """Names of areas → what they stand for."""
    main = book.package.text(book.main)
    return {
        attributes(opened).get("name", "").lower(): unescape(text)
        for opened, _, text, _ in NAMED.findall(main)
    }


def _choices(formula: str, here: str, sheets: Mapping[str, Sheet], names: Mapping[str, str]) -> list[str]:
    formula = names.get(formula.lstrip("=").lower(), formula).lstrip("=")
    if len(formula) > 1 and formula[0] == formula[-1] == '"':
        return [each.strip() for each in formula[1:-1].split(",") if each.strip()]
    found = RANGE.fullmatch(formula)
    sheet = found and sheets.get((found[1] or found[2] or here).replace("''", "'"))
    area = sheet and area_of(found[3])
    if not area:
        return []
    top, left, bottom, right = area
    cells = [cell for row in sheet.rows[top - 1 : min(bottom, top + MOST)] for cell in row[left : right + 1]]
    return list(dict.fromkeys(str(cell).strip() for cell in cells if cell is not None))
