"""待核: what was hard to believe when a record was saved; mended in the child's sheet, or confirmed as it stands."""

from db import doubts
from db.doubts import DoubtLine
from tui.context import Context
from tui.ink import Line, columns, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.widgets.roster import Roster

NAME, GROUP, FIELD = 12, 10, 14
BELOW = 3  # lines for the whole of what is said


class Doubts(Page):
    """Every open doubt, in the register's order; the one under the cursor in full below."""

    title = "待核"
    keys = (
        Key(("enter",), "去改", "open"),
        Key(("f8", "space"), "确认无误", "confirm"),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context):
        self.context = context
        self.roster: Roster[DoubtLine] = Roster(
            doubts.open_count,
            lambda offset, limit: doubts.open_ones(offset=offset, limit=limit),
            doubt_row,
            "没有待核的，按 Esc 返回",
        )

    def shown(self) -> None:
        try:
            self.roster.refresh()
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run in ("open", "confirm") and not len(self.roster):
            return "没有待核的：按 Esc 返回"
        return None

    def open(self) -> None:
        here = self.roster.current()
        try:
            self.context.open_child(here.child_id, at=here.field)
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")

    def confirm(self) -> None:
        here = self.roster.current()
        try:
            doubts.confirm(here.id, self.context.by)
        except TROUBLE as trouble:
            self.shown()
            self.desk.say(str(trouble), "error")
        else:
            self.shown()
            self.desk.say(f"已确认无误：{here.child} {here.label}，Ctrl+Z 可撤销", "good")

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        here = self.roster.current()
        told = wrap(f"{here.label}：{here.said}", width - 2)[:BELOW] if here else []
        below: list[Line] = [[(" " + row, "warn")] for row in told]
        place = [(f" 第{self.roster.at + 1 if here else 0}/{len(self.roster)}处", "dim")]
        rows = self.roster.draw(width, height - BELOW - 2)
        return Picture([doubts_head(width), *rows, *below, *[[]] * (BELOW - len(below)), place])


def doubt_row(doubt: DoubtLine, width: int, here: bool) -> Line:
    """One open doubt as a line."""
    return columns([
        (">" if here else " ", 1, "key"),
        (doubt.child, NAME, "cursor" if here else "plain"),
        (doubt.village_group or "", GROUP, "plain"),
        (doubt.label, FIELD, "plain"),
        (doubt.said, width - NAME - GROUP - FIELD - 6, "dim"),
    ], gap=1)  # fmt: skip


def doubts_head(width: int) -> Line:
    """The heading line over the rows of `doubt_row`."""
    return columns([(" ", 1, "dim"), ("姓名", NAME, "dim"), ("村民组", GROUP, "dim"), ("哪一项", FIELD, "dim"),
                    ("为什么要核", width - NAME - GROUP - FIELD - 6, "dim")], gap=1)  # fmt: skip
