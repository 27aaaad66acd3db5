"""What the columns of score sheets and attendance sheets are called: subjects, and days."""

import re
from datetime import date
from itertools import pairwise
from typing import Any

from db.spec import Spec
from db.text import squeeze

# Subjects and what else a score sheet reckons, with the other names they go by.
SUBJECTS: dict[str, tuple[str, ...]] = {
    "语文": (), "数学": (), "英语": ("外语",), "科学": (), "道德与法治": ("道法", "政治", "思想品德", "品德与社会", "思品"), "历史": (),
    "地理": (), "物理": (), "化学": (), "生物": (), "音乐": (), "体育": ("体育与健康",), "美术": (), "劳动": (), "信息科技": ("信息技术",),
    "总分": ("总成绩",), "平均分": ("均分",), "班级名次": ("名次", "班级排名", "排名"), "年级名次": ("年级排名",),
}  # fmt: skip
ENDINGS = ("", "成绩", "分数", "得分")  # 语文成绩
DAY = re.compile(
    r"(?:(\d{4})[-./年])?(\d{1,2})[-./月](\d{1,2})[日号]?(?:00:00:00)?[(]?(?:(?:周|星期)[一二三四五六日天])?[)]?"
)
MONTH = re.compile(r"(?:(\d{4})年)?(\d{1,2})月")
NUMBERED = re.compile(r"(\d{1,2})[日号]?")
LOOK = 10  # rows in which the head of an attendance sheet stands


def subject_spec(subject: str) -> Spec | None:
    """The description of a subject's mark; None if it is no subject."""
    return Spec(subject, "text", longest=10) if subject in SUBJECTS else None


def day_target(text: str) -> str | None:
    """The target that a heading names, 'day.2026-09-05' or without a year 'day.09-05'; None if it is no day."""
    found = DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = found.groups()
    try:
        date(int(year or 2000), int(month), int(day))
    except ValueError:
        return None
    return f"day.{year + '-' if year else ''}{int(month):02}-{int(day):02}"


def day_label(target: str) -> str:
    """9月5日, of the target of such a column."""
    month, day = target.split("-")[-2:]
    return f"{int(month.removeprefix('day.'))}月{int(day)}日"


def with_days(rows: list[list[Any]]) -> list[list[Any]]:
    """The rows of a sheet; a head of day numbers (1 2 3 …) under a month, or a title that names one, given the months."""
    for at, row in enumerate(rows[:LOOK]):
        numbers = _numbers(row)
        head = rows[max(at - 1, 0) : at + 1]
        if not numbers or not any(_text(cell).endswith("姓名") for line in head for cell in line):
            continue
        above = [_text(cell).removesuffix("份") for cell in (rows[at - 1] if at else ())]
        titles = "".join(
            _text(cell) for line in rows[:at] if sum(cell is not None for cell in line) < 3 for cell in line
        )
        told = list(row)
        for column, day in numbers:
            months = filter(None, map(MONTH.fullmatch, reversed(above[: column + 1])))
            if month := next(months, None) or MONTH.search(titles):
                told[column] = f"{month[0]}{day}日"
        return [*rows[:at], told, *rows[at + 1 :]]
    return rows


def _numbers(row: list[Any]) -> list[tuple[int, int]]:
    """Columns and days of a row that counts days, side by side and rising; [] if it does not."""
    found = [
        (column, int(number[1]))
        for column, cell in enumerate(row)
        if (number := NUMBERED.fullmatch(_text(cell)))
    ]
    rising = all(right[0] == left[0] + 1 and left[1] < right[1] <= 31 for left, right in pairwise(found))
    return found if len(found) > 1 and rising else []


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return squeeze(str(cell)) if isinstance(cell, str | int) and not isinstance(cell, bool) else ""
