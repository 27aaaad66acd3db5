"""值班表: the open days to come and who is on duty; one by one, or dealt out in turn."""

from datetime import date, timedelta
from pathlib import Path

from db import days, duty_roster
from db.duty_roster import Dealt, DutyDay, Person
from db.errors import LedgerError
from tui.context import Context
from tui.ink import Line, columns
from tui.page import Key, Page, Picture
from tui.widgets.ask import ask_file, ask_removal, ask_text
from tui.widgets.dialogs import Choose, Prompt
from tui.widgets.month import FIRST, LAST
from tui.widgets.roster import Roster

NARROW = 76
MONTHS = 3


class DutyRoster(Page):
    """Three months of open days from today on; the arrows go to those before and after."""

    title = "值班表"
    keys = (
        Key(("enter",), "排人", "put"),
        Key(("f8",), "轮流排班", "deal"),
        Key(("tab", "v"), "其他活动", "show_others"),
        Key(("right",), "后三月", "later"),
        Key(("left",), "前三月", "earlier", show=False),
        Key(("delete",), "取消值班", "clear", show=False),
        Key(("f10", "m"), "存成文件", "save"),
        Key(("ctrl+z",), "撤销", "undo"),
    )

    def __init__(self, context: Context):
        self.context = context
        self.first = days.today()
        self.every = False
        self.lines: list[DutyDay] = []
        self.roster: Roster[DutyDay] = Roster.of([], _row)

    @property
    def last(self) -> date:
        """The last day shown."""
        return days.add_months(self.first, MONTHS) - timedelta(days=1)

    def shown(self) -> None:
        before = self.roster
        try:
            self.lines = duty_roster.lines(self.first, self.last, self.every)
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self.roster = Roster.of(self.lines, _row, "这三个月没有开放日：在活动日历（F4）里添加")
        self.roster.follow(before)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if (key.run == "earlier" and self.first <= FIRST) or (key.run == "later" and self.last >= LAST):
            return f"只看得到{FIRST.year}到{LAST.year}年"
        if key.run in ("put", "deal", "save", "clear") and not len(self.roster):
            return "这里没有活动：在活动日历（F4）里添加开放日"
        if key.run == "clear" and not self.roster.current().duty:
            return "这天还没有人值班"
        return None

    def show_others(self) -> None:
        self.every = not self.every
        self.shown()

    def later(self) -> None:
        self._turn(MONTHS)

    def earlier(self) -> None:
        self._turn(-MONTHS)

    def _turn(self, months: int) -> None:
        self.first = days.add_months(self.first, months)
        self.roster.go(0)
        self.shown()

    # ---- who is on duty

    def put(self) -> None:
        """One of the people at hand by number or name, or somebody else by name."""
        day, people = self.roster.current(), duty_roster.people(self.lines)
        words = [_person(each) for each in people] + ["别人，打名字"]

        def chosen(at: int | None) -> None:
            if at is None:
                return
            if at == len(people):
                ask_text(self.desk, "值班的人", day.duty or "", named, "如 王晓")
            else:
                named(people[at].name)

        def named(name: str) -> None:
            if name.strip():
                self._put(day, name.strip())

        title = f"{days.short(day.on_date)}{day.title}谁值班"
        self.desk.push(Choose(title, words, asked=True), chosen)

    def clear(self) -> None:
        day = self.roster.current()
        ask_removal(
            self,
            f"{days.short(day.on_date)}不再由{day.duty}值班？",
            lambda: duty_roster.put(day.id, None, self.context.by),
            f"{days.short(day.on_date)}的值班",
        )

    def _put(self, day: DutyDay, name: str) -> None:
        duty_roster.put(day.id, name, self.context.by)
        self.shown()
        self.roster.go(self.roster.at + 1)
        self.desk.say(f"{days.short(day.on_date)}：{name}值班，按 Ctrl+Z 可撤销", "good")

    def deal(self) -> None:
        self.desk.push(ChoosePeople(self.context, self.lines), self._dealt)

    def _dealt(self, count: int | None) -> None:
        if count is not None:
            self.desk.say(f"已排{count}天，按 Ctrl+Z 可撤销", "good")

    def save(self) -> None:
        path = Path.cwd() / f"值班表{self.first:%Y%m}-{self.last:%Y%m}.xlsx"
        ask_file(
            self.desk, "值班表存到", path,
            lambda to: f"值班表{duty_roster.save(to, self.lines)}天，已存到 {to}，用 WPS 打开就能打印",
        )  # fmt: skip

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        lacking = sum(not each.duty for each in self.lines)
        head = f" {days.short(self.first)}到{days.short(self.last)}  {len(self.lines)}天"
        tone = ("warn", f"  {lacking}天还没有人值班") if lacking else ("good", "  都有人值班")
        return Picture(
            [
                [(head, "strong"), (tone[1] if self.lines else "", tone[0])],
                *self.roster.draw(width, height - 1),
            ]
        )


