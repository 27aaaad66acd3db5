"""Word forms: read as a sheet, filled in their own looks, bound to a booklet, lists grown; what is no docx is refused."""

import io
import zipfile
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from db import care, site
from db.exchange import filling
from db.exchange.cards import find_slots
from db.exchange.docx_fill import WordForm
from db.exchange.unpack import COMPOUND
from db.values import Refused
from tests.db.conftest import id_number
from tests.db.exchange import card_forms
from tests.db.exchange.card_forms import a_picture, as_docx, saved
from tests.db.exchange.made import zipped
from tests.db.exchange.test_cards import FAMILY


@pytest.fixture
def three(user, enter):
    """Three children on file, two of one name."""
    site.set_up(site_name="柳溪村", township="青石镇", by=user)
    return [
        enter("张浩宇", id_number=id_number(), **FAMILY),
        enter("张浩宇", sex="male", birth_date="2016-01-02"),
        enter("李雨涵", sex="female", health="chronic"),
    ]


@pytest.fixture
def opened(tmp_path):
    """Bytes saved as a Word file and opened to be filled."""

    def opening(data, name="联系卡.docx"):
        path = tmp_path / name
        path.write_bytes(data)
        return filling.open_form(str(path))

    return opening


def out_of(form, tmp_path, user, **told):
    """The document written for all children on file."""
    form.choose(who="all", **told)
    list(form.write(tmp_path / "填好.docx", user))
    return Document(str(tmp_path / "填好.docx"))


def texts(table) -> list[list[str]]:
    """A table's words, a merged cell as often as it is wide."""
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_table_and_lines_are_one_sheet():
    form = WordForm(
        as_docx(card_forms.CONTACT[1:], ("留守儿童联系卡", "", "填报单位：____ 填表日期：____")),
        "联系卡.docx",
    )
    assert form.rows[0][0] == "留守儿童联系卡"
    assert form.rows[1][0].startswith("填报单位")  # the blank line between is no row
    assert (0, 0, 0, 5) in form.merged
    assert (5, 0, 6, 0) in form.merged  # 父亲情况 over two rows
    kind, slots = find_slots(form.rows, form.merged)
    assert kind == "children"
    told = {(each.group, each.label): each.target for each in slots}
    assert told["父亲情况", "务工地点"] == "survey.father_place"
    assert told["", "填报单位"] == "form.site"


def test_cells_are_filled_in_their_own_look(opened, three, user, tmp_path):
    document = out_of(opened(as_docx(card_forms.CONTACT)), tmp_path, user)
    assert len(document.tables) == 3
    first = texts(document.tables[0])
    assert first[1][:4] == ["姓　名", "张浩宇", "性 别", "■男 □女"]
    assert first[9][2] == "66岁"
    assert "2026年9月10日" in first[16][2]
    ticked = document.tables[0].cell(1, 3).paragraphs[0].runs
    assert [run.bold for run in ticked if run.text] == [True]
    assert [table.cell(1, 1).text for table in document.tables] == ["张浩宇", "张浩宇", "李雨涵"]


def test_an_empty_cell_takes_the_look_of_its_mark():
    document = Document()
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "姓名"
    mark = table.cell(0, 1).paragraphs[0]
    properties = mark._p.get_or_add_pPr()
    looks = properties.makeelement(qn("w:rPr"), {})
    size = looks.makeelement(qn("w:sz"), {qn("w:val"): "36"})
    looks.append(size)
    properties.append(looks)
    done = Document(io.BytesIO(WordForm(saved(document), "a.docx").filled({(0, 1): "张浩宇\n（大）"})))
    cell = done.tables[0].cell(0, 1)
    assert cell.text == "张浩宇\n（大）"
    assert cell.paragraphs[0].runs[0].font.size == Pt(18)


def test_underlined_blanks_stay_a_line(opened, three, user, tmp_path):
    document = Document()
    line = document.add_paragraph("姓名：")
    line.add_run(" " * 12).underline = True
    line.add_run("性别：□男 □女　身份证号：")
    line.add_run("\t").underline = True
    document.add_paragraph("出生日期：     年   月   日")
    document.add_paragraph("家庭住址：")
    found = out_of(opened(saved(document)), tmp_path, user).paragraphs
    assert found[0].text.startswith("姓名：张浩宇      性别：■男 □女")
    assert id_number() in found[0].text
    assert found[0].runs[1].underline and "张浩宇" in found[0].runs[1].text
    assert found[1].text == "出生日期：2015年3月8日"
    assert found[2].text == "家庭住址：柳溪村一组55号"


def test_booklet_keeps_head_and_ids(opened, three, user, tmp_path):
    document = Document(io.BytesIO(as_docx(card_forms.TALK, head="柳溪村关爱台账")))
    document.add_paragraph("（本页一式两份）")
    form = WordForm(saved(document), "a.docx")
    out = Document(io.BytesIO(form.booklet([("", {(1, 1): str(n)}) for n in range(3)])))
    assert len(out.sections) == 3
    assert {each.header.paragraphs[0].text for each in out.sections} == {"柳溪村关爱台账"}
    assert [table.cell(1, 1).text for table in out.tables] == ["0", "1", "2"]
    body = out.element.body.xml
    assert body.count('w:val="nextPage"') == 3


