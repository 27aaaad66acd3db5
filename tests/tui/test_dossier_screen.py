"""档案 on the screen: its pages, its list of events, what F10 prints; and the prints that must be made anew."""

from datetime import date
from stat import S_IMODE

import pytest
from people import PARENTS, put

from db import care, changes, child_sheet, children, duties, helpers, leaving, pairing
from db.errors import Locked
from db.models import CarePlan, CareRecord, CareStep, Exit, Incident, Printed, Survey, Term
from db.printing import printed
from db.printing.printed import CARD, FILE, Job
from tests.fake_printer import Machine, make_font
from tui.screens.dossier import TABS, Dossier
from tui.screens.printing import StalePrints
from tui.screens.register import Register
from tui.widgets.dialogs import Choose, Tell
from tui.widgets.sheet import Sheet

ID = "340505201503080115"


@pytest.fixture
def child(ledger):
    return put(
        ledger, name="张浩宇", sex="male", birth_date="2015-03-08", id_number=None, schooling="primary", grade="p5", health="healthy",
        study_level="poor", guardianship="fair", focus="study mind", **PARENTS,
    )  # fmt: skip


@pytest.fixture
def full(child, ledger):
    helper = helpers.save(
        None, {"name": "刘老师", "kind": "teacher", "phone": "19900007777"}, helpers.load(None), ledger
    ).id
    pairing.pair(child, helper, "teacher", date(2026, 9, 1), ledger)
    for n in range(30):
        care.record(
            ledger, child_id=child, on_date=date(2026, 10, 1 + n), by_name="刘老师", place="学校",
            reason=f"第{n + 1}次", content="想家" * (90 if n == 29 else 1),
        )  # fmt: skip
    with changes.action("准备", None) as act:
        plan = act.insert(
            CarePlan,
            child=child,
            kind="care",
            problem="想妈妈",
            starts=date(2026, 9, 2),
            review_on=date(2026, 12, 1),
        )
        act.insert(CareStep, plan=plan, child=child, title="每周视频", due_on=date(2026, 11, 30))
        old = act.insert(Term, code="2026春", starts=date(2026, 2, 15), ends=date(2026, 7, 10))
        act.insert(
            Survey, child=child, term=old, surveyed_on=date(2026, 3, 5), study_level="good", grade="p4"
        )
        act.insert(
            CareRecord,
            child=child,
            kind="risk_review",
            on_date=date(2026, 9, 1),
            scale="红黄蓝绿",
            grade="黄",
        )
        act.insert(
            Incident, author=ledger, child=child, kind="injured", on_date=date(2026, 9, 9), seen="身上有伤"
        )
    return child


@pytest.fixture
def page(context, full):
    context.desk.push(Dossier(context, full))
    return context.desk.top


