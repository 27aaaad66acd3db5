"""目标、报表 from outside, in bursts: a rate that moves, tables pasted, sums, the difference, a report, all by keyboard."""

import json
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pty_driver import Terminal
from village import CTRL_S, DEMO_DAY, ESC, children, demo, guanai, open_program

F5, F7, F8, F10, UP, DOWN, CLEAR = "\x1b[15~", "\x1b[18~", "\x1b[19~", "\x1b[21~", "\x1b[A", "\x1b[B", "\x15"
SIZES = [(80, 24), (60, 20)]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return demo(tmp_path)


def start(data: Path, size: tuple[int, int] = (80, 24)) -> Terminal:
    return open_program(data, size, until="待办 [0-9]+ +逾期", GUANAI_TODAY=DEMO_DAY)


def rates(data: Path) -> dict[str, dict]:
    """The targets by their codes."""
    return {each["code"]: each for each in json.loads(guanai(data, "targets", "--json", today=DEMO_DAY))}


@pytest.mark.parametrize("size", SIZES)
def test_from_a_rate_to_the_missing_field_and_back_in_one_write(data: Path, size):
    found = rates(data)
    before = found["vaccinated"]
    lacking = before["denominator"] - before["numerator"]
    assert lacking > 3
    down = [code for code, each in found.items() if not each["in_force"]].index("vaccinated")
    with start(data, size) as terminal:
        goal = f"{F10}dyq\r100{CTRL_S}"
        mended = (
            f"\r\r1{CTRL_S}\r1{CTRL_S}{ESC}"  # two children, one after another; back in the list between them
        )
        terminal.send(f"{F5}\t\t{DOWN * down}{goal}{mended}")  # past the targets pursued and the plan
        terminal.wait(
            rf"> ?免疫接种率 .*{before['numerator'] + 2}/{before['denominator']} +100% +差{lacking - 2}人"
        )
        terminal.send(f"\r\r1{CTRL_S}\x1a")  # a third one, and taken back
        terminal.wait("撤销您最近的操作")
        terminal.settle()
        terminal.send("\r")
        terminal.wait(f"缺{lacking - 2}人")
        terminal.key("ctrl+q")
        assert terminal.wait_end() == 0
    after = rates(data)["vaccinated"]
    assert (after["in_force"], after["numerator"]) == (True, before["numerator"] + 2)
    assert after["goal"] == 100


def tables(names: list[str]) -> dict[str, str]:
    """A score sheet and an attendance sheet as a spreadsheet copies them, by the kind they are to be taken for."""
    cells = {
        "成绩": ("柳溪小学2026秋期中考试成绩表", ["姓名\t语文\t数学", f"{names[0]}\t92\t95.5", f"{names[1]}\t缺考\t60"]),
        "点名": ("柳溪村留守儿童之家2026年11月点名表", ["姓名\t11月7日\t11月14日", f"{names[0]}\t√\t×", f"{names[1]}\t假\t迟"]),
    }  # fmt: skip
    return {kind: "".join(f"{row}\r\n" for row in (title, *rows)) for kind, (title, rows) in cells.items()}


@pytest.mark.parametrize("marked", [True, False], ids=["marked", "unmarked"])
def test_score_and_attendance_sheets_are_pasted(data: Path, tmp_path: Path, marked: bool):
    pasted = tables([each["name"] for each in children(data)[:2]])
    with start(data) as terminal:
        terminal.send(F7)
        terminal.wait("填别人的表")
        for kind, text in pasted.items():
            terminal.send(f"\x1b[200~{text}\x1b[201~" if marked else text)
            if not marked:
                terminal.wait("收到4行")
                terminal.send(F8)
            terminal.wait(f"{kind} 2行 +新增2 +更新0")
            terminal.send(F8)
            terminal.wait("已导入：新增2")
    for kind, text in pasted.items():  # the same once more: all of it is there
        (tmp_path / f"{kind}.tsv").write_text(text, encoding="utf-8")
        told = json.loads(guanai(data, "import", str(tmp_path / f"{kind}.tsv"), "--json", today=DEMO_DAY))
        assert (told["created"], told["unchanged"]) == (0, 2)


def test_sums_lead_to_a_child_and_the_difference_to_nothing_left_to_key_in(data: Path):
    with start(data) as terminal:
        terminal.send(f"{F7}3{DOWN * 3}")
        count = int(re.search(r"> 女 +(\d+)", terminal.wait("> 女"))[1])
        terminal.send("\r")
        terminal.wait(f"女 {count}人")
        terminal.send("\r")
        terminal.wait(">性别 +女")
        terminal.send(f"{ESC}")
        terminal.wait(f"女 {count}人")
        terminal.send(f"{F7}4")
        left_behind = int(re.search(r"新增(\d+)", terminal.wait("新增[1-9]"))[1])
        terminal.send(f"{F8}\r")  # an Enter before the question was seen answers nothing
        terminal.wait(f"全部{left_behind}名都已录入")
        terminal.settle()
        terminal.send("\r")
        terminal.wait(f"(?s)新增0  回来0  变更0  退出0.*没有要上报的.*已把{left_behind}名标为已上报")
    told = guanai(data, "export", "difference", "-o", str(data.parent / "差异.xlsx"), today=DEMO_DAY)
    assert told == ""
    book = load_workbook(data.parent / "差异.xlsx")
    assert all(page.max_row <= 3 for page in book if page.title in ("新增", "变更", "退出"))


@pytest.mark.parametrize("size", SIZES)
def test_a_report_is_read_and_saved_as_markdown_and_word(data: Path, tmp_path: Path, size):
    with start(data, size) as terminal:
        terminal.send(f"{F7}5")
        terminal.wait("柳溪村2026年11月留守儿童关爱工作月报")
        for number, ending in ((2, "md"), (1, "docx")):
            terminal.send(f"{F8}{number}\r{CLEAR}{tmp_path}/月报.{ending}\r")
            terminal.wait("月报已存到")
            terminal.send(UP)
            assert "月报已存到" not in terminal.settle()
    assert (tmp_path / "月报.md").read_text("utf-8").startswith("# 柳溪村2026年11月")
    assert (tmp_path / "月报.docx").read_bytes().startswith(b"PK")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("月报.*")} == {0o600}
