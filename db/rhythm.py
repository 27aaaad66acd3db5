"""Rhythms of care: how often something is owed to a child, and when the next one is due. Pure: no storage.

A rhythm by the period asks for one deed in each calendar week, month, quarter, term or year; one by the interval for at
most so long after the last deed. docs/rules.md says the rules in full.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from db.days import add_months, term_code, term_dates
from db.values import Refused
from db.vocab import FOCUS, PAIRING_KIND, RECORD_KIND

WHO = {
    "all": "留守儿童", "focus": "重点对象", "ordinary": "非重点对象", "under14": "不满14周岁的", "boarding": "寄宿生",
    "day": "不寄宿的", "paired": "已结对的", "unpaired": "未结对的", **{tag.code: f"{tag.label}的" for tag in FOCUS},
}  # fmt: skip
EVERY = {"week": "周", "month": "月", "quarter": "季度", "term": "学期", "year": "年"}
MOST = {"week": 26, "month": 12, "quarter": 4, "term": 4, "year": 3}
MONTHS = {"month": 1, "quarter": 3, "year": 12}
LEAD = {
    "week": 2,
    "month": 7,
    "quarter": 14,
    "year": 30,
}  # days before its last day on which an interval opens
ENOUGH = 28  # days that must be left of a long period for somebody new to be owed it
MONDAY = date(2000, 1, 3)
BIRTHDAY = "birthday"  # the kind of record that keeps one


class Rhythm(NamedTuple):
    """What is owed how often, to whom, by whom.

    kind: the record that settles it; settled_by: further ones. every and span: each so many weeks, months …; times: how
    often within that (the period is cut in so many parts). count: 'period' or 'interval'. who: categories of WHO, a child
    in any of them. by: the kind of pairing whose helper owes it, '' for the child's first helper, else the site. per:
    'child' or 'pairing' (one for each live pairing). holidays: whether periods outside the terms count. months: only in
    these, in holidays too. first_days: a new child's first one within so many working days. since: owed from this day on.
    """

    code: str
    name: str
    kind: str
    every: str = "month"
    span: int = 1
    times: int = 1
    count: str = "period"
    who: tuple[str, ...] = ("all",)
    by: str = ""
    per: str = "child"
    holidays: bool = False
    months: tuple[int, ...] = ()
    first_days: int | None = None
    settled_by: tuple[str, ...] = ()
    since: date | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of record that settles it."""
        return (self.kind, *self.settled_by)


class Window(NamedTuple):
    """When a deed may be done: from `opens` on, at the latest on `due_by`."""

    opens: date
    due_by: date


class Calendar(NamedTuple):
    """The school terms on file: code, first day, last day; others have their usual dates."""

    terms: tuple[tuple[str, date, date], ...] = ()

    def term_at(self, index: int) -> tuple[date, date]:
        """A term by its number: two a year, 春 before 秋."""
        return _term_at(self, index)

    def days_in_term(self, first: date, last: date) -> int:
        """How many days from one to the other, both included, lie in a term."""
        total = 0
        for index in range(term_index(first) - 1, term_index(last) + 2):
            starts, ends = self.term_at(index)
            total += max(0, (min(last, ends) - max(first, starts)).days + 1)
        return total

    def in_term(self, first: date, last: date) -> bool:
        """Whether a period counts as school time: at least a third of its days lie in a term."""
        return 3 * self.days_in_term(first, last) >= (last - first).days + 1


@lru_cache(maxsize=256)
def _term_at(calendar: Calendar, index: int) -> tuple[date, date]:
    code = f"{index // 2}{'春' if index % 2 == 0 else '秋'}"
    return next((span for given, *span in calendar.terms if given == code), None) or term_dates(code)


def term_index(day: date) -> int:
    """The number of the term a day belongs to by the calendar."""
    code = term_code(day)
    return int(code[:4]) * 2 + (code[4] == "秋")


# ---- reading and writing ------------------------------------------------------------------------

DEFAULT = Rhythm("talk", "谈心", "talk", count="interval", holidays=True)
USUAL = Rhythm("", "", "")


def read(given: Mapping[str, Any]) -> Rhythm:
    """A rhythm from its settings, those left out as usual. Raises Refused with the one thing to mend."""
    name = str(given.get("name") or given.get("code") or "")
    for key in given:
        if key not in Rhythm._fields:
            raise Refused(f"节奏“{name}”里不认识“{key}”，请删去，可写的有：{'、'.join(Rhythm._fields)}")
    for key in ("code", "name", "kind"):
        if not isinstance(given.get(key), str) or not given[key].strip():
            raise Refused(f"节奏“{name}”缺 {key}，请补上")
    values = {key: _read_one(name, key, value) for key, value in given.items()}
    rhythm = Rhythm(**values)
    _check(rhythm)
    return rhythm


