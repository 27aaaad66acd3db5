"""The 总结 of a plan: drafted from what is on file, left to a person to edit, kept. Rules: docs/rules.md, 计划的总结."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

import peewee

from db import care, changes, days, owed, plan_items, plan_months, settings, site, targets, work_plans
from db.activities import CAME
from db.days import short
from db.dossier import counted, focus_on, live_on, on_register
from db.models import (
    Activity,
    Attendance,
    Attendee,
    CareRecord,
    Child,
    Decision,
    Focus,
    Helper,
    Pairing,
    Survey,
    Term,
    User,
    WorkPlan,
)
from db.plan_items import PlanLine
from db.rhythm import in_words
from db.sheet import Entry, Saved, Values, merge, settled
from db.spec import read
from db.vocab import ACTIVITY_KIND, CRITERION, EVIDENCE, RECORD_KIND

ENTRIES = (Entry("summary", work_plans.SPECS["summary"], "总结"),)
LONGEST = work_plans.SPECS["summary"].longest
MANY = 6  # activities of one kind from which on they are told in one line
NUMBERS = "一二三四五六七八九十"
UNKNOWN = "—"
NOTHING_OWED = "没有欠的。"
LAST_HEADING = "还欠的"
CUT = "……（太长，后面的略去，请自己精简）"


# ---- kept ---------------------------------------------------------------------------------------


def load(plan_id: UUID) -> Values:
    """A plan's summary under the names of ENTRIES. Raises NotFound."""
    return {"summary": work_plans.find(plan_id).summary}


def save(
    plan_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None, force: frozenset[str] = frozenset()
) -> Saved:  # fmt: skip
    """Keep a summary as edited. Raises Conflict when somebody else wrote it meanwhile, Refused if it is too long."""
    return settled(lambda: _keep(plan_id, values, base, by, force))


def _keep(
    plan_id: UUID, values: Mapping[str, Any], base: Mapping[str, Any], by: User | None, force: frozenset[str]
) -> Saved:
    with changes.action(f"写总结 {work_plans.find(plan_id).title}", by) as act:
        row = work_plans.find(plan_id)
        mine, merged = merge(ENTRIES, values, base, {"summary": row.summary}, force)
        act.update(row, **{name: read(work_plans.SPECS[name], value) for name, value in mine.items()})
        return Saved(row.id, merged)


# ---- drafted --------------------------------------------------------------------------------------


def draft(plan_id: UUID, on: date | None = None) -> str:
    """A summary of a plan up to a day (today, or its last day if that is past) in plain words, from what is on file.

    What is not known is said to be —; nothing is guessed. Raises NotFound.
    """
    plan = work_plans.find(plan_id)
    on = min(on or days.today(), plan.ends)
    items = plan_items.of_plan(plan_id)
    held = _activities(plan, items, on)
    told: list[tuple[str, list[str]]] = [
        ("基本情况", _children(on)),
        ("建立起来的", _setups(items, on)),
        ("每月做了什么", _months(items, on)),
        ("经常开展的", _occasions(plan, items)),
        ("活动", _held(held)),
        ("关爱记录", _records(plan.starts, on)),
        ("节奏", _rhythms(plan, on)),
        ("目标", _goals(plan, items, on)),
        ("会议与决定", _meetings(held, on)),
        ("延期和不办", _moved(items)),
        (LAST_HEADING, _owed(plan, items, held, on)),
    ]
    span = f"{_full(plan.starts)}至{_full(plan.ends)}，截至{_full(on)}。"
    place = site.site()
    lines = [f"{plan.title}总结", f"{place.name if place else UNKNOWN}，{span}"]
    for number, (heading, said) in enumerate([each for each in told if each[1]], 1):
        lines += ["", f"{_number(number)}、{heading}", *said]
    return _fitting("\n".join(lines))


def _fitting(text: str) -> str:
    """A text no longer than the field holds: of one that is, the middle goes, for its end says what is still owed."""
    if len(text) <= LONGEST:
        return text
    end = text[text.rindex("\n", 0, text.rindex(f"、{LAST_HEADING}\n")) + 1 :]
    kept = end if len(end) <= LONGEST // 2 else end[: LONGEST // 2 - len(CUT)] + CUT
    return text[: LONGEST - len(kept) - len(CUT) - 1] + CUT + "\n" + kept


