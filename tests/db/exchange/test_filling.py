"""A blank form filled from the ledger: what it asks, how it wants it said, whom it is about, and what is refused."""

import stat
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from made import made_book, sheet_xml, zipped
from openpyxl import Workbook, load_workbook

from db import helpers, pairing, site
from db.exchange import facts, filling, form_rows, forms, importing, reader, register
from db.exchange.dropdowns import dropdowns
from db.exchange.filling import Filling, open_form
from db.exchange.reader import Sheet
from db.models import Child, Form, Helper
from db.register import Wanted
from db.spec import mask_id as masked
from db.values import Refused, check_digit

BOY, GIRL = (digits + check_digit(digits) for digits in ("34050520150308011", "34050520121102012"))
CHILDREN = [
    ["姓名", "性别", "出生日期", "身份证号", "现住址", "村民组", "身体情况", "患病类型", "就读学校", "年级", "班级", "是否寄宿", "父亲姓名",
     "父亲务工地点", "父亲电话", "母亲姓名", "母亲务工地点", "监护人姓名", "监护人关系", "监护人电话",
     "父母一方外出、另一方无监护能力", "无监护能力"],
    ["张浩宇", "男", "2015-03-08", BOY, "柳溪村一组1号", "一组", "慢性病", "哮喘", "柳溪小学", "三年级", "1班", "是",
     "张建国", "广东省深圳市", "19900000001", "李兰", "上海市", "张德福", "祖父", "19900000002", "否", None],
    ["李小雨", "女", "2012-11-02", GIRL, "柳溪村二组7号", "二组", "一般", None, "青石中学", "七年级", "2班", "否",
     "李强", "江苏省苏州市", "19900000003", "王芳", "在家", "王芳", "母亲", "19900000004", "是", "母亲"],
    ["陈思远", "男", "2016-5", None, "柳溪村二组9号", "二组", "健康", None, "柳溪小学", "二年级", None, "否",
     "陈刚", "在家", None, "赵敏", "在家", "赵敏", "母亲", None, "否", None],
]  # fmt: skip


def understood(*rows: list, kind: str | None = None):
    return register.understand("测试", [Sheet("S", [list(row) for row in rows])], kind)


@pytest.fixture
def village(user):
    """Three children, two of them 留守, two helpers, a pairing and two records."""
    importing.take(understood(*CHILDREN), by=user)
    helpers = (
        ["姓名", "身份", "单位及职务", "联系电话"],
        ["刘老师", "教师", "柳溪小学", "19900000011"],
        ["周强", "党员", "柳溪村", "19900000012"],
    )
    importing.take(understood(*helpers), by=user)
    importing.take(understood(["儿童姓名", "帮扶人", "结对日期"], ["张浩宇", "刘老师", "2026-9-1"]), by=user)
    talks = (
        ["时间", "谈心对象", "谈话人", "谈话内容"],
        ["2026-9-3", "张浩宇", "刘老师", "想念父母"],
        ["2026-9-5", "李小雨", "周强", "学习很好"],
    )
    importing.take(understood(*talks), by=user)
    return user


@pytest.fixture
def blank(tmp_path):
    """A blank workbook made of rows; then(sheet) may dress it."""

    def making(*rows: list, name: str = "空表.xlsx", then=lambda sheet: None) -> str:
        book = Workbook()
        for row in rows:
            book.active.append(row)
        then(book.active)
        book.save(tmp_path / name)
        return str(tmp_path / name)

    return making


def filled(form: Filling, user, out: str = "填好.xlsx", **told) -> list[list]:
    """The rows of the filled copy's first sheet."""
    form.choose(**told)
    path = Path(form.path).parent / out
    for _ in form.write(path, user):
        pass
    return reader.read(str(path)).sheets[0].rows


def column(rows: list[list], heading: str, head: int = 0) -> list:
    at = rows[head].index(heading)
    return [row[at] if at < len(row) else None for row in rows[head + 1 :]]


