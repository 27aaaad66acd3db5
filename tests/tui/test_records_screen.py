"""关爱记录: one child's list and everybody's, found by words, a record added, read, mended, followed up, removed."""

from datetime import date, timedelta

import pytest

from db import care, changes, errors, record_list, site
from tests.tui.people import put
from tui.screens.records import Records

TODAY = date(2026, 11, 23)
BORN = {"birth_date": "2016-05-01"}


@pytest.fixture
def two(ledger):
    """张浩宇 with a talk that has a promise and a missed call, 李雨涵 with a visit."""
    zhang, li = (put(ledger, name=name, **BORN) for name in ("张浩宇", "李雨涵"))
    notes = "第一段。\n" + "很长的谈话内容。" * 60
    care.record(ledger, child_id=zhang, on_date=date(2026, 11, 2), by_name="刘老师", reason="例行谈心", content=notes,
                follow_up="约视频", follow_up_on=date(2026, 11, 20))  # fmt: skip
    care.record(
        ledger,
        child_id=zhang,
        kind="phone_call",
        on_date=date(2026, 11, 9),
        missed="no_answer",
        with_whom="父亲",
    )
    care.record(ledger, child_id=li, kind="visit", on_date=date(2026, 11, 16), by_name="王晓", home="三口人")
    return {"张浩宇": zhang, "李雨涵": li}


@pytest.fixture
def hers(two, context):
    context.desk.push(Records(context, two["张浩宇"], "张浩宇"))


@pytest.fixture
def everybody(two, context):
    context.desk.push(Records(context))


def test_one_childs_records_newest_first_with_what_they_hold(hers, any_eyes):
    text = any_eyes.text
    assert "关爱记录：张浩宇" in text and "李雨涵" not in text
    assert text.index("2026-11-09") < text.index("2026-11-02")
    assert "未成" in text and "和谁通话：父亲" in text and "没有做成：无人接听" in text


def test_the_record_under_the_cursor_stands_below_and_space_shows_all_of_it(hers, any_eyes):
    any_eyes.press("down")
    assert "谈心缘由：例行谈心" in any_eyes.text and "（还有，按空格看全文）" in any_eyes.text
    assert "待跟进" in any_eyes.text and "约视频" not in any_eyes.text.split("谈心缘由")[1]
    any_eyes.press("space", "end", *["pagedown"] * 6)
    assert "跟进日期：2026-11-20" in any_eyes.text


def test_everybodys_records_are_found_by_words(everybody, any_eyes):
    assert "第1/3条" in any_eyes.text and "李雨涵" in any_eyes.text and "张浩宇" in any_eyes.text
    any_eyes.press("/").type("刘老师 谈心")
    assert "第1/1条" in any_eyes.text and "李雨涵" not in any_eyes.text
    any_eyes.press("enter", "escape")
    assert "第3/3条" in any_eyes.text
    any_eyes.press("/").type("lyh")
    assert "走访" in any_eyes.text and "第1/1条" in any_eyes.text


def test_the_cursor_is_a_marker_and_one_cell(everybody, hers, eyes):
    assert eyes.styled("cursor") == ["2026-11-09"]
    eyes.press("escape")
    assert eyes.styled("cursor") == ["李雨涵"]


def test_ins_asks_the_kind_then_the_sheet(hers, two, any_eyes):
    any_eyes.press("insert")
    assert "给张浩宇记什么？" in any_eyes.text
    any_eyes.type("hs\n")
    any_eyes.type("村里\n帮邻居挑水").press("ctrl+s")
    assert "一件有意义的事" in any_eyes.text and "第1/3条" in any_eyes.text
    assert care.records(child_id=two["张浩宇"])[0].content == "帮邻居挑水"


def test_ins_among_everybody_asks_for_the_child_first(everybody, two, eyes):
    eyes.press("insert").type("lyh\n\n")
    assert "给李雨涵记什么？" in eyes.text
    eyes.type("tx\n")
    assert "谈心：李雨涵" in eyes.text


def test_enter_mends_and_comes_back_to_the_same_record(everybody, eyes, two):
    eyes.press("down", "enter")
    assert "修改亲情电话：张浩宇" in eyes.text
    eyes.press("ctrl+home", "down", "text:2026-11-22", "ctrl+s")
    assert eyes.styled("cursor") == ["张浩宇"] and "第1/3条" in eyes.text


