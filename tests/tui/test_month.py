"""The month grid: where keys lead, what is drawn, and that nothing else moves when the month turns."""

from datetime import date

import pytest

from tui.ink import line_cells
from tui.widgets.month import (
    CELL,
    LINES,
    NARROW_CELL,
    Band,
    band_lines,
    bands_of,
    bounds,
    grid_width,
    month_lines,
    step,
    turn,
    week_of,
)

TODAY = date(2026, 11, 23)


def text(lines):
    return ["".join(run for run, _ in line) for line in lines]


def styles(lines, style):
    return [run for line in lines for run, name in line if name == style]


@pytest.mark.parametrize(("key", "day"), [("left", date(2026, 10, 31)), ("right", date(2026, 11, 2)),
                                          ("up", date(2026, 10, 25)), ("down", date(2026, 11, 8))])  # fmt: skip
def test_arrows_lead_by_a_day_and_by_a_week_over_the_ends_of_months(key, day):
    assert step(date(2026, 11, 1), key) == day


def test_other_keys_lead_nowhere():
    assert step(TODAY, "enter") is None


def test_a_long_month_turns_to_the_last_day_of_a_short_one():
    assert turn(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert turn(date(2026, 12, 31), -1) == date(2026, 11, 30)


def test_days_stay_inside_the_years_we_keep():
    assert step(date(2000, 1, 1), "left") == date(2000, 1, 1)
    assert turn(date(2099, 12, 5), 1) == date(2099, 12, 31)


def test_bounds_of_a_leap_february():
    assert bounds(date(2028, 2, 10)) == (date(2028, 2, 1), date(2028, 2, 29))


@pytest.mark.parametrize("cell", [CELL, NARROW_CELL])
@pytest.mark.parametrize("day", [date(2026, 2, 1), date(2026, 11, 1), date(2027, 2, 10), date(2026, 8, 31)])
def test_every_month_takes_the_same_room(day, cell):
    lines = month_lines(day, TODAY, {day: 3}, True, cell)
    assert len(lines) == LINES and {line_cells(line) for line in lines} == {grid_width(cell)}


def test_numbers_stand_under_their_weekday():
    lines = text(month_lines(TODAY, TODAY, {}))
    monday = next(line for line in lines if ">23" in line)
    assert monday.startswith(">23") and lines[0].startswith(" 一")
    assert lines[1].endswith(" 1   ")  # 1 November 2026 is a Sunday


def test_the_chosen_number_alone_is_in_reverse_and_only_while_active():
    assert styles(month_lines(TODAY, date(2026, 11, 1), {}), "cursor") == ["23"]
    asleep = month_lines(TODAY, date(2026, 11, 1), {}, active=False)
    assert styles(asleep, "cursor") == [] and ">23" in "".join(text(asleep))


def test_today_is_told_without_colour():
    assert styles(month_lines(date(2026, 11, 1), TODAY, {}), "field") == ["23"]
    assert styles(month_lines(date(2026, 12, 1), TODAY, {}), "field") == []


def test_a_wide_cell_counts_activities_and_a_narrow_one_marks_them():
    counts = {date(2026, 11, 5): 1, date(2026, 11, 6): 12}
    wide = "".join(text(month_lines(TODAY, TODAY, counts)))
    assert " 5* " in wide and " 6*9" in wide
    narrow = "".join(text(month_lines(TODAY, TODAY, counts, cell=NARROW_CELL)))
    assert " 5* " in narrow and " 6* " in narrow


def test_a_sign_stands_behind_the_number_and_the_star_before_it():
    signs = {date(2026, 11, 5): ("休", "good"), date(2026, 11, 6): ("班", "warn")}
    counts = {date(2026, 11, 5): 3}
    wide = month_lines(TODAY, TODAY, counts, signs=signs)
    assert "* 5休" in "".join(text(wide)) and "  6班" in "".join(text(wide))
    assert {line_cells(line) for line in wide} == {grid_width(CELL)}
    assert "5" in styles(wide, "good")
    chosen = "".join(text(month_lines(date(2026, 11, 5), TODAY, counts, signs=signs)))
    assert "> 5休" in chosen
    narrow = month_lines(TODAY, TODAY, counts, cell=NARROW_CELL, signs=signs)
    assert " 5* " in "".join(text(narrow)) and styles(narrow, "good")[0] == "5"
    assert {line_cells(line) for line in narrow} == {grid_width(NARROW_CELL)}


def test_a_week_goes_from_monday_to_sunday():
    assert (
        week_of(date(2026, 11, 29)) == week_of(date(2026, 11, 23)) == (date(2026, 11, 23), date(2026, 11, 29))
    )
    assert week_of(date(2027, 1, 1)) == (date(2026, 12, 28), date(2027, 1, 3))


def test_bands_are_what_goes_on_for_days_on_end():
    one, two, three, five = (date(2026, 11, n) for n in (1, 2, 3, 5))
    assert bands_of({one: ["启动"], two: ["启动", "摸底"], three: ["摸底"], five: ["启动"]}) == [
        Band("启动", one, two), Band("摸底", two, three), Band("启动", five, five),
    ]  # fmt: skip
    assert bands_of({}) == []


def test_bands_that_follow_on_share_a_line_and_others_do_not():
    first, last = bounds(TODAY)
    early, late = Band("启动", first, date(2026, 11, 15)), Band("推进", date(2026, 11, 16), last)
    (line,) = band_lines([early, late], first, last, 60)
    assert text([line])[0].index("推进") == 30 - 2  # two characters of two cells stand before it
    assert line_cells(line) == 60 and "启动=====" in text([line])[0]
    both = band_lines([early, late, Band("全月", first, last)], first, last, 60)
    assert len(both) == 2 and text(both)[1].startswith("全月===")


def test_a_band_of_one_day_keeps_inside_it():
    first, last = bounds(TODAY)
    for day in (first, date(2026, 11, 17), last):
        (line,) = band_lines([Band("总结评比阶段", day, day)], first, last, 56)
        assert line_cells(line) <= 56
