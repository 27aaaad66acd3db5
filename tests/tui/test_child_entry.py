"""The child's sheet: families, doubts, lookalikes, figures typed twice, who else has it open, what a record took."""

import subprocess
import sys

import pytest

from db import child_sheet, children, doubts, effort, lookalikes, presence, site
from db.errors import Locked
from db.models import Apart, Presence
from db.values import Refused
from tests.db.conftest import id_number
from tui.screens.child_entry import child_sheet as open_sheet
from tui.screens.dossier import Dossier

PARENTS = {
    "father_name": "张强", "father_whereabouts": "away", "father_place": "广东省深圳市", "father_phone": "19900001234",
    "mother_name": "李秀", "mother_whereabouts": "away", "guardian_relation": "61", "guardian_name": "张大",
    "guardian_phone": "19900001235", "village_group": "一组", "address": "青石镇柳溪村一组5号", "school": "柳溪小学",
    "ethnicity": "01", "registered": True, "income": "work",
}  # fmt: skip
OWN = ("name", "id_number", "birth_date", "sex")


def put(by, **values):
    base = child_sheet.load(None)
    return child_sheet.save(None, base | values, base, by=by).child_id


def sheet_of(name):
    (line,) = children.page(0, 10, name)
    return child_sheet.load(line.id)


@pytest.fixture
def sheet(ledger, context, eyes):
    """A blank sheet on the desk; `sheet()` gives it as it is now."""
    context.desk.push(open_sheet(context, None))
    return lambda: context.desk.top


# ---- few keys


def test_what_is_whole_moves_on_and_an_enter_out_of_habit_passes_nothing_by(sheet, eyes):
    number = id_number()
    eyes.type(number + "\n张浩宇\n")
    assert "这个回车没有跳格" not in eyes.text
    answers = sheet().session.answers
    assert (answers.texts["id_number"], answers.texts["name"]) == (number, "张浩宇")
    assert answers.marks == {"sex": "推算", "birth_date": "推算"}
    assert sheet().session.name == "ethnicity", "sex and birth date are known"
    eyes.type("1\n")
    assert sheet().session.name == "registered" and "这个回车没有跳格" in eyes.text
    eyes.press("enter")
    assert sheet().session.name == "hukou_address"


def test_a_number_that_is_whole_but_wrong_is_said_at_once(sheet, eyes):
    wrong = id_number()[:-1] + ("1" if id_number()[-1] != "1" else "2")
    eyes.type(wrong)
    assert sheet().session.name == "name" and "校验位不对" in eyes.text and "按 ↑ 回去改" in eyes.text
    eyes.press("up")
    assert sheet().session.edit.text == wrong and sheet().session.edit.selected


def test_shorthand_is_shown_before_it_is_taken(sheet, eyes):
    sheet().session.go_to("village_group")
    eyes.type("12\n55")
    assert sheet().session.answers.texts["village_group"] == "十二组"
    assert "回车录成：青石镇柳溪村十二组55号" in eyes.text
    eyes.press("enter")
    assert sheet().session.answers.texts["address"] == "青石镇柳溪村十二组55号"


def test_a_number_of_15_digits_is_lengthened_when_asked(sheet, eyes):
    sheet().session.go_to("father_id")
    eyes.type("340505800102123\n")
    assert sheet().session.name == "mother_name"
    eyes.press("up")
    assert "升为18位是 34050519800102123" in eyes.text and "Ctrl+K 采用" in eyes.text
    eyes.press("ctrl+k")
    assert sheet().session.answers.texts["father_id"].startswith("34050519800102123")
    assert not sheet().session.answers.held


def test_places_come_by_their_initials_and_those_used_before_come_first(sheet, eyes):
    sheet().session.go_to("father_whereabouts")
    eyes.type("1sz")
    assert "1广东省深圳市 2江苏省苏州市" in eyes.text
    eyes.type("2")
    assert sheet().session.answers.texts["father_place"] == "江苏省苏州市"
    sheet().session.go_to("mother_whereabouts")
    eyes.type("1")
    assert "1江苏省苏州市" in eyes.text, "the father's place, before a letter is typed"
    eyes.type("1")
    assert sheet().session.answers.texts["mother_place"] == "江苏省苏州市"


