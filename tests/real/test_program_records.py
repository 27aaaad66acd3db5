"""Records in the program itself: a class talk for all in one burst; long notes that outlive a kill in their editor."""

import signal
from pathlib import Path

from pty_driver import KEYS
from village import CTRL_S, ESC, asked, child, empty, guanai, open_program, village

CTRL_A, CTRL_R, F8 = "\x01", "\x12", KEYS["f8"]


def test_notes_of_many_lines_outlive_a_kill_in_the_editor(tmp_path: Path):
    data = village(tmp_path)
    name = asked(data, "list", "children")[0]["name"]
    before = len(asked(data, "list", "records"))
    with open_program(data) as terminal:
        terminal.send(f"2/{name}\r{CTRL_R}tx\r家中\r例行\r{F8}想妈妈\r作业能写完")
        terminal.wait("已写9字")
        terminal.kill(signal.SIGKILL)
    assert len(asked(data, "list", "records")) == before
    with open_program(data, until="上次没存的草稿") as terminal:
        terminal.send("\r")
        terminal.wait("想妈妈\\|作业能写完")
        terminal.send(f"{F8}\r睡得好{CTRL_S}{CTRL_S}")
        terminal.wait("已记：10月12日 谈心")
    (line,) = [
        each for each in asked(data, "list", "records", "--find", name) if each["on_date"] == "2026-10-12"
    ]
    assert (line["place"], line["content"]) == ("家中", "想妈妈\n作业能写完\n睡得好")


def test_a_class_talk_typed_in_one_burst_is_noted_for_all(tmp_path: Path):
    data = village(tmp_path)
    there = len(asked(data, "list", "children"))
    with open_program(data) as terminal:
        terminal.send(f"2{CTRL_A}{CTRL_R}jt\r教室\r安全教育\r防溺水{CTRL_S}")
        terminal.wait(f"已给{there}名记：10月12日 集体谈话")
        terminal.send("\x1a")
        terminal.wait("撤销您最近的操作")
        terminal.send("\r")
        terminal.wait("已撤销")
        assert not [each for each in asked(data, "list", "records") if each["kind"] == "集体谈话"]
        terminal.send(f"{CTRL_R}jt\r{ESC}")
        terminal.wait("标记")


def test_a_missed_call_is_kept_as_missed(tmp_path: Path):
    data = empty(tmp_path)
    register = tmp_path / "名册.csv"
    register.write_text("姓名,出生日期\n张浩宇,2015-03-08\n", "utf-8")
    guanai(data, "import", str(register))
    assert child(data, "张浩宇")
    with open_program(data) as terminal:
        terminal.send(f"2{CTRL_R}sp\r视频室\r2母亲\r\r1{CTRL_S}")
        terminal.wait("已记：10月12日 亲情视频 张浩宇")
    (line,) = asked(data, "list", "records")
    assert (line["missed"], line["with_whom"], line["minutes"]) == ("无人接听", "母亲", None)
