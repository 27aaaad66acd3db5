"""One meeting: its agenda, the grown-ups present, the minutes, what was decided."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from db import activities, days, decisions, meetings
from db.decisions import DecisionLine
from db.errors import LedgerError
from db.meetings import AttendeeLine, MeetingView
from db.printing import papers
from db.sheet import NotFound
from db.vocab import ATTENDANCE
from tui.context import Context
from tui.ink import Line, columns, fill, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.screens import activity, meeting_sheets
from tui.screens.printing import ask_paper
from tui.screens.roll_call import TONES, RollCall
from tui.widgets.ask import ask_action, ask_day, ask_removal
from tui.widgets.dialogs import Confirm, Prompt
from tui.widgets.roster import Roster

WHEN, WHO = 12, 8
FRAME = 3  # the desk's own lines: title, message, footer
AROUND = 4  # the page's: head, parts, a blank, the foot
GONE = "这次会议看不到了：按 Esc 返回"
NOBODY = "还没有名单：按 Ins 加人，或按 F10 把领导小组都列上"
NOTHING = "还没有决定：按 Ins 添加"


class MeetingPage(Page):
    """Four parts, Tab goes round. Opened in `part`: agenda, present, minutes or decisions."""

    title = "会议"
    PARTS = ("agenda", "present", "minutes", "decisions")

    def __init__(self, context: Context, activity_id: UUID, part: str = "agenda"):
        self.context, self.activity_id, self.part = context, activity_id, part
        self.view: MeetingView | None = None
        self.present: Roster[AttendeeLine] = Roster.of([], attendee_row, NOBODY)
        self.decided: Roster[DecisionLine] = Roster.of([], decision_row, NOTHING)
        self.first = 0  # the row of a text that is seen first

    # ---- keys

    @property
    def keys(self) -> tuple[Key, ...]:
        return self.keys_in(self.part)

    @staticmethod
    def keys_in(part: str) -> tuple[Key, ...]:
        """The keys of one of the four parts."""
        own = {
            "agenda": (Key(("enter", "e"), "写议程", "write"), Key(("f8",), "已开", "hold")),
            "present": (
                Key(("1",), "到", "came"), Key(("2",), "缺", "absent"), Key(("3",), "假", "excused"),
                Key(("4",), "迟", "late"), Key(("f8",), "其余都到", "rest_came"),
                Key(("insert", "a"), "加人", "add", show=False), Key(("enter", "e"), "修改", "edit", show=False),
                Key(("0", "backspace"), "清除", "clear", show=False),
                Key(("delete",), "去掉", "remove", show=False),
            ),
            "minutes": (Key(("enter", "e"), "写记录", "write"), Key(("f8",), "已开", "hold")),
            "decisions": (
                Key(("insert", "a"), "加决定", "add"), Key(("enter", "e"), "修改", "edit"),
                Key(("f8",), "办完了", "finish"), Key(("delete",), "删除", "remove", show=False),
            ),
        }[part]  # fmt: skip
        return (
            *own,
            Key(("tab", "right"), "下一部分", "next_part"),
            Key(("shift+tab", "left"), "上一部分", "previous_part", show=False),
            Key(("f10", "m"), "更多", "more"),
            Key(("ctrl+r",), "儿童点名", "call_roll", show=False),
            Key(("ctrl+z",), "撤销", "undo", show=False),
        )

    def press(self, key: str, char: str | None) -> bool:
        moved = self.here.press(key) if self.here is not None else self._scroll(key)
        return moved or self.shortcut(key, char)

    @property
    def here(self) -> Roster | None:
        """The list of the part; None in a text."""
        return {"present": self.present, "decisions": self.decided}.get(self.part)

    def why_off(self, key: Key) -> str | None:
        if key.run in ("undo", "next_part", "previous_part"):
            return None
        if self.view is None:
            return GONE
        if key.run == "hold" and self.view.line.state:
            return f"这次会已记为{self.view.line.state}：要改回请按 F10"
        needs_row = ("came", "absent", "excused", "late", "clear", "rest_came", "edit", "remove", "finish")
        if key.run in needs_row and self.here is not None and not len(self.here):
            return NOBODY if self.part == "present" else NOTHING
        if key.run == "finish" and (done := self.decided.current().done_on):
            return f"这项决定{done}已办完：按回车可改，按 F10 可改回没办完"
        return None

    def next_part(self) -> None:
        self._turn(1)

    def previous_part(self) -> None:
        self._turn(-1)

    def _turn(self, by: int) -> None:
        self.part, self.first = self.PARTS[(self.PARTS.index(self.part) + by) % len(self.PARTS)], 0

    def _scroll(self, key: str) -> bool:
        width, height = self.desk.size
        room = height - FRAME - AROUND
        by = {"up": -1, "down": 1, "pageup": 1 - room, "pagedown": room - 1, "home": -9999, "end": 9999}.get(
            key
        )
        if by is None or self.view is None:
            return False
        self.first = max(0, min(self.first + by, len(self._text(width)) - room))
        return True

    def shown(self) -> None:
        try:
            self.view = meetings.view(self.activity_id)
            there, decided = (
                meetings.attendees(self.activity_id),
                decisions.of_meeting(self.activity_id),
            )
        except NotFound as gone:
            self.view = None
            self.desk.say(str(gone), "error")
        except LedgerError as error:
            self.desk.say(str(error), "error")
        else:
            self.title = self.view.line.title
            self.present = self._kept(self.present, there, attendee_row, NOBODY)
            self.decided = self._kept(self.decided, decided, decision_row, NOTHING)

    @staticmethod
    def _kept(before: Roster, items: list, row: Callable, empty: str) -> Roster:
        """A list read afresh, the cursor on the item it was on."""
        roster = Roster.of(items, row, empty)
        roster.follow(before)
        return roster

    # ---- texts

    def write(self) -> None:
        """The agenda or the minutes in the editor; Ctrl+S there saves, the sheet beneath keeps the draft."""
        sheet = meeting_sheets.texts_sheet(self.context, self.activity_id, self.part)
        self.desk.push(sheet)
        sheet.write_at_once()

    # ---- the list of grown-ups

    def came(self) -> None:
        self.mark("present")

    def absent(self) -> None:
        self.mark("absent")

    def excused(self) -> None:
        self.mark("leave")

    def late(self) -> None:
        self.mark("late")

    def clear(self) -> None:
        self.mark(None)

    def mark(self, state: str | None) -> None:
        """Mark the one under the cursor, saved at once; on to the next."""
        if self._do(lambda: meetings.mark(self.present.current().id, state, self.context.by), "") and state:
            self.present.go(self.present.at + 1)

    def rest_came(self) -> None:
        """Everybody not yet called has come: one action, taken back as one."""
        rest = [line.id for line in self.present.items() if line.state is None]
        if rest:
            self._do(
                lambda: meetings.mark_all(self.activity_id, rest, "present", self.context.by),
                f"其余{len(rest)}人都记为到",
            )
        else:
            self.desk.say("名单上的人都已点过", "warn")

    def add(self) -> None:
        if self.part == "present":
            self.desk.push(meeting_sheets.attendee_sheet(self.context, self.activity_id, None))
        else:
            self.desk.push(meeting_sheets.decision_sheet(self.context, self.activity_id, None))

    def edit(self) -> None:
        here = self.here.current()
        sheet = meeting_sheets.attendee_sheet if self.part == "present" else meeting_sheets.decision_sheet
        self.desk.push(sheet(self.context, self.activity_id, here.id))

    def remove(self) -> None:
        here, by = self.here.current(), self.context.by
        if self.part == "present":
            question = f"把 {here.name} 从到会名单去掉？"
            ask_removal(self, question, lambda: meetings.remove_attendee(here.id, by), here.name)
        else:
            ask_removal(self, f"删除决定“{here.title}”？", lambda: decisions.remove(here.id, by), here.title)

    def finish(self) -> None:
        finish_decision(self.context, self.decided.current().id)

    def call_roll(self) -> None:
        """The children of the meeting, on the ordinary roll."""
        self.desk.push(RollCall(self.context, activities.line(self.activity_id)))

    # ---- the whole meeting

    def more(self) -> None:
        """Held or not, day and place, everybody of the group, the children's roll, minutes on paper, strike out."""
        state = self.view.line.state
        undone = [("已开：写小结", "yk", self.hold), ("取消：写原因", "qx", self.cancel)]
        actions = [
            *([("改回未开", "gh", self.reopen)] if state else undone),
            ("改名称、日期、地点、主持人", "gm", self.edit_head),
            ("领导小组成员都列入名单", "ld", self.add_members),
            ("儿童点名", "dm", self.call_roll),
            ("写小结、议程、记录", "xj", self.edit_texts),
            ("打印会议纪要，或存成文件", "dy", self.print),
            ("删除这次会议", "sc", self.remove_meeting),
        ]
        decision = self.decided.current() if self.part == "decisions" else None
        if decision and decision.done_on:
            actions.insert(0, (f"“{decision.title}”改回没办完", "mb", lambda: self._do(
                lambda: decisions.reopen(decision.id, self.context.by), "已改回没办完"
            )))  # fmt: skip
        ask_action(self.desk, "这次会议", actions)

    def hold(self) -> None:
        """Ask for the summary, then say the meeting was held."""
        activity.hold(self.context, activities.line(self.activity_id))

    def cancel(self) -> None:
        activity.cancel(self.context, activities.line(self.activity_id))

    def reopen(self) -> None:
        activity.reopen(self.context, activities.line(self.activity_id))

    def edit_head(self) -> None:
        self.desk.push(meeting_sheets.head_sheet(self.context, self.activity_id))

    def edit_texts(self) -> None:
        self.desk.push(meeting_sheets.texts_sheet(self.context, self.activity_id, "outcome"))

    def add_members(self) -> None:
        found: list[int] = []
        if self._do(lambda: found.append(meetings.add_members(self.activity_id, self.context.by)), ""):
            said = (
                f"已列上{found[0]}人" if found[0] else "成员都在名单上了；还没有成员的，请先在领导小组里添加"
            )
            self.desk.say(said, "good" if found[0] else "warn")

    def print(self) -> None:
        by = self.context.by
        ask_paper(
            self.context,
            f"{self.view.line.title}会议纪要",
            lambda _: papers.minutes_paper(self.activity_id, by),
        )

    def remove_meeting(self) -> None:
        def struck(yes: bool) -> None:
            if yes and self._do(lambda: activities.remove(self.activity_id, self.context.by), ""):
                self.desk.close()
                self.desk.say("已删除会议，按 Ctrl+Z 可撤销", "good")

        self.desk.push(Confirm("删除这次会议，连同到会名单和决定？", "删除", "不删"), struck)

    def _do(self, work: Callable[[], object], said: str) -> bool:
        """Run a verb, then read the page afresh; False if it was refused."""
        try:
            work()
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
            return False
        self.shown()
        if said:
            self.desk.say(f"{said}，按 Ctrl+Z 可撤销", "good")
        return True

    def undo(self) -> None:
        self.context.undo()

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        if self.view is None:
            return Picture([[(" " + GONE, "warn")]])
        room = height - AROUND
        if self.here is not None:
            body = self.here.draw(width, room)
        else:
            rows = self._text(width)
            body = [[(" " + row, "plain")] for row in rows[self.first : self.first + room]]
            body += [[] for _ in range(room - len(body))]
        head, tabs, foot = (
            fill(line, width) for line in (self._head(), self._tabs(), self._foot(width, room))
        )
        return Picture([head, tabs, [], *body, foot])

    def _head(self) -> Line:
        line = self.view.line
        state, tone = (line.state, "good") if line.state else ("还没记“已开”", "warn")
        when = f" {line.on_date} {days.weekday(line.on_date)} {line.starts or ''}".rstrip()
        lead = f"  主持：{line.lead}" if line.lead else ""
        return [(when, "strong"), (f"  {state}", tone), (f"  {line.kind}  {line.place or ''}{lead}", "plain")]

    def _tabs(self) -> Line:
        line = self.view.line
        undone = f"，{line.open}项没办完" if line.open else ""
        names = {
            "agenda": "议程",
            "present": f"到会 {line.came}/{line.listed}",
            "minutes": "记录" if self.view.minutes else "记录（没写）",
            "decisions": f"决定 {len(self.decided)}{undone}",
        }
        tabs: Line = []
        for part, name in names.items():
            active = part == self.part
            tabs += [(" >" if active else "  ", "key"), (name, "head" if active else "dim")]
        return tabs

    def _text(self, width: int) -> list[str]:
        text = self.view.agenda if self.part == "agenda" else self.view.minutes
        rows = wrap(text, width - 2) if text else ["还没有，按回车写"]
        if self.part == "minutes" and self.view.outcome:
            rows += ["", *wrap(f"小结：{self.view.outcome}", width - 2)]
        return rows

    def _foot(self, width: int, room: int) -> Line:
        if self.part == "present":
            states = [line.state for line in self.present.items()]
            counts = "  ".join(f"{code.label}{states.count(code.code)}" for code in ATTENDANCE)
            children = f"  儿童到{self.view.line.children}名" if self.view.line.children else ""
            return [
                (f" {counts}  未点{states.count(None)}{children}", "strong"),
                ("  Ins 加人  F10 更多", "dim"),
            ]
        if self.part == "decisions":
            here = self.decided.current()
            return [(f" 结果：{here.result}", "plain")] if here and here.result else []
        below = len(self._text(width)) - self.first - room
        return [(f" 下面还有{below}行", "dim")] if below > 0 else []


