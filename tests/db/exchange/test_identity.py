"""Who a row speaks of: surely a child on file, perhaps one (asked), or a new one. Relatives alike."""

import pytest

from db import dossier
from db.exchange import register
from db.exchange.plan import Plan
from db.exchange.reader import Sheet
from db.models import Adult, Child, Kinship, Survey

FULL = [
    "姓名",
    "性别",
    "出生日期",
    "现住址",
    "学校",
    "年级",
    "班级",
    "父亲姓名",
    "父亲电话",
    "监护人姓名",
    "监护人关系",
]
CHILD = [
    "张三",
    "男",
    "2015-03-08",
    "柳溪村一组5号",
    "柳溪小学",
    "五年级",
    "1班",
    "张大",
    "19900000001",
    "王兰",
    "祖母",
]


@pytest.fixture
def filed(take):
    """One child on file with everything that may tell it."""
    take(FULL, CHILD)
    return take


def became(outcome) -> str:
    """What became of a register's only row."""
    (one,) = [name for name in ("created", "updated", "unchanged", "skipped") if getattr(outcome, name)]
    return "asked" if outcome.questions else one


@pytest.mark.parametrize(
    ("head", "row", "expected"),
    [
        # sure: one strong sign, or several small ones, beside the name
        (["姓名", "出生年月", "民族"], ["张三", "2015.3", "回族"], "updated"),
        (["姓名", "出生日期", "民族"], ["张 三", "20150308", "回族"], "updated"),
        (["姓名", "家长姓名", "民族"], ["张三", "张大", "回族"], "updated"),
        (["姓名", "监护人姓名", "民族"], ["张三", "王兰", "回族"], "updated"),
        (["姓名", "监护人姓名", "监护人电话"], ["张三", "李婶", "19900000001"], "updated"),
        (["姓名", "家庭电话", "现住址"], ["张三", "19900000001", None], "updated"),
        (["姓名", "学校", "年级", "民族"], ["张三", "柳溪小学", "五年级", "回族"], "updated"),
        # perhaps: nothing but the name, or too little
        (["姓名", "现住址"], ["张三", None], "asked"),
        (["姓名", "现住址", "民族"], ["张三", "柳溪村", "回族"], "asked"),
        (["姓名", "年级", "民族"], ["张三", "四年级", "回族"], "asked"),
        # perhaps: the family is the same, and something contradicts all the same
        (["姓名", "出生日期", "父亲姓名", "监护人姓名"], ["张三", "2015-08-03", "张大", "王兰"], "asked"),
        (["姓名", "性别", "父亲姓名", "监护人姓名"], ["张三", "女", "张大", "王兰"], "asked"),
        # another child
        (["姓名", "出生日期"], ["张三", "2016-03-08"], "created"),
        (["姓名", "性别", "现住址"], ["张三", "女", "柳溪村一组5号"], "created"),
        (["姓名", "就读学校及年级", "民族"], ["张三", "青石镇高级中学高一", "回族"], "created"),
        (["姓名", "出生日期", "父亲姓名"], ["张山", "2015-03-08", "张大"], "created"),
    ],
)
def test_sure_perhaps_and_new(filed, head, row, expected):
    assert became(filed(head, row)) == expected
    assert Child.live().count() == 1 + (expected == "created")


def test_an_id_number_decides_and_another_name_under_it_is_asked(filed, number):
    filed(["姓名", "出生日期", "身份证号"], ["张三", "2015-03-08", number()])
    assert became(filed(["姓名", "身份证号", "民族"], ["张三", number(), "回族"])) == "updated"
    assert became(filed(["姓名", "身份证号", "民族"], ["张山", number(), "回族"])) == "asked"


def test_another_id_number_of_the_same_day_is_asked_one_of_another_day_is_another_child(filed, number):
    filed(["姓名", "出生日期", "身份证号"], ["张三", "2015-03-08", number()])
    assert became(filed(["姓名", "身份证号", "民族"], ["张三", number(order=7), "回族"])) == "asked"
    assert became(filed(["姓名", "身份证号", "民族"], ["张三", number("20160308"), "回族"])) == "created"


