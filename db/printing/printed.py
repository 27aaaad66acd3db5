"""Printing itself: to the printer or into a file, noted with what the source then said; and which prints are stale."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import peewee

from db import changes, days
from db.children import BATCH
from db.dossier import on_register
from db.ids import uuid7
from db.models import Child, Printed, User
from db.printing import birthday, cards, files, papers, records
from db.printing.content import Leaf, Paper
from db.register import ORDER
from db.values import group_rank
from db.vocab import PRINTED

CARD, FILE, RECORD = "card", "file", "record"
GREETING, WISHES, PARTY = "greeting", "wishes", "party"  # of a month's birthdays
NO_NUMBERS = (RECORD, GREETING, WISHES, PARTY)  # on which no ID number stands


class Job(NamedTuple):
    """What is to be printed: a code of PRINTED, the children (of a record card: the records), ID numbers in full or not.

    month: whose birthdays it is about ('2026-10').
    """

    what: str
    ids: list[UUID]
    reveal: bool = False
    month: str = ""


class Stale(NamedTuple):
    """A child whose latest print no longer holds: what and when it was printed, what was changed since (labels)."""

    id: UUID
    name: str
    village_group: str | None
    what: str
    what_label: str
    on_date: date
    changed: list[str]

    @property
    def said(self) -> str:
        """联系卡 9月10日打印后，监护人电话改过."""
        return f"{self.what_label} {days.short(self.on_date)}打印后，{'、'.join(self.changed)}改过"


def in_order(ids: Iterable[UUID]) -> list[UUID]:
    """Children in the register's order."""
    found = [
        row
        for batch in peewee.chunked(ids, BATCH)
        for row in Child.live(*ORDER).where(Child.id.in_(batch)).tuples()
    ]
    return [row[-1] for row in sorted(found, key=lambda row: (row[0], row[1] or "", row[2] or "", row[3]))]


# ---- printing -------------------------------------------------------------------------------------


def paper(job: Job, by: User | None, note: Callable[[Leaf], None] = lambda leaf: None) -> Paper:
    """The content of a print, its leaves made as they are taken; note is told of each."""
    made = f"　制表：{by.name}" if by and by.name else ""
    foot = f"更新日期：{days.today()}{made}"
    match job.what:
        case "card":
            leaves = cards.leaves(job.ids, job.reveal, foot)
        case "file":
            leaves = files.leaves(job.ids, job.reveal, foot)
        case "greeting":
            leaves = birthday.cards(job.ids, job.month)
        case "wishes":
            leaves = birthday.wishes(job.ids, job.month)
        case "party":
            leaves = birthday.names(job.ids, job.month, foot)
        case _:
            leaves = records.leaves(job.ids, foot)
    return Paper(
        PRINTED.label(job.what),
        _noting(leaves, note),
        crowded=job.what != FILE,
        share=2 if job.what == GREETING else 0,
    )


def _noting(leaves: Iterable[Leaf], note: Callable[[Leaf], None]) -> Iterator[Leaf]:
    for leaf in leaves:
        note(leaf)
        yield leaf


def to_file(job: Job, path: str | Path, by: User | None) -> Iterator[int]:
    """Write a print as HTML into a file only its owner can read ('-': standard output), telling how many leaves are made.

    Noted once the file is there. Raises Refused with the cure: nobody to print, a file that can't be written.
    """
    seen: list[Leaf] = []
    yield from papers.to_file(paper(job, by, seen.append), path)
    _note(job, seen, by)


def to_printer(job: Job, name: str, by: User | None) -> Iterator[int]:
    """Print on a printer, telling how many leaves are laid out; noted once the printer has taken it.

    Raises Refused with the cure: nobody to print, no Chinese font, a printer that does not take it.
    """
    seen: list[Leaf] = []
    yield from papers.to_printer(paper(job, by, seen.append), name)
    _note(job, seen, by)


def _note(job: Job, leaves: list[Leaf], by: User | None) -> None:
    """One row a child and print: of several record cards of a child, one; a list of names is no child's."""
    said = {leaf.child_id: leaf.digest for leaf in leaves if leaf.child_id}
    shown = "，身份证号不打码" if job.reveal else ""
    with changes.action(f"打印{PRINTED.label(job.what)} {len(leaves)}份{shown}", by) as act:
        act.insert_many(Printed, [
            {"id": uuid7(), "child": child, "what": job.what, "on_date": days.today(), "digest": digest}
            for child, digest in said.items()
        ])  # fmt: skip


# ---- what no longer holds -------------------------------------------------------------------------


def stale(ids: Iterable[UUID] | None = None) -> list[Stale]:
    """Cards and files whose source was changed after the latest print, of these children or of all on the register.

    Of a file only what stands on the card too is compared: records come in every week, and it is printed as of its day.
    """
    latest: dict[tuple[UUID, str], Printed] = {}
    query = Printed.live().where(Printed.what.in_((CARD, FILE)))
    if ids is not None:
        query = query.where(Printed.child.in_(list(ids)))
    for row in query.order_by(Printed.id):
        latest[row.child_id, row.what] = row
    found = []
    for batch in peewee.chunked(sorted({child for child, _ in latest}), BATCH):
        told = cards.sources(batch)
        on_file = {
            child.id: child for child in Child.live().where(Child.id.in_(batch), on_register(days.today()))
        }
        for child_id in (each for each in batch if each in on_file):
            for what in (CARD, FILE):
                row = latest.get((child_id, what))
                if row is not None and (since := cards.changed(row.digest, told[child_id])):
                    child = on_file[child_id]
                    found.append(
                        Stale(
                            child_id,
                            child.name or "",
                            child.village_group,
                            what,
                            PRINTED.label(what),
                            row.on_date,
                            since,
                        )
                    )
    return sorted(
        found,
        key=lambda each: (each.what, group_rank(each.village_group), each.village_group or "", each.name),
    )
