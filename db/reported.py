"""与上次上报的差异: what an outer system was last told of the children, and what is to be keyed in there since.

A system is called by its name; several may be kept. Somebody marks what has been keyed in: what was shown then is what the
system is taken to know (docs/rules.md, 与上次上报的差异).
"""

import io
import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import changes, days, dossier, export, site, store
from db.child_fields import ENTRIES, SPECS, SURVEY
from db.child_sheet import load_many
from db.ids import uuid7
from db.models import Child, Exit, Reported, Survey, User
from db.register import ORDER
from db.spec import UNKNOWN, mask, show
from db.text import normal
from db.values import Refused
from db.vocab import EXIT

USUAL = "全国儿童福利信息系统"
STRUCK_OUT = "档案已删除"
LONGEST = 30  # characters of a system's name
KINDS = {"added": "新增", "back": "回来", "changed": "变更", "left": "退出"}
BATCH = 100  # children compared between two looks at the keyboard
WRITTEN = 1000  # children marked between two signs of progress
# What the county's form does not ask for: the ledger's own work, and ages that follow from a birth date.
NOT_TOLD = frozenset(
    (
        "surveyed_on", "note", "needs", "age", "guardian_age", "lunar_birthday", "hobbies", "focus", "study_level",
        "vaccinated", "parenting_on", "legal_aid", "consent_on", "consent_version",
    )
)  # fmt: skip
TOLD = tuple(entry for entry in ENTRIES if entry.name not in NOT_TOLD)
ASKED = frozenset(entry.name for entry in TOLD)
Values = dict[str, Any]


class Step(NamedTuple):
    """How far a piece of work is."""

    what: str
    done: int
    of: int


class Field(NamedTuple):
    """A field of a child as the system knows it and as it is now, in words; '' where there is nothing to say."""

    name: str
    label: str
    old: str
    new: str


class Difference(NamedTuple):
    """A child of whom the system is to be told something. kind: of KINDS; why: of one who left; on_date: when last told.

    before, now: what the system was told and what is to be told, as stored (JSON); before is None for who is new there.
    """

    child_id: UUID
    name: str
    village_group: str | None
    kind: str
    before: str | None
    now: str
    on_date: date | None
    why: str = ""

    def fields(self, reveal: bool = False) -> list[Field]:
        """What is to be keyed in, in the sheet's order: all that is known of a new child, else what differs."""
        old, new = json.loads(self.before or "{}"), json.loads(self.now)
        if self.kind == "back":
            old = {}
        return [
            Field(entry.name, entry.spec.label, *(_words(entry.name, each.get(entry.name), reveal) for each in (old, new)))
            for entry in TOLD if old.get(entry.name) != new.get(entry.name)
        ]  # fmt: skip

    @property
    def about(self) -> str:
        """What is to be told, in a few words."""
        if self.kind == "left":
            return self.why
        labels = [each.label for each in self.fields()]
        return "、".join(labels) if self.kind == "changed" else f"{len(labels)}项"


def _words(name: str, value: Any, reveal: bool) -> str:
    if value is None:
        return ""
    shown = show(SPECS[name], value)
    return shown if reveal else mask(SPECS[name], shown)


def systems() -> list[str]:
    """The systems anything was reported to, the usual one first whether it is among them or not."""
    names = {name for (name,) in Reported.live(Reported.to).distinct().tuples()}
    return [USUAL, *sorted(names - {USUAL})]


def named(text: str) -> str:
    """A system's name as it was typed, cleaned. Raises Refused for none and for one that is too long."""
    name = normal(text)
    if not name:
        raise Refused("请写系统的名称，如 县教育局留守儿童平台")
    if len(name) > LONGEST:
        raise Refused(f"系统的名称最多{LONGEST}字，现有{len(name)}字，请缩短")
    return name


