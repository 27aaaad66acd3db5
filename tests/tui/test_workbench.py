"""工作台: what is due, in words; a talk noted on the spot; nothing lost, nothing wider than the window."""

from datetime import date

import pytest

from db import care, child_sheet, demo, duties, errors, helpers, pairing, plan_items, site, status, targets
from tui.screens.workbench import Workbench, days_in_words

TODAY = date(2026, 11, 23)  # a Monday; the term began on 1 September


def put(by, name, **values):
    """A 留守 child on file, surveyed this term."""
    base = child_sheet.load(None)
    away = {
        "father_whereabouts": "away",
        "mother_whereabouts": "away",
        "birth_date": "2016-05-01",
        "surveyed_on": date(2026, 9, 1),
    }
    return child_sheet.save(None, base | away | {"name": name} | values, base, by=by).child_id


def put_helper(by, name):
    base = helpers.load(None)
    return helpers.save(None, base | {"name": name, "kind": "teacher"}, base, by=by).id


@pytest.fixture
def owed(ledger):
    """张浩宇 overdue since 1 October and paired; 李雨涵 at risk, overdue for three days; 王一鸣 talked to yesterday."""
    zhang = put(ledger, "张浩宇", village_group="一组")
    li = put(ledger, "李雨涵", focus="mind")
    wang = put(ledger, "王一鸣")
    pairing.pair(zhang, put_helper(ledger, "刘老师"), "teacher", date(2026, 9, 5), ledger)
    care.record(ledger, child_id=li, on_date=date(2026, 10, 20))
    care.record(ledger, child_id=wang, on_date=date(2026, 11, 22))
    return {"张浩宇": zhang, "李雨涵": li, "王一鸣": wang}


@pytest.fixture
def bench(context):
    def open_it():
        context.desk.route("f6", "工作台", lambda: Workbench(context))
        context.desk.go("f6")

    return open_it


def duty(over):
    due = date.fromordinal(TODAY.toordinal() - over)
    return duties.Duty(
        None, "张浩宇", None, "rhythm", "talk", "谈心", due, due, over, None, None, False, None
    )


def test_the_duty_under_the_cursor_is_told_in_full(owed, bench, ledger, any_eyes):
    twin = put(ledger, "李雨涵", focus="mind", village_group="九组")
    care.record(
        ledger,
        child_id=twin,
        on_date=date(2026, 11, 20),
        follow_up="带一本课外书给她看",
        follow_up_on=date(2026, 11, 21),
    )
    bench()
    seen = set()
    for _ in range(6):
        seen |= {line.strip() for line in any_eyes.lines() if "，" in line and "：" in line}
        any_eyes.press("down")
    assert "李雨涵（九组）：11月21日前，跟进带一本课外书给她看" in seen
    assert "张浩宇（一组）：10月1日前，谈心，刘老师负责" in seen


def test_a_clock_set_back_is_said_over_the_list(owed, bench, ledger, any_eyes, monkeypatch):
    bench()
    assert "电脑日期不对" not in any_eyes.text
    monkeypatch.setenv("GUANAI_TODAY", "2026-10-23")
    any_eyes.press("f6")
    assert "电脑日期不对？台账已有2026-11-22的记录，请先校正电脑的日期" in any_eyes.lines()[1]
    monkeypatch.setenv("GUANAI_TODAY", "2026-11-22")
    any_eyes.press("f6")
    assert "电脑日期不对" not in any_eyes.text


@pytest.mark.parametrize(
    ("over", "words"),
    [
        (6, "逾期6天"),
        (0, "今天"),
        (-1, "明天前"),
        (-4, "周五前"),
        (-6, "周日前"),
        (-7, "下周一前"),
        (-14, "12月7日前"),
    ],
)
def test_days_are_said_in_words(over, words):
    assert days_in_words(duty(over), TODAY)[0] == words


