"""Opening the ledger, and every cause for which it can't be opened or written."""

import os
import shutil
import sqlite3
import stat
import subprocess
import tempfile
from pathlib import Path

import peewee
import pytest

from db import changes, children, store
from db.errors import (
    Broken,
    Corrupt,
    Full,
    Gone,
    LedgerError,
    Locked,
    Missing,
    Newer,
    NoPermission,
    NotAFolder,
    NotOurs,
    ReadOnly,
    Unreachable,
    translate,
)
from db.models import Child, database

NOBODY = 65534


def file_of(ledger: Path) -> Path:
    return store.ledger_file(ledger)


def said(error: pytest.ExceptionInfo) -> str:
    """The sentence, which must name its cause and its cure."""
    text = str(error.value)
    assert error.value.cause in text and error.value.cure in text
    return text


def test_a_new_ledger_is_private_and_ours(ledger):
    assert stat.S_IMODE(ledger.stat().st_mode) == 0o700
    for file in ledger.glob("guanai.db*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    assert file_of(ledger).read_bytes()[68:72] == b"GUAI"
    assert database.schema_number() == store.LATEST
    assert database.pragma("foreign_keys") == 1
    assert database.pragma("synchronous") == 2
    assert database.pragma("journal_mode") == "wal"


def test_a_shared_ledger_is_open_to_its_group(tmp_path):
    store.open_ledger(tmp_path / "shared", shared=True)
    store.close()
    assert stat.S_IMODE((tmp_path / "shared").stat().st_mode) == 0o2770
    assert stat.S_IMODE(file_of(tmp_path / "shared").stat().st_mode) == 0o660


def test_this_sqlite_has_no_wal_reset_bug(ledger):
    running = database.execute_sql("SELECT sqlite_version()").fetchone()[0]
    assert tuple(map(int, running.split("."))) >= store.SAFE_SQLITE
    assert peewee.sqlite3.__name__ != "sqlite3"


def test_an_old_sqlite_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(peewee.sqlite3, "sqlite_version_info", (3, 40, 1))
    with pytest.raises(LedgerError, match="pysqlite3"):
        store.open_ledger(tmp_path / "ledger")
    assert not (tmp_path / "ledger").exists()


def test_opening_again_keeps_what_was_written(ledger, user, enter):
    enter("张浩宇")
    store.close()
    store.open_ledger(ledger)
    assert [line.name for line in children.page(0, 10)] == ["张浩宇"]


def test_a_missing_ledger_is_not_made_when_it_should_be_there(tmp_path):
    with pytest.raises(Missing) as error:
        store.open_ledger(tmp_path / "nowhere", create=False)
    assert "--data" in said(error)
    assert not (tmp_path / "nowhere").exists()


def test_leftovers_of_a_killed_first_start_do_no_harm(tmp_path):
    tmp_path.joinpath("guanai.making").write_bytes(b"half a ledger")
    tmp_path.joinpath("guanai.making-wal").write_bytes(b"half a log")
    store.open_ledger(tmp_path)
    assert children.count() == 0
    store.close()
    assert not list(tmp_path.glob("*.making*"))


def test_locked_by_another_process(ledger, user, program):
    holder = program(
        "import sys, peewee\n"
        "c = peewee.sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.readline()\n"
        "c.execute('ROLLBACK'); print('freed', flush=True); sys.stdin.readline()",
        file_of(ledger),
    )
    assert holder.stdout.readline() == "held\n"
    database.execute_sql("PRAGMA busy_timeout = 200")
    with pytest.raises(Locked) as error:
        changes.insert(Child, user, name="张浩宇")
    assert "稍候" in said(error)
    assert children.count() == 0, "reading goes on beside a writer"
    holder.stdin.write("\n")
    holder.stdin.flush()
    assert holder.stdout.readline() == "freed\n"
    changes.insert(Child, user, name="张浩宇")
    assert children.count() == 1


def test_full(ledger, user):
    database.execute_sql(f"PRAGMA max_page_count = {database.pragma('page_count') + 4}")
    with pytest.raises(Full) as error, changes.action("登记", user) as act:
        for n in range(2000):
            act.insert(Child, name="张浩宇", note="很长的备注" * 60 + str(n))
    assert "草稿" in said(error)
    assert children.count() == 0
    database.execute_sql("PRAGMA max_page_count = 1000000")
    changes.insert(Child, user, name="张浩宇")
    assert children.count() == 1


@pytest.mark.parametrize("whole", [False, True], ids=["file", "folder"])
def test_taken_away_while_open_nothing_is_written_until_it_is_back(ledger, user, whole):
    changes.insert(Child, user, name="张浩宇")
    here = ledger if whole else file_of(ledger)
    away = here.rename(here.with_name("别处"))
    with pytest.raises(Gone) as error:
        changes.insert(Child, user, name="李雨涵")
    assert "放回原处" in said(error)
    assert not here.exists() and database.schema_number() == store.LATEST
    away.rename(here)
    changes.insert(Child, user, name="王一鸣")
    store.close()
    store.open_ledger(ledger)
    assert {line.name for line in children.page(0, 9)} == {"张浩宇", "王一鸣"}


def test_a_copy_put_in_the_place_of_the_open_file_is_the_one_written_to(ledger, user):
    changes.insert(Child, user, name="张浩宇")
    copy = ledger / "copy.db"
    database.execute_sql("VACUUM INTO ?", (str(copy),))
    changes.insert(Child, user, name="李雨涵")  # only in the file that goes
    for each in ledger.glob("guanai.db*"):
        each.unlink()
    copy.rename(file_of(ledger))
    changes.insert(Child, user, name="王一鸣")
    assert {line.name for line in children.page(0, 9)} == {"张浩宇", "王一鸣"}
    assert database.execute_sql("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_copy_put_beside_the_journal_of_the_open_file_is_not_spoilt_by_it(ledger, user):
    copy = ledger / "copy.db"
    database.execute_sql("VACUUM INTO ?", (str(copy),))
    changes.insert(Child, user, name="李雨涵")
    whole = copy.read_bytes()
    copy.replace(file_of(ledger))
    with pytest.raises(Gone):
        changes.insert(Child, user, name="王一鸣")
    store.close()
    assert file_of(ledger).read_bytes() == whole


def test_something_else_in_the_place_of_the_open_file_is_left_alone(ledger, user):
    for each in ledger.glob("guanai.db*"):
        each.rename(ledger / f"别处{each.name}")
    file_of(ledger).write_text("别的文件" * 50)
    with pytest.raises(NotOurs):
        changes.insert(Child, user, name="张浩宇")
    assert file_of(ledger).read_text() == "别的文件" * 50
    for each in ledger.glob("别处*"):
        each.rename(ledger / each.name.removeprefix("别处"))
    changes.insert(Child, user, name="张浩宇")
    assert children.count() == 1


@pytest.fixture
def tiny_disk(tmp_path):
    """A disk of two megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tiny", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    yield place
    store.close()
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk(tiny_disk):
    store.open_ledger(tiny_disk / "ledger")
    changes.insert(Child, None, name="张浩宇")
    with pytest.raises(Full) as error, changes.action("登记", None) as act:
        for n in range(5000):
            act.insert(Child, name=f"儿童{n}", note="备注" * 300)
    assert "草稿" in said(error)
    assert [line.name for line in children.page(0, 9)] == ["张浩宇"]
    assert database.execute_sql("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_an_emptied_file(ledger):
    store.close()
    file_of(ledger).write_bytes(b"")
    with pytest.raises(Corrupt) as error:
        store.open_ledger(ledger)
    assert "restore" in said(error)
    assert file_of(ledger).read_bytes() == b"", "never made new over a lost one"


def test_damage_found_on_reading_and_on_writing(ledger, user, enter):
    with changes.action("登记", user) as act:
        for n in range(300):
            act.insert(Child, name=f"张浩宇{n}", village_group="一组", note="备注" * 100)
    store.close()
    bytes_ = bytearray(file_of(ledger).read_bytes())
    assert len(bytes_) > 100_000
    bytes_[8192:] = os.urandom(len(bytes_) - 8192)
    file_of(ledger).write_bytes(bytes_)
    with pytest.raises(Corrupt):
        store.open_ledger(ledger)
        children.page(0, 1000)
    store.close()
    with pytest.raises(Corrupt):
        store.open_ledger(ledger)
        changes.insert(Child, None, name="张浩宇")


@pytest.mark.parametrize(
    "content", [b"hello, this is a letter and no ledger at all" * 9, b"SQLite format 3\0" + bytes(400)]
)
def test_not_a_ledger(tmp_path, content):
    file_of(tmp_path).write_bytes(content)
    with pytest.raises(NotOurs) as error:
        store.open_ledger(tmp_path)
    assert "--data" in said(error)
    assert file_of(tmp_path).read_bytes() == content


def test_the_database_of_another_program(tmp_path):
    other = sqlite3.connect(file_of(tmp_path))
    other.execute("CREATE TABLE child (id)")
    other.commit()
    other.close()
    with pytest.raises(NotOurs):
        store.open_ledger(tmp_path)


def test_a_file_where_the_folder_should_be(tmp_path):
    tmp_path.joinpath("file").write_bytes(b"")
    with pytest.raises(NotAFolder) as error:
        store.open_ledger(tmp_path / "file")
    assert "--data" in said(error)


def test_newer_at_opening(ledger):
    database.pragma("user_version", store.LATEST + 1)
    store.close()
    with pytest.raises(Newer) as error:
        store.open_ledger(ledger)
    assert "新版本" in said(error)


def test_newer_while_open_refuses_to_write(ledger, user):
    changes.insert(Child, user, name="张浩宇")
    database.pragma("user_version", store.LATEST + 1)
    with pytest.raises(Newer):
        changes.insert(Child, user, name="李雨涵")
    assert children.count() == 1


# ---- as somebody without rights -----------------------------------------------------------------

AS_NOBODY = """
import os, sys
from pathlib import Path
import peewee, playhouse.migrations
from db import changes, store
from db.errors import LedgerError
from db.models import Child, database
folder = Path(sys.argv[1])
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
assert os.getuid() != 0
try:
    store.open_ledger(folder)
    changes.insert(Child, None, name="张浩宇")
    print("written")
except LedgerError as error:
    print(type(error).__name__, error.cure in str(error))
"""


@pytest.fixture
def others_ledger():
    """A ledger in a place that everybody can reach, owned by the user that AS_NOBODY runs as."""
    top = Path(tempfile.mkdtemp())
    top.chmod(0o755)
    folder = top / "ledger"
    store.open_ledger(folder)
    store.close()
    if os.getuid() == 0:
        for each in (folder, *folder.iterdir()):
            os.chown(each, NOBODY, NOBODY)
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(top)


def as_nobody(program, folder: Path) -> str:
    return program(AS_NOBODY, folder).communicate(timeout=60)[0]


def test_control_the_same_process_writes_where_it_may(others_ledger, program):
    assert as_nobody(program, others_ledger) == "written\n"


def test_a_read_only_file(others_ledger, program):
    file_of(others_ledger).chmod(0o400)
    assert as_nobody(program, others_ledger) == "ReadOnly True\n"


def test_a_read_only_folder(others_ledger, program):
    others_ledger.chmod(0o500)
    assert as_nobody(program, others_ledger) == "ReadOnly True\n"


def test_a_file_that_may_not_be_read(others_ledger, program):
    file_of(others_ledger).chmod(0o000)
    assert as_nobody(program, others_ledger) == "NoPermission True\n"


def test_a_folder_that_may_not_be_entered(others_ledger, program):
    others_ledger.chmod(0o000)
    assert as_nobody(program, others_ledger) == "NoPermission True\n"


def test_a_place_where_no_folder_may_be_made(others_ledger, program):
    if os.getuid() != 0:
        others_ledger.parent.chmod(0o500)
    assert as_nobody(program, others_ledger.parent / "another") == "NoPermission True\n"
    others_ledger.parent.chmod(0o755)


# ---- several processes --------------------------------------------------------------------------

BEGINNER = """
import sys
from pathlib import Path
import peewee, playhouse.migrations
from db import changes, store
from db.models import Child
print("ready", flush=True); sys.stdin.readline()
store.open_ledger(Path(sys.argv[1]))
for n in range(5):
    changes.insert(Child, None, name=f"儿童{sys.argv[2]}之{n}")
print("done", flush=True)
"""


def test_eight_processes_starting_at_once_on_an_absent_ledger(tmp_path, program):
    all_ = [program(BEGINNER, tmp_path / "ledger", n) for n in range(8)]
    assert [each.stdout.readline() for each in all_] == ["ready\n"] * 8
    for each in all_:
        each.stdin.write("\n")
        each.stdin.flush()
    assert [each.communicate(timeout=120)[0] for each in all_] == ["done\n"] * 8
    store.open_ledger(tmp_path / "ledger")
    assert children.count() == 40
    assert database.execute_sql("PRAGMA integrity_check").fetchone()[0] == "ok"
    store.close()


# ---- telling causes apart -----------------------------------------------------------------------


class Told(Exception):
    def __init__(self, name: str = "", state: str = ""):
        self.sqlite_errorname, self.sqlstate = name, state


@pytest.mark.parametrize(("name", "state", "cause"), [
    ("SQLITE_BUSY_SNAPSHOT", "", Locked), ("SQLITE_FULL", "", Full), ("SQLITE_READONLY_DBMOVED", "", ReadOnly),
    ("SQLITE_CORRUPT_INDEX", "", Corrupt), ("SQLITE_NOTADB", "", NotOurs), ("SQLITE_CANTOPEN", "", NoPermission),
    ("", "53100", Full), ("", "40001", Locked), ("", "40P01", Locked), ("", "42501", NoPermission),
    ("", "28P01", NoPermission), ("", "08006", Unreachable), ("", "57P01", Unreachable), ("", "25006", ReadOnly),
    ("SQLITE_ERROR", "", Broken),
])  # fmt: skip
def test_each_code_has_its_cause(name, state, cause):
    assert type(translate(Told(name, state))) is cause


def test_a_full_disk_behind_a_failed_rollback():
    try:
        try:
            raise Told("SQLITE_FULL")
        except Told:
            raise peewee.OperationalError("cannot rollback - no transaction is active")  # noqa: B904
    except peewee.OperationalError as error:
        assert type(translate(error)) is Full
