"""What a report is made of, whatever it is then written as."""

from typing import NamedTuple


class Heading(NamedTuple):
    """A heading; level 1 is a part of the report, 2 something inside it."""

    text: str
    level: int = 1


class Text(NamedTuple):
    """Paragraphs, one a line; small: set apart, as the rules at the end are."""

    lines: tuple[str, ...]
    small: bool = False


class Grid(NamedTuple):
    """A table: its heading row and its rows, all text."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Blank(NamedTuple):
    """Lines to be written on by hand."""

    lines: int


Block = Heading | Text | Grid | Blank


class Report(NamedTuple):
    """A report: its title, a line below it, its blocks."""

    title: str
    about: str
    blocks: tuple[Block, ...]
