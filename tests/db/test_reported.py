"""与上次上报的差异: added, changed, left, come back; marking is one action; struck-out and merged children."""

import json

import pytest

from db import changes, child_sheet, children, days, leaving, merging, reported, site
from db.models import Reported, Score, Survey
from db.reported import USUAL, Comparison, mark
from db.values import Refused

AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away"}


@pytest.fixture
def left(enter):
    """Enter a child whose parents are both away."""
    return lambda name, **values: enter(name, **(AWAY | values))


def compared(to: str = USUAL, everybody: bool = False) -> Comparison:
    comparison = Comparison(to, everybody)
    assert [step.what for step in comparison.steps()][-1] == "比较"
    return comparison


def told(comparison: Comparison) -> list[tuple]:
    return [(each.name, each.kind, each.about) for each in comparison.found]


@pytest.fixture
def report(user):
    """Mark everything that differs as reported."""

    def reporting(to: str = USUAL, everybody: bool = False):
        found = compared(to, everybody).found
        return list(mark(found, to, user))

    return reporting


def test_the_first_time_everybody_is_new_in_the_registers_order(left, enter):
    left("李二", village_group="二组", id_number=None)
    left("张一", village_group="一组", sex="male")
    enter("不留守", village_group="一组")
    comparison = compared()
    assert [(each.name, each.kind, each.on_date) for each in comparison.found] == [
        ("张一", "added", None), ("李二", "added", None),
    ]  # fmt: skip
    fields = {each.label: (each.old, each.new) for each in comparison.found[0].fields()}
    assert (
        fields["姓名"] == ("", "张一") and fields["性别"] == ("", "男") and fields["父亲去向"] == ("", "外出")
    )
    assert "摸底日期" not in fields and "备注" not in fields
    assert [each.name for each in compared(everybody=True).found] == ["不留守", "张一", "李二"]


def test_marked_there_is_nothing_left_to_tell_until_a_field_changes(left, edit, report):
    child = left("张一", village_group="一组", phone="19900000001", address="旧址")
    report()
    assert compared().found == []
    edit(child, phone="19900000002", address=None, note="不上报", surveyed_on=None)
    (found,) = compared().found
    assert (found.kind, found.about, str(found.on_date)) == ("changed", "现住址、家庭电话", "2026-09-10")
    assert [(each.label, each.old, each.new) for each in found.fields(reveal=True)] == [
        ("现住址", "旧址", ""), ("家庭电话", "19900000001", "19900000002"),
    ]  # fmt: skip
    assert [each.old for each in found.fields()] == ["旧址", "199****0001"]
    report()
    assert compared().found == []


def test_each_system_is_told_by_itself(left, report):
    left("张一")
    report("县平台")
    assert compared("县平台").found == [] and len(compared().found) == 1
    assert reported.systems() == [USUAL, "县平台"]


def test_who_left_who_is_struck_out_and_who_no_longer_counts_is_told_once(left, edit, report, user):
    moved, struck, home = (
        left(name, village_group=group)
        for name, group in (("张一", "一组"), ("李二", "二组"), ("王三", "三组"))
    )
    report()
    leaving.leave(moved, "moved", days.today(), by=user)
    children.remove(struck, user)
    edit(home, father_whereabouts="home", father_able=True)
    assert [(name, kind) for name, kind, _ in told(compared())] == [
        ("张一", "left"),
        ("李二", "left"),
        ("王三", "left"),
    ]
    abouts = [about for *_, about in told(compared())]
    assert abouts == ["2026-09-10退出登记：迁出", "档案已删除", "不再算留守儿童"]
    report()
    assert compared().found == []
    edit(home, father_whereabouts="away")
    (back,) = compared().found
    assert back.kind == "back" and ("姓名", "", "王三") in [each[1:] for each in back.fields()]
    report()
    assert compared().found == []


def test_who_turned_sixteen_is_told_and_who_is_not_surveyed_yet_waits(left, report, user, monkeypatch):
    left("张一", birth_date="2010-10-01")
    left("李二", birth_date="2015-10-01")
    report()
    monkeypatch.setenv("GUANAI_TODAY", "2026-10-02")
    assert told(compared()) == [("张一", "left", "已满16周岁")]
    monkeypatch.setenv("GUANAI_TODAY", "2027-03-01")
    site.set_up(site_name="柳溪村", township="青石镇", term_code="2027春", by=user)
    comparison = compared()
    assert told(comparison) == [("张一", "left", "已满16周岁")] and comparison.waiting == 1


def test_what_this_terms_survey_has_not_asked_yet_is_no_change(left, report, user, edit):
    child = left(
        "张一",
        father_place="广东省深圳市",
        schooling="primary",
        school="柳溪小学",
        grade="p3",
        health="healthy",
    )
    report()
    with changes.action("清空", user) as act:
        act.update(Survey.get(Survey.child == child), health=None, school=None)
    assert compared().found == []
    edit(child, schooling="dropped_out", grade=None)
    assert [(each.label, each.old, each.new) for each in compared().found[0].fields()] == [
        ("就学情况", "小学", "辍学"), ("学校", "柳溪小学", ""), ("年级", "三年级", ""),
    ]  # fmt: skip


