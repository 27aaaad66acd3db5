"""Files that would harm: each is refused with one sentence, and what is harmless and built alike is read."""

import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from made import (
    HEADED,
    REGISTERS,
    SHARED,
    book_xml,
    made_book,
    one_cell_book,
    read_as,
    refusal,
    sheet_xml,
    strings_xml,
    zipped,
)  # fmt: skip

from db.exchange import reader
from db.exchange.reader import BadFile, Reading

CSV = "姓名,性别\n张三,男\n"
ROWS = [["姓名", "性别"], ["张三", "男"]]
OLD = (REGISTERS / "03-花名册.xls").read_bytes()
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


# ── paths ────────────────────────────────────────────────────────────────────────────────────────────────


def refused_path(path: object) -> str:
    with pytest.raises(BadFile) as caught:
        reader.read(str(path))
    assert "请" in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_paths_that_are_no_file(tmp_path):
    (tmp_path / "断.xlsx").symlink_to(tmp_path / "没有.xlsx")
    (tmp_path / "圈.xlsx").symlink_to(tmp_path / "圈.xlsx")
    (tmp_path / "甲.csv").write_text(CSV)
    (tmp_path / "通.csv").symlink_to(tmp_path / "甲.csv")
    os.mkfifo(tmp_path / "管.csv")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "口.csv"))
        for path, says in (
            (tmp_path, "文件夹"), (tmp_path / "没有.xlsx", "找不到"), (tmp_path / "甲.csv" / "乙.csv", "核对所在文件夹"),
            (tmp_path / "断.xlsx", "失效的链接"), (tmp_path / "圈.xlsx", "绕回"), (tmp_path / "管.csv", "不是普通文件"),
            (tmp_path / "口.csv", "不是普通文件"), ("/dev/zero", "不是普通文件"), ("a\0b", "无效"), ("", "没有写出"),
            (tmp_path / ("长" * 300), "文件名太长"), ("~没有这个人/甲.csv", "找不到"),
        ):  # fmt: skip
            assert says in refused_path(path)
    assert len(refused_path(tmp_path / ("长" * 300))) < 150
    assert reader.read(str(tmp_path / "通.csv")).sheets[0].rows == ROWS


def test_a_pipe_that_slips_in_is_not_waited_for(tmp_path, monkeypatch):
    """Looked at, it was a plain file; opened, it is a pipe that nobody writes to."""
    (tmp_path / "甲.csv").write_text(CSV)
    os.mkfifo(tmp_path / "管.csv")
    look = os.stat
    monkeypatch.setattr(os, "stat", lambda path, **more: look(str(path).replace("管.csv", "甲.csv"), **more))
    assert reader.read(str(tmp_path / "甲.csv")).sheets[0].rows == ROWS
    assert "不是普通文件" in refused_path(tmp_path / "管.csv")


def test_no_permission(tmp_path):
    """Root may read everything: where we are root, somebody else looks."""
    path = tmp_path / "甲.csv"
    path.write_text("姓名\n张三")
    assert reader.read(str(path)).sheets[0].rows == [["姓名"], ["张三"]]
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


def grow(path: Path) -> None:
    with path.open("a") as file:
        file.write("李四,女\n")


def rewrite(path: Path) -> None:
    path.write_text(CSV.replace("张三", "李四"))
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000))


@pytest.mark.parametrize(
    ("moment", "change", "changed"),
    [
        ("before", grow, True), ("before", lambda path: os.truncate(path, 9), True), ("before", rewrite, True),
        ("after", grow, True), ("before", lambda path: path.chmod(0o600), False),
    ],
    ids=["grows", "shrinks", "is rewritten", "grows at the end", "stays"],
)  # fmt: skip
def test_a_file_that_changes_underneath(tmp_path, monkeypatch, moment, change, changed):
    path = tmp_path / "甲.csv"
    path.write_text(CSV)
    looks = []
    look = os.fstat

    def looking(handle):
        if moment == "after" and len(looks) == 1:
            change(path)
        looks.append(look(handle))
        if moment == "before" and len(looks) == 1:
            change(path)
        return looks[-1]

    monkeypatch.setattr(os, "fstat", looking)
    if changed:
        assert "正在被改动" in refused_path(path)
    else:
        assert reader.read(str(path)).sheets[0].rows == ROWS
    assert len(looks) == 2


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs a file longer than it says")
def test_a_file_that_is_not_as_long_as_it_says():
    assert Path("/proc/self/status").stat().st_size == 0
    assert "正在被改动" in refused_path("/proc/self/status")


