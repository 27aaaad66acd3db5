"""What an import did, or would do."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple
from uuid import UUID

Kind = Literal["children", "helpers", "records", "pairings", "scores", "attendance"]
LEVELS = {"error": "未录入", "warning": "请核对"}
KINDS: dict[str, str] = {
    "children": "儿童",
    "helpers": "帮扶人",
    "pairings": "结对",
    "records": "关爱记录",
    "scores": "成绩",
    "attendance": "点名",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the register that needs a person: where it stands, what is written, what to do.

    row: the sheet's own row number, 0 for the whole sheet. level: 'error', this cell or row was not taken;
    'warning', it was, or another word stands. sheet: '' where the file has but one; at: the column, from 0.
    """

    row: int
    column: str
    value: str
    level: Literal["error", "warning"]
    message: str
    sheet: str = ""
    at: int | None = None


class Edit(NamedTuple):
    """What the register changes on file; old and new as shown, numbers masked, None for nothing (未采集)."""

    sheet: str
    row: int
    name: str
    field: str
    old: str | None
    new: str | None


class Question(NamedTuple):
    """A row that may be a child on file.

    said: what the row says of its child; candidates: who it may be, as (key, how that child is told from others).
    """

    sheet: str
    row: int
    name: str
    why: str
    said: str
    candidates: list[tuple[UUID, str]]


@dataclass(slots=True)
class Outcome:
    """The count of an import. rows = created + updated + unchanged + skipped.

    keys: whose rows with problems are, by (sheet, row). sheet: the sheet it is about, '' for a file's whole. columns: heading → what it fills ('child.name').
    unmapped: headings nothing was taken from; empty: those of them with nothing under them. dated: the register's day, '' if it has none. seen: the day this very
    file was taken in before, '' if it never was. changes: what it changes of rows on file, gaps filled included.
    """

    kind: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    unmapped: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changes: list[Edit] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    dated: str = ""
    seen: str = ""
    sheet: str = ""
    keys: dict[tuple[str, int], UUID] = field(default_factory=dict)
    sheets: list["Outcome"] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The document `guanai import --json` prints: of several sheets each by itself under `sheets`."""
        told = {name: getattr(self, name) for name in ("kind", *COUNTS, "columns", "unmapped")}
        told["problems"] = [_problem(each) for each in self.problems]
        told["changes"] = [each._asdict() for each in self.changes]
        told |= {"dated": self.dated or None, "seen": self.seen or None}
        if len(self.sheets) > 1:
            told["sheets"] = [
                {"sheet": each.sheet, "kind": each.kind, **{name: getattr(each, name) for name in COUNTS},
                 "columns": each.columns, "unmapped": each.unmapped} for each in self.sheets
            ]  # fmt: skip
        return told

    def count(self, became: str) -> None:
        """Note what became of a row: 'created', 'updated', 'unchanged' or 'skipped'."""
        self.rows += 1
        setattr(self, became, getattr(self, became) + 1)

    def error(self, row: int, column: str, value: object, message: str, at: int | None = None) -> None:
        """Note something that was not taken."""
        self._note(row, column, value, "error", message, at)

    def warn(self, row: int, column: str, value: object, message: str, at: int | None = None) -> None:
        """Note something to look at."""
        self._note(row, column, value, "warning", message, at)

    def _note(self, row: int, column: str, value: object, level: str, message: str, at: int | None) -> None:
        said = "" if value is None else str(value)[:100]
        self.problems.append(Problem(row, column, said, level, message, self.sheet, at))


COUNTS = ("rows", "created", "updated", "unchanged", "skipped")


def _problem(problem: Problem) -> dict[str, Any]:
    told = asdict(problem)
    del told["at"]
    if not told["sheet"]:
        del told["sheet"]
    return told


def whole(parts: list[Outcome]) -> Outcome:
    """The outcome of a file from those of its sheets; it is of the kind that most of its rows are."""
    if len(parts) == 1:
        parts[0].sheets = list(parts)
        return parts[0]
    most = max(parts, key=lambda each: each.rows)
    summed = Outcome(most.kind, dated=most.dated, seen=most.seen, sheets=parts)
    for part in parts:
        for name in COUNTS:
            setattr(summed, name, getattr(summed, name) + getattr(part, name))
        summed.columns |= part.columns
        summed.keys |= part.keys
        summed.unmapped += [each for each in part.unmapped if each not in summed.unmapped]
        for name in ("problems", "changes", "questions"):
            getattr(summed, name).extend(getattr(part, name))
    return summed
