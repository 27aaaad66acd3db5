"""The ledger as an import sees it: read once, changed in memory, written at the end in one action.

Nothing touches the store before `Book.write`, so a dry run is simply an import that is not written.

Whose word stands (docs/rules.md): what a register says goes in where nothing is on file. Where something else is, the
later word stands: the register's, if its day is not before the day the value on file is from (a register without a
day is before all); else the difference is reported and the ledger stays. A value that only says more (the day where
the month is on file, 慢性病 where 患病 is) always goes in, and one that says less never does.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

import peewee

from db import as_of, bulk
from db.changes import Action
from db.dossier import derived
from db.exchange.cells import Cells
from db.exchange.namesakes import Namesakes
from db.exchange.outcome import Edit, Outcome
from db.fields import specs
from db.ids import endless
from db.models import (
    Activity,
    Adult,
    Attendance,
    CareRecord,
    Child,
    Focus,
    Helper,
    Kinship,
    Pairing,
    Row,
    Score,
    Survey,
    Term,
)
from db.spec import Spec, mask, show
from db.values import group_rank

ORDER = (Child, Adult, Helper, Kinship, Survey, Focus, CareRecord, Pairing, Activity, Attendance, Score)
BATCH = 500
BROADER = {
    "health": {"ill": {"chronic", "serious"}},
    "declared": {"some": {"one", "both"}},
    "relation": {"50": {"51", "52"}},
}
NOTHING = MappingProxyType({})
LAST = "9999"  # a day after all days
PLACES = {"address", "hukou_address", "workplace", "father_place", "mother_place", "school"}
GROUP = re.compile(r"第?[一二三四五六七八九十\d]+(?:村民)?小?组$")
KEYS = endless()
NUMERALS = "0123456789一二三四五六七八九十"


@cache
def fields_of(model: type[Row]) -> frozenset[str]:
    """The names of a table's fields."""
    return frozenset(model._meta.fields)


@cache
def bits_of(model: type[Row]) -> dict[str, int]:
    """A bit for each field of a table."""
    return {name: 1 << nth for nth, name in enumerate(model._meta.fields)}


class Staged:
    """One row of the ledger (kept: what its fields hold; None for a new one) with what this import wants to change in it."""

    __slots__ = ("at", "day", "fresh", "id", "kept", "mask", "model", "new", "said", "same")

    def __init__(self, model: type[Row], kept: bulk.Held | dict[str, Any] | None = None):
        self.model, self.kept = model, kept
        self.id: UUID = kept["id"] if kept else next(KEYS)
        self.new: dict[str, Any] = NOTHING
        self.fresh = (
            False  # neither it nor whose it is is on file: what is put into it is no change of the ledger
        )
        self.mask = (
            0  # of what is on file: the fields that the first sheet row to speak of it states, a bit for each
        )
        self.said: dict[str, int] | None = (
            None  # field → the sheet row that stated it first, if it was a later one
        )
        self.same: set[str] | None = None  # fields that the register says are as they are on file
        self.at = 0  # the sheet row that made it, or was the first to speak of it
        self.day = ""  # of the register that made it

    def get(self, name: str) -> Any:
        """The value as it will be."""
        if self.kept is None or name in self.new:
            return self.new.get(name)
        return self.kept.get(name)

    def __getattr__(self, name: str) -> Any:
        """Fields read as on a row, so that the rules over rows serve what is not written yet."""
        if name in self.new:
            return self.new[name]
        if name in fields_of(self.model):
            return self.get(name)
        if name.endswith("_id"):
            return self.get(name[:-3])
        raise AttributeError(name)

    def stated_at(self, name: str) -> int | None:
        """The sheet row that stated a field first; None if this register's rows have not."""
        if self.said and name in self.said:
            return self.said[name]
        first = self.mask & bits_of(self.model)[name] if self.kept else name in self.new
        return self.at if first else None

    def state_at(self, name: str, number: int) -> None:
        """Note that a sheet row states a field."""
        bit = bits_of(self.model)[name]
        if self.kept and self.at in (0, number):
            self.at = number
            if not self.said or name not in self.said:
                self.mask |= bit
        elif number != self.at and not self.mask & bit:
            self.said = self.said or {}
            self.said.setdefault(name, number)

    def day_of(self, field: str) -> str:
        """The day a value on file is from."""
        return as_of.day_of(self.kept.get("as_of"), field)


