"""The children, their families, and what each term's survey found."""

import peewee

from db import initials as pinyin
from db import values
from db.fields import coded, day, flag, number, text
from db.models.base import Row, reference
from db.models.site import Site, Term
from db.vocab import (
    AID,
    BOARDING,
    DECLARED,
    ETHNICITY,
    FOCUS,
    GRADE,
    GUARDIANSHIP,
    HEALTH,
    HUKOU,
    INCOME,
    LEGAL_AID,
    RELATION,
    SCHOOLING,
    SEX,
    STUDY,
    VACCINATION,
    WHEREABOUTS,
)

NAMES = (
    "学生姓名",
    "儿童姓名",
    "孩子姓名",
    "留守儿童姓名",
    "被监护人姓名",
    "姓名（儿童）",
    "名字",
    "娃娃名字",
    "娃娃姓名",
    "娃名",
    "小孩姓名",
    "小孩名字",
    "孩子名字",
)
IDS = (
    "公民身份证号码", "公民身份号码", "身份证号码", "身份证件号", "身份证件号码", "身份证", "证件号码", "公民身份证号", "居民身份证号",
    "居民身份证号码", "身份号码", "证件号", "身份证件编号",
)  # fmt: skip
PHONES = ("联系电话", "手机", "手机号", "手机号码", "联系方式", "电话号码", "联系手机", "移动电话")
AGE = {"prompt": "登记表上写的周岁；有出生日期就不用填", "longest": 3}


class Child(Row):
    """A child on file. What changes from term to term is in Survey.

    initials and given_initials (without the surname's) are what it is found by, sound is how the name is pronounced.
    left_on: the day it left the register (Exit says why), None while it is on it.
    """

    name = text(
        "姓名", *NAMES, kind="name", prompt="与户口簿一致，如 张浩宇", required=True, longest=30, index=True
    )
    initials = peewee.TextField(null=True)
    given_initials = peewee.TextField(null=True)
    sound = peewee.TextField(null=True, index=True)
    sex = coded("性别", SEX, "男/女", "男女", source="GB/T 2261.1；身份证号第17位单数为男、双数为女")
    birth_date = text(
        "出生日期",
        "出生年月",
        "出生年月日",
        "生日",
        "出生时间",
        "出生年月(日)",
        kind="partial",
        prompt="如 2015-3-8；只知年月写 2015-3",
        index=True,
    )
    lunar_birthday = flag("过农历生日", prompt="生日按农历过的填是")
    id_number = text(
        "身份证号", *IDS, kind="id", privacy="id", prompt="18位，末位可为X，如 34050520150308123X；没有户口就留空",
        source="GB 11643：第7到14位是出生日期，末位是校验位",
    )  # fmt: skip
    age = number(
        "登记年龄", "年龄", "周岁", "年龄(周岁)", "实足年龄", **AGE,
        skip=lambda values: "已有出生日期，不用填" if values.get("birth_date") else None,
    )  # fmt: skip
    ethnicity = coded("民族", ETHNICITY, "族别", source="GB/T 3304")
    registered = flag("登记户口", "是否登记户口", "有无户口", "户籍登记", "有无户籍", "是否有户口")
    hukou_kind = coded("户口性质", HUKOU, "户籍性质", "户口类别", "户口类型")
    hukou_address = text(
        "户籍地址", "户籍所在地", "户籍详细地址", "户口所在地", "户口地址", "户籍住址", "户籍地", "户籍所在地详细地址", "户口所在地详细地址", longest=100, prompt="户口簿首页的地址；与上一名相同按 Ctrl+D",
    )  # fmt: skip
    village_group = text(
        "村民组", "所在村民组", "组别", "村组", "小组", "村民小组", "所在组", "所属村民组", "组", "属于哪个小组", "哪个小组", "哪个组", "哪组", prompt="如 一组，打 1 就是一组", longest=30, pool="group"
    )  # fmt: skip
    address = text(
        "现住址",
        "现居住地",
        "家庭住址",
        "家庭地址",
        "现住详细地址",
        "家庭详细地址",
        "住址",
        "家庭现住址",
        "现居住地址",
        "居住地址",
        "现住地址",
        "详细住址",
        "家庭详细住址",
        "现居住地详细地址",
        "现居地",
        "常住地址",
        "通信地址",
        longest=100,
        prompt="如 柳溪村一组55号，只打门牌号 55 也行",
    )
    group_rank = peewee.IntegerField(default=values.group_rank(None))
    phone = text(
        "家庭电话", "家庭联系电话", *PHONES, kind="phone", privacy="phone", prompt="找这家人打哪个电话，手机11位或区号-座机", index=True,
    )  # fmt: skip
    hobbies = text(
        "特长爱好", "特长", "爱好", "兴趣爱好", "兴趣特长", "爱好特长", longest=60, prompt="如 画画、篮球"
    )
    consent_on = day(
        "监护人同意日期", "知情同意日期", "同意书日期", prompt="监护人签同意书的日期，没签就留空"
    )
    consent_version = text("同意书版本", longest=20, prompt="如 2026版")
    note = text("备注", "备注说明", kind="notes", longest=2000)
    site = reference(Site, "children", null=True)
    left_on = peewee.DateField(null=True)
    as_of = peewee.TextField(null=True)

    follows = {
        "group_rank": ("village_group", values.group_rank),
        "initials": ("name", pinyin.initials),
        "given_initials": ("name", pinyin.given_initials),
        "sound": ("name", pinyin.sound),
    }


