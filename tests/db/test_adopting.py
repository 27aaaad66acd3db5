"""Plans adopted: their runs, items with days, goals, rhythms; what they owe, and their close."""

from datetime import date

import pytest

from db import (
    adopting,
    care,
    changes,
    duties,
    owed,
    plan_items,
    plan_templates,
    rhythms,
    settings,
    site,
    work_plans,
)
from db.models import PlanItem, Term, WorkPlan
from db.occasions import times
from db.plan_templates import Occasion, by_code, read, read_file
from db.rhythm import DEFAULT, Calendar
from db.sheet import NotFound
from db.values import Refused

TODAY = date(2026, 9, 10)
AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}


def take(code: str, user, at: int = 0, **options):
    template = by_code(code)
    (plan,) = adopting.adopt([(template, adopting.runs(template)[at])], user, **options)
    return plan


def on(monkeypatch, day: str) -> None:
    monkeypatch.setenv("GUANAI_TODAY", day)


# ---- runs and times --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "today", "first", "second"),
    [
        ("village", "2026-09-10", ("2026-08-01", "2026-12-31"), ("2027-08-01", "2027-12-31")),
        ("village", "2027-01-01", ("2027-08-01", "2027-12-31"), ("2028-08-01", "2028-12-31")),
        ("activity-home", "2026-12-31", ("2026-03-01", "2026-12-31"), ("2027-03-01", "2027-12-31")),
        ("school-full", "2026-09-10", ("2027-02-01", "2027-07-31"), ("2028-02-01", "2028-07-31")),
        ("class", "2026-09-10", ("2026-09-01", "2027-01-31"), ("2027-02-15", "2027-07-10")),
        ("hand-in-hand", "2026-09-10", ("2026-09-01", "2027-07-10"), ("2027-09-01", "2028-07-10")),
        ("hand-in-hand", "2027-03-01", ("2026-09-01", "2027-07-10"), ("2027-09-01", "2028-07-10")),
    ],
)
def test_the_present_or_coming_run_is_offered_first(user, monkeypatch, code, today, first, second):
    on(monkeypatch, today)
    found = [(run.starts.isoformat(), run.ends.isoformat()) for run in adopting.runs(by_code(code))]
    assert found == [first, second]


def test_a_run_over_the_new_year(user, monkeypatch):
    winter = read("x", 'title = "冬"\nfirst = 11\nlast = 2\n[[month]]\nmonth = 1\nitems = ["返乡登记"]\n')
    on(monkeypatch, "2027-01-15")
    run = adopting.runs(winter)[0]
    assert run == (date(2026, 11, 1), date(2027, 2, 28))
    assert [(item.month, item.opens) for item in adopting.items_of(winter, run)] == [
        ("2027-01", date(2027, 1, 1))
    ]


def called(every: str, starts: date, ends: date, weekday: int = 6) -> list[tuple[str, str, str]]:
    occasion = Occasion("x", "会", "meeting", every, weekday)
    return [
        (time.title, f"{time.opens:%m-%d}", f"{time.due_by:%m-%d}")
        for time in times(occasion, starts, ends, Calendar())
    ]


def test_when_the_occasions_fall():
    year = (date(2026, 3, 1), date(2026, 12, 31))
    assert called("quarter", *year) == [
        ("会（第2季度）", "04-01", "06-30"), ("会（第3季度）", "07-01", "09-30"), ("会（第4季度）", "10-01", "12-31"),
    ]  # fmt: skip
    assert called("month", date(2026, 11, 1), date(2026, 12, 31)) == [
        ("会（11月）", "11-01", "11-30"),
        ("会（12月）", "12-01", "12-31"),
    ]
    assert called("term", *year) == [("会（2026春）", "03-01", "07-10"), ("会（2026秋）", "09-01", "12-31")]
    assert called("holiday", *year) == [("会（暑假）", "07-11", "08-31")]
    assert called("holiday", date(2026, 8, 1), date(2027, 3, 1)) == [
        ("会（暑假）", "08-01", "08-31"),
        ("会（寒假）", "02-01", "02-14"),
    ]
    weeks = called("week", date(2026, 9, 3), date(2026, 9, 20))
    assert weeks == [
        ("会（9月5日）", "09-03", "09-06"),
        ("会（9月12日）", "09-07", "09-13"),
        ("会（9月19日）", "09-14", "09-20"),
    ]
    weeks = called(
        "week", date(2026, 12, 16), date(2026, 12, 31)
    )  # its last week has no Saturday, its first one no Monday
    assert weeks == [("会（12月19日）", "12-16", "12-20"), ("会（12月26日）", "12-21", "12-27")]
    mondays = called("week", date(2026, 12, 16), date(2026, 12, 31), weekday=1)
    assert mondays == [("会（12月21日）", "12-21", "12-27"), ("会（12月28日）", "12-28", "12-31")]
    assert called("year", date(2026, 9, 1), date(2026, 9, 30)) == [("会（2026年）", "09-01", "09-30")], (
        "the only one stays"
    )
    assert called("day", date(2026, 9, 1), date(2026, 10, 31)) == called(
        "month", date(2026, 9, 1), date(2026, 10, 31)
    )


