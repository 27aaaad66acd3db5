"""The register as a workbook, and the way back in."""

import io
import os
import stat
import sys

import openpyxl
import pytest

from db import child_sheet, children, export
from db.exchange import importing
from db.values import Refused


@pytest.fixture
def village(enter, number):
    enter(
        "张浩宇", id_number=number(), sex="male", birth_date="2015-03-08", ethnicity="01", registered=True,
        village_group="一组", address="柳溪村一组55号", father_name="张三", father_phone="19900000001",
        father_whereabouts="away", father_place="广东省深圳市", mother_name="李梅", mother_whereabouts="home",
        mother_able=False, guardian_relation="61", guardian_name="张大", guardian_phone="19900000003",
        schooling="primary", school="柳溪小学", grade="p5", class_no="1班", boarding=False, health="healthy",
        income="work kin", focus="study", needs="课业辅导", note="=1+1",
    )  # fmt: skip
    enter("李雨涵", birth_date="2016-05", note="@SUM(A1)")


def rows(path) -> list[list]:
    return [list(row) for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True)]


def test_title_day_criterion_and_a_row_a_child(village, user, tmp_path, number):
    file = tmp_path / "out.xlsx"
    assert export.children(str(file), by=user) == 2
    title, about, headings, first, second = rows(file)
    assert title[0] == "柳溪村农村留守儿童基本情况登记表"
    for told in ("2026-09-10", "2026秋", "国发〔2016〕13号", "王晓"):
        assert told in about[0]
    child = dict(zip(headings, first, strict=True))
    assert headings[0] == "姓名"
    assert (child["姓名"], child["身份证号"], child["父亲电话"]) == ("张浩宇", number(), "19900000001")
    assert (child["家庭经济来源"], child["是否寄宿"], child["民族"]) == ("打工收入、亲朋接济", "否", "汉族")
    assert child["残疾类别及等级"] is None, "unknown stays blank"
    assert dict(zip(headings, second, strict=True))["出生日期"] == "2016-05"


def test_every_cell_is_text(village, tmp_path):
    export.children(str(tmp_path / "out.xlsx"))
    for row in openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows():
        for cell in row:
            assert cell.value is None or cell.data_type == "s", cell.coordinate
    assert "=1+1" in str(rows(tmp_path / "out.xlsx"))


def test_masked_on_request(village, tmp_path, number):
    export.children(str(tmp_path / "out.xlsx"), reveal=False)
    text = str(rows(tmp_path / "out.xlsx"))
    assert "340505********" in text and "199****0001" in text
    assert number() not in text and "19900000001" not in text


def test_our_own_import_reads_it_back_unchanged(village, user, tmp_path):
    file = tmp_path / "out.xlsx"
    export.children(str(file))
    before = [child_sheet.load(line.id) for line in children.page(0, 9)]
    outcome = importing.load(str(file), by=user)
    after = [child_sheet.load(line.id) for line in children.page(0, 9)]
    assert [
        {k: (v, w[k]) for k, v in o.items() if w[k] != v} for o, w in zip(before, after, strict=True)
    ] == [{}, {}]
    assert (outcome.rows, outcome.created, outcome.updated) == (2, 0, 0)
    assert outcome.unchanged == 2


def test_the_file_is_private_and_replaces_whole(village, tmp_path):
    file = tmp_path / "out.xlsx"
    file.write_text("old")
    file.chmod(0o644)
    export.children(str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(rows(file)) == 5
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["out.xlsx"], (
        "nothing left beside it"
    )


@pytest.mark.parametrize("unnamed", [True, False])
def test_a_file_is_put_in_place_whole_or_not_at_all(tmp_path, monkeypatch, unnamed):
    if not unnamed:  # as on systems that know no files without a name
        monkeypatch.delattr(os, "O_TMPFILE")
    file, through = tmp_path / "out.csv", os.fsync
    file.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", lambda handle: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export.write_private(file, b"new")
    assert os.listdir(tmp_path) == ["out.csv"] and file.read_bytes() == b"old"

    def look(handle):
        assert len(os.listdir(tmp_path)) == (1 if unnamed else 2), (
            "half of it has no name to be left behind by"
        )
        through(handle)

    monkeypatch.setattr(os, "fsync", look)
    export.write_private(file, b"new")
    assert os.listdir(tmp_path) == ["out.csv"] and file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_to_standard_output(village, monkeypatch):
    class Out:
        buffer = io.BytesIO()

    monkeypatch.setattr(sys, "stdout", Out)
    assert export.children("-") == 2
    assert len(rows(io.BytesIO(Out.buffer.getvalue()))) == 5


def test_a_place_that_is_not_there(village, tmp_path):
    with pytest.raises(Refused, match="文件夹"):
        export.children(str(tmp_path / "nowhere" / "out.xlsx"))
    with pytest.raises(Refused):
        export.children(str(tmp_path))
    assert list(tmp_path.glob(".guanai-*")) == []


def test_an_empty_ledger(user, tmp_path):
    assert export.children(str(tmp_path / "out.xlsx")) == 0
    assert len(rows(tmp_path / "out.xlsx")) == 3
