"""A blank form filled from the ledger: what it asks, how it wants it said, whom it is about."""

from datetime import date

import pytest
from blank_forms import BOY, GIRL, column, filled
from openpyxl import load_workbook

from db import helpers, pairing, site
from db.exchange import facts, filling
from db.exchange.filling import open_form
from db.models import Child, Form, Helper
from db.register import Wanted
from db.spec import mask_id as masked
from db.values import Refused

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
