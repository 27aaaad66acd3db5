"""Who takes whom, at its best for all together: cover the neediest first, then the best total fit.

What is sought is an assignment problem with lexicographic coverage. Two theorems carry it:

- The sets of children that can be covered together are the independent sets of a transversal matroid (Edmonds and
  Fulkerson 1965), so greed in order of need is best: covering as many of the first tier as can be, then of the second,
  and so on, also covers the most children in all, and no trade of one against two is ever better (Rado 1957). Hence it
  is enough that a child left out costs one `step` more for each tier of need above the last, where a step is more than
  all fits together can differ: the best sum then is the best coverage with the best fit.
- The best sum is found by the Hungarian method (Kuhn 1955) in the form of shortest augmenting paths (Tomizawa 1971,
  Jonker and Volgenant 1987): children come one by one, each along the chain of moves that costs least. It keeps a price
  for every helper and a surplus for every child such that no child would do better with another helper at these prices:
      surplus[child] >= fit - price[helper] for every allowed pair, with equality for the pairs made;
      surplus[child] >= left_out[child], with equality for a child left out;
      a place that is still free is priced at no more than it takes off.
  By the duality of linear programs such prices prove that no assignment has a better sum. They are handed back: the
  tests prove every result by them, and small ones against trying everything.

Prices only rise. So the few helpers looked at for a child, and the best value among the others at that time, stay a
valid bound for the others later: each child's long row of fits is read again only when a search gets as far as that.
"""

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from operator import itemgetter, sub
from typing import NamedTuple

FIRST_LOOK, WIDER = 16, 4  # helpers looked at for a child; how many times more when a search asks again


class Assigned(NamedTuple):
    """Each child's helper (None: left out), and the surplus and prices that prove it the best."""

    helper: list[int | None]
    surplus: list[int]
    price: list[int]
    left_out: list[int]


def assign(
    tiers: Sequence[int], fits: Sequence[Mapping[int, int]], places: Sequence[Sequence[int]]
) -> Assigned:
    """The helper of every child: the best coverage in order of need, among those the best total fit.

    tiers: each child's tier of need, 0 the most urgent. fits: for each child, how well the helpers it may have (by their
    number) fit it. places: for each helper, what each of the free places takes off a fit, in rising order; (0, 2) is a
    helper with two places of whom the second counts two less, () one without any.

    The same input always gives the same answer. Raises ValueError for places that fall, a fit with a helper there is
    not, or more tiers than children.
    """
    _check(tiers, fits, places)
    market = _Market(tiers, fits, places)
    for child in sorted(range(len(tiers)), key=tiers.__getitem__):
        market.admit(child)
    return Assigned(market.helper, market.surplus, market.price, market.left_out)


def _check(tiers: Sequence[int], fits: Sequence[Mapping[int, int]], places: Sequence[Sequence[int]]) -> None:
    if len(tiers) != len(fits):
        raise ValueError(f"{len(tiers)} tiers for {len(fits)} children")
    if any(tier < 0 for tier in tiers):
        raise ValueError("a tier of need is 0 or more")
    if any(list(taken_off) != sorted(taken_off) for taken_off in places):
        raise ValueError("a later place of a helper may not count more than an earlier one")
    helpers = range(len(places))
    if any(row and not (min(row) in helpers and max(row) in helpers) for row in fits):
        raise ValueError(f"a fit with a helper who is none of the {len(places)}")


class _Tree:
    """One search: who could move where, each at the least loss for all; loss, end and mover say where it ends best.

    end is the helper with the free place taken, or None where `mover` is the child left out.
    """

    __slots__ = ("end", "heap", "joined", "loss", "mover", "nearest", "reached", "via")

    def __init__(self, root: int, loss: int):
        self.loss, self.end, self.mover = loss, None, root
        self.joined: dict[int, int] = {}  # children in the tree and the loss at which they came in
        self.reached: dict[int, int] = {}  # helpers likewise
        self.nearest: dict[int, int] = {}  # helpers seen, at the least loss so far
        self.via: dict[int, int] = {}  # and the child that would move there
        self.heap: list[tuple[int, int]] = []


