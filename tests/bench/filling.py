"""A form of 43 columns filled with 10,000 rows, beside `sqlite-utils insert` of the same rows and openpyxl.

    pip install '.[bench]'
    python tests/bench/filling.py [--runs 5] [--rows 10000]

Prints a Markdown table for docs/performance.md: wall time and peak memory (of the largest process) of each, as medians,
and the ratio to the faster and to the smaller of the others, round by round. Exit status 1 if ours takes over three
times as much of either.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from imports import BIN, HERE, measured

BOUND = 3
LINES = 65  # of a page of register 01
OURS, INSERTED = "填 {} 页（fill_rows）", "sqlite-utils insert（csv）"
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


def fill(form: str, text: str, target: str, count: str) -> None:
    """Ours: the rows of a CSV into the form, page after page."""
    sys.path.insert(0, str(HERE.parents[1]))
    from db.exchange.xlsx_fill import RowsIn, fill_rows

    asked = RowsIn("Sheet1", 4, LINES, range(43), _rows(text), {}, int(count))
    Path(target).write_bytes(fill_rows(Path(form).read_bytes(), [asked]).data)


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
    figures: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as made:
        maker = [sys.executable, str(HERE / "big_register.py"), made, str(asked.rows)]
        text = subprocess.run(maker, check=True, capture_output=True, text=True).stdout.split()[0]
        form, target = f"{made}/blank.xlsx", f"{made}/filled.xlsx"
        subprocess.run([sys.executable, __file__, "blank", form], check=True)
        step = [sys.executable, __file__]
        for nth in range(asked.runs):
            commands = {
                INSERTED: [str(BIN / "sqlite-utils"), "insert", f"{made}/{nth}.db", "t", text, "--csv"],
                ours: [*step, "fill", form, text, target, str(asked.rows)],
                OTHERS[1]: [*step, "write", text, f"{made}/openpyxl.xlsx"],
                OTHERS[2]: [*step, "read", target],
            }
            for name, command in commands.items():
                figures.setdefault(name, []).append(measured(command))
    print(f"\n| {asked.rows} 行 × 43 列，{asked.runs} 轮中位数 | 秒 | 内存 MB |\n|---|---|---|")
    for name, rounds in figures.items():
        print(f"| {name} | {_middle(rounds, 0):.2f} | {_middle(rounds, 1):.0f} |")
    least = min(OTHERS, key=lambda name: _middle(figures[name], 0))
    ratios = [
        statistics.median(
            mine[at] / min(other[at] for other in others)
            for mine, *others in zip(figures[ours], *(figures[name] for name in OTHERS), strict=True)
        )
        for at in (0, 1)
    ]
    print(f"\n比其中较快的（{least}）：时间 {ratios[0]:.1f} 倍，内存 {ratios[1]:.1f} 倍（上限 {BOUND} 倍）")
    return int(max(ratios) > BOUND)


def _middle(rounds: list[tuple[float, float]], at: int) -> float:
    return statistics.median(each[at] for each in rounds)


if __name__ == "__main__":
    steps = {"blank": lambda path: blank(Path(path)), "fill": fill, "write": write, "read": read}
    if len(sys.argv) > 1 and sys.argv[1] in steps:
        steps[sys.argv[1]](*sys.argv[2:])
    else:
        sys.exit(main())
