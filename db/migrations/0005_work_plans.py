"""The year's plans: plans as adopted, series and roll of activities, the leading group, days off, birthday wishes, duties of the site.

A frozen copy; later changes to the models come as later files. Items that named their plan in words come under a plan of
that name, over the months they stand in. What is owed (owed) is derived from the rest and filled when the ledger is next
opened; it now holds duties of the site, which are no child's.
"""

import json
from calendar import monthrange
from datetime import UTC, date, datetime

from peewee import BooleanField, DateField, DateTimeField, ForeignKeyField, IntegerField, Model, TextField

from db.fields import Key
from db.ids import uuid7

ACTIVITY = {
    "ends": TextField, "duty": TextField, "teachers": TextField, "talent": TextField, "budget": IntegerField,
    "materials": TextField, "state": TextField, "state_note": TextField, "opened_at": TextField, "closed_at": TextField,
    "agenda": TextField, "minutes": TextField, "outcome": TextField, "series_day": DateField, "uid": TextField,
}  # fmt: skip
ATTENDANCE = {
    "arrived": TextField, "brought_by": TextField, "brought_relation": TextField, "left_at": TextField,
    "picked_by": TextField, "picked_relation": TextField, "escorted": BooleanField,
}  # fmt: skip
ITEM = {
    "sort": TextField, "planned_month": TextField, "opens": DateField, "due_on": DateField, "kind": TextField,
    "occasion": TextField, "system": TextField, "by_name": TextField, "note": TextField, "put_off": TextField,
    "dropped": TextField, "done_by": TextField, "evidence_kind": TextField, "evidence_ref": Key,
}  # fmt: skip

LONGEST_TITLE = 40  # of a template's; the plan's own name may be longer


def up(migrator, db):
    class Base(Model):
        id = Key(primary_key=True)

        class Meta:
            database = db
            legacy_table_names = False

    class Child(Base):
        pass

    class Helper(Base):
        pass

    class Row(Base):
        version = IntegerField()
        created_at = DateTimeField()
        deleted_at = DateTimeField(null=True)

    def refer(to, **options):
        return ForeignKeyField(to, on_delete="RESTRICT", backref="+", **options)

    class WorkPlan(Row):
        code = TextField()
        title = TextField(null=True)
        starts = DateField(null=True)
        ends = DateField(null=True)
        template = TextField()
        closed_on = DateField(null=True)
        summary = TextField(null=True)

    class Series(Row):
        rule = TextField()
        starts = DateField()
        in_term = BooleanField()
        uid = TextField(null=True, index=True)

    class DayOff(Row):
        on_date = DateField(null=True, index=True)
        kind = TextField(null=True)
        name = TextField(null=True)

    class BirthdayWish(Row):
        child = refer(Child)
        year = IntegerField()
        wish = TextField(null=True)

    class Activity(Base):
        pass

    class PlanItem(Base):
        pass

    class Member(Row):
        name = TextField(null=True)
        post = TextField(null=True)
        unit = TextField(null=True)
        phone = TextField(null=True)
        area = TextField(null=True)
        helper = refer(Helper, null=True)
        since = DateField(null=True)
        until = DateField(null=True)
        place = IntegerField()

    class Attendee(Row):
        activity = refer(Activity)
        member = refer(Member, null=True)
        name = TextField(null=True)
        post = TextField(null=True)
        state = TextField(null=True)
        note = TextField(null=True)

    class Decision(Row):
        activity = refer(Activity)
        title = TextField(null=True)
        helper = refer(Helper, null=True)
        by_name = TextField(null=True)
        due_on = DateField(null=True)
        done_on = DateField(null=True)
        result = TextField(null=True)

    DayOff.add_index(
        DayOff.index(DayOff.on_date, unique=True, where=DayOff.deleted_at.is_null(), name="day_off_day")
    )
    BirthdayWish.add_index(
        BirthdayWish.index(
            BirthdayWish.child, BirthdayWish.year, unique=True, where=BirthdayWish.deleted_at.is_null(), name="birthday_wish_child_year"
        )
    )  # fmt: skip
    Attendee.add_index(
        Attendee.index(
            Attendee.activity, Attendee.name, unique=True, where=Attendee.deleted_at.is_null(), name="attendee_activity_name"
        )
    )  # fmt: skip
    db.create_tables([WorkPlan, Series, DayOff, BirthdayWish, Member, Attendee, Decision])

    def key(to):
        return ForeignKeyField(to, field=to.id, null=True, on_delete="RESTRICT")

    for table, columns in {"activity": ACTIVITY, "attendance": ATTENDANCE, "plan_item": ITEM}.items():
        for name, kind in columns.items():
            migrator.migrate(migrator.add_column(table, name, kind(null=True)))
    migrator.migrate(
        migrator.add_column("child", "lunar_birthday", BooleanField(null=True)),
        migrator.add_column("activity", "series_id", key(Series)),
        migrator.add_column("activity", "plan_item_id", key(PlanItem)),
        migrator.add_index("activity", ("uid",)),
        migrator.add_column("plan_item", "work_plan_id", key(WorkPlan)),
        migrator.add_column("plan_item", "helper_id", key(Helper)),
        migrator.add_column("plan_item", "carried", IntegerField(default=0)),
    )
    _plans_of_items(db, WorkPlan)
    db.execute_sql("ALTER TABLE plan_item DROP COLUMN plan")
    db.execute_sql("DELETE FROM setting WHERE key = 'rhythms.later'")
    db.execute_sql("DELETE FROM setting WHERE key = 'owed'")
    db.execute_sql("DROP TABLE owed")

    class Owed(Base):
        child = refer(Child, null=True, index=False)
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
    db.create_tables([Owed])


def _plans_of_items(db, plans):
    """Items get their first and last day; those of one plan's name come under a plan."""
    mark = db.param
    found = db.execute_sql("SELECT id, month, plan, deleted_at FROM plan_item").fetchall()
    months = {}
    for _key, month, plan, gone in found:
        if plan and gone is None:
            months.setdefault(plan, set()).add(month)
    keys = {}
    for title, span in months.items():
        short = json.dumps(title[:LONGEST_TITLE], ensure_ascii=False)
        plan = plans(
            id=uuid7(), version=1, created_at=datetime.now(UTC).replace(tzinfo=None), code="own", title=title, starts=_first(min(span)),
            ends=_last(max(span)), template=f"title = {short}\n",
        )  # fmt: skip
        plan.save(force_insert=True)
        keys[title] = plans.id.db_value(plan.id)
    for key, month, plan, _gone in found:
        db.execute_sql(
            f"UPDATE plan_item SET sort = 'month', planned_month = month, opens = {mark}, due_on = {mark}, work_plan_id = {mark} "
            f"WHERE id = {mark}",
            (_first(month), _last(month), keys.get(plan), key),
        )


def _first(month):
    year, number = map(int, month.split("-"))
    return date(year, number, 1)


def _last(month):
    first = _first(month)
    return first.replace(day=monthrange(first.year, first.month)[1])
