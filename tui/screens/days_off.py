"""放假安排: the days off of a year and the weekend days worked for them, put in as announced, by hand or from a file."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from db import days, days_off
from db.days_off import DayLine
from db.errors import LedgerError
from db.vocab import DAY_OFF
from tui.context import Context
from tui.drafts import Draft
from tui.ink import Line, columns
from tui.page import TROUBLE, Key, Page, Picture
from tui.widgets.ask import ask_action, ask_file, ask_removal
from tui.widgets.files import Files
from tui.widgets.roster import Roster
from tui.widgets.sheet import Form, Kept, Sheet

STYLES = {"off": "good", "work": "warn"}


class DaysOff(Page):
    """One year's days; the arrow keys turn the years."""

    title = "放假安排"
    keys = (
        Key(("left",), "上一年", "previous", show=False),
        Key(("right",), "下一年", "following", show=False),
        Key(("insert", "a"), "添加", "add"),
        Key(("enter", "e"), "修改", "edit"),
        Key(("f8",), "装入国务院的安排", "load_year"),
        Key(("f10", "m"), "更多", "more"),
        Key(("delete",), "删除", "remove", show=False),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context, year: int | None = None):
        self.context = context
        self.year = year or days.today().year
        self.folder = Path.cwd()
        self.roster: Roster[DayLine] = Roster.of([], _row)

    def shown(self) -> None:
        before = self.roster
        try:
            found = days_off.of_year(self.year)
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        known = self.year in days_off.shipped()
        cure = "按 F8 装入国务院公布的安排" if known else "国务院公布后在这里按 Ins 添加，或按 F10 从文件读入"
        self.roster = Roster.of(found, _row, f"还没有{self.year}年的安排：{cure}")
        self.roster.follow(before)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        if key.run in ("edit", "remove") and not len(self.roster):
            return "这一年还没有记：按 Ins 添加"
        if (key.run == "previous" and self.year <= days_off.FIRST_YEAR) or (
            key.run == "following" and self.year >= days_off.LAST_YEAR
        ):
            return f"只记{days_off.FIRST_YEAR}到{days_off.LAST_YEAR}年"
        return None

    def previous(self) -> None:
        self._turn(self.year - 1)

    def following(self) -> None:
        self._turn(self.year + 1)

    def _turn(self, year: int) -> None:
        self.year = year
        self.roster.go(0)
        self.shown()

    # ---- one day

    def add(self) -> None:
        self.desk.push(day_sheet(self.context, None), self.go_to)

    def edit(self) -> None:
        self.desk.push(day_sheet(self.context, self.roster.current().id), self.go_to)

    def go_to(self, day_id: UUID | None) -> None:
        """Turn to the year of a day that was saved and stand on it."""
        if day_id is None:
            return
        self._turn(days_off.load(day_id)["on_date"].year)
        at = next((i for i, line in enumerate(self.roster.items()) if line.id == day_id), 0)
        self.roster.go(at)

    def remove(self) -> None:
        here = self.roster.current()
        what = f"{here.on_date} {DAY_OFF.label(here.kind)} {here.name}".rstrip()
        ask_removal(self, f"删除{what}？", lambda: days_off.remove([here.id], self.context.by), what)

    # ---- a whole year

    def load_year(self) -> None:
        try:
            told = days_off.load_year(self.year, self.context.by)
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
        else:
            self._put_in(*told)

    def _put_in(self, added: int, kept: int) -> None:
        self.shown()
        left = f"，已有的 {kept} 天没有动" if kept else ""
        back = "，按 Ctrl+Z 可撤销" if added else ""
        self.desk.say(f"已装入 {added} 天{left}{back}", "good")

    def more(self) -> None:
        actions = [
            ("从文件读入（csv、toml）", "cwjdr", self._ask_file),
            (f"把{self.year}年存成文件", "cwj", self._save_file),
        ]
        if len(self.roster):
            actions.append((f"删去{self.year}年的全部", "sq", self._remove_all))
        ask_action(self.desk, "放假安排：更多", actions)

    def _ask_file(self) -> None:
        self.desk.push(Files("选择放假安排的文件", self.folder, (".csv", ".toml")), self._read)

    def _read(self, path: Path | None) -> None:
        if path is None:
            return
        self.folder = path.parent
        try:
            told = days_off.read_file(path, self.context.by)
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
        else:
            self._put_in(*told)

    def _save_file(self) -> None:
        year = self.year
        path = self.folder / f"放假安排{year}.csv"
        ask_file(self.desk, "存成文件", path, lambda to: f"已把 {days_off.write_file(to, year)} 天存到 {to}")

    def _remove_all(self) -> None:
        ids = [line.id for line in self.roster.items()]
        question = f"删去{self.year}年的全部 {len(ids)} 天？"
        ask_removal(self, question, lambda: days_off.remove(ids, self.context.by), f"{len(ids)} 天")

    def undo(self) -> None:
        self.context.undo()

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        kinds = [line.kind for line in self.roster.items()]
        told = f"放假 {kinds.count('off')} 天  调休上班 {kinds.count('work')} 天  左右换年"
        head: Line = [(f" {self.year}年  ", "head"), (told, "plain")]
        return Picture([head, [], *self.roster.draw(width, height - 2)])


def day_sheet(context: Context, day_id: UUID | None, draft: Draft | None = None) -> Sheet:
    """The sheet of a day off or worked, or of new ones."""

    def save(record: Any, values: dict, base: dict, force: frozenset[str]) -> Kept:
        saved = days_off.save(record, values, base, context.by, force)
        return Kept(saved.id, f"已存：{DAY_OFF.label(values['kind'])} {values['on_date']}{saved.also}")

    entries = days_off.MENDED if day_id else days_off.ENTRIES
    form = Form("day_off", entries, days_off.load, save)
    title = "修改放假或上班" if day_id else "添加放假或上班"
    return Sheet(form, title, context.drafts, day_id, draft=draft)


def _row(line: DayLine, width: int, here: bool) -> Line:
    """10月1日 周四  放假  国庆节."""
    on: date = line.on_date
    return [(">" if here else " ", "key"), (" ", "plain"), *columns([
        (days.short(on), 10, "cursor" if here else "plain"), (days.weekday(on), 5, "dim"),
        (DAY_OFF.label(line.kind), 6, STYLES[line.kind]), (line.name, width - 30, "plain"),
    ])]  # fmt: skip
