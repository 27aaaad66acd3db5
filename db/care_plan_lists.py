"""Care plans as lists and pages show them: how far each has come, and what is next. Rules: docs/rules.md, 帮扶方案."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

import peewee

from db import children, days
from db.care_plans import plan_on_file
from db.models import CarePlan, CareStage, CareStep, Change, Child, Helper
from db.vocab import CARE_PLAN_END, CARE_PLAN_KIND, FOCUS

SIGNED = ("goal", "measures")  # what the leading group puts its name to


class StepLine(NamedTuple):
    """One step. who: whose it is, the plan's owner where nobody is named; days_over: days past its day while it is
    open (0 today, below 0 still to come), None without a day or once it is done."""

    id: UUID
    title: str
    due_on: date | None
    who: str | None
    done_on: date | None
    result: str | None
    days_over: int | None


class PlanLine(NamedTuple):
    """One plan as lists show it; kind, tag and outcome are labels. steps: how many; next_step: the open one due first.

    signed: '', '已签字' or '签字后改过'. left_on: the day the child left the register, if it has.
    """

    id: UUID
    child_id: UUID
    child: str
    village_group: str | None
    kind: str
    tag: str
    problem: str
    owner: str | None
    owner_id: UUID | None
    starts: date
    ends: date | None
    review_on: date | None
    closed_on: date | None
    outcome: str
    steps: int
    done: int
    next_step: StepLine | None
    signed: str
    left_on: date | None

    @property
    def urgency(self) -> tuple[int, date]:
        """What comes first in a list: a step overdue, then a review or the end that is due, then what comes next.

        The plan of a child that has left the register is due to be closed, whatever its steps.
        """
        today, step = days.today(), self.next_step
        if self.left_on and self.left_on <= today:
            return 1, self.left_on
        if step and step.due_on and step.due_on < today:
            return 0, step.due_on
        if due := [day for day in (self.review_on, self.ends) if day and day <= today]:
            return 1, min(due)
        ahead = [day for day in (step and step.due_on, self.review_on, self.ends) if day]
        return 2, min(ahead, default=date.max)


class StageLine(NamedTuple):
    """One stage result."""

    id: UUID
    on_date: date
    result: str
    adjustment: str | None


class PlanView(NamedTuple):
    """One plan in full; steps by their days, stage results in the order of theirs."""

    line: PlanLine
    goal: str | None
    measures: str | None
    signed_by: str | None
    signed_on: date | None
    summary: str | None
    steps: list[StepLine]
    stages: list[StageLine]

    @property
    def open_steps(self) -> list[StepLine]:
        """Steps not done."""
        return [step for step in self.steps if step.done_on is None]


def plans(child_id: UUID) -> list[PlanLine]:
    """A child's plans: open ones first, then the latest begun."""
    found = _lines(_joined().where(CarePlan.child == child_id))
    return sorted(
        found, key=lambda line: (line.closed_on is not None, -(line.starts or date.min).toordinal())
    )


def open_plans() -> list[PlanLine]:
    """Plans not closed, what is most urgent first."""
    query = _joined().where(CarePlan.closed_on.is_null(), Child.deleted_at.is_null())
    return sorted(_lines(query), key=lambda line: (line.urgency, line.child))


def view(plan_id: UUID) -> PlanView:
    """One plan in full. Raises NotFound."""
    plan = plan_on_file(plan_id)
    (line,) = _lines(_joined().where(CarePlan.id == plan_id))
    stages = CareStage.live().where(CareStage.plan == plan_id).order_by(CareStage.on_date, CareStage.id)
    return PlanView(
        line, plan.goal, plan.measures, plan.signed_by, plan.signed_on, plan.summary,
        [_step(step, line.owner) for step in _steps([plan_id]).get(plan_id, [])],
        [StageLine(each.id, each.on_date, each.result or "", each.adjustment) for each in stages],
    )  # fmt: skip


def _joined() -> peewee.ModelSelect:
    return (
        CarePlan.live(CarePlan, Child, Helper)
        .join(Child)
        .switch(CarePlan)
        .join(Helper, peewee.JOIN.LEFT_OUTER)
        .order_by(CarePlan.id)
    )


def _lines(query: peewee.ModelSelect) -> list[PlanLine]:
    found = list(query)
    altered = _altered([plan for plan in found if plan.signed_on])
    steps: dict[UUID, list[CareStep]] = {}
    for batch in peewee.chunked([plan.id for plan in found], children.BATCH):
        steps |= _steps(batch)
    return [_line(plan, steps.get(plan.id, []), plan.id in altered) for plan in found]


def _line(plan: CarePlan, steps: list[CareStep], altered: bool) -> PlanLine:
    owner = plan.helper.name if plan.helper_id else plan.by_name
    upcoming = next((step for step in steps if step.done_on is None), None)
    return PlanLine(
        plan.id, plan.child_id, plan.child.name or "", plan.child.village_group, CARE_PLAN_KIND.label(plan.kind),
        FOCUS.label(plan.tag) if plan.tag else "", plan.problem or "", owner, plan.helper_id, plan.starts, plan.ends,
        plan.review_on, plan.closed_on, CARE_PLAN_END.label(plan.outcome) if plan.outcome else "", len(steps),
        sum(step.done_on is not None for step in steps), upcoming and _step(upcoming, owner),
        "" if plan.signed_on is None else "签字后改过" if altered else "已签字", plan.child.left_on,
    )  # fmt: skip


def _steps(plan_ids: Iterable[UUID]) -> dict[UUID, list[CareStep]]:
    found = defaultdict(list)
    query = CareStep.live(CareStep, Helper).join(Helper, peewee.JOIN.LEFT_OUTER)
    query = query.where(CareStep.plan.in_(list(plan_ids)))
    for step in query.order_by(CareStep.due_on.asc(nulls="last"), CareStep.id):
        found[step.plan_id].append(step)
    return found


def _step(step: CareStep, owner: str | None) -> StepLine:
    late = None if step.done_on or step.due_on is None else (days.today() - step.due_on).days
    who = (step.helper.name if step.helper_id else step.by_name) or owner
    return StepLine(step.id, step.title or "", step.due_on, who, step.done_on, step.result, late)


def _altered(signed: list[CarePlan]) -> set[UUID]:
    """Those of some signed plans whose goal or measures are no longer what was signed."""
    then = {plan.id: {name: getattr(plan, name) for name in SIGNED} for plan in signed}
    for batch in peewee.chunked(list(then), children.BATCH):
        history = Change.select(Change.row, Change.action, Change.undoes, Change.what).where(
            Change.row.in_(batch)
        )
        noted = list(history.order_by(Change.id.desc()))
        undone = {change.undoes for change in noted}
        reached = set()  # plans gone back as far as their signature
        for change in noted:
            if change.undoes or change.action in undone or change.row in reached:
                continue
            what = json.loads(change.what)
            if what.keys() & {"signed_by", "signed_on"}:
                reached.add(change.row)
            else:
                then[change.row] |= {name: what[name][0] for name in what.keys() & set(SIGNED)}
    return {plan.id for plan in signed if any(getattr(plan, name) != then[plan.id][name] for name in SIGNED)}