def as_dict(rhythm: Rhythm) -> dict[str, Any]:
    """What `read` takes: only what is not as usual; days as ISO text."""
    told = {}
    for key, value in rhythm._asdict().items():
        if value != getattr(USUAL, key):
            value = value.isoformat() if isinstance(value, date) else value
            told[key] = list(value) if isinstance(value, tuple) else value
    return told


def _read_one(name: str, key: str, value: Any) -> Any:
    usual = getattr(USUAL, key)
    match key:
        case "who" | "settled_by" | "months":
            kind = int if key == "months" else str
            if not isinstance(value, list | tuple) or not all(type(each) is kind for each in value):
                raise Refused(f"节奏“{name}”的 {key} 要写成列表，如 {['all'] if key == 'who' else [3, 9]}")
            return tuple(value)
        case "since":
            try:
                return date.fromisoformat(value)
            except (TypeError, ValueError):
                raise Refused(f"节奏“{name}”的 since 要写日期，如 2026-09-01") from None
        case "span" | "times" | "first_days":
            if type(value) is not int:
                raise Refused(f"节奏“{name}”的 {key} 要写整数，如 1")
            return value
        case _:
            if type(value) is not type(usual):
                raise Refused(f"节奏“{name}”的 {key} 写得不对，请对照说明改")
            return value


def _check(rhythm: Rhythm) -> None:
    name = rhythm.name
    if rhythm.every not in EVERY:
        raise Refused(f"节奏“{name}”的周期“{rhythm.every}”不认识，可写：{'、'.join(EVERY)}")
    if not 1 <= rhythm.span <= MOST[rhythm.every]:
        raise Refused(
            f"节奏“{name}”每几{EVERY[rhythm.every]}一次要写1到{MOST[rhythm.every]}，现在是{rhythm.span}"
        )
    if not 1 <= rhythm.times <= 7:
        raise Refused(f"节奏“{name}”一个周期里要写1到7次，现在是{rhythm.times}")
    if rhythm.count not in ("period", "interval"):
        raise Refused(f"节奏“{name}”的算法要写 period（每个周期一次）或 interval（距上次不超过）")
    if rhythm.count == "interval" and (rhythm.every == "term" or rhythm.times > 1 or rhythm.months):
        raise Refused(
            f"节奏“{name}”按距上次多久算时，不能按学期、不能一期多次、也不能限月份；请改为每个周期一次"
        )
    if rhythm.per not in ("child", "pairing"):
        raise Refused(f"节奏“{name}”的 per 要写 child（每名儿童）或 pairing（每对结对）")
    for kind in rhythm.kinds:
        if kind not in RECORD_KIND:
            raise Refused(
                f"节奏“{name}”的记录类别“{kind}”不认识，可写：{'、'.join(each.code for each in RECORD_KIND)}"
            )
    for who in rhythm.who:
        if who not in WHO:
            raise Refused(f"节奏“{name}”的对象“{who}”不认识，可写：{'、'.join(WHO)}")
    if not rhythm.who:
        raise Refused(f"节奏“{name}”没有写对象，全体留守儿童请写 all")
    if rhythm.by and rhythm.by not in PAIRING_KIND:
        raise Refused(
            f"节奏“{name}”由谁负责“{rhythm.by}”不认识，可写：{'、'.join(each.code for each in PAIRING_KIND)}"
        )
    if not all(1 <= month <= 12 for month in rhythm.months):
        raise Refused(f"节奏“{name}”的月份要写1到12")
    if rhythm.months and (rhythm.every != "month" or rhythm.span > 1):
        raise Refused(f"节奏“{name}”限定月份时，周期要写每月一次")
    if rhythm.first_days is not None and not 1 <= rhythm.first_days <= 90:
        raise Refused(f"节奏“{name}”新来儿童的首次期限要写1到90个工作日")


# ---- when the next one is due -------------------------------------------------------------------


@lru_cache(maxsize=20_000)  # a hundred thousand children share a few hundred last days
def window(
    rhythm: Rhythm, last: date | None, start: date, calendar: Calendar, came: date | None = None
) -> Window:
    """When the next deed is due, from the day of the last one that settles it.

    start: the day from which it is owed. came: the day the child came on file, if that was after `start` began.
    """
    found = (_by_interval if rhythm.count == "interval" else _by_period)(rhythm, last, start, calendar)
    if rhythm.first_days and came and came >= start and (last is None or last < came):
        soon = working_days_on(came, rhythm.first_days)
        if soon < found.due_by:
            return Window(min(came, found.opens), soon)
    return found


def _by_interval(rhythm: Rhythm, last: date | None, start: date, calendar: Calendar) -> Window:
    begun = max(last or start, start)
    if rhythm.every == "week":
        due = begun + timedelta(weeks=rhythm.span)
    else:
        due = add_months(begun, MONTHS[rhythm.every] * rhythm.span)
    if not rhythm.holidays and not calendar.days_in_term(due, due):
        index = term_index(due)
        starts = next(first for first, _ in map(calendar.term_at, range(index, index + 3)) if first > due)
        due = starts + timedelta(days=LEAD["month"])
    return Window(max(due - timedelta(days=LEAD[rhythm.every]), begun), due)