FORM_2016 = "《农村留守儿童基本情况登记表》（2016）"


class Adult(Row):
    """A parent, guardian or other relative; siblings share them."""

    name = text("姓名", "名字", kind="name", prompt="与户口簿一致，如 张建国", longest=30, index=True)
    initials = peewee.TextField(null=True)
    sex = coded("性别", SEX)
    birth_date = text("出生日期", "出生年月", kind="partial")
    age = number("登记年龄", "年龄", "周岁", **AGE)
    id_number = text(
        "身份证号", *IDS, kind="id", privacy="id", prompt="18位，末位可为X，打满自动跳格", index=True
    )
    phone = text("电话", *PHONES, kind="phone", privacy="phone", prompt="手机11位，或区号-座机", index=True)
    workplace = text(
        "工作单位", "务工单位", "务工单位及地址", "务工单位详细地址", "务工单位地址", "单位地址", "工作单位及地址", longest=100,
        prompt="单位名称和地址", pool="work",
    )  # fmt: skip
    work_phone = text(
        "单位电话",
        "务工单位电话",
        "工作单位电话",
        kind="phone",
        privacy="phone",
        prompt="手机11位，或区号-座机",
    )
    occupation = text("职业", "工作", "职务", longest=30, prompt="如 务农", pool="occupation")
    health = coded("身体状况", HEALTH, "健康状况", "身体情况", "健康情况")
    as_of = peewee.TextField(null=True)
    follows = {"initials": ("name", pinyin.initials)}


class Kinship(Row):
    """Who an adult is to a child; whether they are the guardian, and by the parents' entrusting.

    address: where the adult lives, as this child's papers have it.
    """

    child = reference(Child, "kin")
    adult = reference(Adult, "kin")
    relation = coded(
        "关系", RELATION, "与被监护人关系", "与儿童关系", "与学生关系", "与留守儿童关系", "与孩子关系", "和孩子关系", "和孩子的关系", "与儿童的关系", "与学生的关系",
        "与孩子的关系", "与被监护人的关系", "与留守儿童的关系", "与本人关系",
        source="GB/T 4761",
    )  # fmt: skip
    guardian = peewee.BooleanField(default=False)
    entrusted = peewee.BooleanField(default=False)
    address = text(
        "住址",
        "居住地地址",
        "现住址",
        "详细地址",
        "地址",
        "居住地址",
        "家庭住址",
        longest=100,
        prompt="与孩子同住就按 Ctrl+D",
    )
    as_of = peewee.TextField(null=True)


