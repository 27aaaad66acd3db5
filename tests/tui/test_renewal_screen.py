"""新学期更新: progress by group, the next child one key away, the list of rising grades, the table of changes."""

import stat

import pytest

from db import child_sheet, promotion, renewal, site
from db.models import Presence
from tests.db.terms import of_spring
from tui.screens.child_entry import RenewalSheet
from tui.screens.renewal import Renewal
from tui.start import heading

PUPIL = {
    "schooling": "primary",
    "school": "柳溪小学",
    "father_whereabouts": "away",
    "mother_whereabouts": "away",
}


@pytest.fixture
def years(ledger, monkeypatch):
    return of_spring(ledger, monkeypatch)


@pytest.fixture
def village(years):
    """Four children surveyed in spring, and the autumn after."""
    said = (("陈一", "一组", "p3"), ("陈二", "一组", "p6"), ("李一", "二组", "p5"), ("王一", None, "p1"))
    ids = {name: years.enter(name, village_group=group, grade=grade, **PUPIL) for name, group, grade in said}
    years.go("2021-09-05")
    return ids


@pytest.fixture
def page(context):
    def open_it():
        context.desk.route("f6", "更新", lambda: Renewal(context))
        context.desk.go("f6")

    return open_it


def rows(eyes, start):
    return [line.split() for line in eyes.lines() if start in line]


def test_progress_by_group_in_words_and_bars(years, village, page, any_eyes):
    years.renew(village["陈一"])
    page()
    assert "2021秋学期摸底 1/4" in any_eyes.text and "还差3名" in any_eyes.text
    assert rows(any_eyes, "> 一组")[0][-2:] == ["1/2", "还差1名"]
    assert rows(any_eyes, "二组")[0][-2:] == ["0/1", "还差1名"]
    assert rows(any_eyes, "村民组未采集")[0][-2:] == ["0/1", "还差1名"]
    assert any_eyes.styled("bar_warn") and "以前的学期没有" not in any_eyes.text


def test_without_an_earlier_survey_one_sentence_says_so(years, page, any_eyes):
    years.enter("陈一", village_group="一组", **PUPIL)
    page()
    assert "以前的学期没有摸底记录，本学期从头登记。" in any_eyes.text
    assert rows(any_eyes, "> 一组")[0][-2:] == ["1/1", "完成"]


def test_with_no_children_the_keys_say_what_to_do(years, page, any_eyes):
    page()
    for key in ("enter", "f8"):
        any_eyes.press(key)
        assert "按 F2 登记" in any_eyes.text


def test_f8_goes_from_child_to_child_until_all_are_done(years, village, page, any_eyes):
    page()
    any_eyes.press("f8")
    seen = []
    while isinstance(any_eyes.desk.top, RenewalSheet):
        seen.append(any_eyes.desk.top.record)
        assert any_eyes.desk.top.group is None
        any_eyes.press("ctrl+s")
    assert set(seen) == set(village.values()) and seen[-1] == village["王一"]
    assert "本学期已全部摸底：按 F10 看信息变更表。" in any_eyes.text
    any_eyes.press("f8")
    assert "本学期已全部摸底" in any_eyes.lines()[-2]


def test_the_sheet_walks_only_what_must_be_asked_and_keeps_the_rest(years, village, page, eyes):
    page()
    eyes.press("f8")
    sheet = eyes.desk.top
    child, name = sheet.record, child_sheet.load(sheet.record)["name"]
    walked = []
    while sheet.session.name not in walked:
        walked.append(sheet.session.name)
        eyes.press("enter" if sheet.session.name != "needs" else "ctrl+home")
        if sheet.session.name == sheet.session.entries[0].name:
            break
    assert "father_whereabouts" in walked and "study_level" in walked
    assert not {"name", "schooling", "hobbies", "father_workplace"} & set(walked)
    sheet.session.go_to("grade")
    assert "升级" not in eyes.text.splitlines()[1] and sheet.session.answers.marks["grade"] == "升级"
    sheet.session.go_to("father_whereabouts")
    eyes.type("2").press("ctrl+s")
    assert f"已存：{name}" in eyes.desk.message[0] and "接着是下一名" in eyes.desk.message[0]
    values = child_sheet.load(child)
    assert (values["father_whereabouts"], values["mother_whereabouts"]) == ("home", "away")
    assert values["surveyed_on"] is not None and values["school"] == "柳溪小学"


