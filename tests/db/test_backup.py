"""Backups made beside a writer, put back under open programs; troubles found and named."""

import pytest

from db import backup, children, plan_items, site, store
from db.errors import Corrupt, Newer, NotOurs
from db.models import Owed, Survey, database
from db.values import Refused

WRITER = """
import sys
from pathlib import Path
from db import site, store
from db.changes import insert
from db.models import Child
store.open_ledger(Path(sys.argv[1]))
print("writing", flush=True)
for number in range(400):
    insert(Child, None, name=f"新{number}")
print("done", flush=True)
"""
WATCHER = """
import sys
from pathlib import Path
from db import children, store
store.open_ledger(Path(sys.argv[1]))
for _ in sys.stdin:
    print(children.count(), flush=True)
"""
KEEPER = """
import sys
from pathlib import Path
from db import store
from db.changes import insert
from db.errors import LedgerError
from db.models import Child
store.open_ledger(Path(sys.argv[1]))
for line in sys.stdin:
    try:
        insert(Child, None, name=line.strip())
        print("written", flush=True)
    except LedgerError as error:
        print(type(error).__name__, flush=True)
"""


def names_in(path) -> list[str]:
    with backup._raw(path) as connection:
        return sorted(row[0] for row in connection.execute("SELECT name FROM child WHERE deleted_at IS NULL"))


@pytest.fixture
def saved(ledger, enter, tmp_path):
    """A backup with one child; the ledger got another since."""
    enter("张浩宇", sex="male")
    out = backup.make(tmp_path / "copies")
    enter("李雨涵", sex="female")
    return out


def test_a_backup_is_one_private_file_with_everything(saved):
    assert names_in(saved) == ["张浩宇"]
    assert saved.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in saved.parent.iterdir()] == [saved.name]


def test_a_backup_beside_a_writer_is_sound(ledger, user, program, tmp_path):
    writer = program(WRITER, ledger)
    assert writer.stdout.readline() == "writing\n"
    sizes = []
    for number in range(5):
        out = backup.make(tmp_path, tmp_path / f"{number}.db")
        backup._require_sound(out)
        sizes.append(len(names_in(out)))
    assert sizes == sorted(sizes)
    assert writer.stdout.readline() == "done\n"
    assert children.count() == 400


