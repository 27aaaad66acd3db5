"""Every key of every terminal does its work in the program; harmful names and changing windows do no harm."""

import re
import signal
from pathlib import Path

import pytest
from village import CTRL_S, INSERT, children, empty, guanai, open_program, village

XTERM = {
    "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~", "f6": "\x1b[17~",
    "f7": "\x1b[18~", "f8": "\x1b[19~", "f9": "\x1b[20~", "home": "\x1b[H", "end": "\x1b[F", "insert": "\x1b[2~",
    "delete": "\x1b[3~", "pageup": "\x1b[5~", "pagedown": "\x1b[6~", "up": "\x1b[A", "down": "\x1b[B",
    "left": "\x1b[D", "right": "\x1b[C", "backspace": "\x7f",
}  # fmt: skip
VT = {"home": "\x1b[1~", "end": "\x1b[4~"}
PUTTY = XTERM | VT | {f"f{n}": f"\x1b[{10 + n}~" for n in range(1, 6)}
LINUX = XTERM | VT | {f"f{n}": f"\x1b[[{'ABCDE'[n - 1]}" for n in range(1, 6)}
MOVED = XTERM | {
    "up": "\x1bOA",
    "down": "\x1bOB",
    "right": "\x1bOC",
    "left": "\x1bOD",
    "home": "\x1bOH",
    "end": "\x1bOF",
}
SCREENS = {
    "f2": "摸底登记",
    "f3": "结对帮扶",
    "f4": "活动日历",
    "f5": "目标清单",
    "f7": "报表",
    "f9": "会议",
    "f6": "工作台",
}


@pytest.mark.parametrize(
    ("term", "keys"),
    [("xterm-256color", XTERM), ("xterm", MOVED), ("putty", PUTTY), ("linux", LINUX)],
    ids=["xterm", "application-keys", "putty", "linux"],
)
def test_every_key_of_the_terminal_does_its_work(tmp_path: Path, term: str, keys: dict[str, str]):
    with open_program(village(tmp_path), TERM=term) as terminal:

        def press(*names: str) -> None:
            terminal.send("".join(keys.get(name, name) for name in names))

        for name, title in SCREENS.items():
            press(name)
            terminal.wait(rf"\A {title} ")
        press("f2", "f1")
        terminal.wait("帮助：摸底登记")
        terminal.send("\r")
        for name, place in (
            ("down", 2),
            ("pagedown", 20),
            ("up", 19),
            ("end", 65),
            ("pageup", 47),
            ("home", 1),
        ):
            press(name)
            terminal.wait(f"第{place}/65名")
        press("delete")
        terminal.wait("把 于承志 从登记册删除")
        terminal.send("\x1b")  # alone: Esc
        terminal.wait("第1/65名(.*\n)+.*F1帮助")
        press("f8")
        terminal.wait("修改：于承志")
        press("f2", "insert")
        terminal.wait("新增儿童")
        press(
            "\r",
            "甲乙丙",
            "left",
            "left",
            "丁",
            "delete",
            "home",
            "backspace",
            "戊",
            "right",
            "己",
            "end",
            "庚",
        )
        terminal.wait(r">姓名 \* +戊甲己丁丙庚 ")


HARMFUL = {
    "[/]赵无害": "[/]赵无害",
    "[red]钱无害[/red]": "[red]钱无害[/red]",
    "[@click=app.quit]孙无害": "[@click=app·quit]孙无害",
    "周\u202e无害": "周无害",
    "吴\x1b[31m\x1b]owned\x07无害": "吴[31m]owned无害",
    "郑\x9b5m\u200b无害": "郑5m无害",
}


def test_names_made_to_harm_are_drawn_as_text_on_every_screen(tmp_path: Path):
    data = empty(tmp_path)
    rows = [
        f'"{name}",男,2015-03-0{n},外出,外出,一组\x1b]0;owned\x07,2026-09-01'
        for n, name in enumerate(HARMFUL, 1)
    ]
    file = tmp_path / "名册.csv"
    file.write_text("姓名,性别,出生日期,父亲去向,母亲去向,村民组,摸底日期\n" + "\n".join(rows), "utf-8")
    guanai(data, "import", str(file), "--kind", "children")
    assert {each["name"] for each in children(data)} == set(HARMFUL.values())
    with open_program(data) as terminal:
        for key, whole in (("f6", 2), ("f2", 4), ("f3", 2), ("f5", 6)):  # the others' columns are too narrow
            terminal.key(key)
            screen = terminal.wait(rf"\A {SCREENS[key]} (.*\n)+.*无害")
            assert screen.count("无害") >= whole, screen
            assert "\x1b" not in screen and "\u202e" not in screen
        for name in HARMFUL.values():
            terminal.send(f"\x1bOQ/{name}\r\r")
            terminal.wait(re.escape(f"档案：{name}"))
            terminal.send("e")
            terminal.wait(re.escape(f"修改：{name}"))
            terminal.send("\x1b\x1bOQ\x1b")
        assert terminal.screen.title == ""
        assert b"\x1b]0" not in terminal.output and b"\x1b[31m\x1b" not in terminal.output
        terminal.key("ctrl+q")
        assert terminal.wait_end() == 0


def test_a_window_made_smaller_and_larger_keeps_the_sheet_and_its_caret(tmp_path: Path):
    data = empty(tmp_path)
    with open_program(data) as terminal:
        terminal.send(f"2{INSERT}\r陈思琪\r2\t汉\r1\t三组\r柳溪村东头8号\x1b[D\x1b[D")
        terminal.wait(">现住址 +柳溪村东头8号 ")
        caret = terminal.caret()
        for size in ((60, 20), (59, 20), (132, 43), (80, 19), (40, 10), (60, 20), (80, 24)):
            terminal.resize(*size)
            if size[0] < 60 or size[1] < 20:
                assert terminal.wait("窗口太小，请放大到至少 60×20").count("陈思琪") == 0
                terminal.send(f"丢{CTRL_S}")  # nothing is done blindly
                assert terminal.caret() is None
            else:
                terminal.wait(r"(?s)姓名 .*陈思琪 .*>现住址 +柳溪村东头8号 ")
                terminal.settle(0.1)
                assert ">现住址" in terminal.line(terminal.caret()[1])
        assert terminal.caret() == caret
        terminal.send("1")
        terminal.key("ctrl+s")
        terminal.wait("已存：陈思琪")
    (seen,) = children(data)
    assert seen["address"] == "柳溪村东头18号"


def test_a_window_dragged_smaller_and_back_at_once_is_drawn_whole(tmp_path: Path):
    data = empty(tmp_path)
    with open_program(data) as terminal:
        terminal.send(f"2{INSERT}\r陈思琪")
        terminal.wait("姓名 .*陈思琪 ")
        before = terminal.settle()
        terminal.kill(signal.SIGSTOP)  # so that it sees only the last size, which is the one it knows
        terminal.resize(62, 20)
        terminal.resize(80, 24)
        assert terminal.text() != before
        terminal.kill(signal.SIGCONT)
        terminal.wait("姓名 .*陈思琪 ")
        assert terminal.settle() == before
