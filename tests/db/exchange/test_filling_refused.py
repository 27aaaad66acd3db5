"""What is no blank form, where one may not write, and what a form says of itself by formulas and lists."""

import stat
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from blank_forms import filled
from made import REGISTERS, made_book, sheet_xml, zipped
from openpyxl import load_workbook

from db.exchange import form_rows, forms
from db.exchange.dropdowns import dropdowns
from db.exchange.filling import open_form
from db.exchange.reader import Sheet
from db.models import Form
from db.register import Wanted
from db.values import Refused

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


@pytest.mark.parametrize("name", ["01-基本情况登记表.xlsx", "02-学籍导出.xlsx", "03-花名册.xls"])
def test_a_register_full_of_people_is_no_form_of_one_child(village, name):
    with pytest.raises(Refused, match="已经有内容，不像空白表"):
        open_form(str(REGISTERS / name))


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
