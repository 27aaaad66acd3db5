"""The forms in use: which of their headings the ledger takes, and whose a heading is that does not say so."""

import pytest

from db.exchange import aliases, grid, headings, settling
from db.exchange.headings import Columns
from db.models import CareRecord

# ── 农村留守儿童基本情况登记表 (2016) ────────────────────────────────────────────────────────────────────

FORM_2016 = {
    "填报日期": "survey.surveyed_on", "姓名": "child.name", "性别": "child.sex", "民族": "child.ethnicity", "出生日期": "child.birth_date",
    "公民身份证号码": "child.id_number", "是否登记户口": "child.registered", "户籍所在地": "child.hukou_address", "现居住地": "child.address",
    "身体情况{健康|残疾|患病}": "survey.health", "残疾类别及等级": "survey.disability", "患病类型": "survey.illness",
    "是否学校寄宿": "survey.boarding", "就学情况{幼儿园|未入园|小学|初中|高中|中职|辍学|不在学}": "survey.schooling",
    "祖父姓名": "61.name", "祖父出生日期": "61.birth_date", "祖母姓名": "62.name", "祖母出生日期": "62.birth_date",
    "外祖父姓名": "63.name", "外祖父出生日期": "63.birth_date", "外祖母姓名": "64.name", "外祖母出生日期": "64.birth_date",
    "父亲姓名": "father.name", "父亲出生日期": "father.birth_date", "父亲当前务工地点": "survey.father_place", "父亲联系电话": "father.phone",
    "母亲姓名": "mother.name", "母亲出生日期": "mother.birth_date", "母亲当前务工地点": "survey.mother_place", "母亲联系电话": "mother.phone",
    "父亲公民身份证号码": "father.id_number", "母亲公民身份证号码": "mother.id_number", "父母双方同时外出{是|否}": "said.both_away",
    "父母一方外出、另一方无监护能力{是|否}": "said.one_unable", "无监护能力{父亲|母亲}": "said.unable_who",
    "父母外出有无委托其他监护人{是|否}": "said.entrusted", "委托监护人姓名": "guardian.name", "受委托监护人电话": "guardian.phone",
    "公民身份证号码(受委托监护人)": "guardian.id_number", "与被监护人关系": "guardian.relation", "居住地地址": "guardian.address",
    "监护类型{无人监护|父或母无监护能力|受委托监护人监护能力不足|监护情况一般|监护情况较好}": "survey.guardianship",
    "家庭经济来源*{打工收入|种养殖业|政府救助|亲朋接济|其他}": "survey.income",
    "救助帮扶情况*{享受低保|临时救助|医疗救助|住房救助|其他救助}": "survey.aid",
    "填报单位(盖章)": None, "单位负责人(签名)": None, "复核人(签名)": None, "填表人(签名)": None,
}  # fmt: skip

# ── 全国中小学学籍 学生基本信息 ──────────────────────────────────────────────────────────────────────────

SCHOOL_ROLL = {
    "学校标识码": None, "姓名": "child.name", "性别": "child.sex", "出生日期": "child.birth_date", "出生地行政区划代码": None, "籍贯": None,
    "民族": "child.ethnicity", "国籍/地区": None, "身份证件类型": None, "港澳台侨外": None, "健康状况": "survey.health", "政治面貌": None,
    "身份证件号": "child.id_number", "户口性质": "child.hukou_kind", "户口所在地行政区划": None, "班号": "survey.class_no", "入学年月": None,
    "入学方式": None, "就读方式": "survey.boarding", "现住址": "child.address", "通信地址": None, "家庭地址": None, "联系电话": "child.phone",
    "邮政编码": None, "是否独生子女": None, "是否受过学前教育": None, "是否留守儿童": "survey.declared", "是否需要申请资助": None,
    "是否享受一补": None, "是否孤儿": None, "是否烈士或优抚子女": None, "上下学距离": None, "上下学方式": None, "是否需要乘坐校车": None,
    "曾用名": None, "身份证件有效期": None, "血型": None, "特长": "child.hobbies", "学籍辅号": None, "班内学号": None, "学生来源": None,
    "电子信箱": None, "主页地址": None, "残疾类型": "survey.disability", "是否由政府购买学位": None, "随班就读": None,
    **{
        f"成员{place}{heading}": name and f"m{place}.{name}" for place in (1, 2) for heading, name in {
            "姓名": "name", "关系": "relation", "关系说明": None, "现住址": "address", "户口所在地行政区划": None, "联系电话": "phone",
            "是否监护人": "guardian", "身份证件类型": None, "身份证件号": "id_number", "民族": None, "工作单位": "workplace", "职务": "occupation",
        }.items()
    },
    "是否进城务工人员随迁子女": None,
}  # fmt: skip

# ── 儿童福利信息系统 留守儿童采集 (2020): group, heading, target ─────────────────────────────────────────

