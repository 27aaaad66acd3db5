"""An empty ledger, the village's registers, and registers made up on the spot."""

from pathlib import Path

import pytest
from blank_forms import blank, village  # noqa: F401  fixtures of the tests that fill forms
from openpyxl import Workbook

from db import site, store
from db.exchange import importing, outcome, reader, register
from db.exchange.reader import Sheet, Source
from db.models import User


@pytest.fixture
def user(tmp_path, monkeypatch) -> User:
    """Somebody with an empty ledger open, on a fixed day."""
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-10")
    store.open_ledger(tmp_path / "ledger")
    yield site.user("wangxiao", "王晓")
    store.close()


@pytest.fixture
def take(user):
    """Take rows (the first of them headings) as a register; `kind` and `dry_run` as for `register.take`."""

    def taking(*rows: list, kind: str | None = None, dry_run: bool = False) -> outcome.Outcome:
        table = register.understand("测试", [Sheet("S", [list(row) for row in rows])], kind)
        return importing.take(table, dry_run=dry_run, by=user)

    return taking


@pytest.fixture
def target(tmp_path) -> Path:
    """Where a report goes."""
    return tmp_path / "核对.xlsx"


@pytest.fixture
def given(tmp_path):
    """Read a workbook or bytes made in a test as the import does: given(book), given(data, "名册.xlsm")."""

    def giving(made: Workbook | bytes, name: str = "名册.xlsx") -> Source:
        path = tmp_path / name
        made.save(path) if isinstance(made, Workbook) else path.write_bytes(made)
        return reader.read(str(path))

    return giving
