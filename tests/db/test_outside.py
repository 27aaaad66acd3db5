"""Figures from outside: when they stand in for the ledger's own rate, and what is no figure."""

from datetime import date

import pytest

from db import changes, outside, site, targets
from db.models import Figure
from db.sheet import Conflict, NotFound
from db.targets import WAITING, WHOLE, Within
from db.values import Refused

TODAY = date(2026, 9, 10)
AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away", "birth_date": "2015-03-08"}
GIVEN = {"numerator": 38, "denominator": 40, "on_date": date(2026, 9, 8), "source": "柳溪小学教务处"}


def give(user, code="retained", school="", term=None, **values):
    base = outside.load(code, school, term)
    return outside.save(code, school, base | GIVEN | values, base, user, term=term)


def test_what_the_village_cannot_know_waits_for_the_school(user):
    site.put("goal.retained", 100, user)
    found = targets.one("retained")
    assert (found.numerator, found.denominator, found.rate, found.met, found.waiting) == (
        0,
        0,
        None,
        None,
        WAITING,
    )
    give(user)
    found = targets.one("retained")
    assert (found.numerator, found.denominator, found.rate, found.met, found.waiting) == (
        38,
        40,
        95.0,
        False,
        None,
    )
    assert found.outside == "外部数据：柳溪小学教务处2026年9月8日" and found.short_of == 2
    assert changes.last_action(user).label == "外部数据 巩固率"
    changes.undo(changes.last_action(user).action, user)
    assert targets.one("retained").waiting == WAITING


def test_more_graduates_than_came_in_are_all_of_them_and_no_more(user):
    site.put("goal.retained", 100, user)
    give(user, numerator=43)
    found = targets.one("retained")
    assert (found.numerator, found.denominator, found.rate, found.met) == (43, 40, 100.0, True)


def test_schools_add_up_and_the_whole_sites_figure_stands_before_them(user):
    give(user, school="柳溪小学", source="柳溪小学")
    give(user, school="青石初中", source="青石初中", numerator=50, denominator=60)
    assert targets.one("retained").numerator == 88 and targets.one("retained").denominator == 100
    assert [(part.label, part.numerator, part.rate) for part in targets.by("retained", "school")] == [
        ("柳溪小学", 38, 95.0), ("青石初中", 50, 83.3),
    ]  # fmt: skip
    assert targets.by("retained", "group") == []
    assert targets.one("retained", within=Within("school", "青石初中")).rate == 83.3
    assert targets.one("retained", within=Within("school", "别的学校")).waiting == WHOLE
    assert targets.one("retained", within=Within("group", "一组")).waiting == WHOLE
    give(user, numerator=99, denominator=100)
    assert targets.one("retained").numerator == 99


def test_a_figure_stands_in_only_while_the_ledger_says_nothing(enter, edit, user):
    site.put("goal.vaccinated", 95, user)
    child = enter("张浩宇", **AWAY)
    enter("李雨涵", **AWAY)
    assert targets.one("vaccinated").rate == 0.0
    give(user, "vaccinated", source="镇卫生院")
    found = targets.one("vaccinated")
    assert (found.numerator, found.denominator, found.met, len(found.missing)) == (38, 40, True, 0)
    assert found.outside == "外部数据：镇卫生院2026年9月8日"
    edit(child, vaccinated="owing")
    found = targets.one("vaccinated")
    assert (found.numerator, found.denominator, found.met, len(found.missing)) == (0, 2, False, 2)
    assert found.outside == "台账已有登记，用台账的数；镇卫生院2026年9月8日报的38/40没有用"


