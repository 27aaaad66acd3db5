"""Where the site stands: what the child's sheet says of vaccination, training, entrusting, legal aid and consent; figures
from outside, own targets, snapshots of terms, forms, what was reported, scores.

A frozen copy; later changes to the models come as later files.
"""

from peewee import (
    BooleanField,
    DateField,
    DateTimeField,
    FloatField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from db.fields import Key

SURVEY = {"vaccinated": TextField, "parenting_on": DateField, "entrust_on": DateField, "legal_aid": TextField}
CHILD = {"consent_on": DateField, "consent_version": TextField}


def up(migrator, db):
    class Base(Model):
        id = Key(primary_key=True)

        class Meta:
            database = db
            legacy_table_names = False

    class Child(Base):
        pass

    class Term(Base):
        pass

    class Row(Base):
        version = IntegerField()
        created_at = DateTimeField()
        deleted_at = DateTimeField(null=True)

    def refer(to):
        return ForeignKeyField(to, on_delete="RESTRICT", backref="+")

    class Figure(Row):
        code = TextField()
        term = refer(Term)
        school = TextField()
        numerator = IntegerField(null=True)
        denominator = IntegerField(null=True)
        on_date = DateField(null=True)
        source = TextField(null=True)
        note = TextField(null=True)

    class OwnTarget(Row):
        name = TextField(null=True)
        about = TextField(null=True)
        sort = TextField(null=True)
        counted = TextField(null=True)
        who = TextField()
        met = TextField()
        goal = IntegerField(null=True)
        direction = TextField(null=True)
        answered = BooleanField(null=True)
        answered_on = DateField(null=True)
        evidence = TextField(null=True)
        place = IntegerField()

    class Snapshot(Base):
        term = refer(Term)
        code = TextField()
        on_date = DateField()
        numerator = IntegerField()
        denominator = IntegerField()
        goal = FloatField(null=True)
        made_at = DateTimeField()

    class Form(Row):
        headings = TextField(unique=True)
        name = TextField()
        kind = TextField()
        columns = TextField()
        choices = TextField()

    class Reported(Row):
        child = refer(Child)
        to = TextField()
        on_date = DateField()
        told = TextField()
        left = BooleanField()

    class Score(Row):
        child = refer(Child)
        term = refer(Term)
        exam = TextField(null=True)
        on_date = DateField(null=True)
        subject = TextField(null=True)
        mark = TextField(null=True)

    for model, columns, name in (
        (Figure, (Figure.code, Figure.term, Figure.school), "figure_of"),
        (Reported, (Reported.child, Reported.to), "reported_child_to"),
        (Score, (Score.child, Score.term, Score.exam, Score.subject), "score_of"),
    ):
        model.add_index(model.index(*columns, unique=True, where=model.deleted_at.is_null(), name=name))
    Snapshot.add_index(Snapshot.index(Snapshot.term, Snapshot.code, unique=True, name="snapshot_term_code"))
    for table, columns in (("survey", SURVEY), ("child", CHILD)):
        for name, kind in columns.items():
            migrator.migrate(migrator.add_column(table, name, kind(null=True)))
    db.create_tables([Figure, OwnTarget, Snapshot, Form, Reported, Score])
