"""Find the table in a sheet: title lines, one or two rows of headings, data rows, footers.

Pure: rows of cells in, a Grid out. Which words are headings, the caller says.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from db.text import squeeze
from db.values import Refused, full_day

LOOK = 40  # headings stand in the first rows or nowhere
DATED = re.compile(
    r"(?:填报|填表|制表|登记|统计|报送|摸底|调查)(?:日期|时间):?(\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?)"
)
ANY_DAY = re.compile(r"(\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?)")
FOOTER = re.compile(
    r"^(?:合计|总计|小计|共计|本页|填表人|填报人|制表人|经办人|审核人?|复核人?|审批|单位负责人|负责人|分管领导|校长|"
    r"填表日期|填表时间|填报日期|制表日期|联系人|注|备注|说明|填表说明|填写说明)(?:$|[:(])"
)
SIGNED = re.compile(r"签名|签字|签章|盖章")
NUMBERING = {"序号", "编号", "序", "号", "no", "no.", "#", "行号"}


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's heading: its place (0-based), its words, and the group above it in a two-row head."""

    column: int
    text: str
    group: str = ""


@dataclass(slots=True)
class Grid:
    """A table found: its headings and data rows, each row with its own number in the sheet (from 1).

    dated: the day the register was filled in, from its title lines. title: those lines in one.
    """

    headings: list[Heading]
    rows: list[tuple[int, list[Any]]]
    dated: date | None = None
    title: str = ""
    first_row: int = 1
    numbering: list[Heading] = field(default_factory=list)


def heading_words(cell: Any) -> str:
    """A heading as it is compared: no blanks, no line breaks, no list of choices, no trailing mark."""
    text = re.sub(r"\{[^}]*\}", "", squeeze(str(cell))) if isinstance(cell, str) else ""
    return text.rstrip("*:?").lstrip("*")


def find(rows: list[list[Any]], known: Callable[[str], bool]) -> Grid | None:
    """The table whose headings `known` recognises best; None if no row has two of them."""
    scores = [_score(row, known) for row in rows[:LOOK]]
    best = max(scores, default=0)
    if best < 2:
        return None
    top = bottom = scores.index(best)
    # Two-row heads: the lower row repeats 姓名 under each group, so it may score above or below the upper one.
    if bottom + 1 < len(rows) and _is_lower_row(rows[bottom], rows[bottom + 1], known):
        bottom += 1
    elif top and _is_lower_row(rows[top - 1], rows[top], known) and scores[top - 1] >= 1:
        top -= 1
    headings = _headings(rows[top], rows[bottom] if bottom > top else [])
    numbering = [each for each in headings if heading_words(each.text).lower() in NUMBERING]
    headings = [each for each in headings if each not in numbering]
    titles = [squeeze(str(cell)) for row in rows[:top] for cell in row if cell is not None]
    data = list(_data(rows, bottom + 1, headings, numbering))
    tails = [
        squeeze(cell)
        for row in rows[bottom + 1 :]
        for cell in row
        if isinstance(cell, str) and len(cell) < 200
    ]
    return Grid(
        headings, data, _dated(titles) or _dated_strictly(tails), " ".join(titles), top + 1, numbering
    )


def _score(row: list[Any], known: Callable[[str], bool]) -> int:
    return len({words for cell in row if (words := heading_words(cell)) and known(words)})


def _is_lower_row(upper: list[Any], lower: list[Any], known: Callable[[str], bool]) -> bool:
    """Whether lower holds sub-headings: words only, two or more known, none under a plain upper heading."""
    filled = [(index, cell) for index, cell in enumerate(lower) if cell is not None]
    if len(filled) < 2 or not all(isinstance(cell, str) for _, cell in filled):
        return False
    recognised = sum(known(heading_words(cell)) for _, cell in filled)
    gaps = sum(index >= len(upper) or upper[index] is None for index, _ in filled)
    return recognised >= 2 and recognised * 2 >= len(filled) and gaps >= 1


def _headings(upper: list[Any], lower: list[Any]) -> list[Heading]:
    found = []
    group = ""
    for column in range(max(len(upper), len(lower))):
        above = _words_at(upper, column)
        below = _words_at(lower, column)
        group = above or (group if below else "")
        if below:
            found.append(Heading(column, below, group))
        elif above:
            found.append(Heading(column, above))
    return found


def _words_at(row: list[Any], column: int) -> str:
    cell = row[column] if column < len(row) else None
    return "".join(str(cell).split()) if cell is not None else ""


def _data(
    rows: list[list[Any]], start: int, headings: list[Heading], numbering: list[Heading]
) -> Iterator[tuple[int, list[Any]]]:
    numbered = {each.column for each in numbering}
    words = {each.column: heading_words(each.text) for each in headings}
    for index in range(start, len(rows)):
        row = rows[index]
        filled = {
            column: cell for column, cell in enumerate(row) if cell is not None and column not in numbered
        }
        if not filled or _is_footer(row, len(headings)):
            continue
        again = sum(heading_words(cell) == words.get(column) for column, cell in filled.items())
        if again * 2 > len(filled):  # the head printed again on the next page
            continue
        yield index + 1, row


def _is_footer(row: list[Any], width: int) -> bool:
    filled = [squeeze(str(cell)) for cell in row if cell is not None]
    if len(filled) > max(4, width // 3):
        return False
    return bool(FOOTER.match(filled[0])) or (":" in filled[0] and bool(SIGNED.search(filled[0])))


def _dated(lines: list[str]) -> date | None:
    """A day said to be the register's, else the only day in the title lines."""
    if strict := _dated_strictly(lines):
        return strict
    days = {match for line in lines for match in ANY_DAY.findall(line)}
    return _day(days.pop()) if len(days) == 1 else None


def _dated_strictly(lines: list[str]) -> date | None:
    for line in lines:
        if match := DATED.search(line):
            return _day(match[1])
    return None


def _day(text: str) -> date | None:
    try:
        return full_day(text)
    except Refused:  # a title with 2026年13月 has no day to give
        return None