def attendee_row(line: AttendeeLine, width: int, here: bool) -> Line:
    """One grown-up of the list: name, what they are there, whether they came."""
    state = ATTENDANCE.label(line.state) if line.state else "-"
    return [(">" if here else " ", "key"), *columns([
        (line.name, 12, "cursor" if here else "plain"), (state, 4, TONES[line.state]), (line.post or "", 20, "plain"),
        (line.note or "", width - 44, "dim"),
    ])]  # fmt: skip


def decision_row(line: DecisionLine, width: int, here: bool, with_meeting: bool = False) -> Line:
    """One decision: until when (red once it is over), who, what."""
    when, tone = f"{days.short(line.due_on)}前", "plain"
    if line.done_on:
        when, tone = f"{days.short(line.done_on)}办", "good"
    elif line.days_over > 0:
        when, tone = f"逾期{line.days_over}天", "alarm"
    elif line.days_over == 0:
        when, tone = "今天", "warn"
    cells = [(">" if here else " ", 1, "key"), (when, WHEN, tone), (line.owner or "没定人", WHO, "plain" if line.owner else "warn")]  # fmt: skip
    room = width - WHEN - WHO - 5
    if with_meeting:
        meeting = (f"{days.short(line.met_on)}{line.meeting}", 22, "dim")
        return columns([*cells, (line.title, room - 23, "cursor" if here else "plain"), meeting], gap=1)
    return columns([*cells, (line.title, room, "cursor" if here else "plain")], gap=1)


