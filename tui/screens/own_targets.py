"""自定的目标、是非事项: their list, the sheet of one with its conditions, the answer to one that is answered by hand."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from db import condition_words, own_targets
from db import own_sheet as sheet_verbs
from db.conditions import Condition
from db.errors import LedgerError
from db.own_targets import OwnLine
from db.sheet import Conflict
from db.values import Refused
from db.vocab import OWN_SORT
from tui.context import Context
from tui.drafts import Draft
from tui.ink import Line, columns, wrap
from tui.page import Key, Page, Picture
from tui.screens.conditions import Conditions
from tui.widgets.ask import ask_action, ask_removal
from tui.widgets.roster import Roster
from tui.widgets.sheet import Form, Kept, Sheet

NAME, SORT = 20, 18
NONE_YET = "还没有自定的：按 Ins 新增一项"
LISTS = ("who", "met")  # the fields that hold conditions


class OwnTargets(Page):
    """The targets and yes/no items the users set themselves, in their order."""

    title = "自定的目标、是非事项"
    keys = (
        Key(("enter", "e"), "修改", "edit"),
        Key(("insert", "a"), "新增", "add"),
        Key(("f8",), "填写", "answer"),
        Key(("f10", "m"), "更多", "more"),
        Key(("delete",), "删除", "remove"),
        Key(("ctrl+z",), "撤销", "undo", show=False),
    )

    def __init__(self, context: Context):
        self.context = context
        self.roster: Roster[OwnLine] = Roster.of([], own_row, NONE_YET)

    def shown(self) -> None:
        before = self.roster
        try:
            found = own_targets.listing()
        except LedgerError as error:
            self.desk.say(str(error), "error")
            return
        self.roster = Roster.of(found, own_row, NONE_YET)
        self.roster.follow(before)

    def press(self, key: str, char: str | None) -> bool:
        return self.roster.press(key) or self.shortcut(key, char)

    def why_off(self, key: Key) -> str | None:
        here = self.roster.current()
        if key.run in ("edit", "answer", "remove", "more") and here is None:
            return NONE_YET
        if key.run == "answer" and here.sort != "by_hand":
            return f"{here.name}由台账按条件算，不用填"
        return None

    def edit(self) -> None:
        self.desk.push(own_sheet(self.context, self.roster.current().id))

    def add(self) -> None:
        self.desk.push(own_sheet(self.context, None), self.go_to)

    def go_to(self, target_id: UUID | None) -> None:
        """Put the cursor on a target."""
        found = self.roster.items()
        self.roster.go(next((at for at, each in enumerate(found) if each.id == target_id), self.roster.at))

    def answer(self) -> None:
        self.desk.push(answer_sheet(self.context, self.roster.current().id))

    def remove(self) -> None:
        here = self.roster.current()
        ask_removal(
            self, f"删除“{here.name}”？", lambda: own_targets.remove(here.id, self.context.by), here.name
        )

    def more(self) -> None:
        """Its place in the list."""
        here = self.roster.current()

        def move(up: bool) -> None:
            own_targets.move(here.id, up, self.context.by)
            self.shown()

        ask_action(self.desk, "自定的：更多", [
            (f"{here.name}往上移", "sy", lambda: move(True)), (f"{here.name}往下移", "xy", lambda: move(False)),
        ])  # fmt: skip

    def undo(self) -> None:
        self.context.undo()

    def draw(self, width: int, height: int) -> Picture:
        here = self.roster.current()
        rows = wrap(f"{here.name}：{here.said}", width - 2)[:3] if here else []
        foot: list[Line] = [[(" " + row, "plain")] for row in rows] + [[]] * (3 - len(rows))
        head = columns(
            [("  名称", NAME + 2, "dim"), ("怎么看", SORT, "dim"), ("怎样算做到", 10, "dim")], gap=1
        )
        return Picture([head, *self.roster.draw(width, height - 5), [], *foot])


def own_row(line: OwnLine, width: int, here: bool) -> Line:
    """One of them as a line."""
    return columns([
        (">" if here else " ", 1, "key"), (line.name, NAME, "cursor" if here else "plain"),
        (OWN_SORT.label(line.sort), SORT, "dim"), (line.said, width - NAME - SORT - 4, "plain"),
    ], gap=1)  # fmt: skip


# ---- the sheet of one ---------------------------------------------------------------------------


class OwnSheet(Sheet):
    """A target of one's own; its conditions are chosen on a page of their own and stand here in words."""

    keys = (
        *Sheet.keys[:3],
        Key(("f8", "ctrl+t"), "选条件", "choose_conditions"),
        *(key for key in Sheet.keys[3:] if key.names[0] != "f8"),
    )

    def in_footer(self, key: Key) -> bool:
        if key.run == "choose_conditions":
            return self.session.name in LISTS
        return super().in_footer(key)

    def why_off(self, key: Key) -> str | None:
        if key.run != "choose_conditions":
            return super().why_off(key)
        if self.session.name in LISTS or self.session.spec.kind == "notes":
            return self.session.answers.skip_reason(self.session.name)
        return f"先走到“{sheet_verbs.LABELS['met']}”，再按 F8 选条件"

    def choose_conditions(self) -> None:
        """F8: the conditions of this field; a long text in its editor."""
        name = self.session.name
        if name not in LISTS:
            self.write_notes()
            return
        text = self.session.edit.text
        values = self.session.answers.values()

        def come_to(found: list[Condition]) -> tuple[str, str]:
            return preview(self.record, values | {name: condition_words.said(found)})

        def changed(now: list[Condition]) -> None:
            self.session.retype(name, condition_words.said(now))

        found, why = condition_words.as_far_as_read(text)
        page = Conditions(self.session.spec.label, found, come_to, changed)
        self.desk.push(page, lambda _: self._look())
        if why:
            self.desk.say(f"没看懂的一条没带进来：{why}", "warn")


