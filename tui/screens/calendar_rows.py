"""How the calendar says a day, an activity and an item of a plan: as a line of a list, and in words."""

from collections.abc import Mapping, Sequence
from datetime import date

from db import clashes, days
from db.activities import ActivityLine
from db.calendar_days import DayMarks
from db.clashes import Clash
from db.plan_items import PlanLine
from db.vocab import EVIDENCE
from tui.ink import Line, columns, fit
from tui.widgets.month import Sign, bands_of

SIGNS = {"off": ("休", "good"), "work": ("班", "warn")}
FESTIVAL = ("节", "info")
ROOMY = 70
STATE, CAME = 4, 5


def signs(marks: Mapping[date, DayMarks]) -> dict[date, Sign]:
    """The one sign each marked day bears in the month: 休, 班 or 节."""
    found = {day: SIGNS.get(mark.off) or (FESTIVAL if mark.festival else None) for day, mark in marks.items()}
    return {day: sign for day, sign in found.items() if sign}


def mark_words(mark: DayMarks) -> list[str]:
    """What a day bears, each in a word: 国庆节, 休, 生日2人."""
    told = [mark.festival] if mark.festival else []
    if mark.off:
        named = mark.why and mark.why not in (mark.festival or "")
        told.append(f"{'休' if mark.off == 'off' else '调休上班'}{f'（{mark.why}）' if named else ''}")
    return told + ([f"生日{mark.birthdays}人"] if mark.birthdays else [])


def month_words(marks: Mapping[date, DayMarks], official: bool) -> str:
    """What the days of a month bear: 1日国庆节  18日重阳节; official: the days off too, 1-7日休, where no sign shows them."""
    told = [(day, f"{day.day}日{mark.festival}") for day, mark in marks.items() if mark.festival]
    if official:
        words = {day: (SIGNS[mark.off][0],) for day, mark in marks.items() if mark.off}
        for word, first, last in bands_of(words):
            told.append((first, f"{first.day}{f'-{last.day}' if last > first else ''}日{word}"))
    return "  ".join(words for _, words in sorted(told))


def day_words(day: date, mark: DayMarks) -> str:
    """A day with all it bears; '' if it bears nothing."""
    told = [*mark_words(mark), *mark.phases]
    return f"{days.short(day)} {days.weekday(day)}：{'，'.join(told)}" if told else ""


def day_heading(day: date, mark: DayMarks, today: date, here: bool) -> Line:
    """The line above what is on a day."""
    name = f"{days.weekday(day)} {days.short(day)}"
    style = "cursor" if here else "field" if day == today else "strong"
    told = mark_words(mark)
    return [(">" if here else " ", "key"), (name, style), ("  " + "  ".join(told) if told else "", "info")]


# ---- an activity --------------------------------------------------------------------------------


def activity_row(activity: ActivityLine, width: int, here: bool, found: Sequence[Clash], dated: bool) -> Line:
    """An activity as a line; dated: with its day, in little room, else with its end, place and lead."""
    off = activity.state == "cancelled"
    style = "cursor" if here else "dim" if off else "plain"
    state, tone = _state(activity, found)
    came, cheer = _came(activity)
    if dated:
        ends = [(state, STATE, tone)] if state else []
        if came and width > ROOMY // 2 + 3:
            ends.append((came, CAME, cheer))
        title = f"{activity.title}（{activity.place}）" if activity.place else activity.title
        front = [
            (f"{activity.on_date.day}日", -4, "info"),
            (activity.starts or "", 5, style if off else "plain"),
        ]
    else:
        wide = width >= ROOMY
        ends = [(activity.place or "", 14 if wide else 10, "dim" if off else "plain"),
                (activity.lead or "", 8 if wide else 6, "dim"), (state, STATE, tone), (came, CAME, cheer)]  # fmt: skip
        title = activity.title
        front = [(clashes.span(activity.starts, activity.ends) or "全天", 11, "dim" if off else "info")]
    marker = (">" if here else " ") if dated else (" >" if here else "  ")
    room = width - len(marker) - 1 - sum(abs(n) + 1 for _, n, _ in (*front, *ends))
    return [(marker, "key"), *columns([*front, (title, room, style), *ends], 1)]


