"""The entry sheets of a meeting: a new one, its day and place, its texts, a grown-up present, a decision."""

from typing import Any
from uuid import UUID

from db import decisions, meetings
from db.sheet import Entry, Saved
from db.vocab import ACTIVITY_KIND
from tui.context import Context
from tui.drafts import Draft
from tui.screens.activity import ActivitySheet, clash_notice
from tui.widgets.sheet import Form, Kept, Sheet

HEAD_ENTRIES = tuple(entry for entry in meetings.ENTRIES if entry.name in meetings.HEAD)


def new_sheet(context: Context, kind: str, draft: Draft | None = None) -> Sheet:
    """The short sheet of a new meeting of a kind."""

    def load(record: UUID | None) -> dict[str, Any]:
        values = meetings.load(record, kind)
        return {entry.name: values[entry.name] for entry in meetings.NEW_ENTRIES}

    def save(record: UUID | None, values: dict, base: dict, force: frozenset[str]) -> Kept:
        if record is not None:  # kept already, but for a field that could not be
            saved = meetings.save(record, values, base, context.by, force)
            return Kept(saved.id, f"已存：{values['title']}{saved.also}")
        return Kept(meetings.new(kind, by=context.by, **values), f"已存：{values['title']}")

    form = Form(f"meeting_new:{kind}", meetings.NEW_ENTRIES, load, save, notice=clash_notice)
    return ActivitySheet(form, f"新会议：{ACTIVITY_KIND.label(kind)}", context.drafts, draft=draft)


def head_sheet(context: Context, activity_id: UUID, draft: Draft | None = None) -> Sheet:
    """What a meeting is called, when and where it is, who leads it."""
    return _meeting_sheet(context, "meeting_head", HEAD_ENTRIES, activity_id, None, draft)


def texts_sheet(context: Context, activity_id: UUID, at: str | None, draft: Draft | None = None) -> Sheet:
    """Agenda, minutes and summary, standing in one of them."""
    return _meeting_sheet(context, "meeting_texts", meetings.TEXT_ENTRIES, activity_id, at, draft)


def _meeting_sheet(
    context: Context, name: str, entries: tuple[Entry, ...], activity_id: UUID, at: str | None, draft: Draft | None
) -> Sheet:  # fmt: skip
    def load(record: UUID) -> dict[str, Any]:
        values = meetings.load(record)
        return {entry.name: values[entry.name] for entry in entries}

    def save(record: UUID, values: dict, base: dict, force: frozenset[str]) -> Kept:
        saved = meetings.save(record, values, base, context.by, force)
        return Kept(saved.id, f"会议已存{saved.also}，按 Ctrl+Z 可撤销")

    title = meetings.load(activity_id)["title"]
    form = Form(name, entries, load, save, notice=clash_notice if entries == HEAD_ENTRIES else None)
    return ActivitySheet(form, title, context.drafts, activity_id, at=at, draft=draft)


def attendee_sheet(
    context: Context, activity_id: UUID, attendee_id: UUID | None, draft: Draft | None = None
) -> Sheet:
    """A grown-up of the list, or new ones one after the other."""

    def save(record: UUID | None, values: dict, base: dict, force: frozenset[str]) -> Kept:
        saved = meetings.save_attendee(record, activity_id, values, base, context.by, force)
        return Kept(saved.id, f"已存：{values['name']}{saved.also}")

    form = Form(
        f"meeting_attendee:{activity_id}",
        meetings.ATTENDEE_ENTRIES,
        meetings.load_attendee,
        save,
        meetings.ATTENDEE_RULES,
        another=True,
    )
    return Sheet(
        form, "修改到会的人" if attendee_id else "到会的人", context.drafts, attendee_id, draft=draft
    )


def decision_sheet(
    context: Context, activity_id: UUID, decision_id: UUID | None, draft: Draft | None = None
) -> Sheet:
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

    form = Form(f"meeting_decision:{activity_id}", entries, load, save, decisions.RULES, another=True)
    return Sheet(form, "修改决定" if decision_id else "决定", context.drafts, decision_id, draft=draft)


def resume(context: Context, draft: Draft) -> None:
    """Open the sheet a draft was left in."""
    record = UUID(draft.record) if draft.record else None
    kind, _, whose = draft.sheet.partition(":")
    match kind:
        case "meeting_head":
            page = head_sheet(context, record, draft)
        case "meeting_texts":
            page = texts_sheet(context, record, None, draft)
        case "meeting_attendee":
            page = attendee_sheet(context, UUID(whose), record, draft)
        case "meeting_decision":
            page = decision_sheet(context, UUID(whose), record, draft)
        case _:
            page = new_sheet(context, whose, draft)
    context.desk.push(page)
