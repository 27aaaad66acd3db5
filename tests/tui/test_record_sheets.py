"""Sheets of care records: one of each kind, another kind midway, drafts, many children, and how few keys it takes."""

from datetime import date

import pytest

from db import care, changes, children, duties, helpers, pairing, record_fields
from db.errors import Locked
from db.models import Child
from db.vocab import RECORD_KIND
from tests.tui.people import put
from tui.screens.register import Register
from tui.screens.workbench import Workbench
from tui.widgets.record_form import choose_kind, open_record

TODAY = date(2026, 11, 23)
BORN = {"birth_date": "2016-05-01"}
AWAY = {"father_whereabouts": "away", "mother_whereabouts": "away", "surveyed_on": date(2026, 9, 1)}
KINDS = list(record_fields.ASKS)
# What is typed from the first field on, and a part of what is then on file.
TYPED = {
    "talk": ("学校\n例行谈心\n想妈妈\n\n", {"place": "学校", "reason": "例行谈心", "content": "想妈妈"}),
    "visit": ("奶奶\n三口人\n懂事\n课外书\n放心\n下月再去\n2026-12-20\n", {"with_whom": "奶奶", "feedback": "放心", "follow_up_on": date(2026, 12, 20)}),
    "phone_call": ("1父亲\n15\n说了考试\n\n", {"caller": "child", "with_whom": "父亲", "minutes": 15, "content": "说了考试"}),
    "video_call": ("视频室\nfm妈妈\n20分钟\n看弟弟\n\n", {"place": "视频室", "caller": "parent", "minutes": 20}),
    "parent_contact": ("父亲\n换季添衣\n寄衣服\n月底寄\n\n", {"reason": "换季添衣", "feedback": "月底寄"}),
    "parent_feedback": ("奶奶\n作业太多\n\n", {"with_whom": "奶奶", "feedback": "作业太多"}),
    "counselling": ("咨询室\n情绪低落\n倾听\n好些\n\n", {"reason": "情绪低落", "result": "好些"}),
    "diary": ("写了秋收\n真实\n\n", {"content": "写了秋收", "result": "真实"}),
    "letter": ("1妈妈\n报平安\n\n", {"caller": "child", "with_whom": "妈妈", "content": "报平安"}),
    "good_deed": ("村里\n帮邻居挑水\n受表扬\n", {"content": "帮邻居挑水", "result": "受表扬"}),
    "illness": ("发烧\n镇卫生院\n输液\n1复诊\n2026-11-30\n", {"reason": "发烧", "consent": True, "follow_up": "复诊"}),
    "home_stay": ("王兰\n12026-11-24\n包饺子\n", {"by_name": "王兰", "consent": True, "back_on": date(2026, 11, 24)}),
    "birthday": ("学校\n全班同学\n很开心\n当老师\n\n", {"content": "很开心", "result": "当老师"}),
    "inspection": ("刘老师\n王校长\n进步大\n好\n\n", {"by_name": "刘老师", "with_whom": "王校长", "result": "进步大", "grade": "好"}),
    "risk_review": ("红黄蓝绿\n黄\n祖母年迈\n\n", {"scale": "红黄蓝绿", "grade": "黄"}),
    "group_talk": ("教室\n安全教育\n防溺水\n\n", {"reason": "安全教育", "content": "防溺水"}),
    "film": ("书屋\n励志少年\n感动\n", {"reason": "励志少年", "content": "感动"}),
}  # fmt: skip


@pytest.fixture
def child(ledger, context):
    """One child on file; the register lies beneath."""
    key = put(ledger, name="张浩宇", **BORN, **AWAY)
    context.desk.push(Register(context))
    return key


def line_of(child):
    (line,) = care.records(child_id=child)
    return line


