"""Activities, who came, and the month's plan items."""

import peewee

from db.fields import coded, day, text
from db.models.base import Row, reference
from db.models.people import Child
from db.models.site import Term
from db.vocab import ACTIVITY_KIND, ATTENDANCE


class Activity(Row):
    """Something that takes place on a day."""

    title = text("名称", prompt="如 励志专题片", required=True, longest=60)
    kind = coded("类别", ACTIVITY_KIND)
    on_date = day("日期", index=True, required=True, prompt="如 2026-10-1，或 今天、明天")
    starts = text("开始", prompt="如 15:30", kind="text", longest=5)
    place = text("地点", prompt="如 农家书屋", longest=40)
    lead = text("负责人", longest=30)
    note = text("备注", kind="notes", longest=500)


class Attendance(Row):
    """One child at one activity: 到, 缺, 假 or 迟."""

    activity = reference(Activity, "attendance")
    child = reference(Child, "attendance")
    state = coded("到场", ATTENDANCE)
    note = text("备注", longest=100)


class PlanItem(Row):
    """Something the plan puts on a month ('2026-10'); done on a day, with evidence."""

    term = reference(Term, "plan_items", null=True)
    month = peewee.TextField(index=True)
    plan = text("所属计划", longest=60)
    title = text("事项", prompt="如 全村摸底调查", required=True, longest=80)
    done_on = day("完成日期", prompt="如 2026-9-10，或 今天")
    evidence = text("佐证", longest=200, prompt="如 活动照片、会议记录")


Attendance.add_index(
    Attendance.index(
        Attendance.activity,
        Attendance.child,
        unique=True,
        where=Attendance.deleted_at.is_null(),
        name="attendance_activity_child",
    )
)
