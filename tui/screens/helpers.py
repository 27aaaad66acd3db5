"""帮扶人册: every helper with load and capacity, find, and the entry sheet."""

from typing import Any

from db import helpers
from db.helpers import HelperLine
from tui.context import Context
from tui.drafts import Draft
from tui.ink import Line, columns
from tui.page import Key
from tui.widgets.ask import ask_action, ask_removal
from tui.widgets.finding import Finding, Picking
from tui.widgets.sheet import Form, Kept, Sheet

NARROW = 76
NAME, KIND, GROUP, PHONE = 12, 12, 8, 11
HINT = "/ 查找：姓名、单位、拼音首字母、电话后几位"


class Helpers(Finding):
    """The helpers' own list."""

    title = "帮扶人册"
    hint, unit, empty = HINT, "位", "没有找到。按 Esc 清空查找，按 Ins 新增帮扶人"
    keys = (
        Key(("enter", "e"), "修改", "edit"),
        Key(("insert", "a"), "新增", "add"),
        Key(("f8",), "帮扶对象", "open_pairs"),
        Key(("/", "ctrl+f"), "查找", "start_finding"),
        Key(("f10", "h"), "更多", "more"),
        Key(("delete",), "删除", "remove", show=False),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context):
        super().__init__(helpers, helper_row, helpers_head)
        self.context = context

    def why_off(self, key: Key) -> str | None:
        if key.run in ("edit", "open_pairs", "remove") and self.roster.current() is None:
            if self.wanted:
                return "没有找到：按 Esc 看全部帮扶人"
            return "还没有帮扶人：按 Ins 新增，或按 F7 导入帮扶人名册"
        return None

    def edit(self) -> None:
        self.desk.push(helper_sheet(self.context, self.roster.current().id), self.go_to)

    def add(self) -> None:
        self.desk.push(helper_sheet(self.context, None), self.go_to)

    def open_pairs(self) -> None:
        self._pairs_of(self.roster.current(), live=True)

    def _pairs_of(self, helper: HelperLine, live: bool) -> None:
        from tui.screens.pairs import Pairs

        self.desk.push(Pairs(self.context, helper.id, helper.name, live=live))

    def more(self) -> None:
        """Further actions: handing over, a child of the register as a peer helper."""
        here = self.roster.current()
        actions = [("请登记册里的孩子当学习帮手", "xx", self.add_peer)]
        if here is not None:
            actions += [
                (f"把{here.name}的帮扶对象交接给别人", "jj", lambda: self._hand_over(here)),
                (f"{here.name}帮过的全部儿童", "bg", lambda: self._pairs_of(here, live=False)),
                (f"删除{here.name}", "sc", lambda: self._remove(here)),
            ]
        ask_action(self.desk, "更多", actions)

    def _hand_over(self, helper: HelperLine) -> None:
        from tui.screens.handing_over import HandingOver

        self.desk.push(HandingOver(self.context, helper.id))

    def add_peer(self) -> None:
        """Pick a child of the register; it becomes a helper under its own name."""

        def picked(child: Any) -> None:
            key = helpers.peer(child.id, self.context.by)
            self.shown()
            self.go_to(key)
            self.desk.say(f"已请{child.name}当学习帮手：按回车可改单位、可帮人数", "good")

        self.context.find_child(picked)

    def remove(self) -> None:
        self._remove(self.roster.current())

    def _remove(self, helper: HelperLine) -> None:
        question = f"把 {helper.name} 从帮扶人册删除？"
        ask_removal(self, question, lambda: helpers.remove(helper.id, self.context.by), helper.name)

    def undo(self) -> None:
        self.context.undo()


class FindHelper(Picking):
    """Pick one helper."""

    title = "选择帮扶人"
    hint, unit = HINT, "位"

    def __init__(self) -> None:
        super().__init__(helpers, helper_row, helpers_head)


def helper_row(helper: HelperLine, width: int, here: bool) -> Line:
    """One helper as a line of the list."""
    full = helper.load >= helper.capacity
    cells = [
        (">" if here else " ", 1, "key"),
        (helper.name, NAME, "cursor" if here else "plain"),
        (helper.kind, KIND, "plain"),
        (
            f"{helper.load}/{helper.capacity}",
            -5,
            "warn" if full else "plain",
        ),
        (helper.village_group or "", GROUP, "plain"),
    ]
    if width >= NARROW:
        cells.append((helper.phone_masked or "", PHONE, "plain"))
    taken = sum(abs(n) + 1 for _, n, _ in cells)
    last = (f"不得结对：{helper.barred}", "warn") if helper.barred else (helper.unit or "", "dim")
    return columns([*cells, (last[0], width - taken - 1, last[1])], gap=1)


def helpers_head(width: int) -> Line:
    """The heading line over the rows of `helper_row`."""
    cells = [
        (" ", 1, "dim"),
        ("姓名", NAME, "dim"),
        ("身份", KIND, "dim"),
        ("在帮", -5, "dim"),
        ("村民组", GROUP, "dim"),
    ]
    if width >= NARROW:
        cells.append(("电话", PHONE, "dim"))
    return columns([*cells, ("单位", 4, "dim")], gap=1)


def helper_sheet(context: Context, helper_id: Any, draft: Draft | None = None) -> Sheet:
    """The entry sheet of a helper, or of a new one."""

    def save(record: Any, values: dict, base: dict, force: frozenset[str]) -> Kept:
        saved = helpers.save(record, values, base, by=context.by, force=force)
        return Kept(saved.id, f"已存：{values['name']}{saved.also}")

    def notice(record: Any, values: dict) -> str:
        same = helpers.lookalikes(values, besides=record)
        said = "帮扶人册里已有：" + "、".join(same[:3]) if same else ""
        return said or helpers.overloaded(values, record)

    form = Form("helper", helpers.ENTRIES, helpers.load, save, notice=notice, another=True)
    name = helpers.load(helper_id)["name"] if helper_id else None
    return Sheet(form, f"修改：{name}" if helper_id else "新增帮扶人", context.drafts, helper_id, draft=draft)