class ChoosePeople(Page):
    """Who takes turns, in the order they are marked; closed with the number of days dealt, or None."""

    title = "轮流排班：谁轮流"
    keys = (
        Key(("space", "enter"), "选/不选", "mark"),
        Key(("insert", "a"), "加别人", "add"),
        Key(("f8",), "看怎么排", "preview"),
    )

    def __init__(self, context: Context, lines: list[DutyDay]):
        self.context, self.lines = context, lines
        self.people = duty_roster.people(lines)
        self.marked: list[str] = []
        self.roster: Roster[Person] = Roster(
            lambda: len(self.people),
            lambda at, n: self.people[at : at + n],
            self._row,
            "没有帮扶人：按 Ins 打名字",
        )

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run == "mark" and not self.people:
            return "没有帮扶人：按 Ins 打名字"
        return None

    def leave(self) -> None:
        self.desk.close(None)

    def mark(self) -> None:
        name = self.roster.current().name
        if name in self.marked:
            self.marked.remove(name)
        else:
            self.marked.append(name)
        self.roster.go(self.roster.at + 1)

    def add(self) -> None:
        def named(name: str | None) -> None:
            if not (who := (name or "").strip()):
                return
            if who not in {each.name for each in self.people}:
                self.people.append(Person(who, "", 0))
                self.roster.refresh()
            if who not in self.marked:
                self.marked.append(who)

        self.desk.push(Prompt("值班的人", "", "如 王晓"), named)

    def preview(self) -> None:
        dealt = duty_roster.deal(self.lines, self.marked)
        self.desk.push(Dealing(self.context, dealt), lambda count: self.desk.close(count) if count else None)

    def draw(self, width: int, height: int) -> Picture:
        order = "、".join(self.marked) or "按空格依次选，先选的先轮到"
        return Picture([[(f" 轮流：{order}", "strong")], *self.roster.draw(width, height - 1)])

    def _row(self, person: Person, width: int, here: bool) -> Line:
        turn = str(self.marked.index(person.name) + 1) if person.name in self.marked else ""
        return [(">" if here else " ", "key"), *columns([
            (f"[{turn:>2}]", 4, "good" if turn else "dim"), (person.name, 14, "cursor" if here else "plain"),
            (person.about, 20, "dim"), (f"已排{person.days}天" if person.days else "", 10, "plain"),
        ])]  # fmt: skip


class Dealing(Page):
    """What was dealt to whom; nothing is written before Enter. Closed with the number of days, or None."""

    title = "轮流排班：预览"
    keys = (
        Key(("enter", "f8"), "就这样排", "accept"),
        Key(("escape",), "不排，返回", "leave"),
    )

    def __init__(self, context: Context, dealt: list[Dealt]):
        self.context, self.dealt = context, dealt
        self.roster: Roster[Dealt] = Roster.of(dealt, _dealt_row)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run == "accept" and self.desk.seen is not self:
            return "请看清再按一次"
        return None

    def accept(self) -> None:
        self.desk.close(duty_roster.assign(self.dealt, self.context.by))

    def leave(self) -> None:
        self.desk.close(None)

    def draw(self, width: int, height: int) -> Picture:
        nobody = sum(each.who is None for each in self.dealt)
        load: dict[str, int] = {}
        for each in self.dealt:
            if each.who:
                load[each.who] = load.get(each.who, 0) + 1
        said = "  ".join(f"{name}{count}天" for name, count in load.items())
        lacks = f"  {nobody}天排不出（选的人那天都在值班）" if nobody else ""
        return Picture([[(f" {said}", "strong"), (lacks, "warn")], *self.roster.draw(width, height - 1)])


def _row(day: DutyDay, width: int, here: bool) -> Line:
    cells = [
        *_when(day, here),
        (day.title if day.place is None else f"{day.title}（{day.place}）", 18 if width < NARROW else 26, "plain"),
        (day.duty or "没有人", 10, "plain" if day.duty else "warn"),
    ]  # fmt: skip
    if width >= NARROW:
        cells.append((f"负责 {day.lead}" if day.lead else "", 15, "dim"))
    return [(">" if here else " ", "key"), *columns(cells, 1)]


def _dealt_row(each: Dealt, width: int, here: bool) -> Line:
    who = (each.who or "排不出", 12, "good" if each.who else "warn")
    return [
        (">" if here else " ", "key"),
        *columns([*_when(each.day, here), who, (each.day.title, 18, "dim")], 1),
    ]


def _when(day: DutyDay, here: bool) -> list[tuple[str, int, str]]:
    return [
        (days.short(day.on_date), 8, "cursor" if here else "plain"), (days.weekday(day.on_date), 4, "dim"),
        (day.starts or "", 5, "plain"),
    ]  # fmt: skip


def _person(each: Person) -> str:
    return f"{each.name}  {each.about}{f'  已排{each.days}天' if each.days else ''}"
