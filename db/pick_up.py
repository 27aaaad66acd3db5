"""接送: who brought a child to an open day and who picked it up; opening, and closing when nobody is overlooked.

Rules: docs/rules.md, 开放日.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from db import activities, changes, children, days, roll, spec
from db.activities import CAME
from db.days import short, today
from db.fields import specs
from db.models import Activity, Attendance, Child, User
from db.roll import STAYS
from db.spec import read
from db.text import squeeze
from db.values import Refused
from db.vocab import ATTENDANCE, RELATION
from db.when import clock

ALONE = ("自己", "本人")
ESCORTED = "护送过马路后，本单位责任到此为止"
UNESCORTED = "自己走，没有护送过马路"
SPECS = specs(Attendance)
SCHOOL_AGE = 6  # below it the law wants a grown-up's hand on the road (道路交通安全法第64条)


class Kin(NamedTuple):
    """Somebody on a child's file who may bring it or pick it up; relation: a code of RELATION."""

    name: str
    relation: str | None
    phone_masked: str | None
    guardian: bool


class Waiting(NamedTuple):
    """A child nobody has picked up yet; relation is a label, phone is in full: it is to be rung now.

    note: what was said of it at closing.
    """

    child_id: UUID
    name: str
    village_group: str | None
    arrived: str | None
    guardian: str | None
    relation: str | None
    phone: str | None
    note: str | None


class StillHere(Refused):
    """The open day can't be closed: of these children nobody has said what becomes of them."""

    def __init__(self, children: list[Waiting]):
        self.children = children
        names = "、".join(each.name for each in children[:5]) + ("等" if len(children) > 5 else "")
        super().__init__(f"还有{len(children)}名孩子没有接走：{names}。请逐个写明由谁接走，或为什么仍在")


# ---- reading ------------------------------------------------------------------------------------


def kin(child_id: UUID) -> list[Kin]:
    """Who on a child's file may come for it, the guardian first."""
    found = [
        Kin(each.adult.name, each.relation, spec.mask_phone(each.adult.phone), bool(each.guardian))
        for each in children.family_of([child_id]).get(child_id, [])
        if each.adult.name
    ]
    return sorted(found, key=lambda each: not each.guardian)


def not_picked_up(activity_id: UUID) -> list[Waiting]:
    """The children that came and are not picked up, in the roll's order, with the phone to ring.

    The guardian's; without one, the first of the family that has a phone.
    """
    here = [line for line in roll.of(activity_id) if line.waiting]
    families = children.family_of(line.child_id for line in here)
    found = []
    for line in here:
        family = sorted(
            families.get(line.child_id, []), key=lambda each: (not each.guardian, not each.adult.phone)
        )
        who = family[0] if family else None
        found.append(
            Waiting(
                line.child_id, line.name, line.village_group, line.arrived, who and who.adult.name,
                RELATION.label(who.relation) if who and who.relation else None, who and who.adult.phone, line.note,
            )
        )  # fmt: skip
    return found


# ---- coming and going ---------------------------------------------------------------------------


def arrive(
    activity_id: UUID, child_id: UUID, who: str | None, relation: str | None, at: str | None, by: User | None
) -> str | None:
    """Note who brought a child and when; it has come then, whatever it was marked. A second time it is a change.

    who: a name, 自己, or None for not asked; relation: as for `pick_up`; at: a time of day, None for the time noted
    already. The sentence to show where the one that brought it is not on file, else None.
    Raises Refused for a time outside the hours kept or after the pick-up.
    """
    activity, child = activities.find(activity_id), children.live(child_id)
    _check_begun(activity)
    roll.check_could_come(activity, child)
    name, code, warning = _somebody(child, who, relation, "送")
    with changes.action(f"{child.name} {name or ''}送到" if name else f"{child.name}到的时间", by) as act:
        if (row := roll.find(activity, child)) is None or row.state not in CAME:
            roll.mark(activity_id, child_id, "present", by)
            row = roll.find(activity, child)
        arrived = clock(at) or row.arrived
        _check_order(
            activity.opened_at, arrived, f"{child.name}到的时间{arrived}早于开门{activity.opened_at}"
        )
        _check_order(
            arrived, activity.closed_at, f"{child.name}到的时间{arrived}晚于关门{activity.closed_at}"
        )
        _check_order(arrived, row.left_at, f"{child.name}到的时间{arrived}晚于走的时间{row.left_at}")
        told: dict[str, Any] = {"arrived": arrived}
        if name:
            told |= {"brought_by": name, "brought_relation": code}
        act.update(row, **told)
    return warning


