"""People by name, quickly even where thousands share one."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.exchange.staging import Staged

MANY = 40  # bearers of one name; of more only those are looked at who share a sign


class Namesakes:
    """Rows by name. signs: what tells the bearers of one name apart (a month of birth, a phone); '' for not known."""

    def __init__(self, signs: Callable[["Staged"], Iterable[str | None]]):
        self._signs = signs
        self._names: dict[str, list[Staged]] = defaultdict(list)
        self._crowds: dict[str, dict[str, list[Staged]]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def __bool__(self) -> bool:
        return bool(self._names)

    def add(self, row: "Staged") -> None:
        """Somebody more."""
        self._names[row.get("name")].append(row)
        self.learn(row)

    def clear(self) -> None:
        """Nobody any more."""
        self._names.clear()
        self._crowds.clear()

    def learn(self, row: "Staged") -> None:
        """More is known of somebody."""
        if (crowd := self._crowds.get(row.get("name"))) is not None:
            self._place(crowd, row)

    def all(self, name: str) -> list["Staged"]:
        """Everybody of a name."""
        return self._names.get(name, [])

    def like(self, name: str, sign: str) -> list["Staged"]:
        """Everybody of a name; of a very common one those with this sign, and a few of whom it is not known."""
        same = self._names.get(name, [])
        if len(same) <= MANY:
            return same
        if (crowd := self._crowds.get(name)) is None:
            crowd = self._crowds[name] = {}
            for row in same:
                self._place(crowd, row)
        return crowd.get(sign, []) + (crowd.get("", [])[:MANY] if sign else [])

    def _place(self, crowd: dict[str, list["Staged"]], row: "Staged") -> None:
        for sign in self._signs(row):
            if row not in (there := crowd.setdefault(sign or "", [])):
                there.append(row)
