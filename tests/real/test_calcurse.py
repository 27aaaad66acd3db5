"""The calendar file as a calendar program that is not ours understands it, and one of its own as we do."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from village import asked, empty, guanai

pytestmark = pytest.mark.skipif(
    not shutil.which("calcurse"),
    reason="没有装 calcurse，没用别的日历程序核对 .ics；apt-get install calcurse 后再跑",
)
OURS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//
BEGIN:VEVENT
UID:film
SUMMARY:励志专题片
LOCATION:农家书屋
DTSTART:20261016T073000Z
DTEND:20261016T090000Z
END:VEVENT
BEGIN:VEVENT
UID:day
SUMMARY:重阳节敬老
DTSTART;VALUE=DATE:20261018
END:VEVENT
BEGIN:VEVENT
UID:open
SUMMARY:周六开放日
DTSTART;TZID=Asia/Shanghai:20261017T083000
DTEND;TZID=Asia/Shanghai:20261017T163000
RRULE:FREQ=WEEKLY;UNTIL=20261114T155959Z
EXDATE;TZID=Asia/Shanghai:20261024T083000
END:VEVENT
BEGIN:VEVENT
UID:call
SUMMARY:亲情电话
DTSTART;VALUE=DATE:20261031
RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
DAYS = [
    ("10-16", "励志专题片", "15:30"), ("10-17", "周六开放日", "08:30"), ("10-18", "重阳节敬老", None), ("10-31", "亲情电话", None),
    ("10-31", "周六开放日", "08:30"), ("11-07", "周六开放日", "08:30"), ("11-14", "周六开放日", "08:30"), ("11-30", "亲情电话", None),
    ("12-31", "亲情电话", None),
]  # fmt: skip


class Calcurse:
    """calcurse with folders of its own."""

    def __init__(self, folder: Path):
        self.folder = folder
        (folder / "config").mkdir(parents=True)
        (folder / "data").mkdir()

    def run(self, *words: str) -> str:
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "TZ": "Asia/Shanghai", "LANG": "C.UTF-8"}
        where = ["-D", str(self.folder / "data"), "-C", str(self.folder / "config")]
        return subprocess.run(
            ["calcurse", *where, *words], env=env, capture_output=True, text=True, check=True, timeout=20
        ).stdout

    def days(self) -> list[tuple[str, str, str | None]]:
        """Day, title and hour of everything in the last quarter of 2026."""
        found, day = [], ""
        form = [
            "--format-apt",
            "%S|%m\n",
            "--format-recur-apt",
            "%S|%m\n",
            "--format-event",
            "|%m\n",
            "--format-recur-event",
            "|%m\n",
        ]
        for line in self.run("-Q", "--from", "10/01/2026", "--to", "12/31/2026", *form).splitlines():
            if line.endswith(":") and "/" in line:
                month, day_of, _ = line.removesuffix(":").split("/")
                day = f"{month}-{day_of}"
            elif "|" in line:
                at, title = line.strip().split("|")
                found.append((day, title, at or None))
        return sorted(found, key=str)


@pytest.fixture
def calcurse(tmp_path):
    return Calcurse(tmp_path / "calcurse")


@pytest.fixture
def village(tmp_path):
    """A ledger with a film, a whole day, a weekly open day with an exception and a monthly call."""
    path = tmp_path / "来.ics"
    path.write_bytes(OURS.encode())
    data = empty(tmp_path)
    guanai(data, "import", str(path))
    return data


def on_file(data: Path) -> list[tuple[str, str, str | None]]:
    found = asked(data, "list", "activities")
    return sorted(((each["on_date"][5:], each["title"], each["starts"]) for each in found), key=str)


def test_calcurse_shows_the_days_we_have(village, calcurse, tmp_path):
    assert on_file(village) == sorted(DAYS, key=str)
    out = tmp_path / "活动日历.ics"
    guanai(village, "export", "calendar", "-o", str(out))
    told = calcurse.run("-i", str(out))
    assert "0 skipped" in told and calcurse.days() == sorted(DAYS, key=str)


def test_what_calcurse_writes_changes_nothing_or_fills_another_ledger(village, calcurse, tmp_path):
    out, back = tmp_path / "活动日历.ics", tmp_path / "calcurse.ics"
    guanai(village, "export", "calendar", "-o", str(out))
    calcurse.run("-i", str(out))
    back.write_text(calcurse.run("-x"), "utf-8")
    assert "UID" not in back.read_text("utf-8")
    told = asked(village, "import", str(back))
    assert (told["rows"], told["unchanged"], told["problems"]) == (4, 4, [])
    (tmp_path / "other").mkdir()
    other = empty(tmp_path / "other")
    guanai(other, "import", str(back))
    assert on_file(other) == sorted(DAYS, key=str)
