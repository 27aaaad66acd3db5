"""What last term's answers are worth in a new term, who is next, and how far the survey has come."""

from datetime import date

import pytest
from terms import of_spring

from db import changes, child_sheet, child_view, children, renewal, site, targets
from db.as_of import day_of
from db.dossier import GAP_LABELS
from db.improbable import doubtful
from db.models import Adult, Child, Survey
from db.sheet import Conflict

FAMILY = {
    "father_name": "张建国", "father_whereabouts": "away", "father_place": "广东省深圳市", "father_phone": "19900000001",
    "mother_name": "李秀兰", "mother_whereabouts": "away", "mother_place": "浙江省杭州市", "mother_phone": "19900000002",
    "guardian_relation": "62", "guardian_name": "王桂英", "guardian_phone": "19900000003", "guardianship": "fair",
}  # fmt: skip
PUPIL = {
    "birth_date": "2012-03-08", "village_group": "一组", "schooling": "primary", "school": "柳溪小学", "grade": "p3",
    "class_no": "1班", "boarding": False, "health": "healthy", "aid": "dibao", "study_level": "good", "needs": "课外书",
}  # fmt: skip


@pytest.fixture
def years(user, monkeypatch):
    return of_spring(user, monkeypatch)


@pytest.fixture
def pupil(years):
    return years.enter("张浩宇", **PUPIL, **FAMILY)


def test_a_new_term_begins_with_last_terms_answers(years, pupil):
    years.go("2021-09-05")
    assert child_sheet.load(pupil)["father_whereabouts"] is None
    values, marks = renewal.carried(pupil)
    assert values["father_place"] == "广东省深圳市" and values["guardianship"] == "fair"
    assert (values["grade"], marks["grade"]) == ("p4", "升级")
    assert (values["surveyed_on"], marks["surveyed_on"]) == (date(2021, 9, 5), "今天")
    assert {marks[name] for name in ("name", "school", "class_no", "boarding", "health", "guardianship", "father_phone")} == {
        "上学期"
    }  # fmt: skip


def test_what_changes_from_term_to_term_is_asked_with_last_terms_answer_at_hand(years, pupil):
    years.go("2021-09-05")
    values, marks = renewal.carried(pupil)
    asked = [name for name, value in values.items() if value is not None and name not in marks]
    assert asked == [
        "father_whereabouts", "father_place", "mother_whereabouts", "mother_place", "aid", "study_level", "needs",
    ]  # fmt: skip
    blank = [name for name, value in values.items() if value is None]
    passed = [name for name in blank if name in marks]
    assert {marks[name] for name in passed} == {"上学期未填"} and "hobbies" in passed
    lacking = [name for name in blank if name not in marks]
    assert lacking == [name for name in blank if name in GAP_LABELS or name in renewal.DUE]


def test_in_spring_no_grade_rises_and_aid_stands(years, pupil):
    years.go("2021-09-05")
    years.renew(pupil)
    years.go("2022-02-20")
    values, marks = renewal.carried(pupil)
    assert (values["grade"], marks["grade"], marks["aid"]) == ("p4", "上学期", "上学期")


def test_every_rule_of_what_is_asked_gives_its_reason_and_asks_of_a_field_of_the_survey():
    assert all(rule.why and rule.fields for rule in renewal.ASKED)
    named = [name for rule in renewal.ASKED for name in rule.fields]
    assert len(named) == len(set(named)) and set(named) <= set(child_sheet.SURVEY)


@pytest.mark.parametrize(
    ("answers", "asked", "stands"),
    [
        ({"father_whereabouts": "dead", "father_place": None}, set(), {"father_whereabouts"}),
        ({"father_whereabouts": "unknown", "father_place": None}, {"father_whereabouts"}, set()),
        ({"father_whereabouts": "home", "father_place": None, "father_able": True}, {"father_able"}, set()),
        ({"guardianship": "weak"}, {"guardianship"}, set()),
        ({"guardianship": "good"}, set(), {"guardianship"}),
        ({"health": "serious", "illness": "哮喘"}, {"health", "illness"}, set()),
        ({"health": "chronic", "illness": "哮喘"}, set(), {"health", "illness"}),
        ({"schooling": "dropped_out", "school": None, "grade": None, "class_no": None, "boarding": None}, {"schooling"}, set()),
        ({"schooling": "kindergarten", "grade": None}, {"schooling"}, {"school"}),
        ({"aid": "none"}, set(), {"aid"}),
    ],
)  # fmt: skip
def test_answers_that_expire_and_answers_that_stand(years, answers, asked, stands):
    child = years.enter("张浩宇", **(PUPIL | FAMILY | answers))
    years.go("2021-09-05")
    values, marks = renewal.carried(child)
    assert all(values[name] == answers[name] and name not in marks for name in asked)
    assert all(values[name] is not None and marks[name] == "上学期" for name in stands)


