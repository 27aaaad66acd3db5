"""Copies of the ledger: made, put back, and whether the ledger itself is sound."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

import peewee

from db import days, dossier, owed, settings, store
from db.errors import DATABASE_ERRORS, Corrupt, Locked, Newer, NoPermission, NotOurs, reason, translate
from db.models import Child, database
from db.values import Refused, typed_path

SHOWN = 10  # troubles of one sort that are told one by one
WAIT = 10.0  # seconds for other writers, as everywhere in the store
TAILS = ("", "-wal", "-shm")


def make(folder: Path, out: Path | None = None) -> Path:
    """Copy the open ledger into one file (0600), checked and on the disk before it takes its name.

    folder: where a backup without a name goes. Writing may go on meanwhile. Raises Refused if the file can't
    be written, LedgerError if the ledger can't be read or the copy is not sound.
    """
    _only_files()
    out = (folder / f"guanai-{_stamp()}.db" if out is None else typed_path(out)).absolute()
    if out.is_dir():
        out = out / f"guanai-{_stamp()}.db"
    live = Path(database.obj.database)
    if out.exists() and out.samefile(live):
        raise Refused("备份不能写到台账自己身上，请换一个文件名")
    if out.exists() and out.stat().st_size and not _is_ours(out):
        raise Refused(f"“{out.name}”已存在，且不是台账备份，不敢覆盖；请换一个文件名")
    with _told_where(out):
        out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".guanai-", dir=out.parent) as work:
            copy = Path(work) / "copy.db"
            _vacuum_into(copy)
            copy.chmod(0o600)
            _require_sound(copy)
            _to_disk(copy)
            copy.replace(out)
        _to_disk(out.parent)
    return out


def thin_out(folder: Path, keep: int) -> list[Path]:
    """Remove the oldest backups named by the program itself beyond `keep`; returns what went."""
    named = sorted(folder.glob("guanai-" + "[0-9]" * 8 + "-" + "[0-9]" * 6 + ".db"))
    gone = named[:-keep]
    for each in gone:
        each.unlink()
    return gone


def restore(source: Path, folder: Path, shared: bool = False) -> Path | None:
    """Put a backup in the ledger's place; returns the copy made of the ledger that stood there, if any.

    The ledger must be closed. The backup is checked and brought up to this program's version beside the
    ledger first. Programs that have the ledger open go on with the restored content: it is written into the
    same file, unless that file is beyond reading. Raises Refused, LedgerError.
    """
    if not source.is_file():
        raise Refused(f"找不到备份文件“{source}”，请核对文件名和所在文件夹")
    if not os.access(source, os.R_OK):
        raise Refused(f"没有权限读“{source}”，请让文件的主人开放读取，或复制一份到自己的文件夹")
    if not _is_ours(source):
        raise NotOurs(source)
    path = store.ledger_file(folder)
    try:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True)
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=folder) as work:
            copy = _prepared(source, Path(work))
            copy.chmod(0o660 if shared else 0o600)
            with store.upgrade_lock(path):
                kept = _put_in_place(copy, path, shared)
            _to_disk(folder)
    except PermissionError as error:
        raise NoPermission(folder) from error
    return kept


def _prepared(source: Path, work: Path) -> Path:
    """A sound copy of a backup, at this program's version. Raises LedgerError."""
    copy = store.ledger_file(work)
    with _raw(source, read_only=True) as connection:
        if connection.execute("PRAGMA user_version").fetchone()[0] > store.LATEST:
            raise Newer(source)
        if connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise Corrupt(source)
        connection.execute("VACUUM INTO ?", (str(copy),))
    store.open_ledger(work)
    store.close()
    _require_sound(copy)
    _to_disk(copy)
    return copy


def _put_in_place(copy: Path, path: Path, shared: bool) -> Path | None:
    kept = _free(path.with_name(f"{path.stem}-恢复前-{_stamp()}.db"))
    if path.exists() and _is_ours(path) and _saved(path, kept):
        kept.chmod(0o660 if shared else 0o600)
        _to_disk(kept)
        _write_over(copy, path)
        return kept
    for (
        tail
    ) in TAILS:  # gone or beyond reading: what is left is set aside, for its journal would spoil the copy
        part = path.with_name(path.name + tail)
        if part.exists():
            part.rename(kept.with_name(kept.name + tail))
    copy.rename(path)
    return kept if kept.exists() else None


