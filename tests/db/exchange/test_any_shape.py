"""A register laid out, named and written otherwise says the same: the ledger comes out alike."""

import copy
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import shapes
import written
from shapes import FILES, Form
from whole import differences, ledger

from db import site, store
from db.exchange import importing, register
from db.exchange.reader import Sheet, Source

ONE_CHANGE, ALL_CHANGES = range(4), range(15)  # seeds
NAMES = (shapes.name_all, shapes.group_family, shapes.follow_family)
ROWS = (shapes.number_rows, shapes.add_titles, shapes.add_rows, shapes.merge_down, shapes.shuffle_rows)
CELLS = (shapes.split_school, shapes.swap_members, written.rewrite_cells)
CHANGES = (shapes.shuffle_columns, shapes.decorate, *NAMES, *ROWS, *CELLS)


class Ledgers:
    """Takes registers into ledgers that are made once and copied."""

    def __init__(self, folder: Path):
        self.empty, self.village, self.now = (folder / name for name in ("empty", "village", "now"))
        store.open_ledger(self.empty)
        self.user = site.user("wangxiao", "王晓")
        self.forms = {number: shapes.form_of(number) for number in FILES}
        store.close()
        shutil.copytree(self.empty, self.village)
        store.open_ledger(self.village)
        for number in ("01", "05"):
            importing.load(str(FILES[number]), by=self.user)
        store.close()
        self.told = {
            number: self.after(number, lambda n=number: register.open_register(str(FILES[n])))
            for number in FILES
        }

    def form(self, number: str) -> Form:
        """A register taken apart, to be changed."""
        return copy.deepcopy(self.forms[number])

    def after(self, number: str, opened: Callable[[], register.Register]) -> dict:
        """What a ledger says after a register: an empty one, but for talks one with children and helpers."""
        shutil.rmtree(self.now, ignore_errors=True)
        shutil.copytree(self.village if number == "06" else self.empty, self.now)
        store.open_ledger(self.now)
        try:
            outcome = importing.take(opened(), by=self.user)
            said = ledger()
        finally:
            store.close()
        said["counts"] = [(outcome.kind, outcome.rows, outcome.created, outcome.skipped)]
        said["problems"] = sorted((each.level, each.message) for each in outcome.problems)
        return said

    def differs(self, number: str, *sheets: Sheet) -> list[str]:
        """What the ledger says otherwise after these sheets than after the register itself; [] if nothing."""
        said = self.after(number, lambda: register.understand(FILES[number].name, list(sheets)))
        return differences(self.told[number], said)


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUANAI_TODAY", "2026-09-10")
        yield Ledgers(tmp_path_factory.mktemp("shapes"))


def head_of(sheet: Sheet) -> str:
    """The first rows, for the message of a test that fails."""
    return "\n".join(str(row) for row in sheet.rows[:8])


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("number", sorted(FILES))
def test_one_change(ledgers, number, change):
    for seed in ONE_CHANGE:
        form = ledgers.form(number)
        change(form, random.Random(seed))
        sheet = shapes.sheet_of(form)
        assert not ledgers.differs(number, sheet), f"seed {seed}\n{head_of(sheet)}"


@pytest.mark.parametrize("seed", ALL_CHANGES)
@pytest.mark.parametrize("number", sorted(FILES))
def test_all_changes_at_once(ledgers, number, seed):
    rng, form = random.Random(seed), ledgers.form(number)
    naming = rng.choice(NAMES)
    order = [] if naming is shapes.follow_family else [shapes.shuffle_columns]
    for change in (*CELLS, naming, *order, shapes.decorate, *ROWS):
        change(form, rng)
    sheet = shapes.sheet_of(form)
    assert not ledgers.differs(number, sheet), f"{naming.__name__}\n{head_of(sheet)}"


@pytest.mark.parametrize("number", sorted(FILES))
def test_half_of_it_on_a_second_sheet_with_a_head_of_its_own(ledgers, number):
    rng, sheets = random.Random(number), []
    half = len(ledgers.form(number).columns[0].cells) // 2
    for at, part in enumerate((slice(half), slice(half, None))):
        form = ledgers.form(number)
        for each in form.columns:
            each.cells = each.cells[part]
        for change in (shapes.name_all, shapes.shuffle_columns) if at else ():
            change(form, rng)
        sheets.append(shapes.sheet_of(form))
        sheets[-1] = Sheet(f"第{at + 1}页", sheets[-1].rows, merged=sheets[-1].merged)
    assert not ledgers.differs(number, *sheets)


def test_a_village_group_written_once_in_a_text_table(ledgers):
    form = ledgers.form("03")
    shapes.merge_down(form, random.Random(0))
    shapes.name_all(form, random.Random(0))
    sheet = Sheet("", shapes.sheet_of(form).rows)  # which knows no merged cells
    said = ledgers.after("03", lambda: register.of_source(Source("花名册.csv", b"", "text", [sheet])))
    assert len(said["problems"]) == 1
    assert "按上面最近的一格读" in said["problems"][0][1]
    assert not differences(ledgers.told["03"] | {"problems": []}, said | {"problems": []})


@pytest.mark.parametrize(
    ("number", "target"),
    [("01", "guardian.phone"), ("02", "child.hobbies"), ("03", "father.phone"), ("04", "guardian.age"), ("05", "helper.capacity"),
     ("06", "record.reason")],
)  # fmt: skip
def test_two_cells_exchanged_are_seen(ledgers, number, target):
    form = ledgers.form(number)
    (cells,) = (each.cells for each in form.columns if each.target == target)
    other = next(at for at, cell in enumerate(cells) if None not in (cell, cells[0]) and cell != cells[0])
    cells[0], cells[other] = cells[other], cells[0]
    assert ledgers.differs(number, shapes.sheet_of(form))
