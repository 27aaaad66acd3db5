"""Care plans (帮扶方案, 学习帮扶计划, 个别教育管理方案): made, edited, signed and closed. Rules: docs/rules.md, 帮扶方案.

Their lists are in db.care_plan_lists, steps and stage results in db.care_steps, the drafted summary in db.care_summary.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import care, care_templates, changes, children, days, dossier, pair_rules, site
from db.fields import specs
from db.models import CarePlan, CareStage, CareStep, Child, Focus, Helper, Pairing, User
from db.owing import PEER
from db.sheet import Entry, NotFound, Saved, Values, merge, settled
from db.spec import read
from db.values import Refused
from db.vocab import CARE_PLAN_KIND
from db.when import EARLIEST, check_day

SPECS = specs(CarePlan)
PLAN = ("kind", "tag", "problem", "goal", "measures", "by_name", "starts", "ends", "review_on")
ENTRIES = tuple(Entry(name, SPECS[name], "方案") for name in PLAN)
SUMMARY = (Entry("summary", SPECS["summary"], "总结"),)
CLOSING = (
    Entry("closed_on", SPECS["closed_on"]._replace(required=True), "结案"),
    Entry("outcome", SPECS["outcome"]._replace(required=True, prompt="目标达到了没有"), "结案"),
    *SUMMARY,
)
LONGEST = 36  # months a plan may run, and how far ahead its days may lie
SOONEST = 12  # months ahead a plan may begin at most


class AlreadyOpen(Refused):
    """The child has an open plan of this kind; plan_id is that one."""

    def __init__(self, plan: CarePlan, name: str):
        self.plan_id = plan.id
        super().__init__(
            f"{name}已有一份没结案的{CARE_PLAN_KIND.label(plan.kind)}（{plan.starts}起），请接着用那一份，或先把它结案"
        )


class StepsOpen(Refused):
    """Steps of a plan that is to be closed are not done."""

    def __init__(self, titles: list[str]):
        self.titles = titles
        super().__init__(f"还有{len(titles)}步没做：{'；'.join(titles)}。请先做完或删去，或确认就这样结案")


class Started(NamedTuple):
    """What was begun for many children: the new plans, and who was passed over and why."""

    made: list[UUID]
    passed_over: list[tuple[str, str]]


# ---- a new plan ---------------------------------------------------------------------------------


def proposed(child_id: UUID, code: str | None = None) -> Values:
    """What a new plan's sheet begins with: from a template (by its code), or blank; today, by the child's helper.

    The problem is the reason on file for the focus tag, where there is one. Raises Refused if there may be none.
    """
    child = children.live(child_id)
    _check_here(child)
    return _proposed(
        child_id, code and care_templates.template(code), _reasons([child_id]), _helpers([child_id])
    )


def _proposed(
    child_id: UUID,
    template: care_templates.Template | None,
    reasons: Mapping[tuple[UUID, str], str],
    helpers: Mapping[UUID, str],
) -> Values:
    today = days.today()
    values: Values = dict.fromkeys(PLAN) | {"kind": "care", "starts": today, "by_name": helpers.get(child_id)}
    if template is None:
        return values
    return values | {
        "kind": template.kind, "tag": template.tag, "goal": template.goal, "measures": template.measures,
        "problem": reasons.get((child_id, template.tag or "")), "ends": template.ends(today),
        "review_on": template.review_after(today),
    }  # fmt: skip


def _reasons(child_ids: Iterable[UUID]) -> dict[tuple[UUID, str], str]:
    """Why each child bears each of its focus tags, where that is said."""
    query = Focus.select(Focus.child, Focus.tag, Focus.reason).where(
        dossier.focus_on(days.today()), Focus.child.in_(list(child_ids)), Focus.reason.is_null(False)
    )
    return {(child, tag): reason for child, tag, reason in query.tuples()}


def _helpers(child_ids: list[UUID]) -> dict[UUID, str]:
    """Who is paired with each child today and no child; the longest-standing one where there are several."""
    grown = Pairing.kind.is_null() | (Pairing.kind != PEER)
    query = (
        Pairing.select(Pairing.child, Helper.name)
        .join(Helper)
        .where(dossier.live_on(days.today()), Pairing.child.in_(child_ids), grown)
        .order_by(Pairing.since.desc(nulls="first"), Pairing.id.desc())
    )
    return dict(query.tuples())


def follows(template: str | None, values: Values, changed: str) -> Values:
    """What else changes with a field of a new plan's sheet: with its first day, its end and the first review."""
    if changed != "starts" or values["starts"] is None or template is None:
        return {}
    chosen, starts = care_templates.template(template), values["starts"]
    return {"ends": chosen.ends(starts), "review_on": chosen.review_after(max(starts, days.today()))}


