"""The national system's form: one child spread over several tabs that know it by number."""

from db.exchange import importing, register
from db.exchange.reader import Sheet
from db.models import Adult, CareRecord, Child, Kinship, Survey

TABS = [
    Sheet("儿童基本信息", [["儿童编号", "身份证号", "民族", "姓名", "出生日期", "户籍性质", "性别", "现住详细地址"],
                      ["A1", "340505201503081235", "汉族", "张三", "2015-03-08", "农业户口", "男", "柳溪村一组5号"],
                      ["A2", None, "汉族", "李四", "2016-04-01", "农业户口", "女", "柳溪村二组6号"]]),
    Sheet("儿童健康状况", [["儿童编号", "健康状况", "残疾类型*", "其他"], ["A1", "残疾", "肢体三级", None], ["A2", "健康", None, None]]),
    Sheet("生活情况", [["儿童编号", "就学情况", "是否学校寄宿", "监护类型"], ["A2", "小学", "否", "监护情况一般"], ["A1", "小学", "是", "监护情况较好"]]),
    Sheet("委托照料人信息", [["儿童编号", "受委托监护人姓名", "联系电话", "证件号码", "与儿童关系", "健康状况"],
                       ["A1", "王桂英", "19900001234", None, "祖母", "健康"], ["A9", "赵某", "19900001235", None, "祖母", "健康"]]),
    Sheet("机构信息", [["机构名称", "负责人", "固定电话"], ["柳溪村村委会", "王晓", "0555-1234567"]]),
]  # fmt: skip


def test_the_tabs_come_to_the_same_children(user):
    found = register.understand("采集表.xlsx", TABS)
    outcome = importing.take(found, by=user)
    assert [(part.sheet, part.kind, part.created, part.updated) for part in outcome.sheets] == [
        ("儿童基本信息", "children", 2, 0), ("儿童健康状况", "children", 0, 2), ("生活情况", "children", 0, 2), ("委托照料人信息", "children", 0, 1),
    ]  # fmt: skip
    zhang, li = (Child.get(Child.name == name) for name in ("张三", "李四"))
    assert Child.select().count() == 2
    about = {
        row.child_id: (row.health, row.disability, row.schooling, row.boarding, row.guardianship)
        for row in Survey.select()
    }
    assert about == {
        zhang.id: ("disabled", "肢体三级", "primary", True, "good"),
        li.id: ("healthy", None, "primary", False, "fair"),
    }
    kinship = Kinship.get(Kinship.guardian)
    assert (kinship.child_id, kinship.relation, kinship.adult.name, kinship.adult.health) == (
        zhang.id,
        "62",
        "王桂英",
        "healthy",
    )
    assert Adult.select().count() == 1
    assert any(each.sheet == "委托照料人信息" and "没有姓名" in each.message for each in outcome.problems), (
        "A9 is nobody's number"
    )
    assert any("机构信息" in each.message for each in outcome.problems)


def test_return_visits_take_their_kind_from_how_they_were_made(take):
    take(["姓名", "出生日期"], ["张三", "2015-05-23"])
    outcome = take(
        ["留守困境儿童回访"], ["序号", "儿童姓名", "回访日期", "回访方式", "回访情况(≤200字)", "回访人员", "附件", "登记机构", "登记人员", "登记日期"],
        [1, "张三", "2026-09-01", "电话", "一切都好", "王晓", None, "柳溪村", "王晓", "2026-09-02"],
        [2, "张三", "2026-09-03", "入户走访", "在家", "王晓", None, "柳溪村", "王晓", "2026-09-03"],
        [3, "张三", "2026-09-04", None, "没写方式", "王晓", None, "柳溪村", "王晓", "2026-09-04"],
    )  # fmt: skip
    assert (outcome.kind, outcome.created) == ("records", 3)
    assert [(row.kind, row.content) for row in CareRecord.select().order_by(CareRecord.on_date)] == [
        ("phone_call", "一切都好"), ("visit", "在家"), ("visit", "没写方式"),
    ]  # fmt: skip
