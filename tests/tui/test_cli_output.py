"""What the plain commands print is aligned, harmless, and one document where one is asked for."""

import io
import json
import sys
import unicodedata

import pytest

from tui import cli
from tui.commands import output


class Terminal(io.StringIO):
    """A stdout that is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def starts(line: str, text: str) -> int:
    """The cell in which a text begins."""
    before = line[: line.index(text)]
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in before)


def test_columns_begin_in_the_same_cell(capsys):
    output.table(
        ("姓名", "村民组", "备注"), [("张浩宇", "一组", "x"), ("欧阳一", "East", "x"), ("Li", None, "x")]
    )
    lines = capsys.readouterr().out.splitlines()
    assert [starts(line, last) for line, last in zip(lines, ("备注", "x", "x", "x"), strict=True)] == [16] * 4


def test_numbers_stand_to_the_right(capsys):
    output.table(("可帮", "在帮"), [(2, 10), (12, None)])
    assert capsys.readouterr().out.splitlines() == ["可帮  在帮", "   2    10", "  12"]


@pytest.mark.parametrize("width", range(2, 12))
def test_a_cut_text_fits_and_says_so(width):
    cut = output.fit("一二三abc四五六", width)
    assert output.cells(cut) <= width and cut.endswith("..")
    assert output.fit("一二", 4) == "一二"


def test_what_is_on_file_cannot_steer_the_terminal(capsys):
    wicked = "张\x1b[31m三\x9b2J\u202e\u2066李\x07_x001B_"
    output.table(("姓名",), [(wicked,)])
    output.line(wicked)
    output.document([wicked])
    printed = capsys.readouterr().out
    assert printed.count("张") == 3 and "李" in printed  # it was drawn
    assert not {"\x1b", "\x9b", "\u202e", "\u2066", "\x07"} & set(printed)


def test_a_document_keeps_lines_and_outside_utf8_becomes_ascii(capsys, monkeypatch):
    output.document({"note": "一\n二"})
    assert json.loads(capsys.readouterr().out) == {"note": "一\n二"}
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="gbk")
    monkeypatch.setattr(sys, "stdout", narrow)
    output.document({"note": "镕𠮷"})
    narrow.flush()
    assert json.loads(narrow.buffer.getvalue().decode("ascii")) == {"note": "镕𠮷"}


def test_colours_only_on_a_terminal_that_wants_them(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    output.prepare(colour=True)
    assert output.paint("逾期", output.RED) == "\x1b[31m逾期\x1b[0m"
    output.prepare(colour=False)
    assert output.paint("逾期", output.RED) == "逾期"
    monkeypatch.setenv("NO_COLOR", "1")
    output.prepare(colour=True)
    assert output.paint("逾期", output.RED) == "逾期"
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    output.prepare(colour=True)
    assert output.paint("逾期", output.RED) == "逾期"


def test_a_locale_without_chinese_gets_utf8(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", stream)
    output.prepare(colour=False)
    output.line("关爱台账")
    stream.flush()
    assert stream.buffer.getvalue().decode("utf-8") == "关爱台账\n"


@pytest.mark.parametrize(
    "words",
    [["--help"], ["import", "--help"], ["list"], ["--data"], ["status", "--nmaes"], ["due", "--days"]],
)
def test_the_parser_says_no_english(words, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("GUANAI_CONFIG", str(tmp_path / "c.toml"))
    cli.main(words)
    said = "".join(capsys.readouterr())
    for english in (
        "usage",
        "error",
        "argument",
        "show this",
        "required",
        "unrecognized",
        "expected",
        "options:",
    ):
        assert english not in said


@pytest.mark.parametrize(
    ("typed", "meant"), [("statsu", "status"), ("exprot", "export"), ("backupp", "backup")]
)
def test_a_mistyped_command_names_the_nearest(typed, meant, capsys):
    assert cli.main([typed]) == 2
    assert f"是不是 {meant}？" in capsys.readouterr().err


def test_the_version_is_said(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("guanai 0.")
