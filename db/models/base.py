"""What every table shares."""

from collections.abc import Callable
from copy import copy
from typing import Any, ClassVar

import peewee

from db import days
from db.fields import Key
from db.ids import uuid7

database = peewee.DatabaseProxy()


class _Flat:
    """A column of Row: Peewee makes each table a copy of it, and a flat one does; 40 tables of deep ones cost a plain command 2 ms."""

    def __deepcopy__(self, _memo: dict) -> Any:
        return copy(self)


class _Number(_Flat, peewee.IntegerField): ...


class _Moment(_Flat, peewee.DateTimeField): ...


class _Key(_Flat, Key): ...


class Row(peewee.Model):
    """A record: its key, its version (raised by each edit) and when it was struck out."""

    id = _Key(primary_key=True, default=uuid7)
    version = _Number(default=1)
    created_at = _Moment(default=days.now)
    deleted_at = _Moment(null=True)

    # Columns that follow from another as it is written: name → (the other, how). They are never typed.
    follows: ClassVar[dict[str, tuple[str, Callable[[Any], Any]]]] = {}

    class Meta:
        database = database
        legacy_table_names = False
        only_save_dirty = True

    @classmethod
    def live(cls, *fields: peewee.Node) -> peewee.ModelSelect:
        """Select what is not struck out."""
        return cls.select(*fields).where(cls.deleted_at.is_null())


def reference(to: type[Row], backref: str, **options: object) -> peewee.ForeignKeyField:
    """A reference that shows in `row.<name>_id` without a query; the other row is never removed under it."""
    return peewee.ForeignKeyField(to, backref=backref, lazy_load=True, on_delete="RESTRICT", **options)
