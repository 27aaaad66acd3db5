"""Each register's blank, filled from the ledger and imported into an empty one: both say the same of what it asks."""

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from shapes import FILES

from db import child_sheet, helpers, record_list, register, site, store
from db.child_fields import SPECS
from db.exchange import filling, importing, reader, xls_looks
from db.exchange.filling import Filling
from db.models import Child, User

DATA = {"01": (4, 68), "02": (2, 66), "03": (4, 38), "05": (3, 36), "06": (3, 62)}  # rows that hold data
HELD_BY_SHEET = {"id_number": "id"}


@pytest.fixture(scope="module")
def blanks(tmp_path_factory) -> dict[str, Path]:
    """The six registers without their data."""
    folder = tmp_path_factory.mktemp("blanks")
    found = {}
    for number, path in FILES.items():
        if number == "04":
            found[number] = folder / "04.csv"
            found[number].write_text(path.read_text("gb18030").splitlines()[0] + "\r\n", "gb18030")
            continue
        data = path.read_bytes()
        book = load_workbook(io.BytesIO(xls_looks.converted(data) if path.suffix == ".xls" else data))
        first, last = DATA[number]
        for area in list(book.active.merged_cells.ranges):
            if area.min_row >= first:
                book.active.unmerge_cells(area.coord)
        for row in book.active.iter_rows(first, last):
            for cell in row:
                cell.value = None
        found[number] = folder / f"{number}.xlsx"
        book.save(found[number])
    return found


@pytest.fixture
def full(tmp_path, monkeypatch):
    """The ledger of all six registers, and its user."""
    monkeypatch.setenv("GUANAI_TODAY", "2026-11-24")
    store.open_ledger(tmp_path / "full")
    user = site.user("wangxiao", "王晓")
    for path in sorted(FILES.values()):
        importing.load(str(path), by=user)
    yield user
    store.close()


def fill(blank: Path, out: Path, user: User) -> Filling:
    """The blank filled with everybody on the register."""
    form = filling.open_form(str(blank))
    form.choose(who="all")
    for _ in form.write(out, user):
        pass
    return form


def rows_in(path: Path) -> list[list[Any]]:
    return reader.read(str(path)).sheets[0].rows


def fields_of(form: Filling) -> set[str]:
    """The fields of a child's sheet that a form asks for."""
    found = set()
    for part in form.parts:
        for target in filter(None, part.targets):
            owner, name = target.split(".")
            if owner in ("child", "survey", "focus"):
                found.add("focus" if owner == "focus" else name)
            elif owner in ("father", "mother", "guardian"):
                found.add(f"{owner}_{HELD_BY_SHEET.get(name, name)}")
    return found & SPECS.keys()


def sheets() -> dict[str, list[dict[str, Any]]]:
    """The children's sheets by name: some share one."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in child_sheet.load_many(register.keys()):
        found.setdefault(each["name"], []).append(each)
    return found


def agree(field: str, one: dict[str, Any], other: dict[str, Any], number: str) -> bool:
    """Whether two sheets say the same, as far as the form asks for it.

    03 asks for the month of birth. 01 asks who was entrusted with the child: a parent who is the guardian is no answer.
    02 asks for a mark that the ledger works out of the parents' whereabouts where nobody declared it.
    """
    if one[field] == other[field]:
        return True
    if number == "03" and field == "birth_date":
        return one[field][:7] == other[field]
    if number == "01" and field.startswith("guardian_"):
        return one["guardian_relation"] in ("51", "52")
    return number == "02" and field == "declared" and one[field] is None


def taken_in(path: Path, folder: Path) -> tuple[User, Any]:
    """A file imported into an empty ledger, opened in place of the one that was open."""
    store.close()
    store.open_ledger(folder)
    user = site.user("wangxiao", "王晓")
    return user, importing.load(str(path), by=user)


@pytest.mark.parametrize("number", ["01", "02", "03", "04"])
def test_children_come_back(full, blanks, tmp_path, number):
    out = tmp_path / f"out{blanks[number].suffix}"
    form = fill(blanks[number], out, full)
    assert form.result.rows == Child.live().count() == 79
    assert form.result.problems == []
    before, asked = sheets(), fields_of(form)
    user, outcome = taken_in(out, tmp_path / "empty")
    # 04 asks for nothing that tells two children of one name apart: its import leaves them to a person
    assert (outcome.created, outcome.skipped) == ((76, 3) if number == "04" else (79, 0))
    after = sheets()
    differ = [
        (name, field, one[field], other[field])
        for name, mine in before.items()
        for one in mine
        for other in after.get(name, ())
        if len(mine) == 1 or (one["birth_date"] or "")[:7] == (other["birth_date"] or "")[:7] != ""
        for field in sorted(asked)
        if not agree(field, one, other, number)
    ]
    assert differ == []
    assert len(asked) >= {"01": 25, "02": 12, "03": 14, "04": 9}[number]
    if number == "04":
        return
    assert sum(map(len, after.values())) == 79
    again = tmp_path / f"again{blanks[number].suffix}"
    fill(blanks[number], again, user)
    assert sorted(map(str, rows_in(again))) == sorted(map(str, rows_in(out)))


def test_helpers_come_back(full, blanks, tmp_path):
    out = tmp_path / "out.xlsx"
    form = fill(blanks["05"], out, full)
    assert (form.result.rows, form.unmapped) == (34, [])
    before = told(helpers.listing(reveal=True))
    _, outcome = taken_in(out, tmp_path / "empty")
    assert (outcome.created, outcome.problems) == (34, [])
    assert told(helpers.listing(reveal=True)) == before


def test_records_come_back(full, blanks, tmp_path):
    """Helpers and children first: a record is about somebody on file."""
    out = {number: tmp_path / f"out{number}.xlsx" for number in ("01", "05", "06")}
    forms = {number: fill(blanks[number], path, full) for number, path in out.items()}
    assert (forms["06"].result.rows, forms["06"].unmapped) == (60, [])
    before = told(record_list.record_listing())
    user, _ = taken_in(out["01"], tmp_path / "empty")
    importing.load(str(out["05"]), by=user)
    outcome = importing.load(str(out["06"]), by=user)
    assert (outcome.created, outcome.skipped) == (60, 0)
    assert told(record_list.record_listing()) == before


def told(rows: list[dict[str, Any]]) -> list[str]:
    """What rows say, whatever their keys."""
    return sorted(
        str({name: value for name, value in row.items() if not name.endswith("id")}) for row in rows
    )
