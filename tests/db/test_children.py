"""The register: counting, paging, finding, listing, striking out."""

from datetime import date
from uuid import uuid4

import pytest

from db import changes, child_view, children, helpers, pairing, register, timeline
from db.models import Adult, Child, Kinship, Survey, database
from db.sheet import NotFound


@pytest.fixture
def village(enter, number):
    """Six children; keys by name."""
    return {name: enter(name, **values) for name, values in {
        "张浩宇": {"village_group": "二组", "sex": "male", "id_number": number(), "birth_date": "2015-03-08",
                 "father_name": "张三", "father_phone": "19900001234", "schooling": "primary", "grade": "p5",
                 "school": "柳溪小学", "focus": "study"},
        "李雨涵": {"village_group": "一组", "sex": "female", "mother_name": "李梅", "mother_phone": "19900005678"},
        "曾诗涵": {"village_group": "一组", "id_number": number("20160102", "female", 7)},
        "陈思琪": {}, "阿依古丽·买买提": {"village_group": "一组"}, "张伟": {"birth_date": "2015-03"},
    }.items()}  # fmt: skip


def names(find: str = "") -> list[str]:
    return [line.name for line in children.page(0, 100, find)]


def test_by_group_then_name_unknown_groups_last(village):
    groups = [line.village_group for line in children.page(0, 100)]
    assert groups == ["一组"] * 3 + ["二组"] + [None] * 2
    assert children.count() == 6


def test_windows_and_places_fit_together(village):
    whole = children.page(0, 100)
    assert [line for start in range(0, 6, 2) for line in children.page(start, 2)] == whole
    assert [children.place(line.id) for line in whole] == list(range(6))
    assert children.place(village["张伟"], "张") == 1
    assert children.place(village["陈思琪"], "张") is None
    assert children.page(6, 10) == []


@pytest.mark.parametrize(("find", "found"), [
    ("浩", {"张浩宇"}), ("张", {"张浩宇", "张伟"}), ("zhy", {"张浩宇"}), ("ZH", {"张浩宇"}), ("ｚｈｙ", {"张浩宇"}),
    ("zsh", {"曾诗涵"}), ("csh", set()), ("1234", {"张浩宇"}), ("１２３４", {"张浩宇"}), ("5678", {"李雨涵"}), ("买买提", {"阿依古丽·买买提"}),
    (" 浩 宇 ", {"张浩宇"}), ("%", set()), ("_", set()), ("'", set()), ("王", set()), ("999999", set()),
])  # fmt: skip
def test_find(village, find, found):
    assert set(names(find)) == found
    assert children.count(find) == len(found)


def test_find_by_the_end_of_an_id_number(village, number):
    assert names(number()[-4:]) == ["张浩宇"]
    assert names(number("20160102", "female", 7)[-6:].lower()) == ["曾诗涵"]


def test_an_id_that_ends_in_x(enter, number):
    ending_in_x = next(each for order in range(99) if (each := number(order=order)).endswith("X"))
    enter("王一鸣", id_number=ending_in_x)
    assert names(ending_in_x[-4:].lower()) == ["王一鸣"]
    assert names("ｘ") == []


def test_a_line(village, user):
    line = children.page(0, 1, "张浩宇")[0]
    assert (line.sex, line.age, line.school, line.grade) == ("男", 11, "柳溪小学", "五年级")
    assert (line.focus, line.paired, line.left_behind) == (True, False, None)
    assert line.gaps == len(children.gaps(line.id)) > 0
    unknown = children.page(0, 1, "陈思琪")[0]
    assert (unknown.sex, unknown.age, unknown.grade, unknown.village_group) == ("", None, "", None)
    helper = helpers.save(None, {"name": "刘老师", "kind": "teacher"}, helpers.load(None), user).id
    pairing.pair(line.id, helper, "helper", date(2026, 9, 10), user)
    assert children.page(0, 1, "张浩宇")[0].paired


def test_the_listing_has_what_the_command_line_promises(village, number):
    row = children.listing("张浩宇")[0]
    assert row.keys() >= {
        "id", "name", "sex", "birth_date", "id_number", "ethnicity", "village_group", "address", "school", "grade",
        "boarding", "health", "schooling", "left_behind", "whereabouts", "focus", "father", "mother", "guardian",
        "dossier_complete",
    }  # fmt: skip
    assert row["id"] == str(village["张浩宇"])
    assert row["id_number"] == number()[:6] + "********" + number()[-4:]
    assert row["father"] == {
        "name": "张三",
        "relation": "父亲",
        "phone": "199****1234",
        "workplace": None,
        "id_number": None,
    }
    assert (row["mother"], row["guardian"], row["boarding"], row["health"]) == (None, None, None, None)
    assert (row["focus"], row["dossier_complete"], row["birth_date"]) == (["学习困难"], False, "2015-03-08")
    shown = children.listing("张浩宇", reveal=True)[0]
    assert shown["id_number"] == number()
    assert shown["father"]["phone"] == "19900001234"
    assert len(children.listing()) == 6


@pytest.mark.parametrize(("father", "mother", "who"), [
    ("away", "away", "both"), ("away", "home", "father"), ("dead", "away", "mother"), ("home", "home", "none"),
    ("away", None, None), (None, None, None),
])  # fmt: skip
def test_whereabouts(father, mother, who):
    assert children.whereabouts(Survey(father_whereabouts=father, mother_whereabouts=mother)) == who


