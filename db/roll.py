"""点名: who came to an activity, and of those that came to an open day, when."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from db import activities, changes, children, days, dossier, site
from db.activities import CAME
from db.days import short, today
from db.models import Activity, Attendance, Child, Survey, User
from db.sheet import settled
from db.values import Refused
from db.vocab import ATTENDANCE
from db.when import check_day, check_not_left

STAYS = "关门时仍在"  # how a note of a child still there at closing begins
OPEN_KINDS = ("open_day", "reading", "room")  # kinds of activities at which children come and are picked up


class Called(NamedTuple):
    """An activity as its roll shows it; kind and state are codes, the times are 'HH:MM'."""

    id: UUID
    title: str
    kind: str | None
    on_date: date
    starts: str | None
    ends: str | None
    place: str | None
    duty: str | None
    state: str | None
    opened_at: str | None
    closed_at: str | None

    @property
    def open_kind(self) -> bool:
        """Whether children are brought to it and picked up."""
        return self.kind in OPEN_KINDS


class RollLine(NamedTuple):
    """One child on an activity's roll.

    state is a code of ATTENDANCE, None while not called; the relations are codes of RELATION, the times 'HH:MM'.
    """

    child_id: UUID
    name: str
    village_group: str | None
    state: str | None
    arrived: str | None = None
    brought_by: str | None = None
    brought_relation: str | None = None
    left_at: str | None = None
    picked_by: str | None = None
    picked_relation: str | None = None
    escorted: bool | None = None
    note: str | None = None

    @property
    def came(self) -> bool:
        """Whether it was there, late or not."""
        return self.state in CAME

    @property
    def waiting(self) -> bool:
        """Whether it came and nobody has picked it up yet."""
        return self.came and self.picked_by is None

    @property
    def stayed(self) -> bool:
        """Whether it was still there at closing and has not been picked up since."""
        return self.waiting and (self.note or "").startswith(STAYS)


WRITTEN = RollLine._fields[4:]  # what a roll notes besides the mark


def about(activity_id: UUID) -> Called:
    """The activity a roll is of. Raises NotFound."""
    row = activities.find(activity_id)
    return Called(*(getattr(row, name) for name in Called._fields))


def of(activity_id: UUID) -> list[RollLine]:
    """The children to call at an activity: all that count, and whoever was put on its roll besides."""
    activity = activities.find(activity_id)
    rows = {row.child_id: row for row in Attendance.live().where(Attendance.activity == activity)}
    listed = Attendance.live(Attendance.child).where(Attendance.activity == activity)
    expected = Survey.select(Survey.child).join(Child).where(dossier.counted(site.term(), activity.on_date))
    query = Child.live(Child.id, Child.name, Child.village_group).where(
        Child.id.in_(expected) | Child.id.in_(listed)
    )
    return [
        _line(child, rows.get(child.id))
        for child in query.order_by(Child.group_rank, Child.village_group, Child.name, Child.id)
    ]


def _line(child: Child, row: Attendance | None) -> RollLine:
    line = RollLine(child.id, child.name or "", child.village_group, row and row.state)
    return line._replace(**{name: getattr(row, name) for name in WRITTEN}) if row else line


def add(activity_id: UUID, child_id: UUID, by: User | None) -> bool:
    """Put a child on the roll that is not called there as a matter of course; False if it is on it already.

    Raises Refused for one that was not on the register that day.
    """
    if any(line.child_id == child_id for line in of(activity_id)):
        return False
    activity, child = activities.find(activity_id), children.live(child_id)
    with changes.action(f"点名册加上 {child.name}", by) as act:
        check_could_come(activity, child)
        act.insert(Attendance, activity=activity, child=child)
    return True


def mark(activity_id: UUID, child_id: UUID, state: str | None, by: User | None) -> None:
    """Call one child: a state (code or label), or None to take the mark away, and all that was noted with it.

    On an open day, who comes on the day itself is noted with the time. Raises Refused for a state we do not have, before
    the day of the activity for any but 假, where it was called off, for a child not on the register that day, and where the new mark would say
    that a child picked up had not been there.
    """
    state = state and ATTENDANCE.find(state)
    settled(lambda: _mark(activity_id, child_id, state, by), "attendance_activity_child")


def _mark(activity_id: UUID, child_id: UUID, state: str | None, by: User | None) -> None:
    activity, child = activities.find(activity_id), children.live(child_id)
    with changes.action(f"点名 {child.name}：{ATTENDANCE.label(state) if state else '取消'}", by) as act:
        if state and state != "leave" and activity.on_date > today():
            raise Refused(f"活动在{short(activity.on_date)}，到那天再点名，现在只能先记请假")
        if state and activity.state == "cancelled":
            raise Refused(f"“{activity.title}”已经取消，请先恢复再点名")
        row = find(activity, child)
        if row is not None and row.picked_by and state not in CAME:
            raise Refused(f"{child.name}已记{row.left_at or ''}接走，请先取消接走，再改点名")
        if state is None:
            if row is not None:
                act.remove(row)
            return
        check_could_come(activity, child)
        noted = _arrival(activity, row) if state in CAME else NOTHING
        if row is None:
            act.insert(Attendance, activity=activity, child=child, state=state, **noted)
        else:
            act.update(row, state=state, **noted)


NOTHING = {"arrived": None, "brought_by": None, "brought_relation": None, "note": None}


def _arrival(activity: Activity, row: Attendance | None) -> dict[str, str]:
    """The time of one who comes just now; nothing once it is noted, and outside the hours kept or planned."""
    if activity.kind not in OPEN_KINDS or activity.on_date != today() or (row is not None and row.arrived):
        return {}
    now = days.time_now()
    inside = (activity.opened_at or now) <= now <= (activity.closed_at or activity.ends or now)
    return {"arrived": now} if inside else {}


def mark_all(activity_id: UUID, child_ids: Sequence[UUID], state: str | None, by: User | None) -> None:
    """Call several children alike, as one action. Raises Refused as `mark` does."""
    with changes.action("点名", by) as act:
        for child_id in child_ids:
            mark(activity_id, child_id, state, by)
        if len(child_ids) != 1:
            act.label = f"点名 {activities.find(activity_id).title}：{len(child_ids)}人"


def find(activity: Activity, child: Child) -> Attendance | None:
    """What the roll holds of a child; None while nothing."""
    return Attendance.live().where(Attendance.activity == activity, Attendance.child == child).first()


def check_could_come(activity: Activity, child: Child) -> None:
    """Refuse a child that was not on the register on the day of the activity: gone by then, or not yet born."""
    check_not_left(activity.on_date, child)
    if activity.on_date <= today():
        check_day(activity.on_date, child)
