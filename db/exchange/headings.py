"""Which column holds what. One heading may stand twice (公民身份证号码 for the child and again for the guardian): it
belongs to the group it stands under, or follows; a bare 联系电话 is the family's unless it follows somebody's name."""

import re
from collections import Counter
from dataclasses import dataclass, field

from db.exchange.aliases import (
    CHILD_GROUPS,
    KINDS,
    MEMBERS,
    OWNERS,
    REMARK_BEFORE,
    ROLES,
    adult_specs,
    bare,
    means_something,
    member,
    ranks,
    table,
    without_remark,
    words,
)
from db.exchange.grid import Heading
from db.exchange.mark_words import day_target
from db.fields import specs
from db.models import Child
from db.text import squeeze

# Who is nobody in a register of children: what follows them bare (班主任, 联系电话) is theirs.
STRANGERS = re.compile(
    "^(?:机构|填报|审核|经办|登记)|班主任|校长|教师|老师|(?:负责|责任|帮扶|结对|包保)人|干部|村官|儿童主任|督导员|网格员|代理家长|爱心[妈爸]"
)
THEIRS = {"phone", "workplace", "work_phone", "occupation"}
HELPING = re.compile("帮扶|结对人|责任人|代理家长|爱心[妈爸]")
OF_ONE = {"name", "id_number", "birth_date", "sex", "age"}  # of which nobody has two


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

    def headings(self) -> list[Heading]:
        """All headings from left to right."""
        return sorted([*self.at.values(), *self.unmapped], key=lambda each: each.column)

    def target_of(self, heading: Heading) -> str | None:
        """What a column fills; None if nothing."""
        return next((target for target, each in self.at.items() if each == heading), None)

    def assign(self, heading: Heading, target: str | None) -> None:
        """Say what a column holds (None: nothing); a column that held it before then holds nothing."""
        if (held := self.target_of(heading)) is not None:
            del self.at[held]
        else:
            self.unmapped.remove(heading)
        if target is None:
            self.unmapped.append(heading)
        else:
            if target in self.at:
                self.unmapped.append(self.at.pop(target))
            self.at[target] = heading
        self.unmapped.sort(key=lambda each: each.column)


def match(headings: list[Heading], kind: str) -> Columns:
    """Say what each column holds. Headings written out win; bare ones go by the group above, then the one before."""
    columns = Columns()
    waiting: list[tuple[Heading, str, str]] = []  # with the field it names and the owner it follows
    names, fields = table(kind), bare() if kind == "children" else {}
    second: list[tuple[Heading, str, str]] = []  # whose field has a column already, alike
    follows, group, strange = "child", "", False
    before, several = "", False  # the target before; whether two people's names stand side by side
    times = Counter(_sort_of(told_in_brackets(each.text)[0], fields) for each in headings)
    grouped = {owner_of(each.group) for each in headings}
    for heading in headings:
        text, told = told_in_brackets(heading.text)
        if heading.group != group:
            group = heading.group
            strange = bool(STRANGERS.search(group)) or "帮扶" in group
            follows = "" if strange else "child"
        if kind == "children" and (found := member(words(heading.group)) or member(text)):
            role, rest = found
            if _take(columns, f"{role}.{fields.get(rest or text)}", heading):
                follows = role
            else:
                columns.unmapped.append(heading)
            continue
        if kind == "pairings" and (target := _first_of(names, words(_side(heading.group) + text), columns)):
            columns.at[target] = heading
            continue
        if kind == "attendance" and (day := day_target(text)):
            if day in columns.at:
                columns.unmapped.append(heading)
            else:
                columns.at[day] = heading
            continue
        own = told or owner_of(heading.group)
        name, again = fields.get(text), times[_sort_of(text, fields)] > 1
        if own and name and _take(columns, f"{own}.{name}", heading):
            follows = own
        elif own and own != "child" and (inside := _first_of(names, words(ROLES[own][0] + text), columns)):
            columns.at[inside] = heading
            follows = own
        elif name and not follows and (strange or again or name in THEIRS):
            columns.unmapped.append(heading)
        elif name and (again or text not in names or name == "phone"):
            family = several and name == "phone" and not again  # 父亲, 母亲, 联系电话
            waiting.append((heading, name, "child" if family else follows))
            before = ""
        elif target := _first_of(names, text, columns):
            columns.at[target] = heading
            several = (
                before.endswith(".name") and target.endswith(".name") and "child.name" not in (before, target)
            )
            before = target
            follows = "" if strange else _follows(target)
            follows = "child" if follows in grouped and not group else follows
        elif follows in ROLES and (inside := _first_of(names, words(ROLES[follows][0] + text), columns)):
            columns.at[inside] = heading  # 父亲姓名, 务工地点
        elif name and follows not in ("", "child"):
            second.append((heading, name, follows))
        else:
            columns.unmapped.append(heading)
            follows = "" if STRANGERS.search(text) else follows
    _settle(waiting, columns)
    columns.unmapped += [each for each, name, owner in second if not _take(columns, f"{owner}.{name}", each)]
    _prefer_plain(columns, kind)
    columns.unmapped.sort(key=lambda each: each.column)
    at = columns.at
    if "guardian.relation" in at and "guardian.name" not in at and "parent.name" in at:
        at["parent.relation"] = at.pop("guardian.relation")  # 家长姓名, 与学生关系
    return columns


