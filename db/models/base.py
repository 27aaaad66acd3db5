"""What every table shares."""

from collections.abc import Callable
from typing import Any, ClassVar

import peewee

from db import days
from db.fields import Key
from db.ids import uuid7

database = peewee.DatabaseProxy()


class Row(peewee.Model):
    """A record: its key, its version (raised by each edit) and when it was struck out."""

    id = Key(primary_key=True, default=uuid7)
    version = peewee.IntegerField(default=1)
    created_at = peewee.DateTimeField(default=days.now)
    deleted_at = peewee.DateTimeField(null=True)

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
