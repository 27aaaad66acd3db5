"""Read a register file into plain rows, in a child process that may not eat the machine.

A 1.6 KB workbook with one cell in the last corner makes a reader ask for 512 GiB, and a small zip may unfold
without end. So the bytes go to a child process (`python -m db.exchange.reader`) with a limit on memory and
time, and the cells come back as JSON. What the file is, its content decides; its name only has to agree.
"""

import csv
import io
import json
import os
import re
import stat
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from db.text import clean
from db.values import Refused

MAX_BYTES = 64 * 2**20
MAX_ROWS, MAX_CELLS = 100_000, 4_000_000
MAX_TEXT = 32_767  # what a spreadsheet cell can hold
MEMORY, SECONDS = 2**30, 20

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WEB_PAGE = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table|meta|head)", re.IGNORECASE)


class BadFile(Refused):
    """A file that cannot be read as a register; str() is a sentence with the cure."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name and its cells (text, number, date or None), row 1 first."""

    name: str
    rows: list[list[Any]]


def read(source: str) -> list[Sheet]:
    """The sheets of an xlsx, xls, csv or tsv file, or of standard input if source is '-'.

    Raises BadFile.
    """
    if source == "-":
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
        return read_bytes(data, "标准输入", "")
    path = Path(source).expanduser()
    name = f"“{clean(path.name or source)}”"
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise BadFile(f"{name}是文件夹，请写出里面的登记表文件名")
        if not stat.S_ISREG(mode):
            raise BadFile(f"{name}不是普通文件，请换一个登记表文件")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except BadFile:
        raise
    except FileNotFoundError:
        raise BadFile(f"找不到文件{name}，请核对文件名和所在文件夹") from None
    except NotADirectoryError:
        raise BadFile(f"找不到文件{name}，请核对所在文件夹") from None
    except PermissionError:
        raise BadFile(f"没有权限读{name}，请让文件的主人开放读取，或复制一份到自己的文件夹") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "文件名无效"
        raise BadFile(f"读不出{name}（{reason}），请把文件复制到本机后再试") from None
    return read_bytes(data, name, path.suffix.lower())


def read_bytes(data: bytes, name: str, suffix: str = "") -> list[Sheet]:
    """The sheets in a file's content; name (quoted) is how messages call it."""
    if not data.strip(b"\0 \r\n\t"):
        raise BadFile(f"{name}是空的，请重新导出或复制")
    if len(data) > MAX_BYTES:
        raise BadFile(f"{name}超过{MAX_BYTES // 2**20}MB，请去掉图片或分成几个文件")
    kind = _kind(data, name, suffix)
    answer = _ask_child(data, kind, name)
    if "refused" in answer:
        raise BadFile(answer["refused"].replace("{name}", name))
    return [
        Sheet(each["name"], [[_cell(cell) for cell in row] for row in each["rows"]])
        for each in answer["sheets"]
    ]


def _kind(data: bytes, name: str, suffix: str) -> str:
    if data.startswith(ZIP):
        return "workbook"
    if data.startswith(COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise BadFile(f"{name}加了密码，请用表格软件打开、取消密码后另存再导入")
        return "workbook"
    if data.startswith((b"%PDF", b"\xff\xd8", b"\x89PNG", b"GIF8", b"Rar!", b"7z\xbc\xaf")):
        raise BadFile(f"{name}是图片、PDF或压缩包，请换成表格文件（xlsx、xls 或 csv）")
    if WEB_PAGE.match(data[:200]):
        raise BadFile(f"{name}其实是网页，请用表格软件打开后另存为 xlsx 再导入")
    if suffix in {".xlsx", ".xls", ".xlsm", ".et"}:
        raise BadFile(
            f"{name}名为表格，内容却不是，可能没有传完或改过后缀；请重新复制，若是文字表格请改名为 .csv"
        )
    return "tsv" if suffix == ".tsv" else "text"


def _ask_child(data: bytes, kind: str, name: str) -> dict[str, Any]:
    package_home = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (package_home, os.environ.get("PYTHONPATH"))))
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "db.exchange.reader", kind, str(MEMORY)],
            input=data, capture_output=True, timeout=SECONDS + 5, check=False,
            env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BadFile(f"{name}读了{SECONDS}秒还没有读完，请只留要导入的工作表，另存后再试") from None
    if done.returncode == 0:
        return json.loads(done.stdout)
    complaint = done.stderr.decode("utf-8", "replace")
    if done.returncode < 0 or "MemoryError" in complaint or "memory allocation" in complaint:
        raise BadFile(f"{name}太大或远处有零散的单元格，请把登记表复制到新的工作簿，另存后再导入")
    raise BadFile(f"{name}读不出来，请用表格软件打开后另存为 xlsx 再导入")


