"""The sheets of a target of one's own: its fields, which of them each sort needs, and the answer to one given by hand."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from db import changes, days, own_targets
from db.models import User
from db.own_targets import ANSWER, CONDITIONS
from db.sheet import Entry, Saved, Values, merge, settled
from db.values import full_day

LONGEST = 600  # letters that a dozen conditions may take in words
PROMPTS = {
    "who": "按 F8 选；不再分就留空，如 就学情况是小学",
    "met": "按 F8 选，如 免疫接种是已按时接种；几条都成立才算",
}
NEEDED = {
    "rate": {"counted", "who", "met", "goal", "direction"},
    "all": {"counted", "who", "met"},
    "some": {"counted", "who", "met", "goal", "direction"},
    "by_hand": set(),
}  # what each sort asks for besides its name and 口径


def _if_needed(name: str) -> Any:
    def skip(values: dict[str, Any]) -> str | None:
        sort = values.get("sort") or "rate"
        if name in NEEDED.get(sort, NEEDED["rate"]):
            return None
        return "由人填写的不用填" if sort == "by_hand" else "每个都要做到，不用填"

    return skip


def _entries() -> tuple[Entry, ...]:
    specs = {entry.name: entry.spec for entry in own_targets.ENTRIES}
    specs |= {
        entry.name: entry.spec._replace(longest=LONGEST, prompt=PROMPTS[entry.name]) for entry in CONDITIONS
    }
    for name in NEEDED["rate"]:
        specs[name] = specs[name]._replace(skip=_if_needed(name))
    order = ("name", "sort", "counted", "who", "met", "goal", "direction", "about")
    return tuple(Entry(name, specs[name], "") for name in order)


ENTRIES = _entries()
LABELS = {entry.name: entry.spec.label for entry in ENTRIES}


def load_answer(target_id: UUID) -> Values:
    """The sheet of an answer; one not given yet is of today. Raises NotFound."""
    row = own_targets.find(target_id)
    values = {entry.name: getattr(row, entry.name) for entry in ANSWER}
    return values if row.answered is not None else values | {"answered_on": days.today()}


def save_answer(
    target_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Write the answer to an item given by hand, as one action. Raises Refused, NotFound, Conflict."""

    def write() -> Saved:
        with changes.action(f"填写 {own_targets.find(target_id).name}", by):
            theirs = load_answer(target_id)
            mine, merged = merge(ANSWER, values, base, theirs, force)
            told = theirs | mine
            on = told["answered_on"]
            own_targets.answer(target_id, told["answered"], by, on and full_day(on), told["evidence"])
        return Saved(target_id, merged)

    return settled(write)
