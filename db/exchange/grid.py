"""Find the table in a sheet: title lines, one or two rows of headings, data rows, footers.

Pure: rows of cells in, a Grid out. Which words are headings, the caller says.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from db import days
from db.text import squeeze

LOOK = 40  # headings stand in the first rows or nowhere
REASONS = "导入问题"  # the column our own report adds: never data
SAID = r"(?:填报|填表|制表|登记|统计|报送|摸底|调查|更新|报表|截止|截至)"
DAY = r"((?:19|20)\d{2})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?(?!\d)"
DATED = re.compile(rf"{SAID}(?:日期|时间)?(?:为|至|到)?[:：]?{DAY}")
ANY_DAY = re.compile(DAY)
SEASON = re.compile(r"(\d{4})年?(春|秋)")
SCHOOL_YEAR = re.compile(r"(\d{4})[-—–~至](\d{4})学年(?:度)?第?([一二上下12])学期")
PART = r"(?:组|班|村|校|小学|中学|园|年级|页|表|乡|镇)"
SUM = re.compile(rf"^(?:(?:.{{0,8}}{PART})?(?:合计|总计|小计|共计|累计)(?:$|[:(\d共])|共\d)")
COUNT = re.compile(r"[男女]?:?\d+(?:\.\d+)?[人名户个份%]?")
NOTE = re.compile(  # a lone cell that is no name
    r"[。;!?:,]|^\d+[.、)]|^.{0,8}(?:[一二三四五六七八九十\d]\)?(?:村民)?小?组|年级|[一二三四五六七八九十\d]\)?班)$"
)
FOOTER = re.compile(
    r"^(?:(?:本页|填表人|填报人|制表人|经办人|审核人?|复核人?|审批|单位负责人|负责人|分管领导|校长|填表日期|填表时间|填报日期|制表日期|"
    r"填报单位|联系人|注|备注|说明|填表说明|填写说明|示例|样例|填写示例|例)(?:$|[:(]))"
)
SIGNED = re.compile(r"签名|签字|签章|盖章")
NUMBERING = {"序号", "编号", "序", "号", "no", "no.", "#", "行号"}
DITTO = {"同上", "〃", "″", "＂", '"', "''", "々", "同前"}  # the cell above says it
CHOICES = re.compile(r"\{[^}]*\}")
Merged = Sequence[tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's heading: its place (0-based), its words, and the group above it in a two-row head."""

    column: int
    text: str
    group: str = ""


@dataclass(slots=True)
class Grid:
    """A table found: its headings and data rows, each row with its own number in the sheet (from 1).

    dated: the day (ISO) the register says it was filled in, '' if it does not; of a month or a term its first day.
    title: its title lines in one. head: number of the lowest heading row.
    """

    headings: list[Heading]
    rows: list[tuple[int, list[Any]]]
    dated: str = ""
    title: str = ""
    head: int = 1


def heading_words(cell: Any) -> str:
    """A heading as it is compared: no blanks, no line breaks, no list of choices, no trailing mark."""
    text = CHOICES.sub("", squeeze(cell)) if isinstance(cell, str) else ""
    return text.rstrip("*:?").lstrip("*")


def find_all(
    rows: list[list[Any]], known: Callable[[str], bool], merged: Merged = (), lenient: bool = False
) -> list[Grid]:
    """The tables of a sheet, one below the other: a second head further down begins another one.

    lenient: where no heading is known, the first row of several words is taken for the head.
    """
    found: list[Grid] = []
    start = 0
    while start < len(rows):
        lower = tuple(
            (top - start, left, bottom - start, right) for top, left, bottom, right in merged if top >= start
        )
        table = find(rows[start:], known, lower, lenient and not found)
        if table is None:
            break
        end = next(
            (at for at in range(start + table.head, len(rows)) if _is_other_head(rows[at], table, known)),
            len(rows),
        )
        if end < len(rows):
            table = find(rows[start:end], known, lower, lenient and not found)
            while table.rows and sum(cell is not None for cell in table.rows[-1][1]) == 1:
                table.rows.pop()  # the title of the next one
        table.head += start
        table.rows = [(number + start, row) for number, row in table.rows]
        table.dated = table.dated or (found[0].dated if found else "")
        found.append(table)
        start = max(end - 1, start + 1) if end < len(rows) else end
    return found