def test_a_file_too_big_is_not_even_read(tmp_path, monkeypatch):
    path = tmp_path / "甲.csv"
    path.write_text(CSV)
    assert reader.read(str(path)).sheets[0].rows == ROWS
    os.truncate(path, 2**40)
    assert "超过64MB" in refused_path(path)
    monkeypatch.setattr(reader, "MAX_BYTES", 20)
    with pytest.raises(BadFile, match="超过"):
        reader.Reading.from_text(CSV).result()


def test_standard_input_that_is_none(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert "标准输入" in refused_path("-")


# ── contents that are no table ───────────────────────────────────────────────────────────────────────────

OLD_XML = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:x"></Workbook>'


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("空.xlsx", b"", "空的"),
        ("空.csv", b"\r\n \n", "空的"),
        ("空.csv", ",,,\n ,,\n", "没有填任何内容"),
        ("空.xlsx", made_book(sheet_xml("")), "没有填任何内容"),
        ("无.xlsx", made_book(book=book_xml()), "没有工作表"),
        ("网页.xls", "<html><table><tr><td>姓名</td></tr></table>", "其实是网页"),
        ("网页.xls", "\n<!DOCTYPE html><table>".encode("utf-16"), "其实是网页"),
        ("网页.xls", "MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html>", "其实是网页"),
        ("导出.xls", OLD_XML, "旧式的 XML"),
        ("图.xlsx", b"%PDF-1.7 ...", "图片、文档"),
        ("图.csv", b"\x89PNG\r\n\x1a\n...", "图片、文档"),
        ("文.xlsx", zipped({"word/document.xml": "<w/>"}), "不是表格"),
        ("文.xlsx", zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}), "不是表格"),
        ("套.xlsx", zipped({"名册.xlsx": one_cell_book("B2")}), "不是表格"),
        ("文.xls", COMPOUND + bytes(600) + "WordDocument".encode("utf-16-le"), "不是表格"),
        ("锁.xlsx", COMPOUND + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "密码"),
        ("坏.xls", COMPOUND + b"x" * 600, "不完整或已损坏"),
        ("坏.xlsx", b"PK\x03\x04 cut off", "不完整或已损坏"),
        ("坏.csv", bytes(range(128, 256)), "认不出来"),
        ("坏.xls", b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(60), "认不出来"),
        ("断.csv", (CSV * 30).encode()[:-2], "不完整"),
    ],
)  # fmt: skip
def test_refused_with_a_sentence(tmp_path, name, data, says):
    assert says in refusal(tmp_path, name, data)


def test_what_these_were_built_from_is_read(tmp_path):
    assert read_as(tmp_path, "甲.xlsx", one_cell_book("B2")).sheets[0].rows == [["姓名"], [None, "远"]]
    assert read_as(tmp_path, "乙.csv", CSV * 30).sheets[0].rows == ROWS * 30
    assert read_as(tmp_path, "丙.xls", OLD).sheets[0].rows[3][2] == "单国庆"


@pytest.mark.parametrize("whole", [one_cell_book("B2"), OLD], ids=["xlsx", "xls"])
@pytest.mark.parametrize("part", [0.01, 0.3, 0.6, 0.95])
def test_truncated(tmp_path, whole, part):
    assert "重新复制" in refusal(tmp_path, "断.xlsx", whole[: int(len(whole) * part)])


def test_a_book_whose_sheet_is_missing_or_cut(tmp_path):
    whole = sheet_xml(HEADED)
    assert read_as(tmp_path, "甲.xlsx", made_book(whole)).sheets[0].rows == [["姓名"]]
    assert "损坏" in refusal(tmp_path, "乙.xlsx", made_book(whole[:-40]))
    assert "损坏" in refusal(tmp_path, "丙.xlsx", made_book(whole, book=book_xml('name="一"', 'name="二"')))


