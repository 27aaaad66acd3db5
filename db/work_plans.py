"""The plans of the year as they were adopted: how far each is, what it still owes, its close, its template for next year."""

from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import peewee

from db import changes, once, owed, plan_items, rhythms, store
from db.days import add_months, today
from db.fields import specs
from db.models import Owed, PlanItem, User, WorkPlan
from db.plan_templates import Asked, Setup, Template, read, written
from db.rhythm import Rhythm
from db.sheet import NotFound
from db.spec import read as read_value
from db.targets import met, targets
from db.text import clean
from db.values import Refused

SPECS = specs(WorkPlan)
TARGET = "target"  # the system of an item that asks for a rate this ledger does not work out


class Goal(NamedTuple):
    """A rate a plan promises: in percent; rate: as it stands, None while this ledger does not work it out or nobody counts.

    waiting: why it cannot be said yet, in a sentence. met: whether the rate is as promised, None without one.
    """

    code: str
    name: str
    goal: float
    rate: float | None
    numerator: int | None
    denominator: int | None
    waiting: str | None = None
    met: bool | None = None


class PlanState(NamedTuple):
    """How far a plan is. month_*: of the items that stand in this month; overdue: open items past their last day.

    children_overdue and children_month: duties to children by its rhythms, past their last day and due by the month's end.
    owed_month: all that is to be done by the month's end; owed_all: by the plan's.
    """

    id: UUID
    code: str
    title: str
    starts: date
    ends: date
    closed_on: date | None
    month_total: int
    month_done: int
    total: int
    done: int
    dropped: int
    overdue: int
    children_overdue: int
    children_month: int
    owed_month: int
    owed_all: int


def months_of(starts: date, ends: date) -> list[tuple[date, date]]:
    """First and last day of each month of a plan, held inside it."""
    found, first = [], starts.replace(day=1)
    while first <= ends:
        after = add_months(first, 1)
        found.append((max(first, starts), min(after - timedelta(days=1), ends)))
        first = after
    return found


# ---- how far --------------------------------------------------------------------------------------


def listing(on: date | None = None, closed: bool = False) -> list[PlanState]:
    """The plans that are not closed, soonest first; with closed ones after them if asked for."""
    on = on or today()
    query = WorkPlan.live().order_by(
        WorkPlan.closed_on.is_null(False), WorkPlan.starts, WorkPlan.title, WorkPlan.id
    )
    plans = list(query if closed else query.where(WorkPlan.closed_on.is_null()))
    items, duties = _items_by_plan(plans), _duties_by_rhythm(on)
    return [_state(plan, items.get(plan.id, []), duties, on) for plan in plans]


def state(plan_id: UUID, on: date | None = None) -> PlanState:
    """How far one plan is. Raises NotFound."""
    on, plan = on or today(), find(plan_id)
    return _state(plan, _items_by_plan([plan]).get(plan.id, []), _duties_by_rhythm(on), on)


def _items_by_plan(plans: list[WorkPlan]) -> dict[UUID, list[tuple]]:
    fields = (PlanItem.work_plan, PlanItem.month, PlanItem.due_on, PlanItem.done_on, PlanItem.dropped)
    found: dict[UUID, list[tuple]] = {}
    for plan, *item in PlanItem.live(*fields).where(PlanItem.work_plan.in_(plans)).tuples():
        found.setdefault(plan, []).append(tuple(item))
    return found


def _duties_by_rhythm(on: date) -> dict[str, list[tuple[date, int]]]:
    """Duties to children standing on a day, by the rhythm's code: (last day, how many)."""
    owed.settle()
    query = (
        Owed.select(Owed.what, Owed.due_by, peewee.fn.COUNT(Owed.id))
        .where(Owed.source == "rhythm", Owed.since <= on, Owed.until > on)
        .group_by(Owed.what, Owed.due_by)
    )
    found: dict[str, list[tuple[date, int]]] = {}
    for code, due_by, many in query.tuples():
        found.setdefault(code, []).append((due_by, many))
    return found