def test_taken_apart_it_says_what_it_says_as_a_whole(enter, edit, user):
    """While the ledger says nothing no part is 0 %; once it says something of anybody, every part is the ledger's."""
    site.put("goal.vaccinated", 95, user)
    one = enter("张浩宇", **AWAY, school="柳溪小学", schooling="primary", village_group="一组")
    enter("李雨涵", **AWAY, school="青石小学", schooling="primary", village_group="二组")
    give(user, "vaccinated", "青石小学", source="镇卫生院")
    assert targets.by("vaccinated", "group") == []
    assert [(part.label, part.rate) for part in targets.by("vaccinated", "school")] == [("青石小学", 95.0)]
    found = targets.one("vaccinated", within=Within("group", "一组"))
    assert (found.rate, found.met, len(found.missing), found.waiting) == (None, None, 0, WHOLE)
    assert targets.one("vaccinated", within=Within("school", "青石小学")).rate == 95.0
    edit(one, vaccinated="done")
    assert [(part.label, part.rate) for part in targets.by("vaccinated", "school")] == [
        ("柳溪小学", 100.0),
        ("青石小学", 0.0),
    ]
    found = targets.one("vaccinated", within=Within("school", "青石小学"))
    assert (found.rate, len(found.missing)) == (0.0, 1) and "没有用" in found.outside


@pytest.mark.parametrize(
    ("code", "told"), [("parenting", {"parenting_on": TODAY}), ("legal_aid", {"legal_aid": "wanted"})]
)
def test_the_others_give_way_alike(enter, edit, user, code, told):
    child = enter("张浩宇", **AWAY)
    give(user, code)
    assert targets.one(code).numerator == 38
    edit(child, **told)
    assert targets.one(code).denominator == 1


def test_a_figure_is_of_its_term(user):
    give(user, term="2026春", numerator=20, denominator=20, on_date=date(2026, 7, 1))
    assert targets.one("retained").waiting == WAITING
    assert targets.one("retained", "2026春").rate == 100.0
    give(user)
    assert [(line.term, line.rate) for line in outside.listing("retained")] == [
        ("2026秋", 95.0),
        ("2026春", 100.0),
    ]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"denominator": None}, "请填写分母"), ({"numerator": None}, "请填写分子"), ({"source": " "}, "请填写来源"),
        ({"on_date": None}, "请填写数据日期"), ({"denominator": 0, "numerator": 0}, "分母是0"), ({"numerator": "很多"}, "很多"),
        ({"on_date": date(2026, 9, 11)}, "还没到"), ({"denominator": 2_000_000}, "不是整数"), ({"numerator": -1}, "不是整数"),
        ({"source": "很" * 61}, "来源最多60字"),
    ],
)  # fmt: skip
def test_what_is_no_figure_is_refused(user, values, why):
    with pytest.raises(Refused, match=why):
        give(user, **values)
    assert not Figure.select().exists()


def test_more_than_all_is_refused_where_it_cannot_be(user):
    with pytest.raises(Refused, match="分子41大于分母40"):
        give(user, "vaccinated", numerator=41)


@pytest.mark.parametrize("code", ["filed", "own-x", ""])
def test_what_the_ledger_works_out_by_itself_takes_no_figure(user, code):
    for ask in (
        lambda: outside.load(code),
        lambda: outside.listing(code),
        lambda: outside.remove(code, "", user),
    ):
        with pytest.raises(Refused, match="巩固率、免疫接种率、家教知识普及率、法律援助率"):
            ask()


def test_a_bad_term_is_refused(user):
    with pytest.raises(Refused, match="2026秋"):
        outside.load("retained", "", "去年")


def test_a_figure_is_changed_struck_out_and_given_again(user):
    give(user)
    give(user, numerator=40)
    assert Figure.select().count() == 1 and targets.one("retained").rate == 100.0
    outside.remove("retained", "", user)
    assert targets.one("retained").waiting == WAITING
    with pytest.raises(NotFound, match="已被删除"):
        outside.remove("retained", "", user)
    give(user)
    assert targets.one("retained").rate == 95.0


def test_two_who_give_it_at_once_are_told(user):
    base = outside.load("retained")
    outside.save("retained", "", base | GIVEN, base, user)
    with pytest.raises(Conflict, match="分子"):
        outside.save("retained", "", base | GIVEN | {"numerator": 39}, base, user)
    outside.save("retained", "", base | GIVEN | {"numerator": 39}, base, user, frozenset({"numerator"}))
    assert targets.one("retained").numerator == 39