def test_duties_stand_risk_first_with_their_helper(owed, bench, any_eyes):
    bench()
    rows = [line.split() for line in any_eyes.lines() if "谈心" in line and "率" not in line.split("谈心")[0]]
    assert rows[0][:4] == [">", "逾期3天", "*", "李雨涵"]
    assert rows[1][:4] == ["逾期53天", "张浩宇", "谈心", "刘老师"]
    assert "王一鸣" not in any_eyes.text
    assert "待办 2" in any_eyes.text and "逾期 2" in any_eyes.text


def test_the_cursor_is_a_marker_and_the_name_alone(owed, bench, eyes):
    bench()
    assert [text.strip() for text in eyes.styled("cursor")] == ["李雨涵"]
    eyes.press("down")
    assert [text.strip() for text in eyes.styled("cursor")] == ["张浩宇"]


def test_enter_records_the_talk_on_the_spot_and_the_duty_is_gone(owed, bench, eyes):
    bench()
    eyes.press("down", "enter")
    assert "谈心：张浩宇" in eyes.text and "2026-11-23" in eyes.text and "刘老师" in eyes.text
    eyes.type("学校\n例行谈心\n想妈妈了\n周末打视频\n\n")
    assert "已记：11月23日 谈心 张浩宇，这项待办已完成" in eyes.text
    assert "待办 1" in eyes.text and "逾期 1" in eyes.text
    (line,) = care.records(child_id=owed["张浩宇"])
    assert (line.on_date, line.helper, line.place) == (TODAY, "刘老师", "学校")
    assert (line.reason, line.content, line.follow_up) == ("例行谈心", "想妈妈了", "周末打视频")


def test_undo_brings_the_duty_back(owed, bench, eyes):
    bench()
    eyes.press("down", "enter", "ctrl+s", "ctrl+z")
    assert "谈心 张浩宇" in eyes.text
    eyes.press("enter")
    assert "已撤销" in eyes.text and "逾期 2" in eyes.text
    assert care.records(child_id=owed["张浩宇"]) == []


def test_a_talk_of_long_ago_leaves_the_duty_and_says_so(owed, bench, eyes):
    bench()
    eyes.press("down", "enter", "up", "up").type("2026-9-10")
    eyes.press("ctrl+s")
    assert "已记：9月10日 谈心 张浩宇，但离今天太久，这项待办还在" in eyes.text
    assert "逾期 2" in eyes.text


def test_a_day_to_come_is_refused_and_what_was_typed_stays(owed, bench, eyes):
    bench()
    eyes.press("down", "enter").type("学校")
    eyes.press("up", "up").type("2026-12-1")
    eyes.press("ctrl+s")
    assert "2026-12-01还没到" in eyes.text and "学校" in eyes.text
    assert care.records(child_id=owed["张浩宇"]) == []


def test_a_record_left_half_typed_is_taken_up_again_for_that_child_only(owed, bench, eyes, monkeypatch):
    bench()
    eyes.press("down", "enter").type("学校\n想妈")
    eyes.press("escape", "escape")
    assert "草稿已留下" in eyes.text
    eyes.press("up", "enter")
    assert "谈心：李雨涵" in eyes.text and "想妈" not in eyes.text
    monkeypatch.setenv(
        "GUANAI_TODAY", "2026-11-24"
    )  # the talk was on the day it was begun, not on the day after
    eyes.press("escape", "down", "enter")
    assert "已接着上次没存的草稿" in eyes.text and "学校" in eyes.text and "2026-11-23" in eyes.text
    eyes.type("妈了")
    eyes.press("ctrl+s")
    (line,) = care.records(child_id=owed["张浩宇"])
    assert (line.place, line.reason, line.on_date) == ("学校", "想妈妈了", TODAY)


def test_keys_typed_ahead_land_in_the_sheet_they_open(owed, bench, eyes):
    bench()
    eyes.desk.press("down")
    eyes.desk.press("enter")
    eyes.type("家中\n\n吃得好\n\n")
    (line,) = care.records(child_id=owed["张浩宇"])
    assert (line.place, line.reason, line.content) == ("家中", None, "吃得好")


def test_the_dossier_opens_and_esc_comes_back(owed, bench, eyes):
    bench()
    eyes.press("down", "ctrl+o")
    assert "档案：张浩宇" in eyes.text
    eyes.press("escape")
    assert "待办 2" in eyes.text
    assert [text.strip() for text in eyes.styled("cursor")] == ["张浩宇"]


