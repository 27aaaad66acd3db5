"""The entry sheet: draws an entry session and hands it its keys; saving is its opener's verb."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from db.errors import LedgerError
from db.spec import show
from db.values import Refused
from tui.drafts import Draft, DraftFile, Drafts
from tui.ink import Line, cells, clip, columns, fit, wrap
from tui.page import Key, Page, Picture
from tui.widgets.entry import Entry, Session

LABEL = 16
PROMPT_LINES = 2


@dataclass(slots=True)
class Kept:
    """What saving a sheet gave: the record's key, the sentence to show, what it is called now."""

    record: Any
    said: str


class Clash(Exception):
    """Fields somebody else changed meanwhile: {name: (as read, theirs, mine)}, stored values."""

    def __init__(self, fields: Mapping[str, tuple[Any, Any, Any]]):
        self.fields = fields
        super().__init__("这些项刚被别人改过")


class Form(NamedTuple):
    """What a sheet is about: its fields and the verbs behind them.

    name: the kind of sheet, for drafts. save(record, values, base, force) writes and returns Kept, or raises
    Clash, Refused or LedgerError. load(record) gives stored values;
    None gives those a new record starts with. another: after a new record is saved, open the next.
    """

    name: str
    entries: tuple[Entry, ...]
    load: Callable[[Any], dict[str, Any]]
    save: Callable[[Any, dict[str, Any], dict[str, Any], frozenset[str]], Kept]
    derive: Callable[[dict[str, Any], str], dict[str, Any]] | None = None
    problems: Callable[[dict[str, Any]], dict[str, str]] | None = None
    notice: Callable[[Any, dict[str, Any]], str] | None = None
    another: bool = False


