"""Bad input and a lost ledger while a sheet is open: it stays, says what happened, keeps the draft, goes on when it can."""

import time
from pathlib import Path

import pytest
from pty_driver import Terminal, python
from test_program_safety import OFFER, held, left_typing, offered_again
from village import CTRL_S, child, children, empty, environment, open_program, people, record

ADDRESS = ">现住址 +{} "


def save(terminal: Terminal, data: Path, address: str) -> None:
    """Save the half typed child: nothing but what was typed into the address field is there."""
    terminal.send(CTRL_S)
    terminal.wait("已存：草一")
    seen = child(data, "草一")
    assert (seen["address"], seen["village_group"], seen["birth_date"]) == (address, "三组", "2015-03")
    assert seen["father"] is None and seen["mother"] is None and seen["guardian"] is None


def test_a_megabyte_pasted_is_refused_with_its_length_and_the_sheet_goes_on(tmp_path: Path):
    data = empty(tmp_path)
    with left_typing(data) as terminal:
        before = time.monotonic()
        terminal.send("\x1b[200~" + "长长的文字，\n" * 150_000 + "\x1b[201~")
        terminal.wait("粘贴的内容有 1050000 字，超过 50000 字：请改用 F7", timeout=30)
        assert time.monotonic() - before < 15
        terminal.send("头")
        terminal.wait(ADDRESS.format("柳溪村东头"))
        save(terminal, data, "柳溪村东头")


def test_a_megabyte_pasted_unmarked_fills_its_field_and_no_other(tmp_path: Path):
    data = empty(tmp_path)
    with left_typing(data) as terminal:
        before = time.monotonic()
        terminal.send("ab长" * 200_000)
        save(terminal, data, ("柳溪村东" + "ab长" * 40)[:100])
        assert time.monotonic() - before < 20


def test_gbk_bytes_are_refused_with_the_cure_and_type_nothing(tmp_path: Path):
    data = empty(tmp_path)
    with left_typing(data) as terminal:
        for garbled in (b"%s", b"%s\x1b[D\x1b[F", b"\x1b[200~%s\x1b[201~", b"\xc5%s"):
            terminal.send(garbled % "张三李四，柳溪村".encode("gbk"))
            terminal.wait("收到的不是 UTF-8 文字，请把 PuTTY 的字符集改为 UTF-8")
            assert "柳溪村东  " in terminal.text()
            terminal.key("end")
            terminal.settle()
            assert "UTF-8" not in terminal.text()
        terminal.send("头")
        terminal.wait(ADDRESS.format("柳溪村东头"))
        save(terminal, data, "柳溪村东头")


@pytest.mark.parametrize("half", [b"\xe5", b"\xe5\xbc", b"\xf0\x9f\x98"])
def test_half_a_character_types_nothing_and_spoils_nothing(tmp_path: Path, half: bytes):
    data = empty(tmp_path)
    with left_typing(data) as terminal:
        terminal.send(half)
        assert "UTF-8" not in terminal.settle()  # the rest may be on its way
        terminal.send("头8号")
        terminal.wait(ADDRESS.format("柳溪村东头8号"))
        terminal.wait("收到的不是 UTF-8 文字")
        terminal.send(half)
        save(terminal, data, "柳溪村东头8号")


def test_twenty_characters_committed_at_once_all_go_into_the_field(tmp_path: Path):
    data = empty(tmp_path)
    address = "青石镇柳溪村三组大槐树下东头第三户人家隔壁"
    assert len(address) > 20
    with left_typing(data) as terminal:
        terminal.send("\x15")
        for text in (address[:20], address[20:], "𠮷家院子"):
            terminal.send(text)
        save(terminal, data, f"{address}𠮷家院子")


def test_what_is_typed_while_a_save_waits_two_seconds_for_its_turn_lands_right(tmp_path: Path):
    data = empty(tmp_path)
    after = people(3)
    with left_typing(data) as terminal:
        with held(data):
            terminal.send(CTRL_S + "".join(map(record, after[:2])))
            before = time.monotonic()
            assert "已存" not in terminal.settle(1)
            for part in record(after[2]):
                terminal.send(part)
            terminal.read(max(0.0, before + 2 - time.monotonic()))
            assert children(data) == []
        terminal.wait(f"已存：{after[2]['name']}")
    found = {each["name"]: each for each in children(data)}
    assert len(found) == 4 and found["草一"]["address"] == "柳溪村东"
    for person in after:
        assert person.items() <= found[person["name"]].items()


