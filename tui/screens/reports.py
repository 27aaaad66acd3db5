"""报表 (F7): registers in, with a preview; the register of children and a backup out."""

from functools import partial
from pathlib import Path

from db import backup, days, export, registers
from db.exchange import reader, school_roll
from db.initials import initials
from tui.context import Context
from tui.ink import Line, cells, clip, fit
from tui.page import Key, Page, Picture
from tui.screens.calendar_files import read_ics
from tui.screens.importing import Importing
from tui.screens.taking_over import Taking
from tui.task import Task
from tui.widgets.ask import ask_action, ask_file, ask_place
from tui.widgets.files import REGISTERS, Files
from tui.widgets.roster import Roster

REGISTERS_OUT = {
    "children": "儿童登记册", "helpers": "帮扶人名册", "records": "关爱记录册", "pairings": "结对登记册", "activities": "活动记录册",
}  # fmt: skip
CHOICES = (
    ("导入表格", "也可粘贴：登记表、记录、成绩、点名、转出文件、日历", "bring"),
    ("填别人的表", "选一张空表，照台账填好另存（一表通）", "fill_form"),
    ("汇总表", "逐组核对合计：年龄、性别、就学、健康", "sums"),
    ("与上次上报的差异", "要在上级系统里补录、改动、减去的", "difference"),
    ("月报、总结、迎检", "月报、季度汇报、学期、年终、迎检目录", "papers"),
    ("导出登记册", "含完整号码：儿童、帮扶人、记录、结对、活动、学籍", "export"),
    ("会议材料、指标图", "一页纸的会议材料，带图的指标表", "handouts"),
    ("备份台账", "把整本台账另存一份", "backup"),
)


class Reports(Page):
    """What goes in and out of the ledger."""

    title = "报表"
    keys = (
        Key(("enter",), "选定", "choose"),
        *(Key((str(at),), name, run, show=False) for at, (name, _, run) in enumerate(CHOICES, 1)),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context):
        self.context = context
        self.folder = Path.cwd()
        self.roster = Roster.of(CHOICES, _choice)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char) or self._begins_a_table(char)

    def _begins_a_table(self, char: str | None) -> bool:
        """A Chinese character: a heading, the first of a paste that the terminal does not mark."""
        if char is None or char.isascii() or not char.isalpha():
            return False
        from tui.screens.pasting import Pasting

        self.desk.push(Pasting(self.context, char))
        return True

    def choose(self) -> None:
        getattr(self, self.roster.current()[2])()

    def bring(self) -> None:
        self.desk.push(
            Files("选择要导入的表格，也可粘贴", self.folder, (*REGISTERS, ".ics"), self.paste), self._chosen
        )

    def _chosen(self, path: Path | None) -> None:
        if path is not None:
            self.folder = path.parent
            if path.suffix.lower() == ".ics":
                read_ics(self.context, path)
                return
            handed = reader.is_handed(str(path))
            self.desk.push((Taking if handed else Importing)(self.context, str(path)))

    def paste(self, text: str) -> None:
        self.desk.push(Importing(self.context, pasted=text))

    def fill_form(self) -> None:
        from tui.screens.filling import choose_form

        choose_form(self.context, self.folder, then=self._came_from)

    def _came_from(self, folder: Path) -> None:
        self.folder = folder

    def sums(self) -> None:
        from tui.screens.cross_sums import CrossSums

        self.desk.push(CrossSums(self.context))

    def difference(self) -> None:
        from tui.screens.reported import Difference

        self.desk.push(Difference(self.context))

    def papers(self) -> None:
        from tui.screens.report_papers import ReportPapers

        self.desk.push(ReportPapers(self.context))

    def handouts(self) -> None:
        from tui.screens.meeting_files import save_chart, save_handout

        actions = [
            ("一页纸的会议材料", "cl", lambda: save_handout(self.context)),
            ("带图的指标表", "zb", lambda: save_chart(self.context)),
        ]
        ask_action(self.desk, "存哪一样？", actions)

    def export(self) -> None:
        actions = [
            (label, initials(label), partial(self._export, kind, label))
            for kind, label in REGISTERS_OUT.items()
        ]
        ask_action(
            self.desk,
            "导出哪一本？（xlsx 或 csv，含完整号码）",
            [*actions, ("学籍系统导入表", "xj", self._school_roll)],
        )

    def _export(self, kind: str, label: str) -> None:
        def write(path: Path) -> str:
            rows = (
                export.children(str(path), by=self.context.by)
                if kind == "children"
                else registers.write(kind, path, self.context.by)
            )
            return f"已导出{label} {rows} 条到 {path}"

        ask_file(self.desk, f"{label}导出到文件（csv 就改成 .csv）", self.folder / f"{label}.xlsx", write)

    def _school_roll(self) -> None:
        def write(path: Path) -> None:
            def failed(why: str) -> None:
                self.desk.say(why, "error")

            def ended() -> None:
                self.desk.say(f"学籍系统导入表已存到 {path}，空着的栏由学校补", "good")

            told = lambda step: self.desk.say(f"正在写 {step.done}/{step.of}", "info")  # noqa: E731
            self.desk.begin(Task(school_roll.write(str(path), "", self.context.by), told, ended, failed))

        ask_place(self.desk, "学籍系统导入表存到文件", self.folder / "学籍系统导入表.xlsx", write)

    def backup(self) -> None:
        ask_file(self.desk, "备份到文件", self.folder / f"guanai-{days.today():%Y%m%d}.db",
                 lambda path: f"已备份到 {backup.make(path.parent, path)}")  # fmt: skip

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        return Picture([[], *self.roster.draw(width, height - 1)])


def _cut(text: str, n: int) -> str:
    """The text in n cells, cut at a mark."""
    while cells(text) > n and "、" in text:
        text = text.rpartition("、")[0]
    return clip(text, n)


def _choice(choice: tuple[str, str, str], width: int, here: bool) -> Line:
    number = [each[0] for each in CHOICES].index(choice[0]) + 1
    return [(">" if here else " ", "key"), (f" {number} ", "key"), (fit(choice[0], 16), "cursor" if here else "plain"),
            (" " + _cut(choice[1], width - 21), "dim")]  # fmt: skip
