"""Days off (放假) and weekend days that are worked (调休上班), as the State Council announces them year by year."""

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from db import changes
from db.days import short, weekday
from db.errors import reason
from db.fields import specs
from db.models import DayOff, User
from db.sheet import Entry, NotFound, Saved, Values, merge, settled
from db.spec import Spec, read
from db.values import Refused
from db.vocab import DAY_OFF

SHIPPED = Path(__file__).parent / "plans" / "days_off.toml"
FIRST_YEAR, LAST_YEAR = 2000, 2099
MOST_BYTES, MOST_AT_ONCE, MOST_ROWS = 64_000, 100, 2_000
YEAR = re.compile(r"20\d\d")
HEADINGS = ("日期", "放假或上班", "节日")
SPECS = specs(DayOff)
UNTIL = Spec("到哪天", "day", prompt="连着几天时填最后一天；只一天就留空")
ENTRIES = (
    Entry("on_date", SPECS["on_date"], "放假和上班"),
    Entry("until", UNTIL, "放假和上班"),
    Entry("kind", SPECS["kind"], "放假和上班"),
    Entry("name", SPECS["name"], "放假和上班"),
)
MENDED = tuple(each for each in ENTRIES if each.name != "until")


class Kind(NamedTuple):
    """What the official calendar makes of a day. kind: 'off' or 'work'; name: of the festival, '' if none is told."""

    kind: str
    name: str


class DayLine(NamedTuple):
    """One day of the official calendar, as listed; kind is a code."""

    id: UUID
    on_date: date
    kind: str
    name: str


def of(first: date, last: date) -> dict[date, Kind]:
    """What is kept of the days from one to another, both included; ordinary days are left out."""
    query = DayOff.live().where(DayOff.on_date.between(first, last)).order_by(DayOff.on_date)
    return {row.on_date: Kind(row.kind, row.name or "") for row in query}


def of_year(year: int) -> list[DayLine]:
    """Everything kept of a year, in order."""
    query = DayOff.live().where(DayOff.on_date.between(date(year, 1, 1), date(year, 12, 31)))
    return [DayLine(row.id, row.on_date, row.kind, row.name or "") for row in query.order_by(DayOff.on_date)]


# ---- one day, or several on end -----------------------------------------------------------------


def load(day_id: UUID | None) -> Values:
    """The values of one day under the names of MENDED; for None, an empty sheet under those of ENTRIES."""
    if day_id is None:
        return {entry.name: None for entry in ENTRIES} | {"kind": "off"}
    return _values(_find(day_id))


