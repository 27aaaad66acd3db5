"""The summary of a care plan, drafted from what is on file and left to a person to edit. Rules: docs/rules.md, 帮扶方案."""

from collections import defaultdict
from datetime import date
from uuid import UUID

import peewee

from db import days
from db.care_plan_lists import PlanView, view
from db.care_plans import plan_on_file
from db.models import CarePlan, CareRecord, Helper, Survey, Term
from db.text import clean
from db.vocab import CARE_PLAN_KIND, RECORD_KIND, STUDY

IN_WORDS = 5  # so many of the latest records are told in words
LONG = 80  # characters of a record that are told
CONFIDENTIAL = {"counselling"}  # counted, never quoted
SAID = ("content", "result", "feedback", "conduct", "home", "needs")


def draft_summary(plan_id: UUID) -> str:
    """A summary of a plan so far in plain words, from the child's records within its days and from its own steps and
    stage results; what is not on file is not said. Raises NotFound."""
    plan, shown = plan_on_file(plan_id), view(plan_id)
    last = min(plan.closed_on or plan.ends or days.today(), days.today())
    lines = [
        f"{plan.child.name}的{CARE_PLAN_KIND.label(plan.kind)}从{_said(plan.starts)}开始"
        + (f"，到{_said(plan.ends)}为止。" if plan.ends else "。"),
        f"问题：{_short(plan.problem or '', 200)}",
        *_records(plan, last),
        *_steps(shown),
        *(f"{_said(each.on_date)}评估：{_short(each.result)}"
          + (f" 调整：{_short(each.adjustment)}" if each.adjustment else "") for each in shown.stages),
        *_study(plan, last),
    ]  # fmt: skip
    return "\n".join(lines)[: CarePlan.summary.spec.longest]


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _short(text: str, longest: int = LONG) -> str:
    """A text in one line, cut where it is long, and ended."""
    text = " ".join(clean(text, lines=True).split())
    if len(text) > longest:
        return text[:longest] + "……"
    return text if text.endswith(("。", "！", "？")) else text + "。"


def _records(plan: CarePlan, last: date) -> list[str]:
    """How often what was done, then the latest records that say something."""
    query = CareRecord.live(CareRecord, Helper).join(Helper, peewee.JOIN.LEFT_OUTER)
    query = query.where(CareRecord.child == plan.child_id, CareRecord.on_date.between(plan.starts, last))
    done, missed = [], 0
    for record in query.order_by(CareRecord.on_date, CareRecord.id):
        if record.missed:
            missed += 1
        else:
            done.append(record)
    tail = f"另有{missed}次没有做成。" if missed else ""
    if not done:
        return [f"期间没有做成的关爱记录。{tail}" if missed else "期间没有关爱记录。"]
    counts: dict[str, int] = defaultdict(int)
    for record in done:
        counts[record.kind] += 1
    told = "、".join(f"{code.label}{counts[code.code]}次" for code in RECORD_KIND if code.code in counts)
    words = [line for record in done if (line := _record(record))]
    return [f"期间{told}。{tail}", *words[-IN_WORDS:]]


def _record(record: CareRecord) -> str:
    """A record in words; '' where it holds none, or none to be passed on."""
    if record.kind in CONFIDENTIAL:
        return ""
    said = next((text for name in SAID if (text := getattr(record, name))), None)
    who = record.helper.name if record.helper_id else record.by_name
    return f"{days.short(record.on_date)}{RECORD_KIND.label(record.kind)}{f'（{who}）' if who else ''}：{_short(said)}" if said else ""  # fmt: skip


def _steps(shown: PlanView) -> list[str]:
    if not shown.steps:
        return []
    lines = [f"步骤共{len(shown.steps)}项，做了{shown.line.done}项。"]
    lines += [
        f"{days.short(step.done_on)}做了“{step.title}”" + (f"：{_short(step.result)}" if step.result else "。")
        for step in shown.steps if step.done_on
    ]  # fmt: skip
    if left := "；".join(step.title for step in shown.open_steps):
        lines.append(f"还没做：{left}。")
    return lines


def _study(plan: CarePlan, last: date) -> list[str]:
    """The study level by terms, from the last one known before the plan to its end."""
    query = Survey.live(Term.code, Term.starts, Term.ends, Survey.study_level).join(Term).where(
        Survey.child == plan.child_id, Survey.study_level.is_null(False), Term.starts <= last
    ).order_by(Term.starts)  # fmt: skip
    levels = list(query.tuples())
    before = [at for at, (_, _, ends, _) in enumerate(levels) if ends < plan.starts]
    told = [(code, STUDY.label(level)) for code, _, _, level in levels[(before[-1] if before else 0) :]]
    if not told:
        return []
    spoken = "，".join(f"{code}{label}" for code, label in told)
    unchanged = len(told) > 1 and len({label for _, label in told}) == 1
    return [f"学习情况：{spoken}，没有变化。" if unchanged else f"学习情况：{spoken}。"]
