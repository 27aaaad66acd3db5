"""What the headings of a form ask of the ledger: the import's own knowledge, and what only a form asks.

Unlike an import, two columns may ask for one field (现住址 and 家庭地址): both are filled. A column that is itself a choice
(男, 女; 是, 否 under one group) is ticked: its target ends in the code, 'child.sex=male'.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache

from db.exchange import aliases, headings
from db.exchange.aliases import MEMBERS, OWNERS, ROLES, bare, member, spec_of, table, words
from db.exchange.facts import ONLY_ASKED, REACHED
from db.exchange.grid import Heading, heading_words
from db.exchange.headings import HELPING, OF_ONE, STRANGERS, THEIRS, told_in_brackets
from db.spec import Spec
from db.values import Refused
from db.vocab import YES_NO

SIGNED = re.compile("签名|签字|签章")
HEALTH_OF = {"重病", "慢性病", "其他"}  # headings that are a kind of health, only beside others about health
FORM_OWN = (
    "form.date",
    "form.by",
    "form.no",
    "record.way",
)  # asked by the form, whatever a register may mean by the same words
WHOLE_CLASS = {words(each) for each in aliases.CLASS_OF_CHILD}
WORK = re.compile(r"^(?:father|mother|parent|m\d)\.workplace$")
LABELS = {
    "form.no": "序号", "form.site": "本单位名称", "form.village": "本村名称", "form.site_kind": "本单位类型", "form.township": "所属乡镇", "form.by": "填表人（您）",
    "form.date": "填报日期（今天）", "form.term": "本学期", "said.reason": "委托照料原因", "said.same_address": "户籍地址与现住址相同",
    "said.id_kind": "证件类型", "said.nationality": "国籍", "said.orphan": "是否孤儿", "said.family": "家庭成员（关系、姓名、电话）",
    "said.guardian": "监护人（关系、姓名、电话）", "said.serious": "重病病种", "said.chronic": "慢性病病种", "said.other_illness": "其他疾病",
    "said.disability_kind": "残疾类型", "said.disability_level": "残疾等级", "said.paired": "是否结对", "said.class": "年级和班级",
    "said.class_or_school": "年级和班级，没有就写学校", "record.way": "回访方式", "helper.children": "帮扶的儿童", "helper.helping": "已帮扶人数",
    "said.carer": "监护人（关系、姓名）", **{f"said.reach_{role}": f"{calls[0]}姓名和电话" for role, calls in REACHED.items()},
    "guardian.id_kind": "监护人证件类型", "helper.name": "帮扶人姓名", "helper.phone": "帮扶人电话", "helper.unit": "帮扶人单位及职务",
    "helper.kind": "帮扶人身份",
}  # fmt: skip


@dataclass(slots=True)
class Asked:
    """What each heading of a table asks for, by its place among them (None: nothing the ledger knows), and what was decided."""

    targets: list[str | None]
    notes: list[str] = field(default_factory=list)


@cache
def only_asked() -> dict[str, str]:
    """Heading words → target, of what only forms ask for."""
    return {words(name): target for target, names in ONLY_ASKED.items() for name in names}


def form_asks(heading: str) -> str | None:
    """What only forms ask for by this heading, its brackets taken in (村(居)) or left aside; None for nothing."""
    return only_asked().get(words(heading)) or only_asked().get(told_in_brackets(heading)[0])


@cache
def _choice_words() -> frozenset[str]:
    codes = (
        "survey.health",
        "survey.boarding",
        "child.sex",
        "survey.schooling",
        "survey.guardianship",
        "survey.aid",
    )
    told = {each.label for target in codes for each in spec_of(target).choices}
    return frozenset(told | {each.label for each in YES_NO} | {"有", "无", "患病"})


def known(heading: str) -> bool:
    """Whether words may be a heading of a form."""
    text = words(heading)
    return aliases.known(heading) or form_asks(heading) is not None or text in _choice_words()


def spec_for(target: str) -> Spec | None:
    """The description of the field a target asks for; None for what is worked out as plain words."""
    target = target.split("=")[0]
    owner, name = target.split(".")
    if target in ("said.same_address", "said.orphan", "said.paired"):
        return Spec(LABELS[target], "flag")
    if owner in ("form", "said") and target not in aliases.SAID_FLAGS:
        return Spec(LABELS[target], "day") if target == "form.date" else None
    if target in ("record.way", "helper.children", "helper.helping") or name == "id_kind":
        return None
    if owner == "record" and name == "kind":
        return spec_of("record.kind")
    return spec_of(target)


def label_of(target: str) -> str:
    """A target in words."""
    target, _, code = target.partition("=")
    if target in LABELS:
        label = LABELS[target]
    elif target.endswith(".id_kind"):
        label = OWNERS[target.split(".")[0]] + "证件类型"
    else:
        label = aliases.label_of(target)
    if code:
        label += f"：{spec_for(target).choices.label(code)}打√"
    return label


def options(kind: str) -> list[tuple[str, str]]:
    """Everything a column of a form of this kind may ask for, with how it is called, the likeliest first."""
    found = dict.fromkeys(aliases.targets(kind))
    if kind in ("records", "pairings"):
        found |= dict.fromkeys(
            each for each in aliases.targets("children") if each.split(".")[0] not in MEMBERS
        )
    if kind == "pairings":
        found |= dict.fromkeys(aliases.targets("helpers"))
    found |= dict.fromkeys(each for each in ONLY_ASKED if _belongs(each, kind))
    if kind in ("children", "records"):
        found |= {"said.class": None, "said.disability_kind": None}
    if kind == "children":
        found |= {f"{role}.{name}": None for role in MEMBERS[:2] for name in aliases.adult_specs(role)}
    return [(target, label_of(target)) for target in found]


def _belongs(target: str, kind: str) -> bool:
    owner = target.split(".")[0]
    if owner == "form":
        return True
    if owner == "record":
        return kind == "records"
    if target in ("helper.children", "helper.helping"):
        return kind in ("helpers", "pairings")
    return kind != "helpers"


def ask(found: list[Heading], kind: str) -> Asked:
    """What these headings ask for in a form whose rows are of a kind (children, helpers, records, pairings)."""
    return _Asking(found, kind).done()


class _Asking:
    """One look over the headings: the import's knowledge first, then each thing that only forms do."""

    def __init__(self, found: list[Heading], kind: str):
        self.found, self.kind = (
            [
                each if "□" not in each.text else replace(each, text=each.text[: each.text.index("□")])
                for each in found
            ],
            kind,
        )
        self.told: dict[int, str] = {}  # by place
        self.notes: list[str] = []

    def done(self) -> Asked:
        self._ticks()
        self._own()
        self._match(self.kind)
        if self.kind == "pairings":
            self._match("helpers", lambda each: HELPING.search(each.group) is not None)
        if self.kind != "helpers":
            self._helper()
        self._only_asked()
        self._again()
        if self.kind in ("records", "pairings"):
            self._match("children")
        self._together()
        return Asked([self.told.get(place) for place in range(len(self.found))], self.notes)

    def _left(self) -> list[int]:
        return [place for place in range(len(self.found)) if place not in self.told]

    def _ticks(self) -> None:
        """Columns that are choices of the group above them; 男 and 女 side by side need no group."""
        texts = [told_in_brackets(each.text)[0] for each in self.found]
        groups = [told_in_brackets(each.group)[0] for each in self.found]
        if {"男", "女"} <= set(texts):
            groups = [
                "性别" if text in ("男", "女") else group for text, group in zip(texts, groups, strict=True)
            ]
        for group in set(filter(None, groups)):
            places = [place for place, each in enumerate(groups) if each == group]
            for target in table(self.kind).get(group, ()):
                spec = spec_for(target)
                codes = [spec and spec.choices and code_of(spec, texts[place]) for place in places]
                if len(codes) > 1 and all(codes):
                    self.told |= {
                        place: f"{target}={code}" for place, code in zip(places, codes, strict=True)
                    }
                    break

    def _own(self) -> None:
        """The form's own day, hand and numbering; a signature is nobody's to print."""
        for place in self._left():
            heading = self.found[place]
            target = form_asks(heading.text)
            if target in FORM_OWN and not SIGNED.search(heading.text):
                self.told[place] = target

    def _match(self, kind: str, which: Callable[[Heading], bool] = lambda each: True) -> None:
        """What an import would take from the columns that are left."""
        places = [
            place
            for place in self._left()
            if which(self.found[place]) and not SIGNED.search(self.found[place].text)
        ]
        taken = set(self.told.values())
        for target, heading in headings.match([self.found[place] for place in places], kind).at.items():
            if target in taken and kind != self.kind:
                continue
            self.told[next(place for place in places if self.found[place] is heading)] = target

    def _helper(self) -> None:
        """Who helps the child: under 帮扶人, or bare after it."""
        follows = False
        for place, heading in enumerate(self.found):
            text = told_in_brackets(heading.text)[0]
            target = self.told.get(place, "")
            if place not in self.told:
                asked = only_asked().get(text, "")
                ours = HELPING.search(heading.group) is not None
                bare_one = table("helpers").get(text, [""])[0]
                if asked.startswith("helper."):
                    self.told[place] = target = asked
                elif (ours or follows) and bare_one:
                    self.told[place] = target = bare_one
            follows = target.startswith("helper.") and not heading.group

    def _only_asked(self) -> None:
        for place in self._left():
            heading = self.found[place]
            if SIGNED.search(heading.text):
                continue
            text, owner = told_in_brackets(heading.text)
            if found := member(words(heading.group)) or member(text):
                role, rest = found
                if only_asked().get(rest or text) == "said.id_kind":
                    self.told[place] = f"{role}.id_kind"
                continue
            owner = (
                owner
                or owner_of(heading.group)
                or next(
                    (
                        role
                        for role, calls in ROLES.items()
                        for call in calls
                        if text.startswith(call) and len(text) > len(call)
                    ),
                    "",
                )
            )
            target = only_asked().get(f"{words(heading.group)}/{text}") or form_asks(heading.text)
            if text in HEALTH_OF and heading.group and "健康" not in heading.group:
                continue
            if target is None and owner in ROLES:
                rest = next((text[len(call) :] for call in ROLES[owner] if text.startswith(call)), text)
                if only_asked().get(rest) == "said.id_kind":
                    target = "said.id_kind"
            if target is None or (
                target.startswith(("record.", "helper.")) and not _belongs(target, self.kind)
            ):
                continue
            if owner and owner != "child":
                if target == "said.id_kind":
                    self.told[place] = f"{owner}.id_kind"
                elif target.startswith(("form.", "said.reason", "said.guardian", "said.carer", "said.reach")):
                    self.told[place] = target
            elif not STRANGERS.search(heading.group) or target.startswith("form."):
                self.told[place] = target

    def _again(self) -> None:
        """A field asked for twice is written twice, unless it may be another person's."""
        for place in self._left():
            heading = self.found[place]
            text, told = told_in_brackets(heading.text)
            owner = told or owner_of(heading.group)
            may = table(self.kind).get(text, ())
            if not may or SIGNED.search(heading.text) or STRANGERS.search(heading.group):
                continue
            target = may[0]
            name = target.split(".")[1]
            before = [self.found[at].text for at, each in sorted(self.told.items()) if each == target]
            if (owner and owner != "child") or not before:
                continue
            if (
                text in bare()
                and (name in OF_ONE or name in THEIRS)
                and told_in_brackets(before[0])[0] == text
            ):
                self.notes.append(
                    f"“{heading.text}”不止一栏，看不出第{heading.column + 1}列的是谁的，留空了；请指明它要填什么"
                )
                continue
            self.told[place] = target
            if heading_words(before[0]) != heading_words(heading.text):
                self.notes.append(f"“{before[0]}”和“{heading.text}”填的都是{label_of(target)}")

    def _together(self) -> None:
        """What one column asks for depends on what stands in the others."""
        has = set(self.told.values())
        for place, target in self.told.items():
            text = told_in_brackets(self.found[place].text)[0]
            if target == "survey.disability" and "said.disability_level" in has and "级" not in text:
                self.told[place] = "said.disability_kind"
            elif target == "said.disability_level" and "survey.disability" not in has:
                self.told[place] = "survey.disability"
            elif target == "survey.class_no" and not has & {"survey.grade", "said.school_grade"}:
                self.told[place] = "said.class"
            elif target == "said.class" and self.kind != "children":
                self.told[place] = _class_as_asked(text)
            elif (
                target == "record.home"
                and text == "家庭成员情况"
                and list(self.told.values()).count(target) > 1
            ):
                self.told[place] = "said.family"


