"""What may stand only once: the 组长 and each name of the leading group, an open plan on its days.

Asked before something is written, and of what an undo writes again.
"""

from datetime import date
from uuid import UUID

import peewee

from db.days import today
from db.models import Change, Member, WorkPlan


def in_the_group() -> peewee.Expression:
    """Who is in the leading group today."""
    return Member.deleted_at.is_null() & (Member.until.is_null() | (Member.until > today()))


def no_such_member(name: str | None, post: str | None, besides: UUID | None) -> str | None:
    """Why nobody else may be in the group under this name and post, in a sentence; None if somebody may."""
    others = [row for row in Member.select().where(in_the_group()) if row.id != besides]
    if any(row.name == name for row in others):
        return f"领导小组里已有{name}，请打开那一条修改；是同名的另一个人，请在姓名里加以区别"
    leader = next((row for row in others if post == row.post == "leader"), None)
    if leader:
        return f"组长已经是{leader.name}：换人请先给{leader.name}记退出或改职务，或把这位写成副组长"
    return None


def no_such_plan(code: str, starts: date, ends: date, besides: UUID | None = None) -> str | None:
    """Why a plan of this code may not run on these days, in a sentence; None if it may."""
    same = WorkPlan.live().where(
        WorkPlan.code == code, WorkPlan.closed_on.is_null(), WorkPlan.starts <= ends, WorkPlan.ends >= starts
    )
    found = next((row for row in same.order_by(WorkPlan.starts) if row.id != besides), None)
    return found and f"“{found.title}”{found.starts}到{found.ends}已经在用，不用再选用；要重来请先删除那一份"


def broken(action: UUID) -> str | None:
    """Why members and plans that an action brings back may not stand beside the others; None if they may."""
    touched = Change.select(Change.row).where(Change.action == action)
    back = Member.select().where(in_the_group(), Member.id.in_(touched.where(Change.table == "member")))
    open_again = WorkPlan.live().where(
        WorkPlan.closed_on.is_null(), WorkPlan.id.in_(touched.where(Change.table == "work_plan"))
    )
    whys = (
        *(no_such_member(row.name, row.post, row.id) for row in back),
        *(no_such_plan(row.code, row.starts, row.ends, row.id) for row in open_again),
    )
    return next(filter(None, whys), None)
