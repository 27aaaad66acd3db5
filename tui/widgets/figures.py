"""Figures drawn large out of coloured blanks (# without colour), to be read from the back of the room."""

from tui.ink import Line, coloured

# Five rows of dots to a sign, drawn one dot high and two cells wide; the gap between two signs is one dot.
DOTS = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", "###", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", "  #", "  #"),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    ".": (" ", " ", " ", " ", "#"),
    "%": ("# #", "  #", " # ", "#  ", "# #"),
    "/": ("  #", "  #", " # ", "#  ", "#  "),
    "—": ("   ", "   ", "###", "   ", "   "),
}
ROWS = 5
TALL = (0, 1, 1, 2, 3, 3, 4)  # seven rows out of the five: the uprights are stretched


def scale_of(text: str, width: int, height: int) -> int:
    """How large a number can be drawn: dots per dot; 0 if it has no room or a sign cannot be drawn."""
    if not text or any(sign not in DOTS for sign in text):
        return 0
    dots = sum(len(DOTS[sign][0]) + 1 for sign in text) - 1
    return min(width // (2 * dots), height // ROWS)


def figure(text: str, scale: int, height: int, style: str) -> list[Line]:
    """A number drawn at a scale in at most `height` lines; in plain bold at scale 0."""
    if not scale:
        return [[(text, "strong")]]
    rows = TALL if height >= scale * len(TALL) else range(ROWS)
    ink, style = (" ", style) if coloured() else ("#", "plain")
    lines: list[Line] = []
    for row in rows:
        dots = " ".join(DOTS[sign][row] for sign in text)
        line = [(ink * 2 * scale, style) if dot == "#" else (" " * 2 * scale, "plain") for dot in dots]
        lines += [line] * scale
    return lines
