"""A proposal for every child without a helper: looked through, changed line by line, then accepted as one action."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from db import days, pairing
from db.pair_rules import Full
from db.pairing import HelperLoad, Match
from db.proposing import Proposed
from db.vocab import PAIRING_KIND
from tui.context import Context
from tui.ink import Line, clip, columns, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.screens.choosing import Choosing
from tui.widgets.ask import ask_day
from tui.widgets.dialogs import Choose, Confirm
from tui.widgets.roster import Roster

NAME, HELPER, KIND, LOAD = 10, 10, 10, 5
FOOT = 2


@dataclass
class Row:
    """One child of the proposal as edited; out: it is to stay as it is. alarm: why is a reason against it."""

    child_id: Any
    child: str
    tier: str
    helper_id: Any
    helper: str
    kind: str | None
    why: str
    out: bool = False
    over: bool = False
    alarm: bool = False

    @property
    def taken(self) -> bool:
        """Whether the pair is going to be made."""
        return self.helper_id is not None and not self.out


class Proposal(Page):
    """Child, proposed helper, kind and reasons; children who stay without a helper come last and say why."""

    title = "结对方案"
    keys = (
        Key(("f8",), "全部结对", "accept"),
        Key(("enter",), "换人", "choose"),
        Key(("space",), "不结/恢复", "toggle"),
        Key(("tab", "k"), "改类型", "choose_kind"),
        Key(("ctrl+o", "o"), "档案", "open_child"),
        Key(("/", "ctrl+f"), "查找", "find"),
    )

    def __init__(self, context: Context, found: list[Proposed], alone: bool = True):
        """alone: the children have no helper at all, not only none of a kind."""
        self.context, self.alone = context, alone
        self.rows = [
            Row(each.child_id, each.child, each.tier_label, each.helper_id, each.helper or "", each.kind, each.why,
                alarm=each.helper_id is None)
            for each in sorted(found, key=lambda each: each.helper_id is None)
        ]  # fmt: skip
        self.loads: dict[Any, HelperLoad] = {}
        self.changed = False  # edited, and neither accepted nor given up
        self.roster: Roster[Row] = Roster.of(self.rows, self.row, "没有要结对的儿童：按 Esc 返回")

    def shown(self) -> None:
        self.loads = {each.id: each for each in pairing.board_helpers()}

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        here = self.roster.current()
        if here is None:
            return "没有要结对的儿童：按 Esc 返回"
        if key.run in ("toggle", "choose_kind") and here.helper_id is None:
            return f"{here.child}还没有人选：按回车选帮扶人"
        if key.run == "accept" and not any(row.taken for row in self.rows):
            return "一对也没有：按回车给儿童选帮扶人，或按空格恢复"
        return None

    def given(self, besides: Row | None = None) -> Counter:
        """Places by helper that the proposal as edited hands out."""
        return Counter(row.helper_id for row in self.rows if row.taken and row is not besides)

    # ---- editing

    def toggle(self) -> None:
        """Take the line out, or in again."""
        here = self.roster.current()
        here.out, self.changed = not here.out, True

    def choose(self) -> None:
        """Pick another helper for the child; the places the other lines hand out count as taken."""
        row = self.roster.current()
        given = self.given(besides=row)

        def take(helper: HelperLoad, kind: str | None, over: bool) -> str:
            load = helper.load  # as the page of choice shows it, what is given elsewhere included
            if not over and load >= helper.capacity:
                raise Full(f"{helper.name}最多帮{helper.capacity}名，连同本方案已有{load}名")
            row.helper_id, row.helper, row.kind = helper.id, helper.name, kind
            row.why = page.reasons.get(helper.id, "自己选的")
            row.out, row.over, row.alarm, self.changed = False, over, False, True
            return f"{row.child}改由{helper.name}帮扶；按 F8 才写入"

        page = Choosing(self.context, row.child_id, take, given)
        self.desk.push(page)

    def choose_kind(self) -> None:
        row, kinds = self.roster.current(), list(PAIRING_KIND)

        def chosen(at: int | None) -> None:
            if at is not None:
                row.kind, self.changed = kinds[at].code, True

        self.desk.push(
            Choose(f"{row.child} 与 {row.helper} 结对：类型", [kind.label for kind in kinds],
                   [kind.initials for kind in kinds], at=[kind.code for kind in kinds].index(row.kind)),
            chosen,
        )  # fmt: skip

    def leave(self) -> None:
        if not self.changed:
            super().leave()
            return
        self.desk.push(Confirm("这份方案改过，还没有结对。放弃它吗？", "放弃", "接着改"), self._give_up)

    def _give_up(self, yes: bool) -> None:
        if yes:
            self.changed = False
            self.desk.close()

    # ---- accepting

    def accept(self) -> None:
        """Ask from which day, then write all of it."""
        count = sum(row.taken for row in self.rows)
        ask_day(
            self.desk,
            f"照这份方案结 {count}对，从哪天起",
            days.today().isoformat(),
            lambda day, typed: self._accept(day),
        )

    def _accept(self, since: date, without: bool = False) -> None:
        taken = [row for row in self.rows if row.taken]
        pairs = [Match(row.child_id, row.helper_id, row.kind, row.over) for row in taken]
        try:
            made, fallen = pairing.accept(pairs, since, self.context.by, without, self.alone)
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
            return
        if made:
            left, self.changed = f"，{len(fallen)}对没有结" if fallen else "", False
            self.desk.close()
            self.desk.say(f"已结对 {len(made)}对{left}；Ctrl+Z 可整批撤销", "good")
            return
        self.shown()
        whys = {each.child_id: each.why for each in fallen}
        for row in taken:
            if row.child_id in whys:
                row.why, row.alarm = whys[row.child_id], True
        named = "；".join(f"{row.child}：{row.why}" for row in taken if row.child_id in whys)
        if len(fallen) == len(taken):
            self.desk.say(f"这些对已不成立，没有写入。{named}", "error")
            return
        self.desk.push(
            Confirm(f"有{len(fallen)}对已不成立，还没有写入。{named}。不管这些，先结其余{len(taken) - len(fallen)}对吗？",
                    "结其余的", "回去改"),
            lambda yes: self._accept(since, without=True) if yes else None,
        )  # fmt: skip

    # ---- other pages

    def open_child(self) -> None:
        self.context.open_child(self.roster.current().child_id)

    def find(self) -> None:
        self.context.find_child(self._go_to)

    def _go_to(self, child: Any) -> None:
        ids = [row.child_id for row in self.rows]
        if child.id in ids:
            self.roster.go(ids.index(child.id))
        else:
            self.desk.say(f"{child.name}不在这份方案里", "warn")

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        taken, out = (
            sum(row.taken for row in self.rows),
            sum(row.out for row in self.rows if row.helper_id is not None),
        )
        nobody = sum(row.helper_id is None for row in self.rows)
        top = f" 可结 {taken}对，拿掉 {out}对，没有人选 {nobody}名。还没有写入：按 F8 才结对"
        rest = width - NAME - HELPER - KIND - LOAD - 7
        head = columns([(" ", 1, "dim"), ("儿童", NAME, "dim"), ("帮扶人", HELPER, "dim"), ("类型", KIND, "dim"),
                        ("将帮", -LOAD, "dim"), ("理由", rest, "dim")], gap=1)  # fmt: skip
        foot = [[(" " + text, "plain")] for text in wrap(self._foot(), width - 2)[:FOOT]]
        rows = self.roster.draw(width, height - 2 - FOOT)
        return Picture([[(clip(top, width), "strong")], head, *rows, *foot, *[[]] * (FOOT - len(foot))])

    def row(self, row: Row, width: int, here: bool) -> Line:
        """One child with the helper proposed; a line taken out is dimmed."""
        tone = "plain" if row.taken else "dim"
        load = self.loads.get(row.helper_id)
        total = load.load + self.given()[row.helper_id] if load else 0
        said = "不结：" + row.why if row.out else row.why
        return columns([
            (">" if here else " ", 1, "key"),
            (row.child, NAME, "cursor" if here else tone),
            (row.helper, HELPER, tone),
            (PAIRING_KIND.label(row.kind) if row.kind else "", KIND, tone),
            (f"{total}/{load.capacity}" if load else "", -LOAD, "warn" if load and total > load.capacity else tone),
            (said, width - NAME - HELPER - KIND - LOAD - 6, "warn" if row.alarm else tone),
        ], gap=1)  # fmt: skip

    def _foot(self) -> str:
        row = self.roster.current()
        if row is None:
            return ""
        to = f" 由 {row.helper} 帮扶" if row.helper_id else "没有人选"
        return f"{row.child}（{row.tier}）{to}：{row.why}"
