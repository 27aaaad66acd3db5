"""Who brought a child and who picked it up; opening; closing with nobody overlooked."""

from datetime import date, datetime

import pytest

from db import activities, changes, days, pick_up, plan_items, roll
from db.models import Attendance
from db.values import Refused

TODAY = date(2026, 9, 10)
AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}
GRANDMOTHER = {
    "guardian_name": "李秀英", "guardian_relation": "62", "guardian_phone": "19900000001", "father_name": "张建国",
}  # fmt: skip


@pytest.fixture(autouse=True)
def half_past_four(monkeypatch):
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 9, 10, 8, 30))


@pytest.fixture
def open_day(user):
    def make(on=TODAY, **values):
        given = {"title": "周六开放日", "kind": "open_day", "on_date": on} | values
        return activities.save(None, given, {}, user).id

    return make


@pytest.fixture
def child(enter):
    return enter("张浩宇", birth_date="2015-03-08", **AWAY, **GRANDMOTHER)


@pytest.fixture
def there(open_day, child, user):
    """An open day with the child there since 8:00."""
    key = open_day()
    roll.mark(key, child, "present", user)
    pick_up.arrive(key, child, "李秀英", None, "8:00", user)
    return key


def row(key):
    (only,) = Attendance.live().where(Attendance.activity == key)
    return only


def test_the_family_is_offered_guardian_first_with_masked_phones(child):
    assert [(each.name, each.relation, each.phone_masked) for each in pick_up.kin(child)] == [
        ("李秀英", "62", "199****0001"), ("张建国", "51", None),
    ]  # fmt: skip


def test_who_brought_a_child_on_file_needs_no_relation(open_day, child, user):
    key = open_day()
    assert pick_up.arrive(key, child, "张建国", None, "8点半", user) is None
    assert (row(key).state, row(key).arrived, row(key).brought_by, row(key).brought_relation) == (
        "present", "08:30", "张建国", "51",
    )  # fmt: skip
    pick_up.arrive(key, child, None, None, "8:20", user)
    assert (row(key).arrived, row(key).brought_by) == ("08:20", "张建国")


def test_at_a_parents_meeting_who_came_is_noted(open_day, child, user):
    key = open_day(kind="parents", title="家长会")
    pick_up.arrive(key, child, "李秀英", None, None, user)
    assert (row(key).state, row(key).arrived, row(key).brought_by) == ("present", None, "李秀英")


def test_one_on_file_picks_up_now_and_a_second_time_changes_it(there, child, user):
    assert pick_up.pick_up(there, child, "李秀英", None, None, None, user) is None
    assert (row(there).left_at, row(there).picked_by, row(there).picked_relation) == ("16:30", "李秀英", "62")
    pick_up.pick_up(there, child, "张建国", None, "17:00", None, user)
    assert (row(there).left_at, row(there).picked_by, row(there).picked_relation) == ("17:00", "张建国", "51")
    changes.undo(changes.last_action(user).action, user)
    assert row(there).picked_by == "李秀英"
    pick_up.take_back(there, child, user)
    assert row(there).picked_by is None and row(there).left_at is None
    with pytest.raises(Refused, match="没有记过接走"):
        pick_up.take_back(there, child, user)


def test_one_not_on_file_needs_a_relation_and_is_warned_of(there, child, user):
    with pytest.raises(Refused, match="王大山不在张浩宇的档案里"):
        pick_up.pick_up(there, child, "王大山", None, None, None, user)
    assert row(there).picked_by is None
    warning = pick_up.pick_up(there, child, "王大山", "邻居", None, None, user)
    assert "不在张浩宇的档案里：王大山（非亲属）" in warning
    assert row(there).picked_relation == "99" and "王大山" in row(there).note
    with pytest.raises(Refused, match="关系"):
        pick_up.pick_up(there, child, "王大山", "哥们", None, None, user)
    assert [each.name for each in pick_up.kin(child)] == ["李秀英", "张建国"]


