"""A filled ledger from before the plans: its items come under a plan of their name, activities and rolls stand, all is owed."""

from datetime import date

import pytest
from older import as_of_version, put

from db import activities, changes, duties, owed, plan_items, roll, settings, site, store, work_plans
from db.models import Attendance, PlanItem, database

BEFORE = 4
PLAN = "村级“关爱”计划\\一"  # signs that a TOML text has to escape
LONG = "名称很长的计划" * 8  # longer than a template's may be


def fill(where, folder, monkeypatch) -> None:
    """Items of a plan, of none and struck out; an activity with its roll; a rhythm profile's `later`."""
    with as_of_version(BEFORE, where, folder, monkeypatch):
        term = put("term", code="2026秋", starts="2026-09-01", ends="2027-01-31")
        put("setting", key="term", value='"2026秋"')
        put("setting", key="rhythms.later", value='["专题片，每月一场"]')
        child = put("child", name="张浩宇", birth_date="2015-03-08", group_rank=1)
        put("survey", child_id=child, term_id=term, left_behind=True, gaps="", surveyed_on="2026-09-02")
        for month, title, plan, done, gone in (
            ("2026-08", "摸底", PLAN, "2026-08-20", None), ("2026-10", "庆国庆", PLAN, None, None), ("2026-09", "开会", None, None, None),
            ("2026-12", "总结", PLAN, None, "2026-09-01 00:00:00"), ("2026-11", "家长会", LONG, "2026-10-01", None),
        ):  # fmt: skip
            put("plan_item", term_id=term, month=month, title=title, plan=plan, done_on=done, evidence="照片" if done else None,
                deleted_at=gone)  # fmt: skip
        film = put("activity", title="励志专题片", kind="film", on_date="2026-09-05", starts="15:30")
        put("attendance", activity_id=film, child_id=child, state="late")


@pytest.fixture(params=["file", "server"])
def where(request, tmp_path):
    """Where the ledger lies: in a file, or on PostgreSQL."""
    return tmp_path / "old" if request.param == "file" else request.getfixturevalue("address")


def test_an_older_ledger_goes_on(where, tmp_path, monkeypatch):
    monkeypatch.setenv("GUANAI_TODAY", "2026-10-10")
    fill(where, tmp_path / "migrations", monkeypatch)
    store.open_ledger(where)
    try:
        assert database.schema_number() == store.LATEST > BEFORE
        plan, long = work_plans.listing()
        assert (long.title, long.total, long.owed_all) == (LONG, 1, 0)
        assert work_plans.template_of(long.id).title == LONG[:40]
        assert (plan.title, plan.starts, plan.ends) == (PLAN, date(2026, 8, 1), date(2026, 10, 31))
        assert (plan.total, plan.done, plan.overdue, plan.owed_all) == (2, 1, 0, 1)
        assert work_plans.template_of(plan.id).title == PLAN
        (done, coming), (own,) = plan_items.of_plan(plan.id), plan_items.month("2026-09")
        assert (done.done_on, done.evidence, done.due_on, done.sort) == (
            date(2026, 8, 20),
            "照片",
            date(2026, 8, 31),
            "month",
        )
        assert (coming.opens, coming.due_on, coming.planned_month) == (
            date(2026, 10, 1),
            date(2026, 10, 31),
            "2026-10",
        )
        assert (own.plan, own.due_on, own.carried) == (None, date(2026, 9, 30), 0)
        assert PlanItem.select().where(PlanItem.deleted_at.is_null(False)).get().title == "总结"
        assert [
            (duty.label, duty.source) for duty in duties.overdue(date(2026, 10, 10)) if duty.child_id is None
        ] == [("开会", "item")]
        assert settings.text("rhythms.later") is None
        (film,) = activities.agenda(date(2026, 9, 5), date(2026, 9, 5))
        assert (film.title, film.present, film.state) == ("励志专题片", 1, None)
        assert [line.state for line in roll.of(film.id)] == ["late"] and Attendance.get().picked_by is None
        by = site.user("wangxiao")
        plan_items.put_off(own.id, date(2026, 10, 20), "农忙", by)
        changes.undo(changes.last_action(by).action, by)
        assert plan_items.month("2026-09") == [own] and not owed.site_drifted()
    finally:
        store.close()
