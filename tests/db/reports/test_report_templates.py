"""Templates of reports: the shipped ones, the user's own, and what is wrong with one said with its line."""

import pytest

from db.reports import files, templates, words
from db.values import Refused

GOOD = """
title = "{单位}{期间}小结"
span = "month"

[[section]]
heading = "情况"
text = "留守儿童{留守儿童}名，谈心{谈心.比上期}。"
table = "目标"
columns = ["目标", "完成"]
"""


def write(folder, text, name="小结.toml"):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_the_five_that_come_with_the_program_can_be_read():
    assert [each.name for each in templates.shipped()] == [
        "月报",
        "季度汇报",
        "学期总结",
        "年终总结",
        "迎检目录",
    ]
    assert {each.span for each in templates.shipped()} == {"month", "quarter", "term", "year"}


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("{留守儿童}", "{留守孩子}", r"第7行：不认识占位符 \{留守孩子\}，是不是 \{留守儿童\}"),
        (
            "{谈心.比上期}",
            "{留守儿童.上期}",
            r"第7行：占位符 \{留守儿童.上期\} 不能这样写，可写：\{留守儿童\}、\{留守儿童.口径\}",
        ),
        ('"目标"\n', '"指标"\n', "第8行：table“指标”不认识，可写：目标、"),
        ('"完成"', '"完成率"', "第9行：表“目标”没有“完成率”这一栏，可写：目标、完成"),
        ('heading = "情况"', 'head = "情况"', "第6行：.*不认识“head”，可写的有：heading"),
        ('span = "month"', 'span = "week"', "第3行：span“week”不认识，可写：month"),
        ('heading = "情况"', "lines = 99", "第6行：lines"),
        ('heading = "情况"', "plans = 1", "第6行：plans"),
        ('title = "{单位}{期间}小结"', "", "模板缺 title"),
        ('text = "留', "text = 留", "第7行不合 TOML 的写法"),
        ("[[section]]", "[section]", "第5行|要有1到40段"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_the_cure(tmp_path, old, new, said):
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(Refused, match=said) as told:
        templates.load(path)
    assert "小结.toml" in str(told.value) and "自带" in str(told.value)


def test_full_width_braces_and_colons_are_taken(tmp_path):
    path = write(
        tmp_path, GOOD.replace("{留守儿童}", "｛留守儿童｝").replace("{谈心.比上期}", "{目标：结对率}")
    )
    assert templates.load(path).name == "小结"


def test_ones_own_are_listed_after_the_shipped_ones_and_come_first_by_name(tmp_path):
    write(tmp_path / "报表模板", GOOD, "月报.toml")
    write(tmp_path / "报表模板", GOOD, ".hidden.toml")
    write(tmp_path / "报表模板", "x", "说明.txt")
    folder = tmp_path / "报表模板"
    assert [(each.name, bool(each.path)) for each in templates.choices(folder)][-1] == ("月报", True)
    assert len(templates.choices(folder)) == 6
    assert files.choose("月报", folder).title == "{单位}{期间}小结"
    assert files.choose("月报", folder, "自带").path is None
    assert len(templates.choices(tmp_path / "none")) == 5


def test_a_broken_one_of_ones_own_leaves_the_shipped_one_working(tmp_path):
    write(tmp_path / "f", "title = ", "月报.toml")
    with pytest.raises(Refused, match=r"月报.toml"):
        files.choose("月报", tmp_path / "f")
    assert files.choose("月报", tmp_path / "f", "自带").sections


def test_an_unknown_report_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(Refused, match="没有“周报”这份报表，可选：月报、季度汇报"):
        files.choose("周报", tmp_path)
    with pytest.raises(Refused, match=r"没有“.*无.docx”这个模板文件"):
        files.choose("", tmp_path, str(tmp_path / "无.docx"))


def test_a_copy_is_the_shipped_text_and_is_read_again(tmp_path):
    path = files.new_file("月报", tmp_path / "报表模板")
    files.copy("月报", path)
    assert path.read_text("utf-8") == templates.shipped()[0].text
    assert templates.load(path)._replace(path=None) == templates.shipped()[0]
    with pytest.raises(Refused, match="已经有了"):
        files.new_file("月报", tmp_path / "报表模板")


def test_a_shared_folder_stays_shared(tmp_path):
    shared = tmp_path / "ledger"
    shared.mkdir()
    shared.chmod(0o2770)
    path = files.new_file("月报", shared / "报表模板")
    files.copy("月报", path)
    assert (shared / "报表模板").stat().st_mode & 0o070 == 0o070
    assert path.stat().st_mode & 0o060 == 0o060


def test_every_placeholder_and_table_is_in_the_docs():
    from pathlib import Path

    page = (Path(__file__).parents[3] / "docs" / "reports.md").read_text("utf-8")
    for name in (*words.WORDS, *words.FIGURES):
        assert f"`{{{name}}}`" in page, name
    for name, table in words.TABLES.items():
        assert f"`{name}`" in page and "、".join(table.columns) in page, name