def _sort_of(text: str, fields: dict[str, str]) -> str:
    """What makes two headings alike: 身份证号 and 证件号码 are of two people as surely as 身份证号 twice."""
    name = fields.get(text)
    return name if name in OF_ONE else text


def _prefer_plain(columns: Columns, kind: str) -> None:
    """Of two headings for one field the plainer has it, wherever they stand: 现住址 before 通信地址."""
    for heading in list(columns.unmapped):
        text = told_in_brackets(heading.text)[0]
        for target in table(kind).get(text, ()):
            held = columns.at.get(target)
            rank = ranks(kind).get((target, held and told_in_brackets(held.text)[0]))
            if rank is not None and ranks(kind)[target, text] < rank:
                columns.assign(heading, target)
                break


def _settle(waiting: list[tuple[Heading, str, str]], columns: Columns) -> None:
    """Bare headings: to whom each follows where that one has none yet; the rest by elimination."""
    left = []
    for heading, name, follows in waiting:
        if (follows == "child" and name == "phone") or not _take(columns, f"{follows}.{name}", heading):
            left.append((heading, name))
    for heading, name in left:
        there = [role for role in ("guardian", *MEMBERS) if f"{role}.name" in columns.at]
        order = ["child", *there]
        if "parent.name" in columns.at:
            order = ["parent", *order] if name in ("phone", "workplace", "work_phone") else [*order, "parent"]
        if name in ("work_phone", "occupation"):  # beside the workplace it goes with
            order.sort(key=lambda role: f"{role}.workplace" not in columns.at)
        if not any(_take(columns, f"{role}.{name}", heading) for role in order):
            columns.unmapped.append(heading)


def _take(columns: Columns, target: str, heading: Heading) -> bool:
    owner, name = target.split(".")
    if owner == "child" and name == "health":
        target = "survey.health"
    elif name not in (specs(Child) if owner == "child" else adult_specs(owner)):
        return False
    if target in columns.at:
        return False
    columns.at[target] = heading
    return True


def _first_of(names: dict[str, list[str]], text: str, columns: Columns) -> str | None:
    return next((each for each in names.get(text, ()) if each not in columns.at), None)


def told_in_brackets(heading: str) -> tuple[str, str]:
    """公民身份证号码(受委托监护人) names its owner itself; other brackets are a remark."""
    text = words(heading)
    if not means_something(text):
        text = REMARK_BEFORE.sub("", text)
    if means_something(text):
        return text, ""
    found = re.fullmatch(r"(.+?)[(\[【]([^)\]】]*)[)\]】]", text)
    if found and (owner := owner_of(found[2])):
        return found[1], owner
    return without_remark(text), ""


def _side(group: str) -> str:
    """Whose side of a pairing a group of columns is."""
    return "儿童" if owner_of(group) == "child" else "帮扶人" if HELPING.search(group) else ""


def owner_of(group: str) -> str:
    """Whose a group of columns is: child, father, guardian, …; '' for nobody we know."""
    said = squeeze(group)
    if said in CHILD_GROUPS:
        return "child"
    said = said.removesuffix("信息").removesuffix("基本情况").removesuffix("情况")
    return next((role for role, calls in ROLES.items() if said in calls), "")


def _follows(target: str) -> str:
    owner, name = target.split(".")
    if owner == "survey" and name.startswith(("father_", "mother_")):
        return name[:6]
    if target == "said.entrusted":
        return "guardian"
    return owner if owner in ROLES or owner in MEMBERS else "child"


def guess(headings: list[Heading], title: str = "") -> str | None:
    """The kind of register these headings make, None if none; a title that says so decides between possible ones."""
    found = {kind: set(match(headings, kind).at) for kind in KINDS}
    found = {kind: at for kind, at in found.items() if _is_whole(kind, at)}
    if "pairings" in found:
        found.pop("helpers", None)  # a list of helpers names no child
    if found.get("records", set()) >= {"record.on_date", "record.content"}:
        return "records"  # whatever else it says of the child
    said = next((kind for kind, word in TITLES.items() if kind in found and word.search(title)), None)
    return said or max(found, key=lambda kind: len(found[kind]), default=None)


TITLES = {
    "records": re.compile("谈心|谈话|家访|走访|回访"),
    "pairings": re.compile("结对"),
    "helpers": re.compile("帮扶人|帮扶责任人|帮扶人员|帮扶队伍|爱心[妈爸]|志愿者|代理家长|关爱队伍"),
}


NEEDED = {
    "children": ("child.name",), "helpers": ("helper.name",), "records": ("child.name", "record.on_date"),
    "pairings": ("child.name", "helper.name"), "scores": ("child.name",), "attendance": ("child.name",),
}  # fmt: skip


def _is_whole(kind: str, at: set[str]) -> bool:
    if not at.issuperset(NEEDED[kind]):
        return False
    match kind:
        case "children":
            return bool(at - {"child.name", "child.sex", "child.phone", "child.note", "child.ethnicity"})
        case "helpers":
            return bool(at & {"helper.kind", "helper.capacity", "helper.unit"})
        case "records":
            return bool(at & {"record.by_name", "record.reason", "record.content"})
        case "scores":
            return any(target.startswith("score.") for target in at)
        case "attendance":
            return any(target.startswith("day.") for target in at)
    return True
