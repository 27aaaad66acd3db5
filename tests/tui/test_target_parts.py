"""A target taken apart: by group, class, school, helper, from a part to its children; over the terms."""

from datetime import date

import pytest
from test_targets_screen import go_to
from test_workbench import put, put_helper

from db import child_sheet, demo, outside, own_targets, pairing, site, snapshots, targets
from tui.screens.target_parts import VIEWS, TargetParts, part_row
from tui.screens.targets import Targets


@pytest.fixture
def two(ledger):
    """李雨涵 of 一组 at school and 王一鸣 of 二组 with nothing known of it."""
    at_school = {"schooling": "primary", "school": "柳溪小学", "grade": "p3", "class_no": "2班"}
    first = put(ledger, "李雨涵", village_group="一组", **at_school)
    second = put(ledger, "王一鸣", village_group="二组")
    pairing.pair(first, put_helper(ledger, "刘老师"), "teacher", date(2026, 9, 5), ledger)
    return first, second


@pytest.fixture
def page(context):
    def open_it(code, view="group"):
        context.desk.push(Targets(context))
        context.desk.push(TargetParts(context, targets.one(code), view))

    return open_it


def rows(eyes):
    return [line.split() for line in eyes.lines()[4:] if "/" in line and "%" in line]


def test_every_dimension_is_turned_to_and_its_parts_make_the_whole(two, page, any_eyes):
    page("enrolled")
    assert "全部  要求100%  1/2  50%" in any_eyes.text
    assert rows(any_eyes) == [[">", "一组", "100%", "1/1", "达标"], ["二组", "0%", "0/1", "没达标"]]
    labels = {"class": "柳溪小学", "school": "柳溪小学", "helper": "刘老师"}
    for view, label in labels.items():
        any_eyes.press("tab")
        assert VIEWS[view] in any_eyes.styled("cursor")
        (first, _) = rows(any_eyes)
        assert any(label in word for word in first) or label[:4] in any_eyes.text
        assert first[-2:] == ["1/1", "达标"]
    any_eyes.press("right")
    assert "各学期" in any_eyes.styled("cursor")
    any_eyes.press("right", "left", "shift+tab")
    assert "各学期" in any_eyes.styled("cursor") or "帮扶人" in any_eyes.styled("cursor")


def test_enter_on_a_part_lists_only_its_children_and_mends_them(two, page, eyes):
    page("enrolled")
    eyes.press("enter")
    assert "一组没有缺漏" in eyes.text
    eyes.press("down", "enter")
    assert "入学率（二组）：缺1人" in eyes.text and "王一鸣" in eyes.text
    eyes.press("enter")
    eyes.type("小学\n").press("ctrl+s")
    assert "入学率（二组）：缺0人" in eyes.text
    assert child_sheet.load(two[1])["schooling"] == "primary"
    eyes.press("escape")
    assert rows(eyes)[1] == [">", "二组", "100%", "1/1", "达标"]


def test_a_helper_and_those_without_one(two, page, eyes):
    page("filed", "helper")
    (first, last) = rows(eyes)
    assert "刘老师" in first and last[0] == "没有帮扶人"
    eyes.press("end", "enter")
    assert "缺1人" in eyes.text and "王一鸣" in eyes.text and "李雨涵" not in eyes.text


def test_a_single_term_says_so_and_two_say_what_became_better(two, page, any_eyes, ledger):
    page("enrolled", "terms")
    assert "还没有记下来的学期" in any_eyes.text or "只记下了这一个学期" in any_eyes.text
    snapshots.note(targets.targets())
    any_eyes.press("f5")
    assert "只记下了这一个学期，下学期起能看出走势" in any_eyes.text
    snapshots.keep(
        [targets.one("enrolled")._replace(numerator=2, denominator=5)],
        site.term_by_code("2026春"),
        date(2026, 6, 30),
    )
    any_eyes.press("f5")
    assert [row[:3] for row in rows(any_eyes)] == [["2026春", "40%", "2/5"], [">", "2026秋", "50%"]]
    assert "比2026春高10个百分点，好了" in any_eyes.text
    any_eyes.press("enter")
    assert "不能打开" in any_eyes.text


def test_bars_are_signs_without_colour(two, page, eyes, monkeypatch):
    page("enrolled")
    assert "#" not in eyes.text and any(text.isspace() for text in eyes.styled("bar"))
    monkeypatch.setenv("NO_COLOR", "1")
    assert "###" in eyes.text


def test_a_schools_own_figures_name_nobody(ledger, page, any_eyes):
    told = {"numerator": 18, "denominator": 20, "on_date": site.term().starts, "source": "教务处"}
    outside.save("retained", "柳溪小学", told, dict.fromkeys(told), ledger)
    page("retained", "school")
    assert [row[:4] for row in rows(any_eyes)] == [[">", "柳溪小学", "90%", "18/20"]]
    any_eyes.press("enter")
    assert "柳溪小学的数是外来的，没有名单" in any_eyes.text


def test_what_cannot_be_taken_apart_says_so(ledger, page, any_eyes):
    base = own_targets.load()
    key = own_targets.save(None, base | {"name": "制度上墙", "sort": "by_hand"}, base, ledger).id
    page(f"own-{key.hex}")
    assert "没有可以按村民组分开算的" in any_eyes.text
    any_eyes.press("enter")
    assert "按 Tab 换一种分法" in any_eyes.text


def test_from_the_list_by_one_key_and_by_the_menu(ledger, context, any_eyes):
    demo.fill(ledger)
    context.desk.push(Targets(context))
    go_to(any_eyes, "filed").press("space")
    assert "分开看：建档率" in any_eyes.text
    parts = targets.by("filed", "group")
    assert len(rows(any_eyes)) == min(len(parts), len(rows(any_eyes))) > 1
    any_eyes.press("escape", "f10").type("zs")
    any_eyes.press("enter")
    assert "2026春" in any_eyes.text and "比2026春高" in any_eyes.text
    any_eyes.press("escape", "tab", "space")
    assert "光标移到一项目标上" in any_eyes.text


def test_so_many_children_are_no_percentage(two, page, any_eyes, ledger):
    """Of 'at least 3 children' a term of 5 in 60 met it, one of 1 in 2 did not."""
    base = own_targets.load()
    told = {"name": "两体两艺", "sort": "some", "goal": 3, "met": [["school", "filled", None]]}
    code = f"own-{own_targets.save(None, base | told, base, ledger).id.hex}"
    kept = targets.one(code)._replace(numerator=5, denominator=60, waiting=None)
    snapshots.keep([kept], site.term_by_code("2026春"), date(2026, 6, 30))
    page(code, "terms")
    assert "比2026春少4名，差了" in any_eyes.text
    point = {each.term: each for each in snapshots.trend(code)}
    styles = {term: {style for _, style in part_row(each, 80, False, kept)} for term, each in point.items()}
    assert "bar" in styles["2026春"] and "bar_warn" not in styles["2026春"] and "bar_warn" in styles["2026秋"]


def test_a_part_that_has_enough_says_so(two, page, any_eyes, ledger):
    base = own_targets.load()
    told = {"name": "有学校的", "sort": "some", "goal": 1, "met": [["school", "filled", None]]}
    page(f"own-{own_targets.save(None, base | told, base, ledger).id.hex}")
    any_eyes.press("enter")
    assert "已达到要求，没有名单" in any_eyes.text or "没有缺漏" in any_eyes.text
