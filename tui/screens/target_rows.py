"""The lines of 目标清单: a target, a plan, a child that is missing, and what is said below them."""

from db import days, work_plans
from db.targets import OUTSIDE, Missing, Target
from db.work_plans import PlanState
from tui.ink import Line, cells, clip, columns, wrap
from tui.screens.work_plan_rows import late_said
from tui.widgets.rates import rate_bar, rate_text, verdict

NARROW = 76
RATE, PEOPLE, GOAL, SAID = 6, 9, 10, 8
CHILD, GROUP = 12, 10


def target_row(target: Target, width: int, here: bool) -> Line:
    """One target as a line; dim the name of one nobody set a goal for."""
    name, bar, gap = _room(width)
    style = "cursor" if here else "plain" if target.in_force else "dim"
    line = columns([(">" if here else " ", 1, "key"), (target.name, name, style)], gap=1)
    blank = (" " * gap, "plain")
    if (said := standing(target)) is not None:
        return [*line, blank, (clip(said, width - name - gap - 2), "dim")]
    words, tone = verdict(target)
    return [
        *line, blank, *rate_bar(target, bar), blank,
        *columns([(rate_text(target.rate), -RATE, "strong"), (f"{target.numerator}/{target.denominator}", -PEOPLE, "plain"),
                  (target.asks, -GOAL, "dim"), (words, SAID, tone)], gap),
    ]  # fmt: skip


def standing(target: Target) -> str | None:
    """What stands in place of the rate: who is waited for, a yes or no, or — where there is nobody; None for a rate."""
    if target.waiting:
        return target.short_waiting
    if target.sort == "by_hand":
        return {True: "做到了", False: "没做到", None: "还没填"}[target.met]
    return rate_text(None) if target.rate is None else None


def targets_head(width: int) -> Line:
    """The heading line over the rows of `target_row`."""
    name, bar, gap = _room(width)
    return columns([("  目标", name + 2, "dim"), ("", bar, "dim"), ("完成", -RATE, "dim"), ("人数", -PEOPLE, "dim"),
                    ("要求", -GOAL, "dim")], gap)  # fmt: skip


def _room(width: int) -> tuple[int, int, int]:
    """Cells of the name, the bar and the gaps."""
    name, gap = (14, 1) if width < NARROW else (16, 2)
    bar = width - 2 - name - RATE - PEOPLE - GOAL - SAID - 5 * gap
    return name, max(5, min(40, bar)), gap


def plan_row(plan: PlanState, width: int, here: bool) -> Line:
    """One plan as a line: how far it is, and what it owes this month and in all."""
    tone, late = "warn" if plan.owed_month else "good", late_said(plan)
    owed: list[tuple[str, int, str]] = [
        (f"本月欠{plan.owed_month}", 11, tone),
        (f"共欠{plan.owed_all}", 10, "plain"),
    ]
    if width < NARROW:  # the title comes first: two plans are told apart by it
        owed = [(f"欠{plan.owed_month} / {plan.owed_all}", 10, tone)]
    title = width - 13 - cells(late) - sum(room + 1 for _, room, _ in owed)
    return columns([
        (">" if here else " ", 1, "key"), (plan.title, title, "cursor" if here else "plain"),
        (f"{plan.done}/{plan.total}项", 9, "plain"), *owed, (late, cells(late), "alarm"),
    ], gap=1)  # fmt: skip


def of_plan(plan: PlanState, width: int) -> list[Line]:
    """What a plan owes, in words."""
    items, month = plan.total - plan.done, plan.owed_month - plan.children_month
    said = [
        f"{plan.starts}到{plan.ends}，共{plan.total}项，办完{plan.done}项" + (f"，不办{plan.dropped}项" if plan.dropped else ""),
        f"到{days.short(min(work_plans.month_end(), plan.ends))}要办：计划事项{month}项，儿童待办{plan.children_month}件",
        f"到结束还欠：计划事项{items}项，儿童待办{plan.owed_all - items}件" if plan.owed_all else "没有欠的了，可以写总结、结束计划",
    ]  # fmt: skip
    if plan.overdue or plan.children_overdue:
        said.append(f"已逾期：计划事项{plan.overdue}项，儿童待办{plan.children_overdue}件")
    head: list[Line] = [[(f" {plan.title}欠什么", "head"), ("  回车看各月、逐项办", "dim")]]
    return head + [[("  " + row, "plain")] for text in said for row in wrap(text, width - 4)]


def about(target: Target, width: int, room: int) -> list[Line]:
    """What a target waits for, its rule in full, where its figure is from, then as many of the missing as fit."""
    step = _next_step(target)
    name = clip(target.name, width - cells(step) - 9)
    lines: list[Line] = [[(f" {name}怎么算", "head"), (f"  {step}", "dim")]]
    lines += _told(target.waiting, width, "warn")
    lines += _told(target.definition, width, "plain")
    lines += _told(target.outside, width, "info")
    left = room - len(lines)
    if not target.missing or left < 1:
        return lines[:room]
    names = _packed([each.name for each in target.missing[: left * width]], width - 4)
    if len(names) > left:
        names = [*names[: left - 1], "等，回车看全部"]
    return lines + [[("  " + text, "plain")] for text in names]


def _told(text: str | None, width: int, style: str) -> list[Line]:
    return [[("  " + row, style)] for row in wrap(text, width - 4)] if text else []


def _next_step(target: Target) -> str:
    if target.missing:
        return f"{lacking(target)}  回车看名单，逐个补上"
    if target.sort == "by_hand":
        return "回车填写"
    if target.waiting:
        return "回车填外来的数" if target.code in OUTSIDE else "回车修改"
    if target.outside:
        return "回车看外来的数"
    return "分母是 0：现在没有应计入的儿童" if target.rate is None else ""


def lacking(target: Target) -> str:
    """缺 3 人; 有 3 人 of a target to be kept low, those of whom it is not known among them."""
    return f"{'缺' if target.direction == 'up' else '有'} {len(target.missing)} 人"


def _packed(names: list[str], n: int) -> list[str]:
    """Names joined by 、 in lines of n cells; no name is broken."""
    lines = [""]
    for at, name in enumerate(names):
        name += "、" if at < len(names) - 1 else ""
        if lines[-1] and cells(lines[-1] + name) > n:
            lines.append("")
        lines[-1] += name
    return lines


def missing_row(missing: tuple[Missing, str], width: int, here: bool) -> Line:
    """One child that a target lacks, as a line."""
    child, group = missing
    room = width - CHILD - GROUP - 5
    return columns([(">" if here else " ", 1, "key"), (child.name, CHILD, "cursor" if here else "plain"),
                    (group, GROUP, "plain"), (_whole_words(child.why, room), room, "plain")], gap=1)  # fmt: skip


def _whole_words(text: str, n: int) -> str:
    """A list of things in n cells: what does not fit is dropped from a 、 on, and said so."""
    if cells(text) <= n:
        return text
    parts = text.split("、")
    while len(parts) > 1 and cells("、".join(parts) + "等") > n:
        parts.pop()
    return clip("、".join(parts) + "等", n)
