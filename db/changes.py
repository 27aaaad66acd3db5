"""The only way to write: version check, a change row in the same transaction, undo of a whole action."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import days, dossier, store
from db.errors import LedgerError
from db.ids import uuid7
from db.models import TABLES, Adult, Change, Child, Focus, Kinship, Row, Survey, User, database

BY_TABLE = {model._meta.table_name: model for model in TABLES}
UNWRITTEN = {"id", "version", "created_at", "deleted_at"}
CHANGE_BATCH = 500


class Stale(Exception):
    """Somebody changed the row since it was read; `theirs` is the row as it is now."""

    def __init__(self, row: Row, theirs: Row | None):
        self.row, self.theirs = row, theirs
        super().__init__("这条记录刚被别人改过，请看过对方的内容再存。")


class CannotUndo(Exception):
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
        self._pending: list[Change] = []
        self._families: set[UUID] = set()
        self._adults: set[UUID] = set()

    def insert(self, model: type[Row], **values: Any) -> Row:
        """Add a row."""
        row = model(**values, **_following(model, values))
        row.save(force_insert=True)
        self._note(
            row,
            "insert",
            {name: [None, _plain(value)] for name, value in _stored(row).items() if value is not None},
        )
        return row

    def update(self, row: Row, **values: Any) -> Row:
        """Write the fields that differ, and only those. Raises Stale if the row's version has moved."""
        before = _stored(row)
        dirty = {
            name: value for name, value in values.items() if _plain(_bare(value)) != _plain(before[name])
        }
        if not dirty:
            return row
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
        self._note(
            row,
            "update",
            {name: [_plain(before[name]), _plain(_bare(value))] for name, value in dirty.items()},
        )
        return row

    def remove(self, row: Row) -> None:
        """Strike a row out; it stays in the file until the ledger is purged."""
        self._strike(row, days.now(), "remove")

    def restore(self, row: Row) -> None:
        """Bring a struck-out row back."""
        self._strike(row, None, "restore")

    def _strike(self, row: Row, at: datetime | None, kind: str) -> None:
        model = type(row)
        changed = (
            model.update(deleted_at=at, version=model.version + 1)
            .where(model.id == row.id, model.version == row.version)
            .execute()
        )
        if not changed:
            raise Stale(row, model.get_or_none(model.id == row.id))
        row.deleted_at, row.version = at, row.version + 1
        self._note(row, kind, {})

    def _note(self, row: Row, kind: str, what: dict[str, list]) -> None:
        self.rows += 1
        match row:
            case Child():
                self._families.add(row.id)
            case Kinship() | Survey() | Focus():
                self._families.add(row.child_id)
            case Adult() if kind != "insert":
                self._adults.add(row.id)
        self._pending.append(
            Change(
                id=uuid7(),
                action=self.id,
                label=self.label,
                at=days.now(),
                who=self.by,
                kind=kind,
                table=row._meta.table_name,
                row=row.id,
                version=row.version,
                what=json.dumps(what, ensure_ascii=False),
                undoes=self.undoes,
            )
        )
        if len(self._pending) >= CHANGE_BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._pending:
            fields = list(Change._meta.sorted_fields)
            Change.insert_many(
                [tuple(getattr(change, f.object_id_name) if hasattr(f, "object_id_name") else getattr(change, f.name)
                       for f in fields) for change in self._pending], fields=fields,
            ).execute()  # fmt: skip
            self._pending.clear()

    @contextmanager
    def part(self) -> Iterator[None]:
        """A piece that, refused, leaves nothing behind while the rest of the action goes on."""
        self._flush()
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
        self._flush()
        if self._adults:
            kin = Kinship.live(Kinship.child).where(Kinship.adult.in_(self._adults))
            self._families.update(each.child_id for each in kin)
        dossier.refresh(self._families)


_current: ContextVar[Action | None] = ContextVar("action", default=None)


@contextmanager
def action(label: str, by: User | None, undoes: UUID | None = None) -> Iterator[Action]:
    """One undoable action in one transaction; inside another action it joins that one.

    A joined action that fails is rolled back by itself: whoever catches its error may go on with the outer one.

    Raises Newer if the ledger was upgraded meanwhile, and the LedgerError of whatever the store refuses.
    """
    if (outer := _current.get()) is not None:
        with outer.part():
            yield outer
        return
    doing = Action(label, by, undoes)
    token = _current.set(doing)
    try:
        with store.translated(), database.atomic():
            store.check_not_newer()
            yield doing
            doing.finish()
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
    of a child registered by it) or has taken its place (an ID number); nothing is written then.
    """
    changes = list(Change.select().where(Change.action == done).order_by(Change.id.desc()))
    if not changes:
        raise CannotUndo("找不到要撤销的操作。")
    label = f"撤销：{changes[0].label}"
    with action(label, by, undoes=done) as act:
        rows: dict[UUID, Row] = {}
        for change in changes:
            if change.row not in rows:
                if _changed_since(change):
                    raise CannotUndo(f"“{change.label}”之后，有记录又被改过，不能整体撤销；请逐条修改。")
                rows[change.row] = BY_TABLE[change.table].get_by_id(change.row)
            try:
                _reverse(act, rows[change.row], change)
            except LedgerError as error:
                if isinstance(error.__cause__, peewee.IntegrityError):
                    raise CannotUndo(
                        f"“{change.label}”里的身份证号等已被别的记录占用，不能撤销；请逐条修改。"
                    ) from error
                raise
        if any(_loose_end(row) for row in rows.values()):
            raise CannotUndo(
                f"“{changes[0].label}”之后，又添了要用到它的记录，不能整体撤销；请先删除那些记录。"
            )
        return Done(act.id, label, days.now(), act.rows)


def _loose_end(row: Row) -> bool:
    """Whether, as things now stand, a live row refers to a struck-out one."""
    if row.deleted_at is not None:
        users = ((fk, model) for fk, model in row._meta.backrefs.items() if issubclass(model, Row))
        return any(model.live().where(fk == row.id).exists() for fk, model in users)
    used = (
        (row.__data__.get(fk.name), model) for fk, model in row._meta.refs.items() if issubclass(model, Row)
    )
    return any(
        key is not None and model.select().where(model.id == key, model.deleted_at.is_null(False)).exists()
        for key, model in used
    )


def _changed_since(change: Change) -> bool:
    """Whether the row was touched later by something that still stands."""
    later = Change.select().where(
        Change.row == change.row, Change.id > change.id, Change.action != change.action
    )
    return later.where(Change.undoes.is_null(), Change.action.not_in(_undone())).exists()


def _undone() -> peewee.ModelSelect:
    return Change.select(Change.undoes).where(Change.undoes.is_null(False))


def _reverse(act: Action, row: Row, change: Change) -> None:
    match change.kind:
        case "insert" | "restore":
            act.remove(row)
        case "remove":
            act.restore(row)
        case "update":
            old = {name: _typed(row, name, pair[0]) for name, pair in json.loads(change.what).items()}
            act.update(row, **old)


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


DERIVED = {"left_behind", "gaps", "group_rank"}


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
