"""Registers of children into the ledger: the village's real form, and rows made to go wrong."""

import random
from collections import Counter
from datetime import date

import pytest
from made import FORM

from db import changes
from db.exchange import importing, plan, reader, register
from db.exchange.reader import Sheet
from db.models import Adult, Change, Child, Kinship, Survey, Term
from db.values import check_digit

HEAD = ["姓名", "性别", "出生日期", "身份证号"]


def number(born: str, order: str = "123") -> str:
    first = f"340505{born.replace('-', '')}{order}"
    return first + check_digit(first)


def counts(outcome) -> tuple:
    return outcome.created, outcome.updated, outcome.unchanged, outcome.skipped


def everything() -> dict:
    """What the ledger says of every child, without keys and versions."""
    skip = {"id", "version", "created_at", "deleted_at", "child", "adult", "term", "site"}

    def bare(row):
        return tuple(sorted((name, str(value)) for name, value in row.__data__.items() if name not in skip))

    return {
        (child.name, child.id_number): (
            bare(child), [bare(survey) for survey in Survey.live().where(Survey.child == child)],
            sorted((bare(kinship), bare(kinship.adult)) for kinship in Kinship.live().where(Kinship.child == child)),
        )
        for child in Child.live()
    }  # fmt: skip


def child_named(name: str) -> Child:
    return Child.live().where(Child.name == name).get()


def survey_of(name: str) -> Survey:
    return Survey.live().where(Survey.child == child_named(name)).get()


def kin_of(name: str) -> dict:
    ties = Kinship.live().where(Kinship.child == child_named(name))
    return {tie.relation: (tie.adult.name, tie.guardian, tie.entrusted) for tie in ties}


# ── the village's own form ───────────────────────────────────────────────────────────────────────────────


def test_the_form_into_an_empty_ledger(user):
    outcome = importing.load(FORM, by=user)
    assert (outcome.kind, outcome.rows, *counts(outcome)) == ("children", 65, 65, 0, 0, 0)
    assert outcome.unmapped == []
    assert [Child.live().count(), Survey.live().count(), Adult.live().count(), Kinship.live().count()] == [
        65,
        65,
        116,
        162,
    ]
    assert outcome.problems == []
    # siblings of one guardian are given different houses: each paper's word is kept beside its child
    homes = {tie.address for tie in Kinship.live().where(Kinship.guardian) if tie.adult.name == "区景行"}
    assert homes == {"青石镇柳溪村一组55号", "青石镇柳溪村一组40号"}
    assert {survey.surveyed_on for survey in Survey.live()} == {date(2026, 9, 10)}
    assert Term.get().code == "2026秋"
    assert Counter(survey.left_behind for survey in Survey.live()) == {True: 40, False: 25}


def test_the_same_form_again_changes_nothing(user):
    importing.load(FORM, by=user)
    rows, before = Change.select().count(), everything()
    assert counts(importing.load(FORM, by=user)) == (0, 0, 65, 0)
    assert Change.select().count() == rows
    assert everything() == before


def test_a_dry_run_says_the_same_and_writes_nothing(user):
    rows = Change.select().count()
    seen = importing.preview(FORM)
    assert counts(seen) == (65, 0, 0, 0)
    assert (Child.select().count(), Term.select().count(), Change.select().count()) == (0, 0, rows)
    assert importing.load(FORM, by=user).as_json() == seen.as_json()


def test_one_undo_takes_the_whole_import_back_and_it_can_be_done_again(user):
    importing.load(FORM, by=user)
    before = everything()
    done = changes.last_action(user)
    assert done.label == "导入 01-基本情况登记表.xlsx"
    changes.undo(done.action, user)
    assert [model.live().count() for model in (Child, Adult, Kinship, Survey)] == [0, 0, 0, 0]
    assert counts(importing.load(FORM, by=user)) == (65, 0, 0, 0)
    assert everything() == before


def test_a_writing_that_was_dropped_can_be_done_again_in_full(user):
    whole = plan.Plan(register.open_register(str(FORM)))
    list(whole.make())
    writing = whole.write(user)
    next(writing)
    writing.close()
    assert not Child.select().exists()
    list(whole.write(user))
    assert Child.live().count() == whole.outcome.created > 0
    assert not Child.live().where(Child.name.is_null()).exists() and Kinship.live().exists()


