"""Nothing typed is lost and nothing confirmed is lost: killed, hung up, told to end, locked out."""

import re
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peewee
import pytest
from pty_driver import Terminal
from village import CTRL_S, ESC, INSERT, child, children, empty, guanai, open_program, people, record

OFFER = "上次没存的草稿"
BEGUN = f"2{INSERT}\r草一\r\r2015-03\r汉\r1\t三组\r柳溪村东"  # the caret stays at the end of 现住址


@contextmanager
def held(data: Path) -> Iterator:
    """The ledger locked by another program."""
    lock = peewee.sqlite3.connect(data / "guanai.db", isolation_level=None)  # the SQLite that the program has
    lock.execute("BEGIN IMMEDIATE")
    try:
        yield lock
    finally:
        lock.close()


def allow(terminal: Terminal, size: int) -> None:
    """Let the program write no file longer than this, as if the disk were full."""
    resource.prlimit(terminal.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def left_typing(data: Path, terminal: Terminal | None = None) -> Terminal:
    """The program with a new child half typed, all of it in one write."""
    terminal = terminal or open_program(data)
    terminal.send(BEGUN)
    terminal.wait(">现住址 +柳溪村东 ")
    return terminal


def offered_again(data: Path) -> None:
    """The next start offers what was typed; what is typed ahead of the screen goes on at the caret."""
    with open_program(data, until=OFFER) as terminal:
        assert "草一" in terminal.text() and "已填6项" in terminal.text()
        terminal.send("\r头8号\x1b[D\x1b[D\x1b[D\x1b[D南")
        screen = terminal.wait(">现住址 +柳溪村南东头8号")
        for label, text in (
            ("姓名 \\*", "草一"),
            ("出生日期", "2015-03"),
            ("民族", "汉族"),
            ("村民组", "三组"),
        ):
            assert re.search(f"{label} +{text} ", screen), label
        terminal.key("ctrl+s")
        terminal.wait("已存：草一")
    seen = child(data, "草一")
    assert (seen["address"], seen["birth_date"], seen["village_group"]) == (
        "柳溪村南东头8号",
        "2015-03",
        "三组",
    )
    with open_program(data) as terminal:
        assert OFFER not in terminal.settle()


def test_killed_in_mid_entry_the_next_start_goes_on_where_it_was(tmp_path: Path):
    data = empty(tmp_path)
    with left_typing(data) as terminal:
        terminal.kill(signal.SIGKILL)
        assert terminal.wait_end() == -signal.SIGKILL
    assert children(data) == []
    offered_again(data)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_the_draft_is_kept_and_the_terminal_given_back(tmp_path: Path, number: int):
    data = empty(tmp_path)
    with left_typing(data) as terminal:
        assert "\x1b[?1049h" in terminal.output.decode()
        terminal.kill(number)
        assert terminal.wait_end() == 0
        assert terminal.output.endswith(b"\x1b[?1049l\x1b[?25h")
        local = terminal.modes()[3]
        assert local & 2 and local & 8, "ICANON and ECHO are on again"  # termios.ICANON, termios.ECHO
        assert b"Traceback" not in terminal.output
    offered_again(data)


def test_a_dropped_line_keeps_the_draft_and_leaves_no_program_behind(tmp_path: Path):
    data = empty(tmp_path)
    with left_typing(data) as terminal:
        terminal.hang_up()
        assert terminal.wait_end() == 0
    assert not (data / "error.log").exists()
    offered_again(data)


def test_a_draft_put_off_is_offered_again_and_one_given_up_is_gone(tmp_path: Path):
    data = empty(tmp_path)
    with left_typing(data) as terminal:
        terminal.kill(signal.SIGKILL)
        terminal.wait_end()
    with open_program(data, until=OFFER) as terminal:
        terminal.send("2\r")
        terminal.wait("(?s)工作台.*F1帮助")
    with open_program(data, until=OFFER) as terminal:
        terminal.send("3\r")
        terminal.wait("草稿已丢弃")
    assert list((data / "drafts").iterdir()) == []


def test_a_draft_that_another_program_has_taken_up_is_left_alone(tmp_path: Path):
    data = empty(tmp_path)
    with left_typing(data) as terminal:
        terminal.kill(signal.SIGKILL)
        terminal.wait_end()
    with open_program(data, until=OFFER) as one, open_program(data, until=OFFER) as two:
        one.send("\r")
        one.wait(">现住址 +柳溪村东 ")
        two.send("3\r")
        two.wait("这份草稿已在别的窗口里接着录")
        one.send("头")
        one.key("ctrl+s")
        one.wait("已存：草一")
    assert child(data, "草一")["address"] == "柳溪村东头"


def edit(terminal, initials: str, address: str) -> None:
    """Open the sheet of the one child found, up to its address, and type another one."""
    terminal.send(f"\x1bOQ/{initials}\r\x1b[19~" + "\r" * 8 + address)
    terminal.wait(f">现住址 +{address} ")


@pytest.mark.parametrize(("answer", "stands"), [("1", "甲地1号"), ("2", "乙地2号")])
def test_two_editors_of_one_child_the_second_sees_both_values_and_chooses(
    tmp_path: Path, answer: str, stands: str
):
    data = empty(tmp_path)
    with open_program(data) as one, open_program(data) as two:
        one.send(f"2{INSERT}{record(people(1)[0])}{ESC}")
        one.wait("摸底登记")
        for terminal, address in ((one, "甲地1号"), (two, "乙地2号")):
            edit(terminal, "zaa", address)
        two.send("\x1b[A\x15五组\r")  # and another field, which nobody else touched
        one.key("ctrl+s")
        one.wait("已存：赵安安")
        two.key("ctrl+s")
        screen = two.wait("现住址：您打开后，别人也改了它")
        assert "用对方的：甲地1号" in screen and "用我的：乙地2号" in screen
        assert child(data, "赵安安")["address"] == "甲地1号"
        time.sleep(1)  # a person reads both
        two.send(f"{answer}\r")
        two.wait("已存：赵安安")
        seen = child(data, "赵安安")
        assert (seen["address"], seen["village_group"]) == (stands, "五组")


def test_what_two_people_changed_in_different_fields_both_stands(tmp_path: Path):
    data = empty(tmp_path)
    with open_program(data) as one, open_program(data) as two:
        one.send(f"2{INSERT}{record(people(1)[0])}{ESC}")
        one.wait("摸底登记")
        edit(one, "zaa", "甲地1号")
        edit(two, "zaa", "柳溪村1号")
        two.send("\x1b[A\x15五组\r\x13")
        two.wait("已存：赵安安")
        one.key("ctrl+s")
        one.wait("别人同时改的村民组已一并保留")
    seen = child(data, "赵安安")
    assert (seen["address"], seen["village_group"]) == ("甲地1号", "五组")


def test_two_programs_of_one_user_keep_a_draft_each(tmp_path: Path):
    data = empty(tmp_path)
    with open_program(data) as one, open_program(data) as two:
        for terminal, name in ((one, "甲甲"), (two, "乙乙"), (one, "甲丙"), (two, "乙丁")):
            if "新增儿童" not in terminal.text():
                terminal.send(f"2{INSERT}\r")
            terminal.send(f"\x15{name}")
            terminal.wait(f"姓名 .* {name} ")
        one.kill(signal.SIGKILL)
        two.kill(signal.SIGKILL)
        one.wait_end()
        two.wait_end()
    kept = [path.read_text("utf-8") for path in (data / "drafts").iterdir()]
    assert len(kept) == 2
    assert sorted("甲丙" in text for text in kept) == sorted("乙丁" in text for text in kept) == [False, True]
    assert not any("甲" in text and "乙" in text for text in kept)
    with open_program(data, until="另有1份") as terminal:
        terminal.send("\r")
        terminal.wait("姓名 .* 乙丁 ")
        with open_program(
            data, until=OFFER
        ) as second:  # the first has taken up the newest: the other is left
            assert "另有" not in second.text()
            second.send("\r")
            second.wait("姓名 .* 甲丙 ")


@pytest.mark.parametrize("enough", [3, 60])
def test_killed_in_the_middle_of_two_hundred_saves_what_was_confirmed_is_there(tmp_path: Path, enough: int):
    data = empty(tmp_path)
    typed = people(200)
    order = {person["name"]: number for number, person in enumerate(typed, 1)}
    waiting = [f"2{INSERT}", *map(record, typed)]
    confirmed = 0
    with open_program(data) as terminal:
        end = time.monotonic() + 30
        while confirmed < enough:  # always typing ahead of what is seen
            assert time.monotonic() < end, terminal.text()
            if waiting:
                terminal.send(waiting.pop(0))
            terminal.read(0.005)
            for name in re.findall("已存：(..{1,2}?)，", terminal.text()):
                confirmed = max(confirmed, order[name])
        terminal.kill(signal.SIGKILL)
        assert terminal.wait_end() == -signal.SIGKILL
    seen = {each["name"]: each for each in children(data)}
    assert confirmed <= len(seen) < 200
    for person in typed[: len(seen)]:  # no gap, and each one whole
        assert all(seen[person["name"]][name] == value for name, value in person.items())
    assert "台账完好" in guanai(data, "check")


def test_a_busy_ledger_is_waited_for(tmp_path: Path):
    data = empty(tmp_path)
    with left_typing(data) as terminal, held(data) as lock:
        terminal.send(CTRL_S)
        assert "已存" not in terminal.settle(1)
        terminal.send("\r后一条")  # typed while it waits
        assert "后一条" not in terminal.settle(0.3)
        lock.execute("ROLLBACK")
        terminal.wait("新增儿童(.*\n)+>姓名 .*后一条")
    assert child(data, "草一")["address"] == "柳溪村东"


def test_a_full_disk_is_said_nothing_typed_is_lost_and_saving_works_afterwards(tmp_path: Path):
    data = empty(tmp_path)
    with left_typing(data) as terminal:
        allow(terminal, 8192)  # room for the draft, none for the ledger
        terminal.key("ctrl+s")
        screen = terminal.wait("磁盘写不进去或读不出来")
        assert "柳溪村东" in screen and "草一" in screen
        time.sleep(1)  # a person reads it
        terminal.send("头")
        terminal.wait(">现住址 +柳溪村东头 ")
        assert children(data) == []
        allow(terminal, 0)  # not even for the draft
        terminal.send("8号")
        terminal.wait(">现住址 +柳溪村东头8号 ")
        terminal.wait("草稿写不进磁盘")
        allow(terminal, resource.RLIM_INFINITY)
        terminal.key("ctrl+s")
        terminal.wait("已存：草一")
    assert child(data, "草一")["address"] == "柳溪村东头8号"
