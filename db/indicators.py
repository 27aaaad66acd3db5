"""Every indicator of the field, each defined once: its name and 口径, whom it counts, who falls short of it and why.

Sources: the goals of the seven work plans, 国发〔2016〕13号 and 国发〔2016〕36号. What is 未采集 never counts as done; where
an indicator leaves it out instead, its 口径 says so (docs/rules.md, 指标).
"""

from collections.abc import Callable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import days, dossier, owed, rhythm, settings
from db.models import Child, Focus, Kinship, Owed, Survey, Term
from db.vocab import FOCUS, LEGAL_AID, SCHOOLING, VACCINATION

SCHOOL_AGE, PRIVATE = 6, 14
NEVER = peewee.SQL("1 = 0")
CALLS = {"phone_call", "video_call", "parent_contact"}
OUT_OF_SCHOOL = ("dropped_out", "not_in_school")
IN_NEED = ("dibao", "tekun")
Why = Callable[[Any], tuple[str | None, str]]


class Case(NamedTuple):
    """What a target is worked out from: the term, the day, the criterion in words; inside: which part of the children."""

    term: Term
    on: date
    criterion: str
    inside: peewee.Node | None = None

    def children(self) -> peewee.ModelSelect:
        """The children that count, Survey joined with Child."""
        return self._inside(Survey.select().join(Child).where(dossier.counted(self.term, self.on)))

    def everyone(self) -> peewee.ModelSelect:
        """All children on the register, 留守 or not, with this term's survey where there is one."""
        asked = (Survey.child == Child.id) & (Survey.term == self.term.id) & Survey.deleted_at.is_null()
        query = Child.select().join(Survey, peewee.JOIN.LEFT_OUTER, on=asked)
        return self._inside(query.where(Child.deleted_at.is_null(), dossier.on_register(self.on)))

    def tagged(self, *tags: str) -> peewee.Expression:
        """Children who bear one of these focus tags on the day; any tag where none is named."""
        held = Focus.select(Focus.child).where(dossier.focus_on(self.on))
        return Child.id.in_(held.where(Focus.tag.in_(tags)) if tags else held)

    def says(self, name: str, share: str, whom: str | None = None) -> str:
        """A definition: what the rate is, of which term and day, by which criterion."""
        whom = whom or f"留守儿童按“{self.criterion}”认定，已删除、已退出的档案不计"
        return f"{name}指截至{self.on.year}年{days.short(self.on)}，{self.term.code}学期{share}；{whom}。"

    def _inside(self, query: peewee.ModelSelect) -> peewee.ModelSelect:
        return query if self.inside is None else query.where(self.inside)


class Count(NamedTuple):
    """How a case is counted. share: the rate in words; among: the children counted, over Child and Survey.

    short: those that fall short (of a goal to be kept low: the very children it counts). shows: columns besides the name.
    why: from these, of a child that falls short, the field of the sheet to open, if one is, and the reason; with a low
    goal row.unsure tells those of whom it is not known. unsure:
    whom a low goal may yet count. recorded: whether the ledger says anything of a child here (None: always).
    whom: whom it counts, in words, where not the 留守 children.
    """

    share: str
    among: peewee.ModelSelect
    short: peewee.Node
    why: Why
    shows: tuple[peewee.Node, ...] = ()
    unsure: peewee.Node = NEVER
    recorded: peewee.Node | None = None
    whom: str | None = None


class Indicator(NamedTuple):
    """usual: the goal usual in the field, in percent; direction: 'up' or 'down'; period: what stretch it is about."""

    code: str
    name: str
    usual: float
    direction: str
    period: str
    count: Callable[[Case], Count]


# ---- dossier and schooling ------------------------------------------------------------------------


def _filed(case: Case) -> Count:
    def why(row: Any) -> tuple[str, str]:
        lacks = row.gaps.split()
        return lacks[0], "缺" + "、".join(dossier.GAP_LABELS.get(name, name) for name in lacks)

    return Count(
        "档案各项齐全的留守儿童占全部留守儿童的百分比",
        case.children(),
        Survey.gaps != "",
        why,
        (Survey.gaps,),
    )


def _of_age(case: Case) -> tuple[int, peewee.Expression]:
    """The year of the school year, and the children known to have been six by the end of its August."""
    year = days.school_year(case.term.code, case.term.starts)
    return year, Child.birth_date <= days.years_before(date(year, 8, 31), SCHOOL_AGE).isoformat()


def _of_school_age(year: int) -> str:
    return f"学龄指{year}年8月31日满6周岁且不满16周岁"