def _only_if_home(who: str) -> peewee.Field:
    other = {"父亲": "mother", "母亲": "father"}[who]
    own = {"父亲": "father", "母亲": "mother"}[who]

    def skip(values: dict) -> str | None:
        if values.get(f"{own}_whereabouts") == "home" and values.get(f"{other}_whereabouts") != "home":
            return None
        return f"只在{who}在家、另一方不在家时填写"

    return flag(f"{who}有监护能力", prompt="有监护能力 1是 2否", skip=skip)


def _only_if_away(who: str) -> peewee.Field:
    own = {"父亲": "father", "母亲": "mother"}[who]
    return text(
        f"{who}务工地点", f"{who}当前务工地点", f"{who}外出地点", f"{who}务工地", f"{who}务工地址", f"{who}打工地点",
        f"{who}外出务工地点", f"{who}外出务工地", f"{who}务工所在地", f"{who}务工地区", f"{who}务工城市", f"{who}打工地", f"{who}外出地", f"{who}去哪打工", prompt="如 广东省深圳市，打 sz 再选", longest=60,
        pool="place", picks=True,
        skip=lambda values: None if values.get(f"{own}_whereabouts") == "away" else f"只在{who}外出时填写",
    )  # fmt: skip


class Survey(Row):
    """One child in one term: what the survey (摸底) found.

    left_behind and gaps are derived when a change is written (db.dossier) and never typed:
    left_behind is the family's side of the criterion, the age limit is applied when counting;
    gaps names, blank-separated, what a complete dossier (建档) still lacks, '' if nothing.
    """

    child = reference(Child, "surveys")
    term = reference(Term, "surveys")
    surveyed_on = day("摸底日期", "填报日期", "调查日期", "摸底时间", "填表日期")
    declared = coded("留守标识", DECLARED, "是否留守儿童", "是否留守", "留守类型", "留守类别", "留守情况", "留守儿童类型",
                     prompt="学籍或登记表上写的留守标识；父母去向填全了以去向为准")  # fmt: skip
    father_whereabouts = coded("父亲去向", WHEREABOUTS, source="国发〔2016〕13号")
    father_place = _only_if_away("父亲")
    father_able = _only_if_home("父亲")
    mother_whereabouts = coded("母亲去向", WHEREABOUTS, source="国发〔2016〕13号")
    mother_place = _only_if_away("母亲")
    mother_able = _only_if_home("母亲")
    no_guardian = flag("无人监护")
    guardianship = coded("监护情况", GUARDIANSHIP, "监护类型", "监护状况", source=FORM_2016)
    schooling = coded("就学情况", SCHOOLING, "就学状况", "学业状况", "学段", "就读情况", source=FORM_2016)
    school = text("学校", "就读学校", "所在学校", "学校名称", "就读学校名称", longest=40, prompt="如 柳溪小学", pool="school", picks=True,
                  skip=lambda v: None if v.get("schooling") not in NO_SCHOOL else "不在校，不用填学校")  # fmt: skip
    grade = coded("年级", GRADE, "所在年级", "就读年级", "所读年级", among=lambda v: GRADES_OF.get(v.get("schooling")),
                  skip=lambda v: None if v.get("schooling") not in NO_SCHOOL else "不在校，不用填年级")  # fmt: skip
    class_no = text("班级", "班号", "所在班级", "所属班级", longest=20, prompt="如 1班", pool="class",
                    skip=lambda v: None if v.get("schooling") not in NO_SCHOOL else "不在校，不用填班级")  # fmt: skip
    boarding = flag("是否寄宿", "是否学校寄宿", "是否住校", "寄宿", "就读方式", "是否寄宿生", "住校", "是否住宿", "寄宿情况", "住宿情况", "住宿方式", codes=BOARDING,
                    skip=lambda v: None if v.get("schooling") not in NO_SCHOOL else "不在校，不用填寄宿")  # fmt: skip
    health = coded(
        "健康状况", HEALTH, "身体情况", "身体状况", "健康情况", "健康状态", "身体健康状况", source=FORM_2016
    )
    disability = text("残疾类别及等级", "残疾类型及等级", "残疾类型", "残疾类别", "残疾种类", "残疾等级", longest=40, prompt="如 肢体三级", pool="disability",
                      skip=lambda v: None if v.get("health") == "disabled" else "只在健康状况为残疾时填写")  # fmt: skip
    illness = text("患病类型", "疾病名称", "病种", "所患疾病", "疾病类型", longest=40, prompt="如 先天性心脏病", pool="illness",
                   skip=lambda v: None if v.get("health") in ILL else "只在患病时填写")  # fmt: skip
    income = coded("家庭经济来源", INCOME, "经济来源", many=True, source=FORM_2016)
    aid = coded(
        "救助帮扶",
        AID,
        "救助帮扶情况",
        "救助措施",
        "享受救助情况",
        "救助情况",
        "享受救助",
        many=True,
        source=FORM_2016,
    )
    study_level = coded("学习情况", STUDY, "学习成绩", "学业水平", "学习状况")
    vaccinated = coded(
        "免疫接种", VACCINATION, "疫苗接种", "预防接种", "计划免疫", "免疫接种情况", "疫苗接种情况"
    )
    parenting_on = day(
        "家教培训日期",
        "监护人培训日期",
        "家长培训日期",
        "家长学校日期",
        prompt="监护人最近一次参加家教培训的日期，没有就留空",
    )
    entrust_on = day(
        "委托照护签订日期", "委托协议签订日期", "委托监护确认书日期", prompt="签委托照护协议的日期，没签就留空",
        source="国发〔2016〕13号：外出父母应签委托监护确认书",
    )  # fmt: skip
    legal_aid = coded("法律援助", LEGAL_AID, "法律援助情况")
    needs = text(
        "需求", "帮扶需求", "困难与需求", "教育需求", "存在困难", "主要困难", kind="notes", longest=500
    )
    left_behind = peewee.BooleanField(null=True, index=True)
    gaps = peewee.TextField(default="")
    as_of = peewee.TextField(null=True)


