"""Activities that repeat: made, changed one by one and together, given another rule, struck out."""

from datetime import date, timedelta

import pytest

from db import activities, changes, recurrence, repeat_sheet, repeats, roll
from db.models import Activity, Attendee, Decision, Series, Term
from db.values import Refused

SATURDAY = date(2026, 9, 12)
UNTIL = "FREQ=WEEKLY;UNTIL=20261010"  # five Saturdays


@pytest.fixture
def activity(user):
    def make(on=SATURDAY, **values):
        told = {
            "title": "周六开放日",
            "kind": "open_day",
            "on_date": on,
            "starts": "8:30",
            "place": "活动室",
        } | values
        return activities.save(None, activities.load(None) | told, {}, user).id

    return make


@pytest.fixture
def series(activity, user):
    """The key of a series' first activity; five Saturdays."""
    first = activity()
    assert repeats.repeat(first, UNTIL, False, user) == 5
    return first


def rows():
    return list(Activity.live().order_by(Activity.on_date))


def on_days():
    return [(row.on_date.month, row.on_date.day) for row in rows()]


def nth(n):
    return rows()[n].id


def undo(user):
    changes.undo(changes.last_action(user).action, user)


# ---- the rule -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "words", "first"),
    [
        ("FREQ=WEEKLY;UNTIL=20261231", "每周六，到2026年12月31日", ["09-12", "09-19"]),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;COUNT=3", "每两周的周六、周日，共3次", ["09-12", "09-13", "09-26"]),
        ("FREQ=MONTHLY;BYDAY=2SA;COUNT=2", "每月第2个周六，共2次", ["09-12", "10-10"]),
        ("FREQ=MONTHLY;BYDAY=SA;BYSETPOS=-1;COUNT=2", "每月最后一个周六，共2次", ["09-26", "10-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2", "每月最后一天，共2次", ["09-30", "10-31"]),
        ("FREQ=MONTHLY;INTERVAL=3;COUNT=2", "每3个月的12日，共2次", ["09-12", "12-12"]),
        ("FREQ=YEARLY;COUNT=2", "每年9月12日，共2次", ["09-12", "09-12"]),
        ("FREQ=DAILY;INTERVAL=2;COUNT=2", "每两天，共2次", ["09-12", "09-14"]),
        ("FREQ=DAILY;BYDAY=MO,TU;COUNT=2", "每天（只在周一、周二），共2次", ["09-14", "09-15"]),
        ("FREQ=WEEKLY;UNTIL=20260919T000000Z", "每周六，到2026年9月19日", ["09-12", "09-19"]),
    ],
)  # fmt: skip
def test_a_rule_in_words_and_its_days(rule, words, first):
    assert recurrence.in_words(rule, SATURDAY) == words
    assert [f"{day:%m-%d}" for day in recurrence.days_of(rule, SATURDAY)][: len(first)] == first
    again = recurrence.written(recurrence.parsed(rule, SATURDAY))
    assert recurrence.days_of(again, SATURDAY) == recurrence.days_of(rule, SATURDAY)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("FREQ=WEEKLY", "要有个结束"), ("FREQ=WEEKLY;COUNT=3;UNTIL=20261231", "只能写一个"), ("FREQ=HOURLY;COUNT=3", "按小时"),
        ("每周六", "看不懂"), ("", "看不懂"), ("FREQ=WEEKLY;COUNT=0", "看不懂"), ("FREQ=WEEKLY;INTERVAL=0;COUNT=3", "看不懂"),
        ("FREQ=WEEKLY;BYHOUR=1,2;COUNT=3", "看不懂"), ("FREQ=WEEKLY;BYDAY=2SA;COUNT=3", "看不懂"),
        ("FREQ=WEEKLY;UNTIL=20261331", "看不懂"), ("FREQ=DAILY;BYMONTH=13;COUNT=2", "看不懂"),
        ("FREQ=WEEKLY;COUNT=3\nSUMMARY:x", "看不懂"), ("FREQ=WEEKLY;UNTIL=20260101", "一次也没有"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "一次也没有"), ("FREQ=DAILY;UNTIL=99991231", "最长10年"),
        ("FREQ=YEARLY;COUNT=40", "最长10年"), ("FREQ=DAILY;COUNT=401", "有401次，最多400次"),
    ],
)  # fmt: skip
def test_what_a_rule_refuses(activity, user, rule, says):
    key = activity()
    with pytest.raises(Refused, match=says):
        repeats.repeat(key, rule, False, user)
    assert len(rows()) == 1 and Series.select().count() == 0


def test_only_days_of_a_term(user, ledger):
    found = repeats.preview("FREQ=WEEKLY;UNTIL=20270331", date(2027, 1, 16), True)
    assert found[:4] == [date(2027, 1, 16), date(2027, 1, 23), date(2027, 1, 30), date(2027, 2, 20)]
    changes.insert(Term, user, code="2027春", starts=date(2027, 3, 1), ends=date(2027, 7, 10))
    found = repeats.preview("FREQ=WEEKLY;UNTIL=20270331", date(2027, 1, 16), True)
    assert found[3] == date(2027, 3, 6)  # as on file, not as usual
    with pytest.raises(Refused, match="只在学期内，照这样重复一次也没有"):
        repeats.preview("FREQ=DAILY;COUNT=5", date(2027, 8, 1), True)


