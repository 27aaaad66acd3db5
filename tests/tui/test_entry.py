"""The entry session, driven key by key without a screen."""

from dataclasses import dataclass

import pytest

from db.sheet import Rules
from db.spec import Spec
from db.vocab import AID, ETHNICITY, HEALTH, SEX
from tui.widgets.entry import Session


@dataclass(frozen=True)
class Field:
    name: str
    spec: Spec
    section: str = ""


ENTRIES = (
    Field("name", Spec("姓名", "name", required=True)),
    Field("sex", Spec("性别", "code", codes=SEX)),
    Field("birth_date", Spec("出生日期", "partial")),
    Field("phone", Spec("电话", "phone")),
    Field("ethnicity", Spec("民族", "code", codes=ETHNICITY)),
    Field("health", Spec("健康状况", "code", codes=HEALTH)),
    Field(
        "disability",
        Spec("残疾类别", skip=lambda v: None if v.get("health") == "disabled" else "只在残疾时填写"),
    ),
    Field("aid", Spec("救助", "codes", codes=AID)),
    Field("local", Spec("本地户口", "flag")),
    Field("note", Spec("备注", "notes", longest=10)),
)


def typed(session: Session, text: str) -> list[str]:
    """Feed characters, \\n as Enter; the events that came back."""
    events = [session.press("enter", None) if char == "\n" else session.press(char, char) for char in text]
    return [event for event in events if event]


def at(session: Session, name: str) -> Session:
    session.go_to(name)
    return session


def test_a_whole_record_typed_ahead_lands_field_by_field():
    session = Session(ENTRIES, {})
    events = typed(session, "张浩宇\n12015-3-8\n19900001234\n\n11\n1备注\n")
    assert session.answers.values() == {
        "name": "张浩宇", "sex": "male", "birth_date": "2015-03-08", "phone": "19900001234", "ethnicity": None,
        "health": "healthy", "disability": None, "aid": "dibao", "local": True, "note": "备注",
    }  # fmt: skip
    assert events == ["end"]


def test_a_digit_picks_a_choice_and_advances():
    session = at(Session(ENTRIES, {}), "health")
    session.press("5", "5")
    assert session.answers.values()["health"] == list(HEALTH)[4].code == "ill"
    assert session.name == "aid"


def test_full_width_digits_pick_too():
    session = at(Session(ENTRIES, {}), "sex")
    session.paste("２")
    assert session.answers.values()["sex"] == "female" and session.name == "birth_date"


def test_initials_narrow_a_long_list_and_enter_takes_the_first():
    session = at(Session(ENTRIES, {}), "ethnicity")
    typed(session, "tj")
    assert [code.label for code in session.options()] == ["土家族", "塔吉克族"]
    typed(session, "\n")
    assert session.answers.values()["ethnicity"] == "15"


def test_a_choice_written_out_is_read_by_its_alias():
    session = at(Session(ENTRIES, {}), "ethnicity")
    session.paste("汉")
    session.press("enter", None)
    assert session.answers.values()["ethnicity"] == "01" and session.answers.texts["ethnicity"] == "汉族"


def test_several_choices_toggle_by_digit():
    session = at(Session(ENTRIES, {}), "aid")
    typed(session, "1321\n")
    assert session.answers.values()["aid"] == "tekun temporary"


def test_bad_input_is_said_in_place_kept_and_does_not_stop_the_rest():
    session = at(Session(ENTRIES, {}), "phone")
    typed(session, "123\n")
    assert session.name == "ethnicity"
    assert session.answers.texts["phone"] == "123" and session.answers.values()["phone"] is None
    assert "phone" in session.answers.refused
    session.press("ctrl+e", None)
    assert session.name == "phone" and session.edit.text == "123" and session.edit.selected
    typed(session, "19900001111\n")
    assert not session.answers.refused and session.answers.values()["phone"] == "19900001111"


def test_arriving_selects_so_that_typing_replaces():
    session = Session(ENTRIES, {"name": "张三"})
    typed(session, "李四\n")
    assert session.answers.values()["name"] == "李四"


