"""Blanks inside a line of words: 姓名：____ 性别：□男 □女. Where they are, whose they are, the line with them filled."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from unicodedata import east_asian_width

from db.exchange.areas import BLANK, LINE, UNIT
from db.exchange.boxes import boxes
from db.text import squeeze

JOINT = re.compile(r"(?<!\d)[：:]|[：:](?!\d)|(?<=[\u4e00-\u9fff)）])(?<![_＿\s\d][年月])(?=[_＿]{2})")
EDGE = re.compile(r"[\n_＿。；;，,]|\s{3,}")  # a label begins after it at the earliest
AFTER = re.compile(rf"(?P<gap>{LINE}*)(?:{UNIT}|[(（][^()（）]*[)）]|[。；;，,、])?\s*")


class Gap(NamedTuple):
    """A blank in a line: its label, and from where to where it reaches; boxed: choices to tick stand in it."""

    label: str
    start: int
    end: int
    boxed: bool = False


def gaps(text: str, known: Callable[[str], bool]) -> list[Gap]:
    """The blanks of a line, from left to right; what has a value already is none. known: whether words are a heading."""
    joints = list(JOINT.finditer(text))
    starts, labels, earliest = [], [], 0
    for joint in joints:
        start = _label_start(text, earliest, joint.start(), known)
        starts.append(start)
        labels.append(squeeze(text[start : joint.start()]))
        earliest = joint.end()
    found = []
    for at, joint in enumerate(joints):
        end = starts[at + 1] if at + 1 < len(joints) else len(text)
        line_end = text.find("\n", joint.end(), end)
        end = end if line_end < 0 else line_end
        after = text[joint.end() : end]
        if not labels[at]:
            continue
        if boxes(after):
            found.append(Gap(labels[at], joint.end(), end, True))
        elif BLANK.fullmatch(after) and "年" in after:
            found.append(Gap(labels[at], joint.end(), end))
        elif match := AFTER.fullmatch(after):
            found.append(Gap(labels[at], joint.end(), joint.end() + match.end("gap")))
    return found


def _label_start(text: str, earliest: int, end: int, known: Callable[[str], bool]) -> int:
    """Where the label that ends there begins: as far back as its words make a heading, else at the last wide blank."""
    edges = [match.end() for match in EDGE.finditer(text, earliest, end)]
    earliest = edges[-1] if edges else earliest
    tokens = [match.start() for match in re.finditer(r"\S+", text[earliest:end])]
    for token in tokens:
        if known(text[earliest + token : end]):
            return earliest + token
    wide = [match.end() for match in re.finditer(r"\s{2,}", text[earliest:end])]
    wide = [at for at in wide if text[earliest + at : end].strip()]
    return earliest + (wide[-1] if wide else tokens[0] if tokens else 0)


def filled(text: str, values: Mapping[Gap, str]) -> str:
    """The line with these blanks filled; what stands behind keeps its place where the value leaves room."""
    for gap in sorted(values, key=lambda each: -each.start):
        value = values[gap]
        if not gap.boxed:
            value = fitted(value, text[gap.start : gap.end], gap.end < len(text))
        text = text[: gap.start] + value + text[gap.end :]
    return text


def fitted(value: str, blank: str, followed: bool = False) -> str:
    """A value as long as the blank it takes the place of; longer if it must be, then a blank parts it from what follows."""
    if "年" in blank and "年" in value:
        return value + " " if followed else value
    filling = "_" if "_" in blank or "＿" in blank else " "
    room = cells(blank) - cells(value)
    if room > 0 and blank and (followed or filling == "_"):
        return value + filling * room
    return value + " " if followed and blank else value


def cells(text: str) -> int:
    """How many cells wide a line is: a Chinese character takes two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