# ── as the form wants it ─────────────────────────────────────────────────────────────────────────────────


def test_the_printed_choice_that_means_our_code(village, blank):
    form = open_form(blank(["姓名", "身体情况{健康|残疾|患病}", "是否寄宿（是/否）", "性别□男□女"]))
    rows = filled(form, village, who="all", order="register")
    assert [row[1:] + [None] * (4 - len(row)) for row in rows[1:]] == [
        ["患病", "是", "男"], [None, "否", "女"], ["健康", "否", "男"],
    ]  # fmt: skip
    assert form.result.problems == [
        "“身体情况{健康|残疾|患病}”里没有“一般或较弱”这一项，第2条（共1条）留空了，请在表里选"
    ]
    assert form.result.lacking == {}, "it is known, though the form has no word for it"


def test_columns_that_are_choices_are_ticked(village, blank):
    def dress(sheet):
        sheet.merge_cells("B1:C1")
        sheet.merge_cells("D1:E1")
        sheet.merge_cells("A1:A2")

    path = blank(
        ["姓名", "性别", None, "是否寄宿", None, "住址"], [None, "男", "女", "是", "否", None], then=dress
    )
    form = open_form(path)
    assert form.parts[0].targets == ["child.name", "child.sex=male", "child.sex=female", "survey.boarding=yes", "survey.boarding=no", "child.address"]  # fmt: skip
    rows = filled(form, village, who="all")
    assert [row[:5] for row in rows[2:]] == [
        ["张浩宇", "√", None, "√", None], ["李小雨", None, "√", None, "√"], ["陈思远", "√", None, None, "√"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "written"),
    [
        ("出生日期(YYYYMMDD)", ["20150308", "20121102"]), ("出生日期（如2015.3.8）", ["2015.3.8", "2012.11.2"]),
        ("出生年月", ["2015-03", "2012-11"]), ("出生日期", ["2015-03-08", "2012-11-02"]),
        ("出生日期（格式：2015年3月8日）", ["2015年3月8日", "2012年11月2日"]), ("年龄", [11, 13]),
    ],
)  # fmt: skip
def test_days_in_the_forms_own_format(village, blank, heading, written):
    rows = filled(open_form(blank(["姓名", heading])), village)
    assert column(rows, heading) == written


def test_a_cell_with_a_day_format_gets_a_day_and_an_example_says_how(village, blank, tmp_path):
    def dress(sheet):
        sheet["B2"].number_format = "yyyy/m/d"

    path = blank(["姓名", "出生日期", "备注"], [None, None, None], then=dress)
    filled(open_form(path), village, "日.xlsx")
    sheet = load_workbook(tmp_path / "日.xlsx").active
    assert (sheet["B2"].value.date(), sheet["B2"].number_format) == (date(2015, 3, 8), "yyyy/m/d")
    form = open_form(
        blank(["姓名", "出生日期", "照片"], ["例：王小明", "2014.5.6", "贴在这里"], name="例.xlsx")
    )
    rows = filled(form, village, "例好.xlsx")
    assert [row[:3] for row in rows[1:]] == [["张浩宇", "2015.3.8"], ["李小雨", "2012.11.2"]]


def test_the_users_own_way_of_days_and_of_what_is_unknown(village, blank):
    rows = filled(
        open_form(blank(["姓名", "出生日期", "特长"])), village, days="%Y.%-m.%-d", unknown="未采集"
    )
    assert rows[1:] == [["张浩宇", "2015.3.8", "未采集"], ["李小雨", "2012.11.2", "未采集"]]


def test_ids_and_phones_are_text_and_masked_on_demand(village, blank, tmp_path):
    path = blank(["姓名", "身份证号", "监护人电话"])
    form = open_form(path)
    filled(form, village, "全.xlsx")
    cells = load_workbook(tmp_path / "全.xlsx").active[2]
    assert [(each.value, each.data_type) for each in cells[1:]] == [(BOY, "s"), ("19900000002", "s")]
    for _ in form.write(tmp_path / "码.xlsx", village, reveal=False):
        pass
    assert [each.value for each in load_workbook(tmp_path / "码.xlsx").active[2]][1:] == [
        masked(BOY),
        "199****0002",
    ]
    assert form.samples(form.parts[0].headings[1]) == [masked(BOY), masked(GIRL)]


