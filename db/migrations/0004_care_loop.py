"""The care loop: records with the fields of their kind, care plans, ticks, leaving, prints, reports, and what is owed.

A frozen copy; later changes to the models come as later files. What is owed (owed) is derived from the rest and filled
when the ledger is next opened. A talk rhythm that was set (talk_months) becomes the rhythm it stood for.
"""

import json

from peewee import BooleanField, DateField, DateTimeField, ForeignKeyField, IntegerField, Model, TextField

from db.fields import Key

RECORD = {
    "with_whom": TextField, "minutes": IntegerField, "caller": TextField, "missed": TextField, "home": TextField,
    "conduct": TextField, "needs": TextField, "feedback": TextField, "result": TextField, "scale": TextField,
    "grade": TextField, "consent": BooleanField, "back_on": DateField, "follow_up_on": DateField,
    "follow_up_done": DateField, "together": Key,
}  # fmt: skip


def up(migrator, db):
    for name, kind in RECORD.items():
        migrator.migrate(migrator.add_column("care_record", name, kind(null=True)))
    migrator.migrate(
        migrator.add_index("care_record", ("follow_up_on",)),
        migrator.add_index("care_record", ("on_date", "id")),
        migrator.add_index("care_record", ("together",)),
        migrator.add_column("child", "left_on", DateField(null=True)),
        migrator.add_column("helper", "barred", TextField(null=True)),
        migrator.add_column("user", "helper", Key(null=True)),
    )
    _talk_rhythm(db)

    class Base(Model):
        id = Key(primary_key=True)

        class Meta:
            database = db
            legacy_table_names = False

    class Child(Base):
        pass

    class Helper(Base):
        pass

    class Pairing(Base):
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

    migrator.migrate(
        migrator.add_column(
            "pairing", "after_id", ForeignKeyField(Pairing, field=Pairing.id, null=True, on_delete="RESTRICT")
        ),
    )

    class CarePlan(Row):
        child = refer(Child)
        term = refer(Term, null=True)
        kind = TextField(null=True)
        tag = TextField(null=True)
        problem = TextField(null=True)
        goal = TextField(null=True)
        measures = TextField(null=True)
        helper = refer(Helper, null=True)
        by_name = TextField(null=True)
        starts = DateField(null=True)
        ends = DateField(null=True)
        review_on = DateField(null=True)
        signed_by = TextField(null=True)
        signed_on = DateField(null=True)
        closed_on = DateField(null=True)
        outcome = TextField(null=True)
        summary = TextField(null=True)

    class CareStep(Row):
        plan = refer(CarePlan)
        child = refer(Child)
        title = TextField(null=True)
        due_on = DateField(null=True)
        helper = refer(Helper, null=True)
        by_name = TextField(null=True)
        done_on = DateField(null=True)
        result = TextField(null=True)

    class CareStage(Row):
        plan = refer(CarePlan)
        child = refer(Child)
        on_date = DateField(null=True)
        result = TextField(null=True)
        adjustment = TextField(null=True)

    class Tick(Row):
        child = refer(Child)
        checklist = TextField(null=True)
        item = TextField(null=True)
        on_date = DateField(null=True)
        note = TextField(null=True)
        by_name = TextField(null=True)

    class Exit(Row):
        child = refer(Child)
        reason = TextField(null=True)
        on_date = DateField(null=True)
        destination = TextField(null=True)
        note = TextField(null=True)
        returned_on = DateField(null=True)
        return_note = TextField(null=True)

    class Printed(Row):
        child = refer(Child)
        what = TextField(null=True)
        on_date = DateField(null=True)
        digest = TextField()

    class Incident(Row):
        author = refer(User)
        child = refer(Child, null=True)
        kind = TextField(null=True)
        on_date = DateField(null=True)
        seen = TextField(null=True)
        called_at = TextField(null=True)
        called_by = TextField(null=True)
        taken_by = TextField(null=True)
        receipt = TextField(null=True)
        note = TextField(null=True)

    class Owed(Base):
        child = refer(Child, index=False)
        source = TextField()
        what = TextField()
        ref = Key(null=True)
        helper = refer(Helper, null=True, index=False)
        risk = IntegerField()
        group_rank = IntegerField()
        opens = DateField()
        due_by = DateField()
        since = DateField()
        until = DateField()

    order = (Owed.risk, Owed.due_by, Owed.group_rank, Owed.child, Owed.source, Owed.what)
    span = (Owed.opens, Owed.since, Owed.until)
    for name, columns in {
        "owed_order": (*order, *span, Owed.helper),
        "owed_helper": (Owed.helper, *order, *span),
        "owed_child": (Owed.child,),
    }.items():
        Owed.add_index(Owed.index(*columns, name=name))
    db.create_tables([CarePlan, CareStep, CareStage, Tick, Exit, Printed, Incident, Owed])


def _talk_rhythm(db):
    """Put the rhythm in place of the old setting, in the words of the new one."""
    mark = db.param
    found = db.execute_sql(f"SELECT value FROM setting WHERE key = {mark}", ("talk_months",)).fetchone()
    if found is None:
        return
    months = json.loads(found[0])
    rhythm = {
        "code": "talk",
        "name": "谈心",
        "kind": "talk",
        "every": "month",
        "span": months,
        "count": "interval",
    }
    db.execute_sql(
        f"UPDATE setting SET key = {mark}, value = {mark} WHERE key = {mark}",
        ("rhythms", json.dumps([rhythm], ensure_ascii=False), "talk_months"),
    )
