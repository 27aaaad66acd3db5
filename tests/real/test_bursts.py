"""Typing ahead: whole bursts in one write land in the right fields, none lost."""

from program import id_number

SHEET = "\x1b[2~"  # Ins


def burst(count: int) -> tuple[str, list[tuple[str, str, str, str]]]:
    """Keys for so many new children in a row, and what must be on file afterwards."""
    keys, wanted = SHEET, []
    given = "甲乙丙丁戊己庚辛壬癸"
    for n in range(count):
        name = "张" + given[n // 10 % 10] + given[n % 10]
        number = id_number("20150308", 2 * n + 1)
        group = "一二三四五"[n % 5] + "组"
        # ID (fills sex and birth date), name, sex, birth date, ethnicity, registered, group, address, save
        keys += f"{number}\r{name}\r\r\r\r\r{group}\r柳溪村{group}{n}号\x13"
        wanted.append((name, number, group, f"柳溪村{group}{n}号"))
    return keys + "\x1b", wanted


def on_file(village) -> list[tuple[str, str, str, str]]:
    return sorted(
        (each["name"], each["id_number"], each["village_group"], each["address"])
        for each in village.children()
    )


def test_five_thousand_keys_in_one_write_land_in_the_right_fields(village):
    keys, wanted = burst(100)
    keys += SHEET + "\r末名\r" + "\r" * 5 + "x" * (5000 - len(keys))
    with village.open() as terminal:
        terminal.key("f2")
        terminal.wait("登记册里还没有|没有找到|第0/0名")
        terminal.send(keys)
        terminal.wait("x{40}", 60)
        assert on_file(village) == sorted(wanted)
        assert all(each["sex"] == "男" and each["birth_date"] == "2015-03-08" for each in village.children())
        terminal.send("\x13")
        terminal.wait("已存：末名")
    assert len(village.children()) == 101


def test_a_burst_that_crosses_screens_loses_nothing(village):
    """F2, a new child, F5, back to F2, another child, the calendar: all in one write."""
    with village.open() as terminal:
        terminal.send("\x1bOQ" + SHEET + "\r陈思琪\r2\x13\x1b[15~\x1bOQ" + SHEET + "\r赵佳慧\r2\x13\x1bOS")
        terminal.wait("活动日历", 20)
    assert sorted(each["name"] for each in village.children()) == ["赵佳慧", "陈思琪"]


def test_ime_commits_and_pastes_go_into_the_field_they_were_made_in(village):
    with village.open() as terminal:
        terminal.key("f2", "insert")
        terminal.wait("新增儿童")
        terminal.send("\r欧阳明月\r")
        terminal.send("\x1b[200~女\x1b[201~\r")
        terminal.send("\x1b[200~2016年5月1日\n\x1b[201~\r\x13")
        terminal.wait("已存：欧阳明月")
    (child,) = village.children()
    assert (child["name"], child["sex"], child["birth_date"]) == ("欧阳明月", "女", "2016-05-01")


def test_a_sequence_torn_by_lag_is_still_one_key(village):
    with village.open(ESCDELAY="500") as terminal:
        terminal.send("\x1b")
        terminal.read(0.1)
        terminal.send("O")
        terminal.read(0.1)
        terminal.send("Q")
        terminal.wait("摸底登记")


def test_hostile_text_is_drawn_as_harmless_text(village):
    with village.open() as terminal:
        terminal.key("f2", "insert")
        terminal.wait("新增儿童")
        before = len(terminal.output)
        terminal.send("\r\x1b[200~[red]张\u202e三[/red]\x1b]0;owned\x07\x1b[201~\r\x13")
        terminal.wait("已存")
        terminal.key("escape")
        terminal.wait(r"\[red\]张三\[/red\]")  # the harmless part is there
        assert b"\x1b]0;owned" not in terminal.output[before:] and "\u202e" not in terminal.text()
