"""The entry sheets of care plans: a plan, a step, a stage result, the summary, the end."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from db import care_plan_lists, care_plans, care_steps, care_summary, care_templates, children, days
from db.sheet import Rules, Saved
from tui.context import Context
from tui.drafts import Draft
from tui.widgets.sheet import Form, Kept, Sheet

NEW, STEP, STAGE = (
    "care_new:",
    "care_step:",
    "care_stage:",
)  # what follows says what the new record belongs to
RULES = Rules(impossible=care_plans.impossible)


def new_sheet(
    context: Context, child_id: UUID, code: str | None, another: bool = False, draft: Draft | None = None
) -> Sheet:
    """The sheet of a new plan for a child, from a template or blank. another: beside an open one of its kind.

    Raises Refused if the child may have no new plan, LedgerError.
    """
    template = code and care_templates.template(code)
    began = care_plans.proposed(child_id, code)
    entries = care_plans.ENTRIES
    if template:
        entries = tuple(
            entry._replace(spec=entry.spec._replace(prompt=template.problem))
            if entry.name == "problem"
            else entry
            for entry in entries
        )

    def load(plan_id: UUID | None) -> dict[str, Any]:
        return care_plans.load(plan_id) if plan_id else began

    def save(plan_id: UUID | None, values: dict, base: dict, force: frozenset[str]) -> Saved:
        if plan_id:
            return care_plans.save(plan_id, values, base, context.by, force)
        return Saved(care_plans.new_plan(child_id, values, context.by, code, another), [])

    name = f"{NEW}{child_id}:{code or ''}:{'another' if another else ''}"
    rules = RULES._replace(derive=lambda values, changed: care_plans.follows(code, values, changed))
    form = Form(name, entries, load, _saver(save, "方案已存"), rules)
    title = f"新方案：{children.live(child_id).name} {template.name if template else '空白'}"
    return Sheet(form, title, context.drafts, at=_first(context, name, "problem", draft), draft=draft)


def plan_sheet(context: Context, plan_id: UUID, at: str | None = None, draft: Draft | None = None) -> Sheet:
    """The sheet of a plan on file, standing in a field."""

    def save(record: UUID, values: dict, base: dict, force: frozenset[str]) -> Saved:
        return care_plans.save(record, values, base, context.by, force)

    form = Form("care_plan", care_plans.ENTRIES, care_plans.load, _saver(save, "方案已存"), RULES)
    line = care_plan_lists.view(plan_id).line
    return Sheet(form, f"修改{line.kind}：{line.child}", context.drafts, plan_id, at=at, draft=draft)


def step_sheet(context: Context, plan_id: UUID, step_id: UUID | None, draft: Draft | None = None) -> Sheet:
    """The sheet of a step, or of new ones one after the other."""

    def save(record: UUID | None, values: dict, base: dict, force: frozenset[str]) -> Saved:
        return care_steps.save_step(record, plan_id, values, base, context.by, force)

    name = "care_step" if step_id else f"{STEP}{plan_id}"
    form = Form(name, care_steps.STEP_ENTRIES, care_steps.load_step, _saver(save, "步骤已存"), another=True)
    return Sheet(
        form, f"{'修改' if step_id else '新'}步骤：{_child(plan_id)}", context.drafts, step_id, draft=draft
    )


def review_sheet(context: Context, plan_id: UUID, draft: Draft | None = None) -> Sheet:
    """The sheet for what is found when a plan is looked at. Raises Refused if the plan is closed."""
    care_plans.open_plan(plan_id)

    def load(stage_id: UUID | None) -> dict[str, Any]:
        return care_steps.load_stage(stage_id, plan_id)

    def save(stage_id: UUID | None, values: dict, base: dict, force: frozenset[str]) -> Saved:
        if stage_id:  # kept already, but for a field that could not be
            return care_steps.save_stage(stage_id, values, base, context.by, force)
        return care_steps.review(plan_id, values, context.by)

    name = f"{STAGE}{plan_id}"
    form = Form(name, care_steps.REVIEW_ENTRIES, load, _saver(save, "阶段效果已存"))
    at = _first(context, name, "result", draft)
    return Sheet(form, f"评估：{_child(plan_id)}", context.drafts, at=at, draft=draft)


def stage_sheet(context: Context, plan_id: UUID, stage_id: UUID, draft: Draft | None = None) -> Sheet:
    """The sheet of a stage result on file."""

    def load(record: UUID) -> dict[str, Any]:
        return care_steps.load_stage(record, plan_id)

    def save(record: UUID, values: dict, base: dict, force: frozenset[str]) -> Saved:
        return care_steps.save_stage(record, values, base, context.by, force)

    form = Form("care_stage", care_steps.STAGE_ENTRIES, load, _saver(save, "阶段效果已存"))
    return Sheet(form, "修改阶段效果", context.drafts, stage_id, draft=draft)


class Summing(Sheet):
    """A sheet with the summary; one not written yet stands there as drafted from the records."""

    def given(self) -> dict[str, tuple[Any, str]]:
        stored = self.form.load(self.record)
        drafted = {} if stored["summary"] else {"summary": (care_summary.draft_summary(self.record), "")}
        closing = any(entry.name == "closed_on" for entry in self.form.entries)
        return drafted | ({"closed_on": (days.today(), "")} if closing else {})


def summary_sheet(context: Context, plan_id: UUID, draft: Draft | None = None) -> Sheet:
    """The sheet of a plan's summary."""

    def save(record: UUID, values: dict, base: dict, force: frozenset[str]) -> Saved:
        return care_plans.save(record, values, base, context.by, force)

    form = Form("care_summary", care_plans.SUMMARY, care_plans.load, _saver(save, "总结已存"))
    return Summing(form, f"总结：{_child(plan_id)}", context.drafts, plan_id, draft=draft)


