"""Read a register file into plain rows, in a child process that may not eat the machine.

A 1.6 KB workbook with one cell in the last corner makes a reader ask for 512 GiB, and a small zip may unfold
without end. So the bytes go to a child process (`python -m db.exchange.unpack`) with limits on memory, time and
output, and the cells come back as JSON. What a file is, its content decides and not its name.
"""

import errno
import json
import os
import stat
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from signal import SIGALRM, SIGXCPU
from tempfile import TemporaryFile
from time import monotonic
from typing import Any

from db.exchange import handed, ics_events, unpack
from db.text import clean
from db.values import Refused

MAX_BYTES = 64 * 2**20
MEMORY, SECONDS = 512 * 2**20, 16  # the child's own limits; a second later it is killed from here

SPREADSHEETS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".et", ".ods")
LONG_NAME = 80
REASONS = {
    errno.ENAMETOOLONG: "文件名太长",
    errno.ELOOP: "链接绕回到自己",
    errno.EIO: "磁盘读取出错",
}
OUT_OF_MEMORY = ("MemoryError", "memory allocation", "File too large")


class BadFile(Refused):
    """A file that cannot be read as a register; str() is a sentence with the cure."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its cells (text, number, date or None), row 1 first, and what a reader of it should know.

    merged: (first row, first column, last row, last column), from 0, inclusive, never beyond the cells.
    hidden_rows: sheet row numbers from 1; only an xlsx tells them, else ().
    unworked: (row, column), from 0, of formulas without a stored result and of errors like #REF!, which read
    as None; only an xlsx tells them, else ().
    """

    name: str
    rows: list[list[Any]]
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    unworked: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read, once: its bytes and its sheets.

    name: without folder, or 标准输入, 粘贴的内容. kind: 'xlsx' (also xlsm, xlsb, ods), 'xls', 'text', 'handed' (a
    hand-over file) or 'calendar' (.ics), which have no sheets but tables of rows (by table, as db.exchange.handover and
    db.exchange.ics_in understand them).
    macros: it carries macros; they are never run.
    """

    name: str
    data: bytes
    kind: str
    sheets: list[Sheet]
    macros: bool = False
    about: dict[str, Any] = field(default_factory=dict)  # what a hand-over file says of itself
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def is_handed(source: str) -> bool:
    """Whether a file begins as a hand-over file does; False if it can't be read: reading it will say why."""
    try:
        path = os.path.expanduser(source)
        _must_be_plain(os.stat(path), source)
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY), "rb") as file:
            return handed.looks_like(file.read(4096))
    except (OSError, ValueError, BadFile):
        return False


def read(source: str) -> Source:
    """What is in a workbook or a text table (csv, tsv), or in standard input if source is '-'.

    Raises BadFile, at the latest after 18 seconds.
    """
    return Reading(source).result()