@pytest.fixture
def machine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Machine(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def boxes(tmp_path_factory):
    return make_font(tmp_path_factory.mktemp("font") / "boxes.ttf")


def everything(eyes):
    """The whole page in view, above and below the window too."""
    return "\n".join("".join(text for text, _ in line) for line in eyes.desk.top.lines(eyes.size[0]))


# ---- its pages ------------------------------------------------------------------------------------


def test_the_first_page_says_how_things_stand(page, any_eyes):
    said = everything(any_eyes)
    for wanted in (
        "男 11岁 一组 柳溪小学五年级", "留守  重点：学习困难、心理困难  在册", "建档还缺：身份证号", "张强  外出，广东省深圳市  199****1234",
        "张大  祖父  199****1235", "刘老师  199****7777", "帮扶方案：想妈妈", "下一步 11月30日：每周视频，12月1日评估，已做 0/1 步",
        "近来（全部",
        "三知三多三沟通 ",
    ):  # fmt: skip
        assert wanted in said.replace("\n  ", "  "), (wanted, said)
    assert "身上有伤" not in said and "身上有伤" not in any_eyes.text
    assert "1概况 2家庭 3资料 4帮扶 5成长 6经过" in any_eyes.text and "按数字换页" in any_eyes.text


@pytest.mark.parametrize(("key", "wanted"), [
    ("2", "单位电话"), ("3", "户籍地址"), ("4", "帮扶教师  刘老师"), ("5", "风险评估"), ("6", "全部 1/"), ("６", "全部 1/"),
])  # fmt: skip
def test_digits_lead_to_the_pages(page, any_eyes, key, wanted):
    any_eyes.press(key)
    at = int(key.translate({ord("６"): "6"})) - 1
    assert any_eyes.styled("cursor")[0].strip() == TABS[at]
    assert wanted in (any_eyes.text if at == 5 else everything(any_eyes))


def test_arrows_turn_the_pages_round(page, eyes):
    eyes.press("left")
    assert page.tab == 5
    eyes.press("right", "right")
    assert page.tab == 1
    eyes.press("pagedown", "down", "home", "space", "pageup")
    assert page.top == 0


def test_every_page_scrolls_to_its_end(page, any_eyes):
    for tab in "12345":
        any_eyes.press(tab, *["pagedown"] * 12)
        assert "下面还有" not in any_eyes.text
        last = next(line for line in reversed(everything(any_eyes).split("\n")) if line.strip())
        assert last.strip() in any_eyes.text


def test_progress_is_read_without_colour_too(page, any_eyes, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    any_eyes.press("5")
    spring, autumn = (
        next(line for line in any_eyes.lines() if code in line) for code in ("2026春", "2026秋")
    )
    assert "较好" in spring and "未采集" in spring and "####" in spring
    assert "困难" in autumn and "健康" in autumn and "一般" in autumn and "#" in autumn
    assert spring.count("#") > autumn.split("困难")[0].count("#"), "a better level has the longer bar"
    assert "2026-09-01 红黄蓝绿 黄" in any_eyes.text
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm")
    assert "#" not in any_eyes.text and any(run.strip() == "" for run in any_eyes.styled("bar"))


def test_open_duties_stand_on_the_first_page(child, context, ledger, any_eyes):
    care.record(
        ledger, child_id=child, on_date=date(2026, 11, 20), by_name="刘老师", follow_up="给妈妈打电话"
    )
    with changes.action("准备", None) as act:
        row = CareRecord.live().where(CareRecord.child == child).get()
        act.update(row, follow_up_on=date(2026, 11, 21))
    context.desk.push(Dossier(context, child))
    assert "待办" in any_eyes.styled("head")[2]
    assert "逾期2天  " in everything(any_eyes) and "给妈妈打电话" in everything(any_eyes)
    assert any("逾期2天" in run for run in any_eyes.styled("alarm"))


def test_a_child_that_left_says_why_at_the_top(child, context, any_eyes):
    with changes.action("准备", None) as act:
        act.insert(Exit, child=child, reason="parent_back", on_date=date(2026, 11, 1))
        act.update(children.live(child), left_on=date(2026, 11, 1))
    context.desk.push(Dossier(context, child))
    assert (
        "已退出登记：2026-11-01父母返乡" in any_eyes.text.replace("\n ", "").replace(" ", "")
        and "在册" not in any_eyes.text
    )


def test_a_child_without_anything(ledger, context, any_eyes):
    context.desk.push(Dossier(context, put(ledger, name="陈思琪", surveyed_on=None)))
    assert "本学期未摸底。建档还缺" in any_eyes.text and "还没有结对" in everything(any_eyes)
    any_eyes.press("5")
    assert "还没有摸底，看不出变化" in any_eyes.text
    any_eyes.press("6")
    assert "全部 1/1" in any_eyes.text


# ---- what happened --------------------------------------------------------------------------------


def test_events_are_a_list_of_their_own(page, any_eyes):
    any_eyes.press("6", "/")
    assert isinstance(any_eyes.desk.top, Choose) and "关爱记录 31" in any_eyes.text
    any_eyes.press("text:关爱", "enter")
    assert (
        "关爱记录 1/31" in any_eyes.text and "2026-10-30" in any_eyes.text and "按回车看全文" in any_eyes.text
    )
    any_eyes.press("end")
    assert "关爱记录 31/31" in any_eyes.text and "风险评估" in any_eyes.text
    any_eyes.press("f", "enter")
    assert "全部 1/" in any_eyes.text


def test_enter_opens_the_record_and_tells_what_else_there_is(page, eyes):
    eyes.press("6", "f", "text:关爱", "enter", "enter")
    assert isinstance(eyes.desk.top, Sheet) and eyes.desk.top.title == "修改谈心：张浩宇"
    eyes.press("escape", "f", "text:方案", "enter", "enter")
    assert isinstance(eyes.desk.top, Tell) and "想妈妈" in eyes.text
    eyes.press("escape", "e")
    assert isinstance(eyes.desk.top, Sheet)


def test_numbers_in_changes_are_masked_until_asked(page, eyes, context):
    base = child_sheet.load(page.child_id)
    child_sheet.save(page.child_id, base | {"father_phone": "19900004321"}, base, context.by)
    page.shown()
    eyes.press("6", "f", "text:改动", "enter")
    assert "199****1234→199****4321" in eyes.text
    eyes.press("f8")
    assert "19900001234→19900004321" in eyes.text


def test_only_the_window_of_events_is_read(page, eyes, monkeypatch):
    from db import timeline

    asked = []
    telling = timeline.told
    monkeypatch.setattr(
        timeline,
        "told",
        lambda child, keys, reveal=False: telling(child, asked.append(len(keys)) or keys, reveal),
    )
    eyes.press("6")
    assert max(asked) <= 24 < len(page.happened)


# ---- printing from it -----------------------------------------------------------------------------


def test_without_a_printer_it_becomes_a_file_and_its_place_is_told(page, any_eyes, machine, tmp_path):
    any_eyes.press("f10")
    assert "打印联系卡" in any_eyes.text
    any_eyes.press("2", "enter")
    assert "没有找到打印机" in any_eyes.text and "身份证号打码" in any_eyes.text
    any_eyes.press("enter")
    place = tmp_path / "联系卡-张浩宇-20261123.html"
    any_eyes.press("enter")
    assert "联系卡已存到" in any_eyes.desk.message[0] and str(place) in any_eyes.desk.message[0]
    assert S_IMODE(place.stat().st_mode) == 0o600 and "张浩宇" in place.read_text("utf-8")
    any_eyes.press("f10", "text:dylxk", "enter", "enter", "enter")
    assert "要覆盖吗" in any_eyes.text
    any_eyes.press("escape")
    assert Printed.live().count() == 1
    any_eyes.press("ctrl+z", "enter")
    assert Printed.live().count() == 0


def test_a_printer_is_offered_first_and_numbers_in_full_on_request(page, eyes, machine, boxes, ledger):
    base = child_sheet.load(page.child_id)
    child_sheet.save(page.child_id, base | {"id_number": number()}, base, ledger)
    machine.printer("HP-1020")
    machine.font(boxes)
    eyes.press("f10", "2", "enter")
    assert "打印到 HP-1020，身份证号打码" in eyes.text
    eyes.press("enter")
    assert eyes.desk.message == ("联系卡已交给打印机 HP-1020", "good")
    assert "张浩宇" in machine.text and number() not in machine.text
    eyes.press("f10", "3", "enter", "2", "enter")
    assert eyes.desk.message == ("档案已交给打印机 HP-1020", "good") and number() in machine.text
    assert {row.what for row in Printed.live()} == {CARD, FILE}


def number():
    from db.values import check_digit

    body = ID[:17]
    return body + check_digit(body)


def test_a_printer_that_fails_leaves_the_page_standing(page, eyes, machine, boxes):
    machine.printer()
    machine.font(boxes)
    machine.broken()
    eyes.press("f10", "2", "enter", "enter")
    assert "没有接受" in eyes.desk.message[0] and eyes.desk.message[1] == "error" and eyes.desk.top is page
    assert Printed.live().count() == 0


def test_record_cards_are_chosen_by_kind(page, eyes, machine, tmp_path):
    eyes.press("f10", "4", "enter")
    assert "全部 31份" in eyes.text and "谈心 30份" in eyes.text
    eyes.press("2", "enter")
    assert "记录卡 30份" in eyes.text and "身份证号打码" not in eyes.text
    eyes.press("enter", "enter")
    assert (tmp_path / "记录卡-张浩宇-20261123.html").read_text("utf-8").count("谈心记录卡") == 30


def test_a_child_without_records_has_no_record_card(child, context, eyes, machine):
    context.desk.push(Dossier(context, child))
    eyes.press("f10", "4", "enter")
    assert "还没有记录可打印" in eyes.desk.message[0]


def test_the_rest_of_the_menu(page, eyes):
    eyes.press("f10", "enter")
    assert eyes.desk.top.title == "关爱记录：张浩宇"
    eyes.press("escape", "r")
    assert eyes.desk.top.title == "关爱记录：张浩宇"
    eyes.press("escape", "f10", "escape")
    assert eyes.desk.top is page


@pytest.mark.parametrize(
    ("typed", "seen"),
    [("bffa", "想妈妈"), ("gaqd", "关爱清单：张浩宇"), ("tcdj", "父母返乡"), ("xzcwj", "转出文件写到")],
)
def test_the_menu_leads_to_what_belongs_to_the_child(page, any_eyes, typed, seen):
    any_eyes.press("f10", f"text:{typed}", "enter")
    assert any_eyes.desk.top is not page and seen in any_eyes.text


def test_checklists_say_what_is_lacking(page, eyes):
    eyes.press("4")
    said = everything(eyes)
    assert "三个优先 0/3" in said and "还没有：学习优先辅导、生活优先照顾" in said


# ---- from the register ----------------------------------------------------------------------------


@pytest.fixture
def three(child, ledger):
    put(ledger, name="李雨涵", village_group="二组")
    put(ledger, name="王一鸣", village_group="二组")
    return children.keys()


def test_the_register_prints_for_those_marked_else_for_all_found(three, context, any_eyes, machine, tmp_path):
    context.desk.push(Register(context))
    any_eyes.press("f10")
    assert "打印联系卡：找到的3名" in any_eyes.text
    any_eyes.press("text:dylxk", "enter", "enter", "enter")
    page = (tmp_path / "联系卡-3名-20261123.html").read_text("utf-8")
    assert page.index("张浩宇") < page.index("李雨涵") < page.index("王一鸣")
    any_eyes.press("space", "space", "f10")
    assert "打印档案：标记的2名" in any_eyes.text
    any_eyes.press("text:dyda", "enter", "enter", "enter")
    assert (tmp_path / "档案-2名-20261123.html").read_text("utf-8").count("<section") == 2


def test_an_empty_register_has_nothing_to_print(ledger, context, eyes):
    context.desk.push(Register(context))
    eyes.press("f10")
    assert "打印联系卡" not in eyes.text and "新学期更新" in eyes.text


def test_the_menu_still_leads_to_the_renewal(three, context, eyes):
    from tui.screens.renewal import Renewal

    context.desk.push(Register(context))
    eyes.press("f10", "enter")
    assert isinstance(eyes.desk.top, Renewal)
    eyes.press("escape", "u")
    assert isinstance(eyes.desk.top, Renewal)


def test_stale_cards_are_told_on_the_page_and_printed_anew_in_one_go(
    three, context, any_eyes, machine, tmp_path, ledger
):
    list(printed.to_file(Job(CARD, three), tmp_path / "a.html", ledger))
    for each in three[:2]:
        base = child_sheet.load(each)
        child_sheet.save(each, base | {"address": "新屋"}, base, ledger)
    context.desk.push(Register(context))
    any_eyes.press("enter")
    assert "联系卡 11月23日打印后，现住址改过（按 F10 重印）" in any_eyes.text.replace("\n ", "")
    any_eyes.press("escape", "f10", "text:gsd", "enter")
    assert isinstance(any_eyes.desk.top, StalePrints)
    assert "张浩宇" in any_eyes.text and "李雨涵" in any_eyes.text and "王一鸣" not in any_eyes.text
    any_eyes.press("f10")
    assert any_eyes.desk.message == ("没有要重印的档案", "warn")
    any_eyes.press("enter")
    assert any_eyes.desk.top.title == "档案：张浩宇"
    any_eyes.press("escape", "f8", "enter", "enter")
    assert "联系卡已存到" in any_eyes.desk.message[0]
    assert "打印过的联系卡和档案都和台账一致" in any_eyes.text
    any_eyes.press("f8")
    assert any_eyes.desk.message == ("没有要重印的联系卡", "warn")
    any_eyes.press("ctrl+z", "enter")
    assert "李雨涵" in any_eyes.text


def test_nobody_is_sent_to_pair_a_child_that_left(child, ledger, context, any_eyes):
    context.desk.push(Dossier(context, child))
    assert "还没有结对：按 F3 去结对" in any_eyes.text
    leaving.leave(child, "moved", date(2026, 11, 20), by=ledger)
    context.desk.top.shown()
    assert "已退出登记，没有结对" in any_eyes.text and "按 F3" not in any_eyes.text
    any_eyes.press("4")
    assert "已退出登记，没有结对" in any_eyes.text


def test_a_file_half_read_says_so_and_stands(child, context, any_eyes, monkeypatch):
    def locked(*_):
        raise Locked()

    monkeypatch.setattr(duties, "of_child", locked)
    context.open_child(child)
    assert "正被别人写入" in any_eyes.text
    any_eyes.press("down", "1", "6")
    monkeypatch.undo()
