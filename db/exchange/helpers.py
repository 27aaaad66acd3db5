"""Registers of helpers: known by name with phone, else by name with unit; two of one name stay two."""

from db import pairing
from db.exchange.cells import Cells
from db.exchange.staging import Book, Staged
from db.models import Helper
from db.text import squeeze
from db.values import group_name


class Unclear(Exception):
    """The helper cannot be told; str() is the sentence for the report."""


class Helpers:
    """The helpers on file and those this import adds, by name."""

    def __init__(self, book: Book):
        self.book = book
        self.names: dict[str, list[Staged]] = {}
        for row in Helper.live().order_by(Helper.id).dicts():
            self.names.setdefault(row["name"], []).append(Staged(Helper, row))

    def namesakes(self, name: str) -> list[Staged]:
        """Everybody of that name."""
        return self.names.get(name, [])

    def find(self, name: str, phone: str | None, unit: str | None) -> Staged | None:
        """The helper of that name with that phone, else that unit; None if it can only be a new one.

        Raises Unclear when the name is known and nothing tells whether it is the same person.
        """
        same = self.namesakes(name)
        by_phone = [each for each in same if phone and each.get("phone") == phone]
        if len(by_phone) == 1:
            return by_phone[0]
        by_unit = [each for each in by_phone or same if unit and _unit(each) == squeeze(unit)]
        if len(by_unit) == 1 and (by_phone or not _phones_differ(by_unit[0], phone)):
            return by_unit[0]
        if all(_phones_differ(each, phone) and _units_differ(each, unit) for each in same):
            return None
        raise Unclear(f"台账里已有帮扶人{described(same)}，看不出是不是同一人，请在表中写明联系电话和单位")

    def add(self, cells: Cells, **values: object) -> Staged:
        """A new helper."""
        helper = self.book.add(cells, Helper, **values)
        self.names.setdefault(values["name"], []).append(helper)
        return helper


def described(helpers: list[Staged]) -> str:
    """郑小（关工委，五组）、郑小（柳溪村，一组）: what tells namesakes apart, without their phones."""
    return "、".join(
        f"{each.get('name')}（{'，'.join(filter(None, (each.get('unit'), each.get('village_group')))) or '单位不详'}）"
        for each in helpers
    )


def take(helpers: Helpers, cells: Cells, seen: dict) -> str:
    """Stage one row; returns what becomes of it."""
    name = cells["helper.name"]
    if not name:
        if not cells.raw("helper.name"):
            cells.error("helper.name", "没有姓名，本行未导入，请补上姓名")
        return "skipped"
    book, before = helpers.book, helpers.book.changes
    try:
        helper = helpers.find(name, cells["helper.phone"], cells["helper.unit"])
    except Unclear as unclear:
        cells.error("helper.name", f"{unclear}；本行未导入")
        return "skipped"
    if helper and helper.id in seen:
        cells.error("helper.name", f"与第{seen[helper.id]}行是同一人，本行未导入，请在表中合成一行")
        return "skipped"
    new = helper is None
    if new and book.muted:
        cells.warn("helper.name", "这名帮扶人上次导入后已从台账删去，没有再录入")
        return "skipped"
    if new:
        helper = helpers.add(cells, name=name)
    seen[helper.id] = cells.number
    for target, value in cells.values.items():
        field = target.split(".")[1]
        value = group_name(value) if field == "village_group" and value else value
        if field == "barred" and value and not helper.get("barred") and (cared := _cared(helper)):
            cells.error(
                target, f"{name}还在帮扶{cared}名儿童，“不得结对”没有写入；请先结束结对或交接，再导一次"
            )
        elif field != "name":
            book.state(helper, cells, target, **{field: value})
    return "created" if new else "updated" if book.changes > before else "unchanged"


def _cared(helper: Staged) -> int:
    return len({line.child_id for line in pairing.pairings(helper_id=helper.id)})


def _unit(helper: Staged) -> str:
    return squeeze(helper.get("unit") or "")


def _phones_differ(helper: Staged, phone: str | None) -> bool:
    return bool(phone and helper.get("phone") and helper.get("phone") != phone)


def _units_differ(helper: Staged, unit: str | None) -> bool:
    return bool(unit and _unit(helper) and _unit(helper) != squeeze(unit))
