"""One answer for a meeting, one for the first screen."""

import json
from datetime import date

from db import activities, care, changes, pairing, plan_items, status
from db.models import Child, Focus, Helper

TODAY = date(2026, 9, 10)
AWAY = {"birth_date": "2015-03-08", "father_whereabouts": "away", "mother_whereabouts": "away"}


def test_before_anything_is_set_up(ledger):
    found = status.status()
    assert (found["site"], found["term"], found["as_of"]) == (None, "2026秋", "2026-09-10")
    assert found["children"] == {"registered": 0, "left_behind": 0, "focus": 0}
    assert [target["rate"] for target in found["targets"]] == [None] * 4


def test_the_meeting_view(enter, user, monkeypatch):
    one, two = enter("张浩宇", **AWAY), enter("李雨涵", **AWAY)
    enter(
        "王一鸣",
        birth_date="2012-01-01",
        father_whereabouts="home",
        father_able=True,
        mother_whereabouts="away",
    )
    for tag in ("study", "hardship"):
        changes.insert(Focus, user, child=two, tag=tag, since=TODAY)
    helper = changes.insert(Helper, user, name="刘老师", kind="teacher")
    pairing.pair(one, helper.id, "teacher", TODAY, user)
    care.record(user, child_id=one, on_date=TODAY)
    monkeypatch.setenv("GUANAI_TODAY", "2026-10-05")
    found = status.status()
    assert found["criterion"].startswith("国发〔2016〕13号")
    assert (found["site"], found["township"], found["as_of"]) == ("柳溪村", "青石镇", "2026-10-05")
    assert found["children"] == {"registered": 3, "left_behind": 2, "focus": 1}
    assert found["paired"] == 1
    assert found["due"] == {"overdue": 1, "today": 0, "week": 1}
    assert [target["code"] for target in found["targets"]] == ["filed", "enrolled", "paired", "talk_on_time"]
    assert json.loads(json.dumps(found)) == found


def test_due_today_is_part_of_the_week(enter, user, monkeypatch):
    enter("张浩宇", **AWAY)
    monkeypatch.setenv("GUANAI_TODAY", "2026-10-01")
    assert status.status()["due"] == {"overdue": 0, "today": 1, "week": 1}


def test_names_are_masked_unless_asked_for(enter):
    enter("张浩宇", **AWAY)
    assert "张浩宇" not in json.dumps(status.status(), ensure_ascii=False)
    assert "张浩宇" in json.dumps(status.status(reveal_names=True), ensure_ascii=False)


def test_struck_out_and_past_focus_do_not_count(enter, user):
    child = enter("张浩宇", **AWAY)
    changes.insert(Focus, user, child=child, tag="study", since=date(2026, 9, 1), until=TODAY)
    gone = changes.insert(Child, user, name="李雨涵")
    changes.insert(Focus, user, child=gone, tag="study", since=TODAY)
    changes.remove(gone, user)
    assert status.status()["children"]["focus"] == 0


def test_what_stands_beside_the_duties(user):
    activities.save(None, {"title": "励志专题片", "on_date": TODAY, "starts": "15:30"}, {}, user)
    activities.save(None, {"title": "开放日", "on_date": date(2026, 9, 11)}, {}, user)
    done = plan_items.add("2026-09", "核对信息", user)
    plan_items.add("2026-09", "与学校分工", user)
    plan_items.add("2026-10", "节日活动", user)
    plan_items.finish(done, TODAY, None, user)
    beside = status.beside(TODAY)
    assert [line.title for line in beside.activities] == ["励志专题片"]
    assert (beside.plan_total, beside.plan_done) == (2, 1)