def test_esc_closes_the_completions_and_takes_the_letters_as_they_are(sheet, eyes):
    sheet().session.go_to("father_whereabouts")
    eyes.type("1sz").press("escape")
    assert "1广东省深圳市" not in eyes.text
    eyes.press("enter")
    assert sheet().session.answers.texts["father_place"] == "sz"


def test_a_school_used_before_is_one_digit_and_the_grades_are_those_of_its_kind(ledger, context, eyes):
    put(ledger, name="王一", schooling="primary", school="柳溪小学")
    context.desk.push(open_sheet(context, None))
    context.desk.top.session.go_to("schooling")
    eyes.type("32")
    assert "1柳溪小学" in eyes.text
    eyes.type("1")
    assert "1一年级 2二年级" in eyes.text and "七年级" not in eyes.text
    eyes.type("4")
    answers = context.desk.top.session.answers
    assert (answers.value("school"), answers.value("grade")) == ("柳溪小学", "p4")


# ---- families


def test_a_sibling_after_a_sibling_is_one_key(sheet, eyes, ledger, context):
    put(ledger, name="张浩宇", id_number=id_number(), **PARENTS)
    context.desk.push(open_sheet(context, None))
    eyes.press("f8")
    assert "刚录完一名再按 F8" in eyes.text
    eyes.press("escape")
    context.desk.push(Dossier(context, children.page(0, 1)[0].id))
    eyes.press("ctrl+b")
    assert "张浩宇的兄弟姐妹" in eyes.text
    eyes.type(id_number("20170501", "female") + "张雨涵\n")
    assert sheet().session.name == "health", "what the family shares is passed over"
    eyes.press("ctrl+s")
    one, two = sheet_of("张浩宇"), sheet_of("张雨涵")
    assert {name: two[name] for name in PARENTS} == PARENTS
    assert {name for name in one if one[name] != two[name]} == {*OWN}
    assert children.family_of([children.page(0, 1)[0].id])
    eyes.press("f8").type("\n张三宝\n").press("ctrl+s")
    assert sheet_of("张三宝")["father_name"] == "张强", "and so on in the same run"


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
    assert "没错按 Ctrl+K 确认" in eyes.text
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


# ---- lookalikes


def test_a_child_already_on_file_is_noticed_and_what_was_typed_goes_into_its_record(sheet, eyes, ledger):
    there = put(ledger, name="张浩宇", birth_date="2015-03-08", village_group="一组", address="老屋")
    eyes.type("\n张皓宇\n")
    sheet().session.go_to("birth_date")
    eyes.type("2015-3-8\n")
    assert "疑似重复：张浩宇" in eyes.text and "Ctrl+O" in eyes.text
    sheet().session.go_to("address")
    eyes.type("新屋\n")
    sheet().session.go_to("father_name")
    eyes.type("张强\n").press("ctrl+o")
    assert "读音相同" in eyes.text
    eyes.press("f8")
    assert eyes.text.startswith(" 修改：张浩宇") and "已转到在册的档案" in eyes.desk.message[0]
    answers = sheet().session.answers
    assert answers.texts["father_name"] == "张强" and answers.texts["address"] == "老屋"
    sheet().session.go_to("address")
    assert "刚录的是“新屋”：按 Ctrl+K 采用" in eyes.text
    eyes.press("ctrl+k", "ctrl+s")
    assert children.count() == 1
    after = child_sheet.load(there)
    assert (after["name"], after["address"], after["father_name"]) == ("张浩宇", "新屋", "张强")


def test_who_is_another_is_remembered_with_the_record(sheet, eyes, ledger):
    there = put(ledger, name="张浩宇", birth_date="2015-03-08")
    eyes.type("\n张皓宇\n")
    sheet().session.go_to("birth_date")
    eyes.type("2015-3-8\n").press("ctrl+o", "delete", "escape")
    assert "疑似重复" not in eyes.text
    eyes.press("ctrl+s")
    assert Apart.live().where((Apart.one == there) | (Apart.other == there)).count() == 1


