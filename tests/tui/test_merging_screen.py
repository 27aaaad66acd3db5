"""疑似重复 and 合并档案, driven through the desk."""

import pytest

from db import child_sheet, children, lookalikes
from tui.screens.child_entry import child_sheet as open_sheet
from tui.screens.dossier import Dossier
from tui.screens.merging import Alike, Merging, Settled

BORN = {"birth_date": "2015-03-08"}
FATHER = {"father_name": "张建国", "father_phone": "19900000001"}


def put(by, name, **values):
    base = child_sheet.load(None)
    return child_sheet.save(None, base | {"name": name} | values, base, by=by).id


@pytest.fixture
def two(ledger):
    """One child on file twice, with an address and an ID number that only one of them has."""
    keep = put(
        ledger, "张浩宇", **BORN, **FATHER, village_group="一组", schooling="primary", school="柳溪小学"
    )
    other = put(ledger, "张皓宇", **BORN, **FATHER, village_group="二组", id_number="34050520150308011X",
                sex="male", schooling="junior")  # fmt: skip
    return keep, other


@pytest.fixture
def closed(context):
    """What the page pushed with `closed.push` was closed with."""

    class Closed(list):
        def push(self, page):
            context.desk.push(page, self.append)

    context.desk.push(Dossier(context, put(context.by, "李雨涵")))
    return Closed()


def sheet(values):
    return child_sheet.load(None) | values


def test_the_dossier_says_who_looks_alike_and_leads_there(two, context, any_eyes):
    context.desk.push(Dossier(context, two[0]))
    assert "疑似重复：张皓宇（二组，2015-03-08）姓名读音相同" in any_eyes.text
    any_eyes.press("tab")
    assert isinstance(context.desk.top, Alike)
    assert "看看是不是同一人：张浩宇，2015-03-08" in any_eyes.text
    assert any_eyes.styled("cursor")[0].strip() == "张皓宇" and "父亲电话相同" in any_eyes.text
    any_eyes.press("enter")
    assert context.desk.top.title == "档案：张皓宇"


def test_a_dossier_without_lookalikes_says_so(context, ledger, eyes):
    context.desk.push(Dossier(context, put(ledger, "李雨涵")))
    eyes.press("tab")
    assert eyes.desk.message == ("没有疑似重复的档案", "warn")


@pytest.mark.parametrize("key", ["delete", "x"])
def test_not_the_same_is_remembered_and_taken_back(two, context, eyes, closed, key):
    closed.push(Alike(context, {}, two[0]))
    eyes.press(key)
    assert "记住了：张皓宇不是同一人" in eyes.desk.message[0] and "没有疑似重复的档案" in eyes.text
    assert lookalikes.similar(child_sheet.load(two[0]), besides=two[0]) == []
    eyes.press("ctrl+z", "enter")
    assert "张皓宇" in eyes.text
    eyes.press("escape")
    assert closed == [Settled((), None)]


def test_for_a_sheet_being_typed_the_caller_is_told_who_is_another(two, context, any_eyes, closed):
    closed.push(Alike(context, sheet({"name": "张浩宇"} | BORN)))
    assert len(context.desk.top.found) == 2
    first = context.desk.top.found[0].id
    any_eyes.press("delete", "escape")
    assert closed == [Settled((first,), None)]
    assert lookalikes.similar(sheet({"name": "张浩宇"} | BORN), apart=closed[0].apart)[0].id != first


def test_for_a_sheet_being_typed_the_caller_is_told_whose_record_it_goes_into(two, context, any_eyes, closed):
    closed.push(Alike(context, sheet({"name": "张浩宇"} | BORN)))
    best = context.desk.top.found[0].id
    any_eyes.press("f8")
    assert closed == [Settled((), best)]


def test_two_records_are_compared_in_full_and_chosen_field_by_field(two, context, any_eyes):
    context.desk.push(Dossier(context, two[0]))
    any_eyes.press("tab", "f8")
    assert isinstance(context.desk.top, Merging)
    text = any_eyes.text
    assert "左：张浩宇（保留）" in text and "右：张皓宇（并入）" in text
    assert "* 张浩宇" in text and "* 一组" in text and "34050520150308011X" in text
    assert "自动补上" in text

    any_eyes.press("right")
    assert "* 张皓宇" in any_eyes.text and "* 张浩宇" not in any_eyes.text
    any_eyes.press("left")
    assert "* 张浩宇" in any_eyes.text
    any_eyes.press("down", "2", "1", "enter")
    assert "* 二组" in any_eyes.text
    any_eyes.press("f8")
    assert (
        "把右边的张皓宇并入左边的张浩宇：不同的4项里1项用右边的，补上2项；右边名下的摸底1条归到左边，重复的只留一份。合并吗？"
        in any_eyes.text.replace("\n", "").replace("  ", "")
    )
    any_eyes.press("enter")
    assert isinstance(context.desk.top, Dossier), "with nobody left to look at, the list closes too"
    assert "已合并为一份：张浩宇" in any_eyes.desk.message[0]
    after = child_sheet.load(two[0])
    assert (after["village_group"], after["id_number"], after["school"]) == (
        "二组",
        "34050520150308011X",
        "柳溪小学",
    )
    assert children.count() == 1
    any_eyes.press("ctrl+z", "enter")
    assert children.count() == 2 and child_sheet.load(two[0])["village_group"] == "一组"


def test_what_goes_together_is_chosen_together(two, context, eyes):
    context.desk.push(Merging(context, *two))
    eyes.press("end", "right")
    assert eyes.desk.message[0] == "就学情况、学校一起换"
    assert context.desk.top.choices == {"schooling": True}
    assert "* 初中" in eyes.text and "* 未采集" in eyes.text


def test_a_merge_can_be_left_and_declined(two, context, eyes, closed):
    closed.push(Merging(context, *two))
    eyes.press("f8", "escape", "escape")
    assert closed == [None] and children.count() == 3


def test_closed_with_the_key_kept(two, context, eyes, closed):
    closed.push(Merging(context, *two))
    eyes.press("f8", "enter")
    assert closed == [two[0]]


def test_pages_beneath_a_record_merged_away_stay_calm(two, context, eyes):
    """From A's dossier to B's, and there A is merged into B: A's pages lie beneath."""
    context.desk.push(Dossier(context, two[0]))
    eyes.press("tab", "enter", "tab", "f8", "f8", "enter")
    assert context.desk.top.title == "档案：张皓宇" and children.count() == 1
    eyes.press("escape")
    assert "没有疑似重复的档案" in eyes.text
    eyes.press("escape")
    assert "这份档案看不到了" in eyes.text
    eyes.press("enter")
    assert "按 Esc 返回名单" in eyes.desk.message[0]


def test_the_sheet_names_the_likeliest_with_its_reasons(two, context, eyes):
    context.desk.push(open_sheet(context, None))
    eyes.press("enter").type("张浩宇\n")
    assert "疑似重复：张浩宇（一组，2015-03-08）姓名相同" in eyes.text
    eyes.press("escape")
    context.desk.push(open_sheet(context, None))
    eyes.type("34050520150308011X").press("enter")
    assert "登记册里已有：张皓宇" in eyes.text


def test_long_values_are_read_in_full_below(ledger, context, any_eyes):
    long = "安徽省马鞍山市青石镇柳溪村一组五十五号老槐树旁边第三家院子"
    keep, other = put(ledger, "张浩宇", address=long), put(ledger, "张浩宇", address="柳溪村一组")
    context.desk.push(Merging(context, keep, other))
    assert f"左：{long}" in any_eyes.text.replace("\n", "").replace("  ", "")
