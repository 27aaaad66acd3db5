"""目标清单 (F5): each rate with its goal and rule; Enter lists who is missing, Enter again mends it there."""

from db import children, targets
from db.errors import LedgerError
from db.targets import Missing, Target
from tui.context import Context
from tui.ink import Line, cells, clip, columns, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.widgets.rates import rate_bar, rate_text, verdict
from tui.widgets.record_form import open_record
from tui.widgets.roster import Roster

NAME, RATE, PEOPLE, GOAL, SAID = 10, 6, 9, 6, 8
BESIDES = NAME + RATE + PEOPLE + GOAL + SAID + 13  # cells of a row without its bar
CHILD, GROUP = 12, 10


def target_row(target: Target, width: int, here: bool) -> Line:
    """One target as a line."""
    bar = _bar_cells(width)
    line = columns(
        [(">" if here else " ", 1, "key"), (target.name, NAME, "cursor" if here else "plain")], gap=1
    )
    if target.rate is None:
        return [*line, (" " * (bar + RATE + 3), "plain"), (rate_text(None), "dim")]
    goal = "" if target.goal is None else f"{target.goal:g}%"
    said, style = verdict(target)
    return [
        *line, ("  ", "plain"), *rate_bar(target, bar), ("  ", "plain"),
        *columns([(rate_text(target.rate), -RATE, "strong"), (f"{target.numerator}/{target.denominator}", -PEOPLE, "plain"),
                  (goal, -GOAL, "dim"), (said, SAID, style)]),
    ]  # fmt: skip


def targets_head(width: int) -> Line:
    """The heading line over the rows of `target_row`."""
    return columns([("  目标", NAME + 2, "dim"), ("", _bar_cells(width), "dim"), ("完成", -RATE, "dim"),
                    ("人数", -PEOPLE, "dim"), ("要求", -GOAL, "dim")])  # fmt: skip


def _bar_cells(width: int) -> int:
    return max(6, min(40, width - BESIDES))


class Targets(Page):
    """All targets of the term; below them the rule of the one under the cursor and who is still missing."""

    title = "目标清单"
    keys = (
        Key(("enter", "f8"), "缺谁", "open"),
        Key(("f5",), "重算", "shown", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context):
        self.context = context
        self.targets: list[Target] = []
        self.roster: Roster[Target] = Roster(
            lambda: len(self.targets),
            lambda offset, limit: self.targets[offset : offset + limit],
            target_row,
            "还没有目标",
        )

    def shown(self) -> None:
        try:
            self.targets = targets.targets()
        except LedgerError as error:
            self.desk.say(str(error), "error")
        self.roster.refresh()

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run != "open":
            return None
        target = self.roster.current()
        if target is None or target.rate is None:
            return "还没有应计入的儿童：按 F2 登记，或按 F7 导入现有表格"
        return None if target.missing else f"{target.name}没有缺漏"

    def open(self) -> None:
        self.desk.push(MissingList(self.context, self.roster.current()))

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        rows = min(max(len(self.targets), 1), height - 8)
        lines = [targets_head(width), *self.roster.draw(width, rows), []]
        target = self.roster.current()
        if target is not None:
            lines += _about(target, width, height - len(lines))
        return Picture(lines)


def _about(target: Target, width: int, room: int) -> list[Line]:
    """The rule of a target in full, then as many of the missing as fit."""
    lines: list[Line] = [[(f" {target.name}怎么算", "head")]]
    lines += [[("  " + text, "plain")] for text in wrap(target.definition, width - 4)]
    if target.rate is None:
        return [*lines, [], [("  分母是 0：现在没有应计入的儿童", "dim")]][:room]
    if not target.missing:
        return lines[:room]
    lines += [[], [(f" 缺 {len(target.missing)} 人", "head"), ("  回车看名单，逐个补上", "dim")]]
    names = _packed([each.name for each in target.missing], width - 4)
    left = room - len(lines)
    if len(names) > left > 0:
        names = [*names[: left - 1], "等，回车看全部"]
    return (lines + [[("  " + text, "plain")] for text in names])[:room]


def _packed(names: list[str], n: int) -> list[str]:
    """Names joined by 、 in lines of n cells; no name is broken."""
    lines = [""]
    for at, name in enumerate(names):
        name += "、" if at < len(names) - 1 else ""
        if lines[-1] and cells(lines[-1] + name) > n:
            lines.append("")
        lines[-1] += name
    return lines


class MissingList(Page):
    """Who a target still lacks, and why; Enter goes to where it is mended."""

    keys = (
        Key(("enter", "f8"), "去补", "open"),
        Key(("space",), "档案", "dossier"),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context, target: Target):
        self.context, self.target = context, target
        self.roster: Roster[tuple[Missing, str]] = Roster(
            lambda: len(self.target.missing), self._window, missing_row, "都补齐了，按 Esc 返回"
        )

    @property
    def title(self) -> str:
        """The target and how many it lacks: one fewer with each that is mended."""
        return f"{self.target.name}：缺{len(self.target.missing)}人"

    def _window(self, offset: int, limit: int) -> list[tuple[Missing, str]]:
        missing = self.target.missing[offset : offset + limit]
        groups = {line.id: line.village_group or "" for line in children.lines([each.id for each in missing])}
        return [(each, groups.get(each.id, "")) for each in missing]

    def shown(self) -> None:
        here = self.roster.current() if self.target.missing else None
        try:
            self.target = next(each for each in targets.targets() if each.code == self.target.code)
            self.roster.refresh()
        except LedgerError as error:
            self.desk.say(str(error), "error")
        if here is not None:  # the others close ranks: the cursor stays with its child, or takes the next one
            ids = [each.id for each in self.target.missing]
            self.roster.go(ids.index(here[0].id) if here[0].id in ids else self.roster.at)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        return "已经没有缺的了" if key.run in ("open", "dossier") and not len(self.roster) else None

    def open(self) -> None:
        child, _group = self.roster.current()
        if self.target.code == "talk_on_time":
            open_record(self.context, child.id)
            return
        self._child(child, child.field)
        if self.target.code == "paired":
            self.desk.say(f"{child.name}还没有结对：按 F3 去结对", "info")

    def dossier(self) -> None:
        self._child(self.roster.current()[0], None)

    def _child(self, child: Missing, field: str | None) -> None:
        try:
            self.context.open_child(child.id, at=field)
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        target = self.target
        lines: list[Line] = [
            [(f" {target.numerator}/{target.denominator}  ", "strong"), *rate_bar(target, width // 3), ("  ", "plain"),
             (rate_text(target.rate), "strong")],
            [],
            columns([("  姓名", CHILD + 2, "dim"), ("村民组", GROUP, "dim"), ("缺什么", 20, "dim")], gap=1),
        ]  # fmt: skip
        return Picture([*lines, *self.roster.draw(width, height - len(lines))])


def missing_row(missing: tuple[Missing, str], width: int, here: bool) -> Line:
    """One child that a target lacks, as a line."""
    child, group = missing
    room = width - CHILD - GROUP - 5
    return columns([(">" if here else " ", 1, "key"), (child.name, CHILD, "cursor" if here else "plain"),
                    (group, GROUP, "plain"), (_whole_words(child.why, room), room, "plain")], gap=1)  # fmt: skip


def _whole_words(text: str, n: int) -> str:
    """A list of things in n cells: what does not fit is dropped from a 、 on, and said so."""
    if cells(text) <= n:
        return text
    parts = text.split("、")
    while len(parts) > 1 and cells("、".join(parts) + "等") > n:
        parts.pop()
    return clip("、".join(parts) + "等", n)
