"""会议 from outside: full names leave no trace; what is handed out prints on one page."""

import re
import shutil
import signal
import subprocess
import time

import pytest
from pty_driver import ROOT, Terminal
from test_tmux import Tmux
from village import GUANAI, environment, guanai

from tui.driver import ENTER, LEAVE

TODAY = "2026-11-23"


@pytest.fixture
def demo(tmp_path):
    data = tmp_path / "ledger"
    subprocess.run([*GUANAI, "--demo", "--data", str(data), "status"], check=True, capture_output=True, cwd=ROOT,
                   env={**environment(data), "PYTHONPATH": str(ROOT), "GUANAI_TODAY": TODAY, "PATH": "/usr/bin:/bin"})  # fmt: skip
    return data


def a_helper(data):
    """A helper who stands on the page of what is overdue."""
    rows = guanai(data, "status", "--names", today=TODAY).split("逾期归谁")[1].splitlines()[1:]
    (helper, *_) = next(row.split() for row in rows if row and not row.startswith(("本单位", "还没结对")))
    return helper


def revealed(terminal, helper):
    terminal.key("f9")
    terminal.wait("概况")
    terminal.key("right", "right")
    assert helper not in terminal.wait("逾期待办")
    terminal.key("f8")
    terminal.wait("全名吗")
    terminal.settle()
    terminal.key("enter")
    assert helper in terminal.wait("全名显示中")
    before = len(terminal.output)
    terminal.read(0.5)
    assert len(terminal.output) == before, "written while idle"


@pytest.mark.parametrize("end", ["quit", signal.SIGHUP, signal.SIGKILL])
def test_full_names_go_from_the_screen_with_the_program(demo, end):
    helper = a_helper(demo)
    with Terminal(
        [*GUANAI, "--data", str(demo)], (80, 24), environment(demo, GUANAI_TODAY=TODAY)
    ) as terminal:
        terminal.wait("工作台")
        revealed(terminal, helper)
        if end == "quit":
            terminal.key("ctrl+q")
        else:
            terminal.kill(end)
        terminal.wait_end()
        deadline = time.monotonic() + 5
        while not terminal.output.endswith(LEAVE.encode()):
            assert terminal.read(0.2) or time.monotonic() < deadline, terminal.text()
        assert helper not in terminal.text()  # this emulator has one screen only: it was emptied
        first, name, last = (terminal.output.index(each.encode()) for each in (ENTER, helper, LEAVE))
        assert first < name < last and terminal.output.rindex(helper.encode()) < last


@pytest.mark.skipif(
    not shutil.which("tmux"), reason="没有装 tmux，没查它的回滚缓冲；apt-get install tmux 后再跑"
)
@pytest.mark.parametrize("end", ["masked", "quit", "kill"])
def test_full_names_are_not_in_the_scroll_back(demo, end):
    helper = a_helper(demo)
    tmux = Tmux(demo, (80, 24), shell=True, today=TODAY)
    try:
        tmux.keys(" ".join([*GUANAI, "--data", str(demo)]), "Enter")
        tmux.wait("工作台")
        tmux.keys("F9")
        tmux.wait("概况")
        tmux.keys("Right", "Right")
        tmux.wait("逾期待办")
        tmux.keys("F8")
        tmux.wait("全名吗")
        time.sleep(0.3)
        tmux.keys("Enter")
        assert helper in "\n".join(tmux.wait("全名显示中"))
        if end == "masked":
            tmux.keys("F8")
            tmux.wait("认定口径")
            tmux.keys("F6")
            tmux.wait("待办")
        if end == "kill":
            subprocess.run(
                ["pkill", "-KILL", "-P", tmux.run("display", "-p", "#{pane_pid}").strip()], check=True
            )
        else:
            tmux.keys("C-q")
        time.sleep(0.5)
        tmux.keys("echo the-shell-is-back", "Enter")
        tmux.wait("the-shell-is-back")
        assert "the-shell-is-back" in (seen := tmux.run("capture-pane", "-p", "-S", "-"))
        assert helper not in seen and "逾期待办" not in seen
    finally:
        tmux.run("kill-server")


@pytest.mark.skipif(
    not shutil.which("soffice"),
    reason="没有装 LibreOffice，没查讲稿的页数；apt-get install libreoffice 后再跑",
)
def test_the_handout_and_the_chart_open_in_libreoffice_the_handout_on_one_page(demo, tmp_path):
    files = [tmp_path / name for name in ("paper.docx", "page.html", "chart.xlsx")]
    for file in files:
        guanai(
            demo, "export", "targets" if file.suffix == ".xlsx" else "handout", "-o", str(file), today=TODAY
        )
    for batch in (
        files[:1],
        files[1:],
    ):  # a page of the web makes LibreOffice take all of a call for such pages
        done = subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "pdf",
             "--outdir", str(tmp_path), *map(str, batch)],
            capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
        assert "rror" not in done.stderr
    for file in files:
        pdf = file.with_suffix(".pdf").read_bytes()
        assert pdf.startswith(b"%PDF")
        if file.suffix != ".xlsx":
            assert re.findall(rb"/Type\s*/Pages\b.*?/Count (\d+)", pdf, re.DOTALL) == [b"1"]