def preview(record: UUID | None, values: Mapping[str, Any]) -> tuple[str, str]:
    """What the target of a sheet comes to as it is filled so far, or what is yet to be filled, and the style to say it in."""
    try:
        found = own_targets.preview(record, _stored(values))
    except Refused as refused:
        return str(refused), "warn"
    if found is None:
        return "", "plain"
    rate = "" if found.rate is None else f"（{found.rate:g}%）"
    met = {True: "，达标", False: "，没达标", None: ""}[found.met]
    return f"现在 {found.numerator}/{found.denominator}{rate}{met}", "info"


def _in_words(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the sheet shows them: conditions in words."""
    return {
        **values,
        **{name: condition_words.said(values[name]) or None for name in LISTS if name in values},
    }


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same as they are stored. Raises Refused for words that are not understood."""
    return {
        **values,
        **{name: condition_words.read_back(values[name]) for name in LISTS if name in values},
    }


def own_sheet(context: Context, target_id: UUID | None, draft: Draft | None = None) -> Sheet:
    """The sheet of a target of one's own, or of a new one."""

    def save(record: UUID | None, values: dict, base: dict, force: frozenset[str]) -> Kept:
        try:
            was = {name: condition_words.as_far_as_read(base[name])[0] for name in LISTS}
            saved = own_targets.save(record, _stored(values), base | was, context.by, force)
        except Conflict as conflict:
            both = {name: tuple(map(condition_words.said, each)) if name in LISTS else each
                    for name, each in conflict.fields.items()}  # fmt: skip
            raise Conflict(both, [sheet_verbs.LABELS[name] for name in both]) from conflict
        said, _ = preview(saved.id, values)
        return Kept(saved.id, f"已存：{values['name']}{said and '，'}{said}{saved.also}")

    form = Form(
        "own_target", sheet_verbs.ENTRIES, lambda record: _in_words(own_targets.load(record)), save,
        notice=lambda record, values: preview(record, values)[0] if any(map(values.get, LISTS)) else "",
    )  # fmt: skip
    name = own_targets.load(target_id)["name"] if target_id else None
    title = f"修改：{name}" if name else "自定一项目标"
    return OwnSheet(form, title, context.drafts, target_id, draft=draft)


# ---- an item that is answered by hand -----------------------------------------------------------


def answer_sheet(context: Context, target_id: UUID, draft: Draft | None = None) -> Sheet:
    """Whether an item was done, on which day, by what evidence."""

    def save(record: UUID, values: dict, base: dict, force: frozenset[str]) -> Kept:
        saved = sheet_verbs.save_answer(record, values, base, context.by, force)
        return Kept(saved.id, f"已填：{name}{saved.also}")

    name = own_targets.load(target_id)["name"]
    form = Form("own_answer", own_targets.ANSWER, sheet_verbs.load_answer, save)
    return Sheet(form, f"填写：{name}", context.drafts, target_id, draft=draft)
