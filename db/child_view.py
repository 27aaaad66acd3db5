"""A child's 档案: everything on file about one child, in words, ready to be shown."""

import json
from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from db import care, days
from db.child_fields import ENTRIES, ROLE_OF
from db.child_sheet import load
from db.children import counts, family_of, lacks, live, surveys_of
from db.dossier import GAP_LABELS
from db.fields import specs
from db.models import (
    Activity,
    Adult,
    Attendance,
    Change,
    Child,
    Focus,
    Helper,
    Kinship,
    Pairing,
    Survey,
)
from db.spec import Spec, mask, show
from db.vocab import ATTENDANCE, GRADE, PAIRING_END, PAIRING_KIND, RELATION, SEX

MOST_CHANGES = 30
Shown = tuple[str, str, str | None]


class Dossier(NamedTuple):
    """What is on file about a child. sections: title and (label, text, entry name or None) rows; gaps: what a
    complete dossier still lacks, as (entry name, label); records newest first."""

    id: UUID
    heading: str
    sections: list[tuple[str, list[Shown]]]
    gaps: list[tuple[str, str]]
    pairings: list[str]
    records: list[care.RecordLine]
    attendance: list[str]
    changes: list[str]


def dossier(child_id: UUID, reveal: bool = False) -> Dossier:
    """The whole dossier; ID numbers and phones are masked unless reveal. Raises NotFound."""
    child = live(child_id)
    survey = surveys_of([child_id]).get(child_id)
    missing = lacks(child_id)
    return Dossier(
        child.id, _heading(child, survey), [_standing(child, survey, missing), *_sections(child_id, reveal)],
        [(name, GAP_LABELS[name]) for name in missing], _pairings(child), care.records(child_id=child_id),
        _attendance(child), _changes(child, reveal),
    )  # fmt: skip


def _heading(child: Child, survey: Survey | None) -> str:
    age = days.age_on(child.birth_date, days.today())
    grade = GRADE.label(survey.grade) if survey and survey.grade else ""
    parts = (
        child.name, SEX.label(child.sex) if child.sex else "", "" if age is None else f"{age}岁",
        child.village_group, ((survey and survey.school) or "") + grade,
    )  # fmt: skip
    return " ".join(part for part in parts if part)


def _standing(child: Child, survey: Survey | None, missing: list[str]) -> tuple[str, list[Shown]]:
    behind = {True: "是", False: "否", None: "未定，父母去向或监护能力未采集"}[
        counts(child, survey, days.today())
    ]
    complete = f"缺{len(missing)}项" if missing else "齐全"
    return "认定", [
        ("留守儿童", behind, None),
        ("建档", complete if survey and survey.surveyed_on else f"本学期未摸底，{complete}", None),
    ]


def _sections(child_id: UUID, reveal: bool) -> list[tuple[str, list[Shown]]]:
    values = load(child_id)
    sections: dict[str, list[Shown]] = defaultdict(list)
    for entry in ENTRIES:
        value = values[entry.name]
        if value is None and entry.spec.skip and entry.spec.skip(values):
            continue
        sections[entry.section].append((entry.spec.label, _text(entry.spec, value, reveal), entry.name))
    if others := _other_relatives(child_id, reveal):
        sections["其他家人"] = others
    return list(sections.items())


def _other_relatives(child_id: UUID, reveal: bool) -> list[Shown]:
    """Relatives on file whom the sheet does not ask for: grandparents, a parent not said to be father or mother."""
    kin = family_of([child_id]).get(child_id, [])
    phone = specs(Adult)["phone"]
    return [
        (RELATION.label(each.relation) if each.relation else "家人",
         "  ".join(filter(None, (each.adult.name, each.adult.birth_date,
                                 each.adult.phone and _text(phone, each.adult.phone, reveal), each.adult.workplace))), None)
        for each in kin if not each.guardian and each.relation not in ROLE_OF
    ]  # fmt: skip


def _text(spec: Spec, value: object, reveal: bool) -> str:
    return show(spec, value) if reveal else mask(spec, show(spec, value))


def _pairings(child: Child) -> list[str]:
    query = Pairing.live(Pairing, Helper).join(Helper).where(Pairing.child == child)
    rows = []
    for row in query.order_by(Pairing.since.desc(nulls="last"), Pairing.id.desc()):
        span = (
            f"{row.since or '起始日期未采集'} 起"
            if row.until is None
            else f"{row.since or ''} 至 {row.until}"
        )
        why = f"（{PAIRING_END.label(row.ended_because)}）" if row.ended_because else ""
        rows.append(f"{PAIRING_KIND.label(row.kind)} {row.helper.name} {span}{why}")
    return rows


def _attendance(child: Child) -> list[str]:
    query = Attendance.live(Attendance, Activity).join(Activity)
    query = query.where(Attendance.child == child, Activity.deleted_at.is_null())
    return [
        f"{row.activity.on_date or '日期未采集'} {row.activity.title} {ATTENDANCE.label(row.state)}"
        for row in query.order_by(Activity.on_date.desc(nulls="last"), Attendance.id.desc())
    ]


# ---- what was changed ---------------------------------------------------------------------------


def _changes(child: Child, reveal: bool) -> list[str]:
    """One line an action, newest first: when, who, what it was called, which fields from what to what."""
    owners = _owners(child)
    query = Change.select().where(Change.row.in_(list(owners))).order_by(Change.id.desc())
    actions: dict[UUID, list[Change]] = defaultdict(list)
    for change in query:
        if change.action not in actions and len(actions) == MOST_CHANGES:
            break
        actions[change.action].append(change)
    return [_change(done, owners, reveal) for done in actions.values()]


def _owners(child: Child) -> dict[UUID, str]:
    """The rows that make up a child's sheet, and how their fields are called: '' or '父亲', '监护人' …"""
    owners = {child.id: ""}
    for model in (Survey, Focus):
        owners |= {row.id: "" for row in model.select(model.id).where(model.child == child)}
    for kinship in Kinship.select().where(Kinship.child == child):
        who = RELATION.label(kinship.relation) if kinship.relation else "监护人"
        owners |= {kinship.id: who}
    for kinship in family_of([child.id]).get(child.id, []):
        owners[kinship.adult_id] = owners[kinship.id]
    return owners


def _change(done: list[Change], owners: dict[UUID, str], reveal: bool) -> str:
    new = {change.row for change in done if change.kind == "insert"}
    edits = [change for change in reversed(done) if change.kind == "update" and change.row not in new]
    said = [each for change in edits for each in _fields(change, owners, reveal)]
    first = done[0]
    moment = (first.at + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M")  # stamps are UTC, China is 8 hours on
    who = first.who.name if first.who_id else "系统"
    return f"{moment} {who} {first.label}" + (f"：{'；'.join(said)}" if said else "")


MODELS = {model._meta.table_name: model for model in (Child, Survey, Focus, Kinship, Adult)}


def _fields(change: Change, owners: dict[UUID, str], reveal: bool) -> list[str]:
    told, who = specs(MODELS[change.table]), owners[change.row]
    said = []
    for name, (old, new) in json.loads(change.what).items():
        if name == "adult":
            said.append(f"{who}改为另一人")
        elif name == "guardian":
            said.append(f"{who}{'任' if new else '不再任'}监护人")
        elif name in told:
            spec = told[name]
            said.append(f"{who}{spec.label} {_text(spec, old, reveal)}→{_text(spec, new, reveal)}")
    return said
