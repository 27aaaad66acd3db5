"""Meetings: activities of the kinds 专题会, 座谈会, 家长会 and 主题班会, with their agenda, minutes and grown-ups present.

What they decided is in db.decisions; children who were there are on the activity's ordinary roll (db.roll).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import activities, changes, members, once
from db.activities import CAME
from db.changes import Action
from db.days import short, today
from db.fields import specs
from db.models import Activity, Attendance, Attendee, Decision, Member, Row, User
from db.sheet import Entry, NotFound, Rules, Saved, Values, merge, settled
from db.spec import read
from db.values import Refused
from db.vocab import ACTIVITY_KIND, ACTIVITY_STATE, ATTENDANCE, MEMBER_POST

KINDS = activities.MEETINGS
TITLES = {"meeting": "领导小组专题会", "forum": "座谈会", "parents": "家长会", "class_meeting": "主题班会"}
HEAD = ("title", "on_date", "starts", "place", "lead")
TEXTS = ("agenda", "minutes", "outcome")
SPECS = activities.SPECS | {
    "lead": activities.SPECS["lead"]._replace(label="主持人", prompt="谁主持，如 张建国")
}
ENTRIES = tuple(Entry(name, SPECS[name], "会议") for name in (*HEAD, *TEXTS))
NEW_ENTRIES = tuple(entry for entry in ENTRIES if entry.name in (*HEAD, "agenda"))
TEXT_ENTRIES = tuple(entry for entry in ENTRIES if entry.name in TEXTS)
ATTENDEE_SPECS = specs(Attendee)
ATTENDEE_ENTRIES = tuple(Entry(name, ATTENDEE_SPECS[name], "到会") for name in ("name", "post", "note"))
ATTENDEE_RULES = Rules(suggest=lambda name, typed, values: members.people(typed) if name == "name" else [])


class MeetingLine(NamedTuple):
    """One meeting; kind and state are labels, state None while neither held nor called off.

    came and listed count grown-ups, children those who came as their roll says, open the decisions not yet done.
    """

    id: UUID
    title: str
    kind: str
    kind_code: str
    on_date: date
    starts: str | None
    place: str | None
    lead: str | None
    state: str | None
    came: int
    listed: int
    children: int
    open: int


class MeetingView(NamedTuple):
    """A meeting's line and its texts."""

    line: MeetingLine
    agenda: str | None
    minutes: str | None
    outcome: str | None


class AttendeeLine(NamedTuple):
    """A grown-up of a meeting; state is a code of ATTENDANCE, None while not called."""

    id: UUID
    name: str
    post: str | None
    state: str | None
    note: str | None
    member_id: UUID | None


# ---- reading ------------------------------------------------------------------------------------


def listing() -> list[MeetingLine]:
    """Every meeting: those to come, the soonest first, then those that were, the latest first."""
    lines = _lines(Activity.live().where(Activity.kind.in_(KINDS)))
    coming = [line for line in lines if line.on_date >= today()]
    return coming + [line for line in reversed(lines) if line.on_date < today()]


def view(activity_id: UUID) -> MeetingView:
    """One meeting with its texts. Raises NotFound."""
    row = find(activity_id)
    (line,) = _lines(Activity.live().where(Activity.id == row.id))
    return MeetingView(line, row.agenda, row.minutes, row.outcome)


def _lines(query: peewee.ModelSelect) -> list[MeetingLine]:
    found = list(query.order_by(Activity.on_date, Activity.starts.asc(nulls="first"), Activity.id))
    listed = _count(Attendee, None)
    came, children = (
        _count(Attendee, Attendee.state.in_(CAME)),
        _count(Attendance, Attendance.state.in_(CAME)),
    )
    undone = _count(Decision, Decision.done_on.is_null())
    return [
        MeetingLine(
            row.id, row.title or "", ACTIVITY_KIND.label(row.kind), row.kind, row.on_date, row.starts, row.place, row.lead,
            "已开" if row.state == "held" else row.state and ACTIVITY_STATE.label(row.state), came.get(row.id, 0), listed.get(row.id, 0),
            children.get(row.id, 0), undone.get(row.id, 0),
        )
        for row in found
    ]  # fmt: skip


def _count(model: type[Row], which: peewee.Expression | None) -> dict[UUID, int]:
    """How many rows of a table each meeting has."""
    query = (
        model.live(model.activity, peewee.fn.COUNT(model.id))
        .join(Activity)
        .where(Activity.kind.in_(KINDS))
        .group_by(model.activity)
    )
    return dict((query if which is None else query.where(which)).tuples())


