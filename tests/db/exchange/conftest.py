"""An empty ledger, the village's registers, and registers made up on the spot."""

import pytest

from db import site, store
from db.exchange import importing, outcome, register
from db.exchange.reader import Sheet
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
