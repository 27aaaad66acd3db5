"""Registers out as xlsx or csv: helpers, records, pairings (which our own import reads back), activities."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import peewee

from db import activities, export, helpers, pairing, record_list
from db.activities import ActivityLine
from db.children import BATCH
from db.exchange.aliases import label_of
from db.fields import specs
from db.models import Activity, CareRecord, Child, Helper, User
from db.spec import Spec, show
from db.values import Refused
from db.vocab import ACTIVITY_STATE

ENDINGS = (".xlsx", ".csv")
LOOSE = ("id", "phone")  # kinds whose digits a spreadsheet would make a number of
FORMULA = ("=", "+", "-", "@")


class Column(NamedTuple):
    """A column: its heading, and how wide it is; digits: it holds figures that are no number."""

    label: str
    width: int = 12
    digits: bool = False


class Table(NamedTuple):
    """A register to be written: its title, its columns, its rows (None: not known, left blank)."""

    title: str
    columns: list[Column]
    rows: Iterable[list[str | None]]


def write(kind: str, path: str | Path, by: User | None, find: str = "", ending: str = "") -> int:
    """Write a register to a file only its owner can read ('-': standard output, as `ending` says); how many rows.

    Numbers and names stand in full. find: as the list of that kind finds. Raises Refused for an unknown kind, another
    ending and a file that can't be written.
    """
    if kind not in KINDS:
        raise Refused(f"没有“{kind}”这种册子，可写：{'、'.join(KINDS)}")
    data, rows = packed(KINDS[kind](find), by, ending or Path(path).suffix.lower())
    export.put(path, data)
    return rows


def packed(table: Table, by: User | None, ending: str) -> tuple[bytes, int]:
    """A register as the bytes of a file, and how many rows it has. Raises Refused for an ending that is none of ENDINGS."""
    if ending not in ENDINGS:
        raise Refused(f"册子存不成“{ending}”，请写成 {' 或 '.join(ENDINGS)}")
    return (_csv if ending == ".csv" else _xlsx)(table, export.about(by))


def _xlsx(table: Table, about: str) -> tuple[bytes, int]:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    })  # fmt: skip
    page = book.add_worksheet()
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    page.write_string(0, 0, table.title, bold)
    page.write_string(1, 0, about)
    for at, column in enumerate(table.columns):
        page.set_column(at, at, column.width, text)
        page.write_string(2, at, column.label, bold)
    page.freeze_panes(3, 1)
    rows = 0
    for row in table.rows:
        for at, cell in enumerate(row):
            if cell is not None:
                page.write_string(3 + rows, at, cell, text)
        rows += 1
    book.close()
    return out.getvalue(), rows


def _csv(table: Table, about: str) -> tuple[bytes, int]:
    """With a BOM, so that Excel reads it as UTF-8; a tab before long figures, so that it leaves them as they are."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([[table.title], [about], [column.label for column in table.columns]])
    rows = 0
    for row in table.rows:
        writer.writerow([_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)])
        rows += 1
    return out.getvalue().encode("utf-8-sig"), rows


def _cell(cell: str | None, column: Column) -> str:
    if cell is None:
        return ""
    return f"\t{cell}" if column.digits or cell.startswith(FORMULA) else cell


# ---- which registers there are ------------------------------------------------------------------------


def column(spec: Spec, label: str = "") -> Column:
    """The column of a described field."""
    width = export.WIDTHS.get(spec.kind, 12)
    return Column(label or spec.label, width, spec.kind in LOOSE)


def _shown(spec: Spec, value: Any) -> str | None:
    return None if value is None else show(spec, value)


def _helpers(find: str) -> Table:
    told = specs(Helper)

    def rows() -> Iterator[list[str | None]]:
        for line in helpers.page(0, helpers.count(find), find):
            values = helpers.load(line.id)
            yield [_shown(spec, values[name]) for name, spec in told.items()]

    return Table("帮扶人名册", [column(spec) for spec in told.values()], rows())


def _numbers(children: Iterable[Any]) -> dict[Any, str | None]:
    """The ID numbers of children: two of one name are told apart by them when the register is read back."""
    found: dict[Any, str | None] = {}
    for batch in peewee.chunked(dict.fromkeys(children), BATCH):
        found |= dict(Child.select(Child.id, Child.id_number).where(Child.id.in_(batch)).tuples())
    return found


CHILD = [Column("儿童姓名", 10), Column("身份证号", 21, True)]


def _records(find: str) -> Table:
    told = {
        name: spec for name, spec in specs(CareRecord).items() if name not in ("kind", "on_date", "by_name")
    }
    head = [Column("记录类别"), Column("谈话日期"), *CHILD, Column("谈话人", 10)]

    def rows() -> Iterator[list[str | None]]:
        lines = record_list.records(find)
        numbers = _numbers(line.child_id for line in lines)
        for line in lines:
            day = line.on_date and line.on_date.isoformat()
            rest = [_shown(spec, getattr(line, name)) for name, spec in told.items()]
            yield [line.kind, day, line.child, numbers[line.child_id], line.helper, *rest]

    return Table(
        "关爱记录册",
        [*head, *(column(spec, label_of(f"record.{name}")) for name, spec in told.items())],
        rows(),
    )


def _pairings(find: str) -> Table:
    head = [*CHILD, Column("帮扶人姓名", 10), Column("帮扶人电话", 14, True), Column("帮扶人单位", 20), Column("结对类型"),
            Column("结对日期"), Column("结束日期"), Column("结束原因"), Column("说明", 30)]  # fmt: skip

    def rows() -> Iterator[list[str | None]]:
        lines = pairing.found(find)
        numbers = _numbers(line.child_id for line in lines)
        who = {row.id: row for row in Helper.select(Helper.id, Helper.phone, Helper.unit)}
        for line in lines:
            helper = who[line.helper_id]
            yield [line.child, numbers[line.child_id], line.helper, helper.phone, helper.unit, line.kind,
                   line.since and line.since.isoformat(), line.until and line.until.isoformat(), line.because, line.note]  # fmt: skip

    return Table("结对帮扶册", head, rows())


def _activities(find: str) -> Table:
    told = {name: spec for name, spec in specs(Activity).items() if name in ActivityLine._fields}

    def rows() -> Iterator[list[str | None]]:
        for line in activities.found(find):
            values = line._asdict() | {"state": line.state and ACTIVITY_STATE.label(line.state)}
            cells = [_plain(values[name]) for name in told]
            yield [*cells, str(line.present) if line.listed else None]

    return Table("活动册", [*(column(spec) for spec in told.values()), Column("到场人数")], rows())


def _plain(value: Any) -> str | None:
    return None if value in (None, "") else str(value)


KINDS: dict[str, Callable[[str], Table]] = {
    "helpers": _helpers, "records": _records, "pairings": _pairings, "activities": _activities,
}  # fmt: skip
