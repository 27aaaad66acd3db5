"""A typist at the child's sheet who reads the screen and takes the shortest way it shows, counting keys as a person would."""

import unicodedata

from db.child_fields import SPECS
from tui.screens.child_entry import ChildSheet
from tui.widgets.answers import as_text

IME_KEYS = 3.5  # keys a Chinese character takes with an input method


class Typist:
    """Fills sheets with the texts wanted; `keys` counts what was pressed."""

    def __init__(self, desk) -> None:
        self.desk = desk
        self.keys = 0.0

    @property
    def sheet(self) -> ChildSheet:
        return self.desk.top

    @property
    def session(self):
        return self.sheet.session

    def press(self, key: str) -> None:
        self.keys += 1
        self.desk.press(key, key if len(key) == 1 else None)

    def write(self, text: str) -> None:
        """ASCII letter by letter; what an input method commits at once."""
        wide = "".join(char for char in text if unicodedata.east_asian_width(char) == "W")
        if not wide:
            for char in text:
                self.press(char)
            return
        self.keys += IME_KEYS * len(wide) + len(text) - len(wide)
        self.desk.paste(text)

    def fill(self, wanted: dict) -> float:
        """Enter one record (stored values by field) and save it; the keys it took."""
        before = self.keys
        texts = {name: as_text(SPECS[name], value) for name, value in wanted.items()}
        while (left := self._left(texts)) is not None:
            self._one(texts, left)
        self.press("ctrl+s")
        return self.keys - before

    def _left(self, texts: dict[str, str]) -> list[int] | None:
        """The fields that do not yet hold what is wanted, by place; None when all do."""
        held = self.session.answers.texts | {self.session.name: self.session.edit.text}
        names = [entry.name for entry in self.session.entries]
        return [at for at, name in enumerate(names) if name in texts and held[name] != texts[name]] or None

    def _one(self, texts: dict[str, str], left: list[int]) -> None:
        session = self.session
        if left[0] < session.at:
            self.press("up")
        elif session.at in left:
            self._answer(texts[session.name])
        else:
            section = session.entries[session.at].section
            same = any(session.entries[at].section == section for at in left)
            on_the_way = sum(
                not session.answers.passed(entry.name) for entry in session.entries[session.at : left[0]]
            )
            # over to the next section, or field by field, whichever is shorter
            self.press("tab" if same or on_the_way <= 1 else "pagedown")

    def _answer(self, want: str) -> None:
        session = self.session
        name, spec = session.name, session.spec
        if spec.kind == "codes":
            for option in [each.label for each in session.options()]:
                if (option in want.split("、")) != (option in session.edit.text.split("、")):
                    self.press(str([each.label for each in session.options()].index(option) + 1))
            self.press("enter")
            return
        if (
            as_text(spec, session.answers.rules.repeat(name, session.answers.values(), session.previous))
            == want
        ):
            self.press("ctrl+d")
        elif self._pick(want):
            return
        elif spec.choices is not None:
            self._by_initials(want, next(code.initials for code in spec.choices if code.label == want))
        elif spec.pool == "place" and self._place(want):
            return
        elif (short := self._shorthand(want)) is not None:
            self.write(short)
            self.press("enter")
        else:
            self.write(want)
            if spec.kind not in ("id", "phone"):
                self.press("enter")

    def _pick(self, want: str) -> bool:
        labels = [option.label for option in self.session.options()]
        if want in labels and self.session.digits_pick():
            self.press(str(labels.index(want) + 1))
            return True
        return False

    def _by_initials(self, want: str, initials: str) -> None:
        name = self.session.name
        for letter in initials:
            self.press(letter)
        if self.session.name == name and not self._pick(want):
            self.press("enter")

    def _place(self, want: str) -> bool:
        from db.used import shorts

        for letter in shorts(want)[0]:
            self.press(letter)
            if self._pick(want):
                return True
        self.press("ctrl+u")
        return False

    def _shorthand(self, want: str) -> str | None:
        """Figures that stand for what is wanted, if the sheet says they do."""
        session = self.session
        from db.values import group_rank

        figures = "".join(char for char in want if char.isdigit()) or str(group_rank(want))
        full = session.answers.rules.expand(session.name, figures, session.answers.values())
        return figures if full == want != figures else None
