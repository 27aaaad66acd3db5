"""guanai fill: a blank form from the command line."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from db import site, store
from tests.tui.people import PARENTS, put

TOP = Path(__file__).parent.parent.parent


@pytest.fixture
def guanai(tmp_path):
    """The program on the ledger of a village."""

    def run(*words: str) -> subprocess.CompletedProcess:
        env = os.environ | {"GUANAI_TODAY": "2026-11-23", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
        command = [sys.executable, "-m", "tui", "--data", str(tmp_path / "one"), *words]
        return subprocess.run(command, capture_output=True, text=True, env=env, cwd=TOP, timeout=60)

    return run


@pytest.fixture
def blank(tmp_path, monkeypatch):
    """A blank form, and a ledger with 张浩宇 and 李雨涵."""
    monkeypatch.setenv("GUANAI_TODAY", "2026-11-23")
    store.open_ledger(tmp_path / "one")
    by = site.user("wangxiao", "王晓")
    site.set_up(site_name="柳溪村", township="青石镇", by=by)
    put(by, name="张浩宇", birth_date="2015-03-08", health="weak", **PARENTS)
    put(by, **PARENTS | {"name": "李雨涵", "birth_date": "2016-05-01", "village_group": "二组"})
    store.close()
    book = Workbook()
    for row in (["填报单位："], ["姓名", "出生年月", "身体情况{健康|残疾|患病}", "照片"]):
        book.active.append(row)
    book.save(tmp_path / "空表.xlsx")
    return str(tmp_path / "空表.xlsx")


def test_a_form_is_filled_and_what_needs_a_person_is_said(blank, guanai, tmp_path):
    out = tmp_path / "好.xlsx"
    done = guanai("fill", blank, "-o", str(out))
    assert done.returncode == 1, done.stderr
    assert "儿童：4栏，认得3栏" in done.stdout
    assert "认不得、留空的栏：照片" in done.stdout
    assert "没有“一般或较弱”这一项" in done.stdout
    assert "已填 2 行" in done.stderr
    sheet = load_workbook(out).active
    assert [[cell.value for cell in row[:2]] for row in sheet] == [
        ["填报单位：柳溪村", None], ["姓名", "出生年月"], ["张浩宇", "2015-03"], ["李雨涵", "2016-05"],
    ]  # fmt: skip
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_only_some_and_as_json(blank, guanai, tmp_path):
    out = tmp_path / "好.xlsx"
    done = guanai(
        "fill",
        blank,
        "-o",
        str(out),
        "--who",
        "all",
        "--find",
        "二组",
        "--columns",
        "姓名,出生年月",
        "--json",
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["rows"], told["who"], told["problems"]) == (1, "all", [])
    assert [each["target"] for each in told["parts"][0]["columns"]] == [
        "child.name",
        "child.birth_date",
        "survey.health",
        None,
    ]
    assert told["blank"] == ["身体情况{健康|残疾|患病}", "照片"]
    assert load_workbook(out).active["A3"].value == "李雨涵"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("没有.xlsx", "-o", "好.xlsx"), "找不到文件"), (("{blank}", "-o", "{blank}"), "不能写到空白表自己上面"),
        (("{blank}", "-o", "好.xlsx", "--find", "查无此人"), "没有可填的人"), (("{blank}",), "缺少：-o"),
        (("{blank}", "-o", "好.xlsx", "--columns", "血型"), "没有“血型”这一栏"),
    ],
)  # fmt: skip
def test_refused_with_the_cure(blank, guanai, words, why):
    done = guanai("fill", *(each.replace("{blank}", blank) for each in words))
    assert done.returncode == 2 and why in done.stderr


def test_rows_without_a_name_are_refused_and_a_name_gets_its_ending(guanai, blank, tmp_path):
    book = Workbook()
    book.active.append(["谁家的哪一个", "身份证号", "父亲手机"])
    book.save(tmp_path / "无名.xlsx")
    told = guanai("fill", str(tmp_path / "无名.xlsx"), "-o", str(tmp_path / "写.xlsx"), "--kind", "children")
    assert (
        told.returncode == 2 and "还没有一栏填儿童姓名" in told.stderr and not (tmp_path / "写.xlsx").exists()
    )
    told = guanai("fill", blank, "-o", str(tmp_path / "填好"))
    assert "填好.xlsx" in told.stderr and (tmp_path / "填好.xlsx").exists()