# ---- each kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_sheet_of_each_kind_goes_field_by_field_to_a_record(kind, child, context, any_eyes):
    open_record(context, child, kind)
    assert f"{RECORD_KIND.label(kind)}：张浩宇" in any_eyes.text
    typed, kept = TYPED[kind]
    any_eyes.type(typed)
    line = line_of(child)
    values = care.load_record(line.id)
    assert (line.code, line.on_date) == (kind, TODAY) and kept.items() <= values.items()
    assert "已记：11月23日" in any_eyes.text
    assert context.drafts.left() == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_of_each_kind_opens_again_as_it_was(kind, child, context, any_eyes):
    open_record(context, child, kind)
    any_eyes.type(TYPED[kind][0])
    line = line_of(child)
    before = care.load_record(line.id)
    open_record(context, child, record_id=line.id)
    assert f"修改{line.kind}：张浩宇" in any_eyes.text
    any_eyes.press("ctrl+end", "ctrl+s")
    assert care.load_record(line.id) == before


@pytest.mark.parametrize(
    ("kind", "typed", "says"),
    [
        ("home_stay", "王兰\n2", "监护人没有同意"), ("home_stay", "王兰\n", "请填写监护人同意"), ("film", "书屋\n", "请填写片名"),
        ("illness", "", "请填写患了什么病"), ("inspection", "刘老师\n", "请填写帮扶效果"),
    ],
)  # fmt: skip
def test_what_a_kind_cannot_do_without_is_asked_and_nothing_is_saved(
    kind, typed, says, child, context, any_eyes
):
    open_record(context, child, kind)
    any_eyes.type(typed)
    any_eyes.press("ctrl+s")
    assert says in any_eyes.text and care.records() == []
    any_eyes.press("escape", "escape")
    assert care.records() == []


def test_a_stay_agreed_to_after_all_is_saved(child, context, eyes):
    open_record(context, child, "home_stay")
    eyes.type("王兰\n2")
    eyes.press("ctrl+s", "text:1", "ctrl+s")
    assert line_of(child).consent is True


def test_a_call_that_was_not_answered_takes_one_choice(child, context, eyes):
    open_record(context, child, "phone_call")
    eyes.type("1父亲\n\n1")
    eyes.press("ctrl+s")
    line = line_of(child)
    assert (line.missed, line.minutes, line.content) == ("no_answer", None, None)


def test_minutes_that_cannot_be_are_said_at_the_field(child, context, any_eyes):
    open_record(context, child, "phone_call")
    any_eyes.type("1父亲\n0\n")
    assert "时长0分钟不对" in any_eyes.text
    any_eyes.press("up", "text:12", "ctrl+s")
    assert line_of(child).minutes == 12


def test_a_follow_up_date_is_asked_only_where_there_is_a_follow_up(child, context, eyes):
    open_record(context, child)
    eyes.type("\n\n想妈妈\n约视频\n")
    assert "到哪天要做到" in eyes.text
    eyes.type("2026-11-1\n")
    assert "早于记录的日期" in eyes.text
    eyes.press("text:2026-12-1", "ctrl+s")
    assert (line_of(child).follow_up, line_of(child).follow_up_on) == ("约视频", date(2026, 12, 1))


# ---- another kind


def test_another_kind_keeps_what_was_typed(child, context, any_eyes):
    open_record(context, child)
    any_eyes.type("学校\n情绪低落\n倾听")
    any_eyes.press("f10")
    any_eyes.type("xl")
    assert "心理辅导：张浩宇" in any_eyes.text
    assert all(text in any_eyes.text for text in ("学校", "情绪低落", "倾听", "辅导效果"))
    any_eyes.press("ctrl+s")
    line = line_of(child)
    assert (line.kind, line.place, line.content) == ("心理辅导", "学校", "倾听")


def test_what_the_new_kind_does_not_ask_stays_on_the_sheet(child, context, eyes):
    open_record(context, child)
    eyes.type("学校\n例行\n吃得好")
    eyes.press("f10").type("走访\n")
    assert "走访：张浩宇" in eyes.text and "吃得好" in eyes.text and "缘由" in eyes.text
    eyes.type("奶奶")
    eyes.press("ctrl+s")
    line = line_of(child)
    assert (line.kind, line.reason, line.content, line.with_whom) == ("走访", "例行", "吃得好", "奶奶")


