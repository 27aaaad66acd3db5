"""Take a hand-over file into the ledger: who comes in, whether one is on file already, and one undoable action.

A child is the same as one on file by its key, by what was taken over of it before, or by its ID number; one that only
looks like another is asked about. What is on file stands unless the file's word is later (db.as_of); records and the
like only fill gaps. The same file again changes nothing. Rules: docs/import.md, 转出文件.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import as_of, changes, days, family, leaving, lookalikes, site, store
from db.child_fields import CHILD, ROLE_OF
from db.children import BATCH
from db.days import TERM_CODE
from db.exchange.handover import NAMED, OF_CHILD, TABLES, Handed, Values
from db.exchange.outcome import Outcome
from db.exchange.reader import BadFile
from db.models import Activity, Adult, Attendance, Child, Exit, Helper, Kinship, Row, Survey, Term, User
from db.spec import mask_id

NEW = "new"
BECAME = {
    "created": "新登记", "updated": "补充", "returned": "重新登记", "unchanged": "已有，不变", "asked": "要问是不是同一人",
}  # fmt: skip
COUNTED = ("surveys", "records", "pairings", "plans")


class Arrival(NamedTuple):
    """A child of the file and what becomes of it. became: a key of BECAME; why: what to know or do, '' if nothing.

    holds: how much of it the file has, in words; candidates: who it may be, as (key, how that child is told from others).
    """

    id: UUID
    name: str
    about: str
    holds: str
    became: str
    why: str
    candidates: tuple[tuple[UUID, str], ...] = ()


class _Seen(Exception):
    """All that was written is to be taken back: it was only looked at."""


class _Asked(Exception):
    """It can't be told whether a child is one on file."""

    def __init__(self, why: str, candidates: list[tuple[UUID, str]]):
        self.why, self.candidates = why, candidates
        super().__init__(why)


