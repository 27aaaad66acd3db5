"""Every heading of the forms of the field that the ledger can know is understood unaided; the others, and why not."""

import json
from pathlib import Path

import pytest

from db.exchange import asking, headings
from db.exchange.grid import Heading

FORMS = json.loads((Path(__file__).parent / "forms.json").read_text("utf-8"))
NOT_KEPT, BY_HAND, CODES, ADULT = "台账不记", "本人手签", "台账不记行政区划代码", "台账不记成年人的这一项"
NOT_A_LIST = "一行不是一名儿童、帮扶人或一条记录"
# Form → heading (group/heading where it has one) → why the ledger cannot know it.
UNKNOWABLE: dict[str, dict[str, str]] = {
    "mca_2016_registration_form": dict.fromkeys(("单位负责人(签名)", "复核人(签名)", "填表人(签名)"), BY_HAND),
    "national_system_2020_leftbehind_form": {
        "儿童基本信息/儿童编号": "外部系统自己编的号", "儿童基本信息/户口分类": NOT_KEPT, "儿童基本信息/照片": NOT_KEPT,
        "生活情况/监护不当情形": NOT_KEPT, "生活情况/其他特殊情况*": NOT_KEPT,
        "父母信息/(父/母 one block each; labels not read)": "表样里没有抄下栏目",
        "委托照料人信息/特殊情况": NOT_KEPT, "委托照料人信息/其他关系": "关系只记国标代码",
        "委托照料人信息/残疾类型": ADULT, "委托照料人信息/残疾等级": ADULT, "机构信息/负责人": NOT_KEPT, "机构信息/固定电话": NOT_KEPT,
        "机构信息/联系电话": NOT_KEPT, "机构信息/机构地址": NOT_KEPT,
    },
    "national_system_return_visit": {"附件": NOT_KEPT},
    "xueji_import_sheet": {
        **dict.fromkeys((
            "学校标识码", "籍贯", "港澳台侨外", "政治面貌", "入学年月", "入学方式", "邮政编码", "是否独生子女", "是否受过学前教育", "是否需要申请资助",
            "是否享受一补", "是否烈士或优抚子女", "上下学距离", "上下学方式", "是否需要乘坐校车", "曾用名", "身份证件有效期", "血型", "学籍辅号", "班内学号",
            "学生来源", "电子信箱", "主页地址", "是否由政府购买学位", "随班就读", "是否进城务工人员随迁子女",
        ), NOT_KEPT),
        **dict.fromkeys(("出生地行政区划代码", "户口所在地行政区划"), CODES),
        **{f"成员{n}{name}": CODES if "行政" in name else ADULT for n in "12" for name in ("关系说明", "户口所在地行政区划", "民族")},
    },
    "qianxi_risk_form": dict.fromkeys(("参与", "复核", "评估项目", "评估内容", "评分标准", "得分"), NOT_KEPT),
}  # fmt: skip
# Tables whose lines are no persons or records: 汇总表 are worked out elsewhere (交叉汇总), a bag holds papers, a county's
# table has a school a line.
OTHER_TABLES = ("national_system_summary", "school_growth_bag", "gongguolv_county")
# mapped, knowable
EXACTLY = {
    "mca_2016_registration_form": (45, 45), "national_system_2020_leftbehind_form": (40, 40),
    "national_system_return_visit": (9, 9), "xueji_import_sheet": (37, 37), "qianxi_risk_form": (4, 4), "home_visit": (13, 13),
}  # fmt: skip
# What headings that could be taken for something else ask for.
TOLD = {
    "mca_2016_registration_form": {
        "填报日期": "form.date", "公民身份证号码": "child.id_number", "公民身份证号码(受委托监护人)": "guardian.id_number",
        "现居住地": "child.address", "居住地地址": "guardian.address", "父亲当前务工地点": "survey.father_place",
        "无监护能力{父亲|母亲}": "said.unable_who", "与被监护人关系": "guardian.relation",
    },
    "national_system_2020_leftbehind_form": {
        "儿童健康状况/健康状况": "survey.health", "委托照料人信息/健康状况": "guardian.health", "儿童健康状况/残疾等级": "said.disability_level",
        "儿童健康状况/其他": "said.other_illness", "委托照料人信息/联系电话": "guardian.phone", "委托照料人信息/证件类型": "guardian.id_kind",
        "机构信息/机构名称": "form.site", "儿童基本信息/户籍所在地(4级)": "child.hukou_address",
    },
    "national_system_return_visit": {"回访方式": "record.way", "登记日期": "form.date", "回访日期": "record.on_date"},
    "xueji_import_sheet": {
        "班号": "said.class", "就读方式": "survey.boarding", "通信地址": "child.address", "是否孤儿": "said.orphan",
        "成员1身份证件类型": "m1.id_kind", "成员2工作单位": "m2.workplace", "残疾类型": "survey.disability", "联系电话": "child.phone",
    },
    "qianxi_risk_form": {"风险等级": "record.grade", "评估对象": "child.name", "评估人": "record.by_name"},
    "home_visit": {"家庭成员情况": "said.family", "生活环境": "record.home", "年龄": "child.age", "监护人信息": "said.guardian"},
}  # fmt: skip


