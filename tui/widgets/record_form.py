"""The sheet for one care record: a talk is noted on the spot, its day and who talked filled in already."""

from datetime import date
from typing import Any, Protocol
from uuid import UUID

from db import care, children, days, duties, pairing
from db.changes import Stale
from db.sheet import Conflict
from db.spec import read
from db.values import Refused
from db.vocab import RECORD_KIND
from tui.drafts import Draft, Drafts
from tui.page import TROUBLE, Desk
from tui.widgets.sheet import Clash, Form, Kept, Sheet

NEW = "record:"  # a new record's draft belongs to its child, whose key follows
FIRST_TO_TYPE = "place"


class Opener(Protocol):
    """What the sheet needs of whoever opens it: a screen's context has it."""

    by: Any
    drafts: Drafts
    desk: Desk


def record_sheet(
    context: Opener, child_id: UUID, kind: str = care.TALK, record_id: UUID | None = None
) -> Sheet:
    """The sheet of a record on file, or of a new one: today, by the child's helper, the caret in the first blank.

    Raises Refused if the child or the record is no longer on file, LedgerError.
    """
    name = children.live(child_id).name or ""
    if record_id is not None:
        form = Form("record", care.RECORD_ENTRIES, care.load_record, _saver(context, child_id, name))
        return Sheet(form, f"修改记录：{name}", context.drafts, record_id)
    left = next(reversed(context.drafts.left(f"{NEW}{child_id}")), None)

    def load(record: UUID | None) -> dict[str, Any]:
        return care.load_record(record) if record else _proposed(child_id, kind, left)

    form = Form(f"{NEW}{child_id}", care.RECORD_ENTRIES, load, _saver(context, child_id, name))
    title = f"{RECORD_KIND.label(kind)}：{name}"
    return Sheet(form, title, context.drafts, at=None if left else FIRST_TO_TYPE, draft=left)


def open_record(
    context: Opener, child_id: UUID, kind: str = care.TALK, record_id: UUID | None = None
) -> None:
    """Lay the sheet of a record on the desk, or say why that cannot be."""
    try:
        context.desk.push(record_sheet(context, child_id, kind, record_id))
    except TROUBLE as trouble:
        context.desk.say(str(trouble), "error")


def resume_record(context: Opener, draft: Draft) -> None:
    """Open the record sheet a draft was left in."""
    if child_id := child_of(draft):
        open_record(context, child_id)
    else:
        record_id = UUID(draft.record)
        open_record(context, care.child_of(record_id), record_id=record_id)


def child_of(draft: Draft) -> UUID | None:
    """The child whose new record a draft is about; None if it is about something else."""
    return UUID(draft.sheet.removeprefix(NEW)) if draft.sheet.startswith(NEW) else None


def _proposed(child_id: UUID, kind: str, left: Draft | None) -> dict[str, Any]:
    """What a new record starts with. A draft left from another day keeps the day it was begun on."""
    values = care.load_record(None) | {"kind": kind}
    if left is not None and left.base.get("on_date"):
        values["on_date"] = read(care.SPECS["on_date"], left.base["on_date"])
    paired = pairing.pairings(child_id=child_id)
    return values | ({"by_name": paired[-1].helper} if paired else {})


def _saver(context: Opener, child_id: UUID, name: str):
    def save(record: UUID | None, values: dict, base: dict, force: frozenset[str]) -> Kept:
        today = days.today()
        owed = record is None and _owed(child_id, values["kind"], today)
        try:
            saved = care.save_record(record, child_id, values, base, context.by, force)
        except Conflict as conflict:
            raise Clash(conflict.fields) from conflict
        except Stale as stale:
            raise Refused(str(stale)) from stale
        said = f"已记：{days.short(values['on_date'])} {RECORD_KIND.label(values['kind'])} {name}"
        if saved.merged:
            said += f"（别人同时改的{'、'.join(saved.merged)}已一并保留）"
        if owed:
            still = _owed(child_id, values["kind"], today)
            said += "，但离今天太久，这项待办还在" if still else "，这项待办已完成"
        return Kept(saved.id, said)

    return save


def _owed(child_id: UUID, kind: str, today: date) -> bool:
    """Whether the child is owed this by now or within the week."""
    return any(duty.kind == kind for duty in duties.of_child(child_id, today))
