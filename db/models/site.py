"""The place, its terms and settings, the people who keep the ledger, and what they changed."""

import peewee

from db.fields import Key, coded, day, text
from db.models.base import Row, reference
from db.vocab import SITE_KIND


class Site(Row):
    """A village, school, 留守儿童之家 or township; it belongs to the one above."""

    name = text("单位名称", prompt="如 柳溪村", longest=40)
    kind = coded("单位类型", SITE_KIND)
    township = text("所属乡镇", prompt="如 青石镇", longest=40)
    above = peewee.ForeignKeyField("self", null=True, backref="below", on_delete="RESTRICT")


class Term(Row):
    """A school term: code 2026秋, first and last day."""

    code = peewee.TextField(unique=True)
    starts = day("开始日期")
    ends = day("结束日期")


class Setting(Row):
    """A fact of the ledger all its users share: site, term, criterion, rhythm. The value is JSON."""

    key = peewee.TextField(unique=True)
    value = peewee.TextField()


class User(Row):
    """Somebody who keeps the ledger: the login's name and the name shown. helper: who that is among the helpers (a key)."""

    login = peewee.TextField(unique=True)
    name = text("姓名", kind="name", prompt="您的姓名，如 王晓", longest=30)
    helper = Key(null=True)


class Presence(peewee.Model):
    """Who has a record open: told to whoever opens it too, gone when it is closed. Not part of the ledger's history.

    host and process say which program (process: its number and start): one that has ended has nothing open.
    """

    id = Key(primary_key=True)
    row = Key(index=True)
    who = reference(User, "open")
    since = peewee.DateTimeField()
    host = peewee.TextField()
    process = peewee.TextField()

    class Meta:
        database = Row._meta.database
        legacy_table_names = False


class Change(peewee.Model):
    """One row touched by one action: who, when, which fields, old and new.

    kind: insert, update, remove or restore; what: of an update JSON {field: [old, new]}, else '{}' (what was entered is
    in the row, and what became of it in its updates). Its keys ascend in time.
    """

    id = Key(primary_key=True)
    action = Key(index=True)
    label = peewee.TextField()
    at = peewee.DateTimeField()
    who = reference(User, "changes", null=True)
    kind = peewee.TextField()
    table = peewee.TextField(column_name="table_name")
    row = Key()
    version = peewee.IntegerField()
    what = peewee.TextField()
    undoes = Key(null=True)

    class Meta:
        database = Row._meta.database
        legacy_table_names = False
        indexes = ((("table", "row"), False),)


class Intake(Row):
    """A register that was taken in: which file, of which day, by which action.

    digest: SHA-256 of the file and of how its columns were read (hex). dated: the register's own day, '' if it has
    none. skipped: JSON {sheet: {"left": rows that could not be taken, "double": rows of a child that another row spoke
    of, "keys": row → child, of rows with problems, "problems": what was wrong with rows that were taken}}.
    """

    action = Key(index=True)
    name = peewee.TextField()
    digest = peewee.TextField(index=True)
    dated = peewee.TextField()
    skipped = peewee.TextField()


class Layout(Row):
    """What a form's columns hold, settled once by somebody: found again by its headings.

    headings: fingerprint of the heading row. columns: JSON {place of the column, from 0: target, or null for none}.
    """

    headings = peewee.TextField(unique=True)
    kind = peewee.TextField()
    columns = peewee.TextField()
