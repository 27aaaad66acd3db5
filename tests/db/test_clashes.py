"""What cannot take place at once: the same place or person, at one time of one day."""

from datetime import date

import pytest

from db import activities, changes, clashes
from db.clashes import Slot

TODAY, TOMORROW = date(2026, 9, 10), date(2026, 9, 11)


def slot(starts="15:00", ends=None, on=TODAY, place="农家书屋", people=(), id=1):
    return Slot(id, "甲", on, starts, ends, place, tuple(people))


@pytest.fixture
def activity(user):
    def make(title="甲", on=TODAY, **values):
        return activities.save(None, {"title": title, "on_date": on} | values, {}, user).id

    return make


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [(("15:00", "16:00"), ("15:30", "17:00"), True), (("15:00", "16:00"), ("16:00", "17:00"), False),
     (("15:00", None), ("15:59", None), True), (("15:00", None), ("16:00", None), False),
     (("8:00".zfill(5), "18:00"), ("12:00", "12:30"), True), ((None, None), ("15:00", None), False),
     ((None, None), (None, None), False), (("15:00", "15:00"), ("15:00", "16:00"), True),
     (("15:00", "15:00"), ("14:00", "15:00"), False), (("23:30", None), ("23:45", "23:59"), True)],
)  # fmt: skip
def test_times_that_meet(one, other, meet):
    assert bool(clashes.shared(slot(*one), slot(*other, id=2))) is meet
    assert bool(clashes.shared(slot(*other, id=2), slot(*one))) is meet


def test_another_day_or_nothing_shared_is_no_clash():
    assert clashes.shared(slot(), slot(on=TOMORROW)) == ()
    assert clashes.shared(slot(), slot(place="操场", people=("王晓",))) == ()
    assert clashes.shared(slot(place=""), slot(place="")) == ()


def test_the_place_comes_first_then_people_in_their_order():
    one, other = slot(people=("王晓", "刘老师", "李芳")), slot(people=("李芳", "王晓"))
    assert clashes.shared(one, other) == ("农家书屋", "王晓", "李芳")


@pytest.mark.parametrize(
    ("written", "names"),
    [("刘老师", ("刘老师",)), ("刘老师、王晓，李芳 张明", ("刘老师", "王晓", "李芳", "张明")), ("王 晓", ("王晓",)),
     ("王　晓、李 芳", ("王晓", "李芳")), ("刘老师、刘老师", ("刘老师",)), (" 、，", ()), (None, ()), ("ＡＢ老师", ("AB老师",))],
)  # fmt: skip
def test_names_as_people_write_them(written, names):
    assert clashes.names_in(written) == names


def test_among_many_each_is_told_of_the_other():
    found = clashes.among([slot(id=1), slot(id=2, starts="15:30"), slot(id=3, starts="17:00"), slot(id=4, starts=None),
                           slot(id=5, on=TOMORROW)])  # fmt: skip
    assert {key: [clash.id for clash in each] for key, each in found.items()} == {1: [2], 2: [1]}


def test_a_long_one_clashes_with_all_it_spans():
    found = clashes.among(
        [slot(id=1, starts="08:00", ends="18:00"), slot(id=2, starts="09:00"), slot(id=3, starts="17:00")]
    )
    assert [clash.id for clash in found[1]] == [2, 3] and [clash.id for clash in found[3]] == [1]


def test_on_file_lead_duty_and_teachers_count_alike(activity):
    first = activity(starts="15:00", lead="王 晓", place="教室")
    second = activity("乙", starts="15:30", teachers="李芳，王晓", place="操场")
    third = activity("丙", starts="15:45", duty="李芳")
    activity("丁", on=TOMORROW, starts="15:00", lead="王晓")
    found = clashes.on([TODAY, TOMORROW])
    assert {key: [each.shared for each in clashes_] for key, clashes_ in found.items()} == {
        first: [("王晓",)], second: [("王晓",), ("李芳",)], third: [("李芳",)],
    }  # fmt: skip
    assert clashes.on([]) == {}


def test_called_off_or_struck_out_is_in_nobodys_way(activity, user):
    first, second = activity(starts="15:00", place="教室"), activity("乙", starts="15:30", place=" 教室 ")
    assert set(clashes.on([TODAY])) == {first, second}
    activities.cancel(first, "停电", user)
    assert clashes.on([TODAY]) == {} and clashes.with_values(first, activities.load(first)) == []
    activities.reopen(first, user)
    activities.remove(second, user)
    assert clashes.on([TODAY]) == {}
    changes.undo(changes.last_action(user).action, user)
    assert set(clashes.on([TODAY])) == {first, second}


def test_what_would_clash_if_it_were_saved(activity):
    first = activity("家长会", starts="15:00", ends="16:30", place="教室")
    values = {"title": "乙", "on_date": TODAY, "starts": "下午4点", "place": "教室"}
    (clash,) = clashes.with_values(None, values)
    assert (clash.title, clash.shared) == ("家长会", ("教室",))
    assert clashes.in_words([clash]) == "与15:00-16:30的“家长会”冲突（教室）"
    assert clashes.with_values(first, values) == []
    for unready in (
        {"ends": "15:30"},
        {"starts": "放学后"},
        {"on_date": None},
        {"starts": None},
        {"starts": "16:30"},
    ):
        assert clashes.with_values(None, values | unready) == []


def test_what_is_not_asked_for_is_taken_as_stored(activity):
    activity("家长会", starts="15:00", lead="李芳")
    second = activity("乙", starts="16:30", teachers="李芳", place="操场")
    (clash,) = clashes.with_values(second, {"starts": "15:30"})
    assert (clash.title, clash.shared) == ("家长会", ("李芳",))
