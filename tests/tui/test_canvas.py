"""The painter, proven against an emulator: partial drawing shows the same as drawing anew."""

import random
import unicodedata

import pyte
import pytest

from tui.ink import PALETTE
from tui.page import Picture
from tui.paint import BLANK, MARKS, Painter, row_of

TEXTS = [
    "张三",
    "李四光",
    "abc",
    " ",
    "    ",
    "12",
    "，。",
    "“引”",
    "é",
    "e\u0301",
    "①",
    "x",
    "",
    "柳溪小学三年级",
    "\x1b[2J",
    "\u202e",
]


def cells_of(screen: pyte.Screen) -> list:
    """All that can be seen: characters, looks (blanks: only looks that show on a blank), and the cursor."""
    seen = []
    for y in range(screen.lines):
        for x in range(screen.columns):
            cell = screen.buffer[y][x]
            letter = cell.data if cell.data != " " else ""
            look = (cell.bg, cell.reverse, cell.underscore)
            seen.append((cell.data, *look, *((cell.fg, cell.bold) if letter else ())))
    cursor = screen.cursor
    return [*seen, None if cursor.hidden else (cursor.x, cursor.y)]


class Shown:
    """A painter and the emulator it draws on."""

    def __init__(self, width: int, height: int) -> None:
        self.size = (width, height)
        self.screen = pyte.Screen(width, height)
        self.stream = pyte.Stream(self.screen)
        self.stream.feed("\x1b[?7l\x1b[?25l")
        self.painter = Painter()

    def show(self, picture: Picture) -> list:
        self.data = self.painter.paint(picture, *self.size)
        self.stream.feed(self.data)
        return cells_of(self.screen)

    def resize(self, width: int, height: int) -> None:
        self.size = (width, height)
        self.screen.resize(height, width)


def some_line(chance: random.Random) -> list:
    styles = list(PALETTE)
    return [(chance.choice(TEXTS), chance.choice(styles)) for _ in range(chance.randrange(8))]


