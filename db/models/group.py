"""The leading group, who was at its meetings, and what was decided there."""

import peewee

from db.fields import coded, day, text
from db.models.base import Row, reference
from db.models.calendar import Activity
from db.models.care import PHONES, Helper
from db.vocab import ATTENDANCE, MEMBER_POST


class Member(Row):
    """Somebody of the leading group (领导小组), with a post and an area of work (分工)."""

    name = text("姓名", kind="name", required=True, longest=30)
    post = coded("组内职务", MEMBER_POST, required=True)
    unit = text("单位及职务", longest=60, prompt="如 柳溪村 党支部书记")
    phone = text("电话", *PHONES, kind="phone", privacy="phone", prompt="手机11位，或区号-座机")
    area = text("分工", longest=200, prompt="管什么，如 结对帮扶、家访")
    helper = reference(Helper, "memberships", null=True)
    since = day("加入日期")
    until = day("退出日期")
    place = peewee.IntegerField(default=0)


class Attendee(Row):
    """A grown-up at a meeting: a member of the group or anybody else, by name."""

    activity = reference(Activity, "attendees")
    member = reference(Member, "attended", null=True)
    name = text("姓名", kind="name", required=True, longest=30)
    post = text("身份", longest=40, prompt="如 组长、班主任、张浩宇的奶奶")
    state = coded("到会", ATTENDANCE)
    note = text("备注", longest=100)


class Decision(Row):
    """What a meeting decided: who does it by when; a duty until it is done."""

    activity = reference(Activity, "decisions")
    title = text("决定事项", required=True, longest=100, prompt="要做的一件事，如 给书屋添两个书架")
    helper = reference(Helper, "decisions", null=True)
    by_name = text("负责人", kind="name", longest=30, prompt="谁去办，如 刘老师")
    due_on = day("期限", required=True, prompt="到哪天办好，如 2026-10-8")
    done_on = day("完成日期")
    result = text("结果", longest=200)


Attendee.add_index(
    Attendee.index(
        Attendee.activity,
        Attendee.name,
        unique=True,
        where=Attendee.deleted_at.is_null(),
        name="attendee_activity_name",
    )
)
