"""设置: every shared fact in words, each edited where it stands."""

import pytest

from db import helpers, settings, settings_sheet, site
from db.errors import Locked
from tui.screens.settings import Settings


@pytest.fixture
def page(context):
    made = Settings(context)
    context.desk.push(made)
    return made


def to(eyes, page, key):
    page.roster.go([each[0] for each in page.roster.items()].index(key))
    return eyes


def test_the_list_says_every_setting_in_words(page, any_eyes):
    for said in ("节奏", "1个：谈心", "2名儿童", "45天", "100%", "报警 110", "我是哪位帮扶人", "还没有说"):
        assert said in any_eyes.text
    any_eyes.press("enter")
    assert page.desk.top.title == "节奏"


def test_a_number_is_set_in_place_and_taken_back(page, any_eyes):
    to(any_eyes, page, "pairing.capacity").press("enter").type("3\n")
    assert settings.get("pairing.capacity") == 3 and "3名儿童" in any_eyes.text
    any_eyes.press("enter").type("0").press("ctrl+s")
    assert "要写1到50" in any_eyes.text and settings.get("pairing.capacity") == 3
    any_eyes.press("escape", "ctrl+z", "enter")
    assert settings.get("pairing.capacity") == 2


def test_the_criterion_is_changed_only_after_it_is_said_what_hangs_on_it(page, any_eyes):
    to(any_eyes, page, "criterion").press("enter").type("2").press("ctrl+s")
    assert "每一项比率" in any_eyes.text
    any_eyes.press("escape")
    assert settings.get("criterion") == "state2016"
    any_eyes.press("ctrl+s", "enter")
    assert settings.get("criterion") == "one_parent" and "学籍口径" in any_eyes.text


def test_the_numbers_to_call_are_lines_of_name_and_phone(page, any_eyes):
    to(any_eyes, page, "report.numbers").press("enter")
    page.desk.top.session.go_to("name2")
    any_eyes.type("镇派出所\n0555-1234567").press("ctrl+s")
    assert settings.get("report.numbers")[1] == ["镇派出所", "0555-1234567"]


def test_who_i_am_is_picked_or_denied(page, eyes, context):
    key = helpers.save(None, helpers.load(None) | {"name": "王晓", "kind": "graduate"}, {}, context.by).id
    page.shown()
    assert "王晓" in eyes.text.split("我是哪位帮扶人")[1]
    to(eyes, page, "me").press("enter", "text:2").press("enter")
    assert site.me(context.by) is None
    eyes.press("enter", "text:1").press("enter", "enter", "enter")
    assert site.me(context.by) == key


def test_settings_that_could_not_be_read_are_not_edited(context, eyes, monkeypatch):
    def locked(*_):
        raise Locked()

    monkeypatch.setattr(settings_sheet, "in_words", locked)
    with pytest.raises(Locked):
        context.desk.push(Settings(context))
    eyes.press("enter")
    assert "设置没有读出来" in eyes.text
