"""A filled ledger from before the care loop: its talk rhythm, records and pairings stand, and what is owed is worked out."""

import json
from datetime import date

import pytest
from older import as_of_version, put

from db import care, changes, duties, owed, settings, site, store
from db.models import CareRecord, Child, Helper, Pairing, database

BEFORE = 3


def fill(where, months: int, folder, monkeypatch) -> None:
    """A ledger as the version before left it: a 留守 child, its helper, a talk, a rhythm of some months."""
    with as_of_version(BEFORE, where, folder, monkeypatch):
        term = put("term", code="2026秋", starts="2026-09-01", ends="2027-01-31")
        put("setting", key="term", value='"2026秋"')
        put("setting", key="talk_months", value=json.dumps(months))
        child = put("child", name="张浩宇", birth_date="2015-03-08", village_group="一组", group_rank=1)
        put("survey", child_id=child, term_id=term, father_whereabouts="away", mother_whereabouts="away",
            left_behind=True, gaps="", surveyed_on="2026-09-02")  # fmt: skip
        helper = put("helper", name="刘老师", kind="teacher", group_rank=9999)
        put("pairing", child_id=child, helper_id=helper, kind="teacher", since="2026-09-05")
        put(
            "care_record",
            child_id=child,
            kind="talk",
            on_date="2026-09-08",
            helper_id=helper,
            content="想妈妈",
        )


@pytest.fixture(params=["file", "server"])
def where(request, tmp_path):
    """Where the ledger lies: in a file, or on PostgreSQL."""
    return tmp_path / "old" if request.param == "file" else request.getfixturevalue("address")


@pytest.mark.parametrize(("months", "due"), [(1, date(2026, 10, 8)), (3, date(2026, 12, 8))])
def test_an_older_ledger_goes_on(where, tmp_path, monkeypatch, months, due):
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-10")
    fill(where, months, tmp_path / "migrations", monkeypatch)
    store.open_ledger(where)
    try:
        assert database.schema_number() == store.LATEST > BEFORE
        assert settings.text("talk_months") is None
        assert [(each.kind, each.span, each.count) for each in owed.in_force()] == [
            ("talk", months, "interval")
        ]
        (duty,) = duties.page(due)
        assert (duty.child, duty.label, duty.due_by, duty.helper) == ("张浩宇", "谈心", due, "刘老师")
        (record,) = care.records()
        assert (record.content, record.missed, record.follow_up_on) == ("想妈妈", None, None)
        assert Child.get().left_on is None and Helper.get().barred is None and Pairing.get().after_id is None
        by = site.user("wangxiao")
        key = care.record(
            by, child_id=duty.child_id, kind="phone_call", on_date=date(2026, 9, 10), minutes=12
        )
        assert CareRecord.get_by_id(key).minutes == 12
        changes.undo(changes.last_action(by).action, by)
        assert len(care.records()) == 1
        assert owed.drifted([duty.child_id], date(2026, 9, 10)) == set()
    finally:
        store.close()
