"""日历文件: the calendar saved as .ics, and the events of an .ics file looked at before they are taken in."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from db.exchange import ics, reader
from db.exchange.ics_in import Coming, Item
from db.values import full_day
from tui.context import Context
from tui.ink import Line, columns, wrap
from tui.page import Key, Page, Picture
from tui.task import Task
from tui.widgets.ask import ask_day, ask_file
from tui.widgets.dialogs import Choose, Tell
from tui.widgets.files import Files
from tui.widgets.roster import Roster

BECAME = {
    "created": ("新增", "good"),
    "updated": ("更新", "info"),
    "unchanged": ("未变", "dim"),
    "skipped": ("不读", "warn"),
}
WHEN = 26
FOOT = 4


def save_ics(context: Context) -> None:
    """Ask for the span and the file, and write the calendar there."""

    def ask_path(first: date | None, last: date | None) -> None:
        def write(path: Path) -> str:
            count = ics.write(str(path), first, last, context.by)
            return f"已存 {count} 项活动到 {path}，写到的儿童姓名已打码"

        ask_file(context.desk, "日历存到文件", Path.cwd() / "活动日历.ics", write)

    def chosen(answer: int | None) -> None:
        if answer == 0:
            ask_path(None, None)
        elif answer == 1:
            ask_day(context.desk, "从哪天起", str(ics.year_begins()), lambda first, _: ask_last(first))

    def ask_last(first: date) -> None:
        ask_day(
            context.desk,
            f"{first}起，到哪天为止",
            str(full_day("今天")),
            lambda last, _: ask_path(first, last),
        )

    begins = ics.year_begins()
    context.desk.push(Choose("存哪一段的活动", [f"本学年的（{begins}起）", "另写从哪天到哪天"]), chosen)


def read_ics(context: Context, path: Path | None = None) -> None:
    """Choose a calendar file (unless one is given) and show what it would do."""

    def read(chosen: Path | None) -> None:
        if chosen is not None:
            context.desk.push(ComingIn(context, Coming(reader.read(str(chosen)))))

    if path is None:
        context.desk.push(Files("选择日历文件", Path.cwd(), (".ics", ".ical", ".ifb")), read)
    else:
        read(path)


class ComingIn(Page):
    """What becomes of each event of a calendar file; Enter takes all of it. Closed with True once it is done."""

    keys = (
        Key(("enter", "f8"), "读入日历", "take"),
        Key(("space",), "详情", "tell"),
        Key(("tab",), "只看有问题的", "switch"),
        Key(("escape",), "不读", "leave"),
    )

    def __init__(self, context: Context, coming: Coming):
        self.context, self.coming = context, coming
        self.title = f"读入日历：{coming.name}"
        self.only_wrong = False
        self.doing = ""
        self.task: Task | None = None
        self.roster: Roster[Item] = Roster.of([], _row, "")

    def shown(self) -> None:
        if not self.coming.items and not self.doing:
            self._begin("核对", self.coming.preview, self._list)

    def _begin(self, what: str, work: Callable[[], Any], ended: Callable[[], None]) -> None:
        """Do what takes some seconds for a long file, once the screen says so."""
        self.doing = what

        def steps() -> Iterator[str]:
            yield what
            work()

        def over() -> None:
            self.doing = ""
            ended()

        def failed(why: str) -> None:
            self.doing = ""
            self.desk.say(why, "error")

        self.task = Task(steps(), lambda _: None, over, failed)
        self.desk.begin(self.task)

    def flush(self) -> None:
        if self.task is not None:
            self.task.cancel()
            self.doing = ""

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if self.doing:
            return f"正在{self.doing}，请稍候"
        if key.run == "take" and self.desk.seen is not self:
            return "请看清再按一次"
        if key.run == "take" and not self._many("created", "updated"):
            return "没有新的，也没有改动，不用读入：按 Esc 返回"
        if key.run == "tell" and not len(self.roster):
            return "没有有问题的：按 Tab 看全部"
        return None

    def _many(self, *became: str) -> int:
        return sum(item.became in became for item in self.coming.items)

    def switch(self) -> None:
        """All events, or those something is said of."""
        self.only_wrong = not self.only_wrong
        self._list()

    def _list(self) -> None:
        shown = [item for item in self.coming.items if item.why or not self.only_wrong]
        self.roster = Roster.of(shown, _row, "没有有问题的，按 Tab 看全部")

    def tell(self) -> None:
        item = self.roster.current()
        edits = [f"{each.field}：{each.old or '没有'} → {each.new or '没有'}" for each in item.edits]
        self.desk.push(
            Tell(f"第{item.number}项 {item.title}", [item.when, BECAME[item.became][0], *edits, item.why])
        )

    def take(self) -> None:
        self._begin("读入", lambda: self.coming.take(self.context.by), self._taken)

    def _taken(self) -> None:
        count, left = self._many("created", "updated"), self._many("skipped")
        self.desk.close(True)
        self.desk.say(
            f"已读入：{count} 项新增或更新{f'，{left} 项没有读' if left else ''}；按 Ctrl+Z 可撤销",
            "warn" if left else "good",
        )

    def draw(self, width: int, height: int) -> Picture:
        if self.doing:
            return Picture([[], [(f" 正在{self.doing}……", "info")]])
        counts: Line = [(f" 共{len(self.coming.items)}项 ", "strong")]
        counts += [(f" {word} {self._many(became)} ", tone) for became, (word, tone) in BECAME.items()]
        here = self.roster.current()
        told: list[Line] = []
        if here is not None:
            about = (
                here.why
                or "；".join(
                    f"{each.field} {each.old or '没有'} → {each.new or '没有'}" for each in here.edits
                )
                or here.when
            )
            told = [
                [(" " + row, "warn" if here.why else "info")] for row in wrap(about, width - 2)[: FOOT - 1]
            ]
        return Picture([counts, [], *self.roster.draw(width, height - FOOT - 2), [], *told])


def _row(item: Item, width: int, here: bool) -> Line:
    word, tone = BECAME[item.became]
    return columns([
        (">" if here else " ", 1, "key"), (word, 4, tone), (item.title, width - WHEN - 8, "cursor" if here else "plain"),
        (item.when, WHEN, "warn" if item.why else "plain"),
    ], gap=1)  # fmt: skip
