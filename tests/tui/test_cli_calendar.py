"""The calendar on the command line: out to a file or a pipe, in with a preview."""

import json
import os
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from db import activities, repeats, site, store

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
    """A film and an open day every Saturday."""
    monkeypatch.setenv("GUANAI_TODAY", "2026-11-23")
    store.open_ledger(tmp_path / "one")
    by = site.user("wangxiao", "王晓")
    site.set_up(site_name="柳溪村", by=by)
    values = activities.load(None) | {"title": "励志专题片", "on_date": date(2026, 11, 27), "starts": "15:30"}
    activities.save(None, values, {}, by)
    repeats.weekly(
        "周六开放日", "open_day", 5, date(2026, 11, 28), date(2026, 12, 31), True, by, starts="8:30"
    )
    store.close()


def test_out_and_in_again(village, guanai, tmp_path):
    out = tmp_path / "活动日历.ics"
    done = guanai("export", "calendar", "-o", str(out))
    assert done.returncode == 0 and f"已导出 6 项活动到 {out}" in done.stderr.decode()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    told = json.loads(guanai("import", str(out), "--json").stdout)
    assert {name: told[name] for name in ("kind", "rows", "created", "updated", "unchanged", "skipped", "problems")} == {
        "kind": "activities", "rows": 2, "created": 0, "updated": 0, "unchanged": 2, "skipped": 0, "problems": [],
    }  # fmt: skip


def test_through_a_pipe_into_another_ledger(village, guanai):
    piped = guanai("export", "calendar", "-o", "-")
    assert piped.stdout.startswith(b"BEGIN:VCALENDAR\r\n")
    looked = guanai("import", "-", "--dry-run", data="two", stdin=piped.stdout)
    assert looked.returncode == 0 and "活动：共 2 项，若导入，将新增 2" in looked.stdout.decode()
    assert json.loads(guanai("list", "activities", "--json", data="two").stdout) == []
    guanai("import", "-", data="two", stdin=piped.stdout)
    assert len(json.loads(guanai("list", "activities", "--json", data="two").stdout)) == 6


def test_what_is_wrong_with_a_file_or_an_option(village, guanai, tmp_path):
    path = tmp_path / "手机.ics"
    path.write_text(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:例会\r\nDTSTART:20261128T000000Z\r\nRRULE:FREQ=WEEKLY\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    done = guanai("import", str(path))
    assert done.returncode == 1 and "第1项（未录入）：重复要有个结束" in done.stdout.decode()
    for words, says in (
        (("import", str(path), "--kind", "children"), "不用 --kind"), (("export", "calendar", "-o", "x.txt"), "要以 .ics 结尾"),
        (("export", "calendar", "-o", str(path), "--find", "张"), "不用 --find"),
    ):  # fmt: skip
        done = guanai(*words)
        assert done.returncode == 2 and says in done.stderr.decode(), words
