"""What headings are called in registers: whose field, which field, under every name we know of.

A target is 'child.name', 'survey.health', 'father.phone', … Fields' own labels and aliases come from their
descriptions; here stands only what a description cannot know.
"""

import re
from collections.abc import Iterator
from functools import cache

from db.exchange.grid import heading_words
from db.exchange.mark_words import ENDINGS, SUBJECTS, day_label, day_target, subject_spec
from db.fields import specs
from db.models import Adult, CareRecord, Child, Focus, Helper, Kinship, Pairing, Score, Survey
from db.spec import Spec

ROLES: dict[str, tuple[str, ...]] = {
    "father": ("父亲", "爸爸", "父"),
    "mother": ("母亲", "妈妈", "母"),
    "guardian": (
        "监护人", "委托监护人", "受委托监护人", "受委托照料人", "委托照料人", "被委托人", "受托人", "实际监护人", "现监护人", "其他监护人",
        "现实际监护人", "临时监护人", "照料人", "实际照料人", "代理监护人", "监护照料人", "照顾人", "实际照顾人", "委托照顾人", "委托照护人",
        "受委托人", "受委托照护人", "被委托监护人", "隔代监护人", "抚养人", "联系人", "紧急联系人",
    ),
    "parent": ("家长", "父母", "学生家长", "父母(家长)"),
    "61": ("祖父", "爷爷"),
    "62": ("祖母", "奶奶"),
    "63": ("外祖父", "外公", "姥爷"),
    "64": ("外祖母", "外婆", "姥姥"),
}  # fmt: skip
MEMBER = re.compile(r"(?:家庭)?(?:主要)?成员(?:情况|信息)?([1-6一二三四五六]?):?(.*)")
MEMBERS = tuple(f"m{n}" for n in range(1, 7))  # 成员1 … 成员6: their 关系 says who they are
CHILD = ("儿童", "学生", "孩子", "留守儿童")  # what may stand before any of the child's headings
OWNERS = {"child": "儿童", "survey": "儿童", "focus": "儿童", "said": "儿童", "helper": "帮扶人", "record": "", "pairing": "",
          **{role: calls[0] for role, calls in ROLES.items()}, **{role: f"成员{role[1]}" for role in MEMBERS}}  # fmt: skip
