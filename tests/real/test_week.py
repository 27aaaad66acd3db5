"""A week with the program, by keyboard alone: registers in, find, mend, pair, record, roll call, targets, meeting."""

import re

import pytest
from program import REGISTERS, Village


def choose_register(terminal, number: str) -> None:
    """F7, the file picker by a typed path, the preview, F8."""
    (file,) = REGISTERS.glob(f"{number}-*")
    terminal.key("f7")
    terminal.wait("导入表格")
    terminal.send("1")
    terminal.wait("文件夹")
    terminal.send(f"/\x15{file}\r")
    terminal.wait("问题 \\d+ 条", 20)


def test_first_start_then_three_registers_through_f7(empty):
    with empty.open(wait="初次使用") as terminal:
        terminal.send("柳溪村\r青石镇\r\x13")
        terminal.wait("工作台.*柳溪村")
        for number, rows, problems in (("01", 65, 8), ("05", 34, 0), ("06", 60, 3)):
            choose_register(terminal, number)
            seen = terminal.wait(f"问题 {problems} 条")
            assert f"{rows}行" in seen and f"新增{rows}" in seen
            terminal.key("f8")
            terminal.wait(f"已导入：新增{rows}", 30)
        terminal.key("f2")
        terminal.wait("第1/65名")
    assert len(empty.children()) == 65 and len(empty.json("list", "records")) == 60


def test_mending_a_dossier_moves_the_rate_of_filing(tmp_path):
    village = Village(tmp_path).set_up("01")
    assert village.rate("filed") == (0, 40)
    with village.open() as terminal:
        terminal.key("f2")
        terminal.wait("第1/65名")
        terminal.send("/zjj\r")
        terminal.wait(r"> ?张俊杰")
        terminal.key("enter")
        terminal.wait("档案：张俊杰")
        terminal.wait("建档还缺：学校、年级")
        terminal.send("\x0e")  # the first gap
        terminal.wait(">学校")
        terminal.send("柳溪小学\r六年级\r\x13")
        terminal.wait("已存：张俊杰，建档齐全")
        terminal.key("f5")
        seen = terminal.wait("目标清单")
        assert re.search(r"建档率.*1/40", seen)
    assert village.rate("filed") == (1, 40)
    assert village.children("张俊杰")[0]["dossier_complete"] is True


def test_enter_on_a_target_leads_to_the_missing_field(tmp_path):
    village = Village(tmp_path).set_up("01")
    with village.open() as terminal:
        terminal.key("f5", "enter")
        terminal.wait("缺")
        terminal.key("enter")
        terminal.wait(r">\S+")
        assert "修改：" in terminal.text()


def test_pairing_moves_the_rate_and_undo_takes_it_back(tmp_path):
    village = Village(tmp_path).set_up("01", "05")
    with village.open() as terminal:
        terminal.key("f3")
        terminal.wait("未结对 40名")
        terminal.key("enter", "enter")
        terminal.settle()
        terminal.key("enter")
        terminal.wait("未结对 39名")
        assert village.rate("paired") == (1, 40)
        terminal.send("\x1a")
        terminal.wait("撤销")
        terminal.key("enter")
        terminal.wait("未结对 40名")
    assert village.rate("paired") == (0, 40)


def test_an_activity_and_its_roll(tmp_path):
    village = Village(tmp_path).set_up("01")
    with village.open() as terminal:
        terminal.key("f4")
        terminal.wait("2026年11月")
        terminal.key("insert")
        terminal.wait("新增活动")
        terminal.send("励志专题片\r\x13")
        terminal.wait("已存：励志专题片")
        terminal.key("enter")
        terminal.settle()
        terminal.key("f8")
        terminal.wait("未点40")
        terminal.send("1112341")
        terminal.wait("到4 +缺1 +假1 +迟1 +未点33")
    (activity,) = village.json("list", "activities")
    assert activity["title"] == "励志专题片"


def test_a_talk_recorded_on_the_workbench_takes_the_duty_away(tmp_path):
    village = Village(tmp_path).set_up("01", "05")
    before = village.json("status")["due"]["overdue"]
    assert before == 40
    with village.open() as terminal:
        terminal.wait("逾期 40")
        terminal.key("enter")
        terminal.wait("谈心：")
        terminal.send("家中\r例行谈心\r爱说爱笑\r\x13")
        terminal.wait("逾期 39")
    assert village.json("status")["due"]["overdue"] == 39
    (record,) = village.json("list", "records")
    assert (record["place"], record["content"]) == ("家中", "爱说爱笑")


def test_the_meeting_names_nobody(tmp_path):
    village = Village(tmp_path).set_up("01", "05", "06")
    names = {child["name"] for child in village.children()}
    with village.open() as terminal:
        terminal.key("f9")
        terminal.wait("会议")
        for _ in range(5):
            seen = terminal.settle(0.2)
            assert not [name for name in names if name in seen]
            terminal.key("pagedown")


@pytest.mark.parametrize("key", ["f2", "f3", "f4", "f5", "f6", "f7", "f9"])
def test_every_screen_fits_sixty_by_twenty(tmp_path, key):
    village = Village(tmp_path).set_up("05")
    titles = {
        "f2": "摸底登记",
        "f3": "结对帮扶",
        "f4": "活动日历",
        "f5": "目标清单",
        "f6": "工作台",
        "f7": "报表",
        "f9": "会议",
    }
    with village.open(size=(60, 20)) as terminal:
        terminal.key(key)
        terminal.wait(titles[key])
        terminal.resize(59, 19)
        terminal.wait("窗口太小")
        terminal.resize(80, 24)
        terminal.wait(titles[key])
