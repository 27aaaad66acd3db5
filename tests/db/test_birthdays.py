"""Whose birthday a month brings, whether it was kept, wishes, the party."""

from datetime import date

import pytest

from db import activities, birthdays, care, changes, duties, owed, record_fields, roll
from db.models import Attendance, BirthdayWish, Child, Focus
from db.sheet import NotFound
from db.values import Refused

TODAY = date(2026, 9, 10)
AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}


@pytest.fixture
def lunar(enter, user):
    """Born on 八月十五 of 2015, kept by the moon."""
    child = enter("张浩宇", birth_date="2015-09-27", village_group="一组", **AWAY)
    birthdays.set_lunar(child, True, user)
    return child


def names(month):
    return [(each.day.isoformat(), each.name, each.age) for each in birthdays.of_month(month)]


def test_a_month_in_order_of_days(enter):
    enter("张浩宇", birth_date="2015-09-24", **AWAY)
    enter("李雨涵", birth_date="2017-09-10", **AWAY)
    enter("王一鸣", birth_date="2015-10-01", **AWAY)
    enter("赵佳慧", birth_date="2015-09", **AWAY)
    enter("周子墨", birth_date="2015-09-12")  # does not count
    enter("陈思琪", birth_date="2010-09-01", **AWAY)  # 16 by then
    enter("孙小雨", birth_date="2010-09-20", **AWAY)  # turns 16 this month
    assert names("2026-09") == [
        ("2026-09-10", "李雨涵", 9),
        ("2026-09-20", "孙小雨", 16),
        ("2026-09-24", "张浩宇", 11),
    ]
    assert names("2026-10") == [("2026-10-01", "王一鸣", 11)]


def test_the_29th_of_february_is_kept_on_the_28th(enter):
    enter("李雨涵", birth_date="2016-02-29", **AWAY)
    assert names("2027-02") == [("2027-02-28", "李雨涵", 11)]
    assert names("2028-02") == [("2028-02-29", "李雨涵", 12)]
    assert names("2027-03") == []


def test_a_gifted_child_that_is_not_left_behind_is_there_too(enter, user):
    child = enter("周子墨", birth_date="2015-09-12")
    assert names("2026-09") == []
    changes.insert(Focus, user, child=child, tag="potential", since=date(2026, 9, 1))
    assert names("2026-09") == [("2026-09-12", "周子墨", 11)]


def test_who_left_is_left_out(enter, user):
    child = enter("张浩宇", birth_date="2015-09-24", **AWAY)
    changes.write(Child.get_by_id(child), user, left_on=date(2026, 9, 5))
    assert names("2026-09") == []


def test_a_lunar_birthday_comes_in_the_month_the_moon_says(lunar):
    (found,) = birthdays.of_month("2026-09")
    assert (found.day, found.age, found.lunar, found.lunar_text) == (date(2026, 9, 25), 11, True, "八月十五")
    assert found.village_group == "一组"
    assert names("2027-09") == [("2027-09-15", "张浩宇", 12)]
    assert names("2025-10") == [("2025-10-06", "张浩宇", 10)]
    assert names("2025-09") == []


def test_lunar_or_not_is_one_action_and_moves_the_duty(lunar, user):
    def due():
        return [each.due_by for each in duties.page(date(2026, 9, 20)) if each.source == "birthday"]

    assert due() == [date(2026, 9, 25)]
    assert changes.last_action(user).label == "张浩宇过农历生日"
    birthdays.set_lunar(lunar, False, user)
    assert due() == [date(2026, 9, 27)]
    assert names("2026-09") == [("2026-09-27", "张浩宇", 11)]
    assert owed.drifted([lunar], TODAY) == set()


@pytest.mark.parametrize("born", [None, "2015-09", "1999-12-31"])
def test_a_lunar_birthday_needs_a_full_date(enter, user, born):
    child = enter("赵佳慧", birth_date=born, **AWAY)
    with pytest.raises(Refused, match="算不出农历生日"):
        birthdays.set_lunar(child, True, user)
    assert Child.get_by_id(child).lunar_birthday is None


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "2026-9", "1999-09", "十月"])
def test_what_is_no_month(user, month):
    with pytest.raises(Refused, match="不是月份，请写成2026-10"):
        birthdays.of_month(month)


# ---- kept or not --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "today", "kept"),
    [
        ("2026-08-10", "2026-09-10", True),  # 45 days before
        ("2026-08-09", "2026-09-10", False),
        ("2026-12-31", "2027-01-05", True),
        ("2027-01-01", "2027-01-05", False),
    ],
)
def test_a_record_from_45_days_before_to_the_years_end_counts(lunar, user, monkeypatch, on, today, kept):
    birthdays.set_lunar(lunar, False, user)
    changes.write(Child.get_by_id(lunar), user, birth_date="2015-09-24")
    monkeypatch.setenv("GUANAI_TODAY", today)
    care.record(user, child_id=lunar, kind="birthday", on_date=date.fromisoformat(on), content="很开心")
    (found,) = birthdays.of_month("2026-09")
    assert (found.celebrated, found.recorded) == ((date.fromisoformat(on), True) if kept else (None, False))


