"""A week in the life of the demo village: from Monday's overdue list to nothing overdue, by keyboard alone."""

import json
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest
from pty_driver import ROOT, Terminal
from village import GUANAI, environment, guanai, open_program

MONDAY = date(2026, 11, 23)
CALLS = ("phone_call", "video_call")


def due(data: Path, today: str) -> list[dict]:
    """The list of the first screen, in its order."""
    return json.loads(guanai(data, "due", "--json", today=today))


def pressing(duty: dict) -> bool:
    """Overdue or due today; a birthday passes by itself."""
    return duty["days_over"] >= 0 and duty["source"] != "birthday"


def do(terminal: Terminal, place: int, duty: dict) -> None:
    """Go to a row of the list, do what it asks for, and see that the program says so."""
    terminal.key("home", *["down"] * place)
    terminal.wait(f">.* {duty['child']}" if duty["child"] else f"本单位：.*{duty['kind_label']}")
    terminal.key("enter")
    match duty["source"]:
        case "rhythm" | "follow_up":
            terminal.wait(f"：{duty['child']}")
            terminal.send("2\x13" if duty["kind"] in CALLS else "家中\x13")  # a call asks first who called
            terminal.wait(f"已记：.*{duty['child']}")
        case "step":
            terminal.wait(f"{duty['child']}：{duty['kind_label']}")
            terminal.send("做完了，孩子愿意接着做\r")
            terminal.wait("已完成：")
        case "item":
            terminal.wait("哪天办好的")
            terminal.key("enter")
            terminal.wait("佐证：")
            terminal.send("表1张\r")
            terminal.wait("完成，按 Ctrl.Z 可撤销")
        case "review":
            terminal.wait("评估|阶段效果")
            terminal.send("比上月好\x13")
            terminal.wait("已记|已存|评估")


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
def test_a_week_from_overdue_to_nothing_overdue(tmp_path: Path, size: tuple[int, int]):
    data = tmp_path / "village"
    subprocess.run(
        [*GUANAI, "--demo", "--data", str(data), "status"], check=True, capture_output=True, cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **environment(data), "GUANAI_TODAY": MONDAY.isoformat()},
    )  # fmt: skip
    begun = due(data, MONDAY.isoformat())
    assert sum(each["days_over"] > 0 for each in begun) >= 5
    assert {"rhythm", "follow_up"} <= {each["source"] for each in begun if pressing(each)}
    done = set()
    for offset in range(7):
        today = (MONDAY + timedelta(days=offset)).isoformat()
        with open_program(data, size, until="待办 [0-9]+ +逾期", GUANAI_TODAY=today) as terminal:
            listed = due(data, today)
            while (place := next((at for at, each in enumerate(listed) if pressing(each)), None)) is not None:
                do(terminal, place, listed[place])
                done.add(listed[place]["source"])
                before, listed = len([each for each in listed if pressing(each)]), due(data, today)
                assert len([each for each in listed if pressing(each)]) < before
            terminal.wait("逾期 0")
            terminal.key("ctrl+q")
            assert terminal.wait_end() == 0
    assert done >= {"rhythm", "follow_up", "step", "review", "item"}
    assert json.loads(guanai(data, "status", "--json", today=today))["due"]["overdue"] == 0
