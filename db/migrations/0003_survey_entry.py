"""Survey entry: names found by any of their initials and by sound; doubts, children told apart, effort, who has what open.

A frozen copy; later changes to the models come as later files.
"""

from peewee import BooleanField, DateTimeField, ForeignKeyField, IntegerField, Model, TextField

from db import initials
from db.fields import Key


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("child", "given_initials", TextField(null=True)),
        migrator.add_column("child", "sound", TextField(null=True)),
        migrator.add_index("child", ("sound",)),
        migrator.add_index("child", ("phone",)),
        migrator.drop_index("child", "child_initials"),
        migrator.drop_index("child", "child_order"),
    )
    for name, columns in {
        "child_order": "group_rank, village_group, name, id, initials, given_initials, deleted_at",
        "child_by_initials": "initials, deleted_at",
        "child_by_given_initials": "given_initials, initials, deleted_at",
    }.items():
        db.execute_sql(f"CREATE INDEX {name} ON child ({columns}) WHERE deleted_at IS NULL")
    db.execute_sql("CREATE INDEX child_struck_out ON child (deleted_at) WHERE deleted_at IS NOT NULL")
    names = db.execute_sql("SELECT DISTINCT name FROM child WHERE name IS NOT NULL").fetchall()
    for (name,) in names:
        db.execute_sql(
            f"UPDATE child SET given_initials = {db.param}, sound = {db.param} WHERE name = {db.param}",
            (initials.given_initials(name), initials.sound(name), name),
        )

    class Base(Model):
        id = Key(primary_key=True)

        class Meta:
            database = db
            legacy_table_names = False

    class Child(Base):
        pass

    class Term(Base):
        pass

    class User(Base):
        pass

    class Row(Base):
        version = IntegerField()
        created_at = DateTimeField()
        deleted_at = DateTimeField(null=True)

    def refer(to, **options):
        return ForeignKeyField(to, on_delete="RESTRICT", backref="+", **options)

    class Presence(Base):
        row = Key(index=True)
        who = refer(User)
        since = DateTimeField()
        host = TextField()
        process = TextField()

    class Doubt(Row):
        child = refer(Child)
        rule = TextField()
        about = TextField()
        field = TextField()
        said = TextField()
        settled = BooleanField()

    class Apart(Row):
        one = refer(Child)
        other = refer(Child)

    class Effort(Row):
        child = refer(Child)
        term = refer(Term)
        who = refer(User, null=True)
        fresh = BooleanField()
        keys = IntegerField()
        seconds = IntegerField()
        corrections = IntegerField()

    Apart.add_index(
        Apart.index(Apart.one, Apart.other, unique=True, where=Apart.deleted_at.is_null(), name="apart_pair")
    )
    db.create_tables([Presence, Doubt, Apart, Effort])
