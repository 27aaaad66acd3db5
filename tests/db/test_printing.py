"""Cards, files and record cards: what stands on them, escaped; the printer and the file; which prints are stale."""

import json
from datetime import date
from html.parser import HTMLParser
from stat import S_IMODE

import pytest

from db import care, changes, child_sheet, children, helpers, pairing, timeline
from db.models import CarePlan, CareStep, Child, Helper, Incident, Printed
from db.printing import cards, html, pdf, printed, printer, records
from db.printing.content import Leaf, Paper, Part, rows
from db.printing.printed import CARD, FILE, RECORD, Job
from db.values import Refused
from tests.fake_printer import Machine, make_font

FAMILY = {
    "birth_date": "2015-03-08", "village_group": "一组", "address": "青石镇柳溪村一组5号", "schooling": "primary", "school": "柳溪小学",
    "grade": "p5", "class_no": "2班", "father_name": "张强", "father_whereabouts": "away", "father_place": "广东省深圳市",
    "father_phone": "19900001234", "father_workplace": "深圳某厂", "father_work_phone": "0755-1234567", "mother_name": "李秀",
    "mother_phone": "19900001236", "guardian_relation": "61", "guardian_name": "张大", "guardian_phone": "19900001235",
    "guardian_occupation": "务农", "guardian_health": "weak", "guardian_age": 66, "guardian_address": "一组5号",
}  # fmt: skip


class Text(HTMLParser):
    """What a browser would show, and which tags there are."""

    def __init__(self, page: str):
        super().__init__()
        self.words, self.tags = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        if self.tags[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self) -> str:
        return "\n".join(self.words)


@pytest.fixture
def child(enter, number):
    return enter("张浩宇", id_number=number(), **FAMILY)


@pytest.fixture(scope="session")
def boxes(tmp_path_factory):
    return make_font(tmp_path_factory.mktemp("font") / "boxes.ttf")


@pytest.fixture
def machine(tmp_path, monkeypatch):
    return Machine(tmp_path, monkeypatch)


@pytest.fixture
def writing(tmp_path, user):
    """Print into a file and read it as a browser would."""

    def write(what, ids, reveal=False):
        path = tmp_path / "out.html"
        list(printed.to_file(Job(what, ids, reveal), path, user))
        assert S_IMODE(path.stat().st_mode) == 0o600
        return Text(path.read_text("utf-8"))

    return write


def helper_of(child, user, name="刘老师"):
    helper = helpers.save(
        None, {"name": name, "kind": "teacher", "phone": "19900007777"}, helpers.load(None), user
    ).id
    pairing.pair(child, helper, "teacher", date(2026, 9, 1), user)
    return helper


# ---- what stands on it ----------------------------------------------------------------------------


def test_a_card_has_what_the_form_asks_for(child, user, writing, number):
    helper_of(child, user)
    page = writing(CARD, [child])
    for said in (
        "柳溪村留守儿童联系卡", "张浩宇", "柳溪小学 五年级 2班", "青石镇柳溪村一组5号", "张强", "19900001234", "广东省深圳市",
        "深圳某厂", "0755-1234567", "李秀", "19900001236", "张大", "祖父", "19900001235", "务农", "一般或较弱", "66岁", "一组5号",
        "帮扶教师 刘老师 19900007777", "更新日期：2026-09-10　制表：王晓",
    ):  # fmt: skip
        assert said in page.text, said
    assert number() not in page.text and "340505********" in page.text
    assert number() in writing(CARD, [child], reveal=True).text


def test_a_card_of_a_child_about_whom_little_is_known(enter, writing):
    page = writing(CARD, [enter("陈思琪", no_guardian=True)])
    assert "陈思琪" in page.text and "无人监护" in page.text and "还没有结对" in page.text
    assert "None" not in page.text and "未采集" not in page.text


def test_the_card_falls_back_on_the_latest_survey(child, user, writing, monkeypatch):
    from db import site

    monkeypatch.setenv("GUANAI_TODAY", "2027-02-20")
    site.put("term", "2027春", user)
    site.term()
    assert "柳溪小学 五年级 2班" in writing(CARD, [child]).text
    assert printed.stale() == []