def finish_decision(context: Context, decision_id: UUID) -> None:
    """Ask on which day a decision was carried out and what came of it; what is refused is asked again as typed."""
    desk = context.desk

    def ask(day: str, result: str) -> None:
        def told(on: date, typed: str) -> None:
            hint = "如 书架已装好；可不填，直接回车"
            desk.push(Prompt("结果", result, hint), lambda text: finish(on, typed, text))

        ask_day(desk, f"“{about.title}”哪天办完的", day, told)

    def finish(on: date, typed: str, result: str | None) -> None:
        if result is None:
            return
        try:
            decisions.finish(decision_id, on, result, context.by)
        except TROUBLE as trouble:
            if any(each.id == decision_id for each in decisions.listing()):
                ask(typed, result)
            desk.say(str(trouble), "error")
        else:
            desk.top.shown()
            desk.say(f"已办完：{about.title}，按 Ctrl+Z 可撤销", "good")

    try:
        about: Any = decisions.line(decision_id)
    except TROUBLE as trouble:
        desk.say(str(trouble), "error")
        return
    if about.done_on is not None:
        desk.say(f"“{about.title}”已在{about.done_on}办完", "warn")
    else:
        ask(days.today().isoformat(), about.result or "")


def open_meeting_of(context: Context, decision_id: UUID) -> None:
    """Lay the page of the meeting that made a decision on the desk, or say why that cannot be."""
    try:
        meeting = decisions.line(decision_id).activity_id
    except TROUBLE as trouble:
        context.desk.say(str(trouble), "error")
    else:
        context.desk.push(MeetingPage(context, meeting, "decisions"))
