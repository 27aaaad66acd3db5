"""On which days something can have been done."""

from datetime import date

from db import days
from db.models import Child
from db.values import Refused

EARLIEST = date(2000, 1, 1)


def check_day(on: date | None, child: Child | None = None) -> None:
    """Refuse a day on which nothing can have been done: none given, to come, before 2000 or before the birth."""
    if on is None:
        raise Refused("请填日期，如 2026-9-10")
    if on > days.today():
        raise Refused(f"{on}还没到，请填已经发生的日期")
    if on < EARLIEST:
        raise Refused(f"{on}早于2000年，请核对年份")
    born = child and child.birth_date
    if born and on.isoformat()[: len(born)] < born:
        raise Refused(f"{on}早于{child.name}的出生日期{born}，请核对日期")


def check_on_register(child: Child) -> None:
    """Refuse what is only begun for children on the register, if this one has left it."""
    if child.left_on is not None and child.left_on <= days.today():
        raise Refused(f"{child.name}已在{child.left_on}退出登记，要再帮扶请先重新登记")
