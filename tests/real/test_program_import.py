"""Importing in a real terminal: keys answered meanwhile, stopped in the middle, killed in the middle, pasted, by pipe."""

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pty_driver import ROOT
from village import GUANAI, REGISTERS, asked, children, empty, environment, guanai, open_program

HEAD = ["姓名", "性别", "出生日期", "现住址", "父亲姓名", "父亲电话", "母亲姓名", "母亲电话"]


@pytest.fixture
def long_register(tmp_path: Path) -> Path:
    """Six thousand children: enough for a key to come in the middle."""
    path = tmp_path / "全镇.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEAD)
        for n in range(6000):
            day = f"{2012 + n % 8}-{n % 12 + 1}-{n % 28 + 1}"
            out.writerow(
                [
                    f"测{n:05d}甲",
                    "男",
                    day,
                    f"柳溪村{n}号",
                    f"父{n:05d}乙",
                    f"1990{n:07d}",
                    f"母{n:05d}丙",
                    f"1991{n:07d}",
                ]
            )
    return path


def preview(terminal, path: Path) -> None:
    terminal.key("f7")
    terminal.wait(r"\A 报表 ")
    terminal.send("1")
    terminal.wait("选择要导入的表格")
    terminal.send(f"/\x15{path}\r")


def test_a_long_import_answers_keys_and_is_stopped_with_nothing_written(tmp_path: Path, long_register: Path):
    data = empty(tmp_path)
    with open_program(data) as terminal:
        preview(terminal, long_register)
        terminal.wait(r"正在核对 \d+/6000")
        terminal.key("f8")  # too early: said, and the work goes on
        terminal.wait("正在核对，请稍候")
        terminal.wait("新增6000", 60)
        terminal.key("f8")
        terminal.wait(r"正在写入 \d+/")
        terminal.send("\x1bOQabc")  # another screen's key and letters, in the middle of the writing
        terminal.wait("正在写入，请稍候；按 Esc 停下")
        terminal.key("escape")
        terminal.wait("什么也没有写入")
        assert children(data) == []
        terminal.key("f8")
        terminal.wait("已导入：新增6000", 60)
        terminal.key("ctrl+z")
        terminal.wait("撤销您最近的操作：导入 全镇.csv")
        terminal.key("enter")
        terminal.wait("已撤销：导入 全镇.csv", 60)
        terminal.key("ctrl+q")
        assert terminal.wait_end() == 0
    assert children(data) == [] and "台账完好" in guanai(data, "check")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP])
def test_a_program_that_dies_while_writing_leaves_nothing_half_done(
    tmp_path: Path, long_register: Path, number
):
    data = empty(tmp_path)
    with open_program(data) as terminal:
        preview(terminal, long_register)
        terminal.wait("新增6000", 60)
        terminal.key("f8")
        terminal.wait(r"正在写入 \d+/")
        os.kill(terminal.pid, number)
        terminal.wait_end()
    assert children(data) == [] and "台账完好" in guanai(data, "check")
    assert json.loads(guanai(data, "import", str(long_register), "--json"))["created"] == 6000


