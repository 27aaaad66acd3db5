"""Keys typed ahead into the program: all in one write, each lands in its own field, none is lost."""

import time
from pathlib import Path

from village import CTRL_S, ESC, INSERT, child, children, empty, id_number, open_program, people, record


def on_file(data: Path) -> list[tuple]:
    return sorted(typed(each) for each in children(data))


def typed(person: dict) -> tuple:
    return tuple(person[name] for name in ("id_number", "name", "village_group", "address"))


def test_five_thousand_keys_in_one_write_enter_a_hundred_children(tmp_path: Path):
    data = empty(tmp_path)
    wanted = people(5000 // len(record(people(1)[0])))
    keys = "".join(map(record, wanted)) + id_number(999) + "\r末未存"
    assert len(keys) > 4_900 and len(wanted) > 100
    with open_program(data) as terminal:
        before = time.monotonic()
        terminal.send(f"2{INSERT}{keys}")
        terminal.wait(r"姓名 \* +末未存 ", timeout=40)
        assert time.monotonic() - before < 30
        assert on_file(data) == sorted(map(typed, wanted))
        assert all(
            each["sex"] and each["birth_date"] and each["ethnicity"] == "汉族" for each in children(data)
        )
        terminal.send(f"{CTRL_S}{ESC}")
        terminal.wait(r"摸底登记 .*\n(.*\n)+> 末未存 ")
    assert len(children(data)) == len(wanted) + 1


def test_a_burst_across_screens_keeps_each_key_where_it_belongs(tmp_path: Path):
    data = empty(tmp_path)
    first, second, third = people(3)
    with open_program(data) as terminal:
        terminal.send(
            f"\x1bOQ{INSERT}{record(first)}{record(second)}\x1b[20~"  # 会议 lies over the sheet
            f"\x1b[15~\x1bOQ{INSERT}{record(third)}{third['name'][0]}"
        )
        terminal.wait(rf"新增儿童(.*\n)+>身份证号 +{third['name'][0]} ")
        assert on_file(data) == sorted(map(typed, (first, second, third)))
        terminal.send("\x7f\x1b\x1b\x1b[15~\x1b[B\x1b[B\r")  # and out again, to the third target
        terminal.wait("目标清单(.*\n)+> 结对率(.*\n)+.*还没有应计入的儿童")


def test_a_search_and_an_edit_typed_ahead_reach_the_child_found(tmp_path: Path):
    data = empty(tmp_path)
    here, other = people(2)
    with open_program(data) as terminal:
        # find by initials, open the sheet, down to 现住址, replace it, save; then find the other by the ID's tail
        terminal.send(
            f"2{INSERT}{record(here)}{record(other)}{ESC}/zaa\r\x1b[19~" + "\r" * 8 + f"新家7号{CTRL_S}"
        )
        terminal.wait(f"已存：{here['name']}")
        terminal.send(f"{ESC}/{other['id_number'][-4:]}\r\r")
        terminal.wait(f"档案：{other['name']}")
    assert child(data, here["name"])["address"] == "新家7号"
    assert child(data, other["name"])["address"] == other["address"]


def test_sequences_torn_apart_by_a_slow_line_are_keys_and_type_nothing(tmp_path: Path):
    data = empty(tmp_path)
    with open_program(data, SSH_CONNECTION="10.0.0.1 1 10.0.0.2 22") as terminal:
        for part in ("\x1b", "O", "Q", "\x1b", "[2", "~"):
            terminal.send(part)
            terminal.settle(0.05)
        terminal.wait("新增儿童")
        for part in (b"\xe5", b"\xbc\xa0", "三\x1b".encode(), b"[", b"A", b"\x1b[", b"B", "丰".encode()):
            terminal.send(part)
            terminal.settle(0.05)
        terminal.wait(
            "身份证号 +张三 .*\n>姓名.* 丰 "
        )  # up from the first field stays, down goes to the next


def test_what_an_input_method_commits_at_once_goes_into_one_field(tmp_path: Path):
    data = empty(tmp_path)
    with open_program(data) as terminal:
        terminal.send(f"2{INSERT}\r欧阳  晓月\r女\r２０１５年３月\r")
        terminal.wait("出生日期 +2015-03 ")
        terminal.send(
            "少数民族风情\x15苗族\r是\r\t四组\r柳溪村委会\u3000隔壁\x13"
        )  # with the blank of an input method
        terminal.wait("已存：欧阳晓月")
    seen = child(data, "欧阳晓月")
    assert (seen["sex"], seen["birth_date"], seen["ethnicity"]) == ("女", "2015-03", "苗族")
    assert (seen["village_group"], seen["address"]) == ("四组", "柳溪村委会 隔壁")


def test_a_marked_paste_stays_in_its_field_whatever_is_in_it(tmp_path: Path):
    data = empty(tmp_path)
    with open_program(data) as terminal:
        terminal.send(f"2{INSERT}\r\x1b[200~周\r小 \x1b[31m\x13明\x1b[201~\r男\r")
        screen = terminal.wait("新增儿童(.*\n)+>出生日期")
        assert "姓名 *           周小" in screen and "性别             男" in screen
        assert children(data) == []


def test_new_children_typed_ahead_do_not_land_in_a_draft_left_before(tmp_path: Path):
    data = empty(tmp_path)
    (person,) = people(1)
    with open_program(data) as terminal:
        terminal.send(f"2{INSERT}\r旧草稿\r")
        terminal.wait("姓名 .* 旧草稿 ")
        terminal.send(ESC)
        terminal.wait("草稿已留下")
        terminal.send(f"{INSERT}{record(person)}")
        terminal.wait(f"已存：{person['name']}")
        assert on_file(data) == [typed(person)]
        terminal.send(ESC)
        terminal.wait("摸底登记")
        terminal.send(f"{INSERT}\x1b[21~{CTRL_S}")  # F10
        terminal.wait("已存：旧草稿")
    assert len(children(data)) == 2