def headings_of(form: str) -> list[Heading]:
    columns = FORMS[form]["columns"]
    pairs = [("", text) for text in columns] if isinstance(columns, list) else [
        (group, text) for group, texts in columns.items() for text in texts
    ]  # fmt: skip
    return [Heading(at, text, group) for at, (group, text) in enumerate(pairs)]


def named(heading: Heading) -> str:
    return f"{heading.group}/{heading.text}" if heading.group else heading.text


@pytest.fixture(scope="module")
def asked() -> dict[str, list[tuple[str, str | None]]]:
    """What each list form's headings are taken to ask for, unaided."""
    found = {}
    for form in FORMS.keys() - set(OTHER_TABLES):
        columns = headings_of(form)
        kind = headings.guess(columns, FORMS[form]["title"])
        assert kind == (
            "records"
            if form in ("national_system_return_visit", "qianxi_risk_form", "home_visit")
            else "children"
        )
        found[form] = list(zip(map(named, columns), asking.ask(columns, kind).targets, strict=True))
    return found


def test_every_knowable_heading_is_mapped(asked):
    counts = {}
    for form, told in asked.items():
        reasons = UNKNOWABLE.get(form, {})
        assert reasons.keys() <= {name for name, _ in told}, form
        knowable = [(name, target) for name, target in told if name not in reasons]
        mapped = [name for name, target in knowable if target]
        counts[form] = (len(mapped), len(knowable))
        print(
            f"{form}: {len(mapped)}/{len(knowable)} of {len(told)}; not mapped: {[n for n, t in knowable if not t]}"
        )
    mapped, knowable = (sum(each) for each in zip(*counts.values(), strict=True))
    print(f"all: {mapped}/{knowable} = {mapped / knowable:.1%}")
    assert counts == EXACTLY
    assert mapped / knowable >= 0.95


def test_nothing_is_put_where_it_is_not_known(asked):
    for form, told in asked.items():
        wrong = [(name, target) for name, target in told if target and name in UNKNOWABLE.get(form, {})]
        assert wrong == [], form


def test_headings_ask_for_what_they_say(asked):
    for form, told in TOLD.items():
        have = dict(reversed(asked[form]))  # of two alike the first
        assert {name: have[name] for name in told} == told


@pytest.mark.parametrize("form", OTHER_TABLES)
def test_tables_of_something_else_are_no_list(form):
    assert headings.guess(headings_of(form), FORMS[form]["title"]) is None, NOT_A_LIST


def test_every_target_can_be_said_in_words(asked):
    for told in asked.values():
        for _, target in told:
            assert target is None or asking.label_of(target)
    for kind in ("children", "helpers", "records", "pairings"):
        labels = [label for _, label in asking.options(kind)]
        assert all(labels)
        targets = {target for target, _ in asking.options(kind)}
        assert {"form.no", "form.site", "form.date"} <= targets