def test_leaving_a_field_untouched_changes_nothing():
    base = {"name": "张三", "sex": "male", "birth_date": "2015-03", "health": "from-a-newer-program"}
    session = Session(ENTRIES, base)
    typed(session, "\n" * 9)
    assert not session.answers.changed()
    assert {name: session.answers.values()[name] for name in base} == base


def test_what_cannot_apply_is_passed_over_and_says_why_when_reached_by_hand():
    session = at(Session(ENTRIES, {}), "health")
    session.press("1", "1")
    assert session.name == "aid"
    session.press("up", None)
    assert session.name == "disability" and session.notice == "只在残疾时填写"


def test_escape_reads_the_field_first_then_leaves():
    session = Session(ENTRIES, {})
    typed(session, "王五")
    assert session.press("escape", None) is None and "再按 Esc 离开" in session.notice
    assert session.answers.values()["name"] == "王五"
    assert session.press("escape", None) == "leave"


def test_backspace_on_arrival_clears_a_value_to_unknown():
    session = at(Session(ENTRIES, {"name": "张三", "birth_date": "2015-03-08"}), "birth_date")
    session.press("backspace", None)
    session.press("enter", None)
    assert session.answers.values()["birth_date"] is None


def test_undo_inside_a_field_returns_to_the_text_as_read():
    session = Session(ENTRIES, {"name": "张三"})
    typed(session, "李四")
    session.press("ctrl+z", None)
    session.press("ctrl+z", None)
    assert session.edit.text == "张三"


def test_same_as_the_record_before():
    session = at(Session(ENTRIES, {}, previous={"birth_date": "2014-01-02"}), "birth_date")
    session.press("ctrl+d", None)
    assert session.answers.values()["birth_date"] == "2014-01-02" and session.name == "phone"
    session.press("ctrl+d", None)
    assert session.notice == "上一条记录没有这一项" and session.name == "phone"


def test_text_beyond_the_longest_is_said_not_dropped_silently():
    session = at(Session(ENTRIES, {}), "note")
    session.paste("一二三四五六七八九十甲乙")
    assert session.edit.text == "一二三四五六七八九十" and "最多10字" in session.notice


def test_markup_and_escapes_are_stored_as_harmless_text():
    session = Session(ENTRIES, {})
    session.paste("[red]张\x1b[31m\u202e三")
    assert "\x1b" not in session.edit.text and "\u202e" not in session.edit.text


def test_a_derived_value_is_marked_and_editable():
    session = Session(
        ENTRIES, {}, rules=Rules(derive=lambda v, changed: {"sex": "male"} if changed == "name" else {})
    )
    typed(session, "张三\n")
    assert session.answers.values()["sex"] == "male" and session.answers.marks["sex"] == "推算"
    assert session.name == "birth_date", "what is known already is passed over"
    session.press("up", None)
    session.press("2", "2")
    assert session.answers.values()["sex"] == "female" and "sex" not in session.answers.marks


@pytest.mark.parametrize("caret", [0, 2, 99])
def test_a_draft_comes_back_with_texts_field_and_caret(caret):
    heard: list[tuple[str, str, int]] = []
    first = Session(ENTRIES, {"phone": "19900000001"}, on_change=lambda *change: heard.append(change))
    typed(first, "张浩宇\n1" + "2015-")
    texts = {name: text for name, text, _ in heard}
    again = Session(ENTRIES, {"phone": "19900000001"})
    again.restore(texts, first.answers.base_texts, "birth_date", caret)
    assert again.answers.texts == first.answers.texts and again.name == "birth_date"
    assert again.edit.caret == min(caret, 5) and again.answers.values()["sex"] == "male"


def test_a_draft_over_a_record_changed_since_keeps_the_older_base():
    session = Session(ENTRIES, {"name": "新名", "phone": "19900000002"})
    session.restore({"phone": "19900000003"}, {"phone": "19900000001", "name": "旧名"}, "phone", 0)
    assert session.answers.base["phone"] == "19900000001"
    assert session.answers.base["name"] == "新名"
    assert session.answers.values()["phone"] == "19900000003"