class Sheet(Page):
    """One record being entered or edited; closes with its key, or None if it was left."""

    keys = (
        Key(("enter",), "下一项", "nothing"),
        Key(("ctrl+s",), "存盘", "nothing"),
        Key(("escape",), "离开", "leave"),
        Key(("up",), "上一项", "nothing", show=False),
        Key(("ctrl+d",), "同上条", "nothing"),
        Key(("ctrl+n",), "缺项", "nothing"),
        Key(("ctrl+e",), "错项", "nothing"),
        Key(("f1",), "说明", "explain"),
        Key(("f10",), "接上次的草稿", "take_up", show=False),
    )

    def __init__(self, form: Form, title: str, drafts: Drafts, record: Any = None, at: str | None = None,
                 draft: Draft | None = None):  # fmt: skip
        self.form, self.title, self.drafts, self.record = form, title, drafts, record
        self._top = 0
        self._previous: dict[str, Any] = {}
        self._last_saved: Any = None
        self._begin(draft)
        if at:
            self.session.go_to(at)

    def _begin(self, draft: Draft | None = None) -> None:
        """A fresh session on the record, taking up the draft left for it if there is one.

        Records entered in a row each begin blank, the first one too: what is typed ahead must not land in an
        old draft. F10 takes it up.
        """
        key = str(self.record) if self.record else None
        in_a_row = self.form.another and self.record is None
        waiting = None
        if draft is None and not self._previous:
            waiting = next(reversed(self.drafts.left(self.form.name, key)), None)
            draft = None if in_a_row else waiting
        base = self.form.load(self.record)
        self.session = Session(
            self.form.entries, base, previous=self._previous, derive=self.form.derive, problems=self.form.problems,
            on_change=self._changed,
        )  # fmt: skip
        self.opening = self.noticed = ""
        if draft is None:
            if waiting:
                self.opening = f"还有没存的草稿{named(waiting)}：按 F10 接着录，不接就直接录新的"
            self.draft: DraftFile = self.drafts.begin(
                self.form.name, key, self.title, self.session.base_texts
            )
        else:
            self.session.restore(draft.texts, draft.base, draft.at, draft.caret)
            self.draft = self.drafts.resume(draft)
            self.opening = "已接着上次没存的草稿，光标在原处"

    def take_up(self) -> None:
        """F10: go on with the draft left last, in place of a sheet still blank."""
        key = str(self.record) if self.record else None
        waiting = next(reversed(self.drafts.left(self.form.name, key)), None)
        if waiting is None:
            self.desk.say("没有留下的草稿", "warn")
        elif self.session.changed():
            self.desk.say("这一张已录了内容：请先按 Ctrl+S 存盘，再按 F10 接草稿", "warn")
        else:
            self.flush()
            self._begin(waiting)

    def _changed(self, name: str, text: str, caret: int) -> None:
        try:
            self.draft.change(name, text, caret)
        except OSError:
            self.desk.say("草稿写不进磁盘（多半是磁盘满了），请尽快按 Ctrl+S 存盘", "error")

    # ---- keys

    def nothing(self) -> None:
        """Keys of the session itself stand in the table only for the footer and the help."""

    def press(self, key: str, char: str | None) -> bool:
        if key in ("f1", "f10"):
            return self.shortcut(key, char)
        if key in PASSED_ON:
            return False
        self.opening = ""
        before, asked = self.session.at, self.session.press(key, char)
        if self.session.at != before:
            self._look()
        match asked:
            case "save" | "end":
                self._save(frozenset())
            case "leave":
                self.leave()
        return True

    def paste(self, text: str) -> None:
        before = self.session.at
        self.session.paste(text)
        if self.session.at != before:
            self._look()

    def _look(self) -> None:
        """What the ledger has to say to the values so far: asked once a field; a lost ledger never stops typing."""
        self.noticed = ""
        if self.form.notice:
            try:
                self.noticed = self.form.notice(self.record, self.session.values())
            except LedgerError as error:
                self.desk.say(str(error), "error")

    def flush(self) -> None:
        """Nothing is held back: each change is in the draft already. The file is let go of."""
        self.draft.keep()

    def leave(self) -> None:
        self.flush()
        if self.session.changed():
            self.desk.say("没有存盘，草稿已留下，下次打开接着录", "warn")
        self.desk.close(self._last_saved)

    def explain(self) -> None:
        """F1: the current field, what it takes, an example, the choices."""
        from tui.widgets.dialogs import Tell

        spec = self.session.spec
        lines = [spec.prompt] if spec.prompt else []
        if spec.choices is not None:
            lines += ["可选：", *(f"  {code.label}（{code.initials}）" for code in spec.choices)]
        lines += ["", "回车 下一项  ↑ 上一项  Ctrl+S 存盘  Ctrl+D 同上一条  Ctrl+N 下一缺项",
                  "Ctrl+E 下一错项  Ctrl+Z 撤销本项  PgDn/PgUp 下一段/上一段  Esc 离开（草稿留着）"]  # fmt: skip
        self.desk.push(Tell(f"说明：{spec.label}", lines))

    # ---- saving

    def _save(self, force: frozenset[str]) -> None:
        session = self.session
        values = session.values()
        if blank := next((e for e in session.entries if e.spec.required and values[e.name] is None), None):
            session.go_to(blank.name)
            self.desk.say(session.refused.get(blank.name) or f"请填写{blank.spec.label}，才能存盘", "error")
            return
        try:
            kept = self.form.save(self.record, values, session.base, force)
        except Clash as clash:
            self._settle(list(clash.fields.items()), force)
        except Refused as refusal:
            self.desk.say(str(refusal), "error")
        except LedgerError as error:
            self.desk.say(str(error), "error")
        else:
            self._keep(kept)

    def _keep(self, kept: Kept) -> None:
        """What could be saved is; a field that was refused stays open with its text."""
        refused = dict(self.session.refused)
        self._last_saved = kept.record
        if not refused:
            self.saved(kept)
            return
        texts = {name: self.session.texts[name] for name in refused}
        self.draft.discard()
        self.record = kept.record
        self._previous = {}
        self._begin()
        for name, text in texts.items():
            self.session.retype(name, text)
        self.session.go_to(next(iter(texts)))
        self.desk.say(f"其余已存；还有{len(refused)}项没存：{next(iter(refused.values()))}", "error")

    def saved(self, kept: Kept) -> None:
        """Everything is in the ledger: on to the next new record, or back."""
        self.draft.discard()
        if self.record is None and self.form.another:
            self._previous = self.session.values()
            self._top = 0
            self._begin()
            self.desk.say(kept.said + "。接着录下一条，Esc 结束", "good")
            return
        self.desk.close(kept.record)
        self.desk.say(kept.said, "good")

    def _settle(self, clashes: list[tuple[str, tuple[Any, Any, Any]]], force: frozenset[str]) -> None:
        """Ask, field by field, whose value stands; then save again."""
        from tui.widgets.dialogs import Choose

        if not clashes:
            self._save(force)
            return
        (name, (_, theirs, mine)), *rest = clashes
        spec = self.session.specs[name]

        def chosen(answer: int | None) -> None:
            if answer == 0:
                self.session.base[name] = theirs
                self.session.go_to(name)
                self.session.accept(name, theirs)
                self._settle(rest, force)
            elif answer == 1:
                self._settle(rest, force | {name})

        self.desk.push(
            Choose(f"{spec.label}：您打开后，别人也改了它",
                   [f"用对方的：{show(spec, theirs)}", f"用我的：{show(spec, mine)}"], asked=True),
            chosen,
        )  # fmt: skip

    # ---- drawing

    def draw(self, width: int, height: int) -> Picture:
        session = self.session
        room = height - PROMPT_LINES - 1
        rows: list[int | str] = []
        for i, entry in enumerate(session.entries):
            if entry.section and (i == 0 or entry.section != session.entries[i - 1].section):
                rows.append(entry.section)
            rows.append(i)
        here = rows.index(session.at)
        if not self._top <= here < self._top + room or len(rows) <= room:
            first = here - 1 if here and isinstance(rows[here - 1], str) else here
            self._top = max(0, min(first - room // 3, len(rows) - room))
        lines: list[Line] = []
        caret = None
        wrong = session.wrong()
        for row in rows[self._top : self._top + room]:
            if isinstance(row, str):
                lines.append([(" " + row, "head")])
                continue
            line, x = self._field(row, width, wrong)
            if row == session.at:
                caret = (x, len(lines))
            lines.append(line)
        lines += [[]] * (room - len(lines))
        lines += self._prompt(width)
        lines.append(self._message(width, wrong))
        return Picture(lines, caret)

    def _field(self, at: int, width: int, wrong: dict[str, str]) -> tuple[Line, int]:
        entry, session = self.session.entries[at], self.session
        here = at == session.at
        label = entry.spec.label + (" *" if entry.spec.required else "")
        line: Line = [(">" if here else " ", "key"), (fit(label, LABEL) + " ", "plain" if here else "label")]
        room = width - LABEL - 3
        x = LABEL + 2
        if here:
            text, before = session.edit.view(room)
            text = clip(text, room)
            line.append((text, "cursor" if session.edit.selected else "plain"))
            x += before
        else:
            text = clip(session.texts[entry.name], room)
            line.append((text, "plain"))
        left = room - cells(text)
        if entry.name in wrong and left > 8:
            style = "error" if entry.name in session.refused else "warn"
            line += [("  ", "plain"), (clip(wrong[entry.name], left - 2), style)]
        elif entry.name in session.derived and left > 6:
            line += [("  推算", "dim")]
        return line, x

    def _prompt(self, width: int) -> list[Line]:
        spec, choices = self.session.spec, self.session.choices()
        if choices:
            text = " ".join(f"{n}{code.label}" for n, code in enumerate(choices, 1))
            text += "（可多选）" if spec.kind == "codes" else ""
            if spec.choices is not None and len(spec.choices) > len(choices):
                text += " …打拼音首字母或汉字再选"
        else:
            text = spec.prompt
        wrapped = wrap(text, width - 2)[:PROMPT_LINES] if text else []
        return [[(" " + each, "info")] for each in wrapped] + [[]] * (PROMPT_LINES - len(wrapped))

    def _message(self, width: int, wrong: dict[str, str]) -> Line:
        session = self.session
        if session.notice or self.opening:
            return [(" " + (session.notice or self.opening), "warn")]
        if session.name in wrong:
            return [(" " + wrong[session.name], "error" if session.name in session.refused else "warn")]
        if self.noticed:
            return [(" " + self.noticed, "warn")]
        lacks = len(wrong)
        return columns([(f" {lacks}项要改，Ctrl+E 逐个看", width - 2, "warn")]) if lacks else []


def named(draft: Draft) -> str:
    """The name typed in a draft, in brackets; '' if there is none."""
    return f"（{draft.texts['name']}）" if draft.texts.get("name") else ""


PASSED_ON = {"f2", "f3", "f4", "f5", "f6", "f7", "f9", "ctrl+q", "ctrl+c"}
