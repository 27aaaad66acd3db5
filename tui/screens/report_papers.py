"""月报、汇报、总结、迎检目录: chosen, read on the screen, saved as Word or Markdown; their templates copied to be edited."""

from functools import partial
from pathlib import Path

from db.reports import files, periods, templates
from db.reports.making import Made
from db.reports.periods import Period
from db.reports.templates import Choice, Template
from tui.context import Context
from tui.ink import Line, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.task import Task
from tui.widgets.ask import ask_action, ask_file, ask_text
from tui.widgets.dialogs import Choose
from tui.widgets.files import Files
from tui.widgets.report_view import lines_of

HEAD = 2
ENDINGS = {".docx": "存成 Word 文件（docx）", ".md": "存成 Markdown 文件（md）"}


class ReportPapers(Page):
    """One report of one period, as it would be written."""

    title = "报告和总结"
    keys = (
        Key(("enter",), "换报表", "choose"),
        Key(("left",), "上一期", "period_before"),
        Key(("right",), "下一期", "period_after"),
        Key(("f8",), "存成文件", "save"),
        Key(("f10", "m"), "更多", "more"),
        Key(("down",), "下移", "down", show=False),
        Key(("up",), "上移", "up", show=False),
        Key(("pagedown", "space"), "下翻", "page_down"),
        Key(("pageup",), "上翻", "page_up", show=False),
        Key(("home",), "开头", "to_top", show=False),
        Key(("end",), "末尾", "to_end", show=False),
    )

    def __init__(self, context: Context):
        self.context = context
        self.template: Template = templates.shipped()[0]
        self.period: Period = periods.current(self.template.span)
        self.reveal = False
        self.made: Made | None = None
        self.doing = ""  # what is being worked out, or why nothing came of it
        self.task: Task | None = None
        self.top, self.room = 0, 20
        self.lines: dict[int, list[Line]] = {}  # width → the report's lines

    def shown(self) -> None:
        if self.made is None and not self.doing:
            self.work()

    def work(self) -> None:
        """Make the report anew; what was being made is dropped."""
        if self.task is not None:
            self.task.cancel()
        self.made, self.lines, self.top = None, {}, 0
        self.doing = "正在汇总……"
        steps = files.make(self.template, self.period, self.context.by, self.reveal)
        self.task = Task(steps, self._told, lambda: None, self._failed)
        self.desk.begin(self.task)

    def _told(self, step: str | Made) -> None:
        if isinstance(step, Made):
            self.made, self.doing = step, ""
        else:
            self.doing = f"正在汇总：{step}……"

    def _failed(self, why: str) -> None:
        self.doing = why
        self.desk.complain(why)

    def leave(self) -> None:
        if self.task is not None:
            self.task.cancel()
        super().leave()

    # ---- what it is about ------------------------------------------------------------------------

    def choose(self) -> None:
        try:
            found = templates.choices(self.context.templates)
        except TROUBLE as trouble:
            self.desk.complain(str(trouble))
            return
        names = [f"{each.name}（自己的 {each.path.name}）" if each.path else each.name for each in found]
        here = next((at for at, each in enumerate(found) if self._is_here(each)), 0)
        self.desk.push(
            Choose("哪份报表", names, at=here), lambda at: self.take(found[at]) if at is not None else None
        )

    def _is_here(self, choice: Choice) -> bool:
        return (choice.name, choice.path) == (self.template.name, self.template.path)

    def take(self, choice: Choice) -> None:
        """Take a template; one that is not as it should be leaves the one before."""
        self._use(
            files.choose(
                choice.name, self.context.templates, str(choice.path) if choice.path else templates.OWN
            )
        )

    def _use(self, template: Template) -> None:
        if template.span != self.template.span:
            self.period = periods.current(template.span)
        self.template = template
        self.work()

    def period_before(self) -> None:
        self._go_to(periods.before(self.period))

    def period_after(self) -> None:
        coming = periods.after(self.period)
        if coming.first > periods.current(coming.span).last:
            self.desk.say(f"{coming.called}还没开始", "warn")
        else:
            self._go_to(coming)

    def _go_to(self, period: Period) -> None:
        self.period = period
        self.work()

    # ---- files -----------------------------------------------------------------------------------

    def why_off(self, key: Key) -> str | None:
        if key.run == "save" and self.made is None:
            return "报表还没有汇总好，请稍等；没有汇总成的，请按回车换一份"
        return None

    def save(self) -> None:
        endings = list(ENDINGS)

        def chosen(at: int | None) -> None:
            if at is not None:
                name = f"{self.period.called}{self.template.name}{endings[at]}".replace("/", "_")
                ask_file(
                    self.desk, "存到文件", Path.cwd() / name, partial(self._write, self.made, self.template)
                )

        self.desk.push(Choose("存成文件", list(ENDINGS.values())), chosen)

    @staticmethod
    def _write(made: Made, template: Template, path: Path) -> str:
        files.put(made, template, path)
        return f"{template.name}已存到 {path}"

    def more(self) -> None:
        name = self.template.name if self.template.path is None else templates.shipped()[0].name
        ask_action(self.desk, "更多", [
            (f"把自带的{name}模板拷出来改（toml，改文字和结构）", "kb", partial(self.copy, name, ".toml")),
            (f"把自带的{name}模板拷成 Word 来改（docx）", "kw", partial(self.copy, name, ".docx")),
            ("用别处的模板文件", "yb", self.pick_file),
            ("写明哪一期", "xq", self.ask_period),
            ("姓名打码" if self.reveal else "姓名写全（只给该看的人）", "xm", self.turn_names),
        ])  # fmt: skip

    def copy(self, name: str, ending: str) -> None:
        """Put a copy of a shipped template where it is found again."""
        path = files.new_file(name, self.context.templates, ending)
        files.copy(name, path)
        self.desk.say(f"模板已拷到 {path}：改好再按回车选“自己的”", "good")

    def pick_file(self) -> None:
        folder = self.context.templates if self.context.templates.is_dir() else Path.cwd()
        self.desk.push(Files("选择报表模板", folder, templates.KINDS), self._picked)

    def _picked(self, path: Path | None) -> None:
        if path is not None:
            self._use(files.choose("", self.context.templates, str(path)))

    def ask_period(self) -> None:
        ask_text(
            self.desk,
            "哪一期",
            self.period.code,
            lambda typed: self._go_to(periods.read(typed)),
            periods.WRITTEN,
        )

    def turn_names(self) -> None:
        self.reveal = not self.reveal
        self.work()

    # ---- reading ---------------------------------------------------------------------------------

    def down(self) -> None:
        self.scroll(1)

    def up(self) -> None:
        self.scroll(-1)

    def page_down(self) -> None:
        self.scroll(self.room - 1)

    def page_up(self) -> None:
        self.scroll(1 - self.room)

    def to_top(self) -> None:
        self.top = 0

    def to_end(self) -> None:
        self.scroll(1_000_000)

    def scroll(self, by: int) -> None:
        """Move the window over the report."""
        many = len(next(iter(self.lines.values()), []))
        self.top = max(0, min(self.top + by, many - self.room))

    def draw(self, width: int, height: int) -> Picture:
        self.room = max(1, height - HEAD)
        own = f"自己的 {self.template.path.name}" if self.template.path else "自带"
        names = "姓名写全" if self.reveal else "姓名打码"
        head: list[Line] = [
            [(f" {self.template.name}", "strong"), (f"  {own}", "dim"), (f"  {self.period.called}", "label"), (f"  {names}", "dim")],
            [],
        ]  # fmt: skip
        if self.made is None:
            return Picture([*head, *([(" " + row, "info")] for row in wrap(self.doing, width - 2))])
        if width not in self.lines:
            self.lines = {width: lines_of(self.made.report, width)}
        lines = self.lines[width]
        top = max(0, min(self.top, len(lines) - self.room))
        return Picture([*head, *lines[top : top + self.room]])
