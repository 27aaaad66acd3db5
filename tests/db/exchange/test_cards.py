"""Forms of one child: their labels found, what each asks for, and what is written where."""

import io
from datetime import date

import openpyxl
import pytest

from db import care, helpers, pairing, site
from db.exchange import filling
from db.exchange.boxes import boxes, ticked
from db.exchange.cards import find_slots
from db.exchange.gaps import gaps
from db.values import Refused
from tests.db.conftest import id_number
from tests.db.exchange import card_forms
from tests.db.exchange.card_forms import as_xlsx, drawn
from tests.db.exchange.made import made_book, sheet_xml

FAMILY = {
    "sex": "male", "birth_date": "2015-03-08", "ethnicity": "01", "address": "柳溪村一组55号", "phone": "19900000009",
    "schooling": "primary", "school": "柳溪小学", "grade": "p3", "class_no": "1班", "health": "healthy", "boarding": False,
    "father_name": "张建国", "father_whereabouts": "away", "father_place": "广东省深圳市", "father_phone": "19900000001",
    "father_workplace": "某电子厂", "mother_name": "李秀英", "mother_whereabouts": "away", "mother_place": "浙江省宁波市",
    "mother_phone": "19900000002", "guardian_relation": "62", "guardian_name": "王桂兰", "guardian_phone": "19900000003",
    "guardian_age": 66, "guardian_occupation": "务农", "guardian_health": "healthy", "income": "work farm",
}  # fmt: skip


@pytest.fixture
def village(user):
    """The village set up."""
    site.set_up(site_name="柳溪村", township="青石镇", by=user)


@pytest.fixture
def boy(village, enter):
    """A boy whose family is known."""
    return enter("张浩宇", id_number=id_number(), **FAMILY)


@pytest.fixture
def opened(tmp_path):
    """A drawing saved as a workbook and opened to be filled."""

    def opening(form, name="联系卡.xlsx"):
        path = tmp_path / name
        path.write_bytes(as_xlsx(form))
        return filling.open_form(str(path))

    return opening


def asked(form) -> dict[str, str | None]:
    """Label (with its group) → what it asks for."""
    rows, merged = drawn(form)
    return {
        f"{each.group}/{each.label}" if each.group else each.label: each.target
        for each in find_slots(rows, merged)[1]
    }


def written(form_open, tmp_path, user, **told) -> openpyxl.worksheet.worksheet.Worksheet:
    """The first sheet of what is written for all children on file."""
    form_open.choose(who="all", **told)
    out = tmp_path / "填好.xlsx"
    for _ in form_open.write(out, user):
        pass
    return openpyxl.load_workbook(out).worksheets[0]


# ── labels and what they ask for ─────────────────────────────────────────────────────────────────────────


def test_contact_card_is_understood_whole():
    found = asked(card_forms.CONTACT)
    assert found == {
        "姓名": "child.name", "性别": "child.sex", "出生年月": "child.birth_date", "民族": "child.ethnicity",
        "就读学校": "survey.school", "班级": "said.class", "家庭住址": "child.address", "联系电话(必填)": "child.phone",
        "父亲情况/姓名": "father.name", "父亲情况/联系电话": "father.phone", "父亲情况/务工地点": "survey.father_place",
        "父亲情况/工作单位": "father.workplace", "母亲情况/姓名": "mother.name", "母亲情况/联系电话": "mother.phone",
        "母亲情况/务工地点": "survey.mother_place", "母亲情况/工作单位": "mother.workplace", "监护人/姓名": "guardian.name",
        "监护人/与儿童关系": "guardian.relation", "监护人/年龄": "guardian.age", "监护人/电话": "guardian.phone",
        "监护人/职业": "guardian.occupation", "监护人/身体状况": "guardian.health", "备注": "child.note",
        "填表人": "form.by", "填表日期": "form.date", "审核人(签字)": None,
        "家庭成员/称谓": "m1.relation", "家庭成员/姓名": "m1.name", "家庭成员/年龄": "m1.age", "家庭成员/电话": "m1.phone",
        "家庭成员/工作单位": "m1.workplace",
    }  # fmt: skip


