"""The hand-over file (转出文件): everything on file about some children as one JSON document, out and back in.

{"format": "guanai-handover", "version": 1, "made_on": day, "from": site, table: [row, …], …}: the tables of TABLES, all
of them, each row with its key and the fields of SENT. Reports to the police (Incident) never go along.
"""

import json
import re
import sys
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

import peewee

from db import days, site
from db.changes import DERIVED
from db.children import BATCH, live
from db.exchange.handed import DAMAGED, FORMAT, UNKNOWN, VERSION
from db.exchange.reader import BadFile, Source
from db.export import write_private
from db.models import (
    Activity,
    Adult,
    Attendance,
    CarePlan,
    CareRecord,
    CareStage,
    CareStep,
    Child,
    Exit,
    Focus,
    Helper,
    Kinship,
    Pairing,
    Row,
    Survey,
    Term,
    Tick,
    User,
)
from db.spec import read
from db.text import clean
from db.values import Refused, typed_path

Values = dict[str, Any]
# In the order they are written in: what a row refers to stands before it.
TABLES: dict[str, type[Row]] = {
    "terms": Term, "children": Child, "adults": Adult, "kinships": Kinship, "surveys": Survey, "focus": Focus,
    "helpers": Helper, "pairings": Pairing, "records": CareRecord, "plans": CarePlan, "steps": CareStep,
    "stages": CareStage, "ticks": Tick, "exits": Exit, "activities": Activity, "attendance": Attendance,
}  # fmt: skip
OF_CHILD = {
    name: model for name, model in TABLES.items() if "child" in model._meta.fields and model is not Helper
}
NAMED = {
    "terms": "学期", "children": "儿童", "adults": "大人", "kinships": "亲属关系", "surveys": "摸底", "focus": "重点标记",
    "helpers": "帮扶人", "pairings": "结对", "records": "关爱记录", "plans": "方案", "steps": "方案步骤", "stages": "阶段效果",
    "ticks": "清单勾选", "exits": "退出登记", "activities": "活动", "attendance": "活动出席",
}  # fmt: skip
KEPT_HERE = {"version", "created_at", "deleted_at", "site", "left_on"} | DERIVED
SENT: dict[str, list[str]] = {
    name: [field for field in model._meta.fields if field not in KEPT_HERE] for name, model in TABLES.items()
} | {
    "helpers": ["id", "name", "kind", "unit"],
    "activities": ["id", "title", "kind", "on_date", "starts", "place", "lead", "note"],
    "attendance": ["id", "activity", "child", "state", "note"],
}
TABLE_OF = {model: name for name, model in TABLES.items()}
# Besides what a sheet asks for in any case (Spec.required).
NEEDED = {"records": ("kind",), "terms": ("code", "starts", "ends"),
          "kinships": ("guardian", "entrusted"), "plans": ("starts",)}  # fmt: skip
PAST = {"records": "on_date", "exits": "on_date", "pairings": "since"}  # days that cannot be to come
AS_OF = re.compile(r"(\d{4}-\d\d-\d\d\+?)?( \w+:(\d{4}-\d\d-\d\d\+?)?)*")


@dataclass(frozen=True)
class Handed:
    """A hand-over file that was read and understood: rows by table, their values as they are stored."""

    name: str
    made_on: date
    place: str
    rows: dict[str, list[Values]]

    def of(self, table: str, child: UUID) -> list[Values]:
        """A child's rows of a table."""
        return self._by_child[table].get(child, [])

    @cached_property
    def _by_child(self) -> dict[str, dict[UUID, list[Values]]]:
        found: dict[str, dict[UUID, list[Values]]] = {name: {} for name in OF_CHILD}
        for name, by_child in found.items():
            for row in self.rows[name]:
                by_child.setdefault(row["child"], []).append(row)
        return found


# ---- out -----------------------------------------------------------------------------------------


def write(ids: Collection[UUID], path: str, by: User | None) -> int:
    """Write the hand-over file of these children (0600), or to standard output if path is '-'; returns how many.

    Raises NotFound, and Refused if it can't be written.
    """
    children = [live(each) for each in dict.fromkeys(ids)]
    here = site.site()
    told: Values = {
        "format": FORMAT, "version": VERSION, "made_on": days.today().isoformat(), "from": (here and here.name) or "",
    }  # fmt: skip
    for name, rows in _collected([child.id for child in children]).items():
        told[name] = [{field: _sent(row.__data__.get(field)) for field in SENT[name]} for row in rows]
    data = json.dumps(told, ensure_ascii=False, indent=1).encode()
    if path == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        write_private(typed_path(path), data)
    return len(children)


