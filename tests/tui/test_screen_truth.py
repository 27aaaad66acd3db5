"""What is on the terminal after each of 10,000 random keys is exactly what Textual's own update would show.

The real desk on the demo village is fed random keys, bursts, pastes and window sizes; only the changed cells go to an
emulator. After every key each line that was drawn on, or ought to have been, is compared cell by cell with the page's
own line (`row_of`); the other lines stand as they were when they were last compared, so every cell of the window is
proven after every key, and the caret. Every 25th key the whole emulator is compared besides with two fresh ones: one
that a new painter drew on from nothing, one that shows Textual's stock rendering of the same page (`Canvas.render_line`).
That closes the circle: `row_of` is what the stock update shows. The emulator is stricter than pyte: whoever covers
half of a wide character loses its other half, as in a real terminal, and dim is seen.
"""

import random
from collections.abc import Callable, Iterator

import pyte
import pytest
from rich.console import Console
from textual.geometry import Size
from wcwidth import wcwidth

from db import demo
from tests.tui.test_canvas import cells_of
from tui.ink import COLOURS, PALETTE
from tui.page import Desk, Picture
from tui.paint import Painter, row_of
from tui.start import ROUTES, heading, screen
from tui.widgets.canvas import Canvas

SEEDS, KEYS, WHOLE = 5, 2_000, 25
NAMED = """
up down left right home end pageup pagedown insert delete tab shift+tab backspace space ctrl+s ctrl+d ctrl+n ctrl+e ctrl+z
ctrl+u ctrl+f ctrl+c ctrl+home ctrl+end ctrl+space f10 f11 shift+f3 alt+left ctrl+other
"""
SCREENS = "f2 f2 f2 f3 f4 f5 f6 f7 f9 f1 f8"
ASCII = "abcdeghijlmnopsuwyzAN0123456789/?.,-X "
WORDS = (
    "张浩宇", "柳溪村三组34号", "广东省深圳市", "340505201503081238", "19900001234", "2015-3-8", "２０１５年", "汉", "，。“引”——…",
    "①②", "é", "e\u0301\u0301", "😀👍🏽", "❤\ufe0f", "\u3000", "𠀀㐀", "ｱｲｳ", "한글", "[/]赵[red]", "\x1b[2J\x9b5m", "\u202e反", "a" * 70, "长" * 45,
)  # fmt: skip
TONES = {name: name for name in COLOURS} | {"yellow": "brown"}  # as the emulator calls them
DOINGS = "named ascii word enter escape screen paste resize forget"
WHEN_TYPING, WHEN_MOVING = (9, 16, 6, 10, 1, 0.3, 1, 0.4, 0.2), (14, 3, 1, 6, 4, 3, 0.3, 0.6, 0.2)


class Glass(pyte.Screen):
    """An emulator without wrapping in which half a wide character cannot be left over, and dim is seen (as blink)."""

    def draw(self, data: str) -> None:
        line = self.buffer[self.cursor.y]
        for char in data:
            width = wcwidth(char)
            if width > 0:
                x = min(self.cursor.x, self.columns - width)
                self._cut(x)
                self._cut(x + width)
                line[x] = self.cursor.attrs._replace(data=char)
                if width == 2:
                    line[x + 1] = self.cursor.attrs._replace(data="")
                self.cursor.x = x + width
            elif width == 0:
                x = self.cursor.x - (1 if line[self.cursor.x - 1].data else 2)
                line[x] = line[x]._replace(data=line[x].data + char)
        self.dirty.add(self.cursor.y)

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        self._cut(self.cursor.x)
        super().erase_in_line(how, private)

    def _cut(self, x: int) -> None:
        """A wide character that reaches over the edge before x is gone."""
        line = self.buffer[self.cursor.y]
        if 0 < x < self.columns and line[x].data == "":
            line[x - 1] = line[x - 1]._replace(data=" ")
            line[x] = line[x]._replace(data=" ")


class Stock(Canvas):
    """The canvas as Textual itself would show it."""

    size = Size(80, 24)

    def drawn(self, picture: Picture, width: int, height: int) -> str:
        """All of it, as Textual's renderer writes it."""
        self.picture, self.size = picture, Size(width, height)
        console = Console(color_system="standard", force_terminal=True, width=width)
        lines = [f"\x1b[{y + 1}H" + self.render_line(y).render(console) for y in range(height)]
        caret = picture.caret
        return "".join(lines) + (f"\x1b[{caret[1] + 1};{caret[0] + 1}H\x1b[?25h" if caret else "")


