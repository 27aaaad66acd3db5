"""Open, lock, upgrade and close the ledger."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peewee

from db import days
from db.errors import (
    DATABASE_ERRORS,
    Broken,
    Corrupt,
    Full,
    Gone,
    LedgerError,
    Missing,
    Newer,
    NoDriver,
    NoPermission,
    NotOurs,
    ReadOnly,
    Unreachable,
    translate,
)
from db.models.base import database

APPLICATION_ID = 0x47554149  # "GUAI"
FILE_NAME = "guanai.db"
MIGRATIONS = Path(__file__).parent / "migrations"
LATEST = max(int(name[:4]) for name in os.listdir(MIGRATIONS) if name[:4].isdecimal())
SAFE_SQLITE = (3, 51, 3)  # the first without the WAL-reset bug
SQLITE_HEADER = b"SQLite format 3\0"


class Rows(peewee.sqlite3.Cursor):
    """A cursor that fails with a LedgerError: damage may come to light only at a later row."""

    def fetchone(self) -> tuple | None:
        try:
            return super().fetchone()
        except peewee.sqlite3.Error as error:
            raise translate(error) from error


class Translating:
    """A database whose statements, reading ones too, fail with a LedgerError."""

    def execute_sql(self, sql: str, params: object = None, **options: object) -> object:
        with translated():
            return super().execute_sql(sql, params, **options)


class SqliteLedger(Translating, peewee.SqliteDatabase):
    """One file. Every transaction is IMMEDIATE: a deferred one fails at its first write beside another writer."""

    field_types = peewee.SqliteDatabase.field_types | {"LEDGERKEY": "BLOB"}
    keys_in_bytes = True
    shared = False
    opened: tuple | None = None  # which file it is, and which journal, whatever lies at their places by now

    def cursor(self, named_cursor: None = None) -> Rows:
        return self.connection().cursor(Rows)

    def schema_number(self) -> int:
        return self.pragma("user_version")


def postgres_ledger(url: str) -> peewee.PostgresqlDatabase:
    """A PostgreSQL ledger; the driver is the `postgres` extra."""
    if peewee.psycopg is None:
        raise NoDriver()
    from playhouse.postgres_ext import Psycopg3Database

    class PostgresLedger(Translating, Psycopg3Database):
        field_types = Psycopg3Database.field_types | {"LEDGERKEY": "UUID"}
        keys_in_bytes = False

        def schema_number(self) -> int:
            if not self.table_exists("schema_migration"):
                return 0
            return int(
                self.execute_sql("SELECT max(substr(name, 1, 4)) FROM schema_migration").fetchone()[0] or 0
            )

        def cursor(self, named_cursor: bool | None = None) -> object:
            """A cursor; a line that was cut is taken up anew, but for a transaction that was under way."""
            if not self.is_closed() and self._state.conn.closed and not self.in_transaction():
                self.close()
            return super().cursor(named_cursor)

    return PostgresLedger(url)


def ledger_file(folder: Path) -> Path:
    """The ledger inside a data folder."""
    return folder / FILE_NAME


def open_ledger(where: Path | str, *, shared: bool = False, create: bool = True) -> None:
    """Open the ledger in a folder (a Path) or at a postgresql:// address, making and upgrading it as needed.

    Folder 0700 and files 0600, or 2770/0660 when shared by several logins. Raises a LedgerError.
    """
    try:
        if isinstance(where, str) and where.startswith(("postgresql://", "postgres://")):
            _open_server(where, create)
        else:
            _open_file(Path(where), shared, create)
    except (*DATABASE_ERRORS, OSError) as error:
        close()
        raise translate(error, where) from error
    except LedgerError:
        close()
        raise


def _open_server(url: str, create: bool) -> None:
    database.initialize(postgres_ledger(url))
    try:
        database.connect()
    except DATABASE_ERRORS as error:  # an unknown host or a mistyped address carries no code
        found = translate(error, url)
        raise (Unreachable(url) if isinstance(found, Broken) else found) from error
    if not create and not database.schema_number():
        raise Missing(url)
    _upgrade(None)


def _open_file(folder: Path, shared: bool, create: bool) -> None:
    if peewee.sqlite3.sqlite_version_info < SAFE_SQLITE:
        raise LedgerError(f"SQLite {peewee.sqlite3.sqlite_version} 有已知缺陷，请重装依赖 pysqlite3")
    path = ledger_file(folder)
    old = os.umask(0o007 if shared else 0o077)
    try:
        if not ledger_file(folder).exists():
            if not create:
                raise Missing(path)
            _make(path, shared)
        _look_before_opening(path)
        database.initialize(_file_ledger(path))
        database.connect()
        if database.schema_number() != LATEST:
            _upgrade(path)
        _modes(path, shared)
        database.obj.shared, database.obj.opened = shared, _identity(path)
    finally:
        os.umask(old)


def _file_ledger(path: Path) -> SqliteLedger:
    return SqliteLedger(
        path, timeout=10, lock_type="IMMEDIATE",
        pragmas={"journal_mode": "wal", "synchronous": "full", "foreign_keys": 1, "trusted_schema": 0,
                 "secure_delete": 1, "cache_size": -8000},
    )  # fmt: skip


def _make(path: Path, shared: bool) -> None:
    """Build a new ledger beside its place and move it in whole: a killed first start leaves nothing half-made."""
    folder = path.parent
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # another process may be first
        folder.chmod(0o2770 if shared else 0o700)
    with upgrade_lock(path):
        if path.exists():  # another process was first
            return
        making = path.with_suffix(".making")
        for leftover in folder.glob(making.name + "*"):
            leftover.unlink()
        database.initialize(_file_ledger(making))
        database.connect()
        _migrate(making)
        database.close()
        making.rename(path)


def _look_before_opening(path: Path) -> None:
    """Tell emptied, foreign, unreadable and read-only files apart: SQLite alone would not."""
    if not os.access(path, os.R_OK):
        raise NoPermission(path)
    with path.open("rb") as file:
        head = file.read(100)
    if not head:
        raise Corrupt(path)
    if not head.startswith(SQLITE_HEADER) or int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise NotOurs(path)
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise ReadOnly(path)


def _modes(path: Path, shared: bool) -> None:
    for file in (path, *(path.with_name(path.name + tail) for tail in ("-wal", "-shm"))):
        mode = 0o660 if shared else 0o600
        if file.exists() and file.stat().st_uid == os.getuid() and file.stat().st_mode & 0o777 != mode:
            file.chmod(mode)


def _upgrade(path: Path | None) -> None:
    """Run the migrations still missing: one process at a time, after a copy, foreign keys checked at the end."""
    with upgrade_lock(path):
        number = database.schema_number()
        if number > LATEST:
            raise Newer(path or "")
        if number == LATEST:
            return
        if path:
            _copy_aside(path, number)
        _migrate(path)


def _migrate(path: Path | None) -> None:
    from playhouse.migrations import Runner

    Runner(database.obj, str(MIGRATIONS)).up()
    if path:
        if broken := database.execute_sql("PRAGMA foreign_key_check").fetchall():
            raise Corrupt(f"{path}，升级后有{len(broken)}处引用对不上")
        database.pragma("application_id", APPLICATION_ID)
        database.pragma("user_version", LATEST)


@contextmanager
def upgrade_lock(path: Path | None) -> Iterator[None]:
    """Only one process at a time makes, upgrades or restores the ledger file (None: the PostgreSQL ledger)."""
    if path is None:
        with database.atomic():
            database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (APPLICATION_ID,))
            yield
        return
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy_aside(path: Path, number: int) -> None:
    copy = path.with_name(f"{path.stem}-升级前-{number:04d}-{days.now():%Y%m%d%H%M%S%f}.db")
    disk = os.statvfs(path.parent)
    if disk.f_bavail * disk.f_frsize < 2 * path.stat().st_size:
        raise Full(path)
    database.execute_sql("VACUUM INTO ?", (str(copy),))


@contextmanager
def impatient(seconds: float) -> Iterator[None]:
    """Inside, a lock held by somebody else is waited for this long only; what is refused then is Locked.

    To be entered outside a transaction.
    """
    if not database.obj.keys_in_bytes:
        with database.atomic():
            database.execute_sql(f"SET LOCAL lock_timeout = {int(seconds * 1000)}")
            yield
        return
    usual = database.obj.timeout
    database.obj.timeout = seconds
    try:
        yield
    finally:
        database.obj.timeout = usual


def wait_for_turn() -> None:
    """On a server, let one import at a time through from here to the end of its transaction; a file does so by itself."""
    if not database.obj.keys_in_bytes:
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (APPLICATION_ID + 1,))


def check_not_newer() -> None:
    """Raise Newer if somebody upgraded the ledger while this process had it open."""
    if database.schema_number() > LATEST:
        raise Newer()


def check_in_place() -> None:
    """See that what is written goes into the file at its place; one that was put there meanwhile is opened instead.

    Raises Gone if there is none, or if it lies beside the old one's journal, which would spoil it.
    """
    ledger = database.obj
    if not isinstance(ledger, SqliteLedger) or ledger.opened is None:
        return
    path = Path(ledger.database)
    now, before = _identity(path), ledger.opened
    if now[0] == before[0]:
        return
    if now[0] is None or (now[1] and now[1] == before[1]):
        raise Gone(path)
    _look_before_opening(path)
    close()
    open_ledger(path.parent, shared=ledger.shared, create=False)


def _identity(path: Path) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """Which file and which journal lie at the ledger's place."""
    return _number(path), _number(path.with_name(path.name + "-wal"))


def _number(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def close() -> None:
    """Close the ledger if it is open."""
    if database.obj is not None and not database.is_closed():
        database.close()


@contextmanager
def translated(where: object = "") -> Iterator[None]:
    """Turn database errors inside the block into LedgerErrors."""
    try:
        yield
    except DATABASE_ERRORS as error:
        raise translate(error, where) from error