def test_the_kind_chosen_right_before_saving_counts(child, context, eyes):
    open_record(context, child)
    eyes.type("学校")
    eyes.press("f10").type("走访")
    eyes.press("ctrl+s")
    assert (line_of(child).kind, line_of(child).place) == ("走访", "学校")
    assert context.drafts.left() == []


def test_a_kind_that_needs_more_says_so_and_loses_nothing(child, context, eyes):
    open_record(context, child)
    eyes.type("书屋")
    eyes.press("f10").type("kp")
    eyes.press("ctrl+s")
    assert "请填写片名" in eyes.text and "书屋" in eyes.text and care.records() == []
    eyes.type("励志少年")
    eyes.press("ctrl+s")
    assert (line_of(child).kind, line_of(child).place) == ("看专题片", "书屋")


def test_a_wrong_kind_leaves_the_sheet_as_it_is(child, context, eyes):
    open_record(context, child)
    eyes.type("学校")
    eyes.press("f10").type("闲聊\n")
    assert "谈心：张浩宇" in eyes.text and "不在记录类别的选项里" in eyes.text and "学校" in eyes.text


def test_a_record_on_file_becomes_another_kind(child, ledger, context, eyes):
    key = care.record(ledger, child_id=child, on_date=TODAY, place="学校", content="输液")
    open_record(context, child, record_id=key)
    eyes.press("f10").type("hb发烧")
    eyes.press("ctrl+s")
    kept = care.load_record(key)
    assert (kept["kind"], kept["reason"], kept["place"], kept["content"]) == (
        "illness",
        "发烧",
        "学校",
        "输液",
    )


def test_the_kind_is_asked_before_the_sheet_opens(child, context, any_eyes):
    choose_kind(context.desk, "给张浩宇记什么？", lambda kind: open_record(context, child, kind))
    any_eyes.type("dh\n")
    assert "亲情电话：张浩宇" in any_eyes.text


# ---- promises


@pytest.fixture
def promise(child, ledger):
    return care.record(
        ledger, child_id=child, on_date=date(2026, 11, 1), follow_up="约视频", follow_up_on=date(2026, 11, 20)
    )


def test_a_new_record_offers_to_settle_an_older_promise(child, promise, context, any_eyes):
    open_record(context, child, "video_call")
    any_eyes.type("视频室\n1妈妈\n20\n看弟弟\n\n")
    assert "1约视频（11月20日）" in any_eyes.text
    any_eyes.type("1")
    any_eyes.press("ctrl+s")
    assert "约定已了结" in any_eyes.text
    assert care.promises(child) == [] and care.load_record(promise)["follow_up_done"] == TODAY


def test_a_promise_not_chosen_stands(child, promise, context, eyes):
    open_record(context, child, "film")
    eyes.type("书屋\n励志少年\n\n\n")
    assert [each.id for each in care.promises(child)] == [promise] and len(care.records(child_id=child)) == 2


def test_a_sheet_opened_for_a_promise_has_it_chosen(child, promise, context, eyes):
    open_record(context, child, "video_call", settles=promise)
    assert "约视频（11月20日）" in eyes.text
    eyes.press("ctrl+s")
    assert care.promises(child) == []


def test_the_record_with_the_promise_shows_when_it_was_kept(child, promise, context, eyes):
    open_record(context, child, record_id=promise)
    assert "已跟进" in eyes.text
    eyes.press("ctrl+end", "text:2026-12-1", "ctrl+s")
    assert "还没到" in eyes.text
    eyes.press("ctrl+end", "text:2026-11-21", "ctrl+s")
    assert care.load_record(promise)["follow_up_done"] == date(2026, 11, 21)


# ---- drafts


@pytest.mark.parametrize("kind", ["talk", "home_stay", "visit"])
def test_a_draft_of_a_kind_waits_for_that_child_and_kind(kind, child, context, eyes):
    open_record(context, child, kind)
    eyes.type("奶奶家")
    eyes.press("escape", "escape")
    open_record(context, child, "film")
    assert "奶奶家" not in eyes.text
    eyes.press("escape")
    open_record(context, child, kind)
    assert "奶奶家" in eyes.text and "已接着上次没存的草稿" in eyes.text


