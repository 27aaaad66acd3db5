"""How a form's columns are to be read, settled once by somebody: kept in the ledger, found again by its headings."""

import hashlib
import json

from db import changes
from db.exchange.aliases import targets, words
from db.exchange.grid import Heading
from db.exchange.headings import Columns
from db.models import Layout


def fingerprint(headings: list[Heading]) -> str:
    """What the headings of a form come to, whatever their blanks, brackets and lists of choices."""
    text = "\n".join(f"{words(each.group)}/{words(each.text)}" for each in headings)
    return hashlib.sha256(text.encode()).hexdigest()


def kind_of(headings: list[Heading]) -> str | None:
    """The kind of register these headings were settled to be; None if nobody settled them."""
    found = _layout(headings)
    return found and found.kind


def recall(headings: list[Heading], kind: str) -> Columns | None:
    """The columns as they were settled for these headings; None if nobody did."""
    found = _layout(headings)
    if found is None or found.kind != kind:
        return None
    told, may = json.loads(found.columns), set(targets(kind))
    columns = Columns()
    for place, heading in enumerate(headings):
        target = told.get(str(place))
        if target in may or (target and (target[0] == "m" or target.startswith("day."))):
            columns.at[target] = heading
        else:
            columns.unmapped.append(heading)
    return columns


def remember(columns: Columns, kind: str) -> None:
    """Keep how these columns are to be read, for the next file with the same headings.

    It is no action of the user's: taking back an import does not take back how a form is read.
    """
    headings = columns.headings()
    told = {place: columns.target_of(heading) for place, heading in enumerate(headings)}
    text = json.dumps(told)
    with changes.action("记住表头对应", None) as act:
        row = _layout(headings)
        if row is None:
            act.insert(Layout, headings=fingerprint(headings), kind=kind, columns=text)
        else:
            act.update(row, kind=kind, columns=text)


def _layout(headings: list[Heading]) -> Layout | None:
    return Layout.live().where(Layout.headings == fingerprint(headings)).first()