@pytest.mark.parametrize("seed", range(5))
def test_columns_in_any_order(user, seed):
    importing.load(FORM, by=user)
    before, rows = everything(), reader.read(FORM).sheets[0].rows
    width = len(rows[2])
    order = random.Random(seed).sample(range(width), width)
    shuffled = rows[:2] + [[(row + [None] * width)[column] for column in order] for row in rows[2:]]
    outcome = importing.take(register.understand("乱序", [Sheet("S", shuffled)]), by=user)
    assert counts(outcome) == (0, 0, 65, 0)
    assert outcome.unmapped == []
    assert everything() == before


def test_what_became_of_single_families(user):
    importing.load(FORM, by=user)
    # both away, entrusted to the mother's father, who also stands under 外祖父: one adult, one tie
    assert kin_of("单国庆") == {
        "51": ("单志强", False, False),
        "52": ("杨雨涵", False, False),
        "63": ("区景行", True, True),
    }
    grandfather = Adult.live().where(Adult.name == "区景行", Adult.id_number == "340505196104238297").get()
    assert (grandfather.birth_date, grandfather.sex, grandfather.phone) == (
        "1961-04-23",
        "male",
        "19900000106",
    )
    survey = survey_of("单国庆")
    assert (survey.father_whereabouts, survey.mother_whereabouts, survey.father_place) == (
        "away",
        "away",
        "广东省深圳市",
    )
    assert (survey.income, survey.aid, survey.schooling, survey.boarding) == (
        "farm",
        "dibao",
        "kindergarten",
        False,
    )
    # one away, the father at home and unable: he is the guardian all the same
    survey = survey_of("马诗涵")
    assert (survey.father_whereabouts, survey.father_able, survey.mother_whereabouts) == (
        "home",
        False,
        "away",
    )
    assert (survey.left_behind, survey.guardianship) == (True, "unable")
    assert kin_of("马诗涵") == {"51": ("马志强", True, False), "52": ("郑玉洁", False, False)}
    # one away, the mother at home and able
    survey = survey_of("傅小花")
    assert (survey.father_whereabouts, survey.mother_whereabouts, survey.mother_able) == (
        "away",
        "home",
        True,
    )
    assert (survey.left_behind, kin_of("傅小花")["52"][1]) == (False, True)
    # nobody
    survey = survey_of("赵欣怡")
    assert (survey.no_guardian, survey.guardianship) == (True, "none")
    assert not any(guardian for _, guardian, _ in kin_of("赵欣怡").values())
    assert (survey_of("许小").health, survey_of("许小").illness) == ("ill", "先天性心脏病")
    assert (survey_of("查家乐").health, survey_of("查家乐").disability) == ("disabled", "肢体三级")
    child = child_named("单国庆")
    assert (child.initials, child.village_group, child.address) == ("sgq", "一组", "青石镇柳溪村一组55号")


def test_two_of_one_name_stay_two_and_siblings_share_parents(user):
    importing.load(FORM, by=user)
    for name in ("梁文博", "唐志强", "胡国庆"):
        assert Child.live().where(Child.name == name).count() == 2
    assert Adult.live().where(Adult.name == "查明").count() == 1
    father = Adult.live().where(Adult.name == "查明").get()
    assert {tie.child.name for tie in Kinship.live().where(Kinship.adult == father)} == {
        "查文博",
        "查巧云",
        "查家乐",
    }
    # the grandfather of the father's own name is another man
    assert Adult.live().where(Adult.name == "林天佑").count() == 2


# ── rows that go wrong ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        (["张三", "男", "2015-03-08", "340505201503081231"], "身份证号", "校验位"),
        (["张三", "男", "2015-03-08", 340505201503081200], "身份证号", "文本格式"),
        (["张三", "男", "2015-03-09", number("2015-03-08")], "身份证号", "2015-03-08"),
        (["张三", "女", "2015-03-08", number("2015-03-08")], "身份证号", "第17位"),
    ],
)
def test_an_id_that_fails_or_disagrees_is_left_out_and_the_rest_goes_in(take, row, column, says):
    outcome = take(HEAD, row)
    assert counts(outcome) == (1, 0, 0, 0)
    assert [(p.row, p.column, p.level) for p in outcome.problems] == [(2, column, "error")]
    assert says in outcome.problems[0].message
    assert child_named("张三").id_number is None
    assert child_named("张三").birth_date == row[2]
    assert counts(take(HEAD, row)) == (0, 0, 1, 0)


