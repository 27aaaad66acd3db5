"""填表 from outside: whole bursts, bad forms, places one may not write to, killed in the middle, two at once."""

import io
import os
import signal
import time
import zipfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from pty_driver import Terminal
from village import DEMO_DAY, ESC, GIVEN, SURNAMES, asked, broken, demo, empty, guanai, open_program

F7, F8, CLEAR = "\x1b[18~", "\x1b[19~", "\x15"
TITLE = "留守儿童花名册"
HEAD = ["序号", "学生姓名", "出生年月", "家庭住址", "拿手的事", "父亲手机"]
MANY = 3000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def form(path: Path, title: str = TITLE, head: list[str] = HEAD) -> Path:
    """A blank form: a title, headings, lines without end."""
    book = Workbook()
    book.active.append([title])
    book.active.append(head)
    book.save(path)
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return demo(tmp_path)


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    (tmp_path / "空表").mkdir()
    return form(tmp_path / "空表" / "花名册.xlsx")


def start(data: Path, size: tuple[int, int] = (80, 24)) -> Terminal:
    return open_program(data, size, GUANAI_TODAY=DEMO_DAY)


def opened(terminal: Terminal, path: Path, until: str = "填得上") -> str:
    """A form on the screen of 填表, from wherever the program is."""
    terminal.send(f"{F7}2/{CLEAR}{path}\r")
    return terminal.wait(until)


def names(path: Path) -> list[str]:
    """The names that stand in a filled form."""
    return [row[1] for row in load_workbook(path).active.iter_rows(min_row=3, values_only=True) if row[1]]


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
def test_a_form_is_settled_and_written_in_bursts(data: Path, blank: Path, tmp_path: Path, size):
    before, out = blank.read_bytes(), tmp_path / "好.xlsx"
    with start(data, size) as terminal:
        opened(terminal, blank, "栏 5/6 填得上   空着1栏")
        assert ">拿手的事" in terminal.text()  # the one that nothing is known for
        terminal.send(f"\r特长爱好\r{F8}{CLEAR}{out}\r")
        terminal.wait("(?s)表填好了.*68行")
        terminal.send(ESC)
        terminal.wait("栏 6/6 填得上   上次的对应")
        terminal.key("ctrl+q")
        assert terminal.wait_end() == 0
    assert blank.read_bytes() == before and os.listdir(blank.parent) == [blank.name]
    assert out.stat().st_mode & 0o777 == 0o600
    assert sorted(names(out)) == sorted(each["name"] for each in asked(data, "list", "children", "--reveal") if each["left_behind"])  # fmt: skip
    row = [cell.value for cell in load_workbook(out).active[3]]
    assert row[0] == 1 and row[5].startswith("199") and len(row[5]) == 11  # in full


