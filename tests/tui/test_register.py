"""摸底登记: the register, the entry sheet and the 档案, driven through the desk."""

import pytest

from db import child_sheet, children, lookalikes
from db.errors import Locked
from tui.screens.register import Register


def put(by, **values):
    base = child_sheet.load(None)
    return child_sheet.save(None, base | values, base, by=by).child_id


@pytest.fixture
def three(ledger):
    return [
        put(ledger, name="张浩宇", village_group="一组", father_name="张强", father_phone="19900001234"),
        put(ledger, name="李雨涵", village_group="一组"),
        put(ledger, name="王一鸣", village_group="二组"),
    ]


def names_on(eyes):
    return [name for name in ("张浩宇", "李雨涵", "王一鸣") if name in eyes.text]


def test_the_register_lists_the_children_at_both_sizes(three, context, any_eyes):
    context.desk.push(Register(context))
    assert names_on(any_eyes) == ["张浩宇", "李雨涵", "王一鸣"]
    assert "/3名" in any_eyes.text


@pytest.mark.parametrize(
    ("typed", "found"), [("雨涵", ["李雨涵"]), ("zh", ["张浩宇"]), ("1234", ["张浩宇"]), ("xx", [])]
)
def test_find_narrows_by_name_initials_and_phone_tail(three, context, eyes, typed, found):
    context.desk.push(Register(context))
    eyes.press("/").type(typed)
    assert names_on(eyes) == found
    eyes.press("escape")
    assert len(names_on(eyes)) == 3


def test_the_chinese_comma_key_finds_too(three, context, eyes):
    context.desk.push(Register(context))
    context.desk.press("、", "、")
    eyes.type("一鸣")
    assert names_on(eyes) == ["王一鸣"]


def test_a_child_is_entered_by_keyboard_and_the_next_sheet_opens(ledger, context, eyes):
    context.desk.push(Register(context))
    eyes.press("insert").type("\n陈思琪\n2")
    eyes.press("ctrl+s")
    assert "已存：陈思琪" in eyes.text and "待补" in eyes.text
    assert "新增儿童" in eyes.text
    eyes.press("escape")
    assert "陈思琪" in eyes.text
    (line,) = children.page(0, 10)
    assert (line.name, line.sex) == ("陈思琪", "女")


def test_a_sheet_without_a_name_is_not_saved_and_says_so_at_the_name(ledger, context, eyes):
    context.desk.push(Register(context))
    eyes.press("insert", "enter", "enter").type("1").press("ctrl+s")
    assert "姓名" in eyes.desk.message[0] and eyes.desk.message[1] == "error"
    assert eyes.desk.top.session.name == "name"
    assert children.count() == 0
    assert eyes.desk.stopped, "what was typed ahead for the next one is not to land here"


def test_a_bad_field_does_not_hold_back_the_good_ones(ledger, context, eyes):
    context.desk.push(Register(context))
    eyes.press("insert").type("34050520150308123\n陈思琪\n").press("ctrl+s")
    assert "已存：陈思琪，身份证号没收下，1项待核" in eyes.text
    assert eyes.desk.top.session.answers.changed() is False, "the next record is not burdened with it"
    (line,) = children.page(0, 10)
    assert line.name == "陈思琪"
    context.open_child(line.id, at="id_number")
    assert eyes.desk.top.session.edit.text == "34050520150308123" and "现有17位" in eyes.text


def test_leaving_keeps_a_draft_that_f10_takes_up_and_typing_ahead_leaves_alone(ledger, context, eyes):
    context.desk.push(Register(context))
    eyes.press("insert").type("\n赵佳慧\n")
    eyes.press("escape")
    assert "草稿已留下" in eyes.text and children.count() == 0
    eyes.press("insert")
    assert "还有没存的草稿（赵佳慧）：按 F10 接着录" in eyes.text
    eyes.type("\n孙小雨\n").press("f10")
    assert "先按 Ctrl+S 存盘" in eyes.text
    eyes.press("ctrl+s", "escape", "insert", "f10")
    assert "赵佳慧" in eyes.text and "光标在上次录到的地方" in eyes.text
    eyes.press("ctrl+s")
    assert [line.name for line in children.page(0, 10)] == ["孙小雨", "赵佳慧"]


def test_after_a_run_of_entry_the_register_stands_at_the_last_one_saved(three, context, eyes):
    context.desk.push(Register(context))
    eyes.press("insert").type("\n赵佳慧\n").press("ctrl+s").type("\n孙小雨\n").press("ctrl+s")
    eyes.press("escape")
    assert context.desk.top.roster.current().name == "孙小雨"


