"""On which days something can have been done."""

from datetime import date

from db import days
from db.models import CareRecord, Child
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


def check_not_left(on: date, child: Child) -> None:
    """Refuse a day on which the child was no longer on the register."""
    if child.left_on is not None and child.left_on < on:
        raise Refused(
            f"{child.name}已于{child.left_on}退出登记：请改为那天或以前的日期；回来了的，请先恢复登记"
        )


def clock_doubt(on: date) -> str | None:
    """What to say when something is on record as done after `on`: the clock was set back, and no day counted from it holds."""
    later = CareRecord.live(CareRecord.on_date).where(CareRecord.on_date > on)
    last = later.order_by(CareRecord.on_date.desc(), CareRecord.id.desc()).limit(1).scalar()
    return f"电脑日期不对？台账里已有{last}的记录，请先校准再看期限" if last else None
