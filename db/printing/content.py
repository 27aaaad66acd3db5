"""What stands on a sheet of paper, whatever it is then written as."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from db.text import clean

SHORT = 15  # characters of a value that shares its row with another
Field = tuple[str, str]  # label, value


class Part(NamedTuple):
    """A block: its heading, labelled values, lines of text below them."""

    heading: str
    fields: list[Field]
    lines: list[str]


class Leaf(NamedTuple):
    """What belongs to one child (or one record) and stays together: title, blocks, the line at the foot.

    child_id: whose it is, None where it is the site's own or about several children. digest: what the source said, to tell
    later whether it has changed.
    """

    child_id: UUID | None
    title: str
    parts: list[Part]
    foot: str
    digest: str


class Paper(NamedTuple):
    """A whole print. crowded: several leaves share a page; else each begins on one of its own.

    share: of cards to be cut out, how many of the same size make a page (0: no such cards).
    """

    title: str
    leaves: Iterable[Leaf]
    crowded: bool
    share: int = 0


def rows(fields: Iterable[Field]) -> Iterator[list[Field]]:
    """Labelled values row by row: two short ones share a row, a long one has it to itself."""
    waiting: list[Field] = []
    for label, value in fields:
        value = clean(value, lines=True)
        if len(value) > SHORT or "\n" in value:
            yield from ([each] for each in waiting)
            waiting = []
            yield [(label, value)]
        elif waiting:
            yield [*waiting, (label, value)]
            waiting = []
        else:
            waiting = [(label, value)]
    yield from ([each] for each in waiting)
