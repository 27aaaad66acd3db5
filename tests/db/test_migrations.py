"""The migrations: what they make is what the models say, and an upgrade loses nothing."""

import json
import shutil
import sqlite3
from pathlib import Path
from uuid import UUID

import peewee
import pytest

from db import changes, child_sheet, children, site, store
from db.errors import Corrupt, Newer
from db.models import TABLES, Adult, Child, Kinship, Survey, database

SECOND = '''"""A later file: one column more."""
from peewee import TextField

def up(migrator, db):
    from playhouse.migrate import migrate
    migrate(migrator.add_column("child", "nickname", TextField(null=True)))
'''


def schema(db: peewee.Database) -> dict[str, tuple]:
    """Columns, indexes and references of every table but the migrations' own."""
    found = {}
    for table in sorted(db.get_tables()):
        if table in ("schema_migration", "migration_history") or table.startswith("schema"):
            continue
        columns = sorted((c.name, c.data_type, c.null, c.primary_key) for c in db.get_columns(table))
        indexes = sorted((i.name, tuple(i.columns), i.unique) for i in db.get_indexes(table))
        where = sorted(_where(i.sql) for i in db.get_indexes(table))
        keys = sorted((k.column, k.dest_table, k.dest_column) for k in db.get_foreign_keys(table))
        rules = sorted(row[3:7] for row in db.execute_sql(f"PRAGMA foreign_key_list('{table}')").fetchall())
        found[table] = (columns, indexes, where, keys, rules)
    return found


def _where(sql: str | None) -> str:
    return (sql or "").partition(" WHERE ")[2].replace("(", "").replace(")", "").replace('"', "")


def test_the_models_and_the_migrations_agree(ledger, tmp_path):
    made = schema(database.obj)
    fresh = store.SqliteLedger(tmp_path / "models.db", pragmas={"foreign_keys": 1})
    with fresh.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        fresh.create_tables(TABLES)
    said = schema(fresh)
    fresh.close()
    assert len(said) == len(TABLES)
    for table, expected in said.items():
        assert made[table] == expected, table
    assert made.keys() == said.keys()


