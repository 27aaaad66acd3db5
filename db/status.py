"""How things stand: one answer for a meeting, one for the workbench."""

from datetime import date
from typing import Any, NamedTuple

from db import days, dossier, duties, overview, register, settings, site
from db.models import Child, Focus
from db.spec import mask_name
from db.targets import Target, as_json, in_force, targets
from db.vocab import CRITERION


class Beside(NamedTuple):
    """What the first screen says besides the duties: today's activities, how much of the month's plan is done, and how far
    each plan is."""

    activities: list[Any]  # activities.ActivityLine
    plan_total: int
    plan_done: int
    plans: list[Any]  # work_plans.PlanState


class Standing(NamedTuple):
    """What a meeting is told, on the screen, by `guanai status` and on paper. criterion: in words."""

    site: str | None
    township: str | None
    term: str
    on: date
    criterion: str
    registered: int
    left_behind: int
    focus: int
    due: duties.Tally
    targets: list[Target]
    late: list[overview.Late]
    month: overview.Month
    paired: overview.Paired

    @property
    def in_force(self) -> list[Target]:
        """The targets somebody pursues: those with a rate first, then those that cannot be said yet."""
        return sorted((each for each in self.targets if each.in_force), key=lambda each: each.rate is None)


def beside(on: date) -> Beside:
    """Today's activities, the month's plan, and the plans."""
    from db import activities, plan_items, work_plans  # `guanai status` does without

    month = [item for item in plan_items.month(f"{on:%Y-%m}") if item.dropped is None]
    done = sum(item.done_on is not None for item in month)
    return Beside(activities.agenda(on, on), len(month), done, work_plans.listing(on))


def standing() -> Standing:
    """How things stand today, names in full: whoever shows it masks them."""
    today, here = days.today(), site.site()
    pursued = in_force()
    rates = targets(on=today, codes={*pursued, "paired"})
    counted = next(target for target in rates if target.code == "paired").denominator
    rates = [target for target in rates if target.code in pursued]
    focused = (
        Focus.select(Focus.child)
        .join(Child)
        .where(dossier.focus_on(today), Child.deleted_at.is_null(), dossier.on_register(today))
    )
    return Standing(
        here and here.name, here and here.township, site.term().code, today, CRITERION.label(settings.get("criterion")),
        register.count(), counted, focused.distinct().count(), duties.tally(today), rates,
        overview.late(today), overview.month(today), overview.paired(today, counted),
    )  # fmt: skip


def status(reveal_names: bool = False) -> dict[str, Any]:
    """The meeting view, as `status --json` prints it; names masked unless revealed.

    due: overdue before today; today; week: within seven days, today included. Dates are ISO. helpers: what each owes past
    its day, most first; helper null: nobody looks after the children, or (of_site) the site itself owes it.
    """
    seen = standing()

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
