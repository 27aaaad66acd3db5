"""What the ledger answers under a form's headings: the inverse of an import.

A row of a form is a child (with its family, this term's survey, who helps it), a helper, a record or a pairing. Each
answers targets: those a register fills ('child.name', 'survey.health', 'guardian.phone', 'said.both_away', 'm1.name') and
those only a form asks for (ONLY_ASKED). What is not known is None, never a guess.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

import peewee

from db import days, dossier, site
from db.exchange.aliases import MEMBERS, ROLES
from db.exchange.worked_out import LATER, WORKED_OUT
from db.fields import specs
from db.models import Adult, Child, Focus, Helper, Kinship, Pairing, Survey
from db.vocab import SITE_KIND

BATCH = 400
RELATION_OF = {"father": "51", "mother": "52", "61": "61", "62": "62", "63": "63", "64": "64"}
PARENTS = ("50", "51", "52")
Values = dict[str, Any]

AND_PHONE = tuple(
    f"{name}{joint}{phone}"
    for name in ("", "姓名")
    for joint in "及和与、,"  # not /, which parts a group from its heading
    for phone in ("电话", "联系电话", "联系方式", "手机号")
)
REACHED = {  # whose name and phone may stand in one cell
    **{role: ROLES[role] for role in ("father", "mother", "guardian", "parent")},
    "helper": ("帮扶人", "帮扶责任人", "结对责任人", "结对帮扶人", "结对人", "责任人", "代理家长", "爱心妈妈", "帮扶教师", "帮扶干部"),
}  # fmt: skip

# What only forms ask for, and under which headings (A/B: B in the group A). The form's own lines (form.*) are the same
# in every row.
ONLY_ASKED: dict[str, tuple[str, ...]] = {
    "form.no": ("序号", "编号", "序", "行号"),
    "form.site": ("填报单位", "单位名称", "机构名称", "登记机构", "填报单位(盖章)", "填表单位", "上报单位", "村(居)委会"),
    "form.village": ("村(居)", "村(社区)", "村/社区", "村(居、社区)", "村名", "村名称", "村居", "单位(村)", "所在村", "所在村(居)", "行政村"),
    "form.site_kind": ("单位性质", "单位类型", "机构性质"),
    "form.township": ("所属乡镇", "乡镇", "乡镇(街道)", "所在乡镇"),
    "form.by": ("填表人", "登记人员", "制表人", "填报人", "经办人", "登记人"),
    "form.date": ("填报日期", "填表日期", "制表日期", "登记日期", "填报时间", "填表时间", "登记时间", "上报日期", "上报时间"),
    "form.term": ("学期", "学年学期"),
    "said.reason": ("委托照料原因", "留守原因", "外出情况", "父母外出情况"),
    "said.same_address": ("同现住址", "户籍地与现住址是否一致"),
    "said.id_kind": ("身份证件类型", "证件类型"),
    "said.nationality": ("国籍/地区", "国籍"),
    "said.orphan": ("是否孤儿", "孤儿"),
    "said.family": ("家庭成员情况", "家庭成员", "家庭主要成员"),
    "said.guardian": ("监护人信息", "监护人情况"),
    **{f"said.reach_{role}": tuple(f"{call}{end}" for call in calls for end in AND_PHONE) for role, calls in REACHED.items()},
    "said.carer": ("谁在带", "谁带", "由谁照顾", "谁在照顾", "谁照顾"),
    "said.serious": ("重病", "重病病种"),
    "said.chronic": ("慢性病", "慢性病病种"),
    "said.other_illness": ("儿童健康状况/其他", "健康状况/其他", "健康/其他"),
    "said.disability_level": ("残疾等级", "残疾级别"),
    "said.paired": ("是否结对", "是否已结对", "有无帮扶人"),
    "pairing.since": ("结对日期", "结对时间"),
    "record.way": ("回访方式", "走访方式", "联系方式(电话、入户)"),
    "helper.name": ("帮扶人", "帮扶人姓名", "帮扶责任人", "结对帮扶人", "帮扶教师", "代理家长", "爱心妈妈"),
    "helper.phone": ("帮扶人电话", "帮扶人联系电话", "帮扶责任人电话", "代理家长电话"),
    "helper.unit": ("帮扶人单位", "帮扶人单位及职务", "帮扶人工作单位"),
    "helper.kind": ("帮扶人身份",),
    "helper.children": ("帮扶对象", "帮扶儿童", "结对儿童", "帮扶儿童姓名"),
    "helper.helping": ("已帮扶人数", "现帮扶人数", "帮扶人数", "结对人数"),
}  # fmt: skip


class Answers:
    """One row's answers: answers['father.phone'] is the value as it is stored, None for what is not known.

    day: the day the row speaks of (a record's own), by which ages go.
    """

    __slots__ = (
        "adults",
        "child",
        "day",
        "form",
        "helper",
        "key",
        "kin",
        "pairing",
        "record",
        "survey",
        "tags",
    )

    def __init__(self, key: UUID, form: Values, day: date):
        self.key, self.form, self.day = key, form, day
        self.child: Values = {}
        self.survey: Values = {}
        self.kin: list[Values] = []
        self.adults: dict[str, Values] = {}
        self.tags: set[str] = set()
        self.helper: Values = {}
        self.record: Values = {}
        self.pairing: Values = {}

    def __getitem__(self, target: str) -> Any:
        return getter(target)(self)

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
        if role == "entrusted":
            return next(
                (each for each in self.kin if each["guardian"] and each["relation"] not in PARENTS), {}
            )
        if role == "parent":  # one that cares for the child goes before one that is away
            order = [each for each in self.kin if each["relation"] in PARENTS and each["name"]]
            return min(order, key=lambda each: (not each["guardian"], each["relation"] == "50"), default={})
        if role in MEMBERS:
            members = sorted(self.kin, key=lambda each: (each["relation"] or "99", not each["guardian"]))
            at = MEMBERS.index(role)
            return members[at] if at < len(members) else {}
        return {}

    def about(self, other: "Answers") -> None:
        """Take over what another row says of the same child."""
        self.child, self.survey, self.kin, self.tags = other.child, other.survey, other.kin, other.tags
        self.helper, self.pairing, self.adults = other.helper, other.pairing, other.adults


@cache
def getter(target: str) -> Callable[[Answers], Any]:
    """How a row answers a target."""
    owner, name = target.split(".")
    if found := WORKED_OUT.get(target):
        return found
    if owner == "child":
        return lambda row: row.child.get(name)
    if owner == "survey":
        return lambda row: row.survey.get(name)
    if owner in ("record", "pairing", "helper", "form"):
        return lambda row: getattr(row, owner).get(name)
    if later := LATER.get(name):
        return later(owner)
    return lambda row: row.adult(owner).get(name)


# ── where the rows come from ─────────────────────────────────────────────────────────────────────────────


def form_lines(by: str | None) -> Values:
    """What a form asks of itself: who fills it in, for whom, when. by: the user's name."""
    here = site.site()
    return {
        "site": here and here.name, "township": here and here.township, "by": by, "date": days.today(),
        "village": here and here.name if here and here.kind == "village" else None,
        "site_kind": here and here.kind and SITE_KIND.label(here.kind), "term": site.term().code,
    }  # fmt: skip


def of_children(ids: Iterable[UUID], form: Values) -> Iterator[Answers]:
    """The answers of these children, in the order given; form: what is the same in every row (`form_lines`)."""
    for batch in peewee.chunked(ids, BATCH):
        yield from children_among(batch, form).values()


def children_among(ids: list[UUID], form: Values) -> dict[UUID, Answers]:
    """The answers of a batch of children by key, in the order given; who is not on file is not there."""
    rows = {each: Answers(each, form, days.today()) for each in ids}
    for values in Child.live(Child.id, *_described(Child)).where(Child.id.in_(ids)).dicts():
        rows[values["id"]].child = values
    surveys = Survey.live(Survey.child, *_described(Survey))
    for values in surveys.where(Survey.term == site.term(), Survey.child.in_(ids)).dicts():
        rows[values["child"]].survey = values
    kin = Kinship.live(
        Kinship.child,
        *_described(Adult),
        Kinship.relation,
        Kinship.guardian,
        Kinship.entrusted,
        Kinship.address,
    )
    for values in kin.join(Adult).where(Kinship.child.in_(ids)).order_by(Kinship.id).dicts():
        rows[values["child"]].kin.append(values)
    tags = Focus.select(Focus.child, Focus.tag).where(dossier.focus_on(days.today()), Focus.child.in_(ids))
    for child, tag in tags.tuples():
        rows[child].tags.add(tag)
    paired = Pairing.select(Pairing.child, Pairing.kind.alias("as"), Pairing.since, *_described(Helper)).join(
        Helper
    )
    live, grown_up_first = dossier.live_on(days.today()), Helper.child.is_null(False)
    for values in paired.where(live, Pairing.child.in_(ids)).order_by(grown_up_first, Pairing.id).dicts():
        row = rows[values["child"]]
        if not row.helper:
            row.helper, row.pairing = values, {"kind": values["as"], "since": values["since"]}
    return {key: row for key, row in rows.items() if row.child}


def _described(model: type[peewee.Model]) -> list[peewee.Field]:
    return [getattr(model, name) for name in specs(model)]
