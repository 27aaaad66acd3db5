"""What the plans ask for month by month: done with what shows it, postponed with a reason, carried over, left out."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import changes, members, once, site
from db.changes import Action
from db.days import add_months, short, today
from db.fields import specs
from db.models import Activity, Helper, PlanItem, User, WorkPlan
from db.sheet import Entry, NotFound, Rules, Saved, Values, merge, settled
from db.spec import read
from db.values import Refused
from db.when import EARLIEST, check_day

RULES = Rules(
    suggest=lambda name, typed, values: members.people(typed) if name in ("by_name", "done_by") else []
)
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
SPECS = specs(PlanItem)
ENTRIES = tuple(
    Entry(name, SPECS[name], section)
    for section, names in {
        "事项": ("title", "due_on", "by_name", "kind", "note"),
        "完成": ("done_on", "done_by", "evidence_kind", "evidence"),
    }.items()
    for name in names
)


class PlanLine(NamedTuple):
    """One item of a plan. plan: the title of its plan, None for one of the site's own; owner: who sees to it."""

    id: UUID
    plan_id: UUID | None
    plan: str | None
    sort: str
    title: str
    month: str
    planned_month: str
    opens: date
    due_on: date
    kind: str | None
    system: str | None
    owner: str | None
    put_off: str | None
    dropped: str | None
    carried: int
    done_on: date | None
    done_by: str | None
    evidence_kind: str | None
    evidence: str | None
    evidence_ref: UUID | None
    occasion: str | None

    @property
    def open(self) -> bool:
        """Whether it is still owed."""
        return self.done_on is None and self.dropped is None


# ---- reading ------------------------------------------------------------------------------------


def month(month: str, plan_id: UUID | None = None) -> list[PlanLine]:
    """The items that stand in a month 'YYYY-MM', of one plan or of all: by their last day, as they were planned."""
    query = PlanItem.live().where(PlanItem.month == month)
    return _lines(query if plan_id is None else query.where(PlanItem.work_plan == plan_id))


def of_plan(plan_id: UUID) -> list[PlanLine]:
    """Every item of a plan, by month and last day."""
    return _lines(PlanItem.live().where(PlanItem.work_plan == plan_id))


def touching(month: str) -> list[PlanLine]:
    """The items of every plan that stand in a month 'YYYY-MM' or were planned there first."""
    return _lines(PlanItem.live().where((PlanItem.month == month) | (PlanItem.planned_month == month)))


def done_between(first: date, last: date) -> list[PlanLine]:
    """The items of every plan done from one day to another, both included, whenever they were due."""
    return _lines(PlanItem.live().where(PlanItem.done_on.between(first, last)))


def line(item_id: UUID) -> PlanLine:
    """One item. Raises NotFound."""
    find(item_id)
    return _lines(PlanItem.live().where(PlanItem.id == item_id))[0]


def _lines(query: peewee.ModelSelect) -> list[PlanLine]:
    rows = (
        query.select(PlanItem, WorkPlan.id, WorkPlan.title, Helper.id, Helper.name)
        .join(WorkPlan, peewee.JOIN.LEFT_OUTER)
        .switch(PlanItem)
        .join(Helper, peewee.JOIN.LEFT_OUTER)
        .order_by(PlanItem.month, PlanItem.due_on, PlanItem.id)
    )
    return [
        PlanLine(
            each.id, each.work_plan_id, each.work_plan.title if each.work_plan_id else None, each.sort or "month",
            each.title or "", each.month, each.planned_month or each.month, each.opens or first_of(each.month),
            each.due_on or last_of(each.month), each.kind, each.system,
            each.by_name or (each.helper.name if each.helper_id else None), each.put_off, each.dropped, each.carried,
            each.done_on, each.done_by, each.evidence_kind, each.evidence, each.evidence_ref, each.occasion,
        )
        for each in rows
    ]  # fmt: skip


def first_of(month: str) -> date:
    """The first day of a month 'YYYY-MM'."""
    return date.fromisoformat(f"{month}-01")


