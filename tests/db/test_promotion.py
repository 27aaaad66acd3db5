"""Each autumn: who goes up, who comes to another school, who leaves; what is written, and how it is taken back."""

import pytest
from terms import of_spring

from db import changes, child_sheet, children, promotion, renewal, targets
from db.exchange import importing, register
from db.exchange.reader import Sheet
from db.models import Survey

PUPIL = {"village_group": "一组", "schooling": "primary", "school": "柳溪小学", "grade": "p3", "class_no": "1班", "birth_date": "2012-03-08",
         "father_whereabouts": "away", "mother_whereabouts": "away"}  # fmt: skip


@pytest.fixture
def years(user, monkeypatch):
    return of_spring(user, monkeypatch)


@pytest.fixture
def pupils(years):
    said = {
        "甲": ("primary", "p3"), "乙": ("primary", "p6"), "丙": ("junior", "j3"), "丁": ("kindergarten", "k3"),
        "戊": ("vocational", "s2"), "己": ("suspended", "p4"), "庚": ("kindergarten", None), "辛": ("dropped_out", None),
        "壬": ("senior", "s3"),
    }  # fmt: skip
    born = {"p3": 2012, "p6": 2009, "j3": 2006, "k3": 2015, "s2": 2004, "p4": 2011, "s3": 2003}
    return {name: years.enter(f"王{name}", **(PUPIL | {
                "schooling": schooling, "grade": grade, "birth_date": f"{born.get(grade, 2012)}-03-08"}))
            for name, (schooling, grade) in said.items()}  # fmt: skip


def proposed() -> dict[str, tuple]:
    return {step.name[1:]: (step.old, step.new, step.kind) for step in promotion.proposed()}


def test_autumn_takes_everybody_at_school_a_grade_up(years, pupils):
    assert proposed() == {}
    years.go("2021-09-05")
    assert proposed() == {
        "甲": ("p3", "p4", "up"), "乙": ("p6", "j1", "new_stage"), "丙": ("j3", None, "leaves"),
        "丁": ("k3", "p1", "new_stage"), "戊": ("s2", "s3", "up"), "壬": ("s3", None, "leaves"),
    }  # fmt: skip


def test_spring_takes_nobody_up_and_two_autumns_two_grades(years, pupils):
    years.go("2021-09-05")
    promotion.promote(promotion.proposed(), set(), years.by)
    years.go("2022-02-20")
    assert proposed() == {}
    years.go("2023-09-05")
    found = proposed()
    assert found["甲"] == ("p4", "p6", "up") and found["丁"] == ("p1", "p3", "up")
    assert found["戊"] == ("s3", None, "leaves") and found["乙"] == ("j1", "j3", "up")


def test_what_is_written_and_that_nobody_counts_as_surveyed(years, pupils):
    years.go("2021-09-05")
    steps = promotion.proposed()
    assert promotion.promote(steps, {pupils["乙"]}, years.by) == 6
    written = {
        name: (row.schooling, row.grade, row.school, row.class_no)
        for name, child in pupils.items()
        for row in Survey.live().where(Survey.child == child, Survey.surveyed_on.is_null())
    }
    assert written == {
        "甲": ("primary", "p4", "柳溪小学", "1班"), "乙": ("primary", "p6", "柳溪小学", "1班"),
        "丙": (None, None, None, None), "丁": ("primary", "p1", None, None), "戊": ("vocational", "s3", "柳溪小学", "1班"),
        "壬": (None, None, None, None),
    }  # fmt: skip
    assert renewal.progress().surveyed == 0
    assert not any(target.denominator for target in targets.targets())
    assert "本学期摸底" in children.gaps(pupils["甲"])


def test_once_is_enough(years, pupils):
    years.go("2021-09-05")
    steps = promotion.proposed()
    promotion.promote(steps, set(), years.by)
    assert promotion.proposed() == [] and promotion.promote(steps, set(), years.by) == 0


def test_it_is_one_action_that_one_undo_takes_back(years, pupils):
    years.go("2021-09-05")
    before = promotion.proposed()
    promotion.promote(before, set(), years.by)
    done = changes.last_action(years.by)
    assert (done.label, done.rows) == ("升级到2021秋", 6)
    changes.undo(done.action, years.by)
    assert promotion.proposed() == before
    promotion.promote(before, set(), years.by)
    assert promotion.proposed() == []


def test_a_child_struck_out_or_taken_into_the_term_meanwhile_is_left_alone(years, pupils):
    years.go("2021-09-05")
    steps = promotion.proposed()
    children.remove(pupils["丙"], years.by)
    years.renew(pupils["甲"], grade="p3")
    assert promotion.promote(steps, set(), years.by) == 4
    assert child_sheet.load(pupils["甲"])["grade"] == "p3"


def test_the_survey_goes_on_from_what_was_confirmed(years, pupils):
    years.go("2021-09-05")
    promotion.promote(promotion.proposed(), {pupils["乙"]}, years.by)
    stayed = renewal.carried(pupils["乙"])
    assert [stayed.values[name] for name in promotion.FIELDS] == ["primary", "p6", "柳溪小学", "1班"]
    assert [stayed.marks[name] for name in promotion.FIELDS] == ["上学期"] * 4
    new = renewal.carried(pupils["丁"])
    assert [new.values[name] for name in promotion.FIELDS] == ["primary", "p1", None, None]
    assert (new.marks["schooling"], new.marks["grade"]) == ("升级", "升级")
    up = renewal.carried(pupils["甲"])
    assert up.values["father_whereabouts"] == "away" and "father_whereabouts" not in up.marks
    assert (up.values["school"], up.marks["school"], up.marks["grade"]) == ("柳溪小学", "上学期", "升级")
    gone = renewal.carried(pupils["丙"])
    assert [gone.values[name] for name in promotion.FIELDS] == [None] * 4 and "schooling" not in gone.marks


def test_a_grade_raised_and_never_surveyed_does_not_hide_the_survey_before(years, pupils):
    years.go("2021-09-05")
    promotion.promote(promotion.proposed(), set(), years.by)
    years.go("2022-02-20")
    found = renewal.carried(pupils["甲"])
    assert (found.values["grade"], found.values["father_whereabouts"]) == ("p4", "away")


def test_a_register_without_a_date_corrects_a_computed_grade(years, pupils):
    years.go("2021-09-05")
    promotion.promote(promotion.proposed(), set(), years.by)
    rows = [
        ["姓名", "出生日期", "就学情况", "学校", "年级"],
        ["王甲", "2012-03-08", "小学", "青石小学", "三年级"],
    ]
    done = importing.take(register.understand("册", [Sheet("S", rows)]), by=years.by)
    assert done.updated == 1
    sheet = child_sheet.load(pupils["甲"])
    assert (sheet["school"], sheet["grade"]) == ("青石小学", "p3")