def test_registration_form_on_one_page():
    found = asked(card_forms.REGISTRATION)
    left = {label for label, target in found.items() if target is None}
    assert left == {"单位负责人(签名)", "复核人(签名)", "填表人(签名)"}  # signed by hand
    assert found["填报单位(盖章)"] == "form.site"
    assert found["父亲姓名"] == "father.name"
    assert [target for target in found.values() if target and target.startswith("survey.")] == [
        "survey.boarding", "survey.health", "survey.disability", "survey.schooling", "survey.mother_place",
        "survey.guardianship", "survey.income",
    ]  # fmt: skip


def test_talk_card_and_home_visit_take_records():
    for form, lacking in ((card_forms.TALK, []), (card_forms.VISIT, [])):
        rows, merged = drawn(form)
        kind, slots = find_slots(rows, merged)
        assert kind == "records"
        assert [each.label for each in slots if each.target is None] == lacking
    assert asked(card_forms.VISIT)["家庭成员情况"] == "said.family"
    assert asked(card_forms.VISIT)["生活环境"] == "record.home"


def test_pairing_form_tells_helper_from_guardian():
    found = asked(card_forms.PAIRING)
    assert found["联系电话"] == "helper.phone"
    assert found["监护人/电话"] == "guardian.phone"
    assert [label for label, target in found.items() if target is None] == ["帮扶措施"]


def test_head_of_the_risk_form():
    found = asked(card_forms.RISK)
    assert found["评估对象"] == "child.name"
    assert found["评估人"] == "record.by_name"
    assert found["风险等级"] == "record.grade"
    assert found["参与"] is found["复核"] is None


@pytest.mark.parametrize("form", [card_forms.PERSONS, card_forms.SIDE_BY_SIDE])
def test_persons_side_by_side(form):
    found = asked(form)
    assert found["父亲/姓名"] == "father.name"
    assert found["母亲/姓名"] == "mother.name"
    phone = "联系电话" if form is card_forms.PERSONS else "电话"
    assert found[f"父亲/{phone}"] == "father.phone"
    assert found[f"母亲/{phone}"] == "mother.phone"


def test_a_register_is_no_card():
    register = [
        ["留守儿童花名册", "<", "<", "<", "<"],
        ["填报单位：", "<", "<", "填表人", ""],
        ["姓名", "性别", "出生日期", "父亲", "<"],
        ["^", "^", "^", "姓名", "电话"],
        *([""] * 5 for _ in range(4)),
    ]
    assert find_slots(*drawn(register))[1] == []
    assert find_slots(*drawn(register[:5]))[1] == []


def test_nothing_and_notes_are_no_card():
    assert find_slots([])[1] == []
    assert find_slots([["请各村于本周五前上报，联系人张老师，电话见通知"], [None]])[1] == []


# ── blanks in a line, boxes ──────────────────────────────────────────────────────────────────────────────


def test_blanks_in_lines():
    known = {"姓名", "性别", "民族", "年龄"}.__contains__
    found = gaps(card_forms.IN_LINES[1], lambda words: known("".join(words.split())))
    assert [(each.label, each.boxed) for each in found] == [
        ("姓名", False),
        ("性别", True),
        ("民族", False),
        ("年龄", False),
    ]
    assert gaps("特长爱好：画画", known) == []
    assert gaps("上课时间 8:30", known) == []


@pytest.mark.parametrize(("text", "chosen", "said"), [
    ("□男 □女", {"女"}, "□男 ■女"),
    ("是☐ 否☐", {"是"}, "是☑ 否☐"),
    ("（ ）是 （ ）否", {"否"}, "（ ）是 （√）否"),
    ("○健康 ○残疾 ○患病____", {"患病"}, "○健康 ○残疾 ●患病____"),
    ("□男 □女", {"不详"}, "□男 □女"),
])  # fmt: skip
def test_boxes_keep_their_width(text, chosen, said):
    assert ticked(text, chosen) == said