def _number(number: int) -> str:
    return NUMBERS[number - 1] if number <= 10 else f"十{NUMBERS[number - 11]}"


def _full(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _list(said: Iterable[str]) -> str:
    return "；".join(said) + "。"


# ---- the children, the arrangements, the months ---------------------------------------------------


def _children(on: date) -> list[str]:
    term = _term(on)
    on_file = Child.live().where(on_register(on)).count()
    if term is None:
        behind = focus = UNKNOWN
    else:
        behind = Survey.select().join(Child).where(counted(term, on)).count()
        tagged = Focus.select(Focus.child).where(focus_on(on))
        focus = Child.live().where(on_register(on), Child.id.in_(tagged)).count()
    paired = Pairing.select(Pairing.child, Pairing.helper).where(live_on(on)).tuples()
    children, helpers = {child for child, _ in paired}, {helper for _, helper in paired}
    criterion = CRITERION.label(settings.get("criterion"))
    return [
        f"在册儿童{on_file}名，其中留守儿童{behind}名，重点对象{focus}名。留守儿童按“{criterion}”认定。",
        f"帮扶人{Helper.live().count()}名，其中{len(helpers)}名已结对；有结对的儿童{len(children)}名。",
    ]


def _term(on: date) -> Term | None:
    """The term a day belongs to, if it is on file."""
    here = site.term()
    if here.starts <= on <= here.ends or days.term_code(on) == here.code:
        return here
    return Term.get_or_none(Term.code == days.term_code(on))


def _setups(items: list[PlanLine], on: date) -> list[str]:
    setups = [item for item in items if item.sort == "setup"]
    if not setups:
        return []
    done = [item for item in setups if item.done_on]
    lines = [f"要建立的{len(setups)}项，建成{len(done)}项。"]
    return lines + [_said(item, on) for item in sorted(done, key=lambda each: each.done_on)]


def _months(items: list[PlanLine], on: date) -> list[str]:
    monthly = [item for item in items if item.sort == "month"]
    lines = []
    for month in sorted({month for item in monthly for month in (item.month, item.planned_month)}):
        report = plan_months.report(month, monthly)
        lines.append(f"{month[:4]}年{int(month[5:])}月：{report.said.replace(' ', '，')}。")
        here = [item for item in monthly if item.month == month]
        lines += [_said(item, on) for item in sorted(here, key=lambda each: each.done_on or date.max)]
    return lines


def _said(item: PlanLine, on: date) -> str:
    """An item in a line: when and by whom it was done with what shows it, or that it was not, or not yet."""
    if item.done_on is None:
        why = f"不办：{item.dropped}" if item.dropped else _undone("没办", item.due_on, on)
        return f"  {item.title}（{why}）"
    by = f"（{item.done_by}）" if item.done_by else ""
    kind = "" if item.evidence_kind in (None, "note") else f"{EVIDENCE.label(item.evidence_kind)} "
    shown = f"：{kind}{item.evidence}" if item.evidence else ""
    return f"  {short(item.done_on)} {item.title}{by}{shown}"


def _undone(how: str, due_on: date, on: date) -> str:
    """What is not done is only said to be so once its last day is past."""
    return f"{how if due_on < on else '还没到期'}，期限{short(due_on)}"


def _occasions(plan: WorkPlan, items: list[PlanLine]) -> list[str]:
    lines = []
    for occasion in work_plans.template_of(plan).occasions:
        times = [item for item in items if item.occasion == occasion.code]
        if not times:
            continue
        done, dropped = [each for each in times if each.done_on], [each for each in times if each.dropped]
        parts = [f"{occasion.name}：计划{len(times)}次，办了{len(done)}次"]
        if dropped:
            reasons = "、".join(dict.fromkeys(each.dropped for each in dropped))
            parts.append(f"不办{len(dropped)}次（{reasons}）")
        if left := len(times) - len(done) - len(dropped):
            parts.append(f"还没办{left}次")
        lines.append("，".join(parts) + "。")
    return lines


def _moved(items: list[PlanLine]) -> list[str]:
    put_off = [
        f"{item.title}：从{int(item.planned_month[5:])}月改到{short(item.due_on)}前（{item.put_off or UNKNOWN}），"
        + (f"{short(item.done_on)}办好" if item.done_on else "不办了" if item.dropped else "还没办")
        for item in items
        if item.carried or item.put_off
    ]
    dropped = [f"{item.title}（{item.dropped}）" for item in items if item.dropped]
    return [
        *([f"延期{len(put_off)}项：{_list(put_off)}"] if put_off else []),
        *([f"不办{len(dropped)}项：{_list(dropped)}"] if dropped else []),
    ]


# ---- activities and meetings ----------------------------------------------------------------------


def _activities(plan: WorkPlan, items: list[PlanLine], on: date) -> list[Activity]:
    """What took place in the plan's days and was not called off, but for what was arranged for another plan's item."""
    mine = {item.id for item in items}
    rows = Activity.live().where(
        Activity.on_date.between(plan.starts, on), Activity.state.is_null() | (Activity.state != "cancelled")
    )
    return [
        row for row in rows.order_by(Activity.on_date, Activity.id) if row.plan_item_id is None or row.plan_item_id in mine
    ]  # fmt: skip


def _came(rows: list[Activity], model: type[Attendance] | type[Attendee]) -> Counter[UUID]:
    """How many were there, by activity."""
    found: Counter[UUID] = Counter()
    for batch in peewee.chunked([row.id for row in rows], owed.BATCH):
        marks = model.live(model.activity).where(model.activity.in_(batch), model.state.in_(CAME))
        found.update(activity for (activity,) in marks.tuples())
    return found


def _held(rows: list[Activity]) -> list[str]:
    came = _came(rows, Attendance) + _came(rows, Attendee)
    held = [row for row in rows if row.state == "held" or came[row.id]]
    unsaid = [row for row in rows if row not in held]
    lines = []
    for kind, group in groupby(sorted(held, key=_kind), key=_kind):
        those = list(group)
        total = sum(came[row.id] for row in those)
        counted_at = sum(came[row.id] > 0 for row in those)
        tail = f"，点了名的{counted_at}次到{total}人次" if counted_at else ""
        lines.append(f"{kind}{len(those)}次{tail}。")
        if len(those) < MANY:
            lines += [
                f"  {short(row.on_date)} {row.title}" + (f"，{row.place}" if row.place else "")
                + f"，到{came[row.id] or UNKNOWN}人"
                for row in those
            ]  # fmt: skip
    if unsaid:
        lines.append(f"另有{len(unsaid)}次没有记是否办了：{_list(f'{short(row.on_date)}{row.title}' for row in unsaid[:MANY])}")  # fmt: skip
    return lines


def _kind(row: Activity) -> str:
    return ACTIVITY_KIND.label(row.kind) if row.kind else "其他"


def _decisions(rows: list[Activity]) -> list[Decision]:
    by_day = {row.id: row.on_date for row in rows}
    found = [
        decision
        for batch in peewee.chunked(list(by_day), owed.BATCH)
        for decision in Decision.live().where(Decision.activity.in_(batch))
    ]
    return sorted(found, key=lambda each: (by_day[each.activity_id], each.id))


def _owner(each: Decision) -> str:
    return each.by_name or (each.helper.name if each.helper_id else UNKNOWN)


def _meetings(rows: list[Activity], on: date) -> list[str]:
    decided = _decisions(rows)
    if not decided:
        return []
    done = [each for each in decided if each.done_on]
    titles = {row.id: f"{short(row.on_date)}{row.title}" for row in rows}
    lines = [f"决定{len(decided)}项，办好{len(done)}项。"]
    for each in decided:
        how = f"{short(each.done_on)}办好{'：' + each.result if each.result else ''}" if each.done_on else _undone("没办好", each.due_on, on)  # fmt: skip
        lines.append(f"  {titles[each.activity_id]}：{each.title}（{_owner(each)}），{how}")
    return lines


# ---- records, rhythms, goals ----------------------------------------------------------------------


def _records(first: date, last: date) -> list[str]:
    done = care.tally(first, last)
    missed = (
        CareRecord.live().join(Child).where(
            Child.deleted_at.is_null(), CareRecord.missed.is_null(False), CareRecord.on_date.between(first, last)
        ).count()
    )  # fmt: skip
    told = [f"{code.label}{done[code.code]}次" for code in RECORD_KIND if code.code in done]
    tail = f"另有{missed}次没有做成。" if missed else ""
    return [f"期间{'、'.join(told)}。{tail}" if told else f"期间没有关爱记录。{tail}"]


def _rhythms(plan: WorkPlan, on: date) -> list[str]:
    """What each rhythm asks for, and at each month's end how many of the children owed it were not overdue."""
    told = work_plans.rhythms_in_words(plan.id)
    if not told:
        return []
    rates: dict[str, list[str]] = {rhythm.code: [] for rhythm, _ in told}
    children = [child.id for child in Child.live(Child.id)]
    for first, last in work_plans.months_of(plan.starts, on):
        looked, term = min(last + timedelta(days=1), on), _term(last)
        owing: dict[str, set[UUID]] = {code: set() for code in rates}
        late: dict[str, set[UUID]] = {code: set() for code in rates}
        if term is not None and term.starts <= last:  # else nobody was owed anything yet
            for child, piece in owed.once(children, term, looked, rates):
                if piece.what in owing:
                    owing[piece.what].add(child)
                    if piece.due_by < looked:
                        late[piece.what].add(child)
        for rhythm, _ in told:
            begun = rhythm.since is None or rhythm.since <= last
            many, kept = len(owing[rhythm.code]), len(owing[rhythm.code] - late[rhythm.code])
            share = targets.rate(kept, many) if begun else None
            rates[rhythm.code].append(
                f"{first.month}月{UNKNOWN if share is None else f'{kept}/{many}（{share:g}%）'}"
            )
    return [
        f"{rhythm.name}：{in_words(rhythm)}。月底按时的儿童：{'，'.join(rates[rhythm.code]) or UNKNOWN}。"
        for rhythm, _ in told
    ]


def _goals(plan: WorkPlan, items: list[PlanLine], on: date) -> list[str]:
    goals = work_plans.goals_of(plan, on)
    if not goals:
        return []
    told = {
        target.code: target.definition
        for target in targets.targets(on=on, codes=[each.code for each in goals])
    }
    checked = {item.title: item for item in items if item.system == work_plans.TARGET}
    lines = []
    for goal in goals:
        item = checked.get(f"核实{goal.name}达到{goal.goal:g}%")
        if goal.code not in told or (goal.rate is None and item):
            shown = _said(item, on).strip() if item and item.done_on else "还没有核实"
            lines.append(f"{goal.name}：目标{goal.goal:g}%，现{UNKNOWN}，本台账不算，以佐证为准：{shown}。")
            continue
        now = UNKNOWN if goal.rate is None else f"{goal.rate:g}%（{goal.numerator}/{goal.denominator}）"
        reached = {None: "", True: "，达到", False: "，没有达到"}[goal.met]
        waiting = f"，{goal.waiting}" if goal.waiting else ""
        lines.append(f"{goal.name}：目标{goal.goal:g}%，现{now}{reached}{waiting}。{told[goal.code]}")
    return lines


# ---- still owed -----------------------------------------------------------------------------------


def _owed(plan: WorkPlan, items: list[PlanLine], held: list[Activity], on: date) -> list[str]:
    open_items = [item for item in items if item.open]
    left = [f"{item.title}（期限{short(item.due_on)}）" for item in open_items if item.occasion is None]
    times = Counter(item.occasion for item in open_items if item.occasion is not None)
    names = {each.code: each.name for each in work_plans.template_of(plan).occasions}
    again = [f"{names.get(code, code)}{many}次" for code, many in times.items()]
    state = work_plans.state(plan.id, on)
    children = state.owed_all - len(open_items)
    undone = [f"{each.title}（{_owner(each)}，期限{short(each.due_on)}）" for each in _decisions(held) if each.done_on is None]  # fmt: skip
    lines = [
        *([f"计划事项{len(left)}项：{_list(left)}"] if left else []),
        *([f"经常开展的{times.total()}次：{_list(again)}"] if again else []),
        *([f"对儿童的待办{children}件，其中逾期{state.children_overdue}件。"] if children else []),
        *([f"会议决定{len(undone)}项：{_list(undone)}"] if undone else []),
    ]
    return lines or [NOTHING_OWED]
