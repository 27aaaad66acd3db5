"""What a template may say: the closed list of placeholders and of tables, each described. docs/reports.md prints them."""

import re
from difflib import get_close_matches
from typing import NamedTuple

MARK = re.compile(r"[{｛]([^{}｛｝\n]{1,40})[}｝]")
TARGET = "目标:"
TABLE = "表:"
PLANS, RULES, BODY = "计划总结", "口径说明", "正文"


class Figure(NamedTuple):
    """A placeholder's figure. about: its 口径, with {起} {止} (the days, up to today), {末} (the last day of the period) and {今}; unit: of the comparison, '' for words.

    compared: whether it belongs to a period, so that .上期 and .比上期 say something.
    """

    about: str
    unit: str = ""
    compared: bool = False


class Table(NamedTuple):
    """A table: its columns and what it shows."""

    columns: tuple[str, ...]
    about: str


# Words that need no rule: they are read as they stand.
WORDS = {
    "单位": "本台账的单位名称",
    "乡镇": "所属乡镇",
    "期间": "这一期，如 2026年9月",
    "上期": "前面的一期，如 2026年8月",
    "下期": "后面的一期，如 2026年10月",
    "起": "这一期的第一天",
    "止": "这一期的最后一天；还没过完的，是今天",
    "学期": "止那天所在的学期，如 2026秋",
    "制表日期": "今天",
    "制表人": "登录的人",
    "认定口径": "台账设定的留守认定口径",
}
FIGURES = {
    "在册儿童": Figure("{止}在册（没有退出、没有删除）的儿童，留守不留守都算", "名"),
    "留守儿童": Figure("{止}在册、{学期}学期按认定口径属于留守、不满16周岁的儿童", "名"),
    "重点对象": Figure("{止}在册、重点标记还在的儿童，一名有几种也只算一名", "名"),
    "建档齐全": Figure("留守儿童中，现在档案各项齐全的", "名"),
    "新登记": Figure("{起}到{止}新登记的儿童（登记和第一次摸底，取早的一天），已删除的不算", "名", True),
    "退出": Figure("{起}到{止}退出登记、没有再登记的儿童", "名", True),
    "帮扶人": Figure("现在在册的帮扶人", "名"),
    "结对儿童": Figure("{止}至少有一名帮扶人结对未结束的在册儿童", "名"),
    "新结对": Figure("{起}到{止}开始的结对", "对", True),
    "结束结对": Figure("{起}到{止}结束的结对", "对", True),
    "关爱记录": Figure("{起}到{止}做成的关爱记录，各类都算", "次", True),
    "谈心": Figure("{起}到{止}做成的谈心", "次", True),
    "走访": Figure("{起}到{止}做成的走访", "次", True),
    "亲情通话": Figure("{起}到{止}做成的亲情电话和亲情视频", "次", True),
    "心理辅导": Figure("{起}到{止}做成的心理辅导", "次", True),
    "没做成": Figure("{起}到{止}去做了、没有做成的", "次", True),
    "活动": Figure("{起}到{止}办了的活动（记了“已办”，或点名有人到），会议也在内", "次", True),
    "活动到场": Figure("{起}到{止}的活动点名到场（含迟到）的儿童人次，没点名的不在内", "人次", True),
    "会议": Figure("{起}到{止}的专题会、座谈会、家长会、主题班会，取消的不算", "次", True),
    "决定": Figure("{起}到{止}的会议作出的决定", "项", True),
    "决定办好": Figure("{起}到{止}的会议作出的决定中，现在已办好的", "项", True),
    "计划事项": Figure("期限在{起}到{末}的计划事项，不办的不算", "项", True),
    "计划完成": Figure("上面的计划事项中，现在已办好的", "项", True),
    "逾期待办": Figure("今天（{今}）已过期限还没做的待办：该给孩子做的、计划事项、会议决定，各算一件", "件"),
    "宣传报道": Figure("{起}到{止}办好、佐证是宣传报道的计划事项", "项", True),
    "经验材料": Figure("{起}到{止}办好、佐证是经验材料、论文的计划事项", "项", True),
}  # fmt: skip
RECORDS_OF = {
    "谈心": ("talk",),
    "走访": ("visit",),
    "亲情通话": ("phone_call", "video_call"),
    "心理辅导": ("counselling",),
}
TABLES = {
    "目标": Table(("目标", "完成", "人数", "要求", "达到", "口径"), "各项目标；没有应计入的儿童时完成是 —"),
    "目标走势": Table(("目标", "学期", "完成", "人数", "截至"), "每项目标各学期的数，照那个学期最后一次算出的"),
    "汇总": Table(("类别", "项目", "儿童"), "今天的留守儿童按汇总表各组分，本学期的；一组加起来与总数不符的，写明差多少"),
    "儿童分组": Table(("村民组", "在册", "留守", "档案齐全", "重点", "已结对"), "按村民组各有多少名，最后一行是合计"),
    "重点分类": Table(("重点类别", "儿童"), "各类重点对象有多少名；一名可有几类"),
    "增减": Table(("项目", "本期", "上期"), "新登记、退出（按原因）各多少名"),
    "结对": Table(("结对类型", "现有", "本期新结", "本期结束"), "各类结对有多少对"),
    "关爱记录": Table(("类别", "本期", "上期"), "各类做成的记录多少次"),
    "活动": Table(("日期", "活动", "类别", "地点", "到场"), "这一期的活动，取消的不列"),
    "会议": Table(("日期", "会议", "到会", "记录", "决定"), "这一期的会议，有没有记录，几项决定"),
    "决定": Table(("会议", "决定事项", "负责人", "期限", "结果"), "这一期会议的决定办得怎样"),
    "计划": Table(("计划", "月份", "计划", "完成", "结转来", "转出", "不办", "还没办"), "各计划逐月计划了几项、办了几项"),
    "计划事项": Table(("期限", "事项", "负责人", "办得怎样", "佐证"), "这一期到期的计划事项"),
    "佐证": Table(("办好日期", "事项", "佐证类别", "佐证"), "这一期办好并有佐证的计划事项"),
    "逾期": Table(("帮扶人", "逾期件数", "涉及儿童", "最久几天"), "今天已逾期的，按谁负责合计"),
    "下期": Table(("日期", "事项", "负责人"), "下一期要办的：到期的计划事项、排好的活动、到期的决定"),
    "迎检": Table(("序号", "材料", "应有", "已有", "缺", "在哪里"), "检查要看的材料各有多少、缺多少、在程序的哪里"),
}  # fmt: skip
SHAPES = ("", "上期", "比上期", "口径")
TARGET_SHAPES = ("", "人数", "要求", "口径")


