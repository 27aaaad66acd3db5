"""点名 by hand at full speed: forty digits in one burst, each for the child it was meant for."""

import random
from datetime import date
from pathlib import Path

import pytest
from village import TODAY, empty, open_program

from db import activities, child_sheet, roll, site, store

STATES = {"1": "present", "2": "absent", "3": "leave", "4": "late"}


@pytest.fixture
def opened():
    """Open a ledger in this process for a moment."""
    yield lambda data: store.open_ledger(data)
    store.close()


def test_forty_digits_in_one_burst_all_land(tmp_path: Path, monkeypatch, opened):
    monkeypatch.setenv("GUANAI_TODAY", TODAY)
    data = empty(tmp_path)
    opened(data)
    by, base = site.user("wangxiao", "王晓"), child_sheet.load(None)
    away = {"father_whereabouts": "away", "mother_whereabouts": "away", "village_group": "一组"}
    for n in range(40):
        name = f"张{'甲乙丙丁'[n // 10]}{'子丑寅卯辰巳午未申酉'[n % 10]}"
        child_sheet.save(None, base | away | {"name": name}, base, by)
    about = {"title": "书屋开放日", "kind": "open_day", "on_date": date.fromisoformat(TODAY)}
    key = activities.save(None, about, {}, by).id
    store.close()
    keys = "".join(random.Random(6).choice("1234") for _ in range(40))
    with open_program(data, GUANAI_TODAY=TODAY) as terminal:
        terminal.send("4")
        terminal.wait("书屋开放日")
        terminal.send("\t\x1b[19~")
        terminal.wait("未点40")
        terminal.send(keys)
        terminal.wait("未点0")
        terminal.send("\x1b")
        terminal.wait("40/40|活动日历")
    opened(data)
    assert [line.state for line in roll.of(key)] == [STATES[each] for each in keys]
