"""The program inside tmux, a terminal that is not ours: what arrives there, what a person sees there."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest
from pty_driver import ROOT
from village import GUANAI, TODAY, child, environment, village

pytestmark = pytest.mark.skipif(
    not shutil.which("tmux"), reason="没有装 tmux，没跑在 tmux 里的画面检查；apt-get install tmux 后再跑"
)


class Tmux:
    """A tmux server of its own with one window."""

    def __init__(self, data: Path, size: tuple[int, int], shell: bool = False, today: str = TODAY):
        self.socket = str(data.parent / "tmux")
        told = environment(data, TERM="screen-256color") | {"GUANAI_TODAY": today, "PYTHONPATH": str(ROOT)}
        env = [f"-e{name}={value}" for name, value in told.items()]
        window = ["-x", str(size[0]), "-y", str(size[1]), "-c", str(ROOT)]
        program = ["/bin/sh"] if shell else [*GUANAI, "--data", str(data)]
        self.run("-u", "-f", "/dev/null", "new-session", "-d", *window, *env, *program)

    def run(self, *words: str) -> str:
        return subprocess.run(
            ["tmux", "-S", self.socket, *words], capture_output=True, text=True, check=True
        ).stdout

    def keys(self, *names: str) -> None:
        self.run("send-keys", *names)

    def wait(self, text: str) -> list[str]:
        deadline = time.monotonic() + 15
        while text not in (seen := self.run("capture-pane", "-p")):
            assert time.monotonic() < deadline, f"waited for {text!r}; the screen:\n{seen}"
            time.sleep(0.05)
        return seen.splitlines()


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
def test_a_child_is_found_and_mended_inside_tmux(tmp_path, size):
    data = village(tmp_path)
    tmux = Tmux(data, size)
    try:
        tmux.wait("工作台")
        tmux.keys("F2")
        seen = tmux.wait("第1/65名")
        rows = [line for line in seen if "缺" in line and "项" in line]
        assert len({len(row[: row.index("缺")].encode("gbk")) for row in rows}) == 1, (
            "the column is not straight"
        )
        tmux.keys("/", "张俊杰", "Enter")
        tmux.wait("第1/1名")
        tmux.keys("Enter")
        tmux.wait("档案：张俊杰")
        tmux.keys("C-n")
        tmux.wait(">学校")
        tmux.keys("柳溪小学", "Enter", "六年级", "Enter", "C-s")
        tmux.wait("建档齐全")
    finally:
        tmux.run("kill-server")
    assert child(data, "张俊杰")["dossier_complete"] is True
