"""The week's work in one sitting, keyboard only, in the usual window and in the smallest one."""

import re
from pathlib import Path

import pytest
from village import REGISTERS, asked, child, children, empty, guanai, open_program, village


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
def test_from_an_empty_ledger_to_the_meeting(tmp_path: Path, size: tuple[int, int]):
    data = empty(tmp_path)
    with open_program(data, size) as terminal:
        bring_in(terminal, "01", "新增65", "1 问题 0")
        assert "4 栏目 43/43" in terminal.text() and "单国庆" in terminal.text()
        terminal.key("f8")
        terminal.wait("已导入：新增65", 30)
        for number, rows in (("05", 34), ("06", 60)):
            bring_in(terminal, number, f"新增{rows}", "填表日期")
            terminal.key("f8")
            terminal.wait(f"已导入：新增{rows}", 30)
        assert len(children(data)) == 65

        terminal.send("\x1bOQ/ycz\r")  # find by initials, the dossier, its first gap
        terminal.wait("> 于承志(.*\n)+ 第1/1名")
        terminal.key("enter")
        terminal.wait("建档还缺：学校")
        terminal.key("ctrl+n")
        terminal.wait(">学校 ")
        terminal.send("柳溪幼儿园\r\x13")
        terminal.wait("已存：于承志，建档齐全")
        assert child(data, "于承志")["dossier_complete"]
        terminal.key("f5")
        terminal.wait("建档率 .* 1/40 ")
        assert re.search("结对率 .* 0/40 ", terminal.text())

        terminal.key("f3")
        terminal.wait("未结对 40名")
        terminal.key("enter")
        terminal.wait("为 梁文博 选帮扶人")
        terminal.key("enter")
        terminal.wait("梁文博 与 .* 结对：类型")
        terminal.key("enter")
        terminal.wait("未结对 39名(.*\n)+.*已结对：梁文博与")
        terminal.key("f5")
        terminal.wait("结对率 .* 1/40 ")

        terminal.key("f4", "insert")
        terminal.send("重阳节慰问\r2\r15:30\r\r村部\r\x13")
        terminal.wait("已存：重阳节慰问")
        terminal.key("enter", "f8")
        terminal.wait("点名：重阳节慰问(.*\n)+.*未点40")
        terminal.send("1123")
        terminal.wait("到2 +缺1 +假1 .*未点36")
        terminal.key("f8")
        terminal.wait("到38 +缺1 +假1 +迟0 +未点0")
        assert asked(data, "list", "activities")[0]["present"] == 38

        terminal.key("f6")
        terminal.wait("待办 41 +逾期 40")
        terminal.wait("15:30 重阳节慰问（村部）")
        terminal.key("enter")
        terminal.wait("谈心：梁文博")
        terminal.send("家中\r例行谈心\r想爸爸了\r\x13")
        screen = terminal.wait("待办 40 +逾期 39(.*\n)+.*已记：10月12日 谈心 梁文博（一组），这项待办已完成")
        assert not re.search("逾期.*天.*梁文博", screen)
        assert asked(data, "list", "records", "--find", "梁文博")[0]["content"] == "想爸爸了"

        names = {each["name"] for each in children(data)} | {
            each["name"] for each in asked(data, "list", "helpers")
        }
        terminal.key("f9")
        seen = terminal.wait("登记儿童")
        for page in ("建档率", "逾期待办", "谈心（次）"):
            terminal.key("pagedown")
            seen += terminal.wait(page)
        assert "*" in seen and not [name for name in names if name in seen]
        terminal.key("ctrl+q")
        assert terminal.wait_end() == 0
    assert "台账完好" in guanai(data, "check")


def bring_in(terminal, number: str, *until: str) -> None:
    """A register through the file picker, up to its preview."""
    terminal.key("f7")
    terminal.wait(r"\A 报表 ")
    terminal.key("enter")
    terminal.wait("选择要导入的表格")
    terminal.send(f"/{REGISTERS}\r")
    terminal.wait(f"{number}-.*KB")
    terminal.send("\x1b[B" * (int(number) - 1) + "\r")
    for pattern in (f"导入预览：{number}-", *until):
        terminal.wait(pattern, 20)


def test_a_file_imported_by_mistake_is_taken_back_whole(tmp_path: Path):
    data = empty(tmp_path)
    with open_program(data) as terminal:
        bring_in(terminal, "01", "新增65")
        terminal.key("f8")
        terminal.wait("已导入：新增65", 30)
        terminal.key("ctrl+z")
        terminal.wait("撤销您最近的操作：导入 01-基本情况登记表.xlsx")
        terminal.key("enter")
        terminal.wait("已撤销：导入 01")
        assert children(data) == []


def test_a_talk_half_typed_is_taken_up_again_after_a_kill(tmp_path: Path):
    data = village(tmp_path)
    with open_program(data) as terminal:
        terminal.send("\r学校操场\r例行")
        terminal.wait(">谈心缘由 +例行 ")
        terminal.kill(9)
        terminal.wait_end()
    with open_program(data, until="上次没存的草稿：谈心：梁文博") as terminal:
        terminal.send("\r谈心\r问了作业\x13")
        terminal.wait("已记：10月12日 谈心 梁文博")
    seen = asked(data, "list", "records", "--find", "梁文博")[0]
    assert (seen["place"], seen["reason"], seen["content"]) == ("学校操场", "例行谈心", "问了作业")


def test_the_first_start_asks_for_the_place_and_begins(tmp_path: Path):
    data = tmp_path / "ledger"
    with open_program(data, until="初次使用") as terminal:
        terminal.send("\x1b")
        terminal.wait("按 Ctrl.Q 退出")
        terminal.send("柳溪村\r青石镇\r\x13")
        terminal.wait("工作台 +柳溪村 +2026秋")
        terminal.wait("柳溪村的台账建好了")
    assert asked(data, "status")["site"] == "柳溪村"


def test_enter_on_a_target_and_again_leads_to_the_missing_field(tmp_path: Path):
    data = village(tmp_path)
    with open_program(data) as terminal:
        terminal.send("5\r\r")
        terminal.wait("修改：于承志(.*\n)+>学校 ")
        terminal.send("柳溪幼儿园\x13")
        terminal.wait("建档率：缺39人")
        terminal.wait("已存：于承志")


def test_a_pairing_is_taken_back_and_one_is_ended_with_its_reason(tmp_path: Path):
    data = village(tmp_path)
    with open_program(data) as terminal:
        terminal.send("3\r\r\r")
        terminal.wait("未结对 39名")
        terminal.send("\x1a")
        terminal.wait("撤销您最近的操作")
        terminal.send("\r")
        terminal.wait("未结对 40名(.*\n)+.*已撤销")
        terminal.send("\r\r\r")
        terminal.wait("未结对 39名")
        terminal.send(" ")
        terminal.wait(r"\A 已结对 ")
        terminal.key("f8")
        terminal.wait("为什么结束")
        terminal.send("5\r\r\r")  # 更换帮扶人, today, no remark
        terminal.wait("第0/0对")
    (pairing,) = asked(data, "list", "pairings")
    assert pairing["until"] == "2026-10-12"
