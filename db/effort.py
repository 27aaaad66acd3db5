"""What entering records took: keys, seconds and corrections per record; counts, never what was typed."""

from collections import defaultdict
from statistics import mean, median
from typing import Any
from uuid import UUID

import peewee

from db import changes, site
from db.models import Effort, User

HOUR = 3600


def note(
    act: changes.Action, child_id: UUID, fresh: bool, keys: int, seconds: float, corrections: int
) -> None:
    """Note what a record took, inside its save's action: taken back together with it.

    A save that changed nothing is no record. fresh: a new child, else one on file; seconds: at the sheet; corrections:
    keys that took back (Backspace, Delete, undo).
    """
    if act.rows:
        act.insert(
            Effort, child=child_id, term=site.term(), who=act.by, fresh=fresh, keys=keys,
            seconds=round(seconds), corrections=corrections,
        )  # fmt: skip


def summary() -> dict[str, Any]:
    """The figures of all terms, in all and by user (most records first): what `status --entry --json` prints.

    Each part has fresh and edited records apart; means and medians are null without records.
    """
    by_user: dict[str, list[tuple]] = defaultdict(list)
    rows = Effort.live(User.id, User.name, Effort.fresh, Effort.keys, Effort.seconds, Effort.corrections)
    users = {}
    for who, name, *counts in rows.join(
        User, on=(Effort.who == User.id), join_type=peewee.JOIN.LEFT_OUTER
    ).tuples():
        users[who] = name
        by_user[who].append(tuple(counts))
    ranked = sorted(by_user, key=lambda who: (-len(by_user[who]), users[who] or ""))
    return {
        "all": _parts([row for rows in by_user.values() for row in rows]),
        "users": [{"user": users[who]} | _parts(by_user[who]) for who in ranked],
    }


def _parts(rows: list[tuple]) -> dict[str, Any]:
    return {
        "fresh": _figures([row[1:] for row in rows if row[0]]),
        "edited": _figures([row[1:] for row in rows if not row[0]]),
    }


def _figures(rows: list[tuple[int, int, int]]) -> dict[str, Any]:
    keys, seconds, corrections = ([row[at] for row in rows] for at in range(3))
    return {
        "records": len(rows),
        "keys_mean": _tenth(mean(keys)) if rows else None,
        "keys_median": _tenth(median(keys)) if rows else None,
        "seconds_mean": _tenth(mean(seconds)) if rows else None,
        "seconds_median": _tenth(median(seconds)) if rows else None,
        "corrections_mean": _tenth(mean(corrections)) if rows else None,
        "records_per_hour": _tenth(len(rows) * HOUR / sum(seconds)) if sum(seconds) else None,
    }


def _tenth(value: float) -> float:
    return round(float(value), 1)