def last_of(month: str) -> date:
    """The last day of a month 'YYYY-MM'."""
    return add_months(first_of(month), 1) - timedelta(days=1)


def find(item_id: UUID) -> PlanItem:
    """An item on file. Raises NotFound."""
    row = PlanItem.live().where(PlanItem.id == item_id).first()
    if row is None:
        raise NotFound("这项计划已被删除，请回到列表重新选")
    return row


# ---- adding and changing ------------------------------------------------------------------------


def add(month: str, title: str, by: User | None, plan_id: UUID | None = None) -> UUID:
    """Put an item on a month 'YYYY-MM', due by its end or by the plan's.

    Raises Refused for a bad month or no title, for a month outside the plan and for a plan that is closed.
    """
    if not MONTH.fullmatch(month):
        raise Refused(f"月份写作2026-10，收到的是“{month}”")
    title = read(SPECS["title"], title)
    if not title:
        raise Refused("请填事项，如 全村摸底调查")
    opens, due_on = first_of(month), last_of(month)
    with changes.action(f"新增计划事项 {title}", by) as act:
        if plan_id is not None:
            opens, due_on = _inside(plan_id, opens, due_on)
        return insert(act, "month", title, opens, due_on, work_plan=plan_id).id


def _inside(plan_id: UUID, opens: date, due_on: date) -> tuple[date, date]:
    """The days of a month that lie in a plan. Raises Refused."""
    plan = WorkPlan.live().where(WorkPlan.id == plan_id).first()
    if plan is None:
        raise NotFound("这份计划已被删除，请回到列表重新选")
    if plan.closed_on is not None:
        raise Refused(f"“{plan.title}”{plan.closed_on}已经结束，要加事项请先重开这份计划")
    if opens > plan.ends or due_on < plan.starts:
        raise Refused(f"“{plan.title}”从{plan.starts}到{plan.ends}，请选其中的月份")
    return max(opens, plan.starts), min(due_on, plan.ends)


def insert(act: Action, sort: str, title: str, opens: date, due_on: date, **values: Any) -> PlanItem:
    """Add an item within an action."""
    stands = f"{due_on:%Y-%m}"
    return act.insert(
        PlanItem, term=site.term(), sort=sort, title=title, month=stands, planned_month=stands, opens=opens,
        due_on=due_on, **values,
    )  # fmt: skip


def load(item_id: UUID | None) -> Values:
    """An item's values under the names of ENTRIES."""
    if item_id is None:
        return {entry.name: None for entry in ENTRIES}
    return _values(find(item_id))


