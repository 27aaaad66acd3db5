"""两体两艺: who took part in sport and in art, those that took part in nothing first."""

from datetime import date
from operator import attrgetter

from db import days, participation, site
from db.errors import LedgerError
from db.participation import Took
from tui.context import Context
from tui.ink import Line, columns, gauge
from tui.page import Key, Picture
from tui.widgets.dialogs import Tell
from tui.widgets.finding import TYPED_INTO, Finding, FindLine
from tui.widgets.roster import Roster

BAR = 16
SPAN = ("本学期", "本学年")


class Participation(FindLine):
    """Every child that counts, and every 潜能生: how often at sport and at art, in the term or the school year."""

    title = "两体两艺"
    keys = (
        Key(("enter",), "档案", "open"),
        Key(("f8", "n"), "只看没参加过", "narrow"),
        Key(("tab", "v"), "学期/学年", "turn"),
        Key(("space",), "参加过什么", "tell"),
        Key(("/",), "查找", "start_finding"),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context, span: tuple[date, date] | None = None):
        self.context = context
        self.given, self.span = span, span or (days.today(), days.today())
        self.year = False
        self.only_none = False
        self.lines: list[Took] = []
        super().__init__()
        self.roster: Roster[Took] = Roster.of([], _row)

    def _span(self) -> tuple[date, date]:
        """First and last day looked at: as given (a plan's), else the term, else the school year."""
        if self.given:
            return self.given
        term = site.term()
        if not self.year:
            return term.starts, term.ends
        autumn = days.school_year(term.code, term.starts)
        return date(autumn, 9, 1), date(autumn + 1, 8, 31)

    def shown(self) -> None:
        try:
            self.span = self._span()
            self.lines = participation.lines(*self.span)
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self._show()

    def _show(self, from_top: bool = False) -> None:
        before, wanted = self.roster, self.find.text.strip()
        found = [
            each
            for each in self.lines
            if not (self.only_none and each.took_part) and wanted in f"{each.name} {each.village_group or ''}"
        ]
        empty = "没有找到，按 Esc 看全部" if wanted else "人人都参加过了" if self.lines else "还没有留守儿童"
        self.roster = Roster.of(found, _row, empty)
        if not from_top:
            self.roster.follow(before, attrgetter("child_id"))

    def in_reach(self) -> tuple[Key, ...]:
        if not self.finding:
            return self.keys
        return (*Finding.finding_keys, *(key for key in self.keys if TYPED_INTO.isdisjoint(key.names)))

    def press(self, key: str, char: str | None) -> bool:
        if self.finding and self.find_key(key, char):
            return True
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run in ("open", "tell") and not len(self.roster):
            return self.roster.empty
        if key.run == "turn" and self.given:
            return "这里看的是计划的起止日期"
        return None

    def leave(self) -> None:
        if self.find.text:
            self.stop_finding()
        else:
            super().leave()

    def open(self) -> None:
        self.context.open_child(self.roster.current().child_id)

    def narrow(self) -> None:
        self.only_none = not self.only_none
        self._show(from_top=True)

    def turn(self) -> None:
        self.year = not self.year
        self.shown()

    def tell(self) -> None:
        """What the child under the cursor was called at, whatever kind."""
        line = self.roster.current()
        told = [
            f"{days.short(each.on_date)} {each.title}  {each.state}{f'  {each.talent}' if each.talent else ''}"
            for each in participation.of_child(line.child_id)
        ]
        self.desk.push(Tell(f"{line.name}参加的活动", told or ["还没有点过名的活动"]))

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        first, last = self.span
        whole = len(self.lines)
        took = sum(each.took_part for each in self.lines)
        sport, art = sum(each.sport > 0 for each in self.lines), sum(each.art > 0 for each in self.lines)
        which = "计划期间" if self.given else SPAN[self.year]
        caret = None
        head: Line = [(f" {which} {first}到{last}{'  只看没参加过的' if self.only_none else ''}", "dim")]
        if self.finding or self.find.text:
            text, x = self.find.view(width - 10)
            head = [(" 查找 ", "key"), (text, "plain")]
            caret = (6 + x, 0) if self.finding else None
        bar = gauge(took / whole, BAR, "bar" if took == whole else "bar_warn") if whole else []
        numbers: Line = [(" ", "plain"), *bar, (f"  参与 {took}/{whole}  体育 {sport}  艺术 {art}", "strong")]
        titles = columns([(" ", 1, "dim"), ("姓名", 14, "dim"), ("村民组", 12, "dim"), ("体育", -6, "dim"),
                          ("艺术", -6, "dim")], 1)  # fmt: skip
        return Picture([head, numbers, titles, *self.roster.draw(width, height - 3)], caret)


def _row(line: Took, width: int, here: bool) -> Line:
    def times(count: int) -> tuple[str, int, str]:
        return (str(count) if count else "-", -6, "good" if count else "dim")

    name = "cursor" if here else "plain" if line.took_part else "warn"
    return columns([(">" if here else " ", 1, "key"), (line.name, 14, name), (line.village_group or "", 12, "dim"),
                    times(line.sport), times(line.art)], 1)  # fmt: skip