def test_problems_do_not_print_whole_numbers(take):
    outcome = take(
        [*HEAD, "父亲姓名", "父亲电话"], ["张三", "女", None, number("2015-03-08"), "张大", "1990000123"]
    )
    printed = str(outcome.as_json())
    assert number("2015-03-08") not in printed
    assert "1990000123" not in printed
    assert len(outcome.problems) == 2


def test_a_corrected_id_finds_its_child_again(take):
    take(HEAD, ["张三", "男", "2015-03-08", "340505201503081231"])
    assert counts(take(HEAD, ["张三", "男", "2015-03-08", number("2015-03-08")])) == (0, 1, 0, 0)
    assert child_named("张三").id_number == number("2015-03-08")


def test_a_bad_row_never_stops_the_good_ones(take):
    outcome = take(
        HEAD,
        ["张三", "男", "2015-03-08", None],
        [None, "女", "2015-03-08", None],
        ["李四", "不男不女", "2015-02-30", "身份证丢了"],
        ["王五", "女", "2016.5", None],
    )
    assert (outcome.rows, *counts(outcome)) == (4, 3, 0, 0, 1)
    assert [(p.row, p.column) for p in outcome.problems] == [
        (3, "姓名"),
        (4, "性别"),
        (4, "出生日期"),
        (4, "身份证号"),
    ]
    assert child_named("王五").birth_date == "2016-05"


def test_two_rows_of_one_name_without_numbers(take):
    rows = (
        ["姓名", "出生年月", "父亲", "母亲"],
        ["张三", "2015.3", "张大", "李梅"],
        ["张三", "2017.9", "张大", "李梅"],
    )
    assert counts(take(*rows)) == (2, 0, 0, 0)
    assert counts(take(*rows)) == (0, 0, 2, 0)


def test_the_month_finds_the_child_and_never_replaces_the_day(take):
    take(
        HEAD,
        ["张三", "男", "2015-03-08", number("2015-03-08")],
        ["张三", "男", "2017-09-01", number("2017-09-01")],
    )
    outcome = take(["姓名", "出生年月", "民族"], ["张三", "2015.3", "回族"])
    assert counts(outcome) == (0, 1, 0, 0)
    found = Child.live().where(Child.birth_date == "2015-03-08").get()
    assert (found.ethnicity, Child.live().count()) == ("03", 2)


def test_what_cannot_be_decided_is_reported_and_nothing_is_guessed(take):
    head = ["姓名", "民族", "家庭住址"]
    take(
        HEAD,
        ["张三", "男", "2015-03-08", None],
        ["张三", "男", "2017-09-01", None],
        ["李四", "男", "2017-09-01", None],
    )
    before = everything()
    outcome = take(head, ["张三", "回族", "一组"], ["李四", "回族", "一组"])
    assert counts(outcome) == (0, 0, 0, 2)
    assert [
        "2名张三" in outcome.problems[0].message,
        "看不出是不是同一人" in outcome.problems[1].message,
    ] == [True, True]
    assert everything() == before


def test_family_decides_between_namesakes(take):
    head = ["姓名", "父亲姓名", "母亲姓名", "民族"]
    take(
        [*head[:3], "出生日期"],
        ["张三", "张大", "李梅", "2015-03-08"],
        ["张三", "张二", "王兰", "2017-09-01"],
    )
    assert counts(take(head, ["张三", "张二", "王兰", "回族"])) == (0, 1, 0, 0)
    assert Child.live().where(Child.birth_date == "2017-09-01").get().ethnicity == "03"


def test_one_number_with_two_names_is_undecided(take):
    take(HEAD, ["张三", "男", None, number("2015-03-08")])
    outcome = take(HEAD, ["张山", "男", None, number("2015-03-08")])
    assert counts(outcome) == (0, 0, 0, 1)
    assert "张三" in outcome.problems[0].message


def test_the_same_child_twice_in_one_file(take):
    outcome = take(
        HEAD, ["张三", "男", None, number("2015-03-08")], ["张三", "男", None, number("2015-03-08")]
    )
    assert counts(outcome) == (1, 0, 0, 1)
    assert "第2行" in outcome.problems[0].message


def test_an_empty_cell_and_a_dash_erase_nothing(take):
    head = ["姓名", "出生日期", "民族", "父亲姓名", "父亲电话", "家庭住址"]
    take(head, ["张三", "2015-03-08", "回族", "张大", "19900000001", "柳溪村三组9号"])
    before = everything()
    assert counts(take(head, ["张三", "2015-03-08", None, "—", "/", "无"])) == (0, 0, 1, 0)
    assert everything() == before


