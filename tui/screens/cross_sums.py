"""汇总表: each group of figures, region by region, checked against the total; Enter lists the children behind a figure."""

from pathlib import Path
from typing import NamedTuple

from db import children, cross_sums, cross_sums_files
from db.children import ChildLine
from db.cross_groups import GROUPS, Group
from db.cross_sums import BY, WHO, Region, Stray, Sums
from tui.context import Context
from tui.ink import Line, columns, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.widgets.ask import ask_action, ask_file
from tui.widgets.roster import Roster

LABEL, FIGURE = 22, 8
RULE = 3  # lines at the foot for how a group is counted


class Row(NamedTuple):
    """A line of the table: a column of a group, or (column '') the group's heading with its check."""

    group: Group | None
    column: str
    label: str


def _rows() -> list[Row]:
    rows = [Row(None, "", "数量")]
    for group in GROUPS:
        rows.append(Row(group, "", group.name))
        rows += [Row(group, column, label) for column, label in (group.columns | group.beside).items()]
    return rows


class CrossSums(Page):
    """The table lying on its side: groups and their columns downwards, the site and its regions across."""

    title = "汇总表"
    keys = (
        Key(("enter",), "名单", "open"),
        Key(("f8",), "保存", "save"),
        Key(("f10", "m"), "谁、按什么", "more"),
        Key(("right",), "右边的村民组或学校", "right", show=False),
        Key(("left",), "左边的村民组或学校", "left", show=False),
        Key(("f5",), "重算", "shown", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context):
        self.context = context
        self.who, self.by = "left_behind", "group"
        self.table: Sums | None = None
        self.across = 0  # the region of the cursor
        self.roster = Roster.of(_rows(), self._row)

    def shown(self) -> None:
        try:
            self.table = cross_sums.sums(self.who, self.by)
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
            return
        self.across = min(self.across, len(self.table.regions) - 1)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def right(self) -> None:
        if self.table is not None:
            self.across = min(self.across + 1, len(self.table.regions) - 1)

    def left(self) -> None:
        self.across = max(self.across - 1, 0)

    def why_off(self, key: Key) -> str | None:
        if self.table is None and key.run in ("open", "save"):
            return "汇总表没有算出来：按 F5 再算一次"
        if key.run != "open":
            return None
        row, region = self.roster.current(), self.table.regions[self.across]
        if row.group is not None and not row.column:
            check = self.table.check(row.group, region)
            return f"{row.group.name}相符，没有对不上的" if check.sum == check.of else None
        return None if self._count(row, region) else "这一格是 0，没有名单"

    def open(self) -> None:
        """The children behind a figure; on a group's heading, those that keep it from adding up."""
        row, region = self.roster.current(), self.table.regions[self.across]
        self.desk.push(CellChildren(self.context, self.who, self.by, row, region))

    def save(self) -> None:
        def write(path: Path) -> str:
            count = cross_sums_files.to_file(path, self.who, self.by, self.context.by)
            return f"已把{count}名儿童的汇总表存到 {path}"

        ask_file(
            self.desk, "汇总表存到（.xlsx、.csv、.json，要打印写 .html）", Path.cwd() / "汇总表.xlsx", write
        )

    def more(self) -> None:
        actions = [
            (f"统计{name}", initials, lambda who=who: self._set(who=who))
            for (who, name), initials in zip(WHO.items(), ("tjls", "tjqb"), strict=True)
        ]
        actions += [
            (f"按{name}汇总", initials, lambda by=by: self._set(by=by))
            for (by, name), initials in zip(BY.items(), ("acmz", "axx"), strict=True)
        ]
        ask_action(self.desk, "汇总谁、按什么汇总", actions)

    def _set(self, who: str = "", by: str = "") -> None:
        self.who, self.by = who or self.who, by or self.by
        self.shown()

    def undo(self) -> None:
        self.context.undo()

    def _count(self, row: Row, region: Region) -> int:
        if row.group is None:
            return region.total
        return self.table.cells[row.group.code, row.column, region.value]

    # ---- the picture

    def draw(self, width: int, height: int) -> Picture:
        if self.table is None:
            return Picture([])
        about = [[(" " + text, "dim")] for text in wrap(self.table.about, width - 2)]
        head = [("  " + f"按{BY[self.by]}", LABEL, "dim")]
        head += [
            (region.label, -FIGURE, "head" if at == self.across else "dim")
            for at, region in self._seen(width)
        ]
        here = self.roster.current()
        foot = self._foot(here, width)
        rows = self.roster.draw(width, height - len(about) - 1 - len(foot))
        return Picture([*about, columns(head, gap=1), *rows, *foot])

    def _seen(self, width: int) -> list[tuple[int, Region]]:
        """The site, then as many regions as fit, the one under the cursor among them."""
        regions = list(enumerate(self.table.regions))
        room = (width - LABEL) // (FIGURE + 1) - 1
        first = 1 + max(0, self.across - room)
        return [regions[0], *regions[first : first + room]]

    def _row(self, row: Row, width: int, here: bool) -> Line:
        mark = ">" if here else " "
        heading = row.group is not None and not row.column
        line = [(f"{mark}{'' if heading else ' '}{row.label}", LABEL, "head" if heading else "plain")]
        for at, region in self._seen(width):
            text, style = self._figure(row, region, heading)
            line.append((text, -FIGURE, "cursor" if here and at == self.across else style))
        return columns(line, gap=1)

    def _figure(self, row: Row, region: Region, heading: bool) -> tuple[str, str]:
        if heading:
            check = self.table.check(row.group, region)
            return check.said, "good" if check.sum == check.of else "alarm"
        count = self._count(row, region)
        return str(count), "plain" if count else "dim"

    def _foot(self, row: Row, width: int) -> list[Line]:
        """How the group under the cursor is counted, and what to do where it does not add up."""
        region = self.table.regions[self.across]
        if row.group is None:
            share = self.table.share(region)
            said = f"{region.label}{region.total}名" + ("" if share is None else f"，占总量{share:g}%")
            return [[], [(f" {said}", "plain")]]
        lines = wrap(f"{row.group.name}：{row.group.rule}", width - 2)
        check = self.table.check(row.group, region)
        if check.sum != check.of:
            lines = [
                f"{region.label}的{row.group.name}合计{check.sum}，应为{check.of}：在这一组的标题上按回车看是谁",
                *lines,
            ]
        return [[], *([(" " + text, "plain")] for text in lines[:RULE])]


class CellChildren(Page):
    """The children behind a figure, or those that keep a group from adding up; Enter opens one where it is mended."""

    keys = (
        Key(("enter", "f8"), "去补", "mend"),
        Key(("space",), "档案", "dossier"),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context, who: str, by: str, row: Row, region: Region):
        self.context, self.who, self.by, self.row, self.region = context, who, by, row, region
        self.ids: list = []
        self.why: dict = {}
        self.roster: Roster[ChildLine] = Roster(
            lambda: len(self.ids),
            lambda at, n: children.lines(self.ids[at : at + n]),
            self._line,
            "没有了，按 Esc 返回",
        )

    @property
    def title(self) -> str:
        """The region, the figure and how many children it is."""
        row = self.row
        what = "全部" if row.group is None else f"{row.group.name}：{row.label if row.column else '对不上的'}"
        return f"{self.region.label} {what} {len(self.ids)}人"

    def shown(self) -> None:
        row, place = self.row, self.region.value
        if row.group is not None and not row.column:
            odd: list[Stray] = cross_sums.strays(self.who, self.by, row.group.code, place)
            self.ids, self.why = [each.id for each in odd], {each.id: each.why for each in odd}
        else:
            group = row.group.code if row.group else ""
            self.ids = cross_sums.members(self.who, self.by, group, row.column, place)
        self.roster.refresh()

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        return "名单上没有人：按 Esc 返回" if key.run in ("mend", "dossier") and not self.ids else None

    def mend(self) -> None:
        """The child's sheet, standing in the field the figure hangs on; the 档案 where it hangs on none."""
        field = self.row.group.field if self.row.group else None
        self.context.open_child(self.roster.current().id, at=field)

    def dossier(self) -> None:
        self.context.open_child(self.roster.current().id)

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        last = "为什么" if self.why else "学校"
        head = columns([("  姓名", 12, "dim"), ("性别", 4, "dim"), ("年龄", -4, "dim"), ("村民组", 10, "dim"),
                        (last, width - 34, "dim")], gap=1)  # fmt: skip
        return Picture([head, *self.roster.draw(width, height - 1)])

    def _line(self, child: ChildLine, width: int, here: bool) -> Line:
        return columns([
            (">" if here else " ", 1, "key"), (child.name, 10, "cursor" if here else "plain"), (child.sex, 4, "plain"),
            ("" if child.age is None else str(child.age), -4, "plain"), (child.village_group or "", 10, "plain"),
            (self.why.get(child.id) or f"{child.school or ''}{child.grade}", width - 34, "plain"),
        ], gap=1)  # fmt: skip
