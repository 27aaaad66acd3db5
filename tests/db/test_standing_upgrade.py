"""A filled ledger from before the targets: children and surveys keep everything, the new columns are empty, all goes on."""

from datetime import date

import pytest
from older import as_of_version, put

from db import (
    changes,
    child_sheet,
    outside,
    own_sheet,
    own_targets,
    reported,
    site,
    snapshots,
    store,
    targets,
)
from db.models import Child, Figure, Form, OwnTarget, Reported, Score, Snapshot, Survey, database

BEFORE = 5
TODAY = date(2026, 10, 10)
NEW = {
    Child: ("consent_on", "consent_version"),
    Survey: ("vaccinated", "parenting_on", "entrust_on", "legal_aid"),
}


def fill(where, folder, monkeypatch) -> None:
    """Two children with their surveys of two terms, one of them struck out; a goal somebody set."""
    with as_of_version(BEFORE, where, folder, monkeypatch):
        spring = put("term", code="2026春", starts="2026-02-20", ends="2026-08-31")
        autumn = put("term", code="2026秋", starts="2026-09-01", ends="2027-01-31")
        put("setting", key="term", value='"2026秋"')
        put("setting", key="goal.filed", value="90")
        told = {"father_whereabouts": "away", "mother_whereabouts": "away", "left_behind": True}
        here = put("child", name="张浩宇", birth_date="2015-03-08", group_rank=1, village_group="一组",
                   id_number="340505201503080016", version=3)  # fmt: skip
        gone = put(
            "child", name="李雨涵", birth_date="2016-05", group_rank=1, deleted_at="2026-09-05 00:00:00"
        )
        for child, term in ((here, spring), (here, autumn), (gone, autumn)):
            put("survey", child_id=child, term_id=term, gaps="health", schooling="primary", surveyed_on="2026-09-02", **told)  # fmt: skip


@pytest.fixture(params=["file", "server"])
def where(request, tmp_path):
    """Where the ledger lies: in a file, or on PostgreSQL."""
    return tmp_path / "old" if request.param == "file" else request.getfixturevalue("address")


def test_an_older_ledger_goes_on(where, tmp_path, monkeypatch):
    monkeypatch.setenv("GUANAI_TODAY", TODAY.isoformat())
    fill(where, tmp_path / "migrations", monkeypatch)
    store.open_ledger(where)
    try:
        assert database.schema_number() == store.LATEST > BEFORE
        child = Child.live().get()
        assert (child.name, child.birth_date, child.village_group, child.id_number, child.version) == (
            "张浩宇", "2015-03-08", "一组", "340505201503080016", 3,
        )  # fmt: skip
        assert Child.select().where(Child.deleted_at.is_null(False)).get().name == "李雨涵"
        surveys = list(Survey.select())
        assert len(surveys) == 3
        assert {(row.schooling, row.father_whereabouts, row.left_behind) for row in surveys} == {
            ("primary", "away", True)
        }
        for model, columns in NEW.items():
            assert {getattr(row, name) for row in model.select() for name in columns} == {None}
        assert [table.select().count() for table in (Figure, OwnTarget, Snapshot, Form, Reported, Score)] == [
            0
        ] * 6
        _works(child)
    finally:
        store.close()


def _works(child: Child) -> None:
    """Targets, figures from outside, targets of one's own, snapshots and reports on the old rows."""
    by = site.user("wangxiao")
    found = {each.code: each for each in targets.targets()}
    assert (found["filed"].numerator, found["filed"].denominator, found["filed"].goal) == (0, 1, 90)
    assert (found["vaccinated"].numerator, found["vaccinated"].denominator) == (0, 1)
    assert found["vaccinated"].missing[0].field == "vaccinated"
    figure = {"numerator": 38, "denominator": 40, "on_date": TODAY, "source": "卫生室", "note": None}
    outside.save("vaccinated", "", figure, outside.load("vaccinated"), by)
    assert targets.one("vaccinated").rate == 95.0
    base = child_sheet.load(child.id)
    child_sheet.save(child.id, base | {"vaccinated": "done", "consent_on": TODAY}, base, by)
    assert (targets.one("vaccinated").numerator, targets.one("consented").numerator) == (1, 1)
    blank = own_targets.load()
    met = [["vaccinated", "is", "done"]]
    own = own_targets.save(None, blank | {"name": "接种", "goal": 100, "met": met}, blank, by).id
    assert targets.one(f"{targets.OWN}{own.hex}").met
    hand = own_targets.save(None, blank | {"name": "开过会", "sort": "by_hand"}, blank, by).id
    own_sheet.save_answer(hand, {"answered": True}, {}, by)
    assert snapshots.note(targets.targets()) and snapshots.trend("filed")[0].denominator == 1
    comparison = reported.Comparison()
    list(comparison.steps())
    list(reported.mark(comparison.found, reported.USUAL, by))
    again = reported.Comparison()
    list(again.steps())
    assert (len(comparison.found), again.found) == (1, [])
    for _ in range(6):
        changes.undo(changes.last_action(by).action, by)
    assert Child.get_by_id(child.id).consent_on is None
    assert [table.live().count() for table in (Figure, OwnTarget, Reported)] == [0, 0, 0]
