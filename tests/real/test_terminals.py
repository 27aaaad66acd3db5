"""The terminals people come from: PuTTY, xterm, the Linux console; and those that can't show the program."""

import subprocess
import sys

import pytest
from program import ROOT, Village
from pty_driver import Terminal

KEYS = {
    "xterm": {"f2": "\x1bOQ", "f5": "\x1b[15~", "f9": "\x1b[20~", "end": "\x1b[F", "home": "\x1b[H", "insert": "\x1b[2~"},
    "xterm-application": {"f2": "\x1bOQ", "f5": "\x1b[15~", "f9": "\x1b[20~", "end": "\x1bOF", "home": "\x1bOH", "insert": "\x1b[2~"},
    "putty": {"f2": "\x1b[12~", "f5": "\x1b[15~", "f9": "\x1b[20~", "end": "\x1b[4~", "home": "\x1b[1~", "insert": "\x1b[2~"},
    "linux": {"f2": "\x1b[[B", "f5": "\x1b[[E", "f9": "\x1b[20~", "end": "\x1b[4~", "home": "\x1b[1~", "insert": "\x1b[2~"},
}  # fmt: skip


@pytest.mark.parametrize("kind", KEYS)
def test_the_keys_of_each_terminal_work(tmp_path, kind):
    keys = KEYS[kind]
    village = Village(tmp_path).set_up("01")
    with village.open(TERM=kind.split("-")[0] if kind != "xterm" else "xterm-256color") as terminal:
        terminal.send(keys["f2"])
        terminal.wait("第1/65名")
        terminal.send(keys["end"])
        terminal.wait("第65/65名")
        terminal.send(keys["home"])
        terminal.wait("第1/65名")
        terminal.send(keys["insert"])
        terminal.wait("新增儿童")
        terminal.send(keys["f5"])
        terminal.wait("目标清单")
        terminal.send(keys["f9"])
        terminal.wait("会议")


@pytest.mark.parametrize(
    ("env", "said"),
    [({"TERM": "dumb"}, b"TERM"), ({"LANG": "zh_CN.GBK"}, "终端字符集不是".encode("gbk")),
     ({"LC_ALL": "zh_CN.GB18030"}, b"guanai needs a UTF-8 terminal")],
)  # fmt: skip
def test_a_terminal_that_cannot_show_it_gets_a_sentence(village, env, said):
    argv = [sys.executable, "-m", "tui", "--data", str(village.data)]
    with Terminal(argv, env=village.env | env) as terminal:
        assert terminal.wait_end() != 0
        assert said in terminal.output and b"Traceback" not in terminal.output


def test_no_terminal_at_all_gets_a_sentence(village):
    done = subprocess.run([sys.executable, "-m", "tui", "--data", str(village.data)], stdin=subprocess.DEVNULL,
                          capture_output=True, cwd=ROOT, timeout=30)  # fmt: skip
    assert done.returncode != 0 and "不是终端" in done.stderr.decode() and b"Traceback" not in done.stderr


def test_bytes_that_are_not_utf8_are_said_and_the_program_goes_on(village):
    with village.open() as terminal:
        terminal.key("f2", "insert")
        terminal.wait("新增儿童")
        terminal.send(b"\r" + "张三".encode("gbk"))
        terminal.wait("UTF-8")
        terminal.send("\x15陈思琪\r\x13")
        terminal.wait("已存：陈思琪")


def test_the_linux_consoles_size_may_change_while_a_sheet_is_open(village):
    with village.open() as terminal:
        terminal.key("f2", "insert")
        terminal.send("\r陈思琪\r")
        terminal.wait("陈思琪")
        terminal.resize(60, 20)
        terminal.wait("陈思琪")
        terminal.resize(50, 10)
        terminal.wait("窗口太小")
        terminal.resize(100, 30)
        terminal.wait("陈思琪")
        terminal.send("\x13")
        terminal.wait("已存：陈思琪")
