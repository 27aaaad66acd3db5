"""The child's sheet: what cannot be, what is doubtful, figures typed twice."""

import pytest

from db import child_sheet, children, doubts
from db.errors import Locked
from db.values import Refused
from tests.db.conftest import id_number
from tests.tui.people import put, sheet_of
from tui.screens.child_entry import child_sheet as open_sheet

# ---- doubts


def test_a_doubt_is_asked_in_place_and_kept_until_confirmed(sheet, eyes):
    sheet().session.go_to("name")
    eyes.type("张浩宇\n")
    sheet().session.go_to("schooling")
    eyes.type("3")
    sheet().session.go_to("grade")
    eyes.type("5")
    sheet().session.go_to("birth_date")
    eyes.type("2023-3-8\n").press("ctrl+e")
    assert "没错按 Ctrl+K 确" in eyes.text
    eyes.press("ctrl+s")
    assert "项待核" in eyes.desk.message[0]
    found = doubts.open_ones()
    assert found and {each.child for each in found} == {"张浩宇"}

    eyes.desk.push(open_sheet(sheet().context, found[0].child_id, at=found[0].field))
    eyes.press("ctrl+k")
    assert "已确认无误" in eyes.text
    eyes.press("ctrl+s")
    assert len(doubts.open_ones()) == len(found) - 1
    eyes.desk.push(open_sheet(sheet().context, found[0].child_id))
    assert found[0].said not in [each.sentence for each in sheet().session.answers.doubts], "not asked again"


def test_what_cannot_be_is_not_kept_and_the_rest_is(sheet, eyes):
    eyes.press("enter").type("张浩宇\n")
    sheet().session.go_to("birth_date")
    eyes.type("2030-1-1\n")
    sheet().session.go_to("address")
    eyes.type("河东\n").press("ctrl+s")
    assert "出生日期没收下，1项待核" in eyes.desk.message[0]
    assert (sheet_of("张浩宇")["birth_date"], sheet_of("张浩宇")["address"]) == (None, "河东")
    (waiting,) = doubts.open_ones()
    assert (waiting.field, "今天之后" in waiting.said) == ("birth_date", True)
    with pytest.raises(Refused, match="按回车去改"):
        doubts.confirm(waiting.id, by=None)
    eyes.desk.push(open_sheet(sheet().context, waiting.child_id, at="birth_date"))
    assert sheet().session.edit.text == "2030-01-01", "what was typed is still there"
    eyes.type("2015-1-1\n").press("ctrl+s")
    assert doubts.open_ones() == [] and sheet_of("张浩宇")["birth_date"] == "2015-01-01"


def test_a_wrong_number_in_a_row_does_not_take_the_next_childs(sheet, eyes):
    """Heads down: the next record follows whatever was wrong in the one before."""
    eyes.type("\n张一\n")
    sheet().session.go_to("father_id")
    eyes.type("340505198001021239").press("ctrl+s")
    eyes.type(id_number() + "李二\n").press("ctrl+s")
    assert {line.name for line in children.page(0, 5)} == {"张一", "李二"}
    assert sheet_of("张一")["father_id"] is None and sheet_of("李二")["id_number"] == id_number()
    assert [(each.child, each.field) for each in doubts.open_ones()] == [("张一", "father_id")]
    assert "340505198001021239" not in doubts.open_ones()[0].said


def test_what_stood_already_is_not_given_up_for_what_cannot_be(sheet, eyes, context):
    """A day of survey that cannot be is mended before the next record, and leaves no draft behind."""
    eyes.type("\n张浩宇\n")
    sheet().session.go_to("surveyed_on")
    eyes.type("2030-1-1\n").press("ctrl+s")
    assert "其余已存；还有1项没存" in eyes.desk.message[0] and eyes.desk.stopped
    assert (sheet().session.name, sheet().session.edit.text) == ("surveyed_on", "2030-01-01")
    eyes.type("2026-11-20\n").press("ctrl+s")
    assert str(sheet_of("张浩宇")["surveyed_on"]) == "2026-11-20" and children.count() == 1
    assert list(context.drafts.folder.iterdir()) == [], "neither draft is offered again"


