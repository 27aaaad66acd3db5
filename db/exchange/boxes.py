"""Choices printed with boxes to tick: □男 □女, (  )是 (  )否. The ticked sign is as wide as the form's own."""

import re
from collections.abc import Collection
from typing import NamedTuple

from db.text import squeeze

TICKED = {"□": "■", "☐": "☑", "○": "●", "◯": "●", "◇": "◆", "◻": "■", "▢": "■"}
SIGN = re.compile(r"[□☐○◯◇◻▢]|[(（\[［][ \u3000]*[)）\]］]")
END = re.compile(r"\s{2,}|[\n、，,；;/]|_{2,}")


class Box(NamedTuple):
    """A box in a text: from where to where its sign reaches, and what it stands for."""

    start: int
    end: int
    choice: str


def boxes(text: str) -> list[Box]:
    """The boxes of a text from left to right; the words of a choice stand all after their boxes, or all before."""
    signs = list(SIGN.finditer(text))
    if not signs:
        return []
    before = bool(text[: signs[0].start()].strip())
    if before and len(signs) == 1:  # 姓名(  )
        return []
    found = []
    for at, sign in enumerate(signs):
        if before:
            words = [
                part
                for part in END.split(text[signs[at - 1].end() if at else 0 : sign.start()])
                if part.strip()
            ]
            choice = words[-1] if words else ""
        else:
            ends = signs[at + 1].start() if at + 1 < len(signs) else len(text)
            choice = END.split(text[sign.end() : ends].lstrip())[0]
        found.append(Box(sign.start(), sign.end(), squeeze(choice)))
    return [each for each in found if each.choice]


def ticked(text: str, chosen: Collection[str]) -> str:
    """The text with the boxes of these choices ticked."""
    for box in reversed(boxes(text)):
        if box.choice in chosen:
            sign = text[box.start : box.end]
            text = text[: box.start] + (TICKED.get(sign) or f"{sign[0]}√{sign[-1]}") + text[box.end :]
    return text
