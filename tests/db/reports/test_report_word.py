"""Reports as Word files: fonts, borders, a docx that lends its look, a docx whose own text holds placeholders."""

import io
import sys

import docx
import pytest
from docx.oxml.ns import qn

from db.reports import files, making, periods, templates, word
from db.values import Refused


@pytest.fixture
def month(user, enter):
    enter("张浩宇", birth_date="2015-03-08", sex="male", father_whereabouts="away", mother_whereabouts="away")
    return periods.read("2026-09")


def opened(made, template):
    return docx.Document(io.BytesIO(word.write(made, template)))


def texts(document):
    return [each.text for each in document.paragraphs]


def test_a_report_has_chinese_fonts_and_tables_with_borders(month, user):
    template = templates.shipped()[0]
    document = opened(making.made(template, month, user), template)
    assert texts(document)[0] == "柳溪村2026年9月留守儿童关爱工作月报"
    for style, font in (("Normal", "仿宋"), ("Title", "黑体"), ("Heading 1", "黑体")):
        fonts = document.styles[style].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == font and fonts.get(qn("w:eastAsiaTheme")) is None
    assert len(document.tables) >= 2
    for table in document.tables:
        borders = table._tbl.tblPr.find(qn("w:tblBorders"))
        assert {side.tag for side in borders} == {
            qn(f"w:{n}") for n in ("top", "left", "bottom", "right", "insideH", "insideV")
        }
    assert [cell.text for cell in document.tables[1].rows[0].cells] == [
        "目标",
        "完成",
        "人数",
        "要求",
        "达到",
    ]


def test_the_twins_say_the_same(month, user):
    from db.reports import markdown

    template = templates.shipped()[4]
    made = making.made(template, month, user)
    document = opened(made, template)
    said = {cell.text for table in document.tables for row in table.rows for cell in row.cells} | set(
        texts(document)
    )
    lines = markdown.write(made.report).replace("\\", "").split("\n")
    for line in lines:
        if line.startswith("| ") and "---" not in line:
            assert set(line.strip("| ").split(" | ")) <= said, line
        elif line.startswith("#"):
            assert line.lstrip("# ") in said


def test_a_docx_of_ones_own_is_filled_where_its_placeholders_stand(month, user, tmp_path):
    path = tmp_path / "通报.docx"
    document = docx.Document()
    cut = document.add_paragraph()
    for piece in ("在册{在", "册儿", "童}名，", "谈心{谈心.比上", "期}。"):
        cut.add_run(piece).bold = piece == "谈心{谈心.比上"
    document.add_paragraph("{表：增减}")
    document.add_table(1, 2).cell(0, 1).text = "{留守儿童}"
    document.sections[0].header.paragraphs[0].text = "{单位}"
    document.save(path)
    template = files.choose("通报", tmp_path)
    made = making.made(template, month, user)
    filled = opened(made, template)
    assert texts(filled)[0] == "在册1名，谈心与上月持平。"
    bold = "".join(run.text for run in filled.paragraphs[0].runs if run.bold)
    assert bold == "谈心与上月持平", "each stands in the look of the piece it began in"
    assert [cell.text for cell in filled.tables[0].rows[0].cells] == ["项目", "本期", "上期"]
    assert filled.tables[1].cell(0, 1).text == "1"
    assert filled.sections[0].header.paragraphs[0].text == "柳溪村"
    assert "口径说明" in texts(filled), "figures go nowhere without their rules"
    assert "在册1名" in made.report.title and docx.Document(path).paragraphs[0].text.startswith(
        "在册{在册儿童}"
    )


def test_a_docx_with_a_placeholder_that_is_not_ours_is_refused_with_its_place(tmp_path):
    document = docx.Document()
    document.add_paragraph("好")
    document.add_paragraph("{表：指标}")
    document.save(tmp_path / "x.docx")
    with pytest.raises(Refused, match=r"x.docx 第2段：不认识占位符 \{表：指标\}，表可写：目标、"):
        files.choose("", tmp_path, str(tmp_path / "x.docx"))


