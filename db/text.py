"""Text as it may be kept and shown: no controls, no invisible direction marks, one width of each character."""

import re
import unicodedata
from functools import lru_cache

# Spreadsheets write a control character as _x001B_; some readers turn it back into the real one.
ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
UNSEEN = {"Cc", "Cf", "Cs"}
LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def clean(text: str, lines: bool = False) -> str:
    """The text without controls, format and direction marks, surrogates and `_x001B_` escapes.

    lines: keep line breaks (as \\n); otherwise a break or a tab becomes a blank.
    """
    if text.isprintable() and "_x" not in text:  # nearly every cell: nothing to take out
        return text
    text = LINE_ENDS.sub("\n", text).replace("\t", " ")
    if not lines:
        text = text.replace("\n", " ")
    text = "".join(char for char in text if char == "\n" or unicodedata.category(char) not in UNSEEN)
    while ESCAPED.search(text):  # taking one out may bring another together
        text = ESCAPED.sub("", text)
    return text


@lru_cache(maxsize=10_000)  # the cells of a register say the same things again and again
def normal(text: str) -> str:
    """One clean line in which １２３Ｘ is 123X and no blanks stand at either end."""
    text = clean(text)
    return text.strip() if text.isascii() else clean(unicodedata.normalize("NFKC", text)).strip()


def squeeze(text: str) -> str:
    """`normal` without any blank: how names, headings and choices are compared."""
    return "".join(normal(text).split())
