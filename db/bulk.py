"""Many rows at once: one prepared statement run for each, where a query built anew for every row would take minutes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import peewee

from db import store
from db.fields import Key
from db.models import database

AS_IT_IS = (peewee.TextField, peewee.IntegerField)  # stored as they are held
MOST_KNOWN = 3000  # values of one column that are remembered
DAYS = (peewee.DateField, peewee.DateTimeField)


def insert(model: type[peewee.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows; names are the fields that the values of each row stand for, in order."""
    insert_columns(model, dict(zip(names, zip(*rows, strict=True), strict=False)))


def insert_columns(model: type[peewee.Model], columns: dict[str, Sequence[Any]]) -> None:
    """Add rows told column by column: field → its value in each row. Nothing, if there are no columns."""
    columns = {name: column for name, column in columns.items() if column.count(None) < len(column)}
    if not columns:
        return
    fields = [model._meta.fields[name] for name in columns]
    names = ", ".join(f'"{field.column_name}"' for field in fields)
    marks = ", ".join([database.param] * len(fields))
    _run(f"INSERT INTO {_table(model)} ({names}) VALUES ({marks})", fields, list(columns.values()))


class Held:
    """A row as it is stored, in less room than a dictionary takes: what its fields hold, by name."""

    __slots__ = ("_at", "_values")

    def __init__(self, at: dict[str, int], values: tuple):
        self._at, self._values = at, values

    def __getitem__(self, name: str) -> Any:
        return self._values[self._at[name]]

    def get(self, name: str) -> Any:
        """What a field holds; None if the table has no such field."""
        at = self._at.get(name)
        return None if at is None else self._values[at]


def read(model: type[peewee.Model], query: peewee.ModelSelect) -> Iterator[Held]:
    """Rows of a table; when a row was made is left out."""
    fields = [field for field in model._meta.sorted_fields if field.name not in ("created_at", "deleted_at")]
    at = {field.name: nth for nth, field in enumerate(fields)}
    columns = [(field.python_value, {None: None}) for field in fields]
    with store.translated():
        for row in database.execute(query.select(*fields)):
            yield Held(at, tuple([
                known[value] if value in known else _learnt(known, work, value)
                for (work, known), value in zip(columns, row, strict=True)
            ]))  # fmt: skip


def _learnt(known: dict, work: Callable[[Any], Any], stored: Any) -> Any:
    """A stored value as the program holds it; most columns repeat a few, each of which is then in memory once."""
    value = work(stored)
    if len(known) < MOST_KNOWN:
        known[stored] = value
    return value


def update(
    model: type[peewee.Model], names: Sequence[str], rows: Sequence[tuple[Sequence[Any], UUID, int]]
) -> bool:
    """Write fields of live rows and raise their versions; rows: the values, the key, the version it was read in.

    False if a row has another version by now, or is struck out: then the caller must not let it stand.
    """
    return _change(model, names, rows, "AND deleted_at IS NULL")


def strike(model: type[peewee.Model], at: datetime | None, rows: Sequence[tuple[UUID, int]]) -> bool:
    """Strike rows out at a moment, or bring them back (None); False as for `update`."""
    return _change(model, ("deleted_at",), [((at,), key, version) for key, version in rows], "")


def _change(model: type[peewee.Model], names: Sequence[str], rows: Sequence, besides: str) -> bool:
    fields = [model._meta.fields[name] for name in (*names, "id", "version")]
    told = ", ".join(f'"{field.column_name}" = {database.param}' for field in fields[:-2])
    where = f'"id" = {database.param} AND version = {database.param} {besides}'
    sql = f"UPDATE {_table(model)} SET {told}, version = version + 1 WHERE {where}"
    columns = list(zip(*((*values, key, version) for values, key, version in rows), strict=True))
    return _run(sql, fields, columns) == len(rows)


def _run(sql: str, fields: Sequence[peewee.Field], columns: Sequence[Sequence[Any]]) -> int:
    stored = [
        column if isinstance(field, AS_IT_IS) else _stored(field, column)
        for field, column in zip(fields, columns, strict=False)
    ]
    with store.translated():
        cursor = database.cursor()
        cursor.executemany(sql, zip(*stored, strict=True))
        return cursor.rowcount


def _stored(field: peewee.Field, values: Sequence[Any]) -> Sequence[Any]:
    if len(values) > 1 and values.count(values[0]) == len(values):
        return [*_stored(field, values[:1])] * len(values)
    in_file = database.obj.keys_in_bytes
    if in_file and isinstance(
        field, Key
    ):  # SQLite's driver takes a bytearray as it is, and thinks long about bytes
        return [
            value
            if value is None
            else bytearray(value.bytes if type(value) is UUID else field.db_value(value))
            for value in values
        ]
    if in_file and isinstance(field, peewee.BooleanField):  # and about True
        return [value if value is None else int(value) for value in values]
    if in_file and isinstance(field, DAYS):  # mostly the same moment: what the driver would do, done once
        told = {value: value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
                for value in set(values) if isinstance(value, date)}  # fmt: skip
        return [told.get(value, value) for value in values]
    return [value if value is None else field.db_value(value) for value in values]


def _table(model: type[peewee.Model]) -> str:
    return f'"{model._meta.table_name}"'
