"""Each of the seven plans walked from adoption to its close on the demo village, week by week, by the verbs of the screens.

On the first of each month what the plan puts on it comes up; on the Saturdays what is due by then is done: records for the
children, open days with their roll, films, meetings with their decisions, items with what shows them. At the end nothing is
owed, the summary says so and the plan can be closed.
"""

from collections import defaultdict
from datetime import date, timedelta

import pytest

from db import (
    activities,
    adopting,
    care,
    child_sheet,
    days,
    decisions,
    demo,
    duties,
    meetings,
    members,
    pick_up,
    plan_items,
    plan_summary,
    renewal,
    repeats,
    rhythms,
    roll,
    store,
    targets,
    work_plans,
)
from db.plan_templates import by_code
from db.vocab import RECORD_KIND
from db.work_plans import months_of

BEGINS = {
    "village": "2026-08-01", "school-basic": "2026-09-01", "school-full": "2027-02-01", "hand-in-hand": "2026-09-01",
    "activity-home": "2027-03-01", "class": "2026-09-01", "ten-ones": "2027-02-01",
}  # fmt: skip
MADE = {
    "village": "2026-06-20"
}  # the village is older than the plan: its spring term leaves a summer holiday
ASKED = {"inspection": {"result": "结对有效果"}, "parent_feedback": {"feedback": "父母说放心"}}
OPEN = ("open_day", "reading", "room")
WEEK = timedelta(days=7)


class Year:
    """One village, one plan, and the day."""

    def __init__(self, code: str, monkeypatch):
        self.monkeypatch = monkeypatch
        self.go(date.fromisoformat(MADE.get(code, BEGINS[code])))
        self.by = demo.fill(None)
        self.go(date.fromisoformat(BEGINS[code]))
        for rhythm in rhythms.in_force():
            rhythms.drop(rhythm.code, self.by)
        template = by_code(code)
        (self.plan,) = adopting.adopt([(template, adopting.runs(template)[0])], self.by)
        self.row = work_plans.find(self.plan)
        self.codes = work_plans.rhythms_of(self.row)
        self.kinds_recorded: set[str] = set()
        members.save(
            None, members.load(None) | {"name": "周书记", "post": "leader"}, members.load(None), self.by
        )

    def go(self, day: date) -> None:
        self.today = day
        self.monkeypatch.setenv("GUANAI_TODAY", day.isoformat())

    def items(self, *, open_only: bool = True):
        return [line for line in plan_items.of_plan(self.plan) if line.open or not open_only]

    # ---- what a week brings

    def week(self) -> None:
        """What is due before next Sunday is over and may be done today."""
        self.new_term()
        self.open_days()
        for line in self.items():
            if line.opens <= self.today and line.due_on < self.today + WEEK + timedelta(days=1):
                if line.kind is None or line.kind == "reading":
                    plan_items.finish(line.id, self.today, "签到表和照片", self.by, kind="note")
                else:
                    self.hold(line)
        self.records()
        for line in decisions.listing():
            if line.due_on < self.today + WEEK:
                decisions.finish(line.id, self.today, "已办", self.by)

    def new_term(self) -> None:
        """A new term begins and every child is surveyed anew."""
        if (code := renewal.term_due()) is None:
            return
        renewal.begin_term(code, self.by)
        while (child := renewal.next_child()) is not None:
            renewal.save(child, renewal.carried(child).values, child_sheet.load(child), self.by)

    def records(self) -> None:
        together = defaultdict(list)
        for duty in duties.page(self.today, days=8):
            if duty.source == "rhythm" and duty.kind in self.wanted and duty.opens <= self.today:
                together[duty.kind, duty.helper_id].append(duty.child_id)
        for (kind, helper), ids in together.items():
            values = {"kind": kind, "on_date": self.today, "content": f"{RECORD_KIND.label(kind)}，一切都好"}
            told = {"helper_id": helper} if helper else {"by_name": "王晓"}
            care.record_many(self.by, ids, values | told | ASKED.get(kind, {}))
            self.kinds_recorded.add(kind)

    @property
    def wanted(self) -> set[str]:
        return {each.kind for each in rhythms.in_force() if each.code in self.codes}

    def hold(self, line) -> None:
        """Arrange an activity for an item and hold it: a meeting with its roll and a decision, else with a few children."""
        if line.kind in meetings.KINDS:
            key = meetings.new(line.kind, line.title[:60], self.today, self.by)
            meetings.add_members(key, self.by)
            meetings.mark_all(key, [each.id for each in meetings.attendees(key)], "present", self.by)
            decisions.decide(
                key, {"title": "下次会前各自走访", "by_name": "周书记", "due_on": self.today + WEEK}, self.by
            )
            assert line.title in meetings.hold(key, "开得很好", self.by)
        else:
            new = activities.load(None) | {"title": line.title[:60], "kind": line.kind, "on_date": self.today}
            key = activities.save(None, new, activities.load(None), self.by).id
            roll.mark_all(key, [each.child_id for each in roll.of(key)[:4]], "present", self.by)
            assert line.title in activities.hold(key, "孩子们都很高兴", self.by)
        assert not plan_items.line(line.id).open and plan_items.line(line.id).evidence_ref == key

    def open_days(self) -> None:
        """The open day that stands on the calendar today: opened, called, picked up, closed."""
        for line in activities.agenda(self.today, self.today):
            if line.code not in OPEN or line.state is not None or not line.repeats:
                continue
            pick_up.open(line.id, "9:00", self.by)
            for child in roll.of(line.id)[:2]:
                pick_up.arrive(line.id, child.child_id, None, None, "9:10", self.by)
                pick_up.pick_up(line.id, child.child_id, "自己", None, "16:00", True, self.by)
            pick_up.close(line.id, "16:30", self.by)

    # ---- how it stands

    def come_up(self, month: str) -> None:
        """On a month's first day what the plan puts on it is owed, and stands among the duties."""
        planned = {
            line.id for line in plan_items.month(month, self.plan) if line.opens <= self.today and line.open
        }
        listed = {duty.ref for duty in duties.page(self.today, days=31) if duty.source == "item"}
        assert planned <= listed
        asked = [each.title for each in work_plans.template_of(self.row).months.get(int(month[5:]), ())]
        assert set(asked) <= {line.title for line in plan_items.month(month, self.plan)}


