"""The lines of a plan's page, and what is said in full of the one under the cursor."""

from collections.abc import Callable
from typing import Any, NamedTuple

from db import days, plan_evidence, rhythms
from db.plan_items import PlanLine
from db.plan_months import MonthReport
from db.rhythm import Rhythm, in_words
from db.work_plans import Goal, PlanState
from tui.ink import Line, clip, columns
from tui.screens.plan_hints import hint
from tui.widgets.rates import rate_text

WHEN, WHO = 12, 8


class Heading(NamedTuple):
    """A month above its items, and the phase of the plan it is in. since: the first of several without any, told in a line."""

    id: str
    report: MonthReport
    phase: str
    since: str | None = None

    @property
    def name(self) -> str:
        """2026年8月, or 2026年8月至10月."""
        year, month = self.id[:4], f"{int(self.id[5:])}月"
        if self.since is None:
            return f"{year}年{month}"
        return f"{self.since[:4]}年{int(self.since[5:])}月至{'' if self.since[:4] == year else year + '年'}{month}"

    @property
    def said(self) -> str:
        """What became of its items."""
        return self.report.said if self.since is None else "没有事项"


Shown = PlanLine | Heading | Goal | tuple[Rhythm, int] | str


def in_full(each: Shown) -> list[str]:
    """What a line says in full."""
    match each:
        case PlanLine() as item:
            return _item_in_full(item)
        case Heading(since=None) as month:
            return [f"{month.name}：{month.said}，还没办{month.report.open}"]
        case Heading() as months:
            return [f"{months.name}{months.said}"]
        case Goal() as goal:
            return [_goal_in_full(goal)]
        case (Rhythm() as rhythm, late):
            return [rhythms.in_full(rhythm), f"逾期 {late} 件，按 F6 看是谁" if late else "没有逾期的"]
    return []


def _item_in_full(item: PlanLine) -> list[str]:
    told = [item.title]
    if item.done_on:
        by = f"，{item.done_by}" if item.done_by else ""
        told.append(f"{item.done_on}完成{by}。{'佐证：' + item.evidence if item.evidence else '没有写佐证'}")
    elif item.dropped:
        told.append(f"不办：{item.dropped}")
    else:
        told.append(f"{item.opens} 至 {item.due_on}" + (f"，由{item.owner}负责" if item.owner else ""))
        if arranged := plan_evidence.arranged(item.id):
            told.append(f"已安排：{'；'.join(arranged)}，办完记“已办”这项就完成")
    if item.put_off:
        told.append(f"原定{int(item.planned_month[5:])}月，延期：{item.put_off}")
    return [*told, hint(item.system)] if item.sort == "setup" and item.open else told


def _goal_in_full(goal: Goal) -> str:
    if goal.rate is None and goal.numerator is None:
        return f"{goal.name}：目标{goal.goal:g}%。这个率由学校或上级提供，目前手工填佐证：按回车核实"
    if goal.rate is None:
        return f"{goal.name}：目标{goal.goal:g}%，{goal.waiting or '现在没有要算的儿童'}"
    return f"{goal.name}：目标{goal.goal:g}%，现在{goal.rate:g}%（{goal.numerator}/{goal.denominator}）。按回车看缺谁，口径见 F5"


def late_said(plan: PlanState) -> str:
    """How much of a plan is overdue, in the same words wherever plans are listed: its items, then duties to children."""
    late = [f"{plan.overdue}项"] if plan.overdue else []
    late += [f"儿童{plan.children_overdue}件"] if plan.children_overdue else []
    return f"逾期{'、'.join(late)}" if late else ""


# ---- rows -----------------------------------------------------------------------------------------


def _month_row(each: Shown, width: int, here: bool) -> Line:
    if isinstance(each, Heading):
        mark = (">" if here else " ", "key")
        return [
            mark,
            (f" {each.name}", "cursor" if here else "head"),
            (f"  {each.phase}" if each.phase else "", "info"),
            (f"  {each.said}", "dim"),
        ]
    return _item_row(each, width, here)


def _item_row(item: PlanLine, width: int, here: bool) -> Line:
    when, tone = item_when(item)
    room = width - WHEN - WHO - 7
    title = f"{item.title}（延期：{item.put_off}）" if item.put_off else item.title
    style = "cursor" if here else "plain" if item.open else "dim"
    return [(">" if here else " ", "key"), ("  ", "plain"),
            *columns([(when, WHEN, tone), (title, room, style), (item.done_by or item.owner or "", WHO, "dim")], 1)]  # fmt: skip


def item_when(item: PlanLine) -> tuple[str, str]:
    """How it stands with an item, in a few words, and the style to say it in."""
    today = days.today()
    if item.done_on:
        return f"{days.short(item.done_on)}完成", "good"
    if item.dropped:
        return "不办", "dim"
    if item.due_on < today:
        return f"逾期{(today - item.due_on).days}天", "alarm"
    if item.opens > today:
        return f"{days.short(item.opens)}起", "dim"
    return f"{days.short(item.due_on)}前", "warn"


def _goal_row(goal: Goal, width: int, here: bool) -> Line:
    if goal.rate is not None:
        now = f"{rate_text(goal.rate)}  {goal.numerator}/{goal.denominator}"
        tone = "good" if goal.met else "warn"
    else:
        why = "由学校提供，手工填佐证" if goal.numerator is None else goal.waiting or "没有要算的儿童"
        now, tone = f"{why}  {rate_text(None)}", "dim"  # its — stands last: consoles differ on its width
    room = min(24, width - 44)
    return [(">" if here else " ", "key"), (" ", "plain"),
            *columns([(goal.name, room, "cursor" if here else "plain"), (f"目标{goal.goal:g}%", 9, "dim"), (now, width - room - 16, tone)])]  # fmt: skip


def _rhythm_row(each: tuple[Rhythm, int], width: int, here: bool) -> Line:
    rhythm, late = each
    said = f"逾期 {late}" if late else "及时"
    return [(">" if here else " ", "key"), (" ", "plain"),
            *columns([(rhythm.name, 18, "cursor" if here else "plain"), (said, 8, "alarm" if late else "good"), (in_words(rhythm), width - 32, "plain")])]  # fmt: skip


def _text_row(text: str, width: int, here: bool) -> Line:
    return [(">" if here else " ", "key"), (" " + clip(text, width - 2), "plain")]


ROWS: dict[str, Callable[[Any, int, bool], Line]] = {
    "months": _month_row, "setups": _item_row, "goals": _goal_row, "rhythms": _rhythm_row, "summary": _text_row,
}  # fmt: skip