# ---- adopting ---------------------------------------------------------------------------------------


def test_a_plan_brings_its_items_with_days_goals_and_rhythms_and_goes_in_one_step(user, enter):
    enter("张浩宇", **AWAY)
    site.put("goal.filed", 90, user)
    plan = take("village", user)
    items = plan_items.of_plan(plan)
    assert {line.month for line in items} == {f"2026-{month:02d}" for month in range(8, 13)}
    assert [line.title for line in items if line.sort == "month" and line.month == "2026-11"] == [
        "家长会",
        "回访结对，接着开展活动",
    ]
    films = [(line.title, line.due_on, line.kind) for line in items if line.kind == "film"]
    assert films[0] == ("励志专题片（8月）", date(2026, 8, 31), "film") and len(films) == 5
    assert next(line for line in items if line.system == "survey").due_on == date(2026, 9, 30), (
        "by the second month's end"
    )
    assert not [line for line in items if line.system == work_plans.TARGET], (
        "every goal of it is a target of its own"
    )
    assert (settings.get("goal.filed"), settings.get("goal.retained")) == (100, 100)
    assert [each.name for each in rhythms.in_force()] == ["亲情视频"], "nobody had chosen the monthly talk"
    assert changes.last_action(user).label == "选用计划 村级关爱计划"
    changes.undo(changes.last_action(user).action, user)
    assert WorkPlan.live().count() == PlanItem.live().count() == 0 and settings.get("goal.filed") == 90
    assert settings.get("goal.retained") is None
    assert rhythms.in_force() == [DEFAULT] and not owed.site_drifted()


def test_a_plan_taken_up_beside_one_of_the_same_name_says_when_it_begins(user):
    first = take("village", user)
    second = take("village", user, at=1)
    assert work_plans.state(first).title == "村级关爱计划"
    assert work_plans.state(second).title == "村级关爱计划（2027年8月）"


def test_what_is_in_force_stays_beside_the_rhythms_of_a_plan_and_the_stricter_wins(user):
    rhythms.adopt(["teacher-weekly", "director"], user)
    since = {each.code: each.since for each in rhythms.in_force()}
    take("class", user)
    assert {each.code: each.since for each in rhythms.in_force()} == since, (
        "a weekly talk of the teacher keeps the monthly one"
    )
    plan = WorkPlan.get(code="class")
    assert work_plans.rhythms_of(plan) == ["talk"]
    take("hand-in-hand", user)
    assert {each.kind for each in rhythms.in_force()} == {"talk", "visit", "risk_review", "parent_feedback"}


def test_a_plan_that_begins_later_owes_nothing_before(user, enter):
    enter("张浩宇", **AWAY)
    take("school-full", user)
    assert [each.since for each in rhythms.in_force()] == [None, *[date(2027, 2, 1)] * 4]
    (state,) = work_plans.listing(date(2026, 10, 20))
    assert (state.owed_month, state.overdue, state.children_overdue) == (
        0,
        0,
        0,
    ) and state.owed_all >= state.total


