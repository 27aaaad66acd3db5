"""疑似重复: who looks like a child, and making one record of two, field by field."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from db import child_sheet, lookalikes, merging, spec
from db.errors import LedgerError
from db.lookalikes import Likeness
from db.merging import Difference
from db.sheet import NotFound
from tui.context import Context
from tui.ink import Line, cells, columns, fit, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.widgets.dialogs import Confirm
from tui.widgets.roster import Roster

LABEL, DETAIL = 16, 5


class Settled(NamedTuple):
    """What was done about lookalikes. apart: who was said to be another; kept: the record two were merged into."""

    apart: tuple[UUID, ...]
    kept: UUID | None


class Alike(Page):
    """Children on file who may be the one of a sheet; closed with what was done (Settled).

    values: the sheet as it stands. child_id: its key, None while it is being typed: then who is another, and whose
    record it is to go into, is only told to the caller. apart: who was said to be another before.
    """

    title = "疑似重复"
    keys = (
        Key(("enter",), "档案", "open_child"),
        Key(("f8",), "合并", "merge"),
        Key(("delete", "x"), "不是同一人", "part"),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(
        self, context: Context, values: Mapping[str, Any], child_id: UUID | None = None, apart: tuple[UUID, ...] = ()
    ):  # fmt: skip
        self.context, self.values, self.child_id = context, values, child_id
        self.apart = apart
        self.kept: UUID | None = None
        self.found: list[Likeness] = []
        self.roster: Roster[Likeness] = Roster(
            lambda: len(self.found),
            lambda at, n: self.found[at : at + n],
            _alike_row,
            "没有疑似重复的档案：按 Esc 返回",
        )

    def shown(self) -> None:
        try:
            if self.child_id:
                self.values = child_sheet.load(self.child_id)
            self.found = lookalikes.similar(self.values, besides=self.child_id, apart=self.apart)
        except NotFound as gone:  # merged into another, or struck out, meanwhile
            self.found = []
            self.desk.say(str(gone), "error")
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
        self.roster.refresh()

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run == "undo":
            return None
        if self.roster.current() is None:
            return "没有疑似重复的档案：按 Esc 返回"
        return None

    def leave(self) -> None:
        self.desk.close(Settled(self.apart, self.kept))

    def open_child(self) -> None:
        self.context.open_child(self.roster.current().id)

    def part(self) -> None:
        other = self.roster.current()
        if other.sure:
            self.desk.say("身份证号相同，不会是两个人：先按 Esc 回去核对号码，或按 F8 合并", "error")
        elif self.child_id is None:
            self.apart = (*self.apart, other.id)
            self._parted(other)
        else:
            try:
                lookalikes.set_apart(self.child_id, other.id, self.context.by)
            except TROUBLE as trouble:
                self.desk.say(str(trouble), "error")
            else:
                self._parted(other)

    def _parted(self, other: Likeness) -> None:
        self.shown()
        self.desk.say(f"记住了：{other.line.name}不是同一人，按 Ctrl+Z 可撤销", "good")

    def merge(self) -> None:
        if self.child_id is None:  # still being typed: it is laid over the record on file, field by field
            self.desk.close(Settled(self.apart, self.roster.current().id))
            return
        self.desk.push(Merging(self.context, self.child_id, self.roster.current().id), self._merged)

    def _merged(self, kept: UUID | None) -> None:
        self.kept = kept or self.kept
        if kept is not None and not self.found:
            self.leave()

    def undo(self) -> None:
        if self.child_id or not self.apart:
            self.context.undo()
            return
        self.apart = self.apart[:-1]
        self.shown()
        self.desk.say("已收回：刚才说的“不是同一人”不算", "good")

    def draw(self, width: int, height: int) -> Picture:
        who = f"{self.values.get('name') or '未填姓名'}，{self.values.get('birth_date') or '生日未采集'}"
        head: Line = [(" 看看是不是同一人：", "dim"), (who, "strong")]
        here = self.roster.current()
        detail = [row for text in (here.told if here else "",) for row in wrap(text, width - 4)][:DETAIL]
        foot: list[Line] = [[("  " + row, "plain")] for row in detail]
        rows = self.roster.draw(width, height - 2 - DETAIL)
        return Picture([head, *rows, [], *foot, *([[]] * (DETAIL - len(foot)))])


def _alike_row(each: Likeness, width: int, here: bool) -> Line:
    """One child: who, how old, and why; a certain one stands out."""
    line = columns([
        (">" if here else " ", 1, "key"),
        (each.line.name, 12, "cursor" if here else "plain"),
        (each.line.birth_date or "生日未采集", 10, "plain"),
        (each.line.village_group or "", 8, "plain"),
    ], gap=1)  # fmt: skip
    why = "、".join(each.reasons)
    return [*line, (" ", "plain"), (fit(why, width - 36).rstrip(), "alarm" if each.sure else "warn")]


class Merging(Page):
    """Two records of one child side by side, numbers in full; closed with the key kept, or None if left.

    Of each field that differs one value is marked `*`: the kept record's, unless something else is chosen.
    """

    title = "合并档案"
    keys = (
        Key(("left", "1"), "用左边", "left"),
        Key(("right", "2"), "用右边", "right"),
        Key(("enter", "space"), "换一边", "switch"),
        Key(("f8",), "合并", "merge"),
    )

    def __init__(self, context: Context, keep_id: UUID, other_id: UUID):
        self.context, self.keep_id, self.other_id = context, keep_id, other_id
        self.choices: dict[str, bool] = {}
        self.asked: list[Difference] = []
        self.fills: list[Difference] = []
        self.names = ("", "")
        self.roster: Roster[Difference] = Roster(
            lambda: len(self.asked),
            lambda at, n: self.asked[at : at + n],
            self._row,
            "两份档案没有不同的内容：按 F8 合并",
        )

    def shown(self) -> None:
        try:
            found = merging.differences(self.keep_id, self.other_id)
            self.names = tuple(child_sheet.load(key)["name"] for key in (self.keep_id, self.other_id))
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
            return
        self.asked = [each for each in found if each.asked]
        self.fills = [each for each in found if not each.asked]
        self.roster.refresh()

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run != "merge" and self.roster.current() is None:
            return "没有要选的内容：按 F8 合并"
        return None

    def takes_theirs(self, each: Difference) -> bool:
        """Whether the other's value is the chosen one."""
        return self.choices.get(each.goes_with or each.name, False)

    def left(self) -> None:
        self.choose(False)

    def right(self) -> None:
        self.choose(True)

    def switch(self) -> None:
        self.choose(not self.takes_theirs(self.roster.current()))

    def choose(self, theirs: bool) -> None:
        """Choose a side for the field under the cursor, and for those that go with it."""
        here = self.roster.current()
        lead = here.goes_with or here.name
        self.choices[lead] = theirs
        together = [each.label for each in self.asked if lead in (each.name, each.goes_with)]
        if len(together) > 1:
            self.desk.say(f"{'、'.join(together)}一起换", "info")

    def merge(self) -> None:
        try:
            moved = merging.belongings(self.other_id)
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        taken = sum(self.takes_theirs(each) for each in self.asked)
        question = f"把右边的{self.names[1]}并入左边的{self.names[0]}：不同的{len(self.asked)}项里{taken}项用右边的，补上{len(self.fills)}项"
        if moved:
            named = "、".join(f"{what}{n}条" for what, n in moved.items())
            question += f"；右边名下的{named}归到左边，重复的只留一份"
        question += "。合并吗？"
        self.desk.push(Confirm(question, "合并", "不合并"), self._confirmed)

    def _confirmed(self, yes: bool) -> None:
        if not yes:
            return
        try:
            done = merging.merge(self.keep_id, self.other_id, self.choices, self.context.by)
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
            return
        self.desk.close(done.id)
        moved = "".join(f"，移来{what}{n}条" for what, n in done.moved.items())
        self.desk.say(f"已合并为一份：{done.name}{moved}，按 Ctrl+Z 可撤销", "good")

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        half = _half(width)
        head = columns([(" ", 1, "dim"), ("不同的内容", LABEL, "dim"), (f"  左：{self.names[0]}（保留）", half, "dim"),
                        (f"  右：{self.names[1]}（并入）", half, "dim")], gap=1)  # fmt: skip
        foot = self._foot(width)
        rows = self.roster.draw(width, height - 1 - len(foot))
        return Picture([head, *rows, *foot])

    def _row(self, each: Difference, width: int, here: bool) -> Line:
        """One field: its name and both values, the chosen one marked `*`."""
        half, theirs = _half(width), self.takes_theirs(each)
        left, right = _shown(each)
        marked = ("  ", "* ") if theirs else ("* ", "  ")
        indent = " " if each.goes_with else ""
        return columns([
            (">" if here else " ", 1, "key"),
            (indent + each.label, LABEL, "cursor" if here else "plain"),
            (marked[0] + left, half, "dim" if theirs else "good"),
            (marked[1] + right, half, "good" if theirs else "dim"),
        ], gap=1)  # fmt: skip

    def _foot(self, width: int) -> list[Line]:
        """What the columns cut off of the field under the cursor, and what is filled in without asking."""
        lines: list[Line] = []
        here = self.roster.current()
        for side, text in zip(("左", "右"), _shown(here) if here else (), strict=False):
            if cells(text) > _half(width) - 2:
                lines += [[("  " + row, "plain")] for row in wrap(f"{side}：{text}", width - 4)[:3]]
        if self.fills:
            added = "、".join(f"{each.label} {_shown(each)[1]}" for each in self.fills)
            text = f"左边空着、自动补上{len(self.fills)}项：{added}"
            rows = wrap(text, width - 4)
            rows = rows if len(rows) <= 4 else [*rows[:3], "其余的合并后在档案里看"]
            lines += [[("  " + row, "dim")] for row in rows]
        return [[], *lines]


def _half(width: int) -> int:
    return (width - LABEL - 4) // 2


def _shown(each: Difference) -> tuple[str, str]:
    """Both values in words, on one line, numbers in full: they are there to be compared."""
    about = child_sheet.SPECS[each.name]
    left, right = (" ".join(spec.show(about, value).split()) for value in (each.kept, each.theirs))
    return left, right