@pytest.mark.parametrize(
    ("grade", "schooling", "then"),
    [
        ("p6", "primary", ("junior", "j1")),
        ("k3", "kindergarten", ("primary", "p1")),
        ("j3", "junior", (None, None)),
    ],
)
def test_another_kind_of_school_is_one_not_known_yet(years, grade, schooling, then):
    born = {"p6": "2009-03-08", "k3": "2015-03-08", "j3": "2006-03-08"}[grade]
    answers = {"birth_date": born, "grade": grade, "schooling": schooling, "boarding": True}
    child = years.enter("张浩宇", **(PUPIL | answers))
    years.go("2021-09-05")
    values, marks = renewal.carried(child)
    assert (values["schooling"], values["grade"]) == then
    assert [values[name] for name in ("school", "class_no", "boarding")] == [None, None, None]
    assert (marks.get("schooling"), marks.get("grade")) == (("升级", "升级") if then[0] else (None, None))


def test_a_field_that_another_contradicts_is_asked(years, pupil, number):
    with changes.action("改", years.by) as act:
        act.update(Child.get_by_id(pupil), id_number=number("20130308"))
    years.go("2021-09-05")
    values, marks = renewal.carried(pupil)
    assert values["birth_date"] == "2012-03-08" and "birth_date" not in marks


def test_what_was_confirmed_as_right_is_not_asked_in_another_term(years, pupil, number):
    base = child_sheet.load(pupil)
    values = base | {"guardian_id": number("20100101", "female")}
    confirmed = {(each.rule, each.about) for each in doubtful(values)}
    assert "guardian_id" in {each.field for each in doubtful(values)}
    child_sheet.save(pupil, values, base, years.by)
    years.go("2021-09-05")
    assert "guardian_id" not in renewal.carried(pupil).marks
    base = child_sheet.load(pupil)
    child_sheet.save(pupil, base, base, years.by, work=child_sheet.Work(confirmed))
    assert renewal.carried(pupil).marks["guardian_id"] == "上学期"


def test_a_phone_nobody_has_confirmed_for_a_year_is_asked_and_then_stands_again(years, pupil):
    years.go("2021-09-05")
    years.renew(pupil)
    years.go("2022-03-12")
    assert not {"father_phone", "mother_phone", "guardian_phone"} & renewal.carried(pupil).marks.keys()
    years.renew(pupil, mother_phone="19900000009")
    assert {day_of(adult.as_of, "phone") for adult in Adult.live()} == {"2022-03-12+"}
    years.go("2022-09-05")
    assert {"father_phone", "mother_phone", "guardian_phone"} <= renewal.carried(pupil).marks.keys()


def test_saving_writes_the_whole_survey_as_one_action(years, pupil):
    years.go("2021-09-05")
    years.renew(pupil, needs="英语辅导")
    survey = Survey.get(Survey.child == pupil, Survey.surveyed_on == date(2021, 9, 5))
    assert (survey.grade, survey.father_place, survey.needs) == ("p4", "广东省深圳市", "英语辅导")
    assert survey.left_behind is True
    done = changes.last_action(years.by)
    assert done.label == "更新 张浩宇"
    changes.undo(done.action, years.by)
    assert child_sheet.load(pupil)["needs"] is None and renewal.next_child() == pupil


def test_a_carried_answer_that_no_longer_applies_goes(years, pupil):
    years.go("2021-09-05")
    years.renew(pupil, father_whereabouts="home", schooling="dropped_out")
    stored = child_sheet.load(pupil)
    assert [stored[name] for name in ("father_place", "school", "grade", "class_no", "boarding")] == [
        None
    ] * 5
    assert stored["mother_place"] == "浙江省杭州市"


def test_what_somebody_else_answered_meanwhile_is_not_written_over(years, pupil):
    years.go("2021-09-05")
    base, opened = child_sheet.load(pupil), renewal.carried(pupil)
    years.renew(pupil, needs="英语辅导")
    with pytest.raises(Conflict) as clash:
        renewal.save(pupil, opened.values | {"needs": "画笔"}, base, years.by)
    assert list(clash.value.fields) == ["needs"]
    assert child_sheet.load(pupil)["needs"] == "英语辅导"


def test_a_survey_made_this_term_is_taken_as_it_is(years, pupil):
    years.go("2021-09-05")
    years.renew(pupil, needs=None)
    values, marks = renewal.carried(pupil)
    assert values == child_sheet.load(pupil) and values["needs"] is None
    assert marks["grade"] == marks["father_whereabouts"] == "本学期"