def _enrolled(case: Case) -> Count:
    year, of_age = _of_age(case)
    share = (
        f"在小学、初中、高中或中职就读的学龄留守儿童占全部学龄留守儿童的百分比，{_of_school_age(year)}，"
        "休学的分子分母都不计，就学情况未采集的算未入学，出生日期未采集的不计"
    )
    among = case.children().where(of_age, Survey.schooling.is_null() | (Survey.schooling != "suspended"))
    outside = Survey.schooling.is_null() | Survey.schooling.not_in(sorted(dossier.AT_SCHOOL))
    return Count(
        share, among, outside, lambda row: ("schooling", SCHOOLING.label(row.schooling)), (Survey.schooling,)
    )


def _retained(case: Case) -> Count:
    share = "毕业人数占入学人数（小学六年前、初中三年前入学的，加转入、减转出）的百分比，最高算100"
    whom = "按学校全体学生算，台账里没有，由学校提供"
    return Count(share, case.children().where(NEVER), NEVER, lambda row: (None, ""), whom=whom)


def _in_school(case: Case) -> Count:
    year, of_age = _of_age(case)
    share = (
        f"没有失学辍学的学龄留守儿童占全部学龄留守儿童的百分比，{_of_school_age(year)}，辍学、不在学、未入学的和标了失学辍学的"
        "算失学，休学的不算失学，就学情况未采集的算失学，出生日期未采集的不计"
    )
    out = Survey.schooling.is_null() | Survey.schooling.in_([*OUT_OF_SCHOOL, "none_yet"])
    short = out | case.tagged("out_of_school")
    return Count(share, case.children().where(of_age), short, _why_out, (Survey.schooling,))


def _why_out(row: Any) -> tuple[str, str]:
    if row.schooling is None or row.schooling in (*OUT_OF_SCHOOL, "none_yet"):
        return "schooling", SCHOOLING.label(row.schooling)
    return "focus", f"重点对象：{FOCUS.label('out_of_school')}"


def _dropped_out(case: Case) -> Count:
    year, of_age = _of_age(case)
    share = (
        f"失学辍学的学龄留守儿童人数及其占学龄留守儿童的百分比，{_of_school_age(year)}，出生日期未采集的也算，辍学、不在学、"
        "到了学龄未入学的和标了失学辍学的都算，休学的不算；就学情况未采集的另列，补齐前不说达标"
    )
    unborn, none_yet = Child.birth_date.is_null(), Survey.schooling == "none_yet"
    such = Survey.schooling.in_(OUT_OF_SCHOOL) | (none_yet & of_age) | case.tagged("out_of_school")
    unsure = Survey.schooling.is_null() | (none_yet & unborn)

    def why(row: Any) -> tuple[str, str]:
        if row.unsure and row.schooling is not None:
            return "birth_date", "未入学，出生日期未采集"
        return _why_out(row)

    return Count(share, case.children().where(of_age | unborn), such, why, (Survey.schooling,), unsure)


# ---- pairing, time kept ---------------------------------------------------------------------------


def _unpaired(case: Case, share: str, among: peewee.ModelSelect) -> Count:
    return Count(
        share, among, Child.id.not_in(dossier.paired_children(case.on)), lambda row: (None, "没有结对")
    )


def _paired(case: Case) -> Count:
    return _unpaired(case, "至少有一名帮扶人结对未结束的留守儿童占全部留守儿童的百分比", case.children())


def _paired_focus(case: Case) -> Count:
    share = "结对未结束的重点留守儿童占全部重点留守儿童的百分比，重点指当天标有任一类重点对象"
    return _unpaired(case, share, case.children().where(case.tagged()))


def _paired_hardship(case: Case) -> Count:
    share = (
        "结对未结束的贫困或心理困难留守儿童占全部这类儿童的百分比，指当天标有家庭困难、心理困难的，或救助帮扶有低保、特困的，"
        "这几项都没填的不计"
    )
    aid = reduce(or_, (Survey.aid.contains(code) for code in IN_NEED))
    return _unpaired(case, share, case.children().where(case.tagged("hardship", "mind") | aid))


def _on_time(name: str, kinds: set[str]) -> Callable[[Case], Count]:
    def count(case: Case) -> Count:
        asked = [each for each in owed.in_force() if kinds.intersection(each.kinds)]
        owing, late = _owed(case, {each.code for each in asked})
        how = "；".join(rhythm.in_words(each) for each in asked) or f"现在没有{name}的节奏"
        share = f"{name}没有逾期的留守儿童占该{name}的留守儿童的百分比（{how}），开学后才登记的从登记那天算起"
        return Count(share, case.children().where(owing), late, lambda row: (None, f"{name}已逾期"))

    return count