def test_a_text_too_long_is_whole_and_named(village, blank):
    form = open_form(blank(["姓名", "现住址（限5字）"]))
    rows = filled(form, village)
    assert rows[1][1] == "柳溪村一组1号"
    assert form.result.problems == ["“现住址（限5字）”第1、2条（共2条）超过5字，已照写全，请在表里改短"]


# ── what headings ask ────────────────────────────────────────────────────────────────────────────────────


def test_two_columns_for_one_field_are_both_filled_but_not_another_persons(village, blank):
    form = open_form(blank(["姓名", "现住址", "家庭地址", "联系电话", "联系电话", "照片"]))
    rows = filled(form, village)
    assert rows[1][1] == rows[1][2] == "柳溪村一组1号"
    assert [each.text for each in form.unmapped] == ["联系电话", "照片"]
    assert form.notes[0] == "“现住址”和“家庭地址”填的都是现住址"
    assert "看不出第5列的是谁的" in form.notes[1]


def test_the_father_at_home_is_said_where_his_place_of_work_is_asked(village, blank):
    rows = filled(open_form(blank(["姓名", "父亲姓名", "父亲务工地点", "母亲务工地点"])), village, who="all")
    assert [row[2:] for row in rows[1:]] == [
        ["广东省深圳市", "上海市"],
        ["江苏省苏州市", "在家"],
        ["在家", "在家"],
    ]


def test_nobody_is_entrusted_where_a_parent_is_the_guardian(village, blank):
    rows = filled(open_form(blank(["姓名", "受委托监护人姓名", "与儿童关系", "监护类型"])), village)
    assert [row[1:3] for row in rows[1:]] == [["张德福", "祖父"], []]


def test_who_helps_stands_beside_the_child(village, blank):
    form = open_form(blank(["姓名", "帮扶人", "联系电话", "单位", "结对日期", "是否结对"]))
    assert form.parts[0].targets[1:] == [
        "helper.name",
        "helper.phone",
        "helper.unit",
        "pairing.since",
        "said.paired",
    ]
    rows = filled(form, village)
    assert [row[1:] for row in rows[1:]] == [
        ["刘老师", "19900000011", "柳溪小学", "2026-09-01", "是"], [None, None, None, None, "否"],
    ]  # fmt: skip


def test_headings_in_plain_words(village, blank):
    said = {
        "娃名": "child.name", "男/女": "child.sex", "属于哪个小组": "child.village_group", "谁在带": "said.carer",
        "结对责任人及电话": "said.reach_helper", "监护人及联系电话": "said.reach_guardian",
        "父亲外出地": "survey.father_place", "母亲去哪打工": "survey.mother_place", "和孩子关系": "guardian.relation",
    }  # fmt: skip
    form = open_form(blank(list(said)))
    assert [form.target_of(heading) for heading in form.parts[0].headings] == list(said.values())
    row = filled(form, village)[1]
    assert row[0] == "张浩宇" and row[1] == "男" and row[2] == "一组" and row[3] == "祖父 张德福"
    assert row[4:6] == ["刘老师 19900000011", "张德福 19900000002"] and row[6] == "广东省深圳市"
    assert all("1990" not in said for said in form.samples(form.parts[0].headings[4]))
    form = open_form(blank(["娃娃名字", "性别", "联系人", "联系人电话"]))
    assert [form.target_of(each) for each in form.parts[0].headings][2:] == [
        "guardian.name",
        "guardian.phone",
    ]


