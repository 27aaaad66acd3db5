"""点名 and 接送: one key a child, each mark saved at once; on open days who brought it and who picks it up."""

from operator import attrgetter
from typing import Any
from uuid import UUID

from db import days, pick_up, roll
from db.activities import ActivityLine
from db.errors import LedgerError
from db.roll import Called, RollLine
from db.vocab import ATTENDANCE, RELATION
from tui.context import Context
from tui.ink import Line, cells, clip, columns, fill
from tui.page import TROUBLE, Key, Picture
from tui.screens.closing import Closing, ask_closing
from tui.screens.pick_up import ask_brought, ask_pick_up, ask_time
from tui.widgets.ask import ask_action, ask_removal
from tui.widgets.finding import Finding, FindLine
from tui.widgets.line_edit import LineEdit
from tui.widgets.roster import Roster

TONES = {"present": "good", "absent": "error", "leave": "warn", "late": "warn", None: "dim"}
NARROW = 76


class RollCall(FindLine):
    """The children of an activity; 1-4 mark the one under the cursor and go to the next not yet called.

    On an open day Tab goes to who is picked up by whom: those still there come first. At a parents' meeting a mark says
    whether the family came, Enter who of it.
    """

    PARTS = ("roll", "pick", "parents")

    def __init__(self, context: Context, activity: ActivityLine):
        self.context, self.activity = context, activity
        self.part = "roll"
        self.called: Called | None = None
        self.everyone: list[RollLine] = []
        super().__init__()
        self.still: dict[UUID, str] = {}  # why a child is still there, as said while closing
        self.roster: Roster[RollLine] = Roster.of([], self._row)

    @property
    def title(self) -> str:
        """What the title line says."""
        return f"{'接送' if self.part == 'pick' else '点名'}：{self.activity.title}"

    @property
    def keys(self) -> tuple[Key, ...]:
        return self.keys_in(self.part)

    @staticmethod
    def keys_in(part: str) -> tuple[Key, ...]:
        """The keys while calling the roll, while children are picked up, and at a parents' meeting."""
        came, away = ("来人", "没来") if part == "parents" else ("到", "缺")
        marks = (
            Key(("1",), came, "present"), Key(("2",), away, "absent"), Key(("3",), "假", "excused"),
            Key(("4",), "迟", "late"), Key(("f8",), f"其余都{came}", "rest_present"),
        )  # fmt: skip
        clear = (
            Key(("space",), f"{came}/清除", "toggle", show=False),
            Key(("0", "backspace"), "清除", "clear", show=False),
        )
        own = {
            "roll": (*marks, Key(("tab",), "接送", "other_part"),
                     Key(("enter",), "谁送来、几点到", "brought", show=False), *clear),
            "pick": (Key(("enter",), "谁接走", "pick"), Key(("f8",), "关门", "close_day"),
                     Key(("tab",), "点名", "other_part"),
                     Key(("delete",), "取消接走", "take_back", show=False)),
            "parents": (*marks, Key(("enter",), "谁来了", "brought"), *clear),
        }[part]  # fmt: skip
        return (
            *own,
            Key(("/",), "查找", "start_finding"),
            Key(("f10", "m"), "更多", "more", show=part == "pick"),
            Key(("insert", "a"), "加一名", "add", show=part == "pick"),
            Key(("ctrl+z",), "撤销", "undo", show=False),
        )

    def shown(self) -> None:
        try:
            self.called, self.everyone = roll.about(self.activity.id), roll.of(self.activity.id)
        except (*TROUBLE, LedgerError) as trouble:
            self.desk.say(str(trouble), "error")
            return
        if self.called.kind == "parents":
            self.part = "parents"
        elif self.part == "parents" or not self.called.open_kind:
            self.part = "roll"
        self._show()

    def _show(self, from_top: bool = False) -> None:
        """The children wanted; the cursor stays with its child, while they are picked up with those still there."""
        before, wanted = self.roster, self.find.text.strip()
        found = [line for line in self.everyone if answers(line, wanted)]
        empty = "没有找到，按 Esc 看全部" if wanted else "还没有留守儿童"
        if self.part == "pick":
            found = sorted((line for line in found if line.came), key=lambda line: not line.waiting)
            empty = empty if wanted else "还没有点到的孩子，按 Tab 去点名"
        self.roster = Roster.of(found, self._row, empty)
        if not from_top:
            self.roster.follow(before, _one_to_pick_up if self.part == "pick" else attrgetter("child_id"))

    # ---- keys

    def in_reach(self) -> tuple[Key, ...]:
        if not self.finding:
            return self.keys
        return Finding.finding_keys  # what marks and moves otherwise is typed into the find line

    def press(self, key: str, char: str | None) -> bool:
        if self.finding:
            return self.find_key(key, char)
        return self.roster.press(key) or self.shortcut(key, char)

    def _go_to(self, child_id: Any) -> None:
        keys = [line.child_id for line in self.roster.items()]
        if child_id in keys:
            self.roster.go(keys.index(child_id))

    def leave(self) -> None:
        if self.find.text:
            self.stop_finding()
        else:
            self.desk.close()

    def why_off(self, key: Key) -> str | None:
        if self.called is None:
            return None if key.run == "undo" else "名单没有读出来：按 Esc 返回再打开"
        if key.run in ("other_part", "brought") and not self.called.open_kind and self.part == "roll":
            return "只有开放日、书屋和活动室开放才记接送：要记请先改活动的类别"
        if key.run in ("start_finding", "undo", "more", "add", "other_part", "close_day"):
            return None
        if not len(self.roster):
            return "这里没有儿童"
        if key.run == "take_back" and not self.roster.current().picked_by:
            return f"{self.roster.current().name}没有记过接走"
        return None

    # ---- calling the roll

    def present(self) -> None:
        self.mark("present")

    def absent(self) -> None:
        self.mark("absent")

    def excused(self) -> None:
        self.mark("leave")

    def late(self) -> None:
        self.mark("late")

    def clear(self) -> None:
        self.mark(None, go_on=False)

    def toggle(self) -> None:
        self.mark(None if self.roster.current().state == "present" else "present", go_on=False)

    def mark(self, state: str | None, go_on: bool = True) -> None:
        """Mark the child under the cursor, saved at once."""
        if self._mark([self.roster.current().child_id], state) and go_on:
            self.roster.go(self.roster.at + 1)

    def rest_present(self) -> None:
        """Everybody not yet called has come: one action, taken back as one."""
        rest = [line.child_id for line in self.everyone if line.state is None]
        if not rest:
            self.desk.say("名单上的孩子都已点过", "warn")
        elif self._mark(rest, "present"):
            self.desk.say(f"其余{len(rest)}人都记为到，按 Ctrl+Z 可撤销", "good")

    def _mark(self, children: list[Any], state: str | None) -> bool:
        return self._do(lambda: roll.mark_all(self.activity.id, children, state, self.context.by))

    def _do(self, work) -> bool:
        try:
            work()
            self.everyone = roll.of(self.activity.id)
        except (*TROUBLE, LedgerError) as trouble:
            self.desk.say(str(trouble), "error")
            return False
        self._show()
        return True

    def add(self) -> None:
        """A brother, a newcomer, one that does not count: put on the roll, the cursor on it."""

        def found(child: Any) -> None:
            if self._do(lambda: roll.add(self.activity.id, child.id, self.context.by)):
                self.find = LineEdit()
                self.part = "roll" if self.part == "pick" else self.part
                self._show()
                self._go_to(child.id)
                self.desk.say(f"{child.name}已在名单上，请点名", "good")

        self.context.find_child(found)

    # ---- coming and going

    def other_part(self) -> None:
        self.part = "roll" if self.part == "pick" else "pick"
        self._show(from_top=True)

    def brought(self) -> None:
        ask_brought(self.context, self.called, self.roster.current(), self._told)

    def pick(self) -> None:
        ask_pick_up(self.context, self.called, self.roster.current(), self._told)

    def _told(self, sentence: str, tone: str) -> None:
        self.shown()
        if self.part == "parents":
            self.roster.go(self.roster.at + 1)
        self.desk.say(sentence, tone)

    def take_back(self) -> None:
        line = self.roster.current()
        ask_removal(
            self, f"{line.name}没有被{line.picked_by}接走？",
            lambda: pick_up.take_back(self.activity.id, line.child_id, self.context.by), f"{line.name}的接走",
        )  # fmt: skip

    def more(self) -> None:
        """The further actions of this roll."""
        actions = [("加一名孩子", "jymhz", self.add)]
        if self.called.open_kind:
            actions += [("开门", "km", self.open_day), ("关门", "gm", self.close_day)]
        if self.called.open_kind and len(self.roster):
            actions.append(("谁送来、几点到", "sslde", self.brought))
        ask_action(self.desk, self.activity.title, actions)

    def open_day(self) -> None:
        """Note when the doors opened."""
        now = days.time_now() if self.called.on_date == days.today() else self.called.starts or ""

        def at(time: str | None) -> None:
            pick_up.open(self.activity.id, time, self.context.by)
            self.shown()
            self.desk.say(f"{self.called.opened_at}开门，按 Ctrl+Z 可撤销", "good")

        ask_time(self.desk, "几点开门", self.called.opened_at or self.called.starts or now, at)

    def close_day(self) -> None:
        """Close: at once where everybody is picked up, else after each of the others is settled."""
        if pick_up.not_picked_up(self.activity.id):
            self.desk.push(Closing(self.context, self.called, self.still))
        else:
            ask_closing(self.context, self.called, {}, lambda said: self._told(said, "good"))

    def undo(self) -> None:
        self.context.undo()

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        caret = None
        head: Line = [(f" {self._about(width - 1)}", "dim")]
        if self.finding or self.find.text:
            text, x = self.find.view(width - 10)
            head = [(" 查找 ", "key"), (text, "plain")]
            caret = (6 + x, 0) if self.finding else None
        foot = fill(self._foot(), width)
        return Picture([head, self._head(width), *self.roster.draw(width, height - 3), foot], caret)

    def _about(self, width: int) -> str:
        """Day, time, place, who is on duty, and the hours kept; a long place makes room for the others."""
        if (here := self.called) is None:
            return ""
        when, said = f"{days.short(here.on_date)} {here.starts or ''} ", ""
        for label, value in (("值班", here.duty), ("开门", here.opened_at), ("关门", here.closed_at)):
            said += f"  {label}{value}" if value else ""
        return clip(when + clip(here.place or "", width - cells(when + said)) + said, width)

    def _foot(self) -> Line:
        states = [line.state for line in self.everyone]
        waiting = sum(line.waiting for line in self.everyone)
        if self.part == "pick":
            came, here = sum(line.came for line in self.everyone), self.roster.current()
            return [(f" 来了{came}  已接{came - waiting}  ", "strong"),
                    (f"未接{waiting}", "error" if waiting else "good"),
                    (f"  未点{states.count(None)}", "strong"), (f"  {here.note}" if here and here.note else "", "dim")]  # fmt: skip
        labels = {"present": "家里来人", "absent": "没来"} if self.part == "parents" else {}
        counts = "  ".join(
            f"{labels.get(each.code, each.label)}{states.count(each.code)}" for each in ATTENDANCE
        )
        keys = "  回车 谁送来  F10 更多" if self.called and self.called.open_kind else ""
        return [(f" {counts}  未点{states.count(None)}  共{len(states)}人", "strong"), (keys, "dim")]

    def _widths(self, width: int) -> tuple[int, ...]:
        """Cells of the columns: name, group, mark, arrived, brought by, left at, picked up by."""
        if self.called and not self.called.open_kind and self.part == "roll":
            return 24, 10, 4
        return (12, 6, 4, 5, 16, 5, 16) if width >= NARROW else (10, 6, 4, 5, 8, 5, 10)

    def _columns(self, cells: list[tuple[str, str]], width: int) -> Line:
        named = [(text, n, tone) for (text, tone), n in zip(cells, self._widths(width), strict=False)]
        return columns(named, 2 if width >= NARROW else 1)

    def _head(self, width: int) -> Line:
        titles = ["姓名", "组", "家长" if self.part == "parents" else "点名"]
        if self.called and self.called.open_kind:
            titles += ["到", "谁送来", "走", "谁接走"]
        elif self.part == "parents":
            titles += ["", "谁来了"]
        return [(" ", "dim"), *self._columns([(title, "dim") for title in titles], width)]

    def _row(self, line: RollLine, width: int, here: bool) -> Line:
        wide = width >= NARROW
        state = ATTENDANCE.label(line.state) if line.state else "-"
        cells = [(line.name, "cursor" if here else "plain"), (line.village_group or "", "dim"),
                 (state, TONES[line.state])]  # fmt: skip
        if self.called.open_kind or self.part == "parents":
            cells += [(line.arrived or "", "plain"),
                      (somebody(line.brought_by, line.brought_relation, wide), "plain")]  # fmt: skip
        if self.called.open_kind:
            gone = somebody(line.picked_by, line.picked_relation, wide) + (" 护送" if line.escorted else "")
            stays = "仍在" if line.stayed else "未接" if self.part == "pick" or self.called.closed_at else ""
            cells += [(line.left_at or "", "plain"), (stays, "error") if line.waiting else (gone, "plain")]
        return [(">" if here else " ", "key"), *self._columns(cells, width)]


def _one_to_pick_up(line: RollLine) -> tuple[UUID, bool]:
    """What a line is known by while children are picked up: one that has gone is left for the next still there."""
    return line.child_id, line.waiting


def somebody(name: str | None, relation: str | None, wide: bool) -> str:
    """Who came for a child, with the relation where there is room."""
    return f"{name}（{RELATION.label(relation)}）" if name and relation and wide else name or ""


def answers(line: RollLine, wanted: str) -> bool:
    """Whether a child is meant by part of its name or group, or by the pinyin initials of its name."""
    if wanted in line.name or wanted in (line.village_group or ""):
        return True
    if not wanted.isascii():
        return False
    from db.initials import initials

    return initials(line.name).startswith(wanted.lower())