def test_what_has_been_filled_since_is_not_replaced_by_what_was_refused(ledger, sheet, eyes):
    eyes.type("\n张浩宇\n")
    sheet().session.go_to("birth_date")
    eyes.type("2030-1-1\n").press("ctrl+s")
    (waiting,) = doubts.open_ones()
    base = child_sheet.load(waiting.child_id)
    child_sheet.save(waiting.child_id, base | {"birth_date": "2015-03-08"}, base, by=ledger)
    eyes.desk.push(open_sheet(sheet().context, waiting.child_id, at="birth_date"))
    assert sheet().session.edit.text == "2015-03-08" and not sheet().session.answers.held


def test_a_record_with_something_refused_is_looked_at_and_left_without_a_word(sheet, eyes):
    eyes.type("\n张浩宇\n")
    sheet().session.go_to("birth_date")
    eyes.type("2030-1-1\n").press("ctrl+s")
    (waiting,) = doubts.open_ones()
    eyes.desk.push(open_sheet(sheet().context, waiting.child_id))
    eyes.press("escape")
    assert eyes.desk.message[0] == ""


def test_a_number_mended_and_saved_at_once_is_kept(ledger, sheet, eyes):
    wrong, right = id_number("19800102"), id_number("19800103")
    put(ledger, name="王一", father_name="张强", father_id=wrong)
    eyes.type("\n张浩宇\n")
    sheet().session.go_to("father_name")
    eyes.type("张刚\n")
    sheet().session.go_to("father_id")
    eyes.type(wrong)
    assert "已登记为“张强”" in eyes.text
    sheet().session.go_to("father_id")
    eyes.type(right[1:]).press("home").type(right[0]).press("ctrl+s")
    assert sheet_of("张浩宇")["father_id"] == right and doubts.open_ones() == []


def test_ctrl_k_answers_only_what_is_seen(sheet, eyes):
    sheet().session.go_to("father_id")
    eyes.type("340505800102123\n")
    sheet().session.go_to("note")
    eyes.press("ctrl+k")
    assert sheet().session.name == "father_id" and sheet().session.edit.text == "340505800102123"
    eyes.press("ctrl+k")
    assert len(sheet().session.answers.texts["father_id"]) == 18


def test_what_a_held_field_would_tell_is_not_kept(sheet, eyes):
    eyes.type("\n张浩宇\n")
    for name, text in (("father_name", "张强\n"), ("father_whereabouts", "3"), ("guardian_relation", "1")):
        sheet().session.go_to(name)
        eyes.type(text)
    assert "guardian_relation" in sheet().session.answers.held
    eyes.press("ctrl+s")
    kept = sheet_of("张浩宇")
    assert (kept["guardian_relation"], kept["guardian_name"]) == (None, None)


def test_of_two_doubts_in_one_field_only_the_one_seen_is_confirmed(sheet, eyes):
    eyes.type("\n张浩宇\n")
    for name, text in (("birth_date", "2023-3-5\n"), ("guardian_relation", "8"), ("guardian_name", "徐诗\n")):
        sheet().session.go_to(name)
        eyes.type(text)
    sheet().session.go_to("guardian_id")
    eyes.type(id_number("20200101", "male")).press("up")
    said = [doubt.sentence for doubt in sheet().session.answers.doubts if doubt.field == "guardian_id"]
    assert len(said) >= 2 and said[0][:12] in eyes.text
    eyes.press("ctrl+k")
    left = [doubt.sentence for doubt in sheet().session.answers.doubts if doubt.field == "guardian_id"]
    assert left == said[1:]


