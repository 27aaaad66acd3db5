"""Who is found in the register: by what is typed, by the filters, and by both."""

from datetime import date

import pytest

from db import changes, children, demo, dossier, helpers, pairing, register, site, store
from db.children import Wanted
from db.models import Child, Doubt, Survey


@pytest.fixture
def village(enter, number):
    """Children of whom each is told apart by something; keys by name."""
    return {name: enter(name, **values) for name, values in {
        "张小明": {"village_group": "一组", "phone": "19900001111", "school": "柳溪小学", "schooling": "primary", "grade": "p3",
                 "father_whereabouts": "away", "mother_whereabouts": "away", "birth_date": "2017-03-08"},
        "赵雪梅": {"village_group": "二组", "school": "青石初级中学", "schooling": "junior", "grade": "j1",
                 "father_whereabouts": "home", "father_able": True, "focus": "ill study", "birth_date": "2013-03-08"},
        "徐明": {"village_group": "十一组", "id_number": number("20150308", "male", 3), "surveyed_on": None},
        "Zhang San": {"mother_name": "李梅", "mother_phone": "19900002222", "birth_date": "2010-08"},
    }.items()}  # fmt: skip


def names(text: str = "", **filters: str) -> set[str]:
    wanted = Wanted(text, **filters)
    found = [line.name for line in children.page(0, 100, wanted)]
    assert children.count(wanted) == len(found)
    keys = children.keys(wanted)
    assert [line.name for line in children.lines(keys)] == found
    assert [children.place(key, wanted) for key in keys] == list(range(len(keys)))
    return set(found)


@pytest.mark.parametrize(("text", "found"), [
    ("zxm", {"张小明", "赵雪梅"}), ("xm", {"张小明", "赵雪梅", "徐明"}), ("m", {"徐明"}), ("ZX", {"张小明", "赵雪梅"}), ("ming", set()),
    ("一组", {"张小明", "徐明"}), ("柳溪小学", {"张小明"}), ("青石", {"赵雪梅"}), ("三年级", {"张小明"}), ("初一", {"赵雪梅"}),
    ("一组 xm", {"张小明", "徐明"}), ("柳溪小学 三年级 zx", {"张小明"}), ("一组 青石", set()), ("1111", {"张小明"}), ("2222", {"Zhang San"}),
    ("zhang", {"Zhang San"}), ("z", {"张小明", "赵雪梅", "Zhang San"}), ("zz", set()), ("明", {"张小明", "徐明"}), ("  ", {"张小明", "赵雪梅", "徐明", "Zhang San"}),
])  # fmt: skip
def test_by_what_is_typed(village, text, found):
    assert names(text) == found


def test_the_school_is_this_terms(village, user):
    site.set_up(site_name="柳溪村", township="青石镇", term_code="2027春", by=user)
    assert names("柳溪小学") == set() and names("三年级") == set()
    assert names(surveyed="yes") == set()


@pytest.mark.parametrize(("filters", "found"), [
    ({"behind": "yes"}, {"张小明"}), ({"behind": "no"}, {"赵雪梅", "Zhang San"}), ({"behind": "open"}, {"徐明"}),
    ({"focus": "any"}, {"赵雪梅"}), ({"focus": "ill"}, {"赵雪梅"}), ({"focus": "mind"}, set()),
    ({"gap": "village_group"}, {"Zhang San"}), ({"gap": "grade"}, set()), ({"gap": "name"}, set()),
    ({"gap": "surveyed_on"}, {"徐明"}), ({"gap": "any"}, {"张小明", "赵雪梅", "徐明", "Zhang San"}),
    ({"surveyed": "no"}, {"徐明"}), ({"surveyed": "yes"}, {"张小明", "赵雪梅", "Zhang San"}),
    ({"group": "一组"}, {"张小明"}), ({"grade": "j1"}, {"赵雪梅"}), ({"grade": "j1", "behind": "yes"}, set()),
    ({"text": "xm", "surveyed": "yes"}, {"张小明", "赵雪梅"}), ({"text": "z", "grade": "p3"}, {"张小明"}),
])  # fmt: skip
def test_by_filters(village, filters, found):
    assert names(**filters) == found


def test_paired_focus_and_doubt_follow_what_is_done(village, user):
    child = village["张小明"]
    assert names(paired="yes") == names(doubt="yes") == set()
    helper = helpers.save(None, {"name": "刘老师", "kind": "teacher"}, helpers.load(None), user).id
    pairing.pair(child, helper, "helper", date(2026, 9, 1), user)
    doubt = changes.insert(
        Doubt, user, child=child, rule="phone", about="", field="phone", said="已在三家登记"
    )
    assert names(paired="yes") == names(doubt="yes") == {"张小明"}
    assert names(paired="no") == set(village) - {"张小明"}
    changes.write(doubt, user, settled=True)
    assert names(doubt="yes") == set()
    children.remove(child, user)
    assert names(paired="yes") == names("张") == set() and children.count() == 3


def test_a_row_of_this_term_without_a_survey_day_is_not_surveyed(enter, user):
    child = enter("王一鸣", surveyed_on=None, grade="p2", school="柳溪小学")
    assert Survey.get().surveyed_on is None and children.lines([child])[0].gaps is None
    assert names(surveyed="no") == names(gap="surveyed_on") == names("二年级") == {"王一鸣"}


def test_the_filters_and_the_lines_say_the_same_of_the_whole_village(user):
    demo.fill(user)
    whole = children.page(0, 500)
    assert len(whole) > 60
    for name, wanted, says in (
        ("behind", "yes", lambda line: line.left_behind is True),
        ("behind", "no", lambda line: line.left_behind is False),
        ("behind", "open", lambda line: line.left_behind is None),
        ("focus", "any", lambda line: line.focus),
        ("paired", "yes", lambda line: line.paired),
        ("paired", "no", lambda line: not line.paired),
        ("surveyed", "no", lambda line: line.gaps is None),
        ("gap", "any", lambda line: line.gaps != 0),
    ):
        ids = children.keys(Wanted(**{name: wanted}))
        assert ids == [line.id for line in whole if says(line)], name
    for gap in dossier.GAP_LABELS:
        ids = children.keys(Wanted(gap=gap))
        assert ids == [line.id for line in whole if line.gaps is not None and gap in children.lacks(line.id)]


def test_common_initials_are_met_on_the_way_and_rare_ones_fetched_alike(user, monkeypatch):
    demo.fill(user)
    for letters in ("z", "l", "s", "zy", "hx", "q"):
        met = [children.page(offset, 7, letters) for offset in range(0, 80, 7)]
        with monkeypatch.context() as all_few:
            all_few.setattr(register, "FEW", 0)
            assert [children.page(offset, 7, letters) for offset in range(0, 80, 7)] == met
        assert [line for window in met for line in window] == children.lines(children.keys(letters))


def test_initials_are_read_from_their_indexes(user):
    for letters in ("zx", "z"):
        for begins in register._indexed(letters):
            sql, values = Child.live(Child.id).where(begins).sql()
            ((*_, plan),) = store.database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
            assert plan.startswith("SEARCH t1 USING") and "initials>?" in plan


def test_what_a_filter_offers_and_how_it_is_called(village):
    assert register.choices("group") == {group: group for group in ("一组", "二组", "十一组")}
    assert register.choices("gap")["guardian_phone"] == "缺监护人电话"
    for name in register.CHOICES:
        for value in register.choices(name):
            children.page(0, 1, Wanted(**{name: value}))
    assert Wanted("zx", behind="yes", paired="no", group="二组").said == "留守、未结对、二组"
