"""The page to hand out at a meeting, and the targets as a workbook with a chart."""

import builtins
import io
import re
import zipfile

import pytest
from docx import Document
from openpyxl import load_workbook

from db import changes, demo, plan_items, settings, site, targets_chart
from db.models import Child, Helper
from db.printing import handout
from db.values import Refused


@pytest.fixture
def village(ledger, monkeypatch):
    monkeypatch.setenv("GUANAI_TODAY", "2026-11-23")
    return demo.fill(site.user("wangxiao", "王晓"))


def names():
    people = {*Child.select(Child.name).tuples(), *Helper.select(Helper.name).tuples()}
    return {name for (name,) in people if name}


def written(path):
    if path.suffix == ".html":
        return path.read_text("utf-8")
    book = Document(path)
    cells = [cell.text for table in book.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in book.paragraphs), *cells])


@pytest.mark.parametrize("ending", handout.ENDINGS)
def test_the_page_says_who_when_by_which_criterion_and_what_each_figure_means(village, tmp_path, ending):
    path = tmp_path / f"讲稿{ending}"
    handout.to_file(path, village)
    text = written(path)
    for said in ("青石镇柳溪村关爱工作情况", "2026年11月23日", "国发〔2016〕13号", "制表：王晓", "建档率：", "占全部留守儿童的百分比",
                 "57/68", "83.8%", "差11人", "逾期", "11月", "结对", "下一步"):  # fmt: skip
        assert said in text, said
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("ending", handout.ENDINGS)
def test_no_name_stands_on_it_in_full(village, tmp_path, ending):
    changes.insert(Helper, village, name="刘芳芳", kind="teacher")
    plan_items.add("2026-11", "请刘芳芳来讲课", village)
    path = tmp_path / f"讲稿{ending}"
    handout.to_file(path, village)
    text = written(path)
    assert not [name for name in names() - {"王晓"} if name in text]
    assert re.search(r"[一-龥]\*\d件", text)


def test_an_empty_ledger_still_makes_a_page(ledger, tmp_path):
    handout.to_file(tmp_path / "空.html", None)
    assert "没有逾期的事" in (tmp_path / "空.html").read_text("utf-8")


def test_what_was_typed_stays_text(village, tmp_path):
    plan_items.add("2026-11", "<script>alert(1)</script>", village)
    handout.to_file(tmp_path / "x.html", village)
    assert "<script>" not in (tmp_path / "x.html").read_text("utf-8")


def test_another_ending_and_a_missing_python_docx_are_said_with_the_cure(village, tmp_path, monkeypatch):
    with pytest.raises(Refused, match=r"\.docx 或 \.html"):
        handout.to_file(tmp_path / "x.pdf", village)
    whole = builtins.__import__

    def without(name, *rest, **more):
        if name.partition(".")[0] == "docx":
            raise ImportError(name)
        return whole(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(Refused, match=r"python-docx.*README"):
        handout.to_file(tmp_path / "x.docx", village)
    assert not list(tmp_path.glob("x.*"))


def test_the_workbook_holds_each_target_with_its_meaning_and_a_chart(village, tmp_path):
    site.put("goal.retained", 95, village)
    site.put("goal.no_guardian", 0, village)
    path = tmp_path / "目标.xlsx"
    assert (
        targets_chart.to_file(path, village)
        == 6
        == sum(settings.get(key) is not None for key in settings.DEFAULTS if key.startswith("goal."))
    )
    rows = {
        row[0]: row for row in load_workbook(path).active.iter_rows(min_row=4, values_only=True) if row[0]
    }
    assert rows["建档率"][1:7] == (83.8, 100, 57, 68, "100%", "差11人")
    assert (
        "占全部留守儿童" in rows["建档率"][7]
        and rows["建档率"][9] == "2026-11-23"
        and "国发" in rows["建档率"][10]
    )
    assert rows["无人监护"][1] == 0 and rows["无人监护"][5] == "不高于0%"
    assert rows["巩固率"][1].startswith("待学校提供") and list(rows)[-1] == "巩固率"
    chart = zipfile.ZipFile(path).read("xl/charts/chart1.xml").decode()
    assert "<c:barChart>" in chart and "$B$4:$B$8" in chart and "$C$4:$C$8" in chart and "要求" in chart


def test_without_anybody_to_count_there_is_no_chart(ledger, tmp_path):
    path = tmp_path / "目标.xlsx"
    targets_chart.to_file(path, None)
    assert not [name for name in zipfile.ZipFile(io.BytesIO(path.read_bytes())).namelist() if "chart" in name]
