"""Terminals that cannot show the program, and bytes that are no text: a sentence, never a traceback."""

import subprocess
from pathlib import Path

import pytest
from pty_driver import ROOT, Terminal
from village import CTRL_S, GUANAI, INSERT, child, empty, environment, open_program


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"TERM": "dumb"}, b"TERM"),
        ({"LANG": "zh_CN.GBK"}, "终端字符集不是".encode("gbk")),
        ({"LC_ALL": "zh_CN.GB18030"}, b"guanai needs a UTF-8 terminal"),
    ],
)
def test_a_terminal_that_cannot_show_it_gets_a_sentence(tmp_path: Path, env: dict[str, str], said: bytes):
    data = empty(tmp_path)
    with Terminal([*GUANAI, "--data", str(data)], env=environment(data) | env) as terminal:
        assert terminal.wait_end() == 2
        assert said in terminal.output and b"Traceback" not in terminal.output


def test_no_terminal_at_all_gets_a_sentence(tmp_path: Path):
    command = [*GUANAI, "--data", str(empty(tmp_path))]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, cwd=ROOT, timeout=30, check=False
    )
    assert done.returncode == 2 and "不是终端" in done.stderr.decode() and b"Traceback" not in done.stderr


def test_bytes_that_are_not_utf8_are_said_and_the_program_goes_on(tmp_path: Path):
    data = empty(tmp_path)
    with open_program(data) as terminal:
        terminal.send(f"2{INSERT}\r".encode() + "张三".encode("gbk"))
        terminal.wait("UTF-8")
        terminal.send("\x15陈思琪\r" + CTRL_S)
        terminal.wait("已存：陈思琪")
    assert child(data, "陈思琪")["name"] == "陈思琪"