def test_f8_notes_the_day_a_promise_was_kept(hers, two, any_eyes):
    any_eyes.press("f8")
    assert "没有约定跟进日期" in any_eyes.text
    any_eyes.press("down", "f8")
    assert "哪天跟进的？" in any_eyes.text and "2026-11-23" in any_eyes.text
    any_eyes.type("2026-11-1\n")
    assert "早于记录的日期" in any_eyes.text
    any_eyes.press("f8", "text:2026-11-21", "enter")
    assert "已跟进：张浩宇 约视频" in any_eyes.text and "待跟进" not in any_eyes.text
    assert care.promises(two["张浩宇"]) == []
    any_eyes.press("f8")
    assert "2026-11-21已经跟进过了" in any_eyes.text


def test_removing_asks_and_can_be_undone(everybody, eyes):
    eyes.press("delete")
    assert "删除李雨涵2026-11-16的走访记录？" in eyes.text
    eyes.press("enter")
    assert "已删除" in eyes.text and len(care.records()) == 2
    eyes.press("ctrl+z", "enter")
    assert len(care.records()) == 3 and "第1/3条" in eyes.text


def test_from_one_child_to_everybody_and_from_a_record_to_its_child(hers, eyes):
    eyes.press("f10")
    assert "关爱记录：全部" in eyes.text
    eyes.press("f10")
    assert "已经是所有儿童的记录" in eyes.text
    eyes.press("tab")
    assert "档案：李雨涵" in eyes.text


def test_an_empty_list_says_what_to_do(ledger, context, any_eyes):
    context.desk.push(Records(context, put(ledger, name="王一鸣", **BORN), "王一鸣"))
    assert "还没有记录，按 Ins 记一次" in any_eyes.text
    for key in ("enter", "space", "f8", "delete", "tab"):
        any_eyes.press(key)
        assert "没有记录" in any_eyes.text


def test_markup_and_escapes_in_a_record_draw_as_harmless_text(ledger, context, any_eyes):
    child = put(ledger, name="王一鸣", **BORN)
    care.record(ledger, child_id=child, on_date=TODAY, place="[/red]", content="[@click=app.quit]好\x1b[2J")
    context.desk.push(Records(context, child, "王一鸣"))
    assert "[/red]" in any_eyes.text and "\x1b" not in any_eyes.text


def test_keys_typed_ahead_of_the_kind_and_the_sheet_land(hers, two, eyes):
    for key in [
        "insert",
        "d",
        "h",
        "enter",
        "1",
        "父",
        "亲",
        "enter",
        "8",
        "enter",
        "问",
        "成",
        "绩",
        "ctrl+s",
    ]:
        eyes.desk.press(key, key if len(key) == 1 else None)
    line = care.records(child_id=two["张浩宇"])[0]
    assert (line.code, line.with_whom, line.minutes, line.content) == ("phone_call", "父亲", 8, "问成绩")


def test_a_long_list_reads_only_what_is_seen(ledger, context, eyes, monkeypatch):
    child = put(ledger, name="王一鸣", **BORN)
    with changes.action("many", ledger):
        for back in range(120):
            care.record(ledger, child_id=child, on_date=TODAY - timedelta(days=back))
    asked = []
    page = record_list.page
    monkeypatch.setattr(record_list, "page", lambda *given: asked.append(given[:2]) or page(*given))
    context.desk.push(Records(context, child, "王一鸣"))
    eyes.press("end", "home")
    assert max(limit for _, limit in asked) <= 24
    assert "第1/120条" in eyes.text


def test_a_lost_store_is_said_and_the_page_stays(hers, eyes, monkeypatch):
    def lost(_sought):
        raise errors.Locked()

    monkeypatch.setattr(record_list, "count", lost)
    eyes.press("insert", "escape")
    assert "台账正被别人写入" in eyes.text and "2026-11-09" in eyes.text


def test_a_store_lost_before_the_list_was_read_is_said_too(two, context, eyes, monkeypatch):
    def lost(_sought):
        raise errors.Locked()

    monkeypatch.setattr(record_list, "count", lost)
    context.desk.push(Records(context))
    assert "台账正被别人写入" in eyes.text and isinstance(eyes.desk.top, Records)


def test_records_struck_out_elsewhere_leave_the_list_standing(ledger, context, any_eyes):
    child, other = put(ledger, name="张浩宇"), site.user("lisi", "李四")
    keys = [care.record(ledger, child_id=child, on_date=date(2026, 10, 1), kind="talk") for _ in range(60)]
    context.desk.push(Records(context))
    any_eyes.press("down")
    for key in keys[:50]:
        care.remove_record(key, other)
    any_eyes.press("pagedown", "pagedown", "pagedown", "end")
    assert "第10/10条" in any_eyes.text