def test_an_adult_is_known_by_phone_or_birth_and_another_birth_is_another_person(take):
    head = ["姓名", "出生日期", "父亲姓名", "父亲电话", "父亲出生日期"]
    take(
        head,
        ["甲一", "2015-03-08", "张强", "19900000001", None],
        ["甲二", "2016-03-08", "张强", "19900000001", "1985-01-02"],
        ["甲三", "2017-03-08", "张强", "19900000002", "1985-01-02"],
        ["乙一", "2017-04-08", "张强", "19900000003", "1990-07-07"],
    )
    fathers = {tie.child.name: tie.adult_id for tie in Kinship.live()}
    assert fathers["甲一"] == fathers["甲二"] == fathers["甲三"] != fathers["乙一"]


def test_another_father_is_reported_and_the_one_on_file_stays(take):
    head = ["姓名", "出生日期", "父亲姓名", "民族"]
    take(head, ["张三", "2015-03-08", "张大", None])
    outcome = take(head, ["张三", "2015-03-08", "张二", "回族"])
    assert counts(outcome) == (0, 1, 0, 0)
    assert ["张大" in outcome.problems[0].message, kin_of("张三")["51"][0]] == [True, "张大"]


def test_a_new_guardian_takes_over(take):
    head = ["姓名", "出生日期", "委托监护人姓名", "与被监护人关系", "委托监护人电话"]
    take(head, ["张三", "2015-03-08", "王兰", "祖母", "19900000001"])
    assert counts(take(head, ["张三", "2015-03-08", "张梅", "姑母", "19900000002"])) == (0, 1, 0, 0)
    assert kin_of("张三") == {"62": ("王兰", False, False), "89": ("张梅", True, True)}


def test_a_phone_without_its_owner_is_not_dropped_in_silence(take):
    outcome = take(["姓名", "出生日期", "父亲姓名", "父亲电话"], ["张三", "2015-03-08", None, "19900000001"])
    assert [(p.column, p.level) for p in outcome.problems] == [("父亲电话", "error")]


@pytest.mark.parametrize(
    ("both", "one", "who", "father", "mother", "stored", "problems"),
    [
        ("是", "否", None, "深圳", "上海", ("away", None, "away", None), 0),
        ("否", "是", "母亲", "深圳", None, ("away", None, "home", False), 0),
        ("否", "是", None, None, "上海", ("home", False, "away", None), 0),
        ("否", "否", None, None, "上海", ("home", True, "away", None), 0),
        ("否", "否", None, None, None, (None, None, None, None), 0),
        (None, None, None, "深圳", "在家务农", ("away", None, "home", None), 0),
        ("否", "是", "父亲", "深圳", None, (None, None, None, None), 1),
        ("是", "是", "父亲", None, "上海", (None, None, None, None), 1),
        ("否", "否", None, "深圳", "上海", (None, None, None, None), 1),
        ("否", "是", "爷爷", None, None, (None, None, None, None), 1),
    ],
)
def test_where_the_parents_are(take, both, one, who, father, mother, stored, problems):
    outcome = take(
        [
            "姓名",
            "出生日期",
            "父母双方同时外出",
            "父母一方外出、另一方无监护能力",
            "无监护能力",
            "父亲务工地点",
            "母亲务工地点",
        ],
        ["张三", "2015-03-08", both, one, who, father, mother],
    )
    survey = survey_of("张三")
    assert (
        survey.father_whereabouts,
        survey.father_able,
        survey.mother_whereabouts,
        survey.mother_able,
    ) == stored
    assert len(outcome.problems) == problems


def test_a_dead_parent_may_stand_in_place_of_a_name(take):
    take(["姓名", "出生日期", "父亲姓名", "母亲姓名"], ["张三", "2015-03-08", "已故", "李梅"])
    assert (survey_of("张三").father_whereabouts, sorted(kin_of("张三"))) == ("dead", ["52"])


def test_names_that_attack_screens_or_spreadsheets(take):
    outcome = take(HEAD, ["\x1b[2J张‮三", "男", "2015-03-08", None], ["=1+1王", "女", "2015-03-08", None],
                   ["[/red]李", "女", "2015-03-08", None], ["_x001B_赵", "女", "2015-03-08", None])  # fmt: skip
    assert counts(outcome) == (4, 0, 0, 0)
    assert {child.name for child in Child.live()} == {"[2J张三", "=1+1王", "[/red]李", "赵"}


