"""外来的数: what a school, a clinic or an office says of a target, with source and date."""

from typing import Any

from db import outside
from db.errors import LedgerError
from db.outside import FigureLine
from db.settings_sheet import GOALS
from db.sheet import Entry, Rules
from db.spec import Spec
from db.targets import OUTSIDE
from db.used import Used
from tui.context import Context
from tui.drafts import Draft
from tui.ink import Line, columns
from tui.page import Key, Page, Picture
from tui.screens.target_rows import NARROW
from tui.widgets.ask import ask_removal
from tui.widgets.rates import rate_text
from tui.widgets.roster import Roster
from tui.widgets.sheet import Form, Kept, Sheet

TERM, PEOPLE, RATE, DAY = 8, 9, 6, 10
WHOLE = "全部"
SCHOOL_ENTRY = Entry(
    "school", Spec("学校", prompt="按学校分开报的写校名；全部合成一个数就留空", pool="school"), ""
)


class OutsideFigures(Page):
    """The figures given of one target, the latest term first; Tab turns to the next target that may have some."""

    keys = (
        Key(("insert", "a", "f8"), "填一个数", "add"),
        Key(("enter", "e"), "修改", "edit"),
        Key(("delete",), "删除", "remove"),
        Key(("tab",), "下一项目标", "turn"),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context, code: str):
        self.context, self.code = context, code
        self.roster: Roster[FigureLine] = Roster.of([], figure_row)

    @property
    def title(self) -> str:
        """The target's name."""
        return f"外来的数：{GOALS[self.code]}"

    def shown(self) -> None:
        before = self.roster
        try:
            found = outside.listing(self.code)
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self.roster = Roster.of(found, figure_row, f"还没有{GOALS[self.code]}的数：按 Ins 填一个")
        self.roster.follow(before)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        return "还没有填过：按 Ins 填一个" if key.run in ("edit", "remove") and not len(self.roster) else None

    def add(self) -> None:
        self.desk.push(figure_sheet(self.context, self.code))

    def edit(self) -> None:
        here = self.roster.current()
        self.desk.push(figure_sheet(self.context, self.code, f"{here.term}/{here.school}"))

    def remove(self) -> None:
        here = self.roster.current()
        what = f"{here.term} {here.school or WHOLE} {here.numerator}/{here.denominator}"
        ask_removal(
            self, f"删除{what}？", lambda: outside.remove(self.code, here.school, self.context.by, here.term), what
        )  # fmt: skip

    def turn(self) -> None:
        """The next target that somebody outside may have the figures of."""
        self.code = OUTSIDE[(OUTSIDE.index(self.code) + 1) % len(OUTSIDE)]
        self.roster.go(0)
        self.shown()

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        head = columns([("  学期", TERM + 2, "dim"), ("学校", _school_cells(width), "dim"), ("人数", -PEOPLE, "dim"), ("比率", -RATE, "dim"),
                        ("数据日期", DAY, "dim"), ("来源", 4, "dim")], gap=1)  # fmt: skip
        return Picture([head, *self.roster.draw(width, height - 1)])


def figure_row(line: FigureLine, width: int, here: bool) -> Line:
    """One figure as a line."""
    school = _school_cells(width)
    return columns([
        (">" if here else " ", 1, "key"), (line.term, TERM, "cursor" if here else "plain"),
        (line.school or WHOLE, school, "plain"), (f"{line.numerator}/{line.denominator}", -PEOPLE, "strong"),
        (rate_text(line.rate), -RATE, "strong"), (line.on_date.isoformat(), DAY, "dim"),
        (line.source, width - TERM - school - PEOPLE - RATE - DAY - 7, "plain"),
    ], gap=1)  # fmt: skip


def _school_cells(width: int) -> int:
    return 10 if width < NARROW else 20


def figure_sheet(context: Context, code: str, record: str | None = None, draft: Draft | None = None) -> Sheet:
    """The sheet of a figure on file (record: its term/school), or of a new one of this term."""

    def load(record: str | None) -> dict[str, Any]:
        term, school = _whose(record)
        return outside.load(code, school, term) | ({} if record else {"school": None})

    def save(record: str | None, values: dict, base: dict, force: frozenset[str]) -> Kept:
        term, school = _whose(record)
        if record is None:
            school = values.pop("school", None) or ""
        saved = outside.save(code, school, values, base, context.by, force, term)
        told = f"{values['numerator']}/{values['denominator']}"
        return Kept(f"{term or ''}/{school}", f"已存：{GOALS[code]} {school or WHOLE} {told}{saved.also}")

    used = Used()

    def suggest(name: str, typed: str, _values: dict[str, Any]) -> list[str]:
        return used.matching("school", typed) if name == "school" else []

    entries = outside.ENTRIES if record else (SCHOOL_ENTRY, *outside.ENTRIES)
    form = Form(f"outside:{code}", entries, load, save, Rules(suggest=suggest))
    title = f"外来的数：{GOALS[code]}" + (f" {_called(record)}" if record else "")
    return Sheet(form, title, context.drafts, record, draft=draft)


def _whose(record: str | None) -> tuple[str | None, str]:
    term, _, school = (record or "").partition("/")
    return term or None, school


def _called(record: str) -> str:
    term, school = _whose(record)
    return " ".join(filter(None, (term, school or WHOLE)))