def save(
    item_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Write the fields of an item that differ from `base`. Raises Refused and Conflict.

    Another last day in another month is a postponement and asks for its reason: see put_off.
    """
    return settled(lambda: _mend(item_id, values, base, by, force))


def _mend(
    item_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None, force: frozenset[str]
) -> Saved:
    with changes.action(f"修改计划事项 {find(item_id).title}", by) as act:
        row = find(item_id)
        theirs = _values(row)
        mine, merged = merge(ENTRIES, values, base, theirs, force)
        stored = _checked(theirs | mine)
        if "due_on" in mine and f"{stored['due_on']:%Y-%m}" != row.month:
            raise Refused(f"期限不在{row.month}里了：改到别的月份请回到列表里按 F10 延期，写上原因")
        told = {name: stored[name] for name in mine} | ({"dropped": None} if stored["done_on"] else {})
        if "by_name" in mine:
            told |= members.meant(stored["by_name"])
        act.update(row, **told)
        _take_up_plans(act, [row.id])
        return Saved(row.id, merged)


def _values(row: PlanItem) -> Values:
    return {entry.name: getattr(row, entry.name) for entry in ENTRIES}


def _checked(values: Values) -> Values:
    values = {name: read(SPECS[name], value) for name, value in values.items()}
    if not values["title"]:
        raise Refused("请填事项，如 全村摸底调查")
    if values["due_on"] is None:
        raise Refused("请填期限，如 2026-9-30")
    if values["done_on"] is not None:
        check_day(values["done_on"])
    return values


def remove(item_id: UUID, by: User | None) -> None:
    """Strike an item out; activities arranged for it stay on the calendar."""
    row = find(item_id)
    with changes.action(f"删除计划事项 {row.title}", by) as act:
        for each in Activity.live().where(Activity.plan_item == row):
            act.update(each, plan_item=None)
        act.remove(row)


# ---- done, postponed, carried over, left out ------------------------------------------------------


def finish(
    item_id: UUID, done_on: date | None, evidence: str | None, by: User | None, kind: str | None = None,
    ref: UUID | None = None, done_by: str | None = None,
) -> None:  # fmt: skip
    """Say an item was done on a day (today if none is given), by whom, with what shows it.

    evidence None keeps what is there; done_by None is the user. Raises Refused for a day to come or before 2000.
    """
    done_on = done_on or today()
    check_day(done_on)
    row = find(item_id)
    told = {"done_by": read(SPECS["done_by"], done_by) or row.done_by or (by and by.name), "dropped": None}
    if evidence is not None:
        told["evidence"] = read(SPECS["evidence"], evidence)
        told |= {"evidence_kind": kind or "note" if told["evidence"] else None, "evidence_ref": ref}
    changes.write(row, by, f"完成 {row.title}", done_on=done_on, **told)


def reopen(item_id: UUID, by: User | None) -> None:
    """Say an item is not done after all, or is to be done after all; its evidence stays, its plan is open again."""
    row = find(item_id)
    with changes.action(f"改回未完成 {row.title}", by) as act:
        act.update(row, done_on=None, done_by=None, dropped=None)
        _take_up_plans(act, [row.id])


def put_off(item_id: UUID, due_on: date, reason: str, by: User | None) -> None:
    """Postpone an open item to a later day, with the reason. Raises Refused."""
    row = may_put_off(item_id, due_on)
    with changes.action(f"延期 {row.title}到{short(due_on)}", by) as act:
        _move(act, row, due_on, _reason(reason, "延期的原因，如 下雨改期"))


def may_put_off(item_id: UUID, due_on: date) -> PlanItem:
    """An item that may be postponed to a day. Raises Refused when it may not."""
    row = find(item_id)
    if row.done_on is not None:
        raise Refused(f"“{row.title}”{short(row.done_on)}已经完成，不用延期")
    if row.dropped is not None:
        raise Refused(f"“{row.title}”已经记了“不办”，要延期请先改回未完成")
    if due_on <= (row.due_on or last_of(row.month)):
        raise Refused(f"延期要改到{row.due_on}以后，请写更晚的日期；只改当月期限请用F10里的“修改”")
    if row.work_plan_id and due_on > row.work_plan.ends:
        raise Refused(
            f"“{row.work_plan.title}”到{row.work_plan.ends}结束，请写那天或以前的日期；今年办不了的请记“不办”"
        )
    return row


def carry_over(item_ids: Iterable[UUID], by: User | None, reason: str = "上月没办完") -> int:
    """Take open items of months past over into this month, due by its end; how many there were.

    An item whose plan is over by then goes to the plan's last month, due by the plan's last day, and stays where it stands
    if that is there.
    """
    here, moves = f"{today():%Y-%m}", []
    for row in map(find, item_ids):
        due_on = min(last_of(here), row.work_plan.ends) if row.work_plan_id else last_of(here)
        if row.done_on is None and row.dropped is None and row.month < f"{due_on:%Y-%m}":
            moves.append((row, due_on))
    if not moves:
        return 0
    with changes.action(f"结转{len(moves)}项到{today().month}月", by) as act:
        for row, due_on in moves:
            _move(act, row, due_on, _reason(reason, "结转的原因"))
    return len(moves)


def _move(act: Action, row: PlanItem, due_on: date, reason: str) -> None:
    stands = f"{due_on:%Y-%m}"
    later = stands != row.month
    act.update(row, due_on=due_on, month=stands, put_off=reason, carried=row.carried + later)


def drop(item_id: UUID, reason: str, by: User | None) -> None:
    """Say an item is not done at all, and why; it is owed no more. Raises Refused without a reason."""
    row = find(item_id)
    if row.done_on is not None:
        raise Refused(f"“{row.title}”{short(row.done_on)}已经完成，请先改回未完成")
    changes.write(row, by, f"不办 {row.title}", dropped=_reason(reason, "不办的原因，如 上级统一办了"))


def _reason(text: str, asked: str) -> str:
    said = read(SPECS["dropped"], text)
    if not said:
        raise Refused(f"请写{asked}")
    return said


# ---- settled by an activity -----------------------------------------------------------------------


def settle(act: Action, activity: Activity, by: User | None) -> list[PlanItem]:
    """Within an action: the open items an activity that was held settles are done with it as evidence; which ones.

    The item it was arranged for; else, of each plan and each thing it does again and again, the first of its kind that is
    open on its day and due the soonest. Said to be held once more, it settles no second one.
    """
    if activity.plan_item_id:
        rows = [row for row in [PlanItem.live().where(PlanItem.id == activity.plan_item_id).first()] if row]
    else:
        rows = _of_kind(activity)
    settled = [row for row in rows if row.done_on is None and row.dropped is None]
    for row in settled:
        act.update(
            row, done_on=activity.on_date, done_by=activity.lead or row.by_name or (by and by.name),
            evidence_kind="activity", evidence=f"{short(activity.on_date)}{activity.title}"[: SPECS["evidence"].longest],
            evidence_ref=activity.id,
        )  # fmt: skip
    return settled


def _of_kind(activity: Activity) -> list[PlanItem]:
    if activity.kind is None or activity.on_date < EARLIEST:
        return []
    open_then = PlanItem.live().where(
        PlanItem.kind == activity.kind, PlanItem.done_on.is_null(), PlanItem.dropped.is_null(),
        PlanItem.opens <= activity.on_date, PlanItem.due_on >= activity.on_date,
    )  # fmt: skip
    shown = PlanItem.live().where(PlanItem.evidence_ref == activity.id, PlanItem.done_on.is_null(False))
    served = {(row.work_plan_id, row.occasion) for row in shown}
    found: dict[tuple, PlanItem] = {}
    for row in open_then.order_by(PlanItem.due_on, PlanItem.id):
        if (row.work_plan_id, row.occasion) not in served:
            found.setdefault((row.work_plan_id, row.occasion), row)
    return list(found.values())


def unsettle(act: Action, activity: Activity) -> None:
    """Within an action: what only this activity showed to be done is open again, and so is its plan."""
    _take_up_plans(act, _unsettled(act, activity))


def settle_anew(act: Action, activity: Activity, by: User | None) -> None:
    """Within an action: an activity that was held on another day, or as another kind, settles what it settles now."""
    before = _unsettled(act, activity)
    settle(act, activity, by)
    _take_up_plans(act, before)


def _unsettled(act: Action, activity: Activity) -> list[UUID]:
    shown = PlanItem.live().where(PlanItem.evidence_ref == activity.id, PlanItem.done_on.is_null(False))
    return [
        act.update(row, done_on=None, done_by=None, evidence_kind=None, evidence=None, evidence_ref=None).id
        for row in shown
    ]


def _take_up_plans(act: Action, items: Iterable[UUID]) -> None:
    """A plan that owes one of these items again is closed no more, unless its like is open in its place."""
    owing = PlanItem.live(PlanItem.work_plan).where(
        PlanItem.id.in_(list(items)), PlanItem.done_on.is_null(), PlanItem.dropped.is_null()
    )
    for plan in WorkPlan.live().where(WorkPlan.closed_on.is_null(False), WorkPlan.id.in_(owing)):
        if once.no_such_plan(plan.code, plan.starts, plan.ends) is None:
            act.update(plan, closed_on=None)
