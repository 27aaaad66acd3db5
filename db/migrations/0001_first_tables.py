"""The first tables. A frozen copy: later changes to the models come as later files."""

from peewee import (
    SQL,
    BooleanField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from db.fields import Key


def up(migrator, db):
    def refer(to, **options):
        return ForeignKeyField(to, on_delete="RESTRICT", backref="+", **options)

    class Base(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Row(Base):
        id = Key(primary_key=True)
        version = IntegerField()
        created_at = DateTimeField()
        deleted_at = DateTimeField(null=True)

    class Site(Row):
        name = TextField(null=True)
        kind = TextField(null=True)
        township = TextField(null=True)
        above = refer("self", null=True)

    class Term(Row):
        code = TextField(unique=True)
        starts = DateField(null=True)
        ends = DateField(null=True)

    class Setting(Row):
        key = TextField(unique=True)
        value = TextField()

    class User(Row):
        login = TextField(unique=True)
        name = TextField(null=True)

    class Change(Base):
        id = Key(primary_key=True)
        action = Key(index=True)
        label = TextField()
        at = DateTimeField()
        who = refer(User, null=True)
        kind = TextField()
        table = TextField(column_name="table_name")
        row = Key()
        version = IntegerField()
        what = TextField()
        undoes = Key(null=True)

        class Meta:
            indexes = ((("table", "row"), False),)

    class Child(Row):
        name = TextField(null=True, index=True)
        initials = TextField(null=True, index=True)
        sex = TextField(null=True)
        birth_date = TextField(null=True, index=True)
        id_number = TextField(null=True)
        ethnicity = TextField(null=True)
        registered = BooleanField(null=True)
        hukou_address = TextField(null=True)
        village_group = TextField(null=True)
        group_rank = IntegerField()
        address = TextField(null=True)
        note = TextField(null=True)
        site = refer(Site, null=True)

    class Adult(Row):
        name = TextField(null=True, index=True)
        initials = TextField(null=True)
        sex = TextField(null=True)
        birth_date = TextField(null=True)
        id_number = TextField(null=True, index=True)
        phone = TextField(null=True, index=True)
        address = TextField(null=True)

    class Kinship(Row):
        child = refer(Child)
        adult = refer(Adult)
        relation = TextField(null=True)
        guardian = BooleanField()
        entrusted = BooleanField()

    class Survey(Row):
        child = refer(Child)
        term = refer(Term)
        surveyed_on = DateField(null=True)
        father_whereabouts = TextField(null=True)
        father_place = TextField(null=True)
        father_able = BooleanField(null=True)
        mother_whereabouts = TextField(null=True)
        mother_place = TextField(null=True)
        mother_able = BooleanField(null=True)
        no_guardian = BooleanField(null=True)
        guardianship = TextField(null=True)
        schooling = TextField(null=True)
        school = TextField(null=True)
        grade = TextField(null=True)
        class_no = TextField(null=True)
        boarding = BooleanField(null=True)
        health = TextField(null=True)
        disability = TextField(null=True)
        illness = TextField(null=True)
        income = TextField(null=True)
        aid = TextField(null=True)
        study_level = TextField(null=True)
        needs = TextField(null=True)
        left_behind = BooleanField(null=True, index=True)
        gaps = TextField()

    class Focus(Row):
        child = refer(Child)
        tag = TextField(null=True)
        reason = TextField(null=True)
        since = DateField(null=True)
        until = DateField(null=True)

    class Helper(Row):
        name = TextField(null=True, index=True)
        initials = TextField(null=True)
        sex = TextField(null=True)
        kind = TextField(null=True)
        unit = TextField(null=True)
        phone = TextField(null=True)
        village_group = TextField(null=True)
        group_rank = IntegerField()
        capacity = IntegerField(null=True)
        note = TextField(null=True)
        child = refer(Child, null=True)

    class Pairing(Row):
        child = refer(Child)
        helper = refer(Helper)
        kind = TextField(null=True)
        since = DateField(null=True)
        until = DateField(null=True)
        ended_because = TextField(null=True)
        end_note = TextField(null=True)

    class CareRecord(Row):
        kind = TextField(null=True)
        child = refer(Child)
        helper = refer(Helper, null=True)
        by_name = TextField(null=True)
        on_date = DateField(null=True)
        place = TextField(null=True)
        reason = TextField(null=True)
        content = TextField(null=True)
        follow_up = TextField(null=True)

        class Meta:
            indexes = ((("child", "kind", "on_date"), False), (("kind", "on_date", "child"), False))

    class Activity(Row):
        title = TextField(null=True)
        kind = TextField(null=True)
        on_date = DateField(null=True, index=True)
        starts = TextField(null=True)
        place = TextField(null=True)
        lead = TextField(null=True)
        note = TextField(null=True)

    class Attendance(Row):
        activity = refer(Activity)
        child = refer(Child)
        state = TextField(null=True)
        note = TextField(null=True)

    class PlanItem(Row):
        term = refer(Term, null=True)
        month = TextField(index=True)
        plan = TextField(null=True)
        title = TextField(null=True)
        done_on = DateField(null=True)
        evidence = TextField(null=True)

    live = SQL("deleted_at IS NULL")
    Child.add_index(Child.index(Child.id_number, unique=True, where=live, name="child_id_number"))
    Child.add_index(
        Child.index(
            Child.group_rank, Child.village_group, Child.name, Child.id, where=live, name="child_order"
        )
    )
    Survey.add_index(
        Survey.index(Survey.child, Survey.term, unique=True, where=live, name="survey_child_term")
    )
    Attendance.add_index(
        Attendance.index(
            Attendance.activity, Attendance.child, unique=True, where=live, name="attendance_activity_child"
        )
    )
    db.create_tables(
        [
            Site,
            Term,
            Setting,
            User,
            Change,
            Child,
            Adult,
            Kinship,
            Survey,
            Focus,
            Helper,
            Pairing,
            CareRecord,
            Activity,
            Attendance,
            PlanItem,
        ]
    )