# ---- made ---------------------------------------------------------------------------------------


def test_an_activity_becomes_the_first_of_a_series(series, user):
    assert on_days() == [(9, 12), (9, 19), (9, 26), (10, 3), (10, 10)]
    assert {(row.title, row.starts, row.place, row.state) for row in rows()} == {
        ("周六开放日", "08:30", "活动室", None)
    }
    assert all(row.series_day == row.on_date for row in rows()) and rows()[0].id == series
    assert repeats.of(nth(2)) == (rows()[0].series_id, "每周六，到2026年10月10日", 5, 3)
    with pytest.raises(Refused, match="已经在重复"):
        repeats.repeat(series, UNTIL, False, user)
    undo(user)
    assert on_days() == [(9, 12)] and repeats.of(series) is None and Series.live().count() == 0


def test_an_activity_on_another_day_than_the_rule_says(activity, user):
    thursday = activity(date(2026, 9, 10))
    with pytest.raises(Refused, match=r"9月10日（周四），照这样重复第一次却是9月12日（周六）"):
        repeats.repeat(thursday, "FREQ=WEEKLY;BYDAY=SA;COUNT=3", False, user)


def test_a_plan_puts_its_open_day_and_its_film_on_the_calendar(user, ledger):
    key, count = repeats.weekly("周六开放日", "open_day", 5, date(2026, 9, 1), date(2027, 3, 1), True, user,
                                starts="8:30", ends="下午4点半", place="活动室", duty="王晓")  # fmt: skip
    assert count == len(rows()) == 22 + 2 and rows()[0].on_date == date(2026, 9, 5)
    assert {(row.series_id, row.ends, row.duty) for row in rows()} == {(key, "16:30", "王晓")}
    undo(user)
    assert rows() == []
    _, count = repeats.monthly(
        "励志专题片", "film", "-1FR", date(2026, 9, 1), date(2026, 12, 31), False, user
    )
    assert count == 4 and on_days() == [(9, 25), (10, 30), (11, 27), (12, 25)]
    with pytest.raises(Refused, match="不在活动类别"):
        repeats.monthly("励志专题片", "郊游", "1", date(2026, 9, 1), date(2026, 12, 31), False, user)
    assert len(rows()) == 4


# ---- changed ------------------------------------------------------------------------------------


def test_one_is_changed_by_itself_and_the_rest_follow_another(series, user):
    base = activities.load(nth(3))
    activities.save(nth(3), base | {"place": "操场", "lead": "刘老师"}, base, user)
    base = activities.load(nth(1))
    activities.save(nth(1), base | {"place": "农家书屋"}, base, user)
    assert repeats.changed(nth(1)) == {"place": "农家书屋"}
    assert repeats.change_following(nth(1), None, user) == 3
    assert [row.place for row in rows()] == ["活动室", "农家书屋", "农家书屋", "操场", "农家书屋"]
    undo(user)
    assert [row.place for row in rows()] == ["活动室", "农家书屋", "活动室", "操场", "活动室"]


def test_values_for_this_and_all_later_ones(series, user):
    activities.cancel(nth(3), "国庆", user)
    assert repeats.change_following(nth(2), {"starts": "下午2点", "ends": "16:00"}, user) == 2
    assert [(row.starts, row.ends) for row in rows()] == [
        ("08:30", None), ("08:30", None), ("14:00", "16:00"), ("08:30", None), ("14:00", "16:00"),
    ]  # fmt: skip
    with pytest.raises(Refused, match="只能一次一次改"):
        repeats.change_following(nth(2), {"state": "held"}, user)
    with pytest.raises(Refused, match="15:30"):
        repeats.change_following(nth(2), {"title": "新名字", "starts": "放学后"}, user)
    assert {row.title for row in rows()} == {"周六开放日"}


def test_another_rule_from_an_occurrence_on(series, user):
    activities.cancel(nth(3), "国庆", user)
    assert repeats.change_rule(nth(2), "FREQ=WEEKLY;BYDAY=SU;UNTIL=20261011", False, user) == 3
    assert on_days() == [(9, 12), (9, 19), (9, 27), (10, 3), (10, 4), (10, 11)]
    assert repeats.of(nth(0)).words == "每周六，到2026年9月25日" and repeats.of(nth(0)).count == 2
    assert repeats.of(nth(2)).words == "每周日，到2026年10月11日" and repeats.of(nth(2)).count == 4
    undo(user)
    assert on_days() == [(9, 12), (9, 19), (9, 26), (10, 3), (10, 10)] and Series.live().count() == 1


def test_a_rule_made_longer_keeps_what_was_struck_out(series, user):
    activities.remove(nth(1), user)
    repeats.change_rule(series, "FREQ=WEEKLY;UNTIL=20261024", False, user)
    assert on_days() == [(9, 12), (9, 26), (10, 3), (10, 10), (10, 17), (10, 24)]
    assert Series.live().count() == 1 and repeats.of(series).words == "每周六，到2026年10月24日"