def save(
    day_id: UUID | None, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Write a sheet: a day or, with `until`, each day up to it; or what changed of one that is kept.

    Raises Refused (no day, a day kept already, a span that runs backwards, a working day "worked"), Conflict.
    """
    if day_id is not None:
        return settled(lambda: _mend(day_id, values, base, by, force), "day_off_day")
    told = {entry.name: read(entry.spec, values.get(entry.name)) for entry in ENTRIES}
    days = _span(told["on_date"], told["until"])
    rows = [(day, told["kind"], told["name"]) for day in days]
    for row in rows:
        _check(*row)
    if doubled := of(days[0], days[-1]):
        raise Refused(f"{_already(*next(iter(doubled.items())))}，请改填别的日期，或先删去它")
    return Saved(_add(rows, f"{DAY_OFF.label(told['kind'])} {told['name'] or short(days[0])}", by)[0], [])


def _span(first: date | None, last: date | None) -> list[date]:
    if first is None:
        raise Refused("请填日期，如 2026-10-1")
    count = ((last or first) - first).days + 1
    if count < 1:
        raise Refused(f"{last}在{first}之前，请把最后一天填得晚些")
    if count > MOST_AT_ONCE:
        raise Refused(f"一次最多{MOST_AT_ONCE}天，从{first}到{last}有{count}天，请核对日期")
    return [first + timedelta(days=n) for n in range(count)]


def _mend(
    day_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None, force: frozenset[str]
) -> Saved:
    row = _find(day_id)
    with changes.action(f"修改 {short(row.on_date)}", by) as act:
        mine, merged = merge(MENDED, values, base, theirs := _values(row), force)
        stored = {name: read(SPECS[name], value) for name, value in (theirs | mine).items() if name in SPECS}
        if stored["on_date"] is None:
            raise Refused("请填日期，如 2026-10-1")
        _check(**stored)
        kept = of(stored["on_date"], stored["on_date"])
        if kept and stored["on_date"] != row.on_date:
            raise Refused(f"{_already(*next(iter(kept.items())))}，请改填别的日期")
        act.update(row, **{name: stored[name] for name in mine})
        return Saved(row.id, merged)


def remove(day_ids: Iterable[UUID], by: User | None) -> None:
    """Strike days out; they are ordinary days again."""
    rows = [_find(day_id) for day_id in day_ids]
    what = short(rows[0].on_date) if len(rows) == 1 else f"{len(rows)} 天"
    with changes.action(f"删除 {what}", by) as act:
        for row in rows:
            act.remove(row)


# ---- a whole year, files ------------------------------------------------------------------------


@cache
def shipped() -> dict[int, tuple[tuple[date, str, str | None], ...]]:
    """The years that come with the program: (day, kind, name) of each, from the State Council's notices."""
    return {year: tuple(_of_table(table)) for year, table in _toml(SHIPPED.read_text("utf-8")).items()}


def could_load(year: int) -> bool:
    """Whether a year comes with the program and none of its days is on file yet."""
    if year not in shipped():
        return False
    return (
        not DayOff.live(DayOff.id)
        .where(DayOff.on_date.between(date(year, 1, 1), date(year, 12, 31)))
        .exists()
    )


def load_year(year: int, by: User | None) -> tuple[int, int]:
    """Put in a year that comes with the program; how many days were added, how many were kept already (as they are).

    Raises Refused for a year that does not come with it.
    """
    if year not in shipped():
        raise Refused(f"程序里没有{year}年的安排：国务院公布后在这里按 Ins 添加，或按 F10 从文件读入")
    return _put_in(shipped()[year], f"装入{year}年放假安排", by)


def read_file(path: Path, by: User | None) -> tuple[int, int]:
    """Put in the days of a CSV file (日期,放假或上班,节日) or of a TOML file like the program's own; as `load_year`.

    Raises Refused with the one thing to mend; nothing is written then.
    """
    try:
        if not path.is_file():
            raise Refused(f"“{path.name}”不是文件，请选一个 csv 或 toml 文件")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refused(f"打不开“{path.name}”：{reason(error)}") from error
    if len(data) > MOST_BYTES:
        raise Refused(f"“{path.name}”超过{MOST_BYTES // 1000}KB，不是放假安排，请重新选")
    text = _decoded(data, path.name)
    if path.suffix.lower() == ".toml":
        rows = [row for table in _toml(text).values() for row in _of_table(table)]
    else:
        rows = _csv(text)
    if not rows:
        raise Refused(f"“{path.name}”里没有一天，第一行应为 {','.join(HEADINGS)}")
    days = [day for day, _, _ in rows]
    if twice := next((day for day in days if days.count(day) > 1), None):
        raise Refused(f"文件里{twice}写了两遍，请删去一行")
    return _put_in(rows, f"读入放假安排 {path.name}", by)


def write_file(path: Path, year: int) -> int:
    """Write a year's days as a CSV file that a spreadsheet and `read_file` read; how many. Raises OSError."""
    lines = of_year(year)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows((line.on_date, DAY_OFF.label(line.kind), line.name) for line in lines)
    return len(lines)


def _put_in(rows: Iterable[tuple[date, str, str | None]], label: str, by: User | None) -> tuple[int, int]:
    rows = sorted(rows)
    kept = of(rows[0][0], rows[-1][0])
    new = [row for row in rows if row[0] not in kept]
    if new:
        _add(new, label, by)
    return len(new), len(rows) - len(new)


def _add(rows: list[tuple[date, str, str | None]], label: str, by: User | None) -> list[UUID]:
    with changes.action(label, by) as act:
        return [act.insert(DayOff, on_date=day, kind=kind, name=name).id for day, kind, name in rows]


def _decoded(data: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(f"“{name}”的文字读不出来，请另存为 UTF-8 再读")


def _toml(text: str) -> dict[int, dict[str, Any]]:
    """The tables of a file like the program's own, by year."""
    try:
        told = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("文件不合 TOML 的写法，请改用 csv，或照程序自带的样子写") from error
    for year, table in told.items():
        if not (YEAR.fullmatch(year) and isinstance(table, dict)) or set(table) - {"source", "off", "work"}:
            raise Refused(f"“{year[:20]}”这一段不认识，应为 [2027]，里面写 off 和 work")
    return {int(year): table for year, table in told.items()}


def _of_table(table: Mapping[str, Any]) -> list[tuple[date, str, str | None]]:
    rows = []
    for kind, length in (("off", 3), ("work", 2)):
        given = table.get(kind, [])
        if not isinstance(given, list):
            raise Refused(f"{kind} 要写成列表，请照程序自带的样子改")
        for one in given:
            if not (
                isinstance(one, list) and len(one) == length and all(type(day) is date for day in one[1:])
            ):
                shape = '["春节", 2027-02-05, 2027-02-12]' if kind == "off" else '["春节", 2027-02-14]'
                raise Refused(f"{kind} 里每一项要写成 {shape} 这样，请改好再读")
            for day in _span(one[1], one[-1]):
                rows.append(_checked(day, kind, str(one[0])))
    return rows


def _csv(text: str) -> list[tuple[date, str, str | None]]:
    rows = []
    for number, cells in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
        if not any(cell.strip() for cell in cells) or (number == 1 and cells[0].strip() == HEADINGS[0]):
            continue
        if number > MOST_ROWS:
            raise Refused(f"一次最多读{MOST_ROWS}行，请分成几个文件")
        try:
            day, kind, name = [*cells, "", ""][:3]
            if (on := read(SPECS["on_date"], day)) is None:
                raise Refused("请填日期，如 2026-10-1")
            rows.append(_checked(on, kind, name))
        except Refused as refused:
            raise Refused(f"第{number}行：{refused}") from refused
    return rows


def _checked(day: date, kind: str, name: str) -> tuple[date, str, str | None]:
    row = (day, read(SPECS["kind"], kind), read(SPECS["name"], name))
    _check(*row)
    return row


# ---- shared -------------------------------------------------------------------------------------


def _check(on_date: date, kind: str | None, name: str | None) -> None:
    if not FIRST_YEAR <= on_date.year <= LAST_YEAR:
        raise Refused(f"{on_date}不在{FIRST_YEAR}到{LAST_YEAR}年之间，请核对年份")
    if kind is None:
        raise Refused("请选放假或上班")
    if kind == "work" and on_date.weekday() < 5:
        raise Refused(f"{on_date}是{weekday(on_date)}，本来就上班，请核对日期")


def _already(day: date, kept: Kind) -> str:
    return f"{day}已经记了{DAY_OFF.label(kept.kind)}{kept.name and f'（{kept.name}）'}"


def _find(day_id: UUID) -> DayOff:
    row = DayOff.live().where(DayOff.id == day_id).first()
    if row is None:
        raise NotFound("这一天已被删除，请回到列表重新选")
    return row


def _values(row: DayOff) -> Values:
    return {"on_date": row.on_date, "kind": row.kind, "name": row.name}