def pick_up(
    activity_id: UUID, child_id: UUID, who: str, relation: str | None, at: str | None, escorted: bool | None,
    by: User | None,
) -> str | None:  # fmt: skip
    """Note who picked a child up and when. A second time it is a change.

    who: a name on the child's file, another name (then its relation to the child, code or label, is required), or 自己:
    then `escorted` says whether it was seen across the road. at: a time of day, None for now (on the day itself).
    The sentence to show where there is something to heed (the one that came is not on file), else None.
    Raises Refused before the child came, when it is marked as not there, for a time before it came or before opening.
    """
    activity, child = activities.find(activity_id), children.live(child_id)
    _check_begun(activity)
    row = roll.find(activity, child)
    if row is None or row.state is None:
        raise Refused(f"{child.name}还没有点到，请先点名记“到”，再记接走")
    if row.state not in CAME:
        raise Refused(
            f"{child.name}点名记的是“{ATTENDANCE.label(row.state)}”，没有来就没有人接；来了的请先改成“到”"
        )
    name, code, warning = _somebody(child, who, relation, "接")
    if name is None:
        raise Refused(f"请写谁接走{child.name}，自己走的写“自己”")
    alone = name == ALONE[0]
    if alone and escorted is None:
        raise Refused(f"{child.name}自己走，请说明是否护送过马路")
    if alone and not escorted:
        warning = _too_young(child, activity)
    left_at = _time(activity, at, "接走的时间")
    _check_order(activity.opened_at, left_at, f"接走的时间{left_at}早于开门{activity.opened_at}")
    _check_order(row.arrived, left_at, f"接走的时间{left_at}早于{child.name}到的时间{row.arrived}")
    said = warning if warning and not alone else None
    if escorted:
        said = ESCORTED
    elif alone:
        said = UNESCORTED
    with changes.action(f"接走 {child.name}：{name}", by) as act:
        act.update(
            row, left_at=left_at, picked_by=name, picked_relation=code, escorted=escorted, note=_note(_stayed(row), said),
        )  # fmt: skip
    return warning


def walk(
    activity_id: UUID, child_ids: Sequence[UUID], at: str | None, escorted: bool, by: User | None
) -> list[str]:
    """Note that several children walk by themselves, as one action; what there is to heed. Raises as `pick_up` does."""
    with changes.action(f"{len(child_ids)}名自己走{'，护送过马路' if escorted else ''}", by):
        said = [pick_up(activity_id, child_id, ALONE[0], None, at, escorted, by) for child_id in child_ids]
    return [each for each in said if each]


def take_back(activity_id: UUID, child_id: UUID, by: User | None) -> None:
    """Say a child was not picked up after all; what was said of it at closing stays. Raises Refused if it was not."""
    activity, child = activities.find(activity_id), children.live(child_id)
    row = roll.find(activity, child)
    if row is None or row.picked_by is None:
        raise Refused(f"{child.name}没有记过接走")
    changes.write(row, by, f"取消接走 {child.name}", left_at=None, picked_by=None, picked_relation=None,
                  escorted=None, note=_stayed(row))  # fmt: skip


def _stayed(row: Attendance) -> str | None:
    """What a note says of a child that was still there at closing."""
    return row.note.partition("；")[0] if (row.note or "").startswith(STAYS) else None


def _somebody(
    child: Child, who: str | None, relation: str | None, verb: str
) -> tuple[str | None, str | None, str | None]:
    """A grown-up's name and relation to a child, and the sentence where the child's file does not know them."""
    if squeeze(who or "") in ALONE:
        return ALONE[0], None, None
    if (name := read(SPECS["picked_by"], who)) is None:
        return None, None, None
    code = RELATION.find(relation) if relation else None
    known = next((each for each in kin(child.id) if squeeze(each.name) == squeeze(name)), None)
    if known is not None:
        return known.name, code or known.relation, None
    if code is None:
        raise Refused(f"{name}不在{child.name}的档案里，请问清是孩子的什么人，如 邻居、姑母")
    return name, code, f"{verb}的人不在{child.name}的档案里：{name}（{RELATION.label(code)}），请核对身份"


