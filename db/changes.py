"""The only way to write: version check, a change row in the same transaction, undo of a whole action."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import as_of, bulk, days, dossier, once, owed, pair_rules, store
from db.errors import LedgerError
from db.ids import follow, several, uuid7
from db.models import (
    TABLES,
    Adult,
    CarePlan,
    CareRecord,
    CareStep,
    Change,
    Child,
    Decision,
    Exit,
    Focus,
    Helper,
    Incident,
    Kinship,
    Pairing,
    PlanItem,
    Reported,
    Row,
    Setting,
    Survey,
    User,
    database,
)  # fmt: skip
from db.values import Refused

BY_TABLE = {model._meta.table_name: model for model in TABLES}
UNWRITTEN = {"id", "version", "created_at", "deleted_at"}
NOTED = ("id", "action", "label", "at", "who", "kind", "table", "row", "version", "what", "undoes")
CHANGE_BATCH = 2000
OWING = (
    Survey,
    Focus,
    Pairing,
    CareRecord,
    CarePlan,
    CareStep,
    Exit,
)  # what a child is owed follows from these


class Stale(Exception):
    """Somebody changed the row since it was read; `theirs` is the row as it is now."""

    def __init__(self, row: Row, theirs: Row | None):
        self.row, self.theirs = row, theirs
        super().__init__("这条记录刚被别人改过，请看过对方的内容再存。")


class CannotUndo(Refused):
    """An action can't be taken back; the sentence says why."""


class Done(NamedTuple):
    """An action that was written: its key, what it was called, how many rows it touched."""

    action: UUID
    label: str
    at: datetime
    rows: int