def _state(
    plan: WorkPlan, items: list[tuple], duties: dict[str, list[tuple[date, int]]], on: date
) -> PlanState:
    here = f"{on:%Y-%m}"
    by_then = min(month_end(on), plan.ends)
    open_items = [due for _, due, done, dropped in items if done is None and dropped is None]
    in_month = [(done, dropped) for month, _, done, dropped in items if month == here]
    standing = [pair for code in rhythms_of(plan) for pair in duties.get(code, []) if plan.closed_on is None]
    children = {"overdue": on - timedelta(days=1), "month": by_then, "all": plan.ends}
    count = {name: sum(many for due, many in standing if due <= last) for name, last in children.items()}
    return PlanState(
        plan.id, plan.code, plan.title or "", plan.starts, plan.ends, plan.closed_on,
        sum(dropped is None for _, dropped in in_month), sum(done is not None for done, _ in in_month),
        sum(dropped is None for *_, dropped in items), sum(done is not None for _, _, done, _ in items),
        sum(dropped is not None for *_, dropped in items), sum(due < on for due in open_items),
        count["overdue"], count["month"], sum(due <= by_then for due in open_items) + count["month"],
        len(open_items) + count["all"],
    )  # fmt: skip


def month_end(on: date | None = None) -> date:
    """The last day of the month of a day, today unless told."""
    return plan_items.last_of(f"{on or today():%Y-%m}")


def rhythms_of(plan: WorkPlan) -> list[str]:
    """The codes of the rhythms in force that keep what a plan asks for: its own, or stricter ones in their place."""
    now = owed.in_force()
    found = []
    for asked in template_of(plan).rhythms:
        kept = next((each for each in now if rhythms.covers(each, asked)), None)
        kept = kept or next(
            (each for each in now if (each.kind, each.code) == (asked.kind, asked.code)), None
        )
        if kept and kept.code not in found:
            found.append(kept.code)
    return found


def rhythms_in_words(plan_id: UUID) -> list[tuple[Rhythm, int]]:
    """The rhythms of a plan with how many duties by each are overdue."""
    plan, on = find(plan_id), today()
    duties = _duties_by_rhythm(on)
    codes = rhythms_of(plan)
    return [
        (each, sum(many for due, many in duties.get(each.code, []) if due < on))
        for each in owed.in_force()
        if each.code in codes
    ]


def goals(plan_id: UUID) -> list[Goal]:
    """The rates a plan promises, each beside the rate as it stands where this ledger works it out."""
    return goals_of(find(plan_id), today())


def goals_of(plan: WorkPlan, on: date) -> list[Goal]:
    """The same of a plan at hand, as of a day."""
    asked = template_of(plan).goals
    known = {target.code: target for target in targets(on=on, codes=[each.code for each in asked])}
    found = []
    for each in asked:
        if target := known.get(each.code):
            reached = (
                None
                if target.rate is None
                else met(target.numerator, target.denominator, each.rate, target.direction)
            )
            told = (target.rate, target.numerator, target.denominator, target.waiting, reached)
        else:
            told = (None, None, None)
        found.append(Goal(each.code, each.name, each.rate, *told))
    return found


def phases(first: date, last: date) -> list[tuple[date, date, str, str]]:
    """The phases of the open plans that touch a span: first day, last day, the plan's title, the phase's name."""
    plans = WorkPlan.live().where(
        WorkPlan.closed_on.is_null(), WorkPlan.starts <= last, WorkPlan.ends >= first
    )
    found = []
    for plan in plans.order_by(WorkPlan.starts, WorkPlan.id):
        months = months_of(plan.starts, plan.ends)
        for phase in template_of(plan).phases:
            inside = [(begins, ends) for begins, ends in months if begins.month in phase.months]
            if inside and inside[0][0] <= last and inside[-1][1] >= first:
                found.append((inside[0][0], inside[-1][1], plan.title or "", phase.name))
    return found


# ---- one plan -------------------------------------------------------------------------------------


def find(plan_id: UUID) -> WorkPlan:
    """A plan on file. Raises NotFound."""
    row = WorkPlan.live().where(WorkPlan.id == plan_id).first()
    if row is None:
        raise NotFound("这份计划已被删除，请回到列表重新选")
    return row


