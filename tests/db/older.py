"""A ledger as an older version of the program left it, written row by row."""

import shutil
from contextlib import contextmanager
from datetime import datetime

from db import store
from db.ids import uuid7
from db.models import database

ROW = {"version": 1, "created_at": datetime(2026, 9, 1)}


@contextmanager
def as_of_version(number: int, where, folder, monkeypatch):
    """Open a ledger at `where` with only the first so many migrations; closed again at the end."""
    folder.mkdir()
    for file in store.MIGRATIONS.glob("[0-9]*.py"):
        if int(file.name[:4]) <= number:
            shutil.copy(file, folder)
    with monkeypatch.context() as then:
        then.setattr(store, "MIGRATIONS", folder)
        then.setattr(store, "LATEST", number)
        store.open_ledger(where)
        with database.atomic():
            yield
        store.close()


def put(table: str, **values) -> object:
    """A row written as the old program wrote it; its key."""
    key = uuid7()
    row = {"id": key} | ROW | values
    stored = [
        value.bytes if database.obj.keys_in_bytes and hasattr(value, "bytes") else value
        for value in row.values()
    ]
    stored = [
        value.isoformat(" ") if isinstance(value, datetime) and database.obj.keys_in_bytes else value
        for value in stored
    ]
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join([database.param] * len(row))
    database.execute_sql(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', stored)
    return key
