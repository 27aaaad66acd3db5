"""经过: everything that happened to one child, newest first. Reports to the police (Incident) are never among it."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import peewee

from db import child_history, days, record_fields
from db.models import (
    Activity,
    Attendance,
    CarePlan,
    CareRecord,
    CareStage,
    CareStep,
    Exit,
    Focus,
    Helper,
    Pairing,
    Printed,
    Score,
    Survey,
    Tick,
)
from db.ticks import POINTS
from db.vocab import (
    ATTENDANCE,
    CARE_PLAN_END,
    CARE_PLAN_KIND,
    EXIT,
    FOCUS,
    GRADE,
    HEALTH,
    MISSED,
    PAIRING_END,
    PAIRING_KIND,
    PRINTED,
    RECORD_KIND,
    STUDY,
    TICK_LIST,
    Codes,
)

KINDS = {
    "record": "关爱记录", "survey": "摸底", "change": "改动", "pairing": "结对", "focus": "重点", "exit": "退出返回",
    "activity": "活动", "plan": "方案", "tick": "清单", "score": "成绩", "print": "打印",
}  # fmt: skip
GONE = ("刚被删除，请退出再进", "")
Said = tuple[str, str]  # in a few words; the rest of it, '' if that is all


class Key(NamedTuple):
    """Where an event comes from: its day (None: not known), its kind, which of `SOURCES`, and the row's key."""

    day: date | None
    kind: str
    source: str
    row: UUID


class Event(NamedTuple):
    """One thing that happened. text: in a line; more: what there is to read besides; row: the record it comes from."""

    day: date | None
    kind: str
    label: str
    text: str
    more: str
    row: UUID


def events(child_id: UUID) -> list[Key]:
    """Keys of all that happened to a child, newest first; what has no day stands last."""
    found = [
        Key(_day(day) or _day(made), source.kind, name, row)
        for name, source in SOURCES.items()
        for row, day, made in _keys(source, child_id)
    ]
    found += [
        Key(days.in_china(at), "change", "change", action) for action, at in child_history.actions(child_id)
    ]
    rank = {name: at for at, name in enumerate([*SOURCES, "change"])}
    return sorted(found, key=lambda each: (each.day or date.min, rank[each.source], each.row), reverse=True)


def told(child_id: UUID, keys: Iterable[Key], reveal: bool = False) -> list[Event]:
    """The events of these keys in words, in the order given. ID numbers and phones are masked unless reveal."""
    keys = list(keys)
    words: dict[tuple[str, UUID], Said] = {}
    for name, source in SOURCES.items():
        if rows := [key.row for key in keys if key.source == name]:
            words |= {
                (name, row.id): source.say(row) for row in source.query().where(source.model.id.in_(rows))
            }
    if actions := [key.row for key in keys if key.source == "change"]:
        told = child_history.told(child_id, actions, reveal)
        words |= {("change", action): (said, "") for action, said in told.items()}
    return [
        Event(key.day, key.kind, KINDS[key.kind], *words.get((key.source, key.row), GONE), key.row)
        for key in keys
    ]


class Source(NamedTuple):
    """Rows of one table that make events: which day counts, whether a row without one does, how it is said.

    made: the column that stands in where the day is blank; None: such a row has no event of this kind.
    """

    kind: str
    model: type[peewee.Model]
    day: peewee.Field
    say: Callable[[Any], Said]
    made: peewee.Field | None = None
    joined: tuple[type[peewee.Model], ...] = ()

    def query(self) -> peewee.ModelSelect:
        """The table's live rows with what their words need."""
        query = self.model.live(self.model, *self.joined)
        for other in self.joined:
            query = query.switch(self.model).join(other, peewee.JOIN.LEFT_OUTER)
        return query


def _keys(source: Source, child_id: UUID) -> peewee.BaseQuery:
    model, made = source.model, source.made
    query = model.live(model.id, source.day, made if made is not None else peewee.SQL("NULL"))
    if source.model is Attendance:
        called = Attendance.state.is_null(False)  # put on the roll is not yet been there
        query = query.join(Activity).where(Activity.deleted_at.is_null(), called).switch(Attendance)
    if source.model is Score:  # an examination is one event, told by the first of its subjects
        other = Score.alias()
        first = other.select(peewee.fn.MIN(other.subject)).where(
            other.child == Score.child,
            other.term == Score.term,
            other.exam == Score.exam,
            other.deleted_at.is_null(),
        )
        query = query.where(Score.subject == first)
    query = query.where(model.child == child_id)
    return (query if made is not None else query.where(source.day.is_null(False))).tuples()


def _day(value: Any) -> date | None:
    if value is None or type(value) is date:
        return value
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    return days.in_china(value)


# ---- how each is said ---------------------------------------------------------------------------


