"""关爱清单: what is ticked off for a child (三知三多三沟通, 三个优先, 爱心档案袋), and who still lacks a point."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from db import children, days, ticks
from db.children import Wanted
from db.errors import LedgerError
from db.ticks import Item
from db.ticks import Lacking as Lacks
from tui.context import Context
from tui.ink import Line, clip, columns
from tui.page import TROUBLE, Key, Page, Picture
from tui.screens.care_plan import day_said
from tui.widgets.ask import ask_day
from tui.widgets.dialogs import Choose, Prompt, Tell
from tui.widgets.roster import Roster

NARROW = 76
LIST, LABEL, WHEN, WHO = 14, 16, 10, 8


class Row(NamedTuple):
    """One point on the page; first: whether its checklist begins with it."""

    checklist: str
    title: str
    item: Item
    first: bool


class Ticks(Page):
    """The three checklists of a child on one page."""

    keys = (
        Key(("enter",), "勾选并说明", "tick_with_note"),
        Key(("space",), "今天做了", "tick"),
        Key(("f8",), "谁还没有", "lacking"),
        Key(("f10", "h"), "历次", "history"),
        Key(("insert", "a"), "补勾别的日子", "tick_other_day"),
        Key(("delete",), "取消勾选", "untick"),
        Key(("tab",), "下一张清单", "next_list", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context, child_id: UUID, name: str):
        self.context, self.child_id, self.name = context, child_id, name
        self.title = f"关爱清单：{name}"
        self.roster: Roster[Row] = Roster.of([], _row)

    def shown(self) -> None:
        at = self.roster.at
        try:
            lists = ticks.of_child(self.child_id)
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
            return
        rows = [
            Row(each.code, each.title, item, not n) for each in lists for n, item in enumerate(each.items)
        ]
        self.roster = Roster.of(rows, _row)
        self.roster.go(at)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        return "清单没有读出来：按 Esc 返回再打开" if key.run != "undo" and not len(self.roster) else None

    def next_list(self) -> None:
        """To the first point of the next checklist, round and round."""
        starts = [n for n, row in enumerate(self.roster.items()) if row.first]
        self.roster.go(next((n for n in starts if n > self.roster.at), 0))

    def tick(self) -> None:
        self._tick(None, None)
        self.roster.go(self.roster.at + 1)

    def tick_with_note(self) -> None:
        self._ask_note(None)

    def tick_other_day(self) -> None:
        item = self.roster.current().item
        ask_day(
            self.desk, f"{item.label}：哪天做的", days.today().isoformat(), lambda day, _: self._ask_note(day)
        )

    def _ask_note(self, day: date | None) -> None:
        item = self.roster.current().item

        def answered(note: str | None) -> None:
            if note is not None:
                self._tick(note, day)

        self.desk.push(Prompt(f"{item.label}：{item.ask}（可不填）", "", "回车勾选，Esc 不勾"), answered)

    def _tick(self, note: str | None, day: date | None) -> None:
        row = self.roster.current()
        self._do(
            lambda: ticks.tick(self.child_id, row.checklist, row.item.code, self.context.by, note, day),
            f"已勾：{row.item.label}",
        )

    def untick(self) -> None:
        row = self.roster.current()
        self._do(
            lambda: ticks.untick(self.child_id, row.checklist, row.item.code, self.context.by),
            f"已取消最近一次：{row.item.label}",
        )

    def _do(self, work: Callable[[], object], said: str) -> None:
        try:
            work()
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
        else:
            self.shown()
            self.desk.say(said + "，按 Ctrl+Z 可撤销", "good")

    def history(self) -> None:
        row = self.roster.current()
        times = ticks.history(self.child_id, row.checklist, row.item.code)
        said = [" ".join(filter(None, (str(each.on_date), each.by, each.note))) for each in times]
        if row.item.derived:
            said.insert(0, f"{row.item.last_on} {row.item.note}")
        self.desk.push(Tell(f"{self.name} {row.item.label}：历次", said or ["还没有"]))

    def lacking(self) -> None:
        """Who else lacks this point: of the same group, of the same grade, of all."""
        row = self.roster.current()
        (child,) = children.lines([self.child_id])
        scopes = [("全部在册儿童", Wanted())]
        if child.grade:
            scopes.insert(
                0,
                (
                    f"{child.school or ''}{child.grade}",
                    Wanted(text=f"{child.school or ''} {child.grade}".strip()),
                ),
            )
        if child.village_group:
            scopes.insert(0, (child.village_group, Wanted(group=child.village_group)))

        def chosen(at: int | None) -> None:
            if at is not None:
                self.desk.push(Lacking(self.context, row.checklist, row.item, *scopes[at]))

        self.desk.push(Choose(f"谁还没有“{row.item.label}”", [name for name, _ in scopes]), chosen)

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        here = self.roster.current()
        head: Line = [(f" {here.title if here else ''}", "head")]
        if here:
            points = [row.item for row in self.roster.items() if row.checklist == here.checklist]
            head.append(
                (f"   {len(points)}项，有{sum(each.last_on is not None for each in points)}项", "plain")
            )
        note = clip(here.item.note or here.item.ask, width - 2) if here else ""
        return Picture([head, *self.roster.draw(width, height - 2), [(" " + note, "dim")]])


def _row(row: Row, width: int, here: bool) -> Line:
    item = row.item
    when = day_said(item.last_on) if item.last_on else "还没有"
    cells = [(">" if here else " ", 1, "key")]
    if width >= NARROW:
        cells.append((row.title if row.first else "", LIST, "head"))
    cells += [(item.label, LABEL, "cursor" if here else "plain"), (when, WHEN, "plain" if item.last_on else "warn"),
              (item.by or "", WHO, "plain")]  # fmt: skip
    room = width - sum(n + 1 for _, n, _ in cells)
    return columns([*cells, (item.note or "", room, "dim")], gap=1)


class Lacking(Page):
    """Children for whom one point was not seen to; several are ticked at once."""

    keys = (
        Key(("space",), "标记", "mark"),
        Key(("f8",), "勾选标记的", "tick"),
        Key(("enter",), "清单", "open"),
        Key(("ctrl+a", "*"), "全部标记（再按一次取消）", "mark_all", show=False),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context, checklist: str, item: Item, scope: str, wanted: Wanted):
        self.context, self.checklist, self.item, self.scope, self.wanted = (
            context,
            checklist,
            item,
            scope,
            wanted,
        )
        self.title = f"还没有：{item.label}"
        self.marked: set[UUID] = set()
        self.roster: Roster[Lacks] = Roster.of([], self.row)

    def shown(self) -> None:
        at = self.roster.at
        try:
            found = ticks.lacking(self.checklist, self.item.code, children.keys(self.wanted))
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self.marked &= {each.id for each in found}
        self.roster = Roster.of(found, self.row, f"{self.scope}都有了")
        self.roster.go(at)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        return f"{self.scope}都有了" if key.run != "undo" and not len(self.roster) else None

    def mark(self) -> None:
        self.marked ^= {self.roster.current().id}
        self.roster.press("down")

    def mark_all(self) -> None:
        everyone = {each.id for each in self.roster.items()}
        self.marked = set() if self.marked == everyone else everyone

    def tick(self) -> None:
        """Tick the point today for the marked, else for the one under the cursor, with one note for all."""
        chosen = [each.id for each in self.roster.items() if each.id in self.marked] or [
            self.roster.current().id
        ]

        def answered(note: str | None) -> None:
            if note is None:
                return
            try:
                count = ticks.tick_many(chosen, self.checklist, self.item.code, self.context.by, note)
            except TROUBLE as trouble:
                self.desk.say(str(trouble), "error")
            else:
                self.shown()
                self.desk.say(f"已勾{count}名：{self.item.label}，按 Ctrl+Z 可撤销", "good")

        self.desk.push(Prompt(f"给{len(chosen)}名勾“{self.item.label}”：{self.item.ask}（可不填）"), answered)

    def open(self) -> None:
        open_ticks(self.context, self.roster.current().id)

    def undo(self) -> None:
        self.context.undo()

    def row(self, line: Lacks, width: int, here: bool) -> Line:
        """One child, and when the point was last seen to."""
        return columns([
            (">" if here else " ", 1, "key"), ("*" if line.id in self.marked else " ", 1, "key"),
            (line.name, 12, "cursor" if here else "plain"), (line.village_group or "", 10, "dim"),
            (f"上次 {line.last_on}" if line.last_on else "从来没有", 18, "plain"),
        ], gap=1)  # fmt: skip

    def draw(self, width: int, height: int) -> Picture:
        marked = f"   已标记{len(self.marked)}名" if self.marked else ""
        span = "" if self.checklist == "bag" else "本学期"
        head: Line = [(clip(f" {self.scope}：{span}还没有的{len(self.roster)}名{marked}", width), "head")]
        return Picture([head, *self.roster.draw(width, height - 1)])


def open_ticks(context: Context, child_id: UUID) -> None:
    """Lay a child's checklists on the desk, or say why that cannot be."""
    try:
        name = children.live(child_id).name or ""
    except TROUBLE as trouble:
        context.desk.say(str(trouble), "error")
    else:
        context.desk.push(Ticks(context, child_id, name))
