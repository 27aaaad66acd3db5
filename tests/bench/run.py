"""Measure the program from outside, beside a bare Textual program and a plain Textual form, in one run; by hand or nightly.

    python tests/bench/run.py [--runs 5]

Prints a Markdown table for docs/performance.md. Bytes repeat exactly; times do not, so only ratios are quoted.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
METER = HERE / "ptymeter.py"
GUANAI = str(Path(sys.executable).with_name("guanai"))
LIMITS = {
    "ready": 1.5,
    "rss": 1.4,
    "status": 10,
    "due": 12,
    "row": 60,
    "char": 30,
    "field": 130,
    "page": 2600,
    "idle": 0,
    "char_time": 2,
    "field_time": 2,
}
ENTRY = "label:char text:zhanghaoyu label:field"
QUARTER = ("--cpu", "25")  # percent of a core: the old PC


def meter(command: list[str], *options: str) -> dict:
    """One program under the meter: its summary."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run([sys.executable, str(METER), "--json", out.name, *options, "--", *command], check=True)
        return json.loads(Path(out.name).read_text())["summary"]


def seconds(command: list[str]) -> float:
    """Wall time of a command that ends by itself."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def answer_times(ours: list[str], runs: int) -> dict[str, float]:
    """How long a typed character and the next field take up to their last byte, as a multiple of the plain form's.

    Both run on a quarter of a core, one after the other in each run.
    """
    form = [sys.executable, str(HERE / "form.py")]
    times: dict[str, list[tuple[float, float]]] = {"char": [], "field": []}
    for _ in range(runs):
        stock = meter(form, *QUARTER, "--ready", "READY", "--keys", f"{ENTRY} tab*12", "--quit", "ctrl+q")
        sheet = meter(
            ours, *QUARTER, "--ready", "工作台", "--keys",
            f"f2 sleep:1000 insert sleep:1500 {ENTRY} enter*12", "--quit", "esc ctrl+q",
        )  # fmt: skip
        for name, pairs in times.items():
            pairs.append(tuple(each["keys"][name]["last_ms"]["median"] for each in (sheet, stock)))
    for name, pairs in times.items():
        print(f"{name}, ms to the last byte on a quarter of a core, sheet/form:",
              ", ".join(f"{ours:.1f}/{form:.1f}" for ours, form in pairs))  # fmt: skip
    return {name: statistics.median(ours / form for ours, form in pairs) for name, pairs in times.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as data:
        ours = [GUANAI, "--demo", "--data", data]
        meter(ours, "--ready", "工作台", "--quit", "ctrl+q")  # makes the demo ledger
        bare = meter([sys.executable, str(HERE / "bare.py")], "--runs", str(runs), "--ready", "READY")
        start = meter(ours, "--runs", str(runs), "--ready", "工作台", "--idle", "3", "--quit", "ctrl+q")
        register = meter(
            ours, "--ready", "工作台", "--keys", "f2 sleep:300 down*15 pagedown*4", "--quit", "ctrl+q"
        )
        entry = meter(
            ours, "--ready", "工作台", "--keys",
            f"f2 sleep:300 insert sleep:300 enter {ENTRY} enter*12", "--quit", "esc ctrl+q",
        )  # fmt: skip
        answers = answer_times(ours, runs)
        commands = {
            name: [
                (seconds([GUANAI, "--data", data, name]), seconds([sys.executable, "-c", "pass"]))
                for _ in range(2 * runs)
            ]
            for name in ("status", "due")
        }
    rows = {
        "ready": start["ready_ms"] / bare["ready_ms"],
        "rss": start["rss_peak_kb"] / bare["rss_peak_kb"],
        **{
            name: statistics.median(ours / python for ours, python in pairs)
            for name, pairs in commands.items()
        },
        "row": register["keys"]["down"]["bytes"]["median"],
        "page": register["keys"]["pagedown"]["bytes"]["median"],
        "char": entry["keys"]["char"]["bytes"]["median"],
        "field": entry["keys"]["field"]["bytes"]["median"],
        "idle": start["idle"]["bytes_per_s"],
        "char_time": answers["char"],
        "field_time": answers["field"],
    }
    print("\n| figure | measured | limit | met |\n|---|---|---|---|")
    for name, value in rows.items():
        print(f"| {name} | {value:.2f} | {LIMITS[name]} | {'yes' if value <= LIMITS[name] else 'NO'} |")
    print(f"\nbare: ready {bare['ready_ms']:.0f} ms, RSS {bare['rss_peak_kb'] / 1024:.1f} MB; "
          f"ours: ready {start['ready_ms']:.0f} ms, RSS {start['rss_peak_kb'] / 1024:.1f} MB; "
          + ", ".join(f"{name} {statistics.median(p[0] for p in pairs) * 1000:.0f} ms" for name, pairs in commands.items()))  # fmt: skip
    return int(any(value > LIMITS[name] for name, value in rows.items()))


if __name__ == "__main__":
    sys.exit(main())
