"""档案 on paper: everything on file about a child."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from db import child_view, progress, timeline
from db.child_fields import SPECS
from db.fields import specs
from db.models import CarePlan, CareStage, CareStep
from db.printing import cards
from db.printing.content import Leaf, Part
from db.sheet import NotFound
from db.spec import UNKNOWN, mask_id, show


def leaves(ids: Iterable[UUID], reveal: bool, foot: str) -> Iterator[Leaf]:
    """The whole file of each of these children that is on file. ID numbers are masked unless reveal."""
    for child_id in ids:
        try:
            seen = child_view.dossier(child_id, reveal=True)
        except NotFound:
            continue
        digest = cards.digest(cards.sources([child_id])[child_id])
        yield Leaf(child_id, f"{seen.heading.partition(' ')[0]} 档案", _parts(seen, reveal), foot, digest)


def _parts(seen: child_view.Dossier, reveal: bool) -> list[Part]:
    standing = [
        seen.heading,
        "，".join(filter(None, (seen.standing, seen.focus and f"重点：{'、'.join(seen.focus)}", seen.left))),
    ]
    parts = [Part("", [], standing)]
    for title, fields in seen.sections:
        parts.append(Part(title, [(label, _hidden(text, name, reveal)) for label, text, name in fields], []))
    if lines := [_help(each) for each in seen.helps]:
        parts.append(Part("结对", [], lines))
    parts += _plans(seen.id)
    if rows := progress.terms(seen.id):
        parts.append(Part("成长", [], [_term(row) for row in rows]))
    if keys := timeline.events(seen.id):
        told = timeline.told(seen.id, keys, reveal)
        parts.append(Part("经过", [], [_event(event) for event in told]))
    return parts


def _hidden(text: str, name: str | None, reveal: bool) -> str:
    masked = name is not None and SPECS[name].privacy == "id" and not reveal and text != UNKNOWN
    return mask_id(text) or "" if masked else text


def _help(each: child_view.Help) -> str:
    since = f"{each.since or '起始日期未采集'}起"
    return "  ".join(filter(None, (each.kind, each.helper, each.unit, each.phone, since, each.ended)))


def _term(row: progress.TermRow) -> str:
    levels = "  ".join(f"{name}{level.word}" for name, level in row.levels.items())
    return "  ".join(filter(None, (row.term, row.grade, row.behind, levels)))


def _event(event: timeline.Event) -> str:
    said = f"{event.day or '日期未采集'} {event.label}：{event.text}"
    return f"{said}\n{event.more}" if event.more else said


def _plans(child_id: UUID) -> list[Part]:
    told = specs(CarePlan)
    parts = []
    for row in (
        CarePlan.live()
        .where(CarePlan.child == child_id)
        .order_by(CarePlan.starts.desc(nulls="last"), CarePlan.id)
    ):
        fields = [
            (
                spec.label,
                row.helper.name if name == "by_name" and row.helper_id else show(spec, getattr(row, name)),
            )
            for name, spec in told.items()
            if getattr(row, name) is not None or (name == "by_name" and row.helper_id)
        ]
        steps = (
            CareStep.live()
            .where(CareStep.plan == row)
            .order_by(CareStep.due_on.asc(nulls="last"), CareStep.id)
        )
        lines = [f"步骤：{_step(step)}" for step in steps]
        stages = CareStage.live().where(CareStage.plan == row).order_by(CareStage.on_date, CareStage.id)
        lines += [f"{stage.on_date} 阶段效果：{stage.result}" for stage in stages]
        parts.append(Part(show(told["kind"], row.kind), fields, lines))
    return parts


def _step(step: CareStep) -> str:
    due = f"应在{step.due_on}" if step.due_on else ""
    done = f"{step.done_on}完成" if step.done_on else "还没做"
    return "，".join(filter(None, (step.title, due, done, step.result)))