class Reading:
    """A file on its way through the child process; end it with result() or cancel()."""

    def __init__(self, source: str):
        """Read the bytes and start the child. Raises BadFile at once for what is no readable file."""
        self._start(*(_standard_input() if source == "-" else contents(source)))

    @classmethod
    def from_text(cls, text: str) -> "Reading":
        """The same for a pasted text table."""
        reading = cls.__new__(cls)
        reading._start("粘贴的内容", "粘贴的内容", text.encode("utf-8", "ignore"))
        return reading

    def _start(self, name: str, called: str, data: bytes) -> None:
        if not data.strip(b"\0 \r\n\t"):
            raise BadFile(f"{called}是空的，请重新导出或复制")
        if len(data) > MAX_BYTES:
            raise _too_long(called)
        self._name, self._called, self._data = name, called, data
        self._kind = {unpack.ZIP: "xlsx", unpack.COMPOUND[:4]: "xls"}.get(data[:4], "text")
        if handed.looks_like(data):
            self._kind = "handed"
        elif ics_events.looks_like(data):
            self._kind = "calendar"
        self._outcome: Source | str | None = None  # or the sentence
        self._late = False
        home = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
        try:
            self._out, self._complaints = TemporaryFile(), TemporaryFile()  # noqa: SIM115 they live on
            with TemporaryFile() as given:
                given.write(data)
                given.seek(0)
                self._child = subprocess.Popen(
                    [sys.executable, "-P", "-m", "db.exchange.unpack", self._kind, str(MEMORY), str(SECONDS)],
                    stdin=given, stdout=self._out, stderr=self._complaints, start_new_session=True,
                    env={**os.environ, "PYTHONPATH": path, "RUST_BACKTRACE": "0"},
                )  # fmt: skip
        except OSError:
            raise BadFile(f"读不了{called}：本机的临时文件夹满了或内存不够，请清理后再试") from None
        self._until = monotonic() + SECONDS + 1

    def done(self) -> bool:
        """Whether result() would answer without waiting. Never blocks."""
        if self._child.poll() is None and monotonic() > self._until:
            self._late = True
            self._child.kill()
        return self._child.poll() is not None

    def cancel(self) -> None:
        """Kill the child. What was not yet read is never read: result() then raises BadFile."""
        self._child.kill()
        self._child.wait()
        self._out.close()
        self._complaints.close()
        self._data = b""  # a Source has it now, or nobody needs it
        self._outcome = self._outcome or f"没有读完{self._called}就取消了，需要时请重新导入"

    def result(self) -> Source:
        """What was in the file; waits for it. Raises BadFile."""
        if self._outcome is None:
            try:
                self._outcome = self._answer(self._child.wait(max(0, self._until - monotonic())))
            except subprocess.TimeoutExpired:
                self._outcome = str(self._too_slow())
            except BadFile as bad:
                self._outcome = str(bad)
            finally:  # also when somebody presses Ctrl+C
                self.cancel()
        if isinstance(self._outcome, str):
            raise BadFile(self._outcome)
        return self._outcome

    def _answer(self, ended: int) -> Source:
        if ended != 0:
            raise self._failure(ended)
        macros, sheets = False, []
        about: dict[str, Any] = {}
        tables: dict[str, list[dict[str, Any]]] = {}
        table = ""
        once = {}.setdefault  # most columns repeat a few words: each is kept in memory once
        try:
            self._out.seek(0)
            for line in self._out:
                part = json.loads(line, object_hook=_day)
                if isinstance(part, list) and table:
                    tables[table].extend(part)
                elif isinstance(part, list):
                    sheets[-1].rows.extend([[once(cell, cell) for cell in row] for row in part])
                elif "refused" in part:
                    raise BadFile(clean(part["refused"]).replace("{name}", self._called))
                elif "macros" in part:
                    macros = part["macros"]
                elif "handed" in part:
                    about = part["handed"]
                elif "table" in part:
                    table = part["table"]
                    tables[table] = []
                else:
                    sheets.append(_sheet(**part))
        except BadFile:
            raise
        except (ValueError, TypeError, LookupError, RecursionError):
            raise self._failure(1) from None
        misnamed = self._kind == "text" and self._name.lower().endswith(SPREADSHEETS)
        if misnamed and all(len(row) < 2 for row in sheets[0].rows):
            raise BadFile(f"{self._called}里只有不分栏的文字，多半是导出时出错，请重新导出或复制")
        return Source(self._name, self._data, self._kind, sheets, macros, about, tables)

    def _failure(self, ended: int) -> BadFile:
        if self._kind == "calendar":
            why = ics_events.TOO_SLOW if self._late or ended < 0 else ics_events.DAMAGED
            return BadFile(why.replace("{name}", self._called))
        if self._kind == "handed":
            why = self._too_slow() if self._late else handed.TOO_BIG if ended < 0 else handed.DAMAGED
            return BadFile(str(why).replace("{name}", self._called))
        self._complaints.seek(0)
        complaint = self._complaints.read(100_000).decode("utf-8", "replace")
        if self._late or ended in (-SIGALRM, -SIGXCPU):
            return self._too_slow()
        if ended < 0 or any(words in complaint for words in OUT_OF_MEMORY):
            return BadFile(unpack.TOO_BIG.replace("{name}", self._called))
        if "panicked" in complaint:  # calamine on an index beyond the end
            return BadFile(unpack.DAMAGED.replace("{name}", self._called))
        if "No space left" in complaint:
            return BadFile(f"读不了{self._called}：本机的临时文件夹满了，请清理后再试")
        return BadFile(f"{self._called}读不出来，{unpack.SAVE_AS}")

    def _too_slow(self) -> BadFile:
        return BadFile(f"{self._called}读了{SECONDS}秒还没有读完，请只留要导入的工作表，另存后再试")