class TakingOver:
    """One hand-over file and what would become of its children; decisions: who an asked one is, a key or NEW."""

    def __init__(self, handed: Handed, decisions: Mapping[UUID, UUID | str] | None = None):
        self.handed = handed
        self.decisions = dict(decisions or {})
        self.arrivals: list[Arrival] = []
        self._children = handed.rows["children"]
        self._taken: dict[UUID, str] = {}  # who of the ledger one of the file is: key → its name

    @property
    def names(self) -> str:
        """Who the file is about, in a few words."""
        names = [child["name"] for child in self._children]
        return "、".join(names[:3]) + (f"等{len(names)}名" if len(names) > 3 else "")

    def preview(self) -> None:
        """Work out what taking it in would do: `arrivals`. Writes nothing. Raises BadFile, LedgerError."""
        try:
            with changes.action("导入转出文件", None) as act:
                self._write(act)
                raise _Seen
        except _Seen:
            pass

    def take(self, by: User | None) -> None:
        """Put it into the ledger as one action; who has to be asked about stays out. Raises BadFile, LedgerError."""
        for row in self.handed.rows["terms"]:
            if TERM_CODE.fullmatch(row["code"]):
                site.term_by_code(row["code"])  # kept when the import is undone
        with changes.action(f"导入转出文件 {self.names}", by) as act:
            store.wait_for_turn()
            self._write(act)

    def outcome(self) -> Outcome:
        """The same as every import tells it."""
        told = Outcome("handover", dated=self.handed.made_on.isoformat())
        for number, each in enumerate(self.arrivals, 1):
            told.count({"returned": "updated", "asked": "skipped"}.get(each.became, each.became))
            if each.became == "asked":
                told.error(
                    number, "姓名", each.name, f"{each.why}；没有导入，请在程序里按 F7 导入这份文件再选定"
                )
            elif each.why:
                told.warn(number, "姓名", each.name, each.why)
        return told

    # ---- what becomes of each

    def _write(self, act: changes.Action) -> None:
        self.arrivals = []
        terms = {row["id"]: self._term(act, row) for row in self.handed.rows["terms"]}
        come = _Coming(act, self.handed, terms)
        taken = self._taken = {}
        for row in self._children:
            try:
                here, others = self._who(row)
            except _Asked as asked:
                self._tell(row, "asked", asked.why, tuple(asked.candidates))
                continue
            if here is not None and here.id in taken:
                raise BadFile(
                    f"文件里的{row['name']}和{taken[here.id]}都对上了台账里的{here.name}，没有导入，请分开处理"
                )
            before = act.rows
            back, why = come.child(row, here)
            taken[here.id if here else row["id"]] = row["name"]
            for other in others:
                lookalikes.set_apart(row["id"], other, act.by)
            grown = act.rows > before
            became = (
                "created" if here is None else "returned" if back else "updated" if grown else "unchanged"
            )
            self._tell(row, became, why)
        act.look_again(come.concerned)

    def _tell(
        self, row: Values, became: str, why: str, candidates: tuple[tuple[UUID, str], ...] = ()
    ) -> None:
        counts = ((NAMED[name], len(self.handed.of(name, row["id"]))) for name in COUNTED)
        holds = "，".join(f"{what}{count}" for what, count in counts if count)
        about = "，".join(filter(None, (row["village_group"], row["birth_date"])))
        self.arrivals.append(Arrival(row["id"], row["name"], about, holds, became, why, candidates))

    def _term(self, act: changes.Action, row: Values) -> UUID:
        found = Term.get_or_none(Term.code == row["code"])
        if found is None and TERM_CODE.fullmatch(row["code"]):
            found = site.term_by_code(row["code"])
        if found is None:
            if row["starts"] >= row["ends"]:
                raise BadFile(f"文件里学期“{row['code']}”的起止日期不对，没有导入")
            found = act.insert(Term, code=row["code"], starts=row["starts"], ends=row["ends"])
        return found.id

    def _who(self, row: Values) -> tuple[Child | None, list[UUID]]:
        """The child on file that a child of the file is (None: none), and who it is said not to be. Raises _Asked."""
        here = Child.live().where(Child.id == row["id"]).first()
        if here is not None:
            return here, []
        said, owners = self.decisions.get(row["id"]), self._owners(row)
        number = row["id_number"]
        same = number and Child.live().where(Child.id_number == number).first()
        if same and (same.name == row["name"] or same.id in owners):
            return same, []
        if said not in (None, NEW):
            return Child.live().where(Child.id == said).first(), []
        if same and said is None:
            told = f"身份证号{mask_id(number)}在台账里是{same.name}"
            raise _Asked(told, [(same.id, f"{same.name} {same.birth_date or ''}")])
        besides = [*self._taken, *(each["id"] for each in self._children)]
        like = lookalikes.similar(self._sheet(row), apart=besides)
        if before := next((each for each in like if each.id in owners), None):
            return Child.get_by_id(before.id), []  # it was said to be that one, or merged into it
        if like and said is None:
            raise _Asked(f"台账里有像他的：{like[0].told}", [(each.id, each.told) for each in like])
        return None, [each.id for each in like]

    def _owners(self, row: Values) -> set[UUID]:
        """Whose what the file has of a child is on file."""
        owners = set()
        for name in ("kinships", "surveys", "records", "exits", "focus"):
            model, keys = OF_CHILD[name], [each["id"] for each in self.handed.of(name, row["id"])]
            for some in peewee.chunked(keys, BATCH):
                rows = (
                    model.live(model.child).join(Child).where(model.id.in_(some), Child.deleted_at.is_null())
                )
                owners |= {each.child_id for each in rows}
        return owners

    def _sheet(self, row: Values) -> Values:
        adults = {each["id"]: each for each in self.handed.rows["adults"]}
        kin = [
            Kinship(relation=each["relation"], guardian=each["guardian"], address=each["address"], adult=Adult(**adults[each["adult"]]))
            for each in self.handed.of("kinships", row["id"])
        ]  # fmt: skip
        return {name: row.get(name) for name in CHILD} | family.read(kin)


