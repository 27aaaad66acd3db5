"""Targets and yes/no items that the users set themselves, without code: conditions on described fields."""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from db import changes, conditions, days
from db.child_fields import SPECS
from db.fields import specs
from db.indicators import INDICATORS, Case, Count
from db.models import OwnTarget, User
from db.sheet import Entry, NotFound, Saved, Values, merge, settled
from db.spec import Spec, read
from db.targets import OWN, Part, People, Target, case_of, made_of, parts_of
from db.values import Refused
from db.vocab import COUNTED
from db.when import check_day

ALL = specs(OwnTarget)
ENTRIES = tuple(
    Entry(name, ALL[name], "") for name in ("name", "sort", "counted", "goal", "direction", "about")
)
ANSWER = tuple(Entry(name, ALL[name], "") for name in ("answered", "answered_on", "evidence"))
CONDITIONS = (Entry("who", Spec("算谁的条件"), ""), Entry("met", Spec("做到的条件"), ""))
MOST = 50


class OwnLine(NamedTuple):
    """An own target as lists show it; code: its code among the targets; said: its conditions in words, or what is wrong."""

    id: UUID
    code: str
    name: str
    sort: str
    said: str


def listing() -> list[OwnLine]:
    """The users' own targets, in their order."""
    return [OwnLine(row.id, _code(row), row.name or "", row.sort or "", _said(row)) for row in _rows()]


def load(target_id: UUID | None = None) -> Values:
    """The sheet of a target (None: a new one); who and met are lists of conditions [field, test, value].

    Raises NotFound. Conditions that this program does not know come as they are stored: `save` says what to mend.
    """
    if target_id is None:
        return dict.fromkeys(entry.name for entry in ENTRIES) | {
            "sort": "rate", "counted": "left_behind", "direction": "up", "who": [], "met": [],
        }  # fmt: skip
    return _values(find(target_id))


def save(
    target_id: UUID | None, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None,
    force: frozenset[str] = frozenset(),
) -> Saved:  # fmt: skip
    """Write a target of one's own, as one action. Raises Refused with the one thing to mend, Conflict, NotFound."""

    def write() -> Saved:
        with changes.action(f"自定目标 {values.get('name') or ''}".strip(), by) as act:
            row = find(target_id) if target_id else None
            theirs = _values(row) if row else load()
            mine, merged = merge((*ENTRIES, *CONDITIONS), values, base, theirs, force)
            told = _sound(theirs | mine, target_id)
            if row is not None:
                act.update(row, **told)
                return Saved(row.id, merged)
            place = max((each.place for each in _rows()), default=0) + 1
            return Saved(act.insert(OwnTarget, place=place, **told).id, merged)

    return settled(write)


def preview(target_id: UUID | None, values: Mapping[str, Any]) -> Target | None:
    """What a target comes to today as its sheet stands, nothing written; None for an item answered by hand.

    Raises Refused with the one thing to mend.
    """
    row = OwnTarget(**_sound(load() | dict(values), target_id))
    return None if row.sort == "by_hand" else _one(row, case_of())


def answer(
    target_id: UUID, answered: bool | None, by: User | None, on: date | None = None, evidence: str | None = None
) -> None:  # fmt: skip
    """Say whether an item that is answered by hand was done (None: take the answer back), on a day (today unless told).

    Raises Refused for another sort of target and for a day to come.
    """
    row = find(target_id)
    if row.sort != "by_hand":
        raise Refused(f"“{row.name}”由台账按条件算，不用填；要改成由人填写，请改它的“怎么看”")
    on = None if answered is None else on or days.today()
    if on is not None:
        check_day(on)
    evidence = read(ALL["evidence"], evidence) if answered is not None else None
    changes.write(row, by, f"填写 {row.name}", answered=answered, answered_on=on, evidence=evidence)