def test_a_draft_whose_kind_was_changed_goes_on_as_the_new_kind(child, context, eyes):
    open_record(context, child)
    eyes.type("学校\n\n倾听")
    eyes.press("f10").type("xl")
    eyes.press("escape", "escape")
    (left,) = context.drafts.left()
    context.resume(left)
    assert "心理辅导：张浩宇" in eyes.text and "倾听" in eyes.text
    eyes.press("ctrl+s")
    assert line_of(child).kind == "心理辅导" and context.drafts.left() == []


def test_a_draft_left_with_the_kind_half_typed_opens_all_the_same(child, context, eyes):
    open_record(context, child)
    eyes.type("学校")
    eyes.press("f10").type("闲")
    context.desk.top.flush()  # the line is cut here
    context.desk.close()
    (left,) = context.drafts.left()
    context.resume(left)
    assert "谈心：张浩宇" in eyes.text and "学校" in eyes.text
    eyes.press("ctrl+u", "text:zf", "ctrl+s")
    assert (line_of(child).kind, line_of(child).place) == ("走访", "学校")


def test_a_stay_proposes_no_teacher_for_a_host(child, ledger, context, eyes):
    base = helpers.load(None)
    for name, kind in (("刘老师", "teacher"), ("王兰", "love_mother")):
        helper = helpers.save(None, base | {"name": name, "kind": kind}, base, by=ledger).id
        pairing.pair(child, helper, kind, date(2026, 9, 5), ledger)
    open_record(context, child, "home_stay")
    assert "王兰" in eyes.text and "刘老师" not in eyes.text
    eyes.press("escape")
    open_record(context, child)
    assert "刘老师" in eyes.text


def test_a_draft_of_an_older_program_is_taken_up(child, context, eyes):
    file = context.drafts.begin(
        f"record:{child}", None, "谈心：张浩宇", {"kind": "谈心", "on_date": "2026-11-20"}
    )
    file.change("content", "想妈妈", 3)
    file.keep()
    (left,) = context.drafts.left()
    context.resume(left)
    assert "谈心：张浩宇" in eyes.text and "2026-11-20" in eyes.text
    eyes.press("ctrl+s")
    assert (line_of(child).content, line_of(child).on_date) == ("想妈妈", date(2026, 11, 20))


def test_a_draft_of_a_record_on_file_is_taken_up_in_it(child, ledger, context, eyes):
    key = care.record(ledger, child_id=child, kind="visit", on_date=TODAY, home="三口人")
    open_record(context, child, record_id=key)
    eyes.press("f10").type("xl")
    eyes.type("咨询室")
    eyes.press("escape", "escape")
    (left,) = context.drafts.left()
    context.resume(left)
    assert "修改心理辅导：张浩宇" in eyes.text and "三口人" in eyes.text and "咨询室" in eyes.text
    eyes.press("ctrl+s")
    assert care.load_record(key)["kind"] == "counselling"


def test_two_who_mend_one_record_are_asked_field_by_field(child, ledger, context, eyes):
    key = care.record(ledger, child_id=child, kind="visit", on_date=TODAY, needs="课外书")
    open_record(context, child, record_id=key)
    base = care.load_record(key)
    care.save_record(key, child, base | {"needs": "书包"}, base, ledger)
    eyes.press("ctrl+home", *["down"] * 6, "ctrl+u", "text:台灯", "ctrl+s")
    assert "教育需求：您打开后，别人也改了它" in eyes.text
    eyes.type("2\n")
    assert care.load_record(key)["needs"] == "台灯"


def test_a_child_that_left_is_refused_and_what_was_typed_stays(child, ledger, context, eyes):
    changes.write(Child.get_by_id(child), ledger, left_on=date(2026, 11, 20))
    open_record(context, child)
    eyes.type("学校")
    eyes.press("ctrl+s")
    assert "已于2026-11-20退出登记" in eyes.text and "学校" in eyes.text
    eyes.press("up", "up").type("2026-11-19")
    eyes.press("ctrl+s")
    assert line_of(child).on_date == date(2026, 11, 19)