def _saved(path: Path, kept: Path) -> bool:
    """Copy the present ledger aside; False if it is damaged. Raises Newer, Locked."""
    try:
        with _raw(path) as connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] > store.LATEST:
                raise Newer(path)
            if connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                return False
            connection.execute("VACUUM INTO ?", (str(kept),))
    except (Corrupt, NotOurs):
        kept.unlink(missing_ok=True)
        return False
    return True


def _write_over(copy: Path, path: Path) -> None:
    """Write the copy's pages into the ledger as one transaction: others see the old content or the new."""
    until = time.monotonic() + WAIT

    def wait(_status: int, _left: int, _total: int) -> None:
        if time.monotonic() > until:
            raise Locked(path)

    with _raw(copy) as source, _raw(path) as target:
        source.backup(target, progress=wait)
        target.execute("PRAGMA wal_checkpoint(PASSIVE)")


def troubles() -> list[str]:
    """What is wrong with the open ledger, one sentence each; nothing if it is sound.

    The file's own check, references, the mark that it is ours, and the derived columns against the rules.
    """
    found: list[str] = []
    if isinstance(database.obj, peewee.SqliteDatabase):
        found += _file_troubles()
        if found:
            return found  # what is read from a damaged file says nothing about the rules
    return found + _rule_troubles()


def _file_troubles() -> list[str]:
    found = []
    said = [row[0] for row in database.execute_sql("PRAGMA quick_check").fetchall()]
    if said != ["ok"]:
        found.append(f"台账文件有{len(said)}处损坏（{said[0]}）。请用 guanai restore 恢复最近的备份。")
    if broken := database.execute_sql("PRAGMA foreign_key_check").fetchall():
        tables = "、".join(sorted({row[0] for row in broken}))
        found.append(f"有{len(broken)}处引用对不上（{tables}）。请用 guanai restore 恢复最近的备份。")
    if database.pragma("application_id") != store.APPLICATION_ID:
        found.append("台账文件的标识不对。请用 guanai restore 恢复最近的备份。")
    return found


def _rule_troubles() -> list[str]:
    criterion, drifted = settings.get("criterion"), {}
    owed.settle()
    for batch in map(list, peewee.chunked([child.id for child in Child.live(Child.id)], dossier.BATCH)):
        drifted |= dict.fromkeys(survey.child_id for survey, _, _ in dossier.drifted(batch, criterion))
        drifted |= dict.fromkeys(owed.drifted(batch, days.today()))
    if owed.site_drifted():
        return ["本单位的待办与计划、会议决定不符。请运行一次 guanai init（不带选项），会重新算过。"]
    if not drifted:
        return []
    names = "、".join(_names(list(drifted)[:SHOWN]))
    more = f"等{len(drifted)}人" if len(drifted) > SHOWN else ""
    return [
        f"{names}{more}的“留守”“待补”或待办与所录情况不符。请运行一次 guanai init（不带选项），会按口径重新算过。"
    ]


def _names(ids: list[UUID]) -> list[str]:
    return [child.name for child in Child.select(Child.name).where(Child.id.in_(ids)).order_by(Child.id)]


# ---- files --------------------------------------------------------------------------------------


def _only_files() -> None:
    if not isinstance(database.obj, peewee.SqliteDatabase):
        raise Refused("台账在 PostgreSQL 上，请让管理员用 pg_dump 备份、pg_restore 恢复")


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(100)
    ours = int.from_bytes(head[68:72], "big") == store.APPLICATION_ID
    return head.startswith(store.SQLITE_HEADER) and ours


@contextmanager
def _raw(path: Path, read_only: bool = False) -> Iterator[peewee.sqlite3.Connection]:
    """A connection of its own to a ledger file; its errors come out as LedgerErrors."""
    address = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"
    try:
        with closing(
            peewee.sqlite3.connect(address, uri=True, timeout=WAIT, isolation_level=None)
        ) as connection:
            yield connection
    except DATABASE_ERRORS as error:
        raise translate(error, path) from error


def _require_sound(copy: Path) -> None:
    with _raw(copy) as connection:
        if connection.execute("PRAGMA quick_check").fetchone()[0] != "ok" or not _is_ours(copy):
            raise Corrupt(copy)
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            raise Corrupt(copy)


def _vacuum_into(copy: Path) -> None:
    with store.translated(copy):
        database.execute_sql("VACUUM INTO ?", (str(copy),))


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _free(path: Path) -> Path:
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free


def _stamp() -> str:
    return f"{datetime.now(days.CHINA):%Y%m%d-%H%M%S}"


@contextmanager
def _told_where(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(f"写不了“{out}”（{reason(error)}），请换一个文件夹或清出空间再试") from error
