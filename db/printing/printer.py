"""The printer of this machine, as CUPS knows it (lp, lpstat)."""

import os
import subprocess

from db.text import clean
from db.values import Refused

ASKED, SENT = (
    5,
    30,
)  # seconds until an answer is given up, when asked for a printer and when one is sent something


def printer() -> str | None:
    """The name of the default printer, else of the first one; None where there is none or no printing system."""
    said = _run(["lpstat", "-d"], ASKED)
    if said is None:
        return None
    name = said.stdout.rpartition(":")[2].strip() if said.returncode == 0 and ":" in said.stdout else ""
    if name:
        return name
    listed = _run(["lpstat", "-e"], ASKED)
    names = listed.stdout.split() if listed is not None and listed.returncode == 0 else []
    return names[0] if names else None


def send(name: str, title: str, pdf: bytes) -> None:
    """Hand a PDF to a printer, never through a file that others could read. Raises Refused with the cure."""
    said = _run(["lp", "-d", name, "-t", title, "-o", "media=A4", "-"], SENT, pdf)
    if said is None:
        raise Refused(f"打印机“{name}”没有回应：请看它是否开着、连着，或改选“存成文件”")
    if said.returncode:
        why = clean(said.stderr.strip().splitlines()[-1]) if said.stderr.strip() else f"状态{said.returncode}"
        raise Refused(f"打印机“{name}”没有接受（{why}）：请看它是否开着、有纸，或改选“存成文件”")


def _run(words: list[str], patience: float, fed: bytes = b"") -> subprocess.CompletedProcess | None:
    """A command's end, its words in English; None if there is no such command or it does not answer."""
    try:
        done = subprocess.run(
            words,
            input=fed,
            capture_output=True,
            timeout=patience,
            check=False,
            env=os.environ | {"LC_ALL": "C.UTF-8"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = (each.decode("utf-8", "replace") for each in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(words, done.returncode, *said)