def with_first_record(kind: int, content: int) -> bytes:
    """The old workbook with the record after the first turned into another of two bytes."""
    start = OLD.index(b"\x09\x08\x10\x00\x00\x06\x05\x00") + 4 + 16
    assert OLD[start + 2 : start + 4] == b"\x02\x00"
    return (
        OLD[:start]
        + kind.to_bytes(2, "little")
        + b"\x02\x00"
        + content.to_bytes(2, "little")
        + OLD[start + 6 :]
    )


@pytest.mark.parametrize("method", [0, 1], ids=["XOR", "RC4"])
def test_an_old_book_with_a_password(tmp_path, method):
    assert read_as(tmp_path, "甲.xls", with_first_record(0xFFF, method)).sheets[0].name == "花名册"
    assert "密码" in refusal(tmp_path, "甲.xls", with_first_record(0x2F, method))


def test_locked_zips(tmp_path):
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="T"><table:table-row><table:table-cell office:value-type="string">'
        "<text:p>姓名</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>"
        "</office:body></office:document-content>"
    )

    def ods(more: str) -> bytes:
        return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content,
                       "META-INF/manifest.xml": f'<m:manifest xmlns:m="urn:x">{more}</m:manifest>'})  # fmt: skip

    assert read_as(tmp_path, "甲.ods", ods("")).sheets[0].rows == [["姓名"]]
    assert "密码" in refusal(tmp_path, "甲.ods", ods("<m:encryption-data/>"))
    locked = bytearray(one_cell_book("B2"))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert "密码" in refusal(tmp_path, "甲.xlsx", bytes(locked))


# ── contents that unfold ─────────────────────────────────────────────────────────────────────────────────


def test_a_cell_in_the_last_corner(tmp_path):
    empty = made_book(sheet_xml(f'{HEADED}<row r="1048576"><c r="XFD1048576" s="0"/></row>'))
    assert read_as(tmp_path, "甲.xlsx", empty).sheets[0].rows == [["姓名"]], "only a format stands there"
    assert len(read_as(tmp_path, "甲.xlsx", one_cell_book("XFD2")).sheets[0].rows[1]) == 16384
    assert "零散的单元格" in refusal(tmp_path, "甲.xlsx", one_cell_book("XFD1048576"))
    assert "零散的单元格" in refusal(tmp_path, "甲.xlsx", one_cell_book("ZZZZZZ9"))
    assert "1048576行" in refusal(tmp_path, "甲.xlsx", one_cell_book("A1048576"))


def test_many_sheets(tmp_path):
    sheet = sheet_xml(HEADED)
    assert len(read_as(tmp_path, "甲.xlsx", made_book(*[sheet] * 20)).sheets) == 20
    assert "300张" in refusal(tmp_path, "甲.xlsx", made_book(*[sheet] * 300))
    wide = sheet_xml(f'{HEADED}<row r="50"><c r="XFD50"><v>1</v></c></row>')
    assert len(read_as(tmp_path, "乙.xlsx", made_book(wide)).sheets[0].rows) == 50
    assert "太大" in refusal(tmp_path, "乙.xlsx", made_book(*[wide] * 20))


