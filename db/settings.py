"""Facts of the ledger that all its users share, so that all see the same rates."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from db import days
from db.models import Setting

GOAL = "goal."  # what the keys of the targets' goals begin with
DEFAULTS: dict[str, Any] = {
    "site": None,
    "term": None,
    "criterion": "state2016",
    "rhythms": None,
    "pairing.capacity": 2, "pairing.one_of": ["teacher", "peer"], "pairing.lapse_days": 45,
    "report.numbers": [["报警", "110"], ["儿童保护热线", "12345"], ["青少年服务", "12355"], ["急救", "120"]],
    "retention.years": 3,
    "parenting.months": 12,
    "goal.filed": 100, "goal.enrolled": 100, "goal.paired": 100, "goal.talk_on_time": 100,
    **dict.fromkeys(f"{GOAL}{code}" for code in (
        "retained", "in_school", "vaccinated", "parenting", "legal_aid", "paired_focus", "paired_hardship", "visit_on_time",
        "call_on_time", "entrusted", "consented", "arts_sports", "no_guardian", "dropped_out", "no_hukou",
    )),
}  # fmt: skip


_held: ContextVar[dict[str, str] | None] = ContextVar("settings held", default=None)


@contextmanager
def held() -> Iterator[None]:
    """Inside, the settings are as they were at its beginning, read once: for what reads many times and sets nothing."""
    token = _held.set(dict(Setting.live(Setting.key, Setting.value).tuples()))
    try:
        yield
    finally:
        _held.reset(token)


def are_held() -> bool:
    """Whether the settings are read already, so that nothing may be set."""
    return _held.get() is not None


def get(key: str) -> Any:
    """A setting, or its default. Raises KeyError for a key we do not have."""
    default, said = DEFAULTS[key], text(key)
    return default if said is None else json.loads(said)


def text(key: str) -> str | None:
    """A setting as it is stored (JSON); None where nobody set it."""
    if (stored := _held.get()) is not None:
        return stored.get(key)
    row = Setting.live(Setting.value).where(Setting.key == key).tuples().first()
    return row and row[0]


def goals() -> dict[str, float]:
    """The goals that are set, in percent, by the target's code."""
    usual = {key: value for key, value in DEFAULTS.items() if key.startswith(GOAL)}
    said = _held.get()
    if said is None:
        said = dict(Setting.live(Setting.key, Setting.value).where(Setting.key.startswith(GOAL)).tuples())
    told = usual | {key: json.loads(value) for key, value in said.items() if key in usual}
    return {key.removeprefix(GOAL): value for key, value in told.items() if value is not None}


def term_code() -> str:
    """The code of the term the ledger stands in: the one set, else today's."""
    return get("term") or days.term_code(days.today())