def test_a_renewal_left_half_done_is_taken_up_with_what_stood(years, village, page, eyes):
    page()
    eyes.press("f8")
    child = eyes.desk.top.record
    eyes.desk.top.session.go_to("needs")
    eyes.type("想爸爸").press("escape", "escape")
    assert "草稿已留下" in eyes.text
    eyes.press("f8")
    assert "按 F10 接着录" in eyes.text, "what is typed ahead must not land in an old draft"
    eyes.press("f10")
    sheet = eyes.desk.top
    assert sheet.record == child and sheet.session.answers.texts["needs"] == "想爸爸"
    assert sheet.session.answers.marks["school"] == "上学期", "what stood is still passed over"
    eyes.press("ctrl+s")
    assert child_sheet.load(child)["needs"] == "想爸爸"


def test_a_renewal_left_in_the_term_before_is_no_survey_of_this_one(years, page, eyes):
    child = years.enter("陈一", surveyed_on=None, **PUPIL)
    page()
    eyes.press("f8")
    eyes.desk.top.session.go_to("surveyed_on")
    eyes.type("2021-3-1\n").press("ctrl+home").press("escape")
    (draft,) = eyes.context.drafts.left()
    years.go("2021-09-05")
    eyes.context.resume(draft)
    assert "2021春学期留下的" in eyes.text
    eyes.press("ctrl+s")
    assert str(child_sheet.load(child)["surveyed_on"]) == "2021-09-05"


def test_going_from_child_to_child_has_one_record_open_and_offers_its_draft(years, village, page, eyes):
    page()
    eyes.press("f8", "ctrl+s")
    second = eyes.desk.top.record
    assert [each.row for each in Presence.select()] == [second]
    eyes.desk.top.session.go_to("needs")
    eyes.type("想爸爸").press("escape", "escape")
    renewal_of_first = next(each for each in village.values() if each != second)
    eyes.desk.push(RenewalSheet(eyes.context, renewal_of_first))
    eyes.press("ctrl+s")
    assert eyes.desk.top.record == second and "按 F10 接着录" in eyes.text
    assert [each.row for each in Presence.select()] == [second]


def test_leaving_a_renewal_untouched_leaves_no_draft(years, village, page, eyes):
    page()
    eyes.press("f8", "escape")
    assert eyes.desk.message[0] == "" and eyes.context.drafts.left() == []


def test_enter_stays_within_the_group(years, village, page, eyes):
    page()
    eyes.press("down", "enter")
    assert (eyes.desk.top.record, eyes.desk.top.group) == (village["李一"], "二组")
    eyes.press("ctrl+s")
    assert eyes.desk.top.title == "新学期更新" and rows(eyes, "> 二组")[0][-1] == "完成"
    eyes.press("enter")
    assert "二组已全部摸底：按 F8" in eyes.text
    eyes.press("down", "enter")
    assert (eyes.desk.top.record, eyes.desk.top.group) == (village["王一"], "")


def test_a_term_that_is_over_is_followed_by_the_next_after_a_question(years, page, any_eyes):
    child = years.enter("陈一", grade="p3", **PUPIL)
    page()
    any_eyes.press("insert")
    assert "2021春学期还没有结束" in any_eyes.text
    years.monkeypatch.setenv("GUANAI_TODAY", "2021-09-01")
    any_eyes.press("f5")
    assert "2021春学期已经结束：按 Ins 开始2021秋学期。" in any_eyes.text
    any_eyes.press("n")
    assert "开始2021秋学期？" in any_eyes.text
    any_eyes.press("escape")
    assert site.term().code == "2021春"
    any_eyes.press("n", "enter")
    assert site.term().code == "2021秋" and "已开始2021秋学期" in any_eyes.text
    assert renewal.next_child() == child
    any_eyes.press("ctrl+z", "enter")
    assert site.term().code == "2021春" and "2021春学期摸底 1/1" in any_eyes.text


# ---- 升级名单


def test_the_list_of_rising_grades_is_confirmed_as_one_action(years, village, page, any_eyes):
    page()
    any_eyes.press("tab")
    assert "升级3名，升学1名" in any_eyes.text
    line = next(line for line in any_eyes.lines() if "陈二" in line)
    assert line.strip("> ").split() == ["陈二", "一组", "六年级", "->", "七年级", "升学", "柳溪小学"]
    any_eyes.press("end", "space")
    assert "升级2名，升学1名，留级1名" in any_eyes.text
    assert rows(any_eyes, "王一")[0][1:6] == ["王一", "一年级", "->", "一年级", "留级"]
    any_eyes.press("f8")
    assert "仍算未摸底" in any_eyes.text.replace("\n  ", "")
    any_eyes.press("escape", "f8", "enter")
    assert any_eyes.desk.top.title == "新学期更新"
    assert "已写入：升级2名，升学1名，留级1名" in any_eyes.text
    assert [child_sheet.load(village[name])["grade"] for name in ("陈一", "陈二", "李一", "王一")] == [
        "p4", "j1", "p6", "p1",
    ]  # fmt: skip
    assert "2021秋学期摸底 0/4" in any_eyes.text
    any_eyes.press("ctrl+z", "enter")
    assert "已撤销：升级到2021秋" in any_eyes.text and len(promotion.proposed()) == 4


