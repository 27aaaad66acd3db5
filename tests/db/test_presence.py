"""Who has a record open: other programs are told, ended ones are not, a lock is not waited for."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import days, presence, site, store
from db.errors import LedgerError, Newer
from db.ids import uuid7
from db.models import Change, Presence, database
from db.presence import Busy, Other

OTHER_PROGRAM = """
import sys
from uuid import UUID
from db import presence, site, store
store.open_ledger(sys.argv[1])
print(len(presence.arrive(UUID(sys.argv[2]), site.user(sys.argv[3], sys.argv[4]))), flush=True)
sys.stdin.readline()
presence.depart(UUID(sys.argv[2]), site.user(sys.argv[3]))
print("closed", flush=True)
sys.stdin.readline()
"""
HOLDER = """
import sys
from db import store
from db.models import database
store.open_ledger(sys.argv[1])
with database.atomic():
    database.execute_sql("UPDATE setting SET value = value")
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def opened(ledger, program):
    """Another program that has a record open."""

    def start(row, login="liming", name="李明"):
        process = program(OTHER_PROGRAM, ledger, row, login, name)
        return process, int(process.stdout.readline())

    return start


def names(others):
    return [other.name for other in others]


def test_two_programs_tell_each_other(opened, user):
    row = uuid7()
    assert presence.arrive(row, user) == []
    li, seen = opened(row)
    assert seen == 1, "the second is told of the first"
    (other,) = presence.arrive(row, user)
    assert other.name == "李明" and abs(days.now() - other.since) < timedelta(minutes=1)
    assert presence.arrive(uuid7(), user) == [], "another record"
    li.stdin.write("\n")
    li.stdin.flush()
    assert li.stdout.readline() == "closed\n"
    assert presence.arrive(row, user) == []


def test_a_program_that_was_killed_is_no_longer_told(opened, user):
    row = uuid7()
    li, _ = opened(row)
    assert names(presence.arrive(row, user)) == ["李明"]
    li.kill()
    li.wait()
    assert presence.arrive(row, user) == []
    assert Presence.select().count() == 1, "its note is gone"


def test_the_same_user_in_another_window_is_told(opened, user):
    row = uuid7()
    opened(row, user.login, user.name)
    assert names(presence.arrive(row, user)) == ["您在另一个窗口"]


def test_ones_own_other_sheet_is_not_told_and_closing_ends_it(user):
    row = uuid7()
    assert presence.arrive(row, user) == [] == presence.arrive(row, user)
    assert Presence.select().count() == 1
    presence.depart(uuid7(), user)
    assert Presence.select().count() == 1
    presence.depart(row, user)
    assert Presence.select().count() == 0


def note(row, who, ago=timedelta(), host="another", process="1/1"):
    Presence.insert(
        id=uuid7(), row=row, who=who, since=days.now() - ago, host=host, process=process
    ).execute()


def test_another_machine_is_believed_for_twelve_hours(user):
    row, li = uuid7(), site.user("liming", "李明")
    note(row, li, timedelta(hours=11))
    note(row, site.user("zhao", "赵敏"), timedelta(hours=13))
    assert names(presence.arrive(row, user)) == ["李明"]
    assert Presence.select().where(Presence.host == "another").count() == 1, "the old note is gone"


def test_a_number_given_out_again_is_another_program(user, opened):
    row = uuid7()
    opened(row)
    told = Presence.get()
    pid = told.process.partition("/")[0]
    Presence.update(process=f"{pid}/1").execute()
    assert presence.arrive(row, user) == []


def test_a_program_under_another_login_is_believed(user, opened, monkeypatch):
    def not_ours(*_):
        raise PermissionError

    row = uuid7()
    opened(row)
    with monkeypatch.context() as patch:
        patch.setattr(os, "kill", not_ours)
        assert names(presence.arrive(row, user)) == ["李明"]


def test_a_program_that_ended_and_was_not_yet_cleared_away_is_not_told(user):
    row = uuid7()
    ended = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    note(row, site.user("liming", "李明"), host=presence._host(), process=presence._program(ended.pid))
    ended.kill()
    while Path(f"/proc/{ended.pid}/stat").read_text().rpartition(") ")[2][0] != "Z":
        time.sleep(0.01)
    assert presence.arrive(row, user) == []
    ended.communicate()


def test_closing_a_record_here_leaves_it_open_in_ones_other_window(user, opened):
    row = uuid7()
    opened(row, user.login, user.name)
    presence.arrive(row, user)
    presence.depart(row, user)
    assert names(presence.arrive(row, user)) == ["您在另一个窗口"]


def test_a_held_lock_is_not_waited_for(ledger, program, user):
    row = uuid7()
    holder = program(HOLDER, ledger)
    assert holder.stdout.readline() == "held\n"
    for work in (presence.arrive, presence.depart):
        start = time.monotonic()
        with pytest.raises(Busy) as busy:
            work(row, user)
        assert time.monotonic() - start < 0.5
        assert "请照常录" in str(busy.value) and "10秒" not in str(busy.value)
    assert database.execute_sql("PRAGMA busy_timeout").fetchone() == (10_000,), "saves wait as ever"
    holder.stdin.write("\n")
    holder.stdin.flush()
    holder.wait()
    assert presence.arrive(row, user) == []


def test_a_ledger_that_is_lost_or_newer_says_so(ledger, user, monkeypatch):
    monkeypatch.setattr(store, "LATEST", store.LATEST - 1)
    with pytest.raises(Newer):
        presence.arrive(uuid7(), user)
    monkeypatch.undo()
    database.execute_sql("DROP TABLE presence")
    with pytest.raises(LedgerError):
        presence.arrive(uuid7(), user)
    assert database.execute_sql("PRAGMA busy_timeout").fetchone() == (10_000,)


def test_it_is_no_part_of_the_history(user):
    before = Change.select().count()
    presence.arrive(uuid7(), user)
    assert Change.select().count() == before


def test_the_sentence(monkeypatch):
    def at(text):
        return datetime.fromisoformat(text + "+08:00").astimezone(UTC).replace(tzinfo=None)

    monkeypatch.setattr(days, "now", lambda: at("2026-11-23T11:00"))
    wang, li = Other("王晓", at("2026-11-23T10:32")), Other("李明", at("2026-11-22T23:50"))
    me = Other("您在另一个窗口", at("2026-11-23T10:40"))
    assert presence.open_by([]) == ""
    assert presence.open_by([wang]) == "王晓 10:32 起也打开了这份档案，您可以照常录，存盘时逐项合并"
    assert presence.open_by([li, me]).startswith("李明 昨天 23:50 起、您在另一个窗口 10:40 起也打开了")
    assert "等4处也打开了" in presence.open_by([li, wang, me, wang])
    assert "等" not in presence.open_by([li, wang, me]), "three are all named"
