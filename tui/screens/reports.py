"""报表 (F7): registers in, with a preview; the register of children and a backup out."""

from pathlib import Path

from db import backup, days, export
from db.changes import Stale
from db.errors import LedgerError, reason
from db.exchange import register
from db.exchange.outcome import KINDS, Outcome
from db.values import Refused
from tui.context import Context
from tui.ink import Line, cells, clip, columns, fit, wrap
from tui.page import Key, Page, Picture
from tui.widgets.dialogs import Confirm, Prompt
from tui.widgets.files import Files
from tui.widgets.roster import Roster

CHOICES = (
    ("导入表格", "把现有的 xlsx、xls、csv 登记表读进来，先看结果再写入", "bring"),
    ("导出儿童登记册", "写成 xlsx 文件，含完整号码，请妥善保管", "export"),
    ("备份台账", "把整本台账另存一份", "backup"),
)
KNOWN_LINES = 3


class Reports(Page):
    """What goes in and out of the ledger."""

    title = "报表"
    keys = (
        Key(("enter",), "选定", "choose"),
        Key(("1",), "导入", "bring"),
        Key(("2",), "导出", "export"),
        Key(("3",), "备份", "backup"),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context):
        self.context = context
        self.folder = Path.cwd()
        self.roster = Roster.of(CHOICES, _choice)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def choose(self) -> None:
        getattr(self, self.roster.current()[2])()

    def bring(self) -> None:
        self.desk.push(Files("选择要导入的表格", self.folder), self._chosen)

    def _chosen(self, path: Path | None) -> None:
        if path is not None:
            self.folder = path.parent
            self.desk.push(Preview(self.context, path))

    def export(self) -> None:
        self.desk.push(Prompt("导出到文件", str(self.folder / "儿童登记册.xlsx")), self._export)

    def _export(self, text: str | None) -> None:
        self._write(
            text,
            lambda path: (
                f"已导出 {export.children(str(path), reveal=True, by=self.context.by)} 名儿童到 {path}"
            ),
        )

    def backup(self) -> None:
        self.desk.push(
            Prompt("备份到文件", str(self.folder / f"guanai-{days.today():%Y%m%d}.db")), self._backup
        )

    def _backup(self, text: str | None) -> None:
        self._write(text, lambda path: f"已备份到 {backup.make(path.parent, path)}")

    def _write(self, text: str | None, work) -> None:
        if not text or not text.strip():
            return
        path = Path(text.strip()).expanduser()

        def go(yes: bool = True) -> None:
            if not yes:
                return
            try:
                self.desk.say(work(path), "good")
            except (LedgerError, Refused) as error:
                self.desk.say(str(error), "error")
            except OSError as error:
                self.desk.say(f"写不了 {path}：{reason(error)}。请换个文件夹再试", "error")

        if path.exists():
            self.desk.push(Confirm(f"{path.name} 已经有了，要覆盖吗？", "覆盖", "不覆盖"), go)
        else:
            go()

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        return Picture([[], *self.roster.draw(width, height - 1)])


def _choice(choice: tuple[str, str, str], width: int, here: bool) -> Line:
    number = [each[0] for each in CHOICES].index(choice[0]) + 1
    return [(">" if here else " ", "key"), (f" {number} ", "key"), (fit(choice[0], 16), "cursor" if here else "plain"),
            (" " + choice[1], "dim")]  # fmt: skip


class Preview(Page):
    """What an import would do, and every row that needs a person; F8 writes it."""

    keys = (
        Key(("f8",), "写入台账", "apply"),
        Key(("down",), "看问题", "down"),
        Key(("enter", "space"), "全文", "whole"),
        Key(("escape",), "不导入", "leave"),
    )

    def __init__(self, context: Context, path: Path):
        self.context, self.path = context, path
        self.title = f"导入预览：{path.name}"
        self.outcome: Outcome | None = None
        self.failed = ""
        self.asked = False
        self.roster: Roster = Roster.of([], _problem)

    def shown(self) -> None:
        if not self.asked:
            self.asked = True
            self.desk.soon(self._read)

    def _read(self) -> None:
        try:
            self.register = register.open_register(str(self.path))
            self.outcome = register.take(self.register, dry_run=True)
        except (Refused, LedgerError) as error:
            self.failed = str(error)
            return
        self.roster = Roster.of(self.outcome.problems, _problem, "每一行都读懂了，没有问题")

    def why_off(self, key: Key) -> str | None:
        if key.run == "apply":
            if self.outcome is None:
                return self.failed or "还在读取，请稍候"
            if not self.outcome.created + self.outcome.updated:
                return "没有要写入的内容：文件里的数据台账里都有了"
        return None

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def down(self) -> None:
        self.roster.press("down")

    def whole(self) -> None:
        from tui.widgets.dialogs import Tell

        if problem := self.roster.current():
            self.desk.push(
                Tell(f"第{problem.row}行 {problem.column}", [problem.message, "", f"原文：{problem.value}"])
            )

    def apply(self) -> None:
        self.desk.say("正在写入……", "info")
        self.desk.soon(self._apply)

    def _apply(self) -> None:
        try:
            done = register.take(self.register, by=self.context.by)
        except (Refused, LedgerError, Stale) as error:
            self.desk.say(str(error), "error")
            return
        self.desk.close()
        self.desk.say(
            f"已导入：新增{done.created}，更新{done.updated}，未变{done.unchanged}，没写入{done.skipped}。按 Ctrl+Z 可整批撤销",
            "good",
        )

    def draw(self, width: int, height: int) -> Picture:
        if self.failed:
            return Picture([[], *([(" " + text, "error")] for text in wrap(self.failed, width - 2))])
        if self.outcome is None:
            return Picture([[], [(" 正在读取……", "info")]])
        outcome = self.outcome
        tones = (("plain", f" {KINDS[outcome.kind]} {outcome.rows}行"), ("good", f"新增{outcome.created}"),
                 ("info", f"更新{outcome.updated}"), ("plain", f"未变{outcome.unchanged}"),
                 ("warn" if outcome.skipped else "dim", f"跳过{outcome.skipped}"))  # fmt: skip
        lines: list[Line] = [[(f"{text}   ", tone) for tone, text in tones]]
        known = wrap(f"认出{len(outcome.columns)}列：{'、'.join(outcome.columns)}", width - 6)
        if len(known) > KNOWN_LINES:
            known[KNOWN_LINES - 1 :] = [known[KNOWN_LINES - 1] + " 等"]
        lines += [[(" " + text, "dim")] for text in known]
        if outcome.unmapped:
            lines += [
                [(" " + text, "warn")]
                for text in wrap(f"没用上的列：{'、'.join(outcome.unmapped)}", width - 2)[:2]
            ]
        lines += [[], [(f" 问题 {len(outcome.problems)} 条", "head")]]
        return Picture([*lines, *self.roster.draw(width, height - len(lines))])


def _problem(problem, width: int, here: bool) -> Line:
    tone = "error" if problem.level == "error" else "warn"
    where = f"第{problem.row}行" if problem.row else "全表"
    return [(">" if here else " ", "key"),
            *columns([(where, 8, "cursor" if here else "plain"), (problem.column, 14, "dim"), (_cut(problem.message, width - 28), width - 28, tone)])]  # fmt: skip


def _cut(text: str, n: int) -> str:
    """The text in n cells; one that is cut says so."""
    return text if cells(text) <= n else clip(text, n - 2) + ".."
