"""The entry session: one record being filled in, fed keys, pastes and IME commits one at a time.

Pure: no terminal, no store. It knows where the caret is and what a key means there; what stands in the fields, and
what is wrong with it, is in its Answers.
"""

from collections.abc import Callable, Mapping
from typing import Any

from db.sheet import Rules
from db.spec import Spec
from tui.widgets import options
from tui.widgets.answers import SAME, Answers, Entry, as_text
from tui.widgets.line_edit import LineEdit
from tui.widgets.options import ENDING, FULL_WIDTH_DIGITS, LETTERS, Option

SHOWN_OPTIONS = 9
TAKING_BACK = {"backspace", "delete", "ctrl+u", "ctrl+z"}
WENT_ON = "上一项已自动录好，这个回车没有跳格；要跳过这一项请再按回车"


class Session:
    """The state of one sheet and its caret.

    entries, base, given, rules, on_change: as in Answers. previous: the record entered before, for 同上.
    keys and corrections count what was pressed, never what.
    """

    def __init__(
        self, entries: tuple[Entry, ...], base: Mapping[str, Any], *, previous: Mapping[str, Any] | None = None,
        rules: Rules | None = None, given: Mapping[str, tuple[Any, str]] | None = None,
        on_change: Callable[[str, str, int], None] | None = None,
    ):  # fmt: skip
        self.entries = entries
        self.answers = Answers(entries, base, rules, given, on_change)
        self.previous = dict(previous or {})
        self.notice = ""
        self.keys = self.corrections = 0
        self.at = 0
        self.sibling = False
        self._said_wrong = ""
        self._arrive(0)
        if self.answers.passed(self.name):
            self._move(1)

    # ---- reading the state

    @property
    def name(self) -> str:
        """The current field."""
        return self.entries[self.at].name

    @property
    def spec(self) -> Spec:
        """The current field's description."""
        return self.answers.specs[self.name]

    def options(self) -> list[Option]:
        """What fits what is typed in the current field, at most nine: choices of a coded field, else completions."""
        typed = "" if self.edit.selected or self._untouched() else self.edit.text.strip().lower()
        if self.spec.choices is not None:
            if self.spec.kind == "codes":  # letters at the end look for one more choice
                typed = ENDING.search(self.edit.text)[0]
            return options.choices(self.spec, self.answers.values(), typed)[:SHOWN_OPTIONS]
        if self._closed:
            return []
        found = self.answers.rules.suggest(self.name, typed, self.answers.values())
        return [Option(text, text) for text in found if text != self.edit.text][:SHOWN_OPTIONS]

    def digits_pick(self) -> bool:
        """Whether a digit takes one of the options: in a coded field, on arrival where no value begins with a digit,
        else once letters narrow the completions."""
        blank = self.edit.selected or not self.edit.text
        return self.spec.choices is not None or self.lettered() or (self.spec.picks and blank)

    def editing(self) -> bool:
        """Whether the current field's text is being changed: what is known of its value is of the one before."""
        return not self._untouched()

    def lettered(self) -> bool:
        """Whether small letters are all that stands in a field of text: they stand for initials there."""
        coded = self.spec.choices is not None
        return (
            not coded
            and not self._closed
            and not self.edit.selected
            and bool(LETTERS.fullmatch(self.edit.text))
        )

    def written_out(self) -> str:
        """What shorthand in the current field stands for; '' if it is none."""
        text = self.edit.text.strip()
        if not text or self.edit.selected or self._untouched():
            return ""
        full = self.answers.rules.expand(self.name, text, self.answers.values())
        return full if full != text else ""

    # ---- being fed

    def press(self, key: str, char: str | None) -> str | None:
        """Take one key. Returns 'save', 'end' (Enter in the last field), 'leave', or None.

        Anything the session does not know is ignored, never guessed.
        """
        self.keys += 1
        self.corrections += key in TAKING_BACK
        self.notice = ""
        went_on, self._went_on = self._went_on, False
        match key:
            case "enter" if went_on and not self.edit.text:
                self.notice = (
                    self._said_wrong or WENT_ON
                )  # out of habit, or to be sure: it must not pass a blank field by
            case "enter":
                self._commit()
                return None if self._move(1) else "end"
            case "tab":
                self._commit()
                self._move(1)
            case "down":
                self._commit()
                self._step(1)
            case "shift+tab" | "up":
                self._commit()
                self._step(-1)
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
                self._go(self.answers.missing(), "没有未填的项了")
            case "ctrl+e":
                self._go(list(self.answers.wrong()), "没有要改、要核对的项了")
            case "ctrl+k":
                self._answer()
            case "ctrl+z":
                self._undo_in_field()
            case "escape":
                return self._back_out()
            case _:
                self._type(key, char)
        return None

    def paste(self, text: str) -> None:
        """A paste or an IME commit: into the current field; only notes keep line ends."""
        self.keys += len(text)
        self.notice = ""
        self._went_on = False
        if self._cannot_apply():
            return
        if not self._pick(text):
            self.edit.insert(text)
            self._typed(self._is_whole())

    def restore(
        self, texts: Mapping[str, str], base: Mapping[str, str], name: str | None, caret: int
    ) -> None:
        """Take up a draft (see Answers.restore), the caret in this field."""
        self.answers.restore(texts, base, name)
        names = [entry.name for entry in self.entries]
        self._arrive(names.index(name) if name in names else 0)
        self.edit.caret, self.edit.selected = min(caret, len(self.edit.text)), False
        self._came = None  # not read yet

    def go_to(self, name: str) -> None:
        """Stand in a field."""
        self._commit()
        self._arrive(next((i for i, entry in enumerate(self.entries) if entry.name == name), 0))

    def hold_enter(self) -> None:
        """What came before was complete by itself: an Enter that follows at once is meant for it."""
        self._went_on, self._said_wrong = True, ""

    def retype(self, name: str, text: str) -> None:
        """Put a text into a field as if it had been typed there."""
        self.answers.write(name, text)
        self.answers.check()
        self.see(name)

    def accept(self, name: str, value: Any) -> None:
        """Take into a field what the record holds now."""
        self.answers.accept(name, value)
        self.see(name)

    def share(self) -> bool:
        """Take over from the record before what siblings have in common, where nothing is filled in yet; what is not
        known of the family is passed over too.

        False if there is no record before, or nothing to take.
        """
        self._commit()
        rules, taken = self.answers.rules, False
        self.sibling = True
        for name in rules.shared:
            value = self.previous.get(name)
            if self.previous and not self.answers.texts[name]:
                if name not in rules.alike or self._alike(name):
                    self.answers.put(name, value, SAME)
                taken |= value is not None
        self.answers.check()
        self._arrive(self.at)
        if self.answers.passed(self.name):
            self._move(1)
        return taken

    def _alike(self, name: str) -> bool:
        """Whether what a field hangs on is answered as in the record before (a school of one kind of school)."""
        lead = self.answers.rules.alike[name]
        return self.answers.value(lead) is not None and self.answers.value(lead) == self.previous.get(lead)

    def _filled(self, name: str, text: str) -> None:
        """A field has been filled: what a sibling has alike with it comes along."""
        self.answers.typed(name, text)
        for other in self.answers.rules.alike if self.sibling else ():
            if not self.answers.texts[other] and self._alike(other):
                self.answers.put(other, self.previous.get(other), SAME)

    # ---- typing

    def _type(self, key: str, char: str | None) -> None:
        if char and self._cannot_apply():
            return
        if char and char.isprintable() and self._pick(char):
            return
        if self.spec.kind == "codes" and char and LETTERS.fullmatch(char):
            self.edit.selected = False  # initials of one choice more, beside those that stand there
        before = self.edit.text
        if self.edit.press(key, char) and (self.edit.text != before or self.edit.full):
            self._typed(whole=len(self.edit.text) > len(before) and self._is_whole())

    def _cannot_apply(self) -> bool:
        """Whether the field has nothing to take: reached by hand, it says why instead of taking what is typed."""
        reason = self.answers.skip_reason(self.name) if not self.edit.text else None
        if reason:
            self.notice = f"{reason}，刚打的没有录入"
        return bool(reason)

    def _typed(self, whole: bool = False) -> None:
        """The current field's text changed: hold it at once, so that a draft never lags behind the screen.

        whole: nothing more can follow, so it is read and left.
        """
        self.answers.hold(self.name, self.edit.text, self.edit.caret)
        self._closed = False
        if self.edit.full:
            self.notice = f"{self.spec.label}最多{self.spec.longest}字，多出的没有录入"
        elif whole:
            self._commit()
            self._go_on()

    def _is_whole(self) -> bool:
        at_end = self.edit.caret == len(self.edit.text)
        return at_end and options.whole(self.spec, self.answers.values(), self.edit.text)

    def _pick(self, char: str) -> bool:
        """A digit takes the option shown under it: one choice advances, several toggle."""
        digit = char.translate(FULL_WIDTH_DIGITS)
        if not (len(digit) == 1 and digit in "123456789" and self.digits_pick()):
            return False
        fits = self.options()
        if int(digit) > len(fits):
            return False
        text = fits[int(digit) - 1].text
        if self.spec.kind == "codes":
            self._toggle(text)
            return True
        self._filled(self.name, text)
        self.edit.set(self.answers.texts[self.name])
        self._came = None
        self._go_on()
        return True

    def _toggle(self, label: str) -> None:
        self.answers.put(
            self.name, options.toggled(self.spec, self.edit.text, label)
        )  # as it stands on the screen
        self.answers.check()
        self.edit.set(self.answers.texts[self.name])
        self.edit.selected = True
        self._came = self.edit.text

    def _commit(self) -> None:
        """Read the current field; a choice or initials half typed become the first that fits."""
        text, self._seen = self.edit.text.strip(), self.edit.text
        if text == self._came:
            return
        if self.spec.kind == "codes" and ENDING.search(text)[0] and self.options():
            self._toggle(self.options()[0].text)
            text = self.edit.text
        elif text and self.spec.choices is not None and self.spec.kind != "codes":
            text = options.chosen(self.spec, self.answers.values(), text)
        elif self.lettered() and (fits := self.options()):
            text = fits[0].text
        self._filled(self.name, text)
        self._came = None

    def _untouched(self) -> bool:
        return self.edit.text == self._came

    # ---- moving

    def _go_on(self) -> None:
        """On by itself after a value that is whole; one that cannot be is said at once, and stays to be mended."""
        left, self._said_wrong = self.name, ""
        self._went_on = self._move(1)
        if not self._went_on:
            self._arrive(self.at)
        if why := self.answers.held.get(left):
            label = self.answers.specs[left].label
            self._said_wrong = self.notice = (
                f"{'' if why.startswith(label) else label + '：'}{why}。按 ↑ 回去改"
            )

    def _move(self, step: int) -> bool:
        """To the next field that is to be asked; False at the end."""
        at = self.at + step
        while 0 <= at < len(self.entries) and self.answers.passed(self.entries[at].name):
            at += step
        if not 0 <= at < len(self.entries):
            return False
        self._arrive(at)
        return True

    def _step(self, step: int) -> None:
        """To the very next field: down past what cannot apply, up through everything."""
        at = self.at + step
        while step > 0 and at < len(self.entries) and self.answers.skip_reason(self.entries[at].name):
            at += step
        if 0 <= at < len(self.entries):
            self._arrive(at)

    def _arrive(self, at: int) -> None:
        self.at = at
        self._closed = self._went_on = False
        self.see(self.name)
        if reason := self.answers.skip_reason(self.name):
            self.notice = reason

    def see(self, name: str) -> None:
        """Show what now stands in the current field, if it is this one: selected, but for notes, which are added to."""
        if name == self.name:
            text, notes = self.answers.texts[name], self.spec.kind == "notes"
            self.edit = LineEdit(text, self.spec.longest, selected=not notes, lines=notes)
            self._seen = text
            self._came = None if name in self.answers.refused else text

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

    # ---- other keys

    def _repeat(self) -> None:
        value = self.answers.rules.repeat(self.name, self.answers.values(), self.previous)
        if value is None:
            self.notice = "上一条记录没有这一项"
            return
        self._filled(self.name, as_text(self.spec, value))
        self.see(self.name)
        self._go_on()

    def _answer(self) -> None:
        self._commit()
        questions = self.answers.questions()
        if self.name in questions:
            self.notice = f"{self.spec.label}：{self.answers.answer(self.name)}"
            self.see(self.name)
        elif questions:  # seen first, answered then
            self.go_to(questions[0])
        else:
            self.notice = "没有要确认、要采用的项"

    def _undo_in_field(self) -> None:
        base = self.answers.opened[self.name]
        if self.edit.undo():
            self._typed()
        elif self.edit.text != base:
            self.edit.set(base)
            self._typed()
        else:
            self.notice = "这一项没有可撤销的了"

    def _back_out(self) -> str | None:
        """Esc: out of the completions, then out of what is being typed, then out of the sheet."""
        if self.lettered() and self.options():
            self._closed = True
            self.notice = "不用上面的提示，照打的字录入；再按 Esc 读入这一项"
            return None
        if self.edit.text not in (self._seen, ""):
            self._commit()
            self.see(self.name)
            self.notice = "这一项已读入；再按 Esc 离开，草稿会留着"
            return None
        self._commit()
        return "leave"