class Comparison:
    """The children as they are beside what a system was last told of them; `found` is there when `steps` has ended.

    waiting: children reported before of whom nobody knows yet whether they still count: not surveyed this term, or not of
    everything it takes.
    """

    def __init__(self, to: str = USUAL, everybody: bool = False):
        self.to, self.everybody = to, everybody
        self.found: list[Difference] = []
        self.waiting = 0

    def steps(self) -> Iterator[Step]:
        """Compare, some hundred children a step."""
        told = {row["child"]: row for row in Reported.live().where(Reported.to == self.to).dicts()}
        here = self._here()
        gone = [key for key in told if key not in here and not told[key]["left"]]
        total = len(here) + len(gone)
        found: dict[UUID, Difference] = {}
        for at, batch in enumerate(peewee.chunked(here, BATCH)):
            for key, sheet in zip(batch, load_many(list(batch)), strict=True):
                if difference := _compare(key, sheet, here[key], told.get(key)):
                    found[key] = difference
            yield Step("比较", min(total, (at + 1) * BATCH), total)
        for batch in peewee.chunked(gone, BATCH):
            found |= self._gone(batch, told)
        yield Step("比较", total, total)
        self.found = [found[key] for key in _in_order(found)]

    def count(self, kind: str) -> int:
        """How many children differ in a way."""
        return sum(each.kind == kind for each in self.found)

    def _here(self) -> dict[UUID, bool]:
        """The children the system is told of, in the register's order, and whether each was surveyed this term."""
        term, on = site.term(), days.today()
        surveyed = (Survey.child == Child.id) & (Survey.term == term.id) & Survey.deleted_at.is_null()
        rows = Child.live(Child.id, Survey.id).join(Survey, peewee.JOIN.LEFT_OUTER, on=surveyed)
        counted = dossier.on_register(on) if self.everybody else dossier.counted(term, on)
        return {key: survey is not None for key, survey in rows.where(counted).order_by(*ORDER).tuples()}

    def _gone(self, batch: Sequence[UUID], told: dict[UUID, Values]) -> dict[UUID, Difference]:
        """Those of the children reported before who are in the ledger no longer, or count no longer."""
        today, term = days.today(), site.term()
        known = dict(
            Survey.live(Survey.child, Survey.left_behind)
            .where(Survey.term == term.id, Survey.child.in_(batch)).tuples()
        )  # fmt: skip
        exits = dict(
            Exit.live(Exit.child, Exit.reason).where(Exit.child.in_(batch)).order_by(Exit.on_date).tuples()
        )
        found = {}
        for child in Child.select().where(Child.id.in_(batch)):
            if child.deleted_at is not None:
                why = STRUCK_OUT
            elif child.left_on is not None and child.left_on <= today:
                why = f"{child.left_on}退出登记：{EXIT.label(exits.get(child.id))}"
            elif child.birth_date and today >= days.turns(child.birth_date, dossier.UNDER):
                why = "已满16周岁"
            elif known.get(child.id) is False:
                why = "不再算留守儿童"
            else:
                self.waiting += 1
                continue
            row = told[child.id]
            found[child.id] = Difference(
                child.id, child.name or "", child.village_group, "left", row["told"], row["told"], row["on_date"], why
            )  # fmt: skip
        return found


def _compare(key: UUID, sheet: Values, surveyed: bool, row: Values | None) -> Difference | None:
    before = row["told"] if row else None
    old = json.loads(before) if before else {}
    new = {name: old[name] for name in old.keys() - ASKED}  # told by a newer program: left alone
    for entry in TOLD:
        value = sheet[entry.name]
        value = value.isoformat() if isinstance(value, date) else value
        if value is None and entry.name in SURVEY and not (surveyed and _cannot_apply(entry.name, sheet)):
            value = old.get(entry.name)  # not asked yet this term: nothing that a system could be told
        if value is not None:
            new[entry.name] = value
    kind = "added" if row is None else "back" if row["left"] else "changed" if new != old else ""
    if not kind:
        return None
    now = json.dumps(new, ensure_ascii=False)
    return Difference(
        key, sheet["name"] or "", sheet["village_group"], kind, before, now, row and row["on_date"]
    )


