"""Leaving on the command line: who is listed, and a child handed from one ledger to another."""

import json
import os
import re
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from db import leaving, site, store
from tests.tui.people import PARENTS, put

TOP = Path(__file__).parent.parent.parent


@pytest.fixture
def guanai(tmp_path):
    """The program on a ledger of 柳溪村 (or, by its folder, another one)."""

    def run(*words: str, data: str = "one", stdin: bytes = b"") -> subprocess.CompletedProcess:
        env = os.environ | {"GUANAI_TODAY": "2026-11-23", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
        command = [sys.executable, "-m", "tui", "--data", str(tmp_path / data), *words]
        return subprocess.run(command, input=stdin, capture_output=True, env=env, cwd=TOP, timeout=60)

    return run


@pytest.fixture
def village(tmp_path, monkeypatch):
    """张浩宇, who left, and 李雨涵."""
    monkeypatch.setenv("GUANAI_TODAY", "2026-11-23")
    store.open_ledger(tmp_path / "one")
    by = site.user("wangxiao", "王晓")
    site.set_up(site_name="柳溪村", township="青石镇", by=by)
    child = put(by, name="张浩宇", birth_date="2015-03-08", **PARENTS)
    put(by, name="李雨涵", birth_date="2016-05-01", village_group="二组")
    leaving.leave(child, "school_moved", date(2026, 11, 20), "青石中心小学", None, by)
    store.close()
    return child


def told(done: subprocess.CompletedProcess):
    return json.loads(done.stdout)


def test_who_left_is_listed_when_asked_for(village, guanai):
    assert [each["name"] for each in told(guanai("list", "children", "--json"))] == ["李雨涵"]
    every = told(guanai("list", "children", "--left", "--json"))
    assert {each["name"]: each["left_on"] for each in every} == {"张浩宇": "2026-11-20", "李雨涵": None}
    assert told(guanai("status", "--json"))["children"]["registered"] == 1
    assert re.search("退出登记 +2026-11-20", guanai("show", "张浩宇").stdout.decode())
    assert "在册" in guanai("show", "李雨涵").stdout.decode()


def test_from_one_ledger_to_another(village, guanai, tmp_path):
    out = tmp_path / "转出.json"
    done = guanai("export", "handover", "--find", "张浩宇", "李雨涵", "-o", str(out))
    assert done.returncode == 0 and "已写 2 名儿童的转出文件" in done.stderr.decode()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600

    looked = guanai("import", str(out), "--dry-run", data="two")
    assert looked.returncode == 0 and "张浩宇（一组，2015-03-08）：若导入，新登记" in looked.stdout.decode()
    assert told(guanai("list", "children", "--json", data="two")) == []
    first = told(guanai("import", str(out), "--json", data="two"))
    assert (first["kind"], first["rows"], first["created"], first["problems"]) == ("handover", 2, 2, [])
    again = guanai("import", "-", "--json", data="two", stdin=out.read_bytes())
    assert (told(again)["unchanged"], again.returncode) == (2, 0)
    every = told(guanai("list", "children", "--json", data="two"))
    assert {each["name"]: each["left_on"] for each in every} == {"张浩宇": None, "李雨涵": None}


def test_through_a_pipe(village, guanai):
    piped = guanai("export", "handover", "--find", "张浩宇", "-o", "-")
    assert told(piped)["format"] == "guanai-handover"
    done = guanai("import", "-", data="two", stdin=piped.stdout)
    assert done.returncode == 0 and "柳溪村2026-11-23的转出文件，共1名儿童" in done.stdout.decode()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "handover", "-o", "a.json"), "请写出转出谁"),
        (("export", "handover", "--find", "没有这人", "-o", "a.json"), "没有叫“没有这人”的儿童"),
        (("export", "handover", "--find", "张浩宇", "-o", "/nowhere/a.json"), "没有“/nowhere”这个文件夹"),
        (("export", "handover", "--find", "张浩宇", "-o", "a.xlsx"), "要以 .json 结尾"),
    ],
)
def test_a_wrong_use_says_how_to_do_it(village, guanai, words, said):
    done = guanai(*words)
    assert done.returncode != 0 and said in done.stderr.decode() and "Traceback" not in done.stderr.decode()


def test_a_register_s_options_and_a_broken_file_are_refused(village, guanai, tmp_path):
    out = tmp_path / "转出.json"
    guanai("export", "handover", "--find", "张浩宇", "-o", str(out))
    assert "不用 --kind" in guanai("import", str(out), "--kind", "children", data="two").stderr.decode()
    out.write_text(out.read_text("utf-8")[:-20], "utf-8")
    done = guanai("import", str(out), data="two")
    assert done.returncode != 0 and "不完整或已损坏" in done.stderr.decode()
    assert told(guanai("list", "children", "--json", data="two")) == []


def test_what_needs_a_person_is_left_out_and_told(village, guanai, tmp_path, monkeypatch):
    out = tmp_path / "转出.json"
    guanai("export", "handover", "--find", "张浩宇", "-o", str(out))
    monkeypatch.setenv("GUANAI_TODAY", "2026-11-23")
    store.open_ledger(tmp_path / "two")
    put(site.user("lisi", "李四"), name="张皓宇", birth_date="2015-03-08", **PARENTS)
    store.close()
    done = guanai("import", str(out), data="two")
    assert done.returncode == 1 and "要问是不是同一人" in done.stdout.decode()
    assert "请在程序里按 F7 导入" in done.stderr.decode()
    (problem,) = told(guanai("import", str(out), "--json", data="two"))["problems"]
    assert problem["level"] == "error" and "张皓宇" in problem["message"]
