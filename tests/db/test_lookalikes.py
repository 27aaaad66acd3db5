"""Who on file may be the child being looked at, who was said not to be, and that only indexes are read."""

import pytest

from db import changes, child_sheet, children, lookalikes
from db.models import Apart, Child, database
from db.sheet import NotFound
from tests.db.relations import FATHER

BORN = "2015-03-08"


def told(values, **options) -> list[tuple]:
    """(name, reasons) of whoever is told."""
    return [(each.line.name, each.reasons) for each in lookalikes.similar(values, **options)]


def test_nothing_said_nobody_told(enter):
    enter("张浩宇")
    assert lookalikes.similar({}) == lookalikes.similar({"name": None}) == []


def test_the_same_number_and_the_same_name(enter, number):
    first, second = enter("张浩宇", id_number=number()), enter("张浩宇")
    assert [each.id for each in lookalikes.similar({"name": " 张 浩宇"})] == [first, second]
    assert [each.id for each in lookalikes.similar({"name": "张浩宇"}, besides=first)] == [second]
    sure = lookalikes.similar({"name": "王一鸣", "id_number": number()})
    assert [(each.id, each.sure) for each in sure] == [(first, True)]
    assert sure[0].told == "张浩宇（组别未采集，生日未采集）身份证号相同、出生日期相同、但姓名不同"


@pytest.mark.parametrize("name", ["章皓宇", "臧浩宇", "张浩然", "张宇浩", "张浩", "张浩宇航", "浩宇"])
def test_a_close_name_is_found_by_birth_date_by_phone_and_by_parent(enter, name):
    enter("张浩宇", birth_date=BORN, **FATHER)
    assert [who for who, _ in told({"name": name, "birth_date": "2015-03-20"})] == ["张浩宇"]
    assert [who for who, _ in told({"name": name, "birth_date": "2015-08-03"})] == ["张浩宇"]
    assert [who for who, _ in told({"name": name, "mother_phone": FATHER["father_phone"]})] == ["张浩宇"]
    assert [who for who, _ in told({"name": name, "father_name": "张三"})] == ["张浩宇"]
    assert told({"name": name}) == []


@pytest.mark.parametrize("name", ["李伟", "张强"])
def test_of_a_name_of_two_characters_one_may_differ_only_on_the_likeliest_days(enter, name):
    enter("张伟", birth_date=BORN)
    assert told({"name": name, "birth_date": BORN}) == [("张伟", ("姓名只差一字", "出生日期相同"))]
    assert told({"name": name, "birth_date": "2015-08-03"}) == [("张伟", ("姓名只差一字", "出生月日颠倒"))]
    assert told({"name": name, "birth_date": "2015-03-20"}) == []


def test_the_family_phone_finds_too(enter):
    enter("张浩宇", phone="19900000009")
    assert told({"name": "张浩然", "guardian_phone": "19900000009"}) == [
        ("张浩宇", ("姓名只差一字", "监护人电话相同"))
    ]


def test_a_month_finds_a_day_and_a_day_a_month(enter):
    enter("张浩宇", birth_date="2015-03")
    assert told({"name": "张浩然", "birth_date": BORN}) == [("张浩宇", ("姓名只差一字", "出生年月相同"))]
    enter("李雨涵", birth_date=BORN)
    assert told({"name": "李雨晗", "birth_date": "2015-03"}) == [("李雨涵", ("姓名读音相同", "出生年月相同"))]


def test_the_likeliest_comes_first_and_five_are_enough(enter):
    for day in range(1, 8):
        enter("张浩宇", birth_date=f"2015-03-{day * 3:02d}")
    enter("张浩宇", birth_date=BORN, **FATHER)
    found = lookalikes.similar({"name": "张浩宇", "birth_date": BORN} | FATHER)
    assert len(found) == lookalikes.MOST
    assert found[0].reasons == ("姓名相同", "出生日期相同", "父亲同名", "父亲电话相同")
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


@pytest.mark.parametrize("born", ["2014-06-21", "2015-12-20"])
def test_a_namesake_of_the_same_group_less_than_a_year_apart_is_told(enter, born):
    """Of another group it is another child."""
    enter("张浩宇", birth_date=born, village_group="一组")
    sheet = {"name": "张浩宇", "birth_date": BORN}
    assert [who for who, _ in told(sheet | {"village_group": "一组"})] == ["张浩宇"]
    assert told(sheet | {"village_group": "二组"}) == []


def test_a_namesake_of_the_same_group_is_among_many(enter):
    for _ in range(lookalikes.MANY + 5):
        enter("张浩宇", village_group="二组")
    enter("张浩宇", village_group="一组")
    assert lookalikes.similar({"name": "张浩宇", "village_group": "一组"})[0].line.village_group == "一组"


def test_a_struck_out_child_is_not_told(enter, user):
    children.remove(enter("张浩宇", birth_date=BORN, **FATHER), user)
    assert told({"name": "张浩宇", "birth_date": BORN} | FATHER) == []


def test_a_sheet_as_it_stands_finds_nobody_but_others(enter, edit):
    one = enter("张浩宇", birth_date=BORN, **FATHER)
    assert lookalikes.similar(child_sheet.load(one), besides=one) == []
    other = enter("张皓宇", birth_date=BORN, **FATHER)
    assert [each.id for each in lookalikes.similar(child_sheet.load(one), besides=one)] == [other]


def test_set_apart_is_remembered_undone_and_harmless_twice(enter, user):
    one, other = enter("张浩宇", birth_date=BORN, **FATHER), enter("张浩然", birth_date=BORN, **FATHER)
    values = child_sheet.load(other)
    assert lookalikes.similar(values, besides=other)
    lookalikes.set_apart(other, one, user)
    lookalikes.set_apart(one, other, user)
    (pair,) = Apart.live()
    assert (pair.one_id, pair.other_id) == (one, other)
    assert lookalikes.similar(values, besides=other) == []
    assert lookalikes.similar(child_sheet.load(one), besides=one) == []
    assert lookalikes.similar(values), "of a child not on file nobody was said to be another"
    assert lookalikes.similar(values, apart={one, other}) == []
    changes.undo(changes.last_action(user).action, user)
    assert lookalikes.similar(values, besides=other)


def test_one_no_longer_on_file_cannot_be_set_apart(enter, user):
    one, other = enter("张浩宇"), enter("张浩然")
    children.remove(other, user)
    with pytest.raises(NotFound):
        lookalikes.set_apart(one, other, user)


def test_no_table_is_read_from_end_to_end(enter):
    """Every query that looks for candidates goes by an index."""
    enter("张浩宇", birth_date=BORN, **FATHER)
    family = FATHER | {"mother_id": "340505198001010026", "guardian_name": "王桂英", "phone": "19900000009"}
    for name in ("张浩宇", "张伟"):
        sheet = {"name": name, "birth_date": BORN, "village_group": "一组"} | family
        queries = [lookalikes._namesakes(name, BORN, "一组"), lookalikes._namesakes(name, None, "一组"),
                   *lookalikes._born_near(name, BORN), *lookalikes._of_family(name, sheet)]  # fmt: skip
        for query in queries:
            sql, params = query.sql()
            plan = [row[3] for row in database.execute_sql("EXPLAIN QUERY PLAN " + sql, params)]
            assert not [step for step in plan if step.startswith("SCAN")], plan
    assert Child.live().count() == 1
