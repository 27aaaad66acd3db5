"""会议与决定: the meetings and, in a second part, what they decided that is not done yet."""

from db import activities, days, decisions, meetings
from db.decisions import DecisionLine
from db.errors import LedgerError
from db.meetings import MeetingLine
from db.vocab import ACTIVITY_KIND
from tui.context import Context
from tui.ink import Line, columns
from tui.page import Key, Page, Picture
from tui.screens import meeting_sheets
from tui.screens.minutes import MeetingPage, decision_row, finish_decision
from tui.widgets.ask import ask_action, ask_removal
from tui.widgets.dialogs import Choose
from tui.widgets.roster import Roster

NARROW = 76
DAY, STATE, CAME = 10, 6, 6
NO_MEETING, NO_DECISION = "还没有会议：按 Ins 新开一次", "没有没办完的决定"


class Meetings(Page):
    """Two parts, Tab goes round: meetings (soonest first, then the latest), open decisions by their last day."""

    title = "会议与决定"
    PARTS = ("meetings", "decisions")

    def __init__(self, context: Context):
        self.context = context
        self.part = "meetings"
        self.all = False  # decisions done are shown too
        self.lists: dict[str, Roster] = {part: Roster.of([], self.row) for part in self.PARTS}

    # ---- keys

    @property
    def keys(self) -> tuple[Key, ...]:
        return self.keys_in(self.part)

    @staticmethod
    def keys_in(part: str) -> tuple[Key, ...]:
        """The keys of one of the two parts."""
        own = {
            "meetings": (Key(("enter", "e"), "打开", "open"), Key(("delete",), "删除", "remove", show=False)),
            "decisions": (Key(("enter", "e"), "打开会议", "open"), Key(("f8",), "办完了", "finish")),
        }[part]
        return (
            *own,
            Key(("insert", "a"), "新会议", "add"),
            Key(("tab",), "换栏", "next_part"),
            Key(("shift+tab",), "上一栏", "next_part", show=False),
            Key(("f10", "m"), "更多", "more"),
            Key(("ctrl+z",), "撤销", "undo", show=False),
        )

    def press(self, key: str, char: str | None) -> bool:
        return self.here.press(key) or self.shortcut(key, char)

    @property
    def here(self) -> Roster:
        """The list the cursor is in."""
        return self.lists[self.part]

    def why_off(self, key: Key) -> str | None:
        if key.run in ("open", "remove", "finish") and not len(self.here):
            return NO_MEETING if self.part == "meetings" else f"{NO_DECISION}：决定在会议里按 Ins 添加"
        if key.run == "finish" and (done := self.here.current().done_on):
            return f"这项决定{done}已办完：要改请按回车打开会议"
        return None

    def next_part(self) -> None:
        self.part = "decisions" if self.part == "meetings" else "meetings"

    def shown(self) -> None:
        try:
            self._keep("meetings", meetings.listing(), NO_MEETING)
            self._keep("decisions", decisions.listing(not self.all), NO_DECISION)
        except LedgerError as error:
            self.desk.say(str(error), "error")

    def _keep(self, part: str, items: list, empty: str) -> None:
        """A list read afresh, the cursor on the item it was on."""
        before, self.lists[part] = self.lists[part], Roster.of(items, self.row, empty)
        self.lists[part].follow(before)

    def open(self) -> None:
        here = self.here.current()
        meeting = here.id if self.part == "meetings" else here.activity_id
        part = "agenda" if self.part == "meetings" else "decisions"
        self.desk.push(MeetingPage(self.context, meeting, part))

    def add(self) -> None:
        """Choose the kind, then the short sheet; saved, the meeting's page follows."""
        labels = [ACTIVITY_KIND.label(kind) for kind in meetings.KINDS]
        self.desk.push(
            Choose("开什么会", labels, ["zth", "zth", "jzh", "bh"]),
            lambda at: new_meeting(self.context, meetings.KINDS[at]) if at is not None else None,
        )

    def remove(self) -> None:
        here = self.here.current()
        question = f"删除 {days.short(here.on_date)} 的“{here.title}”，连同到会名单和决定？"
        ask_removal(self, question, lambda: activities.remove(here.id, self.context.by), here.title)

    def finish(self) -> None:
        finish_decision(self.context, self.here.current().id)

    def more(self) -> None:
        ask_action(self.desk, "会议与决定：更多", [
            ("领导小组名单", "ld", self.open_group),
            ("只看没办完的决定" if self.all else "连办完的决定也看", "jd", self.toggle_all),
        ])  # fmt: skip

    def open_group(self) -> None:
        from tui.screens.leading_group import LeadingGroup

        self.desk.push(LeadingGroup(self.context))

    def toggle_all(self) -> None:
        self.all = not self.all
        self.shown()

    def undo(self) -> None:
        self.context.undo()

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        below = max(5, height * 2 // 5)
        undone = sum(line.done_on is None for line in self.lists["decisions"].items())
        late = sum(line.done_on is None and line.days_over > 0 for line in self.lists["decisions"].items())
        said = f"没办完的决定 {undone}项" + (f"，逾期{late}项" if late else "")
        return Picture([
            self._head(f"会议 {len(self.lists['meetings'])}次", "meetings"),
            *self.lists["meetings"].draw(width, height - below - 2),
            self._head(said, "decisions"),
            *self.lists["decisions"].draw(width, below),
        ])  # fmt: skip

    def _head(self, text: str, part: str) -> Line:
        active = part == self.part
        return [(">" if active else " ", "key"), (text, "head" if active else "strong")]

    def row(self, item: MeetingLine | DecisionLine, width: int, here: bool) -> Line:
        if isinstance(item, DecisionLine):
            return decision_row(item, width, here and self.part == "decisions", with_meeting=width >= NARROW)
        return meeting_row(item, width, here and self.part == "meetings")


def meeting_row(line: MeetingLine, width: int, here: bool) -> Line:
    """One meeting: its day, what it is, how many came, whether it was held."""
    state, tone = (line.state, "good") if line.state else ("待开", "plain")
    if line.state is None and line.on_date < days.today():
        state, tone = "未记开", "warn"
    came = f"{line.came}/{line.listed}" if line.listed else ""
    day = days.short(line.on_date) if line.on_date.year == days.today().year else line.on_date.isoformat()
    cells = [
        (">" if here else " ", 1, "key"), (day, DAY, "info"), (line.starts or "", 5, "plain"), (state, STATE, tone),
        (came, CAME, "dim"),
    ]  # fmt: skip
    room = width - sum(n + 1 for _, n, _ in cells) - 1
    if width >= NARROW:
        cells.append((line.kind, 8, "dim"))
        room -= 9
    title = f"{line.title}（{line.place}）" if line.place else line.title
    return columns([*cells, (title, room, "cursor" if here else "plain")], gap=1)


def new_meeting(context: Context, kind: str) -> None:
    """Open the short sheet of a new meeting of a kind; saved, its page is laid on the desk."""
    context.desk.push(
        meeting_sheets.new_sheet(context, kind),
        lambda key: context.desk.push(MeetingPage(context, key)) if key else None,
    )