def find(activity_id: UUID) -> Activity:
    """A meeting on file. Raises NotFound; Refused for an activity that is none."""
    row = activities.find(activity_id)
    if row.kind not in KINDS:
        raise Refused(f"“{row.title}”不是会议：请先在日历里把类别改成专题会、座谈会、家长会或主题班会")
    return row


# ---- the meeting itself ---------------------------------------------------------------------------


def new(
    kind: str, title: str | None, on_date: date | None, by: User | None, starts: str | None = None,
    place: str | None = None, lead: str | None = None, agenda: str | None = None,
) -> UUID:  # fmt: skip
    """Put a meeting on the calendar; whoever is in the group stands on the list of a 专题会.

    Raises Refused: a kind that is no meeting, no title, no day or one that cannot be.
    """
    if kind not in KINDS:
        raise Refused("会议只有专题会、座谈会、家长会、主题班会四种，别的活动请在日历里加")
    with changes.action(f"新会议 {title or ''}".strip(), by) as act:
        head = {
            "title": title,
            "kind": kind,
            "on_date": on_date,
            "starts": starts,
            "place": place,
            "lead": lead,
        }
        row = activities.find(activities.save(None, head, {}, by).id)
        act.update(row, agenda=read(SPECS["agenda"], agenda))
        if kind == "meeting":
            _add_members(act, row)
        return row.id


def load(activity_id: UUID | None, kind: str = "meeting") -> Values:
    """A meeting's values under the names of ENTRIES; a new one is called after its kind and held today."""
    if activity_id is None:
        return dict.fromkeys((entry.name for entry in ENTRIES), None) | {
            "title": TITLES[kind],
            "on_date": today(),
        }
    return _values(find(activity_id))


def _values(row: Activity) -> Values:
    return {entry.name: getattr(row, entry.name) for entry in ENTRIES}