@pytest.fixture
def upgraded(ledger, user, enter, tmp_path, monkeypatch):
    """A ledger with a child in it, and a program that is one migration further."""
    enter("张浩宇", father_name="张三")
    store.close()
    folder = tmp_path / "migrations"
    shutil.copytree(store.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    folder.joinpath(f"{store.LATEST + 1:04d}_nickname.py").write_text(SECOND, encoding="utf-8")
    before = store.LATEST
    monkeypatch.setattr(store, "MIGRATIONS", folder)
    monkeypatch.setattr(store, "LATEST", before + 1)
    return ledger


def copies(ledger: Path) -> list[Path]:
    return sorted(ledger.glob("*升级前*.db"))


def test_an_upgrade_keeps_a_copy_and_all_rows(upgraded):
    store.open_ledger(upgraded)
    assert database.schema_number() == store.LATEST
    assert "nickname" in [column.name for column in database.get_columns("child")]
    assert children.show("张浩宇")["father"]["name"] == "张三"
    (copy,) = copies(upgraded)
    assert copy.stat().st_mode & 0o777 == 0o600
    old = sqlite3.connect(copy)
    assert old.execute("SELECT name FROM child").fetchall() == [("张浩宇",)]
    assert old.execute("PRAGMA user_version").fetchone() == (store.LATEST - 1,)
    old.close()
    store.close()
    store.open_ledger(upgraded)
    assert len(copies(upgraded)) == 1, "only an upgrade copies"


def test_an_upgrade_that_leaves_references_broken_is_told(upgraded):
    raw = sqlite3.connect(store.ledger_file(upgraded))
    raw.execute("PRAGMA foreign_keys = 0")
    raw.execute("UPDATE kinship SET adult_id = x'00000000000000000000000000000000'")
    raw.commit()
    raw.close()
    with pytest.raises(Corrupt, match="1处引用"):
        store.open_ledger(upgraded)
    assert len(copies(upgraded)) == 1


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(upgraded):
    file = store.MIGRATIONS / f"{store.LATEST:04d}_nickname.py"
    file.write_text(SECOND + "    raise ZeroDivisionError\n", encoding="utf-8")
    with pytest.raises(ZeroDivisionError):
        store.open_ledger(upgraded)
    store.close()
    raw = sqlite3.connect(store.ledger_file(upgraded))
    assert raw.execute("PRAGMA user_version").fetchone() == (store.LATEST - 1,)
    assert "nickname" not in [row[1] for row in raw.execute("PRAGMA table_info(child)")]
    raw.close()
    file.write_text(SECOND, encoding="utf-8")
    store.open_ledger(upgraded)
    assert children.count() == 1


def test_an_old_process_does_not_write_to_an_upgraded_ledger(upgraded, monkeypatch):
    store.open_ledger(upgraded)
    monkeypatch.setattr(store, "LATEST", store.LATEST - 1)
    with pytest.raises(Newer):
        store.check_not_newer()
    assert Child.live().count() == 1


# ---- from the first tables to today's -----------------------------------------------------------


def key(n: int) -> bytes:
    return n.to_bytes(16, "big")


FIRST = {
    "term": {"id": key(1), "code": "2026秋", "starts": "2026-09-01", "ends": "2027-01-31"},
    "child": {"id": key(2), "name": "张浩宇", "birth_date": "2015-03-08", "address": "柳溪村一组", "group_rank": 1},
    "adult": {"id": key(3), "name": "张大", "phone": "19900000001", "address": "柳溪村一组55号"},
    "kinship": {"id": key(4), "child_id": key(2), "adult_id": key(3), "relation": "61", "guardian": 1, "entrusted": 1},
    "survey": {"id": key(5), "child_id": key(2), "term_id": key(1), "father_whereabouts": "away", "gaps": "", "surveyed_on": "2026-09-02"},
    "helper": {"id": key(6), "name": "刘老师", "group_rank": 9999},
}  # fmt: skip


@pytest.fixture
def first(tmp_path, monkeypatch) -> Path:
    """A ledger as the first version left it, with a child, a guardian with an address, and its history."""
    folder = tmp_path / "first"
    folder.mkdir()
    shutil.copy(store.MIGRATIONS / "0001_first_tables.py", folder)
    with monkeypatch.context() as then:
        then.setattr(store, "MIGRATIONS", folder)
        then.setattr(store, "LATEST", 1)
        store.open_ledger(tmp_path / "old")
        store.close()
    raw = sqlite3.connect(store.ledger_file(tmp_path / "old"))
    for table, values in FIRST.items():
        values = values | {"version": 1, "created_at": "2026-09-01 00:00:00"}
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        raw.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))
    noted = (
        (10, 20, "登记", "2026-09-01 02:00:00", "insert", "child", 2, {}),
        (
            11,
            21,
            "改地址",
            "2026-09-05 20:00:00",
            "update",
            "adult",
            3,
            {"address": ["一组", "柳溪村一组55号"]},
        ),
        (12, 22, "改名", "2026-09-06 02:00:00", "update", "child", 2, {"name": ["张皓宇", "张浩宇"]}),
    )
    for own, action, label, at, kind, table, row, what in noted:
        raw.execute(
            "INSERT INTO change (id, action, label, at, kind, table_name, row, version, what) VALUES (?,?,?,?,?,?,?,1,?)",
            [key(own), key(action), label, at, kind, table, key(row), json.dumps(what)],
        )
    raw.commit()
    raw.close()
    return tmp_path / "old"


def test_a_filled_ledger_of_the_first_version_is_upgraded_whole(first, monkeypatch):
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-10")
    store.open_ledger(first)
    try:
        assert database.schema_number() == store.LATEST
        assert "address" not in [column.name for column in database.get_columns("adult")]
        assert Kinship.get().address == "柳溪村一组55号"
        days = [model.get().as_of for model in (Child, Adult, Kinship, Survey)]
        assert days == ["2026-09-06", "2026-09-06", None, None], "20:00 UTC is the next day in China"
        by = site.user("wangxiao")
        changes.undo(UUID(bytes=key(22)), by)
        assert Child.get().name == "张皓宇"
        sheet = child_sheet.load(Child.get().id)
        assert (sheet["guardian_name"], sheet["guardian_address"]) == ("张大", "柳溪村一组55号")
        changed = sheet | {"guardian_address": "二组", "guardian_occupation": "务农"}
        child_sheet.save(Child.get().id, changed, sheet, by)
        assert child_sheet.load(Child.get().id) == changed
        with pytest.raises(changes.CannotUndo, match="又被改过"):
            changes.undo(UUID(bytes=key(21)), by)
    finally:
        store.close()
    assert len(copies(first)) == 1


def test_what_the_first_version_did_to_a_column_that_is_gone_is_not_half_undone(first):
    store.open_ledger(first)
    try:
        with pytest.raises(changes.CannotUndo, match="旧版程序"):
            changes.undo(UUID(bytes=key(21)), None)
    finally:
        store.close()
