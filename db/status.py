"""How things stand: one answer for a meeting, one for the workbench."""

from datetime import date
from typing import Any, NamedTuple

from db import days, dossier, duties, register, settings, site
from db.models import Child, Focus
from db.targets import as_json, targets
from db.vocab import CRITERION


class Beside(NamedTuple):
    """What the first screen says besides the duties: today's activities, and how much of the month's plan is done."""

    activities: list[Any]  # activities.ActivityLine
    plan_total: int
    plan_done: int


def beside(on: date) -> Beside:
    """Today's activities and the month's plan."""
    from db import activities, plan_items  # `guanai status` does without

    month = plan_items.month(f"{on:%Y-%m}")
    done = sum(item.done_on is not None for item in month)
    return Beside(activities.agenda(on, on), len(month), done)


def status(reveal_names: bool = False) -> dict[str, Any]:
    """The meeting view, as `status --json` prints it; names masked unless revealed.

    due: overdue before today; today; week: within seven days, today included. Dates are ISO.
    """
    today, here = days.today(), site.site()
    due, rates = duties.tally(today), targets(on=today)
    by_code = {target.code: target for target in rates}
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
            "left_behind": by_code["paired"].denominator,
            "focus": focused.distinct().count(),
        },
        "paired": by_code["paired"].numerator,
        "due": {"overdue": due.overdue, "today": due.today, "week": due.week},
        "targets": [as_json(target, reveal_names) for target in rates],
    }
