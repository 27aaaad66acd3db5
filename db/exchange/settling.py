"""Where headings leave a choice, the values under them decide: of two columns for one field, or whose ID numbers they are."""

from db import days
from db.exchange.aliases import table
from db.exchange.grid import Heading
from db.exchange.headings import Columns, told_in_brackets
from db.values import Refused, id_birth, id_number, partial_date

TOLD_BY = 300  # rows that settle whose ID numbers a column holds


def settle_empty(rows: list, columns: Columns, kind: str) -> None:
    """A column without any value gives its place to one that may hold the same and has some."""
    for target, held in list(columns.at.items()):
        if any(_cell(row, held) is not None for _, row in rows):
            continue
        for heading in columns.unmapped:
            may = table(kind).get(told_in_brackets(heading.text)[0], ())
            if target in may and any(_cell(row, heading) is not None for _, row in rows):
                columns.assign(heading, target)
                break


def _cell(row: list, heading: Heading) -> object:
    return row[heading.column] if heading.column < len(row) else None


def settle_ids(rows: list, columns: Columns) -> None:
    """ID columns that share one heading, in shuffled order: each is whose birth dates it agrees with.

    The child's is the one that agrees best with the child's birth dates, or holds the most minors' numbers; one that disagrees with the person it
    follows is the guardian's, who has no birth date column. A lone one that holds adults' numbers is the guardian's.
    """
    at = columns.at
    lone = at.get("child.id_number")
    if lone and "guardian.name" in at and "guardian.id_number" not in at and _grown_up(rows, lone):
        at["guardian.id_number"] = at.pop("child.id_number")
    headings = [heading for target, heading in at.items() if target.endswith(".id_number")]
    twins = [each for each in headings if sum(each.text == other.text for other in headings) > 1]
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
        others = born and 2 * _agreeing(rows, heading, born) < len(_births(rows, heading))
        if target in at or target == "child.id_number" or others:
            target = "guardian.id_number"
        if target in at or "guardian.name" not in at:
            columns.unmapped.append(heading)
        else:
            at[target] = heading


def _grown_up(rows: list, ids: Heading) -> bool:
    """Whether most of the ID numbers in a column are those of adults."""
    return 2 * _agreeing(rows, ids, None) < len(_births(rows, ids))


def _agreeing(rows: list, ids: Heading, births: Heading | None) -> int:
    """How many of the first rows hold an ID number whose date is the birth date; a minor's, where none is given."""
    if births is None:
        grown = days.years_before(days.today(), 20).isoformat()
        return sum(born > grown for _, born in _births(rows, ids))
    agreeing = 0
    for row, born in _births(rows, ids):
        try:
            agreeing += born.startswith(partial_date(_cell(row, births)))
        except Refused:
            continue
    return agreeing


def _births(rows: list, ids: Heading) -> list[tuple[list, str]]:
    """The first rows whose ID number can be read, each with the birth date it holds."""
    found = []
    for _, row in rows[:TOLD_BY]:
        try:
            found.append((row, id_birth(id_number(_cell(row, ids)))))
        except Refused:
            continue
    return found