def test_the_whole_file(child, user, writing, number):
    helper_of(child, user)
    care.record(user, child_id=child, on_date=date(2026, 9, 9), by_name="刘老师", content="想家\n第二行")
    with changes.action("准备", None) as act:
        plan = act.insert(
            CarePlan,
            child=child,
            kind="care",
            problem="想妈妈",
            goal="常联系",
            starts=date(2026, 9, 1),
            by_name="刘老师",
        )
        act.insert(CareStep, plan=plan, child=child, title="打电话", due_on=date(2026, 9, 20))
        act.insert(
            Incident, author=user, child=child, kind="injured", on_date=date(2026, 9, 9), seen="身上有伤"
        )
    page = writing(FILE, [child])
    for said in ("张浩宇 档案", "监护人电话", "19900001235", "想家", "第二行", "帮扶方案", "常联系", "步骤：打电话，应在2026-09-20，还没做",
                 "2026秋  五年级", "结对：帮扶教师 刘老师"):  # fmt: skip
        assert said in page.text, said
    assert number() not in page.text and "身上有伤" not in page.text
    assert number() in writing(FILE, [child], reveal=True).text


def test_record_cards_of_any_kind(child, user, writing):
    for kind, content in (("talk", "想家"), ("visit", "家里整齐")):
        care.record(
            user,
            child_id=child,
            kind=kind,
            on_date=date(2026, 9, 9),
            by_name="刘老师",
            place="学校",
            content=content,
        )
    assert records.kinds_of(child) == [("talk", "谈心", 1), ("visit", "走访", 1)]
    page = writing(RECORD, records.of_child(child))
    for said in (
        "谈心记录卡",
        "走访记录卡",
        "谈话人",
        "走访人",
        "柳溪小学 五年级 2班",
        "2026-09-09",
        "谈心缘由",
        "家长反馈",
        "后续计划",
    ):
        assert said in page.text
    assert "家里整齐" not in writing(RECORD, records.of_child(child, "talk")).text
    assert {row.what for row in Printed.live()} == {"record"}


@pytest.mark.parametrize(
    "evil",
    [
        "<b>张</b>",
        "<script>alert(1)</script>",
        '"><img src=x>',
        "=1+1",
        "&amp;",
        "[/red]",
        "张\x1b[31m三",
        "张‮三",
    ],
)
def test_what_was_typed_stays_text(evil, child, user, writing):
    clean = Text(html._text("x")).tags
    plain = set(writing(FILE, [child]).tags)
    with changes.action("准备", None) as act:
        act.update(children.live(child), name=evil, note=evil, hobbies=evil)
    care.record(user, child_id=child, on_date=date(2026, 9, 9), content=evil, reason=evil)
    for what, ids in ((CARD, [child]), (FILE, [child]), (RECORD, records.of_child(child))):
        page = writing(what, ids)
        assert set(page.tags) <= plain | {"p", "br"}, page.tags
        shown = evil.replace("\x1b", "").replace("‮", "")
        assert shown in page.text or shown.replace("[31m", "") in page.text
        assert "\x1b" not in page.text and "‮" not in page.text
    assert clean == []


def test_the_page_stands_alone(child, tmp_path, user):
    list(printed.to_file(Job(CARD, [child]), tmp_path / "a.html", user))
    page = (tmp_path / "a.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>") and '<meta charset="utf-8">' in page
    assert "http" not in page.replace("http-equiv", "") and "<script" not in page and "size: A4" in page
    assert 'mso-number-format: "\\@"' in page, "a spreadsheet takes no cell for a formula"


def test_many_in_the_registers_order(enter, user, writing):
    ids = [
        enter(f"{name}", village_group=group)
        for name, group in (("王一", "十组"), ("李二", "二组"), ("张三", "二组"))
    ]
    assert printed.in_order(ids) == children.keys() and printed.in_order(set(ids)) == children.keys()
    page = writing(CARD, printed.in_order(ids))
    assert [word for word in page.words if word in ("王一", "李二", "张三")] == ["张三", "李二", "王一"] or [
        word for word in page.words if word in ("王一", "李二", "张三")
    ] == ["李二", "张三", "王一"]
    assert page.tags.count("section") == 3 and Printed.live().count() == 3


def test_short_values_share_a_row():
    assert list(rows([("a", "1"), ("b", "2"), ("c", "x" * 40), ("d", "4")])) == [
        [("a", "1"), ("b", "2")], [("c", "x" * 40)], [("d", "4")],
    ]  # fmt: skip
    assert list(rows([("a", "1"), ("b", "一\n二")])) == [[("a", "1")], [("b", "一\n二")]]


