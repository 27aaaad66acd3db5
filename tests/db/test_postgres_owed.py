"""What is owed on PostgreSQL while two programs write: no row twice, none by rules that no longer hold."""

import threading
from contextlib import contextmanager
from datetime import date

import pytest

from db import adopting, care, child_sheet, duties, owed, plan_items, plan_templates, site, store, work_plans
from db.models import Owed, database
from db.values import Refused

TODAY = date(2026, 9, 10)
AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}
VISITS = [{"code": "visit", "name": "走访", "kind": "visit", "every": "month", "holidays": True}]


@pytest.fixture
def children(keeper):
    def enter(name):
        base = child_sheet.load(None)
        told = base | {"name": name, "birth_date": "2015-03-08", "surveyed_on": date(2026, 9, 1)} | AWAY
        return child_sheet.save(None, told, base, keeper).id

    return [enter(name) for name in ("张浩宇", "李雨涵", "王一鸣")]


@contextmanager
def meanwhile(work):
    """Let somebody else do something while the block runs; they are done when it is left, and what they met is raised."""
    met = []

    def run():
        try:
            with database.connection_context():
                work()
        except Exception as error:
            met.append(error)

    thread = threading.Thread(target=run)
    yield thread
    thread.join(timeout=30)
    assert not thread.is_alive() and met == []


def sound(children):
    rows = list(Owed.select(Owed.child, Owed.source, Owed.what, Owed.ref, Owed.since).tuples())
    return len(rows) == len(set(rows)) and owed.drifted(children, TODAY) == set()


def test_two_who_write_of_one_child(children, keeper):
    one = children[0]
    with (
        meanwhile(lambda: care.record(None, child_id=one, on_date=TODAY, content="乙")) as other,
        database.atomic(),
    ):
        care.record(keeper, child_id=one, on_date=TODAY, content="甲")
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()  # it waits
    assert sound(children)


def test_the_table_is_made_anew_while_somebody_writes(children, keeper):
    def other_rules():
        site.put("rhythms", VISITS, None)
        owed.settle()

    duties.page(TODAY)
    with meanwhile(other_rules) as other, database.atomic():
        care.record(keeper, child_id=children[0], on_date=TODAY, kind="visit")
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()
    assert {row.what for row in Owed.select().where(Owed.source == "rhythm")} == {"visit"}
    assert sound(children)


def test_somebody_writes_while_the_table_is_made_anew(children, keeper):
    duties.page(TODAY)
    site.put("rhythms", VISITS, keeper)
    with (
        meanwhile(lambda: care.record(None, child_id=children[0], on_date=TODAY, kind="visit")) as other,
        database.atomic(),
    ):
        owed.settle()
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()
    assert {row.what for row in Owed.select().where(Owed.source == "rhythm")} == {"visit"}
    assert sound(children)


def test_the_rules_change_between_a_writers_look_and_its_turn(children, keeper, monkeypatch):
    """Whoever found the table in order, then waited for one who made it anew, goes by the new rules."""
    settled = owed.settle
    duties.page(TODAY)

    def second():
        monkeypatch.setattr(owed, "settle", lambda: (settled(), looked.set(), go.wait(10)))
        care.record(None, child_id=children[0], on_date=TODAY, kind="visit")

    looked, go = threading.Event(), threading.Event()
    with meanwhile(second) as other:
        other.start()
        assert looked.wait(10)
        monkeypatch.setattr(owed, "settle", settled)
        with database.atomic():
            site.put("rhythms", VISITS, keeper)
            owed.settle()
            go.set()
            other.join(timeout=0.5)
    assert {row.what for row in Owed.select().where(Owed.source == "rhythm")} == {"visit"}
    assert sound(children)


def test_the_table_is_made_anew_while_an_import_has_its_turn(children, keeper):
    """An import holds up imports, not somebody who looks at the list after the rules moved."""
    site.put("rhythms", VISITS, keeper)
    with meanwhile(lambda: duties.page(TODAY)) as other, database.atomic():
        store.wait_for_turn()
        other.start()
        other.join(timeout=5)
        assert not other.is_alive()


def test_the_sites_duties_are_written_while_the_table_is_made_anew(children, keeper, monkeypatch):
    """Who makes it anew writes the mark last: whoever waits for him must not hold it, or both wait for ever."""
    duties.page(TODAY)
    filling = owed._fill

    def slowly(children, given):
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()
        filling(children, given)

    with meanwhile(lambda: plan_items.add("2026-09", "核对信息", None)) as other, database.atomic():
        site.put("rhythms", VISITS, keeper)
        monkeypatch.setattr(owed, "_fill", slowly)
        owed.settle()
        monkeypatch.setattr(owed, "_fill", filling)
    assert [row.source for row in Owed.select().where(Owed.child.is_null())] == ["item"]
    assert sound(children) and not owed.site_drifted()


def test_two_who_adopt_one_plan_at_once_get_it_once(children, keeper):
    template = plan_templates.by_code("class")
    chosen = [(template, adopting.runs(template)[0])]

    def second():
        with pytest.raises(Refused, match="已经在用"):
            adopting.adopt(chosen, None)

    with meanwhile(second) as other, database.atomic():
        adopting.adopt(chosen, keeper)
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()
    assert len(work_plans.listing()) == 1 and not owed.site_drifted()