def test_a_field_left_in_mid_typing_comes_back_as_it_stood():
    """What reads as a month so far must not be rewritten under the caret."""
    session = Session(ENTRIES, {})
    session.restore({"birth_date": "2015-3"}, {}, "birth_date", 6)
    assert (session.edit.text, session.edit.caret) == ("2015-3", 6)
    typed(session, "-8\n")
    assert session.answers.values()["birth_date"] == "2015-03-08"


def test_what_the_draft_and_the_record_agree_on_is_not_asked():
    session = Session(ENTRIES, {"phone": "19900000002"})
    session.restore({"phone": "19900000002"}, {"phone": "19900000001"}, "phone", 0)
    assert session.answers.wrong() == {} and not session.answers.changed()
    assert session.answers.base["phone"] == "19900000002"


def test_shorthand_left_in_mid_typing_is_written_out_once_it_is_left():
    rules = Rules(expand=lambda name, text, values: f"{text}班" if text == "2" else text)
    session = Session(ENTRIES, {}, rules=rules)
    session.restore({"note": "2"}, {}, "note", 1)
    session.press("tab", None)
    assert session.answers.values()["note"] == "2班"


def test_a_figure_mended_in_its_middle_is_left_only_by_enter():
    session = at(Session(ENTRIES, {}), "phone")
    typed(session, "1990000111")
    session.press("left", None)
    typed(session, "2")
    assert session.name == "phone" and session.edit.text == "19900001121"
    typed(session, "\n")
    assert session.name == "ethnicity" and session.answers.values()["phone"] == "19900001121"


def test_escape_from_a_field_just_cleared_leaves_at_once():
    session = Session(ENTRIES, {"name": "张三", "phone": "19900001111"})
    at(session, "phone").press("backspace", None)
    assert session.press("escape", None) == "leave"
    assert session.answers.values()["phone"] is None


def test_undo_in_a_field_come_back_to_returns_to_what_the_sheet_was_opened_with():
    session = Session(ENTRIES, {"name": "张三"})
    typed(session, "李四\n")
    session.press("up", None)
    session.press("ctrl+z", None)
    session.press("tab", None)
    assert session.answers.values()["name"] == "张三"


def test_a_choice_taken_in_the_last_field_is_read_and_may_be_chosen_anew():
    session = at(Session(ENTRIES[:6], {}), "health")
    typed(session, "1")
    assert session.name == "health" and session.edit.selected
    assert session.press("escape", None) == "leave"
    typed(session, "5")
    assert session.answers.values()["health"] == "ill"


def test_down_passes_over_what_cannot_apply():
    session = at(Session(ENTRIES, {}), "health")
    session.press("1", "1")
    at(session, "health").press("down", None)
    assert session.name == "aid"


@pytest.fixture
def sibling():
    """A session after a record whose note goes along where the health is the same."""
    rules = Rules(shared=("note",), alike={"note": "health"})

    def of(**previous):
        session = Session(ENTRIES, {}, previous=previous, rules=rules)
        session.share()
        return session

    return of


def test_a_sibling_takes_over_what_is_alike_once_it_is(sibling):
    session = at(sibling(health="ill", note="哮喘"), "health")
    assert session.answers.texts["note"] == ""
    session.press("5", "5")
    assert session.answers.texts["note"] == "哮喘" and session.answers.marks["note"] == "同上"


def test_two_siblings_of_whom_nothing_is_known_are_not_alike(sibling):
    assert sibling(note="哮喘").answers.texts["note"] == ""


def test_what_was_typed_for_a_sibling_is_not_replaced(sibling):
    session = at(sibling(health="ill", note="哮喘"), "note")
    typed(session, "骨折")
    at(session, "health").press("5", "5")
    assert session.answers.texts["note"] == "骨折"
