"""Where headings leave a choice, the values under them decide: of two columns for one field, or whose ID numbers they are."""

from typing import Any

from db import days
from db.exchange.aliases import MEMBERS, ROLES, adult_specs, bare, table
from db.exchange.grid import Heading
from db.exchange.headings import Columns, told_in_brackets
from db.values import Refused, count, id_birth, id_number, partial_date

TOLD_BY = 300  # rows that settle whose a column is
GROWN_UP = 20
NOBODY = 120  # years of age: the cell holds something else
Rows = list[tuple[int, list[Any]]]


def settle_empty(rows: Rows, columns: Columns, kind: str) -> None:
    """A column without any value gives its place to one that may hold the same and has some."""
    for target, held in list(columns.at.items()):
        if any(_cell(row, held) is not None for _, row in rows):
            continue
        for heading in columns.unmapped:
            may = table(kind).get(told_in_brackets(heading.text)[0], ())
            if target in may and any(_cell(row, heading) is not None for _, row in rows):
                columns.assign(heading, target)
                break


def settle_grown_up(rows: Rows, columns: Columns) -> None:
    """A child's column under which ID numbers, birth dates or ages of adults stand is that of the adult it follows."""
    for name in ("id_number", "birth_date", "age"):
        heading = columns.at.get(f"child.{name}")
        if heading is None:
            continue
        births = _births(rows, heading, name)
        youngest = days.years_before(days.today(), GROWN_UP).isoformat()
        if 2 * sum(born < youngest for _, born in births) <= len(births):
            continue
        role = _adult_before(columns, heading)
        if role and name in adult_specs(role) and f"{role}.{name}" not in columns.at:
            columns.assign(heading, f"{role}.{name}")


def _adult_before(columns: Columns, heading: Heading) -> str | None:
    owners = [target.split(".")[0] for target, each in sorted(columns.at.items(), key=lambda item: item[1].column)
              if each.column < heading.column]  # fmt: skip
    return next((each for each in reversed(owners) if each in ROLES or each in MEMBERS), None)


def settle_ids(rows: Rows, columns: Columns) -> None:
    """ID columns that do not say whose they are, in any order: each is whose birth dates it agrees with.

    The child's is the one that agrees best with the child's birth dates, or holds the most minors' numbers; one that
    disagrees with the person it follows is the guardian's, who has no birth date column.
    """
    at = columns.at
    twins = [
        each for target, each in at.items()
        if target.endswith(".id_number") and not each.group and not (told := told_in_brackets(each.text))[1] and told[0] in bare()
    ]  # fmt: skip
    if len(twins) < 2:
        return
    births = at.get("child.birth_date")
    own = max(twins, key=lambda each: _agreeing(rows, each, births))
    if not _agreeing(rows, own, births):
        return
    owners = {heading.column: target for target, heading in at.items() if heading in twins}
    displaced = owners[own.column]
    for target in owners.values():
        del at[target]
    at["child.id_number"] = own
    for heading in (each for each in twins if each is not own):
        target = owners[heading.column] if owners[heading.column] != "child.id_number" else displaced
        born = at.get(target.replace(".id_number", ".birth_date"))
        others = born and 2 * _agreeing(rows, heading, born) < len(_births(rows, heading, "id_number"))
        if target in at or target == "child.id_number" or others:
            target = "guardian.id_number" if "guardian.name" in at else ""
        if target and target not in at:
            at[target] = heading
        else:
            columns.unmapped.append(heading)


def _agreeing(rows: Rows, ids: Heading, births: Heading | None) -> int:
    """How many of the first rows hold an ID number whose date is the birth date; a minor's, where none is given."""
    found = _births(rows, ids, "id_number")
    if births is None:
        youngest = days.years_before(days.today(), GROWN_UP).isoformat()
        return sum(born >= youngest for _, born in found)
    return sum(born.startswith(_born(_cell(row, births), "birth_date") or "-") for row, born in found)


def _births(rows: Rows, heading: Heading, name: str) -> list[tuple[list[Any], str]]:
    """The first rows that can be read, each with the birth date that its ID number, birth date or age comes to."""
    return [(row, born) for _, row in rows[:TOLD_BY] if (born := _born(_cell(row, heading), name))]


def _born(cell: Any, name: str) -> str | None:
    try:
        if name == "age":
            age = count(cell)
            return days.years_before(days.today(), age).isoformat() if age < NOBODY else None
        return id_birth(id_number(cell)) if name == "id_number" else partial_date(cell)
    except Refused:
        return None


def _cell(row: list[Any], heading: Heading) -> Any:
    return row[heading.column] if heading.column < len(row) else None
