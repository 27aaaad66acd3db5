"""外来的数: entered per school or as a whole, changed, struck out, taken back."""

import pytest

from db import outside, site, targets
from tui.screens.outside_figures import OutsideFigures


@pytest.fixture
def page(context):
    page = OutsideFigures(context, "retained")
    context.desk.push(page)
    return page


def kept():
    return [
        (each.term, each.school, each.numerator, each.denominator, each.source)
        for each in outside.listing("retained")
    ]


def give(ledger, school="", **values):
    base = outside.load("retained", school)
    told = {"numerator": 38, "denominator": 40, "on_date": site.term().starts, "source": "教务处"}
    outside.save("retained", school, base | told | values, base, ledger)


def test_a_figure_of_the_whole_site_is_entered_and_the_rate_stands(page, any_eyes):
    assert "还没有巩固率的数：按 Ins 填一个" in any_eyes.text
    any_eyes.press("insert").type("\n38\n40\n9-10\n教务处\n").press("ctrl+s")
    assert kept() == [("2026秋", "", 38, 40, "教务处")]
    assert "已存：巩固率 全部 38/40" in any_eyes.text
    assert any_eyes.lines()[2].split() == [">", "2026秋", "全部", "38/40", "95%", "2026-09-10", "教务处"]
    assert targets.one("retained").rate == 95.0
    any_eyes.press("ctrl+z", "enter")
    assert kept() == [] and targets.one("retained").waiting


def test_figures_of_schools_are_summed(page, eyes):
    eyes.press("f8").type("柳溪小学\n19\n20\n9-10\n教务处\n").press("ctrl+s")
    eyes.press("insert").type("青石中学\n18\n20\n9-11\n教务处\n").press("ctrl+s")
    assert [each[1:4] for each in kept()] == [("柳溪小学", 19, 20), ("青石中学", 18, 20)]
    assert (targets.one("retained").numerator, targets.one("retained").denominator) == (37, 40)


def test_a_figure_is_changed_and_struck_out(page, eyes, ledger):
    give(ledger)
    page.shown()
    eyes.press("enter")
    assert "外来的数：巩固率 2026秋 全部" in eyes.text
    eyes.type("39\n").press("ctrl+s")
    assert kept()[0][2] == 39
    eyes.press("delete")
    assert "删除2026秋 全部 39/40？" in eyes.text
    eyes.press("escape")
    assert kept()
    eyes.press("delete", "enter")
    assert kept() == [] and "按 Ctrl+Z 可撤销" in eyes.text
    eyes.press("ctrl+z", "enter")
    assert kept()[0][2] == 39


def test_what_cannot_be_is_said_and_nothing_is_written(page, eyes):
    eyes.press("insert").type("\n38\n0\n9-10\n教务处\n").press("ctrl+s")
    assert "分母是0" in eyes.text
    eyes.press("up", "up", "up").type("40\n2027-1-1\n").press("ctrl+s")
    assert "还没到" in eyes.text and kept() == []


def test_a_draft_of_a_figure_is_taken_up_again(page, eyes, context, ledger):
    give(ledger)
    page.shown()
    eyes.press("enter").type("37").press("escape", "escape")
    (draft,) = context.drafts.left()
    context.resume(draft)
    eyes.press("ctrl+s")
    assert kept()[0][2] == 37


def test_what_somebody_else_wrote_meanwhile_is_asked_about(page, eyes, ledger):
    give(ledger)
    page.shown()
    eyes.press("enter")
    give(ledger, numerator=36)
    eyes.type("37\n").press("ctrl+s")
    assert "用对方的：36" in eyes.text
    eyes.press("2", "enter")
    assert kept()[0][2] == 37


def test_tab_turns_to_the_other_targets_that_take_figures(page, eyes):
    for name in ("免疫接种率", "家教知识普及率", "法律援助率", "巩固率"):
        eyes.press("tab")
        assert f"外来的数：{name}" in eyes.text
    eyes.press("delete")
    assert "还没有填过" in eyes.text
