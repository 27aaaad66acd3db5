"""转入: a hand-over file is recognised by what is in it, looked at, asked about, written and taken back."""

from datetime import date

import pytest

from db import changes, children, site, store
from db.exchange import handover
from db.models import CareRecord
from tests.tui.people import PARENTS, put
from tui.context import Context
from tui.drafts import Drafts
from tui.page import Desk
from tui.screens.importing import Importing
from tui.screens.reports import Reports
from tui.screens.taking_over import Taking


@pytest.fixture
def file(ledger, tmp_path):
    """Two children of 柳溪村 in a file whose name says nothing; another ledger is open."""
    one = put(ledger, name="张浩宇", birth_date="2015-03-08", **PARENTS)
    two = put(ledger, name="李雨涵", birth_date="2016-05-01", village_group="二组")
    changes.insert(CareRecord, ledger, child=one, kind="talk", on_date=date(2026, 11, 3))
    path = tmp_path / "新来的.txt"
    handover.write([one, two], str(path), ledger)
    store.close()
    store.open_ledger(tmp_path / "two")
    return path


@pytest.fixture
def keeper(file):
    by = site.user("lisi", "李四")
    site.set_up(site_name="青石中心小学", kind="school", term_code="2026秋", by=by)
    return by


@pytest.fixture
def context(keeper, tmp_path):
    return Context(keeper, Drafts(tmp_path / "drafts"), Desk())


def bring(context, path):
    context.desk.push(Reports(context))
    context.desk.top._chosen(path)
    return context.desk.top


def test_f7_recognises_the_file_by_its_content(file, context, any_eyes):
    page = bring(context, file)
    assert isinstance(page, Taking)
    assert "柳溪村 2026-11-23转出，2名儿童" in any_eyes.text
    assert any_eyes.text.count("新登记") == 2 and children.count() == 0
    any_eyes.press("enter")
    assert "关爱记录1" in any_eyes.text
    any_eyes.press("escape", "f8")
    assert "已导入转出文件：新登记2名" in any_eyes.text and children.count() == 2
    any_eyes.press("ctrl+z", "enter")
    assert children.count() == 0


def test_esc_writes_nothing_and_again_there_is_nothing_to_write(file, context, eyes):
    bring(context, file)
    eyes.press("escape")
    assert isinstance(context.desk.top, Reports) and children.count() == 0
    context.desk.top._chosen(file)
    eyes.press("f8")
    context.desk.top._chosen(file)
    assert eyes.text.count("已有，不变") == 2
    eyes.press("f8")
    assert "没有要写入的" in eyes.text


@pytest.mark.parametrize(("option", "count"), [("1", 2), ("2", 3), ("3", 2)])
def test_who_looks_like_another_is_asked_about(file, keeper, context, any_eyes, option, count):
    mine = put(keeper, name="张皓宇", birth_date="2015-03-08", **PARENTS)
    bring(context, file)
    assert "1名要选定是谁" in any_eyes.text and "要问是不是同一人" in any_eyes.text
    any_eyes.press("enter")
    assert "是谁" in any_eyes.text
    any_eyes.press(option, "enter", "f8")
    assert children.count() == count
    assert CareRecord.live().where(CareRecord.child == mine).count() == (option == "1")


def test_a_broken_file_says_so_and_a_register_goes_its_own_way(file, context, eyes, tmp_path):
    file.write_text(file.read_text("utf-8")[:-30], "utf-8")
    bring(context, file)
    assert "不完整或已损坏" in eyes.text.replace("\n", "")
    eyes.press("f8")
    assert children.count() == 0
    eyes.press("escape")
    register = tmp_path / "册.csv"
    register.write_text("姓名,性别\n王一鸣,男\n", "utf-8")
    context.desk.top._chosen(register)
    assert isinstance(context.desk.top, Importing)


def test_a_pasted_hand_over_file_is_refused_with_the_way_to_do_it(file, context, eyes):
    context.desk.push(Reports(context))
    context.desk.paste(file.read_text("utf-8"))
    assert "请存成文件，用 F7 导入" in eyes.text.replace("\n", "")
    assert children.count() == 0