def _words(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def _in_full(**parts: Any) -> str:
    return "\n".join(f"{label}：{text}" for label, text in parts.items() if text)


def _why(codes: Codes, code: str | None, note: str | None = None) -> str:
    said = "，".join(filter(None, (code and codes.label(code), note)))
    return f"（{said}）" if said else ""


def _record(row: CareRecord) -> Said:
    who = row.helper.name if row.helper_id else row.by_name
    missed = f"没有做成{_why(MISSED, row.missed)}" if row.missed else None
    said = _words(
        RECORD_KIND.label(row.kind),
        who,
        row.place,
        row.with_whom and f"对象{row.with_whom}",
        missed,
        row.reason,
    )
    values = {name: getattr(row, name) for name in record_fields.SPECS}
    more = "\n".join(f"{label}：{text}" for label, text in record_fields.told(values))
    return said, more


def _survey(row: Survey) -> Said:
    behind = {True: "留守", False: "非留守", None: "留守未定"}[row.left_behind]
    levels = (
        (row.school or "") + (GRADE.label(row.grade) if row.grade else ""),
        row.health and f"身体{HEALTH.label(row.health)}",
        row.study_level and f"学习{STUDY.label(row.study_level)}",
    )
    surveyed = "摸底" if row.surveyed_on else "还没摸底，已有的内容"
    return f"{row.term.code}{surveyed}：{'，'.join(filter(None, (behind, *levels)))}", _in_full(
        需求=row.needs
    )


def _begun(row: Pairing) -> Said:
    before = row.after and row.after.helper.name
    handed = f"（从{before}手里接过）" if before else ""
    undated = "" if row.since else "，起始日期未采集"
    return f"结对：{PAIRING_KIND.label(row.kind)} {row.helper.name}{handed}{undated}", ""


def _ended(row: Pairing) -> Said:
    why = _why(PAIRING_END, row.ended_because, row.end_note)
    return f"结对结束：{PAIRING_KIND.label(row.kind)} {row.helper.name}{why}", ""


def _tagged(row: Focus) -> Said:
    return f"列为重点：{FOCUS.label(row.tag)}{f'（{row.reason}）' if row.reason else ''}", ""


def _untagged(row: Focus) -> Said:
    return f"不再列为重点：{FOCUS.label(row.tag)}", ""


def _left(row: Exit) -> Said:
    return (
        f"退出登记：{EXIT.label(row.reason)}{f'，{row.destination}' if row.destination else ''}",
        row.note or "",
    )


def _returned(row: Exit) -> Said:
    return f"重新登记{f'：{row.return_note}' if row.return_note else ''}", ""


def _attended(row: Attendance) -> Said:
    return f"{row.activity.title} {ATTENDANCE.label(row.state)}{f'（{row.note}）' if row.note else ''}", ""


def _plan_begun(row: CarePlan) -> Said:
    tag = f"（{FOCUS.label(row.tag)}）" if row.tag else ""
    return f"{CARE_PLAN_KIND.label(row.kind)}{tag}开始：{row.problem}", _in_full(
        目标=row.goal, 措施=row.measures
    )


def _plan_closed(row: CarePlan) -> Said:
    return f"{CARE_PLAN_KIND.label(row.kind)}结案{_why(CARE_PLAN_END, row.outcome)}", row.summary or ""


def _plan_signed(row: CarePlan) -> Said:
    return (
        f"{CARE_PLAN_KIND.label(row.kind)}由领导小组签字{f'：{row.signed_by}' if row.signed_by else ''}",
        "",
    )


def _stage(row: CareStage) -> Said:
    return f"阶段效果：{row.result}", _in_full(调整=row.adjustment)


def _step(row: CareStep) -> Said:
    return f"方案步骤完成：{row.title}", row.result or ""


def _tick(row: Tick) -> Said:
    point = POINTS.get((row.checklist, row.item))
    return _words(TICK_LIST.label(row.checklist), point.label if point else row.item, row.note), ""


def _scored(row: Score) -> Said:
    marks = Score.live().where(Score.child == row.child_id, Score.term == row.term_id, Score.exam == row.exam)
    told = "，".join(f"{each.subject} {each.mark}" for each in marks.order_by(Score.id))
    return f"{row.term.code}{row.exam}：{told}", ""


def _printed(row: Printed) -> Said:
    return f"打印{PRINTED.label(row.what)}", ""


SOURCES: dict[str, Source] = {
    "tick": Source("tick", Tick, Tick.on_date, _tick),
    "score": Source("score", Score, Score.on_date, _scored, Score.created_at),
    "print": Source("print", Printed, Printed.on_date, _printed),
    "activity": Source("activity", Attendance, Activity.on_date, _attended, joined=(Activity,)),
    "record": Source("record", CareRecord, CareRecord.on_date, _record, CareRecord.created_at, (Helper,)),
    "step": Source("plan", CareStep, CareStep.done_on, _step),
    "stage": Source("plan", CareStage, CareStage.on_date, _stage),
    "plan_begun": Source("plan", CarePlan, CarePlan.starts, _plan_begun, CarePlan.created_at),
    "plan_signed": Source("plan", CarePlan, CarePlan.signed_on, _plan_signed),
    "plan_closed": Source("plan", CarePlan, CarePlan.closed_on, _plan_closed),
    "begun": Source("pairing", Pairing, Pairing.since, _begun, Pairing.created_at, (Helper,)),
    "ended": Source("pairing", Pairing, Pairing.until, _ended, joined=(Helper,)),
    "tagged": Source("focus", Focus, Focus.since, _tagged, Focus.created_at),
    "untagged": Source("focus", Focus, Focus.until, _untagged),
    "survey": Source("survey", Survey, Survey.surveyed_on, _survey, Survey.created_at),
    "left": Source("exit", Exit, Exit.on_date, _left),
    "returned": Source("exit", Exit, Exit.returned_on, _returned),
}  # fmt: skip
