"""会议: large figures, masked names, nothing to type."""

import pytest
from test_workbench import put

from db import care, changes, child_sheet, demo, duties, plan_items, site, status
from db.models import Helper
from tui.ink import cells
from tui.screens.meeting import Meeting
from tui.screens.meeting_pages import NAMES
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
    assert "登记儿童" in any_eyes.text and "国发〔2016〕13号" in any_eyes.text


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
    for _ in NAMES:
        seen.append(any_eyes.text)
        any_eyes.press("right")
    assert names and not [name for name in names if name in "".join(seen)]
    assert "*" in seen[2] and "逾期待办" in seen[2]


def test_overdue_children_stand_by_their_helper(ledger, meeting, eyes):
    put(ledger, "张浩宇")
    put(ledger, "李雨涵")
    meeting()
    eyes.press("right", "right")
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
    eyes.press("right", "right", "right")
    assert care.tally(today.replace(day=1), today) == {"talk": 3, "visit": 1}
    assert "11月谈心（次）" in eyes.text and shows(eyes, "3") and shows(eyes, "1")


def test_pages_turn_both_ways_and_come_round(ledger, meeting, eyes):
    meeting()
    turned = [eyes.press("pagedown").styled("chosen")[0].strip() for _ in range(5)]
    assert turned == ["目标", "逾期", "本月", "结对", "概况"]
    assert eyes.press("left").styled("chosen")[0].strip() == "结对"


def test_an_empty_ledger_draws_dashes_and_no_alarm(ledger, meeting, any_eyes):
    meeting()
    for _ in NAMES:
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
    page = context.desk.top
    page.seen = page.seen._replace(standing=page.seen.standing._replace(registered=12345, left_behind=11000))
    assert "登记儿童" in eyes.text and "12345" in eyes.text


def test_the_sheet_of_a_child_is_not_reached_from_here(ledger, meeting, context, eyes):
    child = put(ledger, "张浩宇")
    meeting()
    eyes.type("李\n")
    assert isinstance(context.desk.top, Meeting) and child_sheet.load(child)["name"] == "张浩宇"


# ---- names ----------------------------------------------------------------------------------------


def people(context):
    """Everybody in full who could stand on these pages."""
    seen = context.desk.top.seen
    names = {duty.child for duty in seen.owed} | {duty.helper for duty in seen.owed}
    return {name for name in names | set(seen.standing.paired.focus_unpaired) if name}


def turn_to(eyes, thought):
    """Turn until a thought's first page is shown."""
    while eyes.styled("chosen")[0].split()[0] != thought:
        eyes.press("right")


@pytest.mark.parametrize("thought", ["逾期", "结对"])
def test_names_are_shown_in_full_only_after_asking(ledger, meeting, context, any_eyes, thought):
    demo.fill(ledger)
    meeting()
    turn_to(any_eyes, thought)
    named = people(context)
    assert not [name for name in named if name in any_eyes.text]
    any_eyes.press("f8")
    assert "全名吗" in any_eyes.text and not [name for name in named if name in any_eyes.text]
    any_eyes.press("escape")
    assert not [name for name in named if name in any_eyes.text]
    any_eyes.press("f8", "enter")
    assert [name for name in named if name in any_eyes.text] and "全名" in any_eyes.text
    any_eyes.press("f8")
    assert not [name for name in named if name in any_eyes.text]


@pytest.mark.parametrize(
    "leave", [("right", "left"), ("f6", "9"), ("f1", "escape"), ("f9",), ("f10", "escape")]
)
def test_leaving_the_page_masks_the_names_again(ledger, meeting, context, eyes, leave):
    demo.fill(ledger)
    meeting()
    named, guarded = people(context), []
    context.desk.guard = guarded.append
    turn_to(eyes, "结对")
    eyes.press("f8", "enter")
    assert context.desk.top.revealed and guarded == [True]
    eyes.press(*leave)
    assert (
        "结对" in eyes.text and not [name for name in named if name in eyes.text] and guarded == [True, False]
    )


def test_quitting_masks_the_names_first(ledger, meeting, context, eyes):
    demo.fill(ledger)
    meeting()
    page, guarded = context.desk.top, []
    context.desk.guard = guarded.append
    turn_to(eyes, "逾期")
    eyes.press("f8", "enter", "ctrl+q")
    assert context.desk.done and not page.revealed and guarded == [True, False]