class Window:
    """A desk, the painter, and the emulator the painter draws on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.painter = Painter()
        self.screen = Glass(80, 24)
        self.stream = pyte.Stream(self.screen)
        self.stream.feed("\x1b[?25l")
        self.stock = Stock()
        self.proven: list = []

    @property
    def size(self) -> tuple[int, int]:
        return self.screen.columns, self.screen.lines

    def resize(self, width: int, height: int) -> None:
        """The terminal is free to show anything then, the size it had before included: the app draws it whole."""
        self.painter.forget()
        self.screen.resize(height, width)
        self.stream.feed("".join(f"\x1b[{y + 1}H\x1b[7m乱" * 3 for y in range(height)))
        self.proven = []

    def show(self) -> None:
        """Draw what changed; each line that did, or should have, is compared with the page's own."""
        self.screen.dirty.clear()
        self.picture = self.desk.draw(*self.size)
        self.stream.feed(self.painter.paint(self.picture, *self.size))
        width, height = self.size
        lines = [*self.picture.lines, *[[] for _ in range(height)]][:height]
        for y, line in enumerate(lines):
            if y in self.screen.dirty or not self.proven or line != self.proven[y]:
                row = self.screen.buffer[y]
                assert [seen(row[x]) for x in range(width)] == [
                    wanted(char, style) for char, style in row_of(line, width)
                ], (y, line)
        self.proven = lines
        cursor, caret = self.screen.cursor, self.picture.caret
        assert cursor.hidden == (caret is None)
        assert caret is None or (cursor.x, cursor.y) == caret

    def show_whole(self) -> None:
        """The same once more, drawn from nothing by a new painter and by Textual's renderer."""
        shown = cells_of(self.screen)
        for drawn in (Painter().paint(self.picture, *self.size), self.stock.drawn(self.picture, *self.size)):
            fresh = Glass(*self.size)
            pyte.Stream(fresh).feed("\x1b[?25l" + drawn)
            assert cells_of(fresh) == shown


def seen(cell: pyte.screens.Char) -> tuple:
    """What a person sees in a cell."""
    ground = (cell.data, cell.bg, cell.reverse, cell.underscore)
    return ground if cell.data == " " else (*ground, cell.fg, cell.bold, cell.blink)


def wanted(char: str, style: str) -> tuple:
    """What a person ought to see in a cell of this style."""
    words = PALETTE[style].split()
    colours = [TONES[word] for word in words if word in TONES]
    fg = colours[0] if colours else "default"
    bg = colours[1] if "on" in words else "default"
    ground = (char, bg, "reverse" in words, "underline" in words)
    return ground if char == " " else (*ground, fg, "bold" in words, "dim" in words)


def random_keys(chance: random.Random, window: Window) -> Iterator[tuple[str, Callable[[], None]]]:
    """Without end: what is done, and the doing of it. Now mostly typing, now mostly moving about."""
    desk = window.desk

    def type_in(text: str) -> None:
        for char in text:
            desk.press("space" if char == " " else char, char)

    def resize() -> None:
        window.resize(chance.randint(60, 120), chance.randint(20, 40))

    while True:
        weights = chance.choice((WHEN_TYPING, WHEN_MOVING))
        for _ in range(chance.randrange(5, 60)):
            match chance.choices(DOINGS.split(), weights)[0]:
                case "named":
                    name = chance.choice(NAMED.split())
                    yield name, lambda name=name: desk.press(name, " " if name == "space" else None)
                case "ascii":
                    char = chance.choice(ASCII)
                    yield char, lambda char=char: type_in(char)
                case "word":
                    word = chance.choice(WORDS)
                    yield word, lambda word=word: type_in(word)
                case "paste":
                    text = "\n".join(chance.choices(WORDS, k=chance.randrange(1, 5)))
                    yield f"paste {text}", lambda text=text: desk.paste(text)
                case "screen":
                    name = chance.choice(SCREENS.split())
                    yield name, lambda name=name: desk.press(name)
                case "resize":
                    yield "resize", resize
                case "forget":
                    yield "ctrl+l", window.painter.forget
                case name:
                    yield name, lambda name=name: desk.press(name)


@pytest.fixture
def window(context, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(pyte.graphics.TEXT, 2, "+blink")
    demo.fill(context.by)
    context.desk.heading = heading(context, "单人")
    for key, label, module, name in ROUTES:
        context.desk.route(key, label, screen(context, module, name))
    context.desk.go("f6")
    return Window(context.desk)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_after_every_random_key_the_terminal_shows_the_page(window, seed):
    chance = random.Random(seed)
    titles = set()
    for number, (name, do) in zip(range(KEYS), random_keys(chance, window), strict=False):
        try:
            do()
            assert not window.desk.done
            window.show()
            if number % WHOLE == 0:
                window.show_whole()
        except Exception as error:
            error.add_note(f"seed {seed}, key {number}: {name!r}, on {window.desk.top.title}")
            raise
        titles.add(window.desk.top.title)
    assert len(titles) > 12
