"""The entry sheets of a meeting: its day and place, its texts, a grown-up present, a decision."""

from typing import Any
from uuid import UUID

from db import decisions, meetings
from db.sheet import Entry, Saved
from tui.context import Context
from tui.widgets.sheet import Form, Kept, Sheet

HEAD_ENTRIES = tuple(entry for entry in meetings.ENTRIES if entry.name in meetings.HEAD)


def head_sheet(context: Context, activity_id: UUID) -> Sheet:
    """What a meeting is called, when and where it is, who leads it."""
    return _meeting_sheet(context, "meeting_head", HEAD_ENTRIES, activity_id, None)


def texts_sheet(context: Context, activity_id: UUID, at: str) -> Sheet:
    """Agenda, minutes and summary, standing in one of them."""
    return _meeting_sheet(context, "meeting_texts", meetings.TEXT_ENTRIES, activity_id, at)


def _meeting_sheet(
    context: Context, name: str, entries: tuple[Entry, ...], activity_id: UUID, at: str | None
) -> Sheet:
    def load(record: UUID) -> dict[str, Any]:
        values = meetings.load(record)
        return {entry.name: values[entry.name] for entry in entries}

    def save(record: UUID, values: dict, base: dict, force: frozenset[str]) -> Kept:
        saved = meetings.save(record, values, base, context.by, force)
        return Kept(saved.id, f"会议已存{saved.also}")

    title = meetings.load(activity_id)["title"]
    return Sheet(Form(name, entries, load, save), title, context.drafts, activity_id, at=at)


def attendee_sheet(context: Context, activity_id: UUID, attendee_id: UUID | None) -> Sheet:
    """A grown-up of the list, or new ones one after the other."""

    def save(record: UUID | None, values: dict, base: dict, force: frozenset[str]) -> Kept:
        saved = meetings.save_attendee(record, activity_id, values, base, context.by, force)
        return Kept(saved.id, f"已存：{values['name']}{saved.also}")

    name = "attendee" if attendee_id else f"attendee:{activity_id}"
    form = Form(
        name, meetings.ATTENDEE_ENTRIES, meetings.load_attendee, save, meetings.ATTENDEE_RULES, another=True
    )
    return Sheet(form, "修改到会的人" if attendee_id else "到会的人", context.drafts, attendee_id)


def decision_sheet(context: Context, activity_id: UUID, decision_id: UUID | None) -> Sheet:
    """A decision, or new ones one after the other."""
    entries = decisions.DONE_ENTRIES if decision_id else decisions.ENTRIES

    def load(record: UUID | None) -> dict[str, Any]:
        values = decisions.load(record)
        return {entry.name: values[entry.name] for entry in entries}

    def save(record: UUID | None, values: dict, base: dict, force: frozenset[str]) -> Kept:
        if record is None:
            saved = Saved(decisions.decide(activity_id, values, context.by), [])
        else:
            saved = decisions.save(record, values, base, context.by, force)
        return Kept(saved.id, f"已存：{values['title']}{saved.also}")

    name = "decision" if decision_id else f"decision:{activity_id}"
    form = Form(name, entries, load, save, decisions.RULES, another=True)
    return Sheet(form, "修改决定" if decision_id else "决定", context.drafts, decision_id)
