"""Adopting plans: which runs there are, what a template puts on one, and what adopting it would do."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from db import changes, once, owed, plan_items, rhythms, settings, site, store
from db.changes import Action
from db.days import today
from db.indicators import INDICATORS
from db.models import User, WorkPlan
from db.occasions import times
from db.plan_templates import LAST, Goal, Setup, Template, written
from db.rhythm import Rhythm, term_index
from db.rhythm_files import Profile
from db.rhythms import Proposal
from db.values import Refused
from db.work_plans import TARGET, months_of

MOST_ITEMS = 500


class Run(NamedTuple):
    """When a plan may be run: its first and last day."""

    starts: date
    ends: date


class NewItem(NamedTuple):
    """An item that adopting would add: sort, title, from and until when, kind of activity, occasion, system."""

    sort: str
    title: str
    opens: date
    due_on: date
    kind: str | None = None
    occasion: str | None = None
    system: str | None = None

    @property
    def month(self) -> str:
        """The month it stands in, 'YYYY-MM'."""
        return f"{self.due_on:%Y-%m}"


class Coming(NamedTuple):
    """What adopting one template would bring. goals: (name, rate now, rate then) of goals that change; past: items by
    months that are over ('YYYY-MM')."""

    template: Template
    run: Run
    items: list[NewItem]
    goals: list[tuple[str, float | None, float]]
    past: dict[str, int]


class Preview(NamedTuple):
    """What adopting some templates would do."""

    plans: list[Coming]
    rhythms: Proposal


# ---- when ---------------------------------------------------------------------------------------


def runs(template: Template, on: date | None = None) -> list[Run]:
    """The present or coming run of a plan, and the one after it."""
    on = on or today()
    calendar = owed.rules().calendar
    if template.span == "term":
        here = site.term()
        first = term_index(on)
        spans = [Run(here.starts, here.ends), *(Run(*calendar.term_at(n)) for n in range(first, first + 4))]
    elif template.span == "school_year":
        autumn = (term_index(on) - 1) // 2 * 2 + 1
        spans = [
            Run(calendar.term_at(n)[0], calendar.term_at(n + 1)[1]) for n in range(autumn, autumn + 5, 2)
        ]
    else:
        spans = [_run_in(template, year) for year in range(on.year - 1, on.year + 3)]
    later = [span for span in dict.fromkeys(spans) if span.ends >= on]
    return sorted(later)[:2]


def in_use(template: Template) -> str | None:
    """Why a template need not be adopted for its present or coming run, in a sentence; None if it is not in use then."""
    here = runs(template)[0]
    return once.no_such_plan(template.code, here.starts, here.ends)


def beside(chosen: Sequence[tuple[Template, Run]]) -> list[str]:
    """The open plans of the same titles that these would stand beside: title and days of each."""
    titles = [template.title for template, _ in chosen]
    rows = WorkPlan.live().where(WorkPlan.title.in_(titles), WorkPlan.closed_on.is_null())
    return [f"“{row.title}”（{row.starts}到{row.ends}）" for row in rows.order_by(WorkPlan.starts)]


def _run_in(template: Template, year: int) -> Run:
    over = template.last < template.first
    last = date(year + over, template.last, monthrange(year + over, template.last)[1])
    return Run(date(year, template.first, 1), last)


# ---- what adopting would do ----------------------------------------------------------------------


def items_of(template: Template, run: Run) -> list[NewItem]:
    """Every item a template puts on a run, by its last day."""
    months = months_of(run.starts, run.ends)
    by_number = {first.month: (first, last) for first, last in reversed(months)}
    found = [
        NewItem("month", each.title, *by_number[number], kind=each.kind)
        for number, asked in template.months.items()
        for each in asked
    ]
    for each in template.setups:
        found.append(
            NewItem("setup", each.title, run.starts, _set_up_by(each, months, by_number), system=each.system)
        )
    for goal in template.goals:
        if goal.code not in INDICATORS:
            title = f"核实{goal.name}达到{goal.rate:g}%"
            found.append(NewItem("setup", title, run.starts, run.ends, system=TARGET))
    calendar = owed.rules().calendar
    for each in template.occasions:
        for time in times(each, run.starts, run.ends, calendar):
            found.append(
                NewItem("occasion", time.title, time.opens, time.due_by, kind=each.kind, occasion=each.code)
            )
    if len(found) > MOST_ITEMS:
        raise Refused(f"这份计划有{len(found)}项，最多{MOST_ITEMS}项，请减少每周、每天的安排")
    return sorted(found, key=lambda item: item.due_on)


def _set_up_by(each: Setup, months: list[tuple[date, date]], by_number: dict[int, tuple[date, date]]) -> date:
    if each.month == LAST:
        return months[-1][1]
    if each.month is None:
        return months[min(1, len(months) - 1)][1]
    return by_number[each.month][1] if each.month in by_number else months[-1][1]


def preview(chosen: Sequence[tuple[Template, Run]], from_month: str | None = None) -> Preview:
    """What adopting these templates for these runs would do.

    from_month: 'YYYY-MM'; items of earlier months are left out, but for arrangements: they are to be made by its end. Raises Refused if one of them already runs then.
    """
    coming = []
    for template, run in chosen:
        if why := once.no_such_plan(template.code, run.starts, run.ends):
            raise Refused(why)
        items = _from(items_of(template, run), from_month, run)
        goals = []
        for goal in template.goals:
            now = settings.get(f"goal.{goal.code}") if goal.code in INDICATORS else None
            if goal.code in INDICATORS and _stricter(goal, now):
                goals.append((goal.name, now, goal.rate))
        here, past = f"{today():%Y-%m}", {}
        for item in items:
            if item.month < here:
                past[item.month] = past.get(item.month, 0) + 1
        coming.append(Coming(template, run, items, goals, past))
    return Preview(coming, _proposal(chosen))


def _stricter(goal: Goal, now: float | None) -> bool:
    """Whether a plan's goal asks more than the one now set."""
    if now is None:
        return True
    return goal.rate < now if INDICATORS[goal.code].direction == "down" else goal.rate > now


