"""报表: a register comes in through the picker and the preview, and goes out again."""

from pathlib import Path

import pytest

from db import children
from tui.screens.reports import Reports

REGISTERS = Path(__file__).parent.parent / "registers"


@pytest.fixture
def reports(context, eyes, tmp_path):
    page = Reports(context)
    page.folder = REGISTERS
    context.desk.push(page)
    return eyes


def open_file(eyes, name):
    eyes.press("1")
    files = eyes.desk.top
    files.roster.go([found.label for found in files.roster.items()].index(name))
    return eyes.press("enter")


def test_an_import_is_taken_back_whole(reports):
    open_file(reports, "01-基本情况登记表.xlsx").press("f8", "ctrl+z", "enter")
    assert children.count() == 0 and "已撤销：导入" in reports.text


def test_children_go_out_and_come_back_unchanged(reports, tmp_path):
    open_file(reports, "01-基本情况登记表.xlsx").press("f8")
    out = tmp_path / "册.xlsx"
    reports.press("6").type("1").press("enter", "ctrl+u").type(f"{out}\n")
    assert "已导出儿童登记册 65 条" in reports.text and out.stat().st_mode & 0o777 == 0o600
    reports.press("6").type("1").press("enter", "ctrl+u").type(f"{out}\n")
    assert "已经有了，要覆盖吗" in reports.text


def test_a_backup_is_made_where_told_and_a_bad_place_is_said(reports, tmp_path):
    reports.press("8", "ctrl+u").type(f"{tmp_path / '备份.db'}\n")
    assert "已备份到" in reports.text and (tmp_path / "备份.db").exists()
    reports.press("8", "ctrl+u").type("/proc/nothing/备份.db\n")
    assert reports.desk.message[1] == "error"


def test_a_path_is_typed_whole_or_from_the_folder_shown(reports):
    whole = str(REGISTERS / "01-基本情况登记表.xlsx")
    for typed in (whole, "01-基本情况登记表.xlsx"):
        reports.press("1", "/").type(f"{typed.removeprefix('/')}\n")
        assert "儿童 65行" in reports.text
        reports.press("escape")


@pytest.mark.parametrize("typed", ["没有/这个.xlsx", "~nobody/册.xlsx", "册子\0.xlsx"])
def test_a_path_that_is_not_there_stays_to_be_mended(reports, typed):
    reports.press("1", "/")
    reports.desk.top.paste(typed)
    reports.press("enter")
    assert "找不到这个位置" in reports.text and typed[:2] in reports.text
    reports.press("escape")
    assert "01-基本情况登记表.xlsx" in reports.text


def test_each_register_and_the_school_roll_go_out_from_one_list(reports, tmp_path):
    open_file(reports, "01-基本情况登记表.xlsx").press("f8")
    for at, name in enumerate(("帮扶人名册", "关爱记录册", "结对登记册", "活动记录册"), 2):
        reports.press("6").type(str(at)).press("enter", "ctrl+u").type(f"{tmp_path / name}.csv\n")
        assert f"已导出{name} 0 条" in reports.text and (tmp_path / f"{name}.csv").exists()
    reports.press("6").type("6").press("enter", "ctrl+u").type(f"{tmp_path / '学籍.xlsx'}\n")
    assert "学籍系统导入表已存到" in reports.text and (tmp_path / "学籍.xlsx").stat().st_mode & 0o777 == 0o600


def test_a_table_may_be_pasted_where_a_file_is_asked_for(reports):
    reports.press("1")
    reports.desk.top.paste("姓名\t性别\t出生日期\n张三\t男\t2015-03-08\n")
    assert "导入预览：粘贴的内容" in reports.text and "新增1" in reports.text
    reports.press("escape")
    assert "填别人的表" in reports.text


def test_a_paste_the_terminal_does_not_mark_is_collected_and_then_previewed(reports):
    for char in "姓名\t出生日期\t现住址\r\n张浩宇\t2015.3.8\t柳溪村 1号\r\n李雨涵\t2016.5.1\t\r\n":
        key = {"\t": "tab", "\r": "enter", "\n": "enter", " ": "space"}.get(char, char)
        reports.desk.press(key, None if char in "\t\r\n" else char)
    assert "收到3行" in reports.text and "粘完了按 F8" in reports.text
    reports.press("f8")
    assert "导入预览：粘贴的内容" in reports.text and "新增2" in reports.text
    reports.press("f8")
    assert children.count() == 2 and "已导入：新增2" in reports.text
    assert reports.desk.top.title == "报表"


def test_a_stray_character_and_too_long_a_paste_do_nothing(reports):
    reports.type("爱").press("escape")
    assert reports.desk.top.title == "报表" and "填别人的表" in reports.text
    reports.type("姓名")
    reports.desk.top.press("x", "长" * 50_001)
    reports.press("f8")
    assert "粘贴的内容有 50003 字，超过 50000 字" in reports.text and "按 Esc 返回" in reports.text
