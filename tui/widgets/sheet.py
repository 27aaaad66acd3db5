"""The entry sheet: hands an entry session its keys, keeps its draft, saves it by its opener's verb."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from db.errors import LedgerError
from db.sheet import Conflict, Rules
from db.spec import show
from tui.drafts import Draft, DraftFile, Drafts
from tui.page import TROUBLE, Key, Page, Picture
from tui.widgets.answers import Entry
from tui.widgets.entry import Session
from tui.widgets.sheet_view import SheetView

if TYPE_CHECKING:
    from tui.widgets.notes import Notes

PAUSE = 60  # seconds after which somebody is taken to have gone away: they are no time of entry
LINES_OF_HELP = (
    "回车 下一项  ↑ 上一项  PgDn/PgUp 下一段/上一段  Ctrl+S 存盘  Esc 离开（草稿留着）",
    "Ctrl+D 同上一条  Ctrl+N 下一缺项  Ctrl+E 下一个要改、要核对的  Ctrl+K 确认或采用  Ctrl+Z 撤销本项",
)
KEYS_OF_ITS_OWN = {"f8", "f10", "ctrl+t", "ctrl+o"}  # what these do is each sheet's to say


@dataclass(slots=True)
class Kept:
    """What saving a sheet gave: the record's key, the sentence to show, what it is called now."""

    record: Any
    said: str


class Form(NamedTuple):
    """What a sheet is about: its fields and the verbs behind them.

    name: the kind of sheet, for drafts. load(record) gives stored values; None gives those a new record starts with.
    save(record, values, base, force) writes and returns Kept, or raises Conflict, Refused, Stale or LedgerError. rules: what the
    fields say of each other. notice(record, values): what the ledger has to say to the values so far. another: after a
    new record is saved, open the next.
    """

    name: str
    entries: tuple[Entry, ...]
    load: Callable[[Any], dict[str, Any]]
    save: Callable[[Any, dict[str, Any], dict[str, Any], frozenset[str]], Kept]
    rules: Rules = Rules()
    notice: Callable[[Any, dict[str, Any]], str] | None = None
    another: bool = False


