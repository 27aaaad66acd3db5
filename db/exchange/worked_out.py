"""What a form asks that the ledger keeps in other words: each answer worked out from what is on file, or None."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from db import days, dossier
from db.child_fields import ROLE_OF
from db.cross_groups import BY_CODE, OPEN
from db.vocab import FOCUS, GRADE, RECORD_KIND, RELATION, WHEREABOUTS

if TYPE_CHECKING:
    from db.exchange.facts import Answers

PARENTS = (("father", "mother"), ("mother", "father"))
TOLD_IN_VISIT = {
    "home": "家庭情况",
    "conduct": "孩子表现",
    "needs": "需求",
    "feedback": "家长意见",
    "result": "效果",
}
WAYS = {
    "visit": "入户走访",
    "home_stay": "到家做客",
    "phone_call": "电话",
    "parent_contact": "电话",
    "video_call": "视频",
}


def _age(row: "Answers") -> int | None:
    born = row.child.get("birth_date")
    return days.age_on(born, row.day) if born else row.child.get("age")


def _both_away(row: "Answers") -> bool | None:
    where = [row.survey.get(f"{role}_whereabouts") for role, _ in PARENTS]
    if where == ["away", "away"]:
        return True
    return None if None in where else False


def _unable(row: "Answers") -> str | None:
    """The parent without 监护能力 while the other is away: dead, lost, or at home and said to be unable."""
    for role, other in PARENTS:
        where = row.survey.get(f"{role}_whereabouts")
        unable = where in dossier.SPOKEN_FOR or (where == "home" and row.survey.get(f"{role}_able") is False)
        if unable and row.survey.get(f"{other}_whereabouts") == "away":
            return role
    return None


def _one_unable(row: "Answers") -> bool | None:
    """None also while it is not known whether the one at home is able."""
    if _unable(row):
        return True
    if (both := _both_away(row)) is None:
        return None
    for role, other in PARENTS:
        at_home = row.survey.get(f"{role}_whereabouts") == "home"
        away = row.survey.get(f"{other}_whereabouts") == "away"
        if not both and at_home and away and row.survey.get(f"{role}_able") is None:
            return None
    return False


def _entrusted(row: "Answers") -> bool | None:
    guardian = row.adult("guardian")
    if not guardian:  # 父母外出有无委托: nobody who is not away has entrusted the child
        nobody_away = _both_away(row) is False and not any(
            row.survey.get(f"{role}_whereabouts") == "away" for role, _ in PARENTS
        )
        return False if nobody_away or row.survey.get("no_guardian") else None
    return False if guardian["relation"] in ROLE_OF else guardian["entrusted"]


def _reason(row: "Answers") -> str | None:
    """As the 汇总表 counts it; None where a parent at home can guard the child, and where it is not known."""
    reason = BY_CODE["reason"]
    found = [
        each for each in reason.classes(*map(row.survey.get, reason.facts)) if each not in ("home", OPEN)
    ]
    return reason.columns[found[0]] if found else None


def _declared(row: "Answers") -> str | None:
    """As the parents' whereabouts have it; where they are not known, as a register declared it."""
    where = [row.survey.get(f"{role}_whereabouts") for role, _ in PARENTS]
    if None in where:
        return row.survey.get("declared")
    return ("none", "one", "both")[where.count("away")]


def _class(row: "Answers") -> str | None:
    grade, number = row.survey.get("grade"), row.survey.get("class_no")
    return "".join((GRADE.label(grade) if grade else "", number or "")) or None


def _class_or_school(row: "Answers") -> str | None:
    return _class(row) or row.survey.get("school")


def _school_grade(row: "Answers") -> str | None:
    return "".join(filter(None, (row.survey.get("school"), _class(row)))) or None


def _same_address(row: "Answers") -> bool | None:
    hukou, home = row.child.get("hukou_address"), row.child.get("address")
    return hukou == home if hukou and home else None


def _orphan(row: "Answers") -> bool | None:
    where = [row.survey.get(f"{role}_whereabouts") for role, _ in PARENTS]
    if where == ["dead", "dead"]:
        return True
    return False if "away" in where or "home" in where else None


def _called(adult: dict[str, Any]) -> str:
    relation = RELATION.label(adult["relation"]) if adult["relation"] else ""
    return " ".join(filter(None, (relation, adult["name"], adult["phone"])))


def _guardian(row: "Answers") -> str | None:
    guardian = row.adult("guardian")
    return _called(guardian) if guardian else None