def _collected(ids: list[UUID]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {name: [] for name in TABLES}
    for some in peewee.chunked(ids, BATCH):
        found["children"].extend(Child.live().where(Child.id.in_(some)).order_by(Child.id))
        for name, model in OF_CHILD.items():
            found[name].extend(model.live().where(model.child.in_(some)).order_by(model.id))
    held = {
        "adults": [row.adult_id for row in found["kinships"]],
        "terms": [row.term_id for name in ("surveys", "plans") for row in found[name] if row.term_id],
        "helpers": [
            row.helper_id for name in ("pairings", "records", "plans", "steps") for row in found[name] if row.helper_id
        ],
        "activities": [row.activity_id for row in found["attendance"]],
    }  # fmt: skip
    for name, keys in held.items():
        for some in peewee.chunked(sorted(set(keys)), BATCH):
            found[name].extend(TABLES[name].select().where(TABLES[name].id.in_(some)))
    return found


def _sent(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


# ---- in ------------------------------------------------------------------------------------------


def understand(source: Source) -> Handed:
    """What a hand-over file says, every value checked. Raises BadFile with a sentence; nothing is looked up."""
    called = f"“{source.name}”"
    unknown = BadFile(UNKNOWN.replace("{name}", called))
    damaged = BadFile(DAMAGED.replace("{name}", called))
    if not TABLES.keys() <= source.tables.keys():
        raise damaged
    if source.tables.keys() != TABLES.keys():
        raise unknown
    rows: dict[str, list[Values]] = {}
    for name, told in source.tables.items():
        rows[name] = []
        for row in told:
            if not row.keys() <= set(SENT[name]):
                raise unknown
            try:
                rows[name].append({field: _read(name, field, row.get(field)) for field in SENT[name]})
            except Refused as refused:
                raise BadFile(f"{called}里有一条{NAMED[name]}不对，没有导入：{refused}") from None
    if not rows["children"] or _loose(rows):
        raise damaged
    try:
        made_on = date.fromisoformat(source.about["made_on"])
    except ValueError:
        raise damaged from None
    return Handed(source.name, made_on, clean(source.about["from"])[:40], rows)


def _read(table: str, name: str, value: Any) -> Any:
    """The value to store of a field. Raises Refused."""
    field = TABLES[table]._meta.fields[name]
    spec = getattr(field, "spec", None)
    if value is None:
        if (
            name == "id"
            or (isinstance(field, peewee.ForeignKeyField) and not field.null)
            or name in NEEDED.get(table, ())
            or (spec is not None and spec.required)
        ):
            raise Refused(f"缺少 {name}")
        return None
    if isinstance(field, peewee.UUIDField | peewee.ForeignKeyField):
        return _key(value)
    if isinstance(field, peewee.BooleanField):
        if not isinstance(value, bool):
            raise Refused(f"{name} 不是是或否")
        return value
    if isinstance(value, bool) or isinstance(field, peewee.IntegerField) != isinstance(value, int):
        raise Refused(f"{name} 不是该有的类型")
    if spec is None:
        if (name == "as_of" and not AS_OF.fullmatch(value)) or value != clean(value)[:200]:
            raise Refused(f"{name} 写法不对")
        return value
    found = read(spec, value)
    if PAST.get(table) == name and found and found > days.today():
        raise Refused(f"{spec.label}{found}还没到")
    return found


def _key(value: Any) -> UUID:
    if not isinstance(value, str) or len(value) != 36:
        raise Refused("编号不对")
    try:
        return UUID(value)
    except ValueError:
        raise Refused("编号不对") from None


def _loose(rows: dict[str, list[Values]]) -> bool:
    """Whether something stands twice that can but once, or a row refers to one that is not in the file or is another child's."""
    once = {"terms": ("code",), "surveys": ("child", "term"), "attendance": ("child", "activity")}
    for name, fields in once.items():
        if len({tuple(row[field] for field in fields) for row in rows[name]}) < len(rows[name]):
            return True
    keys = {name: {row["id"]: row for row in told} for name, told in rows.items()}
    if any(len(keys[name]) < len(told) for name, told in rows.items()):
        return True
    for name, told in rows.items():
        refers = {
            field.name: TABLE_OF[field.rel_model]
            for field in TABLES[name]._meta.sorted_fields
            if isinstance(field, peewee.ForeignKeyField)
            and field.name in SENT[name]
            and field.name != "after"
        }
        for row in told:
            for field, target in refers.items():
                if row[field] is None:
                    continue
                other = keys[target].get(row[field])
                if other is None or other.get("child", row.get("child")) != row.get("child"):
                    return True
    return False