def _owed(case: Case, codes: set[str]) -> tuple[peewee.Node, peewee.Node]:
    """The children something is owed to by these rhythms on the day, and those with one overdue."""
    if not codes:
        return NEVER, NEVER
    if (
        case.term.code == settings.term_code() and case.on >= days.today()
    ):  # of days past the table says nothing
        owed.settle()
        standing = Owed.select(Owed.child).where(
            Owed.what.in_(codes), Owed.source == "rhythm", Owed.since <= case.on, Owed.until > case.on
        )
        return Child.id.in_(standing), Child.id.in_(standing.where(Owed.due_by < case.on))
    keys = [key for (key,) in case.children().select(Child.id).tuples()]
    pieces = list(owed.once(keys, case.term, case.on, codes))
    owing = {child for child, _ in pieces}
    late = {child for child, piece in pieces if piece.due_by < case.on}
    return _among(owing), _among(late)


def _among(keys: set[UUID]) -> peewee.Node:
    """Children of a set of keys however large."""
    batches = [Child.id.in_(list(batch)) for batch in peewee.chunked(sorted(keys), dossier.BATCH)]
    return reduce(or_, batches, NEVER)


def _arts_sports(case: Case) -> Count:
    from db import participation  # brings the calendar along, which `guanai status` does without

    share = (
        f"从{days.short(case.term.starts)}起到场参加过体育或艺术活动至少一项的儿童占应参加儿童的百分比，"
        "应参加的是留守儿童和潜能生，取消了的活动不计，没点名的不算参加"
    )
    counted, gifted = dossier.counted(case.term, case.on), case.tagged(participation.POTENTIAL)
    took_part = participation.took_part(case.term.starts, case.on)
    return Count(
        share, case.everyone().where(counted | gifted), Child.id.not_in(took_part),
        lambda row: (None, "还没参加过体育或艺术活动"),
    )  # fmt: skip


# ---- protection -----------------------------------------------------------------------------------


def _vaccinated(case: Case) -> Count:
    share = (
        "按时接种了应种疫苗的留守儿童占应接种留守儿童的百分比，填了“没有应种的”不计，免疫接种未采集的算没接种"
    )
    told = Survey.vaccinated
    return Count(
        share, case.children().where(told.is_null() | (told != "none_due")), told.is_null() | (told != "done"),
        lambda row: ("vaccinated", VACCINATION.label(row.vaccinated)), (told,), recorded=told.is_null(False),
    )  # fmt: skip


def _alone(case: Case) -> peewee.Expression:
    """Children said to be looked after by nobody."""
    said = peewee.fn.COALESCE(Survey.no_guardian, False) | (
        peewee.fn.COALESCE(Survey.guardianship, "") == "none"
    )
    return said | case.tagged("no_guardian")


def _parenting(case: Case) -> Count:
    months = settings.get("parenting.months")
    since = days.add_months(case.on, -months)
    share = (
        f"监护人在{months}个月内（{since}以后）参加过家教培训的留守儿童占有监护人的留守儿童的百分比，按儿童计，"
        "兄弟姐妹各算一名，培训日期没填的算没参加，无人监护的不计"
    )
    told = Survey.alias()
    trained = peewee.fn.EXISTS(
        told.select(peewee.SQL("1")).where(
            told.child == Child.id,
            told.deleted_at.is_null(),
            told.parenting_on > since,
            told.parenting_on <= case.on,
        )
    )
    return Count(
        share, case.children().where(~_alone(case)), ~trained, lambda row: ("parenting_on", "监护人没参加家教培训"),
        recorded=trained,
    )  # fmt: skip


def _legal_aid(case: Case) -> Count:
    share = "已得到法律援助的留守儿童占符合法律援助条件的留守儿童的百分比，法律援助未采集的不算符合条件"
    told = Survey.legal_aid
    return Count(
        share, case.children().where(told.in_(["wanted", "given"])), told == "wanted",
        lambda row: ("legal_aid", LEGAL_AID.label(row.legal_aid)), (told,),
    )  # fmt: skip