def test_ins_finds_any_child_and_records_a_talk(owed, bench, eyes):
    bench()
    eyes.press("insert").type("一鸣")
    eyes.press("enter", "enter")
    assert "给王一鸣记什么？" in eyes.text
    eyes.press("enter")
    assert "谈心：王一鸣" in eyes.text


def test_digits_lead_to_the_other_screens(owed, bench, context, eyes):
    context.desk.route("f5", "目标", lambda: Workbench(context))
    bench()
    eyes.press("5")
    assert context.desk.routes["f5"].page is context.desk.top


def test_an_empty_ledger_says_what_to_do_and_shows_no_rate(ledger, bench, any_eyes):
    bench()
    assert "没有留守儿童：按 F2 登记或 F7 导入" in any_eyes.text
    assert "—" in any_eyes.text and "%" not in any_eyes.text
    any_eyes.press("enter")
    assert "没有待办" in any_eyes.text


def test_nothing_due_is_said(ledger, bench, eyes):
    care.record(ledger, child_id=put(ledger, "张浩宇"), on_date=TODAY)
    bench()
    assert "这几天没有待办" in eyes.text


def test_the_demo_village_fits_with_targets_activities_and_plan(ledger, bench, any_eyes):
    demo.fill(ledger)
    bench()
    for target in targets.rates(TODAY):
        assert target.name in any_eyes.text and f"{target.rate:g}%" in any_eyes.text
    tally, beside = duties.tally(TODAY), status.beside(TODAY)
    assert f"待办 {tally.pressing}" in any_eyes.text and f"逾期 {tally.overdue}" in any_eyes.text
    assert beside.activities[0].title in any_eyes.text
    assert f"{beside.plan_total} 项，完成 {beside.plan_done}" in any_eyes.text
    any_eyes.press("end", "pageup", "home")


def test_many_targets_leave_room_for_the_rest(ledger, bench, any_eyes):
    demo.fill(ledger)
    for code in targets.INDICATORS:
        site.put(f"goal.{code}", 0 if code.startswith(("no_", "dropped")) else 95, ledger)
    bench()
    shown = [target for target in targets.rates(TODAY) if target.name in any_eyes.text]
    assert 5 <= len(shown) <= 7 and f"另有 {19 - len(shown)} 项，按 F5" in any_eyes.text
    assert status.beside(TODAY).activities[0].title in any_eyes.text and "待办" in any_eyes.text
    any_eyes.press("down", "down")


def test_bars_are_blanks_in_colour_and_signs_without(ledger, bench, eyes, monkeypatch):
    demo.fill(ledger)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    bench()
    bars = eyes.styled("bar_warn")
    assert len(bars) == 4 and not "".join(bars).strip()
    monkeypatch.setenv("NO_COLOR", "1")
    assert set("".join(eyes.styled("bar_warn"))) == {"#"}


def test_markup_and_escapes_in_a_name_draw_as_harmless_text(ledger, bench, any_eyes):
    put(ledger, "张[/red]浩")
    bench()
    assert "张[/red]" in any_eyes.text


def test_a_lost_store_is_said_and_the_page_stays(owed, bench, eyes, monkeypatch):
    bench()

    def lost(*_):
        raise errors.Locked()

    monkeypatch.setattr(duties, "page", lost)
    eyes.press("f6")
    assert "台账正被别人写入" in eyes.text and "张浩宇" in eyes.text


def test_the_list_is_narrowed_to_a_group_and_back(ledger, bench, any_eyes):
    put(ledger, "张浩宇", village_group="一组")
    put(ledger, "李雨涵", village_group="十组")
    bench()
    any_eyes.press("tab").type("十组")
    any_eyes.press("enter")
    assert "李雨涵" in any_eyes.text and "张浩宇" not in any_eyes.text and "只看 十组" in any_eyes.text
    any_eyes.press("escape")
    assert "张浩宇" in any_eyes.text and "只看 十组" not in any_eyes.text