def test_two_people_edit_one_child_and_the_second_sees_both_values(three, context, eyes):
    context.desk.push(Register(context))
    eyes.press("/").type("李雨涵\n").press("e")
    eyes.desk.top.session.go_to("village_group")
    other = child_sheet.load(three[1])
    child_sheet.save(three[1], other | {"village_group": "五组", "address": "柳溪村五组1号"}, other, by=None)
    eyes.type("三组\n").press("ctrl+s")
    assert "用对方的：五组" in eyes.text and "用我的：三组" in eyes.text
    assert eyes.desk.stopped, "what is typed ahead waits for the answer"
    eyes.press("enter")  # typed ahead, say: it answers nothing
    assert "请先按数字" in eyes.text and child_sheet.load(three[1])["village_group"] == "五组"
    eyes.press("2", "enter")
    saved = child_sheet.load(three[1])
    assert (saved["village_group"], saved["address"]) == ("三组", "柳溪村五组1号")
    assert not eyes.desk.stopped


def test_the_others_value_may_stand(three, context, eyes):
    context.desk.push(Register(context))
    eyes.press("/").type("李雨涵\n").press("e")
    eyes.desk.top.session.go_to("village_group")
    other = child_sheet.load(three[1])
    child_sheet.save(three[1], other | {"village_group": "五组"}, other, by=None)
    eyes.type("三组\n").press("ctrl+s").press("1", "enter")
    assert "已存：李雨涵" in eyes.desk.message[0]
    assert child_sheet.load(three[1])["village_group"] == "五组"


def test_delete_asks_and_ctrl_z_brings_the_child_back(three, context, eyes):
    context.desk.push(Register(context))
    eyes.press("delete", "escape")
    assert children.count() == 3
    eyes.press("delete", "enter")
    assert children.count() == 2
    eyes.press("ctrl+z", "enter")
    assert children.count() == 3 and "已撤销" in eyes.text


def test_the_dossier_masks_numbers_until_asked(three, context, any_eyes):
    context.desk.push(Register(context))
    any_eyes.press("/").type("张浩宇\n").press("enter")
    assert "档案：" in any_eyes.text and "199****1234" in whole(any_eyes)
    any_eyes.press("f8")
    assert "19900001234" in whole(any_eyes)


def whole(eyes):
    return "\n".join("".join(text for text, _ in line) for line in eyes.desk.top.lines(eyes.size[0]))


def test_mend_opens_the_sheet_at_the_first_gap(three, context, eyes):
    context.desk.push(Register(context))
    eyes.press("enter", "ctrl+n")
    assert eyes.desk.top.session.name in {"id_number", "sex"}


def test_names_with_markup_stay_text(ledger, context, eyes):
    put(ledger, name="[red]张三[/red]")
    context.desk.push(Register(context))
    assert "[red]张三" in eyes.text


def test_a_ledger_lost_while_typing_stops_nothing(ledger, context, eyes, monkeypatch):
    def lost(*_, **__):
        raise Locked()

    context.desk.push(Register(context))
    eyes.press("insert").type("\n陈思")
    monkeypatch.setattr(lookalikes, "similar", lost)
    eyes.type("琪\n2")
    assert "台账正被别人写入" in eyes.desk.message[0]
    values = eyes.desk.top.session.answers.values()
    assert (values["name"], values["sex"]) == ("陈思琪", "female")


def test_what_the_ledger_knows_is_asked_once_a_field_not_at_every_letter(three, context, eyes, monkeypatch):
    asked = []
    look = lookalikes.similar
    monkeypatch.setattr(lookalikes, "similar", lambda values, **rest: asked.append(1) or look(values, **rest))
    context.desk.push(Register(context))
    eyes.press("insert", "enter").type("张浩宇")
    eyes.press("backspace")
    eyes.type("宇")
    before = len(asked)
    eyes.press("enter")
    assert (before, len(asked)) == (1, 2) and "疑似重复：张浩宇" in eyes.text


def test_a_list_that_cannot_be_read_says_so_and_the_next_key_tries_again(three, context, eyes, monkeypatch):
    context.desk.push(Register(context))
    page = children.page

    def lost(*_):
        raise Locked()

    monkeypatch.setattr(children, "page", lost)
    context.desk.top.roster.refresh()
    assert "台账正被别人写入" in eyes.text
    monkeypatch.setattr(children, "page", page)
    assert "张浩宇" in eyes.text
