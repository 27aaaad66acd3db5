"""Leaving the register and coming back; what was printed; reports to the police."""

import peewee

from db.fields import coded, day, text
from db.models.base import Row, reference
from db.models.people import Child
from db.models.site import User
from db.vocab import EXIT, INCIDENT, PRINTED


class Exit(Row):
    """A child left the register, and perhaps came back to it. Child.left_on follows the one that stands."""

    child = reference(Child, "exits")
    reason = coded("退出原因", EXIT, required=True)
    on_date = day("退出日期", required=True)
    destination = text("去向", longest=100, prompt="去了哪里、转到哪所学校")
    note = text("说明", kind="notes", longest=500)
    returned_on = day("重新登记日期")
    return_note = text("重新登记说明", longest=200)


class Printed(Row):
    """A child's card or file that was printed: of what, when, and what it then said (a digest, to tell when it is stale)."""

    child = reference(Child, "printed")
    what = coded("打印内容", PRINTED)
    on_date = day("打印日期")
    digest = peewee.TextField()


class Incident(Row):
    """A case reported to the police (强制报告): read in full by its author alone, in no list, count or rate.

    Source: 未成年人保护法第11条; 关于建立侵害未成年人案件强制报告制度的意见.
    """

    author = reference(User, "incidents")
    child = reference(Child, "incidents", null=True)
    kind = coded("情形", INCIDENT, required=True)
    on_date = day("发现日期", required=True)
    seen = text("发现经过", kind="notes", longest=2000)
    called_at = text("报警时间", longest=20, prompt="如 2026-11-24 15:30")
    called_by = text("报警人", kind="name", longest=30)
    taken_by = text("接警人", longest=30, prompt="接警民警姓名或警号")
    receipt = text("回执编号", longest=60)
    note = text("后续", kind="notes", longest=1000)