GRADES_OF = {
    stage: [code.code for code in GRADE if code.code[0] == letter]
    for stage, letter in (
        ("kindergarten", "k"),
        ("primary", "p"),
        ("junior", "j"),
        ("senior", "s"),
        ("vocational", "s"),
    )
}
NO_SCHOOL = {"none_yet", "dropped_out", "not_in_school", "suspended"}
ILL = {"ill", "serious", "chronic", "other"}


class Focus(Row):
    """A 重点对象 tag on a child, with its reason and its span."""

    child = reference(Child, "focus")
    tag = coded("重点类别", FOCUS, "重点对象", "重点帮扶类别", "儿童类别", "困境类型")
    reason = text("原因", longest=200)
    since = day("起始日期")
    until = day("结束日期")


# One live child per ID number, one survey per child and term: held by the database, whoever writes.
Child.add_index(
    Child.index(Child.id_number, unique=True, where=Child.deleted_at.is_null(), name="child_id_number")
)
# The register's order, and finding in it by initials: a window far down and a count are read from one index alone.
for name, columns in {
    "child_order": (
        Child.group_rank,
        Child.village_group,
        Child.name,
        Child.id,
        Child.initials,
        Child.given_initials,
    ),
    "child_by_initials": (Child.initials,),
    "child_by_given_initials": (Child.given_initials, Child.initials),
}.items():
    on_file = Child.deleted_at.is_null()
    Child.add_index(Child.index(*columns, Child.deleted_at, Child.left_on, where=on_file, name=name))
Child.add_index(Child.index(Child.deleted_at, where=Child.deleted_at.is_null(False), name="child_struck_out"))
Child.add_index(
    Child.index(
        Child.left_on, where=Child.deleted_at.is_null() & Child.left_on.is_null(False), name="child_left"
    )
)
Survey.add_index(
    Survey.index(
        Survey.child, Survey.term, unique=True, where=Survey.deleted_at.is_null(), name="survey_child_term"
    )
)