def test_a_backup_never_takes_the_place_of_something_else(ledger, user, tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("亲爱的妈妈")
    with pytest.raises(Refused, match=r"letter\.txt"):
        backup.make(tmp_path, letter)
    assert letter.read_text() == "亲爱的妈妈"
    with pytest.raises(Refused, match="自己"):
        backup.make(tmp_path, store.ledger_file(ledger))
    with pytest.raises(Refused, match="文件夹"):
        backup.make(tmp_path, tmp_path / "letter.txt" / "x.db")


def test_a_backup_may_replace_an_older_one(saved):
    assert backup.make(saved.parent, saved) == saved
    assert names_in(saved) == ["张浩宇", "李雨涵"]


def test_only_the_oldest_of_our_own_names_go(tmp_path):
    for day in range(1, 6):
        (tmp_path / f"guanai-2026090{day}-120000.db").touch()
    (tmp_path / "guanai-开学前.db").touch()
    gone = backup.thin_out(tmp_path, 2)
    assert [each.name[7:15] for each in gone] == ["20260901", "20260902", "20260903"]
    assert (tmp_path / "guanai-开学前.db").exists() and len(list(tmp_path.iterdir())) == 3


def test_restoring_keeps_what_stood_there_and_open_programs_see_the_change(saved, ledger, program):
    watcher = program(WATCHER, ledger)
    store.close()

    def seen() -> int:
        watcher.stdin.write("\n")
        watcher.stdin.flush()
        return int(watcher.stdout.readline())

    assert seen() == 2
    kept = backup.restore(saved, ledger)
    assert seen() == 1
    assert names_in(kept) == ["张浩宇", "李雨涵"] and kept.stat().st_mode & 0o777 == 0o600
    assert names_in(store.ledger_file(ledger)) == ["张浩宇"]
    store.open_ledger(ledger)
    assert backup.troubles() == []
    assert not list(ledger.glob(".restoring-*"))


def test_restoring_on_a_new_machine_makes_the_folder(saved, tmp_path):
    store.close()
    assert backup.restore(saved, tmp_path / "new" / "guanai") is None
    assert (tmp_path / "new" / "guanai").stat().st_mode & 0o777 == 0o700
    assert names_in(store.ledger_file(tmp_path / "new" / "guanai")) == ["张浩宇"]


@pytest.mark.parametrize("content", [b"", b"rubbish" * 1000])
def test_a_ruined_ledger_is_set_aside_as_it_is(saved, ledger, content):
    store.close()
    store.ledger_file(ledger).write_bytes(content)
    kept = backup.restore(saved, ledger)
    assert kept.read_bytes() == content
    store.open_ledger(ledger)
    assert children.count() == 1


def test_a_ledger_deleted_while_open_is_restored_without_its_old_journal(saved, ledger, program):
    keeper = program(KEEPER, ledger)

    def write(name: str) -> str:
        keeper.stdin.write(f"{name}\n")
        keeper.stdin.flush()
        return keeper.stdout.readline().strip()

    assert write("王一鸣") == "written"
    store.close()
    store.ledger_file(ledger).unlink()  # the journal with the newer children stays
    assert write("陈思琪") == "Gone"
    assert backup.restore(saved, ledger) is None
    assert write("陈思琪") == "written"  # the program that had it open goes on with the restored one
    store.open_ledger(ledger)
    assert {line.name for line in children.page(0, 9)} == {"张浩宇", "陈思琪"}
    assert backup.troubles() == []


def test_a_ledger_damaged_within_is_set_aside(saved, ledger):
    store.close()
    file = store.ledger_file(ledger)
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    kept = backup.restore(saved, ledger)
    assert kept.read_bytes()[:4096] == whole[:4096]
    store.open_ledger(ledger)
    assert [line.name for line in children.page(0, 9)] == ["张浩宇"]


def _cut(path):
    path.write_bytes(path.read_bytes()[:9000])


def _foreign(path):
    path.unlink()
    with backup._raw(_touched(path)) as connection:
        connection.execute("CREATE TABLE song (name)")


def _touched(path):
    path.touch()
    return path


def _newer(path):
    with backup._raw(path) as connection:
        connection.execute(f"PRAGMA user_version={store.LATEST + 1}")


@pytest.mark.parametrize(("spoil", "cause"), [(_cut, Corrupt), (_foreign, NotOurs), (_newer, Newer)])
def test_a_backup_that_will_not_do_changes_nothing(saved, ledger, spoil, cause):
    store.close()
    spoil(saved)
    with pytest.raises(cause):
        backup.restore(saved, ledger)
    assert names_in(store.ledger_file(ledger)) == ["张浩宇", "李雨涵"]
    assert not list(ledger.glob("*恢复前*")) and not list(ledger.glob(".restoring-*"))


def test_a_ledger_of_a_newer_program_is_not_overwritten(saved, ledger):
    store.close()
    _newer(store.ledger_file(ledger))
    with pytest.raises(Newer):
        backup.restore(saved, ledger)
    assert names_in(store.ledger_file(ledger)) == ["张浩宇", "李雨涵"]


def test_a_shared_ledger_stays_open_to_its_group(saved, ledger):
    store.close()
    kept = backup.restore(saved, ledger, shared=True)
    assert kept.stat().st_mode & 0o777 == 0o660


def test_a_sound_ledger_has_no_troubles(saved):
    assert backup.troubles() == []


def test_what_the_site_owes_is_checked_and_made_right_again(user):
    plan_items.add("2026-09", "核对信息", user)
    assert backup.troubles() == []
    Owed.delete().where(Owed.child.is_null()).execute()
    (trouble,) = backup.troubles()
    assert "本单位的待办" in trouble and "guanai init" in trouble
    site.set_up(site_name="柳溪村", by=user)
    assert backup.troubles() == []


def test_columns_that_drifted_from_the_rules_are_named(enter):
    enter("张浩宇", sex="male", father_whereabouts="away", mother_whereabouts="away")
    enter("李雨涵", sex="female")
    assert backup.troubles() == []
    Survey.update(left_behind=False).where(Survey.left_behind).execute()
    (trouble,) = backup.troubles()
    assert "张浩宇" in trouble and "李雨涵" not in trouble and "guanai init" in trouble


def test_a_reference_to_nothing_is_found(saved):
    database.execute_sql("PRAGMA foreign_keys=0")
    database.execute_sql("DELETE FROM child WHERE name = '张浩宇'")
    (trouble,) = backup.troubles()
    assert "引用" in trouble and "survey" in trouble and "guanai restore" in trouble


def test_damage_in_the_file_is_found(saved, ledger):
    store.close()
    file = store.ledger_file(ledger)
    with backup._raw(file) as connection:
        page = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'child_by_initials'"
        ).fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(file.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    file.write_bytes(content)
    store.open_ledger(ledger)
    (trouble,) = backup.troubles()
    assert "损坏" in trouble and "guanai restore" in trouble


def test_the_file_mark_is_ours(saved):
    with backup._raw(saved) as connection:
        assert connection.execute("PRAGMA application_id").fetchone()[0] == store.APPLICATION_ID
