"""过生日: the month's list, records, the party, wishes and prints."""

from datetime import date
from pathlib import Path

import pytest

from db import activities, birthdays, child_sheet, roll
from db.models import CareRecord, Printed
from tests.fake_printer import Machine, make_font
from tui.screens.birthdays import Birthdays
from tui.screens.roll_call import RollCall

BORN = {"张浩宇": "2015-11-08", "李雨涵": "2017-11-25", "王一鸣": "2013-12-01"}


@pytest.fixture
def children(ledger):
    found = {}
    for name, born in BORN.items():
        base = child_sheet.load(None)
        told = {
            "name": name, "birth_date": born, "village_group": "一组", "father_whereabouts": "away",
            "mother_whereabouts": "away", "phone": "19900001234",
        }  # fmt: skip
        found[name] = child_sheet.save(None, base | told, base, by=ledger).id
    return found


@pytest.fixture
def page(context, children):
    page = Birthdays(context)
    context.desk.push(page)
    return page


def test_a_month_and_the_next_at_both_sizes(children, any_eyes, context):
    context.desk.push(Birthdays(context))
    assert "2026年11月" in any_eyes.text and "2名过生日  已过0名  还没排生日会" in any_eyes.text
    assert "11月8日 周日" in any_eyes.text and "张浩宇" in any_eyes.text and "11岁" in any_eyes.text
    any_eyes.press("right")
    assert "2026年12月" in any_eyes.text and "王一鸣" in any_eyes.text and "张浩宇" not in any_eyes.text
    any_eyes.press("right", "enter")
    assert "1月没有儿童过生日" in any_eyes.text
    any_eyes.press("left", "left", "left")
    assert "2026年10月" in any_eyes.text


def test_one_birthday_is_noted(page, eyes, children):
    eyes.press("enter")
    assert "生日感言" in eyes.text and "心愿" in eyes.text
    eyes.press("ctrl+s")
    (record,) = CareRecord.live()
    assert (record.child_id, record.kind) == (children["张浩宇"], "birthday")
    assert "11月23日已过" in eyes.text and "已过1名" in eyes.text


def test_all_marked_are_noted_at_once(page, eyes, children):
    eyes.press("space", "space")
    assert page.marked == {children["张浩宇"], children["李雨涵"]}
    eyes.press("enter", "ctrl+s")
    assert CareRecord.live().count() == 2 and page.marked == set()
    assert "已过2名" in eyes.text
    eyes.press("ctrl+z", "enter")
    assert "已过0名" in eyes.text


def test_the_party_is_arranged_called_and_then_noted(page, eyes, children, ledger):
    eyes.press("f8", "ctrl+u").type("2026-12-1\n")
    assert "不在2026年11月" in eyes.text
    eyes.press("f8", "ctrl+u").type("2026-11-20\n")
    assert "生日会 11月20日" in eyes.text
    (line,) = activities.agenda(date(2026, 11, 20), date(2026, 11, 20))
    assert line.title == "11月生日会"
    eyes.press("f8")
    assert isinstance(eyes.desk.top, RollCall)
    eyes.press("escape")
    roll.mark(line.id, children["李雨涵"], "present", ledger)
    page.shown()
    assert "11月20日已过" in eyes.text
    eyes.press("f10", "6", "enter")
    assert page.marked == {children["李雨涵"]}
    eyes.press("enter", "ctrl+s")
    assert [row.child_id for row in CareRecord.live()] == [children["李雨涵"]]


def test_a_child_is_kept_by_the_moon(page, eyes):
    eyes.press("f10", "2", "enter")
    assert "张浩宇以后过农历生日" in eyes.text
    eyes.press("left")
    assert "农历" not in eyes.text  # 2015-11-08 is 九月廿七, in November of 2026
    eyes.press("right")
    assert "11月5日" in eyes.text and "农历九月廿七" in eyes.text
    eyes.press("f10", "2", "enter")
    assert "农历" not in eyes.text.replace("过公历生日", "")


def test_a_wish_is_proposed_changed_and_cleared(page, eyes, children):
    eyes.press("f10", "1", "enter")
    assert "写给张浩宇" in eyes.text
    eyes.type("平安长大\n")
    assert "祝福语：平安长大" in eyes.text
    eyes.press("f10", "1", "enter", "ctrl+u", "enter")
    assert "已清空" in eyes.text and birthdays.of_month("2026-11")[0].wish is None


@pytest.fixture
def machine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Machine(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("at", "name", "words"),
    [
        (
            "3",
            "生日贺卡",
            ["生日快乐", "亲爱的张浩宇：", "祝你11岁生日快乐！", "平安长大", "柳溪村　2026年11月8日"],
        ),
        ("4", "生日祝福", ["11月25日　李雨涵　9岁", "张浩宇同学，祝你11岁生日快乐！平安长大"]),
        ("5", "生日名单", ["2026年11月过生日的儿童", "11月25日　9岁　一组", "张浩宇"]),
    ],
)
def test_papers_become_files_where_there_is_no_printer(
    page, eyes, machine, children, ledger, at, name, words
):
    birthdays.set_wish(children["张浩宇"], 2026, "平安长大", ledger)
    page.shown()
    eyes.press("f10", at, "enter", "enter", "enter")
    (path,) = Path.cwd().glob("*.html")
    assert path.name == f"{name}-11月-20261123.html"
    text = path.read_text("utf-8")
    assert all(each in text for each in words)
    assert "19900001234" not in text and "身份证" not in text
    assert Printed.live().count() == (0 if at == "5" else 2)


@pytest.fixture(scope="module")
def boxes(tmp_path_factory):
    return make_font(tmp_path_factory.mktemp("font") / "boxes.ttf")


def test_cards_go_to_the_printer_two_to_a_page(page, eyes, machine, boxes):
    machine.printer()
    machine.font(boxes)
    eyes.press("f10", "3", "enter", "enter")
    assert "已交给打印机 HP-1020" in eyes.text
    assert "亲爱的张浩宇" in machine.text and "亲爱的李雨涵" in machine.text
    assert machine.taken.read_bytes().count(b"/Type /Page\n") == 1


def test_only_the_marked_are_printed(page, eyes, machine):
    eyes.press("down", "space", "f10")
    assert "打印贺卡 1张" in eyes.text
    eyes.press("3", "enter", "enter", "enter")
    (path,) = Path.cwd().glob("*.html")
    assert "李雨涵" in path.read_text("utf-8") and "张浩宇" not in path.read_text("utf-8")
