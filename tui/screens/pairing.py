"""结对帮扶 (F3): children without a helper to the left, helpers with their load to the right, and the ways to pair them."""

from typing import Any

from db import children, lapses, pairing, proposing
from db.errors import LedgerError
from db.pairing import HelperLoad, Unpaired
from db.proposing import Proposed
from db.vocab import PAIRING_KIND
from tui.context import Context
from tui.ink import Line, cells, clip, columns, fill
from tui.page import Key, Page, Picture
from tui.task import Task
from tui.widgets.ask import ask_action
from tui.widgets.dialogs import Choose, Confirm
from tui.widgets.roster import Roster

NARROW = 76
NAME, GROUP, KIND = 10, 6, 8
FOOT = 2  # lines below the lists: the child and the helper under the cursors


class Pairing(Page):
    """The board: pick a child and a helper for it, or have helpers proposed for all."""

    title = "结对帮扶"
    PARTS = ("children", "helpers")

    def __init__(self, context: Context):
        self.context = context
        self.side = "children"
        self.waiting: list[Unpaired] = []
        self.helpers: list[HelperLoad] = []
        self.silent: list[lapses.Lapse] = []  # pairings without contact
        self.out_of_touch: set[Any] = set()  # their helpers
        self.proposal: Any = None  # the page of the last one
        self.working: Task | None = None  # what works out the next one
        self.left: Roster[Unpaired] = Roster(
            lambda: len(self.waiting),
            lambda at, n: self.waiting[at : at + n],
            self.child_row,
            "没有未结对的留守儿童",
        )
        self.right: Roster[HelperLoad] = Roster(
            lambda: len(self.helpers), lambda at, n: self.helpers[at : at + n], self.helper_row,
            "还没有帮扶人：按 Ins 新增",
        )  # fmt: skip

    # ---- keys

    @property
    def keys(self) -> tuple[Key, ...]:
        return self.keys_in(self.side)

    @staticmethod
    def keys_in(part: str) -> tuple[Key, ...]:
        """The keys of one side."""
        if part == "children":
            own = (
                Key(("enter",), "选帮扶人", "choose_helper"),
                Key(("f8",), "全部建议", "propose"),
                Key(("ctrl+o", "o"), "档案", "open_child", show=False),
            )
        else:
            own = (Key(("enter",), "修改", "edit_helper"), Key(("f8",), "全部建议", "propose"))
        return (
            *own,
            Key(("insert", "a"), "新帮扶人", "add_helper"),
            Key(("space", "v"), "已结对", "open_pairs"),
            Key(("tab",), "换边", "switch"),
            Key(("/", "ctrl+f"), "查找", "find"),
            Key(("f10", "h"), "更多", "more"),
            Key(("left",), "到儿童", "to_children", show=False),
            Key(("right",), "到帮扶人", "to_helpers", show=False),
            Key(("ctrl+z",), "撤销", "undo", show=False),
        )

    def press(self, key: str, char: str | None) -> bool:
        if self.working and not self.working.over:
            return self._wait(key)
        return self.here.press(key) or self.shortcut(key, char)

    def _wait(self, key: str) -> bool:
        """Keys meant for the proposal must not pair anybody here while it is being worked out."""
        self.desk.say("正在为儿童挑帮扶人，方案出来了再按", "warn")
        return key != "escape" and key not in self.desk.routes

    @property
    def here(self) -> Roster:
        """The list the cursor is in."""
        return self.left if self.side == "children" else self.right

    def why_off(self, key: Key) -> str | None:
        if key.run in ("choose_helper", "open_child", "propose") and not self.waiting:
            if not children.count():
                return "登记册里还没有儿童：按 F2 登记，或按 F7 导入现有表格"
            return "留守儿童都已结对：按空格看已结对的名单"
        if key.run in ("edit_helper", "propose") and not self.helpers:
            return "还没有帮扶人：按 Ins 新增，或按 F7 导入帮扶人名册"
        return None

    def shown(self) -> None:
        """Read both lists afresh, the cursors held on the same people."""
        child, helper = self.left.current(), self.right.current()
        try:
            self.waiting, self.helpers = pairing.unpaired(), pairing.board_helpers()
            self.silent = lapses.lapsed()
            self.out_of_touch = {each.helper_id for each in self.silent}
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        for roster, items, before in ((self.left, self.waiting, child), (self.right, self.helpers, helper)):
            roster.refresh()
            ids = [each.id for each in items]
            roster.go(ids.index(before.id) if before and before.id in ids else roster.at)

    def switch(self) -> None:
        self.to_helpers() if self.side == "children" else self.to_children()

    def to_children(self) -> None:
        self.side = "children"

    def to_helpers(self) -> None:
        self.side = "helpers"

    def leave(self) -> None:
        if self.side == "helpers":
            self.to_children()
        else:
            super().leave()

    # ---- pairing

    def choose_helper(self) -> None:
        """The helpers for the child under the cursor, the most fitting ones first."""
        self._choose_for(self.left.current().id)

    def _choose_for(self, child_id: Any, at: Any = None) -> None:
        from tui.screens.choosing import choose_for

        choose_for(self.context, child_id, at)

    def propose(self) -> None:
        """A proposal for everybody who has no helper; one that was edited and left lying is gone on with if wanted."""
        if self.proposal is None or not self.proposal.changed:
            self._work_out()
            return

        def chosen(at: int | None) -> None:
            if at == 0:
                self.desk.push(self.proposal)
            elif at == 1:
                self._work_out()

        moves = ["接着改", "重新建议（改过的作废）"]
        self.desk.push(Choose("上次的结对方案改过，还没有结对", moves, ["jzg", "cxjy"]), chosen)

    def _work_out(self, kind: str | None = None) -> None:
        """Work out a helper for everybody who has none (of a kind), to be looked through before it is written."""
        found: list[Proposed] = []

        def working_out():
            yield "drawn first: a thousand children take a second or two"
            found.extend(proposing.propose(kind))

        def worked_out() -> None:
            from tui.screens.proposal import Proposal

            if self.desk.top is not self:  # keys typed meanwhile have led elsewhere
                return
            self.desk.say("")
            self.proposal = Proposal(self.context, found, alone=kind is None)
            self.desk.push(self.proposal)

        self.desk.say("正在为儿童挑帮扶人……", "info")
        self.working = Task(working_out(), lambda _: None, worked_out, self.desk.complain)
        self.desk.begin(self.working)

    def more(self) -> None:
        """Further actions."""
        child, helper = self.left.current(), self.right.current()
        name = helper.name if helper else ""
        actions = [
            (f"联系中断的结对（{len(self.silent)}对）", "lx", self.open_lapses),
            ("帮扶人册", "bf", self.open_helpers),
            ("已结对的名单", "yj", self.open_pairs),
            *(
                [(f"把{name}的帮扶对象交接给别人", "jj", lambda: self._hand_over(helper))]
                if helper and helper.load
                else []
            ),
            *(
                [(f"{child.name}与{name}结对", "jd", lambda: self._choose_for(child.id, helper.id))]
                if child and helper
                else []
            ),
            ("只为某一类结对作建议（帮扶教师、学习帮手……）", "zy", self.propose_kind),
        ]
        ask_action(self.desk, "更多", actions)

    def propose_kind(self) -> None:
        kinds = list(PAIRING_KIND)
        self.desk.push(
            Choose("为没有这一类结对的儿童作建议", [kind.label for kind in kinds], [kind.initials for kind in kinds]),
            lambda at: self._work_out(kinds[at].code) if at is not None else None,
        )  # fmt: skip

    # ---- other pages

    def open_child(self) -> None:
        self.context.open_child(self.left.current().id)

    def open_pairs(self) -> None:
        from tui.screens.pairs import Pairs

        self.desk.push(Pairs(self.context))

    def open_helpers(self) -> None:
        from tui.screens.helpers import Helpers

        self.desk.push(Helpers(self.context))

    def open_lapses(self) -> None:
        from tui.screens.lapses import Lapses

        self.desk.push(Lapses(self.context))

    def _hand_over(self, helper: HelperLoad) -> None:
        from tui.screens.handing_over import HandingOver

        self.desk.push(HandingOver(self.context, helper.id))

    def add_helper(self) -> None:
        from tui.screens.helpers import helper_sheet

        self.desk.push(helper_sheet(self.context, None), self._go_to_helper)

    def edit_helper(self) -> None:
        from tui.screens.helpers import helper_sheet

        self.desk.push(helper_sheet(self.context, self.right.current().id))

    def find(self) -> None:
        """Find somebody on the side the cursor is on."""
        if self.side == "children":
            self.context.find_child(self._go_to_child)
            return
        from tui.screens.helpers import FindHelper

        self.desk.push(FindHelper(), lambda found: self._go_to_helper(found.id) if found else None)

    def _go_to_child(self, child: Any) -> None:
        ids = [each.id for each in self.waiting]
        if child.id in ids:
            self.left.go(ids.index(child.id))
            return
        why = "已结对，再结一对（另一类型）" if child.paired else "不在留守儿童之列，仍要结对"
        self.desk.push(
            Confirm(f"{child.name}{why}吗？", "选帮扶人", "不用"),
            lambda yes: self._choose_for(child.id) if yes else None,
        )

    def _go_to_helper(self, helper_id: Any) -> None:
        ids = [each.id for each in self.helpers]
        if helper_id in ids:
            self.side = "helpers"
            self.right.go(ids.index(helper_id))

    def undo(self) -> None:
        self.context.undo()

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        rows = height - 3 - FOOT
        foot: list[Line] = [self._silence(), self._child_foot(width), self._helper_foot(width)]
        if width < NARROW:
            head, body = (
                (child_head(width), self.left)
                if self.side == "children"
                else (helper_head(width), self.right)
            )
            top = [*self._left_title(), ("   ", "plain"), *self._right_title()]
            return Picture([top, head, *body.draw(width, rows), *foot])
        left = (width - 2) // 2
        right = width - 2 - left
        one = [self._left_title(), child_head(left), *self.left.draw(left, rows)]
        two = [self._right_title(), helper_head(right), *self.right.draw(right, rows)]
        beside = [[*fill(a, left), ("  ", "plain"), *b] for a, b in zip(one, two, strict=True)]
        return Picture([*beside, *foot])

    def _left_title(self) -> Line:
        return [(f" 未结对 {len(self.waiting)}名", "head" if self.side == "children" else "dim")]

    def _right_title(self) -> Line:
        room = sum(helper.room for helper in self.helpers)
        return [
            (f"帮扶人 {len(self.helpers)}名，{room}名有余力", "head" if self.side == "helpers" else "dim")
        ]

    def child_row(self, child: Unpaired, width: int, here: bool) -> Line:
        """One child that waits for a helper."""
        age = "" if child.age is None else str(child.age)
        return columns([
            (">" if here else " ", 1, "key"),
            (child.name, NAME, self._name_style("children", here)),
            ("*" if child.focus else " ", 1, "alarm"),
            (age, -4, "plain"),
            (child.village_group or "", GROUP, "plain"),
            (child.focus_labels, width - NAME - GROUP - 11, "warn"),
        ], gap=1)  # fmt: skip

    def helper_row(self, helper: HelperLoad, width: int, here: bool) -> Line:
        """One helper with load and capacity; '!' where a child has not been contacted for long."""
        where = " ".join(filter(None, (helper.village_group, helper.unit)))
        return columns([
            (">" if here else " ", 1, "key"),
            (helper.name, NAME, self._name_style("helpers", here)),
            ("!" if helper.id in self.out_of_touch else " ", 1, "alarm"),
            (helper.kind, KIND, "plain"),
            (f"{helper.load}/{helper.capacity}", -5, "plain" if helper.room else "warn"),
            ("不得结对" if helper.barred else where, width - NAME - KIND - 12, "warn" if helper.barred else "dim"),
        ], gap=1)  # fmt: skip

    def _name_style(self, side: str, here: bool) -> str:
        return "cursor" if here and side == self.side else "plain"

    def _silence(self) -> Line:
        if not self.silent:
            return []
        return [(f" 联系中断 {len(self.silent)}对：按 F10 选 1 看", "warn")]

    def _child_foot(self, width: int) -> Line:
        child = self.left.current()
        if child is None:
            return []
        said = f"：{child.why}" + (f"；重点：{child.focus_labels}" if child.focus_labels else "")
        return _told(child.name, said, width)

    def _helper_foot(self, width: int) -> Line:
        helper = self.right.current()
        if helper is None:
            return []
        who = "，".join(filter(None, (helper.kind, helper.unit, helper.village_group)))
        said = f"：{who}；" + (f"在帮 {helper.children}" if helper.children else "还没有帮扶对象")
        if helper.barred:
            said = f"：不得结对，{helper.barred}"
        return _told(helper.name, said, width)


def _told(name: str, said: str, width: int) -> Line:
    name = clip(f" {name}", width // 3)
    return [(name, "strong"), (clip(said, width - cells(name)), "plain")]


def child_head(width: int) -> Line:
    """The heading line over the children."""
    return columns([(" ", 1, "dim"), ("姓名", NAME, "dim"), (" ", 1, "dim"), ("年龄", -4, "dim"), ("村民组", GROUP, "dim"),
                    ("重点", width - NAME - GROUP - 11, "dim")], gap=1)  # fmt: skip


def helper_head(width: int) -> Line:
    """The heading line over the helpers."""
    return columns([(" ", 1, "dim"), ("姓名", NAME, "dim"), (" ", 1, "dim"), ("身份", KIND, "dim"),
                    ("在帮", -5, "dim"), ("组别 单位", width - NAME - KIND - 12, "dim")], gap=1)  # fmt: skip
