"""The steps of a care plan, and its stage results (阶段效果). Rules: docs/rules.md, 帮扶方案."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from db import care, care_templates, changes, days
from db.care_plans import SPECS as PLAN_SPECS
from db.care_plans import open_plan, plan_on_file, too_far
from db.fields import specs
from db.models import CarePlan, CareStage, CareStep, User
from db.sheet import Entry, NotFound, Saved, Values, merge, settled
from db.spec import read
from db.values import Refused
from db.when import check_day

STEP = ("title", "due_on", "by_name", "done_on", "result")
STAGE = ("on_date", "result", "adjustment")
STEP_SPECS, STAGE_SPECS = specs(CareStep), specs(CareStage)
STEP_ENTRIES = tuple(Entry(name, STEP_SPECS[name], "步骤") for name in STEP)
STAGE_ENTRIES = tuple(Entry(name, STAGE_SPECS[name], "阶段效果") for name in STAGE)
REVIEW_ENTRIES = (*STAGE_ENTRIES, Entry("review_on", PLAN_SPECS["review_on"], "阶段效果"))


class Standing(NamedTuple):
    """Which step, of which plan, of which child."""

    plan_id: UUID
    child: str
    title: str
    done_on: date | None
    result: str | None


# ---- steps --------------------------------------------------------------------------------------


def step(step_id: UUID) -> Standing:
    """What a step is about. Raises NotFound."""
    row = _step(step_id)
    return Standing(row.plan_id, row.child.name or "", row.title or "", row.done_on, row.result)


def load_step(step_id: UUID | None) -> Values:
    """A step's values under the names of STEP_ENTRIES; all blank for a new one."""
    return _step_values(_step(step_id)) if step_id else dict.fromkeys(STEP)


