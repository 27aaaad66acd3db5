"""guanai export report, template and the registers, as a script would call them."""

import docx
import pytest
from test_cli import Guanai


@pytest.fixture
def guanai(tmp_path):
    made = Guanai(tmp_path / "data")
    assert made("init", "--site", "柳溪村", "--term", "2026秋", "--name", "王晓").returncode == 0
    return made


def test_a_report_is_written_with_its_own_template_where_there_is_one(guanai, tmp_path):
    out = tmp_path / "月报.docx"
    done = guanai("export", "report", "-o", str(out))
    assert done.returncode == 0 and "已写2026年11月的月报到" in done.stderr.decode()
    assert docx.Document(out).paragraphs[0].text == "柳溪村2026年11月留守儿童关爱工作月报"
    folder = tmp_path / "data" / "报表模板"
    folder.mkdir()
    done = guanai("export", "template", "--name", "月报", "-o", str(folder / "月报.toml"))
    assert done.returncode == 0 and str(folder) in done.stderr.decode()
    own = folder / "月报.toml"
    own.write_text(own.read_text("utf-8").replace("工作月报", "简报"), "utf-8")
    piped = guanai("export", "report", "--period", "2026Q3", "-o", "-")
    assert piped.stdout.decode().startswith("# 柳溪村2026年第三季度留守儿童关爱简报\n")
    shipped = guanai("export", "report", "--template", "自带", "-o", "-")
    assert shipped.stdout.decode().startswith("# 柳溪村2026年11月留守儿童关爱工作月报\n")


@pytest.mark.parametrize(
    "words, said",
    [
        (("report", "-o", "x.pdf"), "要以 .docx 或 .md 结尾"),
        (("report", "--name", "周报", "-o", "x.md"), "没有“周报”这份报表，可选：月报"),
        (("report", "--period", "去年", "-o", "x.md"), "看不出是哪一期"),
        (("report", "--template", "没有.toml", "-o", "x.md"), "没有.toml"),
        (("template", "--name", "周报", "-o", "x.toml"), "没有“周报”这份自带的报表"),
        (("helpers", "--period", "2026", "-o", "x.csv"), "不用 --period"),
    ],
)
def test_bad_use_is_refused_with_the_cure(guanai, words, said):
    done = guanai("export", *words)
    assert done.returncode == 2 and said in done.stderr.decode()


def test_registers_go_out_and_come_back(guanai, tmp_path):
    from test_cli import REGISTERS

    guanai("import", str(REGISTERS / "05-帮扶人员名册.xlsx"))
    out = tmp_path / "帮扶人.csv"
    done = guanai("export", "helpers", "-o", str(out))
    assert done.returncode == 0 and "名帮扶人到" in done.stderr.decode()
    told = guanai.json("import", str(out))
    assert told["kind"] == "helpers" and told["unchanged"] == told["rows"] > 0
    assert (
        guanai("export", "activities", "-o", str(tmp_path / "a.xlsx"))
        .stderr.decode()
        .startswith("已导出 0 项活动")
    )
