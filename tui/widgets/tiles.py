"""Large figures side by side: a label, a remark below it, the figure as large as all of its page can be."""

from typing import NamedTuple

from tui.ink import Line, fill
from tui.widgets.figures import ROWS, figure, scale_of

HEAD = 2  # lines over a figure: the label and the remark
EDGE = 3  # cells kept free beside a figure


class Tile(NamedTuple):
    """One large figure: what it counts, the figure and its unit, a remark below the label, the figure's style."""

    label: str
    text: str
    unit: str = ""
    remark: str = ""
    style: str = "panel"
    remark_style: str = "plain"


def across(tiles: list[Tile], width: int, height: int) -> int:
    """How many of these tiles stand side by side in two rows: 3 where there are many and it costs no figure its size."""
    in_twos, in_threes = (_size(tiles, *_room(columns, width, height))[0] for columns in (2, 3))
    return 3 if len(tiles) > 4 and in_threes == in_twos else 2


def _room(columns: int, width: int, height: int) -> tuple[int, int]:
    return (width - 2) // columns, (height - 1) // 2


def grid(tiles: list[Tile], width: int, height: int, columns: int = 2) -> list[Line]:
    """Tiles in two rows over the whole room."""
    each, tall = _room(columns, width, height)
    scale, units = _size(tiles, each, tall)
    lines: list[Line] = []
    for at in range(0, len(tiles), columns):
        lines += [*row(tiles[at : at + columns], each, tall, scale, units), []]
    return lines[:-1]


def row(
    tiles: list[Tile], width: int, height: int, scale: int | None = None, units: bool = True
) -> list[Line]:
    """Tiles side by side, each so wide; their figures of one size."""
    if scale is None:
        scale, units = _size(tiles, width, height)
    blocks = [_tile(tile, height, scale, units) for tile in tiles]
    return [
        [("  ", "plain"), *(run for line in lines for run in fill(line, width))]
        for lines in zip(*blocks, strict=True)
    ]


def _scale(texts: list[str], width: int, height: int) -> int:
    return min((scale_of(text, width - EDGE, height - HEAD) for text in texts), default=0)


def _size(tiles: list[Tile], width: int, height: int) -> tuple[int, bool]:
    """The size all figures of a page share, and whether their units are drawn large: only if it costs no size."""
    full = _scale([tile.text + tile.unit for tile in tiles], width, height)
    bare = _scale([tile.text for tile in tiles], width, height)
    return max(full, bare), full >= bare


def _tile(tile: Tile, height: int, scale: int, units: bool) -> list[Line]:
    label = tile.label + ("" if units or not tile.unit else f" {tile.unit}")
    remark: Line = [(tile.remark, tile.remark_style)]
    drawn = figure(tile.text + (tile.unit if units else ""), scale, height - HEAD, tile.style)
    return ([[(label, "strong")], remark, *drawn] + [[]] * height)[:height]


def least(height: int) -> int:
    """How many lines a row of tiles takes at the top of a page of `height` lines."""
    return max(ROWS + HEAD, height // 3)