# ---- noted, undone, refused -----------------------------------------------------------------------


def test_a_print_is_noted_as_one_action_and_can_be_taken_back(child, enter, user, writing):
    other = enter("李雨涵")
    writing(CARD, [child, other])
    done = changes.last_action(user)
    assert done.label == "打印联系卡 2份" and Printed.live().count() == 2
    writing(CARD, [child], reveal=True)
    shown = changes.last_action(user)
    assert shown.label == "打印联系卡 1份，身份证号不打码"
    changes.undo(shown.action, user)
    row = Printed.live().where(Printed.child == child).get()
    assert (row.what, row.on_date) == ("card", date(2026, 9, 10))
    assert set(json.loads(row.digest)) == set(cards.FIELDS)
    assert "19900001234" not in row.digest and "张" not in row.digest
    assert any(each.text == "打印联系卡" for each in timeline.told(child, timeline.events(child)))
    changes.undo(done.action, user)
    assert Printed.live().count() == 0


def test_a_file_that_cannot_be_written_notes_nothing(child, user, tmp_path):
    with pytest.raises(Refused, match=r"没有“.*”这个文件夹"):
        list(printed.to_file(Job(CARD, [child]), tmp_path / "no" / "a.html", user))
    assert Printed.live().count() == 0


def test_nobody_is_not_printed(child, user, tmp_path):
    children.remove(child, user)
    for what in (CARD, FILE, RECORD):
        with pytest.raises(Refused, match="没有可打印的内容"):
            list(printed.to_file(Job(what, [child]), tmp_path / "a.html", user))
    assert not (tmp_path / "a.html").exists()


# ---- the printer ----------------------------------------------------------------------------------


def test_which_printer(machine):
    assert printer.printer() is None
    machine.printer("HP-1020")
    assert printer.printer() == "HP-1020"
    machine.printer("Lenovo", default=False)
    assert printer.printer() == "Lenovo"


