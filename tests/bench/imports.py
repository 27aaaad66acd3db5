"""Import of 10,000 rows beside `sqlite-utils insert` of the same file, in one run; by hand or nightly.

    pip install '.[bench]'
    python tests/bench/imports.py [--runs 5] [--rows 10000]

Prints a Markdown table for docs/performance.md: wall time and peak memory (of the largest process) of each, as medians,
and the ratio to sqlite-utils, round by round. sqlite-utils only inserts; ours reads in a process of its own, checks,
matches and keeps history. Exit status 1 if a bound is missed.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
BOUND = 5


def measured(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak MB of a command, its children's included."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):  # 1: done, with problems in the data
        raise SystemExit(f"{command[0]} failed: {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rows", type=int, default=10_000)
    asked = parser.parse_args()
    figures: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        maker = [sys.executable, str(HERE / "big_register.py"), made, str(asked.rows)]
        out = subprocess.run(maker, check=True, capture_output=True, text=True).stdout
        text, book = out.split()  # made elsewhere: what this process holds would count as its children's
        for nth in range(asked.runs):
            data = folder / f"data{nth}"
            other = folder / f"other{nth}.db"
            guanai = [str(BIN / "guanai"), "--data", str(data)]
            subprocess.run([*guanai, "init", "--site", "柳溪村"], check=True, capture_output=True)
            steps = {
                "sqlite-utils insert（csv）": [
                    str(BIN / "sqlite-utils"),
                    "insert",
                    str(other),
                    "t",
                    str(text),
                    "--csv",
                ],
                "导入 csv": [*guanai, "import", str(text)],
                "再导一次同一个文件": [*guanai, "import", str(text)],
                "导入同样内容的 xlsx（逐行比对，无变化）": [*guanai, "import", str(book)],
            }
            for name, command in steps.items():
                figures.setdefault(name, []).append(measured(command))
            subprocess.run([*guanai, "check"], check=True, capture_output=True)
    base = figures.pop("sqlite-utils insert（csv）")
    print(
        f"\n| {asked.rows} 行 × 43 列，{asked.runs} 轮中位数 | 秒 | 比 sqlite-utils | 内存 MB | 比 sqlite-utils |\n|---|---|---|---|---|"
    )
    print(f"| sqlite-utils insert（csv） | {_middle(base, 0):.1f} | | {_middle(base, 1):.0f} | |")
    worst = 0.0
    for name, rows in figures.items():
        times, sizes = ([row[at] / other[at] for row, other in zip(rows, base, strict=True)] for at in (0, 1))
        ratio, size = statistics.median(times), statistics.median(sizes)
        worst = max(worst, ratio, size)
        print(f"| {name} | {_middle(rows, 0):.1f} | {ratio:.1f} | {_middle(rows, 1):.0f} | {size:.1f} |")
    return int(worst > BOUND)


def _middle(rows: list[tuple[float, float]], at: int) -> float:
    return statistics.median(row[at] for row in rows)


if __name__ == "__main__":
    sys.exit(main())