# ---- figures typed twice


@pytest.fixture
def twice(sheet, context):
    context.rekey = True
    return sheet


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
    eyes.press("down")
    assert sheet_of("张浩宇")["father_phone"] == "19900001243"


def test_leaving_the_comparison_saves_nothing(twice, eyes):
    eyes.type("\n张浩宇\n")
    twice().session.go_to("birth_date")
    eyes.type("2015-3-8\n").press("ctrl+s").type("2015.3\n")
    assert "第二遍 2015-03" in eyes.text
    eyes.press("backspace").type("不详\n")
    assert "看不出是哪一天" in eyes.text
    eyes.press("escape")
    assert children.count() == 0 and twice().session.answers.texts["birth_date"] == "2015-03-08"


# ---- who else, and how much work


def test_the_second_to_open_a_record_sees_who_has_it(ledger, context, eyes):
    child = put(ledger, name="张浩宇")
    other = site.user("liming", "李明")
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    presence.arrive(child, other)
    Presence.update(process=presence._program(sleeper.pid)).execute()
    context.desk.push(open_sheet(context, child))
    assert "李明" in eyes.text and "也打开了这份档案" in eyes.text
    assert Presence.select().count() == 2
    eyes.press("escape")
    assert [each.who_id for each in Presence.select()] == [other.id], "what is closed is no longer told"
    sleeper.communicate(b"\n")
    context.desk.push(open_sheet(context, child))
    assert "也打开了" not in eyes.text


def test_what_a_record_took_is_counted_never_what_was_typed(sheet, eyes):
    eyes.type("\n张浩")
    eyes.press("backspace").type("浩宇\n").press("ctrl+s")
    figures = effort.summary()["all"]["fresh"]
    assert (figures["records"], figures["keys_mean"], figures["corrections_mean"]) == (1, 8.0, 1.0)


# ---- drafts


def test_a_draft_older_than_the_record_is_shown_beside_it(ledger, context, eyes):
    child = put(ledger, name="张浩宇", address="老屋", village_group="一组")
    context.desk.push(open_sheet(context, child, at="address"))
    eyes.type("草屋\n").press("escape")
    base = child_sheet.load(child)
    child_sheet.save(child, base | {"address": "新屋", "village_group": "二组"}, base, by=None)
    context.desk.push(open_sheet(context, child))
    assert "台账后来改过其中1项" in eyes.text
    assert "存草稿之后台账改成了“新屋”" in eyes.text and "草屋" in eyes.text and "二组" in eyes.text
    eyes.press("ctrl+e", "ctrl+k", "ctrl+s")
    assert child_sheet.load(child)["address"] == "新屋"


# ---- how it looks


def test_from_100_columns_the_sections_stand_at_the_side(sheet, eyes):
    assert "联系卡" not in eyes.text
    eyes.size = (110, 30)
    text = eyes.text
    assert " > 基本情况" in text and "   联系卡" in text and "缺" in text
    eyes.size = (99, 30)
    assert " > 基本情况" not in eyes.text and ">身份证号" in eyes.text


def test_typing_changes_nothing_but_its_own_line(sheet, eyes):
    eyes.size = (110, 30)
    eyes.press("enter")
    before = eyes.lines()
    eyes.type("张")
    changed = [at for at, line in enumerate(eyes.lines()) if line != before[at]]
    assert changed == [3], "the name's own line"


def test_help_for_a_field_names_its_source(sheet, eyes):
    eyes.press("f1")
    assert "GB 11643" in eyes.text and "34050520150308123X" in eyes.text


def test_ages_stand_behind_what_tells_them(sheet, eyes):
    eyes.type(id_number("20150308", "male"))
    assert "2015-03-08  推算 11岁" in eyes.text
    sheet().session.go_to("father_id")
    eyes.type(id_number("19850102", "male"))
    assert f"{id_number('19850102', 'male')}  41岁" in eyes.text
    eyes.press("up").type("3")
    assert "41岁" not in eyes.text, "not while it is being typed anew"