class Book:
    """What an import reads and changes. changes counts every field it wants to write."""

    def __init__(self, term: Term | None = None):
        self.outcome = Outcome("children")
        self.changes = 0
        self.term = term
        self.day = ""  # of the register being read
        self.spent = False  # its writing has begun: what was written is no longer here
        self.muted = False  # a row that went in before: nothing of it is taken again
        self.staged: list[Staged] = []
        self.touched: dict[UUID, Staged] = {}
        self.child_keys: dict[UUID, Staged] = {}
        self.child_ids: dict[str, Staged] = {}
        self.child_names = Namesakes(lambda child: [(child.get("birth_date") or "")[:7]])
        self.adults: dict[UUID, Staged] = {}
        self.adult_ids: dict[str, Staged] = {}
        self.adult_names = Namesakes(lambda adult: [adult.get("phone"), adult.get("birth_date")])
        self.kin: dict[UUID, list[Staged]] = defaultdict(list)
        self.surveys: dict[UUID, Staged] = {}
        self.focus: dict[UUID, list[Staged]] = defaultdict(list)

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────

    def fetch(self, names: Iterable[str], numbers: Iterable[str], keys: Iterable[UUID] = ()) -> None:
        """Read what is on file of children and adults with these names or ID numbers, and their families."""
        names, numbers = set(names), set(numbers)
        for row in _having(Child, name=names, id_number=numbers, id=set(keys)):
            if row["id"] not in self.child_keys:
                self._know_child(Staged(Child, row))
        new = self.child_keys.keys() - self.kin.keys()
        ties = [Staged(Kinship, row) for row in _having(Kinship, child=new)]
        for row in _having(Survey, child=new) if self.term else ():
            if row["term"] == self.term.id:
                self.surveys[row["child"]] = Staged(Survey, row)
        for row in _having(Focus, child=new):
            self.focus[row["child"]].append(Staged(Focus, row))
        adults = {tie.kept["adult"] for tie in ties}
        for row in _having(Adult, name=names, id_number=numbers, id=adults):
            if row["id"] not in self.adults:
                self._know_adult(Staged(Adult, row))
        for key in new:
            self.kin[key] = []
        for tie in ties:
            if tie.kept["adult"] in self.adults:
                self.kin[tie.kept["child"]].append(tie)

    def rows_of(self, model: type[Row]) -> Iterator[dict[str, Any]]:
        """What else is on file of the children read so far: their records, their pairings."""
        for keys in peewee.chunked(list(self.child_keys), BATCH):
            yield from model.live().where(model.child.in_(keys)).order_by(model.id).dicts()

    def _know_child(self, child: Staged) -> None:
        self.child_keys[child.id] = child
        self.child_names.add(child)
        if number := child.get("id_number"):
            self.child_ids[number] = child

    def _know_adult(self, adult: Staged) -> None:
        self.adults[adult.id] = adult
        self.adult_names.add(adult)
        if number := adult.get("id_number"):
            self.adult_ids[number] = adult

    # ── finding ──────────────────────────────────────────────────────────────────────────────────────────

    def parent(self, child: Staged, relation: str) -> Staged | None:
        """The adult who is this child's father ('51'), mother ('52') or other relation on file."""
        for kinship in self.kin[child.id]:
            if kinship.get("relation") == relation:
                return self.adults[kinship.get("adult")]
        return None

    def family(self, child: Staged) -> list[tuple[Staged, Staged]]:
        """The child's ties, each with its adult."""
        return [(kinship, self.adults[kinship.get("adult")]) for kinship in self.kin[child.id]]

    def survey(self, cells: Cells, child: Staged) -> Staged:
        """The child's survey of this import's term, made if there is none."""
        found = self.surveys.get(child.id)
        if found is None:
            found = self._add(cells, Survey, child=child.id)
            if not self.muted:
                self.surveys[child.id] = found
        return found

    # ── changing ─────────────────────────────────────────────────────────────────────────────────────────

    def add_child(self, cells: Cells, **values: Any) -> Staged:
        """A new child."""
        child = self._add(cells, Child, **values)
        self._know_child(child)
        return child

    def add_adult(self, cells: Cells, **values: Any) -> Staged:
        """A new adult."""
        adult = self._add(cells, Adult, **values)
        self._know_adult(adult)
        return adult

    def add_kin(self, cells: Cells, child: Staged, adult: Staged, **values: Any) -> Staged:
        """A new tie between a child and an adult."""
        kinship = self._add(cells, Kinship, child=child.id, adult=adult.id, **values)
        if not self.muted:
            self.kin[child.id].append(kinship)
        return kinship

    def add(self, cells: Cells, model: type[Row], **values: Any) -> Staged:
        """A new row of another table."""
        return self._add(cells, model, **values)

    def state(self, row: Staged, cells: Cells, target: str, **values: Any) -> None:
        """State fields; None states nothing. The rule in this module's first lines decides what becomes of each.

        target: the column that says so. What an earlier row of this register said stands, with a warning.
        """
        if self.muted:
            return
        for name, value in values.items():
            if value is None:
                continue
            have = row.get(name)
            if have is None and row.fresh:
                self._put(row, name, value, cells)
            elif have == value:
                self._agree(row, name, cells)
            elif have is None:
                if not row.kept or self._may(row, name, cells, target, value, gap=True):
                    self.put(row, name, value, cells)
            elif says_less(name, value, have):
                row.state_at(name, cells.number)
            elif says_less(name, have, value):
                self.put(row, name, value, cells)
            elif row.stated_at(name) is not None:
                self._contradiction(row, name, value, cells, target)
            elif self._may(row, name, cells, target, value):
                self.put(row, name, value, cells)

    def put(self, row: Staged, name: str, value: Any, cells: Cells, anyway: bool = False) -> None:
        """Write a field, whatever is on file; anyway: even of a row that went in before."""
        if (self.muted and not anyway) or row.get(name) == value:
            return
        if not anyway and not row.fresh and self._is_edit(row) and (spec := specs(row.model).get(name)):
            self.tell_edit(row, cells, spec.label, *(each if each is None else _shown(spec, each)
                                                     for each in (row.get(name), value)))  # fmt: skip
        self._put(row, name, value, cells)

    def _put(self, row: Staged, name: str, value: Any, cells: Cells) -> None:
        if row.new is NOTHING:
            row.new = {}
        row.new[name] = value
        if not row.fresh or row.at != cells.number:
            row.state_at(name, cells.number)
        if name == "id_number" and value:
            (self.child_ids if row.model is Child else self.adult_ids)[value] = row
        if name in ("phone", "birth_date") and row.model in (Child, Adult):
            (self.child_names if row.model is Child else self.adult_names).learn(row)
        if row.kept:
            self.touched[row.id] = row
        self.changes += 1

    def _is_edit(self, row: Staged) -> bool:
        """Whether it changes what is on file: a row there, or a new survey of a child there."""
        if row.model is Survey and row.kept is None:
            row = self.child_keys.get(row.new["child"])
        return row is not None and row.kept is not None

    def _agree(self, row: Staged, name: str, cells: Cells) -> None:
        row.state_at(name, cells.number)
        if row.kept and self.day > row.day_of(name):
            row.same = (row.same or set()) | {name}
            self.touched[row.id] = row

    def _may(self, row: Staged, name: str, cells: Cells, target: str, value: Any, gap: bool = False) -> bool:
        """Whether the register's word is late enough to stand over what is on file; if not, the difference is told.

        gap: nothing is on file; somebody may have taken it out on purpose, later than the register's day.
        """
        dated = "as_of" in fields_of(row.model)
        if not row.kept or (gap and not dated):
            return True
        from_day = row.day_of(name) if dated else LAST
        if (
            self.day >= from_day
            or (gap and not from_day.endswith("+"))
            or (gap and not as_of.has_own(row.kept.get("as_of"), name))
        ):
            return True
        spec = specs(row.model).get(name)
        if spec is None:
            return False
        old, new = (_shown(spec, each) for each in (row.get(name), value))
        kept = f"台账里{spec.label}是{old}" if not gap else f"台账里{spec.label}已清空"
        self.tell_older(cells, target, kept, from_day, new)
        return False

    def tell_older(self, cells: Cells, target: str, kept: str, from_day: str, new: str) -> None:
        """Report that what is on file (kept, in words) stands, being from a later day than the register."""
        if from_day == LAST:  # records and pairings keep no days: what is on file stands
            cells.warn(target, f"与台账不同，未改：{kept}，本行写{new}，要改请在程序里改")
            return
        when = f"本表是{self.day}的，较早" if self.day else "本表没有写日期"
        if from_day == f"{self.day}+":
            when = "台账里的是当天录入的，以台账为准"
        cells.warn(
            target,
            f"与台账不同，未改：{kept}（{from_day.rstrip('+')}），本行写{new}；{when}，要改请在档案里改",
        )

    def tell_edit(self, row: Staged, cells: Cells, field: str, old: str | None, new: str | None) -> None:
        """List a change of what is on file, in words; None for nothing."""
        edit = Edit(self.outcome.sheet, cells.number, self.outcome_name(row), field, old, new)
        self.outcome.changes.append(edit)

    def outcome_name(self, row: Staged) -> str:
        """Whose field it is, for the list of changes."""
        owner = row if row.model in (Child, Adult, Helper) else self.child_keys.get(row.get("child"))
        return (owner and owner.get("name")) or ""

    def _contradiction(self, row: Staged, name: str, value: Any, cells: Cells, target: str) -> None:
        spec = specs(row.model)[name]
        whose = self.outcome_name(row)
        old, new = (_shown(spec, each) for each in (row.get(name), value))
        first = row.stated_at(name)
        where = f"第{first}行" if first != cells.number else "本行别处"
        cells.warn(
            target, f"同一人{whose}的{spec.label}，{where}写“{old}”，这里写“{new}”，已按{where}记，请核对"
        )

    def _add(self, cells: Cells, model: type[Row], **values: Any) -> Staged:
        row = Staged(model)
        row.at, row.day = cells.number, self.day
        row.new = {name: value for name, value in values.items() if value is not None}
        row.fresh = not self._is_edit(row)
        if not self.muted:
            self.staged.append(row)
            self.changes += 1
        return row

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────

    def write(self, act: Action, term: Term | None, criterion: str) -> Iterable[int]:
        """Put everything into the ledger: first the people, then what refers to them; yields how many rows so far."""
        self._derive(criterion)
        concerned = self._concerned()
        self.spent = True
        for known in (
            self.child_keys,
            self.child_ids,
            self.adults,
            self.adult_ids,
            self.kin,
            self.surveys,
            self.focus,
        ):
            known.clear()
        self.child_names.clear()
        self.adult_names.clear()
        done = 0
        for model in ORDER:
            rows = [each for each in self.staged if each.model is model]
            for some in peewee.chunked(rows, BATCH):
                act.insert_many(model, [self._row(each, term) for each in some])
                for each in some:
                    each.new = NOTHING  # what is written need not be kept in memory
                done += len(some)
                yield done
            old = [(each.kept, self._dated(each)) for each in self.touched.values() if each.model is model]
            for some in peewee.chunked(old, BATCH):
                act.update_many(model, some)
                done += len(some)
                yield done
        act.look_again(concerned)

    def _row(self, each: Staged, term: Term | None) -> dict[str, Any]:
        each.new["id"] = each.id
        if "as_of" in fields_of(each.model):
            each.new["as_of"] = each.day
        if each.model in (Survey, Score):
            each.new["term"] = term.id
        return each.new

    def _dated(self, each: Staged) -> dict[str, Any]:
        values = dict(each.new)
        if "as_of" in each.model._meta.fields and (told := [*each.new, *(each.same or ())]):
            values["as_of"] = as_of.noted(each.kept.get("as_of"), told, self.day)
        return values

    def _derive(self, criterion: str) -> None:
        """What follows from a new child's survey and family, before it is written."""
        for survey in self.staged:
            if survey.model is Survey and not (child := self.child_keys[survey.get("child")]).kept:
                behind, lacks = derived(child, survey, self.family(child), criterion)
                survey.new["left_behind"], survey.new["gaps"] = behind, sys.intern(lacks)

    def _concerned(self) -> set[UUID]:
        """Children on file before, of whom something was added."""
        owners = (each.get("child") for each in self.staged if each.model in (Kinship, Survey, Focus))
        return {key for key in owners if self.child_keys[key].kept}


