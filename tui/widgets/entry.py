"""The entry session: one record being filled in, fed keys, pastes and IME commits one at a time.

Pure: no terminal, no store. Each field is held as the text a person sees; its stored value is read from that
text when asked for, so a draft is nothing but the texts in the order they were typed.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from db.spec import UNKNOWN, Spec, read, show
from db.values import Refused
from db.vocab import Code
from tui.widgets.line_edit import LineEdit

SHOWN_CHOICES = 9


class Entry(Protocol):
    """A field of a sheet, as the verbs describe it."""

    name: str
    spec: Spec
    section: str


def as_text(spec: Spec, value: Any) -> str:
    """A stored value as it is edited; '' for unknown."""
    shown = show(spec, value)
    return "" if shown == UNKNOWN else shown


class Session:
    """The state of one sheet.

    entries: the fields in order. base: stored values as read ({} for a new record). previous: the record
    entered before, for Ctrl+D. derive(values, changed) fills what follows from a field; problems(values)
    names what contradicts itself. on_change(name, text, caret) hears every change, for the draft.
    """

    def __init__(
        self,
        entries: tuple[Entry, ...],
        base: Mapping[str, Any],
        *,
        previous: Mapping[str, Any] | None = None,
        derive: Callable[[dict[str, Any], str], dict[str, Any]] | None = None,
        problems: Callable[[dict[str, Any]], dict[str, str]] | None = None,
        on_change: Callable[[str, str, int], None] | None = None,
    ):
        self.entries = entries
        self.base = {entry.name: base.get(entry.name) for entry in entries}
        self.previous = dict(previous or {})
        self._derive, self._problems, self._on_change = derive, problems, on_change
        self.specs = {entry.name: entry.spec for entry in entries}
        self.base_texts = {name: as_text(spec, self.base[name]) for name, spec in self.specs.items()}
        self.texts = dict(self.base_texts)
        self.refused: dict[str, str] = {}
        self.derived: set[str] = set()
        self.contradicted: dict[str, str] = {}
        self.notice = ""
        self._values = dict(self.base)
        self.at = 0
        self.edit = LineEdit("")
        self._arrive(0)
        self._check()

    # ---- reading the state

    @property
    def name(self) -> str:
        """The current field."""
        return self.entries[self.at].name

    @property
    def spec(self) -> Spec:
        """The current field's description."""
        return self.specs[self.name]

    def values(self) -> dict[str, Any]:
        """Stored values of every field that reads well; a refused field keeps its base value."""
        return dict(self._values)

    def changed(self) -> bool:
        """Whether anything differs from the record as read."""
        return self.texts != self.base_texts

    def wrong(self) -> dict[str, str]:
        """Fields with something to mend and the sentence that says what, refused ones first."""
        return self.refused | {
            name: why for name, why in self.contradicted.items() if name not in self.refused
        }

    def missing(self) -> list[str]:
        """Fields without a value that apply."""
        return [entry.name for entry in self.entries
                if not self.texts[entry.name] and not self._skip_reason(entry.name)]  # fmt: skip

    def choices(self) -> list[Code]:
        """The choices that fit what is typed in the current coded field, at most nine; [] for other fields."""
        codes = self.spec.choices
        if codes is None:
            return []
        typed = "" if self.edit.selected else self.edit.text.strip().lower()
        if self.spec.kind == "codes" or typed == self.base_texts[self.name].lower():
            typed = ""
        fits = [code for code in codes
                if not typed or code.initials.startswith(typed) or typed in code.label.lower() or code.code == typed
                or any(alias.lower().startswith(typed) for alias in code.aliases)]  # fmt: skip
        return fits[:SHOWN_CHOICES]

    # ---- being fed

    def press(self, key: str, char: str | None) -> str | None:
        """Take one key. Returns 'save', 'end' (Enter in the last field), 'leave', or None.

        Anything the session does not know is ignored, never guessed.
        """
        self.notice = ""
        match key:
            case "enter":
                self._commit()
                return None if self._move(1) else "end"
            case "tab" | "down":
                self._commit()
                self._move(1)
            case "shift+tab" | "up":
                self._commit()
                self._move(-1)
            case "pageup" | "pagedown":
                self._commit()
                self._arrive(self._section(1 if key == "pagedown" else -1))
            case "ctrl+home":
                self._commit()
                self._arrive(0)
            case "ctrl+end":
                self._commit()
                self._arrive(len(self.entries) - 1)
            case "ctrl+s":
                self._commit()
                return "save"
            case "ctrl+d":
                self._repeat()
            case "ctrl+n":
                self._go(self.missing(), "没有未填的项了")
            case "ctrl+e":
                self._go(list(self.wrong()), "没有要改的项了")
            case "ctrl+z":
                self._undo_in_field()
            case "escape":
                self._commit()
                return "leave"
            case _:
                self._type(key, char)
        return None

    def paste(self, text: str) -> None:
        """A paste or an IME commit: into the current field, line ends as blanks."""
        self.notice = ""
        if not self._pick(text):
            self.edit.insert(" ".join(text.split("\n")))
            self._typed()

    def restore(
        self, texts: Mapping[str, str], base: Mapping[str, str], name: str | None, caret: int
    ) -> None:
        """Take up a draft: its texts over the record as it is now, the caret in this field.

        base holds the texts from when the draft was begun: a field that was changed in the store since keeps
        the older base value, so that saving finds the conflict.
        """
        for each, text in texts.items():
            if each not in self.specs:
                continue
            if base.get(each, "") != self.base_texts[each]:
                self.base[each] = read(self.specs[each], base.get(each))
                self.base_texts[each] = base.get(each, "")
            self.texts[each] = text
            self._read(each)
            if each == name:
                self.texts[each] = text  # still being typed: as it stood, not as it reads so far
        self._check()
        names = [entry.name for entry in self.entries]
        self._arrive(names.index(name) if name in names else 0)
        self.edit.caret, self.edit.selected = min(caret, len(self.edit.text)), False

    def go_to(self, name: str) -> None:
        """Stand in a field."""
        self._commit()
        self._arrive(next((i for i, entry in enumerate(self.entries) if entry.name == name), 0))

    def retype(self, name: str, text: str) -> None:
        """Put a text into a field as if it had been typed there."""
        self._set(name, text)
        self._check()
        if name == self.name:
            self._arrive(self.at)

    def accept(self, name: str, value: Any) -> None:
        """Put a stored value into a field, as read from the record."""
        self.base[name], self.base_texts[name] = value, as_text(self.specs[name], value)
        self._set(name, self.base_texts[name])
        self._follow(name)
        if name == self.name:
            self._arrive(self.at)

    # ---- inside

    def _type(self, key: str, char: str | None) -> None:
        if char and char.isprintable() and self._pick(char):
            return
        before = self.edit.text
        if self.edit.press(key, char) and self.edit.text != before:
            self._typed()

    def _pick(self, char: str) -> bool:
        """A digit in a coded field picks the choice shown under it: one choice advances, several toggle."""
        digit = char.translate(FULL_WIDTH_DIGITS)
        fits = self.choices()
        if not (len(digit) == 1 and digit in "123456789" and int(digit) <= len(fits)):
            return False
        code = fits[int(digit) - 1]
        if self.spec.kind == "codes":
            now = (self._values.get(self.name) or "").split()
            now = [each for each in now if each != code.code] if code.code in now else [*now, code.code]
            ordered = " ".join(each.code for each in self.spec.codes if each.code in now)
            self._set(self.name, as_text(self.spec, ordered or None))
            self.edit.set(self.texts[self.name])
            self.edit.selected = True
            self._check()
            return True
        self._set(self.name, code.label)
        self._follow(self.name)
        self._move(1)
        return True

    def _typed(self) -> None:
        """The current field's text changed: hold it at once, so that a draft never lags behind the screen."""
        self.texts[self.name] = self.edit.text
        self.refused.pop(self.name, None)
        if self.edit.full:
            self.notice = f"{self.spec.label}最多{self.spec.longest}字，多出的没有录入"
        if self._on_change:
            self._on_change(self.name, self.edit.text, self.edit.caret)

    def _commit(self) -> None:
        """Read the current field; a choice half typed becomes the first that fits."""
        name, text = self.name, self.edit.text.strip()
        if text == self.base_texts[name] and text == self.texts[name] and name not in self.refused:
            if self._values[name] != self.base[name]:
                self._values[name] = self.base[name]
                self._follow(name)
            return
        if self.spec.choices is not None and self.spec.kind != "codes" and text:
            text = self._first_fit(text)
        self._set(name, text)
        self._follow(name)

    def _first_fit(self, text: str) -> str:
        try:
            return self.spec.choices.label(self.spec.choices.find(text))
        except Refused:
            fits = self.choices()
            return fits[0].label if fits and not self.edit.selected else text

    def _set(self, name: str, text: str) -> None:
        changed = self.texts[name] != text
        self.texts[name] = text
        self._read(name)
        if changed and self._on_change:
            self._on_change(name, text, len(text))

    def _read(self, name: str) -> None:
        self.refused.pop(name, None)
        self.derived.discard(name)
        if self.texts[name] == self.base_texts[name]:
            self._values[name] = self.base[name]
            return
        try:
            self._values[name] = read(self.specs[name], self.texts[name])
            if self._values[name] is None and self.specs[name].required:
                self.refused[name] = f"{self.specs[name].label}必填"
        except Refused as refusal:
            self._values[name] = self.base[name]
            self.refused[name] = str(refusal)
            return
        if self.specs[name].kind not in ("notes", "codes"):
            self.texts[name] = as_text(self.specs[name], self._values[name])

    def _follow(self, name: str) -> None:
        """Fill what follows from a field (an ID number gives sex and birth date), then look for contradictions."""
        if self._derive and name not in self.refused:
            for other, value in self._derive(self.values(), name).items():
                self._set(other, as_text(self.specs[other], value))
                self.derived.add(other)
        self._check()

    def _check(self) -> None:
        self.contradicted = self._problems(self.values()) if self._problems else {}

    def _skip_reason(self, name: str) -> str | None:
        skip = self.specs[name].skip
        return skip(self._values) if skip and not self.texts[name] else None

    def _move(self, step: int) -> bool:
        """To the next field that applies; False at the end."""
        at = self.at + step
        while 0 <= at < len(self.entries) and step > 0 and self._skip_reason(self.entries[at].name):
            at += step
        if not 0 <= at < len(self.entries):
            return False
        self._arrive(at)
        return True

    def _arrive(self, at: int) -> None:
        self.at = at
        self.edit = LineEdit(self.texts[self.name], self.spec.longest, selected=True)
        if reason := self._skip_reason(self.name):
            self.notice = reason

    def _section(self, step: int) -> int:
        """The first field of the next or previous section."""
        starts = [i for i, entry in enumerate(self.entries)
                  if i == 0 or entry.section != self.entries[i - 1].section]  # fmt: skip
        if step > 0:
            return next((i for i in starts if i > self.at), len(self.entries) - 1)
        return max((i for i in starts if i < self.at), default=0)

    def _go(self, names: list[str], none: str) -> None:
        self._commit()
        places = [i for i, entry in enumerate(self.entries) if entry.name in names]
        later = [i for i in places if i > self.at] or places
        if later:
            self._arrive(later[0])
        else:
            self.notice = none

    def _repeat(self) -> None:
        value = self.previous.get(self.name)
        if value is None:
            self.notice = "上一条记录没有这一项"
            return
        self._set(self.name, as_text(self.spec, value))
        self._follow(self.name)
        if not self._move(1):
            self._arrive(self.at)

    def _undo_in_field(self) -> None:
        if self.edit.undo():
            self._typed()
        elif self.edit.text != self.base_texts[self.name]:
            self.edit.set(self.base_texts[self.name])
            self._typed()
        else:
            self.notice = "这一项没有可撤销的了"


FULL_WIDTH_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
