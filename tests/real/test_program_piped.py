"""Forms, tables and reports by the plain command, standard output piped: exit statuses, one document, messages beside it."""

import io
import json
import os
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from pty_driver import ROOT
from village import DEMO_DAY, GUANAI, demo, environment


class Village:
    """The demo village, asked by commands whose output is piped."""

    def __init__(self, folder: Path) -> None:
        self.data, self.folder = demo(folder), folder
        self.env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment(self.data)}
        self.env["GUANAI_TODAY"] = DEMO_DAY

    def run(self, words: str, status: int = 0) -> tuple[bytes, str]:
        """What a command writes to standard output and to standard error; files are named from the folder."""
        done = subprocess.run([*GUANAI, "--data", str(self.data), *words.split()], cwd=self.folder, env=self.env,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)  # fmt: skip
        said = done.stderr.decode()
        assert done.returncode == status, (words, done.returncode, said)
        assert "Traceback" not in said, (words, said)
        assert done.stdout[:2] == b"PK" or b"\x1b" not in done.stdout, "no colours in a pipe"
        return done.stdout, said

    def form(self, name: str, *head: str) -> str:
        """A blank form of these headings."""
        book = Workbook()
        book.active.append(["花名册"])
        book.active.append(head)
        book.save(self.folder / name)
        return name


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Village:
    return Village(tmp_path_factory.mktemp("piped"))


def test_a_form_is_filled_and_told_of_in_words_or_as_one_document(village: Village):
    blank = village.form("空.xlsx", "姓名", "出生年月", "身体情况{健康|残疾|患病}", "照片")
    words, said = village.run(f"fill {blank} -o 好.xlsx", status=1)  # some cells need a person
    assert "4栏，认得3栏" in words.decode() and "没有“一般或较弱”这一项" in words.decode()
    assert said == "已填 68 行，写到 好.xlsx，内有完整身份证号，请妥善保管\n"
    document, said = village.run(f"fill {blank} -o 好.xlsx --json --columns 姓名,出生年月 --who all")
    told = json.loads(document)
    assert (told["rows"], told["problems"], said) == (80, [], "")
    assert load_workbook(village.folder / "好.xlsx").active.max_row == 82


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("fill 空2.xlsx", "缺少：-o"),
        ("fill 没有.xlsx -o 好2.xlsx", "没有.xlsx"),
        ("fill 空2.xlsx -o 空2.xlsx", "不能写到空白表自己上面"),
        ("fill 空2.xlsx -o 好2.xlsx --find 没有这个人 --json", "没有可填的人"),
        ("fill 空2.xlsx -o 好2.xlsx --columns 颜色 --json", "表里没有“颜色”这一栏"),
        ("fill - -o 好2.xlsx", "标准输入是空的"),
        ("export sums -o 好2.docx", "要以 .xlsx 或 .csv 或 .json 或 .html 结尾"),
        ("export sums -o 好2.xlsx --find 张", "不用 --find"),
        ("export difference -o 没有/好2.xlsx", "这个文件夹，请先建好"),
        ("export report -o 好2.md --period 2026-13", "看不出是哪一期"),
        ("export report -o 好2.md --name 周报", "没有“周报”这份报表，可选：月报"),
        ("export handout -o 好2.pdf", "要以"),
        ("export targets -o /sys/好2.xlsx", "请换"),
        ("export school-roll -o 好2.xlsx --find 没有这个人", "没有"),
        ("targets --by 班 --json", "--by"),
        ("targets --term 明年 --json", "明年"),
    ],
)
def test_what_cannot_be_done_is_said_on_standard_error_alone(village: Village, words: str, said: str):
    village.form("空2.xlsx", "姓名", "出生年月")
    before = {path.name for path in village.folder.iterdir()}
    out, told = village.run(words, status=2)
    assert out == b"" and said in told
    assert {path.name for path in village.folder.iterdir()} == before


def test_every_kind_goes_to_a_file_and_to_a_pipe(village: Village):
    kinds = {
        "sums": ".xlsx",
        "difference": ".xlsx",
        "handout": ".docx",
        "targets": ".xlsx",
        "school-roll": ".xlsx",
    }
    for kind, ending in kinds.items():
        out, said = village.run(f"export {kind} -o {kind}{ending}")
        assert out == b"" and f"{kind}{ending}" in said and len(said.splitlines()) == 1
        assert (village.folder / f"{kind}{ending}").stat().st_mode & 0o777 == 0o600
        piped, said = village.run(f"export {kind} -o -")
        assert ZipFile(io.BytesIO(piped)).testzip() is None and len(said.splitlines()) == 1
    text, said = village.run("export report -o - --period 2026-10")
    assert text.decode().startswith("# 柳溪村2026年10月") and said == "已写2026年10月的月报\n"
    village.run("export sums -o 汇总.json")
    assert json.loads((village.folder / "汇总.json").read_text("utf-8"))
    assert len(json.loads(village.run("targets --json --by group")[0])) > 10


@pytest.mark.parametrize("words", ["targets --json", "export report -o -", "export children -o -"])
def test_a_reader_that_stops_early_is_no_error(village: Village, words: str):
    with subprocess.Popen([*GUANAI, "--data", str(village.data), *words.split()], cwd=village.folder, env=village.env,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:  # fmt: skip
        running.stdout.close()
        said = running.stderr.read().decode()
    assert "Traceback" not in said and "Error" not in said, said