@pytest.fixture
def year(tmp_path, monkeypatch):
    def begin(code: str) -> Year:
        store.open_ledger(tmp_path / "village")
        return Year(code, monkeypatch)

    yield begin
    store.close()


@pytest.mark.parametrize("code", BEGINS)
def test_the_plan_is_walked_from_adoption_to_its_end(year, code):
    here = year(code)
    template = by_code(code)
    if any(each.every == "week" for each in template.occasions):
        repeats.weekly(
            "周六开放日",
            "open_day",
            5,
            here.row.starts,
            here.row.ends,
            False,
            here.by,
            starts="9:00",
            ends="16:30",
        )
    assert work_plans.state(here.plan).owed_all > len(template.setups)
    for first, last in months_of(here.row.starts, here.row.ends):
        here.go(first)
        here.come_up(f"{first:%Y-%m}")
        saturday = first + timedelta(days=(5 - first.weekday()) % 7)
        while saturday <= last:
            here.go(saturday)
            here.week()
            saturday += WEEK
        here.go(last)
        if last.weekday() != 5:
            here.week()
        state = work_plans.state(here.plan)
        assert (state.owed_month, state.overdue, state.children_overdue) == (0, 0, 0), (
            f"{last}: {here.items()}"
        )
    state = work_plans.state(here.plan)
    assert (state.owed_all, state.done + state.dropped) == (0, state.total)
    assert here.kinds_recorded == {each.kind for each in template.rhythms}, "every rhythm came up"
    for each in template.occasions:
        times = [
            line for line in here.items(open_only=False) if line.kind == each.kind and line.sort == "occasion"
        ]
        assert times and all(line.done_on for line in times), each.name
    draft = plan_summary.draft(here.plan)
    assert plan_summary.NOTHING_OWED in draft
    assert all(each.title in draft for items in template.months.values() for each in items)
    base = plan_summary.load(here.plan)
    plan_summary.save(here.plan, base | {"summary": draft}, base, here.by)
    work_plans.close(here.plan, here.by, stop=True)
    assert here.plan not in [each.id for each in work_plans.listing()]
    assert not [each for each in rhythms.in_force() if each.code in here.codes]
    assert targets.targets() and days.today() == here.row.ends
