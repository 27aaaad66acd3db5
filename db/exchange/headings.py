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
    ROLES,
    adult_specs,
    bare,
    known,
    member,
    table,
    words,
)
from db.exchange.grid import Heading
from db.fields import specs
from db.models import Child
from db.text import squeeze
from db.values import Refused, id_birth, id_number, partial_date


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
    waiting: list[tuple[Heading, str]] = []  # with the owner it follows
    names, fields = table(kind), bare() if kind == "children" else {}
    follows = "child"
    times = Counter(words(each.text) for each in headings)
    for heading in headings:
        text, told = _told_in_brackets(heading.text)
        if kind == "children" and (found := member(words(heading.group)) or member(text)):
            role, rest = found
            if _take(columns, f"{role}.{fields.get(rest or text)}", heading):
                follows = role
            else:
                columns.unmapped.append(heading)
            continue
        own = told or _owner(heading.group)
        name = fields.get(text)
        if own and name and _take(columns, f"{own}.{name}", heading):
            follows = own
        elif own and own != "child" and (inside := _first_of(names, words(ROLES[own][0] + text), columns)):
            columns.at[inside] = heading
            follows = own
        elif name and (times[text] > 1 or text not in names or name == "phone"):
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
    """Bare headings: to whom each follows where that one has none yet; the rest by elimination."""
    left = []
    for heading, follows in waiting:
        name = bare()[words(heading.text)]
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


def _told_in_brackets(heading: str) -> tuple[str, str]:
    """公民身份证号码(受委托监护人) names its owner itself; other brackets are a remark."""
    text = words(heading)
    if found := re.fullmatch(r"(.+?)[(\[【]([^)\]】]*)[)\]】]", text):
        if owner := _owner(found[2]):
            return found[1], owner
        if not known(text):
            return found[1], ""
    return text, ""


def _owner(group: str) -> str:
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


def guess(headings: list[Heading]) -> str | None:
    """The kind of register these headings make, None if none."""
    best, score = None, 0
    for kind in KINDS:
        at = match(headings, kind).at
        if _is_whole(kind, set(at)) and len(at) > score:
            best, score = kind, len(at)
    return best


NEEDED = {
    "children": ("child.name",), "helpers": ("helper.name",), "records": ("child.name", "record.on_date"),
    "pairings": ("child.name", "helper.name"),
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
    return True


def settle_ids(rows: list, columns: Columns) -> None:
    """ID columns that share one heading, in shuffled order: each is whose birth dates it agrees with.

    The child's is the one that agrees best with the child's birth dates; one that disagrees with the person it
    follows is the guardian's, who has no birth date column.
    """
    at = columns.at
    headings = [heading for target, heading in at.items() if target.endswith(".id_number")]
    twins = [each for each in headings if sum(each.text == other.text for other in headings) > 1]
    if len(twins) < 2 or "child.birth_date" not in at:
        return
    own = max(twins, key=lambda each: _agreeing(rows, each, at["child.birth_date"]))
    if not _agreeing(rows, own, at["child.birth_date"]):
        return
    owners = {heading.column: target for target, heading in at.items() if heading in twins}
    displaced = owners[own.column]
    for target in owners.values():
        del at[target]
    at["child.id_number"] = own
    for heading in (each for each in twins if each is not own):
        target = owners[heading.column] if owners[heading.column] != "child.id_number" else displaced
        born = at.get(target.replace(".id_number", ".birth_date"))
        if target in at or target == "child.id_number" or (born and not _agreeing(rows, heading, born)):
            target = "guardian.id_number"
        if target in at or "guardian.name" not in at:
            columns.unmapped.append(heading)
        else:
            at[target] = heading


TOLD_BY = 300  # rows that settle whose ID numbers a column holds


def _agreeing(rows: list, ids: Heading, births: Heading) -> int:
    """How many of the first rows hold an ID number whose date is the birth date."""
    agreeing = 0
    for _, row in rows[:TOLD_BY]:
        try:
            agreeing += id_birth(id_number(row[ids.column])).startswith(partial_date(row[births.column]))
        except (Refused, IndexError):
            continue
    return agreeing
