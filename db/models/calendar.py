"""Activities, the series they repeat in, who came, birthday wishes, and the days off work."""

import peewee

from db.fields import coded, day, flag, number, text
from db.models.base import Row, reference
from db.models.people import Child
from db.models.year import PlanItem
from db.vocab import ACTIVITY_KIND, ACTIVITY_STATE, ATTENDANCE, DAY_OFF, RELATION, TALENT


class Series(Row):
    """What repeats: its occurrences are activities of their own, made when the rule is saved.

    rule: an RRULE (RFC 5545) with an end. starts: the first day. in_term: only on days of a school term. uid: the key
    other calendars know it by.
    """

    rule = peewee.TextField()
    starts = peewee.DateField()
    in_term = peewee.BooleanField(default=False)
    uid = peewee.TextField(null=True, index=True)


class Activity(Row):
    """Something that takes place on a day: an activity, an open day, a meeting.

    series and series_day: the series it belongs to and the day its rule gave it, whatever day it was moved to.
    plan_item: the item of a plan it was arranged for. duty: who is on duty; teachers: who else, separated by 、.
    opened_at and closed_at: when the open day really began and was closed. uid: the key other calendars know it by.
    """

    title = text("名称", prompt="如 励志专题片", required=True, longest=60)
    kind = coded("类别", ACTIVITY_KIND)
    on_date = day("日期", index=True, required=True, prompt="如 2026-10-1，或 今天、明天")
    starts = text("开始", prompt="如 15:30", kind="text", longest=5)
    ends = text("结束", prompt="如 17:00", kind="text", longest=5)
    place = text("地点", prompt="如 农家书屋", longest=40)
    lead = text("负责人", longest=30, prompt="如 刘老师")
    duty = text("值班", longest=30, prompt="当天值班的人，如 王晓")
    teachers = text("参加教师", longest=100, prompt="几个人用、隔开")
    talent = coded("两体两艺", TALENT, prompt="算体育还是艺术；都不算就留空")
    budget = number("经费预算", prompt="多少元，如 200")
    materials = text("物资", longest=200, prompt="要备什么，如 画纸、彩笔")
    note = text("备注", kind="notes", longest=500)
    state = coded("状态", ACTIVITY_STATE)
    state_note = text("原因", longest=100)
    opened_at = text("开门", longest=5)
    closed_at = text("关门", longest=5)
    agenda = text("议程", kind="notes", longest=2000, prompt="一行一项")
    minutes = text("记录", kind="notes", longest=8000)
    outcome = text("小结", kind="notes", longest=1000, prompt="办得怎样，多少人，有什么收获")
    series = reference(Series, "occurrences", null=True)
    series_day = peewee.DateField(null=True)
    plan_item = reference(PlanItem, "activities", null=True)
    uid = peewee.TextField(null=True, index=True)


class Attendance(Row):
    """One child at one activity: 到, 缺, 假 or 迟; who brought it and who picked it up, and when ('HH:MM').

    escorted: seen across the road, where the site's duty ends.
    """

    activity = reference(Activity, "attendance")
    child = reference(Child, "attendance")
    state = coded("到场", ATTENDANCE)
    arrived = text("到的时间", longest=5, prompt="如 8:30")
    brought_by = text("谁送来", kind="name", longest=30, prompt="如 李秀英；自己来的写 自己")
    brought_relation = coded("送的人是", RELATION)
    left_at = text("走的时间", longest=5, prompt="如 17:00")
    picked_by = text("谁接走", kind="name", longest=30, prompt="如 李秀英；自己走的写 自己")
    picked_relation = coded("接的人是", RELATION)
    escorted = flag("护送过马路")
    note = text("备注", longest=100)


class DayOff(Row):
    """A day of the official calendar: off work (放假), or a weekend day that is worked (调休上班)."""

    on_date = day("日期", required=True, index=True)
    kind = coded("放假或上班", DAY_OFF, required=True)
    name = text("节日", longest=20, prompt="如 国庆节")


class BirthdayWish(Row):
    """What a child is wished on its birthday of a year, written before the day and read out or printed on it."""

    child = reference(Child, "wishes")
    year = peewee.IntegerField()
    wish = text("祝福语", kind="notes", longest=200, prompt="写给孩子的话")


Attendance.add_index(
    Attendance.index(
        Attendance.activity,
        Attendance.child,
        unique=True,
        where=Attendance.deleted_at.is_null(),
        name="attendance_activity_child",
    )
)
BirthdayWish.add_index(
    BirthdayWish.index(
        BirthdayWish.child,
        BirthdayWish.year,
        unique=True,
        where=BirthdayWish.deleted_at.is_null(),
        name="birthday_wish_child_year",
    )
)
DayOff.add_index(
    DayOff.index(DayOff.on_date, unique=True, where=DayOff.deleted_at.is_null(), name="day_off_day")
)
