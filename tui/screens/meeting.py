"""会议 (F9): how things stand, large enough for the back row, names masked, nothing to type."""

from db import days, duties, status, when
from db.errors import LedgerError
from db.masking import masked, masked_names
from tui.context import Context
from tui.ink import Line, cells, fit, line_cells
from tui.page import Key, Page, Picture
from tui.screens.meeting_pages import NAMED, NAMES, Seen, Shown, pages
from tui.widgets.ask import ask_action
from tui.widgets.dialogs import Confirm

FRAME = 3  # lines of the window around a page's body
TABS = 2  # lines over a page: the names of the thoughts, a blank
REVEALED = "全名显示中，F8 打码"
ASK = "要在屏幕上显示儿童和帮扶人的全名吗？投影前请看清在场的人；翻页或离开就又打码。"


class Meeting(Page):
    """One thought a page, turned with the arrow keys; names in full only when asked for, and only until the page is left."""

    title = "会议"
    digits_switch = True
    keys = (
        Key(("pagedown", "right", "space", "enter"), "下一页", "next_page"),
        Key(("pageup", "left", "backspace"), "上一页", "page_before"),
        Key(("f8",), "全名", "switch_names"),
        Key(("f10", "m"), "打印、图表", "more"),
        Key(("escape",), "回工作台", "leave", show=False),
        Key(("f9",), "重新统计", "shown", show=False),
    )

    def __init__(self, context: Context):
        self.context = context
        self.at = 0
        self.revealed = False
        self.seen: Seen | None = None

    def shown(self) -> None:
        self.hide()
        today = days.today()
        try:
            standing, owed = status.standing(), duties.overdue(today)
            of_site = [(at, each.label) for at, each in enumerate(owed) if each.child_id is None]
            hidden = masked_names(helpers=True) if of_site else set()
            self.seen = Seen(standing, owed, {at: masked(label, hidden) for at, label in of_site})
            wrong_day = when.set_back()
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        if wrong_day:
            self.desk.say(wrong_day, "error")

    # ---- turning

    def pages(self, width: int, height: int) -> list[Shown]:
        """All pages as a body of this size shows them; none while the ledger could not be read."""
        return pages(self.seen, self.revealed, width, height - TABS) if self.seen else []

    def next_page(self) -> None:
        self._turn(1)

    def page_before(self) -> None:
        self._turn(-1)

    def _turn(self, by: int) -> None:
        width, height = self.desk.size
        all_pages = self.pages(width, height - FRAME)
        if not all_pages:
            return
        before = min(self.at, len(all_pages) - 1)
        self.at = (before + by) % len(all_pages)
        if all_pages[self.at].name != all_pages[before].name:
            self.hide()

    def leave(self) -> None:
        self.desk.go("f6")

    # ---- names

    def why_off(self, key: Key) -> str | None:
        if key.run == "switch_names" and not self.revealed and self._thought() not in NAMED:
            return f"这一页没有姓名：全名在{'、'.join(name for name in NAMES if name in NAMED)}页上看"
        if key.run == "more" and self.seen is None:
            return "台账没有读出来：按 F9 重新统计"
        return None

    def _thought(self) -> str:
        width, height = self.desk.size
        all_pages = self.pages(width, height - FRAME)
        return all_pages[min(self.at, len(all_pages) - 1)].name if all_pages else ""

    def switch_names(self) -> None:
        """Ask before names are shown in full; masked again at once."""
        if self.revealed:
            self.hide()
        else:
            self.desk.push(Confirm(ASK, "显示全名", "不显示"), lambda yes: self.reveal() if yes else None)

    def reveal(self) -> None:
        """Show the names, once it is seen to that they go even if the program is killed."""
        try:
            self.desk.guard(True)
        except OSError as error:
            self.desk.say(
                f"没有显示全名：守着擦屏的小进程起不来（{error.strerror}），要看全名请用 guanai status --names",
                "error",
            )
            return
        self.revealed = True

    def hide(self) -> None:
        """Mask the names again."""
        if self.revealed:
            self.revealed = False
            self.desk.guard(False)

    def flush(self) -> None:
        self.hide()

    # ---- paper

    def more(self) -> None:
        """F10: the same on paper, the targets as a chart."""
        from tui.screens.meeting_files import save_chart, save_handout

        ask_action(self.desk, "会议：更多", [
            ("存成一页讲稿（docx 或网页），打印发给到会的人", "jg", lambda: save_handout(self.context)),
            ("目标的图表（xlsx）", "tb", lambda: save_chart(self.context)),
        ])  # fmt: skip

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        all_pages = self.pages(width, height)
        at = min(self.at, len(all_pages) - 1)
        lines = [self._tabs(all_pages, at, width), []]
        return Picture(lines + all_pages[at].lines if all_pages else lines)

    def _tabs(self, all_pages: list[Shown], at: int, width: int) -> Line:
        """The thoughts' names, how many pages the one shown takes, and by which criterion children are counted."""
        line: Line = []
        here = all_pages[at].name if all_pages else ""
        of_it = [each for each, page in enumerate(all_pages) if page.name == here]
        for name in NAMES:
            many = f" {of_it.index(at) + 1}/{len(of_it)}" if name == here and len(of_it) > 1 else ""
            line += [(" ", "plain"), (f" {name}{many} ", "chosen" if name == here else "plain")]
        if self.seen is None:
            return line
        room = max(0, width - line_cells(line) - 1)
        if self.revealed:
            return [*line, (fit(REVEALED if cells(REVEALED) <= room else "全名", room, right=True), "alarm")]
        criterion = self.seen.standing.criterion.partition("：")[0]
        said = next((text for text in (f"认定口径 {criterion}", criterion) if cells(text) <= room), "")
        return [*line, (fit(said, room, right=True), "dim")]