def _state(activity: ActivityLine, found: Sequence[Clash]) -> tuple[str, str]:
    if activity.state == "cancelled":
        return "取消", "dim"
    if found:
        return "冲突", "alarm"
    return ("已办", "good") if activity.state == "held" else ("", "plain")


def _came(activity: ActivityLine) -> tuple[str, str]:
    if activity.listed:
        return f"{activity.present}/{activity.listed}", "good"
    return ("重复", "dim") if activity.repeats else ("", "plain")


def activity_told(activity: ActivityLine, found: Sequence[Clash]) -> list[str]:
    """All that is known of an activity, each in a line; first when it is and what stands in its way."""
    time = clashes.span(activity.starts, activity.ends) or "全天"
    told = [f"{days.short(activity.on_date)} {days.weekday(activity.on_date)} {time} {activity.title}"]
    if activity.state == "cancelled":
        told.append(f"已取消：{activity.state_note}")
    elif found:
        told.append(clashes.in_words(found))
    if activity.state == "held":
        told.append(f"已办：{activity.outcome}" if activity.outcome else "已办")
    told += [activity.kind, activity.place, activity.lead and f"{activity.lead}负责", activity.duty and f"{activity.duty}值班",
             activity.teachers and f"参加：{activity.teachers}", activity.talent and f"算{activity.talent}",
             None if activity.budget is None else f"经费{activity.budget}元",
             activity.materials and f"物资：{activity.materials}", "重复的活动之一" if activity.repeats else None,
             activity.item and f"为计划“{activity.item}”",
             f"点到{activity.listed}人，来了{activity.present}人" if activity.listed else None, activity.note]  # fmt: skip
    return [line for line in told if line]


def activity_words(activity: ActivityLine, found: Sequence[Clash]) -> str:
    """All that is known of an activity, in a sentence."""
    return "，".join(" ".join(line.split("\n")) for line in activity_told(activity, found))


# ---- an item of a plan ----------------------------------------------------------------------------


def item_row(item: PlanLine, width: int, here: bool, today: date) -> Line:
    """An item as a line: how it stands, what it is, who sees to it or what shows it."""
    told, tone = _standing(item, today)
    beside, room = (
        item.evidence or item.dropped or item.owner or item.plan or "",
        22 if width >= ROOMY else 18,
    )
    return [(" >" if here else "  ", "key"), (fit(told, 12), tone), (" ", "plain"),
            *columns([(item.title, width - 18 - room, "cursor" if here else "plain"), (beside, room, "dim")])]  # fmt: skip


def _standing(item: PlanLine, today: date) -> tuple[str, str]:
    if item.done_on:
        return f"{days.short(item.done_on)}完成", "good"
    if item.dropped:
        return "不办", "dim"
    if item.due_on < today:
        return f"逾期{(today - item.due_on).days}天", "alarm"
    return f"{'延到' if item.put_off else ''}{days.short(item.due_on)}{'' if item.put_off else '前'}", "warn"


def item_words(item: PlanLine) -> str:
    """All that is known of an item, in a sentence."""
    told = [f"{item.title}：{days.short(item.opens)}到{days.short(item.due_on)}", item.plan and f"“{item.plan}”",
            item.owner and f"{item.owner}负责", item.put_off and f"延期：{item.put_off}",
            item.dropped and f"不办：{item.dropped}",
            item.done_on and f"{days.short(item.done_on)}{item.done_by or ''}完成",
            item.evidence and f"佐证：{EVIDENCE.label(item.evidence_kind) + ' ' if item.evidence_kind else ''}{item.evidence}"]  # fmt: skip
    return "，".join(part for part in told if part)
