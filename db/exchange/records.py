"""Registers of talks and visits, and of pairings: rows about children already on file."""

import re
from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from db import days, settings
from db.exchange.cells import Cells
from db.exchange.children import COME_BACK
from db.exchange.grid import Heading
from db.exchange.helpers import Helpers, described
from db.exchange.identity import Marks, who
from db.exchange.outcome import Outcome
from db.exchange.staging import Book, Staged
from db.fit import usual_kind
from db.models import CareRecord, Pairing
from db.record_fields import impossible
from db.vocab import PAIRING_KIND

VISIT = re.compile("家访|走访|入户")
VISITED = re.compile(f"{VISIT.pattern}|回访")  # of a title
RISK = re.compile("风险.*评估")  # of a title
ASSESSED = re.compile("评估时间|评估日期")
TALKS = re.compile("谈心|谈话")
IDENTITY = ("kind", "on_date", "by_name", "reason", "content")


def find_child(book: Book, cells: Cells, on: date | None, decided: object = None) -> Staged | None:
    """The child a row speaks of, or None with the reason reported. Raises Undecided."""
    name = cells.raw("child.name")
    if not cells["child.name"]:
        if not name:
            cells.error("child.name", "没有写儿童姓名，本行未导入，请补上")
        return None
    marks = Marks(
        cells["child.name"], cells["child.id_number"], cells["child.birth_date"],
        school_class=cells.raw("said.class") or None, on=on,
    )  # fmt: skip
    child = who(book, marks, {}, decided, name_suffices=True)
    if child is None:
        namesakes = book.child_names.all(marks.name)
        why = f"台账里的{name}与表中的班级或号码对不上" if namesakes else f"台账里没有{name}"
        cells.error("child.name", f"{why}，本行未导入，请先登记这名儿童或核对表中所写")
    return child


class Records:
    """Care records on file. Child, kind, day, by whom, reason, content and with whom say which one a row speaks of."""

    def __init__(self, book: Book, helpers: Helpers, title: str):
        self.book, self.helpers = book, helpers
        self.told = bool(TALKS.search(title) or VISITED.search(title))
        self.kind = "risk_review" if RISK.search(title) else "visit" if VISITED.search(title) else "talk"
        self.known: dict[tuple, list[Staged]] = {}
        self.unknown_helpers: Counter[str] = Counter()
        names = {helper.id: helper.get("name") for each in helpers.names.values() for helper in each}
        for row in book.rows_of(CareRecord):
            by = names.get(row["helper"]) or row["by_name"]
            key = (row["child"], row["kind"], row["on_date"], by)
            self.known.setdefault(key, []).append(Staged(CareRecord, row))

    def take(self, cells: Cells, seen: dict, decided: object = None) -> str:
        """Stage one row; returns what becomes of it.

        A helper that is not on file, or whose name two share, stays a name on the record; once the helper is
        on file, the same register again links it.
        """
        on = cells["record.on_date"]
        if on is None:
            if not cells.raw("record.on_date"):
                cells.error("record.on_date", "没有写日期，本行未导入，请补上，例如2026-9-10")
            return "skipped"
        child = find_child(self.book, cells, on, decided)
        if child is None:
            return "skipped"
        values = self._values(cells)
        if why := self._refused(child, values):
            cells.error("record.on_date", f"{why}；本行未导入")
            return "skipped"
        if on > days.today():
            cells.warn("record.on_date", f"{on}晚于今天，已照写导入，请核对")
        by = values.get("by_name")
        helper = self._helper(cells, by)
        key = (child.id, values["kind"], on, by)
        whole = (key, *sorted((name, str(value)) for name, value in values.items()))
        if whole in seen:
            cells.warn("child.name", f"与第{seen[whole]}行完全相同，只记一次")
            return "skipped"
        seen[whole] = cells.number
        before = self.book.changes
        record = next((each for each in self.known.get(key, []) if _is_meant(each, values)), None)
        if record is None and self.book.muted:
            cells.warn("child.name", "这条记录上次导入后在台账里改过或删去了，没有再录入")
            return "skipped"
        if record is None:
            values |= {
                "by_name": None if helper else by,
                "helper": helper.id if helper else None,
                "child": child.id,
            }
            self.known.setdefault(key, []).append(self.book.add(cells, CareRecord, **values))
            return "created"
        self._state(record, cells, values)
        if helper and record.get("helper") is None:
            self.book.tell_edit(record, cells, "关联帮扶人", f"{by}（只有姓名）", f"{by}（帮扶人名册）")
            self.book.put(record, "helper", helper.id, cells, anyway=True)
            self.book.put(record, "by_name", None, cells, anyway=True)
        return "updated" if self.book.changes > before else "unchanged"

    def _values(self, cells: Cells) -> dict[str, Any]:
        """What the row says of the record; a cell that says what cannot be is left out."""
        values = {
            target.split(".")[1]: value
            for target, value in cells.values.items()
            if target.startswith("record.")
        }
        asked = cells.heading("record.on_date")  # 家访时间, 评估时间
        told = (
            "visit"
            if VISIT.search(asked)
            else "risk_review"
            if ASSESSED.search(asked) and not self.told
            else self.kind
        )
        values["kind"] = values.get("kind") or told
        for name, why in impossible(values).items():
            if name != "consent":
                cells.warn(f"record.{name}", f"{why}；这一格未导入")
                del values[name]
        return values

    @staticmethod
    def _refused(child: Staged, values: dict[str, Any]) -> str | None:
        """Why a row cannot be a record at all."""
        left = child.get("left_on")
        if left is not None and left < values["on_date"]:
            return f"{child.get('name')}已在{left}退出登记，请核对日期；{COME_BACK}"
        if values["kind"] == "home_stay" and not values.get("consent"):
            return "到爱心家庭做客要监护人同意，请在“监护人同意”一列写“是”"
        return None

    def _state(self, record: Staged, cells: Cells, values: dict[str, Any]) -> None:
        """State what does not tell one record from another."""
        conduct_as_content = record.get("content") is not None and "content" not in values
        for name, value in values.items():
            if name in IDENTITY or (name == "conduct" and conduct_as_content):
                continue
            self.book.state(record, cells, f"record.{name}", **{name: value})

    def _helper(self, cells: Cells, by: str | None) -> Staged | None:
        same = self.helpers.namesakes(by) if by else []
        if by and not same:
            self.unknown_helpers[by] += 1
        if len(same) > 1:
            cells.warn(
                "record.by_name",
                f"帮扶人名册里有{len(same)}名{by}：{described(same)}；记录已导入，暂未关联，请在档案里选定",
            )
        return same[0] if len(same) == 1 else None

    def report(self, outcome: Outcome, heading: Heading | None) -> None:
        """One warning a name for those who are no helper on file."""
        for name, times in self.unknown_helpers.items():
            why = f"帮扶人名册里没有{name}，{times}条记录只记了姓名；导入名册后把本表再导一次即可关联"
            outcome.warn(0, heading.text if heading else "", name, why, heading and heading.column)