def placeholders(text: str) -> list[str]:
    """What stands in braces in a text, as written."""
    return MARK.findall(text)


def split(written: str) -> tuple[str, str]:
    """A placeholder's name and what is asked of it: 谈心.上期 is ('谈心', '上期')."""
    plain = written.strip().replace("：", ":").replace("．", ".").replace("。", ".")
    name, _, shape = plain.partition(".")
    return name.strip(), shape.strip()


def wrong(written: str) -> str | None:
    """Why a placeholder of a TOML template means nothing, with the cure; None if it is one of ours.

    Whether a target is there shows only when the report is made.
    """
    name, shape = split(written)
    if name.startswith(TARGET):
        may, known = TARGET_SHAPES, True
    elif name in WORDS:
        may, known = ("",), True
    elif name in FIGURES:
        may, known = SHAPES if FIGURES[name].compared else ("", "口径"), True
    else:
        may, known = (), False
    if not known:
        near = get_close_matches(name, [*FIGURES, *WORDS], 1, 0.4)
        hint = f"，是不是 {{{near[0]}}}" if near else "，可写的见 docs/reports.md"
        return f"不认识占位符 {{{written}}}{hint}"
    if shape not in may:
        said = "、".join(f"{{{name}{'.' + each if each else ''}}}" for each in may)
        return f"占位符 {{{written}}} 不能这样写，可写：{said}"
    return None


def wrong_in_word(written: str) -> str | None:
    """The same for a docx template, whose own text may also hold tables, the plans' summaries and the rules."""
    name, shape = split(written)
    if name in (PLANS, RULES) and not shape:
        return None
    if name.startswith(TABLE):
        if name.removeprefix(TABLE) in TABLES and not shape:
            return None
        return f"不认识占位符 {{{written}}}，表可写：{'、'.join(TABLES)}"
    return wrong(written)


def is_block(written: str) -> bool:
    """Whether a placeholder of a docx stands for more than text: a table, the plans' summaries, the rules."""
    name, _ = split(written)
    return name in (PLANS, RULES) or name.startswith(TABLE)