def test_show(village, number, enter):
    for asked in (
        "张浩宇",
        " 张浩宇 ",
        number(),
        number().lower(),
        str(village["张浩宇"]),
        str(village["张浩宇"]).upper(),
    ):
        assert children.show(asked)["id"] == str(village["张浩宇"])
    assert "监护人" in children.show("张浩宇")["gaps"]
    with pytest.raises(NotFound, match="王一鸣"):
        children.show("王一鸣")
    enter("张浩宇", village_group="五组")
    with pytest.raises(children.Ambiguous, match="五组") as error:
        children.show("张浩宇")
    assert number() not in str(error.value)


def test_names_with_markup_and_quotes_are_only_names(enter):
    for name in ("[/]张", "张';DELETE--", '"张"'):
        child = enter(name)
        assert children.place(child, name) == 0


def test_removal_takes_everything_along_and_one_undo_brings_it_back(village, user, enter):
    sibling = enter("张浩轩", father_name="张三", father_phone="19900001234")
    helper = helpers.save(None, {"name": "刘老师", "kind": "teacher"}, helpers.load(None), user).id
    child = village["张浩宇"]
    pairing.pair(child, helper, "helper", date(2026, 9, 10), user)
    before = children.listing(reveal=True)
    children.remove(child, user)
    assert children.count() == 6
    assert helpers.page(0, 1)[0].load == 0
    assert children.show("张浩轩")["father"]["name"] == "张三", "a sibling's father stays"
    with pytest.raises(NotFound):
        children.show("张浩宇")
    with pytest.raises(NotFound):
        children.remove(child, user)
    changes.undo(changes.last_action(user).action, user)
    assert children.listing(reveal=True) == before
    assert helpers.page(0, 1)[0].load == 1
    children.remove(child, user)
    children.remove(sibling, user)
    assert not Adult.live().where(Adult.name == "张三").exists(), "nobody's father is struck out"
    assert Kinship.live().where(Kinship.child.in_([child, sibling])).count() == 0


def test_a_window_far_down_a_large_register_reads_one_index(user):
    with database.atomic():
        for start in range(0, 20_000, 1000):
            Child.insert_many(
                [{"name": f"儿童{n}", "village_group": f"{n % 7}组"} for n in range(start, start + 1000)]
            ).execute()
    sql, values = Child.live(Child.id).order_by(*register.ORDER).limit(20).offset(9_000).sql()
    plan = database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
    assert [row[3] for row in plan] == ["SCAN t1 USING COVERING INDEX child_order"], "no sorting"
    whole = children.keys()
    for offset in (0, 990, 1_500, 9_990, 10_010, 15_000, 19_990, 20_000):  # from the start and from the end
        assert register.window(offset, 20) == whole[offset : offset + 20], offset


# ---- the dossier's page -------------------------------------------------------------------------


def test_the_dossier(village, user, edit, number):
    child = village["张浩宇"]
    edit(child, father_phone="19900004321", id_number=number(order=9), village_group="三组")
    page = child_view.dossier(child)
    assert page.heading == "张浩宇 男 11岁 三组 柳溪小学五年级"
    rows = {label: (shown, name) for _, fields in page.sections for label, shown, name in fields}
    assert rows["父亲电话"] == ("199****4321", "father_phone")
    assert rows["身份证号"][0].startswith("340505********")
    assert rows["民族"] == ("未采集", "ethnicity")
    assert rows["重点对象"][0] == "学习困难"
    assert ("监护人", "guardian_name") in [(label, name) for name, label in page.gaps]
    events = timeline.told(child, timeline.events(child))
    change = next(each.text for each in events if each.kind == "change")
    assert (
        "王晓 修改 张浩宇" in change
        and "村民组 二组→三组" in change
        and "父亲电话 199****1234→199****4321" in change
    )
    whole = str(page) + str(events)
    for secret in (number(), number(order=9), "19900001234", "19900004321"):
        assert secret not in whole
    revealed = str(timeline.told(child, timeline.events(child), reveal=True))
    assert "19900004321" in str(child_view.dossier(child, reveal=True))
    assert number(order=9) in revealed and "19900004321" in revealed


def test_the_dossier_leaves_out_what_cannot_apply(enter):
    child = enter("张浩宇", schooling="dropped_out", father_whereabouts="dead")
    fields = {name for _, rows in child_view.dossier(child).sections for _, _, name in rows}
    assert not fields & {"grade", "school", "father_place", "father_phone", "disability"}
    assert {"schooling", "mother_phone", "health"} <= fields


def test_no_dossier_of_nobody(user):
    with pytest.raises(NotFound):
        child_view.dossier(uuid4())


def test_on_the_last_day_of_the_birth_month_a_child_counts_as_in_the_rates(enter):
    key = enter("赵佳慧", birth_date="2010-09", father_whereabouts="away", mother_whereabouts="away")
    child, survey = Child.get_by_id(key), children.surveys_of([key])[key]
    assert children.counts(child, survey, date(2026, 9, 30)) is True
    assert children.counts(child, survey, date(2026, 10, 1)) is False
