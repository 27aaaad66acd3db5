"""How things stand: one answer for a meeting, one for the workbench."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from db import care, days, dossier, register, settings, site
from db.models import Child, Focus
from db.targets import Target, as_json, targets
from db.vocab import CRITERION

WEEK = 7


class Workbench(NamedTuple):
    """What the first screen shows. duties: overdue and due within a week; overdue: how many of them are."""

    site: str
    term: str
    as_of: date
    duties: list[care.Duty]
    overdue: int
    targets: list[Target]
    today_activities: list[Any]  # calendar.ActivityLine
    plan_total: int
    plan_done: int
    birthdays: list[tuple[date, str, int, UUID]]


def workbench(on: date) -> Workbench:
    """Everything the first screen shows on a day."""
    from db import calendar  # `guanai status` does without

    here, duties = site.site(), care.duties(on, WEEK)
    month = calendar.plan(f"{on:%Y-%m}")
    return Workbench(
        here.name if here else "", site.term().code, on, duties, sum(duty.days_over > 0 for duty in duties),
        targets(on=on), calendar.agenda(on, on), len(month), sum(item.done_on is not None for item in month),
        calendar.birthdays(on),
    )  # fmt: skip


def status(reveal_names: bool = False) -> dict[str, Any]:
    """The meeting view, as `status --json` prints it; names masked unless revealed.

    due: overdue before today; today; week: within seven days, today included. Dates are ISO.
    """
    today, here = days.today(), site.site()
    duties, rates = care.duties(today, WEEK), targets(on=today)
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
        "due": {
            "overdue": sum(duty.days_over > 0 for duty in duties),
            "today": sum(duty.days_over == 0 for duty in duties),
            "week": sum(duty.days_over <= 0 for duty in duties),
        },
        "targets": [as_json(target, reveal_names) for target in rates],
    }
