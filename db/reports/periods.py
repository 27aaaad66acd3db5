"""The spans a report is about: a month, a quarter, a term, a year."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from db import days
from db.days import add_months
from db.models import Term
from db.values import Refused

SPANS = {"month": "月", "quarter": "季度", "term": "学期", "year": "年"}
BEFORE = {"month": "上月", "quarter": "上季度", "term": "上学期", "year": "上年"}
NEXT = {"month": "下月", "quarter": "下季度", "term": "下学期", "year": "下年"}
WRITTEN = "2026-09（月）、2026Q3（季度）、2026秋（学期）、2026（年）"
CODE = re.compile(r"((?:19|20)\d\d)(?:-(\d{1,2})|[Qq]([1-4])|([春秋]))?")
QUARTERS = "一二三四"


class Period(NamedTuple):
    """A span of days. span: one of SPANS; code: as it is written in a command; called: as it is said in a title."""

    span: str
    code: str
    called: str
    first: date
    last: date

    @property
    def until(self) -> date:
        """The last day of it that anything can be said of: its own, or today while it runs."""
        return min(self.last, days.today())


def read(text: str) -> Period:
    """The period a code names: 2026-09, 2026Q3, 2026秋, 2026. Raises Refused for any other, and for one yet to begin."""
    found = CODE.fullmatch(text.strip())
    if found is None or (found[2] and not 1 <= int(found[2]) <= 12):
        raise Refused(f"“{text}”看不出是哪一期，请写成{WRITTEN}中的一种")
    year = int(found[1])
    if found[2]:
        period = _months("month", year, int(found[2]), 1, f"{year}年{int(found[2])}月")
    elif found[3]:
        quarter = int(found[3])
        period = _months("quarter", year, 3 * quarter - 2, 3, f"{year}年第{QUARTERS[quarter - 1]}季度")
    elif found[4]:
        period = _term(found[0])
    else:
        period = _months("year", year, 1, 12, f"{year}年")
    if period.first > days.today():
        raise Refused(f"{period.called}还没开始，请写已经开始的一期，如 {current(period.span).code}")
    return period


def current(span: str, on: date | None = None) -> Period:
    """The period of a span that a day (today) lies in."""
    on = on or days.today()
    match span:
        case "month":
            return _months("month", on.year, on.month, 1, f"{on.year}年{on.month}月")
        case "quarter":
            quarter = (on.month + 2) // 3
            return _months(
                "quarter", on.year, 3 * quarter - 2, 3, f"{on.year}年第{QUARTERS[quarter - 1]}季度"
            )
        case "term":
            return _term_on(on)
        case _:
            return _months("year", on.year, 1, 12, f"{on.year}年")


def before(period: Period) -> Period:
    """The period of the same span that went before."""
    if period.span == "term":
        year, half = int(period.code[:4]), period.code[4:]
        return _term(f"{year}春" if half == "秋" else f"{year - 1}秋")
    return current(period.span, period.first - timedelta(days=1))


def after(period: Period) -> Period:
    """The period of the same span that comes next, though it be yet to begin."""
    if period.span == "term":
        year, half = int(period.code[:4]), period.code[4:]
        return _term(f"{year + 1}春" if half == "秋" else f"{year}秋")
    return current(period.span, period.last + timedelta(days=1))


def _months(span: str, year: int, month: int, many: int, called: str) -> Period:
    first = date(year, month, 1)
    code = {"month": f"{year}-{month:02d}", "quarter": f"{year}Q{(month + 2) // 3}", "year": f"{year}"}[span]
    return Period(span, code, called, first, add_months(first, many) - timedelta(days=1))


def _term(code: str) -> Period:
    term = Term.live().where(Term.code == code).first()
    first, last = (term.starts, term.ends) if term else days.term_dates(code)
    return Period("term", code, f"{code}学期", first, last)


def _term_on(on: date) -> Period:
    """The term on file that a day lies in, else the one the calendar gives; in the holidays the one just over."""
    term = Term.live().where(Term.starts <= on, Term.ends >= on).first()
    found = _term(term.code if term and days.TERM_CODE.fullmatch(term.code) else days.term_code(on))
    return found if found.first <= on else before(found)
