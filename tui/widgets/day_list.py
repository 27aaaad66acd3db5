"""A list of what is on each day, under day headings, drawn from windowed queries.

The headings are worked out from how many items each day has, so that a list of years is never read as a whole.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import TypeVar

from tui.ink import Line
from tui.widgets.roster import Roster

Item = TypeVar("Item")


class DayList(Roster[Item | date]):
    """A roster of days and of the items of each beneath it.

    counts: how many items each day has, in order; a day with none is a heading alone. page(offset, limit) reads items, in
    the same order. heading(day, width, here) and row(item, width, here) draw one line each.
    """

    def __init__(
        self,
        counts: Mapping[date, int],
        page: Callable[[int, int], Sequence[Item]],
        heading: Callable[[date, int, bool], Line],
        row: Callable[[Item, int, bool], Line],
        empty: str = "没有活动",
    ):
        self.days = list(counts)
        self.starts = [0, *accumulate(count + 1 for count in counts.values())]  # where each heading stands
        self._read = page
        self.total = sum(counts.values())

        def drawn(item: Item | date, width: int, here: bool) -> Line:
            return heading(item, width, here) if isinstance(item, date) else row(item, width, here)

        super().__init__(lambda: self.starts[-1], self._part, drawn, empty)

    def _part(self, offset: int, limit: int) -> list[Item | date]:
        until = min(offset + limit, self.starts[-1])
        kinds = [self._heading_at(at) for at in range(offset, until)]
        wanted = sum(day is None for day in kinds)
        before = offset - bisect_right(self.starts[:-1], offset - 1)
        items = iter(self._read(before, wanted) if wanted else ())
        found = (day if day is not None else next(items, None) for day in kinds)
        return [each for each in found if each is not None]

    def _heading_at(self, at: int) -> date | None:
        nth = bisect_right(self.starts, at) - 1
        return self.days[nth] if self.starts[nth] == at else None

    def day_at(self, at: int) -> date:
        """The day that a line of the list belongs to."""
        return self.days[bisect_right(self.starts[:-1], at) - 1]

    def place_of(self, day: date) -> int:
        """Where the heading of a day stands, or of the next one that has any; the last one's after that."""
        nth = next((nth for nth, each in enumerate(self.days) if each >= day), len(self.days) - 1)
        return self.starts[max(nth, 0)]

    def to_item(self, step: int = 1) -> None:
        """From a heading on to the nearest item, forwards or backwards; the other way where there is none."""
        for way in (step, -step):
            at = self.at
            while 0 <= at < len(self):
                if self._heading_at(at) is None:
                    self.go(at)
                    return
                at += way

    def press(self, key: str) -> bool:
        """Move by one key; a heading is passed over."""
        taken = super().press(key)
        if taken and self.total:
            self.to_item(-1 if key in ("up", "pageup") else 1)
            if self.at and self.at == self.top and self._heading_at(self.at - 1) is not None:
                self.top -= 1  # its day is to be seen
        return taken