def test_without_the_watcher_no_names_are_shown(ledger, meeting, context, eyes):
    """Nothing would take them off the screen should the program be killed."""
    demo.fill(ledger)
    meeting()

    def guard(on):
        raise FileNotFoundError(2, "No such file or directory", "/bin/sh")

    context.desk.guard = guard
    turn_to(eyes, "结对")
    eyes.press("f8", "enter")
    assert (
        not context.desk.top.revealed and "没有显示全名" in eyes.text and "guanai status --names" in eyes.text
    )
    eyes.press("right", "left")  # nothing is guarded, nothing has to be ended
    assert "结对" in eyes.text


def test_an_enter_typed_ahead_reveals_nobody(ledger, meeting, context, eyes):
    demo.fill(ledger)
    meeting()
    turn_to(eyes, "逾期")
    context.desk.press("f8")
    context.desk.press("enter")
    eyes.press("escape")
    assert not context.desk.top.revealed


def test_a_page_without_names_says_where_they_are(ledger, meeting, eyes):
    meeting()
    eyes.press("f8")
    assert "这一页没有姓名" in eyes.text


def test_names_inside_what_the_site_owes_are_masked(ledger, meeting, context, eyes):
    put(ledger, "张浩")
    changes.insert(Helper, ledger, name="刘芳芳", kind="teacher")
    plan_items.add("2026-10", "请刘芳芳接张浩回家", ledger)
    meeting()
    turn_to(eyes, "逾期")
    assert "请刘*接张*回家" in eyes.text and "张浩" not in eyes.text and "刘芳芳" not in eyes.text
    eyes.press("f8", "enter")
    assert "请刘芳芳接张浩回家" in eyes.text


# ---- targets --------------------------------------------------------------------------------------


def goals(ledger, **set_to):
    for code, goal in set_to.items():
        site.put(f"goal.{code}", goal, ledger)


def test_targets_take_as_many_pages_as_they_need(ledger, meeting, context, any_eyes):
    demo.fill(ledger)
    goals(ledger, visit_on_time=100, call_on_time=100, arts_sports=90, in_school=100, no_guardian=0)
    meeting()
    turn_to(any_eyes, "目标")
    seen = any_eyes.text
    assert "目标 1/3" in seen
    any_eyes.press("right", "right")
    seen += any_eyes.text
    assert "目标 3/3" in any_eyes.text and "无人监护" in any_eyes.text and "不高于0%" in any_eyes.text
    any_eyes.press("left")
    seen += any_eyes.text
    for target in context.desk.top.seen.standing.targets:
        assert target.name in seen and target.verdict in seen


def test_what_should_be_low_does_not_look_bad_at_nought(ledger, meeting, context, eyes, monkeypatch):
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm")
    put(ledger, "张浩宇", guardian_name="李秀英", guardian_relation="grandmother")
    goals(ledger, filed=None, enrolled=None, paired=None, talk_on_time=None, no_guardian=0)
    meeting()
    turn_to(eyes, "目标")
    (target,) = context.desk.top.seen.standing.targets
    assert (target.rate, target.met) == (0.0, True)
    assert eyes.styled("bar") and not eyes.styled("bar_warn") and "达标" in eyes.text


def test_a_figure_only_the_school_has_is_told_in_words(ledger, meeting, any_eyes):
    demo.fill(ledger)
    goals(ledger, retained=95)
    meeting()
    turn_to(any_eyes, "目标")
    any_eyes.press("right")
    assert "巩固率" in any_eyes.text and "待学校提供" in any_eyes.text and "—" not in any_eyes.text


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 50)])
def test_every_page_keeps_to_the_window(ledger, meeting, context, eyes, size):
    demo.fill(ledger)
    goals(ledger, visit_on_time=100, call_on_time=100, arts_sports=90, in_school=100, no_guardian=0)
    eyes.size = size
    meeting()
    for page in context.desk.top.pages(size[0], size[1] - 3):
        assert len(page.lines) + 2 <= size[1] - 3
        assert eyes.lines()
        eyes.press("right")


def test_the_larger_the_window_the_larger_the_figures(ledger, meeting, context, eyes):
    demo.fill(ledger)
    meeting()
    inked = []
    for size in ((60, 20), (80, 24), (200, 50)):
        eyes.size = size
        inked.append(eyes.text.count("#"))
    assert inked == sorted(inked) and inked[2] > 2 * inked[0]


# ---- files ----------------------------------------------------------------------------------------


def test_the_handout_and_the_chart_are_saved_from_the_menu(
    ledger, meeting, context, eyes, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    demo.fill(ledger)
    meeting()
    eyes.press("f10", "1", "enter", "2", "enter", "enter")
    assert "讲稿已存到" in eyes.text and (tmp_path / "会议讲稿-20261123.html").stat().st_mode & 0o777 == 0o600
    eyes.press("f10", "2", "enter", "enter")
    assert "4 项目标和图表" in eyes.text and (tmp_path / "目标图表-20261123.xlsx").exists()