def test_brackets_after_a_word_are_no_box():
    assert boxes("姓名（ ）") == []


# ── written ──────────────────────────────────────────────────────────────────────────────────────────────


def test_contact_card_is_filled(opened, boy, user, tmp_path):
    page = written(opened(card_forms.CONTACT), tmp_path, user)
    assert page["B2"].value == "张浩宇"
    assert page["D2"].value == "■男 □女"
    assert page["C10"].value == "66岁"
    assert page["C5"].value == "张建国"
    assert page["F5"].value == "照片"
    assert page["C17"].value.startswith("填表日期:2026年9月10日") or "2026年9月10日" in page["C17"].value
    assert [page.cell(row, 3).value for row in (13, 14, 15)] == ["张建国", "李秀英", "王桂兰"]
    assert page["A1"].font.bold
    assert "A1:F1" in map(str, page.merged_cells.ranges)


def test_ticks_and_lines_of_the_registration_form(opened, boy, user, tmp_path):
    page = written(opened(card_forms.REGISTRATION, "登记表.xlsx"), tmp_path, user)
    assert page["A2"].value == "填报单位（盖章）：柳溪村"
    assert page["D2"].value == "填报日期：2026年9月10日"
    assert page["F6"].value == "是□ 否■"
    assert page["B7"].value == "■健康 □残疾 □患病"
    assert "■小学" in page["B8"].value and page["B8"].value.count("■") == 1
    assert page["B13"].value == "（√）是 （ ）否"
    assert page["B16"].value == "■打工收入 ■种养殖业 □政府救助 □亲朋接济 □其他"
    assert page["D4"].value == id_number()


def test_what_is_not_known_stays_blank_and_is_told(opened, village, enter, user, tmp_path):
    enter("李雨涵", health="weak")
    form = opened(card_forms.REGISTRATION, "登记表.xlsx")
    page = written(form, tmp_path, user)
    assert page["D9"].value is None
    assert page["B7"].value == "□健康 □残疾 □患病"
    assert any("一般或较弱" in each for each in form.result.problems)
    assert "母亲姓名" in form.result.blank


def test_booklet_has_a_sheet_a_child(opened, boy, enter, user, tmp_path):
    enter("李雨涵", sex="female")
    enter("张浩宇", sex="male", birth_date="2016-01-02")
    form = opened(card_forms.CONTACT)
    written(form, tmp_path, user)
    book = openpyxl.load_workbook(tmp_path / "填好.xlsx")
    assert len(book.sheetnames) == 3 and len(set(book.sheetnames)) == 3
    assert sorted(page["B2"].value for page in book) == ["张浩宇", "张浩宇", "李雨涵"]
    assert form.result.rows == 3


def test_one_file_each_never_writes_over(opened, boy, enter, user, tmp_path):
    enter("张浩宇", sex="male", birth_date="2016-01-02")
    form = opened(card_forms.CONTACT)
    form.choose(who="all")
    folder, file = tmp_path / "一人一份", tmp_path / "文件"
    file.write_bytes(b"")
    with pytest.raises(Refused, match=r"没有.*文件夹"):
        list(form.write(folder / "没有" / "这里", user, each=True))
    with pytest.raises(Refused, match="是文件，不是文件夹"):
        list(form.write(file, user, each=True))
    assert not folder.exists()
    folder.mkdir()
    (folder / "张浩宇-联系卡.xlsx").write_bytes(b"mine")
    list(form.write(folder, user, each=True))
    assert sorted(each.name for each in folder.iterdir()) == [
        "张浩宇-联系卡(2).xlsx", "张浩宇-联系卡(3).xlsx", "张浩宇-联系卡.xlsx",
    ]  # fmt: skip
    assert (folder / "张浩宇-联系卡.xlsx").read_bytes() == b"mine"
    assert (folder / "张浩宇-联系卡(2).xlsx").stat().st_mode & 0o777 == 0o600
    list(form.write(tmp_path / "新建的", user, each=True))
    assert (tmp_path / "新建的").stat().st_mode & 0o777 == 0o700 and len(
        [*(tmp_path / "新建的").iterdir()]
    ) == 2


