"""How things stand: one answer for a meeting, one for the workbench."""

from datetime import date
from typing import Any, NamedTuple

from db import days, dossier, duties, register, settings, site
from db.models import Child, Focus
from db.targets import as_json, rates
from db.vocab import CRITERION


class Beside(NamedTuple):
    """What the first screen says besides the duties: today's activities, how much of the month's plan is done, and how far
    each plan is."""

    activities: list[Any]  # activities.ActivityLine
    plan_total: int
    plan_done: int
    plans: list[Any]  # work_plans.PlanState


def beside(on: date) -> Beside:
    """Today's activities, the month's plan, and the plans."""
    from db import activities, plan_items, work_plans  # `guanai status` does without

    month = [item for item in plan_items.month(f"{on:%Y-%m}") if item.dropped is None]
    done = sum(item.done_on is not None for item in month)
    return Beside(activities.agenda(on, on), len(month), done, work_plans.listing(on))


def status(reveal_names: bool = False) -> dict[str, Any]:
    """The meeting view, as `status --json` prints it; names masked unless revealed.

    due: overdue before today; today; week: within seven days, today included. Dates are ISO.
    """
    today, here = days.today(), site.site()
    due, found = duties.tally(today), list(rates(today, besides=["paired"]))
    paired = next(target for target in found if target.code == "paired")
    focused = (
        Focus.select(Focus.child)
        .join(Child)
        .where(dossier.focus_on(today), Child.deleted_at.is_null(), dossier.on_register(today))
    )
    return {
        "site": here and here.name,
        "township": here and here.township,
        "term": site.term().code,
        "as_of": today.isoformat(),
        "criterion": CRITERION.label(settings.get("criterion")),
        "children": {
            "registered": register.count(),
            "left_behind": paired.denominator,
            "focus": focused.distinct().count(),
        },
        "paired": paired.numerator,
        "due": {"overdue": due.overdue, "today": due.today, "week": due.week},
        "targets": [as_json(target, reveal_names) for target in found if target.in_force],
    }