def template_of(plan: WorkPlan | UUID) -> Template:
    """The template of a plan as it was adopted."""
    row = plan if isinstance(plan, WorkPlan) else find(plan)
    return read(row.code, row.template)


def rename(plan_id: UUID, title: str, by: User | None) -> None:
    """Give a plan another title. Raises Refused without one."""
    row, said = find(plan_id), read_value(SPECS["title"], title)
    if not said:
        raise Refused("请填计划名称，如 村级关爱计划")
    changes.write(row, by, f"计划改名 {said}", title=said)


def close(plan_id: UUID, by: User | None, stop: bool = False) -> None:
    """Close a plan of which nothing is owed any more. stop: its rhythms that no other open plan asks for end too.

    Raises Refused, saying what is still owed.
    """
    row, how = find(plan_id), state(plan_id)
    if row.closed_on is not None:
        raise Refused(f"“{row.title}”{row.closed_on}已经结束")
    if how.owed_all:
        open_items = how.total - how.done
        said = [f"{open_items}项没办"] if open_items else []
        said += [f"{how.owed_all - open_items}件儿童待办"] if how.owed_all > open_items else []
        raise Refused(f"“{row.title}”还欠{'、'.join(said)}：办完，或写明原因记“不办”，再结束")
    with changes.action(f"结束计划 {row.title}", by) as act:
        act.update(row, closed_on=min(today(), row.ends) if row.starts <= today() else row.starts)
        if stop:
            others = WorkPlan.live().where(WorkPlan.closed_on.is_null())
            wanted = {code for other in others for code in rhythms_of(other)}
            gone = set(rhythms_of(row)) - wanted
            rhythms.put([each for each in rhythms.in_force() if each.code not in gone], by)


def reopen(plan_id: UUID, by: User | None) -> None:
    """Take a closed plan up again; rhythms that ended with it do not come back by this, only by undoing its close.

    Raises Refused while another of its kind is open on its days.
    """
    with changes.action(f"重开计划 {find(plan_id).title}", by) as act:
        store.wait_for_turn()
        row = find(plan_id)
        if row.closed_on is not None and (why := once.no_such_plan(row.code, row.starts, row.ends)):
            raise Refused(why)
        act.update(row, closed_on=None)


def remove(plan_id: UUID, by: User | None) -> None:
    """Strike a plan out with its items; its rhythms and goals stay in force, activities stay on the calendar."""
    row = find(plan_id)
    with changes.action(f"删除计划 {row.title}", by) as act:
        for item in PlanItem.live().where(PlanItem.work_plan == row):
            plan_items.remove(item.id, by)
        act.remove(row)


# ---- templates of one's own ------------------------------------------------------------------------


def as_template(plan_id: UUID, title: str) -> Template:
    """A plan as it now stands, with everything added and without what was struck out, as a template to be used again."""
    plan = find(plan_id)
    was = template_of(plan)
    kept = {"month": {}, "setup": []}
    titles = set()
    for item in plan_items.of_plan(plan_id):
        first = date.fromisoformat(f"{item.planned_month}-01").month
        if item.sort == "month":
            kept["month"].setdefault(first, []).append((item.title, item.kind))
        elif item.sort == "setup" and item.system != TARGET and item.title not in titles:
            kept["setup"].append(item)
            titles.add(item.title)
    told = {each.title: each for each in was.setups}
    months = {month: tuple(Asked(*each) for each in items) for month, items in kept["month"].items()}
    setups = tuple(
        told.get(item.title) or Setup(item.title, item.system or "", None) for item in kept["setup"]
    )
    first, last = (was.first, was.last) if was.first else (None, None)
    if months and first is None:
        first, last = plan.starts.month, plan.ends.month
    span = "months" if first else was.span
    made = was._replace(
        title=clean(title).strip(), months=months, setups=setups, span=span, first=first, last=last
    )
    return read(was.code, written(made))


def save_template(plan_id: UUID, path: Path, title: str) -> None:
    """Write a plan as a template to a TOML file. Raises Refused if it could not be read again, OSError."""
    path.write_text(written(as_template(plan_id, title)), "utf-8")
