"""Text measured in cells, and styles by name."""

import random

import pytest

from tui import ink


def test_widths_in_cells():
    assert ink.cells("张三abc") == 7
    assert ink.cells("“一”—…·│①█") == 10  # one cell each for the odd ones: terminals disagree
    assert ink.cells("e\u0301") == 1
    assert ink.cells("Ｘ，。") == 6
    assert ink.cells("\U00020000") == 2


def test_clip_never_cuts_a_wide_character():
    assert ink.clip("张三", 3) == "张"
    assert ink.clip("张三", 4) == "张三"
    assert ink.clip("a张", 1) == "a"
    assert ink.clip("张", 0) == ""
    assert ink.clip("abc", -1) == ""


def test_fit_is_exact_and_may_push_right():
    assert ink.fit("张三丰", 5) == "张三 "
    assert ink.fit("7", 3, right=True) == "  7"
    assert ink.fit("\x1b[2J张", 6) == "[2J张 "


@pytest.mark.parametrize("seed", range(20))
def test_any_text_fits_and_wraps(seed):
    chance = random.Random(seed)
    text = "".join(chance.choice("张三，ab 1“é\u0301\n\x1b\u202e①") for _ in range(80))
    for n in (2, 3, 7, 20):
        assert ink.cells(ink.fit(text, n)) == n
        lines = ink.wrap(text, n)
        assert all(ink.cells(line) <= n for line in lines)
        kept = "".join("".join(lines).split())
        assert kept == "".join(ink.clean(text, lines=True).split())


def test_wrap_moves_latin_words_down_whole():
    assert ink.wrap("请按 Ctrl+Q 退出", 10) == ["请按", "Ctrl+Q 退", "出"]
    assert ink.wrap("一二三四五", 4) == ["一二", "三四", "五"]
    assert ink.wrap("甲\n乙", 9) == ["甲", "乙"]
    assert ink.wrap("接着录，Esc 结束", 10) == ["接着录，", "Esc 结束"]
    assert ink.wrap("一二三四，五", 8) == ["一二三", "四，五"], "no line begins with a comma"
    assert ink.wrap("请按 Ctrl+S，存盘", 11) == ["请按", "Ctrl+S，存", "盘"]
    assert ink.wrap("，，，，", 4) == ["，，", "，，"]


def test_fill_cuts_and_pads_a_line():
    line = ink.fill([("张三", "dim"), ("李四", "head")], 6)
    assert line == [("张三", "dim"), ("李", "head")]
    assert ink.fill([("a", "dim")], 3, "panel") == [("a", "dim"), ("  ", "panel")]


def test_columns_keep_their_width():
    assert ink.line_cells(ink.columns([("张三丰", 4, "plain"), ("12", -4, "dim")])) == 10


def test_a_gauge_is_full_only_at_the_goal(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert ink.gauge(0.999, 10)[0][0] == "#" * 9
    assert ink.gauge(1.0, 10)[0][0] == "#" * 10
    assert ink.gauge(0.001, 10)[0][0] == "#"
    assert ink.gauge(0, 10)[0][0] == ""
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert ink.gauge(0.5, 4) == [("  ", "bar"), ("  ", "bar_rest")]


def test_colour_commands_and_their_absence():
    assert ink.codes("bold red") == "1;31"
    assert ink.codes("black on green") == "30;42"
    assert ink.codes("bold red", colour=False) == "1"
    assert {ink.codes(look, colour=False) for look in ink.PALETTE.values()} <= {"", "1", "2", "4", "7"}