CHILD_GROUPS = {
    "儿童", "学生", "孩子", "儿童基本信息", "基本信息", "基本情况", "儿童基本情况", "学生基本情况", "学生基本信息", "留守儿童", "留守儿童基本情况",
    "个人信息", "本人", "儿童信息", "学生信息", "被监护人",
}  # fmt: skip
# What only registers say, and the ledger keeps in other words.
SAID = {
    "said.both_away": ("父母双方同时外出", "父母双方外出", "是否父母双方外出", "父母是否双方外出", "双方外出"),
    "said.one_unable": (
        "父母一方外出、另一方无监护能力", "父母一方外出另一方无监护能力", "父母一方外出,另一方无监护能力", "一方外出另一方无监护能力",
    ),
    "said.unable_who": ("无监护能力", "无监护能力的一方", "无监护能力方", "无监护能力一方"),
    "said.entrusted": (
        "父母外出有无委托其他监护人", "父母外出有无委托照料人", "有无委托监护人", "是否委托监护", "有无委托照料人", "是否委托",
    ),
    "said.school_grade": (
        "就读学校及年级", "学校及年级", "学校年级", "就读学校年级", "学校班级", "所在学校及年级", "所在学校年级班级", "就读学校及班级",
        "学校及班级", "就读学校、年级", "学校、年级", "就读学校年级班级", "就读学校和年级", "所在学校班级", "就学学校及年级",
        "就读学校班级", "就读学校/年级", "学校/年级", "就读学校、班级", "学校、班级", "学校年级班级", "就读学校、年级、班级", "学校、年级、班级",
    ),
}  # fmt: skip
SAID_LABELS = {
    "said.both_away": "父母双方同时外出", "said.one_unable": "一方外出另一方无监护能力", "said.unable_who": "无监护能力的一方",
    "said.entrusted": "有无委托监护", "said.school_grade": "学校年级写在一格", "said.class": "班级（认人用）", "score.exam": "考试", "score.on_date": "考试日期",
}  # fmt: skip
SAID_FLAGS = ("said.both_away", "said.one_unable", "said.entrusted")
CLASS_OF_CHILD = (
    "年级班级",
    "年级及班级",
    "年级、班级",
    "就读班级",
    "班级名称",
    "所在年级班级",
    "年班",
    "年级/班级",
    "年级班",
    "现读年级班级",
)
CHILD_OF_RECORD = (
    "谈心对象", "谈话对象", "走访对象", "家访对象", "帮扶对象", "被谈话人", "受访儿童", "结对儿童", "帮扶儿童", "受助儿童", "儿童", "学生",
    "留守儿童", "姓名", "儿童姓名", "学生姓名", "孩子姓名", "留守儿童姓名", "对象", "对象姓名", "结对学生", "评估对象",
)  # fmt: skip
BESIDES_OF_RECORD = {  # under which registers of visits and returns keep what a talk keeps
    "record.on_date": (
        "家访时间", "家访日期", "走访时间", "走访日期", "回访时间", "回访日期", "入户时间", "记录时间", "记录日期", "帮扶时间", "帮扶日期",
        "评估时间", "评估日期",
    ),
    "record.by_name": (
        "家访教师", "家访人", "家访人员", "家访老师", "走访人员", "走访教师", "回访人", "回访人员", "谈心人", "谈心教师", "谈话老师", "谈心老师", "评估人", "评估人员",
    ),
    "record.kind": ("回访方式", "走访方式", "家访方式"),
    "record.place": ("家访地点", "走访地点"),
    "record.reason": ("家访原因", "家访目的", "走访原因"),
    "record.content": (
        "家访内容", "家访情况", "家访记录", "走访内容", "走访情况", "走访记录", "回访情况", "回访内容", "谈话情况", "谈心情况", "谈心记录",
        "谈话内容及效果", "帮扶内容", "帮扶情况",
    ),
    "record.follow_up": ("后续计划", "后续安排", "下一步计划", "下一步措施", "跟踪措施"),
}  # fmt: skip
SCORE = (
    ("score.exam", ("考试", "考试名称", "考试类别", "考试类型")), ("score.on_date", ("考试日期", "考试时间", "测试日期")),
)  # fmt: skip
CLASS = (
    "班级", "年级班级", "所在班级", "所属班级", "学校班级", "就读学校及年级", "年级", "学校及班级", "就读学校", "学校", "学校及年级", "就读年级",
)  # fmt: skip
HELPER_OF_PAIR = (
    "帮扶人", "帮扶人姓名", "帮扶教师", "结对人", "代理家长", "爱心妈妈", "结对教师", "帮扶责任人", "结对帮扶人", "帮扶干部", "帮扶老师",
    "代理家长姓名", "爱心妈妈姓名", "帮扶责任人姓名", "帮扶教师姓名", "结对帮扶人姓名",
)  # fmt: skip
HELPER_PHONE = (
    "帮扶人电话",
    "帮扶人联系电话",
    "帮扶人手机",
    "帮扶教师电话",
    "代理家长电话",
    "联系电话",
    "电话",
    "联系方式",
    "手机号码",
)
HELPER_UNIT = (
    "帮扶人单位",
    "帮扶人单位及职务",
    "单位及职务",
    "单位",
    "工作单位",
    "单位/职务",
    "单位职务",
    "帮扶人工作单位",
)
GUARDIAN_FLAG = Spec("是否监护人", "flag")
REMARK = r"[(\[【][^()\[\]【】]*[)\]】]"
REMARK_BEFORE = re.compile(rf"^{REMARK}(?=.)")
REMARKS = re.compile(rf"{REMARK_BEFORE.pattern}|(?<=.){REMARK}$")
KINDS = ("children", "helpers", "records", "pairings", "scores", "attendance")


def words(heading: str) -> str:
    """A heading as it is looked up: halves of brackets, commas and blanks made one."""
    return heading_words(heading).replace("，", ",").replace("：", ":")


def without_remark(text: str) -> str:
    """The words of a heading without what brackets before or after them add: 姓名(必填) is 姓名."""
    return heading_words(REMARKS.sub("", text))


@cache
def spec_of(target: str) -> Spec | None:
    """The description of the field a target fills; None for what only registers say, and not in yes or no."""
    owner, name = target.split(".")
    if target in SAID_FLAGS:
        return Spec(SAID_LABELS[target], "flag")
    if owner in ROLES or owner in MEMBERS:
        return GUARDIAN_FLAG if name == "guardian" else (specs(Adult) | specs(Kinship))[name]
    if owner == "focus":
        return specs(Focus)["tag"]._replace(kind="codes", label="重点对象")
    models = {
        "child": Child,
        "survey": Survey,
        "helper": Helper,
        "record": CareRecord,
        "pairing": Pairing,
        "score": Score,
    }
    found = specs(models[owner]).get(name) if owner in models else None
    return subject_spec(name) if found is None and owner == "score" else found


