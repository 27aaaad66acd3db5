"""Which column holds what: an alias map built from the fields' own descriptions.

A target is 'child.name', 'survey.health', 'father.phone', … : whose field, which field. One heading may stand
twice (公民身份证号码 for the child and again for the guardian): it belongs to the group it follows.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from db.exchange.grid import Heading, heading_words
from db.fields import specs
from db.models import Adult, CareRecord, Child, Helper, Kinship, Pairing, Survey
from db.spec import Spec
from db.text import squeeze

ROLES: dict[str, tuple[str, ...]] = {
    "father": ("父亲", "爸爸", "父"),
    "mother": ("母亲", "妈妈", "母"),
    "guardian": (
        "委托监护人",
        "受委托监护人",
        "受委托照料人",
        "委托照料人",
        "实际监护人",
        "现监护人",
        "其他监护人",
        "监护人",
    ),
    "61": ("祖父", "爷爷"),
    "62": ("祖母", "奶奶"),
    "63": ("外祖父", "外公", "姥爷"),
    "64": ("外祖母", "外婆", "姥姥"),
}
CHILD_GROUPS = {
    "儿童",
    "学生",
    "孩子",
    "儿童基本信息",
    "基本信息",
    "基本情况",
    "儿童基本情况",
    "学生基本情况",
    "留守儿童",
}
# What only registers say, and the ledger keeps in other words.
SAID = {
    "said.both_away": ("父母双方同时外出", "父母双方外出", "是否父母双方外出"),
    "said.one_unable": (
        "父母一方外出、另一方无监护能力",
        "父母一方外出另一方无监护能力",
        "父母一方外出,另一方无监护能力",
    ),
    "said.unable_who": ("无监护能力", "无监护能力的一方", "无监护能力方"),
    "said.entrusted": (
        "父母外出有无委托其他监护人",
        "父母外出有无委托照料人",
        "有无委托监护人",
        "是否委托监护",
    ),
    "said.school_grade": (
        "就读学校及年级",
        "学校及年级",
        "学校年级",
        "就读学校年级",
        "学校班级",
        "所在学校及年级",
        "所在学校年级班级",
    ),
}
CHILD_OF_RECORD = (
    "谈心对象", "谈话对象", "走访对象", "家访对象", "帮扶对象", "被谈话人", "儿童", "学生", "留守儿童", "姓名", "儿童姓名", "学生姓名",
    "孩子姓名", "留守儿童姓名", "对象",
)  # fmt: skip
CLASS = ("班级", "年级班级", "所在班级", "所属班级", "学校班级", "就读学校及年级", "年级", "学校及班级")
HELPER_OF_PAIR = (
    "帮扶人",
    "帮扶人姓名",
    "帮扶教师",
    "结对人",
    "代理家长",
    "爱心妈妈",
    "结对教师",
    "帮扶责任人",
)


@dataclass(slots=True)
class Columns:
    """Where each target stands (target → heading), and the headings nothing is taken from."""

    at: dict[str, Heading] = field(default_factory=dict)
    unmapped: list[Heading] = field(default_factory=list)

    def names(self) -> dict[str, str]:
        """Heading → target, as `guanai import --json` shows it; a repeated heading names its owner."""
        times = Counter(each.text for each in self.at.values())
        shown = {}
        for target, heading in sorted(self.at.items(), key=lambda item: item[1].column):
            name = heading.text
            if times[name] > 1 and name in shown:
                name = f"{name}（{heading.group or OWNERS.get(target.split('.')[0], target)}）"
            shown[name] = target
        return shown


OWNERS = {"child": "儿童", "father": "父亲", "mother": "母亲", "guardian": "监护人", "61": "祖父", "62": "祖母", "63": "外祖父",
          "64": "外祖母", "helper": "帮扶人"}  # fmt: skip


def words(heading: str) -> str:
    """A heading as it is looked up: halves of brackets, commas and blanks made one."""
    return heading_words(heading).replace("，", ",")


@cache
def spec_of(target: str) -> Spec | None:
    """The description of the field a target fills; None for what only registers say."""
    owner, name = target.split(".")
    if owner in ROLES:
        return specs(Kinship)[name] if name == "relation" else specs(Adult)[name]
    models = {"child": Child, "survey": Survey, "helper": Helper, "record": CareRecord, "pairing": Pairing}
    return specs(models[owner]).get(name) if owner in models else None


@cache
def table(kind: str) -> dict[str, list[str]]:
    """Heading words → targets they may mean, for one kind of register."""
    found: dict[str, list[str]] = {}
    for target, names in _named(kind):
        for name in names:
            targets = found.setdefault(words(name), [])
            if target not in targets:
                targets.append(target)
    return found


def _named(kind: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    if kind == "children":
        yield from _of(Child, "child")
        yield from SAID.items()
        yield from _of(Survey, "survey")
        for role, calls in ROLES.items():
            for name, spec in specs(Adult).items():
                own = (spec.label, *spec.aliases)
                yield f"{role}.{name}", tuple(call + each for call in calls for each in own)
            yield f"{role}.name", calls
        relation = specs(Kinship)["relation"]
        yield "guardian.relation", (*relation.aliases, *(call + relation.label for call in ROLES["guardian"]))
    elif kind == "helpers":
        yield from _of(Helper, "helper")
    elif kind == "records":
        yield from _of(CareRecord, "record")
        yield "child.name", CHILD_OF_RECORD
        yield "child.id_number", (specs(Child)["id_number"].label, *specs(Child)["id_number"].aliases)
        yield "said.class", CLASS
    else:
        yield from _of(Pairing, "pairing")
        yield "helper.name", HELPER_OF_PAIR
        yield "helper.phone", ("帮扶人电话", "帮扶人联系电话", "联系电话", "电话")
        yield "helper.unit", ("帮扶人单位", "单位及职务", "单位", "工作单位", "单位/职务")
        yield "child.name", CHILD_OF_RECORD
        yield "child.id_number", (specs(Child)["id_number"].label, *specs(Child)["id_number"].aliases)
        yield "child.birth_date", (specs(Child)["birth_date"].label, *specs(Child)["birth_date"].aliases)
        yield "said.class", CLASS


def _of(model: type, owner: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, spec in specs(model).items():
        yield f"{owner}.{name}", (spec.label, *spec.aliases)


BARE = {words(name): f for f, spec in specs(Adult).items() for name in (spec.label, *spec.aliases)} | {
    words(specs(Kinship)["relation"].label): "relation"
}
KINDS = ("children", "helpers", "records", "pairings")


def known(heading: str) -> bool:
    """Whether any kind of register uses this heading."""
    return any(words(heading) in table(kind) for kind in KINDS) or words(heading) in BARE


def match(headings: list[Heading], kind: str) -> Columns:
    """Say what each column holds. Headings written out win; bare ones go by the group above, then the one before."""
    columns = Columns()
    waiting: list[tuple[Heading, str]] = []  # with the owner it follows
    names = table(kind)
    follows = "child"
    times = Counter(words(each.text) for each in headings)
    for heading in headings:
        own = _owner(heading.group)
        text, told = _told_in_brackets(heading.text)
        own = told or own
        bare = BARE.get(text) if kind == "children" else None
        if own and bare and _take(columns, f"{own}.{bare}", heading):
            follows = own
        elif own and own != "child" and (inside := _first_of(names, words(_call(own) + text), columns)):
            columns.at[inside] = heading
            follows = own
        elif bare and (times[text] > 1 or text not in names):
            waiting.append((heading, follows))
        elif target := _first_of(names, text, columns):
            columns.at[target] = heading
            follows = _follows(target)
        else:
            columns.unmapped.append(heading)
    _settle(waiting, columns)
    columns.unmapped.sort(key=lambda each: each.column)
    return columns


def _settle(waiting: list[tuple[Heading, str]], columns: Columns) -> None:
    """Bare headings: to the group each follows where that has none yet; the rest by elimination, the child first."""
    left = []
    for heading, follows in waiting:
        bare = BARE[words(heading.text)]
        if not _take(columns, f"{follows}.{bare}", heading):
            left.append(heading)
    for heading in left:
        bare = BARE[words(heading.text)]
        owners = [
            owner for owner in ("child", "guardian") if owner == "child" or f"{owner}.name" in columns.at
        ]
        if not any(_take(columns, f"{owner}.{bare}", heading) for owner in owners):
            columns.unmapped.append(heading)


def _take(columns: Columns, target: str, heading: Heading) -> bool:
    owner, name = target.split(".")
    fields = {"child": specs(Child)}.get(owner) or (specs(Adult) | specs(Kinship))
    if name not in fields or target in columns.at:
        return False
    if owner not in ("child", "guardian") and name in ("address", "relation"):
        return False
    columns.at[target] = heading
    return True


def _first_of(names: dict[str, list[str]], text: str, columns: Columns) -> str | None:
    return next((each for each in names.get(text, ()) if each not in columns.at), None)


def _told_in_brackets(heading: str) -> tuple[str, str]:
    """公民身份证号码(受委托监护人) names its owner itself; other brackets are a remark."""
    text = words(heading)
    if found := re.fullmatch(r"(.+?)\(([^)]*)\)", text):
        if owner := _owner(found[2]):
            return found[1], owner
        if not known(text):
            return found[1], ""
    return text, ""


def _owner(group: str) -> str:
    said = squeeze(group)
    if said in CHILD_GROUPS:
        return "child"
    said = said.removesuffix("信息").removesuffix("情况")
    return next((role for role, calls in ROLES.items() if said in calls), "")


def _call(role: str) -> str:
    return ROLES[role][0]


def _follows(target: str) -> str:
    owner, name = target.split(".")
    if owner == "survey" and name.startswith(("father_", "mother_")):
        return name[:6]
    if target == "said.entrusted":
        return "guardian"
    return owner if owner in ROLES else "child"


def guess(headings: list[Heading]) -> str | None:
    """The kind of register these headings make, None if none."""
    best, score = None, 0
    for kind in KINDS:
        at = match(headings, kind).at
        if _is_whole(kind, set(at)) and len(at) > score:
            best, score = kind, len(at)
    return best


def _is_whole(kind: str, at: set[str]) -> bool:
    match kind:
        case "children":
            about = {
                "child.birth_date",
                "child.id_number",
                "father.name",
                "mother.name",
                "guardian.name",
                "child.address",
            }
            return "child.name" in at and bool(at & about)
        case "helpers":
            return "helper.name" in at and bool(at & {"helper.kind", "helper.capacity", "helper.unit"})
        case "records":
            about = {"record.by_name", "record.reason", "record.content"}
            return {"child.name", "record.on_date"} <= at and bool(at & about)
    return {"child.name", "helper.name"} <= at