# ---- what a strict reader found


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


def test_two_fathers_are_not_mixed_when_what_was_typed_goes_into_a_record(sheet, eyes, ledger):
    there = put(
        ledger, name="张浩宇", birth_date="2015-03-08", father_name="张强", father_whereabouts="home",
        guardian_relation="61", guardian_name="张大",
    )  # fmt: skip
    eyes.type("\n张浩宇\n")
    for name, text in (("birth_date", "2015-3-8\n"), ("father_name", "张刚\n"), ("father_whereabouts", "1"),
                       ("father_place", "广东省深圳市\n"), ("father_phone", "19900001234"),
                       ("guardian_relation", "6"), ("guardian_name", "王氏\n"), ("guardian_phone", "19900001235")):  # fmt: skip
        sheet().session.go_to(name)
        eyes.type(text)
    eyes.press("ctrl+o", "f8", "ctrl+s")
    kept = child_sheet.load(there)
    assert [kept[name] for name in ("father_name", "father_phone", "father_whereabouts", "father_place")] == [
        "张强", None, "home", None,
    ]  # fmt: skip
    assert (kept["guardian_name"], kept["guardian_phone"]) == ("张大", None)


def test_taking_the_other_father_takes_what_is_his(sheet, eyes, ledger):
    there = put(ledger, name="张浩宇", birth_date="2015-03-08", father_name="张强")
    eyes.type("\n张浩宇\n")
    for name, text in (
        ("birth_date", "2015-3-8\n"),
        ("father_name", "张刚\n"),
        ("father_phone", "19900001234"),
    ):
        sheet().session.go_to(name)
        eyes.type(text)
    eyes.press("ctrl+o", "f8", "ctrl+e", "ctrl+k", "ctrl+s")
    kept = child_sheet.load(there)
    assert (kept["father_name"], kept["father_phone"]) == ("张刚", "19900001234")


def test_a_record_gone_meanwhile_costs_nothing_typed(sheet, eyes, ledger, context):
    there = put(ledger, name="张浩宇", birth_date="2015-03-08")
    eyes.type("\n张浩宇\n")
    sheet().session.go_to("birth_date")
    eyes.type("2015-3-8\n").press("ctrl+o")
    children.remove(there, ledger)
    eyes.press("f8")
    assert "已被删除" in eyes.desk.message[0]
    assert sheet().session.answers.texts["name"] == "张浩宇" and sheet().record is None
    assert sheet().draft._path.exists()


def test_a_ledger_lost_after_the_save_does_not_make_it_a_failed_one(sheet, eyes, monkeypatch):
    def lost(*_, **__):
        raise Locked()

    eyes.type("\n张浩宇\n")
    monkeypatch.setattr(doubts, "open_count", lost)
    eyes.press("ctrl+s")
    assert "已存：张浩宇" in eyes.desk.message[0] and children.count() == 1
    assert not sheet().session.answers.changed(), "the next record is on the sheet"


def test_a_key_that_meets_a_lost_ledger_does_not_end_the_program(ledger, context, eyes, monkeypatch):
    def lost(*_, **__):
        raise Locked()

    child = put(ledger, name="张浩宇")
    context.desk.push(Dossier(context, child))
    monkeypatch.setattr(child_sheet, "load", lost)
    eyes.press("enter")
    assert "台账正被别人写入" in eyes.desk.message[0] and isinstance(context.desk.top, Dossier)


def test_a_corrected_figure_brings_along_what_it_tells(twice, eyes):
    first, second = id_number("20150308", "male"), id_number("20160409", "female")
    eyes.type(first + "张浩宇\n").press("ctrl+s").type(second).press("down")
    kept = sheet_of("张浩宇")
    assert (kept["id_number"], kept["birth_date"], kept["sex"]) == (second, "2016-04-09", "female")


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


