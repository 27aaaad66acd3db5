"""What can show that an item of a plan was done, and the activity arranged for an item."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import activities, changes, plan_items, repeats, work_plans
from db.days import short, today
from db.models import Activity, CareRecord, Child, Helper, PlanItem, User
from db.plan_templates import Occasion
from db.recurrence import DAYS
from db.sheet import Saved, Values
from db.spec import mask_name
from db.vocab import RECORD_KIND

MOST = 300  # records to choose from


class Proof(NamedTuple):
    """Something on file that shows an item was done: its key, its day, what is written as evidence."""

    id: UUID
    on_date: date
    said: str


def activities_for(item_id: UUID) -> list[Proof]:
    """Activities from the item's first month to today that were not called off, those of its kind first, then the latest.

    Raises NotFound.
    """
    item = plan_items.line(item_id)
    rows = Activity.live().where(
        Activity.on_date.between(_since(item), today()),
        Activity.state.is_null() | (Activity.state != "cancelled"),
    )
    found = sorted(rows, key=lambda row: (row.kind == item.kind, row.on_date, row.id), reverse=True)
    return [
        Proof(row.id, row.on_date, " ".join(filter(None, (f"{short(row.on_date)}{row.title}", row.place))))
        for row in found
    ]


def records_for(item_id: UUID) -> list[Proof]:
    """Care records from the item's first month to today that were no failed attempt, the latest first, at most 300.

    Children are named by their masked names: evidence goes into reports. Raises NotFound.
    """
    item = plan_items.line(item_id)
    rows = (
        CareRecord.live(CareRecord, Child, Helper)
        .join(Child)
        .switch(CareRecord)
        .join(Helper, peewee.JOIN.LEFT_OUTER)
        .where(
            Child.deleted_at.is_null(),
            CareRecord.missed.is_null(),
            CareRecord.on_date.between(_since(item), today()),
        )
        .order_by(CareRecord.on_date.desc(), CareRecord.id.desc())
    )
    return [Proof(row.id, row.on_date, _record(row)) for row in rows.limit(MOST)]


def _record(row: CareRecord) -> str:
    who = row.helper.name if row.helper_id else row.by_name
    told = f"{short(row.on_date)}{RECORD_KIND.label(row.kind)}{mask_name(row.child.name) or ''}"
    return f"{told} {who}" if who else told


def _since(item: plan_items.PlanLine) -> date:
    return min(plan_items.first_of(item.planned_month), item.opens)


# ---- an activity arranged for an item -------------------------------------------------------------


def proposed(item_id: UUID) -> Values:
    """What the sheet of an activity arranged for an item begins with: title, kind, lead, the first day it may be held.

    One time of what is done again and again is called as that is. Raises NotFound.
    """
    item, occasion = plan_items.line(item_id), _occasion(plan_items.find(item_id))
    blank = activities.load(None)
    named = occasion is not None and occasion.every != "festival"
    title = (occasion.name if named else item.title)[: activities.SPECS["title"].longest]
    day = max(today(), item.opens)
    return blank | {"title": title, "kind": item.kind, "lead": item.owner, "on_date": day}


def arrange(item_id: UUID, values: Mapping[str, Any], by: User | None, again: bool = False) -> Saved:
    """Put an activity on the calendar for an item; held, it settles the item. One action. Raises Refused.

    again: and every week or month from then on to the plan's end, as `recurs` says; those settle the items of their own days.
    """
    item = plan_items.find(item_id)
    with changes.action(f"安排活动 {item.title}", by) as act:
        saved = activities.save(None, values, {}, by)
        row = activities.find(saved.id)
        act.update(row, plan_item=item)
        if again:
            repeats.repeat(row.id, _rule(item, row.on_date), False, by)
        return saved


def recurs(item_id: UUID) -> str | None:
    """'week' or 'month' for one time of what a plan does that often, else None."""
    occasion = _occasion(plan_items.find(item_id))
    return occasion.every if occasion and occasion.every in ("week", "month") else None


def _occasion(item: PlanItem) -> Occasion | None:
    if item.occasion is None or item.work_plan_id is None:
        return None
    occasions = work_plans.template_of(item.work_plan).occasions
    return next((each for each in occasions if each.code == item.occasion), None)


def _rule(item: PlanItem, day: date) -> str:
    """The same weekday every week; every month the same weekday of its second week, say, or of its last."""
    weekday, until = DAYS[day.weekday()], f"UNTIL={item.work_plan.ends:%Y%m%d}"
    if recurs(item.id) == "week":
        return f"FREQ=WEEKLY;BYDAY={weekday};{until}"
    week = (day.day - 1) // 7 + 1
    return f"FREQ=MONTHLY;BYDAY={week if week < 5 else -1}{weekday};{until}"


def arranged(item_id: UUID) -> list[str]:
    """The activities arranged for an item that are neither held nor called off: 9月12日家长会."""
    rows = Activity.live().where(Activity.plan_item == item_id, Activity.state.is_null())
    return [f"{short(row.on_date)}{row.title}" for row in rows.order_by(Activity.on_date, Activity.id)]
