"""What is written into a form's places for one child."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from db.exchange.aliases import MEMBERS
from db.exchange.areas import LINE, UNIT, Place
from db.exchange.boxes import boxes, ticked
from db.exchange.cards import ROWS, TICKS, Slot
from db.exchange.facts import Answers
from db.exchange.gaps import Gap, filled
from db.exchange.grid import Heading
from db.exchange.lacking import lacks
from db.exchange.looks import Cell, Manner, NoChoice, look

WITH_UNIT = re.compile(rf"{LINE}+({UNIT}){LINE}*")
PLAIN = Manner()


def values_for(
    slots: Sequence[Slot],
    row: Answers,
    records: Sequence[Answers] = (),
    manner: Manner = PLAIN,
    unfit: dict[str, list[str]] | None = None,
) -> dict[Place, Cell]:
    """Cell (row and column, from 0) → what it says for this child; what is not known is left out and stays blank.

    records: the child's records, the newest first, for a table of them inside the form. unfit: label → values in words for which the form
    prints no choice, to be added to.
    """
    found: dict[Place, Cell] = {}
    gaps: dict[Place, dict[Gap, str]] = {}
    for slot in slots:
        for cell, value in _answers(slot, row, records):
            try:
                said = _said(slot, value, manner)
            except NoChoice as none:
                if unfit is not None:
                    unfit.setdefault(slot.label, []).append(str(none))
                continue
            if said is None and value is None and slot.how != TICKS and lacks(slot.target, row):
                said = manner.unknown or None
            if said is None:
                continue
            blank = slot.text[slot.gap.start : slot.gap.end] if slot.gap else slot.text
            if slot.how == TICKS:
                said = _ticked(blank, str(said))
            elif slot.gap or "年" in blank:
                said = _text(said, blank)
            elif match := WITH_UNIT.fullmatch(blank):
                said = f"{said}{match[1]}"
            if slot.gap:
                gaps.setdefault(cell, {})[slot.gap] = said
            else:
                found[cell] = said
    texts = {slot.cell: slot.text for slot in slots if slot.gap}
    return found | {cell: filled(texts[cell], values) for cell, values in gaps.items()}


def sample(slot: Slot, row: Answers, records: Sequence[Answers] = (), manner: Manner = PLAIN) -> str:
    """What a place would say first, in words; '' for nothing."""
    for _, value in _answers(slot, row, records):
        try:
            if (said := _said(slot, value, manner)) is not None:
                return str(said)
        except NoChoice as none:
            return f"{none}（表里没有这一项）"
    return ""


def is_lacking(slot: Slot, row: Answers, records: Sequence[Answers] = ()) -> bool:
    """Whether a place stays blank for want of what the ledger could know."""
    answers = [value for _, value in _answers(slot, row, records)]
    return all(each in (None, "") for each in answers) and lacks(slot.target, row)


def left_over(slots: Sequence[Slot], row: Answers, records: Sequence[Answers] = ()) -> str | None:
    """A sentence if a table inside the form has too few lines for the family or the records; None if not."""
    for slot in slots:
        lines = 1 + len(slot.more)
        if slot.how == ROWS and slot.target and slot.target.startswith("record.") and len(records) > lines:
            return f"记录有{len(records)}条，表上只有{lines}行，只填了最近的{lines}条"
        if slot.how == ROWS and slot.target == "m1.name" and len(row.kin) > lines:
            return f"家庭成员有{len(row.kin)}人，表上只有{lines}行，只填了前{lines}人"
    return None


def _answers(slot: Slot, row: Answers, records: Sequence[Answers]) -> Iterator[tuple[Place, Any]]:
    if slot.target is None:
        return
    target = slot.target.split("=")[0]
    if slot.how != ROWS:
        yield slot.cell, row[target]
        return
    owner, name = target.split(".")
    cells = (slot.cell, *slot.more)
    if owner in MEMBERS:
        yield from ((cell, row[f"{member}.{name}"]) for cell, member in zip(cells, MEMBERS, strict=False))
    elif owner == "record":
        yield from ((cell, record[target]) for cell, record in zip(cells, records, strict=False))


def _said(slot: Slot, value: Any, manner: Manner) -> Cell:
    """A value as the form words it; None if it is not known. Raises NoChoice if the form prints no choice for it."""
    printed = [
        each.choice for each in boxes(slot.text[slot.gap.start : slot.gap.end] if slot.gap else slot.text)
    ]
    label = f"{slot.label}{{{'|'.join(printed)}}}" if len(printed) > 1 else slot.label
    return None if value is None else look(slot.target, Heading(0, label, slot.group), manner)(value)


def _ticked(text: str, said: str) -> str:
    printed = [each.choice for each in boxes(text)]
    if len(printed) == 1:  # □寄宿
        return ticked(text, printed if said in ("是", "有") else ())
    return ticked(text, said.split("、"))


def _text(said: Cell, blank: str) -> str:
    """A value in a line of words; a day as the line has it printed."""
    if isinstance(said, date):
        return f"{said.year}年{said.month}月{said.day}日" if "年" in blank else said.isoformat()
    return str(said)