def test_no_printing_system_is_no_printer(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert printer.printer() is None and pdf.chinese_font() is None


def test_which_font(machine):
    machine.command(
        "fc-list",
        r"printf '200\t0\tBlack SC\t/f/b.ttc\n80\t0\tSans JP\t/f/r.ttc\n80\t2\tSans SC\t/f/r.ttc\n80\t0\tBits SC\t/f/a.pcf.gz\n'",
    )
    assert pdf.chinese_font() == pdf.Font("/f/r.ttc", 2)
    machine.command("fc-list", "exit 0")
    assert pdf.chinese_font() is None


@pytest.mark.parametrize("what", [CARD, FILE])
def test_lp_gets_a_pdf_that_reads_as_the_file_does(what, child, enter, user, machine, boxes, number):
    other = enter("李雨涵", note="很长的备注" * 60)
    machine.printer()
    machine.font(boxes)
    steps = list(printed.to_printer(Job(what, [child, other]), "HP-1020", user))
    assert steps == [1, 2]
    assert machine.words.startswith("-d HP-1020 -t ") and "media=A4" in machine.words
    assert machine.taken.read_bytes().startswith(b"%PDF-")
    text = machine.text
    for said in (
        "张浩宇",
        "李雨涵",
        "19900001235",
        "青石镇柳溪村一组5号",
        "更新日期：2026-09-10　制表：王晓",
    ):
        assert said in text, said
    assert number() not in text
    if what == FILE:
        assert text.replace("\n", "").count("很长的备注") == 60, "a long text is wrapped, not cut"
    assert Printed.live().count() == 2


def test_a_file_of_many_events_goes_over_pages(child, user, machine, boxes):
    for n in range(120):
        care.record(user, child_id=child, on_date=date(2026, 1, 1 + n % 28), content=f"第{n}次说的话")
    machine.printer()
    machine.font(boxes)
    list(printed.to_printer(Job(FILE, [child]), "HP-1020", user))
    assert machine.taken.read_bytes().count(b"/Type /Page\n") > 3
    assert all(f"第{n}次说的话" in machine.text for n in range(120))


def test_a_value_taller_than_a_page_is_not_lost(boxes):
    leaf = Leaf(None, "卡", [Part("", [("内容", "一\n" * 80 + "末")], [])], "脚", "")
    *_, made = pdf.render(Paper("卡", [leaf], crowded=True), pdf.Font(str(boxes), 0))
    assert made.count(b"/Type /Page\n") == 2


def test_a_font_that_cannot_be_used_is_named_with_the_cure(child, user, machine, tmp_path):
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font at all")
    machine.printer()
    machine.font(broken)
    with pytest.raises(Refused, match=r"broken\.ttf.*用不了.*存成文件"):
        list(printed.to_printer(Job(CARD, [child]), "HP-1020", user))
    assert Printed.live().count() == 0


def test_characters_the_font_lacks_do_no_harm(boxes):
    leaf = Leaf(None, "卡", [Part("", [("姓名", "张𠮷\x1b[31m😀")], [])], "", "")
    *_, made = pdf.render(Paper("卡", [leaf], crowded=True), pdf.Font(str(boxes), 0))
    assert made.startswith(b"%PDF-")


def test_a_printer_that_refuses_says_so_with_the_cure_and_nothing_is_noted(child, user, machine, boxes):
    machine.printer()
    machine.font(boxes)
    machine.broken()
    with pytest.raises(
        Refused, match=r"没有接受（lp: Destination is not accepting jobs\.）：请看它是否开着.*存成文件"
    ):
        list(printed.to_printer(Job(CARD, [child]), "HP-1020", user))
    assert Printed.live().count() == 0


def test_a_printer_that_does_not_answer(child, user, machine, boxes, monkeypatch):
    machine.printer()
    machine.font(boxes)
    machine.command("lp", "exec sleep 30")
    monkeypatch.setattr(printer, "SENT", 0.2)
    with pytest.raises(Refused, match="没有回应"):
        list(printed.to_printer(Job(CARD, [child]), "HP-1020", user))


def test_without_a_font_it_is_said_how_to_print(child, user, machine):
    machine.printer()
    with pytest.raises(Refused, match=r"没有中文字体.*存成文件.*fonts-noto-cjk"):
        list(printed.to_printer(Job(CARD, [child]), "HP-1020", user))


# ---- what no longer holds -------------------------------------------------------------------------


def test_a_card_is_stale_once_its_source_changed(child, user, edit, writing):
    writing(CARD, [child])
    assert printed.stale() == []
    edit(child, guardian_phone="19900009999", note="无关")
    (found,) = printed.stale()
    assert (found.id, found.name, found.what_label, found.changed) == (
        child,
        "张浩宇",
        "联系卡",
        ["监护人电话"],
    )
    assert found.said == "联系卡 9月10日打印后，监护人电话改过"
    assert printed.stale([child]) == [found]
    edit(child, guardian_phone="19900001235")
    assert printed.stale() == [], "changed back: the card holds again"


def test_printing_anew_settles_it(child, user, edit, writing):
    writing(CARD, [child])
    edit(child, address="新屋")
    writing(CARD, [child])
    assert printed.stale() == []


def test_a_new_helper_or_class_makes_it_stale_and_a_record_does_not(child, user, edit, writing):
    writing(FILE, [child])
    care.record(user, child_id=child, on_date=date(2026, 9, 9), content="想家")
    assert printed.stale() == []
    helper = helper_of(child, user)
    edit(child, class_no="3班")
    assert printed.stale()[0].changed == ["班级", "帮扶人"]
    with changes.action("准备", None) as act:
        act.update(Helper.get_by_id(helper), phone="19900008888")
    assert printed.stale()[0].changed == ["班级", "帮扶人"]


def test_stale_prints_of_many_children(enter, edit, user, writing):
    ids = [enter(f"儿童{n}", village_group=f"{n % 3 + 1}组", address="老屋") for n in range(30)]
    writing(CARD, ids)
    for each in ids[:20]:
        edit(each, address="新屋")
    children.remove(ids[0], user)
    with changes.action("准备", None) as act:
        act.update(Child.get_by_id(ids[1]), left_on=date(2026, 9, 10))
    found = printed.stale()
    assert len(found) == 18 and {each.id for each in found} == set(ids[2:20])
    assert [each.village_group for each in found] == sorted(each.village_group for each in found)
    assert printed.stale(ids[20:]) == [] and printed.stale([]) == []


def test_a_digest_of_an_older_program_names_what_it_knows(child, user):
    values = cards.sources([child])[child]
    older = json.dumps({"name": json.loads(cards.digest(values))["name"]})
    assert cards.changed(older, values) == [] and cards.changed("{}", values) == []


def test_the_sheet_prints_what_the_sheet_saves(child):
    assert child_sheet.load(child)["guardian_age"] == cards.sources([child])[child]["guardian_age"] == 66
