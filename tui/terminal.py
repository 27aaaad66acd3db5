"""Whether this terminal can show the program, and what to set before Textual is loaded. Imports no Textual."""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

# locales older than UTF-8, which name their character set by naming none
OLD_LOCALES = {"zh_CN": "gb2312", "zh_SG": "gb2312", "zh_TW": "big5", "zh_HK": "big5hkscs"}
CODECS = {
    "gb2312": "gbk",
    "gbk": "gbk",
    "euccn": "gbk",
    "gb18030": "gb18030",
    "big5": "big5",
    "big5hkscs": "big5",
}
OVER_SSH, AT_THE_DESK = "500", "150"


def prepare(escape_wait: int | None = None, colour: bool = True) -> None:
    """Set what Textual and our driver read from the environment; what the user has set there stays.

    escape_wait: milliseconds, None for what suits the line.
    """
    usual = OVER_SSH if os.environ.get("SSH_CONNECTION") else AT_THE_DESK
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ.setdefault("ESCDELAY", usual if escape_wait is None else str(escape_wait))
    if not colour:
        os.environ.setdefault("NO_COLOR", "1")


def escape_delay() -> float:
    """Seconds to wait after an Esc for the rest of a key's sequence."""
    try:
        return max(1, int(os.environ.get("ESCDELAY", AT_THE_DESK))) / 1000
    except ValueError:
        return int(AT_THE_DESK) / 1000


def environment() -> dict[str, str]:
    """The environment as it was given to us: Python itself puts LC_CTYPE=C.UTF-8 in place of a locale not installed."""
    try:
        given = Path("/proc/self/environ").read_bytes().split(b"\0")
    except OSError:
        return dict(os.environ)
    return {
        name: value for name, _, value in (pair.decode("utf-8", "replace").partition("=") for pair in given)
    }


def charset(env: Mapping[str, str]) -> str:
    """The character set that the environment names: utf8, gbk, ...; '' when it names none (C, POSIX, nothing)."""
    locale = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
    name, _, own = locale.partition("@")[0].partition(".")
    return re.sub("[^a-z0-9]", "", own.lower()) or OLD_LOCALES.get(name, "")


def unfit() -> str | None:
    """Why the program cannot be shown here, in one sentence with the cure; None if it can."""
    env = environment()
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "输入或输出不是终端：请在终端窗口里直接运行 guanai，脚本里请用 guanai status 等命令"
    if env.get("TERM", "dumb") in ("", "dumb", "unknown"):
        return "终端类型不明（TERM 未设置或为 dumb）：请先执行 export TERM=xterm 再运行 guanai"
    if charset(env) not in ("utf8", ""):  # none named: nearly every terminal is UTF-8 today
        return "终端字符集不是 UTF-8：请先执行 export LANG=C.UTF-8，并把 PuTTY 的字符集改为 UTF-8"
    return None


def complain(sentence: str) -> None:
    """Print a sentence on stderr in the terminal's own character set; ASCII for one that has no Chinese."""
    own = charset(environment())
    codec = "utf-8" if own in ("utf8", "") else CODECS.get(own)
    text = sentence.encode(codec, "ignore") + b"\n" if codec else b""
    if codec != "utf-8":
        text += b"guanai needs a UTF-8 terminal: export LANG=C.UTF-8\n"
    sys.stderr.flush()
    sys.stderr.buffer.write(text)
    sys.stderr.flush()
