"""Who counts as 留守, and what a complete dossier still lacks."""

from datetime import date

import pytest

from db import children, dossier, settings, site
from db.models import Child, Survey

COMPLETE = {
    "sex": "male", "birth_date": "2015-03-08", "village_group": "一组", "address": "柳溪村一组55号",
    "schooling": "primary", "school": "柳溪小学", "grade": "p5", "health": "healthy",
    "father_name": "张三", "father_whereabouts": "away", "mother_name": "李梅", "mother_whereabouts": "away",
    "guardian_relation": "61", "guardian_name": "张大", "guardian_phone": "19900000001",
}  # fmt: skip


def survey(father=None, mother=None, father_able=None, mother_able=None) -> Survey:
    return Survey(
        father_whereabouts=father, mother_whereabouts=mother, father_able=father_able, mother_able=mother_able
    )


@pytest.mark.parametrize(("family", "behind"), [
    (survey("away", "away"), True),
    (survey("away", "home", mother_able=True), False),
    (survey("away", "home", mother_able=False), True),
    (survey("away", "home"), None),
    (survey("away", None), None),
    (survey(None, "home", mother_able=True), False),
    (survey("home", "home"), False),
    (survey("home", "home", False, False), False),
    (survey("away", "dead"), True),
    (survey("unknown", "away"), True),
    (survey("dead", "dead"), False),
    (survey(), None),
])  # fmt: skip
def test_the_national_criterion(family, behind):
    assert dossier.left_behind(family, "state2016") is behind


@pytest.mark.parametrize(("family", "behind"), [
    (survey("away", "home", mother_able=True), True), (survey("away", None), True), (survey("home", None), None),
    (survey("home", "dead"), False), (survey(), None),
])  # fmt: skip
def test_the_school_roll_criterion(family, behind):
    assert dossier.left_behind(family, "one_parent") is behind


def test_a_complete_dossier(enter, number):
    child = enter("张浩宇", id_number=number(), **COMPLETE)
    assert children.gaps(child) == []
    assert children.show("张浩宇")["dossier_complete"] is True


@pytest.mark.parametrize("name", sorted(COMPLETE.keys() - {"guardian_relation", "guardian_name"}))
def test_each_answer_is_asked_for(enter, number, name):
    child = enter("张浩宇", id_number=None, **COMPLETE | {name: None})
    assert name in children.lacks(child)
    assert "id_number" in children.lacks(child)
    assert dossier.GAP_LABELS[name] in children.gaps(child)


@pytest.mark.parametrize(("told", "not_asked"), [
    ({"registered": False}, "id_number"), ({"father_whereabouts": "dead", "father_name": None}, "father_name"),
    ({"mother_whereabouts": "unknown", "mother_name": None}, "mother_name"),
    ({"guardian_relation": None, "guardian_name": None, "guardian_phone": None, "no_guardian": True}, "guardian_name"),
    ({"guardian_relation": None, "guardian_name": None, "guardian_phone": None, "guardianship": "none"}, "guardian_phone"),
    ({"schooling": "none_yet", "school": None, "grade": None}, "school"),
    ({"schooling": "kindergarten", "grade": None}, "grade"),
    ({"schooling": "dropped_out", "school": None, "grade": None}, "grade"),
])  # fmt: skip
def test_what_is_said_is_not_missing(enter, told, not_asked):
    child = enter("张浩宇", **COMPLETE | told)
    assert not_asked not in children.lacks(child)


def test_no_survey_this_term_is_a_gap(enter):
    child = enter("张浩宇", **COMPLETE)
    site.put("term", "2027春", None)
    assert "本学期摸底" in children.gaps(child)
    assert children.page(0, 1)[0].gaps is None


def test_a_change_to_a_parent_reaches_every_child_of_theirs(enter, edit):
    both = {"guardian_relation": "51", "father_name": "张三", "father_phone": "19900000002"}
    one, other = enter("张浩宇", **both), enter("张浩轩", **both)
    assert "guardian_phone" not in children.lacks(other)
    edit(one, father_phone=None)
    assert "guardian_phone" in children.lacks(other)


def test_another_criterion_is_applied_to_everybody(enter):
    child = enter("张浩宇", **COMPLETE | {"mother_whereabouts": "home", "mother_able": True})
    assert children.show("张浩宇")["left_behind"] is False
    site.put("criterion", "one_parent", None)
    assert settings.get("criterion") == "one_parent"
    assert Survey.get(Survey.child == child).left_behind is True


@pytest.mark.parametrize(("born", "counts"), [
    ("2010-09-10", False), ("2010-09-11", True), ("2010-09", True), ("2010-08", False), (None, True),
    ("2026-09-01", True),
])  # fmt: skip
def test_the_age_limit(enter, born, counts):
    enter("张浩宇", **COMPLETE | {"birth_date": born})
    on = date(2026, 9, 10)
    assert Child.select().where(dossier.young_enough(on)).exists() is counts
    counted = Survey.select().join(Child).where(dossier.counted(site.term(), on)).exists()
    assert counted is counts
    assert children.page(0, 1)[0].left_behind is counts
