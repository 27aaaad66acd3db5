"""The sheet for a care record: noted on the spot, its day and who did it filled in already; for one child or many."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from db import care, children, days, duties, pairing, record_fields
from db.errors import LedgerError
from db.record_fields import SETTLES, SPECS
from db.sheet import Rules
from db.spec import read, show
from db.vocab import PAIRING_KIND, RECORD_KIND
from tui.drafts import Draft, Drafts
from tui.page import TROUBLE, Desk, Key
from tui.widgets.dialogs import Choose
from tui.widgets.entry import Session
from tui.widgets.sheet import Form, Kept, Sheet

NEW = "record:"  # a new record's draft belongs to its child and kind, whose keys follow
MANY = "records:"  # likewise to its kind and children
KINDS = {code.label: code.code for code in RECORD_KIND}
HOSTS = {PAIRING_KIND.label(code) for code in ("love_mother", "temporary_father", "agent_parent")}
PEER = PAIRING_KIND.label("peer")  # a child, whose deed none of these is
NAMES = 3  # children named in the title of a record of many
Shape = Callable[[str, Collection[str]], Form]
Then = Callable[[Any], None]


class Opener(Protocol):
    """What the sheet needs of whoever opens it: a screen's context has it."""

    by: Any
    drafts: Drafts
    desk: Desk


class RecordSheet(Sheet):
    """One record; another kind chosen in it makes it that kind's sheet, and what is typed stays.

    shape(kind, kept): the form of a kind, the columns in `kept` shown though the kind does not ask for them. called:
    whom it is about.
    """

    keys = (
        *Sheet.keys[:3],
        Key(("f10",), "换类别", "change_kind"),
        *(key for key in Sheet.keys[3:] if key.names[0] not in ("f10", "ctrl+e")),
        Key(("ctrl+e",), "核对", "nothing", show=False),
    )

    def __init__(
        self, shape: Shape, called: str, kind: str, drafts: Drafts, record: UUID | None = None, at: str | None = None,
        draft: Draft | None = None, stored: Collection[str] = (),
    ):  # fmt: skip
        self.shape, self.called, self.kind, self.stored = shape, called, kind, set(stored)
        drafted = draft.texts.keys() & SPECS.keys() if draft else set()
        super().__init__(shape(kind, self.stored | drafted), self.heading_of(kind), drafts, record, at, draft)

    def heading_of(self, kind: str) -> str:
        """What the sheet of a kind is called."""
        return f"{'修改' if self.stored else ''}{RECORD_KIND.label(kind)}：{self.called}"

    def change_kind(self) -> None:
        """F10: to the field that says the kind."""
        self.session.go_to("kind")

    def press(self, key: str, char: str | None) -> bool:
        taken = super().press(key, char)
        self._turn()
        return taken

    def paste(self, text: str) -> None:
        super().paste(text)
        self._turn()

    def _save(self, force: frozenset[str]) -> None:
        """Records of many are not opened again to be mended, so they are saved whole or not at all."""
        held = self.session.answers.held
        if self.form.name.startswith(MANY) and held:
            name, why = next(iter(held.items()))
            self.session.go_to(name)
            self._stop(why)
        else:
            super()._save(force)

    def _turn(self) -> None:
        """Become the sheet of the kind that has been chosen; a new record's draft goes along under its name."""
        if self.desk.pages[-1:] != [self]:  # saved or left meanwhile
            return
        answers = self.session.answers
        kind = answers.value("kind")
        if kind in (None, self.kind) or "kind" in answers.held:
            return
        base = answers.base
        typed = {name: text for name, text in answers.texts.items() if text != answers.base_texts[name]}
        kept = self.stored | typed.keys() & SPECS.keys()
        self.kind, self.form = kind, self.shape(kind, kept)
        self.title = self.heading_of(kind)
        self.session = Session(self.form.entries, base, rules=self.form.rules, on_change=self._changed)
        first = record_fields.first_to_type(kind)
        self.session.restore(typed, self.session.answers.base_texts, first, len(typed.get(first, "")))
        if self.record is None:
            left = self.draft
            self.draft = self.drafts.begin(self.form.name, None, self.title, self.session.answers.base_texts)
            for name, text in typed.items():
                self._changed(name, text, len(text))
            left.discard()


