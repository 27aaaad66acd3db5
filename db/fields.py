"""Model fields that carry their description (db.spec.Spec)."""

from typing import Any
from uuid import UUID

import peewee

from db.spec import Spec
from db.vocab import Codes


class Key(peewee.UUIDField):
    """A UUID: 16 bytes in SQLite, native in PostgreSQL (the database maps LEDGERKEY)."""

    field_type = "LEDGERKEY"

    def db_value(self, value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, UUID):
            value = value.id if isinstance(value, peewee.Model) else UUID(_hex(value))
        ledger = self.model._meta.database
        return value.bytes if getattr(ledger, "obj", ledger).keys_in_bytes else value.hex

    def python_value(self, value: Any) -> Any:
        if type(value) is bytes:
            return UUID(bytes=value)
        return value if value is None or isinstance(value, UUID) else UUID(_hex(value))


def _hex(value: Any) -> str:
    return bytes(value).hex() if isinstance(value, memoryview | bytes) else str(value)


def _field(base: type[peewee.Field], spec: Spec, **options: Any) -> peewee.Field:
    field = base(null=True, **options)
    field.spec = spec
    return field


def text(label: str, *aliases: str, kind: str = "text", index: bool = False, **about: Any) -> peewee.Field:
    """Free text; kind says how it is read (name, id, phone, partial date, notes)."""
    return _field(peewee.TextField, Spec(label, kind, aliases=aliases, **about), index=index)


def coded(label: str, codes: Codes, *aliases: str, many: bool = False, **about: Any) -> peewee.Field:
    """One code of a list, or several separated by blanks."""
    return _field(
        peewee.TextField, Spec(label, "codes" if many else "code", codes=codes, aliases=aliases, **about)
    )


def flag(label: str, *aliases: str, **about: Any) -> peewee.Field:
    """Yes, no or not known."""
    return _field(peewee.BooleanField, Spec(label, "flag", aliases=aliases, **about))


def day(label: str, *aliases: str, index: bool = False, **about: Any) -> peewee.Field:
    """A full day."""
    return _field(peewee.DateField, Spec(label, "day", aliases=aliases, **about), index=index)


def number(label: str, *aliases: str, **about: Any) -> peewee.Field:
    """A small whole number."""
    return _field(peewee.IntegerField, Spec(label, "number", aliases=aliases, **about))


def specs(model: type[peewee.Model]) -> dict[str, Spec]:
    """The described fields of a table, in order."""
    return {name: field.spec for name, field in model._meta.fields.items() if hasattr(field, "spec")}
