"""The lines of an import's preview: what became of the rows, problems, changes, questions, columns."""

import re

from db.exchange.aliases import label_of, spec_of
from db.exchange.outcome import KINDS, LEVELS, Edit, Outcome, Problem, Question
from db.exchange.register import Table
from db.spec import UNKNOWN, mask
from tui.ink import Line, cells, clip, columns, fit

LONG_NUMBER = re.compile(r"[\dXx]{7,}")
WIDE = 76  # cells from which the columns' own columns are wider


def counts(part: Outcome) -> Line:
    """What becomes of a sheet's rows."""
    sheet = f"“{part.sheet}” " if part.sheet else ""
    tones = (
        ("plain", f" {sheet}{KINDS[part.kind]} {part.rows}行"), ("good", f"新增{part.created}"),
        ("info", f"更新{part.updated}"), ("plain", f"未变{part.unchanged}"),
        ("warn" if part.skipped else "dim", f"跳过{part.skipped}"),
    )  # fmt: skip
    return [(f"{text}   ", tone) for tone, text in tones]


def where(sheet: str, row: int) -> str:
    """A place in the file: 第5行, 一年级第5行, 全表."""
    return sheet + (f"第{row}行" if row else "全表")


def problem_row(problem: Problem, width: int, here: bool) -> Line:
    """What stands where, and why it was not taken."""
    tone = "error" if problem.level == "error" else "warn"
    said = f"“{problem.sheet}”{problem.message}" if problem.sheet else problem.message
    return [(">" if here else " ", "key"),
            *columns([(where("", problem.row), 8, "cursor" if here else "plain"), (LEVELS[problem.level], 6, tone),
                      (problem.column, 14, "dim"), _rest(said, width - 35, tone)])]  # fmt: skip


def edit_row(edit: Edit, width: int, here: bool) -> Line:
    """Whose field changes from what to what; a gap filled is dim."""
    said = f"{edit.old or UNKNOWN} > {edit.new or UNKNOWN}"
    return [(">" if here else " ", "key"),
            *columns([(where("", edit.row), 8, "plain"), (edit.name, 10, "cursor" if here else "plain"),
                      (edit.field, 14, "dim"), _rest(said, width - 39, "info" if edit.old else "dim")])]  # fmt: skip


def question_row(question: Question, width: int, here: bool) -> Line:
    """A row that may be a child on file."""
    return [(">" if here else " ", "key"),
            *columns([(where("", question.row), 8, "plain"), (question.name, 10, "cursor" if here else "plain"),
                      _rest(question.why, width - 23, "warn")])]  # fmt: skip


def column_row(column: tuple[Table, object], width: int, here: bool, several: bool = False) -> Line:
    """A heading, what it fills, and samples of what stands under it."""
    table, heading = column
    sheet = f"{table.sheet.name} " if several else ""
    target = table.columns.target_of(heading)
    spec = spec_of(target) if target else None
    samples = "、".join(mask(spec, each) if spec else _hidden(each) for each in table.samples(heading))
    label, tone = (label_of(target), "plain") if target else ("不导入", "warn" if samples else "dim")
    name_cells, label_cells = (24, 18) if width >= WIDE else (18, 14)
    return [(">" if here else " ", "key"), (fit(_cut(sheet + heading.group + heading.text, name_cells), name_cells), "cursor" if here else "plain"),
            (" > ", "dim"), (fit(_cut(label, label_cells), label_cells), tone), ("  ", "plain"),
            (_cut(samples, width - name_cells - label_cells - 6), "dim")]  # fmt: skip


def weight(edit: Edit) -> tuple[bool, bool]:
    """What is overwritten comes first, the day of the survey (it moves with every newer register) after it."""
    return edit.old is None, edit.field == "摸底日期"


def _hidden(text: str) -> str:
    """A sample of a column we do not know: a long number in it may be somebody's."""
    return LONG_NUMBER.sub(lambda match: "*" * len(match[0]), text)


def _rest(text: str, n: int, tone: str) -> tuple[str, int, str]:
    return _cut(text, n), n, tone


def _cut(text: str, n: int) -> str:
    """The text in n cells; one that is cut says so."""
    return text if cells(text) <= n else clip(text, n - 2) + ".."
