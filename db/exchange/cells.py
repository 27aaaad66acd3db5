"""One data row, read by the fields' descriptions; what cannot be read is a problem of its cell, not of the row."""

from typing import Any

from db.exchange.headings import Columns, spec_of
from db.exchange.outcome import Outcome
from db.spec import mask, read
from db.text import normal
from db.values import Refused, id_birth, id_sex

NOTHING = {
    "—",
    "--",
    "-",
    "—-",
    "——",
    "/",
    "\\",
    "无",
    "没有",
    "空",
    "、",
    ".",
    "─",
    "－",
    "N/A",
    "n/a",
    "none",
}


class Cells:
    """A row of a register: values by target, and its number in the sheet."""

    def __init__(self, number: int, row: list[Any], columns: Columns, outcome: Outcome):
        self.number, self.columns, self.outcome = number, columns, outcome
        self._raw = {
            target: row[heading.column] if heading.column < len(row) else None
            for target, heading in columns.at.items()
        }
        self.values: dict[str, Any] = {}
        for target in columns.at:
            if spec_of(target):
                self.values[target] = self._read(target)

    def __getitem__(self, target: str) -> Any:
        return self.values.get(target)

    def raw(self, target: str) -> str:
        """What the cell says, as one line; '' if nothing, or a dash that stands for nothing."""
        cell = self._raw.get(target)
        text = "" if cell is None else normal(str(cell))
        return "" if text in NOTHING else text

    def heading(self, target: str) -> str:
        """The heading above a target's column; '' if the register has none."""
        heading = self.columns.at.get(target)
        return heading.text if heading else ""

    def error(self, target: str, message: str) -> None:
        """Note that a cell, or for its sake the row, was not taken."""
        self.outcome.error(self.number, self.heading(target), self._masked(target), message)

    def warn(self, target: str, message: str) -> None:
        """Note a cell to look at."""
        self.outcome.warn(self.number, self.heading(target), self._masked(target), message)

    def _masked(self, target: str) -> str:
        spec = spec_of(target)
        text = self.raw(target)
        return mask(spec, text) if spec and text else text

    def _read(self, target: str) -> Any:
        spec = spec_of(target)
        cell = self._raw.get(target)
        says_nothing = isinstance(cell, str) and normal(cell) in NOTHING
        if cell is None or (
            says_nothing and not (spec.choices and normal(cell) == "无" and _offers_none(spec))
        ):
            return None
        try:
            return read(spec, cell)
        except Refused as refused:
            shown = self._masked(target)
            message = str(refused).replace(self.raw(target), shown) if shown else str(refused)
            self.error(target, message)
            return None

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
            words = {"male": "男", "female": "女"}
            why = f"身份证号第17位表明是{words[id_sex(number)]}，表中是{words[stated]}"
        else:
            return
        self.error(f"{owner}.id_number", f"{why}，身份证号未录入，请照户口簿核对后改表重导")
        self.values[f"{owner}.id_number"] = None


def _offers_none(spec: Any) -> bool:
    try:
        spec.choices.find("无")
    except Refused:
        return False
    return True
