"""点名: who came to an activity."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from db import activities, changes, children, dossier, site
from db.days import short, today
from db.models import Attendance, Child, Survey, User
from db.sheet import settled
from db.values import Refused
from db.vocab import ATTENDANCE


class RollLine(NamedTuple):
    """One child on an activity's roll; state is a code of ATTENDANCE, None while not called."""

    child_id: UUID
    name: str
    village_group: str | None
    state: str | None


def of(activity_id: UUID) -> list[RollLine]:
    """The children to call at an activity: all that count, and whoever bears a mark already."""
    activity = activities.find(activity_id)
    marks = dict(
        Attendance.live(Attendance.child, Attendance.state)
        .where(Attendance.activity == activity, Attendance.state.is_null(False))
        .tuples()
    )
    marked = Attendance.live(Attendance.child).where(
        Attendance.activity == activity, Attendance.state.is_null(False)
    )
    expected = Survey.select(Survey.child).join(Child).where(dossier.counted(site.term(), activity.on_date))
    query = Child.live(Child.id, Child.name, Child.village_group).where(
        Child.id.in_(expected) | Child.id.in_(marked)
    )
    return [
        RollLine(child.id, child.name or "", child.village_group, marks.get(child.id))
        for child in query.order_by(Child.group_rank, Child.village_group, Child.name, Child.id)
    ]


def mark(activity_id: UUID, child_id: UUID, state: str | None, by: User | None) -> None:
    """Call one child: a state (code or label), or None to take the mark away.

    Raises Refused for a state we do not have, and before the day of the activity for any but 假.
    """
    state = state and ATTENDANCE.find(state)
    settled(lambda: _mark(activity_id, child_id, state, by), "attendance_activity_child")


def _mark(activity_id: UUID, child_id: UUID, state: str | None, by: User | None) -> None:
    activity, child = activities.find(activity_id), children.live(child_id)
    with changes.action(f"点名 {child.name}：{ATTENDANCE.label(state) if state else '取消'}", by) as act:
        if state and state != "leave" and activity.on_date > today():
            raise Refused(f"活动在{short(activity.on_date)}，到那天再点名，现在只能先记请假")
        row = Attendance.live().where(Attendance.activity == activity, Attendance.child == child).first()
        if state is None:
            if row is not None:
                act.remove(row)
        elif row is None:
            act.insert(Attendance, activity=activity, child=child, state=state)
        else:
            act.update(row, state=state)


def mark_all(activity_id: UUID, child_ids: Sequence[UUID], state: str | None, by: User | None) -> None:
    """Call several children alike, as one action. Raises Refused as `mark` does."""
    with changes.action("点名", by) as act:
        for child_id in child_ids:
            mark(activity_id, child_id, state, by)
        if len(child_ids) != 1:
            act.label = f"点名 {activities.find(activity_id).title}：{len(child_ids)}人"