def test_what_this_term_already_says_is_neither_replaced_nor_asked(years, pupil):
    years.go("2021-09-05")
    base = child_sheet.load(pupil)
    child_sheet.save(pupil, base | {"father_whereabouts": "home", "grade": "p3"}, base, years.by)
    values, marks = renewal.carried(pupil)
    assert (values["father_whereabouts"], marks["father_whereabouts"]) == ("home", "本学期")
    assert values["father_place"] is None
    assert (values["grade"], values["school"], marks["grade"]) == ("p3", "柳溪小学", "上学期")


def test_answers_reach_over_a_term_in_which_nobody_asked(years, pupil):
    years.go("2022-09-05")
    values, marks = renewal.carried(pupil)
    assert (values["grade"], values["father_place"], marks["grade"]) == ("p5", "广东省深圳市", "升级")


def test_a_child_without_an_earlier_survey_keeps_only_what_is_its_own(years, pupil):
    years.go("2021-09-05")
    with changes.action("登记", years.by) as act:
        child = act.insert(Child, name="李雨涵", village_group="一组").id
    values, marks = renewal.carried(child)
    assert values["grade"] is None and marks.keys() == {"name", "village_group", "surveyed_on"}


def test_the_next_child_goes_by_the_register_and_round_again(years):
    names = ("陈一", "陈二", "李一", "王一", "无组")
    groups = ("一组", "一组", "二组", "十组", None)
    ids = [years.enter(name, village_group=group) for name, group in zip(names, groups, strict=True)]
    years.go("2021-09-05")
    order = [children.page(at, 1)[0].id for at in range(5)]
    assert set(order) == set(ids)
    assert renewal.next_child() == order[0]
    assert [renewal.next_child(each) for each in order] == [*order[1:], order[0]]
    years.renew(order[1])
    assert renewal.next_child(order[0]) == order[2]
    assert renewal.next_child(group="二组") == renewal.next_child(order[0], "二组") == ids[2]
    assert renewal.next_child(order[3], "") == renewal.next_child(group="") == ids[4]
    years.renew(ids[2])
    assert renewal.next_child(group="二组") is None
    for each in (order[0], order[3], order[4]):
        years.renew(each)
    assert renewal.next_child() is None and renewal.next_child(order[2]) is None


def test_progress_counts_live_children_by_group_in_the_registers_order(years):
    ids = [years.enter(name, village_group=group) for name, group in
           (("王一", "十组"), ("陈一", "二组"), ("陈二", "二组"), ("无组", None), ("删除", "二组"))]  # fmt: skip
    years.go("2021-09-05")
    children.remove(ids[4], years.by)
    years.renew(ids[1])
    base = child_sheet.load(ids[2])
    child_sheet.save(ids[2], base | {"father_whereabouts": "home"}, base, years.by)
    found = renewal.progress()
    assert (found.term, found.before, found.surveyed, found.total) == ("2021秋", "2021春", 1, 4)
    assert [tuple(each) for each in found.groups] == [("二组", 1, 2), ("十组", 0, 1), (None, 0, 1)]


def test_without_an_earlier_survey_progress_says_so(years, pupil):
    assert renewal.progress().before is None
    assert (renewal.progress().surveyed, renewal.progress().total) == (1, 1)


def test_a_survey_without_a_day_reads_as_not_made_everywhere(years, pupil):
    years.go("2021-09-05")
    base = child_sheet.load(pupil)
    child_sheet.save(pupil, base | {"schooling": "primary"}, base, years.by)
    standing = {label: text for label, text, _ in child_view.dossier(pupil).sections[0][1]}
    assert standing["建档"].startswith("本学期未摸底")
    assert "本学期摸底" in children.gaps(pupil)
    assert not children.show("张浩宇")["dossier_complete"]
    assert {target.denominator for target in targets.targets()} == {0}


def test_a_term_is_due_once_the_one_before_is_over(years, monkeypatch):
    for day, due in (
        ("2021-07-10", None),
        ("2021-07-20", None),
        ("2021-08-20", "2021秋"),
        ("2022-02-01", "2022春"),
    ):
        monkeypatch.setenv("GUANAI_TODAY", day)
        assert renewal.term_due() == due
    renewal.begin_term("2022春", years.by)
    assert renewal.progress().term == "2022春" and renewal.term_due() is None
    changes.undo(changes.last_action(years.by).action, years.by)
    assert renewal.progress().term == "2021春"


def test_a_term_that_ends_later_here_is_not_over_before(years, monkeypatch):
    site.set_up(site_name="柳溪村", term_code="2021春", ends=date(2021, 8, 25), by=years.by)
    for day, due in (("2021-08-25", None), ("2021-08-26", "2021秋")):
        monkeypatch.setenv("GUANAI_TODAY", day)
        assert renewal.term_due() == due
