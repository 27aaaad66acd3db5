"""The child's sheet: few keys, families, drafts, who else has it open, what a record took, how it looks."""

import subprocess
import sys

from db import child_sheet, children, doubts, effort, presence, site
from db.errors import Locked
from db.models import Presence
from tests.db.conftest import id_number
from tests.tui.people import OWN, PARENTS, put, sheet_of
from tui.screens.child_entry import child_sheet as open_sheet
from tui.screens.dossier import Dossier

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
    eyes.press("enter")
    assert sheet().session.name == "name" and "按 ↑ 回去改" in eyes.text, (
        "an Enter out of habit hides nothing"
    )
    eyes.press("up")
    assert sheet().session.edit.text == wrong and sheet().session.edit.selected


def test_shorthand_is_shown_before_it_is_taken(sheet, eyes):
    sheet().session.go_to("village_group")
    eyes.type("12\n55")
    assert sheet().session.answers.texts["village_group"] == "十二组"
    assert "回车录成：青石镇柳溪村十二组55号" in eyes.text
    eyes.press("enter")
    assert sheet().session.answers.texts["address"] == "青石镇柳溪村十二组55号"


def test_a_village_named_with_its_township_is_written_out_once(sheet, eyes, ledger):
    site.set_up(site_name="青石镇柳溪村", township="青石镇", by=ledger)
    sheet().session.go_to("address")
    eyes.type("55\n")
    assert sheet().session.answers.texts["address"] == "青石镇柳溪村55号"


def test_the_guardian_lives_where_the_child_does(sheet, eyes):
    eyes.type("\n张一\n")
    sheet().session.go_to("address")
    eyes.type("河西\n").press("ctrl+s").type("\n张浩宇\n")
    sheet().session.go_to("address")
    eyes.type("河东\n")
    sheet().session.go_to("guardian_address")
    eyes.press("ctrl+d")
    assert sheet().session.answers.texts["guardian_address"] == "河东"


def test_what_one_record_used_completes_the_next(sheet, eyes):
    eyes.type("\n张一\n")
    sheet().session.go_to("school")
    assert "1柳溪小学" not in eyes.text
    eyes.type("柳溪小学\n").press("ctrl+s").type("\n张二\n")
    sheet().session.go_to("school")
    assert "1柳溪小学" in eyes.text


def test_a_place_used_before_is_found_without_its_province_and_one_struck_out_is_not(ledger, sheet, eyes):
    put(ledger, name="张一", father_whereabouts="away", father_place="广东省东莞市长安镇")
    gone = put(ledger, name="张二", father_whereabouts="away", father_place="广东省东莞市虎门镇")
    children.remove(gone, ledger)
    sheet().session.go_to("father_whereabouts")
    eyes.type("1dgs")
    assert "广东省东莞市长安镇" in eyes.text and "虎门" not in eyes.text


def test_a_number_of_15_digits_is_lengthened_when_asked(sheet, eyes):
    sheet().session.go_to("father_id")
    eyes.type("340505800102123\n")
    assert sheet().session.name == "mother_name"
    eyes.press("up")
    assert "升为18位是 34050519800102123" in eyes.text and "Ctrl+K 采用" in eyes.text
    eyes.press("ctrl+k")
    assert sheet().session.answers.texts["father_id"].startswith("34050519800102123")
    assert not sheet().session.answers.held


def test_what_was_offered_for_an_old_number_goes_once_another_is_typed(sheet, eyes):
    sheet().session.go_to("father_id")
    eyes.type("340505800102123\n").press("up").type(id_number("19850102", "male"))
    answers = sheet().session.answers
    assert answers.questions() == [] and answers.value("father_id") == id_number("19850102", "male")


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
    put(ledger, name="张浩宇", id_number=id_number(), schooling="primary", **PARENTS)
    context.desk.push(open_sheet(context, None))
    eyes.press("f8")
    assert "刚录完一名再按 F8" in eyes.text
    eyes.press("escape")
    context.desk.push(Dossier(context, children.page(0, 1)[0].id))
    eyes.press("ctrl+b")
    assert "张浩宇的兄弟姐妹" in eyes.text
    eyes.type(id_number("20170501", "female") + "张雨涵\n")
    assert sheet().session.name == "health", "what the family shares is passed over"
    sheet().session.go_to("schooling")
    eyes.type("3")
    assert "柳溪小学  同上" in eyes.text, "the same kind of school: the same school, still asked"
    eyes.press("ctrl+s")
    one, two = sheet_of("张浩宇"), sheet_of("张雨涵")
    assert {name: two[name] for name in PARENTS} == PARENTS
    assert {name for name in one if one[name] != two[name]} == {*OWN}
    assert children.family_of([children.page(0, 1)[0].id])
    eyes.press("f8").type("\n张三宝\n")
    sheet().session.go_to("schooling")
    eyes.type("4").press("ctrl+s")
    third = sheet_of("张三宝")
    assert third["father_name"] == "张强", "and so on in the same run"
    assert (third["schooling"], third["school"]) == ("junior", None), (
        "another kind of school is another school"
    )
    eyes.press("escape", "escape")
    context.desk.push(open_sheet(context, None, at="hukou_address"))
    sheet().session.go_to("address")
    eyes.press("ctrl+d")
    assert sheet().session.answers.texts["address"] == PARENTS["address"], (
        "the one before, also after a pause"
    )