def test_a_pupil_stands_under_helper_only_where_there_is_nobody_grown_up(village, blank):
    girl, boy = (Child.get(Child.name == name).id for name in ("李小雨", "张浩宇"))
    path = blank(["姓名", "性别", "帮扶责任人"])
    pairing.pair(girl, helpers.peer(boy, village), None, date(2026, 8, 1), village)
    assert [row[2] for row in filled(open_form(path, "children"), village)[1:]] == ["刘老师", "张浩宇"]
    pairing.pair(girl, Helper.get(Helper.name == "周强").id, None, date(2026, 9, 5), village)
    assert [row[2] for row in filled(open_form(path, "children"), village)[1:]] == ["刘老师", "周强"]


def test_where_the_form_asks_for_the_village(village, blank, tmp_path):
    site.set_up(site_name="柳溪村", by=village)
    head = ["姓名", "年龄", "村（社区）", "村名"]
    form = open_form(blank(["村（居）：______  填表时间：____年__月__日"], head))
    rows = filled(form, village)
    assert "村（居）：柳溪村" in rows[0][0].replace("_", "") and "2026年9月10日" in rows[0][0]
    assert rows[2][2:4] == ["柳溪村", "柳溪村"]
    site.set_up(site_name="柳溪小学", kind="school", by=village)
    assert facts.form_lines(None)["village"] is None, "a school is no village"


def test_a_sum_of_one_page_is_said_to_be_that(village, blank):
    rows = [["姓名", "性别", "年龄"], [], [], ["合计", "=COUNTA(A2:A3)"], ["填表人：", "", ""]]
    form = open_form(blank(*rows))
    filled(form, village, who="all")
    assert form.result.pages == 2
    assert any(
        "合计”是每一页各自的，全部共3行" in said and "插入1个空行" in said for said in form.result.notes
    )
    filled(form, village, who="left-behind")
    assert not any("每一页" in said for said in form.result.notes)


def test_assigning_a_heading_and_finding_it_again(village, blank):
    path = blank(["姓名", "通讯处", "现住址"])
    form = open_form(path)
    (heading,) = form.unmapped
    with pytest.raises(Refused, match=r"没有“helper\.capacity”可填"):
        form.assign(heading, "helper.capacity")
    form.assign(heading, "guardian.phone")
    form.assign(form.parts[0].headings[2], None)
    assert form.samples(heading) == ["199****0002", "199****0004"]
    assert ("guardian.phone", "监护人电话") in form.options("children")
    form.choose(who="all", order="born")
    form.remember()
    again = open_form(path)
    assert again.parts[0].targets == ["child.name", "guardian.phone", None]
    assert (again.choices.who, again.choices.order, again.parts[0].remembered) == ("all", "born", True)
    again.remember()
    assert Form.live().count() == 1
    assert column(filled(again, village), "姓名") == ["李小雨", "张浩宇", "陈思远"]


def test_helpers_pairings_and_records_have_rows_of_their_own(village, blank):
    helpers = open_form(blank(["序号", "姓名", "人员类别", "单位", "已帮扶人数", "帮扶对象"], name="人.xlsx"))
    assert helpers.parts[0].kind == "helpers"
    assert filled(helpers, village)[1:] == [
        [1, "刘老师", "教师", "柳溪小学", 1, "张浩宇"],
        [2, "周强", "党员", "柳溪村", 0],
    ]
    pairs = open_form(
        blank(["儿童姓名", "性别", "年龄", "帮扶人姓名", "帮扶人电话", "结对时间"], name="对.xlsx")
    )
    assert pairs.parts[0].kind == "pairings"
    assert filled(pairs, village, "对好.xlsx")[1:] == [
        ["张浩宇", "男", 11, "刘老师", "19900000011", "2026-09-01"]
    ]
    talks = open_form(blank(["谈心记录"], ["时间", "谈心对象", "班级", "谈话人", "谈话内容"], name="谈.xlsx"))
    assert (talks.parts[0].kind, talks.choices.kinds) == ("records", ("talk",))
    rows = filled(talks, village, "谈好.xlsx")
    assert rows[2] == ["2026-09-03", "张浩宇", "三年级1班", "刘老师", "想念父母"]
    talks.choose(since=date(2026, 9, 4))
    assert column(filled(talks, village, "谈好2.xlsx"), "谈心对象", 1) == ["李小雨"]


