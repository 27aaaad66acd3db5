"""What is on a sheet: each field's text, its value, where it came from, and what is wrong with it.

Pure: no cursor, no terminal, no store. A field is held as the text a person sees; its stored value is read from that
text, so a draft is nothing but the texts in the order they were typed.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from db import values as reading
from db.sheet import Doubtful, Rules
from db.spec import UNKNOWN, Spec, read, show
from db.values import Refused, with_year

DERIVED, SAME = "推算", "同上"  # where a value came from, as shown behind it


class Entry(Protocol):
    """A field of a sheet, as the verbs describe it."""

    name: str
    spec: Spec
    section: str


class Offer(NamedTuple):
    """A value that may be taken with one key instead of what stands in the field: why, its text, what is stored.

    along: what comes with it: field → text (a place of work with the whereabouts).
    """

    why: str
    text: str
    theirs: Any = None
    along: Mapping[str, str] = MappingProxyType({})


def as_text(spec: Spec, value: Any) -> str:
    """A stored value as it is edited; '' for unknown."""
    shown = show(spec, value)
    return "" if shown == UNKNOWN else shown


class Answers:
    """The fields of one sheet.

    base: stored values as read ({} for a new record). given: values that stand already without having been typed now,
    name → (value, mark): they are passed over. on_change(name, text, caret) hears every change, for the draft.
    """

    def __init__(
        self, entries: tuple[Entry, ...], base: Mapping[str, Any], rules: Rules | None = None,
        given: Mapping[str, tuple[Any, str]] | None = None, on_change: Callable[[str, str, int], None] | None = None,
    ):  # fmt: skip
        self.entries = entries
        self.rules = rules or Rules()
        self.specs = {entry.name: entry.spec for entry in entries}
        self.base = {name: base.get(name) for name in self.specs}
        self.base_texts = {name: as_text(spec, self.base[name]) for name, spec in self.specs.items()}
        self.texts = dict(self.base_texts)
        self.marks: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        self.offers: dict[str, Offer] = {}
        self.confirmed: set[tuple[str, str]] = set()
        self._values = dict(self.base)
        self._told: list[Doubtful] = []
        self._told_off: dict[str, tuple[str, str]] = {}
        self._on_change: Callable[[str, str, int], None] | None = None
        for name, (value, mark) in (given or {}).items():
            self._values[name], self.texts[name] = value, as_text(self.specs[name], value)
            if mark:
                self.marks[name] = mark
        self._on_change = on_change
        self.opened = dict(self.texts)
        self.check()

    # ---- reading

    def values(self) -> dict[str, Any]:
        """Stored values of every field that may be kept; one that is refused or impossible keeps its base value."""
        return self._values | {name: self.base[name] for name in self.held}

    def typed_values(self) -> dict[str, Any]:
        """Values as typed so far, those too that cannot be kept together with the others."""
        return dict(self._values)

    def value(self, name: str) -> Any:
        """A field's value as typed so far."""
        return self._values[name]

    @property
    def held(self) -> dict[str, str]:
        """Fields that cannot be kept as they stand, each with the sentence why."""
        return self.refused | {
            name: why for name, why in self.impossible.items() if self.texts[name] != self.base_texts[name]
        }

    def changed(self) -> bool:
        """Whether anything differs from what the sheet was opened with."""
        return self.texts != self.opened

    def wrong(self) -> dict[str, str]:
        """Fields with something to mend, confirm or choose, and the sentence that says what; the worst first."""
        found = self.refused | {name: offer.why for name, offer in self.offers.items()}
        for name, why in self.impossible.items():
            found.setdefault(name, why)
        for doubt in self.doubts:
            found.setdefault(doubt.field, doubt.sentence)
        return found

    def missing(self) -> list[str]:
        """Fields without a value that apply."""
        return [name for name in self.specs if not self.texts[name] and not self.skip_reason(name)]

    def skip_reason(self, name: str) -> str | None:
        """Why a blank field cannot apply; None if it can."""
        skip = self.specs[name].skip
        return skip(self._values) if skip and not self.texts[name] else None

    def passed(self, name: str) -> bool:
        """Whether Enter goes past a field: it cannot apply, or it has its value already."""
        asked = self.marks.get(name) == SAME and name in self.rules.asked
        return (name in self.marks and not asked) or bool(self.skip_reason(name))

    # ---- writing

    def hold(self, name: str, text: str, caret: int) -> None:
        """The text so far, as it is being typed: not read yet, but safe in the draft."""
        self.texts[name] = text
        self.refused.pop(name, None)
        self.offers.pop(name, None)
        if self._on_change:
            self._on_change(name, text, caret)

    def write(self, name: str, text: str, mark: str = "") -> None:
        """Put a text into a field and read it."""
        changed, offer = self.texts[name] != text, self.offers.get(name)
        self.texts[name] = text
        self._read(name)
        if offer and not changed:
            self.offers[name] = offer  # still unanswered
        if mark and name not in self.refused:
            self.marks[name] = mark
        if changed and self._on_change:
            self._on_change(name, text, len(text))

    def put(self, name: str, value: Any, mark: str = "") -> None:
        """Put a stored value into a field."""
        self.write(name, as_text(self.specs[name], value), mark)

    def typed(self, name: str, text: str) -> None:
        """A field has been filled: read it, fill what follows from it, look for contradictions."""
        self.write(name, self.rules.expand(name, text, self._values))
        self.follow(name)

    def follow(self, name: str) -> None:
        """Fill what follows from a field (an ID number gives sex and birth date), then look for contradictions."""
        self.check()
        if name not in self.held:
            for other, value in self._inferred(name).items():
                self.put(other, value, DERIVED if value is not None else "")
            self.check()

    def _inferred(self, name: str) -> Mapping[str, Any]:
        """What follows from a field; what was only inferred before and never touched follows it anew."""
        guessed = [each for each, mark in self.marks.items() if mark == DERIVED]
        anew = self.rules.derive(self._values | dict.fromkeys(guessed), name) if guessed else {}
        told = {each: value for each, value in anew.items() if each in guessed}
        return {**self.rules.derive(dict(self._values), name), **told}

    def correct(self, texts: Mapping[str, str]) -> None:
        """Put other texts into fields that were filled before, and work out anew what was inferred from any."""
        inferred = [name for name, mark in self.marks.items() if mark == DERIVED]
        for name, text in texts.items():
            blank = self._values | dict.fromkeys(inferred)
            for each in self.rules.derive(blank, name).keys() & set(inferred):
                self.write(each, "")
            self.write(name, text)
            self.follow(name)

    def accept(self, name: str, value: Any) -> None:
        """Take what the record holds now into a field, as read from it."""
        self.base[name], self.base_texts[name] = value, as_text(self.specs[name], value)
        self.put(name, value)
        self.follow(name)

    def questions(self) -> list[str]:
        """Fields in which Ctrl+K has something to answer, in the order of the sheet."""
        asked = {*self.offers, *(doubt.field for doubt in self.doubts)}
        return [name for name in self.specs if name in asked]

    def told(self, doubts: Iterable[Doubtful], refusals: Mapping[str, str] = MappingProxyType({})) -> None:
        """What the ledger finds doubtful, or cannot take, about the values as they now stand."""
        self._told = list(doubts)
        self._told_off = {name: (self.texts[name], why) for name, why in refusals.items()}
        self.check()

    def answer(self, name: str) -> str | None:
        """Ctrl+K in a field: take what is offered, or confirm what is doubtful. What was done, in words."""
        if offer := self.offers.pop(name, None):
            if offer.theirs is None:
                self.typed(name, offer.text)
            else:
                self.accept(name, offer.theirs)
            for other, text in offer.along.items():
                self.typed(other, text)
            return f"已采用：{offer.text}"
        shown = next((doubt for doubt in self.doubts if doubt.field == name), None)
        if shown is None:
            return None
        self.confirmed.add((shown.rule, shown.about))  # only what was seen: another one is asked next
        self.check()
        return "已确认无误"

    def restore(self, texts: Mapping[str, str], base: Mapping[str, str], at: str | None) -> None:
        """Take up a draft: its texts over the record as it is now.

        base holds the texts from when the draft was begun: a field that was changed in the store since keeps the older
        base value, so that saving finds the conflict; what the record holds now is offered beside it.
        """
        for name, text in texts.items():
            if name not in self.specs:
                continue
            now, then = self.base_texts[name], base.get(name, "")
            if then != now and text != now:
                self.offers[name] = Offer(f"存草稿之后台账改成了“{now or UNKNOWN}”", now, self.base[name])
                self.base[name], self.base_texts[name] = read(self.specs[name], then), then
            if self.texts[name] == text:
                continue
            self.texts[name] = text
            offer = self.offers.get(name)
            self._read(name)
            if offer:
                self.offers[name] = offer
            if name == at:
                self.texts[name] = text  # still being typed: as it stood, not as it reads so far
        self.check()

    def check(self) -> None:
        """Look for what contradicts itself."""
        self.impossible = self.rules.impossible(self._values)
        for name, (text, why) in self._told_off.items():
            if self.texts[name] == text:
                self.impossible.setdefault(name, why)
        self.doubts = [doubt for doubt in (*self.rules.doubtful(self._values), *self._told)
                       if (doubt.rule, doubt.about) not in self.confirmed]  # fmt: skip

    def _read(self, name: str) -> None:
        spec, text = self.specs[name], self.texts[name]
        for about in (self.refused, self.marks, self.offers):
            about.pop(name, None)
        if text == self.base_texts[name]:
            self._values[name] = self.base[name]
            return
        try:
            self._values[name] = read(spec, with_year(text) if spec.kind == "day" else text)
        except Refused as refusal:
            self._values[name] = self.base[name]
            self.refused[name] = str(refusal)
            if spec.kind == "id" and (longer := reading.lengthened(text)):
                self.offers[name] = Offer(f"15位旧号，升为18位是 {longer}", longer)
            return
        if self._values[name] is None and spec.required:
            self.refused[name] = f"{spec.label}必填"
        elif spec.kind not in ("notes", "codes"):
            self.texts[name] = as_text(spec, self._values[name])