def choose_kind(desk: Desk, title: str, then: Callable[[str], None]) -> None:
    """Ask for the kind of a record, by number, initials or words; then(its code)."""
    kinds = list(RECORD_KIND)

    def chosen(at: int | None) -> None:
        if at is not None:
            then(kinds[at].code)

    desk.push(Choose(title, [kind.label for kind in kinds], [kind.initials for kind in kinds]), chosen)


# ---- for one child ------------------------------------------------------------------------------


def open_record(
    context: Opener, child_id: UUID, kind: str = care.TALK, record_id: UUID | None = None, then: Then | None = None,
    settles: UUID | None = None, draft: Draft | None = None, by_name: str | None = None,
) -> None:  # fmt: skip
    """Lay the sheet of a record on the desk, or say why that cannot be; then(the record's key, None if it was left).

    by_name: whose deed (or whose inspection) it is; the child's helper unless told.
    record_id: a record on file to be mended. settles: the record whose promised next step the new one is to keep.
    draft: the one to go on with; the last left of this child and kind unless told.
    """
    try:
        page = record_sheet(context, child_id, kind, record_id, settles, draft, by_name)
    except TROUBLE as trouble:
        context.desk.say(str(trouble), "error")
    else:
        context.desk.push(page, then)


def record_sheet(
    context: Opener, child_id: UUID, kind: str = care.TALK, record_id: UUID | None = None, settles: UUID | None = None,
    draft: Draft | None = None, by_name: str | None = None,
) -> RecordSheet:  # fmt: skip
    """The sheet of a record on file, or of a new one: today, by the child's helper, the caret in the first blank.

    Raises Refused if the child or the record is no longer on file, LedgerError.
    """
    name = children.called(child_id)
    save = _saver(context, child_id, name)
    rules = Rules(impossible=record_fields.impossible)
    if record_id is not None:
        values = care.load_record(record_id)
        stored = {each for each, value in values.items() if value is not None}
        if values["follow_up_on"]:
            stored.add("follow_up_done")
        draft = draft or next(reversed(context.drafts.left("record", str(record_id))), None)
        kind = _kind_of(draft, values["kind"])

        def shape(kind: str, kept: Collection[str]) -> Form:
            return Form("record", record_fields.entries(kind, kept), care.load_record, save, rules)

        return RecordSheet(shape, name, kind, context.drafts, record_id, draft=draft, stored=stored)
    draft = draft or next(reversed(context.drafts.left(_new(child_id, kind))), None)
    kind = _kind_of(draft, kind)
    promises = care.promises(child_id)

    def shape(kind: str, kept: Collection[str]) -> Form:
        def load(record: UUID | None) -> dict[str, Any]:
            return care.load_record(record) if record else _proposed(child_id, kind, draft, settles, by_name)

        return Form(_new(child_id, kind), record_fields.entries(kind, kept, promises), load, save, rules)

    at = None if draft else record_fields.first_to_type(kind, by_name is not None)
    return RecordSheet(shape, name, kind, context.drafts, at=at, draft=draft)


def _new(child_id: UUID, kind: str) -> str:
    return f"{NEW}{child_id}:{kind}"


def _kind_of(draft: Draft | None, kind: str) -> str:
    """The kind a draft was of when it was left: it may have been changed, or be half typed."""
    for texts in (draft.texts, draft.base) if draft else ():
        if texts.get("kind") in KINDS:
            return KINDS[texts["kind"]]
    return kind


def _proposed(
    child_id: UUID, kind: str, left: Draft | None, settles: UUID | None, by_name: str | None
) -> dict[str, Any]:
    """What a new record starts with. A draft left from another day keeps the day it was begun on."""
    values = care.load_record(None, kind) | {SETTLES: settles and str(settles)}
    if left is not None and left.base.get("on_date"):
        values["on_date"] = read(SPECS["on_date"], left.base["on_date"])
    paired = [
        each.helper
        for each in pairing.pairings(child_id=child_id)
        if (each.kind in HOSTS if kind == "home_stay" else each.kind != PEER)
    ]
    by_name = by_name or next(reversed(paired), None)
    return values | ({"by_name": by_name} if by_name else {})


