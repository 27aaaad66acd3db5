"""Ledgers for the tests of the whole program, and ways to open them and to look into them from outside."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from pty_driver import ROOT, Terminal

REGISTERS = Path(__file__).parents[1] / "registers"
TODAY = "2026-10-12"  # a Monday; the talks of register 06 were in September
DEMO_DAY = "2026-11-23"  # a Monday too
SCRIPT = Path(sys.executable).with_name("guanai")
GUANAI = [str(SCRIPT)] if SCRIPT.exists() else [sys.executable, "-m", "tui"]


def environment(data: Path, **more: str) -> dict[str, str]:
    """What the program is told: the day, and a home of its own."""
    home = data.parent / "home"
    home.mkdir(exist_ok=True)
    return {"GUANAI_TODAY": TODAY, "LANG": "C.UTF-8", "HOME": str(home), **more}


def guanai(data: Path, *words: str, status: int = 0, today: str = TODAY) -> str:
    """Run a plain command on a ledger; what it prints."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment(data), "GUANAI_TODAY": today}
    done = subprocess.run(
        [*GUANAI, "--data", str(data), *words],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == status, (words, done.returncode, done.stderr)
    return done.stdout


def asked(data: Path, *words: str) -> list | dict:
    """What a plain command answers with --json."""
    return json.loads(guanai(data, *words, "--json"))


def children(data: Path) -> list[dict]:
    """All children on file, in full."""
    return asked(data, "list", "children", "--reveal")


def child(data: Path, name: str) -> dict:
    """The one child of a name."""
    (found,) = [each for each in children(data) if each["name"] == name]
    return found


def empty(folder: Path) -> Path:
    """A new ledger without anybody in it."""
    return _copy(_template(), folder)


def village(folder: Path) -> Path:
    """A ledger with the registers 01, 05 and 06 in it."""
    return _copy(_village(), folder)


def demo(folder: Path) -> Path:
    """The invented village of --demo, as it is on DEMO_DAY."""
    return _copy(_demo(), folder)


def open_program(data: Path, size: tuple[int, int] = (80, 24), until: str = "工作台", **env: str) -> Terminal:
    """The program on a ledger, once its first screen is there."""
    terminal = Terminal([*GUANAI, "--data", str(data)], size, environment(data, **env))
    try:
        terminal.wait(until)
    except BaseException:
        terminal.close()
        raise
    return terminal


def broken(said: str) -> str:
    """A pattern for a sentence that may go on in the next line at any place."""
    return r"\s*".join(map(re.escape, said))


def id_number(number: int, born: str = "20150308") -> str:
    """An invented ID number whose check digit is right."""
    body = f"340505{born}{number:03d}"
    return body + "10X98765432"[sum(int(d) * 2 ** (17 - i) for i, d in enumerate(body)) % 11]


@cache
def _made() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="guanai-tests-")  # goes when the tests end


@cache
def _template() -> Path:
    data = Path(_made().name) / "empty"
    guanai(data, "init", "--site", "柳溪村", "--kind", "village", "--term", "2026秋", today="2026-09-01")
    return data


@cache
def _demo() -> Path:
    data = Path(_made().name) / "demo"
    subprocess.run(
        [*GUANAI, "--demo", "--data", str(data), "status"], check=True, capture_output=True, cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment(data), "GUANAI_TODAY": DEMO_DAY},
    )  # fmt: skip
    return data


@cache
def _village() -> Path:
    data = _copy(_template(), Path(_made().name) / "village")
    for file in sorted(REGISTERS.glob("0[156]-*.xlsx")):
        guanai(data, "import", str(file), status=1 if file.name.startswith("06") else 0, today="2026-09-10")
    return data


def _copy(source: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return Path(shutil.copytree(source, folder / "ledger"))


CTRL_S, INSERT, ESC = "\x13", "\x1b[2~", "\x1b"
GROUPS = ("一组", "二组", "三组", "四组", "五组")
SURNAMES, GIVEN = "赵钱孙李周吴郑王", "安宝晨丹恩芳光涵佳凯乐明宁"


def people(count: int) -> list[dict]:
    """Invented children, no two alike."""
    return [
        {
            "id_number": id_number(n % 900 + 1, f"201{n % 7 + 1}0{n % 9 + 1}{n % 28 + 1:02d}"),
            "name": SURNAMES[n % 8]
            + GIVEN[n // 8 % 13]
            + GIVEN[n // 104 % 13]
            + ("" if n < 1352 else GIVEN[n // 1352]),
            "village_group": GROUPS[n % 5],
            "address": f"柳溪村{n + 1}号",
        }
        for n in range(count)
    ]


def record(person: dict, write: Callable[[str], str] = str) -> str:
    """Keys for one child: number, name, 民族, 户口, past 户籍地址, group, address, 健康 and father, save.

    Sex and birth date follow from the number and are passed over; an Enter after what went on by itself does nothing.
    write: the keys that type a text; others than the text itself for somebody who mistypes and mends.
    """
    known = f"{person['id_number']}\r{write(person['name'])}\r汉\r1\t"
    lives = f"{person['village_group']}\r{write(person['address'])}"
    father = person.get("father")
    family = f"\r1{write(father['name'])}\r1{write(father['workplace'])}\r{father['phone']}" if father else ""
    return f"{known}{lives}{family}{CTRL_S}"
