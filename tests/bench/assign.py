"""How long the best assignment and the proposal for a whole ledger take; by hand.

    python tests/bench/assign.py [--children 1000] [--helpers 400] [--runs 3]

Prints a Markdown table of seconds of processor time (the best of the runs): the assignment alone, of fits of several
sorts, then `proposing.propose` on a ledger made for it.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[2]))

from big_register import People

from db import bulk, days, proposing, site, store
from db.assignment import assign
from db.ids import uuid7
from db.models import Adult, Child, Focus, Helper, Kinship, Survey, database
from db.values import group_rank
from db.vocab import FOCUS, HELPER_KIND

GROUPS = [f"{each}组" for each in "一二三四五六七八九十"]
SCHOOLS = ["柳溪小学", "青石小学", "青石初级中学"]
PLACES = (0, 2)


def sorts(children: int, helpers: int) -> dict[str, Callable[[Random], list[dict[int, int]]]]:
    """Fits of several sorts."""

    def all_of(fit: Callable[[int, int], int]) -> list[dict[int, int]]:
        return [{at: fit(child, at) for at in range(helpers)} for child in range(children)]

    def liked(chance: Random) -> list[dict[int, int]]:
        quality = [chance.randrange(1000) for _ in range(helpers)]
        return all_of(lambda child, at: quality[at] + chance.randrange(50))

    return {
        "all alike": lambda chance: all_of(lambda child, at: 20),
        "a few values": lambda chance: all_of(lambda child, at: chance.choice((0, 10, 20, 32, 40, 62))),
        "a hundred values": lambda chance: all_of(lambda child, at: chance.randrange(100)),
        "a million values": lambda chance: all_of(lambda child, at: chance.randrange(10**6)),
        "the same liked by all": liked,
        "each step displaces all": lambda chance: all_of(lambda child, at: (child + 1) * (at + 1)),
    }


def fill(folder: Path, children: int, helpers: int) -> None:
    """A ledger of children without a helper and helpers without a child, written past the verbs."""
    store.open_ledger(folder)
    site.set_up(site_name="柳溪村", township="青石镇", by=site.user("meter", None))
    people, chance, term = People(), Random(1), site.term().id
    rows: dict[type, list[dict]] = {Child: [], Adult: [], Kinship: [], Survey: [], Focus: [], Helper: []}
    for nth in range(children):
        child, adult, group = uuid7(), uuid7(), chance.choice(GROUPS)
        rows[Child].append({
            "id": child, "name": people.name(), "sex": chance.choice(("male", "female")), "birth_date": people.day(2012, 2022),
            "village_group": group, "group_rank": group_rank(group),
        })  # fmt: skip
        rows[Adult].append({"id": adult, "name": people.name(), "phone": f"1990000{nth:04d}"})
        rows[Kinship].append({"id": uuid7(), "child": child, "adult": adult, "relation": "62", "guardian": True,
                              "entrusted": False})  # fmt: skip
        rows[Survey].append({
            "id": uuid7(), "child": child, "term": term, "schooling": "primary", "school": chance.choice(SCHOOLS),
            "grade": f"p{chance.randint(1, 6)}", "study_level": chance.choice(("good", "fair", "fair", "poor")),
            "left_behind": True, "gaps": "",
        })  # fmt: skip
        if chance.random() < 0.2:
            tag = chance.choice([code.code for code in FOCUS])
            rows[Focus].append({"id": uuid7(), "child": child, "tag": tag, "since": date(2026, 1, 1)})
    for nth in range(helpers):
        group = chance.choice([*GROUPS, None])
        rows[Helper].append({
            "id": uuid7(), "name": people.name(), "sex": chance.choice(("male", "female")), "group_rank": group_rank(group),
            "kind": chance.choice([code.code for code in HELPER_KIND]), "village_group": group,
            "unit": chance.choice([*SCHOOLS, "柳溪村委会", None]), "phone": f"1990001{nth:04d}",
        })  # fmt: skip
    with database.atomic():
        for model, told in rows.items():
            made = ([*row.values(), 1, days.now()] for row in told)
            bulk.insert(model, [*told[0], "version", "created_at"], made)


def seconds(work: Callable[[], object], runs: int) -> float:
    """Processor time of the best of some runs."""
    taken = []
    for _ in range(runs):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=1000)
    parser.add_argument("--helpers", type=int, default=400)
    parser.add_argument("--runs", type=int, default=3)
    told = parser.parse_args()
    chance = Random(1)
    tiers = [chance.choices((0, 1, 2), (1, 3, 16))[0] for _ in range(told.children)]
    print(f"| {told.children} children, {told.helpers} helpers of two places | s |\n|---|---|")
    for name, make in sorts(told.children, told.helpers).items():
        fits = make(chance)
        taken = seconds(lambda fits=fits: assign(tiers, fits, [PLACES] * told.helpers), told.runs)
        print(f"| assign: {name} | {taken:.2f} |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), told.children, told.helpers)
        print(f"| propose, on a ledger | {seconds(proposing.propose, told.runs):.2f} |")
        store.close()


if __name__ == "__main__":
    main()
