"""报告和总结 on the screen: read, turned to another period, saved, its template copied and taken."""

import docx
import pytest

from db import plan_items
from db.reports import files
from tui.screens.report_papers import ReportPapers


@pytest.fixture
def page(context, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    context.templates = tmp_path / "报表模板"
    plan_items.add("2026-11", "开家长会", context.by)
    return ReportPapers(context)


def test_this_month_is_read_from_top_to_end(page, any_eyes):
    any_eyes.desk.push(page)
    assert "月报  自带  2026年11月  姓名打码" in any_eyes.text
    assert "一、儿童情况" in any_eyes.text and "在册儿童0名" in any_eyes.text
    seen = any_eyes.text
    for _ in range(30):
        any_eyes.press("pagedown")
        seen += any_eyes.text
    assert "开家长会" in seen and "口径说明" in seen and "（手写）" in seen
    end = any_eyes.text
    assert any_eyes.press("end").text == end and any_eyes.press("down").text == end
    assert "一、儿童情况" in any_eyes.press("home").text
    assert "一、儿童情况" in any_eyes.press("up").text


def test_the_arrows_turn_to_other_months_but_to_none_yet_to_come(page, eyes):
    eyes.desk.push(page)
    assert "2026年10月  " in eyes.press("left").text
    assert "2026年11月  " in eyes.press("right").text
    assert "2026年12月还没开始" in eyes.press("right").text and "  2026年11月  " in eyes.text


def test_another_report_takes_its_own_span(page, eyes):
    eyes.desk.push(page)
    eyes.press("enter", "text:迎检", "enter")
    assert "迎检目录  自带  2026年  " in eyes.text and "一人一档" in eyes.text


def test_it_is_saved_as_word_and_markdown(page, eyes, tmp_path):
    eyes.desk.push(page)
    eyes.press("f8", "enter")
    assert "2026年11月月报.docx" in eyes.text
    eyes.press("enter")
    assert "月报已存到" in eyes.text
    assert docx.Document(tmp_path / "2026年11月月报.docx").paragraphs[0].text.endswith("月报")
    eyes.press("f8", "2", "enter", "enter")
    assert (tmp_path / "2026年11月月报.md").read_text("utf-8").startswith("# 柳溪村2026年11月")


def test_a_place_that_cannot_be_written_to_is_asked_again(page, eyes):
    eyes.desk.push(page)
    eyes.press("f8", "2", "enter", "ctrl+u", "text:/nowhere/x.md", "enter")
    assert "没有“/nowhere”这个文件夹" in eyes.text


def test_a_template_is_copied_edited_and_taken(page, eyes, tmp_path):
    eyes.desk.push(page)
    eyes.press("f10", "enter")
    copied = tmp_path / "报表模板" / "月报.toml"
    assert copied.exists() and "模板已拷到" in eyes.text
    copied.write_text(copied.read_text("utf-8").replace("一、儿童情况", "一、孩子们"), "utf-8")
    eyes.press("enter", "text:自己的", "enter")
    assert "自己的 月报.toml" in eyes.text and "一、孩子们" in eyes.text
    eyes.press("f10", "enter")
    assert "已经有了" in eyes.text


def test_a_broken_template_is_named_and_the_one_before_stays(page, eyes, tmp_path):
    eyes.desk.push(page)
    (tmp_path / "报表模板").mkdir()
    (tmp_path / "报表模板" / "周报.toml").write_text(
        'title = "周报"\n[[section]]\ntext = "{谈新}"\n', "utf-8"
    )
    eyes.press("enter", "text:周报", "enter")
    assert "模板 周报.toml：第3行：不认识占位符 {谈新}" in eyes.text
    assert "月报  自带" in eyes.text and "一、儿童情况" in eyes.text


def test_a_target_that_is_gone_is_said_and_another_report_works(page, eyes, tmp_path):
    eyes.desk.push(page)
    (tmp_path / "报表模板").mkdir()
    (tmp_path / "报表模板" / "周报.toml").write_text(
        'title = "周报"\n[[section]]\ntext = "{目标：及格率}"\n', "utf-8"
    )
    eyes.press("enter", "text:周报", "enter")
    assert "第3行：没有“及格率”这项目标" in eyes.text
    assert "还没有汇总好" in eyes.press("f8").text
    eyes.press("enter", "1", "enter")
    assert "一、儿童情况" in eyes.text


def test_a_period_may_be_written_and_names_shown(page, eyes):
    eyes.desk.push(page)
    eyes.press("m", "text:写明", "enter", "ctrl+u", "text:2026Q9", "enter")
    assert "看不出是哪一期" in eyes.text
    eyes.press("ctrl+u", "text:2026Q3", "enter")
    assert "2026年第三季度  " in eyes.text
    eyes.press("m", "text:姓名", "enter")
    assert "姓名写全" in eyes.text


def test_a_report_left_before_it_is_made_is_dropped(page, context, eyes):
    begun = []
    context.desk.begin = begun.append
    eyes.desk.push(ReportPapers(context))
    eyes.desk.push(page)
    assert "正在汇总" in eyes.text and page.made is None
    begun[-1].go_on()
    eyes.press("left")
    assert begun[1].over and not begun[2].over
    eyes.press("escape")
    assert begun[2].over


def test_a_file_chosen_elsewhere_is_taken(page, eyes, tmp_path):
    files.copy("季度汇报", tmp_path / "别处.docx")
    eyes.desk.push(page)
    eyes.press("m", "text:别处", "enter", "/", "ctrl+u", f"text:{tmp_path}/别处.docx", "enter")
    assert "自己的 别处.docx" in eyes.text and "基本情况" in eyes.text
