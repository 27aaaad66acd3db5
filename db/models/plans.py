"""What is planned for one child, step by step, and what is ticked off for it."""

from db.fields import coded, day, text
from db.models.base import Row, reference
from db.models.care import Helper
from db.models.people import Child
from db.models.site import Term
from db.vocab import CARE_PLAN_END, CARE_PLAN_KIND, FOCUS, TICK_LIST


class CarePlan(Row):
    """A plan for one child (帮扶方案, 学习帮扶计划, 个别教育管理方案), open until it is closed with its summary.

    tag: the 重点类别 whose template it began with. review_on: the day it is to be looked at next.
    """

    child = reference(Child, "plans")
    term = reference(Term, "care_plans", null=True)
    kind = coded("方案类别", CARE_PLAN_KIND, required=True)
    tag = coded("针对", FOCUS)
    problem = text("问题", kind="notes", longest=1000, required=True, prompt="这个孩子眼下的困难")
    goal = text("目标", kind="notes", longest=1000, prompt="到期要达到什么，看得见、说得清")
    measures = text("措施", kind="notes", longest=2000)
    helper = reference(Helper, "care_plans", null=True)
    by_name = text("责任人", kind="name", longest=30, prompt="谁负责，如 刘老师")
    starts = day("开始日期")
    ends = day("结束日期")
    review_on = day("下次评估日期", prompt="哪天看效果，写了就列入待办")
    signed_by = text("领导小组签字", longest=30, prompt="谁同意的，如 校长、组长姓名")
    signed_on = day("签字日期")
    closed_on = day("结案日期")
    outcome = coded("结案结果", CARE_PLAN_END)
    summary = text("总结", kind="notes", longest=4000)


class CareStep(Row):
    """One step of a plan, owed on a day; it is the child's too, so that its duties are found by the child."""

    plan = reference(CarePlan, "steps")
    child = reference(Child, "steps")
    title = text("步骤", required=True, longest=100, prompt="要做的一件事，如 每周补一次数学")
    due_on = day("应在", prompt="到哪天，如 2026-10-8；写了就列入待办")
    helper = reference(Helper, "steps", null=True)
    by_name = text("谁做", kind="name", longest=30, prompt="不写就是方案的责任人")
    done_on = day("完成日期")
    result = text("结果", longest=500)


class CareStage(Row):
    """A stage result of a plan (阶段效果): what was found when it was looked at."""

    plan = reference(CarePlan, "stages")
    child = reference(Child, "stages")
    on_date = day("日期", required=True)
    result = text("阶段效果", kind="notes", longest=1000, required=True)
    adjustment = text("调整", kind="notes", longest=500, prompt="接下来怎么改，没有就留空")


class Tick(Row):
    """One item of a child's checklist seen to on a day: 三知三多三沟通, 三个优先, 爱心档案袋. Each time is a row."""

    child = reference(Child, "ticks")
    checklist = coded("清单", TICK_LIST)
    item = text("项目", longest=40)
    on_date = day("日期", required=True)
    note = text("说明", longest=200)
    by_name = text("谁做的", kind="name", longest=30)