# ── where its lines are ──────────────────────────────────────────────────────────────────────────────────


def test_numbered_lines_a_sum_and_the_forms_own_lines(village, blank, tmp_path):
    path = blank(
        ["留守儿童花名册"], ["填报单位：__________　　填报日期：    年  月  日"], ["序号", "姓名", "年龄", "算出来的"],
        [1, None, None, "=C4+1"], [2, None, None, "=C5+1"], ["合计", None, None, None], ["填表人：　　　　审核人（签名）："],
    )  # fmt: skip
    form = open_form(path)
    part = form.parts[0].blank
    assert (part.head, part.first, part.lines) == (3, 4, 2)
    filled(form, village, who="all")
    assert (form.result.rows, form.result.pages) == (3, 2)
    book = load_workbook(tmp_path / "填好.xlsx")
    assert len(book.worksheets) == 2
    first, second = book.worksheets
    assert first["A2"].value.endswith("填报日期：2026年9月10日")
    assert first["A7"].value == "填表人：王晓　　　　审核人（签名）："
    assert [[cell.value for cell in row] for row in first["A4:D5"]] == [
        [1, "张浩宇", 11, "=C4+1"],
        [2, "李小雨", 13, "=C5+1"],
    ]
    assert [cell.value for cell in second[4]] == [3, "陈思远", 10, "=C4+1"]
    assert first["A6"].value == "合计"


def test_what_a_line_says_already_stays(village, blank, tmp_path):
    form = open_form(blank(["填报单位：青石镇中心校　填表日期："], ["姓名", "性别", "出生日期"]))
    rows = filled(form, village)
    assert rows[0][0].startswith("填报单位：青石镇中心校　填表日期：2026年9月10日")
    assert "表上已写着“填报单位：青石镇中心校”，没有改" in form.result.notes


def test_a_text_table_stays_one_or_becomes_a_workbook(village, tmp_path):
    (tmp_path / "表.csv").write_text("登记表,,\n姓名,身份证号,照片\n,,\n填表人：,,\n", "gb18030")
    form = open_form(str(tmp_path / "表.csv"))
    rows = filled(form, village, "好.csv")
    assert rows[2][:2] == ["张浩宇", BOY]
    assert rows[3][0] == "李小雨"
    assert rows[4][0] == "填表人：王晓"
    assert (tmp_path / "好.csv").read_bytes().decode("gb18030").startswith("登记表")
    (tmp_path / "表2.csv").write_text("姓名,身份证号,照片\n", "utf-8-sig")
    assert filled(open_form(str(tmp_path / "表2.csv")), village, "好.xlsx")[1][1] == BOY


def test_what_would_be_a_formula_in_a_text_table_is_none(village, enter, tmp_path):
    enter("王小明", address="=1+1")
    (tmp_path / "表.csv").write_text("姓名,性别,现住址\n", "utf-8-sig")
    form = open_form(str(tmp_path / "表.csv"))
    form.choose(who="all", wanted=Wanted("王小明"))
    list(form.write(tmp_path / "好.csv", village))
    assert "王小明,,\t=1+1" in (tmp_path / "好.csv").read_text("utf-8-sig")