def _by_period(rhythm: Rhythm, last: date | None, start: date, calendar: Calendar) -> Window:
    for part in _parts(rhythm, max(last or start, start), calendar):
        if part.due_by < start or (last is not None and part.opens <= last):
            continue
        left, length = (part.due_by - start).days + 1, (part.due_by - part.opens).days + 1
        if part.opens < start and left < min(length / 2, ENOUGH):
            continue  # somebody new late in a period is owed the next one
        return part
    raise AssertionError("periods never end")


def _parts(rhythm: Rhythm, around: date, calendar: Calendar) -> Iterator[Window]:
    """The parts of periods that count, from the one around a day on."""
    for number in count(_number(rhythm, around)):
        first, last = _period(rhythm, number, calendar)
        if rhythm.months and first.month not in rhythm.months:
            continue
        always = rhythm.holidays or rhythm.months or rhythm.every in ("term", "year")
        if not always and not calendar.in_term(first, last):
            continue
        length = (last - first).days + 1
        for part in range(rhythm.times):
            begins = first + timedelta(days=length * part // rhythm.times)
            ends = first + timedelta(days=length * (part + 1) // rhythm.times - 1)
            yield Window(begins, ends)


def _number(rhythm: Rhythm, day: date) -> int:
    """The number of the period a day lies in (for terms: of the last that had begun)."""
    if rhythm.every == "week":
        return (day - MONDAY).days // 7 // rhythm.span
    if rhythm.every == "term":
        return term_index(day) // rhythm.span
    return (day.year * 12 + day.month - 1) // (MONTHS[rhythm.every] * rhythm.span)


def _period(rhythm: Rhythm, number: int, calendar: Calendar) -> tuple[date, date]:
    """First and last day of a period by its number."""
    if rhythm.every == "week":
        first = MONDAY + timedelta(weeks=number * rhythm.span)
        return first, first + timedelta(days=7 * rhythm.span - 1)
    if rhythm.every == "term":
        first = number * rhythm.span
        return calendar.term_at(first)[0], calendar.term_at(first + rhythm.span - 1)[1]
    months = MONTHS[rhythm.every] * rhythm.span
    year, month = divmod(number * months, 12)
    first = date(year, month + 1, 1)
    return first, add_months(first, months) - timedelta(days=1)


def working_days_on(day: date, count: int) -> date:
    """The day so many working days (Monday to Friday) after another."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def taken_up(rhythm: Rhythm, on: date, calendar: Calendar) -> date:
    """From which day a rhythm chosen on a day is owed: what is left of its period is owed still, nothing before it.

    By the interval: whoever had none within it is due on the day itself, nobody is overdue at once.
    """
    if rhythm.kind == BIRTHDAY:
        return on.replace(day=1)  # the birthdays of this month are kept still
    if rhythm.count == "interval":
        back = timedelta(weeks=rhythm.span) if rhythm.every == "week" else None
        return on - back if back else add_months(on, -MONTHS[rhythm.every] * rhythm.span)
    first, last = _period(rhythm, _number(rhythm, on), calendar)
    length = (last - first).days + 1
    parts = [first + timedelta(days=length * part // rhythm.times) for part in range(rhythm.times)]
    return max(day for day in parts if day <= max(on, first))


# ---- in words -----------------------------------------------------------------------------------


def in_words(rhythm: Rhythm) -> str:
    """A rhythm in one line: 每名留守儿童，每周一次，由爱心妈妈负责，假期不计."""
    each = {"child": "每名", "pairing": "每一对"}[rhythm.per]
    whom = "、".join(WHO[who] for who in rhythm.who)
    often = EVERY[rhythm.every] if rhythm.span == 1 else f"{rhythm.span}{_counted(rhythm.every)}"
    if rhythm.count == "interval":
        how = f"距上次不超过{rhythm.span}{_counted(rhythm.every)}"
    else:
        how = f"每{often}{'一' if rhythm.times == 1 else rhythm.times}次"
    if rhythm.months:
        how = f"每年{'、'.join(map(str, rhythm.months))}月各一次"
    said = [f"{each}{whom}", how]
    if rhythm.by:
        said.append(f"由{PAIRING_KIND.label(rhythm.by)}负责")
    if rhythm.first_days:
        said.append(f"新来的{rhythm.first_days}个工作日内")
    if rhythm.settled_by:
        said.append(f"{'、'.join(RECORD_KIND.label(kind) for kind in rhythm.settled_by)}也算")
    if not rhythm.holidays and not rhythm.months and rhythm.every not in ("term", "year"):
        said.append("假期不计")
    return "，".join(said)


def _counted(every: str) -> str:
    return {"week": "周", "month": "个月", "quarter": "个季度", "term": "个学期", "year": "年"}[every]
