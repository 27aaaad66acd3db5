"""领导小组: who is in it, with which post and area of work; its list on paper, a meeting of all."""

from datetime import date
from typing import Any

from db import days, members
from db.errors import LedgerError
from db.members import MemberLine
from db.printing import papers
from tui.context import Context
from tui.drafts import Draft
from tui.ink import Line, columns, wrap
from tui.page import Key, Page, Picture
from tui.screens.meetings import new_meeting
from tui.screens.printing import ask_paper
from tui.widgets.ask import ask_action, ask_day, ask_removal
from tui.widgets.roster import Roster
from tui.widgets.sheet import Form, Kept, Sheet

POST, NAME, PHONE = 10, 10, 11
NARROW = 76
NOBODY = "领导小组还没有成员：按 Ins 添加"


class LeadingGroup(Page):
    """The group by post; whoever left it is shown only on asking."""

    title = "领导小组"
    keys = (
        Key(("enter", "e"), "修改", "edit"),
        Key(("insert", "a"), "新增", "add"),
        Key(("f8",), "开会", "meet"),
        Key(("f10", "m"), "更多", "more"),
        Key(("delete",), "删除", "remove"),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context):
        self.context = context
        self.left = False
        self.roster: Roster[MemberLine] = Roster.of([], member_row, NOBODY)

    def shown(self) -> None:
        before = self.roster
        try:
            found = members.listing(self.left)
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self.roster = Roster.of(found, member_row, NOBODY)
        self.roster.follow(before)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        return NOBODY if key.run in ("edit", "remove", "meet") and not len(self.roster) else None

    def edit(self) -> None:
        self.desk.push(member_sheet(self.context, self.roster.current().id), self.go_to)

    def add(self) -> None:
        self.desk.push(member_sheet(self.context, None), self.go_to)

    def go_to(self, key: Any) -> None:
        """Put the cursor on a member."""
        at = next((i for i, line in enumerate(self.roster.items()) if line.id == key), None)
        if at is not None:
            self.roster.go(at)

    def meet(self) -> None:
        new_meeting(self.context, "meeting")

    def remove(self) -> None:
        here = self.roster.current()
        question = f"删除成员 {here.name}？只是退出小组的，请按 F10 记退出。"
        ask_removal(self, question, lambda: members.remove(here.id, self.context.by), here.name)

    def more(self) -> None:
        """The list on paper, leaving, order, whoever left."""
        here = self.roster.current()
        actions = [
            ("打印名单，或存成文件", "dy", self.print),
            ("不看已退出的" if self.left else "连已退出的也看", "tc", self.toggle_left),
        ]
        if here is not None and here.until is None:
            actions += [
                (f"{here.name}退出领导小组", "jt", lambda: self.end(here)),
                (f"{here.name}往上移", "sy", lambda: self.move(here, False)),
                (f"{here.name}往下移", "xy", lambda: self.move(here, True)),
            ]
        ask_action(self.desk, "领导小组：更多", actions)

    def print(self) -> None:
        ask_paper(
            self.context, "领导小组名单", lambda reveal: papers.members_paper(self.context.by, reveal), phones=True
        )  # fmt: skip

    def toggle_left(self) -> None:
        self.left = not self.left
        self.shown()

    def end(self, line: MemberLine) -> None:
        """Ask on which day somebody left."""

        def left(on: date, _typed: str) -> None:
            members.end(line.id, on, self.context.by)
            self._say_done(f"{line.name}已记退出")

        ask_day(self.desk, f"{line.name}哪天退出领导小组", days.today().isoformat(), left)

    def move(self, line: MemberLine, down: bool) -> None:
        members.move(line.id, down, self.context.by)
        self._say_done(f"{line.name}已往{'下' if down else '上'}移")

    def _say_done(self, said: str) -> None:
        self.shown()
        self.desk.say(f"{said}，按 Ctrl+Z 可撤销", "good")

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        here = self.roster.current()
        rows = wrap(_in_full(here), width - 2)[:3] if here else []
        foot: list[Line] = [[(" " + row, "plain")] for row in rows] + [[]] * (3 - len(rows))
        return Picture([_head(width), *self.roster.draw(width, height - 5), [], *foot])


def _in_full(line: MemberLine) -> str:
    told = [
        f"{line.post} {line.name}", line.unit, line.phone_masked, line.area and f"分工：{line.area}",
        line.helper and f"帮扶人册里是{line.helper}", line.since and f"{line.since}加入", line.until and f"{line.until}退出",
    ]  # fmt: skip
    return "  ".join(each for each in told if each)


def _head(width: int) -> Line:
    cells = [(" ", 1, "dim"), ("职务", POST, "dim"), ("姓名", NAME, "dim")]
    if width >= NARROW:
        cells += [("电话", PHONE, "dim"), ("单位及职务", 22, "dim")]
    return columns([*cells, ("分工", 4, "dim")], gap=1)


def member_row(line: MemberLine, width: int, here: bool) -> Line:
    """One member as a line of the list; dim who has left."""
    tone = "dim" if line.until else "plain"
    cells = [
        (">" if here else " ", 1, "key"),
        (line.post, POST, tone),
        (line.name, NAME, "cursor" if here else tone),
    ]
    if width >= NARROW:
        cells += [(line.phone_masked or "", PHONE, tone), (line.unit or "", 22, "dim")]
    taken = sum(n + 1 for _, n, _ in cells)
    last = f"{line.until}退出" if line.until else line.area or ""
    return columns([*cells, (last, width - taken - 1, tone)], gap=1)


def member_sheet(context: Context, member_id: Any, draft: Draft | None = None) -> Sheet:
    """The entry sheet of a member, or of new ones one after the other."""

    def save(record: Any, values: dict, base: dict, force: frozenset[str]) -> Kept:
        saved = members.save(record, values, base, context.by, force)
        return Kept(saved.id, f"已存：{values['name']}{saved.also}")

    form = Form("member", members.ENTRIES, members.load, save, members.RULES, another=True)
    name = members.load(member_id)["name"] if member_id else None
    return Sheet(
        form, f"修改成员：{name}" if name else "新增领导小组成员", context.drafts, member_id, draft=draft
    )