def test_what_is_in_force_goes_on_until_a_later_plan_begins(user, enter):
    enter("张浩宇", surveyed_on=date(2026, 9, 1), **AWAY)
    rhythms.adopt(["teacher-weekly"], user)
    before = rhythms.in_force()
    ten_ones = by_code("ten-ones")
    coming = adopting.preview([(ten_ones, adopting.runs(ten_ones)[0])])
    assert coming.rhythms.kept == before and not coming.rhythms.dropped and not coming.rhythms.replaced
    take("ten-ones", user)
    now = rhythms.in_force()
    assert now[:2] == before and {each.since for each in now[2:]} == {date(2027, 2, 1)}
    assert len({each.code for each in now}) == len(now) == 6
    labels = {duty.label for duty in duties.page(date(2026, 9, 14)) if duty.child_id}
    assert labels == {each.name for each in before}, "nothing of the later plan yet"
    take("class", user)
    assert now == rhythms.in_force(), "the weekly talk keeps the class's monthly one"


def test_past_months_are_named_and_may_be_left_out(user):
    village = by_code("village")
    run = adopting.runs(village)[0]
    (coming,) = adopting.preview([(village, run)]).plans
    assert coming.past == {"2026-08": 7} and coming.goals == [("巩固率", None, 100)]
    adopting.adopt([(village, run)], user, from_month="2026-09")
    assert "2026-08" not in {line.month for line in plan_items.of_plan(WorkPlan.get(code="village").id)}


def test_the_same_plan_is_not_adopted_twice_for_one_time(user):
    take("village", user)
    with pytest.raises(Refused, match="已经在用"):
        take("village", user)
    assert WorkPlan.live().count() == 1
    take("village", user, at=1)
    assert WorkPlan.live().count() == 2


def test_several_at_once_are_one_action(user):
    chosen = [(by_code(code), adopting.runs(by_code(code))[0]) for code in ("village", "class")]
    assert len(adopting.adopt(chosen, user)) == 2
    assert [each.code for each in work_plans.listing()] == ["village", "class"]
    changes.undo(changes.last_action(user).action, user)
    assert work_plans.listing() == []


def test_a_plan_of_too_many_items_is_refused_and_nothing_written(user):
    daily = "".join(
        f'[[occasion]]\ncode = "o{n}"\nname = "第{n}"\nkind = "film"\nevery = "week"\n' for n in range(12)
    )
    plan = read("x", f'title = "多"\nfirst = 1\nlast = 12\n{daily}')
    with pytest.raises(Refused, match="最多500项"):
        adopting.adopt([(plan, adopting.runs(plan)[0])], user)
    assert WorkPlan.live().count() == 0


# ---- what is owed ------------------------------------------------------------------------------------


def test_what_a_plan_owes_this_month_and_in_all(user, enter, monkeypatch):
    child = enter("张浩宇", surveyed_on=date(2026, 9, 1), **AWAY)
    plan = take("village", user)
    (state,) = work_plans.listing()
    open_now = [line for line in plan_items.of_plan(plan) if line.due_on <= date(2026, 9, 30)]
    assert (state.total, state.done, state.overdue) == (36, 0, 7)
    assert (state.month_total, state.children_month, state.children_overdue) == (len(open_now) - 7, 1, 0)
    assert (state.owed_month, state.owed_all) == (len(open_now) + 1, 37)
    for line in open_now:
        plan_items.finish(line.id, TODAY, "照片", user)
    plan_items.drop(plan_items.month("2026-12")[0].id, "上级统一办", user)
    care.record(user, child_id=child, kind="video_call", on_date=TODAY, by_name="刘老师")
    state = work_plans.state(plan)
    assert (state.owed_month, state.month_done, state.dropped, state.total) == (
        1,
        state.month_total,
        1,
        35,
    ), "next week's call is this month's"
    on(monkeypatch, "2026-09-25")
    state = work_plans.state(plan)
    assert (state.children_overdue, state.owed_month) == (1, 1), "the week went by without a call"


def test_the_site_owes_its_items_among_the_duties(user, enter):
    enter("张浩宇", surveyed_on=date(2026, 9, 1), **AWAY)
    before = duties.tally(TODAY).overdue
    plan = take("village", user)
    late = [duty for duty in duties.overdue(TODAY) if duty.source == "item"]
    assert len(late) == 7 and {(duty.child_id, duty.focus) for duty in late} == {(None, False)}
    assert duties.tally(TODAY).overdue == before + 7
    assert all(duty.label for duty in duties.page(TODAY))
    changes.write(plan_items.find(late[0].ref), user, by_name="刘老师")
    assert next(duty for duty in duties.overdue(TODAY) if duty.ref == late[0].ref).helper == "刘老师"
    work_plans.remove(plan, user)
    assert (
        not [duty for duty in duties.page(TODAY, days=400) if duty.source == "item"]
        and not owed.site_drifted()
    )


