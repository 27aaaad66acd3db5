"""A child's 档案: who the child is, how things stand, who helps, in words, ready to be shown."""

from collections import defaultdict
from datetime import date
from typing import NamedTuple
from uuid import UUID

from db import days, leaving, site, ticks
from db.care_plan_lists import PlanLine, plans
from db.child_fields import ENTRIES, PARENTS, ROLE_OF, SPECS
from db.child_history import in_words
from db.child_sheet import load
from db.children import counts, family_of, focus_of, lacks, live, surveys_of
from db.dossier import GAP_LABELS, live_on
from db.fields import specs
from db.models import Adult, Child, Helper, Pairing, Survey
from db.sheet import Values
from db.spec import UNKNOWN
from db.vocab import FOCUS, GRADE, PAIRING_END, PAIRING_KIND, RELATION, SEX

Shown = tuple[str, str, str | None]
BEHIND = {True: "留守", False: "非留守", None: "留守未定（父母去向或监护能力未采集）"}


class Help(NamedTuple):
    """A pairing: its kind, the helper and how to reach him or her, since when; ended: how and when, None while live."""

    kind: str
    helper: str
    unit: str
    phone: str
    since: date | None
    ended: str | None


class Checked(NamedTuple):
    """A checklist in short: how many of its points were seen to (this term; of the 爱心档案袋 ever), which were not."""

    title: str
    done: int
    points: int
    lacking: list[str]


class Dossier(NamedTuple):
    """What is on file about a child, in words.

    standing: 留守 or not; focus: its tags; left: why and since when it is off the register, '' while on it. surveyed:
    this term. gaps: what a complete dossier still lacks, as (entry name, label). family: (who, what is known) lines.
    sections: every field on file, title and (label, text, entry name or None) rows. helps: live pairings first.
    plans: open ones first.
    """

    id: UUID
    heading: str
    standing: str
    focus: list[str]
    left: str
    surveyed: bool
    gaps: list[tuple[str, str]]
    family: list[tuple[str, str]]
    sections: list[tuple[str, list[Shown]]]
    helps: list[Help]
    plans: list[PlanLine]
    lists: list[Checked]


def dossier(child_id: UUID, reveal: bool = False) -> Dossier:
    """What is on file about a child; ID numbers and phones are masked unless reveal. Raises NotFound."""
    child = live(child_id)
    survey = surveys_of([child_id]).get(child_id)
    values, missing = load(child_id), lacks(child_id)
    return Dossier(
        child.id, _heading(child, survey), BEHIND[counts(child, survey, days.today())],
        [FOCUS.label(tag) for tag in focus_of([child_id]).get(child_id, [])], leaving.standing(child_id) or "",
        bool(survey and survey.surveyed_on), [(name, GAP_LABELS[name]) for name in missing],
        _family(child_id, values, reveal), [_standing(child, survey, missing), *_sections(child_id, values, reveal)],
        helps(child_id, reveal), plans(child_id), checklists(child_id),
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


# ---- the family -----------------------------------------------------------------------------------


def _family(child_id: UUID, values: Values, reveal: bool) -> list[tuple[str, str]]:
    """Who there is and how to reach them, a line each."""

    def said(name: str) -> str:
        return in_words(SPECS[name], values[name], reveal) if values[name] is not None else ""

    lines = []
    for role, who in (("father", "父亲"), ("mother", "母亲")):
        where = "，".join(filter(None, (said(f"{role}_whereabouts") or "去向未采集", said(f"{role}_place"))))
        lines.append((who, _spaced(said(f"{role}_name") or "姓名未采集", where, said(f"{role}_phone"))))
    relation = values["guardian_relation"]
    if values["no_guardian"]:
        lines.append(("监护人", "无人监护"))
    elif ROLE_OF.get(relation) in PARENTS:
        lines.append(("监护人", RELATION.label(relation)))
    else:
        name = said("guardian_name")
        lines.append(
            ("监护人", _spaced(name, said("guardian_relation"), said("guardian_phone")) if name else UNKNOWN)
        )
    lines += [(label, text) for label, text, _ in _other_relatives(child_id, reveal)]
    lines += [(SPECS[name].label, said(name)) for name in ("phone", "address") if values[name] is not None]
    return lines


def _spaced(*parts: str) -> str:
    return "  ".join(part for part in parts if part)


def _sections(child_id: UUID, values: Values, reveal: bool) -> list[tuple[str, list[Shown]]]:
    sections: dict[str, list[Shown]] = defaultdict(list)
    for entry in ENTRIES:
        value = values[entry.name]
        if value is None and entry.spec.skip and entry.spec.skip(values):
            continue
        sections[entry.section].append((entry.spec.label, in_words(entry.spec, value, reveal), entry.name))
    if others := _other_relatives(child_id, reveal):
        sections["其他家人"] = others
    return list(sections.items())


def _other_relatives(child_id: UUID, reveal: bool) -> list[Shown]:
    """Relatives on file whom the sheet does not ask for: grandparents, a parent not said to be father or mother."""
    kin = family_of([child_id]).get(child_id, [])
    phone = specs(Adult)["phone"]
    return [
        (RELATION.label(each.relation) if each.relation else "家人",
         _spaced(each.adult.name or "", each.adult.birth_date or "",
                 in_words(phone, each.adult.phone, reveal) if each.adult.phone else "", each.adult.workplace or ""), None)
        for each in kin if not each.guardian and each.relation not in ROLE_OF
    ]  # fmt: skip


# ---- who helps, what is planned -------------------------------------------------------------------


def helps(child_id: UUID, reveal: bool = False) -> list[Help]:
    """The child's pairings: those that stand, the longest first; then the ended ones, the latest first."""
    today, phone = days.today(), specs(Helper)["phone"]
    standing = {row.id for row in Pairing.select(Pairing.id).where(live_on(today), Pairing.child == child_id)}
    query = Pairing.live(Pairing, Helper).join(Helper).where(Pairing.child == child_id)
    rows = list(query.order_by(Pairing.since.asc(nulls="first"), Pairing.id))
    return [
        Help(
            PAIRING_KIND.label(row.kind), row.helper.name or "", row.helper.unit or "",
            in_words(phone, row.helper.phone, reveal) if row.helper.phone else "",
            row.since, None if row.id in standing else _ended(row),
        )
        for row in sorted(rows, key=lambda row: (row.id not in standing, row.id not in standing and -_ordinal(row.until)))
    ]  # fmt: skip


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0


def _ended(row: Pairing) -> str:
    if row.until is None or row.until > days.today():
        return "尚未开始" if row.since and row.since > days.today() else "帮扶人已删除"
    why = PAIRING_END.label(row.ended_because) if row.ended_because else "原因未采集"
    return f"{row.until}结束（{why}）"


def checklists(child_id: UUID) -> list[Checked]:
    """How far each checklist has come."""
    starts = site.term().starts
    found = []
    for each in ticks.of_child(child_id):
        since = date.min if each.code == "bag" else starts
        lacking = [item.label for item in each.items if item.last_on is None or item.last_on < since]
        found.append(Checked(each.title, len(each.items) - len(lacking), len(each.items), lacking))
    return found