def _from(items: list[NewItem], from_month: str | None, run: Run) -> list[NewItem]:
    """What is still to be done from a month on; times of something that recurs which are over are not caught up with."""
    if from_month is None:
        return items
    end = min(plan_items.last_of(from_month), run.ends)
    late = [item._replace(due_on=end) for item in items if item.sort == "setup" and item.month < from_month]
    coming = [
        item
        for item in items
        if item.month >= from_month and not (item.sort == "occasion" and item.due_on < today())
    ]
    return sorted([*late, *coming], key=lambda item: item.due_on)


def _proposal(chosen: Sequence[tuple[Template, Run]]) -> Proposal:
    """The rhythms in force with those of these templates; of two alike the stricter, from the day its plan begins on.

    What is in force goes on beside the rhythms of a plan that begins later. A ledger where nobody chose any has none.
    """
    current = rhythms.in_force() if settings.text("rhythms") else []
    replaced: list[tuple[Rhythm, Rhythm]] = []
    for template, run in chosen:
        later = run.starts > today()
        if later and not current:
            current = rhythms.in_force()
        made = rhythms.proposal(
            [Profile("now", "", "", tuple(current)), Profile(template.code, "", "", template.rhythms)]
        )
        if later:
            fresh = [each for each in made.rhythms if not any(rhythms.same(each, old) for old in current)]
            found = [*current, *(each._replace(since=run.starts) for each in fresh)]
        else:
            found = [next((old for old in current if rhythms.same(old, each)), each) for each in made.rhythms]
            replaced += made.replaced
        current = []
        for each in found:
            code = rhythms.free_among(each.code, [other.code for other in current])
            current.append(each._replace(code=code))
    return rhythms.compared(current, replaced)


# ---- adopting -----------------------------------------------------------------------------------


def adopt(
    chosen: Sequence[tuple[Template, Run]], by: User | None, from_month: str | None = None
) -> list[UUID]:
    """Take plans over for their runs, as one action: their items, goals and rhythms; the keys of the plans.

    A rhythm of a plan that begins later is owed from its first day on. Raises Refused as `preview` does.
    """
    titles = "、".join(template.title for template, _ in chosen)
    with changes.action(f"选用计划 {titles}", by) as act:
        store.wait_for_turn()
        made = []
        for template, run in chosen:
            coming = preview([(template, run)], from_month)
            made.append(_put_in(act, coming.plans[0], by))
            if coming.rhythms.added:
                rhythms.put(coming.rhythms.rhythms, by)
        return made


def _put_in(act: Action, coming: Coming, by: User | None) -> UUID:
    template, run = coming.template, coming.run
    same = WorkPlan.live().where(WorkPlan.title == template.title, WorkPlan.closed_on.is_null())
    title = (
        f"{template.title}（{run.starts.year}年{run.starts.month}月）" if same.exists() else template.title
    )
    plan = act.insert(
        WorkPlan, code=template.code, title=title, starts=run.starts, ends=run.ends, template=written(template)
    )  # fmt: skip
    for item in coming.items:
        plan_items.insert(
            act, item.sort, item.title, item.opens, item.due_on, work_plan=plan, kind=item.kind, occasion=item.occasion,
            system=item.system,
        )  # fmt: skip
    for goal in template.goals:
        if goal.code in INDICATORS and _stricter(goal, settings.get(f"goal.{goal.code}")):
            site.put(f"goal.{goal.code}", goal.rate, by)
    return plan.id
