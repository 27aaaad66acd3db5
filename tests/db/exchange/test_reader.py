"""Files as they come, the hostile ones included."""

import io
import os
import time
import zipfile
from datetime import date, datetime

import pytest
from made import one_cell_book
from openpyxl import Workbook

from db.exchange import reader
from db.exchange.reader import BadFile

ROWS = [["姓名", "性别"], ["张三", "男"]]


def book(*rows: list) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def refusal(data: bytes, suffix: str = "") -> str:
    with pytest.raises(BadFile) as caught:
        reader.read_bytes(data, "“某表”", suffix)
    return str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        "姓名,性别\r\n张三,男\r\n".encode(), "姓名,性别\n张三,男".encode("utf-8-sig"), "姓名,性别\n张三,男".encode("gb18030"),
        "姓名\t性别\n张三\t男".encode("utf-16"), "姓名;性别\n张三;男".encode(), "姓名\t性别\n张三\t男".encode("gbk"),
    ],
    ids=["utf-8", "bom", "gb18030", "utf-16", "semicolon", "tab"],
)  # fmt: skip
def test_text_registers(data):
    assert reader.read_bytes(data, "“某表”")[0].rows == ROWS


def test_a_book_keeps_its_kinds_of_cell():
    sheet = reader.read_bytes(
        book(["甲", 3, 2.5, date(2015, 3, 8), datetime(2015, 3, 8, 9, 30), None, True]), "“某表”"
    )[0]
    assert sheet.rows == [["甲", 3, 2.5, date(2015, 3, 8), datetime(2015, 3, 8, 9, 30), None, "是"]]


def test_rows_keep_their_numbers_above_and_between():
    made = Workbook()
    made.active["B3"] = "姓名"
    made.active["B6"] = "张三"
    file = io.BytesIO()
    made.save(file)
    assert reader.read_bytes(file.getvalue(), "“某表”")[0].rows == [
        [],
        [],
        [None, "姓名"],
        [],
        [],
        [None, "张三"],
    ]


def test_a_cell_in_the_last_corner_is_refused_quickly():
    assert reader.read_bytes(one_cell_book("B2"), "“某表”")[0].rows[1] == [
        None,
        "远",
    ]  # the same book does open
    began = time.monotonic()
    assert "零散的单元格" in refusal(one_cell_book("XFD1048576"), ".xlsx")
    assert time.monotonic() - began < 10


def test_a_cell_far_right_or_far_down():
    assert len(reader.read_bytes(one_cell_book("XFD2"), "“某表”")[0].rows[1]) == 16384
    assert "1048576行" in refusal(one_cell_book("A1048576"), ".xlsx")


@pytest.mark.parametrize(
    ("data", "suffix", "says"),
    [
        (b"", ".xlsx", "空的"),
        (b"\r\n \n", ".csv", "空的"),
        ("姓名,性别\n张三,男".encode(), ".xlsx", "改名为 .csv"),
        (b"<html><table><tr><td>x</td></tr></table>", ".xls", "网页"),
        (b"%PDF-1.7 ...", ".xlsx", "PDF"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            ".xlsx",
            "密码",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, ".xls", "不完整或已损坏"),
        (bytes(range(128, 256)), ".csv", "编码认不出来"),
        (b"PK\x03\x04 cut off", ".xlsx", "不完整或已损坏"),
    ],
    ids=[
        "empty",
        "blank",
        "text as xlsx",
        "web page",
        "pdf",
        "encrypted",
        "broken xls",
        "no encoding",
        "truncated",
    ],
)
def test_refused_with_a_sentence(data, suffix, says):
    assert says in refusal(data, suffix)


def test_truncated_book_and_other_zip():
    whole = book(*ROWS)
    assert reader.read_bytes(whole, "“某表”")[0].rows == ROWS
    assert "重新复制" in refusal(whole[: len(whole) // 2], ".xlsx")
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w") as file:
        file.writestr("word/document.xml", "<w/>")
    assert "不是表格" in refusal(document.getvalue(), ".xlsx")


def test_a_small_zip_that_unfolds_far(monkeypatch):
    bomb = one_cell_book("B2", text="x" * 60_000_000)
    assert len(bomb) < 100_000
    assert len(reader.read_bytes(bomb, "“某表”")[0].rows[1][1]) == reader.MAX_TEXT
    monkeypatch.setattr(reader, "MEMORY", 120 * 2**20)
    assert "太大" in refusal(bomb, ".xlsx")


def test_paths_that_are_no_file(tmp_path):
    for path, says in (
        (tmp_path, "文件夹"),
        (tmp_path / "没有.xlsx", "找不到"),
        ("/dev/null", "不是普通文件"),
        ("a\0b", "无效"),
    ):
        with pytest.raises(BadFile, match=says):
            reader.read(str(path))


def test_no_permission(tmp_path):
    """Root may read everything: where we are root, somebody else looks."""
    path = tmp_path / "甲.csv"
    path.write_text("姓名\n张三")
    path.chmod(0)
    seen, told = os.pipe()
    if not (child := os.fork()):
        if os.geteuid() == 0:
            os.setuid(65534)
        try:
            reader.read(str(path))
        except BadFile as bad:
            os.write(told, str(bad).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(told)
    with os.fdopen(seen, "rb") as said:
        assert "没有权限" in said.read().decode()


def test_a_module_beside_the_file_is_not_run(tmp_path, monkeypatch):
    """The child process must not import what lies in the folder somebody works in."""
    (tmp_path / "json.py").write_text("raise SystemExit('run')")
    (tmp_path / "甲.csv").write_text("姓名,性别\n张三,男")
    monkeypatch.chdir(tmp_path)
    assert reader.read("甲.csv")[0].rows == ROWS
