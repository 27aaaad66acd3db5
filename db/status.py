"""How things stand: one answer for a meeting, one for the workbench."""

from datetime import date
from typing import Any, NamedTuple

from db import days, dossier, duties, overview, owed, register, settings, site
from db.models import Child, Focus, Term
from db.spec import mask_name
from db.targets import Target, as_json, hidden, rates
from db.vocab import CRITERION

PAIRED = "paired"


class Beside(NamedTuple):
    """What the first screen says besides the duties: today's activities, how much of the month's plan is done, and how far
    each plan is."""

    activities: list[Any]  # activities.ActivityLine
    plan_total: int
    plan_done: int
    plans: list[Any]  # work_plans.PlanState


class Standing(NamedTuple):
    """What a meeting is told, on the screen, by `guanai status` and on paper.

    criterion: in words. rate: 结对率, pursued or not. targets: those pursued, those that cannot be said yet last.
    """

    site: str | None
    township: str | None
    term: str
    on: date
    criterion: str
    registered: int
    left_behind: int
    focus: int
    rate: Target
    due: duties.Tally
    targets: list[Target]
    late: list[overview.Late]
    month: overview.Month
    paired: overview.Paired


def beside(on: date) -> Beside:
    """Today's activities, the month's plan, and the plans."""
    from db import activities, plan_items, work_plans  # `guanai status` does without

    month = [item for item in plan_items.month(f"{on:%Y-%m}") if item.dropped is None]
    done = sum(item.done_on is not None for item in month)
    return Beside(activities.agenda(on, on), len(month), done, work_plans.listing(on))


def standing() -> Standing:
    """How things stand today, children and helpers by their full names: whoever shows it masks them."""
    term = site.term()  # made first if it is not on file: the table of what is owed follows from it
    with owed.settled():
        return _standing(days.today(), term)


def _standing(today: date, term: Term) -> Standing:
    here = site.site()
    due, found = duties.tally(today), list(rates(today, besides=[PAIRED]))
    paired = next(target for target in found if target.code == PAIRED)
    focused = (
        Focus.select(Focus.child)
        .join(Child)
        .where(dossier.focus_on(today), Child.deleted_at.is_null(), dossier.on_register(today))
    )
    return Standing(
        here and here.name, here and here.township, term.code, today, CRITERION.label(settings.get("criterion")),
        register.count(), paired.denominator, focused.distinct().count(), paired, due,
        sorted(hidden(each for each in found if each.in_force), key=lambda each: each.rate is None),
        overview.late(today), overview.month(today), overview.paired(today, term, paired.denominator, paired.denominator - paired.numerator),
    )  # fmt: skip


def status(reveal_names: bool = False, seen: Standing | None = None) -> dict[str, Any]:
    """The meeting view, as `status --json` prints it; names masked unless revealed. seen: what was read already.

    due: overdue before today; today; week: within seven days, today included. Dates are ISO. helpers: what each owes past
    its day, most first; helper null: nobody looks after the children, or (of_site) the site itself owes it.
    """
    seen = seen or standing()

    def name(full: str | None) -> str | None:
        return full if reveal_names else mask_name(full)

    return {
        "site": seen.site,
        "township": seen.township,
        "term": seen.term,
        "as_of": seen.on.isoformat(),
        "criterion": seen.criterion,
        "children": {"registered": seen.registered, "left_behind": seen.left_behind, "focus": seen.focus},
        "paired": seen.paired.children,
        "due": {"overdue": seen.due.overdue, "today": seen.due.today, "week": seen.due.week},
        "targets": [as_json(target, reveal_names) for target in seen.targets],
        "helpers": [
            {"helper": name(each.helper), "of_site": each.of_site, "duties": each.duties, "children": each.children,
             "days_over": each.days_over}
            for each in seen.late
        ],
        "month": {
            "month": f"{seen.month.first:%Y-%m}", "talks": seen.month.talks, "other_records": seen.month.other_records,
            "activities": seen.month.activities, "came": seen.month.came,
            "plan": {"total": seen.month.plan_total, "done": seen.month.plan_done},
        },
        "pairing": {
            "paired": seen.paired.children, "unpaired": seen.paired.unpaired,
            "focus_unpaired": [name(each) for each in seen.paired.focus_unpaired],
            "helpers": {"total": seen.paired.helpers, "helping": seen.paired.helping},
            "overloaded": [
                {"helper": name(each.helper), "load": each.load, "capacity": each.capacity}
                for each in seen.paired.overloaded
            ],
        },
    }  # fmt: skip