def test_whom_and_in_which_order(village, blank):
    path = blank(["姓名", "村民组"])
    form = open_form(path)
    assert form.count() == 2  # 留守
    assert column(filled(form, village, who="all", order="school"), "姓名") == ["陈思远", "张浩宇", "李小雨"]
    assert column(filled(form, village, order="born"), "姓名") == ["李小雨", "张浩宇", "陈思远"]
    assert column(filled(form, village, order="register", wanted=Wanted("二组")), "姓名") == [
        "李小雨",
        "陈思远",
    ]
    keys = [row.key for row in filling.rows_for("children", form.choices, {})[1]]
    assert column(filled(form, village, wanted=Wanted(), ids=[*keys[1:], *keys[1:]]), "姓名") == ["陈思远"]
    form.choose(ids=keys, wanted=Wanted("李小雨"))
    assert form.count() == 1, "a filter goes on top of those chosen"
    form.choose(wanted=Wanted())
    rows = filled(form, village, ids=None, columns=["姓名"])
    assert [len(row) for row in rows[1:]] == [1, 1, 1]
    for wrong in (
        {"who": "none"},
        {"order": "age"},
        {"kinds": ["dance"]},
        {"since": date(2026, 9, 2), "until": date(2026, 9, 1)},
    ):
        with pytest.raises(Refused):
            form.choose(**wrong)


# ── refused, and the form as it was ──────────────────────────────────────────────────────────────────────


def test_the_form_is_never_changed_and_the_copy_is_private(village, blank, tmp_path):
    path = Path(blank(["姓名", "性别", "现住址"]))
    before = path.read_bytes()
    form = open_form(str(path))
    with pytest.raises(Refused, match="不能写到空白表自己上面"):
        filled(form, village, path.name)
    (tmp_path / "同.xlsx").symlink_to(path)
    with pytest.raises(Refused, match="不能写到空白表自己上面"):
        filled(form, village, "同.xlsx")
    filled(form, village)
    assert path.read_bytes() == before
    assert stat.S_IMODE((tmp_path / "填好.xlsx").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("out", "why"),
    [("没有/填好.xlsx", "没有“.*”这个文件夹"), ("填好.xls", "要以 .xlsx 结尾"), ("填好", "要以 .xlsx 结尾")],
)
def test_where_one_may_not_write(village, blank, out, why):
    with pytest.raises(Refused, match=why):
        filled(open_form(blank(["姓名", "性别", "现住址"])), village, out)


def test_nobody_to_fill_in(village, blank, tmp_path):
    with pytest.raises(Refused, match="没有可填的人"):
        filled(open_form(blank(["姓名", "性别", "现住址"])), village, wanted=Wanted("没有此人"))
    assert not (tmp_path / "填好.xlsx").exists()


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([["通知"], ["请于周五前交"]], "找不到表头"),
        ([["学校", "学生数", "备注"], [None, None, None]], "看不出每行填谁|找不到表头"),
        ([["姓名", "性别", "现住址"], ["王小明", "男", "一组"]], "第2行起已经有内容，不像空白表"),
    ],
)  # fmt: skip
def test_what_is_no_blank_form(village, blank, rows, why):
    with pytest.raises(Refused, match=why):
        open_form(blank(*rows))


def test_damaged_locked_and_unknown(village, blank, tmp_path):
    path = Path(blank(["姓名", "性别", "现住址"]))
    (tmp_path / "坏.xlsx").write_bytes(path.read_bytes()[:1500])
    with pytest.raises(Refused, match=r"损坏|读不出"):
        open_form(str(tmp_path / "坏.xlsx"))
    (tmp_path / "锁.xlsx").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    )
    with pytest.raises(Refused, match=r"加了密码.*再填"):
        open_form(str(tmp_path / "锁.xlsx"))
    with pytest.raises(Refused, match="没有“people”这种表"):
        open_form(str(path), "people")
    with pytest.raises(Refused, match="找不到文件"):
        open_form(str(tmp_path / "没有.xlsx"))


def test_an_ods_is_refused_at_once(tmp_path):
    told = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{each}</text:p></table:table-cell>'
        for each in ("姓名", "性别", "学校")
    )
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="S"><table:table-row>{told}</table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    data = zipped({
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content, "META-INF/manifest.xml": manifest,
    })  # fmt: skip
    (tmp_path / "表.ods").write_bytes(data)
    with pytest.raises(Refused, match="另存为 xlsx"):
        open_form(str(tmp_path / "表.ods"))


