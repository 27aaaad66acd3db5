"""How the pages of a 档案 look: each a list of lines, whatever their number."""

from collections.abc import Sequence
from datetime import date

from db import days
from db.care_plan_lists import PlanLine
from db.child_view import Checked, Dossier, Help, Shown
from db.duties import Duty
from db.printing.printed import Stale
from db.progress import LEVELS, Risk, TermRow
from db.timeline import Event
from tui.ink import Line, cells, columns, fit, gauge, wrap
from tui.screens.workbench import days_in_words

LABEL = 14
WORD = 6  # cells of a level's word
ROOMY = 70  # from so many cells on the bars are longer


def head(text: str) -> Line:
    """The heading of a block."""
    return [(" " + text, "head")]


def text(said: str, width: int, tone: str = "plain", indent: int = 2) -> list[Line]:
    """A text in lines below a heading."""
    return [[(" " * indent + row, tone)] for row in wrap(said, width - indent - 1)]


def standing(view: Dossier, width: int) -> list[Line]:
    """留守 or not, focus tags, on the register or off it, what the dossier lacks."""
    said = [view.standing, *([f"重点：{'、'.join(view.focus)}"] if view.focus else []), view.left or "在册"]
    lines = text("  ".join(said), width, "alarm" if view.focus or view.left else "plain", 1)
    if view.gaps:
        lacks = f"建档还缺：{'、'.join(label for _, label in view.gaps)}（按 Ctrl+N 逐项补）"
        return lines + text(lacks if view.surveyed else f"本学期未摸底。{lacks}", width, "warn", 1)
    return lines + text("建档齐全", width, "good", 1)


def stale(prints: Sequence[Stale], width: int) -> list[Line]:
    """Which prints no longer hold."""
    return [line for each in prints for line in text(f"{each.said}（按 F10 重印）", width, "warn", 1)]


def labelled(rows: Sequence[tuple[str, str]], width: int, label: int = 10) -> list[Line]:
    """Label and text, a line each; a long text goes on below itself."""
    lines: list[Line] = []
    for name, said in rows:
        first, *rest = wrap(said, width - label - 5) or [""]
        lines.append([("  " + fit(name, label), "label"), (" ", "plain"), (first, "plain")])
        lines += [[(" " * (label + 3) + row, "plain")] for row in rest]
    return lines


def helps(found: Sequence[Help], width: int, ended: bool, left: bool) -> list[Line]:
    """Who helps; with those whose pairing has ended, or without. left: nobody is wanted for a child off the register."""
    lines: list[Line] = []
    for each in found:
        if each.ended is None or ended:
            since = f"{each.since}起" if each.since else "起始日期未采集"
            said = "  ".join(filter(None, (each.kind, each.helper, each.unit, each.phone, since, each.ended)))
            lines += text(said, width, "plain" if each.ended is None else "dim")
    if left:
        return lines or text("已退出登记，没有结对", width, "dim")
    return lines or text("还没有结对：按 F3 去结对", width, "warn")


def owed(found: Sequence[Duty], today: date, width: int) -> list[Line]:
    """Open duties, the most pressing first."""
    lines: list[Line] = []
    for each in found:
        when, tone = days_in_words(each, today)
        lines += text("  ".join(filter(None, (when, each.label, each.helper))), width, tone)
    return lines or text("这一周没有待办", width, "dim")


def plans(found: Sequence[PlanLine], width: int, ended: bool) -> list[Line]:
    """Care plans with what comes next."""
    lines: list[Line] = []
    for each in found:
        if each.closed_on and not ended:
            continue
        tag = f"（{each.tag}）" if each.tag else ""
        lines += text(f"{each.kind}{tag}：{each.problem}", width, "dim" if each.closed_on else "plain")
        if each.closed_on:
            lines += text(f"{each.closed_on}结案：{each.outcome or '结果未采集'}", width, "dim", 4)
            continue
        step = each.next_step
        ahead = step and f"下一步{f' {days.short(step.due_on)}' if step.due_on else ''}：{step.title}"
        review = each.review_on and f"{days.short(each.review_on)}评估"
        done = each.steps and f"已做 {each.done}/{each.steps} 步"
        lines += text(
            "，".join(filter(None, (ahead, review, done, each.signed))) or "还没有步骤", width, "plain", 4
        )
    return lines


