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
    """How a name sounds in the villages, by which names that are taken for one another meet; ASCII as it is, lower-case.

    Without tones; zh ch sh are heard as z c s, n at the beginning as l, ng at the end as n: 张浩宇, 章皓宇 and 臧浩宇 are
    all 'zan hao yu'.
    """
    return (
        " ".join(_heard(each) for each in syllables(name))
        if name and not name.isascii()
        else (name or "").lower()
    )


def syllables(name: str) -> tuple[str, ...]:
    """The reading of each character without its tone: 章皓宇 is zhang, hao, yu."""
    chars = [char for char in name if char.isalnum()]
    surname = SOUNDS.get(chars[0]) if chars else None
    return (*([surname] if surname else []), *map(_syllable, chars[1 if surname else 0 :]))


@lru_cache(maxsize=2_000)
def _heard(syllable: str) -> str:
    """A syllable as people who do not tell zh from z, n from l, ng from n hear it."""
    if syllable[:2] in ("zh", "ch", "sh"):
        syllable = syllable[0] + syllable[2:]
    if syllable[:1] == "n" and len(syllable) > 1:
        syllable = "l" + syllable[1:]
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


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