def test_settled_once_and_remembered(opened, boy, user, tmp_path):
    form = opened(card_forms.PAIRING, "结对.xlsx")
    card = form.parts[0]
    heading = next(each for each in card.headings if each.text == "帮扶措施")
    assert heading in form.unmapped
    form.assign(heading, "survey.needs")
    form.remember()
    again = opened(card_forms.PAIRING, "另一份.xlsx")
    assert again.parts[0].remembered
    assert (
        again.target_of(next(each for each in again.parts[0].headings if each.text == "帮扶措施"))
        == "survey.needs"
    )


def test_samples_are_masked(opened, boy):
    form = opened(card_forms.REGISTRATION)
    form.choose(who="all")
    card = form.parts[0]
    found = {each.text: form.samples(each) for each in card.headings}
    assert found["公民身份证号码"] == ["340505" + "*" * 8 + id_number()[-4:]]
    assert found["身体情况"] == ["健康"]


def test_a_card_for_every_talk(opened, boy, user, tmp_path):
    for day, content in ((date(2026, 9, 2), "想妈妈了"), (date(2026, 9, 8), "数学进步")):
        care.record(user, child_id=boy, on_date=day, content=content, by_name="刘老师", reason="例行谈心")
    care.record(user, child_id=boy, kind="visit", on_date=date(2026, 9, 5), home="三间瓦房")
    form = opened(card_forms.TALK, "谈心卡.xlsx")
    page = written(form, tmp_path, user)
    assert form.result.rows == 2  # the visit is no talk
    assert page["B5"].value == "想妈妈了"
    assert page["B3"].value == "张浩宇"


def test_records_in_a_table_of_the_card(opened, boy, user, tmp_path):
    for day in (2, 5, 8):
        care.record(user, child_id=boy, on_date=date(2026, 9, day), content=f"第{day}天", by_name="刘老师")
    table = [["谈心记录", "时间", "谈话人", "谈话内容"], ["^", "", "", ""], ["^", "", "", ""]]
    form = opened([["留守儿童档案卡", "<", "<", "<"], ["姓名", "", "性别", ""], *table], "档案卡.xlsx")
    page = written(form, tmp_path, user)
    assert [page.cell(row, 4).value for row in (4, 5)] == ["第8天", "第5天"]
    assert any("只有2行" in each for each in form.result.problems)


def test_pairing_form_is_filled(opened, boy, user, tmp_path):
    told = {"name": "刘老师", "kind": "teacher", "phone": "19900000008", "unit": "柳溪小学 教师"}
    helper = helpers.save(None, told, helpers.load(None), user).id
    pairing.pair(boy, helper, None, date(2026, 9, 3), user)
    page = written(opened(card_forms.PAIRING, "结对.xlsx"), tmp_path, user)
    assert (page["B2"].value, page["B3"].value, page["B4"].value) == ("刘老师", "19900000008", "张浩宇")
    assert (page["B6"].value, page["D6"].value) == ("王桂兰", "19900000003")


def test_refusals_name_the_cure(opened, boy, user, tmp_path):
    form = opened(card_forms.CONTACT)
    form.choose(who="all")
    with pytest.raises(Refused, match=r"以 \.xlsx 结尾"):
        list(form.write(tmp_path / "a.docx", user))
    with pytest.raises(Refused, match="空白表自己"):
        list(form.write(tmp_path / "联系卡.xlsx", user))
    form.choose(who="focus")
    with pytest.raises(Refused, match="没有可填的人"):
        list(form.write(tmp_path / "a.xlsx", user))