def test_a_plan_is_closed_when_nothing_is_owed(user, enter, monkeypatch):
    child = enter("张浩宇", surveyed_on=date(2026, 9, 1), **AWAY)
    plan = take("village", user)
    with pytest.raises(Refused, match="还欠36项没办、1件儿童待办"):
        work_plans.close(plan, user)
    on(monkeypatch, "2026-12-31")
    for line in plan_items.of_plan(plan):
        plan_items.finish(line.id, min(line.due_on, date(2026, 12, 31)), "有记录", user)
    with pytest.raises(Refused, match="还欠1件儿童待办"):
        work_plans.close(plan, user)
    care.record(user, child_id=child, kind="video_call", on_date=date(2026, 12, 30), by_name="刘老师")
    assert work_plans.state(plan).owed_all == 0
    work_plans.close(plan, user, stop=True)
    assert work_plans.listing() == [] and rhythms.in_force() == []
    assert work_plans.listing(closed=True)[0].closed_on == date(2026, 12, 31)
    work_plans.reopen(plan, user)
    assert work_plans.find(plan).closed_on is None


def test_a_plan_taken_up_again_does_not_stand_beside_its_like(user):
    first = take("class", user)
    for line in plan_items.of_plan(first):
        plan_items.drop(line.id, "试", user)
    work_plans.close(first, user)
    closing = changes.last_action(user).action
    second = take("class", None)
    with pytest.raises(Refused, match="已经在用"):
        work_plans.reopen(first, user)
    with pytest.raises(changes.CannotUndo, match="已经在用"):
        changes.undo(closing, user)
    work_plans.remove(second, None)
    removing = changes.last_action(None).action
    changes.undo(closing, user)
    assert [each.id for each in work_plans.listing()] == [first]
    with pytest.raises(changes.CannotUndo, match="已经在用"):
        changes.undo(removing, None)
    assert not owed.site_drifted()


def test_closing_keeps_what_another_open_plan_asks_for(user, monkeypatch):
    first, second = take("class", user), take("school-basic", user)
    for line in plan_items.of_plan(first):
        plan_items.drop(line.id, "试", user)
    work_plans.close(first, user, stop=True)
    assert {each.kind for each in rhythms.in_force()} == {"talk", "phone_call"}
    assert [each.id for each in work_plans.listing()] == [second]


def test_the_goals_stand_beside_the_rates(user, enter):
    enter("张浩宇", **AWAY)
    plan = take("village", user)
    said = {each.code: (each.goal, each.rate) for each in work_plans.goals(plan)}
    assert said["paired"] == (100, 0.0) and said["retained"] == (100, None)
    retained = next(each for each in work_plans.goals(plan) if each.code == "retained")
    assert retained.waiting.startswith("待学校提供") and retained.met is None


def test_a_goal_this_ledger_does_not_know_is_an_item_to_be_checked(user):
    village = by_code("village")
    odd = village._replace(goals=(*village.goals, plan_templates.Goal("calm", "安心率", 90)))
    plan, *_ = adopting.adopt([(odd, adopting.runs(odd)[0])], user)
    items = [line.title for line in plan_items.of_plan(plan) if line.system == work_plans.TARGET]
    assert items == ["核实安心率达到90%"]
    calm = work_plans.goals(plan)[-1]
    assert (calm.code, calm.rate, calm.numerator, calm.met) == ("calm", None, None, None)


def test_of_a_goal_to_be_kept_low_the_lower_one_is_the_stricter(user):
    village = by_code("village")
    low = village._replace(goals=(plan_templates.Goal("dropped_out", "失学辍学", 1),))
    run = adopting.runs(low)[0]
    site.put("goal.dropped_out", 0, user)
    assert adopting.preview([(low, run)]).plans[0].goals == []
    site.put("goal.dropped_out", 5, user)
    assert adopting.preview([(low, run)]).plans[0].goals == [("失学辍学", 5, 1)]
    adopting.adopt([(low, run)], user)
    assert settings.get("goal.dropped_out") == 1


