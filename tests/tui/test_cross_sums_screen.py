"""The screen of the 汇总表: its cells, the children behind them, saving."""

import pytest
from village_people import put_child

from db import child_sheet, children
from tui.screens.cross_sums import CrossSums


@pytest.fixture
def village(ledger):
    """Three children in two village groups; the health of one is not known, another bears a code nobody knows."""
    return {
        "甲": put_child(ledger, "张甲", village_group="一组", birth_date="2020-05-01", sex="male", health="healthy"),
        "乙": put_child(ledger, "李乙", village_group="二组", birth_date="2015-05-01", sex="female"),
        "丙": put_child(ledger, "王丙", village_group="二组", birth_date="2012-01-01", sex="female", health="ill",
                        aid="none dibao"),
    }  # fmt: skip


def at(eyes, label: str) -> None:
    """Bring the cursor to a line of the table."""
    eyes.press("home")
    for _ in range(90):
        if any(line.startswith((f">{label}", f"> {label}")) for line in eyes.lines()):
            return
        eyes.press("down")
    raise AssertionError(label)


def test_figures_stand_under_their_regions_and_move_by_keys(context, any_eyes, village):
    context.desk.push(CrossSums(context))
    text = any_eyes.text
    assert "柳溪村" in text and "一组" in text and "二组" in text and "国发〔2016〕" in text
    at(any_eyes, "数量")
    line = next(each for each in any_eyes.lines() if each.startswith("> 数量"))
    assert line.split() == [">", "数量", "3", "1", "2"]
    assert "柳溪村3名，占总量100%" in any_eyes.text
    any_eyes.press("right", "right", "right")
    assert any_eyes.styled("cursor") == ["2"] and "二组2名，占总量66.7%" in any_eyes.text
    any_eyes.press("left", "left", "left")
    assert any_eyes.styled("cursor") == ["3"]


def test_enter_lists_the_children_and_opens_one_where_it_is_mended(context, any_eyes, village):
    context.desk.push(CrossSums(context))
    at(any_eyes, "健康  ")
    any_eyes.press("enter")
    assert "健康相符" in any_eyes.text
    any_eyes.press(*["down"] * 7)
    any_eyes.press("enter")
    assert "健康：未采集 1人" in any_eyes.text and "李乙" in any_eyes.text and "张甲" not in any_eyes.text
    any_eyes.press("enter")
    assert context.desk.top.title != "汇总表" and "健康状况" in any_eyes.text
    base = child_sheet.load(village["乙"])
    child_sheet.save(village["乙"], base | {"health": "weak"}, base, context.by)
    any_eyes.press("escape")
    assert "健康：未采集 0人" in any_eyes.text and "没有了，按 Esc 返回" in any_eyes.text
    any_eyes.press("enter")
    assert "名单上没有人" in any_eyes.text


def test_a_group_that_does_not_add_up_names_its_children_on_its_heading(context, any_eyes, village):
    context.desk.push(CrossSums(context))
    at(any_eyes, "救助措施")
    assert "多1" in any_eyes.text and "合计4，应为3" in any_eyes.text
    any_eyes.press("enter")
    assert "救助措施：对不上的 1人" in any_eyes.text and "同时算在无、有救助里" in any_eyes.text
    assert "王丙" in any_eyes.text


def test_a_cell_of_nobody_says_so(context, eyes, village):
    context.desk.push(CrossSums(context))
    at(eyes, "0-5周岁")
    eyes.press("down", "down", "enter")
    assert "这一格是 0" in eyes.text and context.desk.top.title == "汇总表"


def test_who_is_counted_and_by_what_is_chosen(context, any_eyes, village):
    base = child_sheet.load(village["乙"])
    child_sheet.save(village["乙"], base | {"father_whereabouts": "home", "father_able": True, "school": "柳溪小学",
                                           "schooling": "primary"}, base, context.by)  # fmt: skip
    context.desk.push(CrossSums(context))
    assert next(line for line in any_eyes.lines() if "数量" in line).split()[2] == "2"
    any_eyes.press("f10", "text:2", "enter")
    assert "全部登记儿童" in any_eyes.text
    assert next(line for line in any_eyes.lines() if "数量" in line).split()[2] == "3"
    any_eyes.press("f10", "text:4", "enter")
    assert "柳溪小学" in any_eyes.text and "按学校" in any_eyes.text


def test_many_regions_scroll_with_the_site_always_in_sight(context, any_eyes, ledger):
    for number in range(1, 13):
        put_child(ledger, f"孩{number}", village_group=f"{number}组")
    context.desk.push(CrossSums(context))
    any_eyes.press(*["right"] * 20)
    head = next(line for line in any_eyes.lines() if "按村民组" in line)
    assert "柳溪村" in head and "12组" in head and " 1组" not in head
    any_eyes.press(*["left"] * 20)
    assert " 1组" in next(line for line in any_eyes.lines() if "按村民组" in line)


@pytest.mark.parametrize("ending", ["xlsx", "csv", "json", "html"])
def test_it_is_saved_as_asked_and_says_where(context, eyes, village, tmp_path, ending):
    context.desk.push(CrossSums(context))
    out = tmp_path / f"表.{ending}"
    eyes.press("f8", f"text:{out}", "enter")
    assert out.exists() and out.stat().st_mode & 0o777 == 0o600
    assert "已把3名儿童的汇总表存到" in eyes.text


def test_another_ending_is_asked_again(context, eyes, village, tmp_path):
    context.desk.push(CrossSums(context))
    eyes.press("f8", f"text:{tmp_path / '表.doc'}", "enter")
    assert "汇总表存不成“.doc”" in eyes.text and not (tmp_path / "表.doc").exists()


def test_an_empty_ledger_shows_a_table_of_nothing(context, any_eyes):
    context.desk.push(CrossSums(context))
    at(any_eyes, "数量")
    assert "柳溪村0名" in any_eyes.text
    assert children.keys() == []