def _is_meant(record: Staged, values: dict[str, Any]) -> bool:
    """Whether a row of the same child, kind, day and helper speaks of this record.

    Registers of visits taken in by an older program have 孩子表现 in `content`.
    """
    said, there = values.get("content"), record.get("content")
    alike = there == said or (said is None and there == values.get("conduct"))
    with_whom = {record.get("with_whom"), values.get("with_whom")} - {None}
    return alike and record.get("reason") == values.get("reason") and len(with_whom) < 2


class Pairings:
    """Pairings on file, by child and helper; an ended one may be begun again."""

    def __init__(self, book: Book, helpers: Helpers):
        self.book, self.helpers = book, helpers
        self.known: dict[tuple, list[Staged]] = {}
        self.of_child: dict[UUID, list[Staged]] = {}
        self.of_helper: dict[UUID, list[Staged]] = {}
        self.by_key = {helper.id: helper for each in helpers.names.values() for helper in each}
        self.one_of, self.usual = settings.get("pairing.one_of"), settings.get("pairing.capacity")
        for row in book.rows_of(Pairing):
            self._keep(Staged(Pairing, row))

    def _keep(self, pairing: Staged) -> None:
        self.known.setdefault((pairing.get("child"), pairing.get("helper")), []).append(pairing)
        self.of_child.setdefault(pairing.get("child"), []).append(pairing)
        self.of_helper.setdefault(pairing.get("helper"), []).append(pairing)

    def take(self, cells: Cells, seen: dict, decided: object = None) -> str:
        """Stage one row; returns what becomes of it. A live pairing without an end date takes the row's."""
        for name in ("since", "until"):
            if cells.raw(f"pairing.{name}") and cells[f"pairing.{name}"] is None:
                return "skipped"  # a day that could not be read is not made up
        child = find_child(self.book, cells, cells["pairing.since"], decided)
        helper = self._helper(cells)
        if child is None or helper is None:
            return "skipped"
        values = {
            target.split(".")[1]: value
            for target, value in cells.values.items()
            if target.startswith("pairing.")
        }
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            cells.error("pairing.until", f"结束日期{until}早于开始日期{since}，本行未导入，请核对")
            return "skipped"
        if (left := child.get("left_on")) and (not until or until > left):
            cells.error(
                "pairing.since", f"{child.get('name')}已在{left}退出登记，没有再结对，本行未导入；{COME_BACK}"
            )
            return "skipped"
        key = (child.id, helper.id, since)
        if key in seen:
            cells.warn("child.name", f"与第{seen[key]}行是同一对，只记一次")
            return "skipped"
        seen[key] = cells.number
        there = self.known.get(key[:2], [])
        same = [
            each
            for each in there
            if each.get("since") == since or (not since and each.get("until") in (None, until))
        ]
        before = self.book.changes
        if same:
            for name, value in values.items():
                self.book.state(same[0], cells, f"pairing.{name}", **{name: value})
            return "updated" if self.book.changes > before else "unchanged"
        if not until and any(not each.get("until") for each in there):
            cells.error(
                "pairing.since",
                f"台账里{child.get('name')}和{helper.get('name')}已在结对，起始日期不同，本行未导入，请核对",
            )
            return "skipped"
        if self.book.muted:
            cells.warn("child.name", "这一对上次导入后在台账里改过或删去了，没有再录入")
            return "skipped"
        ended = until and until <= days.today()
        if not values.get("kind"):
            values["kind"] = usual_kind(helper.get("kind"))
            if not ended and self._other(child, values["kind"]):  # a kind we only guess gives way
                values["kind"] = "helper"
        if not since:
            day = date.fromisoformat(self.book.day) if self.book.day else days.today()
            values["since"] = min(day, until or day)
            cells.warn("pairing.since", f"没有写结对日期，按{values['since']}记，请核对")
        if not ended:
            if why := self._against(child, helper, values["kind"]):
                cells.error("helper.name", f"{why}，本行未导入")
                return "skipped"
            self._tell_over(cells, helper)
        self._keep(self.book.add(cells, Pairing, child=child.id, helper=helper.id, **values))
        return "created"

    def _against(self, child: Staged, helper: Staged, kind: str) -> str | None:
        """Why the two may not be paired as of today (db.pair_rules), in a sentence with the cure."""
        if helper.get("barred"):
            return f"{helper.get('name')}不得结对：{helper.get('barred')}；请另定帮扶人"
        if (left := child.get("left_on")) and left <= days.today():
            return f"{child.get('name')}已在{left}退出登记，请先重新登记，或在表中写上结束日期"
        if helper.get("child") == child.id:
            return f"{child.get('name')}不能与自己结对，请核对帮扶人"
        if other := self._other(child, kind):
            return (
                f"{child.get('name')}已有{PAIRING_KIND.label(kind)}{other}，这一类同时只能有一位；"
                "请先结束原来的，或在表中写明别的类型"
            )
        return None

    def _other(self, child: Staged, kind: str) -> str | None:
        """Who the child has already of a kind of which there can be one."""
        for other in self.of_child.get(child.id, ()) if kind in self.one_of else ():
            if other.get("kind") == kind and _stands(other) and other.get("helper") in self.by_key:
                return self.by_key[other.get("helper")].get("name")
        return None

    def _tell_over(self, cells: Cells, helper: Staged) -> None:
        cared = {each.get("child") for each in self.of_helper.get(helper.id, ()) if _stands(each)}
        most = self.usual if helper.get("capacity") is None else helper.get("capacity")
        if len(cared) >= most:
            cells.warn(
                "helper.name",
                f"{helper.get('name')}最多帮{most}名，连同本行是{len(cared) + 1}名，已照表导入，请核对",
            )

    def _helper(self, cells: Cells) -> Staged | None:
        name = cells["helper.name"]
        if not name:
            cells.error("helper.name", "没有写帮扶人姓名，本行未导入，请补上")
            return None
        same = self.helpers.namesakes(name)
        for sign in ("phone", "unit"):
            if len(same) > 1 and (said := cells[f"helper.{sign}"]):
                same = [each for each in same if each.get(sign) == said]
        if len(same) == 1:
            return same[0]
        if not same:
            cells.error(
                "helper.name", f"帮扶人名册里没有{name}（或电话、单位对不上），本行未导入，请先登记帮扶人"
            )
        else:
            cells.error(
                "helper.name",
                f"帮扶人名册里有{len(same)}名{name}：{described(same)}；本行未导入，请在表中写明电话或单位",
            )
        return None


def _stands(pairing: Staged) -> bool:
    return not pairing.get("until") or pairing.get("until") > days.today()