def test_f8_in_a_field_the_family_fills_goes_on_to_one_to_be_asked(sheet, eyes):
    eyes.type("\n张浩宇\n")
    sheet().session.go_to("father_name")
    eyes.type("张强\n").press("ctrl+s")
    sheet().session.go_to("father_name")
    eyes.press("f8")
    session = sheet().session
    assert session.answers.texts["father_name"] == "张强" and session.name == "schooling"


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


def test_a_record_saved_is_no_longer_told_as_open(ledger, context, eyes):
    context.desk.push(open_sheet(context, put(ledger, name="张浩宇")))
    assert Presence.select().count() == 1
    eyes.press("ctrl+s")
    assert Presence.select().count() == 0


def test_what_a_record_took_is_counted_never_what_was_typed(sheet, eyes):
    eyes.type("\n张浩")
    eyes.press("backspace").type("浩宇\n").press("ctrl+s")
    figures = effort.summary()["all"]["fresh"]
    assert (figures["records"], figures["keys_mean"], figures["corrections_mean"]) == (1, 8.0, 1.0)


def test_a_pause_is_no_time_of_entry(sheet, eyes, monkeypatch):
    clock = iter([0, 2, 4, 3604])
    monkeypatch.setattr("tui.widgets.sheet.time.monotonic", lambda: next(clock))
    eyes.press("enter")
    eyes.desk.paste("张浩宇")
    eyes.press("enter")
    eyes.press("ctrl+s")
    assert effort.summary()["all"]["fresh"]["seconds_mean"] == 64.0


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
    assert "已存" in eyes.desk.message[0], "answered already: no quarrel"
    assert child_sheet.load(child)["address"] == "新屋"


def test_the_draft_of_a_sibling_brings_the_family_along(ledger, context, eyes):
    child = put(ledger, name="张浩宇", **PARENTS)
    context.desk.push(Dossier(context, child))
    eyes.press("ctrl+b").type("\n张雨涵\n").press("escape")
    context.desk.push(open_sheet(context, None))
    eyes.press("f10", "ctrl+s")
    assert (sheet_of("张雨涵")["father_name"], sheet_of("张雨涵")["school"]) == ("张强", None)


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


# ---- what must not go wrong


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
    assert "已存" in eyes.desk.message[0], "answered already: no quarrel"
    assert child_sheet.load(child)["address"] == "新屋"


def test_esc_leaves_a_field_that_was_refused(sheet, eyes):
    eyes.type("3405").press("escape")
    assert "再按 Esc 离开" in eyes.text
    eyes.press("escape")
    assert "草稿已留下" in eyes.desk.message[0]


def test_a_field_that_cannot_apply_takes_nothing_when_reached_by_hand(sheet, eyes):
    sheet().session.go_to("mother_whereabouts")
    eyes.type("1").press("down", "up", "up")
    sheet().session.go_to("mother_able")
    eyes.type("1")
    assert "刚打的没有录入" in eyes.text and sheet().session.answers.texts["mother_able"] == ""


def test_the_caret_comes_back_where_it_was_left(ledger, context, eyes):
    child = put(ledger, name="张浩宇")
    context.desk.push(open_sheet(context, child, at="address"))
    eyes.type("河东\n")
    context.desk.top.session.go_to("father_place")
    eyes.press("escape")
    context.desk.push(open_sheet(context, child))
    assert context.desk.top.session.name == "father_place"


def test_what_was_typed_and_taken_back_leaves_no_draft(sheet, eyes, context):
    eyes.press("enter").type("张").press("backspace", "escape")
    assert list(context.drafts.folder.glob("*")) == [] and eyes.desk.message[0] == ""
