"""The groups of the 汇总表: into which column of each a child falls, said once (docs/rules.md, 汇总表).

Column headings are those of 全国农村留守儿童信息管理系统's 基本情况排查汇总表, plus 未采集 in every group and what its headings leave out.
"""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from db.child_fields import ROLE_OF
from db.dossier import SPOKEN_FOR
from db.models.people import NO_SCHOOL
from db.spec import UNKNOWN
from db.vocab import AID, HEALTH, HUKOU, SEX, Codes

OPEN = "unknown"  # the column of 未采集
BANDS = {"0": "0-5周岁", "6": "6-13周岁", "14": "14-16周岁"}  # by the age they begin with
NO_BAND = "old"  # what somebody of 16 or more has for a band


class Group(NamedTuple):
    """A group of columns into exactly one of which every child of it should fall.

    columns: code → heading. facts: what of a child decides (names of db.cross_sums.FACTS). classes(*facts): codes of the
    columns the child falls into. part_of: (group, column) whose children it divides, None for all of them. beside:
    columns of which several may hold, never added up; held(*facts): which do. field: of the child's sheet, where it is
    mended. stray: what is said of a child that falls into no column, {} stands for its value.
    """

    code: str
    name: str
    columns: dict[str, str]
    facts: tuple[str, ...]
    classes: Callable[..., Collection[str]]
    field: str
    rule: str
    part_of: tuple[str, str] | None = None
    beside: dict[str, str] = {}
    held: Callable[..., Collection[str]] = lambda *facts: ()
    stray: str = "写的是“{}”，表里没有这一栏"


def _coded(
    code: str, name: str, columns: dict[str, str], column_of: dict[Any, str], rule: str,
    fact: str = "", **more: Any,
) -> Group:  # fmt: skip
    """A group that one fact decides; column_of: value → column."""

    def classes(value: Any) -> Collection[str]:
        if value is None:
            return (OPEN,)
        return (column_of[value],) if value in column_of else ()

    fact = fact or code
    return Group(code, name, columns | {OPEN: UNKNOWN}, (fact,), classes, fact, rule, **more)


def _same(codes: Codes, **others: str) -> tuple[dict[str, str], dict[str, str]]:
    """Columns and value → column of a code list that has a column for each code but the others, which go where told."""
    columns = {each.code: each.label for each in codes if each.code not in others}
    return columns, {each: each for each in columns} | others


SCHOOL_COLUMNS = {
    "none_yet": "学龄前", "kindergarten": "幼儿园", "primary": "小学", "junior": "初中", "senior": "高中",
    "vocational": "中专及以上", "other": "其他",
}  # fmt: skip
SCHOOL_OF = {code: code for code in SCHOOL_COLUMNS if code != "other"} | dict.fromkeys(
    ("dropped_out", "not_in_school", "suspended"), "other"
)


def _boarding(boarding: bool | None, schooling: str | None) -> Collection[str]:
    if boarding is None:
        return ("no",) if schooling in NO_SCHOOL else (OPEN,)
    return ("yes",) if boarding else ("no",)


def _reason(father: str | None, mother: str | None, father_able: bool | None, mother_able: bool | None,
            declared: str | None) -> Collection[str]:  # fmt: skip
    """As the criterion reads whereabouts (db.dossier.left_behind): a declared 双亲留守 stands in for what is not known."""
    if declared == "both":
        father, mother = father or "away", mother or "away"
    states = [_parent(father, father_able), _parent(mother, mother_able)]
    if states == ["away", "away"]:
        return ("both",)
    if "able" in states:
        return ("home",)
    if None in states:
        return (OPEN,)
    if set(states) == {"away", "unable"}:
        return ("one",)
    return ("unable",) if states == ["unable", "unable"] else ()


def _parent(whereabouts: str | None, able: bool | None) -> str | None:
    """away, able or unable to guard the child, None for not known; a whereabouts of a newer program as itself."""
    if whereabouts in SPOKEN_FOR:
        return "unable"
    if whereabouts == "home":
        return None if able is None else "able" if able else "unable"
    return whereabouts


CARE_OF = (
    dict.fromkeys((*ROLE_OF, "50", "57", "58"), "parents")
    | dict.fromkeys(("61", "62", "63", "64"), "grandparents")
    | dict.fromkeys(("71", "75", "81", "83", "85", "87", "89", "97", "99"), "others")
)
NOT_SAID = "?"  # the relation of a guardian of whom none is on file


