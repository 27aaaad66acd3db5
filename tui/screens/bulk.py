"""批量设置: one field for all the children marked: which field, which value, what it would do, then it is written."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from db import bulk_edit
from db.bulk_edit import FIELDS, Group, Preview
from db.initials import initials
from db.spec import show
from db.values import Refused
from tui.context import Context
from tui.ink import Line, fill
from tui.page import Desk, Key, Page, Picture
from tui.task import Task
from tui.widgets.dialogs import Choose, Prompt
from tui.widgets.roster import Roster

EMPTY_IT = "清空（改为未采集）"
Answer = Callable[[str, Any], None]


def ask_field(desk: Desk, then: Answer) -> None:
    """Ask which field is to be set and to what; then(field's name, value)."""
    names, labels = list(FIELDS), [each.label for each in FIELDS.values()]

    def chosen(at: int | None) -> None:
        if at is not None:
            ask_value(desk, names[at], then)

    desk.push(Choose("给标记的儿童设置哪一项？", labels, [initials(label) for label in labels]), chosen)


def ask_value(desk: Desk, name: str, then: Answer, text: str = "") -> None:
    """Ask what a field is to be set to, until it reads as a value or is left."""
    spec = FIELDS[name]
    if spec.choices:
        labels = [code.label for code in spec.choices]
        short = [code.initials for code in spec.choices]
        if name not in (bulk_edit.ADD, bulk_edit.DROP):
            labels, short = [*labels, EMPTY_IT], [*short, "qk"]

        def chosen(at: int | None) -> None:
            if at is not None:
                then(name, None if labels[at] == EMPTY_IT else bulk_edit.read(name, labels[at]))

        desk.push(Choose(f"{spec.label}，设为", labels, short), chosen)
        return

    def typed(answer: str | None) -> None:
        if answer is None:
            return
        try:
            value = bulk_edit.read(name, answer)
        except Refused as refusal:
            ask_value(desk, name, then, answer)
            desk.say(str(refusal), "error")
        else:
            then(name, value)

    desk.push(
        Prompt(f"{spec.label}，设为", text, f"{spec.prompt or spec.label}；空着就是清空；回车看预览"), typed
    )


class Setting(Page):
    """What setting the field would do; Enter writes it. Closed with how many were set, None if nothing was."""

    PARTS = ("preview", "writing")
    title = "批量设置"

    def __init__(self, context: Context, ids: list[UUID], name: str, value: Any):
        self.context, self.ids, self.name, self.value = context, ids, name, value
        self.seen: Preview | None = None
        self.task: Task | None = None
        self.written: int | None = None  # how many have been looked at while writing
        self.roster: Roster[tuple[str, Group]] = Roster.of([], _row, "没有要改的")

    @property
    def keys(self) -> tuple[Key, ...]:
        return self.keys_in("preview" if self.written is None else "writing")

    @staticmethod
    def keys_in(part: str) -> tuple[Key, ...]:
        """The keys while it is looked at, and while it is written."""
        if part == "writing":
            return (Key(("escape",), "停下", "stop"),)
        return (Key(("enter",), "写入", "write"), Key(("escape",), "不改", "stop"))

    def why_off(self, key: Key) -> str | None:
        if key.run != "write":
            return None
        if self.task is not None or self.seen is None:
            return "正在核对，请稍候；按 Esc 停下"
        return None if self.seen.ids else "没有要改的，按 Esc 返回"

    def shown(self) -> None:
        if self.seen is None and self.task is None:
            self._begin(bulk_edit.preview(self.ids, self.name, self.value), self._looked, lambda: None)

    def _begin(self, steps: Any, told: Callable[[Any], None], ended: Callable[[], None]) -> None:
        def over() -> None:
            self.task = None
            ended()

        def failed(why: str) -> None:
            self.task = self.written = None
            self.desk.say(why, "error")

        self.task = Task(steps, told, over, failed)
        self.desk.begin(self.task)

    def _looked(self, seen: Preview) -> None:
        self.seen = seen
        words = (
            ("原来是", seen.old),
            ("不改", seen.left_out),
            ("连带清空", seen.cleared),
            ("请核对", seen.doubtful),
        )
        self.roster = Roster.of(
            [(word, group) for word, groups in words for group in groups], _row, "没有要改的"
        )

    def write(self) -> None:
        self.written = 0
        ids = list(self.seen.ids)

        def told(done: int) -> None:
            self.written = done

        def ended() -> None:
            self.desk.close(len(ids))

        self._begin(bulk_edit.apply(ids, self.name, self.value, self.context.by), told, ended)

    def press(self, key: str, char: str | None) -> bool:
        if self.written is None:
            return self.roster.press(key) or self.shortcut(key, char)
        if not self.shortcut(key, char):
            self.desk.say("正在写入，请稍候；按 Esc 停下", "warn")
        return True

    def stop(self) -> None:
        writing = self.written is not None
        self.flush()
        self.desk.close(None)
        if writing:
            self.desk.say("已停下，什么也没有写入", "warn")

    def flush(self) -> None:
        if self.task is not None:
            self.task.cancel()
            self.task = self.written = None

    def draw(self, width: int, height: int) -> Picture:
        spec = FIELDS[self.name]
        value = "清空" if self.value is None else f"设为 {show(spec, self.value)}"
        head: list[Line] = [
            [("  " + spec.label, "strong"), ("  " + value, "plain")],
            [(self._sum(), "plain")],
            [],
        ]
        return Picture([*head, *self.roster.draw(width, height - 5), [], [(self._now(), "dim")]])

    def _sum(self) -> str:
        if self.seen is None:
            return ""
        left_out = sum(group.count for group in self.seen.left_out)
        parts = (
            (len(self.seen.ids), "要改"), (self.seen.same, "已经是这样"), (left_out, "不能改"), (self.seen.gone, "已删除"),
        )  # fmt: skip
        told = "，".join(f"{word} {n} 名" for n, word in parts if n or word == "要改")
        return f"  标记的 {self.seen.total} 名：{told}"

    def _now(self) -> str:
        if self.written is not None:
            return f"  正在写入 {self.written}/{len(self.seen.ids)}"
        if self.task is not None:
            return f"  正在核对 {self.seen.done if self.seen else 0}/{len(self.ids)}"
        return (
            f"  按回车写入 {len(self.seen.ids)} 名，写入后可用 Ctrl+Z 撤销"
            if self.seen and self.seen.ids
            else ""
        )


def _row(item: tuple[str, Group], width: int, here: bool) -> Line:
    """原来是 四年级  40名  张浩宇、李雨涵、王一鸣等."""
    word, group = item
    names = "、".join(group.names) + ("等" if group.count > len(group.names) else "")
    return fill(
        [(">" if here else " ", "key"), (f" {word} ", "label"), (group.said, "plain" if word == "原来是" else "warn"),
         (f"  {group.count}名  ", "plain"), (names, "dim")],
        width,
    )  # fmt: skip
