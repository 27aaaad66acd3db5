"""What the ledger answers under a form's headings: the inverse of an import.

A row of a form is a child (with its family, this term's survey, who helps it), a helper, a record or a pairing. Each
answers targets: those a register fills ('child.name', 'survey.health', 'guardian.phone', 'said.both_away', 'm1.name') and
those only a form asks for (ONLY_ASKED). What is not known is None, never a guess.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

import peewee

from db import days, dossier, site
from db.child_fields import ROLE_OF
from db.exchange.aliases import MEMBERS
from db.models import Adult, Child, Focus, Helper, Kinship, Pairing, Survey
from db.vocab import FOCUS, GRADE, RELATION

BATCH = 400
RELATION_OF = {"father": "51", "mother": "52", "61": "61", "62": "62", "63": "63", "64": "64"}
Values = dict[str, Any]

# What only forms ask for, and under which headings. The form's own lines (form.*) are the same in every row.
ONLY_ASKED: dict[str, tuple[str, ...]] = {
    "form.no": ("序号", "编号", "序"),
    "form.site": ("填报单位", "单位名称", "机构名称", "登记机构", "填报单位(盖章)", "填表单位"),
    "form.township": ("所属乡镇", "乡镇", "乡镇(街道)", "所在乡镇"),
    "form.by": ("填表人", "登记人员", "制表人", "填报人", "经办人", "登记人"),
    "form.date": ("填报日期", "填表日期", "制表日期", "登记日期", "填报时间"),
    "said.reason": ("委托照料原因", "留守原因", "外出情况"),
    "said.same_address": ("同现住址",),
    "said.id_kind": ("身份证件类型", "证件类型"),
    "guardian.id_kind": ("受委托监护人证件类型",),
    "said.family": ("家庭成员情况", "家庭成员", "家庭主要成员"),
    "said.guardian": ("监护人信息", "监护人情况"),
    "helper.name": ("帮扶人", "帮扶人姓名", "帮扶责任人", "结对帮扶人", "帮扶教师"),
    "helper.phone": ("帮扶人电话", "帮扶人联系电话", "帮扶责任人电话"),
    "helper.unit": ("帮扶人单位", "帮扶人单位及职务"),
}  # fmt: skip


class Answers:
    """One row's answers: answers['father.phone'] is the value as it is stored, None for what is not known."""

    __slots__ = ("adults", "child", "focus", "form", "helper", "key", "kin", "pairing", "record", "survey")

    def __init__(self, key: UUID, form: Values):
        self.key, self.form = key, form
        self.child: Values = {}
        self.survey: Values = {}
        self.kin: list[Values] = []
        self.adults: dict[str, Values] = {}
        self.focus: str | None = None
        self.helper: Values = {}
        self.record: Values = {}
        self.pairing: Values = {}

    def __getitem__(self, target: str) -> Any:
        owner, name = target.split(".")
        if own := WORKED_OUT.get(target):
            return own(self)
        match owner:
            case "child" | "survey" | "record" | "pairing" | "helper" | "form":
                return getattr(self, owner).get(name)
            case "focus":
                return self.focus
        return self.adult(owner).get(name)

    def adult(self, role: str) -> Values:
        """The adult in a role (father, guardian, 61, m1 …) with what the kinship says; {} if nobody is known."""
        if role not in self.adults:
            self.adults[role] = self._adult(role)
        return self.adults[role]

    def _adult(self, role: str) -> Values:
        if relation := RELATION_OF.get(role):
            return next((each for each in self.kin if each["relation"] == relation), {})
        if role == "guardian":
            return next((each for each in self.kin if each["guardian"]), {})
        if role == "parent":
            order = [each for each in self.kin if each["relation"] in ("50", "51", "52")]
            return min(order, key=lambda each: (not each["guardian"], each["relation"] == "50"), default={})
        if role in MEMBERS:
            members = sorted(self.kin, key=lambda each: (each["relation"] or "99", not each["guardian"]))
            at = MEMBERS.index(role)
            return members[at] if at < len(members) else {}
        return {}

    def at_home(self, role: str) -> bool:
        """Whether a parent is at home and nothing says otherwise."""
        return self.survey.get(f"{role}_whereabouts") == "home"


# ── where the rows come from ─────────────────────────────────────────────────────────────────────────────


def of_children(ids: Iterable[UUID], form: Values) -> Iterator[Answers]:
    """The answers of these children, in the order given; form: what is the same in every row (`form_lines`)."""
    for batch in peewee.chunked(ids, BATCH):
        yield from _children(batch, form)


def form_lines(by: str | None) -> Values:
    """What a form asks of itself: who fills it in, for whom, when. by: the user's name."""
    here = site.site()
    return {"site": here and here.name, "township": here and here.township, "by": by, "date": days.today()}