def remove(target_id: UUID, by: User | None) -> None:
    """Strike a target out. Raises NotFound."""
    row = find(target_id)
    changes.remove(row, by, f"删除自定目标 {row.name}")


def move(target_id: UUID, up: bool, by: User | None) -> None:
    """Change places with the one before (or after); at the end of the list nothing happens. Raises NotFound."""
    rows = _rows()
    at = next((n for n, row in enumerate(rows) if row.id == target_id), None)
    if at is None:
        raise NotFound(GONE)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(rows):
        return
    rows[at], rows[to] = rows[to], rows[at]
    with changes.action("自定目标排序", by) as act:
        for place, row in enumerate(rows, 1):
            act.update(row, place=place)


GONE = "这项自定目标已被删除，请回到列表重新选"


def find(target_id: UUID) -> OwnTarget:
    """A target on file. Raises NotFound."""
    row = OwnTarget.live().where(OwnTarget.id == target_id).first()
    if row is None:
        raise NotFound(GONE)
    return row


def _rows() -> list[OwnTarget]:
    return list(OwnTarget.live().order_by(OwnTarget.place, OwnTarget.id))


def _code(row: OwnTarget) -> str:
    return f"{OWN}{row.id.hex}"


def _values(row: OwnTarget) -> Values:
    told = {entry.name: getattr(row, entry.name) for entry in ENTRIES}
    return told | {name: _stored(getattr(row, name)) for name in ("who", "met")}


def _stored(text: str) -> list[Any]:
    try:
        given = json.loads(text)
    except ValueError:
        return []
    return given if isinstance(given, list) else []


def _said(row: OwnTarget) -> str:
    if row.sort == "by_hand":
        return "由人填写"
    try:
        return conditions.in_words(conditions.parsed(row.met))
    except Refused as refusal:
        return str(refusal)


def _sound(told: Values, besides: UUID | None) -> Values:
    """The columns to write. Raises Refused."""
    found = {entry.name: read(entry.spec, told[entry.name]) for entry in ENTRIES}
    for name in ("name", "sort"):
        if found[name] is None:
            raise Refused(f"请填写{ALL[name].label}")
    others = [row for row in _rows() if row.id != besides]
    if found["name"] in {row.name for row in others} | {each.name for each in INDICATORS.values()}:
        raise Refused(f"已有名为“{found['name']}”的目标，请换个名称，免得分不清")
    if besides is None and len(others) >= MOST:
        raise Refused(f"自定目标最多{MOST}项，请先删去用不着的")
    if found["sort"] == "by_hand":
        return found | {"counted": None, "goal": None, "direction": None, "who": "[]", "met": "[]"}
    found["counted"], found["direction"] = found["counted"] or "left_behind", found["direction"] or "up"
    who, met = conditions.checked(told["who"]), conditions.checked(told["met"])
    if not met:
        raise Refused("请至少选一个条件，说明怎样算做到，如 现住址已填")
    if found["sort"] == "all":
        found |= {"goal": None, "direction": "up"}
    _check_goal(found["sort"], found["goal"])
    return found | {"who": json.dumps(who, ensure_ascii=False), "met": json.dumps(met, ensure_ascii=False)}


def _check_goal(sort: str, goal: int | None) -> None:
    if sort == "rate" and goal is not None and not 0 <= goal <= 100:
        raise Refused(f"百分比的要求写0到100，现在是{goal}")
    if sort == "some" and goal is None:
        raise Refused("请写要求几名儿童，如 3")


# ---- worked out -----------------------------------------------------------------------------------


def worked_out(case: Case, codes: Collection[str] | None = None) -> Iterator[Target]:
    """The users' own targets as they stand; one that cannot be worked out says so and the others go on."""
    for row in _rows():
        if codes is not None and _code(row) not in codes:
            continue
        if row.sort == "by_hand":
            yield _by_hand(row, case)
            continue
        try:
            yield _one(row, case)
        except Refused as refusal:
            yield _blank(row, str(refusal))


