"""The register of 1,000 children beside that of 100,000: the verbs in this process, the screen under the meter. By hand.

    python tests/bench/register.py [--screen] [--runs 20]

Prints a Markdown table with the ratio of the medians; times differ from machine to machine, ratios hardly.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[2]))

from big_register import People

from db import bulk, children, days, initials, site, store
from db.ids import uuid7
from db.models import Adult, Child, Kinship, Row, Survey, database
from db.values import group_rank

SIZES = (1_000, 100_000)
METER = Path(__file__).with_name("ptymeter.py")
GROUPS = [f"{each}组" for each in "一二三四五六七八九十"]
RARE = 25  # children whose initials are zxm, in either ledger
SCREEN = (  # the first screen of 100,000 takes its time before it takes a key
    "sleep:4000 label:open f2 sleep:800 label:page pagedown*6 sleep:200 label:end end sleep:200 label:slash / sleep:200"
    " label:find_z text:z sleep:200 label:find_zx text:x sleep:200 label:find_zxm text:m sleep:200"
)


def fill(folder: Path, size: int) -> None:
    """A ledger of so many children, each with a parent and a survey, written past the verbs."""
    store.open_ledger(folder)
    site.set_up(site_name="柳溪村", township="青石镇", by=site.user("meter", None))
    people, term, home = People(), site.term().id, site.site().id
    rows: dict[type[Row], list[dict]] = {Child: [], Adult: [], Kinship: [], Survey: []}
    for nth in range(size):
        child, adult, group = uuid7(), uuid7(), GROUPS[nth % len(GROUPS)]
        name = people.name() if nth % (size // RARE) else "郑雪梅"
        rows[Child].append({
            "id": child, "name": name, "initials": initials.initials(name), "sound": initials.sound(name),
            "given_initials": initials.given_initials(name), "sex": "male", "birth_date": people.day(2012, 2019),
            "village_group": group, "group_rank": group_rank(group), "site": home, "address": f"柳溪村{group}{nth}号",
        })  # fmt: skip
        rows[Adult].append({"id": adult, "name": people.name(name[0]), "phone": f"1990000{nth % 10_000:04d}"})
        rows[Kinship].append(
            {
                "id": uuid7(),
                "child": child,
                "adult": adult,
                "relation": "51",
                "guardian": True,
                "entrusted": False,
            }
        )
        rows[Survey].append({
            "id": uuid7(), "child": child, "term": term, "surveyed_on": date(2026, 9, 10), "schooling": "primary",
            "school": "柳溪小学", "grade": f"p{nth % 6 + 1}", "gaps": "health", "left_behind": nth % 3 > 0,
        })  # fmt: skip
    with database.atomic():
        for model, told in rows.items():
            bulk.insert(
                model, [*told[0], "version", "created_at"], ([*row.values(), 1, days.now()] for row in told)
            )
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


def milliseconds(work: Callable[[], object], runs: int) -> float:
    """The median time of a piece of work."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken)


def verbs(folder: Path, size: int, runs: int) -> dict[str, float]:
    """Milliseconds of what the register asks for when a key is pressed."""
    store.open_ledger(folder, create=False)
    middle: UUID = children.keys()[size // 2]

    def found(letters: str) -> None:
        children.count(letters)
        children.page(0, 21, letters)

    def opened() -> None:
        children.count()
        children.page(0, 21)

    asked: dict[str, Callable[[], object]] = {
        "open": opened,
        "page": lambda: children.page(42, 21),
        "page in the middle": lambda: children.page(size // 2, 21),
        "end": lambda: children.page(size - 21, 21),
        "find z": lambda: found("z"),
        "find zxm": lambda: found("zxm"),
        "end of find z": lambda: children.page(children.count("z") - 21, 21, "z"),
        "back on a child in the middle": lambda: children.place(middle),
        "find 文 (no index)": lambda: found("文"),
        "left behind, not paired": lambda: children.count(children.Wanted(behind="yes", paired="no")),
    }
    times = {name: milliseconds(work, runs) for name, work in asked.items()}
    store.close()
    return times


def screen(folder: Path, runs: int) -> dict[str, float]:
    """Milliseconds from a key to the last byte it brings."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run(
            [sys.executable, str(METER), "--json", out.name, "--runs", str(runs), "--ready", "工作台", "--keys", SCREEN,
             "--quit", "ctrl+q", "--", sys.executable, "-m", "tui", "--data", str(folder)],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        keys = json.loads(Path(out.name).read_text())["summary"]["keys"]
    return {name: key["last_ms"]["median"] for name, key in keys.items() if name != "slash"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--screen", action="store_true")
    parser.add_argument("--keep", type=Path, help="a folder in which the two ledgers are made once and kept")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place, columns = told.keep or Path(folder), []
        for size in SIZES:
            if not (place / str(size)).exists():
                fill(place / str(size), size)
            columns.append(
                screen(place / str(size), told.runs)
                if told.screen
                else verbs(place / str(size), size, told.runs)
            )
    few, many = columns
    print(f"| ms | {SIZES[0]:,} | {SIZES[1]:,} | ratio |\n|---|---|---|---|")
    for name in few:
        print(f"| {name} | {few[name]:.2f} | {many[name]:.2f} | {many[name] / few[name]:.2f} |")


if __name__ == "__main__":
    main()