def _carer(row: "Answers") -> str | None:
    """Who the child lives with, as people say it: 祖父张德福; without a phone."""
    guardian = row.adult("guardian")
    return _called(guardian | {"phone": None}) if guardian else None


def _reach(role: str) -> Callable[["Answers"], str | None]:
    """Somebody's name and phone in one cell."""

    def reach(row: "Answers") -> str | None:
        person = row.helper if role == "helper" else row.adult(role)
        return " ".join(filter(None, (person.get("name"), person.get("phone")))) or None

    return reach


def _family(row: "Answers") -> str | None:
    return "；".join(_called(each) for each in row.kin if each["name"]) or None


def _id_kind(number: str | None) -> str | None:
    return "居民身份证" if number else None


def _ill(health: str, words: str) -> Callable[["Answers"], str | None]:
    """The illness, under a heading that is itself a kind of health: 慢性病, 重病, 其他."""
    return lambda row: (row.survey.get("illness") or words) if row.survey.get("health") == health else None


def _disability(level: bool) -> Callable[["Answers"], str | None]:
    """肢体三级 in two columns: 肢体 and 三级; what does not end in a level is all kind."""

    def part(row: "Answers") -> str | None:
        text = row.survey.get("disability") or ""
        cut = len(text) - 2 if text.endswith("级") and len(text) > 1 else len(text)
        return (text[cut:] if level else text[:cut]) or None

    return part


def _place(role: str) -> Callable[["Answers"], str | None]:
    """Where a parent works; where that is not a place: 在家, 已故, 不详, 外出."""

    def place(row: "Answers") -> str | None:
        if told := row.survey.get(f"{role}_place"):
            return told
        where = row.survey.get(f"{role}_whereabouts")
        return WHEREABOUTS.label(where) if where else None

    return place


def _work(role: str) -> Callable[["Answers"], str | None]:
    """A parent's 工作单位, in a form that has no column for where they are: then that stands there."""

    def work(row: "Answers") -> str | None:
        adult = row.adult(role)
        if told := adult.get("workplace"):
            return told
        parent = ROLE_OF.get(adult.get("relation"))
        where = row.survey.get(f"{parent}_whereabouts")
        if where == "away":
            return row.survey.get(f"{parent}_place")
        return (
            "在家务农"
            if where == "home" and adult.get("occupation") == "务农"
            else "在家"
            if where == "home"
            else None
        )

    return work


def _content(row: "Answers") -> str | None:
    """What was talked or seen; a visit that has no content tells it by what it asked."""
    told = [f"{label}：{row.record[name]}" for name, label in TOLD_IN_VISIT.items() if row.record.get(name)]
    return row.record.get("content") or "；".join(told) or None


def _way(row: "Answers") -> str | None:
    kind = row.record.get("kind")
    return kind and (WAYS.get(kind) or RECORD_KIND.label(kind))


def _focus(row: "Answers") -> str | None:
    return " ".join(code.code for code in FOCUS if code.code in row.tags) or None


WORKED_OUT: dict[str, Callable[["Answers"], Any]] = {
    "child.age": _age,
    "focus.tag": _focus,
    "said.both_away": _both_away,
    "said.one_unable": _one_unable,
    "said.unable_who": lambda row: {"father": "父亲", "mother": "母亲"}.get(_unable(row)),
    "said.entrusted": _entrusted,
    "said.reason": _reason,
    "said.class": _class,
    "said.class_or_school": _class_or_school,
    "said.school_grade": _school_grade,
    "said.same_address": _same_address,
    "said.nationality": lambda row: "中国" if row.child.get("id_number") else None,
    "said.orphan": _orphan,
    "said.serious": _ill("serious", "重病"),
    "said.chronic": _ill("chronic", "慢性病"),
    "said.other_illness": _ill("other", "其他"),
    "said.disability_kind": _disability(False),
    "said.disability_level": _disability(True),
    "said.id_kind": lambda row: _id_kind(row.child.get("id_number")),
    "said.guardian": _guardian,
    "said.carer": _carer,
    **{f"said.reach_{role}": _reach(role) for role in ("father", "mother", "guardian", "parent", "helper")},
    "said.family": _family,
    "said.paired": lambda row: bool(row.helper),
    "survey.declared": _declared,
    "survey.father_place": _place("father"),
    "survey.mother_place": _place("mother"),
    "record.content": _content,
    "record.way": _way,
}  # fmt: skip
LATER: dict[str, Callable[[str], Callable[["Answers"], Any]]] = {
    "work_or_place": _work,
    "id_kind": lambda role: lambda row: _id_kind(row.adult(role).get("id_number")),
}  # of an adult in any role