def _is_other_head(row: list[Any], table: Grid, known: Callable[[str], bool]) -> bool:
    """Whether a row below a head is the head of another table: headings, and not the same ones printed again."""
    if not any(isinstance(cell, str) and "名" in cell for cell in row):  # nearly every row: seen at a glance
        return False
    filled = [cell for cell in row if cell is not None]
    if len(filled) < 2 or not all(isinstance(cell, str) for cell in filled):
        return False
    words = {word for cell in filled if (word := heading_words(cell)).lower() not in NUMBERING}
    headings = {word for word in words if known(word)}
    own = {heading_words(text) for each in table.headings for text in (each.text, each.group)}
    named = any(word.endswith(("姓名", "名字")) for word in headings)
    return named and len(headings) > 1 and len(headings) * 2 > len(words) and not words <= own


def find(
    rows: list[list[Any]], known: Callable[[str], bool], merged: Merged = (), lenient: bool = False
) -> Grid | None:
    """The table whose headings `known` recognises best; None if no row has two of them.

    merged: first row, first column, last row, last column of each merged range, from 0.
    """
    rows = _without_reasons(rows)
    scores = [_score(row, known) for row in rows[:LOOK]]
    best = max(scores, default=0)
    if best < 2 and not lenient:
        return None
    top = bottom = scores.index(best) if best > 1 else _first_wordy(rows)
    # Two-row heads: the lower row repeats 姓名 under each group, so it may score above or below the upper one.
    if bottom + 1 < len(rows) and _is_lower_row(rows[bottom], rows[bottom + 1], known):
        bottom += 1
    elif top and _is_lower_row(rows[top - 1], rows[top], known) and scores[top - 1] >= 1:
        top -= 1
    headings = _headings(_spread(rows[top], top, merged), rows[bottom] if bottom > top else [])
    words = {each: heading_words(each.text) for each in headings}
    numbering = {each.column for each in headings if words[each].lower() in NUMBERING}
    headings = [each for each in headings if each.column not in numbering]
    titles = [squeeze(str(cell)) for row in rows[:top] for cell in row if cell is not None]
    data = list(_data(rows, bottom + 1, headings, _filled_down(merged, rows, bottom + 1)))
    last = data[-1][0] if data else bottom + 1
    around = [*rows[:top], *rows[last:]]
    tails = [squeeze(cell) for row in around for cell in row if isinstance(cell, str) and len(cell) < 200]
    dated = _dated_strictly(tails) or _dated(titles)
    return Grid(headings, data, dated, " ".join(titles), bottom + 1)


def _first_wordy(rows: list[list[Any]]) -> int:
    """The first row of several words: a head whose headings nobody knows."""
    counts = [sum(isinstance(cell, str) for cell in row) for row in rows[:LOOK]]
    return next((at for at, count in enumerate(counts) if count > 1 and count * 2 >= max(counts)), 0)


def reasons(rows: list[list[Any]]) -> set[int]:
    """The columns that an earlier report of ours added."""
    return {
        at
        for row in rows[:LOOK]
        for at, cell in enumerate(row)
        if isinstance(cell, str) and cell.strip() == REASONS
    }


def _without_reasons(rows: list[list[Any]]) -> list[list[Any]]:
    """The rows without what an earlier report of ours said: it is no heading, day or value."""
    ours = reasons(rows)
    if not ours:
        return rows
    return [[None if at in ours else cell for at, cell in enumerate(row)] for row in rows]


def _score(row: list[Any], known: Callable[[str], bool]) -> int:
    return len({words for cell in row if (words := heading_words(cell)) and known(words)})


def _is_lower_row(upper: list[Any], lower: list[Any], known: Callable[[str], bool]) -> bool:
    """Whether lower holds sub-headings: words only, two or more known, none under a plain upper heading."""
    filled = [(index, cell) for index, cell in enumerate(lower) if cell is not None]
    if len(filled) < 2 or not all(isinstance(cell, str) for _, cell in filled):
        return False
    recognised = sum(known(heading_words(cell)) for _, cell in filled)
    words = [_words_at(upper, index) for index, _ in filled]
    gaps = sum(not word or word in words[:at] for at, word in enumerate(words))
    return recognised >= 2 and recognised * 2 >= len(filled) and gaps >= 1


def _spread(row: list[Any], at: int, merged: Merged) -> list[Any]:
    """A heading row with merged cells filled: 父亲 over three columns stands above each of them."""
    row = list(row)
    for top, left, bottom, right in merged:
        if top <= at <= bottom and right > left and left < len(row):
            row += [None] * (right + 1 - len(row))
            row[left : right + 1] = [row[left]] * (right + 1 - left)
    return row