def test_a_filled_sheet_beside_a_blank_one_is_left_alone(village, blank):
    def dress(sheet):
        other = sheet.parent.create_sheet("去年")
        for row in (["姓名", "性别", "现住址"], ["王小明", "男", "一组"]):
            other.append(row)

    form = open_form(blank(["姓名", "性别", "现住址"], then=dress))
    assert [part.sheet for part in form.parts] == ["Sheet"]
    assert form.notes == ["工作表“去年”第2行起已经有内容，没有填；要填请先删去这些行"]


def test_what_cannot_apply_is_not_lacking(village, enter, blank):
    enter(
        "王小明",
        birth_date="2015-01-02",
        health="disabled",
        father_whereabouts="dead",
        mother_whereabouts="away",
    )
    heads = [
        "姓名",
        "无监护能力{父亲|母亲}",
        "残疾类别",
        "患病类型",
        "父亲电话",
        "祖母姓名",
        "受委托监护人姓名",
        "帮扶人电话",
        "备注",
    ]
    form = open_form(blank(heads))
    rows = filled(form, village, who="all", unknown="未采集")
    told = {row[0]: dict(zip(heads, row + [None] * (len(heads) - len(row)), strict=True)) for row in rows[1:]}
    gaps = {name: {head for head, cell in row.items() if cell == "未采集"} for name, row in told.items()}
    assert gaps == {
        "张浩宇": set(), "李小雨": set(), "陈思远": {"父亲电话"},
        "王小明": {"残疾类别", "受委托监护人姓名"},
    }  # fmt: skip
    assert form.result.lacking["父亲电话"] == 1 and "备注" not in form.result.lacking


def test_no_tick_is_no_gap(village, blank):
    form = open_form(blank(["学生姓名", "男", "女", "民族"]))
    rows = filled(form, village, who="all", unknown="未采集")
    assert [row[1:] for row in rows[1:]] == [
        ["√", None, "未采集"], [None, "√", "未采集"], ["√", None, "未采集"],
    ]  # fmt: skip
    assert form.result.lacking == {} and form.result.blank == ["民族"]


# ── formulas of the form ─────────────────────────────────────────────────────────────────────────────────


def with_formulas(path: Path, lines: int = 3) -> str:
    """A form whose 年龄 and 是否达标 are worked out, with what they came to when it was saved last."""
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("花名册")
    page.write_row(0, 0, ["姓名", "出生日期", "年龄", "备注"])
    for at in range(2, 2 + lines):
        page.write_formula(at - 1, 2, f'=DATEDIF(B{at},TODAY(),"y")', None, 126)
    book.close()
    return str(path)


def test_what_a_forms_formulas_came_to_is_no_data(village, tmp_path):
    form = open_form(with_formulas(tmp_path / "公式表.xlsx"))
    filled(form, village, who="all")
    page = load_workbook(tmp_path / "填好.xlsx").active
    assert [row[0].value for row in page.iter_rows(min_row=2)] == ["张浩宇", "李小雨", "陈思远"]
    assert [page.cell(at, 3).value for at in (2, 3, 4)] == [
        f'=DATEDIF(B{at},TODAY(),"y")' for at in (2, 3, 4)
    ]
    assert "C栏在表里是公式，照原样留着，没有填" in form.result.notes


def test_a_register_with_formulas_is_still_a_register(village, tmp_path):
    path = with_formulas(tmp_path / "公式表.xlsx")
    book = load_workbook(path)
    book.active["A3"] = "王小明"
    book.save(path)
    with pytest.raises(Refused, match="第3行起已经有内容"):
        open_form(path)


def test_the_chosen_are_looked_up_once_for_all_headings(village, blank, monkeypatch):
    form = open_form(blank(["姓名", "性别", "现住址", "学校", "年级", "父亲姓名"]))
    form.choose(who="all")
    looked = []
    monkeypatch.setattr(
        form_rows, "keys", lambda choices, was=form_rows.keys: looked.append(1) or was(choices)
    )
    for heading in form.asked:
        assert form.samples(heading)
    assert form.count() == 3 and len(looked) == 1
    form.choose(who="left-behind")
    assert form.count() == 2 and len(looked) == 2


