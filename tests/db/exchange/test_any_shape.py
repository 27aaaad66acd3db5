"""A register laid out, named and written otherwise says the same: the ledger comes out alike."""

import random
import shutil
from pathlib import Path

import pytest
import shapes
from whole import differences, ledger

from db import site, store
from db.exchange import register

CHILDREN = ("01", "02", "03", "04")
EACH = 6  # seeds of each change alone
ALL = 14  # seeds of all changes at once
LAYOUT = (
    shapes.shuffle_columns, shapes.decorate, shapes.number_rows, shapes.add_titles, shapes.add_rows, shapes.merge_down,
)  # fmt: skip


@pytest.fixture(scope="module")
def before(tmp_path_factory) -> dict[str, Path]:
    """For each register the ledger it comes into: an empty one; for the talks one with children and helpers."""
    patch = pytest.MonkeyPatch()
    patch.setenv("GUANAI_TODAY", "2026-09-10")
    folders = {number: tmp_path_factory.mktemp("empty") for number in ("00", "06")}
    for number, folder in folders.items():
        store.open_ledger(folder)
        user = site.user("wangxiao", "王晓")
        for each in ("01", "05") if number == "06" else ():
            register.load(str(shapes.FILES[each]), by=user)
        store.close()
    yield {number: folders.get(number, folders["00"]) for number in shapes.FILES}
    patch.undo()


@pytest.fixture(scope="module")
def told(before, tmp_path_factory) -> dict[str, dict]:
    """What the ledger says after each register as it is."""
    return {number: after(number, before, tmp_path_factory.mktemp("told")) for number in before}


def after(number: str, before: dict, folder: Path, sheet: shapes.Sheet | None = None) -> dict:
    """What the ledger says after a register, or after that sheet in its place."""
    shutil.copytree(before[number], folder, dirs_exist_ok=True)
    store.open_ledger(folder)
    try:
        name = shapes.FILES[number].name
        opened = register.understand(name, [sheet]) if sheet else register.open_register(str(shapes.FILES[number]))
        outcome = register.take(opened, by=site.user("wangxiao", "王晓"))
        said = ledger()
    finally:
        store.close()
    said["outcome"] = [(outcome.kind, outcome.rows, outcome.created, outcome.skipped)]
    said["problems"] = sorted((each.level, each.message) for each in outcome.problems)
    return said