def inflating(path: Path, member: str, start: str, middle: bytes, end: str, times: int) -> Path:
    """The book at path with a member that repeats its middle."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        whole = zipfile.ZipFile(path.with_name("whole"))
        for each in whole.namelist():
            if each != member:
                book.writestr(each, whole.read(each))
        with book.open(member, "w", force_zip64=True) as file:
            file.write(start.encode())
            for _ in range(times):
                file.write(middle)
            file.write(end.encode())
    return path


@pytest.mark.parametrize(
    ("member", "middle", "times"),
    [
        ("xl/worksheets/sheet1.xml", b" " * 2**20, 400),
        ("xl/sharedStrings.xml", b"<si><t>a</t></si>" * 2**16, 250),
        ("xl/sharedStrings.xml", b"<si/>" * 2**16, 700),
        ("xl/worksheets/sheet1.xml", b'<row r="1"><c r="A1"><v>1</v></c></row>' * 2**15, 200),
        ("xl/media/image1.png", b"\0" * 2**20, 400),
    ],
    ids=["blanks", "strings", "empty strings", "rows", "picture"],
)
def test_a_small_zip_that_unfolds_far(tmp_path, member, middle, times):
    (tmp_path / "whole").write_bytes(made_book(sheet_xml(SHARED)))
    start, end = sheet_xml(SHARED).split("</sheetData>")
    end = f"</sheetData>{end}"
    if "Strings" in member:
        start, end = strings_xml("<si><t>姓名</t></si>|").split("|")
    harmless = inflating(tmp_path / "甲.xlsx", member, start, middle[:0], end, 1)
    assert reader.read(str(harmless)).sheets[0].rows == [["姓名"]]
    bomb = inflating(tmp_path / "乙.xlsx", member, start, middle, end, times)
    assert bomb.stat().st_size < 8 * 2**20
    assert "请" in refused_path(bomb)


def test_a_size_that_lies(tmp_path):
    """The zip says a member is small; what it unfolds to is not believed either."""
    whole = one_cell_book("B2", text="x" * 100_000)
    assert len(read_as(tmp_path, "甲.xlsx", whole).sheets[0].rows[1][1]) == 32_767
    with zipfile.ZipFile(tmp_path / "甲.xlsx") as book:
        size = book.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    assert whole.count(size) == 2
    assert "损坏" in refusal(tmp_path, "乙.xlsx", whole.replace(size, (500).to_bytes(4, "little")))


def test_one_long_text_in_very_many_cells(tmp_path):
    def repeated(cells: int) -> bytes:
        rows = "".join(f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in range(1, cells + 1))
        return made_book(
            sheet_xml(rows), more={"xl/sharedStrings.xml": strings_xml(f"<si><t>{'x' * 30_000}</t></si>")}
        )

    assert len(read_as(tmp_path, "甲.xlsx", repeated(100)).sheets[0].rows) == 100
    assert "太大" in refusal(tmp_path, "甲.xlsx", repeated(5_000))  # more than the child may write
    assert "太大" in refusal(tmp_path, "甲.xlsx", repeated(50_000))  # more than it may hold


def test_the_limit_on_memory_holds(tmp_path, monkeypatch):
    data = one_cell_book("B2", text="x" * 60_000_000)
    assert len(data) < 100_000
    assert len(read_as(tmp_path, "甲.xlsx", data).sheets[0].rows[1][1]) == 32_767
    monkeypatch.setattr(reader, "MEMORY", 120 * 2**20)
    assert "太大" in refusal(tmp_path, "甲.xlsx", data)


def test_text_too_long(tmp_path):
    assert len(read_as(tmp_path, "甲.csv", "1,2\n" * 100_000).sheets[0].rows) == 100_000
    assert "太大" in refusal(tmp_path, "甲.csv", "1,2\n" * 100_001)
    assert "太大" in refusal(tmp_path, "甲.csv", "1" + "," * 3_000_000 + "1")
    assert "太大" in refusal(tmp_path, "甲.csv", '1,"2\n' * 100_001)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "哈哈哈哈哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">{}]>'.format(
    "".join(f'<!ENTITY {name} "{f"&{before};" * 9}">' for before, name in zip("bcdefgh", "cdefghi", strict=True))
)  # fmt: skip


@pytest.mark.parametrize("member", ["sheet", "strings", "book"])
@pytest.mark.parametrize("kind", ["laughs", "external"])
def test_xml_entities(tmp_path, member, kind):
    secret = tmp_path / "secret.txt"
    secret.write_text("不该读到")
    doctype = LAUGHS if kind == "laughs" else f'<!DOCTYPE x [<!ENTITY i SYSTEM "{secret.as_uri()}">]>'

    def book(doctype: str, text: str) -> bytes:
        has = {
            each: (doctype, text) if each == member else ("", "姓名") for each in ("sheet", "strings", "book")
        }
        cells = f'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>{has["sheet"][1]}</t></is></c></row>'
        return made_book(
            sheet_xml(cells, doctype=has["sheet"][0]), book=book_xml(f'name="{has["book"][1]}"', doctype=has["book"][0]),
            more={"xl/sharedStrings.xml": strings_xml(f"<si><t>{has['strings'][1]}</t></si>", has["strings"][0])},
        )  # fmt: skip

    assert read_as(tmp_path, "甲.xlsx", book("", "姓名")).sheets[0].rows == [["姓名", "姓名"]]
    said = refusal(tmp_path, "甲.xlsx", book(doctype, "&i;"))
    assert "DOCTYPE" in said
    assert "不该读到" not in said
    assert "DOCTYPE" in refusal(tmp_path, "甲.xlsx", book(doctype, "姓名")), "declared and not used"


# ── the child ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="only Linux shows a process's limits")
def test_the_child_is_limited():
    """Seen from outside while it waits for its input, and with its own clock running."""
    command = [sys.executable, "-m", "db.exchange.unpack", "text", str(reader.MEMORY), "2"]
    root = str(Path(reader.__file__).parents[2])
    child = subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root})
    limits: dict[str, str] = {}
    deadline = time.monotonic() + 30
    while limits.get("Max processes") != "0" and time.monotonic() < deadline and child.poll() is None:
        lines = Path(f"/proc/{child.pid}/limits").read_text().splitlines()
        limits = {line[:26].strip(): line[26:47].strip() for line in lines}
        time.sleep(0.01)
    assert limits["Max address space"] == str(512 * 2**20)
    assert limits["Max cpu time"] == "2"
    assert limits["Max core file size"] == limits["Max processes"] == "0"
    assert int(limits["Max file size"]) < 2**28
    assert int(limits["Max open files"]) < 100
    assert child.wait(60) == -signal.SIGALRM, "its input never came"
    child.stdin.close()


@pytest.fixture
def sleeper(tmp_path, monkeypatch):
    """A child that never answers, and time that is soon up."""
    path = tmp_path / "sleeper"
    path.write_text("#!/bin/sh\nexec sleep 100\n")
    path.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(path))
    monkeypatch.setattr(reader, "SECONDS", 0)


def test_a_child_that_never_answers(sleeper):
    reading = Reading.from_text(CSV)
    with pytest.raises(BadFile, match="还没有读完"):
        reading.result()
    with pytest.raises(ProcessLookupError):
        os.kill(reading._child.pid, 0)


def test_a_child_that_never_answers_while_polled(sleeper):
    reading = Reading.from_text(CSV)
    assert not reading.done()
    deadline = time.monotonic() + 30
    while not reading.done() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert reading.done()
    with pytest.raises(BadFile, match="还没有读完"):
        reading.result()


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo oops; exit 0", "读不出来"), ("echo '[[1]]'", "读不出来"), ("echo panicked >&2; exit 1", "损坏"),
        ("kill -XCPU $$", "还没有读完"), ("kill -ABRT $$", "太大"), ("echo MemoryError >&2; exit 1", "太大"),
        ("echo No space left on device >&2; exit 1", "临时文件夹满了"),
    ],
)  # fmt: skip
def test_a_child_that_fails(tmp_path, monkeypatch, script, says):
    fails = tmp_path / "fails"
    fails.write_text(f"#!/bin/sh\n{script}\n")
    fails.chmod(0o755)
    assert reader.Reading.from_text(CSV).result().sheets[0].rows == ROWS
    monkeypatch.setattr(sys, "executable", str(fails))
    with pytest.raises(BadFile, match=says):
        reader.Reading.from_text(CSV).result()


def test_no_room_for_temporary_files(monkeypatch):
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reader, "TemporaryFile", full)
    with pytest.raises(BadFile, match="临时文件夹满了"):
        reader.Reading.from_text(CSV).result()


def test_ctrl_c_takes_the_child_along():
    reading = Reading.from_text(CSV)
    wait = reading._child.wait

    def pressed(timeout: float | None = None) -> int:
        if timeout is None:
            return wait()
        raise KeyboardInterrupt

    reading._child.wait = pressed
    with pytest.raises(KeyboardInterrupt):
        reading.result()
    with pytest.raises(ProcessLookupError):
        os.kill(reading._child.pid, 0)