def test_the_blank_form_is_not_changed(opened, boy, user, tmp_path):
    form = opened(card_forms.CONTACT)
    before = (tmp_path / "联系卡.xlsx").read_bytes()
    written(form, tmp_path, user)
    assert (tmp_path / "联系卡.xlsx").read_bytes() == before
    assert openpyxl.load_workbook(io.BytesIO(before)).active["B2"].value is None


def test_merges_without_end_are_no_bomb(user, tmp_path):
    endless = '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="A2:XFD1048576"/></mergeCells>'
    cells = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{text}</t></is></c></row>'
        for row, text in enumerate(("姓名", "性别", "民族", "现住址"), 1)
    )
    path = tmp_path / "无尽.xlsx"
    path.write_bytes(made_book(sheet_xml(cells, after=endless)))
    form = filling.open_form(str(path))
    assert [each.text for each in form.parts[0].headings] == ["姓名", "性别", "民族", "现住址"]


def test_a_form_without_lines_has_sections(user, tmp_path):
    """Typed into a bare sheet: nothing says where the cells end, and sections are lines of their own."""
    book = openpyxl.Workbook()
    for row in (
        ["留守儿童信息卡"], ["姓名：", None, "性别："], ["父亲情况"], ["姓名", None, "电话"], ["务工地点"], ["母亲情况"], ["姓名", None, "电话"],
        ["备注"],
    ):  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "白.xlsx")
    form = filling.open_form(str(tmp_path / "白.xlsx"))
    card = form.parts[0]
    assert [(each.label, each.target, each.cell) for each in card.told] == [
        ("姓名", "child.name", (1, 1)), ("性别", "child.sex", (1, 3)), ("姓名", "father.name", (3, 1)),
        ("电话", "father.phone", (3, 3)), ("务工地点", "survey.father_place", (4, 1)), ("姓名", "mother.name", (6, 1)),
        ("电话", "mother.phone", (6, 3)), ("备注", "child.note", (7, 1)),
    ]  # fmt: skip


def test_whose_a_bare_label_is():
    """Groups in two levels, somebody we do not know between, the signer's day."""
    found = asked([
        ["留守儿童登记表", "<", "<", "<"],
        ["姓名", "", "出生日期", "年   月   日"],
        ["监护人签名：", "<", "日期：    年  月  日", "<"],
        ["家庭情况", "父亲", "姓名", ""],
        ["^", "^", "电话", ""],
        ["^", "母亲", "姓名", ""],
        ["^", "^", "电话", ""],
        ["班主任", "", "联系电话", ""],
        ["帮扶人", "", "联系电话", ""],
    ])  # fmt: skip
    assert found["父亲/电话"] == "father.phone" and found["母亲/电话"] == "mother.phone"
    assert found["帮扶人/联系电话"] == "helper.phone"
    assert found["监护人签名"] is found["日期"] is found["班主任"] is found["联系电话"] is None
    assert found["出生日期"] == "child.birth_date"


def test_other_cards_of_the_workbook_are_named(boy, user, tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(card_forms.CONTACT, "联系卡")))
    other = book.copy_worksheet(book.active)
    other.title = "联系卡二"
    book.save(tmp_path / "两张.xlsx")
    for _ in "12":
        form = filling.open_form(str(tmp_path / "两张.xlsx"))
        assert "只填工作表“联系卡”；“联系卡二”也是一人一张的表，请各自另存成一个工作簿再填" in form.notes
        form.remember()


def test_words_of_a_sample_are_masked_too(opened, boy):
    form = opened([["联系卡", "<"], ["姓名", ""], ["监护人信息", ""], ["家庭住址", ""]])
    said = form.samples(next(each for each in form.parts[0].headings if each.text == "监护人信息"))
    assert said and "199****" in said[0]
