"""信息变更表: who came, left, moved and changed between two terms, in words, on screen and on paper."""

import stat
from datetime import date

import pytest
from terms import of_spring

from db import changes, child_sheet, children, promotion, renewal, term_changes
from db.values import Refused

FAMILY = {
    "father_name": "张建国", "father_whereabouts": "away", "father_place": "广东省深圳市", "father_phone": "19900000001",
    "mother_name": "李秀兰", "mother_whereabouts": "away", "guardian_relation": "62", "guardian_name": "王桂英",
    "guardian_phone": "19900000003",
}  # fmt: skip
PUPIL = {"birth_date": "2012-03-08", "village_group": "一组", "address": "柳溪村一组1号", "schooling": "primary",
         "school": "柳溪小学", "grade": "p3", "study_level": "good"}  # fmt: skip


@pytest.fixture
def years(user, monkeypatch):
    return of_spring(user, monkeypatch)


@pytest.fixture
def pupil(years):
    return years.enter("张浩宇", **PUPIL, **FAMILY)


def said(lines) -> list[tuple]:
    return [(line.name, line.what, line.old, line.new) for line in lines]


def test_nothing_has_changed(years, pupil):
    years.go("2021-09-05")
    years.renew(pupil)
    years.date_back()
    found = term_changes.between()
    assert (found.term, found.before) == ("2021秋", "2021春")
    assert [lines for _, lines in found.by_kind()] == [[], [], [], []]


def test_who_is_new_and_nobody_else(years, pupil):
    years.go("2021-08-01", "2021春")
    late = years.enter("陈思琪", village_group="二组")
    with changes.action("登记", years.by) as act:
        act.remove(child_sheet.live(years.enter("错录")))
    years.go("2021-09-05")
    years.renew(pupil)
    new = years.enter("李雨涵", village_group="一组")
    years.date_back()
    found = term_changes.between()
    assert [(line.child_id, line.what, line.day) for line in found.added] == [(new, "登记", date(2021, 9, 5))]
    assert found.left == found.moved == found.changed == []
    assert {line.child_id for line in term_changes.between("2021春").added} == {pupil, late}


def test_a_child_registered_between_two_terms_is_new_in_the_later(years, pupil):
    years.go("2021-08-01", "2021春")
    with changes.action("登记", years.by) as act:
        act.insert(children.Child, name="陈思琪")
    years.go("2021-09-05")
    assert [(line.name, line.day) for line in term_changes.between().added] == [("陈思琪", date(2021, 8, 1))]


def test_who_left(years, pupil):
    old = years.enter("王一鸣", birth_date="2005-10-02", village_group="二组")
    years.enter("赵佳慧", birth_date="2005-09", village_group="三组")
    years.enter(
        "刘子涵", birth_date="2005-07-10", village_group="三组"
    )  # turned 16 on the spring term's last day
    years.go("2021-09-05")
    children.remove(pupil, years.by)
    years.date_back()
    assert said(term_changes.between().left) == [("张浩宇", "删除档案", "", "")]
    years.monkeypatch.setenv("GUANAI_TODAY", "2021-10-02")
    found = term_changes.between().left
    assert said(found)[1:] == [
        ("王一鸣", "满16周岁", "2005-10-02", ""),
        ("赵佳慧", "满16周岁", "2005-09", ""),
    ]
    assert [line.day for line in found] == [date(2021, 9, 5), date(2021, 10, 2), date(2021, 10, 1)]
    assert found[1].child_id == old


def test_who_moved(years, pupil):
    years.go("2021-09-05")
    years.renew(pupil, village_group="二组", address="柳溪村二组8号", school="青石镇中心小学")
    years.date_back()
    found = term_changes.between()
    assert sorted(said(found.moved)) == sorted([
        ("张浩宇", "学校", "柳溪小学", "青石镇中心小学"),
        ("张浩宇", "村民组", "一组", "二组"),
        ("张浩宇", "现住址", "柳溪村一组1号", "柳溪村二组8号"),
    ])  # fmt: skip
    assert found.changed == [] and found.moved[0].village_group == "二组"


def test_what_changed_from_survey_to_survey_and_in_the_family(years, pupil):
    years.go("2021-09-05")
    years.renew(pupil, father_whereabouts="home", study_level="poor", father_phone="19900000009")
    years.date_back()
    changed = said(term_changes.between().changed)
    assert sorted(changed) == sorted([
        ("张浩宇", "父亲去向", "外出", "在家"), ("张浩宇", "父亲务工地点", "广东省深圳市", "未采集"),
        ("张浩宇", "学习情况", "较好", "困难"), ("张浩宇", "父亲电话", "199****0001", "199****0009"),
    ])  # fmt: skip
    shown = said(term_changes.between(reveal=True).changed)
    assert ("张浩宇", "父亲电话", "19900000001", "19900000009") in shown