class _Market:
    """The prices, and the pairs made so far."""

    def __init__(
        self, tiers: Sequence[int], fits: Sequence[Mapping[int, int]], places: Sequence[Sequence[int]]
    ):
        rows = [{at: fit for at, fit in row.items() if places[at]} for row in fits]
        self.rows = [(tuple(row), tuple(row.values())) for row in rows]
        self.places = places
        self.price = [taken_off[0] if taken_off else 0 for taken_off in places]
        self.held: list[list[int]] = [[] for _ in places]
        self.helper: list[int | None] = [None] * len(rows)
        self.surplus = [0] * len(rows)
        most = max((abs(fit) for _, fits_of in self.rows for fit in fits_of), default=0)
        dearest = max((abs(off) for taken_off in places for off in taken_off), default=0)
        step, last = 1 + 2 * len(rows) * (most + dearest), max(tiers, default=0)
        self.left_out = [step * (tier - last - 1) for tier in tiers]
        self.near: list[list[tuple[int, int]]] = [[] for _ in rows]  # the helpers looked at, with their fits
        self.beyond: list[int | None] = [None] * len(rows)  # no other helper was worth more than this
        self.width = [FIRST_LOOK] * len(rows)

    def admit(self, child: int) -> None:
        """Bring a child in, at the least loss for all together."""
        self._look(child)
        best = max((fit - self.price[at] for at, fit in self.near[child]), default=self.left_out[child])
        self.surplus[child] = max(best, self.left_out[child])
        tree = self._search(child)
        self._reprice(tree)
        self._move(tree)

    def _look(self, child: int) -> None:
        """Take note of the helpers worth most to a child at today's prices; further ones each time it is asked."""
        helpers, fits = self.rows[child]
        width, self.width[child] = self.width[child], self.width[child] * WIDER
        if len(helpers) <= width:
            self.near[child], self.beyond[child] = list(zip(helpers, fits, strict=True)), None
            return
        worth = list(map(sub, fits, itemgetter(*helpers)(self.price)))
        ranked = sorted(worth, reverse=True)
        least = ranked[width - 1]
        near = [(at, fit) for at, fit, value in zip(helpers, fits, worth, strict=True) if value >= least]
        self.near[child], self.beyond[child] = near, ranked[len(near)] if len(near) < len(ranked) else None

    def _search(self, root: int) -> _Tree:
        """Dijkstra's search from a child to the nearest end: a free place, or a child that may be left out instead."""
        tree = _Tree(root, self.surplus[root] - self.left_out[root])
        self._join(root, 0, tree)
        while tree.heap:
            loss, node = heappop(tree.heap)
            if loss >= tree.loss:
                break
            if node >= len(self.places):  # a child's row goes on beyond what was looked at
                child = node - len(self.places)
                self._look(child)
                self._spread(child, tree)
            elif node not in tree.reached:
                tree.reached[node] = loss
                for child in self.held[node]:
                    self._join(child, loss, tree)
        return tree

    def _join(self, child: int, loss: int, tree: _Tree) -> None:
        tree.joined[child] = loss
        without = loss + self.surplus[child] - self.left_out[child]
        if without < tree.loss:
            tree.loss, tree.end, tree.mover = without, None, child
        self._spread(child, tree)

    def _spread(self, child: int, tree: _Tree) -> None:
        """Where a child of the tree could move, and at what loss."""
        base, price, nearest = tree.joined[child] + self.surplus[child], self.price, tree.nearest
        for at, fit in self.near[child]:
            loss = base - fit + price[at]
            if loss < tree.loss and (at not in nearest or loss < nearest[at]):
                nearest[at], tree.via[at] = loss, child
                heappush(tree.heap, (loss, at))
                taken = len(self.held[at])
                if taken < len(self.places[at]):
                    ends = loss + self.places[at][taken] - price[at]
                    if ends < tree.loss:
                        tree.loss, tree.end = ends, at
        beyond = self.beyond[child]
        if beyond is not None and base - beyond < tree.loss:
            heappush(tree.heap, (base - beyond, len(price) + child))

    def _reprice(self, tree: _Tree) -> None:
        """Raise the prices in the tree until its best end is as good as staying."""
        for child, loss in tree.joined.items():
            if loss < tree.loss:
                self.surplus[child] -= tree.loss - loss
        for at, loss in tree.reached.items():
            if loss < tree.loss:
                self.price[at] += tree.loss - loss

    def _move(self, tree: _Tree) -> None:
        """Make the moves of the chain that ends best, from its end back to the child it began with."""
        at = tree.end
        if at is None:
            at = self._take(tree.mover, None)
        while at is not None:
            at = self._take(tree.via[at], at)

    def _take(self, child: int, at: int | None) -> int | None:
        """Give a child a helper in place of the one it has, who is returned."""
        before, self.helper[child] = self.helper[child], at
        if before is not None:
            self.held[before].remove(child)
        if at is not None:
            self.held[at].append(child)
        return before