class _Coming:
    """Writes the rows of one child after another."""

    def __init__(self, act: changes.Action, handed: Handed, terms: dict[UUID, UUID]):
        self.act, self.handed, self.terms = act, handed, terms
        self.concerned: list[UUID] = []
        self.file_key: UUID | None = None  # of the child at hand
        self.helpers = self._helpers()
        self.adults: dict[UUID, UUID] = {}
        self.of_table = {name: {row["id"]: row for row in rows} for name, rows in handed.rows.items()}

    def _helpers(self) -> set[UUID]:
        """Those of the file's helpers who are on file here."""
        keys = [row["id"] for row in self.handed.rows["helpers"]]
        return {
            row.id
            for some in peewee.chunked(keys, BATCH)
            for row in Helper.live(Helper.id).where(Helper.id.in_(some))
        }

    def child(self, row: Values, here: Child | None) -> tuple[bool, str]:
        """Take a child in; whether it came back to the register by that, and what is to be known about it."""
        self.file_key = row["id"]
        back, why = self._comes_back(row, here)
        stays = here is not None and here.left_on is not None and not back
        held = Child.live().where(Child.id_number == row["id_number"]) if row["id_number"] else None
        holder = held and held.first()
        values = dict(row)
        if holder and holder.id != (here and here.id):
            values["id_number"], why = None, "身份证号已是台账里别的儿童的，号码没有导入，请核对"
        if here is None:
            here = self._put(Child, values | {"site": site.site()})
        else:
            self._merge(here, values)
        self.concerned.append(here.id)
        for name, model in OF_CHILD.items():
            arriving = list(self._arriving(name, row["id"], stays))
            if model is not Kinship:
                self._own(model, here, arriving)
                continue
            for each in arriving:
                why = self._kin(here, each) or why
        if not stays:
            leaving.bring_back(self.act, here, days.today(), f"随{self.handed.place}的转出文件转入")
        return back, why

    def _comes_back(self, row: Values, here: Child | None) -> tuple[bool, str]:
        """Whether a child that left here comes back by the file; the file must know of a later day than its leaving."""
        if here is None or here.left_on is None:
            return False, ""
        open_here = Exit.live().where(Exit.child == here, Exit.returned_on.is_null())
        told = {each["id"]: each for each in self.handed.of("exits", row["id"])}
        for left in open_here:
            if left.id in told:
                if told[left.id]["returned_on"] is None:
                    return False, f"已在{here.left_on}退出登记，这份文件是那时写的，没有重新登记"
            elif self.handed.made_on < here.left_on:
                return False, f"已在{here.left_on}退出登记，这份文件更早，没有重新登记"
        return True, f"已在{here.left_on}退出登记，导入后重新登记"

    def _arriving(self, name: str, child: UUID, stays: bool) -> Iterator[Values]:
        """The child's rows of a table as they are here: what ended only because it left there goes on."""
        left = {each["on_date"] for each in self.handed.of("exits", child) if each["returned_on"] is None}
        for row in self.handed.of(name, child):
            each = dict(row)
            if name == "focus" and each["until"] in left and not stays:
                each["until"] = None
            if each.get("term"):
                each["term"] = self.terms[each["term"]]
            if each.get("helper") and each["helper"] not in self.helpers:
                if name == "pairings":
                    self._ghost(Helper, self.of_table["helpers"][each["helper"]])
                    if each["until"] is None:
                        end = max(self.handed.made_on, each["since"] or date.min)
                        each |= {"until": end, "ended_because": "moved"}
                else:
                    each["by_name"] = each["by_name"] or self.of_table["helpers"][each["helper"]]["name"]
                    each["helper"] = None
            if name == "attendance":
                self._ghost(Activity, self.of_table["activities"][each["activity"]])
            if name == "pairings" and each["after"]:
                before = self.of_table["pairings"].get(each["after"])
                each["after"] = each["after"] if before and before["child"] == child else None
            yield each

    def _ghost(self, model: type[Row], row: Values) -> None:
        """A helper or an activity of the other place: named by what hangs on it, in no list here."""
        if not model.select(model.id).where(model.id == row["id"]).exists():
            self.act.remove(self.act.insert(model, **row))

    # ---- rows

    def _kin(self, here: Child, row: Values) -> str:
        """A relative; one of the same relation on file is that one, or stands instead. What is to be known, or ''."""
        told = self.of_table["adults"][row["adult"]]
        mine = list(
            Kinship.live(Kinship, Adult).join(Adult).where(Kinship.child == here).order_by(Kinship.id)
        )
        alike = [each for each in mine if each.relation == row["relation"] and each.relation in ROLE_OF]
        if alike and alike[0].id != row["id"] and alike[0].adult.name not in (None, told["name"]):
            return f"{told['name'] or '一位家长'}与台账里的{alike[0].adult.name}不是同一人，没有导入，请核对"
        if alike and alike[0].id != row["id"]:
            self.adults[told["id"]] = alike[0].adult_id
        adult = self._adult(told)
        twin = next((each for each in mine if each.adult_id == adult or each.id == row["id"]), None)
        if twin is not None:
            self._merge(
                twin, {name: value for name, value in row.items() if name not in ("guardian", "entrusted")}
            )
            return ""
        if any(each.guardian for each in mine):
            row = row | {"guardian": False, "entrusted": False}
        self._put(Kinship, row | {"child": here.id, "adult": adult})
        return ""

    def _adult(self, row: Values) -> UUID:
        """The adult on file that one of the file is, taken in if there is none: siblings share their parents."""
        key = self.adults.get(row["id"])
        found = Adult.live().where(Adult.id == (key or row["id"])).first()
        for signs in (("id_number",), ("name", "phone")):
            if found is None and all(row[name] for name in signs):
                same = (Adult.name == row["name"], *(getattr(Adult, name) == row[name] for name in signs))
                found = Adult.live().where(*same).order_by(Adult.id).first()
        if found is None:
            found = self._put(Adult, row)
        else:
            self._merge(found, row)
        self.adults[row["id"]] = found.id
        return found.id

    def _own(self, model: type[Row], here: Child, rows: list[Values]) -> None:
        """The child's rows of another table: a survey of a term already surveyed is that one, new ones come in at once."""
        there = {row.id: row for row in model.select().where(model.id.in_([row["id"] for row in rows]))}
        same = {Survey: "term", Attendance: "activity"}.get(model)
        twins = {row.__data__[same]: row for row in model.live().where(model.child == here)} if same else {}
        new = []
        for row in rows:
            values, twin = row | {"child": here.id}, (same and twins.get(row[same])) or there.get(row["id"])
            if twin is None:
                new.append(values)
            elif twin.deleted_at is not None:
                self._again(twin, values)
            elif twin.child_id != here.id:
                raise _anothers(model)
            else:
                self._merge(twin, values)
        for some in peewee.chunked(new, BATCH):
            self.act.insert_many(model, list(some))

    def _put(self, model: type[Row], values: Values) -> Row:
        """Add a row under its own key, or bring it back."""
        row = model.get_or_none(model.id == values["id"])
        return self.act.insert(model, **values) if row is None else self._again(row, values)

    def _again(self, row: Row, values: Values) -> Row:
        """A row that was struck out here comes back as the file has it."""
        if "child" in values and row.child_id not in (values["child"], self.file_key):
            raise _anothers(type(row))
        self.act.restore(row)
        return self.act.update(row, **{name: value for name, value in values.items() if name != "id"})

    def _merge(self, row: Row, values: Values) -> None:
        """Fill what is empty here; where both say something, the later word stands."""
        dated = "as_of" in row._meta.fields
        mine, theirs = (row.as_of, values.get("as_of")) if dated else (None, None)
        taken: dict[str, Any] = {}
        for name, value in values.items():
            field = row._meta.fields[name]
            if name in ("id", "as_of") or isinstance(field, peewee.ForeignKeyField) or value is None:
                continue
            have = row.__data__.get(name)
            later = dated and as_of.day_of(theirs, name) > as_of.day_of(mine, name)
            gap = have is None and (later or not (dated and as_of.has_own(mine, name)))
            if have != value and (gap or later):
                taken[name] = value
        if taken and dated:
            told = mine
            for name in taken:
                told = as_of.noted(told, [name], as_of.day_of(theirs, name))
            taken["as_of"] = told
        if taken:
            self.act.update(row, **taken)


def _anothers(model: type[Row]) -> BadFile:
    what = next(NAMED[name] for name, each in TABLES.items() if each is model)
    return BadFile(f"文件里有一条{what}在台账里是别的儿童的，没有导入，请向转出的单位再要一份")
