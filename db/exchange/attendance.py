"""Attendance sheets (点名表、考勤表): one row a child, one column a day, a mark in each cell.

A day's column belongs to the one open day or activity of that day; where there is none, an open day is made. A blank cell says nothing.
"""

from calendar import isleap
from datetime import date, timedelta
from uuid import UUID

from db import days
from db.exchange.cells import Cells
from db.exchange.records import find_child
from db.exchange.staging import Book, Staged
from db.models import Activity, Attendance
from db.text import squeeze
from db.values import Refused

MARKS = {
    "present": ("√", "✓", "✔", "到", "1", "出勤", "在", "是"), "absent": ("×", "x", "X", "✗", "缺", "0", "旷", "缺席", "未到", "否"),
    "leave": ("假", "请假", "事假", "病假"), "late": ("迟", "迟到"),
}  # fmt: skip
STATE = {written: state for state, several in MARKS.items() for written in several}
OPEN_DAY = "开放日"
SOON = timedelta(days=60)  # a heading that lies no further ahead is of this year, and a slip


def day_meant(target: str, of: str) -> date:
    """The day of a column; without a year the last such day, one that is soon to come included (it is then refused).

    of: the register's own day (ISO), '' for today.
    """
    told = target.removeprefix("day.")
    if len(told) == 10:
        return date.fromisoformat(told)
    soon = (date.fromisoformat(of) if of else days.today()) + SOON
    month, day = map(int, told.split("-"))
    years = (year for year in range(soon.year, soon.year - 9, -1) if (month, day) != (2, 29) or isleap(year))
    return next(each for year in years if (each := date(year, month, day)) <= soon)


class Attendances:
    """The rolls on file of the days that stand in a sheet."""

    def __init__(self, book: Book, targets: list[str]):
        self.book = book
        self.days = {target: day_meant(target, book.day) for target in targets}
        self.held: dict[date, list[Staged]] = {}
        for row in (
            Activity.live()
            .where(Activity.on_date.in_(list(self.days.values())))
            .order_by(Activity.id)
            .dicts()
        ):
            if row["state"] != "cancelled":
                self.held.setdefault(row["on_date"], []).append(Staged(Activity, row))
        keys = [each.id for several in self.held.values() for each in several]
        roll = Attendance.live().where(Attendance.activity.in_(keys)).dicts()
        self.known: dict[tuple[UUID, UUID], Staged] = {
            (row["activity"], row["child"]): Staged(Attendance, row) for row in roll
        }

    def take(self, cells: Cells, seen: dict, decided: object = None) -> str:
        """Stage one row; returns what becomes of it. A mark on file that differs stays, and is reported."""
        child = find_child(self.book, cells, None, decided)
        if child is None:
            return "skipped"
        if child.id in seen:
            cells.error("child.name", f"与第{seen[child.id]}行是同一名儿童，本行未导入，请在表中合成一行")
            return "double"
        seen[child.id] = cells.number
        before, fresh, taken = self.book.changes, False, False
        for target in self.days:
            text = squeeze(str(cells.raws.get(target) or ""))
            if not text:
                continue
            try:
                state = _state(text)
                activity = self._activity(cells, target, child)
            except Refused as refused:
                cells.error(target, str(refused))
                continue
            taken = True
            there = self.known.get((activity.id, child.id))
            if there is None:
                row = self.book.add(cells, Attendance, activity=activity.id, child=child.id, state=state)
                self.known[activity.id, child.id] = row
                fresh = fresh or not self.book.muted
            else:
                self.book.state(there, cells, target, state=state)
        if fresh:
            return "created"
        if not taken:
            return "unchanged"
        return "updated" if self.book.changes > before else "unchanged"

    def _activity(self, cells: Cells, target: str, child: Staged) -> Staged:
        day = self.days[target]
        if day > days.today():
            raise Refused(
                f"{day}还没到，这一格未导入；表头没写年份的，请写上，如 {day.year - 1}年{day.month}月{day.day}日"
            )
        if (left := child.get("left_on")) and left <= day:
            raise Refused(f"{child.get('name')}已在{left}退出登记，这一格未导入，请核对日期")
        there = self.held.setdefault(day, [])
        opens = [each for each in there if each.get("kind") == "open_day"] or there
        if len(opens) > 1:
            named = "、".join(each.get("title") for each in opens)
            raise Refused(
                f"{days.short(day)}有{len(opens)}场活动（{named}），看不出是哪一场，这一格未导入，请到活动里点名"
            )
        if not opens:
            made = self.book.add(cells, Activity, title=OPEN_DAY, kind="open_day", on_date=day, state="held")
            if not self.book.muted:
                cells.warn(
                    target,
                    f"{days.short(day)}台账里没有活动，新建一场“{OPEN_DAY}”；不是开放日的，导入后请到活动里改名称和类别",
                )
            there.append(made)
            return made
        return opens[0]


def _state(text: str) -> str:
    state = STATE.get(text)
    if state is None:
        raise Refused(f"“{text}”看不出是到、缺、假还是迟，这一格未导入，请写 √、×、假、迟")
    return state
