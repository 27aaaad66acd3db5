"""Facts of the ledger that all its users share, so that all see the same rates."""

import json
from typing import Any

from db.models import Setting

DEFAULTS: dict[str, Any] = {
    "site": None,
    "term": None,
    "criterion": "state2016",
    "rhythms": None,
    "pairing.capacity": 2, "pairing.one_of": ["teacher", "peer"], "pairing.lapse_days": 45,
    "report.numbers": [["报警", "110"], ["儿童保护热线", "12345"], ["青少年服务", "12355"], ["急救", "120"]],
    "retention.years": 3,
    "goal.filed": 100, "goal.enrolled": 100, "goal.paired": 100, "goal.talk_on_time": 100,
}  # fmt: skip


def get(key: str) -> Any:
    """A setting, or its default. Raises KeyError for a key we do not have."""
    default, said = DEFAULTS[key], text(key)
    return default if said is None else json.loads(said)


def text(key: str) -> str | None:
    """A setting as it is stored (JSON); None where nobody set it."""
    row = Setting.live(Setting.value).where(Setting.key == key).tuples().first()
    return row and row[0]