def test_among_namesakes_the_one_more_speaks_for(take):
    take(
        FULL,
        CHILD,
        [
            "张三",
            "男",
            "2015-03-20",
            "柳溪村二组1号",
            "柳溪小学",
            "五年级",
            "2班",
            "张二",
            None,
            "刘梅",
            "祖母",
        ],
    )
    take(["姓名", "出生年月", "监护人姓名", "民族"], ["张三", "2015.3", "刘梅", "回族"])
    assert {child.birth_date: child.ethnicity for child in Child.live()} == {
        "2015-03-08": None,
        "2015-03-20": "03",
    }
    assert became(take(["姓名", "出生年月", "民族"], ["张三", "2015.3", "回族"])) == "asked"


def test_the_surest_row_is_taken_first_wherever_it_stands(filed):
    """Two rows of one name: the one that says nothing else must not take the other's child."""
    head = ["姓名", "出生日期", "民族"]
    outcome = filed(head, ["张三", None, "回族"], ["张三", "2015-03-08", "土家族"])
    assert (outcome.updated, outcome.skipped) == (1, 1)
    assert Child.get().ethnicity == "15"
    assert [problem.row for problem in outcome.problems] == [2]


@pytest.mark.parametrize(("answer", "ethnicities"), [("child", ["03"]), ("new", [None, "03"])])
def test_what_a_person_says_is_done(user, filed, answer, ethnicities):
    opened = register.understand("册", [Sheet("S", [["姓名", "民族", "现住址"], ["张三", "回族", None]])])
    plan = Plan(opened)
    list(plan.make())
    (question,) = plan.outcome.questions
    ((child, told),) = question.candidates
    assert "2015-03-08" in told and "张大" in told
    plan = Plan(opened, {(question.sheet, question.row): child if answer == "child" else "new"})
    list(plan.make())
    list(plan.write(user))
    assert sorted((each.ethnicity for each in Child.live()), key=str, reverse=answer == "new") in (
        ethnicities, ethnicities[::-1])  # fmt: skip


# ── relatives ────────────────────────────────────────────────────────────────────────────────────────────


def kin() -> dict:
    return {tie.relation: (tie.adult.name, tie.guardian) for tie in Kinship.live()}


def test_members_are_who_their_relation_says_and_the_marked_one_is_the_guardian(take):
    head = [
        "姓名",
        "出生日期",
        "成员1姓名",
        "成员1关系",
        "成员1联系电话",
        "成员1是否监护人",
        "成员2姓名",
        "成员2关系",
        "成员2是否监护人",
        "是否留守儿童",
    ]
    take(head, ["张三", "2015-3-8", "李梅", "母亲", "19900000002", "是", "张大", "父亲", "否", "非留守"],
         ["李四", "2016-3-8", "王兰", "祖母", "19900000003", "是", "李二", "父亲", "否", "双亲留守"])  # fmt: skip
    families = {}
    for tie in Kinship.live():
        families.setdefault(tie.child.name, set()).add((tie.relation, tie.adult.name, tie.guardian))
    assert families == {
        "张三": {("52", "李梅", True), ("51", "张大", False)},
        "李四": {("62", "王兰", True), ("51", "李二", False)},
    }
    survey = {each.child.name: each for each in Survey.live()}
    assert (survey["李四"].father_whereabouts, survey["李四"].left_behind) == ("away", True)
    assert (survey["张三"].declared, survey["张三"].left_behind) == ("none", False)


def test_a_member_without_a_relation_is_reported(take):
    outcome = take(["姓名", "出生日期", "成员1姓名", "成员1关系"], ["张三", "2015-3-8", "李梅", None])
    assert ("成员1姓名", "error") in [(each.column, each.level) for each in outcome.problems] and not kin()


