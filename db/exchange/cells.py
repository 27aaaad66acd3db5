"""One data row, read by the fields' descriptions; what cannot be read is a problem of its cell, not of the row."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from db import values
from db.exchange.aliases import MEMBERS, spec_of
from db.exchange.grid import Heading
from db.exchange.headings import Columns
from db.exchange.outcome import Outcome
from db.spec import Spec, mask, read
from db.text import normal
from db.values import Refused, id_birth, id_sex
from db.vocab import RELATION

NOTHING = {
    "—", "--", "-", "—-", "——", "/", "//", "\\", "无", "没有", "空", "、", ".", "─", "－", "N/A", "n/a", "none", "暂无", "未填", "未采集",
    "不清楚", "~",
}  # fmt: skip
UNKNOWN = {"不详", "未知", "不知道", "不知", "不明", "没有", "无身份证", "未办"}
REMARK = re.compile(r"([\w· ]+?)\((.+)\)")  # 王晓(转出)
UNSEEN = object()
NUMBERS = (float, bool)
MOST_KEPT = 3000  # values of one column whose reading is remembered
KEPT = {"code", "codes", "flag", "number", "day", "partial", "text"}
WORDS = {"male": "男", "female": "女"}


@cache
def parts(target: str) -> tuple[str, str]:
    """The owner and the field of a target: 'father', 'phone'."""
    owner, _, name = target.partition(".")
    return owner, name


class Row(dict):
    """What the cells of a row hold, by target; a target that holds nothing is not there and reads as None."""

    def __missing__(self, target: str) -> None:
        return None


class Reader:
    """Reads the rows of one table; remembers how a column's values were read, since most columns repeat a few."""

    def __init__(self, columns: Columns, outcome: Outcome):
        self.columns, self.outcome = columns, outcome
        self._always: dict[str, str] = {}
        self._plan: list[tuple[str, int, Spec | None, dict]] = []
        for target, heading in sorted(columns.at.items(), key=lambda item: item[1].column):
            spec = spec_of(target)
            self._plan.append((target, heading.column, spec, {}))

    def always(self, target: str, said: str) -> None:
        """Let every row say something for which it has no column."""
        self._always[target] = said

    def read(self, number: int, row: list[Any]) -> "Cells":
        """One row, by its number in the sheet."""
        cells = Cells(number, dict(self.columns.at), self.outcome)
        for target, said in self._always.items():
            cells.raws[target] = cells.values[target] = said
        width, raws, held = len(row), cells.raws, cells.values
        for target, column, spec, kept in self._plan:
            if column >= width or (cell := row[column]) is None:
                continue
            if type(cell) in NUMBERS:
                cell = _in_words(cell)
            raws[target] = cell
            if spec is None:
                continue
            value = kept.get(cell, UNSEEN)
            if value is UNSEEN:
                before = len(self.outcome.problems)
                value = cells.understand(target, spec, cell)
                if spec.kind in KEPT and len(kept) < MOST_KEPT and len(self.outcome.problems) == before:
                    kept[cell] = value
            if value is not None:
                same = type(value) is str and value == cell  # one text in memory, not two
                held[target] = cell if same else value
        return cells