def _headings(upper: list[Any], lower: list[Any]) -> list[Heading]:
    found = []
    group = ""
    for column in range(max(len(upper), len(lower))):
        above = _words_at(upper, column)
        below = _words_at(lower, column)
        group = above or (group if below else "")
        if below:
            found.append(Heading(column, below, group if group != below else ""))
        elif above:
            found.append(Heading(column, above))
    return found


def _words_at(row: list[Any], column: int) -> str:
    cell = row[column] if column < len(row) else None
    return "".join(str(cell).split()) if cell is not None else ""


def _filled_down(merged: Merged, rows: list[list[Any]], start: int) -> dict[int, dict[int, Any]]:
    """Row index → column → the value of the merged cell it is part of, for cells merged downwards below the head."""
    found: dict[int, dict[int, Any]] = {}
    for top, left, bottom, _ in merged:
        if top < start or bottom == top or top >= len(rows) or left >= len(rows[top]):
            continue
        for index in range(top + 1, min(bottom + 1, len(rows))):
            found.setdefault(index, {})[left] = rows[top][left]
    return found


def _data(
    rows: list[list[Any]], start: int, headings: list[Heading], below: dict[int, dict[int, Any]]
) -> Iterator[tuple[int, list[Any]]]:
    columns = [each.column for each in headings]
    above = [_words_of(row) for row in rows[:start] if any(cell is not None for cell in row)]
    said = {text for words in above for _, text in words}
    last: list[Any] = []
    for index in range(start, len(rows)):
        row = rows[index]
        filled = [column for column in columns if column < len(row) and row[column] is not None]
        if not filled or _is_footer(row, len(filled), len(headings)):
            continue
        if _words_at(row, filled[0]) in said and _is_printed_again(_words_of(row), above):
            continue
        if more := below.get(index):
            row = row + [None] * (max(more) + 1 - len(row))
            for column, value in more.items():
                row[column] = value if row[column] is None else row[column]
        if any(cell in DITTO for cell in row if isinstance(cell, str)):
            row = [_above(last, column) if cell in DITTO else cell for column, cell in enumerate(row)]
        last = row
        yield index + 1, row


def _above(row: list[Any], column: int) -> Any:
    return row[column] if column < len(row) else None


def _words_of(row: list[Any]) -> frozenset[tuple[int, str]]:
    return frozenset((column, _words_at(row, column)) for column, cell in enumerate(row) if cell is not None)


def _is_printed_again(words: frozenset[tuple[int, str]], above: list[frozenset[tuple[int, str]]]) -> bool:
    """A title, or a row of the head, on the next page."""
    return any(len(words & each) * 2 > len(words) for each in above)


def _is_footer(row: list[Any], count: int, width: int) -> bool:
    """A sum, a signature, a note."""
    cells = (squeeze(str(cell)) for cell in row if cell is not None)
    texts = (cell for cell in cells if not COUNT.fullmatch(cell))
    two = list(islice(texts, 2))
    short = count <= max(4, width // 3)
    if any(SUM.match(text) for text in two):
        return short or next(texts, None) is None
    if not short or not two:
        return False
    if len(two) == count == 1 and NOTE.search(two[0]):
        return True
    return bool(FOOTER.match(two[0])) or (":" in two[0] and bool(SIGNED.search(two[0])))


def _dated(titles: list[str]) -> str:
    """The only day or month in the title lines, else the first day of the term they name."""
    said = {match.group() for line in titles for match in ANY_DAY.finditer(line)}
    if len(said) == 1 and (day := _day(ANY_DAY.search(said.pop()))):
        return day
    for line in titles:
        if match := SEASON.search(line):
            return _term_start(match[1] + match[2])
        if match := SCHOOL_YEAR.search(line):
            return _term_start(f"{match[1]}秋" if match[3] in "一上1" else f"{match[2]}春")
    return ""


def _dated_strictly(lines: list[str]) -> str:
    """A day said to be the register's."""
    found = (_day(match) for line in lines if (match := DATED.search(line)))
    return next(filter(None, found), "")


def _day(match: re.Match) -> str:
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:  # a title with 2026年13月 has no day to give
        return ""


def _term_start(code: str) -> str:
    return days.term_dates(code)[0].isoformat() if days.TERM_CODE.fullmatch(code) else ""
