"""The installed program in a terminal, on a ledger of its own: what the tests of whole stories share."""

import json
import os
import subprocess
import sys
from pathlib import Path

from pty_driver import ROOT, Terminal

REGISTERS = ROOT / "tests" / "registers"
TODAY = "2026-11-23"


class Village:
    """A ledger in a folder, its plain commands, and terminals on it."""

    def __init__(self, folder: Path):
        self.folder, self.data = folder, folder / "data"
        self.env = {"HOME": str(folder), "GUANAI_TODAY": TODAY, "LANG": "C.UTF-8", "TERM": "xterm-256color"}

    def run(self, *words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "tui", "--data", str(self.data), *words]
        own = os.environ | self.env | (env or {})
        return subprocess.run(command, capture_output=True, env=own, cwd=ROOT, timeout=60)

    def json(self, *words: str):
        return json.loads(self.run(*words, "--json").stdout)

    def set_up(self, *registers: str) -> "Village":
        """Give it a site and load registers by the first two digits of their names."""
        assert self.run("init", "--site", "柳溪村", "--township", "青石镇", "--name", "王晓").returncode == 0
        for number in registers:
            (file,) = REGISTERS.glob(f"{number}-*")
            self.run("import", str(file))
        return self

    def open(self, size: tuple[int, int] = (80, 24), wait: str = "工作台", **env: str) -> Terminal:
        """The program in a terminal, ready."""
        terminal = Terminal([sys.executable, "-m", "tui", "--data", str(self.data)], size, self.env | env)
        terminal.wait(wait, 20)
        return terminal

    def children(self, find: str = "") -> list[dict]:
        return self.json("list", "children", "--find", find, "--reveal")

    def rate(self, code: str) -> tuple[int, int]:
        """Numerator and denominator of a target."""
        target = next(each for each in self.json("targets") if each["code"] == code)
        return target["numerator"], target["denominator"]


def id_number(born: str, serial: int) -> str:
    """An invented ID number with a right check digit; an odd serial is male."""
    body = f"340505{born}{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]