def answered_by(found: list[Heading], targets: list[str | None]) -> list[str | None]:
    """What each target is answered from, by what stands beside it.

    A form that asks for the 受委托 one asks for nobody where a parent is the guardian; without a column for 务工地点, where a
    parent works stands under 工作单位.
    """
    told = list(zip(found, targets, strict=True))
    entrusts = any(target == "guardian.name" and "托" in each.group + each.text for each, target in told)
    placed = any(target in ("survey.father_place", "survey.mother_place") for target in targets)
    by: list[str | None] = []
    for target in targets:
        if target and entrusts and target.startswith("guardian."):
            target = target.replace("guardian.", "entrusted.")
        elif target and not placed and WORK.match(target):
            target = target.replace("workplace", "work_or_place")
        by.append(target)
    return by


def _class_as_asked(text: str) -> str:
    """What a record's 班级 holds goes by its words: a school, a grade, both, or a class."""
    if "学校" in text or "就学" in text:
        return "said.school_grade" if "年级" in text or "班" in text else "survey.school"
    return "survey.grade" if "班" not in text else "said.class_or_school"


def owner_of(group: str) -> str:
    """Whose columns stand under a group: 'father', 'guardian', 'child' …; '' for nobody's we know."""
    return headings.owner_of(group)


def code_of(spec: Spec, text: str) -> str | None:
    """The code words stand for among a field's choices ('yes', 'no' of a flag); None if they are none of them."""
    for codes in (spec.codes, spec.choices):
        try:
            if codes is not None:
                return codes.find(text)
        except Refused:
            continue
    return None
