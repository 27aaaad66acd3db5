"""The helpers: lists, their sheet, their load."""

from datetime import date

import pytest

from db import changes, helpers, pairing, settings
from db.fields import specs
from db.models import Helper
from db.sheet import NotFound
from db.values import Refused


@pytest.fixture
def helper(user):
    """Save a new helper through the sheet and return its key."""

    def entering(name, **values):
        base = helpers.load(None)
        return helpers.save(None, base | {"name": name} | values, base, user).id

    return entering


@pytest.fixture
def staff(helper):
    return {
        "刘芳": helper(
            "刘芳", kind="teacher", unit="柳溪小学", phone="19900001111", village_group="一组", capacity=2
        ),
        "解明": helper("解明", kind="party", phone="19900002222", village_group="一组"),
        "周强": helper("周强", kind="cadre", unit="村委会"),
    }


def test_every_described_field_is_on_the_sheet():
    assert {entry.name for entry in helpers.ENTRIES} == set(specs(Helper))
    assert helpers.ENTRIES[0].name == "name"


def test_lines_in_order_unknown_groups_last(staff):
    lines = helpers.page(0, 10)
    assert [line.name for line in lines] == ["刘芳", "解明", "周强"]
    first = lines[0]
    assert (first.kind, first.unit, first.phone_masked, first.capacity, first.load) == (
        "教师",
        "柳溪小学",
        "199****1111",
        2,
        0,
    )
    assert (lines[2].phone_masked, lines[2].capacity) == (None, settings.get("pairing.capacity"))
    assert [helpers.place(line.id) for line in lines] == [0, 1, 2]
    assert helpers.page(1, 1) == [lines[1]]


@pytest.mark.parametrize(("find", "found"), [
    ("刘", ["刘芳"]), ("小学", ["刘芳"]), ("村委", ["周强"]), ("xm", ["解明"]), ("2222", ["解明"]), ("２２２２", ["解明"]),
    ("王", []), ("%", []), ("999", []),
])  # fmt: skip
def test_find(staff, find, found):
    assert [line.name for line in helpers.page(0, 10, find)] == found
    assert helpers.count(find) == len(found)
    assert helpers.place(staff["刘芳"], find) == (found.index("刘芳") if "刘芳" in found else None)


def test_the_listing_has_what_the_command_line_promises(staff):
    row = helpers.listing("刘芳")[0]
    assert row == {
        "id": str(staff["刘芳"]), "name": "刘芳", "kind": "教师", "unit": "柳溪小学", "phone": "199****1111",
        "village_group": "一组", "capacity": 2, "load": 0,
    }  # fmt: skip
    assert helpers.listing("刘芳", reveal=True)[0]["phone"] == "19900001111"


def test_load_counts_children_cared_for_today(staff, enter, user):
    one, other = enter("张浩宇"), enter("李雨涵")
    since = date(2026, 9, 1)
    first = pairing.pair(one, staff["刘芳"], "helper", since, user)
    pairing.pair(other, staff["刘芳"], "teacher", since, user)
    assert helpers.page(0, 1)[0].load == 2
    pairing.close_pairing(first, date(2026, 9, 10), "done", None, user)
    assert helpers.page(0, 1)[0].load == 1


def test_what_is_saved_is_what_is_loaded(helper):
    full = {"name": "刘芳", "kind": "teacher", "unit": "柳溪小学", "phone": "19900001111", "village_group": "一组",
            "capacity": 0, "sex": "female", "barred": "准入查询未通过", "note": "备注"}  # fmt: skip
    key = helper(**full)
    assert helpers.load(key) == full
    assert Helper.get_by_id(key).initials == "lf"


def test_a_name_is_needed_and_one_person_stands_once(helper, staff, user):
    with pytest.raises(Refused, match="姓名"):
        helper(None)
    with pytest.raises(Refused, match="同名同电话"):
        helper("刘芳", phone="19900001111")
    helper("刘芳", phone="19900003333")
    assert helpers.lookalikes({"name": "刘 芳"}, besides=staff["刘芳"]) == ["刘芳（单位未采集）"]
    assert helpers.count() == 4


def test_two_people_at_one_helper(staff, user):
    key = staff["刘芳"]
    base = helpers.load(key)
    helpers.save(key, base | {"unit": "柳溪中学", "capacity": 3}, base, None)
    with pytest.raises(helpers.Conflict) as conflict:
        helpers.save(key, base | {"unit": "青石中学"}, base, user)
    assert conflict.value.fields == {"unit": ("柳溪小学", "柳溪中学", "青石中学")}
    saved = helpers.save(key, base | {"village_group": "二组"}, base, user)
    assert saved.merged == ["单位及职务", "可帮扶人数"]
    helpers.save(key, base | {"unit": "青石中学"}, base, user, force=frozenset({"unit"}))
    assert helpers.load(key) == base | {"unit": "青石中学", "village_group": "二组", "capacity": 3}


def test_removal(staff, enter, user):
    pair = pairing.pair(enter("张浩宇"), staff["刘芳"], "helper", date(2026, 9, 1), user)
    with pytest.raises(Refused, match="还在帮扶1名"):
        helpers.remove(staff["刘芳"], user)
    pairing.close_pairing(pair, date(2026, 9, 10), "done", None, user)
    helpers.remove(staff["刘芳"], user)
    assert helpers.count() == 2
    with pytest.raises(NotFound):
        helpers.load(staff["刘芳"])
    changes.undo(changes.last_action(user).action, user)
    assert helpers.count() == 3