def _too_young(child: Child, activity: Activity) -> str | None:
    age = days.age_on(child.birth_date, activity.on_date)
    if age is None or age >= SCHOOL_AGE:
        return None
    return f"{child.name}才{age}岁，学龄前儿童上路要有大人带领（道路交通安全法第64条）"


# ---- opening and closing ------------------------------------------------------------------------


def open(activity_id: UUID, at: str | None, by: User | None) -> None:
    """Note when an open day began; at None: now. Raises Refused where somebody had come, or all had gone, before."""
    activity = activities.find(activity_id)
    _check_begun(activity)
    opened = _time(activity, at, "开门的时间")
    _check_order(opened, activity.closed_at, f"开门{opened}晚于关门{activity.closed_at}")
    for row in _there(activity):
        _check_order(opened, row.arrived, f"{row.child.name}{row.arrived}就到了，开门不能晚于那时")
        _check_order(opened, row.left_at, f"{row.child.name}{row.left_at}就走了，开门不能晚于那时")
    changes.write(activity, by, f"开门 {activity.title}", opened_at=opened)


def close(
    activity_id: UUID, at: str | None, by: User | None, still: Mapping[UUID, str] | None = None
) -> list[str]:
    """Close an open day, which is held then; the titles of the plan items that settles. at None: now.

    still: of each child not picked up, why it is still here and who is with it. Raises StillHere where that is missing for
    one, Refused for a time before opening, before somebody came or was picked up, or on a day to come.
    """
    activity = activities.find(activity_id)
    _check_begun(activity)
    closed = _time(activity, at, "关门的时间")
    _check_order(activity.opened_at, closed, f"关门{closed}早于开门{activity.opened_at}")
    for row in _there(activity):
        _check_order(row.arrived, closed, f"{row.child.name}{row.arrived}才到，关门不能早于那时")
        if not (row.note or "").startswith(STAYS):  # one that stayed on is picked up after closing
            _check_order(row.left_at, closed, f"{row.child.name}{row.left_at}才走，关门不能早于那时")
    told = {child: read(SPECS["note"], note) for child, note in (still or {}).items()}
    waiting = not_picked_up(activity_id)
    if silent := [each for each in waiting if not told.get(each.child_id) and not _said(each)]:
        raise StillHere(silent)
    with changes.action(f"关门 {activity.title}", by) as act:
        for row in _there(activity):
            if row.picked_by is None and (note := told.get(row.child_id)):
                act.update(row, note=_note(f"{STAYS}：{note}"))
        act.update(activity, closed_at=closed)
        return activities.hold(activity_id, None, by)


def _said(waiting: Waiting) -> bool:
    return (waiting.note or "").startswith(STAYS)


def _there(activity: Activity) -> list[Attendance]:
    query = Attendance.live(Attendance, Child).join(Child).where(Attendance.activity == activity)
    return list(query.where(Attendance.state.in_(CAME), Child.deleted_at.is_null()))


# ---- shared -------------------------------------------------------------------------------------


def _check_begun(activity: Activity) -> None:
    if activity.kind not in roll.OPEN_KINDS and activity.kind != "parents":
        raise Refused(f"“{activity.title}”不是开放日，不记接送；要记请先把类别改成开放日")
    if activity.on_date > today():
        raise Refused(f"“{activity.title}”在{short(activity.on_date)}，到那天再记")
    if activity.state == "cancelled":
        raise Refused(f"“{activity.title}”已经取消，请先恢复")


def _time(activity: Activity, at: str | None, what: str) -> str:
    told = clock(at)
    if told is None and activity.on_date != today():
        raise Refused(f"请填{what}，如 17:00")
    return told or days.time_now()


def _check_order(first: str | None, second: str | None, sentence: str) -> None:
    if first and second and second < first:
        raise Refused(f"{sentence}，请核对时间")


def _note(*said: str | None) -> str | None:
    return "；".join(filter(None, said))[: SPECS["note"].longest] or None
