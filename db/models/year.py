"""The year's work: plans as adopted, and their items."""

import peewee

from db.fields import Key, coded, day, text
from db.models.base import Row, reference
from db.models.care import Helper
from db.models.site import Term
from db.vocab import ACTIVITY_KIND, EVIDENCE, ITEM_SORT


class WorkPlan(Row):
    """A plan of work as it was adopted, from its first day to its last.

    code: the template's; template: its text (TOML) as adopted, from which phases, goals and rhythms are read.
    """

    code = peewee.TextField()
    title = text("计划名称", required=True, longest=60)
    starts = day("开始日期", required=True)
    ends = day("结束日期", required=True)
    template = peewee.TextField()
    closed_on = day("结束于")
    summary = text("总结", kind="notes", longest=8000)


class PlanItem(Row):
    """Something a plan asks for by a day; done on a day, with evidence.

    sort: 'month' (what the plan puts on a month), 'setup' (an arrangement to be made), 'occasion' (one time of something
    the site does again and again). month: 'YYYY-MM' of due_on; planned_month: where the plan had it first. opens: from
    when on it may be done. kind: the kind of activity that settles it. occasion: the code of what repeats, system: of the
    arrangement. put_off: why it was postponed. dropped: why it is not done at all; it is owed no more then. carried: how
    often it was taken over into a later month. evidence_ref: the activity or record that shows it.
    """

    term = reference(Term, "plan_items", null=True)
    work_plan = reference(WorkPlan, "items", null=True)
    sort = coded("种类", ITEM_SORT)
    title = text("事项", prompt="如 全村摸底调查", required=True, longest=80)
    month = peewee.TextField(index=True)
    planned_month = peewee.TextField(null=True)
    opens = day("可办")
    due_on = day("期限", prompt="到哪天办好，如 2026-9-30")
    kind = coded("办成什么活动", ACTIVITY_KIND)
    occasion = peewee.TextField(null=True)
    system = peewee.TextField(null=True)
    helper = reference(Helper, "plan_items", null=True)
    by_name = text("负责人", kind="name", longest=30, prompt="谁负责，如 刘老师")
    note = text("说明", kind="notes", longest=500)
    put_off = text("延期原因", longest=100)
    carried = peewee.IntegerField(default=0)
    dropped = text("不办的原因", longest=100)
    done_on = day("完成日期", prompt="如 2026-9-10，或 今天")
    done_by = text("完成人", kind="name", longest=30)
    evidence_kind = coded("佐证类别", EVIDENCE)
    evidence = text("佐证", longest=200, prompt="如 活动照片12张、会议记录")
    evidence_ref = Key(null=True)
