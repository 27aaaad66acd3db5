"""The sheet that says how an activity repeats, and the rule it comes to."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from db import activities, days
from db.models import Term
from db.recurrence import DAYS, days_of, parsed
from db.sheet import Entry, Values
from db.spec import Spec
from db.values import Refused
from db.vocab import REPEAT, WEEKDAY

BY_WEEK = ("weekly", "fortnight")


def _no_weekdays(values: Values) -> str | None:
    return None if values["how"] in BY_WEEK else "每周、每两周重复才选周几"


def _no_times(values: Values) -> str | None:
    return "已写到哪天为止" if values["until"] else None


ENTRIES = (
    Entry("how", Spec("怎样重复", "code", codes=REPEAT, required=True), ""),
    Entry("weekdays", Spec("周几", "codes", codes=WEEKDAY, prompt="可选几天", skip=_no_weekdays), ""),
    Entry("until", Spec("到哪天为止", "day", prompt="如 2027-1-31；只写次数就留空"), ""),
    Entry("times", Spec("一共几次", "number", prompt="如 10；写了到哪天就不用写", skip=_no_times), ""),
    Entry("in_term", Spec("只在学期内", "flag", prompt="是：寒暑假里不排"), ""),
)


def first_day(activity_id: UUID) -> date:
    """The day from which on a rule counts: the one its series gave the activity, else its own."""
    row = activities.find(activity_id)
    return row.series_day or row.on_date


def proposed(activity_id: UUID) -> Values:
    """What the sheet begins with: the rule in force, else every week on the activity's weekday until its term ends."""
    row, day = activities.find(activity_id), first_day(activity_id)
    told = {
        "how": "weekly",
        "weekdays": DAYS[day.weekday()],
        "until": _term_end(day),
        "times": None,
        "in_term": True,
    }
    if row.series_id is None:
        return told
    series = row.series
    parts = parsed(series.rule, series.starts)
    fortnight = parts.get("INTERVAL") == "2" and parts["FREQ"] == "WEEKLY"
    how = {
        "DAILY": "daily",
        "MONTHLY": "month_weekday" if "BYDAY" in parts else "month_day",
        "YEARLY": "yearly",
    }
    last = days_of(series.rule, series.starts)[-1]
    return {
        "how": how.get(parts["FREQ"], "fortnight" if fortnight else "weekly"),
        "weekdays": parts["BYDAY"].replace(",", " ") if parts["FREQ"] == "WEEKLY" else None,
        "until": max(last, day), "times": None, "in_term": series.in_term,
    }  # fmt: skip


def _term_end(day: date) -> date:
    on_file = Term.live().where(Term.starts <= day, Term.ends >= day).first()
    usual = days.term_dates(days.term_code(day))[1]
    return on_file.ends if on_file else usual if usual >= day else days.add_months(day, 6)


def rule_of(values: Mapping[str, Any], starts: date) -> str:
    """The rule a sheet says, of a series that begins on a day. Raises Refused."""
    if not values["until"] and not values["times"]:
        raise Refused("请写到哪天为止，或一共几次：重复要有个结束")
    if values["until"] and values["until"] < starts:
        raise Refused(f"{values['until']}早于这一次的{starts}，请写晚一些的日期")
    end = f"UNTIL={values['until']:%Y%m%d}" if values["until"] else f"COUNT={values['times']}"
    chosen = ",".join(day for day in DAYS if day in (values["weekdays"] or "").split())
    match values["how"]:
        case "daily":
            rule = "FREQ=DAILY"
        case "month_day":
            rule = f"FREQ=MONTHLY;BYMONTHDAY={starts.day}"
        case "month_weekday":
            order = (starts.day - 1) // 7 + 1
            rule = f"FREQ=MONTHLY;BYDAY={-1 if order == 5 else order}{DAYS[starts.weekday()]}"
        case "yearly":
            rule = "FREQ=YEARLY"
        case how:
            rule = f"FREQ=WEEKLY;INTERVAL={2 if how == 'fortnight' else 1};BYDAY={chosen or DAYS[starts.weekday()]}"
    return f"{rule};{end}"
