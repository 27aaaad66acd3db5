"""Who is behind, what was done this month, how the pairings stand."""

import json
from datetime import date

import pytest

from db import activities, care, changes, overview, pairing, plan_items, roll, site, status
from db.models import Focus, Helper

TODAY = date(2026, 10, 20)
AWAY = {"birth_date": "2015-03-08", "father_whereabouts": "away", "mother_whereabouts": "away"}


@pytest.fixture(autouse=True)
def later(ledger, monkeypatch):
    monkeypatch.setenv("GUANAI_TODAY", TODAY.isoformat())


def helper(user, name, **more):
    return changes.insert(Helper, user, name=name, kind="teacher", **more).id


def test_duties_past_their_day_stand_with_who_owes_them_most_first(enter, user):
    children = [enter(name, **AWAY) for name in ("张浩宇", "李雨涵", "王一鸣", "陈思琪")]
    liu = helper(user, "刘老师")
    for child in children[:2]:
        pairing.pair(child, liu, "teacher", date(2026, 9, 1), user)
    plan_items.add("2026-09", "与学校分工", user)
    found = overview.late(TODAY)
    told = {each.who(True): (each.duties, each.children) for each in found}
    assert told == {"刘老师": (2, 2), "还没结对": (2, 2), "本单位": (1, 0)}
    assert sum(each.duties for each in found) == status.standing().due.overdue == 5
    assert found[0].who(False) in ("刘*", "还没结对") and found[-1].who(False) == "本单位"
    assert found[-1].days_over == 20


def test_nobody_is_behind_in_an_empty_ledger(ledger):
    assert overview.late(TODAY) == []
    assert overview.month(TODAY) == (date(2026, 10, 1), 0, 0, 0, 0, 0, 0)
    assert overview.paired(TODAY, site.term(), 0, 0) == (0, 0, [], 0, 0, 0, [])


def test_the_month_counts_what_took_place_in_it(enter, user):
    child = enter("张浩宇", **AWAY)
    for on in (date(2026, 9, 30), date(2026, 10, 1), TODAY):
        care.record(user, child_id=child, on_date=on)
    care.record(user, child_id=child, on_date=TODAY, kind="visit")
    held = activities.save(None, {"title": "励志专题片", "on_date": TODAY}, {}, user).id
    roll.mark(held, child, "present", user)
    activities.save(
        None, {"title": "下午的事", "on_date": TODAY}, {}, user
    )  # nobody has said yet that it took place
    gone = activities.save(None, {"title": "开放日", "on_date": TODAY}, {}, user).id
    activities.cancel(gone, "下雨", user)
    done, _, dropped = (plan_items.add("2026-10", title, user) for title in ("核对", "分工", "节日"))
    plan_items.finish(done, TODAY, None, user)
    plan_items.drop(dropped, "不办了", user)
    assert overview.month(TODAY)[1:] == (2, 1, 1, 1, 1, 2)


def test_the_pairings_name_who_has_too_many_and_who_has_nobody(enter, user):
    one, two, three, _ = (enter(name, **AWAY) for name in ("张浩宇", "李雨涵", "王一鸣", "陈思琪"))
    liu, _ = helper(user, "刘老师", capacity=1), helper(user, "王老师")
    for child in (one, two):
        pairing.pair(child, liu, "teacher", date(2026, 9, 1), user, over=True)
    changes.insert(Focus, user, child=three, tag="study", since=TODAY)
    seen = status.standing().paired
    assert (seen.children, seen.unpaired, seen.focus_unpaired) == (2, 2, ["王一鸣"])
    assert (seen.helpers, seen.helping, seen.looked_after) == (2, 1, 2)
    assert seen.overloaded == [("刘老师", 2, 1)]


def test_status_adds_helpers_month_and_pairing_masked(enter, user):
    child = enter("张浩", **AWAY)
    changes.insert(Focus, user, child=child, tag="study", since=TODAY)
    pairing.pair(enter("李雨涵", **AWAY), helper(user, "刘芳芳"), "teacher", date(2026, 9, 1), user)
    told = status.status()
    assert {"helpers", "month", "pairing"} <= told.keys()
    assert [each["helper"] for each in told["helpers"] if each["helper"]] == ["刘*"]
    assert told["pairing"]["focus_unpaired"] == ["张*"]
    said = json.dumps(told, ensure_ascii=False)
    assert not [name for name in ("张浩", "李雨涵", "刘芳芳") if name in said]
    assert "刘芳芳" in json.dumps(status.status(reveal_names=True), ensure_ascii=False)