def test_alone_it_is_said_whether_it_was_seen_across_the_road(there, child, user):
    with pytest.raises(Refused, match="是否护送过马路"):
        pick_up.pick_up(there, child, "自己", None, None, None, user)
    pick_up.pick_up(there, child, "本人", None, None, True, user)
    assert (row(there).picked_by, row(there).escorted) == ("自己", True)
    assert row(there).note == "护送过马路后，本单位责任到此为止"
    pick_up.pick_up(there, child, "自己", None, None, False, user)
    assert row(there).note == "自己走，没有护送过马路"


def test_one_below_school_age_alone_is_warned_of(open_day, enter, user):
    key, small = open_day(), enter("王小宝", birth_date="2021-05-01", **AWAY)
    roll.mark(key, small, "present", user)
    assert "5岁" in pick_up.pick_up(key, small, "自己", None, None, False, user)
    assert pick_up.pick_up(key, small, "自己", None, None, True, user) is None


@pytest.mark.parametrize(
    ("state", "said"), [(None, "还没有点到"), ("absent", "记的是“缺”"), ("leave", "记的是“假”")]
)
def test_who_did_not_come_is_not_picked_up(open_day, child, user, state, said):
    key = open_day()
    roll.mark(key, child, state, user)
    with pytest.raises(Refused, match=said):
        pick_up.pick_up(key, child, "李秀英", None, None, None, user)
    assert not Attendance.live().where(Attendance.picked_by.is_null(False)).count()


@pytest.mark.parametrize(
    ("at", "said"),
    [("7:30", "早于张浩宇到的时间08:00"), ("6:30", "早于开门07:00"), ("25:00", "几点"), ("下午", "几点")],
)
def test_a_time_that_cannot_be_is_refused_and_nothing_written(there, child, user, at, said):
    pick_up.open(there, "7:00", user)
    with pytest.raises(Refused, match=said):
        pick_up.pick_up(there, child, "李秀英", None, at, None, user)
    assert row(there).picked_by is None


def test_nobody_arrives_before_opening_or_after_leaving(there, child, user):
    pick_up.open(there, "7:30", user)
    pick_up.pick_up(there, child, "李秀英", None, "9:00", None, user)
    for at, said in (("7:00", "早于开门"), ("9:30", "晚于走的时间")):
        with pytest.raises(Refused, match=said):
            pick_up.arrive(there, child, None, None, at, user)
    assert row(there).arrived == "08:00"


def test_a_refused_arrival_marks_nobody(open_day, child, user):
    key = open_day()
    pick_up.open(key, "8:00", user)
    with pytest.raises(Refused, match="早于开门"):
        pick_up.arrive(key, child, "李秀英", None, "7:00", user)
    assert Attendance.live().count() == 0


def test_opening_is_refused_after_somebody_came(there, user):
    with pytest.raises(Refused, match="张浩宇08:00就到了"):
        pick_up.open(there, "9:00", user)
    pick_up.open(there, "7:45", user)
    assert roll.about(there).opened_at == "07:45"


def test_days_to_come_other_kinds_and_days_called_off_are_refused(open_day, child, user):
    for key, said in (
        (open_day(date(2026, 9, 12)), "到那天再记"),
        (open_day(kind="film", title="励志专题片"), "不是开放日"),
    ):
        for deed in (
            lambda key=key: pick_up.open(key, None, user),
            lambda key=key: pick_up.close(key, None, user),
            lambda key=key: pick_up.arrive(key, child, "李秀英", None, None, user),
            lambda key=key: pick_up.pick_up(key, child, "李秀英", None, None, None, user),
        ):
            with pytest.raises(Refused, match=said):
                deed()
    key = open_day()
    activities.cancel(key, "下雨", user)
    with pytest.raises(Refused, match="已经取消"):
        pick_up.open(key, None, user)


def test_past_days_need_a_time(open_day, child, user):
    key = open_day(date(2026, 9, 5))
    roll.mark(key, child, "present", user)
    assert row(key).arrived is None
    with pytest.raises(Refused, match="请填接走的时间"):
        pick_up.pick_up(key, child, "李秀英", None, None, None, user)
    with pytest.raises(Refused, match="请填关门的时间"):
        pick_up.close(key, None, user)


