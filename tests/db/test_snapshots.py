"""What a target came to in a term: replaced in its term, kept after it."""

from datetime import date

import pytest

from db import changes, child_sheet, children, renewal, site, snapshots, store, targets
from db.errors import ReadOnly
from db.models import Snapshot, Term

AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away", "birth_date": "2015-03-08"}


def points(code):
    return [
        (each.term, each.on, each.numerator, each.denominator, each.rate, each.goal)
        for each in snapshots.trend(code)
    ]


def test_one_for_each_term_replaced_while_it_lasts(enter, monkeypatch):
    enter("张浩宇", **AWAY)
    assert snapshots.note(targets.targets())
    assert points("paired") == [("2026秋", date(2026, 9, 10), 0, 1, 0.0, 100)]
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-20")
    enter("李雨涵", **AWAY)
    snapshots.note(targets.targets())
    assert points("paired") == [("2026秋", date(2026, 9, 20), 0, 2, 0.0, 100)]
    assert points("nothing") == []


def test_what_is_empty_or_not_to_be_said_is_not_kept(enter):
    enter("张浩宇", **AWAY)
    snapshots.note(targets.targets())
    kept = {row.code for row in Snapshot.select()}
    assert "paired" in kept and not kept & {"retained", "legal_aid", "dropped_out", "no_hukou"}


def test_nothing_is_written_where_nothing_changed(enter, monkeypatch):
    enter("张浩宇", **AWAY)
    snapshots.note(targets.targets())
    before = list(Snapshot.select().order_by(Snapshot.code).tuples())
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-11")
    snapshots.note(targets.targets())
    assert list(Snapshot.select().order_by(Snapshot.code).tuples()) == before
    assert before[0]


def test_what_cannot_be_said_any_more_is_not_kept(enter, user, monkeypatch):
    """The one child known to have nobody left; of the other it is not known yet."""
    enter("张浩宇", **AWAY)
    gone = enter("李雨涵", **AWAY | {"no_guardian": True})
    snapshots.note(targets.targets())
    assert points("no_guardian") == [("2026秋", date(2026, 9, 10), 1, 2, 50.0, None)]
    children.remove(gone, user)
    assert targets.one("no_guardian").waiting
    snapshots.note(targets.targets())
    assert points("no_guardian") == [] and points("paired")[0][3] == 1


def test_a_changed_goal_is_a_change(enter, user):
    enter("张浩宇", **AWAY)
    snapshots.note(targets.targets())
    site.put("goal.paired", 90, user)
    snapshots.note(targets.targets())
    assert points("paired")[0][-1] == 90


def test_it_is_no_action_of_anybodys(enter, user):
    enter("张浩宇", **AWAY)
    before = changes.last_action(user)
    snapshots.note(targets.targets())
    assert changes.last_action(user) == before


def test_a_ledger_that_may_not_be_written_to_goes_without(enter, monkeypatch):
    enter("张浩宇", **AWAY)
    found = targets.targets()

    def refuse():
        raise ReadOnly("台账只能看，不能写")

    monkeypatch.setattr(store, "check_not_newer", refuse)
    assert snapshots.note(found) is False
    assert not Snapshot.select().exists()


@pytest.mark.parametrize("begin", ["init", "renewal"])
def test_when_a_term_ends_what_it_came_to_is_kept(enter, user, monkeypatch, begin):
    child = enter("张浩宇", **AWAY)
    monkeypatch.setenv("GUANAI_TODAY", "2027-02-20")
    if begin == "init":
        site.set_up(site_name="柳溪村", term_code="2027春", by=user)
    else:
        renewal.begin_term("2027春", user)
    assert site.term().code == "2027春"
    autumn = Term.get(Term.code == "2026秋")
    kept = {
        row.code: (row.on_date, row.denominator)
        for row in Snapshot.select().where(Snapshot.term == autumn.id)
    }
    assert kept["paired"] == (date(2027, 1, 31), 1)
    base = child_sheet.load(child)
    child_sheet.save(child, base | AWAY | {"surveyed_on": date(2027, 2, 20)}, base, user)
    snapshots.note(targets.targets())
    assert [each.term for each in snapshots.trend("paired")] == ["2026秋", "2027春"]


@pytest.mark.parametrize("day", ["2027-02-01", "2025-01-01"])
def test_a_term_that_is_over_and_a_wrong_clock_change_nothing_of_it(enter, user, monkeypatch, day):
    enter("张浩宇", **AWAY)
    snapshots.note(targets.targets())
    before = points("paired")
    enter("李雨涵", **AWAY)
    monkeypatch.setenv("GUANAI_TODAY", day)
    assert snapshots.note(targets.targets()) and points("paired") == before


def test_a_term_gone_back_to_stays_as_it_was_kept(enter, user, monkeypatch):
    both = [enter("张浩宇", **AWAY), enter("李雨涵", **AWAY)]
    monkeypatch.setenv("GUANAI_TODAY", "2027-02-20")
    renewal.begin_term("2027春", user)
    for child in both:
        base = child_sheet.load(child)
        child_sheet.save(child, base | AWAY | {"surveyed_on": date(2027, 2, 20)}, base, user)
    snapshots.note(targets.targets())
    before = points("paired")
    assert [(term, denominator) for term, _, _, denominator, *_ in before] == [("2026秋", 2), ("2027春", 2)]
    children.remove(both[1], user)
    site.put("term", "2026秋", user)
    snapshots.note(targets.targets())
    site.put("term", "2027春", user)
    assert points("paired")[0] == before[0]


def test_the_same_term_set_up_again_keeps_nothing(enter, user):
    enter("张浩宇", **AWAY)
    site.set_up(site_name="柳溪村", term_code="2026秋", by=user)
    assert not Snapshot.select().exists()
