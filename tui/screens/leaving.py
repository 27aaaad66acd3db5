"""退出登记: letting a child leave the register, bringing it back, who is to leave, and how long files are kept."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

from db import children, days, leaving
from db.errors import LedgerError
from db.exchange import handover
from db.leaving import Due, Kept, Leaving
from db.vocab import EXIT
from tui.context import Context
from tui.ink import Line, columns, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.widgets.ask import ask_day, ask_file, ask_removal
from tui.widgets.dialogs import Choose, Confirm, Prompt
from tui.widgets.roster import Roster

NAME, GROUP, WHY, DAY = 12, 10, 22, 10
NOBODY_DUE = "没有要退出的：在册的都不满16周岁，也没有父母都已返乡的"
ABOUT_DUE = "已不符合留守条件、还在登记册里的儿童。离开了的请退出登记，还要关爱的可以不退。"
ABOUT_KEPT = (
    "到期的核对后可以删除，程序不会自己删。监护人要求删除的，核实后提前删除（个人信息保护法第47条）。"
)
NOBODY_KEPT = "没有退出登记的，也没有满16周岁的"


def leave_child(
    context: Context, child_id: UUID, reason: str = "", then: Callable[[], None] | None = None
) -> None:
    """Ask why, when and where to, say what ends, and let the child leave; then() once it has.

    reason: a code of EXIT that is offered.
    """
    _Asking(context, child_id, reason, then).why()


class _Asking:
    """The questions about one leaving, each asked by the answer to the one before."""

    def __init__(self, context: Context, child_id: UUID, reason: str, then: Callable[[], None] | None):
        self.context, self.desk, self.child_id, self.then = context, context.desk, child_id, then
        self.name = children.live(child_id).name
        self.ends = leaving.ending(child_id)
        self.reason, self.on = reason, days.today()
        self.destination = self.note = ""
        self.keep_plans = False

    def why(self) -> None:
        codes = list(EXIT)
        at = next((at for at, code in enumerate(codes) if code.code == self.reason), 0)

        def chosen(at: int | None) -> None:
            if at is not None:
                self.reason = codes[at].code
                self.when(days.today().isoformat())

        labels = [code.label for code in codes]
        self.desk.push(
            Choose(f"{self.name} 为什么退出登记？", labels, [code.initials for code in codes], at=at), chosen
        )

    def when(self, text: str) -> None:
        ask_day(self.desk, f"{self.name} 哪天退出登记", text, self.day)

    def day(self, on: date, typed: str) -> None:
        try:
            leaving.check_leaving(self.child_id, on)
        except TROUBLE as trouble:
            self.when(typed)
            self.desk.complain(str(trouble))
            return
        self.on = on
        if self.reason == leaving.DEAD:
            self.told_where("")
        else:
            self.desk.push(
                Prompt("去向：去了哪里、转到哪所学校", "", "不知道就空着；回车下一步"), self.told_where
            )

    def told_where(self, text: str | None) -> None:
        if text is not None:
            self.destination = text
            self.desk.push(Prompt("说明", "", "没有就空着；回车下一步"), self.noted)

    def noted(self, text: str | None) -> None:
        if text is None:
            return
        self.note = text
        if not self.ends.plans:
            self.confirm()
            return
        options = ["一并结案，结果记“中途停止”", "先不结案"]

        def chosen(at: int | None) -> None:
            if at is not None:
                self.keep_plans = at == 1
                self.confirm()

        self.desk.push(Choose(f"{self.name}还有{self.ends.plans}个方案没有结案", options), chosen)

    def confirm(self) -> None:
        told = f"{self.name} {self.on}退出登记（{EXIT.label(self.reason)}）。{self.ending()}"
        told += leaving.retention(leaving.keep_until(self.on)) + "。"
        self.desk.push(Confirm(told, "退出登记", "先不"), self.confirmed)

    def ending(self) -> str:
        """What ends with it, in a sentence; '' if nothing does."""
        plans = 0 if self.keep_plans else self.ends.plans
        counts = ((self.ends.pairings, "个结对"), (self.ends.focus, "个重点标记"), (plans, "个方案"))
        told = "、".join(f"{count}{what}" for count, what in counts if count)
        helps = f"他还帮扶着{'、'.join(self.ends.helps)}，请另到结对里交接。" if self.ends.helps else ""
        return (f"同时结束{told}。" if told else "") + helps

    def confirmed(self, yes: bool) -> None:
        if yes and self.reason == leaving.DEAD:
            question = f"再确认一次：{self.name}已经死亡？记错了会让家人难过。"
            self.desk.push(
                Confirm(question, "是，已死亡", "不是"), lambda sure: self.leave() if sure else None
            )
        elif yes:
            self.leave()

    def leave(self) -> None:
        try:
            leaving.leave(
                self.child_id, self.reason, self.on, self.destination, self.note, self.context.by, self.keep_plans
            )  # fmt: skip
        except TROUBLE as trouble:
            self.desk.complain(str(trouble))
            return
        self.desk.top.shown()
        self.desk.say(f"已退出登记：{self.name}，档案还在，按 Ctrl+Z 可撤销", "good")
        if self.then:
            self.then()
        if self.reason in leaving.MOVES:
            question = (
                f"{self.name}已退出登记，按 Ctrl+Z 可撤销。现在写一份转出文件，交给接收的村或学校导入？"
            )
            self.desk.push(Confirm(question, "写转出文件", "不写"), self.asked_for_file)

    def asked_for_file(self, yes: bool) -> None:
        if yes:
            hand_over(self.context, self.child_id)


def hand_over(context: Context, child_id: UUID) -> None:
    """Ask where the hand-over file of a child is to go, and write it."""
    name = children.live(child_id).name

    def write(path: Path) -> str:
        handover.write([child_id], str(path), context.by)
        return f"已写到 {path}，内有完整档案，请妥善交给接收单位，用 F7 导入"

    ask_file(context.desk, "转出文件写到", Path.cwd() / f"{name}-转出.json", write)


def return_child(context: Context, child_id: UUID) -> None:
    """Ask from when, which pairings are taken up again, and put a child that left back on the register."""
    desk, name = context.desk, children.live(child_id).name
    before = leaving.former(child_id)
    may = [each for each in before if each.why_not is None]
    told: dict[str, date | str] = {}

    def when(text: str) -> None:
        ask_day(desk, f"{name} 哪天重新登记", text, dated)

    def dated(on: date, typed: str) -> None:
        try:
            leaving.check_return(child_id, on)
        except TROUBLE as trouble:
            when(typed)
            desk.complain(str(trouble))
            return
        told["on"] = on
        desk.push(Prompt("为什么重新登记", "", "没有就空着；回车下一步"), noted)

    def noted(text: str | None) -> None:
        if text is None:
            return
        told["note"] = text
        if not may:
            write([])
            return
        who = [f"{each.helper}（{each.kind}）" for each in may]
        options = ["不接着结对", f"都接着：{'、'.join(who)}" if len(who) > 1 else f"接着：{who[0]}"]
        picks = [[], [each.id for each in may]]
        if len(may) > 1:
            options += [f"只接着：{each}" for each in who]
            picks += [[each.id] for each in may]

        def chosen(at: int | None) -> None:
            if at is not None:
                write(picks[at])

        desk.push(Choose(f"{name}原来的结对要不要接着？", options), chosen)

    def write(again: list[UUID]) -> None:
        try:
            leaving.come_back(child_id, told["on"], told["note"], context.by, again)
        except TROUBLE as trouble:
            desk.complain(str(trouble))
            return
        desk.top.shown()
        desk.say(f"已重新登记：{name}，按 Ctrl+Z 可撤销", "good")

    def begin(yes: bool) -> None:
        if yes:
            when(days.today().isoformat())

    desk.push(Confirm(f"{name}：{leaving.standing(child_id)}。重新登记？", "重新登记", "先不"), begin)


class DueToLeave(Page):
    """Children still on the register who turned 16, or whose parents came home: a list to settle."""

    title = "待退出名单"
    keys = (
        Key(("enter",), "退出登记", "leave_one"),
        Key(("space",), "标记", "mark"),
        Key(("f8",), "标记的都退出", "leave_marked"),
        Key(("ctrl+a", "*"), "全部标记", "mark_all"),
        Key(("ctrl+o", "o"), "档案", "open"),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context):
        self.context = context
        self.found: list[Due] = []
        self.marked: set[UUID] = set()
        self.roster: Roster[Due] = Roster(
            lambda: len(self.found), lambda at, n: self.found[at : at + n], self.row, NOBODY_DUE
        )

    def shown(self) -> None:
        try:
            self.found = leaving.due_to_leave(days.today())
        except LedgerError as error:
            self.desk.say(str(error), "error")
        self.marked &= {each.child_id for each in self.found}
        self.roster.refresh()

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run != "undo" and not self.found:
            return NOBODY_DUE
        return (
            "先按空格标记要退出的，或按 Ctrl+A 全部标记"
            if key.run == "leave_marked" and not self.marked
            else None
        )

    def leave_one(self) -> None:
        here = self.roster.current()
        leave_child(self.context, here.child_id, here.reason)

    def mark(self) -> None:
        self.marked ^= {self.roster.current().child_id}
        self.roster.press("down")

    def mark_all(self) -> None:
        every = {each.child_id for each in self.found}
        self.marked = set() if self.marked == every else every

    def leave_marked(self) -> None:
        those = [each for each in self.found if each.child_id in self.marked]
        today = days.today()
        question = (
            f"标记的{len(those)}名从{today}起退出登记？他们的结对、重点标记、方案同时结束。"
            + leaving.retention(leaving.keep_until(today))
            + "。"
        )
        told = [Leaving(each.child_id, each.reason, today) for each in those]
        self.desk.push(Confirm(question, "都退出", "先不"), lambda yes: self._leave(told) if yes else None)

    def _leave(self, told: list[Leaving]) -> None:
        try:
            leaving.many(told, self.context.by)
        except TROUBLE as trouble:
            self.desk.complain(f"一名也没有退出：{trouble}")
            return
        self.shown()
        self.desk.say(f"已退出登记{len(told)}名，档案还在，按 Ctrl+Z 可撤销", "good")

    def open(self) -> None:
        self.context.open_child(self.roster.current().child_id)

    def undo(self) -> None:
        self.context.undo()

    def row(self, due: Due, width: int, here: bool) -> Line:
        """One child: why it is to leave."""
        marked = due.child_id in self.marked
        return [(">" if here else " ", "key"), ("+" if marked else " ", "warn"), *columns([
            (due.name, NAME, "cursor" if here else "plain"), (due.village_group or "", GROUP, "plain"),
            (EXIT.label(due.reason), GROUP, "plain"), (due.why, WHY, "dim"),
        ], gap=1)]  # fmt: skip

    def draw(self, width: int, height: int) -> Picture:
        cells = [("姓名", NAME, "dim"), ("村民组", GROUP, "dim"), ("退出原因", GROUP, "dim")]
        head: list[Line] = [*dim(ABOUT_DUE, width), [("  ", "dim"), *columns(cells, gap=1)]]
        foot: Line = [(f" 共{len(self.found)}名，已标记{len(self.marked)}名", "dim")]
        return Picture([*head, *self.roster.draw(width, height - len(head) - 1), foot])


class KeptFiles(Page):
    """Until when the files of children who left or turned 16 are kept; nothing goes by itself."""

    title = "档案保存"
    keys = (
        Key(("enter",), "档案", "open"),
        Key(("delete",), "删除", "remove"),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context):
        self.context = context
        self.found: list[Kept] = []
        self.roster: Roster[Kept] = Roster(
            lambda: len(self.found), lambda at, n: self.found[at : at + n], self.row, NOBODY_KEPT
        )

    def shown(self) -> None:
        try:
            self.found = leaving.kept(days.today())
        except LedgerError as error:
            self.desk.say(str(error), "error")
        self.roster.refresh()

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        return NOBODY_KEPT if key.run != "undo" and not self.found else None

    def open(self) -> None:
        self.context.open_child(self.roster.current().child_id)

    def remove(self) -> None:
        here = self.roster.current()
        question = f"删除 {here.name} 的档案？他的记录也不再显示。"
        ask_removal(self, question, lambda: children.remove(here.child_id, self.context.by), here.name)

    def undo(self) -> None:
        self.context.undo()

    def row(self, kept: Kept, width: int, here: bool) -> Line:
        """One file: what happened, and until when it is kept."""
        over = kept.until <= days.today()
        return [(">" if here else " ", "key"), (" ", "plain"), *columns([
            (kept.name, NAME, "cursor" if here else "plain"), (kept.why, GROUP, "plain"), (str(kept.since), DAY, "plain"),
            (f"保存到{kept.until}", 16, "plain"), ("已到期" if over else "", 6, "warn"),
        ], gap=1)]  # fmt: skip

    def draw(self, width: int, height: int) -> Picture:
        over = sum(kept.until <= days.today() for kept in self.found)
        lines = dim(ABOUT_KEPT, width)
        foot: Line = [(f" 共{len(self.found)}份，到期{over}份", "warn" if over else "dim")]
        return Picture([*lines, *self.roster.draw(width, height - len(lines) - 1), foot])


def dim(text: str, width: int) -> list[Line]:
    """A text over a list."""
    return [[(" " + row, "dim")] for row in wrap(text, width - 2)]