def test_one_that_did_not_come_about_does_not_count(lunar, user):
    care.record(user, child_id=lunar, kind="birthday", on_date=TODAY, missed="child_absent")
    assert birthdays.of_month("2026-09")[0].celebrated is None


def test_being_at_the_party_of_the_month_counts(lunar, user):
    key = birthdays.arrange_party("2026-09", TODAY, user)
    assert birthdays.of_month("2026-09")[0].celebrated is None
    roll.mark(key, lunar, "late", user)
    (found,) = birthdays.of_month("2026-09")
    assert (found.celebrated, found.recorded) == (TODAY, False)
    roll.mark(key, lunar, "absent", user)
    assert birthdays.of_month("2026-09")[0].celebrated is None
    roll.mark(key, lunar, "present", user)
    activities.cancel(key, "下雨", user)
    assert birthdays.of_month("2026-09")[0].celebrated is None
    activities.reopen(key, user)
    assert birthdays.of_month("2026-09")[0].celebrated == TODAY
    activities.remove(key, user)
    assert birthdays.of_month("2026-09")[0].celebrated is None


def test_the_sheet_asks_what_the_child_said_and_wished():
    labels = {entry.name: entry.spec.label for entry in record_fields.entries("birthday")}
    assert labels["content"] == "生日感言" and labels["result"] == "心愿" and labels["on_date"] == "哪天过的"


# ---- wishes -------------------------------------------------------------------------------------


def test_a_wish_is_kept_for_a_child_and_year(lunar, user):
    birthdays.set_wish(lunar, 2026, "  天天进步，\n笑口常开  ", user)
    assert birthdays.of_month("2026-09")[0].wish == "天天进步，\n笑口常开"
    assert birthdays.of_month("2027-09")[0].wish is None
    birthdays.set_wish(lunar, 2026, "平安长大", user)
    assert [row.wish for row in BirthdayWish.live()] == ["平安长大"]
    changes.undo(changes.last_action(user).action, user)
    assert birthdays.of_month("2026-09")[0].wish == "天天进步，\n笑口常开"
    birthdays.set_wish(lunar, 2026, " ", user)
    birthdays.set_wish(lunar, 2026, None, user)
    assert BirthdayWish.live().count() == 0
    with pytest.raises(Refused, match="最多200字"):
        birthdays.set_wish(lunar, 2026, "好" * 201, user)


# ---- the party ----------------------------------------------------------------------------------


def test_the_party_has_the_months_children_on_its_roll(lunar, enter, user):
    enter("王一鸣", birth_date="2015-10-01", **AWAY)
    key = birthdays.arrange_party("2026-09", date(2026, 9, 25), user)
    assert birthdays.party("2026-09").id == key
    line = activities.agenda(date(2026, 9, 25), date(2026, 9, 25))[0]
    assert (line.title, line.kind, line.listed) == ("9月生日会", "生日会", 0)
    assert [row.child_id for row in Attendance.live()] == [lunar]
    with pytest.raises(Refused, match="9月已经排了生日会"):
        birthdays.arrange_party("2026-09", date(2026, 9, 26), user)
    activities.cancel(key, "下雨", user)
    assert birthdays.party("2026-09") is None


def test_a_party_that_cannot_be(lunar, user):
    with pytest.raises(Refused, match="不在2026年9月"):
        birthdays.arrange_party("2026-09", date(2026, 10, 1), user)
    with pytest.raises(Refused, match="11月没有儿童过生日"):
        birthdays.arrange_party("2026-11", date(2026, 11, 1), user)
    assert birthdays.party("2026-09") is None


def test_what_became_of_a_child_struck_out(lunar, user):
    from db import children

    birthdays.set_wish(lunar, 2026, "平安", user)
    children.remove(lunar, user)
    assert BirthdayWish.live().count() == 0 and names("2026-09") == []
    with pytest.raises(NotFound):
        birthdays.set_lunar(lunar, False, user)


def test_of_two_files_made_one_wishes_and_the_calendar_come_along(lunar, enter, user):
    from db import merging

    keep = enter("张浩雨", birth_date="2015-09-27", **AWAY)
    birthdays.set_wish(lunar, 2026, "平安", user)
    birthdays.set_wish(lunar, 2027, "进步", user)
    birthdays.set_wish(keep, 2027, "快乐", user)
    merging.merge(keep, lunar, {}, user)
    assert {(row.child_id, row.year, row.wish) for row in BirthdayWish.live()} == {
        (keep, 2026, "平安"),
        (keep, 2027, "快乐"),
    }
    assert birthdays.of_month("2026-09")[0].lunar