def test_a_grade_that_went_up_is_no_change_and_one_that_did_not_is(years, pupil):
    stayed = years.enter("李雨涵", **PUPIL)
    years.go("2021-09-05")
    promotion.promote(promotion.proposed(), {stayed}, years.by)
    assert term_changes.between().changed == []
    years.renew(pupil)
    years.renew(stayed)
    years.date_back()
    assert said(term_changes.between().changed) == [("李雨涵", "年级", "三年级", "三年级（没有升级）")]


def test_a_term_in_which_grades_rose_and_nobody_was_asked_is_passed_over(years, pupil):
    years.go("2021-09-05")
    promotion.promote(promotion.proposed(), set(), years.by)
    years.go("2022-02-20")
    assert (renewal.progress().before, term_changes.between().before) == ("2021春", "2021春")
    years.renew(pupil, study_level="poor")
    years.date_back()
    assert said(term_changes.between().changed) == [("张浩宇", "学习情况", "较好", "困难")]


def test_another_guardian_is_one_line(years, pupil):
    years.go("2021-09-05")
    years.renew(pupil, guardian_relation="81", guardian_name="张建军", guardian_phone="19900000005")
    years.date_back()
    changed = said(term_changes.between().changed)
    assert changed == [("张浩宇", "监护人", "祖母 王桂英", "伯父 张建军")]


def test_a_relative_first_named_and_one_who_took_anothers_place(years):
    child = years.enter("张浩宇", **PUPIL, mother_name="李秀兰", mother_phone="19900000002")
    years.go("2021-09-05")
    years.renew(child, father_name="张建国", mother_name="周红", mother_phone="19900000008")
    years.date_back()
    assert sorted(said(term_changes.between().changed)) == [
        ("张浩宇", "母亲改为另一人", "李秀兰", "周红"), ("张浩宇", "父亲姓名", "未采集", "张建国"),
    ]  # fmt: skip


def test_what_was_taken_back_is_no_change(years, pupil):
    years.go("2021-09-05")
    years.renew(pupil, address="柳溪村九组")
    changes.undo(changes.last_action(years.by).action, years.by)
    years.date_back()
    found = term_changes.between()
    assert found.moved == found.changed == []


def test_siblings_share_a_fathers_new_phone(years, pupil):
    years.enter(
        "张小雨", **(PUPIL | {"birth_date": "2014-05-06"}), father_name="张建国", father_phone="19900000001"
    )
    years.go("2021-09-05")
    years.renew(pupil, father_phone="19900000009")
    years.date_back()
    assert [line.name for line in term_changes.between().changed] == ["张小雨", "张浩宇"]


def test_without_an_earlier_term_everybody_is_new(years, pupil):
    found = term_changes.between()
    assert found.before is None and [line.name for line in found.added] == ["张浩宇"]


def test_a_term_not_on_file_is_refused(years):
    with pytest.raises(Refused, match="没有“2019秋”"):
        term_changes.between("2019秋")


def test_the_file_says_what_where_when_and_by_which_rule(years, pupil, tmp_path):
    from openpyxl import load_workbook

    years.go("2021-09-05")
    years.renew(pupil, school="=1+1", father_phone="19900000009")
    years.enter("李雨涵")
    years.date_back()
    path = tmp_path / "变更.xlsx"
    assert term_changes.export(str(path), years.by) == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = list(load_workbook(path).active.values)
    assert rows[0][0] == "柳溪村留守儿童信息变更表"
    assert all(
        text in rows[1][0]
        for text in ("2021秋（与2021春比较）", "2021-09-05", "国发〔2016〕13号", "制表：王晓")
    )
    assert rows[2] == ("类别", "姓名", "村民组", "变更项", "原来", "现在", "日期")
    assert rows[3:] == [
        ("新增", "李雨涵", "未采集", "登记", "", "", "2021-09-05"),
        ("迁移", "张浩宇", "一组", "学校", "柳溪小学", "=1+1", "2021-09-05"),
        ("变更", "张浩宇", "一组", "父亲电话", "199****0001", "199****0009", "2021-09-05"),
    ]
    term_changes.export(str(path), years.by, reveal=True)
    assert "19900000009" in [cell for row in load_workbook(path).active.values for cell in row]
    assert renewal.progress().surveyed == 2
