"""What an import did, or would do."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal["children", "helpers", "records", "pairings"]
KINDS: dict[str, str] = {"children": "儿童", "helpers": "帮扶人", "records": "关爱记录", "pairings": "结对"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the register that needs a person: where it stands, what is written, what to do.

    row: the sheet's own row number, 0 for the whole file. level: 'error', this cell or row was not taken;
    'warning', it was, or another row's word stands.
    """

    row: int
    column: str
    value: str
    level: Literal["error", "warning"]
    message: str


@dataclass(slots=True)
class Outcome:
    """The count of an import. rows = created + updated + unchanged + skipped.

    columns: heading → what it fills ('child.name'). unmapped: headings nothing was taken from.
    """

    kind: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    unmapped: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The document `guanai import --json` prints."""
        return asdict(self)

    def error(self, row: int, column: str, value: object, message: str) -> None:
        """Note something that was not taken."""
        self.problems.append(Problem(row, column, _said(value), "error", message))

    def warn(self, row: int, column: str, value: object, message: str) -> None:
        """Note something to look at."""
        self.problems.append(Problem(row, column, _said(value), "warning", message))


def _said(value: object) -> str:
    return "" if value is None else str(value)[:100]