def bad_forms(folder: Path, good: bytes) -> dict[str, str]:
    """Forms that cannot be filled, and what is said of each."""
    macro = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(macro, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
        target.writestr("xl/vbaProject.bin", OLE + b"macro")
    (folder / "带宏.xlsm").write_bytes(macro.getvalue())
    (folder / "加密.xlsx").write_bytes(OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(999))
    (folder / "断了.xlsx").write_bytes(good[: len(good) // 2])
    (folder / "网页.xls").write_bytes(b"<html><table><tr><td>x</td></tr></table>")
    form(folder / "通知.xlsx", "关于填报的通知", ["请各村抓紧"])
    form(folder / "没有姓名.xlsx", "喜好表", ["民族", "爱好"])
    form(folder / "两栏一事.xlsx", "名册", ["姓名", "父亲电话", "父亲手机"])
    return {
        "加密.xlsx": "加了密码，请用表格软件打开、取消密码后另存",
        "断了.xlsx": "不完整或已损坏，请重新复制",
        "网页.xls": "其实是网页，请用表格软件打开后另存为 xlsx",
        "通知.xlsx": "里找不到表头：请看空白表里有没有“姓名”",
        "没有姓名.xlsx": "看不出每行填谁",
        "两栏一事.xlsx": "“父亲电话”和“父亲手机”填的都是父亲电话",
        "带宏.xlsm": "原表带有宏，填好的表里没有",
    }


def test_a_bad_form_is_answered_in_a_sentence_and_the_program_goes_on(data: Path, blank: Path):
    bad = bad_forms(blank.parent, blank.read_bytes())
    before = {path: path.read_bytes() for path in blank.parent.iterdir()}
    with start(data) as terminal:
        for name, said in bad.items():
            assert "Traceback" not in opened(terminal, blank.parent / name, broken(said))
        terminal.send(f"{F8}\r")  # the last one can be filled: without its macros, as xlsx
        assert terminal.wait("(?s)表填好了.*说明").count("带有宏") == 1
        terminal.send(ESC)
        opened(terminal, blank)
    filled = blank.with_name("带宏-已填.xlsx")
    assert len(names(filled)) == 68 and "xl/vbaProject.bin" not in zipfile.ZipFile(filled).namelist()
    assert {path: path.read_bytes() for path in blank.parent.iterdir() if path != filled} == before


def test_a_place_one_may_not_write_to_is_said_and_another_is_taken(data: Path, blank: Path, tmp_path: Path):
    before = blank.read_bytes()
    refused = {
        f"{blank}/内.xlsx": "上级不是文件夹",
        "/sys/好.xlsx": "写“/sys/好.xlsx”，请换到自己的文件夹",
        f"{tmp_path}/没有/好.xlsx": "这个文件夹，请先建好，或换一个位置",
        f"{tmp_path}/好.txt": "要以 .xlsx 结尾，请改文件名",
    }
    with start(data) as terminal:
        opened(terminal, blank)
        for place, said in refused.items():
            terminal.send(f"{F8}{CLEAR}{place}\r")
            terminal.wait(broken(said))
        terminal.send(f"{F8}{CLEAR}{blank}\r")
        terminal.wait("不能写到空白表自己上面，请换一个文件名")
        terminal.send(f"{CLEAR}{tmp_path}/好.xlsx\r")
        terminal.wait("表填好了")
    assert blank.read_bytes() == before and os.listdir(blank.parent) == [blank.name]
    assert len(names(tmp_path / "好.xlsx")) == 68


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of three thousand children, all left behind: enough for a kill to come in the middle."""
    folder = tmp_path_factory.mktemp("crowd")
    rows = ["姓名,出生日期,现住址,父亲姓名,父亲电话,父亲是否外出,母亲姓名,母亲是否外出"]
    rows += [
        f"{SURNAMES[n % 8]}{GIVEN[n // 8 % 13]}{n},{2012 + n % 8}-{n % 12 + 1}-{n % 28 + 1},柳溪村{n}号,"
        f"父{n},1990{n:07d},是,母{n},是"
        for n in range(MANY)
    ]
    (folder / "册.csv").write_text("\n".join(rows), encoding="utf-8")
    data = empty(folder)
    guanai(data, "import", str(folder / "册.csv"))
    return data


@pytest.mark.parametrize("after", ["settling", 0.0, 0.1, 0.2])
def test_killed_while_settling_or_writing_nothing_half_is_left(crowd: Path, blank: Path, after: str | float):
    out = blank.with_name("花名册-已填.xlsx")
    before, old = blank.read_bytes(), b"an older file"
    with start(crowd) as terminal:
        opened(terminal, blank)
        if after == "settling":
            terminal.send("\r特长")
            terminal.wait("查找: 特长")
        else:
            out.write_bytes(old)
            terminal.send(f"\t2\r{F8}\r")
            terminal.wait("要覆盖吗")
            terminal.settle()
            terminal.send("\r")
            terminal.wait(r"正在查台账 \d+/3000")
            time.sleep(after)
        terminal.kill(signal.SIGKILL)
        terminal.wait_end()
    assert blank.read_bytes() == before
    if after == "settling":
        assert os.listdir(blank.parent) == [blank.name]
    else:
        assert sorted(os.listdir(blank.parent)) == [out.name, blank.name]
        assert out.read_bytes() == old or len(names(out)) == MANY
    assert "台账完好" in guanai(crowd, "check")


def test_two_programs_fill_one_form_at_once(crowd: Path, blank: Path, tmp_path: Path):
    before = blank.read_bytes()
    with ExitStack() as stack:
        two = [stack.enter_context(start(crowd)) for _ in range(2)]
        for terminal in two:
            opened(terminal, blank)
        for terminal, target in zip(two, ("特长爱好", "民族"), strict=True):
            terminal.send(f"\r{target}\r\t2\r{F8}{CLEAR}{tmp_path}/{target}.xlsx\r")
        for terminal in two:
            terminal.wait(f"(?s)表填好了.*{MANY}行")
        for terminal in two:  # and over one another's file
            terminal.send(f"{ESC}{F8}{CLEAR}{tmp_path}/民族.xlsx\r")
            terminal.wait("要覆盖吗")
            terminal.settle()
            terminal.send("\r")
        for terminal in two:
            terminal.wait(f"(?s)表填好了.*{MANY}行")
    assert len(names(tmp_path / "特长爱好.xlsx")) == len(names(tmp_path / "民族.xlsx")) == MANY
    assert blank.read_bytes() == before and not [*tmp_path.glob(".guanai-*")]
    assert "台账完好" in guanai(crowd, "check")