def test_a_rule_is_not_changed_from_one_that_was_called_off(series, user):
    activities.cancel(nth(1), "下雨", user)
    with pytest.raises(Refused, match="还没办的那一次"):
        repeats.change_rule(nth(1), UNTIL, False, user)


def test_one_with_a_roll_does_not_go_to_another_day_with_the_rule(series, user, enter, monkeypatch):
    child = enter("张浩宇", father_whereabouts="away", mother_whereabouts="away")
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-30")
    roll.mark(series, child, "present", user)
    with pytest.raises(Refused, match="从还没点名的那一次改起"):
        repeats.change_rule(series, "FREQ=WEEKLY;BYDAY=SU;UNTIL=20261024", False, user)
    assert on_days()[0] == (9, 12)
    repeats.change_rule(series, "FREQ=WEEKLY;UNTIL=20261024", False, user)  # its day stays
    assert len(rows()) == 7


# ---- struck out ---------------------------------------------------------------------------------


def test_later_ones_are_struck_out_but_not_those_with_a_roll(series, user, enter):
    child = enter("张浩宇", father_whereabouts="away", mother_whereabouts="away")
    roll.mark(nth(4), child, "leave", user)
    assert repeats.remove_following(nth(2), user) == 2
    assert on_days() == [(9, 12), (9, 19), (10, 10)]
    undo(user)
    assert len(rows()) == 5


def test_a_meeting_with_people_or_decisions_on_it_stays(series, user):
    changes.insert(Attendee, user, activity=nth(3), name="王晓")
    changes.insert(Decision, user, activity=nth(4), title="添书架", due_on=date(2026, 12, 1))
    assert repeats.remove_all(series, user) == 3
    assert on_days() == [(10, 3), (10, 10)]


def test_a_series_before_the_first_term_is_refused(user):
    with pytest.raises(Refused, match="早于2026秋学期开始"):
        repeats.weekly("周六开放日", "open_day", 5, date(2026, 7, 1), date(2026, 10, 1), False, user)
    assert rows() == [] and Series.select().count() == 0


def test_the_rule_ends_before_what_was_struck_out(series, user):
    assert repeats.remove_following(nth(2), user) == 3
    assert repeats.of(series).words == "每周六，到2026年9月25日"
    undo(user)
    assert repeats.of(series).words == "每周六，到2026年10月10日"


def test_all_of_it_is_struck_out_but_for_what_was_held(series, user, monkeypatch):
    monkeypatch.setenv("GUANAI_TODAY", "2026-09-20")
    activities.hold(nth(0), None, user)
    assert repeats.remove_all(nth(2), user) == 4
    assert on_days() == [(9, 12)] and Series.live().count() == 1
    with pytest.raises(Refused, match="没有可删的"):
        repeats.remove_all(series, user)
    undo(user)
    activities.reopen(nth(0), user)
    assert repeats.remove_all(series, user) == 5 and Series.live().count() == 0


def test_what_does_not_repeat_has_no_series_to_change(activity, user):
    key = activity()
    for verb in (repeats.remove_all, repeats.remove_following):
        with pytest.raises(Refused, match="没有重复"):
            verb(key, user)


# ---- the sheet ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"how": "weekly", "weekdays": "SA SU"}, "每周六、周日"), ({"how": "fortnight", "weekdays": None}, "每两周的周六"),
        ({"how": "daily"}, "每天"), ({"how": "month_day"}, "每月12日"), ({"how": "month_weekday"}, "每月第2个周六"),
        ({"how": "yearly"}, "每年9月12日"),
    ],
)  # fmt: skip
def test_the_sheet_says_a_rule(values, words):
    given = {"weekdays": None, "until": None, "times": 2} | values
    rule = repeat_sheet.rule_of(given, SATURDAY)
    assert recurrence.in_words(rule, SATURDAY) == f"{words}，共2次"


def test_the_last_weekday_of_a_month_and_what_the_sheet_refuses():
    given = {"how": "month_weekday", "weekdays": None, "until": None, "times": 2}
    assert "最后一个周三" in recurrence.in_words(
        repeat_sheet.rule_of(given, date(2026, 9, 30)), date(2026, 9, 30)
    )
    with pytest.raises(Refused, match="重复要有个结束"):
        repeat_sheet.rule_of(given | {"times": None}, SATURDAY)
    with pytest.raises(Refused, match="早于这一次"):
        repeat_sheet.rule_of(given | {"until": SATURDAY - timedelta(1)}, SATURDAY)


def test_the_sheet_proposes_and_reads_back(activity, user):
    first = activity()
    told = repeat_sheet.proposed(first)
    assert told == {
        "how": "weekly",
        "weekdays": "SA",
        "until": date(2027, 1, 31),
        "times": None,
        "in_term": True,
    }
    repeats.repeat(first, repeat_sheet.rule_of(told, SATURDAY), True, user)
    assert repeats.of(first).words == "每周六，到2027年1月31日，只在学期内" and repeats.of(first).count == 21
    assert repeat_sheet.proposed(first) == told | {"until": date(2027, 1, 30)}
