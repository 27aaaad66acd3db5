"""On which days something can have been done, and whether today can be right."""

import re
from datetime import date

from db import days
from db.models import CareRecord, Change, Child, Exit
from db.text import normal
from db.values import Refused

EARLIEST = date(2000, 1, 1)
CLOCK = r"(上午|早上|中午|下午|晚上)?(\d{1,2})(?:[:.点时](?:(\d{1,2})分?|(半))?)"


def check_day(on: date | None, child: Child | None = None) -> None:
    """Refuse a day on which nothing can have been done: none given, to come, before 2000 or before the birth."""
    if on is None:
        raise Refused("请填日期，如 2026-9-10")
    if on > days.today():
        raise Refused(set_back() or f"{on}还没到，请填已经发生的日期")
    if on < EARLIEST:
        raise Refused(f"{on}早于2000年，请核对年份")
    born = child and child.birth_date
    if born and on.isoformat()[: len(born)] < born:
        raise Refused(f"{on}早于{child.name}的出生日期{born}，请核对日期")


def set_back() -> str | None:
    """That this machine's clock was set back, with the cure, in a sentence; None unless the ledger knows of a later day.

    A change is stamped as it is made, and a record dated to come (an import only warns of one) is a slip to be mended.
    GUANAI_TODAY moves the day, not the stamps.
    """
    today, later = days.today(), []
    done = CareRecord.live(CareRecord.on_date).where(CareRecord.on_date > today)
    if record := done.order_by(CareRecord.on_date.desc()).first():
        later.append(record.on_date)
    change = Change.select(Change.at).order_by(Change.id.desc()).first()
    if change and days.in_china(change.at) > days.in_china(days.now()):
        later.append(days.in_china(change.at))
    if not later:
        return None
    return f"电脑日期不对？台账已有{max(later)}的记录，请先校正电脑的日期；没错就改正那条记录"


def check_not_left(on: date, child: Child) -> None:
    """Refuse a day on which the child was no longer on the register."""
    if child.left_on is not None and child.left_on < on:
        raise Refused(
            f"{child.name}已于{child.left_on}退出登记：请改为那天或以前的日期；回来了的，请先恢复登记"
        )
    gone = Exit.live().where(Exit.child == child, Exit.on_date < on, Exit.returned_on > on).first()
    if gone is not None:
        raise Refused(f"{child.name}从{gone.on_date}到{gone.returned_on}不在册，{on}没有什么可记，请核对日期")


def clock(text: str | None) -> str | None:
    """A time of day as 'HH:MM': 15:30, 15.30, 1530, 15点半, 下午3点. None for blank."""
    written = normal(text or "").replace(" ", "")
    if not written:
        return None
    match = re.fullmatch(CLOCK, re.sub(r"^(\d{1,2})(\d{2})$", r"\1:\2", written))
    if match:
        hour, minute = int(match[2]), 30 if match[4] else int(match[3] or 0)
        if match[1] in ("下午", "晚上") and hour < 12:
            hour += 12
        if hour < 24 and minute < 60:
            return f"{hour:02d}:{minute:02d}"
    raise Refused(f"“{written}”看不出几点，请写成15:30，整点写15点")
