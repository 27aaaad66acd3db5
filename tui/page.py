"""Pages and the desk they lie on: which page gets a key, what is drawn where. Pure: no Textual, no storage.

A screen of the program is a `Page`. Keys are handed to the top page one by one and at once, so keys typed ahead land
right even when one of them opens another page.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from db.changes import Stale
from db.errors import LedgerError
from db.values import Refused
from tui.ink import Line, cells, clip, fill, line_cells, safe, wrap
from tui.task import Task, work_off

SMALLEST = (60, 20)
TROUBLE = (Refused, LedgerError, Stale)  # what a verb may say no with; str() is the sentence to show
PASTE_LIMIT = 50_000
TWINS = {"1": "f6", "2": "f2", "3": "f3", "4": "f4", "5": "f5", "7": "f7", "9": "f9"}
NAMES = {
    "enter": "回车", "space": "空格", "escape": "Esc", "insert": "Ins", "delete": "Del", "pageup": "PgUp",
    "pagedown": "PgDn", "home": "Home", "end": "End", "up": "上箭头", "down": "下箭头", "left": "左箭头", "right": "右箭头",
    "tab": "Tab", "backspace": "退格",
}  # fmt: skip


class Key(NamedTuple):
    """A key of a page: its names (the first is shown), what it does in a word, and the page's method that does it."""

    names: tuple[str, ...]
    label: str
    run: str
    show: bool = True

    @property
    def cap(self) -> str:
        """The key as printed in the footer: F2, Ctrl+S, 空格."""
        name = self.names[0]
        return NAMES.get(name) or "+".join(part.capitalize() for part in name.split("+"))


@dataclass
class Picture:
    """What is to be seen: lines from the top, and the cell (x, y) of the caret if text can be typed there."""

    lines: list[Line] = field(default_factory=list)
    caret: tuple[int, int] | None = None


def plain_key(key: str, char: str | None) -> str:
    """The name a shortcut is looked up by: ？／、 and full-width digits and letters count as their ASCII."""
    if len(key) == 1 and key.isascii():
        return key.lower()  # what the footer prints in capitals is meant either way
    if not char or len(char) > 1 or char.isascii():
        return key
    twin = "/" if char == "、" else unicodedata.normalize("NFKC", char)
    return {" ": "space"}.get(twin, twin) if len(twin) == 1 and twin.isascii() else key


class Page:
    """One screen: what is on it, which keys, what each does."""

    title = ""
    keys: tuple[Key, ...] = ()
    digits_switch = False  # whether 1-7 and 9 go to the other screens as F-keys do
    covers = True  # False: a panel at the foot of the page beneath
    desk: Desk

    def draw(self, width: int, height: int) -> Picture:
        """The body in at most `height` lines of `width` cells. Must not change anything."""
        raise NotImplementedError

    def press(self, key: str, char: str | None) -> bool:
        """Take one key; False leaves it to the desk. Pages with an input field take `char` first."""
        return self.shortcut(key, char)

    def shortcut(self, key: str, char: str | None) -> bool:
        """Run the method that the key table gives for this key, or say why it is off."""
        name = plain_key(key, char)
        for entry in self.keys:
            if name in entry.names:
                reason = self.why_off(entry)
                if reason is None:
                    getattr(self, entry.run)()
                else:
                    self.desk.say(reason, "warn")
                return True
        return False

    def paste(self, text: str) -> None:
        """Take pasted text."""
        self.desk.say("这里不能粘贴：文字请到录入的格子里粘贴，整张表请按 F7 到报表里粘贴", "warn")

    def why_off(self, key: Key) -> str | None:
        """Why a key does nothing just now, in one sentence; None if it works."""
        return None

    def in_reach(self) -> tuple[Key, ...]:
        """The keys that do just now what the footer says of them."""
        return self.keys

    def in_footer(self, key: Key) -> bool:
        """Whether a key stands in the footer just now."""
        return key.show

    def shown(self) -> None:
        """Called when the page comes to the top: read afresh what may have changed."""

    def flush(self) -> None:
        """Put what has been typed into safety: the page may be dropped without another word."""

    def leave(self) -> None:
        """Esc: go back, keeping what was typed."""
        if len(self.desk.pages) > 1:
            self.flush()
            self.desk.close()

    def heading(self) -> tuple[str, str] | None:
        """Left and right part of the title line after the title; None: the desk's own."""
        return None

    def help_lines(self) -> list[str]:
        """The help text of this page or of the field it is in."""
        return [f"{' '.join(_cap(name) for name in key.names)}  {key.label}" for key in self.keys]


def _cap(name: str) -> str:
    return Key((name,), "", "").cap


@dataclass
class Route:
    """A screen that an F-key leads to; made once, then kept with its place and cursor."""

    label: str
    make: Callable[[], Page]
    page: Page | None = None