def test_what_is_typed_ahead_of_a_failed_save_waits_for_it(tmp_path: Path):
    data = empty(tmp_path)
    one, two = people(2)
    with left_typing(data) as terminal:
        away = (data / "guanai.db").rename(tmp_path / "away")
        terminal.send(CTRL_S + record(one))
        screen = terminal.wait("先留着，存上就接着录")
        assert "台账文件不在原处了" in screen and f"之后又打的{len(record(one))}键" in screen
        time.sleep(1)
        terminal.send("\x1b[F头")  # seen by now, and a key that means to go on here
        terminal.wait(ADDRESS.format("柳溪村东头"))
        away.rename(data / "guanai.db")
        terminal.send(CTRL_S + record(two))
        terminal.wait(f"已存：{two['name']}")
    found = {each["name"]: each for each in children(data)}
    assert found.keys() == {"草一", one["name"], two["name"]}
    assert found["草一"]["address"] == "柳溪村东头" and found["草一"]["father"] is None
    for person in (one, two):
        assert person.items() <= found[person["name"]].items()


def test_what_waits_for_a_save_that_is_given_up_is_said_to_be_gone(tmp_path: Path):
    data = empty(tmp_path)
    with left_typing(data) as terminal:
        away = (data / "guanai.db").rename(tmp_path / "away")
        terminal.send(CTRL_S + "123")
        terminal.wait("之后又打的3键先留着")
        time.sleep(1)
        terminal.send("\x1b")
        terminal.wait("没存上之后又打的3键没有录入")
        away.rename(data / "guanai.db")
        assert "草稿已留下" in terminal.text() and children(data) == []


@pytest.mark.parametrize("lost", ["guanai.db", ""], ids=["file", "folder"])
def test_a_ledger_taken_away_is_said_and_saved_to_when_it_is_back(tmp_path: Path, lost: str):
    data = empty(tmp_path)
    here = data / lost
    with left_typing(data) as terminal:
        away = here.rename(tmp_path / "away")
        terminal.key("ctrl+s")
        screen = terminal.wait("台账文件不在原处了")
        assert "草一" in screen and "柳溪村东" in screen and "已存" not in screen
        time.sleep(1)  # a person reads it
        terminal.send("头")
        terminal.wait(ADDRESS.format("柳溪村东头"))
        terminal.key("ctrl+s")
        terminal.wait("台账文件不在原处了")
        away.rename(here)
        save(terminal, data, "柳溪村东头")
    with open_program(data) as terminal:
        assert OFFER not in terminal.settle()


def test_a_ledger_taken_away_for_good_leaves_the_draft(tmp_path: Path):
    data = empty(tmp_path)
    with left_typing(data) as terminal:
        away = (data / "guanai.db").rename(tmp_path / "away")
        terminal.key("ctrl+s")
        terminal.wait("台账文件不在原处了")
        terminal.key("ctrl+q")
        assert terminal.wait_end() == 0
    away.rename(data / "guanai.db")
    offered_again(data)


def test_a_ledger_that_becomes_read_only_is_said_and_saved_to_when_it_is_not(tmp_path: Path):
    data, flag = empty(tmp_path), tmp_path / "read-only"
    with python(
        "failing_disk.py", "--data", str(data), env=environment(data, READ_ONLY=str(flag))
    ) as terminal:
        terminal.wait("工作台")
        left_typing(data, terminal)
        flag.touch()
        terminal.key("ctrl+s")
        screen = terminal.wait("台账所在的磁盘或文件是只读的。请改为可写")
        assert "草一" in screen and "柳溪村东" in screen
        time.sleep(1)
        terminal.send("头")
        terminal.wait(ADDRESS.format("柳溪村东头"))
        assert children(data) == [] and "柳溪村东头" in next((data / "drafts").iterdir()).read_text("utf-8")
        flag.unlink()
        save(terminal, data, "柳溪村东头")
