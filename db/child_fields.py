"""The child's entry sheet: which fields, in which order, and when one of them cannot apply."""

from collections.abc import Callable
from typing import Any

from db.fields import specs
from db.models import Adult, Child, Focus, Kinship, Survey
from db.sheet import Entry
from db.spec import Spec

CHILD, SURVEY, ADULT = specs(Child), specs(Survey), specs(Adult)
PARENTS = {"father": "51", "mother": "52"}
ROLE_OF = {"51": "father", "52": "mother"}
WRITTEN = {
    "father": ("父亲", "爸爸"), "mother": ("母亲", "妈妈"),
    "guardian": ("监护人", "受委托监护人", "委托监护人", "委托照料人"),
}  # fmt: skip
PERSON = {"name": "name", "phone": "phone", "id": "id_number"}  # in the sheet → in Adult
MORE = {
    "father": ("workplace", "work_phone"),
    "mother": ("workplace", "work_phone"),
    "guardian": ("occupation", "health", "age"),
}  # what the contact card says of an adult besides; called alike in the sheet and in Adult


def _family(role: str, field: str, label: str, skip: Callable[[dict], str | None] | None) -> Spec:
    told = ADULT.get(field) or specs(Kinship)[field]
    who, *others = WRITTEN[role]
    short = (label, *told.aliases)
    aliases = [f"{each}{name}" for each in (who, *others) for name in short][1:]
    if field == "name":
        aliases = [who, *others, *aliases]
    return told._replace(label=f"{who}{label}", aliases=tuple(aliases), required=False, skip=skip)


def _if_alive(role: str) -> Callable[[dict[str, Any]], str | None]:
    who = WRITTEN[role][0]
    return lambda values: f"{who}已故，不用填" if values.get(f"{role}_whereabouts") == "dead" else None


def _alone(values: dict[str, Any]) -> str | None:
    if values.get("no_guardian") or values.get("guardianship") == "none":
        return "已注明无人监护，不用填监护人"
    return None


def _if_not_a_parent(values: dict[str, Any]) -> str | None:
    """When a parent is the guardian, the guardian's name and phone are the parent's."""
    role = ROLE_OF.get(values.get("guardian_relation"))
    return f"监护人就是{WRITTEN[role][0]}，不用再填" if role else _alone(values)


def _if_no_guardian_named(values: dict[str, Any]) -> str | None:
    named = values.get("guardian_name") or values.get("guardian_relation")
    return "已填监护人，不用填" if named and not values.get("no_guardian") else None


def _parent(role: str) -> dict[str, Spec]:
    alive = _if_alive(role)
    return {
        f"{role}_name": _family(role, "name", "姓名", None),
        f"{role}_whereabouts": SURVEY[f"{role}_whereabouts"],
        f"{role}_place": SURVEY[f"{role}_place"],
        f"{role}_able": SURVEY[f"{role}_able"],
        f"{role}_phone": _family(role, "phone", "电话", alive),
        f"{role}_id": _family(role, "id_number", "身份证号", alive),
    }


def _guardian() -> dict[str, Spec]:
    relation = specs(Kinship)["relation"]
    return {
        "guardian_relation": relation._replace(
            label="监护人关系", skip=_alone,
            aliases=("监护人与儿童关系", "监护人与学生关系", *relation.aliases),
            prompt="监护人是孩子的什么人；父母自己监护就选父亲或母亲",
        ),
        "guardian_name": _family("guardian", "name", "姓名", _if_not_a_parent),
        "guardian_phone": _family("guardian", "phone", "电话", _if_not_a_parent),
        "guardian_id": _family("guardian", "id_number", "身份证号", _if_not_a_parent),
        "guardian_address": _family("guardian", "address", "住址", _if_not_a_parent),
        "no_guardian": SURVEY["no_guardian"]._replace(skip=_if_no_guardian_named),
        "guardianship": SURVEY["guardianship"],
    }  # fmt: skip


def _if_age_not_known(values: dict[str, Any]) -> str | None:
    return "身份证号里有出生日期，不用填" if values.get("guardian_id") else _alone(values)


def _contact_card() -> dict[str, Spec]:
    told = {}
    for role in PARENTS:
        alive = _if_alive(role)
        told[f"{role}_workplace"] = _family(role, "workplace", "工作单位", alive)
        told[f"{role}_work_phone"] = _family(role, "work_phone", "单位电话", alive)
    return told | {
        "guardian_occupation": _family("guardian", "occupation", "职业", _alone),
        "guardian_health": _family("guardian", "health", "身体状况", _alone),
        "guardian_age": _family("guardian", "age", "登记年龄", _if_age_not_known),
    }


def _take(specs_of: dict[str, Spec], names: str) -> dict[str, Spec]:
    return {name: specs_of[name] for name in names.split()}


def _sections() -> dict[str, dict[str, Spec]]:
    focus = specs(Focus)["tag"]
    sections = {
        "基本情况": _take(
            CHILD, "id_number name sex birth_date ethnicity registered hukou_address village_group address"
        ),
        "健康": _take(SURVEY, "health disability illness"),
        "父亲": _parent("father"),
        "母亲": _parent("mother"),
        "监护人": _guardian(),
        "就学": _take(SURVEY, "schooling boarding school grade class_no"),
        "家庭与帮扶": _take(SURVEY, "income aid study_level")
        | {"focus": focus._replace(kind="codes", label="重点对象", aliases=("重点类别", "重点帮扶类别"))},
        "联系卡": _contact_card(),
        "保障": _take(SURVEY, "vaccinated parenting_on entrust_on legal_aid")
        | _take(CHILD, "consent_on consent_version"),
        "其他": {},
    }
    placed = {name for section in sections.values() for name in section}
    last = ("needs", "surveyed_on", "note")
    sections["其他"] |= {
        name: each for name, each in (CHILD | SURVEY).items() if name not in placed and name not in last
    }
    sections["其他"] |= {name: (CHILD | SURVEY)[name] for name in last}
    return sections


ENTRIES: tuple[Entry, ...] = tuple(
    Entry(name, each, section) for section, fields in _sections().items() for name, each in fields.items()
)
SPECS = {entry.name: entry.spec for entry in ENTRIES}

# What answer makes a field inapplicable: field → the field it hangs on.
HANGS_ON = {
    "father_place": "father_whereabouts", "father_able": "father_whereabouts",
    "mother_place": "mother_whereabouts", "mother_able": "mother_whereabouts",
    "school": "schooling", "grade": "schooling", "class_no": "schooling", "boarding": "schooling",
    "disability": "health", "illness": "health",
}  # fmt: skip

# What siblings have in common, and which of it is still asked of each.
SHARED = tuple(
    entry.name
    for entry in ENTRIES
    if (entry.name in CHILD and entry.name in (
        "ethnicity", "registered", "hukou_address", "hukou_kind", "village_group", "address", "phone"
    ))
    or entry.section in ("父亲", "母亲", "监护人", "联系卡")
    or entry.name in ("school", "income")
)  # fmt: skip
ASKED = frozenset({"school", "income"})
ALIKE = {"school": "schooling"}  # a sibling at another kind of school is at another school