def _sheet(name: str, merged: Any = (), hidden_rows: Any = (), unworked: Any = (), **more: Any) -> Sheet:
    return Sheet(
        clean(name), [], merged=tuple(map(tuple, merged)), hidden_rows=tuple(hidden_rows),
        unworked=tuple(map(tuple, unworked)), **more,
    )  # fmt: skip


def _day(sent: dict[str, Any]) -> Any:
    if "on" not in sent:
        return sent
    return (date if len(sent["on"]) == 10 else datetime).fromisoformat(sent["on"])


# ── the bytes ────────────────────────────────────────────────────────────────────────────────────────────


def _too_long(called: str) -> BadFile:
    return BadFile(f"{called}超过{MAX_BYTES // 2**20}MB，请去掉图片或分成几个文件")


def _standard_input() -> tuple[str, str, bytes]:
    try:
        if sys.stdin.isatty():
            print("请粘贴表格内容，再按 Ctrl+D", file=sys.stderr, flush=True)
        return "标准输入", "标准输入", sys.stdin.buffer.read(MAX_BYTES + 1)
    except (OSError, ValueError, AttributeError):  # a closed one, a folder; None when there is none at all
        raise BadFile("读不到标准输入，请写出登记表的文件名") from None


def contents(source: str) -> tuple[str, str, bytes]:
    """A file's name, how sentences call it, and its bytes. One that changes while it is read is not taken."""
    if not source.strip():
        raise BadFile("没有写出文件名，请写出登记表的文件名")
    path = os.path.expanduser(source)
    name = clean(os.path.basename(path) or source)
    called = f"“{name if len(name) <= LONG_NAME else name[:LONG_NAME] + '…'}”"
    try:
        _must_be_plain(os.stat(path), called)
        # Should it have become a pipe since, opening it must not wait.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY), "rb") as file:
            before = os.fstat(file.fileno())
            _must_be_plain(before, called)
            if before.st_size > MAX_BYTES:
                raise _too_long(called)
            data = file.read(MAX_BYTES + 1)
            after = os.fstat(file.fileno())
    except (OSError, ValueError) as error:
        raise error if isinstance(error, BadFile) else _why(error, path, called) from None
    if len(data) != after.st_size or (before.st_size, before.st_mtime_ns) != (
        after.st_size,
        after.st_mtime_ns,
    ):
        raise BadFile(f"{called}正在被改动，请先在表格软件里保存并关闭它，再导入")
    return name, called, data


def _must_be_plain(status: os.stat_result, called: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise BadFile(f"{called}是文件夹，请写出里面的登记表文件名")
    if not stat.S_ISREG(status.st_mode):
        raise BadFile(f"{called}不是普通文件，请换一个登记表文件")


def _why(error: Exception, path: str, called: str) -> BadFile:
    """The sentence for what the system says."""
    if isinstance(error, FileNotFoundError):
        if os.path.islink(path):
            return BadFile(f"{called}是个失效的链接，请找到原来的文件再导入")
        return BadFile(f"找不到文件{called}，请核对文件名和所在文件夹")
    if isinstance(error, NotADirectoryError):
        return BadFile(f"找不到文件{called}，请核对所在文件夹")
    if isinstance(error, PermissionError):
        return BadFile(f"没有权限读{called}，请让文件的主人开放读取，或复制一份到自己的文件夹")
    if isinstance(error, OSError):
        reason = REASONS.get(error.errno, f"错误号{error.errno}")
        return BadFile(f"读不出{called}（{reason}），请把文件复制到本机、改个短名字后再试")
    return BadFile(f"文件名{called}无效，请核对后重新写出")  # NUL in it, or no text at all
