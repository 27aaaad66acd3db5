"""会议: large figures, masked names, nothing to type."""

import pytest
from test_workbench import put

from db import care, child_sheet, demo, duties, status
from tui.ink import cells
from tui.screens.meeting import Meeting
from tui.screens.workbench import Workbench
from tui.widgets.figures import DOTS, figure, scale_of


@pytest.fixture
def meeting(context, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    def open_it():
        context.desk.route("f6", "工作台", lambda: Workbench(context))
        context.desk.route("f9", "会议", lambda: Meeting(context))
        context.desk.go("f9")

    return open_it


def drawn(text, scale=1, rows=5):
    """A number as the page draws it without colours."""
    return ["".join(run for run, _ in line).rstrip() for line in figure(text, scale, rows, "bar")]


def shows(eyes, text):
    """Whether the number stands somewhere on the screen, drawn large."""
    lines = eyes.lines()
    want = [drawn(text, rows=rows) for rows in (5, 7)]
    return any(
        all(lines[top + i][left:].startswith(row) for i, row in enumerate(rows))
        for rows in want for top in range(len(lines) - len(rows)) for left in range(len(lines[top]))
    )  # fmt: skip


def test_the_overview_shows_the_children_large(ledger, meeting, any_eyes):
    demo.fill(ledger)
    meeting()
    children = status.status()["children"]
    assert children["registered"] != children["left_behind"]
    for number in children.values():
        assert shows(any_eyes, str(number))
    assert not shows(any_eyes, "77777")
    assert "登记儿童" in any_eyes.text and "认定口径 国发〔2016〕13号" in any_eyes.text


def test_the_second_page_shows_each_rate_large(ledger, meeting, any_eyes):
    demo.fill(ledger)
    meeting()
    any_eyes.press("right")
    for target in status.status()["targets"]:
        assert (
            target["name"] in any_eyes.text
            and f"{target['numerator']}/{target['denominator']}" in any_eyes.text
        )
        assert shows(any_eyes, f"{target['rate']:g}")


def test_no_full_name_stands_on_any_page(ledger, meeting, any_eyes):
    demo.fill(ledger)
    meeting()
    names = {duty.child for duty in duties.page(status.days.today(), days=0) if duty.child}
    names |= {duty.helper for duty in duties.page(status.days.today(), days=0) if duty.helper}
    seen = []
    for _ in Meeting.names:
        seen.append(any_eyes.text)
        any_eyes.press("right")
    assert names and not [name for name in names if name in "".join(seen)]
    assert "*" in seen[2] and "逾期待办" in seen[2]


def test_overdue_children_stand_by_their_helper(ledger, meeting, eyes):
    put(ledger, "张浩宇")
    put(ledger, "李雨涵")
    meeting()
    eyes.press("left", "left")
    row = next(line for line in eyes.lines() if "还没结对" in line)
    assert "2人" in row and "张*53天" in row and "李*53天" in row
    assert shows(eyes, "2")


def test_this_month_counts_talks_and_other_records_of_the_month_only(ledger, meeting, eyes):
    child = put(ledger, "张浩宇")
    today = status.days.today()
    for day in (3, 10, 20):
        care.record(ledger, child_id=child, on_date=today.replace(day=day))
    care.record(ledger, child_id=child, on_date=today, kind="visit")
    care.record(ledger, child_id=child, on_date=today.replace(month=10))
    meeting()
    eyes.press("left")
    assert care.tally(today.replace(day=1), today) == {"talk": 3, "visit": 1}
    assert "11月谈心（次）" in eyes.text and shows(eyes, "3") and shows(eyes, "1")


def test_pages_turn_both_ways_and_come_round(ledger, meeting, eyes):
    meeting()
    turned = [eyes.press("pagedown").styled("chosen")[0].strip() for _ in range(4)]
    assert turned == ["目标", "逾期", "本月", "概况"]
    assert eyes.press("left").styled("chosen")[0].strip() == "本月"


def test_an_empty_ledger_draws_dashes_and_no_alarm(ledger, meeting, any_eyes):
    meeting()
    for _ in Meeting.names:
        assert "%" not in any_eyes.text
        any_eyes.press("right")
    any_eyes.press("right", "right")
    assert "没有逾期" in any_eyes.text


def test_esc_goes_to_the_workbench_and_digits_switch(ledger, meeting, context, eyes):
    meeting()
    eyes.press("escape")
    assert isinstance(context.desk.top, Workbench)
    eyes.press("9")
    assert isinstance(context.desk.top, Meeting)


def test_figures_are_read_again_each_time_the_page_is_shown(ledger, meeting, eyes):
    meeting()
    assert shows(eyes, "0") and not shows(eyes, "1")
    put(ledger, "张浩宇")
    eyes.press("f9")
    assert shows(eyes, "1")


def test_figures_are_coloured_blanks_in_colour(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    runs = [run for line in figure("8", 1, 7, "bar") for run in line]
    assert not "".join(text for text, _ in runs).strip() and {"bar", "plain"} == {style for _, style in runs}


@pytest.mark.parametrize("text", ["100%", "0", "46/65", "—", "83.8"])
def test_a_figure_keeps_to_its_room_at_every_size(text):
    for width in range(6, 160, 7):
        for height in range(5, 40, 3):
            scale = scale_of(text, width, height)
            lines = figure(text, scale, height, "bar")
            assert len(lines) <= height
            assert not scale or all(cells("".join(t for t, _ in line)) <= width for line in lines)


def test_every_sign_is_five_rows_of_one_width():
    for rows in DOTS.values():
        assert len(rows) == 5 and len({len(row) for row in rows}) == 1


def test_figures_too_long_for_their_room_stand_in_plain_type(ledger, meeting, context, eyes):
    eyes.size = (60, 20)
    meeting()
    context.desk.top.status["children"] = {"registered": 12345, "left_behind": 11000, "focus": 1021}
    assert "登记儿童" in eyes.text and "12345" in eyes.text


def test_the_sheet_of_a_child_is_not_reached_from_here(ledger, meeting, context, eyes):
    child = put(ledger, "张浩宇")
    meeting()
    eyes.type("李\n")
    assert isinstance(context.desk.top, Meeting) and child_sheet.load(child)["name"] == "张浩宇"