class Cells:
    """A row of a register: values by target, and its number in the sheet."""

    __slots__ = ("at", "members", "number", "outcome", "raws", "values")

    def __init__(self, number: int, at: dict[str, Heading], outcome: Outcome):
        self.number, self.at, self.outcome = number, at, outcome
        self.raws: dict[str, Any] = {}
        self.values = Row()
        self.members = "m1.name" in at  # a child may stand over several rows, a member of the family on each

    def __getitem__(self, target: str) -> Any:
        return self.values.get(target)

    def raw(self, target: str) -> str:
        """What the cell says, as one line; '' if nothing, or a dash that stands for nothing."""
        cell = self.raws.get(target)
        text = "" if cell is None else normal(str(cell))
        return "" if text in NOTHING else text

    def heading(self, target: str) -> str:
        """The heading above a target's column; '' if the register has none."""
        heading = self.at.get(target)
        return heading.text if heading else ""

    def error(self, target: str, message: str) -> None:
        """Note that a cell, or for its sake the row, was not taken."""
        self._note(self.outcome.error, target, message)

    def warn(self, target: str, message: str) -> None:
        """Note a cell to look at."""
        self._note(self.outcome.warn, target, message)

    def _note(self, note: Callable, target: str, message: str) -> None:
        heading = self.at.get(target)
        note(self.number, self.heading(target), self._masked(target), message, heading and heading.column)

    def _masked(self, target: str) -> str:
        spec = spec_of(target)
        text = self.raw(target)
        return mask(spec, text) if spec and text else text

    def understand(self, target: str, spec: Spec, cell: Any) -> Any:
        """The value a cell holds for a field; None, with the problem noted, if it cannot be read."""
        text = normal(cell) if isinstance(cell, str) else None
        if text and spec.kind == "name" and text[-2:] in (" 男", " 女"):  # 李三 男
            cell = text = text[:-2].strip()
        if text == "" or (text in NOTHING and not _offers(spec, text)):
            return None
        if text in UNKNOWN and spec.kind in ("id", "phone", "partial", "day", "number"):
            return None
        try:
            if spec.kind == "phone":
                return self._phone(target, cell)
            if spec.kind == "name" and text and (remark := REMARK.fullmatch(text)):
                value = read(spec, remark[1])
                if self._is_relation(target, remark[2]):
                    return value
                self.warn(target, f"括号里的“{remark[2]}”没有录入，只录入了姓名{value}；要紧的话请写在备注里")
                return value
            if target == "survey.schooling" and values.grade(cell)[1]:
                return None  # 小学三年级: taken apart with the school and the class
            if target == "survey.grade":
                return read(spec, values.grade(cell)[1] or cell)
            return read(spec, cell)
        except Refused as refused:
            shown = self._masked(target)
            self.error(target, str(refused).replace(self.raw(target), shown) if shown else str(refused))
            return None

    def _is_relation(self, target: str, remark: str) -> bool:
        """Whether what stands in brackets behind a name says who that is: 骆爷(爷爷)."""
        role = target.split(".")[0]
        if role not in ("parent", "guardian", *MEMBERS):
            return False
        try:
            self.values.setdefault(f"{role}.relation", RELATION.find(remark))
        except Refused:
            return False
        self.raws.setdefault(f"{role}.relation", remark)
        return True

    def _phone(self, target: str, cell: Any) -> str:
        first, *others = values.phones(cell)
        if others:
            self.warn(target, f"这一格有{1 + len(others)}个号码，只录入第一个，其余请写在备注里")
        return first

    def move(self, role: str, to: str) -> None:
        """Take what stands under one role for another's, where that one has nothing: 成员1 is the father."""
        for kept in (self.at, self.raws, self.values):
            for target in [each for each in kept if each.startswith(role + ".")]:
                kept.setdefault(to + target[len(role) :], kept[target])
                del kept[target]

    def settle_members(self) -> None:
        """Say by their 关系 who 成员1 and 成员2 are; the one marked as guardian is the guardian."""
        if to := {"51": "father", "52": "mother"}.get(self.values["parent.relation"]):
            self.move("parent", to)
        for role in MEMBERS:
            if f"{role}.name" not in self.values:
                continue
            relation = self.values[f"{role}.relation"]
            if relation is None:
                self.error(f"{role}.name", "没有写与儿童的关系，此人未录入，请补上“关系”一栏")
                continue
            guards = self.values[f"{role}.guardian"]
            to = {"51": "father", "52": "mother", "61": "61", "62": "62", "63": "63", "64": "64"}.get(
                relation
            )
            if to and f"{to}.name" not in self.raws:
                self.move(role, to)
            else:
                to = role
            if guards and "guardian.name" not in self.values:
                self._guards(to, relation)

    def _guards(self, role: str, relation: str) -> None:
        for field in ("name", "phone", "id_number", "birth_date", "sex", "address"):
            value = self.values[f"{role}.{field}"]
            if value is not None:
                self.values[f"guardian.{field}"] = value
                self.raws[f"guardian.{field}"] = self.raws[f"{role}.{field}"]
                self.at.setdefault(f"guardian.{field}", self.at[f"{role}.{field}"])
        self.values["guardian.relation"] = relation
        self.raws["guardian.relation"] = RELATION.label(relation)

    def check_id(self, owner: str, sex: str | None = None) -> None:
        """Drop an ID number that its own row contradicts: the birth date or the sex stated beside it.

        owner: 'child', 'father' …; sex: what the role says (a father is male). Neither the number nor the
        column is believed over the other: the column is kept as written, the number is left out and reported.
        """
        number = self[f"{owner}.id_number"]
        if number is None:
            return
        born = self[f"{owner}.birth_date"]
        stated = self[f"{owner}.sex"] or sex
        if born and not id_birth(number).startswith(born):
            why = (
                f"身份证号里的出生日期是{id_birth(number)}，{self.heading(f'{owner}.birth_date')}写的是{born}"
            )
        elif stated and id_sex(number) != stated:
            why = f"身份证号第17位表明是{WORDS[id_sex(number)]}，表中是{WORDS[stated]}"
        else:
            return
        self.error(f"{owner}.id_number", f"{why}，身份证号未录入，请照户口簿核对后改表重导")
        del self.values[f"{owner}.id_number"]


def _in_words(cell: float | bool) -> str | int | float:
    """A whole number held as a fraction without its .0; a ticked box as 是."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return int(cell) if cell.is_integer() else cell


def _offers(spec: Spec, text: str) -> bool:
    """Whether what elsewhere stands for nothing is one of a field's choices: 无, 没有."""
    if not spec.choices:
        return False
    try:
        spec.choices.find(text)
    except Refused:
        return False
    return True