class Action:
    """One undoable piece of work: inserts, updates and removals that stand or fall together."""

    def __init__(self, label: str, by: User | None, undoes: UUID | None = None):
        self.id, self.label, self.by, self.undoes = uuid7(), label, by, undoes
        self.rows = 0
        self._pending: list[tuple] = []
        self._families: set[UUID] = set()
        self._adults: set[UUID] = set()
        self._owing: set[UUID] = set()
        self._helpers: set[UUID] = set()
        self._site = False

    def insert(self, model: type[Row], **values: Any) -> Row:
        """Add a row. What it holds is from today, where the table keeps days and `as_of` says nothing else."""
        if "as_of" in model._meta.fields:
            values.setdefault("as_of", as_of.typed(days.today()))
        row = model(**values, **_following(model, values))
        row.save(force_insert=True)
        self._touch(model, row.id, getattr(row, "child_id", None), "insert")
        self._note(model, row.id, row.version, "insert", {})
        return row

    def insert_many(self, model: type[Row], rows: list[dict[str, Any]]) -> None:
        """Add many rows at once, each with its key; columns derived from others come along or are left for later.

        Unlike after `insert`, the surveys of the children concerned are not looked at again: see `look_again`.
        """
        if not rows:
            return
        names = dict.fromkeys(chain.from_iterable(rows))
        usual = {name: each.default for name, each in model._meta.fields.items() if each.default is not None}
        usual = {name: value() if callable(value) else value for name, value in usual.items()}
        follows = {name: each for name, each in model.follows.items() if each[0] in names}
        columns = {name: [row.get(name, usual.get(name)) for row in rows] for name in names}
        columns |= {name: list(map(work, columns[source])) for name, (source, work) in follows.items()}
        columns |= {name: [value] * len(rows) for name, value in usual.items() if name not in columns}
        bulk.insert_columns(model, columns)
        if model in OWING:
            self._owing.update(row["child"] for row in rows)
        self._site |= model is PlanItem
        self._note_many(model, columns["id"])

    def update(self, row: Row, **values: Any) -> Row:
        """Write the fields that differ, and only those. Raises Stale if the row's version has moved."""
        before = _stored(row)
        dirty = {
            name: value for name, value in values.items() if _plain(_bare(value)) != _plain(before[name])
        }
        if not dirty:
            return row
        if "as_of" in before and "as_of" not in values:
            emptied = [name for name, value in dirty.items() if value is None]
            dated = as_of.noted(row.as_of, dirty, as_of.typed(days.today()), emptied)
            if dated != row.as_of:
                dirty["as_of"] = dated
        model = type(row)
        changed = (
            model.update(**dirty, **_following(model, dirty), version=model.version + 1)
            .where(model.id == row.id, model.version == row.version, model.deleted_at.is_null())
            .execute()
        )
        if not changed:
            raise Stale(row, model.get_or_none(model.id == row.id))
        for name, value in dirty.items():
            setattr(row, name, value)
        row.version += 1
        self._touch(model, row.id, getattr(row, "child_id", None), "update", dirty)
        told = {name: [_plain(before[name]), _plain(_bare(value))] for name, value in dirty.items()}
        self._note(model, row.id, row.version, "update", told)
        return row

    def update_many(self, model: type[Row], rows: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
        """Write fields of many rows at once: each as it is stored, and what is to be written. Raises Stale.

        A table's `as_of` is written only as given.
        """
        alike: dict[tuple[str, ...], list] = {}
        for kept, values in rows:
            what = {
                name: [_plain(kept.get(name)), _plain(value)]
                for name, value in values.items()
                if _plain(value) != _plain(kept.get(name))
            }
            if not what:
                continue
            written = {name: values[name] for name in what} | _following(model, {n: values[n] for n in what})
            alike.setdefault(tuple(written), []).append((list(written.values()), kept["id"], kept["version"]))
            self._touch(model, kept["id"], kept.get("child"), "update", what)
            self._note(model, kept["id"], kept["version"] + 1, "update", what)
        for names, written in alike.items():
            if not bulk.update(model, names, written):
                raise Stale(model.get_by_id(written[0][1]), None)

    def remove(self, row: Row) -> None:
        """Strike a row out; it stays in the file until the ledger is purged."""
        self._strike(row, days.now(), "remove")

    def restore(self, row: Row) -> None:
        """Bring a struck-out row back."""
        self._strike(row, None, "restore")

    def _strike(self, row: Row, at: datetime | None, kind: str) -> None:
        self.strike_many(type(row), at, [row], kind)
        row.deleted_at, row.version = at, row.version + 1

    def strike_many(self, model: type[Row], at: datetime | None, rows: list[Row], kind: str) -> None:
        """Strike out or bring back (kind: 'remove' or 'restore') rows of one table. Raises Stale."""
        if not bulk.strike(model, at, [(row.id, row.version) for row in rows]):
            raise Stale(rows[0], model.get_or_none(model.id == rows[0].id))
        for row in rows:
            self._touch(model, row.id, getattr(row, "child_id", None), kind)
            self._note(model, row.id, row.version + 1, kind, {})

    def look_again(self, children: Iterable[UUID]) -> None:
        """Work out what is derived for these children, and for the site, again when the action ends."""
        children = list(children)
        self._families.update(children)
        self._owing.update(children)
        self._site = True

    def _touch(
        self, model: type[Row], key: UUID, child: UUID | None, kind: str, fields: Iterable[str] = ("kind",)
    ) -> None:
        if model is Child:
            self._families.add(key)
        elif model in (Kinship, Survey, Focus):
            self._families.add(child)
        elif model is Adult and kind != "insert":
            self._adults.add(key)
        elif model is Helper and kind != "insert" and "kind" in fields:
            self._helpers.add(key)
        if model is Child:
            self._owing.add(key)
        elif model in OWING:
            self._owing.add(child)
        elif model in (PlanItem, Decision):
            self._site = True

    def _note_many(self, model: type[Row], keys: list[UUID]) -> None:
        """Note new rows."""
        self.flush()
        self.rows += len(keys)
        alike = (self.id, self.label, days.now(), self.by and self.by.id, "insert", model._meta.table_name)
        columns = [several(len(keys)), *([each] * len(keys) for each in alike), keys]
        columns += [[each] * len(keys) for each in (1, "{}", self.undoes)]
        bulk.insert_columns(Change, dict(zip(NOTED, columns, strict=True)))

    def _note(self, model: type[Row], key: UUID, version: int, kind: str, what: dict[str, list]) -> None:
        self.rows += 1
        text = json.dumps(what, ensure_ascii=False) if what else "{}"
        self._pending.append((uuid7(), self.id, self.label, days.now(), self.by and self.by.id, kind,
                              model._meta.table_name, key, version, text, self.undoes))  # fmt: skip
        if len(self._pending) >= CHANGE_BATCH:
            self.flush()

    def flush(self) -> None:
        """Write the change rows noted so far."""
        if self._pending:
            bulk.insert(Change, NOTED, self._pending)
            self._pending.clear()

    @contextmanager
    def part(self) -> Iterator[None]:
        """A piece that, refused, leaves nothing behind while the rest of the action goes on."""
        self.flush()
        rows = self.rows
        try:
            with store.translated(), database.atomic():
                yield
        except BaseException:
            self._pending.clear()
            self.rows = rows
            raise

    def finish(self) -> None:
        """Write the change rows and what is derived from the rows touched."""
        self.flush()
        if self._adults:
            kin = Kinship.live(Kinship.child).where(Kinship.adult.in_(self._adults))
            self._families.update(each.child_id for each in kin)
        dossier.refresh(self._families)
        if (
            self._helpers
        ):  # what somebody of that kind did counts, what somebody struck out owed falls to others
            for model in (Pairing, CareRecord, CarePlan, CareStep):
                query = model.live(model.child).where(model.helper.in_(self._helpers)).distinct()
                self._owing.update(each.child_id for each in query)
        if self._owing:
            owed.refresh(self._owing)
        if self._site or self._helpers:
            owed.refresh_site()


actions = 0  # done by this program so far: what hangs on the ledger's facts looks again after each
_current: ContextVar[Action | None] = ContextVar("action", default=None)


@contextmanager
def action(label: str, by: User | None, undoes: UUID | None = None) -> Iterator[Action]:
    """One undoable action in one transaction; inside another action it joins that one.

    A joined action that fails is rolled back by itself: whoever catches its error may go on with the outer one.

    Raises Gone if its file was taken away, Newer if it was upgraded meanwhile, and the LedgerError of whatever the store refuses.
    """
    if (outer := _current.get()) is not None:
        with outer.part():
            yield outer
        return
    doing = Action(label, by, undoes)
    token = _current.set(doing)
    try:
        store.check_in_place()
        with store.translated(), database.atomic():
            store.check_not_newer()
            if latest := Change.select(Change.id).order_by(Change.id.desc()).first():
                follow(latest.id)  # what is done later sorts later, though a clock was set back
            yield doing
            doing.finish()
        global actions
        actions += 1
    finally:
        _current.reset(token)


def write(row: Row, by: User | None, label: str = "修改", **values: Any) -> Row:
    """Change one row as an action of its own."""
    with action(label, by) as act:
        return act.update(row, **values)


def insert(model: type[Row], by: User | None, label: str = "新增", **values: Any) -> Row:
    """Add one row as an action of its own."""
    with action(label, by) as act:
        return act.insert(model, **values)


def remove(row: Row, by: User | None, label: str = "删除") -> None:
    """Strike out one row as an action of its own."""
    with action(label, by) as act:
        act.remove(row)


def last_action(by: User | None) -> Done | None:
    """The user's latest action that has not been taken back and is not itself an undo."""
    latest = (
        Change.select()
        .where(Change.who == by, Change.undoes.is_null(), Change.action.not_in(_undone()))
        .order_by(Change.id.desc())
        .first()
    )
    if latest is None:
        return None
    rows = Change.select().where(Change.action == latest.action).count()
    return Done(latest.action, latest.label, latest.at, rows)


def undo(done: UUID, by: User | None) -> Done:
    """Take a whole action back, as an action of its own.

    Raises CannotUndo if a row it touched was changed again since, if what came later still needs it (a record
    of a child registered by it) or has taken its place (an ID number, another teacher); nothing is written then.
    """
    first = Change.select().where(Change.action == done).order_by(Change.id).first()
    if first is None:
        raise CannotUndo("找不到要撤销的操作。")
    secret = Change.select(Change.id).where(Change.action == done, Change.table == Incident._meta.table_name)
    if first.who_id != (by and by.id) and secret.exists():
        raise CannotUndo("找不到要撤销的操作。")
    label = f"撤销：{first.label}"
    try:
        with action(label, by, undoes=done) as act:
            if _changed_since(done):
                raise CannotUndo(f"“{first.label}”之后，有记录又被改过，不能整体撤销；请逐条修改。")
            for model, kind, changed in _what_to_reverse(done):
                _reverse(act, model, kind, changed, first.label)
                if model is Setting and _named("criterion", changed):
                    act.look_again(child.id for child in Child.live(Child.id))
            act.flush()
            if _loose_ends(act.id, first.at):
                raise CannotUndo(
                    f"“{first.label}”之后，又添了要用到它的记录，不能整体撤销；请先删除那些记录。"
                )
            if why := pair_rules.broken(act.id) or once.broken(act.id):
                raise CannotUndo(f"撤销不了“{first.label}”：{why}")
            return Done(act.id, label, days.now(), act.rows)
    except LedgerError as error:
        if isinstance(error.__cause__, peewee.IntegrityError | peewee.sqlite3.IntegrityError):
            raise CannotUndo(
                f"“{first.label}”里的身份证号等已被别的记录占用，不能撤销；请逐条修改。"
            ) from error
        raise


def _named(key: str, rows: Iterable[UUID]) -> bool:
    """Whether a fact of the ledger is among these rows."""
    return Setting.select(Setting.id).where(Setting.key == key, Setting.id.in_(list(rows))).exists()


def _changed_since(done: UUID) -> bool:
    """Whether a row of the action was touched later by something that still stands."""
    later = Change.alias()
    query = (
        Change.select(later.id)
        .join(later, on=(later.table == Change.table) & (later.row == Change.row) & (later.id > Change.id))
        .where(Change.action == done, later.action != done, later.undoes.is_null())
    )
    return query.where(later.action.not_in(_undone())).exists()


def _what_to_reverse(done: UUID) -> Iterator[tuple[type[Row], str, dict[UUID, list[Change]]]]:
    """The action's changes from the last table touched to the first, rows that were changed alike together.

    kind: 'insert' (the row goes), 'remove' (it comes back) or 'update'; the changes of a row newest first.
    """
    rows: dict[tuple[str, UUID], list[Change]] = {}
    query = Change.select(Change.table, Change.row, Change.kind, Change.what).where(Change.action == done)
    for change in query.order_by(Change.id.desc()):
        rows.setdefault((change.table, change.row), []).append(change)
    alike: dict[tuple[str, str], dict[UUID, list[Change]]] = {}
    for (table, key), changed in rows.items():
        kinds = {change.kind for change in changed}
        kind = "insert" if kinds & {"insert", "restore"} else "remove" if "remove" in kinds else "update"
        alike.setdefault((table, kind), {})[key] = changed
    for (table, kind), changed in alike.items():
        yield BY_TABLE[table], kind, changed


def _reverse(act: Action, model: type[Row], kind: str, changed: dict[UUID, list[Change]], label: str) -> None:
    rows = [
        row
        for keys in peewee.chunked(changed, CHANGE_BATCH)
        for row in model.select().where(model.id.in_(keys))
    ]
    if kind == "remove":
        act.strike_many(model, None, rows, "restore")
        for row in rows:
            row.version += 1
    older = [(row, _older(row, changed[row.id], label)) for row in rows]
    act.update_many(model, [(_whole(row), values) for row, values in older if values])
    if kind == "insert":
        for row, values in older:
            row.version += bool(values)
        act.strike_many(model, days.now(), rows, "remove")


def _whole(row: Row) -> dict[str, Any]:
    return {name: row.__data__.get(name) for name in row._meta.fields}


def _older(row: Row, changed: list[Change], label: str) -> dict[str, Any]:
    """What the row's fields held before the action."""
    old: dict[str, Any] = {}
    for change in changed:
        if change.kind == "update":
            old |= {name: pair[0] for name, pair in json.loads(change.what).items()}
    if not old.keys() <= row._meta.fields.keys():
        raise CannotUndo(f"“{label}”是用旧版程序做的，不能整体撤销；请逐条修改。")
    return {name: _typed(row, name, value) for name, value in old.items()}


def _loose_ends(action_id: UUID, since: datetime) -> bool:
    """Whether, as things now stand, a live row refers to a struck-out one because of this action.

    What was struck out before the moment `since`, when the action taken back was done, is as it was then.
    """
    touched = Change.select(Change.row).where(Change.action == action_id)
    for model in TABLES:
        if model in (Incident, Reported):  # stay whatever becomes of the child's file: see db.children.OWN
            continue
        for field, target in getattr(model._meta, "refs", {}).items():
            if not (issubclass(model, Row) and issubclass(target, Row)):
                continue
            gone = touched.where(Change.table == target._meta.table_name, Change.kind == "remove")
            if model.live(model.id).where(field.in_(gone)).exists():
                return True
            other = target.alias()
            here = touched.where(Change.table == model._meta.table_name, Change.kind != "remove")
            lost = model.live(model.id).join(other, on=(field == other.id)).where(other.deleted_at >= since)
            if lost.where(model.id.in_(here)).exists():
                return True
    return False


def _undone() -> peewee.ModelSelect:
    return Change.select(Change.undoes).where(Change.undoes.is_null(False))


def history(row_id: UUID) -> list[Change]:
    """What happened to one row, newest first."""
    return list(Change.select().where(Change.row == row_id).order_by(Change.id.desc()))


def _stored(row: Row) -> dict[str, Any]:
    """Field values as stored, references by their keys."""
    return {
        name: row.__data__.get(name)
        for name in row._meta.fields
        if name not in UNWRITTEN and name not in DERIVED
    }


DERIVED = {"left_behind", "gaps", "group_rank", "initials", "given_initials", "sound"}


def _following(model: type[Row], values: dict[str, Any]) -> dict[str, Any]:
    return {name: work(values[source]) for name, (source, work) in model.follows.items() if source in values}


def _bare(value: Any) -> Any:
    return value.id if isinstance(value, Row) else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _typed(row: Row, name: str, value: Any) -> Any:
    return row._meta.fields[name].python_value(value) if value is not None else None