def _saver(context: Opener, child_id: UUID, name: str):
    def save(record: UUID | None, values: dict, base: dict, force: frozenset[str]) -> Kept:
        owed = _owed(child_id, values["kind"]) if record is None else set()
        saved = care.save_record(record, child_id, values, base, context.by, force)
        said = f"已记：{days.short(values['on_date'])} {RECORD_KIND.label(values['kind'])} {name}{saved.also}"
        if values.get(SETTLES):
            said += "，约定已了结"
        try:
            said += _settled_note(child_id, values, owed) if owed else ""
            if record is None and not values.get("missed"):
                said += _again_note(child_id, values)
        except LedgerError as error:  # it is saved all the same, and must not be saved twice
            said += f"。{error}"
        return Kept(saved.id, said)

    return save


def _settled_note(child_id: UUID, values: dict[str, Any], owed: set[tuple[str, date]]) -> str:
    """What the record that was saved did to what the child was owed."""
    if values.get("missed"):
        return f"，没有做成（{show(SPECS['missed'], values['missed'])}），这项待办还在"
    now = _owed(child_id, values["kind"])
    still = owed & now or any(due_by < days.today() for _, due_by in now)
    return "，但离今天太久，这项待办还在" if still else "，这项待办已完成"


def _again_note(child_id: UUID, values: dict[str, Any]) -> str:
    """That the same had been noted for the day already: perhaps somebody else did."""
    times = care.done_on(child_id, values["kind"], values["on_date"])
    return f"；这天已有{times}次，记重了请按 Ctrl+Z 撤销" if times > 1 else ""


def _owed(child_id: UUID, kind: str) -> set[tuple[str, date]]:
    """What the child is owed of this kind by now or within the week: what and by when."""
    found = duties.of_child(child_id, days.today())
    return {(duty.label, duty.due_by) for duty in found if duty.kind == kind and duty.source == "rhythm"}


# ---- for many children --------------------------------------------------------------------------


def open_records_for(
    context: Opener, child_ids: Iterable[UUID], kind: str | None = None, then: Then | None = None,
    draft: Draft | None = None,
) -> None:  # fmt: skip
    """Ask for the kind unless told, then lay one sheet on the desk that is saved for all these children at once.

    then(the records' keys, None if it was left).
    """
    ids = list(dict.fromkeys(child_ids))
    if kind is None:
        choose_kind(
            context.desk,
            f"给标记的{len(ids)}名记什么？",
            lambda code: open_records_for(context, ids, code, then),
        )
        return
    found = [child.name for child in children.lines(ids[:NAMES])]
    called = "、".join(found) + (f"等{len(ids)}名" if len(ids) > NAMES else "")
    rules = Rules(impossible=record_fields.impossible)

    def save(_record: Any, values: dict, _base: dict, _force: frozenset[str]) -> Kept:
        keys = care.record_many(context.by, ids, values)
        what = f"{days.short(values['on_date'])} {RECORD_KIND.label(values['kind'])}"
        return Kept(keys, f"已给{len(keys)}名记：{what}，按 Ctrl+Z 可一并撤销")

    def shape(kind: str, kept: Collection[str]) -> Form:
        name = f"{MANY}{kind}:{','.join(map(str, ids))}"
        return Form(
            name, record_fields.entries(kind, kept), lambda _: care.load_record(None, kind), save, rules
        )

    draft = draft or next(reversed(context.drafts.left(shape(kind, ()).name)), None)
    kind = _kind_of(draft, kind)
    at = None if draft else record_fields.first_to_type(kind)
    context.desk.push(RecordSheet(shape, called, kind, context.drafts, at=at, draft=draft), then)


# ---- drafts -------------------------------------------------------------------------------------


def resume_record(context: Opener, draft: Draft) -> None:
    """Open the record sheet a draft was left in."""
    if draft.record is not None:
        record_id = UUID(draft.record)
        open_record(context, care.child_of(record_id), record_id=record_id, draft=draft)
        return
    _, *kind_and_ids = draft.sheet.split(":")
    if draft.sheet.startswith(MANY):
        kind, ids = kind_and_ids
        open_records_for(context, map(UUID, ids.split(",")), kind, draft=draft)
    else:
        open_record(context, child_of(draft), draft=draft)


def child_of(draft: Draft) -> UUID | None:
    """The child whose new record a draft is about; None if it is about something else."""
    return UUID(draft.sheet.split(":")[1]) if draft.sheet.startswith(NEW) and not draft.record else None
