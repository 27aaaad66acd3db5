"""What is ticked off for each child: 三知三多三沟通, 三个优先, 爱心档案袋. Rules: docs/rules.md, 关爱清单.

Each time something is seen to is a row of its own; where a record on file shows it, it need not be ticked.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

import peewee

from db import changes, children, days, site
from db.activities import CAME
from db.fields import specs
from db.models import (
    Activity,
    Attendance,
    CarePlan,
    CareRecord,
    CareStage,
    Child,
    Helper,
    Survey,
    Term,
    Tick,
    User,
)
from db.sheet import NotFound
from db.spec import read
from db.values import Refused
from db.vocab import RECORD_KIND, RELATION, TICK_LIST
from db.when import check_day, check_not_left

SPECS = specs(Tick)
TEACHERS = ("老师", "教师", "班主任")


class Point(NamedTuple):
    """One point of a checklist. ask: what to note when ticking; kinds: the kinds of record that show it;
    other: a further source that shows it (see `_shown`)."""

    code: str
    label: str
    ask: str
    kinds: frozenset[str] = frozenset()
    other: str = ""


class Item(NamedTuple):
    """A point as it stands for one child. note: what was noted, or which record it is taken from (derived); ticked:
    whether there is a tick that can be taken back."""

    code: str
    label: str
    last_on: date | None
    by: str | None
    note: str | None
    derived: bool
    ticked: bool
    ask: str


class Checklist(NamedTuple):
    """One checklist of a child."""

    code: str
    title: str
    items: list[Item]


class Ticked(NamedTuple):
    """One time that a point was ticked."""

    id: UUID
    on_date: date
    by: str | None
    note: str | None


class Lacking(NamedTuple):
    """A child that lacks a point; last_on: when it was last seen to, before this term."""

    id: UUID
    name: str
    village_group: str | None
    last_on: date | None


class _Proof(NamedTuple):
    """What shows a point without a tick."""

    on: date
    by: str | None
    why: str


def _point(code: str, label: str, ask: str, kinds: str = "", other: str = "") -> Point:
    return Point(code, label, ask, frozenset(kinds.split()), other)


LISTS: dict[str, tuple[Point, ...]] = {
    "three_know": (
        _point("know_child", "知个人情况", "知道了什么，如 性格内向、爱画画、有哮喘", other="health"),
        _point("know_family", "知家庭情况", "知道了什么，如 爸妈在深圳，奶奶腿脚不便", other="family"),
        _point("know_study", "知学习情况", "知道了什么，如 数学弱，作业没人看", other="study"),
        _point("more_talks", "多谈心", "谈了什么", "talk"),
        _point("more_activities", "多参加集体活动", "参加了什么", "group_talk film", other="activity"),
        _point("more_visits", "多家访", "到家看到什么", "visit"),
        _point("with_parents", "与家长沟通", "和谁说了什么", "parent_contact parent_feedback phone_call video_call"),
        _point("with_guardian", "与监护人沟通", "和谁说了什么", other="guardian"),
        _point("with_teacher", "与老师沟通", "和哪位老师说了什么", other="teacher"),
    ),
    "priority": (
        _point("study_first", "学习优先辅导", "优先辅导了什么，如 周三补数学"),
        _point("life_first", "生活优先照顾", "优先照顾了什么，如 寒衣、早餐"),
        _point("activity_first", "活动优先安排", "优先安排了什么，如 六一节目、夏令营"),
    ),
    "bag": (
        _point("self", "自我介绍", "放进了什么"),
        _point("talk_notes", "师生谈心记录", "放进了什么", "talk"),
        _point("conduct", "品行进步的材料", "放进了什么，如 好事一件的记录", "good_deed"),
        _point("health", "身心健康的材料", "放进了什么，如 体检单、辅导记录", "counselling"),
        _point("letters", "与父母的书信", "放进了什么，至少一封", "letter"),
        _point("diary", "成长日记", "放进了什么", "diary"),
        _point("homework", "作业样本", "放进了什么"),
        _point("books", "读书目录", "读了哪几本"),
        _point("awards", "奖状和证书", "放进了什么"),
        _point("study_plan", "阶段学习计划", "放进了什么", other="study_plan"),
        _point("study_review", "阶段学习小结", "放进了什么", other="study_review"),
        _point("report", "综合素质报告单", "哪个学期的"),
        _point("agent_parent", "代理家长活动材料", "放进了什么，如 做客的照片", "home_stay"),
        _point("card", "爱心卡", "放进了什么"),
    ),
}  # fmt: skip
POINTS = {(checklist, point.code): point for checklist, points in LISTS.items() for point in points}


# ---- reading ------------------------------------------------------------------------------------


def of_child(child_id: UUID) -> list[Checklist]:
    """The three checklists of a child, each point with when it was last seen to. Raises NotFound."""
    children.live(child_id)
    ticks = _ticks([child_id])
    shown = _shown([child_id], LISTS)
    return [
        Checklist(
            code, TICK_LIST.label(code),
            [_item(point, ticks.get((child_id, code, point.code)), shown.get((child_id, code, point.code)))
             for point in points],
        )
        for code, points in LISTS.items()
    ]  # fmt: skip


def _item(point: Point, tick: Tick | None, proof: _Proof | None) -> Item:
    if proof and (tick is None or proof.on > tick.on_date):
        return Item(point.code, point.label, proof.on, proof.by, proof.why, True, tick is not None, point.ask)
    if tick is None:
        return Item(point.code, point.label, None, None, None, False, False, point.ask)
    return Item(point.code, point.label, tick.on_date, tick.by_name, tick.note, False, True, point.ask)


def history(child_id: UUID, checklist: str, item: str) -> list[Ticked]:
    """Every time a point was ticked for a child, the latest first."""
    _known(checklist, item)
    query = Tick.live().where(Tick.child == child_id, Tick.checklist == checklist, Tick.item == item)
    return [
        Ticked(row.id, row.on_date, row.by_name, row.note)
        for row in query.order_by(Tick.on_date.desc(), Tick.id.desc())
    ]


def lacking(checklist: str, item: str, child_ids: Collection[UUID]) -> list[Lacking]:
    """Those of some children (a class, a group) for whom a point was not seen to this term, in their order.

    What lies in the 爱心档案袋 stays there: of its points only those never seen to are lacking. Raises Refused for a
    point we do not have.
    """
    since = None if checklist == "bag" else site.term().starts
    point = _known(checklist, item)
    found = []
    for batch in peewee.chunked(child_ids, children.BATCH):
        ticks = _ticks(batch, checklist, item)
        shown = _shown(batch, {checklist: (point,)})
        people = {child.id: child for child in Child.live().where(Child.id.in_(batch))}
        for child_id in batch:
            key = (child_id, checklist, item)
            last = _item(point, ticks.get(key), shown.get(key)).last_on
            if child_id in people and (last is None or (since is not None and last < since)):
                child = people[child_id]
                found.append(Lacking(child_id, child.name or "", child.village_group, last))
    return found


def _known(checklist: str, item: str) -> Point:
    point = POINTS.get((checklist, item))
    if point is None:
        raise Refused(f"清单里没有“{item}”这一项，请重新选")
    return point


Key = tuple[UUID, str, str]


def _ticks(child_ids: Iterable[UUID], checklist: str = "", item: str = "") -> dict[Key, Tick]:
    """The latest tick of each child and point."""
    query = Tick.live().where(Tick.child.in_(list(child_ids)))
    if item:
        query = query.where(Tick.checklist == checklist, Tick.item == item)
    return {(row.child_id, row.checklist, row.item): row for row in query.order_by(Tick.on_date, Tick.id)}


# ---- what records show --------------------------------------------------------------------------


def _shown(child_ids: Collection[UUID], lists: dict[str, tuple[Point, ...]]) -> dict[Key, _Proof]:
    """The latest record, survey, activity or plan that shows each point of each child."""
    by_kind, by_other = defaultdict(list), defaultdict(list)
    for checklist, points in lists.items():
        for point in points:
            for kind in point.kinds:
                by_kind[kind].append((checklist, point.code))
            if point.other:
                by_other[point.other].append((checklist, point.code))
    found: dict[Key, _Proof] = {}
    for child_id, source, proof in _proofs(list(child_ids), set(by_kind), set(by_other)):
        for checklist, code in by_kind.get(source, ()) or by_other.get(source, ()):
            key = (child_id, checklist, code)
            if key not in found or proof.on > found[key].on:
                found[key] = proof
    return found


def _proofs(ids: list[UUID], kinds: set[str], others: set[str]) -> Iterator[tuple[UUID, str, _Proof]]:
    """What is on file up to today: child, the kind of record or other source, the proof."""
    if kinds or others & {"guardian", "teacher"}:
        yield from _records(ids, kinds, others)
    if "activity" in others:
        yield from _activities(ids)
    if others & {"health", "family", "study"}:
        yield from _surveys(ids)
    if others & {"study_plan", "study_review"}:
        yield from _study_plans(ids)


def _records(ids: list[UUID], kinds: set[str], others: set[str]) -> Iterator[tuple[UUID, str, _Proof]]:
    query = CareRecord.live(
        CareRecord.child, CareRecord.kind, CareRecord.on_date, CareRecord.with_whom, CareRecord.by_name, Helper.name
    ).join(Helper, peewee.JOIN.LEFT_OUTER)  # fmt: skip
    wanted = CareRecord.kind.in_(list(kinds))
    if others & {"guardian", "teacher"}:
        wanted |= CareRecord.with_whom.is_null(False)
    query = query.where(
        CareRecord.child.in_(ids), CareRecord.missed.is_null(), CareRecord.on_date <= days.today(), wanted
    )
    guardians = _guardians(ids) if "guardian" in others else {}
    for child_id, kind, on, with_whom, by_name, helper in query.tuples():
        proof = _Proof(on, helper or by_name, f"据{RECORD_KIND.label(kind)}记录")
        if kind in kinds:
            yield child_id, kind, proof
        if with_whom and any(word in with_whom for word in guardians.get(child_id, ())):
            yield child_id, "guardian", proof
        if with_whom and any(word in with_whom for word in TEACHERS):
            yield child_id, "teacher", proof


def _guardians(ids: list[UUID]) -> dict[UUID, set[str]]:
    """How each child's guardian may be named in a record: 监护人, by name, by what the child calls them."""
    called = {code.code: {code.label, *code.aliases} for code in RELATION}
    found: dict[UUID, set[str]] = {child_id: {"监护人"} for child_id in ids}
    for child_id, kin in children.family_of(ids).items():
        for kinship in kin:
            if kinship.guardian:
                words = called.get(kinship.relation or "", set()) | {kinship.adult.name or ""}
                found[child_id] |= {word for word in words if len(word) > 1}
    return found


