"""From the bytes a terminal sends to keys and pastes. Pure: fed bytes, gives events; knows no clock and no terminal.

It understands what xterm, PuTTY, rxvt and the Linux console send for the same key. A sequence it does not know is
dropped, never typed into a field.
"""

import re
from codecs import getincrementaldecoder
from typing import NamedTuple

TILDE = {
    1: "home", 2: "insert", 3: "delete", 4: "end", 5: "pageup", 6: "pagedown", 7: "home", 8: "end",
    11: "f1", 12: "f2", 13: "f3", 14: "f4", 15: "f5", 17: "f6", 18: "f7", 19: "f8", 20: "f9", 21: "f10",
    23: "f11", 24: "f12",
}  # fmt: skip
LETTERS = {
    "A": "up", "B": "down", "C": "right", "D": "left", "F": "end", "H": "home",
    "P": "f1", "Q": "f2", "R": "f3", "S": "f4", "Z": "shift+tab",
}  # fmt: skip
CONSOLE = {"A": "f1", "B": "f2", "C": "f3", "D": "f4", "E": "f5"}
KEYPAD = dict(zip("jklmnopqrstuvwxyM", "*+,-./0123456789\r", strict=True))
CONTROLS = {
    "\r": "enter", "\n": "enter", "\t": "tab", "\x7f": "backspace", "\x08": "backspace", "\x00": "ctrl+space",
    "\x1c": "ctrl+backslash", "\x1d": "ctrl+right_square_bracket", "\x1e": "ctrl+circumflex_accent",
    "\x1f": "ctrl+underscore",
}  # fmt: skip
CONTROLS.update({chr(n): f"ctrl+{chr(n + 96)}" for n in range(1, 27) if chr(n) not in CONTROLS})

PASTE_END = "\x1b[201~"
WAITING = re.compile(r"\x1b(?:\[\[?[0-?]*[ -/]*|O[0-9]*|[\]P_^X][^\x07\x1b]{0,4000}\x1b?)?\Z")
TOKEN = re.compile(
    r"\x1b\[\[(?P<console>[A-E])"
    r"|\x1b\[(?P<numbers>[0-?]*)[ -/]*(?P<final>[@-~])"
    r"|\x1bO(?P<modifier>[0-9]*)(?P<single>[A-Za-z])"
    r"|\x1b[\]P_^X][^\x07\x1b]*(?P<report>\x07|\x1b\\)"
    r"|(?P<text>[^\x00-\x1f\x7f]+)"
    r"|(?P<control>[\x00-\x1f\x7f])"
)


class Pressed(NamedTuple):
    """A key by name; char is the text it types, if any."""

    key: str
    char: str | None = None


class Pasted(NamedTuple):
    """A text the terminal marked as pasted."""

    text: str


class Garbled(NamedTuple):
    """Bytes came that are no UTF-8: the terminal is set to another character set."""


Event = Pressed | Pasted | Garbled


class Keys:
    """Turns bytes into events; what is incomplete waits for more, or for `late`."""

    def __init__(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")(errors="replace")
        self._rest = ""
        self._pasting = False

    @property
    def waiting(self) -> bool:
        """Whether an Esc is held back because it may be the beginning of a longer sequence."""
        return bool(self._rest) and not self._pasting

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        half = self._decoder.getstate()[0]
        text = self._decoder.decode(data)
        if "\ufffd" in text:
            self._decoder.reset()  # half a garbled character must not spoil the next good one
        if half and text.startswith("\ufffd") and not self._pasting:  # nor may it take along what came later
            self._rest += text[1:]
            return [Garbled(), *self._take(final=False)]
        self._rest += text
        return self._take(final=False)

    def late(self) -> list[Event]:
        """What is held back, now that nothing has followed it: the Esc key, and keys after it."""
        return self._take(final=True)

    def _take(self, final: bool) -> list[Event]:
        events: list[Event] = []
        text, at = self._rest, 0
        while at < len(text):
            if self._pasting:
                end = text.find(PASTE_END, at)
                if end < 0:
                    break
                pasted = text[at:end]
                events.append(Garbled() if "\ufffd" in pasted else Pasted(pasted))
                self._pasting = False
                at = end + len(PASTE_END)
                continue
            if text[at] == "\x1b" and not final and WAITING.match(text, at):
                break
            token = TOKEN.match(text, at)
            assert token is not None  # the last two kinds match any character
            at = token.end()
            self._add(token, events)
        self._rest = text[at:]
        return events

    def _add(self, token: re.Match[str], events: list[Event]) -> None:
        kind = token.lastgroup
        if kind == "text":
            text = token["text"]
            if "\ufffd" in text:  # the rest of a garbled word is garbage that happens to be ASCII
                events.append(Garbled())
            else:
                events += [Pressed("space" if char == " " else char, char) for char in text]
        elif kind == "control":
            char = token["control"]
            events.append(Pressed("escape") if char == "\x1b" else Pressed(CONTROLS.get(char, "ctrl+other")))
        elif kind == "console":
            events.append(Pressed(CONSOLE[token["console"]]))
        elif kind == "single":
            events += self._named(LETTERS.get(token["single"]), token["modifier"])
            char = KEYPAD.get(token["single"])
            if char:
                events.append(Pressed("enter") if char == "\r" else Pressed(char, char))
        elif kind == "final":
            self._sequence(token["numbers"], token["final"], events)

    def _sequence(self, numbers: str, final: str, events: list[Event]) -> None:
        first, _, modifier = numbers.partition(";")
        if final == "~" and first == "200":
            self._pasting = True
        elif final == "~" and first.isdigit():
            events += self._named(TILDE.get(int(first)), modifier)
        elif first in ("", "1"):
            events += self._named(LETTERS.get(final), modifier)

    def _named(self, name: str | None, modifier: str) -> list[Event]:
        """The named key with what was held: 2 shift, 3 alt, 5 ctrl and their sums."""
        if not name:
            return []
        bits = int(modifier) - 1 if modifier.isdigit() else 0
        held = [
            word for bit, word in ((4, "ctrl"), (2, "alt"), (1, "shift")) if bits & bit and word not in name
        ]
        return [Pressed("+".join([*held, name]))]
