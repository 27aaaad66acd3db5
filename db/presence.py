"""Who has a record open just now: told to whoever opens it too, so that nobody is surprised by a merge.

Not part of the ledger's history, and never waited for: a locked ledger answers at once with a LedgerError, after which
entry goes on as if nobody else were there.
"""

import os
import socket
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from db import days, store
from db.errors import LedgerError, Locked
from db.ids import uuid7
from db.models import Presence, User, database

KEPT = timedelta(hours=12)  # who has had it open longer has left it standing
PATIENCE = 0.2  # seconds
MYSELF = "您在另一个窗口"


class Busy(LedgerError):
    """The ledger was locked; nothing was noted."""

    cause = "台账正被别人写入，没看成还有谁打开了这份档案"
    cure = "请照常录，存盘时一样逐项合并"


class Other(NamedTuple):
    """Somebody else who has the record open; since is naive UTC."""

    name: str
    since: datetime


def arrive(row: UUID, by: User) -> list[Other]:
    """Note that this program has a record open, and tell who else has, longest first.

    The same user in another window counts, this program's own other sheets do not; programs that ended without a word
    and those of more than 12 hours ago are forgotten. Raises a LedgerError; nothing is noted then.
    """
    others = []
    with _at_once():
        for each in Presence.select(Presence, User).join(User).where(Presence.row == row):
            if _is_here(each) or _is_gone(each):
                each.delete_instance()
            else:
                others.append(Other(MYSELF if each.who_id == by.id else each.who.name, each.since))
        Presence.insert(
            id=uuid7(), row=row, who=by, since=days.now(), host=_host(), process=_program(os.getpid())
        ).execute()
    return sorted(others, key=lambda other: other.since)


def depart(row: UUID, by: User) -> None:
    """Note that this program has closed a record. Raises a LedgerError; the note is then forgotten in its time."""
    with _at_once():
        mine = (Presence.host == _host()) & (Presence.process == _program(os.getpid()))
        Presence.delete().where(Presence.row == row, Presence.who == by, mine).execute()


def open_by(others: list[Other]) -> str:
    """One sentence for whoever opens the record too; '' if nobody else has it open."""
    if not others:
        return ""
    told = "、".join(f"{other.name} {_clock(other.since)} 起" for other in others[:3])
    more = f"等{len(others)}处" if len(others) > 3 else ""
    return f"{told}{more}也打开了这份档案，您可以照常录，存盘时逐项合并"


def _clock(stamp: datetime) -> str:
    here = stamp.replace(tzinfo=UTC).astimezone(days.CHINA)
    earlier = here.date() < days.in_china(days.now())
    return f"{'昨天 ' if earlier else ''}{here:%H:%M}"


@contextmanager
def _at_once():
    """One short transaction that gives up on a lock instead of waiting for it."""
    try:
        with store.translated(), store.impatient(PATIENCE), database.atomic():
            store.check_not_newer()
            yield
    except Locked as error:
        raise Busy() from error


def _is_here(each: Presence) -> bool:
    return (each.host, each.process) == (_host(), _program(os.getpid()))


def _is_gone(each: Presence) -> bool:
    """Whether a note is too old, or its program has ended on this machine; another machine's can't be asked."""
    if days.now() - each.since > KEPT:
        return True
    if each.host != _host():
        return False
    pid = int(each.process.split("/")[0])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # it runs under another login
    return _program(pid) not in (each.process, str(pid))


@cache
def _host() -> str:
    """This machine: its name, and its own mark where it has one (many are called localhost)."""
    try:
        mark = Path("/etc/machine-id").read_text().strip()
    except OSError:
        mark = ""
    return f"{socket.gethostname()}/{mark[:8]}"


def _program(pid: int) -> str:
    """A running program: its number and, where the system tells, when it was started: numbers are given out again."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return str(pid)
    return f"{pid}/{'ended' if state == 'Z' else fields[18]}"
