"""转入: what a hand-over file brings, child by child, who has to be asked about, then all of it written as one action."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from db.exchange import handover, reader
from db.exchange.taking_over import BECAME, NEW, Arrival, TakingOver
from tui.context import Context
from tui.ink import Line, columns, wrap
from tui.page import Key, Page, Picture
from tui.task import Task
from tui.widgets.dialogs import Choose, Tell
from tui.widgets.roster import Roster

NAME, ABOUT, WHAT = 12, 18, 16
STYLES = {"created": "good", "updated": "info", "returned": "info", "unchanged": "dim", "asked": "warn"}
READING = "正在读取，请稍候；按 Esc 不导入"
LATER = "先不导入他"


class Taking(Page):
    """A hand-over file looked at before it is taken in; Esc leaves, and then nothing has been written."""

    keys = (
        Key(("f8",), "写入台账", "take"),
        Key(("enter", "space"), "看或选定", "look"),
        Key(("escape",), "不导入", "leave"),
    )

    def __init__(self, context: Context, source: str):
        self.context, self.source = context, source
        self.title = f"转入：{Path(source).name}"
        self.coming: TakingOver | None = None
        self.failed = ""
        self.task: Task | None = None
        self.roster: Roster[Arrival] = Roster(
            lambda: len(self.coming.arrivals) if self.coming else 0,
            lambda at, n: self.coming.arrivals[at : at + n],
            _row,
        )

    def shown(self) -> None:
        if self.coming is None and self.task is None and not self.failed:
            self._begin(self._read())

    def _begin(self, steps: Iterator[Any]) -> None:
        def ended() -> None:
            self.task = None
            self.roster.refresh()

        def failed(why: str) -> None:
            self.task, self.failed = None, why

        self.task = Task(steps, lambda _: None, ended, failed)
        self.desk.begin(self.task)

    def _read(self) -> Iterator[Any]:
        reading = reader.Reading(self.source)
        try:
            while not reading.done():
                yield None
            coming = TakingOver(handover.understand(reading.result()))
        finally:
            reading.cancel()
        yield from self._look_at(coming)

    def _look_at(self, coming: TakingOver) -> Iterator[Any]:
        yield "drawn first: many children take some seconds"
        coming.preview()
        self.coming = coming

    def why_off(self, key: Key) -> str | None:
        if key.run == "leave":
            return None
        if self.task is not None:
            return READING
        if self.failed:
            return self.failed
        if key.run == "take" and all(each.became in ("unchanged", "asked") for each in self.coming.arrivals):
            return "没有要写入的：都已有了，或还没选定是谁"
        return None

    def press(self, key: str, char: str | None) -> bool:
        return (self.task is None and self.roster.press(key)) or self.shortcut(key, char)

    def look(self) -> None:
        here = self.roster.current()
        if not here.candidates:
            lines = [f"{BECAME[here.became]}：{here.holds}", here.why]
            self.desk.push(Tell(f"{here.name} {here.about}", lines))
            return
        options = [*(f"就是 {told}" for _, told in here.candidates), "另一名儿童，新登记", LATER]
        answers: list[UUID | str | None] = [*(key for key, _ in here.candidates), NEW, None]

        def chosen(at: int | None) -> None:
            if at is not None:
                self._decide(here.id, answers[at])

        self.desk.push(Choose(f"{here.name}（{here.about}）是谁？{here.why}", options, asked=True), chosen)

    def _decide(self, child: UUID, answer: UUID | str | None) -> None:
        self.coming.decisions.pop(child, None)
        if answer is not None:
            self.coming.decisions[child] = answer
        self._begin(self._look_at(self.coming))

    def take(self) -> None:
        def steps() -> Iterator[Any]:
            yield "drawn first"
            self.coming.take(self.context.by)

        def ended() -> None:
            became = [each.became for each in self.coming.arrivals]
            told = "，".join(
                f"{what}{became.count(kind)}名" for kind, what in BECAME.items() if kind in became
            )
            self.desk.close()
            self.desk.say(
                f"已导入转出文件：{told}。按 Ctrl+Z 可整批撤销", "warn" if "asked" in became else "good"
            )

        def failed(why: str) -> None:
            self.task = None
            self.desk.complain(f"什么也没有写入：{why}")

        self.desk.say("正在写入……", "info")
        self.task = Task(steps(), lambda _: None, ended, failed)
        self.desk.begin(self.task)

    def flush(self) -> None:
        if self.task is not None:
            self.task.cancel()
            self.task = None

    def draw(self, width: int, height: int) -> Picture:
        if self.failed:
            return Picture([[], *([(" " + text, "error")] for text in wrap(self.failed, width - 2))])
        if self.coming is None:
            return Picture([[], [(" " + READING, "info")]])
        handed = self.coming.handed
        asked = sum(each.became == "asked" for each in self.coming.arrivals)
        head: list[Line] = [
            [(f" {handed.place or '没有写明单位'} {handed.made_on}转出，{len(self.coming.arrivals)}名儿童", "strong")],
            [(f" {asked}名要选定是谁：移到那一行按回车" if asked else " 看过没问题按 F8 写入，写入后可整批撤销", "warn" if asked else "dim")],
            [],
        ]  # fmt: skip
        return Picture([*head, *self.roster.draw(width, height - len(head))])


def _row(each: Arrival, width: int, here: bool) -> Line:
    return [(">" if here else " ", "key"), (" ", "plain"), *columns([
        (each.name, NAME, "cursor" if here else "plain"), (each.about, ABOUT, "plain"),
        (BECAME[each.became], WHAT, STYLES[each.became]), (each.holds, width - NAME - ABOUT - WHAT - 5, "dim"),
    ], gap=1)]  # fmt: skip