def test_a_mark_is_taken_off_again_and_a_child_opened(years, village, page, eyes):
    page()
    eyes.press("u", "space", "up", "space")
    assert "升级3名，升学1名" in eyes.text
    eyes.press("ctrl+o")
    assert eyes.desk.top.title == "档案：陈二"


def test_without_anybody_to_go_up_every_key_says_why(years, page, any_eyes):
    years.enter("陈一", grade="p3", **PUPIL)
    page()
    any_eyes.press("tab")
    assert "没有要升级的" in any_eyes.text
    for key in ("f8", "space", "o"):
        any_eyes.press(key)
        assert "没有要升级的" in any_eyes.lines()[-2]


# ---- 信息变更表


@pytest.fixture
def changed(years, village):
    years.renew(village["陈一"], school="青石镇中心小学", study_level="poor", father_whereabouts="home")
    years.renew(village["李一"], village_group="一组")
    years.enter("新来", village_group="三组")
    years.date_back()
    return village


def test_the_table_shows_the_four_kinds_with_their_counts(changed, page, any_eyes):
    page()
    any_eyes.press("f10")
    assert "2021秋  新增1  离开0  迁移2  变更2" in any_eyes.text and "与2021春比较" in any_eyes.text
    heads = [line.strip() for line in any_eyes.styled("head")]
    assert heads[1:] == ["新增 1 条", "离开 0 条", "迁移 2 条", "变更 2 条"]
    any_eyes.press("enter")
    assert "请把光标移到一名儿童上" in any_eyes.text
    any_eyes.press(*["down"] * 5)
    assert "陈一 学校 柳溪小学 -> 青石镇中心小学" in any_eyes.text
    any_eyes.press("enter")
    assert any_eyes.desk.top.title == "档案：陈一"


def test_the_table_is_saved_where_the_path_says(changed, page, any_eyes, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page()
    any_eyes.press("b", "f10")
    assert "信息变更表2021秋.xlsx" in any_eyes.text
    any_eyes.press("enter")
    path = tmp_path / "信息变更表2021秋.xlsx"
    assert path.exists() and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "已存 5 条变更到" in any_eyes.text
    any_eyes.press("x", "enter")
    assert "已经有了，要覆盖吗？" in any_eyes.text
    any_eyes.press("escape", "f10", "ctrl+u", "text:/nowhere/a.xlsx", "enter")
    assert "没有“/nowhere”这个文件夹" in any_eyes.text


def test_a_list_without_changes_still_names_the_kinds(years, village, page, any_eyes):
    page()
    any_eyes.press("f10")
    assert [line.strip() for line in any_eyes.styled("head")][1:] == [
        "新增 0 条",
        "离开 0 条",
        "迁移 0 条",
        "变更 0 条",
    ]


def test_the_title_line_tells_the_new_term_at_once(years, context):
    told = heading(context, "单人")
    assert "2021春" in told()[0]
    renewal.begin_term("2021秋", years.by)
    assert "2021秋" in told()[0]


def test_what_was_known_before_the_promotion_is_not_called_blank(years, context):
    child = years.enter("陈一", birth_date="2009-03-08", grade="p6", boarding=True, class_no="1班", **PUPIL)
    years.go("2021-09-05")
    promotion.promote(promotion.proposed(), set(), years.by)
    carried = renewal.carried(child)
    assert carried.values["boarding"] is None and "boarding" not in carried.marks, (
        "another school: asked anew"
    )


def test_a_draft_of_another_term_is_said_to_be_one(years, village, page, eyes, context):
    page()
    eyes.press("f8")
    child = eyes.desk.top.record
    eyes.desk.top.session.go_to("needs")
    eyes.type("想爸爸").press("escape", "escape")
    (draft,) = context.drafts.left()
    years.go("2022-02-20")
    context.resume(draft)
    sheet = eyes.desk.top
    assert (sheet.record, sheet.session.answers.texts["needs"]) == (child, "想爸爸")
    assert "2021秋学期留下的" in eyes.text and sheet.session.answers.texts["surveyed_on"] == "2022-02-20"
