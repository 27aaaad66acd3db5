"""The leading group and its meetings on PostgreSQL, two people at once included."""

import threading
from datetime import date

from db import activities, changes, decisions, duties, helpers, meetings, members
from db.models import Member, database
from db.values import Refused

TODAY = date(2026, 9, 10)


def test_a_meeting_from_its_group_to_its_decisions(keeper):
    base = helpers.load(None)
    helper = helpers.save(None, base | {"name": "刘老师", "kind": "teacher"}, base, keeper).id
    for name, post, known in (("王校长", "member", "刘老师"), ("张建国", "leader", None)):
        members.save(None, {"name": name, "post": post, "helper": known}, {}, keeper)
    assert [(line.name, line.helper) for line in members.listing()] == [
        ("张建国", None),
        ("王校长", "刘老师"),
    ]
    key = meetings.new("meeting", "三季度专题会", TODAY, keeper, starts="9:00", agenda="一")
    meetings.new("forum", "座谈会", date(2026, 9, 20), keeper)
    meetings.mark_all(key, [line.id for line in meetings.attendees(key)], "present", keeper)
    decided = decisions.decide(key, {"title": "添书架", "by_name": "王校长", "due_on": "2026-9-12"}, keeper)
    assert [(line.title, line.came, line.listed, line.open) for line in meetings.listing()] == [
        ("三季度专题会", 2, 2, 1), ("座谈会", 0, 0, 0),
    ]  # fmt: skip
    assert [each.ref for each in duties.page(TODAY, wanted=duties.Wanted(helper=helper))] == [decided]
    assert meetings.hold(key, "好", keeper) == []
    decisions.finish(decided, None, "好了", keeper)
    assert duties.page(TODAY) == [] and decisions.listing(open_only=False)[0].owner == "王校长"
    activities.remove(key, keeper)
    changes.undo(changes.last_action(keeper).action, keeper)
    assert len(meetings.attendees(key)) == 2 and members.people("wxz") == ["王校长"]


def test_two_who_name_a_leader_at_once_do_not_both_succeed(keeper):
    met = []

    def name_another():
        try:
            with database.connection_context():
                members.save(None, {"name": "李主任", "post": "leader"}, {}, None)
        except Refused as refused:
            met.append(str(refused))

    other = threading.Thread(target=name_another)
    with changes.action("组长", keeper):
        members.save(None, {"name": "张建国", "post": "leader"}, {}, keeper)
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()  # it waits
    other.join(timeout=30)
    assert len(met) == 1 and "组长已经是张建国" in met[0]
    assert [row.name for row in Member.live()] == ["张建国"]
