"""与上次上报的差异: what is to be keyed into an outer system since it was told last; F8 marks what has been keyed in."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from db import changes, reported
from db.reported import KINDS, Comparison, Field
from db.reported import Difference as Told
from tui.context import Context
from tui.ink import Line, clip, columns, gauge
from tui.page import Key, Page, Picture
from tui.task import Task
from tui.widgets.ask import ask_action, ask_place, ask_text
from tui.widgets.dialogs import Choose, Confirm
from tui.widgets.roster import Roster

KIND, NAME, GROUP, LAST = 4, 10, 8, 10
STYLES = {"added": "good", "back": "good", "changed": "plain", "left": "warn"}
LABEL = 16
BAR = 40


class Difference(Page):
    """The children of whom a system is to be told something, in the register's order."""

    title = "与上次上报的差异"
    keys = (
        Key(("enter",), "明细", "open"),
        Key(("space",), "选", "pick"),
        Key(("f8",), "标为已上报", "mark"),
        Key(("tab",), "换系统", "switch"),
        Key(("f10", "m"), "存表、算谁", "more"),
        Key(("f5",), "重算", "compare", show=False),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context):
        self.context = context
        self.comparison: Comparison | None = None
        self.to, self.everybody = reported.USUAL, False
        self.chosen: set[UUID] = set()
        self.seen = -1  # the actions done in this program when the list was made
        self.task: Task | None = None
        self.doing = reported.Step("比较", 0, 0)
        self.roster: Roster[Told] = self._list([])

    def _list(self, found: list[Told]) -> Roster[Told]:
        return Roster.of(found, self._row, "没有要上报的：和上次报的一样")

    # ---- work

    def shown(self) -> None:
        if self.task is None and self.seen != changes.actions:  # twenty thousand children take seconds
            self.compare()

    def compare(self) -> None:
        comparison = Comparison(self.to, self.everybody)
        self.seen = changes.actions

        def ended() -> None:
            before, self.roster = self.roster, self._list(comparison.found)
            self.comparison = comparison
            self.chosen &= {each.child_id for each in comparison.found}
            self.roster.follow(before, lambda each: each.child_id)

        self._begin(comparison.steps(), ended)

    def _begin(self, steps: Iterator[Any], then: Callable[[], None]) -> None:
        def told(step: reported.Step) -> None:
            self.doing = step

        def ended() -> None:
            self.task = None
            then()

        def failed(why: str) -> None:
            self.task = None
            self.desk.complain(why)

        self.task = Task(steps, told, ended, failed)
        self.desk.begin(self.task)

    def leave(self) -> None:
        self.flush()
        super().leave()

    def flush(self) -> None:
        if self.task is not None:
            self.task.cancel()
            self.task = None

    # ---- keys

    def press(self, key: str, char: str | None) -> bool:
        return (self.task is None and self.roster.press(key)) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if self.task is not None:
            return f"正在{self.doing.what}，请稍候；按 Esc 停下"
        if key.run in ("open", "pick", "mark") and not len(self.roster):
            return "没有要上报的：和上次报的一样"
        return None

    def open(self) -> None:
        self.desk.push(Details(self.context, self.roster.current()))

    def pick(self) -> None:
        """Choose a child, or no longer, and go to the next."""
        self.chosen ^= {self.roster.current().child_id}
        self.roster.press("down")

    def mark(self) -> None:
        """Ask, then note that the chosen ones, or all, have been keyed in."""
        found = [each for each in self.comparison.found if not self.chosen or each.child_id in self.chosen]
        who = f"选中的{len(found)}名" if self.chosen else f"全部{len(found)}名"

        def confirmed(yes: bool) -> None:
            if yes:
                self._begin(reported.mark(found, self.to, self.context.by), lambda: self._marked(len(found)))

        self.desk.push(Confirm(f"{who}都已录入“{self.to}”，标为已上报？", "标为已上报", "还没有"), confirmed)

    def _marked(self, count: int) -> None:
        self.chosen.clear()
        self.compare()
        self.desk.say(f"已把{count}名标为已上报，按 Ctrl+Z 可撤销", "good")

    def switch(self) -> None:
        names = reported.systems()
        if self.to not in names:
            names.append(self.to)

        def chosen(at: int | None) -> None:
            if at is None:
                return
            if at < len(names):
                self._to(names[at])
            else:
                ask_text(self.desk, "报给哪个系统", "", lambda text: self._to(reported.named(text)),
                         "写它的名称，如 县教育局留守儿童平台", reported.LONGEST)  # fmt: skip

        self.desk.push(Choose("报给哪个系统", [*names, "另填一个系统"], at=names.index(self.to)), chosen)

    def _to(self, name: str) -> None:
        self.to = name
        self.chosen.clear()
        self.compare()

    def more(self) -> None:
        other = "只算留守儿童" if self.everybody else "算全部登记儿童"
        ask_action(self.desk, "存表、算谁", [
            ("存成 xlsx 表，照着录入（含完整号码）", "ccb", self.save), (other, "s", self._other),
        ])  # fmt: skip

    def _other(self) -> None:
        self.everybody = not self.everybody
        self.compare()

    def save(self) -> None:
        def begin(path: Path) -> None:
            said = f"{len(self.comparison.found)}名儿童的差异已存好，内有完整号码，请妥善保管：{path}"
            steps = reported.write(self.comparison, path, self.context.by)
            self._begin(steps, lambda: self.desk.say(said, "good"))

        ask_place(self.desk, "差异表存到", Path.cwd() / "与上次上报的差异.xlsx", begin)

    def undo(self) -> None:
        self.context.undo()

    # ---- the picture

    def draw(self, width: int, height: int) -> Picture:
        lines: list[Line] = [[(clip(f" 报给：{self.to}", width), "head")]]
        if self.task is not None or self.comparison is None:
            what, done, of = self.doing
            bar = gauge(done / of, min(BAR, width - 4)) if of else []
            return Picture([*lines, [(f" 正在{what} {done}/{of}", "info")], [(" ", "plain"), *bar]])
        counts = "  ".join(f"{name}{self.comparison.count(kind)}" for kind, name in KINDS.items())
        picked = f"  选中{len(self.chosen)}" if self.chosen else ""
        lines.append(
            [(clip(f" {counts}{picked}  {'全部登记儿童' if self.everybody else '留守儿童'}", width), "plain")]
        )
        if self.comparison.waiting:
            said = f" 另有{self.comparison.waiting}名报过的本学期还没摸底、或还说不清是不是留守，补齐再比"
            lines.append([(clip(said, width), "warn")])
        lines.append(columns([(" ", 2, "dim"), ("类别", KIND, "dim"), ("姓名", NAME, "dim"), ("村民组", GROUP, "dim"),
                              ("上次上报", LAST, "dim"), ("报什么", self._room(width), "dim")], gap=1))  # fmt: skip
        return Picture([*lines, *self.roster.draw(width, height - len(lines))])

    def _room(self, width: int) -> int:
        return width - KIND - NAME - GROUP - LAST - 8

    def _row(self, each: Told, width: int, here: bool) -> Line:
        picked = "*" if each.child_id in self.chosen else " "
        return columns([
            ((">" if here else " ") + picked, 2, "key"), (KINDS[each.kind], KIND, STYLES[each.kind]),
            (each.name, NAME, "cursor" if here else "plain"), (each.village_group or "", GROUP, "plain"),
            (str(each.on_date or ""), LAST, "dim"), (each.about, self._room(width), "plain"),
        ], gap=1)  # fmt: skip