# ---- keys


def test_a_talk_from_the_workbench_takes_few_keys_besides_its_text(child, ledger, context, eyes):
    """At most twelve: Enter opens, the caret stands in the first thing to type, Ctrl+S saves."""
    base = helpers.load(None)
    helper = helpers.save(None, base | {"name": "刘老师", "kind": "teacher"}, base, by=ledger).id
    pairing.pair(child, helper, "teacher", date(2026, 9, 5), ledger)
    context.desk.route("f6", "工作台", lambda: Workbench(context))
    context.desk.go("f6")
    keys = ["enter", "text:学校", "enter", "text:例行谈心", "enter", "text:想妈妈", "enter", "text:约视频", "enter", "text:2026-12-1",
            "ctrl+s"]  # fmt: skip
    eyes.press(*keys)
    line = line_of(child)
    assert (line.helper, line.place, line.content, line.follow_up_on) == (
        "刘老师",
        "学校",
        "想妈妈",
        date(2026, 12, 1),
    )
    assert sum(not key.startswith("text:") for key in keys) <= 12


def test_then_hears_the_key_of_the_record_or_none(child, context, eyes):
    heard = []
    open_record(context, child, then=heard.append)
    eyes.press("ctrl+s")
    open_record(context, child, then=heard.append)
    eyes.press("escape")
    assert heard == [line_of(child).id, None]


def test_a_child_struck_out_meanwhile_has_no_sheet(child, ledger, context, eyes):
    beneath = context.desk.top
    children.remove(child, ledger)
    open_record(context, child)
    assert "已被删除" in context.desk.message[0] and context.desk.top is beneath


# ---- two that can be mixed up


def test_two_of_one_name_are_told_apart_by_their_group(child, ledger, context, any_eyes):
    twin = put(ledger, name="张浩宇", village_group="八组", **BORN)
    open_record(context, twin, "talk")
    assert "谈心：张浩宇（八组）" in any_eyes.text
    any_eyes.press("escape")
    open_record(context, put(ledger, name="李雨涵", village_group="八组", **BORN), "talk")
    assert "谈心：李雨涵 " in any_eyes.text


def test_the_same_noted_twice_for_a_day_is_said(child, ledger, context, any_eyes):
    care.record(ledger, child_id=child, kind="visit", on_date=TODAY, missed="not_home")
    open_record(context, child, "visit")
    any_eyes.press("ctrl+s")
    assert "记重了" not in any_eyes.text  # nobody was at home the first time
    open_record(context, child, "visit")
    any_eyes.press("ctrl+s")
    assert "这天已有2次，记重了请按 Ctrl+Z" in any_eyes.text
    open_record(context, child, "talk")
    any_eyes.press("ctrl+s")
    assert "记重了" not in any_eyes.text


def test_going_to_another_screen_says_that_the_draft_is_kept(child, context, any_eyes):
    context.desk.route("f6", "工作台", lambda: Workbench(context))
    open_record(context, child, "talk")
    any_eyes.press("f6")
    assert "草稿已留下" not in any_eyes.text  # nothing was typed
    open_record(context, child, "talk")
    any_eyes.type("学校").press("f6")
    assert "没有存盘，草稿已留下" in any_eyes.text and len(context.drafts.left()) == 1


def test_the_help_of_a_field_names_the_keys_of_this_sheet(child, context, any_eyes):
    open_record(context, child, "talk")
    any_eyes.press("f1")
    assert "F10 换类别" in any_eyes.text and "F8 写长文" in any_eyes.text


def test_a_store_lost_right_after_the_save_does_not_ask_for_another_one(child, context, eyes, monkeypatch):
    before, real = iter([True]), duties.of_child

    def once(*args):
        if next(before, False):
            return real(*args)
        raise Locked()

    open_record(context, child)
    monkeypatch.setattr(duties, "of_child", once)
    eyes.type("学校\n例行谈心\n想妈妈\n\n")
    monkeypatch.undo()
    assert isinstance(eyes.desk.top, Register) and "已记" in eyes.desk.message[0]
    assert len(care.records(child_id=child)) == 1