def _entrusted(case: Case) -> Count:
    share = "签了委托照护协议的留守儿童占父母双方都外出的留守儿童的百分比，签订日期没填的算没签，父母去向都未采集又没有双亲留守标识的不计"
    stands_in = peewee.Case(None, [(Survey.declared == "both", "away")], None)
    away = (
        peewee.fn.COALESCE(told, stands_in) == "away"
        for told in (Survey.father_whereabouts, Survey.mother_whereabouts)
    )
    signed = Survey.entrust_on
    return Count(
        share, case.children().where(*away), signed.is_null() | (signed > case.on),
        lambda row: ("entrust_on", "没签委托照护协议"),
    )  # fmt: skip


def _consented(case: Case) -> Count:
    share = "监护人同意书在档的留守儿童占不满14周岁留守儿童的百分比，同意日期没填的算没签，出生日期未采集的按不满14周岁算"
    signed = Child.consent_on
    return Count(
        share, case.children().where(dossier.young_enough(case.on, PRIVATE)), signed.is_null() | (signed > case.on),
        lambda row: ("consent_on", "没有监护人同意书"),
    )  # fmt: skip


def _no_guardian(case: Case) -> Count:
    share = (
        "无人监护的留守儿童人数及其占全部留守儿童的百分比，摸底注明无人监护、监护情况是无人监护或标了这类重点对象的都算；"
        "监护人和监护情况都未采集的另列，补齐前不说达标"
    )
    guarded = Kinship.select(Kinship.child).where(Kinship.deleted_at.is_null(), Kinship.guardian)
    unsure = Survey.no_guardian.is_null() & Survey.guardianship.is_null() & Child.id.not_in(guarded)

    def why(row: Any) -> tuple[str, str]:
        if row.unsure:
            return "guardian_name", "监护人未采集"
        if row.no_guardian or row.guardianship == "none":
            return "no_guardian" if row.no_guardian else "guardianship", "无人监护"
        return "focus", f"重点对象：{FOCUS.label('no_guardian')}"

    return Count(share, case.children(), _alone(case), why, (Survey.no_guardian, Survey.guardianship), unsure)


def _no_hukou(case: Case) -> Count:
    share = (
        "没有登记户口的留守儿童人数及其占全部留守儿童的百分比，注明没有登记户口或标了无户籍的都算；"
        "没注明、又没有身份证号和户籍地址的另列，补齐前不说达标"
    )
    such = (peewee.fn.COALESCE(Child.registered, True) == False) | case.tagged("no_hukou")  # noqa: E712
    told = (Child.registered, Child.id_number, Child.hukou_address, Child.hukou_kind)
    unsure = reduce(peewee.Expression.__and__, (each.is_null() for each in told))

    def why(row: Any) -> tuple[str, str]:
        if row.unsure:
            return "registered", "有无户口未采集"
        return ("registered", "没有登记户口") if row.registered is False else ("focus", "重点对象：无户籍")

    return Count(share, case.children(), such, why, (Child.registered,), unsure)


INDICATORS = {each.code: each for each in (
    Indicator("filed", "建档率", 100, "up", "每学期", _filed),
    Indicator("enrolled", "入学率", 100, "up", "每学年", _enrolled),
    Indicator("retained", "巩固率", 100, "up", "每学年", _retained),
    Indicator("in_school", "不失学率", 100, "up", "每学期", _in_school),
    Indicator("vaccinated", "免疫接种率", 95, "up", "每学期", _vaccinated),
    Indicator("parenting", "家教知识普及率", 95, "up", "近几个月", _parenting),
    Indicator("legal_aid", "法律援助率", 100, "up", "每学期", _legal_aid),
    Indicator("paired", "结对率", 100, "up", "当天", _paired),
    Indicator("paired_focus", "重点儿童结对率", 100, "up", "当天", _paired_focus),
    Indicator("paired_hardship", "困难儿童结对率", 100, "up", "当天", _paired_hardship),
    Indicator("talk_on_time", "谈心及时率", 100, "up", "按节奏", _on_time("谈心", {"talk"})),
    Indicator("visit_on_time", "走访及时率", 100, "up", "按节奏", _on_time("走访", {"visit"})),
    Indicator("call_on_time", "通话及时率", 100, "up", "按节奏", _on_time("亲情通话", CALLS)),
    Indicator("entrusted", "委托照护签订率", 100, "up", "每学期", _entrusted),
    Indicator("consented", "监护人同意率", 100, "up", "当天", _consented),
    Indicator("arts_sports", "两体两艺参与率", 100, "up", "每学期", _arts_sports),
    Indicator("no_guardian", "无人监护", 0, "down", "当天", _no_guardian),
    Indicator("dropped_out", "失学辍学", 0, "down", "每学期", _dropped_out),
    Indicator("no_hukou", "无户籍", 0, "down", "当天", _no_hukou),
)}  # fmt: skip
