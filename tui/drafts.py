"""Drafts: what is being typed, kept outside the ledger so that a busy or lost store never stops typing.

One append-only file (0600) per open sheet: a head line, then one line per change. A line is in the system's
hands as soon as it is written, so a killed program loses nothing typed. The file is locked while its sheet is
open: two programs of one user never write the same draft, and only unlocked drafts are offered.
"""

import errno
import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4


@dataclass(slots=True)
class Draft:
    """A sheet that was left unfinished: what it was for, its texts, the field and caret stood in last.

    base holds the fields' texts as they were when the sheet was opened.
    """

    sheet: str
    record: str | None
    title: str
    base: dict[str, str]
    path: Path | None = None
    texts: dict[str, str] = field(default_factory=dict)
    at: str | None = None
    caret: int = 0


class DraftFile:
    """The draft of one open sheet; nothing is written before the first change."""

    def __init__(self, path: Path, head: dict[str, Any] | None):
        self._path, self._head = path, head
        self._owed: dict[str, tuple[str, int]] = {}  # changes the disk would not take
        self._out: int | None = None if head else self._open()

    def _open(self) -> int:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        out = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not self._path.read_bytes().endswith(b"\n") and os.fstat(out).st_size:
            os.write(out, b"\n")  # a last line cut off by a crash must not take the next one with it
        return out

    def change(self, name: str, text: str, caret: int) -> None:
        """Note one change: a field, its text, the caret.

        Raises OSError if the disk does not take it; it is then written with the next change that it takes.
        """
        self._owed.pop(name, None)
        self._owed[name] = text, caret
        if self._out is None:
            self._out = self._open()
        if self._head is not None:
            self._write(self._head)
            self._head = None
        for each, (its_text, its_caret) in list(self._owed.items()):
            self._write([each, its_text, its_caret])
            del self._owed[each]

    def _write(self, line: Any) -> None:
        """A whole line or nothing of it: half a line would hide all that follow."""
        data = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        before = os.fstat(self._out).st_size
        try:
            if os.write(self._out, data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            os.ftruncate(self._out, before)
            raise

    def keep(self) -> None:
        """The sheet is left: what is written stays for later."""
        if self._out is not None:
            os.close(self._out)
            self._out = None

    def discard(self) -> None:
        """The sheet was saved, or its user gave it up: the draft has done its duty."""
        self._path.unlink(missing_ok=True)
        self.keep()


class Drafts:
    """All drafts of one user in one ledger."""

    def __init__(self, folder: Path):
        self.folder = folder

    def begin(self, sheet: str, record: str | None, title: str, base: Mapping[str, str]) -> DraftFile:
        """A draft for a sheet that opens."""
        head = {"sheet": sheet, "record": record, "title": title, "base": dict(base)}
        return DraftFile(self.folder / f"{uuid4().hex}.jsonl", head)

    def resume(self, draft: Draft) -> DraftFile:
        """Go on writing a draft that was left."""
        return DraftFile(draft.path, None)

    def left(self, sheet: str | None = None, record: str | None = None) -> list[Draft]:
        """Drafts nobody has open, oldest first; of one sheet and record if a sheet is named."""
        paths = sorted(self.folder.glob("*.jsonl"), key=lambda path: path.stat().st_mtime)
        drafts = [draft for path in paths if not _is_open(path) and (draft := _read(path))]
        return [draft for draft in drafts if sheet is None or (draft.sheet, draft.record) == (sheet, record)]


def _is_open(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _read(path: Path) -> Draft | None:
    """A draft from its file; a line cut off by a crash is passed over."""
    draft: Draft | None = None
    for line in path.read_text("utf-8", errors="replace").splitlines():
        try:
            read = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(read, dict):
            draft = Draft(**read, path=path)
        elif draft is not None:
            draft.at, text, draft.caret = read
            draft.texts[draft.at] = text
    return draft if draft is not None and draft.texts else None
