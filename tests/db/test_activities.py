"""Activities: written, listed, mended, struck out."""

from datetime import date
from uuid import uuid4

import pytest

from db import activities, changes, plan_items, repeats, roll, when
from db.models import Attendance, WorkPlan
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


def test_all_that_an_organiser_fills_in(activity, user):
    key = activity(
        kind="stage", starts="9点", ends="11点半", duty="王晓", teachers="李芳，张 明 赵老师", talent="艺术", budget="200",
        materials="画纸、彩笔",
    )  # fmt: skip
    (line,) = activities.agenda(TODAY, TODAY)
    assert (line.starts, line.ends, line.duty, line.teachers) == (
        "09:00",
        "11:30",
        "王晓",
        "李芳、张明、赵老师",
    )
    assert (line.talent, line.budget, line.materials) == ("艺术", 200, "画纸、彩笔")
    assert activities.line(key) == line
    (told,) = activities.listing("张明")
    assert (told["ends"], told["teachers"], told["talent"], told["budget"]) == (
        "11:30",
        "李芳、张明、赵老师",
        "艺术",
        200,
    )
    activities.cancel(key, "下雨", user)
    assert (activities.listing()[0]["state"], activities.line(key).state_note) == ("取消", "下雨")
    with pytest.raises(NotFound):
        activities.line(uuid4())


@pytest.mark.parametrize(
    ("values", "says"),
    [({"starts": "15:00", "ends": "14:30"}, "结束14:30早于开始15:00"), ({"ends": "14:30"}, "请也填几点开始"),
     ({"ends": "放学"}, "15:30"), ({"budget": "二百"}, "数"), ({"teachers": "某" * 101}, "最多100字")],
)  # fmt: skip
def test_what_its_details_refuse(activity, values, says):
    with pytest.raises(Refused, match=says):
        activity(**values)
    assert activities.listing() == []


def test_an_old_one_is_not_mended_into_an_end_before_its_start(activity, user):
    key = activity(starts="15:00", ends="16:00")
    base = activities.load(key)
    for wrong in ({"starts": "17:00"}, {"starts": None}):
        with pytest.raises(Refused):
            activities.save(key, base | wrong, base, user)
    assert activities.load(key) == base


@pytest.mark.parametrize(
    ("kind", "talent"),
    [("sports", "sport"), ("arts", "art"), ("stage", "art"), ("speech", "art"), ("film", None)],
)
def test_the_kind_proposes_what_it_counts_as(kind, talent):
    blank = activities.load(None)
    assert activities.RULES.derive(blank | {"kind": kind}, "kind").get("talent") == talent
    assert activities.RULES.derive(blank | {"kind": kind, "talent": "sport"}, "kind") == {}
    assert activities.RULES.derive(blank | {"kind": kind}, "place") == {}


def test_a_day_before_the_first_term_and_every_plan_is_refused(activity, user):
    with pytest.raises(Refused, match="活动早于2026秋学期开始（2026-09-01）"):
        activity(date(2026, 8, 31))
    key = activity(date(2026, 9, 1))
    base = activities.load(key)
    with pytest.raises(Refused, match="早于2026秋"):
        activities.save(key, base | {"on_date": date(2026, 8, 20)}, base, user)
    with changes.action("计划", user) as act:
        act.insert(
            WorkPlan,
            code="x",
            title="暑假计划",
            starts=date(2026, 7, 1),
            ends=date(2026, 12, 31),
            template="",
        )
    assert activities.load(activity(date(2026, 8, 31)))["on_date"] == date(2026, 8, 31)
    with pytest.raises(Refused, match="早于2026秋"):
        activity(date(2026, 6, 30))


def test_one_of_before_the_term_may_be_mended_where_it_is(activity, user):
    key = activity()
    changes.write(activities.find(key), user, "迁来的", on_date=date(2026, 8, 1))
    base = activities.load(key)
    activities.save(key, base | {"note": "照片在柜子里"}, base, user)
    assert activities.load(key)["note"] == "照片在柜子里"


def test_the_line_names_the_item_it_is_for_and_the_series(activity, user):
    item = plan_items.add("2026-09", "放一场专题片", user)
    key = activity(kind="film")
    changes.write(activities.find(key), user, plan_item=item)
    assert activities.line(key).item == "放一场专题片" and not activities.line(key).repeats
    repeats.repeat(key, "FREQ=WEEKLY;COUNT=3", False, user)
    assert [line.repeats for line in activities.agenda(TODAY, date(2026, 12, 31))] == [True] * 3