def test_two_settle_the_same_form_at_once(village, blank, monkeypatch):
    form = open_form(blank(["姓名", "性别", "现住址"]))
    form.remember()
    see, answers = forms._form, [lambda headings: None]  # what the other wrote is not seen the first time
    monkeypatch.setattr(forms, "_form", lambda headings: (answers.pop() if answers else see)(headings))
    form.assign(form.parts[0].headings[2], "child.hukou_address")
    form.remember()
    assert Form.select().count() == 1 and "hukou_address" in Form.get().columns


# ── lists to choose from ─────────────────────────────────────────────────────────────────────────────────


def with_lists(path: Path) -> str:
    """A form whose cells let one choose: words in the rule, cells of another sheet, a name."""
    book = xlsxwriter.Workbook(path)
    page, lists = book.add_worksheet("花名册"), book.add_worksheet("选项")
    page.write_row(0, 0, ["姓名", "性别", "身体情况", "学校", "是否寄宿", "出生日期"])
    lists.write_column(0, 0, ["01-健康", "02-残疾", "03-患病"])
    lists.write_column(0, 1, ["柳溪小学", "红旗小学"])
    lists.hide()
    book.define_name("学校表", "=选项!$B$1:$B$2")
    page.data_validation("B2:B100", {"validate": "list", "source": ["1.男", "2.女"]})
    page.data_validation("C2:C100", {"validate": "list", "source": "=选项!$A$1:$A$3"})
    page.data_validation("D2:D100", {"validate": "list", "source": "=学校表"})
    page.data_validation("E2:E100", {"validate": "list", "source": ["Y", "N"]})
    page.data_validation("F2:F100", {"validate": "date", "criteria": ">", "value": date(2000, 1, 1)})
    book.close()
    return str(path)


def test_a_cells_own_list_says_how_it_is_filled(village, tmp_path):
    form = open_form(with_lists(tmp_path / "下拉.xlsx"))
    rows = filled(form, village, who="all")
    assert [row[:4] for row in rows[1:]] == [
        ["张浩宇", "1.男", "03-患病", "柳溪小学"], ["李小雨", "2.女", None, None], ["陈思远", "1.男", "01-健康", "柳溪小学"],
    ]  # fmt: skip
    assert [row[4] for row in rows[1:]] == ["Y", "N", "N"]
    assert "“学校”里没有“青石中学”这一项，第2条（共1条）留空了，请在表里选" in form.result.problems
    assert "“身体情况”里没有“一般或较弱”这一项，第2条（共1条）留空了，请在表里选" in form.result.problems


def test_what_a_program_put_into_its_own_extension_is_a_list_too(tmp_path):
    inner = (
        '<extLst><ext><x14:dataValidations xmlns:x14="x" xmlns:xm="m">'
        '<x14:dataValidation type="whole" sqref="A1"/><x14:dataValidation type="list">'
        "<x14:formula1><xm:f>'选 项'!$A$1:$A$2</xm:f></x14:formula1><xm:sqref>B2:B9 D2</xm:sqref></x14:dataValidation>"
        '<x14:dataValidation type="list"><x14:formula1><xm:f>INDIRECT(A1)</xm:f></x14:formula1><xm:sqref>C2</xm:sqref>'
        "</x14:dataValidation></x14:dataValidations></ext></extLst>"
    )
    data = made_book(sheet_xml("<row r='1'><c r='A1'/></row>", inner))
    sheets = {"选 项": Sheet("选 项", [["甲"], ["乙"], ["丙"]])}
    assert dropdowns(data, "S1", sheets) == [((2, 1, 9, 1), ["甲", "乙"]), ((2, 3, 2, 3), ["甲", "乙"])]
    assert dropdowns(b"no zip", "S1", {}) == []