CHILD, BODY, LIFE, CARER, ELDERS = (
    "儿童基本信息",
    "儿童健康状况",
    "生活情况",
    "委托照料人信息",
    "(外)祖父母信息",
)
WELFARE_SYSTEM = [
    (CHILD, "儿童编号", None), (CHILD, "身份证号", "child.id_number"), (CHILD, "民族", "child.ethnicity"), (CHILD, "姓名", "child.name"),
    (CHILD, "出生日期", "child.birth_date"), (CHILD, "户籍性质", "child.hukou_kind"), (CHILD, "户口分类", None), (CHILD, "性别", "child.sex"),
    (CHILD, "户籍所在地(4级)", "child.hukou_address"), (CHILD, "户籍详细地址", None), (CHILD, "同现住址", None),
    (CHILD, "现住详细地址", "child.address"), (CHILD, "照片", None),
    (BODY, "健康状况", "survey.health"), (BODY, "残疾类型*", "survey.disability"), (BODY, "残疾等级", None), (BODY, "重病*", None),
    (BODY, "慢性病*", None), (BODY, "其他", None),
    (LIFE, "就学情况", "survey.schooling"), (LIFE, "是否学校寄宿", "survey.boarding"), (LIFE, "监护类型", "survey.guardianship"),
    (LIFE, "监护不当情形", None), (LIFE, "救助措施*", "survey.aid"), (LIFE, "其他特殊情况*", None),
    ("父亲", "姓名", "father.name"), ("父亲", "身份证号", "father.id_number"), ("父亲", "联系电话", "father.phone"),
    ("父亲", "务工地点", "survey.father_place"), ("父亲", "健康状况", "father.health"),
    (CARER, "委托照料原因", None), (CARER, "父母外出有无委托照料人", "said.entrusted"), (CARER, "特殊情况", None),
    (CARER, "受委托监护人姓名", "guardian.name"), (CARER, "联系电话", "guardian.phone"), (CARER, "证件类型", None),
    (CARER, "证件号码", "guardian.id_number"), (CARER, "与儿童关系", "guardian.relation"), (CARER, "其他关系", None),
    (CARER, "健康状况", "guardian.health"), (CARER, "残疾类型", None), (CARER, "残疾等级", None),
    (ELDERS, "祖父姓名", "61.name"), (ELDERS, "出生日期", "61.birth_date"), (ELDERS, "外祖父姓名", "63.name"),
    (ELDERS, "出生日期", "63.birth_date"), (ELDERS, "祖母姓名", "62.name"), (ELDERS, "出生日期", "62.birth_date"),
    (ELDERS, "外祖母姓名", "64.name"), (ELDERS, "出生日期", "64.birth_date"),
    ("机构信息", "机构名称", None), ("机构信息", "负责人", None), ("机构信息", "固定电话", None), ("机构信息", "联系电话", None),
]  # fmt: skip

# ── records ──────────────────────────────────────────────────────────────────────────────────────────────

HOME_VISIT = {
    "家访时间": "record.on_date", "家访教师": "record.by_name", "孩子姓名": "child.name", "年龄": None, "所属班级": "said.class", "监护人信息": None,
    "家庭住址": None, "家庭成员情况": "record.home", "生活环境": None, "孩子表现": "record.conduct", "教育需求": "record.needs",
    "家长反馈": "record.feedback",
    "后续计划": "record.follow_up",
}  # fmt: skip
RETURN_VISIT = {
    "儿童姓名": "child.name", "回访日期": "record.on_date", "回访方式": "record.kind", "回访情况(≤200字)": "record.content", "回访人员": "record.by_name",
    "附件": None,
}  # fmt: skip


def columns(head: list, rows: list[list], kind: str | None = None) -> Columns:
    """What the columns under a head of one row, or of (group, heading) pairs, hold."""
    paired = isinstance(head[0], tuple)
    lines = [[group for group, _ in head], [text for _, text in head]] if paired else [head]
    table = grid.find([*lines, *rows], aliases.known)
    found = headings.match(table.headings, kind or headings.guess(table.headings))
    settling.settle_empty(table.rows, found, kind or "children")
    settling.settle_ids(table.rows, found)
    settling.settle_grown_up(table.rows, found)
    return found


def told(found: Columns) -> list[tuple[str, str | None]]:
    """Each heading with what its column fills."""
    return [(each.text, found.target_of(each)) for each in found.headings()]


@pytest.mark.parametrize(
    ("form", "kind"),
    [(FORM_2016, "children"), (SCHOOL_ROLL, "children"), (HOME_VISIT, "records"), (RETURN_VISIT, "records")],
)
def test_forms_with_a_head_of_one_row(form, kind):
    table = grid.find([list(form), ["甲"] * len(form)], aliases.known)
    assert headings.guess(table.headings) == kind
    assert dict(told(headings.match(table.headings, kind))) == form


def test_a_form_with_groups_above_its_headings():
    found = columns([(group, text) for group, text, _ in WELFARE_SYSTEM], [["甲"] * len(WELFARE_SYSTEM)])
    assert told(found) == [(text, target) for _, text, target in WELFARE_SYSTEM]


# ── whose a heading is ───────────────────────────────────────────────────────────────────────────────────

