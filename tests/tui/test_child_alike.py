"""The child's sheet: children on file who may be the one being typed."""

from db import child_sheet, children, lookalikes
from db.errors import Locked
from db.models import Apart
from tests.db.conftest import id_number
from tests.tui.people import put


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


def test_what_could_not_be_read_goes_into_the_record_on_file_as_it_was_typed(sheet, eyes, ledger):
    put(ledger, name="张浩宇", birth_date="2015-03-08", father_phone="19900001234")
    eyes.type("\n张浩宇\n")
    for name, text in (("birth_date", "2015-3-8\n"), ("father_phone", "1990\n"), ("mother_phone", "1991\n")):
        sheet().session.go_to(name)
        eyes.type(text)
    eyes.press("ctrl+o", "f8")
    answers = sheet().session.answers
    assert (answers.texts["mother_phone"], answers.texts["father_phone"]) == ("1991", "19900001234")
    assert list(answers.held) == ["mother_phone"]


def test_who_is_another_stays_so_in_the_record_that_is_gone_on_in(sheet, eyes, ledger):
    first, second = (put(ledger, name="张浩宇", birth_date=f"2015-03-0{day}") for day in (8, 9))
    eyes.type("\n张浩宇\n")
    sheet().session.go_to("birth_date")
    eyes.type("2015-3-8\n").press("ctrl+o", "down", "delete", "f8")
    assert sheet().record == first and "疑似重复" not in eyes.text
    eyes.press("ctrl+s")
    assert [{pair.one_id, pair.other_id} for pair in Apart.live()] == [{first, second}]


def test_who_is_another_is_remembered_with_the_record(sheet, eyes, ledger):
    there = put(ledger, name="张浩宇", birth_date="2015-03-08")
    eyes.type("\n张皓宇\n")
    sheet().session.go_to("birth_date")
    eyes.type("2015-3-8\n").press("ctrl+o", "delete", "escape")
    assert "疑似重复" not in eyes.text
    eyes.press("ctrl+s")
    assert Apart.live().where((Apart.one == there) | (Apart.other == there)).count() == 1


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


def test_the_same_number_is_never_another_person(sheet, eyes, ledger):
    put(ledger, name="张俊杰", id_number=id_number())
    eyes.type(id_number() + "张俊节\n").press("ctrl+o", "delete")
    assert "身份证号相同" in eyes.desk.message[0]
    eyes.press("escape", "ctrl+s")
    assert "已登记在“张俊杰”名下" in eyes.desk.message[0] and sheet().session.name == "id_number"
