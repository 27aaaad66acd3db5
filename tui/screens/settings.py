"""设置: the facts all users of the ledger share, with their values in words, and who I am among the helpers."""

from typing import Any
from uuid import UUID

from db import helpers, settings_sheet, site
from tui.context import Context
from tui.ink import Line, columns, wrap
from tui.page import Key, Page, Picture
from tui.widgets.dialogs import Choose, Confirm
from tui.widgets.roster import Roster
from tui.widgets.sheet import Form, Kept, Sheet

ME = "me"
LABEL = 18
CAREFUL = "认定口径一改，谁算留守、每一项比率和待办都跟着变，所有人看到的都变。确定改吗？"
SHARED = "全台账共用，改了大家都照新的算；按 Ctrl+Z 可撤销"


class Settings(Page):
    """One list of settings; Enter edits the one under the cursor in place."""

    title = "设置"
    keys = (Key(("enter", "e", "f8"), "修改", "edit"), Key(("ctrl+z",), "撤销", "undo"))

    def __init__(self, context: Context):
        self.context = context
        self.roster: Roster[tuple[str, str, str]] = Roster.of([], _row)

    def shown(self) -> None:
        at = self.roster.at
        rows = [(key, label, settings_sheet.in_words(key)) for key, label in settings_sheet.LABELS.items()]
        self.roster = Roster.of([rows[0], (ME, "我是哪位帮扶人", self._me()), *rows[1:]], _row)
        self.roster.go(at)

    def _me(self) -> str:
        mine = site.me(self.context.by)
        return helpers.load(mine)["name"] if mine else "不是帮扶人，或还没有说"

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        return "设置没有读出来：按 Esc 返回再打开" if key.run == "edit" and not len(self.roster) else None

    def edit(self) -> None:
        key = self.roster.current()[0]
        match key:
            case "rhythms":
                from tui.screens.rhythms import Rhythms

                self.desk.push(Rhythms(self.context))
            case "me":
                self._ask_me()
            case _:
                self.desk.push(setting_sheet(self.context, key))

    def _ask_me(self) -> None:
        def set_to(helper_id: UUID | None) -> None:
            site.set_me(self.context.by, helper_id)
            self.shown()
            self.desk.say("已改，工作台按这个认您的待办；按 Ctrl+Z 可撤销", "good")

        def picked(found: Any) -> None:
            if found is not None:
                set_to(found.id)

        def chosen(answer: int | None) -> None:
            if answer == 0:
                from tui.screens.helpers import FindHelper

                self.desk.push(FindHelper(), picked)
            elif answer == 1:
                set_to(None)

        name = self.context.by.name
        self.desk.push(Choose(f"{name}，您是哪位帮扶人？", ["从帮扶人册里选", "我不是帮扶人"]), chosen)

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        here = self.roster.current()
        rows = wrap(f"{here[1]}：{here[2]}", width - 2)[:3] if here else []
        told: list[Line] = [[(" " + row, "plain")] for row in rows]
        lines = self.roster.draw(width, height - 6)
        return Picture([[("  " + SHARED, "dim")], [], *lines, [], *told])


def _row(item: tuple[str, str, str], width: int, here: bool) -> Line:
    _, label, words = item
    return [(">" if here else " ", "key"), (" ", "plain"),
            *columns([(label, LABEL, "cursor" if here else "plain"), (words, width - LABEL - 4, "plain")])]  # fmt: skip


class SettingSheet(Sheet):
    """The sheet of one setting; a changed criterion is asked about before it is saved."""

    def _save(self, force: frozenset[str]) -> None:
        answers = self.session.answers
        if self.form.name != "setting:criterion" or not answers.changed() or answers.held:
            super()._save(force)
            return
        save = super()._save
        self.desk.push(Confirm(CAREFUL, "改", "不改"), lambda yes: save(force) if yes else None)


def setting_sheet(context: Context, key: str) -> Sheet:
    """The sheet of one setting."""

    def save(record: None, values: dict[str, Any], base: dict[str, Any], force: frozenset[str]) -> Kept:
        settings_sheet.save(key, values, base, context.by, force)
        return Kept(None, f"已存：{settings_sheet.LABELS[key]} {settings_sheet.in_words(key)}")

    form = Form(f"setting:{key}", settings_sheet.entries(key), lambda record: settings_sheet.load(key), save)
    return SettingSheet(form, f"设置：{settings_sheet.LABELS[key]}", context.drafts)
