"""What is written into a form's places for one child."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from db.exchange.areas import LINE, UNIT, Place
from db.exchange.boxes import ticked
from db.exchange.cards import ROWS, Slot
from db.exchange.facts import Answers
from db.exchange.gaps import Gap, filled

UNIT_ONLY = re.compile(rf"{LINE}+({UNIT}){LINE}*")
Values = dict[Place, Any]


def values_for(slots: Sequence[Slot], row: Answers, records: Sequence[Answers] = ()) -> Values:
    """Cell → what it says for this child; a place whose answer is not known is left out and keeps its look.

    records: the child's records, the newest first, for a table of them inside the form.
    """
    found: Values = {}
    parts: dict[Place, dict[Gap, str]] = {}
    for slot in slots:
        if slot.target is None:
            continue
        if slot.how == ROWS:
            found |= _in_table(slot, row, records)
        elif (value := row[slot.target]) is not None:
            if slot.gap:
                parts.setdefault(slot.cell, {})[slot.gap] = _in_gap(slot, value)
            else:
                found[slot.cell] = _alone(slot, value)
    for slot in slots:
        if slot.cell in parts:
            found[slot.cell] = filled(slot.text, parts.pop(slot.cell))
    return found
