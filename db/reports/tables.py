"""The tables of a report; which there are, with which columns, stands in db.reports.words."""

from collections.abc import Callable

import peewee

from db import cross_groups, cross_sums, meetings, overview, plan_months, snapshots
from db.dossier import counted, focus_on, live_on, on_register
from db.models import Child, Focus, Pairing, Survey
from db.reports import periods
from db.reports.content import Grid
from db.reports.evidence import evidence
from db.reports.facts import NONE, Facts, months, said
from db.reports.words import TABLES
from db.spec import UNKNOWN
from db.values import group_rank
from db.vocab import EVIDENCE, EXIT, FOCUS, PAIRING_KIND, RECORD_KIND

Row = tuple[str, ...]
TOTAL = "合计"


def grid(name: str, facts: Facts, columns: tuple[str, ...] = ()) -> Grid:
    """A table filled, with only these of its columns if any are named."""
    head, rows = TABLES[name].columns, WORKERS[name](facts)
    if not columns:
        return Grid(head, tuple(rows))
    places = [head.index(each) for each in columns]
    return Grid(columns, tuple(tuple(row[at] for at in places) for row in rows))


def _targets(facts: Facts) -> list[Row]:
    rows = []
    for each in facts.targets():
        if each.in_force:
            facts.used[each.name] = each.definition
            reached = {True: "达到", False: "没达到", None: NONE}[each.met]
            about = f"{each.definition}{each.outside}。" if each.outside else each.definition
            rows.append((each.name, each.said, each.people, each.asks or NONE, reached, about))
    return rows


def _trend(facts: Facts) -> list[Row]:
    return [
        (target.name, point.term, NONE if point.rate is None else f"{point.rate:g}%", f"{point.numerator}/{point.denominator}", f"{point.on}")
        for target in facts.targets()
        if target.in_force
        for point in snapshots.trend(target.code)
    ]  # fmt: skip


def _sums(facts: Facts) -> list[Row]:
    """The 汇总表 of the whole site, downward: its groups, their columns, whether they add up."""
    table = cross_sums.sums()
    whole = table.regions[0]
    if not whole.total:
        return []
    rows = [("留守儿童", TOTAL, str(whole.total))]
    for group in cross_groups.GROUPS:
        rows += [
            (group.name, label, str(table.cells[group.code, column, whole.value]))
            for column, label in group.columns.items()
        ]
        check = table.check(group, whole)
        if check.sum != check.of:
            rows.append((group.name, "核对", check.said))
    return rows


def _groups(facts: Facts) -> list[Row]:
    """Children by village group; of whom the survey of the term says nothing are on file and nothing else."""
    on, term = facts.period.until, facts.term
    if term is None:
        behind = complete = peewee.SQL("1 = 0")
    else:
        behind = counted(term, on)
        complete = behind & (Survey.gaps == "")
    tagged = Focus.select(Focus.child).where(focus_on(on))
    paired = Pairing.select(Pairing.child).where(live_on(on))

    def many(which: peewee.Expression) -> peewee.Node:
        return peewee.fn.SUM(peewee.Case(None, [(which, 1)], 0))

    of_term = (Survey.child == Child.id) & (Survey.term == (term and term.id)) & Survey.deleted_at.is_null()
    query = (
        Child.live(
            Child.village_group, peewee.fn.COUNT(Child.id), many(behind), many(complete), many(Child.id.in_(tagged)),
            many(Child.id.in_(paired)),
        )
        .join(Survey, peewee.JOIN.LEFT_OUTER, on=of_term)
        .where(on_register(on))
        .group_by(Child.village_group)
    )  # fmt: skip
    found = [(group, [int(each or 0) for each in numbers]) for group, *numbers in query.tuples()]
    found.sort(key=lambda each: (each[0] is None, group_rank(each[0]), each[0] or ""))
    rows = [(group or UNKNOWN, *map(str, numbers)) for group, numbers in found]
    if len(rows) > 1:
        rows.append(
            (TOTAL, *(str(sum(column)) for column in zip(*(numbers for _, numbers in found), strict=True)))
        )
    return rows if facts.term else [(*row[:2], NONE, NONE, *row[4:]) for row in rows]


def _focus(facts: Facts) -> list[Row]:
    on = facts.period.until
    query = (
        Focus.select(Focus.tag, peewee.fn.COUNT(Focus.child.distinct()))
        .join(Child)
        .where(focus_on(on), Child.deleted_at.is_null(), on_register(on))
        .group_by(Focus.tag)
    )
    many = dict(query.tuples())
    return [(code.label, str(many[code.code])) for code in FOCUS if code.code in many]


def _come_and_gone(facts: Facts) -> list[Row]:
    now, then = facts.exits(facts.period), facts.exits(facts.earlier)
    rows = [
        ("新登记", said(facts.number("新登记", facts.period)), said(facts.number("新登记", facts.earlier)))
    ]
    rows += [
        (f"退出：{code.label}", str(now.get(code.code, 0)), str(then.get(code.code, 0)))
        for code in EXIT
        if code.code in now or code.code in then
    ]
    return rows


