"""结对帮扶 (F3): children without a helper to the left, helpers with their load to the right, and pairing the two."""

from typing import Any

from db import children, days, pairing
from db.errors import LedgerError
from db.pairing import HelperLoad, Unpaired
from db.vocab import HELPER_KIND, PAIRING_KIND
from tui.context import Context
from tui.ink import Line, clip, columns, fill
from tui.page import TROUBLE, Key, Page, Picture
from tui.widgets.dialogs import Choose, Confirm
from tui.widgets.roster import Roster

NARROW = 76
NAME, GROUP, KIND = 10, 6, 8
FOOT = 2  # lines below the lists: the child and the helper under the cursors
USUAL = {
    "teacher": "teacher", "retired_teacher": "teacher", "agent_parent": "agent_parent", "love_mother": "love_mother",
    "love_father": "love_mother", "peer": "peer",
}  # fmt: skip
USUAL_KIND = {HELPER_KIND.label(who): kind for who, kind in USUAL.items()}


class Pairing(Page):
    """The board: pick a child, pick a helper for it, say what kind of pairing it is."""

    title = "结对帮扶"
    PARTS = ("children", "helpers", "choosing")

    def __init__(self, context: Context):
        self.context = context
        self.side = "children"
        self.child: Unpaired | None = None  # the one a helper is being chosen for
        self.reasons: dict[Any, str] = {}  # why a helper is proposed for that child
        self.waiting: list[Unpaired] = []
        self.helpers: list[HelperLoad] = []
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
        return self.keys_in("choosing" if self.side == "helpers" and self.child else self.side)

    @staticmethod
    def keys_in(part: str) -> tuple[Key, ...]:
        """The keys of one side; 'choosing': of the helpers' side while a helper is sought for a child."""
        if part == "children":
            own = (
                Key(("enter", "f8"), "选帮扶人", "choose_helper"),
                Key(("ctrl+o", "o"), "档案", "open_child"),
            )
        elif part == "choosing":
            own = (Key(("enter", "f8"), "结对", "pair"),)
        else:
            own = (Key(("enter",), "修改", "edit_helper"), Key(("f8",), "与左边的结对", "pair"))
        return (
            *own,
            Key(("insert", "a"), "新帮扶人", "add_helper"),
            Key(("space", "v"), "已结对", "open_pairs"),
            Key(("tab",), "换边", "switch"),
            Key(("/", "ctrl+f"), "查找", "find"),
            Key(("f10", "h"), "帮扶人册", "open_helpers"),
            Key(("left",), "到儿童", "to_children", show=False),
            Key(("right",), "到帮扶人", "to_helpers", show=False),
            Key(("ctrl+z",), "撤销", "undo", show=False),
        )

    def press(self, key: str, char: str | None) -> bool:
        return self.here.press(key) or self.shortcut(key, char)

    @property
    def here(self) -> Roster:
        """The list the cursor is in."""
        return self.left if self.side == "children" else self.right

    def why_off(self, key: Key) -> str | None:
        if key.run in ("choose_helper", "open_child", "pair") and not (self.child or self.waiting):
            if not children.count():
                return "登记册里还没有儿童：按 F2 登记，或按 F7 导入现有表格"
            return "留守儿童都已结对：按空格看已结对的名单"
        if key.run in ("pair", "edit_helper") and not self.helpers:
            return "还没有帮扶人：按 Ins 新增，或按 F7 导入帮扶人名册"
        return None

    def shown(self) -> None:
        """Read both lists afresh, the cursors held on the same people."""
        child, helper = self.left.current(), self.right.current()
        try:
            self.waiting, self.helpers = pairing.unpaired(), pairing.board_helpers()
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        if self.child and self.child.id not in {each.id for each in self.waiting}:
            self._stop_choosing()
        self._order()
        for roster, items, before in ((self.left, self.waiting, child), (self.right, self.helpers, helper)):
            roster.refresh()
            ids = [each.id for each in items]
            roster.go(ids.index(before.id) if before and before.id in ids else roster.at)

    def _order(self) -> None:
        """Helpers proposed for the chosen child stand first, in the order proposed."""
        ranks = {helper: rank for rank, helper in enumerate(self.reasons)}
        self.helpers.sort(key=lambda helper: ranks.get(helper.id, len(ranks)))

    def switch(self) -> None:
        self.to_helpers() if self.side == "children" else self.to_children()

    def to_children(self) -> None:
        """Back to the children; the choice of a helper is off."""
        if self.child:
            self._stop_choosing()
            self.shown()
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
        """Go to the helpers, the most fitting ones first."""
        self.child = self.left.current()
        try:
            self.reasons = {each.helper_id: each.why for each in pairing.proposals(self.child.id)}
        except TROUBLE as trouble:
            self._stop_choosing()
            self.desk.say(str(trouble), "error")
            return
        self.side = "helpers"
        self._order()
        self.right.refresh()
        self.right.go(0)

    def _stop_choosing(self) -> None:
        self.child, self.reasons, self.side = None, {}, "children"

    def pair(self) -> None:
        """Pair the chosen child (or the one under the left cursor) with this helper; a full one only when confirmed."""
        child, helper = self.child or self.left.current(), self.right.current()
        if helper.room:
            self._ask_kind(child, helper)
            return
        self.desk.push(
            Confirm(
                f"{helper.name}最多帮{helper.capacity}名，现已帮{helper.load}名。仍与{child.name}结对？",
                "超额结对",
                "另选",
            ),
            lambda yes: self._ask_kind(child, helper) if yes else None,
        )

    def _ask_kind(self, child: Unpaired, helper: HelperLoad) -> None:
        kinds = list(PAIRING_KIND)
        usual = USUAL_KIND.get(helper.kind, "helper")

        def chosen(at: int | None) -> None:
            if at is not None:
                self._pair(child, helper, kinds[at].code)

        self.desk.push(
            Choose(f"{child.name} 与 {helper.name} 结对：类型", [kind.label for kind in kinds],
                   [kind.initials for kind in kinds], at=[kind.code for kind in kinds].index(usual)),
            chosen,
        )  # fmt: skip

    def _pair(self, child: Unpaired, helper: HelperLoad, kind: str) -> None:
        try:
            pairing.pair(child.id, helper.id, kind, days.today(), self.context.by, over=not helper.room)
        except TROUBLE as trouble:
            self.shown()
            self.desk.say(str(trouble), "error")
            return
        self._stop_choosing()
        self.shown()
        self.desk.say(f"已结对：{child.name}与{helper.name}（{PAIRING_KIND.label(kind)}，从今天起）", "good")

    # ---- other pages

    def open_child(self) -> None:
        self.context.open_child(self.left.current().id)

    def open_pairs(self) -> None:
        from tui.screens.pairs import Pairs

        self.desk.push(Pairs(self.context))

    def open_helpers(self) -> None:
        from tui.screens.helpers import Helpers

        self.desk.push(Helpers(self.context))

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
        elif child.paired:
            self.desk.say(f"{child.name}已结对：按空格看已结对的名单", "warn")
        else:
            self.desk.say(f"{child.name}不在留守儿童之列，不用结对", "warn")

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
        foot: list[Line] = [[], self._child_foot(width), self._helper_foot(width)]
        if width < NARROW:
            head, body = (
                (child_head(width), self.left)
                if self.side == "children"
                else (helper_head(width), self.right)
            )
            top = [*self._left_title(), ("   ", "plain"), *self._right_title()]
            if self.child:
                top = [(" ", "plain"), *self._right_title()]
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
        if self.child:
            return [(f"为 {self.child.name} 选帮扶人", "head")]
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
        """One helper with load and capacity."""
        load = f"{helper.load}/{'-' if helper.capacity is None else helper.capacity}"
        return columns([
            (">" if here else " ", 1, "key"),
            (helper.name, NAME, self._name_style("helpers", here)),
            (helper.kind, KIND, "plain"),
            (load, -5, "plain" if helper.room else "warn"),
            (" ".join(filter(None, (helper.village_group, helper.unit))), width - NAME - KIND - 10, "dim"),
        ], gap=1)  # fmt: skip

    def _name_style(self, side: str, here: bool) -> str:
        if here and side == self.side:
            return "cursor"
        return "strong" if here and side == "children" and self.child else "plain"

    def _child_foot(self, width: int) -> Line:
        child = self.child or self.left.current()
        if child is None:
            return []
        said = f"：{child.why}" + (f"；重点：{child.focus_labels}" if child.focus_labels else "")
        return [(" " + child.name, "strong"), (clip(said, width - 13), "plain")]

    def _helper_foot(self, width: int) -> Line:
        helper = self.right.current()
        if helper is None:
            return []
        who = "，".join(filter(None, (helper.kind, helper.unit, helper.village_group)))
        said = f"：{who}；" + (f"在帮 {helper.children}" if helper.children else "还没有帮扶对象")
        if helper.id in self.reasons:
            said = f"：推荐，{self.reasons[helper.id]}；{who}"
        return [(" " + helper.name, "strong"), (clip(said, width - 13), "plain")]


def child_head(width: int) -> Line:
    """The heading line over the children."""
    return columns([(" ", 1, "dim"), ("姓名", NAME, "dim"), (" ", 1, "dim"), ("年龄", -4, "dim"), ("村民组", GROUP, "dim"),
                    ("重点", width - NAME - GROUP - 11, "dim")], gap=1)  # fmt: skip


def helper_head(width: int) -> Line:
    """The heading line over the helpers."""
    return columns([(" ", 1, "dim"), ("姓名", NAME, "dim"), ("身份", KIND, "dim"), ("在帮", -5, "dim"),
                    ("组别 单位", width - NAME - KIND - 10, "dim")], gap=1)  # fmt: skip