def save(
    activity_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Write what differs from `base`: of any of ENTRIES, those that `base` has.

    Raises Refused (no title, no day, minutes before the day) and Conflict.
    """
    return settled(lambda: _mend(activity_id, values, base, by, force))


def _mend(
    activity_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None, force: frozenset[str]
) -> Saved:  # fmt: skip
    row = find(activity_id)
    with changes.action(f"修改会议 {row.title}", by) as act:
        row = find(activity_id)
        asked = [entry for entry in ENTRIES if entry.name in base]
        mine, merged = merge(asked, values, base, _values(row), force)
        if head := {name: mine[name] for name in mine if name in HEAD}:
            now = activities.load(activity_id)
            activities.save(activity_id, now | head, now, by)
            row = find(activity_id)
        texts = {name: read(SPECS[name], mine[name]) for name in mine if name in TEXTS}
        if texts.get("minutes") or texts.get("outcome"):
            begun(row, "写记录、小结")
        act.update(row, **texts)
        return Saved(row.id, merged)


def begun(row: Activity, then: str) -> None:
    """Refuse what can be done only once the meeting's day has come. then: what, in words."""
    if row.state == "cancelled":
        raise Refused(f"“{row.title}”已取消，请先改回未开，再{then}")
    if row.on_date > today():
        raise Refused(f"会在{short(row.on_date)}开，到那天再{then}；已经提前开了，请先改会议的日期")


def check_can_be_held(activity_id: UUID) -> None:
    """Refuse to call a meeting held before its day, once it is called off, and where nobody has come, grown-up or child."""
    row = find(activity_id)
    begun(row, "记“已开”")
    came = [
        model.live().where(model.activity == row, model.state.in_(CAME)).exists()
        for model in (Attendee, Attendance)
    ]
    if not any(came):
        raise Refused("还没有人到会：请先在“到会”里按 1 记到，或按 F8 其余都到，再记“已开”")


def hold(activity_id: UUID, outcome: str | None, by: User | None) -> list[str]:
    """Say a meeting was held; the titles of the plan items it settled. outcome None keeps what is written.

    Raises Refused as check_can_be_held and activities.hold do.
    """
    check_can_be_held(activity_id)
    return activities.hold(activity_id, outcome, by)


# ---- the grown-ups present --------------------------------------------------------------------------


def attendees(activity_id: UUID) -> list[AttendeeLine]:
    """The grown-ups on a meeting's list: members of the group in its order, then the others as they were added."""
    order = {row.id: at for at, row in enumerate(members.rows(left=True))}
    rows = Attendee.live().where(Attendee.activity == activity_id).order_by(Attendee.id)
    ordered = sorted(rows, key=lambda row: order.get(row.member_id, len(order)))
    return [
        AttendeeLine(row.id, row.name or "", row.post, row.state, row.note, row.member_id) for row in ordered
    ]


def add_attendee(
    activity_id: UUID, name: str | None, post: str | None, by: User | None, note: str | None = None
) -> UUID:
    """Put a grown-up on the list; a member of the group is known by name, and its post comes along.

    Raises Refused without a name and for one that is on the list.
    """
    return save_attendee(None, activity_id, {"name": name, "post": post, "note": note}, {}, by).id


def load_attendee(attendee_id: UUID | None) -> Values:
    """An attendee's values under the names of ATTENDEE_ENTRIES."""
    names = [entry.name for entry in ATTENDEE_ENTRIES]
    if attendee_id is None:
        return dict.fromkeys(names)
    row = _attendee(attendee_id)
    return {name: getattr(row, name) for name in names}


def save_attendee(
    attendee_id: UUID | None, activity_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Write a sheet: somebody new on the list, or what differs from `base`. Raises Refused and Conflict."""

    def work() -> Saved:
        with changes.action(f"到会名单 {values.get('name') or ''}".strip(), by) as act:
            row = attendee_id and _attendee(attendee_id)
            blank = load_attendee(None)
            theirs = load_attendee(attendee_id)
            mine, merged = merge(ATTENDEE_ENTRIES, values, base if row else blank, theirs, force)
            stored = _checked(activity_id, theirs | mine, attendee_id)
            if row is None:
                return Saved(act.insert(Attendee, activity=find(activity_id), **stored).id, merged)
            act.update(row, **stored)
            return Saved(row.id, merged)

    return settled(work, "attendee_activity_name")


def _checked(activity_id: UUID, values: Values, besides: UUID | None) -> Values:
    """An attendee's values as stored, with the member it is by name."""
    stored = {name: read(ATTENDEE_SPECS[name], value) for name, value in values.items()}
    if not stored["name"]:
        raise Refused("请填姓名，如 李秀英")
    same = Attendee.live().where(Attendee.activity == activity_id, Attendee.name == stored["name"]).first()
    if same and same.id != besides:
        raise Refused(f"{stored['name']}已在到会名单上；是同名的另一个人，请在姓名里加以区别")
    member = Member.select().where(once.in_the_group(), Member.name == stored["name"]).first()
    return stored | {"member": member, "post": stored["post"] or (member and MEMBER_POST.label(member.post))}


def add_members(activity_id: UUID, by: User | None) -> int:
    """Put every member of the group on the list who is not there yet; how many there were."""
    row = find(activity_id)
    with changes.action(f"到会名单 {row.title}：领导小组成员", by) as act:
        return _add_members(act, row)


def _add_members(act: Action, row: Activity) -> int:
    there = {name for (name,) in Attendee.live(Attendee.name).where(Attendee.activity == row).tuples()}
    missing = [member for member in members.rows() if member.name not in there]
    for member in missing:
        post = MEMBER_POST.label(member.post)
        act.insert(Attendee, activity=row, member=member.id, name=member.name, post=post)
    return len(missing)


def remove_attendee(attendee_id: UUID, by: User | None) -> None:
    """Take somebody off the list."""
    row = _attendee(attendee_id)
    changes.remove(row, by, f"从到会名单去掉 {row.name}")


def mark(attendee_id: UUID, state: str | None, by: User | None) -> None:
    """Call one grown-up: a state (code or label), None takes the mark away. Raises Refused as mark_all does."""
    mark_all(_attendee(attendee_id).activity_id, [attendee_id], state, by)


def mark_all(activity_id: UUID, attendee_ids: Sequence[UUID], state: str | None, by: User | None) -> None:
    """Call several alike, as one action.

    Raises Refused for a state we do not have, for a meeting called off, and before its day for any but 假.
    """
    state = state and ATTENDANCE.find(state)

    def work() -> Saved:
        meeting = find(activity_id)
        if state and state != "leave":
            begun(meeting, "点到会，现在只能先记请假")
        rows = [_attendee(each) for each in attendee_ids]
        who = rows[0].name if len(rows) == 1 else f"{len(rows)}人"
        with changes.action(f"到会 {who}：{ATTENDANCE.label(state) if state else '取消'}", by) as act:
            for row in rows:
                act.update(row, state=state)
        return Saved(meeting.id, [])

    settled(work)


def _attendee(attendee_id: UUID) -> Attendee:
    row = Attendee.live().where(Attendee.id == attendee_id).first()
    if row is None:
        raise NotFound("这个人已不在到会名单上，请重新选")
    return row