def standing(child_id: UUID, kind: str) -> UUID | None:
    """The child's open plan of a kind (a code), if there is one."""
    found = _standing(child_id, kind)
    return found and found.id


def new_plan(
    child_id: UUID, values: Mapping[str, Any], by: User | None, template: str | None = None, another: bool = False
) -> UUID:  # fmt: skip
    """Begin a plan with the steps of a template (by its code), or without any.

    Raises Refused: no problem said, days that cannot be, a child not on file or that has left the register;
    AlreadyOpen if the child has an open plan of the kind, unless another is wanted.
    """
    child = children.live(child_id)
    steps = care_templates.template(template).steps if template else ()
    stored = _checked(child, {name: values.get(name) for name in PLAN}, frozenset(PLAN))
    with changes.action(f"新方案 {CARE_PLAN_KIND.label(stored['kind'])} {child.name}", by) as act:
        child = _held(child_id)
        _check_here(child)
        if not another:
            _only_one(child, stored["kind"])
        plan = act.insert(CarePlan, child=child, term=site.term(), **stored)
        for step in steps:
            due = stored["starts"] + timedelta(days=step.after)
            if stored["ends"]:
                due = min(due, stored["ends"])
            act.insert(CareStep, plan=plan, child=child, title=step.title, due_on=due)
        return plan.id


def start_many(child_ids: Collection[UUID], template: str, by: User | None) -> Started:
    """Begin the same plan for many children from today, as one action; each has its own helper as its owner.

    Children that have left the register or have an open plan of the kind are passed over, and named.
    """
    made, passed_over = [], []
    ids = list(dict.fromkeys(child_ids))
    chosen = care_templates.template(template)
    reasons, helpers = {}, {}
    for batch in peewee.chunked(ids, children.BATCH):
        reasons |= _reasons(batch)
        helpers |= _helpers(list(batch))
    with changes.action(f"给多名儿童开方案 {chosen.name}", by):
        for child_id in ids:
            values = _proposed(child_id, chosen, reasons, helpers)
            values["problem"] = values["problem"] or f"{chosen.name}，具体情况待补"
            try:
                made.append(new_plan(child_id, values, by, template))
            except Refused as refusal:
                child = Child.get_or_none(Child.id == child_id)
                passed_over.append(((child and child.name) or "", str(refusal)))
    return Started(made, passed_over)


def _check_here(child: Child) -> None:
    """Refuse a plan for a child that has left the register."""
    if child.left_on is not None and child.left_on <= days.today():
        raise Refused(f"{child.name}已在{child.left_on}退出登记，要开方案请先恢复登记")


def _held(child_id: UUID) -> Child:
    """The child, held until the action ends: two who begin a plan for it at once come one after the other."""
    pair_rules.hold([child_id], [])
    return children.live(child_id)


def _only_one(child: Child, kind: str, besides: UUID | None = None) -> None:
    if found := _standing(child.id, kind, besides):
        raise AlreadyOpen(found, child.name)


def _standing(child_id: UUID, kind: str, besides: UUID | None = None) -> CarePlan | None:
    query = CarePlan.live().where(
        CarePlan.child == child_id, CarePlan.kind == kind, CarePlan.closed_on.is_null()
    )
    if besides is not None:
        query = query.where(CarePlan.id != besides)
    return query.order_by(CarePlan.id).first()


# ---- the sheet ----------------------------------------------------------------------------------


def load(plan_id: UUID) -> Values:
    """A plan's values under the names of ENTRIES, SUMMARY and CLOSING. Raises NotFound."""
    return _values(plan_on_file(plan_id))