def label_of(target: str) -> str:
    """A target in words: 父亲姓名, 现住址, 学校年级写在一格."""
    owner, name = target.split(".")
    if target in SAID_LABELS:
        return SAID_LABELS[target]
    if owner == "day":
        return day_label(target)
    label = spec_of(target).label
    if (
        owner in ROLES
        or owner in MEMBERS
        or (owner in ("child", "helper") and name in ("name", "phone", "id_number"))
    ):
        return label if label.startswith(OWNERS[owner]) else OWNERS[owner] + label
    return label


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


@cache
def ranks(kind: str) -> dict[tuple[str, str], int]:
    """How plainly heading words name a target: of two headings for one, the lower number has it."""
    found: dict[tuple[str, str], int] = {}
    for target, names in _named(kind):
        for name in names:
            found.setdefault((target, words(name)), len(found))
    return found


def targets(kind: str) -> list[str]:
    """Everything a column of this kind of register may fill."""
    return list(dict.fromkeys(target for target, _ in _named(kind)))


def _named(kind: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    if kind == "children":
        yield from _of(Child, "child")
        yield from SAID.items()
        yield from _of(Survey, "survey")
        for target, names in (*_of(Child, "child"), *_of(Survey, "survey")):
            yield target, tuple(call + name for call in CHILD for name in names)
        yield "survey.class_no", CLASS_OF_CHILD
        focus = specs(Focus)["tag"]
        yield "focus.tag", (focus.label, *focus.aliases)
        for role in ROLES:
            for name, names in _of_adult(role):
                yield f"{role}.{name}", names
        relation = specs(Kinship)["relation"]
        yield "guardian.relation", relation.aliases
    elif kind == "helpers":
        yield from _of(Helper, "helper")
    elif kind == "records":
        yield from _of(CareRecord, "record")
        yield from BESIDES_OF_RECORD.items()
        yield from _child_named()
        yield "said.class", CLASS
    elif kind in ("scores", "attendance"):
        yield from _child_named()
        yield "said.class", CLASS
        if kind == "scores":
            yield from SCORE
            for subject, names in SUBJECTS.items():
                yield f"score.{subject}", tuple(name + end for name in (subject, *names) for end in ENDINGS)
    else:
        yield from _of(Pairing, "pairing")
        yield "helper.name", HELPER_OF_PAIR
        yield "helper.phone", HELPER_PHONE
        yield "helper.unit", HELPER_UNIT
        yield from _child_named()
        birth = specs(Child)["birth_date"]
        yield "child.birth_date", (birth.label, *birth.aliases)
        yield "said.class", CLASS


def _of(model: type, owner: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, spec in specs(model).items():
        yield f"{owner}.{name}", (spec.label, *spec.aliases)


def _of_adult(role: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The fields of an adult in a role, under the role's name: 父亲电话, 爸爸手机号 …; 父亲 alone is the name."""
    for name, spec in adult_specs(role).items():
        own = (spec.label, *spec.aliases)
        named = tuple(call + each for call in ROLES[role] for each in own)
        yield name, (*ROLES[role], *named) if name == "name" else named


def adult_specs(role: str) -> dict[str, Spec]:
    """What a register may say of an adult in a role; where they live and who they are only of guardians, members."""
    kinship = specs(Kinship)
    if role in MEMBERS:
        return specs(Adult) | kinship | {"guardian": GUARDIAN_FLAG}
    return specs(Adult) | (kinship if role == "guardian" else {})


def _child_named() -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "child.name", CHILD_OF_RECORD
    number = specs(Child)["id_number"]
    yield "child.id_number", (number.label, *number.aliases)


@cache
def bare() -> dict[str, str]:
    """Headings that do not say whose they are, and the field of an adult they may be."""
    told = adult_specs(MEMBERS[0])
    return {words(name): field for field, spec in told.items() for name in (spec.label, *spec.aliases)}


def known(heading: str) -> bool:
    """Whether any kind of register uses this heading, a remark in brackets left aside."""
    text = words(heading)
    return means_something(text) or means_something(without_remark(text))


def means_something(text: str) -> bool:
    """Whether any kind of register uses these very words as a heading."""
    if (found := member(text)) and found[1] in bare():
        return True
    if day_target(text):
        return True
    return text in bare() or any(text in table(kind) for kind in KINDS)


def member(text: str) -> tuple[str, str] | None:
    """Role and the rest of a heading that speaks of a member of the family: 成员1姓名 is ('m1', '姓名')."""
    found = MEMBER.fullmatch(text)
    if found is None:
        return None
    place = found[1] or "1"
    number = int(place) if place.isascii() else "一二三四五六".index(place) + 1
    return f"m{number}", found[2]