def test_marking_is_one_action_that_one_undo_takes_back(left, edit, user, report):
    child = left("张一", phone="19900000001")
    report()
    edit(child, phone="19900000002")
    left("李二")
    report()
    done = changes.last_action(user)
    assert done.label == f"标为已上报 {USUAL} 2名"
    changes.undo(done.action, user)
    assert {each.kind for each in compared().found} == {"changed", "added"}


def test_what_was_shown_is_what_is_noted_though_somebody_changed_it_meanwhile(left, edit, user):
    child = left("张一", phone="19900000001")
    shown = compared().found
    edit(child, phone="19900000002")
    list(mark(shown, USUAL, user))
    assert compared().found[0].about == "家庭电话"


def test_only_the_chosen_are_marked(left, user):
    left("张一", village_group="一组")
    left("李二", village_group="二组")
    list(mark(compared().found[:1], USUAL, user))
    assert [each.name for each in compared().found] == ["李二"]


def test_a_registration_reported_and_then_taken_back_is_told_as_left(left, user, report):
    left("张一")
    entered = changes.last_action(user)
    report()
    changes.undo(entered.action, user)
    assert told(compared()) == [("张一", "left", "档案已删除")]


def score(user, child, subject: str, mark_: str):
    with changes.action("成绩", user) as act:
        return act.insert(Score, child=child, term=site.term(), exam="期中", subject=subject, mark=mark_)


def test_scores_go_with_a_struck_out_child_and_come_back(left, user):
    child = left("张一")
    score(user, child, "语文", "92")
    children.remove(child, user)
    assert Score.live().count() == 0
    changes.undo(changes.last_action(user).action, user)
    assert Score.live().count() == 1


def test_merging_moves_scores_and_keeps_the_kept_childs_where_both_have_one(left, user):
    keep, other = left("张一"), left("张一一")
    for child, subject, value in ((keep, "语文", "92"), (other, "语文", "60"), (other, "数学", "优")):
        score(user, child, subject, value)
    assert merging.merge(keep, other, {}, user).moved["成绩"] == 1
    assert {(each.child_id, each.subject, each.mark) for each in Score.live()} == {
        (keep, "语文", "92"), (keep, "数学", "优"),
    }  # fmt: skip


def test_of_two_reported_children_made_one_the_other_has_to_leave_the_system(left, user, report):
    keep, other = left("张一"), left("张一一")
    report()
    merging.merge(keep, other, {}, user)
    assert [(each.child_id, each.kind, each.why) for each in compared().found] == [
        (other, "left", "档案已删除")
    ]


def test_a_report_of_the_other_alone_goes_to_the_kept_child(left, user):
    keep, other = left("张一"), left("张一一", phone="19900000001")
    shown = [each for each in compared().found if each.child_id == other]
    list(mark(shown, USUAL, user))
    merging.merge(keep, other, {}, user)
    (found,) = compared().found
    assert (found.child_id, found.kind, found.about) == (keep, "changed", "姓名")
    assert Reported.live().get().child_id == keep


def test_it_is_written_with_full_numbers_as_three_sheets(left, edit, user, number, tmp_path, report):
    child = left("张一", village_group="=一组", id_number=number(), phone="19900000001")
    gone = left("李二")
    report()
    edit(child, phone="19900000002")
    children.remove(gone, user)
    left("王三", phone="19900000003")
    out = tmp_path / "差异.xlsx"
    assert (
        list(reported.write(compared(), out, user))[-1][1:] == (3, 3) and out.stat().st_mode & 0o777 == 0o600
    )
    from openpyxl import load_workbook

    book = load_workbook(out)
    assert book.sheetnames == ["新增", "变更", "退出"]
    heads = [cell.value for cell in book["新增"][2]]
    fresh = dict(zip(heads, (cell.value for cell in book["新增"][3]), strict=True))
    assert (fresh["类别"], fresh["姓名"], fresh["家庭电话"]) == ("新增", "王三", "19900000003")
    assert [cell.value for cell in book["变更"][3]] == [
        "张一", number(), "=一组", "家庭电话", "19900000001", "19900000002", "2026-09-10",
    ]  # fmt: skip
    assert [cell.value or "" for cell in book["退出"][3]] == [
        "李二",
        "未采集",
        "",
        "档案已删除",
        "2026-09-10",
    ]


def test_a_field_of_a_newer_program_is_left_alone(left, report, user):
    left("张一")
    report()
    row = Reported.get()
    with changes.action("新版程序", user) as act:
        act.update(row, told=json.dumps(json.loads(row.told) | {"future": "x"}))
    assert compared().found == []


@pytest.mark.parametrize(("text", "said"), [("  ", "请写系统的名称"), ("很" * 31, "最多30字，现有31字")])
def test_a_systems_name_is_checked(text, said):
    with pytest.raises(Refused, match=said):
        reported.named(text)


def test_every_field_told_is_on_the_sheet():
    names = {entry.name for entry in child_sheet.ENTRIES}
    assert names >= reported.NOT_TOLD and {entry.name for entry in reported.TOLD} == names - reported.NOT_TOLD