def says_less(name: str, one: Any, other: Any) -> bool:
    """Whether `one` says no more than part of what `other` says: the month of a day, the town of an address."""
    if one is None or other is None or one == other:
        return False
    if name == "birth_date":
        return other.startswith(one)
    if name in BROADER:
        return other in BROADER[name].get(one, ())
    if name == "village_group":  # 1组, 第一组 and 一组 are one group; the one on file stays
        return bool(GROUP.match(one) and GROUP.match(other)) and group_rank(one) == group_rank(other) < 999
    return name in PLACES and len(one) > 1 and _within(one, other)


def _within(one: str, other: str) -> bool:
    """Whether a place is part of another: 柳溪村一组 of 青石镇柳溪村一组5号, but not 一组 of 十一组 or 5号 of 55号."""
    at = other.find(one)
    if at < 0:
        return False
    before, after = other[at - 1 : at], other[at + len(one) : at + len(one) + 1]
    return not (_number(before + one[0]) or _number(one[-1] + after))


def _number(pair: str) -> bool:
    """Whether two characters are two figures of one number."""
    return len(pair) == 2 and all(char in NUMERALS for char in pair)


def _shown(spec: Spec, value: Any) -> str:
    return mask(spec, show(spec, value))


def _having(model: type[Row], **wanted: Collection[Any]) -> Iterator[bulk.Held]:
    """Live rows of which one of these fields has one of these values; a row may come more than once.

    To read all of a table and leave out what is not asked for takes less than to name most of it.
    """
    some = {name: values for name, values in wanted.items() if values}
    asked = sum(map(len, some.values()))
    if asked > BATCH and asked * 4 > model.live().count():
        for row in bulk.read(model, model.live()):
            if any(row.get(name) in values for name, values in some.items()):
                yield row
        return
    for name, values in some.items():
        for part in peewee.chunked(values, BATCH):
            yield from bulk.read(model, model.live().where(getattr(model, name).in_(part)))
