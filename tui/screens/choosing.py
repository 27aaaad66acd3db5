"""Choosing a helper for one child: the fitting ones first with the reasons in words, the others below."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from db import children, days, pairing, proposing
from db.errors import LedgerError
from db.pair_rules import Full
from db.pairing import HelperLoad
from db.values import Refused
from db.vocab import PAIRING_KIND
from tui.context import Context
from tui.ink import Line, clip, columns, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.widgets.ask import ask_day
from tui.widgets.dialogs import Choose, Confirm
from tui.widgets.roster import Roster

NAME, KIND, LOAD = 10, 8, 5
FOOT = 2


class Choosing(Page):
    """Helpers for one child. take(helper, kind, over) does what is to be done with the one chosen and says so.

    given: places by helper that are promised already. kind_asked: False where the kind stays what it is. besides: a helper
    who is not to be offered. dated: the pairing may begin on a day other than today.
    """

    keys = (
        Key(("enter", "f8"), "选定", "choose"),
        Key(("/", "ctrl+f"), "查找", "find"),
        Key(("insert", "a"), "新帮扶人", "add"),
        Key(("tab", "d"), "起始日期", "choose_day"),
        Key(("ctrl+o", "o"), "档案", "open_child"),
    )

    def __init__(
        self, context: Context, child_id: Any, take: Callable[[HelperLoad, str | None, bool], str],
        given: Mapping[Any, int] | None = None, kind_asked: bool = True, besides: Any = None, dated: bool = False,
    ):  # fmt: skip
        self.context, self.child_id, self.take, self.given = context, child_id, take, given or {}
        self.kind_asked, self.besides = kind_asked, besides
        self.dated, self.since = dated, days.today()
        self.name = children.live(child_id).name or ""
        self.title = f"为 {self.name} 选帮扶人"
        self.helpers: list[HelperLoad] = []
        self.reasons: dict[Any, str] = {}
        self.has: list[str] = []  # who looks after the child, as last read
        self.roster: Roster[HelperLoad] = Roster(
            lambda: len(self.helpers), lambda at, n: self.helpers[at : at + n], self.row, "还没有帮扶人：按 Ins 新增"
        )  # fmt: skip

    def shown(self) -> None:
        """Read the helpers afresh: those who fit in their order, then who has room, is full, is barred."""
        here = self.roster.current()
        try:
            loads = [self._with_given(each) for each in pairing.board_helpers() if each.id != self.besides]
            fitting = proposing.ranked(self.child_id, self.given)
            self.has = self._standing()
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self.reasons = {each.helper_id: each.why for each in fitting}
        ranks = {helper: rank for rank, helper in enumerate(self.reasons)}
        self.helpers = sorted(
            loads, key=lambda each: (ranks.get(each.id, len(ranks)), bool(each.barred), not each.room)
        )
        self.roster.refresh()
        if here is not None:
            self.go_to(here.id)

    def _standing(self) -> list[str]:
        return [f"{each.kind}{each.helper}" for each in pairing.pairings(self.child_id)]

    def _with_given(self, helper: HelperLoad) -> HelperLoad:
        return helper._replace(load=helper.load + self.given.get(helper.id, 0))

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run == "choose_day" and not self.dated:
            return "日期在写入时一并定"
        if key.run != "choose":
            return None
        here = self.roster.current()
        if here is None:
            return "还没有帮扶人：按 Ins 新增，或按 F7 导入帮扶人名册"
        return f"{here.name}不得结对：{here.barred}；请另选帮扶人" if here.barred else None

    def choose(self) -> None:
        """Ask the kind of pairing, the usual one for such a helper proposed."""
        helper, kinds, seen = self.roster.current(), list(PAIRING_KIND), self.has
        if not self.kind_asked:
            self._take(helper, None, seen)
            return
        self.desk.push(
            Choose(f"{self.name} 与 {helper.name} 结对：类型", [kind.label for kind in kinds],
                   [kind.initials for kind in kinds], at=[kind.code for kind in kinds].index(helper.usual)),
            lambda at: self._take(helper, kinds[at].code, seen) if at is not None else None,
        )  # fmt: skip

    def _take(self, helper: HelperLoad, kind: str | None, seen: list[str], over: bool = False) -> None:
        try:
            if (now := self._standing()) != seen:
                raise Refused(f"{self.name}的结对刚变过，现有{'、'.join(now) or '没有'}；看过再选")
            said = self.take(helper, kind, over)
        except Full as full:
            self.desk.push(
                Confirm(f"{full}。仍要与{self.name}结对吗？", "超额结对", "另选"),
                lambda yes: self._take(helper, kind, seen, over=True) if yes else None,
            )
        except TROUBLE as trouble:
            self.shown()
            self.desk.say(str(trouble), "error")
        else:
            self.desk.close(helper)
            self.desk.say(said, "good")

    def choose_day(self) -> None:
        """The day the pairing begins."""

        def chosen(day: date, typed: str) -> None:
            self.since = day

        ask_day(self.desk, f"{self.name}从哪天起结对", self.since.isoformat(), chosen)

    # ---- other pages

    def find(self) -> None:
        from tui.screens.helpers import FindHelper

        self.desk.push(FindHelper(), lambda found: self.go_to(found.id) if found else None)

    def add(self) -> None:
        from tui.screens.helpers import helper_sheet

        self.desk.push(helper_sheet(self.context, None), self.go_to)

    def open_child(self) -> None:
        self.context.open_child(self.child_id)

    def go_to(self, helper_id: Any) -> None:
        """Put the cursor on a helper, if it is in the list."""
        ids = [each.id for each in self.helpers]
        if helper_id in ids:
            self.roster.go(ids.index(helper_id))

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        has = f"现有：{'、'.join(self.has)}" if self.has else "还没有帮扶人"
        since = f"；从 {self.since} 起结对" if self.dated else ""
        rest = width - NAME - KIND - LOAD - 6
        head = columns([(" ", 1, "dim"), ("姓名", NAME, "dim"), ("身份", KIND, "dim"), ("在帮", -LOAD, "dim"),
                        ("理由", rest, "dim")], gap=1)  # fmt: skip
        foot = [[(" " + row, "plain")] for row in wrap(self._foot(), width - 2)[:FOOT]]
        rows = self.roster.draw(width, height - 2 - FOOT)
        return Picture(
            [[(clip(f" {has}{since}", width), "dim")], head, *rows, *foot, *[[]] * (FOOT - len(foot))]
        )

    def row(self, helper: HelperLoad, width: int, here: bool) -> Line:
        """One helper with load, and what speaks for or against."""
        why, tone = self.reasons.get(helper.id), "plain"
        if why is None:
            why, tone = self._against(helper), "warn" if helper.barred else "dim"
        return columns([
            (">" if here else " ", 1, "key"),
            (helper.name, NAME, "cursor" if here else "plain"),
            (helper.kind, KIND, "plain"),
            (f"{helper.load}/{helper.capacity}", -LOAD, "plain" if helper.room else "warn"),
            (why, width - NAME - KIND - LOAD - 5, tone),
        ], gap=1)  # fmt: skip

    def _against(self, helper: HelperLoad) -> str:
        if helper.barred:
            return f"不得结对：{helper.barred}"
        return "不宜：已结对、是亲属或孩子太小" if helper.room else "没有空位"

    def _foot(self) -> str:
        helper = self.roster.current()
        if helper is None:
            return ""
        who = "，".join(filter(None, (helper.kind, helper.unit, helper.village_group)))
        cared = f"在帮 {helper.children}" if helper.children else "还没有帮扶对象"
        why = self.reasons.get(helper.id) or self._against(helper)
        return "；".join(filter(None, (f"{helper.name}：{who}", why, cared)))


def choose_for(context: Context, child_id: Any, at: Any = None) -> None:
    """Open the helpers ranked for a child, one who has a helper already included; the pair chosen is written at once.

    at: the helper the cursor is to stand on. Raises NotFound for a child no longer on file.
    """

    def take(helper: HelperLoad, kind: str | None, over: bool) -> str:
        pairing.pair(child_id, helper.id, kind, page.since, context.by, over)
        since = "今天" if page.since == days.today() else str(page.since)
        return f"已结对：{page.name}与{helper.name}（{PAIRING_KIND.label(kind)}，从{since}起）"

    page = Choosing(context, child_id, take, dated=True)
    context.desk.push(page)
    page.go_to(at)