def closing_sheet(
    context: Context, plan_id: UUID, despite: Collection[UUID], draft: Draft | None = None
) -> Sheet:
    """The sheet that ends a plan. despite: open steps that may stay so."""

    def save(record: UUID, values: dict, base: dict, force: frozenset[str]) -> Saved:
        return care_plans.close(record, values, base, context.by, force, despite)

    form = Form("care_close", care_plans.CLOSING, care_plans.load, _saver(save, "已结案"))
    return Summing(form, f"结案：{_child(plan_id)}", context.drafts, plan_id, draft=draft)


def _first(context: Context, name: str, field: str, draft: Draft | None) -> str | None:
    """The field a new record's sheet opens in; None where a draft says where its user stood."""
    return None if draft or context.drafts.left(name) else field


def _child(plan_id: UUID) -> str:
    return care_plan_lists.view(plan_id).line.child


def _saver(
    verb: Callable[[Any, dict, dict, frozenset[str]], Saved], said: str
) -> Callable[[Any, dict, dict, frozenset[str]], Kept]:
    """A form's save from a verb."""

    def save(record: Any, values: dict, base: dict, force: frozenset[str]) -> Kept:
        saved = verb(record, values, base, force)
        return Kept(saved.id, said + saved.also)

    return save


def resume(context: Context, draft: Draft) -> None:
    """Open the sheet a draft was left in."""
    record = UUID(draft.record) if draft.record else None
    kind, _, whose = draft.sheet.partition(":")
    match kind:
        case "care_new":
            child, code, another = whose.split(":")
            page = new_sheet(context, UUID(child), code or None, bool(another), draft)
        case "care_plan":
            page = plan_sheet(context, record, draft=draft)
        case "care_step":
            page = step_sheet(
                context, UUID(whose) if whose else care_steps.step(record).plan_id, record, draft
            )
        case "care_stage" if whose:
            page = review_sheet(context, UUID(whose), draft)
        case "care_stage":
            page = stage_sheet(context, care_steps.plan_of(record), record, draft)
        case "care_summary":
            page = summary_sheet(context, record, draft)
        case _:
            page = closing_sheet(context, record, (), draft)
    context.desk.push(page)
