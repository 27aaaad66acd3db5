"""Leaving, the register without who left, and the hand-over file on PostgreSQL: the same answers as in a file."""

from datetime import date

import pytest

from db import changes, child_sheet, children, helpers, leaving, pairing, site, status, store, term_changes
from db.children import Wanted
from db.exchange import handover, reader
from db.exchange.taking_over import TakingOver
from db.models import CarePlan, CareRecord, Child, Exit, Focus, Pairing

TODAY = date(2026, 9, 10)
SAID = {"birth_date": "2015-03-08", "village_group": "一组", "father_whereabouts": "away", "mother_whereabouts": "away",
        "guardian_relation": "62", "guardian_name": "王桂英", "focus": "ill"}  # fmt: skip


def enter(by, name, **values):
    base = child_sheet.load(None)
    return child_sheet.save(None, base | {"name": name} | SAID | values, base, by).id


def full(by) -> list:
    """张浩宇 with a helper, a record and a plan; 李雨涵; 陈一, grown up."""
    ids = [
        enter(by, "张浩宇"),
        enter(by, "李雨涵", birth_date="2016-05-01"),
        enter(by, "陈一", birth_date="2010-09"),
    ]
    helper = helpers.save(None, {"name": "刘老师", "kind": "teacher"}, helpers.load(None), by).id
    pairing.pair(ids[0], helper, "teacher", date(2026, 9, 2), by)
    with changes.action("记录", by) as act:
        act.insert(
            CareRecord, child=ids[0], helper=helper, kind="talk", on_date=date(2026, 9, 3), content="近况"
        )
        act.insert(CarePlan, child=ids[0], kind="care", problem="身体弱", starts=TODAY)
    return ids


def test_leaving_and_coming_back(keeper):
    child, other, grown = full(keeper)
    assert [each.child_id for each in leaving.due_to_leave(date(2026, 10, 1))] == [grown]
    leaving.leave(child, "moved", TODAY, "青石镇", None, keeper)
    assert Pairing.get().until == CarePlan.get().closed_on == TODAY
    assert set(children.keys()) == {other, grown} and children.count() == 2
    assert children.count("zhy") == 0 and children.count(Wanted("zhy", left="only")) == 1
    assert children.keys(Wanted(left="only")) == [child] and children.count(Wanted(left="any")) == 3
    assert [line.name for line in children.page(0, 2)] and children.place(other) in (0, 1)
    assert status.status()["children"] == {"registered": 2, "left_behind": 2, "focus": 2}
    assert [(line.child_id, line.what) for line in term_changes.between().left] == [(child, "迁出")]
    assert [each.child_id for each in leaving.kept(TODAY)] == [child]
    leaving.come_back(child, TODAY, None, keeper, again=[leaving.former(child)[0].id])
    assert Child.get_by_id(child).left_on is None and len(pairing.pairings(child_id=child)) == 1
    changes.undo(changes.last_action(keeper).action, keeper)
    changes.undo(changes.last_action(keeper).action, keeper)
    assert leaving.exits(child) == [] and Focus.live().where(Focus.until.is_null(False)).count() == 0


@pytest.mark.parametrize("way", ["from the server to a file", "from a file to the server"])
def test_a_child_is_handed_over(keeper, address, tmp_path, way):
    places = [address, tmp_path / "file"]
    if way == "from a file to the server":
        places.reverse()
    path = tmp_path / "转出.json"
    by = at(places[0])
    child = full(by)[0]
    leaving.leave(child, "moved", TODAY, None, None, by)
    handover.write([child], str(path), by)

    by = at(places[1])
    for became in ("created", "unchanged"):
        coming = TakingOver(handover.understand(reader.read(str(path))))
        coming.preview()
        assert [each.became for each in coming.arrivals] == [became]
        coming.take(by)
        assert [each.became for each in coming.arrivals] == [became]
    assert children.count() == 1 and leaving.standing(child) is None
    assert CareRecord.get().by_name == "刘老师" and Exit.get().returned_on == TODAY
    changes.undo(changes.last_action(by).action, by)
    assert children.count() == 0 and CareRecord.live().count() == 0


def at(place):
    """The ledger there, open; its keeper."""
    store.close()
    store.open_ledger(place)
    by = site.user("wangxiao", "王晓")
    site.set_up(site_name="柳溪村", township="青石镇", by=by)
    return by
