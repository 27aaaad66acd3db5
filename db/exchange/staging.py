"""The ledger as an import sees it: read once, changed in memory, written at the end in one action.

Nothing touches the store before `Book.write`, so a dry run is simply an import that is not written.
"""

from collections import defaultdict
from typing import Any
from uuid import UUID

from db.changes import Action
from db.exchange.outcome import Outcome
from db.fields import specs
from db.ids import uuid7
from db.initials import initials
from db.models import Adult, CareRecord, Child, Helper, Kinship, Pairing, Row, Survey, Term
from db.spec import mask, show


class Staged:
    """One row of the ledger with what this import wants to change in it; a new one has no row yet."""

    __slots__ = ("id", "model", "new", "row", "said")

    def __init__(self, model: type[Row], row: Row | None = None):
        self.model, self.row = model, row
        self.id: UUID = row.id if row else uuid7()
        self.new: dict[str, Any] = {}
        self.said: dict[str, int] = {}  # field → the sheet row that stated it first

    def get(self, name: str) -> Any:
        """The value as it will be."""
        if name in self.new:
            return self.new[name]
        return self.row.__data__.get(name) if self.row else None


class Book:
    """What an import reads and changes. changes counts every field it wants to write."""

    def __init__(self, outcome: Outcome, term: Term | None = None):
        self.outcome = outcome
        self.changes = 0
        self.staged: list[Staged] = []
        self.touched: dict[UUID, Staged] = {}
        self.term = term
        self.children = [Staged(Child, row) for row in Child.live()]
        self.child_ids = {child.get("id_number"): child for child in self.children if child.get("id_number")}
        self.child_names: dict[str, list[Staged]] = defaultdict(list)
        for child in self.children:
            self.child_names[child.get("name")].append(child)
        self.adults: dict[UUID, Staged] = {}
        self.adult_ids: dict[str, Staged] = {}
        self.adult_names: dict[str, list[Staged]] = defaultdict(list)
        for row in Adult.live():
            self._know_adult(Staged(Adult, row))
        self.kin: dict[UUID, list[Staged]] = defaultdict(list)
        for row in Kinship.live():
            if row.adult_id in self.adults:
                self.kin[row.child_id].append(Staged(Kinship, row))
        surveys = Survey.live().where(Survey.term == term.id) if term else ()
        self.surveys = {row.child_id: Staged(Survey, row) for row in surveys}

    # ── finding ──────────────────────────────────────────────────────────────────────────────────────────

    def parent(self, child: Staged, relation: str) -> Staged | None:
        """The adult who is this child's father ('51'), mother ('52') or other relation on file."""
        for kinship in self.kin[child.id]:
            if kinship.get("relation") == relation:
                return self.adults[kinship.get("adult")]
        return None

    def survey(self, child: Staged) -> Staged:
        """The child's survey of this import's term, made if there is none."""
        found = self.surveys.get(child.id)
        if found is None:
            found = self.surveys[child.id] = self._add(Survey, child=child.id)
        return found

    # ── changing ─────────────────────────────────────────────────────────────────────────────────────────

    def add_child(self, **values: Any) -> Staged:
        """A new child."""
        child = self._add(Child, **values)
        self.children.append(child)
        self.child_names[values["name"]].append(child)
        return child

    def add_adult(self, **values: Any) -> Staged:
        """A new adult."""
        adult = self._add(Adult, **values)
        self._know_adult(adult)
        return adult

    def add_kin(self, child: Staged, adult: Staged, **values: Any) -> Staged:
        """A new tie between a child and an adult."""
        kinship = self._add(Kinship, child=child.id, adult=adult.id, **values)
        self.kin[child.id].append(kinship)
        return kinship

    def add(self, model: type[Row], **values: Any) -> Staged:
        """A new row of another table."""
        return self._add(model, **values)

    def set(self, row: Staged, at: int, column: str, **values: Any) -> None:
        """State fields; None states nothing. What an earlier row of this register said stands, with a warning."""
        for name, value in values.items():
            if value is None or row.get(name) == value:
                if value is not None:
                    row.said.setdefault(name, at)
                continue
            first = row.said.get(name)
            if first is not None and first != at:
                self._contradiction(row, name, value, at, column)
                continue
            row.new[name] = value
            row.said[name] = at
            if name == "name":
                row.new["initials"] = initials(value)
            if name == "id_number":
                (self.child_ids if row.model is Child else self.adult_ids)[value] = row
            self.touched[row.id] = row
            self.changes += 1

    def clear(self, row: Staged, name: str) -> None:
        """Empty a field on purpose: an import never does so for an empty cell."""
        if row.get(name) is not None:
            row.new[name] = None
            self.touched[row.id] = row
            self.changes += 1

    def _contradiction(self, row: Staged, name: str, value: Any, at: int, column: str) -> None:
        spec = specs(row.model)[name]
        whose = row.get("name") or ""
        old, new = (mask(spec, show(spec, each)) for each in (row.get(name), value))
        self.outcome.warn(
            at, column, new,
            f"同一人{whose}的{spec.label}，第{row.said[name]}行写“{old}”，本行写“{new}”，已按第{row.said[name]}行记，请核对",
        )  # fmt: skip

    def _add(self, model: type[Row], **values: Any) -> Staged:
        row = Staged(model)
        row.new = {name: value for name, value in values.items() if value is not None}
        if "initials" in model._meta.fields:
            row.new["initials"] = initials(values["name"])
        self.staged.append(row)
        self.changes += 1
        return row

    def _know_adult(self, adult: Staged) -> None:
        self.adults[adult.id] = adult
        self.adult_names[adult.get("name")].append(adult)
        if number := adult.get("id_number"):
            self.adult_ids[number] = adult

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────

    def write(self, act: Action, term: Term | None = None) -> None:
        """Put everything into the ledger: first the people, then what refers to them."""
        order = {Child: 0, Adult: 0, Helper: 0, Kinship: 1, Survey: 1, CareRecord: 1, Pairing: 1}
        for each in sorted(self.staged, key=lambda each: order[each.model]):
            extra = {"term": term.id} if each.model is Survey and term else {}
            act.insert(each.model, id=each.id, **each.new, **extra)
        made = {each.id for each in self.staged}
        for each in self.touched.values():
            if each.id not in made and each.row is not None:
                act.update(each.row, **each.new)
