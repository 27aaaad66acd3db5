"""What is owed to 1,000 children beside what is owed to 100,000, each with twelve records. By hand.

    python tests/bench/duties.py [--screen] [--runs 10]

Prints a Markdown table with the ratio of the medians; --screen opens the program on both and measures from F6 to the first
duty on the screen. Times differ from machine to machine, ratios hardly.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "real"))
sys.path.insert(0, str(Path(__file__).parents[2]))

import register
from pty_driver import Terminal

from db import bulk, days, duties, owed, site, store
from db.ids import uuid7
from db.models import CareRecord, Child, Focus, Helper, Pairing, Setting, database

SIZES = (1_000, 100_000)
EACH = 12
KINDS = ("talk", "visit", "phone_call", "phone_call")
RHYTHMS = [
    {"code": "talk", "name": "谈心", "kind": "talk", "count": "interval", "holidays": True},
    {"code": "call", "name": "亲情电话", "kind": "phone_call", "every": "week", "holidays": True},
    {"code": "visit", "name": "走访", "kind": "visit", "every": "term"},
]


def fill(folder: Path, size: int) -> None:
    """A ledger of so many children with twelve records each; a helper for every second child, one focus child in ten."""
    register.fill(folder, size)
    store.open_ledger(folder, create=False)
    by, today, chance = site.user("meter"), days.today(), random.Random(1)
    with database.atomic():
        site.put("rhythms", RHYTHMS, by)
        children = [child for (child,) in Child.select(Child.id).order_by(Child.id).tuples()]
        helpers = [uuid7() for _ in range(size // 4)]
        kept = ("version", "created_at")
        bulk.insert(Helper, ("id", "name", "kind", "group_rank", *kept), (
            (helper, f"帮{nth}", "teacher", 1, 1, days.now()) for nth, helper in enumerate(helpers)
        ))  # fmt: skip
        bulk.insert(Pairing, ("id", "child", "helper", "kind", "since", *kept), (
            (uuid7(), child, helpers[nth // 2 % len(helpers)], "helper", date(2026, 9, 1), 1, days.now())
            for nth, child in enumerate(children) if nth % 2
        ))  # fmt: skip
        bulk.insert(Focus, ("id", "child", "tag", *kept), (
            (uuid7(), child, "study", 1, days.now()) for child in children[::10]
        ))  # fmt: skip
        bulk.insert(CareRecord, ("id", "child", "kind", "on_date", *kept), (
            (uuid7(), child, KINDS[nth % len(KINDS)], today - timedelta(days=chance.randint(0, 80)), 1, days.now())
            for child in children for nth in range(EACH)
        ))  # fmt: skip
    store.close()


def measure(folder: Path, runs: int) -> dict[str, float]:
    """Milliseconds of what the first screen and the command ask for."""
    store.open_ledger(folder, create=False)
    today = days.today()
    began = time.perf_counter()
    Setting.delete().where(Setting.key == owed.MARK).execute()
    owed.settle()
    found = {"work everything out (once)": 1000 * (time.perf_counter() - began)}
    child = Child.select(Child.id).first().id
    helper = Helper.select(Helper.id).first().id
    found |= {
        "first screen of the list": register.milliseconds(lambda: duties.page(today, 0, 50), runs),
        "one child's": register.milliseconds(lambda: duties.of_child(child, today), runs),
        "one helper's": register.milliseconds(
            lambda: duties.page(today, 0, 50, duties.Wanted(helper=helper)), runs
        ),
        "one group's": register.milliseconds(
            lambda: duties.page(today, 0, 50, duties.Wanted(group="三组")), runs
        ),
        "all counted": register.milliseconds(lambda: duties.tally(today), runs),
        "the last page": register.milliseconds(
            lambda: duties.page(today, duties.tally(today).listed - 20, 20), runs
        ),
    }
    store.close()
    return found


def screens(folder: Path, runs: int) -> dict[str, float]:
    """Milliseconds from F6 to the first duty to be seen; what has to be counted comes after it."""
    listed = []
    command = [sys.executable, "-m", "tui", "--data", str(folder)]
    with Terminal(command, env={"GUANAI_TODAY": days.today().isoformat()}) as terminal:
        terminal.wait("待办 [0-9]+", 60)
        for _ in range(runs):
            terminal.key("f2")
            terminal.wait("第1/", 60)
            terminal.settle(1.0)
            began = time.perf_counter()
            terminal.key("f6")
            terminal.wait("> 逾期", 60)
            listed.append(1000 * (time.perf_counter() - began))
            terminal.settle(1.0)
    return {"F6 to the first duty": statistics.median(listed)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--screen", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        found = []
        for size in SIZES:
            folder = Path(home) / str(size)
            fill(folder, size)
            found.append(measure(folder, asked.runs) | (screens(folder, asked.runs) if asked.screen else {}))
    print(f"| ms | {SIZES[0]:,} | {SIZES[1]:,} | ratio |\n|---|---|---|---|")
    for name, few in found[0].items():
        print(f"| {name} | {few:.1f} | {found[1][name]:.1f} | {found[1][name] / few:.2f} |")


if __name__ == "__main__":
    main()