def save_step(
    step_id: UUID | None, plan_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Write a sheet: a new step of a plan, or the fields of an old one that differ from `base`.

    Raises Refused: no title, owed outside the plan's days or absurdly far ahead, done on a day that cannot be, a plan
    that is closed; Conflict when somebody else changed the same field.
    """
    return settled(lambda: _save_step(step_id, plan_id, values, base, by, force))


def _save_step(
    step_id: UUID | None, plan_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str],
) -> Saved:  # fmt: skip
    what = "修改步骤" if step_id else "新步骤"
    with changes.action(f"{what} {plan_on_file(plan_id).child.name}", by) as act:
        plan = open_plan(plan_id)
        if step_id is None:
            stored = _checked_step(plan, {name: values.get(name) for name in STEP}, frozenset(STEP))
            return Saved(act.insert(CareStep, plan=plan, child=plan.child_id, **stored).id, [])
        row = _step(step_id)
        mine, merged = merge(STEP_ENTRIES, values, base, theirs := _step_values(row), force)
        stored = _checked_step(plan, theirs | mine, frozenset(mine))
        who = {"by_name", "helper"} if "by_name" in mine else set()
        act.update(row, **{name: stored[name] for name in mine.keys() | who})
        return Saved(row.id, merged)


def finish_step(step_id: UUID, result: str | None, on: date | None, by: User | None) -> None:
    """Say a step was done on a day (today if none is given), with what came of it; None keeps what is there.

    Raises Refused for a day to come or before the child's birth, a step that is done already, a closed plan.
    """
    settled(lambda: _finish(step_id, result, on or days.today(), by))


def _finish(step_id: UUID, result: str | None, on: date, by: User | None) -> None:
    row = _step(step_id)
    with changes.action(f"完成步骤 {row.title} {row.child.name}", by) as act:
        row = _step(step_id)
        open_plan(row.plan_id)
        if row.done_on is not None:
            raise Refused(f"这一步已在{row.done_on}完成，要改请打开这一步")
        check_day(on, row.child)
        act.update(row, done_on=on, result=read(STEP_SPECS["result"], result) or row.result)


def remove_step(step_id: UUID, by: User | None) -> None:
    """Drop a step. Raises Refused if its plan is closed."""
    row = _step(step_id)
    open_plan(row.plan_id)
    changes.remove(row, by, f"删除步骤 {row.title} {row.child.name}")


def _checked_step(plan: CarePlan, values: Values, changed: frozenset[str]) -> Values:
    values = {name: read(STEP_SPECS[name], value) for name, value in values.items()}
    due, done = values["due_on"], values["done_on"]
    if not values["title"]:
        raise Refused("请写这一步要做什么，如 每周补一次数学")
    if "due_on" in changed and due:
        if due < plan.starts:
            raise Refused(f"这一步应在{due}，早于方案的开始日期{plan.starts}，请改日期")
        if plan.ends and due > plan.ends:
            raise Refused(f"这一步应在{due}，晚于方案的结束日期{plan.ends}，请改日期，或先把方案延长")
        if too_far(due):
            raise Refused(f"这一步应在{due}，离今天三年以上，请核对年份")
    if "done_on" in changed and done:
        check_day(done, plan.child)
    helper = care.helper_named(values["by_name"], plan.child_id)
    return values | {"helper": helper, "by_name": None if helper else values["by_name"]}


def _step(step_id: UUID) -> CareStep:
    row = CareStep.live().where(CareStep.id == step_id).first()
    if row is None:
        raise NotFound("这一步已被删除，请回到方案重新选")
    return row


def _step_values(row: CareStep) -> Values:
    values = {name: getattr(row, name) for name in STEP}
    return values | {"by_name": row.helper.name if row.helper_id else row.by_name}


# ---- stage results ------------------------------------------------------------------------------


def load_stage(stage_id: UUID | None, plan_id: UUID) -> Values:
    """A stage result's values under the names of STAGE_ENTRIES; for a new one those of REVIEW_ENTRIES: today, and the
    day of the next review as the plan's template has it, none after the plan's end."""
    if stage_id is not None:
        row = _stage(stage_id)
        return {name: getattr(row, name) for name in STAGE}
    plan, today = plan_on_file(plan_id), days.today()
    rhythm = care_templates.template_of(plan.kind, plan.tag)
    next_on = rhythm and rhythm.review_after(today)
    if next_on and plan.ends and next_on > plan.ends:
        next_on = plan.ends if plan.ends > today else None
    return dict.fromkeys(STAGE) | {"on_date": today, "review_on": next_on}


def plan_of(stage_id: UUID) -> UUID:
    """The plan a stage result belongs to. Raises NotFound."""
    return _stage(stage_id).plan_id


def review(plan_id: UUID, values: Mapping[str, Any], by: User | None) -> Saved:
    """Write what was found when a plan was looked at (names of REVIEW_ENTRIES), and when it is to be looked at next.

    review_on None: no further review. Raises Refused: no result, a day to come, before the birth or before the plan
    began, one that has its result already, a next review that is not to come; a closed plan.
    """
    return settled(lambda: _review(plan_id, values, by))


def _review(plan_id: UUID, values: Mapping[str, Any], by: User | None) -> Saved:
    with changes.action(f"方案评估 {plan_on_file(plan_id).child.name}", by) as act:
        plan = open_plan(plan_id)
        stored = _checked_stage(plan, values, None)
        next_on = read(PLAN_SPECS["review_on"], values.get("review_on"))
        if next_on and next_on <= days.today():
            raise Refused(f"下次评估日期{next_on}要在今天以后，不再评估就留空")
        if too_far(next_on):
            raise Refused(f"下次评估日期{next_on}离今天三年以上，请核对年份")
        act.update(plan, review_on=next_on)
        return Saved(act.insert(CareStage, plan=plan, child=plan.child_id, **stored).id, [])


def save_stage(
    stage_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Write the fields of a stage result that differ from `base`. Raises Refused as `review` does, and Conflict."""
    return settled(lambda: _mend_stage(stage_id, values, base, by, force))


def _mend_stage(
    stage_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None, force: frozenset[str]
) -> Saved:
    with changes.action(f"修改阶段效果 {_stage(stage_id).child.name}", by) as act:
        row = _stage(stage_id)
        plan = open_plan(row.plan_id)
        theirs = {name: getattr(row, name) for name in STAGE}
        mine, merged = merge(STAGE_ENTRIES, values, base, theirs, force)
        stored = _checked_stage(plan, theirs | mine, stage_id)
        act.update(row, **{name: stored[name] for name in mine})
        return Saved(row.id, merged)


def remove_stage(stage_id: UUID, by: User | None) -> None:
    """Strike a stage result out. Raises Refused if its plan is closed."""
    row = _stage(stage_id)
    open_plan(row.plan_id)
    changes.remove(row, by, f"删除阶段效果 {row.on_date} {row.child.name}")


def _checked_stage(plan: CarePlan, values: Mapping[str, Any], besides: UUID | None) -> Values:
    stored = {name: read(STAGE_SPECS[name], values.get(name)) for name in STAGE}
    on = stored["on_date"]
    check_day(on, plan.child)
    if on < plan.starts:
        raise Refused(f"评估日期{on}早于方案的开始日期{plan.starts}，请核对")
    if not stored["result"]:
        raise Refused("请写看到的效果，如 作业能按时交，数学到了75分")
    same = CareStage.live().where(CareStage.plan == plan, CareStage.on_date == on)
    if besides is not None:
        same = same.where(CareStage.id != besides)
    if same.exists():
        raise Refused(f"{on}已有一条阶段效果，请打开那一条修改")
    return stored


def _stage(stage_id: UUID) -> CareStage:
    row = CareStage.live().where(CareStage.id == stage_id).first()
    if row is None:
        raise NotFound("这条阶段效果已被删除，请回到方案重新选")
    return row