def lists(found: Sequence[Checked], width: int, in_full: bool) -> list[Line]:
    """The checklists, all in a line; or one below the other with what is lacking."""
    if not in_full:
        return text("  ".join(f"{each.title} {each.done}/{each.points}" for each in found), width)
    lines: list[Line] = []
    for each in found:
        lines += text(f"{each.title} {each.done}/{each.points}", width, "plain" if each.lacking else "good")
        if each.lacking:
            lines += text(f"还没有：{'、'.join(each.lacking)}", width, "dim", 4)
    return lines


def fields(sections: Sequence[tuple[str, list[Shown]]], width: int) -> list[Line]:
    """Everything on file, section by section; two short fields share a line when the window is wide."""
    lines: list[Line] = []
    for title, rows in sections:
        lines += [head(title), *_pairs(rows, width)]
    return lines


def progress(terms: Sequence[TermRow], risks: Sequence[Risk], width: int) -> list[Line]:
    """Levels per term as bars of coloured blanks, each with its word; then the grades of risk reviews."""
    if not terms and not risks:
        return text("还没有摸底，看不出变化", width, "dim")
    cells_of_bar = 8 if width >= ROOMY else 4
    level = cells_of_bar + 1 + WORD
    top = [
        ("学期", 7, "dim"),
        ("年级", 6, "dim"),
        ("留守", 6, "dim"),
        *((name, level, "dim") for name in LEVELS),
    ]
    lines: list[Line] = [[(" ", "plain"), *columns(top, gap=1)]] if terms else []
    for row in terms:
        line: Line = [
            (" ", "plain"),
            *columns([(row.term, 7, "plain"), (row.grade, 6, "plain"), (row.behind, 6, "plain")], gap=1),
        ]
        for each in row.levels.values():
            bar = gauge(
                each.share or 0, cells_of_bar, "bar" if each.share and each.share > 0.6 else "bar_warn"
            )
            line += [
                (" ", "plain"),
                *bar,
                (" " + fit(each.word, WORD), "dim" if each.share is None else "plain"),
            ]
        lines.append(line)
        if not row.surveyed:
            lines += text("本学期还没有摸底，以上是已有的内容", width, "warn")
    if risks:
        lines += [[], head("风险评估")]
        lines += [line for each in risks for line in text(f"{each.on_date} {each.scale} {each.grade}", width)]
    return lines


def event(each: Event, width: int, here: bool) -> Line:
    """One thing that happened, as a line of the list."""
    day = str(each.day) if each.day else "日期未采集"
    label = 8
    return [(">" if here else " ", "key"), (" ", "plain"), *columns([
        (day, 10, "cursor" if here else "plain"), (each.label, label, "label"),
        (each.text, width - label - 15, "plain"),
    ], gap=1)]  # fmt: skip


def _pairs(rows: list[Shown], width: int) -> list[Line]:
    half = (width - 2) // 2 if width >= 76 else width - 2
    lines: list[Line] = []
    used = half
    for label, shown, _ in rows:
        tone = "dim" if shown == "未采集" else "plain"
        runs: Line = [("  " + fit(label, LABEL), "label"), (" ", "plain"), (shown, tone)]
        taken = LABEL + 3 + cells(shown)
        if used + half <= width - 2 and taken <= half and lines:
            pad = half - _used_cells(lines[-1])
            lines[-1] += [(" " * max(pad, 1), "plain"), *runs]
            used += half
            continue
        parts = wrap(shown, width - LABEL - 5) or [""]
        lines.append([*runs[:2], (parts[0], tone)])
        lines += [[(" " * (LABEL + 3) + part, tone)] for part in parts[1:]]
        used = half if taken <= half and len(parts) == 1 else width
    return lines


def _used_cells(line: Line) -> int:
    return sum(cells(text) for text, _ in line)
