"""过生日: the month's birthdays, noted for one child or for all marked, the party, cards and wishes to print."""

from datetime import date
from operator import attrgetter
from uuid import UUID

from db import birthdays, days
from db.birthdays import Birthday
from db.errors import LedgerError
from db.printing.birthday import greeting
from db.printing.printed import GREETING, PARTY, WISHES
from tui.context import Context
from tui.ink import Line, clip, columns, wrap
from tui.page import Key, Page, Picture
from tui.screens.printing import ask_print
from tui.widgets.ask import ask_action, ask_day, ask_text
from tui.widgets.month import turn
from tui.widgets.record_form import open_record, open_records_for
from tui.widgets.roster import Roster

DAY, NAME, AGE, MOON, KEPT = 13, 8, 4, 12, 12
NARROW = 76
FOOT = 2
UNWRITTEN = "的祝福语还没写，打印时用程序备好的话；按 F10 写"
FIRST, LAST = "2000-01", "2099-12"


class Birthdays(Page):
    """One month's birthdays in order; the arrow keys turn the months."""

    title = "过生日"
    keys = (
        Key(("left",), "上月", "previous", show=False),
        Key(("right",), "下月", "following", show=False),
        Key(("space",), "标记", "mark"),
        Key(("enter", "e"), "记过生日", "record"),
        Key(("f8",), "生日会", "party"),
        Key(("f10", "m"), "更多", "more"),
        Key(("ctrl+o", "o"), "档案", "dossier", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context, month: date | None = None):
        self.context = context
        self.first = (month or days.today()).replace(day=1)
        self.marked: set[UUID] = set()
        self.arranged: date | None = None
        self.roster: Roster[Birthday] = Roster.of([], self.row)

    @property
    def month(self) -> str:
        """The month shown: '2026-10'."""
        return f"{self.first:%Y-%m}"

    def shown(self) -> None:
        before = self.roster
        try:
            found, party = birthdays.of_month(self.month), birthdays.party(self.month)
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self.arranged = party and party.on_date
        self.marked &= {each.child_id for each in found}
        self.roster = Roster.of(found, self.row, f"{self.first.month}月没有儿童过生日：按左右箭头看别的月份")
        self.roster.follow(before, attrgetter("child_id"))

    # ---- keys

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if (key.run == "previous" and self.month <= FIRST) or (key.run == "following" and self.month >= LAST):
            return "只看得到2000到2099年"
        if key.run in ("mark", "record", "more", "dossier") and not len(self.roster):
            return f"{self.first.month}月没有儿童过生日：按左右箭头看别的月份"
        return None

    def previous(self) -> None:
        self._turn(-1)

    def following(self) -> None:
        self._turn(1)

    def _turn(self, by: int) -> None:
        self.first = turn(self.first, by)
        self.marked.clear()
        self.roster.go(0)
        self.shown()

    def mark(self) -> None:
        self.marked ^= {self.roster.current().child_id}
        self.roster.go(self.roster.at + 1)

    def record(self) -> None:
        """The sheet 过生日, for all the marked ones or for the child under the cursor."""
        if self.marked:
            open_records_for(self.context, self._ids(), birthdays.KIND, self._recorded)
        else:
            open_record(self.context, self.roster.current().child_id, birthdays.KIND)

    def _ids(self) -> list[UUID]:
        """The marked children, else all, in the order of the list."""
        ids = [each.child_id for each in self.roster.items()]
        return [each for each in ids if each in self.marked] or ids

    def _recorded(self, kept: object) -> None:
        if kept is not None:
            self.marked.clear()

    def party(self) -> None:
        """The roll of the month's party, or the day on which there is to be one."""
        from tui.screens.roll_call import RollCall

        if (line := birthdays.party(self.month)) is not None:
            self.desk.push(RollCall(self.context, line))
            return

        def arranged(day: date, _typed: str) -> None:
            birthdays.arrange_party(self.month, day, self.context.by)
            self._say_done(f"{days.short(day)}办生日会，已记到日历；到那天在这里按 F8 点名")

        today = days.today()
        proposed = today if today.replace(day=1) == self.first else self.first
        ask_day(self.desk, f"{self.first.month}月的生日会哪天办", proposed.isoformat(), arranged)

    def more(self) -> None:
        here, many = self.roster.current(), len(self._ids())
        there = [
            each.child_id for each in self.roster.items() if each.celebrated is not None and not each.recorded
        ]
        actions = [
            (f"写给{here.name}的祝福语", "xzf", self._write_wish),
            (f"{here.name}改过{'公历' if here.lunar else '农历'}生日", "nl", self._change_calendar),
            (f"打印贺卡 {many}张", "dyhk", lambda: self._print(GREETING)),
            (f"打印祝福（广播稿） {many}名", "dyzf", lambda: self._print(WISHES)),
            (f"打印名单 {many}名", "dymd", lambda: self._print(PARTY)),
        ]
        if there:
            actions.append(
                (f"标记生日会到场、还没记的 {len(there)}名", "bj", lambda: self.marked.update(there))
            )
        ask_action(self.desk, "过生日：更多", actions)

    def _write_wish(self) -> None:
        here = self.roster.current()

        def written(text: str) -> None:
            birthdays.set_wish(here.child_id, self.first.year, text, self.context.by)
            self._say_done(f"{here.name}的祝福语{'已存' if text.strip() else '已清空'}，按 Ctrl+Z 可撤销")

        hint = "打字就换成自己写的；清空就用程序备好的话"
        ask_text(self.desk, f"写给{here.name}", here.wish or greeting(here.age), written, hint)

    def _change_calendar(self) -> None:
        here = self.roster.current()
        lunar = not here.lunar
        birthdays.set_lunar(here.child_id, lunar, self.context.by)
        self._say_done(f"{here.name}以后过{'农历' if lunar else '公历'}生日，按 Ctrl+Z 可撤销")

    def _print(self, what: str) -> None:
        ask_print(self.context, what, self._ids(), f"{self.first.month}月", month=self.month)

    def dossier(self) -> None:
        self.context.open_child(self.roster.current().child_id)

    def undo(self) -> None:
        self.context.undo()

    def _say_done(self, said: str) -> None:
        self.shown()
        self.desk.say(said, "good")

    # ---- drawing

    def row(self, each: Birthday, width: int, here: bool) -> Line:
        """>* 9月25日 周五  张浩宇  11岁 农历八月十五  9月20日已过."""
        kept = f"{days.short(each.celebrated)}已过" if each.celebrated else "还没过"
        tone = "good" if each.celebrated else "warn" if each.day <= days.today() else "dim"
        cells = [
            (">" if here else " ", 1, "key"),
            ("*" if each.child_id in self.marked else " ", 1, "key"),
            (f"{days.short(each.day)} {days.weekday(each.day)}", DAY, "plain"),
            (each.name, NAME, "cursor" if here else "plain"),
            (f"{each.age}岁", AGE, "plain"),
            (f"农历{each.lunar_text}" if each.lunar else "", MOON, "info"),
            (kept, KEPT, tone),
        ]  # fmt: skip
        if width >= NARROW:
            cells.append((each.village_group or "", width - sum(n for _, n, _ in cells) - len(cells), "dim"))
        return columns(cells, gap=1)

    def draw(self, width: int, height: int) -> Picture:
        found = self.roster.items()
        kept = sum(each.celebrated is not None for each in found)
        party = f"生日会 {days.short(self.arranged)}" if self.arranged else "还没排生日会"
        told = f"{len(found)}名过生日  已过{kept}名  {party}  左右换月" if found else ""
        head: Line = [
            (f" {self.first.year}年{self.first.month}月  ", "head"),
            (clip(told, width - 13), "plain"),
        ]
        lines = [head, [], *self.roster.draw(width, height - FOOT - 3), []]
        if here := self.roster.current():
            said, tone = (f"的祝福语：{here.wish}", "plain") if here.wish else (UNWRITTEN, "dim")
            said = here.name + said
            lines += [[(" " + row, tone)] for row in wrap(said, width - 2)[:FOOT]]
        return Picture(lines)
