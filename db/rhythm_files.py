"""Profiles of rhythms as TOML files: those that come with the program, and a ledger's own, written and read."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from db.errors import reason
from db.rhythm import Rhythm, as_dict, read
from db.sheet import NotFound
from db.text import clean
from db.values import Refused

PLANS = Path(__file__).parent / "plans" / "rhythms"
YEARS = PLANS.parent / "years"
MOST_BYTES, MOST_RHYTHMS = 64_000, 40
NAME, TITLE, CODE = 20, 40, 40  # longest texts
PARTS = ("title", "source", "rhythm")


class Profile(NamedTuple):
    """Rhythms that belong together."""

    code: str
    title: str
    source: str
    rhythms: tuple[Rhythm, ...]


@cache
def profiles() -> tuple[Profile, ...]:
    """The profiles that come with the program: the plain one, those of the seven plans, the rules of law and school."""
    files = sorted([*PLANS.glob("*.toml"), *YEARS.glob("*.toml")], key=lambda path: path.name)
    return tuple(_profile(path.stem[3:], _rhythms_only(path.read_text("utf-8"))) for path in files)


def _rhythms_only(text: str) -> dict[str, Any]:
    """What a plan's file says of rhythms."""
    return {key: value for key, value in parse(text).items() if key in PARTS}


def by_code(code: str) -> Profile:
    """A profile that comes with the program. Raises NotFound."""
    found = next((each for each in profiles() if each.code == code), None)
    if found is None:
        raise NotFound(f"没有“{code}”这套节奏，可选：{'、'.join(each.code for each in profiles())}")
    return found


def written(title: str, rhythms: Sequence[Rhythm]) -> str:
    """A profile as the text of its file; since when a rhythm is owed is this ledger's own and left out."""
    import tomli_w

    told = [as_dict(each._replace(since=None)) for each in rhythms]
    return tomli_w.dumps({"title": title, "source": "", "rhythm": told})


def read_file(path: Path) -> Profile:
    """A profile from a TOML file, to be adopted. Raises Refused with the one thing to mend."""
    return _profile(path.stem, parse(read_text(path, MOST_BYTES)))


def read_text(path: Path, most: int) -> str:
    """The text of a TOML file somebody chose, at most so many bytes. Raises Refused."""
    try:
        if not path.is_file():
            raise Refused(f"“{path.name}”不是文件，请选一个 .toml 文件")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        why = reason(error) if isinstance(error, OSError) else "文件名不对"
        raise Refused(f"打不开“{path.name}”：{why}") from error
    if len(data) > most:
        raise Refused(f"“{path.name}”超过{most // 1000}KB，请重新选")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"“{path.name}”不是 UTF-8 编码，请用记事本另存为 UTF-8 再读") from error


def parse(text: str) -> dict[str, Any]:
    """What a TOML text says. Raises Refused."""
    try:
        return tomllib.loads(text)
    except (
        ValueError,
        RecursionError,
    ) as error:  # TOML errors, numbers too long to be one, brackets without end
        raise Refused("文件不合 TOML 的写法，请先用本程序存一份，照样子改") from error


def _profile(code: str, told: Mapping[str, Any]) -> Profile:
    """A profile from what its file says. Raises Refused."""
    for key in told:
        if key not in PARTS:
            raise Refused(f"节奏文件里不认识“{clean(key)[:CODE]}”，可写的有：{'、'.join(PARTS)}")
    title, source = (line(told.get(key, ""), key, TITLE) for key in ("title", "source"))
    found = told.get("rhythm", [])
    if not title:
        raise Refused("节奏文件缺 title（名称），请补上")
    if not isinstance(found, list) or not found or len(found) > MOST_RHYTHMS:
        raise Refused(f"节奏文件里要有1到{MOST_RHYTHMS}个 [[rhythm]]，请对照样子改")
    rhythms = tuple(tidy(each) for each in found)
    for names in ([each.code for each in rhythms], [each.name for each in rhythms]):
        if twice := next((each for each in names if names.count(each) > 1), None):
            raise Refused(f"节奏文件里“{twice}”写了两遍，请删去或改名")
    return Profile(code, title, source, rhythms)


def tidy(given: Any) -> Rhythm:
    """A rhythm from its settings, its texts short and clean. Raises Refused."""
    if not isinstance(given, Mapping):
        raise Refused("每个节奏要写成一段 [[rhythm]]，请对照样子改")
    for key in given:
        if len(key) > CODE:
            raise Refused("有一项的名字太长，不认识，请删去")
    name = line(given.get("name", ""), "name", NAME)
    code = line(given.get("code", ""), "code", CODE)
    return read({**given, "name": name, "code": code})


def line(value: Any, what: str, longest: int) -> str:
    """A short text of a file, cleaned. Raises Refused if it is none or too long."""
    if not isinstance(value, str):
        raise Refused(f"{what} 要写成文字，请加引号")
    text = clean(value).strip()
    if len(text) > longest:
        raise Refused(f"{what} 最多{longest}字，现有{len(text)}字，请缩短")
    return text