def test_a_register_of_another_term_goes_into_that_term(take):
    outcome = take(["花名册 填报日期：2026年3月12日"], HEAD, ["张三", "男", "2015-03-08", None])
    assert (survey_of("张三").term.code, survey_of("张三").surveyed_on) == ("2026春", date(2026, 3, 12))
    assert [p.level for p in outcome.problems] == ["warning"]


def test_an_undated_register_stays_unchanged_on_another_day(take, monkeypatch):
    take(HEAD, ["张三", "男", "2015-03-08", None])
    monkeypatch.setenv("GUANAI_TODAY", "2026-10-20")
    assert counts(take(HEAD, ["张三", "男", "2015-03-08", None])) == (0, 0, 1, 0)
    assert survey_of("张三").surveyed_on == date(2026, 9, 10)


def test_a_birth_date_to_come_is_refused(take):
    outcome = take(HEAD, ["张三", "男", "2027-03-08", None])
    assert ["晚于今天" in outcome.problems[0].message, child_named("张三").birth_date] == [True, None]


def test_unmapped_columns_are_named(take):
    outcome = take([*HEAD, "星座"], ["张三", "男", "2015-03-08", None, "双鱼"])
    assert (outcome.unmapped, outcome.columns["姓名"]) == (["星座"], "child.name")


def test_a_second_sheet_is_not_passed_over_in_silence(user):
    rows = [HEAD, ["张三", "男", "2015-03-08", None]]
    table = register.understand("两张表", [Sheet("一", rows), Sheet("二", [["备忘"], ["买米"]])])
    outcome = importing.take(table, by=user)
    assert [(p.row, p.value, p.level) for p in outcome.problems] == [(0, "二", "warning")]


def test_many_rows_are_one_action_and_one_undo(user):
    """More than one batch of everything: children, parents shared by two, ties, surveys."""
    rows = [["姓名", "出生日期", "身份证号", "父亲姓名", "父亲电话", "母亲姓名", "母亲电话"]]
    for each in range(2_400):
        born = f"{2010 + each % 12}-{each % 12 + 1:02d}-{each % 28 + 1:02d}"
        rows.append([f"测试{each:05d}号", born, number(born, f"{each // 12 % 1000:03d}"), f"父{each // 2:05d}甲",
                     f"1991{each // 2:07d}", f"母{each // 2:05d}乙", f"1992{each // 2:07d}"])  # fmt: skip
    opened = register.understand("大表", [Sheet("S", rows)])
    assert counts(importing.take(opened, by=user)) == (2_400, 0, 0, 0)
    tables = (Child, Adult, Kinship, Survey)
    assert [model.live().count() for model in tables] == [2_400, 2_400, 4_800, 2_400]
    done = changes.last_action(user)
    assert done.rows == 12_001, "the rows, and the note that the file came in"
    changes.undo(done.action, user)
    assert [model.live().count() for model in tables] == [0, 0, 0, 0]
    assert counts(importing.take(opened, by=user)) == (2_400, 0, 0, 0)


def test_an_adults_number_under_another_name_is_reported(take):
    head = ["姓名", "出生日期", "父亲姓名", "父亲身份证号"]
    outcome = take(
        head,
        ["张三", "2015-03-08", "张大", number("1985-01-02")],
        ["张四", "2016-03-08", "张二", number("1985-01-02")],
    )
    assert counts(outcome) == (2, 0, 0, 0)
    assert [(p.row, p.column, p.level) for p in outcome.problems] == [(3, "父亲身份证号", "error")]
    assert (kin_of("张三")["51"][0], kin_of("张四")) == ("张大", {})


def test_an_adults_number_must_fit_the_role(take):
    head = ["姓名", "出生日期", "父亲姓名", "父亲出生日期", "父亲身份证号"]
    outcome = take(
        head,
        ["张三", "2015-03-08", "张大", None, number("1985-01-02", "124")],  # a woman's
        ["李四", "2015-03-08", "李大", "1985-01-03", number("1985-01-02")],
    )
    assert [(p.row, p.column) for p in outcome.problems] == [(2, "父亲身份证号"), (3, "父亲身份证号")]
    assert {adult.id_number for adult in Adult.live()} == {None}