def _cell(sent: Any) -> Any:
    if isinstance(sent, dict):
        moment = datetime.fromisoformat(sent["on"])
        return date(moment.year, moment.month, moment.day) if len(sent["on"]) == 10 else moment
    return sent


# ── from here on: the child process ──────────────────────────────────────────────────────────────────────


def _child(kind: str, memory: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    try:
        sheets = _workbook(data) if kind == "workbook" else _text(data, kind)
        answer = {"sheets": [{"name": name, "rows": rows} for name, rows in sheets]}
    except BadFile as refused:
        answer = {"refused": str(refused)}
    json.dump(answer, sys.stdout, ensure_ascii=True)


def _workbook(data: bytes) -> list[tuple[str, list[list[Any]]]]:
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [(name, _rows(book, name)) for name in book.sheet_names]
    except calamine.PasswordError:
        raise BadFile("{name}加了密码，请用表格软件打开、取消密码后另存再导入") from None
    except (calamine.CalamineError, OSError) as error:
        raise BadFile(_broken(data, str(error))) from None


def _broken(data: bytes, reason: str) -> str:
    if "password" in reason.lower() or "encrypt" in reason.lower():
        return "{name}加了密码，请用表格软件打开、取消密码后另存再导入"
    if data.startswith(ZIP) and b"PK\x05\x06" in data[-70_000:]:
        return "{name}不是表格（可能是文档或压缩包），请用表格软件另存为 xlsx 再导入"
    return "{name}不完整或已损坏，请重新复制；若还不行，用表格软件打开后另存为 xlsx"


def _rows(book: Any, name: str) -> list[list[Any]]:
    sheet = book.get_sheet_by_name(name)
    height, width = sheet.total_height + 1, sheet.total_width + 1
    if height > MAX_ROWS or height * width > MAX_CELLS:
        raise BadFile(
            f"{{name}}的工作表“{name}”太大（{height}行{width}列），请把登记表复制到新的工作簿再导入"
        )
    rows = [[_send(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    return _trimmed(rows)


def _send(cell: Any) -> Any:
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return {"on": (cell.date() if midnight else cell.replace(microsecond=0)).isoformat()}
    if isinstance(cell, date):
        return {"on": cell.isoformat()}
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        return cell
    text = str(cell)[:MAX_TEXT]
    return text if text.strip() else None


def _text(data: bytes, kind: str) -> list[tuple[str, list[list[Any]]]]:
    text = _decoded(data)
    if "\0" in text:
        raise BadFile("{name}不是文字表格，请用表格软件打开后另存为 xlsx 再导入")
    head = text[:20_000]
    comma = "\t" if kind == "tsv" or head.count("\t") > head.count(",") else ","
    if comma == "," and head.count(";") > head.count(","):
        comma = ";"
    csv.field_size_limit(MAX_BYTES)
    rows: list[list[Any]] = []
    cells = 0
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=comma):
        cells += len(row)
        if len(rows) >= MAX_ROWS or cells > MAX_CELLS:
            raise BadFile(f"{{name}}太大，最多{MAX_ROWS}行，请分成几个文件再导入")
        rows.append([_send(re.sub(r'^="(.*)"$', r"\1", cell)) for cell in row])
    return [("", _trimmed(rows))]


def _decoded(data: bytes) -> str:
    """BOM, else strict UTF-8, else strict GB18030; guessers take GB18030 for Korean."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        tries = ("utf-16",)
    elif data.startswith(b"\xef\xbb\xbf"):
        tries = ("utf-8-sig",)
    else:
        tries = ("utf-8", "gb18030")
    for encoding in tries:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile("{name}的文字编码认不出来，请用表格软件打开后另存为 xlsx，或“CSV UTF-8”再导入")


def _trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    """Without the empty cells at the end of rows and the empty rows at the end."""
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


if __name__ == "__main__":
    _child(sys.argv[1], int(sys.argv[2]))