def save(
    plan_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Write the fields of an open plan (ENTRIES, SUMMARY) that differ from `base`.

    Raises Refused as `new_plan` does and for a closed plan, Conflict when somebody else changed the same field.
    """
    return settled(lambda: _mend(plan_id, values, base, by, force))


def _mend(
    plan_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None, force: frozenset[str]
) -> Saved:
    entries = [entry for entry in (*ENTRIES, *SUMMARY) if entry.name in values]
    with changes.action(f"修改方案 {_called(plan_on_file(plan_id))}", by) as act:
        plan = open_plan(plan_id)
        mine, merged = merge(entries, values, base, theirs := _values(plan), force)
        stored = _checked(plan.child, theirs | mine, frozenset(mine))
        if stored["kind"] != plan.kind:
            _only_one(_held(plan.child_id), stored["kind"], besides=plan_id)
        if mine.keys() & {"starts", "ends"}:
            _steps_within(plan, stored["starts"], stored["ends"])
        who = {"by_name", "helper"} if "by_name" in mine else set()
        act.update(plan, **{name: stored[name] for name in mine.keys() | who})
        return Saved(plan.id, merged)


def remove(plan_id: UUID, by: User | None) -> None:
    """Strike a plan out with its steps and stage results; one undo brings all of it back."""
    plan = plan_on_file(plan_id)
    with changes.action(f"删除方案 {_called(plan)}", by) as act:
        for model in (CareStep, CareStage):
            for row in model.live().where(model.plan == plan):
                act.remove(row)
        act.remove(plan)


def plan_on_file(plan_id: UUID) -> CarePlan:
    """A plan that was not struck out. Raises NotFound."""
    plan = CarePlan.live().where(CarePlan.id == plan_id).first()
    if plan is None:
        raise NotFound("这份方案已被删除，请回到列表重新选")
    return plan


def open_plan(plan_id: UUID) -> CarePlan:
    """A plan that may be worked on. Raises NotFound, Refused if it is closed."""
    plan = plan_on_file(plan_id)
    if plan.closed_on is not None:
        raise Refused(f"这份方案已在{plan.closed_on}结案，要改请先重新打开")
    return plan


def impossible(values: Values) -> dict[str, str]:
    """Days of a plan that cannot be: field → why, with the cure."""
    found, today = {}, days.today()
    starts, ends, review = values["starts"], values["ends"], values["review_on"]
    if starts is None:
        found["starts"] = "请填开始日期，如 2026-9-10"
    elif starts < EARLIEST:
        found["starts"] = f"开始日期{starts}早于2000年，请核对年份"
    elif starts > days.add_months(today, SOONEST):
        found["starts"] = f"开始日期{starts}离今天一年以上，请核对年份"
    if starts and ends and ends < starts:
        found["ends"] = f"结束日期{ends}早于开始日期{starts}，请改其中一个"
    elif starts and ends and ends > days.add_months(starts, LONGEST):
        found["ends"] = f"结束日期{ends}离开始日期三年以上，请核对年份"
    if review and review < today:
        found["review_on"] = f"下次评估日期{review}已经过了，请填今天以后的；已评估过的按“评估”记下"
    elif review and starts and review < starts:
        found["review_on"] = f"下次评估日期{review}早于开始日期{starts}，请核对"
    elif too_far(review):
        found["review_on"] = f"下次评估日期{review}离今天三年以上，请核对年份"
    return found


def too_far(day: date | None) -> bool:
    """Whether a day lies further ahead than anybody plans for."""
    return day is not None and day > days.add_months(days.today(), LONGEST)


def _checked(child: Child, values: Values, changed: frozenset[str]) -> Values:
    """The plan's values as stored, the owner's name resolved; what did not change is taken as it is. Raises Refused."""
    values = {name: read(SPECS[name], value) for name, value in values.items()}
    if not values["kind"]:
        raise Refused("请选方案类别，如 帮扶方案")
    if not values["problem"]:
        raise Refused("请写孩子眼下的问题，如 数学跟不上，作业没人管")
    starts, born = values["starts"], child.birth_date
    if "starts" in changed and starts and born and starts.isoformat()[: len(born)] < born:
        raise Refused(f"开始日期{starts}早于{child.name}的出生日期{born}，请核对")
    for name, why in impossible(values).items():
        if name in changed or (name == "ends" and "starts" in changed):
            raise Refused(why)
    helper = care.helper_named(values["by_name"], child.id)
    return values | {"helper": helper, "by_name": None if helper else values["by_name"]}


def _steps_within(plan: CarePlan, starts: date, ends: date | None) -> None:
    """Refuse days of a plan that leave an open step outside."""
    for step in CareStep.live().where(CareStep.plan == plan, CareStep.done_on.is_null()):
        if step.due_on and (step.due_on < starts or (ends and step.due_on > ends)):
            raise Refused(f"步骤“{step.title}”应在{step.due_on}，不在方案的起止日期里，请先改这一步的日期")


def _values(plan: CarePlan) -> Values:
    values = {name: getattr(plan, name) for name in (*PLAN, "summary", "closed_on", "outcome")}
    return values | {"by_name": plan.helper.name if plan.helper_id else plan.by_name}


def _called(plan: CarePlan) -> str:
    return f"{CARE_PLAN_KIND.label(plan.kind)} {plan.child.name}"


# ---- signing, closing, opening again ------------------------------------------------------------


def sign(plan_id: UUID, who: str | None, on: date | None, by: User | None) -> None:
    """The leading group agrees to a plan as it now stands; signed again, the new signature stands.

    Raises Refused without a name, for a day to come or before the plan was made, for a closed plan.
    """
    who = read(SPECS["signed_by"], who)
    if who is None:
        raise Refused("请写是谁签的字，如 领导小组组长的姓名")
    check_day(on)
    with changes.action(f"方案签字 {_called(plan_on_file(plan_id))}", by) as act:
        plan = open_plan(plan_id)
        if (
            plan.signed_on
        ):  # so that the signature is noted even if the same person signs again on the same day
            act.update(plan, signed_by=None, signed_on=None)
        act.update(plan, signed_by=who, signed_on=on)


def close(
    plan_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(), despite: Collection[UUID] = (),
) -> Saved:  # fmt: skip
    """Close a plan on a day with its outcome and summary (names of CLOSING). despite: open steps that may stay so.

    Raises StepsOpen if another step is open; Refused: no outcome, a day to come or before the plan began, closed
    already; Conflict when somebody else changed the summary.
    """
    return settled(lambda: _close(plan_id, values, base, by, force, frozenset(despite)))


def _close(
    plan_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None, force: frozenset[str],
    despite: frozenset[UUID],
) -> Saved:  # fmt: skip
    with changes.action(f"方案结案 {_called(plan_on_file(plan_id))}", by) as act:
        plan = open_plan(plan_id)
        mine, merged = merge(CLOSING, values, base, theirs := _values(plan), force)
        told = {entry.name: read(entry.spec, (theirs | mine)[entry.name]) for entry in CLOSING}
        on = told["closed_on"]
        check_day(on, plan.child)
        if on < plan.starts:
            raise Refused(f"结案日期{on}早于开始日期{plan.starts}，请核对；还没开始的方案请删除")
        if told["outcome"] is None:
            raise Refused("请选结案结果，如 目标达成")
        open_steps = CareStep.live().where(CareStep.plan == plan, CareStep.done_on.is_null())
        if left := [
            step.title for step in open_steps.order_by(CareStep.due_on, CareStep.id) if step.id not in despite
        ]:
            raise StepsOpen(left)
        act.update(plan, **told)
        return Saved(plan.id, merged)


def reopen(plan_id: UUID, by: User | None) -> None:
    """Work on a closed plan again; its summary stays.

    Raises Refused if it is open, if the child has left the register; AlreadyOpen if another of its kind is open.
    """
    with changes.action(f"重新打开方案 {_called(plan_on_file(plan_id))}", by) as act:
        plan = plan_on_file(plan_id)
        if plan.closed_on is None:
            raise Refused("这份方案没有结案，不用重新打开")
        child = _held(plan.child_id)
        _check_here(child)
        _only_one(child, plan.kind)
        act.update(plan, closed_on=None, outcome=None)
