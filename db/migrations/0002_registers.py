"""Registers of every shape: what they say beyond the first form, of which day each value is, which files came in.

A frozen copy; later changes to the models come as later files. Where an adult lives is said per child from here on
(two papers of one guardian may differ): adult.address moves to kinship.address. Rows on file are taken to be from the
day they were last changed.
"""

from collections import defaultdict
from datetime import timedelta

from peewee import BlobField, DateTimeField, IntegerField, Model, TextField, fn

from db.fields import Key

DATED = ("child", "adult", "kinship", "survey", "helper")
NEW = {
    "child": ("age", "hukou_kind", "phone", "hobbies"),
    "adult": ("age", "workplace", "work_phone", "occupation", "health"),
    "kinship": ("address",),
    "survey": ("declared",),
}
CHINA = timedelta(hours=8)  # stamps are UTC


def up(migrator, db):
    for table, columns in NEW.items():
        for name in columns:
            kind = IntegerField if name == "age" else TextField
            migrator.migrate(migrator.add_column(table, name, kind(null=True)))
    for table in DATED:
        migrator.migrate(migrator.add_column(table, "as_of", TextField(null=True)))
    _date_rows(db)
    db.execute_sql(
        "UPDATE kinship SET address = (SELECT address FROM adult WHERE adult.id = kinship.adult_id)"
        " WHERE guardian OR NOT EXISTS"
        " (SELECT 1 FROM kinship AS other WHERE other.adult_id = kinship.adult_id AND other.guardian)"
    )
    migrator.migrate(migrator.drop_column("adult", "address"))

    class Row(Model):
        id = Key(primary_key=True)
        version = IntegerField()
        created_at = DateTimeField()
        deleted_at = DateTimeField(null=True)

        class Meta:
            database = db
            legacy_table_names = False

    class Intake(Row):
        action = Key(index=True)
        name = TextField()
        digest = TextField(index=True)
        dated = TextField()
        skipped = TextField()

    class Layout(Row):
        headings = TextField(unique=True)
        kind = TextField()
        columns = TextField()

    db.create_tables([Intake, Layout])


def _date_rows(db):
    class Change(Model):
        at = DateTimeField()
        table = TextField(column_name="table_name")
        row = BlobField() if db.keys_in_bytes else Key()

        class Meta:
            database = db
            primary_key = False

    latest = Change.select(Change.table, Change.row, fn.MAX(Change.at)).group_by(Change.table, Change.row)
    days = defaultdict(list)
    for table, row, at in latest.where(Change.table.in_(DATED)).tuples():
        days[table].append(((at + CHINA).date().isoformat(), row))
    for table, rows in days.items():
        for day, row in rows:
            db.execute_sql(f"UPDATE {table} SET as_of = {db.param} WHERE id = {db.param}", (day, row))
