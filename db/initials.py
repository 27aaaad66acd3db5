"""Pinyin initials of names, so that 张浩宇 is found by zhy."""

import os
from functools import lru_cache

# Surnames that a dictionary without phrases reads as their everyday word; 朴 盖 尹 stand here lest it changes.
SURNAMES = {
    "曾": "z", "单": "s", "解": "x", "仇": "q", "查": "z", "区": "o", "朴": "p", "盖": "g", "尹": "y",
    "翟": "z", "乐": "y", "覃": "q", "隗": "w", "种": "c", "折": "s", "召": "s", "秘": "b", "繁": "p",
    "祭": "z", "佴": "n", "么": "y", "粘": "n", "郇": "x",
}  # fmt: skip
SOUNDS = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "朴": "piao", "盖": "ge", "翟": "zhai",
    "乐": "yue", "覃": "qin", "隗": "wei", "种": "chong", "折": "she", "召": "shao", "秘": "bi", "繁": "po", "祭": "zhai",
    "佴": "nai", "么": "yao", "粘": "nian", "郇": "xun", "尹": "yin",
}  # fmt: skip
COMPOUND = {"尉迟": "yc", "单于": "cy", "万俟": "mq", "长孙": "zs", "澹台": "tt", "令狐": "lh", "宰父": "zf"}


@lru_cache(maxsize=2_000)
def initials(name: str | None) -> str:
    """Lower-case initials: 张浩宇 is zhy, 曾诗涵 zsh; a name in plain ASCII comes back as it is, lower-case."""
    if not name:
        return ""
    if name.isascii():
        return name.lower()
    name = "".join(char for char in name if char.isalnum())
    first = COMPOUND.get(name[:2], "") if len(name) > 2 else ""
    first = first or SURNAMES.get(name[:1], "")
    return first + "".join(_initial(char) for char in name[len(first) :])


def given_initials(name: str | None) -> str:
    """The initials without the first one, so that 张浩宇 is found by hy too; '' for a name in plain ASCII."""
    return "" if not name or name.isascii() else initials(name)[1:]


@lru_cache(maxsize=2_000)
def sound(name: str | None) -> str:
    """How a name is pronounced, without tones: 张浩宇 and 章皓宇 are both 'zhang hao yu'; ASCII as it is, lower-case."""
    if not name:
        return ""
    if name.isascii():
        return name.lower()
    chars = [char for char in name if char.isalnum()]
    surname = SOUNDS.get(chars[0]) if chars else None
    return " ".join([*([surname] if surname else []), *map(_syllable, chars[1 if surname else 0 :])])


@lru_cache(maxsize=8_000)
def _syllable(char: str) -> str:
    """A character's reading without tone, the character itself if it has none."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import Style, pinyin

    return pinyin(char, style=Style.NORMAL, strict=False)[0][0].lower()


@lru_cache(maxsize=8_000)
def _initial(char: str) -> str:
    """The first letter of a character's reading, '' if it has none."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # a third of the start-up time and memory
    from pypinyin import Style, pinyin

    letter = pinyin(char, style=Style.FIRST_LETTER, strict=False)[0][0][:1]
    return letter.lower() if letter.isascii() else ""