def some_picture(chance: random.Random, before: Picture, width: int, height: int) -> Picture:
    """Like the one before in most lines, as a page is after a key; now and then with a panel, or all new."""
    lines = [list(line) for line in before.lines] or [some_line(chance) for _ in range(height)]
    kind = chance.random()
    if kind < 0.1:
        lines = [some_line(chance) for _ in range(chance.randrange(height + 2))]
    elif kind < 0.2:
        lines = lines[: height // 2] + [[(" " * width, "panel")]] + [some_line(chance) for _ in range(3)]
    for _ in range(chance.randrange(4)):
        if lines:
            y = chance.randrange(len(lines))
            if lines[y] and chance.random() < 0.7:
                lines[y][chance.randrange(len(lines[y]))] = (
                    chance.choice(TEXTS),
                    chance.choice(list(PALETTE)),
                )
            else:
                lines[y] = some_line(chance)
    caret = (chance.randrange(width), chance.randrange(height)) if chance.random() < 0.6 else None
    return Picture(lines, caret)


@pytest.mark.parametrize("seed", range(30))
def test_partial_drawing_equals_drawing_anew(seed):
    chance = random.Random(seed)
    shown = Shown(chance.choice((7, 20, 41)), chance.choice((3, 8)))
    picture = Picture()
    for step in range(40):
        if chance.random() < 0.08:
            shown.resize(chance.choice((7, 20, 41)), chance.choice((3, 8)))
        picture = some_picture(chance, picture, *shown.size)
        fresh = Shown(*shown.size)
        assert shown.show(picture) == fresh.show(picture), f"step {step}: {shown.data!r}"


def test_the_emulator_shows_exactly_what_the_rows_say():
    """Guards the test above: both ways of drawing could be wrong in the same way."""
    chance = random.Random(7)
    shown = Shown(41, 8)
    picture = Picture()
    for _ in range(60):
        picture = some_picture(chance, picture, 41, 8)
        shown.show(picture)
        for y, line in enumerate(picture.lines[:8]):
            for x, (char, style) in enumerate(row_of(line, 41)):
                cell = shown.screen.buffer[y][x]
                assert cell.data in (char, unicodedata.normalize("NFC", char)), (x, y, char, cell)
                words = PALETTE[style].split()
                assert cell.reverse == ("reverse" in words)
                if char.strip():
                    assert cell.bold == ("bold" in words)


def test_a_line_becomes_cells():
    assert row_of([("张a", "dim")], 4) == [("张", "dim"), ("", "dim"), ("a", "dim"), BLANK]
    assert row_of([("ab张", "plain")], 3) == [("a", "plain"), ("b", "plain"), BLANK]
    assert row_of([(" ", "dim"), (" ", "panel")], 2) == [BLANK, (" ", "panel")]
    prank = row_of([("e" + "\u0301" * 50, "plain")], 1)
    assert len(prank[0][0]) == MARKS + 1


def test_only_what_changed_is_sent():
    shown = Shown(80, 24)
    names = [[("  张浩宇", "plain"), ("  柳溪小学三年级  19900000001", "plain")] for _ in range(20)]
    form = Picture(names, (10, 3))
    shown.show(form)
    assert shown.show(Picture([list(line) for line in names], (10, 3))) and shown.data == ""
    names[3] = [("  张浩天", "plain"), ("  柳溪小学三年级  19900000001", "plain")]
    shown.show(Picture(list(names), (10, 3)))
    assert "天" in shown.data and "浩" not in shown.data and len(shown.data) < 16


def test_a_move_of_the_cursor_in_a_list_is_few_bytes():
    shown = Shown(80, 24)
    names = ("张浩宇", "李雨涵", "王一鸣", "赵佳慧")

    def picture(at: int) -> Picture:
        rows = [
            [(">" if nth == at else " ", "key"), (" ", "plain"), (name, "cursor" if nth == at else "plain"),
             ("       女      7 一组     柳溪小学       一年级", "plain")]
            for nth, name in enumerate(names)
        ]  # fmt: skip
        return Picture([[("摸底登记", "title")], *rows, *[[]] * 17, [(f" 第{at + 1}/80名", "dim")]])

    shown.show(picture(0))
    for at in (1, 2, 3):
        shown.show(picture(at))
        assert len(shown.data.encode()) <= 56, shown.data
    assert "\x1b[36m> \x1b[;7m赵" in shown.data, "the blank is written under the marker's colour"


def test_a_blank_that_shows_is_written_in_its_own_look():
    shown = Shown(20, 2)
    shown.show(
        Picture([[("张", "cursor"), (" 三", "plain"), (" ", "cursor"), ("a", "dim"), (" b", "plain")]])
    )
    assert shown.data.endswith("\x1b[7m张\x1b[C\x1b[m三\x1b[7m \x1b[;2ma \x1b[mb")


def test_after_a_character_of_doubtful_width_the_place_is_set_anew():
    shown = Shown(20, 2)
    shown.show(Picture([[("①张", "plain")]]))
    assert "①\x1b[1;2H张" in shown.data


def test_a_terminal_that_may_show_anything_is_drawn_whole():
    shown = Shown(20, 2)
    before = shown.show(Picture([[("张三", "title")]]))
    shown.stream.feed("\x1b[H\x1b[31m广播消息")
    shown.painter.forget()
    assert shown.show(Picture([[("张三", "title")]])) == before


def test_nothing_but_cells_and_cursor_is_ever_sent(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    shown = Shown(40, 4)
    shown.show(Picture([[(text, "alarm") for text in TEXTS]]))
    assert "\x1b[2J" in shown.data and shown.data.count("\x1b[2J") == 1  # ours, not the data's
    assert "\x1b[1;31m" not in shown.data and "\x1b[1m" in shown.data
