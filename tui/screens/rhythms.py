"""节奏: who is owed what how often; each edited in a sheet, whole profiles chosen with a preview, files in and out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from db import days, rhythm_files, rhythm_sheet, rhythms
from db.rhythm import Rhythm, in_words
from db.rhythm_files import Profile
from db.rhythms import Proposal
from tui.context import Context
from tui.drafts import Draft
from tui.ink import Line, columns, fill, wrap
from tui.page import TROUBLE, Key, Page, Picture
from tui.widgets.ask import ask_file
from tui.widgets.dialogs import Choose, Confirm
from tui.widgets.files import Files
from tui.widgets.roster import Roster
from tui.widgets.sheet import Form, Kept, Sheet

NAME = 18
FOOT = 4
TURN_OFF = "停用后，程序不再提醒任何人做任何事。确定全部停用？"


class Rhythms(Page):
    """The rhythms in force, in words."""

    title = "节奏"
    keys = (
        Key(("enter", "e"), "修改", "edit"),
        Key(("insert", "a"), "新增", "add"),
        Key(("delete",), "停用", "drop"),
        Key(("f8",), "选用整套", "choose"),
        Key(("f10",), "更多", "more"),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context):
        self.context = context
        self.folder = Path.cwd()
        self.concerned: dict[str, int] = {}
        self.roster: Roster[Rhythm] = Roster.of([], _row)

    def shown(self) -> None:
        at = self.roster.at
        found = rhythms.in_force()
        self.concerned = {}
        self.roster = Roster.of(found, _row, "全部停用了，什么也不提醒。按 F8 选用整套，或按 Ins 新增")
        self.roster.go(at)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        off = key.run in ("edit", "drop") and not len(self.roster)
        return "没有节奏：按 F8 选用整套，或按 Ins 新增" if off else None

    def edit(self) -> None:
        self.desk.push(rhythm_form(self.context, self.roster.current().code), self.go_to)

    def add(self) -> None:
        self.desk.push(rhythm_form(self.context, None), self.go_to)

    def go_to(self, code: Any) -> None:
        at = next((i for i, each in enumerate(self.roster.items()) if each.code == code), None)
        if at is not None:
            self.roster.go(at)

    def drop(self) -> None:
        here = self.roster.current()
        question = TURN_OFF if len(self.roster) == 1 else f"停用“{here.name}”？以后不再提醒，记录都还在。"

        def confirmed(yes: bool) -> None:
            if yes:
                rhythms.drop(here.code, self.context.by)
                self.shown()
                self.desk.say(f"已停用 {here.name}，按 Ctrl+Z 可撤销", "good")

        self.desk.push(Confirm(question, "停用", "不停用"), confirmed)

    def choose(self) -> None:
        self.desk.push(ChooseProfiles(self.context))

    def more(self) -> None:
        def chosen(answer: int | None) -> None:
            if answer == 0:
                path = self.folder / "我们的节奏.toml"
                ask_file(self.desk, "存成文件", path, lambda to: f"已把 {rhythms.export(to)} 个节奏存到 {to}")
            elif answer == 1:
                self.desk.push(Files("选择节奏文件", self.folder, (".toml",)), self._read)
            elif answer == 2:
                self.desk.push(Confirm(TURN_OFF, "全部停用", "不停用"), turned_off)

        def turned_off(yes: bool) -> None:
            if yes:
                rhythms.adopt([], self.context.by)
                self.shown()
                self.desk.say("已全部停用，按 Ctrl+Z 可撤销", "good")

        what = ["存成文件，给别的单位用", "从文件读入一套", "全部停用"]
        self.desk.push(Choose("更多", what), chosen)

    def _read(self, path: Path | None) -> None:
        if path is not None:
            self.folder = path.parent
            self.desk.push(Adopting(self.context, [rhythm_files.read_file(path)]))

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        return Picture([*self.roster.draw(width, height - FOOT - 1), [], *self._foot(width)])

    def _foot(self, width: int) -> list[Line]:
        """The one under the cursor in full, and how many children it is about."""
        here = self.roster.current()
        if here is None:
            return []
        if here.code not in self.concerned:
            self.concerned[here.code] = rhythms.concerned(here, days.today())
        since = f"，从{here.since}起" if here.since else ""
        about = f"今天涉及 {_many(here, self.concerned[here.code])}{since}"
        rows = wrap(f"{rhythms.in_full(here)}", width - 2)[: FOOT - 1]
        return [*([(" " + row, "plain")] for row in rows), [(" " + about, "info")]]


def _many(rhythm: Rhythm, count: int) -> str:
    return f"{count} {'名' if rhythm.per == 'child' else '对'}"


def _row(rhythm: Rhythm, width: int, here: bool) -> Line:
    return [(">" if here else " ", "key"), (" ", "plain"),
            *columns([(rhythm.name, NAME, "cursor" if here else "plain"), (in_words(rhythm), width - NAME - 4, "plain")])]  # fmt: skip


def rhythm_form(context: Context, code: str | None, draft: Draft | None = None) -> Sheet:
    """The sheet of a rhythm in force, or of a new one."""

    def save(record: str | None, values: dict[str, Any], base: dict[str, Any], force: frozenset[str]) -> Kept:
        saved = rhythm_sheet.save(record, values, base, context.by, force)
        return Kept(saved.id, f"已存：{rhythms.in_full(rhythms.find(saved.id))}")

    form = Form("rhythm", rhythm_sheet.ENTRIES, rhythm_sheet.load, save)
    title = f"修改节奏：{rhythms.find(code).name}" if code else "新增节奏"
    return Sheet(form, title, context.drafts, code, draft=draft)


class ChooseProfiles(Page):
    """The profiles that come with the program; several may be marked. Closed with True once they are adopted."""

    title = "选用整套节奏"
    keys = (
        Key(("space",), "选上或去掉", "mark"),
        Key(("f8", "enter"), "看看会怎样", "preview"),
    )

    def __init__(self, context: Context):
        self.context = context
        self.marked: list[str] = []
        self.roster: Roster[Profile] = Roster.of(rhythm_files.profiles(), self.row)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def mark(self) -> None:
        code = self.roster.current().code
        self.marked = (
            [each for each in self.marked if each != code] if code in self.marked else [*self.marked, code]
        )

    def preview(self) -> None:
        """The marked ones, or the one under the cursor, in the order of the list."""
        marked = self.marked or [self.roster.current().code]
        picked = [each for each in rhythm_files.profiles() if each.code in marked]
        self.desk.push(Adopting(self.context, picked), lambda done: self.desk.close(True) if done else None)

    def row(self, profile: Profile, width: int, here: bool) -> Line:
        """[x] 爱心十个一  留守儿童与潜能生“十个一”."""
        mark = "[x]" if profile.code in self.marked else "[ ]"
        return [(">" if here else " ", "key"), (f" {mark} ", "key"),
                *columns([(profile.title, 26, "cursor" if here else "plain"), (profile.source, width - 36, "dim")])]  # fmt: skip

    def draw(self, width: int, height: int) -> Picture:
        here = self.roster.current()
        below = [rhythms.in_full(each) for each in here.rhythms]
        rows = [row for text in below for row in wrap(text, width - 2)]
        room = max(4, height - len(rhythm_files.profiles()) - 1)
        told: list[Line] = [[(" " + row, "plain")] for row in rows[:room]]
        return Picture([*self.roster.draw(width, height - room - 1), [], *told])


class Adopting(Page):
    """What adopting these profiles would change; Enter does it. Closed with True once done."""

    title = "会怎样改"
    keys = (Key(("enter", "f8"), "就这样改", "adopt"), Key(("escape",), "不改", "leave"))

    def __init__(self, context: Context, picked: Sequence[Profile]):
        self.context, self.picked = context, picked
        self.roster: Roster[tuple[str, str, str]] = Roster.of([], change_row)

    def shown(self) -> None:
        self.roster = Roster.of(told_changes(rhythms.proposal(self.picked)), change_row)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def adopt(self) -> None:
        try:
            made = rhythms.adopt(self.picked, self.context.by)
        except TROUBLE as trouble:
            self.desk.say(str(trouble), "error")
            return
        self.desk.close(True)
        self.desk.say(f"已采用，共 {len(made.rhythms)} 个节奏，按 Ctrl+Z 可撤销", "good")

    def draw(self, width: int, height: int) -> Picture:
        titles = "、".join(each.title for each in self.picked)
        here = self.roster.current()
        rows = wrap(here[1], width - 2)[:3] if here else []
        told: list[Line] = [[(" " + row, "plain")] for row in rows]
        return Picture(
            [[("  采用 ", "label"), (titles, "strong")], [], *self.roster.draw(width, height - 7), [], *told]
        )


def told_changes(made: Proposal) -> list[tuple[str, str, str]]:
    """(what becomes of it, which, style) for everything the proposal says."""
    today = days.today()

    def told(each: Rhythm) -> str:
        return f"{_many(each, rhythms.concerned(each, today))}  {rhythms.in_full(each)}"

    found = [("新增", told(each), "good") for each in made.added]
    found += [("照旧", told(each), "plain") for each in made.kept]
    for each in made.dropped:
        late = rhythms.overdue(each, today)
        found.append(("停用", (f"{late}件已逾期的不再提醒  " if late else "") + told(each), "warn"))
    return found + [("并入", f"{rhythms.in_full(one)}。已有更严的：{rhythms.in_full(other)}", "dim") for one, other in made.replaced]  # fmt: skip


def change_row(item: tuple[str, str, str], width: int, here: bool) -> Line:
    """One of them in a line."""
    what, text, style = item
    return fill([(">" if here else " ", "key"), (f" {what} ", "label"), (text, style)], width)