def test_a_child_whose_standing_became_unsure_is_said_to_be_so(ledger, context, eyes):
    child = put(ledger, name="张浩宇", father_whereabouts="away", mother_whereabouts="away")
    context.desk.push(open_sheet(context, child, at="father_whereabouts"))
    eyes.type("2").press("ctrl+s")
    assert "是否留守未定" in eyes.desk.message[0]


# ---- figures typed twice


def test_figures_typed_twice_that_agree_are_saved(twice, eyes):
    number = id_number()
    eyes.type(number + "张浩宇\n").press("ctrl+s")
    assert "请再录一遍 身份证号（1/1）" in eyes.text and number not in eyes.text.split("请再录一遍")[1]
    eyes.type(number)
    assert "已存：张浩宇" in eyes.text and sheet_of("张浩宇")["id_number"] == number


def test_figures_that_differ_stand_one_above_the_other(twice, eyes):
    eyes.type("\n张浩宇\n")
    twice().session.go_to("father_phone")
    eyes.type("19900001234").press("ctrl+s").type("19900001243")
    assert "↑ 第一遍 19900001234" in eyes.text and "↓ 第二遍 19900001243" in eyes.text
    assert "".join(eyes.styled("cursor")).endswith("3443")
    eyes.press("enter").type("13")
    assert children.count() == 0 and "↑ 第一遍" in eyes.text, "what is typed ahead answers nothing"
    assert eyes.desk.stopped, "but waits"
    eyes.press("down")
    assert sheet_of("张浩宇")["father_phone"] == "19900001243" and not eyes.desk.stopped


@pytest.mark.parametrize(("key", "kept"), [("up", "19900001234"), ("down", "19900001243")])
def test_of_figures_that_differ_the_one_chosen_stands_and_the_next_is_typed(twice, eyes, key, kept):
    eyes.type("\n张浩宇\n")
    for name in ("father_phone", "mother_phone"):
        twice().session.go_to(name)
        eyes.type("19900001234")
    eyes.press("ctrl+s").type("19900001243").press(key)
    assert "母亲电话（2/2）" in eyes.text and not eyes.desk.stopped
    eyes.type("19900001234")
    assert sheet_of("张浩宇")["father_phone"] == kept


def test_a_whole_figure_goes_on_and_an_enter_out_of_habit_says_nothing(twice, eyes):
    eyes.type("\n张浩宇\n")
    for name in ("father_phone", "mother_phone"):
        twice().session.go_to(name)
        eyes.type("19900001234")
    eyes.press("ctrl+s").type("１９９０００01234")
    assert "母亲电话（2/2）" in eyes.text
    eyes.press("enter")
    assert "不想核对" not in eyes.text
    eyes.press("enter")
    assert "请把母亲电话再录一遍" in eyes.text


def test_leaving_the_comparison_saves_nothing(twice, eyes):
    eyes.type("\n张浩宇\n")
    twice().session.go_to("birth_date")
    eyes.type("2015-3-8\n").press("ctrl+s").type("2015.3\n")
    assert "第二遍 2015-03" in eyes.text
    eyes.press("backspace").type("不详\n")
    assert not eyes.desk.stopped
    assert "看不出是哪一天" in eyes.text
    eyes.press("escape")
    assert children.count() == 0 and twice().session.answers.texts["birth_date"] == "2015-03-08"


def test_a_corrected_figure_brings_along_what_it_tells(twice, eyes):
    first, second = id_number("20150308", "male"), id_number("20160409", "female")
    eyes.type(first + "张浩宇\n").press("ctrl+s").type(second).press("down")
    kept = sheet_of("张浩宇")
    assert (kept["id_number"], kept["birth_date"], kept["sex"]) == (second, "2016-04-09", "female")


def test_a_figure_that_cannot_be_is_not_typed_again(twice, eyes):
    eyes.type("34050520150308123\n张浩宇\n").press("ctrl+s")
    assert "已存：张浩宇，身份证号没收下" in eyes.desk.message[0]


