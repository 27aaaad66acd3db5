"""The best assignment: against trying everything on small cases, by its own prices on large ones."""

from collections.abc import Iterator
from itertools import pairwise
from random import Random

import pytest

from db.assignment import Assigned, assign

Case = tuple[list[int], list[dict[int, int]], list[tuple[int, ...]]]


def standing(case: Case, helper: list[int | None]) -> tuple[tuple[int, ...], int]:
    """How many of each tier are covered, and the total fit; fails on a pair or place that is not allowed."""
    tiers, fits, places = case
    covered, taken, total = [0] * (max(tiers, default=0) + 1), [0] * len(places), 0
    for child, at in enumerate(helper):
        if at is not None:
            covered[tiers[child]] += 1
            total += fits[child][at] - places[at][taken[at]]
            taken[at] += 1
    return tuple(covered), total


def every_way(case: Case, child: int = 0, taken: tuple[int, ...] = ()) -> Iterator[list[int | None]]:
    """Every assignment there is."""
    tiers, fits, places = case
    taken = taken or (0,) * len(places)
    if child == len(tiers):
        yield []
        return
    for at in (None, *fits[child]):
        if at is None or taken[at] < len(places[at]):
            then = taken if at is None else (*taken[:at], taken[at] + 1, *taken[at + 1 :])
            for rest in every_way(case, child + 1, then):
                yield [at, *rest]


def prove(case: Case, found: Assigned) -> None:
    """That no assignment has a better sum, by linear duality: the prices admit none, and this one attains it."""
    tiers, fits, places = case
    for child, row in enumerate(fits):
        assert found.surplus[child] >= found.left_out[child]
        assert all(found.surplus[child] >= fit - found.price[at] for at, fit in row.items() if places[at])
    bound = sum(found.surplus) + sum(
        max(0, found.price[at] - off) for at, row in enumerate(places) for off in row
    )
    _, total = standing(case, found.helper)
    alone = sum(out for out, at in zip(found.left_out, found.helper, strict=True) if at is None)
    assert total + alone == bound
    dearest = max((off for row in places for off in row), default=0)
    possible = [[abs(fit) for at, fit in row.items() if places[at]] for row in fits]
    spread = sum(2 * (max(row) + dearest) for row in possible if row)
    steps = dict(zip(tiers, found.left_out, strict=True))
    worst_first = [*(steps[tier] for tier in sorted(steps)), 0]
    assert all(less - more > spread for more, less in pairwise(worst_first))


def small(seed: int) -> Case:
    """Up to six children and four helpers: few or many fits, sparse or dense, places of rising cost or none."""
    chance = Random(seed)
    helpers = range(chance.randint(0, 4))
    fits_of = chance.choice([(1,), (0, 1), (-3, 0, 5), range(100)])
    dense, tiers = chance.choice([0.3, 0.7, 1.0]), chance.randint(1, 3)
    children = range(chance.randint(0, 6))
    return (
        [chance.randrange(tiers) for _ in children],
        [{at: chance.choice(fits_of) for at in helpers if chance.random() < dense} for _ in children],
        [tuple(sorted(chance.choice([0, 1, 2, 7]) for _ in range(chance.randint(0, 3)))) for _ in helpers],
    )


@pytest.mark.parametrize("hundred", range(10))
def test_as_good_as_trying_everything(hundred):
    for seed in range(100 * hundred, 100 * hundred + 100):
        case = small(seed)
        found = assign(*case)
        assert standing(case, found.helper) == max(standing(case, way) for way in every_way(case)), seed
        prove(case, found)


def large(kind: str) -> Case:
    """Three hundred children and a hundred helpers of two places each: a third of the children must go without."""
    chance = Random(kind)
    quality = [chance.randrange(300) for _ in range(100)]
    fit = {
        "all alike": lambda child, at: 5,
        "few values": lambda child, at: chance.choice((0, 10, 20, 30)),
        "many values": lambda child, at: chance.randrange(10**6),
        "the same liked by all": lambda child, at: quality[at] + chance.randrange(20),
        "each step displaces all": lambda child, at: (child + 1) * (at + 1),
        "below nought": lambda child, at: -(child + 1) * (at + 1),
    }[kind]
    return (
        [chance.choices((0, 1, 2), (1, 3, 16))[0] for _ in range(300)],
        [{at: fit(child, at) for at in range(100) if chance.random() < 0.9} for child in range(300)],
        [(0, chance.randrange(3)) for _ in range(100)],
    )


@pytest.mark.parametrize(
    "kind",
    [
        "all alike",
        "few values",
        "many values",
        "the same liked by all",
        "each step displaces all",
        "below nought",
    ],
)
def test_large_ones_are_proved_by_their_prices(kind):
    case = large(kind)
    found = assign(*case)
    prove(case, found)
    covered, _ = standing(case, found.helper)
    assert sum(covered) == 200
    assert covered[:2] == (case[0].count(0), case[0].count(1))
    assert assign(*case) == found


@pytest.mark.parametrize(
    "case", [([], [], []), ([], [], [(0,)]), ([0, 1], [{}, {}], []), ([0], [{0: 9}], [()])]
)
def test_nobody_there_or_no_place(case):
    assert assign(*case).helper == [None] * len(case[0])


def test_a_chain_of_moves_makes_room_for_the_last():
    """Each child but the last likes the next helper's place; the last can have only the first helper."""
    fits = [{at: 10 if at == child else 1 for at in (child, child + 1)} for child in range(50)]
    found = assign([0] * 51, [*fits, {0: 1}], [(0,)] * 51)
    assert found.helper == [*range(1, 51), 0]


def test_need_goes_before_any_fit():
    assert assign([1, 0], [{0: 1000}, {0: -1000}], [(0,)]).helper == [None, 0]
    assert assign([2, 2, 0], [{0: 5}, {0: 9}, {1: 1}], [(0,), (0,)]).helper == [None, 0, 1]


def test_a_needier_child_never_costs_two_others_their_helper():
    """Greed in order of need still covers the most children in all."""
    assert assign([0, 1, 1], [{0: 1, 1: 9}, {1: 5}, {0: 5, 2: 0}], [(0,), (0,), (0,)]).helper == [0, 1, 2]


def test_among_equals_the_first_stays():
    assert assign([0] * 3, [{0: 1}] * 3, [(0, 0)]).helper == [0, 0, None]


def test_a_second_place_that_counts_less_spreads_the_load():
    fits = [{0: 10, 1: 9}] * 2
    assert sorted(assign([0, 0], fits, [(0, 0), (0, 0)]).helper) == [0, 0]
    assert sorted(assign([0, 0], fits, [(0, 2), (0, 2)]).helper) == [0, 1]
    assert sorted(assign([0, 0], fits, [(4, 6), (0, 2)]).helper) == [1, 1]


@pytest.mark.parametrize(
    ("case", "says"),
    [
        (([0], [], []), "1 tiers for 0 children"),
        (([-1], [{}], []), "0 or more"),
        (([0], [{0: 1}], [(2, 1)]), "may not count more"),
        (([0], [{1: 1}], [(0,)]), "none of the 1"),
        (([0], [{-1: 1}], [(0,)]), "none of the 1"),
    ],
)
def test_what_makes_no_sense_is_refused(case, says):
    with pytest.raises(ValueError, match=says):
        assign(*case)
