"""Plan versus done, month by month."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from db import plan_items
from db.plan_items import PlanLine


class MonthReport(NamedTuple):
    """One month of one plan, in items. planned: what the plan had there first; done and dropped: of what stands there now;
    carried_in and carried_out: what came from an earlier month, what went to a later one; open: still to be done there.

    Something carried over twice counts where it began and where it stands, not in between.
    """

    month: str
    planned: int
    done: int
    carried_in: int
    carried_out: int
    dropped: int
    open: int

    @property
    def said(self) -> str:
        """计划4 完成3 结转来1 转出1 不办1: what is nought is left out but for the plan and what was done."""
        more = (("结转来", self.carried_in), ("转出", self.carried_out), ("不办", self.dropped))
        return " ".join(
            [f"计划{self.planned} 完成{self.done}", *(f"{name}{many}" for name, many in more if many)]
        )


def of_plan(plan_id: UUID) -> list[MonthReport]:
    """Every month of a plan in which something stands or stood."""
    items = plan_items.of_plan(plan_id)
    months = sorted({month for item in items for month in (item.month, item.planned_month)})
    return [report(month, items) for month in months]


def month_report(month: str) -> list[tuple[str, MonthReport]]:
    """What each plan had in a month 'YYYY-MM' and what became of it: (the plan's title, '' for the site's own items, report)."""
    by_plan: dict[UUID | None, list[PlanLine]] = {}
    for item in plan_items.touching(month):
        by_plan.setdefault(item.plan_id, []).append(item)
    found = [(items[0].plan or "", report(month, items)) for items in by_plan.values()]
    return sorted(found, key=lambda each: each[0])


def report(month: str, items: Iterable[PlanLine]) -> MonthReport:
    """What became of one plan's items in a month."""
    items = list(items)
    here = [item for item in items if item.month == month]
    planned = [item for item in items if item.planned_month == month]
    return MonthReport(
        month,
        len(planned),
        sum(item.done_on is not None for item in here),
        sum(item.planned_month < month for item in here),
        sum(item.month > month for item in planned),
        sum(item.dropped is not None for item in here),
        sum(item.open for item in here),
    )