def _cannot_apply(name: str, sheet: Values) -> bool:
    skip = SPECS[name].skip
    return skip is not None and skip(sheet) is not None


def _in_order(keys: dict[UUID, Difference]) -> list[UUID]:
    """These children in the register's order, who left it included."""
    found = []
    for batch in peewee.chunked(keys, BATCH):
        found.extend(Child.select(*ORDER).where(Child.id.in_(batch)).tuples())
    return [key for *_, key in sorted(found, key=lambda row: (row[0], row[1] or "", row[2] or "", row[3]))]


def mark(found: Sequence[Difference], to: str, by: User | None) -> Iterator[Step]:
    """Note, as one action, that a system has been told of these differences as they were shown.

    Raises LedgerError and Stale; nothing is written then.
    """
    today = days.today()
    with changes.action(f"标为已上报 {to} {len(found)}名", by) as act:
        store.wait_for_turn()
        known = {row["child"]: row for row in Reported.live().where(Reported.to == to).dicts()}
        done = 0
        for batch in peewee.chunked(found, WRITTEN):
            values = [
                (each, {"on_date": today, "told": each.now, "left": each.kind == "left"}) for each in batch
            ]
            fresh = [
                {"id": uuid7(), "child": each.child_id, "to": to} | told
                for each, told in values if each.child_id not in known
            ]  # fmt: skip
            if fresh:
                act.insert_many(Reported, fresh)
            act.update_many(
                Reported,
                [(known[each.child_id], told) for each, told in values if each.child_id in known],
            )
            done += len(batch)
            yield Step("写入", done, len(found))


# ---- a workbook to key in from --------------------------------------------------------------------


def write(comparison: Comparison, path: str | Path, by: User | None) -> Iterator[Step]:
    """Write the differences to an xlsx file only its owner can read (or standard output, '-'), some children a step.

    ID numbers and phones stand there in full: it is what somebody keys in from. Raises Refused if it can't be written.
    """
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    about = (
        f"要录入：{comparison.to}　截至{days.today().isoformat()}　制表：{by.name if by and by.name else ''}"
    )
    pages, rows = {}, {}
    for title, heads in SHEETS.items():
        pages[title], rows[title] = book.add_worksheet(title), 2
        pages[title].write_string(0, 0, about, bold)
        pages[title].write_row(1, 0, heads, bold)
        pages[title].freeze_panes(2, 1)
        pages[title].set_column(0, len(heads) - 1, 18, text)
    for done, each in enumerate(comparison.found, 1):
        for title, row in _rows(each):
            for column, value in enumerate(row):
                if value:
                    pages[title].write_string(rows[title], column, value, text)
            rows[title] += 1
        if done % BATCH == 0:
            yield Step("写出", done, len(comparison.found))
    book.close()
    export.put(path, out.getvalue())
    yield Step("写出", len(comparison.found), len(comparison.found))


NAMED = sorted(TOLD, key=lambda entry: entry.name != "name")  # the name stands first
SHEETS = {
    "新增": ["类别", *(entry.spec.label for entry in NAMED)],
    "变更": ["姓名", "身份证号", "村民组", "栏目", "原来报的", "现在", "上次上报"],
    "退出": ["姓名", "身份证号", "村民组", "为什么", "上次上报"],
}


def _rows(each: Difference) -> Iterator[tuple[str, list[str]]]:
    """The rows of a child, each with the sheet it stands on. Who is known there goes by the number known there."""
    told = json.loads(each.before or each.now)
    who = [each.name, told.get("id_number") or UNKNOWN, each.village_group or ""]
    last = each.on_date.isoformat() if each.on_date else ""
    if each.kind == "left":
        yield "退出", [*who, each.why, last]
    elif each.kind == "changed":
        for field in each.fields(reveal=True):
            yield "变更", [*who, field.label, field.old or UNKNOWN, field.new or "清空", last]
    else:
        values = {field.name: field.new for field in each.fields(reveal=True)}
        yield "新增", [KINDS[each.kind], *(values.get(entry.name, "") for entry in NAMED)]
