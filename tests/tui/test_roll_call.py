"""点名: one key a child, saved at once; counts, finding, and what others marked meanwhile."""

from datetime import date

import pytest
from village_people import put_child

from db import activities, changes, child_sheet, roll
from db.errors import Locked
from tui.screens.calendar import Calendar
from tui.screens.roll_call import RollCall

NAMES = ("张浩宇", "李雨涵", "王一鸣")


@pytest.fixture
def children(ledger):
    found = {}
    for group, name in zip(("一组", "二组", "三组"), NAMES, strict=True):
        base = child_sheet.load(None)
        about = {
            "name": name,
            "village_group": group,
            "father_whereabouts": "away",
            "mother_whereabouts": "away",
        }
        found[name] = child_sheet.save(None, base | about, base, by=ledger).child_id
    return found


@pytest.fixture
def film(ledger):
    base = activities.load(None)
    about = {"title": "励志专题片", "on_date": date(2026, 11, 20), "starts": "15:30", "place": "农家书屋"}
    return activities.save(None, base | about, base, ledger).id


@pytest.fixture
def calling(children, film, context):
    (line,) = activities.agenda(date(2026, 11, 20), date(2026, 11, 20))
    page = RollCall(context, line)
    context.desk.push(page)
    return page


def states(film):
    return [line.state for line in roll.of(film)]


def test_both_sizes_show_the_names_the_place_and_the_counts(calling, any_eyes):
    text = any_eyes.text
    assert all(name in text for name in NAMES)
    assert "点名：励志专题片" in text and "15:30 农家书屋" in text
    assert "到0  缺0  假0  迟0  未点3  共3人" in text


@pytest.mark.parametrize(("key", "state"), [("1", "present"), ("2", "absent"), ("3", "leave"), ("4", "late")])
def test_a_digit_marks_saves_at_once_and_goes_on(calling, eyes, film, key, state):
    eyes.press(key)
    assert states(film) == [state, None, None]
    assert calling.roster.at == 1


def test_full_width_digits_of_an_input_method_mark_too(calling, eyes, film):
    eyes.desk.press("１", "１")
    eyes.desk.press("２", "２")
    assert states(film) == ["present", "absent", None]


def test_digits_typed_ahead_all_land_and_the_last_child_holds_the_cursor(calling, film):
    for key in "123":
        calling.desk.press(key, key)
    assert states(film) == ["present", "absent", "leave"]
    assert calling.roster.current().name == "王一鸣"


def test_space_turns_present_on_and_off_and_stays(calling, eyes, film):
    eyes.press("space")
    assert states(film)[0] == "present" and calling.roster.at == 0
    eyes.press("space")
    assert states(film)[0] is None
    eyes.press("2", "up", "space")
    assert states(film)[0] == "present"


@pytest.mark.parametrize("key", ["0", "backspace"])
def test_a_mark_is_cleared(calling, eyes, film, key):
    eyes.press("2", "up", key)
    assert states(film) == [None, None, None] and "未点3" in eyes.text


def test_ctrl_z_takes_the_last_mark_back_when_confirmed(calling, eyes, film):
    eyes.press("1", "2", "ctrl+z", "escape")
    assert states(film) == ["present", "absent", None]
    eyes.press("ctrl+z", "enter")
    assert states(film) == ["present", None, None] and "未点2" in eyes.text


@pytest.mark.parametrize("typed", ["雨涵", "lyh", "LY", "二组"])
def test_a_child_is_found_by_name_initials_or_group(calling, eyes, film, typed):
    eyes.press("/").type(typed + "\n")
    assert "李雨涵" in eyes.text and "张浩宇" not in eyes.text
    eyes.press("4", "escape")
    assert states(film) == [None, "late", None]
    assert "张浩宇" in eyes.text and calling.roster.current().name == "李雨涵"


def test_digits_typed_into_the_find_line_mark_nobody(calling, eyes, film):
    eyes.press("/").type("12")
    assert states(film) == [None, None, None]
    assert "没有找到" in eyes.text
    eyes.press("escape")
    assert all(name in eyes.text for name in NAMES)


def test_a_mark_the_ledger_refuses_is_told_and_the_cursor_stays(calling, eyes, film, monkeypatch):
    def busy(*_):
        raise Locked("")

    monkeypatch.setattr(roll, "mark_all", busy)
    eyes.press("1")
    assert eyes.desk.message[1] == "error" and "请稍候再存" in eyes.desk.message[0]
    assert states(film) == [None, None, None] and calling.roster.at == 0


def test_what_somebody_else_marked_meanwhile_is_shown_and_kept(calling, eyes, film, children):
    roll.mark(film, children["王一鸣"], "leave", None)
    eyes.press("1")
    assert states(film) == ["present", None, "leave"] and "假1" in eyes.text


def test_esc_leaves_and_nothing_marked_is_lost(calling, eyes, film, context):
    eyes.press("1", "escape")
    assert states(film)[0] == "present"
    assert changes.last_action(context.by) is not None


def test_forty_children_take_a_key_each_and_four_at_most_from_the_agenda(ledger, context):
    for n in range(40):
        put_child(ledger, f"儿童{'甲乙丙丁'[n // 10]}{'一二三四五六七八九十'[n % 10]}", village_group="一组")
    base = activities.load(None)
    about = {"title": "周六开放日", "kind": "open_day", "on_date": date(2026, 11, 23), "starts": "8:30"}
    key = activities.save(None, base | about, base, ledger).id
    calendar = Calendar(context)
    context.desk.push(calendar)
    context.desk.press("tab")  # in the agenda
    marks = "1214" * 10
    keys = ["f8", *marks, "escape"]
    for each in keys:
        context.desk.press(each, each if len(each) == 1 else None)
    assert context.desk.top is calendar and len(keys) <= 40 + 4
    wanted = [{"1": "present", "2": "absent", "4": "late"}[each] for each in marks]
    assert states(key) == wanted


def test_where_most_came_it_takes_far_fewer(calling, eyes, film):
    eyes.press("down", "2", "f8")
    assert states(film) == ["present", "absent", "present"] and "其余2人都记为到" in eyes.text
