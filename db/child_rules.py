"""What the fields of the child's sheet say of each other while it is filled: shorthand, completions, 同上, checks."""

import re
from collections.abc import Mapping
from typing import Any

from db import days, site
from db.child_checks import derive
from db.child_fields import ALIKE, ASKED, SHARED, SPECS
from db.errors import LedgerError
from db.impossible import impossible
from db.improbable import doubtful
from db.sheet import Rules
from db.used import Used
from db.values import group_name, group_rank, id_birth

ELDERS = ("father_id", "mother_id", "guardian_id")
HOUSE = re.compile(r"\d{1,4}(?:[-－]\d{1,3})?号?")
Values = Mapping[str, Any]


class ChildRules:
    """The rules of one run of entry: what was used before is read from the ledger once, and added to as records are saved.

    A ledger that cannot be read completes nothing and stops nothing: saving will say so.
    """

    def __init__(self) -> None:
        self.used = Used()
        self._here: str | None = None

    def rules(self) -> Rules:
        """All of it, as the entry session takes it."""
        return Rules(
            derive=derive, impossible=impossible, doubtful=doubtful, expand=self.expand, suggest=self.suggest,
            repeat=repeat, beside=beside, shared=SHARED, asked=ASKED, alike=ALIKE,
        )  # fmt: skip

    def expand(self, name: str, text: str, values: Values) -> str:
        """Shorthand written out: 1 is 一组, 55 is house 55 of the child's group, 2 is class 2."""
        try:
            match name:
                case "village_group" if text.isascii() and text.isdigit() and len(text) <= 2:
                    return self._group(int(text))
                case "address" | "guardian_address" if HOUSE.fullmatch(text):
                    return f"{self._village()}{values.get('village_group') or ''}{text.rstrip('号')}号"
                case "class_no" if text.isascii() and text.isdigit() and len(text) <= 2:
                    return f"{text}班"
        except LedgerError:
            pass
        return text

    def suggest(self, name: str, typed: str, values: Values) -> list[str]:
        """What a field of text is completed to; a mother's place of work is likely the father's."""
        pool = SPECS[name].pool
        if not pool:
            return []
        first = {"mother_place": "father_place", "father_place": "mother_place"}.get(name)
        try:
            return self.used.matching(pool, typed, [values.get(first)] if first else ())
        except LedgerError:
            return []

    def learn(self, values: Values) -> None:
        """A record was saved: what it used completes the next one."""
        for name, spec in SPECS.items():
            if spec.pool and values.get(name):
                self.used.note(spec.pool, values[name])

    def _group(self, number: int) -> str:
        for group, _ in self.used.counts("group").most_common():
            if group_rank(group) == number:
                return group
        return group_name(f"{number}组")

    def _village(self) -> str:
        if self._here is None:
            here = site.site()
            village = here.name if here and here.kind == "village" else ""
            township = (here.township or "") if here and village else ""
            self._here = village if village.startswith(township) else township + village
        return self._here


def repeat(name: str, values: Values, before: Values) -> Any:
    """同上: what the record before has; for where the guardian lives, where the child does."""
    return (name == "guardian_address" and values.get("address")) or before.get(name)


def beside(name: str, values: Values) -> str:
    """The age that a birth date, or an adult's ID number, tells."""
    value = values.get(name)
    if not value or not (name == "birth_date" or name in ELDERS):
        return ""
    age = days.age_on(value if name == "birth_date" else id_birth(value), days.today())
    return f"{age}岁" if age is not None and age >= 0 else ""