def _care(no_guardian: bool | None, guardianship: str | None, guardians: str | None) -> Collection[str]:
    alone = {"nobody"} if no_guardian or guardianship == "none" else set()
    relations = set((guardians or "").split()) - {NOT_SAID}
    found = alone | {CARE_OF[each] for each in relations if each in CARE_OF}
    return found if found or relations else {OPEN}


def _aid(aid: str | None) -> Collection[str]:
    if aid is None:
        return (OPEN,)
    given = set(aid.split())
    return [
        column for column, holds in (("some", given - {"none"}), ("none", "none" in given)) if holds
    ]  # fmt: skip


def _measures(aid: str | None) -> Collection[str]:
    return set((aid or "").split()) - {"none"}


# The form's own words; of the two aids to the disabled the ledger knows one.
MEASURES = {each.code: each.label for each in AID if each.code != "none"} | {
    "dibao": "最低生活保障", "disability": "残疾人生活补助、护理补助", "other": "其他",
}  # fmt: skip


def _sexes(band: str) -> Group:
    """The sexes within one band of ages."""
    columns = {each.code: each.label for each in SEX}
    group = _coded(f"age{band}", BANDS[band], columns, {each: each for each in columns},
                   f"{BANDS[band]}的小计分男女", fact="sex", part_of=("age", band))  # fmt: skip
    return group._replace(columns=columns | {OPEN: "性别未采集"})


GROUPS: tuple[Group, ...] = (
    *map(_sexes, BANDS),
    _coded("age", "年龄", BANDS, {band: band for band in BANDS},
           "按出生日期算到统计那天的周岁，只知年月的满月才长一岁，没有出生日期的是年龄未采集；满16周岁的哪一段也不算",
           fact="band", stray="已满16周岁，不在任何年龄段里")._replace(
               columns=BANDS | {OPEN: "年龄未采集"}, field="birth_date"),
    _coded("schooling", "教育", SCHOOL_COLUMNS, SCHOOL_OF, "未入园算学龄前，中职算中专及以上，辍学、休学、不在学算其他"),
    _coded("hukou_kind", "户籍性质", *_same(HUKOU), "按户口性质"),
    _coded("health", "健康", *_same(HEALTH, ill="other"), "只登记为患病、没分重病还是慢性病的算其他"),
    Group("boarding", "寄宿", {"yes": "寄宿生", "no": "非寄宿生", OPEN: UNKNOWN}, ("boarding", "schooling"), _boarding,
          "boarding", "不在校的算非寄宿生"),
    Group("reason", "委托照料原因",
          {"both": "父母双方同时外出", "one": "父母一方外出，另一方无监护能力", "unable": "父母双方无监护能力",
           "home": "父或母在家能监护", OPEN: UNKNOWN},
          ("father_whereabouts", "mother_whereabouts", "father_able", "mother_able", "declared"), _reason,
          "father_whereabouts", "由父母去向和有无监护能力算出，已故、不详算无监护能力；去向没填的看留守标识，只有双亲留守说得清",
          stray="父母去向不在台账的选项里"),
    Group("care", "实际监护",
          {"grandparents": "祖父母、外祖父母", "others": "亲戚朋友", "nobody": "无委托照料人", "parents": "父母监护", OPEN: UNKNOWN},
          ("no_guardian", "guardianship", "guardians"), _care, "guardian_relation",
          "按监护人与孩子的关系：继父母、养父母算父母监护，不是父母和祖辈的算亲戚朋友；注明无人监护的算无委托照料人",
          stray="监护人与孩子的关系不在台账的选项里"),
    _coded("guardianship", "监护情况", {"good": "较好", "fair": "一般", "weak": "差"},
           {"good": "good", "fair": "fair"} | dict.fromkeys(("weak", "unable", "none"), "weak"),
           "监护能力不足、父或母无监护能力、无人监护都算差"),
    Group("aid", "救助措施", {"some": "有救助", "none": "无", OPEN: UNKNOWN}, ("aid",), _aid, "aid",
          "一名孩子可以有几项救助，各项不相加，只核对有救助、无、未采集；建档立卡贫困户台账里没有登记，请另查",
          beside=MEASURES, held=_measures),
)  # fmt: skip
BY_CODE = {group.code: group for group in GROUPS}
