"""How a blank form is filled, settled once by somebody: kept in the ledger, found again by its headings."""

import json
from typing import Any

from db import changes
from db.errors import Broken
from db.exchange.grid import Heading
from db.exchange.layouts import fingerprint
from db.models import Form


def recall(headings: list[Heading]) -> tuple[str, list[str | None], dict[str, Any]] | None:
    """Kind, target of each heading and what else was chosen; None if nobody settled this form."""
    row = _form(headings)
    if row is None:
        return None
    told = json.loads(row.columns)
    return row.kind, [told.get(str(place)) for place in range(len(headings))], json.loads(row.choices)


def remember(
    headings: list[Heading], name: str, kind: str, targets: list[str | None], choices: dict[str, Any]
) -> None:
    """Keep how a form is filled, for the next one with the same headings; it is no action of the user's to take back."""
    told = {
        "name": name, "kind": kind, "columns": json.dumps(dict(enumerate(targets))),
        "choices": json.dumps(choices, ensure_ascii=False),
    }  # fmt: skip
    try:
        _keep(headings, told)
    except (Broken, changes.Stale):  # a colleague settled it this moment: the later word stands
        _keep(headings, told)


def _keep(headings: list[Heading], told: dict[str, str]) -> None:
    with changes.action("记住表怎样填", None) as act:
        row = _form(headings)
        if row is None:
            act.insert(Form, headings=fingerprint(headings), **told)
        else:
            act.update(row, **told)


def _form(headings: list[Heading]) -> Form | None:
    return Form.live().where(Form.headings == fingerprint(headings)).first()