def test_bookmarks_and_pictures_of_copies(tmp_path):
    document = Document(io.BytesIO(as_docx(card_forms.TALK)))
    line = document.add_paragraph("贴照片处")
    run = line.add_run()
    run.add_picture(io.BytesIO(a_picture()), width=Pt(20))
    mark = line._p.makeelement(qn("w:bookmarkStart"), {qn("w:id"): "7", qn("w:name"): "照片"})
    line._p.append(mark)
    out = WordForm(saved(document), "a.docx").booklet([("", {}), ("", {}), ("", {})])
    xml = zipfile.ZipFile(io.BytesIO(out)).read("word/document.xml").decode()
    ids = [each.split('"')[0] for each in xml.split('<wp:docPr id="')[1:]]
    assert len(ids) == 3 and len(set(ids)) == 3
    assert xml.count("w:bookmarkStart") == 1
    assert xml.count("r:embed=") == 3


def test_members_and_nested_tables(opened, three, user, tmp_path):
    document = Document(io.BytesIO(as_docx(card_forms.CONTACT)))
    inner = document.tables[0].cell(15, 1).add_table(1, 1)
    inner.cell(0, 0).text = "姓名"
    done = out_of(opened(saved(document)), tmp_path, user)
    first = done.tables[0]
    assert [first.cell(row, 2).text for row in (12, 13, 14)] == ["张建国", "李秀英", "王桂兰"]
    assert first.cell(15, 1).tables[0].cell(0, 0).text == "姓名"


def test_list_grows_by_copies_of_its_line(opened, three, user, tmp_path):
    head = ["序号", "姓名", "性别", "出生日期", "家庭住址"]
    document = Document(
        io.BytesIO(as_docx([head, [""] * 5], ("留守儿童花名册", "填报单位：          填表日期：")))
    )
    document.add_paragraph("填表人：")
    form = opened(saved(document), "花名册.docx")
    assert form.parts[0].kind == "children"
    done = out_of(form, tmp_path, user)
    rows = texts(done.tables[0])
    assert [row[:3] for row in rows[1:]] == [
        ["1", "张浩宇", "男"],
        ["2", "张浩宇", "男"],
        ["3", "李雨涵", "女"],
    ]
    assert "柳溪村" in done.paragraphs[1].text
    assert "王晓" in done.paragraphs[-1].text


def test_one_file_each(opened, three, user, tmp_path):
    form = opened(as_docx(card_forms.TALK), "谈心卡.docx")
    care.record(user, child_id=three[0], on_date=date(2026, 9, 2), content="想妈妈了", by_name="刘老师")
    care.record(user, child_id=three[0], on_date=date(2026, 9, 3), content="好多了", by_name="刘老师")
    form.choose(who="all")
    folder = tmp_path / "一人一份"
    folder.mkdir()
    list(form.write(folder, user, each=True))
    assert sorted(each.name for each in folder.iterdir()) == ["张浩宇-谈心卡(2).docx", "张浩宇-谈心卡.docx"]
    assert Document(str(folder / "张浩宇-谈心卡.docx")).tables[0].cell(4, 1).text == "想妈妈了"


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DEEP = f"<w:document {W}><w:body>" + "<w:sdt>" * 500 + "</w:sdt>" * 500 + "</w:body></w:document>"
LAUGHS = f'<!DOCTYPE d [<!ENTITY a "aaaa">]><w:document {W}><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>'


def macro() -> bytes:
    """A docx that says it has macros."""
    types = '<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
    return zipped({"[Content_Types].xml": types, "word/document.xml": "<w:document/>"})


@pytest.mark.parametrize(("name", "data", "said"), [
    ("旧.doc", COMPOUND + "WordDocument".encode("utf-16-le"), "旧版 Word.*另存为 docx"),
    ("锁.docx", COMPOUND + "EncryptedPackage".encode("utf-16-le"), "加了密码.*取消密码"),
    ("宏.docm", macro(), "带有宏.*另存为不带宏的 docx"),
    ("坏.docx", b"PK\x03\x04 broken", "损坏.*另存为 docx"),
    ("假.docx", b"plain words", "不是 Word 文档.*另存为 docx"),
    ("缺.docx", zipped({"[Content_Types].xml": "<Types/>"}), "损坏"),
    ("乱.docx", zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document"}), "损坏"),
    ("深.docx", zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": DEEP}), "损坏"),
    ("炸.docx", zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": LAUGHS}), "损坏"),
    ("空.docx", zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"}), "损坏"),
])  # fmt: skip
def test_what_is_no_docx_is_refused(opened, user, name, data, said):
    with pytest.raises(Refused, match=said):
        opened(data, name)


def test_a_cell_said_to_be_endlessly_wide():
    cell = (
        '<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p><w:r><w:t>姓名</w:t></w:r></w:p></w:tc>'
    )
    xml = f"<w:document {W}><w:body><w:tbl><w:tr>{cell}</w:tr></w:tbl></w:body></w:document>"
    form = WordForm(zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": xml}), "宽.docx")
    assert [len(row) for row in form.rows] == [63]


def test_a_document_without_a_form(opened, user):
    document = Document()
    document.add_paragraph("关于做好留守儿童关爱工作的通知，请各村认真执行。")
    with pytest.raises(Refused, match=r"找不到表头.*请"):
        opened(saved(document), "通知.docx")


def test_word_goes_into_word(opened, three, user, tmp_path):
    form = opened(as_docx(card_forms.CONTACT))
    with pytest.raises(Refused, match=r"以 \.docx 结尾"):
        list(form.write(tmp_path / "a.xlsx", user))