def test_two_people_import_and_enter_at_once(tmp_path: Path, long_register: Path):
    """While one writes six thousand children, another process's record waits its turn and stands."""
    data = empty(tmp_path)
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment(data)}
    with subprocess.Popen([*GUANAI, "--data", str(data), "import", str(long_register)], env=env, cwd=ROOT,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as long:  # fmt: skip
        done = 0
        while long.poll() is None:
            done += 1
            row = f"姓名,出生日期\n零散{done}号,2015-03-08\n"
            small = subprocess.run([*GUANAI, "--data", str(data), "import", "-"], input=row, env=env, cwd=ROOT,
                                   capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
            assert small.returncode == 0, small.stderr
    assert long.returncode == 0
    assert done >= 2 and len(children(data)) == 6000 + done


def test_a_table_is_pasted_from_a_spreadsheet(tmp_path: Path):
    data = empty(tmp_path)
    with open_program(data) as terminal:
        terminal.key("f7")
        terminal.wait(r"\A 报表 ")
        terminal.send("\x1b[200~姓名\t出生日期\t父亲姓名\r\n张浩宇\t2015.3.8\t张三\r\n\x1b[201~")
        terminal.wait("导入预览：粘贴的内容(.*\n)+.*新增1")
        terminal.key("f8")
        terminal.wait("已导入：新增1")
    (found,) = children(data)
    assert (found["name"], found["birth_date"], found["father"]["name"]) == ("张浩宇", "2015-03-08", "张三")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("comma", [",", "\t"])
def test_by_pipe_in_every_encoding(tmp_path: Path, encoding: str, comma: str):
    data = empty(tmp_path)
    text = f"姓名{comma}出生日期\n于  欣{comma}20150308\n".encode(encoding)
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment(data)}
    done = subprocess.run([*GUANAI, "--data", str(data), "import", "-", "--json"], input=text, env=env, cwd=ROOT,
                          capture_output=True, timeout=60, check=False)  # fmt: skip
    assert (done.returncode, json.loads(done.stdout)["created"]) == (0, 1), done.stderr
    assert children(data)[0]["name"] == "于欣"


def test_pasted_into_the_terminal_of_the_plain_command(tmp_path: Path):
    from pty_driver import Terminal

    data = empty(tmp_path)
    with Terminal([*GUANAI, "--data", str(data), "import", "-"], env=environment(data)) as terminal:
        terminal.wait("请粘贴表格内容，再按 Ctrl")
        terminal.send("姓名\t出生日期\n张浩宇\t2015-3-8\n\x04")
        terminal.wait("新增 1", 20)
        assert terminal.wait_end() == 0


def test_the_six_by_the_plain_command_and_their_reports(tmp_path: Path):
    """The report of the talks, mended in no way, comes back unchanged; the registers themselves are never touched."""
    data = empty(tmp_path)
    before = {path: path.read_bytes() for path in REGISTERS.iterdir()}
    for path in sorted(REGISTERS.iterdir()):
        out = tmp_path / f"{path.stem}-待核对.xlsx"
        guanai(data, "import", str(path), "--report", str(out), status=1 if path.name.startswith("06") else 0)
        assert out.stat().st_mode & 0o777 == 0o600
    assert {path: path.read_bytes() for path in REGISTERS.iterdir()} == before
    told = guanai(data, "import", str(tmp_path / "06-谈心记录-待核对.xlsx"), status=1)
    assert "新增 0，更新 0，未变 60，跳过 0" in told
    assert len(asked(data, "list", "children")) == 79


def test_a_report_over_the_register_itself_is_refused(tmp_path: Path):
    data = empty(tmp_path)
    path = tmp_path / "册.xlsx"
    path.write_bytes((REGISTERS / "01-基本情况登记表.xlsx").read_bytes())
    guanai(data, "import", str(path), "--report", str(path), status=2)
    assert path.read_bytes() == (REGISTERS / "01-基本情况登记表.xlsx").read_bytes() and children(data) == []


def test_a_hostile_file_is_answered_soon_and_the_ledger_is_as_it_was(tmp_path: Path):
    sys.path.insert(0, str(ROOT / "tests" / "db" / "exchange"))
    try:
        from made import one_cell_book
    finally:
        sys.path.pop(0)
    data = empty(tmp_path)
    bad = {
        "远.xlsx": one_cell_book("XFD1048576"), "空.xlsx": b"", "断.xlsx": one_cell_book("B2")[:300],
        "网页.xls": b"<html><table><tr><td>x</td></tr></table>", "乱.csv": bytes(range(128, 256)),
    }  # fmt: skip
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    os.mkfifo(tmp_path / "管道.xlsx")
    (tmp_path / "夹.xlsx").mkdir()
    before = (data / "guanai.db").read_bytes()
    for name in (*bad, "管道.xlsx", "夹.xlsx", "没有.xlsx"):
        done = subprocess.run([*GUANAI, "--data", str(data), "import", str(tmp_path / name)], cwd=ROOT, timeout=20, check=False,
                              env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment(data)},
                              capture_output=True, text=True)  # fmt: skip
        assert (done.returncode, done.stdout, len(done.stderr.strip().splitlines())) == (2, "", 1), (
            name,
            done.stderr,
        )
    assert (data / "guanai.db").read_bytes() == before