def test_a_parent_not_said_which_becomes_one_when_another_register_says_so(take):
    take(["学生姓名", "出生日期", "家长姓名", "联系电话"], ["张三", "2015-3-8", "张大", "19900000001"])
    assert kin() == {"50": ("张大", False)}
    assert Adult.get().phone == "19900000001"
    take(["姓名", "出生日期", "父亲姓名", "母亲姓名"], ["张三", "2015-3-8", "张大", "李梅"])
    assert kin() == {"51": ("张大", False), "52": ("李梅", False)}
    outcome = take(["学生姓名", "出生日期", "家长姓名"], ["张三", "2015-3-8", "赵六"])
    assert "不是其中一人" in outcome.problems[0].message and Adult.live().count() == 2


@pytest.mark.parametrize(
    ("parent", "relation", "expected"),
    [
        ("凌奶", "奶奶", "62"),
        ("凌奶", "祖孙", None),
        ("凌爷(爷爷)", None, "61"),
        ("凌父", "父女", "51"),
        ("凌家", None, "50"),
    ],
)
def test_a_family_head_is_who_the_relation_says_and_never_made_a_parent(take, parent, relation, expected):
    take(["学生姓名", "出生日期", "家长姓名", "与学生关系"], ["张三", "2015-3-8", parent, relation])
    assert list(kin()) == [expected]


def test_no_guardian_stated_in_the_guardians_cell(take):
    take(["姓名", "出生日期", "监护人姓名", "监护人电话"], ["张三", "2015-3-8", "无", None])
    assert (Survey.get().no_guardian, kin()) == (True, {})
    take(["姓名", "出生日期", "监护人姓名", "监护人关系"], ["张三", "2015-3-8", "王兰", "祖母"])
    assert (Survey.get().no_guardian, kin()) == (False, {"62": ("王兰", True)})


def test_an_age_stands_only_until_a_birth_date_is_known(take):
    head = ["姓名", "年龄", "监护人姓名", "监护人年龄", "家长姓名"]
    take(head, ["张三", "11岁", "王兰", 65, "张大"])
    assert (Child.get().age, Adult.live().where(Adult.name == "王兰").get().age) == (11, 65)
    take(
        ["姓名", "出生日期", "家长姓名", "祖母姓名", "祖母出生日期"],
        ["张三", "2015-3-8", "张大", "王兰", "1961-4-23"],
    )
    grandmother = Adult.live().where(Adult.name == "王兰").get()
    assert (Child.get().age, grandmother.age, grandmother.birth_date) == (None, None, "1961-04-23")
    take(head, ["张三", "12岁", "王兰", 66, "张大"])
    assert (Child.get().age, Adult.live().where(Adult.name == "王兰").get().age) == (None, None)


def test_another_father_leaves_no_stranger_behind(take):
    take(["姓名", "出生日期", "父亲姓名"], ["张三", "2015-3-8", "张大"])
    outcome = take(["姓名", "出生日期", "父亲姓名", "父亲电话"], ["张三", "2015-3-8", "张二", "19900000002"])
    assert "张大" in outcome.problems[0].message
    assert [adult.name for adult in Adult.live()] == ["张大"]


@pytest.mark.parametrize(
    ("father", "mother", "declared", "criterion", "expected"),
    [
        (None, None, "both", "state2016", True), (None, None, "one", "state2016", None),
        (None, None, "none", "state2016", False), (None, None, "some", "state2016", True),
        (None, None, None, "state2016", None), ("away", None, "none", "state2016", None),
        ("home", "home", "both", "state2016", False), ("away", None, "both", "state2016", True),
        (None, None, "one", "one_parent", True), (None, None, "none", "one_parent", False),
        (None, None, "some", "one_parent", True), ("home", "home", "some", "one_parent", False),
    ],
)  # fmt: skip
def test_what_a_register_declares_stands_in_for_what_is_not_known(
    father, mother, declared, criterion, expected
):
    survey = Survey(father_whereabouts=father, mother_whereabouts=mother, declared=declared)
    assert dossier.left_behind(survey, criterion) is expected
