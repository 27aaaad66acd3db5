"""Whether this terminal can show the program, and what to set before Textual is loaded. Imports no Textual."""

import os
import re
import sys
from collections.abc import Mapping

OVER_SSH, AT_THE_DESK = "500", "150"


def prepare() -> None:
    """Set what Textual and our driver read from the environment; what the user has set stays."""
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
    os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "standard")
    os.environ.setdefault("ESCDELAY", OVER_SSH if os.environ.get("SSH_CONNECTION") else AT_THE_DESK)


def escape_delay() -> float:
    """Seconds to wait after an Esc for the rest of a key's sequence."""
    try:
        return max(1, int(os.environ.get("ESCDELAY", AT_THE_DESK))) / 1000
    except ValueError:
        return int(AT_THE_DESK) / 1000


def charset(env: Mapping[str, str] = os.environ) -> str:
    """The character set that the environment names: utf8, gbk, ...; '' for C, POSIX or nothing at all."""
    locale = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
    return re.sub("[^a-z0-9]", "", locale.partition(".")[2].partition("@")[0].lower())


def unfit(env: Mapping[str, str] = os.environ) -> str | None:
    """Why the program cannot be shown here, in one sentence with the cure; None if it can."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "输入或输出不是终端：请在终端窗口里直接运行 guanai，脚本里请用 guanai status 等命令"
    if env.get("TERM", "dumb") in ("", "dumb", "unknown"):
        return "终端类型不明（TERM 未设置或为 dumb）：请先执行 export TERM=xterm 再运行 guanai"
    if charset(env) not in ("utf8", ""):
        return "终端字符集不是 UTF-8：请先执行 export LANG=C.UTF-8，并把 PuTTY 的字符集改为 UTF-8"
    if not charset(env):
        return "没有设置 UTF-8 字符集：请先执行 export LANG=C.UTF-8，再运行 guanai"
    return None


def complain(sentence: str) -> None:
    """Print a sentence on stderr in the terminal's own character set; ASCII for one that has no Chinese."""
    names = {"gb2312": "gbk", "gb18030": "gb18030", "gbk": "gbk", "big5": "big5", "euccn": "gbk", "utf8": "utf-8"}
    own = names.get(charset(), "ascii" if charset() else "utf-8")
    ascii_too = "" if own == "utf-8" else "\nguanai needs a UTF-8 terminal: export LANG=C.UTF-8"
    text = sentence.encode(own, "ignore") if own != "ascii" else b""
    sys.stderr.flush()
    sys.stderr.buffer.write((text + ascii_too.encode()).lstrip(b"\n") + b"\n")
    sys.stderr.flush()