class Sheet(Page):
    """One record being entered or edited; closes with its key, or None if it was left."""

    keys = (
        Key(("enter",), "下一项", "nothing"),
        Key(("ctrl+s",), "存盘", "nothing"),
        Key(("escape",), "离开", "leave"),
        Key(("up",), "上一项", "nothing", show=False),
        Key(("f8", "ctrl+t"), "写长文", "write_notes", show=False),
        Key(("ctrl+d",), "同上", "nothing"),
        Key(("ctrl+n",), "缺项", "nothing"),
        Key(("ctrl+e",), "核对", "nothing"),
        Key(("ctrl+k",), "确认或采用", "nothing", show=False),
        Key(("f1",), "说明", "explain"),
        Key(("f10",), "接上次的草稿", "take_up", show=False),
    )

    def __init__(self, form: Form, title: str, drafts: Drafts, record: Any = None, at: str | None = None,
                 draft: Draft | None = None):  # fmt: skip
        self.form, self.title, self.drafts, self.record = form, title, drafts, record
        self.view = SheetView()
        self.previous: dict[str, Any] = {}
        self.seconds = 0.0
        self._last_key: float | None = None
        self._last_saved: Any = None
        self.first = True
        self._row = record is None and form.another
        self._begin(draft)
        if at:
            self.session.go_to(at)

    def _begin(self, draft: Draft | None = None) -> None:
        """A fresh session on the record, taking up the draft left for it if there is one.

        Records entered in a row each begin blank, the first one too: what is typed ahead must not land in an
        old draft. F10 takes it up.
        """
        key = str(self.record) if self.record else None
        waiting = None
        if draft is None and self.first:
            waiting = next(reversed(self.drafts.left(self.form.name, key)), None)
            draft = None if self.in_a_row() else waiting
        self.first = False
        self.taken_up = draft
        base = self.form.load(self.record)
        self.session = Session(
            self.form.entries, base, previous=self.previous, rules=self.form.rules, given=self.given(),
            on_change=self._changed,
        )  # fmt: skip
        self.seconds, self._last_key = 0.0, None
        self._begun = draft is not None
        self.opening = self.noticed = ""
        if draft is None:
            if waiting:
                self.opening = f"还有没存的草稿{named(waiting)}：按 F10 接着录，不接就直接录新的"
            self.draft: DraftFile = self.drafts.begin(
                self.form.name, key, self.title, self.session.answers.base_texts
            )
        else:
            base = (
                draft.base if self.record else self.session.answers.base_texts
            )  # a new record has changed nowhere
            self.session.restore(draft.texts, base, draft.at, draft.caret)
            self.draft = self.drafts.resume(draft)
            self.opening = "已接着上次没存的草稿，光标在上次录到的地方"
            if newer := len(self.session.answers.offers):
                self.opening = f"已接着草稿，但台账后来改过其中{newer}项：按 Ctrl+E 逐个看，Ctrl+K 采用台账的"

    def take_up(self) -> None:
        """F10: go on with the draft left last, in place of a sheet still blank."""
        key = str(self.record) if self.record else None
        waiting = next(reversed(self.drafts.left(self.form.name, key)), None)
        if waiting is None:
            self.desk.say("没有留下的草稿", "warn")
        elif self.session.answers.changed():
            self.desk.say("这一张已录了内容：请先按 Ctrl+S 存盘，再按 F10 接草稿", "warn")
        else:
            self.flush()
            self._begin(waiting)

    def given(self) -> dict[str, tuple[Any, str]]:
        """Values that stand already in the sheet that opens, and where each came from."""
        return {}

    def _changed(self, name: str, text: str, caret: int) -> None:
        answers = self.session.answers
        try:
            if not self._begun:  # what was given goes into the draft too, once there is something to keep
                self._begun = True
                for each, given in answers.opened.items():
                    if given != answers.base_texts[each]:
                        self.draft.change(each, given, len(given))
            self.draft.change(name, text, caret)
        except OSError:
            self.desk.say("草稿写不进磁盘（多半是磁盘满了），请尽快按 Ctrl+S 存盘", "error")

    # ---- keys

    def in_footer(self, key: Key) -> bool:
        """In a field of notes their editor stands in the place of the next gap."""
        notes = self.session.spec.kind == "notes"
        match key.run, key.names[0]:
            case "write_notes", _:
                return notes
            case _, "ctrl+n":
                return key.show and not notes
        return key.show

    def why_off(self, key: Key) -> str | None:
        if key.run == "write_notes" and self.session.spec.kind != "notes":
            return f"{self.session.spec.label}只有一行，不用开大格"
        return self.session.answers.skip_reason(self.session.name) if key.run == "write_notes" else None

    def write_notes(self) -> None:
        """F8: the current field in an editor of its own; each change goes into the draft as it is made."""
        from tui.widgets.notes import Notes

        self.desk.push(self._editor(Notes), self._written)

    def write_at_once(self, caret: int | None = None) -> None:
        """The current field in an editor from which Ctrl+S saves and Esc leaves; the sheet is seen when something is asked.

        caret: where it stands at first, unless a draft says where.
        """
        from tui.widgets.notes import NotesAlone

        def closed(answer: tuple[bool, int]) -> None:
            save, at = answer
            self._written(at)
            if save:
                self._save(frozenset())
            else:
                self.leave()

        if caret is not None and self.taken_up is None:
            self.session.edit.caret = caret
        self.desk.push(self._editor(NotesAlone), closed)
        if self.opening:
            self.desk.say(self.opening, "info")

    def _editor(self, kind: "type[Notes]") -> "Notes":
        session = self.session
        changed = partial(session.answers.hold, session.name)
        return kind(self.title, session.spec, session.edit.text, session.edit.caret, changed)

    def _written(self, caret: int | None) -> None:
        session = self.session
        session.retype(session.name, session.answers.texts[session.name])
        session.edit.caret = len(session.edit.text) if caret is None else caret

    def nothing(self) -> None:
        """Keys of the session itself stand in the table only for the footer and the help."""

    def press(self, key: str, char: str | None) -> bool:
        if key in ("f1", "f8", "f10", "ctrl+t"):
            return self.shortcut(key, char)
        if key in PASSED_ON:
            return False
        self.opening = ""
        self._count_time()
        before, asked = self.session.at, self.session.press(key, char)
        if self.session.at != before:
            self._look()
        match asked:
            case "save" | "end":
                self._save(frozenset())
            case "leave":
                self.leave()
        return True

    def _count_time(self) -> None:
        now = time.monotonic()
        if self._last_key is not None:
            self.seconds += min(now - self._last_key, PAUSE)
        self._last_key = now

    def paste(self, text: str) -> None:
        self._count_time()
        before = self.session.at
        self.session.paste(text)
        if self.session.at != before:
            self._look()

    def _look(self) -> None:
        """What the ledger has to say to the values so far: asked once a field; a lost ledger never stops typing."""
        self.noticed = ""
        try:
            self.noticed = self.look()
        except LedgerError as error:
            self.desk.say(str(error), "error")

    def look(self) -> str:
        """What is to be said of the values so far; '' if nothing. Raises LedgerError."""
        return self.form.notice(self.record, self.session.answers.values()) if self.form.notice else ""

    def flush(self) -> None:
        """Nothing is held back: each change is in the draft already, the caret's place comes last. The file is let go of."""
        answers, name = self.session.answers, self.session.name
        if not answers.changed():
            self.draft.discard()
            return
        if self._begun:
            self._changed(name, answers.texts[name], self.session.edit.caret)
        self.draft.keep()
        self.desk.say("没有存盘，草稿已留下，下次打开接着录", "warn")

    def leave(self) -> None:
        self.flush()
        self.desk.close(self._last_saved)

    def explain(self) -> None:
        """F1: the current field, what it takes, an example, the choices."""
        from tui.widgets.dialogs import Tell

        spec = self.session.spec
        lines = [spec.prompt] if spec.prompt else []
        if spec.choices is not None:
            lines += ["可选：", *(f"  {code.label}（{code.initials}）" for code in spec.choices)]
        if spec.source:
            lines.append(f"依据：{spec.source}")
        own = "  ".join(f"{key.cap} {key.label}" for key in self.keys if key.names[0] in KEYS_OF_ITS_OWN)
        self.desk.push(Tell(f"说明：{spec.label}", [*lines, "", *LINES_OF_HELP, own]))

    # ---- saving

    def _save(self, force: frozenset[str]) -> None:
        session, answers = self.session, self.session.answers
        values = answers.values()
        if blank := next((e for e in session.entries if e.spec.required and values[e.name] is None), None):
            if self.in_a_row() and not answers.changed():
                self.desk.say(f"请填写{blank.spec.label}，才能存盘", "error")
                return
            session.go_to(blank.name)
            self._stop(answers.held.get(blank.name) or f"请填写{blank.spec.label}，才能存盘")
            return
        try:
            kept = self.form.save(self.record, values, answers.base, force)
        except Conflict as conflict:
            self.desk.stop()
            self._settle(list(conflict.fields.items()), force)
        except TROUBLE as trouble:
            self._stop(str(trouble))
        else:
            self._keep(kept)

    def _stop(self, why: str) -> None:
        """It could not be saved: what was typed ahead for the next record must not go into this one."""
        self.desk.say(why, "error")
        self.desk.stop()

    def _keep(self, kept: Kept) -> None:
        """What could be saved is; a field that cannot be kept stays open with its text."""
        answers = self.session.answers
        held = answers.held
        self._last_saved = kept.record
        fresh = any(answers.texts[name] != answers.opened[name] for name in held)
        if not fresh or (self.in_a_row() and self.keeps(held)):
            self.saved(kept)
            return
        texts = {name: answers.texts[name] for name in held}
        done, self.record, self.previous = self.draft, kept.record, {}
        self._begin()
        for name, text in texts.items():
            self.session.retype(name, text)
        done.discard()
        self.session.go_to(next(iter(texts)))
        self._stop(f"其余已存；还有{len(held)}项没存：{next(iter(held.values()))}")

    def title_of(self, record: Any) -> str:
        """What the sheet of a record is called."""
        return self.title

    def in_a_row(self) -> bool:
        """Whether another record follows when this one is saved."""
        return self._row

    def keeps(self, held: Mapping[str, str]) -> bool:
        """Whether the save has put what could not be taken on a list, so that the next record may follow."""
        return False

    def saved(self, kept: Kept) -> None:
        """Everything is in the ledger: on to the next new record, or back."""
        self.draft.discard()
        if self.in_a_row():
            self.desk.resume()
            self.previous, self.record, self.title = self.session.answers.values(), None, self.title_of(None)
            self.view.top = 0
            self._begin()
            self.desk.say(kept.said + "。接着录下一条，Esc 结束", "good")
            return
        self.desk.close(kept.record)
        self.desk.say(kept.said, "good")
        self.desk.give_up()  # nothing follows here

    def _settle(self, clashes: list[tuple[str, tuple[Any, Any, Any]]], force: frozenset[str]) -> None:
        """Ask, field by field, whose value stands; then save again."""
        from tui.widgets.dialogs import Choose

        if not clashes:
            self._save(force)
            return
        (name, (_, theirs, mine)), *rest = clashes
        spec = self.session.answers.specs[name]

        long = spec.kind == "notes" and bool(theirs and mine)
        same = 0  # letters at the beginning: long texts may differ where a line does not reach
        if long:
            pairs = enumerate(zip(theirs, mine, strict=False))
            same = next((n for n, (one, other) in pairs if one != other), min(len(theirs), len(mine)))
        since = f"（前{same}字一样）" if same else ""
        choices = [
            f"用对方的{since}：{show(spec, theirs)[same:]}",
            f"用我的{since}：{show(spec, mine)[same:]}",
        ]
        if long:
            choices.append("两份都留：对方的后面接上我不一样的部分")

        def chosen(answer: int | None) -> None:
            if answer in (0, 2):
                self.session.go_to(name)
                self.session.accept(name, theirs)
                if answer == 2:
                    self.session.retype(name, f"{theirs}\n{mine[same:]}")
                self._settle(rest, force)
            elif answer == 1:
                self._settle(rest, force | {name})

        self.desk.push(Choose(f"{spec.label}：您打开后，别人也改了它", choices, asked=True), chosen)

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        return self.view.draw(self.session, self.opening, self.noticed, width, height)


def named(draft: Draft) -> str:
    """The name typed in a draft, in brackets; '' if there is none."""
    return f"（{draft.texts['name']}）" if draft.texts.get("name") else ""


PASSED_ON = {"f2", "f3", "f4", "f5", "f6", "f7", "f9", "ctrl+q", "ctrl+c"}
