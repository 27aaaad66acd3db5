"""`guanai fill` of a form of 43 columns from a ledger of 10,000 children, beside `sqlite-utils insert` of as many rows and openpyxl.

    pip install '.[bench]'
    python tests/bench/filling.py [--runs 5] [--rows 10000]

Prints a Markdown table for docs/performance.md: wall time, processor time and peak memory (of the largest process) of
each, as medians, and the ratio to the faster (by processor time) and to the smaller of the others, round by round. Exit
status 1 if ours takes over three times as much of either.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from imports import BIN, HERE, Figures, against, measured

BOUND = 3
LINES = 65  # of a page of register 01
OURS, INSERTED = "guanai fill（{} 页）", "sqlite-utils insert（csv）"
OTHERS = (INSERTED, "openpyxl 写", "openpyxl 读")


def blank(path: Path) -> None:
    """Register 01 without its people."""
    from openpyxl import load_workbook

    book = load_workbook(HERE.parent / "registers" / "01-基本情况登记表.xlsx")
    for row in book.active.iter_rows(4, 3 + LINES):
        for cell in row:
            cell.value = None
    book.save(path)


def _rows(text: str):
    import csv

    with open(text, encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        yield from reader


def write(text: str, target: str) -> None:
    """The same rows written by openpyxl, the way that keeps no workbook in memory."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in _rows(text):
        sheet.append(row)
    book.save(target)


def read(path: str) -> None:
    """A workbook read by openpyxl, likewise."""
    from openpyxl import load_workbook

    for sheet in load_workbook(path, read_only=True):
        for _ in sheet.iter_rows(values_only=True):
            pass


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rows", type=int, default=10_000)
    asked = parser.parse_args()
    ours = OURS.format(-(-asked.rows // LINES))
    figures: dict[str, list[Figures]] = {}
    with tempfile.TemporaryDirectory() as made:
        maker = [sys.executable, str(HERE / "big_register.py"), made, str(asked.rows)]
        text = subprocess.run(maker, check=True, capture_output=True, text=True).stdout.split()[0]
        form, target = f"{made}/blank.xlsx", f"{made}/filled.xlsx"
        subprocess.run([sys.executable, __file__, "blank", form], check=True)
        step = [sys.executable, __file__]
        guanai = [str(BIN / "guanai"), "--data", f"{made}/data"]
        subprocess.run([*guanai, "init", "--site", "柳溪村"], check=True, capture_output=True)
        subprocess.run([*guanai, "import", text], check=True, capture_output=True)
        for nth in range(asked.runs):
            commands = {
                INSERTED: [str(BIN / "sqlite-utils"), "insert", f"{made}/{nth}.db", "t", text, "--csv"],
                ours: [*guanai, "fill", form, "-o", target, "--who", "all"],
                OTHERS[1]: [*step, "write", text, f"{made}/openpyxl.xlsx"],
                OTHERS[2]: [*step, "read", target],
            }
            for name, command in commands.items():
                figures.setdefault(name, []).append(measured(command))
    print(
        f"\n| {asked.rows} 行 × 43 列，{asked.runs} 轮中位数 | 秒 | 处理器秒 | 内存 MB |\n|---|---|---|---|"
    )
    for name, rounds in figures.items():
        wall, busy, size = map(statistics.median, zip(*rounds, strict=True))
        print(f"| {name} | {wall:.2f} | {busy:.2f} | {size:.0f} |")
    quick, small = (against(figures[ours], [figures[name] for name in OTHERS], at) for at in (1, 2))
    print(f"\n比其中较快、较小的：时间 {quick:.1f} 倍，内存 {small:.1f} 倍（上限 {BOUND} 倍）")
    return int(max(quick, small) > BOUND)


if __name__ == "__main__":
    steps = {"blank": lambda path: blank(Path(path)), "write": write, "read": read}
    if len(sys.argv) > 1 and sys.argv[1] in steps:
        steps[sys.argv[1]](*sys.argv[2:])
    else:
        sys.exit(main())