def test_several_choices_toggle_what_stands_on_the_screen(sheet, eyes):
    sheet().session.go_to("aid")
    eyes.type("1").press("backspace").type("2").press("enter")
    assert sheet().session.answers.value("aid") == "tekun"
    sheet().session.go_to("focus")
    eyes.type("qn")
    assert "1潜能生" in eyes.text
    eyes.type("1xl").press("enter")
    assert sheet().session.answers.value("focus") == "mind potential"


def test_ctrl_z_on_arrival_keeps_what_was_taken_over(ledger, context, eyes):
    child = put(ledger, name="张浩宇", **PARENTS)
    context.desk.push(Dossier(context, child))
    eyes.press("ctrl+b")
    session = context.desk.top.session
    session.go_to("father_phone")
    eyes.press("ctrl+z")
    assert session.answers.texts["father_phone"] == "19900001234"
    eyes.press("escape")
    assert context.drafts.left() == [], "looked at and left: nothing to keep"


def test_ctrl_k_answers_only_what_is_seen(sheet, eyes):
    sheet().session.go_to("father_id")
    eyes.type("340505800102123\n")
    sheet().session.go_to("note")
    eyes.press("ctrl+k")
    assert sheet().session.name == "father_id" and sheet().session.edit.text == "340505800102123"
    eyes.press("ctrl+k")
    assert len(sheet().session.answers.texts["father_id"]) == 18


def test_a_draft_left_at_the_caret_keeps_its_offer(ledger, context, eyes):
    child = put(ledger, name="张浩宇", address="老屋")
    context.desk.push(open_sheet(context, child, at="address"))
    eyes.type("草屋").press("f6", "escape")
    context.desk.top.flush()
    base = child_sheet.load(child)
    child_sheet.save(child, base | {"address": "新屋"}, base, by=None)
    context.desk.push(open_sheet(context, child))
    assert context.desk.top.session.name == "address"
    eyes.press("ctrl+k", "ctrl+s")
    assert child_sheet.load(child)["address"] == "新屋"


def test_what_a_held_field_would_tell_is_not_kept(sheet, eyes):
    eyes.type("\n张浩宇\n")
    for name, text in (("father_name", "张强\n"), ("father_whereabouts", "3"), ("guardian_relation", "1")):
        sheet().session.go_to(name)
        eyes.type(text)
    assert "guardian_relation" in sheet().session.answers.held
    eyes.press("ctrl+s")
    kept = sheet_of("张浩宇")
    assert (kept["guardian_relation"], kept["guardian_name"]) == (None, None)


def test_one_struck_out_meanwhile_need_not_be_set_apart(sheet, eyes, ledger):
    there = put(ledger, name="张浩宇", birth_date="2015-03-08")
    eyes.type("\n张皓宇\n")
    sheet().session.go_to("birth_date")
    eyes.type("2015-3-8\n").press("ctrl+o", "delete", "escape")
    children.remove(there, ledger)
    eyes.press("ctrl+s")
    assert "已存：张皓宇" in eyes.desk.message[0]


def test_not_the_same_is_taken_back_where_it_was_said(sheet, eyes, ledger):
    put(ledger, name="张浩宇", birth_date="2015-03-08")
    eyes.type("\n张皓宇\n")
    sheet().session.go_to("birth_date")
    eyes.type("2015-3-8\n").press("ctrl+o", "delete", "ctrl+z")
    assert "已收回" in eyes.desk.message[0]
    eyes.press("escape")
    assert sheet().apart == () and "疑似重复" in eyes.text


def test_a_look_that_failed_is_made_again(sheet, eyes, ledger, monkeypatch):
    put(ledger, name="张浩宇", birth_date="2015-03-08")
    similar = lookalikes.similar

    def lost(*_, **__):
        raise Locked()

    monkeypatch.setattr(lookalikes, "similar", lost)
    eyes.type("\n张浩宇\n")
    monkeypatch.setattr(lookalikes, "similar", similar)
    eyes.press("tab")
    assert "疑似重复：张浩宇" in eyes.text
