"""The calendar of a village with no activity beside one with 500 in the month and ten series through the year. By hand.

    python tests/bench/month_view.py [--screen] [--runs 20]

Prints a Markdown table with the ratio of the medians; --screen opens the program on both and measures from F4 to the drawn
month. Times differ from machine to machine, ratios hardly. (Not named calendar: it would stand before Python's own.)
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "real"))
sys.path.insert(0, str(Path(__file__).parents[2]))

import register
from pty_driver import Terminal

from db import activities, days, repeats, site, store
from db.models import database
from tui.context import Context
from tui.drafts import Drafts
from tui.page import Desk
from tui.screens.calendar import Calendar

CHILDREN, SINGLE, SERIES = 100, 500, 10
KINDS = ("film", "sports", "stage", "open_day", "lecture")


def fill(folder: Path, busy: bool) -> None:
    """A village; busy: with 500 activities this month, and ten series of a year, every second one daily."""
    register.fill(folder, CHILDREN)
    store.open_ledger(folder, create=False)
    by, today, chance = site.user("meter"), days.today(), random.Random(1)
    with database.atomic():
        for nth in range(SINGLE if busy else 0):
            _add(nth, today.replace(day=chance.randint(1, 28)), chance, by)
        for nth in range(SERIES if busy else 0):
            first = _add(SINGLE + nth, today.replace(day=1), chance, by)
            until = today.replace(year=today.year + 1, day=1)
            repeats.repeat(
                first, f"FREQ={('WEEKLY', 'DAILY')[nth % 2]};UNTIL={until:%Y%m%d}", in_term=False, by=by
            )
    store.close()


def _add(nth: int, on: date, chance: random.Random, by: object) -> object:
    hour = chance.randint(8, 16)
    values = {"title": f"活动{nth}", "kind": KINDS[nth % len(KINDS)], "on_date": on, "starts": f"{hour}:00",
              "ends": f"{hour + 1}:30", "place": f"教室{nth % 7}", "lead": f"老师{nth % 9}"}  # fmt: skip
    return activities.save(None, values, {}, by).id


def measure(folder: Path, runs: int) -> dict[str, float]:
    """Milliseconds of making the month and of a step in it, without the terminal."""
    store.open_ledger(folder, create=False)
    context = Context(site.user("meter"), Drafts(folder / "drafts"), Desk())
    page = Calendar(context)

    def opened() -> None:
        context.desk.pages.clear()
        context.desk.push(page)
        context.desk.draw(80, 24)

    def pressed(*keys: str) -> None:
        for key in keys:
            context.desk.press(key)
            context.desk.draw(80, 24)

    found = {"the month read and drawn": register.milliseconds(opened, runs)}
    found["a day further and back"] = register.milliseconds(lambda: pressed("right", "left"), runs)
    found["a month further and back"] = register.milliseconds(lambda: pressed("pagedown", "pageup"), runs)
    page.turn_to("week")
    found["the week read and drawn"] = register.milliseconds(opened, runs)
    page.turn_to("agenda")
    found["what is to come read and drawn"] = register.milliseconds(opened, runs)
    store.close()
    return found


def screens(folder: Path, runs: int) -> dict[str, float]:
    """Milliseconds from F4 to the month to be seen with its activities."""
    opened = []
    command = [sys.executable, "-m", "tui", "--data", str(folder)]
    with Terminal(command, env={"GUANAI_TODAY": days.today().isoformat()}) as terminal:
        terminal.wait("待办 [0-9]+", 60)
        for _ in range(runs):
            terminal.key("f2")
            terminal.wait("第1/", 60)
            terminal.settle(1.0)
            began = time.perf_counter()
            terminal.key("f4")
            terminal.wait("月计划  [0-9]+项", 60)
            opened.append(1000 * (time.perf_counter() - began))
            terminal.settle(1.0)
    return {
        "F4 to the month, the first time": opened[0],
        "F4 to the month": statistics.median(opened[1:]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--screen", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        found = []
        for busy in (False, True):
            folder = Path(home) / ("busy" if busy else "empty")
            fill(folder, busy)
            found.append(measure(folder, asked.runs) | (screens(folder, asked.runs) if asked.screen else {}))
    print(f"| ms | no activity | {SINGLE} and {SERIES} series | ratio |\n|---|---|---|---|")
    for name, few in found[0].items():
        print(f"| {name} | {few:.1f} | {found[1][name]:.1f} | {found[1][name] / few:.2f} |")


if __name__ == "__main__":
    main()
