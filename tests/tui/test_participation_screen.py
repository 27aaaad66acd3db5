"""两体两艺: numbers at the head, those that took part in nothing first, narrowed, opened."""

from datetime import date

import pytest
from village_people import put_child

from db import activities, roll
from tui.screens.dossier import Dossier
from tui.screens.participation import Participation


@pytest.fixture
def page(context, ledger):
    children = [put_child(ledger, name, village_group=f"{n}组") for n, name in
                zip("一二三", ("张浩宇", "李雨涵", "王一鸣"), strict=True)]  # fmt: skip
    for kind, on, came in (("sports", date(2026, 11, 20), children[:2]), ("arts", date(2026, 11, 21), children[:1])):  # fmt: skip
        key = activities.save(None, {"title": f"活动{kind}", "kind": kind, "on_date": on}, {}, ledger).id
        roll.mark_all(key, came, "present", ledger)
    made = Participation(context)
    context.desk.push(made)
    return made


def names(page):
    return [line.name for line in page.roster.items()]


def test_the_numbers_stand_at_the_head_and_who_lacks_comes_first(page, any_eyes):
    assert "参与 2/3  体育 2  艺术 1" in any_eyes.text
    assert names(page) == ["王一鸣", "张浩宇", "李雨涵"]
    assert any("王一鸣" in run for run in any_eyes.styled("cursor"))


def test_only_who_took_part_in_nothing(page, any_eyes):
    any_eyes.press("f8")
    assert names(page) == ["王一鸣"] and "只看没参加过的" in any_eyes.text
    any_eyes.press("f8")
    assert len(names(page)) == 3


def test_a_span_of_its_own_and_the_school_year(context, page, eyes):
    eyes.press("tab")
    assert "本学年 2026-09-01到2027-08-31" in eyes.text
    context.desk.push(Participation(context, (date(2026, 11, 21), date(2026, 12, 31))))
    assert "参与 1/3  体育 0  艺术 1" in eyes.text
    eyes.press("tab")
    assert "计划的起止日期" in eyes.text


def test_a_child_is_found_told_of_and_opened(page, eyes):
    eyes.press("/", "text:浩宇", "enter", "space")
    assert "张浩宇参加的活动" in eyes.text and "活动arts  到  艺术" in eyes.text
    eyes.press("escape", "enter")
    assert isinstance(eyes.desk.top, Dossier)
    eyes.press("escape", "escape")
    assert eyes.desk.top is page and len(names(page)) == 3


def test_an_empty_ledger_says_so(context, any_eyes):
    context.desk.push(Participation(context))
    assert "参与 0/0" in any_eyes.text and "还没有留守儿童" in any_eyes.text
    any_eyes.press("enter")
    assert "还没有留守儿童" in any_eyes.desk.message[0]
