"""重复: the sheet that makes an activity repeat, with the days it gives, and what can be done with a whole series."""

from typing import Any
from uuid import UUID

from db import activities, days, repeat_sheet, repeats
from db.values import Refused
from tui.context import Context
from tui.drafts import Draft
from tui.page import TROUBLE
from tui.widgets.ask import ask_action
from tui.widgets.dialogs import Confirm
from tui.widgets.sheet import Form, Kept, Sheet

FEW = 4


class RepeatSheet(Sheet):
    """How an activity repeats; the days that gives stand at its foot."""

    def shown(self) -> None:
        self._look()

    def press(self, key: str, char: str | None) -> bool:
        pressed = super().press(key, char)
        if self in self.desk.pages:
            self._look()
        return pressed


def repeat_form(context: Context, activity_id: UUID, draft: Draft | None = None) -> Sheet:
    """The sheet of how an activity repeats: as it does already, or every week until its term ends."""
    activity, series = activities.load(activity_id), repeats.of(activity_id)
    starts = repeat_sheet.first_day(activity_id)

    def notice(_record: Any, values: dict[str, Any]) -> str:
        try:
            found = repeats.preview(repeat_sheet.rule_of(values, starts), starts, bool(values["in_term"]))
        except Refused as refused:
            return str(refused)
        few = "、".join(f"{days.short(day)}{days.weekday(day)}" for day in found[:FEW])
        more = f"…{found[-1].year}年{days.short(found[-1])}" if len(found) > FEW else ""
        return f"共{len(found)}次：{few}{more}"

    def save(_record: Any, values: dict[str, Any], _base: dict[str, Any], _force: frozenset[str]) -> Kept:
        rule, in_term = repeat_sheet.rule_of(values, starts), bool(values["in_term"])
        verb = repeats.change_rule if series else repeats.repeat
        count = verb(activity_id, rule, in_term, context.by)
        return Kept(
            activity_id,
            f"{activity['title']}：{repeats.of(activity_id).words}，共{count}次；按 Ctrl+Z 可撤销",
        )

    form = Form(
        "repeat",
        repeat_sheet.ENTRIES,
        lambda _record: repeat_sheet.proposed(activity_id),
        save,
        notice=notice,
    )
    return RepeatSheet(form, f"重复：{activity['title']}", context.drafts, activity_id, draft=draft)


def open_repeat(context: Context, activity_id: UUID) -> None:
    """Make an activity repeat, or offer what can be done with the series it belongs to."""
    series = repeats.of(activity_id)
    if series is None:
        context.desk.push(repeat_form(context, activity_id))
        return

    def change_following() -> None:
        told = repeats.changed(activity_id)
        if not told:
            context.desk.say("这一次和别的各次一样：先按回车改这一次，再来用到以后各次", "warn")
            return
        named = "、".join(activities.SPECS[name].label for name in told)
        ask(f"把这一次的{named}用到以后各次？已办的、取消的、自己另改过的不动。", "用到以后",
            lambda: f"连这一次共改了 {repeats.change_following(activity_id, None, context.by)} 次")  # fmt: skip

    def remove_following() -> None:
        ask(f"删除这一次和以后各次（共{series.onward}次）？已办的、点过名的留着。", "删除",
            lambda: f"已删除 {repeats.remove_following(activity_id, context.by)} 次")  # fmt: skip

    def remove_all() -> None:
        ask(f"删除整个系列（{series.words}，共{series.count}次）？已办的、点过名的留着。", "删除",
            lambda: f"已删除 {repeats.remove_all(activity_id, context.by)} 次")  # fmt: skip

    def ask(question: str, yes: str, work: Any) -> None:
        def confirmed(agreed: bool) -> None:
            if agreed:
                try:
                    said = work()
                except TROUBLE as trouble:
                    context.desk.say(str(trouble), "error")
                else:
                    context.desk.top.shown()
                    context.desk.say(f"{said}，按 Ctrl+Z 可撤销", "good")

        context.desk.push(Confirm(question, yes, "不动"), confirmed)

    ask_action(
        context.desk,
        f"{series.words}，共{series.count}次",
        [
            ("改规则（从这一次起）", "ggz", lambda: context.desk.push(repeat_form(context, activity_id))),
            ("把改动用到以后各次", "bgd", change_following),
            ("删除以后各次（从这一次起）", "scyh", remove_following),
            ("删除整个系列", "sczg", remove_all),
        ],
    )