def test_a_table_stands_alone_in_its_paragraph_and_may_come_first(month, user, tmp_path):
    document = docx.Document()
    document.add_paragraph("见{表：增减}。")
    document.save(tmp_path / "x.docx")
    with pytest.raises(Refused, match=r"第1段：.表：增减. 要独占一段"):
        files.choose("x", tmp_path)
    document = docx.Document()
    document.add_paragraph(" {表：增减} ")
    document.add_paragraph("{目标：及格率}")
    document.save(tmp_path / "x.docx")
    template = files.choose("x", tmp_path)
    with pytest.raises(Refused, match="第2行：没有“及格率”这项目标"):
        making.made(template, month, user)
    document.paragraphs[1].text = "{计划总结}"
    document.save(tmp_path / "x.docx")
    template = files.choose("x", tmp_path)
    made = making.made(template, month, user)
    assert made.report.title == "x"
    filled = opened(made, template)
    assert len(filled.tables) == 1 and "这一期没有计划。" in texts(filled)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0" + bytes(600)])
def test_a_damaged_docx_is_refused_in_a_sentence(tmp_path, data):
    (tmp_path / "坏.docx").write_bytes(data)
    with pytest.raises(Refused, match=r"坏.docx 不是能读的 docx"):
        files.choose("坏", tmp_path)


def test_a_docx_lends_its_look_and_keeps_what_it_says(month, user, tmp_path):
    look = docx.Document()
    look.add_paragraph("红头文件")
    look.add_paragraph("{正文}")
    look.add_paragraph("盖章处")
    look.styles["Heading 1"].delete()
    look.save(tmp_path / "红头.docx")
    text = templates.shipped()[0].text.replace('span = "month"', 'span = "month"\nlook = "红头.docx"')
    (tmp_path / "我的.toml").write_text(text, "utf-8")
    template = files.choose("我的", tmp_path)
    document = opened(making.made(template, month, user), template)
    found = texts(document)
    assert found[:2] == ["红头文件", "柳溪村2026年9月留守儿童关爱工作月报"] and found[-1] == "盖章处"
    assert "{正文}" not in found and "一、儿童情况" in found
    assert [each.name for each in templates.choices(tmp_path) if each.path] == ["我的", "红头"]
    (tmp_path / "红头.docx").unlink()
    with pytest.raises(Refused, match=r"look 指的“红头.docx”不在它旁边"):
        files.choose("我的", tmp_path)


def test_a_shipped_template_edited_in_word_comes_to_the_same_report(month, user, tmp_path):
    shipped = templates.shipped()[0]
    files.copy("月报", tmp_path / "月报.docx")
    template = files.choose("月报", tmp_path)
    mine, theirs = (opened(making.made(each, month, user), each) for each in (template, shipped))
    assert texts(mine)[0] == texts(theirs)[0]
    assert [[c.text for c in r.cells][:3] for r in mine.tables[0].rows] == [
        [c.text for c in r.cells][:3] for r in theirs.tables[0].rows
    ]
    assert not any("{" in each for each in texts(mine))


def test_without_python_docx_a_sentence_says_how_to_get_it(month, user, tmp_path, monkeypatch):
    template = templates.shipped()[0]
    made = making.made(template, month, user)
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(Refused, match=r"python-docx.*README.*\.md"):
        files.put(made, template, tmp_path / "x.docx")
    files.put(made, template, tmp_path / "x.md")
    assert (tmp_path / "x.md").stat().st_mode & 0o777 == 0o600 and not (tmp_path / "x.docx").exists()


def test_another_ending_is_refused(month, user, tmp_path):
    template = templates.shipped()[0]
    with pytest.raises(Refused, match=r"报表存不成“.pdf”"):
        files.put(making.made(template, month, user), template, tmp_path / "x.pdf")


def test_a_report_is_never_written_over_its_template(month, user, tmp_path):
    document = docx.Document()
    document.add_paragraph("在册{在册儿童}名。")
    document.save(tmp_path / "通报.docx")
    template = files.choose("通报", tmp_path)
    made = making.made(template, month, user)
    before = template.path.read_bytes()
    with pytest.raises(Refused, match="就是模板"):
        files.put(made, template, template.path)
    assert template.path.read_bytes() == before
