"""Values used before, most used first: what a field of text is completed from."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import peewee

from db.fields import specs
from db.initials import initials
from db.models import Adult, Child, Survey
from db.places import places

MOST = 9


class Used:
    """The values of each pool (see Spec.pool), read from the ledger when first asked for.

    Names of prefectures complete the places of work that nobody has used yet.
    """

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}

    def note(self, pool: str, value: str) -> None:
        """A value has just been used."""
        self.counts(pool)[value] += 1

    def counts(self, pool: str) -> Counter[str]:
        """How often each value of a pool stands in the ledger."""
        if pool not in self._counts:
            found = self._counts[pool] = Counter()  # what cannot be read is not asked for again at every key
            for model in (Child, Survey, Adult):
                for name, spec in specs(model).items():
                    if spec.pool == pool:
                        found.update(dict(_counted(model, name)))
        return self._counts[pool]

    def matching(self, pool: str, typed: str, first: Iterable[str] = ()) -> list[str]:
        """At most nine values that fit what is typed, `first` ahead of the most used: by their initials if it is letters,
        else by containing it; the most used if nothing is typed."""
        counts = self.counts(pool)
        known = list(
            dict.fromkeys([*(each for each in first if each), *(value for value, _ in counts.most_common())])
        )
        if not typed:
            return known[:MOST]
        if not typed.isascii() or not typed.isalpha():
            more = [text for text, _ in places()] if pool == "place" else []
            return [value for value in dict.fromkeys([*known, *more]) if typed in value and typed != value][
                :MOST
            ]
        fits = [value for value in known if any(short.startswith(typed) for short in shorts(value))]
        if pool == "place":
            fits += [text for text, short in places() if short.startswith(typed)]
        return list(dict.fromkeys(fits))[:MOST]


def _counted(model: type[peewee.Model], name: str) -> Iterable[tuple[str, int]]:
    field = model._meta.fields[name]
    query = model.live(field, peewee.fn.COUNT(field)).where(field.is_null(False)).group_by(field)
    return query.tuples()


@lru_cache(maxsize=50_000)
def shorts(value: str) -> tuple[str, ...]:
    """The initials a value is found by: of the whole, and of a place without what it lies in (广东省深圳市: sz)."""
    by_place = _places_by_text().get(value)
    whole = initials(value)
    if by_place:
        return (by_place, whole)
    for mark in ("省", "自治区", "市"):
        head, found, rest = value.partition(mark)
        if found and rest and head:
            return (initials(rest), whole)
    return (whole,)


@lru_cache(maxsize=1)
def _places_by_text() -> dict[str, str]:
    return dict(places())
