"""Facts of the ledger that all its users share, so that all see the same rates."""

import json
from typing import Any

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


def get(key: str) -> Any:
    """A setting, or its default. Raises KeyError for a key we do not have."""
    default, said = DEFAULTS[key], text(key)
    return default if said is None else json.loads(said)


def text(key: str) -> str | None:
    """A setting as it is stored (JSON); None where nobody set it."""
    row = Setting.live(Setting.value).where(Setting.key == key).tuples().first()
    return row and row[0]


def goals() -> dict[str, float]:
    """The goals that are set, in percent, by the target's code."""
    usual = {key: value for key, value in DEFAULTS.items() if key.startswith(GOAL)}
    said = Setting.live(Setting.key, Setting.value).where(Setting.key.startswith(GOAL))
    told = usual | {key: json.loads(value) for key, value in said.tuples() if key in usual}
    return {key.removeprefix(GOAL): value for key, value in told.items() if value is not None}