def _activities(ids: list[UUID]) -> Iterator[tuple[UUID, str, _Proof]]:
    query = Attendance.live(Attendance.child, Activity.on_date, Activity.title).join(Activity)
    query = query.where(
        Attendance.child.in_(ids), Attendance.state.in_(CAME), Activity.deleted_at.is_null(),
        Activity.on_date <= days.today(),
    )  # fmt: skip
    for child_id, on, title in query.tuples():
        yield child_id, "activity", _Proof(on, None, f"据点名：{title or '活动'}")


def _surveys(ids: list[UUID]) -> Iterator[tuple[UUID, str, _Proof]]:
    """A survey made shows what it holds: health, where both parents are, the study level."""
    query = Survey.live(Survey, Term).join(Term)
    query = query.where(Survey.child.in_(ids), Survey.surveyed_on <= days.today())
    for survey in query:
        proof = _Proof(survey.surveyed_on, None, f"据{survey.term.code}摸底表")
        if survey.health:
            yield survey.child_id, "health", proof
        if survey.father_whereabouts and survey.mother_whereabouts:
            yield survey.child_id, "family", proof
        if survey.study_level:
            yield survey.child_id, "study", proof


def _study_plans(ids: list[UUID]) -> Iterator[tuple[UUID, str, _Proof]]:
    today = days.today()
    plans = CarePlan.live().where(CarePlan.child.in_(ids), CarePlan.kind == "study")
    for plan in plans:
        if plan.starts <= today:
            yield plan.child_id, "study_plan", _Proof(plan.starts, None, "据学习帮扶计划")
        if plan.closed_on and plan.summary:
            yield plan.child_id, "study_review", _Proof(plan.closed_on, None, "据学习帮扶计划的总结")
    stages = CareStage.live(CareStage.child, CareStage.on_date).join(CarePlan)
    for child_id, on in stages.where(CareStage.child.in_(ids), CarePlan.kind == "study").tuples():
        yield child_id, "study_review", _Proof(on, None, "据学习帮扶计划的阶段效果")