class Desk:
    """The stack of pages, the message line, and the keys that work everywhere."""

    def __init__(self, heading: Callable[[], tuple[str, str]] | None = None) -> None:
        self.pages: list[Page] = []
        self.routes: dict[str, Route] = {}
        self.message: tuple[str, str] = ("", "plain")
        self.done = False
        self.size = (80, 24)
        self.heading = heading or (lambda: ("", ""))
        self.redraw: Callable[[], None] = lambda: None  # the terminal program sets these three
        self.begin: Callable[[Task], None] = work_off
        self.guard: Callable[[bool], None] = lambda on: (
            None
        )  # whether what is shown must not outlive the program
        self._then: list[Callable[[Any], None] | None] = []
        self.stopped = False  # what keys typed ahead took for granted did not come about
        self.waiting: list[Any] = []  # keys typed ahead meanwhile
        self.resumed: list[Any] = []  # those whose time has come
        self._stopped_at: Page | None = None
        self.seen: Page | None = None  # the page that lay on top when the window was last drawn

    @property
    def top(self) -> Page:
        """The page that gets the keys."""
        return self.pages[-1]

    def route(self, key: str, label: str, make: Callable[[], Page]) -> None:
        """Let an F-key lead to a screen."""
        self.routes[key] = Route(label, make)

    def go(self, key: str) -> None:
        """Go to the screen of an F-key; whatever lies on the desk is put into safety and dropped."""
        route = self.routes[key]
        for page in reversed(self.pages):
            page.flush()
        if route.page is None:
            route.page = route.make()
        self.pages, self._then = [], []
        self.push(route.page)

    def push(self, page: Page, then: Callable[[Any], None] | None = None) -> None:
        """Lay a page on top; `then` gets what it is closed with (None if it is left)."""
        page.desk = self
        self.pages.append(page)
        self._then.append(then)
        page.shown()

    def close(self, result: Any = None) -> None:
        """Take the top page away and hand its result to whoever opened it."""
        self.pages.pop()
        then = self._then.pop()
        if self.pages:
            self.top.shown()
        if then:
            then(result)
        if not self.pages:
            self.quit()

    def replace(self, page: Page) -> None:
        """Lay a page in place of the top one; the caller of the old one gets the new one's result."""
        self.pages.pop()
        self.push(page, self._then.pop())

    def say(self, text: str, tone: str = "info") -> None:
        """Show one sentence above the footer until the next key. Tones: info, good, warn, error."""
        self.message = (text, tone)

    def stop(self, page: Page | None = None) -> None:
        """Something could not be done: keys typed ahead, for what was to come next, are to wait.

        page: where it stopped, whose leaving gives them up; the top one unless told.
        """
        self.stopped, self._stopped_at = True, page or self.top

    def resume(self) -> None:
        """It has been done after all: the keys that waited come now."""
        self.stopped, self._stopped_at = False, None
        self.resumed, self.waiting = [*self.resumed, *self.waiting], []

    def give_up(self) -> None:
        """What was typed ahead has no place any more: say how much it was."""
        count, self.waiting, self.stopped, self._stopped_at = len(self.waiting), [], False, None
        if count:
            said = f"{self.message[0]}。" if self.message[0] else ""
            self.message = (f"{said}没存上之后又打的{count}键没有录入", "warn")

    def _drop_waiting(self) -> None:
        if self._stopped_at is not None and self._stopped_at not in self.pages:
            self.give_up()

    def complain(self, text: str) -> None:
        """Say that something could not be done."""
        self.say(text, "error")

    def quit(self) -> None:
        """End the program; everything typed has been put into safety."""
        self.shutdown()
        self.done = True

    def shutdown(self) -> None:
        """Put everything typed into safety (also called when the line is cut or the program fails)."""
        for page in reversed(self.pages):
            page.flush()

    def press(self, key: str, char: str | None = None) -> None:
        """Hand one key to the top page; what it leaves may be a key that works everywhere."""
        self.message = ("", "plain")
        if key == "ctrl+q" and self.waiting:
            self.give_up()
            self.say(f"{self.message[0]}。再按 Ctrl+Q 退出", "warn")
        elif key == "ctrl+q":
            self.quit()
        elif self.pages and not self.too_small:
            try:
                if not self.top.press(key, char):
                    self._everywhere(plain_key(key, char))
            except (
                TROUBLE
            ) as trouble:  # the ledger is lost, or what was to be opened is gone: the program goes on
                self.complain(str(trouble))
        self._drop_waiting()

    def _everywhere(self, key: str) -> None:
        if self.top.digits_switch:
            key = TWINS.get(key, key)
        if key in self.routes:
            self.go(key)
        elif key in ("f1", "?"):
            self.help()
        elif key == "escape":
            self.top.leave()
        elif key == "ctrl+c":
            self.say("按 Ctrl+Q 退出", "warn")

    def paste(self, text: str) -> None:
        """Hand pasted text to the top page."""
        self.message = ("", "plain")
        if len(text) > PASTE_LIMIT:
            self.say(f"粘贴的内容有 {len(text)} 字，超过 {PASTE_LIMIT} 字：请改用 F7 报表导入文件", "error")
        elif self.pages and not self.too_small:
            try:
                self.top.paste(text)
            except TROUBLE as trouble:
                self.complain(str(trouble))

    def help(self) -> None:
        """Show the help of the top page, then the keys that work everywhere."""
        from tui.widgets.dialogs import Tell

        lines = self.top.help_lines()
        everywhere = [f"{_cap(key)}  {route.label}" for key, route in self.routes.items()]
        everywhere += ["Esc  返回", "Ctrl+Q  退出（已输入的内容会保留）"]
        self.push(Tell("帮助：" + self.top.title, [*lines, "", "到处可用", *everywhere]))

    @property
    def too_small(self) -> bool:
        """Whether the window is too small to work in."""
        return self.size[0] < SMALLEST[0] or self.size[1] < SMALLEST[1]

    def draw(self, width: int, height: int) -> Picture:
        """The whole window: title line, body, message line, footer."""
        self.size = (width, height)
        if self.too_small:
            return Picture([[("窗口太小，请放大到至少 60×20", "warn")]])
        if not self.pages:
            return Picture([])
        self.seen = self.top
        base = max(at for at, page in enumerate(self.pages) if page.covers or at == 0)
        body = self._body(self.pages[base], width, height - 3)
        for panel in self.pages[base + 1 :]:
            body = _lay(body, panel.draw(width, height - 4), height - 3)
        caret = body.caret and (body.caret[0], body.caret[1] + 1)
        text, tone = self.message
        if self.waiting:
            tone = "error"
            text = f"之后又打的{len(self.waiting)}键先留着，存上就接着录；要改这一张先按 ↑。{text or '上一张还没存上'}"
        said = [[(" " + row, tone)] for row in wrap(safe(text), width - 2)[:2]] if text else [[]]
        lines = body.lines[
            : height - 2 - len(said)
        ]  # a long sentence takes the body's last line: its cure must be read
        return Picture([self._title(width), *lines, *said, self._footer(width)], caret)

    def _body(self, page: Page, width: int, height: int) -> Picture:
        try:
            picture = page.draw(width, height)
        except (
            TROUBLE
        ) as error:  # what is shown could not be read: the program goes on, the next key tries again
            picture = Picture([[], *([(" " + row, "error")] for row in wrap(str(error), width - 2))])
        lines = picture.lines[:height]
        return Picture(lines + [[] for _ in range(height - len(lines))], picture.caret)

    def _title(self, width: int) -> Line:
        covering = [page for page in self.pages if page.covers] or self.pages
        page = covering[-1]
        try:
            left, right = page.heading() or self.heading()
        except TROUBLE:  # whatever is pressed next says why
            left, right = "", ""
        right = clip(safe(right), width // 2)
        line: Line = [(" " + page.title, "title"), ("   " + left if left else "", "plain")]
        return [*fill(line, width - cells(right) - 2), (" " + right, "plain")]

    def live_keys(self) -> list[tuple[str, str, bool]]:
        """At most seven keys for the footer: (cap, label, works)."""
        reach = self.top.in_reach()
        shown = [(key.cap, key.label, self._works(key)) for key in reach if self.top.in_footer(key)]
        known = {key for entry in (*reach, *self.top.keys) for key in entry.names}
        if len(self.pages) > 1 and "escape" not in known:
            shown = [*shown[:6], ("Esc", "返回", True)]
        if "f1" not in known and self.top.covers:
            shown.append(("F1", "帮助", True))
            shown += [
                (_cap(key), route.label, True) for key, route in self.routes.items() if key not in known
            ]
        return shown[:7]

    def _works(self, key: Key) -> bool:
        try:
            return self.top.why_off(key) is None
        except TROUBLE:  # it hangs on a list that could not be read
            return False

    def _footer(self, width: int) -> Line:
        line: Line = [(" ", "plain")]
        for cap, label, works in self.live_keys():
            entry = [(cap, "key" if works else "dim"), (label + " ", "plain" if works else "dim")]
            if line_cells([*line, *entry]) <= width:  # a shorter one may still fit
                line += entry
        return line


def _lay(body: Picture, panel: Picture, height: int) -> Picture:
    """The panel over the last lines of the body."""
    lines = panel.lines[:height]
    top = height - len(lines)
    caret = panel.caret and (panel.caret[0], panel.caret[1] + top)
    return Picture(body.lines[:top] + lines, caret)