def test_figures_that_agreed_are_not_asked_again(twice, eyes, monkeypatch):
    eyes.type("\n张浩宇\n")
    twice().session.go_to("father_phone")
    eyes.type("19900001234").press("ctrl+s")
    save = child_sheet.save

    def locked(*_, **__):
        raise Locked()

    monkeypatch.setattr(child_sheet, "save", locked)
    eyes.type("19900001234")
    assert "台账正被别人写入" in eyes.desk.message[0]
    monkeypatch.setattr(child_sheet, "save", save)
    eyes.press("ctrl+s")
    assert sheet_of("张浩宇")["father_phone"] == "19900001234"


# ---- what a second reader found


def test_the_same_wrong_text_in_two_fields_is_kept_twice(sheet, eyes):
    eyes.type("\n张一\n")
    for name in ("father_phone", "guardian_phone"):
        sheet().session.go_to(name)
        eyes.type("1390000123\n")
    eyes.press("ctrl+s")
    (line,) = children.page(0, 5)
    assert doubts.refused(line.id) == {"father_phone": "1390000123", "guardian_phone": "1390000123"}


def test_a_record_with_something_refused_is_opened_left_and_saved_like_any_other(sheet, eyes, context):
    eyes.type("\n张一\n")
    sheet().session.go_to("father_phone")
    eyes.type("1390000123\n").press("ctrl+s", "escape")
    (line,) = children.page(0, 5)
    context.open_child(line.id, at="address")
    eyes.press("escape")
    assert context.drafts.left() == [], "looked at and left"
    context.open_child(line.id, at="address")
    eyes.type("河东\n").press("ctrl+s")
    assert "已存：张一" in eyes.desk.message[0] and "其余已存" not in eyes.desk.message[0]
    assert doubts.refused(line.id) == {"father_phone": "1390000123"}, "still to be mended"


def test_what_was_refused_and_is_filled_elsewhere_is_no_doubt_any_more(sheet, eyes, ledger):
    eyes.type("\n张一\n")
    sheet().session.go_to("father_phone")
    eyes.type("1390000123\n").press("ctrl+s")
    (line,) = children.page(0, 5)
    base = child_sheet.load(line.id)
    child_sheet.save(line.id, base | {"address": "河东"}, base, by=ledger)
    assert doubts.refused(line.id) == {"father_phone": "1390000123"}
    base = child_sheet.load(line.id)
    child_sheet.save(line.id, base | {"father_phone": "19900001234"}, base, by=ledger)
    assert doubts.refused(line.id) == {}


def test_a_refused_text_taken_away_stays_away_in_the_draft(sheet, eyes, context):
    eyes.type("\n张一\n")
    sheet().session.go_to("father_phone")
    eyes.type("1390000123\n").press("ctrl+s", "escape")
    (line,) = children.page(0, 5)
    context.open_child(line.id, at="father_phone")
    eyes.press("backspace", "escape")
    assert "草稿已留下" in eyes.desk.message[0]
    context.open_child(line.id, at="father_phone")
    assert eyes.desk.top.session.answers.texts["father_phone"] == ""


def test_a_comparison_changes_nothing_it_does_not_correct(twice, eyes, ledger, context):
    base = child_sheet.load(None)
    child = child_sheet.save(
        None, base | {"name": "张一", "birth_date": "2015-03", "id_number": None, "grade": "p3", "school": "柳溪小学"},
        base, by=ledger,
    ).id  # fmt: skip
    before = child_sheet.load(child)
    context.open_child(child, at="phone")
    eyes.type("19900001234").press("ctrl+s").type("19900001234")
    after = child_sheet.load(child)
    assert {name for name in after if after[name] != before[name]} == {"phone"}


def test_picking_the_same_guardian_twice_keeps_the_name(sheet, eyes):
    eyes.type("\n张一\n")
    sheet().session.go_to("father_name")
    eyes.type("张强\n")
    for _ in range(2):
        sheet().session.go_to("guardian_relation")
        eyes.type("1")
    assert sheet().session.answers.texts["guardian_name"] == "张强"
