"""One activity: its sheet, which asks before it is put where another one is, and what can be said of it afterwards."""

from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any
from uuid import UUID

from db import activities, clashes, meetings, repeats, roll
from db.activities import MEETINGS, ActivityLine
from tui.context import Context
from tui.drafts import Draft
from tui.page import TROUBLE
from tui.widgets.ask import ask_text
from tui.widgets.dialogs import Confirm
from tui.widgets.sheet import Form, Kept, Sheet

Move = tuple[str, str, Callable[[], None]]  # its words, their pinyin initials, what does it
CLASHING = set(clashes.ASKED) - {"title"}


class ActivitySheet(Sheet):
    """An activity being entered or edited; what it clashes with is named, and asked about once when it is saved."""

    agreed: tuple = ()  # the clashes that were seen and agreed to

    def _save(self, force: frozenset[str]) -> None:
        answers = self.session.answers
        values = answers.values()
        moved = any(values.get(name) != answers.base.get(name) for name in CLASHING)
        found = tuple(clashes.with_values(self.record, values)) if moved and not answers.held else ()
        if not found or found == self.agreed:
            super()._save(force)
            return

        def answered(yes: bool) -> None:
            if yes:
                self.agreed = found
                self._save(force)
            else:
                self.desk.say("没有存，请改时间、地点或人，再按 Ctrl+S", "warn")

        self.desk.stop(self)
        self.desk.push(Confirm(f"{clashes.in_words(found)}。照样存吗？", "照样存", "回去改"), answered)


def clash_notice(record: UUID | None, values: dict[str, Any]) -> str:
    """What a sheet says of the clashes of its values so far."""
    return clashes.in_words(clashes.with_values(record, values))


def activity_sheet(
    context: Context, activity_id: UUID | None, day: date | None = None, draft: Draft | None = None
) -> Sheet:
    """The sheet of an activity, or of a new one on a day."""

    def load(record: Any) -> dict[str, Any]:
        return activities.load(record) | ({"on_date": day} if record is None and day else {})

    def save(record: Any, values: dict, base: dict, force: frozenset[str]) -> Kept:
        saved = activities.save(record, values, base, context.by, force)
        series = repeats.of(record) if record else None
        alone = series and series.onward > 1 and repeats.changed(record)
        more = "。只改了这一次，以后各次也要改请按 F10 选“重复”" if alone else ""
        return Kept(saved.id, f"已存：{values['title']}{saved.also}{more}，按 Ctrl+Z 可撤销")

    form = Form("activity", activities.ENTRIES, load, save, activities.RULES, clash_notice)
    title = "修改活动" if activity_id else "新增活动"
    return ActivitySheet(form, title, context.drafts, activity_id, draft=draft)


# ---- held, called off ---------------------------------------------------------------------------


def hold(context: Context, activity: ActivityLine) -> None:
    """Ask for the summary of an activity that took place, and say which items of plans it settled.

    An open day that children are still at is closed first: who has not picked up whom is not overlooked.
    """
    if activity.code in roll.OPEN_KINDS and any(
        line.waiting and not line.stayed for line in roll.of(activity.id)
    ):
        context.desk.push(_named("closing", "Closing")(context, roll.about(activity.id)))
        return

    try:
        if activity.code in MEETINGS:
            meetings.check_can_be_held(activity.id)  # said before a summary is typed in vain
    except TROUBLE as trouble:
        context.desk.say(str(trouble), "error")
        return

    before = activity.outcome or ""
    several = "\n" in before  # a line of input would run its lines together: they stay, another may be added
    shown = "" if several else before

    def told(text: str) -> None:
        verb = meetings.hold if activity.code in MEETINGS else activities.hold
        said = f"{before}\n{text}" if several else text
        settled = verb(activity.id, None if text == shown else said, context.by)
        also = f"，计划里的{'、'.join(f'“{title}”' for title in settled)}也办好了" if settled else ""
        _read_again(context, f"{activity.title}：{'已开' if activity.code in MEETINGS else '已办'}{also}")

    hint = (
        "原有的几行小结照旧，要加就写；不加直接回车"
        if several
        else "办得怎样，多少人，有什么收获；不写就直接回车"
    )
    longest = activities.SPECS["outcome"].longest
    ask_text(context.desk, f"“{activity.title}”办了：小结", shown, told, hint, longest)


def cancel(context: Context, activity: ActivityLine) -> None:
    """Ask why an activity is called off until a reason is given."""

    def told(text: str) -> None:
        activities.cancel(activity.id, text, context.by)
        _read_again(context, f"{activity.title}：已取消")

    hint = "如 下雨、停电；日历上还看得到，按 Ctrl+Z 可撤销"
    ask_text(context.desk, f"为什么取消“{activity.title}”", "", told, hint)


def reopen(context: Context, activity: ActivityLine) -> None:
    """Say an activity is neither held nor called off after all."""
    activities.reopen(activity.id, context.by)
    _read_again(context, f"{activity.title}：已改回未办")


def _read_again(context: Context, said: str) -> None:
    context.desk.top.shown()
    context.desk.say(f"{said}，按 Ctrl+Z 可撤销", "good")


def moves(context: Context, activity: ActivityLine) -> list[Move]:
    """What can be done with an activity besides the roll: its words, their initials, what does it."""
    found: list[Move] = []
    if activity.state is None:
        found += [("已办：写小结", "yb", lambda: hold(context, activity)),
                  ("取消：写原因", "qx", lambda: cancel(context, activity))]  # fmt: skip
    else:
        found.append(("改回未办", "ghwb", lambda: reopen(context, activity)))
    if activity.state == "held":
        found.append(("改小结", "gxj", lambda: hold(context, activity)))
    if activity.code in MEETINGS:
        found.append(
            (
                "会议：议程、到会、记录、决定",
                "hy",
                lambda: context.desk.push(_named("minutes", "MeetingPage")(context, activity.id)),
            )
        )
    found.append(("重复：每周、每月……", "cf", lambda: _named("repeat", "open_repeat")(context, activity.id)))
    return found


def _named(module: str, name: str) -> Any:
    """A screen or an opener of another module, imported only when it is gone to."""
    return getattr(import_module(f"tui.screens.{module}"), name)