def test_the_list_is_narrowed_to_a_helper(owed, bench, eyes):
    bench()
    eyes.press("tab").type("bfr")
    eyes.press("enter", "enter", "enter")
    assert "张浩宇" in eyes.text and "李雨涵" not in eyes.text and "只看 刘老师" in eyes.text


def test_a_long_list_is_read_to_its_end(ledger, bench, eyes):
    for number in range(60):
        put(ledger, f"张小{'一二三四五六七八九十'[number % 10]}{'甲乙丙丁戊己'[number // 10]}")
    bench()
    assert "待办 60" in eyes.text
    eyes.press("end")
    assert eyes.styled("cursor")[0].strip() == duties.page(TODAY)[-1].child


def test_what_is_overdue_stands_before_what_is_due_whoever_it_is(ledger, bench, any_eyes):
    care.record(ledger, child_id=put(ledger, "李雨涵", focus="no_guardian"), on_date=date(2026, 10, 27))
    put(ledger, "张浩宇")
    bench()
    shown = [line for line in any_eyes.lines() if ("谈心" in line and "前" in line) or "逾期5" in line]
    assert "逾期53天" in shown[0] and "张浩宇" in shown[0] and "周五前" in shown[1] and "李雨涵" in shown[1]


def test_the_order_is_told_in_one_line(owed, bench, eyes):
    bench()
    eyes.press("f1")
    assert any("先逾期，再到期" in line and "再看期限" in line for line in eyes.lines())


def test_with_a_clock_set_back_the_day_of_a_record_is_asked(owed, bench, any_eyes, monkeypatch):
    monkeypatch.setenv("GUANAI_TODAY", "2026-10-20")
    bench()
    assert "电脑日期不对？" in any_eyes.text
    any_eyes.press("enter")
    assert "2026-10-20" not in any_eyes.text


def test_marked_ones_are_recorded_together(owed, bench, eyes):
    bench()
    eyes.press("space", "space")
    assert "标记 2" in eyes.text
    eyes.press("enter").type("班会")
    eyes.press("ctrl+s")
    assert [len(care.records(child_id=owed[name])) for name in ("李雨涵", "张浩宇")] == [2, 1]
    assert "标记" not in eyes.text and "待办 0" in eyes.text


def test_a_mark_whose_duty_somebody_settled_meanwhile_is_told(owed, bench, ledger, eyes):
    bench()
    eyes.press("space", "space")
    care.record(ledger, child_id=owed["李雨涵"], on_date=TODAY)
    eyes.press("enter")
    assert "李雨涵的刚有人办了" in eyes.text and "标记 1" in eyes.text
    eyes.press("enter").type("班会")
    eyes.press("ctrl+s")
    assert [len(care.records(child_id=owed[name])) for name in ("李雨涵", "张浩宇")] == [2, 1]


def test_keys_too_many_after_a_save_do_not_land_in_the_next_childs_record(owed, bench, eyes):
    """One Enter too many, all in one burst: the next child has come under the cursor and nobody has seen it."""
    bench()
    assert eyes.styled("cursor")
    for key in ("enter", *"家中", "ctrl+s", "enter", *"2026-9-1", "ctrl+s"):
        eyes.desk.press(key, key if len(key) == 1 else None)
    assert [line.place for line in care.records(child_id=owed["李雨涵"])][:1] == ["家中"]
    assert care.records(child_id=owed["张浩宇"]) == []
    eyes.press("enter")
    assert "谈心：张浩宇" in eyes.text


def test_an_item_of_a_plan_is_told_with_its_day_and_put_off_from_the_list(ledger, bench, any_eyes):
    item = plan_items.add("2026-11", "第二次周六开放日11月14日", ledger)
    bench()
    assert "第二次周六开放日11月14日" in any_eyes.text.split("本单位")[0]
    any_eyes.press("f10").type("zx\n").type("yq\n")
    any_eyes.type("2026-12-05\n").type("下雨\n")
    assert "延期到12月5日" in any_eyes.text
    assert (plan_items.line(item).due_on, plan_items.line(item).put_off) == (date(2026, 12, 5), "下雨")
