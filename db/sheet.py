"""What every entry sheet shares: its entries, and how one person's edits meet those of another."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from db.changes import Stale
from db.errors import LedgerError
from db.spec import Spec
from db.values import Refused

Values = dict[str, Any]
TRIES = 3  # a row changed between our reading and our writing: read again


class Entry(NamedTuple):
    """One field of a sheet: its name in the values, its description, the section it stands in."""

    name: str
    spec: Spec
    section: str


class Doubtful(NamedTuple):
    """Something improbable on a sheet: which rule says so, the field to look at, the sentence, the values it is about.

    about is text: a doubt confirmed once is raised again only when one of those values changes.
    """

    rule: str
    field: str
    sentence: str
    about: str


class Rules(NamedTuple):
    """What the fields of a sheet say of each other, from the stored values so far.

    derive(values, changed): what else is known once a field has been filled. impossible(values): field → sentence, not
    to be stored. doubtful(values): to be confirmed or looked into. expand(name, text, values): shorthand written out.
    suggest(name, typed, values): what the text may become, likeliest first. repeat(name, values, before): what 同上
    means. beside(name, values): what a value tells, shown behind it. shared: what siblings have in common; asked: those of them that are still asked;
    alike: those that are only so where another field is (school: schooling).
    """

    derive: Callable[[Values, str], Values] = lambda values, changed: {}
    impossible: Callable[[Values], dict[str, str]] = lambda values: {}
    doubtful: Callable[[Values], list[Doubtful]] = lambda values: []
    expand: Callable[[str, str, Values], str] = lambda name, text, values: text
    suggest: Callable[[str, str, Values], list[str]] = lambda name, typed, values: []
    repeat: Callable[[str, Values, Mapping[str, Any]], Any] = lambda name, values, before: before.get(name)
    beside: Callable[[str, Values], str] = lambda name, values: ""
    shared: tuple[str, ...] = ()
    asked: frozenset[str] = frozenset()
    alike: Mapping[str, str] = MappingProxyType({})


class Saved(NamedTuple):
    """What a save did: the record's key, and the labels of fields somebody else changed meanwhile (kept)."""

    id: UUID
    merged: list[str]

    @property
    def also(self) -> str:
        """Those fields in words, to stand behind what else is said of the save; '' if there are none."""
        return f"（别人同时改的{'、'.join(self.merged)}已一并保留）" if self.merged else ""

    @property
    def child_id(self) -> UUID:
        """The key, as the children's screens call it."""
        return self.id


class Conflict(Exception):
    """Fields I changed were changed by somebody else meanwhile: name → (as I read it, theirs, mine)."""

    def __init__(self, fields: dict[str, tuple[Any, Any, Any]], labels: Iterable[str]):
        self.fields = fields
        super().__init__(f"刚才别人也改了{'、'.join(labels)}，请看过对方的内容，再定用哪一个。")


class NotFound(Refused):
    """Nothing on file answers to what was asked for."""


def merge(
    entries: Iterable[Entry], values: Mapping[str, Any], base: Mapping[str, Any], theirs: Mapping[str, Any],
    force: frozenset[str] = frozenset(), following: frozenset[str] = frozenset(),
) -> tuple[Values, list[str]]:  # fmt: skip
    """What to write over the record as it now is, and the labels of what others changed and we leave alone.

    values: as typed (a name left out is unchanged); base: as read when the sheet was opened; theirs: as it is
    now. force: names to write although somebody else changed them. following: names that only mirror others,
    never a quarrel of their own. Raises Conflict.
    """
    mine: Values = {}
    merged: list[str] = []
    quarrels: dict[str, tuple[Any, Any, Any]] = {}
    labels: list[str] = []
    for entry in entries:
        name = entry.name
        read, now = base.get(name), theirs.get(name)
        typed = values.get(name, read)
        if typed == read:
            if now != read and name not in following:
                merged.append(entry.spec.label)
            continue
        mine[name] = typed
        if now not in (read, typed) and name not in force | following:
            quarrels[name] = (read, now, typed)
            labels.append(entry.spec.label)
    if quarrels:
        raise Conflict(quarrels, labels)
    return mine, merged


def settled(work: Callable[[], Saved], unique: str = "") -> Saved:
    """Do a save; when another save met it (PostgreSQL lets two meet), look again, now seeing what that one did.

    unique: name of the index that two saves may both have tried to fill.
    """
    tries = 0
    while True:
        try:
            return work()
        except (Stale, LedgerError) as error:
            tries += 1
            met = isinstance(error, Stale) or (unique and unique in str(error.__cause__))
            if not met or tries == TRIES:
                raise