def test_closing_names_who_is_still_there_with_the_phone_to_ring(there, child, user):
    (waiting,) = pick_up.not_picked_up(there)
    assert (waiting.guardian, waiting.relation, waiting.phone) == ("李秀英", "祖母", "19900000001")
    with pytest.raises(pick_up.StillHere, match="还有1名孩子没有接走：张浩宇") as refused:
        pick_up.close(there, "17:00", user)
    assert [each.child_id for each in refused.value.children] == [child]
    with pytest.raises(pick_up.StillHere):
        pick_up.close(there, "17:00", user, still={child: "  "})
    assert roll.about(there).closed_at is None and roll.about(there).state is None


def test_one_that_stays_is_noted_and_closing_holds_the_day_and_settles_the_plan(there, child, user):
    item = plan_items.add("2026-09", "周六开放日", user)
    base = plan_items.load(item)
    plan_items.save(item, base | {"kind": "open_day"}, base, user)
    assert pick_up.close(there, "17:00", user, still={child: "奶奶在路上、王晓陪着"}) == ["周六开放日"]
    about = roll.about(there)
    assert (about.closed_at, about.state) == ("17:00", "held")
    (waiting,) = pick_up.not_picked_up(there)
    assert waiting.note == "关门时仍在：奶奶在路上、王晓陪着"
    pick_up.pick_up(there, child, "王大山", "99", "17:40", None, user)
    assert row(there).note.startswith("关门时仍在：奶奶在路上、王晓陪着；接的人不在")
    assert pick_up.not_picked_up(there) == []
    pick_up.take_back(there, child, user)
    assert row(there).note == "关门时仍在：奶奶在路上、王晓陪着" and roll.of(there)[0].stayed
    pick_up.close(there, "17:10", user)
    assert roll.about(there).closed_at == "17:10"


def test_closing_is_one_action_that_undo_takes_back_whole(there, child, user):
    pick_up.close(there, "17:00", user, still={child: "奶奶在路上"})
    changes.undo(changes.last_action(user).action, user)
    about = roll.about(there)
    assert (about.closed_at, about.state, row(there).note) == (None, None, None)


def test_closing_before_opening_or_before_somebody_came_is_refused(there, child, user):
    pick_up.open(there, "7:30", user)
    pick_up.pick_up(there, child, "李秀英", None, "9:00", None, user)
    for at, said in (("7:00", "早于开门07:30"), ("7:45", "张浩宇08:00才到"), ("8:30", "张浩宇09:00才走")):
        with pytest.raises(Refused, match=said):
            pick_up.close(there, at, user)
    assert roll.about(there).closed_at is None
    pick_up.close(there, None, user)
    assert roll.about(there).closed_at == "16:30"
    with pytest.raises(Refused, match="晚于关门"):
        pick_up.open(there, "18:00", user)


def test_a_long_note_is_refused_in_one_sentence(there, child, user):
    with pytest.raises(Refused):
        pick_up.close(there, "17:00", user, still={child: "等" * 101})
    assert roll.about(there).closed_at is None


def test_several_walk_home_at_once_or_not_at_all(there, child, enter, user):
    other, absent = (enter(name, birth_date="2015-03-08", **AWAY) for name in ("李雨涵", "王一鸣"))
    roll.mark(there, other, "present", user)
    with pytest.raises(Refused, match="王一鸣还没有点到"):
        pick_up.walk(there, [child, other, absent], "17:00", True, user)
    assert len(pick_up.not_picked_up(there)) == 2
    assert pick_up.walk(there, [child, other], "17:00", True, user) == []
    assert pick_up.not_picked_up(there) == []
    assert {line.note for line in roll.of(there) if line.came} == {pick_up.ESCORTED}
    changes.undo(changes.last_action(user).action, user)
    assert len(pick_up.not_picked_up(there)) == 2
