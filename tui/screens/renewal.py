"""新学期更新: how far the term's survey has come by village group, and from there to the next child not yet surveyed."""

from typing import Any

from db import renewal
from db.errors import LedgerError
from db.renewal import GroupProgress, Progress
from tui.context import Context
from tui.ink import Line, columns, gauge, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.widgets.dialogs import Confirm
from tui.widgets.roster import Roster

GROUP, PEOPLE, LEFT = 16, 9, 10
NO_GROUP = "村民组未采集"


class Renewal(Page):
    """The term's survey: whose turn it is, the grades that rise, and what has changed since last term."""

    title = "新学期更新"
    keys = (
        Key(("enter",), "更新本组", "group"),
        Key(("f8",), "下一名", "next"),
        Key(("tab", "u"), "升级名单", "promotion"),
        Key(("f10", "b"), "变更表", "changes"),
        Key(("insert", "n"), "开新学期", "begin"),
        Key(("f5",), "重算", "shown", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context):
        self.context = context
        self.progress = Progress("", None, [], 0, 0)
        self.due: str | None = None
        self.roster: Roster[GroupProgress] = Roster(
            lambda: len(self.progress.groups),
            lambda offset, limit: self.progress.groups[offset : offset + limit],
            group_row,
            "还没有儿童：按 F2 登记，或按 F7 导入现有表格",
        )

    def shown(self) -> None:
        try:
            self.progress, self.due = renewal.progress(), renewal.term_due()
        except LedgerError as error:
            self.desk.say(str(error), "error")
        self.roster.refresh()

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run == "begin":
            return None if self.due else f"{self.progress.term}学期还没有结束，不用开新学期"
        if key.run in ("group", "next"):
            if not self.progress.total:
                return "还没有儿童：按 F2 登记，或按 F7 导入现有表格"
            if self.progress.surveyed == self.progress.total:
                return "本学期已全部摸底：按 F10 看信息变更表"
            here = self.roster.current()
            if key.run == "group" and here.surveyed == here.total:
                return f"{here.group or NO_GROUP}已全部摸底：按 F8 到下一名未摸底的儿童"
        return None

    # ---- to a child

    def next(self) -> None:
        self._open(None)

    def group(self) -> None:
        self._open(self.roster.current().group or "")

    def _open(self, group: str | None) -> None:
        from tui.screens.child_entry import renewal_sheet

        try:
            child: Any = renewal.next_child(group=group)
            if child is None:  # somebody else surveyed the last one meanwhile
                self.shown()
                self.desk.say("这里已没有未摸底的儿童", "info")
            else:
                self.desk.push(renewal_sheet(self.context, child, group))
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")

    # ---- the lists and the term

    def promotion(self) -> None:
        from tui.screens.promotion import Promotion

        self.desk.push(Promotion(self.context))

    def changes(self) -> None:
        from tui.screens.term_changes import Changes

        self.desk.push(Changes(self.context))

    def begin(self) -> None:
        question = f"开始{self.due}学期？各项比率、谈心节奏从此按{self.due}学期算，{self.progress.term}学期的摸底都保留。"
        self.desk.push(Confirm(question, "开始", "先不"), self._begin)

    def _begin(self, yes: bool) -> None:
        if not yes:
            return
        try:
            renewal.begin_term(self.due, self.context.by)
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
            return
        self.shown()
        self.desk.say(f"已开始{self.progress.term}学期，按 Ctrl+Z 可撤销", "good")

    def undo(self) -> None:
        self.context.undo()

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        done = self.progress
        bar = max(6, min(40, width - 44))
        lines: list[Line] = [
            [(f" {done.term}学期摸底 ", "head"), (f"{done.surveyed}/{done.total}", "strong"), ("  ", "plain"),
             *gauge(done.surveyed / done.total if done.total else 0, bar, "bar"), ("  ", "plain"),
             (f"还差{done.total - done.surveyed}名" if done.surveyed < done.total else "", "warn")],
            *([(" " + text, style)] for sentence, style in self._about() for text in wrap(sentence, width - 2)),
            [],
            columns([("  村民组", GROUP + 2, "dim"), ("", _bar_cells(width), "dim"), ("已摸底", -PEOPLE, "dim")]),
        ]  # fmt: skip
        return Picture([*lines, *self.roster.draw(width, max(1, height - len(lines)))])

    def _about(self) -> list[tuple[str, str]]:
        said = []
        if self.due:
            said.append((f"{self.progress.term}学期已经结束：按 Ins 开始{self.due}学期。", "warn"))
        if self.progress.before is None and self.progress.total:
            said.append(("以前的学期没有摸底记录，本学期从头登记。", "dim"))
        if self.progress.total and self.progress.surveyed == self.progress.total:
            said.append(("本学期已全部摸底：按 F10 看信息变更表。", "good"))
        return said


def _bar_cells(width: int) -> int:
    return max(6, min(40, width - GROUP - PEOPLE - LEFT - 9))


def group_row(group: GroupProgress, width: int, here: bool) -> Line:
    """One village group as a line."""
    left = group.total - group.surveyed
    line = columns(
        [(">" if here else " ", 1, "key"), (group.group or NO_GROUP, GROUP, "cursor" if here else "plain")],
        gap=1,
    )
    return [
        *line, ("  ", "plain"), *gauge(group.surveyed / group.total, _bar_cells(width), "bar" if not left else "bar_warn"),
        ("  ", "plain"),
        *columns([(f"{group.surveyed}/{group.total}", -PEOPLE, "plain"),
                  (f"还差{left}名" if left else "完成", LEFT, "warn" if left else "good")]),
    ]  # fmt: skip