class Details(Page):
    """What is to be keyed in of one child: each field as the system knows it and as it is now."""

    keys = (Key(("enter", "f8"), "档案", "open"), Key(("ctrl+z",), "撤销", "undo", show=False))

    def __init__(self, context: Context, told: Told):
        self.context, self.told = context, told
        self.title = f"{told.name} {KINDS[told.kind]}"
        empty = "；".join(filter(None, (told.why, "请在系统里把这名儿童退出")))
        self.roster: Roster[Field] = Roster.of(told.fields(), self._row, empty)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run == "open" and self.told.why == reported.STRUCK_OUT:
            return "这名儿童的档案已被删除，没有档案可看"
        return None

    def open(self) -> None:
        """The child's sheet in the field under the cursor; without one, the 档案."""
        here = self.roster.current()
        self.context.open_child(self.told.child_id, at=here.name if here else None)

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        half = self._half(width)
        changed = self.told.kind == "changed"
        head = columns([("  栏目", LABEL + 2, "dim"), ("原来报的" if changed else "填", half, "dim"),
                        ("现在" if changed else "", half, "dim")], gap=1)  # fmt: skip
        foot: Line = [(" 号码打了码；要完整的号码，回到名单按 F10 存表", "dim")]
        return Picture([head, *self.roster.draw(width, height - 2), foot])

    def _half(self, width: int) -> int:
        return (width - LABEL - 5) // 2

    def _row(self, field: Field, width: int, here: bool) -> Line:
        half = self._half(width)
        start = [(">" if here else " ", 1, "key"), (field.label, LABEL, "cursor" if here else "plain")]
        if self.told.kind != "changed":
            return columns([*start, (field.new, 2 * half, "plain")], gap=1)
        return columns(
            [*start, (field.old or "没有", half, "dim"), (field.new or "清空", half, "strong")], gap=1
        )