OLD, YOUNG = "340505196104238297", "34050520210714389X"


@pytest.mark.parametrize(
    ("head", "targets"),
    [
        ("姓名 父亲 电话 母亲 电话", "child.name father.name father.phone mother.name mother.phone"),
        ("姓名 父亲姓名 务工地点 联系电话 母亲姓名 务工地点 联系电话",
         "child.name father.name survey.father_place father.phone mother.name survey.mother_place mother.phone"),
        ("姓名 监护人 关系 联系电话 家庭住址", "child.name guardian.name guardian.relation guardian.phone child.address"),
        # two people side by side, one number: the family's
        ("姓名 父亲 母亲 联系电话", "child.name father.name mother.name child.phone"),
        # what follows somebody of whom the register of children keeps nothing is theirs
        ("姓名 性别 班级 班主任 联系电话", "child.name child.sex survey.class_no - -"),
        ("姓名 监护人 联系电话 帮扶人 联系电话 备注", "child.name guardian.name guardian.phone - - child.note"),
        ("学校 校长 联系电话 姓名 家长 联系电话", "survey.school - - child.name parent.name parent.phone"),
        ("学生姓名 学生性别 儿童身份证号 孩子健康状况", "child.name child.sex child.id_number survey.health"),
        # a second one of what nobody has two of is somebody else's, whatever it is called
        ("姓名 身份证号 监护人姓名 证件号码 出生年月", "child.name child.id_number guardian.name guardian.id_number child.birth_date"),
        ("姓名 出生日期 监护人姓名 出生年月", "child.name child.birth_date guardian.name guardian.birth_date"),
        # the plainer of two for one field has it, wherever they stand
        ("通信地址 姓名 家庭地址 现住址", "- child.name - child.address"),
        ("（必填）姓名 性别【必填】 *民族 出生年月(年-月):", "child.name child.sex child.ethnicity child.birth_date"),
        ("姓名 联系电话(父亲) 身份证号（监护人） 监护人", "child.name father.phone guardian.id_number guardian.name"),
    ],
)  # fmt: skip
def test_whose_a_heading_is(head, targets):
    head = head.split()
    table = grid.find([head, ["甲"] * len(head)], aliases.known)
    found = headings.match(table.headings, "children")
    assert [target or "-" for _, target in told(found)] == targets.split()


@pytest.mark.parametrize(
    ("head", "row", "targets"),
    [
        (["姓名", "监护人姓名", "证件号码"], ["张三", "王兰", OLD], "child.name guardian.name guardian.id_number"),
        (["姓名", "监护人姓名", "证件号码"], ["张三", "王兰", YOUNG], "child.name guardian.name child.id_number"),
        (["监护人姓名", "身份证号", "姓名", "身份证号"], ["王兰", YOUNG, "张三", OLD], "guardian.name child.id_number child.name guardian.id_number"),
        (["姓名", "父亲姓名", "年龄", "性别"], ["张三", "张大", "41岁", "男"], "child.name father.name father.age child.sex"),
        (["姓名", "父亲姓名", "年龄", "性别"], ["张三", "张大", "9岁", "男"], "child.name father.name child.age child.sex"),
        (["姓名", "母亲姓名", "出生日期"], ["张三", "李梅", "1990.3"], "child.name mother.name mother.birth_date"),
        (["姓名", "现住址", "家庭地址"], ["张三", None, "一组9号"], "child.name - child.address"),
        (["姓名", "现住址", "家庭地址"], ["张三", "二组1号", "一组9号"], "child.name child.address -"),
    ],
)  # fmt: skip
def test_the_values_decide_where_headings_do_not(head, row, targets):
    found = columns(head, [row], "children")
    assert [target or "-" for _, target in told(found)] == targets.split()


def test_groups_written_above_each_of_their_columns():
    head = [
        ("姓名", "姓名"),
        ("父亲", "姓名"),
        ("父亲", "电话"),
        ("机构信息", "联系电话"),
        ("帮扶人", "姓名"),
        ("帮扶人", "联系电话"),
    ]
    found = columns(head, [["张三", "张大", "1", "2", "刘老师", "3"]], "children")
    assert [target for _, target in told(found)] == [
        "child.name",
        "father.name",
        "father.phone",
        None,
        None,
        None,
    ]


def test_a_register_of_talks_is_none_of_children_whatever_else_it_says():
    head = ["谈话时间", "学生姓名", "性别", "年龄", "家庭住址", "监护人", "联系电话", "谈话教师", "谈话内容"]
    assert headings.guess(grid.find([head, ["甲"] * 9], aliases.known).headings) == "records"


def test_home_visits_are_visits_without_a_title_too(take):
    take(["姓名", "出生日期"], ["张三", "2017-05-23"])
    outcome = take(
        list(HOME_VISIT),
        ["2026.9.3", "刘老师", "张三", 9, "三年级", "王兰", "一组", None, None, "开朗", None, None, "再访"],
    )
    record = CareRecord.get()
    assert (outcome.created, record.kind, record.conduct, record.follow_up) == (1, "visit", "开朗", "再访")
