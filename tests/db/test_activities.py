"""Activities: written, listed, mended, struck out."""

from datetime import date
from uuid import uuid4

import pytest

from db import activities, changes, plan_items, roll, when
from db.models import Attendance
from db.sheet import Conflict, NotFound
from db.values import Refused

TODAY = date(2026, 9, 10)
AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}


@pytest.fixture
def activity(user):
    def make(on=TODAY, **values):
        return activities.save(None, {"title": "励志专题片", "on_date": on} | values, {}, user).id

    return make


def test_an_activity_and_its_line(activity, user):
    key = activity(kind="film", starts="下午3点半", place="农家书屋", lead="刘老师", note="自带小板凳")
    (line,) = activities.agenda(TODAY, TODAY)
    assert line[:9] == (key, "励志专题片", "专题片", TODAY, "15:30", "农家书屋", "刘老师", 0, 0)
    assert (line.code, line.note, line.state, line.repeats, line.item) == (
        "film",
        "自带小板凳",
        None,
        False,
        None,
    )
    assert activities.load(key)["note"] == "自带小板凳"
    assert set(activities.load(None)) == {entry.name for entry in activities.ENTRIES}
    assert changes.last_action(user).label == "新活动 励志专题片"
    assert activities.listing("书屋")[0]["starts"] == "15:30"
    assert activities.listing("操场") == []


def test_the_agenda_goes_by_day_and_hour(activity):
    for on, starts, title in (
        (date(2026, 9, 11), None, "丁"),
        (TODAY, "15:30", "丙"),
        (TODAY, "8:05", "乙"),
        (TODAY, None, "甲"),
    ):
        activity(on, starts=starts, title=title)
    assert [line.title for line in activities.agenda(TODAY, date(2026, 9, 12))] == ["甲", "乙", "丙", "丁"]
    assert list(activities.days_with(date(2026, 9, 1), date(2026, 9, 30)).items()) == [
        (TODAY, 3),
        (date(2026, 9, 11), 1),
    ]
    assert activities.days_with(date(2026, 10, 1), date(2026, 10, 31)) == {}
    assert [line.title for line in activities.agenda(TODAY, date(2026, 9, 12), 1, 2)] == ["乙", "丙"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [("15:30", "15:30"), ("１５：３０", "15:30"), ("15.30", "15:30"), ("1530", "15:30"), ("8:05", "08:05"), ("830", "08:30"),
     ("下午3点半", "15:30"), ("上午9点", "09:00"), ("中午12点", "12:00"), ("晚上7点15分", "19:15"), ("15点30", "15:30"),
     ("", None), (None, None)],
)  # fmt: skip
def test_times_as_people_write_them(written, kept):
    assert when.clock(written) == kept


@pytest.mark.parametrize("written", ["25:00", "12:60", "放学后", "7", "15:30-16:30"])
def test_what_is_no_time(written):
    with pytest.raises(Refused, match="15:30"):
        when.clock(written)


@pytest.mark.parametrize(
    ("values", "says"),
    [({"title": None}, "请填活动名称"), ({"on_date": None}, "请填活动日期"), ({"on_date": date(1999, 1, 1)}, "2000年"),
     ({"starts": "放学后"}, "15:30"), ({"kind": "郊游野炊"}, "游览"), ({"title": "长" * 61}, "最多60字")],
)  # fmt: skip
def test_what_an_activity_refuses(activity, values, says):
    with pytest.raises(Refused, match=says):
        activity(**values)
    assert activities.listing() == []


def test_mending_an_activity(activity, user):
    key = activity(place="农家书屋")
    base = activities.load(key)
    activities.save(key, base | {"starts": "9点"}, base, user)
    assert activities.save(key, base | {"lead": "刘老师"}, base, user).merged == ["开始"]
    assert (activities.load(key)["starts"], activities.load(key)["lead"]) == ("09:00", "刘老师")
    with pytest.raises(Conflict, match="开始"):
        activities.save(key, base | {"starts": "10:00"}, base, user)
    with pytest.raises(NotFound):
        activities.load(uuid4())


def test_removing_takes_the_roll_along_and_undo_brings_it_back(activity, enter, user):
    key, child = activity(), enter("张浩宇", **AWAY)
    roll.mark(key, child, "present", user)
    activities.remove(key, user)
    assert activities.agenda(TODAY, TODAY) == []
    assert Attendance.live().count() == 0
    changes.undo(changes.last_action(user).action, user)
    assert [line.present for line in activities.agenda(TODAY, TODAY)] == [1]


def test_held_settles_and_whatever_undoes_it_opens_again(activity, user):
    item = plan_items.add("2026-09", "放一场专题片", user)
    changes.write(plan_items.find(item), user, kind="film")
    film = activity(kind="film")
    assert activities.hold(film, "来了三十人", user) == ["放一场专题片"]
    assert (plan_items.line(item).done_on, activities.find(film).outcome) == (TODAY, "来了三十人")
    activities.reopen(film, user)
    assert plan_items.line(item).open and activities.find(film).state is None
    activities.hold(film, None, user)
    activities.remove(film, user)
    assert plan_items.line(item).open
    changes.undo(changes.last_action(user).action, user)
    assert not plan_items.line(item).open and activities.find(film).state == "held"


def test_called_off_needs_a_reason_and_cannot_be_held(activity, user):
    later, film = activity(date(2026, 9, 12)), activity(kind="film")
    with pytest.raises(Refused, match="还没到"):
        activities.hold(later, None, user)
    with pytest.raises(Refused, match="请写取消的原因"):
        activities.cancel(film, " ", user)
    activities.cancel(film, "停电", user)
    with pytest.raises(Refused, match="先恢复"):
        activities.hold(film, None, user)
    assert activities.find(film).state_note == "停电"