def parts(code: str, case: Case, dimension: str) -> list[Part]:
    """One of them by the parts of a dimension; none for what is answered by hand or cannot be read. Raises NotFound."""
    row = next((each for each in _rows() if _code(each) == code), None)
    if row is None:
        raise NotFound(GONE)
    if row.sort == "by_hand":
        return []
    goal = None if row.sort == "some" else _goal(row)  # so many in all says nothing of a part
    try:
        count = _count(row, case)
    except Refused:  # the target itself says why
        return []
    return parts_of(case, count, dimension, goal, row.direction or "up")


def _one(row: OwnTarget, case: Case) -> Target:
    made = made_of(
        _code(row),
        row.name or "",
        case,
        _count(row, case),
        _goal(row),
        row.direction or "up",
        sort=row.sort or "rate",
    )
    made = made._replace(in_force=made.goal is not None)
    return made._replace(missing=People()) if made.sort == "some" and made.met else made


def _goal(row: OwnTarget) -> int | None:
    return 100 if row.sort == "all" else row.goal


def _count(row: OwnTarget, case: Case) -> Count:
    who, met = conditions.parsed(row.who), conditions.parsed(row.met)
    counted = row.counted or "left_behind"
    among = case.children() if counted == "left_behind" else case.everyone()
    if counted == "focus":
        among = among.where(case.tagged())
    among = among.where(conditions.expression(who, case))
    done = conditions.expression(met, case)
    label = COUNTED.label(counted)
    whom = f"{label}（{conditions.in_words(who)}）" if who else label
    if row.direction == "down":
        said = f"{conditions.in_words(met)}的{whom}的人数和百分比，没采集的另列，补齐前不说达标"
        short, unsure, failed = (
            done,
            ~done & conditions.not_known(met, case),
            conditions.first(met, case, unknown=True),
        )
    else:
        said = f"{conditions.in_words(met)}的占{whom}的百分比，没采集的算没做到"
        short, unsure, failed = ~done, conditions.NEVER, conditions.first(met, case)
    share = f"{said}。{row.about}" if row.about else said
    about = None if counted == "left_behind" else "在册的都算，已删除、已退出的档案不计"
    return Count(
        share.rstrip("。"), among, short, partial(_why, met), (failed.alias("failed"),), unsure, whom=about
    )


def _why(met: list[list[Any]], row: Any) -> tuple[str | None, str]:
    """Which condition a child fails (of a low goal: that it meets them all, or which is not known)."""
    known = row.failed < 0
    field, *_ = met[0 if known else row.failed]
    said = conditions.in_words(met if known else [met[row.failed]])
    field = "birth_date" if field == "years" else field if field in SPECS else None
    return field, f"{said}" if known else f"待补：{said}"


def _by_hand(row: OwnTarget, case: Case) -> Target:
    answered_on = row.answered_on
    stands = answered_on is not None and case.term.starts <= answered_on <= case.on
    if answered_on is None:
        why = "还没填做到没有"
    elif answered_on > case.on:  # the answer since has taken the place of the one then
        why = f"只留最近一次的回答：{case.term.code}学期的请看各学期走势"
    else:
        why = f"{answered_on}填过，{case.term.code}学期还没填"
    blank = _blank(row, why)
    if not stands or row.answered is None:
        return blank
    done = int(row.answered)
    said = f"{answered_on}由人填写" + (f"，依据：{row.evidence}" if row.evidence else "")
    return blank._replace(
        numerator=done, denominator=1, rate=100.0 * done, met=bool(done), waiting=None, outside=said
    )


def _blank(row: OwnTarget, why: str) -> Target:
    return Target(
        _code(row), row.name or "", row.about or f"{row.name}由本单位自己定", 0, 0, None, _goal(row), None, People(),
        row.direction or "up", waiting=why, sort=row.sort or "rate",
    )  # fmt: skip