def _pairings(facts: Facts) -> list[Row]:
    first, until = facts.period.first, facts.period.until
    rows: dict[str | None, list[int]] = {}
    for at, when in enumerate(
        (live_on(until), Pairing.since.between(first, until), Pairing.until.between(first, until))
    ):
        query = (
            Pairing.live(Pairing.kind, peewee.fn.COUNT(Pairing.id))
            .join(Child)
            .where(when, Child.deleted_at.is_null())
            .group_by(Pairing.kind)
        )
        for kind, many in query.tuples():
            rows.setdefault(kind, [0, 0, 0])[at] = many
    order = [code.code for code in PAIRING_KIND]
    found = sorted(rows.items(), key=lambda each: order.index(each[0]) if each[0] in order else len(order))
    return [(PAIRING_KIND.label(kind), *map(str, numbers)) for kind, numbers in found]


def _records(facts: Facts) -> list[Row]:
    now, then = facts.records(facts.period), facts.records(facts.earlier)
    return [
        (code.label, str(now.get(code.code, 0)), str(then.get(code.code, 0)))
        for code in RECORD_KIND
        if code.code in now or code.code in then
    ]


def _activities(facts: Facts) -> list[Row]:
    rows = []
    for each in facts.activities(facts.period):
        held = f"{each.present}人" if each.present else "没点名" if facts.held(each) else "没有记是否办了"
        rows.append(
            (f"{each.on_date}", facts.masked(each.title), each.kind or NONE, facts.masked(each.place), held)
        )
    return rows


def _meetings(facts: Facts) -> list[Row]:
    rows, decided = [], facts.decisions(facts.period)
    for each in facts.meetings(facts.period):
        many = sum(one.activity_id == each.id for one in decided)
        minuted = "有" if meetings.view(each.id).minutes else "没有"
        came = f"{each.came}人" if each.came else NONE
        rows.append(
            (f"{each.on_date}", facts.masked(each.title), came, minuted, f"{many}项" if many else NONE)
        )
    return rows


def _decisions(facts: Facts) -> list[Row]:
    return [
        (facts.masked(each.meeting), facts.masked(each.title), each.owner or NONE, f"{each.due_on}",
         f"{each.done_on}办好" + (f"：{facts.masked(each.result)}" if each.result else "") if each.done_on
         else "已逾期" if each.days_over > 0 else "还没到期")
        for each in facts.decisions(facts.period)
    ]  # fmt: skip


def _plans(facts: Facts) -> list[Row]:
    rows = []
    for month in months(facts.period):
        for title, told in plan_months.month_report(month):
            figures = (told.planned, told.done, told.carried_in, told.carried_out, told.dropped, told.open)
            rows.append((title or "本单位自己的", f"{month[:4]}年{int(month[5:])}月", *map(str, figures)))
    return sorted(rows, key=lambda row: row[0])  # stable: the months of a plan keep their order


def _items(facts: Facts) -> list[Row]:
    rows = []
    for each in facts.items(facts.period):
        if each.done_on:
            how = f"{each.done_on}办好"
        elif each.dropped:
            how = f"不办：{each.dropped}"
        else:
            how = "已逾期" if each.due_on < facts.today else "还没到期"
        rows.append(
            (f"{each.due_on}", facts.masked(each.title), each.owner or NONE, how, facts.masked(each.evidence))
        )
    return rows


def _shown(facts: Facts) -> list[Row]:
    return [
        (f"{each.done_on}", facts.masked(each.title), EVIDENCE.label(each.evidence_kind or "note"), facts.masked(each.evidence))
        for each in facts.shown(facts.period)
    ]  # fmt: skip


def _late(facts: Facts) -> list[Row]:
    return [
        (each.who(facts.reveal), f"{each.duties}", f"{each.children or NONE}", f"{each.days_over}")
        for each in overview.late(facts.today)
    ]


def _next(facts: Facts) -> list[Row]:
    """What is to be done in the next period: items, activities, decisions, by day."""
    coming = periods.after(facts.period)
    open_items = [each for each in facts.items(coming) if each.open]
    undone = [
        each
        for each in facts.all_decisions()
        if each.done_on is None and coming.first <= each.due_on <= coming.last
    ]
    found = [(each.due_on, facts.masked(each.title), each.owner or NONE) for each in open_items]
    found += [(each.on_date, facts.masked(each.title), each.lead or NONE) for each in facts.coming(coming)]
    found += [(each.due_on, f"决定：{facts.masked(each.title)}", each.owner or NONE) for each in undone]
    return [(f"{day}", title, who) for day, title, who in sorted(found)]


WORKERS: dict[str, Callable[[Facts], list[Row]]] = {
    "目标": _targets, "目标走势": _trend, "汇总": _sums, "儿童分组": _groups, "重点分类": _focus, "增减": _come_and_gone, "结对": _pairings,
    "关爱记录": _records, "活动": _activities, "会议": _meetings, "决定": _decisions, "计划": _plans,
    "计划事项": _items, "佐证": _shown, "逾期": _late, "下期": _next, "迎检": evidence,
}  # fmt: skip