def test_phases_are_stretches_of_days(user, monkeypatch):
    on(monkeypatch, "2027-02-20")
    take("ten-ones", user)
    found = work_plans.phases(date(2027, 3, 1), date(2027, 4, 30))
    assert [(first, last, name) for first, last, _, name in found] == [
        (date(2027, 2, 1), date(2027, 3, 31), "全面启动"), (date(2027, 4, 1), date(2027, 5, 31), "整体推进"),
    ]  # fmt: skip
    assert work_plans.phases(date(2027, 7, 1), date(2027, 7, 31)) == []


# ---- one's own ----------------------------------------------------------------------------------------


def test_a_plan_as_it_now_stands_is_next_years_template(user, tmp_path):
    plan = take("village", user)
    plan_items.add("2026-10", "赶一次集", user, plan)
    gone = next(line for line in plan_items.of_plan(plan) if line.title == "庆国庆活动")
    plan_items.remove(gone.id, user)
    moved = next(line for line in plan_items.of_plan(plan) if line.title == "家长会")
    plan_items.put_off(moved.id, date(2026, 12, 10), "农忙", user)
    work_plans.save_template(plan, tmp_path / "我们.toml", "柳溪村计划")
    back = read_file(tmp_path / "我们.toml")
    assert back.title == "柳溪村计划"
    titles = {month: [each.title for each in items] for month, items in back.months.items()}
    assert "赶一次集" in titles[10] and "庆国庆活动" not in titles[10] and "家长会" in titles[11]
    old = by_code("village")
    assert (back.setups, back.occasions, back.rhythms, back.goals) == (
        old.setups,
        old.occasions,
        old.rhythms,
        old.goals,
    )


def test_a_plan_is_renamed_and_struck_out(user):
    plan = take("class", user)
    with pytest.raises(Refused, match="请填计划名称"):
        work_plans.rename(plan, " ", user)
    work_plans.rename(plan, "三年级班级计划", user)
    assert work_plans.find(plan).title == "三年级班级计划"
    work_plans.remove(plan, user)
    with pytest.raises(NotFound):
        work_plans.state(plan)
    assert Term.live().count() == 1


def test_a_plan_adopted_late_still_asks_for_its_arrangements(user, monkeypatch):
    on(monkeypatch, "2026-11-23")
    plan = take("village", user, from_month="2026-11")
    setups = [item for item in plan_items.of_plan(plan) if item.sort == "setup" and item.system]
    asked = by_code("village").setups
    assert [each.title for each in asked] == [
        item.title for item in setups if item.system != work_plans.TARGET
    ]
    assert {item.month for item in setups if item.system != work_plans.TARGET} == {"2026-11"}
    assert min(item.month for item in plan_items.of_plan(plan)) == "2026-11"


def test_nothing_of_the_past_is_owed_when_a_plan_is_taken_up_late(user, enter, monkeypatch):
    on(monkeypatch, "2026-11-24")
    for name, born in (("张浩宇", "2015-10-08"), ("李雨涵", "2015-11-02"), ("王一鸣", "2015-12-30")):
        enter(name, birth_date=born, surveyed_on=date(2026, 9, 1), **AWAY)
    plan = take("activity-home", user, from_month="2026-11")
    state = work_plans.state(plan)
    late = {duty.label for duty in duties.overdue(date(2026, 11, 24))}
    assert late == {"结对人谈心"} and state.overdue == 0, (
        "the talk was owed before: monthly, as nobody had chosen"
    )
    saturdays = [line.title for line in plan_items.of_plan(plan) if line.kind == "open_day"]
    assert saturdays[0] == "周六开放日（11月28日）" and len(saturdays) == 5
    party = [duty.child for duty in duties.page(date(2026, 11, 24)) if duty.label == "过生日"]
    assert party == ["李雨涵"], "this month's birthdays are kept still, October's are past"


def test_what_is_overdue_by_a_rhythm_that_is_stopped_is_told(user, enter, monkeypatch):
    child = enter("张浩宇", surveyed_on=date(2026, 9, 1), **AWAY)
    rhythms.adopt(["activity-home"], user, since=date(2026, 9, 1))
    call = next(each for each in rhythms.in_force() if each.kind == "phone_call")
    assert rhythms.overdue(call, date(2026, 9, 5)) == 0 and rhythms.overdue(call, date(2026, 9, 12)) == 1
    care.record(user, child_id=child, kind="video_call", on_date=TODAY, by_name="刘老师")
    assert rhythms.overdue(call, date(2026, 9, 12)) == 0