# ---- ticking ------------------------------------------------------------------------------------


def tick(
    child_id: UUID, checklist: str, item: str, by: User | None, note: str | None = None, on: date | None = None,
    by_name: str | None = None,
) -> UUID:  # fmt: skip
    """Say a point was seen to on a day (today if none is given), by the user if nobody else is named.

    A second tick of one day only brings its note. Raises Refused: a point we do not have, a day to come or before the
    birth, one on which the child had left the register.
    """
    point, on = _known(checklist, item), on or days.today()
    note = read(SPECS["note"], note)
    who = read(SPECS["by_name"], by_name) or (by and by.name)
    child = children.live(child_id)
    with changes.action(f"勾选 {point.label} {child.name}", by) as act:
        child = children.live(child_id)
        check_day(on, child)
        check_not_left(on, child)
        row = Tick.live().where(
            Tick.child == child, Tick.checklist == checklist, Tick.item == item, Tick.on_date == on
        ).first()  # fmt: skip
        if row is None:
            row = act.insert(
                Tick, child=child, checklist=checklist, item=item, on_date=on, note=note, by_name=who
            )
        elif note:
            act.update(row, note=note, by_name=who)
        return row.id


def tick_many(
    child_ids: Collection[UUID], checklist: str, item: str, by: User | None, note: str | None = None
) -> int:
    """Tick a point for several children today, as one action; how many. Raises Refused as `tick` does."""
    point = _known(checklist, item)
    with changes.action(f"勾选 {point.label} {len(child_ids)}人", by):
        for child_id in child_ids:
            tick(child_id, checklist, item, by, note)
    return len(child_ids)


def untick(child_id: UUID, checklist: str, item: str, by: User | None) -> None:
    """Take the latest tick of a point back; those before it stay. Raises Refused if there is none."""
    point = _known(checklist, item)
    child = children.live(child_id)
    with changes.action(f"取消勾选 {point.label} {child.name}", by) as act:
        row = _ticks([child_id], checklist, item).get((child_id, checklist, item))
        if row is None:
            proof = _shown([child_id], {checklist: (point,)}).get((child_id, checklist, item))
            if proof is None:
                raise NotFound(f"“{point.label}”还没有勾过")
            raise Refused(f"“{point.label}”是{proof.why}算的，不能取消；要改请改那条记录")
        act.remove(row)
