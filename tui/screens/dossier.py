"""档案: everything on file about one child, and the way into each field."""

from typing import Any

from db import child_sheet, child_view, lookalikes
from db.errors import LedgerError
from db.sheet import NotFound
from tui.context import Context
from tui.ink import Line, cells, fit, wrap
from tui.page import Key, Page, Picture

LABEL = 14
GONE = "这份档案看不到了：按 Esc 返回名单"


class Dossier(Page):
    """One child on file. The numbers are masked until F8 is pressed."""

    keys = (
        Key(("enter", "e"), "修改", "edit"),
        Key(("f8",), "显示号码", "reveal"),
        Key(("insert", "a"), "记一次谈心", "record"),
        Key(("f10", "r"), "看记录", "records"),
        Key(("ctrl+n",), "补缺项", "mend"),
        Key(("tab", "d"), "疑似重复", "compare"),
        Key(("ctrl+b", "b"), "加兄弟姐妹", "sibling", show=False),
        Key(("down",), "下移", "down", show=False),
        Key(("up",), "上移", "up", show=False),
        Key(("pagedown", "space"), "下翻", "page_down", show=False),
        Key(("pageup",), "上翻", "page_up", show=False),
        Key(("home",), "开头", "home", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context, child_id: Any):
        self.context, self.child_id = context, child_id
        self.revealed = False
        self.top = 0
        self.title = "档案"
        self.child: Any = None
        self.alike: list[lookalikes.Likeness] = []

    def shown(self) -> None:
        try:
            self.child = child_view.dossier(self.child_id, reveal=self.revealed)
            self.alike = lookalikes.similar(child_sheet.load(self.child_id), besides=self.child_id)
        except NotFound as gone:  # merged into another, or struck out, while this page lay beneath
            self.child = None
            self.desk.say(str(gone), "error")
            return
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self.name, _, self.about = self.child.heading.partition(" ")
        self.title = f"档案：{self.name}"

    def why_off(self, key: Key) -> str | None:
        if self.child is None:
            return None if key.run == "undo" else GONE
        if key.run == "compare" and not self.alike:
            return "没有疑似重复的档案"
        return "建档已齐全，没有缺项" if key.run == "mend" and not self.child.gaps else None

    def edit(self) -> None:
        self.context.open_child(self.child_id, at="name")

    def mend(self) -> None:
        self.context.open_child(self.child_id, at=self.child.gaps[0][0])

    def sibling(self) -> None:
        from tui.screens.child_entry import sibling_sheet

        self.desk.push(sibling_sheet(self.context, self.child_id))

    def record(self) -> None:
        from tui.widgets.record_form import open_record

        open_record(self.context, self.child_id)

    def records(self) -> None:
        from tui.screens.records import Records

        self.desk.push(Records(self.context, self.child_id, self.name))

    def compare(self) -> None:
        from tui.screens.merging import Alike

        self.desk.push(Alike(self.context, child_sheet.load(self.child_id), self.child_id))

    def reveal(self) -> None:
        self.revealed = not self.revealed
        self.shown()

    def undo(self) -> None:
        self.context.undo()

    def down(self) -> None:
        self.scroll(1)

    def up(self) -> None:
        self.scroll(-1)

    def page_down(self) -> None:
        self.scroll(self.desk.size[1] - 6)

    def page_up(self) -> None:
        self.scroll(6 - self.desk.size[1])

    def home(self) -> None:
        self.top = 0

    def scroll(self, by: int) -> None:
        """Move the text by so many lines, never past either end."""
        width, height = self.desk.size
        self.top = max(0, min(self.top + by, len(self.lines(width)) - (height - 4)))

    def lines(self, width: int) -> list[Line]:
        """The whole dossier as lines; two short fields share a line when the window is wide."""
        child = self.child
        if child is None:
            return [[(" " + GONE, "warn")]]
        lines: list[Line] = [[(" " + self.about, "strong")]]
        if child.gaps:
            lacks = "、".join(label for _, label in child.gaps)
            lines += [
                [(" " + text, "warn")] for text in wrap(f"建档还缺：{lacks}（按 Ctrl+N 逐项补）", width - 2)
            ]
        if self.alike:
            told = f"疑似重复：{self.alike[0].told}（按 Tab 看）"
            lines += [[(" " + text, "warn")] for text in wrap(told, width - 2)]
        for title, fields in child.sections:
            lines.append([(" " + title, "head")])
            lines += _pairs(fields, width)
        for title, rows in (("结对", child.pairings), ("活动", child.attendance), ("改动", child.changes)):
            if rows:
                lines.append([(" " + title, "head")])
                lines += [[("  " + row, "plain")] for text in rows for row in wrap(text, width - 4)]
        if child.records:
            lines.append([(" 关爱记录", "head")])
            for record in child.records:
                said = "　".join(part for part in (record.reason, record.content, record.follow_up) if part)
                head = f"{record.on_date} {record.kind} {record.helper or ''} {record.place or ''}"
                lines += [[("  " + row, "plain")] for row in wrap(f"{head} {said}", width - 4)]
        return lines

    def draw(self, width: int, height: int) -> Picture:
        lines = self.lines(width)
        seen = lines[self.top : self.top + height - 1]
        below = len(lines) - self.top - len(seen)
        seen += [[]] * (height - 1 - len(seen))
        return Picture([*seen, [(f" 下面还有 {below} 行，按 PgDn" if below > 0 else "", "dim")]])


def _pairs(fields: list[tuple[str, str, str | None]], width: int) -> list[Line]:
    half = (width - 2) // 2 if width >= 76 else width - 2
    lines: list[Line] = []
    used = half
    for label, shown, _ in fields:
        tone = "dim" if shown == "未采集" else "plain"
        runs: Line = [("  " + fit(label, LABEL), "label"), (" ", "plain"), (shown, tone)]
        taken = LABEL + 3 + cells(shown)
        if used + half <= width - 2 and taken <= half and lines:
            pad = half - used_cells(lines[-1])
            lines[-1] += [(" " * max(pad, 1), "plain"), *runs]
            used += half
            continue
        rows = wrap(shown, width - LABEL - 5) or [""]
        lines.append([*runs[:2], (rows[0], tone)])
        lines += [[(" " * (LABEL + 3) + row, tone)] for row in rows[1:]]
        used = half if taken <= half and len(rows) == 1 else width
    return lines


def used_cells(line: Line) -> int:
    """Cells a line takes so far."""
    return sum(cells(text) for text, _ in line)