def _children(ids: list[UUID], form: Values) -> list[Answers]:
    rows = {each: Answers(each, form) for each in ids}
    for child in Child.live().where(Child.id.in_(ids)).dicts():
        rows[child["id"]].child = child
    for survey in Survey.live().where(Survey.term == site.term(), Survey.child.in_(ids)).dicts():
        rows[survey["child"]].survey = survey
    about = [
        getattr(Adult, name)
        for name in Adult._meta.fields
        if name not in ("id", "version", "created_at", "deleted_at", "as_of")
    ]
    kin = Kinship.live(
        Kinship.child, Kinship.relation, Kinship.guardian, Kinship.entrusted, Kinship.address, *about
    )
    for each in kin.join(Adult).where(Kinship.child.in_(ids)).order_by(Kinship.id).dicts():
        rows[each["child"]].kin.append(each)
    tags = defaultdict(set)
    for child, tag in (
        Focus.select(Focus.child, Focus.tag)
        .where(dossier.focus_on(days.today()), Focus.child.in_(ids))
        .tuples()
    ):
        tags[child].add(tag)
    for child, held in tags.items():
        rows[child].focus = " ".join(code.code for code in FOCUS if code.code in held)
    paired = (
        Pairing.select(
            Pairing.child.alias("of"),
            Pairing.kind.alias("as"),
            Pairing.since,
            Helper.name,
            Helper.phone,
            Helper.unit,
            Helper.kind,
        )
        .join(Helper)
        .where(dossier.live_on(days.today()), Pairing.child.in_(ids))
        .order_by(Pairing.id)
    )
    for each in paired.dicts():
        row = rows[each["of"]]
        if not row.helper:
            row.helper, row.pairing = each, {"kind": each["as"], "since": each["since"]}
    return [row for row in rows.values() if row.child]


# ── what is worked out ───────────────────────────────────────────────────────────────────────────────────


def _age(row: Answers) -> int | None:
    born = row.child.get("birth_date")
    return days.age_on(born, days.today()) if born else row.child.get("age")


def _both_away(row: Answers) -> bool | None:
    where = [row.survey.get(f"{role}_whereabouts") for role in ("father", "mother")]
    if where == ["away", "away"]:
        return True
    return None if None in where else False


def _unable(row: Answers) -> str | None:
    """The parent without 监护能力 while the other is away: dead, lost, or at home and said to be unable."""
    for role, other in (("father", "mother"), ("mother", "father")):
        where = row.survey.get(f"{role}_whereabouts")
        unable = where in dossier.SPOKEN_FOR or (where == "home" and row.survey.get(f"{role}_able") is False)
        if unable and row.survey.get(f"{other}_whereabouts") == "away":
            return role
    return None


def _one_unable(row: Answers) -> bool | None:
    if _unable(row):
        return True
    return None if _both_away(row) is None else False


def _entrusted(row: Answers) -> bool | None:
    guardian = row.adult("guardian")
    if not guardian:
        return None
    return False if guardian["relation"] in ROLE_OF else guardian["entrusted"]


def _reason(row: Answers) -> str | None:
    if _both_away(row):
        return "父母双方同时外出"
    return "父母一方外出，另一方无监护能力" if _unable(row) else None


def _class(row: Answers) -> str | None:
    grade, number = row.survey.get("grade"), row.survey.get("class_no")
    return "".join((GRADE.label(grade) if grade else "", number or "")) or None


def _same_address(row: Answers) -> bool | None:
    hukou, home = row.child.get("hukou_address"), row.child.get("address")
    return hukou == home if hukou and home else None


def _called(adult: Values) -> str:
    relation = RELATION.label(adult["relation"]) if adult["relation"] else ""
    return " ".join(filter(None, (relation, adult["name"], adult["phone"])))


def _guardian(row: Answers) -> str | None:
    guardian = row.adult("guardian")
    return _called(guardian) if guardian else None


def _family(row: Answers) -> str | None:
    return "；".join(_called(each) for each in row.kin if each["name"]) or None


def _id_kind(number: str | None) -> str | None:
    return "居民身份证" if number else None


WORKED_OUT: dict[str, Callable[[Answers], Any]] = {
    "child.age": _age,
    "said.both_away": _both_away,
    "said.one_unable": _one_unable,
    "said.unable_who": lambda row: {"father": "父亲", "mother": "母亲"}.get(_unable(row)),
    "said.entrusted": _entrusted,
    "said.reason": _reason,
    "said.class": _class,
    "said.school_grade": lambda row: "".join(filter(None, (row.survey.get("school"), _class(row)))) or None,
    "said.same_address": _same_address,
    "said.id_kind": lambda row: _id_kind(row.child.get("id_number")),
    "guardian.id_kind": lambda row: _id_kind(row.adult("guardian").get("id_number")),
    "said.guardian": _guardian,
    "said.family": _family,
}  # fmt: skip
